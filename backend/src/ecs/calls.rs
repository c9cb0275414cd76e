//! How often each operation of ECS was called, and how that ended.

use aws_sdk_ecs::config::{
    ConfigBag, Intercept, RuntimeComponents, interceptors::FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::{box_error::BoxError, client::orchestrator::Metadata};
use footman_core::event::Failure;
use serde::Deserialize;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// The operations that are called.
pub const OPERATIONS: &[&str] = &[
    "DeregisterTaskDefinition",
    "DescribeTaskDefinition",
    "DescribeTasks",
    "ListTaskDefinitions",
    "ListTasks",
    "RegisterTaskDefinition",
    "RunTask",
    "StopTask",
];

/// How a call ended: it was answered, there were too many, or it failed otherwise.
pub const RESULTS: &[&str] = &["answered", "throttled", "failed"];
const ANSWERED: usize = 0;
const THROTTLED: usize = 1;
const FAILED: usize = 2;

/// Counts of calls, one and the same for all clones.
#[derive(Debug, Clone, Default)]
pub struct Calls(Arc<[[AtomicU64; RESULTS.len()]; OPERATIONS.len()]>);

impl Calls {
    /// Each operation with each result, and how often that was.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        OPERATIONS.iter().zip(self.0.iter()).flat_map(|(operation, counts)| {
            RESULTS
                .iter()
                .zip(counts)
                .map(|(result, count)| (*operation, *result, count.load(Ordering::Relaxed)))
        })
    }

    fn count(&self, operation: &str, result: usize) {
        let place = OPERATIONS.iter().position(|known| *known == operation);
        if let Some(counts) = place.and_then(|place| self.0.get(place)) {
            counts[result].fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Sees the end of each call that a client makes.
impl Intercept for Calls {
    fn name(&self) -> &'static str {
        "Calls"
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(operation) = config.load::<Metadata>() else { return Ok(()) };
        let result = match context.output_or_error() {
            Some(Ok(_)) => ANSWERED,
            Some(Err(_)) | None => {
                let throttled = context.response().is_some_and(|response| {
                    is_throttled(response.status().as_u16(), response.body().bytes().unwrap_or_default())
                });
                if throttled { THROTTLED } else { FAILED }
            }
        };
        self.count(operation.name(), result);
        Ok(())
    }
}

/// Whether an answer that is an error says that there were too many calls.
fn is_throttled(status: u16, body: &[u8]) -> bool {
    let Exception { code, message } = serde_json::from_slice(body).unwrap_or_default();
    // Codes may have a namespace before them (`com.amazonaws.ecs#ServerException`).
    let code = code.rsplit_once('#').map_or(&*code, |(_, code)| code);
    matches!(Failure::of_answer(status, code, &message, None), Failure::Throttled { .. })
}

#[derive(Default, Deserialize)]
struct Exception {
    #[serde(rename = "__type")]
    code: String,
    #[serde(default, alias = "Message")]
    message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_throttled_is_told_from_what_fails_otherwise() {
        // (status, body) => throttled
        let table = [
            (400, r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#, true),
            (400, r#"{"__type":"com.amazonaws.ecs#ThrottlingException"}"#, true),
            (400, r#"{"__type":"AccessDeniedException","Message":"no"}"#, false),
            (500, r#"{"__type":"ServerException"}"#, false),
            (429, "<html>", true),
            (502, "", false),
        ];
        for (status, body, throttled) in table {
            assert_eq!(is_throttled(status, body.as_bytes()), throttled, "{status} {body}");
        }
    }

    #[test]
    fn each_operation_is_counted_by_its_result_and_no_other_is() {
        let calls = Calls::default();
        let other = calls.clone();
        other.count("RunTask", THROTTLED);
        other.count("RunTask", ANSWERED);
        other.count("CreateCluster", ANSWERED);
        let counted: Vec<_> = calls.counts().filter(|(.., count)| *count > 0).collect();
        assert_eq!(counted, [("RunTask", "answered", 1), ("RunTask", "throttled", 1)]);
        assert_eq!(calls.counts().count(), OPERATIONS.len() * RESULTS.len());
    }
}
