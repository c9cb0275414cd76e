//! The state machine itself: calls, time, outputs.

use crate::{
    agents::Agents,
    build::{Builds, Slot},
    clock::{Clock, Rank},
    computers::executor_numbers,
    error::{RequestError, Unavailable},
    job::{Job, JobId},
    left::Items,
    matching::{Matching, Waiting},
    node::{CONTROLLER, Node, NodeKey, Nodes},
    output::{Output, Timer},
    pipeline::Runs,
    request::{Reply, Request},
    settings::Settings,
    statistics::Statistics,
};
use footman_core::{
    id::{NodeName, QueueItemId},
    time::Timestamp,
};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;
use std::{collections::VecDeque, sync::Arc};

/// A simulated Jenkins.
///
/// `now` never goes back from one call to the next. Every call first does what was due until then, completions of
/// builds before everything else, so that at one instant completions come before arrivals.
#[derive(Debug, Clone)]
pub struct Jenkins {
    pub(crate) settings: Settings,
    pub(crate) now: Timestamp,
    pub(crate) clock: Clock,
    /// What is due first.
    due: Option<(Timestamp, Rank)>,
    pub(crate) builds: Builds,
    pub(crate) items: Items,
    pub(crate) jobs: Vec<Job>,
    pub(crate) job_names: IndexMap<Arc<str>, JobId, FxBuildHasher>,
    pub(crate) runs: Runs,
    pub(crate) agents: Agents,
    pub(crate) nodes: Nodes,
    pub(crate) matching: Matching,
    /// The statistics of the load, where they are kept.
    pub(crate) statistics: Option<Box<Statistics>>,
    /// `X-Jenkins-Session`.
    pub(crate) session: u64,
    pub(crate) quieting_down: bool,
    pub(crate) down: Option<Down>,
    /// Flyweight tasks that wait for the controller to assign again.
    pub(crate) flyweights: VecDeque<(Slot, u64)>,
    /// How often something happened.
    revision: u64,
    /// Numbers that are given once: ranks in the queue, epochs of nodes, places among the idle.
    pub(crate) sequence: u64,
    pub(crate) outputs: VecDeque<Output>,
    /// Slots whose item changed since an observer looked, and items that it saw and that left.
    pub(crate) changed_items: Vec<Slot>,
    pub(crate) gone_items: Vec<QueueItemId>,
    /// The same for nodes.
    pub(crate) changed_nodes: Vec<NodeKey>,
    pub(crate) gone_nodes: Vec<NodeName>,
    /// Whether a node was made while some that are gone were not told of yet.
    pub(crate) made_after_deletion: bool,
    /// What an observer was last told of the session and of the shutdown.
    pub(crate) told: Option<(u64, bool)>,
    /// Whether an observer asks which runs are under way.
    pub(crate) shows_runs: bool,
}

/// When the controller, which restarts, answers again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Down {
    pub(crate) refuses_until: Timestamp,
    pub(crate) ready_at: Timestamp,
}

impl Jenkins {
    /// A Jenkins without jobs, items and agents.
    pub fn new(settings: Settings, now: Timestamp) -> Self {
        let controller = Node {
            name: settings.controller.name.clone(),
            description: None,
            labels: settings.controller.labels.clone(),
            exclusive: settings.controller.exclusive,
            executors: settings.controller.executors,
            class: 0,
            is_controller: true,
            exists: true,
            connected: true,
            marked: false,
            mark_asleep: false,
            cause: None,
            guarded: false,
            used: false,
            kept: false,
            agent: None,
            frozen: 0,
            points: None,
            builds: SmallVec::new(),
            flyweights: SmallVec::new(),
            numbers: executor_numbers(settings.controller.executors),
            ready: 0,
            epoch: 0,
            idle_stamp: 0,
            changed: false,
            seen: false,
        };
        let executors = controller.executors;
        let mut jenkins = Self {
            items: Items::new(settings.left_item_kept),
            settings,
            now,
            clock: Clock::default(),
            due: None,
            builds: Builds::default(),
            jobs: Vec::new(),
            job_names: IndexMap::default(),
            runs: Runs::default(),
            agents: Agents::default(),
            nodes: Nodes::new(controller),
            matching: Matching::default(),
            statistics: None,
            session: 1,
            quieting_down: false,
            down: None,
            flyweights: VecDeque::new(),
            revision: 0,
            sequence: 0,
            outputs: VecDeque::new(),
            changed_items: Vec::new(),
            gone_items: Vec::new(),
            changed_nodes: Vec::new(),
            gone_nodes: Vec::new(),
            made_after_deletion: false,
            told: None,
            shows_runs: false,
        };
        jenkins.join_class(CONTROLLER);
        jenkins.mark_node(CONTROLLER);
        jenkins.executors_ready(CONTROLLER, executors);
        jenkins.begin_statistics(now);
        jenkins
    }

    /// Does what `request` says.
    ///
    /// # Errors
    ///
    /// Fails as the typed call does.
    pub fn call(&mut self, now: Timestamp, request: Request) -> Result<Reply, RequestError> {
        Ok(match request {
            Request::CreateJob(job) => Reply::Job(self.create_job(now, job)?),
            Request::Schedule { job, build } => Reply::Item(self.schedule(now, job, build)?),
            Request::Cancel { item } => self.cancel(now, item).map(|()| Reply::Done)?,
            Request::StopBuild { item } => self.stop_build(now, item).map(|()| Reply::Done)?,
            Request::CreateNode(node) => self.create_node(now, node).map(|()| Reply::Done)?,
            Request::DeleteNode { node } => self.delete_node(now, &node).map(|()| Reply::Done)?,
            Request::SetLabels { node, labels } => {
                self.set_labels(now, &node, labels).map(|()| Reply::Done)?
            }
            Request::SetExecutors { node, executors } => {
                self.set_executors(now, &node, executors).map(|()| Reply::Done)?
            }
            Request::ChangeOfflineCause { node, message } => {
                self.change_offline_cause(now, &node, message).map(|()| Reply::Done)?
            }
            Request::ToggleOffline { node, message } => {
                self.toggle_offline(now, &node, message).map(|()| Reply::Done)?
            }
            Request::Disconnect { node } => self.disconnect(now, &node).map(|()| Reply::Done)?,
            Request::AgentConnect { node } => self.agent_connect(now, &node).map(|()| Reply::Done)?,
            Request::AgentDisconnect { node } => {
                self.agent_disconnect(now, &node);
                Reply::Done
            }
            Request::QuietDown => self.quiet_down(now).map(|()| Reply::Done)?,
            Request::CancelQuietDown => self.cancel_quiet_down(now).map(|()| Reply::Done)?,
            Request::Restart => {
                self.restart(now);
                Reply::Done
            }
        })
    }

    /// Does what is due until `now`. Calling it early does nothing.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.pass(now);
    }

    /// A number that is another one after everything that may have changed what Jenkins shows, but for that which follows
    /// the time alone. Whoever keeps an answer can tell by it whether the answer still holds.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// When to call [`Self::handle_timeout`], and why; it may be this very instant.
    #[inline]
    pub fn poll_timeout(&self) -> Option<(Timestamp, Timer)> {
        if let Some(down) = self.down {
            let agents = self.agents.next().filter(|&at| at < down.ready_at);
            return Some(agents.map_or((down.ready_at, Timer::ControllerReady), |at| (at, Timer::Agent)));
        }
        let (at, rank) = self.due?;
        let timer = match rank {
            Rank::End => Timer::BuildEnd,
            Rank::GiveUp => Timer::PipelineTimeout,
            Rank::Quiet => Timer::QuietPeriod,
            Rank::Executor | Rank::Item => Timer::Assignment,
            Rank::Start => Timer::BuildStart,
            Rank::Agent => Timer::Agent,
        };
        Some((at, timer))
    }

    /// The next thing that happened.
    #[inline]
    pub fn poll_output(&mut self) -> Option<Output> {
        if self.outputs.is_empty() {
            return None;
        }
        self.outputs.pop_front()
    }

    /// A number that was not given before.
    pub(crate) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Whether nothing is assigned at present.
    pub(crate) fn is_suspended(&self) -> bool {
        self.quieting_down || self.down.is_some()
    }

    /// Whether the controller answers.
    ///
    /// # Errors
    ///
    /// Says how it fails to answer while it restarts.
    pub fn available(&self) -> Result<(), Unavailable> {
        match self.down {
            None => Ok(()),
            Some(down) if self.now < down.refuses_until => Err(Unavailable::Refused),
            Some(_) => Err(Unavailable::Starting),
        }
    }

    /// Until when connections are refused, if they are at `now`.
    pub fn refuses_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.down.map(|down| down.refuses_until).filter(|&until| now < until)
    }

    /// Does what is due until `now`, in the order in which it is due. Every call that may change something begins with it.
    #[inline]
    pub(crate) fn advance(&mut self, now: Timestamp) {
        self.revision += 1;
        self.pass(now);
    }

    #[inline]
    fn pass(&mut self, now: Timestamp) {
        assert!(self.now <= now, "time never goes back: {} to {now}", self.now);
        if self.down.is_some() || self.due.is_some_and(|(at, _)| at <= now) {
            self.revision += 1;
            self.catch_up(now);
        }
        self.tick_until(now);
        self.now = now;
        self.items.expire(now);
    }

    fn catch_up(&mut self, now: Timestamp) {
        loop {
            if let Some(down) = self.down {
                // Processes of agents go on while there is no controller.
                if let Some(at) = self.agents.next().filter(|&at| at <= now && at < down.ready_at) {
                    self.now = self.now.max(at);
                    self.agents_due();
                    self.drop_void();
                    continue;
                }
                if down.ready_at > now {
                    break;
                }
                self.now = self.now.max(down.ready_at);
                self.come_up();
                continue;
            }
            let Some((at, rank)) = self.due else { break };
            if at > now {
                break;
            }
            self.tick_until(at);
            self.now = self.now.max(at);
            self.fire(rank);
            self.drop_void();
        }
    }

    /// Does the first thing of this rank.
    fn fire(&mut self, rank: Rank) {
        match rank {
            Rank::End | Rank::Quiet => {
                let Some(due) = self.clock.pop() else { return };
                if rank == Rank::End { self.build_ends(due.slot) } else { self.leave_quiet(due.slot) }
            }
            Rank::GiveUp => {
                if let Some((_, slot)) = self.clock.give_ups.pop_front() {
                    self.give_up(slot);
                }
            }
            Rank::Executor => {
                let now = self.now;
                let is_due = |due: Option<&(Timestamp, _)>| due.is_some_and(|due| due.0 <= now);
                let due = if is_due(self.clock.finished.front()) {
                    self.clock.finished.pop_front()
                } else {
                    self.clock.online.pop_front()
                };
                if let Some((_, due)) = due {
                    self.executors_ready(due.node, due.count);
                }
            }
            Rank::Item => {
                if let Some((_, (slot, _))) = self.clock.items.pop_front() {
                    self.item_ready(slot);
                }
            }
            Rank::Start => {
                if let Some((_, (slot, _))) = self.clock.starts.pop_front() {
                    self.start(slot);
                }
            }
            Rank::Agent => self.agents_due(),
        }
    }

    /// Drops what became void from the fronts, and notes what is due first of that which will happen. Every call that
    /// may change that ends with it.
    pub(crate) fn drop_void(&mut self) {
        let (builds, nodes, clock) = (&self.builds, &self.nodes, &mut self.clock);
        while clock.peek().is_some_and(|due| !builds.is_current(due.slot, due.stamp)) {
            clock.pop();
        }
        while clock.items.front().is_some_and(|&(_, (slot, stamp))| !builds.is_current(slot, stamp)) {
            clock.items.pop_front();
        }
        while clock.starts.front().is_some_and(|&(_, (slot, stamp))| !builds.is_current(slot, stamp)) {
            clock.starts.pop_front();
        }
        while clock.give_ups.front().is_some_and(|&(at, slot)| builds[slot].gives_up != Some(at)) {
            clock.give_ups.pop_front();
        }
        while clock.online.front().is_some_and(|(_, due)| nodes[due.node].epoch != due.epoch) {
            clock.online.pop_front();
        }
        while clock.finished.front().is_some_and(|(_, due)| nodes[due.node].epoch != due.epoch) {
            clock.finished.pop_front();
        }
        self.agents.drop_void(|node, stamp| nodes[node].frozen == stamp);
        self.due = clock.next();
        if let Some(at) = self.agents.next()
            && self.due.is_none_or(|due| (at, Rank::Agent) < due)
        {
            self.due = Some((at, Rank::Agent));
        }
    }

    /// Whether an item that waits in a queue of [`Matching`] still does.
    pub(crate) fn is_waiting(builds: &Builds) -> impl Fn(&Waiting) -> bool {
        |waiting| builds.is_current(waiting.slot, waiting.stamp)
    }

    /// Says that a queue item changed.
    pub(crate) fn mark_item(&mut self, slot: Slot) {
        self.note_item_load(slot);
        let build = &mut self.builds[slot];
        if !build.changed {
            build.changed = true;
            self.changed_items.push(slot);
        }
    }

    /// Says that the item in `slot` left the queue.
    pub(crate) fn mark_item_gone(&mut self, slot: Slot) {
        self.note_item_load(slot);
        let build = &mut self.builds[slot];
        if build.seen {
            build.seen = false;
            self.gone_items.push(build.item);
        }
    }

    /// Says that a node changed.
    pub(crate) fn mark_node(&mut self, key: NodeKey) {
        self.note_node_load(key);
        let node = &mut self.nodes[key];
        if !node.changed {
            node.changed = true;
            self.changed_nodes.push(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        job::JobSpec,
        request::{BuildRequest, NodeSpec},
    };
    use footman_core::{label::LabelSet, time::Millis};

    /// Sizes of everything that could grow.
    fn sizes(jenkins: &Jenkins) -> Vec<usize> {
        let clock = &jenkins.clock;
        let lanes = [clock.online.len(), clock.finished.len(), clock.items.len(), clock.starts.len()];
        let mut sizes = vec![
            jenkins.builds.capacity(),
            jenkins.nodes.capacity(),
            jenkins.items.size(),
            jenkins.runs.capacity(),
            jenkins.matching.size(),
            clock.give_ups.len(),
            clock.timers(),
            jenkins.changed_items.len(),
            jenkins.changed_nodes.len(),
            jenkins.gone_items.len(),
            jenkins.gone_nodes.len(),
        ];
        sizes.extend(lanes);
        sizes
    }

    /// One agent per build, some of which die under theirs, some of which are never observed, and now and then a
    /// restart with Pipelines that ask for nodes by name.
    fn run(builds: u64, observed: bool) -> Vec<usize> {
        let at = |key: u64| Timestamp::EPOCH + Millis::from_secs(key);
        let mut jenkins = Jenkins::new(Settings::default(), at(0));
        let spec = |name: &str, kind| JobSpec { kind, ..JobSpec::replay(name, Some("docker".into())) };
        let kinds = [crate::JobKind::Freestyle, crate::JobKind::Pipeline];
        let jobs = kinds.map(|kind| jenkins.create_job(at(0), spec(&format!("{kind:?}"), kind)).unwrap());
        let name = |key: u64| NodeName::from(format!("agent-{key}").as_str());
        for key in 0..builds {
            let now = at(key);
            let job = jobs[usize::from(key % 3 == 0)];
            let duration = if key % 7 == 0 { Millis::from_hours(9) } else { Millis::from_secs(3) };
            if jenkins.schedule(now, job, BuildRequest::new(key, duration)).is_ok() {
                let node = NodeSpec {
                    name: name(key),
                    description: None,
                    labels: LabelSet::new(["docker"]),
                    exclusive: true,
                    executors: 1,
                };
                jenkins.create_node(now, node).unwrap();
                jenkins.agent_connect(now, &name(key)).unwrap();
            }
            if key % 5 == 0 {
                let _ = jenkins.set_labels(now, &name(key.saturating_sub(2)), LabelSet::default());
            }
            // Twice, for while the controller restarts nothing is deleted.
            for old in [10, 100].into_iter().filter_map(|age| key.checked_sub(age)) {
                let _ = jenkins.delete_node(now, &name(old));
            }
            if key % 1_000 == 999 {
                jenkins.restart(now);
            }
            if observed {
                jenkins.changes();
            }
            while jenkins.poll_output().is_some() {}
        }
        sizes(&jenkins)
    }

    #[test]
    fn nothing_grows_with_the_number_of_builds() {
        for observed in [false, true] {
            let (short, long) = (run(4_000, observed), run(40_000, observed));
            for (place, (short, long)) in short.iter().zip(&long).enumerate() {
                assert!(
                    *long <= 2 * short + 64,
                    "size {place}: {short} after 4,000 builds, {long} after 40,000"
                );
            }
        }
    }
}
