//! The packing workload: builds of different sizes on a fixed set of hosts, first come first served, first fit.
//!
//! Nothing boots, nothing is decided but which host takes a build; so it ties the placement code of the simulated ECS
//! to a known result, and measures it without anything else. Arrivals are streamed, and only running builds are held:
//! the event that ends a build carries its host and size.
//!
//! The order within an instant: all completions first, and the head of the queue is tried after them together; then the
//! arrivals in the order given, and the head is tried after each.

use crate::statistics::{Distribution, Samples};
use footman_core::{Millis, Timestamp, units::Size};
use footman_ecs_sim::{
    fleet::{Fleet, GroupId, Need, Registration, Slot},
    placement::{PlacementRule, PlacementStrategy, RuleId, TieBreak},
};
use std::{
    cmp::Ordering,
    collections::{BinaryHeap, VecDeque},
};
use thiserror::Error;

/// A build of the packing workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackedBuild {
    /// When it is submitted.
    pub submit: Timestamp,
    /// How long it runs.
    pub duration: Millis,
    /// What it needs of a host.
    pub size: Size,
}

/// Why a packing run ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PackingError {
    /// A build that no host could ever take would block the queue for good.
    #[error("build {index} needs {size}, more than any host has")]
    TooLarge {
        /// The build's place in the order of arrival, from 0.
        index: u64,
        /// What it needs.
        size: Size,
    },
    /// A build arrives before the one that was given before it.
    #[error("build {index} is submitted before the build that stands before it")]
    Unsorted {
        /// The build's place in the order of arrival, from 0.
        index: u64,
    },
}

/// The end of a build; the earliest is the greatest, for a heap that gives out its greatest.
#[derive(Debug, Clone, Copy)]
struct Completion {
    at: Timestamp,
    slot: Slot,
    size: Size,
}

impl PartialEq for Completion {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Completion {}

impl PartialOrd for Completion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Completion {
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.cmp(&self.at)
    }
}

/// The hosts, the queue before them, and what runs.
struct Hosts {
    fleet: Fleet,
    first_fit: RuleId,
    queue: VecDeque<PackedBuild>,
    running: BinaryHeap<Completion>,
    /// Hosts that had completions at this instant: while the head of the queue is blocked, only they can take it.
    freed: Vec<Slot>,
    waits: Samples,
}

/// All builds belong to one group: first fit counts no tasks.
const GROUP: GroupId = GroupId(0);

/// Runs builds, in order of submission, on `hosts` hosts of `size`, and reports their waits.
///
/// # Errors
///
/// Fails where the builds are out of order, or one is larger than a host.
pub fn run(
    hosts: u32,
    size: Size,
    builds: impl IntoIterator<Item = PackedBuild>,
) -> Result<Distribution, PackingError> {
    let mut world = Hosts::new(hosts, size);
    let mut before = Timestamp::from_millis(i64::MIN);
    for (index, build) in (0..).zip(builds) {
        if build.submit < before {
            return Err(PackingError::Unsorted { index });
        }
        if hosts == 0 || !size.holds(build.size) {
            return Err(PackingError::TooLarge { index, size: build.size });
        }
        before = build.submit;
        world.complete_until(build.submit);
        world.submit(build);
    }
    world.complete_until(Timestamp::MAX);
    Ok(world.waits.distribution())
}

impl Hosts {
    fn new(hosts: u32, size: Size) -> Self {
        let mut fleet = Fleet::new();
        for _ in 0..hosts {
            fleet.add(Registration::new(size));
        }
        let first_fit = fleet.rule(PlacementRule::new([PlacementStrategy::FirstFit]));
        Self {
            fleet,
            first_fit,
            queue: VecDeque::new(),
            running: BinaryHeap::new(),
            freed: Vec::new(),
            waits: Samples::new(),
        }
    }

    /// Ends what ends at `until` or before, and starts what that makes room for.
    fn complete_until(&mut self, until: Timestamp) {
        while let Some(&Completion { at, .. }) = self.running.peek()
            && at <= until
        {
            while let Some(&done) = self.running.peek()
                && done.at == at
            {
                self.running.pop();
                self.fleet.release(done.slot, &Need::new(done.size), GROUP);
                if !self.queue.is_empty() {
                    self.freed.push(done.slot);
                }
            }
            self.start_blocked(at);
        }
    }

    /// Tries the head of a queue that was blocked: first on the freed hosts, then, once it has moved, as ever.
    fn start_blocked(&mut self, now: Timestamp) {
        let Some(&head) = self.queue.front() else { return };
        let need = Need::new(head.size);
        self.freed.sort_unstable();
        let taken = self.freed.drain(..).find(|&slot| self.fleet.place_on(slot, &need, GROUP).is_ok());
        let Some(slot) = taken else { return };
        self.queue.pop_front();
        self.start(now, head, slot);
        while let Some(&head) = self.queue.front()
            && self.try_start(now, head)
        {
            self.queue.pop_front();
        }
    }

    fn submit(&mut self, build: PackedBuild) {
        // While the queue has a head, it is blocked, and nothing overtakes it.
        if !self.queue.is_empty() || !self.try_start(build.submit, build) {
            self.queue.push_back(build);
        }
    }

    fn try_start(&mut self, now: Timestamp, build: PackedBuild) -> bool {
        let placed =
            self.fleet.place(&Need::new(build.size), self.first_fit, GROUP, &mut TieBreak::LowestSlot);
        let Ok(slot) = placed else { return false };
        self.start(now, build, slot);
        true
    }

    fn start(&mut self, now: Timestamp, build: PackedBuild, slot: Slot) {
        self.waits.record(now.since(build.submit));
        self.running.push(Completion { at: now + build.duration, slot, size: build.size });
    }
}
