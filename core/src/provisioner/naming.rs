//! The names and descriptions of agents: what is written when one is made, and what is read after a crash.

use crate::{
    description::{Description, Reading},
    event::Node,
    id::TemplateId,
    name::{AgentName, AgentNamePrefix},
    policy::Policy,
    spec::AgentSpec,
    time::Timestamp,
};
use std::sync::Arc;

/// The prefixes of the templates' names, and how many names the present moment has.
#[derive(Debug)]
pub(super) struct Names {
    prefixes: Vec<AgentNamePrefix>,
    moment: Timestamp,
    serial: u32,
}

impl Names {
    pub(super) fn new(policy: &Policy) -> Self {
        let prefix = |template: &crate::policy::Template| {
            AgentNamePrefix::new(&policy.owner, &template.cloud, &template.name)
        };
        Self { prefixes: policy.templates.iter().map(prefix).collect(), moment: Timestamp::EPOCH, serial: 0 }
    }

    /// The next name of an agent that is decided at `now`.
    pub(super) fn next(&mut self, template: TemplateId, now: Timestamp) -> AgentName {
        if self.moment == now {
            self.serial += 1;
        } else {
            (self.moment, self.serial) = (now, 0);
        }
        self.prefixes[template.index()].name(now, self.serial)
    }

    /// The template of the agent with the name `text`, of this run or another; `None` where it is no such name.
    pub(super) fn template(&self, text: &str) -> Option<TemplateId> {
        AgentName::parse(text)?;
        (0u32..)
            .map(TemplateId)
            .zip(&self.prefixes)
            .find(|(_, prefix)| text.starts_with(prefix.as_str()))
            .map(|(template, _)| template)
    }
}

/// The description of the node of an agent.
pub(super) fn describe(policy: &Policy, decided: Timestamp, spec: &AgentSpec) -> Arc<str> {
    let template = &policy.templates[spec.template.index()];
    let description = Description {
        owner: policy.owner.as_str().into(),
        cloud: (&*template.cloud).into(),
        template: (&*template.name).into(),
        size: spec.size,
        decided,
    };
    description.to_string().into()
}

/// Whether a node with this description is ours.
pub(super) fn owns(policy: &Policy, description: &str) -> bool {
    match Description::parse(description) {
        Reading::Ours(description) => description.owner == policy.owner.as_str(),
        Reading::OtherFormat(_) | Reading::Damaged | Reading::Foreign => false,
    }
}

/// What a node of ours says of its agent; the template is `None` where the policy does not have it.
pub(super) fn read(policy: &Policy, node: &Node) -> Option<(AgentName, Option<AgentSpec>)> {
    let Reading::Ours(description) = Description::parse(node.description.as_ref()?) else { return None };
    let name = AgentName::from_node(&node.name)?;
    let template = (0u32..).map(TemplateId).zip(&policy.templates).find(|(_, template)| {
        *template.cloud == *description.cloud && *template.name == *description.template
    });
    let spec = template.map(|(template, _)| AgentSpec {
        template,
        labels: node.labels.clone(),
        size: description.size,
    });
    Some((name, spec))
}
