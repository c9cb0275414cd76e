//! A task of ECS in the core's words.

use super::run::AGENT_TAG;
use aws_sdk_ecs::types::TaskStopCode;
use footman_core::{
    Timestamp,
    event::{StopCode, Task, TaskStatus, TaskStop},
    id::{NodeName, OwnerId, TaskArn},
};

/// A task that cannot be understood: it lacks what every task has, or is in a status that this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unread;

/// A task in the core's words.
pub(super) fn read(task: &aws_sdk_ecs::types::Task, owner: &OwnerId) -> Result<Task, Unread> {
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
