//! What one agent is: a template, with what the label of its builds overrides.

use crate::{id::TemplateId, label::LabelSet, units::Size};

/// What one agent is made of; agents of equal spec are interchangeable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentSpec {
    /// Its template.
    pub template: TemplateId,
    /// The labels of its node: the template's, and the label with overrides that asked for it.
    pub labels: LabelSet,
    /// CPU and memory of its task, overrides applied.
    pub size: Size,
}
