//! `footmand run`.

use super::{
    connect::Connection,
    load,
    log::{Log, LogArguments},
    note,
    reload::{Asked, DrainCut, Signals},
    status::{StatusAddress, listen, show},
};
use crate::{
    driver::{End, Hands, Limits, Machine, Rhythm, WallClock, run as drive},
    dry_run::DryRun,
    ecs::calls::Calls,
    services::Services,
};
use clap::{Args, ValueEnum};
use footman_config::Loaded;
use footman_config_files::ConfigFiles;
use footman_core::{Policy, Timestamp, event::Drain};
use footman_recording::{FileRecorder, RecordError};
use miette::{IntoDiagnostic, miette};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// Provisions: watches Jenkins' queue and keeps as many agents on ECS as its builds need
///
/// SIGTERM and SIGINT end it as --at-end says: once what it is doing is done, and agents run on for the next one to take over,
/// unless told otherwise. SIGHUP reads the configuration anew. It logs to standard error.
#[derive(Debug, Args)]
pub(super) struct RunArguments {
    #[command(flatten)]
    files: ConfigFiles,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    log: LogArguments,
    /// Where it shows how it stands (/, /status.json, /healthz, /readyz, /metrics), or `off`. Nobody logs in there
    #[arg(long, value_name = "ADDR", default_value_t)]
    status: StatusAddress,
    /// Records what it sees and decides in this folder, for `footmand replay`: 64 MiB a file, and the last 32 files
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// Decides and says what it would do, with agents that are only imagined, and changes nothing in Jenkins or ECS
    #[arg(long)]
    dry_run: bool,
    /// What becomes of agents when SIGTERM or SIGINT ends it; a second signal leaves those that are left
    #[arg(long, value_enum, default_value_t)]
    at_end: AtEnd,
    /// How many seconds `--at-end drain` and `stop-all` may take; what is left then runs on. No bound unless given
    #[arg(long, value_name = "SECONDS")]
    drain_max: Option<u64>,
}

/// What becomes of agents when the daemon is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum AtEnd {
    /// They run on, and the next footmand takes them over
    #[default]
    Leave,
    /// Nothing is launched any more; agents go once they have no build, and footmand ends with the last one
    Drain,
    /// The same, and builds are stopped with their agents
    StopAll,
}

impl AtEnd {
    fn drain(self) -> Option<Drain> {
        match self {
            Self::Leave => None,
            Self::Drain => Some(Drain::FinishBuilds),
            Self::StopAll => Some(Drain::StopBuilds),
        }
    }
}

/// Runs the command.
///
/// # Errors
///
/// Fails where the configuration cannot be used, something to connect with is missing, or an older daemon works under the same
/// owner id.
pub(super) fn run(arguments: &RunArguments) -> miette::Result<()> {
    let loaded = load(&arguments.files)?;
    arguments.log.begin();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.into_diagnostic()?;
    if arguments.dry_run {
        let hands =
            |services: Services, policy: &Policy| DryRun::new(services.only_looking(), policy.clone());
        runtime.block_on(provision(arguments, loaded, hands))
    } else {
        runtime.block_on(provision(arguments, loaded, |services, _| services))
    }
}

impl RunArguments {
    /// Says who starts.
    fn say_welcome(&self, policy: &Policy) {
        tracing::info!(version = env!("CARGO_PKG_VERSION"), owner = %policy.owner, "footmand starts");
        if self.dry_run {
            tracing::info!("this is a dry run: nothing is changed in Jenkins or ECS, agents are imagined");
        }
    }

    /// Says what becomes of the agents that there are.
    fn say_farewell(&self, agents: usize) {
        if self.dry_run {
            tracing::info!(agents, "the dry run ends, and with it the agents that were imagined");
        } else {
            tracing::info!(agents, "footmand ends; agents run on");
        }
    }

    /// Lets what the machine is told be recorded from its start, where that is asked for.
    fn record_to(&self, machine: &mut Machine, policy: &Policy, start: Timestamp) -> Result<(), RecordError> {
        if let Some(folder) = &self.record {
            let recorder = FileRecorder::create(folder, footman_recording::Limits::default(), policy, start)?;
            machine.record(Box::new(recorder));
        }
        Ok(())
    }
}

/// Provisions until somebody asks for the end. A configuration that has changed is gone on with as after a restart: nothing
/// is kept that could not be learnt again.
///
/// What carries its actions out is made by `hands` of the services that it works for.
async fn provision<H: Hands>(
    arguments: &RunArguments,
    mut loaded: Loaded,
    hands: impl Fn(Services, &Policy) -> H,
) -> miette::Result<()> {
    let calls = Calls::default();
    let mut services = Arc::new(hands(arguments.connection.services(&loaded, &calls).await?, &loaded.policy));
    let mut signals = Signals::heed()?;
    let clock = WallClock::start();
    arguments.say_welcome(&loaded.policy);
    let server = listen(arguments.status).await?;
    let mut reloaded = false;
    loop {
        let start = clock.now();
        let mut machine = Machine::new(loaded.policy.clone(), Rhythm::Adaptive, start);
        match arguments.record_to(&mut machine, &loaded.policy, start) {
            Ok(()) => {}
            Err(error) if reloaded => tracing::warn!("{error}; nothing is recorded from here on"),
            Err(error) => return Err(error).into_diagnostic(),
        }
        let limits = Limits::default();
        let shown = |server| show(server, clock, &machine, &limits, arguments.dry_run, &calls);
        let (collector, status) = server.clone().map(shown).unzip();
        let mut report = (Log::new(&loaded.policy), collector);
        let mut asked = Asked::End;
        let (order, ordered) = oneshot::channel();
        let end = async {
            asked = signals.next(&arguments.files, &loaded).await;
            if let (Asked::End, Some(how)) = (&asked, arguments.at_end.drain())
                && order.send(how).is_ok()
            {
                say_cut(signals.end_drain(arguments.drain_max.map(Duration::from_secs)).await);
            }
        };
        let drain = async {
            match ordered.await {
                Ok(how) => how,
                Err(_) => std::future::pending().await,
            }
        };
        let ended = drive(&mut machine, Arc::clone(&services), clock, limits, &mut report, drain, end).await;
        machine.end_record();
        if let Some(status) = status {
            status.end().await;
        }
        if !goes_on(ended, &loaded.policy)? {
            return Ok(());
        }
        let Asked::Reload(new) = asked else {
            arguments.say_farewell(machine.core().agents_len());
            return Ok(());
        };
        reloaded = true;
        match arguments.connection.services(&new, &calls).await {
            Ok(connected) => {
                services = Arc::new(hands(connected, &new.policy));
                loaded = *new;
                tracing::info!("the configuration was reloaded");
            }
            Err(report) => {
                note(format!("{report:?}"));
                tracing::error!(
                    "nothing can be connected with the new configuration (above); the present one stays"
                );
            }
        }
    }
}

/// Whether footmand goes on after a run that ended so, and what there is to say of that.
///
/// # Errors
///
/// Fails where it gave way to another one.
fn goes_on(ended: End, policy: &Policy) -> miette::Result<bool> {
    match ended {
        End::Asked { unfinished: 0 } => Ok(true),
        End::Asked { unfinished } => {
            note(format!("{unfinished} actions were not over in time; what came of them is found out anew"));
            Ok(true)
        }
        End::Drained { left } => {
            if let Some(left) = left {
                tracing::warn!("{left}");
            }
            tracing::info!("footmand ends; no agent of its is left");
            Ok(false)
        }
        End::GaveWay => Err(miette!(
            help = "one footmand for each owner id: stop the other one, or give this one an `owner` of its own in \
                    footman.yaml",
            "an older footmand works as owner `{}`",
            policy.owner
        )),
    }
}

/// Says why draining ended before nothing was left.
fn say_cut(cut: DrainCut) {
    match cut {
        DrainCut::Signal => tracing::warn!("a second signal ends footmand at once; it leaves what is left"),
        DrainCut::TooLong => {
            tracing::warn!("footmand drained for as long as it may, and leaves what is left");
        }
    }
}
