//! The controller restarts (seen on Jenkins 2.263.4; Pipelines by their source of mid-2026).

use crate::bench::{Bench, at, node};
use footman_core::{event::ItemLabel, time::Millis};
use footman_jenkins_sim::{BuildRequest, BuildResult, JobKind, JobSpec, Output, Settings};

/// One build of this kind that runs since 0.1 s for `seconds` on agent `a1`.
fn running(kind: JobKind, seconds: u64) -> Bench {
    let mut bench = Bench::new(Settings::default());
    let job = JobSpec { kind, ..JobSpec::replay("app", Some("docker".into())) };
    let job = bench.jenkins.create_job(at(0), job).expect("a fresh Jenkins takes it");
    bench.jenkins.create_node(at(0), node("a1", "docker")).expect("a fresh Jenkins takes it");
    bench.jenkins.agent_connect(at(0), &"a1".into()).expect("a fresh Jenkins takes it");
    bench
        .jenkins
        .schedule(at(0), job, BuildRequest::new(0, Millis::from_secs(seconds)))
        .expect("a fresh Jenkins takes it");
    bench.run_until(at(1_000));
    bench
}

#[test]
fn the_controller_refuses_then_starts_then_answers() {
    let mut bench = running(JobKind::Freestyle, 60);
    let session = bench.jenkins.changes().session;
    bench.jenkins.restart(at(10_000));
    // (when) => status; None is a refused connection
    for (now, status) in [(10_000, None), (13_999, None), (14_000, Some(503)), (21_999, Some(503))] {
        let error = bench.jenkins.create_node(at(now), node("a2", "")).unwrap_err();
        assert_eq!(error.status(), status, "at {now}");
    }
    bench.jenkins.create_node(at(22_000), node("a2", "")).unwrap();
    assert_ne!(bench.jenkins.changes().session, session);
}

#[test]
fn items_survive_and_running_freestyle_builds_vanish() {
    let mut bench = running(JobKind::Freestyle, 600);
    let job = bench.jenkins.job("app").unwrap();
    let waiting = bench.jenkins.schedule(at(2_000), job, BuildRequest::new(1, Millis::new(50))).unwrap();
    let ran = bench.jenkins.listing().nodes[0].running[0];
    assert!(bench.jenkins.left_item(ran).is_some());
    bench.jenkins.restart(at(10_000));
    bench.run_until(at(22_000));
    assert_eq!(bench.results(), [(0, BuildResult::Vanished)]);
    assert!(bench.jenkins.left_item(ran).is_none(), "its queue item is gone");
    assert!(bench.outputs.contains(&Output::AgentDropped { node: "a1".into(), at: at(10_000) }));
    assert_eq!(bench.jenkins.items(), [waiting]);
    assert_eq!(bench.jenkins.item(waiting).unwrap().why, "‘a1’ is offline");
    bench.jenkins.agent_connect(at(31_000), &"a1".into()).unwrap();
    bench.run_until(at(60_000));
    assert_eq!(bench.started_at(1), Some(at(31_100)));
}

/// The mark reads false until the agent connects again, then true, and nothing starts in between.
#[test]
fn a_mark_sleeps_until_the_agent_is_back() {
    let mut bench = running(JobKind::Freestyle, 600);
    let job = bench.jenkins.job("app").unwrap();
    let name = "a1".into();
    bench.jenkins.change_offline_cause(at(2_000), &name, "spent".into()).unwrap();
    bench.jenkins.schedule(at(2_000), job, BuildRequest::new(1, Millis::new(50))).unwrap();
    bench.jenkins.restart(at(10_000));
    bench.run_until(at(23_000));
    let view = bench.jenkins.node(&name).unwrap();
    assert!(view.offline() && !view.temporarily_offline);
    bench.jenkins.agent_connect(at(31_000), &name).unwrap();
    bench.run_until(at(90_000));
    assert!(bench.jenkins.node(&name).unwrap().temporarily_offline);
    assert_eq!(bench.started_at(1), None);
}

#[test]
fn a_pipeline_asks_for_its_node_by_name_and_goes_on() {
    // (duration, when the agent is back) => when the build ends
    let table = [
        (600, 31_000, 600_100),  // it ran on the agent all the time
        (25, 31_000, 31_100),    // it was done when Jenkins was back
        (600, 321_000, 600_100), // just in time
    ];
    for (seconds, back, ended) in table {
        let mut bench = running(JobKind::Pipeline, seconds);
        bench.jenkins.restart(at(10_000));
        bench.run_until(at(22_000));
        let listing = bench.jenkins.listing();
        assert_eq!(listing.items[0].label, ItemLabel::Expression("a1".into()));
        let node = listing.nodes.iter().find(|node| node.name.as_str() == "a1").unwrap();
        assert!(node.idle, "between restart and continuation the node reads idle");
        bench.run_until(at(back));
        bench.jenkins.agent_connect(at(back), &"a1".into()).unwrap();
        bench.run_until(at(1_000_000));
        assert_eq!(bench.results(), [(0, BuildResult::Success)]);
        assert_eq!(bench.finished_at(0), Some(at(ended)), "{seconds} s, back at {back}");
        let resumed = Output::BuildResumed { key: 0, node: "a1".into(), at: at(back + 100) };
        assert!(bench.outputs.contains(&resumed), "{:?}", bench.outputs);
    }
}

#[test]
fn a_pipeline_whose_node_does_not_come_back_is_aborted_after_five_minutes() {
    // Whether the node is marked offline, which loses its Pipeline (by the source of 2026), or its agent never comes.
    for marked in [false, true] {
        let mut bench = running(JobKind::Pipeline, 600);
        if marked {
            bench.jenkins.change_offline_cause(at(2_000), &"a1".into(), "spent".into()).unwrap();
        }
        bench.jenkins.restart(at(10_000));
        if marked {
            bench.run_until(at(31_000));
            bench.jenkins.agent_connect(at(31_000), &"a1".into()).unwrap();
        }
        bench.run_until(at(1_000_000));
        assert_eq!(bench.results(), [(0, BuildResult::Aborted)]);
        assert_eq!(bench.finished_at(0), Some(at(322_000)));
        assert_eq!(bench.jenkins.items(), []);
    }
}

#[test]
fn a_cancelled_continuation_aborts_its_pipeline() {
    let mut bench = running(JobKind::Pipeline, 600);
    bench.jenkins.restart(at(10_000));
    bench.run_until(at(22_000));
    let continuation = bench.jenkins.items()[0];
    bench.jenkins.cancel(at(23_000), continuation).unwrap();
    bench.run_until(at(1_000_000));
    assert_eq!(bench.results(), [(0, BuildResult::Aborted)]);
    assert_eq!(bench.finished_at(0), Some(at(23_000)));
}

#[test]
fn a_pipeline_goes_on_when_a_lost_agent_is_back_in_time() {
    let mut bench = running(JobKind::Pipeline, 60);
    bench.jenkins.agent_disconnect(at(10_000), &"a1".into());
    let view = bench.jenkins.node(&"a1".into()).unwrap();
    assert!(!view.idle && view.offline(), "it keeps its executor");
    bench.run_until(at(100_000));
    bench.jenkins.agent_connect(at(100_000), &"a1".into()).unwrap();
    bench.run_until(at(1_000_000));
    assert_eq!(bench.results(), [(0, BuildResult::Success)]);
    assert_eq!(bench.finished_at(0), Some(at(100_000)), "it was done by then");
}
