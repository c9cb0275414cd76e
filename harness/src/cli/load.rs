//! `footman load`: builds that arrive whatever becomes of those before them, and how the system keeps up.

use crate::{
    cli::{
        Console,
        inputs::{WorldArguments, record},
        progress::Bar,
    },
    load::{Arrivals, Load, Ramp, Rate, render},
    setup::example,
    simulation::count,
    world::{Labels, WorldSettings},
};
use clap::Args;
use footman_core::{Millis, label::LabelExpression};
use footman_ecs_sim::latency::Distribution;
use miette::{IntoDiagnostic, WrapErr, miette};
use std::{str::FromStr, sync::Arc};

/// Sends builds at a rate, up a ramp or in a burst, and reports agents a second, latencies, throttling and the knee
#[derive(Debug, Clone, Args)]
pub(crate) struct LoadArguments {
    #[command(flatten)]
    arrivals: ArrivalsArguments,
    /// For how long builds arrive
    #[arg(long = "for", value_name = "TIME", default_value = "10m", conflicts_with = "burst")]
    lasts: Millis,
    /// How long a build runs: a time, or the median of a log-normal distribution and the deviation of its logarithm
    #[arg(long, value_name = "TIME[~SIGMA]", default_value = "60s")]
    duration: Duration,
    /// The label expression of the builds; may be repeated, and builds take them in turn
    ///
    /// Without it, builds ask for the first label of the first template.
    #[arg(long, value_name = "EXPRESSION", requires = "config")]
    label: Vec<String>,
    /// The seed of every random draw
    #[arg(long, default_value_t = example::SEED, value_name = "N")]
    seed: u64,
    #[command(flatten)]
    world: WorldArguments,
    /// Prints one JSON document (docs/load-json.md) in place of tables
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
struct ArrivalsArguments {
    /// A constant rate: 50/s, 0.5/s, 600/m
    #[arg(long, value_name = "RATE")]
    rate: Option<Rate>,
    /// A rate that rises or falls evenly: 1/s..60/s
    #[arg(long, value_name = "RATE..RATE")]
    ramp: Option<Ramp>,
    /// So many builds at once
    #[arg(long, value_name = "N")]
    burst: Option<u64>,
}

/// How long builds run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Duration(Distribution);

impl FromStr for Duration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let help =
            || format!("`{text}` is no duration: write 60s, or 60s~0.8 for a log-normal one of median 60 s");
        let Some((median, sigma)) = text.split_once('~') else {
            return Ok(Self(Distribution::Constant(text.parse().map_err(|_| help())?)));
        };
        let median: Millis = median.parse().map_err(|_| help())?;
        let (whole, fraction) = sigma.split_once('.').unwrap_or((sigma, "0"));
        let digits = whole.len() == 1 && (1..=3).contains(&fraction.len());
        if !digits || median.is_zero() {
            return Err(help());
        }
        let sigma_milli = format!("{whole}{fraction:0<3}").parse().map_err(|_| help())?;
        Ok(Self(Distribution::LogNormal { median, sigma_milli }))
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &LoadArguments, console: &mut Console) -> miette::Result<()> {
    let LoadArguments { arrivals, lasts, duration, label, seed, world, json } = arguments;
    let record = record(console, *seed, None, world.files()?)?;
    let mut setup = world.setup(console)?;
    let labels: Vec<Arc<str>> = if label.is_empty() {
        setup.labels = Labels::Any;
        vec!["load".into()]
    } else {
        label.iter().map(|label| checked(label)).collect::<miette::Result<_>>()?
    };
    let load = Load { arrivals: arrivals.arrivals(*lasts)?, durations: duration.0, labels };
    let interrupt = console.listen_for_interrupt().clone();
    let bar = Bar::builds(console, "loading");
    let report = load
        .run(WorldSettings::of(setup, *seed), record, &interrupt, &mut |at| bar.show(at))
        .into_diagnostic()
        .wrap_err("the load stopped")?;
    bar.finish();
    if *json {
        console.say(serde_json::to_string_pretty(&report).into_diagnostic()?);
    } else {
        console.say(render(&report));
    }
    if report.ending == "stuck" {
        let never = count(report.builds - report.started, "build");
        console.fail(format!("{never} never started: no agent for them can come up here"));
    }
    Ok(())
}

impl ArrivalsArguments {
    fn arrivals(&self, lasts: Millis) -> miette::Result<Arrivals> {
        match (self.rate, self.ramp, self.burst) {
            (Some(rate), None, None) => Ok(Arrivals::even(rate, lasts)),
            (None, Some(ramp), None) => Ok(Arrivals::Ramp { ramp, lasts }),
            (None, None, Some(builds)) => Ok(Arrivals::Burst { builds }),
            _ => Err(miette!("one of --rate, --ramp and --burst is needed")),
        }
    }
}

/// `label` as builds carry it, where Jenkins can read it.
fn checked(label: &str) -> miette::Result<Arc<str>> {
    match LabelExpression::parse(label) {
        Ok(_) => Ok(label.into()),
        Err(error) => Err(miette!("`--label {label}` is no label expression: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_constant_or_log_normal() {
        let constant = Distribution::Constant(Millis::from_secs(60));
        assert_eq!("60s".parse(), Ok(Duration(constant)));
        let spread = Distribution::LogNormal { median: Millis::from_mins(2), sigma_milli: 850 };
        assert_eq!("2m~0.85".parse(), Ok(Duration(spread)));
        for text in ["", "60", "60s~", "60s~x", "60s~-1", "60s~0.1234", "0s~1", "-5s", "60s~12"] {
            assert!(text.parse::<Duration>().is_err(), "{text}");
        }
    }
}
