//! Why the core did what it did: the entries of the decision log and the reasons of refusals.
//!
//! The log is what `explain` prints, what metrics count and what two runs are compared by. It holds nothing secret
//! and no float, and an entry is made only where something changes, so that its length is bounded by what happens.

use crate::{
    event::{ItemLabel, StopCode},
    id::{NodeName, TaskArn, TemplateId},
    jobs::{Clearance, JobList},
    label::{OverrideError, OverrideRefusal},
    name::AgentName,
    policy::JobGate,
    time::{Millis, Timestamp},
};
use std::{fmt, sync::Arc};

/// One entry of the decision log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// When it was decided.
    pub at: Timestamp,
    /// What was decided, and why.
    pub what: What,
}

/// What was decided, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// An agent is made.
    Launch {
        /// The agent.
        agent: AgentName,
        /// What it is made from.
        template: TemplateId,
        /// Whom it is made for.
        demand: Demand,
    },
    /// Items of one label get no agent.
    Refused {
        /// The label.
        label: ItemLabel,
        /// How many items.
        items: u32,
        /// Why.
        reason: Reason,
        /// Which lists their jobs are on.
        jobs: Clearance,
    },
    /// Every item of a label that was refused agents is provided for again, or has left.
    Provided {
        /// The label.
        label: ItemLabel,
        /// Which lists their jobs are on.
        jobs: Clearance,
    },
    /// Fewer agents are kept warm than the template asks for.
    WarmRefused {
        /// The template.
        template: TemplateId,
        /// How many are missing.
        agents: u32,
        /// Why.
        reason: Reason,
    },
    /// A template that was refused agents to keep warm has them again.
    WarmProvided {
        /// The template.
        template: TemplateId,
    },
    /// An agent went from one phase to another.
    Phase {
        /// The agent.
        agent: AgentName,
        /// Where it was; `None` where it was not known before.
        from: Option<Phase>,
        /// Where it is.
        to: Phase,
    },
    /// An agent is taken out of service: closed, read idle twice, stopped, and its node deleted at last.
    Retire {
        /// The agent.
        agent: AgentName,
        /// Why.
        cause: Cause,
    },
    /// A task is stopped.
    Stop {
        /// The task.
        task: TaskArn,
        /// Why.
        cause: Cause,
    },
    /// A node is deleted.
    Delete {
        /// The node.
        node: NodeName,
        /// Why.
        cause: Cause,
    },
    /// A template is left alone, or is tried again.
    Breaker {
        /// The template.
        template: TemplateId,
        /// Which.
        change: BreakerChange,
    },
    /// Something that the operator should look at.
    Alarm(Alarm),
}

/// Whom an agent is made for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Demand {
    /// Items with this label.
    Items(ItemLabel),
    /// The template's `min_idle`.
    Warm,
}

/// How far an agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Decided; its node is being created.
    Intended,
    /// Its node exists; `RunTask` has not given a definite answer.
    Launching,
    /// Its task is in PROVISIONING.
    Provisioning,
    /// Its task is in PENDING or ACTIVATING.
    Pulling,
    /// Its task runs; the agent is not online.
    Connecting,
    /// It is online and has no build.
    Idle,
    /// It has a build.
    Busy,
    /// The controller was restarted while it had a build, which may continue.
    Resuming,
    /// It is being taken out of service.
    Spent,
    /// Node and task are no more.
    Gone,
    /// A task of ours without a node.
    Orphan,
}

impl Phase {
    /// How many phases there are.
    pub const COUNT: usize = 11;

    /// Every phase, in the order of an agent's life.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Intended,
        Self::Launching,
        Self::Provisioning,
        Self::Pulling,
        Self::Connecting,
        Self::Idle,
        Self::Busy,
        Self::Resuming,
        Self::Spent,
        Self::Gone,
        Self::Orphan,
    ];

    /// The place of the phase in [`Self::ALL`].
    pub const fn index(self) -> usize {
        match self {
            Self::Intended => 0,
            Self::Launching => 1,
            Self::Provisioning => 2,
            Self::Pulling => 3,
            Self::Connecting => 4,
            Self::Idle => 5,
            Self::Busy => 6,
            Self::Resuming => 7,
            Self::Spent => 8,
            Self::Gone => 9,
            Self::Orphan => 10,
        }
    }

    /// Whether an agent in this phase will take a build or can do so.
    pub const fn is_supply(self) -> bool {
        match self {
            Self::Intended
            | Self::Launching
            | Self::Provisioning
            | Self::Pulling
            | Self::Connecting
            | Self::Idle => true,
            Self::Busy | Self::Resuming | Self::Spent | Self::Gone | Self::Orphan => false,
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Intended => "intended",
            Self::Launching => "launching",
            Self::Provisioning => "provisioning",
            Self::Pulling => "pulling",
            Self::Connecting => "connecting",
            Self::Idle => "idle",
            Self::Busy => "busy",
            Self::Resuming => "resuming",
            Self::Spent => "spent",
            Self::Gone => "gone",
            Self::Orphan => "orphan",
        })
    }
}

/// Why items get no agent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The first complete listings of Jenkins and ECS are not in yet.
    NotYetListed,
    /// The controller is about to shut down.
    QuietingDown,
    /// The label could not be read.
    LabelUnknown,
    /// No template has what the label asks for.
    NoTemplate,
    /// The overrides that the label carries make no sense.
    OverrideError(OverrideError),
    /// The templates that match allow no such override; this is the preferred one's answer.
    OverrideRefused {
        /// The template.
        template: TemplateId,
        /// Its answer.
        refusal: OverrideRefusal,
    },
    /// The label is the name of this agent, which will take the item: a continuation.
    Continuation {
        /// The agent.
        agent: NodeName,
    },
    /// The label is the name of an agent that is no more: a continuation that nothing can serve.
    ContinuationLost {
        /// The agent.
        agent: NodeName,
    },
    /// The templates that match are for other jobs; this is the preferred one's answer.
    JobNotAllowed {
        /// The template.
        template: TemplateId,
        /// What of it the list guards.
        gate: JobGate,
        /// The list.
        jobs: JobList,
    },
    /// The job could not be read, and the templates that match are for some jobs only; this is the preferred one.
    JobUnknown {
        /// The template.
        template: TemplateId,
    },
    /// The template is outside of its active hours.
    OutsideHours {
        /// The template.
        template: TemplateId,
        /// When they begin.
        opens: Timestamp,
    },
    /// A limit is reached.
    Limit {
        /// Whose limit.
        scope: LimitScope,
        /// On what.
        dimension: Dimension,
    },
    /// Items that wait come before agents that are kept warm, and a limit on both leaves some of them waiting.
    ItemsFirst {
        /// Whose limit.
        scope: LimitScope,
    },
    /// The template keeps failing and is left alone until then.
    BreakerOpen {
        /// The template.
        template: TemplateId,
        /// Until when.
        until: Timestamp,
    },
    /// ECS had no room for the template; it is tried again then.
    NoCapacity {
        /// The template.
        template: TemplateId,
        /// Until when.
        until: Timestamp,
    },
    /// Agents that match stand idle while the items wait: Jenkins does not assign them.
    NotAssigned {
        /// Until when no more are launched.
        until: Timestamp,
    },
    /// The label is that of a session, which has one agent for all its items.
    SessionBusy,
    /// Many agents' nodes vanished from Jenkins at once, and not by us.
    NodesVanished {
        /// Until when nothing is launched.
        until: Timestamp,
    },
    /// The operator wants everything of ours to end.
    Draining,
    /// Another daemon works under our owner id, and this one gave way.
    GaveWay,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotYetListed => f.write_str("Jenkins and ECS have not been listed completely yet"),
            Self::QuietingDown => f.write_str("Jenkins is about to shut down"),
            Self::LabelUnknown => f.write_str("the label could not be read"),
            Self::NoTemplate => f.write_str("no template matches the label"),
            Self::OverrideError(error) => error.fmt(f),
            Self::OverrideRefused { template, refusal } => write!(f, "template {}: {refusal}", template.0),
            Self::Continuation { agent } => write!(f, "a continuation waits for agent `{agent}`"),
            Self::ContinuationLost { agent } => {
                write!(f, "a continuation waits for agent `{agent}`, which is gone")
            }
            Self::JobNotAllowed { template, gate, jobs } => {
                write!(f, "template {}{gate} is for jobs of {jobs} alone", template.0)
            }
            Self::JobUnknown { template } => {
                write!(f, "the job could not be read, and template {} is for some jobs alone", template.0)
            }
            Self::OutsideHours { template, opens } => {
                write!(f, "template {} is outside of its active hours and opens at {opens}", template.0)
            }
            Self::Limit { scope, dimension } => write!(f, "{scope} limit on {dimension} is reached"),
            Self::ItemsFirst { scope } => {
                write!(f, "{scope} limit is reached, and builds that wait come first")
            }
            Self::BreakerOpen { template, until } => {
                write!(f, "template {} keeps failing and is left alone until {until}", template.0)
            }
            Self::NoCapacity { template, until } => {
                write!(f, "ECS has no room for template {}; next try at {until}", template.0)
            }
            Self::NotAssigned { until } => {
                write!(f, "Jenkins does not assign the idle agents that match; no more until {until}")
            }
            Self::SessionBusy => f.write_str("waits for its session's agent"),
            Self::NodesVanished { until } => {
                write!(f, "agents' nodes vanished from Jenkins at once; nothing is launched until {until}")
            }
            Self::Draining => f.write_str("footmand drains, and launches nothing more"),
            Self::GaveWay => f.write_str("another daemon works under the same owner id"),
        }
    }
}

/// Whose limit it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitScope {
    /// That on all agents together.
    Global,
    /// One that joins templates, by its name.
    Shared(Arc<str>),
    /// One template's own.
    Template(TemplateId),
}

impl fmt::Display for LimitScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Global => f.write_str("the global"),
            Self::Shared(name) => write!(f, "the `{name}`"),
            Self::Template(template) => write!(f, "template {}'s", template.0),
        }
    }
}

/// What a limit is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// The number of agents.
    Agents,
    /// Their CPU.
    Cpu,
    /// Their memory.
    Memory,
    /// Their list price per hour.
    Spend,
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Agents => "agents",
            Self::Cpu => "CPU",
            Self::Memory => "memory",
            Self::Spend => "spend",
        })
    }
}

/// Why an agent is taken out of service, its task stopped or its node deleted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// It had its one build.
    BuildDone,
    /// It had as many builds as it may.
    BuildsDone,
    /// It stood idle for as long as it may.
    IdleTooLong,
    /// It served a session, and every run that this was for is over.
    RunOver,
    /// It spent more time in this phase than it may.
    Deadline(Phase),
    /// Its build runs for longer than `build_max`.
    BuildTooLong,
    /// `RunTask` refused it in these words.
    LaunchRefused(Arc<str>),
    /// It used up its launch attempts.
    AttemptsUsedUp,
    /// Its task stopped by itself.
    TaskStopped(StopCode),
    /// ECS no longer knows its task.
    TaskMissing,
    /// Its node could not be created.
    NodeRefused(Arc<str>),
    /// Its node vanished from Jenkins.
    NodeVanished,
    /// Its node was found without a task, too late to launch it again.
    NodeWithoutTask,
    /// A task of ours without a node.
    Orphan,
    /// Its template is no longer in the policy.
    TemplateUnknown,
    /// It was found closed.
    FoundClosed,
    /// It had to wait for room in ECS, and the items that it was made for needed it no longer: other agents took them, or
    /// they were cancelled.
    NotNeeded,
    /// It had to wait for room in ECS, and the active hours of its template ended.
    OutsideHours,
    /// It stood idle to be kept warm, and items with this label waited for nothing but the limits that it fills.
    MadeRoom(ItemLabel),
    /// The operator wants everything of ours to end, and it has no build or has finished it.
    Draining,
    /// The operator wants everything of ours to end, builds included, and it had one.
    StopAll,
}

impl Cause {
    /// Whether an agent goes for this reason in the middle of a build, which it finishes otherwise.
    pub fn ends_a_build(&self) -> bool {
        matches!(self, Self::BuildTooLong | Self::StopAll)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuildDone => f.write_str("its build is done"),
            Self::BuildsDone => f.write_str("its last build is done"),
            Self::IdleTooLong => f.write_str("idle for too long"),
            Self::RunOver => f.write_str("the run of its session is over"),
            Self::Deadline(phase) => write!(f, "{phase} for too long"),
            Self::BuildTooLong => f.write_str("its build runs for too long"),
            Self::LaunchRefused(words) => write!(f, "refused by ECS: {words}"),
            Self::AttemptsUsedUp => f.write_str("no capacity in all its attempts"),
            Self::TaskStopped(_) => f.write_str("its task stopped"),
            Self::TaskMissing => f.write_str("its task is not known to ECS"),
            Self::NodeRefused(words) => write!(f, "refused by Jenkins: {words}"),
            Self::NodeVanished => f.write_str("its node vanished"),
            Self::NodeWithoutTask => f.write_str("node without a task"),
            Self::Orphan => f.write_str("task without a node"),
            Self::TemplateUnknown => f.write_str("its template is not in the configuration"),
            Self::FoundClosed => f.write_str("found closed"),
            Self::NotNeeded => f.write_str("no build needs it any more"),
            Self::OutsideHours => f.write_str("the active hours of its template are over"),
            Self::Draining => f.write_str("footmand drains"),
            Self::StopAll => f.write_str("the operator stops all agents and their builds"),
            Self::MadeRoom(ItemLabel::Expression(label)) => write!(f, "it made room for builds of `{label}`"),
            Self::MadeRoom(ItemLabel::Any | ItemLabel::Unknown) => {
                f.write_str("it made room for builds without a label")
            }
        }
    }
}

/// What happened to a template's breaker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BreakerChange {
    /// It opened: nothing is launched from the template until then.
    Opened {
        /// Until when.
        until: Timestamp,
        /// What the last failure was.
        cause: Cause,
    },
    /// One launch is tried.
    HalfOpened,
    /// A launch went well.
    Closed,
}

/// Something that the operator should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alarm {
    /// A daemon that started earlier works under our owner id; this one stops itself.
    GaveWay {
        /// The node that shows it.
        node: NodeName,
    },
    /// A daemon that started later works under our owner id; it is expected to stop itself.
    YoungerDaemon {
        /// The node that shows it.
        node: NodeName,
    },
    /// Several live tasks carry the name of one agent.
    TwoTasks {
        /// The agent.
        agent: NodeName,
    },
    /// Many agents' nodes were gone in one listing of Jenkins that nobody here deleted, as after a reload of its
    /// configuration as code.
    NodesVanished {
        /// How many.
        vanished: u32,
        /// Of how many in service.
        known: u32,
        /// For how long nothing is launched.
        held: Millis,
    },
}
