//! The container instances of a cluster: what each has, what of it is taken, and where the next task goes.
//!
//! An instance is known by its [`Slot`], a dense number. The fleet knows sums, not tasks: whoever places a task keeps
//! what it needed and where it went, and gives both back when it ends. The indexes for placement are built when a rule
//! first needs them and follow the changes from then on.
//!
//! Must stay pure: no clock, and no randomness but what the caller hands in.

mod capability;
mod instance;
mod store;
mod zone;

pub use capability::Capabilities;
pub use instance::{GroupId, HostPort, Identity, InstanceStatus, InstanceView, Need, Registration, Slot};
pub(crate) use store::{AttributeId, Store, ValueId};
pub use zone::Zones;

use crate::placement::{
    Constraint, ConstraintId, Indexes, PlacementFailure, PlacementRule, Plan, Refusal, RuleId, Rules,
    TieBreak,
};
use std::sync::Arc;

/// The container instances of one cluster.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    store: Store,
    indexes: Indexes,
    rules: Rules,
}

impl Fleet {
    /// A fleet without instances.
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a container instance, ACTIVE and with its agent connected.
    ///
    /// # Panics
    ///
    /// Panics beyond 2^24 instances or 2^24 - 1 CPU units, which no cluster and no host reaches.
    pub fn add(&mut self, registration: Registration) -> Slot {
        let slot = self.store.add(registration);
        self.indexes.note(&self.store, slot.index);
        slot
    }

    /// Deregisters an instance; what ran on it is forgotten, and its slot's index serves the next one.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone already.
    pub fn remove(&mut self, slot: Slot) {
        self.store.remove(slot);
        self.indexes.note(&self.store, slot.index);
    }

    /// Sets the status: a DRAINING instance takes no tasks, and keeps those that it has.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone.
    pub fn set_status(&mut self, slot: Slot, status: InstanceStatus) {
        self.store.set_status(slot, status);
        self.indexes.note(&self.store, slot.index);
    }

    /// Says whether the agent is connected: without it an instance takes no tasks.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone.
    pub fn set_agent_connected(&mut self, slot: Slot, connected: bool) {
        self.store.set_agent_connected(slot, connected);
        self.indexes.note(&self.store, slot.index);
    }

    /// Says what tasks may require of an instance.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone.
    pub fn set_capabilities(&mut self, slot: Slot, capabilities: Capabilities) {
        self.store.set_capabilities(slot, capabilities);
        self.indexes.note(&self.store, slot.index);
    }

    /// Says which zone an instance is in.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone.
    pub fn set_zone(&mut self, slot: Slot, zone: Zones) {
        if self.store.set_zone(slot, zone) {
            self.indexes.note(&self.store, slot.index);
        }
    }

    /// Sets or replaces an attribute (`PutAttributes`).
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone.
    pub fn set_attribute(&mut self, slot: Slot, name: &str, value: &str) {
        self.store.set_attribute(slot, name, value);
        self.indexes.note(&self.store, slot.index);
    }

    /// Takes an attribute away (`DeleteAttributes`), where it is there.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone.
    pub fn remove_attribute(&mut self, slot: Slot, name: &str) {
        self.store.remove_attribute(slot, name);
        self.indexes.note(&self.store, slot.index);
    }

    /// Says what a group is called: `task:group` of expressions. Tasks of a group without a name are in none to them.
    pub fn name_group(&mut self, group: GroupId, name: Arc<str>) {
        self.store.name_group(group, name);
    }

    /// Says how many of an instance's tasks are RUNNING: `runningTasksCount` of expressions, which the fleet does not know
    /// by itself.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone.
    pub fn set_running_tasks(&mut self, slot: Slot, running: u32) {
        if self.store.set_running(slot, running) {
            self.indexes.note(&self.store, slot.index);
        }
    }

    /// Makes a constraint known, for rules to name.
    pub fn constraint(&mut self, constraint: Arc<dyn Constraint>) -> ConstraintId {
        self.store.constraint(constraint)
    }

    /// Makes a rule known, for placements to name; the same rule has the same id.
    pub fn rule(&mut self, rule: PlacementRule) -> RuleId {
        let store = &mut self.store;
        let number = self.rules.number(rule, |rule| {
            let plan = Plan::new(rule, |name| store.attribute(name));
            plan.partition().iter().for_each(|&attribute| store.count_by(attribute));
            plan
        });
        RuleId(u32::try_from(number).expect("fewer than 2^32 rules"))
    }

    /// Places one task of `group`: takes what it needs from the instance that `rule` prefers.
    ///
    /// # Errors
    ///
    /// Fails where no instance has room; nothing is taken then.
    pub fn place(
        &mut self,
        need: &Need,
        rule: RuleId,
        group: GroupId,
        ties: &mut TieBreak,
    ) -> Result<Slot, PlacementFailure> {
        if self.store.active() == 0 {
            return Err(PlacementFailure::NoInstance);
        }
        let number = self.store.place(rule.0);
        let plan = (number, self.rules.plan(number));
        let found = self.indexes.find(&self.store, plan, need, group, ties);
        let index = found.ok_or(PlacementFailure::NoRoom)?;
        self.store.take(self.store.place(index), need, group);
        self.indexes.note(&self.store, index);
        Ok(self.store.slot_at(index))
    }

    /// Takes what a task of `group` needs from this very instance (`StartTask`).
    ///
    /// # Errors
    ///
    /// Fails with what is in the way; nothing is taken then.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone.
    pub fn place_on(&mut self, slot: Slot, need: &Need, group: GroupId) -> Result<(), Refusal> {
        let place = self.store.live(slot);
        if let Some(obstacle) = self.store.obstacle(place, need) {
            return Err(Refusal { slot, obstacle });
        }
        self.store.take(place, need, group);
        self.indexes.note(&self.store, slot.index);
        Ok(())
    }

    /// [`Self::place_on`], where a rule must admit the instance besides.
    ///
    /// # Errors
    ///
    /// Fails with the first thing that stands in the way, as [`Self::failures`] would have it.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone.
    pub fn place_on_by(
        &mut self,
        slot: Slot,
        need: &Need,
        rule: RuleId,
        group: GroupId,
    ) -> Result<(), Refusal> {
        let place = self.store.live(slot);
        let plan = self.rules.plan(self.store.place(rule.0));
        if self.store.obstacle(place, need).is_none()
            && let Some(obstacle) = plan.refusal(&self.store, slot.index, group)
        {
            return Err(Refusal { slot, obstacle });
        }
        self.place_on(slot, need, group)
    }

    /// Gives back what a task of `group` took.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone, or more would be given back than was taken.
    pub fn release(&mut self, slot: Slot, need: &Need, group: GroupId) {
        let place = self.store.live(slot);
        self.store.give_back(place, need, group);
        self.indexes.note(&self.store, slot.index);
    }

    /// Why each instance does not take this task: one entry for each ACTIVE instance that does not, by slot.
    ///
    /// This looks at every instance, and is meant for a placement that has failed.
    pub fn failures(&self, need: &Need, rule: RuleId, group: GroupId) -> Vec<Refusal> {
        let plan = self.rules.plan(self.store.place(rule.0));
        let active =
            self.store.present().filter(|&slot| self.store.details(slot).status == InstanceStatus::Active);
        let obstacle = |slot: Slot| {
            self.store
                .obstacle(self.store.place(slot.index), need)
                .or_else(|| plan.refusal(&self.store, slot.index, group))
        };
        active.filter_map(|slot| obstacle(slot).map(|obstacle| Refusal { slot, obstacle })).collect()
    }

    /// The instance in `slot`, unless it is gone.
    pub fn get(&self, slot: Slot) -> Option<InstanceView<'_>> {
        self.store.find(slot).map(|_| InstanceView::new(&self.store, slot))
    }

    /// Every instance, by slot.
    pub fn instances(&self) -> impl Iterator<Item = InstanceView<'_>> {
        self.store.present().map(|slot| InstanceView::new(&self.store, slot))
    }

    /// How many instances there are, of any status.
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether there are no instances at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
