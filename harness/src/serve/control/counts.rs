//! Numbers that cost next to nothing to ask for, and the log of accidents.

use crate::serve::{accounts::AccountId, twins::Twins};
use footman_ecs_sim::{
    api::Operation,
    call_fault::{CallFaultKind, CallFaults},
};
use serde_json::{Map, Value, json};

/// How much there is and was: of one account its tasks and its calls, and what was asked of Jenkins.
pub(super) fn counts(twins: &Twins, at: AccountId) -> Value {
    let account = &twins.accounts[at];
    let called = Operation::ALL.into_iter().zip(account.ecs.calls()).filter(|(_, count)| count.calls > 0);
    let calls: Map<String, Value> = called
        .map(|(operation, count)| {
            (operation.name().to_owned(), json!({ "calls": count.calls, "throttled": count.throttled }))
        })
        .collect();
    let jenkins = twins.settings().agents.then(|| {
        json!({
            "requests": twins.jenkins_requests,
            "listings": twins.jenkins_listings,
            "builds": twins.accidents.builds(),
        })
    });
    json!({
        "now": twins.now().as_millis(),
        "present": account.usage.present(),
        "most": account.usage.most(),
        "calls": calls,
        "jenkins": jenkins,
    })
}

/// What befell whom, and how many calls were struck.
pub(super) fn accidents(twins: &Twins, at: AccountId) -> Value {
    let mut shown = twins.accidents.shown();
    shown["calls"] = struck(&twins.accounts[at].call_faults);
    shown["jenkinsCalls"] = struck(&twins.jenkins_faults);
    shown
}

fn struck(faults: &CallFaults) -> Value {
    let mut by_operation = Map::new();
    for (operation, kind, count) in faults.struck() {
        let kind = match kind {
            CallFaultKind::Throttled => "throttled",
            CallFaultKind::ServerError => "serverError",
            CallFaultKind::AnswerLost => "answerLost",
        };
        by_operation.entry(operation).or_insert_with(|| json!({}))[kind] = count.into();
    }
    by_operation.into()
}
