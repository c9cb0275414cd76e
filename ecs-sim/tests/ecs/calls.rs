//! The calls: tokens, lists, descriptions, throttling, failures, faults.

use crate::account::{Account, at};
use footman_core::units::{CpuUnits, Mib};
use footman_core::{
    event::{StopCode, TaskStatus},
    time::Millis,
};
use footman_ecs_sim::{
    RunTask, Timer,
    api::{
        Capacity, DesiredStatus, ErrorCode, FailureSubject, LaunchType, ListTasks, Operation, Request,
        Response, StartTask,
    },
    capacity::InstanceSpec,
    definition::{Image, NetworkMode, PortMapping, TaskDefinition},
    id::EntityKey,
    settings::PerMillion,
};

const FARGATE: Capacity = Capacity::Launch(LaunchType::Fargate);
const EC2: Capacity = Capacity::Launch(LaunchType::Ec2);

#[test]
fn a_task_leaves_the_default_list_when_it_is_told_to_stop_and_not_when_it_has_stopped() {
    let mut account = Account::new(|_| {});
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let task = account.run_fargate(at(0), definition);
    account.until(at(60));
    let mut list = |second, desired_status| {
        let request = ListTasks { desired_status, ..ListTasks::new(account.cluster) };
        account.ecs.list_tasks(at(second), &request).expect("the call passes").tasks
    };
    assert_eq!(list(60, DesiredStatus::default()), [task]);
    assert_eq!(list(60, DesiredStatus::Stopped), []);
    account.ecs.stop_task(at(61), task, None).expect("it is there");
    let mut list = |second, desired_status| {
        let request = ListTasks { desired_status, ..ListTasks::new(account.cluster) };
        account.ecs.list_tasks(at(second), &request).expect("the call passes").tasks
    };
    assert_eq!(list(61, DesiredStatus::default()), []);
    assert_eq!(list(61, DesiredStatus::Stopped), [task]);
    assert_eq!(list(61, DesiredStatus::Pending), []);
    assert_eq!(account.ecs.task(at(61), task).expect("it stops").status, TaskStatus::Stopping);
}

#[test]
fn a_list_has_pages_of_a_hundred_and_started_by_stands_alone() {
    let mut account = Account::new(|settings| settings.throttling = false);
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let mut mine = Vec::new();
    for i in 0..250 {
        let started_by = Some(if i % 5 == 0 { "other" } else { "me" }.into());
        let task = account.run(at(i), RunTask { started_by, ..account.request(definition, FARGATE) });
        if i % 5 != 0 {
            mine.push(task);
        }
    }
    let mut request = ListTasks { started_by: Some("me".into()), ..ListTasks::new(account.cluster) };
    let (mut listed, mut pages) = (Vec::new(), Vec::new());
    loop {
        let page = account.ecs.list_tasks(at(250), &request).expect("the call passes");
        pages.push(page.tasks.len());
        listed.extend(page.tasks);
        request.next = page.next;
        if page.next.is_none() {
            break;
        }
    }
    assert_eq!((listed, pages), (mine, vec![100, 100]));
    let request = ListTasks { family: Some("agent".into()), ..request };
    assert!(account.ecs.list_tasks(at(250), &request).is_err());
    let request = ListTasks { started_by: None, next: None, ..request };
    assert_eq!(account.ecs.list_tasks(at(250), &request).expect("the call passes").tasks.len(), 100);
}

#[test]
fn describe_tasks_names_what_is_missing() {
    let mut account = Account::new(|_| {});
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let task = account.run_fargate(at(0), definition);
    let cluster = account.cluster;
    let other = account.ecs.create_cluster("other").expect("the name is valid");
    let answer = account.ecs.describe_tasks(at(1), cluster, &[task]).expect("the call passes");
    assert_eq!((answer.tasks.len(), answer.failures.len()), (1, 0));
    let answer = account.ecs.describe_tasks(at(1), other, &[task]).expect("the call passes");
    assert_eq!(answer.failures[0].subject, FailureSubject::Task(task));
    assert_eq!(answer.failures[0].reason, "MISSING");
    let empty = account.ecs.describe_tasks(at(1), cluster, &[]).expect_err("nothing was asked for");
    assert_eq!(empty.to_string(), "InvalidParameterException: Tasks cannot be empty.");
}

#[test]
fn writes_show_late_where_the_setting_says_so() {
    let mut account = Account::new(|settings| settings.visibility_delay = Millis::from_secs(5));
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let task = account.run_fargate(at(0), definition);
    assert!(account.ecs.task(at(4), task).is_none());
    assert!(account.ecs.task(at(5), task).is_some());
    account.ecs.stop_task(at(6), task, None).expect("it is there");
    assert!(!account.ecs.task(at(10), task).expect("it is there").stopping);
    assert!(account.ecs.task(at(11), task).expect("it is there").stopping);
}

#[test]
fn the_arn_of_a_task_leads_back_to_it_and_no_other_text_does() {
    let mut account = Account::new(|_| {});
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let task = account.run_fargate(at(0), definition);
    let arn = account.ecs.task_arn("default", task);
    assert!(arn.starts_with("arn:aws:ecs:us-east-1:123456789012:task/default/"));
    assert_eq!(arn.rsplit('/').next().map(str::len), Some(32));
    assert_eq!(account.ecs.task_of_arn(&arn), Some(task));
    for text in ["", "task/default/0123456789abcdef0123456789abcdef", &arn[1..], &arn[..arn.len() - 1]] {
        assert_eq!(account.ecs.task_of_arn(text).filter(|_| text != &arn[1..]), None, "{text}");
    }
}

#[test]
fn a_token_starts_its_tasks_once() {
    let mut account = Account::new(|_| {});
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let request =
        |token: &str| RunTask { client_token: Some(token.into()), ..account.request(definition, FARGATE) };
    let (one, ten) = (request("one"), RunTask { count: 10, ..request("ten") });
    let changed = RunTask { started_by: Some("x".into()), ..request("one") };
    for (second, request) in [(0, one.clone()), (10, ten)] {
        let first = account.ecs.run_task(at(second), request.clone()).expect("the call passes");
        assert!(!first.replayed);
        let again = account.ecs.run_task(at(second + 5), request.clone()).expect("the call passes");
        assert_eq!((&again.tasks, again.replayed), (&first.tasks, true));
        assert_eq!(first.tasks.len(), usize::from(request.count));
    }
    let conflict = account.ecs.run_task(at(31), changed).expect_err("the parameters differ");
    assert_eq!(conflict.code, ErrorCode::Conflict);
    assert_eq!(conflict.tasks.len(), 1, "the tasks of the token are named");
    // The token of another cluster is another token.
    let other = account.ecs.create_cluster("other").expect("the name is valid");
    let elsewhere = RunTask { cluster: other, ..one.clone() };
    assert!(!account.ecs.run_task(at(32), elsewhere).expect("the call passes").replayed);
    // A token lives until its task can no longer be described, and 24 hours at most.
    let task = conflict.tasks[0];
    account.ecs.stop_task(at(100), task, None).expect("it runs");
    account.until(at(200));
    let stopped = account.ecs.task(at(200), task).and_then(|task| task.stopped_at).expect("it stopped");
    let just_before = stopped + Millis::new(3_599_999);
    assert!(account.ecs.run_task(just_before, one.clone()).expect("the call passes").replayed);
    let answer = account.ecs.run_task(stopped + Millis::from_hours(1), one.clone()).expect("the call passes");
    assert!(!answer.replayed);
    let a_day_later = stopped + Millis::from_hours(25);
    assert!(!account.ecs.run_task(a_day_later, one).expect("the call passes").replayed);
}

#[test]
fn a_token_that_started_nothing_gets_its_failures_again_or_not() {
    for replay in [true, false] {
        let mut account = Account::new(|settings| settings.replay_failures = replay);
        account.instances("m5.large", 2);
        let definition = account.definition(NetworkMode::Bridge, 4096, 512, 10);
        let request = RunTask { client_token: Some("t".into()), ..account.request(definition, EC2) };
        let answer = account.ecs.run_task(at(0), request.clone()).expect("the call passes");
        // One entry for each instance tried (dask-cloudprovider issue 86).
        let reasons: Vec<_> = answer.failures.iter().map(|failure| &*failure.reason).collect();
        assert_eq!(reasons, ["RESOURCE:CPU", "RESOURCE:CPU"]);
        let again = account.ecs.run_task(at(1), request.clone()).expect("the call passes");
        assert_eq!((again.failures.len(), again.replayed), (2, replay));
        let later = account.ecs.run_task(at(3600), request.clone()).expect("the call passes");
        let (failures, forgotten) = if replay { (0, 2) } else { (2, 0) };
        assert_eq!((later.failures.len(), later.failures_forgotten), (failures, forgotten));
        let a_day_later = account.ecs.run_task(at(86_400), request).expect("the call passes");
        assert!(!a_day_later.replayed);
    }
}

#[test]
fn tokens_and_stopped_tasks_do_not_pile_up() {
    let mut account = Account::new(|settings| settings.throttling = false);
    account.instances("m5.large", 1);
    let definition = account.definition(NetworkMode::Bridge, 1024, 512, 0);
    for i in 0..20_000_i64 {
        let client_token = Some(format!("token-{i}").into());
        let task = account.run(at(i * 10), RunTask { client_token, ..account.request(definition, EC2) });
        account.until(at(i * 10 + 5));
        account.ecs.container_exited(at(i * 10 + 5), task, 0);
        while account.ecs.poll_output().is_some() {}
    }
    let (live, stopped) = account.ecs.task_counts();
    assert!(live == 0 && stopped <= 361, "{live} live, {stopped} stopped within the last hour");
    assert!(account.ecs.token_count() <= 1024, "{} tokens", account.ecs.token_count());
}

#[test]
fn run_and_stop_share_a_bucket_and_calls_are_counted() {
    let mut account = Account::new(|_| {});
    account.instances("m5.large", 40);
    let definition = account.definition(NetworkMode::Bridge, 256, 256, 10);
    let request = account.request(definition, EC2);
    let answers: Vec<_> = (0..150).map(|_| account.ecs.run_task(at(0), request.clone())).collect();
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 100);
    let throttled = answers[100].as_ref().expect_err("the bucket is empty");
    assert_eq!(throttled.to_string(), "ThrottlingException: Rate exceeded");
    let task = answers[0].as_ref().expect("it passed").tasks[0];
    assert!(account.ecs.stop_task(at(0), task, None).is_err());
    assert!(account.ecs.stop_task(at(1), task, None).is_ok());
    assert_eq!(account.ecs.charge(at(1), Operation::DescribeTasks, 300), 100);
    let count = |operation: Operation| {
        let count = account.ecs.calls()[operation.index()];
        (count.calls, count.throttled)
    };
    assert_eq!(count(Operation::RunTask), (150, 50));
    assert_eq!(count(Operation::StopTask), (2, 1));
    assert_eq!(count(Operation::DescribeTasks), (300, 200));
}

#[test]
fn what_stands_in_the_way_is_told_of_each_instance() {
    // Amazon ECS Developer Guide, "API failure reasons".
    type Change = fn(&mut TaskDefinition);
    let table: [(Change, &str); 4] = [
        (|d| d.cpu = Some(CpuUnits::new(4096)), "RESOURCE:CPU"),
        (|d| d.memory = Some(Mib::new(9000)), "RESOURCE:MEMORY"),
        (
            |d| d.containers[0].ports = vec![PortMapping { container_port: 80, host_port: 22, udp: false }],
            "RESOURCE:PORTS",
        ),
        (|d| d.network_mode = NetworkMode::Awsvpc, "RESOURCE:ENI"),
    ];
    for (change, reason) in table {
        let mut account = Account::new(|_| {});
        account.instances("m5.large", 1);
        // The instance has room for two network interfaces; they are taken.
        let eni = account.definition(NetworkMode::Awsvpc, 128, 128, 10);
        for _ in 0..2 {
            account.run_on_instances(at(0), eni);
        }
        let image = Image { name: "agent".into(), size: Mib::new(10) };
        let mut definition = TaskDefinition::new("x", CpuUnits::new(256), Mib::new(256), image);
        definition.network_mode = NetworkMode::Bridge;
        change(&mut definition);
        let id = account.ecs.register_task_definition(definition).expect("it is valid");
        let request = account.request(id, EC2);
        let answer = account.ecs.run_task(at(1), request).expect("failures are no error");
        assert_eq!(answer.failures.len(), 1, "{reason}");
        assert_eq!(answer.failures[0].reason, reason);
    }
}

#[test]
fn start_task_names_its_instances_and_is_told_which_do_not_take_it() {
    let mut account = Account::new(|_| {});
    let instances = account.instances("m5.large", 3);
    let cluster = account.cluster;
    let other = account.ecs.create_cluster("other").expect("the name is valid");
    let spec = InstanceSpec::listed("m5.large").expect("the type is listed");
    let elsewhere = account.ecs.add_instances(at(0), other, &spec, 1).expect("the type is known")[0];
    let definition = account.definition(NetworkMode::Bridge, 2048, 512, 10);
    account.ecs.drain_instance(at(0), instances[2]).expect("it is there");
    let start = StartTask {
        instances: vec![instances[0], instances[0], elsewhere, instances[2], instances[1]],
        request: RunTask::new(cluster, definition),
    };
    let answer = account.ecs.call(at(1), Request::StartTask(Box::new(start))).expect("the call passes");
    let Response::Started(answer) = answer else { panic!("{answer:?}") };
    let on = |task| account.ecs.task(at(1), task).and_then(|task| task.instance);
    assert_eq!(
        answer.tasks.iter().map(|&task| on(task)).collect::<Vec<_>>(),
        [Some(instances[0]), Some(instances[1])]
    );
    let failures: Vec<_> = answer.failures.iter().map(|f| (f.subject.clone(), &*f.reason)).collect();
    let of = FailureSubject::Instance;
    assert_eq!(
        failures,
        [(of(instances[0]), "RESOURCE:CPU"), (of(elsewhere), "MISSING"), (of(instances[2]), "INACTIVE")]
    );
}

#[test]
fn an_instance_with_tasks_is_deregistered_only_by_force() {
    let mut account = Account::new(|_| {});
    let instance = account.instances("m5.large", 1)[0];
    let definition = account.definition(NetworkMode::Bridge, 1024, 512, 10);
    let task = account.run_on_instances(at(0), definition);
    let call = |force| Request::DeregisterContainerInstance { instance, force };
    assert!(account.ecs.call(at(10), call(false)).is_err());
    assert_eq!(account.ecs.call(at(10), call(true)), Ok(Response::Done));
    let view = account.ecs.task(at(10), task).expect("it is described");
    assert_eq!(view.stopped_reason, Some("Container instance deregistration forced by user"));
    assert_eq!((view.stop_code, view.status), (None, TaskStatus::Stopped));
    let answer =
        account.ecs.run_task(at(11), account.request(definition, EC2)).expect_err("it was the only one");
    assert_eq!(answer.message, "No Container Instances were found in your cluster.");
}

#[test]
fn every_call_draws_from_the_bucket_of_its_group() {
    let mut account = Account::new(|_| {});
    let create = |i: u32| Request::CreateCluster { name: format!("cluster-{i}").into() };
    let passed = (0..30).filter(|&i| account.ecs.call(at(0), create(i)).is_ok()).count();
    // Cluster modify actions: 20, and one a second.
    assert_eq!(passed, 20);
    assert!(account.ecs.call(at(1), create(30)).is_ok());
    let cluster = account.ecs.find_cluster("cluster-3").expect("it was made");
    assert!(account.ecs.call(at(2), Request::DeleteCluster { cluster }).is_ok());
    let gone = account.ecs.find_cluster("cluster-3").expect_err("it was deleted");
    assert_eq!(gone.to_string(), "ClusterNotFoundException: The referenced cluster was inactive.");
    let never = account.ecs.find_cluster("nobody").expect_err("it was never there");
    assert_eq!(never.to_string(), "ClusterNotFoundException: Cluster not found.");
    let definition = account.definition(NetworkMode::Bridge, 1024, 512, 10);
    let name = account.ecs.task_definition_name(definition);
    assert_eq!(account.ecs.find_task_definition(&name), Ok(definition));
    assert_eq!(account.ecs.find_task_definition("agent"), Ok(definition));
    let unknown = account.ecs.find_task_definition("agent:9").expect_err("there is one revision");
    assert_eq!(unknown.to_string(), "ClientException: TaskDefinition not found.");
}

#[test]
fn faults_happen_as_often_as_they_are_set_to() {
    let always = PerMillion(1_000_000);
    let mut account = Account::new(|settings| settings.faults.cannot_pull = always);
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let task = account.run_fargate(at(0), definition);
    account.until(at(300));
    let view = account.ecs.task(at(300), task).expect("it is described");
    assert_eq!((view.stop_code, view.started_at), (Some(StopCode::TaskFailedToStart), None));
    assert!(view.stopped_reason.is_some_and(|text| text.starts_with("CannotPullContainerError: ")));

    let mut account = Account::new(|settings| settings.faults.eni_timeout = always);
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let task = account.run_fargate(at(0), definition);
    account.until(at(300));
    let view = account.ecs.task(at(300), task).expect("it is described");
    let reason = "Timeout waiting for network interface provisioning to complete.";
    assert_eq!((view.stopped_reason, view.pull_started_at), (Some(reason), None));

    let mut account = Account::new(|settings| settings.faults.fargate_capacity = always);
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let request = account.request(definition, FARGATE);
    let answer = account.ecs.run_task(at(0), request).expect("failures are no error");
    assert!(answer.tasks.is_empty() && answer.failures[0].reason.starts_with("Capacity is unavailable"));

    let mut account = Account::new(|settings| settings.faults.server_error = always);
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let request = account.request(definition, FARGATE);
    assert_eq!(account.ecs.run_task(at(0), request).expect_err("always").code, ErrorCode::Server);
    assert_eq!(account.ecs.task_counts(), (0, 0));

    // A lost answer: the task is there all the same, and the token finds it once an answer comes through.
    let mut account = Account::new(|settings| settings.faults.answer_lost = always);
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    let request = RunTask { client_token: Some("t".into()), ..account.request(definition, FARGATE) };
    for second in 0..3 {
        let lost = account.ecs.run_task(at(second), request.clone()).expect_err("always");
        assert_eq!((lost.code, lost.tasks.len()), (ErrorCode::AnswerLost, 1));
    }
    assert_eq!(account.ecs.task_counts(), (1, 0));
}

#[test]
fn spot_capacity_is_reclaimed_with_a_warning_of_two_minutes() {
    // An interruption every second on average: it comes soon.
    let soon = u32::MAX;
    let mut account = Account::new(|settings| settings.spot.ec2_interruptions_per_million_hours = soon);
    let spec = InstanceSpec { spot: true, ..InstanceSpec::listed("m5.large").expect("the type is listed") };
    let cluster = account.cluster;
    let instance = account.ecs.add_instances(at(0), cluster, &spec, 1).expect("the type is known")[0];
    let definition = account.definition(NetworkMode::Bridge, 256, 256, 10);
    let task = account.run_on_instances(at(0), definition);
    let Some((warning, Timer::InstanceInterruption(_))) = account.ecs.poll_timeout() else {
        panic!("the interruption comes first")
    };
    let end = warning + Millis::from_mins(2);
    account.until(end);
    assert!(account.ecs.container_instance(instance).is_none());
    let view = account.ecs.task(end, task).expect("it is described");
    assert_eq!((view.stop_code, view.stopped_at), (Some(StopCode::TerminationNotice), Some(end)));
    let host = format!("Host EC2 (instance {}) terminated.", account.ecs.ec2_instance_id(instance));
    assert_eq!(view.stopped_reason, Some(&*host));
    assert!(account.log().iter().any(|line| line.ends_with("instance 0 SpotWarning")));
}

#[test]
fn the_draws_of_a_task_do_not_depend_on_other_tasks() {
    let alone = {
        let mut account = Account::new(|settings| settings.throttling = false);
        let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
        let request = RunTask { key: Some(EntityKey(77)), ..account.request(definition, FARGATE) };
        let task = account.run(at(100), request);
        account.until(at(300));
        account.ecs.task(at(300), task).and_then(|task| task.started_at).expect("it runs")
    };
    let mut account = Account::new(|settings| settings.throttling = false);
    let definition = account.definition(NetworkMode::Awsvpc, 256, 512, 10);
    for i in 0..50 {
        let request = RunTask { key: Some(EntityKey(i)), ..account.request(definition, FARGATE) };
        account.run(at(i64::try_from(i).expect("small")), request);
    }
    let request = RunTask { key: Some(EntityKey(77)), ..account.request(definition, FARGATE) };
    let task = account.run(at(100), request);
    account.until(at(300));
    let among_others = account.ecs.task(at(300), task).and_then(|task| task.started_at);
    assert_eq!(among_others, Some(alone));
}
