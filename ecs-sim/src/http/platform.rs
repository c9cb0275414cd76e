//! Platform versions of Fargate: which there are, and what a task definition needs of them.

use super::{
    Call,
    model::{OsFamily, Text},
    wire::Refusal,
};
use crate::{
    api::{ApiError, Capacity, ErrorCode, LaunchType, Provider, RunTask},
    definition::TaskDefinition,
    id::DefinitionId,
};
use footman_core::{catalogue::Platform, units::CpuUnits};

/// What `LATEST` stands for on Linux, and the version before it that tasks still run on (Amazon ECS Developer Guide,
/// "Fargate Linux platform versions").
const LINUX: &str = "1.4.0";
const LINUX_BEFORE: &str = "1.3.0";
/// The one version of Windows (Amazon ECS Developer Guide, "Fargate Windows platform versions").
const WINDOWS: &str = "1.0.0";
/// Tasks of as many units and more take 1.4.0 on Linux (Amazon ECS API Reference, Task `cpu`).
const LARGE: CpuUnits = CpuUnits::new(8192);

fn is_latest(version: &str) -> bool {
    version.eq_ignore_ascii_case("LATEST")
}

/// The version that a task shows.
pub(super) fn shown(platform: Platform, asked: Option<Text>) -> Text {
    let latest = match platform {
        Platform::LinuxX86 | Platform::LinuxArm => LINUX,
        Platform::WindowsX86 => WINDOWS,
    };
    asked.filter(|version| !is_latest(version)).unwrap_or(Text::Borrowed(latest))
}

impl Call<'_> {
    /// What `platformFamily` of a task on Fargate shows: `Linux` was seen in published answers; of Windows none was
    /// found, and the family is that of the definition.
    pub(super) fn platform_family(&self, definition: DefinitionId) -> Text {
        let given = self.kept.definitions.get(&definition).and_then(|given| given.runtime_platform.as_ref());
        match given.and_then(|platform| platform.operating_system_family) {
            None | Some(OsFamily::Linux) => "Linux".into(),
            Some(windows) => windows.name().into(),
        }
    }

    /// Checks that the version that a call for Fargate names is there and does what the task needs.
    ///
    /// Neither exception's words were published; those of the API reference's descriptions stand for them.
    pub(super) fn check_platform_version(
        &self,
        request: &RunTask,
        version: Option<&str>,
    ) -> Result<(), Refusal> {
        let Some(version) = version.filter(|version| !is_latest(version)) else { return Ok(()) };
        let strategy = match &request.capacity {
            Capacity::Launch(LaunchType::Ec2) => return Ok(()),
            Capacity::Launch(LaunchType::Fargate) => &[],
            Capacity::ClusterDefault => self.ecs.cluster_view(request.cluster).default_strategy,
            Capacity::Strategy(strategy) => strategy.as_slice(),
        };
        let on = |provider| strategy.iter().any(|item| item.provider == provider);
        let spot = on(Provider::FargateSpot);
        if request.capacity != Capacity::Launch(LaunchType::Fargate) && !spot && !on(Provider::Fargate) {
            return Ok(());
        }
        let definition = self.ecs.task_definition(request.definition);
        let known: &[&str] = match definition.platform {
            Platform::LinuxX86 | Platform::LinuxArm => &[LINUX, LINUX_BEFORE],
            Platform::WindowsX86 => &[WINDOWS],
        };
        if !known.contains(&version) {
            let text = format!("The specified platform version {version} does not exist.");
            return Err(ApiError::new(ErrorCode::PlatformUnknown, text).into());
        }
        if version == LINUX_BEFORE && needs_latest(definition, request.cpu, spot) {
            return Err(Refusal::wire(
                "PlatformTaskDefinitionIncompatibilityException",
                "The specified platform version does not satisfy the required capabilities of the task definition.",
            ));
        }
        Ok(())
    }
}

/// Whether a task on Linux runs on 1.4.0 only (Amazon ECS API Reference, EphemeralStorage, Task `cpu`,
/// CreateCapacityProvider for ARM64 on FARGATE_SPOT).
fn needs_latest(definition: &TaskDefinition, cpu: Option<CpuUnits>, spot: bool) -> bool {
    let large = cpu.or(definition.cpu).is_some_and(|cpu| cpu >= LARGE);
    large || definition.ephemeral_gib.is_some() || (spot && definition.platform == Platform::LinuxArm)
}
