//! Laws: what holds whatever happens, in whatever order, and with crashes in between.

use crate::reference_model::{Habits, View, World, policy, template};
use footman_core::{
    Millis, Policy,
    decision::{Cause, Phase, What},
    policy::Limit,
    units::CpuUnits,
};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

/// What is done to the world.
#[derive(Debug, Clone)]
enum Deed {
    Submit { label: usize, builds: u32, seconds: u64 },
    Pass { ms: u64 },
    Crash,
    CrashIn { actions: u64 },
    KillBusy,
    DeleteNode { place: usize },
    OrphanTask,
    LosePages { seconds: u64 },
    RestartController,
}

/// Two labels of their own, one that both templates serve, and sessions of one template and of both.
const LABELS: [&str; 6] =
    ["java", "node", "linux", "java/session=a", "linux/session=b", "node/cpu=2048/session=c"];
/// How many of them are no sessions', whose builds have an agent each.
const PLAIN: usize = 3;

fn two_templates() -> Policy {
    let mut policy = policy(vec![template("java", &["java", "linux"]), template("node", &["node", "linux"])]);
    policy.limit = Limit { agents: Some(12), ..Limit::default() };
    policy.templates[0].limit = Limit { agents: Some(8), ..Limit::default() };
    for template in &mut policy.templates {
        template.overrides.session_idle = Some(Millis::from_secs(50));
        template.overrides.cpu_max = Some(CpuUnits::from_vcpus(2));
    }
    policy
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0..LABELS.len(), 1..6_u32, 1..60_u64)
            .prop_map(|(label, builds, seconds)| Deed::Submit { label, builds, seconds }),
        6 => (1..40_000_u64).prop_map(|ms| Deed::Pass { ms }),
        1 => Just(Deed::Crash),
        2 => (0..12_u64).prop_map(|actions| Deed::CrashIn { actions }),
        1 => Just(Deed::KillBusy),
        1 => (0..20_usize).prop_map(|place| Deed::DeleteNode { place }),
        1 => Just(Deed::OrphanTask),
        // For longer than a view is good for, and for longer than ECS takes to show a task.
        1 => (1..200_u64).prop_map(|seconds| Deed::LosePages { seconds }),
        1 => Just(Deed::RestartController),
    ]
}

/// What the reference knows: how much was asked for.
#[derive(Debug, Clone)]
struct Asked {
    seed: u64,
    builds: u64,
}

struct Machine;

impl ReferenceStateMachine for Machine {
    type State = Asked;
    type Transition = Deed;

    fn init_state() -> BoxedStrategy<Asked> {
        any::<u64>().prop_map(|seed| Asked { seed, builds: 0 }).boxed()
    }

    fn transitions(_: &Asked) -> BoxedStrategy<Deed> {
        deed().boxed()
    }

    fn apply(mut asked: Asked, deed: &Deed) -> Asked {
        if let Deed::Submit { builds, .. } = deed {
            asked.builds += u64::from(*builds);
        }
        asked
    }
}

struct Sut {
    world: World,
}

fn habits(seed: u64) -> Habits {
    Habits {
        view: if seed.is_multiple_of(2) { View::Changes } else { View::Listings },
        seed,
        answer_max_ms: 1 + seed % 4000,
        start_max_ms: 1 + seed % 30_000,
        stale_ms: seed % 3 * 20_000,
        lost: seed % 5 * 20,
        throttled: seed % 7 * 20,
        no_room: seed % 4 * 50,
        dies: seed % 6 * 20,
        ..Habits::default()
    }
}

impl StateMachineTest for Sut {
    type SystemUnderTest = Self;
    type Reference = Machine;

    fn init_test(asked: &Asked) -> Self {
        Self { world: World::new(two_templates(), habits(asked.seed)) }
    }

    fn apply(mut sut: Self, _: &Asked, deed: Deed) -> Self {
        let world = &mut sut.world;
        match deed {
            Deed::Submit { label, builds, seconds } => {
                world.submit(LABELS[label], builds, Millis::from_secs(seconds));
            }
            Deed::Pass { ms } => world.run_for(Millis::new(ms)),
            Deed::Crash => world.crash(),
            Deed::CrashIn { actions } => world.crash_in = Some(actions),
            Deed::KillBusy => {
                world.kill_a_busy_agent();
            }
            // A task that ECS does not list yet, whose node somebody deleted while the daemon was down, can be
            // known to nobody; so nodes are deleted by others only where ECS lists at once.
            Deed::DeleteNode { .. } if world.habits.stale_ms > 0 => {}
            Deed::DeleteNode { place } => {
                if let Some(name) = world.node_names().get(place) {
                    world.delete_node(&name.clone());
                }
            }
            Deed::OrphanTask => world.add_orphan_task(),
            Deed::RestartController => world.session += 1,
            Deed::LosePages { seconds } => {
                world.complete = false;
                world.run_for(Millis::from_secs(seconds));
                world.complete = true;
            }
        }
        sut
    }

    fn check_invariants(sut: &Self, asked: &Asked) {
        let world = &sut.world;
        let known = world.done + world.killed + u64::try_from(world.waiting() + world.building()).unwrap();
        assert_eq!(known, asked.builds, "a build was lost or run twice");
    }

    /// In the end everything is built or died with its agent, and nothing is left.
    fn teardown(mut sut: Self, asked: Asked) {
        let world = &mut sut.world;
        let over = world.run_until(Millis::from_mins(120), |world| {
            world.waiting() + world.building() == 0 && world.nodes() == 0 && world.live_tasks() == 0
        });
        assert!(
            over,
            "{} waiting, {} building, {} nodes, {} tasks: {:#?} {:#?}",
            world.waiting(),
            world.building(),
            world.nodes(),
            world.live_tasks(),
            world.core.groups().collect::<Vec<_>>(),
            world.core.agents().collect::<Vec<_>>(),
        );
        assert_eq!(world.done + world.killed, asked.builds);
        world.run_for(Millis::from_mins(5));
        assert_eq!(world.core.agents_len(), 0, "{:?}", world.core.agents().collect::<Vec<_>>());
        assert_eq!(world.core.agents_counted(), 0);
        assert_eq!(world.core.orphans_len(), 0);
        assert_eq!(world.in_phase(Phase::Busy), 0);
    }
}

fn run(view: View, seed: u64, deeds: &[Deed]) -> World {
    let mut sut = Sut { world: World::new(two_templates(), Habits { view, ..habits(seed) }) };
    let asked = Asked { seed, builds: 0 };
    for deed in deeds {
        sut = Sut::apply(sut, &asked, deed.clone());
    }
    sut.world.run_for(Millis::from_mins(10));
    sut.world
}

/// Builds that are submitted at once, and how long it is until the next: (label, builds, seconds of each, wait in ms).
type Bursts = [(usize, u32, u64, u64)];

/// Runs bursts on two templates that share a label, without limits; Jenkins may give an agent to a build that it was
/// not made for.
fn run_overlapping(seed: u64, bursts: &Bursts) {
    let mut policy = two_templates();
    policy.limit = Limit::default();
    policy.templates[0].limit = Limit::default();
    let habits =
        Habits { seed, answer_max_ms: 1 + seed % 4000, start_max_ms: 1 + seed % 60_000, ..Habits::default() };
    let mut world = World::new(policy, habits);
    let mut builds = [0_u64; LABELS.len()];
    for (label, count, seconds, wait) in bursts {
        world.submit(LABELS[*label], *count, Millis::from_secs(*seconds));
        builds[*label] += u64::from(*count);
        world.run_for(Millis::new(*wait));
    }
    let all: u64 = builds.iter().sum();
    assert!(world.run_until(Millis::from_mins(60), |world| world.done == all && world.nodes() == 0));
    assert!(world.created <= all + world.crossed, "{} of {all}, {} crossed", world.created, world.crossed);
    if builds[2] == 0 {
        assert_eq!(world.crossed, 0);
        // An agent may take a second build where its first is over before a poll saw it; then one fewer is needed.
        let exact = all - world.overruns..=all;
        assert!(exact.contains(&world.created), "exact without overlap: {} of {all}", world.created);
        assert!(world.overruns == 0 || world.shortest_build <= world.policy.pace.poll);
    }
}

/// Cases of the law below that once failed.
#[test]
fn agents_stay_with_the_labels_that_they_were_made_for() {
    let table: [(u64, &Bursts); 2] = [
        (5_209_388_834_904_135_625, &[(0, 7, 1, 2000), (0, 6, 1, 4000), (0, 1, 1, 0)]),
        (
            15_531_930_481_299_590_554,
            &[
                (0, 2, 1, 15_866),
                (1, 1, 1, 10_035),
                (2, 17, 1, 24_453),
                (0, 1, 1, 20_646),
                (1, 6, 1, 10_000),
                (0, 4, 1, 0),
            ],
        ),
    ];
    for (seed, bursts) in table {
        run_overlapping(seed, bursts);
    }
}

/// Three templates of different ranks, each with a label of its own, and labels that two or three of them serve.
const WIDE: [&str; 6] = ["a", "b", "c", "a||b", "b||c", "any"];

fn three_templates(ranks: [u32; 3], at_most: [Option<u32>; 3], all_at_most: Option<u32>) -> Policy {
    let mut policy = policy(["a", "b", "c"].map(|name| template(name, &[name, "any"])).to_vec());
    for ((template, rank), agents) in policy.templates.iter_mut().zip(ranks).zip(at_most) {
        template.rank = rank;
        template.limit = Limit { agents, ..Limit::default() };
    }
    policy.limit = Limit { agents: all_at_most, ..Limit::default() };
    policy
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn there_are_no_more_agents_than_builds_and_crossed_assignments(
        seed: u64,
        bursts in prop::collection::vec((0..PLAIN, 1..20_u32, 1..90_u64, 0..30_000_u64), 1..12),
    ) {
        run_overlapping(seed, &bursts);
    }

    /// Whatever the ranks and the limits: an agent more than there are builds is made only where Jenkins gave one to
    /// others than the plan did, or where one was given up before it had a build.
    #[test]
    fn agents_are_as_many_as_builds_what_others_took_and_what_was_given_up(
        seed: u64,
        ranks in [0..3_u32, 0..3_u32, 0..3_u32],
        at_most in [prop::option::of(2..8_u32), prop::option::of(2..8_u32), prop::option::of(2..8_u32)],
        all_at_most in prop::option::of(6..16_u32),
        crowded: bool,
        bursts in prop::collection::vec((0..WIDE.len(), 1..12_u32, 1..90_u64, 0..30_000_u64), 1..12),
    ) {
        let habits = Habits {
            seed,
            answer_max_ms: 1 + seed % 4000,
            start_max_ms: 1 + seed % 60_000,
            capacity: if crowded { 10 } else { usize::MAX },
            ..Habits::default()
        };
        let mut world = World::new(three_templates(ranks, at_most, all_at_most), habits);
        let mut all = 0;
        for (label, count, seconds, wait) in bursts {
            world.submit(WIDE[label], count, Millis::from_secs(seconds));
            all += u64::from(count);
            world.run_for(Millis::new(wait));
        }
        prop_assert!(world.run_until(Millis::from_mins(240), |world| world.done == all && world.nodes() == 0));
        let given_up = world
            .log
            .iter()
            .filter(|decision| {
                matches!(&decision.what, What::Retire { cause, .. } if ![Cause::BuildDone, Cause::IdleTooLong].contains(cause))
            })
            .count();
        let most = all + world.taken_from_others + u64::try_from(given_up).unwrap();
        prop_assert!(
            world.core.launched() <= most,
            "{} for {all}, {} taken from others, {given_up} given up",
            world.core.launched(),
            world.taken_from_others
        );
    }

    /// Partial listings are left out: changes are whole by definition.
    #[test]
    fn listings_and_changes_lead_to_the_same_decisions(
        seed: u64,
        deeds in prop::collection::vec(
            deed().prop_filter("whole", |deed| !matches!(deed, Deed::LosePages { .. })), 1..16),
    ) {
        let changes = run(View::Changes, seed, &deeds);
        let listings = run(View::Listings, seed, &deeds);
        prop_assert_eq!(&changes.log, &listings.log);
        prop_assert!(!changes.log.is_empty() || changes.created == 0);
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig {
        cases: 192,
        max_shrink_iters: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_limit_is_broken_no_build_is_lost_and_everything_is_cleared_away(sequential 1..24 => Sut);
}
