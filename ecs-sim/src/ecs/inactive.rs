//! Container instances that have left their cluster: INACTIVE, and described for a while.
//!
//! How long ECS describes them is not published; here it is an hour, as for tasks that have stopped.

use super::{
    Ecs,
    instances::{ContainerInstanceView, Instance},
};
use crate::id::{ClusterId, InstanceId};
use footman_core::time::{Millis, Timestamp};
use std::collections::VecDeque;

/// How long they are described.
const DESCRIBED: Millis = Millis::from_hours(1);
/// How many are kept at most, over all clusters: as many as one cluster may have ("Amazon ECS service quotas").
const KEPT_MAX: usize = 5_000;

/// Instances that are gone, the latest last.
#[derive(Debug, Default)]
pub(super) struct Inactive {
    gone: VecDeque<(Timestamp, InstanceId, Box<Instance>)>,
}

impl Inactive {
    /// Keeps an instance that has just left; the oldest go for it.
    pub(super) fn keep(&mut self, now: Timestamp, id: InstanceId, instance: Box<Instance>) {
        let old = |gone: &VecDeque<(Timestamp, InstanceId, Box<Instance>)>| {
            gone.len() >= KEPT_MAX || gone.front().is_some_and(|&(at, ..)| now.since(at) >= DESCRIBED)
        };
        while old(&self.gone) {
            self.gone.pop_front();
        }
        self.gone.push_back((now, id, instance));
    }

    /// The instance as it was, unless that is too long ago.
    pub(super) fn find(&self, now: Timestamp, id: InstanceId) -> Option<&Instance> {
        let found = self.gone.iter().find(|&&(at, gone, _)| gone == id && now.since(at) < DESCRIBED);
        found.map(|(_, _, instance)| &**instance)
    }
}

impl Ecs {
    /// An instance that was deregistered from this cluster, or terminated, within the last hour: without tasks, and
    /// without an agent.
    pub fn inactive_instance(&self, cluster: ClusterId, id: InstanceId) -> Option<ContainerInstanceView<'_>> {
        let instance = self.inactive.find(self.now, id).filter(|instance| instance.cluster == cluster)?;
        Some(ContainerInstanceView { agent_connected: false, ..instance.view(id, None) })
    }
}
