//! The words of ECS and Jenkins for what the core has a type for, and all of its values, for reading them.

use footman_core::event::{StopCode, TaskStatus};

/// What stands for a listing that is the same as the one before.
pub(super) const SAME: &str = "same";
/// What stands for the label of an item that any node will do for.
pub(super) const ANY: &str = "any";
/// What stands for the label of an item that could not be read.
pub(super) const UNKNOWN: &str = "unknown";

/// Each status of a task.
pub(super) const TASK_STATUSES: [TaskStatus; 8] = [
    TaskStatus::Provisioning,
    TaskStatus::Pending,
    TaskStatus::Activating,
    TaskStatus::Running,
    TaskStatus::Deactivating,
    TaskStatus::Stopping,
    TaskStatus::Deprovisioning,
    TaskStatus::Stopped,
];

/// Each stop code of a task.
pub(super) const STOP_CODES: [StopCode; 6] = [
    StopCode::TaskFailedToStart,
    StopCode::EssentialContainerExited,
    StopCode::UserInitiated,
    StopCode::ServiceSchedulerInitiated,
    StopCode::SpotInterruption,
    StopCode::TerminationNotice,
];

/// `lastStatus` (Amazon ECS Developer Guide, "Task lifecycle").
pub(super) fn task_status(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Provisioning => "PROVISIONING",
        TaskStatus::Pending => "PENDING",
        TaskStatus::Activating => "ACTIVATING",
        TaskStatus::Running => "RUNNING",
        TaskStatus::Deactivating => "DEACTIVATING",
        TaskStatus::Stopping => "STOPPING",
        TaskStatus::Deprovisioning => "DEPROVISIONING",
        TaskStatus::Stopped => "STOPPED",
    }
}

/// `stopCode` (Amazon ECS API Reference, Task).
pub(super) fn stop_code(code: StopCode) -> &'static str {
    match code {
        StopCode::TaskFailedToStart => "TaskFailedToStart",
        StopCode::EssentialContainerExited => "EssentialContainerExited",
        StopCode::UserInitiated => "UserInitiated",
        StopCode::ServiceSchedulerInitiated => "ServiceSchedulerInitiated",
        StopCode::SpotInterruption => "SpotInterruption",
        StopCode::TerminationNotice => "TerminationNotice",
    }
}
