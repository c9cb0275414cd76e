//! Which of several idle nodes gets a build where Jenkins' own load balancer is asked for.

use crate::bench::{Bench, at, node};
use footman_core::time::Millis;
use footman_jenkins_sim::{Assignment, BuildRequest, JobSpec, NodeSpec, Output, Settings};

/// Three nodes with 1, 3 and 1 executors.
fn bench() -> Bench {
    let mut bench = Bench::new(Settings { assignment: Assignment::ConsistentHash, ..Settings::instant() });
    for (name, executors) in [("n1", 1), ("n2", 3), ("n3", 1)] {
        bench.jenkins.create_node(at(0), NodeSpec { executors, ..node(name, "docker") }).expect("it is new");
        bench.jenkins.agent_connect(at(0), &name.into()).expect("it is new");
    }
    bench
}

/// Where each build started.
fn nodes(bench: &mut Bench) -> Vec<String> {
    bench.collect();
    let started = bench.outputs.iter().filter_map(|output| {
        if let Output::BuildStarted { node, .. } = output { Some(node.to_string()) } else { None }
    });
    started.collect()
}

/// The answers of `hudson.util.ConsistentHash`, worked out apart from this code with another MD5.
#[test]
fn a_job_goes_to_the_node_that_the_circle_names() {
    let table = [
        ("app", "n3"),
        ("web", "n2"),
        ("team/app", "n2"),
        ("deploy", "n2"),
        ("docs", "n3"),
        ("lint", "n2"),
        ("release", "n2"),
        ("e2e", "n2"),
        ("bench", "n2"),
        ("site", "n1"),
    ];
    for (job, want) in table {
        let mut bench = bench();
        let id = bench.job(job, "docker");
        bench.jenkins.schedule(at(0), id, BuildRequest::new(0, Millis::from_secs(1))).unwrap();
        assert_eq!(nodes(&mut bench), [want], "{job}");
    }
}

#[test]
fn a_job_finds_its_node_again_and_another_where_that_is_busy() {
    let mut bench = bench();
    let job = bench.jenkins.create_job(at(0), JobSpec::replay("deploy", Some("docker".into()))).unwrap();
    for key in 0..6 {
        bench.jenkins.schedule(at(0), job, BuildRequest::new(key, Millis::from_secs(1))).unwrap();
    }
    let first = nodes(&mut bench);
    assert_eq!(first.len(), 5, "every executor has one, and the last waits");
    for (name, executors) in [("n1", 1), ("n2", 3), ("n3", 1)] {
        assert_eq!(first.iter().filter(|node| *node == name).count(), executors);
    }
    bench.run_until(at(10_000));
    bench.jenkins.schedule(at(10_000), job, BuildRequest::new(6, Millis::from_secs(1))).unwrap();
    assert_eq!(nodes(&mut bench).last(), first.first());
}
