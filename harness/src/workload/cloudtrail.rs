//! The history of the Amazon ECS plugin's tasks, as CloudTrail recorded its calls.
//!
//! The plugin starts one task for each `node` block, tags it with `jenkins.label`, and stops it when the block is
//! done; so a `RunTask` and the `StopTask` of the same task are a block's submission and end. CloudTrail keeps 90 days.
//! Read are the files that a trail delivers (`Records`), what `aws cloudtrail lookup-events` prints (`Events`, whose
//! `CloudTrailEvent` is JSON in a string), and such values one a line.
//!
//! `eventTime` is when a request was completed, in UTC (AWS CloudTrail User Guide, "CloudTrail record contents for
//! management, data, and network activity events", read 2026-11-26), written as `2018-06-20T19:04:36Z` in the example of
//! the Amazon ECS Developer Guide, "Logging Amazon ECS API calls", read the same day, which also has `eventSource`
//! `ecs.amazonaws.com`, and request and answer under `requestParameters` and `responseElements` in the API's own spelling.
//! The names within them are those of the Amazon ECS API Reference, "RunTask", "StopTask" and "Task".

use super::{
    Imported, WorkloadError,
    error::Problem,
    import::{History, Json, Recorded},
};
use footman_core::units::{CpuUnits, Mib};
use jiff::{civil::DateTime, tz::TimeZone};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};

const ADVICE: &str = "make it with a command in docs/traces.md, `trace import --cloudtrail`";

/// A document of any of the shapes in which events come.
#[derive(Debug, Deserialize)]
struct Document {
    #[serde(rename = "Records")]
    records: Option<Vec<Event>>,
    #[serde(rename = "Events")]
    looked_up: Option<Vec<LookedUp>>,
    #[serde(rename = "CloudTrailEvent")]
    text: Option<String>,
    #[serde(flatten)]
    event: Event,
}

#[derive(Debug, Deserialize)]
struct LookedUp {
    #[serde(rename = "CloudTrailEvent")]
    text: String,
}

/// An event; what a call was asked and answered has a shape of its own for every call of every service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_source: Option<String>,
    event_name: Option<String>,
    event_time: Option<String>,
    error_code: Option<String>,
    request_parameters: Option<Value>,
    response_elements: Option<Value>,
}

/// A task from its start to its stop, as far as the history has both.
#[derive(Debug, Default)]
struct Task {
    asked_ms: Option<i64>,
    label: Option<String>,
    started_ms: Option<i64>,
    stopped_ms: Option<i64>,
    cpu: Option<CpuUnits>,
    memory: Option<Mib>,
}

#[derive(Debug, Default)]
struct Tasks {
    by_arn: BTreeMap<String, Task>,
    refused: u64,
    other_events: u64,
}

/// Reads the plugin's tasks from the files `paths`, which may be parts of one history in any order.
///
/// # Errors
///
/// Fails where a file cannot be read or is no such export, or none of them has a call of `RunTask` or `StopTask`.
pub fn import_cloudtrail<P: AsRef<Path>>(paths: &[P], zone: &TimeZone) -> Result<Imported, WorkloadError> {
    let mut tasks = Tasks::default();
    for path in paths {
        Json::open(path.as_ref(), ADVICE)?.read(|document: Document| tasks.take(document))?;
    }
    if tasks.by_arn.is_empty() && tasks.refused == 0 {
        let names: Vec<_> = paths.iter().map(|path| path.as_ref().to_string_lossy().into_owned()).collect();
        let detail =
            format!("among {} events is no RunTask or StopTask of ecs.amazonaws.com", tasks.other_events);
        let problem = Problem::BadJson { detail, advice: ADVICE };
        return Err(WorkloadError::Unusable { path: names.join("`, `").into(), problem });
    }
    tasks.history().map(|history| history.imported(zone)).map_err(|problem| {
        let first = paths.first().map_or_else(Default::default, |path| path.as_ref().to_string_lossy());
        WorkloadError::Unusable { path: first.into(), problem }
    })
}

impl Tasks {
    fn take(&mut self, document: Document) -> Result<(), Problem> {
        let Document { records, looked_up, text, event } = document;
        let nested = looked_up.into_iter().flatten().map(|event| event.text).chain(text);
        for text in nested {
            let event: Event = serde_json::from_str(&text).map_err(|error| Problem::BadJson {
                detail: format!("the text of a CloudTrailEvent: {error}"),
                advice: ADVICE,
            })?;
            self.note(&event)?;
        }
        for event in records.iter().flatten() {
            self.note(event)?;
        }
        if event.event_name.is_some() { self.note(&event) } else { Ok(()) }
    }

    fn note(&mut self, event: &Event) -> Result<(), Problem> {
        let is_ecs = event.event_source.as_deref() == Some("ecs.amazonaws.com");
        match event.event_name.as_deref() {
            Some("RunTask") if is_ecs => self.note_run(event),
            Some("StopTask") if is_ecs && event.error_code.is_none() => self.note_stop(event),
            _ => {
                self.other_events += 1;
                Ok(())
            }
        }
    }

    fn note_run(&mut self, event: &Event) -> Result<(), Problem> {
        let started = event.response_elements.as_ref().and_then(|answer| answer["tasks"].as_array());
        let Some(started) = started.filter(|tasks| !tasks.is_empty() && event.error_code.is_none()) else {
            self.refused += 1;
            return Ok(());
        };
        let asked_ms = event_ms(event)?;
        let asked_tags = event.request_parameters.as_ref().map(|asked| &asked["tags"]);
        for answer in started {
            let Some(arn) = answer["taskArn"].as_str() else { continue };
            let task = self.by_arn.entry(arn.to_owned()).or_default();
            task.asked_ms = Some(asked_ms);
            task.label = [Some(&answer["tags"]), asked_tags].into_iter().flatten().find_map(label);
            task.cpu = quantity(&answer["cpu"]).map(CpuUnits::new);
            task.memory = quantity(&answer["memory"]).map(Mib::new);
        }
        Ok(())
    }

    fn note_stop(&mut self, event: &Event) -> Result<(), Problem> {
        let answer = event.response_elements.as_ref().map(|answer| &answer["task"]);
        let asked = event.request_parameters.as_ref().and_then(|asked| asked["task"].as_str());
        let arn = answer.and_then(|task| task["taskArn"].as_str()).or(asked);
        let Some(arn) = arn else { return Ok(()) };
        let stopped_ms = event_ms(event)?;
        let task = self.by_arn.entry(arn.to_owned()).or_default();
        // The plugin may stop a task twice; the first call is the end of the block.
        task.stopped_ms = Some(task.stopped_ms.map_or(stopped_ms, |before| before.min(stopped_ms)));
        task.started_ms = task.started_ms.or_else(|| answer.and_then(|task| instant_ms(&task["startedAt"])));
        Ok(())
    }

    fn history(self) -> Result<History, Problem> {
        let mut history = History::default();
        let (mut before, mut unstopped, mut unlabelled, mut with_start_up) = (0, 0, 0, 0);
        for task in self.by_arn.into_values() {
            let Some(asked_ms) = task.asked_ms else {
                before += 1;
                continue;
            };
            let Some(label) = task.label else {
                unlabelled += 1;
                continue;
            };
            let Some(stopped_ms) = task.stopped_ms else {
                unstopped += 1;
                continue;
            };
            with_start_up += u64::from(task.started_ms.is_none());
            let begun_ms = task.started_ms.map_or(asked_ms, |started_ms| started_ms.max(asked_ms));
            history.label(&label).map(|label| {
                history.add(Recorded {
                    submit_ms: asked_ms,
                    duration_ms: u64::try_from(stopped_ms.saturating_sub(begun_ms)).unwrap_or(0),
                    label,
                    job: None,
                    run: None,
                    cpu: task.cpu,
                    memory: task.memory,
                });
            })?;
        }
        history.skip(before, "tasks that were started before the history begins");
        history.skip(
            unstopped,
            "tasks that nothing stops within the history: still running, or ended by themselves",
        );
        history.skip(unlabelled, "tasks without the tag jenkins.label: not the plugin's");
        history.skip(self.refused, "calls of RunTask that started nothing");
        history.note(
            with_start_up,
            "builds include the start-up of their agent: the history does not say when their task ran",
        );
        Ok(history)
    }
}

/// The label expression of the tag `jenkins.label`, which lists the labels of the template between spaces.
fn label(tags: &Value) -> Option<String> {
    let tag = tags.as_array()?.iter().find(|tag| tag["key"].as_str() == Some("jenkins.label"))?;
    Some(tag["value"].as_str()?.split_whitespace().collect::<Vec<_>>().join("&&"))
}

/// A number of CPU units or mebibytes; ECS says them as text.
fn quantity(value: &Value) -> Option<u32> {
    value.as_str().and_then(|text| text.parse().ok()).filter(|number| *number > 0)
}

fn event_ms(event: &Event) -> Result<i64, Problem> {
    let text = event.event_time.as_deref().unwrap_or_default();
    let parsed = text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond);
    parsed.map_err(|_| Problem::BadJson {
        detail: format!("an event's eventTime is `{text}`, which is no instant"),
        advice: ADVICE,
    })
}

/// An instant within an answer.
///
/// No public example has one of ECS. Other services' are written as `Jul 9, 2018 12:56:54 PM`, in UTC by the `eventTime`
/// beside it (AWS Elemental MediaStore User Guide, "Example: AWS Elemental MediaStore log file entries", read 2026-11-26):
/// Java's medium style of American English, which newer versions write with a second comma, and with U+202F, a narrow
/// space, before AM and PM (JDK 20 release notes, "Support for CLDR Version 42"). Exports that passed through other tools
/// have RFC 3339 or a number of seconds or milliseconds. An instant that reads as none of these counts as not given.
fn instant_ms(value: &Value) -> Option<i64> {
    /// Numbers above are milliseconds: as seconds they would lie 3,000 years ahead.
    const SECONDS_MAX: i64 = 100_000_000_000;
    if let Some(number) = value.as_i64() {
        return Some(if number > SECONDS_MAX { number } else { number.saturating_mul(1000) });
    }
    let text: String = value.as_str()?.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let text = text.as_str();
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(instant.as_millisecond());
    }
    let civil = DateTime::strptime("%b %d, %Y, %I:%M:%S %p", text)
        .or_else(|_| DateTime::strptime("%b %d, %Y %I:%M:%S %p", text))
        .ok()?;
    Some(TimeZone::UTC.to_timestamp(civil).ok()?.as_millisecond())
}
