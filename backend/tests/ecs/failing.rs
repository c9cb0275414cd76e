//! Every call of the adapter, each with every class of error: what the core is told, and what was called before and after.
//!
//! The answers are those of the SDK's own mocks: docs/adr/0003.

use crate::configuration::template;
use aws_sdk_ecs::{
    Client,
    config::{Credentials, SharedCredentialsProvider, http::HttpResponse},
};
use aws_smithy_mocks::{MockResponseInterceptor, Rule, RuleMode, create_mock_http_client, mock};
use aws_smithy_types::body::SdkBody;
use footman_backend::ecs::{Backend, Launch, client::ConnectSettings};
use footman_core::{
    Timestamp,
    event::{Failure, Outcome},
    id::{Attempt, OwnerId, TaskArn, TemplateId},
    label::LabelSet,
    name::AgentName,
    spec::AgentSpec,
    units::{CpuUnits, Mib, Size},
};
use secrecy::SecretString;

const START: Timestamp = Timestamp::from_millis(1_704_067_200_000);
const TASK: &str = "arn:aws:ecs:us-east-1:123456789012:task/default/0123456789abcdef0123456789abcdef";

/// An answer.
#[derive(Debug, Clone, Copy)]
struct Answer {
    status: u16,
    body: &'static str,
}

const fn answer(status: u16, body: &'static str) -> Answer {
    Answer { status, body }
}

const THROTTLED: Answer = answer(400, r#"{"__type": "ThrottlingException", "message": "Rate exceeded"}"#);
const DENIED: Answer =
    answer(400, r#"{"__type": "AccessDeniedException", "message": "no policy allows it"}"#);
const BROKEN: Answer = answer(500, r#"{"__type": "ServerException", "message": "oops"}"#);
const AWAY: Answer = answer(503, "<html>tired</html>");
const CONCURRENT: Answer = answer(
    400,
    r#"{"__type": "ClientException", "message": "Too many concurrent attempts to create a new revision of the specified family."}"#,
);
const NO_DEFINITION: Answer =
    answer(400, r#"{"__type": "ClientException", "message": "Unable to describe task definition."}"#);
const REGISTERED: Answer = answer(
    200,
    r#"{"taskDefinition": {"taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/onec2-simple:1"}}"#,
);
const NOTHING: Answer = answer(200, "{}");

/// Answers an operation of the client's.
macro_rules! answers {
    ($operation:path, $answer:expr) => {{
        let answer: Answer = $answer;
        mock!($operation).then_http_response(move || {
            HttpResponse::new(answer.status.try_into().unwrap(), SdkBody::from(answer.body))
        })
    }};
}

fn backend(rules: &[Rule]) -> Backend {
    let known = SharedCredentialsProvider::new(Credentials::new("k", "s", None, None, "test"));
    let config = ConnectSettings::in_region("us-east-1").config(known).http_client(create_mock_http_client());
    let mocked = MockResponseInterceptor::new().rule_mode(RuleMode::MatchAny);
    let mocked = rules.iter().fold(mocked, MockResponseInterceptor::with_rule);
    let client = Client::from_conf(config.interceptor(mocked).build());
    Backend::new(vec![(template("simple", &[]), client)])
}

fn launch(rules: &[Rule]) -> Outcome {
    let backend = backend(rules);
    let agent = AgentName::new(&OwnerId::new("platform/ci"), "on ec2", "simple", START, 0);
    let token = agent.client_token(Attempt::FIRST, START).unwrap();
    let secret = SecretString::from("secret");
    let size = Size::new(CpuUnits::new(1024), Mib::new(1024));
    let spec = AgentSpec { template: TemplateId(0), labels: LabelSet::default(), size, session: None };
    let launch = Launch { agent: &agent, spec: &spec, token: &token, secret: &secret };
    wait_for(backend.launch(launch))
}

fn wait_for<T>(story: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(story)
}

fn throttled() -> Failure {
    Failure::Throttled { retry_after: None }
}

fn denied() -> Failure {
    Failure::Refused { reason: "AccessDeniedException: no policy allows it".into() }
}

/// Nothing runs yet while a definition is looked for, so that an answer that says nothing is one that may be repeated.
#[test]
fn a_launch_whose_definition_cannot_be_had_runs_nothing() {
    let table = [
        (THROTTLED, throttled()),
        (DENIED, denied()),
        (BROKEN, Failure::Unavailable),
        (AWAY, Failure::Unavailable),
    ];
    for (error, want) in table {
        let run = answers!(Client::run_task, NOTHING);
        let described = launch(&[answers!(Client::describe_task_definition, error), run.clone()]);
        assert_eq!(described, Outcome::Failed(want.clone()), "describe: {error:?}");
        let none = answers!(Client::describe_task_definition, NO_DEFINITION);
        let registered = launch(&[none, answers!(Client::register_task_definition, error), run.clone()]);
        assert_eq!(registered, Outcome::Failed(want), "register: {error:?}");
        assert_eq!(run.num_calls(), 0, "{error:?}");
    }
    let none = answers!(Client::describe_task_definition, NO_DEFINITION);
    let both_at_once = launch(&[none, answers!(Client::register_task_definition, CONCURRENT)]);
    assert_eq!(
        both_at_once,
        Outcome::Failed(Failure::Unavailable),
        "it is none the worse for being repeated"
    );
}

/// What is old is retired where it can be; a launch does not wait for it.
#[test]
fn a_launch_goes_on_whether_old_revisions_can_be_retired_or_not() {
    let started =
        answer(200, r#"{"tasks": [{"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/default/1"}]}"#);
    let three = answer(
        200,
        r#"{"taskDefinitionArns": ["arn:d/onec2-simple:3", "arn:d/onec2-simple:2", "arn:d/onec2-simple:1"]}"#,
    );
    for (listed, deregistered) in [(DENIED, NOTHING), (three, DENIED), (three, NOTHING)] {
        let rules = [
            answers!(Client::describe_task_definition, NO_DEFINITION),
            answers!(Client::register_task_definition, REGISTERED),
            answers!(Client::list_task_definitions, listed),
            answers!(Client::deregister_task_definition, deregistered),
            answers!(Client::run_task, started),
        ];
        let launched = launch(&rules);
        assert!(matches!(launched, Outcome::Launched { .. }), "{launched:?} with {listed:?}");
    }
}

#[test]
fn a_task_that_cannot_be_run_or_stopped_says_whether_it_may_have_been() {
    let table = [
        (THROTTLED, throttled()),
        (DENIED, denied()),
        (BROKEN, Failure::Unknown),
        (AWAY, Failure::Unavailable),
    ];
    for (error, want) in table {
        let rules = [
            answers!(Client::describe_task_definition, NO_DEFINITION),
            answers!(Client::register_task_definition, REGISTERED),
            answers!(Client::list_task_definitions, NOTHING),
            answers!(Client::run_task, error),
        ];
        assert_eq!(launch(&rules), Outcome::Failed(want.clone()), "run: {error:?}");
        let backend = backend(&[answers!(Client::stop_task, error)]);
        let stopped = wait_for(backend.stop(&TaskArn::new(TASK), "done"));
        assert_eq!(stopped, Outcome::Failed(want), "stop: {error:?}");
    }
}

#[test]
fn a_look_that_fails_is_not_whole_and_says_why() {
    let one = answer(
        200,
        r#"{"taskArns": ["arn:aws:ecs:us-east-1:123456789012:task/default/0123456789abcdef0123456789abcdef"]}"#,
    );
    let table = [
        (THROTTLED, throttled()),
        (DENIED, denied()),
        (BROKEN, Failure::Unknown),
        (AWAY, Failure::Unavailable),
    ];
    for (error, want) in table {
        let listing = vec![answers!(Client::list_tasks, error)];
        let describing = vec![answers!(Client::list_tasks, one), answers!(Client::describe_tasks, error)];
        for rules in [listing, describing] {
            let backend = backend(&rules);
            let look = wait_for(backend.look(&mut backend.observer().unwrap()));
            assert!(!look.listing.complete);
            assert_eq!((look.failed, look.listing.tasks.len()), (Some(want.clone()), 0), "{error:?}");
        }
    }
}

/// A task in a status of tomorrow is not taken for one that is gone.
#[test]
fn a_task_that_is_not_understood_makes_a_look_less_than_whole() {
    let one = answer(
        200,
        r#"{"taskArns": ["arn:aws:ecs:us-east-1:123456789012:task/default/0123456789abcdef0123456789abcdef"]}"#,
    );
    let strange =
        answer(200, r#"{"tasks": [{"taskArn": "arn:1", "lastStatus": "HIBERNATING", "createdAt": 1.0}]}"#);
    let missing = answer(200, r#"{"tasks": [], "failures": [{"arn": "arn:1", "reason": "MISSING"}]}"#);
    for (described, unread, complete) in [(strange, 1, false), (missing, 0, true)] {
        let backend =
            backend(&[answers!(Client::list_tasks, one), answers!(Client::describe_tasks, described)]);
        let look = wait_for(backend.look(&mut backend.observer().unwrap()));
        assert_eq!((look.unread, look.listing.complete), (unread, complete), "{described:?}");
    }
}
