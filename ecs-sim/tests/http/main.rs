//! The HTTP face, called as a function: what each operation answers, and how it refuses.

mod agents;
mod clusters;
mod definitions;
mod instances;
mod providers;
mod settings;
mod tags;
mod tasks;
mod wire;

use bytes::Bytes;
use footman_core::time::{Millis, Timestamp};
use footman_ecs_sim::{Ecs, Settings, http::Face};
use serde_json::{Value, json};

/// An account with its face.
struct Account {
    ecs: Ecs,
    face: Face,
    now: Timestamp,
}

impl Account {
    /// One in which nothing is throttled, with the cluster `default`.
    fn new() -> Self {
        let account = Self::throttled(Settings { throttling: false, ..Settings::default() });
        let mut account = account;
        account.done("CreateCluster", json!({}));
        account
    }

    fn throttled(settings: Settings) -> Self {
        let now = Timestamp::from_millis(1_704_067_200_000);
        Self { ecs: Ecs::new(settings, 7, now), face: Face::new(), now }
    }

    /// The status and the body of an answer.
    fn call(&mut self, operation: &str, input: &Value) -> (u16, Value) {
        let request = http::Request::post("/")
            .header("host", "127.0.0.1:9080")
            .header("x-amz-target", format!("AmazonEC2ContainerServiceV20141113.{operation}"))
            .body(Bytes::from(input.to_string()))
            .expect("the request is well formed");
        let answer = self.face.answer(&mut self.ecs, self.now, &request).expect("no answer is lost");
        let body = serde_json::from_slice(answer.body()).expect("answers are JSON");
        (answer.status().as_u16(), body)
    }

    /// The answer to a call that is done.
    fn done(&mut self, operation: &str, input: Value) -> Value {
        let (status, body) = self.call(operation, &input);
        assert_eq!(status, 200, "{operation} {input}: {body}");
        body
    }

    /// `__type: message` of a call that is refused.
    fn refused(&mut self, operation: &str, input: Value) -> String {
        let (status, body) = self.call(operation, &input);
        assert_eq!(status, 400, "{operation} {input}: {body}");
        let text = |member: &str| body[member].as_str().expect("errors say what and why").to_owned();
        format!("{}: {}", text("__type"), text("message"))
    }

    fn wait(&mut self, span: Millis) {
        self.now = self.now + span;
    }

    /// Registers an instance and gives back its ARN.
    fn instance(&mut self, input: Value) -> String {
        let answer = self.done("RegisterContainerInstance", input);
        arn(&answer["containerInstance"]["containerInstanceArn"])
    }

    /// Registers a definition that needs half a vCPU and 512 MiB.
    fn definition(&mut self, family: &str) -> String {
        let container = json!({ "name": "a", "image": "b", "cpu": 512, "memory": 512 });
        let input = json!({ "family": family, "containerDefinitions": [container] });
        arn(&self.done("RegisterTaskDefinition", input)["taskDefinition"]["taskDefinitionArn"])
    }
}

/// A text of an answer.
fn arn(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
