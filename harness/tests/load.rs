//! The bars on provisioning: how many agents a second core and both simulators make of the buckets that ECS gives.
//!
//! Everything is in virtual time, so the figures are the same on every machine.

use footman::{
    cli::Interrupt,
    load::{Arrivals, Load, LoadReport, Ramp, Rate},
    record::Record,
    setup::{ClusterSpec, DEFAULT_IMAGE, DEFAULT_SIZE, Setup},
    world::WorldSettings,
};
use footman_core::Millis;
use footman_ecs_sim::latency::Distribution;

/// Room for thousands of builds, so that nothing but the API is in the way.
const ROOMY: &str = "ec2:c5.4xlarge=400";

fn load(cluster: &str, arrivals: Arrivals) -> LoadReport {
    let cluster: ClusterSpec = cluster.parse().expect("a cluster");
    let setup = Setup::any(&cluster, DEFAULT_SIZE, DEFAULT_IMAGE);
    let durations = Distribution::Constant(Millis::from_secs(60));
    let load = Load { arrivals, durations, labels: vec!["load".into()] };
    let record = Record::new(1, Vec::new(), &[]).expect("no input is read");
    let report =
        load.run(WorldSettings::of(setup, 1), record, &Interrupt::new(), &mut |_| {}).expect("the load runs");
    assert_eq!((report.ending, report.started, report.failed), ("done", report.builds, 0));
    assert_eq!(report.run_task_s.count, report.builds, "each build has its launch");
    report
}

fn steady(rate: u16, secs: u64) -> Arrivals {
    Arrivals::even(Rate::per_second(rate), Millis::from_secs(secs))
}

#[test]
fn a_burst_uses_the_bucket_up() {
    let report = load(ROOMY, Arrivals::Burst { builds: 1_000 });
    assert_eq!(report.agents.accepted, 1_000, "one agent a build");
    let sustained = report.agents.sustained_per_s.unwrap();
    assert!(sustained >= 38.0, "{sustained} agents a second of 40");
    assert!(report.throttled_share < 0.01, "{} throttled", report.throttled_share);
    // The burst takes 100, and the other 900 take 22.5 s at 40 a second.
    assert!(report.run_task_s.max <= 22.5 / 0.95, "the last one at {} s", report.run_task_s.max);
}

#[test]
fn steady_one_shot_agents_keep_up_with_95_percent_of_the_bucket() {
    let report = load(ROOMY, steady(19, 300));
    let sustained = report.agents.sustained_per_s.unwrap();
    assert!((18.9..=19.1).contains(&sustained), "{sustained} agents a second");
    assert!(report.bucket.share.unwrap() >= 0.95, "{:?}", report.bucket);
    assert!(report.throttled_share < 0.01, "{} throttled", report.throttled_share);
    assert_eq!(report.knee, None, "it keeps up");
    assert!(report.run_task_s.p99 <= 1.2, "p99 {} s", report.run_task_s.p99);
}

#[test]
fn above_the_bucket_the_refill_is_used_to_the_full_and_the_knee_is_found() {
    let report = load(ROOMY, steady(25, 300));
    assert!(report.agents.sustained_per_s.unwrap() >= 19.0, "{:?}", report.agents);
    assert!(report.bucket.share.unwrap() >= 0.95, "{:?}", report.bucket);
    assert!(report.throttled_share < 0.01, "{} throttled", report.throttled_share);
    assert!(report.knee.is_some(), "25 a second are more than 20");
    assert!(report.run_task_s.max > 10.0, "what waits for the bucket is measured from its arrival");
}

#[test]
fn a_ramp_shows_the_knee() {
    // Slow enough that the stops of a minute ago are at nearly the rate of the launches.
    let ramp = Ramp { from: Rate::per_second(10), to: Rate::per_second(30) };
    let report = load(ROOMY, Arrivals::Ramp { ramp, lasts: Millis::from_mins(15) });
    let knee = report.knee.unwrap();
    assert!((19.0..=23.5).contains(&knee.offered_per_s), "{knee:?}");
    assert!(knee.floor_p99_s < 1.2, "{knee:?}");
}

#[test]
fn fargate_gives_19_a_second() {
    let report = load("fargate", steady(19, 300));
    let sustained = report.agents.sustained_per_s.unwrap();
    assert!((18.9..=19.1).contains(&sustained), "{sustained} agents a second");
    assert!(report.throttled_share < 0.01, "{} throttled", report.throttled_share);
    assert_eq!(report.knee, None, "it keeps up");
    let above = load("fargate", steady(25, 300));
    assert!(above.agents.sustained_per_s.unwrap() >= 19.0, "{:?}", above.agents);
    assert!(above.throttled_share < 0.01, "{} throttled", above.throttled_share);
}

#[test]
fn a_load_is_the_same_twice() {
    let twice = [0, 1].map(|_| load("fargate", Arrivals::Burst { builds: 50 }));
    let [mut first, second] = twice;
    first.wall = second.wall;
    assert_eq!(first, second);
}
