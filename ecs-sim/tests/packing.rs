//! What is known of packing holds of placement: first fit and best fit stay near the optimum, nobody opens an empty
//! instance while another has room, and a fleet of thousands places as a scan of it would.
//!
//! The instances of the laws are full bins cut into pieces, so that the optimum is known: as many as were cut.

use footman_core::units::{CpuUnits, Mib, Size};
use footman_ecs_sim::{
    fleet::{Fleet, GroupId, InstanceView, Need, Registration, Slot},
    placement::{PlacementRule, PlacementStrategy, Resource, SpreadField, TieBreak},
};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64;
use std::collections::BTreeMap;

const ZONE: &str = "ecs.availability-zone";
const BIN: Size = Size::new(CpuUnits::from_vcpus(4), Mib::from_gib(8));
const GROUP: GroupId = GroupId(0);

fn cpu_fit() -> PlacementStrategy {
    PlacementStrategy::Binpack(Resource::Cpu)
}

/// The lengths between the cuts of something `whole`; cuts that fall together make no piece.
fn lengths(whole: u32, cuts: &[u32]) -> Vec<u32> {
    let mut cuts: Vec<u32> = cuts.iter().map(|cut| cut % whole).chain([0, whole]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// Full bins cut along CPU only, the pieces shuffled.
fn cut_along_cpu(bins: &[Vec<u32>], seed: u64) -> Vec<Size> {
    let pieces = bins.iter().flat_map(|cuts| lengths(BIN.cpu.get(), cuts));
    shuffled(pieces.map(|cpu| Size::new(CpuUnits::new(cpu), Mib::ZERO)).collect(), seed)
}

/// Full bins cut along CPU and memory, the pieces shuffled: each cut through the one is answered by one through the
/// other, and the last piece takes what is left of both.
fn cut_along_both(bins: &[Vec<u32>], seed: u64) -> Vec<Size> {
    let mut pieces = Vec::new();
    for cuts in bins {
        let cpu = lengths(BIN.cpu.get(), cuts);
        let mut memory = lengths(BIN.memory.get(), &cuts.iter().map(|cut| cut / 7).collect::<Vec<_>>());
        let rest = memory.split_off(memory.len().min(cpu.len()));
        memory.resize(cpu.len(), 0);
        if let Some(last) = memory.last_mut() {
            *last += rest.iter().sum::<u32>();
        }
        pieces.extend(cpu.into_iter().zip(memory).map(|(c, m)| Size::new(CpuUnits::new(c), Mib::new(m))));
    }
    shuffled(pieces, seed)
}

fn shuffled(mut pieces: Vec<Size>, seed: u64) -> Vec<Size> {
    pieces.shuffle(&mut Pcg64::seed_from_u64(seed));
    pieces
}

/// How many instances `pieces` take in this order; asserts that none is opened while another in use has room, and of
/// first fit that the first with room is taken.
fn used(pieces: &[Size], strategy: PlacementStrategy) -> u32 {
    let first = strategy == PlacementStrategy::FirstFit;
    let mut fleet = Fleet::new();
    let slots: Vec<Slot> = pieces.iter().map(|_| fleet.add(Registration::new(BIN))).collect();
    let rule = fleet.rule(PlacementRule::new(vec![strategy]));
    for &piece in pieces {
        let room = |slot: &&Slot| fleet.get(**slot).is_some_and(|view| view.remaining().holds(piece));
        let in_use = |slot: &&Slot| fleet.get(**slot).is_some_and(|view| view.tasks() > 0);
        let earlier = slots.iter().filter(in_use).find(room).copied();
        let want = slots.iter().find(room).copied();
        let got = fleet.place(&Need::new(piece), rule, GROUP, &mut TieBreak::LowestSlot).ok();
        if first {
            assert_eq!(got, want, "the first that has room");
        }
        let opened = got.and_then(|slot| fleet.get(slot)).is_some_and(|view| view.tasks() == 1);
        assert!(!opened || earlier.is_none(), "{piece} opened an instance while {earlier:?} had room");
    }
    let tasks: u32 = fleet.instances().map(InstanceView::tasks).sum();
    assert_eq!(usize::try_from(tasks), Ok(pieces.len()), "an instance for each piece is enough");
    count(fleet.instances().filter(|view| view.tasks() > 0).count())
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("a test is small")
}

fn bins() -> impl Strategy<Value = Vec<Vec<u32>>> {
    prop::collection::vec(prop::collection::vec(any::<u32>(), 0..6), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Johnson et al., "Worst-case performance bounds for simple one-dimensional packing algorithms", 1974.
    #[test]
    fn one_dimension_takes_at_most_seven_tenths_more_than_the_optimum(bins in bins(), seed in any::<u64>()) {
        let optimum = count(bins.len());
        let pieces = cut_along_cpu(&bins, seed);
        for strategy in [PlacementStrategy::FirstFit, cpu_fit()] {
            let used = used(&pieces, strategy.clone());
            prop_assert!(optimum <= used && used * 10 <= optimum * 17 + 10, "{strategy:?}: {used} for {optimum}");
        }
    }

    /// Garey, Graham, Johnson and Yao, "Resource constrained scheduling as generalized bin packing", 1976: d + 0.7 times
    /// the optimum, and 2.5 more.
    #[test]
    fn two_dimensions_take_at_most_2_7_times_the_optimum(bins in bins(), seed in any::<u64>()) {
        let optimum = count(bins.len());
        let used = used(&cut_along_both(&bins, seed), PlacementStrategy::FirstFit);
        prop_assert!(optimum <= used && used * 10 <= optimum * 27 + 25, "{used} for {optimum}");
    }
}

/// A fleet of 5,000 instances in three zones, each filled by chance.
fn large(random: &mut Pcg64) -> Fleet {
    let mut fleet = Fleet::new();
    for _ in 0..5000 {
        let mut registration = Registration::new(BIN);
        let zone = ["a", "b", "c"][random.random_range(0..3_usize)];
        registration.attributes = vec![(ZONE.into(), zone.into())];
        let slot = fleet.add(registration);
        for _ in 0..random.random_range(0..4) {
            // Not every piece fits, and it need not.
            let _ = fleet.place_on(slot, &need(random), GroupId(random.random_range(0..2)));
        }
    }
    fleet
}

fn need(random: &mut Pcg64) -> Need {
    let (cpu, memory) = (random.random_range(1..=16) * 256, random.random_range(1..=32) * 256);
    Need::new(Size::new(CpuUnits::new(cpu), Mib::new(memory)))
}

/// What the strategies prefer among the instances that have room, by a scan; the lowest slot of equals.
fn scan(fleet: &Fleet, size: Size, strategies: &[PlacementStrategy]) -> Option<Slot> {
    let mut in_zone: BTreeMap<Option<&str>, u32> = BTreeMap::new();
    for view in fleet.instances() {
        *in_zone.entry(view.attribute(ZONE)).or_default() += view.tasks_of(GROUP);
    }
    let score = |view: InstanceView<'_>| -> Vec<u32> {
        let of = |strategy: &PlacementStrategy| match strategy {
            PlacementStrategy::Binpack(Resource::Cpu) => view.remaining().cpu.get(),
            PlacementStrategy::Binpack(Resource::Memory) => view.remaining().memory.get(),
            PlacementStrategy::Spread(SpreadField::InstanceId) => view.tasks_of(GROUP),
            PlacementStrategy::Spread(SpreadField::Attribute(_)) => in_zone[&view.attribute(ZONE)],
            PlacementStrategy::FirstFit | PlacementStrategy::Random => 0,
        };
        strategies.iter().map(of).collect()
    };
    let fitting = fleet.instances().filter(|view| view.remaining().holds(size));
    fitting.min_by_key(|&view| (score(view), view.slot())).map(|view| view.slot())
}

#[test]
fn five_thousand_instances_place_as_a_scan_of_them_would() {
    let zone = || PlacementStrategy::Spread(SpreadField::Attribute(ZONE.into()));
    let instance = || PlacementStrategy::Spread(SpreadField::InstanceId);
    let memory = || PlacementStrategy::Binpack(Resource::Memory);
    let chains = [
        vec![PlacementStrategy::FirstFit],
        vec![PlacementStrategy::Random],
        vec![cpu_fit()],
        vec![memory()],
        vec![cpu_fit(), memory()],
        vec![instance()],
        vec![zone()],
        vec![zone(), memory()],
        vec![zone(), instance()],
    ];
    let mut random = Pcg64::seed_from_u64(5);
    let mut fleet = large(&mut random);
    for chain in chains {
        let rule = fleet.rule(PlacementRule::new(chain.clone()));
        let mut placed: Vec<(Slot, Need)> = Vec::new();
        for _ in 0..60 {
            let need = need(&mut random);
            let want = scan(&fleet, need.size, &chain);
            let got = fleet.place(&need, rule, GROUP, &mut TieBreak::LowestSlot).ok();
            assert_eq!(got, want, "{need:?} by {chain:?}");
            placed.extend(got.map(|slot| (slot, need)));
            if random.random_range(0..3) == 0 && !placed.is_empty() {
                let (slot, need) = placed.swap_remove(random.random_range(0..placed.len()));
                fleet.release(slot, &need, GROUP);
            }
        }
    }
}
