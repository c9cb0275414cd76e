//! Lines of a recording, read back from JSON.

mod fields;
mod policy;

use super::{
    line::{Header, Line, Mark, Seen},
    words::{ANY, FINISH_BUILDS, SAME, STOP_BUILDS, UNKNOWN},
};
pub use fields::DecodeError;
use fields::Fields;
use footman_core::{
    ActionId,
    event::{
        Drain, Executable, Failure, ItemLabel, ItemState, JenkinsListing, Node, Outcome, QueueItem, Run,
        StopCode, Task, TaskListing, TaskStatus, TaskStop,
    },
    id::{NodeName, OwnerId, QueueItemId, TaskArn},
    label::LabelSet,
};
use serde_json::Value;
use std::sync::Arc;

/// The version that the first line of a file says, where it says one.
pub(super) fn decode_version(value: &Value) -> Result<u64, DecodeError> {
    Fields::of(value, "the first line")?.number("recording")
}

/// The first line of a file of this version.
///
/// # Errors
///
/// Fails with the first field that is not as it should be.
pub(super) fn decode_header(value: &Value) -> Result<Header, DecodeError> {
    let fields = Fields::of(value, "the first line")?;
    Ok(Header {
        footmand: fields.text("footmand")?.to_owned(),
        run: fields.time("run")?,
        part: fields.number("part")?,
    })
}

/// A line after the first.
///
/// # Errors
///
/// Fails with the first field that is not as it should be.
pub fn decode(value: &Value) -> Result<Line, DecodeError> {
    let fields = Fields::of(value, "line")?;
    Ok(match fields.text("line")? {
        "start" => Line::Start {
            at: fields.time("at")?,
            policy: Box::new(policy::policy(fields.object("policy")?)?),
        },
        "poll" => {
            let listing = fields.present("listing")?.map(|value| seen(value, jenkins_listing)).transpose()?;
            Line::Poll { at: fields.time("at")?, listing }
        }
        "look" => {
            Line::Look { at: fields.time("at")?, listing: seen(fields.value("listing")?, task_listing)? }
        }
        "reply" => Line::Reply {
            at: fields.time("at")?,
            action: ActionId(fields.number("action")?),
            outcome: outcome(fields.object("outcome")?)?,
        },
        "drain" => Line::Drain {
            at: fields.time("at")?,
            how: match fields.text("how")? {
                FINISH_BUILDS => Drain::FinishBuilds,
                STOP_BUILDS => Drain::StopBuilds,
                _ => return Err(DecodeError::Unexpected { field: "how", expected: "a way to end" }),
            },
        },
        "timeout" => Line::Timeout { at: fields.time("at")? },
        "decision" => Line::Decision(fields.text("text")?.to_owned()),
        "checkpoint" => Line::Checkpoint(mark(fields)?),
        "end" => Line::End(mark(fields)?),
        _ => return Err(DecodeError::Unexpected { field: "line", expected: "a kind of line" }),
    })
}

fn mark(fields: Fields<'_>) -> Result<Mark, DecodeError> {
    Ok(Mark {
        inputs: fields.number("inputs")?,
        decisions: fields.number("decisions")?,
        hash: fields.text("hash")?.to_owned(),
    })
}

fn seen<'a, T>(
    value: &'a Value,
    read: impl FnOnce(Fields<'a>) -> Result<T, DecodeError>,
) -> Result<Seen<T>, DecodeError> {
    if value == SAME {
        return Ok(Seen::Same);
    }
    read(Fields::of(value, "listing")?).map(Seen::New)
}

fn jenkins_listing(fields: Fields<'_>) -> Result<JenkinsListing, DecodeError> {
    Ok(JenkinsListing {
        session: fields.number("session")?,
        quieting_down: fields.flag("quietingDown")?,
        complete: fields.flag("complete")?,
        nodes: fields.list("computer", |value| node(Fields::of(value, "computer")?))?,
        items: fields.list("items", |value| item(Fields::of(value, "items")?))?,
    })
}

fn node(fields: Fields<'_>) -> Result<Node, DecodeError> {
    let labels: Vec<Arc<str>> = fields.texts("assignedLabels")?;
    Ok(Node {
        name: NodeName::from(fields.text("displayName")?),
        description: fields.optional("description", "a text or null", Value::as_str)?.map(Arc::from),
        labels: LabelSet::new(labels),
        exclusive: fields.flag("exclusive")?,
        online: !fields.flag("offline")?,
        temporarily_offline: fields.flag("temporarilyOffline")?,
        idle: fields.flag("idle")?,
        executors: fields.number("numExecutors")?,
        busy: fields.number("busy")?,
        running: fields.numbers("queueId", QueueItemId)?,
        runs: fields.list("runs", |value| executable(Fields::of(value, "runs")?))?,
    })
}

fn executable(fields: Fields<'_>) -> Result<Executable, DecodeError> {
    let run = Run { job: fields.shared("job")?, number: fields.number("run")? };
    Ok(Executable { run, part: fields.flag("part")? })
}

fn item(fields: Fields<'_>) -> Result<QueueItem, DecodeError> {
    let state = match fields.text("state")? {
        "WaitingItem" => ItemState::Waiting { until: fields.time("timestamp")? },
        "BlockedItem" => ItemState::Blocked,
        "BuildableItem" => ItemState::Buildable { since: fields.time("timestamp")? },
        "pending" => ItemState::Pending,
        _ => return Err(DecodeError::Unexpected { field: "state", expected: "a state of an item" }),
    };
    Ok(QueueItem {
        id: QueueItemId(fields.number("id")?),
        label: fields.read("label", "an expression in a list, or a word", label)?,
        state,
        in_queue_since: fields.time("inQueueSince")?,
        job: fields.optional("job", "a text or null", Value::as_str)?.map(Arc::from),
        run: fields.number_or_null("run")?,
    })
}

fn label(value: &Value) -> Option<ItemLabel> {
    if let Some([expression]) = value.as_array().map(Vec::as_slice) {
        return Some(ItemLabel::Expression(expression.as_str()?.into()));
    }
    match value.as_str()? {
        ANY => Some(ItemLabel::Any),
        UNKNOWN => Some(ItemLabel::Unknown),
        _ => None,
    }
}

fn task_listing(fields: Fields<'_>) -> Result<TaskListing, DecodeError> {
    Ok(TaskListing {
        complete: fields.flag("complete")?,
        tasks: fields.list("tasks", |value| task(Fields::of(value, "tasks")?))?,
    })
}

fn task(fields: Fields<'_>) -> Result<Task, DecodeError> {
    let stop = fields.present("stop")?.map(|value| stop(Fields::of(value, "stop")?)).transpose()?;
    Ok(Task {
        arn: TaskArn::from(fields.text("taskArn")?),
        owner: OwnerId::from(fields.text("startedBy")?),
        agent: fields.optional("agent", "a text or null", Value::as_str)?.map(NodeName::from),
        status: fields.read("lastStatus", "a status of a task", |value| {
            word(value, &TaskStatus::ALL, TaskStatus::name)
        })?,
        stopping: fields.flag("stopping")?,
        created_at: fields.time("createdAt")?,
        stop,
    })
}

fn stop(fields: Fields<'_>) -> Result<TaskStop, DecodeError> {
    Ok(TaskStop {
        code: fields
            .read("stopCode", "a stop code of a task", |value| word(value, &StopCode::ALL, StopCode::name))?,
        reason: fields.shared("stoppedReason")?,
    })
}

/// The one of `all` whose word this is.
fn word<T: Copy>(value: &Value, all: &[T], word: impl Fn(T) -> &'static str) -> Option<T> {
    let text = value.as_str()?;
    all.iter().copied().find(|&it| word(it) == text)
}

fn outcome(fields: Fields<'_>) -> Result<Outcome, DecodeError> {
    let failure = match fields.text("is")? {
        "done" => return Ok(Outcome::Done),
        "launched" => return Ok(Outcome::Launched { task: TaskArn::from(fields.text("taskArn")?) }),
        "conflict" => return Ok(Outcome::Conflict { tasks: fields.texts("resourceIds")? }),
        "throttled" => Failure::Throttled { retry_after: fields.span_or_null("retryAfter")? },
        "noCapacity" => Failure::NoCapacity { reason: fields.shared("reason")? },
        "refused" => Failure::Refused { reason: fields.shared("reason")? },
        "unavailable" => Failure::Unavailable,
        "unknown" => Failure::Unknown,
        _ => return Err(DecodeError::Unexpected { field: "is", expected: "an outcome" }),
    };
    Ok(Outcome::Failed(failure))
}
