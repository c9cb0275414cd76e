//! Laws that every small world keeps, whatever its cluster, its load, its faults and what befalls it.
//!
//! A world is generated whole, and a failure prints the scenario that led to it; its proptest seed is kept in
//! `proptest-regressions`, from where the same case is tried first each time.

use footman::{
    scenario::{Asked, Ran, Scenario, Sketch, When},
    workload::{BurstyLoad, LabelLoad},
    world::{Accident, Ending, Observation, Which},
};
use footman_core::{
    Millis,
    decision::{Cause, Phase, What},
    policy::{Limit, Reuse},
};
use footman_ecs_sim::settings::{Faults, PerMillion};
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use std::num::NonZeroU32;

/// The most builds of one world.
const BUILDS_MAX: usize = 30;
/// The labels and their shares.
const LABELS: [(&str, f64); 3] = [("a", 3.0), ("b", 2.0), ("c", 1.0)];

fn config(cases: u32) -> ProptestConfig {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/proptest-regressions/worlds.txt");
    let failure_persistence: Option<Box<dyn proptest::test_runner::FailurePersistence>> =
        Some(Box::new(FileFailurePersistence::Direct(seeds)));
    ProptestConfig { cases, failure_persistence, max_shrink_iters: 400, ..ProptestConfig::default() }
}

prop_compose! {
    /// A generated load's first builds.
    fn loads()(
        seed in any::<u64>(),
        builds in 1..BUILDS_MAX,
        pushes_per_spell in 1.0..4.0_f64,
        builds_per_push in 1.0..8.0_f64,
        gap_s in 1..400_u64,
        median_s in 1..200_u64,
        sigma in 0.0..1.2_f64,
    ) -> Vec<Asked> {
        let label = |(label, share): (&str, f64)| LabelLoad {
            label: label.to_owned(),
            share,
            median: Millis::from_secs(median_s),
            sigma,
            size: None,
        };
        let load = BurstyLoad {
            seed,
            span: Millis::from_hours(48),
            builds_per_week: 20_000.0,
            pushes_per_spell,
            builds_per_push,
            push_gap: Millis::from_secs(gap_s),
            hours: [1.0; 24],
            days: [1.0; 7],
            labels: LABELS.into_iter().map(label).collect(),
            start: None,
        };
        Scenario::new("load").load(&load, &LABELS.map(|(label, _)| label), builds).builds
    }
}

/// Clusters on which any of these loads is served in the end.
fn clusters() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "fargate",
        "fargate-spot",
        "ec2:m5.large=2",
        "ec2:m5.4xlarge=6",
        "asg:m5.xlarge=0..3",
        "asg:m5.2xlarge=1..8",
    ])
}

fn whiches() -> impl Strategy<Value = Which> {
    prop::sample::select(vec![Which::Busy, Which::Idle, Which::Coming, Which::Any])
}

fn accidents() -> impl Strategy<Value = (When, Accident)> {
    let when = prop_oneof![
        (0..900_000_u64).prop_map(|ms| When::After(Millis::new(ms))),
        (0..900_u64).prop_map(When::Step),
    ];
    let accident = prop_oneof![
        1 => Just(Accident::RestartJenkins),
        2 => whiches().prop_map(Accident::DeleteNode),
        2 => whiches().prop_map(Accident::KillTask),
        3 => Just(Accident::CrashCore),
    ];
    (when, accident)
}

fn faults() -> impl Strategy<Value = Faults> {
    let rate = || prop_oneof![Just(0_u32), 0..150_000_u32].prop_map(PerMillion);
    (rate(), rate(), rate(), rate(), rate()).prop_map(
        |(cannot_pull, eni_timeout, fargate_capacity, server_error, answer_lost)| Faults {
            cannot_pull,
            eni_timeout,
            fargate_capacity,
            server_error,
            answer_lost,
            ..Faults::default()
        },
    )
}

/// One template for each label, without limits: the simplest world.
fn plain_worlds() -> impl Strategy<Value = Scenario> {
    (any::<u64>(), clusters(), loads()).prop_map(|(seed, cluster, builds)| {
        let scenario = Scenario::new("a plain world").seed(seed).cluster(cluster);
        let scenario = LABELS.into_iter().fold(scenario, |s, (label, _)| s.template(Sketch::new(label)));
        Scenario { builds, ..scenario }
    })
}

prop_compose! {
    /// Worlds in which anything may be.
    fn worlds()(
        plain in plain_worlds(),
        overlap in any::<bool>(),
        pipelines in any::<bool>(),
        at_most in prop::collection::vec(prop::option::weighted(0.3, 1..6_u32), 3),
        all_at_most in prop::option::weighted(0.3, 4..8_u32),
        warm in prop_oneof![3 => Just(0_u32), 1 => 1..10_u32],
        retain in prop::option::weighted(0.2, (10..300_u64, prop::option::of(1..5_u32))),
        faults in prop_oneof![1 => Just(Faults::default()), 1 => faults()],
        interruptions in prop_oneof![Just(0_u32), 1..4_000_000_u32],
        late_s in prop_oneof![3 => Just(0_u64), 1 => 1..40_u64],
        accidents in prop::collection::vec(accidents(), 0..4),
    ) -> Scenario {
        let mut scenario = Scenario { name: "a world", pipelines, accidents, ..plain };
        scenario.limit = Limit { agents: all_at_most, ..Limit::default() };
        for (sketch, agents) in scenario.templates.iter_mut().zip(at_most) {
            sketch.limit.agents = agents;
            if overlap {
                sketch.labels = vec!["a", "b", "c"];
            }
            if let Some((idle, builds)) = retain {
                sketch.reuse = Reuse::Retain { idle: Millis::from_secs(idle), builds: builds.and_then(NonZeroU32::new) };
            }
        }
        // Fewer than the cluster holds: warm agents give way where a limit is in the way, not where a cluster ends.
        let most = match scenario.cluster.to_string().as_str() {
            "ec2:m5.large=2" => 1,
            "asg:m5.xlarge=0..3" => 5,
            _ => u32::MAX,
        };
        scenario.templates[0].min_idle = warm.min(most);
        scenario.ecs.faults = faults;
        scenario.ecs.spot.fargate_interruptions_per_million_hours = interruptions;
        scenario.ecs.visibility_delay = Millis::from_secs(late_s);
        scenario
    }
}

/// How many agents a world should launch: one for each build, and one in place of each that was given up before it had
/// one, such as those that wait for capacity for longer than they may.
fn builds_and_failed_starts(scenario: &Scenario, ran: &Ran) -> u64 {
    let before_its_build = |cause: &Cause| match cause {
        Cause::LaunchRefused(_)
        | Cause::AttemptsUsedUp
        | Cause::TaskStopped(_)
        | Cause::TaskMissing
        | Cause::NodeRefused(_)
        | Cause::NodeVanished
        | Cause::NodeWithoutTask
        | Cause::OutsideHours => true,
        Cause::Deadline(phase) => *phase < Phase::Idle,
        Cause::BuildDone
        | Cause::BuildsDone
        | Cause::IdleTooLong
        | Cause::RunOver
        | Cause::BuildTooLong
        | Cause::Orphan
        | Cause::TemplateUnknown
        | Cause::FoundClosed
        | Cause::NotNeeded
        | Cause::MadeRoom(_)
        | Cause::Draining
        | Cause::StopAll => false,
    };
    let given_up = ran.decided(|what| matches!(what, What::Retire { cause, .. } if before_its_build(cause)));
    u64::try_from(scenario.builds.len() + given_up).unwrap_or(u64::MAX)
}

/// Fails with the timeline where a law is broken or builds are left.
fn keeps_the_laws(ran: &Ran) -> Result<(), TestCaseError> {
    prop_assert!(ran.broken.is_empty(), "{ran}");
    prop_assert_eq!(ran.ending, Ending::Done, "{}", ran);
    Ok(())
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn every_world_keeps_the_laws(scenario in worlds()) {
        let ran = scenario.run();
        keeps_the_laws(&ran)?;
        let quiet = scenario.ecs.faults == Faults::default() && scenario.limit.agents.is_none();
        if quiet && !scenario.cluster.to_string().contains("spot") {
            let warm: u32 = scenario.templates.iter().map(|sketch| sketch.min_idle).sum();
            prop_assert!(ran.agents_left <= usize::try_from(warm).unwrap(), "{ran}");
        }
    }

    #[test]
    fn without_overlap_and_trouble_builds_and_agents_are_as_many(scenario in plain_worlds()) {
        let ran = scenario.run();
        keeps_the_laws(&ran)?;
        let wanted = builds_and_failed_starts(&scenario, &ran);
        prop_assert!(ran.launched <= wanted, "{ran}");
        if ran.overruns == 0 {
            let decided = ran.decided(|what| matches!(what, What::Launch { .. }));
            prop_assert_eq!(u64::try_from(decided).unwrap(), wanted, "{}", ran);
        }
        prop_assert_eq!((ran.agents_left, ran.nodes_left, ran.failed()), (0, 0, 0), "{}", ran);
    }

    #[test]
    fn a_core_that_crashes_at_any_step_makes_no_agent_twice(
        scenario in plain_worlds(),
        steps in prop::collection::vec(0..700_u64, 1..5),
        late_s in prop_oneof![Just(0_u64), 1..50_u64],
    ) {
        let mut scenario = scenario;
        scenario.ecs.visibility_delay = Millis::from_secs(late_s);
        let scenario = steps.iter().fold(scenario, |s, &step| s.at_step(step, Accident::CrashCore));
        let ran = scenario.run();
        keeps_the_laws(&ran)?;
        prop_assert!(ran.launched <= builds_and_failed_starts(&scenario, &ran), "{ran}");
        prop_assert_eq!((ran.agents_left, ran.nodes_left, ran.failed()), (0, 0, 0), "{}", ran);
    }

    #[test]
    fn changes_and_listings_lead_to_the_same_decisions(scenario in worlds()) {
        let mut scenario = scenario;
        // Listings take more steps: only times mean the same in both.
        scenario.accidents.retain(|(when, _)| matches!(when, When::After(_)));
        let changes = scenario.clone().observed(Observation::Changes).run();
        let listings = scenario.observed(Observation::Listings).run();
        let (one, other) = (changes.log.decisions(), listings.log.decisions());
        let differs = one.iter().zip(&other).find(|(one, other)| one != other);
        prop_assert_eq!(differs, None, "{}", changes);
        prop_assert_eq!(one.len(), other.len(), "{}", changes);
    }
}
