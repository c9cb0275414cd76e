//! `footmand health`.

use super::{
    ask::{ask, silent},
    say,
    status::STATUS_DEFAULT,
};
use clap::Args;
use miette::{IntoDiagnostic, WrapErr};
use reqwest::StatusCode;
use std::{net::SocketAddr, process::ExitCode};

/// Says whether the footmand that runs is alive, for health checks of containers
///
/// It asks at the status address and prints the answer. The exit code is 0 where it is alive, and 1 otherwise.
#[derive(Debug, Args)]
pub(super) struct HealthArguments {
    /// The status address of the footmand that runs
    #[arg(long, value_name = "ADDR", default_value_t = STATUS_DEFAULT)]
    status: SocketAddr,
    /// Asks whether it decides on fresh views of Jenkins and ECS, rather than whether it is alive: not for health checks, for
    /// another footmand sees no more of a Jenkins that is down
    #[arg(long)]
    ready: bool,
}

/// Runs the command: the code is 1 where it is not well.
///
/// # Errors
///
/// Fails where no footmand answers.
pub(super) fn run(arguments: &HealthArguments) -> miette::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().into_diagnostic()?;
    let path = if arguments.ready { "/readyz" } else { "/healthz" };
    let (status, text) = runtime.block_on(async {
        let answer = ask(arguments.status, path).await?;
        let status = answer.status();
        let text = answer.text().await.into_diagnostic().wrap_err_with(|| silent(arguments.status))?;
        Ok::<_, miette::Report>((status, text))
    })?;
    say(text);
    Ok(if status == StatusCode::OK { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
