//! The world that the driver acts upon: a Jenkins and an ECS.

use footman_core::{
    Action, Timestamp,
    event::{JenkinsListing, Outcome, TaskListing},
};
use std::future::Future;

/// A Jenkins and an ECS, real or not.
///
/// Each call is made once; whether it is made again is the core's to say. What fails is in the answer: an outcome, or a
/// listing that is not complete.
pub trait Hands: Send + Sync + 'static {
    /// Carries out an action.
    fn act(&self, action: Action) -> impl Future<Output = Outcome> + Send;

    /// Polls Jenkins at `now`: the nodes first and then the queue. `None` where there is nothing to tell the core.
    fn poll(&self, now: Timestamp) -> impl Future<Output = Option<JenkinsListing>> + Send;

    /// Looks at the tasks of ours.
    fn look(&self) -> impl Future<Output = TaskListing> + Send;
}
