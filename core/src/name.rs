//! The names of agents and the tokens of their launches.

use crate::id::{Attempt, NodeName};
use std::{fmt, sync::Arc};

/// The name of an agent of ours: node and task go by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentName(NodeName);

impl AgentName {
    /// The name as that of a Jenkins node.
    pub fn node(&self) -> &NodeName {
        &self.0
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// `clientToken` of launch attempt `attempt`: `name.k`.
    ///
    /// ECS accepts at most 64 ASCII characters (Amazon ECS API Reference, "Ensuring idempotency"); a name has at most
    /// 60 and an attempt at most three digits.
    pub fn client_token(&self, attempt: Attempt) -> ClientToken {
        ClientToken(format!("{}.{attempt}", self.as_str()).into())
    }
}

impl fmt::Display for AgentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `clientToken` of one `RunTask`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientToken(Arc<str>);

impl ClientToken {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, shared.
    pub fn text(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}
