//! Builds come, are built and are gone, and so are their agents.

use crate::stage::{Log, Stage, on_stage};

/// Twelve builds of two labels, some of them at once.
const BUILDS: [(u64, u64, &str); 12] = [
    (5, 60, "java"),
    (5, 60, "java"),
    (5, 90, "small"),
    (20, 5, "small"),
    (21, 5, "small"),
    (40, 200, "java && linux"),
    (41, 30, "java"),
    (300, 30, "small"),
    (300, 30, "small"),
    (300, 30, "small"),
    (600, 1, "java"),
    (601, 1, "java"),
];

async fn played(stage: &Stage, kind: &str) -> Log {
    stage.play(kind, &BUILDS).await;
    let (mut machine, services) = stage.daemon().await;
    let mut log = Log::default();
    stage.work(&mut machine, &services, &mut log).await;
    log
}

#[test]
fn each_build_has_one_agent_and_nothing_is_left() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        on_stage(1, async |stage| {
            let log = played(&stage, "freestyle").await;
            assert_eq!(log.launched(), BUILDS.len(), "{:?}", log.acted);
            assert_eq!(log.alarms(), [""; 0]);
            assert!(log.agents_most <= 40);
            runs.push(log.decisions);
        });
    }
    assert_eq!(runs[0], runs[1], "the same is decided each time");
}

/// The labels of Pipelines stand in `why` alone: lookouts show them, and are no agents.
#[test]
fn pipelines_have_their_agents_too() {
    on_stage(1, async |stage| {
        let log = played(&stage, "pipeline").await;
        assert_eq!(log.launched(), BUILDS.len(), "{:?}", log.acted);
    });
}
