//! Worlds in which builds are `node` blocks: which of them are one run, when each is queued, and which never are.

use footman::{
    cli::Interrupt,
    setup::{ClusterSpec, DEFAULT_IMAGE, DEFAULT_SIZE, Setup},
    workload::{Build, JobIndex, LabelIndex, Listed},
    world::{Accident, Ending, Which, Witness, World, WorldSettings},
};
use footman_core::{Millis, Timestamp};
use footman_jenkins_sim::BuildResult;
use std::collections::BTreeMap;

/// A build of one job, in seconds.
fn build(index: u64, submit: u64, duration: u64, run: Option<u64>, after: Option<u64>) -> Build {
    Build {
        index,
        submit: Timestamp::EPOCH + Millis::from_secs(submit),
        duration: Millis::from_secs(duration),
        label: LabelIndex(0),
        cpu: None,
        memory: None,
        memory_peak: None,
        job: run.map(|_| JobIndex(0)),
        run,
        after,
    }
}

/// What became of one build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fate {
    submitted: Timestamp,
    ended: Option<(Timestamp, BuildResult)>,
}

#[derive(Debug, Default)]
struct Fates(BTreeMap<u64, Fate>);

impl Fates {
    /// When a build was submitted and ended, in milliseconds after the first one's submission.
    fn span(&self, index: u64) -> Option<(u64, u64)> {
        let fate = self.0.get(&index)?;
        let origin = self.0[&0].submitted;
        let (ended, _) = fate.ended?;
        Some((fate.submitted.since(origin).as_millis(), ended.since(origin).as_millis()))
    }

    fn result(&self, index: u64) -> Option<BuildResult> {
        self.0.get(&index)?.ended.map(|(_, result)| result)
    }
}

impl Witness for Fates {
    fn build_submitted(&mut self, at: Timestamp, build: &Build) {
        let twice = self.0.insert(build.index, Fate { submitted: at, ended: None });
        assert_eq!(twice, None, "build {} is submitted once", build.index);
    }

    fn build_finished(&mut self, at: Timestamp, build: &Build, _ran: Millis, result: BuildResult) {
        let fate = self.0.get_mut(&build.index).expect("what ends was submitted");
        assert_eq!(fate.ended.replace((at, result)), None, "build {} ends once", build.index);
    }
}

/// Plays `builds` as Pipelines, with an accident at a second of the world.
fn play(builds: Vec<Build>, accident: Option<(u64, Accident)>) -> Fates {
    let settings = WorldSettings::of(Setup::any(&ClusterSpec::Fargate, DEFAULT_SIZE, DEFAULT_IMAGE), 1);
    let mut workload = Listed::new(&["linux"], builds).with_jobs(&["app"]);
    let mut world = World::new(settings, &mut workload).expect("the cluster can be simulated").of_pipelines();
    let mut fates = Fates::default();
    if let Some((second, accident)) = accident {
        let at = world.origin() + Millis::from_secs(second);
        world.run_until(at, &mut fates).expect("every build can be served");
        assert!(world.strike(accident, &mut fates), "there is somebody whom it befalls");
    }
    let ending = world.run(&mut fates, &Interrupt::new(), &mut |_| {}).expect("every build can be served");
    assert_eq!(ending, Ending::Done);
    fates
}

#[test]
fn a_block_is_queued_when_the_one_before_it_has_ended_and_its_own_time_has_come() {
    let fates = play(
        vec![
            build(0, 0, 600, Some(1), None),
            build(1, 0, 60, Some(1), Some(0)),     // its run waits for it
            build(2, 10, 60, Some(1), Some(1)),    // and for this one
            build(3, 20, 60, Some(2), Some(0)),    // of another run
            build(4, 7_200, 60, Some(1), Some(2)), // hours after the end of its run
        ],
        None,
    );
    let (_, first) = fates.span(0).unwrap();
    let (second, second_ends) = fates.span(1).unwrap();
    let (third, _) = fates.span(2).unwrap();
    assert_eq!((second, third), (first, second_ends), "blocks of one run are queued at once");
    assert_eq!(fates.span(3).unwrap().0, first, "whoever triggers another run is told at once");
    assert_eq!(fates.span(4).unwrap().0, 7_200_000);
    assert!((0..5).all(|index| fates.result(index) == Some(BuildResult::Success)));
}

#[test]
fn what_follows_a_lost_block_in_its_run_never_runs_and_what_follows_it_elsewhere_does() {
    let fates = play(
        vec![
            build(0, 0, 600, Some(1), None),
            build(1, 0, 60, Some(1), Some(0)), // joined the run before the loss
            build(2, 5, 60, Some(1), Some(1)), // follows one that never runs
            build(3, 20, 60, Some(2), Some(0)), // of another run
            build(4, 30, 60, None, Some(1)),   // of none, after one that never runs
            build(5, 7_200, 60, Some(1), Some(0)), // comes long after the run was over
            build(6, 7_200, 60, Some(1), Some(2)),
        ],
        Some((300, Accident::KillTask(Which::Busy))),
    );
    assert_eq!(fates.result(0), Some(BuildResult::Aborted), "its node does not come back");
    for never in [1, 2, 5, 6] {
        assert_eq!(fates.0.get(&never), None, "build {never} is not even queued");
    }
    for runs in [3, 4] {
        assert_eq!(fates.result(runs), Some(BuildResult::Success), "build {runs}");
    }
}

#[test]
fn a_run_outlives_a_restart_of_the_controller_and_goes_on_with_its_next_block() {
    let fates = play(
        vec![
            build(0, 0, 600, Some(1), None),
            build(1, 305, 60, Some(1), Some(0)), // comes while the controller is down
            build(2, 306, 60, Some(1), Some(1)), // and has to wait for that
            build(3, 307, 60, Some(2), None),
        ],
        Some((300, Accident::RestartJenkins)),
    );
    for index in 0..4 {
        assert_eq!(fates.result(index), Some(BuildResult::Success), "build {index}");
    }
    let (first, second) = (fates.span(0).unwrap(), fates.span(1).unwrap());
    assert_eq!(second.0, first.1);
    assert_eq!(fates.span(2).unwrap().0, second.1);
    assert_eq!(fates.span(3).unwrap().0, 317_000, "whoever triggers it tries again after 10 s");
}
