//! A Jenkins and an ECS that do as they are told at once, and which a test may change by hand.

use crate::{
    nodes,
    reference_model::{START, policy, template},
};
use footman_core::{
    Action, Event, Millis, Provisioner, Timestamp,
    decision::Decision,
    event::{
        Failure, ItemLabel, ItemState, JenkinsListing, Node, Outcome, QueueItem, Task, TaskListing,
        TaskStatus,
    },
    id::{NodeName, OwnerId, QueueItemId, TaskArn},
};

/// A Jenkins and an ECS that answer at once, listed once a second.
pub(crate) struct Twins {
    pub(crate) core: Provisioner,
    pub(crate) now: Timestamp,
    pub(crate) nodes: Vec<Node>,
    pub(crate) items: Vec<QueueItem>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) jenkins_complete: bool,
    pub(crate) tasks_complete: bool,
    /// Whether answers to `RunTask` are lost, and nothing is started.
    pub(crate) launches_lost: bool,
    pub(crate) stopped: Vec<TaskArn>,
    pub(crate) calls: u32,
    /// In which status tasks begin.
    pub(crate) begins: TaskStatus,
    pub(crate) decisions: Vec<Decision>,
}

impl Twins {
    pub(crate) fn new() -> Self {
        Self {
            core: Provisioner::new(policy(vec![template("java", &["java"])]), START),
            now: START,
            nodes: Vec::new(),
            items: Vec::new(),
            tasks: Vec::new(),
            jenkins_complete: true,
            tasks_complete: true,
            launches_lost: false,
            stopped: Vec::new(),
            calls: 0,
            begins: TaskStatus::Running,
            decisions: Vec::new(),
        }
    }

    /// The core crashes, and another one is started in its place.
    pub(crate) fn crash(&mut self) {
        self.core = Provisioner::new(policy(vec![template("java", &["java"])]), self.now);
    }

    pub(crate) fn submit(&mut self) {
        self.items.push(QueueItem {
            id: QueueItemId(1),
            label: ItemLabel::Expression("java".into()),
            state: ItemState::Buildable { since: self.now },
            in_queue_since: self.now,
            job: None,
            run: None,
        });
    }

    /// One second goes by: what is due, then a look at both sides.
    pub(crate) fn tick(&mut self) {
        self.now = self.now + Millis::from_secs(1);
        while let Some((at, _)) = self.core.poll_timeout().filter(|(at, _)| *at <= self.now) {
            self.core.handle_timeout(at.max(self.now));
            self.carry_out();
        }
        let tasks = TaskListing { complete: self.tasks_complete, tasks: self.tasks.clone() };
        self.core.handle_event(self.now, Event::TaskListing(tasks));
        self.carry_out();
        let jenkins = JenkinsListing {
            session: 1,
            complete: self.jenkins_complete,
            nodes: self.nodes.clone(),
            items: self.items.clone(),
            ..JenkinsListing::default()
        };
        self.core.handle_event(self.now, Event::JenkinsListing(jenkins));
        self.carry_out();
    }

    pub(crate) fn ticks(&mut self, count: u32) {
        for _ in 0..count {
            self.tick();
        }
    }

    fn carry_out(&mut self) {
        while let Some((action, what)) = self.core.poll_action() {
            let outcome = match what {
                Action::CreateNode { agent, spec, description } => {
                    self.nodes.push(nodes::of_agent(agent.node(), description, &spec.labels));
                    Outcome::Done
                }
                Action::Launch { agent, .. } => {
                    self.calls += 1;
                    if self.launches_lost {
                        Outcome::Failed(Failure::Unknown)
                    } else {
                        Outcome::Launched { task: self.start(agent.node()) }
                    }
                }
                Action::CloseNode { node } => {
                    for known in self.nodes.iter_mut().filter(|known| known.name == node) {
                        known.temporarily_offline = true;
                    }
                    Outcome::Done
                }
                Action::DeleteNode { node } => {
                    self.nodes.retain(|known| known.name != node);
                    Outcome::Done
                }
                Action::StopTask { task, .. } => {
                    for known in self.tasks.iter_mut().filter(|known| known.arn == task) {
                        known.status = TaskStatus::Stopped;
                    }
                    self.stopped.push(task);
                    Outcome::Done
                }
            };
            self.core.handle_event(self.now, Event::Reply { action, outcome });
        }
        self.decisions.extend(std::iter::from_fn(|| self.core.poll_decision()));
    }

    pub(crate) fn start(&mut self, agent: &NodeName) -> TaskArn {
        let arn = TaskArn::new(format!("arn:aws:ecs:eu-central-1:123456789012:task/ci/{agent}"));
        self.tasks.push(Task {
            arn: arn.clone(),
            owner: OwnerId::new("footman-test"),
            agent: Some(agent.clone()),
            status: self.begins,
            stopping: false,
            created_at: self.now,
            stop: None,
        });
        arn
    }
}
