//! `footman query`: reads an expression of ECS's cluster query language, and says what it comes to and selects.

use crate::cli::Console;
use clap::Args;
use footman_core::Timestamp;
use footman_ecs_sim::query::{AgentVersion, Expression, QueriedInstance, QueryError, Second};
use miette::{IntoDiagnostic, LabeledSpan, MietteDiagnostic, Report, WrapErr, miette};
use serde::Deserialize;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The largest file of instances that is read, in bytes.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// Explains an expression of ECS's cluster query language, and tries it on container instances
#[derive(Debug, Args)]
#[command(after_long_help = include_str!("../../../docs/cluster-query-language.md"))]
pub(crate) struct QueryArguments {
    /// The expression: of a placement constraint `memberOf`, or of a filter
    #[arg(allow_hyphen_values = true)]
    expression: String,
    /// Container instances to try it on: what `aws ecs describe-container-instances` prints
    ///
    /// One instance or a list of them will do too. The groups of an instance's tasks, which ECS does not show with it, may be
    /// given as "taskGroups": ["family:java"].
    #[arg(long, value_name = "FILE")]
    instance: Option<PathBuf>,
}

/// `ContainerInstance`, as far as expressions ask.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Instance {
    container_instance_arn: Option<String>,
    ec2_instance_id: Option<String>,
    agent_connected: bool,
    version_info: VersionInfo,
    registered_at: Option<Moment>,
    running_tasks_count: u32,
    attributes: Vec<Attribute>,
    task_groups: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct VersionInfo {
    #[serde(deserialize_with = "version")]
    agent_version: Option<AgentVersion>,
}

/// A number of seconds, as the API has it, or a text, as the second AWS CLI prints it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Moment {
    Seconds(serde_json::Number),
    Text(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attribute {
    name: String,
    value: String,
}

/// Runs `footman query`.
///
/// # Errors
///
/// Fails where the text is no expression, or the file of instances cannot be read.
pub(crate) fn run(arguments: &QueryArguments, console: &mut Console) -> miette::Result<()> {
    let text = &arguments.expression;
    let expression = Expression::parse(text).map_err(|error| report(&error, text))?;
    console.say(format!("normal form: {expression}"));
    console.say("selects an instance where:");
    for line in expression.explain().lines() {
        console.say(format!("  {line}"));
    }
    let Some(path) = &arguments.instance else { return Ok(()) };
    let instances = read(path)?;
    console.say("");
    let mut selected = 0_usize;
    for (place, instance) in instances.iter().enumerate() {
        let holds = expression.holds(instance);
        selected += usize::from(holds);
        let named = instance.container_instance_arn.as_ref().or(instance.ec2_instance_id.as_ref());
        let name = named.cloned().unwrap_or_else(|| format!("instance {}", place + 1));
        console.say(format!("{} {name}", if holds { "selected    " } else { "not selected" }));
    }
    console.say(format!("{selected} of {} selected", instances.len()));
    Ok(())
}

/// The error with the text that it is about.
pub(crate) fn report(error: &QueryError, text: &str) -> Report {
    let span = error.span.clone();
    let place = text[..span.start].chars().count() + 1;
    let message = format!("the text is no expression: {} at character {place}", error.problem);
    let mut diagnostic = MietteDiagnostic::new(message).with_label(LabeledSpan::at(span, "here"));
    diagnostic.help = error.help();
    Report::new(diagnostic).with_source_code(text.to_owned())
}

fn read(path: &Path) -> miette::Result<Vec<Instance>> {
    let name = path.display();
    let cannot = || format!("failed to read {name}");
    let length = fs::metadata(path).into_diagnostic().wrap_err_with(cannot)?.len();
    if length > FILE_BYTES_MAX {
        return Err(miette!("{name} has {length} bytes; at most {FILE_BYTES_MAX} are read"));
    }
    let text = fs::read_to_string(path).into_diagnostic().wrap_err_with(cannot)?;
    let instances = serde_json::from_str(&text).and_then(instances).into_diagnostic();
    instances.wrap_err_with(|| format!("{name} is not what `aws ecs describe-container-instances` prints"))
}

/// The instances of a document: what the call answers, a list, or one alone.
fn instances(mut document: Value) -> serde_json::Result<Vec<Instance>> {
    if let Some(listed) = document.get_mut("containerInstances") {
        document = listed.take();
    }
    match document {
        list @ Value::Array(_) => serde_json::from_value(list),
        one @ (Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            Ok(vec![serde_json::from_value(one)?])
        }
    }
}

fn version<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<AgentVersion>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    // What is no version, such as that of an agent somebody built, is compared with nothing.
    Ok(text.and_then(|text| text.parse().ok()))
}

impl Moment {
    fn second(&self) -> Option<Second> {
        let ms = match self {
            Self::Text(text) => text.parse::<jiff::Timestamp>().ok()?.as_millisecond(),
            Self::Seconds(number) => {
                let text = number.to_string();
                let whole = text.split(['.', 'e', 'E']).next().and_then(|whole| whole.parse::<i64>().ok())?;
                whole.checked_mul(1000)?
            }
        };
        Some(Second::from(Timestamp::from_millis(ms)))
    }
}

impl QueriedInstance for Instance {
    fn agent_connected(&self) -> bool {
        self.agent_connected
    }

    fn agent_version(&self) -> Option<&AgentVersion> {
        self.version_info.agent_version.as_ref()
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
            .map(|attribute| attribute.value.as_str())
    }

    fn ec2_instance_id(&self) -> Option<&str> {
        self.ec2_instance_id.as_deref()
    }

    fn registered_at(&self) -> Option<Second> {
        self.registered_at.as_ref().and_then(Moment::second)
    }

    fn running_tasks_count(&self) -> u32 {
        self.running_tasks_count
    }

    fn task_groups(&self) -> impl Iterator<Item = &str> {
        self.task_groups.iter().map(String::as_str)
    }
}
