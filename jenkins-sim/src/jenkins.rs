//! The state machine itself: calls, time, outputs.

use crate::{
    error::{
        CancelError, ConnectError, CreateJobError, CreateNodeError, NodeError, RequestError, ScheduleError,
        StopError,
    },
    job::{JobId, JobSpec},
    output::{Output, Timer},
    request::{BuildRequest, NodeSpec, Reply, Request},
    settings::Settings,
    view::{ItemView, LeftItemView, NodeView},
};
use footman_core::{
    id::{NodeName, QueueItemId},
    label::LabelSet,
    time::Timestamp,
};
use std::sync::Arc;

/// A simulated Jenkins.
///
/// `now` never goes back from one call to the next. Every call first does what was due until then, completions of
/// builds before everything else, so that at one instant completions come before arrivals.
#[derive(Debug, Clone)]
pub struct Jenkins {
    now: Timestamp,
    settings: Settings,
}

impl Jenkins {
    /// A Jenkins without jobs, nodes and items.
    pub fn new(settings: Settings, now: Timestamp) -> Self {
        Self { settings, now }
    }

    /// Does what `request` says.
    ///
    /// # Errors
    ///
    /// Fails as the typed call does.
    pub fn call(&mut self, now: Timestamp, request: Request) -> Result<Reply, RequestError> {
        Ok(match request {
            Request::CreateJob(job) => Reply::Job(self.create_job(now, job)?),
            Request::Schedule { job, build } => Reply::Item(self.schedule(now, job, build)?),
            Request::Cancel { item } => self.cancel(now, item).map(|()| Reply::Done)?,
            Request::StopBuild { item } => self.stop_build(now, item).map(|()| Reply::Done)?,
            Request::CreateNode(node) => self.create_node(now, node).map(|()| Reply::Done)?,
            Request::DeleteNode { node } => self.delete_node(now, &node).map(|()| Reply::Done)?,
            Request::SetLabels { node, labels } => {
                self.set_labels(now, &node, labels).map(|()| Reply::Done)?
            }
            Request::SetExecutors { node, executors } => {
                self.set_executors(now, &node, executors).map(|()| Reply::Done)?
            }
            Request::ChangeOfflineCause { node, message } => {
                self.change_offline_cause(now, &node, message).map(|()| Reply::Done)?
            }
            Request::ToggleOffline { node, message } => {
                self.toggle_offline(now, &node, message).map(|()| Reply::Done)?
            }
            Request::Disconnect { node } => self.disconnect(now, &node).map(|()| Reply::Done)?,
            Request::AgentConnect { node } => self.agent_connect(now, &node).map(|()| Reply::Done)?,
            Request::AgentDisconnect { node } => {
                self.agent_disconnect(now, &node);
                Reply::Done
            }
            Request::QuietDown => self.quiet_down(now).map(|()| Reply::Done)?,
            Request::CancelQuietDown => self.cancel_quiet_down(now).map(|()| Reply::Done)?,
            Request::Restart => {
                self.restart(now);
                Reply::Done
            }
        })
    }

    /// Creates a job (`/createItem`).
    ///
    /// # Errors
    ///
    /// Fails for a bad name and for one that exists.
    pub fn create_job(&mut self, now: Timestamp, job: JobSpec) -> Result<JobId, CreateJobError> {
        unimplemented!("{now} {job:?}")
    }

    /// The job of that full name.
    pub fn job(&self, name: &str) -> Option<JobId> {
        unimplemented!("{name}")
    }

    /// Schedules a build (`/job/X/build`): the answer is its item, which is an older one where the request was merged
    /// into it.
    ///
    /// # Errors
    ///
    /// Fails for an unknown job and for a disabled one.
    pub fn schedule(
        &mut self,
        now: Timestamp,
        job: JobId,
        build: BuildRequest,
    ) -> Result<QueueItemId, ScheduleError> {
        unimplemented!("{now} {job:?} {build:?}")
    }

    /// Cancels an item (`/queue/cancelItem`).
    ///
    /// # Errors
    ///
    /// Fails for an unknown item and for one that left the queue or is pending.
    pub fn cancel(&mut self, now: Timestamp, item: QueueItemId) -> Result<(), CancelError> {
        unimplemented!("{now} {item}")
    }

    /// Stops the running build that came from this item (`/job/X/N/stop`): its result is ABORTED.
    ///
    /// # Errors
    ///
    /// Fails where no build of the item runs.
    pub fn stop_build(&mut self, now: Timestamp, item: QueueItemId) -> Result<(), StopError> {
        unimplemented!("{now} {item}")
    }

    /// Creates a node (`/computer/doCreateItem`). It is offline until its agent connects.
    ///
    /// # Errors
    ///
    /// Fails for a bad name and for one that exists.
    pub fn create_node(&mut self, now: Timestamp, node: NodeSpec) -> Result<(), CreateNodeError> {
        unimplemented!("{now} {node:?}")
    }

    /// Deletes a node (`/computer/N/doDelete`), busy or not: its builds end as when the agent dies.
    ///
    /// # Errors
    ///
    /// Fails for an unknown node and for one without executors.
    pub fn delete_node(&mut self, now: Timestamp, node: &NodeName) -> Result<(), NodeError> {
        unimplemented!("{now} {node}")
    }

    /// Sets a node's labels (`/computer/N/config.xml`); a running build goes on.
    ///
    /// # Errors
    ///
    /// Fails for an unknown node.
    pub fn set_labels(&mut self, now: Timestamp, node: &NodeName, labels: LabelSet) -> Result<(), NodeError> {
        unimplemented!("{now} {node} {labels}")
    }

    /// Sets a node's number of executors (`/computer/N/config.xml`); running builds go on.
    ///
    /// # Errors
    ///
    /// Fails for an unknown node.
    pub fn set_executors(
        &mut self,
        now: Timestamp,
        node: &NodeName,
        executors: u16,
    ) -> Result<(), NodeError> {
        unimplemented!("{now} {node} {executors}")
    }

    /// Marks a node offline (`/computer/N/changeOfflineCause`); doing so again only changes the message.
    ///
    /// # Errors
    ///
    /// Fails for an unknown node.
    pub fn change_offline_cause(
        &mut self,
        now: Timestamp,
        node: &NodeName,
        message: Arc<str>,
    ) -> Result<(), NodeError> {
        unimplemented!("{now} {node} {message}")
    }

    /// Marks a node offline, or takes the mark away (`/computer/N/toggleOffline`).
    ///
    /// # Errors
    ///
    /// Fails for an unknown node.
    pub fn toggle_offline(
        &mut self,
        now: Timestamp,
        node: &NodeName,
        message: Arc<str>,
    ) -> Result<(), NodeError> {
        unimplemented!("{now} {node} {message}")
    }

    /// Closes the channel of a node's agent (`/computer/N/doDisconnect`); without one it does nothing.
    ///
    /// # Errors
    ///
    /// Fails for an unknown node.
    pub fn disconnect(&mut self, now: Timestamp, node: &NodeName) -> Result<(), NodeError> {
        unimplemented!("{now} {node}")
    }

    /// An agent connects.
    ///
    /// # Errors
    ///
    /// Fails for an unknown node and for one that has an agent.
    pub fn agent_connect(&mut self, now: Timestamp, node: &NodeName) -> Result<(), ConnectError> {
        unimplemented!("{now} {node}")
    }

    /// An agent's connection broke; nothing happens where there is none.
    pub fn agent_disconnect(&mut self, now: Timestamp, node: &NodeName) {
        unimplemented!("{now} {node}")
    }

    /// Jenkins is about to shut down (`/quietDown`): nothing is assigned any more.
    ///
    /// # Errors
    ///
    /// Fails while the controller restarts.
    pub fn quiet_down(&mut self, now: Timestamp) -> Result<(), crate::Unavailable> {
        unimplemented!("{now}")
    }

    /// Takes [`Self::quiet_down`] back (`/cancelQuietDown`).
    ///
    /// # Errors
    ///
    /// Fails while the controller restarts.
    pub fn cancel_quiet_down(&mut self, now: Timestamp) -> Result<(), crate::Unavailable> {
        unimplemented!("{now}")
    }

    /// The controller is restarted without being asked first (SIGTERM).
    pub fn restart(&mut self, now: Timestamp) {
        unimplemented!("{now}")
    }

    /// Does what is due until `now`.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        unimplemented!("{now} {:?} {:?}", self.now, self.settings)
    }

    /// When to call [`Self::handle_timeout`], and why.
    pub fn poll_timeout(&self) -> Option<(Timestamp, Timer)> {
        unimplemented!()
    }

    /// The next thing that happened.
    pub fn poll_output(&mut self) -> Option<Output> {
        unimplemented!()
    }

    /// An item that is in the queue.
    pub fn item(&self, item: QueueItemId) -> Option<ItemView> {
        unimplemented!("{item}")
    }

    /// An item that left the queue not long ago.
    pub fn left_item(&self, item: QueueItemId) -> Option<LeftItemView> {
        unimplemented!("{item}")
    }

    /// The items in the queue in the order in which Jenkins lists them: waiting, blocked, then buildable and pending
    /// ones, each of these newest first.
    pub fn items(&self) -> Vec<QueueItemId> {
        unimplemented!()
    }

    /// A node that is listed.
    pub fn node(&self, node: &NodeName) -> Option<NodeView> {
        unimplemented!("{node}")
    }

    /// The nodes in the order in which Jenkins lists them: the controller, then by name.
    pub fn nodes(&self) -> Vec<NodeName> {
        unimplemented!()
    }
}
