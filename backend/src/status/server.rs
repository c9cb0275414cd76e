//! The paths under which the daemon shows itself. They change nothing, and nobody logs in: loopback is the default.

use super::{
    collector::Board,
    connections::{Limits, serve},
    health::{Bounds, alive, ready},
    page::page,
};
use axum::{
    Router,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use footman_core::Timestamp;
use std::{fmt, io, net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;

const TEXT: &str = "text/plain; charset=utf-8";
/// The text format of Prometheus and its version (Prometheus documentation, "Exposition formats").
const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Nothing is kept, guessed at, framed, run or loaded.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    ),
];

/// Says what time it is for the loop that is shown.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that says what `now` says.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

/// The server before it serves. Its clones listen at one address, which stays taken while there is one of them: whoever comes
/// while none of them serves waits for the next that does.
#[derive(Debug, Clone)]
pub struct Server {
    listener: Arc<TcpListener>,
}

/// What the paths are answered from.
#[derive(Debug, Clone)]
struct Shown {
    board: Board,
    bounds: Bounds,
    clock: Clock,
}

impl Server {
    /// Listens at `address`.
    ///
    /// # Errors
    ///
    /// Fails where nobody can listen there.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self { listener: Arc::new(TcpListener::bind(address).await?) })
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// Fails where the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Shows what is pinned to `board` until `ended`.
    pub async fn run(self, board: Board, bounds: Bounds, clock: Clock, ended: impl Future<Output = ()>) {
        let routes = Router::new()
            .route("/", get(show_page))
            .route("/healthz", get(show_health))
            .route("/readyz", get(show_readiness))
            .route("/metrics", get(show_metrics))
            .route("/status.json", get(show_data))
            .with_state(Shown { board, bounds, clock });
        serve(&self.listener, routes, Limits::default(), ended).await;
    }
}

async fn show_page(State(shown): State<Shown>) -> Response {
    let page = page(&shown.board.latest(), shown.clock.now());
    answer(StatusCode::OK, "text/html; charset=utf-8", page)
}

async fn show_health(State(shown): State<Shown>) -> Response {
    verdict(alive(&shown.board.latest(), shown.bounds, shown.clock.now()))
}

async fn show_readiness(State(shown): State<Shown>) -> Response {
    verdict(ready(&shown.board.latest(), shown.bounds, shown.clock.now()))
}

async fn show_metrics(State(shown): State<Shown>) -> Response {
    answer(StatusCode::OK, METRICS, shown.board.metrics())
}

async fn show_data(State(shown): State<Shown>) -> Response {
    match serde_json::to_string(&*shown.board.latest()) {
        Ok(data) => answer(StatusCode::OK, "application/json", data),
        Err(error) => answer(StatusCode::INTERNAL_SERVER_ERROR, TEXT, error.to_string()),
    }
}

fn verdict(said: Result<String, String>) -> Response {
    let (status, sentence) = match said {
        Ok(sentence) => (StatusCode::OK, sentence),
        Err(sentence) => (StatusCode::SERVICE_UNAVAILABLE, sentence),
    };
    answer(status, TEXT, sentence + "\n")
}

fn answer(status: StatusCode, content_type: &'static str, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, content_type)], HEADERS, body).into_response()
}
