//! Connections to whoever looks: few at once, each with time-outs, and none that outlives the run.
//!
//! axum's own server sets no time-out for the head of a request and no limit of connections, so that hyper serves the
//! connections here.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use std::time::Duration;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;

/// How long nobody is let in after the machine could not open a connection.
const PAUSE: Duration = Duration::from_secs(1);

/// How much the server takes, and how long it waits for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once; who comes beyond them waits until one ends.
    pub connections: usize,
    /// How long the head of a request may take, the wait for it on an open connection included.
    pub head: Duration,
    /// How long a client may not read what it is sent.
    pub write: Duration,
    /// How long open requests are waited for at the end.
    pub grace: Duration,
}

impl Default for Limits {
    /// 64 connections; 10 s for a head, 30 s for a pause in reading, 2 s at the end.
    fn default() -> Self {
        Self {
            connections: 64,
            head: Duration::from_secs(10),
            write: Duration::from_secs(30),
            grace: Duration::from_secs(2),
        }
    }
}

/// Serves `routes` on `listener` until `ended`, then waits for the requests that are being answered. Who comes meanwhile or
/// after it waits for the next who serves on it.
pub(super) async fn serve(
    listener: &TcpListener,
    routes: Router,
    limits: Limits,
    ended: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut ended = std::pin::pin!(ended);
    loop {
        let has_room = connections.len() < limits.connections;
        tokio::select! {
            // The end first, then those that are through, so that there is room; newcomers last.
            biased;
            () = &mut ended => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if has_room => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(answer(stream, routes.clone(), limits, graceful.watcher()));
                }
                // Of one connection, or of all where the machine has no more file descriptors.
                Err(_) => sleep(PAUSE).await,
            },
        }
    }
    // Who is not done by then is cut off with the set.
    drop(timeout(limits.grace, graceful.shutdown()).await);
}

/// How a connection ends is the client's business: what it was not told it asks again.
async fn answer(stream: TcpStream, routes: Router, limits: Limits, watcher: Watcher) {
    // Answers are waited for; where it cannot be set they come a little later.
    drop(stream.set_nodelay(true));
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head);
    let connection =
        builder.serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(routes));
    drop(watcher.watch(connection).await);
}
