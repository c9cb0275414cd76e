//! The states of a task in their order, those without a length included, up to the one in which nobody sees it (Amazon ECS
//! Developer Guide, "Task lifecycle"; ecs.md 1.1).

use crate::account::{Account, at};
use crate::scaling::{exact, group};
use footman_core::{event::TaskStatus, time::Millis};
use footman_ecs_sim::{
    Output,
    api::{Capacity, FailureSubject, LaunchType},
    definition::NetworkMode,
    id::TaskId,
};

/// The states that a task was told to be in.
fn told(account: &mut Account, task: TaskId) -> Vec<TaskStatus> {
    let mut states = Vec::new();
    while let Some(output) = account.ecs.poll_output() {
        if let Output::TaskChanged { task: of, status, .. } = output
            && of == task
        {
            states.push(status);
        }
    }
    states
}

#[test]
fn each_state_comes_in_its_place_for_each_host_and_each_end() {
    use TaskStatus::{
        Activating, Deactivating, Deprovisioning, Pending, Provisioning, Running, Stopped, Stopping,
    };
    let (fargate, ec2) = (Capacity::Launch(LaunchType::Fargate), Capacity::Launch(LaunchType::Ec2));
    // network mode, capacity, whether StopTask ends it => its states. A container that ends by itself gets no signal, so
    // that there is no STOPPING; without an interface there is nothing to provide before or after.
    let table: [(NetworkMode, &Capacity, bool, &[TaskStatus]); 6] = [
        (
            NetworkMode::Awsvpc,
            &fargate,
            true,
            &[Provisioning, Pending, Activating, Running, Deactivating, Stopping, Deprovisioning, Stopped],
        ),
        (
            NetworkMode::Awsvpc,
            &fargate,
            false,
            &[Provisioning, Pending, Activating, Running, Deactivating, Deprovisioning, Stopped],
        ),
        (
            NetworkMode::Awsvpc,
            &ec2,
            true,
            &[Provisioning, Pending, Activating, Running, Deactivating, Stopping, Deprovisioning, Stopped],
        ),
        (NetworkMode::Bridge, &ec2, true, &[Pending, Activating, Running, Deactivating, Stopping, Stopped]),
        (NetworkMode::Host, &ec2, false, &[Pending, Activating, Running, Deactivating, Stopped]),
        (NetworkMode::None, &ec2, false, &[Pending, Activating, Running, Deactivating, Stopped]),
    ];
    for (mode, capacity, by_call, want) in table {
        let mut account = Account::new(|settings| settings.zero_length_states = true);
        account.instances("m5.large", 1);
        let definition = account.definition(mode, 256, 512, 10);
        let task = account.run(at(0), account.request(definition, capacity.clone()));
        let first = account.ecs.task(at(0), task).expect("it was made").status;
        account.until(at(120));
        if by_call {
            account.ecs.stop_task(at(120), task, None).expect("it runs");
        } else {
            account.ecs.container_exited(at(120), task, 0);
        }
        account.until(at(300));
        assert_eq!(told(&mut account, task), want, "{mode:?}, {capacity:?}, by StopTask: {by_call}");
        assert_eq!(first, want[0], "RunTask answers before anything runs");
    }
}

#[test]
fn a_task_that_finds_no_room_is_provisioning_until_it_does() {
    use TaskStatus::{Pending, Provisioning, Running};
    let mut account = exact();
    group(&mut account, 0, 1, true);
    let definition = account.definition(NetworkMode::Bridge, 256, 256, 0);
    let task = account.run(at(1), account.request(definition, Capacity::ClusterDefault));
    account.until(at(59));
    assert_eq!(told(&mut account, task), [Provisioning]);
    account.until(at(600));
    assert_eq!(told(&mut account, task), [Pending, Running]);
}

#[test]
fn a_task_that_has_stopped_is_deleted_an_hour_later_and_missing_from_then_on() {
    // DELETED is a state that passes: nobody describes a task in it here.
    let mut account = Account::new(|_| {});
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let task = account.run_fargate(at(0), definition);
    account.until(at(60));
    account.ecs.stop_task(at(60), task, None).expect("it runs");
    account.until(at(300));
    let stopped = account.ecs.task(at(300), task).and_then(|task| task.stopped_at).expect("it has stopped");
    let deleted = stopped + Millis::from_hours(1);
    for (now, there) in [(deleted.saturating_sub(Millis::new(1)), true), (deleted, false)] {
        let described = account.ecs.describe_tasks(now, account.cluster, &[task]).expect("the call passes");
        let missing: Vec<_> = described.failures.iter().map(|f| (f.subject.clone(), &*f.reason)).collect();
        let want = if there { vec![] } else { vec![(FailureSubject::Task(task), "MISSING")] };
        assert_eq!((described.tasks.len(), missing), (usize::from(there), want));
    }
}
