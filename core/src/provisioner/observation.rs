//! From full listings to changes.
//!
//! A listing is held against the one before, and only what differs goes on. From a partial listing nothing is
//! concluded to be gone. Where the driver delivers changes itself nothing is kept here.

use crate::{
    event::{
        ItemChange, JenkinsChanges, JenkinsListing, Node, NodeChange, QueueItem, Task, TaskChange,
        TaskChanges, TaskListing,
    },
    id::{NodeName, QueueItemId, TaskArn},
    provisioner::Provisioner,
    time::{Millis, Timestamp},
};
use std::collections::BTreeMap;

/// What the last listings showed.
#[derive(Debug, Default)]
pub(super) struct Observation {
    nodes: BTreeMap<NodeName, Node>,
    items: BTreeMap<QueueItemId, QueueItem>,
    tasks: BTreeMap<TaskArn, Task>,
    lists_jenkins: bool,
    lists_tasks: bool,
    /// When a listing of the nodes and the queue was last complete.
    jenkins_complete_at: Timestamp,
    /// When a listing of the tasks was last complete.
    tasks_complete_at: Timestamp,
}

/// After how many ticks of its grid without a complete listing a view is stale.
const STALE_TICKS: u64 = 3;

/// One difference between what was known and what is seen.
enum Difference<K, V> {
    Seen(V),
    Gone(K),
}

/// Holds `seen` against `known` and replaces it: what is new or different, and, from a complete view, what is gone; in
/// the order of the keys.
fn differences<K: Ord + Clone, V: PartialEq + Clone>(
    known: &mut BTreeMap<K, V>,
    seen: BTreeMap<K, V>,
    complete: bool,
) -> Vec<Difference<K, V>> {
    let mut found = Vec::new();
    let mut later = seen.iter().peekable();
    for (key, value) in known.iter() {
        while let Some((_, new)) = later.next_if(|(other, _)| *other < key) {
            found.push(Difference::Seen(new.clone()));
        }
        match later.next_if(|(other, _)| *other == key) {
            Some((_, same)) if same == value => {}
            Some((_, new)) => found.push(Difference::Seen(new.clone())),
            None if complete => found.push(Difference::Gone(key.clone())),
            None => {}
        }
    }
    found.extend(later.map(|(_, new)| Difference::Seen(new.clone())));
    if complete {
        *known = seen;
    } else {
        known.extend(seen);
    }
    found
}

impl Observation {
    fn jenkins(&mut self, listing: JenkinsListing) -> JenkinsChanges {
        self.lists_jenkins = true;
        let nodes = listing.nodes.into_iter().map(|node| (node.name.clone(), node)).collect();
        let items = listing.items.into_iter().map(|item| (item.id, item)).collect();
        JenkinsChanges {
            session: listing.session,
            quieting_down: listing.quieting_down,
            nodes: differences(&mut self.nodes, nodes, listing.complete)
                .into_iter()
                .map(|difference| match difference {
                    Difference::Seen(node) => NodeChange::Seen(node),
                    Difference::Gone(name) => NodeChange::Gone(name),
                })
                .collect(),
            items: differences(&mut self.items, items, listing.complete)
                .into_iter()
                .map(|difference| match difference {
                    Difference::Seen(item) => ItemChange::Seen(item),
                    Difference::Gone(id) => ItemChange::Gone(id),
                })
                .collect(),
        }
    }

    fn tasks(&mut self, listing: TaskListing) -> TaskChanges {
        self.lists_tasks = true;
        let tasks = listing.tasks.into_iter().map(|task| (task.arn.clone(), task)).collect();
        TaskChanges {
            tasks: differences(&mut self.tasks, tasks, listing.complete)
                .into_iter()
                .map(|difference| match difference {
                    Difference::Seen(task) => TaskChange::Seen(task),
                    Difference::Gone(arn) => TaskChange::Gone(arn),
                })
                .collect(),
        }
    }

    /// Keeps what is known in step with changes that came in between listings.
    pub(super) fn note_jenkins(&mut self, changes: &JenkinsChanges) {
        if !self.lists_jenkins {
            return;
        }
        for change in &changes.nodes {
            match change {
                NodeChange::Seen(node) => drop(self.nodes.insert(node.name.clone(), node.clone())),
                NodeChange::Gone(name) => drop(self.nodes.remove(name)),
            }
        }
        for change in &changes.items {
            match change {
                ItemChange::Seen(item) => drop(self.items.insert(item.id, item.clone())),
                ItemChange::Gone(id) => drop(self.items.remove(id)),
            }
        }
    }

    /// Keeps what is known in step with changes that came in between listings.
    pub(super) fn note_tasks(&mut self, changes: &TaskChanges) {
        if !self.lists_tasks {
            return;
        }
        for change in &changes.tasks {
            match change {
                TaskChange::Seen(task) => drop(self.tasks.insert(task.arn.clone(), task.clone())),
                TaskChange::Gone(arn) => drop(self.tasks.remove(arn)),
            }
        }
    }
}

impl Provisioner {
    /// Takes in a listing of Jenkins.
    pub(super) fn jenkins_listed(&mut self, listing: JenkinsListing) {
        let complete = listing.complete;
        if complete {
            self.observation.jenkins_complete_at = self.now;
        }
        let changes = self.observation.jenkins(listing);
        self.apply_jenkins(changes, complete);
    }

    /// Takes in a listing of our tasks.
    pub(super) fn tasks_listed(&mut self, listing: TaskListing) {
        let complete = listing.complete;
        if complete {
            self.observation.tasks_complete_at = self.now;
        }
        let changes = self.observation.tasks(listing);
        self.apply_tasks(changes, complete);
    }

    /// Whether the tasks have not been listed completely of late, so that one that is not listed may well exist. A
    /// driver that delivers changes delivers whole ones, and none where nothing changed.
    pub(super) fn tasks_are_stale(&self) -> bool {
        let seen = &self.observation;
        seen.lists_tasks && self.is_old(seen.tasks_complete_at, self.policy.pace.describe)
    }

    /// The same of nodes and queue.
    pub(super) fn jenkins_is_stale(&self) -> bool {
        let seen = &self.observation;
        seen.lists_jenkins && self.is_old(seen.jenkins_complete_at, self.policy.pace.poll)
    }

    fn is_old(&self, complete_at: Timestamp, tick: Millis) -> bool {
        self.now.since(complete_at) > tick.saturating_mul(STALE_TICKS)
    }
}
