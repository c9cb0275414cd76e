//! Container instances: launched, registered, filled, emptied, reclaimed, terminated.

use super::{
    Attribute, Ecs, index,
    tags::Tagged,
    trunk::{Trunk, TrunkId},
};
use crate::{
    api::{ApiError, ErrorCode},
    billing::{Cost, billed_seconds, instance_rate},
    capacity::InstanceSpec,
    definition::{ImageId, Wants},
    draw::{Concern, Entity},
    fleet::{Capabilities, GroupId, Identity, InstanceStatus, InstanceView, Registration, Slot},
    id::{ClusterId, DefinitionId, InstanceId, ProviderId, TaskId},
    output::{InstanceChange, Output},
    query::AgentVersion,
    task::{NEVER, Stop, StopText},
    timer::{Timer, TimerSeq},
};
use footman_core::{
    catalogue::InstanceType,
    event::StopCode,
    time::{Millis, Timestamp},
    units::Size,
};
use smallvec::SmallVec;
use std::sync::Arc;

/// A container instance that has not been terminated.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(super) cluster: ClusterId,
    pub(super) provider: Option<ProviderId>,
    pub(super) kind: Arc<InstanceType>,
    pub(super) spot: bool,
    pub(super) trunk: Trunk,
    gpus: Vec<Gpu>,
    pub(super) zone: Arc<str>,
    pub(super) launched: Timestamp,
    pub(super) registered: Option<Timestamp>,
    /// Where the fleet has it, once it is registered.
    pub(super) slot: Option<Slot>,
    /// Whether it is terminated as soon as no task is on it.
    pub(super) drains: bool,
    /// The images that it has, and since when.
    pub(super) images: SmallVec<[(ImageId, Timestamp); 2]>,
    pub(super) tasks: SmallVec<[TaskId; 4]>,
    /// The deadline that holds.
    pub(super) timer: TimerSeq,
    /// Whether a deadline for its interruption is set.
    pub(super) interruption: bool,
    /// Whether the two-minute warning was given.
    pub(super) warned: bool,
    /// Whether its container agent is connected.
    pub(super) agent_connected: bool,
    occupied: Millis,
    occupied_since: Option<Timestamp>,
    /// What EC2 calls it, where somebody said so.
    pub(super) ec2_instance_id: Option<Arc<str>>,
    /// Attributes besides those that ECS gives to each instance.
    pub(super) attributes: Vec<Attribute>,
}

impl Instance {
    /// The instance as `DescribeContainerInstances` shows it, with what the fleet knows of it.
    pub(super) fn view(
        &self,
        id: InstanceId,
        in_fleet: Option<InstanceView<'_>>,
    ) -> ContainerInstanceView<'_> {
        ContainerInstanceView {
            id,
            cluster: self.cluster,
            provider: self.provider,
            instance_type: &self.kind.name,
            spot: self.spot,
            zone: &self.zone,
            launched_at: self.launched,
            registered_at: self.registered,
            status: in_fleet.map_or(InstanceStatus::Registering, InstanceView::status),
            agent_connected: self.agent_connected,
            registered: self.kind.registered,
            remaining: in_fleet.map_or(self.kind.registered, |view| view.remaining()),
            gpus: &self.gpus,
            capabilities: in_fleet.map_or(Capabilities::NONE, InstanceView::capabilities),
            trunk: (self.trunk == Trunk::Attached).then(|| TrunkId::of(id)),
            tasks: &self.tasks,
            attributes: &self.attributes,
        }
    }
}

/// An instance as `DescribeContainerInstances` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContainerInstanceView<'a> {
    /// The number behind `containerInstanceArn`.
    pub id: InstanceId,
    /// Its cluster.
    pub cluster: ClusterId,
    /// `capacityProviderName`.
    pub provider: Option<ProviderId>,
    /// `ecs.instance-type`.
    pub instance_type: &'a str,
    /// Whether it is EC2 Spot.
    pub spot: bool,
    /// `ecs.availability-zone`.
    pub zone: &'a str,
    /// When EC2 launched it.
    pub launched_at: Timestamp,
    /// `registeredAt`; `None` while it boots, and ECS does not know it.
    pub registered_at: Option<Timestamp>,
    /// `status`; REGISTERING while it boots.
    pub status: InstanceStatus,
    /// `agentConnected`.
    pub agent_connected: bool,
    /// `registeredResources`: CPU and MEMORY.
    pub registered: Size,
    /// `remainingResources`: CPU and MEMORY.
    pub remaining: Size,
    /// `registeredResources`: its GPUs. Those without a task are `remainingResources`.
    pub gpus: &'a [Gpu],
    /// What tasks may require of it; those with a name are attributes.
    pub capabilities: Capabilities,
    /// `ecs.awsvpc-trunk-id`: its trunk network interface, once it is attached.
    pub trunk: Option<TrunkId>,
    /// The tasks on it.
    pub tasks: &'a [TaskId],
    /// Attributes besides those that ECS gives to each instance.
    pub attributes: &'a [Attribute],
}

/// A GPU of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gpu {
    /// Its id.
    pub id: Arc<str>,
    /// The task that has it for itself.
    pub task: Option<TaskId>,
}

/// The kind of [`Entity`] that an instance is.
const INSTANCE: u64 = 3;
/// From the warning to the end of a spot instance (Amazon EC2 User Guide, "Spot Instance interruption notices").
const SPOT_NOTICE: Millis = Millis::from_mins(2);
/// The attribute by which the instances of a capacity provider are told from others. Not one of ECS's.
pub(super) const PROVIDER_ATTRIBUTE: &str = "footman.capacity-provider";

impl Ecs {
    /// Adds `count` container instances that are simply there, registered and ACTIVE at once, trunks and all, until they
    /// are terminated. A spot instance among them is not replaced when it is reclaimed.
    ///
    /// # Errors
    ///
    /// Fails where they are in no zone, or the cluster would have more instances than it may.
    pub fn add_instances(
        &mut self,
        now: Timestamp,
        cluster: ClusterId,
        spec: &InstanceSpec,
        count: u32,
    ) -> Result<Vec<InstanceId>, ApiError> {
        self.handle_timeout(now);
        self.check_room(cluster, spec, count)?;
        let launched = (0..count).map(|nth| {
            let id = self.launch(cluster, None, spec, nth);
            self.register(id);
            self.note_trunk(id);
            id
        });
        Ok(launched.collect())
    }

    /// Launches `count` container instances that boot and then register, as EC2 does.
    ///
    /// # Errors
    ///
    /// Fails where they are in no zone, or the cluster would have more instances than it may.
    pub fn launch_instances(
        &mut self,
        now: Timestamp,
        cluster: ClusterId,
        spec: &InstanceSpec,
        count: u32,
    ) -> Result<Vec<InstanceId>, ApiError> {
        self.handle_timeout(now);
        self.check_room(cluster, spec, count)?;
        let launched = (0..count).map(|nth| {
            let id = self.launch(cluster, None, spec, nth);
            self.boot(id);
            id
        });
        Ok(launched.collect())
    }

    pub(super) fn check_room(
        &self,
        cluster: ClusterId,
        spec: &InstanceSpec,
        count: u32,
    ) -> Result<(), ApiError> {
        check_zones(spec)?;
        if self.cluster(cluster).instances.saturating_add(count) > self.settings.quotas.instances_per_cluster
        {
            return Err(ApiError::new(
                ErrorCode::LimitExceeded,
                "Too many container instances in the cluster.",
            ));
        }
        Ok(())
    }

    /// Launches the `nth` instance of its kind; billing starts.
    pub(super) fn launch(
        &mut self,
        cluster: ClusterId,
        provider: Option<ProviderId>,
        spec: &InstanceSpec,
        nth: u32,
    ) -> InstanceId {
        let id = InstanceId(u32::try_from(self.instances.len()).expect("2^32 launches take too long"));
        let zone = Arc::clone(&spec.zones[index(nth) % spec.zones.len()]);
        self.instances.push(Some(Box::new(Instance {
            cluster,
            provider,
            kind: Arc::clone(&spec.instance_type),
            spot: spec.spot,
            trunk: Trunk::of(spec, self.trunking()),
            gpus: spec.gpus.iter().map(|id| Gpu { id: Arc::clone(id), task: None }).collect(),
            zone,
            launched: self.now,
            registered: None,
            slot: None,
            drains: false,
            images: SmallVec::new(),
            tasks: SmallVec::new(),
            timer: TimerSeq::NONE,
            interruption: false,
            warned: false,
            agent_connected: true,
            occupied: Millis::ZERO,
            occupied_since: None,
            ec2_instance_id: None,
            attributes: Vec::new(),
        })));
        self.instance_types.push(Arc::clone(&spec.instance_type));
        self.cluster_mut(cluster).instances += 1;
        self.emit_instance(id, InstanceChange::Launched);
        if spec.spot {
            let rate = self.settings.spot.ec2_interruptions_per_million_hours;
            let entity = instance_entity(id);
            if let Some(span) = self.draws.until_interruption(rate, Concern::InstanceInterruption, entity) {
                self.timers.set(self.now + span, Timer::InstanceInterruption(id));
                self.there_mut(id).interruption = true;
            }
        }
        id
    }

    /// Lets a launched instance boot.
    pub(super) fn boot(&mut self, id: InstanceId) {
        let boot = self.settings.latency.instance_boot;
        let span = self.draws.length(boot, Concern::InstanceBoot, instance_entity(id));
        let seq = self.timers.set(self.now + span, Timer::Instance(id));
        self.there_mut(id).timer = seq;
    }

    /// The deadline of an instance has come: it has booted, or its two minutes are over.
    pub(super) fn instance_due(&mut self, id: InstanceId) {
        let instance = self.there_mut(id);
        instance.timer = TimerSeq::NONE;
        if instance.warned {
            self.terminate(id);
        } else {
            self.register(id);
            self.attach_trunk(id);
            self.offer(id);
        }
    }

    /// Registers an instance in its cluster.
    pub(super) fn register(&mut self, id: InstanceId) {
        let now = self.now;
        let provider = self.there(id).provider.map(|provider| Arc::clone(&self.provider(provider).spec.name));
        let ec2_instance_id = self.ec2_instance_id(id);
        let zone = self.subnets.zone(&self.there(id).zone);
        let instance = self.there_mut(id);
        instance.registered = Some(now);
        let mut registration = Registration::new(instance.kind.registered);
        let enis = match instance.trunk {
            Trunk::None => instance.kind.awsvpc_tasks,
            Trunk::Wanted | Trunk::Attaching | Trunk::Attached => instance.kind.awsvpc_tasks_trunked,
        };
        registration.enis = u32::from(enis);
        registration.gpus = u32::try_from(instance.gpus.len()).expect("an instance has few GPUs");
        registration.zone = zone;
        registration.capabilities = capabilities_of(&instance.kind.name);
        registration.attributes = vec![
            ("ecs.availability-zone".into(), Arc::clone(&instance.zone)),
            ("ecs.instance-type".into(), Arc::clone(&instance.kind.name)),
            ("ecs.os-type".into(), "linux".into()),
            ("ecs.os-family".into(), "LINUX".into()),
            ("ecs.cpu-architecture".into(), architecture_of(&instance.kind.name).into()),
        ];
        registration.identity = Identity {
            ec2_instance_id: Some(ec2_instance_id.into()),
            registered_at: Some(now.into()),
            agent_version: Some(AgentVersion::default()),
        };
        if let Some(provider) = provider {
            registration.attributes.push((PROVIDER_ATTRIBUTE.into(), provider));
        }
        let cluster_id = instance.cluster;
        let cluster = self.cluster_mut(cluster_id);
        let slot = cluster.fleet.add(registration);
        let place = index(slot.index());
        if place >= cluster.in_slot.len() {
            cluster.in_slot.resize(place + 1, id);
        }
        cluster.in_slot[place] = id;
        self.there_mut(id).slot = Some(slot);
        self.emit_instance(id, InstanceChange::Registered);
    }

    /// A task is on the instance from here on; the fleet has taken its room already.
    pub(super) fn join_instance(&mut self, id: InstanceId, task: TaskId) {
        let now = self.now;
        let instance = self.there_mut(id);
        instance.tasks.push(task);
        if instance.occupied_since.is_none() {
            instance.occupied_since = Some(now);
        }
        if !instance.gpus.is_empty() {
            self.give_gpus(id, task);
        }
    }

    /// Gives a task that has come to an instance the first GPUs of it that are free.
    fn give_gpus(&mut self, id: InstanceId, task: TaskId) {
        let Some(record) = self.tasks.live_mut(task).map(|task| &mut task.record) else { return };
        let Some(gpus) = &mut record.gpus else { return };
        let instance = self.instances[index(id.0)].as_mut().expect("it has just got the task");
        let free = instance.gpus.iter_mut().filter(|gpu| gpu.task.is_none());
        let given = free.take(index(gpus.count())).map(|gpu| {
            gpu.task = Some(task);
            Arc::clone(&gpu.id)
        });
        gpus.give(given.collect());
    }

    /// A task is on the instance no longer: what it took is free.
    pub(super) fn leave_instance(
        &mut self,
        id: InstanceId,
        task: TaskId,
        definition: DefinitionId,
        wants: Wants,
        group: GroupId,
    ) {
        let now = self.now;
        let instance = self.there_mut(id);
        let place = instance.tasks.iter().position(|&other| other == task).expect("it joined the instance");
        instance.tasks.swap_remove(place);
        instance.gpus.iter_mut().filter(|gpu| gpu.task == Some(task)).for_each(|gpu| gpu.task = None);
        if instance.tasks.is_empty()
            && let Some(since) = instance.occupied_since.take()
        {
            instance.occupied = instance.occupied.saturating_add(now.since(since));
        }
        let slot = instance.slot.expect("an instance with tasks is registered");
        let (cluster, drains) = (instance.cluster, instance.drains && instance.tasks.is_empty());
        let need = self.definitions[index(definition.0)].need_of(wants);
        self.clusters[index(cluster.0)].fleet.release(slot, &need, group);
        if drains {
            self.terminate(id);
        } else {
            if self.cluster(cluster).counts_running {
                self.count_running(id);
            }
            self.offer(id);
        }
    }

    /// Spot capacity is to be reclaimed: the two-minute warning.
    pub(super) fn interrupt_instance(&mut self, id: InstanceId) {
        let due = self.now + SPOT_NOTICE;
        self.there_mut(id).interruption = false;
        if self.there(id).registered.is_none() {
            // It never came up; there is nobody to warn.
            return self.terminate(id);
        }
        self.emit_instance(id, InstanceChange::SpotWarning);
        if self.settings.spot_draining {
            self.drain(id);
        }
        let seq = self.timers.set(due, Timer::Instance(id));
        let instance = self.there_mut(id);
        instance.warned = true;
        instance.timer = seq;
    }

    /// Sets an instance to DRAINING: it takes no tasks, and keeps those that it has.
    pub(super) fn drain(&mut self, id: InstanceId) {
        let instance = self.there(id);
        let (cluster, Some(slot)) = (instance.cluster, instance.slot) else { return };
        self.cluster_mut(cluster).fleet.set_status(slot, InstanceStatus::Draining);
        self.emit_instance(id, InstanceChange::Draining);
    }

    /// Ends an instance as EC2 does: its tasks are gone with it, and it is billed.
    pub(super) fn terminate(&mut self, id: InstanceId) {
        let text = format!("Host EC2 (instance {}) terminated.", self.ec2_instance_id(id));
        self.end_instance(id, Some(StopCode::TerminationNotice), &StopText::Text(text.into()));
    }

    fn end_instance(&mut self, id: InstanceId, code: Option<StopCode>, text: &StopText) {
        let now = self.now;
        // Whoever ends last must not end the instance a second time, nor offer its room.
        self.there_mut(id).drains = false;
        self.drain_silently(id);
        while let Some(&task) = self.there(id).tasks.last() {
            let stop = Stop { code, text: text.clone() };
            self.lose(task, stop);
        }
        let (from, registered, occupied, cost) = self.instance_cost(id, now);
        let instance = self.instances[index(id.0)].take().expect("it is there");
        self.tags.remove(&Tagged::ContainerInstance(id));
        if instance.timer != TimerSeq::NONE {
            self.timers.cancel();
        }
        if instance.interruption {
            self.timers.cancel();
        }
        if instance.trunk == Trunk::Attaching {
            self.timers.cancel();
        }
        let cluster = self.cluster_mut(instance.cluster);
        cluster.instances -= 1;
        if let Some(slot) = instance.slot {
            cluster.fleet.remove(slot);
        }
        *(if instance.spot { &mut self.billed.ec2_spot } else { &mut self.billed.ec2 }) += cost;
        self.emit_instance(id, InstanceChange::Terminated);
        self.outputs.push_back(Output::InstanceBilled {
            instance: id,
            from,
            registered,
            to: now,
            occupied,
            cost,
        });
        let provider = instance.provider;
        if instance.registered.is_some() {
            self.inactive.keep(now, id, instance);
        }
        if let Some(provider) = provider {
            self.member_gone(provider, id);
        }
    }

    /// Terminates an instance that is simply there, tasks and all, as somebody with access to EC2 can.
    ///
    /// # Errors
    ///
    /// Fails where there is no such instance.
    pub fn terminate_instance(&mut self, now: Timestamp, instance: InstanceId) -> Result<(), ApiError> {
        self.handle_timeout(now);
        if self.instance(instance).is_none() {
            return Err(ApiError::invalid("The referenced container instance was not found."));
        }
        self.terminate(instance);
        self.drop_stale_timers();
        Ok(())
    }

    /// Takes an instance out of its cluster (`DeregisterContainerInstance`), outside of the API's buckets. The simulator
    /// has no use for a machine that is in no cluster, so that it ends with it; one of a group is replaced.
    ///
    /// # Errors
    ///
    /// Fails where there is no such instance in the cluster, or it has tasks and `force` is not set.
    pub fn deregister_instance(
        &mut self,
        now: Timestamp,
        instance: InstanceId,
        force: bool,
    ) -> Result<(), ApiError> {
        self.handle_timeout(now);
        let Some(there) = self.instance(instance).filter(|there| there.slot.is_some()) else {
            return Err(ApiError::invalid("The referenced container instance was not found."));
        };
        if !force && !there.tasks.is_empty() {
            return Err(ApiError::invalid("Found running tasks on the instance."));
        }
        let text = StopText::Fixed("Container instance deregistration forced by user");
        // No stopCode was ever seen with it.
        self.end_instance(instance, None, &text);
        self.drop_stale_timers();
        Ok(())
    }

    /// Sets an ACTIVE instance to DRAINING (`UpdateContainerInstancesState`), outside of the API's buckets. Tasks that
    /// were run by themselves stay on it.
    ///
    /// # Errors
    ///
    /// Fails where there is no such instance in the cluster, or it is REGISTERING.
    pub fn drain_instance(&mut self, now: Timestamp, instance: InstanceId) -> Result<(), ApiError> {
        self.handle_timeout(now);
        let there = self.instance(instance).and_then(|there| Some((there.cluster, there.slot?)));
        let Some((cluster, slot)) = there else {
            return Err(ApiError::invalid("The referenced container instance was not found."));
        };
        let status = self.cluster(cluster).fleet.get(slot).map(InstanceView::status);
        if status == Some(InstanceStatus::Registering) {
            // Amazon ECS API Reference, UpdateContainerInstancesState; the words are not published.
            return Err(ApiError::invalid(
                "A container instance that is REGISTERING cannot be set to DRAINING.",
            ));
        }
        self.drain(instance);
        Ok(())
    }

    fn drain_silently(&mut self, id: InstanceId) {
        let instance = self.there(id);
        if let (cluster, Some(slot)) = (instance.cluster, instance.slot) {
            self.cluster_mut(cluster).fleet.set_status(slot, InstanceStatus::Draining);
        }
    }

    /// A task is gone with its instance.
    fn lose(&mut self, id: TaskId, stop: Stop) {
        let now = self.now;
        let task = self.tasks.live_mut(id).expect("a task on an instance has not stopped");
        let times = &mut task.record.times;
        for time in [&mut times.pull_started, &mut times.pull_stopped] {
            if *time > now {
                *time = NEVER;
            }
        }
        times.execution_stopped = times.execution_stopped.min(now);
        if times.stopping == NEVER {
            times.stopping = now;
            task.record.stop = Some(stop);
        }
        if task.timer != TimerSeq::NONE {
            task.timer = TimerSeq::NONE;
            self.timers.cancel();
        }
        self.finish(id);
    }

    /// What an instance cost up to `to`: from when, when it was registered, how long it had tasks, and how much.
    pub(super) fn instance_cost(
        &self,
        id: InstanceId,
        to: Timestamp,
    ) -> (Timestamp, Option<Timestamp>, Millis, Cost) {
        let instance = self.there(id);
        let rate = instance_rate(&self.settings.prices, instance.kind.price_per_hour, instance.spot);
        let since = instance.occupied_since.map_or(Millis::ZERO, |since| to.since(since));
        let cost = Cost::of(rate, billed_seconds(instance.launched, to));
        (instance.launched, instance.registered, instance.occupied.saturating_add(since), cost)
    }

    /// `i-…`, the id of the EC2 instance.
    pub fn ec2_instance_id(&self, instance: InstanceId) -> String {
        let there = self.instance(instance).or_else(|| self.inactive.find(self.now, instance));
        if let Some(said) = there.and_then(|instance| instance.ec2_instance_id.as_deref()) {
            return said.to_owned();
        }
        format!("i-{:017x}", (u64::from(instance.0) + 1) | (self.seed & 0xff) << 32)
    }

    /// The type of an instance, whether it is still there or gone.
    ///
    /// # Panics
    ///
    /// Panics where no such instance was ever launched.
    pub fn instance_type(&self, instance: InstanceId) -> &InstanceType {
        &self.instance_types[index(instance.0)]
    }

    /// The instance as `DescribeContainerInstances` would show it, one that boots included; `None` once it is gone.
    pub fn container_instance(&self, id: InstanceId) -> Option<ContainerInstanceView<'_>> {
        let instance = self.instance(id)?;
        let in_fleet = instance.slot.and_then(|slot| self.cluster(instance.cluster).fleet.get(slot));
        Some(instance.view(id, in_fleet))
    }

    pub(super) fn emit_instance(&mut self, instance: InstanceId, change: InstanceChange) {
        self.outputs.push_back(Output::InstanceChanged { at: self.now, instance, change });
    }

    pub(super) fn there(&self, id: InstanceId) -> &Instance {
        self.instance(id).expect("only instances that are there are asked for")
    }

    pub(super) fn there_mut(&mut self, id: InstanceId) -> &mut Instance {
        self.instance_mut(id).expect("only instances that are there are asked for")
    }
}

/// Checks that instances are somewhere.
pub(super) fn check_zones(spec: &InstanceSpec) -> Result<(), ApiError> {
    if spec.zones.is_empty() {
        let message = format!("Instances of type '{}' are in no availability zone.", spec.instance_type.name);
        return Err(ApiError::invalid(message));
    }
    Ok(())
}

/// `ecs.cpu-architecture` of an instance type: Graviton families end in `g`, or have it before further letters (`m7g`,
/// `c7gd`).
pub(crate) fn architecture_of(instance_type: &str) -> &'static str {
    let family = instance_type.split('.').next().unwrap_or_default();
    let letters = family.rsplit(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
    if letters.starts_with('g') { "arm64" } else { "x86_64" }
}

/// What tasks may require of an instance of this type: all that an ECS-optimized Linux image has.
fn capabilities_of(instance_type: &str) -> Capabilities {
    let architecture = match architecture_of(instance_type) {
        "arm64" => Capabilities::ARM64,
        _ => Capabilities::X86_64,
    };
    Capabilities::LINUX.with(architecture).with(Capabilities::OF_AGENT)
}

pub(super) fn instance_entity(id: InstanceId) -> Entity {
    Entity::numbered(INSTANCE, u64::from(id.0))
}
