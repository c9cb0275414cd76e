//! `footmand bundle`: what goes to whoever helps.

use crate::{
    daemon::{Daemon, footmand},
    stage::{ENDLESS_S, Stage},
};
use serde_json::Value;
use std::net::{SocketAddr, TcpListener};

/// What must not leave the house: it is the API token, and a variable's value.
const CANARY: &str = "canary-5f2e";

/// A bundle of what the servers, the configuration and the daemon at `status` show.
fn bundle(stage: &Stage, status: SocketAddr) -> Value {
    let mut command = footmand();
    command.arg("bundle").arg(stage.folder()).args(["--status", &status.to_string()]);
    command.args(["--ecs-endpoint", &format!("http://{}", stage.ecs)]);
    command.args(["--jenkins-url", &format!("http://{}/", stage.jenkins)]);
    command.envs([("FOOTMAN_JENKINS_USER", "me"), ("FOOTMAN_JENKINS_TOKEN", CANARY)]);
    let run = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(run.stdout), text(run.stderr));
    assert_eq!(run.status.code(), Some(0), "{err}");
    assert!(!out.contains(CANARY) && !err.contains(CANARY), "{out}\n{err}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn a_bundle_has_checks_requests_policy_and_how_the_daemon_stands_and_no_secret() {
    let stage = Stage::new();
    let variable = format!("environments: [{{name: DEPLOY_KEY, value: {CANARY}}}], cpu: 1024");
    stage.template("cpu: 1024", &variable);
    let daemon = Daemon::start(&stage, &[]);
    stage.play(&[(ENDLESS_S, "java")]);
    let busy = daemon.busy(1);

    let document = bundle(&stage, daemon.status());
    assert_eq!(document["schema"], "footman.bundle/1");
    assert_eq!(document["version"], env!("CARGO_PKG_VERSION"));
    let checks = document["doctor"]["checks"].as_array().unwrap();
    assert!(checks.iter().any(|check| check["area"] == "Jenkins"), "{checks:?}");
    let requests = &document["requests"];
    let container = &requests[0]["registerTaskDefinition"]["containerDefinitions"][0];
    let variable = container["environment"].as_array().unwrap().iter().find(|it| it["name"] == "DEPLOY_KEY");
    assert_eq!(variable.unwrap()["value"], "(hidden)", "{requests}");
    assert!(document["iamPolicy"]["Statement"].is_array());
    let told = &document["daemon"];
    assert!(told["status"]["answer"]["agents"].to_string().contains(&busy[0]), "{told}");
    assert_eq!(
        (&told["ready"]["code"], &told["ready"]["answer"]),
        (&200.into(), &"decisions are made".into())
    );
    assert!(told["metrics"]["answer"].as_str().unwrap().contains("footman_agents"), "{told}");
}

#[test]
fn without_a_daemon_or_a_configuration_that_can_be_used_a_bundle_has_what_there_is() {
    let stage = Stage::new();
    // Nobody listens there once the listener is gone.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let document = bundle(&stage, nobody);
    let failed = document["daemon"]["status"]["failed"].as_str().unwrap();
    assert!(failed.contains("no footmand answers"), "{failed}");
    assert_eq!(document["requests"].as_array().map(Vec::len), Some(1));
    stage.configure("{agents: many}");
    let document = bundle(&stage, nobody);
    assert_eq!((&document["requests"], &document["iamPolicy"]), (&Value::Null, &Value::Null));
    assert_eq!(document["doctor"]["failed"], 1, "{document}");
}
