//! One container instance: what it registers, what is left of it, and what a task needs of it.

use super::{capability::Capabilities, store::Store, zone::Zones};
use crate::{
    placement::HostPorts,
    query::{AgentVersion, QueriedInstance, Second},
};
use footman_core::units::Size;
use std::sync::Arc;

/// Where a fleet keeps an instance.
///
/// The index is dense and used again after the instance has gone; the generation tells the two apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

impl Slot {
    /// The dense index, for tables beside the fleet.
    pub const fn index(self) -> u32 {
        self.index
    }
}

/// The group of a task (`group`; `family:FAMILY` by default), as a dense number that the caller gives out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub u32);

/// A port on the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostPort {
    /// Listed in PORTS.
    Tcp(u16),
    /// Listed in PORTS_UDP.
    Udp(u16),
}

/// The status of a container instance, as far as placement goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstanceStatus {
    /// `REGISTERING`: its trunk network interface is being attached, and it takes no tasks yet.
    Registering,
    /// `ACTIVE`.
    Active,
    /// `DRAINING`.
    Draining,
}

/// What an instance brings along when it registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// CPU and memory.
    pub size: Size,
    /// How many tasks with a network interface of their own it carries.
    pub enis: u32,
    /// How many GPUs it has.
    pub gpus: u32,
    /// What tasks may require of it.
    pub capabilities: Capabilities,
    /// The zone that it is in, where a subnet was said to be in that.
    pub zone: Zones,
    /// Ports that are taken from the start.
    pub ports: Vec<HostPort>,
    /// Attributes by name, `ecs.availability-zone` and `ecs.instance-type` among them.
    pub attributes: Vec<(Arc<str>, Arc<str>)>,
    /// Who it is, where anybody asks.
    pub identity: Identity,
}

/// What expressions may ask of an instance that decides nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// `ec2InstanceId`.
    pub ec2_instance_id: Option<Arc<str>>,
    /// `registeredAt`.
    pub registered_at: Option<Second>,
    /// `versionInfo.agentVersion`.
    pub agent_version: Option<AgentVersion>,
}

impl Registration {
    /// TCP ports that every instance reserves for the system and the agent (Amazon ECS Developer Guide, "Task
    /// definition parameters", `hostPort`, read 2026-11-23).
    pub const PORTS_RESERVED: [u16; 6] = [22, 2375, 2376, 51678, 51679, 51680];

    /// An instance of this size with the default reserved ports and every capability, without network interfaces for
    /// tasks, GPUs or attributes.
    pub fn new(size: Size) -> Self {
        Self {
            size,
            enis: 0,
            gpus: 0,
            capabilities: Capabilities::ALL,
            zone: Zones::NONE,
            ports: Self::PORTS_RESERVED.map(HostPort::Tcp).to_vec(),
            attributes: Vec::new(),
            identity: Identity::default(),
        }
    }
}

/// What a task needs of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Need {
    /// CPU and memory.
    pub size: Size,
    /// Whether it needs a network interface of its own (`awsvpc`).
    pub eni: bool,
    /// How many GPUs it needs for itself.
    pub gpus: u32,
    /// What it requires of the instance besides.
    pub requires: Capabilities,
    /// The zones that its subnets are in.
    pub zones: Zones,
    ports: HostPorts,
}

impl Need {
    /// CPU and memory, and nothing else.
    pub fn new(size: Size) -> Self {
        Self { size, ..Self::default() }
    }

    /// The same with a network interface of its own.
    #[must_use]
    pub fn with_eni(mut self) -> Self {
        self.eni = true;
        self
    }

    /// The same with so many GPUs.
    #[must_use]
    pub fn with_gpus(mut self, gpus: u32) -> Self {
        self.gpus = gpus;
        self
    }

    /// The same, which requires these, too.
    #[must_use]
    pub fn requiring(mut self, capabilities: Capabilities) -> Self {
        self.requires = self.requires.with(capabilities);
        self
    }

    /// The same in one of these zones.
    #[must_use]
    pub fn within(mut self, zones: Zones) -> Self {
        self.zones = zones;
        self
    }

    /// The same with these ports on the host; one named twice is one.
    #[must_use]
    pub fn with_ports(mut self, ports: impl IntoIterator<Item = HostPort>) -> Self {
        self.ports.extend(ports);
        self.ports.sort_unstable();
        self.ports.dedup();
        self
    }

    /// The ports on the host, ascending.
    pub fn ports(&self) -> &[HostPort] {
        &self.ports
    }

    /// Whether it asks for nothing that few tasks ask for: GPUs, ports, or a zone.
    pub(crate) fn is_common(&self) -> bool {
        self.gpus == 0 && self.zones == Zones::ANY && self.ports.is_empty()
    }

    /// All of it but CPU and memory, with these requirements instead of its own.
    pub(crate) fn particulars(&self, requires: Capabilities) -> Self {
        Self { size: Size::default(), requires, ..self.clone() }
    }
}

/// An instance as it is.
#[derive(Debug, Clone, Copy)]
pub struct InstanceView<'a> {
    slot: Slot,
    store: &'a Store,
}

impl<'a> InstanceView<'a> {
    pub(super) fn new(store: &'a Store, slot: Slot) -> Self {
        Self { slot, store }
    }

    /// Where it is.
    pub fn slot(self) -> Slot {
        self.slot
    }

    /// What it registered.
    pub fn registered(self) -> Size {
        self.store.registered(self.slot)
    }

    /// What is left of that.
    pub fn remaining(self) -> Size {
        self.store.left_on(self.slot)
    }

    /// How many more tasks with a network interface of their own it takes.
    pub fn enis_remaining(self) -> u32 {
        self.store.details(self.slot).enis_left
    }

    /// How many GPUs no task has.
    pub fn gpus_remaining(self) -> u32 {
        self.store.details(self.slot).gpus_left
    }

    /// What tasks may require of it.
    pub fn capabilities(self) -> Capabilities {
        self.store.details(self.slot).capabilities
    }

    /// Ports that are taken, ascending.
    pub fn ports_reserved(self) -> &'a [HostPort] {
        &self.store.details(self.slot).ports
    }

    /// Whether it has room for such a task, and all else that it needs.
    pub(crate) fn has_room_for(self, need: &Need) -> bool {
        self.remaining().holds(need.size) && self.store.provides(self.slot.index, need)
    }

    /// The status.
    pub fn status(self) -> InstanceStatus {
        self.store.details(self.slot).status
    }

    /// Whether the agent is connected.
    pub fn agent_connected(self) -> bool {
        self.store.details(self.slot).agent_connected
    }

    /// How many tasks are placed on it.
    pub fn tasks(self) -> u32 {
        self.groups().map(|(_, tasks)| tasks).sum()
    }

    /// How many tasks of this group are placed on it.
    pub fn tasks_of(self, group: GroupId) -> u32 {
        self.store.tasks_of(self.slot.index, group)
    }

    /// The groups of the tasks that are placed on it, and how many of each.
    pub fn groups(self) -> impl Iterator<Item = (GroupId, u32)> + 'a {
        self.store.groups(self.slot)
    }

    /// The value of an attribute, where it has that.
    pub fn attribute(self, name: &str) -> Option<&'a str> {
        self.store.attribute_of(self.slot, name)
    }
}

impl QueriedInstance for InstanceView<'_> {
    fn agent_connected(&self) -> bool {
        (*self).agent_connected()
    }

    fn agent_version(&self) -> Option<&AgentVersion> {
        self.store.details(self.slot).identity.agent_version.as_ref()
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        (*self).attribute(name)
    }

    fn ec2_instance_id(&self) -> Option<&str> {
        self.store.details(self.slot).identity.ec2_instance_id.as_deref()
    }

    fn registered_at(&self) -> Option<Second> {
        self.store.details(self.slot).identity.registered_at
    }

    /// As the fleet was told ([`Fleet::set_running_tasks`](super::Fleet::set_running_tasks)).
    fn running_tasks_count(&self) -> u32 {
        self.store.details(self.slot).running
    }

    fn task_groups(&self) -> impl Iterator<Item = &str> {
        (*self).groups().filter_map(|(group, _)| self.store.group_name(group))
    }
}
