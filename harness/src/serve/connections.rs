//! Connections: taken in up to a limit, each with time-outs, and let end at the shutdown.
//!
//! axum's own server sets no time-out for the head of a request and no limit of connections, so that hyper serves the
//! connections here.

use super::limits::Limits;
use axum::{Router, body::Body, http::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::sleep,
};
use tokio_io_timeout::TimeoutStream;

/// How many connections beyond the limit are told so at once; more are closed without a word.
const REFUSALS_MAX: usize = 64;
/// How long nobody is let in after the machine could not open a connection (it has no more file descriptors).
const PAUSE: Duration = Duration::from_secs(1);

/// A connection to a client, with a limit to how long it may not read.
type Wire = TokioIo<std::pin::Pin<Box<TimeoutStream<TcpStream>>>>;

/// Serves `routes` on `listener` until `ended`, then waits for the requests that are being answered. While `door` says so
/// connections are refused: nobody listens then.
///
/// `refusal` is what a client is told for whom there is no room.
///
/// # Errors
///
/// Fails where another program took the port while nobody listened.
pub(super) async fn serve(
    listener: TcpListener,
    routes: Router,
    refusal: fn() -> Response<Body>,
    limits: Limits,
    mut door: watch::Receiver<Door>,
    mut ended: watch::Receiver<()>,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let mut listener = Some(listener);
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(limits.connections));
    let refusals = Arc::new(Semaphore::new(REFUSALS_MAX));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // The end first, then those that are through, so that the set does not grow; newcomers last.
            biased;
            _ = ended.changed() => break,
            Some(_) = connections.join_next() => {}
            Ok(()) = door.changed() => {
                let is_open = *door.borrow_and_update() == Door::Open;
                listener = match listener {
                    Some(listener) if is_open => Some(listener),
                    None if is_open => Some(TcpListener::bind(address).await?),
                    Some(_) | None => None,
                };
            }
            accepted = accept(listener.as_ref()) => match accepted {
                Ok((stream, _)) => {
                    let watcher = graceful.watcher();
                    if let Ok(permit) = Arc::clone(&room).try_acquire_owned() {
                        let routes = routes.clone();
                        connections.spawn(async move {
                            answer(stream, routes, limits, watcher).await;
                            drop(permit);
                        });
                    } else if let Ok(permit) = Arc::clone(&refusals).try_acquire_owned() {
                        connections.spawn(async move {
                            refuse(stream, refusal, limits, watcher).await;
                            drop(permit);
                        });
                    }
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(_) => sleep(PAUSE).await,
            },
        }
    }
    drop(listener);
    graceful.shutdown().await;
    while connections.join_next().await.is_some() {}
    Ok(())
}

/// Whether connections are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    Open,
    Closed,
}

/// The next connection; none comes while nobody listens.
async fn accept(listener: Option<&TcpListener>) -> io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}

/// Whether a client went away before it was let in.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

/// How a connection ends is the client's business: what it was not told it asks again.
async fn answer(stream: TcpStream, routes: Router, limits: Limits, watcher: Watcher) {
    let service = TowerToHyperService::new(routes);
    let connection = builder(limits).serve_connection(wire(stream, limits), service);
    drop(watcher.watch(connection).await);
}

/// Tells a client that there is no room for it, and closes the connection.
async fn refuse(stream: TcpStream, refusal: fn() -> Response<Body>, limits: Limits, watcher: Watcher) {
    let service =
        service_fn(move |_: hyper::Request<Incoming>| async move { Ok::<_, Infallible>(refusal()) });
    let connection = builder(limits).keep_alive(false).serve_connection(wire(stream, limits), service);
    drop(watcher.watch(connection).await);
}

fn builder(limits: Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head);
    builder
}

fn wire(stream: TcpStream, limits: Limits) -> Wire {
    // Answers are small and waited for; where it cannot be set they come a little later.
    drop(stream.set_nodelay(true));
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write));
    TokioIo::new(Box::pin(stream))
}
