//! Clients that are slow, silent, greedy or gone, and the end of the servers.
//!
//! Time-outs are set to a few milliseconds, and what is asserted is that the connection ends and how, never when.

use crate::client::{Both, send, with_servers, with_settings};
use footman::serve::{ClockMode, Limits, ServeSettings, Server, TwinsSettings};
use serde_json::{Value, json};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
};

const SHORT: Duration = Duration::from_millis(20);
const TARGET: &str = "x-amz-target: AmazonEC2ContainerServiceV20141113.ListClusters\r\n";

fn settings(limits: Limits) -> ServeSettings {
    let twins = TwinsSettings {
        ecs: footman_ecs_sim::Settings { throttling: false, ..TwinsSettings::default().ecs },
        ..TwinsSettings::default()
    };
    ServeSettings { limits, ..ServeSettings::on_free_ports(ClockMode::Lockstep, twins) }
}

/// What the server says until it ends the connection.
async fn to_the_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is reset has ended too.
    drop(stream.read_to_end(&mut bytes).await);
    String::from_utf8(bytes).unwrap()
}

/// The next answer on a connection that stays open: its status and its body.
async fn next_answer(stream: &mut TcpStream) -> (u16, String) {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8(bytes.clone()).unwrap();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.unwrap_or_else(|| panic!("no length in {head}")).parse().unwrap();
            if body.len() >= length {
                return (head[9..12].parse().unwrap(), body.to_owned());
            }
        }
        let mut more = [0; 4096];
        let read = stream.read(&mut more).await.unwrap();
        assert!(read > 0, "the connection ended after {text:?}");
        bytes.extend_from_slice(&more[..read]);
    }
}

async fn connect(to: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

fn list_clusters() -> String {
    format!("POST / HTTP/1.1\r\nhost: a\r\n{TARGET}content-length: 2\r\n\r\n{{}}")
}

async fn goes_on(both: Both) {
    assert_eq!(both.ecs("ListClusters", json!({})).await.status, 200, "the server goes on");
}

#[test]
fn a_client_that_says_nothing_or_half_a_head_is_sent_away() {
    let limits = Limits { head: SHORT, ..Limits::default() };
    with_settings(settings(limits), |both| async move {
        for text in ["", "POST / HT", "POST / HTTP/1.1\r\nhost: a\r\nx-amz-tar"] {
            let mut stream = connect(both.ecs, text).await;
            let said = to_the_end(&mut stream).await;
            assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
        }
        let mut idle = connect(both.ecs, &list_clusters()).await;
        assert_eq!(next_answer(&mut idle).await.0, 200);
        assert_eq!(to_the_end(&mut idle).await, "", "an idle connection ends too");
        goes_on(both).await;
    });
}

#[test]
fn jenkins_closes_idle_connections_sooner_than_ecs() {
    // jenkins.md 1: idle keep-alive connections are closed after 5.0 s.
    assert_eq!(Limits::default().jenkins_head, Duration::from_secs(5));
    let limits = Limits { jenkins_head: SHORT, ..Limits::default() };
    with_settings(settings(limits), |both| async move {
        let mut ecs = connect(both.ecs, &list_clusters()).await;
        assert_eq!(next_answer(&mut ecs).await.0, 200);
        let mut jenkins = connect(both.jenkins, "GET /api/json HTTP/1.1\r\nhost: a\r\n\r\n").await;
        assert_eq!(next_answer(&mut jenkins).await.0, 200);
        assert_eq!(to_the_end(&mut jenkins).await, "", "it was idle for too long");
        ecs.write_all(list_clusters().as_bytes()).await.unwrap();
        assert_eq!(next_answer(&mut ecs).await.0, 200, "this one is open still");
    });
}

#[test]
fn a_body_that_does_not_come_is_answered_408() {
    let limits = Limits { body: SHORT, ..Limits::default() };
    with_settings(settings(limits), |both| async move {
        let head = format!("POST / HTTP/1.1\r\nhost: a\r\n{TARGET}content-length: 100\r\n\r\n{{");
        let said = to_the_end(&mut connect(both.ecs, &head).await).await;
        assert!(said.starts_with("HTTP/1.1 408") && said.contains("RequestTimeoutException"), "{said}");
        let head = "POST /createItem?name=a HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n<";
        let said = to_the_end(&mut connect(both.jenkins, head).await).await;
        assert!(said.starts_with("HTTP/1.1 408"), "{said}");
        let head = "POST /_sim/advance HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{";
        let said = to_the_end(&mut connect(both.jenkins, head).await).await;
        assert!(said.starts_with("HTTP/1.1 408"), "{said}");
        goes_on(both).await;
    });
}

#[test]
fn ten_megabytes_are_refused_with_an_answer_and_the_connection_lives_on() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let length = 10 << 20;
        let mut stream = connect(
            both.ecs,
            &format!("POST / HTTP/1.1\r\nhost: a\r\n{TARGET}content-length: {length}\r\n\r\n"),
        )
        .await;
        stream.write_all(&vec![b' '; length]).await.unwrap();
        let (status, body) = next_answer(&mut stream).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, &body["__type"]), (413, &json!("RequestEntityTooLargeException")));
        stream.write_all(list_clusters().as_bytes()).await.unwrap();
        assert_eq!(next_answer(&mut stream).await.0, 200);

        let huge = " ".repeat(5 << 20);
        let answer = send(both.ecs, "PUT", "/_sim/faults", &[], &huge).await.unwrap();
        assert_eq!(answer.status, 413, "{}", answer.body);
    });
}

#[test]
fn a_body_without_end_is_cut_off() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let head = format!("POST / HTTP/1.1\r\nhost: a\r\n{TARGET}transfer-encoding: chunked\r\n\r\n");
        let mut stream = connect(both.ecs, &head).await;
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
        let mut sent = 0_usize;
        while stream.write_all(chunk.as_bytes()).await.is_ok() {
            sent += chunk.len();
            assert!(sent < 256 << 20, "nobody stops the client");
        }
        goes_on(both).await;
    });
}

#[test]
fn who_does_not_fit_is_told_so_and_fits_once_another_has_left() {
    let limits = Limits { connections: 3, ..Limits::default() };
    with_settings(settings(limits), |both| async move {
        let mut open = Vec::new();
        for _ in 0..3 {
            let mut stream = connect(both.ecs, &list_clusters()).await;
            assert_eq!(next_answer(&mut stream).await.0, 200);
            open.push(stream);
        }
        let said = to_the_end(&mut connect(both.ecs, &list_clusters()).await).await;
        assert!(
            said.starts_with("HTTP/1.1 503") && said.contains(r#""__type":"ServiceUnavailable""#),
            "{said}"
        );
        assert_eq!(both.get("/api/json").await.status, 200, "each port has its own limit");
        open.pop();
        // The server learns in its own time that the connection is gone.
        let mut tries = 0;
        while both.ecs("ListClusters", json!({})).await.status != 200 {
            tries += 1;
            assert!(tries < 10_000, "the room is never free again");
        }
        assert_eq!(open.len(), 2);
    });
}

#[test]
fn a_client_that_does_not_read_is_cut_off() {
    let limits = Limits { write: SHORT, ..Limits::default() };
    with_settings(settings(limits), |both| async move {
        let mut stream = TcpStream::connect(both.ecs).await.unwrap();
        let request = b"GET /_sim/state HTTP/1.1\r\nhost: a\r\n\r\n";
        let mut sent = 0_usize;
        while stream.write_all(request).await.is_ok() {
            sent += 1;
            assert!(sent < 1_000_000, "the server takes requests for ever");
        }
        goes_on(both).await;
    });
}

#[test]
fn garbage_is_refused_and_nothing_more() {
    with_servers(ClockMode::Lockstep, |both| async move {
        for text in [
            "\r\n\r\n\r\n",
            "nonsense\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        ] {
            let mut stream = connect(both.ecs, text).await;
            stream.shutdown().await.unwrap();
            let said = to_the_end(&mut stream).await;
            assert!(!said.contains(" 200 "), "{text:?}: {said}");
        }
        let binary = [0xff_u8; 512];
        let mut stream = TcpStream::connect(both.ecs).await.unwrap();
        stream.write_all(&binary).await.unwrap();
        let mut said = Vec::new();
        drop(stream.read_to_end(&mut said).await);
        goes_on(both).await;
    });
}

#[test]
fn the_end_comes_while_connections_are_open_and_silent() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        // A grace so long that the test would not end if the server waited for it.
        let limits = Limits { grace: Duration::from_secs(3_600), ..Limits::default() };
        let server = Server::bind(settings(limits)).await.unwrap();
        let ecs = server.ecs_address().unwrap();
        let (end, ended) = oneshot::channel::<()>();
        let serving = server.run(async move { drop(ended.await) });
        let story = async move {
            let mut stream = connect(ecs, &list_clusters()).await;
            assert_eq!(next_answer(&mut stream).await.0, 200);
            drop(end);
            assert_eq!(to_the_end(&mut stream).await, "", "the server says goodbye");
            assert!(TcpStream::connect(ecs).await.is_err(), "and lets nobody in any more");
        };
        let (served, ()) = tokio::join!(serving, story);
        served.unwrap();
    });
}
