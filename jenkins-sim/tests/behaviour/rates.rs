//! How many builds per second of one core; run by hand: `cargo test --release -p footman-jenkins-sim --test behaviour --
//! --ignored --nocapture --test-threads 1`.

use crate::bench::{at, labels, node};
use footman_core::{
    id::NodeName,
    time::{Millis, Timestamp},
};
use footman_jenkins_sim::{Block, BuildRequest, Jenkins, JobKind, JobSpec, NodeSpec, Output, Settings};
use std::{hint::black_box, time::Instant};

const BUILDS: u64 = 1_000_000;

/// Nanoseconds that this thread has had a core, where the system tells; other work on the machine does not count.
fn on_core() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

#[expect(clippy::disallowed_methods, clippy::print_stderr, reason = "it measures time for a person to read")]
fn measure(name: &str, builds: u64, run: impl Fn()) {
    let mut best = u64::MAX;
    for _ in 0..5 {
        let (start, start_on_core) = (Instant::now(), on_core());
        run();
        let wall = u64::try_from(start.elapsed().as_nanos()).expect("it lasts less than centuries");
        let spent = start_on_core.zip(on_core()).map(|(start, end)| end - start);
        best = best.min(spent.unwrap_or(wall));
    }
    eprintln!("{name}: {} ns/build, {} builds/s", best / builds, builds * 1_000_000_000 / best);
}

/// A pseudo-random number below `below`, the same in every run (a linear congruence).
fn next(state: &mut u64, below: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % below
}

fn drain(jenkins: &mut Jenkins) -> u64 {
    let mut finished = 0;
    while let Some(output) = jenkins.poll_output() {
        finished += u64::from(matches!(output, Output::BuildFinished { .. }));
    }
    finished
}

/// `nodes` static nodes with `executors` executors each, at about 80 % load, latencies and quiet period zero.
fn fixed_pool(nodes: u16, executors: u16, builds: u64, with_labels: bool) {
    let mut jenkins = Jenkins::new(Settings::instant(), at(0));
    for number in 0..nodes {
        let name: NodeName = format!("n{number}").as_str().into();
        let spec = NodeSpec {
            name: name.clone(),
            description: None,
            labels: labels("docker linux"),
            exclusive: false,
            executors,
        };
        jenkins.create_node(at(0), spec).expect("the node is new");
        jenkins.agent_connect(at(0), &name).expect("the node is there");
    }
    let label = with_labels.then(|| "docker && linux".into());
    let job = jenkins.create_job(at(0), JobSpec::replay("app", label)).expect("the job is new");
    let servers = u64::from(nodes) * u64::from(executors);
    let (mut now, mut state, mut finished) = (0, 1, 0);
    for key in 0..builds {
        now += i64::try_from(next(&mut state, 2 * 100_000 / servers.max(1))).expect("small");
        let duration = Millis::new(next(&mut state, 160_000));
        jenkins.schedule(at(now), job, BuildRequest::new(key, duration)).expect("the job is there");
        finished += drain(&mut jenkins);
    }
    jenkins.handle_timeout(Timestamp::MAX);
    finished += drain(&mut jenkins);
    assert_eq!(black_box(finished), builds, "every build ran once");
}

/// One agent per build, closed while busy, with an observer that looks once per second of virtual time.
fn one_shot(builds: u64, observed: bool) {
    let mut jenkins = Jenkins::new(Settings::default(), at(0));
    let job = jenkins.create_job(at(0), JobSpec::replay("app", Some("docker && linux".into()))).expect("new");
    let (mut now, mut finished, mut looked) = (0, 0, 0);
    let in_flight = 500_usize;
    let mut agents = std::collections::VecDeque::new();
    let template = labels("docker linux");
    for key in 0..builds {
        now += 10;
        jenkins.schedule(at(now), job, BuildRequest::new(key, Millis::new(4_000))).expect("there");
        let name: NodeName = format!("cloud-template-{key:012}").as_str().into();
        let spec = NodeSpec { labels: template.clone(), name: name.clone(), ..node("", "") };
        jenkins.create_node(at(now), spec).expect("new");
        jenkins.agent_connect(at(now), &name).expect("there");
        agents.push_back(name);
        if agents.len() > in_flight / 2 {
            let name = &agents[agents.len() - in_flight / 2];
            jenkins.change_offline_cause(at(now), name, "spent".into()).expect("there");
        }
        if agents.len() > in_flight {
            let name = agents.pop_front().expect("not empty");
            jenkins.agent_disconnect(at(now), &name);
            jenkins.delete_node(at(now), &name).expect("there");
        }
        if observed && now >= looked + 1_000 {
            looked = now;
            black_box(jenkins.changes());
        }
        finished += drain(&mut jenkins);
    }
    jenkins.handle_timeout(Timestamp::MAX);
    finished += drain(&mut jenkins);
    assert_eq!(black_box(finished), builds, "every build ran once");
}

/// A multibranch project is indexed: as many branches, each a Pipeline of its own with one `node` block, are queued at one
/// instant, and an observer looks at every second of virtual time while so many nodes work them off.
fn storm(branches: u64, nodes: usize) {
    let mut jenkins = Jenkins::new(Settings::default(), at(0));
    for number in 0..nodes {
        let name: NodeName = format!("n{number}").as_str().into();
        jenkins.create_node(at(0), NodeSpec { name: name.clone(), ..node("", "docker linux") }).expect("new");
        jenkins.agent_connect(at(0), &name).expect("the node is there");
    }
    for key in 0..branches {
        let spec = JobSpec { kind: JobKind::Flyweight, ..JobSpec::replay(format!("app/{key}"), None) };
        let job = jenkins.create_job(at(1_000), spec).expect("the branch is new");
        let (label, duration) = (Some("docker && linux".into()), Millis::from_mins(2));
        let block = Block { key: branches + key, label, duration, after: Vec::new(), retries: 0 };
        let request = BuildRequest::new(key, Millis::ZERO);
        jenkins.schedule_pipeline(at(1_000), job, request, vec![block]).expect("the job is there");
    }
    let mut finished = 0;
    let mut now = 1_000;
    while finished < 2 * branches {
        now += 1_000;
        jenkins.handle_timeout(at(now));
        black_box(jenkins.changes());
        finished += drain(&mut jenkins);
    }
    let rounds = i64::try_from(branches.div_ceil(u64::try_from(nodes).expect("small"))).expect("small");
    assert_eq!(now / 120_000, rounds * 120_028 / 120_000, "every node has as many builds as any");
}

#[test]
#[ignore = "measures wall time; see the head of the file"]
fn rates_of_a_storm() {
    measure("10,000 branches on 2,000 nodes", 10_000, || storm(10_000, 2_000));
}

#[test]
#[ignore = "measures wall time; see the head of the file"]
fn rates_of_fixed_pools() {
    measure("fixed pool, 1 node x 10, no label", BUILDS, || fixed_pool(1, 10, BUILDS, false));
    measure("fixed pool, 10 nodes x 1, label", BUILDS, || fixed_pool(10, 1, BUILDS, true));
    measure("fixed pool, 1000 nodes x 1, label", BUILDS, || fixed_pool(1000, 1, BUILDS, true));
}

#[test]
#[ignore = "measures wall time; see the head of the file"]
fn rates_of_one_shot_agents() {
    measure("one-shot, not observed", BUILDS, || one_shot(BUILDS, false));
}

#[test]
#[ignore = "measures wall time; see the head of the file"]
fn rates_of_one_shot_agents_observed() {
    measure("one-shot, observed each second", BUILDS, || one_shot(BUILDS, true));
}

/// The same paths, short enough for every run.
#[test]
fn every_build_runs_once_on_a_fixed_pool_and_on_one_shot_agents() {
    fixed_pool(1, 10, 2_000, false);
    fixed_pool(10, 1, 2_000, true);
    one_shot(2_000, true);
    storm(1_000, 200);
}
