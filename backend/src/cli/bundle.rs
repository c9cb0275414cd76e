//! `footmand bundle`.

use super::{ask::ask, connect::Connection, doctor, note, render, say, status::STATUS_DEFAULT};
use crate::{
    bundle::hide,
    ecs::{TaskTemplate, iam::least_policy, render::Rendered},
};
use clap::Args;
use footman_config::Loaded;
use footman_config_files::ConfigFiles;
use miette::{IntoDiagnostic, WrapErr};
use serde_json::{Map, Value, json};
use std::net::SocketAddr;

/// The schema of the document; docs/footmand.md documents it.
const SCHEMA: &str = "footman.bundle/1";
/// What the running footmand is asked, and under which name the answer stands.
const ASKED: [(&str, &str); 3] = [("status", "/status.json"), ("ready", "/readyz"), ("metrics", "/metrics")];

/// Gathers in one JSON document what somebody needs who helps you: checks, requests, policy, and how footmand stands
///
/// It holds no secret that footmand knows of: neither tokens nor the values of environment variables. Read it before you
/// send it. Nothing is changed.
#[derive(Debug, Args)]
pub(super) struct BundleArguments {
    #[command(flatten)]
    files: ConfigFiles,
    #[command(flatten)]
    connection: Connection,
    /// The status address of the footmand that runs; what it says of itself is left out where it does not answer
    #[arg(long, value_name = "ADDR", default_value_t = STATUS_DEFAULT)]
    status: SocketAddr,
}

/// Runs the command.
///
/// # Errors
///
/// Fails where a file cannot be read.
pub(super) fn run(arguments: &BundleArguments) -> miette::Result<()> {
    let reading = arguments.files.read()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().into_diagnostic()?;
    let document = runtime.block_on(async {
        note("checking configuration, AWS and Jenkins");
        let checks = doctor::checked(&reading.outcome, &arguments.connection).await;
        note(format!("asking footmand at {}", arguments.status));
        let daemon = daemon(arguments.status).await;
        let (requests, policy) = match &reading.outcome {
            Ok(loaded) => {
                (requests(loaded).await, least_policy(&TaskTemplate::of_configuration(loaded, "")).document)
            }
            Err(_) => (Value::Null, Value::Null),
        };
        json!({
            "schema": SCHEMA,
            "version": env!("CARGO_PKG_VERSION"),
            "platform": format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            "doctor": checks.json(),
            "requests": requests,
            "iamPolicy": policy,
            "daemon": daemon,
        })
    });
    say(format!("{document:#}"));
    Ok(())
}

/// What is sent to ECS for each template, or why there is no such request.
async fn requests(loaded: &Loaded) -> Value {
    match render::rendered(loaded, render::JENKINS_URL, None).await {
        Ok(all) => hide(all.values().map(Rendered::json).collect()),
        Err(error) => json!({ "failed": error.to_string() }),
    }
}

/// What the footmand that runs says of itself: of each question the status of the answer and its text, or why there is none.
async fn daemon(status: SocketAddr) -> Value {
    let mut answers = Map::new();
    for (name, path) in ASKED {
        let answer = async {
            let answer = ask(status, path).await?;
            let code = answer.status().as_u16();
            let text = answer.text().await.into_diagnostic().wrap_err("the answer broke off")?;
            let body = serde_json::from_str(&text).unwrap_or_else(|_| Value::from(text.trim_end()));
            Ok::<_, miette::Report>(json!({ "code": code, "answer": body }))
        };
        let answer = answer.await.unwrap_or_else(|error| json!({ "failed": error.to_string() }));
        answers.insert(name.to_owned(), answer);
    }
    Value::Object(answers)
}
