//! The controller itself: shutting down, restarting, coming up.

use crate::{
    Jenkins,
    build::{Phase, Slot, index},
    error::Unavailable,
    jenkins::Down,
    job::JobKind,
    matching::LabelText,
    node::{CONTROLLER, NodeKey},
    output::{BuildResult, Output},
};
use footman_core::time::Timestamp;

impl Jenkins {
    /// Jenkins is about to shut down (`/quietDown`): nothing is assigned any more; what runs goes on.
    ///
    /// # Errors
    ///
    /// Fails while the controller restarts.
    pub fn quiet_down(&mut self, now: Timestamp) -> Result<(), Unavailable> {
        self.advance(now);
        self.available()?;
        self.quieting_down = true;
        Ok(())
    }

    /// Takes [`Self::quiet_down`] back (`/cancelQuietDown`).
    ///
    /// # Errors
    ///
    /// Fails while the controller restarts.
    pub fn cancel_quiet_down(&mut self, now: Timestamp) -> Result<(), Unavailable> {
        self.advance(now);
        self.available()?;
        self.quieting_down = false;
        self.assign_all();
        self.drop_void();
        Ok(())
    }

    /// The controller is restarted without being asked first (SIGTERM).
    ///
    /// Items and their ids survive. Running freestyle builds vanish; Pipelines queue a continuation once the controller
    /// is up. Every agent loses its connection and is listed offline until it connects again (seen on Jenkins 2.263.4).
    pub fn restart(&mut self, now: Timestamp) {
        self.advance(now);
        let refuses_until = self.now + self.settings.latencies.restart_refused;
        let ready_at = refuses_until + self.settings.latencies.restart_starting;
        self.session += 1;
        self.quieting_down = false;
        self.down = Some(Down { refuses_until, ready_at });
        self.restart_matrices();
        let mut keys: Vec<NodeKey> = self.nodes.keys().collect();
        keys.sort_unstable_by(|&a, &b| self.nodes[a].name.cmp(&self.nodes[b].name));
        for key in keys {
            self.restart_node(key);
        }
        self.items.forget_left();
        self.begin_statistics(ready_at);
        self.advance(now);
        self.drop_void();
    }

    fn restart_node(&mut self, key: NodeKey) {
        if key == CONTROLLER {
            self.stop_taking(key);
        } else {
            if self.nodes[key].connected {
                self.drop_agent(key);
            }
            self.change_online(key, |node| {
                node.connected = false;
                node.mark_asleep = node.marked;
                node.cause = None;
            });
            self.mark_node(key);
        }
        let mut slots: Vec<Slot> = self.nodes[key].builds.to_vec();
        slots.sort_unstable_by_key(|&slot| self.builds[slot].executor);
        // The guard file notes in the node's folder that it had its build, and lets that build's run in again. Here such a node
        // takes whatever asks for it: who comes in is not told apart.
        let goes_on = slots.iter().any(|&slot| {
            let build = &self.builds[slot];
            build.phase == Phase::Pending || self.kind_of(build) == JobKind::Pipeline
        });
        if goes_on {
            self.set_used(key, false);
        }
        for slot in slots {
            self.restart_build(slot);
        }
    }

    fn restart_build(&mut self, slot: Slot) {
        let build = &self.builds[slot];
        if build.phase == Phase::Pending {
            self.unassign(slot);
            return;
        }
        match self.kind_of(build) {
            JobKind::Freestyle
            | JobKind::Maven
            | JobKind::Matrix
            | JobKind::Flyweight
            | JobKind::MatrixProject => {
                self.void_timer();
                self.finish(slot, BuildResult::Vanished);
            }
            JobKind::Pipeline => {
                self.builds[slot].gives_up = None;
                self.void_timer();
                self.lose_node(slot);
            }
        }
    }

    /// The controller is up again: Pipelines ask for their nodes by name, and the queue goes on.
    pub(crate) fn come_up(&mut self) {
        self.down = None;
        let lost =
            self.builds.iter().filter(|(_, build)| build.phase == Phase::Lost && build.gives_up.is_none());
        let mut slots: Vec<Slot> = lost.map(|(slot, _)| slot).collect();
        slots.sort_unstable_by_key(|&slot| self.builds[slot].item);
        for slot in slots {
            self.continue_pipeline(slot);
        }
        let free = self.nodes[CONTROLLER].free_executors();
        self.executors_ready(CONTROLLER, free);
        self.assign_all();
        self.drop_void();
    }

    /// Queues the continuation of a Pipeline that ran when the controller went down (read in the source of mid-2026).
    fn continue_pipeline(&mut self, slot: Slot) {
        let build = &self.builds[slot];
        let node = build.home.clone().expect("a Pipeline without its node remembers it");
        let (key, old, left) = (build.key, build.item, build.left);
        self.items.forget_build(old, left);
        let item = self.items.next_id();
        self.items.insert(item, slot);
        let label = self.acquire_label(LabelText::Name(node.as_str().into()));
        let (now, order) = (self.now, self.next_sequence());
        let build = &mut self.builds[slot];
        build.item = item;
        build.label = label;
        build.continuation = true;
        build.order = order;
        build.in_queue_since = now;
        build.buildable_since = now;
        if !build.is_block() {
            self.jobs[index(build.job)].queued.push(&mut self.builds, slot);
        }
        self.wait_for_node(slot);
        self.outputs.push_back(Output::ContinuationEntered { key, item, node, at: now });
        self.builds.set_phase(slot, Phase::Buildable);
        self.mark_item(slot);
        self.item_ready(slot);
    }

    /// Brings items and idle executors together that had to wait while nothing was assigned.
    fn assign_all(&mut self) {
        if self.is_suspended() {
            return;
        }
        for class in self.matching.classes_with_idle() {
            while let Some(node) = self.matching.idle_node_of(class) {
                let Some(waiting) = self.matching.dequeue(class, &Self::is_waiting(&self.builds)) else {
                    break;
                };
                self.assign(waiting.slot, node);
            }
        }
        // Last, for the blocks of a Pipeline that starts are younger than all that waited.
        for (slot, stamp) in std::mem::take(&mut self.flyweights) {
            if self.builds.is_current(slot, stamp) {
                self.item_ready(slot);
            }
        }
    }
}
