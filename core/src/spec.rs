//! What one agent is: a template, with what the label of its builds overrides.

use crate::{id::TemplateId, label::LabelSet, units::Size};
use std::sync::Arc;

/// What one agent is made of; agents of equal spec are interchangeable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentSpec {
    /// Its template.
    pub template: TemplateId,
    /// The labels of its node: the template's, and the label with overrides that asked for it. The node of a session has
    /// that label alone.
    pub labels: LabelSet,
    /// The label of the session that it serves and whose node takes nothing else.
    pub session: Option<Arc<str>>,
    /// CPU and memory of its task, overrides applied.
    pub size: Size,
}
