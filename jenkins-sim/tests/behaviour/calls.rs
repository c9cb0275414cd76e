//! What calls answer, and in what order things stand.

use crate::bench::{Bench, at, labels, node};
use footman_core::{
    id::QueueItemId,
    time::{Millis, Timestamp},
};
use footman_jenkins_sim::{
    BuildRequest, BuildResult, JobKind, JobSpec, Latencies, NodeSpec, OfflineCause, Output, Parameters,
    Request, Settings,
};

/// Calls that are refused, with Jenkins' status and text (seen on Jenkins 2.263.4; recordings a012, a016, a019,
/// a043, a044, a050, a057).
#[test]
fn a_refusal_has_the_status_and_the_text_of_jenkins() {
    let mut bench = Bench::new(Settings::instant());
    let job = bench.job("app", "docker");
    let disabled = JobSpec { disabled: true, ..JobSpec::replay("off", None) };
    let disabled = bench.jenkins.create_job(at(0), disabled).unwrap();
    bench.jenkins.create_node(at(0), node("n1", "docker")).unwrap();
    bench.jenkins.create_node(at(0), NodeSpec { executors: 0, ..node("ghost", "docker") }).unwrap();
    let left = bench.jenkins.schedule(at(0), job, BuildRequest::new(0, Millis::new(1))).unwrap();
    bench.jenkins.agent_connect(at(0), &"n1".into()).unwrap();
    let build = BuildRequest::new(1, Millis::new(1));
    let create = |name: &str| Request::CreateNode(node(name, ""));
    let delete = |name: &str| Request::DeleteNode { node: name.into() };
    let table = [
        (create("n1"), Some(400), "Agent called ‘n1’ already exists"),
        (create(" n1 "), Some(400), "Agent called ‘n1’ already exists"),
        (create("a/b"), Some(400), "‘/’ is an unsafe character"),
        (create("a[b"), Some(400), "‘[’ is an unsafe character"),
        (create(" "), Some(400), "No name is specified"),
        (create(".."), Some(400), "‘..’ is not an allowed name"),
        (create("a\u{7}b"), Some(400), "No control code is allowed: a?b"),
        (delete("N1"), Some(404), "no such node"),
        (delete("ghost"), Some(404), "no such node"),
        (delete("master"), Some(400), "not for the controller"),
        (
            Request::ChangeOfflineCause { node: "nosuch".into(), message: "".into() },
            Some(404),
            "no such node",
        ),
        (
            Request::CreateJob(JobSpec::replay("app", None)),
            Some(400),
            "A job already exists with the name ‘app’",
        ),
        (Request::CreateJob(JobSpec::replay("a?b", None)), Some(400), "‘?’ is an unsafe character"),
        (Request::Schedule { job: disabled, build }, Some(409), "the job is disabled"),
        (Request::Cancel { item: left }, Some(500), "the item is no longer in the queue"),
        (Request::Cancel { item: QueueItemId(99_999) }, Some(404), "no such item"),
        (Request::StopBuild { item: QueueItemId(99_999) }, Some(404), "no such build runs"),
        (Request::AgentConnect { node: "c1".into() }, Some(404), "unknown client name"),
        (Request::AgentConnect { node: "n1".into() }, Some(400), "the node is already connected"),
    ];
    for (request, status, text) in table {
        let error = bench.jenkins.call(at(0), request.clone()).unwrap_err();
        assert_eq!((error.status(), error.to_string().as_str()), (status, text), "{request:?}");
    }
    for fine in ["N1", "büro 1", "a.b", "a-b_c"] {
        bench.jenkins.call(at(0), create(fine)).unwrap();
    }
}

/// Seen on Jenkins 2.263.4: re-triggering a queued job returns the same id.
#[test]
fn identical_requests_are_merged_while_the_item_waits() {
    let mut bench = Bench::new(Settings::instant());
    let job = JobSpec { quiet_period: Millis::from_secs(5), ..JobSpec::replay("app", Some("docker".into())) };
    let job = bench.jenkins.create_job(at(0), job).unwrap();
    let same =
        |key| BuildRequest { parameters: Parameters::None, ..BuildRequest::new(key, Millis::new(100)) };
    let first = bench.jenkins.schedule(at(0), job, same(0)).unwrap();
    assert_eq!(bench.jenkins.schedule(at(1_000), job, same(1)).unwrap(), first);
    let other = bench.jenkins.schedule(at(1_000), job, BuildRequest::new(2, Millis::new(100))).unwrap();
    assert_ne!(other, first);
    // A shorter quiet period counts, a longer one does not.
    let soon = BuildRequest { delay: Some(Millis::new(500)), ..same(3) };
    assert_eq!(bench.jenkins.schedule(at(1_000), job, soon).unwrap(), first);
    assert_eq!(bench.jenkins.schedule(at(1_200), job, same(4)).unwrap(), first);
    bench.jenkins.handle_timeout(at(1_500));
    assert_eq!(bench.jenkins.item(first).unwrap().why, "Waiting for next available executor");
    assert_eq!(bench.jenkins.schedule(at(1_600), job, same(5)).unwrap(), first, "buildable items too");
    bench.jenkins.create_node(at(2_000), NodeSpec { executors: 4, ..node("n1", "docker") }).unwrap();
    bench.jenkins.agent_connect(at(2_000), &"n1".into()).unwrap();
    let next = bench.jenkins.schedule(at(2_000), job, same(6)).unwrap();
    assert_ne!(next, first, "the first is a build by then");
    bench.run_until(at(100_000));
    let merged: Vec<u64> = bench
        .outputs
        .iter()
        .filter_map(|output| if let Output::ItemMerged { key, .. } = output { Some(*key) } else { None })
        .collect();
    assert_eq!(merged, [1, 3, 4, 5]);
    let mut built: Vec<u64> = bench.results().into_iter().map(|(key, _)| key).collect();
    built.sort_unstable();
    assert_eq!(built, [0, 2, 6]);
}

/// Seen on Jenkins 2.263.4: different parameters make separate items (`"params":"\nWHO=other"`).
#[test]
fn requests_with_the_same_parameters_are_merged_and_others_are_items_of_their_own() {
    let mut bench = Bench::new(Settings::default());
    let job = bench.job("app", "docker");
    let twin = bench.job("twin", "docker");
    let mut key = 0;
    let mut ask = |bench: &mut Bench, now, job, who: Option<&str>| {
        let given = who.map(|who| ("WHO".to_owned(), who.to_owned()));
        let parameters = given.into_iter().collect::<Vec<_>>().into();
        let request = BuildRequest { parameters, ..BuildRequest::new(key, Millis::from_secs(9)) };
        key += 1;
        bench.jenkins.schedule(at(now), job, request).unwrap()
    };
    let [none, world, other] = [None, Some("world"), Some("other")].map(|who| ask(&mut bench, 1, job, who));
    assert!(none < world && world < other, "three items");
    assert!(ask(&mut bench, 1, twin, Some("world")) > other, "another job's parameters are its own");
    for (who, item) in [(Some("other"), other), (None, none), (Some("world"), world)] {
        assert_eq!(ask(&mut bench, 1, job, who), item, "{who:?}");
    }
    assert_eq!(bench.jenkins.queue_item(job), Some(none));
    // What was cancelled, or has an executor, is merged into no more.
    bench.jenkins.cancel(at(1), other).unwrap();
    let again = ask(&mut bench, 1, job, Some("other"));
    assert_ne!(again, other);
    bench.jenkins.create_node(at(2), NodeSpec { executors: 2, ..node("n1", "docker") }).unwrap();
    bench.jenkins.agent_connect(at(2), &"n1".into()).unwrap();
    bench.run_until(at(2_000));
    assert_eq!(bench.jenkins.queue_item(job), Some(again), "two run");
    let next = ask(&mut bench, 2_000, job, Some("world"));
    assert!(next > again, "{next} is not the build that runs");
}

/// A latency that becomes shorter lets what begins later be due before what has begun.
#[test]
fn latencies_that_are_changed_hold_for_what_begins_from_then_on() {
    let slow = Latencies { buildable_to_assignable: Millis::from_secs(10), ..Latencies::NONE };
    let mut bench = Bench::new(Settings { latencies: slow, ..Settings::instant() });
    let job = bench.job("app", "docker");
    for name in ["n1", "n2"] {
        bench.jenkins.create_node(at(0), node(name, "docker")).unwrap();
        bench.jenkins.agent_connect(at(0), &name.into()).unwrap();
    }
    bench.jenkins.schedule(at(0), job, BuildRequest::new(0, Millis::from_hours(1))).unwrap();
    let fast = Latencies { buildable_to_assignable: Millis::new(5), ..Latencies::NONE };
    bench.jenkins.change_latencies(at(100), fast);
    assert_eq!(bench.jenkins.latencies(), fast);
    bench.jenkins.schedule(at(100), job, BuildRequest::new(1, Millis::from_hours(1))).unwrap();
    bench.run_until(at(60_000));
    assert_eq!([0, 1].map(|key| bench.started_at(key)), [Some(at(10_000)), Some(at(105))]);
}

/// Seen on Jenkins 2.263.4: waiting, blocked, then buildables reversed.
#[test]
fn the_queue_is_listed_in_the_order_of_jenkins() {
    let mut bench = Bench::new(Settings::instant());
    let quiet = JobSpec { quiet_period: Millis::from_secs(9), ..JobSpec::replay("quiet", None) };
    let quiet = bench.jenkins.create_job(at(0), quiet).unwrap();
    let single = JobSpec { concurrent: false, ..JobSpec::replay("single", None) };
    let single = bench.jenkins.create_job(at(0), single).unwrap();
    let app = bench.job("app", "docker");
    let build = BuildRequest::new(0, Millis::new(1));
    let jobs = [app, single, single, quiet, app, single, quiet];
    let ids = jobs.map(|job| bench.jenkins.schedule(at(0), job, build.clone()).unwrap());
    let want = [3, 6, 2, 5, 4, 1, 0].map(|place| ids[place]);
    assert_eq!(bench.jenkins.items(), want);
}

#[test]
fn a_cancelled_item_never_runs_and_lets_the_next_one_in() {
    let mut bench = Bench::new(Settings::default());
    let job = JobSpec { concurrent: false, ..JobSpec::replay("app", Some("docker".into())) };
    let job = bench.jenkins.create_job(at(0), job).unwrap();
    let build = |key| BuildRequest::new(key, Millis::new(100));
    let [first, second, third] = [0, 1, 2].map(|key| bench.jenkins.schedule(at(0), job, build(key)).unwrap());
    bench.jenkins.cancel(at(10), second).unwrap();
    bench.jenkins.cancel(at(10), first).unwrap();
    assert!(bench.jenkins.left_item(first).unwrap().number.is_none());
    bench.jenkins.create_node(at(20), node("n1", "docker")).unwrap();
    bench.jenkins.agent_connect(at(20), &"n1".into()).unwrap();
    bench.run_until(at(10_000));
    assert_eq!(bench.results(), [(2, BuildResult::Success)]);
    assert_eq!(bench.jenkins.cancel(at(10_000), third).unwrap_err().status(), Some(500));
}

/// An item that was blocked stands behind those that are buildable already, although it keeps its
/// `buildableStartMilliseconds` (seen on Jenkins 2.263.4, recordings b054, b057 and b061).
#[test]
fn an_item_that_was_blocked_stands_last() {
    let mut bench = Bench::new(Settings::instant());
    let single = JobSpec { concurrent: false, ..JobSpec::replay("single", Some("a".into())) };
    let single = bench.jenkins.create_job(at(0), single).unwrap();
    let (other, same) = (bench.job("other", "b"), bench.job("same", "a"));
    bench.jenkins.create_node(at(0), node("n1", "a b")).unwrap();
    bench.jenkins.agent_connect(at(0), &"n1".into()).unwrap();
    for (key, job) in (0..).zip([single, single, other, same]) {
        bench.jenkins.schedule(at(0), job, BuildRequest::new(key, Millis::new(100))).unwrap();
    }
    bench.run_until(at(1_000));
    let order: Vec<u64> = bench.results().into_iter().map(|(key, _)| key).collect();
    assert_eq!(order, [0, 2, 3, 1]);
}

#[test]
fn a_stopped_build_is_aborted_and_frees_its_executor() {
    let mut bench = Bench::new(Settings::instant());
    let job = bench.job("app", "docker");
    bench.jenkins.create_node(at(0), node("n1", "docker")).unwrap();
    bench.jenkins.agent_connect(at(0), &"n1".into()).unwrap();
    let first = bench.jenkins.schedule(at(0), job, BuildRequest::new(0, Millis::from_hours(1))).unwrap();
    bench.jenkins.schedule(at(0), job, BuildRequest::new(1, Millis::new(50))).unwrap();
    bench.jenkins.stop_build(at(100), first).unwrap();
    bench.run_until(at(1_000));
    assert_eq!(bench.results(), [(0, BuildResult::Aborted), (1, BuildResult::Success)]);
    assert_eq!(bench.started_at(1), Some(at(100)));
}

/// Seen on Jenkins 2.263.4.
#[test]
fn marking_is_idempotent_and_toggling_is_not() {
    let mut bench = Bench::new(Settings::default());
    let name = "n1".into();
    bench.jenkins.create_node(at(0), node("n1", "docker")).unwrap();
    let state = |bench: &Bench| {
        let view = bench.jenkins.node(&"n1".into()).unwrap();
        (view.offline(), view.temporarily_offline, view.offline_cause)
    };
    let marked = |text: &str, ms| Some(OfflineCause::User { message: text.into(), at: at(ms) });
    assert_eq!(state(&bench), (true, false, None), "never connected");
    bench.jenkins.toggle_offline(at(1), &name, "a".into()).unwrap();
    assert_eq!(state(&bench), (true, true, marked("a", 1)), "toggling marks what was never connected");
    bench.jenkins.agent_connect(at(2), &name).unwrap();
    assert_eq!(state(&bench), (true, true, marked("a", 1)), "the mark outlives the connection");
    bench.jenkins.toggle_offline(at(3), &name, "b".into()).unwrap();
    assert_eq!(state(&bench), (false, false, None));
    bench.jenkins.change_offline_cause(at(4), &name, "c".into()).unwrap();
    bench.jenkins.change_offline_cause(at(5), &name, "d".into()).unwrap();
    assert_eq!(state(&bench), (true, true, marked("d", 5)));
    bench.jenkins.disconnect(at(6), &name).unwrap();
    let broken = Some(OfflineCause::ChannelTermination { at: at(6) });
    assert_eq!(state(&bench), (true, true, broken), "the broken channel is the cause, whatever was said");
    bench.jenkins.disconnect(at(7), &name).unwrap();
    bench.collect();
    assert_eq!(
        bench.outputs,
        [Output::AgentDropped { node: name, at: at(6) }],
        "without a channel nothing happens"
    );
}

/// Tried on Jenkins 2.263.4: closing a busy agent by emptying its labels.
#[test]
fn a_node_without_labels_takes_nothing_but_what_asks_for_it_by_name() {
    let mut bench = Bench::new(Settings::instant());
    let app = bench.job("app", "docker");
    bench.jenkins.create_node(at(0), node("n1", "docker")).unwrap();
    bench.jenkins.agent_connect(at(0), &"n1".into()).unwrap();
    bench.jenkins.schedule(at(0), app, BuildRequest::new(0, Millis::new(100))).unwrap();
    bench.jenkins.schedule(at(0), app, BuildRequest::new(1, Millis::new(100))).unwrap();
    bench.jenkins.set_labels(at(10), &"n1".into(), labels("")).unwrap();
    bench.run_until(at(1_000));
    assert_eq!(bench.results(), [(0, BuildResult::Success)], "what ran went on, what waited waits");
    let named = JobSpec::replay("named", Some("n1".into()));
    let named = bench.jenkins.create_job(at(1_000), named).unwrap();
    bench.jenkins.schedule(at(1_000), named, BuildRequest::new(2, Millis::new(100))).unwrap();
    bench.jenkins.set_labels(at(1_500), &"n1".into(), labels("docker")).unwrap();
    bench.run_until(at(2_000));
    let started: Vec<Option<Timestamp>> = (0..3).map(|key| bench.started_at(key)).collect();
    assert_eq!(started, [Some(at(0)), Some(at(1_500)), Some(at(1_000))]);
}

#[test]
fn executors_come_and_go_while_builds_go_on() {
    let mut bench = Bench::new(Settings::instant());
    let app = bench.job("app", "docker");
    bench.jenkins.create_node(at(0), NodeSpec { executors: 3, ..node("n1", "docker") }).unwrap();
    bench.jenkins.agent_connect(at(0), &"n1".into()).unwrap();
    for key in 0..6 {
        bench.jenkins.schedule(at(0), app, BuildRequest::new(key, Millis::new(100))).unwrap();
    }
    bench.jenkins.set_executors(at(10), &"n1".into(), 1).unwrap();
    bench.run_until(at(150));
    assert_eq!(bench.jenkins.node(&"n1".into()).unwrap().running.len(), 1, "one of three is left");
    bench.jenkins.set_executors(at(150), &"n1".into(), 2).unwrap();
    bench.run_until(at(150));
    assert_eq!(bench.started_at(4), Some(at(150)));
    bench.jenkins.set_executors(at(160), &"n1".into(), 0).unwrap();
    bench.run_until(at(1_000));
    assert_eq!(bench.results().len(), 5, "the last one waits");
    assert_eq!(bench.jenkins.node(&"n1".into()), None, "a node without executors has no computer");
}

#[test]
fn a_flyweight_task_needs_no_executor_but_makes_the_controller_busy() {
    let mut bench = Bench::new(Settings::instant());
    let outer = JobSpec { kind: JobKind::Flyweight, ..JobSpec::replay("pipe", None) };
    let outer = bench.jenkins.create_job(at(0), outer).unwrap();
    bench.jenkins.schedule(at(0), outer, BuildRequest::new(0, Millis::new(100))).unwrap();
    let view = bench.jenkins.node(&"master".into()).unwrap();
    assert!(!view.idle && view.executors == 0 && view.running[0].executor.is_none());
    bench.run_until(at(100));
    assert!(bench.jenkins.node(&"master".into()).unwrap().idle);
}

/// A guard file on the agent, tried on Jenkins 2.263.4: twenty builds, one agent, exactly one runs.
#[test]
fn a_guarded_node_runs_one_build_of_any_length() {
    let mut bench = Bench::new(Settings { guard: Some("fm-".into()), ..Settings::default() });
    let job = bench.job("app", "docker");
    for key in 0..20 {
        bench.jenkins.schedule(at(0), job, BuildRequest::new(key, Millis::new(0))).unwrap();
    }
    bench.jenkins.create_node(at(0), NodeSpec { executors: 2, ..node("fm-1", "docker") }).unwrap();
    bench.jenkins.agent_connect(at(0), &"fm-1".into()).unwrap();
    bench.run_until(at(100_000));
    assert_eq!(bench.results().len(), 1);
    let view = bench.jenkins.node(&"fm-1".into()).unwrap();
    assert!(view.idle && !view.offline());
    // It is noted in the node's folder, which outlives the controller (`FootmanGuard.load`).
    bench.jenkins.restart(at(100_000));
    bench.run_until(at(300_000));
    bench.jenkins.agent_connect(at(300_000), &"fm-1".into()).unwrap();
    bench.run_until(at(400_000));
    assert!(!bench.jenkins.node(&"fm-1".into()).unwrap().offline());
    assert_eq!(bench.results().len(), 1, "nor does it run one after a restart");
}

/// #9855, #26154: from 2.482 until 2026-01 a mark does not survive that the node's configuration is saved.
#[test]
fn saving_the_configuration_of_a_marked_node_may_put_it_back_online() {
    for config_unmarks in [false, true] {
        let mut bench = Bench::new(Settings { config_unmarks, ..Settings::instant() });
        let job = bench.job("app", "docker");
        bench.jenkins.create_node(at(0), node("n1", "docker")).unwrap();
        bench.jenkins.agent_connect(at(0), &"n1".into()).unwrap();
        bench.jenkins.change_offline_cause(at(1), &"n1".into(), "spent".into()).unwrap();
        bench.jenkins.schedule(at(2), job, BuildRequest::new(0, Millis::new(1))).unwrap();
        bench.jenkins.set_labels(at(3), &"n1".into(), labels("docker linux")).unwrap();
        bench.run_until(at(10));
        assert_eq!(bench.started_at(0), config_unmarks.then(|| at(3)));
        assert_eq!(bench.jenkins.node(&"n1".into()).unwrap().offline(), !config_unmarks);
    }
}
