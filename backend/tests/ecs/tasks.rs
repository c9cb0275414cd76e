//! RunTask, StartTask, StopTask, DescribeTasks, ListTasks.

use crate::fixture::{instances, on_fargate, refused, register, run, served, served_as, started, task};
use aws_sdk_ecs::types::{
    Connectivity, ContainerOverride, DesiredStatus, KeyValuePair, LaunchType, NetworkMode,
    PlacementConstraint, PlacementConstraintType, PlacementStrategy, PlacementStrategyType, PropagateTags,
    Tag, TaskField, TaskOverride, TaskStopCode,
};
use footman::serve::TwinsSettings;
use serde_json::json;

fn member_of(expression: &str) -> PlacementConstraint {
    PlacementConstraint::builder().r#type(PlacementConstraintType::MemberOf).expression(expression).build()
}

/// ecs.md 0, 1.1: RunTask never answers RUNNING; a placed bridge task begins PENDING, one on Fargate PROVISIONING.
#[test]
fn run_task_answers_before_anything_runs() {
    served(async |server| {
        let (on_ec2, fargate) = (run(&server.ecs).await, started(on_fargate(&server.ecs)).await);
        assert_eq!((on_ec2.last_status(), fargate.last_status()), (Some("PENDING"), Some("PROVISIONING")));
        for answered in [on_ec2, fargate] {
            assert_eq!(answered.desired_status(), Some("RUNNING"));
            assert!(answered.created_at().is_some() && answered.started_at().is_none());
        }
    });
}

/// ecs.md 1.1: PROVISIONING, PENDING, ACTIVATING, RUNNING, STOPPING, DEPROVISIONING, STOPPED; timestamps grow along.
#[test]
fn a_fargate_task_goes_through_its_states_in_order() {
    served(async |server| {
        let ecs = &server.ecs;
        let arn = started(on_fargate(ecs)).await.task_arn().unwrap().to_owned();
        let mut seen = vec!["PROVISIONING".to_owned()];
        for _ in 0..400 {
            server.advance(1).await;
            let now = task(ecs, &arn).await;
            let status = now.last_status().unwrap();
            if seen.last().unwrap() != status {
                seen.push(status.to_owned());
            }
            if status == "RUNNING" && now.desired_status() == Some("RUNNING") {
                ecs.stop_task().task(&arn).reason("it is spent").send().await.unwrap();
            }
        }
        let order = [
            "PROVISIONING",
            "PENDING",
            "ACTIVATING",
            "RUNNING",
            "DEACTIVATING",
            "STOPPING",
            "DEPROVISIONING",
            "STOPPED",
        ];
        let mut rest = order.iter();
        assert!(seen.iter().all(|status| rest.any(|known| known == status)), "{seen:?}");
        let stopped = task(ecs, &arn).await;
        assert_eq!((stopped.last_status(), stopped.stopped_reason()), (Some("STOPPED"), Some("it is spent")));
        assert_eq!(stopped.stop_code(), Some(&TaskStopCode::UserInitiated));
        assert_eq!(stopped.connectivity(), Some(&Connectivity::Connected));
        let times = [
            stopped.created_at(),
            stopped.connectivity_at(),
            stopped.pull_started_at(),
            stopped.pull_stopped_at(),
            stopped.started_at(),
            stopped.stopping_at(),
            stopped.execution_stopped_at(),
            stopped.stopped_at(),
        ];
        let ms: Vec<_> = times.into_iter().map(|time| time.unwrap().to_millis().unwrap()).collect();
        assert!(ms.is_sorted(), "{ms:?}");
    });
}

/// ecs.md 1.1: where an essential container ends, the code is EssentialContainerExited and the exit code is shown.
#[test]
fn a_container_that_ends_stops_its_task() {
    served(async |server| {
        let ecs = &server.ecs;
        let arn = run(ecs).await.task_arn().unwrap().to_owned();
        server.advance(600).await;
        let call = ecs.submit_container_state_change().task(&arn).container_name("jenkins-agent");
        call.status("STOPPED").exit_code(3).send().await.unwrap();
        server.advance(60).await;
        let ended = task(ecs, &arn).await;
        assert_eq!(ended.stop_code(), Some(&TaskStopCode::EssentialContainerExited));
        assert_eq!(ended.containers()[0].exit_code(), Some(3));
    });
}

/// ecs.md 1.1: a pull or an interface that fails gives TaskFailedToStart with the text of its cause.
#[test]
fn tasks_that_fail_to_start_say_why() {
    served(async |server| {
        let faults = json!({"tasks": {"cannotPull": {"count": 1}, "eniTimeout": {"perMillion": 1_000_000}}});
        server.sim("PUT", "/_sim/faults", &faults).await;
        let ecs = &server.ecs;
        let (pull, interface) = (run(ecs).await, started(on_fargate(ecs)).await);
        server.advance(1200).await;
        let pull = task(ecs, pull.task_arn().unwrap()).await;
        let interface = task(ecs, interface.task_arn().unwrap()).await;
        assert_eq!(pull.stop_code(), Some(&TaskStopCode::TaskFailedToStart));
        assert!(pull.stopped_reason().unwrap().starts_with("CannotPullContainerError: "));
        let words = "Timeout waiting for network interface provisioning to complete.";
        assert_eq!(interface.stopped_reason(), Some(words));
    });
}

/// ecs.md 1.1, 1.6: an interrupted spot task is told two minutes ahead, with SpotInterruption.
#[test]
fn fargate_spot_gives_two_minutes() {
    served(async |server| {
        let ecs = &server.ecs;
        let spot = aws_sdk_ecs::types::CapacityProviderStrategyItem::builder();
        let spot = spot.capacity_provider("FARGATE_SPOT").weight(1).build().unwrap();
        let call = on_fargate(ecs).set_launch_type(None).capacity_provider_strategy(spot);
        let arn = started(call).await.task_arn().unwrap().to_owned();
        server.advance(600).await;
        server.sim("POST", "/_sim/interrupt", &json!({ "task": arn })).await;
        let warned = task(ecs, &arn).await;
        assert_eq!(warned.stop_code(), Some(&TaskStopCode::SpotInterruption));
        assert_eq!(warned.stopped_reason(), Some("Your Spot Task was interrupted."));
        assert_ne!(warned.last_status(), Some("STOPPED"));
        server.advance(180).await;
        assert_eq!(task(ecs, &arn).await.last_status(), Some("STOPPED"));
    });
}

/// ecs.md 0: a stopped task can be described for at least an hour; then there is a failure MISSING.
#[test]
fn stopped_tasks_are_described_for_an_hour() {
    served(async |server| {
        let ecs = &server.ecs;
        let arn = run(ecs).await.task_arn().unwrap().to_owned();
        ecs.stop_task().task(&arn).send().await.unwrap();
        server.advance(3599).await;
        assert_eq!(task(ecs, &arn).await.last_status(), Some("STOPPED"));
        server.advance(7200).await;
        let answer = ecs.describe_tasks().tasks(&arn).send().await.unwrap();
        assert_eq!((answer.tasks().len(), answer.failures()[0].reason()), (0, Some("MISSING")));
    });
}

/// ecs.md 0: the default filter is desiredStatus RUNNING, so that a task vanishes by StopTask, not when it has stopped.
#[test]
fn list_tasks_forgets_a_task_when_it_is_told_to_stop() {
    served(async |server| {
        let ecs = &server.ecs;
        let arn = run(ecs).await.task_arn().unwrap().to_owned();
        server.advance(600).await;
        let stopped = ecs.stop_task().task(&arn).send().await.unwrap();
        assert_eq!(stopped.task().unwrap().last_status(), Some("RUNNING"));
        let list = || ecs.list_tasks();
        assert_eq!(list().send().await.unwrap().task_arns().len(), 0);
        let told = list().desired_status(DesiredStatus::Stopped).send().await.unwrap();
        assert_eq!(told.task_arns(), [arn]);
        let never = list().desired_status(DesiredStatus::Pending).send().await.unwrap();
        assert_eq!(never.task_arns().len(), 0, "1.1: ECS never sets it");
    });
}

/// ecs.md 0, 1.2: startedBy is the one filter that servers have for owners, and must be the only one.
#[test]
fn tasks_are_listed_by_their_owner() {
    served(async |server| {
        let ecs = &server.ecs;
        let ours = started(ecs.run_task().task_definition("jenkins-agent").started_by("footman/1")).await;
        run(ecs).await;
        let listed = ecs.list_tasks().started_by("footman/1").send().await.unwrap();
        assert_eq!(listed.task_arns(), [ours.task_arn().unwrap()]);
        refused("InvalidParameterException", ecs.list_tasks().started_by("x").family("f").send().await);
        refused("ServiceNotFoundException", ecs.list_tasks().service_name("none").send().await);
        let there = started(on_fargate(ecs)).await;
        let listed = ecs.list_tasks().launch_type(LaunchType::Fargate).send().await.unwrap();
        assert_eq!(listed.task_arns(), [there.task_arn().unwrap()]);
    });
}

/// ecs.md 1.2: the same token with the same parameters gives the original tasks; life is an hour after the last stopped.
#[test]
fn a_repeated_token_is_a_replay() {
    served(async |server| {
        let ecs = &server.ecs;
        let call = || ecs.run_task().task_definition("jenkins-agent").client_token("agent-1.0");
        let first = started(call()).await;
        assert_eq!(started(call()).await.task_arn(), first.task_arn());
        ecs.stop_task().task(first.task_arn().unwrap()).send().await.unwrap();
        server.advance(600).await;
        let brief = started(call()).await;
        assert_eq!((brief.task_arn(), brief.last_status()), (first.task_arn(), Some("STOPPED")));
        assert!(brief.created_at().is_none(), "a task that has stopped is named, and no more");
        server.advance(7200).await;
        assert_ne!(started(call()).await.task_arn(), first.task_arn());
    });
}

/// ecs.md 1.2: what overrides say is shown with the task; tags come with include=TAGS; groups have a default.
#[test]
fn what_a_call_says_of_its_task_is_shown() {
    served(async |server| {
        let ecs = &server.ecs;
        let pair = KeyValuePair::builder().name("K").value("v").build();
        let own = ContainerOverride::builder().name("jenkins-agent").command("a").environment(pair).build();
        let overrides = TaskOverride::builder().container_overrides(own.clone()).cpu("512").build();
        let tag = Tag::builder().key("k").value("v").build();
        let call = ecs.run_task().task_definition("jenkins-agent").overrides(overrides).tags(tag.clone());
        let made = started(call).await;
        assert_eq!(made.overrides().unwrap().container_overrides(), [own]);
        assert_eq!((made.cpu(), made.group()), (Some("512"), Some("family:jenkins-agent")));
        let arn = made.task_arn().unwrap();
        assert_eq!(task(ecs, arn).await.tags(), []);
        let tagged = ecs.describe_tasks().tasks(arn).include(TaskField::Tags).send().await.unwrap();
        assert_eq!(tagged.tasks()[0].tags(), [tag]);
        let other = ContainerOverride::builder().name("other").build();
        let wrong = TaskOverride::builder().container_overrides(other).build();
        let reply = ecs.run_task().task_definition("jenkins-agent").overrides(wrong).send().await;
        refused("InvalidParameterException", reply);
        let reply = ecs
            .run_task()
            .task_definition("jenkins-agent")
            .propagate_tags(PropagateTags::Service)
            .send()
            .await;
        refused("InvalidParameterException", reply);
    });
}

/// ecs.md 0, 1.3: memberOf binds; none left is a failure for each instance; distinctInstance takes each once.
#[test]
fn constraints_choose_instances() {
    served(async |server| {
        let ecs = &server.ecs;
        let run =
            |constraint| ecs.run_task().task_definition("jenkins-agent").placement_constraints(constraint);
        let nowhere = run(member_of("attribute:stack == z")).send().await.unwrap();
        let reasons: Vec<_> = nowhere.failures().iter().map(|failed| failed.reason().unwrap()).collect();
        assert_eq!(reasons, ["MemberOf placement constraint unsatisfied."; 3]);
        let zone = started(run(member_of("attribute:ecs.availability-zone == us-east-1b"))).await;
        assert_eq!(zone.availability_zone(), Some("us-east-1b"));
        let distinct =
            PlacementConstraint::builder().r#type(PlacementConstraintType::DistinctInstance).build();
        for _ in 0..3 {
            started(run(distinct.clone()).group("each")).await;
        }
        assert_eq!(run(distinct).group("each").send().await.unwrap().tasks().len(), 0);
    });
}

/// ecs.md 1.3: binpack takes the instance with least left that still fits.
#[test]
fn strategies_pack() {
    served(async |server| {
        let ecs = &server.ecs;
        let small = register(ecs, "small").await;
        let pack =
            PlacementStrategy::builder().r#type(PlacementStrategyType::Binpack).field("memory").build();
        let packed =
            ecs.run_task().task_definition(small).count(5).placement_strategy(pack).send().await.unwrap();
        let host = packed.tasks()[0].container_instance_arn();
        assert!(
            packed.tasks().len() == 5 && packed.tasks().iter().all(|t| t.container_instance_arn() == host)
        );
    });
}

/// ecs.md 1.2: StartTask starts on each instance that it names; an unknown one is MISSING.
#[test]
fn start_task_takes_the_instances_that_it_names() {
    served(async |server| {
        let ecs = &server.ecs;
        let arns = instances(ecs).await;
        let call =
            ecs.start_task().task_definition("jenkins-agent").set_container_instances(Some(arns.clone()));
        let answer = call.container_instances("0".repeat(32)).send().await.unwrap();
        assert!(answer.tasks().iter().filter_map(|task| task.container_instance_arn()).eq(&arns));
        assert_eq!(answer.failures()[0].reason(), Some("MISSING"));
    });
}

/// ecs.md 1.2: an unknown task is an InvalidParameterException `The referenced task was not found.`
#[test]
fn stop_task_knows_its_tasks() {
    served(async |server| {
        let error = server.ecs.stop_task().task("0".repeat(32)).send().await;
        assert_eq!(refused("InvalidParameterException", error), "The referenced task was not found.");
        refused(
            "InvalidParameterException",
            server.ecs.describe_tasks().set_tasks(Some(Vec::new())).send().await,
        );
    });
}

/// ecs.md 1.6, 1.12: LATEST is 1.4.0 on Linux; unknown versions, and those that cannot what is asked, are refused.
#[test]
fn fargate_knows_its_platform_versions() {
    served(async |server| {
        let ecs = &server.ecs;
        let on = |version| on_fargate(ecs).platform_version(version);
        assert_eq!(started(on("LATEST")).await.platform_version(), Some("1.4.0"));
        refused("PlatformUnknownException", on("9.9.9").send().await);
        let call = ecs.register_task_definition().family("large").cpu("8192").memory("16384");
        let call = call.network_mode(NetworkMode::Awsvpc).container_definitions(crate::fixture::container());
        call.requires_compatibilities(aws_sdk_ecs::types::Compatibility::Fargate).send().await.unwrap();
        let old = on("1.3.0").task_definition("large").send().await;
        refused("PlatformTaskDefinitionIncompatibilityException", old);
    });
}

/// ecs.md 0: RunTask answers PENDING or PROVISIONING even where nothing takes any time.
#[test]
fn with_the_instant_profile_the_next_look_sees_it_run() {
    let mut instant = TwinsSettings::default();
    instant.make_instant();
    served_as(instant, async |server| {
        let ecs = &server.ecs;
        let made = started(on_fargate(ecs)).await;
        assert_eq!(made.last_status(), Some("PROVISIONING"));
        assert_eq!(task(ecs, made.task_arn().unwrap()).await.last_status(), Some("RUNNING"));
    });
}
