//! Our tasks, as ECS lists them.
//!
//! `ListTasks` can be asked for those of one `startedBy` and one desired status; `DescribeTasks` takes a hundred at a time.
//! Tasks that were seen STOPPED change no more and are not described again, for ECS lists them for an hour and longer.

use super::{failure::failure, run::AGENT_TAG};
use aws_sdk_ecs::{
    Client,
    types::{DesiredStatus, TaskField, TaskStopCode},
};
use footman_core::{
    Timestamp,
    event::{Failure, StopCode, Task, TaskListing, TaskStatus, TaskStop},
    id::{NodeName, OwnerId, TaskArn},
};
use std::collections::{BTreeMap, BTreeSet};

/// The most tasks that one `DescribeTasks` takes (Amazon ECS API Reference, `DescribeTasks`, read 2026-11-26).
const DESCRIBED_MAX: usize = 100;
/// The most pages of one listing: a hundred thousand tasks. A listing that is longer is not whole.
const PAGES_MAX: usize = 1_000;

/// Looks for the tasks of one owner.
#[derive(Debug)]
pub struct TaskObserver {
    owner: OwnerId,
    /// Tasks that stopped and are still listed.
    stopped: BTreeMap<TaskArn, Task>,
}

/// What one look at ECS came to.
#[derive(Debug)]
pub struct Look {
    /// What was seen; not whole where something failed.
    pub listing: TaskListing,
    /// The first thing that failed.
    pub failed: Option<Failure>,
    /// Tasks that could not be understood.
    pub unread: u32,
}

/// A task that cannot be understood: it lacks what every task has, or is in a status that this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unread;

impl TaskObserver {
    /// Looks for the tasks that `owner` started.
    pub fn new(owner: OwnerId) -> Self {
        Self { owner, stopped: BTreeMap::new() }
    }

    /// All tasks of ours in `clusters`: each with the client that reaches it, and its name or ARN where it has one.
    pub async fn look(&mut self, clusters: &[(Client, Option<String>)]) -> Look {
        let mut look =
            Look { listing: TaskListing { complete: true, tasks: Vec::new() }, failed: None, unread: 0 };
        let mut listed = BTreeSet::new();
        for (client, cluster) in clusters {
            let arns = match self.list(client, cluster.as_deref()).await {
                Ok(arns) => arns,
                Err(failed) => {
                    look.fails(failed);
                    continue;
                }
            };
            let unknown: Vec<&TaskArn> = arns.iter().filter(|arn| !self.stopped.contains_key(arn)).collect();
            for batch in unknown.chunks(DESCRIBED_MAX) {
                match self.describe(client, cluster.as_deref(), batch).await {
                    Ok(described) => look.take(described),
                    Err(failed) => look.fails(failed),
                }
            }
            look.listing.tasks.extend(arns.iter().filter_map(|arn| self.stopped.get(arn).cloned()));
            listed.extend(arns);
        }
        if look.listing.complete {
            self.stopped.retain(|arn, _| listed.contains(arn));
        }
        let stopped = look.listing.tasks.iter().filter(|task| task.status == TaskStatus::Stopped);
        self.stopped.extend(stopped.map(|task| (task.arn.clone(), task.clone())));
        look.listing.tasks.sort_unstable_by(|one, other| one.arn.cmp(&other.arn));
        look
    }

    /// The ARNs of our tasks in a cluster, of both desired statuses.
    async fn list(&self, client: &Client, cluster: Option<&str>) -> Result<BTreeSet<TaskArn>, Failure> {
        let mut arns = BTreeSet::new();
        for status in [DesiredStatus::Running, DesiredStatus::Stopped] {
            let call = client
                .list_tasks()
                .set_cluster(cluster.map(str::to_owned))
                .started_by(self.owner.as_str())
                .desired_status(status);
            let mut pages = call.into_paginator().send();
            for page in 0.. {
                let Some(answer) = pages.next().await else { break };
                if page == PAGES_MAX {
                    return Err(Failure::Unknown);
                }
                let answer = answer.map_err(|error| failure(&error))?;
                arns.extend(answer.task_arns().iter().map(|arn| TaskArn::new(arn.as_str())));
            }
        }
        Ok(arns)
    }

    async fn describe(
        &self,
        client: &Client,
        cluster: Option<&str>,
        arns: &[&TaskArn],
    ) -> Result<Vec<Result<Task, Unread>>, Failure> {
        let described = client
            .describe_tasks()
            .set_cluster(cluster.map(str::to_owned))
            .set_tasks(Some(arns.iter().map(|arn| arn.as_str().to_owned()).collect()))
            .include(TaskField::Tags)
            .send()
            .await
            .map_err(|error| failure(&error))?;
        // Those that are MISSING are gone, or not visible yet: they are simply not there.
        Ok(described.tasks().iter().map(|task| read(task, &self.owner)).collect())
    }
}

impl Look {
    fn fails(&mut self, failed: Failure) {
        self.listing.complete = false;
        self.failed.get_or_insert(failed);
    }

    fn take(&mut self, described: Vec<Result<Task, Unread>>) {
        for task in described {
            match task {
                Ok(task) => self.listing.tasks.push(task),
                Err(Unread) => {
                    self.listing.complete = false;
                    self.unread += 1;
                }
            }
        }
    }
}

/// A task in the core's words.
fn read(task: &aws_sdk_ecs::types::Task, owner: &OwnerId) -> Result<Task, Unread> {
    let arn = task.task_arn().ok_or(Unread)?;
    let status = status(task.last_status().ok_or(Unread)?).ok_or(Unread)?;
    let created_at = task.created_at().and_then(|at| at.to_millis().ok()).ok_or(Unread)?;
    let agent = task.tags().iter().find(|tag| tag.key() == Some(AGENT_TAG)).and_then(|tag| tag.value());
    let began = task.started_at().is_some();
    Ok(Task {
        arn: TaskArn::new(arn),
        owner: owner.clone(),
        agent: agent.map(NodeName::from),
        status,
        stopping: task.desired_status() == Some("STOPPED"),
        created_at: Timestamp::from_millis(created_at),
        stop: task.stop_code().map(|code| TaskStop {
            code: stop_code(code, began),
            reason: task.stopped_reason().unwrap_or_default().into(),
        }),
    })
}

/// `lastStatus` (Amazon ECS Developer Guide, "Amazon ECS task lifecycle", read 2026-11-26). One that was deleted has stopped.
fn status(text: &str) -> Option<TaskStatus> {
    if text == "DELETED" {
        return Some(TaskStatus::Stopped);
    }
    TaskStatus::ALL.into_iter().find(|status| status.name() == text)
}

/// `stopCode`; of one that this version does not know it is said whether the task ever ran.
fn stop_code(code: &TaskStopCode, began: bool) -> StopCode {
    let known = StopCode::ALL.into_iter().find(|known| known.name() == code.as_str());
    known.unwrap_or(if began { StopCode::EssentialContainerExited } else { StopCode::TaskFailedToStart })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_of_the_life_cycle_is_known_and_no_other() {
        let table = [
            ("PROVISIONING", Some(TaskStatus::Provisioning)),
            ("DEPROVISIONING", Some(TaskStatus::Deprovisioning)),
            ("DELETED", Some(TaskStatus::Stopped)),
            ("running", None),
            ("HIBERNATING", None),
        ];
        for (text, want) in table {
            assert_eq!(status(text), want, "{text}");
        }
    }

    #[test]
    fn a_stop_code_of_tomorrow_says_whether_the_task_ran() {
        let tomorrow = TaskStopCode::from("MovedElsewhere");
        assert_eq!(stop_code(&tomorrow, true), StopCode::EssentialContainerExited);
        assert_eq!(stop_code(&tomorrow, false), StopCode::TaskFailedToStart);
    }
}
