//! The tables of `footman.yaml` whose values are shown one by one.

use crate::{
    agent::ImageDialect,
    footman::{
        failover::Alternative,
        object::{BucketKeys, LimitKeys, OverrideKeys, PriceKeys, SharedLimitKeys},
        placement::PlacementConstraintKeys,
        quantity::{Retain, Sessions},
    },
    plugin::table::table,
};
use footman_core::{
    hours::ActiveHours,
    jobs::JobList,
    time::Millis,
    units::{Mib, MicroUsd, Size},
};

table! {
    /// What Footman adds to a cloud.
    pub(crate) CloudKeys {
        /// The limit on all its agents together.
        "limit" => limit: Option<LimitKeys> = None, Must;
        /// What the owner of `assumedRoleArn` wants to be told.
        "externalId" => external_id: Option<String> = None, May;
    }
}

table! {
    /// What Footman adds to a template.
    pub(crate) TemplateKeys {
        /// The limit on its agents.
        "limit" => limit: Option<LimitKeys> = None, Must;
        /// The lowest that fits is preferred.
        "rank" => rank: u32 = 0, Must;
        /// Whether builds without a label may run on it.
        "servesUnlabelled" => serves_unlabelled: bool = false, Must;
        /// Agents kept online without demand.
        "minIdle" => min_idle: u32 = 0, Must;
        /// How long an agent stays after a build.
        "retain" => retain: Option<Retain> = None, Must;
        /// What a label may override.
        "overrides" => overrides: Option<OverrideKeys> = None, Must;
        /// Whether a label may ask for a session.
        "sessions" => sessions: Option<Sessions> = None, Must;
        /// The jobs that it is for.
        "allowJobs" => allow_jobs: Option<JobList> = None, Must;
        /// When agents are launched from it.
        "activeHours" => active_hours: Option<ActiveHours> = None, Must;
        /// CPU and memory of a task of `taskDefinitionOverride`.
        "size" => size: Option<Size> = None, Must;
        /// List price per hour.
        "pricePerHour" => price_per_hour: Option<MicroUsd> = None, Must;
        /// How much of the image is pulled.
        "imageSize" => image_size: Option<Mib> = None, Must;
        /// Where else its tasks may run, tried in this order.
        "failover" => failover: Vec<Alternative> = Vec::new(), Must;
        /// Which container instances its tasks may be placed on.
        "placementConstraints" => placement_constraints: Vec<PlacementConstraintKeys> = Vec::new(), Must;
        /// What the image's entry point takes its instructions from.
        "imageDialect" => image_dialect: ImageDialect = ImageDialect::Environment, Must;
        /// Whether agents connect over WebSocket.
        "webSocket" => web_socket: bool = false, Must;
        /// The image that Java and `agent.jar` are taken from.
        "agentInjection" => agent_injection: Option<String> = None, Must;
    }
}

table! {
    /// What Footman has at the top.
    pub(crate) RootKeys {
        /// The owner id.
        "owner" => owner: String = "footman".to_owned(), Must;
        /// The limit on all agents together.
        "limit" => limit: Option<LimitKeys> = None, Must;
        /// Limits that join templates.
        "sharedLimits" => shared_limits: Vec<SharedLimitKeys> = Vec::new(), Must;
        /// After how many attempts in a row without room agents give way to another template.
        "attemptsMax" => attempts_max: u32 = 5, Must;
        /// Prices that differ from the list.
        "prices" => prices: Option<PriceKeys> = None, Must;
    }
}

table! {
    /// `pace`.
    pub(crate) PaceKeys {
        /// How often Jenkins is polled.
        "poll" => poll: Millis = Millis::from_secs(1), Must;
        /// How often tasks are described.
        "describe" => describe: Millis = Millis::from_secs(1), Must;
        /// The bucket that RunTask and StopTask share.
        "runTask" => run_task: Option<BucketKeys> = None, Must;
        /// The bucket that RunTask draws from besides where the task runs on Fargate.
        "fargateRunTask" => fargate_run_task: Option<BucketKeys> = None, Must;
        /// Calls to Jenkins in flight at once.
        "jenkinsInFlightMax" => jenkins_in_flight_max: u32 = 64, Must;
        /// Calls to ECS in flight at once.
        "ecsInFlightMax" => ecs_in_flight_max: u32 = 64, Must;
    }
}

table! {
    /// `deadlines`.
    pub(crate) DeadlineKeys {
        /// Until the node is created.
        "createNode" => create_node: Option<Millis> = None, Must;
        /// Until RunTask gave a definite answer.
        "launch" => launch: Option<Millis> = None, Must;
        /// Until the task leaves PROVISIONING.
        "provisioning" => provisioning: Option<Millis> = None, Must;
        /// Until the task is RUNNING.
        "pulling" => pulling: Option<Millis> = None, Must;
        /// Until the agent is online.
        "connecting" => connecting: Option<Millis> = None, Must;
        /// A one-shot agent that nobody needs.
        "idle" => idle: Option<Millis> = None, Must;
        /// How long nothing of a busy agent is touched after a restart of the controller.
        "resuming" => resuming: Option<Millis> = None, Must;
        /// Until a spent agent is gone, before it is tried again.
        "spent" => spent: Option<Millis> = None, Must;
        /// The longest build.
        "maxBuildTime" => max_build_time: Option<Millis> = None, Must;
        /// How long an agent may stand idle while its items wait.
        "notTakenAfter" => not_taken_after: Option<Millis> = None, Must;
        /// How long after the time in its name a node without a task is launched again.
        "replayWindow" => replay_window: Option<Millis> = None, Must;
        /// How late ECS may show what was written.
        "ecsVisibilityBound" => ecs_visibility_bound: Option<Millis> = None, Must;
    }
}

table! {
    /// `breaker`.
    pub(crate) BreakerKeys {
        /// Failures in a row that open it.
        "failures" => failures: u32 = 3, Must;
        /// How long it stays open the first time.
        "openMin" => open_min: Millis = Millis::from_secs(30), Must;
        /// The longest it stays open.
        "openMax" => open_max: Millis = Millis::from_mins(30), Must;
    }
}
