//! The task definition of a template: every field of the plugin's that a definition has, in ECS's words.
//!
//! Which field goes where follows the plugin (its source at commit 4d48ab3, 2025-04-17), but for what it does wrong: what
//! it forces is sent once and compared once, `sharedMemorySize` does not take the kernel capabilities away, and a list with
//! blanks in it is read without them. What ECS refuses is left to ECS to refuse: its words are better than a guess at them.

use super::template::TaskTemplate;
use aws_sdk_ecs::{
    error::BuildError,
    operation::register_task_definition::builders::RegisterTaskDefinitionInputBuilder,
    types::{
        Compatibility, ContainerCondition, ContainerDefinition, ContainerDependency, CpuArchitecture,
        EfsAuthorizationConfig, EfsAuthorizationConfigIam, EfsTransitEncryption, EfsVolumeConfiguration,
        EphemeralStorage, HostEntry, HostVolumeProperties, KernelCapabilities, KeyValuePair, LinuxParameters,
        LogConfiguration, LogDriver, MountPoint, NetworkMode, OsFamily, PortMapping, RepositoryCredentials,
        RuntimePlatform, Tag, TransportProtocol, Ulimit, UlimitName, Volume,
        builders::ContainerDefinitionBuilder,
    },
};
use footman_config::{
    plugin::{EfsMountPoint, NetworkModeChoice, TemplateFields},
    simulation,
};

/// The container that gives Java and `agent.jar` to the agent's.
const INJECTOR: &str = "footman-agent-injection";
/// What it reserves, MiB: the least that Docker takes (Amazon ECS API Reference, `ContainerDefinition`, read 2026-11-26).
pub(super) const INJECTOR_MEMORY: u32 = 6;
/// The volume that both share for as long as the task lives, and where it is seen.
const INJECTED_VOLUME: &str = "footman-agent";
/// Where that volume is mounted.
pub(super) const INJECTED_PATH: &str = "/footman";
/// Copies what `jenkins/inbound-agent` and `jenkins/agent` have at these places (their Dockerfiles, read 2026-11-26).
const INJECT: &str = "cp -a \"${JAVA_HOME:-/opt/java/openjdk}\" /footman/java && cp /usr/share/jenkins/agent.jar /footman/agent.jar";

/// `RegisterTaskDefinition` of a template, without the tags that say what is in it.
///
/// # Errors
///
/// Fails where the SDK has no such value, such as a mount without a file system.
pub(super) fn of(template: &TaskTemplate) -> Result<RegisterTaskDefinitionInputBuilder, BuildError> {
    let fields = &template.fields;
    let mut definition = RegisterTaskDefinitionInputBuilder::default()
        .family(&*template.family)
        .set_task_role_arn(text(&fields.taskrole.value))
        .set_execution_role_arn(text(&fields.execution_role.value))
        .set_network_mode(network_mode(template))
        .set_volumes(volumes(template)?);
    if template.fargate {
        definition = definition
            .requires_compatibilities(Compatibility::Fargate)
            .cpu(template.size.cpu.get().to_string())
            .memory(template.size.memory.get().to_string())
            .runtime_platform(runtime_platform(fields))
            .set_ephemeral_storage(ephemeral_storage(fields));
    }
    if let Some(injection) = &template.agent.injection {
        definition = definition.container_definitions(injector(injection));
    }
    definition = definition.container_definitions(container(template)?);
    for (key, value) in template.tags() {
        definition = definition.tags(tag(&key, &value));
    }
    Ok(definition)
}

/// A tag.
pub(super) fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build()
}

/// The text of a field, where there is any.
pub(super) fn text(field: &str) -> Option<String> {
    let text = field.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The parts of a comma list, without blanks.
pub(super) fn commas(list: &str) -> Vec<String> {
    list.split(',').filter_map(text).collect()
}

/// A number as the API takes it; the configuration has none that is too large for a Java `int`.
pub(super) fn int(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The number, where 0 stands for none.
fn given(number: u32) -> Option<i32> {
    (number > 0).then(|| int(number))
}

/// `awsvpc` on Fargate whatever was chosen; elsewhere nothing is sent where nothing or `default` was chosen, which Windows
/// needs.
fn network_mode(template: &TaskTemplate) -> Option<NetworkMode> {
    if template.fargate {
        return Some(NetworkMode::Awsvpc);
    }
    match template.fields.network_mode.value {
        NetworkModeChoice::Unset | NetworkModeChoice::Default => None,
        NetworkModeChoice::Mode(mode) => Some(match mode {
            simulation::NetworkMode::Bridge => NetworkMode::Bridge,
            simulation::NetworkMode::Host => NetworkMode::Host,
            simulation::NetworkMode::Awsvpc => NetworkMode::Awsvpc,
            simulation::NetworkMode::None => NetworkMode::None,
        }),
    }
}

fn runtime_platform(fields: &TemplateFields) -> RuntimePlatform {
    RuntimePlatform::builder()
        .operating_system_family(OsFamily::from(fields.operating_system_family.value.word()))
        .cpu_architecture(CpuArchitecture::from(fields.cpu_architecture.value.word()))
        .build()
}

fn ephemeral_storage(fields: &TemplateFields) -> Option<EphemeralStorage> {
    let size = fields.ephemeral_storage_size_in_gib.value?;
    Some(EphemeralStorage::builder().size_in_gib(int(size)).build())
}

fn volumes(template: &TaskTemplate) -> Result<Option<Vec<Volume>>, BuildError> {
    let fields = &template.fields;
    let mut volumes = Vec::new();
    for mount in &fields.mount_points.value {
        let host = HostVolumeProperties::builder().set_source_path(text(&mount.source_path)).build();
        volumes.push(Volume::builder().name(&mount.name).host(host).build());
    }
    for mount in &fields.efs_mount_points.value {
        let volume = Volume::builder().name(&mount.name);
        volumes.push(volume.efs_volume_configuration(efs(mount)?).build());
    }
    if template.agent.injection.is_some() {
        volumes.push(Volume::builder().name(INJECTED_VOLUME).build());
    }
    Ok((!volumes.is_empty()).then_some(volumes))
}

fn efs(mount: &EfsMountPoint) -> Result<EfsVolumeConfiguration, BuildError> {
    let access_point = text(&mount.access_point_id);
    let authorization = (access_point.is_some() || mount.iam).then(|| {
        let iam = mount.iam.then_some(EfsAuthorizationConfigIam::Enabled);
        EfsAuthorizationConfig::builder().set_access_point_id(access_point).set_iam(iam).build()
    });
    EfsVolumeConfiguration::builder()
        .file_system_id(&mount.file_system_id)
        .set_root_directory(text(&mount.root_directory))
        .set_transit_encryption(mount.transit_encryption.then_some(EfsTransitEncryption::Enabled))
        .set_authorization_config(authorization)
        .build()
}

/// The agent's container.
fn container(template: &TaskTemplate) -> Result<ContainerDefinition, BuildError> {
    let fields = &template.fields;
    let size = template.container_size();
    let mut container = ContainerDefinition::builder()
        .name(&*template.container)
        .set_image(text(&fields.image.value))
        .cpu(int(size.cpu))
        .set_memory(given(size.memory))
        .set_memory_reservation(given(size.memory_reservation))
        .essential(true)
        .set_user(text(&fields.container_user.value))
        .set_privileged(fields.privileged.value.then_some(true))
        .set_linux_parameters(linux_parameters(fields));
    if let Some(secret) = text(&fields.repository_credentials.value) {
        let credentials = RepositoryCredentials::builder().credentials_parameter(secret).build()?;
        container = container.repository_credentials(credentials);
    }
    for (name, value) in environment(fields) {
        container = container.environment(KeyValuePair::builder().name(name).value(value).build());
    }
    for host in &fields.extra_hosts.value {
        if let (Some(address), Some(name)) = (text(&host.ip_address), text(&host.hostname)) {
            container =
                container.extra_hosts(HostEntry::builder().hostname(name).ip_address(address).build()?);
        }
    }
    for domain in fields.dns_search_domains.value.split_whitespace() {
        container = container.dns_search_domains(domain);
    }
    container = mounts(template, ports(fields, container));
    for limit in &fields.ulimits.value {
        let limit = Ulimit::builder()
            .name(UlimitName::from(limit.ulimit_name.as_str()))
            .soft_limit(int(limit.soft_limit))
            .hard_limit(int(limit.hard_limit));
        container = container.ulimits(limit.build()?);
    }
    if let Some(driver) = text(&fields.log_driver.value) {
        let mut log = LogConfiguration::builder().log_driver(LogDriver::from(driver.as_str()));
        for option in &fields.log_driver_options.value {
            log = log.options(&option.name, &option.value);
        }
        container = container.log_configuration(log.build()?);
    }
    Ok(match template.agent.injection {
        None => entry_point(fields, container),
        Some(_) => {
            container.entry_point(format!("{INJECTED_PATH}/java/bin/java")).depends_on(after_injection()?)
        }
    }
    .build())
}

/// The entry point, split at blanks without regard to quotation marks, as the plugin splits it.
fn entry_point(
    fields: &TemplateFields,
    mut container: ContainerDefinitionBuilder,
) -> ContainerDefinitionBuilder {
    for word in fields.entrypoint.value.split_whitespace() {
        container = container.entry_point(word);
    }
    container
}

/// Variables with a name and a value, and `jvmArgs` as the images of Jenkins take them.
fn environment(fields: &TemplateFields) -> Vec<(String, String)> {
    let java = text(&fields.jvm_args.value).map(|options| ("JAVA_OPTS".to_owned(), options));
    let own = fields.environments.value.iter().map(|it| (it.name.clone(), it.value.clone()));
    own.filter(|(name, value)| !name.is_empty() && !value.is_empty()).chain(java).collect()
}

fn ports(fields: &TemplateFields, mut container: ContainerDefinitionBuilder) -> ContainerDefinitionBuilder {
    for mapping in &fields.port_mappings.value {
        let port = PortMapping::builder()
            .container_port(int(mapping.container_port))
            .set_host_port(given(mapping.host_port))
            .protocol(TransportProtocol::from(mapping.protocol.as_str()));
        container = container.port_mappings(port.build());
    }
    container
}

fn mounts(template: &TaskTemplate, mut container: ContainerDefinitionBuilder) -> ContainerDefinitionBuilder {
    let fields = &template.fields;
    let host = fields.mount_points.value.iter().map(|it| (&it.name, &it.container_path, it.read_only));
    let efs = fields.efs_mount_points.value.iter().map(|it| (&it.name, &it.container_path, it.read_only));
    for (volume, path, read_only) in host.chain(efs) {
        container = container.mount_points(mount(volume, path, read_only));
    }
    if template.agent.injection.is_some() {
        container = container.mount_points(mount(INJECTED_VOLUME, INJECTED_PATH, true));
    }
    container
}

fn mount(volume: &str, path: &str, read_only: bool) -> MountPoint {
    MountPoint::builder()
        .source_volume(volume)
        .container_path(path)
        .set_read_only(read_only.then_some(true))
        .build()
}

fn linux_parameters(fields: &TemplateFields) -> Option<LinuxParameters> {
    let capabilities = commas(&fields.kernel_capabilities.value);
    let shared = given(fields.shared_memory_size.value);
    if capabilities.is_empty() && shared.is_none() {
        return None;
    }
    let added =
        (!capabilities.is_empty()).then(|| KernelCapabilities::builder().set_add(Some(capabilities)).build());
    Some(LinuxParameters::builder().set_shared_memory_size(shared).set_capabilities(added).build())
}

/// A container that ends as soon as it has copied what the agent runs by.
fn injector(image: &str) -> ContainerDefinition {
    ContainerDefinition::builder()
        .name(INJECTOR)
        .image(image)
        .essential(false)
        .memory_reservation(int(INJECTOR_MEMORY))
        .entry_point("sh")
        .command("-c")
        .command(INJECT)
        .mount_points(mount(INJECTED_VOLUME, INJECTED_PATH, false))
        .build()
}

fn after_injection() -> Result<ContainerDependency, BuildError> {
    ContainerDependency::builder().container_name(INJECTOR).condition(ContainerCondition::Success).build()
}
