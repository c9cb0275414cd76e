//! A simulated Jenkins queue with its nodes: a pure state machine in virtual time.
//!
//! [`Jenkins`] is told what is asked of it ([`Jenkins::call`], or the typed calls behind it) and what time it is, and
//! answers as a Jenkins 2.263.4 was seen to answer; it says when to wake it ([`Jenkins::poll_timeout`]), what happened
//! ([`Jenkins::poll_output`]) and what an observer that polls would find changed ([`Jenkins::changes`]). It does no
//! I/O, reads no clock and draws no random numbers; the same calls give the same outputs.
//!
//! Where it differs from Jenkins on purpose:
//!
//! * Jenkins spreads builds over executors by a consistent hash of the job's name (`LoadBalancer.CONSISTENT_HASH`);
//!   here the node that has had an executor ready for the longest time gets the build, and is filled up before the next.
//! * Jenkins looks through its queue in passes (`Queue.maintain`); here each item and each executor becomes available
//!   a fixed time after the event that made it so ([`Latencies`]).
//! * A flyweight task runs on the controller, whatever its label; Jenkins hashes it over the nodes that match.
//! * Labels are exact for every class of task; over REST those of pipelines and matrix configurations are only
//!   readable from `why`.

mod build;
mod clock;
mod computers;
mod controller;
mod error;
mod jenkins;
mod job;
mod left;
mod matching;
mod node;
pub mod observe;
mod output;
mod queue;
mod request;
mod run;
mod settings;
mod view;
mod why;

pub use error::{
    CancelError, ConnectError, CreateJobError, CreateNodeError, NameError, NodeError, RequestError,
    ScheduleError, StopError, Unavailable,
};
pub use jenkins::Jenkins;
pub use job::{JobId, JobKind, JobSpec};
pub use output::{BuildResult, Output, Timer};
pub use request::{BuildRequest, NodeSpec, Reply, Request};
pub use settings::{Controller, Latencies, Settings};
pub use view::{BuildView, ItemClass, ItemView, LeftItemView, NodeView, OfflineCause};
