//! Instances with a trunk network interface: REGISTERING until it is attached (Amazon ECS Developer Guide, "Elastic network
//! interface trunking"; ecs.md 1.4).

use crate::account::{Account, at, lines};
use footman_core::catalogue::instance_type;
use footman_ecs_sim::{
    AgentRegistration,
    api::{Capacity, LaunchType, StartTask},
    capacity::InstanceSpec,
    definition::NetworkMode,
    fleet::InstanceStatus,
    id::InstanceId,
    latency::Distribution,
    query::Expression,
};

/// 90 s to boot, 5 s to attach a trunk.
fn account() -> Account {
    Account::new(|settings| {
        settings.latency.instance_boot = Distribution::constant_secs(90);
        settings.latency.trunk_attach = Distribution::constant_secs(5);
        settings.throttling = false;
    })
}

fn trunked(kind: &str) -> InstanceSpec {
    InstanceSpec { trunking: true, ..InstanceSpec::listed(kind).expect("the type is listed") }
}

fn launch(account: &mut Account, spec: &InstanceSpec) -> InstanceId {
    account.ecs.launch_instances(at(0), account.cluster, spec, 1).expect("there is room")[0]
}

fn status(account: &Account, id: InstanceId) -> InstanceStatus {
    account.ecs.container_instance(id).expect("it is there").status
}

/// How many instances have the attribute of a trunk, and whether this one shows it.
fn trunks(account: &Account, id: InstanceId) -> (usize, bool) {
    let expression = Expression::parse("attribute:ecs.awsvpc-trunk-id exists").expect("it is valid");
    let shown = account.ecs.container_instance(id).expect("it is there").trunk.is_some();
    (account.ecs.container_instances_where(account.cluster, &expression).count(), shown)
}

#[test]
fn an_instance_is_registering_until_its_trunk_is_attached() {
    let mut account = account();
    let id = launch(&mut account, &trunked("m5.large"));
    let definition = account.definition(NetworkMode::Awsvpc, 128, 128, 0);
    let request = account.request(definition, Capacity::Launch(LaunchType::Ec2));
    account.until(at(90));
    assert_eq!((status(&account, id), trunks(&account, id)), (InstanceStatus::Registering, (0, false)));
    // Nothing is ACTIVE, and no task is put on it by name either.
    let refused = account.ecs.run_task(at(90), request.clone()).expect_err("there is none");
    assert_eq!(refused.message, "No Container Instances were found in your cluster.");
    let start = StartTask { instances: vec![id], request: request.clone() };
    let answer = account.ecs.start_task(at(90), start).expect("the call passes");
    assert_eq!((answer.tasks.len(), &*answer.failures[0].reason), (0, "INACTIVE"));
    // Amazon ECS API Reference, UpdateContainerInstancesState: only one that is ACTIVE can be drained.
    assert!(account.ecs.drain_instance(at(90), id).is_err());
    account.ecs.activate_instance(id).expect("it is there, and that changes nothing");
    assert_eq!(status(&account, id), InstanceStatus::Registering);
    account.until(at(95));
    assert_eq!((status(&account, id), trunks(&account, id)), (InstanceStatus::Active, (1, true)));
    account.run(at(95), request);
    let of_instance: Vec<String> =
        account.log().into_iter().filter(|line| line.contains("instance")).collect();
    assert_eq!(
        of_instance,
        lines(&["0 instance 0 Launched", "90 instance 0 Registered", "95 instance 0 Activated"])
    );
}

#[test]
fn a_trunk_is_for_those_who_gain_by_it_and_there_at_once_where_nothing_takes_time() {
    let equal = instance_type("m5.large").map(|kind| footman_core::catalogue::InstanceType {
        awsvpc_tasks_trunked: kind.awsvpc_tasks,
        ..kind
    });
    let equal = InstanceSpec { trunking: true, ..InstanceSpec::new(equal.expect("the type is listed")) };
    // instance => whether it is REGISTERING first, whether it has a trunk in the end
    let table = [
        (InstanceSpec::listed("m5.large").expect("the type is listed"), false, false),
        (equal, false, false),
        (trunked("m5.large"), true, true),
        (trunked("m7g.medium"), true, true),
    ];
    for (spec, first, attached) in table {
        let mut account = account();
        let registration =
            AgentRegistration { spec: spec.clone(), ec2_instance_id: None, attributes: vec![] };
        let id =
            account.ecs.register_container_instance(account.cluster, registration).expect("there is room");
        assert_eq!(status(&account, id) == InstanceStatus::Registering, first, "{spec:?}");
        account.until(at(5));
        assert_eq!(status(&account, id), InstanceStatus::Active, "{spec:?}");
        assert_eq!(trunks(&account, id), (usize::from(attached), attached), "{spec:?}");
    }
    // One that is simply there has its trunk, too.
    let mut account = account();
    let id =
        account.ecs.add_instances(at(0), account.cluster, &trunked("m5.large"), 1).expect("there is room")[0];
    assert_eq!((status(&account, id), trunks(&account, id)), (InstanceStatus::Active, (1, true)));
    let mut account = Account::new(|settings| settings.latency = footman_ecs_sim::latency::Latency::INSTANT);
    let id = launch(&mut account, &trunked("m5.large"));
    account.until(at(0));
    assert_eq!((status(&account, id), trunks(&account, id)), (InstanceStatus::Active, (1, true)));
}

#[test]
fn an_instance_may_go_before_its_trunk_comes() {
    for warned in [false, true] {
        let mut account = account();
        account.ecs.handle_timeout(at(0));
        let id = launch(&mut account, &InstanceSpec { spot: warned, ..trunked("m5.large") });
        account.until(at(92));
        if warned {
            account.ecs.interrupt_spot_instance(at(92), id).expect("it is spot");
            account.until(at(95));
            assert_eq!(trunks(&account, id), (1, true), "two minutes are long enough");
            account.until(at(212));
        } else {
            account.ecs.deregister_instance(at(92), id, false).expect("it has no tasks");
        }
        assert!(account.ecs.container_instance(id).is_none());
        assert_eq!(account.ecs.poll_timeout(), None, "nothing is left to happen");
    }
}
