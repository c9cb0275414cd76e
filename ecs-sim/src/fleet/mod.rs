//! The container instances of a cluster: what each has, what of it is taken, and where the next task goes.
//!
//! An instance is known by its [`Slot`], a dense number. The fleet knows sums, not tasks: whoever places a task keeps
//! what it needed and where it went, and gives both back when it ends. The indexes for placement are built when a rule
//! first needs them and follow the changes from then on.
//!
//! Must stay pure: no clock, and no randomness but what the caller hands in.

mod instance;

pub use instance::{GroupId, HostPort, InstanceStatus, InstanceView, Need, Registration, Slot};

use crate::placement::{
    Constraint, ConstraintId, PlacementFailure, PlacementRule, Refusal, RuleId, TieBreak,
};
use std::sync::Arc;

/// The container instances of one cluster.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    _later: (),
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
        let _ = registration;
        Slot { index: 0, generation: 0 }
    }

    /// Deregisters an instance; what ran on it is forgotten, and its slot's index serves the next one.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone already.
    pub fn remove(&mut self, slot: Slot) {
        let _ = slot;
    }

    /// Sets the status: a DRAINING instance takes no tasks, and keeps those that it has.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone.
    pub fn set_status(&mut self, slot: Slot, status: InstanceStatus) {
        let _ = (slot, status);
    }

    /// Says whether the agent is connected: without it an instance takes no tasks.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone.
    pub fn set_agent_connected(&mut self, slot: Slot, connected: bool) {
        let _ = (slot, connected);
    }

    /// Sets or replaces an attribute (`PutAttributes`).
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone.
    pub fn set_attribute(&mut self, slot: Slot, name: &str, value: &str) {
        let _ = (slot, name, value);
    }

    /// Makes a constraint known, for rules to name.
    pub fn constraint(&mut self, constraint: Arc<dyn Constraint>) -> ConstraintId {
        let _ = constraint;
        ConstraintId(0)
    }

    /// Makes a rule known, for placements to name; the same rule has the same id.
    pub fn rule(&mut self, rule: PlacementRule) -> RuleId {
        let _ = rule;
        RuleId(0)
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
        let _ = (need, rule, group, ties);
        Err(PlacementFailure::NoInstance)
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
        let _ = (slot, need, group);
        Ok(())
    }

    /// Gives back what a task of `group` took.
    ///
    /// # Panics
    ///
    /// Panics where the instance is gone, or more would be given back than was taken.
    pub fn release(&mut self, slot: Slot, need: &Need, group: GroupId) {
        let _ = (slot, need, group);
    }

    /// Why each instance does not take this task: one entry for each ACTIVE instance that does not, by slot.
    ///
    /// This looks at every instance, and is meant for a placement that has failed.
    pub fn failures(&self, need: &Need, rule: RuleId, group: GroupId) -> Vec<Refusal> {
        let _ = (need, rule, group);
        Vec::new()
    }

    /// The instance in `slot`, unless it is gone.
    pub fn get(&self, slot: Slot) -> Option<InstanceView<'_>> {
        let _ = slot;
        None
    }

    /// Every instance, by slot.
    pub fn instances(&self) -> impl Iterator<Item = InstanceView<'_>> {
        std::iter::empty()
    }

    /// How many instances there are, of any status.
    pub fn len(&self) -> usize {
        0
    }

    /// Whether there are no instances at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
