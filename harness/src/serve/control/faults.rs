//! What goes wrong: calls of the API, and tasks.

use super::{Refusal, read};
use crate::serve::{accounts::AccountId, twins::Twins};
use footman_core::{Millis, Timestamp};
use footman_ecs_sim::{
    call_fault::{CallFault, CallFaultKind, HowOften},
    settings::{Faults, PerMillion, PlannedFaults, Spot},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The rules for calls at once.
const RULES_MAX: usize = 100;
/// The oldest that listings may be: an hour.
const STALE_MAX_MS: u64 = 3_600_000;
/// All of a million.
const MILLION: u32 = 1_000_000;

/// `/_sim/faults`, whole: what is not named does not go wrong.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct FaultsShape {
    calls: Vec<CallShape>,
    tasks: TasksShape,
    spot: SpotShape,
    /// How much older than the present is what Describe and List calls show.
    stale_ms: u64,
}

/// A rule for calls.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CallShape {
    fault: KindShape,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_million: Option<u32>,
    /// For how long it holds, from when it is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    for_ms: Option<u64>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum KindShape {
    Throttled,
    ServerError,
    AnswerLost,
}

/// What goes wrong with tasks.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct TasksShape {
    cannot_pull: OftenShape,
    eni_timeout: OftenShape,
    fargate_capacity: OftenShape,
    secrets: OftenShape,
    log_driver: OftenShape,
    ephemeral_storage: OftenShape,
}

/// The next so many, and from then on by this rate.
#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct OftenShape {
    count: u32,
    per_million: u32,
}

/// How often spot capacity is reclaimed.
#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct SpotShape {
    fargate_interruptions_per_million_hours: u32,
    ec2_interruptions_per_million_hours: u32,
}

/// What goes wrong at present.
pub(super) fn get(twins: &Twins, at: AccountId) -> Value {
    let now = twins.now();
    let (faults, planned) =
        (twins.accounts[at].ecs.settings().faults, twins.accounts[at].ecs.planned_faults());
    let often = |count, rate: PerMillion| OftenShape { count, per_million: rate.0 };
    let spot = twins.accounts[at].ecs.settings().spot;
    let shape = FaultsShape {
        calls: twins.accounts[at].call_faults.rules(now).map(|rule| CallShape::of(rule, now)).collect(),
        tasks: TasksShape {
            cannot_pull: often(planned.cannot_pull, faults.cannot_pull),
            eni_timeout: often(planned.eni_timeout, faults.eni_timeout),
            fargate_capacity: often(planned.fargate_capacity, faults.fargate_capacity),
            secrets: often(planned.secrets, faults.secrets),
            log_driver: often(planned.log_driver, faults.log_driver),
            ephemeral_storage: often(planned.ephemeral_storage, faults.ephemeral_storage),
        },
        spot: SpotShape {
            fargate_interruptions_per_million_hours: spot.fargate_interruptions_per_million_hours,
            ec2_interruptions_per_million_hours: spot.ec2_interruptions_per_million_hours,
        },
        stale_ms: twins.accounts[at].ecs.settings().visibility_delay.as_millis(),
    };
    json!(shape)
}

/// `/_sim/jenkins-faults`, whole.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct JenkinsShape {
    calls: Vec<CallShape>,
    /// For how long a proxy gives a listing again.
    stale_ms: u64,
}

/// What goes wrong with calls of Jenkins at present.
pub(super) fn of_jenkins(twins: &Twins) -> Value {
    let now = twins.now();
    let calls = twins.jenkins_faults.rules(now).map(|rule| CallShape::of(rule, now)).collect();
    json!(JenkinsShape { calls, stale_ms: twins.jenkins_proxy.keeps.as_millis() })
}

/// Says what goes wrong with calls of Jenkins from here on.
pub(super) fn set_of_jenkins(twins: &mut Twins, body: &[u8]) -> Result<Value, Refusal> {
    const EXAMPLE: &str = r#"{"calls": [{"fault": "serverError", "operation": "queue", "count": 5}]}"#;
    let JenkinsShape { calls, stale_ms } = read(body, EXAMPLE)?;
    let rules = rules(&calls, twins.now())?;
    if rules.iter().any(|rule| rule.kind == CallFaultKind::Throttled) {
        return Err(Refusal::bad("Jenkins throttles no call; expected serverError or answerLost"));
    }
    let stale = stale(stale_ms)?;
    twins.jenkins_faults.set(rules);
    twins.jenkins_proxy.keeps = stale;
    Ok(of_jenkins(twins))
}

/// The rules for calls, of which there are not too many.
fn rules(calls: &[CallShape], now: Timestamp) -> Result<Vec<CallFault>, Refusal> {
    if calls.len() > RULES_MAX {
        let count = calls.len();
        return Err(Refusal::bad(format!("there are {count} rules for calls; expected at most {RULES_MAX}")));
    }
    calls.iter().map(|rule| rule.read(now)).collect()
}

/// How old listings may be.
fn stale(stale_ms: u64) -> Result<Millis, Refusal> {
    if stale_ms > STALE_MAX_MS {
        return Err(Refusal::bad(format!("staleMs is {stale_ms}; expected at most {STALE_MAX_MS}")));
    }
    Ok(Millis::new(stale_ms))
}

/// Says what goes wrong from here on.
pub(super) fn set(twins: &mut Twins, at: AccountId, body: &[u8]) -> Result<Value, Refusal> {
    const EXAMPLE: &str = r#"{"calls": [{"fault": "throttled", "operation": "RunTask", "count": 5}], "tasks": {"cannotPull": {"perMillion": 1000}}}"#;
    let shape: FaultsShape = read(body, EXAMPLE)?;
    let now = twins.now();
    let rules = rules(&shape.calls, now)?;
    let stale = stale(shape.stale_ms)?;
    let TasksShape { cannot_pull, eni_timeout, fargate_capacity, secrets, log_driver, ephemeral_storage } =
        shape.tasks;
    let faults = Faults {
        cannot_pull: rate(cannot_pull.per_million)?,
        eni_timeout: rate(eni_timeout.per_million)?,
        secrets: rate(secrets.per_million)?,
        log_driver: rate(log_driver.per_million)?,
        ephemeral_storage: rate(ephemeral_storage.per_million)?,
        fargate_capacity: rate(fargate_capacity.per_million)?,
        ..twins.accounts[at].ecs.settings().faults
    };
    twins.accounts[at].call_faults.set(rules);
    twins.accounts[at].ecs.change_faults(now, faults);
    twins.accounts[at].ecs.plan_faults(PlannedFaults {
        cannot_pull: cannot_pull.count,
        eni_timeout: eni_timeout.count,
        secrets: secrets.count,
        log_driver: log_driver.count,
        ephemeral_storage: ephemeral_storage.count,
        fargate_capacity: fargate_capacity.count,
    });
    let spot = Spot {
        fargate_interruptions_per_million_hours: shape.spot.fargate_interruptions_per_million_hours,
        ec2_interruptions_per_million_hours: shape.spot.ec2_interruptions_per_million_hours,
    };
    twins.accounts[at].ecs.change_spot(now, spot);
    twins.accounts[at].ecs.change_visibility(now, stale);
    Ok(get(twins, at))
}

impl CallShape {
    fn of(rule: &CallFault, now: Timestamp) -> Self {
        let (count, per_million) = match rule.how_often {
            HowOften::Next(left) => (Some(left), None),
            HowOften::Rate(rate) => (None, Some(rate.0)),
        };
        let fault = match rule.kind {
            CallFaultKind::Throttled => KindShape::Throttled,
            CallFaultKind::ServerError => KindShape::ServerError,
            CallFaultKind::AnswerLost => KindShape::AnswerLost,
        };
        let operation = rule.operation.as_deref().map(str::to_owned);
        let for_ms = rule.until.map(|until| until.since(now).as_millis());
        Self { fault, operation, count, per_million, for_ms }
    }

    fn read(&self, now: Timestamp) -> Result<CallFault, Refusal> {
        let how_often = match (self.count, self.per_million) {
            (Some(count), None) => HowOften::Next(count),
            (None, Some(per_million)) => HowOften::Rate(rate(per_million)?),
            (None, None) if self.for_ms.is_some() => HowOften::Rate(PerMillion(MILLION)),
            (Some(_), Some(_)) | (None, None) => {
                return Err(Refusal::bad(
                    "a rule for calls has a count or a perMillion (0 to 1000000), or forMs alone for all calls of that time",
                ));
            }
        };
        let kind = match self.fault {
            KindShape::Throttled => CallFaultKind::Throttled,
            KindShape::ServerError => CallFaultKind::ServerError,
            KindShape::AnswerLost => CallFaultKind::AnswerLost,
        };
        let until = self.for_ms.map(|ms| now.saturating_add(Millis::new(ms)));
        Ok(CallFault { kind, operation: self.operation.as_deref().map(Into::into), how_often, until })
    }
}

fn rate(per_million: u32) -> Result<PerMillion, Refusal> {
    if per_million > MILLION {
        return Err(Refusal::bad(format!("perMillion is {per_million}; expected 0 to {MILLION}")));
    }
    Ok(PerMillion(per_million))
}
