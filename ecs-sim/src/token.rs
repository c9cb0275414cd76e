//! Idempotency of `RunTask`: what a `clientToken` started.
//!
//! A token is known by its cluster and lives until 24 hours have passed or its last task can no longer be described,
//! which is an hour after it stopped (Amazon ECS API Reference, "Ensuring idempotency", read 2026-11-23). So a token is
//! as good as gone when the records of its tasks are; it is taken away with others, whenever the tokens have doubled.
//!
//! The usual token started one task and met no failure. Of that one only the number of the task is kept here; the rest
//! is on the task's record.

use crate::{
    api::{Failure, RunTask},
    draw::mix,
    id::TaskId,
};
use footman_core::time::Timestamp;
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHasher};
use smallvec::SmallVec;
use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

/// A token as a task that it started remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: Arc<str>,
    /// What the token is found by: of its text and its cluster.
    hash: u64,
    /// Of the parameters of the call: the same token with others is a conflict.
    pub(crate) fingerprint: u64,
}

/// What a token started, where that is not just one task.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) token: Token,
    pub(crate) at: Timestamp,
    pub(crate) tasks: SmallVec<[TaskId; 1]>,
    pub(crate) failures: Vec<Failure>,
}

/// What is kept of a token.
#[derive(Debug)]
pub(crate) enum Kept {
    /// It started this task, and nothing else happened.
    One(TaskId),
    /// It started several tasks, or none, or something failed.
    Several(Box<Started>),
}

/// The tokens of an account, by their hashes.
///
/// Two texts of one 64-bit hash are one chance in 2^64 for each pair; the text is compared when a token is used, and the
/// later of such two takes the place of the earlier.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    kept: IndexMap<u64, Kept, FxBuildHasher>,
    /// How many tokens there are when the next sweep is due.
    sweep_at: usize,
}

/// Fewer tokens than these are not worth a sweep.
const SWEEP_MIN: usize = 1024;

impl Token {
    /// The token of a call, if it has one.
    pub(crate) fn of(request: &RunTask) -> Option<Self> {
        let text = Arc::clone(request.client_token.as_ref()?);
        let mut hasher = FxHasher::default();
        (request.cluster, &*text).hash(&mut hasher);
        Some(Self { hash: mix(hasher.finish()), fingerprint: fingerprint(request), text })
    }
}

impl Tokens {
    /// What a token of this text started.
    pub(crate) fn get(&self, token: &Token) -> Option<&Kept> {
        self.kept.get(&token.hash)
    }

    /// Remembers that a token started one task.
    pub(crate) fn insert_one(&mut self, token: &Token, task: TaskId) {
        self.kept.insert(token.hash, Kept::One(task));
    }

    /// Remembers what a token started.
    pub(crate) fn insert(&mut self, started: Started) {
        self.kept.insert(started.token.hash, Kept::Several(Box::new(started)));
    }

    /// Forgets the tokens whose tasks can no longer be described, and those without tasks that were used first before
    /// `since`; a look at all of them whenever they have doubled.
    pub(crate) fn sweep(&mut self, since: Timestamp, described: impl Fn(TaskId) -> bool) {
        if self.kept.len() < self.sweep_at.max(SWEEP_MIN) {
            return;
        }
        self.kept.retain(|_, kept| match kept {
            Kept::One(task) => described(*task),
            Kept::Several(started) if started.tasks.is_empty() => started.at > since,
            Kept::Several(started) => started.tasks.iter().any(|&task| described(task)),
        });
        self.sweep_at = self.kept.len() * 2;
    }

    /// How many tokens are remembered.
    pub(crate) fn len(&self) -> usize {
        self.kept.len()
    }
}

impl Started {
    pub(crate) fn new(
        token: Token,
        at: Timestamp,
        tasks: SmallVec<[TaskId; 1]>,
        failures: Vec<Failure>,
    ) -> Self {
        Self { token, at, tasks, failures }
    }
}

/// A number that stands for the parameters of a call, the token itself and the simulator's own key left out.
fn fingerprint(request: &RunTask) -> u64 {
    let RunTask {
        cluster: _,
        definition,
        count,
        capacity,
        cpu,
        memory,
        gpus,
        started_by,
        group,
        client_token: _,
        tags,
        network,
        placement,
        memo,
        key: _,
    } = request;
    // Which zones the subnets are in is not said by the call.
    let network = network.map(|network| (network.subnets, network.security_groups));
    let mut hasher = FxHasher::default();
    (definition, count, capacity, cpu, memory, gpus, started_by, group, tags, network, placement, memo)
        .hash(&mut hasher);
    mix(hasher.finish())
}
