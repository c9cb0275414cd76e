//! What an expression may ask of a container instance.

use super::value::{AgentVersion, Second};

/// A container instance as expressions see it.
pub trait QueriedInstance {
    /// `agentConnected`.
    fn agent_connected(&self) -> bool;
    /// `versionInfo.agentVersion`; an instance without one is selected by no comparison with it.
    fn agent_version(&self) -> Option<&AgentVersion>;
    /// The value of an attribute where the instance has it, empty where it has a name alone.
    fn attribute(&self, name: &str) -> Option<&str>;
    /// `ec2InstanceId`; an external instance has none, and is selected by no comparison with it.
    fn ec2_instance_id(&self) -> Option<&str>;
    /// `registeredAt`.
    fn registered_at(&self) -> Option<Second>;
    /// `runningTasksCount`.
    fn running_tasks_count(&self) -> u32;
    /// The groups of the tasks on it, in any order and any number of times each.
    fn task_groups(&self) -> impl Iterator<Item = &str>;
}
