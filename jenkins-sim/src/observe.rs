//! What an observer that polls Jenkins finds, in the core's vocabulary.
//!
//! A change is a change of any field that [`footman_core::event::Node`] or [`footman_core::event::QueueItem`] holds.
//! `why` and `stuck` are no fields of theirs: they follow from the whole state and are worked out when asked for.
//! What appears and is gone again between two looks is not seen at all, as with a real poll. Nodes come in the order of
//! their names, items in that of their ids. A flyweight task is no item that waits for an executor: whoever reads the queue
//! leaves out Pipelines and matrix projects themselves, which stand in it for a moment, or until the controller no longer
//! is about to shut down.

use crate::{
    Jenkins, JobKind,
    build::{Build, Phase, index},
    node::NodeKey,
};
use footman_core::{
    event::{
        Executable, ItemChange, ItemLabel, ItemState, JenkinsChanges, JenkinsListing, Node, NodeChange,
        QueueItem, Run,
    },
    id::{NodeName, QueueItemId},
};
use smallvec::SmallVec;
use std::sync::Arc;

impl Jenkins {
    /// Says whether an observer asks which runs are under way, as one does who has sessions to end; nobody does unless told.
    pub fn show_runs(&mut self, show: bool) {
        self.shows_runs = show;
    }

    /// Whether an observer that looked would find something changed.
    #[inline]
    pub fn has_changes(&self) -> bool {
        !self.changed_items.is_empty()
            || !self.gone_items.is_empty()
            || !self.changed_nodes.is_empty()
            || !self.gone_nodes.is_empty()
            || self.told != Some((self.session, self.quieting_down))
    }

    /// What changed since the last call of this or of [`Self::listing`].
    pub fn changes(&mut self) -> JenkinsChanges {
        let mut changes = JenkinsChanges::default();
        self.changes_into(&mut changes);
        changes
    }

    /// The same in place of what `changes` held, in its lists.
    pub fn changes_into(&mut self, changes: &mut JenkinsChanges) {
        self.told = Some((self.session, self.quieting_down));
        changes.session = self.session;
        changes.quieting_down = self.quieting_down;
        self.drain_node_changes(&mut changes.nodes);
        self.drain_item_changes(&mut changes.items);
    }

    /// Everything, as one complete listing; later changes are told from here on.
    pub fn listing(&mut self) -> JenkinsListing {
        self.told = Some((self.session, self.quieting_down));
        self.drain_node_changes(&mut Vec::new());
        self.drain_item_changes(&mut Vec::new());
        let listed = self.nodes.keys().filter(|&key| self.nodes[key].has_computer());
        let mut nodes: Vec<Node> = listed.map(|key| self.observed_node(key)).collect();
        nodes.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let queued = self.builds.iter().filter_map(|(_, build)| self.observed_item(build));
        let mut items: Vec<QueueItem> = queued.collect();
        items.sort_unstable_by_key(|item| item.id);
        JenkinsListing {
            session: self.session,
            quieting_down: self.quieting_down,
            complete: true,
            nodes,
            items,
        }
    }

    fn drain_node_changes(&mut self, changes: &mut Vec<NodeChange>) {
        changes.clear();
        if self.gone_nodes.is_empty() && self.changed_nodes.is_empty() {
            self.made_after_deletion = false;
            return;
        }
        for name in self.gone_nodes.drain(..) {
            // A node that was deleted and made again under its name is only changed; its place says so below.
            let is_there = |key: NodeKey| self.nodes[key].has_computer();
            if !self.made_after_deletion || !self.nodes.key(&name).is_some_and(is_there) {
                changes.push(NodeChange::Gone(name));
            }
        }
        self.made_after_deletion = false;
        for place in 0..self.changed_nodes.len() {
            let key = self.changed_nodes[place];
            let node = &mut self.nodes[key];
            node.changed = false;
            let is_listed = node.has_computer();
            let was_seen = std::mem::replace(&mut node.seen, is_listed);
            if is_listed {
                changes.push(NodeChange::Seen(self.observed_node(key)));
            } else if was_seen {
                changes.push(NodeChange::Gone(node.name.clone()));
            }
        }
        self.changed_nodes.clear();
        if changes.len() > 1 {
            changes.sort_unstable_by(|one, other| changed_name(one).cmp(changed_name(other)));
        }
    }

    fn drain_item_changes(&mut self, changes: &mut Vec<ItemChange>) {
        changes.clear();
        if self.gone_items.is_empty() && self.changed_items.is_empty() {
            return;
        }
        changes.extend(self.gone_items.drain(..).map(ItemChange::Gone));
        for place in 0..self.changed_items.len() {
            let slot = self.changed_items[place];
            self.builds[slot].changed = false;
            if let Some(item) = self.observed_item(&self.builds[slot]) {
                self.builds[slot].seen = true;
                changes.push(ItemChange::Seen(item));
            }
        }
        self.changed_items.clear();
        if changes.len() > 1 {
            changes.sort_unstable_by_key(changed_id);
        }
    }

    fn observed_node(&self, key: NodeKey) -> Node {
        let node = &self.nodes[key];
        let mut busy = 0;
        let mut running: SmallVec<[QueueItemId; 1]> = SmallVec::new();
        for &slot in &node.builds {
            let build = &self.builds[slot];
            if matches!(build.phase, Phase::Running | Phase::Hanging) {
                busy += 1;
                // What runs a block has no `queueId`.
                running.extend((!build.is_block()).then_some(build.item));
            }
        }
        running.sort_unstable();
        let mut runs = SmallVec::new();
        if self.shows_runs {
            let slots = node.builds.iter().chain(&node.flyweights);
            runs.extend(slots.filter_map(|&slot| self.observed_executable(&self.builds[slot])));
            runs.sort_unstable();
            runs.dedup();
        }
        Node {
            name: node.name.clone(),
            description: node.description.clone(),
            labels: node.labels.clone(),
            exclusive: node.exclusive,
            online: node.is_online(),
            temporarily_offline: node.is_temporarily_offline(),
            idle: node.is_idle(),
            executors: node.executors,
            busy,
            running,
            runs,
        }
    }

    /// What an executor shows of the run that its build is, or is a part of. A configuration of a matrix project has the number of the
    /// project's build.
    fn observed_executable(&self, build: &Build) -> Option<Executable> {
        let job = match build.phase {
            Phase::Running | Phase::Hanging => &self.jobs[index(self.job_of_run(build))],
            Phase::Free
            | Phase::Waiting { .. }
            | Phase::Blocked
            | Phase::Buildable
            | Phase::Pending
            | Phase::Lost => return None,
        };
        // The items of blocks say which run they are of, by the name of the job that they are seen to belong to. Others do
        // not, and builds of several jobs that are seen as one may have the same number.
        let name = if build.part.is_some() { job.seen_as() } else { &job.name };
        let run = Run { job: Arc::clone(name), number: build.number };
        // A configuration is one of a kind of job, with its project's build or without it.
        let part = build.is_block() || self.jobs[index(build.job)].kind == JobKind::Matrix;
        Some(Executable { run, part })
    }

    fn observed_item(&self, build: &Build) -> Option<QueueItem> {
        if build.flyweight {
            return None;
        }
        let state = match build.phase {
            Phase::Waiting { until } => ItemState::Waiting { until },
            Phase::Blocked => ItemState::Blocked,
            Phase::Buildable => ItemState::Buildable { since: build.buildable_since },
            Phase::Pending => ItemState::Pending,
            Phase::Free | Phase::Running | Phase::Hanging | Phase::Lost => return None,
        };
        let label = match self.matching.label(build.label).text() {
            None => ItemLabel::Any,
            Some(text) => ItemLabel::Expression(Arc::clone(text)),
        };
        Some(QueueItem {
            id: build.item,
            label,
            state,
            in_queue_since: build.in_queue_since,
            job: Some(Arc::clone(self.jobs[index(build.job)].seen_as())),
            run: build.is_block().then_some(build.number),
        })
    }
}

fn changed_name(change: &NodeChange) -> &NodeName {
    match change {
        NodeChange::Seen(node) => &node.name,
        NodeChange::Gone(name) => name,
    }
}

fn changed_id(change: &ItemChange) -> QueueItemId {
    match change {
        ItemChange::Seen(item) => item.id,
        ItemChange::Gone(id) => *id,
    }
}
