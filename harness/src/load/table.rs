//! What a load reports, as people read it.

use crate::{
    load::report::{KneeReport, Latency, LoadReport, WindowReport},
    simulation::count,
};
use comfy_table::{CellAlignment, Table, presets::NOTHING};

/// How many windows are shown.
const WINDOWS_MAX: usize = 12;

/// The report as text for a terminal.
pub fn render(report: &LoadReport) -> String {
    let mut lines = vec![render_measured(report), knee(report)];
    if report.windows.len() > 1 {
        lines.extend([String::new(), windows(&report.windows).to_string()]);
    }
    lines.extend([String::new(), wall(report)]);
    lines.push(format!("seed {}; repeat with: {}", report.seed, report.record.command_line()));
    lines.join("\n")
}

/// What was measured, without the knee, the windows, and how to repeat it: of a run that is no load.
pub fn render_measured(report: &LoadReport) -> String {
    let mut lines = vec![headline(report), String::new(), latencies(report).to_string(), String::new()];
    lines.push(agents(report));
    lines.extend(bucket(report));
    lines.push(calls(report));
    lines.join("\n")
}

fn headline(report: &LoadReport) -> String {
    let mut text = format!("{}, {}", count(report.builds, "build"), report.arrivals);
    let unserved = report.builds - report.started;
    match report.ending {
        "stuck" => text.push_str(&format!("; stuck: {unserved} wait for agents that never come")),
        "interrupted" => text.push_str(&format!("; interrupted with {unserved} not started")),
        _ => {}
    }
    if report.failed > 0 {
        text.push_str(&format!("; {} failed with their agent", report.failed));
    }
    text
}

fn latencies(report: &LoadReport) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header([
        "from arrival to",
        "count",
        "mean",
        "p50",
        "p90",
        "p99",
        "p99.9",
        "max",
    ]);
    let rows = [
        ("RunTask accepted", &report.run_task_s),
        ("agent online", &report.online_s),
        ("build start", &report.build_s),
    ];
    for (what, latency) in rows {
        let Latency { count, mean, p50, p90, p99, p999, max } = *latency;
        let mut row = vec![what.to_owned(), count.to_string()];
        row.extend([mean, p50, p90, p99, p999, max].map(|seconds| format!("{seconds:.3} s")));
        table.add_row(row);
    }
    right(&mut table);
    table
}

fn right(table: &mut Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

fn agents(report: &LoadReport) -> String {
    let agents = report.agents;
    let mut text = format!(
        "agents       {} accepted, {} online; {:.2} a second",
        agents.accepted, agents.online, agents.per_s
    );
    if let Some(sustained) = agents.sustained_per_s {
        text.push_str(&format!(", {sustained:.2} in the second half"));
    }
    text
}

fn bucket(report: &LoadReport) -> Option<String> {
    let bucket = report.bucket;
    Some(format!(
        "bucket       {:.2} RunTask and StopTask calls a second in the second half, {:.1} % of {}",
        bucket.calls_per_s?,
        bucket.share? * 100.0,
        bucket.per_second
    ))
}

fn calls(report: &LoadReport) -> String {
    let one = |call: &crate::simulation::CallReport| match call.throttled {
        0 => format!("{} {}", call.operation, call.calls),
        throttled => format!("{} {} ({throttled} throttled)", call.operation, call.calls),
    };
    let calls: Vec<String> = report.calls.iter().map(one).collect();
    format!(
        "API calls    {}; {:.2} % of RunTask and StopTask throttled",
        calls.join(", "),
        report.throttled_share * 100.0
    )
}

fn knee(report: &LoadReport) -> String {
    match report.knee {
        None if report.windows.len() < 2 => "knee         none in a burst".to_owned(),
        None => "knee         none: it kept up to the end".to_owned(),
        Some(KneeReport { at_s, offered_per_s, floor_p99_s }) => format!(
            "knee         at {offered_per_s:.2} builds a second ({at_s:.0} s in): from there it falls behind; before, \
             p99 to RunTask was {floor_p99_s:.2} s"
        ),
    }
}

fn windows(windows: &[WindowReport]) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["from", "offered", "served", "backlog", "p99 to RunTask"]);
    let step = windows.len().div_ceil(WINDOWS_MAX);
    for window in windows.iter().step_by(step) {
        table.add_row([
            format!("{:.0} s", window.from_s),
            format!("{:.2}/s", window.offered_per_s),
            format!("{:.2}/s", window.served_per_s),
            window.backlog.to_string(),
            window.run_task_p99_s.map_or_else(|| "-".to_owned(), |p99| format!("{p99:.2} s")),
        ]);
    }
    right(&mut table);
    table
}

fn wall(report: &LoadReport) -> String {
    format!(
        "on this machine: the core alone decides {:.0} launches a second with 10,000 builds waiting; the full model got \
         through {:.0} builds a second (both depend on the machine and what else it does)",
        report.wall.core_launches_per_s, report.wall.model_builds_per_s
    )
}
