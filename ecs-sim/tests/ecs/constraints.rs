//! Placement constraints of calls and definitions: which instances take a task, what is said where none does, and who
//! waits for what (Amazon ECS Developer Guide, "Amazon ECS task placement constraints", read 2026-11-23).

use crate::account::{Account, at};
use footman_core::units::{CpuUnits, Mib};
use footman_ecs_sim::{
    RunTask,
    api::{Capacity, LaunchType, Placement},
    capacity::{GroupProvider, InstanceSpec, ManagedScaling},
    definition::{Image, NetworkMode, TaskDefinition},
    id::{DefinitionId, InstanceId, ProviderId, TaskId},
    query::Expression,
};
use std::sync::Arc;

fn expression(text: &str) -> Expression {
    Expression::parse(text).expect("the test's expressions are some")
}

fn placement(distinct_instance: bool, member_of: &[&str]) -> Arc<Placement> {
    let member_of = member_of.iter().map(|text| expression(text)).collect();
    Arc::new(Placement { strategies: Vec::new(), distinct_instance, member_of })
}

/// A definition of small tasks with these constraints.
fn constrained(account: &mut Account, family: &str, texts: &[&str]) -> DefinitionId {
    let image = Image { name: "agent".into(), size: Mib::new(0) };
    let mut definition = TaskDefinition::new(family, CpuUnits::new(256), Mib::new(256), image);
    definition.network_mode = NetworkMode::Bridge;
    definition.constraints = texts.iter().map(|text| expression(text)).collect();
    account.ecs.register_task_definition(definition).expect("the definition is valid")
}

fn on_instances(
    account: &Account,
    definition: DefinitionId,
    placement: impl Into<Option<Arc<Placement>>>,
) -> RunTask {
    RunTask { placement: placement.into(), ..account.request(definition, Capacity::Launch(LaunchType::Ec2)) }
}

fn instance_of(account: &Account, now: i64, task: TaskId) -> Option<InstanceId> {
    account.ecs.task(at(now), task)?.instance
}

/// What the failures of a call say, each once.
fn reasons(account: &mut Account, now: i64, request: RunTask) -> Vec<String> {
    let answer = account.ecs.run_task(at(now), request).expect("failures are no exception");
    assert_eq!(answer.tasks.as_slice(), []);
    let mut reasons: Vec<String> = answer.failures.iter().map(|failure| failure.reason.to_string()).collect();
    reasons.dedup();
    reasons
}

#[test]
fn constraints_of_the_call_and_of_the_definition_must_all_hold() {
    let mut account = Account::new(|_| {});
    let (large, xlarge) = (account.instances("m5.large", 2), account.instances("m5.xlarge", 1));
    let of_m5 = constrained(
        &mut account,
        "agent",
        &["attribute:ecs.instance-type =~ m5.*", "agentConnected == true"],
    );
    let of_xlarge = placement(false, &["attribute:ecs.instance-type == m5.xlarge"]);
    for now in 1..6 {
        let task = account.run(at(now), on_instances(&account, of_m5, of_xlarge.clone()));
        assert_eq!(instance_of(&account, now, task), Some(xlarge[0]));
    }
    let others = placement(false, &["attribute:ecs.instance-type == m5.large", "runningTasksCount < 9"]);
    let task = account.run(at(6), on_instances(&account, of_m5, others));
    assert!(instance_of(&account, 6, task).is_some_and(|instance| large.contains(&instance)));
    let of_c5 = placement(false, &["attribute:ecs.instance-type =~ c5.*"]);
    let request = on_instances(&account, of_m5, of_c5);
    assert_eq!(reasons(&mut account, 7, request), ["MemberOf placement constraint unsatisfied."]);
}

#[test]
fn each_task_of_a_group_has_an_instance_of_its_own_also_against_earlier_calls() {
    let mut account = Account::new(|_| {});
    let instances = account.instances("m5.large", 3);
    let definition = constrained(&mut account, "agent", &[]);
    let alone = placement(true, &[]);
    let first = RunTask { count: 2, ..on_instances(&account, definition, alone.clone()) };
    let answer = account.ecs.run_task(at(1), first).expect("there is room");
    let third = account.run(at(2), on_instances(&account, definition, alone.clone()));
    let mut used: Vec<_> =
        answer.tasks.iter().chain([&third]).filter_map(|&task| instance_of(&account, 2, task)).collect();
    used.sort_unstable();
    assert_eq!(used, instances);
    let request = on_instances(&account, definition, alone.clone());
    assert_eq!(reasons(&mut account, 3, request), ["DistinctInstance placement constraint unsatisfied."]);
    // Another group has nothing to do with it.
    let other = RunTask { group: Some("other".into()), ..on_instances(&account, definition, alone) };
    account.run(at(4), other);
}

#[test]
fn affinity_and_its_opposite_follow_the_tasks() {
    let mut account = Account::new(|_| {});
    account.instances("m5.large", 4);
    let definition = constrained(&mut account, "agent", &[]);
    let database = RunTask { group: Some("database".into()), ..on_instances(&account, definition, None) };
    let beside = || placement(false, &["task:group == database"]);
    let request = on_instances(&account, definition, beside());
    assert_eq!(reasons(&mut account, 1, request), ["MemberOf placement constraint unsatisfied."]);
    let host = account.run(at(2), database);
    let host = instance_of(&account, 2, host).expect("it is placed");
    for now in 3..6 {
        let task = account.run(at(now), on_instances(&account, definition, beside()));
        assert_eq!(instance_of(&account, now, task), Some(host));
        let away = placement(false, &["not(task:group == database)"]);
        let task = account.run(at(now), on_instances(&account, definition, away));
        assert_ne!(instance_of(&account, now, task), Some(host));
    }
}

#[test]
fn running_tasks_are_those_whose_last_status_is_running() {
    let mut account = Account::new(|_| {});
    let instance = account.instances("m5.large", 1)[0];
    let definition = constrained(&mut account, "agent", &[]);
    let idle = expression("runningTasksCount == 0");
    let listed = |account: &Account| account.ecs.container_instances_where(account.cluster, &idle).count();
    let early = account.run(at(1), on_instances(&account, definition, None));
    assert_eq!(listed(&account), 1, "it is PENDING");
    let only_idle = || placement(false, &["runningTasksCount == 0"]);
    let second = account.run(at(1), on_instances(&account, definition, only_idle()));
    assert_eq!(instance_of(&account, 1, second), Some(instance));
    account.until(at(300));
    assert_eq!(listed(&account), 0);
    let request = on_instances(&account, definition, only_idle());
    assert_eq!(reasons(&mut account, 300, request), ["MemberOf placement constraint unsatisfied."]);
    for task in [early, second] {
        account.ecs.container_exited(at(301), task, 0);
    }
    assert_eq!(listed(&account), 1);
    account.run(at(302), on_instances(&account, definition, only_idle()));
}

#[test]
fn at_most_ten_constraints_and_none_on_fargate() {
    let mut account = Account::new(|_| {});
    account.instances("m5.large", 1);
    let texts: Vec<String> = (0..10).map(|n| format!("attribute:a{n} !exists")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let six = constrained(&mut account, "six", &texts[..6]);
    // distinctInstance, memberOf of the call => whether ECS takes it beside six of the definition
    for (distinct, own, fine) in [(false, 4, true), (true, 3, true), (false, 5, false), (true, 4, false)] {
        let request = on_instances(&account, six, placement(distinct, &texts[..own]));
        let group = Some(format!("{distinct}-{own}").into());
        assert_eq!(
            account.ecs.run_task(at(1), RunTask { group, ..request }).is_ok(),
            fine,
            "{distinct}, {own}"
        );
    }
    let image = Image { name: "agent".into(), size: Mib::new(0) };
    let mut definition = TaskDefinition::new("eleven", CpuUnits::new(256), Mib::new(512), image);
    definition.constraints =
        texts.iter().chain(&["agentConnected == true"]).map(|text| expression(text)).collect();
    let refused = account.ecs.register_task_definition(definition.clone()).expect_err("eleven are too many");
    assert_eq!(
        refused.to_string(),
        "ClientException: A task definition has at most 10 placement constraints."
    );
    definition.constraints.truncate(1);
    definition.requires_fargate = true;
    assert!(account.ecs.register_task_definition(definition).is_err());
    let plain = account.definition(NetworkMode::Awsvpc, 256, 512, 0);
    for placement in [placement(true, &[]), placement(false, &texts[..1])] {
        let request = account.request(plain, Capacity::Launch(LaunchType::Fargate));
        let refused = account
            .ecs
            .run_task(at(2), RunTask { placement: Some(placement), ..request })
            .expect_err("Fargate has none");
        assert_eq!(
            refused.to_string(),
            "InvalidParameterException: Placement constraints are not supported with FARGATE launch type."
        );
    }
}

/// A capacity provider with this many instances, scaled by nobody, whose tasks wait.
fn provider(account: &mut Account, count: u32) -> ProviderId {
    let group = GroupProvider {
        name: "group".into(),
        instances: vec![InstanceSpec::listed("m5.large").expect("the type is listed")],
        min: count,
        max: count,
        desired: count,
        managed_scaling: Some(ManagedScaling::default()),
        termination_protection: false,
        managed_draining: true,
    };
    let id = account.ecs.create_capacity_provider(group).expect("it is valid");
    let item = footman_ecs_sim::api::StrategyItem {
        provider: footman_ecs_sim::api::Provider::Group(id),
        weight: 1,
        base: 0,
    };
    let done = account.ecs.put_cluster_capacity_providers(at(0), account.cluster, &[id], &[item]);
    done.expect("it can be associated");
    id
}

#[test]
fn who_waits_beside_a_group_goes_where_its_first_task_went() {
    let mut account = Account::new(|_| {});
    provider(&mut account, 3);
    account.until(at(600));
    let definition = constrained(&mut account, "agent", &[]);
    let by_provider =
        |placement| RunTask { placement, ..account.request(definition, Capacity::ClusterDefault) };
    let beside = by_provider(Some(placement(false, &["task:group == database"])));
    let beside_beside = by_provider(Some(placement(false, &["task:group == follower"])));
    let database = RunTask { group: Some("database".into()), ..by_provider(None) };
    let last = account.run(at(601), beside_beside);
    let follower = account.run(at(601), RunTask { group: Some("follower".into()), ..beside });
    assert_eq!((instance_of(&account, 601, follower), instance_of(&account, 601, last)), (None, None));
    let host = account.run(at(602), database);
    let host = instance_of(&account, 602, host);
    assert!(host.is_some());
    assert_eq!((instance_of(&account, 602, follower), instance_of(&account, 602, last)), (host, host));
}

#[test]
fn the_filter_of_a_listing_knows_every_subject() {
    let mut account = Account::new(|_| {});
    let instances = account.instances("m5.large", 1);
    let arm = account.instances("m7g.large", 1);
    let id = account.ecs.ec2_instance_id(instances[0]);
    let task = RunTask {
        group: Some("service:web".into()),
        ..RunTask::new(
            account.cluster,
            constrained(&mut account, "agent", &["attribute:ecs.cpu-architecture == x86_64"]),
        )
    };
    account.run(at(1), task);
    // expression => instances
    let table = [
        ("agentConnected == true", 2),
        ("agentVersion >= 1.50", 2),
        ("registeredAt < 1970-01-02", 2),
        ("registeredAt >= 1970-01-02", 0),
        ("attribute:ecs.os-family == LINUX and attribute:ecs.os-type == linux", 2),
        ("attribute:ecs.cpu-architecture == arm64", 1),
        ("attribute:ecs.availability-zone exists", 2),
        ("runningTasksCount == 0", 2),
        ("task:group == service:web", 1),
        ("not(task:group exists) and attribute:ecs.instance-type == m7g.large", 1),
    ];
    for (text, count) in table {
        let filter = expression(text);
        assert_eq!(account.ecs.container_instances_where(account.cluster, &filter).count(), count, "{text}");
    }
    let filter = expression(&format!("ec2InstanceId in [{id}, i-0]"));
    let found: Vec<_> = account.ecs.container_instances_where(account.cluster, &filter).collect();
    assert_eq!(found, instances);
    assert_ne!(found, arm);
}
