//! Where on a fleet of container instances a task goes: strategies, constraints, ties.
//!
//! The order of things is that of ECS: the instances with room, of them those that the constraints admit, of them the
//! best by the strategies, of the equals one (Amazon ECS Developer Guide, "Amazon ECS task placement", read
//! 2026-11-23). The search goes through an index on both resources, so that a placement costs little more on 100,000
//! instances than on 100; what it finds is what a scan of all of them finds.
//!
//! Must stay pure: the caller brings the randomness.

mod forest;
mod grid;
mod indexes;
mod maxima;
mod order;
mod slots;
mod tree;
mod view;

pub(crate) use indexes::{Indexes, Plan, Rules};
use order::Component;
pub(crate) use order::{CPU_BITS, SLOT_BITS};
pub(crate) use view::Values;

use crate::{
    fleet::{HostPort, InstanceView, Slot},
    query::Expression,
};
use rand_pcg::Pcg64;
use smallvec::SmallVec;
use std::{fmt, sync::Arc};
use thiserror::Error;

/// One item of `placementStrategy`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlacementStrategy {
    /// `random`: any instance with room. It decides, so whatever follows it is without effect.
    Random,
    /// `spread`: the value of the field with the fewest tasks of the same group.
    Spread(SpreadField),
    /// `binpack`: the instance with the least of the resource left.
    Binpack(Resource),
    /// The instance with the lowest [`Slot`]. No strategy of ECS's: packing has known results for it. It decides, so
    /// whatever follows it is without effect.
    FirstFit,
}

/// The `field` of `spread`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpreadField {
    /// `instanceId`, or `host`, which is the same.
    InstanceId,
    /// `attribute:NAME`. Instances without the attribute count as one more value of it (ECS does not say).
    Attribute(Arc<str>),
}

/// The `field` of `binpack`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// `cpu`.
    Cpu,
    /// `memory`.
    Memory,
}

/// How tasks are to be placed: strategies in their order, and constraints, of which each must hold.
///
/// [`Fleet::rule`](crate::fleet::Fleet::rule) makes a [`RuleId`] of it once, and placements name that.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PlacementRule {
    /// Each orders what the ones before it leave equal. None at all is `random`, as ECS has it for `RunTask`.
    pub strategies: Vec<PlacementStrategy>,
    /// `distinctInstance`: no instance that has a task of the same group.
    pub distinct_instance: bool,
    /// What else must hold of the instance.
    pub constraint: Option<ConstraintId>,
}

impl PlacementRule {
    /// These strategies, and no constraint.
    pub fn new(strategies: impl Into<Vec<PlacementStrategy>>) -> Self {
        Self { strategies: strategies.into(), distinct_instance: false, constraint: None }
    }
}

/// A rule that a fleet knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub(crate) u32);

/// A constraint that a fleet knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConstraintId(pub(crate) u32);

/// What must hold of an instance, `memberOf` for one.
///
/// It may depend on nothing but the instance as it is: the fleet asks again only when the instance has changed.
pub trait Constraint: fmt::Debug + Send + Sync {
    /// Whether a task may go to `instance`.
    fn admits(&self, instance: InstanceView<'_>) -> bool;
}

/// `memberOf`.
impl Constraint for Expression {
    fn admits(&self, instance: InstanceView<'_>) -> bool {
        self.holds(&instance)
    }
}

/// Which of several equal instances is taken; ECS does not say.
#[derive(Debug, Clone)]
pub enum TieBreak {
    /// The lowest [`Slot`], with `random` too: nothing is drawn.
    LowestSlot,
    /// One drawn from this sequence, which belongs to what is placed.
    ///
    /// After `binpack` a place among the equals is drawn, and the next one with room from there on is taken, round the
    /// end. After `random` and `spread`, where equals are many and unlike, an instance is drawn anew until it has room,
    /// so that each has the same chance; see [`SLOT_DRAWS_MAX`] and [`RANDOM_DRAWS_MAX`]. In which order equals stand
    /// depends on what happened to them, so a draw has the same outcome where the whole history is the same.
    Random(Pcg64),
}

/// How often `random` draws a slot anew where the one that was drawn has no room.
///
/// Where so few have room, the draws go on in the index, which holds those with enough CPU together.
pub const SLOT_DRAWS_MAX: u32 = 32;

/// How often an instance is drawn anew from an index where the one that was drawn has too little memory.
///
/// After that the next one with room in the order of the index is taken: the choice is a little uneven, and it ends.
pub const RANDOM_DRAWS_MAX: u32 = 8;

/// Why a task was not placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PlacementFailure {
    /// The fleet has no instance at all that is ACTIVE: ECS answers with an exception.
    #[error("no container instance is active")]
    NoInstance,
    /// No instance has room and is admitted: ECS answers with `failures`; [`Fleet::failures`] has them.
    ///
    /// [`Fleet::failures`]: crate::fleet::Fleet::failures
    #[error("no container instance has room")]
    NoRoom,
}

/// One entry of `failures`: an instance that was tried and why it was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The instance.
    pub slot: Slot,
    /// What was in the way.
    pub obstacle: Obstacle,
}

/// Why an instance was not taken (Amazon ECS Developer Guide, "API failure reasons", read 2026-11-23).
///
/// The order is that in which they are looked for; the first one found is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Obstacle {
    /// `AGENT`: the agent is not connected.
    Agent,
    /// `RESOURCE:CPU`.
    Cpu,
    /// `RESOURCE:MEMORY`.
    Memory,
    /// `RESOURCE:PORTS`.
    Ports,
    /// `RESOURCE:ENI`.
    Eni,
    /// `RESOURCE:GPU`.
    Gpu,
    /// `LOCATION`: the task's subnets are in other zones than the instance.
    Location,
    /// `ATTRIBUTE`: the instance lacks what the task definition requires.
    Attribute,
    /// `distinctInstance` does not hold (the text is from an answer of RunTask that somebody published).
    DistinctInstance,
    /// `memberOf` does not hold.
    MemberOf,
}

impl Obstacle {
    /// The text in `failures[].reason`.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Agent => "AGENT",
            Self::Cpu => "RESOURCE:CPU",
            Self::Memory => "RESOURCE:MEMORY",
            Self::Ports => "RESOURCE:PORTS",
            Self::Eni => "RESOURCE:ENI",
            Self::Gpu => "RESOURCE:GPU",
            Self::Location => "LOCATION",
            Self::Attribute => "ATTRIBUTE",
            Self::DistinctInstance => "DistinctInstance placement constraint unsatisfied.",
            Self::MemberOf => "MemberOf placement constraint unsatisfied.",
        }
    }
}

/// Ports on a host, ascending and each once.
pub type HostPorts = SmallVec<[HostPort; 2]>;
