//! `footman plan`: which capacity meets the goals, at what cost.

use crate::{
    cli::{
        Console,
        inputs::{WorkloadArguments, WorldArguments, check_types, record, stopped},
        progress::Bar,
    },
    plan::{Plan, PlanReport, Slo, TrialError, render},
    record::Record,
    setup::{Setup, example},
};
use clap::Args;
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
    /// An instance type to try: one that footman.yaml describes, or one that is known anyhow; may be repeated
    #[arg(long = "instance-type", value_name = "TYPE", default_values = TYPES)]
    instance_types: Vec<Arc<str>>,
    /// Prints one JSON document (docs/plan-json.md) in place of text
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &PlanArguments, console: &mut Console) -> miette::Result<()> {
    let PlanArguments { workload, world, slo, instance_types, json } = arguments;
    // The head of a trace is looked at before all of it is hashed: what is wrong there is said at once.
    drop(workload.open()?);
    let record = record(console, workload.seed, workload.trace.as_ref(), world.files()?)?;
    let own = world.setup_if_described(console)?;
    // Sizes are what the agents ask for, not what the clusters that are described make of them.
    let setup = match &own {
        Some(own) if !world.config.is_empty() => own.clone(),
        Some(_) | None => world.setup_of_size(),
    };
    check_types(instance_types, &setup, "--instance-type")?;
    let name = world.cluster.as_ref().map_or_else(|| AS_CONFIGURED.to_owned(), ToString::to_string);
    let wish = Wish {
        as_configured: own.map(|own| (name, own)),
        setup,
        instance_types: instance_types.clone(),
        slos: slo.clone(),
    };
    let report = search(console, workload, wish, record)?;
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
    let wish = Wish {
        as_configured: Some((AS_CONFIGURED.to_owned(), setup.clone())),
        setup,
        instance_types,
        slos: vec![Slo::default()],
    };
    console.note(format!(
        "No command was given, so this plans the bundled example: examples/jenkins.yaml and examples/footman.yaml \
         with a synthetic month of CI builds (seed {}).\n",
        example::SEED
    ));
    let record = record(console, workload.seed, None, Vec::new())?;
    let report = search(console, &workload, wish, record)?;
    console.say(render(&report));
    console.say(NEXT);
    Ok(())
}

/// What a plan calls the clusters of a configuration.
const AS_CONFIGURED: &str = "as configured";

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
    as_configured: Option<(String, Setup)>,
    instance_types: Vec<Arc<str>>,
    slos: Vec<Slo>,
}

/// Plans, with progress; where the user asks for the end, with what there is by then.
pub(crate) fn search(
    console: &mut Console,
    workload: &WorkloadArguments,
    wish: Wish,
    record: Record,
) -> miette::Result<PlanReport> {
    let interrupt = console.listen_for_interrupt().clone();
    let bar = Bar::simulations(console, "planning");
    let Wish { setup, as_configured, instance_types, slos } = wish;
    let plan = Plan {
        setup,
        as_configured,
        instance_types,
        slos,
        seed: workload.seed,
        source: &|| workload.source(),
        progress: &|| bar.one_more(),
        interrupt: &interrupt,
    };
    let report = plan.run(record);
    bar.finish();
    let report = report.map_err(|error| match error {
        TrialError::World(error) => stopped(error, &plan.setup.labels, "the plan stopped"),
        TrialError::NoBuilds => workload.no_builds(),
        TrialError::Workload(_) | TrialError::UnknownLabel { .. } | TrialError::Interrupted => {
            Err::<(), _>(error).into_diagnostic().wrap_err("the plan stopped").expect_err("it is an error")
        }
    })?;
    Ok(report)
}
