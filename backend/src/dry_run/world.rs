//! The world as it would be had a dry run's actions been carried out: what is really there, with what is imagined laid over it.
//!
//! An imagined agent is online as soon as it is launched and runs the oldest item that it may until that item really leaves the
//! queue, be it cancelled or served by somebody else. Its node reads idle then, and the core takes it out of service as ever. The
//! item stays listed meanwhile; the core counts no item as waiting that runs somewhere.
//!
//! Nodes and tasks of ours that are there at first are shown as they are, until an action of the core's would have changed them.
//! What another daemon makes under the same owner id is not shown: the core would take it for a reason to stop itself.
//!
//! Must stay pure: no I/O, no clock, no logging.

use footman_core::{
    Action, Policy,
    description::{Description, Reading},
    event::{
        ItemLabel, ItemState, JenkinsListing, Node, Outcome, QueueItem, StopCode, Task, TaskListing,
        TaskStatus, TaskStop,
    },
    id::{NodeName, QueueItemId, TaskArn},
    label::{LabelExpression, LabelSet},
    name::AgentName,
    policy::Template,
    spec::AgentSpec,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What is imagined, and what has to be known of the rest to tell it apart.
#[derive(Debug)]
pub(super) struct World {
    policy: Policy,
    /// Agents whose node was created or whose task was launched here.
    agents: BTreeMap<NodeName, Imagined>,
    /// The nodes of ours in the first complete poll; `None` before it.
    nodes_found: Option<BTreeSet<NodeName>>,
    /// The tasks of ours in the first complete look; `None` before it.
    tasks_found: Option<BTreeSet<TaskArn>>,
    /// Nodes of ours that somebody else made since, as the last complete poll listed them.
    others: BTreeSet<NodeName>,
    /// Nodes that would be closed, imagined or not.
    closed: BTreeSet<NodeName>,
    /// Real nodes that would be gone.
    deleted: BTreeSet<NodeName>,
    /// Real tasks that would have stopped, and why.
    stopped: BTreeMap<TaskArn, Arc<str>>,
}

/// An agent of which something is imagined.
#[derive(Debug)]
struct Imagined {
    name: AgentName,
    spec: Arc<AgentSpec>,
    node: Standing,
    task: Option<ImaginedTask>,
    runs: Option<QueueItemId>,
}

/// How the node of an imagined agent stands.
#[derive(Debug)]
enum Standing {
    /// It is imagined, with this description.
    Made(Arc<str>),
    /// It is really there: an earlier run of ours made it, and its task alone is imagined.
    Real,
    /// It would be gone.
    Deleted,
}

#[derive(Debug)]
struct ImaginedTask {
    arn: TaskArn,
    /// Why it would have been stopped, once it would.
    stopped: Option<Arc<str>>,
}

/// An item that waits, and its label as an expression; `None` is any node that takes such.
struct Waiting<'a> {
    item: &'a QueueItem,
    wants: Option<LabelExpression>,
}

impl World {
    /// A world in which nothing is imagined yet.
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            policy,
            agents: BTreeMap::new(),
            nodes_found: None,
            tasks_found: None,
            others: BTreeSet::new(),
            closed: BTreeSet::new(),
            deleted: BTreeSet::new(),
            stopped: BTreeMap::new(),
        }
    }

    /// Whether the last complete poll listed nodes that another daemon made under our owner id.
    pub(super) fn has_others(&self) -> bool {
        !self.others.is_empty()
    }

    /// What is known of the agent that this action is about: its name, and what it is made of where it is imagined.
    pub(super) fn subject<'a>(&'a self, action: &'a Action) -> (Option<&'a str>, Option<&'a AgentSpec>) {
        let imagined = |agent: &'a Imagined| (Some(agent.name.as_str()), Some(&*agent.spec));
        match action {
            Action::CreateNode { agent, spec, .. } | Action::Launch { agent, spec, .. } => {
                (Some(agent.as_str()), Some(&**spec))
            }
            Action::CloseNode { node } | Action::DeleteNode { node } => {
                self.agents.get(node).map_or((Some(node.as_str()), None), imagined)
            }
            Action::StopTask { task, .. } => {
                self.agents.values().find(|agent| agent.has(task)).map_or((None, None), imagined)
            }
        }
    }

    /// The template of an agent that is made like this.
    pub(super) fn template(&self, spec: &AgentSpec) -> Option<&Template> {
        self.policy.templates.get(spec.template.index())
    }

    /// Imagines that an action was carried out.
    pub(super) fn act(&mut self, action: &Action) -> Outcome {
        match action {
            Action::CreateNode { agent, spec, description } => {
                self.agent(agent, spec, Standing::Made(Arc::clone(description)));
                Outcome::Done
            }
            Action::Launch { agent, spec, token, .. } => {
                let arn = TaskArn::new(format!("dry-run/{}", token.as_str()));
                let imagined = self.agent(agent, spec, Standing::Real);
                // A token that is used again is answered with the task that it started.
                if !imagined.has(&arn) {
                    imagined.task = Some(ImaginedTask { arn: arn.clone(), stopped: None });
                }
                Outcome::Launched { task: arn }
            }
            Action::CloseNode { node } => {
                self.closed.insert(node.clone());
                Outcome::Done
            }
            Action::DeleteNode { node } => {
                self.delete(node);
                Outcome::Done
            }
            Action::StopTask { task, reason } => {
                self.stop(task, reason);
                Outcome::Done
            }
        }
    }

    fn agent(&mut self, name: &AgentName, spec: &Arc<AgentSpec>, node: Standing) -> &mut Imagined {
        self.agents.entry(name.node().clone()).or_insert_with(|| Imagined {
            name: name.clone(),
            spec: Arc::clone(spec),
            node,
            task: None,
            runs: None,
        })
    }

    fn delete(&mut self, node: &NodeName) {
        self.closed.remove(node);
        let is_made = match self.agents.get_mut(node) {
            Some(agent) => matches!(
                std::mem::replace(&mut agent.node, Standing::Deleted),
                Standing::Made(_) | Standing::Deleted
            ),
            None => false,
        };
        if !is_made {
            self.deleted.insert(node.clone());
        }
        if self.agents.get(node).is_some_and(|agent| agent.is_over()) {
            self.agents.remove(node);
        }
    }

    fn stop(&mut self, task: &TaskArn, reason: &Arc<str>) {
        match self.agents.values_mut().find(|agent| agent.has(task)) {
            Some(agent) => {
                agent.runs = None;
                if let Some(task) = &mut agent.task {
                    task.stopped.get_or_insert_with(|| Arc::clone(reason));
                }
            }
            None => {
                self.stopped.entry(task.clone()).or_insert_with(|| Arc::clone(reason));
            }
        }
    }

    /// Lays what is imagined over what a poll saw.
    pub(super) fn lay_over_nodes(&mut self, listing: &mut JenkinsListing) {
        if listing.complete {
            self.note_nodes(&listing.nodes);
        }
        listing.nodes.retain(|node| !self.hides_node(node));
        self.assign(listing);
        for node in &mut listing.nodes {
            if self.closed.contains(&node.name) {
                node.labels = LabelSet::default();
            }
            if let Some(agent) = self.agents.get(&node.name).filter(|_| is_vacant(node)) {
                agent.show_on(node);
            }
        }
        let made = self.agents.iter().filter_map(|(name, agent)| match &agent.node {
            Standing::Made(description) => Some(agent.node(description, self.closed.contains(name))),
            Standing::Real | Standing::Deleted => None,
        });
        listing.nodes.extend(made);
    }

    /// Notes which nodes of ours are there at first, and which came since.
    fn note_nodes(&mut self, nodes: &[Node]) {
        let ours = || nodes.iter().filter(|node| self.is_ours(node)).map(|node| node.name.clone());
        match &self.nodes_found {
            None => self.nodes_found = Some(ours().collect()),
            Some(found) => self.others = ours().filter(|name| !found.contains(name)).collect(),
        }
        let listed: BTreeSet<&NodeName> = nodes.iter().map(|node| &node.name).collect();
        self.deleted.retain(|name| listed.contains(name));
        let agents = &self.agents;
        self.closed.retain(|name| listed.contains(name) || agents.contains_key(name));
    }

    fn is_ours(&self, node: &Node) -> bool {
        let described = node.description.as_deref().is_some_and(|text| match Description::parse(text) {
            Reading::Ours(description) => description.owner == self.policy.owner.as_str(),
            Reading::OtherFormat(_) | Reading::Damaged | Reading::Foreign => false,
        });
        described && AgentName::from_node(&node.name).is_some()
    }

    fn hides_node(&self, node: &Node) -> bool {
        let came_since = || self.nodes_found.as_ref().is_some_and(|found| !found.contains(&node.name));
        self.deleted.contains(&node.name) || (came_since() && self.is_ours(node))
    }

    /// Gives imagined agents that have no item the oldest that each may run, and ends what really left the queue.
    fn assign(&mut self, listing: &JenkinsListing) {
        if listing.complete {
            let listed: BTreeSet<QueueItemId> = listing.items.iter().map(|item| item.id).collect();
            for agent in self.agents.values_mut() {
                agent.runs = agent.runs.filter(|id| listed.contains(id));
            }
        }
        if listing.quieting_down {
            return;
        }
        let taken: BTreeSet<QueueItemId> = self.agents.values().filter_map(|agent| agent.runs).collect();
        let mut waiting: Vec<Waiting<'_>> = listing
            .items
            .iter()
            .filter(|item| matches!(item.state, ItemState::Buildable { .. }) && !taken.contains(&item.id))
            .filter_map(Waiting::new)
            .collect();
        waiting.sort_unstable_by_key(|waiting| waiting.item.id);
        let vacant: BTreeSet<&NodeName> =
            listing.nodes.iter().filter(|node| is_vacant(node)).map(|node| &node.name).collect();
        for (name, agent) in &mut self.agents {
            let stands = match agent.node {
                Standing::Made(_) => true,
                Standing::Real => vacant.contains(name),
                Standing::Deleted => false,
            };
            if !stands {
                agent.runs = None;
            } else if agent.runs.is_none() && agent.is_online() && !self.closed.contains(name) {
                let template = self.policy.templates.get(agent.spec.template.index());
                let place = waiting.iter().position(|waiting| waiting.may_run_on(agent, template));
                agent.runs = place.map(|place| waiting.remove(place).item.id);
            }
        }
    }

    /// Lays what is imagined over what a look at ECS saw.
    pub(super) fn lay_over_tasks(&mut self, listing: &mut TaskListing) {
        if listing.complete {
            let listed: BTreeSet<TaskArn> = listing.tasks.iter().map(|task| task.arn.clone()).collect();
            self.stopped.retain(|arn, _| listed.contains(arn));
            self.tasks_found.get_or_insert(listed);
        }
        listing.tasks.retain(|task| !self.hides_task(task));
        for task in &mut listing.tasks {
            if let Some(reason) = self.stopped.get(&task.arn).filter(|_| task.status != TaskStatus::Stopped) {
                (task.status, task.stopping, task.stop) = stopped(reason);
            }
        }
        listing.tasks.extend(self.agents.values().filter_map(|agent| agent.task(&self.policy)));
        // A task that stopped without a node has been shown so, and nobody asks again.
        self.agents.retain(|_, agent| !agent.is_over());
    }

    /// Whether a task is somebody else's work under our owner id, or stands in the way of an imagined one.
    fn hides_task(&self, task: &Task) -> bool {
        if let Some(agent) = &task.agent
            && (self.others.contains(agent) || self.agents.contains_key(agent))
        {
            return true;
        }
        let is_of_found = || {
            let found = self.nodes_found.as_ref();
            found.is_some_and(|found| task.agent.as_ref().is_some_and(|agent| found.contains(agent)))
        };
        self.tasks_found.as_ref().is_some_and(|found| !found.contains(&task.arn)) && !is_of_found()
    }
}

/// Whether nothing has connected to a node, nor is kept from it.
fn is_vacant(node: &Node) -> bool {
    !node.online && node.idle && !node.temporarily_offline
}

/// How a task looks that was stopped for this reason.
fn stopped(reason: &Arc<str>) -> (TaskStatus, bool, Option<TaskStop>) {
    let stop = TaskStop { code: StopCode::UserInitiated, reason: Arc::clone(reason) };
    (TaskStatus::Stopped, true, Some(stop))
}

impl Imagined {
    fn has(&self, arn: &TaskArn) -> bool {
        self.task.as_ref().is_some_and(|task| task.arn == *arn)
    }

    fn is_online(&self) -> bool {
        self.task.as_ref().is_some_and(|task| task.stopped.is_none())
    }

    /// Whether nothing of it would be left.
    fn is_over(&self) -> bool {
        matches!(self.node, Standing::Deleted) && !self.is_online()
    }

    fn node(&self, description: &Arc<str>, closed: bool) -> Node {
        let mut node = Node {
            name: self.name.node().clone(),
            description: Some(Arc::clone(description)),
            labels: if closed { LabelSet::default() } else { self.spec.labels.clone() },
            exclusive: true,
            online: false,
            temporarily_offline: false,
            idle: true,
            executors: 1,
            busy: 0,
            running: std::iter::empty().collect(),
            runs: std::iter::empty().collect(),
        };
        self.show_on(&mut node);
        node
    }

    /// Has the node show that the agent is connected, and what it runs.
    fn show_on(&self, node: &mut Node) {
        node.online = self.is_online();
        node.idle = self.runs.is_none();
        node.busy = u16::from(self.runs.is_some());
        node.running = self.runs.into_iter().collect();
    }

    fn task(&self, policy: &Policy) -> Option<Task> {
        let task = self.task.as_ref()?;
        let (status, stopping, stop) = match &task.stopped {
            None => (TaskStatus::Running, false, None),
            Some(reason) => stopped(reason),
        };
        Some(Task {
            arn: task.arn.clone(),
            owner: policy.owner.clone(),
            agent: Some(self.name.node().clone()),
            status,
            stopping,
            created_at: self.name.decided_at(),
            stop,
        })
    }
}

impl<'a> Waiting<'a> {
    /// `None` where nobody knows what it waits for.
    fn new(item: &'a QueueItem) -> Option<Self> {
        let wants = match &item.label {
            ItemLabel::Any => None,
            ItemLabel::Expression(text) => Some(LabelExpression::parse_or_atom(text)),
            ItemLabel::Unknown => return None,
        };
        Some(Self { item, wants })
    }

    /// Whether Jenkins would give the item to this agent of that template.
    fn may_run_on(&self, agent: &Imagined, template: Option<&Template>) -> bool {
        let Some(template) = template else { return false };
        let fits = match &self.wants {
            // A session's node takes nothing but its label.
            None => template.serves_unlabelled && agent.spec.session.is_none(),
            Some(expression) => expression.matches(&agent.spec.labels, agent.name.as_str()),
        };
        let job = self.item.job.as_deref();
        fits && template.allow_jobs.as_ref().is_none_or(|jobs| job.is_some_and(|job| jobs.has(job)))
    }
}

#[cfg(test)]
mod tests;
