//! Idempotency of `RunTask`: what a `clientToken` started.
//!
//! A token is known by its cluster and lives until 24 hours have passed or its last task can no longer be described,
//! which is an hour after it stopped (Amazon ECS API Reference, "Ensuring idempotency", read 2026-11-23). So it goes
//! with the records of its tasks, and only tokens that started nothing wait in a queue for their 24 hours: nothing here
//! is ever searched for what has expired.

use crate::{
    api::{Failure, RunTask},
    id::{ClusterId, TaskId},
};
use footman_core::time::Timestamp;
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHasher};
use smallvec::SmallVec;
use std::{
    collections::VecDeque,
    hash::{Hash, Hasher},
    sync::Arc,
};

/// What a token started.
#[derive(Debug)]
pub(crate) struct Started {
    /// Of the parameters: the same token with others is a conflict.
    pub(crate) fingerprint: u64,
    pub(crate) at: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) tasks: SmallVec<[TaskId; 1]>,
    pub(crate) failures: Vec<Failure>,
    /// How many of the tasks can still be described.
    described: usize,
}

/// The tokens of an account.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    started: IndexMap<(ClusterId, Arc<str>), Started, FxBuildHasher>,
    /// Tokens without tasks, in the order in which they expire.
    barren: VecDeque<(Timestamp, ClusterId, Arc<str>)>,
}

impl Tokens {
    /// What the token started, unless it has expired.
    pub(crate) fn get(&self, now: Timestamp, cluster: ClusterId, token: &Arc<str>) -> Option<&Started> {
        self.started.get(&(cluster, Arc::clone(token))).filter(|started| now < started.expires)
    }

    /// Remembers what a token started, in place of what it started before it expired.
    pub(crate) fn insert(&mut self, cluster: ClusterId, token: Arc<str>, mut started: Started) {
        started.described = started.tasks.len();
        if started.tasks.is_empty() {
            self.barren.push_back((started.expires, cluster, Arc::clone(&token)));
        }
        self.started.insert((cluster, token), started);
    }

    /// Forgets a task that can no longer be described, and with the last one its token.
    pub(crate) fn forget_task(&mut self, cluster: ClusterId, token: Arc<str>, task: TaskId) {
        let indexmap::map::Entry::Occupied(mut entry) = self.started.entry((cluster, token)) else {
            return;
        };
        let started = entry.get_mut();
        if started.tasks.contains(&task) {
            started.described -= 1;
            if started.described == 0 {
                entry.swap_remove();
            }
        }
    }

    /// Forgets tokens without tasks whose time has come.
    pub(crate) fn expire(&mut self, now: Timestamp) {
        while let Some((expires, cluster, token)) =
            self.barren.pop_front_if(|(expires, _, _)| *expires <= now)
        {
            // The token may have been used anew since.
            let key = (cluster, token);
            if self.started.get(&key).is_some_and(|started| started.expires == expires) {
                self.started.swap_remove(&key);
            }
        }
    }

    /// How many tokens are remembered.
    pub(crate) fn len(&self) -> usize {
        self.started.len()
    }
}

impl Started {
    pub(crate) fn new(fingerprint: u64, at: Timestamp, expires: Timestamp) -> Self {
        Self { fingerprint, at, expires, tasks: SmallVec::new(), failures: Vec::new(), described: 0 }
    }
}

/// A number that stands for the parameters of a call, the token itself and the simulator's own key left out.
pub(crate) fn fingerprint(request: &RunTask) -> u64 {
    let RunTask {
        cluster: _,
        definition,
        count,
        capacity,
        cpu,
        memory,
        started_by,
        group,
        client_token: _,
        tags,
        network,
        placement,
        memo,
        key: _,
    } = request;
    let mut hasher = FxHasher::default();
    (definition, count, capacity, cpu, memory, started_by, group, tags, network, placement, memo)
        .hash(&mut hasher);
    hasher.finish()
}
