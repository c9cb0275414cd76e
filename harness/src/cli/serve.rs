//! `footman serve`.

use super::Console;
use crate::serve::{ClockMode, ServeSettings, Server, TwinsSettings, loopback};
use clap::{Args, ValueEnum};
use miette::{IntoDiagnostic, WrapErr};
use std::{net::SocketAddr, num::NonZeroU32};

/// Serves a simulated ECS and a simulated Jenkins over HTTP, on loopback and on one clock
///
/// A task whose overrides or tags name a node is that node's agent: it connects when the task runs and goes when the
/// task stops. What is answered, and where it differs from the real ones, is in docs/serve.md.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArguments {
    /// Where ECS listens; port 0 takes one that is free
    #[arg(long, value_name = "ADDR", value_parser = loopback, default_value = "127.0.0.1:9080")]
    ecs: SocketAddr,
    /// Where Jenkins listens; port 0 takes one that is free
    #[arg(long, value_name = "ADDR", value_parser = loopback, default_value = "127.0.0.1:9081")]
    jenkins: SocketAddr,
    /// How time passes: by itself, or only by POST /_sim/advance {"to": MS}
    #[arg(long, value_enum, default_value_t = ClockName::Wall)]
    clock: ClockName,
    /// Lets time pass this many times as fast, for demonstrations
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    speed: u32,
    /// The seed of every random draw
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Starts with a cluster, three instances, two task definitions and a job; so it does if nothing is said
    #[arg(long, conflicts_with = "no_example")]
    example: bool,
    /// Starts with nothing at all
    #[arg(long)]
    no_example: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClockName {
    /// By itself
    Wall,
    /// Only when a client says so
    Lockstep,
}

/// Serves until Ctrl-C.
pub(crate) fn run(arguments: &ServeArguments, console: &mut Console) -> miette::Result<()> {
    let speed = NonZeroU32::new(arguments.speed).expect("the parser takes 1 and more");
    let clock = match arguments.clock {
        ClockName::Lockstep if arguments.speed > 1 => {
            return Err(miette::miette!("--speed has no meaning with --clock lockstep"));
        }
        ClockName::Lockstep => ClockMode::Lockstep,
        ClockName::Wall => ClockMode::Wall { speed },
    };
    let settings = ServeSettings {
        ecs: arguments.ecs,
        jenkins: arguments.jenkins,
        clock,
        example: arguments.example || !arguments.no_example,
        twins: TwinsSettings { seed: arguments.seed, ..TwinsSettings::default() },
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.into_diagnostic().wrap_err("failed to start the servers")?;
    runtime.block_on(async {
        let server = Server::bind(settings).await.into_diagnostic()?;
        console.say(welcome(&server, arguments));
        server.run(interrupted()).await.into_diagnostic()?;
        console.note("ended");
        Ok(())
    })
}

/// Where both are, and what to try first.
fn welcome(server: &Server, arguments: &ServeArguments) -> String {
    let (ecs, jenkins) = (server.ecs_address(), server.jenkins_address());
    let clock = match arguments.clock {
        ClockName::Lockstep => "lockstep: time passes by POST /_sim/advance {\"to\": MS} only".to_owned(),
        ClockName::Wall if arguments.speed > 1 => format!("wall, {} times as fast", arguments.speed),
        ClockName::Wall => "wall".to_owned(),
    };
    format!(
        "ECS      http://{ecs}\nJenkins  http://{jenkins}/\nClock    {clock}\n\nTry:\n  \
         AWS_ENDPOINT_URL_ECS=http://{ecs} AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_DEFAULT_REGION=us-east-1 aws ecs \
         list-clusters\n  curl 'http://{jenkins}/computer/api/json?pretty=true'\n\nCtrl-C ends it."
    )
}

/// Waits for Ctrl-C, or for the signal by which a supervisor ends a process. Where a signal cannot be waited for, the
/// other one still can.
async fn interrupted() {
    let ctrl_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        // Both mean the same; the order does not matter.
        biased;
        () = ctrl_c => {}
        () = terminated => {}
    }
}
