//! Whatever befalls the servers and the daemon, each build is built once and nothing is left.
//!
//! Calls are throttled and answers lost, ECS fails, Jenkins restarts and loses its configuration, tasks are interrupted, and the
//! daemon is killed between two turns and begun anew, knowing nothing.

use crate::stage::{Log, Stage, on_stage};
use footman_core::{Millis, Timestamp};
use serde_json::{Value, json};

/// How many builds come, in bursts.
const BUILDS: u64 = 120;
/// How long it takes until the daemon is killed each time: the steps of a small generator, so that it strikes anywhere.
const KILLED_AFTER_MS: [u64; 10] =
    [1_000, 7_400, 19_000, 31_700, 44_000, 60_300, 90_000, 125_100, 150_000, 240_500];

fn builds() -> Vec<(u64, u64, &'static str)> {
    (0..BUILDS)
        .map(|n| (5 + n / 20 * 90 + n % 20 / 7, 20 + n * 37 % 140, if n % 3 == 0 { "small" } else { "java" }))
        .collect()
}

async fn faults(stage: &Stage) {
    let faults = json!({
        "calls": [
            {"fault": "throttled", "perMillion": 20_000},
            {"fault": "serverError", "perMillion": 5_000},
            {"fault": "answerLost", "operation": "RunTask", "perMillion": 50_000},
        ],
        "tasks": {"cannotPull": {"perMillion": 20_000}},
    });
    stage.sim("PUT", "faults", faults.to_string()).await;
}

/// Lets a daemon work for so long, and kills it.
async fn work_and_die(stage: &Stage, limit: Millis, log: &mut Log) {
    let (mut machine, services) = stage.daemon().await;
    let begun = stage.now().await;
    stage.work_until(&mut machine, &services, log, |now: Timestamp| now >= begun + limit).await;
}

async fn played(stage: &Stage) -> Value {
    stage.sim("GET", "workload", "").await["workload"].clone()
}

#[test]
fn a_daemon_that_is_killed_ten_times_under_faults_loses_no_build() {
    on_stage(7, async |stage| {
        faults(&stage).await;
        stage.play("pipeline", &builds()).await;
        let mut log = Log::default();
        for after in KILLED_AFTER_MS {
            work_and_die(&stage, Millis::new(after), &mut log).await;
        }
        let (mut machine, services) = stage.daemon().await;
        stage.work(&mut machine, &services, &mut log).await;
        let played = played(&stage).await;
        assert_eq!(played["ended"], BUILDS, "{played}");
        let built = &stage.sim("GET", "counts", "").await["jenkins"]["builds"];
        assert_eq!(built["started"], BUILDS, "each once");
        assert_eq!(stage.failed_builds().await, [""; 0]);
        assert_eq!(stage.left().await, [""; 0]);
        assert!(log.agents_most <= 40, "{} agents at once", log.agents_most);
    });
}

#[test]
fn a_restart_of_jenkins_under_pipelines_loses_none_of_them() {
    on_stage(3, async |stage| {
        stage.play("pipeline", &builds()).await;
        let (mut machine, services) = stage.daemon().await;
        let mut log = Log::default();
        let begun = stage.now().await;
        stage.work_until(&mut machine, &services, &mut log, |now| now >= begun + Millis::from_secs(75)).await;
        stage.sim("POST", "restart", "").await;
        stage.work(&mut machine, &services, &mut log).await;
        let played = played(&stage).await;
        assert_eq!(played["ended"], BUILDS, "{played}");
        let failed = stage.failed_builds().await;
        assert_eq!(failed, [""; 0], "every Pipeline went on after the restart");
    });
}
