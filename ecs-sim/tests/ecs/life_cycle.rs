//! The life of single tasks, step by step (Amazon ECS Developer Guide, "Task lifecycle", and published events).

use crate::account::{Account, at, lines};
use footman_core::event::{StopCode, TaskStatus};
use footman_ecs_sim::{
    RunTask,
    api::{Capacity, LaunchType, Network},
    definition::NetworkMode,
    latency::{Distribution, Latency},
};

/// Latencies without any spread, so that a test can name every moment.
fn exact() -> Latency {
    Latency {
        fargate_provisioning: Distribution::constant_secs(10),
        fargate_connect: Distribution::constant_secs(4),
        fargate_start: Distribution::constant_secs(2),
        fargate_deprovisioning: Distribution::constant_secs(20),
        ec2_placement: Distribution::constant_secs(2),
        ec2_start: Distribution::constant_secs(1),
        ec2_eni_attach: Distribution::constant_secs(5),
        ec2_eni_detach: Distribution::constant_secs(6),
        exit_on_signal: Distribution::constant_secs(3),
        ..Latency::default()
    }
}

#[test]
fn a_task_on_fargate_goes_through_every_state_and_is_billed_from_its_pull_on() {
    let mut account = Account::new(|settings| settings.latency = exact());
    let definition = account.definition(NetworkMode::Awsvpc, 1024, 2048, 100);
    let task = account.run_fargate(at(0), definition);
    let view = account.ecs.task(at(0), task).expect("it was made");
    assert_eq!((view.status, view.stopping, view.version), (TaskStatus::Provisioning, false, 1));
    assert_eq!((view.pull_started_at, view.started_at), (None, None));
    account.until(at(26));
    let view = account.ecs.task(at(26), task).expect("it runs");
    // Published: a task on Fargate is at version 4 when it runs.
    assert_eq!((view.status, view.version), (TaskStatus::Running, 4));
    assert_eq!((view.pull_started_at, view.pull_stopped_at), (Some(at(14)), Some(at(24))));
    account.ecs.container_exited(at(126), task, 0);
    account.until(at(200));
    assert_eq!(
        account.log(),
        lines(&[
            "0 task 0 Provisioning",
            "10 task 0 Pending",
            "26 task 0 Running",
            "126 task 0 Deprovisioning, to stop",
            "146 task 0 Stopped, to stop",
            // 132 s of (0.04048 + 2 x 0.004445) $/h.
            "14-146 task 0 billed $0.001810, 100 of it running",
        ])
    );
    let view = account.ecs.task(at(200), task).expect("it stays for an hour");
    assert_eq!(view.stop_code, Some(StopCode::EssentialContainerExited));
    assert_eq!(view.stopped_reason, Some("Essential container in task exited"));
    assert_eq!((view.exit_code, view.execution_stopped_at), (Some(0), Some(at(126))));
    assert!(account.ecs.task(at(146 + 3599), task).is_some(), "described for an hour");
    assert!(account.ecs.task(at(146 + 3600), task).is_none(), "and MISSING from then on");
}

#[test]
fn a_task_on_an_instance_with_bridge_is_pending_at_once_and_pulls_only_what_is_not_there() {
    let mut account = Account::new(|settings| settings.latency = exact());
    account.instances("m5.large", 1);
    let definition = account.definition(NetworkMode::Bridge, 1024, 2048, 100);
    let first = account.run_on_instances(at(0), definition);
    account.until(at(13));
    account.ecs.container_exited(at(20), first, 0);
    let second = account.run_on_instances(at(30), definition);
    account.until(at(33));
    account.ecs.stop_task(at(40), second, None).expect("it is there");
    account.until(at(60));
    assert_eq!(
        account.log(),
        lines(&[
            "0 instance 0 Launched",
            "0 instance 0 Registered",
            "0 task 0 Pending",
            "13 task 0 Running",
            "20 task 0 Stopped, to stop",
            "30 task 1 Pending",
            "33 task 1 Running",
            "40 task 1 Stopping, to stop",
            "43 task 1 Stopped, to stop",
        ])
    );
}

#[test]
fn a_task_on_an_instance_with_awsvpc_waits_for_its_network_interface_before_and_after() {
    let mut account = Account::new(|settings| settings.latency = exact());
    account.instances("m5.large", 1);
    let definition = account.definition(NetworkMode::Awsvpc, 1024, 2048, 100);
    let task = account.run_on_instances(at(0), definition);
    account.until(at(18));
    account.ecs.container_exited(at(20), task, 0);
    account.until(at(60));
    assert_eq!(
        account.log()[2..],
        lines(&[
            "0 task 0 Provisioning",
            "5 task 0 Pending",
            "18 task 0 Running",
            "20 task 0 Deprovisioning, to stop",
            "26 task 0 Stopped, to stop",
        ])
    );
}

#[test]
fn stop_task_answers_with_the_status_from_before_and_gives_the_reasons_of_ecs() {
    // Observed (reference 0.1): StopTask answers lastStatus unchanged, desiredStatus STOPPED, stoppingAt and stopCode.
    let table = [
        (5, TaskStatus::Provisioning, None, "Task stopped by user", None),
        (12, TaskStatus::Pending, Some("superfluous"), "superfluous", None),
        (30, TaskStatus::Running, Some("aborted"), "aborted", Some(143)),
    ];
    for (second, before, reason, text, exit_code) in table {
        let mut account = Account::new(|settings| settings.latency = exact());
        let definition = account.definition(NetworkMode::Awsvpc, 1024, 2048, 100);
        let task = account.run_fargate(at(0), definition);
        let view = account.ecs.stop_task(at(second), task, reason.map(Into::into)).expect("it is there");
        assert_eq!((view.status, view.stopping), (before, true));
        assert_eq!(view.stopping_at, Some(at(second)));
        assert_eq!(view.stopped_reason, Some(text));
        assert_eq!(view.stop_code, Some(StopCode::UserInitiated));
        account.until(at(100));
        let view = account.ecs.task(at(100), task).expect("it stays for an hour");
        assert_eq!((view.status, view.exit_code), (TaskStatus::Stopped, exit_code));
        let log = account.log();
        // A second stop changes nothing, not even the reason.
        let view = account.ecs.stop_task(at(100), task, Some("again".into())).expect("it is described");
        assert_eq!((view.status, view.stopped_reason), (TaskStatus::Stopped, Some(text)));
        assert_eq!(account.log(), log);
    }
}

#[test]
fn a_container_that_does_not_hear_the_signal_is_killed_at_its_stop_timeout() {
    let mut account = Account::new(|settings| {
        settings.latency = Latency { exit_on_signal: Distribution::constant_secs(3600), ..exact() };
    });
    let definition = account.definition(NetworkMode::Awsvpc, 1024, 2048, 100);
    let task = account.run_fargate(at(0), definition);
    account.ecs.stop_task(at(30), task, None).expect("it is there");
    account.until(at(100));
    let view = account.ecs.task(at(100), task).expect("it stays for an hour");
    // stopTimeout is 30 s by default; SIGKILL is 137; 20 s of deprovisioning follow.
    assert_eq!((view.execution_stopped_at, view.exit_code), (Some(at(60)), Some(137)));
    assert_eq!(view.stopped_at, Some(at(80)));
}

#[test]
fn run_task_refuses_what_ecs_refuses_in_its_words() {
    let mut account = Account::new(|_| {});
    let bridge = account.definition(NetworkMode::Bridge, 1024, 2048, 100);
    let awsvpc = account.definition(NetworkMode::Awsvpc, 1024, 2048, 100);
    let odd = account.definition(NetworkMode::Awsvpc, 1024, 1024, 100);
    let gone = account.definition(NetworkMode::Awsvpc, 1024, 2048, 100);
    account.ecs.deregister_task_definition(gone);
    let network = Some(Network::new(1, 0));
    let fargate = Capacity::Launch(LaunchType::Fargate);
    let base = |definition| RunTask { network, ..RunTask::new(account.cluster, definition) };
    let table = [
        (
            RunTask { network: None, ..base(awsvpc) },
            "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        ),
        (
            base(bridge),
            "InvalidParameterException: Network Configuration is not valid for the given networkMode of this task definition.",
        ),
        (
            RunTask { network: None, ..base(bridge) },
            "InvalidParameterException: No Container Instances were found in your cluster.",
        ),
        (RunTask { count: 11, ..base(awsvpc) }, "InvalidParameterException: count must be from 1 to 10."),
        (RunTask { count: 0, ..base(awsvpc) }, "InvalidParameterException: count must be from 1 to 10."),
        (base(gone), "InvalidParameterException: TaskDefinition is inactive"),
        (
            RunTask { network: None, capacity: fargate.clone(), ..base(bridge) },
            "InvalidParameterException: Task definition does not support launch_type FARGATE.",
        ),
        (
            RunTask { capacity: fargate.clone(), ..base(odd) },
            "InvalidParameterException: Task definition does not support launch_type FARGATE.",
        ),
        (
            RunTask {
                capacity: fargate.clone(),
                memory: Some(footman_core::units::Mib::new(1024)),
                ..base(awsvpc)
            },
            "ClientException: No Fargate configuration exists for given values.",
        ),
        (
            RunTask {
                capacity: fargate,
                cpu: Some(footman_core::units::CpuUnits::new(3000)),
                ..base(awsvpc)
            },
            "ClientException: Invalid 'cpu' setting for task.",
        ),
        (
            RunTask { started_by: Some("a b".into()), ..base(awsvpc) },
            "InvalidParameterException: startedBy has more than 128 characters, or others than A-Z a-z 0-9 - _ /.",
        ),
    ];
    for (request, text) in table {
        assert_eq!(account.ecs.run_task(at(0), request).expect_err(text).to_string(), text);
    }
    assert!(account.log().is_empty(), "nothing was started");
}
