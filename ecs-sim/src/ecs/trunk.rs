//! Trunk network interfaces (`awsvpcTrunking`): an instance that has one carries more tasks with an interface of their own,
//! and is REGISTERING until it is attached (Amazon ECS Developer Guide, "Elastic network interface trunking", read
//! 2026-11-23).

use super::{Ecs, instances::instance_entity};
use crate::{
    capacity::InstanceSpec, draw::Concern, fleet::InstanceStatus, id::InstanceId, output::InstanceChange,
    timer::Timer,
};
use std::fmt;

/// The attribute of an instance whose trunk is attached.
pub(crate) const TRUNK_ATTRIBUTE: &str = "ecs.awsvpc-trunk-id";

/// The trunk of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trunk {
    /// It has none, and gets none.
    None,
    /// It gets one when it registers.
    Wanted,
    Attaching,
    Attached,
}

/// `eni-…`, the id of a trunk network interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrunkId(InstanceId);

impl TrunkId {
    /// That of an instance.
    pub(super) fn of(instance: InstanceId) -> Self {
        Self(instance)
    }
}

impl fmt::Display for TrunkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "eni-{:017x}", u64::from(self.0.0) + 1)
    }
}

impl Trunk {
    /// That of an instance which is launched; `setting` is that of the account. A type that carries no more tasks with a
    /// trunk than without has none.
    pub(super) fn of(spec: &InstanceSpec, setting: bool) -> Self {
        let kind = &spec.instance_type;
        let gains = kind.awsvpc_tasks_trunked > kind.awsvpc_tasks;
        if (spec.trunking || setting) && gains { Self::Wanted } else { Self::None }
    }
}

impl Ecs {
    /// Begins to attach the trunk of an instance that has just registered, where it gets one: it is REGISTERING for as long
    /// as that takes.
    pub(super) fn attach_trunk(&mut self, id: InstanceId) {
        let instance = self.there(id);
        let (cluster, Some(slot)) = (instance.cluster, instance.slot) else { return };
        if instance.trunk != Trunk::Wanted {
            return;
        }
        let latency = self.settings.latency.trunk_attach;
        let span = self.draws.length(latency, Concern::TrunkAttach, instance_entity(id));
        self.cluster_mut(cluster).fleet.set_status(slot, InstanceStatus::Registering);
        self.there_mut(id).trunk = Trunk::Attaching;
        self.timers.set(self.now + span, Timer::InstanceTrunk(id));
    }

    /// The trunk of an instance is there; it is ACTIVE, unless it drains by then.
    pub(super) fn trunk_attached(&mut self, id: InstanceId) {
        self.note_trunk(id);
        let instance = self.there(id);
        let (cluster, Some(slot)) = (instance.cluster, instance.slot) else { return };
        let fleet = &mut self.cluster_mut(cluster).fleet;
        if fleet.get(slot).is_some_and(|view| view.status() == InstanceStatus::Registering) {
            fleet.set_status(slot, InstanceStatus::Active);
            self.emit_instance(id, InstanceChange::Activated);
            self.offer(id);
        }
    }

    /// Notes that the trunk of an instance is there, where it gets one.
    pub(super) fn note_trunk(&mut self, id: InstanceId) {
        let instance = self.there_mut(id);
        if instance.trunk == Trunk::None {
            return;
        }
        instance.trunk = Trunk::Attached;
        let (cluster, Some(slot)) = (instance.cluster, instance.slot) else { return };
        let text = TrunkId::of(id).to_string();
        self.cluster_mut(cluster).fleet.set_attribute(slot, TRUNK_ATTRIBUTE, &text);
    }
}
