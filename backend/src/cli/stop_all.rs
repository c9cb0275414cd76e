//! `footmand stop-all`.
//!
//! What `footmand run --at-end stop-all` does at its end, without a daemon before it: the same core is told from its start
//! that everything of its is to end with its builds, and is driven until nothing is left.

use super::{
    ask::ask,
    connect::Connection,
    load,
    log::{Left, Log, LogArguments},
    note,
    reload::{DrainCut, Signals},
    say,
    status::StatusAddress,
};
use crate::{
    driver::{End, Limits, Machine, Report, Rhythm, WallClock, run as drive},
    ecs::calls::Calls,
    status::Snapshot,
};
use clap::Args;
use footman_config::Loaded;
use footman_config_files::ConfigFiles;
use footman_core::{
    Action,
    decision::{Alarm, Decision, What},
    event::{Drain, Outcome},
    id::OwnerId,
};
use miette::{IntoDiagnostic, miette};
use std::{
    io::{BufRead, IsTerminal},
    sync::Arc,
    time::Duration,
};
use tokio::sync::oneshot;

/// What is said to do where another footmand works.
const OTHER_FIRST: &str = "stop that one first, or have it do this itself: `footmand run --at-end stop-all` stops everything when it \
                           gets SIGTERM";
/// What is said to do where something is left.
const ONCE_MORE: &str = "run it once more: it goes on with whatever is there";

/// Stops every agent of the configuration's owner and the builds on them, and launches nothing
///
/// For when footmand does not run and is not to run again. It ends once nothing of the owner is left: tasks, nodes, lookout nodes.
/// SIGINT and SIGTERM end it before that. It logs to standard error.
#[derive(Debug, Args)]
pub(super) struct StopAllArguments {
    #[command(flatten)]
    files: ConfigFiles,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    log: LogArguments,
    /// Where a footmand of this owner would show that it runs, which is a reason not to begin; or `off`
    #[arg(long, value_name = "ADDR", default_value_t)]
    status: StatusAddress,
    /// How many seconds it may take; what is left then runs on. No bound unless given
    #[arg(long, value_name = "SECONDS")]
    max: Option<u64>,
    /// Asks nobody whether it is meant
    #[arg(long)]
    yes: bool,
}

/// Runs the command.
///
/// # Errors
///
/// Fails where the configuration cannot be used, something to connect with is missing, nobody consents, another footmand works
/// as the same owner, or something is left.
pub(super) fn run(arguments: &StopAllArguments) -> miette::Result<()> {
    let loaded = load(&arguments.files)?;
    if !arguments.yes {
        consent(&loaded.policy.owner)?;
    }
    arguments.log.begin();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.into_diagnostic()?.block_on(stop_all(arguments, &loaded))
}

/// Asks whoever sits there.
///
/// # Errors
///
/// Fails where nobody does, or he does not want it.
fn consent(owner: &OwnerId) -> miette::Result<()> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(miette!(
            help = "give --yes",
            "this stops builds, and there is no terminal at which to ask whether it is meant"
        ));
    }
    note(format!(
        "This stops every agent of owner `{owner}` and the builds that run there. Is it meant? [y/N]"
    ));
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer).into_diagnostic()?;
    if is_yes(&answer) { Ok(()) } else { Err(miette!("nothing was done")) }
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

async fn stop_all(arguments: &StopAllArguments, loaded: &Loaded) -> miette::Result<()> {
    let owner = &loaded.policy.owner;
    refuse_beside_daemon(arguments.status, owner).await?;
    let services = Arc::new(arguments.connection.services(loaded, &Calls::default()).await?);
    let mut signals = Signals::heed()?;
    let clock = WallClock::start();
    let mut machine = Machine::new(loaded.policy.clone(), Rhythm::Grid, clock.now());
    let (tell, told) = oneshot::channel();
    let mut report = (Log::new(&loaded.policy), Others { tell: Some(tell) });
    tracing::info!(version = env!("CARGO_PKG_VERSION"), %owner, "footmand stops everything of its");
    let mut cut = Cut::Drain(DrainCut::Signal);
    let end = async {
        cut = tokio::select! {
            biased;
            drain = signals.end_drain(arguments.max.map(Duration::from_secs)) => Cut::Drain(drain),
            () = another(told) => Cut::Another,
        };
    };
    let drain = std::future::ready(Drain::StopBuilds);
    let ended = drive(&mut machine, services, clock, Limits::default(), &mut report, drain, end).await;
    match ended {
        End::Drained { left: None } => {
            say(format!("nothing of owner `{owner}` is left"));
            Ok(())
        }
        End::Drained { left: Some(left) } => Err(miette!(help = ONCE_MORE, "{left}")),
        End::GaveWay => Err(beside_another(owner)),
        End::Asked { .. } => Err(match cut {
            Cut::Another => beside_another(owner),
            Cut::Drain(drain) => unfinished(drain, Left::of(&machine)),
        }),
    }
}

/// Why it ended before nothing was left.
#[derive(Debug, Clone, Copy)]
enum Cut {
    Drain(DrainCut),
    Another,
}

fn beside_another(owner: &OwnerId) -> miette::Report {
    miette!(help = OTHER_FIRST, "another footmand works as owner `{owner}` and makes agents")
}

fn unfinished(cut: DrainCut, left: Option<Left>) -> miette::Report {
    let why = match cut {
        DrainCut::Signal => "a signal ended it",
        DrainCut::TooLong => "it took as long as it may",
    };
    match left {
        Some(left) => miette!(help = ONCE_MORE, "{why}; what is left: {left}"),
        None => miette!(
            help = "what it could not list stands above; `footmand doctor` looks closer",
            "{why} before Jenkins and ECS were listed; nothing was stopped"
        ),
    }
}

/// Asks at the status address whether a footmand of this owner runs. That nobody answers there shows nothing; the core sees
/// one by what it makes.
///
/// # Errors
///
/// Fails where one does.
async fn refuse_beside_daemon(status: StatusAddress, owner: &OwnerId) -> miette::Result<()> {
    let StatusAddress::At(address) = status else { return Ok(()) };
    let Ok(answer) = ask(address, "/status.json").await else { return Ok(()) };
    let Ok(text) = answer.text().await else { return Ok(()) };
    match serde_json::from_str::<Snapshot>(&text) {
        Ok(snapshot) if snapshot.owner == owner.as_str() && !snapshot.dry_run => Err(miette!(
            help = OTHER_FIRST,
            "a footmand works as owner `{owner}`: it answers at {address}, and would make new agents"
        )),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Tells of the first footmand that was started later and makes agents; one that was started before is what the core itself
/// gives way to.
#[derive(Debug)]
struct Others {
    tell: Option<oneshot::Sender<()>>,
}

impl Report for Others {
    fn decided(&mut self, decision: &Decision) {
        if let What::Alarm(Alarm::YoungerDaemon { .. }) = decision.what
            && let Some(tell) = self.tell.take()
        {
            // Nobody hears it where the run has ended already.
            let _ = tell.send(());
        }
    }

    fn acted(&mut self, _: &Action, _: &Outcome, _: Duration) {}
}

async fn another(told: oneshot::Receiver<()>) {
    if told.await.is_err() {
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_one() {
        for (answer, yes) in
            [("y\n", true), (" Yes \n", true), ("\n", false), ("", false), ("no", false), ("ja", false)]
        {
            assert_eq!(is_yes(answer), yes, "{answer:?}");
        }
    }
}
