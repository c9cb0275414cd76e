//! What an error of the SDK means: whether something was done, and what to do next.
//!
//! The core asks one question of a call that failed: may it be repeated, and may it have happened? An error that does not
//! say is [`Failure::Unknown`], after which the very same call is repeated; its token makes that harmless.

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ecs::{
    config::http::HttpResponse,
    error::{ConnectorError, ProvideErrorMetadata, SdkError},
};
use footman_core::{Millis, event::Failure};
use std::{error::Error, io, sync::Arc};

/// What `error` means to the core.
///
/// | error | means |
/// | --- | --- |
/// | the request could not be built or signed | [`Failure::Refused`]: it will not be better next time |
/// | there are no credentials | [`Failure::Refused`]; where whoever has them fails to answer, [`Failure::Unavailable`] |
/// | no connection was made | [`Failure::Unavailable`]: nothing was done |
/// | it timed out, the connection broke, the answer cannot be read | [`Failure::Unknown`] |
/// | ECS answered with an error | as [`Failure::of_answer`] says |
pub fn failure<E>(error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::ConstructionFailure(_) => refused(&chain(error)),
        SdkError::DispatchFailure(dispatch) => {
            dispatch.as_connector_error().map_or(Failure::Unknown, of_connection)
        }
        SdkError::TimeoutError(_) => Failure::Unknown,
        SdkError::ResponseError(answer) => of_status(answer.raw()),
        SdkError::ServiceError(answer) => of_service(answer.err(), answer.raw()),
        // The enum may grow; what is not understood may have happened.
        _ => Failure::Unknown,
    }
}

/// What it means that the call was not sent, or not to its end.
fn of_connection(error: &ConnectorError) -> Failure {
    if let Some(failure) = without_credentials(error) {
        failure
    } else if never_connected(error) {
        Failure::Unavailable
    } else if error.is_user() {
        refused(&chain(error))
    } else {
        Failure::Unknown
    }
}

fn of_service(error: &impl ProvideErrorMetadata, answer: &HttpResponse) -> Failure {
    let code = error.code().unwrap_or("an error without a code");
    let message = error.message().unwrap_or("no message");
    Failure::of_answer(answer.status().as_u16(), code, message, retry_after(answer))
}

/// What an answer means of which the status alone is understood.
fn of_status(answer: &HttpResponse) -> Failure {
    if answer.status().as_u16() == 503 { Failure::Unavailable } else { Failure::Unknown }
}

/// `Retry-After` in seconds (RFC 9110, 10.2.3), where the answer has one. A date is not read: no AWS service sends it.
fn retry_after(answer: &HttpResponse) -> Option<Millis> {
    let seconds: u32 = answer.headers().get("retry-after")?.trim().parse().ok()?;
    Some(Millis::from_secs(u64::from(seconds)))
}

/// What the lack of credentials means, where `error` is one: the call was never signed, so nothing was done.
///
/// Where they are asked for over the network (a container's or an instance's role, STS), the next time may be better; that
/// there are none is for people to mend, and they are told.
fn without_credentials(error: &ConnectorError) -> Option<Failure> {
    match cause(error)? {
        // That nobody listens where a container's role is asked for is unhandled to the SDK.
        CredentialsError::ProviderTimedOut(_)
        | CredentialsError::ProviderError(_)
        | CredentialsError::Unhandled(_) => Some(Failure::Unavailable),
        // The enum may grow.
        CredentialsError::CredentialsNotLoaded(_) | CredentialsError::InvalidConfiguration(_) | _ => {
            Some(refused(&chain(error)))
        }
    }
}

/// Whether the other side cannot have seen the request: nobody listens there, or its name leads nowhere.
fn never_connected(error: &ConnectorError) -> bool {
    cause::<io::Error>(error).is_some_and(|io| io.kind() == io::ErrorKind::ConnectionRefused)
}

/// The first error of this type among `error` and its causes.
pub(super) fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut source = Some(error);
    while let Some(cause) = source {
        if let Some(found) = cause.downcast_ref() {
            return Some(found);
        }
        source = cause.source();
    }
    None
}

fn refused(reason: &str) -> Failure {
    Failure::Refused { reason: Arc::from(reason) }
}

/// The words of an error and of all that caused it.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        source = cause.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ecs::{error::ErrorMetadata, operation::run_task::RunTaskError};
    use aws_smithy_types::body::SdkBody;
    use std::time::Duration;

    /// An exception as the SDK gives it.
    fn exception(status: u16, code: &str, message: &str) -> SdkError<RunTaskError, HttpResponse> {
        let error = RunTaskError::generic(ErrorMetadata::builder().code(code).message(message).build());
        SdkError::service_error(error, answer(status))
    }

    fn answer(status: u16) -> HttpResponse {
        HttpResponse::new(status.try_into().expect("a status"), SdkBody::empty())
    }

    #[test]
    fn what_an_exception_means_depends_on_its_code_and_its_status() {
        let throttled = Failure::Throttled { retry_after: None };
        let full = "The requested capacity limit exceeded for capacity provider on-ec2.";
        // reference: ECS API Reference, "Common Errors", and each action's errors.
        let table = [
            (400, "ThrottlingException", "Rate exceeded", throttled.clone()),
            (400, "RequestLimitExceeded", "", throttled.clone()),
            (429, "Whatever", "", throttled),
            (500, "ServerException", "", Failure::Unknown),
            (500, "InternalFailure", "", Failure::Unknown),
            (502, "BadGateway", "", Failure::Unknown),
            (503, "ServiceUnavailable", "", Failure::Unavailable),
            (400, "ClientException", full, Failure::NoCapacity { reason: full.into() }),
            (
                400,
                "ClientException",
                "TaskDefinition not found.",
                refused("ClientException: TaskDefinition not found."),
            ),
            (
                400,
                "BlockedException",
                "Your account is blocked",
                refused("BlockedException: Your account is blocked"),
            ),
            (400, "AccessDeniedException", "no", refused("AccessDeniedException: no")),
        ];
        for (status, code, message, want) in table {
            assert_eq!(failure(&exception(status, code, message)), want, "{status} {code} {message}");
        }
    }

    #[test]
    fn a_throttled_call_waits_as_long_as_the_answer_asks_for() {
        let table =
            [("7", Some(Millis::from_secs(7))), ("0", Some(Millis::ZERO)), ("Fri, 31 Dec 1999", None)];
        for (header, retry_after) in table {
            let mut answer = answer(400);
            answer.headers_mut().insert("retry-after", header);
            let error = RunTaskError::generic(ErrorMetadata::builder().code("ThrottlingException").build());
            let failed = failure(&SdkError::service_error(error, answer));
            assert_eq!(failed, Failure::Throttled { retry_after }, "{header}");
        }
    }

    #[test]
    fn credentials_that_nobody_gives_out_at_the_moment_may_come_and_those_that_there_are_not_do_not() {
        // error => whether the next time may be better
        let table = [
            (CredentialsError::not_loaded("nowhere"), false),
            (CredentialsError::invalid_configuration("half a profile"), false),
            (CredentialsError::provider_timed_out(Duration::from_secs(5)), true),
            (CredentialsError::provider_error("169.254.170.2 refuses"), true),
            (CredentialsError::unhandled("169.254.170.2 does not listen"), true),
        ];
        for (error, may_come) in table {
            let words = error.to_string();
            let unsigned = SdkError::dispatch_failure(ConnectorError::other(error.into(), None));
            let failed = failure::<RunTaskError>(&unsigned);
            assert_eq!(failed == Failure::Unavailable, may_come, "{words}: {failed:?}");
            assert_eq!(matches!(failed, Failure::Refused { .. }), !may_come, "{words}: {failed:?}");
        }
    }

    #[test]
    fn what_never_left_was_not_done_and_what_broke_off_may_have_been() {
        type Failed = SdkError<RunTaskError, HttpResponse>;
        let io =
            |kind: io::ErrorKind| Failed::dispatch_failure(ConnectorError::io(io::Error::from(kind).into()));
        assert_eq!(failure(&io(io::ErrorKind::ConnectionRefused)), Failure::Unavailable);
        assert_eq!(failure(&io(io::ErrorKind::ConnectionReset)), Failure::Unknown);
        assert_eq!(
            failure(&Failed::dispatch_failure(ConnectorError::timeout("slow".into()))),
            Failure::Unknown
        );
        assert_eq!(failure(&Failed::timeout_error("slow")), Failure::Unknown);
        assert_eq!(failure(&Failed::response_error("no JSON", answer(200))), Failure::Unknown);
        assert_eq!(failure(&Failed::response_error("a page of a proxy", answer(503))), Failure::Unavailable);
        assert!(
            matches!(failure(&Failed::construction_failure("no region")), Failure::Refused { reason } if reason.contains("no region"))
        );
    }
}
