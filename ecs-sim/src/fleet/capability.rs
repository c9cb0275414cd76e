//! What a task may require of an instance besides room, as ECS does by attributes: `requiresAttributes` of a task definition,
//! and the attributes that a container agent registers.

/// An operating system, a processor architecture, and what a container agent can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Capabilities(u64);

/// The capabilities that a definition may require by name. Each is an attribute without a value; the first of them is bit
/// [`NAMED_FROM`]. The names are those of the container agent (aws/amazon-ecs-agent, agent/app/agent_capability.go, read
/// 2026-11-26).
const NAMED: [&str; 41] = [
    "ecs.capability.task-eni",
    "com.amazonaws.ecs.capability.docker-remote-api.1.17",
    "com.amazonaws.ecs.capability.docker-remote-api.1.18",
    "com.amazonaws.ecs.capability.docker-remote-api.1.19",
    "com.amazonaws.ecs.capability.docker-remote-api.1.21",
    "com.amazonaws.ecs.capability.docker-remote-api.1.25",
    "com.amazonaws.ecs.capability.docker-remote-api.1.29",
    "com.amazonaws.ecs.capability.ecr-auth",
    "com.amazonaws.ecs.capability.logging-driver.awsfirelens",
    "com.amazonaws.ecs.capability.logging-driver.awslogs",
    "com.amazonaws.ecs.capability.logging-driver.fluentd",
    "com.amazonaws.ecs.capability.logging-driver.gelf",
    "com.amazonaws.ecs.capability.logging-driver.journald",
    "com.amazonaws.ecs.capability.logging-driver.json-file",
    "com.amazonaws.ecs.capability.logging-driver.splunk",
    "com.amazonaws.ecs.capability.logging-driver.syslog",
    "com.amazonaws.ecs.capability.privileged-container",
    "com.amazonaws.ecs.capability.task-iam-role",
    "com.amazonaws.ecs.capability.task-iam-role-network-host",
    "ecs.capability.aws-appmesh",
    "ecs.capability.container-health-check",
    "ecs.capability.container-ordering",
    "ecs.capability.efs",
    "ecs.capability.efsAuth",
    "ecs.capability.env-files.s3",
    "ecs.capability.execute-command",
    "ecs.capability.execution-role-awslogs",
    "ecs.capability.execution-role-ecr-pull",
    "ecs.capability.fault-injection",
    "ecs.capability.firelens.fluentbit",
    "ecs.capability.firelens.fluentd",
    "ecs.capability.firelens.options.config.file",
    "ecs.capability.firelens.options.config.s3",
    "ecs.capability.full-sync",
    "ecs.capability.network.container-port-range",
    "ecs.capability.pid-ipc-namespace-sharing",
    "ecs.capability.private-registry-authentication.secretsmanager",
    "ecs.capability.secrets.asm.bootstrap.log-driver",
    "ecs.capability.secrets.asm.environment-variables",
    "ecs.capability.secrets.ssm.bootstrap.log-driver",
    "ecs.capability.secrets.ssm.environment-variables",
];
/// The bit of the first of [`NAMED`]; those before it are platforms.
const NAMED_FROM: usize = 4;

const _: () = assert!(NAMED_FROM + NAMED.len() <= 64, "each capability has a bit");

impl Capabilities {
    /// None.
    pub const NONE: Self = Self(0);
    /// `ecs.os-type` linux.
    pub const LINUX: Self = Self(1);
    /// `ecs.os-type` windows.
    pub const WINDOWS: Self = Self(1 << 1);
    /// `ecs.cpu-architecture` `x86_64`.
    pub const X86_64: Self = Self(1 << 2);
    /// `ecs.cpu-architecture` arm64.
    pub const ARM64: Self = Self(1 << 3);
    /// `ecs.capability.task-eni`.
    pub const TASK_ENI: Self = Self(1 << NAMED_FROM);
    /// `com.amazonaws.ecs.capability.docker-remote-api.1.18`.
    pub const DOCKER_API_1_18: Self = Self(1 << (NAMED_FROM + 2));
    /// Whatever a container agent of an ECS-optimized image can do: all but the platforms.
    pub const OF_AGENT: Self = Self(((1 << NAMED.len()) - 1) << NAMED_FROM);
    /// All of them.
    pub const ALL: Self = Self((1 << (NAMED_FROM + NAMED.len())) - 1);

    /// The capability that an attribute of this name is, where it is one that a definition may require.
    pub fn named(attribute: &str) -> Option<Self> {
        if !attribute.contains("ecs.capability.") {
            return None;
        }
        NAMED.iter().position(|name| *name == attribute).map(|place| Self(1 << (NAMED_FROM + place)))
    }

    /// The names of those that have one.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let has = move |&(place, _): &(usize, &str)| self.0 >> (NAMED_FROM + place) & 1 == 1;
        NAMED.into_iter().enumerate().filter(has).map(|(_, name)| name)
    }

    /// These and `others`.
    #[must_use]
    pub const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// These that are among `others` too.
    #[must_use]
    pub const fn among(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// These without `others`.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether there is none.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_a_capability_and_each_capability_has_its_name() {
        for (nth, name) in NAMED.into_iter().enumerate() {
            let capability = Capabilities::named(name).expect("it is in the list");
            assert_eq!(capability.names().collect::<Vec<_>>(), [name]);
            assert!(NAMED[..nth].iter().all(|other| *other != name), "{name} is there twice");
            assert!(!capability.among(Capabilities::OF_AGENT).is_none());
        }
        assert_eq!(Capabilities::TASK_ENI.names().collect::<Vec<_>>(), ["ecs.capability.task-eni"]);
        let api = "com.amazonaws.ecs.capability.docker-remote-api.1.18";
        assert_eq!(Capabilities::DOCKER_API_1_18.names().collect::<Vec<_>>(), [api]);
        assert_eq!(Capabilities::ALL.names().count(), NAMED.len());
        assert_eq!(Capabilities::named("ecs.capability.unheard-of"), None);
        assert_eq!(Capabilities::named("ecs.os-type"), None);
    }
}
