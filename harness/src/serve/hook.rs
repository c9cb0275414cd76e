//! The agent hook: tells another program on this machine when a task starts and stops.
//!
//! This is the one connection that `footman` opens, only where it is asked to, and to loopback only (docs/adr/0004).

use axum::body::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Uri, header};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use std::{net::IpAddr, time::Duration};
use thiserror::Error;
use tokio::{sync::mpsc, time::timeout};

/// How many posts may wait; what comes beyond them is dropped, and said.
const POSTS_MAX: usize = 1024;
/// How long an answer is waited for.
const ANSWER_WAIT: Duration = Duration::from_secs(5);

/// Where the hook is: a URL on loopback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookUrl(Uri);

/// A URL that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HookUrlError {
    /// It is none, or not of HTTP.
    #[error("`{0}` is no URL of the hook: write http://127.0.0.1:PORT/PATH")]
    Malformed(String),
    /// It is on another machine.
    #[error(
        "`{0}` is not on loopback: footman opens no connection to other machines, and the hook is told secrets"
    )]
    NotLoopback(String),
}

impl std::str::FromStr for HookUrl {
    type Err = HookUrlError;

    fn from_str(text: &str) -> Result<Self, HookUrlError> {
        let malformed = || HookUrlError::Malformed(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| malformed())?;
        if uri.scheme_str() != Some("http") {
            return Err(malformed());
        }
        let authority = uri.authority().ok_or_else(malformed)?;
        if authority.as_str().contains('@') {
            return Err(malformed());
        }
        let host = authority.host();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        // A name is not looked up: it could mean any machine.
        let local = host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if !local {
            return Err(HookUrlError::NotLoopback(text.to_owned()));
        }
        let host = if host == "localhost" { "127.0.0.1" } else { host };
        let port = authority.port_u16().unwrap_or(80);
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let uri = format!("http://{host}:{port}{path}").parse();
        uri.map(Self).map_err(|_| malformed())
    }
}

/// What posts to the hook wait in.
#[derive(Debug)]
pub(super) struct Hook {
    posts: mpsc::Sender<Value>,
    dropped: u64,
}

impl Hook {
    /// A hook and what carries its posts out, for somebody to run.
    pub(super) fn new(url: HookUrl) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (posts, queue) = mpsc::channel(POSTS_MAX);
        (Self { posts, dropped: 0 }, carry_out(url, queue))
    }

    /// Lets a post wait for its turn.
    pub(super) fn post(&mut self, value: Value) {
        if self.posts.try_send(value).is_err() {
            self.dropped += 1;
            if self.dropped.is_power_of_two() {
                super::note(&format!("the agent hook is too slow: {} posts were dropped", self.dropped));
            }
        }
    }
}

/// Posts one after the other until nobody can order any more.
async fn carry_out(url: HookUrl, mut queue: mpsc::Receiver<Value>) {
    let client: Client<HttpConnector, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let mut failed = 0_u64;
    while let Some(value) = queue.recv().await {
        let request = Request::builder()
            .method(Method::POST)
            .uri(&url.0)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(value.to_string())));
        let request = request.expect("the URL was read before");
        let post = async {
            let answer = client.request(request).await.map_err(|error| error.to_string())?;
            let status = answer.status();
            // Read to its end, so that the connection can be used again.
            let mut body = answer.into_body();
            while let Some(frame) = body.frame().await {
                frame.map_err(|error| error.to_string())?;
            }
            if status.is_success() { Ok(()) } else { Err(format!("it answered {status}")) }
        };
        let done = timeout(ANSWER_WAIT, post).await;
        if let Err(error) = done.unwrap_or_else(|_| Err("it did not answer in time".to_owned())) {
            failed += 1;
            if failed.is_power_of_two() {
                super::note(&format!("{failed} posts to the agent hook have failed: {error}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_is_on_loopback_and_nowhere_else() {
        // text => URL
        let table = [
            ("http://127.0.0.1:9000/agents", Ok("http://127.0.0.1:9000/agents")),
            ("http://localhost:9000", Ok("http://127.0.0.1:9000/")),
            ("http://[::1]:9000/a?b=c", Ok("http://[::1]:9000/a?b=c")),
            ("http://127.0.0.1", Ok("http://127.0.0.1:80/")),
            ("http://example.com/", Err(true)),
            ("http://127.0.0.1.example.com/", Err(true)),
            ("http://10.0.0.1:80/", Err(true)),
            ("http://169.254.169.254/", Err(true)),
            ("http://0.0.0.0:80/", Err(true)),
            ("https://127.0.0.1/", Err(false)),
            ("http://127.0.0.1@example.com/", Err(false)),
            ("127.0.0.1:9000", Err(false)),
            ("", Err(false)),
        ];
        for (text, want) in table {
            match (text.parse::<HookUrl>(), want) {
                (Ok(url), Ok(want)) => assert_eq!(url.0.to_string(), want, "{text}"),
                (Err(error), Err(elsewhere)) => {
                    assert_eq!(matches!(error, HookUrlError::NotLoopback(_)), elsewhere, "{text}: {error}");
                }
                (found, want) => panic!("{text}: {found:?}, not {want:?}"),
            }
        }
    }
}
