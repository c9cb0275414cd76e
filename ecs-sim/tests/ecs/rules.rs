//! What is accepted and refused, row by row, and what things cost.

use crate::account::{Account, at, lines};
use footman_core::{
    catalogue::InstanceType,
    time::Millis,
    units::{CpuUnits, Mib, NanoUsd, Size},
};
use footman_ecs_sim::{
    RunTask,
    api::{Capacity, LaunchType, Placement, Provider, StrategyItem},
    capacity::{GroupProvider, InstanceSpec, ManagedScaling},
    definition::{Container, Image, NetworkMode, TaskDefinition},
    latency::Distribution,
    placement::{PlacementStrategy, Resource},
};
use std::sync::Arc;

#[test]
fn task_definitions_are_checked_as_ecs_checks_them() {
    // Amazon ECS Developer Guide, "Task definition parameters" and "Invalid CPU or memory value specified".
    type Change = fn(&mut TaskDefinition);
    let table: [(Change, Result<(), &str>); 15] = [
        (|_| {}, Ok(())),
        (|d| d.requires_fargate = true, Ok(())),
        (
            |d| (d.requires_fargate, d.cpu) = (true, None),
            Err("Fargate requires that 'cpu' be defined at the task level."),
        ),
        (
            |d| (d.requires_fargate, d.memory) = (true, None),
            Err("Fargate requires that 'memory' be defined at the task level."),
        ),
        (
            |d| (d.requires_fargate, d.memory) = (true, Some(Mib::new(1024))),
            Err("No Fargate configuration exists for given values."),
        ),
        (
            |d| (d.requires_fargate, d.cpu) = (true, Some(CpuUnits::new(1000))),
            Err("Invalid 'cpu' setting for task."),
        ),
        (
            |d| (d.requires_fargate, d.network_mode) = (true, NetworkMode::Bridge),
            Err("Fargate only supports network mode 'awsvpc'."),
        ),
        (
            |d| (d.requires_fargate, d.ephemeral_gib) = (true, Some(20)),
            Err("Ephemeral storage must be between 21 and 200 GiB."),
        ),
        (
            |d| {
                d.requires_fargate = true;
                d.containers[0].stop_timeout = Millis::from_secs(121);
            },
            Err("Fargate supports a 'stopTimeout' of at most 120 seconds."),
        ),
        // 128 CPU units are the least on EC2.
        (|d| d.cpu = Some(CpuUnits::new(127)), Err("Invalid 'cpu' setting for task.")),
        (
            |d| d.memory = None,
            Err(
                "Invalid setting for container 'jnlp'. At least one of 'memory' or 'memoryReservation' must be \
                 specified.",
            ),
        ),
        (
            |d| {
                d.containers[0].memory = Some(Mib::new(100));
                d.containers[0].memory_reservation = Some(Mib::new(101));
            },
            Err(
                "Invalid setting for container 'jnlp'. The 'memoryReservation' must not be more than the 'memory'.",
            ),
        ),
        (
            |d| d.containers[0].cpu = CpuUnits::new(1025),
            Err("The sum of the containers' 'cpu' is more than the task's."),
        ),
        (|d| d.containers.clear(), Err("Container list cannot be empty.")),
        (|d| d.containers.push(Container::default()), Err("Container name 'jnlp' is not unique.")),
    ];
    for (change, want) in table {
        let mut definition = definition();
        change(&mut definition);
        let got = Account::new(|_| {}).ecs.register_task_definition(definition);
        assert_eq!(got.map(|_| ()).map_err(|e| e.message), want.map_err(Into::into));
    }
}

fn definition() -> TaskDefinition {
    let image = Image { name: "agent".into(), size: Mib::new(10) };
    TaskDefinition::new("agent", CpuUnits::new(1024), Mib::new(2048), image)
}

#[test]
fn what_a_task_needs_is_its_own_size_or_else_the_sum_of_its_containers() {
    // (task cpu and memory, containers' cpu, memory, memoryReservation) => need
    let container = |name: &str, cpu, memory: Option<u32>, soft: Option<u32>| Container {
        name: name.into(),
        cpu: CpuUnits::new(cpu),
        memory: memory.map(Mib::new),
        memory_reservation: soft.map(Mib::new),
        ..Container::default()
    };
    let table = [
        ((Some(1024), Some(2048)), vec![container("a", 100, Some(500), None)], (1024, 2048)),
        // The soft limit counts where both are given.
        (
            (None, None),
            vec![container("a", 100, Some(500), Some(300)), container("b", 0, Some(50), None)],
            (100, 350),
        ),
    ];
    for ((cpu, memory), containers, need) in table {
        let mut account = Account::new(|_| {});
        account.instances("m5.large", 1);
        let image = Image { name: "agent".into(), size: Mib::new(10) };
        let mut definition = TaskDefinition::new("agent", CpuUnits::ZERO, Mib::ZERO, image);
        definition.cpu = cpu.map(CpuUnits::new);
        definition.memory = memory.map(Mib::new);
        definition.network_mode = NetworkMode::Bridge;
        definition.containers = containers;
        let id = account.ecs.register_task_definition(definition).expect("it is valid");
        let task = account.run_on_instances(at(0), id);
        let size = account.ecs.task(at(0), task).expect("it was made").size;
        assert_eq!((size.cpu.get(), size.memory.get()), need);
    }
}

#[test]
fn capacity_providers_and_strategies_are_checked_as_ecs_checks_them() {
    let mut account = Account::new(|_| {});
    let cluster = account.cluster;
    let group = |name: &str| GroupProvider {
        name: name.into(),
        instances: vec![InstanceSpec::listed("m5.large").expect("the type is listed")],
        min: 0,
        max: 1,
        desired: 0,
        managed_scaling: Some(ManagedScaling::default()),
        termination_protection: true,
        managed_draining: true,
    };
    let create = |account: &mut Account, provider| account.ecs.create_capacity_provider(provider);
    let here = create(&mut account, group("here")).expect("it is valid");
    let elsewhere = create(&mut account, group("elsewhere")).expect("it is valid");
    assert!(create(&mut account, group("here")).is_err(), "the name is taken");
    assert!(create(&mut account, group("fargate-like")).is_err(), "the name is reserved");
    let unmanaged = GroupProvider { managed_scaling: None, ..group("unmanaged") };
    assert!(create(&mut account, unmanaged).is_err(), "protection needs managed scaling");
    let target = ManagedScaling { target_percent: 101, ..ManagedScaling::default() };
    let target = GroupProvider { managed_scaling: Some(target), ..group("target") };
    assert!(create(&mut account, target).is_err(), "the target is a percentage");
    account.ecs.put_cluster_capacity_providers(at(0), cluster, &[here], &[]).expect("it is free");

    let item = |provider, weight, base| StrategyItem { provider, weight, base };
    let (here, elsewhere) = (Provider::Group(here), Provider::Group(elsewhere));
    let table: [(&[StrategyItem], bool); 8] = [
        (&[item(here, 1, 0)], true),
        (&[item(here, 0, 0)], true),
        (&[item(elsewhere, 1, 0)], false),
        (&[item(Provider::Fargate, 1, 0), item(Provider::FargateSpot, 3, 0)], true),
        (&[item(Provider::Fargate, 0, 0), item(Provider::FargateSpot, 0, 0)], false),
        (&[item(Provider::Fargate, 1, 1), item(Provider::FargateSpot, 1, 1)], false),
        (&[item(Provider::Fargate, 1, 0), item(here, 1, 0)], false),
        (&[item(Provider::Fargate, 1001, 0)], false),
    ];
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    for (strategy, valid) in table {
        let capacity = Capacity::Strategy(strategy.iter().copied().collect());
        let request = account.request(definition, capacity);
        assert_eq!(account.ecs.run_task(at(1), request).is_ok(), valid, "{strategy:?}");
    }
}

#[test]
fn placement_follows_the_strategy() {
    let placed = |strategies: Vec<PlacementStrategy>| {
        let mut account = Account::new(|settings| settings.lowest_instance_first = true);
        account.instances("m5.xlarge", 2);
        let placement =
            Some(Arc::new(Placement { strategies, distinct_instance: false, member_of: Vec::new() }));
        let definition = account.definition(NetworkMode::Bridge, 1024, 1024, 10);
        let request =
            RunTask { count: 4, placement, ..account.request(definition, Capacity::Launch(LaunchType::Ec2)) };
        let answer = account.ecs.run_task(at(0), request).expect("the call passes");
        let on = |&task| {
            account.ecs.task(at(0), task).and_then(|task| task.instance).expect("it was placed").get()
        };
        answer.tasks.iter().map(on).collect::<Vec<u32>>()
    };
    assert_eq!(placed(vec![PlacementStrategy::Binpack(Resource::Cpu)]), [0, 0, 0, 0]);
    let spread = PlacementStrategy::Spread(footman_ecs_sim::placement::SpreadField::InstanceId);
    assert_eq!(placed(vec![spread]), [0, 1, 0, 1]);
}

#[test]
fn an_instance_type_of_ones_own_is_what_is_simulated() {
    let mut account = Account::new(|_| {});
    let own = InstanceType {
        name: "builder.huge".into(),
        registered: Size::new(CpuUnits::from_vcpus(64), Mib::from_gib(250)),
        price_per_hour: NanoUsd::new(3_000_000_000),
        awsvpc_tasks: 9,
        awsvpc_tasks_trunked: 9,
    };
    let spec = InstanceSpec::new(own.clone());
    let id = account.ecs.add_instances(at(0), account.cluster, &spec, 1).expect("it is in a zone")[0];
    let view = account.ecs.container_instance(id).expect("it is there");
    assert_eq!((view.instance_type, view.registered), ("builder.huge", own.registered));
    account.ecs.terminate_instance(at(1800), id).expect("it is there");
    assert_eq!(account.ecs.instance_type(id), &own);
    assert_eq!(account.ecs.costs(at(1800)).total().to_string(), "$1.500000");
    let nowhere = InstanceSpec { zones: Vec::new(), ..spec };
    assert!(account.ecs.add_instances(at(1800), account.cluster, &nowhere, 1).is_err());
}

#[test]
fn an_instance_is_billed_from_its_launch_with_boot_and_time_with_tasks_told_apart() {
    let mut account = Account::new(|settings| {
        settings.latency.ec2_placement = Distribution::ZERO;
        settings.latency.ec2_start = Distribution::ZERO;
        settings.prices.ec2_spot_per_mille = 250;
    });
    let (cluster, spec) = (account.cluster, InstanceSpec::listed("m5.large").expect("the type is listed"));
    let spot = InstanceSpec { spot: true, ..spec.clone() };
    account.ecs.add_instances(at(0), cluster, &spec, 1).expect("the type is known");
    let definition = account.definition(NetworkMode::Bridge, 1024, 1024, 0);
    let task = account.run_on_instances(at(100), definition);
    let other = account.ecs.add_instances(at(100), cluster, &spot, 1).expect("the type is known")[0];
    account.until(at(110));
    account.ecs.terminate_instance(at(110), other).expect("it is there");
    account.ecs.container_exited(at(700), task, 0);
    account.ecs.close_books(at(3600));
    let billed: Vec<_> = account.log().into_iter().filter(|line| line.contains("billed")).collect();
    assert_eq!(
        billed,
        lines(&[
            // A minute of a quarter of 0.096 $/h at least.
            "100-110 instance 1 billed $0.000400, 0 of it booting, 0 occupied",
            "0-3600 instance 0 billed $0.096000, 0 of it booting, 600 occupied",
        ])
    );
    let costs = account.ecs.costs(at(3600));
    assert_eq!((costs.ec2.to_string(), costs.ec2_spot.to_string()), ("$0.096000".into(), "$0.000400".into()));
}

#[test]
fn a_task_on_fargate_spot_is_warned_and_stopped_with_the_reason_of_ecs() {
    let mut account = Account::new(|settings| {
        settings.spot.fargate_interruptions_per_million_hours = u32::MAX;
        settings.latency.exit_on_signal = Distribution::constant_secs(5);
    });
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let item = StrategyItem { provider: Provider::FargateSpot, weight: 1, base: 0 };
    let capacity = Capacity::Strategy([item].into_iter().collect());
    let task = account.run(at(0), account.request(definition, capacity));
    account.until(at(300));
    let view = account.ecs.task(at(300), task).expect("it is described");
    assert_eq!(view.stopped_reason, Some("Your Spot Task was interrupted."));
    assert_eq!(view.stop_code, Some(footman_core::event::StopCode::SpotInterruption));
    assert_eq!(view.provider, Some(Provider::FargateSpot));
    assert!(account.log().iter().any(|line| line.ends_with("task 0 is warned")));
}

#[test]
fn ephemeral_storage_is_from_21_to_200_gib() {
    // Amazon ECS API Reference, EphemeralStorage. 20 GiB are there without it.
    for (gib, valid) in
        [(None, true), (Some(20), false), (Some(21), true), (Some(200), true), (Some(201), false)]
    {
        let definition = TaskDefinition { requires_fargate: true, ephemeral_gib: gib, ..definition() };
        let registered = Account::new(|_| {}).ecs.register_task_definition(definition);
        assert_eq!(registered.is_ok(), valid, "{gib:?}");
    }
}

#[test]
fn strategies_have_bounds() {
    // Amazon ECS API Reference, RunTask and CapacityProviderStrategyItem.
    let mut account = Account::new(|_| {});
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let item = |weight, base| StrategyItem { provider: Provider::Fargate, weight, base };
    let table = [
        (vec![item(1000, 100_000)], true),
        (vec![item(1001, 0)], false),
        (vec![item(1, 100_001)], false),
        (vec![item(1, 0); 20], true),
        (vec![item(1, 0); 21], false),
    ];
    for (strategy, valid) in table {
        let request = account.request(definition, Capacity::Strategy(strategy.iter().copied().collect()));
        assert_eq!(account.ecs.run_task(at(0), request).is_ok(), valid, "{strategy:?}");
    }
}

#[test]
fn capacity_is_what_the_call_says_or_the_cluster() {
    // Amazon ECS API Reference, RunTask: the cluster's default strategy where the call says nothing, and EC2 where that
    // is empty.
    let spot = StrategyItem { provider: Provider::FargateSpot, weight: 1, base: 0 };
    let table = [
        (None, Capacity::ClusterDefault, (LaunchType::Ec2, None)),
        (Some(spot), Capacity::ClusterDefault, (LaunchType::Fargate, Some(Provider::FargateSpot))),
        (Some(spot), Capacity::Launch(LaunchType::Ec2), (LaunchType::Ec2, None)),
        (Some(spot), Capacity::Launch(LaunchType::Fargate), (LaunchType::Fargate, None)),
    ];
    for (default, capacity, want) in table {
        let mut account = Account::new(|_| {});
        account.instances("m5.large", 1);
        let cluster = account.cluster;
        let defaults = default.as_slice();
        account.ecs.put_cluster_capacity_providers(at(0), cluster, &[], defaults).expect("it is valid");
        let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
        let task = account.run(at(0), account.request(definition, capacity.clone()));
        let view = account.ecs.task(at(0), task).expect("it was made");
        assert_eq!((view.launch_type, view.provider), want, "{default:?}, {capacity:?}");
    }
}

#[test]
fn fargate_that_is_short_gives_no_task_to_the_other_kind() {
    // aws/containers-roadmap issue 773.
    let mut account = Account::new(|settings| settings.quotas.fargate_spot_vcpus = Some(1));
    let definition = account.definition(NetworkMode::Awsvpc, 1024, 2048, 10);
    let items = [Provider::FargateSpot, Provider::Fargate].map(|provider| StrategyItem {
        provider,
        weight: 1,
        base: 0,
    });
    let request = account.request(definition, Capacity::Strategy(items.into_iter().collect()));
    let answer = account.ecs.run_task(at(0), RunTask { count: 4, ..request }).expect("the call passes");
    let on = |provider| {
        let of = |&id| account.ecs.task(at(0), id).and_then(|task| task.provider) == Some(provider);
        answer.tasks.iter().filter(|id| of(id)).count()
    };
    assert_eq!((on(Provider::FargateSpot), on(Provider::Fargate), answer.failures.len()), (1, 2, 1));
}
