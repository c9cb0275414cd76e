//! Builds on agents that come and go, as one-shot provisioning makes them (measured on Jenkins 2.263.4).

use crate::bench::{Bench, at, node};
use footman_core::time::Millis;
use footman_jenkins_sim::{BuildRequest, BuildResult, JobKind, JobSpec, Output, Settings};

/// One build on one agent made for it, with the measured latencies.
#[test]
fn a_waiting_build_starts_a_tenth_of_a_second_after_its_agent_comes_online() {
    let mut bench = Bench::new(Settings::default());
    let job = bench.job("app", "docker");
    let item = bench.jenkins.schedule(at(0), job, BuildRequest::new(7, Millis::from_secs(60))).unwrap();
    bench.jenkins.create_node(at(1_000), node("a1", "docker")).unwrap();
    bench.jenkins.agent_connect(at(30_000), &"a1".into()).unwrap();
    bench.run_until(at(100_000));
    assert_eq!(
        bench.outputs,
        [
            Output::ItemEntered { key: 7, item, at: at(0) },
            Output::BuildStarted { key: 7, item, node: "a1".into(), at: at(30_100) },
            Output::BuildFinished {
                key: 7,
                item,
                result: BuildResult::Success,
                node: "a1".into(),
                at: at(90_100)
            },
        ]
    );
}

/// Measured on Jenkins 2.263.4: marked while busy, the first build succeeds and the second never starts.
#[test]
fn a_node_marked_offline_while_busy_runs_exactly_one_build() {
    let mut bench = Bench::new(Settings::default());
    let job = bench.job("app", "docker");
    for key in 0..2 {
        bench.jenkins.schedule(at(0), job, BuildRequest::new(key, Millis::new(1_000))).unwrap();
    }
    bench.jenkins.create_node(at(0), node("d1", "docker")).unwrap();
    bench.jenkins.agent_connect(at(10), &"d1".into()).unwrap();
    bench.run_until(at(300));
    bench.jenkins.change_offline_cause(at(330), &"d1".into(), "spent".into()).unwrap();
    bench.run_until(at(12_000));
    assert_eq!(bench.results(), [(0, BuildResult::Success)]);
    let view = bench.jenkins.node(&"d1".into()).unwrap();
    assert!(view.idle && view.offline() && view.temporarily_offline && view.connected);
    let waiting = bench.jenkins.items();
    assert_eq!(waiting.len(), 1);
    assert_eq!(bench.jenkins.item(waiting[0]).unwrap().why, "‘d1’ is offline");
}

/// Measured on Jenkins 2.263.4: whoever acts after the end of a build is too late after 13-44 ms.
#[test]
fn an_open_executor_takes_the_next_build_within_44_ms() {
    let mut bench = Bench::new(Settings::default());
    let job = bench.job("app", "docker");
    for key in 0..2 {
        bench.jenkins.schedule(at(0), job, BuildRequest::new(key, Millis::new(1_000))).unwrap();
    }
    bench.jenkins.create_node(at(0), node("d1", "docker")).unwrap();
    bench.jenkins.agent_connect(at(10), &"d1".into()).unwrap();
    bench.run_until(at(60_000));
    let ended = bench.finished_at(0).unwrap();
    let started = bench.started_at(1).unwrap();
    let gap = started.since(ended);
    assert!((13..=44).contains(&gap.as_millis()), "{gap}");
}

#[test]
fn a_build_dies_with_its_agent_according_to_its_kind() {
    // (kind, what happens to the agent, result, when)
    let table = [
        (JobKind::Freestyle, Loss::Disconnect, BuildResult::Failure, 5_000),
        (JobKind::Matrix, Loss::Disconnect, BuildResult::Failure, 5_000),
        (JobKind::Maven, Loss::Disconnect, BuildResult::Failure, 5_000),
        (JobKind::Pipeline, Loss::Disconnect, BuildResult::Aborted, 305_000),
        (JobKind::Freestyle, Loss::Delete, BuildResult::Failure, 5_000),
        (JobKind::Pipeline, Loss::Delete, BuildResult::Aborted, 305_000),
        (JobKind::Freestyle, Loss::DoDisconnect, BuildResult::Failure, 5_000),
    ];
    for (kind, loss, result, when) in table {
        let mut bench = Bench::new(Settings::default());
        let job = JobSpec { kind, ..JobSpec::replay("app", Some("docker".into())) };
        let job = bench.jenkins.create_job(at(0), job).unwrap();
        bench.jenkins.create_node(at(0), node("d1", "docker")).unwrap();
        bench.jenkins.agent_connect(at(0), &"d1".into()).unwrap();
        bench.jenkins.schedule(at(0), job, BuildRequest::new(0, Millis::from_hours(1))).unwrap();
        bench.run_until(at(4_000));
        let node = "d1".into();
        match loss {
            Loss::Disconnect => bench.jenkins.agent_disconnect(at(5_000), &node),
            Loss::Delete => bench.jenkins.delete_node(at(5_000), &node).unwrap(),
            Loss::DoDisconnect => bench.jenkins.disconnect(at(5_000), &node).unwrap(),
        }
        bench.run_until(at(4_000_000));
        assert_eq!(bench.results(), [(0, result)], "{kind:?} {loss:?}");
        assert_eq!(bench.finished_at(0), Some(at(when)), "{kind:?} {loss:?}");
    }
}

#[derive(Debug, Clone, Copy)]
enum Loss {
    Disconnect,
    Delete,
    DoDisconnect,
}
