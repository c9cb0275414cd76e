//! A simulated Jenkins with its face, in simulated time, and the agents that the recorded one had.

use crate::exchange::{Answer, Exchange};
use bytes::Bytes;
use footman_core::{id::NodeName, time::Timestamp};
use footman_jenkins_sim::{
    Jenkins, Settings,
    http::{Face, FaceSettings, Security, Version},
};
use http::{Request, Response};
use std::collections::BTreeMap;

/// The users of the secured series; the secrets are of this test.
const USERS: &str = r#"{
    "admin": {"password": "the password", "token": "the token", "permissions": ["Overall/Administer"]},
    "reader": {"token": "the token", "permissions": ["Overall/Read", "Job/Read", "Agent/Connect"]}
}"#;

pub(crate) struct World {
    jenkins: Jenkins,
    face: Face,
    now: Timestamp,
    /// What the client was told last, where it keeps cookies.
    cookie: Option<String>,
    /// Our crumbs by the recorded ones.
    pub(crate) crumbs: BTreeMap<String, String>,
}

impl World {
    /// The recorded controller: without executors, with a TCP port for agents.
    pub(crate) fn new(root_url: &str, secured: bool, agent_port: u16, at: i64) -> Self {
        let security = if secured { Security::parse(USERS).unwrap() } else { Security::default() };
        let face = FaceSettings { security, agent_port: Some(agent_port), ..FaceSettings::new(root_url, 7) };
        Self::of(Settings { load_statistics: true, ..Settings::default() }, face, Timestamp::from_millis(at))
    }

    /// A Jenkins of this version, which anybody may use.
    pub(crate) fn of_version(version: Version) -> Self {
        let mut settings = Settings::default();
        version.apply(&mut settings);
        let face = FaceSettings { version, ..FaceSettings::new("http://h/", 7) };
        Self::of(settings, face, Timestamp::EPOCH)
    }

    fn of(settings: Settings, face: FaceSettings, now: Timestamp) -> Self {
        Self {
            jenkins: Jenkins::new(settings, now),
            face: Face::new(face),
            now,
            cookie: None,
            crumbs: BTreeMap::new(),
        }
    }

    /// Lets happen what is due until then.
    pub(crate) fn advance(&mut self, to: i64) {
        let to = Timestamp::from_millis(to).max(self.now);
        while let Some((at, _)) = self.jenkins.poll_timeout().filter(|&(at, _)| at <= to) {
            self.now = at.max(self.now);
            self.jenkins.handle_timeout(self.now);
            self.settle();
        }
        self.now = to;
        self.jenkins.handle_timeout(to);
        self.settle();
    }

    fn settle(&mut self) {
        while let Some(output) = self.jenkins.poll_output() {
            self.face.heed(&self.jenkins, &output);
        }
    }

    /// The agent of a node connects.
    pub(crate) fn connect(&mut self, at: i64, node: &str) {
        self.advance(at);
        self.jenkins.agent_connect(self.now, &NodeName::from(node)).unwrap();
        self.settle();
    }

    /// The same, where the node may not be there or have an agent already.
    pub(crate) fn try_connect(&mut self, at: i64, node: &str) {
        self.advance(at);
        self.jenkins.agent_connect(self.now, &NodeName::from(node)).ok();
        self.settle();
    }

    /// The agent of a node is gone, and with it what it builds.
    pub(crate) fn kill(&mut self, at: i64, node: &str) {
        self.advance(at);
        self.jenkins.agent_disconnect(self.now, &NodeName::from(node));
        self.settle();
    }

    /// Asks for this path.
    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.ask(&Request::get(uri(path)).header("host", "h").body(Bytes::new()).unwrap())
    }

    /// Asks without being compared, as the recording script did outside of its recordings.
    pub(crate) fn post(&mut self, at: i64, path: &str, kind: &str, body: &str) {
        let answer = self.send(at, "POST", path, kind, body);
        assert!(answer.status < 400, "{path}: {}", answer.status);
    }

    /// The same, whatever the answer is.
    pub(crate) fn send(&mut self, at: i64, method: &str, path: &str, kind: &str, body: &str) -> Answer {
        self.advance(at);
        let request = Request::builder().method(method).uri(uri(path));
        let request = request.header("content-type", kind).header("host", "h");
        self.ask(&request.body(Bytes::from(body.to_owned())).unwrap())
    }

    /// Asks what was recorded, with the secrets of this world.
    pub(crate) fn replay(&mut self, exchange: &Exchange) -> Answer {
        let mut request = Request::builder().method(&*exchange.method).uri(uri(&exchange.path));
        for (name, value) in &exchange.headers {
            request = request.header(name, self.crumbs.get(value).unwrap_or(value));
        }
        if let Some(basic) = exchange.auth.strip_prefix("basic as ") {
            let (user, kind) = basic.split_once(' ').unwrap();
            let wrong = exchange.name.contains("-bad-") && !exchange.name.contains("crumb");
            let secret = match kind {
                _ if wrong => "wrong",
                "(password)" => "the password",
                _ => "the token",
            };
            let basic = base64(format!("{user}:{secret}").as_bytes());
            request = request.header("authorization", format!("Basic {basic}"));
        }
        if let Some(cookie) = self.cookie.as_ref().filter(|_| exchange.keeps_cookies) {
            request = request.header("cookie", cookie);
        }
        let answer = self.ask(&request.body(Bytes::from(exchange.body.clone())).unwrap());
        if let Some(cookie) = answer.all("set-cookie").first().filter(|_| exchange.keeps_cookies) {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        answer
    }

    fn ask(&mut self, request: &Request<Bytes>) -> Answer {
        let response: Response<Bytes> =
            self.face.answer(&mut self.jenkins, self.now, request).expect("the controller is up");
        self.settle();
        self.advance(self.now.as_millis());
        let headers = response.headers().iter();
        Answer {
            status: response.status().as_u16(),
            headers: headers
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap().trim().to_owned()))
                .collect(),
            body: String::from_utf8(response.body().to_vec()).unwrap(),
        }
    }
}

/// The recorded client sent some characters as they are, which a `Uri` does not take.
fn uri(path: &str) -> String {
    path.replace('"', "%22").replace('<', "%3C").replace('>', "%3E").replace('{', "%7B").replace('}', "%7D")
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_usize, |bits, &byte| bits << 8 | usize::from(byte))
            << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(ALPHABET[bits >> (18 - 6 * place) & 63]));
        }
    }
    text
}
