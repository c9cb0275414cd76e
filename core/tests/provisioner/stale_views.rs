//! What is concluded from a view that is partial, late or one-sided: nothing that could not be taken back.

use crate::reference_model::{START, policy, template};
use footman_core::{
    Action, Event, Millis, Provisioner, Timestamp,
    event::{
        Failure, ItemLabel, ItemState, JenkinsListing, Node, Outcome, QueueItem, Task, TaskListing,
        TaskStatus,
    },
    id::{NodeName, OwnerId, QueueItemId, TaskArn},
};
use smallvec::SmallVec;

/// A Jenkins and an ECS that answer at once, listed once a second.
struct Twins {
    core: Provisioner,
    now: Timestamp,
    nodes: Vec<Node>,
    items: Vec<QueueItem>,
    tasks: Vec<Task>,
    jenkins_complete: bool,
    tasks_complete: bool,
    /// Whether answers to `RunTask` are lost, and nothing is started.
    launches_lost: bool,
    stopped: Vec<TaskArn>,
    calls: u32,
}

impl Twins {
    fn new() -> Self {
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
        }
    }

    /// The core crashes, and another one is started in its place.
    fn crash(&mut self) {
        self.core = Provisioner::new(policy(vec![template("java", &["java"])]), self.now);
    }

    fn submit(&mut self) {
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
    fn tick(&mut self) {
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

    fn ticks(&mut self, count: u32) {
        for _ in 0..count {
            self.tick();
        }
    }

    fn carry_out(&mut self) {
        while let Some((action, what)) = self.core.poll_action() {
            let outcome = match what {
                Action::CreateNode { agent, spec, description } => {
                    self.nodes.push(Node {
                        name: agent.node().clone(),
                        description: Some(description),
                        labels: spec.labels.clone(),
                        exclusive: true,
                        online: false,
                        temporarily_offline: false,
                        idle: true,
                        executors: 1,
                        running: SmallVec::new(),
                    });
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
        while self.core.poll_decision().is_some() {}
    }

    fn start(&mut self, agent: &NodeName) -> TaskArn {
        let arn = TaskArn::new(format!("arn:aws:ecs:eu-central-1:123456789012:task/ci/{agent}"));
        self.tasks.push(Task {
            arn: arn.clone(),
            owner: OwnerId::new("footman-test"),
            agent: Some(agent.clone()),
            status: TaskStatus::Running,
            stopping: false,
            created_at: self.now,
            stop: None,
        });
        arn
    }
}

/// A node that was made, whose `RunTask` has no answer, and which nobody needs any more.
fn in_doubt() -> Twins {
    let mut twins = Twins { launches_lost: true, ..Twins::new() };
    twins.submit();
    twins.ticks(3);
    assert_eq!((twins.nodes.len(), twins.tasks.len()), (1, 0));
    assert!(twins.calls > 0);
    twins.items.clear();
    twins
}

#[test]
fn a_young_closed_node_without_a_task_is_gone_within_60_s_of_the_first_listings_after_a_crash() {
    // (seconds until the first listings)
    for late in [1, 5, 59, 90] {
        let mut twins = in_doubt();
        twins.nodes[0].temporarily_offline = true;
        twins.crash();
        twins.now = twins.now + Millis::from_secs(late - 1);
        twins.tick();
        let listed = twins.now;
        let before = twins.calls;
        while !twins.nodes.is_empty() {
            twins.tick();
            let took = twins.now.since(listed);
            let most = Millis::from_secs(62_u64.saturating_sub(late).max(3));
            assert!(took <= most.min(Millis::from_secs(60)), "listed after {late} s: there after {took}");
        }
        let took = twins.now.since(listed);
        let shown = Millis::from_secs(60_u64.saturating_sub(late));
        assert!(
            took >= shown,
            "listed after {late} s: deleted after {took}, before a task of it had to show"
        );
        assert_eq!(twins.calls, before, "it is not launched again");
        twins.ticks(3);
        assert_eq!(twins.core.agents_len(), 0);
    }
}

#[test]
fn a_node_whose_task_may_exist_is_not_deleted_while_ecs_cannot_be_listed() {
    let mut twins = in_doubt();
    twins.nodes[0].temporarily_offline = true;
    twins.tick();
    twins.tasks_complete = false;
    twins.ticks(600);
    assert_eq!((twins.nodes.len(), twins.core.agents_counted()), (1, 1), "a view that shows nothing");
    let name = twins.nodes[0].name.clone();
    let arn = twins.start(&name);
    twins.tasks_complete = true;
    twins.ticks(10);
    assert_eq!(twins.stopped, [arn], "the task shows, and is stopped");
    assert_eq!((twins.nodes.len(), twins.core.agents_counted()), (0, 0));
}

#[test]
fn a_task_that_ecs_accepted_is_not_given_up_while_ecs_cannot_be_listed() {
    let mut twins = Twins::new();
    twins.submit();
    twins.tick();
    twins.tasks_complete = false;
    let hidden = std::mem::take(&mut twins.tasks);
    twins.nodes[0].temporarily_offline = true;
    twins.items.clear();
    twins.ticks(600);
    assert_eq!((twins.nodes.len(), twins.core.agents_counted()), (1, 1));
    twins.tasks = hidden;
    twins.tasks_complete = true;
    twins.tasks[0].status = TaskStatus::Stopped;
    twins.ticks(3);
    assert_eq!((twins.nodes.len(), twins.core.agents_counted()), (0, 0));
}

#[test]
fn a_task_is_no_orphan_while_jenkins_cannot_be_listed() {
    let mut twins = Twins::new();
    twins.tick();
    let orphan = twins.start(&"nobody-1".into());
    twins.jenkins_complete = false;
    twins.ticks(300);
    assert!(twins.stopped.is_empty());
    twins.jenkins_complete = true;
    twins.ticks(20);
    assert_eq!(twins.stopped, [orphan]);
}

#[test]
fn a_task_whose_node_is_seen_late_is_no_orphan() {
    let mut other = Twins::new();
    other.submit();
    other.tick();
    let mut twins = Twins::new();
    twins.tick();
    twins.tasks = other.tasks.clone();
    twins.ticks(5);
    assert_eq!((twins.core.orphans_len(), twins.core.agents_counted()), (1, 1));
    other.nodes[0].online = true;
    twins.nodes = other.nodes.clone();
    twins.ticks(100);
    assert!(twins.stopped.is_empty(), "it has a node, and stands ready for a build");
    assert_eq!((twins.core.orphans_len(), twins.core.agents_len(), twins.core.agents_counted()), (0, 1, 1));
    assert_eq!(twins.calls, 0);
}
