//! Traps of launch types, capacity providers and placement strategies.

use crate::{
    code::Code,
    launch::{self, FARGATE_PROVIDERS},
    reader::Reader,
    simulation::{Compute, LaunchType},
    trap::Seen,
};

/// The largest weight and base of a strategy item (Amazon ECS API Reference, `CapacityProviderStrategyItem`).
const WEIGHT_MAX: u32 = 1000;
const BASE_MAX: u32 = 100_000;
/// The most placement strategies of a task (Amazon ECS API Reference, RunTask).
const PLACEMENT_MAX: usize = 5;
/// The most placement constraints of a task (Amazon ECS API Reference, RunTask).
const CONSTRAINTS_MAX: usize = 10;

/// Checks where a template's task runs.
pub(super) fn check(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    exclusions(seen, reader);
    match seen.compute {
        Compute::Strategy(_) => providers(seen, reader),
        Compute::LaunchType(_) | Compute::ClusterDefault => {}
    }
    placement(seen, reader);
    constraints(seen, reader);
}

/// Fields that exclude each other.
fn exclusions(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    let fields = seen.fields;
    let strategies = &fields.capacity_provider_strategies;
    if fields.default_capacity_provider.value {
        if !strategies.value.is_empty() {
            let message = "`capacityProviderStrategies` have no effect beside `defaultCapacityProvider`";
            reader.say(seen.about(Code::IgnoredField, strategies, message));
        }
        if fields.launch_type.value != LaunchType::Ec2 {
            let message = "`launchType` has no effect beside `defaultCapacityProvider`";
            reader.say(seen.about(Code::IgnoredField, &fields.launch_type, message));
        }
        return;
    }
    if strategies.is_given() && strategies.value.is_empty() {
        let message = "an empty list of `capacityProviderStrategies` is not the same as none";
        reader.say(seen.about(Code::EmptyStrategy, strategies, message).help(
            "the plugin then sends neither a launch type nor a strategy, and the cluster's default counts; take the \
             key out",
        ));
    }
    if !strategies.value.is_empty() && !seen.fargate && fields.launch_type.value == LaunchType::Fargate {
        let message = "`launchType: FARGATE` has no effect beside `capacityProviderStrategies`";
        reader.say(
            seen.about(Code::IgnoredField, &fields.launch_type, message)
                .related(seen.place(strategies), "these providers are used, and none is Fargate's"),
        );
    }
}

/// The items of a strategy (Amazon ECS API Reference, RunTask and `CapacityProviderStrategyItem`).
fn providers(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    let field = &seen.fields.capacity_provider_strategies;
    let items = &field.value;
    let aws = |provider: &str| FARGATE_PROVIDERS.contains(&provider);
    for item in items {
        if item.provider.trim().is_empty() {
            reader.say(seen.about(
                Code::MissingKey,
                field,
                "a capacity provider strategy item has no `provider`",
            ));
        }
        if item.weight > WEIGHT_MAX || item.base > BASE_MAX {
            let message =
                format!("`{}`: `weight` goes to {WEIGHT_MAX} and `base` to {BASE_MAX}", item.provider);
            reader.say(seen.about(Code::BadValue, field, message));
        }
        if item.provider.contains("FARGATE") && !aws(&item.provider) {
            let message = format!("the plugin takes `{}` for Fargate because of its name", item.provider);
            reader.say(
                seen.about(Code::FargateByName, field, message)
                    .help("it then asks for awsvpc and Fargate's sizes; rename the capacity provider"),
            );
        }
    }
    if items.len() > 1 && items.iter().all(|item| item.weight == 0) {
        let message = "every `weight` is 0";
        reader.say(
            seen.about(Code::ZeroWeights, field, message)
                .help("RunTask fails unless one of several weights is above 0"),
        );
    }
    if items.iter().filter(|item| item.base > 0).count() > 1 {
        let message = "more than one capacity provider has a `base`";
        reader.say(seen.about(Code::TwoBases, field, message));
    }
    if items.iter().any(|item| aws(&item.provider)) && items.iter().any(|item| !aws(&item.provider)) {
        let message = "Fargate's capacity providers cannot be mixed with others";
        reader
            .say(seen.about(Code::MixedProviders, field, message).help("make two templates with one label"));
    }
}

/// Placement strategies.
fn placement(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    let field = &seen.fields.placement_strategies;
    if field.value.is_empty() {
        return;
    }
    if seen.fargate {
        let message = "Fargate takes no `placementStrategies`";
        reader.say(
            seen.about(Code::BadPlacement, field, message).help("it spreads tasks over zones by itself"),
        );
        return;
    }
    if field.value.len() > PLACEMENT_MAX {
        let message = format!("ECS takes at most {PLACEMENT_MAX} `placementStrategies`");
        reader.say(seen.about(Code::BadPlacement, field, message));
    }
    for entry in &field.value {
        if launch::placement_strategy(&entry.kind, &entry.field).is_none() {
            let message = format!("ECS has no placement strategy `{}` over `{}`", entry.kind, entry.field);
            reader.say(seen.about(Code::BadPlacement, field, message).help(
                "`binpack` over cpu or memory, `spread` over instanceId, host or attribute:NAME, `random` over nothing",
            ));
        }
    }
}

/// Placement constraints, which are a key of Footman's.
fn constraints(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    let field = &seen.source.footman.placement_constraints;
    if field.value.is_empty() {
        return;
    }
    if seen.fargate {
        let message = "Fargate takes no `placementConstraints`";
        reader.say(seen.about(Code::BadPlacement, field, message).help("it has no container instances"));
        return;
    }
    if field.value.len() > CONSTRAINTS_MAX {
        let message = format!("ECS takes at most {CONSTRAINTS_MAX} `placementConstraints`");
        reader.say(seen.about(Code::BadPlacement, field, message));
    }
    for refused in field.value.iter().filter_map(|entry| entry.constraint().err()) {
        reader.say(seen.about(Code::BadPlacement, field, refused).help(
            "`{type: memberOf, expression: \"attribute:NAME == VALUE\"}`, or `{type: distinctInstance}`",
        ));
    }
}
