//! The processes in the tasks: which node a task is the agent of, and when it connects.

use super::accounts::{AccountId, TaskKey};
use footman_core::id::NodeName;
use footman_ecs_sim::{
    http::{Face, REDACTED},
    task::TaskView,
};
use std::{collections::BTreeMap, fmt};

/// The tag by which a task names its node.
const NODE_TAG: &str = "footman:agent";
/// The variables by which a task names its node: of the images of Jenkins, old and new.
const NODE_VARIABLES: [&str; 3] = ["JENKINS_AGENT_NAME", "SLAVE_NODE_NAME", "JENKINS_NAME"];
/// The variables that hold the secret of the node.
const SECRET_VARIABLES: [&str; 2] = ["JENKINS_SECRET", "SLAVE_NODE_SECRET"];

/// Every agent whose task runs.
#[derive(Debug, Default)]
pub(super) struct Agents {
    by_task: BTreeMap<TaskKey, Agent>,
    by_node: BTreeMap<NodeName, TaskKey>,
}

/// One agent's process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Agent {
    pub(super) node: NodeName,
    /// The secret that it was given, if it was given one.
    pub(super) secret: Option<Secret>,
    pub(super) connected: bool,
}

/// The secret of a node, which is not shown.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Secret {
    /// Whether it is this one.
    pub(super) fn is(&self, text: &str) -> bool {
        self.0 == text
    }
}

impl Agent {
    /// The agent that runs in a task, if it is one.
    pub(super) fn in_task(face: &Face, task: &TaskView<'_>) -> Option<Self> {
        let environment = face.environment(task);
        let variable = |names: &[&str]| {
            let of = |name: &&str| {
                environment.iter().rfind(|(key, _)| key == name).map(|(_, value)| value.clone())
            };
            names.iter().find_map(of).filter(|value| !value.is_empty())
        };
        let tag = task.tags.iter().find(|(key, _)| &**key == NODE_TAG).map(|(_, value)| value.to_string());
        let node = tag.or_else(|| variable(&NODE_VARIABLES))?;
        Some(Self {
            node: NodeName::new(node),
            secret: variable(&SECRET_VARIABLES).map(Secret),
            connected: false,
        })
    }
}

impl Agents {
    /// Takes in the agent of a task that runs.
    pub(super) fn insert(&mut self, task: TaskKey, agent: Agent) {
        self.by_task.insert(task, agent);
    }

    /// The agent of a task.
    pub(super) fn of_task(&mut self, task: TaskKey) -> Option<&mut Agent> {
        self.by_task.get_mut(&task)
    }

    /// Notes that the agent of a task is connected.
    pub(super) fn connected(&mut self, task: TaskKey) {
        if let Some(agent) = self.by_task.get_mut(&task) {
            agent.connected = true;
            self.by_node.insert(agent.node.clone(), task);
        }
    }

    /// Notes that an agent is connected no longer; the answer is its node, where it was.
    pub(super) fn lost(&mut self, task: TaskKey) -> Option<NodeName> {
        let agent = self.by_task.get_mut(&task)?;
        if !std::mem::take(&mut agent.connected) {
            return None;
        }
        self.by_node.remove(&agent.node);
        Some(agent.node.clone())
    }

    /// Notes that Jenkins closed the channel of the agent of a node; the answer is its task.
    pub(super) fn dropped(&mut self, node: &NodeName) -> Option<TaskKey> {
        let task = self.by_node.remove(node)?;
        if let Some(agent) = self.by_task.get_mut(&task) {
            agent.connected = false;
        }
        Some(task)
    }

    /// The tasks of an account that have agents.
    pub(super) fn of_account(&self, account: AccountId) -> Vec<TaskKey> {
        self.by_task.keys().filter(|task| task.account == account).copied().collect()
    }

    /// Forgets the agent of a task that stopped.
    pub(super) fn gone(&mut self, task: TaskKey) {
        self.by_task.remove(&task);
    }
}
