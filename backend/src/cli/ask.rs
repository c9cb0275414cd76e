//! Asks the footmand that runs, at its status address.

use miette::{IntoDiagnostic, WrapErr};
use reqwest::Response;
use std::{net::SocketAddr, time::Duration};

/// How long the daemon is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// What it answers under `path`, whatever the status.
///
/// # Errors
///
/// Fails where nobody answers.
pub(super) async fn ask(status: SocketAddr, path: &str) -> miette::Result<Response> {
    // Its own host is asked, whatever proxy the environment names.
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().into_diagnostic()?;
    client
        .get(format!("http://{status}{path}"))
        .send()
        .await
        .into_diagnostic()
        .wrap_err_with(|| silent(status))
}

/// What is said where nobody answers.
pub(super) fn silent(status: SocketAddr) -> String {
    format!("no footmand answers at {status}: does it run, and with this --status?")
}
