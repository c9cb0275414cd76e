//! The HTTP face of the simulated Jenkins: the REST calls of a provisioner and of the usual clients.
//!
//! [`Face::answer`] is a function from a request to an answer. It translates and decides nothing: what Jenkins would do
//! is in [`Jenkins`]. What Jenkins stores and what decides nothing there (a job's XML, builds that ended, a node's remote
//! folder) is kept here. There is no socket and no clock in here either: who listens brings the time along.
//!
//! It is an unsecured Jenkins: no login, no crumbs.

mod computer_calls;
mod computers;
mod config;
mod export;
mod history;
mod jobs;
mod queue;
mod reply;
mod request;
mod root;
mod secret;
mod tree;
mod workload;

use crate::{Jenkins, Output, RequestError};
use bytes::Bytes;
use computer_calls::KeptNode;
use export::{Bean, Pruner};
use footman_core::time::{Millis, Timestamp};
use history::History;
use http::{Method, Request, Response, StatusCode};
use reply::Refusal;
use request::Call;
use std::{collections::BTreeMap, sync::Arc};
use tree::Tree;

/// The longest body that is read: a `config.xml` of a large job has some hundred kilobytes.
pub const BODY_MAX: usize = 4 << 20;

/// What the face keeps besides the state machine.
#[derive(Debug)]
pub struct Face {
    /// Where Jenkins believes to be, with a slash at the end: URLs in answers begin with it.
    root_url: String,
    /// What the secrets of agents and the session are made of.
    seed: u64,
    /// The jobs in the order of their numbers.
    jobs: Vec<KeptJob>,
    nodes: BTreeMap<Arc<str>, KeptNode>,
    history: History,
    /// The key of the next build.
    next_key: u64,
}

/// What is kept of a job.
#[derive(Debug)]
struct KeptJob {
    xml: String,
    duration: Millis,
}

impl Face {
    /// The face of a Jenkins at `root_url`, such as `http://127.0.0.1:8080/`.
    pub fn new(root_url: impl Into<String>, seed: u64) -> Self {
        Self {
            root_url: root_url.into(),
            seed,
            jobs: Vec::new(),
            nodes: BTreeMap::new(),
            history: History::default(),
            next_key: 0,
        }
    }

    /// Takes note of something that happened in `jenkins`: every output must pass by here, in its order and before the
    /// next one is made.
    pub fn heed(&mut self, jenkins: &Jenkins, output: &Output) {
        self.history.heed(jenkins, output);
    }

    /// The secret of the agent of this name: it depends on the name alone, so a node that is deleted and created anew
    /// has the secret that it had (seen on Jenkins 2.263.4).
    pub fn secret(&self, node: &str) -> String {
        secret::of_agent(self.seed, node)
    }

    /// What Jenkins answers to `request` at `now`, or `None` where it does not answer and the connection ends.
    pub fn answer(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        request: &Request<Bytes>,
    ) -> Option<Response<Bytes>> {
        jenkins.handle_timeout(now);
        let session = self.session(jenkins);
        let reply = match jenkins.available() {
            Err(unavailable) => Err(Refusal::of(unavailable.status(), unavailable.to_string())),
            Ok(()) => Call::read(request).and_then(|call| self.route(jenkins, now, &call)),
        };
        match reply {
            Ok(response) => Some(response),
            Err(refusal) => refusal.reply(&session),
        }
    }

    /// What a request gets that met an exception: the page "Oops!" with 500, of which nothing was done.
    pub fn failed(&self, jenkins: &Jenkins) -> Response<Bytes> {
        Refusal::OOPS.reply(&self.session(jenkins)).expect("an exception has a page")
    }

    /// The answer to a request whose body is longer than [`BODY_MAX`].
    pub fn too_large(&self) -> Response<Bytes> {
        let refusal = Refusal::Container(StatusCode::PAYLOAD_TOO_LARGE, "Payload Too Large");
        refusal.reply("").expect("the container answers")
    }

    /// `X-Jenkins-Session`: another one after each restart.
    fn session(&self, jenkins: &Jenkins) -> String {
        secret::of_session(self.seed, jenkins.session)
    }

    fn route(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
    ) -> Result<Response<Bytes>, Refusal> {
        let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
        match path.as_slice() {
            [] | ["login"] => Ok(reply::html("Dashboard [Jenkins]", &self.session(jenkins))),
            ["api", "json"] => self.api(jenkins, call, self.root(jenkins)),
            ["createItem"] => call.post(|| self.create_job(jenkins, now, call)),
            ["quietDown"] => call.post(|| done(jenkins.quiet_down(now), call, "")),
            ["cancelQuietDown"] => call.post(|| done(jenkins.cancel_quiet_down(now), call, "")),
            ["queue", rest @ ..] => self.queue_call(jenkins, now, call, rest),
            ["computer", rest @ ..] => self.computer_call(jenkins, now, call, rest),
            ["job", rest @ ..] => self.job_call(jenkins, now, call, rest),
            _ => Err(Refusal::NOT_FOUND),
        }
    }

    /// What is wanted of `bean`, as JSON.
    fn api(&self, jenkins: &Jenkins, call: &Call<'_>, bean: Bean) -> Result<Response<Bytes>, Refusal> {
        if call.method != Method::GET {
            return Err(Refusal::NOT_FOUND);
        }
        let tree = match call.param("tree") {
            None | Some("") => None,
            Some(text) => Some(Tree::parse(text).ok_or(Refusal::OOPS)?),
        };
        let depth: u32 = call.param("depth").and_then(|text| text.parse().ok()).unwrap_or(0);
        let shown = bean.show(tree.as_ref().map_or_else(|| Pruner::at_depth(depth), Pruner::Named));
        let pretty = call.param("pretty").is_some_and(|pretty| pretty != "false");
        let text = if pretty { format!("{shown:#}") } else { shown.to_string() };
        Ok(reply::json(text, &self.session(jenkins)))
    }
}

/// 302 to `place` of this Jenkins, where it was done.
fn done(
    result: Result<(), impl Into<RequestError>>,
    call: &Call<'_>,
    place: &str,
) -> Result<Response<Bytes>, Refusal> {
    match result {
        Ok(()) => Ok(reply::located(StatusCode::FOUND, &format!("{}{place}", call.base))),
        Err(error) => Err(refused(error)),
    }
}

/// What the state machine refuses, in its words.
fn refused(error: impl Into<RequestError>) -> Refusal {
    let error = error.into();
    Refusal::of(error.status(), error.to_string())
}
