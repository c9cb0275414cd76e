//! One comparison of a subject with its argument.

use super::{
    instance::QueriedInstance,
    operator::{Comparison, Operator, Order},
    pattern::Pattern,
    value::{AgentVersion, Second},
};
use std::{fmt, sync::Arc};

/// One comparison: a single expression of the guide.
///
/// A subject has values: an attribute one or none, `task:group` one for each task of the instance, each of the others
/// one. A comparison holds where it holds of one of the values; so `attribute:a != b` selects only instances that have
/// `a`, as the guide has it, and `task:group != b` those with a task of another group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Test {
    /// `agentConnected`, whose values are `true` and `false`.
    AgentConnected(TextTest),
    /// `agentVersion`.
    AgentVersion(Comparison, AgentVersion),
    /// `attribute:NAME`.
    Attribute(Arc<str>, AttributeTest),
    /// `ec2InstanceId`.
    Ec2InstanceId(TextTest),
    /// `registeredAt`.
    RegisteredAt(Comparison, Second),
    /// `runningTasksCount`.
    RunningTasksCount(Comparison, u32),
    /// `task:group`.
    TaskGroup(GroupTest),
}

/// What is asked of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttributeTest {
    /// `exists`, or `!exists` where it is false.
    Exists(bool),
    /// What is asked of its text.
    Text(TextTest),
    /// A comparison by order: of dotted numbers, for ECS does not say how texts are ordered. An instance whose value is
    /// none is not selected.
    Ordered(Order, AgentVersion),
}

/// What is asked of the groups of an instance's tasks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupTest {
    /// `exists`: the instance has a task; `!exists` where it is false.
    Exists(bool),
    /// What is asked of one of them.
    Text(TextTest),
}

/// What is asked of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextTest {
    /// `==`.
    Is(Arc<str>),
    /// `!=`.
    IsNot(Arc<str>),
    /// `in`: two texts or more, ascending and each once.
    In(Vec<Arc<str>>),
    /// `!in`: the same.
    NotIn(Vec<Arc<str>>),
    /// `=~`.
    Matches(Pattern),
    /// `!~`.
    MatchesNot(Pattern),
}

impl Test {
    /// Whether it holds of an instance. It allocates nothing, but for the bounded cache of a pattern.
    pub fn holds(&self, instance: &impl QueriedInstance) -> bool {
        match self {
            Self::AgentConnected(test) => {
                test.holds(if instance.agent_connected() { "true" } else { "false" })
            }
            Self::AgentVersion(comparison, version) => {
                instance.agent_version().is_some_and(|there| comparison.holds(there.cmp(version)))
            }
            Self::Attribute(name, test) => test.holds(instance.attribute(name)),
            Self::Ec2InstanceId(test) => instance.ec2_instance_id().is_some_and(|id| test.holds(id)),
            Self::RegisteredAt(comparison, second) => {
                instance.registered_at().is_some_and(|there| comparison.holds(there.cmp(second)))
            }
            Self::RunningTasksCount(comparison, count) => {
                comparison.holds(instance.running_tasks_count().cmp(count))
            }
            Self::TaskGroup(GroupTest::Exists(wanted)) => instance.task_groups().next().is_some() == *wanted,
            Self::TaskGroup(GroupTest::Text(test)) => instance.task_groups().any(|group| test.holds(group)),
        }
    }
}

impl AttributeTest {
    fn holds(&self, value: Option<&str>) -> bool {
        match self {
            Self::Exists(wanted) => value.is_some() == *wanted,
            Self::Text(test) => value.is_some_and(|value| test.holds(value)),
            Self::Ordered(order, number) => value
                .and_then(|value| value.parse::<AgentVersion>().ok())
                .is_some_and(|value| order.holds(value.cmp(number))),
        }
    }
}

impl TextTest {
    /// `in`, or `!in` where `wanted` is false; of one text `==` or `!=`.
    pub(super) fn list(wanted: bool, mut texts: Vec<Arc<str>>) -> Self {
        texts.sort_unstable();
        texts.dedup();
        match (wanted, <[Arc<str>; 1]>::try_from(texts)) {
            (true, Ok([text])) => Self::Is(text),
            (false, Ok([text])) => Self::IsNot(text),
            (true, Err(texts)) => Self::In(texts),
            (false, Err(texts)) => Self::NotIn(texts),
        }
    }

    /// Whether it holds of `value`.
    pub fn holds(&self, value: &str) -> bool {
        let among = |texts: &[Arc<str>]| texts.binary_search_by(|text| (**text).cmp(value)).is_ok();
        match self {
            Self::Is(text) => **text == *value,
            Self::IsNot(text) => **text != *value,
            Self::In(texts) => among(texts),
            Self::NotIn(texts) => !among(texts),
            Self::Matches(pattern) => pattern.matches(value),
            Self::MatchesNot(pattern) => !pattern.matches(value),
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |operator: Operator, texts: &[Arc<str>], f: &mut fmt::Formatter<'_>| {
            write!(f, "{operator} [")?;
            for (place, text) in texts.iter().enumerate() {
                f.write_str(if place == 0 { "" } else { ", " })?;
                write_text(text, f)?;
            }
            f.write_str("]")
        };
        match self {
            Self::Is(text) => write_argument(Operator::Equals, text, f),
            Self::IsNot(text) => write_argument(Operator::NotEquals, text, f),
            Self::In(texts) => list(Operator::In, texts, f),
            Self::NotIn(texts) => list(Operator::NotIn, texts, f),
            Self::Matches(pattern) => write_pattern(Operator::Matches, pattern.text(), f),
            Self::MatchesNot(pattern) => write_pattern(Operator::NotMatches, pattern.text(), f),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let presence = |exists| if exists { Operator::Exists } else { Operator::NotExists };
        match self {
            Self::AgentConnected(test) => {
                f.write_str("agentConnected ")?;
                test.write(f)
            }
            Self::AgentVersion(comparison, version) => {
                write!(f, "agentVersion {} {version}", comparison.operator())
            }
            Self::Attribute(name, test) => {
                write!(f, "attribute:{name} ")?;
                match test {
                    AttributeTest::Exists(exists) => write!(f, "{}", presence(*exists)),
                    AttributeTest::Text(test) => test.write(f),
                    AttributeTest::Ordered(order, number) => write!(f, "{} {number}", order.operator()),
                }
            }
            Self::Ec2InstanceId(test) => {
                f.write_str("ec2InstanceId ")?;
                test.write(f)
            }
            Self::RegisteredAt(comparison, second) => {
                write!(f, "registeredAt {} {second}", comparison.operator())
            }
            Self::RunningTasksCount(comparison, count) => {
                write!(f, "runningTasksCount {} {count}", comparison.operator())
            }
            Self::TaskGroup(GroupTest::Exists(exists)) => write!(f, "task:group {}", presence(*exists)),
            Self::TaskGroup(GroupTest::Text(test)) => {
                f.write_str("task:group ")?;
                test.write(f)
            }
        }
    }
}

fn write_argument(operator: Operator, text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{operator} ")?;
    write_text(text, f)
}

/// Writes a text without quotes where it can stand so.
fn write_text(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let bare = !text.is_empty() && text.chars().all(in_word);
    if bare { f.write_str(text) } else { write_quoted(text, f) }
}

fn write_pattern(operator: Operator, text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{operator} ")?;
    let bare = bare_pattern_len(text) == text.len() && !text.is_empty();
    if bare { f.write_str(text) } else { write_quoted(text, f) }
}

/// No text has both kinds of quotes, for the language has no escapes.
fn write_quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let quote = if text.contains('\'') { '"' } else { '\'' };
    write!(f, "{quote}{text}{quote}")
}

/// Whether a character may stand in an argument without quotes: those of attributes' values, names of groups and dates.
pub(super) fn in_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '/' | '\\' | ':' | '+')
}

/// How much of `text` is a pattern without quotes: up to a blank, a quote, a parenthesis, `&&` or `||`.
pub(super) fn bare_pattern_len(text: &str) -> usize {
    let ends = |(at, c): &(usize, char)| {
        c.is_whitespace()
            || matches!(c, '\'' | '"' | '(' | ')')
            || text[*at..].starts_with("&&")
            || text[*at..].starts_with("||")
    };
    // A pattern that starts like an operator would be read as one.
    if text.starts_with(['=', '!', '~', '<', '>']) {
        return 0;
    }
    text.char_indices().find(ends).map_or(text.len(), |(at, _)| at)
}
