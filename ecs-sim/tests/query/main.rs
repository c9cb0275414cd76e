//! The cluster query language: the grammar row by row, what each row selects, and the laws.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the operators are told apart by kind; a table has a row for each"
)]

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod documentation;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod patterns;
#[cfg(test)]
mod values;

use footman_core::time::Timestamp;
use footman_ecs_sim::query::{AgentVersion, Expression, QueriedInstance, Second};

/// An instance that says of itself what it is told to.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) connected: bool,
    pub(crate) version: Option<AgentVersion>,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) id: Option<String>,
    pub(crate) registered_ms: Option<i64>,
    pub(crate) running: u32,
    pub(crate) groups: Vec<String>,
}

impl QueriedInstance for Instance {
    fn agent_connected(&self) -> bool {
        self.connected
    }

    fn agent_version(&self) -> Option<&AgentVersion> {
        self.version.as_ref()
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn ec2_instance_id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn registered_at(&self) -> Option<Second> {
        self.registered_ms.map(|ms| Second::from(Timestamp::from_millis(ms)))
    }

    fn running_tasks_count(&self) -> u32 {
        self.running
    }

    fn task_groups(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().map(String::as_str)
    }
}

/// A `g2.2xlarge` in `us-east-1a` with a task of `service:production`, registered on 2018-06-18 at 22:28:28.5.
pub(crate) fn instance() -> Instance {
    let attribute = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Instance {
        connected: true,
        version: Some("1.14.4".parse().expect("it is a version")),
        attributes: vec![
            attribute("ecs.instance-type", "g2.2xlarge"),
            attribute("ecs.availability-zone", "us-east-1a"),
            attribute("stack", "prod"),
            attribute("rack", "7"),
            attribute("note", "two words"),
            attribute("flag", ""),
        ],
        id: Some("i-abcd1234".to_owned()),
        registered_ms: Some(1_529_360_908_500),
        running: 1,
        groups: vec!["service:production".to_owned()],
    }
}

/// Whether the text selects [`instance`].
pub(crate) fn selects(text: &str) -> bool {
    expression(text).holds(&instance())
}

/// The expression of a text that is one.
pub(crate) fn expression(text: &str) -> Expression {
    Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
