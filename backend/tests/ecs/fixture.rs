//! A server in lockstep, the SDK's client of it, and what many tests do first.

use aws_sdk_ecs::{
    Client,
    config::{
        AsyncSleep, Credentials, SharedCredentialsProvider, Sleep, http::HttpResponse, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
    error::{ProvideErrorMetadata, SdkError},
    operation::run_task::builders::RunTaskFluentBuilder,
    types::{
        AutoScalingGroupProvider, AwsVpcConfiguration, ContainerDefinition, LaunchType, ManagedScaling,
        ManagedScalingStatus, NetworkConfiguration, Task,
    },
};
use aws_smithy_async::time::TimeSource;
use footman::serve::{ClockMode, ServeSettings, Server, TwinsSettings};
use footman_backend::ecs::client::ConnectSettings;
use serde_json::{Value, json};
use std::{
    fmt,
    future::Future,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
};

/// A server with its example: the cluster `default`, three m5.large, two task definitions.
#[derive(Debug, Clone)]
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) ecs: Client,
    pub(crate) time: SimulatedTime,
}

/// Runs a story against a server, and shuts it down after it.
pub(crate) fn served<F: Future<Output = ()>>(story: impl FnOnce(Served) -> F) {
    served_as(TwinsSettings::default(), story);
}

/// The same, with a server like this.
pub(crate) fn served_as<F: Future<Output = ()>>(twins: TwinsSettings, story: impl FnOnce(Served) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let settings = ServeSettings::on_free_ports(ClockMode::Lockstep, twins);
        let server = Server::bind(settings).await.unwrap();
        let address = server.ecs_address().unwrap();
        let (end, ended) = oneshot::channel::<()>();
        let serving = server.run(async move { drop(ended.await) });
        let story = async move {
            let time = SimulatedTime::of(address);
            story(Served { address, ecs: client(address, "us-east-1"), time }).await;
            drop(end);
        };
        let (served, ()) = tokio::join!(serving, story);
        served.unwrap();
    });
}

/// The daemon's own client, at a server in a region.
pub(crate) fn client(address: SocketAddr, region: &str) -> Client {
    Client::from_conf(connect(address, region).config(credentials()).build())
}

fn connect(address: SocketAddr, region: &str) -> ConnectSettings {
    ConnectSettings { endpoint: Some(format!("http://{address}")), ..ConnectSettings::in_region(region) }
}

fn credentials() -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(Credentials::new("somebody", "secret", None, None, "test"))
}

impl Served {
    /// A client whose sleeps let the simulated time pass: for waiters, and with the SDK's own retries.
    ///
    /// It has no time-outs: those are sleeps that run beside a call.
    pub(crate) fn patient(&self, attempts: u32) -> Client {
        let config = connect(self.address, "us-east-1")
            .config(credentials())
            .retry_config(RetryConfig::standard().with_max_attempts(attempts))
            .timeout_config(TimeoutConfig::disabled())
            .sleep_impl(self.time.clone())
            .time_source(self.time.clone());
        Client::from_conf(config.build())
    }

    /// A request under `/_sim/`.
    pub(crate) async fn sim(&self, method: &str, path: &str, body: &Value) -> Value {
        sim(self.address, method, path, body).await
    }

    /// Lets so many seconds pass.
    pub(crate) async fn advance(&self, seconds: u64) {
        self.time.pass(Duration::from_secs(seconds)).await;
    }

    /// An auto-scaling group of m5.large; its ARN.
    pub(crate) async fn group(&self, name: &str) -> String {
        let body = json!({"name": name, "instanceTypes": ["m5.large"], "max": 5});
        let made = self.sim("POST", "/_sim/auto-scaling-groups", &body).await;
        made["autoScalingGroupArn"].as_str().unwrap().to_owned()
    }

    /// A capacity provider with managed scaling, and its group.
    pub(crate) async fn provider(&self, name: &str) {
        let group = self.group(name).await;
        let scaling = ManagedScaling::builder().status(ManagedScalingStatus::Enabled).build();
        let behind = AutoScalingGroupProvider::builder()
            .auto_scaling_group_arn(group)
            .managed_scaling(scaling)
            .build()
            .unwrap();
        self.ecs
            .create_capacity_provider()
            .name(name)
            .auto_scaling_group_provider(behind)
            .send()
            .await
            .unwrap();
    }
}

/// The server's time, as the SDK's clock and as its sleep.
#[derive(Clone)]
pub(crate) struct SimulatedTime {
    address: SocketAddr,
    state: Arc<Mutex<Slept>>,
}

#[derive(Debug, Default)]
struct Slept {
    total: Duration,
    each: Vec<Duration>,
}

impl SimulatedTime {
    fn of(address: SocketAddr) -> Self {
        Self { address, state: Arc::default() }
    }

    /// How long each sleep of the SDK was.
    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.state.lock().unwrap().each.clone()
    }

    async fn pass(&self, time: Duration) {
        let next = sim(self.address, "GET", "/_sim/next", &Value::Null).await;
        let now = next["now"].as_i64().unwrap();
        let to = now + i64::try_from(time.as_millis()).unwrap();
        sim(self.address, "POST", "/_sim/advance", &json!({ "to": to })).await;
        self.state.lock().unwrap().total += time;
    }
}

impl fmt::Debug for SimulatedTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SimulatedTime").field(&self.address).finish()
    }
}

impl AsyncSleep for SimulatedTime {
    fn sleep(&self, duration: Duration) -> Sleep {
        let time = self.clone();
        Sleep::new(async move {
            time.state.lock().unwrap().each.push(duration);
            time.pass(duration).await;
        })
    }
}

impl TimeSource for SimulatedTime {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_704_067_200) + self.state.lock().unwrap().total
    }
}

/// One request to the server's own interface, on a connection of its own.
async fn sim(to: SocketAddr, method: &str, path: &str, body: &Value) -> Value {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut stream = TcpStream::connect(to).await.unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{method} {path}: {answer}");
    serde_json::from_str(body).unwrap()
}

/// Holds that a call was refused with this exception, and gives its message.
pub(crate) fn refused<O, E>(code: &str, reply: Result<O, SdkError<E, HttpResponse>>) -> String
where
    O: fmt::Debug,
    E: ProvideErrorMetadata + fmt::Debug,
{
    let error = match reply {
        Ok(answer) => panic!("{code} was expected, not {answer:?}"),
        Err(error) => error,
    };
    let status = error.raw_response().map(|answer| answer.status().as_u16());
    assert_eq!(error.code(), Some(code), "{error:?}");
    assert_eq!(status, Some(if code == "ServerException" { 500 } else { 400 }), "{error:?}");
    error.message().unwrap_or_default().to_owned()
}

/// What `awsvpc` tasks need.
pub(crate) fn network() -> NetworkConfiguration {
    let vpc = AwsVpcConfiguration::builder().subnets("subnet-1").build().unwrap();
    NetworkConfiguration::builder().awsvpc_configuration(vpc).build()
}

/// `RunTask` of the example's definition for Fargate.
pub(crate) fn on_fargate(ecs: &Client) -> RunTaskFluentBuilder {
    ecs.run_task()
        .task_definition("jenkins-agent-fargate")
        .launch_type(LaunchType::Fargate)
        .network_configuration(network())
}

/// One task that is placed.
pub(crate) async fn run(ecs: &Client) -> Task {
    started(ecs.run_task().task_definition("jenkins-agent")).await
}

/// The task of a call that starts one.
pub(crate) async fn started(call: RunTaskFluentBuilder) -> Task {
    let answer = call.send().await.unwrap();
    assert!(answer.failures().is_empty(), "{answer:?}");
    answer.tasks()[0].clone()
}

/// What `DescribeTasks` says of one task.
pub(crate) async fn task(ecs: &Client, arn: &str) -> Task {
    ecs.describe_tasks().tasks(arn).send().await.unwrap().tasks()[0].clone()
}

/// The instances of the cluster `default`.
pub(crate) async fn instances(ecs: &Client) -> Vec<String> {
    ecs.list_container_instances().send().await.unwrap().container_instance_arns().to_vec()
}

/// A small container.
pub(crate) fn container() -> ContainerDefinition {
    ContainerDefinition::builder().name("c").image("busybox").cpu(128).memory(128).build()
}

/// A task definition of one small container; its ARN.
pub(crate) async fn register(ecs: &Client, family: &str) -> String {
    let answer =
        ecs.register_task_definition().family(family).container_definitions(container()).send().await;
    answer.unwrap().task_definition().unwrap().task_definition_arn().unwrap().to_owned()
}
