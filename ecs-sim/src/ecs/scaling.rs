//! Managed scaling of the auto-scaling group behind a capacity provider.
//!
//! Once a minute the provider compares the instances that are needed with those that are there
//! (CapacityProviderReservation, in percent), and two alarms act on it: one high point is enough to grow, fifteen low
//! points in a row are needed to shrink (Amazon ECS Developer Guide, "Amazon ECS cluster auto scaling"; AWS blog "Deep
//! dive on Amazon ECS cluster auto scaling"; aws/containers-roadmap issues 900 and 1220; collected 2026-11-23).

use super::{Ecs, index, providers::ProviderUpdate, waiting::Waiting};
use crate::{
    capacity::{GroupProvider, InstanceSpec, ManagedScaling},
    fleet::Need,
    id::{ClusterId, InstanceId, ProviderId},
    output::Output,
    timer::Timer,
};
use footman_core::{
    time::{Millis, Timestamp},
    units::Size,
};
use std::sync::Arc;

/// An auto-scaling group and the capacity provider before it.
#[derive(Debug)]
pub(crate) struct Group {
    pub(super) spec: GroupProvider,
    /// The cluster with which it is associated.
    pub(super) cluster: Option<ClusterId>,
    /// The instances that boot or run, the oldest first; those on their way out included.
    pub(super) members: Vec<InstanceId>,
    pub(super) waiting: Waiting,
    desired: u32,
    launched: u32,
    last_launch: Option<Timestamp>,
    last_scale_out: Option<Timestamp>,
    /// Low points in a row.
    low_points: u32,
    /// Whether a deadline for the next look at the metric is set.
    scales: bool,
    pub(super) update: ProviderUpdate,
    /// The auto-scaling group that it was made for, where that was made by itself.
    pub(super) made_for: Option<Arc<str>>,
}

/// How often the metric is computed.
const PERIOD: Millis = Millis::from_mins(1);
/// How many low points in a row let the group shrink.
const LOW_POINTS: u32 = 15;
/// How long after growing the group does not shrink.
const COOLDOWN: Millis = Millis::from_mins(15);

impl Group {
    pub(super) fn new(spec: GroupProvider) -> Self {
        Self {
            desired: spec.desired.clamp(spec.min, spec.max),
            spec,
            cluster: None,
            members: Vec::new(),
            waiting: Waiting::default(),
            launched: 0,
            last_launch: None,
            last_scale_out: None,
            low_points: 0,
            scales: false,
            update: ProviderUpdate::Created,
            made_for: None,
        }
    }

    /// Whether instances or waiting tasks depend on its association.
    pub(super) fn is_in_use(&self) -> bool {
        !self.members.is_empty() || !self.waiting.is_empty()
    }
}

impl Ecs {
    /// Brings a group to life in its cluster.
    pub(super) fn start_group(&mut self, id: ProviderId, cluster: ClusterId) {
        let group = self.provider_mut(id);
        group.cluster = Some(cluster);
        self.fill(id);
        self.start_scaling(id);
    }

    /// Looks at the metric each minute from here on, where scaling is managed and the group is in a cluster.
    pub(super) fn start_scaling(&mut self, id: ProviderId) {
        let now = self.now;
        let group = self.provider_mut(id);
        if group.spec.managed_scaling.is_some() && group.cluster.is_some() && !group.scales {
            group.scales = true;
            self.timers.set(now + PERIOD, Timer::Scaling(id));
        }
    }

    /// Launches what the group lacks, as far as the cluster takes it.
    fn fill(&mut self, id: ProviderId) {
        let now = self.now;
        let Some(cluster) = self.provider(id).cluster else { return };
        let room = self.settings.quotas.instances_per_cluster.saturating_sub(self.cluster(cluster).instances);
        let lacking = self.provider(id).desired.saturating_sub(self.staying(id)).min(room);
        for _ in 0..lacking {
            let group = self.provider(id);
            let nth = group.launched;
            let spec: InstanceSpec = group.spec.instances[index(nth) % group.spec.instances.len()].clone();
            let instance = self.launch(cluster, Some(id), &spec, nth);
            self.boot(instance);
            let group = self.provider_mut(id);
            group.launched += 1;
            group.last_launch = Some(now);
            group.members.push(instance);
        }
    }

    /// How many members are not on their way out.
    fn staying(&self, id: ProviderId) -> u32 {
        let members = &self.provider(id).members;
        let staying = members.iter().filter(|&&i| self.instance(i).is_some_and(|i| !i.drains)).count();
        u32::try_from(staying).expect("instances are counted in 32 bits")
    }

    /// An instance of the group was terminated: the group launches another where it lacks one.
    pub(super) fn member_gone(&mut self, id: ProviderId, instance: InstanceId) {
        self.provider_mut(id).members.retain(|&member| member != instance);
        self.fill(id);
    }

    /// One minute of managed scaling has passed.
    pub(super) fn scale(&mut self, id: ProviderId) {
        let now = self.now;
        let Some(scaling) = self.provider(id).spec.managed_scaling else {
            self.provider_mut(id).scales = false;
            return;
        };
        self.timers.set(now + PERIOD, Timer::Scaling(id));
        let running = self.staying(id);
        let metric = self.reservation(id, &scaling, running);
        let target = u64::from(scaling.target_percent);
        let group = self.provider_mut(id);
        if metric > target {
            group.low_points = 0;
            let warm = group.last_launch.is_none_or(|last| now.since(last) >= scaling.warmup);
            if warm {
                self.grow(id, running, metric, target);
            }
        } else if metric < target {
            group.low_points += 1;
            let cooled = group.last_scale_out.is_none_or(|last| now.since(last) >= COOLDOWN);
            if group.low_points >= LOW_POINTS && cooled {
                self.shrink(id, running, metric, target);
            }
        } else {
            group.low_points = 0;
        }
    }

    fn grow(&mut self, id: ProviderId, running: u32, metric: u64, target: u64) {
        let now = self.now;
        let group = self.provider_mut(id);
        let wanted = (u64::from(running.max(1)) * metric).div_ceil(target);
        let wanted = u32::try_from(wanted).unwrap_or(u32::MAX).clamp(group.spec.min, group.spec.max);
        if wanted <= group.desired {
            return;
        }
        let before = std::mem::replace(&mut group.desired, wanted);
        group.last_scale_out = Some(now);
        self.outputs.push_back(Output::GroupScaled { at: now, provider: id, before, after: wanted });
        self.fill(id);
    }

    /// Takes at most half of the group away.
    fn shrink(&mut self, id: ProviderId, running: u32, metric: u64, target: u64) {
        let now = self.now;
        let group = self.provider_mut(id);
        let wanted = (u64::from(running) * metric).div_ceil(target);
        let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
        let wanted = wanted.max(running - running.div_ceil(2)).clamp(group.spec.min, group.spec.max);
        if wanted >= group.desired {
            return;
        }
        let spares_busy = group.spec.termination_protection;
        let managed_draining = group.spec.managed_draining;
        let members = group.members.clone();
        let candidates: Vec<InstanceId> = members
            .into_iter()
            .filter(|&i| self.instance(i).is_some_and(|i| !i.drains && (i.tasks.is_empty() || !spares_busy)))
            .take(index(running.saturating_sub(wanted)))
            .collect();
        let after = running - u32::try_from(candidates.len()).expect("it is at most what runs");
        let before = std::mem::replace(&mut self.provider_mut(id).desired, after);
        if before == after {
            return;
        }
        self.outputs.push_back(Output::GroupScaled { at: now, provider: id, before, after });
        for instance in candidates {
            if managed_draining && !self.there(instance).tasks.is_empty() {
                self.there_mut(instance).drains = true;
                self.drain(instance);
            } else {
                self.terminate(instance);
            }
        }
    }

    /// CapacityProviderReservation, in percent.
    fn reservation(&self, id: ProviderId, scaling: &ManagedScaling, running: u32) -> u64 {
        let group = self.provider(id);
        if group.waiting.is_empty() {
            if running == 0 {
                return 100.min(u64::from(scaling.target_percent));
            }
            let busy = group
                .members
                .iter()
                .filter(|&&i| self.instance(i).is_some_and(|i| !i.drains && !i.tasks.is_empty()))
                .count();
            return percent(u32::try_from(busy).unwrap_or(u32::MAX), running);
        }
        let trunking = self.trunking();
        let kinds: Vec<Host> = group.spec.instances.iter().map(|spec| Host::new(spec, trunking)).collect();
        let largest = kinds.iter().fold(Host::default(), |most, kind| most.each(*kind, u32::max));
        let smallest =
            kinds.iter().copied().reduce(|least, kind| least.each(kind, u32::min)).unwrap_or_default();
        let lacking = group
            .waiting
            .kinds()
            .filter(|(need, _, _)| smallest.carries(need) > 0)
            .map(|(need, distinct, waiting)| {
                let per_instance = if distinct { 1 } else { largest.carries(need) };
                waiting.div_ceil(per_instance.max(1))
            })
            .max();
        match lacking {
            None => u64::from(scaling.target_percent),
            Some(_) if running == 0 => 200,
            Some(lacking) => {
                let step = lacking.clamp(scaling.step_min, scaling.step_max);
                percent(running.saturating_add(step), running)
            }
        }
    }

    /// How many instances a group wants.
    pub fn desired_capacity(&self, provider: ProviderId) -> u32 {
        self.provider(provider).desired
    }

    /// The instances of a group, those that boot and those on their way out included, the oldest first.
    pub fn group_instances(&self, provider: ProviderId) -> &[InstanceId] {
        &self.provider(provider).members
    }
}

/// What an instance type offers to tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Host {
    size: Size,
    enis: u32,
    gpus: u32,
}

impl Host {
    /// `trunking`: the account's setting.
    fn new(spec: &InstanceSpec, trunking: bool) -> Self {
        let kind = &spec.instance_type;
        let enis = if spec.trunking || trunking { kind.awsvpc_tasks_trunked } else { kind.awsvpc_tasks };
        let gpus = u32::try_from(spec.gpus.len()).unwrap_or(u32::MAX);
        Self { size: kind.registered, enis: enis.into(), gpus }
    }

    /// Dimension by dimension, one of the two.
    fn each(self, other: Self, pick: impl Fn(u32, u32) -> u32) -> Self {
        use footman_core::units::{CpuUnits, Mib};
        Self {
            size: Size::new(
                CpuUnits::new(pick(self.size.cpu.get(), other.size.cpu.get())),
                Mib::new(pick(self.size.memory.get(), other.size.memory.get())),
            ),
            enis: pick(self.enis, other.enis),
            gpus: pick(self.gpus, other.gpus),
        }
    }

    /// How many tasks of this need fit.
    fn carries(self, need: &Need) -> u32 {
        let times = |has: u32, takes: u32| has.checked_div(takes).unwrap_or(u32::MAX);
        let by_size = times(self.size.cpu.get(), need.size.cpu.get())
            .min(times(self.size.memory.get(), need.size.memory.get()));
        let by_eni = if need.eni { self.enis } else { u32::MAX };
        let by_ports = if need.ports().is_empty() { u32::MAX } else { 1 };
        by_size.min(by_eni).min(by_ports).min(times(self.gpus, need.gpus))
    }
}

/// `part` of `whole` in percent; a fraction of a percent counts as one, so that nothing that is lacking is lost.
fn percent(part: u32, whole: u32) -> u64 {
    (u64::from(part) * 100).div_ceil(u64::from(whole.max(1)))
}
