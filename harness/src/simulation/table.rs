//! What a simulation reports, as people read it.

use crate::simulation::{CallReport, LabelReport, RefusalReport, Report, Seconds};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, presets::NOTHING};
use std::fmt::Write;

/// How many labels are shown before the rest is summed up in a line.
const LABELS_MAX: usize = 20;
/// How many reasons for a refusal are shown.
const REFUSALS_MAX: usize = 5;

/// The report as text for a terminal.
pub fn render(report: &Report) -> String {
    let mut lines = vec![headline(report), String::new(), waits(report).to_string(), String::new()];
    lines.extend(agents(report));
    lines.extend(money(report));
    lines.push(format!("utilisation  {}", share(report.utilisation)));
    lines.extend(instances(report));
    lines.extend(calls(report));
    lines.extend(report.refusals.iter().take(REFUSALS_MAX).map(held_back));
    lines.push(String::new());
    lines.push(format!("seed {}; repeat with: {}", report.seed, report.record.command_line()));
    lines.join("\n")
}

fn agents(report: &Report) -> Vec<String> {
    let Some(agents) = report.agents else {
        return Vec::new();
    };
    let start = |start: Seconds| {
        format!(
            "start        {} in the median, {} at p95, from RunTask to online",
            span(start.p50),
            span(start.p95)
        )
    };
    let mut lines = vec![format!(
        "agents       {} launched, {} online, {} unused; {} cold starts ({}), at most {} at once",
        agents.launched,
        agents.online,
        agents.unused,
        agents.cold_starts,
        share(super::float(agents.cold_starts) / super::float(report.builds.max(1))),
        agents.peak,
    )];
    if agents.one_shot_overruns > 0 {
        let overruns = agents.one_shot_overruns;
        lines.push(format!("             {overruns} builds started on a one-shot agent that had had one"));
    }
    lines.extend(report.start_s.map(start));
    lines
}

fn money(report: &Report) -> Option<String> {
    let cost = report.cost?;
    Some(format!(
        "cost         ${:.2} ({} busy, {} boot, {} idle), ${:.4} a build, ${:.2} a month",
        report.cost_usd,
        share_of(cost.busy_usd, report.cost_usd),
        share_of(cost.boot_usd, report.cost_usd),
        share_of(cost.idle_usd, report.cost_usd),
        cost.per_build_usd,
        cost.per_month_usd,
    ))
}

fn instances(report: &Report) -> Option<String> {
    if report.instance_hours.is_empty() {
        return None;
    }
    let hours: Vec<String> =
        report.instance_hours.iter().map(|(kind, hours)| format!("{hours:.1} h of {kind}")).collect();
    Some(format!("instances    {}", hours.join(", ")))
}

fn calls(report: &Report) -> Option<String> {
    if report.calls.is_empty() {
        return None;
    }
    let one = |call: &CallReport| match call.throttled {
        0 => format!("{} {}", call.operation, call.calls),
        throttled => format!("{} {} ({throttled} throttled)", call.operation, call.calls),
    };
    let calls: Vec<String> = report.calls.iter().map(one).collect();
    Some(format!("API calls    {}", calls.join(", ")))
}

fn held_back(refusal: &RefusalReport) -> String {
    format!(
        "held back    up to {} of `{}` for {} in all: {}",
        count(u64::from(refusal.builds_max), "build"),
        refusal.label,
        span(refusal.lasted_s),
        refusal.reason
    )
}

fn headline(report: &Report) -> String {
    let mut text = format!("{} in {}", count(report.builds, "build"), span(report.span_s));
    match report.ending {
        "stuck" => {
            let _ = write!(text, "; stuck: {} more wait for agents that never come", report.unserved);
        }
        "interrupted" => text.push_str("; interrupted, this is what there was until then"),
        _ => {}
    }
    if report.failed > 0 {
        let _ = write!(text, "; {} failed because their agent went away", report.failed);
    }
    text.push_str(match report.labels_mode {
        "any" => "\nlabels are reporting groups here: any agent takes any build (--labels any)",
        _ => "\nlabels are expressions that decide which template serves a build",
    });
    if !report.wait_s.exact {
        text.push_str("\npercentiles have three significant digits: there are more than ten million builds");
    }
    text
}

fn waits(report: &Report) -> Table {
    let mut table = Table::new();
    // On a terminal that is too narrow cells wrap; elsewhere lines are as long as they are.
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["wait", "builds", "mean", "p50", "p95", "p99", "max", "waited"]);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    table.add_row(row("all builds", report.builds, &report.wait_s, report.waited_share));
    if report.labels.len() > 1 {
        let mut labels: Vec<&LabelReport> = report.labels.iter().collect();
        labels.sort_by(|a, b| b.builds.cmp(&a.builds).then_with(|| a.label.cmp(&b.label)));
        for label in labels.iter().take(LABELS_MAX) {
            table.add_row(row(&label.label, label.builds, &label.wait_s, label.waited_share));
        }
        if labels.len() > LABELS_MAX {
            let rest = labels.len() - LABELS_MAX;
            table.add_row([format!("({rest} more labels: --json has them)")]);
        }
    }
    table
}

fn row(name: &str, builds: u64, wait: &Seconds, waited: f64) -> [String; 8] {
    [
        if name.is_empty() { "(no label)".to_owned() } else { name.to_owned() },
        builds.to_string(),
        span(wait.mean),
        span(wait.p50),
        span(wait.p95),
        span(wait.p99),
        span(wait.max),
        share(waited),
    ]
}

/// Seconds in the unit that a person would choose.
pub(crate) fn span(s: f64) -> String {
    if s == 0.0 {
        "0 s".to_owned()
    } else if s < 100.0 {
        format!("{s:.1} s")
    } else if s < 6_000.0 {
        format!("{:.1} min", s / 60.0)
    } else if s < 172_800.0 {
        format!("{:.1} h", s / 3_600.0)
    } else {
        format!("{:.1} d", s / 86_400.0)
    }
}

/// `n` of what `one` is called.
pub(crate) fn count(n: u64, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// A share of 1 in percent.
pub(crate) fn share(part: f64) -> String {
    format!("{:.1} %", part * 100.0)
}

fn share_of(part: f64, whole: f64) -> String {
    if whole > 0.0 { share(part / whole) } else { share(0.0) }
}
