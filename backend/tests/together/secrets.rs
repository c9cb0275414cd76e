//! Where secrets are not: a token and the secrets of agents are planted, and everything that a run leaves is searched.

use crate::stage::{Log, configuration, on_stage_as};
use footman::serve::TwinsSettings;
use footman_jenkins_sim::http::Security;
use footman_recording::{FileRecorder, Limits};
use std::{
    fs,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};
use tracing_subscriber::EnvFilter;

const TOKEN: &str = "11canary0token0canary0token0canary";
const USERS: &str =
    r#"{"footman": {"token": "11canary0token0canary0token0canary", "permissions": ["Overall/Administer"]}}"#;

/// Keeps what is logged.
#[derive(Debug, Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

#[test]
fn a_secret_stands_in_the_override_of_its_task_and_nowhere_else() {
    let kept = Kept::default();
    let writer = kept.clone();
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(footman_backend::cli::LOG_FILTER_MOST))
        .with_writer(move || writer.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(log);
    let mut twins = TwinsSettings { seed: 5, ..TwinsSettings::default() };
    twins.security = Security::parse(USERS).unwrap();
    on_stage_as(twins, async |stage| {
        stage.play("pipeline", &[(1, 60, "java"), (1, 20, "small"), (30, 5, "java")]).await;
        // Answers that are lost and calls that fail say most about what was sent.
        let faults = serde_json::json!({"calls": [
            {"fault": "answerLost", "operation": "RunTask", "count": 1},
            {"fault": "serverError", "operation": "RunTask", "count": 1},
        ]});
        stage.sim("PUT", "faults", faults.to_string()).await;
        let (mut machine, services) = stage.daemon_as("footman", TOKEN).await;
        let folder = tempfile::tempdir().unwrap();
        let (policy, start) = (configuration().policy, stage.now().await);
        let recorder = FileRecorder::create(folder.path(), Limits::default(), &policy, start).unwrap();
        machine.record(Box::new(recorder));
        let mut log = Log::default();
        stage.work(&mut machine, &services, &mut log).await;
        let recording = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();

        let ecs = stage.client();
        let listed =
            ecs.list_tasks().cluster("builds").desired_status("STOPPED".into()).send().await.unwrap();
        let arns = listed.task_arns().to_vec();
        let described = ecs.describe_tasks().cluster("builds").set_tasks(Some(arns)).include("TAGS".into());
        let described = described.send().await.unwrap();
        let mut secrets = vec![TOKEN.to_owned()];
        for task in described.tasks() {
            let overridden = &task.overrides().unwrap().container_overrides()[0];
            let secret =
                overridden.environment().iter().find(|it| it.name() == Some("JENKINS_SECRET")).unwrap();
            secrets.push(secret.value().unwrap().to_owned());
            assert!(task.tags().iter().all(|tag| !secrets.iter().any(|it| tag.value() == Some(it))));
        }
        assert_eq!(secrets.len(), 4, "three agents and the token");

        let definitions = ecs.describe_task_definition().task_definition("ecs-java").include("TAGS".into());
        let outputs = [
            ("the log", kept.text()),
            ("the decisions", format!("{:?}", log.decisions)),
            ("the recording", fs::read_to_string(recording).unwrap()),
            ("the driver's own state", format!("{machine:?} {services:?}")),
            ("the task definition", format!("{:?}", definitions.send().await.unwrap())),
            ("the state of both servers", stage.sim("GET", "state", "").await.to_string()),
        ];
        for (what, text) in outputs {
            assert!(text.len() > 200, "{what} is empty");
            for secret in &secrets {
                assert!(!text.contains(secret.as_str()), "a secret stands in {what}");
            }
        }
    });
}
