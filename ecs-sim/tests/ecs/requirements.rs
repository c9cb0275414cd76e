//! What a task requires of a container instance besides CPU, memory, ports and interfaces: GPUs, attributes and a zone, row
//! by row of the reasons for failures (Amazon ECS Developer Guide, "API failure reasons").

use crate::account::{Account, at};
use footman_core::{
    catalogue::Platform,
    units::{CpuUnits, Mib},
};
use footman_ecs_sim::{
    AgentRegistration, RunTask,
    api::{Capacity, Failure, FailureSubject, LaunchType, Network, Provider, StartTask, StrategyItem},
    capacity::{GroupProvider, InstanceSpec, ManagedScaling},
    definition::{Container, Image, NetworkMode, TaskDefinition},
    fleet::{Capabilities, Zones},
    id::{DefinitionId, InstanceId, TaskId},
};
use std::sync::Arc;

fn definition(change: impl FnOnce(&mut TaskDefinition)) -> TaskDefinition {
    let image = Image { name: "agent".into(), size: Mib::new(100) };
    let mut definition = TaskDefinition::new("agent", CpuUnits::new(256), Mib::new(256), image);
    definition.network_mode = NetworkMode::Bridge;
    change(&mut definition);
    definition
}

fn named(attribute: &str) -> Capabilities {
    Capabilities::named(attribute).expect("it is one that definitions require")
}

fn of_platform(platform: Platform) -> TaskDefinition {
    definition(|it| (it.platform, it.requires_platform) = (platform, true))
}

/// An instance that registers with so many GPUs and these attributes.
fn register(account: &mut Account, kind: &str, gpus: usize, attributes: &[(&str, &str)]) -> InstanceId {
    let gpus = (0..gpus).map(|nth| format!("GPU-{nth}").into()).collect();
    let spec = InstanceSpec { gpus, ..InstanceSpec::listed(kind).expect("the type is listed") };
    let value = |text: &str| Some(Arc::from(text)).filter(|_| !text.is_empty());
    let attributes = attributes.iter().map(|&(name, text)| (name.into(), value(text))).collect();
    let registration = AgentRegistration { spec, ec2_instance_id: None, attributes };
    account.ecs.register_container_instance(account.cluster, registration).expect("there is room")
}

/// The reason for which the one instance of `account` does not take a task of `definition`, by RunTask and StartTask.
fn refused(account: &mut Account, instance: InstanceId, definition: TaskDefinition) -> [Option<String>; 2] {
    let awsvpc = definition.network_mode == NetworkMode::Awsvpc;
    let definition = account.ecs.register_task_definition(definition).expect("it is valid");
    let mut request = account.request(definition, Capacity::Launch(LaunchType::Ec2));
    request.network = awsvpc.then_some(Network::new(1, 1));
    let start = StartTask { instances: vec![instance], request: request.clone() };
    let reason =
        |answer: footman_ecs_sim::RunTaskAnswer| answer.failures.first().map(|it| it.reason.to_string());
    let by_run = account.ecs.run_task(at(0), request).map(reason).expect("it is no exception");
    let by_start = account.ecs.start_task(at(0), start).map(reason).expect("it is no exception");
    [by_run, by_start]
}

#[test]
fn an_instance_that_lacks_what_a_task_requires_is_refused_with_the_reason_for_it() {
    use Platform::{LinuxArm, LinuxX86, WindowsX86};
    let gpus = |count| definition(|it| it.containers[0].gpus = count);
    let awsvpc = || definition(|it| it.network_mode = NetworkMode::Awsvpc);
    let some: &[(&str, &str)] = &[("com.amazonaws.ecs.capability.task-iam-role", "")];
    let eni: &[(&str, &str)] = &[("ecs.capability.task-eni", "")];
    let docker = "com.amazonaws.ecs.capability.docker-remote-api.1.18";
    let both: &[(&str, &str)] = &[("ecs.capability.task-eni", ""), (docker, "")];
    let role = || definition(|it| it.requires = named("com.amazonaws.ecs.capability.task-iam-role"));
    let registry = || definition(|it| it.requires = named("com.amazonaws.ecs.capability.ecr-auth"));
    type Row<'a> = (&'a str, usize, &'a [(&'a str, &'a str)], TaskDefinition, Option<&'a str>);
    // instance type, GPUs, attributes, definition => reason
    let table: [Row<'_>; 21] = [
        ("m5.large", 0, &[], gpus(1), Some("RESOURCE:GPU")),
        ("m5.large", 2, &[], gpus(3), Some("RESOURCE:GPU")),
        ("m5.large", 4, &[], gpus(2), None),
        ("m5.large", 0, &[], of_platform(LinuxX86), None),
        ("m5.large", 0, &[], of_platform(LinuxArm), Some("ATTRIBUTE")),
        ("m5.large", 0, &[], of_platform(WindowsX86), Some("ATTRIBUTE")),
        ("m7g.large", 0, &[], of_platform(LinuxX86), Some("ATTRIBUTE")),
        ("m7g.large", 0, &[], of_platform(LinuxArm), None),
        // Nothing is required of the platform where the definition does not name one.
        ("m7g.large", 0, &[], definition(|_| {}), None),
        // What an agent says of itself wins over its type.
        ("m5.large", 0, &[("ecs.cpu-architecture", "arm64")], of_platform(LinuxArm), None),
        ("m5.large", 0, &[("ecs.os-type", "windows")], of_platform(WindowsX86), None),
        ("m5.large", 0, &[("ecs.os-type", "windows")], of_platform(LinuxX86), Some("ATTRIBUTE")),
        ("m5.large", 0, &[], awsvpc(), None),
        // An interface takes a version of Docker's API, too.
        ("m5.large", 0, eni, awsvpc(), Some("ATTRIBUTE")),
        ("m5.large", 0, both, awsvpc(), None),
        // An agent that says nothing is that of an ECS-optimized image.
        ("m5.large", 0, &[], role(), None),
        ("m5.large", 0, &[("mark", "yes")], registry(), None),
        ("m5.large", 0, some, role(), None),
        ("m5.large", 0, some, registry(), Some("ATTRIBUTE")),
        ("m5.large", 0, some, awsvpc(), Some("ATTRIBUTE")),
        ("m5.large", 0, some, definition(|_| {}), None),
    ];
    for (kind, count, attributes, definition, reason) in table {
        let mut account = Account::new(|_| {});
        let what = format!("{kind}, {count} GPUs, {attributes:?}, {definition:?}");
        let instance = register(&mut account, kind, count, attributes);
        let reason = reason.map(str::to_owned);
        assert_eq!(refused(&mut account, instance, definition), [reason.clone(), reason], "{what}");
    }
}

#[test]
fn a_task_has_its_gpus_for_itself_until_it_has_stopped() {
    let mut account = Account::new(|_| {});
    let instance = register(&mut account, "m5.large", 2, &[]);
    let two = definition(|it| it.containers[0].gpus = 2);
    let two = account.ecs.register_task_definition(two).expect("it is valid");
    let left = |account: &Account| {
        let view = account.ecs.container_instance(instance).expect("it is there");
        view.gpus.iter().filter(|gpu| gpu.task.is_none()).count()
    };
    let run = |account: &mut Account, seconds| {
        let request = account.request(two, Capacity::Launch(LaunchType::Ec2));
        account.ecs.run_task(at(seconds), request).expect("it is no exception")
    };
    let first = run(&mut account, 0).tasks[0];
    assert_eq!(left(&account), 0);
    let second = run(&mut account, 1);
    assert_eq!((second.tasks.len(), second.failures[0].reason.as_ref()), (0, "RESOURCE:GPU"));
    account.until(at(60));
    account.ecs.stop_task(at(60), first, None).expect("it runs");
    account.until(at(120));
    assert_eq!(left(&account), 2);
    assert_eq!(run(&mut account, 120).tasks.len(), 1);
}

#[test]
fn each_container_has_gpus_of_its_own_by_the_definition_or_by_overrides() {
    let mut account = Account::new(|_| {});
    let instance = register(&mut account, "m5.large", 4, &[]);
    let two = definition(|it| {
        let container = |name: &str, gpus| Container { name: name.into(), gpus, ..it.containers[0].clone() };
        it.containers = vec![container("a", 1), container("b", 0), container("c", 1)];
    });
    let definition = account.ecs.register_task_definition(two).expect("it is valid");
    let run = |account: &mut Account, gpus: Option<[u32; 3]>| {
        let gpus = gpus.map(|gpus| gpus.as_slice().into());
        let request = RunTask { gpus, ..account.request(definition, Capacity::Launch(LaunchType::Ec2)) };
        account.ecs.run_task(at(0), request).expect("it is no exception")
    };
    let shown = |account: &Account, task: TaskId| -> Vec<Vec<String>> {
        let view = account.ecs.task(at(0), task).expect("it is described");
        let of = |nth| view.container_gpus(nth).iter().map(ToString::to_string).collect();
        (0..3).map(of).collect()
    };
    let first = run(&mut account, None).tasks[0];
    assert_eq!(shown(&account, first), [vec!["GPU-0"], vec![], vec!["GPU-1"]]);
    let refused = run(&mut account, Some([1, 1, 1]));
    assert_eq!((refused.tasks.len(), &*refused.failures[0].reason), (0, "RESOURCE:GPU"));
    let second = run(&mut account, Some([0, 2, 0])).tasks[0];
    assert_eq!(shown(&account, second), [vec![], vec!["GPU-2", "GPU-3"], vec![]]);
    let holders = |account: &Account| -> Vec<Option<TaskId>> {
        account
            .ecs
            .container_instance(instance)
            .expect("it is there")
            .gpus
            .iter()
            .map(|gpu| gpu.task)
            .collect()
    };
    assert_eq!(holders(&account), [Some(first), Some(first), Some(second), Some(second)]);
    account.ecs.stop_task(at(0), first, None).expect("it is there");
    assert_eq!(holders(&account), [None, None, Some(second), Some(second)]);
    let none = run(&mut account, Some([0, 0, 0])).tasks[0];
    assert_eq!(shown(&account, none), [vec![] as Vec<String>, vec![], vec![]]);
}

#[test]
fn gpus_are_refused_on_fargate() {
    let mut account = Account::new(|_| {});
    let on_fargate = definition(|it| {
        (it.network_mode, it.requires_fargate) = (NetworkMode::Awsvpc, true);
        it.memory = Some(Mib::new(512));
        it.containers[0].gpus = 1;
    });
    assert!(account.ecs.register_task_definition(on_fargate).is_err());
    let without = account.definition(NetworkMode::Awsvpc, 256, 512, 0);
    let request = account.request(without, Capacity::Launch(LaunchType::Fargate));
    let refused = account.ecs.run_task(at(0), RunTask { gpus: Some([1].into()), ..request });
    assert_eq!(refused.expect_err("it asks for one").message, "GPUs are not supported on Fargate.");
}

/// Two instances, in the zones `a` and `b`, and subnets in them and in `c`.
fn in_zones(settings: impl FnOnce(&mut footman_ecs_sim::Settings)) -> (Account, Vec<InstanceId>) {
    let mut account = Account::new(settings);
    let zones = vec!["a".into(), "b".into()];
    let spec = InstanceSpec { zones, ..InstanceSpec::listed("m5.large").expect("the type is listed") };
    let instances = account.ecs.add_instances(at(0), account.cluster, &spec, 2).expect("there is room");
    say(&mut account, &[("in-a", "a"), ("in-b", "b"), ("in-c", "c")]);
    (account, instances)
}

fn say(account: &mut Account, subnets: &[(&str, &str)]) {
    let subnets = subnets.iter().map(|&(subnet, zone)| (subnet.into(), zone.into()));
    account.ecs.set_subnets(at(0), subnets).expect("these are few zones");
}

/// A request for a task in these subnets.
fn within(account: &Account, definition: DefinitionId, subnets: &[&str]) -> RunTask {
    let zones = account.ecs.zones_of(subnets.iter().copied());
    let network = Some(Network { zones, ..Network::new(1, 1) });
    RunTask { network, ..account.request(definition, Capacity::Launch(LaunchType::Ec2)) }
}

#[test]
fn a_task_goes_to_an_instance_in_a_zone_of_its_subnets() {
    // Amazon ECS Developer Guide, "API failure reasons": LOCATION.
    // subnets => by instance, whether it can have the task
    let table: [(&[&str], [bool; 2]); 7] = [
        (&["in-a"], [true, false]),
        (&["in-b"], [false, true]),
        (&["in-a", "in-b"], [true, true]),
        (&["in-a", "in-c"], [true, false]),
        (&["in-c"], [false, false]),
        // Nobody said where this one is.
        (&["elsewhere"], [true, true]),
        (&["in-a", "elsewhere"], [true, true]),
    ];
    for (subnets, wanted) in table {
        let (mut account, instances) = in_zones(|_| {});
        let definition = account.definition(NetworkMode::Awsvpc, 128, 128, 0);
        let request = within(&account, definition, subnets);
        let start = StartTask { instances: instances.clone(), request: request.clone() };
        let answer = account.ecs.start_task(at(0), start).expect("it is no exception");
        let (mut can, mut cannot) = (Vec::new(), Vec::new());
        for (&id, can_have) in instances.iter().zip(wanted) {
            if can_have { &mut can } else { &mut cannot }.push(id);
        }
        let place = |account: &Account, tasks: &[TaskId]| -> Vec<InstanceId> {
            tasks.iter().filter_map(|&task| account.ecs.task(at(0), task)?.instance).collect()
        };
        let refused = |failures: &[Failure]| -> Vec<InstanceId> {
            assert!(failures.iter().all(|failure| failure.reason == "LOCATION"), "{failures:?}");
            let subject = |failure: &Failure| match failure.subject {
                FailureSubject::Instance(id) => id,
                FailureSubject::Nothing | FailureSubject::Task(_) | FailureSubject::Unknown(_) => {
                    panic!("{failure:?}")
                }
            };
            failures.iter().map(subject).collect()
        };
        assert_eq!(place(&account, &answer.tasks), can, "StartTask {subnets:?}");
        assert_eq!(refused(&answer.failures), cannot, "StartTask {subnets:?}");
        let answer = account.ecs.run_task(at(0), request).expect("it is no exception");
        let placed = place(&account, &answer.tasks);
        assert!(placed.iter().all(|id| can.contains(id)), "RunTask {subnets:?}");
        assert_eq!(placed.is_empty(), can.is_empty(), "RunTask {subnets:?}");
        let none = if can.is_empty() { &instances[..] } else { &[] };
        assert_eq!(refused(&answer.failures), none, "RunTask {subnets:?} names each instance tried");
    }
}

#[test]
fn where_subnets_are_may_be_said_anew_and_fills_each_zone_to_the_last_interface() {
    let (mut account, instances) = in_zones(|settings| settings.throttling = false);
    let definition = account.definition(NetworkMode::Awsvpc, 128, 128, 0);
    // An m5.large carries two tasks with an interface of their own.
    for (nth, reasons) in [vec![], vec![], vec!["RESOURCE:ENI", "LOCATION"]].into_iter().enumerate() {
        let request = within(&account, definition, &["in-a"]);
        let answer = account.ecs.run_task(at(0), request).expect("it is no exception");
        let on: Vec<_> = answer.tasks.iter().filter_map(|&t| account.ecs.task(at(0), t)?.instance).collect();
        assert!(on.iter().all(|&on| on == instances[0]), "task {nth}");
        let found: Vec<&str> = answer.failures.iter().map(|failure| &*failure.reason).collect();
        assert_eq!(found, reasons, "task {nth}");
    }
    say(&mut account, &[("in-a", "b")]);
    let request = within(&account, definition, &["in-a"]);
    let task = account.run(at(0), request);
    assert_eq!(account.ecs.task(at(0), task).and_then(|task| task.instance), Some(instances[1]));
    // Each zone that was ever named counts.
    let many = (0..Zones::COUNT).map(|nth| (format!("s-{nth}").into(), format!("z-{nth}").into()));
    assert!(account.ecs.set_subnets(at(0), many).is_err());
    assert_eq!(account.ecs.subnets().collect::<Vec<_>>(), [("in-a", "b")], "nothing is said then");
}

#[test]
fn a_task_that_waits_in_vain_for_its_zone_says_so() {
    let (mut account, _) = in_zones(|settings| {
        settings.provisioning_timeout = footman_ecs_sim::latency::Distribution::constant_secs(600);
    });
    let provider = GroupProvider {
        name: "group".into(),
        instances: vec![InstanceSpec {
            zones: vec!["a".into()],
            ..InstanceSpec::listed("m5.large").expect("the type is listed")
        }],
        min: 1,
        max: 1,
        desired: 1,
        managed_scaling: Some(ManagedScaling::default()),
        termination_protection: false,
        managed_draining: true,
    };
    let provider = account.ecs.create_capacity_provider(provider).expect("it is valid");
    let cluster = account.cluster;
    account.ecs.put_cluster_capacity_providers(at(0), cluster, &[provider], &[]).expect("it is free");
    account.until(at(300));
    let definition = account.definition(NetworkMode::Awsvpc, 128, 128, 0);
    let item = StrategyItem { provider: Provider::Group(provider), weight: 1, base: 0 };
    let in_zone = |account: &Account, subnet| RunTask {
        capacity: Capacity::Strategy([item].into_iter().collect()),
        ..within(account, definition, &[subnet])
    };
    let request = in_zone(&account, "in-b");
    let waits = account.run(at(300), request);
    // One that waits for another zone bars nobody.
    let request = in_zone(&account, "in-a");
    let runs = account.run(at(300), request);
    account.until(at(900));
    let view = account.ecs.task(at(900), waits).expect("it is described");
    assert_eq!(view.stopped_reason, Some("TaskFailedToStart: LOCATION"));
    assert!(account.ecs.task(at(900), runs).expect("it runs").started_at.is_some());
}
