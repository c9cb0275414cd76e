//! The builds that have not ended: held for another one, part of a run that has not come to them, waiting, or running.

use crate::workload::Build;
use footman_core::{Millis, Timestamp};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::collections::{BTreeMap, BTreeSet};

/// How often whoever triggers a build tries again where the controller does not answer.
pub(crate) const TRIGGER_RETRY: Millis = Millis::from_secs(10);

/// Every build between its first reading and its end.
#[derive(Debug, Default)]
pub(crate) struct Outstanding {
    builds: IndexMap<u64, Entry, FxBuildHasher>,
    /// Builds held until another one ends, by that one's index.
    held: BTreeMap<u64, Vec<Build>>,
    /// Blocks of a Pipeline's run that have not entered the queue, by their indices.
    joined: BTreeMap<u64, Build>,
    /// The indices of all builds that are held, postponed or joined.
    kept: BTreeSet<u64>,
    /// Builds whose own time has not come, by that time and their index.
    postponed: BTreeMap<(Timestamp, u64), Build>,
    /// The first of those times: it is asked for at every step.
    first_postponed: Option<Timestamp>,
    submitted: u64,
    running: u64,
}

#[derive(Debug)]
struct Entry {
    build: Build,
    submitted: Timestamp,
    started: Option<Timestamp>,
}

impl Outstanding {
    /// Keeps `build` back if the build that it must follow has not ended.
    pub(crate) fn hold(&mut self, build: Build) -> bool {
        let Some(after) = build.after.filter(|&after| self.is_unfinished(after)) else {
            return false;
        };
        self.held.entry(after).or_default().push(build);
        self.kept.insert(build.index);
        true
    }

    fn is_unfinished(&self, index: u64) -> bool {
        self.builds.contains_key(&index) || self.kept.contains(&index)
    }

    /// Takes out the builds that were held for `ended`.
    pub(crate) fn release(&mut self, ended: u64) -> Vec<Build> {
        // Most workloads hold nothing; the look-up is then free.
        if self.held.is_empty() {
            return Vec::new();
        }
        let released = self.held.remove(&ended).unwrap_or_default();
        for build in &released {
            self.kept.remove(&build.index);
        }
        released
    }

    /// Notes that `build` is a block of a run, whose turn comes.
    pub(crate) fn join(&mut self, build: Build) {
        self.kept.insert(build.index);
        self.joined.insert(build.index, build);
    }

    /// Takes out a block of a run whose turn has come, or never will.
    pub(crate) fn take_joined(&mut self, index: u64) -> Option<Build> {
        if self.joined.is_empty() {
            return None;
        }
        let build = self.joined.remove(&index)?;
        self.kept.remove(&index);
        Some(build)
    }

    /// Keeps `build` for `at`.
    pub(crate) fn postpone(&mut self, build: Build, at: Timestamp) {
        self.kept.insert(build.index);
        self.postponed.insert((at, build.index), build);
        self.first_postponed = Some(self.first_postponed.map_or(at, |first| first.min(at)));
    }

    /// When the first postponed build is due.
    #[inline]
    pub(crate) fn postponed_until(&self) -> Option<Timestamp> {
        self.first_postponed
    }

    /// Takes out the first postponed build.
    pub(crate) fn take_postponed(&mut self) -> Option<Build> {
        let (_, build) = self.postponed.pop_first()?;
        self.first_postponed = self.postponed.first_key_value().map(|(&(at, _), _)| at);
        self.kept.remove(&build.index);
        Some(build)
    }

    /// Notes that `build` is in Jenkins' queue.
    pub(crate) fn submit(&mut self, build: Build, now: Timestamp) {
        self.submitted += 1;
        self.builds.insert(build.index, Entry { build, submitted: now, started: None });
    }

    /// Notes that a build started; says which, and when it was submitted.
    pub(crate) fn start(&mut self, index: u64, now: Timestamp) -> Option<(Build, Timestamp)> {
        let entry = self.builds.get_mut(&index)?;
        if entry.started.replace(now).is_none() {
            self.running += 1;
        }
        Some((entry.build, entry.submitted))
    }

    /// Notes that a build ended; says which, and how long it ran.
    pub(crate) fn finish(&mut self, index: u64, now: Timestamp) -> Option<(Build, Millis)> {
        let entry = self.builds.swap_remove(&index)?;
        if entry.started.is_some() {
            self.running -= 1;
        }
        Some((entry.build, entry.started.map_or(Millis::ZERO, |started| now.since(started))))
    }

    /// How many builds have not ended.
    pub(crate) fn len(&self) -> u64 {
        u64::try_from(self.builds.len() + self.kept.len()).expect("a usize fits")
    }

    /// How many builds run.
    pub(crate) fn running(&self) -> u64 {
        self.running
    }

    /// How many builds were submitted.
    pub(crate) fn submitted(&self) -> u64 {
        self.submitted
    }
}
