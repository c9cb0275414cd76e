//! What Jenkins answers when it does not do what it is asked.
//!
//! Every error has the status and, where there is one, the text that a Jenkins 2.263.4 was seen to answer
//! with.

use std::sync::Arc;
use thiserror::Error;

/// Why the controller answers nothing at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unavailable {
    /// It is down: the connection is refused. Nothing was done.
    #[error("connection refused")]
    Refused,
    /// It starts: 503. Nothing was done.
    #[error("Jenkins is getting ready to work")]
    Starting,
}

/// Why a job was not created.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CreateJobError {
    /// The name is none that Jenkins takes.
    #[error(transparent)]
    BadName(#[from] NameError),
    /// There is such a job.
    #[error("A job already exists with the name ‘{name}’")]
    Duplicate {
        /// The name.
        name: Arc<str>,
    },
    /// The controller does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why a build was not scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ScheduleError {
    /// There is no such job.
    #[error("no such job")]
    UnknownJob,
    /// The job is no Pipeline, or a block comes after one that is not before it.
    #[error("no Pipeline of such blocks")]
    NoPipeline,
    /// The job is no matrix project, or one of the others no configuration.
    #[error("no matrix project of such configurations")]
    NoMatrix,
    /// The job is disabled.
    #[error("the job is disabled")]
    Disabled,
    /// The controller does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why an item was not cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CancelError {
    /// There is no such item, or it left the queue long ago.
    #[error("no such item")]
    Unknown,
    /// It left the queue, or an executor has it.
    #[error("the item is no longer in the queue")]
    Left,
    /// The controller does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why a build was not stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StopError {
    /// No build of that item runs.
    #[error("no such build runs")]
    NotRunning,
    /// The controller does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why a name is none for a job or a node (`Jenkins.checkGoodName`).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameError {
    /// It is empty.
    #[error("No name is specified")]
    Empty,
    /// `.` and `..` are no names.
    #[error("‘{0}’ is not an allowed name")]
    NotAllowed(Arc<str>),
    /// It holds a control character.
    #[error("No control code is allowed: {0}")]
    ControlCode(Arc<str>),
    /// It holds a character that is not safe in a URL or a file name.
    #[error("‘{0}’ is an unsafe character")]
    UnsafeCharacter(char),
}

/// Why a node was not created.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CreateNodeError {
    /// The name is none that Jenkins takes.
    #[error(transparent)]
    BadName(#[from] NameError),
    /// There is such a node; names are case sensitive.
    #[error("Agent called ‘{name}’ already exists")]
    Duplicate {
        /// The name.
        name: Arc<str>,
    },
    /// The controller does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why nothing was done with a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NodeError {
    /// There is no such node, or it has no computer because it has no executors.
    #[error("no such node")]
    Unknown,
    /// It is the controller, of which this cannot be asked.
    #[error("not for the controller")]
    Controller,
    /// The controller does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why an agent was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ConnectError {
    /// There is no such node; the agent exits.
    #[error("unknown client name")]
    UnknownNode,
    /// The secret is that of another node; the agent exits.
    #[error("the secret is not that of the node")]
    WrongSecret,
    /// Another agent of that name is connected, and stays.
    #[error("the node is already connected")]
    AlreadyConnected,
    /// The controller does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Any of the errors, for [`Jenkins::call`](crate::Jenkins::call).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// A job was not created.
    #[error(transparent)]
    CreateJob(#[from] CreateJobError),
    /// A build was not scheduled.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// An item was not cancelled.
    #[error(transparent)]
    Cancel(#[from] CancelError),
    /// A build was not stopped.
    #[error(transparent)]
    Stop(#[from] StopError),
    /// A node was not created.
    #[error(transparent)]
    CreateNode(#[from] CreateNodeError),
    /// Nothing was done with a node.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// An agent was not let in.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The controller does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// No answer at all has no status.
const SERVICE_UNAVAILABLE: u16 = 503;

impl Unavailable {
    /// The HTTP status, or `None` where there is no answer.
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Refused => None,
            Self::Starting => Some(SERVICE_UNAVAILABLE),
        }
    }
}

impl CreateJobError {
    /// The HTTP status, or `None` where there is no answer.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::BadName(_) | Self::Duplicate { .. } => Some(400),
            Self::Unavailable(unavailable) => unavailable.status(),
        }
    }
}

impl ScheduleError {
    /// The HTTP status, or `None` where there is no answer.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::UnknownJob => Some(404),
            Self::Disabled => Some(409),
            Self::NoPipeline | Self::NoMatrix => Some(500),
            Self::Unavailable(unavailable) => unavailable.status(),
        }
    }
}

impl CancelError {
    /// The HTTP status, or `None` where there is no answer.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Unknown => Some(404),
            Self::Left => Some(500),
            Self::Unavailable(unavailable) => unavailable.status(),
        }
    }
}

impl StopError {
    /// The HTTP status, or `None` where there is no answer.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::NotRunning => Some(404),
            Self::Unavailable(unavailable) => unavailable.status(),
        }
    }
}

impl CreateNodeError {
    /// The HTTP status, or `None` where there is no answer.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::BadName(_) | Self::Duplicate { .. } => Some(400),
            Self::Unavailable(unavailable) => unavailable.status(),
        }
    }
}

impl NodeError {
    /// The HTTP status, or `None` where there is no answer.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Unknown => Some(404),
            Self::Controller => Some(400),
            Self::Unavailable(unavailable) => unavailable.status(),
        }
    }
}

impl ConnectError {
    /// The HTTP status, or `None` where there is no answer. Over the agent protocol there is none: the agent exits with
    /// 255 (seen on Jenkins 2.263.4).
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::UnknownNode => Some(404),
            Self::WrongSecret => Some(403),
            Self::AlreadyConnected => Some(400),
            Self::Unavailable(unavailable) => unavailable.status(),
        }
    }
}

impl RequestError {
    /// The HTTP status, or `None` where there is no answer.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::CreateJob(error) => error.status(),
            Self::Schedule(error) => error.status(),
            Self::Cancel(error) => error.status(),
            Self::Stop(error) => error.status(),
            Self::CreateNode(error) => error.status(),
            Self::Node(error) => error.status(),
            Self::Connect(error) => error.status(),
            Self::Unavailable(unavailable) => unavailable.status(),
        }
    }
}
