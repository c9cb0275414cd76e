//! The same builds in the simulated world and through both servers: the same decisions, one by one.
//!
//! In process the core sees listings of the state machines; here they come through the REST client and the SDK. Requests take
//! no time in lockstep, so they take none in the world either, and what the two draw by different keys is the same each time.

use crate::{
    canary::{TOKEN, users},
    sessions,
    stage::{Log, configuration, on_stage_of, trace},
};
use footman::{
    serve::TwinsSettings,
    setup::Setup,
    workload::CsvTrace,
    world::{Observation, Wire, Witness, World, WorldSettings},
};
use footman_backend::jenkins::observe::LabelSource;
use footman_config::Loaded;
use footman_core::{
    Millis,
    decision::{Decision, What},
};
use footman_ecs_sim::latency::{Distribution, Latency};
use std::io::Cursor;

/// Builds that come one by one and at once, and that wait for a limit.
fn builds() -> Vec<(u64, u64, &'static str)> {
    let mut builds: Vec<(u64, u64, &str)> = (0..60).map(|n| (10 + n / 7, 30 + n % 11 * 9, "java")).collect();
    builds.extend((0..30).map(|n| (100 + n * 13, 5 + n % 4 * 50, "small")));
    // Spelt as `why` spells it: the REST client brings every expression to that, so that items of Pipelines and of other jobs
    // are one group.
    builds.extend((0..5).map(|n| (900 + n, 60, "java&&linux")));
    builds
}

/// Runs whose first and last stages share an agent, while another has its own in between.
fn runs() -> String {
    let stages = |n: u64| {
        let session = format!("java/session=app-{n}");
        [(session.clone(), 30 + n % 7 * 9), ("small".to_owned(), 20 + n % 5 * 17), (session, 15 + n % 3 * 20)]
    };
    let runs: Vec<sessions::Run> =
        (1..=40).map(|n| sessions::Run::new(10 + n / 3 * 11, n, stages(n).to_vec())).collect();
    sessions::trace(&runs)
}

/// How long both run: every build is over by then, and every agent gone.
const LASTS: Millis = Millis::from_mins(25);

fn wire() -> Wire {
    Wire { agent_start: Distribution::Constant(Millis::from_secs(4)), ..Wire::NONE }
}

/// Starts and stops take time, the same each time.
fn latency() -> Latency {
    let seconds = |n| Distribution::Constant(Millis::from_secs(n));
    Latency {
        ec2_placement: seconds(2),
        ec2_start: seconds(1),
        exit_on_signal: seconds(3),
        ..Latency::INSTANT
    }
}

/// A decision without what only one side can know: the ids of tasks.
fn shown(decision: &Decision) -> String {
    if let What::Stop { cause, .. } = &decision.what {
        return format!("{} Stop {cause:?}", decision.at);
    }
    format!("{} {:?}", decision.at, decision.what)
}

#[derive(Debug, Default)]
struct Decided(Vec<String>);

impl Witness for Decided {
    fn decided(&mut self, decision: &Decision) {
        self.0.push(shown(decision));
    }
}

/// What the builds are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Freestyle,
    /// Their labels stand in no listing of the queue. The world knows them at once, and so does a daemon that asks by the
    /// script, or whose lookouts stand already.
    Pipeline,
}

fn in_process(loaded: Loaded, kind: Kind, trace: String) -> Vec<String> {
    let mut settings = WorldSettings::of(Setup::from(loaded), 1);
    settings.wire = wire();
    settings.observation = Observation::Listings;
    settings.ecs.latency = latency();
    let mut workload = CsvTrace::from_reader("builds", Cursor::new(trace)).unwrap();
    let mut world = World::new(settings, &mut workload).unwrap();
    if kind == Kind::Pipeline {
        world = world.of_pipelines();
    }
    let mut decided = Decided::default();
    world.run_until(world.origin() + LASTS, &mut decided).unwrap();
    assert_eq!(world.builds_outstanding(), 0);
    decided.0
}

fn through_servers(loaded: Loaded, kind: Kind, source: LabelSource, trace: String) -> Vec<String> {
    let mut twins = TwinsSettings { seed: 1, wire: wire(), security: users(), ..TwinsSettings::default() };
    twins.ecs.latency = latency();
    let mut decided = Vec::new();
    on_stage_of(loaded, twins, async |stage| {
        let (mut machine, services) = stage.daemon_as("footman", TOKEN, source).await;
        let kind = match kind {
            Kind::Freestyle => "freestyle",
            Kind::Pipeline => "pipeline",
        };
        stage.play_trace(kind, trace).await;
        let mut log = Log::default();
        let end = stage.now().await + LASTS;
        stage.work_until(&mut machine, &services, &mut log, |now| now >= end).await;
        decided = log.decisions.iter().map(shown).collect();
    });
    decided
}

fn assert_same(world: &[String], servers: &[String]) {
    let differs = world.iter().zip(servers).position(|(one, other)| one != other);
    if let Some(at) = differs {
        let from = at.saturating_sub(3);
        panic!(
            "decision {at} differs\nin process:\n{}\nthrough servers:\n{}",
            world[from..(at + 3).min(world.len())].join("\n"),
            servers[from..(at + 3).min(servers.len())].join("\n"),
        );
    }
    assert_eq!(world.len(), servers.len());
    assert!(world.len() > 500, "{} decisions", world.len());
}

/// Plays a trace in both ways and compares what is decided.
fn decided_alike(configuration: fn() -> Loaded, kind: Kind, source: LabelSource, trace: &str) -> Vec<String> {
    let world = in_process(configuration(), kind, trace.to_owned());
    assert_same(&world, &through_servers(configuration(), kind, source, trace.to_owned()));
    world
}

#[test]
fn the_same_is_decided_in_process_and_through_both_servers() {
    decided_alike(configuration, Kind::Freestyle, LabelSource::Why, &trace(&builds()));
}

#[test]
fn of_pipelines_whose_labels_are_asked_for_by_the_script_the_same_is_decided() {
    decided_alike(configuration, Kind::Pipeline, LabelSource::Script, &trace(&builds()));
}

#[test]
fn of_sessions_the_same_is_decided_and_they_end_with_their_runs() {
    let decided = decided_alike(sessions::configuration, Kind::Pipeline, LabelSource::Script, &runs());
    let retired =
        |cause: &str| decided.iter().filter(|it| it.contains("Retire") && it.contains(cause)).count();
    assert_eq!((retired("RunOver"), retired("BuildDone"), retired("IdleTooLong")), (40, 40, 0));
}
