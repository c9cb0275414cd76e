//! Answers that the simulated ECS never gives, made by the SDK's own mocks: docs/adr/0003.

use aws_sdk_ecs::{
    Client,
    config::{Credentials, SharedCredentialsProvider, http::HttpResponse},
};
use aws_smithy_mocks::{MockResponseInterceptor, create_mock_http_client, mock};
use aws_smithy_types::body::SdkBody;
use footman_backend::ecs::{client::ConnectSettings, outcome::launched};
use footman_core::{
    Millis,
    event::{Failure, Outcome},
};

/// What `RunTask` comes to where this is the answer.
fn outcome(status: u16, retry_after: Option<&'static str>, body: &'static str) -> Outcome {
    let rule = mock!(Client::run_task).then_http_response(move || {
        let mut answer = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
        if let Some(seconds) = retry_after {
            answer.headers_mut().insert("retry-after", seconds);
        }
        answer
    });
    let known = SharedCredentialsProvider::new(Credentials::new("k", "s", None, None, "test"));
    let config = ConnectSettings::in_region("us-east-1").config(known);
    let config = config.http_client(create_mock_http_client());
    let config = config.interceptor(MockResponseInterceptor::new().with_rule(&rule)).build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let call = Client::from_conf(config).run_task().task_definition("t").client_token("a.0");
    launched(runtime.block_on(call.send()))
}

#[test]
fn what_a_client_makes_of_answers_from_elsewhere() {
    let throttled = r#"{"__type": "ThrottlingException", "message": "Rate exceeded"}"#;
    let blocked = r#"{"__type": "com.amazonaws.ecs#BlockedException", "message": "Your account is currently blocked."}"#;
    let page = "<html>a proxy is tired</html>";
    let attribute = r#"{"tasks": [], "failures": [{"arn": "a", "reason": "ATTRIBUTE"}]}"#;
    let mixed = r#"{"tasks": [], "failures": [{"reason": "ATTRIBUTE"}, {"reason": "RESOURCE:CPU"}]}"#;
    let refused = |reason: &str| Failure::Refused { reason: reason.into() };
    let table = [
        (400, Some("3"), throttled, Failure::Throttled { retry_after: Some(Millis::from_secs(3)) }),
        (400, None, blocked, refused("BlockedException: Your account is currently blocked.")),
        (503, None, page, Failure::Unavailable),
        (502, None, page, Failure::Unknown),
        (200, None, page, Failure::Unknown),
        (
            200,
            None,
            r#"{"tasks": [], "failures": []}"#,
            Failure::NoCapacity { reason: "RunTask answered neither a task nor a failure".into() },
        ),
        (200, None, attribute, refused("ATTRIBUTE")),
        (200, None, mixed, Failure::NoCapacity { reason: "RESOURCE:CPU".into() }),
    ];
    for (status, retry_after, body, want) in table {
        assert_eq!(outcome(status, retry_after, body), Outcome::Failed(want), "{status} {body}");
    }
}
