//! The SDK's waiters and paginators. Those of services have nothing to wait for: see `errors`.

use crate::fixture::{on_fargate, register, run, served, started, task};
use aws_sdk_ecs::{
    client::Waiters,
    types::TargetType,
    waiters::{tasks_running::WaitUntilTasksRunningError, tasks_stopped::WaitUntilTasksStoppedError},
};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};

/// ecs.md 1.1, 2: the waiter asks from every 6 s on until every task is RUNNING.
#[test]
fn tasks_running_ends_when_the_tasks_run() {
    served(async |server| {
        let arns = [run(&server.ecs).await, started(on_fargate(&server.ecs)).await];
        let arns = arns.iter().map(|task| task.task_arn().unwrap().to_owned()).collect();
        let wait = server.patient(1).wait_until_tasks_running().set_tasks(Some(arns));
        let last = wait.wait(Duration::from_secs(1200)).await.unwrap();
        let last = last.into_result().unwrap();
        assert!(last.tasks().iter().all(|task| task.last_status() == Some("RUNNING")));
        assert!(!server.time.slept().is_empty(), "they did not run at once");
    });
}

/// ecs.md 1.1: a STOPPED task, and a failure MISSING, end tasks_running with an error.
#[test]
fn tasks_running_fails_where_a_task_stops() {
    served(async |server| {
        let arn = run(&server.ecs).await.task_arn().unwrap().to_owned();
        server.ecs.stop_task().task(&arn).send().await.unwrap();
        for asked in [arn, "0".repeat(32)] {
            let wait = server.patient(1).wait_until_tasks_running().tasks(asked);
            let error = wait.wait(Duration::from_secs(1200)).await.unwrap_err();
            assert!(matches!(error, WaitUntilTasksRunningError::FailureState(_)), "{error:?}");
        }
    });
}

/// ecs.md 1.1: the waiter looks at lastStatus, not at desiredStatus; MISSING is no state and never satisfies it.
#[test]
fn tasks_stopped_ends_when_the_task_has_stopped() {
    served(async |server| {
        let arn = run(&server.ecs).await.task_arn().unwrap().to_owned();
        server.advance(600).await;
        server.ecs.stop_task().task(&arn).send().await.unwrap();
        let wait = server.patient(1).wait_until_tasks_stopped().tasks(&arn);
        wait.wait(Duration::from_secs(1200)).await.unwrap();
        assert_eq!(task(&server.ecs, &arn).await.last_status(), Some("STOPPED"));
        assert!(!server.time.slept().is_empty(), "it had not stopped at once");
        let wait = server.patient(1).wait_until_tasks_stopped().tasks("0".repeat(32));
        let error = wait.wait(Duration::from_secs(120)).await.unwrap_err();
        assert!(matches!(error, WaitUntilTasksStoppedError::ExceededMaxWait(_)), "{error:?}");
    });
}

/// ecs.md 2: clusters, definitions and families come in pages of maxResults, each once.
#[test]
fn lists_of_names_page() {
    served(async |server| {
        let ecs = &server.ecs;
        for n in 0..5 {
            ecs.create_cluster().cluster_name(format!("c{n}")).send().await.unwrap();
            register(ecs, &format!("f{n}")).await;
        }
        let mut pages = ecs.list_clusters().into_paginator().page_size(4).send();
        let mut lengths = Vec::new();
        while let Some(page) = pages.next().await {
            lengths.push(page.unwrap().cluster_arns().len());
        }
        assert_eq!(lengths, [4, 2]);
        let items =
            ecs.list_task_definition_families().family_prefix("f").into_paginator().page_size(3).items();
        let families: Vec<String> = items.send().collect::<Result<_, _>>().await.unwrap();
        assert_eq!(families, ["f0", "f1", "f2", "f3", "f4"]);
        let items = ecs.list_task_definitions().into_paginator().page_size(3).items().send();
        let definitions: Vec<String> = items.collect::<Result<_, _>>().await.unwrap();
        assert_eq!(definitions.iter().collect::<BTreeSet<_>>().len(), 7);
        assert_eq!(definitions.len(), 7);
    });
}

/// ecs.md 0, 2: a page of tasks has at most 100, and the paginator gets every task once; so with instances.
#[test]
fn lists_of_tasks_and_instances_page() {
    served(async |server| {
        let ecs = &server.ecs;
        server.sim("POST", "/_sim/instances", &json!({"instanceType": "m5.large", "count": 40})).await;
        let small = register(ecs, "small").await;
        for _ in 0..12 {
            let answer = ecs.run_task().task_definition(&small).count(10).send().await.unwrap();
            assert_eq!(answer.tasks().len(), 10);
        }
        assert_eq!(ecs.list_tasks().send().await.unwrap().task_arns().len(), 100);
        let items = ecs.list_tasks().into_paginator().items().send();
        let tasks: Vec<String> = items.collect::<Result<_, _>>().await.unwrap();
        assert_eq!((tasks.len(), tasks.iter().collect::<BTreeSet<_>>().len()), (120, 120));
        let items = ecs.list_container_instances().into_paginator().page_size(30).items().send();
        let hosts: Vec<String> = items.collect::<Result<_, _>>().await.unwrap();
        assert_eq!(hosts.len(), 43);
        let zones = ecs.list_attributes().target_type(TargetType::ContainerInstance);
        let zones =
            zones.attribute_name("ecs.availability-zone").into_paginator().page_size(30).items().send();
        let zones: Vec<_> = zones.collect::<Result<_, _>>().await.unwrap();
        assert!(zones.iter().map(|zone| zone.target_id().unwrap()).eq(&hosts), "each instance has one");
    });
}

/// ecs.md 2: effective account settings come in pages, each once.
#[test]
fn account_settings_page() {
    served(async |server| {
        let pages = server.ecs.list_account_settings().effective_settings(true).into_paginator().page_size(4);
        let settings: Vec<_> = pages.items().send().collect::<Result<_, _>>().await.unwrap();
        let names: BTreeSet<_> = settings.iter().map(|setting| setting.name().unwrap().as_str()).collect();
        assert!(names.contains("awsvpcTrunking") && names.len() == settings.len());
    });
}
