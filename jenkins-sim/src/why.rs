//! `why` an item waits, by Jenkins' own rules (`Queue.Item.getCauseOfBlockage`; seen on Jenkins 2.263.4).

use crate::{
    Jenkins,
    build::{Build, Phase, index},
    node::{CONTROLLER, Node, NodeKey},
    words::Why,
};
use footman_core::time::{Millis, Timestamp};
use std::sync::Arc;

/// Nodes that match a label, counted.
#[derive(Debug, Clone, Copy, Default)]
struct Matches {
    nodes: u32,
    online: u32,
    /// Those that are online and that the guard file keeps closed.
    guarded: u32,
    /// The only node, where there is one.
    sole: NodeKey,
}

/// An item without an estimate is stuck after this long (`Queue.BuildableItem.isStuck`).
const STUCK_AFTER_HOURS: u64 = 24;

impl Jenkins {
    /// Why an item that is in the queue has not become a build; `None` for one that is not.
    pub(crate) fn why(&self, build: &Build) -> Option<Why> {
        Some(match build.phase {
            Phase::Waiting { until } if self.now < until => Why::Quiet(until.since(self.now)),
            Phase::Waiting { .. } => Why::FinishedWaiting,
            Phase::Blocked => self.why_blocked(build),
            Phase::Buildable | Phase::Pending if self.quieting_down => Why::ShuttingDown,
            Phase::Buildable | Phase::Pending => self.why_buildable(build),
            Phase::Free | Phase::Running | Phase::Hanging | Phase::Lost => return None,
        })
    }

    fn why_blocked(&self, build: &Build) -> Why {
        let job = &self.jobs[index(build.job)];
        let Some(running) = job.running else { return Why::InProgress };
        let running = &self.builds[running];
        let passed = self.now.since(running.started);
        let left = job.estimated_duration().map(|estimate| estimate.saturating_sub(passed));
        Why::BuildInProgress { number: running.number, left: left.filter(|left| !left.is_zero()) }
    }

    /// Without any node but the controller Jenkins does not look at the label ("pointless to talk about nodes",
    /// `Queue.BuildableItem.getCauseOfBlockage`).
    fn why_buildable(&self, build: &Build) -> Why {
        let label = self.matching.label(build.label);
        if label.text().is_none() || self.nodes.len() == 1 {
            return self.why_no_executor(build);
        }
        let matches = self.matches(build);
        let sole = || self.nodes[matches.sole].name.text();
        match (matches.online, matches.nodes) {
            (_, 0) => Why::NoNodes(Arc::clone(&label.shown)),
            (0, 1) => Why::NodeOffline(sole()),
            (0, _) => Why::LabelOffline(Arc::clone(&label.shown)),
            (_, _) if matches.guarded > 0 => {
                self.why_guarded(build).unwrap_or_else(|| self.why_busy(build, matches))
            }
            (_, _) => self.why_busy(build, matches),
        }
    }

    fn why_busy(&self, build: &Build, matches: Matches) -> Why {
        Why::WaitingOn(match matches.nodes {
            1 => self.nodes[matches.sole].name.text(),
            _ => Arc::clone(&self.matching.label(build.label).shown),
        })
    }

    /// Where an idle executor has the label and the guard file keeps it closed, every idle one says why it does not take
    /// the item.
    fn why_guarded(&self, build: &Build) -> Option<Why> {
        let (_, reasons) = self.reasons(build);
        reasons.iter().any(|reason| matches!(reason, Why::Guarded(_))).then_some(Why::Several(reasons))
    }

    /// Where executors are idle, each says why it does not take the item.
    fn why_no_executor(&self, build: &Build) -> Why {
        let (is_idle, reasons) = self.reasons(build);
        if is_idle && !reasons.is_empty() && !self.may_be_taken(build) {
            return Why::Several(reasons);
        }
        Why::WaitingForExecutor
    }

    /// Whether anything online is idle, and why each idle executor does not take the item, in the order of Jenkins'
    /// questions (`JobOffer.getCauseOfBlockage`: the node itself, dispatchers, then whether it is there).
    fn reasons(&self, build: &Build) -> (bool, Vec<Why>) {
        let label = self.matching.label(build.label);
        let mut reasons = Vec::new();
        let mut is_idle = false;
        for key in self.nodes.keys() {
            let node = &self.nodes[key];
            if node.free_executors() == 0 {
                continue;
            }
            is_idle |= node.is_online();
            let name = || self.display_name(key);
            if label.text().is_some() && !self.matching.is_match(build.label, node.class) {
                reasons.push(Why::LabelMissing { node: name(), label: Arc::clone(&label.shown) });
            } else if label.text().is_none() && node.exclusive {
                reasons.push(Why::Reserved(name()));
            } else if node.is_closed() {
                reasons.push(Why::Guarded(label.text().is_some().then(|| Arc::clone(&label.shown))));
            } else if !node.is_online() {
                reasons.push(Why::NodeOffline(name()));
            }
        }
        (is_idle, reasons)
    }

    /// Whether an idle node would take the item: it is about to be assigned.
    fn may_be_taken(&self, build: &Build) -> bool {
        let mut keys = self.nodes.keys();
        let label = self.matching.label(build.label);
        label.text().is_none()
            && keys.any(|key| {
                let node: &Node = &self.nodes[key];
                node.free_executors() > 0 && node.takes_builds() && !node.exclusive
            })
    }

    /// Whether it is `stuck`.
    pub(crate) fn is_stuck(&self, build: &Build) -> bool {
        self.stuck_from(build).is_some_and(|at| at <= self.now)
    }

    /// Since when an item is `stuck`, or from when on it will be if nothing happens: nothing online has the label, or it
    /// has taken more than ten times as long as its job lasts, or more than 24 whole hours where that is not known
    /// (`Queue.BuildableItem.isStuck`). `None` for an item that is not buildable.
    pub(crate) fn stuck_from(&self, build: &Build) -> Option<Timestamp> {
        if !matches!(build.phase, Phase::Buildable | Phase::Pending) {
            return None;
        }
        if self.matching.label(build.label).text().is_some() && self.matches(build).online == 0 {
            return Some(build.buildable_since);
        }
        let patience = match self.jobs[index(build.job)].estimated_duration() {
            Some(estimate) => {
                estimate.max(Millis::from_mins(1)).saturating_mul(10).saturating_add(Millis::new(1))
            }
            None => Millis::from_hours(STUCK_AFTER_HOURS + 1),
        };
        Some(build.buildable_since + patience)
    }

    fn matches(&self, build: &Build) -> Matches {
        let mut matches = Matches::default();
        for class in self.matching.classes_of(build.label) {
            matches.nodes += class.members;
            matches.online += class.online;
            matches.guarded += class.guarded;
            matches.sole ^= class.sole;
        }
        matches
    }

    /// What a node is called where it says why it does not take an item; elsewhere it is its computer's name
    /// (Jenkins 2.263.4: ‘Jenkins’ here, ‘master’ elsewhere).
    fn display_name(&self, key: NodeKey) -> Arc<str> {
        match key {
            CONTROLLER => Arc::clone(&self.settings.controller.display_name),
            key => self.nodes[key].name.text(),
        }
    }
}
