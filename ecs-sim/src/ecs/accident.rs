//! Accidents that somebody asks for: faults that are planned, spot capacity that is reclaimed, agents that lose their
//! connection; and the choices about the account that may change while it runs.

use super::Ecs;
use crate::{
    api::ApiError,
    draw::{Concern, Entity},
    id::{InstanceId, TaskId},
    latency::Latency,
    settings::{Faults, PlannedFaults, Spot},
    task::{Doom, Host},
};
use footman_core::{
    event::TaskStatus,
    time::{Millis, Timestamp},
};

/// What goes wrong with a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TaskFault {
    CannotPull,
    EniTimeout,
    FargateCapacity,
    Secrets,
    LogDriver,
    EphemeralStorage,
}

impl Ecs {
    /// Whether this befalls a task: as planned, or drawn.
    pub(super) fn befalls(&mut self, fault: TaskFault, entity: Entity) -> bool {
        let (faults, planned) = (self.settings.faults, &mut self.planned);
        let (count, rate, concern) = match fault {
            TaskFault::CannotPull => (&mut planned.cannot_pull, faults.cannot_pull, Concern::CannotPull),
            TaskFault::EniTimeout => (&mut planned.eni_timeout, faults.eni_timeout, Concern::EniTimeout),
            TaskFault::FargateCapacity => {
                (&mut planned.fargate_capacity, faults.fargate_capacity, Concern::FargateCapacity)
            }
            TaskFault::Secrets => (&mut planned.secrets, faults.secrets, Concern::Secrets),
            TaskFault::LogDriver => (&mut planned.log_driver, faults.log_driver, Concern::LogDriver),
            TaskFault::EphemeralStorage => {
                (&mut planned.ephemeral_storage, faults.ephemeral_storage, Concern::EphemeralStorage)
            }
        };
        if *count > 0 {
            *count -= 1;
            return true;
        }
        self.draws.happens(rate, concern, entity)
    }

    /// What is still to go wrong with the next tasks.
    pub fn planned_faults(&self) -> PlannedFaults {
        self.planned
    }

    /// Says what goes wrong with the next tasks; what was planned before is forgotten.
    pub fn plan_faults(&mut self, planned: PlannedFaults) {
        self.planned = planned;
    }

    /// Says how often things go wrong from `now` on. What was drawn before stays as it is.
    pub fn change_faults(&mut self, now: Timestamp, faults: Faults) {
        self.handle_timeout(now);
        self.settings.faults = faults;
    }

    /// Says how long things take that begin from `now` on.
    pub fn change_latency(&mut self, now: Timestamp, latency: Latency) {
        self.handle_timeout(now);
        self.settings.latency = latency;
    }

    /// Says how often spot capacity is reclaimed that is launched from `now` on.
    pub fn change_spot(&mut self, now: Timestamp, spot: Spot) {
        self.handle_timeout(now);
        self.settings.spot = spot;
    }

    /// Says how late what was done shows in Describe and List calls from `now` on.
    pub fn change_visibility(&mut self, now: Timestamp, delay: Millis) {
        self.handle_timeout(now);
        self.settings.visibility_delay = delay;
    }

    /// Reclaims the capacity of a task on Fargate Spot: its containers get the stop signal and two minutes. Nothing
    /// happens to one that stops already.
    ///
    /// # Errors
    ///
    /// Fails where there is no such task, it is not on Fargate Spot, or it does not run yet.
    pub fn interrupt_spot_task(&mut self, now: Timestamp, task: TaskId) -> Result<(), ApiError> {
        self.handle_timeout(now);
        let Some(live) = self.tasks.live_mut(task) else {
            return Err(ApiError::invalid("The referenced task was not found."));
        };
        if live.record.host != Host::FargateSpot {
            return Err(ApiError::invalid("The task is not on Fargate Spot."));
        }
        match live.record.times.status(now) {
            TaskStatus::Provisioning | TaskStatus::Pending | TaskStatus::Activating => {
                return Err(ApiError::invalid("The task does not run yet."));
            }
            TaskStatus::Running
            | TaskStatus::Deactivating
            | TaskStatus::Stopping
            | TaskStatus::Deprovisioning
            | TaskStatus::Stopped => {}
        }
        if std::mem::take(&mut live.interruption) {
            self.timers.cancel();
        }
        self.interrupt_task(task);
        self.drop_stale_timers();
        Ok(())
    }

    /// Reclaims an EC2 Spot instance: the two-minute warning comes now. Nothing happens to one that was warned before.
    ///
    /// # Errors
    ///
    /// Fails where there is no such instance, or it is not EC2 Spot.
    pub fn interrupt_spot_instance(&mut self, now: Timestamp, instance: InstanceId) -> Result<(), ApiError> {
        self.handle_timeout(now);
        let Some(there) = self.instance_mut(instance) else {
            return Err(ApiError::invalid("The referenced container instance was not found."));
        };
        if !there.spot {
            return Err(ApiError::invalid("The container instance is not EC2 Spot."));
        }
        if there.warned {
            return Ok(());
        }
        if std::mem::take(&mut there.interruption) {
            self.timers.cancel();
        }
        self.interrupt_instance(instance);
        self.drop_stale_timers();
        Ok(())
    }

    /// Says whether the container agent of an instance is connected. Without it the instance takes no tasks
    /// (`failures` say AGENT); those that it has go on.
    ///
    /// # Errors
    ///
    /// Fails where there is no such instance in a cluster.
    pub fn connect_agent(
        &mut self,
        now: Timestamp,
        instance: InstanceId,
        connected: bool,
    ) -> Result<(), ApiError> {
        self.handle_timeout(now);
        let there = self.instance_mut(instance);
        let Some((there, slot)) = there.and_then(|there| there.slot.map(|slot| (there, slot))) else {
            return Err(ApiError::invalid("The referenced container instance was not found."));
        };
        there.agent_connected = connected;
        let cluster = there.cluster;
        self.cluster_mut(cluster).fleet.set_agent_connected(slot, connected);
        if connected {
            self.offer(instance);
        }
        Ok(())
    }

    /// Says that the image of a task's container in this place cannot be pulled: the task fails at its pull. Nothing
    /// happens to a task that has pulled its images.
    pub fn miss_image(&mut self, task: TaskId, container: usize) {
        let now = self.now;
        let Some(live) = self.tasks.live_mut(task) else { return };
        let place = u8::try_from(container).expect("a definition has ten containers at most");
        match live.record.times.status(now) {
            TaskStatus::Provisioning | TaskStatus::Pending => {
                live.doom.get_or_insert(Doom::CannotPull(place));
            }
            TaskStatus::Activating
            | TaskStatus::Running
            | TaskStatus::Deactivating
            | TaskStatus::Stopping
            | TaskStatus::Deprovisioning
            | TaskStatus::Stopped => {}
        }
    }
}
