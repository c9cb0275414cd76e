//! `why` an item waits, in Jenkins' own English words (`core/src/main/resources/hudson/model/Messages.properties`;
//! seen on Jenkins 2.263.4).

use crate::{
    Jenkins,
    build::{Build, Phase, index},
    node::{CONTROLLER, Node, NodeKey},
};
use footman_core::time::Millis;
use std::collections::BTreeSet;

/// Nodes that match a label, counted.
#[derive(Debug, Clone, Copy, Default)]
struct Matches {
    nodes: u32,
    online: u32,
    /// The only node, where there is one.
    sole: NodeKey,
}

/// An item without an estimate is stuck after this long (`Queue.BuildableItem.isStuck`).
const STUCK_AFTER_HOURS: u64 = 24;

impl Jenkins {
    /// Why an item that is in the queue has not become a build.
    pub(crate) fn why(&self, build: &Build) -> String {
        match build.phase {
            Phase::Waiting { until } if self.now < until => {
                format!("In the quiet period. Expires in {}", time_span(until.since(self.now)))
            }
            Phase::Waiting { .. } => "Finished waiting".to_owned(),
            Phase::Blocked => self.why_blocked(build),
            Phase::Buildable | Phase::Pending if self.quieting_down => {
                "Jenkins is about to shut down".to_owned()
            }
            Phase::Buildable | Phase::Pending => self.why_buildable(build),
            Phase::Free | Phase::Running | Phase::Hanging | Phase::Lost => String::new(),
        }
    }

    fn why_blocked(&self, build: &Build) -> String {
        let job = &self.jobs[index(build.job)];
        let Some(running) = job.running else { return "A build is already in progress".to_owned() };
        let running = &self.builds[running];
        let passed = self.now.since(running.started);
        let left = job.estimated_duration().map(|estimate| estimate.saturating_sub(passed));
        let eta = left.filter(|left| !left.is_zero()).map_or_else(|| "N/A".to_owned(), time_span);
        format!("Build #{} is already in progress (ETA: {eta})", running.number)
    }

    /// Without any node but the controller Jenkins does not look at the label ("pointless to talk about nodes",
    /// `Queue.BuildableItem.getCauseOfBlockage`).
    fn why_buildable(&self, build: &Build) -> String {
        let label = self.matching.label(build.label);
        if label.text().is_none() || self.nodes.len() == 1 {
            return self.why_no_executor(build);
        }
        let matches = self.matches(build);
        match (matches.online, matches.nodes) {
            (_, 0) => format!("There are no nodes with the label ‘{}’", label.shown),
            (0, 1) => format!("‘{}’ is offline", self.nodes[matches.sole].name),
            (0, _) => format!("All nodes of label ‘{}’ are offline", label.shown),
            (_, 1) => format!("Waiting for next available executor on ‘{}’", self.nodes[matches.sole].name),
            (_, _) => format!("Waiting for next available executor on ‘{}’", label.shown),
        }
    }

    /// Where executors are idle, each says why it does not take the item, in alphabetical order and each text once
    /// (`CompositeCauseOfBlockage`).
    fn why_no_executor(&self, build: &Build) -> String {
        let label = self.matching.label(build.label);
        let mut reasons = BTreeSet::new();
        let mut idle = false;
        for key in self.nodes.keys() {
            let node = &self.nodes[key];
            if node.free_executors() == 0 {
                continue;
            }
            idle |= node.is_online();
            let name = self.display_name(key);
            if label.text().is_some() {
                reasons.insert(format!("‘{name}’ doesn’t have label ‘{}’", label.shown));
            } else if node.exclusive {
                reasons.insert(format!("‘{name}’ is reserved for jobs with matching label expression"));
            } else if !node.is_online() {
                reasons.insert(format!("‘{name}’ is offline"));
            }
        }
        if idle && !reasons.is_empty() && !self.may_be_taken(build) {
            return reasons.into_iter().collect::<Vec<_>>().join("; ");
        }
        "Waiting for next available executor".to_owned()
    }

    /// Whether an idle node would take the item: it is about to be assigned.
    fn may_be_taken(&self, build: &Build) -> bool {
        let mut keys = self.nodes.keys();
        let label = self.matching.label(build.label);
        label.text().is_none()
            && keys.any(|key| {
                let node: &Node = &self.nodes[key];
                node.free_executors() > 0 && node.is_online() && !node.exclusive
            })
    }

    /// `stuck`: nothing online has the label, or it has taken ten times as long as its job lasts
    /// (`Queue.BuildableItem.isStuck`).
    pub(crate) fn is_stuck(&self, build: &Build) -> bool {
        if !matches!(build.phase, Phase::Buildable | Phase::Pending) {
            return false;
        }
        if self.matching.label(build.label).text().is_some() && self.matches(build).online == 0 {
            return true;
        }
        let waited = self.now.since(build.buildable_since);
        match self.jobs[index(build.job)].estimated_duration() {
            Some(estimate) => waited > estimate.max(Millis::from_mins(1)).saturating_mul(10),
            None => waited.as_millis() / Millis::from_hours(1).as_millis() > STUCK_AFTER_HOURS,
        }
    }

    fn matches(&self, build: &Build) -> Matches {
        let mut matches = Matches::default();
        for class in self.matching.classes_of(build.label) {
            matches.nodes += class.members;
            matches.online += class.online;
            matches.sole ^= class.sole;
        }
        matches
    }

    /// What a node is called where it says why it does not take an item; elsewhere it is its computer's name
    /// (Jenkins 2.263.4: ‘Jenkins’ here, ‘master’ elsewhere).
    fn display_name(&self, key: NodeKey) -> &str {
        if key == CONTROLLER { &self.settings.controller.display_name } else { self.nodes[key].name.as_str() }
    }
}

/// A length of time as Jenkins words it (`hudson.Util.getTimeSpanString`): two units, or one from ten of it on.
pub(crate) fn time_span(span: Millis) -> String {
    const UNITS: [(u64, &str); 5] =
        [(365 * 86_400, "yr"), (30 * 86_400, "mo"), (86_400, "day"), (3_600, "hr"), (60, "min")];
    let (seconds, millis) = (span.as_millis() / 1000, span.as_millis() % 1000);
    let word = |count: u64, unit: &str| match (unit, count) {
        ("day", 1) => "1 day".to_owned(),
        ("day", _) => format!("{count} days"),
        (_, _) => format!("{count} {unit}"),
    };
    for (place, (length, unit)) in UNITS.into_iter().enumerate() {
        let count = seconds / length;
        if count > 0 {
            let big = word(count, unit);
            if count >= 10 {
                return big;
            }
            let (length_of_small, small) = UNITS.get(place + 1).copied().unwrap_or((1, "sec"));
            return format!("{big} {}", word(seconds % length / length_of_small, small));
        }
    }
    match (seconds, millis) {
        (10.., _) => format!("{seconds} sec"),
        (1.., _) => format!("{} sec", decimal(seconds, millis / 100, 1)),
        (0, 100..) => format!("{} sec", decimal(0, millis / 10, 2)),
        (0, _) => format!("{millis} ms"),
    }
}

/// `whole` and a fraction of that many digits, without trailing zeros.
fn decimal(whole: u64, fraction: u64, digits: usize) -> String {
    let text = format!("{whole}.{fraction:0digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
