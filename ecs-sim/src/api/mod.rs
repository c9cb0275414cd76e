//! The API of ECS as plain types: what an HTTP face translates texts to, and what a program calls directly.

mod call;
mod error;
mod operation;
mod read;
mod run;

pub use call::{Request, Response};
pub use error::{ApiError, ErrorCode};
pub use operation::{ActionGroup, Operation};
pub use read::{DescribedTasks, DesiredStatus, ListTasks, TaskPage};
pub use run::{
    Capacity, Failure, FailureSubject, LaunchType, Network, Placement, Provider, RunTask, RunTaskAnswer,
    StartTask, StrategyItem, Tag, Tags,
};
