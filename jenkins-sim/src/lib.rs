//! A simulated Jenkins queue with its nodes: a pure state machine in virtual time.
//!
//! [`Jenkins`] is told what is asked of it ([`Jenkins::call`], or the typed calls behind it) and what time it is, and
//! answers as a Jenkins 2.263.4 was seen to answer; it says when to wake it ([`Jenkins::poll_timeout`]), what happened
//! ([`Jenkins::poll_output`]) and what an observer that polls would find changed ([`Jenkins::changes`]). It does no
//! I/O, reads no clock and draws no random numbers; the same calls give the same outputs.
//!
//! ```
//! use footman_core::{label::LabelSet, time::{Millis, Timestamp}};
//! use footman_jenkins_sim::{BuildRequest, Jenkins, JobSpec, NodeSpec, Output, Settings};
//!
//! let start = Timestamp::EPOCH;
//! let mut jenkins = Jenkins::new(Settings::instant(), start);
//! let job = jenkins.create_job(start, JobSpec::replay("app", Some("docker && linux".into())))?;
//! let item = jenkins.schedule(start, job, BuildRequest::new(0, Millis::from_secs(60)))?;
//! assert_eq!(jenkins.item(item).map(|item| item.stuck), Some(true), "no node has the label");
//!
//! let labels = LabelSet::new(["docker", "linux"]);
//! let node = NodeSpec { name: "a1".into(), description: None, labels, exclusive: true, executors: 1 };
//! jenkins.create_node(start, node)?;
//! jenkins.agent_connect(start, &"a1".into())?;
//! while let Some((at, _)) = jenkins.poll_timeout() {
//!     jenkins.handle_timeout(at);
//! }
//! let ends = std::iter::from_fn(|| jenkins.poll_output()).filter_map(|output| match output {
//!     Output::BuildFinished { at, .. } => Some(at),
//!     _ => None,
//! });
//! assert_eq!(ends.collect::<Vec<_>>(), [start + Millis::from_secs(60)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Beside single builds there are runs of Pipelines ([`Jenkins::schedule_pipeline`]), matrix projects
//! ([`Jenkins::schedule_matrix`]), processes of agents
//! ([`Jenkins::start_agent`]), reloads of the configuration as code ([`Jenkins::reload_casc`]), and what a plugin's
//! provisioner goes by ([`load`]).
//!
//! Where it differs from Jenkins on purpose:
//!
//! * Jenkins spreads builds over executors by a consistent hash of the job's name ([`Assignment::ConsistentHash`]); unless
//!   that is asked for, the node that has had an executor ready for the longest time gets the build, and is filled up
//!   before the next, which costs nothing that grows with the number of idle nodes.
//! * Jenkins looks through its queue in passes (`Queue.maintain`); here each item and each executor becomes available
//!   a fixed time after the event that made it so ([`Latencies`]). When assignment resumes after a pause, idle nodes are
//!   served class by class, each with the oldest item that it may run.
//! * A build whose node goes offline between assignment and start is buildable again at once; Jenkins notices when the
//!   executor's thread starts (`Executor.run`).
//! * A flyweight task that waits for a node is told of when the node's executors can be assigned; Jenkins looks at its
//!   next pass. One whose node is deleted goes on without it.
//! * A Pipeline whose node was deleted is aborted in the end, even if a node of that name is created again.
//! * Labels are exact for every class of task; over REST those of pipelines and matrix configurations are only
//!   readable from `why`. Full listings come in the order of ids and names; [`Jenkins::items`] has the order of REST.
//! * Over a restart of the controller items keep their place, and pending ones are buildable again.

mod agents;
mod balance;
mod build;
mod casc;
mod clock;
mod computers;
mod controller;
mod error;
#[cfg(feature = "http")]
pub mod http;
mod jenkins;
mod job;
mod jobs;
mod left;
pub mod load;
mod matching;
mod node;
pub mod observe;
mod output;
mod pipeline;
mod queue;
mod queued;
mod request;
mod run;
mod series;
mod settings;
mod statistics;
mod view;
mod why;
mod words;

pub use agents::{AgentId, AgentSpec, Launch, Transport};
pub use error::{
    CancelError, ConnectError, CreateJobError, CreateNodeError, NameError, NodeError, RequestError,
    ScheduleError, StopError, Unavailable,
};
pub use jenkins::Jenkins;
pub use job::{JobId, JobKind, JobSpec};
pub use output::{BuildResult, Output, Timer};
pub use pipeline::{Block, Configuration};
pub use queue::check_name;
pub use request::{BuildRequest, NodeSpec, Parameters, Reply, Request, Values};
pub use settings::{Assignment, Controller, Latencies, Settings};
pub use statistics::Share;
pub use view::{BuildView, ItemClass, ItemView, LeftItemView, NodeView, OfflineCause};
pub use words::{GUARD_WITH_LABEL, GUARD_WITHOUT_LABEL, Language};
