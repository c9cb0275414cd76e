//! What holds after every step, whatever is called, in whatever order.

use crate::account::{Account, at};
use footman_core::{
    event::TaskStatus,
    time::{Millis, Timestamp},
    units::{CpuUnits, Mib, Size},
};
use footman_ecs_sim::{
    Output, RunTask,
    api::{Capacity, LaunchType, Network, Provider, StrategyItem},
    billing::Cost,
    capacity::{GroupProvider, InstanceSpec, ManagedScaling},
    definition::{Image, NetworkMode, PortMapping, TaskDefinition},
    id::{DefinitionId, InstanceId, ProviderId, TaskId},
    settings::PerMillion,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One call, or a while without one.
#[derive(Debug, Clone, Copy)]
enum Step {
    Wait { seconds: i64 },
    Run { definition: usize, place: u8, count: u8, token: Option<u8> },
    Exit { task: usize },
    Stop { task: usize },
    Terminate { instance: usize },
    Drain { instance: usize },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..400_i64).prop_map(|seconds| Step::Wait { seconds }),
        6 => (0..4_usize, 0..4_u8, 1..=3_u8, proptest::option::weighted(0.3, 0..4_u8))
            .prop_map(|(definition, place, count, token)| Step::Run { definition, place, count, token }),
        3 => any::<usize>().prop_map(|task| Step::Exit { task }),
        2 => any::<usize>().prop_map(|task| Step::Stop { task }),
        1 => any::<usize>().prop_map(|instance| Step::Terminate { instance }),
        1 => any::<usize>().prop_map(|instance| Step::Drain { instance }),
    ]
}

/// A token, and the parameters that go with it: definition, place, count.
type TokenKey = (u8, usize, u8, u8);

/// An account, and what is known of it by watching.
struct Watched {
    account: Account,
    definitions: [DefinitionId; 4],
    group: ProviderId,
    now: Timestamp,
    last: BTreeMap<TaskId, TaskStatus>,
    instances: BTreeSet<InstanceId>,
    billed: Cost,
    told_at: Timestamp,
    log: String,
    /// When each token started which tasks.
    tokens: BTreeMap<TokenKey, (Timestamp, Vec<TaskId>)>,
}

const WAITING_MAX: u32 = 4;

impl Watched {
    fn new(seed: u64) -> Self {
        let mut account = Account::seeded(seed, |settings| {
            settings.throttling = false;
            settings.quotas.provisioning_tasks = WAITING_MAX;
            settings.quotas.fargate_vcpus = Some(8);
            settings.faults.cannot_pull = PerMillion(100_000);
            settings.faults.eni_timeout = PerMillion(100_000);
            settings.spot.ec2_interruptions_per_million_hours = 2_000_000;
            settings.spot.fargate_interruptions_per_million_hours = 10_000_000;
            settings.spot_draining = seed.is_multiple_of(2);
        });
        let spot =
            InstanceSpec { spot: true, ..InstanceSpec::listed("c5.large").expect("the type is listed") };
        let group = GroupProvider {
            name: "group".into(),
            instances: vec![InstanceSpec::listed("m5.large").expect("the type is listed"), spot],
            min: 0,
            max: 4,
            desired: 1,
            managed_scaling: Some(ManagedScaling {
                warmup: Millis::from_secs(60),
                ..ManagedScaling::default()
            }),
            termination_protection: seed.is_multiple_of(3),
            managed_draining: seed.is_multiple_of(5),
        };
        let group = account.ecs.create_capacity_provider(group).expect("it is valid");
        let cluster = account.cluster;
        account.ecs.put_cluster_capacity_providers(at(0), cluster, &[group], &[]).expect("it is free");
        account.instances("m5.large", 2);
        let bridge = |ports: &[u16]| {
            let image = Image { name: "agent".into(), size: Mib::new(100) };
            let mut definition = TaskDefinition::new("bridge", CpuUnits::new(512), Mib::new(1024), image);
            definition.network_mode = NetworkMode::Bridge;
            let mapping = |&port: &u16| PortMapping { container_port: 80, host_port: port, udp: false };
            definition.containers[0].ports = ports.iter().map(mapping).collect();
            definition
        };
        let definitions = [
            account.definition(NetworkMode::Awsvpc, 1024, 2048, 300),
            account.definition(NetworkMode::Awsvpc, 256, 512, 50),
            account.ecs.register_task_definition(bridge(&[])).expect("it is valid"),
            account.ecs.register_task_definition(bridge(&[8080])).expect("it is valid"),
        ];
        Self {
            account,
            definitions,
            group,
            now: at(0),
            last: BTreeMap::new(),
            instances: BTreeSet::new(),
            billed: Cost::ZERO,
            told_at: at(0),
            log: String::new(),
            tokens: BTreeMap::new(),
        }
    }

    fn take(&mut self, step: Step) {
        let task = |nth: usize, last: &BTreeMap<TaskId, TaskStatus>| {
            last.keys().nth(nth.checked_rem(last.len())?).copied()
        };
        let instance =
            |nth: usize, all: &BTreeSet<InstanceId>| all.iter().nth(nth.checked_rem(all.len())?).copied();
        match step {
            Step::Wait { seconds } => {
                self.now = self.now + Millis::from_secs(seconds.unsigned_abs());
                self.account.until(self.now);
            }
            Step::Run { definition, place, count, token } => self.run(definition, place, count, token),
            Step::Exit { task: nth } => {
                if let Some(task) = task(nth, &self.last) {
                    self.account.ecs.container_exited(self.now, task, 0);
                }
            }
            Step::Stop { task: nth } => {
                if let Some(task) = task(nth, &self.last)
                    && self.account.ecs.task(self.now, task).is_some()
                {
                    let view = self.account.ecs.stop_task(self.now, task, None).expect("it is described");
                    assert!(view.stopping);
                }
            }
            Step::Terminate { instance: nth } => {
                if let Some(instance) = instance(nth, &self.instances) {
                    self.account.ecs.terminate_instance(self.now, instance).expect("it is there");
                }
            }
            Step::Drain { instance: nth } => {
                if let Some(instance) = instance(nth, &self.instances) {
                    // One that boots is not registered, and refused.
                    let registered =
                        self.account.ecs.container_instance(instance).and_then(|i| i.registered_at);
                    let drained = self.account.ecs.drain_instance(self.now, instance);
                    assert_eq!(drained.is_ok(), registered.is_some());
                }
            }
        }
        self.watch();
        self.check();
    }

    fn run(&mut self, definition: usize, place: u8, count: u8, token: Option<u8>) {
        let id = self.definitions[definition];
        let capacity = match place {
            0 => Capacity::Launch(LaunchType::Ec2),
            1 => Capacity::Launch(LaunchType::Fargate),
            2 => strategy(Provider::FargateSpot),
            _ => strategy(Provider::Group(self.group)),
        };
        let key = token.map(|token| (token, definition, place, count));
        let request = RunTask {
            count,
            client_token: key.map(|key| format!("{key:?}").replace(' ', "").into()),
            network: self
                .account
                .request(id, Capacity::ClusterDefault)
                .network
                .map(|_| Network { subnets: 1, security_groups: 0 }),
            ..self.account.request(id, capacity)
        };
        let answer = match self.account.ecs.run_task(self.now, request) {
            Ok(answer) => answer,
            Err(refused) => {
                let full = refused.message == "Tasks provisioning capacity limit exceeded.";
                assert!(!full || self.waiting() == WAITING_MAX, "refused though fewer wait");
                return;
            }
        };
        assert!(answer.tasks.len() <= usize::from(count));
        let Some(key) = key else { return };
        match self.tokens.get(&key) {
            Some((_, tasks)) if answer.replayed => assert_eq!(tasks.as_slice(), answer.tasks.as_slice()),
            Some((first, tasks)) => {
                // It started something anew: so a day has passed, or its tasks are described no longer.
                let forgotten = tasks.iter().all(|&task| self.account.ecs.task(self.now, task).is_none());
                let old = self.now.since(*first) >= Millis::from_hours(24);
                assert!(old || (forgotten && !tasks.is_empty()), "a token started tasks twice");
                self.tokens.insert(key, (self.now, answer.tasks.to_vec()));
            }
            None => {
                assert!(!answer.replayed);
                self.tokens.insert(key, (self.now, answer.tasks.to_vec()));
            }
        }
    }

    /// How many tasks wait for an instance.
    fn waiting(&self) -> u32 {
        let waits = |&&task: &&TaskId| {
            self.account.ecs.task(self.now, task).is_some_and(|task| {
                task.launch_type == LaunchType::Ec2
                    && task.instance.is_none()
                    && task.status == TaskStatus::Provisioning
            })
        };
        u32::try_from(self.last.keys().filter(waits).count()).expect("a test is small")
    }

    /// Takes in what the account tells.
    fn watch(&mut self) {
        while let Some(output) = self.account.ecs.poll_output() {
            self.log.push_str(&format!("{output:?}\n"));
            match output {
                Output::TaskChanged { at, task, status, .. } => {
                    assert!(at >= self.told_at, "outputs come in the order of time");
                    self.told_at = at;
                    let before = self.last.insert(task, status);
                    assert!(before.is_none_or(|before| before < status), "{task}: {before:?} to {status:?}");
                }
                Output::InstanceChanged { instance, change, .. } => {
                    if change == footman_ecs_sim::output::InstanceChange::Terminated {
                        assert!(self.instances.remove(&instance));
                    } else {
                        self.instances.insert(instance);
                    }
                }
                Output::TaskBilled { from, to, cost, .. } | Output::InstanceBilled { from, to, cost, .. } => {
                    assert!(from <= to && cost > Cost::ZERO);
                    self.billed += cost;
                }
                Output::SpotWarning { .. } | Output::GroupScaled { .. } => {}
            }
        }
    }

    fn check(&self) {
        let ecs = &self.account.ecs;
        let mut on_instances = BTreeSet::new();
        for &id in &self.instances {
            let instance = ecs.container_instance(id).expect("it was launched and not terminated");
            let (mut size, mut enis, mut ports) = (Size::default(), 0, 0);
            for &task in instance.tasks {
                let view = ecs.task(self.now, task).expect("a task on an instance is there");
                assert_ne!(view.status, TaskStatus::Stopped, "a stopped task holds nothing");
                assert_eq!(view.instance, Some(id));
                assert!(on_instances.insert(task), "a task is on one instance");
                size = size.checked_add(view.size).expect("sizes are small");
                let definition = ecs.task_definition(view.definition);
                enis += u32::from(definition.network_mode == NetworkMode::Awsvpc);
                ports += definition.containers[0].ports.len();
            }
            assert_eq!(instance.registered.checked_sub(size), Some(instance.remaining), "nothing leaks");
            assert!(enis <= 2, "a large carries two network interfaces");
            assert!(ports <= 1, "a host port is given once");
        }
        let (mut vcpus, mut live) = (0, 0);
        for (&task, &status) in &self.last {
            let Some(view) = ecs.task(self.now, task) else {
                assert_eq!(status, TaskStatus::Stopped, "a task that has not stopped is never lost");
                continue;
            };
            assert_eq!(view.status, status, "what was told is what is seen");
            live += usize::from(status != TaskStatus::Stopped);
            if status == TaskStatus::Stopped {
                continue;
            }
            match (view.launch_type, view.provider) {
                (LaunchType::Fargate, None) => vcpus += view.size.cpu.get(),
                (LaunchType::Fargate, Some(_)) => {}
                (LaunchType::Ec2, _) => {
                    assert!(view.instance.is_none() || on_instances.contains(&task));
                }
            }
        }
        assert!(self.waiting() <= WAITING_MAX && vcpus <= 8 * 1024);
        assert_eq!(ecs.task_counts().0, live, "every task that has not stopped was told of");
    }

    /// Stops everything, and says what it all cost: as told, and as asked.
    fn end(mut self) -> (Cost, Cost) {
        let tasks: Vec<TaskId> = self.last.keys().copied().collect();
        for task in tasks {
            if self.account.ecs.task(self.now, task).is_some() {
                self.account.ecs.stop_task(self.now, task, None).expect("it is described");
            }
        }
        self.now = self.now + Millis::from_mins(10);
        self.account.until(self.now);
        self.watch();
        self.check();
        assert_eq!(self.account.ecs.task_counts().0, 0, "everything stops in the end");
        self.account.ecs.close_books(self.now);
        let asked = self.account.ecs.costs(self.now).total();
        self.watch();
        (self.billed, asked)
    }
}

fn strategy(provider: Provider) -> Capacity {
    Capacity::Strategy([StrategyItem { provider, weight: 1, base: 0 }].into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_called_nothing_is_lost_or_given_twice(
        seed in 0..1000_u64,
        steps in proptest::collection::vec(step(), 1..120),
    ) {
        let mut watched = Watched::new(seed);
        watched.watch();
        for step in steps {
            watched.take(step);
        }
        let (billed, asked) = watched.end();
        prop_assert_eq!(billed, asked, "the bill is the sum of what was billed");
    }

    #[test]
    fn the_same_seed_and_calls_give_the_same_log(
        seed in 0..1000_u64,
        steps in proptest::collection::vec(step(), 1..40),
    ) {
        let log = || {
            let mut watched = Watched::new(seed);
            for &step in &steps {
                watched.take(step);
            }
            watched.log
        };
        prop_assert_eq!(log(), log());
    }
}

#[test]
fn a_scenario_has_the_same_log_in_every_build() {
    // Every kind of capacity, every kind of end, 2,000 steps; the steps are drawn by a small generator of the test's own.
    let mut watched = Watched::new(30);
    let mut state = 1_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % below).expect("it is small")
    };
    for _ in 0..2_000 {
        let step = match draw(12) {
            0..4 => Step::Wait { seconds: i64::try_from(draw(120)).expect("it is small") },
            4..8 => Step::Run {
                definition: draw(4),
                place: u8::try_from(draw(4)).expect("it is small"),
                count: 1 + u8::try_from(draw(3)).expect("it is small"),
                token: None,
            },
            8..10 => Step::Exit { task: draw(1 << 20) },
            10 => Step::Stop { task: draw(1 << 20) },
            _ => Step::Drain { instance: draw(1 << 20) },
        };
        watched.take(step);
    }
    // FNV-1a, 64 bits. Another hash means that the same seed gives another history than before.
    let hash = watched.log.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    assert_eq!(
        (watched.log.lines().count(), hash),
        (2126, 12_358_859_221_154_463_376),
        "lines and hash of the log"
    );
}
