//! What is kept of a task.
//!
//! A task is stored as the points in time at which it entered each state, so that what it is at any time, now or at an
//! earlier point for a reader who sees writes late, is a function of its record and that time.

use crate::{
    Memo,
    api::{LaunchType, Provider, Tags},
    draw::Entity,
    ecs::Waited,
    fleet::GroupId,
    id::{ClusterId, DefinitionId, EntityKey, InstanceId, ProviderId, TaskId},
    task::{ContainerEnd, TaskGlance, TaskGpus, TaskView},
    timer::TimerSeq,
    token::Token,
};
use footman_core::{
    event::{StopCode, TaskStatus},
    time::Timestamp,
    units::Size,
};
use std::sync::Arc;

/// The time of what has not happened.
pub(crate) const NEVER: Timestamp = Timestamp::MAX;

/// When a task entered each state; [`NEVER`] for those it has not. The times of a pull are known before they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) created: Timestamp,
    pub(crate) pending: Timestamp,
    pub(crate) pull_started: Timestamp,
    pub(crate) pull_stopped: Timestamp,
    pub(crate) started: Timestamp,
    /// `desiredStatus` became STOPPED.
    pub(crate) stopping: Timestamp,
    /// The containers got the stop signal: `lastStatus` STOPPING.
    pub(crate) signalled: Timestamp,
    pub(crate) execution_stopped: Timestamp,
    pub(crate) deprovisioning: Timestamp,
    pub(crate) stopped: Timestamp,
}

impl Times {
    pub(crate) fn created(now: Timestamp) -> Self {
        Self {
            created: now,
            pending: NEVER,
            pull_started: NEVER,
            pull_stopped: NEVER,
            started: NEVER,
            stopping: NEVER,
            signalled: NEVER,
            execution_stopped: NEVER,
            deprovisioning: NEVER,
            stopped: NEVER,
        }
    }

    /// `lastStatus` at `at`.
    #[inline]
    pub(crate) fn status(&self, at: Timestamp) -> TaskStatus {
        if self.stopped <= at {
            TaskStatus::Stopped
        } else if self.deprovisioning <= at {
            TaskStatus::Deprovisioning
        } else if self.signalled <= at {
            TaskStatus::Stopping
        } else if self.started <= at {
            TaskStatus::Running
        } else if self.pending <= at {
            TaskStatus::Pending
        } else {
            TaskStatus::Provisioning
        }
    }

    /// `version` at `at`: one for the creation and one for each event since; ACTIVATING counts with RUNNING, so that a
    /// task on Fargate is at 4 when it runs, as published answers show it.
    pub(crate) fn version(&self, at: Timestamp) -> u32 {
        let after = |time: Timestamp| u32::from(time <= at && time > self.created);
        1 + after(self.pending)
            + 2 * after(self.started)
            + after(self.stopping)
            + after(self.signalled)
            + after(self.deprovisioning)
            + after(self.stopped)
    }
}

/// Where a task runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// On Fargate, on demand; asked for by a strategy or by launch type.
    Fargate { by_strategy: bool },
    /// On Fargate Spot.
    FargateSpot,
    /// On this instance; `None` while it waits for capacity.
    Ec2 { provider: Option<ProviderId>, instance: Option<InstanceId> },
}

impl Host {
    fn provider(self) -> Option<Provider> {
        match self {
            Self::Fargate { by_strategy } => by_strategy.then_some(Provider::Fargate),
            Self::FargateSpot => Some(Provider::FargateSpot),
            Self::Ec2 { provider, .. } => provider.map(Provider::Group),
        }
    }

    /// The capacity provider of an auto-scaling group.
    pub(crate) fn provider_group(self) -> Option<ProviderId> {
        match self {
            Self::Fargate { .. } | Self::FargateSpot => None,
            Self::Ec2 { provider, .. } => provider,
        }
    }

    #[inline]
    pub(crate) fn instance(self) -> Option<InstanceId> {
        match self {
            Self::Fargate { .. } | Self::FargateSpot => None,
            Self::Ec2 { instance, .. } => instance,
        }
    }

    fn launch_type(self) -> LaunchType {
        match self {
            Self::Fargate { .. } | Self::FargateSpot => LaunchType::Fargate,
            Self::Ec2 { .. } => LaunchType::Ec2,
        }
    }
}

/// `stopCode` and `stoppedReason`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) code: Option<StopCode>,
    pub(crate) text: StopText,
}

/// `stoppedReason`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StopText {
    /// One that ECS gives.
    Fixed(&'static str),
    /// One that somebody gave, or with a name in it.
    Text(Arc<str>),
}

impl StopText {
    fn as_str(&self) -> &str {
        match self {
            Self::Fixed(text) => text,
            Self::Text(text) => text,
        }
    }
}

/// How single containers of a task ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Ends {
    /// Those that ended by themselves, in that order.
    pub(crate) own: Vec<ContainerEnd>,
    /// What the others ended with, where an essential one took the task with it.
    pub(crate) rest: Option<i32>,
}

impl Ends {
    /// Whether the container in this place has ended by itself.
    pub(crate) fn has(&self, container: usize) -> bool {
        self.own.iter().any(|end| usize::from(end.container) == container)
    }

    fn until(&self, at: Timestamp) -> &[ContainerEnd] {
        &self.own[..self.own.partition_point(|end| end.at <= at)]
    }
}

/// What of a task can be described.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: TaskId,
    pub(crate) cluster: ClusterId,
    pub(crate) definition: DefinitionId,
    pub(crate) key: Option<EntityKey>,
    pub(crate) size: Size,
    pub(crate) host: Host,
    pub(crate) times: Times,
    pub(crate) stop: Option<Stop>,
    /// Of the container that ended the task, or of those that were signalled.
    pub(crate) exit_code: Option<i32>,
    /// How single containers ended, where that is not the whole story of the task.
    pub(crate) ends: Option<Box<Ends>>,
    pub(crate) gpus: Option<Box<TaskGpus>>,
    pub(crate) started_by: Option<Arc<str>>,
    pub(crate) group: GroupId,
    pub(crate) tags: Tags,
    pub(crate) token: Option<Token>,
    pub(crate) memo: Option<Memo>,
}

impl Record {
    /// The task as it is at `at`.
    pub(crate) fn view<'a>(&'a self, at: Timestamp, group: &'a str) -> TaskView<'a> {
        let by = |time: Timestamp| (time <= at).then_some(time);
        let times = &self.times;
        let stop = self.stop.as_ref().filter(|_| times.stopping <= at);
        TaskView {
            id: self.id,
            cluster: self.cluster,
            definition: self.definition,
            key: self.key,
            status: times.status(at),
            stopping: times.stopping <= at,
            size: self.size,
            launch_type: self.host.launch_type(),
            provider: self.host.provider(),
            instance: self.host.instance(),
            started_by: self.started_by.as_deref(),
            group,
            tags: &self.tags,
            memo: self.memo.as_ref(),
            version: times.version(at),
            created_at: times.created,
            pending_at: by(times.pending),
            pull_started_at: by(times.pull_started),
            pull_stopped_at: by(times.pull_stopped),
            started_at: by(times.started),
            stopping_at: by(times.stopping),
            execution_stopped_at: by(times.execution_stopped),
            stopped_at: by(times.stopped),
            stop_code: stop.and_then(|stop| stop.code),
            stopped_reason: stop.map(|stop| stop.text.as_str()),
            exit_code: self.exit_code.filter(|_| times.execution_stopped <= at),
            ends: self.ends.as_ref().map_or(&[], |ends| ends.until(at)),
            gpus: self.gpus.as_deref(),
            rest_exit_code: self.ends.as_ref().and_then(|ends| ends.rest),
        }
    }

    /// What changes of the task, as it is at `at`.
    #[inline]
    pub(crate) fn glance(&self, at: Timestamp) -> TaskGlance<'_> {
        let times = &self.times;
        let stopping = times.stopping <= at;
        TaskGlance {
            cluster: self.cluster,
            status: times.status(at),
            stopping,
            instance: self.host.instance(),
            created_at: times.created,
            pull_started_at: (times.pull_started <= at).then_some(times.pull_started),
            tags: &self.tags,
            stop: self.stop.as_ref().filter(|_| stopping),
        }
    }

    /// Whether it waits for an instance.
    pub(crate) fn waits(&self) -> bool {
        matches!(self.host, Host::Ec2 { instance: None, .. })
    }
}

/// A task that has not stopped.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) record: Record,
    /// Whom its draws concern.
    pub(crate) entity: Entity,
    /// The deadline that holds.
    pub(crate) timer: TimerSeq,
    /// Why it will not start, where a fault was drawn for it.
    pub(crate) doom: Option<Doom>,
    /// How it is to be placed, while it waits for an instance.
    pub(crate) waits: Option<Waited>,
    /// Whether a deadline for its interruption is set.
    pub(crate) interruption: bool,
}

/// What keeps a task from starting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doom {
    /// The image of its container in this place cannot be pulled.
    CannotPull(u8),
    /// Its network interface does not come.
    Eni,
    /// Its disk does not come.
    EphemeralStorage,
    /// Its secrets, or the credentials of its registry, cannot be fetched.
    Secrets,
    /// Its log driver cannot be set up.
    LogDriver,
}
