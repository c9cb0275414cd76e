//! Single containers of a task: exit codes of their own, which of them take the task with them, and those that use too
//! much memory (Amazon ECS Developer Guide, "Task definition parameters"; texts as clients of ECS look for them).

use crate::account::{Account, at};
use footman_core::{
    event::{StopCode, TaskStatus},
    units::{CpuUnits, Mib},
};
use footman_ecs_sim::{
    definition::{Container, Image, NetworkMode, TaskDefinition},
    id::TaskId,
    latency::Distribution,
};

/// A task of `agent`, which is essential, `database`, which is essential, and `log`, which is not; it runs from second 1
/// on, and hears a stop signal within 3 seconds.
fn running() -> (Account, TaskId) {
    let mut account = Account::new(|settings| {
        settings.latency.ec2_placement = Distribution::ZERO;
        settings.latency.ec2_start = Distribution::constant_secs(1);
        settings.latency.exit_on_signal = Distribution::constant_secs(3);
    });
    account.instances("m5.large", 1);
    let image = Image { name: "agent".into(), size: Mib::ZERO };
    let container = |name: &str, essential: bool, memory: Option<u32>| Container {
        name: name.into(),
        image: image.clone(),
        essential,
        memory: memory.map(Mib::new),
        ..Container::default()
    };
    let mut definition = TaskDefinition::new("three", CpuUnits::new(1024), Mib::new(2048), image.clone());
    definition.network_mode = NetworkMode::Bridge;
    definition.containers = vec![
        container("agent", true, None),
        container("database", true, Some(512)),
        container("log", false, Some(64)),
    ];
    let definition = account.ecs.register_task_definition(definition).expect("it is valid");
    let task = account.run_on_instances(at(0), definition);
    account.until(at(10));
    (account, task)
}

/// What is seen of the task: its status, and the exit code of each container.
fn seen(account: &Account, second: i64, task: TaskId) -> (TaskStatus, [Option<i32>; 3]) {
    let view = account.ecs.task(at(second), task).expect("it is described");
    (view.status, [0, 1, 2].map(|place| view.container_exit_code(place)))
}

#[test]
fn each_container_ends_with_its_own_code_and_the_essential_ones_end_the_task() {
    use TaskStatus::{Running, Stopped, Stopping};
    // (container, exit code) at seconds 20, 21, 22 => status and exit codes at 22 and at 30
    let table: [(&[(usize, i32)], _, _); 6] = [
        // One that is not essential ends alone, however it ends.
        (&[(2, 1)], (Running, [None, None, Some(1)]), (Running, [None, None, Some(1)])),
        // An essential one takes the others with it, which hear the signal: 128 + 15.
        (&[(0, 3)], (Stopping, [Some(3), None, None]), (Stopped, [Some(3), Some(143), Some(143)])),
        (&[(1, 4)], (Stopping, [None, Some(4), None]), (Stopped, [Some(143), Some(4), Some(143)])),
        (&[(2, 0), (0, 0)], (Stopping, [Some(0), None, Some(0)]), (Stopped, [Some(0), Some(143), Some(0)])),
        // The task has stopped when the last one ended.
        (
            &[(2, 5), (1, 6), (0, 7)],
            (Stopped, [Some(7), Some(6), Some(5)]),
            (Stopped, [Some(7), Some(6), Some(5)]),
        ),
        // A container ends once.
        (&[(2, 5), (2, 6)], (Running, [None, None, Some(5)]), (Running, [None, None, Some(5)])),
    ];
    for (ends, soon, later) in table {
        let (mut account, task) = running();
        for (&(container, code), second) in ends.iter().zip(20..) {
            account.ecs.container_ended(at(second), task, container, code);
        }
        account.until(at(22));
        assert_eq!(seen(&account, 22, task), soon, "{ends:?}");
        account.until(at(30));
        assert_eq!(seen(&account, 30, task), later, "{ends:?}");
        let view = account.ecs.task(at(30), task).expect("it is described");
        let stopped = later.0 == Stopped;
        assert_eq!(view.stop_code, stopped.then_some(StopCode::EssentialContainerExited));
        assert_eq!(view.stopped_reason, stopped.then_some("Essential container in task exited"));
    }
}

#[test]
fn a_stop_is_over_when_the_last_container_has_ended() {
    let (mut account, task) = running();
    account.ecs.stop_task(at(20), task, None).expect("it is there");
    account.ecs.container_ended(at(21), task, 0, 0);
    assert_eq!(seen(&account, 21, task), (TaskStatus::Stopping, [Some(0), None, None]));
    account.ecs.container_ended(at(22), task, 1, 9);
    account.ecs.container_ended(at(22), task, 2, 143);
    assert_eq!(seen(&account, 22, task), (TaskStatus::Stopped, [Some(0), Some(9), Some(143)]));
    let view = account.ecs.task(at(22), task).expect("it is described");
    assert_eq!(view.stop_code, Some(StopCode::UserInitiated));
}

#[test]
fn a_container_that_exceeds_its_memory_is_killed_with_137_and_the_reason_of_ecs() {
    // (container, MiB) => killed, whether the task ends with it
    let table = [
        ((1, 512), false, false),
        ((1, 513), true, true),
        // Not essential: it is killed, and the task goes on.
        ((2, 65), true, false),
        // Without a limit of its own a container has its task's memory.
        ((0, 2048), false, false),
        ((0, 2049), true, true),
    ];
    for ((container, used), killed, ends) in table {
        let (mut account, task) = running();
        let told = account.ecs.use_memory(at(20), task, container, Mib::new(used));
        assert_eq!(told.expect("it runs"), killed, "{used} MiB");
        account.until(at(30));
        let view = account.ecs.task(at(30), task).expect("it is described");
        assert_eq!(view.status == TaskStatus::Stopped, ends, "{used} MiB");
        assert_eq!(view.stop_code, ends.then_some(StopCode::EssentialContainerExited));
        let end = view.container_end(container);
        assert_eq!(end.is_some_and(|end| end.out_of_memory && end.exit_code == 137), killed);
        let again = account.ecs.use_memory(at(30), task, container, Mib::new(1));
        assert_eq!(again.is_err(), killed, "what has ended uses no memory");
    }
    let (mut account, task) = running();
    assert!(account.ecs.use_memory(at(20), task, 3, Mib::new(1)).is_err(), "it has three containers");
}

#[test]
fn a_definition_has_an_essential_container() {
    let (mut account, _) = running();
    let image = Image { name: "agent".into(), size: Mib::ZERO };
    let mut definition = TaskDefinition::new("none", CpuUnits::new(1024), Mib::new(2048), image);
    definition.containers[0].essential = false;
    let refused = account.ecs.register_task_definition(definition).expect_err("nothing ends it");
    assert_eq!(refused.message, "A task definition must have at least one essential container.");
}
