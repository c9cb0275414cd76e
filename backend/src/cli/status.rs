//! Where a daemon shows how it stands: the address, and the server beside the run.

use crate::{
    driver::{Limits, Machine, WallClock},
    ecs::calls::Calls,
    status::{Bounds, Clock, Collector, Server},
};
use miette::{IntoDiagnostic, WrapErr};
use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    str::FromStr,
};
use tokio::{sync::oneshot, task::JoinHandle};

/// Where a daemon shows how it stands unless told otherwise.
pub(super) const STATUS_DEFAULT: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 8790));

/// Where the daemon shows how it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StatusAddress {
    /// Nowhere.
    Off,
    /// There.
    At(SocketAddr),
}

impl Default for StatusAddress {
    fn default() -> Self {
        Self::At(STATUS_DEFAULT)
    }
}

impl FromStr for StatusAddress {
    type Err = std::net::AddrParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "off" { Ok(Self::Off) } else { text.parse().map(Self::At) }
    }
}

impl fmt::Display for StatusAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::At(address) => address.fmt(f),
        }
    }
}

/// The server that shows how the daemon stands.
pub(super) struct Status {
    end: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Status {
    /// Lets those who ask have their answers, and ends it.
    pub(super) async fn end(self) {
        drop(self.end);
        if let Err(error) = self.served.await {
            tracing::error!(%error, "the status server failed");
        }
    }
}

/// Listens at the address, where there is one: once, so that it is the process's for as long as that runs.
///
/// # Errors
///
/// Fails where nobody can listen there.
pub(super) async fn listen(address: StatusAddress) -> miette::Result<Option<Server>> {
    let StatusAddress::At(address) = address else { return Ok(None) };
    let server = Server::bind(address).await.into_diagnostic();
    let server = server.wrap_err_with(|| {
        format!("failed to show the status at {address}: give --status another address, or `off`")
    })?;
    // A port that the system chose is told from the listener alone.
    let address = server.address().into_diagnostic()?;
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "whoever can reach the status address can read it: there is no login");
    }
    tracing::info!(%address, "the status is shown");
    Ok(Some(server))
}

/// Shows how `machine` stands.
pub(super) fn show(
    server: Server,
    clock: WallClock,
    machine: &Machine,
    limits: &Limits,
    dry_run: bool,
    calls: &Calls,
) -> (Collector, Status) {
    let bounds = Bounds::of(&machine.core().policy().pace, limits);
    let collector = if dry_run { Collector::of_dry_run } else { Collector::new };
    let (mut collector, board) = collector(clock.now(), machine);
    collector.count_calls(calls.clone());
    let (end, ended) = oneshot::channel::<()>();
    let served = tokio::spawn(server.run(board, bounds, Clock::new(move || clock.now()), async move {
        drop(ended.await);
    }));
    (collector, Status { end, served })
}
