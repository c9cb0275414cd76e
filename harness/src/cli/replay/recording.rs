//! What a daemon decided, from its recording: again, or under another configuration.
//!
//! Under another configuration two questions are asked. Where does it first decide otherwise: up to there each input is what the
//! other core would have been told. And how would builds have waited: from there on nobody knows what Jenkins and ECS would have
//! answered, so the builds that were seen are built again in the simulated world.

use crate::{
    cli::{
        Console,
        inputs::{self, stopped},
        progress::Bar,
    },
    setup::{Setup, example},
    simulation::{Report, Seconds, count, render, simulate, span},
    workload::{Observed, Skipped, Workload, import_recording},
    world::WorldSettings,
};
use clap::Args;
use footman_config::Severity;
use footman_config_files::Variables;
use footman_core::{Policy, Timestamp};
use footman_recording::{Recording, ReplayError, parse_time, replay, replay_under};
use jiff::tz::TimeZone;
use miette::{IntoDiagnostic, WrapErr, miette};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The schema of [`WhatIf`]; docs/replay.md documents it.
const SCHEMA: &str = "footman.replay/1";

/// Which part of a recording, and under which configuration.
#[derive(Debug, Clone, Args)]
pub(super) struct RecordingArguments {
    /// Of a recording: the run to replay, by its start in seconds since the epoch; the last one unless given
    #[arg(long, value_name = "START", value_parser = parse_time)]
    run: Option<Timestamp>,
    /// Of a recording: ends after what happened at this time, in seconds since the epoch, as decisions show it
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    until: Option<Timestamp>,
    /// Of a recording: the configuration that it is replayed under, files or folders as for `simulate --config`; may be repeated
    #[arg(long, value_name = "PATH")]
    with: Vec<PathBuf>,
    #[command(flatten)]
    variables: Variables,
    /// The seed of every random draw of the simulated world, with --with
    #[arg(long, value_name = "N", requires = "with")]
    seed: Option<u64>,
    /// Of a recording: prints JSON (docs/replay.md)
    #[arg(long)]
    json: bool,
}

impl RecordingArguments {
    /// Whether any of them is given.
    pub(super) fn are_given(&self) -> bool {
        self.run.is_some() || self.until.is_some() || self.is_what_if() || self.seed.is_some() || self.json
    }

    /// Whether another configuration is asked about.
    pub(super) fn is_what_if(&self) -> bool {
        !self.with.is_empty()
    }
}

/// What another configuration would have come to.
#[derive(Debug, Serialize)]
struct WhatIf {
    schema: &'static str,
    recorded: Recorded,
    first_difference: Option<Difference>,
    simulated: Report,
    record: crate::record::Record,
}

/// What was seen of builds when they were recorded.
#[derive(Debug, Serialize)]
struct Recorded {
    run: String,
    builds: u64,
    wait_s: Seconds,
    run_s: Seconds,
    left_out: Vec<LeftOut>,
}

#[derive(Debug, Serialize)]
struct LeftOut {
    count: u64,
    what: &'static str,
}

/// The first decision that differs.
#[derive(Debug, Serialize)]
struct Difference {
    file: String,
    line: u64,
    number: u64,
    recorded: String,
    replayed: String,
}

/// Runs the command for the recording in `folder`.
pub(super) fn run(
    folder: &Path,
    arguments: &RecordingArguments,
    console: &mut Console,
) -> miette::Result<()> {
    let recording = Recording::open(folder, arguments.run).into_diagnostic()?;
    if arguments.is_what_if() {
        return what_if(&recording, arguments, console);
    }
    let mut lines = Vec::new();
    let replayed = replay(&recording, arguments.until, |line| {
        if arguments.json {
            lines.push(line.to_owned());
        }
    });
    let replayed = replayed.into_diagnostic()?;
    console.say(if arguments.json {
        format!("{:#}", replayed.document(&recording, &lines))
    } else {
        format!("identical: {replayed}")
    });
    Ok(())
}

fn what_if(
    recording: &Recording,
    arguments: &RecordingArguments,
    console: &mut Console,
) -> miette::Result<()> {
    let setup = setup(arguments, console)?;
    let seed = arguments.seed.unwrap_or(example::SEED);
    let mut files = footman_config_files::paths(&arguments.with)?;
    files.extend(recording.files().map(Path::to_owned));
    let record = inputs::record(console, seed, None, files)?;
    let first_difference = difference(recording, setup.policy.clone(), arguments.until)?;
    let observed = import_recording(recording, arguments.until, &TimeZone::UTC).into_diagnostic()?;
    let recorded = Recorded::of(recording, &observed);
    if recorded.builds == 0 {
        return Err(miette!(
            help = left_out(&recorded.left_out),
            "the recording shows no build from its beginning to its end"
        ));
    }
    let Observed { mut builds, .. } = observed;
    let interrupt = console.listen_for_interrupt().clone();
    let labels = setup.labels.clone();
    let bar = Bar::builds(console, "simulating");
    let settings = WorldSettings::of(setup, seed);
    let simulated = simulate(settings, &mut builds, &interrupt, &mut |at| bar.show(at), &mut ())
        .map_err(|error| stopped(error, &labels, "the simulation stopped"))?;
    bar.finish();
    let simulated = simulated.report(record.clone());
    let answer = WhatIf { schema: SCHEMA, recorded, first_difference, simulated, record };
    console.say(if arguments.json {
        serde_json::to_string_pretty(&answer).into_diagnostic()?
    } else {
        answer.text()
    });
    Ok(())
}

/// The configuration that is asked about.
fn setup(arguments: &RecordingArguments, console: &mut Console) -> miette::Result<Setup> {
    let reading = footman_config_files::read(&arguments.with, &arguments.variables)?;
    let said = reading.show(|diagnostic| diagnostic.severity != Severity::Note);
    if !said.is_empty() {
        console.note(said);
    }
    let loaded = reading.outcome.map_err(|_| miette!("the configuration has errors (above)"))?;
    Ok(Setup::from(loaded))
}

/// Where a core with this policy first decides otherwise.
fn difference(
    recording: &Recording,
    policy: Policy,
    until: Option<Timestamp>,
) -> miette::Result<Option<Difference>> {
    match replay_under(recording, policy, until, |_| {}) {
        Ok(_) => Ok(None),
        Err(ReplayError::Differs { place, number, recorded, replayed }) => Ok(Some(Difference {
            file: place.path.display().to_string(),
            line: place.line,
            number,
            recorded,
            replayed,
        })),
        Err(error @ (ReplayError::Play(_) | ReplayError::Marked { .. })) => {
            Err::<_, _>(error).into_diagnostic().wrap_err("the recording cannot be replayed")
        }
    }
}

impl Recorded {
    fn of(recording: &Recording, observed: &Observed) -> Self {
        let left_out = |Skipped { reason, count }| LeftOut { count, what: reason };
        Self {
            run: recording.run().to_string(),
            builds: observed.waits.count,
            wait_s: Seconds::from(&observed.waits),
            run_s: Seconds::from(&observed.runs),
            left_out: observed.builds.skipped().into_iter().map(left_out).collect(),
        }
    }
}

impl WhatIf {
    fn text(&self) -> String {
        let Recorded { run, builds, wait_s, left_out: left, .. } = &self.recorded;
        let mut lines = vec![format!(
            "recorded     run {run}: {}, waited {} in the median, {} at p95, {} at p99, {} at most",
            count(*builds, "build"),
            span(wait_s.p50),
            span(wait_s.p95),
            span(wait_s.p99),
            span(wait_s.max),
        )];
        if !left.is_empty() {
            lines.push(format!("left out     {}", left_out(left)));
        }
        match &self.first_difference {
            None => lines.push("decisions    the same on what was recorded".to_owned()),
            Some(Difference { file, line, number, recorded, replayed }) => lines.extend([
                format!("decisions    the first that differs is number {number} ({file}:{line})"),
                format!("  recorded   {recorded}"),
                format!("  now        {replayed}"),
            ]),
        }
        lines.extend([
            String::new(),
            "simulated with this configuration:".to_owned(),
            render(&self.simulated),
        ]);
        lines.join("\n")
    }
}

fn left_out(left: &[LeftOut]) -> String {
    let each: Vec<String> = left.iter().map(|LeftOut { count, what }| format!("{count} {what}")).collect();
    each.join("; ")
}
