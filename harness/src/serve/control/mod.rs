//! What `/_sim/` answers: the clock, the state, and accidents that somebody asks for. The same on both ports.
//!
//! A function from a request to an answer, without a socket. `docs/serve.md` has the table of it.

mod accidents;
mod capacity;
mod faults;
mod latency;

use super::{clock::Clock, twins::Twins};
use axum::{
    body::Bytes,
    http::{Method, StatusCode},
};
use footman_core::{Millis, Timestamp};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::fmt;

/// The longest step in lockstep: managed scaling looks at its metric every minute, so that a step has an end.
const STEP_MAX: Millis = Millis::from_hours(24 * 366);

/// What is there, for those who ask for something else.
const PATHS: &[(&str, &[Method])] = &[
    ("/_sim/next", &[Method::GET]),
    ("/_sim/advance", &[Method::POST]),
    ("/_sim/reset", &[Method::POST]),
    ("/moto-api/reset", &[Method::POST]),
    ("/_sim/state", &[Method::GET]),
    ("/_sim/faults", &[Method::GET, Method::PUT]),
    ("/_sim/latency", &[Method::GET, Method::PUT]),
    ("/_sim/instances", &[Method::POST]),
    ("/_sim/auto-scaling-groups", &[Method::GET, Method::POST]),
    ("/_sim/interrupt", &[Method::POST]),
    ("/_sim/terminate", &[Method::POST]),
    ("/_sim/agent", &[Method::POST]),
    ("/_sim/memory", &[Method::POST]),
];

/// A request under `/_sim/`.
pub(in crate::serve) struct ControlRequest {
    pub(in crate::serve) method: Method,
    pub(in crate::serve) path: String,
    pub(in crate::serve) body: Bytes,
}

impl fmt::Debug for ControlRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// What is answered to it.
#[derive(Debug)]
pub(in crate::serve) struct ControlAnswer {
    pub(in crate::serve) status: StatusCode,
    pub(in crate::serve) body: Value,
}

/// Why a request under `/_sim/` is refused.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    error: String,
}

impl Refusal {
    /// What was given cannot be used: what was expected.
    fn bad(error: impl fmt::Display) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error: error.to_string() }
    }
}

/// What ECS would not do either.
impl From<footman_ecs_sim::ApiError> for Refusal {
    fn from(error: footman_ecs_sim::ApiError) -> Self {
        Self::bad(error.message)
    }
}

/// What `POST /_sim/advance` is given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    /// Milliseconds since the epoch.
    to: i64,
}

/// What `/_sim/` answers to `request`.
pub(in crate::serve) fn answer(twins: &mut Twins, clock: Clock, request: &ControlRequest) -> ControlAnswer {
    let done = dispatch(twins, clock, request);
    // What takes no time has happened before the answer.
    twins.advance(twins.now());
    match done {
        Ok(body) => ControlAnswer { status: StatusCode::OK, body },
        Err(Refusal { status, error }) => ControlAnswer { status, body: json!({ "error": error }) },
    }
}

fn dispatch(twins: &mut Twins, clock: Clock, request: &ControlRequest) -> Result<Value, Refusal> {
    let path = request.path.as_str();
    let Some((_, methods)) = PATHS.iter().find(|(known, _)| *known == path) else {
        let paths: Vec<&str> = PATHS.iter().map(|(path, _)| *path).chain(["/_sim/events"]).collect();
        let error = format!("there is no {path}; there are {}", paths.join(", "));
        return Err(Refusal { status: StatusCode::NOT_FOUND, error });
    };
    if !methods.contains(&request.method) {
        let methods: Vec<&str> = methods.iter().map(Method::as_str).collect();
        let error = format!("{path} takes {}, not {}", methods.join(" and "), request.method);
        return Err(Refusal { status: StatusCode::METHOD_NOT_ALLOWED, error });
    }
    let put = request.method == Method::PUT;
    match path {
        "/_sim/next" => Ok(moment(twins)),
        "/_sim/advance" => {
            let Advance { to } = read(&request.body, r#"{"to": 1704067260000}"#)?;
            advance(twins, clock, Timestamp::from_millis(to))
        }
        "/_sim/reset" | "/moto-api/reset" => {
            twins.reset();
            Ok(json!({ "status": "ok" }))
        }
        "/_sim/state" => Ok(twins.state()),
        "/_sim/faults" if put => faults::set(twins, &request.body),
        "/_sim/faults" => Ok(faults::get(twins)),
        "/_sim/latency" if put => latency::set(twins, &request.body),
        "/_sim/latency" => Ok(latency::get(twins)),
        "/_sim/instances" => capacity::launch(twins, &request.body),
        "/_sim/auto-scaling-groups" if request.method == Method::POST => {
            capacity::create_group(twins, &request.body)
        }
        "/_sim/auto-scaling-groups" => Ok(capacity::groups(twins)),
        "/_sim/interrupt" => accidents::interrupt(twins, &request.body),
        "/_sim/terminate" => accidents::terminate(twins, &request.body),
        "/_sim/memory" => accidents::use_memory(twins, &request.body),
        _ => accidents::connect_agent(twins, &request.body),
    }
}

/// Reads a body, with an example of what was expected in the error.
fn read<Input: DeserializeOwned>(body: &[u8], example: &str) -> Result<Input, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let error = if body.is_empty() { "the body is empty".to_owned() } else { error.to_string() };
        Refusal::bad(format!("{error}; expected a body such as {example}"))
    })
}

/// What time it is, and when the next thing happens by itself, in milliseconds since the epoch.
fn moment(twins: &Twins) -> Value {
    json!({ "now": twins.now().as_millis(), "next": twins.next().map(Timestamp::as_millis) })
}

fn advance(twins: &mut Twins, clock: Clock, to: Timestamp) -> Result<Value, Refusal> {
    let now = twins.now();
    if clock.now().is_some() {
        let error = "time passes by itself here: start with --clock lockstep".to_owned();
        return Err(Refusal { status: StatusCode::CONFLICT, error });
    }
    if to < now {
        return Err(Refusal::bad(format!("it is {} ms since the epoch already", now.as_millis())));
    }
    if to.since(now) > STEP_MAX {
        return Err(Refusal::bad(format!("a step is at most {} ms", STEP_MAX.as_millis())));
    }
    twins.advance(to);
    Ok(moment(twins))
}
