//! A table by the numbers of tasks, which ascend: nothing is hashed or searched.
//!
//! A ring of four bytes per number, from the oldest that is known to the newest, says in which slot a value stands; slots
//! are used again.

use footman_ecs_sim::id::TaskId;
use std::collections::VecDeque;

/// The place of a number without a value.
const NOWHERE: u32 = u32::MAX;

/// Values of tasks.
#[derive(Debug)]
pub(crate) struct ByTask<T> {
    /// The slots of the numbers from `first` on.
    places: VecDeque<u32>,
    first: u64,
    slots: Vec<Option<(TaskId, T)>>,
    free: Vec<u32>,
}

impl<T> Default for ByTask<T> {
    fn default() -> Self {
        Self { places: VecDeque::new(), first: 0, slots: Vec::new(), free: Vec::new() }
    }
}

impl<T> ByTask<T> {
    #[inline]
    fn slot(&self, task: TaskId) -> Option<usize> {
        let offset = usize::try_from(task.get().checked_sub(self.first)?).ok()?;
        self.places.get(offset).filter(|&&place| place != NOWHERE).map(|&place| index(place))
    }

    /// The value of a task.
    #[inline]
    pub(crate) fn get(&self, task: TaskId) -> Option<&T> {
        self.slots[self.slot(task)?].as_ref().map(|(_, value)| value)
    }

    /// The value of a task.
    #[inline]
    pub(crate) fn get_mut(&mut self, task: TaskId) -> Option<&mut T> {
        let slot = self.slot(task)?;
        self.slots[slot].as_mut().map(|(_, value)| value)
    }

    /// Gives a task that has none a value.
    pub(crate) fn insert(&mut self, task: TaskId, value: T) {
        assert!(self.slot(task).is_none(), "a task has one value");
        let slot = if let Some(slot) = self.free.pop() {
            self.slots[index(slot)] = Some((task, value));
            slot
        } else {
            self.slots.push(Some((task, value)));
            u32::try_from(self.slots.len() - 1).expect("tasks at once are bounded by memory")
        };
        if self.places.is_empty() {
            self.first = task.get();
        }
        while task.get() < self.first {
            self.places.push_front(NOWHERE);
            self.first -= 1;
        }
        let offset = usize::try_from(task.get() - self.first).expect("a span of tasks is bounded by memory");
        while self.places.len() <= offset {
            self.places.push_back(NOWHERE);
        }
        self.places[offset] = slot;
    }

    /// Takes the value of a task away.
    pub(crate) fn remove(&mut self, task: TaskId) -> Option<T> {
        let slot = self.slot(task)?;
        let (_, value) = self.slots[slot].take()?;
        self.free.push(u32::try_from(slot).expect("a slot is numbered by 32 bits"));
        let offset = usize::try_from(task.get() - self.first).expect("it was found there");
        self.places[offset] = NOWHERE;
        while self.places.front() == Some(&NOWHERE) {
            self.places.pop_front();
            self.first += 1;
        }
        Some(value)
    }

    /// How many tasks have a value.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Every task with a value, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (TaskId, &T)> {
        self.slots.iter().flatten().map(|(task, value)| (*task, value))
    }
}

#[inline]
fn index(place: u32) -> usize {
    usize::try_from(place).expect("a usize has at least 32 bits on every supported target")
}

#[cfg(test)]
mod tests {
    use super::*;
    use footman_core::Timestamp;
    use footman_core::units::{CpuUnits, Mib};
    use footman_ecs_sim::{
        Ecs, RunTask, Settings,
        definition::{Image, TaskDefinition},
    };

    /// The first numbers that an account gives.
    fn numbers(count: usize) -> Vec<TaskId> {
        let now = Timestamp::EPOCH;
        let mut ecs = Ecs::new(Settings::default(), 1, now);
        let cluster = ecs.create_cluster("default").unwrap();
        let image = Image { name: "image".into(), size: Mib::new(1) };
        let definition = TaskDefinition::new("agent", CpuUnits::new(256), Mib::new(512), image);
        let definition = ecs.register_task_definition(definition).unwrap();
        let mut request = RunTask::new(cluster, definition);
        request.capacity = footman_ecs_sim::api::Capacity::Launch(footman_ecs_sim::api::LaunchType::Fargate);
        request.network = Some(footman_ecs_sim::api::Network::new(1, 1));
        (0..count).map(|_| ecs.run_task(now, request.clone()).unwrap().tasks[0]).collect()
    }

    #[test]
    fn values_are_found_by_their_tasks_in_whichever_order_they_come_and_go() {
        let tasks = numbers(8);
        let mut table = ByTask::default();
        for place in [3, 5, 1, 7] {
            table.insert(tasks[place], place);
        }
        assert_eq!(table.len(), 4);
        assert_eq!(table.remove(tasks[1]), Some(1));
        assert_eq!(table.remove(tasks[3]), Some(3));
        assert_eq!(table.remove(tasks[3]), None);
        *table.get_mut(tasks[5]).unwrap() += 10;
        // A task from before the oldest that is left.
        table.insert(tasks[0], 0);
        let found: Vec<_> = tasks.iter().map(|&task| table.get(task).copied()).collect();
        assert_eq!(found, [Some(0), None, None, None, None, Some(15), None, Some(7)]);
        let mut left: Vec<_> = table.iter().collect();
        left.sort_unstable();
        assert_eq!(left, [(tasks[0], &0), (tasks[5], &15), (tasks[7], &7)]);
        assert_eq!((table.slots.len(), table.places.len()), (4, 8), "slots are used again");
        for place in [0, 5, 7] {
            table.remove(tasks[place]);
        }
        assert_eq!((table.len(), table.places.len()), (0, 0));
    }
}
