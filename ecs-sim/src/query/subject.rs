//! The subjects, and which operators each takes.

use super::{
    error::{Problem, QueryError, nearest},
    operator::Operator,
};
use std::ops::Range;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject<'a> {
    AgentConnected,
    AgentVersion,
    Attribute(&'a str),
    Ec2InstanceId,
    RegisteredAt,
    RunningTasksCount,
    TaskGroup,
}

/// The subjects as they are spelt, `attribute:NAME` aside.
const NAMES: [(&str, Subject<'static>); 6] = [
    ("agentConnected", Subject::AgentConnected),
    ("agentVersion", Subject::AgentVersion),
    ("ec2InstanceId", Subject::Ec2InstanceId),
    ("registeredAt", Subject::RegisteredAt),
    ("runningTasksCount", Subject::RunningTasksCount),
    ("task:group", Subject::TaskGroup),
];
/// What stands before the name of an attribute.
const ATTRIBUTE: &str = "attribute:";
/// The characters of an attribute's name (Amazon ECS API Reference, Attribute).
const ATTRIBUTE_NAME_MAX: usize = 128;

impl<'a> Subject<'a> {
    /// The subject that `word` spells.
    pub(super) fn read(word: &'a str, span: Range<usize>) -> Result<Self, QueryError> {
        if let Some(name) = word.strip_prefix(ATTRIBUTE) {
            let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '\\' | '.');
            if name.is_empty() || name.len() > ATTRIBUTE_NAME_MAX || !name.chars().all(fine) {
                let span = span.start + ATTRIBUTE.len()..span.end;
                return Err(QueryError::new(span, Problem::AttributeName));
            }
            return Ok(Self::Attribute(name));
        }
        let found = NAMES.iter().find(|(name, _)| *name == word).map(|(_, subject)| *subject);
        found.ok_or_else(|| {
            let problem = Problem::UnknownSubject { found: word.to_owned(), nearest: near(word) };
            QueryError::new(span, problem)
        })
    }

    /// The name without that of an attribute.
    pub(super) fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(_, subject)| *subject == self);
        found.map_or("attribute:NAME", |(name, _)| name)
    }

    /// Whether the subject takes an operator.
    ///
    /// The guide lists the operators of all but `attribute:NAME` and `task:group`. An attribute takes every one; a group
    /// is a name that an instance may have several of, and takes all but those of order.
    pub(super) fn takes(self, operator: Operator) -> bool {
        let ordered = operator.comparison().is_some();
        let equality = matches!(operator, Operator::Equals | Operator::NotEquals);
        let presence = matches!(operator, Operator::Exists | Operator::NotExists);
        match self {
            Self::AgentVersion | Self::RegisteredAt | Self::RunningTasksCount => ordered,
            Self::AgentConnected | Self::Ec2InstanceId => equality || !(ordered || presence),
            Self::TaskGroup => equality || !ordered,
            Self::Attribute(_) => true,
        }
    }
}

/// The operators that the subject of this name takes.
pub(super) fn operators(name: &str) -> impl Iterator<Item = Operator> {
    let subject = NAMES.iter().find(|(known, _)| *known == name).map(|(_, subject)| *subject);
    let subject = subject.unwrap_or(Subject::Attribute(""));
    Operator::ALL.into_iter().filter(move |&operator| subject.takes(operator))
}

/// The nearest right spelling of a subject.
fn near(word: &str) -> Option<String> {
    if let Some((prefix, name)) = word.split_once(':')
        && !name.is_empty()
        && nearest(prefix, &["attribute", "attributes"]).is_some()
    {
        return Some(format!("{ATTRIBUTE}{name}"));
    }
    // The built-in attributes are often written without what must stand before them.
    if word.starts_with("ecs.") || word.starts_with("com.amazonaws.ecs.") {
        return Some(format!("{ATTRIBUTE}{word}"));
    }
    nearest(word, &NAMES.map(|(name, _)| name)).map(str::to_owned)
}
