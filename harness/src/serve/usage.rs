//! What the tasks of an account take together, at present and at most since the account began.
//!
//! It is kept as tasks come and go, so that a limit can be held at every instant and not only when somebody looks.

use footman_core::{event::TaskStatus, units::Size};
use serde::Serialize;
use std::collections::BTreeMap;

/// How much there is of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Amount {
    tasks: u64,
    cpu: u64,
    memory_mib: u64,
}

/// What the tasks take that have not stopped.
#[derive(Debug, Default)]
pub(super) struct Usage {
    /// By the task's number.
    live: BTreeMap<u64, Live>,
    present: Amount,
    /// Of each the most that there was, not all at the same time.
    most: Amount,
}

#[derive(Debug)]
struct Live {
    size: Size,
    stopping: bool,
}

impl Usage {
    /// Takes note of a change of the task of this number and size; whether it was told to stop, or began to stop, just now.
    pub(super) fn heed(&mut self, task: u64, size: Size, status: TaskStatus, stopping: bool) -> bool {
        let fresh = !self.live.contains_key(&task);
        let live = self.live.entry(task).or_insert(Live { size, stopping: false });
        let stops = stopping && !std::mem::replace(&mut live.stopping, stopping);
        if fresh {
            self.present = self.present.plus(size);
            self.most = self.most.max(self.present);
        }
        if status == TaskStatus::Stopped
            && let Some(gone) = self.live.remove(&task)
        {
            self.present = self.present.minus(gone.size);
        }
        stops
    }

    /// What there is at present.
    pub(super) fn present(&self) -> Amount {
        self.present
    }

    /// Of each the most that there was.
    pub(super) fn most(&self) -> Amount {
        self.most
    }
}

impl Amount {
    fn plus(self, size: Size) -> Self {
        Self {
            tasks: self.tasks + 1,
            cpu: self.cpu + u64::from(size.cpu.get()),
            memory_mib: self.memory_mib + u64::from(size.memory.get()),
        }
    }

    fn minus(self, size: Size) -> Self {
        Self {
            tasks: self.tasks - 1,
            cpu: self.cpu - u64::from(size.cpu.get()),
            memory_mib: self.memory_mib - u64::from(size.memory.get()),
        }
    }

    fn max(self, other: Self) -> Self {
        Self {
            tasks: self.tasks.max(other.tasks),
            cpu: self.cpu.max(other.cpu),
            memory_mib: self.memory_mib.max(other.memory_mib),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use footman_core::units::{CpuUnits, Mib};

    #[test]
    fn a_task_counts_from_its_first_change_until_it_has_stopped() {
        const SIZE: Size = Size::new(CpuUnits::new(1024), Mib::new(2048));
        const NONE: (u64, u64) = (0, 0);
        // task, status, whether it is told to stop => whether that is news; tasks and CPU at present, and at most
        let table = [
            (1, TaskStatus::Pending, false, false, (1, 1024), (1, 1024)),
            (2, TaskStatus::Pending, false, false, (2, 2048), (2, 2048)),
            (1, TaskStatus::Running, false, false, (2, 2048), (2, 2048)),
            (1, TaskStatus::Stopping, true, true, (2, 2048), (2, 2048)),
            (1, TaskStatus::Deprovisioning, true, false, (2, 2048), (2, 2048)),
            (1, TaskStatus::Stopped, true, false, (1, 1024), (2, 2048)),
            (2, TaskStatus::Stopped, true, true, NONE, (2, 2048)),
            (3, TaskStatus::Stopped, true, true, NONE, (2, 2048)),
        ];
        let mut usage = Usage::default();
        for (task, status, stopping, news, present, most) in table {
            let found = usage.heed(task, SIZE, status, stopping);
            let short = |amount: Amount| (amount.tasks, amount.cpu);
            assert_eq!(
                (found, short(usage.present()), short(usage.most())),
                (news, present, most),
                "{task} {status:?}"
            );
        }
    }
}
