//! Runs of Pipelines: `node` blocks, their order, and what stops them (jenkins.md 1 and 6).

use crate::bench::{Bench, at, node};
use footman_core::{event::ItemLabel, id::QueueItemId, time::Millis};
use footman_jenkins_sim::{
    Block, BuildRequest, BuildResult, JobId, JobKind, JobSpec, NodeSpec, Output, ScheduleError, Settings,
};

/// A Jenkins with one Pipeline of this name and agents of these labels, each with two executors.
fn pipeline(settings: Settings, agents: &[&str]) -> (Bench, JobId) {
    let mut bench = Bench::new(settings);
    let spec = JobSpec { kind: JobKind::Flyweight, ..JobSpec::replay("pipe", None) };
    let job = bench.jenkins.create_job(at(0), spec).expect("a fresh Jenkins takes it");
    for name in agents {
        let spec = NodeSpec { executors: 2, ..node(&format!("{name}-1"), name) };
        bench.jenkins.create_node(at(0), spec).expect("a fresh Jenkins takes it");
        bench.jenkins.agent_connect(at(0), &format!("{name}-1").as_str().into()).expect("it is new");
    }
    (bench, job)
}

fn block(key: u64, label: &str, seconds: u64, after: &[usize]) -> Block {
    Block {
        key,
        label: Some(label.into()),
        duration: Millis::from_secs(seconds),
        after: after.to_vec(),
        retries: 0,
    }
}

fn run(bench: &mut Bench, job: JobId, key: u64, blocks: Vec<Block>) -> QueueItemId {
    let request = BuildRequest::new(key, Millis::ZERO);
    bench.jenkins.schedule_pipeline(at(0), job, request, blocks).expect("the controller is up")
}

#[test]
fn stages_come_one_after_another_and_parallel_blocks_together() {
    let (mut bench, job) = pipeline(Settings::instant(), &["linux", "windows"]);
    let blocks = vec![
        block(1, "linux", 10, &[]),
        block(2, "linux", 20, &[0]),
        block(3, "windows", 30, &[0]),
        block(4, "linux", 5, &[1, 2]),
    ];
    run(&mut bench, job, 0, blocks);
    bench.run_until(at(100_000));
    let times = |key| (bench.started_at(key), bench.finished_at(key));
    let span = |from: i64, to: i64| (Some(at(from)), Some(at(to)));
    assert_eq!(times(1), span(0, 10_000));
    assert_eq!(times(2), span(10_000, 30_000));
    assert_eq!(times(3), span(10_000, 40_000));
    assert_eq!(times(4), span(40_000, 45_000), "after the slower of the two");
    assert_eq!(times(0), span(0, 45_000), "the run lasts as long as its blocks");
    assert!(bench.jenkins.node(&"master".into()).unwrap().idle);
}

/// jenkins.md 1: the task is "part of pipe #7", its label stands in `why` alone; the core is told of it all the same.
#[test]
fn a_block_is_a_task_of_its_own() {
    let kept = Settings { left_item_kept: Millis::from_mins(5), ..Settings::instant() };
    let (mut bench, job) = pipeline(kept, &["linux"]);
    let outer = run(&mut bench, job, 0, vec![block(1, "gpu  && big", 10, &[])]);
    run(&mut bench, job, 2, vec![block(3, "gpu", 10, &[])]);
    let items = bench.jenkins.items();
    let views: Vec<_> = items.iter().map(|&id| bench.jenkins.item(id).unwrap()).collect();
    assert_eq!(views[0].job_name.as_ref(), "part of pipe #2", "the latest comes first");
    assert_eq!((views[1].job_name.as_ref(), views[1].run), ("part of pipe #1", Some(1)));
    assert_eq!((views[1].kind, views[1].key), (JobKind::Pipeline, 1));
    assert_eq!(views[1].why, "There are no nodes with the label ‘gpu&&big’");
    let listing = bench.jenkins.listing();
    assert_eq!(listing.items[0].label, ItemLabel::Expression("gpu  && big".into()));
    let left = bench.jenkins.left_item(outer).unwrap();
    assert_eq!((left.number, left.block), (Some(1), false));
    let master = bench.jenkins.node(&"master".into()).unwrap();
    assert_eq!(master.running.len(), 2, "two runs, which need no executor");
}

#[test]
fn what_comes_after_a_block_that_failed_never_comes() {
    // What befalls the first block => its result or none where it never ran, and that of the run
    let table = [
        (Fate::Cancelled, None, BuildResult::Aborted),
        (Fate::Stopped, Some(BuildResult::Aborted), BuildResult::Aborted),
        (Fate::RunStopped, Some(BuildResult::Aborted), BuildResult::Aborted),
        (Fate::NodeDeleted, Some(BuildResult::Aborted), BuildResult::Aborted),
    ];
    for (fate, first, whole) in table {
        let agents: &[&str] = if matches!(fate, Fate::Cancelled) { &["other"] } else { &["linux", "other"] };
        let (mut bench, job) = pipeline(Settings::instant(), agents);
        let blocks =
            vec![block(1, "linux", 100, &[]), block(2, "other", 10, &[0]), block(3, "other", 400, &[])];
        let outer = run(&mut bench, job, 0, blocks);
        bench.run_until(at(1_000));
        let item = QueueItemId(outer.0 + 1);
        match fate {
            Fate::Cancelled => bench.jenkins.cancel(at(1_000), item).unwrap(),
            Fate::Stopped => bench.jenkins.stop_build(at(1_000), item).unwrap(),
            Fate::RunStopped => bench.jenkins.stop_build(at(1_000), outer).unwrap(),
            Fate::NodeDeleted => bench.jenkins.delete_node(at(1_000), &"linux-1".into()).unwrap(),
        }
        bench.run_until(at(1_000_000));
        let result = |key| bench.results().into_iter().find(|(other, _)| *other == key).map(|(_, r)| r);
        assert_eq!(result(1), first, "{fate:?}");
        assert_eq!(result(2), None, "{fate:?}");
        assert_eq!(result(0), Some(whole), "{fate:?}");
        let beside = match fate {
            Fate::RunStopped => (BuildResult::Aborted, 1_000),
            Fate::Cancelled | Fate::Stopped | Fate::NodeDeleted => (BuildResult::Success, 400_000),
        };
        assert_eq!((result(3), bench.finished_at(3)), (Some(beside.0), Some(at(beside.1))), "{fate:?}");
        assert_eq!(bench.finished_at(0), Some(at(beside.1)), "{fate:?}");
        assert_eq!(bench.jenkins.items(), []);
    }
}

#[test]
fn a_block_that_is_added_to_a_run_comes_when_those_before_it_have_ended_well() {
    let (mut bench, job) = pipeline(Settings::instant(), &["linux", "windows"]);
    let outer = run(&mut bench, job, 0, vec![block(1, "linux", 10, &[]), block(2, "windows", 100, &[])]);
    let add = |bench: &mut Bench, now: i64, block| {
        bench.run_until(at(now));
        bench.jenkins.add_block(at(now), outer, block)
    };
    assert_eq!(add(&mut bench, 5_000, block(3, "linux", 10, &[0])), Ok(2), "it waits for a block that runs");
    assert_eq!(add(&mut bench, 30_000, block(4, "linux", 10, &[2])), Ok(3), "it waits for none");
    assert_eq!(
        add(&mut bench, 30_000, block(5, "linux", 10, &[1, 3])),
        Ok(4),
        "it waits for the slower of two"
    );
    assert_eq!(add(&mut bench, 31_000, block(6, "linux", 1, &[7])), Err(ScheduleError::NoPipeline));
    bench.run_until(at(200_000));
    let times = |key| (bench.started_at(key), bench.finished_at(key));
    let span = |from: i64, to: i64| (Some(at(from)), Some(at(to)));
    assert_eq!(times(3), span(10_000, 20_000));
    assert_eq!(times(4), span(30_000, 40_000));
    assert_eq!(times(5), span(100_000, 110_000));
    assert_eq!(times(0), span(0, 110_000), "the run lasts until the last of them has ended");
    assert_eq!(times(6), (None, None), "there is no block that it could come after");
    assert_eq!(
        bench.jenkins.add_block(at(200_000), outer, block(7, "linux", 1, &[0])),
        Err(ScheduleError::NoPipeline),
        "the run is over"
    );
}

#[test]
fn a_block_that_is_added_after_one_that_was_lost_never_comes() {
    let (mut bench, job) = pipeline(Settings::instant(), &["linux", "windows"]);
    let outer = run(&mut bench, job, 0, vec![block(1, "linux", 100, &[]), block(2, "windows", 100, &[])]);
    bench.run_until(at(1_000));
    bench.jenkins.stop_build(at(1_000), QueueItemId(outer.0 + 1)).unwrap();
    assert_eq!(bench.jenkins.add_block(at(1_000), outer, block(3, "linux", 10, &[0])), Ok(2));
    bench.run_until(at(200_000));
    assert_eq!(bench.started_at(3), None);
    assert_eq!(
        bench.results(),
        [(1, BuildResult::Aborted), (2, BuildResult::Success), (0, BuildResult::Aborted)]
    );
}

#[derive(Debug, Clone, Copy)]
enum Fate {
    Cancelled,
    Stopped,
    RunStopped,
    NodeDeleted,
}

/// With the guard file a Pipeline whose node is deleted ends at once, without it after five minutes (jenkins.md 6).
#[test]
fn the_guard_ends_a_pipeline_with_its_node() {
    for (guard_interrupts, ends) in [(false, 301_000), (true, 1_000)] {
        let guard = Some("linux".into());
        let (mut bench, job) =
            pipeline(Settings { guard, guard_interrupts, ..Settings::instant() }, &["linux"]);
        run(&mut bench, job, 0, vec![block(1, "linux", 100, &[])]);
        bench.run_until(at(1_000));
        bench.jenkins.delete_node(at(1_000), &"linux-1".into()).unwrap();
        bench.run_until(at(1_000_000));
        assert_eq!(bench.results(), [(1, BuildResult::Aborted), (0, BuildResult::Aborted)]);
        assert_eq!(bench.finished_at(1), Some(at(ends)));
    }
}

#[test]
fn a_run_goes_on_after_a_restart_with_its_next_stage() {
    let (mut bench, job) = pipeline(Settings::default(), &["linux"]);
    run(&mut bench, job, 0, vec![block(1, "linux", 60, &[]), block(2, "linux", 60, &[0])]);
    bench.run_until(at(10_000));
    bench.jenkins.restart(at(10_000));
    bench.run_until(at(31_000));
    bench.jenkins.agent_connect(at(31_000), &"linux-1".into()).unwrap();
    bench.run_until(at(1_000_000));
    let continued =
        bench.outputs.iter().filter(|output| matches!(output, Output::ContinuationEntered { .. }));
    assert_eq!(continued.count(), 1);
    let success = [1, 2, 0].map(|key| (key, BuildResult::Success));
    assert_eq!(bench.results(), success);
    assert_eq!(bench.finished_at(1), Some(at(60_100)), "it ran on the agent all the time");
}

#[test]
fn runs_of_a_pipeline_that_are_not_concurrent_come_one_after_another() {
    let (mut bench, _) = pipeline(Settings::instant(), &["linux"]);
    let spec = JobSpec { kind: JobKind::Flyweight, concurrent: false, ..JobSpec::replay("single", None) };
    let job = bench.jenkins.create_job(at(0), spec).unwrap();
    for key in [0, 10] {
        let blocks = vec![block(key + 1, "linux", 10, &[]), block(key + 2, "linux", 10, &[])];
        run(&mut bench, job, key, blocks);
    }
    let behind = bench.jenkins.items();
    assert_eq!(bench.jenkins.item(behind[0]).unwrap().why, "Build #1 is already in progress (ETA: N/A)");
    bench.run_until(at(60_000));
    assert_eq!(bench.started_at(11), Some(at(10_000)), "the blocks of one run are beside each other");
    assert_eq!(bench.finished_at(10), Some(at(20_000)));
}

#[test]
fn blocks_that_make_no_sense_are_refused() {
    let (mut bench, job) = pipeline(Settings::instant(), &[]);
    let freestyle = bench.job("app", "docker");
    let request = BuildRequest::new(0, Millis::ZERO);
    let itself = vec![block(1, "linux", 1, &[0])];
    let later = vec![block(1, "linux", 1, &[1]), block(2, "linux", 1, &[])];
    for (job, blocks) in [(job, itself), (job, later), (freestyle, vec![block(1, "a", 1, &[])])] {
        let refused = bench.jenkins.schedule_pipeline(at(0), job, request.clone(), blocks);
        assert_eq!(refused, Err(ScheduleError::NoPipeline));
    }
    assert_eq!(bench.jenkins.items(), []);
}

/// jenkins.md 6: interrupted with `RemovedNodeCause` a block within `retry(conditions: [agent()])` begins anew at once.
#[test]
fn a_block_within_a_retry_begins_anew_when_its_agent_is_lost() {
    for (guard_interrupts, again) in [(true, 1_000), (false, 301_000)] {
        let guard = Some("linux".into());
        let settings = Settings { guard, guard_interrupts, ..Settings::instant() };
        let (mut bench, job) = pipeline(settings, &["linux"]);
        bench.jenkins.create_node(at(0), node("other", "linux")).unwrap();
        run(&mut bench, job, 0, vec![Block { retries: 1, ..block(1, "linux", 100, &[]) }]);
        bench.run_until(at(1_000));
        bench.jenkins.agent_connect(at(1_000), &"other".into()).unwrap();
        bench.jenkins.delete_node(at(1_000), &"linux-1".into()).unwrap();
        bench.run_until(at(1_000_000));
        let (aborted, success) = (BuildResult::Aborted, BuildResult::Success);
        assert_eq!(bench.results(), [(1, aborted), (1, success), (0, success)]);
        assert_eq!(bench.finished_at(0), Some(at(again + 100_000)));
    }
}
