//! Container instances, their attributes, and what their agents report.

use crate::fixture::{instances, refused, run, served, task};
use aws_sdk_ecs::types::{
    AttachmentStateChange, Attribute, ContainerInstance, ContainerInstanceStatus, Resource, TargetType,
};
use serde_json::json;

fn integer(resources: &[Resource], name: &str) -> i32 {
    resources.iter().find(|resource| resource.name() == Some(name)).unwrap().integer_value()
}

fn attribute(value: &str, target: &str) -> Attribute {
    Attribute::builder().name("stack").value(value).target_id(target).build().unwrap()
}

/// ecs.md 1.4, 1.5: the type of the identity document gives CPU and memory; totalResources win where they are given.
#[test]
fn an_instance_registers_by_its_identity_document() {
    served(async |server| {
        let document = json!({
            "instanceId": "i-0123456789abcdef0", "instanceType": "m6i.large", "availabilityZone": "us-east-1f"
        });
        let register =
            || server.ecs.register_container_instance().instance_identity_document(document.to_string());
        let made = register().send().await.unwrap();
        let made = made.container_instance().unwrap();
        assert_eq!((made.status(), made.agent_connected()), (Some("ACTIVE"), true));
        let resources = made.registered_resources();
        assert_eq!((integer(resources, "CPU"), integer(resources, "MEMORY")), (2048, 7817));
        let ports = resources.iter().find(|resource| resource.name() == Some("PORTS")).unwrap();
        assert_eq!(ports.string_set_value().len(), 6, "those of the agent");
        let zone = made.attributes().iter().find(|a| a.name() == "ecs.availability-zone").unwrap();
        assert_eq!(zone.value(), Some("us-east-1f"));
        let own = Resource::builder().name("CPU").r#type("INTEGER").integer_value(512).build();
        let made = server.ecs.register_container_instance().total_resources(own).send().await.unwrap();
        assert_eq!(integer(made.container_instance().unwrap().registered_resources(), "CPU"), 512);
    });
}

/// ecs.md 1.4: remainingResources are less while a task is there, from its placement until it has stopped.
#[test]
fn a_task_takes_room_and_gives_it_back() {
    served(async |server| {
        let ecs = &server.ecs;
        let started = run(ecs).await;
        let host = started.container_instance_arn().unwrap();
        let look = async || -> ContainerInstance {
            let found = ecs.describe_container_instances().container_instances(host).send().await.unwrap();
            found.container_instances()[0].clone()
        };
        assert_eq!(integer(look().await.remaining_resources(), "CPU"), 1024);
        ecs.stop_task().task(started.task_arn().unwrap()).send().await.unwrap();
        assert_eq!(integer(look().await.remaining_resources(), "CPU"), 2048);
    });
}

/// ecs.md 1.4: DRAINING takes nothing new; standalone tasks on it are untouched; ACTIVE brings it back.
#[test]
fn a_draining_instance_takes_no_task_and_keeps_those_it_has() {
    served(async |server| {
        let ecs = &server.ecs;
        let started = run(ecs).await;
        server.advance(600).await;
        let arns = instances(ecs).await;
        let turn = |status| {
            let call = ecs.update_container_instances_state().status(status);
            call.set_container_instances(Some(arns.clone())).send()
        };
        let answer = turn(ContainerInstanceStatus::Draining).await.unwrap();
        assert!(answer.container_instances().iter().all(|instance| instance.status() == Some("DRAINING")));
        refused("InvalidParameterException", ecs.run_task().task_definition("jenkins-agent").send().await);
        server.advance(600).await;
        assert_eq!(task(ecs, started.task_arn().unwrap()).await.last_status(), Some("RUNNING"));
        turn(ContainerInstanceStatus::Active).await.unwrap();
        run(ecs).await;
    });
}

/// ecs.md 1.1, 1.2, 1.4: without force deregistering fails while tasks run; with it the tasks stop and say so.
#[test]
fn deregistering_takes_force_where_tasks_run() {
    served(async |server| {
        let ecs = &server.ecs;
        let started = run(ecs).await;
        let host = started.container_instance_arn().unwrap();
        let leave = || ecs.deregister_container_instance().container_instance(host);
        refused("InvalidParameterException", leave().send().await);
        let gone = leave().force(true).send().await.unwrap();
        assert_eq!(gone.container_instance().unwrap().status(), Some("INACTIVE"));
        let stopped = task(ecs, started.task_arn().unwrap()).await;
        let words = "Container instance deregistration forced by user";
        assert_eq!(stopped.stopped_reason(), Some(words));
        let unknown =
            ecs.describe_container_instances().container_instances("0".repeat(32)).send().await.unwrap();
        assert_eq!(unknown.failures()[0].reason(), Some("MISSING"));
    });
}

/// ecs.md 1.3: custom attributes belong to an instance, ListAttributes and expressions find them, and they have bounds.
#[test]
fn attributes_are_put_listed_and_deleted() {
    served(async |server| {
        let ecs = &server.ecs;
        let arns = instances(ecs).await;
        let put = |wanted| ecs.put_attributes().attributes(wanted).send();
        put(attribute("a", &arns[0])).await.unwrap();
        put(attribute("b", &arns[1])).await.unwrap();
        let call = ecs.list_attributes().target_type(TargetType::ContainerInstance);
        let found = call.attribute_name("stack").attribute_value("b").send().await.unwrap();
        assert_eq!(found.attributes()[0].target_id(), Some(arns[1].as_str()));
        let filtered = ecs.list_container_instances().filter("attribute:stack == a").send().await.unwrap();
        assert_eq!(filtered.container_instance_arns(), &arns[..1]);
        let bad = ecs.list_container_instances().filter("attribute:stack ==").send().await;
        refused("InvalidParameterException", bad);
        ecs.delete_attributes().attributes(attribute("a", &arns[0])).send().await.unwrap();
        let filtered = ecs.list_container_instances().filter("attribute:stack exists").send().await.unwrap();
        assert_eq!(filtered.container_instance_arns(), &arns[1..2]);
        let unknown = Attribute::builder().name("a").target_id("0".repeat(32));
        let unknown = unknown.target_type(TargetType::ContainerInstance).build().unwrap();
        refused("TargetNotFoundException", put(unknown).await);
        for n in 0..10 {
            let own = Attribute::builder().name(format!("n{n}")).target_id(&arns[2]).build().unwrap();
            put(own).await.unwrap();
        }
        refused("AttributeLimitExceededException", put(attribute("one too many", &arns[2])).await);
    });
}

/// ecs.md 2: the agent-side calls are answered with an acknowledgment; a stopped task ends; there is no newer agent.
#[test]
fn agents_report() {
    served(async |server| {
        let ecs = &server.ecs;
        let arn = run(ecs).await.task_arn().unwrap().to_owned();
        server.advance(600).await;
        let endpoint = ecs.discover_poll_endpoint().cluster("default").send().await.unwrap();
        assert!(endpoint.endpoint().unwrap().starts_with(&format!("http://{}", server.address)));
        let change = AttachmentStateChange::builder().attachment_arn("a").status("ATTACHED").build().unwrap();
        let answer = ecs.submit_attachment_state_changes().attachments(change).send().await.unwrap();
        assert!(answer.acknowledgment().is_some());
        let call = ecs.submit_container_state_change().task(&arn).container_name("jenkins-agent");
        assert!(call.status("RUNNING").send().await.unwrap().acknowledgment().is_some());
        let answer = ecs.submit_task_state_change().task(&arn).status("STOPPED").send().await.unwrap();
        assert!(answer.acknowledgment().is_some());
        server.advance(60).await;
        assert_eq!(task(ecs, &arn).await.last_status(), Some("STOPPED"));
        let host = &instances(ecs).await[0];
        let update = ecs.update_container_agent().container_instance(host).send().await;
        refused("NoUpdateAvailableException", update);
    });
}

/// ecs.md 1.9: a cluster has at most 5,000 instances.
#[test]
fn the_instance_after_the_last_is_refused() {
    served(async |server| {
        for count in [1000, 1000, 1000, 1000, 997] {
            let body = json!({"instanceType": "m5.large", "count": count});
            server.sim("POST", "/_sim/instances", &body).await;
        }
        refused("LimitExceededException", server.ecs.register_container_instance().send().await);
    });
}
