//! Containers that really run, and the hook: the program itself, on the wall's clock, with latencies of zero.
//!
//! Nothing here waits for time to pass: what is waited for is an event, the end of a stream, or a request.

use crate::program::Program;
use serde_json::{Value, json};
use std::{
    ffi::{OsStr, OsString},
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::Command,
};

/// The program, serving ECS.
struct Serving {
    program: Program,
    ecs: SocketAddr,
}

impl Serving {
    fn new<Word: AsRef<OsStr>>(folder: &Path, more: impl IntoIterator<Item = Word>) -> Self {
        let mut arguments: Vec<OsString> =
            ["--ecs", "0", "--profile", "instant", "--runtime", "process", "--log-dir"]
                .map(Into::into)
                .into();
        arguments.push(folder.into());
        arguments.push("--image=shell=/bin/sh -c".into());
        arguments.extend(more.into_iter().map(|word| word.as_ref().to_owned()));
        let (program, [ecs]) = Program::serve(arguments);
        Self { program, ecs }
    }

    fn request(&self, head: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(self.ecs).unwrap();
        let length = body.len();
        write!(stream, "{head}host: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    fn ecs(&self, operation: &str, input: &Value) -> Value {
        let head =
            format!("POST / HTTP/1.1\r\nx-amz-target: AmazonEC2ContainerServiceV20141113.{operation}\r\n");
        let (head, body) = self.request(&head, &input.to_string());
        assert!(head.starts_with("HTTP/1.1 200"), "{operation}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Registers a definition of one container and runs it; the answer is the ARN of the task.
    fn run(&self, container: Value) -> String {
        let mut container = container;
        container["name"] = json!("main");
        container["memory"] = json!(16);
        self.ecs("RegisterTaskDefinition", &json!({ "family": "f", "containerDefinitions": [container] }));
        let answer = self.ecs("RunTask", &json!({ "taskDefinition": "f" }));
        assert_eq!(answer["failures"], json!([]));
        answer["tasks"][0]["taskArn"].as_str().unwrap().to_owned()
    }

    fn task(&self, arn: &str) -> Value {
        self.ecs("DescribeTasks", &json!({ "tasks": [arn] }))["tasks"][0].clone()
    }

    /// What happens from the first event on, one line a time.
    fn events(&self) -> impl Iterator<Item = Value> {
        let mut stream = TcpStream::connect(self.ecs).unwrap();
        write!(stream, "GET /_sim/events HTTP/1.1\r\nhost: a\r\nlast-event-id: 0\r\n\r\n").unwrap();
        let lines = BufReader::new(stream).lines().map_while(Result::ok);
        lines.filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
    }

    /// Waits for the event that a task has stopped, and describes it.
    fn stopped(&self, events: &mut impl Iterator<Item = Value>, arn: &str) -> Value {
        let stopped = |event: &Value| {
            event["detail"]["taskArn"] == json!(arn) && event["detail"]["lastStatus"] == json!("STOPPED")
        };
        events.find(stopped).expect("the stream goes on until the task has stopped");
        self.task(arn)
    }
}

fn log(folder: &Path, arn: &str) -> String {
    let id = arn.rsplit_once('/').unwrap().1;
    fs::read_to_string(folder.join(format!("{id}.log"))).unwrap()
}

#[test]
fn a_container_runs_with_its_environment_and_command_and_its_exit_code_is_the_tasks() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::new(folder.path(), ["--image=words=/bin/echo one"]);
    let mut events = serving.events();
    let task = serving.run(json!({
        "image": "shell:latest",
        "environment": [{ "name": "GREETING", "value": "$HOME; `id` 'x'" }],
        "command": ["printf '%s\\n' \"$GREETING\" \"$AWS_PROFILE\"; exit 3"],
    }));
    let stopped = serving.stopped(&mut events, &task);
    assert_eq!(stopped["containers"][0]["exitCode"], json!(3), "{stopped}");
    assert_eq!(stopped["stopCode"], json!("EssentialContainerExited"));
    assert_eq!(log(folder.path(), &task), "$HOME; `id` 'x'\n\n", "nothing is interpreted on the way");

    let task = serving.run(json!({ "image": "words", "command": ["two  three", "$HOME;id"] }));
    assert_eq!(serving.stopped(&mut events, &task)["containers"][0]["exitCode"], json!(0));
    assert_eq!(log(folder.path(), &task), "one two  three $HOME;id\n");

    let task = serving.run(json!({ "image": "shell", "command": ["kill -USR1 $$"] }));
    let code = serving.stopped(&mut events, &task)["containers"][0]["exitCode"].as_i64().unwrap();
    assert!((129..=159).contains(&code), "128 and the number of the signal: {code}");
}

#[test]
fn an_image_that_nothing_stands_for_cannot_be_pulled_and_a_program_that_is_not_there_exits_with_127() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::new(folder.path(), ["--image=absent=/nowhere/at/all"]);
    let mut events = serving.events();
    let task = serving.run(json!({ "image": "other:1" }));
    let stopped = serving.stopped(&mut events, &task);
    assert_eq!(stopped["stopCode"], json!("TaskFailedToStart"));
    let reason = stopped["stoppedReason"].as_str().unwrap();
    assert!(reason.starts_with("CannotPullContainerError: ") && reason.contains("other:1"), "{reason}");
    let task = serving.run(json!({ "image": "absent", "command": ["-secret", "canary"] }));
    assert_eq!(serving.stopped(&mut events, &task)["containers"][0]["exitCode"], json!(127));
    let log = log(folder.path(), &task);
    assert!(log.contains("/nowhere/at/all") && !log.contains("canary"), "{log}");
}

#[test]
fn stop_task_sends_the_signal_and_kills_who_does_not_hear_it() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::new(folder.path(), [""; 0]);
    let mut events = serving.events();
    for (trap, code) in [("trap 'exit 9' TERM", 9), ("trap '' TERM", 137)] {
        let pipe = folder.path().join(format!("ready-{code}"));
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let command = format!("{trap}; echo ready > '{}'; while :; do sleep 1; done", pipe.display());
        let task = serving.run(json!({ "image": "shell", "command": [command], "stopTimeout": 2 }));
        assert_eq!(fs::read_to_string(&pipe).unwrap(), "ready\n");
        serving.ecs("StopTask", &json!({ "task": task }));
        let stopped = serving.stopped(&mut events, &task);
        assert_eq!(stopped["containers"][0]["exitCode"], json!(code), "{trap}");
        assert_eq!(stopped["stopCode"], json!("UserInitiated"));
    }
}

#[test]
fn no_process_outlives_the_server_even_if_that_is_killed() {
    for kill in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let mut serving = Serving::new(folder.path(), [""; 0]);
        let pipe = folder.path().join("held");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // The program and a child of it hold the pipe open; neither hears the stop signal.
        let command =
            format!("trap '' TERM; exec 3> '{}'; echo up >&3; sleep 1000 & sleep 1000", pipe.display());
        serving.run(json!({ "image": "shell", "command": [command] }));
        let mut held = BufReader::new(fs::File::open(&pipe).unwrap());
        let mut line = String::new();
        held.read_line(&mut line).unwrap();
        assert_eq!(line, "up\n");
        if kill {
            serving.program.child.kill().unwrap();
        } else {
            let pid = serving.program.child.id().to_string();
            assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        }
        // It ends when nobody holds the pipe any more.
        assert_eq!(held.read_to_string(&mut line).unwrap(), 0);
        serving.program.child.wait().unwrap();
    }
}

/// The next request that the hook gets, answered.
fn next_post(hook: &TcpListener, stream: &mut Option<BufReader<TcpStream>>) -> Value {
    let reader = stream.get_or_insert_with(|| BufReader::new(hook.accept().unwrap().0));
    let mut length = 0;
    loop {
        let mut line = String::new();
        assert!(reader.read_line(&mut line).unwrap() > 0, "the connection is kept");
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    serde_json::from_slice(&body).unwrap()
}

#[test]
fn the_hook_is_told_when_a_task_starts_and_stops() {
    let hook = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("--agent-hook=http://{}/agents", hook.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::new(folder.path(), [url]);
    let task = serving.run(json!({
        "image": "shell", "command": ["exit 0", "-secret", "canary"],
        "environment": [{ "name": "JENKINS_SECRET", "value": "key" }],
    }));
    let mut stream = None;
    for event in ["started", "stopped"] {
        let post = next_post(&hook, &mut stream);
        let want = json!({
            "event": event, "taskArn": task, "environment": { "JENKINS_SECRET": "key" },
            "command": ["exit 0", "-secret", "canary"],
        });
        assert_eq!(post, want);
    }
}

#[test]
fn what_cannot_go_together_is_refused() {
    // arguments => part of the error
    let table: [(&[&str], &str); 4] = [
        (&["--runtime", "process", "--clock", "lockstep"], "wall's clock"),
        (&["--runtime", "process", "--speed", "2"], "wall's clock"),
        (&["--agent-hook", "http://example.com/"], "not on loopback"),
        (&["--ecs", "0.0.0.0:0"], "--listen-publicly"),
    ];
    for (arguments, error) in table {
        let ended =
            Command::new(env!("CARGO_BIN_EXE_footman")).arg("serve").args(arguments).output().unwrap();
        let text = String::from_utf8(ended.stderr).unwrap();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!ended.status.success() && text.contains(error), "{arguments:?}: {text}");
    }
}
