//! The HTTP face of the simulated ECS: AWS JSON 1.1, as boto3, the AWS CLI and the SDKs speak it.
//!
//! [`Face::answer`] is a function from a request to an answer. It translates and decides nothing: what ECS would do is
//! in [`Ecs`]. What ECS shows of a task definition or a task and what decides nothing in the state machine (environment,
//! commands, volumes) is kept here as it was given. There is no socket and no clock in here either: who listens brings the
//! time along.
//!
//! What a request has to be and what an answer may have is in [`model`], which is generated.
//!
//! Signatures are not looked at, and a request without one is answered all the same.

mod check;
mod cluster;
mod definition;
mod epoch;
mod flaw;
mod instance;
pub mod model;
mod operation;
mod page;
mod redact;
mod run;
mod schema;
mod shown;
mod task;
mod wire;

pub use epoch::Epoch;
pub use redact::{REDACTED, is_secret, redact};
pub use wire::BODY_MAX;

use crate::{Ecs, api::ApiError, id::DefinitionId, task::TaskView};
use bytes::Bytes;
use definition::Kept;
use footman_core::time::Timestamp;
use http::{Method, Response};
use std::{collections::BTreeMap, fmt};
use wire::Refusal;

/// What the name of an operation follows in `X-Amz-Target`.
const TARGET_PREFIX: &str = "AmazonEC2ContainerServiceV20141113.";

/// What the face keeps besides the state machine.
#[derive(Default)]
pub struct Face {
    /// How many requests were answered: request ids are made of it.
    requests: u64,
    /// Task definitions as they were registered.
    definitions: BTreeMap<DefinitionId, Kept>,
}

impl fmt::Debug for Face {
    /// How much there is: what a definition says may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, definitions } = self;
        f.debug_struct("Face").field("requests", requests).field("definitions", &definitions.len()).finish()
    }
}

/// One request on its way through the face.
struct Call<'a> {
    ecs: &'a mut Ecs,
    definitions: &'a mut BTreeMap<DefinitionId, Kept>,
    now: Timestamp,
}

impl Face {
    /// One that has answered nothing yet.
    pub fn new() -> Self {
        Self::default()
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
        let mut call = Call { ecs, definitions: &mut self.definitions, now };
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
        let defined = self.definitions.get(&task.definition).into_iter().flat_map(Kept::environment);
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
        let body = request.body();
        match operation {
            "CreateCluster" => self.with(body, Self::create_cluster),
            "DescribeClusters" => self.with(body, Self::describe_clusters),
            "DescribeContainerInstances" => self.with(body, Self::describe_container_instances),
            "DescribeTaskDefinition" => self.with(body, Self::describe_task_definition),
            "DescribeTasks" => self.with(body, Self::describe_tasks),
            "ListClusters" => self.with(body, Self::list_clusters),
            "ListContainerInstances" => self.with(body, Self::list_container_instances),
            "ListTaskDefinitions" => self.with(body, Self::list_task_definitions),
            "ListTasks" => self.with(body, Self::list_tasks),
            "RegisterTaskDefinition" => self.with(body, Self::register_task_definition),
            "RunTask" => self.with(body, Self::run_task),
            "StopTask" => self.with(body, Self::stop_task),
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
