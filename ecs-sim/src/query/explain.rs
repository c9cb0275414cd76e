//! An expression in words.

use super::{
    expression::{Expression, Node},
    operator::{Comparison, Order},
    test::{AttributeTest, GroupTest, Test, TextTest},
};
use std::sync::Arc;

impl Expression {
    /// What it selects, in words: a line for each part, two blanks deeper for each level.
    pub fn explain(&self) -> String {
        let mut lines = String::new();
        self.explain_at(0, &mut lines);
        lines
    }

    fn explain_at(&self, depth: usize, lines: &mut String) {
        let mut line = |text: &str| {
            lines.push_str(&"  ".repeat(depth));
            lines.push_str(text);
            lines.push('\n');
        };
        match self.node() {
            Node::Test(test) => line(&test.explain()),
            Node::Not(inner) => {
                line("not:");
                inner.explain_at(depth + 1, lines);
            }
            Node::All(parts) => {
                line("all of:");
                parts.iter().for_each(|part| part.explain_at(depth + 1, lines));
            }
            Node::Any(parts) => {
                line("one of:");
                parts.iter().for_each(|part| part.explain_at(depth + 1, lines));
            }
        }
    }
}

impl Test {
    /// What it asks for, in words.
    fn explain(&self) -> String {
        match self {
            Self::AgentConnected(test) => format!("agentConnected, true or false, {}", test.explain()),
            Self::AgentVersion(comparison, version) => {
                format!("the agent's version, number by number, is {} {version}", words(*comparison))
            }
            Self::Attribute(name, AttributeTest::Exists(true)) => format!("has the attribute {name}"),
            Self::Attribute(name, AttributeTest::Exists(false)) => {
                format!("does not have the attribute {name}")
            }
            Self::Attribute(name, AttributeTest::Text(test)) => {
                format!("has the attribute {name}, and its value {}", test.explain())
            }
            Self::Attribute(name, AttributeTest::Ordered(order, number)) => {
                let order = words(Comparison::Ordered(*order));
                format!("has the attribute {name}, and its value, a dotted number, is {order} {number}")
            }
            Self::Ec2InstanceId(test) => format!("the EC2 instance id {}", test.explain()),
            Self::RegisteredAt(comparison, second) => {
                let when = match comparison {
                    Comparison::Equal => "in the second",
                    Comparison::NotEqual => "in another second than",
                    Comparison::Ordered(Order::Greater) => "after",
                    Comparison::Ordered(Order::GreaterEqual) => "at or after",
                    Comparison::Ordered(Order::Less) => "before",
                    Comparison::Ordered(Order::LessEqual) => "at or before",
                };
                format!("was registered {when} {second} (UTC)")
            }
            Self::RunningTasksCount(comparison, count) => {
                format!("the number of its running tasks is {} {count}", words(*comparison))
            }
            Self::TaskGroup(GroupTest::Exists(true)) => "has a task".to_owned(),
            Self::TaskGroup(GroupTest::Exists(false)) => "has no task".to_owned(),
            Self::TaskGroup(GroupTest::Text(test)) => format!("has a task whose group {}", test.explain()),
        }
    }
}

impl TextTest {
    fn explain(&self) -> String {
        let list =
            |texts: &[Arc<str>]| texts.iter().map(|text| format!("'{text}'")).collect::<Vec<_>>().join(", ");
        match self {
            Self::Is(text) => format!("is '{text}'"),
            Self::IsNot(text) => format!("is not '{text}'"),
            Self::In(texts) => format!("is one of {}", list(texts)),
            Self::NotIn(texts) => format!("is none of {}", list(texts)),
            Self::Matches(pattern) => format!("as a whole matches the pattern '{}'", pattern.text()),
            Self::MatchesNot(pattern) => {
                format!("as a whole does not match the pattern '{}'", pattern.text())
            }
        }
    }
}

fn words(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "equal to",
        Comparison::NotEqual => "other than",
        Comparison::Ordered(Order::Greater) => "greater than",
        Comparison::Ordered(Order::GreaterEqual) => "at least",
        Comparison::Ordered(Order::Less) => "less than",
        Comparison::Ordered(Order::LessEqual) => "at most",
    }
}
