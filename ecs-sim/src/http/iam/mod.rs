//! What a given IAM policy allows: calls of the simulated ECS are checked against it, so that a policy can be shown to
//! be enough, and each of its statements to be needed.
//!
//! [`Policy`] is one or more identity-based policy documents. `accesses` says what a request touches: an action on a
//! resource, with what conditions can ask of it. A request is allowed where each of its accesses is allowed by a
//! statement and denied by none (IAM User Guide, "Policy evaluation logic", read 2026-11-26). Boundaries, session
//! policies, service control policies and policies of resources are not looked at.

mod access;
mod condition;
mod document;
mod pattern;

pub(super) use access::{Access, Facts, Scope, accesses};

#[cfg(test)]
mod tests;

use document::Statement;
use thiserror::Error;

/// One or more identity-based policies, taken together.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    statements: Vec<Statement>,
}

/// Why a policy cannot be enforced.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// It is no JSON, or not of a policy's shape.
    #[error("the policy is no policy document: {0}")]
    Json(#[from] serde_json::Error),
    /// Part of it is wrong, or cannot be evaluated here.
    #[error("{place}: {why}")]
    Unsupported {
        /// Where in the document.
        place: String,
        /// What is wrong with it.
        why: String,
    },
}

/// What a policy says to one access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Allowed,
    /// No statement allows it.
    NotAllowed,
    /// A statement denies it.
    Denied,
}

impl Policy {
    /// Reads one policy document.
    ///
    /// # Errors
    ///
    /// Fails where the document is no policy, and where it says something that cannot be evaluated here: an unknown
    /// condition operator or key, a policy variable, a principal.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        Ok(Self { statements: document::statements(text)? })
    }

    /// Adds what another policy says, as a second one that is attached to the same user.
    pub fn attach(&mut self, other: Self) {
        self.statements.extend(other.statements);
    }

    /// What the policy says to an access.
    pub(super) fn verdict(&self, access: &Access) -> Verdict {
        let mut verdict = Verdict::NotAllowed;
        for statement in self.statements.iter().filter(|statement| statement.is_about(access)) {
            if !statement.allow {
                return Verdict::Denied;
            }
            verdict = Verdict::Allowed;
        }
        verdict
    }

    /// The message of the `AccessDeniedException` for the first access that is not allowed, or `None` where all are.
    ///
    /// The words are those of observed answers of `RunTask` and `RegisterTaskDefinition` (2022 to 2024).
    pub(super) fn refusal(&self, user: &str, accesses: &[Access]) -> Option<String> {
        accesses.iter().find_map(|access| {
            let Access { action, resource, .. } = access;
            let because = match self.verdict(access) {
                Verdict::Allowed => return None,
                Verdict::NotAllowed => format!("because no identity-based policy allows the {action} action"),
                Verdict::Denied => "with an explicit deny in an identity-based policy".to_owned(),
            };
            Some(format!(
                "User: {user} is not authorized to perform: {action} on resource: {resource} {because}"
            ))
        })
    }
}

impl Statement {
    fn is_about(&self, access: &Access) -> bool {
        self.actions.has(|pattern| pattern.matches_ignoring_case(&access.action))
            && self.resources.has(|pattern| pattern.matches(&access.resource))
            && self.conditions.iter().all(|condition| condition.holds(&access.context))
    }
}
