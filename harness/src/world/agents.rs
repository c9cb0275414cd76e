//! The agents' own processes: what connects a task that runs in ECS with a node in Jenkins.

use footman_core::{
    Millis, Timestamp,
    id::{NodeName, TemplateId},
    units::Size,
};
use footman_ecs_sim::id::TaskId;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::world::witness::{AgentLife, AgentSeen};

/// Every agent whose task was accepted and has not been seen to stop.
#[derive(Debug, Default)]
pub(crate) struct Agents {
    by_task: IndexMap<TaskId, Agent, FxBuildHasher>,
    by_node: IndexMap<NodeName, TaskId, FxBuildHasher>,
}

/// One agent's process.
#[derive(Debug)]
pub(crate) struct Agent {
    pub(crate) node: NodeName,
    pub(crate) connected: bool,
    life: AgentLife,
    busy_since: Option<Timestamp>,
}

impl Agents {
    /// Takes in an agent whose task was accepted; a task that is known already (a replayed answer) stays as it is, and
    /// the answer is `false`.
    pub(crate) fn accept(
        &mut self,
        now: Timestamp,
        task: TaskId,
        node: NodeName,
        template: TemplateId,
        size: Size,
    ) -> bool {
        if self.by_task.contains_key(&task) {
            return false;
        }
        self.by_node.insert(node.clone(), task);
        let life = AgentLife {
            task,
            template,
            size,
            accepted_at: now,
            instance: None,
            pull_started_at: None,
            online_at: None,
            busy: Millis::ZERO,
            builds: 0,
        };
        self.by_task.insert(task, Agent { node, connected: false, life, busy_since: None });
        true
    }

    /// The agent with this task.
    pub(crate) fn of_task(&mut self, task: TaskId) -> Option<&mut Agent> {
        self.by_task.get_mut(&task)
    }

    /// The task of the agent with this node.
    pub(crate) fn task_of(&self, node: &NodeName) -> Option<TaskId> {
        self.by_node.get(node).copied()
    }

    /// Notes that the agent connected; says its template the first time.
    pub(crate) fn connected(&mut self, now: Timestamp, task: TaskId) -> Option<TemplateId> {
        let agent = self.by_task.get_mut(&task)?;
        agent.connected = true;
        let first = agent.life.online_at.is_none();
        agent.life.online_at.get_or_insert(now);
        first.then_some(agent.life.template)
    }

    /// Notes that a build started on a node; says which agent it is, if it is one.
    pub(crate) fn build_started(&mut self, now: Timestamp, node: &NodeName) -> Option<AgentSeen> {
        let task = self.task_of(node)?;
        let agent = self.by_task.get_mut(&task)?;
        agent.busy_since = Some(now);
        let builds_before = agent.life.builds;
        agent.life.builds += 1;
        let online_at = agent.life.online_at.unwrap_or(now);
        Some(AgentSeen { task, template: agent.life.template, online_at, builds_before })
    }

    /// Notes that the build on a node ended.
    pub(crate) fn build_finished(&mut self, now: Timestamp, node: &NodeName) {
        let Some(agent) = self.task_of(node).and_then(|task| self.by_task.get_mut(&task)) else {
            return;
        };
        if let Some(since) = agent.busy_since.take() {
            agent.life.busy = agent.life.busy.saturating_add(now.since(since));
        }
    }

    /// Forgets an agent whose task stopped, and tells its life.
    pub(crate) fn gone(&mut self, task: TaskId) -> Option<AgentLife> {
        let agent = self.by_task.swap_remove(&task)?;
        // A later task of the same name (the next attempt) may stand there by now.
        if self.by_node.get(&agent.node) == Some(&task) {
            self.by_node.swap_remove(&agent.node);
        }
        Some(agent.life)
    }

    /// How many tasks there are.
    pub(crate) fn len(&self) -> usize {
        self.by_task.len()
    }

    /// The tasks in the order of their numbers.
    pub(crate) fn tasks(&self) -> Vec<TaskId> {
        let mut tasks: Vec<TaskId> = self.by_task.keys().copied().collect();
        tasks.sort_unstable();
        tasks
    }
}
