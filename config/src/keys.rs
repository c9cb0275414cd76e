//! Every key that a file may hold.

use crate::{
    footman::{self, CloudKeys, TemplateKeys, failover, object, placement, settings, table},
    plugin::{self, CloudFields, TemplateFields},
};

/// Every key that a file may hold, by the part of the file that it belongs to: its name, and its keys in their order.
///
/// `docs/configuration.md` has a section for each.
pub fn known_keys() -> Vec<(&'static str, Vec<&'static str>)> {
    let with = |keys: &[&'static str], more: &[&[&'static str]]| -> Vec<&'static str> {
        keys.iter().chain(more.iter().copied().flatten()).copied().collect()
    };
    let entries: [&[&'static str]; 10] = [
        plugin::CapacityProviderEntry::KEYS,
        plugin::Environment::KEYS,
        plugin::ExtraHost::KEYS,
        plugin::MountPoint::KEYS,
        plugin::EfsMountPoint::KEYS,
        plugin::PortMapping::KEYS,
        plugin::Ulimit::KEYS,
        plugin::PlacementStrategyEntry::KEYS,
        plugin::Tag::KEYS,
        plugin::LogDriverOption::KEYS,
    ];
    vec![
        ("a cloud", with(CloudFields::KEYS, &[&["templates"]])),
        ("a template", with(TemplateFields::KEYS, &entries)),
        ("the top", footman::root_keys()),
        ("a limit", with(object::LimitKeys::KEYS, &[object::SharedLimitKeys::KEYS])),
        ("a cloud in footman.yaml", with(CloudKeys::KEYS, &[&["templates"]])),
        (
            "a template in footman.yaml",
            with(
                TemplateKeys::KEYS,
                &[
                    object::OverrideKeys::KEYS,
                    failover::FailoverKeys::KEYS,
                    placement::PlacementConstraintKeys::KEYS,
                ],
            ),
        ),
        ("pace", with(table::PaceKeys::KEYS, &[object::BucketKeys::KEYS])),
        ("deadlines", with(table::DeadlineKeys::KEYS, &[])),
        ("breaker", with(table::BreakerKeys::KEYS, &[])),
        ("prices", with(object::PriceKeys::KEYS, &[object::FargatePriceKeys::KEYS])),
        ("simulation", with(&settings::SIMULATION_KEYS, &[])),
        ("a cluster", with(object::ClusterKeys::KEYS, &[object::InstanceKeys::KEYS])),
        (
            "an auto-scaling group",
            with(object::AutoScalingGroupKeys::KEYS, &[object::ManagedScalingKeys::KEYS]),
        ),
        ("an instance type", with(object::InstanceTypeKeys::KEYS, &[])),
    ]
}
