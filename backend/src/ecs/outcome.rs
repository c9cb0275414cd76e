//! What came of the calls that carry out actions, in the core's words.

use super::failure::failure;
use aws_sdk_ecs::{
    config::http::HttpResponse,
    error::SdkError,
    operation::{
        run_task::{RunTaskError, RunTaskOutput},
        stop_task::{StopTaskError, StopTaskOutput},
    },
};
use footman_core::{
    event::{Failure, Outcome},
    id::TaskArn,
};

/// What came of `RunTask` for one task.
///
/// A reply 200 without a task is a definite answer: [`Failure::of_reasons`] says of what.
pub fn launched(reply: Result<RunTaskOutput, SdkError<RunTaskError, HttpResponse>>) -> Outcome {
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) => return of_error(&error),
    };
    if let Some(arn) = reply.tasks().iter().find_map(|task| task.task_arn()) {
        return Outcome::Launched { task: TaskArn::new(arn) };
    }
    Outcome::Failed(Failure::of_reasons(reply.failures().iter().filter_map(|failed| failed.reason())))
}

/// What came of `StopTask`. That the task was told to stop says nothing of when it has.
pub fn stopped(reply: Result<StopTaskOutput, SdkError<StopTaskError, HttpResponse>>) -> Outcome {
    match reply {
        Ok(_) => Outcome::Done,
        Err(error) => Outcome::Failed(failure(&error)),
    }
}

/// The one error that is an outcome of its own: the token was used with other parameters, and the tasks that it started
/// then are named (`resourceIds`; ECS API Reference, "Ensuring idempotency").
fn of_error(error: &SdkError<RunTaskError, HttpResponse>) -> Outcome {
    match error.as_service_error() {
        Some(RunTaskError::ConflictException(conflict)) => Outcome::Conflict {
            tasks: conflict.resource_ids().iter().map(|arn| TaskArn::new(arn.as_str())).collect(),
        },
        _ => Outcome::Failed(failure(error)),
    }
}
