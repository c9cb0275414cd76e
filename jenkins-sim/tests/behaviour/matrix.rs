//! Builds of matrix projects: where their own flyweight task runs, and what becomes of their configurations.

use crate::bench::{Bench, at, node};
use footman_core::{id::NodeName, label::LabelSet, time::Millis};
use footman_jenkins_sim::{
    BuildRequest, BuildResult, Configuration, JobId, JobKind, JobSpec, NodeSpec, Output, ScheduleError,
    Settings,
};

/// A Jenkins with a matrix project for `label`, which has a configuration for each of these labels.
fn matrix(label: Option<&str>, configurations: &[&str]) -> (Bench, JobId, Vec<JobId>) {
    let mut bench = Bench::new(Settings::instant());
    let spec = JobSpec { kind: JobKind::MatrixProject, ..JobSpec::replay("m", label.map(Into::into)) };
    let project = bench.jenkins.create_job(at(0), spec).expect("a fresh Jenkins takes it");
    let configuration = |(place, label): (usize, &&str)| {
        let spec = JobSpec::replay(format!("m/V={place},os={label}"), Some((*label).into()));
        let spec = JobSpec { kind: JobKind::Matrix, ..spec };
        bench.jenkins.create_configuration(at(0), spec).expect("names differ")
    };
    let configurations = configurations.iter().enumerate().map(configuration).collect();
    (bench, project, configurations)
}

fn agent(bench: &mut Bench, time: i64, name: &str, label: &str) {
    let spec = NodeSpec { executors: 1, ..node(name, label) };
    bench.jenkins.create_node(at(time), spec).expect("names differ");
    bench.jenkins.agent_connect(at(time), &name.into()).expect("it is new");
}

/// Builds the project with key 0 and its configurations, for 10 s each, with the keys from 1.
fn build(bench: &mut Bench, time: i64, project: JobId, configurations: &[JobId]) {
    let builds: Vec<Configuration> = (1..)
        .zip(configurations)
        .map(|(key, &job)| Configuration { job, key, duration: Millis::from_secs(10) })
        .collect();
    let request = BuildRequest::new(0, Millis::ZERO);
    bench.jenkins.schedule_matrix(at(time), project, request, &builds).expect("the controller is up");
}

/// The nodes that are not idle, by their names.
fn busy(bench: &Bench) -> Vec<NodeName> {
    let is_busy = |name: &NodeName| bench.jenkins.node(name).is_some_and(|node| !node.idle);
    bench.jenkins.nodes().into_iter().filter(is_busy).collect()
}

#[test]
fn a_project_lasts_as_long_as_its_configurations() {
    let (mut bench, project, configurations) = matrix(None, &["a", "a", "b"]);
    agent(&mut bench, 0, "a-1", "a");
    agent(&mut bench, 0, "b-1", "b");
    build(&mut bench, 0, project, &configurations);
    bench.run_until(at(60_000));
    let ends = [1, 2, 3, 0].map(|key| bench.finished_at(key));
    assert_eq!(ends, [10_000, 20_000, 10_000, 20_000].map(|ms| Some(at(ms))));
    assert!(busy(&bench).is_empty());
}

#[test]
fn without_a_label_the_controller_runs_a_project_and_with_one_an_agent_does() {
    // (label, where it runs beside its configuration on b-1)
    let table = [
        (None, vec!["b-1", "master"]),
        (Some("master"), vec!["b-1", "master"]),
        (Some("a"), vec!["a-1", "b-1"]),
        (Some("b"), vec!["b-1"]),
        // Of the hundred points of each that of b-1 is the next after the project's name.
        (Some("a || b"), vec!["b-1"]),
        (Some("nowhere"), vec![]),
    ];
    for (label, want) in table {
        let (mut bench, project, configurations) = matrix(label, &["b"]);
        agent(&mut bench, 0, "a-1", "a");
        agent(&mut bench, 0, "b-1", "b");
        build(&mut bench, 0, project, &configurations);
        bench.run_until(at(5_000));
        let mut names: Vec<String> = busy(&bench).iter().map(ToString::to_string).collect();
        names.sort_unstable();
        assert_eq!(names, want, "{label:?}");
    }
}

#[test]
fn a_project_waits_for_a_node_of_its_label() {
    let (mut bench, project, _) = matrix(Some("late"), &[]);
    build(&mut bench, 0, project, &[]);
    bench.run_until(at(5_000));
    let item = bench.jenkins.items()[0];
    assert_eq!(bench.jenkins.item(item).map(|item| item.stuck), Some(true));
    agent(&mut bench, 6_000, "other-1", "other");
    bench.run_until(at(7_000));
    assert_eq!(bench.jenkins.items(), [item]);
    bench.jenkins.set_labels(at(8_000), &"other-1".into(), LabelSet::new(["late"])).expect("it is there");
    bench.run_until(at(9_000));
    assert_eq!(
        (bench.started_at(0), bench.finished_at(0)),
        (Some(at(8_000)), Some(at(8_000))),
        "it has nothing to wait for"
    );
}

#[test]
fn a_project_goes_on_when_its_node_is_deleted() {
    let (mut bench, project, configurations) = matrix(Some("a"), &["b"]);
    agent(&mut bench, 0, "a-1", "a");
    agent(&mut bench, 0, "b-1", "b");
    build(&mut bench, 0, project, &configurations);
    bench.run_until(at(2_000));
    bench.jenkins.delete_node(at(2_000), &"a-1".into()).expect("it is there");
    bench.run_until(at(60_000));
    assert_eq!(bench.finished_at(0), Some(at(10_000)));
}

/// The build is gone after a restart, and what waited of it is not.
#[test]
fn a_restart_leaves_items_of_configurations() {
    let (mut bench, project, configurations) = matrix(None, &["a", "a"]);
    agent(&mut bench, 0, "a-1", "a");
    build(&mut bench, 0, project, &configurations);
    bench.run_until(at(2_000));
    bench.jenkins.restart(at(2_000));
    bench.run_until(at(100_000));
    assert_eq!(bench.jenkins.items().len(), 1);
    bench.jenkins.agent_connect(at(100_000), &"a-1".into()).expect("it lost its connection");
    bench.run_until(at(200_000));
    assert_eq!(bench.finished_at(2), Some(at(110_000)));
    let vanished =
        |output: &&Output| matches!(output, Output::BuildFinished { result: BuildResult::Vanished, .. });
    assert_eq!(bench.outputs.iter().filter(vanished).count(), 2, "the project's and the one that ran");
}

#[test]
fn other_jobs_are_no_matrix() {
    let (mut bench, project, configurations) = matrix(None, &["a"]);
    let other = bench.jenkins.create_job(at(0), JobSpec::replay("f", None)).expect("names differ");
    let one = |job| Configuration { job, key: 1, duration: Millis::ZERO };
    for (job, configuration) in [(other, configurations[0]), (project, other)] {
        let request = BuildRequest::new(0, Millis::ZERO);
        let refused = bench.jenkins.schedule_matrix(at(0), job, request, &[one(configuration)]);
        assert_eq!(refused, Err(ScheduleError::NoMatrix));
    }
}
