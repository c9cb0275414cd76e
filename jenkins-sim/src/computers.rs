//! Calls about nodes: created, configured, marked, connected, deleted.

use crate::{
    Jenkins,
    build::{Phase, Slot},
    clock::{self, ExecutorsDue},
    error::{ConnectError, CreateNodeError, NodeError},
    node::{CONTROLLER, Node, NodeKey},
    queue::check_name,
    request::NodeSpec,
    view::OfflineCause,
};
use footman_core::{id::NodeName, label::LabelSet, time::Timestamp};
use smallvec::SmallVec;
use std::sync::Arc;

impl Jenkins {
    /// Creates a node (`/computer/doCreateItem`). It is offline until its agent connects.
    ///
    /// # Errors
    ///
    /// Fails for a bad name and for one that exists.
    pub fn create_node(&mut self, now: Timestamp, node: NodeSpec) -> Result<(), CreateNodeError> {
        self.advance(now);
        self.available()?;
        self.add_node(node)
    }

    /// Adds a node to those that there are.
    pub(crate) fn add_node(&mut self, node: NodeSpec) -> Result<(), CreateNodeError> {
        let trimmed = node.name.as_str().trim();
        check_name(trimmed)?;
        let name = if trimmed.len() == node.name.as_str().len() { node.name } else { trimmed.into() };
        let guarded = self.settings.guard.as_ref().is_some_and(|prefix| name.as_str().starts_with(&**prefix));
        let epoch = self.next_sequence();
        let node = Node {
            name,
            description: node.description,
            labels: node.labels,
            exclusive: node.exclusive,
            executors: node.executors,
            class: 0,
            is_controller: false,
            exists: true,
            connected: false,
            marked: false,
            mark_asleep: false,
            cause: None,
            guarded,
            used: false,
            kept: false,
            agent: None,
            frozen: 0,
            points: None,
            builds: SmallVec::new(),
            flyweights: SmallVec::new(),
            numbers: executor_numbers(node.executors),
            ready: 0,
            epoch,
            idle_stamp: 0,
            changed: false,
            seen: false,
        };
        let key = self.nodes.insert(node).map_err(|name| CreateNodeError::Duplicate { name: name.text() })?;
        self.made_after_deletion |= !self.gone_nodes.is_empty();
        self.join_class(key);
        self.mark_node(key);
        Ok(())
    }

    /// Deletes a node (`/computer/N/doDelete`), busy or not: its builds end as when the agent dies.
    ///
    /// # Errors
    ///
    /// Fails for an unknown node and for one without executors.
    pub fn delete_node(&mut self, now: Timestamp, node: &NodeName) -> Result<(), NodeError> {
        let key = self.agent_node(now, node)?;
        self.remove_node(key);
        self.drop_void();
        Ok(())
    }

    /// Removes a node, busy or not.
    pub(crate) fn remove_node(&mut self, key: NodeKey) {
        // A label is forgotten with the last of its nodes, of which some may not have been counted yet.
        self.count_load();
        if self.nodes[key].connected {
            self.drop_agent(key);
        }
        self.change_online(key, |node| node.connected = false);
        self.lose_builds(key, true);
        self.lose_flyweights(key);
        let node = &self.nodes[key];
        self.matching.part(node.class, key);
        if node.seen {
            self.gone_nodes.push(node.name.clone());
        }
        self.nodes.remove(key);
        self.note_node_load(key);
        self.count_load();
    }

    /// Sets a node's labels (`/computer/N/config.xml`); a running build goes on.
    ///
    /// # Errors
    ///
    /// Fails for an unknown node.
    pub fn set_labels(&mut self, now: Timestamp, node: &NodeName, labels: LabelSet) -> Result<(), NodeError> {
        let key = self.known_node(now, node)?;
        self.config_saved(key);
        if self.nodes[key].labels != labels {
            self.nodes[key].labels = labels;
            self.reclass(key);
            self.drop_void();
        }
        Ok(())
    }

    /// A node has other labels, or another mode.
    pub(crate) fn reclass(&mut self, key: NodeKey) {
        self.change_class(key);
        self.mark_node(key);
        // What it takes from here on may have waited for long.
        self.executors_ready(key, 0);
    }

    /// Sets a node's description and mode (`/computer/N/config.xml`).
    ///
    /// # Errors
    ///
    /// Fails for an unknown node.
    pub fn describe_node(
        &mut self,
        now: Timestamp,
        node: &NodeName,
        description: Option<Arc<str>>,
        exclusive: bool,
    ) -> Result<(), NodeError> {
        let key = self.known_node(now, node)?;
        self.nodes[key].description = description;
        if self.nodes[key].exclusive != exclusive {
            self.nodes[key].exclusive = exclusive;
            self.reclass(key);
            self.drop_void();
        }
        Ok(())
    }

    /// Sets a node's number of executors (`/computer/N/config.xml`); running builds go on.
    ///
    /// # Errors
    ///
    /// Fails for an unknown node.
    pub fn set_executors(
        &mut self,
        now: Timestamp,
        node: &NodeName,
        executors: u16,
    ) -> Result<(), NodeError> {
        let key = self.known_node(now, node)?;
        self.config_saved(key);
        self.resize(key, executors);
        self.drop_void();
        Ok(())
    }

    /// A node's configuration is saved.
    fn config_saved(&mut self, key: NodeKey) {
        if self.settings.config_unmarks && self.nodes[key].marked {
            self.unmark(key);
            self.drop_void();
        }
    }

    /// Takes away the mark of a node that is offline by it.
    fn unmark(&mut self, key: NodeKey) {
        self.change_online(key, |node| {
            node.marked = false;
            node.cause = None;
        });
        self.mark_node(key);
    }

    /// A node has so many executors from here on.
    pub(crate) fn resize(&mut self, key: NodeKey, executors: u16) {
        let before = self.nodes[key].executors;
        if before == executors {
            return;
        }
        let used: SmallVec<[u16; 8]> =
            self.nodes[key].builds.iter().map(|&slot| self.builds[slot].executor).collect();
        let node = &mut self.nodes[key];
        node.executors = executors;
        node.numbers = (0..executors).rev().filter(|number| !used.contains(number)).collect();
        node.ready = node.ready.min(node.free_executors());
        if node.ready == 0 {
            self.leave_idle(key);
        }
        self.mark_node(key);
        if executors > before && self.nodes[key].takes_builds() {
            self.executors_due(key, executors - before);
        }
        self.close_ghost(key);
    }

    /// Marks a node offline (`/computer/N/changeOfflineCause`); doing so again only changes the message.
    ///
    /// # Errors
    ///
    /// Fails for an unknown node.
    pub fn change_offline_cause(
        &mut self,
        now: Timestamp,
        node: &NodeName,
        message: Arc<str>,
    ) -> Result<(), NodeError> {
        let key = self.known_node(now, node)?;
        self.mark_offline(key, message);
        self.drop_void();
        Ok(())
    }

    /// Marks a node offline, or takes the mark away (`/computer/N/toggleOffline`).
    ///
    /// # Errors
    ///
    /// Fails for an unknown node.
    pub fn toggle_offline(
        &mut self,
        now: Timestamp,
        node: &NodeName,
        message: Arc<str>,
    ) -> Result<(), NodeError> {
        let key = self.known_node(now, node)?;
        if self.nodes[key].is_temporarily_offline() {
            self.unmark(key);
        } else {
            self.mark_offline(key, message);
        }
        self.drop_void();
        Ok(())
    }

    fn mark_offline(&mut self, key: NodeKey, message: Arc<str>) {
        let at = self.now;
        if !self.nodes[key].is_temporarily_offline() {
            self.mark_node(key);
        }
        self.change_online(key, |node| {
            node.marked = true;
            node.mark_asleep = false;
            node.cause = Some(OfflineCause::User { message, at });
        });
        self.requeue_pending(key);
    }

    /// Closes the channel of a node's agent (`/computer/N/doDisconnect`); without one it does nothing.
    ///
    /// # Errors
    ///
    /// Fails for an unknown node, and for the controller.
    pub fn disconnect(&mut self, now: Timestamp, node: &NodeName) -> Result<(), NodeError> {
        let key = self.agent_node(now, node)?;
        if self.nodes[key].connected {
            self.drop_agent(key);
            self.lose_channel(key);
        }
        self.drop_void();
        Ok(())
    }

    /// An agent connects.
    ///
    /// # Errors
    ///
    /// Fails for an unknown node and for one that has an agent.
    pub fn agent_connect(&mut self, now: Timestamp, node: &NodeName) -> Result<(), ConnectError> {
        self.advance(now);
        self.available()?;
        let key = self.nodes.key(node).filter(|&key| self.nodes[key].has_computer());
        let Some(key) = key else { return Err(ConnectError::UnknownNode) };
        if self.nodes[key].connected {
            return Err(ConnectError::AlreadyConnected);
        }
        self.open_channel(key);
        self.drop_void();
        Ok(())
    }

    /// A node that has a computer and no agent has one.
    pub(crate) fn open_channel(&mut self, key: NodeKey) {
        self.change_online(key, |node| {
            node.connected = true;
            node.mark_asleep = false;
            if matches!(node.cause, Some(OfflineCause::ChannelTermination { .. })) {
                node.cause = None;
            }
        });
        self.mark_node(key);
        let hanging = self.builds_in(key, Phase::Hanging);
        for slot in hanging {
            self.resume(slot);
        }
    }

    /// An agent's connection broke; nothing happens where there is none.
    pub fn agent_disconnect(&mut self, now: Timestamp, node: &NodeName) {
        self.advance(now);
        if let Some(key) = self.nodes.key(node)
            && key != CONTROLLER
            && self.nodes[key].connected
        {
            self.agent_lost(key);
            self.lose_channel(key);
            self.drop_void();
        }
    }

    pub(crate) fn lose_channel(&mut self, key: NodeKey) {
        let at = self.now;
        self.mark_node(key);
        self.change_online(key, |node| {
            node.connected = false;
            // The channel's end replaces even what somebody gave as the cause (doDisconnect, seen on Jenkins 2.263.4).
            node.cause = Some(OfflineCause::ChannelTermination { at });
        });
        self.lose_builds(key, false);
    }

    /// Ends or suspends what ran on a node whose agent is gone.
    fn lose_builds(&mut self, key: NodeKey, is_deleted: bool) {
        assert!(!self.nodes[key].connected, "the channel is closed first");
        if self.nodes[key].builds.is_empty() {
            return;
        }
        self.requeue_pending(key);
        for slot in self.builds_in(key, Phase::Running) {
            self.lose_agent(slot, is_deleted);
        }
        if is_deleted {
            for slot in self.builds_in(key, Phase::Hanging) {
                self.lose_node(slot);
            }
        }
    }

    /// Flyweight tasks of a node that is deleted go on without it.
    fn lose_flyweights(&mut self, key: NodeKey) {
        for slot in self.nodes[key].flyweights.clone() {
            let ends_by_itself = self.builds[slot].part.is_none();
            if ends_by_itself {
                self.void_timer();
            }
            self.lose_node(slot);
            if ends_by_itself {
                self.push_end(slot);
            }
        }
    }

    fn requeue_pending(&mut self, key: NodeKey) {
        for slot in self.builds_in(key, Phase::Pending) {
            self.set_used(key, false);
            self.unassign(slot);
        }
    }

    /// Says whether a node has had a build, which matters where a guard file lets it have one only.
    pub(crate) fn set_used(&mut self, key: NodeKey, used: bool) {
        let node = &mut self.nodes[key];
        let was_closed = node.is_closed();
        node.used = used;
        let is_closed = node.is_closed();
        if node.is_online() && was_closed != is_closed {
            let class = self.matching.class_mut(node.class);
            if is_closed { class.guarded += 1 } else { class.guarded -= 1 }
        }
    }

    /// The builds of a node in this phase, in the order of their executors.
    pub(crate) fn builds_in(&self, key: NodeKey, phase: Phase) -> SmallVec<[Slot; 2]> {
        if self.nodes[key].builds.is_empty() {
            return SmallVec::new();
        }
        let all = self.nodes[key].builds.iter().copied();
        let mut slots: SmallVec<[Slot; 2]> = all.filter(|&slot| self.builds[slot].phase == phase).collect();
        slots.sort_unstable_by_key(|&slot| self.builds[slot].executor);
        slots
    }

    /// The node of that name that has a computer.
    fn known_node(&mut self, now: Timestamp, node: &NodeName) -> Result<NodeKey, NodeError> {
        self.advance(now);
        self.available()?;
        self.nodes.key(node).filter(|&key| self.nodes[key].has_computer()).ok_or(NodeError::Unknown)
    }

    /// The same, but not the controller.
    pub(crate) fn agent_node(&mut self, now: Timestamp, node: &NodeName) -> Result<NodeKey, NodeError> {
        match self.known_node(now, node)? {
            CONTROLLER => Err(NodeError::Controller),
            key => Ok(key),
        }
    }

    /// Changes what decides whether a node is online, and what follows from that.
    pub(crate) fn change_online(&mut self, key: NodeKey, change: impl FnOnce(&mut Node)) {
        let node = &mut self.nodes[key];
        let (was_online, took) = (node.is_online(), node.takes_builds());
        change(node);
        let (is_online, takes) = (node.is_online(), node.takes_builds());
        let class = self.matching.class_mut(node.class);
        let closed = u32::from(self.nodes[key].is_closed());
        match (was_online, is_online) {
            (false, true) => {
                class.online += 1;
                class.guarded += closed;
            }
            (true, false) => {
                class.online -= 1;
                class.guarded -= closed;
            }
            (true, true) | (false, false) => {}
        }
        match (took, takes) {
            (false, true) => {
                let free = self.nodes[key].free_executors();
                self.executors_due(key, free);
            }
            (true, false) => self.stop_taking(key),
            (true, true) | (false, false) => {}
        }
    }

    /// A node takes no more builds; executors on their way to be assignable are not.
    pub(crate) fn stop_taking(&mut self, key: NodeKey) {
        self.leave_idle(key);
        let epoch = self.next_sequence();
        let node = &mut self.nodes[key];
        node.ready = 0;
        node.epoch = epoch;
    }

    /// Executors of a node that came online will be assignable.
    fn executors_due(&mut self, key: NodeKey, count: u16) {
        let latency = self.settings.latencies.online_to_assignable;
        if count == 0 {
            return;
        }
        if latency.is_zero() {
            self.executors_ready(key, count);
        } else {
            let due = ExecutorsDue { node: key, epoch: self.nodes[key].epoch, count };
            clock::enter(&mut self.clock.online, self.now + latency, due);
        }
    }

    /// Enters a node into the class that its labels, mode and name make.
    pub(crate) fn join_class(&mut self, key: NodeKey) {
        let node = &self.nodes[key];
        let is_current = Self::is_waiting(&self.builds);
        let class = self.matching.join(key, &node.name, &node.labels, node.exclusive, &is_current);
        if node.is_online() {
            let closed = u32::from(node.is_closed());
            let class = self.matching.class_mut(class);
            class.online += 1;
            class.guarded += closed;
        }
        self.nodes[key].class = class;
    }

    /// Moves a node into the class that its labels, mode and name make.
    pub(crate) fn change_class(&mut self, key: NodeKey) {
        self.leave_idle(key);
        let node = &self.nodes[key];
        let (old, is_online) = (node.class, node.is_online());
        if is_online {
            let closed = u32::from(node.is_closed());
            let class = self.matching.class_mut(old);
            class.online -= 1;
            class.guarded -= closed;
        }
        self.join_class(key);
        self.matching.part(old, key);
        self.enter_idle(key);
    }

    /// A node without executors whose builds have ended loses its computer, and with it its agent.
    pub(crate) fn close_ghost(&mut self, key: NodeKey) {
        let node = &self.nodes[key];
        if key != CONTROLLER && node.executors == 0 && node.is_idle() && node.connected {
            self.drop_agent(key);
            self.lose_channel(key);
        }
    }
}

/// The numbers of so many executors, the one that is taken first at the end.
pub(crate) fn executor_numbers(executors: u16) -> SmallVec<[u16; 4]> {
    let mut numbers = SmallVec::new();
    for number in (0..executors).rev() {
        numbers.push(number);
    }
    numbers
}
