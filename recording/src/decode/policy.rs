//! The policy, read back from JSON and checked.

use super::fields::{DecodeError, Fields, number};
use footman_core::{
    Policy,
    hours::{ActiveHours, WeekSpan, Zone},
    id::{OwnerId, TemplateId},
    jobs::{JobList, JobPattern},
    label::{LabelSet, OverrideRules},
    policy::{Breaker, Bucket, Deadlines, Limit, Pace, Reuse, SharedLimit, Template},
    units::{CpuUnits, Mib, MicroUsd, Size},
};
use serde_json::Value;
use std::{num::NonZeroU32, sync::Arc};

pub(super) fn policy(fields: Fields<'_>) -> Result<Policy, DecodeError> {
    let policy = Policy {
        owner: OwnerId::from(fields.text("owner")?),
        templates: fields.list("templates", |value| template(Fields::of(value, "templates")?))?,
        limit: limit(fields.object("limit")?)?,
        shared_limits: fields
            .list("sharedLimits", |value| shared_limit(Fields::of(value, "sharedLimits")?))?,
        pace: pace(fields.object("pace")?)?,
        deadlines: deadlines(fields.object("deadlines")?)?,
        breaker: breaker(fields.object("breaker")?)?,
        attempts_max: fields.number("launchAttempts")?,
    };
    policy.check().map_err(DecodeError::Policy)?;
    Ok(policy)
}

fn template(fields: Fields<'_>) -> Result<Template, DecodeError> {
    let labels: Vec<Arc<str>> = fields.texts("labels")?;
    Ok(Template {
        cloud: fields.shared("cloud")?,
        name: fields.shared("templateName")?,
        labels: LabelSet::new(labels),
        serves_unlabelled: fields.flag("servesUnlabelled")?,
        fargate: fields.flag("fargate")?,
        rank: fields.number("rank")?,
        size: fields.read("size", SIZE, size)?,
        price_per_hour: fields.number("microUsdPerHour").map(MicroUsd::new)?,
        limit: limit(fields.object("limit")?)?,
        has_alternatives: fields.flag("hasAlternatives")?,
        min_idle: fields.number("minIdle")?,
        reuse: fields
            .present("retain")?
            .map_or(Ok(Reuse::OneShot), |value| retain(Fields::of(value, "retain")?))?,
        overrides: overrides(fields.object("overrides")?)?,
        allow_jobs: fields.optional("allowJobs", JOBS, job_list)?,
        active_hours: fields.optional("activeHours", HOURS, active_hours)?,
    })
}

fn retain(fields: Fields<'_>) -> Result<Reuse, DecodeError> {
    let not = || DecodeError::Unexpected { field: "builds", expected: "a number above zero, or null" };
    let builds = fields.number_or_null::<u32>("builds")?;
    let builds = builds.map(|builds| NonZeroU32::new(builds).ok_or_else(not)).transpose()?;
    Ok(Reuse::Retain { idle: fields.span("idle")?, builds })
}

/// What a list of jobs is.
const JOBS: &str = "a list of patterns of full names, or null";
/// What active hours are.
const HOURS: &str = "a time zone that is known here, and hours, or null";

fn job_list(value: &Value) -> Option<JobList> {
    let pattern = |value: &Value| JobPattern::parse(value.as_str()?).ok();
    JobList::new(value.as_array()?.iter().map(pattern).collect::<Option<Vec<_>>>()?)
}

fn active_hours(value: &Value) -> Option<ActiveHours> {
    let spans = value.get("hours")?.as_array()?.iter().map(|span| span.as_str()?.parse().ok());
    ActiveHours::new(
        Zone::named(value.get("timeZone")?.as_str()?)?,
        spans.collect::<Option<Vec<WeekSpan>>>()?,
    )
}

/// What a size is.
const SIZE: &str = "a list of CPU units and MiB";

fn size(value: &Value) -> Option<Size> {
    match value.as_array()?.as_slice() {
        [cpu, memory] => Some(Size::new(CpuUnits::new(number(cpu)?), Mib::new(number(memory)?))),
        _ => None,
    }
}

fn overrides(fields: Fields<'_>) -> Result<OverrideRules, DecodeError> {
    let not = DecodeError::Unexpected { field: "sizes", expected: SIZE };
    Ok(OverrideRules {
        cpu_max: fields.number_or_null("cpuMax")?.map(CpuUnits::new),
        memory_max: fields.number_or_null("memoryMax")?.map(Mib::new),
        session_idle: fields.span_or_null("sessionIdle")?,
        sizes: fields.list("sizes", |value| size(value).ok_or_else(|| not.clone()))?,
        cpu_jobs: fields.optional("cpuJobs", JOBS, job_list)?,
        memory_jobs: fields.optional("memoryJobs", JOBS, job_list)?,
    })
}

fn limit(fields: Fields<'_>) -> Result<Limit, DecodeError> {
    Ok(Limit {
        agents: fields.number_or_null("agents")?,
        cpu: fields.number_or_null("cpu")?.map(CpuUnits::new),
        memory: fields.number_or_null("memory")?.map(Mib::new),
        spend_per_hour: fields.number_or_null("microUsdPerHour")?.map(MicroUsd::new),
    })
}

fn shared_limit(fields: Fields<'_>) -> Result<SharedLimit, DecodeError> {
    Ok(SharedLimit {
        name: fields.shared("name")?,
        templates: fields.numbers("templates", TemplateId)?,
        limit: limit(fields.object("limit")?)?,
    })
}

fn pace(fields: Fields<'_>) -> Result<Pace, DecodeError> {
    Ok(Pace {
        poll: fields.span("poll")?,
        describe: fields.span("describe")?,
        cluster_resource_modify: bucket(fields.object("clusterResourceModify")?)?,
        fargate_run_task: bucket(fields.object("fargateRunTask")?)?,
        jenkins_in_flight_max: fields.number("jenkinsInFlight")?,
        ecs_in_flight_max: fields.number("ecsInFlight")?,
    })
}

fn bucket(fields: Fields<'_>) -> Result<Bucket, DecodeError> {
    Ok(Bucket { burst: fields.number("burst")?, per_second: fields.number("perSecond")? })
}

fn deadlines(fields: Fields<'_>) -> Result<Deadlines, DecodeError> {
    Ok(Deadlines {
        create_node: fields.span("createNode")?,
        launch: fields.span("launch")?,
        provisioning: fields.span("provisioning")?,
        pulling: fields.span("pulling")?,
        connecting: fields.span("connecting")?,
        idle: fields.span("idle")?,
        resuming: fields.span("resuming")?,
        spent: fields.span("spent")?,
        build_max: fields.span_or_null("buildMax")?,
        not_taken_after: fields.span("notTakenAfter")?,
        replay_window: fields.span("replayWindow")?,
        ecs_visibility_bound: fields.span("ecsVisibilityBound")?,
    })
}

fn breaker(fields: Fields<'_>) -> Result<Breaker, DecodeError> {
    Ok(Breaker {
        failures: fields.number("failures")?,
        open_min: fields.span("openMin")?,
        open_max: fields.span("openMax")?,
    })
}
