//! Lines of a recording as JSON.

mod policy;

use super::{
    VERSION,
    line::{Header, Line, Mark, Seen},
    words::{ANY, FINISH_BUILDS, SAME, STOP_BUILDS, UNKNOWN},
};
use footman_core::{
    Timestamp,
    event::{
        Drain, Executable, Failure, ItemLabel, ItemState, JenkinsListing, Node, Outcome, QueueItem, Task,
        TaskListing, TaskStop,
    },
};
use serde_json::{Value, json};

/// The first line of a file as JSON.
pub(super) fn encode_header(header: &Header) -> Value {
    json!({
        "recording": VERSION,
        "footmand": header.footmand,
        "run": time(header.run),
        "part": header.part,
    })
}

/// A line as JSON.
pub fn encode(line: &Line) -> Value {
    match line {
        Line::Start { at, policy } => {
            json!({"line": "start", "at": time(*at), "policy": policy::policy(policy)})
        }
        Line::Poll { at, listing } => {
            let listing = listing.as_ref().map_or(Value::Null, |seen| self::seen(seen, jenkins_listing));
            json!({"line": "poll", "at": time(*at), "listing": listing})
        }
        Line::Look { at, listing } => {
            json!({"line": "look", "at": time(*at), "listing": seen(listing, task_listing)})
        }
        Line::Reply { at, action, outcome } => {
            json!({"line": "reply", "at": time(*at), "action": action.0, "outcome": self::outcome(outcome)})
        }
        Line::Drain { at, how } => {
            let how = match how {
                Drain::FinishBuilds => FINISH_BUILDS,
                Drain::StopBuilds => STOP_BUILDS,
            };
            json!({"line": "drain", "at": time(*at), "how": how})
        }
        Line::Timeout { at } => json!({"line": "timeout", "at": time(*at)}),
        Line::Decision(text) => json!({"line": "decision", "text": text}),
        Line::Checkpoint(mark) => self::mark("checkpoint", mark),
        Line::End(mark) => self::mark("end", mark),
    }
}

fn time(at: Timestamp) -> i64 {
    at.as_millis()
}

fn mark(line: &str, mark: &Mark) -> Value {
    json!({"line": line, "inputs": mark.inputs, "decisions": mark.decisions, "hash": mark.hash})
}

fn seen<T>(seen: &Seen<T>, encode: impl FnOnce(&T) -> Value) -> Value {
    match seen {
        Seen::New(listing) => encode(listing),
        Seen::Same => json!(SAME),
    }
}

fn jenkins_listing(listing: &JenkinsListing) -> Value {
    json!({
        "session": listing.session,
        "quietingDown": listing.quieting_down,
        "complete": listing.complete,
        "computer": listing.nodes.iter().map(node).collect::<Vec<_>>(),
        "items": listing.items.iter().map(item).collect::<Vec<_>>(),
    })
}

fn node(node: &Node) -> Value {
    json!({
        "displayName": node.name.as_str(),
        "description": node.description.as_deref(),
        "assignedLabels": node.labels.iter().map(|label| &**label).collect::<Vec<_>>(),
        "exclusive": node.exclusive,
        "offline": !node.online,
        "temporarilyOffline": node.temporarily_offline,
        "idle": node.idle,
        "numExecutors": node.executors,
        "busy": node.busy,
        "queueId": node.running.iter().map(|item| item.0).collect::<Vec<_>>(),
        "runs": node.runs.iter().map(executable).collect::<Vec<_>>(),
    })
}

fn executable(Executable { run, part }: &Executable) -> Value {
    json!({"job": &*run.job, "run": run.number, "part": part})
}

fn item(item: &QueueItem) -> Value {
    let (class, at) = match item.state {
        ItemState::Waiting { until } => ("WaitingItem", Some(until)),
        ItemState::Blocked => ("BlockedItem", None),
        ItemState::Buildable { since } => ("BuildableItem", Some(since)),
        ItemState::Pending => ("pending", None),
    };
    json!({
        "id": item.id.0,
        "label": label(&item.label),
        "state": class,
        "timestamp": at.map(time),
        "inQueueSince": time(item.in_queue_since),
        "job": item.job.as_deref(),
        "run": item.run,
    })
}

/// An expression is in a list, so that none can be taken for a word.
fn label(label: &ItemLabel) -> Value {
    match label {
        ItemLabel::Any => json!(ANY),
        ItemLabel::Expression(text) => json!([&**text]),
        ItemLabel::Unknown => json!(UNKNOWN),
    }
}

fn task_listing(listing: &TaskListing) -> Value {
    json!({
        "complete": listing.complete,
        "tasks": listing.tasks.iter().map(task).collect::<Vec<_>>(),
    })
}

fn task(task: &Task) -> Value {
    json!({
        "taskArn": task.arn.as_str(),
        "startedBy": task.owner.as_str(),
        "agent": task.agent.as_ref().map(|agent| agent.as_str()),
        "lastStatus": task.status.name(),
        "stopping": task.stopping,
        "createdAt": time(task.created_at),
        "stop": task.stop.as_ref().map(stop),
    })
}

fn stop(stop: &TaskStop) -> Value {
    json!({"stopCode": stop.code.name(), "stoppedReason": &*stop.reason})
}

fn outcome(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Done => json!({"is": "done"}),
        Outcome::Launched { task } => json!({"is": "launched", "taskArn": task.as_str()}),
        Outcome::Conflict { tasks } => {
            let tasks: Vec<&str> = tasks.iter().map(|task| task.as_str()).collect();
            json!({"is": "conflict", "resourceIds": tasks})
        }
        Outcome::Failed(Failure::Throttled { retry_after }) => {
            json!({"is": "throttled", "retryAfter": retry_after.map(|span| span.as_millis())})
        }
        Outcome::Failed(Failure::NoCapacity { reason }) => json!({"is": "noCapacity", "reason": &**reason}),
        Outcome::Failed(Failure::Refused { reason }) => json!({"is": "refused", "reason": &**reason}),
        Outcome::Failed(Failure::Unavailable) => json!({"is": "unavailable"}),
        Outcome::Failed(Failure::Unknown) => json!({"is": "unknown"}),
    }
}
