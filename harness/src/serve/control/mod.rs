//! What `/_sim/` answers: the clock, the state, and accidents that somebody asks for. The same on both ports.
//!
//! A function from a request to an answer, without a socket. `docs/serve.md` has the table of it.

mod accidents;
mod capacity;
mod counts;
mod faults;
mod jenkins;
mod latency;
mod subnets;
mod workload;

use super::{
    accounts::{AccountId, REGIONS_MAX},
    clock::Clock,
    twins::Twins,
};
use axum::{
    body::Bytes,
    http::{Method, StatusCode},
};
use footman_core::{Millis, Timestamp};
use footman_ecs_sim::http::is_region;
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
    ("/_sim/counts", &[Method::GET]),
    ("/_sim/accidents", &[Method::GET]),
    ("/_sim/faults", &[Method::GET, Method::PUT]),
    ("/_sim/latency", &[Method::GET, Method::PUT]),
    ("/_sim/subnets", &[Method::GET, Method::PUT]),
    ("/_sim/instances", &[Method::POST]),
    ("/_sim/auto-scaling-groups", &[Method::GET, Method::POST]),
    ("/_sim/interrupt", &[Method::POST]),
    ("/_sim/terminate", &[Method::POST]),
    ("/_sim/container-agent", &[Method::POST]),
    ("/_sim/memory", &[Method::POST]),
    ("/_sim/agent", &[Method::POST]),
    ("/_sim/hook", &[Method::POST]),
    ("/_sim/restart", &[Method::POST]),
    ("/_sim/casc", &[Method::POST]),
    ("/_sim/jenkins-faults", &[Method::GET, Method::PUT]),
    ("/_sim/jenkins-latency", &[Method::GET, Method::PUT]),
    ("/_sim/workload", &[Method::GET, Method::POST, Method::DELETE]),
];

/// A request under `/_sim/`.
pub(in crate::serve) struct ControlRequest {
    pub(in crate::serve) method: Method,
    pub(in crate::serve) path: String,
    /// What follows the `?` in the request's target.
    pub(in crate::serve) query: Option<String>,
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
    if path == "/_sim/workload" {
        return workload::answer(twins, request);
    }
    let regions = regions(request.query.as_deref()).map_err(Refusal::bad)?;
    match path {
        "/_sim/next" | "/_sim/advance" if !regions.is_empty() => {
            Err(Refusal::bad("there is one clock for all regions; expected no region"))
        }
        "/_sim/next" => Ok(moment(twins)),
        "/_sim/advance" => {
            let Advance { to } = read(&request.body, r#"{"to": 1704067260000}"#)?;
            advance(twins, clock, Timestamp::from_millis(to))
        }
        "/_sim/agent"
        | "/_sim/hook"
        | "/_sim/restart"
        | "/_sim/casc"
        | "/_sim/jenkins-faults"
        | "/_sim/jenkins-latency"
            if !regions.is_empty() =>
        {
            Err(Refusal::bad("Jenkins has no regions; expected no region"))
        }
        "/_sim/agent" => jenkins::call(twins, &request.body),
        "/_sim/hook" => jenkins::hook(twins, &request.body),
        "/_sim/restart" => jenkins::restart(twins, &request.body),
        "/_sim/casc" => jenkins::reload(twins, &request.body),
        "/_sim/jenkins-faults" => jenkins::faults(twins, request),
        "/_sim/jenkins-latency" => jenkins::latencies(twins, request),
        "/_sim/reset" | "/moto-api/reset" => {
            reset(twins, &regions);
            Ok(json!({ "status": "ok" }))
        }
        _ => {
            let account = account(twins, request.query.as_deref())?;
            of_account(twins, account, request)
        }
    }
}

/// What is answered of one account.
fn of_account(twins: &mut Twins, at: AccountId, request: &ControlRequest) -> Result<Value, Refusal> {
    let body = &request.body;
    match (&request.method, request.path.as_str()) {
        (_, "/_sim/state") => Ok(twins.state(at)),
        (_, "/_sim/counts") => Ok(counts::counts(twins, at)),
        (_, "/_sim/accidents") => Ok(counts::accidents(twins, at)),
        (&Method::PUT, "/_sim/faults") => faults::set(twins, at, body),
        (_, "/_sim/faults") => Ok(faults::get(twins, at)),
        (&Method::PUT, "/_sim/latency") => latency::set(twins, at, body),
        (_, "/_sim/latency") => Ok(latency::get(twins, at)),
        (&Method::PUT, "/_sim/subnets") => subnets::set(twins, at, body),
        (_, "/_sim/subnets") => Ok(subnets::get(twins, at)),
        (_, "/_sim/instances") => capacity::launch(twins, at, body),
        (&Method::POST, "/_sim/auto-scaling-groups") => capacity::create_group(twins, at, body),
        (_, "/_sim/auto-scaling-groups") => Ok(capacity::groups(twins, at)),
        (_, "/_sim/interrupt") => accidents::interrupt(twins, at, body),
        (_, "/_sim/terminate") => accidents::terminate(twins, at, body),
        (_, "/_sim/memory") => accidents::use_memory(twins, at, body),
        (_, _) => accidents::connect_container_agent(twins, at, body),
    }
}

/// The regions that a query names: `region=eu-central-1`, as often as it likes.
fn regions(query: Option<&str>) -> Result<Vec<&str>, String> {
    let parameters = query.unwrap_or_default().split('&').filter(|parameter| !parameter.is_empty());
    let region = |parameter: &'_ str| match parameter.split_once('=') {
        Some(("region", region)) if is_region(region) => Ok(()),
        Some(("region", region)) => {
            Err(format!("`{region}` is no region; expected one such as eu-central-1"))
        }
        Some(_) | None => Err(format!("`{parameter}` has no meaning here; expected region=REGION")),
    };
    parameters.map(|parameter| region(parameter).map(|()| &parameter["region=".len()..])).collect()
}

/// The region that a query names, if it names one.
pub(in crate::serve) fn one_region(query: Option<&str>) -> Result<Option<&str>, String> {
    match regions(query)?.as_slice() {
        [] => Ok(None),
        &[region] => Ok(Some(region)),
        [_, _, ..] => Err("there are several regions; expected one".to_owned()),
    }
}

/// The account that a request is about: in the region that it names, made where there is none, or in the one that is served.
fn account(twins: &mut Twins, query: Option<&str>) -> Result<AccountId, Refusal> {
    let Some(region) = one_region(query).map_err(Refusal::bad)? else { return Ok(twins.accounts.home()) };
    let full = || Refusal::bad(format!("there are {REGIONS_MAX} regions already; expected one of them"));
    twins.open(region).ok_or_else(full)
}

/// Begins anew: everything, or these regions. One that nobody has asked for is as at the start already.
fn reset(twins: &mut Twins, regions: &[&str]) {
    if regions.is_empty() {
        twins.reset();
    }
    for region in regions {
        if let Some(account) = twins.accounts.find(region) {
            twins.reset_account(account);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_regions_and_nothing_else() {
        // query => regions, or what is said of it
        let table = [
            (None, Ok(vec![])),
            (Some(""), Ok(vec![])),
            (Some("region=eu-central-1"), Ok(vec!["eu-central-1"])),
            (Some("region=a&region=b"), Ok(vec!["a", "b"])),
            (Some("region="), Err("`` is no region")),
            (Some("region=EU"), Err("`EU` is no region")),
            (Some("regoin=a"), Err("`regoin=a` has no meaning")),
            (Some("region"), Err("`region` has no meaning")),
        ];
        for (query, want) in table {
            match (regions(query), want) {
                (Ok(found), Ok(want)) => assert_eq!(found, want, "{query:?}"),
                (Err(found), Err(want)) => assert!(found.starts_with(want), "{query:?}: {found}"),
                (found, want) => panic!("{query:?}: {found:?}, not {want:?}"),
            }
        }
        assert_eq!(one_region(Some("region=a")), Ok(Some("a")));
        assert!(one_region(Some("region=a&region=b")).is_err());
    }
}
