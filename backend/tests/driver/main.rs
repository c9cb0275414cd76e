//! The driver with a world in a few lines: what it asks of it, in which order, and how it ends.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]

use footman_backend::driver::{
    End, Hands, Limits, Machine, Report, Rhythm, Servers, WallClock, lockstep, run,
};
use footman_core::{
    Action, Millis, Policy, Timestamp,
    decision::Decision,
    event::{ItemLabel, ItemState, JenkinsListing, Node, Outcome, QueueItem, Task, TaskListing, TaskStatus},
    id::{NodeName, OwnerId, QueueItemId, TaskArn},
    label::{LabelSet, OverrideRules},
    policy::{Breaker, Deadlines, Limit, Pace, Reuse, Template},
    units::{CpuUnits, Mib, MicroUsd, Size},
};
use std::{
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::Notify;

const START: Timestamp = Timestamp::from_millis(1_704_067_200_000);

fn policy(poll: Millis) -> Policy {
    let template = Template {
        cloud: "ecs".into(),
        name: "java".into(),
        labels: LabelSet::parse("java").labels,
        serves_unlabelled: false,
        fargate: false,
        rank: 0,
        size: Size::new(CpuUnits::new(1024), Mib::new(2048)),
        price_per_hour: MicroUsd::ZERO,
        limit: Limit::default(),
        has_alternatives: false,
        min_idle: 0,
        reuse: Reuse::OneShot,
        overrides: OverrideRules::default(),
        allow_jobs: None,
        active_hours: None,
    };
    Policy {
        owner: OwnerId::new("o"),
        templates: vec![template],
        limit: Limit::default(),
        shared_limits: Vec::new(),
        pace: Pace { poll, describe: poll, ..Pace::default() },
        deadlines: Deadlines::default(),
        breaker: Breaker::default(),
        attempts_max: 3,
    }
}

/// A world with one build: a node is made for it, a task run, and the build takes it.
#[derive(Debug, Default)]
struct World {
    state: Mutex<State>,
    gate: Gate,
}

/// When an action is over.
#[derive(Debug, Default)]
enum Gate {
    /// After others had their turn.
    #[default]
    Open,
    /// When the gate is opened.
    Shut(Notify),
    Never,
}

#[derive(Debug, Default)]
struct State {
    did: Vec<&'static str>,
    node: Option<(NodeName, Arc<str>)>,
    closed: bool,
    task: Option<(TaskArn, bool)>,
    polls: u32,
    polls_with_agent: u32,
    acting: u32,
    acting_most: u32,
}

impl World {
    fn did(&self) -> Vec<&'static str> {
        self.state.lock().unwrap().did.clone()
    }
}

impl Hands for World {
    async fn act(&self, action: Action) -> Outcome {
        {
            let mut state = self.state.lock().unwrap();
            state.acting += 1;
            state.acting_most = state.acting_most.max(state.acting);
        }
        match &self.gate {
            Gate::Open => tokio::task::yield_now().await,
            Gate::Shut(opened) => opened.notified().await,
            Gate::Never => std::future::pending().await,
        }
        let mut state = self.state.lock().unwrap();
        state.acting -= 1;
        match action {
            Action::CreateNode { agent, description, .. } => {
                state.did.push("create");
                state.node = Some((agent.node().clone(), description));
                Outcome::Done
            }
            Action::Launch { .. } => {
                state.did.push("launch");
                let arn = TaskArn::new("arn:aws:ecs:us-east-1:123456789012:task/c/1");
                state.task = Some((arn.clone(), false));
                Outcome::Launched { task: arn }
            }
            Action::CloseNode { .. } => {
                state.did.push("close");
                state.closed = true;
                Outcome::Done
            }
            Action::StopTask { .. } => {
                state.did.push("stop");
                state.task.as_mut().unwrap().1 = true;
                Outcome::Done
            }
            Action::DeleteNode { .. } => {
                state.did.push("delete");
                state.node = None;
                Outcome::Done
            }
        }
    }

    async fn poll(&self, _: Timestamp) -> Option<JenkinsListing> {
        let mut state = self.state.lock().unwrap();
        state.polls += 1;
        let online = state.task.as_ref().is_some_and(|(_, stopped)| !stopped);
        state.polls_with_agent += u32::from(online);
        // The build takes the agent as soon as it is seen, and ends three polls later.
        let polls = state.polls_with_agent;
        let busy = online && (2..5).contains(&polls);
        let waiting = polls < 2;
        let item = |id| QueueItem {
            id: QueueItemId(id),
            label: ItemLabel::Expression("java".into()),
            state: ItemState::Buildable { since: START },
            in_queue_since: START,
            job: None,
            run: None,
        };
        let node = state.node.as_ref().map(|(name, description)| Node {
            name: name.clone(),
            description: Some(Arc::clone(description)),
            labels: if state.closed { LabelSet::default() } else { LabelSet::parse("java").labels },
            exclusive: true,
            online,
            temporarily_offline: false,
            idle: !busy,
            executors: 1,
            busy: u16::from(busy),
            running: if busy { [QueueItemId(1)].into_iter().collect() } else { [].into_iter().collect() },
            runs: [].into_iter().collect(),
        });
        Some(JenkinsListing {
            session: 1,
            quieting_down: false,
            complete: true,
            nodes: node.into_iter().collect(),
            items: if waiting { vec![item(1)] } else { Vec::new() },
        })
    }

    async fn look(&self) -> TaskListing {
        let state = self.state.lock().unwrap();
        let task = state.task.as_ref().map(|(arn, stopped)| Task {
            arn: arn.clone(),
            owner: OwnerId::new("o"),
            agent: state.node.as_ref().map(|(name, _)| name.clone()),
            status: if *stopped { TaskStatus::Stopped } else { TaskStatus::Running },
            stopping: *stopped,
            created_at: START,
            stop: None,
        });
        TaskListing { complete: true, tasks: task.into_iter().collect() }
    }
}

/// Keeps what was decided.
#[derive(Debug, Default)]
struct Log(Vec<String>);

impl Report for Log {
    fn decided(&mut self, decision: &Decision) {
        self.0.push(format!("{:?}", decision.what));
    }

    fn acted(&mut self, _: &Action, _: &Outcome, _: Duration) {}
}

/// Time that passes when somebody says so, in which nothing happens by itself.
struct Still(Mutex<Timestamp>);

impl Servers for Still {
    fn next(&self) -> impl Future<Output = (Timestamp, Option<Timestamp>)> + Send {
        std::future::ready((*self.0.lock().unwrap(), None))
    }

    fn advance(&self, to: Timestamp) -> impl Future<Output = ()> + Send {
        *self.0.lock().unwrap() = to;
        std::future::ready(())
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

const LIFE: [&str; 5] = ["create", "launch", "close", "stop", "delete"];

#[test]
fn in_lockstep_a_build_gets_one_agent_which_is_gone_after_it_and_each_run_is_the_same() {
    let runs = [(), ()].map(|()| {
        let (world, mut log) = (World::default(), Log::default());
        let mut machine = Machine::new(policy(Millis::from_secs(1)), Rhythm::Grid, START);
        let servers = Still(Mutex::new(START));
        let end = START + Millis::from_mins(5);
        let ended = runtime().block_on(lockstep(
            &mut machine,
            &world,
            &servers,
            &mut log,
            async |now, _: &Machine| now >= end,
        ));
        assert_eq!(world.did(), LIFE);
        assert!(ended >= end);
        log.0
    });
    assert_eq!(runs[0], runs[1]);
}

/// The same world on the wall: the run is ended by what happened in it, whenever that is.
#[test]
fn on_the_wall_the_same_happens_and_actions_run_within_their_bound() {
    let world = Arc::new(World::default());
    let mut machine = Machine::new(policy(Millis::new(5)), Rhythm::Grid, START);
    let (mut log, watched) = (Log::default(), Arc::clone(&world));
    let end = async move {
        while !watched.did().contains(&"delete") {
            tokio::task::yield_now().await;
        }
    };
    let limits = Limits { actions: 1, ..Limits::default() };
    let hands = Arc::clone(&world);
    let ended = runtime().block_on(async {
        run(&mut machine, hands, WallClock::start_at(START), limits, &mut log, std::future::pending(), end)
            .await
    });
    assert_eq!(ended, End::Asked { unfinished: 0 });
    assert_eq!(world.did(), LIFE);
    assert_eq!(world.state.lock().unwrap().acting_most, 1);
}

/// An end that comes while an action runs waits for it, as long as the limit says and no longer.
#[test]
fn at_the_end_what_runs_is_waited_for_within_the_limit() {
    let table = [
        (Gate::Shut(Notify::new()), Duration::from_secs(600), End::Asked { unfinished: 0 }),
        (Gate::Never, Duration::ZERO, End::Asked { unfinished: 1 }),
    ];
    for (gate, end, want) in table {
        let world = Arc::new(World { gate, ..World::default() });
        let mut machine = Machine::new(policy(Millis::new(5)), Rhythm::Grid, START);
        let watched = Arc::clone(&world);
        let asked = async move {
            while watched.state.lock().unwrap().acting == 0 {
                tokio::task::yield_now().await;
            }
            if let Gate::Shut(opened) = &watched.gate {
                opened.notify_one();
            }
        };
        let limits = Limits { end, ..Limits::default() };
        let hands = Arc::clone(&world);
        let ended = runtime().block_on(async {
            run(
                &mut machine,
                hands,
                WallClock::start_at(START),
                limits,
                &mut Log::default(),
                std::future::pending(),
                asked,
            )
            .await
        });
        assert_eq!(ended, want);
    }
}
