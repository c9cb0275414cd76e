//! The fields of a cloud: `jenkins.clouds[].ecs`.

use crate::plugin::table::table;

table! {
    /// What the plugin's `ECSCloud` has, its templates aside.
    pub CloudFields {
        /// The cloud's name.
        "name" => name: String = String::new(), Must;
        /// The AWS credentials, by the id that Jenkins has them under.
        "credentialsId" => credentials_id: String = String::new(), May;
        /// The role to assume.
        "assumedRoleArn" => assumed_role_arn: String = String::new(), May;
        /// The AWS region.
        "regionName" => region_name: String = String::new(), May;
        /// The ECS cluster, by ARN or name.
        "cluster" => cluster: String = String::new(), May;
        /// `host:port` that agents connect to instead of what Jenkins announces.
        "tunnel" => tunnel: String = String::new(), May;
        /// The URL that agents use for Jenkins.
        "jenkinsUrl" => jenkins_url: String = String::new(), May;
        /// Which fields a pipeline may override: a comma list, or `all`.
        "allowedOverrides" => allowed_overrides: String = String::new(), Must;
        /// The most CPU that an override may ask for; 0 is no limit.
        "maxCpu" => max_cpu: u32 = 0, Must;
        /// The most memory that an override may ask for, MiB; 0 is no limit.
        "maxMemory" => max_memory: u32 = 0, Must;
        /// The most soft memory that an override may ask for, MiB; 0 is no limit.
        "maxMemoryReservation" => max_memory_reservation: u32 = 0, Must;
        /// The most agents; 0 is no limit.
        "maxAgents" => max_agents: u32 = 0, Must;
        /// Executors of an agent.
        "numExecutors" => num_executors: u32 = 1, Must;
        /// How long an agent may take to connect, seconds.
        "slaveTimeoutInSeconds" => slave_timeout_in_seconds: u32 = 900, Must;
        /// Whether agents stay after a build.
        "retainAgents" => retain_agents: bool = false, Must;
        /// How long an agent may be idle, minutes.
        "retentionTimeout" => retention_timeout: u32 = 5, Must;
        /// How often the plugin polls a task, seconds.
        "taskPollingIntervalInSeconds" => task_polling_interval_in_seconds: u32 = 1, May;
    }
}
