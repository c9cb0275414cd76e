//! The token buckets of the API (Amazon ECS API Reference, "Request throttling for the Amazon ECS API", and Amazon ECS
//! User Guide for AWS Fargate, "AWS Fargate throttling quotas"; read 2026-11-23). They are per account and region.

use crate::api::ActionGroup;

/// A token bucket: what it holds at most, and what flows in each second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// How many calls at once.
    pub burst: u32,
    /// How many calls a second.
    pub per_second: u32,
}

/// Fargate: calls of `RunTask`.
pub const FARGATE_RUN_TASK_CALLS: Bucket = Bucket { burst: 20, per_second: 20 };

/// Fargate: launches of tasks, for on-demand and Spot each.
pub const FARGATE_LAUNCHES: Bucket = Bucket { burst: 100, per_second: 20 };

/// The bucket of a group of operations.
pub const fn bucket(group: ActionGroup) -> Bucket {
    let (burst, per_second) = match group {
        ActionGroup::ClusterModify | ActionGroup::TaskDefinitionModify => (20, 1),
        ActionGroup::ClusterRead
        | ActionGroup::TaskDefinitionRead
        | ActionGroup::CapacityProviderRead
        | ActionGroup::TagRead
        | ActionGroup::SettingRead => (50, 20),
        ActionGroup::TaskDefinitionDelete => (5, 1),
        ActionGroup::CapacityProviderModify | ActionGroup::SettingModify => (10, 1),
        ActionGroup::TagModify => (20, 10),
        ActionGroup::ClusterResourceModify => (100, 40),
        ActionGroup::ClusterResourceRead => (100, 20),
        ActionGroup::AgentModify => (200, 120),
        ActionGroup::TaskProtection => (200, 80),
    };
    Bucket { burst, per_second }
}
