//! Why the builds of one label waited: what held them back, for how long, and what their agents' start took.

use crate::simulation::{LabelReport, RefusalReport, Report, count, table::span};
use footman_core::label::LabelExpression;
use std::fmt::Write;
use thiserror::Error;

/// How many labels are named where an unknown one is asked for.
const KNOWN_MAX: usize = 12;

/// A label that no build of the run has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no build has the label `{label}`; the labels are {}", listed(.known))]
pub struct UnknownLabel {
    label: String,
    known: Vec<String>,
}

fn listed(labels: &[String]) -> String {
    let mut text =
        labels.iter().take(KNOWN_MAX).map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ");
    if labels.len() > KNOWN_MAX {
        let _ = write!(text, " and {} more", labels.len() - KNOWN_MAX);
    }
    text
}

/// Why builds of `label` waited; `asked` is the label expression that they ask Jenkins for, where labels are
/// expressions.
///
/// # Errors
///
/// Fails where no build that started has the label.
pub fn explain(report: &Report, label: &str, asked: Option<&str>) -> Result<String, UnknownLabel> {
    let Some(own) = report.labels.iter().find(|own| own.label == label) else {
        let known = report.labels.iter().map(|own| own.label.clone()).collect();
        return Err(UnknownLabel { label: label.to_owned(), known });
    };
    let mut lines = vec![headline(own, asked)];
    if report.agents.is_none() {
        lines.push(
            "  a fixed pool has no agents to start: they waited for an executor, first come, first served"
                .into(),
        );
        return Ok(lines.join("\n"));
    }
    if let Some(start) = report.start_s {
        lines.push(format!(
            "  the start of an agent takes {} in the median and {} at p95, from RunTask to online: room on an instance, \
             image pull, JVM",
            span(start.p50),
            span(start.p95)
        ));
    }
    let held: Vec<&RefusalReport> =
        report.refusals.iter().filter(|refusal| asked.is_none_or(|asked| concerns(refusal, asked))).collect();
    if held.is_empty() {
        lines.push(
            "  nothing held back their agents before that: each was launched as soon as it was wanted".into(),
        );
        return Ok(lines.join("\n"));
    }
    lines.push("  before that, agents were held back:".into());
    lines.extend(held.iter().map(|refusal| {
        let most = count(u64::from(refusal.builds_max), "build");
        let (lasted, times) = (span(refusal.lasted_s), count(refusal.times, "time"));
        format!("    {}: {lasted} in all, up to {most} at once, begun {times}", refusal.reason)
    }));
    if asked.is_none() {
        lines.push(
            "  labels are reporting groups here, so that the builds of all labels share what held them back"
                .into(),
        );
    }
    Ok(lines.join("\n"))
}

fn headline(own: &LabelReport, asked: Option<&str>) -> String {
    let asked = asked.filter(|asked| *asked != own.label);
    let asked = asked.map_or_else(String::new, |asked| format!(", which ask for `{asked}`"));
    format!(
        "why builds of `{}` waited: {}{asked}, {} of which waited, {} on average, {} at p95, {} at most",
        own.label,
        count(own.builds, "build"),
        super::table::share(own.waited_share),
        span(own.wait_s.mean),
        span(own.wait_s.p95),
        span(own.wait_s.max),
    )
}

/// Whether `refusal` is about builds that ask for `asked`: the same expression, however it is written.
fn concerns(refusal: &RefusalReport, asked: &str) -> bool {
    refusal.label == asked
        || LabelExpression::parse_or_atom(&refusal.label) == LabelExpression::parse_or_atom(asked)
}
