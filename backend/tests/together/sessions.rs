//! Stages of a Pipeline's run share an agent, which goes with the run: seen in what both servers say, second by second.

use crate::stage::{FOOTMAN, JENKINS, Log, Stage, configuration_of, on_stage_of};
use footman::serve::TwinsSettings;
use footman_config::Loaded;
use footman_core::{
    Millis,
    decision::{Cause, What},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// Labels of the first template may ask for sessions, whose agents may stand idle for half an hour.
pub(crate) fn configuration() -> Loaded {
    let footman = FOOTMAN.replace(
        "limit: {agents: 40}",
        "limit: {agents: 40}\n    templates: {java: {sessions: {idle: 30m}}}",
    );
    configuration_of(JENKINS, &footman)
}

/// A run of the Pipeline `app`.
#[derive(Debug)]
pub(crate) struct Run {
    submit_s: u64,
    number: u64,
    /// The labels of its `node` blocks, which come one after the other, and for how many seconds each runs.
    stages: Vec<(String, u64)>,
}

impl Run {
    /// The run of this number, submitted then.
    pub(crate) fn new(submit_s: u64, number: u64, stages: Vec<(String, u64)>) -> Self {
        Self { submit_s, number, stages }
    }
}

/// A trace of these runs, which are in the order of their submission.
pub(crate) fn trace(runs: &[Run]) -> String {
    let mut trace = "submit_s,duration_s,label,job,run,after\n".to_owned();
    let mut index = 0_u64;
    for Run { submit_s, number, stages } in runs {
        let mut after = String::new();
        for (label, duration) in stages {
            writeln!(trace, "{submit_s},{duration},{label},app,{number},{after}").unwrap();
            after = index.to_string();
            index += 1;
        }
    }
    trace
}

/// Two runs with a session each, the first of which has a stage elsewhere in the middle, and one that asks for the template alone.
fn runs() -> String {
    let stage = |label: &str, seconds| (label.to_owned(), seconds);
    trace(&[
        Run::new(5, 1, vec![stage("java/session=x", 60), stage("small", 120), stage("java/session=x", 60)]),
        Run::new(10, 2, vec![stage("java/session=y", 60), stage("java/session=y", 60)]),
        Run::new(70, 3, vec![stage("java", 60)]),
    ])
}

/// What Jenkins was seen to show of one session.
#[derive(Debug, Default)]
struct Seen {
    /// Its nodes.
    nodes: BTreeSet<String>,
    /// The seconds at which one of them was listed with its label.
    listed: BTreeSet<i64>,
    /// At how many seconds one of them ran something.
    busy_s: u32,
    /// The paths of the runs that were on them.
    runs: BTreeSet<String>,
}

/// What both servers were seen to show.
#[derive(Debug, Default)]
struct Watched {
    sessions: BTreeMap<String, Seen>,
    /// The seconds at which a run was under way, by its path.
    runs: BTreeMap<String, BTreeSet<i64>>,
    /// The seconds at which some task had not stopped.
    tasks: BTreeSet<i64>,
}

const NODES: &str = "displayName,assignedLabels[name],idle,executors[currentExecutable[url]],\
                     oneOffExecutors[currentExecutable[url]]";

impl Watched {
    async fn look(&mut self, stage: &Stage, second: i64) {
        for node in stage.computers(NODES).await {
            let path = |executor: &serde_json::Value| {
                let url = executor["currentExecutable"]["url"].as_str()?;
                url.split_once("/job/").map(|(_, path)| path.to_owned())
            };
            let on = |executors: &str| {
                node[executors].as_array().unwrap().iter().filter_map(path).collect::<Vec<_>>()
            };
            for run in on("oneOffExecutors") {
                self.runs.entry(run).or_default().insert(second);
            }
            let labels = node["assignedLabels"].as_array().unwrap().iter();
            let mut labels = labels.filter_map(|label| label["name"].as_str());
            let Some(session) = labels.find(|label| label.contains("/session=")) else { continue };
            let seen = self.sessions.entry(session.to_owned()).or_default();
            seen.nodes.insert(node["displayName"].as_str().unwrap().to_owned());
            seen.listed.insert(second);
            seen.runs.extend(on("executors"));
            seen.busy_s += u32::from(node["idle"] == false);
        }
        let counts = stage.sim("GET", "counts", "").await;
        if counts["present"]["tasks"] != 0 {
            self.tasks.insert(second);
        }
    }
}

/// Lets the daemon work for ten minutes, and Jenkins restart at a second of them.
async fn watched(stage: &Stage, restart_at: Option<i64>) -> (Watched, Log) {
    stage.play_trace("pipeline", runs()).await;
    let (mut machine, services) = stage.daemon().await;
    let (mut watched, mut log) = (Watched::default(), Log::default());
    let begun = stage.now().await;
    for second in 1..=600 {
        let end = begun + Millis::from_secs(second);
        stage.work_until(&mut machine, &services, &mut log, |now| now >= end).await;
        let second = i64::try_from(second).unwrap();
        if restart_at == Some(second) {
            stage.sim("POST", "restart", "").await;
        }
        let is_down = restart_at.is_some_and(|at| (at..at + 15).contains(&second));
        if !is_down {
            watched.look(stage, second).await;
        }
    }
    assert_eq!(stage.failed_builds().await, [""; 0]);
    (watched, log)
}

fn retired(log: &Log, cause: &Cause) -> usize {
    log.decisions
        .iter()
        .filter(|it| matches!(&it.what, What::Retire { cause: of, .. } if of == cause))
        .count()
}

#[test]
fn stages_share_a_node_that_nobody_else_enters_and_that_is_gone_soon_after_the_run() {
    on_stage_of(configuration(), TwinsSettings { seed: 1, ..TwinsSettings::default() }, async |stage| {
        let (watched, log) = watched(&stage, None).await;
        assert_eq!(log.launched(), 4, "one for each session, one for each other stage: {:?}", log.acted);
        let mut all = BTreeSet::new();
        for (session, run) in [("java/session=x", "app/1/"), ("java/session=y", "app/2/")] {
            let seen = &watched.sessions[session];
            assert_eq!(seen.nodes.len(), 1, "{session}: {:?}", seen.nodes);
            assert!(
                (119..=121).contains(&seen.busy_s),
                "{session}: both stages were on it, for {} s",
                seen.busy_s
            );
            assert_eq!(seen.runs, BTreeSet::from([run.to_owned()]), "{session}: and nothing else");
            all.extend(seen.nodes.iter().cloned());
            let over = *watched.runs[run].last().unwrap();
            let (first, last) = (*seen.listed.first().unwrap(), *seen.listed.last().unwrap());
            assert_eq!(
                seen.listed.len(),
                usize::try_from(last - first + 1).unwrap(),
                "{session}: it stays meanwhile"
            );
            assert!(
                (over - 1..over + 10).contains(&last),
                "{session}: the run was over at {over}, it was closed at {last}"
            );
        }
        assert_eq!(all.len(), 2, "the second run has a node of its own");
        let (over, stopped) = (watched.runs.values().filter_map(BTreeSet::last).max(), watched.tasks.last());
        let after = stopped.zip(over).map(|(stopped, over)| stopped - over).unwrap();
        assert!((0..60).contains(&after), "the last task stopped {after} s after the last run");
        assert_eq!(stage.left().await, [""; 0]);
        assert_eq!((retired(&log, &Cause::RunOver), retired(&log, &Cause::IdleTooLong)), (2, 0));
    });
}

#[test]
fn a_restart_of_jenkins_ends_no_session_whose_run_goes_on() {
    on_stage_of(configuration(), TwinsSettings { seed: 1, ..TwinsSettings::default() }, async |stage| {
        // The first run is in its stage elsewhere then, and its session's agent idle.
        let (watched, log) = watched(&stage, Some(160)).await;
        let seen = &watched.sessions["java/session=x"];
        assert_eq!(seen.nodes.len(), 1, "{seen:?}");
        assert!((119..=121).contains(&seen.busy_s), "both stages were on it: {seen:?}");
        assert!(seen.listed.contains(&159) && !watched.runs["app/1/"].is_empty());
        assert_eq!(log.launched(), 4, "{:?}", log.acted);
        assert_eq!((retired(&log, &Cause::RunOver), retired(&log, &Cause::IdleTooLong)), (2, 0));
        assert_eq!(stage.left().await, [""; 0]);
    });
}
