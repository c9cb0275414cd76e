//! The build history of a Jenkins controller, as its REST API exports it.
//!
//! `docs/traces.md` has the command that makes the export. What REST knows of a build is its run: the moment it left
//! the queue (`timestamp`), how long it took, and where. How long it stood in the queue is known only where the
//! Metrics plugin is installed; the label only of classes of jobs that export `labelExpression` (Freestyle). A
//! Pipeline's `node` blocks are nowhere in it.
//!
//! The Metrics plugin adds one action to each build, of class `jenkins.metrics.impl.TimeInQueueAction`, whose exported
//! `buildableDurationMillis` is the time in the queue as a buildable item, in milliseconds (jenkinsci/metrics-plugin,
//! `TimeInQueueAction.java` at commit 0d2e4f7, read 2026-11-26). Its visibility of 2 keeps it out of `depth=1`; a `tree`
//! that names it shows it. The times of a Pipeline's `node` blocks are in actions of class `SubTaskTimeInQueueAction`,
//! which is no exported bean (the same repository, commit ffec9f4): only their sums with the run's own, `…TimeMillis`,
//! leave Jenkins, so that a build never has two values of this field.

use super::{
    Imported, WorkloadError,
    error::Problem,
    import::{History, Json, Recorded},
};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::path::Path;

/// How deep folders may stand in each other; the JSON parser gives up before the stack does, at 128 levels of JSON.
const DEPTH_MAX: usize = 32;

const ADVICE: &str = "make it with the command in docs/traces.md, `trace import --jenkins-json`";

/// A controller, a folder or a job: all have the same fields in an export.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(rename = "_class")]
    class: Option<String>,
    full_name: Option<String>,
    name: Option<String>,
    label_expression: Option<String>,
    all_builds: Option<Vec<Run>>,
    builds: Option<Vec<Run>>,
    jobs: Option<Vec<Self>>,
}

/// A build of a job.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    number: Option<u64>,
    timestamp: Option<i64>,
    duration: Option<i64>,
    building: Option<bool>,
    built_on: Option<String>,
    actions: Option<Vec<Option<Action>>>,
}

/// An action of a build, of which only that of the Metrics plugin says something here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    buildable_duration_millis: Option<i64>,
}

/// What is counted on the way.
#[derive(Debug, Default)]
struct Counts {
    lists: u64,
    running: u64,
    lost: u64,
    pipelines: u64,
    unlabelled: u64,
    on_controller: u64,
    queue_unknown: u64,
}

/// Reads the build history in the file `path`, whose days are those of `zone`.
///
/// # Errors
///
/// Fails where the file cannot be read, is no such export, or has no list of builds at all.
pub fn import_jenkins(path: &Path, zone: &TimeZone) -> Result<Imported, WorkloadError> {
    let (mut history, mut counts) = (History::default(), Counts::default());
    Json::open(path, ADVICE)?.read(|item: Item| gather(&item, 0, &mut history, &mut counts))?;
    if counts.lists == 0 {
        let problem =
            Problem::BadJson { detail: "no job in it has a list of builds".to_owned(), advice: ADVICE };
        return Err(WorkloadError::Unusable { path: path.to_string_lossy().into(), problem });
    }
    history.skip(counts.running, "builds that are still running");
    history.skip(counts.lost, "builds without a duration: lost when the controller stopped");
    history.note(
        counts.pipelines,
        "Pipeline runs are taken as one build each, waits included, without a label: Jenkins exports no node blocks \
         (`--cloudtrail` has them)",
    );
    history.note(counts.unlabelled, "other builds are of jobs without a label");
    history.note(counts.on_controller, "builds ran on the controller itself");
    history.note(
        counts.queue_unknown,
        "builds count as submitted when they started, since their time in the queue is unknown without the Metrics \
         plugin",
    );
    Ok(history.imported(zone))
}

fn gather(item: &Item, depth: usize, history: &mut History, counts: &mut Counts) -> Result<(), Problem> {
    if depth > DEPTH_MAX {
        let detail = format!("folders stand in each other more than {DEPTH_MAX} deep");
        return Err(Problem::BadJson { detail, advice: ADVICE });
    }
    if let Some(runs) = item.all_builds.as_ref().or(item.builds.as_ref()) {
        counts.lists += 1;
        let name = item.full_name.as_ref().or(item.name.as_ref()).map_or("", String::as_str);
        // `WorkflowJob` is the class of every Pipeline, of a branch's too (reference: workflow-job plugin).
        let is_pipeline = item.class.as_deref().is_some_and(|class| class.ends_with("WorkflowJob"));
        let label = history.label(item.label_expression.as_deref().unwrap_or_default())?;
        let job = if runs.is_empty() { None } else { Some(history.job(name)?) };
        for run in runs {
            let Some(mut build) = recorded(run, name, counts)? else { continue };
            (build.label, build.job) = (label, job);
            if is_pipeline {
                counts.pipelines += 1;
            } else if item.label_expression.as_deref().unwrap_or_default().is_empty() {
                counts.unlabelled += 1;
            }
            history.add(build);
        }
    }
    for inner in item.jobs.iter().flatten() {
        gather(inner, depth + 1, history, counts)?;
    }
    Ok(())
}

/// The build that `run` was, where it has ended.
fn recorded(run: &Run, job: &str, counts: &mut Counts) -> Result<Option<Recorded>, Problem> {
    if run.building == Some(true) {
        counts.running += 1;
        return Ok(None);
    }
    let missing = |field: &str| {
        let number = run.number.map_or_else(|| "?".to_owned(), |number| number.to_string());
        Problem::BadJson { detail: format!("build {number} of `{job}` has no `{field}`"), advice: ADVICE }
    };
    let started_ms = run.timestamp.filter(|ms| *ms > 0).ok_or_else(|| missing("timestamp"))?;
    let duration_ms = match run.duration.map(u64::try_from) {
        None => return Err(missing("duration")),
        // A build that was running when the controller stopped has no duration and does not build.
        Some(Ok(0) | Err(_)) => {
            counts.lost += 1;
            return Ok(None);
        }
        Some(Ok(duration_ms)) => duration_ms,
    };
    let queued_ms =
        run.actions.iter().flatten().flatten().find_map(|action| action.buildable_duration_millis);
    counts.queue_unknown += u64::from(queued_ms.is_none());
    counts.on_controller += u64::from(run.built_on.as_deref() == Some(""));
    Ok(Some(Recorded {
        submit_ms: started_ms.saturating_sub(queued_ms.unwrap_or(0).max(0)),
        duration_ms,
        label: 0,
        job: None,
        run: run.number,
        cpu: None,
        memory: None,
    }))
}
