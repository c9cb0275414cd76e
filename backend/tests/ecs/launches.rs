//! Launches of agents through the adapter: which definition they run from, what is registered for it, what they are told.

use crate::{
    configuration::{template, templates},
    fixture::{Served, served, served_as, task},
};
use aws_sdk_ecs::{Client, types::TaskDefinitionStatus};
use footman::serve::TwinsSettings;
use footman_backend::ecs::{AGENT_TAG, Backend, Launch, TaskTemplate, iam::least_policy};
use footman_core::{
    Timestamp,
    event::{Failure, Outcome, TaskStatus},
    id::{Attempt, OwnerId, TemplateId},
    label::LabelSet,
    name::AgentName,
    spec::AgentSpec,
    units::{CpuUnits, Mib, Size},
};
use footman_ecs_sim::http::iam::Policy;
use secrecy::SecretString;
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use tokio::task::JoinSet;

const START: Timestamp = Timestamp::from_millis(1_704_067_200_000);
const FAMILY: &str = "onec2-simple";

/// A backend of one template, at the server.
pub(crate) fn backend(server: &Served, template: TaskTemplate) -> Backend {
    Backend::new(vec![(template, server.ecs.clone())])
}

fn spec(size: Size) -> AgentSpec {
    AgentSpec { template: TemplateId(0), labels: LabelSet::default(), size, session: None }
}

const SIZE: Size = Size::new(CpuUnits::new(1024), Mib::new(1024));

async fn launch(backend: &Backend, serial: u32, size: Size) -> Outcome {
    let agent = AgentName::new(&OwnerId::new("platform/ci"), "on ec2", "simple", START, serial);
    let token = agent.client_token(Attempt::FIRST, START).unwrap();
    let secret = SecretString::from("the secret");
    let spec = spec(size);
    backend.launch(Launch { agent: &agent, spec: &spec, token: &token, secret: &secret }).await
}

async fn launched(backend: &Backend, serial: u32) -> String {
    launched_of(backend, serial, SIZE).await
}

/// The ARN of the task that runs an agent of this size.
pub(crate) async fn launched_of(backend: &Backend, serial: u32, size: Size) -> String {
    match launch(backend, serial, size).await {
        Outcome::Launched { task } => task.as_str().to_owned(),
        other @ (Outcome::Done | Outcome::Conflict { .. } | Outcome::Failed(_)) => panic!("{other:?}"),
    }
}

async fn revisions(ecs: &Client) -> Vec<String> {
    let listed = ecs.list_task_definitions().family_prefix(FAMILY).status(TaskDefinitionStatus::Active);
    let arns = listed.send().await.unwrap();
    arns.task_definition_arns().iter().map(|arn| arn.rsplit_once(':').unwrap().1.to_owned()).collect()
}

/// plugin.md W9, W11: a hundred launches at once, and a second daemon after the first, register one revision.
#[test]
fn one_revision_is_registered_however_many_launches_wait_for_it() {
    served(async |server| {
        let first = Arc::new(backend(&server, template("simple", &[])));
        let mut launches = JoinSet::new();
        for serial in 0..5 {
            let first = Arc::clone(&first);
            launches.spawn(async move { launched(&first, serial).await });
        }
        assert_eq!(launches.join_all().await.len(), 5);
        assert_eq!(revisions(&server.ecs).await, ["1"]);
        launched(&backend(&server, template("simple", &[])), 5).await;
        assert_eq!(revisions(&server.ecs).await, ["1"]);
    });
}

/// A template and its alternatives run from one definition where the same is in it, whichever is launched first.
#[test]
fn alternatives_of_a_template_share_its_definition() {
    served(async |server| {
        let failover = "      own: {size: 256/512}\n      simple:\n        failover: [{capacityProviderStrategies: \
                        [{provider: asg-small, weight: 1}]}, {capacityProviderStrategies: [{provider: asg-large, weight: 1}]}]";
        let all = templates(&[("      own: {size: 256/512}", failover)]);
        let of = |name: &str| all.iter().position(|it| &*it.name == name).unwrap();
        let places = [of("simple"), of("simple+2"), of("simple+3")];
        let all = Arc::new(Backend::new(all.into_iter().map(|it| (it, server.ecs.clone())).collect()));
        let mut launches = JoinSet::new();
        for (serial, place) in (0..).zip([places[1], places[2], places[0], places[1]]) {
            let all = Arc::clone(&all);
            launches.spawn(async move {
                let template = TemplateId(u32::try_from(place).unwrap());
                let agent = AgentName::new(&OwnerId::new("platform/ci"), "on ec2", "simple", START, serial);
                let token = agent.client_token(Attempt::FIRST, START).unwrap();
                let secret = SecretString::from("the secret");
                let spec = AgentSpec { template, ..spec(SIZE) };
                all.launch(Launch { agent: &agent, spec: &spec, token: &token, secret: &secret }).await
            });
        }
        assert_eq!(launches.join_all().await.len(), 4);
        assert_eq!(revisions(&server.ecs).await, ["1"]);
    });
}

/// plugin.md W10: any field that changes makes a revision, and of those that are ours two are left.
#[test]
fn what_changed_is_registered_and_what_is_old_is_retired() {
    served(async |server| {
        for (serial, image) in (0..).zip(["simple:1", "simple:2", "simple:3", "simple:4"]) {
            let template = template("simple", &[("simple:1", image)]);
            launched(&backend(&server, template), serial).await;
        }
        assert_eq!(revisions(&server.ecs).await, ["3", "4"]);
    });
}

/// plugin.md W9: the order of variables and tags is no change.
#[test]
fn what_only_stands_in_another_order_is_not_registered_again() {
    served(async |server| {
        let changes = [
            ("{name: FIRST, value: one}", "{name: THIRD, value: three}"),
            ("{name: SECOND, value: two}", "{name: FIRST, value: one}"),
            ("{name: THIRD, value: three}", "{name: SECOND, value: two}"),
        ];
        launched(&backend(&server, template("simple", &[])), 0).await;
        launched(&backend(&server, template("simple", &changes)), 1).await;
        assert_eq!(revisions(&server.ecs).await, ["1"]);
    });
}

/// The same launch once more is the same task, and a label's size is the task's.
#[test]
fn a_launch_is_idempotent_and_its_size_is_that_of_its_spec() {
    served(async |server| {
        let backend = backend(&server, template("simple", &[]));
        let first = launched(&backend, 0).await;
        assert_eq!(launched(&backend, 0).await, first);
        let larger = Size::new(CpuUnits::new(512), Mib::new(3000));
        let Outcome::Launched { task: arn } = launch(&backend, 1, larger).await else {
            panic!("room enough")
        };
        let large = task(&server.ecs, arn.as_str()).await;
        let container = &large.overrides().unwrap().container_overrides()[0];
        assert_eq!(
            (container.cpu(), container.memory_reservation(), container.memory()),
            (Some(512), Some(3000), Some(3000))
        );
        assert_eq!(container.name(), Some(FAMILY));
    });
}

/// The task says which node it is, and ECS shows nobody who only lists it the secret in another place.
#[test]
fn a_task_names_its_node_in_a_tag_and_its_secret_in_one_variable() {
    served(async |server| {
        let backend = backend(&server, template("simple", &[]));
        let arn = launched(&backend, 0).await;
        let described = server.ecs.describe_tasks().tasks(&arn).include("TAGS".into()).send().await.unwrap();
        let task = &described.tasks()[0];
        let name = AgentName::new(&OwnerId::new("platform/ci"), "on ec2", "simple", START, 0);
        let tag = task.tags().iter().find(|tag| tag.key() == Some(AGENT_TAG)).unwrap();
        assert_eq!(tag.value(), Some(name.as_str()));
        assert_eq!(task.started_by(), Some("platform/ci"));
        let mut observer = backend.observer().unwrap();
        let look = backend.look(&mut observer).await;
        assert!(look.listing.complete, "{:?}", look.failed);
        let seen = &look.listing.tasks[0];
        assert_eq!((seen.agent.as_ref(), seen.status), (Some(name.node()), TaskStatus::Pending));
    });
}

/// plugin.md 1.2: a definition of the user's own is not registered, and a container that it lacks is an error that says so.
#[test]
fn a_definition_of_the_users_own_is_used_as_it_is() {
    served(async |server| {
        crate::fixture::register(&server.ecs, "users-own").await;
        let changes = [("users-own:7", "users-own"), ("networkMode: awsvpc", "networkMode: bridge")];
        let wrong = backend(&server, template("own", &changes));
        let Outcome::Failed(Failure::Refused { reason }) = launch(&wrong, 0, SIZE).await else {
            panic!("it has no container `agent`")
        };
        assert_eq!(&*reason, "task definition `users-own` has no container `agent`");
        let mut changes = changes.to_vec();
        changes.push(("agentContainerName: agent", "agentContainerName: c"));
        let right = backend(&server, template("own", &changes));
        let arn = launched(&right, 0).await;
        let run = task(&server.ecs, &arn).await;
        assert!(run.task_definition_arn().unwrap().ends_with("/users-own:1"));
    });
}

/// A look shows tasks that run and tasks that stopped, and one that failed is not whole.
#[test]
fn a_look_is_whole_or_says_that_it_is_not() {
    served(async |server| {
        let backend = backend(&server, template("simple", &[]));
        let mut observer = backend.observer().unwrap();
        let (kept, ended) = (launched(&backend, 0).await, launched(&backend, 1).await);
        let stopped = backend.stop(&ended.as_str().into(), "one-shot").await;
        assert_eq!(stopped, Outcome::Done);
        server.advance(8).await;
        for _ in 0..2 {
            let look = backend.look(&mut observer).await;
            let statuses: BTreeMap<_, _> =
                look.listing.tasks.iter().map(|task| (task.arn.as_str(), task.status)).collect();
            assert_eq!(statuses[kept.as_str()], TaskStatus::Pending);
            assert_eq!(statuses[ended.as_str()], TaskStatus::Stopped);
            assert!(look.listing.complete);
            let stop = look.listing.tasks.iter().find_map(|task| task.stop.clone()).unwrap();
            assert_eq!(&*stop.reason, "one-shot");
        }
        let fault = json!({"calls": [{"fault": "throttled", "operation": "DescribeTasks", "count": 1}]});
        server.sim("PUT", "/_sim/faults", &fault).await;
        let look = backend.look(&mut observer).await;
        assert!(!look.listing.complete);
        assert_eq!(look.failed, Some(Failure::Throttled { retry_after: None }));
        let statuses: BTreeMap<_, _> =
            look.listing.tasks.iter().map(|task| (task.arn.as_str(), task.status)).collect();
        let known = [(kept.as_str(), TaskStatus::Pending), (ended.as_str(), TaskStatus::Stopped)];
        assert_eq!(statuses, known.into(), "they are as they were seen last");
    });
}

/// A task of another cluster than the configuration's cannot be stopped by mistake.
#[test]
fn a_task_is_stopped_in_its_own_cluster_or_not_at_all() {
    served(async |server| {
        let backend = Backend::new(templates(&[]).into_iter().map(|it| (it, server.ecs.clone())).collect());
        let foreign = "arn:aws:ecs:us-east-1:123456789012:task/other/0123456789abcdef0123456789abcdef";
        let Outcome::Failed(Failure::Refused { reason }) = backend.stop(&foreign.into(), "x").await else {
            panic!("there is no such cluster")
        };
        assert!(reason.contains("is in no cluster of the configuration"), "{reason}");
    });
}

/// The least policy is enough for everything that is done to ECS, and without any one of its statements it is not.
#[test]
fn the_least_policy_suffices_and_none_of_its_statements_is_too_many() {
    let roles = [(
        "image: agents/simple:1",
        "image: agents/simple:1\n            taskrole: arn:aws:iam::123456789012:role/agent",
    )];
    let all = || template("simple", &roles);
    let policy = least_policy(&[all()]).document;
    let statements = policy["Statement"].as_array().unwrap().clone();
    assert_eq!(statements.len(), 7);
    for left_out in std::iter::once(None).chain((0..statements.len()).map(Some)) {
        let mut kept = statements.clone();
        let without = left_out.map(|at| kept.remove(at)["Sid"].clone());
        let document = json!({"Version": "2012-10-17", "Statement": kept});
        let twins = TwinsSettings {
            policy: Some(Policy::parse(&document.to_string()).unwrap()),
            ..TwinsSettings::default()
        };
        served_as(twins, async |server| {
            let done = everything(&server, all()).await;
            assert_eq!(done.is_ok(), without.is_none(), "without {without:?}: {done:?}");
        });
    }
}

/// Everything that the daemon does to ECS, one call of each kind.
async fn everything(server: &Served, template: TaskTemplate) -> Result<(), Failure> {
    let backend = backend(server, template);
    let task = match launch(&backend, 0, SIZE).await {
        Outcome::Launched { task } => task,
        Outcome::Failed(failed) => return Err(failed),
        other @ (Outcome::Done | Outcome::Conflict { .. }) => panic!("{other:?}"),
    };
    let look = backend.look(&mut backend.observer().unwrap()).await;
    look.failed.map_or(Ok(()), Err)?;
    match backend.stop(&task, "done").await {
        Outcome::Done => Ok(()),
        Outcome::Failed(failed) => Err(failed),
        other @ (Outcome::Launched { .. } | Outcome::Conflict { .. }) => panic!("{other:?}"),
    }
}
