//! The log of a run, on standard error: how it is written, and what it says of what is decided and done.

use super::complaints::{Complaint, Complaints};
use crate::driver::{Machine, Report};
use clap::{Args, ValueEnum};
use footman_core::{
    Action, Policy, Timestamp,
    decision::{Decision, Phase, What},
    event::Outcome,
    id::TemplateId,
};
use std::{fmt, time::Duration};
use tracing_subscriber::EnvFilter;

/// The most that is logged, whatever is asked for: libraries that send requests may show them below that, and some of what
/// is sent is secret.
pub const LOG_FILTER_MOST: &str = "info,footman_backend=trace";

/// How much is logged, and in which form.
#[derive(Debug, Args)]
pub(super) struct LogArguments {
    /// How the log is written
    #[arg(long, value_enum, default_value_t)]
    log: LogForm,
    /// How much is logged of what footmand does; of libraries below it never more than `info`
    #[arg(long, value_enum, default_value_t)]
    log_level: LogLevel,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum LogLevel {
    /// What fails
    Warn,
    /// Agents that are made and go, and why items wait
    #[default]
    Info,
    /// Each action and each decision
    Debug,
    /// Everything
    Trace,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum LogForm {
    /// Lines for people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

impl LogArguments {
    /// Logs from now on.
    pub(super) fn begin(&self) {
        let filter = EnvFilter::new(match self.log_level {
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Debug => "info,footman_backend=debug",
            LogLevel::Trace => LOG_FILTER_MOST,
        });
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        // Another subscriber would be one of a test's.
        drop(match self.log {
            LogForm::Text => log.try_init(),
            LogForm::Json => log.json().try_init(),
        });
    }
}

/// Logs what is decided and what fails.
#[derive(Debug)]
pub(super) struct Log {
    policy: Policy,
    complaints: Complaints,
    /// What was left when it was last said, while everything ends.
    left: Option<Left>,
}

/// What is left while everything ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    agents: usize,
    busy: u32,
    orphans: usize,
}

impl Left {
    /// What the core knows to be left; `None` before its first complete listings.
    pub(super) fn of(machine: &Machine) -> Option<Self> {
        let core = machine.core();
        let busy = core.agents_in(Phase::Busy) + core.agents_in(Phase::Resuming);
        let left = Self { agents: core.agents_len(), busy, orphans: core.orphans_len() };
        core.is_ready().then_some(left)
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { agents, busy, orphans } = self;
        write!(f, "{agents} agents, {busy} of them with a build, and {orphans} tasks without a node")
    }
}

impl Log {
    /// The log of a run of this policy.
    pub(super) fn new(policy: &Policy) -> Self {
        Self { policy: policy.clone(), complaints: Complaints::default(), left: None }
    }

    fn template(&self, id: TemplateId) -> &str {
        self.policy.templates.get(id.index()).map_or("", |template| &*template.name)
    }
}

impl Report for Log {
    fn decided(&mut self, decision: &Decision) {
        match &decision.what {
            What::Launch { agent, template, demand } => {
                let template = self.template(*template);
                tracing::info!(agent = agent.as_str(), template, ?demand, "an agent is made");
            }
            What::Refused { label, items, reason, .. } => {
                tracing::info!(?label, items, %reason, "items get no agent");
            }
            What::Retire { agent, cause } => {
                tracing::info!(agent = agent.as_str(), %cause, "an agent is taken out of service");
            }
            What::Breaker { template, change } => {
                tracing::warn!(template = self.template(*template), ?change, "a template fails");
            }
            What::Alarm(alarm) => tracing::error!(?alarm, "somebody should look at this"),
            What::Provided { .. }
            | What::WarmRefused { .. }
            | What::WarmProvided { .. }
            | What::Phase { .. }
            | What::Stop { .. }
            | What::Delete { .. } => tracing::debug!(what = ?decision.what),
        }
    }

    fn turned(&mut self, now: Timestamp, machine: &Machine) {
        self.complaints.turned(now, |complaint, times| {
            tracing::warn!(times, "{complaint}: so it was again, as often as this");
        });
        if machine.core().draining().is_none() {
            return;
        }
        let left = Left::of(machine);
        if let Some(Left { agents, busy, orphans }) = left
            && self.left != left
        {
            tracing::info!(agents, busy, orphans, "footmand drains; this is left");
        }
        self.left = left;
    }

    fn acted(&mut self, action: &Action, outcome: &Outcome, _: Duration) {
        match outcome {
            Outcome::Done | Outcome::Launched { .. } => tracing::debug!(?action, ?outcome),
            Outcome::Conflict { tasks } => tracing::warn!(?action, ?tasks, "the token was used before"),
            Outcome::Failed(failure) => {
                let template = action.template().map(|id| self.template(id).to_owned());
                let complaint = Complaint::of(action, failure, template.as_deref());
                if self.complaints.is_new(&complaint) {
                    tracing::warn!("{complaint}");
                }
                tracing::debug!(?action, ?failure, "an action failed");
            }
        }
    }
}
