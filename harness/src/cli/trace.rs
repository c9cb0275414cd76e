//! `footman trace`: makes traces from recorded histories or from nothing, and says what is in one.

mod report;

use super::Console;
use crate::workload::{
    self, BurstyLoad, Imported, LabelLoad, Start, Summary, Workload, import_cloudtrail, import_jenkins,
    import_recording, write_trace,
};
use clap::{Args, Subcommand};
use footman_core::{
    Millis, Timestamp,
    units::{CpuUnits, Mib, Size},
};
use footman_recording::Recording;
use jiff::{ZonedDateTime, tz::TimeZone};
use miette::{IntoDiagnostic, miette};
use report::Report;
use std::path::{Path, PathBuf};

/// Makes traces of builds and looks into them.
#[derive(Debug, Args)]
pub(super) struct Trace {
    #[command(subcommand)]
    command: TraceCommand,
}

#[derive(Debug, Subcommand)]
enum TraceCommand {
    /// Turns a recorded history into a trace. docs/traces.md says how to record one.
    Import(Import),
    /// Makes a trace of bursty CI load, as it comes from a team that works by day and week.
    Generate(Generate),
    /// Says what a trace holds: builds, labels, load and burstiness.
    Info(Info),
}

#[derive(Debug, Args)]
struct Import {
    #[command(flatten)]
    source: Source,
    /// The time zone whose days and weeks reports show, such as Europe/Berlin.
    #[arg(long, default_value = "UTC", value_parser = zone)]
    timezone: TimeZone,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Source {
    /// A build history that Jenkins' REST API exported.
    #[arg(long, value_name = "FILE")]
    jenkins_json: Option<PathBuf>,
    /// CloudTrail's events of the plugin's RunTask and StopTask calls: one file or several.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    cloudtrail: Vec<PathBuf>,
    /// The folder of a recording that `footmand run --record` made; its last run.
    #[arg(long, value_name = "DIR")]
    recording: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Output {
    /// The trace to write; compressed where the name ends in .gz.
    #[arg(short, long, value_name = "TRACE.csv")]
    output: PathBuf,
    /// Prints the summary as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Generate {
    #[command(flatten)]
    output: Output,
    /// The seed; the same one makes the same trace.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many weeks of builds.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=520))]
    weeks: u64,
    /// The mean number of builds in a week.
    #[arg(long, default_value_t = BurstyLoad::default().builds_per_week)]
    builds_per_week: f64,
    /// The mean number of builds that a push starts at once.
    #[arg(long, default_value_t = BurstyLoad::default().builds_per_push)]
    builds_per_push: f64,
    /// The mean number of pushes that follow each other within minutes.
    #[arg(long, default_value_t = BurstyLoad::default().pushes_per_spell)]
    pushes_per_spell: f64,
    /// A label and its builds: the share of all builds, the median of their duration in seconds, the spread of its
    /// logarithm, and optionally CPU units and MiB. Repeatable; replaces the default labels.
    #[arg(long = "label", value_name = "LABEL:SHARE:MEDIAN_S:SIGMA[:CPU:MIB]", value_parser = label)]
    labels: Vec<LabelLoad>,
    /// When the trace starts, such as 2026-11-23T00:00[Europe/Berlin]; without it, on a Monday at midnight.
    #[arg(long, value_parser = start)]
    start: Option<Start>,
}

#[derive(Debug, Args)]
struct Info {
    /// The trace: .csv or .swf, either with .gz behind it.
    #[arg(value_name = "TRACE")]
    trace: PathBuf,
    /// Prints as JSON.
    #[arg(long)]
    json: bool,
}

impl Trace {
    /// Does what was asked.
    pub(super) fn run(self, console: &mut Console) -> miette::Result<()> {
        match self.command {
            TraceCommand::Import(import) => import.run(console),
            TraceCommand::Generate(generate) => generate.run(console),
            TraceCommand::Info(info) => info.run(console),
        }
    }
}

impl Import {
    fn run(self, console: &mut Console) -> miette::Result<()> {
        let mut imported = self.source.read(&self.timezone)?;
        let notes = imported.notes().to_vec();
        self.output.write(&mut imported, notes, console)
    }
}

impl Source {
    fn read(&self, zone: &TimeZone) -> miette::Result<Imported> {
        if let Some(path) = &self.jenkins_json {
            return import_jenkins(path, zone).into_diagnostic();
        }
        if let Some(folder) = &self.recording {
            let recording = Recording::open(folder, None).into_diagnostic()?;
            return Ok(import_recording(&recording, None, zone).into_diagnostic()?.builds);
        }
        import_cloudtrail(&self.cloudtrail, zone).into_diagnostic()
    }
}

impl Generate {
    fn run(self, console: &mut Console) -> miette::Result<()> {
        let default = BurstyLoad::default();
        let load = BurstyLoad {
            seed: self.seed,
            span: Millis::from_hours(self.weeks * 7 * 24),
            builds_per_week: self.builds_per_week,
            builds_per_push: self.builds_per_push,
            pushes_per_spell: self.pushes_per_spell,
            labels: if self.labels.is_empty() { default.labels } else { self.labels },
            start: self.start,
            ..default
        };
        let mut generated = load.generate().into_diagnostic()?;
        self.output.write(&mut generated, vec![format!("generated with seed {}", self.seed)], console)
    }
}

impl Output {
    fn write(
        &self,
        workload: &mut dyn Workload,
        notes: Vec<String>,
        console: &mut Console,
    ) -> miette::Result<()> {
        check_name(&self.output)?;
        let mut summary = Summary::new();
        write_trace(&self.output, workload, |build| summary.record(build)).into_diagnostic()?;
        let report = Report::new(&self.output, &mut summary, workload, notes);
        report.print(self.json, console)
    }
}

impl Info {
    fn run(self, console: &mut Console) -> miette::Result<()> {
        let mut workload = workload::open(&self.trace).into_diagnostic()?;
        let mut summary = Summary::of(&mut *workload).into_diagnostic()?;
        let report = Report::new(&self.trace, &mut summary, &*workload, Vec::new());
        report.print(self.json, console)
    }
}

/// A trace under another name could be written but not opened again.
fn check_name(path: &Path) -> miette::Result<()> {
    let name = path.to_string_lossy().to_ascii_lowercase();
    if name.ends_with(".csv") || name.ends_with(".csv.gz") {
        Ok(())
    } else {
        Err(miette!("the trace `{}` must have a name that ends in .csv or .csv.gz", path.display()))
    }
}

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| "it is a name of the IANA database such as Europe/Berlin".to_owned())
}

fn start(text: &str) -> Result<Start, String> {
    let zoned: ZonedDateTime = text
        .parse()
        .or_else(|_| format!("{text}[UTC]").parse())
        .map_err(|_| "it is a time with a zone, such as 2026-11-23T00:00[Europe/Berlin]".to_owned())?;
    let instant = Timestamp::from_millis(zoned.timestamp().as_millisecond());
    Ok(Start { instant, zone: zoned.time_zone().clone() })
}

fn label(text: &str) -> Result<LabelLoad, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let number = |text: &str| text.parse::<f64>().map_err(|_| format!("`{text}` is no number"));
    let whole = |text: &str| text.parse::<u32>().map_err(|_| format!("`{text}` is no whole number"));
    // What stands before the numbers may be any expression: no operator has a colon.
    let (label, numbers) = match parts.as_slice() {
        [label, numbers @ ..] if matches!(numbers.len(), 3 | 5) => (label, numbers),
        _ => return Err("write LABEL:SHARE:MEDIAN_S:SIGMA or LABEL:SHARE:MEDIAN_S:SIGMA:CPU:MIB".to_owned()),
    };
    let size = match numbers {
        [_, _, _, cpu, memory] => Some(Size::new(CpuUnits::new(whole(cpu)?), Mib::new(whole(memory)?))),
        _ => None,
    };
    let median = Millis::from_secs(u64::from(whole(numbers[1])?));
    Ok(LabelLoad {
        label: (*label).to_owned(),
        share: number(numbers[0])?,
        median,
        sigma: number(numbers[2])?,
        size,
    })
}
