//! A Jenkins and an ECS as the driver acts upon them.

use crate::{
    driver::{Hands, LeftOver},
    ecs::{Backend, Launch, denied::refusal, observer::TaskObserver},
    jenkins::{
        client::Jenkins,
        continuation,
        lookouts::{self, Lookout, LookoutNeed},
        nodes::{DescribeNodeError, NewNode, closed, created, deleted},
        observe::{LabelSource, Observer, Poll},
    },
};
use footman_core::{
    Action, Policy, Timestamp,
    event::{Failure, JenkinsListing, Outcome, TaskListing},
    id::{OwnerId, TaskArn},
    name::{AgentName, ClientToken},
    spec::AgentSpec,
};
use std::{
    fmt::Display,
    sync::atomic::{AtomicBool, Ordering},
};
use tokio::sync::Mutex;

/// A Jenkins and an ECS, for the templates of one configuration.
#[derive(Debug)]
pub struct Services {
    jenkins: Jenkins,
    ecs: Backend,
    owner: OwnerId,
    /// By template, whether builds without a label may run on it.
    serves_unlabelled: Vec<bool>,
    /// The lookouts that there should be, if they are needed.
    lookouts: Vec<Lookout>,
    watch: Mutex<Watch>,
    tasks: Mutex<Tasks>,
    /// Whether nodes can be described anew, as far as is known.
    may_describe: AtomicBool,
    /// Whether a poll does what it shows to be missing.
    follows: bool,
}

/// What polls remember. A poll waits for the one before it; the driver begins no second one.
#[derive(Debug)]
struct Watch {
    observer: Observer,
    need: LookoutNeed,
    unpolled: Trouble,
    hidden: Trouble,
    unreadable: Trouble,
    script: Trouble,
}

/// What looks remember.
#[derive(Debug)]
struct Tasks {
    observer: TaskObserver,
    unlisted: Trouble,
}

/// Something that may be wrong at each poll until it is put right: it is said when it changes, and not each second.
#[derive(Debug, Default)]
struct Trouble(Option<String>);

impl Trouble {
    /// What is wrong now; `well` is said once nothing is any more.
    fn note(&mut self, now: Option<String>, well: &str) {
        if self.0 == now {
            return;
        }
        match &now {
            Some(wrong) => tracing::warn!("{wrong}"),
            None => tracing::info!("{well}"),
        }
        self.0 = now;
    }
}

impl Services {
    /// Both services, for this policy.
    pub fn new(jenkins: Jenkins, source: LabelSource, ecs: Backend, policy: &Policy) -> Self {
        let labels = policy.templates.iter().map(|template| &template.labels);
        Self {
            owner: policy.owner.clone(),
            serves_unlabelled: policy.templates.iter().map(|template| template.serves_unlabelled).collect(),
            // With every label from a script nothing is left to look out for.
            lookouts: match source {
                LabelSource::Why => lookouts::wanted(&policy.owner, labels),
                LabelSource::Script => Vec::new(),
            },
            watch: Mutex::new(Watch {
                observer: Observer::new(jenkins.clone(), source).of_runs(policy.allows_sessions()),
                need: LookoutNeed::default(),
                unpolled: Trouble::default(),
                hidden: Trouble::default(),
                unreadable: Trouble::default(),
                script: Trouble::default(),
            }),
            tasks: Mutex::new(Tasks {
                observer: TaskObserver::new(policy.owner.clone()),
                unlisted: Trouble::default(),
            }),
            may_describe: AtomicBool::new(true),
            follows: true,
            jenkins,
            ecs,
        }
    }

    /// The same, whose polls change nothing: no lookout is created or deleted, and no node opened for a Pipeline that waits for it.
    #[must_use]
    pub fn only_looking(self) -> Self {
        Self { follows: false, ..self }
    }

    async fn create_node(&self, agent: &AgentName, spec: &AgentSpec, description: &str) -> Outcome {
        let template = self.ecs.template(spec.template);
        let reply = self
            .jenkins
            .create_node(&NewNode {
                name: agent.as_str(),
                description,
                labels: &spec.labels,
                // A session's node takes nothing but its label.
                exclusive: spec.session.is_some() || !self.serves_unlabelled[spec.template.index()],
                remote_folder: &template.node_folder(agent.as_str()),
                web_socket: template.web_socket(),
            })
            .await;
        note_action(&reply, created(&reply))
    }

    /// The agent's secret is fetched, put into the request and forgotten.
    async fn launch(&self, agent: &AgentName, spec: &AgentSpec, token: &ClientToken) -> Outcome {
        match self.jenkins.agent_secret(agent.as_str()).await {
            Ok(secret) => {
                let outcome = self.ecs.launch(Launch { agent, spec, token, secret: &secret }).await;
                if let Outcome::Launched { task } = &outcome {
                    self.describe(agent, spec, task).await;
                }
                outcome
            }
            Err(error) => {
                tracing::warn!(agent = agent.as_str(), "{error}");
                Outcome::Failed(error.failure())
            }
        }
    }

    /// Has the node's description name its task and the task's log, for people who look at it; nothing depends on it.
    ///
    /// It is part of the launch, though the task has been started: the core does one thing at a time with an agent, so that
    /// the node is not closed meanwhile, which is an edit of its configuration too.
    async fn describe(&self, agent: &AgentName, spec: &AgentSpec, task: &TaskArn) {
        // Without labels a node is closed by its mode alone, which no listing shows: nobody would see that an edit which is
        // carried out late opens it again.
        if spec.labels.is_empty() || !self.may_describe.load(Ordering::Relaxed) {
            return;
        }
        let log = self.ecs.template(spec.template).log_link(task);
        match self.jenkins.describe_node(agent.as_str(), task.as_str(), log.as_deref()).await {
            Ok(()) => {}
            Err(error @ DescribeNodeError::Denied) => {
                // Said once: until the next start or reload nobody tries again.
                if self.may_describe.swap(false, Ordering::Relaxed) {
                    tracing::info!("nodes do not name their tasks: {error}");
                }
            }
            Err(error) => tracing::debug!(agent = agent.as_str(), "{error}"),
        }
    }

    /// Does what a poll shows to be missing for the next one to be right: lookouts, and nodes that a Pipeline waits for.
    /// What fails is tried again after the next poll.
    async fn follow(&self, poll: &Poll, needed: bool) {
        for node in continuation::awaited(&poll.nodes, &poll.listing.items) {
            note(&self.jenkins.reopen_node(node.as_str()).await);
        }
        let wanted = if needed { &*self.lookouts } else { &[] };
        let changes = lookouts::changes(&self.owner, wanted, &poll.nodes);
        for lookout in &changes.create {
            note(&self.jenkins.create_node(&NewNode::lookout(lookout)).await);
        }
        for lookout in &changes.delete {
            note(&self.jenkins.delete_node(lookout.as_str()).await);
        }
        for name in &changes.taken {
            tracing::warn!(node = name.as_str(), "a node of somebody else's has the name of a lookout");
        }
    }
}

/// Logs what failed.
fn note<T, E: Display>(reply: &Result<T, E>) {
    if let Err(error) = reply {
        tracing::warn!("{error}");
    }
}

/// Why not all tasks are listed.
fn unlisted_tasks(failed: &Failure) -> String {
    match failed {
        Failure::Refused { reason } => format!("not all tasks are listed: {}", refusal(reason)),
        Failure::Throttled { .. } => "not all tasks are listed: there are too many requests".to_owned(),
        Failure::NoCapacity { .. } | Failure::Unavailable | Failure::Unknown => {
            "not all tasks are listed: ECS does not answer as it should".to_owned()
        }
    }
}

/// Logs what failed of an action, but for a refusal, which whoever asked for the action says.
fn note_action<T, E: Display>(reply: &Result<T, E>, outcome: Outcome) -> Outcome {
    match &outcome {
        Outcome::Failed(Failure::Refused { .. }) => {}
        Outcome::Done | Outcome::Launched { .. } | Outcome::Conflict { .. } | Outcome::Failed(_) => {
            note(reply)
        }
    }
    outcome
}

impl Hands for Services {
    async fn act(&self, action: Action) -> Outcome {
        match action {
            Action::CreateNode { agent, spec, description } => {
                self.create_node(&agent, &spec, &description).await
            }
            Action::Launch { agent, spec, token, .. } => self.launch(&agent, &spec, &token).await,
            Action::CloseNode { node } => {
                let reply = self.jenkins.close_node(node.as_str()).await;
                note_action(&reply, closed(&reply))
            }
            Action::DeleteNode { node } => {
                let reply = self.jenkins.delete_node(node.as_str()).await;
                note_action(&reply, deleted(&reply))
            }
            Action::StopTask { task, reason } => self.ecs.stop(&task, &reason).await,
        }
    }

    async fn poll(&self, now: Timestamp) -> Option<JenkinsListing> {
        let mut watch = self.watch.lock().await;
        let poll = watch.observer.poll().await;
        watch.unpolled.note(poll.as_ref().err().map(ToString::to_string), "Jenkins is polled again");
        let poll = poll.ok()?;
        watch.need.note(now, poll.has_hidden, &poll.nodes);
        if poll.listing.complete && self.follows {
            self.follow(&poll, watch.need.is_there(now)).await;
        }
        let hides = poll.hidden_builds > 0 && poll.listing.items.is_empty();
        let hidden = "the queue is empty and builds run that the user may not see: is Job/Read missing?";
        watch.hidden.note(hides.then(|| hidden.to_owned()), "the user sees what is queued or runs");
        let unreadable = (!poll.unreadable.is_empty())
            .then(|| format!("labels of items cannot be read: {}", poll.unreadable.join("; ")));
        watch.unreadable.note(unreadable, "the labels of all items can be read");
        let script = poll.script_failure.map(|reason| format!("the script for labels failed: {reason}"));
        watch.script.note(script, "the script for labels does not fail");
        Some(poll.listing)
    }

    /// Lookouts go. A round in which none was deleted is the last one, so that there are no more rounds than lookouts.
    async fn clear(&self) -> Result<(), LeftOver> {
        if !self.follows {
            return Ok(());
        }
        let mut watch = self.watch.lock().await;
        loop {
            let poll = watch.observer.poll().await.map_err(|error| LeftOver::Unlisted(error.to_string()))?;
            let mut deleted = false;
            for lookout in lookouts::changes(&self.owner, &[], &poll.nodes).delete {
                let reply = self.jenkins.delete_node(lookout.as_str()).await;
                note(&reply);
                deleted |= reply.is_ok();
            }
            if !deleted {
                let left = lookouts::of(&self.owner, &poll.nodes);
                return if left.is_empty() { Ok(()) } else { Err(LeftOver::Lookouts(left)) };
            }
        }
    }

    async fn look(&self) -> TaskListing {
        let Tasks { observer, unlisted } = &mut *self.tasks.lock().await;
        let look = self.ecs.look(observer).await;
        unlisted.note(look.failed.as_ref().map(unlisted_tasks), "tasks are listed again");
        look.listing
    }
}
