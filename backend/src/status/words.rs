//! The words of the core for programs and for people.
//!
//! For programs: one word for each variant, from a set that does not grow with what happens, so that it can be the value of a
//! metric's label. For people: sentences in which templates have their names, and times are spans from now on.

use footman_core::{
    Action, Millis, Policy, Timestamp,
    decision::{Alarm, Cause, Dimension, LimitScope, Phase, Reason, What},
    event::{Failure, ItemState, Outcome},
    id::TemplateId,
    policy::Limit,
    units::MicroUsd,
};

/// Every value of [`reason`].
pub(super) const REASONS: &[&str] = &[
    "not_yet_listed",
    "quieting_down",
    "label_unknown",
    "no_template",
    "override_error",
    "override_refused",
    "continuation",
    "continuation_lost",
    "job_not_allowed",
    "job_unknown",
    "outside_hours",
    "limit",
    "items_first",
    "breaker_open",
    "no_capacity",
    "not_assigned",
    "session_busy",
    "nodes_vanished",
    "draining",
    "gave_way",
];
/// Every value of [`decision`].
pub(super) const DECISIONS: &[&str] = &[
    "launch",
    "refused",
    "provided",
    "warm_refused",
    "warm_provided",
    "phase",
    "retire",
    "stop",
    "delete",
    "breaker",
    "alarm",
];
/// Every value of [`cause`].
pub(super) const CAUSES: &[&str] = &[
    "build_done",
    "builds_done",
    "idle_too_long",
    "run_over",
    "deadline",
    "build_too_long",
    "launch_refused",
    "attempts_used_up",
    "task_stopped",
    "task_missing",
    "node_refused",
    "node_vanished",
    "node_without_task",
    "orphan",
    "template_unknown",
    "found_closed",
    "not_needed",
    "outside_hours",
    "made_room",
    "draining",
    "stop_all",
];
/// Every value of [`action`].
pub(super) const ACTIONS: &[&str] = &["create_node", "launch", "close_node", "delete_node", "stop_task"];
/// Every value of [`outcome`].
pub(super) const OUTCOMES: &[&str] =
    &["done", "conflict", "throttled", "no_capacity", "refused", "unavailable", "unknown"];
/// Every value of [`alarm`].
pub(super) const ALARMS: &[&str] = &["gave_way", "younger_daemon", "two_tasks", "nodes_vanished"];
/// Every value of [`item_state`].
pub(super) const ITEM_STATES: &[&str] = &["quiet", "blocked", "buildable", "pending"];
/// Every value of [`phase`].
pub(super) const PHASES: &[&str] = &[
    "intended",
    "launching",
    "provisioning",
    "pulling",
    "connecting",
    "idle",
    "busy",
    "resuming",
    "spent",
    "gone",
    "orphan",
];

/// Why items get no agent.
pub(super) fn reason(reason: &Reason) -> &'static str {
    match reason {
        Reason::NotYetListed => "not_yet_listed",
        Reason::QuietingDown => "quieting_down",
        Reason::LabelUnknown => "label_unknown",
        Reason::NoTemplate => "no_template",
        Reason::OverrideError(_) => "override_error",
        Reason::OverrideRefused { .. } => "override_refused",
        Reason::Continuation { .. } => "continuation",
        Reason::ContinuationLost { .. } => "continuation_lost",
        Reason::JobNotAllowed { .. } => "job_not_allowed",
        Reason::JobUnknown { .. } => "job_unknown",
        Reason::OutsideHours { .. } => "outside_hours",
        Reason::Limit { .. } => "limit",
        Reason::ItemsFirst { .. } => "items_first",
        Reason::BreakerOpen { .. } => "breaker_open",
        Reason::NoCapacity { .. } => "no_capacity",
        Reason::NotAssigned { .. } => "not_assigned",
        Reason::SessionBusy => "session_busy",
        Reason::NodesVanished { .. } => "nodes_vanished",
        Reason::Draining => "draining",
        Reason::GaveWay => "gave_way",
    }
}

/// What was decided.
pub(super) fn decision(what: &What) -> &'static str {
    match what {
        What::Launch { .. } => "launch",
        What::Refused { .. } => "refused",
        What::Provided { .. } => "provided",
        What::WarmRefused { .. } => "warm_refused",
        What::WarmProvided { .. } => "warm_provided",
        What::Phase { .. } => "phase",
        What::Retire { .. } => "retire",
        What::Stop { .. } => "stop",
        What::Delete { .. } => "delete",
        What::Breaker { .. } => "breaker",
        What::Alarm(_) => "alarm",
    }
}

/// Why an agent is taken out of service.
pub(super) fn cause(cause: &Cause) -> &'static str {
    match cause {
        Cause::BuildDone => "build_done",
        Cause::BuildsDone => "builds_done",
        Cause::IdleTooLong => "idle_too_long",
        Cause::RunOver => "run_over",
        Cause::Deadline(_) => "deadline",
        Cause::BuildTooLong => "build_too_long",
        Cause::LaunchRefused(_) => "launch_refused",
        Cause::AttemptsUsedUp => "attempts_used_up",
        Cause::TaskStopped(_) => "task_stopped",
        Cause::TaskMissing => "task_missing",
        Cause::NodeRefused(_) => "node_refused",
        Cause::NodeVanished => "node_vanished",
        Cause::NodeWithoutTask => "node_without_task",
        Cause::Orphan => "orphan",
        Cause::TemplateUnknown => "template_unknown",
        Cause::FoundClosed => "found_closed",
        Cause::NotNeeded => "not_needed",
        Cause::OutsideHours => "outside_hours",
        Cause::MadeRoom(_) => "made_room",
        Cause::Draining => "draining",
        Cause::StopAll => "stop_all",
    }
}

/// Which kind of action it is.
pub(crate) fn action(action: &Action) -> &'static str {
    match action {
        Action::CreateNode { .. } => "create_node",
        Action::Launch { .. } => "launch",
        Action::CloseNode { .. } => "close_node",
        Action::DeleteNode { .. } => "delete_node",
        Action::StopTask { .. } => "stop_task",
    }
}

/// What an action came to.
pub(crate) fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done | Outcome::Launched { .. } => "done",
        Outcome::Conflict { .. } => "conflict",
        Outcome::Failed(failure) => match failure {
            Failure::Throttled { .. } => "throttled",
            Failure::NoCapacity { .. } => "no_capacity",
            Failure::Refused { .. } => "refused",
            Failure::Unavailable => "unavailable",
            Failure::Unknown => "unknown",
        },
    }
}

/// What somebody should look at.
pub(super) fn alarm(alarm: &Alarm) -> &'static str {
    match alarm {
        Alarm::GaveWay { .. } => "gave_way",
        Alarm::YoungerDaemon { .. } => "younger_daemon",
        Alarm::TwoTasks { .. } => "two_tasks",
        Alarm::NodesVanished { .. } => "nodes_vanished",
    }
}

/// How far a queue item is.
pub(super) fn item_state(state: ItemState) -> &'static str {
    match state {
        ItemState::Waiting { .. } => "quiet",
        ItemState::Blocked => "blocked",
        ItemState::Buildable { .. } => "buildable",
        ItemState::Pending => "pending",
    }
}

/// How far an agent is.
pub(super) fn phase(phase: Phase) -> &'static str {
    PHASES[phase.index()]
}

/// What somebody should look at, as a sentence.
pub(super) fn alarm_sentence(alarm: &Alarm) -> String {
    match alarm {
        Alarm::GaveWay { node } => {
            format!(
                "node {node} shows that an older footmand works under this owner id: this one stops itself"
            )
        }
        Alarm::YoungerDaemon { node } => {
            format!(
                "node {node} shows that a younger footmand works under this owner id: it should stop itself"
            )
        }
        Alarm::TwoTasks { agent } => format!("several live tasks carry the name of agent {agent}"),
        Alarm::NodesVanished { vanished, known, held } => format!(
            "the nodes of {vanished} of {known} agents vanished from Jenkins at once, and not by footmand, as when its \
             Configuration as Code is reloaded with `jenkins.nodes` in it: nothing is launched for {}",
            span(*held)
        ),
    }
}

/// Why items get no agent, as half a sentence.
pub(super) fn reason_sentence(reason: &Reason, policy: &Policy, now: Timestamp) -> String {
    match reason {
        Reason::OverrideRefused { template, refusal } => {
            format!("template {} refuses the overrides: {refusal}", template_name(policy, *template))
        }
        Reason::JobNotAllowed { template, gate, jobs } => {
            format!(
                "template {}{gate} is for jobs of {jobs} alone (`allowJobs`)",
                template_name(policy, *template)
            )
        }
        Reason::JobUnknown { template } => format!(
            "the job could not be read, and template {} is for some jobs alone (`allowJobs`)",
            template_name(policy, *template)
        ),
        Reason::OutsideHours { template, opens } => format!(
            "template {} is outside of its active hours and opens at {}, in {}",
            template_name(policy, *template),
            clock(policy, *template, *opens),
            span(opens.since(now))
        ),
        Reason::Limit { scope, dimension } => {
            format!(
                "{} on {} is reached",
                limit_name(scope, policy),
                dimension_name(scope, *dimension, policy)
            )
        }
        Reason::ItemsFirst { scope } => {
            format!("{} is reached, and builds that wait come first", limit_name(scope, policy))
        }
        Reason::BreakerOpen { template, until } => format!(
            "template {} keeps failing and is left alone for another {}",
            template_name(policy, *template),
            span(until.since(now))
        ),
        Reason::NoCapacity { template, until } => format!(
            "ECS has no room for template {}, which is tried again in {}",
            template_name(policy, *template),
            span(until.since(now))
        ),
        Reason::NotAssigned { until } => format!(
            "agents that match stand idle and Jenkins does not assign them: no more are made for another {}",
            span(until.since(now))
        ),
        Reason::NodesVanished { until } => format!(
            "many agents' nodes vanished from Jenkins at once: nothing is launched for another {}",
            span(until.since(now))
        ),
        Reason::NotYetListed
        | Reason::QuietingDown
        | Reason::LabelUnknown
        | Reason::NoTemplate
        | Reason::OverrideError(_)
        | Reason::Continuation { .. }
        | Reason::ContinuationLost { .. }
        | Reason::SessionBusy
        | Reason::Draining
        | Reason::GaveWay => reason.to_string(),
    }
}

/// An instant as clocks in a template's own zone show it.
fn clock(policy: &Policy, template: TemplateId, at: Timestamp) -> String {
    let hours = policy.templates.get(template.index()).and_then(|template| template.active_hours.as_ref());
    hours.map_or_else(|| at.to_string(), |hours| hours.zone().shown(at))
}

/// What people call a template; names are unique within a cloud only.
pub(super) fn template_name(policy: &Policy, id: TemplateId) -> String {
    match policy.templates.get(id.index()) {
        Some(template) => format!("{}/{}", template.cloud, template.name),
        None => "that is no longer configured".to_owned(),
    }
}

fn limit_name(scope: &LimitScope, policy: &Policy) -> String {
    match scope {
        LimitScope::Global => "the global limit".to_owned(),
        LimitScope::Shared(name) => format!("limit `{name}`"),
        LimitScope::Template(id) => format!("the limit of template {}", template_name(policy, *id)),
    }
}

/// What the limit is on, and how much that is.
fn dimension_name(scope: &LimitScope, dimension: Dimension, policy: &Policy) -> String {
    let limit = match scope {
        LimitScope::Global => Some(policy.limit),
        LimitScope::Shared(name) => {
            policy.shared_limits.iter().find(|shared| shared.name == *name).map(|shared| shared.limit)
        }
        LimitScope::Template(id) => policy.templates.get(id.index()).map(|template| template.limit),
    };
    let limit = limit.unwrap_or_default();
    let amount = match dimension {
        Dimension::Agents => limit.agents.map(|agents| agents.to_string()),
        Dimension::Cpu => limit.cpu.map(|cpu| cpu.to_string()),
        Dimension::Memory => limit.memory.map(|memory| memory.to_string()),
        Dimension::Spend => limit.spend_per_hour.map(per_hour),
    };
    match amount {
        Some(amount) => format!("{dimension} ({amount})"),
        None => dimension.to_string(),
    }
}

/// A limit as a list of what it is on; nothing where it limits nothing.
pub(super) fn limit_sentence(limit: &Limit) -> String {
    let parts = [
        limit.agents.map(|agents| format!("{agents} agents")),
        limit.cpu.map(|cpu| cpu.to_string()),
        limit.memory.map(|memory| format!("{memory} of memory")),
        limit.spend_per_hour.map(per_hour),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn per_hour(spend: MicroUsd) -> String {
    format!("${}.{:02} an hour", spend.get() / 1_000_000, spend.get() % 1_000_000 / 10_000)
}

/// A span of time in its two largest units.
pub(super) fn span(span: Millis) -> String {
    let seconds = span.as_millis() / 1_000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => two(seconds, 60, "min", 1, "s"),
        3_600..86_400 => two(seconds, 3_600, "h", 60, "min"),
        86_400.. => two(seconds, 86_400, "d", 3_600, "h"),
    }
}

fn two(seconds: u64, large: u64, large_name: &str, small: u64, small_name: &str) -> String {
    match seconds % large / small {
        0 => format!("{} {large_name}", seconds / large),
        rest => format!("{} {large_name} {rest} {small_name}", seconds / large),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_its_two_largest_units() {
        let table = [
            (0, "0 s"),
            (999, "0 s"),
            (59_000, "59 s"),
            (60_000, "1 min"),
            (61_500, "1 min 1 s"),
            (3_600_000, "1 h"),
            (7_260_000, "2 h 1 min"),
            (90_000_000, "1 d 1 h"),
        ];
        for (ms, want) in table {
            assert_eq!(span(Millis::new(ms)), want, "{ms} ms");
        }
    }

    #[test]
    fn phases_are_called_as_the_core_calls_them() {
        assert_eq!(Phase::ALL.map(|phase| phase.to_string()).as_slice(), PHASES);
        assert_eq!(Phase::ALL.map(phase).as_slice(), PHASES);
    }
}
