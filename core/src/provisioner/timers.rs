//! When the core wants to be woken, and why.
//!
//! Every phase has one span, the same for all agents, and time never goes back: so the deadlines of a phase come in
//! the order in which agents entered it, and a first-in first-out queue per phase does what a heap would do, at a
//! constant cost. The head of each queue is always alive; what lies behind it may be stale and is dropped when it
//! becomes the head. The few timers with spans of their own (backoff, retention) are in an ordered set.

use crate::{
    decision::Phase,
    id::TemplateId,
    provisioner::supply::SupplyId,
    time::{Millis, Timestamp},
};
use std::collections::{BTreeSet, VecDeque};

/// Why the core wants to be woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// An agent reaches the deadline of its phase.
    Deadline(Phase),
    /// An action that failed is repeated.
    Retry,
    /// A call that waited for the token bucket may be made.
    Pace,
    /// Items may have waited beside idle agents for too long.
    NotTaken,
    /// A template's breaker lets one launch through.
    Breaker(TemplateId),
    /// The active hours of a template begin or end.
    Hours(TemplateId),
    /// ECS may have room again for agents that wait.
    Capacity,
    /// A task without a node has had the time that a node needs to be seen.
    Orphan,
    /// Launches may go on after nodes vanished together.
    Vanished,
}

/// A slot of the agents' table, together with the stamp that the agent's phase had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stamped {
    pub(super) slot: u32,
    pub(super) stamp: u32,
}

/// What a timer with a span of its own is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Special {
    /// An agent's action is repeated.
    Retry(Stamped),
    /// A retained or warm agent stood idle for as long as it may.
    Idle(Stamped),
    /// A task was missing from the listings for as long as ECS may take to show it.
    Missing(Stamped),
    /// A task stopped under a build, and Jenkins had the time to see it.
    Dead(Stamped),
    /// Items of a group may have waited beside idle agents for too long.
    NotTaken {
        /// The group's place.
        group: u32,
    },
    /// A group that Jenkins did not assign to may be launched for again.
    Unblock {
        /// The group's place.
        group: u32,
    },
    /// The agent is gone for which items of a group wait by its name.
    Lost {
        /// The group's place.
        group: u32,
    },
    /// A template's breaker ends.
    Breaker(TemplateId),
    /// The active hours of a template begin or end.
    Hours(TemplateId),
    /// ECS may have room for a class again.
    Gate(SupplyId),
    /// Agents of a class may take the places of those for which ECS had room.
    Refill(SupplyId),
    /// Tasks without a node are looked at.
    Orphans,
    /// Launches may go on after nodes vanished together.
    Vanished,
}

impl Special {
    fn timer(self) -> Timer {
        match self {
            Self::Retry(_) => Timer::Retry,
            Self::Idle(_) => Timer::Deadline(Phase::Idle),
            Self::Missing(_) | Self::Dead(_) => Timer::Deadline(Phase::Spent),
            Self::NotTaken { .. } | Self::Unblock { .. } | Self::Lost { .. } => Timer::NotTaken,
            Self::Breaker(template) => Timer::Breaker(template),
            Self::Hours(template) => Timer::Hours(template),
            Self::Gate(_) | Self::Refill(_) => Timer::Capacity,
            Self::Orphans => Timer::Orphan,
            Self::Vanished => Timer::Vanished,
        }
    }
}

/// All that is to come.
#[derive(Debug)]
pub(super) struct Timers {
    spans: [Option<Millis>; Phase::COUNT],
    phases: [VecDeque<(Timestamp, Stamped)>; Phase::COUNT],
    /// The times of the queues' heads, beside each other so that the least is found quickly.
    heads: [Timestamp; Phase::COUNT],
    /// The first of the least of `heads`: it is asked for far more often than it changes.
    first: usize,
    special: BTreeSet<(Timestamp, Special)>,
}

impl Timers {
    /// No timers; an agent in a phase has as long as `spans` says, by [`Phase::index`], or for ever.
    pub(super) fn new(spans: [Option<Millis>; Phase::COUNT]) -> Self {
        Self {
            spans,
            phases: std::array::from_fn(|_| VecDeque::new()),
            heads: [Timestamp::MAX; Phase::COUNT],
            first: 0,
            special: BTreeSet::new(),
        }
    }

    /// Starts the deadline of `phase` for an agent that enters it at `now`.
    pub(super) fn enter(&mut self, phase: Phase, now: Timestamp, agent: Stamped) {
        let index = phase.index();
        let Some(span) = self.spans[index] else { return };
        let at = now + span;
        let queue = &mut self.phases[index];
        debug_assert!(queue.back().is_none_or(|(last, _)| *last <= at), "time went back");
        let was_empty = queue.is_empty();
        queue.push_back((at, agent));
        if was_empty {
            self.set_head(index, at);
        }
    }

    /// Drops what is stale at the head of `phase` after the agent `left` has left it; `alive` says which entries of
    /// others still hold.
    pub(super) fn leave(&mut self, phase: Phase, left: Stamped, alive: impl Fn(Stamped) -> bool) {
        let index = phase.index();
        if self.phases[index].front().is_some_and(|(_, head)| *head == left) {
            self.drop_stale(index, alive);
        }
    }

    fn drop_stale(&mut self, index: usize, alive: impl Fn(Stamped) -> bool) {
        let queue = &mut self.phases[index];
        while let Some((_, head)) = queue.front() {
            if alive(*head) {
                break;
            }
            queue.pop_front();
        }
        let head = queue.front().map_or(Timestamp::MAX, |(at, _)| *at);
        self.set_head(index, head);
    }

    fn set_head(&mut self, index: usize, at: Timestamp) {
        self.heads[index] = at;
        if index == self.first {
            // It may have moved behind another one.
            self.first = 0;
            for (other, head) in self.heads.iter().enumerate() {
                if *head < self.heads[self.first] {
                    self.first = other;
                }
            }
        } else if (at, index) < (self.heads[self.first], self.first) {
            self.first = index;
        }
    }

    /// Adds a timer with a span of its own.
    pub(super) fn set(&mut self, at: Timestamp, special: Special) {
        self.special.insert((at, special));
    }

    /// The earliest time, and what for.
    #[inline]
    pub(super) fn next(&self) -> Option<(Timestamp, Timer)> {
        let head = self.heads[self.first];
        let phase = (head < Timestamp::MAX).then(|| (head, Timer::Deadline(Phase::ALL[self.first])));
        let special = self.special.first().map(|(at, special)| (*at, special.timer()));
        match (phase, special) {
            (Some(phase), Some(special)) => Some(if special.0 < phase.0 { special } else { phase }),
            (phase, special) => phase.or(special),
        }
    }

    /// The next agent whose phase has lasted too long at `now`, in the order of the phases.
    pub(super) fn pop_phase(
        &mut self,
        now: Timestamp,
        alive: impl Fn(Stamped) -> bool,
    ) -> Option<(Phase, Stamped)> {
        let index = self.heads.iter().position(|at| *at <= now)?;
        let (_, agent) = self.phases[index].pop_front()?;
        self.drop_stale(index, alive);
        Some((Phase::ALL[index], agent))
    }

    /// The next timer with a span of its own that is due at `now`.
    pub(super) fn pop_special(&mut self, now: Timestamp) -> Option<Special> {
        let (at, _) = self.special.first()?;
        if *at > now {
            return None;
        }
        self.special.pop_first().map(|(_, special)| special)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Held against a plain list of who is in which phase until when.
        #[test]
        fn the_next_deadline_is_the_earliest_of_those_who_still_wait(
            moves in prop::collection::vec((0..6_usize, 0..4_usize, 0..50_u64), 1..120),
        ) {
            let spans = [7_u64, 90, 30, 30].map(Millis::new);
            let mut timers = Timers::new(std::array::from_fn(|index| spans.get(index).copied()));
            let mut agents: Vec<(u32, Option<(usize, Timestamp)>)> = vec![(0, None); 6];
            let mut now = Timestamp::EPOCH;
            for (agent, phase, wait) in moves {
                now = now + Millis::new(wait);
                loop {
                    let list = agents.clone();
                    let alive = |stamped: Stamped| {
                        list[usize::try_from(stamped.slot).unwrap()].0 == stamped.stamp
                    };
                    let Some((phase, due)) = timers.pop_phase(now, alive) else { break };
                    let known = &mut agents[usize::try_from(due.slot).unwrap()];
                    let (in_phase, at) = known.1.take().expect("it waited");
                    prop_assert!(at <= now && in_phase == phase.index());
                    known.0 += 1;
                }
                prop_assert!(agents.iter().all(|(_, waits)| waits.is_none_or(|(_, at)| at > now)));
                let slot = u32::try_from(agent).unwrap();
                let (stamp, before) = agents[agent];
                let left = Stamped { slot, stamp };
                agents[agent] = (stamp + 1, Some((phase, now + spans[phase])));
                let alive =
                    |stamped: Stamped| agents[usize::try_from(stamped.slot).unwrap()].0 == stamped.stamp;
                if let Some((old, _)) = before {
                    timers.leave(Phase::ALL[old], left, alive);
                }
                timers.enter(Phase::ALL[phase], now, Stamped { slot, stamp: stamp + 1 });
                let earliest = agents.iter().filter_map(|(_, waits)| waits.map(|(_, at)| at)).min();
                prop_assert_eq!(timers.next().map(|(at, _)| at), earliest);
            }
        }
    }

    #[test]
    fn special_timers_come_in_the_order_of_their_times() {
        let mut timers = Timers::new([None; Phase::COUNT]);
        let at = |ms| Timestamp::from_millis(ms);
        timers.set(at(30), Special::Orphans);
        timers.set(at(10), Special::Breaker(TemplateId(2)));
        assert_eq!(timers.next(), Some((at(10), Timer::Breaker(TemplateId(2)))));
        assert_eq!(timers.pop_special(at(9)), None);
        assert_eq!(timers.pop_special(at(40)), Some(Special::Breaker(TemplateId(2))));
        assert_eq!(timers.pop_special(at(40)), Some(Special::Orphans));
        assert_eq!(timers.next(), None);
    }
}
