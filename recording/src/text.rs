//! A decision as a line of text: what recordings hold, what their hash is of, and what a replay prints.
//!
//! Everything that a decision says is in its line, and templates stand there by name, so that the lines of two policies can be
//! compared.

use footman_core::{
    Policy, Timestamp,
    decision::{Alarm, BreakerChange, Cause, Decision, Demand, LimitScope, Reason, What},
    event::ItemLabel,
    id::TemplateId,
    jobs::Clearance,
};

/// The decision's line: when, in seconds since the epoch, what, and why.
pub fn decision_line(decision: &Decision, policy: &Policy) -> String {
    format!("{} {}", decision.at, what(&decision.what, policy))
}

/// Reads a time as decisions show it: seconds since the epoch with at most three decimals.
///
/// # Errors
///
/// Fails where it is none, with what is expected.
pub fn parse_time(text: &str) -> Result<Timestamp, String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let ms = (!whole.is_empty() && part.len() <= 3 && digits(whole) && digits(part))
        .then(|| format!("{whole}{part:0<3}").parse().ok())
        .flatten();
    ms.map(Timestamp::from_millis)
        .ok_or_else(|| "expected seconds since the epoch, such as 1704067200.250".to_owned())
}

fn what(what: &What, policy: &Policy) -> String {
    match what {
        What::Launch { agent, template, demand } => {
            format!("launch {agent} of {} for {}", name(*template, policy), demanded(demand))
        }
        What::Refused { label, items, reason, jobs } => {
            format!("refuse {items} items of {}{}: {}", shown(label), on_lists(*jobs), why(reason, policy))
        }
        What::Provided { label, jobs } => format!("provide for {}{}", shown(label), on_lists(*jobs)),
        What::WarmRefused { template, agents, reason } => {
            format!("refuse {agents} warm agents of {}: {}", name(*template, policy), why(reason, policy))
        }
        What::WarmProvided { template } => format!("provide warm agents of {}", name(*template, policy)),
        What::Phase { agent, from: Some(from), to } => format!("phase {agent} from {from} to {to}"),
        What::Phase { agent, from: None, to } => format!("phase {agent} to {to}"),
        What::Retire { agent, cause } => format!("retire {agent}: {}", because(cause)),
        What::Stop { task, cause } => format!("stop {task}: {}", because(cause)),
        What::Delete { node, cause } => format!("delete {node}: {}", because(cause)),
        What::Breaker { template, change } => {
            let template = name(*template, policy);
            match change {
                BreakerChange::Opened { until, cause } => {
                    format!("leave {template} alone until {until}: {}", because(cause))
                }
                BreakerChange::HalfOpened => format!("try {template} again"),
                BreakerChange::Closed => format!("trust {template} again"),
            }
        }
        What::Alarm(Alarm::GaveWay { node }) => format!("alarm: gave way to the older daemon of {node}"),
        What::Alarm(Alarm::YoungerDaemon { node }) => format!("alarm: a younger daemon made {node}"),
        What::Alarm(Alarm::TwoTasks { agent }) => format!("alarm: several tasks are {agent}"),
        What::Alarm(Alarm::NodesVanished { vanished, known, held }) => {
            format!("alarm: {vanished} of {known} nodes vanished, hold launches for {} ms", held.as_millis())
        }
    }
}

/// A template by cloud and name. Agents whose template is not in the policy have one behind the last.
fn name(id: TemplateId, policy: &Policy) -> String {
    let template = policy.templates.get(id.index());
    template.map_or_else(|| "no template".to_owned(), |it| format!("{}/{}", it.cloud, it.name))
}

fn demanded(demand: &Demand) -> String {
    match demand {
        Demand::Items(label) => shown(label),
        Demand::Warm => "warmth".to_owned(),
    }
}

fn shown(label: &ItemLabel) -> String {
    match label {
        ItemLabel::Any => "any label".to_owned(),
        ItemLabel::Expression(text) => format!("{text:?}"),
        ItemLabel::Unknown => "an unknown label".to_owned(),
    }
}

/// Which lists jobs are on, by a number; nothing where there are no lists.
fn on_lists(jobs: Clearance) -> String {
    if jobs == Clearance::EVERY { String::new() } else { format!(" from jobs of class {}", jobs.get()) }
}

/// The reason in its own words, but for templates, which those number.
fn why(reason: &Reason, policy: &Policy) -> String {
    let limit = |scope: &LimitScope| match scope {
        LimitScope::Template(id) => format!("the limit of {}", name(*id, policy)),
        LimitScope::Global | LimitScope::Shared(_) => format!("{scope} limit"),
    };
    match reason {
        Reason::OverrideRefused { template, refusal } => format!("{}: {refusal}", name(*template, policy)),
        Reason::Limit { scope, dimension } => format!("{} on {dimension} is reached", limit(scope)),
        Reason::ItemsFirst { scope } => {
            format!("{} is reached, and builds that wait come first", limit(scope))
        }
        Reason::JobNotAllowed { template, gate, jobs } => {
            format!("{}{gate} is for jobs of {jobs} alone", name(*template, policy))
        }
        Reason::JobUnknown { template } => {
            format!("the job could not be read, and {} is for some jobs alone", name(*template, policy))
        }
        Reason::OutsideHours { template, opens } => {
            format!("{} is outside of its active hours and opens at {opens}", name(*template, policy))
        }
        Reason::BreakerOpen { template, until } => {
            format!("{} is left alone until {until}", name(*template, policy))
        }
        Reason::NoCapacity { template, until } => {
            format!("no room for {} until {until}", name(*template, policy))
        }
        Reason::NotYetListed
        | Reason::QuietingDown
        | Reason::LabelUnknown
        | Reason::NoTemplate
        | Reason::OverrideError(_)
        | Reason::Continuation { .. }
        | Reason::ContinuationLost { .. }
        | Reason::NotAssigned { .. }
        | Reason::SessionBusy
        | Reason::NodesVanished { .. }
        | Reason::Draining
        | Reason::GaveWay => reason.to_string(),
    }
}

/// The cause in its own words, with what those leave out.
fn because(cause: &Cause) -> String {
    match cause {
        Cause::TaskStopped(code) => format!("{cause} ({})", code.name()),
        Cause::MadeRoom(label) => format!("it made room for {}", shown(label)),
        Cause::BuildDone
        | Cause::BuildsDone
        | Cause::IdleTooLong
        | Cause::RunOver
        | Cause::Deadline(_)
        | Cause::BuildTooLong
        | Cause::LaunchRefused(_)
        | Cause::AttemptsUsedUp
        | Cause::TaskMissing
        | Cause::NodeRefused(_)
        | Cause::NodeVanished
        | Cause::NodeWithoutTask
        | Cause::Orphan
        | Cause::TemplateUnknown
        | Cause::FoundClosed
        | Cause::NotNeeded
        | Cause::OutsideHours
        | Cause::Draining
        | Cause::StopAll => cause.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_shown() {
        for ms in [0, 250, 1_704_067_200_000, 1_704_067_200_007] {
            let at = Timestamp::from_millis(ms);
            assert_eq!(parse_time(&at.to_string()), Ok(at));
        }
        assert_eq!(parse_time("12.5"), Ok(Timestamp::from_millis(12_500)));
        assert_eq!(parse_time("12"), Ok(Timestamp::from_millis(12_000)));
        for text in ["", ".5", "-1", "1.2345", "1,5", "2024-01-01", "99999999999999999999"] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}
