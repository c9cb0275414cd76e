//! What the operator wants: templates, limits, pace, deadlines; validated.
//!
//! A [`Policy`] is made by `footman-config` from the user's files, or by a test by hand. [`Policy::check`] states what
//! must hold; the [`Provisioner`](crate::provisioner::Provisioner) asserts it.

use crate::{
    hours::ActiveHours,
    id::{Attempt, OwnerId, TemplateId},
    jobs::JobList,
    label::{LabelSet, OverrideKey, OverrideRules, Overrides},
    time::Millis,
    units::{CpuUnits, Mib, MicroUsd, Size},
};
use std::{collections::BTreeSet, fmt, num::NonZeroU32, sync::Arc};
use thiserror::Error;

/// Everything that the core's decisions depend on, besides what happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Who we are; our tasks and nodes carry it.
    pub owner: OwnerId,
    /// The templates, in the order in which equals are chosen.
    pub templates: Vec<Template>,
    /// The limit on all agents together.
    pub limit: Limit,
    /// Limits on some templates together (a cloud's, for instance), in the order in which they are applied.
    pub shared_limits: Vec<SharedLimit>,
    /// How often and how fast.
    pub pace: Pace,
    /// How long each phase of an agent may last, and other spans.
    pub deadlines: Deadlines,
    /// When a template that keeps failing is left alone.
    pub breaker: Breaker,
    /// After how many attempts in a row without room agents give way to another template that matches and has room.
    /// Where there is none they wait: each answer without room uses up one attempt, [`Attempt::LAST`] at most.
    pub attempts_max: u16,
}

/// What an agent is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The cloud's name.
    pub cloud: Arc<str>,
    /// The template's name, unique within its cloud.
    pub name: Arc<str>,
    /// The labels of its nodes.
    pub labels: LabelSet,
    /// Whether builds without a label may run on it.
    pub serves_unlabelled: bool,
    /// Whether its tasks run on Fargate, where ECS throttles `RunTask` on top.
    pub fargate: bool,
    /// Which template is preferred: the lowest rank that fits, then the order of the list.
    pub rank: u32,
    /// CPU and memory of the task.
    pub size: Size,
    /// List price per hour of a task of `size`: what the spend limit counts.
    pub price_per_hour: MicroUsd,
    /// The limit on this template's agents.
    pub limit: Limit,
    /// Whether another template makes the same agents elsewhere: at the first answer without room agents give way to one
    /// that matches and has room, rather than after [`Policy::attempts_max`].
    pub has_alternatives: bool,
    /// Agents kept online without demand. Items that wait come first: within a limit on both, idle ones are given up for
    /// them.
    pub min_idle: u32,
    /// What happens after a build.
    pub reuse: Reuse,
    /// Which overrides a label may carry.
    pub overrides: OverrideRules,
    /// The jobs that it is for; `None` is every job. A job whose name is not known is on no list.
    pub allow_jobs: Option<JobList>,
    /// When it is open; `None` is always. Outside of them nothing is launched from it, and nothing is kept warm.
    pub active_hours: Option<ActiveHours>,
}

/// What a list of jobs guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobGate {
    /// The template as a whole.
    Template,
    /// An override of this key.
    Override(OverrideKey),
}

/// What happens to an agent after a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reuse {
    /// One build, then it is gone.
    OneShot,
    /// It stays until it was idle that long, or until it had its last build.
    Retain {
        /// How long.
        idle: Millis,
        /// Its how manieth build is its last one; `None` is for no number.
        builds: Option<NonZeroU32>,
    },
}

/// A limit on a set of agents; `None` is no limit. Agents count from the decision to create their node until their
/// task is seen STOPPED.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limit {
    /// How many agents.
    pub agents: Option<u32>,
    /// How much CPU.
    pub cpu: Option<CpuUnits>,
    /// How much memory.
    pub memory: Option<Mib>,
    /// How much list price per hour.
    pub spend_per_hour: Option<MicroUsd>,
}

/// A limit that joins templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedLimit {
    /// Its name, which the reason of a refusal shows.
    pub name: Arc<str>,
    /// The templates it joins.
    pub templates: Vec<TemplateId>,
    /// The limit.
    pub limit: Limit,
}

/// How often the world is looked at, and how fast it is acted upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How often Jenkins is polled.
    pub poll: Millis,
    /// How often tasks are described.
    pub describe: Millis,
    /// The bucket that `RunTask` and `StopTask` share.
    pub cluster_resource_modify: Bucket,
    /// The bucket that `RunTask` draws from besides where the task runs on Fargate.
    pub fargate_run_task: Bucket,
    /// Node creations, closings and deletions in flight at once.
    pub jenkins_in_flight_max: u32,
    /// `RunTask` and `StopTask` calls in flight at once.
    pub ecs_in_flight_max: u32,
}

/// A token bucket: what AWS documents as "bucket maximum capacity" and "refill rate per second".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// How many calls at once.
    pub burst: u32,
    /// How many calls a second.
    pub per_second: u32,
}

/// How long things may take. Each phase of an agent but Busy has a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Intended: until the node is created.
    pub create_node: Millis,
    /// Launching: until `RunTask` gave a definite answer.
    pub launch: Millis,
    /// Provisioning: until the task leaves PROVISIONING.
    pub provisioning: Millis,
    /// Pulling: until the task is RUNNING.
    pub pulling: Millis,
    /// Connecting: until the agent is online.
    pub connecting: Millis,
    /// Idle: a one-shot agent that nobody needs any more.
    pub idle: Millis,
    /// Resuming: how long after a restart of the controller nothing of a busy agent is touched.
    pub resuming: Millis,
    /// Spent: until the task is STOPPED and the node deleted, before it is tried again.
    pub spent: Millis,
    /// The longest build; `None` leaves a busy agent alone for ever.
    pub build_max: Option<Millis>,
    /// An agent that stands idle this long while its items wait shows that Jenkins does not assign.
    pub not_taken_after: Millis,
    /// Within this time of the time in its name, a node without a task is launched again by its tokens.
    pub replay_window: Millis,
    /// How late ECS may show what was written.
    pub ecs_visibility_bound: Millis,
}

/// When a template that keeps failing is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    /// Failures in a row that open it.
    pub failures: u32,
    /// How long it stays open the first time; doubled each time.
    pub open_min: Millis,
    /// The longest it stays open.
    pub open_max: Millis,
}

/// What a policy must not be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// Two templates of one cloud have the same name, and their agents could not be told apart after a crash.
    #[error("cloud `{cloud}` has two templates named `{template}`")]
    SameName {
        /// The cloud.
        cloud: Arc<str>,
        /// The name.
        template: Arc<str>,
    },
    /// A shared limit joins a template that is not there.
    #[error("limit `{limit}` joins template {}, and there are {templates}", .template.0)]
    NoSuchTemplate {
        /// The limit.
        limit: Arc<str>,
        /// The template.
        template: TemplateId,
        /// How many there are.
        templates: usize,
    },
    /// Launches need at least one attempt, and a token has room for three digits.
    #[error("{attempts} launch attempts per agent, expected 1 to {}", Attempt::LAST)]
    Attempts {
        /// How many were given.
        attempts: u16,
    },
    /// A bucket that never gives a call.
    #[error("the bucket of {calls} gives no calls")]
    EmptyBucket {
        /// The calls that draw from it.
        calls: &'static str,
    },
}

impl fmt::Display for JobGate {
    /// What follows the template's name: nothing, or ` with an override of cpu`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template => Ok(()),
            Self::Override(key) => write!(f, " with an override of {key}"),
        }
    }
}

impl JobGate {
    /// Whether builds have to pass it whose label asks for `overrides`.
    pub(crate) const fn is_asked(self, overrides: &Overrides) -> bool {
        match self {
            Self::Template => true,
            Self::Override(OverrideKey::Cpu) => overrides.cpu.is_some(),
            Self::Override(OverrideKey::Memory) => overrides.memory.is_some(),
            Self::Override(OverrideKey::Session) => overrides.session.is_some(),
        }
    }
}

impl Template {
    /// What lists of jobs guard of it.
    pub(crate) fn job_gates(&self) -> impl Iterator<Item = (JobGate, &JobList)> {
        let gates = [
            (JobGate::Template, &self.allow_jobs),
            (JobGate::Override(OverrideKey::Cpu), &self.overrides.cpu_jobs),
            (JobGate::Override(OverrideKey::Memory), &self.overrides.memory_jobs),
        ];
        gates.into_iter().filter_map(|(gate, list)| Some((gate, list.as_ref()?)))
    }

    /// Whether its lists let builds of a job in whose label asks for `overrides`.
    pub fn lets_in(&self, job: Option<&str>, overrides: &Overrides) -> bool {
        let mut asked = self.job_gates().filter(|(gate, _)| gate.is_asked(overrides));
        asked.all(|(_, list)| job.is_some_and(|job| list.has(job)))
    }
}

impl Policy {
    /// Whether labels may ask for sessions, which end with the runs that they serve: only then is it of use to know which
    /// runs are under way.
    pub fn allows_sessions(&self) -> bool {
        self.templates.iter().any(|template| template.overrides.session_idle.is_some())
    }

    /// Checks what the core relies on.
    ///
    /// # Errors
    ///
    /// Fails with the first rule that is broken.
    pub fn check(&self) -> Result<(), PolicyError> {
        let mut names = BTreeSet::new();
        for template in &self.templates {
            if !names.insert((&*template.cloud, &*template.name)) {
                let (cloud, template) = (Arc::clone(&template.cloud), Arc::clone(&template.name));
                return Err(PolicyError::SameName { cloud, template });
            }
        }
        let templates = self.templates.len();
        for shared in &self.shared_limits {
            if let Some(template) = shared.templates.iter().find(|id| id.index() >= templates) {
                let limit = Arc::clone(&shared.name);
                return Err(PolicyError::NoSuchTemplate { limit, template: *template, templates });
            }
        }
        if !(1..=Attempt::LAST.get()).contains(&self.attempts_max) {
            return Err(PolicyError::Attempts { attempts: self.attempts_max });
        }
        let buckets = [
            (self.pace.cluster_resource_modify, "RunTask and StopTask"),
            (self.pace.fargate_run_task, "RunTask on Fargate"),
        ];
        match buckets.iter().find(|(bucket, _)| bucket.burst == 0 || bucket.per_second == 0) {
            Some(&(_, calls)) => Err(PolicyError::EmptyBucket { calls }),
            None => Ok(()),
        }
    }
}

impl Default for Pace {
    /// Amazon ECS API throttling quotas (Amazon ECS API Reference, "Request throttling", read 2026-11-23): RunTask and
    /// StopTask share 100 calls of burst and 40 a second. Amazon ECS Developer Guide, "AWS Fargate throttling quotas": 20
    /// calls of RunTask at once and 20 a second.
    fn default() -> Self {
        Self {
            poll: Millis::from_secs(1),
            describe: Millis::from_secs(1),
            cluster_resource_modify: Bucket { burst: 100, per_second: 40 },
            fargate_run_task: Bucket { burst: 20, per_second: 20 },
            jenkins_in_flight_max: 64,
            ecs_in_flight_max: 64,
        }
    }
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            create_node: Millis::from_mins(2),
            launch: Millis::from_mins(5),
            provisioning: Millis::from_mins(15),
            pulling: Millis::from_mins(10),
            connecting: Millis::from_mins(5),
            idle: Millis::from_mins(5),
            resuming: Millis::from_mins(6),
            spent: Millis::from_mins(2),
            build_max: None,
            not_taken_after: Millis::from_secs(30),
            replay_window: Millis::from_mins(10),
            ecs_visibility_bound: Millis::from_secs(60),
        }
    }
}

impl Default for Breaker {
    fn default() -> Self {
        Self { failures: 3, open_min: Millis::from_secs(30), open_max: Millis::from_mins(30) }
    }
}
