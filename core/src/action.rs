//! What the core wants done.
//!
//! Actions are executed by a driver, concurrently and in any order between different agents; for one agent the core
//! hands out the next action only when it knows how the last one ended. Each is answered by one
//! [`Event::Reply`](crate::Event::Reply) with its [`ActionId`].

use crate::{
    id::{Attempt, NodeName, TaskArn, TemplateId},
    name::{AgentName, ClientToken},
    spec::AgentSpec,
};
use std::{fmt, sync::Arc};

/// The number of an action: ascending in the order in which the core decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionId(pub u64);

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Something to do in Jenkins or in ECS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Creates the node; the agent's intent is durable from then on.
    CreateNode {
        /// Its name.
        agent: AgentName,
        /// What it is.
        spec: Arc<AgentSpec>,
        /// The node's description, as [`crate::description`] writes it.
        description: Arc<str>,
    },
    /// Fetches the agent's secret and calls `RunTask` with it.
    Launch {
        /// The node's name.
        agent: AgentName,
        /// What it is.
        spec: Arc<AgentSpec>,
        /// Which attempt.
        attempt: Attempt,
        /// `clientToken`.
        token: ClientToken,
    },
    /// Makes the node unable to take another build.
    CloseNode {
        /// The node.
        node: NodeName,
    },
    /// Deletes the node.
    DeleteNode {
        /// The node.
        node: NodeName,
    },
    /// Calls `StopTask`.
    StopTask {
        /// The task.
        task: TaskArn,
        /// `reason`, which ECS shows as `stoppedReason`.
        reason: Arc<str>,
    },
}

impl Action {
    /// The template that this action makes an agent from, where it makes one.
    pub fn template(&self) -> Option<TemplateId> {
        match self {
            Self::CreateNode { spec, .. } | Self::Launch { spec, .. } => Some(spec.template),
            Self::CloseNode { .. } | Self::DeleteNode { .. } | Self::StopTask { .. } => None,
        }
    }
}
