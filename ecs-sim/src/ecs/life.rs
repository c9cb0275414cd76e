//! The life of a task, from its creation to STOPPED.
//!
//! A task has at most one deadline; what it means follows from the state that the task is in. States of no length make
//! no deadline, and the times of a pull are worked out when a task becomes PENDING, so that a task on Fargate takes three
//! deadlines and one on EC2 with `bridge` one.

use super::{Ecs, accident::TaskFault, index};
use crate::{
    billing::{Cost, billed_seconds, fargate_rate},
    definition::Wants,
    draw::{Concern, Entity},
    fleet::Zones,
    id::TaskId,
    latency::Latency,
    output::Output,
    task::{Doom, Host, NEVER, Stop, StopText, Task},
    timer::{Timer, TimerSeq},
};
use footman_core::{
    event::{StopCode, TaskStatus},
    time::{Millis, Timestamp},
    units::Mib,
};

/// How long Fargate waits for a network interface before the task is given up (from memory).
const ENI_TIMEOUT: Millis = Millis::from_mins(3);
/// How long Fargate waits for a disk before the task is given up: as long as for an interface, which is a guess.
const STORAGE_TIMEOUT: Millis = ENI_TIMEOUT;
/// What a JVM exits with on SIGTERM: 128 + 15.
const EXIT_TERMINATED: i32 = 143;
/// What a container exits with on SIGKILL: 128 + 9.
const EXIT_KILLED: i32 = 137;

/// `stoppedReason` where secrets cannot be fetched, up to where texts that users published differ
/// (jchook in umotif-public/terraform-aws-ecs-fargate issue 50, slimdevl in aws-samples/serverless-jenkins-on-aws-fargate
/// issue 7).
const SECRETS_FAILED: &str = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource \
    retrieval failed: unable to retrieve secrets from ssm: service call has been retried 5 time(s)";
/// `stoppedReason` where the log driver cannot be set up. What follows the first words is from memory.
const LOG_DRIVER_FAILED: &str = "ResourceInitializationError: failed to validate logger args: create stream has been retried \
    1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.";

impl Ecs {
    /// Sets the one deadline of a task.
    fn set_task_timer(&mut self, id: TaskId, at: Timestamp) {
        let seq = self.timers.set(at, Timer::Task(id));
        self.live_mut(id).timer = seq;
    }

    fn cancel_task_timer(&mut self, id: TaskId) {
        let task = self.live_mut(id);
        if task.timer != TimerSeq::NONE {
            task.timer = TimerSeq::NONE;
            self.timers.cancel();
        }
    }

    fn live(&self, id: TaskId) -> &Task {
        self.tasks.live(id).expect("only tasks that have not stopped are moved on")
    }

    fn live_mut(&mut self, id: TaskId) -> &mut Task {
        self.tasks.live_mut(id).expect("only tasks that have not stopped are moved on")
    }

    /// Starts a task that has a place to run: on Fargate, or on its instance.
    pub(super) fn begin(&mut self, id: TaskId) {
        let latency = &self.settings.latency;
        let task = self.live(id);
        let entity = task.entity;
        let provisioning = match task.record.host {
            Host::Fargate { .. } | Host::FargateSpot => latency.fargate_provisioning,
            Host::Ec2 { .. } if self.definition(task.record.definition).eni() => latency.ec2_eni_attach,
            Host::Ec2 { .. } => return self.enter_pending(id),
        };
        let on_fargate = task.record.host.instance().is_none();
        let mut span = self.draws.length(provisioning, Concern::Provisioning, entity);
        if self.befalls(TaskFault::EniTimeout, entity) {
            self.live_mut(id).doom = Some(Doom::Eni);
            span = span.max(ENI_TIMEOUT);
        } else if on_fargate && self.befalls(TaskFault::EphemeralStorage, entity) {
            self.live_mut(id).doom = Some(Doom::EphemeralStorage);
            span = span.max(STORAGE_TIMEOUT);
        }
        self.set_task_timer(id, self.now + span);
    }

    /// The deadline of a task has come.
    pub(super) fn task_due(&mut self, id: TaskId) {
        let now = self.now;
        let task = self.live_mut(id);
        task.timer = TimerSeq::NONE;
        let (doom, waits) = (task.doom, task.record.waits());
        match task.record.times.status(now) {
            TaskStatus::Provisioning if waits => self.give_up_waiting(id),
            TaskStatus::Provisioning => match doom {
                Some(Doom::Eni) => self.fail(
                    id,
                    StopText::Fixed("Timeout waiting for network interface provisioning to complete."),
                ),
                Some(Doom::EphemeralStorage) => self.fail(
                    id,
                    StopText::Fixed("Timeout waiting for EphemeralStorage provisioning to complete."),
                ),
                Some(Doom::CannotPull(_) | Doom::Secrets | Doom::LogDriver) | None => self.enter_pending(id),
            },
            TaskStatus::Pending => match doom {
                Some(Doom::CannotPull(place)) => {
                    let definition = self.definition(self.live(id).record.definition);
                    let container = &definition.definition.containers[usize::from(place)];
                    let text = cannot_pull(&container.image.name);
                    self.fail(id, text);
                }
                Some(Doom::Secrets) => self.fail(id, StopText::Fixed(SECRETS_FAILED)),
                Some(Doom::LogDriver) => self.fail(id, StopText::Fixed(LOG_DRIVER_FAILED)),
                Some(Doom::Eni | Doom::EphemeralStorage) | None => self.enter_running(id),
            },
            TaskStatus::Stopping => self.containers_ended(id),
            TaskStatus::Deprovisioning => self.finish(id),
            TaskStatus::Activating | TaskStatus::Running | TaskStatus::Deactivating | TaskStatus::Stopped => {
                unreachable!("a task has no deadline in these states")
            }
        }
    }

    /// PENDING: the agent has the task. Everything up to RUNNING is known from here.
    fn enter_pending(&mut self, id: TaskId) {
        let now = self.now;
        let task = self.live(id);
        let (entity, host) = (task.entity, task.record.host);
        let latency = &self.settings.latency;
        let (before, start) = match host {
            Host::Fargate { .. } | Host::FargateSpot => (latency.fargate_connect, latency.fargate_start),
            Host::Ec2 { .. } => (latency.ec2_placement, latency.ec2_start),
        };
        let pull_started = now + self.draws.length(before, Concern::Connect, entity);
        if let Some(doom) = self.not_initialized(entity) {
            // Nothing is pulled then, and nothing billed.
            let task = self.live_mut(id);
            task.doom = Some(doom);
            task.record.times.pending = now;
            self.emit(id, TaskStatus::Pending, false);
            return self.set_task_timer(id, pull_started);
        }
        let started = self.draws.length(start, Concern::Start, entity);
        let doomed = self.befalls(TaskFault::CannotPull, entity) || self.live(id).doom.is_some();
        let pull_stopped = self.pull(id, pull_started, doomed);
        let task = self.live_mut(id);
        task.record.times.pending = now;
        task.record.times.pull_started = pull_started;
        let due = if doomed {
            task.doom.get_or_insert(Doom::CannotPull(0));
            pull_stopped
        } else {
            task.record.times.pull_stopped = pull_stopped;
            pull_stopped + started
        };
        self.emit(id, TaskStatus::Pending, false);
        self.set_task_timer(id, due);
    }

    /// What keeps a task from coming as far as its pull, if anything does.
    fn not_initialized(&mut self, entity: Entity) -> Option<Doom> {
        if self.befalls(TaskFault::Secrets, entity) {
            return Some(Doom::Secrets);
        }
        self.befalls(TaskFault::LogDriver, entity).then_some(Doom::LogDriver)
    }

    /// When the pull of a task's images that starts at `from` ends. An instance keeps what it pulled, and pulls an image
    /// once at a time.
    fn pull(&mut self, id: TaskId, from: Timestamp, doomed: bool) -> Timestamp {
        let task = self.live(id);
        let (entity, host, definition) = (task.entity, task.record.host, task.record.definition);
        let latency = &self.settings.latency;
        let extra = self.draws.length(latency.pull_extra, Concern::Pull, entity);
        let rate = latency.pull_mib_per_s;
        let transfer = |size: Mib| transfer_time(size, rate);
        let images = &self.definitions[index(definition.0)].images;
        let Some(instance) = host.instance() else {
            return from + images.iter().fold(extra, |sum, &(_, size)| sum.saturating_add(transfer(size)));
        };
        let instance =
            self.instances[index(instance.0)].as_mut().expect("a task is on an instance that is there");
        let mut end = from;
        for &(image, size) in images {
            if let Some(&(_, there)) = instance.images.iter().find(|&&(known, _)| known == image) {
                end = end.max(there);
                continue;
            }
            end = end + transfer(size) + extra;
            if !doomed {
                instance.images.push((image, end));
            }
        }
        end
    }

    fn enter_running(&mut self, id: TaskId) {
        let now = self.now;
        let per_million_hours = self.settings.spot.fargate_interruptions_per_million_hours;
        let task = self.live_mut(id);
        task.record.times.started = now;
        let (host, entity) = (task.record.host, task.entity);
        if self.settings.zero_length_states {
            self.emit(id, TaskStatus::Activating, false);
        }
        self.emit(id, TaskStatus::Running, false);
        if let Some(instance) = host.instance() {
            self.tasks_changed(instance);
        }
        if host == Host::FargateSpot
            && let Some(span) =
                self.draws.until_interruption(per_million_hours, Concern::FargateInterruption, entity)
        {
            self.timers.set(now + span, Timer::TaskInterruption(id));
            self.live_mut(id).interruption = true;
        }
    }

    /// The spot capacity of a task is reclaimed: the stop signal comes with the two-minute warning.
    pub(super) fn interrupt_task(&mut self, id: TaskId) {
        let task = self.live_mut(id);
        task.interruption = false;
        if task.record.times.stopping != NEVER {
            return;
        }
        self.outputs.push_back(Output::SpotWarning { at: self.now, task: id });
        let text = StopText::Fixed("Your Spot Task was interrupted.");
        self.stop(id, Stop { code: Some(StopCode::SpotInterruption), text });
    }

    /// Sets the desired status of a task to STOPPED, unless it is that already.
    pub(super) fn stop(&mut self, id: TaskId, stop: Stop) {
        let now = self.now;
        let task = self.live_mut(id);
        let times = &mut task.record.times;
        if times.stopping != NEVER {
            return;
        }
        let status = times.status(now);
        times.stopping = now;
        task.record.stop = Some(stop);
        match status {
            TaskStatus::Provisioning | TaskStatus::Pending => {
                // A pull that would have come later does not come.
                for time in [&mut times.pull_started, &mut times.pull_stopped] {
                    if *time > now {
                        *time = NEVER;
                    }
                }
                self.cancel_task_timer(id);
                self.stop_waiting(id);
                self.end(id);
            }
            TaskStatus::Running => self.signal(id),
            TaskStatus::Activating
            | TaskStatus::Deactivating
            | TaskStatus::Stopping
            | TaskStatus::Deprovisioning
            | TaskStatus::Stopped => unreachable!("a task in these states was stopped before"),
        }
    }

    /// Sends the stop signal to the containers of a RUNNING task.
    pub(super) fn signal(&mut self, id: TaskId) {
        let now = self.now;
        let task = self.live(id);
        let limit = self.definition(task.record.definition).stop_timeout;
        let exit =
            self.draws.length(self.settings.latency.exit_on_signal, Concern::ExitOnSignal, task.entity);
        let task = self.live_mut(id);
        task.record.times.signalled = now;
        let exit_code = Some(if exit < limit { EXIT_TERMINATED } else { EXIT_KILLED });
        match &mut task.record.ends {
            // An essential container has ended before; this is what the others end with.
            Some(ends) if task.record.exit_code.is_some() => ends.rest = exit_code,
            Some(_) | None => task.record.exit_code = exit_code,
        }
        if self.settings.zero_length_states {
            self.emit(id, TaskStatus::Deactivating, true);
        }
        self.emit(id, TaskStatus::Stopping, true);
        self.set_task_timer(id, now + exit.min(limit));
        if let Some(instance) = self.live(id).record.host.instance() {
            self.tasks_changed(instance);
        }
    }

    /// A task does not start.
    fn fail(&mut self, id: TaskId, text: StopText) {
        self.stop(id, Stop { code: Some(StopCode::TaskFailedToStart), text });
    }

    /// Tells that the first essential container of a task ended by itself. Nothing happens unless the task is RUNNING, or
    /// STOPPING, whose stop is then over early where no other container runs.
    pub fn container_exited(&mut self, now: Timestamp, task: TaskId, exit_code: i32) {
        self.handle_timeout(now);
        let Some(live) = self.tasks.live(task) else { return };
        let containers = &self.definition(live.record.definition).definition.containers;
        if containers.len() > 1 {
            let first = containers.iter().position(|container| container.essential);
            let first = first.expect("a definition has an essential container");
            return self.end_container(task, first, exit_code, false);
        }
        let live = self.live_mut(task);
        let record = &mut live.record;
        match record.times.status(now) {
            TaskStatus::Running => {
                record.times.stopping = now;
                record.exit_code = Some(exit_code);
                let text = StopText::Fixed("Essential container in task exited");
                record.stop = Some(Stop { code: Some(StopCode::EssentialContainerExited), text });
                self.ended_by_itself(task);
            }
            TaskStatus::Stopping => {
                record.exit_code = Some(exit_code);
                self.stop_is_over(task);
            }
            TaskStatus::Provisioning
            | TaskStatus::Pending
            | TaskStatus::Activating
            | TaskStatus::Deactivating
            | TaskStatus::Deprovisioning
            | TaskStatus::Stopped => {}
        }
    }

    /// The last container of a RUNNING task ended without a signal.
    pub(super) fn ended_by_itself(&mut self, id: TaskId) {
        if self.settings.zero_length_states {
            self.emit(id, TaskStatus::Deactivating, true);
        }
        self.containers_ended(id);
    }

    /// The last container of a STOPPING task ended before its time.
    pub(super) fn stop_is_over(&mut self, id: TaskId) {
        self.cancel_task_timer(id);
        self.containers_ended(id);
        self.drop_stale_timers();
    }

    fn containers_ended(&mut self, id: TaskId) {
        self.live_mut(id).record.times.execution_stopped = self.now;
        self.end(id);
    }

    /// No container runs any more: the network interface is taken down, if there is one.
    fn end(&mut self, id: TaskId) {
        let now = self.now;
        let task = self.live(id);
        let latency = &self.settings.latency;
        let deprovisioning = match task.record.host {
            Host::Fargate { .. } | Host::FargateSpot => latency.fargate_deprovisioning,
            Host::Ec2 { instance: Some(_), .. } if self.definition(task.record.definition).eni() => {
                latency.ec2_eni_detach
            }
            Host::Ec2 { .. } => return self.finish(id),
        };
        let span = self.draws.length(deprovisioning, Concern::Deprovisioning, task.entity);
        self.live_mut(id).record.times.deprovisioning = now;
        self.emit(id, TaskStatus::Deprovisioning, true);
        self.set_task_timer(id, now + span);
        if let Some(instance) = self.live(id).record.host.instance() {
            self.tasks_changed(instance);
        }
    }

    /// STOPPED: what the task held is free, and it is billed.
    pub(super) fn finish(&mut self, id: TaskId) {
        let now = self.now;
        if self.live(id).interruption {
            self.timers.cancel();
        }
        self.live_mut(id).record.times.stopped = now;
        self.emit(id, TaskStatus::Stopped, true);
        let record = self.tasks.stop(id).expect("it has not stopped before");
        let gpus = record.gpus.as_ref().map_or(0, |gpus| gpus.count());
        let (cluster, host, size, definition, group, times) =
            (record.cluster, record.host, record.size, record.definition, record.group, record.times);
        self.cluster_mut(cluster).tasks -= 1;
        match host {
            Host::Fargate { .. } | Host::FargateSpot => {
                let cpu = &mut self.fargate_cpu[usize::from(host == Host::FargateSpot)];
                *cpu = cpu.checked_sub(size.cpu).expect("it was added when the task was created");
                if times.pull_started <= now {
                    self.bill_task(id, now);
                }
            }
            Host::Ec2 { instance: Some(instance), .. } => {
                let wants = Wants { size, gpus, zones: Zones::ANY };
                self.leave_instance(instance, id, definition, wants, group);
            }
            Host::Ec2 { instance: None, .. } => {}
        }
    }

    /// Tells what a task on Fargate cost.
    fn bill_task(&mut self, id: TaskId, to: Timestamp) {
        let Some((from, running, cost)) = self.fargate_cost(id, to) else { return };
        let spot = self.tasks.record(id).is_some_and(|record| record.host == Host::FargateSpot);
        *(if spot { &mut self.billed.fargate_spot } else { &mut self.billed.fargate }) += cost;
        self.outputs.push_back(Output::TaskBilled { task: id, from, to, running, cost });
    }

    /// What a task on Fargate cost up to `to`: from when, how long of that it ran, and how much.
    pub(super) fn fargate_cost(&self, id: TaskId, to: Timestamp) -> Option<(Timestamp, Millis, Cost)> {
        let record = self.tasks.record(id)?;
        let from = record.times.pull_started;
        let spot = match record.host {
            Host::Fargate { .. } => false,
            Host::FargateSpot => true,
            Host::Ec2 { .. } => return None,
        };
        if from > to {
            return None;
        }
        let running = record.times.execution_stopped.min(to).since(record.times.started);
        let definition = &self.definition(record.definition).definition;
        let rate = fargate_rate(&self.settings.prices, definition, record.size, spot);
        Some((from, running, Cost::of(rate, billed_seconds(from, to))))
    }
}

/// `stoppedReason` of a task whose image is not there.
fn cannot_pull(image: &str) -> StopText {
    let text = format!("CannotPullContainerError: failed to resolve ref {image}: not found");
    StopText::Text(text.into())
}

/// How long `size` takes at `mib_per_s`.
fn transfer_time(size: Mib, mib_per_s: u32) -> Millis {
    if mib_per_s == Latency::PULL_AT_ONCE {
        return Millis::ZERO;
    }
    Millis::new((u64::from(size.get()) * 1000).div_ceil(u64::from(mib_per_s.max(1))))
}
