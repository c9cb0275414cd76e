//! Reading: tasks as they are seen, lists of them, ARNs, costs so far.

use super::Ecs;
use crate::{
    api::{ApiError, DescribedTasks, DesiredStatus, Failure, FailureSubject, ListTasks, Operation, TaskPage},
    billing::Costs,
    draw::{Entity, mix},
    id::{ClusterId, TaskId},
    output::Output,
    task::{Host, TaskView},
};
use footman_core::time::Timestamp;
use std::{borrow::Cow, sync::Arc};

/// The most tasks of one `DescribeTasks` (Amazon ECS API Reference, DescribeTasks).
const DESCRIBE_TASKS_MAX: usize = 100;
/// The kind of [`Entity`] that a read is.
const READ: u64 = 4;

impl Ecs {
    /// The task as it truly is at `now`.
    #[inline(always)]
    pub(super) fn view(&self, task: TaskId, at: Timestamp) -> Option<TaskView<'_>> {
        let record = self.tasks.record(task)?;
        let group = self.groups.get_index(super::index(record.group.0)).map_or("", |name| name);
        Some(record.view(at, group))
    }

    /// The task as `DescribeTasks` would show it, or `None` where it would say MISSING; free of charge.
    ///
    /// Inlined, so that a caller who wants a few fields pays for those only.
    #[inline(always)]
    pub fn task(&self, now: Timestamp, task: TaskId) -> Option<TaskView<'_>> {
        let record = self.tasks.record(task)?;
        let seen = now.saturating_sub(self.settings.visibility_delay);
        let forgotten = record.times.stopped.saturating_add(self.settings.stopped_retention) <= now;
        if record.times.created > seen || forgotten {
            return None;
        }
        self.view(task, seen)
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
        let (seal, number) = self.disguise(task);
        let (seal, number) = (hexadecimal(seal), hexadecimal(number));
        let parts =
            ["arn:aws:ecs:", region, ":", account, ":task/", cluster, "/", digits(&seal), digits(&number)];
        let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            text.push_str(part);
        }
        text.into()
    }

    /// The last part of the ARN of a task.
    pub fn task_id_text(&self, task: TaskId) -> String {
        let (seal, number) = self.disguise(task);
        format!("{seal:016x}{number:016x}")
    }

    fn disguise(&self, task: TaskId) -> (u64, u64) {
        let seal = mix(task.0 ^ mix(self.seed));
        (seal, task.0 ^ mix(seal))
    }

    /// The task with this ARN or last part of it, if it is well formed and of this account; it may be gone.
    pub fn task_of_arn(&self, arn: &str) -> Option<TaskId> {
        let text = arn.rsplit_once('/').map_or(arn, |(_, text)| text);
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        let (seal, number) = text.split_at(16);
        let seal = u64::from_str_radix(seal, 16).ok()?;
        let number = u64::from_str_radix(number, 16).ok()? ^ mix(seal);
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

/// The 16 hexadecimal digits of `number`: a task is named once per launch, and the formatter takes many times as long.
fn hexadecimal(number: u64) -> [u8; 16] {
    std::array::from_fn(|place| {
        let digit = number.to_be_bytes()[place / 2] >> (4 * (1 - place % 2)) & 0xf;
        b"0123456789abcdef"[usize::from(digit)]
    })
}

fn digits(text: &[u8; 16]) -> &str {
    std::str::from_utf8(text).expect("digits are ASCII")
}
