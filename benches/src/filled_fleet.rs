//! A fleet of 64-vCPU hosts that is 85 % full, and the step that is measured on it: one task ends, one is placed.
//!
//! Each step ends a task chosen at random and places a new one of 1, 2, 4 or 8 vCPU with 1 to 4 GiB each; with 160 GiB
//! a host memory binds as often as CPU does.

use crate::reference_index::ReferenceIndex;
use footman_core::units::{CpuUnits, Mib, Size};
use footman_ecs_sim::{
    fleet::{Fleet, GroupId, Need, Registration, Slot},
    placement::{PlacementRule, PlacementStrategy, RuleId, TieBreak},
};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use std::hint::black_box;

/// The attribute that zones are named by.
pub const ZONE: &str = "ecs.availability-zone";
const VCPUS: u32 = 64;
const FULL_PERCENT: u64 = 85;

/// What a task needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    vcpus: u32,
    memory_mib: u32,
}

/// What places tasks and takes them back.
pub trait Peer {
    /// How it names a host.
    type Host: Copy;
    /// Takes what the task needs from a host that has room.
    fn place(&mut self, task: Task) -> Option<Self::Host>;
    /// Gives it back.
    fn release(&mut self, host: Self::Host, task: Task);
}

impl Peer for ReferenceIndex {
    type Host = u32;

    fn place(&mut self, task: Task) -> Option<u32> {
        Self::place(self, task.vcpus, task.memory_mib)
    }

    fn release(&mut self, host: u32, task: Task) {
        Self::release(self, host, task.vcpus, task.memory_mib);
    }
}

/// The fleet of the simulated ECS under one rule.
#[derive(Debug)]
pub struct Ruled {
    fleet: Fleet,
    rule: RuleId,
    ties: TieBreak,
}

impl Ruled {
    /// Empty hosts in three zones.
    pub fn new(hosts: u32, memory_gib: u32, strategies: &[PlacementStrategy]) -> Self {
        let mut fleet = Fleet::new();
        let size = Size::new(CpuUnits::from_vcpus(VCPUS), Mib::from_gib(memory_gib));
        for zone in ["a", "b", "c"].into_iter().cycle().zip(0..hosts).map(|(zone, _)| zone) {
            let mut registration = Registration::new(size);
            registration.attributes = vec![(ZONE.into(), zone.into())];
            fleet.add(registration);
        }
        let rule = fleet.rule(PlacementRule::new(strategies));
        Self { fleet, rule, ties: TieBreak::Random(Pcg64::seed_from_u64(1)) }
    }
}

impl Peer for Ruled {
    type Host = Slot;

    fn place(&mut self, task: Task) -> Option<Slot> {
        self.fleet.place(&need(task), self.rule, GroupId(0), &mut self.ties).ok()
    }

    fn release(&mut self, host: Slot, task: Task) {
        self.fleet.release(host, &need(task), GroupId(0));
    }
}

fn need(task: Task) -> Need {
    Need::new(Size::new(CpuUnits::from_vcpus(task.vcpus), Mib::new(task.memory_mib)))
}

/// Places nothing: what the benchmark itself costs, its choice of a task among all that run included.
#[derive(Debug)]
pub struct Nowhere;

impl Peer for Nowhere {
    type Host = u64;

    fn place(&mut self, _: Task) -> Option<u64> {
        Some(0)
    }

    fn release(&mut self, _: u64, _: Task) {}
}

/// A fleet at its level, and the tasks on it.
#[derive(Debug)]
pub struct Filled<P: Peer> {
    peer: P,
    running: Vec<(P::Host, Task)>,
    level: usize,
    sequence: Pcg64,
}

impl Filled<ReferenceIndex> {
    /// The reference index, filled.
    pub fn reference(hosts: u32, memory_gib: u32) -> Self {
        Self::new(hosts, memory_gib, ReferenceIndex::new(hosts, VCPUS, memory_gib * 1024))
    }
}

impl Filled<Nowhere> {
    /// Tasks on no hosts.
    pub fn nowhere(hosts: u32, memory_gib: u32) -> Self {
        Self::new(hosts, memory_gib, Nowhere)
    }
}

impl Filled<Ruled> {
    /// The fleet of the simulated ECS, filled by these strategies.
    pub fn ruled(hosts: u32, memory_gib: u32, strategies: &[PlacementStrategy]) -> Self {
        Self::new(hosts, memory_gib, Ruled::new(hosts, memory_gib, strategies))
    }
}

impl<P: Peer> Filled<P> {
    fn new(hosts: u32, memory_gib: u32, peer: P) -> Self {
        let mut filled = Self { peer, running: Vec::new(), level: 0, sequence: Pcg64::seed_from_u64(5) };
        let (mut vcpus, mut memory_mib) = (0, 0);
        let part = |of: u32| u64::from(of) * u64::from(hosts) * FULL_PERCENT / 100;
        while vcpus < part(VCPUS) && memory_mib < part(memory_gib * 1024) {
            let task = filled.task();
            vcpus += u64::from(task.vcpus);
            memory_mib += u64::from(task.memory_mib);
            filled.place(task);
        }
        filled.level = filled.running.len();
        filled
    }

    /// Ends a task and places one.
    pub fn step(&mut self) {
        if self.running.len() >= self.level {
            let bound = u32::try_from(self.running.len()).expect("fewer than 2^32 tasks");
            let ended = usize::try_from(self.below(bound)).expect("an index is a usize");
            let (host, task) = self.running.swap_remove(ended);
            self.peer.release(host, task);
        }
        let task = self.task();
        self.place(task);
    }

    fn place(&mut self, task: Task) {
        let host = black_box(self.peer.place(task));
        self.running.extend(host.map(|host| (host, task)));
    }

    fn task(&mut self) -> Task {
        let vcpus = 1 << self.below(4);
        Task { vcpus, memory_mib: vcpus * 512 * (2 + self.below(7)) }
    }

    fn below(&mut self, bound: u32) -> u32 {
        u32::try_from((u64::from(self.sequence.next_u32()) * u64::from(bound)) >> 32)
            .expect("below the bound")
    }
}
