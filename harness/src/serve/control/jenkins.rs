//! What befalls Jenkins: restarts, and inbound agents whose processes are not in the tasks of this server. What the
//! agent's command would do is called here, or told by the hook of another server.

use super::{ControlRequest, Refusal, faults, latency, read};
use crate::serve::{
    accidents::Kind,
    agents::{Agent, Connecting, Process},
    twins::Twins,
};
use axum::http::{Method, StatusCode};
use footman_core::{id::NodeName, label::LabelSet};
use footman_jenkins_sim::{NodeSpec, Transport};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// What `POST /_sim/agent` is given.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Call {
    name: String,
    /// It is needed to connect, and not to disconnect: whoever kills a process needs no secret.
    secret: Option<String>,
    #[serde(default = "yes")]
    connected: bool,
    #[serde(default)]
    web_socket: bool,
    #[serde(default)]
    no_reconnect: bool,
    /// Stops the process that is the node's agent, or lets it go on.
    frozen: Option<bool>,
}

/// What `POST /_sim/hook` is given: what `--agent-hook` posts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Told {
    event: TaskEvent,
    task_arn: String,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    command: Option<Vec<String>>,
}

/// What `POST /_sim/restart` is given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// What `POST /_sim/casc` is given: the nodes that the YAML names, and those that have the property `CascKeepNode`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reload {
    nodes: Vec<NodeShape>,
    #[serde(default)]
    keep: Vec<String>,
}

/// A node of the YAML.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeShape {
    name: String,
    /// With blanks between them.
    #[serde(default)]
    labels: String,
    #[serde(default = "one")]
    executors: u16,
    #[serde(default)]
    exclusive: bool,
    description: Option<String>,
}

fn one() -> u16 {
    1
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum TaskEvent {
    Started,
    Stopped,
}

fn yes() -> bool {
    true
}

/// Without the secret.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "agent {} connected: {}", self.name, self.connected)
    }
}

/// Without environment and command, which hold secrets.
impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {} {:?}", self.task_arn, self.event)
    }
}

/// Starts an agent's process with its node's name and secret, ends it, or freezes it.
pub(super) fn call(twins: &mut Twins, body: &[u8]) -> Result<Value, Refusal> {
    const EXAMPLE: &str = r#"{"name": "n1", "secret": "…"}, {"name": "n1", "connected": false} or {"name": "n1", "frozen": true}"#;
    check_jenkins(twins)?;
    let input: Call = read(body, EXAMPLE)?;
    let node = NodeName::new(input.name);
    let answer = match (input.frozen, input.connected, input.secret) {
        (Some(frozen), true, None) => {
            let there = twins.freeze_agent(&node, frozen);
            let none = || Refusal::bad(format!("no agent of `{node}` is connected"));
            there.then(|| json!({ "frozen": frozen })).ok_or_else(none)
        }
        (Some(_), ..) => Err(Refusal::bad(format!("frozen goes with a name alone; expected {EXAMPLE}"))),
        (None, true, Some(secret)) => {
            let transport = if input.web_socket { Transport::WebSocket } else { Transport::Tcp };
            let agent = Agent::new(node, Some(&secret)).connecting_by(transport, !input.no_reconnect);
            Ok(match twins.call_agent(agent).ok_or_else(too_many)? {
                Connecting::Connected => json!({ "connected": true }),
                Connecting::TriesAgain => json!({ "connected": false, "triesAgain": true }),
                Connecting::Exited(code, why) => {
                    json!({ "connected": false, "exitCode": code, "reason": why })
                }
            })
        }
        (None, true, None) => {
            Err(Refusal::bad(format!("an agent connects with its secret; expected {EXAMPLE}")))
        }
        (None, false, _) => {
            let ended = twins.end_called(&node);
            let unknown = || Refusal::bad(format!("no agent `{node}` was connected by this call"));
            ended.then(|| json!({ "connected": false })).ok_or_else(unknown)
        }
    };
    twins.settle();
    answer
}

/// Lets the agent in a task of another server start, or ends it.
pub(super) fn hook(twins: &mut Twins, body: &[u8]) -> Result<Value, Refusal> {
    const EXAMPLE: &str = r#"{"event": "started", "taskArn": "arn:…", "environment": {"JENKINS_AGENT_NAME": "n1"}, "command": []}"#;
    check_jenkins(twins)?;
    let told: Told = read(body, EXAMPLE)?;
    let node = match told.event {
        TaskEvent::Started => {
            let environment = told.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            match Agent::of(None, environment, told.command.as_deref().unwrap_or_default()) {
                None => None,
                Some(agent) => Some(twins.hooked_started(told.task_arn.into(), agent).ok_or_else(too_many)?),
            }
        }
        TaskEvent::Stopped => twins.end(&Process::Hooked(told.task_arn.into())),
    };
    twins.settle();
    Ok(json!({ "node": node.as_ref().map(NodeName::as_str) }))
}

/// Refuses what is about Jenkins where none is served.
pub(super) fn check_jenkins(twins: &Twins) -> Result<(), Refusal> {
    if twins.settings().agents {
        return Ok(());
    }
    let error = "no Jenkins is served here: start with --jenkins".to_owned();
    Err(Refusal { status: StatusCode::CONFLICT, error })
}

/// The controller is restarted without being asked first.
pub(super) fn restart(twins: &mut Twins, body: &[u8]) -> Result<Value, Refusal> {
    check_jenkins(twins)?;
    if !body.is_empty() {
        let _: Nothing = read(body, "{} or no body")?;
    }
    let now = twins.now();
    let nodes = twins.jenkins.nodes();
    twins.accidents.befell(now, Kind::Restart, nodes);
    twins.jenkins.restart(now);
    twins.settle();
    Ok(json!({}))
}

/// The configuration as code is reloaded: nodes that it does not name are removed under their builds, but for those that
/// are kept.
pub(super) fn reload(twins: &mut Twins, body: &[u8]) -> Result<Value, Refusal> {
    check_jenkins(twins)?;
    let input: Reload =
        read(body, r#"{"nodes": [{"name": "static", "labels": "docker linux"}], "keep": ["n1"]}"#)?;
    let now = twins.now();
    for name in input.keep {
        let node = NodeName::new(name);
        let kept = twins.jenkins.keep_through_casc(now, &node, true);
        kept.map_err(|error| Refusal::bad(format!("the node `{node}` cannot be kept: {error}")))?;
    }
    let nodes: Vec<NodeSpec> = input.nodes.into_iter().map(NodeShape::read).collect();
    let before = twins.jenkins.nodes();
    twins.jenkins.reload_casc(now, &nodes).map_err(Refusal::bad)?;
    let after: BTreeSet<NodeName> = twins.jenkins.nodes().into_iter().collect();
    let removed = before.into_iter().filter(|node| !after.contains(node)).collect();
    twins.accidents.befell(now, Kind::Casc, removed);
    twins.settle();
    let left: Vec<String> = twins.jenkins.nodes().iter().map(ToString::to_string).collect();
    Ok(json!({ "nodes": left }))
}

impl NodeShape {
    fn read(self) -> NodeSpec {
        let Self { name, labels, executors, exclusive, description } = self;
        NodeSpec {
            name: NodeName::new(name),
            description: description.map(Into::into),
            labels: LabelSet::new(labels.split_whitespace()),
            exclusive,
            executors,
        }
    }
}

/// What goes wrong with calls: said or asked.
pub(super) fn faults(twins: &mut Twins, request: &ControlRequest) -> Result<Value, Refusal> {
    check_jenkins(twins)?;
    if request.method == Method::PUT {
        return faults::set_of_jenkins(twins, &request.body);
    }
    Ok(faults::of_jenkins(twins))
}

/// How long what Jenkins does takes: said or asked.
pub(super) fn latencies(twins: &mut Twins, request: &ControlRequest) -> Result<Value, Refusal> {
    check_jenkins(twins)?;
    if request.method == Method::PUT {
        return latency::set_of_jenkins(twins, &request.body);
    }
    Ok(latency::of_jenkins(twins))
}

fn too_many() -> Refusal {
    let error = "too many agents of other programs are there already; end some".to_owned();
    Refusal { status: StatusCode::TOO_MANY_REQUESTS, error }
}
