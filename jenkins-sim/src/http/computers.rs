//! `/computer`: what nodes look like.

use super::{Face, export::Bean, request::piece};
use crate::{
    Jenkins, JobId, OfflineCause,
    build::{Phase, Slot},
    node::{CONTROLLER, Node, NodeKey},
};
use footman_core::{id::NodeName, time::Timestamp};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The monitors that report on every node.
const MONITORS: [&str; 6] = [
    "hudson.node_monitors.SwapSpaceMonitor",
    "hudson.node_monitors.TemporarySpaceMonitor",
    "hudson.node_monitors.DiskSpaceMonitor",
    "hudson.node_monitors.ArchitectureMonitor",
    "hudson.node_monitors.ResponseTimeMonitor",
    "hudson.node_monitors.ClockMonitor",
];

impl Face {
    /// All nodes.
    pub(super) fn computers(&self, jenkins: &Jenkins) -> Bean {
        let keys: Vec<NodeKey> = jenkins.nodes().iter().filter_map(|name| jenkins.nodes.key(name)).collect();
        let online = || keys.iter().map(|&key| &jenkins.nodes[key]).filter(|node| node.is_online());
        let busy: usize = online().map(|node| node.builds.len()).sum();
        let total: u64 = online().map(|node| u64::from(node.executors)).sum();
        Bean::new("hudson.model.ComputerSet")
            .with("busyExecutors", busy)
            .inline("computer", keys.iter().map(|&key| self.computer(jenkins, key)).collect())
            .with("displayName", "Nodes")
            .with("totalExecutors", total)
    }

    /// A node.
    pub(super) fn computer(&self, jenkins: &Jenkins, key: NodeKey) -> Bean {
        let node = &jenkins.nodes[key];
        let is_controller = key == CONTROLLER;
        let offline = !node.is_online();
        let (icon, class) = icon(node);
        let monitored: Map<String, Value> =
            MONITORS.iter().map(|&monitor| (monitor.to_owned(), Value::Null)).collect();
        let description = node.description.as_deref();
        let description = description.or_else(|| is_controller.then_some("the master Jenkins node"));
        let bean = Bean::new(if is_controller {
            "hudson.model.Hudson$MasterComputer"
        } else {
            "hudson.slaves.SlaveComputer"
        })
        .beans(1, "actions", Vec::new())
        .beans(1, "assignedLabels", labels(node))
        .with("description", description.unwrap_or_default())
        .with("displayName", node.name.as_str())
        .beans(1, "executors", self.executors(jenkins, node))
        .with("icon", icon)
        .with("iconClassName", class)
        .with("idle", node.is_idle())
        .with("jnlpAgent", !is_controller)
        .with("launchSupported", is_controller)
        .bean(1, "loadStatistics", Some(Bean::new("hudson.model.Label$1")))
        .with("manualLaunchAllowed", true)
        .with("monitorData", monitored)
        .with("numExecutors", node.executors)
        .with("offline", offline)
        .bean(1, "offlineCause", node.cause.as_ref().map(cause))
        .with("offlineCauseReason", node.cause.as_ref().map_or_else(String::new, reason))
        .beans(1, "oneOffExecutors", self.one_off_executors(jenkins, node))
        .with("temporarilyOffline", node.is_temporarily_offline());
        if is_controller {
            return bean;
        }
        let folder = self.remote_folder(node.name.as_str());
        bean.with("absoluteRemotePath", node.connected.then_some(folder))
    }

    /// Busy executors, and as many idle ones as make up the number of executors, in the order of their numbers.
    fn executors(&self, jenkins: &Jenkins, node: &Node) -> Vec<Bean> {
        let mut busy: Vec<(u16, Slot)> =
            node.builds.iter().map(|&slot| (jenkins.builds[slot].executor, slot)).collect();
        busy.sort_unstable();
        let taken: BTreeSet<u16> = busy.iter().map(|&(number, _)| number).collect();
        let free = usize::from(node.free_executors());
        let idle = (0..=u16::MAX).filter(|number| !taken.contains(number)).take(free);
        let mut all: Vec<(u16, Option<Slot>)> = busy
            .into_iter()
            .map(|(number, slot)| (number, Some(slot)))
            .chain(idle.map(|n| (n, None)))
            .collect();
        all.sort_unstable();
        all.into_iter().map(|(number, slot)| self.executor(jenkins, i64::from(number), slot)).collect()
    }

    fn one_off_executors(&self, jenkins: &Jenkins, node: &Node) -> Vec<Bean> {
        node.flyweights.iter().map(|&slot| self.executor(jenkins, -1, Some(slot))).collect()
    }

    fn executor(&self, jenkins: &Jenkins, number: i64, slot: Option<Slot>) -> Bean {
        // A build that has its executor and has not started is seen as an executor that is neither idle nor has one.
        let build = slot.map(|slot| &jenkins.builds[slot]).filter(|build| match build.phase {
            Phase::Running | Phase::Hanging => true,
            Phase::Free
            | Phase::Waiting { .. }
            | Phase::Blocked
            | Phase::Buildable
            | Phase::Pending
            | Phase::Lost => false,
        });
        let running = build.map(|build| self.build(jenkins, JobId(build.job), build.number));
        let progress = build.map_or(-1, |build| {
            let estimate = jenkins.jobs[JobId(build.job).index()].estimated_duration();
            let passed = jenkins.now.since(build.started).as_millis();
            let percent =
                estimate.and_then(|estimate| passed.saturating_mul(100).checked_div(estimate.as_millis()));
            percent.map_or(-1, |percent| i64::try_from(percent.min(99)).unwrap_or(99))
        });
        Bean::anonymous()
            .bean(1, "currentExecutable", running)
            .with("idle", slot.is_none())
            .with("likelyStuck", false)
            .with("number", number)
            .with("progress", progress)
    }
}

/// The file and the class of the icon that people see.
fn icon(node: &Node) -> (&'static str, &'static str) {
    if node.is_temporarily_offline() {
        ("computer-user-offline.png", "icon-computer-user-offline")
    } else if node.is_online() {
        ("computer.png", "icon-computer")
    } else {
        ("computer-x.png", "icon-computer-x")
    }
}

fn cause(cause: &OfflineCause) -> Bean {
    let timed = |class, at: Timestamp| Bean::new(class).with("timestamp", at.as_millis());
    match cause {
        OfflineCause::User { message, at } => {
            let text = if message.is_empty() { String::new() } else { format!(" : {message}") };
            timed("hudson.slaves.OfflineCause$UserCause", *at)
                .with("description", format!("Disconnected by anonymous{text}"))
        }
        OfflineCause::ChannelTermination { at } => {
            timed("hudson.slaves.OfflineCause$ChannelTermination", *at)
        }
    }
}

/// `offlineCauseReason`; of a broken channel Jenkins shows the whole stack, of which this is the first line.
fn reason(cause: &OfflineCause) -> String {
    match cause {
        OfflineCause::User { message, .. } => message.to_string(),
        OfflineCause::ChannelTermination { .. } => {
            "Connection was broken: java.nio.channels.ClosedChannelException\n".to_owned()
        }
    }
}

/// The node that a path names: the controller is `(master)` there, and its display name leads nowhere.
pub(super) fn key_of(jenkins: &Jenkins, name: &str) -> Option<NodeKey> {
    let controller = &jenkins.nodes[CONTROLLER].name;
    if name.strip_prefix('(').and_then(|name| name.strip_suffix(')')) == Some(controller.as_str()) {
        return Some(CONTROLLER);
    }
    let key = jenkins.nodes.key(&NodeName::from(name)).filter(|&key| key != CONTROLLER)?;
    jenkins.nodes[key].has_computer().then_some(key)
}

/// `computer/N/`.
pub(super) fn place(name: &str) -> String {
    format!("computer/{}/", piece(name))
}

/// The labels of a node, its own name among them.
pub(super) fn labels(node: &Node) -> Vec<Bean> {
    let own = node.labels.iter().map(|label| &**label);
    let names: BTreeSet<&str> = own.chain([node.name.as_str()]).collect();
    names.into_iter().map(|name| Bean::anonymous().visible(2, "name", name)).collect()
}
