//! The API of ECS as plain types: what an HTTP face translates texts to, and what a program calls directly.

mod error;
mod operation;
mod read;
mod run;

pub use error::{ApiError, ErrorCode};
pub use operation::{ActionGroup, Operation};
pub use read::{DescribedTasks, DesiredStatus, ListTasks, TaskPage};
pub use run::{
    Capacity, Failure, FailureSubject, LaunchType, Network, Placement, Provider, RunTask, RunTaskAnswer,
    StrategyItem, Tag, Tags,
};
