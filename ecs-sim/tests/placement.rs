//! Placement through the indexes is what a scan of all instances says it must be, whatever happened to them before.
//!
//! The scan below knows nothing of indexes: it reads the instances through their public view and follows the rule to
//! the letter. Where a tie is drawn from instances in a known order it draws as documented, from a copy of the same
//! sequence; where the order depends on the history, any of the equals is right.

use footman_core::units::{CpuUnits, Mib, Size};
use footman_ecs_sim::{
    fleet::{Capabilities, Fleet, GroupId, HostPort, InstanceStatus, InstanceView, Need, Registration, Slot},
    placement::{
        Constraint, ConstraintId, PlacementFailure, PlacementRule, PlacementStrategy, RANDOM_DRAWS_MAX,
        Resource, RuleId, SLOT_DRAWS_MAX, SpreadField, TieBreak,
    },
    query::{Expression, QueriedInstance},
};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

const ZONE: &str = "ecs.availability-zone";
const ZONES: [&str; 3] = ["a", "b", "c"];
const KIND: &str = "ecs.instance-type";
const KINDS: [&str; 2] = ["m5.large", "c5.large"];

/// Admits instances with an odd index and those of zone `a`.
#[derive(Debug)]
struct OddOrZoneA;

impl Constraint for OddOrZoneA {
    fn admits(&self, instance: InstanceView<'_>) -> bool {
        instance.slot().index() % 2 == 1 || instance.attribute(ZONE) == Some("a")
    }
}

/// What the scan takes an expression to mean.
type Meaning = fn(InstanceView<'_>) -> bool;

/// Expressions, and what they mean.
const MEMBER_OF: [(&str, Meaning); 7] = [
    ("attribute:ecs.availability-zone in [a, b]", |i| matches!(i.attribute(ZONE), Some("a" | "b"))),
    ("attribute:ecs.availability-zone != c", |i| i.attribute(ZONE).is_some_and(|zone| zone != "c")),
    ("attribute:ecs.instance-type =~ m5.* or attribute:ecs.availability-zone !exists", |i| {
        i.attribute(KIND) == Some("m5.large") || i.attribute(ZONE).is_none()
    }),
    ("task:group == service:0", |i| i.tasks_of(GroupId(0)) > 0),
    ("not(task:group =~ service:[01])", |i| i.tasks_of(GroupId(0)) + i.tasks_of(GroupId(1)) == 0),
    ("runningTasksCount < 2 and agentVersion >= 1.2", |i| i.running_tasks_count() < 2),
    ("ec2InstanceId =~ i-.*7 or registeredAt > 2020-01-01", |_| false),
];

/// The constraints as each fleet of these tests calls them: [`OddOrZoneA`], and then [`MEMBER_OF`].
fn constraints(fleet: &mut Fleet) -> Vec<ConstraintId> {
    let expressions = MEMBER_OF.map(|(text, _)| Expression::parse(text).expect("it is an expression"));
    let member_of = expressions.into_iter().map(|expression| Arc::new(expression) as Arc<dyn Constraint>);
    let all = std::iter::once(Arc::new(OddOrZoneA) as Arc<dyn Constraint>).chain(member_of);
    all.map(|constraint| fleet.constraint(constraint)).collect()
}

static CONSTRAINTS: LazyLock<Vec<ConstraintId>> = LazyLock::new(|| constraints(&mut Fleet::new()));

fn admits(constraint: ConstraintId, instance: InstanceView<'_>) -> bool {
    match CONSTRAINTS.iter().position(|&known| known == constraint).expect("it is one of them") {
        0 => OddOrZoneA.admits(instance),
        place => MEMBER_OF[place - 1].1(instance),
    }
}

/// What tasks require of instances, and instances of each kind have: the second kind is an ARM64.
const REQUIRED: [Capabilities; 4] =
    [Capabilities::NONE, Capabilities::LINUX, Capabilities::X86_64, Capabilities::ARM64];

#[derive(Debug, Clone)]
enum Step {
    Add { cpu: u32, memory: u32, enis: u32, zone: Option<usize>, kind: usize },
    Remove(usize),
    Drain(usize),
    Activate(usize),
    Connect(usize, bool),
    Move(usize, usize),
    Place { need: Need, rule: usize, group: u32, lowest: bool },
    PlaceOn { nth: usize, need: Need, group: u32 },
    Running(usize, u32),
    Release(usize),
}

fn need() -> impl Strategy<Value = Need> {
    let port = prop_oneof![
        7 => Just(None),
        2 => (1u16..4).prop_map(|port| Some(HostPort::Tcp(port))),
        1 => (1u16..3).prop_map(|port| Some(HostPort::Udp(port))),
    ];
    let gpus = prop_oneof![6 => Just(0), 1 => 1u32..3];
    let requires = prop_oneof![4 => Just(0), 1 => 0usize..REQUIRED.len()].prop_map(|place| REQUIRED[place]);
    let rest = (port, gpus, requires);
    (0u32..9, 0u32..9, prop::bool::weighted(0.2), rest).prop_map(|(cpu, memory, eni, rest)| {
        let (port, gpus, requires) = rest;
        let need = Need::new(Size::new(CpuUnits::new(cpu * 256), Mib::new(memory * 100)));
        let need = if eni { need.with_eni() } else { need };
        need.with_ports(port).with_gpus(gpus).requiring(requires)
    })
}

fn step() -> impl Strategy<Value = Step> {
    let n = 0usize..1000;
    let add = (0u32..17, 0u32..20, 0u32..3, prop::option::weighted(0.9, 0usize..3), 0usize..2);
    prop_oneof![
        3 => add.prop_map(|(cpu, memory, enis, zone, kind)| Step::Add {
            cpu: cpu * 256, memory: memory * 100, enis, zone, kind
        }),
        1 => n.clone().prop_map(Step::Remove),
        1 => n.clone().prop_map(Step::Drain),
        1 => n.clone().prop_map(Step::Activate),
        1 => (n.clone(), any::<bool>()).prop_map(|(n, connected)| Step::Connect(n, connected)),
        1 => (n.clone(), 0usize..3).prop_map(|(n, zone)| Step::Move(n, zone)),
        14 => (need(), n.clone(), 0u32..3, prop::bool::weighted(0.3)).prop_map(|(need, rule, group, lowest)| {
            Step::Place { need, rule, group, lowest }
        }),
        1 => (n.clone(), need(), 0u32..3).prop_map(|(nth, need, group)| Step::PlaceOn { nth, need, group }),
        2 => (n.clone(), 0u32..4).prop_map(|(nth, running)| Step::Running(nth, running)),
        8 => n.prop_map(Step::Release),
    ]
}

fn zone() -> PlacementStrategy {
    PlacementStrategy::Spread(SpreadField::Attribute(ZONE.into()))
}

/// Every chain worth telling apart: each strategy alone, and each pair and triple of those that order.
fn rules(constraint: ConstraintId) -> Vec<PlacementRule> {
    use PlacementStrategy::{Binpack, FirstFit, Random, Spread};
    let kind = Spread(SpreadField::Attribute(KIND.into()));
    let ordering =
        [zone(), kind, Spread(SpreadField::InstanceId), Binpack(Resource::Cpu), Binpack(Resource::Memory)];
    let mut chains = vec![vec![], vec![Random], vec![FirstFit], vec![zone(), FirstFit], vec![zone(), Random]];
    for a in &ordering {
        chains.push(vec![a.clone()]);
        for b in &ordering {
            chains.push(vec![a.clone(), b.clone()]);
            for c in ordering.iter().filter(|&c| c != a && c != b && a != b) {
                chains.push(vec![a.clone(), b.clone(), c.clone()]);
            }
        }
    }
    let plain = chains.into_iter().map(PlacementRule::new);
    plain.chain(few_constrained(constraint)).collect()
}

/// Each of those with each constraint, and without and with `distinctInstance`.
fn constrained_rules(constraints: &[ConstraintId]) -> Vec<PlacementRule> {
    let plain =
        rules(constraints[0]).into_iter().filter(|rule| rule.constraint.is_none() && !rule.distinct_instance);
    let constrained = |rule: PlacementRule| {
        let each = constraints.iter().flat_map(|&constraint| [(constraint, false), (constraint, true)]);
        each.map(move |(constraint, distinct_instance)| PlacementRule {
            distinct_instance,
            constraint: Some(constraint),
            ..rule.clone()
        })
        .collect::<Vec<_>>()
    };
    plain.flat_map(constrained).collect()
}

/// A few rules with constraints among those without.
fn few_constrained(constraint: ConstraintId) -> [PlacementRule; 5] {
    use PlacementStrategy::{Binpack, FirstFit, Spread};
    let constrained = |strategies: Vec<PlacementStrategy>, distinct_instance, constraint| PlacementRule {
        distinct_instance,
        constraint,
        ..PlacementRule::new(strategies)
    };
    [
        constrained(vec![], true, None),
        constrained(vec![Binpack(Resource::Memory)], true, None),
        constrained(vec![zone(), Spread(SpreadField::InstanceId)], false, Some(constraint)),
        constrained(vec![Binpack(Resource::Cpu)], true, Some(constraint)),
        constrained(vec![FirstFit], true, Some(constraint)),
    ]
}

struct Placed {
    slot: Slot,
    need: Need,
    group: GroupId,
}

struct Bench {
    fleet: Fleet,
    rules: Vec<(PlacementRule, RuleId)>,
    slots: Vec<Slot>,
    placed: Vec<Placed>,
    sequence: Pcg64,
    /// How many slots there are, vacant ones included.
    reach: u32,
}

impl Bench {
    fn new() -> Self {
        Self::with(|constraints| rules(constraints[0]))
    }

    fn with(rules: impl FnOnce(&[ConstraintId]) -> Vec<PlacementRule>) -> Self {
        let mut fleet = Fleet::new();
        for group in 0..3 {
            fleet.name_group(GroupId(group), format!("service:{group}").into());
        }
        let mut slots = Vec::new();
        // The order in which values are first seen is the order of equals in different cells.
        for name in ZONES {
            slots.push(fleet.add(registration(1024, 800, 1, Some(name), KINDS[0])));
        }
        slots.push(fleet.add(registration(2048, 1600, 0, None, KINDS[1])));
        let constraints = constraints(&mut fleet);
        let rules = rules(&constraints).into_iter().map(|rule| (rule.clone(), fleet.rule(rule))).collect();
        Self { fleet, rules, slots, placed: Vec::new(), sequence: Pcg64::seed_from_u64(7), reach: 4 }
    }

    fn nth(&self, n: usize) -> Option<Slot> {
        self.slots.get(n % self.slots.len().max(1)).copied()
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Add { cpu, memory, enis, zone, kind } => {
                let zone = zone.map(|zone| ZONES[zone]);
                let slot = self.fleet.add(registration(cpu, memory, enis, zone, KINDS[kind]));
                self.reach = self.reach.max(slot.index() + 1);
                self.slots.push(slot);
            }
            Step::Remove(n) => self.remove(n),
            Step::Drain(n) => self.set_status(n, InstanceStatus::Draining),
            Step::Activate(n) => self.set_status(n, InstanceStatus::Active),
            Step::Connect(n, connected) => {
                if let Some(slot) = self.nth(n) {
                    self.fleet.set_agent_connected(slot, connected);
                }
            }
            Step::Move(n, zone) => {
                if let Some(slot) = self.nth(n) {
                    self.fleet.set_attribute(slot, ZONE, ZONES[zone]);
                }
            }
            Step::Place { need, rule, group, lowest } => {
                let lowest = if lowest { Some(TieBreak::LowestSlot) } else { None };
                self.place(need, rule % self.rules.len(), GroupId(group), lowest);
            }
            Step::PlaceOn { nth, need, group } => {
                let Some(slot) = self.nth(nth) else { return };
                if self.fleet.place_on(slot, &need, GroupId(group)).is_ok() {
                    self.placed.push(Placed { slot, need, group: GroupId(group) });
                }
            }
            Step::Running(n, running) => {
                if let Some(slot) = self.nth(n) {
                    self.fleet.set_running_tasks(slot, running);
                }
            }
            Step::Release(n) => {
                if !self.placed.is_empty() {
                    let gone = self.placed.swap_remove(n % self.placed.len());
                    self.fleet.release(gone.slot, &gone.need, gone.group);
                }
            }
        }
    }

    fn remove(&mut self, n: usize) {
        if let Some(slot) = self.nth(n) {
            self.slots.retain(|&there| there != slot);
            self.placed.retain(|task| task.slot != slot);
            self.fleet.remove(slot);
            assert!(self.fleet.get(slot).is_none());
        }
    }

    fn set_status(&mut self, n: usize, status: InstanceStatus) {
        if let Some(slot) = self.nth(n) {
            self.fleet.set_status(slot, status);
        }
    }

    fn place(&mut self, need: Need, rule: usize, group: GroupId, lowest: Option<TieBreak>) {
        let (rule, id) = self.rules[rule].clone();
        let mut ties = lowest.unwrap_or_else(|| TieBreak::Random(self.sequence.clone()));
        let want = scan(&self.fleet, self.reach, &need, &rule, group, ties.clone());
        let got = self.fleet.place(&need, id, group, &mut ties);
        if let TieBreak::Random(sequence) = ties {
            self.sequence = sequence;
        }
        let right = got.map_or(want.is_empty(), |slot| want.contains(&slot));
        assert!(right, "{got:?}, not of {want:?}: {need:?} by {rule:?} for {group:?}");
        match got {
            Ok(slot) => self.placed.push(Placed { slot, need, group }),
            Err(failure) => self.explain(failure, &need, id, group),
        }
    }

    /// A placement that failed has one refusal for each active instance.
    fn explain(&self, failure: PlacementFailure, need: &Need, rule: RuleId, group: GroupId) {
        let active: Vec<_> = self
            .fleet
            .instances()
            .filter(|i| i.status() == InstanceStatus::Active)
            .map(|i| i.slot())
            .collect();
        let refused: Vec<_> = self.fleet.failures(need, rule, group).iter().map(|r| r.slot).collect();
        assert_eq!(refused, active);
        assert_eq!(failure == PlacementFailure::NoInstance, active.is_empty());
    }

    /// What is left and what runs adds up to what is there, and no port serves two.
    fn audit(&self) {
        assert_eq!(self.fleet.len(), self.slots.len());
        for instance in self.fleet.instances() {
            let here: Vec<_> = self.placed.iter().filter(|task| task.slot == instance.slot()).collect();
            let sum = here.iter().fold(instance.remaining(), |sum, task| {
                sum.checked_add(task.need.size).expect("sums are small")
            });
            assert_eq!(sum, instance.registered());
            assert_eq!(instance.tasks(), count(here.len()));
            let gpus: u32 = here.iter().map(|task| task.need.gpus).sum();
            let enis = count(here.iter().filter(|task| task.need.eni).count());
            // Each has as many of both.
            assert_eq!(instance.gpus_remaining() + gpus, instance.enis_remaining() + enis);
            assert!(here.iter().all(|task| task.need.requires.without(instance.capabilities()).is_none()));
            let mut ports: Vec<_> = here.iter().flat_map(|task| task.need.ports().iter().copied()).collect();
            ports.extend(Registration::PORTS_RESERVED.map(HostPort::Tcp));
            ports.sort_unstable();
            assert_eq!(instance.ports_reserved(), ports);
            for group in (0..3).map(GroupId) {
                let tasks = here.iter().filter(|task| task.group == group).count();
                assert_eq!(instance.tasks_of(group), count(tasks));
            }
        }
    }
}

fn registration(cpu: u32, memory: u32, enis: u32, zone: Option<&str>, kind: &str) -> Registration {
    let mut registration = Registration::new(Size::new(CpuUnits::new(cpu), Mib::new(memory)));
    registration.enis = enis;
    // As many as interfaces, so that some have none.
    registration.gpus = enis;
    let architecture = if kind == KINDS[0] { Capabilities::X86_64 } else { Capabilities::ARM64 };
    registration.capabilities = Capabilities::LINUX.with(architecture);
    registration.attributes = zone.iter().map(|&zone| (ZONE.into(), zone.into())).collect();
    registration.attributes.push((KIND.into(), kind.into()));
    registration.identity.ec2_instance_id = Some("i-0".into());
    registration.identity.registered_at = Some("2019-01-01".parse().expect("it is a date"));
    registration.identity.agent_version = Some("1.10".parse().expect("it is a version"));
    registration
}

/// What the rule prefers, by a scan of all instances: more than one where any of several is right.
fn scan(
    fleet: &Fleet,
    reach: u32,
    need: &Need,
    rule: &PlacementRule,
    group: GroupId,
    ties: TieBreak,
) -> Vec<Slot> {
    let usable: Vec<_> =
        fleet.instances().filter(|&instance| is_usable(instance, need, rule, group)).collect();
    let has_room = |instance: InstanceView<'_>| instance.remaining().holds(need.size);
    let strategies = deciding(rule);
    let score = |instance| scores(fleet, &strategies, instance, group);
    let Some(best) = usable.iter().filter(|&&i| has_room(i)).map(|&i| score(i)).min() else {
        return Vec::new();
    };
    let mut equals: Vec<_> = usable.iter().copied().filter(|&i| has_room(i) && score(i) == best).collect();
    let lowest = rule.strategies.contains(&PlacementStrategy::FirstFit);
    let mut sequence = match ties {
        TieBreak::Random(sequence) if !lowest => sequence,
        TieBreak::Random(_) | TieBreak::LowestSlot => {
            return equals.iter().map(|i| i.slot()).min().into_iter().collect();
        }
    };
    if strategies.is_empty() {
        let mut draws = (0..SLOT_DRAWS_MAX).map(|_| draw(&mut sequence, reach));
        let found = draws.find_map(|index| equals.iter().find(|i| i.slot().index() == index));
        if let Some(found) = found {
            return vec![found.slot()];
        }
    }
    if is_plain(&strategies) {
        return equals.iter().map(|i| i.slot()).collect();
    }
    if strategies.iter().any(|strategy| matches!(strategy, PlacementStrategy::Binpack(_))) {
        let from = draw(&mut sequence, reach);
        let first = equals.iter().map(|i| i.slot()).min_by_key(|slot| (slot.index() < from, slot.index()));
        return first.into_iter().collect();
    }
    // Drawn among those that the strategies do not tell apart and that have enough CPU, in cells that have an equal.
    let cells: Vec<_> = equals.iter().map(|&i| cell(&strategies, i)).collect();
    equals = usable.into_iter().filter(|&i| i.remaining().cpu >= need.size.cpu && score(i) == best).collect();
    equals.retain(|&i| cells.contains(&cell(&strategies, i)));
    equals.sort_by_key(|&i| (cell(&strategies, i), i.remaining().cpu, i.slot()));
    drawn(&equals, &has_room, &mut sequence).into_iter().collect()
}

/// Whether one resource decides at most, and nothing before it but the tasks of an instance.
fn is_plain(strategies: &[PlacementStrategy]) -> bool {
    let mut different = strategies.to_vec();
    different.dedup();
    match &different[..] {
        [] => true,
        [one] => !matches!(one, PlacementStrategy::Spread(SpreadField::Attribute(_))),
        [PlacementStrategy::Spread(SpreadField::InstanceId), PlacementStrategy::Binpack(_)] => true,
        _ => false,
    }
}

fn drawn(
    equals: &[InstanceView<'_>],
    has_room: &impl Fn(InstanceView<'_>) -> bool,
    sequence: &mut Pcg64,
) -> Option<Slot> {
    if equals.len() == 1 {
        return Some(equals[0].slot());
    }
    let mut last = 0;
    for _ in 0..RANDOM_DRAWS_MAX {
        last = usize::try_from(draw(sequence, count(equals.len()))).expect("below the length");
        if has_room(equals[last]) {
            return Some(equals[last].slot());
        }
    }
    let round = equals[last..].iter().chain(&equals[..last]);
    round.copied().find(|&i| has_room(i)).map(InstanceView::slot)
}

fn draw(sequence: &mut Pcg64, bound: u32) -> u32 {
    u32::try_from((u64::from(sequence.next_u32()) * u64::from(bound)) >> 32).expect("below the bound")
}

fn is_usable(instance: InstanceView<'_>, need: &Need, rule: &PlacementRule, group: GroupId) -> bool {
    instance.status() == InstanceStatus::Active
        && instance.agent_connected()
        && (!need.eni || instance.enis_remaining() > 0)
        && instance.gpus_remaining() >= need.gpus
        && need.requires.without(instance.capabilities()).is_none()
        && need.ports().iter().all(|port| !instance.ports_reserved().contains(port))
        && (!rule.distinct_instance || instance.tasks_of(group) == 0)
        && rule.constraint.is_none_or(|constraint| admits(constraint, instance))
}

/// The strategies up to the first that decides by itself.
fn deciding(rule: &PlacementRule) -> Vec<PlacementStrategy> {
    let decides =
        |s: &&PlacementStrategy| matches!(s, PlacementStrategy::Random | PlacementStrategy::FirstFit);
    rule.strategies.iter().take_while(|strategy| !decides(strategy)).cloned().collect()
}

fn scores(
    fleet: &Fleet,
    strategies: &[PlacementStrategy],
    instance: InstanceView<'_>,
    group: GroupId,
) -> Vec<u32> {
    let score = |strategy: &PlacementStrategy| match strategy {
        PlacementStrategy::Spread(SpreadField::InstanceId) => instance.tasks_of(group),
        PlacementStrategy::Spread(SpreadField::Attribute(name)) => {
            let same = fleet.instances().filter(|other| other.attribute(name) == instance.attribute(name));
            same.map(|other| other.tasks_of(group)).sum()
        }
        PlacementStrategy::Binpack(Resource::Cpu) => instance.remaining().cpu.get(),
        PlacementStrategy::Binpack(Resource::Memory) => instance.remaining().memory.get(),
        PlacementStrategy::Random | PlacementStrategy::FirstFit => 0,
    };
    strategies.iter().map(score).collect()
}

/// The instance's values of the attributes that are spread over, each by its place in the order of first sight.
fn cell(strategies: &[PlacementStrategy], instance: InstanceView<'_>) -> Vec<usize> {
    let place = |value: &str| {
        ZONES.iter().chain(&KINDS).position(|&there| there == value).map_or(0, |place| place + 1)
    };
    // `m5.large` is seen with the first instance, after `a` and before `b`.
    let seen = |place: usize| match place {
        0 => 0,
        1 => 1,
        4 => 2,
        2 => 3,
        3 => 4,
        other => other,
    };
    let value = |strategy: &PlacementStrategy| match strategy {
        PlacementStrategy::Spread(SpreadField::Attribute(name)) => {
            Some(seen(instance.attribute(name).map_or(0, place)))
        }
        PlacementStrategy::Random
        | PlacementStrategy::Spread(SpreadField::InstanceId)
        | PlacementStrategy::Binpack(_)
        | PlacementStrategy::FirstFit => None,
    };
    strategies.iter().filter_map(value).collect()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("a test has few instances")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn every_rule_places_as_a_scan_of_all_instances_would(steps in prop::collection::vec(step(), 1..300)) {
        let mut bench = Bench::new();
        for step in steps {
            bench.take(step);
        }
        bench.audit();
    }

    #[test]
    fn every_rule_with_constraints_places_as_a_scan_of_all_instances_would(
        steps in prop::collection::vec(step(), 1..300),
    ) {
        let mut bench = Bench::with(constrained_rules);
        for step in steps {
            bench.take(step);
        }
        bench.audit();
    }

    #[test]
    fn giving_everything_back_leaves_the_fleet_as_it_was(
        needs in prop::collection::vec((need(), 0usize..1000, 0u32..3), 1..60),
    ) {
        let mut bench = Bench::new();
        let before: Vec<_> = bench.fleet.instances().map(|i| (i.remaining(), i.enis_remaining())).collect();
        for (need, rule, group) in needs {
            bench.place(need, rule % bench.rules.len(), GroupId(group), None);
        }
        while !bench.placed.is_empty() {
            bench.take(Step::Release(0));
        }
        bench.audit();
        let after: Vec<_> = bench.fleet.instances().map(|i| (i.remaining(), i.enis_remaining())).collect();
        prop_assert_eq!(before, after);
    }
}

/// The default of `RunTask` is an even choice among the instances that have room.
#[test]
fn random_gives_each_instance_with_room_the_same_chance() {
    let mut fleet = Fleet::new();
    let sizes = [(512, 400), (1024, 400), (1024, 800), (256, 800), (2048, 100)];
    let slots: Vec<_> = (0..20)
        .map(|n| sizes[n % 5])
        .map(|(cpu, memory)| fleet.add(registration(cpu, memory, 0, None, "x")))
        .collect();
    let rule = fleet.rule(PlacementRule::default());
    let need = Need::new(Size::new(CpuUnits::new(512), Mib::new(400)));
    let mut ties = TieBreak::Random(Pcg64::seed_from_u64(1));
    let mut times = BTreeMap::new();
    for _ in 0..12_000 {
        let slot = fleet.place(&need, rule, GroupId(0), &mut ties).unwrap();
        fleet.release(slot, &need, GroupId(0));
        *times.entry(slot).or_insert(0i32) += 1;
    }
    let fitting = slots.iter().enumerate().filter(|(n, _)| n % 5 < 3).map(|(_, slot)| slot);
    assert_eq!(times.keys().collect::<Vec<_>>(), fitting.collect::<Vec<_>>());
    // A thousand each is expected; five standard deviations of that are 151.
    assert!(times.values().all(|times| (times - 1000).abs() < 151), "{times:?}");
}

/// A change that no index has read for long makes no difference: the index is dropped and built anew.
#[test]
fn an_index_that_lies_idle_is_built_anew() {
    let mut fleet = Fleet::new();
    let slots: Vec<_> = (0..3).map(|n| fleet.add(registration(1024 * (n + 1), 800, 0, None, "x"))).collect();
    let cpu = fleet.rule(PlacementRule::new([PlacementStrategy::Binpack(Resource::Cpu)]));
    let first = fleet.rule(PlacementRule::new([PlacementStrategy::FirstFit]));
    let need = Need::new(Size::new(CpuUnits::new(1024), Mib::new(100)));
    let mut ties = TieBreak::LowestSlot;
    assert_eq!(fleet.place(&need, cpu, GroupId(0), &mut ties), Ok(slots[0]));
    for _ in 0..3_000 {
        let slot = fleet.place(&need, first, GroupId(0), &mut ties).unwrap();
        fleet.release(slot, &need, GroupId(0));
    }
    assert_eq!(fleet.place(&need, cpu, GroupId(0), &mut ties), Ok(slots[1]));
    assert_eq!(fleet.place(&need, cpu, GroupId(0), &mut ties), Ok(slots[1]));
    assert_eq!(fleet.place(&need, cpu, GroupId(0), &mut ties), Ok(slots[2]));
}

/// Equals after a strategy have the same chance, or nearly, whether or not they have stood still for long.
#[test]
fn a_tie_after_a_strategy_goes_to_each_of_the_equals() {
    for strategy in
        [PlacementStrategy::Spread(SpreadField::InstanceId), PlacementStrategy::Binpack(Resource::Memory)]
    {
        let mut fleet = Fleet::new();
        let slots: Vec<_> = (0..40).map(|_| fleet.add(registration(1024, 800, 0, None, "x"))).collect();
        let rule = fleet.rule(PlacementRule::new([strategy]));
        let need = Need::new(Size::new(CpuUnits::new(256), Mib::new(100)));
        let mut ties = TieBreak::Random(Pcg64::seed_from_u64(1));
        let mut times = BTreeMap::new();
        for _ in 0..20_000 {
            let slot = fleet.place(&need, rule, GroupId(0), &mut ties).unwrap();
            fleet.release(slot, &need, GroupId(0));
            *times.entry(slot).or_insert(0i32) += 1;
        }
        assert_eq!(times.keys().copied().collect::<Vec<_>>(), slots);
        // Five hundred each are expected; five standard deviations of that are 110.
        assert!(times.values().all(|times| (times - 500).abs() < 110), "{times:?}");
    }
}

/// Amounts of every kind are told apart, however fine they are.
#[test]
fn odd_amounts_of_memory_are_packed_as_tightly_as_round_ones() {
    let mut fleet = Fleet::new();
    let rule = fleet.rule(PlacementRule::new([PlacementStrategy::Binpack(Resource::Memory)]));
    let mut ties = TieBreak::Random(Pcg64::seed_from_u64(1));
    let need = |memory| Need::new(Size::new(CpuUnits::new(256), Mib::new(memory)));
    let mut slots = Vec::new();
    for memory in [1 << 20, 1 << 19, (1 << 19) + 1, 1_000_001] {
        slots.push(fleet.add(registration(1024, memory, 0, None, "x")));
        let tightest = fleet.place(&need(1 << 19), rule, GroupId(0), &mut ties).unwrap();
        fleet.release(tightest, &need(1 << 19), GroupId(0));
        assert_eq!(tightest, slots[slots.len().min(2) - 1]);
    }
    assert_eq!(fleet.place(&need((1 << 19) + 1), rule, GroupId(0), &mut ties), Ok(slots[2]));
    assert_eq!(fleet.place(&need((1 << 19) + 1), rule, GroupId(0), &mut ties), Ok(slots[3]));
    assert_eq!(fleet.place(&need((1 << 19) + 1), rule, GroupId(0), &mut ties), Ok(slots[0]));
}
