//! The world that the driver acts upon: a Jenkins and an ECS.

use footman_core::{
    Action, Timestamp,
    event::{JenkinsListing, Outcome, TaskListing},
    id::NodeName,
};
use std::future::Future;
use thiserror::Error;

/// What may be left of ours where no agent is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LeftOver {
    /// Lookout nodes that could not be deleted, or on which something runs.
    #[error("lookout nodes are left in Jenkins: {}", names(.0))]
    Lookouts(Vec<NodeName>),
    /// Jenkins did not say what there is.
    #[error("nobody knows whether lookout nodes are left in Jenkins: {0}")]
    Unlisted(String),
}

fn names(nodes: &[NodeName]) -> String {
    nodes.iter().map(NodeName::as_str).collect::<Vec<_>>().join(", ")
}

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

    /// Takes away what there is of ours besides agents, once no agent is left and none will be made: nothing, unless said
    /// otherwise. What it asks for has deadlines of its own.
    ///
    /// # Errors
    ///
    /// Fails where something of it is left.
    fn clear(&self) -> impl Future<Output = Result<(), LeftOver>> + Send {
        std::future::ready(Ok(()))
    }
}
