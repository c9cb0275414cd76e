//! `/computer`: what nodes look like.

use super::{
    export::{Object, Plain},
    look::Look,
    permission::Permission,
    request::piece,
    version::Difference,
};
use crate::{
    Jenkins, JobId, OfflineCause,
    build::{Phase, Slot},
    load::Load,
    node::{CONTROLLER, Node, NodeKey},
};
use footman_core::id::NodeName;
use std::collections::BTreeSet;

/// What the controller says of itself.
pub(super) const CONTROLLER_DESCRIPTION: &str = "the master Jenkins node";

/// The monitors that report on every node; none has measured anything here.
const MONITORS: [&str; 6] = [
    "hudson.node_monitors.SwapSpaceMonitor",
    "hudson.node_monitors.TemporarySpaceMonitor",
    "hudson.node_monitors.DiskSpaceMonitor",
    "hudson.node_monitors.ArchitectureMonitor",
    "hudson.node_monitors.ResponseTimeMonitor",
    "hudson.node_monitors.ClockMonitor",
];

impl Look<'_> {
    /// All nodes.
    pub(super) fn computers(&self, object: &mut Object<'_, '_>) {
        let jenkins = self.jenkins;
        let keys = || jenkins.nodes().into_iter().filter_map(|name| jenkins.nodes.key(&name));
        // The controller's executors are among them, other than in the statistics of everything (`ComputerSet`).
        let load = || Load::of(keys().map(|key| &jenkins.nodes[key]));
        object.class("hudson.model.ComputerSet");
        object.put(1, "busyExecutors", || load().busy);
        object.inline("computer", keys, |computer, key| self.computer(computer, key));
        object.set("displayName", "Nodes");
        object.put(1, "totalExecutors", || load().online);
    }

    /// A node.
    pub(super) fn computer(&self, object: &mut Object<'_, '_>, key: NodeKey) {
        let node = &self.jenkins.nodes[key];
        let is_controller = key == CONTROLLER;
        let (icon, class) = icon(node);
        object.class(if is_controller {
            "hudson.model.Hudson$MasterComputer"
        } else {
            "hudson.slaves.SlaveComputer"
        });
        let description = node.description.as_deref();
        let description = description.or_else(|| is_controller.then_some(CONTROLLER_DESCRIPTION));
        object.list("actions", || [(); 0], |_, ()| {});
        object.list("assignedLabels", || node_labels(node), |label, name| self.own_label(label, name));
        object.set("description", description.unwrap_or_default());
        object.put(1, "displayName", || self.display_name(key));
        object.list(
            "executors",
            || self.executors(node),
            |executor, (number, slot)| {
                self.executor(executor, i64::from(number), slot);
            },
        );
        object.set("icon", icon);
        object.set("iconClassName", class);
        object.set("idle", node.is_idle());
        object.set("jnlpAgent", !is_controller);
        object.set("launchSupported", is_controller);
        object.object(1, "loadStatistics", |load| self.label_load(load, node.name.as_str()));
        object.set("manualLaunchAllowed", true);
        object.put(1, "monitorData", || Plain::Nulls(&MONITORS));
        object.set("numExecutors", node.executors);
        object.set("offline", !node.is_online());
        let by = || self.face.marked_by(node.name.as_str());
        object.option(1, "offlineCause", || node.cause.as_ref(), |object, found| cause(object, found, by()));
        object.put(1, "offlineCauseReason", || node.cause.as_ref().map_or_else(String::new, reason));
        object.list(
            "oneOffExecutors",
            || node.flyweights.iter(),
            |executor, &slot| {
                self.executor(executor, -1, Some(slot));
            },
        );
        object.set("temporarilyOffline", node.is_temporarily_offline());
        if !is_controller {
            let folder = || node.connected.then(|| self.face.remote_folder(node.name.as_str()));
            object.put(1, "absoluteRemotePath", folder);
        }
    }

    fn display_name(&self, key: NodeKey) -> &str {
        if key == CONTROLLER && self.face.settings.version.has(Difference::BuiltInNode) {
            return &self.jenkins.settings.controller.display_name;
        }
        self.jenkins.nodes[key].name.as_str()
    }

    /// Busy executors, and as many idle ones as make up the number of executors, in the order of their numbers.
    fn executors(&self, node: &Node) -> Vec<(u16, Option<Slot>)> {
        let number = |slot: Slot| self.jenkins.builds[slot].executor;
        let taken: BTreeSet<u16> = node.builds.iter().map(|&slot| number(slot)).collect();
        let free = usize::from(node.free_executors());
        let idle = (0..=u16::MAX).filter(|number| !taken.contains(number)).take(free);
        let busy = node.builds.iter().map(|&slot| (number(slot), Some(slot)));
        let mut all: Vec<(u16, Option<Slot>)> = busy.chain(idle.map(|number| (number, None))).collect();
        all.sort_unstable();
        all
    }

    /// An executor, with what it runs where the user may see that (jenkins.md 2).
    pub(super) fn executor(&self, object: &mut Object<'_, '_>, number: i64, slot: Option<Slot>) {
        // A build that has its executor and has not started is seen as an executor that is neither idle nor has one.
        let build = slot.map(|slot| &self.jenkins.builds[slot]).filter(|build| match build.phase {
            Phase::Running | Phase::Hanging => true,
            Phase::Free
            | Phase::Waiting { .. }
            | Phase::Blocked
            | Phase::Buildable
            | Phase::Pending
            | Phase::Lost => false,
        });
        let seen = build.filter(|_| self.who.may(Permission::ItemRead));
        object.option(
            1,
            "currentExecutable",
            || seen,
            |object, build| {
                if build.is_block() {
                    self.running_block(object, JobId(build.job), build.number);
                } else {
                    self.build(object, JobId(build.job), build.number);
                }
            },
        );
        object.set("idle", slot.is_none());
        object.set("likelyStuck", false);
        object.set("number", number);
        object.put(1, "progress", || {
            let Some(build) = build else { return -1 };
            self.moment.changes();
            let estimate = self.estimate(JobId(build.job));
            let passed = self.jenkins.now.since(build.started).as_millis();
            let passed = i64::try_from(passed).unwrap_or(i64::MAX).saturating_mul(100);
            if estimate > 0 { (passed / estimate).min(99) } else { -1 }
        });
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

fn cause(object: &mut Object<'_, '_>, cause: &OfflineCause, by: &str) {
    match cause {
        OfflineCause::User { message, at } => {
            object.class("hudson.slaves.OfflineCause$UserCause");
            object.set("timestamp", at.as_millis());
            object.put(1, "description", || {
                let text = if message.is_empty() { String::new() } else { format!(" : {message}") };
                format!("Disconnected by {by}{text}")
            });
        }
        OfflineCause::ChannelTermination { at } => {
            object.class("hudson.slaves.OfflineCause$ChannelTermination");
            object.set("timestamp", at.as_millis());
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
pub(super) fn node_labels(node: &Node) -> BTreeSet<&str> {
    let own = node.labels.iter().map(|label| &**label);
    own.chain([node.name.as_str()]).collect()
}
