//! Rows of what is documented and was observed of tasks, one by one: why tasks stop, what RunTask refuses, Fargate's
//! platforms, why tasks wait in vain, what capacity providers do not do.

use crate::{
    account::{Account, at},
    scaling::{exact, group, run},
};
use footman_core::{
    catalogue::Platform,
    event::{StopCode, TaskStatus},
    time::Millis,
    units::{CpuUnits, Mib},
};
use footman_ecs_sim::{
    RunTask,
    api::{Capacity, LaunchType, Network, Placement, Provider, StartTask, StrategyItem},
    capacity::{GroupProvider, InstanceSpec, ManagedScaling},
    definition::{Image, NetworkMode, TaskDefinition},
    fleet::InstanceStatus,
    id::{DefinitionId, TaskId},
    latency::Distribution,
    placement::PlacementStrategy,
    query::Expression,
    settings::PlannedFaults,
};
use std::sync::Arc;

/// A task on the one instance of an account, which runs from second 5 on.
fn on_instance(account: &mut Account) -> TaskId {
    account.instances("m5.large", 1);
    let definition = account.definition(NetworkMode::Bridge, 512, 512, 0);
    let task = account.run_on_instances(at(0), definition);
    account.until(at(60));
    task
}

fn on_fargate(account: &mut Account) -> TaskId {
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    account.run_fargate(at(0), definition)
}

fn strategy(items: &[(Provider, u32, u32)]) -> Capacity {
    let item = |&(provider, weight, base)| StrategyItem { provider, weight, base };
    Capacity::Strategy(items.iter().map(item).collect())
}

/// `StopTask` at second 60.
fn stopped(account: &mut Account, reason: Option<&str>) -> TaskId {
    let task = on_instance(account);
    account.ecs.stop_task(at(60), task, reason.map(Into::into)).expect("it runs");
    task
}

fn exited(account: &mut Account) -> TaskId {
    let task = on_instance(account);
    account.ecs.container_exited(at(60), task, 1);
    task
}

fn out_of_memory(account: &mut Account) -> TaskId {
    let task = on_instance(account);
    account.ecs.use_memory(at(60), task, 0, Mib::new(513)).expect("it runs");
    task
}

/// The instance is terminated, or deregistered by force.
fn without_host(account: &mut Account, terminated: bool) -> TaskId {
    let task = on_instance(account);
    let instance = account.ecs.task(at(60), task).and_then(|task| task.instance).expect("it is on one");
    let gone = if terminated {
        account.ecs.terminate_instance(at(60), instance)
    } else {
        account.ecs.deregister_instance(at(60), instance, true)
    };
    gone.expect("it is there");
    task
}

fn interrupted(account: &mut Account) -> TaskId {
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let task = account.run(at(0), account.request(definition, strategy(&[(Provider::FargateSpot, 1, 0)])));
    account.until(at(120));
    account.ecs.interrupt_spot_task(at(120), task).expect("it runs");
    task
}

fn without_image(account: &mut Account) -> TaskId {
    account.ecs.plan_faults(PlannedFaults { cannot_pull: 1, ..PlannedFaults::default() });
    on_instance(account)
}

fn without_interface(account: &mut Account) -> TaskId {
    account.ecs.plan_faults(PlannedFaults { eni_timeout: 1, ..PlannedFaults::default() });
    on_fargate(account)
}

/// A fault of the next task, on Fargate or on an instance.
fn failing(account: &mut Account, planned: PlannedFaults, fargate: bool) -> TaskId {
    account.ecs.plan_faults(planned);
    if fargate { on_fargate(account) } else { on_instance(account) }
}

fn without_secrets(account: &mut Account, fargate: bool) -> TaskId {
    failing(account, PlannedFaults { secrets: 1, ..PlannedFaults::default() }, fargate)
}

fn without_log_driver(account: &mut Account) -> TaskId {
    failing(account, PlannedFaults { log_driver: 1, ..PlannedFaults::default() }, true)
}

fn without_storage(account: &mut Account) -> TaskId {
    failing(account, PlannedFaults { ephemeral_storage: 1, ..PlannedFaults::default() }, true)
}

/// `StopTask` before it is launched: a task goes to the stop chain from any state.
fn not_launched(account: &mut Account) -> TaskId {
    let task = on_fargate(account);
    account.ecs.stop_task(at(1), task, None).expect("it is there");
    task
}

#[test]
fn each_cause_of_a_stop_has_its_code_and_its_reason() {
    use StopCode::{
        EssentialContainerExited, SpotInterruption, TaskFailedToStart, TerminationNotice, UserInitiated,
    };
    type Cause = fn(&mut Account) -> TaskId;
    let exit = "Essential container in task exited";
    let deregistered = "Container instance deregistration forced by user";
    let interface = "Timeout waiting for network interface provisioning to complete.";
    let storage = "Timeout waiting for EphemeralStorage provisioning to complete.";
    let secrets = "ResourceInitializationError: unable to pull secrets or registry auth: …";
    // cause => stopCode, stoppedReason (`…` stands for what is not the same in every account), the container's exit code
    let table: [(Cause, Option<StopCode>, &str, Option<i32>); 14] = [
        // Published answers of StopTask; Amazon ECS API Reference, StopTask.
        (|account| stopped(account, None), Some(UserInitiated), "Task stopped by user", Some(143)),
        (|account| stopped(account, Some("superfluous")), Some(UserInitiated), "superfluous", Some(143)),
        (not_launched, Some(UserInitiated), "Task stopped by user", None),
        // A text that clients look for; 137 is SIGKILL.
        (exited, Some(EssentialContainerExited), exit, Some(1)),
        (out_of_memory, Some(EssentialContainerExited), exit, Some(137)),
        // A published event.
        (
            |account| without_host(account, true),
            Some(TerminationNotice),
            "Host EC2 (instance i-…) terminated.",
            None,
        ),
        // A text that clients look for; no code was seen with it.
        (|account| without_host(account, false), None, deregistered, None),
        // Amazon ECS Developer Guide, "Fargate Spot termination notices".
        (interrupted, Some(SpotInterruption), "Your Spot Task was interrupted.", Some(143)),
        // Texts that clients look for.
        (without_image, Some(TaskFailedToStart), "CannotPullContainerError: …", None),
        (without_interface, Some(TaskFailedToStart), interface, None),
        (without_storage, Some(TaskFailedToStart), storage, None),
        (|account| without_secrets(account, true), Some(TaskFailedToStart), secrets, None),
        (|account| without_secrets(account, false), Some(TaskFailedToStart), secrets, None),
        (without_log_driver, Some(TaskFailedToStart), "ResourceInitializationError: …", None),
    ];
    for (cause, code, reason, exit_code) in table {
        let mut account =
            Account::new(|settings| settings.latency.exit_on_signal = Distribution::constant_secs(2));
        let task = cause(&mut account);
        account.until(at(600));
        let view = account.ecs.task(at(600), task).expect("it is described for an hour");
        assert_eq!((view.status, view.stop_code), (TaskStatus::Stopped, code), "{reason}");
        let said = view.stopped_reason.expect("a task that has stopped says why");
        let (start, end) = reason.split_once('…').unwrap_or((reason, ""));
        assert!(said.starts_with(start) && said.ends_with(end), "{said}");
        assert!(reason.contains('…') || said == reason, "{said}");
        assert_eq!(view.container_exit_code(0), exit_code, "{reason}");
        // The times of what happened, in the order of the states, and none of what did not.
        let times = [view.stopping_at, view.execution_stopped_at, view.stopped_at];
        assert!(times.iter().flatten().is_sorted(), "{reason}: {times:?}");
        assert!(view.stopping_at.is_some() && view.stopped_at.is_some());
        assert_eq!(view.started_at.is_none(), code == Some(TaskFailedToStart) || view.pending_at.is_none());
    }
}

#[test]
fn a_task_that_is_not_initialized_ends_before_its_pull_and_costs_nothing() {
    // fault => whether it was PENDING
    let table = [
        (PlannedFaults { secrets: 1, ..PlannedFaults::default() }, true),
        (PlannedFaults { log_driver: 1, ..PlannedFaults::default() }, true),
        (PlannedFaults { ephemeral_storage: 1, ..PlannedFaults::default() }, false),
    ];
    for (planned, pending) in table {
        let mut account = Account::new(|_| {});
        let task = failing(&mut account, planned, true);
        account.until(at(600));
        let view = account.ecs.task(at(600), task).expect("it is described");
        assert_eq!((view.pending_at.is_some(), view.pull_started_at), (pending, None), "{planned:?}");
        assert!(
            !account.log().iter().any(|line| line.contains("billed")),
            "{planned:?}: {:?}",
            account.log()
        );
        assert_eq!(account.ecs.planned_faults(), PlannedFaults::default());
    }
    // An instance has no disk of its own for each task.
    let mut account = Account::new(|_| {});
    let storage = PlannedFaults { ephemeral_storage: 1, ..PlannedFaults::default() };
    let task = failing(&mut account, storage, false);
    assert_eq!(account.ecs.task(at(60), task).expect("it runs").status, TaskStatus::Running);
    assert_eq!(account.ecs.planned_faults(), storage);
}

#[test]
fn a_task_that_is_stopped_before_its_launch_answers_as_was_observed() {
    let mut account = Account::new(|_| {});
    let task = on_fargate(&mut account);
    let view = account.ecs.stop_task(at(1), task, None).expect("it is there");
    // Observed: lastStatus PROVISIONING, desiredStatus STOPPED, version 2.
    assert_eq!((view.status, view.stopping, view.version), (TaskStatus::Provisioning, true, 2));
    assert_eq!((view.created_at, view.stopping_at), (at(0), Some(at(1))));
    let reached = [view.pending_at, view.pull_started_at, view.pull_stopped_at, view.started_at];
    assert_eq!(reached, [None; 4], "what was not reached is absent");
}

#[test]
fn versions_are_those_of_published_tasks() {
    // On Fargate: 4 when it runs, 6 to 9 when it has stopped; by a stop and by its own end.
    for own_end in [false, true] {
        let mut account = Account::new(|_| {});
        let task = on_fargate(&mut account);
        account.until(at(120));
        assert_eq!(account.ecs.task(at(120), task).expect("it runs").version, 4);
        if own_end {
            account.ecs.container_exited(at(120), task, 0);
        } else {
            account.ecs.stop_task(at(120), task, None).expect("it runs");
        }
        account.until(at(600));
        let version = account.ecs.task(at(600), task).expect("it is described").version;
        assert!((6..=9).contains(&version), "{version}");
    }
}

#[test]
fn run_task_refuses_what_is_too_long_or_too_many() {
    // Amazon ECS API Reference, RunTask, AwsVpcConfiguration, Tag; service quotas for subnets and security groups.
    type Change = fn(&mut RunTask);
    let network = |subnets, security_groups| Some(Network::new(subnets, security_groups));
    let table: [(Change, bool); 19] = [
        (|r| r.count = 10, true),
        (|r| r.count = 11, false),
        (|r| r.started_by = Some("a".repeat(128).into()), true),
        (|r| r.started_by = Some("a".repeat(129).into()), false),
        (|r| r.started_by = Some("ecs-svc/a_1".into()), true),
        (|r| r.started_by = Some("a.b".into()), false),
        (|r| r.group = Some("g".repeat(255).into()), true),
        (|r| r.group = Some("g".repeat(256).into()), false),
        (|r| r.client_token = Some("!~".repeat(32).into()), true),
        (|r| r.client_token = Some("a".repeat(65).into()), false),
        (|r| r.client_token = Some("a b".into()), false),
        (|r| r.client_token = Some("ä".into()), false),
        (|r| r.tags = (0..50).map(|i| (format!("k{i}").into(), "v".into())).collect(), true),
        (|r| r.tags = (0..51).map(|i| (format!("k{i}").into(), "v".into())).collect(), false),
        (|r| r.tags = std::iter::once(("k".repeat(129).into(), "v".into())).collect(), false),
        (|r| r.tags = std::iter::once(("k".into(), "v".repeat(257).into())).collect(), false),
        (|r| r.tags = std::iter::once(("aws:k".into(), "v".into())).collect(), false),
        (|r| r.placement = Some(strategies(5)), true),
        (|r| r.placement = Some(strategies(6)), false),
    ];
    let networks =
        [(network(16, 5), true), (network(17, 5), false), (network(0, 0), false), (network(1, 6), false)];
    let mut account = Account::new(|settings| settings.throttling = false);
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    account.instances("m5.4xlarge", 30);
    for (nth, (change, passes)) in table.into_iter().enumerate() {
        let mut request = account.request(definition, Capacity::Launch(LaunchType::Ec2));
        change(&mut request);
        assert_eq!(account.ecs.run_task(at(0), request).is_ok(), passes, "row {nth}");
    }
    for (network, passes) in networks {
        let request = RunTask { network, ..account.request(definition, Capacity::Launch(LaunchType::Ec2)) };
        assert_eq!(account.ecs.run_task(at(0), request).is_ok(), passes, "{network:?}");
    }
}

fn strategies(count: usize) -> Arc<Placement> {
    Arc::new(Placement { strategies: vec![PlacementStrategy::Random; count], ..Placement::default() })
}

#[test]
fn a_token_holds_in_its_cluster_in_its_spelling_until_a_day_or_an_hour_after_the_stop() {
    // Amazon ECS API Reference, "Ensuring idempotency".
    let mut account = Account::new(|_| {});
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let fargate = Capacity::Launch(LaunchType::Fargate);
    let with = |account: &Account, token: &str| RunTask {
        client_token: Some(token.into()),
        ..account.request(definition, fargate.clone())
    };
    let first = account.run(at(0), with(&account, "token"));
    assert_eq!(account.run(at(1), with(&account, "token")), first);
    assert_ne!(account.run(at(1), with(&account, "Token")), first, "it is case-sensitive");
    let other = account.ecs.create_cluster("other").expect("the name is valid");
    let elsewhere = RunTask { cluster: other, ..with(&account, "token") };
    assert_ne!(account.run(at(1), elsewhere), first, "its scope is the cluster");
    let changed = RunTask { group: Some("g".into()), ..with(&account, "token") };
    let refused = account.ecs.run_task(at(2), changed).expect_err("the parameters are others");
    assert_eq!(refused.code, footman_ecs_sim::api::ErrorCode::Conflict);
    assert_eq!(refused.tasks.as_slice(), [first], "resourceIds name the tasks");
    // Running, it holds for a day.
    assert_eq!(account.run(at(86_399), with(&account, "token")), first);
    let second = account.run(at(86_400), with(&account, "token"));
    assert_ne!(second, first);
    // Stopped, it holds for an hour more.
    account.until(at(87_000));
    account.ecs.stop_task(at(87_000), second, None).expect("it runs");
    account.until(at(88_000));
    let stopped = account.ecs.task(at(88_000), second).and_then(|t| t.stopped_at).expect("it has stopped");
    let hour = stopped + Millis::from_hours(1);
    account.until(hour.saturating_sub(Millis::new(1)));
    assert_eq!(account.run(hour.saturating_sub(Millis::new(1)), with(&account, "token")), second);
    assert_ne!(account.run(hour, with(&account, "token")), second);
}

/// A definition of this platform and size, for Fargate or refused.
fn platform(
    account: &mut Account,
    platform: Platform,
    cpu: u32,
    memory: u32,
) -> Result<DefinitionId, String> {
    let image = Image { name: "agent".into(), size: Mib::new(10) };
    let mut definition = TaskDefinition::new("agent", CpuUnits::new(cpu), Mib::new(memory), image);
    (definition.platform, definition.requires_fargate) = (platform, true);
    account.ecs.register_task_definition(definition).map_err(|refused| refused.message.into())
}

#[test]
fn fargate_has_fewer_sizes_for_windows_and_no_windows_on_spot() {
    // Amazon ECS Developer Guide, "Task CPU and memory"; Amazon ECS API Reference, CapacityProvider.
    let none = Err("No Fargate configuration exists for given values.".to_owned());
    let table = [
        (Platform::WindowsX86, 256, 512, none.clone()),
        (Platform::WindowsX86, 512, 1024, none.clone()),
        (Platform::WindowsX86, 1024, 2048, Ok(())),
        (Platform::WindowsX86, 2048, 4096, Ok(())),
        (Platform::WindowsX86, 4096, 30_720, Ok(())),
        (Platform::WindowsX86, 8192, 16_384, none.clone()),
        (Platform::WindowsX86, 16_384, 32_768, none),
        (Platform::LinuxArm, 256, 512, Ok(())),
        (Platform::LinuxArm, 16_384, 122_880, Ok(())),
    ];
    for (of, cpu, memory, want) in table {
        let mut account = Account::new(|_| {});
        assert_eq!(platform(&mut account, of, cpu, memory).map(|_| ()), want, "{of:?} {cpu} {memory}");
    }
    for (of, passes) in
        [(Platform::WindowsX86, false), (Platform::LinuxX86, true), (Platform::LinuxArm, true)]
    {
        let mut account = Account::new(|_| {});
        let definition = platform(&mut account, of, 1024, 2048).expect("it is a size");
        let request = account.request(definition, strategy(&[(Provider::FargateSpot, 1, 0)]));
        assert_eq!(account.ecs.run_task(at(0), request).is_ok(), passes, "{of:?}");
        account.run_fargate(at(0), definition);
    }
}

#[test]
fn a_task_that_waits_in_vain_says_what_stood_in_the_way() {
    // Amazon ECS Developer Guide, "Stopped tasks error codes": TaskFailedToStart.
    type Obstacle = fn(&mut Account) -> RunTask;
    fn plain(account: &mut Account, cpu: u32, memory: u32) -> RunTask {
        let definition = account.definition(NetworkMode::Bridge, cpu, memory, 0);
        account.request(definition, Capacity::ClusterDefault)
    }
    fn members(account: &Account) -> Vec<footman_ecs_sim::id::InstanceId> {
        account.ecs.container_instances(account.cluster).collect()
    }
    let table: [(u32, Obstacle, &str); 7] = [
        (1, |account| plain(account, 4096, 1024), "RESOURCE:CPU"),
        (1, |account| plain(account, 1024, 16_384), "RESOURCE:MEMORY"),
        (
            1,
            |account| {
                account.ecs.connect_agent(at(100), members(account)[0], false).expect("it is there");
                plain(account, 1024, 1024)
            },
            "AGENT",
        ),
        (
            1,
            |account| {
                account.ecs.drain_instance(at(100), members(account)[0]).expect("it is there");
                plain(account, 1024, 1024)
            },
            "NO ACTIVE INSTANCES",
        ),
        (
            1,
            |account| RunTask {
                placement: Some(Arc::new(Placement {
                    member_of: vec![Expression::parse("attribute:nobody == has").expect("it is valid")],
                    ..Placement::default()
                })),
                ..plain(account, 1024, 1024)
            },
            "MemberOf placement constraint unsatisfied",
        ),
        (0, |account| plain(account, 1024, 1024), "EMPTY CAPACITY PROVIDER"),
        (
            1,
            |account| {
                let definition = account.definition(NetworkMode::Awsvpc, 256, 256, 0);
                let request = account.request(definition, Capacity::ClusterDefault);
                for _ in 0..2 {
                    account.run(at(100), request.clone());
                }
                request
            },
            "RESOURCE:ENI",
        ),
    ];
    for (instances, obstacle, reason) in table {
        let mut account = exact();
        group(&mut account, instances, instances, true);
        account.until(at(100));
        let request = obstacle(&mut account);
        let task = account.run(at(100), request);
        account.until(at(100 + 1800));
        let view = account.ecs.task(at(1900), task).expect("it is described");
        assert_eq!(view.stop_code, Some(StopCode::TaskFailedToStart), "{reason}");
        assert_eq!(view.stopped_reason, Some(&*format!("TaskFailedToStart: {reason}")));
    }
}

#[test]
fn a_provider_that_is_short_gives_no_task_to_another() {
    // aws/containers-roadmap issues 773 and 852; Amazon ECS API Reference, CapacityProviderStrategyItem.
    let mut account = exact();
    let cluster = account.cluster;
    let make = |account: &mut Account, name: &str, size: u32| {
        let provider = GroupProvider {
            name: name.into(),
            instances: vec![InstanceSpec::listed("m5.large").expect("the type is listed")],
            min: 0,
            max: size,
            desired: size,
            managed_scaling: Some(ManagedScaling::default()),
            termination_protection: false,
            managed_draining: true,
        };
        account.ecs.create_capacity_provider(provider).expect("it is valid")
    };
    let (empty, full) = (make(&mut account, "empty", 0), make(&mut account, "full", 4));
    account.ecs.put_cluster_capacity_providers(at(0), cluster, &[empty, full], &[]).expect("they are free");
    account.until(at(100));
    let definition = account.definition(NetworkMode::Bridge, 512, 512, 0);
    let (empty, full) = (Provider::Group(empty), Provider::Group(full));
    // (strategy, count) => how many on the provider without instances, and on the other
    let table: [(&[_], u8, usize, usize); 5] = [
        (&[(empty, 1, 0), (full, 1, 0)], 4, 2, 2),
        (&[(empty, 1, 2), (full, 1, 0)], 4, 3, 1),
        // Without weight a provider gets its base and no more.
        (&[(empty, 0, 1), (full, 1, 0)], 4, 1, 3),
        (&[(empty, 1, 0), (full, 3, 0)], 4, 1, 3),
        (&[(empty, 1000, 0), (full, 0, 0)], 3, 3, 0),
    ];
    for (items, count, waiting, placed) in table {
        let request = RunTask { count, ..account.request(definition, strategy(items)) };
        let answer = account.ecs.run_task(at(100), request).expect("the call passes");
        assert!(answer.failures.is_empty());
        let views = answer.tasks.iter().map(|&id| account.ecs.task(at(100), id).expect("it was made"));
        let (with, without): (Vec<_>, Vec<_>) = views.partition(|view| view.instance.is_some());
        assert_eq!((without.len(), with.len()), (waiting, placed), "{items:?}");
        assert!(without.iter().all(|view| view.provider == Some(empty)));
        assert!(with.iter().all(|view| view.provider == Some(full)));
        assert!(without.iter().all(|view| view.status == TaskStatus::Provisioning));
    }
}

#[test]
fn a_cooled_down_group_waits_fifteen_minutes_after_it_grew() {
    // Scale-in never comes within 15 minutes of a scale-out (AWS blog, "Faster scaling-in").
    let mut account = exact();
    let id = group(&mut account, 4, 10, true);
    account.until(at(780));
    // Thirteen low points have passed; now it grows.
    let tasks = run(&mut account, 790, 5, 2048);
    account.until(at(840));
    assert_eq!(account.ecs.desired_capacity(id), 5);
    account.until(at(1000));
    for task in tasks {
        account.ecs.container_exited(at(1000), task, 0);
    }
    // From 840 on fifteen minutes: not before 1740.
    account.until(at(1739));
    assert_eq!(account.ecs.desired_capacity(id), 5);
    // The points are low from 1020 on: the fifteenth is at 1860.
    account.until(at(1859));
    assert_eq!(account.ecs.desired_capacity(id), 5);
    account.until(at(1860));
    assert_eq!(account.ecs.desired_capacity(id), 2, "half of five, rounded up, goes at once");
}

#[test]
fn start_task_heeds_the_constraints_of_the_definition_and_knows_who_has_left() {
    // Amazon ECS API Reference, StartTask and Failure.
    let mut account = Account::new(|_| {});
    let all = account.instances("m5.large", 4);
    let image = Image { name: "agent".into(), size: Mib::ZERO };
    let mut definition = TaskDefinition::new("agent", CpuUnits::new(256), Mib::new(256), image);
    definition.network_mode = NetworkMode::Bridge;
    definition.constraints = vec![Expression::parse("attribute:mark == yes").expect("it is valid")];
    let definition = account.ecs.register_task_definition(definition).expect("it is valid");
    account.ecs.put_attributes(all[1], &[("mark".into(), Some("yes".into()))]).expect("it is valid");
    account.ecs.connect_agent(at(0), all[2], false).expect("it is there");
    account.ecs.deregister_instance(at(0), all[3], false).expect("it has no tasks");
    let request = account.request(definition, Capacity::Launch(LaunchType::Ec2));
    let start = StartTask { instances: all.clone(), request };
    let answer = account.ecs.start_task(at(1), start.clone()).expect("the call passes");
    let reasons: Vec<&str> = answer.failures.iter().map(|failure| &*failure.reason).collect();
    assert_eq!(reasons, ["MemberOf placement constraint unsatisfied.", "AGENT", "INACTIVE"]);
    let on: Vec<_> = answer.tasks.iter().filter_map(|&id| account.ecs.task(at(1), id)?.instance).collect();
    assert_eq!(on, [all[1]]);
    // An hour later nobody knows it any more.
    let answer = account.ecs.start_task(at(3601), start).expect("the call passes");
    assert_eq!(answer.failures.last().map(|failure| &*failure.reason), Some("MISSING"));
}

#[test]
fn an_instance_carries_as_many_interfaces_as_its_type_and_trunking_say() {
    // Amazon ECS Developer Guide, "Elastic network interface trunking": the table of instance types.
    for (kind, trunking, tasks) in [("m5.large", false, 2), ("m5.large", true, 10), ("c5.xlarge", false, 3)] {
        let mut account = Account::new(|settings| settings.throttling = false);
        let spec = InstanceSpec { trunking, ..InstanceSpec::listed(kind).expect("the type is listed") };
        account.ecs.add_instances(at(0), account.cluster, &spec, 1).expect("it is in a zone");
        let definition = account.definition(NetworkMode::Awsvpc, 128, 128, 0);
        let request = || account.request(definition, Capacity::Launch(LaunchType::Ec2));
        let requests: Vec<RunTask> = (0..=tasks).map(|_| request()).collect();
        for (nth, request) in requests.into_iter().enumerate() {
            let answer = account.ecs.run_task(at(0), request).expect("the call passes");
            let reasons: Vec<&str> = answer.failures.iter().map(|failure| &*failure.reason).collect();
            assert_eq!(reasons, if nth < tasks { &[][..] } else { &["RESOURCE:ENI"][..] }, "{kind}");
        }
    }
}

#[test]
fn a_draining_instance_keeps_its_own_tasks_and_takes_none_until_it_is_active_again() {
    // Amazon ECS Developer Guide, "Container instance draining": tasks that were run by themselves are untouched.
    let mut account = Account::new(|_| {});
    let task = on_instance(&mut account);
    let instance = account.ecs.task(at(60), task).and_then(|task| task.instance).expect("it is on one");
    account.ecs.drain_instance(at(60), instance).expect("it is there");
    account.until(at(7200));
    assert_eq!(account.ecs.task(at(7200), task).expect("it runs").status, TaskStatus::Running);
    let status = account.ecs.container_instance(instance).expect("it is there").status;
    assert_eq!(status, InstanceStatus::Draining);
    let definition = account.definition(NetworkMode::Bridge, 256, 256, 0);
    let request = account.request(definition, Capacity::Launch(LaunchType::Ec2));
    assert!(account.ecs.run_task(at(7200), request.clone()).is_err(), "nothing is ACTIVE");
    account.ecs.activate_instance(instance).expect("it is there");
    assert_eq!(account.ecs.run_task(at(7200), request).expect("the call passes").tasks.len(), 1);
}
