//! Builds on their way into Jenkins' queue: read one by one, held until another one has ended, submitted.

use crate::{
    workload::Build,
    world::{
        Offered, TRIGGER_RETRY, Witness, World, WorldError,
        controller::{Texts, Unavailable, Unserved},
    },
};
use footman_core::{Timestamp, id::QueueItemId};
use footman_jenkins_sim::JobKind;
use std::sync::Arc;

impl World<'_> {
    /// When a build is submitted: on the world's clock.
    fn submitted_at(&self, build: &Build) -> Timestamp {
        self.origin + build.submit.since(Timestamp::EPOCH)
    }

    /// Reads the next build of the workload that need not wait for another one.
    pub(super) fn fetch(&mut self) -> Result<(), WorldError> {
        (self.next, self.arrival) = (None, None);
        while let Some(build) = self.workload.next_build() {
            let build = build?;
            // Said while it is the one read last, so that the error can name its line.
            let texts = Texts::of(&build, self.workload);
            if let Err(unserved) = self.controller.check(&build, texts, self.core.policy()) {
                let (place, index, label) = (self.workload.place(), build.index, Arc::clone(texts.label));
                return Err(match unserved {
                    Unserved::Label { expression } => {
                        WorldError::Unservable { place, index, label, expression }
                    }
                    Unserved::Job { job, expression } => {
                        WorldError::NotAllowed { place, index, job, expression }
                    }
                });
            }
            if self.runs.joins(&build) || !self.outstanding.hold(build) {
                (self.next, self.arrival) = (Some(build), Some(self.submitted_at(&build)));
                break;
            }
        }
        Ok(())
    }

    pub(super) fn arrive(&mut self, witness: &mut impl Witness) -> Result<(), WorldError> {
        if self.outstanding.postponed_until().is_some_and(|at| at <= self.now) {
            if let Some(build) = self.outstanding.take_postponed() {
                self.submit(build, witness);
            }
            return Ok(());
        }
        if let Some(build) = self.next {
            self.submit(build, witness);
        }
        self.fetch()
    }

    fn submit(&mut self, build: Build, witness: &mut impl Witness) {
        if self.controller.kind == JobKind::Flyweight {
            self.submit_block(build, witness);
            return;
        }
        let now = self.now;
        let texts = Texts::of(&build, self.workload);
        match self.controller.submit(now, &build, texts, self.core.policy()) {
            Ok(()) => {
                self.outstanding.submit(build, now);
                self.last_progress = now;
                witness.build_submitted(now, &build);
            }
            // Whoever triggers a build while the controller restarts tries again.
            Err(Unavailable) => {
                self.outstanding.postpone(build, now + TRIGGER_RETRY);
            }
        }
    }

    /// Submits the `node` block of a Pipeline.
    fn submit_block(&mut self, build: Build, witness: &mut impl Witness) {
        let texts = Texts::of(&build, self.workload);
        let (now, policy, controller) = (self.now, self.core.policy(), &mut self.controller);
        let offered = self.runs.offer(build, &mut self.outstanding, |run, after| {
            let block = controller.block(&build, texts.label, policy, Some(after));
            controller.jenkins.add_block(now, run, block)
        });
        match offered {
            Offered::Held => return,
            Offered::TryAgain => {
                self.outstanding.postpone(build, now + TRIGGER_RETRY);
                return;
            }
            Offered::Joined | Offered::Lost => {}
            Offered::Begins => match controller.begin_run(now, &build, texts, policy) {
                Ok(run) => {
                    self.runs.begin(&build, run);
                    self.outstanding.submit(build, now);
                    self.last_progress = now;
                    witness.build_submitted(now, &build);
                }
                Err(Unavailable) => {
                    self.outstanding.postpone(build, now + TRIGGER_RETRY);
                    return;
                }
            },
        }
        // What was held because this block had not come to its run either may join it, after what is due before.
        for follower in self.outstanding.release(build.index) {
            let at = self.submitted_at(&follower).max(now);
            self.outstanding.postpone(follower, at);
        }
    }

    /// Where `item` was a run, its blocks that never entered the queue are no longer waited for.
    pub(super) fn end_run(&mut self, item: QueueItemId, witness: &mut impl Witness) {
        for index in self.runs.run_ended(item) {
            self.outstanding.take_joined(index);
            self.submit_followers(index, witness);
        }
    }

    /// Submits the builds that waited for the end of `key` and whose own time has come; later ones wait for theirs.
    pub(super) fn submit_followers(&mut self, key: u64, witness: &mut impl Witness) {
        for build in self.outstanding.release(key) {
            if self.submitted_at(&build) <= self.now {
                self.submit(build, witness);
            } else {
                let at = self.submitted_at(&build);
                self.outstanding.postpone(build, at);
            }
        }
    }
}
