//! `footmand explain`.

use super::{
    ask::{ask, silent},
    say,
    status::STATUS_DEFAULT,
};
use crate::status::{Snapshot, explain, snapshot::SCHEMA};
use clap::Args;
use miette::{IntoDiagnostic, WrapErr, miette};
use std::net::SocketAddr;

/// Says why an item or a label waits, what was launched for it and what refuses it
///
/// It asks the footmand that runs, at its status address.
#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// The id of a queue item, or a label expression; '' is no label
    #[arg(value_name = "ITEM|LABEL")]
    what: String,
    /// The status address of the footmand that runs
    #[arg(long, value_name = "ADDR", default_value_t = STATUS_DEFAULT)]
    status: SocketAddr,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
///
/// Fails where no footmand answers, or it knows neither such an item nor such a label.
pub(super) fn run(arguments: &ExplainArguments) -> miette::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().into_diagnostic()?;
    let snapshot = runtime.block_on(stands(arguments.status))?;
    let explained = explain(&snapshot, &arguments.what).ok_or_else(|| {
        miette!(
            help = "it is not in the queue as of the last poll, and no item with such a label was",
            "footmand knows neither an item nor a label `{}`",
            arguments.what
        )
    })?;
    say(if arguments.json {
        serde_json::to_string_pretty(&explained).into_diagnostic()?
    } else {
        explained.sentences.join("\n")
    });
    Ok(())
}

/// How the daemon stands.
async fn stands(status: SocketAddr) -> miette::Result<Snapshot> {
    let answer = ask(status, "/status.json").await?;
    let text = answer.error_for_status().into_diagnostic().wrap_err_with(|| silent(status))?.text().await;
    let text = text.into_diagnostic().wrap_err_with(|| silent(status))?;
    serde_json::from_str(&text).into_diagnostic().wrap_err_with(|| {
        format!("what answers at {status} is no footmand of this version, which says {SCHEMA}")
    })
}
