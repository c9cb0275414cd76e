//! What a task requires of a container instance besides CPU, memory, ports and interfaces: GPUs and attributes, row by
//! row of the reasons for failures (Amazon ECS Developer Guide, "API failure reasons").

use crate::account::{Account, at};
use footman_core::{
    catalogue::Platform,
    units::{CpuUnits, Mib},
};
use footman_ecs_sim::{
    AgentRegistration,
    api::{Capacity, LaunchType, Network, StartTask},
    capacity::InstanceSpec,
    definition::{Image, NetworkMode, TaskDefinition},
    id::InstanceId,
};
use std::sync::Arc;

fn definition(change: impl FnOnce(&mut TaskDefinition)) -> TaskDefinition {
    let image = Image { name: "agent".into(), size: Mib::new(100) };
    let mut definition = TaskDefinition::new("agent", CpuUnits::new(256), Mib::new(256), image);
    definition.network_mode = NetworkMode::Bridge;
    change(&mut definition);
    definition
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
    request.network = awsvpc.then_some(Network { subnets: 1, security_groups: 1 });
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
    type Row<'a> = (&'a str, usize, &'a [(&'a str, &'a str)], TaskDefinition, Option<&'a str>);
    // instance type, GPUs, attributes, definition => reason
    let table: [Row<'_>; 16] = [
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
        ("m5.large", 0, eni, awsvpc(), None),
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
    let left =
        |account: &Account| account.ecs.container_instance(instance).expect("it is there").gpus_remaining;
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
fn gpus_are_refused_on_fargate() {
    let mut account = Account::new(|_| {});
    let on_fargate = definition(|it| {
        (it.network_mode, it.requires_fargate) = (NetworkMode::Awsvpc, true);
        it.memory = Some(Mib::new(512));
        it.containers[0].gpus = 1;
    });
    assert!(account.ecs.register_task_definition(on_fargate).is_err());
}
