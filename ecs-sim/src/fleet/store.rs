//! What each instance has and what of it is taken, in tables by slot.

use super::{
    capability::Capabilities,
    instance::{GroupId, HostPort, Identity, InstanceStatus, Need, Registration, Slot},
    zone::Zones,
};
use crate::placement::{Constraint, ConstraintId, Obstacle, Values};
use footman_core::units::Size;
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;
use std::{ops::Range, sync::Arc};

/// The name of an attribute, as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AttributeId(u32);

/// The value of an attribute, as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ValueId(u32);

impl ValueId {
    /// The attribute is absent.
    const ABSENT: Self = Self(0);
}

/// What changes or is checked with each task, but for what is left: a quarter of a cache line, for a large fleet is as
/// slow as its misses.
#[derive(Debug, Clone)]
#[repr(align(16))]
struct Instance {
    generation: u32,
    /// A group that has tasks here, and how many. The group is never one of the [`Others`], even while it has none.
    group: GroupId,
    group_tasks: u32,
    kind: Kind,
}

const _: () = assert!(size_of::<Instance>() == 16, "four instances share a cache line");

/// What the instance registered, as a place among the different sizes, and whether it has [`Others`], in the lowest bit.
#[derive(Debug, Clone, Copy)]
struct Kind(u32);

impl Kind {
    fn new(size: u32) -> Self {
        Self(size.checked_mul(2).expect("fewer than 2^31 sizes"))
    }

    const fn size(self) -> u32 {
        self.0 >> 1
    }

    const fn has_others(self) -> bool {
        self.0 & 1 == 1
    }

    fn with_others(self, others: &Others) -> Self {
        Self((self.0 & !1) | u32::from(!others.is_empty()))
    }
}

/// Groups that have tasks on an instance beside the one that stands with it, and how many.
type Others = SmallVec<[(GroupId, u32); 3]>;

/// The attributes of an instance: five that each has, and its capacity provider.
type Attributes = SmallVec<[(AttributeId, ValueId); 6]>;

/// What changes rarely.
#[derive(Debug, Clone)]
pub(crate) struct Details {
    present: bool,
    pub(super) agent_connected: bool,
    pub(super) status: InstanceStatus,
    enis: u32,
    pub(super) enis_left: u32,
    gpus: u32,
    pub(super) gpus_left: u32,
    pub(super) capabilities: Capabilities,
    zone: Zones,
    pub(super) ports: Vec<HostPort>,
    attributes: Attributes,
    pub(super) identity: Identity,
    /// Of its tasks, those that are RUNNING.
    pub(super) running: u32,
}

/// Tasks of each group for each value of an attribute that a rule spreads over.
#[derive(Debug, Clone)]
struct ValueCounts {
    attribute: AttributeId,
    /// By value, then by group.
    tasks: Vec<Vec<u32>>,
}

/// The tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Store {
    /// CPU and memory left. It stands by itself, as `open` does, for that is all that a search reads.
    left: Vec<Size>,
    /// Whether the instance takes tasks at all.
    open: Vec<bool>,
    instances: Vec<Instance>,
    others: Vec<Others>,
    details: Vec<Details>,
    vacant: Vec<u32>,
    len: usize,
    active: usize,
    /// What some instance that was ever here has not: nothing else need be asked of any.
    lacking: Capabilities,
    /// The different sizes that instances registered.
    sizes: IndexSet<Size, FxBuildHasher>,
    names: IndexSet<Arc<str>, FxBuildHasher>,
    values: IndexSet<Arc<str>, FxBuildHasher>,
    counted: Vec<ValueCounts>,
    /// By group.
    group_names: Vec<Option<Arc<str>>>,
    constraints: Vec<Arc<dyn Constraint>>,
}

impl Store {
    /// Puts an instance into a slot.
    pub(super) fn add(&mut self, registration: Registration) -> Slot {
        let size = registration.size;
        assert!(
            size.cpu.get() >> crate::placement::CPU_BITS == 0,
            "an instance has fewer than 2^24 CPU units"
        );
        let mut ports = registration.ports;
        ports.sort_unstable();
        ports.dedup();
        let mut attributes = Attributes::new();
        for (name, value) in &registration.attributes {
            self.put_attribute(&mut attributes, name, value);
        }
        let details = Details {
            present: true,
            agent_connected: true,
            status: InstanceStatus::Active,
            enis: registration.enis,
            enis_left: registration.enis,
            gpus: registration.gpus,
            gpus_left: registration.gpus,
            capabilities: registration.capabilities,
            zone: registration.zone,
            ports,
            attributes,
            identity: registration.identity,
            running: 0,
        };
        self.lacking = self.lacking.with(Capabilities::ALL.without(registration.capabilities));
        let kind = Kind::new(narrow(self.sizes.insert_full(size).0));
        self.len += 1;
        self.active += 1;
        let index = self.vacant.pop().unwrap_or_else(|| self.vacant_slot());
        let place = self.place(index);
        self.left[place] = size;
        self.open[place] = true;
        self.instances[place].kind = kind;
        self.details[place] = details;
        self.slot_at(index)
    }

    /// Makes one more slot.
    fn vacant_slot(&mut self) -> u32 {
        let index = narrow(self.instances.len());
        assert!(index >> crate::placement::SLOT_BITS == 0, "a fleet has at most 2^24 instances at once");
        self.left.push(Size::default());
        self.open.push(false);
        self.instances.push(Instance {
            generation: 0,
            group: GroupId(0),
            group_tasks: 0,
            kind: Kind::new(0),
        });
        self.others.push(Others::new());
        self.details.push(Details::vacant());
        index
    }

    /// Empties a slot.
    pub(super) fn remove(&mut self, slot: Slot) {
        let place = self.live(slot);
        self.count_all(place, u32::checked_sub);
        if self.details[place].status == InstanceStatus::Active {
            self.active -= 1;
        }
        self.details[place] = Details::vacant();
        self.others[place] = Others::new();
        self.open[place] = false;
        // The next generation lives here, so that what still names this one finds nothing.
        let instance = &mut self.instances[place];
        instance.generation += 1;
        instance.group_tasks = 0;
        self.len -= 1;
        self.vacant.push(slot.index);
    }

    pub(super) fn set_status(&mut self, slot: Slot, status: InstanceStatus) {
        let place = self.live(slot);
        let was = std::mem::replace(&mut self.details[place].status, status);
        self.active -= usize::from(was == InstanceStatus::Active);
        self.active += usize::from(status == InstanceStatus::Active);
        self.open[place] = self.details[place].takes_tasks();
    }

    pub(super) fn set_agent_connected(&mut self, slot: Slot, connected: bool) {
        let place = self.live(slot);
        self.details[place].agent_connected = connected;
        self.open[place] = self.details[place].takes_tasks();
    }

    pub(super) fn set_capabilities(&mut self, slot: Slot, capabilities: Capabilities) {
        let place = self.live(slot);
        self.details[place].capabilities = capabilities;
        self.lacking = self.lacking.with(Capabilities::ALL.without(capabilities));
    }

    /// Sets the zone of an instance, and says whether that is another than before.
    pub(super) fn set_zone(&mut self, slot: Slot, zone: Zones) -> bool {
        let place = self.live(slot);
        std::mem::replace(&mut self.details[place].zone, zone) != zone
    }

    pub(super) fn set_attribute(&mut self, slot: Slot, name: &str, value: &str) {
        let place = self.live(slot);
        self.count_all(place, u32::checked_sub);
        let mut attributes = std::mem::take(&mut self.details[place].attributes);
        self.put_attribute(&mut attributes, name, value);
        self.details[place].attributes = attributes;
        self.count_all(place, u32::checked_add);
    }

    pub(super) fn remove_attribute(&mut self, slot: Slot, name: &str) {
        let place = self.live(slot);
        let name = self.attribute(name);
        self.count_all(place, u32::checked_sub);
        self.details[place].attributes.retain(|(there, _)| *there != name);
        self.count_all(place, u32::checked_add);
    }

    fn put_attribute(&mut self, to: &mut Attributes, name: &str, value: &str) {
        let name = self.attribute(name);
        let value = number(&mut self.values, value);
        let value = ValueId(value + 1);
        match to.iter_mut().find(|(there, _)| *there == name) {
            Some(entry) => entry.1 = value,
            None => to.push((name, value)),
        }
    }

    /// The number of an attribute's name.
    pub(super) fn attribute(&mut self, name: &str) -> AttributeId {
        AttributeId(number(&mut self.names, name))
    }

    /// Counts tasks for each value of this attribute from then on, those that are there included.
    pub(super) fn count_by(&mut self, attribute: AttributeId) {
        if self.counted.iter().any(|counts| counts.attribute == attribute) {
            return;
        }
        let mut counts = ValueCounts { attribute, tasks: Vec::new() };
        for (place, details) in self.details.iter().enumerate() {
            for (group, tasks) in groups(&self.instances[place], &self.others[place]) {
                *counts.of(details.value(attribute), group) += tasks;
            }
        }
        self.counted.push(counts);
    }

    /// Adds or takes away all tasks of an instance in the counts by value.
    fn count_all(&mut self, place: usize, change: impl Fn(u32, u32) -> Option<u32>) {
        for counts in &mut self.counted {
            for (group, tasks) in groups(&self.instances[place], &self.others[place]) {
                let count = counts.of(self.details[place].value(counts.attribute), group);
                *count = change(*count, tasks).expect("counts by value are sums over instances");
            }
        }
    }

    pub(super) fn constraint(&mut self, constraint: Arc<dyn Constraint>) -> ConstraintId {
        self.constraints.push(constraint);
        ConstraintId(u32::try_from(self.constraints.len() - 1).expect("fewer than 2^32 constraints"))
    }

    pub(super) fn name_group(&mut self, group: GroupId, name: Arc<str>) {
        let place = self.place(group.0);
        if place >= self.group_names.len() {
            self.group_names.resize(place + 1, None);
        }
        self.group_names[place] = Some(name);
    }

    pub(super) fn group_name(&self, group: GroupId) -> Option<&str> {
        self.group_names.get(self.place(group.0))?.as_deref()
    }

    /// Sets how many tasks of an instance are RUNNING, and says whether that is another number than before.
    pub(super) fn set_running(&mut self, slot: Slot, running: u32) -> bool {
        let place = self.live(slot);
        std::mem::replace(&mut self.details[place].running, running) != running
    }

    /// Takes what a task needs, which must be there.
    pub(super) fn take(&mut self, place: usize, need: &Need, group: GroupId) {
        let left = &mut self.left[place];
        *left = left.checked_sub(need.size).expect("an instance that was chosen has room");
        let instance = &mut self.instances[place];
        if instance.group == group && (instance.group_tasks > 0 || !instance.kind.has_others()) {
            instance.group_tasks += 1;
        } else {
            count_other(instance, &mut self.others[place], group);
        }
        if need.eni {
            let enis_left = &mut self.details[place].enis_left;
            *enis_left = enis_left.checked_sub(1).expect("an instance that was chosen has an interface");
        }
        if need.gpus > 0 {
            let gpus_left = &mut self.details[place].gpus_left;
            *gpus_left = gpus_left.checked_sub(need.gpus).expect("an instance that was chosen has the GPUs");
        }
        for &port in need.ports() {
            let ports = &mut self.details[place].ports;
            let at = ports.binary_search(&port).expect_err("an instance that was chosen has the port free");
            ports.insert(at, port);
        }
        for counts in &mut self.counted {
            *counts.of(self.details[place].value(counts.attribute), group) += 1;
        }
    }

    /// Gives back what a task took.
    pub(super) fn give_back(&mut self, place: usize, need: &Need, group: GroupId) {
        let instance = &mut self.instances[place];
        let registered = self.sizes[wide(instance.kind.size())];
        let left = self.left[place].checked_add(need.size).filter(|&left| registered.holds(left));
        self.left[place] = left.expect("no more is given back than was taken");
        if instance.group == group && instance.group_tasks > 0 {
            instance.group_tasks -= 1;
        } else {
            let others = &mut self.others[place];
            let at = others.iter().position(|&(there, _)| there == group);
            let at = at.expect("a task that ends was placed here under its group");
            others[at].1 -= 1;
            if others[at].1 == 0 {
                others.swap_remove(at);
                instance.kind = instance.kind.with_others(others);
            }
        }
        if need.eni {
            let details = &mut self.details[place];
            details.enis_left += 1;
            assert!(details.enis_left <= details.enis, "no more interfaces are given back than were taken");
        }
        if need.gpus > 0 {
            let details = &mut self.details[place];
            details.gpus_left += need.gpus;
            assert!(details.gpus_left <= details.gpus, "no more GPUs are given back than were taken");
        }
        for port in need.ports() {
            let ports = &mut self.details[place].ports;
            let at = ports.binary_search(port).expect("a port given back was taken");
            ports.remove(at);
        }
        for counts in &mut self.counted {
            *counts.of(self.details[place].value(counts.attribute), group) -= 1;
        }
    }

    /// What is in the way of a task on this instance, constraints aside.
    pub(super) fn obstacle(&self, place: usize, need: &Need) -> Option<Obstacle> {
        let left = self.left[place];
        if !self.open[place] && !self.details[place].agent_connected {
            return Some(Obstacle::Agent);
        }
        if left.cpu < need.size.cpu {
            return Some(Obstacle::Cpu);
        }
        if left.memory < need.size.memory {
            return Some(Obstacle::Memory);
        }
        self.details[place].obstacle(need)
    }

    /// The place of an instance that must be there.
    pub(super) fn live(&self, slot: Slot) -> usize {
        self.find(slot).expect("the instance is registered")
    }

    /// The place of an instance, unless it is gone.
    pub(super) fn find(&self, slot: Slot) -> Option<usize> {
        let place = self.place(slot.index);
        let there = self.instances.get(place)?;
        (there.generation == slot.generation).then_some(place)
    }

    pub(super) fn slot_at(&self, index: u32) -> Slot {
        Slot { index, generation: self.instances[self.place(index)].generation }
    }

    pub(super) fn registered(&self, slot: Slot) -> Size {
        self.sizes[wide(self.instances[self.live(slot)].kind.size())]
    }

    pub(super) fn left_on(&self, slot: Slot) -> Size {
        self.left[self.live(slot)]
    }

    pub(super) fn details(&self, slot: Slot) -> &Details {
        &self.details[self.live(slot)]
    }

    pub(super) fn attribute_of(&self, slot: Slot, name: &str) -> Option<&str> {
        let details = self.details(slot);
        let put = || {
            let name = u32::try_from(self.names.get_index_of(name)?).ok()?;
            let index = details.value(AttributeId(name)).0.checked_sub(1)?;
            self.values.get_index(self.place(index)).map(|value| &**value)
        };
        // A capability is an attribute without a value.
        let capability =
            || Capabilities::named(name).filter(|named| named.without(details.capabilities).is_none());
        put().or_else(|| capability().map(|_| ""))
    }

    pub(super) fn present(&self) -> impl Iterator<Item = Slot> {
        self.slot_range().filter(|&index| self.details[self.place(index)].present).map(|i| self.slot_at(i))
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn active(&self) -> usize {
        self.active
    }
}

/// What the indexes read.
impl Store {
    /// The place of a slot in the tables.
    pub(crate) fn place(&self, slot: u32) -> usize {
        wide(slot)
    }

    /// How many slots there are, vacant ones included.
    pub(crate) fn slots(&self) -> usize {
        self.instances.len()
    }

    /// Every slot, vacant ones included.
    pub(crate) fn slot_range(&self) -> Range<u32> {
        0..u32::try_from(self.instances.len()).expect("fewer than 2^24 slots")
    }

    /// CPU and memory left, of an instance that takes tasks.
    pub(crate) fn left(&self, slot: u32) -> Option<Size> {
        let place = self.place(slot);
        self.open[place].then(|| self.left[place])
    }

    /// Whether an instance has what a task needs besides CPU and memory.
    pub(crate) fn provides(&self, slot: u32, need: &Need) -> bool {
        let plain = !need.eni && need.is_common() && self.in_question(need.requires).is_none();
        plain || self.details[self.place(slot)].obstacle(need).is_none()
    }

    /// What of `required` must be asked of each instance, for some have it not.
    pub(crate) fn in_question(&self, required: Capabilities) -> Capabilities {
        required.among(self.lacking)
    }

    /// How many tasks of a group an instance has.
    pub(crate) fn tasks_of(&self, slot: u32, group: GroupId) -> u32 {
        let place = self.place(slot);
        let instance = &self.instances[place];
        if instance.group == group {
            return instance.group_tasks;
        }
        if !instance.kind.has_others() {
            return 0;
        }
        self.others[place].iter().find(|&&(there, _)| there == group).map_or(0, |&(_, tasks)| tasks)
    }

    /// The groups that have tasks on an instance, and how many.
    pub(super) fn groups(&self, slot: Slot) -> impl Iterator<Item = (GroupId, u32)> {
        let place = self.live(slot);
        groups(&self.instances[place], &self.others[place])
    }

    /// How many tasks of a group the instances with this value have; the attribute must be counted.
    pub(crate) fn tasks_of_value(&self, attribute: AttributeId, value: ValueId, group: GroupId) -> u32 {
        let counts = self.counted.iter().find(|counts| counts.attribute == attribute);
        let counts = counts.expect("a rule's attributes are counted from when it is known");
        let by_group = counts.tasks.get(self.place(value.0));
        by_group.and_then(|by_group| by_group.get(self.place(group.0)).copied()).unwrap_or(0)
    }

    /// The instance's values of these attributes.
    pub(crate) fn values(&self, slot: u32, attributes: &[AttributeId]) -> Values {
        let details = &self.details[self.place(slot)];
        attributes.iter().map(|&attribute| details.value(attribute)).collect()
    }

    /// Whether a constraint admits an instance.
    pub(crate) fn admits(&self, constraint: ConstraintId, slot: u32) -> bool {
        let view = super::InstanceView::new(self, self.slot_at(slot));
        self.constraints[self.place(constraint.0)].admits(view)
    }
}

/// The groups that have tasks on an instance, and how many.
fn groups(instance: &Instance, others: &Others) -> impl Iterator<Item = (GroupId, u32)> {
    let first = (instance.group_tasks > 0).then_some((instance.group, instance.group_tasks));
    first.into_iter().chain(others.iter().copied())
}

/// Counts one more task of a group that does not stand with the instance, or not alone.
fn count_other(instance: &mut Instance, others: &mut Others, group: GroupId) {
    if let Some((_, tasks)) = others.iter_mut().find(|(there, _)| *there == group) {
        *tasks += 1;
    } else if instance.group_tasks == 0 {
        (instance.group, instance.group_tasks) = (group, 1);
    } else {
        others.push((group, 1));
        instance.kind = instance.kind.with_others(others);
    }
}

impl Details {
    /// Of a slot without an instance.
    fn vacant() -> Self {
        Self {
            present: false,
            agent_connected: false,
            status: InstanceStatus::Draining,
            enis: 0,
            enis_left: 0,
            gpus: 0,
            gpus_left: 0,
            capabilities: Capabilities::NONE,
            zone: Zones::NONE,
            ports: Vec::new(),
            attributes: Attributes::new(),
            identity: Identity::default(),
            running: 0,
        }
    }

    fn takes_tasks(&self) -> bool {
        self.present && self.agent_connected && self.status == InstanceStatus::Active
    }

    fn value(&self, attribute: AttributeId) -> ValueId {
        self.attributes.iter().find(|&&(there, _)| there == attribute).map_or(ValueId::ABSENT, |&(_, v)| v)
    }

    /// What a task needs besides CPU and memory and does not find here, by the order in which ECS names it.
    fn obstacle(&self, need: &Need) -> Option<Obstacle> {
        if !need.ports().iter().all(|port| self.ports.binary_search(port).is_err()) {
            return Some(Obstacle::Ports);
        }
        if need.eni && self.enis_left == 0 {
            return Some(Obstacle::Eni);
        }
        if self.gpus_left < need.gpus {
            return Some(Obstacle::Gpu);
        }
        if !need.zones.admit(self.zone) {
            return Some(Obstacle::Location);
        }
        (!need.requires.without(self.capabilities).is_none()).then_some(Obstacle::Attribute)
    }
}

impl ValueCounts {
    /// The count of a value and a group, made where it is not there yet.
    fn of(&mut self, value: ValueId, group: GroupId) -> &mut u32 {
        let (value, group) = (wide(value.0), wide(group.0));
        if value >= self.tasks.len() {
            self.tasks.resize(value + 1, Vec::new());
        }
        let by_group = &mut self.tasks[value];
        if group >= by_group.len() {
            by_group.resize(group + 1, 0);
        }
        &mut by_group[group]
    }
}

fn wide(number: u32) -> usize {
    usize::try_from(number).expect("a usize has at least 32 bits on every supported target")
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).expect("what a fleet has fewer than 2^32 of")
}

/// The number of a text, given out where it is new.
fn number(texts: &mut IndexSet<Arc<str>, FxBuildHasher>, text: &str) -> u32 {
    let index = match texts.get_index_of(text) {
        Some(index) => index,
        None => texts.insert_full(text.into()).0,
    };
    u32::try_from(index).expect("fewer than 2^32 texts")
}
