//! `footmand doctor`.

use super::{connect::Connection, note, say};
use crate::{
    doctor::{AgentWay, ConfigurationFacts, Facts, JenkinsFacts, LookedAt, Report as Checks, examine},
    ecs::{TaskTemplate, survey::survey},
    guard::Guard,
    jenkins::{client::Jenkins, lookouts},
};
use clap::Args;
use footman_config::{Loaded, Refused, Severity};
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
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().into_diagnostic()?;
    let report = runtime.block_on(checked(&reading.outcome, &arguments.connection));
    if arguments.json {
        say(format!("{:#}", report.json()))
    } else {
        say(report.to_string())
    }
    Ok(if report.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What comes of every check. Both services are looked at at once; each request has the deadline of its client.
///
/// Nothing is looked at with a configuration that cannot be used.
pub(super) async fn checked(outcome: &Result<Loaded, Refused>, connection: &Connection) -> Checks {
    let configuration = ConfigurationFacts::of(outcome);
    let Ok(loaded) = outcome else {
        return examine(&Facts { configuration, aws: None, jenkins: None });
    };
    let jenkins = connection.jenkins(loaded).await;
    // Where Jenkins is nothing to ECS: it stands in no definition.
    let url = jenkins.as_ref().map_or("", Jenkins::url);
    let templates = TaskTemplate::of_configuration(loaded, url);
    let ways = templates.iter().map(way).collect();
    let (aws, found) = tokio::join!(survey(templates, connection.ecs_endpoint()), look(&jenkins, loaded));
    let owner = loaded.policy.owner.clone();
    let labels = loaded.policy.templates.iter().map(|template| &template.labels);
    let jenkins = JenkinsFacts {
        found,
        lookouts: lookouts::wanted(&owner, labels),
        owner,
        clouds: loaded.clouds.iter().map(|cloud| Arc::clone(&cloud.name)).collect(),
        labels: connection.label_source(),
        guard_sha256: Guard::of(&loaded.policy).sha256(),
        ways,
    };
    examine(&Facts { configuration, aws: Some(aws), jenkins: Some(jenkins) })
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
