//! The API token that AWS Secrets Manager keeps, from there to Jenkins.

use std::process::{Command, Output};
use wiremock::{Match, Mock, MockServer, Request, ResponseTemplate, matchers};

/// What must be in nothing that is printed.
const CANARY: &str = "11c0ffee11c0ffee11c0ffee11c0ffee11";

/// A call of Secrets Manager for this secret.
struct Asked(&'static str);

impl Match for Asked {
    fn matches(&self, request: &Request) -> bool {
        request.headers.get("x-amz-target").is_some_and(|target| target == "secretsmanager.GetSecretValue")
            && request.body_json::<serde_json::Value>().is_ok_and(|body| body["SecretId"] == self.0)
    }
}

/// `footmand doctor` where this server is Jenkins, ECS and Secrets Manager.
fn doctor(server: &MockServer, arguments: &[&str]) -> Output {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");
    Command::new(env!("CARGO_BIN_EXE_footmand"))
        .args(["doctor", examples, "--jenkins-user", "footman", "--jenkins-url", &server.uri()])
        .args(["--ecs-endpoint", &server.uri()])
        .args(arguments)
        .env_clear()
        .envs([("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_REGION", "us-east-1")])
        .env("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.uri())
        .output()
        .unwrap()
}

fn printed(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

async fn keeps(server: &MockServer, secret: &'static str, status: u16, body: serde_json::Value) {
    let answer = ResponseTemplate::new(status).set_body_json(body);
    Mock::given(Asked(secret)).respond_with(answer).mount(server).await;
}

#[tokio::test]
async fn it_is_sent_to_jenkins_and_shown_to_nobody() {
    let server = MockServer::start().await;
    let json = serde_json::json!({ "user": "footman", "token": CANARY }).to_string();
    keeps(&server, "footman/jenkins", 200, serde_json::json!({ "SecretString": json })).await;
    let known = matchers::basic_auth("footman", CANARY);
    Mock::given(known).respond_with(ResponseTemplate::new(503)).expect(1..).mount(&server).await;
    let output = doctor(&server, &["--jenkins-token-secret", "footman/jenkins:token"]);
    let printed = printed(&output);
    assert!(!printed.contains(CANARY), "{printed}");
    assert!(printed.contains("503"), "Jenkins was asked: {printed}");
}

#[tokio::test]
async fn what_is_wrong_with_it_is_said() {
    let server = MockServer::start().await;
    let denied = serde_json::json!({
        "__type": "AccessDeniedException",
        "Message": "User is not authorized to perform: secretsmanager:GetSecretValue",
    });
    keeps(&server, "denied", 400, denied).await;
    keeps(&server, "plain", 200, serde_json::json!({ "SecretString": CANARY })).await;
    // (argument, what is said)
    let table = [
        ("denied", "secret `denied` cannot be read"),
        ("denied", "not authorized to perform: secretsmanager:GetSecretValue"),
        ("plain:token", "secret `plain:token` is no JSON object whose values are texts"),
        ("a:b:c:d:e", "expected NAME or ARN of a secret"),
    ];
    for (secret, said) in table {
        let printed = printed(&doctor(&server, &["--jenkins-token-secret", secret]));
        // Lines are wrapped where a terminal would end.
        let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(said) && !words.contains(CANARY), "{secret}: {printed}");
    }
    let both = doctor(&server, &["--jenkins-token-secret", "plain", "--jenkins-token-file", "x"]);
    assert_eq!(both.status.code(), Some(2), "{}", printed(&both));
}
