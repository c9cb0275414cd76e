//! Makes the core's policy of templates and settings: limits, pace, deadlines, each number checked.

use crate::{
    code::Code,
    diagnostic::Diagnostic,
    effective::Effective,
    footman::{
        Settings,
        object::{BucketKeys, LimitKeys},
    },
    gather::{CloudSource, TemplateSource},
    near,
    reader::Reader,
    trap,
};
use footman_core::{
    Policy,
    id::{OwnerId, TemplateId},
    policy::{Breaker, Bucket, Deadlines, Limit, Pace, SharedLimit, Template},
    time::Millis,
};
use std::sync::Arc;

/// The policy, with the limits that join templates.
pub(crate) fn policy(
    clouds: &[CloudSource],
    settings: &Settings,
    templates: Vec<Template>,
    reader: &mut Reader<'_>,
) -> Policy {
    let mut shared_limits = Vec::new();
    // Each template with the name of the one that it is, or is an alternative of.
    let mains = clouds.iter().flat_map(|cloud| &cloud.templates).map(TemplateSource::main);
    let named: Vec<(&Template, &Arc<str>)> = templates.iter().zip(mains).collect();
    let ids = |keep: &dyn Fn(&Template, &str) -> bool| -> Vec<TemplateId> {
        let numbered = (0..).map(TemplateId).zip(&named);
        numbered.filter(|(_, (template, main))| keep(template, main)).map(|(id, _)| id).collect()
    };
    for cloud in clouds {
        let limit = cloud_limit(cloud).value;
        if limit != Limit::default() {
            let templates = ids(&|template, _| template.cloud == cloud.name);
            shared_limits.push(SharedLimit { name: Arc::clone(&cloud.name), templates, limit });
        }
    }
    for shared in &settings.root.shared_limits.value {
        let place = settings.root.shared_limits.origin.place();
        let mut joined: Vec<TemplateId> = Vec::new();
        for name in &shared.templates {
            let found = ids(&|it, main| *it.cloud == **name || format!("{}/{main}", it.cloud) == **name);
            if found.is_empty() {
                let message =
                    format!("shared limit `{}`: `{name}` is no cloud and no `cloud/template`", shared.name);
                let names: Vec<String> =
                    templates.iter().map(|it| format!("{}/{}", it.cloud, it.name)).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let diagnostic = Diagnostic::new(Code::UnknownTemplate, place, message);
                reader.say(match near::nearest(name, &names) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic,
                });
            }
            joined.extend(found);
        }
        joined.sort_unstable();
        joined.dedup();
        let limit = shared.limit.as_ref().map(LimitKeys::limit).unwrap_or_default();
        shared_limits.push(SharedLimit { name: shared.name.as_str().into(), templates: joined, limit });
    }
    trap::limits(clouds, settings, &templates, reader);
    trap::warm(clouds, settings, &templates, &shared_limits, reader);
    for cloud in clouds {
        for (source, limit) in cloud.templates.iter().filter_map(|it| Some((it, joined(it)?))) {
            let templates = ids(&|template, main| template.cloud == cloud.name && *main == *source.name);
            let name = format!("{}/{}", cloud.name, source.name).into();
            shared_limits.push(SharedLimit { name, templates, limit });
        }
    }
    Policy {
        owner: owner(settings, reader),
        templates,
        limit: settings.root.limit.value.as_ref().map(LimitKeys::limit).unwrap_or_default(),
        shared_limits,
        pace: pace(settings, reader),
        deadlines: deadlines(clouds, settings),
        breaker: breaker(settings, reader),
        attempts_max: attempts_max(settings, reader),
    }
}

/// The limit on a template and its alternatives together, where it has both.
fn joined(source: &TemplateSource) -> Option<Limit> {
    let keys = source.footman.limit.value.as_ref().filter(|_| !source.footman.failover.value.is_empty());
    keys.map(LimitKeys::limit)
}

/// The owner id, which ECS must take as `startedBy`: at most 128 of `[A-Za-z0-9-_/]` (API Reference, RunTask).
fn owner(settings: &Settings, reader: &mut Reader<'_>) -> OwnerId {
    let owner = &settings.root.owner;
    let text = owner.value.trim();
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/');
    if text.is_empty() || text.len() > 128 || !text.bytes().all(fine) {
        let expected = "1 to 128 letters, digits, `-`, `_` or `/`";
        if let Some(place) = owner.origin.place() {
            reader.bad_value(place, expected, &format!("`{text}`"));
        }
    }
    OwnerId::new(text)
}

/// `pace`, each number at least what makes sense.
fn pace(settings: &Settings, reader: &mut Reader<'_>) -> Pace {
    let keys = &settings.pace;
    let usual = Pace::default();
    let bucket = |given: &Option<BucketKeys>, usual| given.as_ref().map_or(usual, |keys| keys.bucket(usual));
    let shared = bucket(&keys.run_task.value, usual.cluster_resource_modify);
    let fargate = bucket(&keys.fargate_run_task.value, usual.fargate_run_task);
    let gives_none = |bucket: Bucket| bucket.burst == 0 || bucket.per_second == 0;
    let wrong = [
        (keys.poll.value.is_zero(), &keys.poll.origin),
        (keys.describe.value.is_zero(), &keys.describe.origin),
        (gives_none(shared), &keys.run_task.origin),
        (gives_none(fargate), &keys.fargate_run_task.origin),
        (keys.jenkins_in_flight_max.value == 0, &keys.jenkins_in_flight_max.origin),
        (keys.ecs_in_flight_max.value == 0, &keys.ecs_in_flight_max.origin),
    ];
    for place in wrong.iter().filter(|(wrong, _)| *wrong).filter_map(|(_, origin)| origin.place()) {
        reader.bad_value(place, "more than zero", "0");
    }
    Pace {
        poll: keys.poll.value,
        describe: keys.describe.value,
        cluster_resource_modify: shared,
        fargate_run_task: fargate,
        jenkins_in_flight_max: keys.jenkins_in_flight_max.value,
        ecs_in_flight_max: keys.ecs_in_flight_max.value,
    }
}

/// `deadlines`; until an agent connects, the longest `slaveTimeoutInSeconds` that a cloud gives counts where Footman's
/// own is not given.
fn deadlines(clouds: &[CloudSource], settings: &Settings) -> Deadlines {
    let keys = &settings.deadlines;
    let list = Deadlines::default();
    let given = clouds.iter().map(|cloud| &cloud.fields.slave_timeout_in_seconds).filter(|it| it.is_given());
    let longest = given.map(|it| it.value).max().filter(|seconds| *seconds > 0);
    let connecting = longest.map(|seconds| Millis::from_secs(u64::from(seconds)));
    Deadlines {
        create_node: keys.create_node.value.unwrap_or(list.create_node),
        launch: keys.launch.value.unwrap_or(list.launch),
        provisioning: keys.provisioning.value.unwrap_or(list.provisioning),
        pulling: keys.pulling.value.unwrap_or(list.pulling),
        connecting: keys.connecting.value.or(connecting).unwrap_or(list.connecting),
        idle: keys.idle.value.unwrap_or(list.idle),
        resuming: keys.resuming.value.unwrap_or(list.resuming),
        spent: keys.spent.value.unwrap_or(list.spent),
        build_max: keys.max_build_time.value.or(list.build_max),
        not_taken_after: keys.not_taken_after.value.unwrap_or(list.not_taken_after),
        replay_window: keys.replay_window.value.unwrap_or(list.replay_window),
        ecs_visibility_bound: keys.ecs_visibility_bound.value.unwrap_or(list.ecs_visibility_bound),
    }
}

/// `breaker`.
fn breaker(settings: &Settings, reader: &mut Reader<'_>) -> Breaker {
    let keys = &settings.breaker;
    let (failures, open_min, open_max) = (keys.failures.value, keys.open_min.value, keys.open_max.value);
    if let (0, Some(place)) = (failures, keys.failures.origin.place()) {
        reader.bad_value(place, "at least 1", "0");
    }
    if let (true, Some(place)) =
        (open_max < open_min, keys.open_max.origin.place().or_else(|| keys.open_min.origin.place()))
    {
        reader.bad_value(
            place,
            &format!("`openMax` of at least `openMin`, {open_min}"),
            &format!("{open_max}"),
        );
    }
    Breaker { failures, open_min, open_max }
}

/// `attemptsMax`: a launch token has room for three digits.
fn attempts_max(settings: &Settings, reader: &mut Reader<'_>) -> u16 {
    let attempts = &settings.root.attempts_max;
    let number = u16::try_from(attempts.value).ok().filter(|number| (1..=999).contains(number));
    if let (None, Some(place)) = (number, attempts.origin.place()) {
        reader.bad_value(place, "a whole number from 1 to 999", &format!("`{}`", attempts.value));
    }
    number.unwrap_or(1)
}

/// The limit on a cloud's agents: Footman's word, else `maxAgents`.
pub(crate) fn cloud_limit(cloud: &CloudSource) -> Effective<Limit> {
    let own = cloud.footman.limit.value.as_ref().map(LimitKeys::limit).unwrap_or_default();
    let max_agents = &cloud.fields.max_agents;
    let agents = own.agents.or_else(|| (max_agents.value > 0).then_some(max_agents.value));
    let origin = if own.agents.is_none() && max_agents.value > 0 {
        max_agents.origin.clone()
    } else {
        cloud.footman.limit.origin.clone()
    };
    Effective { value: Limit { agents, ..own }, origin }
}
