//! What listens: passes each request to the owner of both services, and its answer back.

use super::actor::{AdvanceError, Letter, Moment, Service};
use axum::{
    Router,
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{Request, State},
    http::{Response, StatusCode, header},
    routing::{get, post},
};
use footman_core::Timestamp;
use http_body::Frame;
use serde::{Deserialize, Serialize};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::sync::{mpsc, oneshot};

/// The longest body of a request to the clock.
const CLOCK_BODY_MAX: usize = 1 << 10;

/// One face and the way to the owner of both services.
#[derive(Debug, Clone)]
struct Door {
    service: Service,
    letters: mpsc::Sender<Letter>,
}

/// What is said of the clock.
#[derive(Debug, Serialize)]
struct ClockAnswer {
    /// Milliseconds since the epoch.
    now: i64,
    /// The same of the next thing that happens by itself, or null.
    next: Option<i64>,
}

/// What `POST /_sim/advance` is given.
#[derive(Debug, Deserialize)]
struct Advance {
    to: i64,
}

/// The routes of one service: the clock's, and everything else to its face.
pub(super) fn routes(service: Service, letters: mpsc::Sender<Letter>) -> Router {
    Router::new()
        .route("/_sim/next", get(next))
        .route("/_sim/advance", post(advance))
        .fallback(face)
        .with_state(Door { service, letters })
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
    async fn ask<T>(&self, letter: impl FnOnce(oneshot::Sender<T>) -> Letter) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.letters.send(letter(reply)).await.ok()?;
        answer.await.ok()
    }
}

async fn face(State(door): State<Door>, request: Request) -> Response<Body> {
    let service = door.service;
    let (parts, body) = request.into_parts();
    let answer = match to_bytes(body, door.body_max()).await {
        Ok(body) => {
            let request = Box::new(axum::http::Request::from_parts(parts, body));
            door.ask(|reply| Letter::Request { service, request, reply }).await
        }
        Err(_) => door.ask(|reply| Letter::TooLarge { service, reply }).await,
    };
    match answer.flatten() {
        Some(response) => response.map(Body::from),
        None => Response::new(Body::new(Broken)),
    }
}

async fn next(State(door): State<Door>) -> Response<Body> {
    match door.ask(|reply| Letter::Next { reply }).await {
        Some(moment) => json(StatusCode::OK, &ClockAnswer::from(moment)),
        None => Response::new(Body::new(Broken)),
    }
}

async fn advance(State(door): State<Door>, request: Request) -> Response<Body> {
    let body = to_bytes(request.into_body(), CLOCK_BODY_MAX).await.unwrap_or_default();
    let Ok(Advance { to }) = serde_json::from_slice(&body) else {
        return explain(StatusCode::BAD_REQUEST, "expected a body such as {\"to\": 1704067260000}");
    };
    let to = Timestamp::from_millis(to);
    match door.ask(|reply| Letter::Advance { to, reply }).await {
        Some(Ok(moment)) => json(StatusCode::OK, &ClockAnswer::from(moment)),
        Some(Err(error @ AdvanceError::NotLockstep)) => explain(StatusCode::CONFLICT, &error.to_string()),
        Some(Err(error @ (AdvanceError::Past { .. } | AdvanceError::TooFar))) => {
            explain(StatusCode::BAD_REQUEST, &error.to_string())
        }
        None => Response::new(Body::new(Broken)),
    }
}

impl From<Moment> for ClockAnswer {
    fn from(moment: Moment) -> Self {
        Self { now: moment.now.as_millis(), next: moment.next.map(Timestamp::as_millis) }
    }
}

fn explain(status: StatusCode, error: &str) -> Response<Body> {
    json(status, &serde_json::json!({ "error": error }))
}

fn json(status: StatusCode, answer: &impl Serialize) -> Response<Body> {
    let text = serde_json::to_vec(answer).expect("numbers and texts can be written as JSON");
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let kind = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
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
