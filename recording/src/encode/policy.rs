//! The policy as JSON, under the words of `footman.yaml` where it has them. Times are in milliseconds.

use footman_core::{
    Millis, Policy,
    hours::{ActiveHours, WeekSpan},
    jobs::{JobList, JobPattern},
    label::OverrideRules,
    policy::{Breaker, Bucket, Deadlines, Limit, Pace, Reuse, SharedLimit, Template},
    units::{CpuUnits, Mib, MicroUsd, Size},
};
use serde_json::{Value, json};

pub(super) fn policy(policy: &Policy) -> Value {
    json!({
        "owner": policy.owner.as_str(),
        "templates": policy.templates.iter().map(template).collect::<Vec<_>>(),
        "limit": limit(&policy.limit),
        "sharedLimits": policy.shared_limits.iter().map(shared_limit).collect::<Vec<_>>(),
        "pace": pace(&policy.pace),
        "deadlines": deadlines(&policy.deadlines),
        "breaker": breaker(policy.breaker),
        "launchAttempts": policy.attempts_max,
    })
}

fn template(template: &Template) -> Value {
    let retain = match template.reuse {
        Reuse::OneShot => None,
        Reuse::Retain { idle, builds } => Some(json!({"idle": millis(idle), "builds": builds})),
    };
    json!({
        "cloud": &*template.cloud,
        "templateName": &*template.name,
        "labels": template.labels.iter().map(|label| &**label).collect::<Vec<_>>(),
        "servesUnlabelled": template.serves_unlabelled,
        "fargate": template.fargate,
        "rank": template.rank,
        "size": size(template.size),
        "microUsdPerHour": template.price_per_hour.get(),
        "limit": limit(&template.limit),
        "hasAlternatives": template.has_alternatives,
        "minIdle": template.min_idle,
        "retain": retain,
        "overrides": overrides(&template.overrides),
        "allowJobs": template.allow_jobs.as_ref().map(job_list),
        "activeHours": template.active_hours.as_ref().map(active_hours),
    })
}

fn size(size: Size) -> Value {
    json!([size.cpu.get(), size.memory.get()])
}

fn overrides(rules: &OverrideRules) -> Value {
    json!({
        "cpuMax": rules.cpu_max.map(CpuUnits::get),
        "memoryMax": rules.memory_max.map(Mib::get),
        "sessionIdle": rules.session_idle.map(millis),
        "sizes": rules.sizes.iter().copied().map(size).collect::<Vec<_>>(),
        "cpuJobs": rules.cpu_jobs.as_ref().map(job_list),
        "memoryJobs": rules.memory_jobs.as_ref().map(job_list),
    })
}

fn job_list(list: &JobList) -> Value {
    list.patterns().iter().map(JobPattern::as_str).collect()
}

fn active_hours(hours: &ActiveHours) -> Value {
    let spans: Vec<String> = hours.spans().iter().map(WeekSpan::to_string).collect();
    json!({"timeZone": hours.zone().name(), "hours": spans})
}

fn limit(limit: &Limit) -> Value {
    json!({
        "agents": limit.agents,
        "cpu": limit.cpu.map(CpuUnits::get),
        "memory": limit.memory.map(Mib::get),
        "microUsdPerHour": limit.spend_per_hour.map(MicroUsd::get),
    })
}

fn shared_limit(shared: &SharedLimit) -> Value {
    json!({
        "name": &*shared.name,
        "templates": shared.templates.iter().map(|template| template.0).collect::<Vec<_>>(),
        "limit": limit(&shared.limit),
    })
}

fn pace(pace: &Pace) -> Value {
    json!({
        "poll": millis(pace.poll),
        "describe": millis(pace.describe),
        "clusterResourceModify": bucket(pace.cluster_resource_modify),
        "fargateRunTask": bucket(pace.fargate_run_task),
        "jenkinsInFlight": pace.jenkins_in_flight_max,
        "ecsInFlight": pace.ecs_in_flight_max,
    })
}

fn bucket(bucket: Bucket) -> Value {
    json!({"burst": bucket.burst, "perSecond": bucket.per_second})
}

fn deadlines(deadlines: &Deadlines) -> Value {
    json!({
        "createNode": millis(deadlines.create_node),
        "launch": millis(deadlines.launch),
        "provisioning": millis(deadlines.provisioning),
        "pulling": millis(deadlines.pulling),
        "connecting": millis(deadlines.connecting),
        "idle": millis(deadlines.idle),
        "resuming": millis(deadlines.resuming),
        "spent": millis(deadlines.spent),
        "buildMax": deadlines.build_max.map(millis),
        "notTakenAfter": millis(deadlines.not_taken_after),
        "replayWindow": millis(deadlines.replay_window),
        "ecsVisibilityBound": millis(deadlines.ecs_visibility_bound),
    })
}

fn breaker(breaker: Breaker) -> Value {
    json!({
        "failures": breaker.failures,
        "openMin": millis(breaker.open_min),
        "openMax": millis(breaker.open_max),
    })
}

fn millis(span: Millis) -> u64 {
    span.as_millis()
}
