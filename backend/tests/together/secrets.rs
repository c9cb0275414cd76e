//! Where secrets are not: a token and the secrets of agents are planted, and everything that a run leaves is searched.

use crate::{
    canary::{Kept, Planted, TOKEN, users},
    stage::{Log, configuration, on_stage_as},
};
use footman::serve::TwinsSettings;
use footman_backend::jenkins::observe::LabelSource;
use footman_recording::{FileRecorder, Limits};
use std::fs;

#[test]
fn a_secret_stands_in_the_override_of_its_task_and_nowhere_else() {
    let (kept, _logging) = Kept::log();
    let twins = TwinsSettings { seed: 5, security: users(), ..TwinsSettings::default() };
    on_stage_as(twins, async |stage| {
        stage.play("pipeline", &[(1, 60, "java"), (1, 20, "small"), (30, 5, "java")]).await;
        // Answers that are lost and calls that fail say most about what was sent.
        let faults = serde_json::json!({"calls": [
            {"fault": "answerLost", "operation": "RunTask", "count": 1},
            {"fault": "serverError", "operation": "RunTask", "count": 1},
        ]});
        stage.sim("PUT", "faults", faults.to_string()).await;
        let (mut machine, services) = stage.daemon_as("footman", TOKEN, LabelSource::Why).await;
        let folder = tempfile::tempdir().unwrap();
        let (policy, start) = (configuration().policy, stage.now().await);
        let recorder = FileRecorder::create(folder.path(), Limits::default(), &policy, start).unwrap();
        machine.record(Box::new(recorder));
        let mut log = Log::default();
        stage.work(&mut machine, &services, &mut log).await;
        let recording = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();

        let planted = Planted::of(&stage, "builds").await;
        assert_eq!(planted.agents(), 3);
        let ecs = stage.client();
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
            planted.are_not_in(what, &text);
        }
    });
}
