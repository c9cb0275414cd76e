//! What a template's fields ask of ECS when a task is run.

use crate::{
    footman::TemplateKeys,
    plugin::{CpuArchitecture, NetworkModeChoice, OsFamily, TemplateFields},
    simulation::{
        Compute, LaunchType, NetworkMode, PlacementConstraint, PlacementStrategy, Platform, StrategyItem,
    },
};
use footman_core::units::{CpuUnits, Mib, Size};

/// AWS's own capacity providers.
pub(crate) const FARGATE_PROVIDERS: [&str; 2] = ["FARGATE", "FARGATE_SPOT"];

/// Where the template's task runs: `RunTask` gets a strategy, a launch type or neither.
///
/// An empty list of strategies is not the same as none: the plugin then sends neither, and the cluster's default counts.
pub(crate) fn compute(fields: &TemplateFields) -> Compute {
    if fields.default_capacity_provider.value {
        return Compute::ClusterDefault;
    }
    let strategies = &fields.capacity_provider_strategies;
    if !strategies.value.is_empty() {
        let items = strategies.value.iter().map(|item| StrategyItem {
            provider: item.provider.as_str().into(),
            base: item.base,
            weight: item.weight,
        });
        return Compute::Strategy(items.collect());
    }
    if strategies.is_given() {
        return Compute::ClusterDefault;
    }
    Compute::LaunchType(fields.launch_type.value)
}

/// Whether the task runs on Fargate, as far as the template says.
pub(crate) fn on_fargate(compute: &Compute) -> bool {
    match compute {
        Compute::LaunchType(LaunchType::Fargate) => true,
        Compute::Strategy(items) => items.iter().any(|item| FARGATE_PROVIDERS.contains(&&*item.provider)),
        Compute::LaunchType(LaunchType::Ec2 | LaunchType::External) | Compute::ClusterDefault => false,
    }
}

/// The operating system and processor.
pub(crate) fn platform(fields: &TemplateFields) -> Platform {
    match (fields.operating_system_family.value, fields.cpu_architecture.value) {
        (OsFamily::Linux, CpuArchitecture::X86_64) => Platform::LinuxX86,
        (OsFamily::Linux, CpuArchitecture::Arm64) => Platform::LinuxArm,
        (_, CpuArchitecture::X86_64 | CpuArchitecture::Arm64) => Platform::WindowsX86,
    }
}

/// The network mode: awsvpc on Fargate, else what is chosen, else bridge.
pub(crate) fn network(fields: &TemplateFields, fargate: bool) -> NetworkMode {
    match fields.network_mode.value {
        _ if fargate => NetworkMode::Awsvpc,
        NetworkModeChoice::Unset | NetworkModeChoice::Default => NetworkMode::Bridge,
        NetworkModeChoice::Mode(mode) => mode,
    }
}

/// What ECS places the task by: the soft memory limit where there is one, else the hard one.
///
/// On EC2 that is the container's need (Amazon ECS Developer Guide, task definition parameters), on Fargate the plugin
/// makes it the task's memory.
pub(crate) fn size(fields: &TemplateFields) -> Size {
    let (soft, hard) = (fields.memory_reservation.value, fields.memory.value);
    Size::new(CpuUnits::new(fields.cpu.value), Mib::new(if soft > 0 { soft } else { hard }))
}

/// The placement strategies that ECS takes, in order; those that it refuses are left out.
pub(crate) fn placement(fields: &TemplateFields) -> Vec<PlacementStrategy> {
    let entries = fields.placement_strategies.value.iter();
    entries.filter_map(|entry| placement_strategy(&entry.kind, &entry.field)).collect()
}

/// One placement strategy, or `None` where ECS refuses it (Amazon ECS API Reference, `PlacementStrategy`).
pub(crate) fn placement_strategy(kind: &str, field: &str) -> Option<PlacementStrategy> {
    match (kind.to_ascii_lowercase().as_str(), field) {
        ("random", _) => Some(PlacementStrategy::Random),
        ("binpack", field) if field.eq_ignore_ascii_case("cpu") => Some(PlacementStrategy::BinpackCpu),
        ("binpack", field) if field.eq_ignore_ascii_case("memory") => Some(PlacementStrategy::BinpackMemory),
        ("spread", "host") => Some(PlacementStrategy::Spread("instanceId".into())),
        ("spread", field)
            if field == "instanceId"
                || field.strip_prefix("attribute:").is_some_and(|name| !name.is_empty()) =>
        {
            Some(PlacementStrategy::Spread(field.into()))
        }
        _ => None,
    }
}

/// The placement constraints that ECS takes; those that it refuses are left out.
pub(crate) fn constraints(keys: &TemplateKeys) -> Vec<PlacementConstraint> {
    keys.placement_constraints.value.iter().filter_map(|entry| entry.constraint().ok()).collect()
}

/// Host ports that the task holds exclusively: those given in bridge mode, the container's in host mode.
pub(crate) fn host_ports(fields: &TemplateFields, network: NetworkMode) -> Vec<u16> {
    let ports = fields.port_mappings.value.iter().map(|mapping| match network {
        NetworkMode::Bridge => mapping.host_port,
        NetworkMode::Host if mapping.host_port == 0 => mapping.container_port,
        NetworkMode::Host => mapping.host_port,
        NetworkMode::Awsvpc | NetworkMode::None => 0,
    });
    ports.filter_map(|port| u16::try_from(port).ok()).filter(|port| *port > 0).collect()
}

/// The name of the cluster in `cluster`, a name or an ARN (`arn:aws:ecs:REGION:ACCOUNT:cluster/NAME`); ECS takes a blank
/// one for `default`.
pub(crate) fn cluster_name(cluster: &str) -> &str {
    let name = cluster.trim();
    let name = match name.split_once(":cluster/") {
        Some((_, name)) => name,
        None => name,
    };
    if name.is_empty() { "default" } else { name }
}
