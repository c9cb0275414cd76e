//! Builds on executors: assigned, started, ended, lost with their agent.

use crate::{
    Jenkins,
    build::{Build, Phase, Slot, index},
    clock::{self, ExecutorsDue},
    error::StopError,
    job::JobKind,
    left::Place,
    node::NodeKey,
    output::{BuildResult, Output},
    pipeline::Role,
};
use footman_core::{id::QueueItemId, time::Timestamp};

impl Jenkins {
    /// Executors of a node can be assigned: to the items that wait for them, in their order; what is left is idle.
    pub(crate) fn executors_ready(&mut self, key: NodeKey, count: u16) {
        let node = &mut self.nodes[key];
        node.ready = node.ready.saturating_add(count).min(node.free_executors());
        if !self.is_suspended() {
            while self.nodes[key].ready > 0 && self.nodes[key].takes_builds() {
                let class = self.nodes[key].class;
                let Some(waiting) = self.matching.dequeue(class, &Self::is_waiting(&self.builds)) else {
                    break;
                };
                self.assign(waiting.slot, key);
            }
        }
        self.enter_idle(key);
        self.flyweights_ready(key);
    }

    /// Flyweight tasks that waited for a node like this one start there or on another.
    fn flyweights_ready(&mut self, key: NodeKey) {
        if self.flyweights.is_empty() || self.is_suspended() {
            return;
        }
        let class = self.nodes[key].class;
        for (slot, stamp) in std::mem::take(&mut self.flyweights) {
            if !self.builds.is_current(slot, stamp) {
                continue;
            }
            if self.matching.is_match(self.builds[slot].label, class) {
                self.item_ready(slot);
            } else {
                self.flyweights.push_back((slot, stamp));
            }
        }
    }

    /// Enters a node among the idle ones of its class, if it has executors that can be assigned.
    pub(crate) fn enter_idle(&mut self, key: NodeKey) {
        let node = &self.nodes[key];
        if node.ready > 0 && node.idle_stamp == 0 && node.takes_builds() {
            let class = node.class;
            let stamp = self.next_sequence();
            self.nodes[key].idle_stamp = stamp;
            self.matching.enter_idle(class, stamp, key);
        }
    }

    /// Takes a node out of the idle ones of its class.
    pub(crate) fn leave_idle(&mut self, key: NodeKey) {
        let node = &mut self.nodes[key];
        if node.idle_stamp != 0 {
            node.idle_stamp = 0;
            let class = node.class;
            let nodes = &self.nodes;
            self.matching.leave_idle(class, &|stamp, node| nodes[node].idle_stamp == stamp);
        }
    }

    /// Gives an item to an executor of a node: it is pending, and the executor no longer idle.
    pub(crate) fn assign(&mut self, slot: Slot, key: NodeKey) {
        let node = &mut self.nodes[key];
        assert!(node.ready > 0 && node.takes_builds(), "only an executor that can be assigned is");
        let was_idle = node.is_idle();
        node.ready -= 1;
        let build = &mut self.builds[slot];
        build.node = key;
        build.place = u32::try_from(node.builds.len()).expect("a node has at most 65,535 executors");
        build.executor = node.numbers.pop().expect("an executor that can be assigned has a number");
        node.builds.push(slot);
        let is_used_up = node.guarded;
        let is_exhausted = node.ready == 0;
        self.set_used(key, true);
        if is_used_up {
            self.stop_taking(key);
        } else if is_exhausted {
            self.leave_idle(key);
        }
        let stamp = self.builds.set_phase(slot, Phase::Pending);
        self.forget_identical(slot);
        self.mark_item(slot);
        if was_idle {
            self.mark_node(key);
        } else {
            self.note_node_load(key);
        }
        let latency = self.settings.latencies.assigned_to_started;
        if latency.is_zero() {
            self.start(slot);
        } else {
            clock::enter(&mut self.clock.starts, self.now + latency, (slot, stamp));
        }
    }

    /// An assigned build starts, or a Pipeline goes on where it had been.
    pub(crate) fn start(&mut self, slot: Slot) {
        if self.builds[slot].flyweight {
            let node = self.builds[slot].node;
            self.nodes[node].flyweights.push(slot);
        }
        let now = self.now;
        let resumed = self.builds[slot].continuation;
        if !resumed {
            let build = &mut self.builds[slot];
            if !build.is_block() {
                let job = &mut self.jobs[index(build.job)];
                if build.number == 0 {
                    build.number = job.builds + 1;
                }
                job.builds = job.builds.max(build.number);
                if !job.concurrent {
                    job.running = Some(slot);
                }
            }
            build.started = now;
            build.ends = now + build.duration;
        }
        let number = self.builds[slot].number;
        self.leave_queue(slot, Some(number));
        let build = &mut self.builds[slot];
        build.gives_up = None;
        build.home = None;
        build.ends = build.ends.max(now);
        let (key, item) = (build.key, build.item);
        let node = build.node;
        let run = build.part.filter(|part| part.role == Role::Flyweight).map(|part| part.run);
        self.builds.set_phase(slot, Phase::Running);
        if run.is_none() {
            self.push_end(slot);
        }
        let name = self.nodes[node].name.clone();
        self.outputs.push_back(if resumed {
            Output::BuildResumed { key, node: name, at: now }
        } else {
            Output::BuildStarted { key, item, node: name, at: now }
        });
        self.mark_node(node);
        if let Some(run) = run {
            self.run_begins(run);
        }
    }

    /// A build has run for its duration.
    pub(crate) fn build_ends(&mut self, slot: Slot) {
        if !self.builds[slot].is_block() {
            self.note_duration(slot);
        }
        self.finish(slot, BuildResult::Success);
    }

    /// How long a build lasted that ends well is what the next one is estimated from.
    pub(crate) fn note_duration(&mut self, slot: Slot) {
        let build = &self.builds[slot];
        let (job, lasted) = (build.job, self.now.since(build.started));
        let [last, before, _] = self.jobs[index(job)].lasted;
        self.jobs[index(job)].lasted = [Some(lasted), last, before];
    }

    /// A build has its result. Its executor becomes assignable again, where the node still takes builds.
    pub(crate) fn finish(&mut self, slot: Slot, result: BuildResult) {
        let build = &mut self.builds[slot];
        let (key, item, job, left) = (build.key, build.first_item, build.job, build.left);
        let had = build.phase.has_executor().then_some(build.node);
        let (latest, is_flyweight, part) = (build.item, build.flyweight, build.part);
        let is_block = build.is_block();
        let node = match build.home.take() {
            Some(home) => home,
            None => self.nodes[build.node].name.clone(),
        };
        if had.is_some() {
            self.leave_executor(slot);
        }
        self.outputs.push_back(Output::BuildFinished { key, item, result, node, at: self.now });
        self.items.forget_build(latest, left);
        self.builds.remove(slot);
        let known = &mut self.jobs[index(job)];
        if known.running == Some(slot) {
            known.running = None;
        }
        if !is_block {
            self.unblock(job);
        }
        if let Some(node) = had {
            if !is_flyweight {
                self.executor_freed(node);
            }
            self.close_ghost(node);
        }
        self.part_ends(slot, part, result);
    }

    /// Takes a build off its executor.
    pub(crate) fn leave_executor(&mut self, slot: Slot) {
        let build = &self.builds[slot];
        let (key, place, executor) = (build.node, index(build.place), build.executor);
        let is_flyweight = build.flyweight;
        let node = &mut self.nodes[key];
        if is_flyweight {
            node.flyweights.retain(|&mut other| other != slot);
        } else {
            node.builds.swap_remove(place);
            if let Some(&moved) = node.builds.get(place) {
                self.builds[moved].place = u32::try_from(place).expect("a node has at most 65,535 executors");
            }
            if executor < node.executors {
                node.numbers.push(executor);
            }
        }
        self.mark_node(key);
    }

    /// An executor has no build any more.
    fn executor_freed(&mut self, key: NodeKey) {
        let node = &self.nodes[key];
        let free = node.free_executors();
        if !node.takes_builds() || node.ready >= free {
            return;
        }
        let latency = self.settings.latencies.finished_to_assignable;
        if latency.is_zero() {
            self.executors_ready(key, 1);
        } else {
            let due = ExecutorsDue { node: key, epoch: node.epoch, count: 1 };
            clock::enter(&mut self.clock.finished, self.now + latency, due);
        }
    }

    /// A pending build's node went away before it started: it is buildable as before
    /// (`Queue.maintain`, "pending -> buildable as the assigned executor disappeared").
    pub(crate) fn unassign(&mut self, slot: Slot) {
        self.leave_executor(slot);
        self.builds.set_phase(slot, Phase::Buildable);
        self.mark_item(slot);
        let build = &self.builds[slot];
        let job = &mut self.jobs[index(build.job)];
        if !build.continuation {
            job.merge_into(slot, &build.parameters);
        }
        self.item_ready(slot);
    }

    /// A running build's agent is gone. Freestyle builds fail at once; a Pipeline on an ordinary node hangs until the
    /// node is back or its time is over (read in the source of mid-2026).
    pub(crate) fn lose_agent(&mut self, slot: Slot, is_deleted: bool) {
        let build = &self.builds[slot];
        match self.kind_of(build) {
            JobKind::Freestyle
            | JobKind::Maven
            | JobKind::Matrix
            | JobKind::Flyweight
            | JobKind::MatrixProject => {
                self.void_timer();
                self.finish(slot, BuildResult::Failure);
            }
            JobKind::Pipeline if self.fails_fast(build, is_deleted) => {
                self.void_timer();
                self.finish_lost(slot);
            }
            JobKind::Pipeline => {
                if build.phase == Phase::Running {
                    self.void_timer();
                    self.wait_for_node(slot);
                }
                if is_deleted {
                    self.lose_node(slot);
                } else {
                    self.builds.set_phase(slot, Phase::Hanging);
                }
            }
        }
    }

    /// Whether a Pipeline whose agent is gone ends at once.
    fn fails_fast(&self, build: &Build, is_deleted: bool) -> bool {
        let interrupts = self.settings.guard_interrupts && self.nodes[build.node].guarded;
        self.settings.pipeline_node_timeout.is_zero() || (is_deleted && interrupts)
    }

    /// A Pipeline's node is gone altogether, or that of a flyweight task, which goes on without.
    pub(crate) fn lose_node(&mut self, slot: Slot) {
        let name = self.nodes[self.builds[slot].node].name.clone();
        self.leave_executor(slot);
        self.builds[slot].home = Some(name);
        self.builds.set_phase(slot, Phase::Lost);
    }

    /// A Pipeline begins to wait for its node.
    pub(crate) fn wait_for_node(&mut self, slot: Slot) {
        let at = self.now + self.settings.pipeline_node_timeout;
        self.builds[slot].gives_up = Some(at);
        self.clock.give_ups.push_back((at, slot));
    }

    /// A Pipeline's node is back in time.
    pub(crate) fn resume(&mut self, slot: Slot) {
        let now = self.now;
        let build = &mut self.builds[slot];
        build.gives_up = None;
        build.ends = build.ends.max(now);
        let (key, node) = (build.key, build.node);
        self.builds.set_phase(slot, Phase::Running);
        self.push_end(slot);
        self.outputs.push_back(Output::BuildResumed { key, node: self.nodes[node].name.clone(), at: now });
    }

    /// A Pipeline has waited long enough. One that has an executor already starts in time.
    pub(crate) fn give_up(&mut self, slot: Slot) {
        match self.builds[slot].phase {
            Phase::Pending => self.builds[slot].gives_up = None,
            Phase::Buildable | Phase::Hanging | Phase::Lost => self.finish_lost(slot),
            Phase::Free | Phase::Waiting { .. } | Phase::Blocked | Phase::Running => {
                unreachable!("only a Pipeline without its node gives up")
            }
        }
    }

    /// A build that waits for its node ends without it.
    pub(crate) fn abandon(&mut self, slot: Slot, result: BuildResult) {
        let label = self.builds[slot].label;
        if self.builds[slot].phase.is_queued() {
            self.leave_queue(slot, None);
            self.builds.set_phase(slot, Phase::Lost);
            self.matching.note_void(label, &Self::is_waiting(&self.builds));
        }
        self.builds[slot].gives_up = None;
        self.finish(slot, result);
    }

    /// Stops the running build that came from this item (`/job/X/N/stop`): its result is ABORTED. Of a Pipeline that
    /// was continued it is the latest item that names it.
    ///
    /// # Errors
    ///
    /// Fails where no build of the item runs.
    pub fn stop_build(&mut self, now: Timestamp, item: QueueItemId) -> Result<(), StopError> {
        self.advance(now);
        self.available()?;
        let Some(Place::Build(slot)) = self.items.place(item) else { return Err(StopError::NotRunning) };
        let run = self.builds[slot].part.filter(|part| part.role == Role::Flyweight).map(|part| part.run);
        match (self.builds[slot].phase, run) {
            (Phase::Running | Phase::Lost, Some(run)) => self.stop_run(run),
            (Phase::Running, None) => {
                self.void_timer();
                self.finish(slot, BuildResult::Aborted);
            }
            (Phase::Hanging, _) | (Phase::Lost, None) => self.abandon(slot, BuildResult::Aborted),
            (Phase::Free | Phase::Waiting { .. } | Phase::Blocked | Phase::Buildable | Phase::Pending, _) => {
                return Err(StopError::NotRunning);
            }
        }
        self.drop_void();
        Ok(())
    }
}
