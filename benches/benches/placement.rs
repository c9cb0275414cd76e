//! One placement and one release on a fleet of 64-vCPU hosts that is 85 % full, beside the reference index.
//!
//! Each step ends a task chosen at random and places a new one of 1, 2, 4 or 8 vCPU with 1 to 4 GiB each; with 160 GiB
//! a host memory binds as often as CPU does.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use footman_benches::reference_index::ReferenceIndex;
use footman_core::units::{CpuUnits, Mib, Size};
use footman_ecs_sim::{
    fleet::{Fleet, GroupId, Need, Registration, Slot},
    placement::{PlacementRule, PlacementStrategy, Resource, RuleId, SpreadField, TieBreak},
};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use std::{hint::black_box, time::Duration};

const HOSTS: [u32; 4] = [100, 1_000, 10_000, 100_000];
const MEMORY_GIB: [u32; 2] = [256, 160];
const VCPUS: u32 = 64;
const FULL_PERCENT: u64 = 85;
const ZONE: &str = "ecs.availability-zone";

#[derive(Clone, Copy)]
struct Task {
    vcpus: u32,
    memory: u32,
}

/// What places tasks and takes them back.
trait Peer {
    type Host: Copy;
    fn place(&mut self, task: Task) -> Option<Self::Host>;
    fn release(&mut self, host: Self::Host, task: Task);
}

impl Peer for ReferenceIndex {
    type Host = u32;

    fn place(&mut self, task: Task) -> Option<u32> {
        Self::place(self, task.vcpus, task.memory)
    }

    fn release(&mut self, host: u32, task: Task) {
        Self::release(self, host, task.vcpus, task.memory);
    }
}

struct Ruled {
    fleet: Fleet,
    rule: RuleId,
    ties: TieBreak,
}

impl Ruled {
    fn new(hosts: u32, memory_gib: u32, strategies: &[PlacementStrategy]) -> Self {
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
    Need::new(Size::new(CpuUnits::from_vcpus(task.vcpus), Mib::new(task.memory)))
}

/// A fleet at its level, and the tasks on it.
struct Filled<P: Peer> {
    peer: P,
    running: Vec<(P::Host, Task)>,
    level: usize,
    sequence: Pcg64,
}

impl<P: Peer> Filled<P> {
    fn new(hosts: u32, memory_gib: u32, peer: P) -> Self {
        let mut filled = Self { peer, running: Vec::new(), level: 0, sequence: Pcg64::seed_from_u64(5) };
        let (mut vcpus, mut memory) = (0, 0);
        let part = |of: u32| u64::from(of) * u64::from(hosts) * FULL_PERCENT / 100;
        while vcpus < part(VCPUS) && memory < part(memory_gib * 1024) {
            let task = filled.task();
            vcpus += u64::from(task.vcpus);
            memory += u64::from(task.memory);
            filled.place(task);
        }
        filled.level = filled.running.len();
        filled
    }

    fn step(&mut self) {
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
        Task { vcpus, memory: vcpus * 512 * (2 + self.below(7)) }
    }

    fn below(&mut self, bound: u32) -> u32 {
        u32::try_from((u64::from(self.sequence.next_u32()) * u64::from(bound)) >> 32)
            .expect("below the bound")
    }
}

fn placement(criterion: &mut Criterion) {
    use PlacementStrategy::{Binpack, FirstFit, Random, Spread};
    let zone = Spread(SpreadField::Attribute(ZONE.into()));
    let rules = [
        ("binpack cpu", vec![Binpack(Resource::Cpu)]),
        ("binpack memory", vec![Binpack(Resource::Memory)]),
        ("spread instanceId", vec![Spread(SpreadField::InstanceId)]),
        ("random", vec![Random]),
        ("spread zone, binpack memory", vec![zone, Binpack(Resource::Memory)]),
        ("first fit", vec![FirstFit]),
    ];
    for memory_gib in MEMORY_GIB {
        let mut group = criterion.benchmark_group(format!("placement {memory_gib} GiB"));
        group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_millis(700));
        group.sample_size(20);
        for hosts in HOSTS {
            let mut filled =
                Filled::new(hosts, memory_gib, ReferenceIndex::new(hosts, VCPUS, memory_gib * 1024));
            group.bench_function(BenchmarkId::new("reference index", hosts), |b| b.iter(|| filled.step()));
            for (name, strategies) in &rules {
                let mut filled = Filled::new(hosts, memory_gib, Ruled::new(hosts, memory_gib, strategies));
                group.bench_function(BenchmarkId::new(*name, hosts), |b| b.iter(|| filled.step()));
            }
        }
        group.finish();
    }
}

criterion_group!(benches, placement);
criterion_main!(benches);
