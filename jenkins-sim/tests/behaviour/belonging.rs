//! Which job the items belong to that an observer finds.

use crate::bench::{Bench, at, node};
use footman_core::{
    event::{Executable, ItemChange, QueueItem},
    time::Millis,
};
use footman_jenkins_sim::{Block, BuildRequest, Configuration, JobId, JobKind, JobSpec, NodeSpec, Settings};

/// Which job, and which run, each item belongs to.
fn seen(items: &[QueueItem]) -> Vec<(Option<&str>, Option<u32>)> {
    items.iter().map(|item| (item.job.as_deref(), item.run)).collect()
}

/// A Jenkins with a project for which nothing runs, a Pipeline and a matrix project of one configuration, in a folder; two
/// items of the project wait, one of the second run of the Pipeline, and one of the configuration.
fn waiting() -> (Bench, [JobId; 4]) {
    let mut bench = Bench::new(Settings::instant());
    let spec = |name: &str, kind| JobSpec { kind, ..JobSpec::replay(name, Some("gpu".into())) };
    let mut create = |spec| bench.jenkins.create_job(at(0), spec).expect("names differ");
    let project = create(spec("team/app", JobKind::Freestyle));
    let pipe = create(JobSpec { label: None, ..spec("team/pipe", JobKind::Flyweight) });
    let matrix = create(JobSpec { label: None, ..spec("team/mx", JobKind::MatrixProject) });
    let cell =
        JobSpec { belongs_to: Some("team/mx".into()), ..spec("team/mx/os=linux&&big", JobKind::Matrix) };
    let cell = bench.jenkins.create_configuration(at(0), cell).expect("names differ");

    let request = |key| BuildRequest::new(key, Millis::from_secs(10));
    for key in 0..2 {
        bench.jenkins.schedule(at(0), project, request(key)).expect("the controller is up");
    }
    bench.jenkins.schedule_pipeline(at(0), pipe, request(2), vec![]).expect("the controller is up");
    let block = Block {
        key: 3,
        label: Some("gpu".into()),
        duration: Millis::from_secs(10),
        after: vec![],
        retries: 0,
    };
    bench.jenkins.schedule_pipeline(at(0), pipe, request(4), vec![block]).expect("the controller is up");
    let configuration = Configuration { job: cell, key: 5, duration: Millis::from_secs(10) };
    bench.jenkins.schedule_matrix(at(0), matrix, request(6), &[configuration]).expect("the controller is up");
    (bench, [project, pipe, matrix, cell])
}

#[test]
fn an_item_is_seen_with_its_job_and_a_block_with_its_run_too() {
    let (mut bench, _) = waiting();
    let listing = bench.jenkins.listing();
    let app = (Some("team/app"), None);
    assert_eq!(seen(&listing.items), [app, app, (Some("team/pipe"), Some(2)), (Some("team/mx"), None)]);
}

#[test]
fn items_of_a_job_that_is_renamed_are_seen_under_its_other_name() {
    let (mut bench, [project, _, matrix, cell]) = waiting();
    bench.jenkins.listing();
    let mut renamed = |job, name: &str| {
        bench.jenkins.rename_job(at(1), job, name.into()).expect("no other job is called so");
        let changes = bench.jenkins.changes().items;
        let names = changes.into_iter().map(|change| match change {
            ItemChange::Seen(item) => item.job.as_deref().unwrap_or_default().to_owned(),
            ItemChange::Gone(id) => panic!("{id} is gone"),
        });
        names.collect::<Vec<String>>()
    };
    assert_eq!(renamed(project, "team/web"), ["team/web", "team/web"]);
    assert_eq!(renamed(matrix, "all"), ["all"]);
    // A configuration has a name of its own, and belongs to its project under any.
    assert_eq!(renamed(cell, "all/os=linux"), [""; 0]);
}

/// A run, by job and number, and whether it is a part that is shown.
type Shown = (String, u32, bool);

/// What each node shows of runs, to an observer who asks.
fn runs(bench: &mut Bench) -> Vec<(String, Vec<Shown>)> {
    let nodes = bench.jenkins.listing().nodes.into_iter();
    let shown = |Executable { run, part }: Executable| (run.job.to_string(), run.number, part);
    nodes.map(|node| (node.name.to_string(), node.runs.into_iter().map(shown).collect())).collect()
}

#[test]
fn a_run_is_seen_where_it_is_and_where_a_part_of_it_runs_by_who_asks() {
    let (mut bench, _) = waiting();
    let shown = |master: &[(&str, u32, bool)], agent: &[(&str, u32, bool)]| {
        let runs = |runs: &[(&str, u32, bool)]| {
            runs.iter().map(|&(job, number, part)| (job.to_owned(), number, part)).collect()
        };
        vec![("gpu-1".to_owned(), runs(agent)), ("master".to_owned(), runs(master))]
    };
    bench.jenkins.create_node(at(0), NodeSpec { executors: 4, ..node("gpu-1", "gpu") }).unwrap();
    assert_eq!(runs(&mut bench), shown(&[], &[]), "nobody asked");
    bench.jenkins.show_runs(true);
    let flyweights = [("team/mx", 1, false), ("team/pipe", 1, false), ("team/pipe", 2, false)];
    assert_eq!(runs(&mut bench), shown(&flyweights, &[]));
    bench.jenkins.agent_connect(at(0), &"gpu-1".into()).unwrap();
    bench.run_until(at(1_000));
    // The block has its run's number, and the configuration that of its project's build.
    let on_agent =
        [("team/app", 1, false), ("team/app", 2, false), ("team/mx", 1, true), ("team/pipe", 2, true)];
    assert_eq!(runs(&mut bench), shown(&flyweights, &on_agent));
    bench.run_until(at(10_000));
    assert_eq!(runs(&mut bench), shown(&[], &[]), "all of them are over");
}
