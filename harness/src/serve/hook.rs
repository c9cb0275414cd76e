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
        let carrier = async move {
            carry_out(url, queue, ANSWER_WAIT).await;
        };
        (Self { posts, dropped: 0 }, carrier)
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

/// Posts one after the other, each within `wait`, until nobody can order any more; the answer is how many failed.
async fn carry_out(url: HookUrl, mut queue: mpsc::Receiver<Value>, wait: Duration) -> u64 {
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
        let done = timeout(wait, post).await;
        if let Err(error) = done.unwrap_or_else(|_| Err("it did not answer in time".to_owned())) {
            failed += 1;
            if failed.is_power_of_two() {
                super::note(&format!("{failed} posts to the agent hook have failed: {error}"));
            }
        }
    }
    failed
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
    };

    const DONE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

    /// Reads one request to the end of its body, which is an object of one number.
    async fn request(stream: &mut TcpStream) -> String {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"}") {
            assert!(stream.read_buf(&mut bytes).await.unwrap() > 0, "the client sends all of it");
        }
        let text = String::from_utf8(bytes).unwrap();
        text.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// Posts the numbers from 1 to `count` to `address`; the answer is how many failed.
    async fn post(address: std::net::SocketAddr, count: u64, wait: Duration) -> u64 {
        let (posts, queue) = mpsc::channel(POSTS_MAX);
        for n in 1..=count {
            posts.try_send(json!({ "n": n })).unwrap();
        }
        drop(posts);
        carry_out(format!("http://{address}/").parse().unwrap(), queue, wait).await
    }

    fn run(story: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(story);
    }

    #[test]
    fn a_hook_that_hangs_up_fails_or_never_answers_loses_that_post_and_gets_the_next() {
        run(async {
            let hook = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = hook.local_addr().unwrap();
            let story = async {
                let (mut first, _) = hook.accept().await.unwrap();
                assert_eq!(request(&mut first).await, r#"{"n":1}"#);
                drop(first);
                let (mut second, _) = hook.accept().await.unwrap();
                assert_eq!(request(&mut second).await, r#"{"n":2}"#);
                second.write_all(b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n").await.unwrap();
                assert_eq!(request(&mut second).await, r#"{"n":3}"#, "an answer of 500 keeps the connection");
                second.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await.unwrap();
                let (mut third, _) = hook.accept().await.unwrap();
                assert_eq!(request(&mut third).await, r#"{"n":4}"#, "the third was given up in its middle");
                let (mut fourth, _) = hook.accept().await.unwrap();
                assert_eq!(request(&mut fourth).await, r#"{"n":5}"#, "the fourth was never answered");
                fourth.write_all(b"nonsense\r\n\r\n").await.unwrap();
                let (mut fifth, _) = hook.accept().await.unwrap();
                assert_eq!(request(&mut fifth).await, r#"{"n":6}"#);
                fifth.write_all(DONE).await.unwrap();
            };
            let (failed, ()) = tokio::join!(post(address, 6, Duration::from_millis(50)), story);
            assert_eq!(failed, 5);
        });
    }

    #[test]
    fn a_hook_that_is_slow_but_in_time_gets_every_post_in_order_on_one_connection() {
        run(async {
            let hook = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = hook.local_addr().unwrap();
            let story = async {
                let (mut stream, _) = hook.accept().await.unwrap();
                for n in 1..=20 {
                    assert_eq!(request(&mut stream).await, json!({ "n": n }).to_string());
                    // The answer comes in pieces.
                    for byte in DONE {
                        stream.write_all(&[*byte]).await.unwrap();
                        tokio::task::yield_now().await;
                    }
                }
            };
            let (failed, ()) = tokio::join!(post(address, 20, Duration::from_secs(60)), story);
            assert_eq!(failed, 0);
        });
    }

    #[test]
    fn where_nobody_listens_every_post_fails_and_none_is_waited_for() {
        run(async {
            let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
            assert_eq!(post(address, 3, Duration::from_secs(60)).await, 3);
        });
    }

    #[test]
    fn posts_beyond_those_that_may_wait_are_dropped_and_counted() {
        let (mut hook, _carrier) = Hook::new("http://127.0.0.1:9/".parse().unwrap());
        for n in 0..POSTS_MAX + 3 {
            hook.post(json!(n));
        }
        assert_eq!(hook.dropped, 3);
    }

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
