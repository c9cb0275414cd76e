//! What every operation shares on the wire: bodies, errors, request ids, throttling.

use super::{Call, check::check, schema::Request};
use crate::{
    api::{ApiError, ErrorCode, Operation},
    draw::mix,
    id::{TaskId, Uuid},
};
use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Serialize;
use std::borrow::Cow;

/// The longest body that is read. A task definition may have 64 KiB and is the longest that ECS takes ("Amazon ECS
/// service quotas", read 2026-11-23); the rest is room for white space and long ARNs.
pub const BODY_MAX: usize = 1 << 20;

/// The media type of requests and answers.
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Why a call is not done.
#[derive(Debug)]
pub(super) enum Refusal {
    /// ECS refuses it.
    Api(ApiError),
    /// It cannot be read, or is not answered here.
    Wire {
        /// `__type`.
        kind: &'static str,
        /// `message`.
        message: Cow<'static, str>,
    },
}

impl Refusal {
    /// One that the state machine does not know.
    pub(super) fn wire(kind: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Wire { kind, message: message.into() }
    }

    /// An `InvalidParameterException`.
    pub(super) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Api(ApiError::invalid(message))
    }

    /// An `UnsupportedFeatureException`: ECS has it and the simulator does not.
    pub(super) fn unsupported(message: impl Into<Cow<'static, str>>) -> Self {
        Self::wire("UnsupportedFeatureException", message)
    }

    /// `message`.
    pub(super) fn message(&self) -> &str {
        match self {
            Self::Api(error) => &error.message,
            Self::Wire { message, .. } => message,
        }
    }

    /// Whether the call was carried out and nobody is told so.
    pub(super) fn is_lost(&self) -> bool {
        match self {
            Self::Api(error) => error.code == ErrorCode::AnswerLost,
            Self::Wire { .. } => false,
        }
    }

    /// The tasks that a `ConflictException` names.
    pub(super) fn tasks(&self) -> &[TaskId] {
        match self {
            Self::Api(error) => &error.tasks,
            Self::Wire { .. } => &[],
        }
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

/// The members of an error's body. `__type` stands in the body because that is the one place where every client looks
/// (botocore 1.43.11 ignores the header, tried 2026-11-23).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody<'a> {
    #[serde(rename = "__type")]
    kind: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resource_ids: Vec<String>,
}

/// Reads a body; an empty one is `{}`.
pub(super) fn decode<Input: Request>(body: &[u8]) -> Result<Input, Refusal> {
    let body = if body.is_empty() { b"{}" } else { body };
    check(body, Input::SHAPE).map_err(|flaw| flaw.refusal(Input::OPERATION))?;
    serde_json::from_slice(body).map_err(|e| Refusal::wire("SerializationException", e.to_string()))
}

/// Writes a body.
pub(super) fn encode(answer: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(answer).map_err(|e| Refusal::wire("InternalFailure", e.to_string()))
}

/// A request id that looks like AWS's, the same in every run for the `nth` request.
pub(super) fn request_id(nth: u64) -> String {
    let high = mix(nth);
    Uuid { high, low: mix(high) }.to_string()
}

/// 200 with this body.
pub(super) fn success(body: Vec<u8>, request_id: &str) -> Response<Bytes> {
    response(StatusCode::OK, body, request_id)
}

/// The answer that says why a call is not done: 500 where the service is at fault, else 400 (Amazon ECS API Reference,
/// "Common Errors", read 2026-11-23).
pub(super) fn failure(refusal: &Refusal, resource_ids: Vec<String>, request_id: &str) -> Response<Bytes> {
    let (kind, message) = match refusal {
        Refusal::Api(error) => (error.code.name(), &error.message),
        Refusal::Wire { kind, message } => (*kind, message),
    };
    let status = match kind {
        "ServerException" | "InternalFailure" => StatusCode::INTERNAL_SERVER_ERROR,
        "RequestEntityTooLargeException" => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    };
    let body = serde_json::to_vec(&ErrorBody { kind, message, resource_ids });
    response(status, body.expect("texts can be written as JSON"), request_id)
}

fn response(status: StatusCode, body: Vec<u8>, request_id: &str) -> Response<Bytes> {
    let response = Response::builder()
        .status(status)
        .header("content-type", CONTENT_TYPE)
        .header("x-amzn-requestid", request_id)
        .body(Bytes::from(body));
    response.expect("the headers are plain ASCII")
}

impl Call<'_> {
    /// Draws a call from its bucket; the operations of tasks draw by themselves.
    pub(super) fn admit(&mut self, operation: Operation) -> Result<(), Refusal> {
        if self.ecs.charge(self.now, operation, 1) == 1 {
            return Ok(());
        }
        Err(ApiError::new(ErrorCode::Throttling, "Rate exceeded").into())
    }

    /// `arn:aws:ecs:REGION:ACCOUNT:KIND/NAME`.
    pub(super) fn arn(&self, kind: &str, name: &str) -> String {
        let settings = self.ecs.settings();
        ["arn:aws:ecs:", &settings.region, ":", &settings.account, ":", kind, "/", name].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_are_uuids_and_differ() {
        let (one, two) = (request_id(1), request_id(2));
        assert_ne!(one, two);
        assert_eq!(one.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_eq!(one, request_id(1));
    }
}
