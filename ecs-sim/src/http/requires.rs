//! What a task definition requires of a container instance besides its platform: `requiresAttributes`.
//!
//! ECS works it out of the members of the definition and does not document how. The rules are those by which it answered in
//! published definitions (the table of the tests below); versions of Docker's API are those that the Amazon ECS Developer
//! Guide, "Task definition parameters", names for a parameter.

use super::model::{
    ContainerDefinition, EfsTransitEncryption, EfsVolumeConfiguration, FirelensConfiguration,
    FirelensConfigurationType, LogConfiguration, LogDriver, NetworkMode, RegisterTaskDefinitionRequest,
};
use crate::fleet::Capabilities;

const ECR_AUTH: &str = "com.amazonaws.ecs.capability.ecr-auth";
const API_1_18: &str = "com.amazonaws.ecs.capability.docker-remote-api.1.18";
const API_1_19: &str = "com.amazonaws.ecs.capability.docker-remote-api.1.19";
const API_1_21: &str = "com.amazonaws.ecs.capability.docker-remote-api.1.21";
const API_1_25: &str = "com.amazonaws.ecs.capability.docker-remote-api.1.25";
const API_1_29: &str = "com.amazonaws.ecs.capability.docker-remote-api.1.29";

/// Where the names of what a definition requires are collected.
struct Required {
    names: Vec<&'static str>,
    /// Whether it has an execution role, with which the agent does what it does for the task.
    execution_role: bool,
}

/// What a definition requires, but for what follows from its platform and its network mode.
pub(super) fn of(input: &RegisterTaskDefinitionRequest) -> Capabilities {
    let mut required = Required { names: Vec::new(), execution_role: input.execution_role_arn.is_some() };
    required.of_task(input);
    input.container_definitions.iter().flatten().for_each(|container| required.of_container(container));
    let named = required.names.into_iter().filter_map(Capabilities::named);
    named.fold(Capabilities::NONE, Capabilities::with)
}

impl Required {
    fn add(&mut self, so: bool, name: &'static str) {
        if so {
            self.names.push(name);
        }
    }

    fn of_task(&mut self, input: &RegisterTaskDefinitionRequest) {
        let on_host = input.network_mode == Some(NetworkMode::Host);
        let role = if on_host {
            "com.amazonaws.ecs.capability.task-iam-role-network-host"
        } else {
            "com.amazonaws.ecs.capability.task-iam-role"
        };
        self.add(input.task_role_arn.is_some(), role);
        let shares = input.pid_mode.is_some() || input.ipc_mode.is_some();
        self.add(shares, "ecs.capability.pid-ipc-namespace-sharing");
        self.add(input.proxy_configuration.is_some(), "ecs.capability.aws-appmesh");
        self.add(input.enable_fault_injection == Some(true), "ecs.capability.fault-injection");
        let volumes = input.volumes.iter().flatten();
        volumes
            .filter_map(|volume| volume.efs_volume_configuration.as_ref())
            .for_each(|efs| self.of_efs(efs));
    }

    fn of_efs(&mut self, efs: &EfsVolumeConfiguration) {
        self.add(true, "ecs.capability.efs");
        self.add(true, API_1_25);
        let encrypted = efs.transit_encryption == Some(EfsTransitEncryption::Enabled);
        self.add(encrypted || efs.authorization_config.is_some(), "ecs.capability.efsAuth");
    }

    fn of_container(&mut self, container: &ContainerDefinition) {
        let image = container.image.as_deref().unwrap_or_default();
        let from_ecr = image.contains(".dkr.ecr.") && image.contains(".amazonaws.com");
        self.add(from_ecr, ECR_AUTH);
        self.add(from_ecr && self.execution_role, "ecs.capability.execution-role-ecr-pull");
        let registry = container.repository_credentials.is_some();
        self.add(registry, "ecs.capability.private-registry-authentication.secretsmanager");
        self.add(container.privileged == Some(true), "com.amazonaws.ecs.capability.privileged-container");
        self.add(container.memory_reservation.is_some(), API_1_21);
        let labelled = container.docker_labels.as_ref().is_some_and(|labels| !labels.is_empty());
        self.add(labelled || container.ulimits.as_ref().is_some_and(|limits| !limits.is_empty()), API_1_18);
        let process = container.linux_parameters.as_ref().and_then(|linux| linux.init_process_enabled);
        self.add(process == Some(true), API_1_25);
        let depends = container.depends_on.as_ref().is_some_and(|others| !others.is_empty());
        self.add(depends, "ecs.capability.container-ordering");
        let files = container.environment_files.as_ref().is_some_and(|files| !files.is_empty());
        self.add(files, "ecs.capability.env-files.s3");
        let ranges = container.port_mappings.iter().flatten().any(|port| port.container_port_range.is_some());
        self.add(ranges, "ecs.capability.network.container-port-range");
        if let Some(check) = &container.health_check {
            self.add(true, "ecs.capability.container-health-check");
            self.add(check.start_period.is_some(), API_1_29);
        }
        for secret in container.secrets.iter().flatten() {
            let kept = is_of_secrets_manager(secret.value_from.as_deref());
            self.add(kept, "ecs.capability.secrets.asm.environment-variables");
            self.add(!kept, "ecs.capability.secrets.ssm.environment-variables");
        }
        if let Some(logs) = &container.log_configuration {
            self.of_logs(logs);
        }
        if let Some(firelens) = &container.firelens_configuration {
            self.of_firelens(firelens);
        }
    }

    fn of_logs(&mut self, logs: &LogConfiguration) {
        let Some(driver) = logs.log_driver else { return };
        let (name, api) = match driver {
            LogDriver::Awslogs => ("com.amazonaws.ecs.capability.logging-driver.awslogs", API_1_19),
            LogDriver::Fluentd => ("com.amazonaws.ecs.capability.logging-driver.fluentd", API_1_19),
            LogDriver::Splunk => ("com.amazonaws.ecs.capability.logging-driver.splunk", API_1_19),
            LogDriver::Gelf => ("com.amazonaws.ecs.capability.logging-driver.gelf", API_1_18),
            LogDriver::Journald => ("com.amazonaws.ecs.capability.logging-driver.journald", API_1_18),
            LogDriver::JsonFile => ("com.amazonaws.ecs.capability.logging-driver.json-file", API_1_18),
            LogDriver::Syslog => ("com.amazonaws.ecs.capability.logging-driver.syslog", API_1_18),
            LogDriver::Awsfirelens => ("com.amazonaws.ecs.capability.logging-driver.awsfirelens", API_1_18),
        };
        self.add(true, name);
        self.add(true, api);
        let option = |name: &str| logs.options.as_ref().and_then(|options| options.get(name));
        self.add(option("awslogs-create-group").is_some_and(|value| value == "true"), API_1_29);
        let by_agent = driver == LogDriver::Awslogs && self.execution_role;
        self.add(by_agent, "ecs.capability.execution-role-awslogs");
        for secret in logs.secret_options.iter().flatten() {
            let kept = is_of_secrets_manager(secret.value_from.as_deref());
            self.add(kept, "ecs.capability.secrets.asm.bootstrap.log-driver");
            self.add(!kept, "ecs.capability.secrets.ssm.bootstrap.log-driver");
        }
    }

    fn of_firelens(&mut self, firelens: &FirelensConfiguration) {
        match firelens.r#type {
            Some(FirelensConfigurationType::Fluentd) => self.add(true, "ecs.capability.firelens.fluentd"),
            Some(FirelensConfigurationType::Fluentbit) => self.add(true, "ecs.capability.firelens.fluentbit"),
            None => {}
        }
        let kind = firelens.options.as_ref().and_then(|options| options.get("config-file-type"));
        self.add(kind.is_some_and(|kind| kind == "s3"), "ecs.capability.firelens.options.config.s3");
        self.add(kind.is_some_and(|kind| kind == "file"), "ecs.capability.firelens.options.config.file");
    }
}

/// Whether a secret is kept by Secrets Manager; Systems Manager has the others.
fn is_of_secrets_manager(value_from: Option<&str>) -> bool {
    value_from.is_some_and(|from| from.contains(":secretsmanager:"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn required(input: Value) -> Vec<&'static str> {
        let input: RegisterTaskDefinitionRequest = serde_json::from_value(input).unwrap();
        let mut names: Vec<_> =
            of(&input).names().map(|name| name.rsplit("capability.").next().unwrap()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn a_definition_requires_what_published_ones_did() {
        let ecr = "1.dkr.ecr.eu-west-1.amazonaws.com/agent:1";
        let logs = |options: Value| json!({ "logDriver": "awslogs", "options": options });
        // definition => what it requires, without its network mode
        let table: [(Value, &[&str]); 9] = [
            // A definition with nothing special shows none.
            (json!({ "containerDefinitions": [{ "name": "a", "image": "b", "memory": 1 }] }), &[]),
            (
                json!({ "executionRoleArn": "r", "containerDefinitions": [{ "image": ecr }] }),
                &["ecr-auth", "execution-role-ecr-pull"],
            ),
            (
                json!({ "containerDefinitions": [{ "image": ecr, "memoryReservation": 1 }] }),
                &["docker-remote-api.1.21", "ecr-auth"],
            ),
            (
                json!({ "taskRoleArn": "t", "executionRoleArn": "r", "containerDefinitions": [{ "image": ecr }] }),
                &["ecr-auth", "execution-role-ecr-pull", "task-iam-role"],
            ),
            (
                json!({ "executionRoleArn": "r", "containerDefinitions": [{
                    "image": "b", "environmentFiles": [], "ulimits": [],
                    "logConfiguration": logs(json!({ "awslogs-create-group": "true" })),
                }] }),
                &[
                    "docker-remote-api.1.19",
                    "docker-remote-api.1.29",
                    "execution-role-awslogs",
                    "logging-driver.awslogs",
                ],
            ),
            (
                json!({ "containerDefinitions": [{ "image": "b", "logConfiguration": { "logDriver": "fluentd" } }] }),
                &["docker-remote-api.1.19", "logging-driver.fluentd"],
            ),
            (
                json!({ "containerDefinitions": [{ "image": "b", "dockerLabels": { "a": "b" },
                    "logConfiguration": logs(json!({})) }] }),
                &["docker-remote-api.1.18", "docker-remote-api.1.19", "logging-driver.awslogs"],
            ),
            (
                json!({ "volumes": [{ "name": "v", "efsVolumeConfiguration": {
                    "fileSystemId": "fs-1", "transitEncryption": "ENABLED" } }] }),
                &["docker-remote-api.1.25", "efs", "efsAuth"],
            ),
            (
                json!({ "containerDefinitions": [
                    { "image": "b", "healthCheck": { "command": ["c"], "startPeriod": 60 },
                        "secrets": [{ "name": "S", "valueFrom": "parameter" }] },
                    { "image": "b", "dependsOn": [{ "containerName": "a", "condition": "HEALTHY" }],
                        "secrets": [{ "name": "S", "valueFrom": "arn:aws:secretsmanager:eu-west-1:1:secret:s" }] },
                ] }),
                &[
                    "container-health-check",
                    "container-ordering",
                    "docker-remote-api.1.29",
                    "secrets.asm.environment-variables",
                    "secrets.ssm.environment-variables",
                ],
            ),
        ];
        for (input, want) in table {
            assert_eq!(required(input.clone()), want, "{input}");
        }
    }

    #[test]
    fn each_member_that_takes_an_agent_of_a_certain_kind_requires_it() {
        let container =
            |member: &str, value: Value| json!({ "containerDefinitions": [{ "image": "b", member: value }] });
        let firelens = |options: Value| container("firelensConfiguration", options);
        let table: [(Value, &[&str]); 14] = [
            (json!({ "taskRoleArn": "t", "networkMode": "host" }), &["task-iam-role-network-host"]),
            (json!({ "pidMode": "task" }), &["pid-ipc-namespace-sharing"]),
            (json!({ "ipcMode": "task" }), &["pid-ipc-namespace-sharing"]),
            (json!({ "proxyConfiguration": { "containerName": "a" } }), &["aws-appmesh"]),
            (json!({ "enableFaultInjection": true }), &["fault-injection"]),
            (json!({ "enableFaultInjection": false }), &[]),
            (container("privileged", json!(true)), &["privileged-container"]),
            (container("environmentFiles", json!([{ "type": "s3", "value": "arn" }])), &["env-files.s3"]),
            (
                container("portMappings", json!([{ "containerPortRange": "1-2" }])),
                &["network.container-port-range"],
            ),
            (
                container("repositoryCredentials", json!({ "credentialsParameter": "arn" })),
                &["private-registry-authentication.secretsmanager"],
            ),
            (
                container("linuxParameters", json!({ "initProcessEnabled": true })),
                &["docker-remote-api.1.25"],
            ),
            (
                container(
                    "logConfiguration",
                    json!({ "logDriver": "splunk", "secretOptions": [{ "name": "t", "valueFrom": "p" }] }),
                ),
                &["docker-remote-api.1.19", "logging-driver.splunk", "secrets.ssm.bootstrap.log-driver"],
            ),
            (
                firelens(json!({ "type": "fluentbit", "options": { "config-file-type": "s3" } })),
                &["firelens.fluentbit", "firelens.options.config.s3"],
            ),
            (
                firelens(json!({ "type": "fluentd", "options": { "config-file-type": "file" } })),
                &["firelens.fluentd", "firelens.options.config.file"],
            ),
        ];
        for (input, want) in table {
            assert_eq!(required(input.clone()), want, "{input}");
        }
    }
}
