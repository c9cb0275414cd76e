//! What listens: passes each request to the owner of both services, and its answer back.

use super::{
    actor::{Letter, Service},
    compression::{self, Packer},
    control::{ControlRequest, one_region},
    limits::Limits,
};
use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header},
    response::{
        IntoResponse,
        sse::{KeepAlive, Sse},
    },
    routing::{any, get},
};
use http_body::Frame;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

/// The longest body of a request to `/_sim/`: the hook of another server posts what a task definition and overrides of
/// the longest kind hold, and a workload is some hundred thousand lines.
const CONTROL_BODY_MAX: usize = 4 << 20;
/// How much of a body beyond its limit is read and thrown away, so that the client hears why it is refused.
const DISCARDED_MAX: usize = 16 << 20;

/// How often a listener to events hears that the server is alive, where nothing happens.
const ALIVE: Duration = Duration::from_secs(15);

/// One face and the way to the owner of both services.
#[derive(Debug, Clone)]
pub(super) struct Door {
    service: Service,
    letters: mpsc::Sender<Letter>,
    body_time: Duration,
    packer: Arc<Packer>,
}

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unread {
    TooLarge,
    TooSlow,
    /// The client went away.
    Broken,
}

/// The routes of one service: those of the simulation, and everything else to its face.
pub(super) fn routes(service: Service, letters: mpsc::Sender<Letter>, limits: Limits) -> Router {
    Router::new()
        .route("/_sim", any(control))
        .route("/_sim/", any(control))
        .route("/_sim/events", get(events))
        .route("/_sim/{*rest}", any(control))
        .route("/moto-api/reset", any(control))
        .fallback(face)
        .with_state(Door { service, letters, body_time: limits.body, packer: Arc::default() })
}

impl Door {
    /// The longest body that the face reads.
    fn body_max(&self) -> usize {
        match self.service {
            Service::Ecs => footman_ecs_sim::http::BODY_MAX,
            Service::Jenkins => footman_jenkins_sim::http::BODY_MAX,
        }
    }

    /// Sends a letter and waits for its answer; `None` where the owner of both services has ended.
    pub(super) async fn ask<T>(&self, letter: impl FnOnce(oneshot::Sender<T>) -> Letter) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.letters.send(letter(reply)).await.ok()?;
        answer.await.ok()
    }
}

/// What a client is told for whom ECS has no connection left.
pub(super) fn ecs_is_full() -> Response<Body> {
    let text = "The server has no room for another connection. Close some and try again.";
    refusal(Service::Ecs, StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", text)
}

/// The same of Jenkins.
pub(super) fn jenkins_is_full() -> Response<Body> {
    let text = "The server has no room for another connection. Close some and try again.";
    refusal(Service::Jenkins, StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", text)
}

async fn face(State(door): State<Door>, request: Request) -> Response<Body> {
    let service = door.service;
    let (parts, body) = request.into_parts();
    let packs = service == Service::Jenkins && compression::is_accepted(&parts.headers);
    let answer = match read(body, door.body_max(), door.body_time).await {
        Ok(body) => {
            let request = Box::new(axum::http::Request::from_parts(parts, body));
            door.ask(|reply| Letter::Request { service, request, reply }).await
        }
        Err(Unread::TooLarge) => door.ask(|reply| Letter::TooLarge { service, reply }).await,
        Err(Unread::TooSlow) => return too_slow(service),
        Err(Unread::Broken) => None,
    };
    match answer.flatten() {
        Some(response) if packs => door.packer.pack(response).map(Body::from),
        Some(response) => response.map(Body::from),
        None => broken(),
    }
}

async fn control(State(door): State<Door>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = match read(body, CONTROL_BODY_MAX, door.body_time).await {
        Ok(body) => body,
        Err(Unread::TooLarge) => {
            let error = format!("a body under /_sim/ has at most {CONTROL_BODY_MAX} bytes");
            return answer_json(StatusCode::PAYLOAD_TOO_LARGE, &json!({ "error": error }));
        }
        Err(Unread::TooSlow) => return too_slow(door.service),
        Err(Unread::Broken) => return broken(),
    };
    let query = parts.uri.query().map(str::to_owned);
    let request = ControlRequest { method: parts.method, path: parts.uri.path().to_owned(), query, body };
    match door.ask(|reply| Letter::Control { request, reply }).await {
        Some(answer) => answer_json(answer.status, &answer.body),
        None => broken(),
    }
}

/// Events as they happen, from the one after `Last-Event-ID` on where that is given, of every region or of one.
async fn events(State(door): State<Door>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let region = match one_region(uri.query()) {
        Ok(region) => region.map(str::to_owned),
        Err(error) => return answer_json(StatusCode::BAD_REQUEST, &json!({ "error": error })),
    };
    let last = match headers.get("last-event-id").map(|value| value.to_str().unwrap_or_default().parse()) {
        None => None,
        Some(Ok(last)) => Some(last),
        Some(Err(_)) => {
            let error = "Last-Event-ID is no number; expected the id of the last event that was received";
            return answer_json(StatusCode::BAD_REQUEST, &json!({ "error": error }));
        }
    };
    match door.ask(|reply| Letter::Subscribe { last, region, reply }).await.flatten() {
        Some(subscription) => {
            let alive = KeepAlive::new().interval(ALIVE);
            Sse::new(subscription).keep_alive(alive).into_response()
        }
        None => {
            let error = "too many listen to events already, or the server ends";
            answer_json(StatusCode::SERVICE_UNAVAILABLE, &json!({ "error": error }))
        }
    }
}

/// Reads a body of at most `max` bytes within `time`.
async fn read(mut body: Body, max: usize, time: Duration) -> Result<Bytes, Unread> {
    let read = async {
        let mut kept = Vec::new();
        let mut length = 0_usize;
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
            length = length.saturating_add(data.len());
            if length <= max {
                kept.extend_from_slice(&data);
            } else if length > max.saturating_add(DISCARDED_MAX) {
                break;
            } else {
                kept = Vec::new();
            }
        }
        if length > max { Err(Unread::TooLarge) } else { Ok(Bytes::from(kept)) }
    };
    timeout(time, read).await.unwrap_or(Err(Unread::TooSlow))
}

fn too_slow(service: Service) -> Response<Body> {
    let text = "The request body did not arrive in time.";
    refusal(service, StatusCode::REQUEST_TIMEOUT, "RequestTimeoutException", text)
}

/// A refusal that ends the connection, in the shape of the service.
fn refusal(service: Service, status: StatusCode, kind: &str, text: &str) -> Response<Body> {
    let (media_type, body) = match service {
        Service::Ecs => {
            ("application/x-amz-json-1.1", json!({ "__type": kind, "message": text }).to_string())
        }
        Service::Jenkins => ("text/plain;charset=utf-8", format!("{text}\n")),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn answer_json(status: StatusCode, answer: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{answer}\n")));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn broken() -> Response<Body> {
    Response::new(Body::new(Broken))
}

/// A body that fails at once: the connection breaks before an answer is whole, as when one is lost.
struct Broken;

impl HttpBody for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(Some(Err(io::Error::other("the answer is lost"))))
    }
}
