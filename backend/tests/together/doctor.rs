//! `footmand doctor` as an operator runs it, against both servers and against none.

use crate::stage::{FOOTMAN, JENKINS, Stage, configuration, on_stage_as};
use footman::serve::TwinsSettings;
use footman_backend::{
    driver::Servers,
    ecs::{TaskTemplate, iam::least_policy},
    guard::Guard,
};
use footman_core::{Millis, label::LabelSet};
use footman_ecs_sim::http::iam::Policy;
use footman_jenkins_sim::http::Security;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, net::TcpListener};
use tempfile::TempDir;
use tokio::process::Command;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

/// What is never to be seen.
const SECRETS: [&str; 3] = ["t1-secret", "wrong-secret", "aws-secret"];

/// How the command is run; by default as the user with all that is needed, against both servers.
struct Run {
    /// Texts of the files to replace.
    changes: Vec<(&'static str, &'static str)>,
    user: &'static str,
    token: &'static str,
    ecs: String,
    jenkins: String,
    variables: BTreeMap<&'static str, String>,
}

/// What it said, and its exit code.
struct Said {
    code: Option<i32>,
    report: Value,
    text: String,
}

impl Run {
    fn at(stage: &Stage) -> Self {
        let variables = [
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "aws-secret"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ];
        Self {
            changes: Vec::new(),
            user: "footman",
            token: "t1-secret",
            ecs: stage.ecs_url(),
            jenkins: stage.jenkins_url(),
            variables: variables.map(|(name, value)| (name, value.to_owned())).into(),
        }
    }

    async fn said(self) -> Said {
        let folder = TempDir::new().unwrap();
        for (name, text) in [("jenkins.yaml", JENKINS), ("footman.yaml", FOOTMAN)] {
            let text = self.changes.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new));
            fs::write(folder.path().join(name), text).unwrap();
        }
        let run = Command::new(env!("CARGO_BIN_EXE_footmand"))
            .args(["doctor", "jenkins.yaml", "footman.yaml", "--json"])
            .args(["--jenkins-url", &self.jenkins, "--jenkins-user", self.user, "--ecs-endpoint", &self.ecs])
            .current_dir(folder.path())
            .env_clear()
            .env("FOOTMAN_JENKINS_TOKEN", self.token)
            .envs(self.variables)
            .output()
            .await
            .unwrap();
        let (text, errors) = (String::from_utf8(run.stdout).unwrap(), String::from_utf8(run.stderr).unwrap());
        for secret in SECRETS {
            assert!(!text.contains(secret) && !errors.contains(secret), "{text}{errors}");
        }
        let report = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{errors}"));
        Said { code: run.status.code(), report, text }
    }
}

impl Said {
    /// The verdict of a check, and what was found.
    fn check(&self, what: &str) -> (&str, &str) {
        let checks = self.report["checks"].as_array().unwrap();
        let row =
            checks.iter().find(|row| row["what"] == what).unwrap_or_else(|| panic!("{what}: {}", self.text));
        (row["verdict"].as_str().unwrap(), row["found"].as_str().unwrap())
    }

    /// Holds that these checks failed and no other, each with this in what was found, and that the command failed.
    fn fails(&self, wants: &[(&str, &str)]) {
        let checks = self.report["checks"].as_array().unwrap();
        let failed: Vec<_> =
            checks.iter().filter(|row| row["verdict"] == "failed").map(|row| &row["what"]).collect();
        assert_eq!(failed, wants.iter().map(|(what, _)| *what).collect::<Vec<_>>(), "{}", self.text);
        for (what, words) in wants {
            assert!(self.check(what).1.contains(words), "{words}: {}", self.text);
        }
        assert_eq!(self.code, Some(1));
    }
}

/// Servers with an agent port, and users: the one with what is needed, and one without Job/Read.
fn twins() -> TwinsSettings {
    let least =
        ["Overall/Read", "Job/Read", "Agent/Create", "Agent/Connect", "Agent/Disconnect", "Agent/Delete"];
    let blind: Vec<&str> = least.iter().copied().filter(|name| *name != "Job/Read").collect();
    let users = json!({
        "footman": {"token": "t1-secret", "permissions": least},
        "blind": {"token": "t1-secret", "permissions": blind},
    });
    TwinsSettings {
        security: Security::parse(&users.to_string()).unwrap(),
        agent_port: Some(50_000),
        ..TwinsSettings::default()
    }
}

/// An address where nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Two builds wait that nobody serves, and have been for a minute.
async fn wait(stage: &Stage) {
    stage.play("freestyle", &[(1, 60, "java"), (1, 60, "small")]).await;
    stage.advance(stage.now().await + Millis::from_secs(60)).await;
}

#[test]
fn a_healthy_pair_passes_and_what_was_not_tried_is_named() {
    on_stage_as(twins(), async |stage| {
        wait(&stage).await;
        let before = stage.sim("GET", "state", "").await;
        let said = Run::at(&stage).said().await;
        assert_eq!((said.code, &said.report["failed"]), (Some(0), &json!(0)), "{}", said.text);
        let (verdict, rights) = said.check("rights for builds in us-east-1");
        assert!(
            verdict == "ok" && rights.contains("proven: ecs:DescribeTaskDefinition, ecs:ListTasks"),
            "{rights}"
        );
        for action in ["ecs:RunTask", "ecs:StopTask", "ecs:RegisterTaskDefinition", "ecs:TagResource"] {
            assert!(rights.split("not tried").nth(1).unwrap().contains(action), "{rights}");
        }
        for (what, verdict) in [
            ("connection", "ok"),
            ("user", "ok"),
            ("Job/Read", "ok"),
            ("Agent/Create", "ok"),
            ("Agent/Connect", "not checked"),
            ("Agent/Configure, Agent/Disconnect, Agent/Delete", "not checked"),
            ("cluster builds in us-east-1", "ok"),
            ("definition of ecs/java", "ok"),
            ("reload", "ok"),
            ("guard file", "ok"),
            ("other clouds on the same labels", "ok"),
        ] {
            assert_eq!(said.check(what).0, verdict, "{what}: {}", said.text);
        }
        let held: Vec<&Value> =
            said.report["levels"].as_array().unwrap().iter().map(|it| &it["held"]).collect();
        let (unknown, no) = (&Value::Null, &json!(false));
        assert_eq!(held, [unknown, unknown, no, no], "there is no node to try rights on");
        assert_eq!(stage.sim("GET", "state", "").await, before, "nothing is changed");
    });
}

#[test]
fn the_guard_file_and_a_cloud_on_the_same_labels_are_seen() {
    let own = Guard::of(&configuration().policy).sha256();
    // Whether it is there, and the hash that it says of itself => verdict, what is found
    let table = [
        (None, None, "ok", "not installed"),
        (Some("fm-"), Some(own.as_str()), "ok", "of version 1, as `footmand guard` prints it"),
        (Some("fm-"), Some("0123"), "warning", "of version 1, changed"),
        (Some("fm-"), None, "not checked", "of version 1, and it does not know"),
    ];
    for (guard, sha256, verdict, words) in table {
        let mut twins = twins();
        twins.jenkins.guard = guard.map(Into::into);
        twins.jenkins.guard_sha256 = sha256.map(Into::into);
        twins.jenkins.plugin_cloud = Some(LabelSet::new(["java", "linux"]));
        on_stage_as(twins, async |stage| {
            let said = Run::at(&stage).said().await;
            let (found, text) = said.check("guard file");
            assert!(found == verdict && text.starts_with(words), "{}", said.text);
            assert_eq!(said.report["levels"][2]["held"], json!(guard.is_some()), "{}", said.text);
            let cloud = ("warning", "still active for java&&linux (the ECS plugin's)");
            assert_eq!(said.check("other clouds on the same labels"), cloud);
        });
    }
}

#[test]
fn what_a_daemon_left_is_seen() {
    on_stage_as(TwinsSettings { agent_port: Some(50_000), ..TwinsSettings::default() }, async |stage| {
        let (mut machine, services) = stage.daemon().await;
        stage.play("freestyle", &[(1, 60, "java")]).await;
        let soon = stage.now().await + Millis::from_secs(30);
        let mut log = crate::stage::Log::default();
        stage.work_until(&mut machine, &services, &mut log, |now| now >= soon).await;
        assert_eq!(log.launched(), 1);
        let said = Run::at(&stage).said().await;
        assert_eq!(said.code, Some(0), "{}", said.text);
        assert!(said.check("definition of ecs/java").1.starts_with("registered as it is"), "{}", said.text);
        assert!(
            said.check("definition of ecs/small").1.contains("the first launch registers it"),
            "{}",
            said.text
        );
        assert_eq!(said.check("Agent/Connect"), ("ok", "held"), "it is tried on the agent");
        assert_eq!(said.check("nodes of other owners"), ("ok", "none"));
        let image = ("label: java linux, image: jenkins/inbound-agent", "label: java linux, image: other");
        let changed = Run { changes: vec![image], ..Run::at(&stage) }.said().await;
        assert!(changed.check("definition of ecs/java").1.ends_with("differs in image"), "{}", changed.text);
    });
}

#[test]
fn each_trouble_is_found_where_it_is() {
    on_stage_as(twins(), async |stage| {
        wait(&stage).await;
        let blind = Run { user: "blind", ..Run::at(&stage) }.said().await;
        blind.fails(&[("Job/Read", "no job is visible, and yet builds wait or run")]);
        let token = Run { token: "wrong-secret", ..Run::at(&stage) }.said().await;
        token.fails(&[("connection", "the user or the API token is not known")]);
        let cluster = Run { changes: vec![("builds", "elsewhere")], ..Run::at(&stage) }.said().await;
        cluster.fails(&[("cluster elsewhere in us-east-1", "there is none: ")]);
        let ecs = Run { ecs: nobody(), ..Run::at(&stage) }.said().await;
        ecs.fails(&[("cluster builds in us-east-1", "ECS does not answer")]);
        let jenkins = Run { jenkins: nobody(), ..Run::at(&stage) }.said().await;
        jenkins.fails(&[("connection", "no connection to Jenkins")]);
        let nowhere = Run { jenkins: "ci.example.org".to_owned(), ..Run::at(&stage) }.said().await;
        nowhere.fails(&[("connection", "no URL of a Jenkins")]);
        let own = ("label: small,", "label: small, taskDefinitionOverride: users-own,");
        let size = ("{agents: 40}", "{agents: 40}\n    templates: {small: {size: 512/1024}}");
        let own = Run { changes: vec![own, size], ..Run::at(&stage) }.said().await;
        own.fails(&[("definition of ecs/small", "users-own: ClientException")]);
        let nodes = ("jenkins:\n", "jenkins:\n  nodes: [{permanent: {name: one}}]\n");
        let nodes = Run { changes: vec![nodes], ..Run::at(&stage) }.said().await;
        assert_eq!((nodes.code, nodes.check("reload").0), (Some(0), "warning"), "{}", nodes.text);
        let unusable =
            Run { changes: vec![("label: small", "lable: small")], ..Run::at(&stage) }.said().await;
        unusable.fails(&[("usable", "no, for 1 error")]);
    });
}

#[test]
fn the_want_of_credentials_has_three_reasons() {
    on_stage_as(twins(), async |stage| {
        let place = "credentials for builds in us-east-1";
        let mut none = Run::at(&stage);
        none.variables.remove("AWS_ACCESS_KEY_ID");
        none.said().await.fails(&[(place, "none found")]);

        let mut silent = Run::at(&stage);
        silent.variables.remove("AWS_ACCESS_KEY_ID");
        silent.variables.insert("AWS_CONTAINER_CREDENTIALS_FULL_URI", nobody());
        silent.said().await.fails(&[(place, "whoever has them does not answer")]);

        let sts = MockServer::start().await;
        let refusal = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
                       <Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>";
        let answer = ResponseTemplate::new(403).set_body_raw(refusal, "text/xml");
        Mock::given(any()).respond_with(answer).mount(&sts).await;
        let role =
            ("cluster: builds", "cluster: builds\n        assumedRoleArn: arn:aws:iam::123456789012:role/x");
        let mut refused = Run { changes: vec![role], ..Run::at(&stage) };
        refused.variables.insert("AWS_ENDPOINT_URL_STS", sts.uri());
        refused.said().await.fails(&[(place, "role/x may not be assumed: AccessDenied: not you")]);
    });
}

#[test]
fn a_policy_without_list_tasks_is_told_from_a_cluster_that_is_not_there() {
    let mut policy = least_policy(&TaskTemplate::of_configuration(&configuration(), "")).document;
    let statements = policy["Statement"].as_array_mut().unwrap();
    statements.retain(|statement| statement["Sid"] != "ListAgents");
    let policy = Some(Policy::parse(&policy.to_string()).unwrap());
    on_stage_as(TwinsSettings { policy, ..twins() }, async |stage| {
        let said = Run::at(&stage).said().await;
        said.fails(&[("rights for builds in us-east-1", "ecs:ListTasks is denied")]);
        assert_eq!(said.check("cluster builds in us-east-1").0, "not checked");
    });
}
