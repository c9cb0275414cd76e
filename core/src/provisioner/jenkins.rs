//! What was seen in Jenkins, one change at a time.

use crate::{
    decision::{Cause, Phase},
    event::{ItemChange, JenkinsChanges, Node, NodeChange, QueueItem},
    id::{NodeName, QueueItemId},
    policy::Reuse,
    provisioner::{
        Foreign, Provisioner,
        agents::{Closed, NodeState, TaskState},
        naming,
    },
};
use smallvec::SmallVec;

impl Provisioner {
    /// Takes in what one poll of Jenkins saw.
    pub(super) fn jenkins_changed(&mut self, changes: JenkinsChanges) {
        self.observation.note_jenkins(&changes);
        self.apply_jenkins(changes, true);
    }

    /// Takes in changes; only a `complete` view lets anything be concluded from what it shows.
    ///
    /// Where there is nothing new nothing is planned anew either: a listing is a poll that nobody would have been told of
    /// who follows changes, and what answers to actions change has timers of its own.
    pub(super) fn apply_jenkins(&mut self, mut changes: JenkinsChanges, complete: bool) {
        let ready = self.start.is_ready();
        self.observations += 1;
        self.unplanned |= !ready
            || !changes.nodes.is_empty()
            || !changes.items.is_empty()
            || self.session != Some(changes.session)
            || self.quieting_down != changes.quieting_down;
        if self.session.replace(changes.session).is_some_and(|before| before != changes.session) {
            self.controller_restarted();
        }
        if std::mem::replace(&mut self.quieting_down, changes.quieting_down) != changes.quieting_down {
            self.touch_waiting();
        }
        for change in &changes.nodes {
            match change {
                NodeChange::Seen(node) => {
                    self.node_seen(node);
                    self.node_shows_runs(&node.name, &node.runs);
                }
                NodeChange::Gone(name) => {
                    self.node_gone(name);
                    self.node_shows_runs(name, &[]);
                }
            }
        }
        self.judge_vanished();
        for change in &changes.items {
            match change {
                ItemChange::Seen(item) => self.item_seen(item),
                ItemChange::Gone(id) => self.item_gone(*id),
            }
        }
        changes.nodes.clear();
        changes.items.clear();
        self.spare.jenkins = changes;
        if complete {
            self.start.saw_jenkins();
            self.recover_when_listed();
            self.close_reopened();
            self.count_idle_reads();
            self.note_ended_runs();
            if std::mem::take(&mut self.unplanned) {
                self.plan();
            }
        }
    }

    fn item_seen(&mut self, item: &QueueItem) {
        let clearance = self.clearances.of(item.job.as_ref());
        let group = self.group_of(&item.label, clearance);
        for group in self.demand.item_seen(item, group, self.now).into_iter().flatten() {
            self.touch_group(group);
        }
        self.session_item_seen(item, group);
    }

    fn item_gone(&mut self, id: QueueItemId) {
        let session = self.session_of_item(id);
        if let Some(group) = self.demand.item_gone(id, self.now) {
            self.touch_group(group);
        }
        if let Some(label) = session {
            self.session_item_gone(&label);
        }
    }

    pub(super) fn item_runs(&mut self, id: QueueItemId) {
        if let Some(group) = self.demand.runs(id, self.now) {
            self.touch_group(group);
        }
    }

    pub(super) fn item_runs_no_more(&mut self, id: QueueItemId) {
        if let Some(group) = self.demand.runs_no_more(id) {
            self.touch_group(group);
        }
    }

    pub(super) fn node_seen(&mut self, node: &Node) {
        if let Some(slot) = self.agents.by_name(&node.name) {
            self.agent_node_seen(slot, node);
        } else if naming::owns(&self.policy, node) {
            self.stranger_seen(node.clone());
        } else {
            self.foreign_seen(node);
        }
    }

    fn node_gone(&mut self, name: &NodeName) {
        if let Some(slot) = self.agents.by_name(name) {
            self.agent_node_gone(slot);
        } else if let Some(foreign) = self.foreign.swap_remove(name) {
            self.foreign_idle_changed(foreign, 0);
        } else {
            self.stranger_gone(name);
        }
    }

    /// Takes in what an agent's node shows.
    pub(super) fn agent_node_seen(&mut self, slot: u32, node: &Node) {
        let agent = self.agents.get_mut(slot);
        agent.listed = true;
        if agent.node == NodeState::Deleted {
            return;
        }
        agent.node = NodeState::Present { online: node.online && !node.temporarily_offline, idle: node.idle };
        if (node.online || !node.idle) && agent.task == TaskState::None {
            // An agent without a task connects to nothing: an earlier run of ours launched it.
            agent.task = TaskState::InDoubt;
        }
        if agent.running != node.running {
            let now = SmallVec::from_slice(&node.running);
            let before = std::mem::replace(&mut agent.running, now);
            for id in &before {
                self.item_runs_no_more(*id);
            }
            for id in &node.running {
                self.item_runs(*id);
            }
            self.count_builds(slot, &before);
        }
        self.note_open(slot, node);
        let agent = self.agents.get(slot);
        let marked = node.temporarily_offline && agent.closed == Closed::No;
        match agent.phase {
            Phase::Provisioning | Phase::Pulling | Phase::Connecting | Phase::Idle | Phase::Launching
                if marked && node.idle =>
            {
                self.agents.get_mut(slot).closed = Closed::Yes { idle_reads: 0 };
                self.retire(slot, Cause::FoundClosed);
            }
            Phase::Intended
            | Phase::Launching
            | Phase::Provisioning
            | Phase::Pulling
            | Phase::Connecting
            | Phase::Idle
            | Phase::Busy
            | Phase::Resuming
            | Phase::Spent
            | Phase::Gone
            | Phase::Orphan => self.show_node(slot),
        }
        if self.agents.known(slot) {
            self.watch_closed(slot);
        }
    }

    /// Moves an agent to the phase that its node shows.
    pub(super) fn show_node(&mut self, slot: u32) {
        let agent = self.agents.get(slot);
        let NodeState::Present { online, idle } = agent.node else { return };
        match agent.phase {
            Phase::Intended => {}
            Phase::Launching
            | Phase::Provisioning
            | Phase::Pulling
            | Phase::Connecting
            | Phase::Idle
            | Phase::Resuming
                if !idle =>
            {
                self.became_busy(slot);
            }
            // Without the task's ARN it could not be stopped: the launch is repeated until ECS tells.
            Phase::Launching => {}
            Phase::Provisioning | Phase::Pulling | Phase::Connecting => {
                if online {
                    self.set_phase(slot, Phase::Idle);
                }
            }
            Phase::Idle => {
                if !online {
                    self.set_phase(slot, Phase::Connecting);
                }
            }
            Phase::Busy => {
                if idle {
                    self.build_over(slot);
                }
            }
            Phase::Spent => {
                if !idle && !agent.cause.as_ref().is_some_and(Cause::ends_a_build) {
                    self.busy_again(slot);
                }
            }
            Phase::Resuming | Phase::Gone | Phase::Orphan => {}
        }
    }

    pub(super) fn became_busy(&mut self, slot: u32) {
        // The executable of a Pipeline's `node` block has no queueId (`PlaceholderExecutable`, source of 2025): that the node is
        // no longer idle is all that there is to count.
        let agent = self.agents.get_mut(slot);
        if agent.running.is_empty() && agent.phase != Phase::Resuming {
            agent.builds = agent.builds.saturating_add(1);
            agent.unnamed = true;
        }
        self.set_phase(slot, Phase::Busy);
        self.close_at_last_build(slot);
    }

    /// Counts what runs on an agent and did not run there `before`. What runs after a restart of the controller is what
    /// ran before it, under a queue item of its own.
    fn count_builds(&mut self, slot: u32, before: &[QueueItemId]) {
        let agent = self.agents.get_mut(slot);
        if agent.phase == Phase::Resuming {
            return;
        }
        let new = agent.running.iter().filter(|id| !before.contains(id)).count();
        let new = u32::try_from(new).unwrap_or(u32::MAX);
        // A build that has just begun shows its queue item a moment later.
        let known = u32::from(new > 0 && std::mem::take(&mut agent.unnamed));
        agent.builds = agent.builds.saturating_add(new - known);
        if agent.phase == Phase::Busy {
            self.close_at_last_build(slot);
        }
    }

    /// Has an agent closed that has its last build, so that it takes no more.
    fn close_at_last_build(&mut self, slot: u32) {
        let reuse = self.reuse_of(slot);
        let agent = self.agents.get_mut(slot);
        if agent.cause.is_none() {
            agent.cause = match reuse {
                Reuse::OneShot => Some(Cause::BuildDone),
                Reuse::Retain { builds: Some(last), .. } if agent.builds >= last.get() => {
                    Some(Cause::BuildsDone)
                }
                Reuse::Retain { .. } => None,
            };
        }
        if !self.stops_build(slot) {
            self.advance(slot);
        }
    }

    fn build_over(&mut self, slot: u32) {
        self.agents.get_mut(slot).unnamed = false;
        let agent = self.agents.get(slot);
        match agent.cause.clone() {
            Some(cause) => self.retire(slot, cause),
            None if matches!(agent.task, TaskState::Stopped { .. }) => self.retire(slot, Cause::TaskMissing),
            None => self.set_phase(slot, if agent.reads_online() { Phase::Idle } else { Phase::Connecting }),
        }
    }

    /// An agent on its way out took one more build before it was closed, or showed idle for a moment only.
    fn busy_again(&mut self, slot: u32) {
        self.set_phase(slot, Phase::Busy);
        let agent = self.agents.get_mut(slot);
        agent.reading = false;
        if let Closed::Yes { idle_reads } = &mut agent.closed {
            *idle_reads = 0;
        }
        if !self.stops_build(slot) {
            self.advance(slot);
        }
    }

    fn agent_node_gone(&mut self, slot: u32) {
        let agent = self.agents.get_mut(slot);
        agent.node = NodeState::Gone;
        agent.listed = false;
        for id in std::mem::take(&mut agent.running) {
            self.item_runs_no_more(id);
        }
        let agent = self.agents.get_mut(slot);
        match agent.phase {
            Phase::Spent | Phase::Orphan | Phase::Gone => {}
            Phase::Intended
            | Phase::Launching
            | Phase::Provisioning
            | Phase::Pulling
            | Phase::Connecting
            | Phase::Idle
            | Phase::Busy
            | Phase::Resuming => {
                self.vanished.nodes += 1;
                agent.cause = Some(Cause::NodeVanished);
                let in_doubt = agent.task == TaskState::InDoubt;
                self.set_phase(slot, Phase::Orphan);
                if in_doubt {
                    self.doubt(slot);
                }
            }
        }
        self.advance(slot);
    }

    fn foreign_seen(&mut self, node: &Node) {
        let executors = u32::from(node.executors);
        let idle = match (node.online && !node.temporarily_offline, node.idle) {
            (false, _) => 0,
            (true, true) => executors,
            // A build may run that the user may not read: busy is at least one.
            (true, false) => executors.saturating_sub(u32::from(node.busy).max(1)),
        };
        for id in &node.running {
            self.item_runs(*id);
        }
        let supply = self.foreign_class(node);
        match self.foreign.insert(node.name.clone(), Foreign { supply, idle: 0 }) {
            Some(before) if before.supply == supply => {
                self.foreign_idle_changed(before, idle);
            }
            Some(before) => {
                self.foreign_idle_changed(before, 0);
                self.foreign_idle_changed(Foreign { supply, idle: 0 }, idle);
            }
            None => self.foreign_idle_changed(Foreign { supply, idle: 0 }, idle),
        }
        self.foreign.insert(node.name.clone(), Foreign { supply, idle });
    }

    fn foreign_idle_changed(&mut self, before: Foreign, idle: u32) {
        if before.idle != idle {
            let class = self.supplies.get_mut(before.supply);
            class.idle = class.idle - before.idle + idle;
            self.supplies.touch(before.supply);
        }
    }

    /// The controller was restarted: builds that ran may continue, and nodes read idle until they do.
    fn controller_restarted(&mut self) {
        self.restarted_at = Some(self.now);
        self.sessions.controller_restarted();
        let busy: Vec<u32> = self
            .agents
            .iter()
            .filter(|(_, agent)| agent.phase == Phase::Busy)
            .map(|(slot, _)| slot)
            .collect();
        for slot in busy {
            self.set_phase(slot, Phase::Resuming);
        }
    }
}
