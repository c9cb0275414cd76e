//! What a plan says, as people read it: the verdict first, then the table, then what is not known.

use crate::{
    plan::{Executors, Goal, PlanReport, Row, candidate::GROWTH_MAX},
    simulation::{count, share, span},
};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets::NOTHING};
use std::fmt::Write;

/// The report as text for a terminal.
pub fn render(report: &PlanReport) -> String {
    let workload = &report.workload;
    let mut lines = vec![
        report.verdict.clone(),
        String::new(),
        format!(
            "{} over {}; on average {:.2} executors busy, {} in the busiest hour, dispersion by hour {:.0} (chance alone: 1)",
            count(workload.builds, "build"),
            span(workload.span_s),
            workload.offered_load,
            count(workload.busiest_hour_builds, "build"),
            workload.dispersion_by_hour,
        ),
        String::new(),
        rows(report).to_string(),
        String::new(),
    ];
    let untried: Vec<String> = report.rows.iter().filter_map(untried).collect();
    if !untried.is_empty() {
        lines.extend(untried);
        lines.push(String::new());
    }
    if let Some(found) = &report.executors {
        lines.extend(executors(found, &report.slos));
        lines.push(String::new());
    }
    lines.push(format!("not known: {}", report.not_known.join("; ")));
    lines.push(format!("seed {}; repeat with: {}", report.seed, report.record.command_line()));
    lines.join("\n")
}

/// Why a capacity was not tried, where it was not.
fn untried(row: &Row) -> Option<String> {
    row.note.as_ref().map(|note| format!("not tried: {}: {note}", row.capacity))
}

fn rows(report: &PlanReport) -> Table {
    let mut table = Table::new();
    // On a terminal that is too narrow cells wrap; elsewhere lines are as long as they are.
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    let mut header = vec!["capacity".to_owned(), "$ a month".to_owned()];
    header.extend(report.slos.iter().map(|slo| format!("{slo}?")));
    header.extend(["weeks missed", "days missed", "used", "binds", "room to grow"].map(str::to_owned));
    let numbers = 1..header.len() - 2;
    let last = header.len() - 1;
    table.set_header(header);
    for (place, column) in table.column_iter_mut().enumerate() {
        if numbers.contains(&place) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        // On 80 columns words stay whole: "auto-scaling" in the first column, "capacity" in the last but one.
        let least = match place {
            0 => 18,
            1 => 7,
            _ if place == last => 8,
            _ if place == last - 1 => 10,
            _ if place < last - 4 => 12,
            _ if place == last - 3 => 9,
            _ => 8,
        };
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
    }
    for row in report.rows.iter().filter(|row| row.note.is_none()) {
        table.add_row(cells(row, report.slos.len()));
    }
    table
}

fn cells(row: &Row, slos: usize) -> Vec<String> {
    let mut cells = vec![row.capacity.clone(), format!("{:.0}", row.cost_per_month_usd)];
    let value = |goal: &Goal| match row.never_started {
        0 => format!("{} {}", if goal.met { "yes" } else { "no" }, span(goal.wait_s)),
        stuck => format!("no, {stuck} never start"),
    };
    cells.extend((0..slos).map(|n| row.goals.get(n).map_or_else(String::new, value)));
    let worst = row.goals.iter().max_by_key(|goal| (goal.weeks_missed.len(), goal.days_missed));
    cells.push(
        worst.map_or_else(String::new, |goal| format!("{} of {}", goal.weeks_missed.len(), goal.weeks)),
    );
    cells.push(worst.map_or_else(String::new, |goal| format!("{} of {}", goal.days_missed, goal.days)));
    cells.push(share(row.utilisation));
    cells.push(row.binds.text().to_owned());
    let more = |percent: u32| {
        let beyond = if percent >= GROWTH_MAX { " or more" } else { "" };
        format!("+{percent} %{beyond}")
    };
    cells.push(row.room_to_grow_percent.map_or_else(|| "-".to_owned(), more));
    cells
}

fn executors(executors: &Executors, slos: &[String]) -> Vec<String> {
    let mut lines =
        vec![format!("executors that are always there and start at once, against {}:", slos.join(" and "))];
    for trial in &executors.trials {
        let mut line = format!("  {:>4}", trial.executors);
        for goal in &trial.goals {
            let _ = match (goal.met, goal.weeks_missed.len()) {
                (false, _) => write!(line, "  misses {} ({})", goal.slo, span(goal.wait_s)),
                (true, 0) => write!(line, "  meets it ({}) in every week", span(goal.wait_s)),
                (true, missed) => write!(
                    line,
                    "  meets it ({}) over the whole and misses it in {missed} of {} weeks ({})",
                    span(goal.wait_s),
                    goal.weeks,
                    goal.weeks_missed.join(", ")
                ),
            };
        }
        lines.push(line);
    }
    let said = |n: Option<u32>| n.map_or_else(|| "no number".to_owned(), |n| n.to_string());
    lines.push(format!(
        "  Erlang C would have said {} at the mean load and {} in the busiest hour",
        said(executors.erlang.at_mean_load),
        said(executors.erlang.in_busiest_hour)
    ));
    lines
}
