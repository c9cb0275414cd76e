//! `footmand doctor`.

use super::{connect::Connection, note, say};
use crate::{
    doctor::{AgentWay, ConfigurationFacts, Facts, JenkinsFacts, LookedAt, examine},
    ecs::{TaskTemplate, survey::survey},
    guard::Guard,
    jenkins::{client::Jenkins, lookouts},
};
use clap::Args;
use footman_config::{Loaded, Severity};
use footman_config_files::ConfigFiles;
use miette::{IntoDiagnostic, Report};
use std::{process::ExitCode, sync::Arc};

/// Checks configuration, AWS and Jenkins before a first run, or where builds get no agents; changes nothing
///
/// Each check is a line with its verdict: ok, warning, failed, not checked. The exit code is 1 where one failed.
#[derive(Debug, Args)]
pub(super) struct DoctorArguments {
    #[command(flatten)]
    files: ConfigFiles,
    #[command(flatten)]
    connection: Connection,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command: the code is 1 where a check failed.
///
/// # Errors
///
/// Fails where a file cannot be read.
pub(super) fn run(arguments: &DoctorArguments) -> miette::Result<ExitCode> {
    let reading = arguments.files.read()?;
    let said = reading.show(|diagnostic| diagnostic.severity != Severity::Note);
    if !said.is_empty() {
        note(said);
    }
    let mut facts =
        Facts { configuration: ConfigurationFacts::of(&reading.outcome), aws: None, jenkins: None };
    if let Ok(loaded) = &reading.outcome {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().into_diagnostic()?;
        runtime.block_on(gather(loaded, &arguments.connection, &mut facts));
    }
    let report = examine(&facts);
    if arguments.json {
        say(format!("{:#}", report.json()))
    } else {
        say(report.to_string())
    }
    Ok(if report.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Looks at both services at once. Each request has the deadline of its client.
async fn gather(loaded: &Loaded, connection: &Connection, facts: &mut Facts) {
    let jenkins = connection.jenkins(loaded).await;
    // Where Jenkins is nothing to ECS: it stands in no definition.
    let url = jenkins.as_ref().map_or("", Jenkins::url);
    let templates = TaskTemplate::of_configuration(loaded, url);
    let ways = templates.iter().map(way).collect();
    let (aws, found) = tokio::join!(survey(templates, connection.ecs_endpoint()), look(&jenkins, loaded));
    facts.aws = Some(aws);
    let owner = loaded.policy.owner.clone();
    let labels = loaded.policy.templates.iter().map(|template| &template.labels);
    facts.jenkins = Some(JenkinsFacts {
        found,
        lookouts: lookouts::wanted(&owner, labels),
        owner,
        clouds: loaded.clouds.iter().map(|cloud| Arc::clone(&cloud.name)).collect(),
        labels: connection.label_source(),
        guard_sha256: Guard::of(&loaded.policy).sha256(),
        ways,
    });
}

fn way(template: &TaskTemplate) -> AgentWay {
    AgentWay {
        template: format!("{}/{}", template.cloud, template.name),
        url: template.jenkins_url().to_owned(),
        tunnel: template.tunnel().map(str::to_owned),
        web_socket: template.web_socket(),
    }
}

async fn look(
    jenkins: &miette::Result<Jenkins>,
    loaded: &Loaded,
) -> Result<LookedAt, (String, Option<String>)> {
    match jenkins {
        Ok(jenkins) => {
            let labels = loaded.policy.templates.iter().map(|template| &template.labels).collect();
            let survey = jenkins.survey(&loaded.policy.owner, &labels).await;
            Ok(LookedAt { url: jenkins.url().to_owned(), survey })
        }
        Err(report) => Err((chain(report), report.help().map(|help| help.to_string()))),
    }
}

/// The words of a report and of all that caused it.
fn chain(report: &Report) -> String {
    report.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
