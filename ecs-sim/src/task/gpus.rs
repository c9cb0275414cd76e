//! The GPUs of a task: how many each of its containers asks for, and which they have.

use std::sync::Arc;

/// The GPUs of one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TaskGpus {
    /// By container, in the order of the definition.
    asked: Arc<[u32]>,
    /// Those of the first container first; none while the task waits for an instance.
    ids: Vec<Arc<str>>,
}

impl TaskGpus {
    /// So many for each container, and none of them given yet.
    pub(crate) fn asked(asked: Arc<[u32]>) -> Self {
        Self { asked, ids: Vec::new() }
    }

    /// How many all containers ask for together.
    pub(crate) fn count(&self) -> u32 {
        self.asked.iter().copied().fold(0, u32::saturating_add)
    }

    /// Gives these to the containers, the first ones first.
    pub(crate) fn give(&mut self, ids: Vec<Arc<str>>) {
        self.ids = ids;
    }

    /// Those of the container in this place.
    pub(crate) fn of(&self, container: usize) -> &[Arc<str>] {
        let count = |asked: &[u32]| -> usize { asked.iter().filter_map(|&n| usize::try_from(n).ok()).sum() };
        let from = count(&self.asked[..container.min(self.asked.len())]);
        let own = count(self.asked.get(container..=container).unwrap_or_default());
        self.ids.get(from..from + own).unwrap_or_default()
    }
}
