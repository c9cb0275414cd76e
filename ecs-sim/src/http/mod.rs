//! The HTTP face of the simulated ECS: AWS JSON 1.1, as boto3, the AWS CLI and the SDKs speak it.
//!
//! [`Face::answer`] is a function from a request to an answer. It translates and decides nothing: what ECS would do is
//! in [`Ecs`]. What ECS shows of a task definition or a task and what decides nothing in the state machine (environment,
//! commands, volumes) is kept here as it was given. There is no socket and no clock in here either: who listens brings the
//! time along.
//!
//! What a request has to be and what an answer may have is in [`model`], which is generated.
//!
//! Signatures are not checked, and a request without one is answered all the same, unless a policy is enforced that
//! does not allow it ([`iam`]).

mod agent;
mod attribute;
mod authorise;
mod check;
mod cluster;
mod credential;
mod definition;
mod epoch;
mod event;
mod flaw;
pub mod iam;
mod instance;
mod launch;
pub mod model;
mod operation;
mod page;
mod platform;
mod provider;
mod redact;
mod register;
mod requires;
mod run;
mod schema;
mod setting;
mod shown;
mod tag;
mod task;
mod wire;

pub use credential::{is_region, region_of, seed_of_region};
pub use epoch::Epoch;
pub use event::Events;
pub use launch::ContainerLaunch;
pub use redact::{REDACTED, is_secret, redact};
pub use wire::BODY_MAX;

use crate::{
    Ecs,
    api::ApiError,
    id::{ClusterId, DefinitionId, InstanceId},
    task::TaskView,
};
use bytes::Bytes;
use cluster::ClusterExtras;
use footman_core::time::Timestamp;
use http::{Method, Response};
use model::RegisterTaskDefinitionRequest;
use register::InstanceExtras;
use std::{collections::BTreeMap, fmt};
use wire::Refusal;

/// What the name of an operation follows in `X-Amz-Target`.
const TARGET_PREFIX: &str = "AmazonEC2ContainerServiceV20141113.";

/// The face of one account in one region.
#[derive(Default)]
pub struct Face {
    /// How many requests were answered: request ids are made of it.
    requests: u64,
    kept: Kept,
    /// What may be called, where that is limited.
    policy: Option<iam::Policy>,
}

/// What the face keeps besides the state machine, because ECS shows it and it decides nothing.
#[derive(Default)]
struct Kept {
    /// Task definitions as they were registered.
    definitions: BTreeMap<DefinitionId, RegisterTaskDefinitionRequest>,
    clusters: BTreeMap<ClusterId, ClusterExtras>,
    instances: BTreeMap<InstanceId, InstanceExtras>,
}

impl fmt::Debug for Face {
    /// How much there is: what a definition says may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, kept, policy } = self;
        let definitions = &kept.definitions.len();
        f.debug_struct("Face")
            .field("requests", requests)
            .field("definitions", definitions)
            .field("policy", policy)
            .finish_non_exhaustive()
    }
}

/// One request on its way through the face.
struct Call<'a> {
    ecs: &'a mut Ecs,
    kept: &'a mut Kept,
    policy: Option<&'a iam::Policy>,
    now: Timestamp,
    /// `Host`, as the client knows the server.
    host: Option<&'a str>,
}

impl Face {
    /// One that has answered nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers only what `policy` allows from here on, and `AccessDeniedException` to everything else.
    pub fn enforce(&mut self, policy: iam::Policy) {
        self.policy = Some(policy);
    }

    /// What ECS answers to `request` at `now`, or `None` where the answer is lost on its way and the connection ends.
    pub fn answer(
        &mut self,
        ecs: &mut Ecs,
        now: Timestamp,
        request: &http::Request<Bytes>,
    ) -> Option<Response<Bytes>> {
        ecs.handle_timeout(now);
        self.requests += 1;
        let id = wire::request_id(self.requests);
        let host = request.headers().get("host").and_then(|value| value.to_str().ok());
        let mut call = Call { ecs, kept: &mut self.kept, policy: self.policy.as_ref(), now, host };
        match call.operation(request) {
            Ok(body) => Some(wire::success(body, &id)),
            Err(refusal) => {
                let lost = refusal.is_lost();
                let arns = refusal.tasks().iter().map(|&task| call.task_arn(task)).collect();
                (!lost).then(|| wire::failure(&refusal, arns, &id))
            }
        }
    }

    /// The answer to a request whose body is longer than [`BODY_MAX`].
    pub fn too_large(&mut self) -> Response<Bytes> {
        self.requests += 1;
        let text = format!("The request body is longer than {BODY_MAX} bytes.");
        wire::failure(
            &Refusal::wire("RequestEntityTooLargeException", text),
            Vec::new(),
            &wire::request_id(self.requests),
        )
    }

    /// The answer to a request that goes wrong in this way before ECS looks at it.
    pub fn refused(&mut self, error: ApiError) -> Response<Bytes> {
        self.requests += 1;
        wire::failure(&error.into(), Vec::new(), &wire::request_id(self.requests))
    }

    /// The environment of a task's containers: what its definition says, and after it what its overrides say; of two
    /// values for one name the later one holds.
    pub fn environment(&self, task: &TaskView<'_>) -> Vec<(String, String)> {
        let defined =
            self.kept.definitions.get(&task.definition).into_iter().flat_map(definition::environment);
        defined.chain(run::environment(task)).collect()
    }
}

impl Call<'_> {
    fn operation(&mut self, request: &http::Request<Bytes>) -> Result<Vec<u8>, Refusal> {
        let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok());
        let Some(operation) = target.and_then(|target| target.strip_prefix(TARGET_PREFIX)) else {
            return Err(operation::unknown(target.unwrap_or_default()));
        };
        if request.method() != Method::POST {
            return Err(operation::unknown(operation));
        }
        self.authorise(operation, request)?;
        let body = request.body();
        match operation {
            "CreateCapacityProvider" => self.with(body, Self::create_capacity_provider),
            "CreateCluster" => self.with(body, Self::create_cluster),
            "DeleteAccountSetting" => self.with(body, Self::delete_account_setting),
            "DeleteAttributes" => self.with(body, Self::delete_attributes),
            "DeleteCapacityProvider" => self.with(body, Self::delete_capacity_provider),
            "DeleteCluster" => self.with(body, Self::delete_cluster),
            "DeleteTaskDefinitions" => self.with(body, Self::delete_task_definitions),
            "DeregisterContainerInstance" => self.with(body, Self::deregister_container_instance),
            "DeregisterTaskDefinition" => self.with(body, Self::deregister_task_definition),
            "DescribeCapacityProviders" => self.with(body, Self::describe_capacity_providers),
            "DescribeClusters" => self.with(body, Self::describe_clusters),
            "DescribeContainerInstances" => self.with(body, Self::describe_container_instances),
            "DescribeTaskDefinition" => self.with(body, Self::describe_task_definition),
            "DescribeTasks" => self.with(body, Self::describe_tasks),
            "DiscoverPollEndpoint" => self.with(body, Self::discover_poll_endpoint),
            "ExecuteCommand" => self.with(body, Self::execute_command),
            "GetTaskProtection" => self.with(body, Self::get_task_protection),
            "ListAccountSettings" => self.with(body, Self::list_account_settings),
            "ListAttributes" => self.with(body, Self::list_attributes),
            "ListClusters" => self.with(body, Self::list_clusters),
            "ListContainerInstances" => self.with(body, Self::list_container_instances),
            "ListTagsForResource" => self.with(body, Self::list_tags_for_resource),
            "ListTaskDefinitionFamilies" => self.with(body, Self::list_task_definition_families),
            "ListTaskDefinitions" => self.with(body, Self::list_task_definitions),
            "ListTasks" => self.with(body, Self::list_tasks),
            "PutAccountSetting" => self.with(body, Self::put_account_setting),
            "PutAccountSettingDefault" => self.with(body, Self::put_account_setting_default),
            "PutAttributes" => self.with(body, Self::put_attributes),
            "PutClusterCapacityProviders" => self.with(body, Self::put_cluster_capacity_providers),
            "RegisterContainerInstance" => self.with(body, Self::register_container_instance),
            "RegisterTaskDefinition" => self.with(body, Self::register_task_definition),
            "RunTask" => self.with(body, Self::run_task),
            "StartTask" => self.with(body, Self::start_task),
            "StopTask" => self.with(body, Self::stop_task),
            "SubmitAttachmentStateChanges" => self.with(body, Self::submit_attachment_state_changes),
            "SubmitContainerStateChange" => self.with(body, Self::submit_container_state_change),
            "SubmitTaskStateChange" => self.with(body, Self::submit_task_state_change),
            "TagResource" => self.with(body, Self::tag_resource),
            "UntagResource" => self.with(body, Self::untag_resource),
            "UpdateCapacityProvider" => self.with(body, Self::update_capacity_provider),
            "UpdateCluster" => self.with(body, Self::update_cluster),
            "UpdateClusterSettings" => self.with(body, Self::update_cluster_settings),
            "UpdateContainerAgent" => self.with(body, Self::update_container_agent),
            "UpdateContainerInstancesState" => self.with(body, Self::update_container_instances_state),
            "UpdateTaskProtection" => self.with(body, Self::update_task_protection),
            other => Err(operation::unanswered(other)),
        }
    }

    fn with<Input: schema::Request>(
        &mut self,
        body: &[u8],
        operation: impl FnOnce(&mut Self, Input) -> Result<Input::Answer, Refusal>,
    ) -> Result<Vec<u8>, Refusal> {
        let input = wire::decode(body)?;
        let answer = operation(self, input)?;
        wire::encode(&answer)
    }
}
