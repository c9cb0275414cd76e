//! Recordings of footmand's: what it decided again, and what another configuration would have come to.

use crate::{JENKINS, folder, footman};
use footman_config::Text;
use footman_core::{
    Action, ActionId, Event, Millis, Policy, Timestamp,
    event::{
        ItemLabel, ItemState, JenkinsListing, Node, Outcome, QueueItem, Task, TaskListing, TaskStatus,
        TaskStop,
    },
    id::{NodeName, QueueItemId, TaskArn},
    label::LabelSet,
    provisioner::Provisioner,
};
use footman_recording::{FileRecorder, Input, Limits, Recorder};
use serde_json::Value;
use std::{fs, path::Path, sync::Arc};

const START: Timestamp = Timestamp::from_millis(1_704_067_200_000);
/// How long agents take to come, and builds to run.
const COMES_AFTER: Millis = Millis::from_secs(20);
const BUILD: Millis = Millis::from_secs(60);
/// Two builds come at once, and a third one is cancelled.
const ITEMS: [u64; 3] = [1, 2, 3];
const CANCELLED: u64 = 3;
const CANCELLED_AFTER: Millis = Millis::from_secs(2);
/// By then the agent that nobody needs has been idle for long enough, too.
const LASTS_S: u64 = 600;

/// A node of a Jenkins in which nothing goes wrong, with its task.
struct Agent {
    name: NodeName,
    description: Arc<str>,
    launched: Option<Timestamp>,
    /// Which item it runs, and from when on.
    build: Option<(u64, Timestamp)>,
    closed: bool,
    stopped: bool,
}

/// Such a Jenkins with such an ECS, and a footmand that is recorded.
struct Small {
    core: Provisioner,
    recorder: FileRecorder,
    now: Timestamp,
    agents: Vec<Agent>,
    waiting: Vec<u64>,
}

impl Small {
    fn tell(&mut self, input: Input<'_>) {
        self.recorder.told(self.now, input);
        match input {
            Input::Poll(listing) => {
                let listing = listing.cloned().expect("polls do not fail here");
                self.core.handle_event(self.now, Event::JenkinsListing(listing));
            }
            Input::Look(listing) => self.core.handle_event(self.now, Event::TaskListing(listing.clone())),
            Input::Reply(action, outcome) => {
                let outcome = outcome.clone();
                self.core.handle_event(self.now, Event::Reply { action, outcome });
            }
            Input::Drain(drain) => self.core.handle_event(self.now, Event::Drain(drain)),
            Input::Timeout => self.core.handle_timeout(self.now),
        }
        while let Some((id, action)) = self.core.poll_action() {
            self.act(id, action);
        }
        while let Some(decision) = self.core.poll_decision() {
            self.recorder.decided(&decision);
        }
    }

    fn act(&mut self, id: ActionId, action: Action) {
        let mut outcome = Outcome::Done;
        match action {
            Action::CreateNode { agent, description, .. } => self.agents.push(Agent {
                name: NodeName::new(agent.as_str()),
                description,
                launched: None,
                build: None,
                closed: false,
                stopped: false,
            }),
            Action::Launch { agent, .. } => {
                let launched = self.agents.iter_mut().find(|it| it.name.as_str() == agent.as_str());
                launched.expect("its node was created").launched = Some(self.now);
                outcome = Outcome::Launched { task: arn(agent.as_str()) };
            }
            Action::StopTask { task, .. } => {
                for agent in self.agents.iter_mut().filter(|it| arn(it.name.as_str()) == task) {
                    agent.stopped = true;
                }
            }
            Action::DeleteNode { node } => self.agents.retain(|agent| agent.name != node),
            Action::CloseNode { node } => {
                for agent in self.agents.iter_mut().filter(|agent| agent.name == node) {
                    agent.closed = true;
                }
            }
        }
        self.tell(Input::Reply(id, &outcome));
    }

    /// Lets builds begin and end.
    fn build(&mut self) {
        if self.now.since(START) >= CANCELLED_AFTER {
            self.waiting.retain(|id| *id != CANCELLED);
        }
        for agent in self.agents.iter_mut().filter(|agent| agent.comes(self.now)) {
            if agent.build.is_none() && !agent.closed && !self.waiting.is_empty() {
                agent.build = Some((self.waiting.remove(0), self.now));
            }
        }
    }

    fn listing(&self) -> JenkinsListing {
        let items = self.waiting.iter().map(|id| QueueItem {
            id: QueueItemId(*id),
            label: ItemLabel::Expression("java".into()),
            state: ItemState::Buildable { since: START },
            in_queue_since: START,
            job: Some("team/app".into()),
            run: None,
        });
        let nodes = self.agents.iter().map(|agent| agent.node(self.now)).collect();
        JenkinsListing { session: 1, quieting_down: false, complete: true, nodes, items: items.collect() }
    }

    fn tasks(&self, policy: &Policy) -> TaskListing {
        let tasks = self.agents.iter().filter_map(|agent| {
            let created_at = agent.launched?;
            let stop = agent.stopped.then(|| TaskStop {
                code: footman_core::event::StopCode::UserInitiated,
                reason: "stopped".into(),
            });
            let status = if agent.stopped { TaskStatus::Stopped } else { TaskStatus::Running };
            Some(Task {
                arn: arn(agent.name.as_str()),
                owner: policy.owner.clone(),
                agent: Some(agent.name.clone()),
                status,
                stopping: agent.stopped,
                created_at,
                stop,
            })
        });
        TaskListing { complete: true, tasks: tasks.collect() }
    }
}

impl Agent {
    fn comes(&self, now: Timestamp) -> bool {
        !self.stopped && self.launched.is_some_and(|at| now.since(at) >= COMES_AFTER)
    }

    fn node(&self, now: Timestamp) -> Node {
        let builds = self.build.filter(|(_, began)| now.since(*began) < BUILD);
        Node {
            name: self.name.clone(),
            description: Some(Arc::clone(&self.description)),
            labels: LabelSet::parse(if self.closed { "" } else { "java" }).labels,
            exclusive: true,
            online: self.comes(now),
            temporarily_offline: false,
            idle: builds.is_none(),
            executors: 1,
            busy: u16::from(builds.is_some()),
            running: builds.map(|(id, _)| QueueItemId(id)).into_iter().collect(),
            runs: std::iter::empty().collect(),
        }
    }
}

fn arn(agent: &str) -> TaskArn {
    TaskArn::new(format!("arn:aws:ecs:us-east-1:123456789012:task/ci/{agent}"))
}

/// Records how builds come to a footmand with [`JENKINS`] and go.
fn record(folder: &Path) {
    let loaded = footman_config::load(&[Text::new("jenkins.yaml", JENKINS)], &|_| None).unwrap();
    let policy = loaded.policy;
    let recorder = FileRecorder::create(folder, Limits::default(), &policy, START).unwrap();
    let core = Provisioner::new(policy.clone(), START);
    let mut small = Small { core, recorder, now: START, agents: Vec::new(), waiting: ITEMS.to_vec() };
    for second in 0..LASTS_S {
        small.now = START + Millis::from_secs(second);
        small.build();
        let listing = small.listing();
        small.tell(Input::Poll(Some(&listing)));
        let tasks = small.tasks(&policy);
        small.tell(Input::Look(&tasks));
        while small.core.poll_timeout().is_some_and(|(at, _)| at <= small.now) {
            small.tell(Input::Timeout);
        }
    }
    assert!(small.agents.is_empty(), "every agent is gone");
    small.recorder.ended();
}

/// A folder with a recording, the configuration that it was made with, and one that launches one agent at a time.
fn recorded() -> tempfile::TempDir {
    let narrow = "limit: {agents: 1}\n";
    let folder = folder(&[("present.yaml", JENKINS), ("footman.yaml", narrow)]);
    record(&folder.path().join("recording"));
    folder
}

#[test]
fn what_was_decided_is_decided_again() {
    let folder = recorded();
    let again = footman(folder.path(), &["replay", "recording"]);
    assert_eq!(again.code, Some(0), "{}", again.err);
    assert!(again.out.starts_with("identical: ") && again.out.contains("\nhash "), "{}", again.out);
    let early = footman(folder.path(), &["replay", "recording", "--until", "1704067210", "--json"]);
    let document: Value = serde_json::from_str(&early.out).unwrap();
    assert_eq!(document["ending"], "until");
    let launches = document["decisions"].as_array().unwrap().iter();
    assert_eq!(launches.filter(|line| line.as_str().unwrap().contains(" launch ")).count(), 3);
}

#[test]
fn another_configuration_is_asked_where_it_differs_and_how_builds_would_wait() {
    let folder = recorded();
    let same = footman(folder.path(), &["replay", "recording", "--with", "present.yaml"]);
    assert_eq!(same.code, Some(0), "{}", same.err);
    assert!(same.out.contains("2 builds, waited 20.0 s in the median"), "{}", same.out);
    assert!(same.out.contains("left out     1 items that left the queue"), "{}", same.out);
    assert!(same.out.contains("decisions    the same on what was recorded"), "{}", same.out);

    let narrow = ["replay", "recording", "--with", "present.yaml", "--with", "footman.yaml", "--json"];
    let narrow = footman(folder.path(), &narrow);
    assert_eq!(narrow.code, Some(0), "{}", narrow.err);
    let document: Value = serde_json::from_str(&narrow.out).unwrap();
    assert_eq!(document["recorded"]["builds"], 2);
    assert_eq!(document["recorded"]["run_s"]["max"], 60.0);
    let difference = &document["first_difference"];
    assert!(difference["recorded"].as_str().unwrap().contains(" launch "), "{difference}");
    assert!(
        !difference["replayed"].as_str().unwrap().contains(" launch "),
        "one agent is the most: {difference}"
    );
    assert_eq!(document["simulated"]["builds"], 2);
    let waited = document["simulated"]["wait_s"]["max"].as_f64().unwrap();
    assert!(waited > 60.0, "the second build waits for the first: {waited}");
    // The document is repeated as any other.
    fs::write(folder.path().join("narrow.json"), &narrow.out).unwrap();
    let again = footman(folder.path(), &["replay", "narrow.json"]);
    assert!(again.out.starts_with("identical, byte for byte"), "{} {}", again.out, again.err);
}

#[test]
fn its_builds_are_a_trace() {
    let folder = recorded();
    let import = footman(folder.path(), &["trace", "import", "--recording", "recording", "-o", "t.csv"]);
    assert_eq!(import.code, Some(0), "{}", import.err);
    let trace = fs::read_to_string(folder.path().join("t.csv")).unwrap();
    let rows: Vec<&str> =
        trace.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect();
    assert_eq!(rows.len(), 2, "{trace}");
    assert!(
        rows.iter().all(|row| row.contains("60") && row.contains("java") && row.contains("team/app")),
        "{trace}"
    );
}

#[test]
fn what_is_for_recordings_is_refused_for_documents_and_the_other_way_round() {
    let folder = recorded();
    // (arguments, what is said)
    let table: [(&[&str], &str); 4] = [
        (&["replay", "present.yaml", "--until", "5"], "are for recordings"),
        (&["replay", "recording", "--folder", "."], "--folder is for documents"),
        (&["replay", "recording", "--run", "5"], "holds no such recording"),
        (&["replay", "recording", "--with", "none.yaml"], "none.yaml"),
    ];
    for (arguments, said) in table {
        let outcome = footman(folder.path(), arguments);
        let message = outcome.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(outcome.code, Some(1), "{arguments:?}: {message}");
        assert!(message.contains(said), "{arguments:?}: {message}");
    }
}
