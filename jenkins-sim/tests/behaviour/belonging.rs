//! Which job the items belong to that an observer finds.

use crate::bench::{Bench, at};
use footman_core::{event::ItemChange, event::QueueItem, time::Millis};
use footman_jenkins_sim::{Block, BuildRequest, Configuration, JobId, JobKind, JobSpec, Settings};

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
