//! The queue: jobs, requests, quiet periods, blocked and buildable items.

use crate::{
    Jenkins,
    build::{Build, Phase, Slot, index},
    clock::{self, Due, Rank},
    error::{CancelError, CreateJobError, NameError, ScheduleError},
    job::{Job, JobId, JobKind, JobSpec},
    left::Place,
    matching::{LabelText, Waiting},
    output::{BuildResult, Output},
    pipeline::Course,
    queued::Queued,
    request::BuildRequest,
    settings::Assignment,
    view::LeftItemView,
};
use footman_core::{
    id::{NodeName, QueueItemId},
    time::{Millis, Timestamp},
};
use indexmap::IndexMap;
use std::{collections::VecDeque, sync::Arc};

/// Bytes that may not stand in a name as they are (`Jenkins.checkGoodName`): control characters, and those that are not
/// safe in a URL or a file name. Bytes of characters beyond ASCII need a closer look.
const UNSAFE: [bool; 256] = {
    let characters = br"?*/\%!@#$^&|<>[]:;";
    let mut unsafe_bytes = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        unsafe_bytes[byte] = byte < 0x20 || byte >= 0x7f;
        byte += 1;
    }
    let mut place = 0;
    while place < characters.len() {
        unsafe_bytes[characters[place] as usize] = true;
        place += 1;
    }
    unsafe_bytes
};

/// Checks a name as `Jenkins.checkGoodName` does; for a job's full name, each of its segments.
///
/// # Errors
///
/// Fails with what Jenkins says of the name.
pub fn check_name(name: &str) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    if name == "." || name == ".." {
        return Err(NameError::NotAllowed(name.into()));
    }
    if !name.bytes().fold(false, |so_far, byte| so_far | UNSAFE[usize::from(byte)]) {
        return Ok(());
    }
    for character in name.chars() {
        if character.is_control() {
            let shown: String = name.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
            return Err(NameError::ControlCode(shown.into()));
        }
        if u8::try_from(character).is_ok_and(|byte| byte.is_ascii() && UNSAFE[usize::from(byte)]) {
            return Err(NameError::UnsafeCharacter(character));
        }
    }
    Ok(())
}

impl Jenkins {
    /// Creates a job (`/createItem`).
    ///
    /// # Errors
    ///
    /// Fails for a bad name and for one that exists.
    pub fn create_job(&mut self, now: Timestamp, job: JobSpec) -> Result<JobId, CreateJobError> {
        self.advance(now);
        self.available()?;
        for segment in job.name.split('/') {
            check_name(segment)?;
        }
        self.add_job(job)
    }

    /// Creates a configuration of a matrix project, which is called by its values (`label=linux&&big`) and so may have
    /// characters in its name that other jobs may not.
    ///
    /// # Errors
    ///
    /// Fails for a name that exists.
    pub fn create_configuration(&mut self, now: Timestamp, job: JobSpec) -> Result<JobId, CreateJobError> {
        self.advance(now);
        self.available()?;
        self.add_job(job)
    }

    fn add_job(&mut self, job: JobSpec) -> Result<JobId, CreateJobError> {
        if self.job_names.contains_key(&job.name) {
            return Err(CreateJobError::Duplicate { name: job.name });
        }
        let label = self.acquire_label(LabelText::of_job(job.label));
        let id = JobId::at(self.jobs.len());
        self.job_names.insert(Arc::clone(&job.name), id);
        self.jobs.push(Job {
            name: job.name,
            belongs_to: job.belongs_to,
            kind: job.kind,
            label,
            quiet_period: job.quiet_period,
            concurrent: job.concurrent,
            disabled: job.disabled,
            builds: 0,
            queued: Queued::default(),
            identical: None,
            with_parameters: IndexMap::default(),
            busy: 0,
            running: None,
            blocked: VecDeque::new(),
            lasted: [None; 3],
        });
        Ok(id)
    }

    /// The job of that full name.
    pub fn job(&self, name: &str) -> Option<JobId> {
        self.job_names.get(name).copied()
    }

    /// The full name of a job.
    pub fn job_name(&self, job: JobId) -> &str {
        &self.jobs[job.index()].name
    }

    /// What a job is.
    pub fn job_kind(&self, job: JobId) -> JobKind {
        self.jobs[job.index()].kind
    }

    /// Schedules a build (`/job/X/build`): the answer is its item, which is an older one where the request was merged
    /// into it.
    ///
    /// # Errors
    ///
    /// Fails for an unknown job and for a disabled one.
    pub fn schedule(
        &mut self,
        now: Timestamp,
        job: JobId,
        build: BuildRequest,
    ) -> Result<QueueItemId, ScheduleError> {
        self.advance(now);
        self.request(job, build, None)
    }

    /// A build is asked for; of a Pipeline with what it will do.
    pub(crate) fn request(
        &mut self,
        job: JobId,
        build: BuildRequest,
        course: Option<Course>,
    ) -> Result<QueueItemId, ScheduleError> {
        self.available()?;
        let Some(known) = self.jobs.get(job.index()) else { return Err(ScheduleError::UnknownJob) };
        if known.disabled {
            return Err(ScheduleError::Disabled);
        }
        let quiet = build.delay.unwrap_or(known.quiet_period);
        let id = match known.waits_with(&build.parameters) {
            Some(slot) => self.merge(slot, build.key, quiet),
            None => self.enter(job, build, quiet, course),
        };
        self.drop_void();
        Ok(id)
    }

    /// Merges a request into an item that waits already; the shorter quiet period counts
    /// (`Queue.scheduleInternal`).
    fn merge(&mut self, slot: Slot, key: u64, quiet: Millis) -> QueueItemId {
        let item = self.builds[slot].item;
        self.outputs.push_back(Output::ItemMerged { key, item, at: self.now });
        let due = self.now + quiet;
        if let Phase::Waiting { until } = self.builds[slot].phase
            && due < until
        {
            self.void_timer();
            self.mark_item(slot);
            if quiet.is_zero() {
                self.leave_quiet(slot);
            } else {
                self.wait_until(slot, due);
            }
        }
        item
    }

    fn enter(
        &mut self,
        job: JobId,
        request: BuildRequest,
        quiet: Millis,
        course: Option<Course>,
    ) -> QueueItemId {
        let item = self.items.next_id();
        let known = &self.jobs[job.index()];
        let phase = Phase::Waiting { until: self.now + quiet };
        let build = Build::new(item, request.key, request.duration, job.0, known.label, self.now, phase);
        let flyweight = known.kind.is_flyweight();
        let slot = self.builds.insert(Build { flyweight, parameters: request.parameters, ..build });
        if let Some(course) = course {
            self.enter_run(slot, course);
        }
        self.items.insert(item, slot);
        let known = &mut self.jobs[job.index()];
        known.merge_into(slot, &self.builds[slot].parameters);
        known.queued.push(&mut self.builds, slot);
        self.outputs.push_back(Output::ItemEntered { key: request.key, item, at: self.now });
        self.mark_item(slot);
        if quiet.is_zero() {
            self.leave_quiet(slot);
        } else {
            self.wait_until(slot, self.now + quiet);
        }
        item
    }

    fn wait_until(&mut self, slot: Slot, until: Timestamp) {
        let stamp = self.builds.set_phase(slot, Phase::Waiting { until });
        self.clock.push(Due { at: until, rank: Rank::Quiet, stamp, slot });
    }

    /// An item's quiet period is over: it becomes buildable, or blocked behind another build of its job
    /// (`Queue.getCauseOfBlockageForItem`).
    pub(crate) fn leave_quiet(&mut self, slot: Slot) {
        let order = self.next_sequence();
        let now = self.now;
        let build = &mut self.builds[slot];
        build.order = order;
        build.buildable_since = now;
        let is_block = build.is_block();
        let job = &mut self.jobs[index(build.job)];
        if !job.concurrent && job.busy > 0 && !is_block {
            let stamp = self.builds.set_phase(slot, Phase::Blocked);
            job.blocked.push_back((slot, stamp));
            self.mark_item(slot);
        } else {
            self.make_buildable(slot);
        }
    }

    pub(crate) fn make_buildable(&mut self, slot: Slot) {
        let build = &self.builds[slot];
        let job = &mut self.jobs[index(build.job)];
        if !job.concurrent && !build.is_block() {
            job.busy += 1;
        }
        let stamp = self.builds.set_phase(slot, Phase::Buildable);
        self.mark_item(slot);
        let latency = self.settings.latencies.buildable_to_assignable;
        if latency.is_zero() {
            self.item_ready(slot);
        } else {
            clock::enter(&mut self.clock.items, self.now + latency, (slot, stamp));
        }
    }

    /// An item can be assigned: to an idle executor at once, or it waits for one.
    pub(crate) fn item_ready(&mut self, slot: Slot) {
        let build = &self.builds[slot];
        let (label, waiting) = (build.label, Waiting { order: build.order, slot, stamp: build.stamp });
        if build.flyweight {
            let node = if self.is_suspended() { None } else { self.flyweight_node(slot) };
            match node {
                Some(node) => {
                    self.builds[slot].node = node;
                    self.start(slot);
                }
                None => self.flyweights.push_back((slot, waiting.stamp)),
            }
            return;
        }
        if !self.is_suspended() {
            let node = match self.settings.assignment {
                Assignment::LongestReady => self.matching.idle_node(label),
                Assignment::ConsistentHash => self.balanced(slot, label),
            };
            if let Some(node) = node {
                self.assign(slot, node);
                return;
            }
        }
        self.matching.enqueue(label, waiting, &Self::is_waiting(&self.builds));
    }

    /// A build of the job that was buildable, pending or running is no longer: the first blocked one takes its place.
    pub(crate) fn unblock(&mut self, job: u32) {
        let job = &mut self.jobs[index(job)];
        if job.concurrent {
            return;
        }
        job.busy -= 1;
        while let Some((slot, stamp)) = job.blocked.pop_front() {
            if self.builds.is_current(slot, stamp) {
                // It stands behind those that are buildable already (seen on Jenkins 2.263.4, recordings b057 and b061).
                self.builds[slot].order = self.next_sequence();
                self.make_buildable(slot);
                return;
            }
        }
    }

    /// Takes an item out of the queue, to run or not; the record of that has the number of the build.
    pub(crate) fn leave_queue(&mut self, slot: Slot, number: Option<u32>) {
        self.mark_item_gone(slot);
        let build = &mut self.builds[slot];
        let job = JobId(build.job);
        build.left = self.items.leave(LeftItemView {
            id: build.item,
            job,
            block: build.is_block(),
            number,
            in_queue_since: build.in_queue_since,
            at: self.now,
        });
        self.forget_identical(slot);
        if !self.builds[slot].is_block() {
            self.jobs[job.index()].queued.remove(&mut self.builds, slot);
        }
        let build = &mut self.builds[slot];
        if build.continuation || build.is_block() {
            // Its label is its own, and no longer needed.
            build.continuation = false;
            self.matching.release(build.label);
            build.label = self.jobs[job.index()].label;
        }
    }

    /// No request is merged into this item any more.
    pub(crate) fn forget_identical(&mut self, slot: Slot) {
        let build = &self.builds[slot];
        self.jobs[index(build.job)].merge_no_more(slot, &build.parameters);
    }

    /// Cancels an item (`/queue/cancelItem`).
    ///
    /// # Errors
    ///
    /// Fails for an unknown item and for one that left the queue or is pending.
    pub fn cancel(&mut self, now: Timestamp, item: QueueItemId) -> Result<(), CancelError> {
        self.advance(now);
        self.available()?;
        let slot = match self.items.place(item) {
            None => return Err(CancelError::Unknown),
            Some(Place::Left(_)) => return Err(CancelError::Left),
            Some(Place::Build(slot)) => slot,
        };
        match self.builds[slot].phase {
            Phase::Waiting { .. } | Phase::Blocked | Phase::Buildable => {}
            Phase::Free | Phase::Pending | Phase::Running | Phase::Hanging | Phase::Lost => {
                return Err(CancelError::Left);
            }
        }
        if self.builds[slot].continuation {
            self.abandon(slot, BuildResult::Aborted);
        } else {
            self.drop_item(slot);
        }
        self.drop_void();
        Ok(())
    }

    /// An item that never became a build leaves the queue.
    pub(crate) fn drop_item(&mut self, slot: Slot) {
        let build = &self.builds[slot];
        let (phase, label, part, is_block) = (build.phase, build.label, build.part, build.is_block());
        self.leave_queue(slot, None);
        let build = &self.builds[slot];
        let (key, item, job, left) = (build.key, build.item, build.job, build.left);
        self.outputs.push_back(Output::ItemCancelled { key, item, at: self.now });
        self.items.forget_build(item, left);
        self.builds.remove(slot);
        match phase {
            Phase::Waiting { .. } => self.void_timer(),
            Phase::Buildable => {
                self.matching.note_void(label, &Self::is_waiting(&self.builds));
                if !is_block {
                    self.unblock(job);
                }
            }
            Phase::Blocked | Phase::Free | Phase::Pending | Phase::Running | Phase::Hanging | Phase::Lost => {
            }
        }
        self.part_ends(slot, part, BuildResult::Aborted);
    }

    /// A timer in the heap became void.
    pub(crate) fn void_timer(&mut self) {
        let builds = &self.builds;
        self.clock.note_void(|due| builds.is_current(due.slot, due.stamp));
    }

    /// The label of this text, with one use more.
    pub(crate) fn acquire_label(&mut self, text: LabelText) -> u32 {
        let (label, news) = self.matching.acquire(text);
        for atom in news {
            if let Some(node) = self.nodes.key(&NodeName::new(atom)) {
                self.change_class(node);
            }
        }
        self.note_label(label);
        label
    }
}
