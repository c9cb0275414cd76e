//! What connects a task that runs in ECS with a node in Jenkins: the agent, whose process is simulated with Jenkins.

use footman_core::{
    Millis, Timestamp,
    id::{Attempt, NodeName, TemplateId},
    spec::AgentSpec,
    units::Size,
};
use footman_ecs_sim::id::{EntityKey, TaskId};
use footman_jenkins_sim::{AgentId, Jenkins};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::world::{
    by_task::ByTask,
    draw,
    witness::{AgentLife, AgentSeen},
};

/// Every agent whose task was accepted and has not been seen to stop.
#[derive(Debug, Default)]
pub(crate) struct Agents {
    by_task: ByTask<Agent>,
    /// The tasks of the processes that run, by their places.
    by_process: Vec<Option<TaskId>>,
    by_node: IndexMap<NodeName, Standing, FxBuildHasher>,
    /// How many agents each template had.
    launched: Vec<u64>,
}

/// What is known of a node whose agent was launched, until it is deleted.
#[derive(Debug, Clone, Copy)]
struct Standing {
    /// The agent's place among those of its template, in the order of their first launches.
    nth: u64,
    task: Option<TaskId>,
    /// Its last task that stopped: a replayed answer may name it again.
    stopped: Option<TaskId>,
}

/// One agent.
#[derive(Debug)]
pub(crate) struct Agent {
    pub(crate) node: NodeName,
    /// What Jenkins' side calls its process, from its start until its end.
    process: Option<AgentId>,
    /// What its own randomness is keyed by.
    pub(crate) key: EntityKey,
    life: AgentLife,
    busy_since: Option<Timestamp>,
}

/// An agent whose task has not stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentView<'a> {
    /// Its node's name.
    pub node: &'a NodeName,
    /// Its task.
    pub task: TaskId,
    /// Its template.
    pub template: TemplateId,
    /// CPU and memory of its task.
    pub size: Size,
    /// Whether its process is connected to Jenkins.
    pub connected: bool,
    /// Whether it has a build.
    pub busy: bool,
}

impl Agents {
    /// What the randomness of one attempt to launch an agent is keyed by: its template, its place among the agents of
    /// that template, and the attempt; so that neither the load of other templates nor a repeated call changes it.
    pub(crate) fn key(&mut self, node: &NodeName, template: TemplateId, attempt: Attempt) -> EntityKey {
        let launched = &mut self.launched;
        let standing = self.by_node.entry(node.clone()).or_insert_with(|| {
            if launched.len() <= template.index() {
                launched.resize(template.index() + 1, 0);
            }
            launched[template.index()] += 1;
            Standing { nth: launched[template.index()], task: None, stopped: None }
        });
        let group = (u64::from(template.0) << draw::ATTEMPT_BITS) | u64::from(attempt.get());
        EntityKey(draw::entity(group, standing.nth))
    }

    /// Takes in an agent whose task was accepted; a task that is known already, or has stopped (a replayed answer),
    /// stays as it is, and the answer is `false`.
    pub(crate) fn accept(
        &mut self,
        now: Timestamp,
        task: TaskId,
        node: NodeName,
        key: EntityKey,
        spec: &AgentSpec,
    ) -> bool {
        if self.by_task.get(task).is_some() {
            return false;
        }
        if let Some(standing) = self.by_node.get_mut(&node) {
            if standing.stopped.is_some_and(|stopped| task <= stopped) {
                return false;
            }
            standing.task = Some(task);
        }
        let life = AgentLife {
            task,
            template: spec.template,
            size: spec.size,
            accepted_at: now,
            instance: None,
            pull_started_at: None,
            online_at: None,
            busy: Millis::ZERO,
            builds: 0,
            in_session: spec.session.is_some(),
        };
        self.by_task.insert(task, Agent { node, process: None, key, life, busy_since: None });
        true
    }

    /// The agent with this task.
    pub(crate) fn of_task(&mut self, task: TaskId) -> Option<&mut Agent> {
        self.by_task.get_mut(task)
    }

    /// The task of the agent with this node.
    pub(crate) fn task_of(&self, node: &NodeName) -> Option<TaskId> {
        self.by_node.get(node)?.task
    }

    /// The node whose agent is to start in a task, unless it has.
    pub(crate) fn to_start(&self, task: TaskId) -> Option<&NodeName> {
        self.by_task.get(task).filter(|agent| agent.process.is_none()).map(|agent| &agent.node)
    }

    /// Notes that the process of an agent started.
    pub(crate) fn started(&mut self, task: TaskId, process: AgentId) {
        let Some(agent) = self.by_task.get_mut(task) else { return };
        agent.process = Some(process);
        let place = process.place();
        if self.by_process.len() <= place {
            self.by_process.resize(place + 1, None);
        }
        self.by_process[place] = Some(task);
    }

    /// The task in which a process runs.
    fn running_in(&self, process: AgentId) -> Option<TaskId> {
        let task = self.by_process.get(process.place()).copied().flatten()?;
        self.by_task.get(task).filter(|agent| agent.process == Some(process)).map(|_| task)
    }

    /// Notes that the process of an agent is over, if one runs; says which.
    pub(crate) fn ended(&mut self, task: TaskId) -> Option<AgentId> {
        let process = self.by_task.get_mut(task)?.process.take()?;
        self.by_process[process.place()] = None;
        Some(process)
    }

    /// Notes that a process exited by itself; says in which task.
    pub(crate) fn exited(&mut self, process: AgentId) -> Option<TaskId> {
        let task = self.running_in(process)?;
        self.ended(task).map(|_| task)
    }

    /// Notes that a process is connected; says in which task it runs and its template, the first time.
    pub(crate) fn connected(&mut self, now: Timestamp, process: AgentId) -> Option<(TaskId, TemplateId)> {
        let task = self.running_in(process)?;
        let life = &mut self.by_task.get_mut(task)?.life;
        let first = life.online_at.is_none();
        life.online_at.get_or_insert(now);
        first.then_some((task, life.template))
    }

    /// Notes that a build started on a node; says which agent it is, if it is one.
    pub(crate) fn build_started(&mut self, now: Timestamp, node: &NodeName) -> Option<AgentSeen> {
        let task = self.task_of(node)?;
        let agent = self.by_task.get_mut(task)?;
        agent.busy_since = Some(now);
        let builds_before = agent.life.builds;
        agent.life.builds += 1;
        let online_at = agent.life.online_at.unwrap_or(now);
        let (template, in_session) = (agent.life.template, agent.life.in_session);
        Some(AgentSeen { task, template, online_at, builds_before, in_session })
    }

    /// Notes that the build on a node ended.
    pub(crate) fn build_finished(&mut self, now: Timestamp, node: &NodeName) {
        let Some(agent) = self.task_of(node).and_then(|task| self.by_task.get_mut(task)) else {
            return;
        };
        if let Some(since) = agent.busy_since.take() {
            agent.life.busy = agent.life.busy.saturating_add(now.since(since));
        }
    }

    /// Forgets an agent whose task stopped, and tells its life.
    pub(crate) fn gone(&mut self, task: TaskId) -> Option<AgentLife> {
        let agent = self.by_task.remove(task)?;
        // A later task of the same name (the next attempt) may stand there by now.
        if let Some(standing) = self.by_node.get_mut(&agent.node)
            && standing.task == Some(task)
        {
            standing.task = None;
            standing.stopped = Some(task);
        }
        Some(agent.life)
    }

    /// Forgets a node, whose name is never used again.
    pub(crate) fn node_deleted(&mut self, node: &NodeName) {
        if self.by_node.get(node).is_some_and(|standing| standing.task.is_none()) {
            self.by_node.swap_remove(node);
        }
    }

    /// Every agent, in the order of the tasks' numbers.
    pub(crate) fn views<'a>(&'a self, jenkins: &Jenkins) -> Vec<AgentView<'a>> {
        let mut views: Vec<AgentView<'_>> = self
            .by_task
            .iter()
            .map(|(task, agent)| AgentView {
                node: &agent.node,
                task,
                template: agent.life.template,
                size: agent.life.size,
                connected: agent.process.is_some() && jenkins.agent_of(&agent.node) == agent.process,
                busy: agent.busy_since.is_some(),
            })
            .collect();
        views.sort_unstable_by_key(|view| view.task);
        views
    }

    /// How many tasks there are.
    pub(crate) fn len(&self) -> usize {
        self.by_task.len()
    }

    /// The tasks in the order of their numbers.
    pub(crate) fn tasks(&self) -> Vec<TaskId> {
        let mut tasks: Vec<TaskId> = self.by_task.iter().map(|(task, _)| task).collect();
        tasks.sort_unstable();
        tasks
    }
}
