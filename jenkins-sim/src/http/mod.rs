//! The HTTP face of the simulated Jenkins: the REST calls of a provisioner and of the usual clients.
//!
//! [`Face::answer`] is a function from a request to an answer. It translates and decides nothing: what Jenkins would do
//! is in [`Jenkins`]. What Jenkins stores and what decides nothing there (a job's XML, builds that ended, a node's remote
//! folder) is kept here. There is no socket and no clock in here either: who listens brings the time along.
//!
//! Who may do what is in [`Security`]; without users it is an unsecured Jenkins, without a login. [`Version`] says which
//! version it takes itself for.

mod builds;
mod computer_calls;
mod computers;
mod config;
mod definition;
mod export;
mod history;
mod jenkinsfile;
mod job_calls;
mod jobs;
mod kept;
mod labels;
mod look;
mod matrix;
mod permission;
mod queue;
mod queue_calls;
mod reply;
mod request;
mod root;
mod script;
mod secret;
mod security;
mod statistics;
mod tree;
mod version;
mod workload;

pub use security::{Security, UsersError};
pub use version::{Difference, VERSION_TABLE, Version, VersionError, VersionRow};

use crate::{Jenkins, JobId, Output, RequestError};
use bytes::Bytes;
use computer_calls::KeptNode;
use config::JobConfig;
use export::{Form, Object, Pruner};
use footman_core::time::Timestamp;
use history::History;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use kept::{Answers, Moment};
use look::Look;
use permission::Permission;
use reply::{Refusal, Site};
use request::Call;
use security::{Sessions, Who};
use std::{collections::BTreeMap, sync::Arc};
use tree::Tree;

/// The longest body that is read: a `config.xml` of a large job has some hundred kilobytes.
pub const BODY_MAX: usize = 4 << 20;
/// The greatest `depth` that is told from greater ones; answers are too large long before.
const DEPTH_MAX: u32 = 32;

/// What the face is like.
#[derive(Debug, Clone)]
pub struct FaceSettings {
    /// Where Jenkins believes to be, with a slash at the end: URLs in answers begin with it.
    pub root_url: String,
    /// What the secrets of agents, the sessions and the crumbs are made of.
    pub seed: u64,
    /// The version that it takes itself for.
    pub version: Version,
    /// Who may do what.
    pub security: Security,
    /// The TCP port for agents that it names, where it names one; nobody listens there.
    pub agent_port: Option<u16>,
}

/// What the face keeps besides the state machine.
#[derive(Debug)]
pub struct Face {
    settings: FaceSettings,
    sessions: Sessions,
    /// The jobs in the order of their numbers.
    jobs: Vec<KeptJob>,
    nodes: BTreeMap<Arc<str>, KeptNode>,
    history: History,
    answers: Answers,
    /// The key of the next build.
    next_key: u64,
}

/// What is kept of a job.
#[derive(Debug)]
struct KeptJob {
    xml: String,
    config: JobConfig,
    /// The configurations that builds of a matrix project are made of.
    configurations: Vec<JobId>,
}

impl FaceSettings {
    /// An unsecured Jenkins 2.263.4 at `root_url`, such as `http://127.0.0.1:8080/`.
    pub fn new(root_url: impl Into<String>, seed: u64) -> Self {
        Self {
            root_url: root_url.into(),
            seed,
            version: Version::OBSERVED,
            security: Security::default(),
            agent_port: None,
        }
    }
}

impl Face {
    /// The face of a Jenkins.
    pub fn new(settings: FaceSettings) -> Self {
        Self {
            sessions: Sessions::new(settings.seed),
            settings,
            jobs: Vec::new(),
            nodes: BTreeMap::new(),
            history: History::default(),
            answers: Answers::default(),
            next_key: 0,
        }
    }

    /// Takes note of something that happened in `jenkins`: every output must pass by here, in its order and before the
    /// next one is made.
    pub fn heed(&mut self, jenkins: &Jenkins, output: &Output) {
        self.answers.forget();
        self.history.heed(jenkins, output);
    }

    /// The secret of the agent of this name: it depends on the name alone, so a node that is deleted and created anew
    /// has the secret that it had (seen on Jenkins 2.263.4).
    pub fn secret(&self, node: &str) -> String {
        secret::of_agent(self.settings.seed, node)
    }

    /// What Jenkins answers to `request` at `now`, or `None` where it does not answer and the connection ends.
    pub fn answer(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        request: &Request<Bytes>,
    ) -> Option<Response<Bytes>> {
        self.answer_to(jenkins, now, request, None)
    }

    /// The same for one who may do everything, whoever the request names: the simulator itself looks at its Jenkins so.
    pub fn answer_trusted(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        request: &Request<Bytes>,
    ) -> Option<Response<Bytes>> {
        self.answer_to(jenkins, now, request, Some(Who::everything()))
    }

    fn answer_to(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        request: &Request<Bytes>,
        trusted: Option<Who>,
    ) -> Option<Response<Bytes>> {
        jenkins.handle_timeout(now);
        let reply = match jenkins.available() {
            Err(unavailable) => Err(Refusal::of(unavailable.status(), unavailable.to_string())),
            Ok(()) => self.admit(request, trusted).and_then(|call| {
                if let ["crumbIssuer", "api", form] = call.pieces().as_slice() {
                    return self.crumb(jenkins, &call, request.headers(), form);
                }
                self.route(jenkins, now, &call)
            }),
        };
        match reply {
            Ok(mut response) => {
                // A page of Jenkins' own tells the client its session, where it has one already that is taken back.
                if self.sessions.find(request.headers()).is_some() {
                    response.headers_mut().remove(http::header::SET_COOKIE);
                }
                Some(response)
            }
            Err(refusal) => refusal.reply(&mut self.site(jenkins, request.headers())),
        }
    }

    /// Who asks, and whether they may ask anything at all: first the secret is looked at, then the crumb, then whether
    /// the user may see Jenkins (recordings e013 to e019).
    fn admit<'a>(&self, request: &'a Request<Bytes>, trusted: Option<Who>) -> Result<Call<'a>, Refusal> {
        if let Some(who) = trusted {
            return Call::read(request, who);
        }
        let security = &self.settings.security;
        let call = Call::read(request, security.who(request.headers())?)?;
        if call.method == Method::POST {
            let session = self.sessions.find(request.headers());
            security.check_crumb(&self.sessions, &call.who, session, call.crumb())?;
        }
        let open = ["login", "whoAmI", "tcpSlaveAgentListener", "wsagents", "jnlpJars"];
        if !call.pieces().first().is_some_and(|first| open.contains(first)) {
            call.who.need(Permission::Read)?;
        }
        Ok(call)
    }

    /// What a request gets that met an exception: the page "Oops!" with 500, of which nothing was done.
    pub fn failed(&mut self, jenkins: &Jenkins) -> Response<Bytes> {
        let mut site = self.site(jenkins, &HeaderMap::new());
        Refusal::OOPS.reply(&mut site).expect("an exception has a page")
    }

    /// The answer to a request whose body is longer than [`BODY_MAX`].
    pub fn too_large(&self) -> Response<Bytes> {
        reply::container(StatusCode::PAYLOAD_TOO_LARGE, "Payload Too Large")
    }

    fn site<'a>(&'a mut self, jenkins: &Jenkins, headers: &HeaderMap) -> Site<'a> {
        Site {
            version: self.settings.version,
            session: secret::of_session(self.settings.seed, jenkins.session),
            has_cookie: self.sessions.find(headers).is_some(),
            sessions: &mut self.sessions,
        }
    }

    fn look<'a>(&'a self, jenkins: &'a Jenkins, call: &'a Call<'_>) -> Look<'a> {
        let (who, language) = (&call.who, call.language);
        let sees_jobs = who.may(Permission::ItemRead);
        let (facts, jobs) = (std::cell::RefCell::default(), export::Written::default());
        let moment = Moment::new(jenkins.now);
        Look { face: self, jenkins, who, language, sees_jobs, facts, moment, jobs }
    }

    fn route(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
    ) -> Result<Response<Bytes>, Refusal> {
        if call.method != Method::GET {
            self.answers.forget();
        }
        match call.pieces().as_slice() {
            [] => Ok(self.page(jenkins, "Dashboard [Jenkins]", "Welcome to Jenkins!")),
            ["login"] => Ok(self.page(jenkins, "Sign in [Jenkins]", "Welcome to Jenkins!")),
            ["api", form] => self.api(jenkins, call, form, "hudson", |look, object| look.root(object)),
            ["createItem"] | ["view", "all", "createItem"] => {
                call.post(|| self.create_job(jenkins, now, call))
            }
            ["quietDown"] => call.post(|| {
                call.who.need(Permission::Administer)?;
                done(jenkins.quiet_down(now), call, "")
            }),
            ["cancelQuietDown"] => call.post(|| {
                call.who.need(Permission::Administer)?;
                done(jenkins.cancel_quiet_down(now), call, "")
            }),
            ["queue", rest @ ..] => self.queue_call(jenkins, now, call, rest),
            ["computer", rest @ ..] => self.computer_call(jenkins, now, call, rest),
            ["job", rest @ ..] | ["view", "all", "job", rest @ ..] => self.job_call(jenkins, now, call, rest),
            ["scriptText"] => self.script(jenkins, call),
            ["tcpSlaveAgentListener"] => self.agent_listener(),
            ["footman-guard"] if jenkins.settings.guard.is_some() => Ok(guard_page(jenkins)),
            ["wsagents"] => {
                let text = "This endpoint is only for use from agent.jar in WebSocket mode";
                Err(Refusal::Container(StatusCode::BAD_REQUEST, text))
            }
            ["jnlpJars", "agent.jar" | "remoting.jar" | "slave.jar"] => {
                Err(Refusal::NotSimulated("agent.jar is Jenkins' own; the simulator has none to give"))
            }
            ["me", "descriptorByName", "jenkins.security.ApiTokenProperty", "generateNewToken"] => {
                call.post(|| self.new_token(call))
            }
            ["me", ..] if call.who.is_anonymous() => Err(Refusal::NOT_FOUND),
            _ => self.shown(jenkins, call),
        }
    }

    /// What can only be looked at.
    fn shown(&mut self, jenkins: &Jenkins, call: &Call<'_>) -> Result<Response<Bytes>, Refusal> {
        match call.pieces().as_slice() {
            ["label", name, "api", form] => {
                self.api(jenkins, call, form, "labelAtom", |look, object| look.label(object, name))
            }
            ["label", name, "loadStatistics", "api", form] => {
                self.api(jenkins, call, form, "loadStatistics", |look, object| {
                    look.label_load(object, &labels::name_of(&labels::asked_for(name)));
                })
            }
            ["overallLoad", "api", form] => {
                self.api(jenkins, call, form, "overallLoadStatistics", |look, object| {
                    look.overall_load(object)
                })
            }
            ["unlabeledLoad", "api", form] => {
                self.api(jenkins, call, form, "unlabeledLoadStatistics", |look, object| {
                    look.unlabeled_load(object);
                })
            }
            ["view", "all", "api", form] => {
                self.api(jenkins, call, form, "allView", |look, object| look.all_view(object))
            }
            ["whoAmI", "api", form] => {
                self.api(jenkins, call, form, "whoAmI", |look, object| look.who_am_i(object))
            }
            ["me", "api", form] => self.api(jenkins, call, form, "user", |look, object| look.me(object)),
            ["pluginManager", "api", form] => {
                self.api(jenkins, call, form, "localPluginManager", |look, object| look.plugins(object))
            }
            _ => Err(Refusal::NOT_FOUND),
        }
    }

    /// A page for people, of which there is only the title.
    fn page(&mut self, jenkins: &Jenkins, title: &str, heading: &str) -> Response<Bytes> {
        let (title, heading) = (config::escape(title), config::escape(heading));
        self.site(jenkins, &HeaderMap::new()).html(StatusCode::OK, &title, &heading)
    }

    /// What is wanted of the object that `write` writes, as JSON or as XML, in which it is called `root`.
    fn api(
        &self,
        jenkins: &Jenkins,
        call: &Call<'_>,
        form: &str,
        root: &str,
        write: impl FnOnce(&Look<'_>, &mut Object<'_, '_>),
    ) -> Result<Response<Bytes>, Refusal> {
        self.page_of_api(jenkins, call, form, root, write).map(|(response, _)| response)
    }

    /// The same for a list that is asked for again and again: an answer that still holds is given again.
    fn polled(
        &mut self,
        jenkins: &Jenkins,
        call: &Call<'_>,
        form: &str,
        root: &str,
        write: impl FnOnce(&Look<'_>, &mut Object<'_, '_>),
    ) -> Result<Response<Bytes>, Refusal> {
        let question = call.question();
        let known = question.as_ref().and_then(|it| self.answers.find(it, jenkins.revision(), jenkins.now));
        if let Some(answer) = known {
            return Ok(answer);
        }
        let (response, until) = self.page_of_api(jenkins, call, form, root, write)?;
        if let Some(question) = question {
            self.answers.keep(question, (jenkins.revision(), until), &response);
        }
        Ok(response)
    }

    /// The page, and until when it holds if nothing happens.
    fn page_of_api(
        &self,
        jenkins: &Jenkins,
        call: &Call<'_>,
        form: &str,
        root: &str,
        write: impl FnOnce(&Look<'_>, &mut Object<'_, '_>),
    ) -> Result<(Response<Bytes>, Timestamp), Refusal> {
        let pretty = call.param("pretty").is_some_and(|pretty| pretty != "false");
        let (form, kind) = match form {
            "json" if pretty => (Form::Pretty, "application/json;charset=utf-8"),
            "json" => (Form::Json, "application/json;charset=utf-8"),
            "xml" => (Form::Xml, "application/xml;charset=UTF-8"),
            _ => return Err(Refusal::NOT_FOUND),
        };
        if call.method != Method::GET {
            return Err(Refusal::NOT_FOUND);
        }
        let tree = match call.param("tree") {
            None | Some("") => None,
            Some(text) => Some(Tree::parse(text).ok_or(Refusal::OopsOfApi)?),
        };
        let depth: u32 = call.param("depth").and_then(|text| text.parse().ok()).unwrap_or(0);
        let pruner = tree.as_ref().map_or_else(|| Pruner::at_depth(depth.min(DEPTH_MAX)), Pruner::Named);
        let look = self.look(jenkins, call);
        let text = export::show(form, root, pruner, |object| write(&look, object));
        let session = secret::of_session(self.settings.seed, jenkins.session);
        let response = reply::api(self.settings.version, &session, kind, text.ok_or(Refusal::OopsOfApi)?);
        Ok((response, look.moment.until()))
    }

    /// The crumb of this user in this session, which begins here where there is none.
    fn crumb(
        &mut self,
        jenkins: &Jenkins,
        call: &Call<'_>,
        headers: &HeaderMap,
        form: &str,
    ) -> Result<Response<Bytes>, Refusal> {
        if !self.settings.security.has_crumbs() {
            return Err(Refusal::NOT_FOUND);
        }
        let known = self.sessions.find(headers).map(str::to_owned);
        let session = known.clone().unwrap_or_else(|| self.sessions.begin());
        let crumb = self.sessions.crumb(&call.who, &session);
        // What every shell script asks for: the header in one line (recording e031).
        let line = "concat(//crumbRequestField,\":\",//crumb)";
        let mut response = if form == "xml" && call.param("xpath") == Some(line) {
            let session = secret::of_session(self.settings.seed, jenkins.session);
            let text = format!("{}:{crumb}", security::CRUMB_FIELD);
            reply::api(self.settings.version, &session, "text/plain;charset=utf-8", text)
        } else {
            let write = |_: &Look<'_>, object: &mut Object<'_, '_>| root::crumb_issuer(object, &crumb);
            self.api(jenkins, call, form, "defaultCrumbIssuer", write)?
        };
        if known.is_none() {
            let cookie = reply::latin(&Sessions::cookie(&session));
            response.headers_mut().insert(http::header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    /// What an agent asks first: where to connect by TCP.
    fn agent_listener(&self) -> Result<Response<Bytes>, Refusal> {
        let port = self.settings.agent_port.ok_or(Refusal::NOT_FOUND)?;
        let mut response = reply::document("text/plain;charset=utf-8", "\n\n\n  Jenkins\n".to_owned());
        let headers = response.headers_mut();
        headers.insert("x-hudson-jnlp-port", HeaderValue::from(port));
        headers.insert("x-jenkins-jnlp-port", HeaderValue::from(port));
        headers.insert("x-jenkins-jnlp-host", HeaderValue::from_static("127.0.0.1"));
        headers.insert("x-jenkins-agent-protocols", HeaderValue::from_static("JNLP4-connect, Ping"));
        headers.insert("x-remoting-minimum-version", HeaderValue::from_static("3.14"));
        Ok(response)
    }

    /// Gives the user who asks another API token (recording e048).
    fn new_token(&mut self, call: &Call<'_>) -> Result<Response<Bytes>, Refusal> {
        let token = self.sessions.token();
        if !self.settings.security.add_token(&call.who.name, &token) {
            return Err(Refusal::NOT_FOUND);
        }
        let uuid = secret::of(self.settings.seed, "uuid", token.as_bytes());
        let uuid = [&uuid[..8], &uuid[8..12], &uuid[12..16], &uuid[16..20], &uuid[20..32]].join("-");
        let name = call.param("newTokenName").unwrap_or_default();
        let data = serde_json::json!({"tokenName": name, "tokenUuid": uuid, "tokenValue": token});
        let answer = serde_json::json!({"status": "ok", "data": data});
        Ok(reply::document("application/json;charset=utf-8", answer.to_string()))
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

/// What the guard file says of itself (`FootmanGuardPage.doIndex`).
fn guard_page(jenkins: &Jenkins) -> Response<Bytes> {
    let sha256 = jenkins.settings.guard_sha256.as_deref().unwrap_or("unknown");
    let text = format!("footman-guard version=1 state=on sha256={sha256}\n");
    reply::document("text/plain;charset=utf-8", text)
}
