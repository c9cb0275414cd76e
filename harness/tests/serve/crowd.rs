//! A thousand clients at once, and what they leave behind: the program itself, so that its memory is its own.

#![expect(clippy::print_stderr, reason = "a test that is skipped says so, and growth is shown")]

use crate::program::Program;
use rustix::process::{Resource, getrlimit, setrlimit};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

/// As many as the server takes on one port.
const CROWD: usize = 1_000;
/// What the test has open besides: its own files and those of other tests of this program.
const SPARE: u64 = 500;

/// The program, serving both.
struct Serving {
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "it ends with its owner"))]
    program: Program,
    ecs: SocketAddr,
    jenkins: SocketAddr,
}

impl Serving {
    fn new() -> Self {
        let arguments = ["--ecs", "0", "--jenkins", "0", "--no-throttling", "--clock", "lockstep"];
        let (program, [ecs, jenkins]) = Program::serve(arguments);
        Self { program, ecs, jenkins }
    }

    /// The memory that it holds, in KiB.
    #[cfg(target_os = "linux")]
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.program.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

/// Lets this process open as many files as a crowd needs; whether it may.
fn may_open_enough() -> bool {
    let needed = CROWD as u64 + SPARE;
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= needed) {
        return true;
    }
    limit.current = limit.maximum;
    let raised = setrlimit(Resource::Nofile, limit).is_ok();
    let enough = raised && getrlimit(Resource::Nofile).current.is_none_or(|current| current >= needed);
    if !enough {
        eprintln!("skipped: this machine lets a process open fewer than {needed} files");
    }
    enough
}

fn run(story: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(story);
}

/// The statuses of the next `count` answers, each of which is read to its end.
async fn answers(stream: &mut TcpStream, count: usize) -> Vec<u16> {
    let (mut statuses, mut bytes) = (Vec::new(), Vec::new());
    while statuses.len() < count {
        if let Some((status, end)) = first_answer(&bytes) {
            statuses.push(status);
            bytes.drain(..end);
            continue;
        }
        let mut more = [0; 4096];
        let read = stream.read(&mut more).await.unwrap();
        assert!(
            read > 0,
            "the connection ended after {statuses:?} and {:?}",
            String::from_utf8_lossy(&bytes)
        );
        bytes.extend_from_slice(&more[..read]);
    }
    statuses
}

/// The status of the answer that these bytes begin with, and where it ends, where all of it is there.
fn first_answer(bytes: &[u8]) -> Option<(u16, usize)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.map(str::parse::<usize>);
    let Some(Ok(length)) = length else { panic!("every answer says how long it is: {head}") };
    let end = end + length;
    (bytes.len() >= end).then(|| (head[9..12].parse().unwrap(), end))
}

fn call(operation: &str, body: &str) -> Vec<u8> {
    let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
    let length = body.len();
    format!("POST / HTTP/1.1\r\nhost: a\r\nx-amz-target: {target}\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n").into_bytes()
}

/// So many clients that are all connected, with `requests` on their way, before the first one reads an answer; the
/// result is every status, in order.
async fn crowd(to: SocketAddr, count: usize, requests: &[Vec<u8>]) -> Vec<u16> {
    let mut open = Vec::new();
    for _ in 0..count {
        let mut stream = TcpStream::connect(to).await.unwrap();
        // All at once, for a connection on which nothing is asked is closed after some seconds.
        stream.write_all(&requests.concat()).await.unwrap();
        open.push(stream);
    }
    let mut clients = JoinSet::new();
    for mut stream in open {
        let count = requests.len();
        clients.spawn(async move { answers(&mut stream, count).await });
    }
    let mut statuses: Vec<u16> = clients.join_all().await.concat();
    statuses.sort_unstable();
    statuses
}

#[test]
fn a_thousand_clients_at_once_are_answered_each_on_one_connection() {
    if !may_open_enough() {
        return;
    }
    let serving = Serving::new();
    run(async {
        let requests = [call("ListClusters", "{}"), call("DescribeClusters", "{}"), call("ListTasks", "{}")];
        assert_eq!(crowd(serving.ecs, CROWD, &requests).await, vec![200; 3 * CROWD]);
        let requests = [get("/api/json"), get("/queue/api/json"), get("/computer/api/json")];
        assert_eq!(crowd(serving.jenkins, CROWD, &requests).await, vec![200; 3 * CROWD]);
    });
}

/// Malformed bodies, unknown operations, bodies that are too large, connections that end in the middle: rounds of
/// hundreds of connections each leave the memory where the first rounds had brought it.
#[cfg(target_os = "linux")]
#[test]
fn rounds_of_bad_requests_leave_no_memory_behind() {
    /// What an allocator may keep or give back between two looks, in KiB: a round that kept 500 bytes of each request,
    /// or any one of its large bodies, would exceed it in the end.
    const SLACK: u64 = 2 << 10;
    const ROUNDS: usize = 10;
    /// So few that those of the round before, whose end the server may not have seen yet, fit beside them.
    const SOME: usize = 300;
    if !may_open_enough() {
        return;
    }
    let serving = Serving::new();
    run(async {
        let mut held = Vec::new();
        for _ in 0..ROUNDS {
            let bad = [
                call("ListClusters", "{"),
                call("RunTask", "[1, 2]"),
                call("DescribeTasks", r#"{"tasks": 7}"#),
                call("Nonsense", "{}"),
            ];
            let statuses = crowd(serving.ecs, SOME, &bad).await;
            assert!(statuses.iter().all(|status| *status == 400), "{statuses:?}");
            let statuses =
                crowd(serving.jenkins, SOME, &[get("/queue/api/json?tree=items["), get("/nowhere")]).await;
            assert!(statuses.iter().all(|status| [404, 500].contains(status)), "{statuses:?}");
            for half in [&b""[..], b"POST / HT", b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n{"] {
                for _ in 0..SOME / 3 {
                    TcpStream::connect(serving.ecs).await.unwrap().write_all(half).await.unwrap();
                }
            }
            let mut stream = TcpStream::connect(serving.ecs).await.unwrap();
            stream.write_all(&call("ListClusters", &" ".repeat(10 << 20))).await.unwrap();
            assert_eq!(answers(&mut stream, 1).await, [413]);
            held.push(serving.memory());
        }
        // The first half fills pools and caches.
        let (early, late) = held.split_at(ROUNDS / 2);
        let (early, late) = (early.iter().max().unwrap(), late.iter().max().unwrap());
        eprintln!("KiB after each round: {held:?}");
        assert!(*late <= early + SLACK, "the server grows: {held:?} KiB");
    });
}
