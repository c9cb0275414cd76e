//! Reading: tasks as they are seen, lists of them, ARNs, costs so far.

use super::Ecs;
use crate::{
    api::{ApiError, DescribedTasks, DesiredStatus, Failure, FailureSubject, ListTasks, Operation, TaskPage},
    billing::Costs,
    draw::{Entity, mix},
    id::{ClusterId, TaskId},
    output::Output,
    task::{Host, Record, TaskGlance, TaskView},
};
use footman_core::time::Timestamp;
use std::{borrow::Cow, sync::Arc};

/// The most tasks of one `DescribeTasks` (Amazon ECS API Reference, DescribeTasks).
const DESCRIBE_TASKS_MAX: usize = 100;
/// The kind of [`Entity`] that a read is.
const READ: u64 = 4;

impl Ecs {
    /// The task as it truly is at `now`.
    pub(super) fn view(&self, task: TaskId, at: Timestamp) -> Option<TaskView<'_>> {
        let record = self.tasks.record(task)?;
        let group = self.groups.get_index(super::index(record.group.0)).map_or("", |name| name);
        Some(record.view(at, group))
    }

    /// The task as `DescribeTasks` would show it, or `None` where it would say MISSING; free of charge.
    pub fn task(&self, now: Timestamp, task: TaskId) -> Option<TaskView<'_>> {
        let (_, seen) = self.seen(now, task)?;
        self.view(task, seen)
    }

    /// The task as it truly is at `now`, however late Describe and List calls show it: what answers of writes and events
    /// show.
    pub fn truth(&self, now: Timestamp, task: TaskId) -> Option<TaskView<'_>> {
        self.task(now + self.settings.visibility_delay, task)
    }

    /// What changes of the task, as `DescribeTasks` would show it, or `None` where it would say MISSING; free of charge.
    #[inline]
    pub fn glance(&self, now: Timestamp, task: TaskId) -> Option<TaskGlance<'_>> {
        let (record, seen) = self.seen(now, task)?;
        Some(record.glance(seen))
    }

    /// What is kept of a task that is described at `now`, and as of when it is shown.
    #[inline]
    fn seen(&self, now: Timestamp, task: TaskId) -> Option<(&Record, Timestamp)> {
        let record = self.tasks.record(task)?;
        let seen = now.saturating_sub(self.settings.visibility_delay);
        let forgotten = record.times.stopped.saturating_add(self.settings.stopped_retention) <= now;
        if record.times.created > seen || forgotten {
            return None;
        }
        Some((record, seen))
    }

    /// `DescribeTasks`.
    ///
    /// # Errors
    ///
    /// Fails where the list is empty or has more than 100 tasks, or the call is throttled.
    pub fn describe_tasks(
        &mut self,
        now: Timestamp,
        cluster: ClusterId,
        tasks: &[TaskId],
    ) -> Result<DescribedTasks<'_>, ApiError> {
        self.admit(now, Operation::DescribeTasks, Entity::numbered(READ, now.as_millis().unsigned_abs()))?;
        if tasks.is_empty() {
            return Err(ApiError::invalid("Tasks cannot be empty."));
        }
        if tasks.len() > DESCRIBE_TASKS_MAX {
            return Err(ApiError::invalid("At most 100 tasks can be described at once."));
        }
        let mut answer = DescribedTasks::default();
        for &task in tasks {
            match self.task(now, task).filter(|view| view.cluster == cluster) {
                Some(view) => answer.tasks.push(view),
                None => answer
                    .failures
                    .push(Failure { subject: FailureSubject::Task(task), reason: Cow::Borrowed("MISSING") }),
            }
        }
        Ok(answer)
    }

    /// `ListTasks`, in the order in which the tasks were created.
    ///
    /// # Errors
    ///
    /// Fails where `startedBy` is not the only filter, the page size is out of range, or the call is throttled.
    pub fn list_tasks(&mut self, now: Timestamp, request: &ListTasks) -> Result<TaskPage, ApiError> {
        self.admit(now, Operation::ListTasks, Entity::numbered(READ, now.as_millis().unsigned_abs()))?;
        let other_filter =
            request.family.is_some() || request.instance.is_some() || request.launch_type.is_some();
        if request.started_by.is_some() && other_filter {
            return Err(ApiError::invalid("startedBy must be the only filter."));
        }
        if !(1..=ListTasks::PAGE_MAX).contains(&request.max_results) {
            return Err(ApiError::invalid("maxResults must be from 1 to 100."));
        }
        let mut page = TaskPage::default();
        for record in self.tasks.records_from(request.next.unwrap_or(TaskId(0))) {
            if record.cluster != request.cluster || !self.is_listed(now, record.id, request) {
                continue;
            }
            if page.tasks.len() == usize::from(request.max_results) {
                page.next = Some(record.id);
                break;
            }
            page.tasks.push(record.id);
        }
        Ok(page)
    }

    fn is_listed(&self, now: Timestamp, task: TaskId, request: &ListTasks) -> bool {
        let Some(view) = self.task(now, task) else { return false };
        let desired = match request.desired_status {
            DesiredStatus::Running => !view.stopping,
            DesiredStatus::Pending => false,
            DesiredStatus::Stopped => view.stopping,
        };
        let family = || &self.definition(view.definition).definition.family;
        desired
            && request.started_by.as_deref().is_none_or(|owner| view.started_by == Some(owner))
            && request.instance.is_none_or(|instance| view.instance == Some(instance))
            && request.launch_type.is_none_or(|launch_type| view.launch_type == launch_type)
            && request.family.as_ref().is_none_or(|wanted| family() == wanted)
    }

    /// How many tasks have not stopped, and how many stopped ones can still be described.
    pub fn task_counts(&self) -> (usize, usize) {
        self.tasks.len()
    }

    /// How many tokens are remembered.
    pub fn token_count(&self) -> usize {
        self.tokens.len()
    }

    /// The ARN of a task.
    ///
    /// The 32 hexadecimal digits at its end are the task's number in a disguise that [`Self::task_of_arn`] takes off, so
    /// that no table is needed.
    pub fn task_arn(&self, cluster: &str, task: TaskId) -> Arc<str> {
        let (region, account) = (&self.settings.region, &self.settings.account);
        let digits = self.digits(task);
        let digits = std::str::from_utf8(&digits).expect("digits are ASCII");
        let parts = ["arn:aws:ecs:", region, ":", account, ":task/", cluster, "/", digits];
        let mut usual = [0; ARN_USUAL];
        let mut length = 0;
        for part in parts {
            let end = length + part.len();
            let Some(room) = usual.get_mut(length..end) else { return parts.concat().into() };
            room.copy_from_slice(part.as_bytes());
            length = end;
        }
        std::str::from_utf8(&usual[..length]).expect("whole texts one after the other are a text").into()
    }

    /// The last part of the ARN of a task.
    pub fn task_id_text(&self, task: TaskId) -> String {
        String::from_utf8_lossy(&self.digits(task)).into_owned()
    }

    fn digits(&self, task: TaskId) -> [u8; 32] {
        let (seal, number) = self.disguise(task);
        digits_of(seal, number)
    }

    fn disguise(&self, task: TaskId) -> (u64, u64) {
        let seal = mix(task.0 ^ mix(self.seed));
        (seal, task.0 ^ mix(seal))
    }

    /// The task with this ARN or last part of it, if it is well formed and of this account; it may be gone.
    pub fn task_of_arn(&self, arn: &str) -> Option<TaskId> {
        let (before, text) = arn.as_bytes().split_last_chunk::<32>()?;
        if !matches!(before.last(), None | Some(b'/')) {
            return None;
        }
        let (seal, number) = text.split_at(16);
        let seal = number_of(seal)?;
        let number = number_of(number)? ^ mix(seal);
        (mix(number ^ mix(self.seed)) == seal).then_some(TaskId(number))
    }

    /// What everything cost until `now`, running tasks and instances included.
    pub fn costs(&self, now: Timestamp) -> Costs {
        let mut costs = self.billed;
        for record in self.tasks.live_records() {
            if let Some((_, _, cost)) = self.fargate_cost(record.id, now) {
                let spot = record.host == Host::FargateSpot;
                *(if spot { &mut costs.fargate_spot } else { &mut costs.fargate }) += cost;
            }
        }
        for (id, instance) in self.instances_there() {
            let (_, _, _, cost) = self.instance_cost(id, now);
            *(if instance.spot { &mut costs.ec2_spot } else { &mut costs.ec2 }) += cost;
        }
        costs
    }

    /// Tells what runs until `now` costs, as if it ended: once, at the end of a simulation. It goes on running, and
    /// [`Self::costs`] is the same before and after.
    pub fn close_books(&mut self, now: Timestamp) {
        self.handle_timeout(now);
        let tasks: Vec<TaskId> = self.tasks.live_records().map(|record| record.id).collect();
        for task in tasks {
            if let Some((from, running, cost)) = self.fargate_cost(task, now) {
                self.outputs.push_back(Output::TaskBilled { task, from, to: now, running, cost });
            }
        }
        let instances: Vec<_> = self.instances_there().map(|(id, _)| id).collect();
        for instance in instances {
            let (from, registered, occupied, cost) = self.instance_cost(instance, now);
            self.outputs.push_back(Output::InstanceBilled {
                instance,
                from,
                registered,
                to: now,
                occupied,
                cost,
            });
        }
    }
}

/// Hexadecimal digits: a task is named once per launch and its name read once per stop, and the formatter and the parser
/// of the standard library take many times as long.
const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The value of each byte as a hexadecimal digit, in either case; 16 where it is none.
const VALUES: [u8; 256] = {
    let (mut values, mut digit) = ([16; 256], 0);
    while digit < 16_u8 {
        let shown = DIGITS[digit as usize];
        values[shown as usize] = digit;
        values[shown.to_ascii_uppercase() as usize] = digit;
        digit += 1;
    }
    values
};

/// Up to this length an ARN is put together without an allocation besides its own.
const ARN_USUAL: usize = 160;

/// The 32 hexadecimal digits of two numbers, one after the other: the last part of an ARN.
pub(super) fn digits_of(first: u64, last: u64) -> [u8; 32] {
    let mut text = [0; 32];
    let (front, back) = text.split_at_mut(16);
    write_digits(front, first);
    write_digits(back, last);
    text
}

/// Writes the hexadecimal digits of `number`.
fn write_digits(text: &mut [u8], mut number: u64) {
    for digit in text.iter_mut().rev() {
        let [.., low] = number.to_be_bytes();
        *digit = DIGITS[usize::from(low & 0xf)];
        number >>= 4;
    }
}

/// The number that these hexadecimal digits say.
fn number_of(digits: &[u8]) -> Option<u64> {
    let (mut number, mut seen) = (0, 0);
    for &digit in digits {
        let value = VALUES[usize::from(digit)];
        seen |= value;
        number = number << 4 | u64::from(value);
    }
    (seen < 16).then_some(number)
}
