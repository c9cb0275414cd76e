//! Accidents that somebody asks for, and auto-scaling groups that stand by themselves.

use crate::account::{Account, at};
use footman_core::event::{StopCode, TaskStatus};
use footman_ecs_sim::{
    api::{Capacity, LaunchType, Provider, StrategyItem},
    capacity::{AutoScalingGroup, InstanceSpec},
    definition::NetworkMode,
    settings::{Faults, PerMillion, PlannedFaults},
};
use smallvec::smallvec;

const FARGATE_SPOT: StrategyItem = StrategyItem { provider: Provider::FargateSpot, weight: 1, base: 0 };

#[test]
fn so_many_tasks_as_are_planned_fail_to_pull_and_the_next_one_runs() {
    let mut account = Account::new(|_| {});
    account.instances("m5.large", 1);
    let definition = account.definition(NetworkMode::Bridge, 256, 256, 10);
    account.ecs.plan_faults(PlannedFaults { cannot_pull: 2, ..PlannedFaults::default() });
    let tasks = [(); 3].map(|()| account.run_on_instances(at(0), definition));
    account.until(at(60));
    let reasons = tasks.map(|task| {
        let view = account.ecs.task(at(60), task).expect("it is still described");
        (view.status, view.stopped_reason.map(str::to_owned))
    });
    let failed = "CannotPullContainerError: failed to resolve ref agent: not found".to_owned();
    assert_eq!(reasons[0], (TaskStatus::Stopped, Some(failed.clone())));
    assert_eq!(reasons[1], (TaskStatus::Stopped, Some(failed)));
    assert_eq!(reasons[2], (TaskStatus::Running, None));
    assert_eq!(account.ecs.planned_faults(), PlannedFaults::default());
}

#[test]
fn changed_faults_hold_for_what_begins_after_the_change() {
    let mut account = Account::new(|_| {});
    account.instances("m5.large", 1);
    let definition = account.definition(NetworkMode::Bridge, 256, 256, 10);
    let before = account.run_on_instances(at(0), definition);
    let always = Faults { cannot_pull: PerMillion(1_000_000), ..Faults::default() };
    account.ecs.change_faults(at(1), always);
    let after = account.run_on_instances(at(1), definition);
    account.until(at(60));
    let status = |task| account.ecs.task(at(60), task).map(|view| view.status);
    assert_eq!((status(before), status(after)), (Some(TaskStatus::Running), Some(TaskStatus::Stopped)));
}

#[test]
fn a_task_on_fargate_spot_is_interrupted_on_demand_once_it_runs() {
    let mut account = Account::new(|settings| {
        // A deadline of its own is set for the task, and must mean nothing after the accident.
        settings.spot.fargate_interruptions_per_million_hours = 1;
    });
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let on_demand = account.run_fargate(at(0), definition);
    let request = account.request(definition, Capacity::Strategy(smallvec![FARGATE_SPOT]));
    let spot = account.run(at(0), request);
    let refused = |account: &mut Account, now, task| {
        account.ecs.interrupt_spot_task(now, task).expect_err("it is refused").message.into_owned()
    };
    assert_eq!(refused(&mut account, at(0), spot), "The task does not run yet.");
    account.until(at(120));
    assert_eq!(refused(&mut account, at(120), on_demand), "The task is not on Fargate Spot.");
    account.ecs.interrupt_spot_task(at(120), spot).expect("it runs");
    account.ecs.interrupt_spot_task(at(120), spot).expect("it stops already");
    assert!(account.log().contains(&format!("120 task {spot} is warned")));
    account.until(at(180));
    let view = account.ecs.task(at(180), spot).expect("it is still described");
    assert_eq!((view.status, view.stop_code), (TaskStatus::Stopped, Some(StopCode::SpotInterruption)));
    account.ecs.stop_task(at(180), on_demand, None).expect("it runs");
    account.until(at(240));
    assert_eq!(account.ecs.poll_timeout(), None, "no deadline is left of the one that was drawn");
}

#[test]
fn a_spot_instance_is_warned_and_gone_two_minutes_later() {
    let mut account = Account::new(|_| {});
    let spec = InstanceSpec { spot: true, ..InstanceSpec::listed("m5.large").expect("it is listed") };
    let spot = account.ecs.add_instances(at(0), account.cluster, &spec, 1).expect("there is room")[0];
    let on_demand = account.instances("m5.large", 1)[0];
    assert!(account.ecs.interrupt_spot_instance(at(1), on_demand).is_err());
    account.ecs.interrupt_spot_instance(at(1), spot).expect("it is spot");
    account.ecs.interrupt_spot_instance(at(60), spot).expect("it was warned before");
    account.until(at(120));
    assert!(account.ecs.container_instance(spot).is_some());
    account.until(at(121));
    assert!(account.ecs.container_instance(spot).is_none());
}

#[test]
fn an_instance_without_its_agent_takes_no_tasks_and_says_so() {
    let mut account = Account::new(|_| {});
    let instance = account.instances("m5.large", 1)[0];
    let definition = account.definition(NetworkMode::Bridge, 256, 256, 10);
    account.ecs.connect_agent(at(0), instance, false).expect("it is there");
    assert!(!account.ecs.container_instance(instance).expect("it is there").agent_connected);
    let request = account.request(definition, Capacity::Launch(LaunchType::Ec2));
    let answer = account.ecs.run_task(at(0), request).expect("the call passes");
    assert_eq!(answer.failures.iter().map(|failure| &*failure.reason).collect::<Vec<_>>(), ["AGENT"]);
    account.ecs.connect_agent(at(1), instance, true).expect("it is there");
    account.run_on_instances(at(1), definition);
}

#[test]
fn launched_instances_register_once_they_have_booted() {
    let mut account = Account::new(|_| {});
    let spec = InstanceSpec::listed("m5.large").expect("it is listed");
    let ids = account.ecs.launch_instances(at(0), account.cluster, &spec, 2).expect("there is room");
    assert_eq!(account.ecs.container_instances(account.cluster).count(), 0);
    account.until(at(121));
    assert_eq!(account.ecs.container_instances(account.cluster).collect::<Vec<_>>(), ids);
}

#[test]
fn an_auto_scaling_group_is_found_by_its_name_and_its_arn_only() {
    let mut account = Account::new(|_| {});
    let group = AutoScalingGroup {
        name: "agents".into(),
        instances: vec![InstanceSpec::listed("m5.large").expect("it is listed")],
        min: 0,
        max: 5,
        desired: 1,
        scale_in_protection: true,
    };
    let arn = account.ecs.create_auto_scaling_group(group.clone()).expect("it is valid");
    assert!(arn.starts_with("arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:"), "{arn}");
    assert!(arn.ends_with(":autoScalingGroupName/agents"), "{arn}");
    assert_eq!(account.ecs.auto_scaling_group(&arn), Some(&group));
    assert_eq!(account.ecs.auto_scaling_group("agents"), Some(&group));
    let other = arn.replace("us-east-1", "us-east-2");
    assert_eq!(account.ecs.auto_scaling_group(&other), None);
    assert_eq!(account.ecs.auto_scaling_group("other"), None);
    assert!(account.ecs.create_auto_scaling_group(group.clone()).is_err(), "the name is taken");
    let upside_down = AutoScalingGroup { name: "b".into(), min: 6, ..group };
    assert!(account.ecs.create_auto_scaling_group(upside_down).is_err());
}
