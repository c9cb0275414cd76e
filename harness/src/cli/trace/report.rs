//! What is said of a trace: a table for people, JSON for programs.

use super::Console;
use crate::{
    statistics::Distribution,
    workload::{LabelSummary, Start, Summary, Workload},
};
use comfy_table::{CellAlignment, Table, presets};
use footman_core::{Millis, Timestamp};
use miette::IntoDiagnostic;
use serde::Serialize;
use std::path::Path;

/// The version of the JSON; a field that is taken away or changes its meaning makes a new one.
const VERSION: u32 = 1;

/// The most labels in the table; JSON has them all.
const LABELS_SHOWN: usize = 20;

/// A trace in figures.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    version: u32,
    trace: String,
    /// The instant of the trace's zero, where it is known.
    start: Option<String>,
    builds: u64,
    /// From the first submission to the last.
    span_s: f64,
    /// The mean number of executors that the builds keep busy.
    offered_executors: f64,
    duration_s: Figures,
    /// The variance of the submissions by hour over their mean.
    dispersion_by_hour: f64,
    busiest_hour: Hour,
    heaviest_hour: Hour,
    labels: Vec<Label>,
    skipped: Vec<SkippedRows>,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Figures {
    mean: f64,
    p50: f64,
    p95: f64,
    p99: f64,
    max: f64,
    /// Whether the percentiles are exact rather than of three digits.
    exact: bool,
}

#[derive(Debug, Serialize)]
struct Hour {
    /// When it begins, from the trace's zero.
    start_s: f64,
    #[serde(skip)]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    builds: Option<u64>,
    /// The executors that the work submitted in the hour would keep busy for an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    executors: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Label {
    label: String,
    builds: u64,
    share_of_work: f64,
    duration_s: Figures,
}

#[derive(Debug, Serialize)]
struct SkippedRows {
    count: u64,
    reason: &'static str,
}

impl Report {
    pub(super) fn new(
        path: &Path,
        summary: &mut Summary,
        workload: &dyn Workload,
        notes: Vec<String>,
    ) -> Self {
        let durations = summary.durations();
        let start = workload.start();
        let (busiest, builds) = summary.busiest_hour();
        let (heaviest, executors) = summary.heaviest_hour();
        let labels = summary.labels(workload.labels());
        Self {
            version: VERSION,
            trace: path.display().to_string(),
            start: start.map(|start| instant(start, Timestamp::EPOCH)),
            builds: summary.builds(),
            span_s: seconds(summary.span()),
            offered_executors: summary.offered_load(),
            duration_s: Figures::of(&durations),
            dispersion_by_hour: summary.dispersion_by_hour(),
            busiest_hour: Hour { builds: Some(builds), ..Hour::new(busiest, start) },
            heaviest_hour: Hour { executors: Some(executors), ..Hour::new(heaviest, start) },
            labels: labels.into_iter().map(|label| Label::of(label, &durations)).collect(),
            skipped: workload
                .skipped()
                .into_iter()
                .map(|skipped| SkippedRows { count: skipped.count, reason: skipped.reason })
                .collect(),
            notes,
        }
    }

    pub(super) fn print(&self, json: bool, console: &mut Console) -> miette::Result<()> {
        if json {
            console.say(serde_json::to_string_pretty(self).into_diagnostic()?);
        } else {
            console.say(self.text());
        }
        Ok(())
    }

    fn text(&self) -> String {
        let days = self.span_s / 86_400.0;
        let mut lines = vec![format!("{}: {} builds in {days:.1} days", self.trace, self.builds)];
        lines.extend(self.start.as_ref().map(|start| format!("starts {start}")));
        if self.builds > 0 {
            lines.push(format!(
                "offered load {:.2} executors on average; the heaviest hour ({}) submits work for {:.1}",
                self.offered_executors,
                self.heaviest_hour.name,
                self.heaviest_hour.executors.unwrap_or_default(),
            ));
            lines.push(format!(
                "burstiness {:.1} by the hour (single arrivals at random have 1); busiest hour {}: {} builds",
                self.dispersion_by_hour,
                self.busiest_hour.name,
                self.busiest_hour.builds.unwrap_or_default(),
            ));
            lines.push(self.table());
        }
        let skipped =
            self.skipped.iter().map(|skipped| format!("left out: {} {}", skipped.count, skipped.reason));
        lines.extend(skipped);
        lines.extend(self.notes.iter().map(|note| format!("note: {note}")));
        lines.join("\n")
    }

    fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(["label", "builds", "work", "mean", "p50", "p95", "p99", "max"]);
        for label in self.labels.iter().take(LABELS_SHOWN) {
            let name = if label.label.is_empty() { "(none)" } else { &label.label };
            table.add_row(row(name, label.builds, label.share_of_work, &label.duration_s));
        }
        if let Some(more) = self.labels.len().checked_sub(LABELS_SHOWN + 1) {
            table.add_row([format!("… and {} more", more + 1)]);
        }
        table.add_row(row("all", self.builds, 1.0, &self.duration_s));
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let percentiles = if self.duration_s.exact { "exact" } else { "to three digits" };
        format!("{table}\ndurations in seconds; percentiles are {percentiles}")
    }
}

fn row(name: &str, builds: u64, share: f64, figures: &Figures) -> [String; 8] {
    let Figures { mean, p50, p95, p99, max, exact: _ } = figures;
    let short = |seconds: &f64| format!("{seconds:.0}");
    [
        name.to_owned(),
        builds.to_string(),
        format!("{:.1} %", share * 100.0),
        short(mean),
        short(p50),
        short(p95),
        short(p99),
        short(max),
    ]
}

impl Figures {
    fn of(durations: &Distribution) -> Self {
        Self {
            mean: durations.mean_s(),
            p50: seconds(durations.p50),
            p95: seconds(durations.p95),
            p99: seconds(durations.p99),
            max: seconds(durations.max),
            exact: durations.exact,
        }
    }
}

impl Hour {
    fn new(begin: Timestamp, start: Option<&Start>) -> Self {
        let since = begin.since(Timestamp::EPOCH);
        let name = match start {
            Some(start) => instant(start, begin),
            None => format!(
                "day {}, hour {}",
                since.as_millis() / 86_400_000 + 1,
                since.as_millis() / 3_600_000 % 24
            ),
        };
        Self { start_s: seconds(since), name, builds: None, executors: None }
    }
}

impl Label {
    fn of(label: LabelSummary, all: &Distribution) -> Self {
        let work = |durations: &Distribution| Figures::of(durations).mean * float(durations.count);
        let all_work = work(all);
        Self {
            label: label.label.to_string(),
            builds: label.durations.count,
            share_of_work: if all_work > 0.0 { work(&label.durations) / all_work } else { 0.0 },
            duration_s: Figures::of(&label.durations),
        }
    }
}

/// The point `when` of a workload that starts at `start`, as its calendar writes it.
fn instant(start: &Start, when: Timestamp) -> String {
    let ms = start.instant.saturating_add(when.since(Timestamp::EPOCH)).as_millis();
    jiff::Timestamp::from_millisecond(ms).map_or_else(
        |_| format!("{ms} ms"),
        |instant| instant.to_zoned_datetime(start.zone.clone()).to_string(),
    )
}

fn seconds(span: Millis) -> f64 {
    std::time::Duration::from_millis(span.as_millis()).as_secs_f64()
}

fn float(count: u64) -> f64 {
    std::time::Duration::from_secs(count).as_secs_f64()
}
