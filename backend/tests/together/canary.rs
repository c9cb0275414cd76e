//! Secrets that are planted in a run, and the search for them in everything that it leaves.

use crate::stage::Stage;
use footman_jenkins_sim::http::Security;
use std::{
    collections::BTreeSet,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::EnvFilter;

/// The API token of the user `footman`.
pub(crate) const TOKEN: &str = "11canary0token0canary0token0canary";
const USERS: &str =
    r#"{"footman": {"token": "11canary0token0canary0token0canary", "permissions": ["Overall/Administer"]}}"#;
/// How long the secret of an agent is, in hexadecimal digits.
const SECRET_LENGTH: usize = 64;

/// Jenkins' users: `footman` alone.
pub(crate) fn users() -> Security {
    Security::parse(USERS).unwrap()
}

/// Keeps what is logged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<u8>>>);

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
    /// One that is given everything that this thread logs from here on, at its most.
    pub(crate) fn log() -> (Self, DefaultGuard) {
        let kept = Self::default();
        let writer = kept.clone();
        let log = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(footman_backend::cli::LOG_FILTER_MOST))
            .with_writer(move || writer.clone())
            .finish();
        (kept, tracing::subscriber::set_default(log))
    }

    /// What was logged.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// The token, and the secrets of all agents whose tasks have stopped.
#[derive(Debug)]
pub(crate) struct Planted {
    secrets: BTreeSet<String>,
}

impl Planted {
    /// Reads the secrets from the overrides of the tasks, and holds that their tags have none of them.
    pub(crate) async fn of(stage: &Stage, cluster: &str) -> Self {
        let ecs = stage.client();
        let listed = ecs.list_tasks().cluster(cluster).desired_status("STOPPED".into());
        let arns: Vec<String> =
            listed.into_paginator().items().send().collect::<Result<_, _>>().await.unwrap();
        let mut planted = Self { secrets: BTreeSet::new() };
        for arns in arns.chunks(100) {
            let described = ecs.describe_tasks().cluster(cluster).set_tasks(Some(arns.to_vec()));
            let described = described.include("TAGS".into()).send().await.unwrap();
            for task in described.tasks() {
                let overridden = &task.overrides().unwrap().container_overrides()[0];
                let mut variables = overridden.environment().iter();
                let secret = variables.find(|it| it.name() == Some("JENKINS_SECRET")).unwrap();
                planted.secrets.insert(secret.value().unwrap().to_owned());
                planted.are_not_in("a task's tags", &format!("{:?}", task.tags()));
            }
        }
        planted
    }

    /// How many secrets of agents there are.
    pub(crate) fn agents(&self) -> u64 {
        u64::try_from(self.secrets.len()).unwrap()
    }

    /// Holds that none of the secrets stands in a text.
    pub(crate) fn are_not_in(&self, what: &str, text: &str) {
        assert!(!text.contains(TOKEN), "the token stands in {what}");
        // Wherever an agent's secret stands, as many hexadecimal digits stand.
        for word in text.split(|letter: char| !letter.is_ascii_hexdigit()) {
            let mut parts = word.as_bytes().windows(SECRET_LENGTH);
            let found = parts.any(|part| str::from_utf8(part).is_ok_and(|part| self.secrets.contains(part)));
            assert!(!found, "the secret of an agent stands in {what}");
        }
    }
}
