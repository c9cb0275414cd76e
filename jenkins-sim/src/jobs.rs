//! Calls about jobs that exist: configured, renamed, numbered, deleted.

use crate::{
    Jenkins,
    build::{Build, Phase, Slot, index},
    error::{CreateJobError, ScheduleError},
    job::{JobId, JobSpec},
    matching::LabelText,
};
use footman_core::time::Timestamp;
use std::sync::Arc;

impl Jenkins {
    /// Takes over another configuration of a job (`/job/X/config.xml`), all but its name and its kind. Items that wait
    /// do so for the new label, as Jenkins asks the task and not the item; builds that run go on.
    ///
    /// # Errors
    ///
    /// Fails for an unknown job.
    pub fn configure_job(&mut self, now: Timestamp, job: JobId, spec: JobSpec) -> Result<(), ScheduleError> {
        self.advance(now);
        self.available()?;
        if self.jobs.get(job.index()).is_none() {
            return Err(ScheduleError::UnknownJob);
        }
        let text = LabelText::of_job(spec.label);
        let label = self.acquire_label(text);
        let known = &mut self.jobs[job.index()];
        let old = std::mem::replace(&mut known.label, label);
        known.quiet_period = spec.quiet_period;
        known.disabled = spec.disabled;
        self.set_concurrent(job, spec.concurrent);
        if old != label {
            self.move_items(job, label);
            self.matching.note_void(old, &Self::is_waiting(&self.builds));
        }
        self.matching.release(old);
        self.drop_void();
        Ok(())
    }

    /// Items of a job wait for another label.
    fn move_items(&mut self, job: JobId, label: u32) {
        for slot in self.slots_of(job) {
            let build = &mut self.builds[slot];
            if build.continuation || build.is_block() {
                continue;
            }
            build.label = label;
            if build.phase == Phase::Buildable {
                self.builds.set_phase(slot, Phase::Buildable);
                self.item_ready(slot);
            }
            self.mark_item(slot);
        }
    }

    /// Whether several builds of a job may run: what is counted for those of which only one may starts anew.
    fn set_concurrent(&mut self, job: JobId, concurrent: bool) {
        let known = &mut self.jobs[job.index()];
        if known.concurrent == concurrent {
            return;
        }
        known.concurrent = concurrent;
        if concurrent {
            (known.busy, known.running) = (0, None);
            let blocked = std::mem::take(&mut known.blocked);
            for (slot, stamp) in blocked {
                if self.builds.is_current(slot, stamp) {
                    self.make_buildable(slot);
                }
            }
            return;
        }
        for slot in self.slots_of(job) {
            let build = &self.builds[slot];
            if build.is_block() {
                continue;
            }
            let known = &mut self.jobs[job.index()];
            match build.phase {
                Phase::Buildable | Phase::Pending => known.busy += 1,
                Phase::Running | Phase::Hanging | Phase::Lost => {
                    known.busy += 1;
                    known.running = Some(slot);
                }
                Phase::Free | Phase::Waiting { .. } | Phase::Blocked => {}
            }
        }
    }

    /// Gives a job another full name (`/job/X/doRename`); what belonged to it goes on belonging to it.
    ///
    /// # Errors
    ///
    /// Fails for a name that another job has.
    pub fn rename_job(&mut self, now: Timestamp, job: JobId, name: Arc<str>) -> Result<(), CreateJobError> {
        self.advance(now);
        self.available()?;
        if self.job_names.contains_key(&name) {
            return Err(CreateJobError::Duplicate { name });
        }
        let known = &mut self.jobs[job.index()];
        let old = std::mem::replace(&mut known.name, Arc::clone(&name));
        self.job_names.swap_remove(&old);
        for known in &mut self.jobs {
            if known.belongs_to.as_ref() == Some(&old) {
                known.belongs_to = Some(Arc::clone(&name));
            }
        }
        let is_renamed = |build: &Build| *self.jobs[index(build.job)].seen_as() == name;
        let queued = self.builds.iter().filter(|(_, build)| build.phase.is_queued() && is_renamed(build));
        let queued: Vec<Slot> = queued.map(|(slot, _)| slot).collect();
        for slot in queued {
            self.mark_item(slot);
        }
        self.job_names.insert(name, job);
        Ok(())
    }

    /// Sets the number of a job's next build (the plugin `next-build-number`). One that was given already changes
    /// nothing.
    ///
    /// # Errors
    ///
    /// Fails for an unknown job.
    pub fn set_next_build_number(
        &mut self,
        now: Timestamp,
        job: JobId,
        number: u32,
    ) -> Result<(), ScheduleError> {
        self.advance(now);
        self.available()?;
        let job = self.jobs.get_mut(job.index()).ok_or(ScheduleError::UnknownJob)?;
        job.builds = job.builds.max(number.saturating_sub(1));
        Ok(())
    }

    /// Deletes a job (`/job/X/doDelete`): its items leave the queue and its builds are stopped.
    ///
    /// # Errors
    ///
    /// Fails for an unknown job.
    pub fn delete_job(&mut self, now: Timestamp, job: JobId) -> Result<(), ScheduleError> {
        self.advance(now);
        self.available()?;
        let name = self.jobs.get(job.index()).map(|known| Arc::clone(&known.name));
        let name = name.filter(|name| self.job_names.get(name) == Some(&job));
        let name = name.ok_or(ScheduleError::UnknownJob)?;
        self.job_names.swap_remove(&name);
        // Blocked items first, so that none takes the place of a build that is stopped.
        let mut slots = self.slots_of(job);
        slots.sort_unstable_by_key(|&slot| !self.builds[slot].phase.is_queued());
        for slot in slots {
            let item = self.builds[slot].item;
            if self.cancel(now, item).is_err() {
                // A build that an executor has just been given is no item and does not run: it starts, and nobody stops it.
                self.stop_build(now, item).ok();
            }
        }
        self.drop_void();
        Ok(())
    }

    fn slots_of(&self, job: JobId) -> Vec<Slot> {
        let of_job = |build: &Build| index(build.job) == job.index();
        self.builds.iter().filter(|(_, build)| of_job(build)).map(|(slot, _)| slot).collect()
    }
}
