//! `footman plan`: which capacity meets the goals, at what cost.

use crate::{
    cli::{
        Console,
        inputs::{WorkloadArguments, WorldArguments, record},
    },
    plan::{Plan, PlanReport, Slo, TrialError, render},
    record::Record,
    setup::{Setup, example},
};
use clap::Args;
use footman_core::catalogue::{instance_type, instance_type_names};
use indicatif::{ProgressBar, ProgressStyle};
use miette::{IntoDiagnostic, WrapErr, miette};
use std::sync::Arc;

/// The instance types that are tried where none is named.
const TYPES: [&str; 3] = ["m5.large", "m5.2xlarge", "c5.4xlarge"];

/// Searches the capacity that meets waiting goals at the least cost, from your own build history
#[derive(Debug, Clone, Args)]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    workload: WorkloadArguments,
    #[command(flatten)]
    world: WorldArguments,
    /// A goal for the wait from submission to start: p95=60s, or LABEL:p99=90s for one label; may be repeated
    #[arg(long, value_name = "GOAL", default_value = "p95=60s")]
    slo: Vec<Slo>,
    /// An instance type to try; may be repeated
    #[arg(long = "instance-type", value_name = "TYPE", value_parser = known_type, default_values = TYPES)]
    instance_types: Vec<Arc<str>>,
    /// Prints one JSON document (docs/plan-json.md) in place of text
    #[arg(long)]
    json: bool,
}

fn known_type(name: &str) -> Result<Arc<str>, String> {
    if instance_type(name).is_some() {
        return Ok(name.into());
    }
    let known: Vec<&str> = instance_type_names().collect();
    Err(format!("size and price are known of these types only: {}", known.join(", ")))
}

/// Runs the command.
pub(crate) fn run(arguments: &PlanArguments, console: &mut Console) -> miette::Result<()> {
    let PlanArguments { workload, world, slo, instance_types, json } = arguments;
    let record = record(console, workload.seed, workload.trace.as_ref(), world.files()?)?;
    let wish = Wish {
        setup: world.setup(console)?,
        as_configured: !world.config.is_empty(),
        instance_types: instance_types.clone(),
        slos: slo.clone(),
    };
    let Some(report) = search(console, workload, wish, record)? else {
        return Ok(());
    };
    if *json {
        console.say(serde_json::to_string_pretty(&report).into_diagnostic()?);
    } else {
        console.say(render(&report));
    }
    Ok(())
}

/// Plans the bundled example: what `footman` does without a command.
pub(crate) fn run_example(console: &mut Console) -> miette::Result<()> {
    let workload = WorkloadArguments { trace: None, seed: example::SEED };
    let setup = example::configuration().map_err(|_| miette!("the bundled configuration has errors"))?;
    let instance_types = TYPES.into_iter().map(Into::into).collect();
    let wish = Wish { setup, as_configured: true, instance_types, slos: vec![Slo::default()] };
    console.note(format!(
        "No command was given, so this plans the bundled example: examples/jenkins.yaml and examples/footman.yaml \
         with a synthetic month of CI builds (seed {}).\n",
        example::SEED
    ));
    let record = record(console, workload.seed, None, Vec::new())?;
    if let Some(report) = search(console, &workload, wish, record)? {
        console.say(render(&report));
        console.say(NEXT);
    }
    Ok(())
}

/// What to try after the example.
const NEXT: &str = "
next, with your own builds:
  footman trace import --jenkins-json builds.json --output trace.csv   (README has the curl line that makes builds.json)
  footman plan --trace trace.csv --slo p95=60s
  footman plan --trace trace.csv --config jenkins.yaml --config footman.yaml
  footman simulate --trace trace.csv --cluster asg:m5.2xlarge=0..40
  footman config check jenkins.yaml";

/// What a plan is asked for.
pub(crate) struct Wish {
    setup: Setup,
    as_configured: bool,
    instance_types: Vec<Arc<str>>,
    slos: Vec<Slo>,
}

/// Plans, with progress; `None` where the user asked for the end.
pub(crate) fn search(
    console: &mut Console,
    workload: &WorkloadArguments,
    wish: Wish,
    record: Record,
) -> miette::Result<Option<PlanReport>> {
    let bar = bar(console)?;
    let interrupt = console.listen_for_interrupt().clone();
    let Wish { setup, as_configured, instance_types, slos } = wish;
    let plan = Plan {
        setup,
        as_configured,
        instance_types,
        slos,
        seed: workload.seed,
        source: &|| workload.source(),
        progress: &|| {
            if let Some(bar) = &bar {
                bar.inc(1);
            }
        },
        interrupt: &interrupt,
    };
    let report = plan.run(record);
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    match report {
        Ok(report) => Ok(Some(report)),
        Err(TrialError::Interrupted) => {
            console.note("interrupted before there was a verdict");
            Ok(None)
        }
        Err(error @ (TrialError::World(_) | TrialError::Workload(_) | TrialError::UnknownLabel { .. })) => {
            Err(miette!("{error}")).wrap_err("the plan stopped")
        }
    }
}

fn bar(console: &Console) -> miette::Result<Option<ProgressBar>> {
    if !console.shows_progress() {
        return Ok(None);
    }
    let style =
        ProgressStyle::with_template("{spinner} planning: {pos} simulations, {elapsed}").into_diagnostic()?;
    Ok(Some(ProgressBar::new_spinner().with_style(style)))
}
