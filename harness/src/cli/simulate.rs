//! `footman simulate`: one run, and what waits, agents and money it took.

use crate::{
    cli::{
        Console,
        inputs::{WorkloadArguments, WorldArguments, record},
        progress::Bar,
    },
    pool::FixedPool,
    simulation::{Simulated, render, simulate, simulate_pool},
    world::WorldSettings,
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
    /// Says why builds of this label waited: every reason for which they got no agent, with times
    #[arg(long, value_name = "LABEL")]
    explain: Option<String>,
    /// Prints one JSON document (docs/simulate-json.md) in place of tables
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &SimulateArguments, console: &mut Console) -> miette::Result<()> {
    let SimulateArguments { workload, world: place, pool, explain, json } = arguments;
    let record = record(console, workload.seed, workload.trace.as_ref(), place.files()?)?;
    let mut source = workload.open()?;
    let interrupt = console.listen_for_interrupt().clone();
    let bar = Bar::new(console, "simulating");
    let simulated: Simulated = match pool {
        Some(pool) => simulate_pool(
            *pool,
            &mut *source,
            workload.seed,
            &interrupt,
            &mut |at| bar.show(at),
            &mut |_, _| {},
        )
        .into_diagnostic()
        .wrap_err("the simulation stopped")?,
        None => {
            let settings = WorldSettings::of(place.setup(console)?, workload.seed);
            simulate(settings, &mut *source, &interrupt, &mut |at| bar.show(at), &mut ())
                .into_diagnostic()
                .wrap_err("the simulation stopped")?
        }
    };
    bar.finish();
    let report = simulated.report(record);
    if *json {
        console.say(serde_json::to_string_pretty(&report).into_diagnostic()?);
    } else {
        console.say(render(&report));
    }
    if let Some(label) = explain {
        console.say(crate::simulation::explain(&report, label));
    }
    Ok(())
}
