//! `footmand render`.

use super::{load, say};
use crate::ecs::{
    TaskTemplate,
    difference::differences,
    render::{Rendered, render},
};
use clap::Args;
use footman_config::Loaded;
use footman_config_files::{ConfigFiles, Variables, read};
use footman_core::{Timestamp, event::Failure};
use miette::{IntoDiagnostic, WrapErr, miette};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::PathBuf};

/// When the agent was decided that requests are shown for: 2024-01-01T00:00:00Z. Its name carries the time, and the same
/// configuration is shown the same.
const EXAMPLE_AT: Timestamp = Timestamp::from_millis(1_704_067_200_000);

/// What stands for Jenkins' URL where nobody names it.
pub(super) const JENKINS_URL: &str = "https://JENKINS-URL/";

/// Prints what is sent to ECS for each template: RegisterTaskDefinition, and RunTask of an agent
///
/// The JSON is what goes over the wire, but for the agent's secret. Nothing is sent.
#[derive(Debug, Args)]
pub(super) struct RenderArguments {
    #[command(flatten)]
    files: ConfigFiles,
    /// Shows this template only: its name, or `cloud/template`
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// Jenkins' URL for agents of clouds without `jenkinsUrl`
    #[arg(long, value_name = "URL", default_value = JENKINS_URL)]
    jenkins_url: String,
    /// Shows only what differs from the requests of this older configuration, a file or a folder; may be repeated
    #[arg(long, value_name = "OLD")]
    diff: Vec<PathBuf>,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
///
/// Fails where a configuration cannot be used, has no such template, or has one that ECS knows no request for.
pub(super) fn run(arguments: &RenderArguments) -> miette::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().into_diagnostic()?;
    let (url, wanted) = (&*arguments.jenkins_url, arguments.template.as_deref());
    let new = runtime.block_on(rendered(&load(&arguments.files)?, url, wanted))?;
    if arguments.diff.is_empty() {
        show(&new, arguments.json);
        return Ok(());
    }
    let reading = read(&arguments.diff, &Variables::default())?;
    let old = reading.outcome.map_err(|_| miette!("the older configuration cannot be used"))?;
    let old = runtime.block_on(rendered(&old, url, wanted)).wrap_err("the older configuration")?;
    say(compared(&old, &new, arguments.json));
    Ok(())
}

/// The requests of all templates or of the one that is wanted, by cloud and name; `jenkins_url` is for clouds that name none.
///
/// # Errors
///
/// Fails where there is no such template, or one that ECS knows no request for.
pub(super) async fn rendered(
    loaded: &Loaded,
    jenkins_url: &str,
    wanted: Option<&str>,
) -> miette::Result<BTreeMap<String, Rendered>> {
    let mut all = BTreeMap::new();
    for template in TaskTemplate::of_configuration(loaded, jenkins_url) {
        let name = format!("{}/{}", template.cloud, template.name);
        if wanted.is_some_and(|wanted| *wanted != name && *wanted != *template.name) {
            continue;
        }
        let requests = render(&template, EXAMPLE_AT).await.map_err(|failed| match failed {
            Failure::Refused { reason } => miette!("{reason}"),
            Failure::Throttled { .. }
            | Failure::NoCapacity { .. }
            | Failure::Unavailable
            | Failure::Unknown => unreachable!("nothing is sent"),
        })?;
        all.insert(name, requests);
    }
    if let (true, Some(wanted)) = (all.is_empty(), wanted) {
        let names = loaded.clouds.iter().flat_map(|cloud| {
            cloud.templates.iter().map(move |template| format!("{}/{}", cloud.name, template.name))
        });
        let names: Vec<String> = names.collect();
        return Err(miette!("no template `{wanted}`; there are {}", names.join(", ")));
    }
    Ok(all)
}

fn show(all: &BTreeMap<String, Rendered>, json: bool) {
    if json {
        say(format!("{:#}", Value::from_iter(all.values().map(Rendered::json))));
        return;
    }
    for (name, requests) in all {
        match &requests.register_task_definition {
            Some(register) => say(format!("# {name}: RegisterTaskDefinition\n{register:#}")),
            None => say(format!("# {name}: its task definition is the user's own")),
        }
        say(format!("# {name}: RunTask\n{:#}\n", requests.run_task));
    }
}

/// What differs, template by template.
fn compared(old: &BTreeMap<String, Rendered>, new: &BTreeMap<String, Rendered>, json: bool) -> String {
    let mut lines = Vec::new();
    let mut rows = Vec::new();
    let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
    for name in names {
        let (before, after) = match (old.get(name), new.get(name)) {
            (Some(before), Some(after)) => (before, after),
            (Some(_), None) => {
                lines.push(format!("{name}: gone"));
                rows.push(json!({"template": name, "change": "gone"}));
                continue;
            }
            (None, _) => {
                lines.push(format!("{name}: new"));
                rows.push(json!({"template": name, "change": "new"}));
                continue;
            }
        };
        let requests = [
            (
                "RegisterTaskDefinition",
                json!(before.register_task_definition),
                json!(after.register_task_definition),
            ),
            ("RunTask", before.run_task.clone(), after.run_task.clone()),
        ];
        for (request, before, after) in requests {
            for difference in differences(&before, &after) {
                lines.push(format!("{name}: {request}{difference}"));
                rows.push(json!({
                    "template": name,
                    "change": "differs",
                    "request": request,
                    "place": difference.place,
                    "old": difference.old,
                    "new": difference.new,
                }));
            }
        }
    }
    if json {
        return format!("{:#}", Value::Array(rows));
    }
    if lines.is_empty() { "no difference".to_owned() } else { lines.join("\n") }
}
