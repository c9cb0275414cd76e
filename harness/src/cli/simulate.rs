//! `footman simulate`: one run, and what waits, agents and money it took.

use crate::{
    cli::{
        Console,
        inputs::{WorkloadArguments, WorldArguments, record, stopped},
        progress::Bar,
    },
    pool::FixedPool,
    simulation::{Simulated, count, render, simulate, simulate_pool},
    world::{Labels, WorldSettings},
};
use clap::Args;
use miette::{IntoDiagnostic, WrapErr};

/// Replays a build history once and reports waits, agents, utilisation, cost and API calls
#[derive(Debug, Clone, Args)]
pub(crate) struct SimulateArguments {
    #[command(flatten)]
    workload: WorkloadArguments,
    #[command(flatten)]
    world: WorldArguments,
    /// Replays on executors that are always there and take any build, without any start time: fixed:N
    #[arg(long, value_name = "POOL", conflicts_with_all = ["config", "cluster"])]
    pool: Option<FixedPool>,
    /// Says why builds of this label waited: how long agents took to start, and each reason that held them back
    #[arg(long, value_name = "LABEL")]
    explain: Option<String>,
    /// Prints one JSON document (docs/simulate-json.md) in place of tables
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &SimulateArguments, console: &mut Console) -> miette::Result<()> {
    let SimulateArguments { workload, world: place, pool, explain, json } = arguments;
    // The head of a trace is looked at before all of it is hashed: what is wrong there is said at once.
    let mut source = workload.open()?;
    let record = record(console, workload.seed, workload.trace.as_ref(), place.files()?)?;
    let interrupt = console.listen_for_interrupt().clone();
    let setup = if pool.is_some() { None } else { Some(place.setup(console)?) };
    let labels = setup.as_ref().map_or(Labels::Any, |setup| setup.labels.clone());
    let bar = Bar::builds(console, "simulating");
    let simulated: Simulated = match (pool, setup) {
        (None, Some(setup)) => {
            let settings = WorldSettings::of(setup, workload.seed);
            simulate(settings, &mut *source, &interrupt, &mut |at| bar.show(at), &mut ())
                .map_err(|error| stopped(error, &labels, "the simulation stopped"))?
        }
        (pool, _) => simulate_pool(
            pool.expect("there is a pool where there is no setup"),
            &mut *source,
            workload.seed,
            &interrupt,
            &mut |at| bar.show(at),
            &mut |_, _| {},
        )
        .into_diagnostic()
        .wrap_err("the simulation stopped")?,
    };
    bar.finish();
    let report = simulated.report(record);
    if report.builds + report.unserved == 0 && !interrupt.is_set() {
        return Err(workload.no_builds());
    }
    if *json {
        console.say(serde_json::to_string_pretty(&report).into_diagnostic()?);
    } else {
        console.say(render(&report));
    }
    if let Some(label) = explain {
        let asked = labels.asked(label);
        let text = crate::simulation::explain(&report, label, asked).into_diagnostic()?;
        // Standard output is one document with --json.
        if *json { console.note(text) } else { console.say(format!("\n{text}")) }
    }
    if report.ending == "stuck" {
        console.fail(format!(
            "{} never started: no agent for them can come up here. --explain LABEL says what held them back",
            count(report.unserved, "build")
        ));
    }
    Ok(())
}
