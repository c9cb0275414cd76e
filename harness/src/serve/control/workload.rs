//! A workload that is played into the queue of Jenkins.

use super::{ControlRequest, Refusal, jenkins::check_jenkins};
use crate::{
    serve::{
        player::{Kinds, Player},
        twins::Twins,
    },
    workload::{CsvTrace, WorkloadError},
};
use axum::http::{Method, StatusCode};
use footman_jenkins_sim::JobKind;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use std::{collections::BTreeMap, error::Error, io::Cursor};

/// What errors call the body of a request.
const BODY: &str = "the request's body";

/// Plays a trace from now on, says how far it is, or ends it.
pub(super) fn answer(twins: &mut Twins, request: &ControlRequest) -> Result<Value, Refusal> {
    check_jenkins(twins)?;
    if request.method == Method::POST {
        return play(twins, request);
    }
    if let Some(query) = request.query.as_deref().filter(|query| !query.is_empty()) {
        return Err(Refusal::bad(format!("`{query}` has no meaning here; expected no query")));
    }
    let shown = shown(twins);
    if request.method == Method::DELETE {
        twins.player = None;
    }
    Ok(shown)
}

fn play(twins: &mut Twins, request: &ControlRequest) -> Result<Value, Refusal> {
    let kinds = kinds(request.query.as_deref()).map_err(Refusal::bad)?;
    if twins.player.as_ref().is_some_and(|player| !player.is_done()) {
        let error = "a workload is played already; wait for its end, or DELETE /_sim/workload".to_owned();
        return Err(Refusal { status: StatusCode::CONFLICT, error });
    }
    let body = Cursor::new(request.body.clone());
    let unreadable = |error| unreadable(&error, &request.body);
    let mut trace = CsvTrace::from_reader(BODY, body).map_err(unreadable)?;
    let player = Player::read(&mut trace, kinds, twins.now()).map_err(unreadable)?;
    if let Some((job, error)) = player.bad_name() {
        return Err(Refusal::bad(format!("the job `{job}` cannot be made in Jenkins: {error}")));
    }
    twins.player = Some(player);
    twins.play();
    Ok(shown(twins))
}

/// How far the workload is, of which nothing is left where there was none.
fn shown(twins: &Twins) -> Value {
    let player = twins.player.as_ref();
    json!({
        "workload": player.map(Player::progress),
        "waitsS": player.map(Player::waits),
        "done": player.is_none_or(Player::is_done),
        "next": player.and_then(Player::due).map(footman_core::Timestamp::as_millis),
    })
}

/// What the jobs are: `kind=pipeline`, whose runs are flyweight tasks and whose blocks need executors; and `freestyle=JOB`
/// for a job that is something else.
fn kinds(query: Option<&str>) -> Result<Kinds, String> {
    const EXPECTED: &str = "expected kind=freestyle, kind=maven, kind=pipeline or kind=matrix, and besides KIND=JOB for a job \
                            of another kind";
    let mut kinds = Kinds { most: JobKind::Freestyle, named: BTreeMap::new() };
    for parameter in query.unwrap_or_default().split('&').filter(|parameter| !parameter.is_empty()) {
        let unknown = || format!("`{parameter}` has no meaning here; {EXPECTED}");
        let (name, value) = parameter.split_once('=').ok_or_else(unknown)?;
        if name == "kind" {
            kinds.most = kind(value).ok_or_else(unknown)?;
            continue;
        }
        let job = percent_decode_str(value).decode_utf8().map_err(|_| unknown())?;
        kinds.named.insert(job.into_owned(), kind(name).ok_or_else(unknown)?);
    }
    Ok(kinds)
}

fn kind(name: &str) -> Option<JobKind> {
    match name {
        "freestyle" => Some(JobKind::Freestyle),
        "pipeline" => Some(JobKind::Flyweight),
        "maven" => Some(JobKind::Maven),
        "matrix" => Some(JobKind::Matrix),
        _ => None,
    }
}

/// Why a trace cannot be played. A file that curl sends by `-d` has lost its line ends, and its errors would not say so.
fn unreadable(error: &WorkloadError, body: &[u8]) -> Refusal {
    let error = in_full(error);
    if body.is_empty() || body.trim_ascii_end().contains(&b'\n') {
        return Refusal::bad(error);
    }
    Refusal::bad(format!("{error}; the body is one line: curl sends a file as it is by --data-binary @FILE"))
}

/// An error with everything behind it, in one line.
fn in_full(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!(": {error}"));
        source = error.source();
    }
    text
}
