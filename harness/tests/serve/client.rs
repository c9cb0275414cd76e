//! A client for tests: one connection per request, plain sockets, no redirects, and both servers to talk to.

use footman::serve::{ClockMode, ServeSettings, Server, TwinsSettings};
use serde_json::{Value, json};
use std::{future::Future, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
};

/// What a server answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// The value of a header, whose name is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e} in {}", self.body))
    }
}

/// Both servers, running.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Both {
    pub(crate) ecs: SocketAddr,
    pub(crate) jenkins: SocketAddr,
}

/// Runs a story against both servers, with the example in them, and shuts them down after it.
pub(crate) fn with_servers<F: Future<Output = ()>>(clock: ClockMode, story: impl FnOnce(Both) -> F) {
    with_twins(clock, TwinsSettings::default(), story);
}

/// The same, with services like these.
pub(crate) fn with_twins<F: Future<Output = ()>>(
    clock: ClockMode,
    twins: TwinsSettings,
    story: impl FnOnce(Both) -> F,
) {
    with_settings(ServeSettings::on_free_ports(clock, twins), story);
}

/// The same, with settings like these, both services among them.
pub(crate) fn with_settings<F: Future<Output = ()>>(settings: ServeSettings, story: impl FnOnce(Both) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = Server::bind(settings).await.unwrap();
        let both = Both { ecs: server.ecs_address().unwrap(), jenkins: server.jenkins_address().unwrap() };
        let (end, ended) = oneshot::channel::<()>();
        let serving = server.run(async move { drop(ended.await) });
        let story = async move {
            story(both).await;
            drop(end);
        };
        let (served, ()) = tokio::join!(serving, story);
        served.unwrap();
    });
}

/// One request; `None` where the connection ended before an answer was whole.
pub(crate) async fn send(
    to: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Option<Answer> {
    let mut stream = TcpStream::connect(to).await.unwrap();
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    // A server that refuses a long body may close before all of it is written.
    drop(stream.write_all(body.as_bytes()).await);
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.ok()?;
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header =
        |line: &str| line.split_once(':').map(|(k, v)| (k.to_ascii_lowercase(), v.trim().to_owned()));
    let answer = Answer { status, headers: lines.filter_map(header).collect(), body: body.to_owned() };
    if status == 204 {
        return Some(answer);
    }
    let length: usize = answer.header("content-length")?.parse().ok()?;
    (length == body.len() || method == "HEAD").then_some(answer)
}

impl Both {
    /// A call of ECS.
    pub(crate) async fn ecs(self, operation: &str, input: Value) -> Answer {
        let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
        let headers = [("x-amz-target", target.as_str()), ("content-type", "application/x-amz-json-1.1")];
        send(self.ecs, "POST", "/", &headers, &input.to_string()).await.unwrap()
    }

    /// A call of ECS in a region, as a signature names it, that is done.
    pub(crate) async fn ecs_in(self, region: &str, operation: &str, input: Value) -> Value {
        let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
        let scope = format!("AWS4-HMAC-SHA256 Credential=x/20240101/{region}/ecs/aws4_request, Signature=0");
        let headers = [("x-amz-target", target.as_str()), ("authorization", scope.as_str())];
        let answer = send(self.ecs, "POST", "/", &headers, &input.to_string()).await.unwrap();
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        answer.json()
    }

    /// A request under `/_sim/`, to the port of ECS.
    pub(crate) async fn sim(self, method: &str, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        send(self.ecs, method, path, &[], &body).await.unwrap()
    }

    /// A request under `/_sim/` that is done.
    pub(crate) async fn sim_done(self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.sim(method, path, body).await;
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
        answer.json()
    }

    /// A call of ECS that is done.
    pub(crate) async fn ecs_done(self, operation: &str, input: Value) -> Value {
        let answer = self.ecs(operation, input).await;
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        answer.json()
    }

    /// The only task of these, described.
    pub(crate) async fn task(self, arn: &str) -> Value {
        let answer = self.ecs_done("DescribeTasks", json!({ "tasks": [arn] })).await;
        assert_eq!(answer["failures"], json!([]));
        answer["tasks"][0].clone()
    }

    pub(crate) async fn get(self, path: &str) -> Answer {
        send(self.jenkins, "GET", path, &[], "").await.unwrap()
    }

    pub(crate) async fn post(self, path: &str) -> Answer {
        send(self.jenkins, "POST", path, &[], "").await.unwrap()
    }

    pub(crate) async fn post_form(self, path: &str, form: &str) -> Answer {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        send(self.jenkins, "POST", path, &headers, form).await.unwrap()
    }

    pub(crate) async fn post_xml(self, path: &str, xml: &str) -> Answer {
        send(self.jenkins, "POST", path, &[("content-type", "application/xml")], xml).await.unwrap()
    }

    /// Creates a node of one executor.
    pub(crate) async fn create_node(self, name: &str, labels: &str) -> Answer {
        let json = format!(
            "%7B%22numExecutors%22%3A%221%22,%22remoteFS%22%3A%22/home/jenkins%22,%22labelString%22%3A%22{}%22,\
             %22mode%22%3A%22EXCLUSIVE%22,%22nodeDescription%22%3A%22made+by+test%22%7D",
            labels.replace(' ', "+")
        );
        let form = format!("name={name}&type=hudson.slaves.DumbSlave&json={json}");
        self.post_form("/computer/doCreateItem", &form).await
    }

    /// The secret of a node's agent, as its file says.
    pub(crate) async fn secret(self, node: &str) -> String {
        let file = self.get(&format!("/computer/{node}/slave-agent.jnlp")).await;
        assert_eq!(file.status, 200);
        let secret = file.body.split("<argument>").nth(1).and_then(|rest| rest.split("</argument>").next());
        secret.unwrap().to_owned()
    }

    /// Starts an agent's process, or ends it: what `/_sim/agent` answers.
    pub(crate) async fn agent(self, body: Value) -> Value {
        let answer = send(self.jenkins, "POST", "/_sim/agent", &[], &body.to_string()).await.unwrap();
        assert_eq!(answer.status, 200, "{body}: {}", answer.body);
        answer.json()
    }

    /// Connects the agent of a node.
    pub(crate) async fn connect(self, node: &str) {
        let call = json!({ "name": node, "secret": self.secret(node).await });
        assert_eq!(self.agent(call).await, json!({ "connected": true }));
    }

    /// Runs the example's definition on instances with this environment; the answer is the ARN of the task.
    pub(crate) async fn run_agent(self, environment: Value) -> String {
        let overrides =
            json!({ "containerOverrides": [{ "name": "jenkins-agent", "environment": environment }] });
        let input =
            json!({ "taskDefinition": "jenkins-agent", "startedBy": "footman", "overrides": overrides });
        let answer = self.ecs_done("RunTask", input).await;
        assert_eq!(answer["failures"], json!([]));
        answer["tasks"][0]["taskArn"].as_str().unwrap().to_owned()
    }

    /// What time it is, and when the next thing happens.
    pub(crate) async fn clock(self) -> (i64, Option<i64>) {
        let answer = send(self.jenkins, "GET", "/_sim/next", &[], "").await.unwrap().json();
        (answer["now"].as_i64().unwrap(), answer["next"].as_i64())
    }

    /// Lets time pass to a point of it.
    pub(crate) async fn advance(self, to: i64) -> Answer {
        send(self.ecs, "POST", "/_sim/advance", &[], &json!({ "to": to }).to_string()).await.unwrap()
    }

    /// Lets time pass from one event to the next until `is_so`, for at most this long.
    pub(crate) async fn until<F: Future<Output = bool>>(self, limit_ms: i64, is_so: impl Fn() -> F) -> i64 {
        let (start, _) = self.clock().await;
        loop {
            let (now, next) = self.clock().await;
            if is_so().await {
                return now - start;
            }
            let next = next.unwrap_or_else(|| panic!("nothing will happen any more"));
            assert!(next - start <= limit_ms, "it has not come within {limit_ms} ms");
            assert_eq!(self.advance(next).await.status, 200);
        }
    }
}

/// Runs a story against ECS alone, with the example in it.
pub(crate) fn with_ecs_alone<F: Future<Output = ()>>(
    settings: ServeSettings,
    story: impl FnOnce(SocketAddr) -> F,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = Server::bind(ServeSettings { jenkins: None, ..settings }).await.unwrap();
        assert_eq!(server.jenkins_address(), None);
        let ecs = server.ecs_address().unwrap();
        let (end, ended) = oneshot::channel::<()>();
        let serving = server.run(async move { drop(ended.await) });
        let story = async move {
            story(ecs).await;
            drop(end);
        };
        let (served, ()) = tokio::join!(serving, story);
        served.unwrap();
    });
}
