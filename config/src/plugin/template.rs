//! The fields of a template: `jenkins.clouds[].ecs.templates[]`.

use crate::{
    plugin::{
        item::{
            CapacityProviderEntry, EfsMountPoint, Environment, ExtraHost, LogDriverOption, MountPoint,
            PlacementStrategyEntry, PortMapping, Tag, Ulimit,
        },
        kind::{CpuArchitecture, NetworkModeChoice, OsFamily},
        table::table,
    },
    simulation::LaunchType,
};

table! {
    /// What the plugin's `ECSTaskTemplate` has.
    pub TemplateFields {
        /// The template's name.
        "templateName" => template_name: String = String::new(), Must;
        /// The labels of its nodes, space-separated.
        "label" => label: String = String::new(), Must;
        /// The agent's container in a definition of the user's own.
        "agentContainerName" => agent_container_name: String = String::new(), May;
        /// A task definition of the user's own: family, family:revision or ARN.
        "taskDefinitionOverride" => task_definition_override: String = String::new(), May;
        /// A task definition that the plugin made for a pipeline; internal.
        "dynamicTaskDefinitionOverride" => dynamic_task_definition_override: String = String::new(), May;
        /// The container's image.
        "image" => image: String = String::new(), May;
        /// The secret with the registry's credentials.
        "repositoryCredentials" => repository_credentials: String = String::new(), May;
        /// Where the task runs.
        "launchType" => launch_type: LaunchType = LaunchType::Ec2, Must;
        /// The operating system, on Fargate.
        "operatingSystemFamily" => operating_system_family: OsFamily = OsFamily::Linux, Must;
        /// The processor, on Fargate.
        "cpuArchitecture" => cpu_architecture: CpuArchitecture = CpuArchitecture::X86_64, Must;
        /// Whether the cluster's default strategy decides.
        "defaultCapacityProvider" => default_capacity_provider: bool = false, Must;
        /// Capacity providers to run on.
        "capacityProviderStrategies" => capacity_provider_strategies: Vec<CapacityProviderEntry> = Vec::new(), Must;
        /// The task's network.
        "networkMode" => network_mode: NetworkModeChoice = NetworkModeChoice::Unset, Must;
        /// The node's root directory.
        "remoteFSRoot" => remote_fs_root: String = String::new(), May;
        /// Whether the agent's name is appended to it.
        "uniqueRemoteFSRoot" => unique_remote_fs_root: bool = false, May;
        /// The platform version, on Fargate.
        "platformVersion" => platform_version: String = String::new(), May;
        /// Hard memory limit, MiB; 0 is none.
        "memory" => memory: u32 = 0, Must;
        /// Soft memory limit, MiB; 0 is none.
        "memoryReservation" => memory_reservation: u32 = 0, Must;
        /// CPU units.
        "cpu" => cpu: u32 = 0, Must;
        /// Ephemeral storage on Fargate, GiB.
        "ephemeralStorageSizeInGiB" => ephemeral_storage_size_in_gib: Option<u32> = None, Must;
        /// `/dev/shm`, MiB.
        "sharedMemorySize" => shared_memory_size: u32 = 0, Must;
        /// Subnets: a comma list.
        "subnets" => subnets: String = String::new(), May;
        /// Security groups: a comma list.
        "securityGroups" => security_groups: String = String::new(), May;
        /// Whether the task gets a public address.
        "assignPublicIp" => assign_public_ip: bool = false, May;
        /// Whether the container is privileged.
        "privileged" => privileged: bool = false, Must;
        /// The user in the container.
        "containerUser" => container_user: String = String::new(), May;
        /// Linux capabilities to add: a comma list.
        "kernelCapabilities" => kernel_capabilities: String = String::new(), May;
        /// Whether ECS Exec works.
        "enableExecuteCommand" => enable_execute_command: bool = false, May;
        /// DNS search domains: a space list.
        "dnsSearchDomains" => dns_search_domains: String = String::new(), May;
        /// The entry point: a space list without quoting.
        "entrypoint" => entrypoint: String = String::new(), May;
        /// Arguments of the agent's Java.
        "jvmArgs" => jvm_args: String = String::new(), May;
        /// The task's role.
        "taskrole" => taskrole: String = String::new(), May;
        /// The role that pulls the image and writes the log.
        "executionRole" => execution_role: String = String::new(), May;
        /// Environment variables.
        "environments" => environments: Vec<Environment> = Vec::new(), May;
        /// Lines of the hosts file.
        "extraHosts" => extra_hosts: Vec<ExtraHost> = Vec::new(), May;
        /// Mounts of host paths.
        "mountPoints" => mount_points: Vec<MountPoint> = Vec::new(), May;
        /// Mounts of Elastic File Systems.
        "efsMountPoints" => efs_mount_points: Vec<EfsMountPoint> = Vec::new(), May;
        /// Ports.
        "portMappings" => port_mappings: Vec<PortMapping> = Vec::new(), Must;
        /// Limits of processes.
        "ulimits" => ulimits: Vec<Ulimit> = Vec::new(), May;
        /// Placement strategies.
        "placementStrategies" => placement_strategies: Vec<PlacementStrategyEntry> = Vec::new(), Must;
        /// Tags of the task definition and the task.
        "tags" => tags: Vec<Tag> = Vec::new(), May;
        /// The log driver.
        "logDriver" => log_driver: String = String::new(), May;
        /// Its options.
        "logDriverOptions" => log_driver_options: Vec<LogDriverOption> = Vec::new(), May;
        /// A label of the template that fills in what this one leaves out.
        "inheritFrom" => inherit_from: String = String::new(), Must;
    }
}
