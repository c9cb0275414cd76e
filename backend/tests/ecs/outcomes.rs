//! What the core is told of the calls that carry out its actions: the daemon's client against the server.

use crate::fixture::{Served, network, on_fargate, register, served, served_as};
use aws_sdk_ecs::{
    Client,
    config::{Credentials, SharedCredentialsProvider},
    operation::run_task::builders::RunTaskFluentBuilder,
    types::NetworkMode,
};
use footman::serve::TwinsSettings;
use footman_backend::ecs::{
    client::ConnectSettings,
    outcome::{launched, stopped},
};
use footman_core::event::{Failure, Outcome};
use serde_json::json;

async fn outcome(call: RunTaskFluentBuilder) -> Outcome {
    launched(call.send().await)
}

fn agent(ecs: &Client, token: &str) -> RunTaskFluentBuilder {
    ecs.run_task().task_definition("jenkins-agent").client_token(token)
}

async fn next_call_fails(server: &Served, fault: &str) {
    server.sim("PUT", "/_sim/faults", &json!({"calls": [{"fault": fault, "count": 1}]})).await;
}

/// ecs.md 1.2: one task, its ARN; the same token with other parameters names the task that it started.
#[test]
fn a_launch_names_its_task_and_so_does_a_conflict() {
    served(async |server| {
        let Outcome::Launched { task } = outcome(agent(&server.ecs, "a.0")).await else {
            panic!("room enough")
        };
        assert_eq!(outcome(agent(&server.ecs, "a.0")).await, Outcome::Launched { task: task.clone() });
        let other = outcome(agent(&server.ecs, "a.0").count(2)).await;
        assert_eq!(other, Outcome::Conflict { tasks: vec![task] });
    });
}

/// ecs.md 1.2: RESOURCE:* in a reply 200, and Fargate's words, are a definite answer that there is no room.
#[test]
fn a_reply_without_a_task_is_a_lack_of_capacity() {
    served(async |server| {
        let large = server.ecs.register_task_definition().family("large").container_definitions(
            aws_sdk_ecs::types::ContainerDefinition::builder().name("c").image("i").memory(100_000).build(),
        );
        large.send().await.unwrap();
        let full = outcome(server.ecs.run_task().task_definition("large")).await;
        assert_eq!(full, Outcome::Failed(Failure::NoCapacity { reason: "RESOURCE:MEMORY".into() }));
        let faults = json!({"tasks": {"fargateCapacity": {"count": 1}}});
        server.sim("PUT", "/_sim/faults", &faults).await;
        let Outcome::Failed(Failure::NoCapacity { reason }) = outcome(on_fargate(&server.ecs)).await else {
            panic!("a lack of capacity")
        };
        assert!(reason.starts_with("Capacity is unavailable at this time."), "{reason}");
    });
}

/// ecs.md 1.7, 1.9: more than 500 tasks that wait for a provider are a lack of capacity, though the answer is an exception.
#[test]
fn the_limit_of_waiting_tasks_is_a_lack_of_capacity() {
    let mut twins = TwinsSettings::default();
    twins.ecs.quotas.provisioning_tasks = 10;
    served_as(twins, async |server| {
        server.provider("on-ec2").await;
        let ecs = &server.ecs;
        ecs.create_cluster().cluster_name("c").capacity_providers("on-ec2").send().await.unwrap();
        let item =
            aws_sdk_ecs::types::CapacityProviderStrategyItem::builder().capacity_provider("on-ec2").weight(1);
        let item = item.build().unwrap();
        let call = |count| {
            let call = ecs.run_task().cluster("c").task_definition("jenkins-agent").count(count);
            call.capacity_provider_strategy(item.clone())
        };
        assert_eq!(call(10).send().await.unwrap().tasks().len(), 10);
        let over = outcome(call(1)).await;
        assert!(matches!(over, Outcome::Failed(Failure::NoCapacity { .. })), "{over:?}");
    });
}

/// ecs.md 1.12: what will not be better next time is a refusal, and says which exception it was.
#[test]
fn a_refusal_says_why() {
    served(async |server| {
        let ecs = &server.ecs;
        let unknown = outcome(ecs.run_task().task_definition("none")).await;
        let words = "ClientException: TaskDefinition not found.";
        assert_eq!(unknown, Outcome::Failed(Failure::Refused { reason: words.into() }));
        let elsewhere = outcome(agent(ecs, "a.0").cluster("none")).await;
        let words = "ClusterNotFoundException: Cluster not found.";
        assert_eq!(elsewhere, Outcome::Failed(Failure::Refused { reason: words.into() }));
        let bridge = outcome(agent(ecs, "a.1").network_configuration(network())).await;
        assert!(matches!(bridge, Outcome::Failed(Failure::Refused { .. })), "{bridge:?}");
        let own = ecs.register_task_definition().family("own").network_mode(NetworkMode::Awsvpc);
        own.container_definitions(crate::fixture::container()).send().await.unwrap();
        let alone = outcome(ecs.run_task().task_definition("own")).await;
        assert!(matches!(alone, Outcome::Failed(Failure::Refused { .. })), "{alone:?}");
    });
}

/// ecs.md 1.8, 1.12: a throttled call was not done; a 500 and a lost answer may have been.
#[test]
fn what_passes_is_told_apart_by_whether_it_may_have_happened() {
    served(async |server| {
        let ecs = &server.ecs;
        next_call_fails(&server, "throttled").await;
        let throttled = Outcome::Failed(Failure::Throttled { retry_after: None });
        assert_eq!(outcome(agent(ecs, "a.0")).await, throttled);
        next_call_fails(&server, "serverError").await;
        assert_eq!(outcome(agent(ecs, "a.0")).await, Outcome::Failed(Failure::Unknown));
        next_call_fails(&server, "answerLost").await;
        assert_eq!(outcome(agent(ecs, "a.0")).await, Outcome::Failed(Failure::Unknown));
        let Outcome::Launched { task } = outcome(agent(ecs, "a.0")).await else {
            panic!("the token finds it")
        };
        let listed = ecs.list_tasks().send().await.unwrap();
        assert_eq!(listed.task_arns(), [task.as_str()], "the lost answer's call had been done");
    });
}

/// Nobody listens: nothing was done, and the core may ask again.
#[test]
fn a_port_without_a_listener_is_unavailable() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let ecs = crate::fixture::client(address, "us-east-1");
        assert_eq!(outcome(agent(&ecs, "a.0")).await, Outcome::Failed(Failure::Unavailable));
    });
}

/// No credentials: the call never left, and will not the next time.
#[test]
fn a_client_without_credentials_is_refused() {
    #[derive(Debug)]
    struct Nobody;
    impl aws_sdk_ecs::config::ProvideCredentials for Nobody {
        fn provide_credentials<'a>(&'a self) -> aws_credential_types::provider::future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let error = aws_credential_types::provider::error::CredentialsError::not_loaded("there are none");
            aws_credential_types::provider::future::ProvideCredentials::ready(Err(error))
        }
    }
    served(async |server| {
        let settings = ConnectSettings {
            endpoint: Some(format!("http://{}", server.address)),
            ..ConnectSettings::in_region("us-east-1")
        };
        let ecs = Client::from_conf(settings.config(SharedCredentialsProvider::new(Nobody)).build());
        let refused = outcome(agent(&ecs, "a.0")).await;
        let Outcome::Failed(Failure::Refused { reason }) = refused else { panic!("{refused:?}") };
        assert!(reason.contains("there are none"), "{reason}");
        let known = SharedCredentialsProvider::new(Credentials::new("k", "s", None, None, "test"));
        let ecs = Client::from_conf(settings.config(known).build());
        assert!(matches!(outcome(agent(&ecs, "a.0")).await, Outcome::Launched { .. }));
    });
}

/// ecs.md 1.2: StopTask is done once it is accepted; an unknown task is refused.
#[test]
fn a_stop_is_done_when_it_is_accepted() {
    served(async |server| {
        let ecs = &server.ecs;
        register(ecs, "f").await;
        let Outcome::Launched { task } = outcome(agent(ecs, "a.0")).await else { panic!("room enough") };
        assert_eq!(stopped(ecs.stop_task().task(task.as_str()).send().await), Outcome::Done);
        let unknown = stopped(ecs.stop_task().task("0".repeat(32)).send().await);
        let words = "InvalidParameterException: The referenced task was not found.";
        assert_eq!(unknown, Outcome::Failed(Failure::Refused { reason: words.into() }));
    });
}
