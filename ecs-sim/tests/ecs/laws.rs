//! What holds after every step, whatever is called, in whatever order.

use crate::account::{Account, at};
use footman_core::{
    event::TaskStatus,
    time::{Millis, Timestamp},
    units::{CpuUnits, Mib, Size},
};
use footman_ecs_sim::{
    ContainerInstanceView, Output, RunTask,
    api::{Capacity, FailureSubject, LaunchType, Network, Provider, StartTask, StrategyItem},
    billing::Cost,
    capacity::{GroupProvider, InstanceSpec, ManagedScaling},
    definition::{Container, Image, NetworkMode, PortMapping, TaskDefinition},
    fleet::InstanceStatus,
    id::{DefinitionId, InstanceId, ProviderId, TaskId},
    query::Expression,
    settings::{Faults, PerMillion},
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
    Activate { instance: usize },
    Deregister { instance: usize, force: bool },
    Connect { instance: usize, connected: bool },
    Attribute { instance: usize, put: bool },
    Start { definition: usize, instances: [usize; 3] },
    EndContainer { task: usize, container: usize },
    UseMemory { task: usize, container: usize, mib: u32 },
    Providers { associated: bool },
    Interrupt { task: usize },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..400_i64).prop_map(|seconds| Step::Wait { seconds }),
        6 => (0..6_usize, 0..4_u8, 1..=3_u8, proptest::option::weighted(0.3, 0..4_u8))
            .prop_map(|(definition, place, count, token)| Step::Run { definition, place, count, token }),
        3 => any::<usize>().prop_map(|task| Step::Exit { task }),
        2 => any::<usize>().prop_map(|task| Step::Stop { task }),
        1 => any::<usize>().prop_map(|instance| Step::Terminate { instance }),
        1 => any::<usize>().prop_map(|instance| Step::Drain { instance }),
        1 => any::<usize>().prop_map(|instance| Step::Activate { instance }),
        1 => any::<(usize, bool)>().prop_map(|(instance, force)| Step::Deregister { instance, force }),
        2 => any::<(usize, bool)>().prop_map(|(instance, connected)| Step::Connect { instance, connected }),
        2 => any::<(usize, bool)>().prop_map(|(instance, put)| Step::Attribute { instance, put }),
        3 => (0..6_usize, any::<[usize; 3]>())
            .prop_map(|(definition, instances)| Step::Start { definition, instances }),
        2 => (any::<usize>(), 0..3_usize).prop_map(|(task, container)| Step::EndContainer { task, container }),
        1 => (any::<usize>(), 0..3_usize, 0..4096_u32)
            .prop_map(|(task, container, mib)| Step::UseMemory { task, container, mib }),
        1 => any::<bool>().prop_map(|associated| Step::Providers { associated }),
        1 => any::<usize>().prop_map(|task| Step::Interrupt { task }),
    ]
}

/// A token, and the parameters that go with it: definition, place, count.
type TokenKey = (u8, usize, u8, u8);

/// An account, and what is known of it by watching.
struct Watched {
    account: Account,
    definitions: [DefinitionId; 6],
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

/// What goes wrong with tasks; with every fourth seed more than images and interfaces.
fn faults(seed: u64) -> Faults {
    let common =
        Faults { cannot_pull: PerMillion(100_000), eni_timeout: PerMillion(100_000), ..Faults::default() };
    if seed % 4 != 1 {
        return common;
    }
    let often = PerMillion(50_000);
    Faults { secrets: often, log_driver: often, ephemeral_storage: often, ..common }
}

/// What tasks are run of: with and without an interface, a host port, several containers, a GPU.
fn definitions(account: &mut Account) -> [DefinitionId; 6] {
    let bridge = |ports: &[u16]| {
        let image = Image { name: "agent".into(), size: Mib::new(100) };
        let mut definition = TaskDefinition::new("bridge", CpuUnits::new(512), Mib::new(1024), image);
        definition.network_mode = NetworkMode::Bridge;
        let mapping = |&port: &u16| PortMapping { container_port: 80, host_port: port, udp: false };
        definition.containers[0].ports = ports.iter().map(mapping).collect();
        definition
    };
    // Three containers, one of which may end alone, on instances that somebody has marked.
    let mut three = bridge(&[]);
    let container = |name: &str, essential| Container {
        name: name.into(),
        essential,
        memory: Some(Mib::new(1024)),
        ..three.containers[0].clone()
    };
    three.containers = vec![container("a", true), container("b", true), container("c", false)];
    three.constraints = vec![Expression::parse("attribute:mark == yes").expect("it is valid")];
    // Two containers, of which one has a GPU.
    let mut gpu = bridge(&[]);
    let container = |name: &str, gpus| Container {
        name: name.into(),
        gpus,
        memory: Some(Mib::new(512)),
        ..gpu.containers[0].clone()
    };
    gpu.containers = vec![container("a", 0), container("b", 1)];
    [
        account.definition(NetworkMode::Awsvpc, 1024, 2048, 300),
        account.definition(NetworkMode::Awsvpc, 256, 512, 50),
        account.ecs.register_task_definition(bridge(&[])).expect("it is valid"),
        account.ecs.register_task_definition(bridge(&[8080])).expect("it is valid"),
        account.ecs.register_task_definition(three).expect("it is valid"),
        account.ecs.register_task_definition(gpu).expect("it is valid"),
    ]
}

impl Watched {
    fn new(seed: u64) -> Self {
        let mut account = Account::seeded(seed, |settings| {
            settings.throttling = false;
            settings.quotas.provisioning_tasks = WAITING_MAX;
            settings.quotas.fargate_vcpus = Some(8);
            settings.faults = faults(seed);
            settings.spot.ec2_interruptions_per_million_hours = 2_000_000;
            settings.spot.fargate_interruptions_per_million_hours = 10_000_000;
            settings.spot_draining = seed.is_multiple_of(2);
        });
        let spot =
            InstanceSpec { spot: true, ..InstanceSpec::listed("c5.large").expect("the type is listed") };
        // With some seeds the group's instances have a trunk each.
        let trunking = seed % 7 == 5;
        let on_demand =
            InstanceSpec { trunking, ..InstanceSpec::listed("m5.large").expect("the type is listed") };
        let group = GroupProvider {
            name: "group".into(),
            instances: vec![on_demand, spot],
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
        let gpus = vec!["GPU-0".into(), "GPU-1".into(), "GPU-2".into()];
        let own = InstanceSpec { gpus, ..InstanceSpec::listed("m5.large").expect("the type is listed") };
        account.ecs.add_instances(at(0), cluster, &own, 2).expect("there is room");
        let definitions = definitions(&mut account);
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
                    // One that boots, or whose trunk is being attached, is refused.
                    let status = self.account.ecs.container_instance(instance).expect("it is there").status;
                    let drained = self.account.ecs.drain_instance(self.now, instance);
                    assert_eq!(drained.is_ok(), status != InstanceStatus::Registering);
                }
            }
            Step::Activate { .. }
            | Step::Deregister { .. }
            | Step::Connect { .. }
            | Step::Attribute { .. }
            | Step::Start { .. } => self.take_on_instances(step),
            Step::EndContainer { task: nth, container } => {
                if let Some(task) = task(nth, &self.last) {
                    self.account.ecs.container_ended(self.now, task, container, 1);
                }
            }
            Step::UseMemory { task: nth, container, mib } => {
                if let Some(task) = task(nth, &self.last) {
                    let killed = self.account.ecs.use_memory(self.now, task, container, Mib::new(mib));
                    assert!(mib > 512 || killed != Ok(true), "every container may have 512 MiB");
                }
            }
            Step::Providers { associated } => self.associate(associated),
            Step::Interrupt { task: nth } => {
                if let Some(task) = task(nth, &self.last) {
                    // One that is not on Spot, or does not run yet, is refused.
                    let _: Result<(), _> = self.account.ecs.interrupt_spot_task(self.now, task);
                }
            }
        }
        self.watch();
        self.check();
    }

    fn associate(&mut self, associated: bool) {
        let (cluster, group) = (self.account.cluster, [self.group]);
        let providers = if associated { &group[..] } else { &[] };
        let put = self.account.ecs.put_cluster_capacity_providers(self.now, cluster, providers, &[]);
        assert!(!associated || put.is_ok(), "the group is this cluster's, or free");
    }

    /// The steps that concern container instances by their place among those that are there.
    fn take_on_instances(&mut self, step: Step) {
        let all: Vec<InstanceId> = self.instances.iter().copied().collect();
        let find = |nth: usize| Some(all[nth.checked_rem(all.len())?]);
        let now = self.now;
        let ecs = &mut self.account.ecs;
        let registered = |ecs: &footman_ecs_sim::Ecs, id| {
            ecs.container_instance(id).is_some_and(|view| view.registered_at.is_some())
        };
        match step {
            Step::Activate { instance } => {
                let Some(id) = find(instance) else { return };
                assert_eq!(ecs.activate_instance(id).is_ok(), registered(ecs, id));
            }
            Step::Deregister { instance, force } => {
                let Some(id) = find(instance) else { return };
                let view = ecs.container_instance(id).expect("it is there");
                let may = view.registered_at.is_some() && (force || view.tasks.is_empty());
                assert_eq!(ecs.deregister_instance(now, id, force).is_ok(), may);
                assert_eq!(ecs.inactive_instance(self.account.cluster, id).is_some(), may);
            }
            Step::Connect { instance, connected } => {
                let Some(id) = find(instance) else { return };
                assert_eq!(ecs.connect_agent(now, id, connected).is_ok(), registered(ecs, id));
            }
            Step::Attribute { instance, put } => {
                let Some(id) = find(instance) else { return };
                let mark = [("mark".into(), Some("yes".into()))];
                if put {
                    ecs.put_attributes(id, &mark).expect("one is not too many");
                } else {
                    ecs.delete_attributes(id, &mark);
                }
            }
            Step::Start { definition, instances } => {
                let instances: Vec<InstanceId> = instances.into_iter().filter_map(find).collect();
                self.start(self.definitions[definition], instances);
            }
            Step::Wait { .. }
            | Step::Run { .. }
            | Step::Exit { .. }
            | Step::Stop { .. }
            | Step::Terminate { .. }
            | Step::Drain { .. }
            | Step::EndContainer { .. }
            | Step::UseMemory { .. }
            | Step::Providers { .. }
            | Step::Interrupt { .. } => unreachable!("{step:?} is taken elsewhere"),
        }
    }

    fn start(&mut self, definition: DefinitionId, instances: Vec<InstanceId>) {
        let asked = instances.len();
        let request = self.account.request(definition, Capacity::Launch(LaunchType::Ec2));
        let ecs = &mut self.account.ecs;
        let answer = ecs.start_task(self.now, StartTask { instances: instances.clone(), request });
        let Ok(answer) = answer else {
            assert_eq!(asked, 0, "only a call without instances is refused");
            return;
        };
        assert_eq!(answer.tasks.len() + answer.failures.len(), asked, "each instance is told of");
        let constrained = !ecs.task_definition(definition).constraints.is_empty();
        for &task in &answer.tasks {
            let on = ecs.task(self.now, task).and_then(|task| task.instance).expect("it was started");
            let view = ecs.container_instance(on).expect("it is there");
            assert!(instances.contains(&on) && view.agent_connected && view.status == InstanceStatus::Active);
            assert!(!constrained || view.attributes.iter().any(|(name, _)| &**name == "mark"));
        }
        for failure in &answer.failures {
            let FailureSubject::Instance(id) = failure.subject else { panic!("{failure:?}") };
            assert!(instances.contains(&id));
        }
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
        // With overrides the first container has one of its own.
        let gpus = (definition == 5 && count == 2).then(|| [1, 1].into());
        let request = RunTask {
            count,
            gpus,
            client_token: key.map(|key| format!("{key:?}").replace(' ', "").into()),
            network: self.account.request(id, Capacity::ClusterDefault).network.map(|_| Network::new(1, 0)),
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
            let carried = if instance.trunk.is_some() { 10 } else { 2 };
            assert!(enis <= carried, "a large carries two network interfaces, and ten with a trunk");
            let open = instance.status != InstanceStatus::Registering;
            assert!(open || instance.tasks.is_empty(), "one that is REGISTERING has no tasks");
            assert!(ports <= 1, "a host port is given once");
            self.check_gpus(instance);
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

    /// No GPU is given twice, each task has those that it asked for, and none is held by a task that is gone.
    fn check_gpus(&self, instance: ContainerInstanceView<'_>) {
        let ids: BTreeSet<_> = instance.gpus.iter().map(|gpu| &gpu.id).collect();
        assert_eq!(ids.len(), instance.gpus.len());
        let mut held = 0;
        for &task in instance.tasks {
            let view = self.account.ecs.task(self.now, task).expect("a task on an instance is there");
            let shown: Vec<_> = (0..3).flat_map(|nth| view.container_gpus(nth)).collect();
            let of_task = instance.gpus.iter().filter(|gpu| gpu.task == Some(task));
            assert_eq!(of_task.map(|gpu| &gpu.id).collect::<Vec<_>>(), shown, "{task} shows what it holds");
            let asks = view.definition == self.definitions[5];
            assert_eq!(shown.is_empty(), !asks, "{task} has GPUs where it asks for them");
            held += shown.len();
        }
        let taken = instance.gpus.iter().filter(|gpu| gpu.task.is_some()).count();
        assert_eq!(taken, held, "what no task shows is free");
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
