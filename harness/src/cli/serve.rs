//! `footman serve`.

use super::{Console, expressions};
use crate::serve::{
    ClockMode, HookUrl, ImageProgram, ProcessSettings, ServeSettings, Server, TwinsSettings, address,
};
use clap::{Args, ValueEnum};
use footman_config::{Severity, SimulationSettings};
use footman_config_files::Variables;
use footman_ecs_sim::{
    divergence,
    http::{iam::Policy, is_region},
};
use footman_jenkins_sim::http::{Security, Version};
use miette::{IntoDiagnostic, WrapErr};
use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    sync::Arc,
};

/// Where ECS listens if nothing is said.
const ECS_PORT: u16 = 8701;
/// Where Jenkins listens if nothing is said.
const JENKINS_PORT: u16 = 8780;

/// What to try first where the example is: a task on instances, one on Fargate, and what becomes of them.
const FIRST_TASKS: &str = r"  aws ecs run-task --task-definition jenkins-agent
  aws ecs run-task --task-definition jenkins-agent-fargate --launch-type FARGATE \
    --network-configuration 'awsvpcConfiguration={subnets=[subnet-1]}'
  aws ecs describe-tasks --query 'tasks[].[lastStatus,launchType,taskArn]' --output text \
    --tasks $(aws ecs list-tasks --query taskArns --output text)
";

/// Serves a simulated ECS and a simulated Jenkins over HTTP, on loopback and on one clock
///
/// With --ecs or --jenkins alone only that one is served, with neither both are. A task whose overrides or tags name a
/// node is that node's agent: it connects when the task runs and goes when the task stops. What is answered is in
/// docs/serve.md, and where ECS differs from AWS's is printed by --divergences.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArguments {
    /// Where ECS listens; port 0 takes one that is free [default: 127.0.0.1:8701]
    #[arg(long, value_name = "ADDR", value_parser = address)]
    ecs: Option<SocketAddr>,
    /// Where Jenkins listens; port 0 takes one that is free [default: 127.0.0.1:8780]
    #[arg(long, value_name = "ADDR", value_parser = address)]
    jenkins: Option<SocketAddr>,
    /// Allows addresses that other machines can reach; there is no login, so whoever reaches a port may do everything
    #[arg(long)]
    listen_publicly: bool,
    /// How time passes: by itself, or only by POST /_sim/advance {"to": MS}
    #[arg(long, value_enum, default_value_t = ClockName::Wall)]
    clock: ClockName,
    /// Lets time pass this many times as fast, for demonstrations
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    speed: u32,
    /// How long things take: as they were seen on AWS, or no time at all
    #[arg(long, value_enum, default_value_t = Profile::Aws)]
    profile: Profile,
    /// Throttles no call, for load tests
    #[arg(long)]
    no_throttling: bool,
    /// Writes events of tasks and container instances to the end of this file, one JSON object a line, in the shape of
    /// EventBridge's
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
    /// Lets containers run: as local processes, for images that --image names; no container engine and no shell
    #[arg(long, value_enum)]
    runtime: Option<Runtime>,
    /// What an image stands for with --runtime process, split at white space; the container's command follows; may be
    /// repeated. Other images fail with CannotPullContainerError
    #[arg(long = "image", value_name = "IMAGE=PROGRAM ARGS", requires = "runtime")]
    images: Vec<ImageProgram>,
    /// Where the output of each task goes with --runtime process
    #[arg(long, value_name = "FOLDER", default_value = "footman-logs")]
    log_dir: PathBuf,
    /// Posts {event, taskArn, environment, command} to this URL on loopback when a task starts and stops
    #[arg(long, value_name = "URL")]
    agent_hook: Option<HookUrl>,
    /// Allows only the calls of ECS that an IAM policy document allows; of several files, those that any allows and none
    /// denies
    #[arg(long, value_name = "FILE")]
    iam_policy: Vec<PathBuf>,
    /// The users of Jenkins, as a JSON object: {"NAME": {"password": "…", "token": "…", "permissions": ["Overall/Read", …]}}.
    /// Without it everybody may do everything
    #[arg(long, value_name = "FILE")]
    jenkins_users: Option<PathBuf>,
    /// Wants a crumb for each change of Jenkins, as Jenkins without security does by default
    #[arg(long, conflicts_with = "jenkins_users")]
    jenkins_crumbs: bool,
    /// Installs the guard file in Jenkins: a node whose name begins with this prefix gets one build and no second
    #[arg(long, value_name = "PREFIX")]
    jenkins_guard: Option<Arc<str>>,
    /// The version that Jenkins takes itself for
    #[arg(long, value_name = "VERSION", default_value_t = Version::OBSERVED)]
    jenkins_version: Version,
    /// The TCP port for agents that Jenkins names, where it names one; nobody listens there
    #[arg(long, value_name = "PORT")]
    jenkins_agent_port: Option<u16>,
    /// The region of requests that name none, of the clusters of --config, and of what /_sim/ shows where it is not told
    /// another; every other region that a client names has an account too
    #[arg(long, value_name = "REGION", default_value = "us-east-1", value_parser = region)]
    region: Arc<str>,
    /// The seed of every random draw
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A footman.yaml or Jenkins files whose simulation.clusters are there from the start; may be repeated
    #[arg(long, value_name = "PATH")]
    config: Vec<PathBuf>,
    #[command(flatten)]
    variables: Variables,
    /// Starts with a cluster, three instances and two task definitions in each region, and a job; so it does if nothing
    /// is said and there is no --config
    #[arg(long, conflicts_with = "no_example")]
    example: bool,
    /// Starts with nothing at all
    #[arg(long)]
    no_example: bool,
    /// Prints where the simulated ECS is known to differ from AWS's, and ends
    #[arg(long)]
    divergences: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClockName {
    /// By itself
    Wall,
    /// Only when a client says so
    Lockstep,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Runtime {
    /// A local process per container
    Process,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Profile {
    /// As they were seen on AWS
    Aws,
    /// No time at all: what is due has happened before the answer goes out
    Instant,
}

/// Serves until Ctrl-C.
pub(crate) fn run(arguments: &ServeArguments, console: &mut Console) -> miette::Result<()> {
    if arguments.divergences {
        console.say(divergence::page());
        return Ok(());
    }
    let settings = settings(arguments, console)?;
    #[cfg(unix)]
    open_files::raise();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.into_diagnostic().wrap_err("failed to start the servers")?;
    runtime.block_on(async {
        let server = Server::bind(settings).await.into_diagnostic()?;
        warn_if_public(&server, console);
        console.say(welcome(&server, arguments));
        server.run(interrupted()).await.into_diagnostic()?;
        console.note("ended");
        Ok(())
    })
}

/// How many files this process may open.
#[cfg(unix)]
mod open_files {
    use rustix::process::{Resource, getrlimit, setrlimit};

    /// Lets it open as many as its user may. A shell's usual 1,024 is fewer than the connections that both servers take;
    /// where the limit stays lower, clients beyond it wait to be let in.
    pub(super) fn raise() {
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        setrlimit(Resource::Nofile, limit).ok();
    }
}

fn settings(arguments: &ServeArguments, console: &mut Console) -> miette::Result<ServeSettings> {
    let speed = NonZeroU32::new(arguments.speed).expect("the parser takes 1 and more");
    let clock = match arguments.clock {
        ClockName::Lockstep if arguments.speed > 1 => {
            return Err(miette::miette!("--speed has no meaning with --clock lockstep"));
        }
        ClockName::Lockstep => ClockMode::Lockstep,
        ClockName::Wall => ClockMode::Wall { speed },
    };
    let mut twins = TwinsSettings {
        seed: arguments.seed,
        example: has_example(arguments),
        described: described(arguments, console)?,
        policy: policy(&arguments.iam_policy)?,
        security: security(arguments)?,
        agent_port: arguments.jenkins_agent_port,
        ..TwinsSettings::default()
    };
    twins.set_version(arguments.jenkins_version);
    twins.jenkins.guard.clone_from(&arguments.jenkins_guard);
    twins.ecs.region = Arc::clone(&arguments.region);
    twins.ecs.throttling = !arguments.no_throttling;
    match arguments.profile {
        Profile::Aws => {}
        Profile::Instant => twins.make_instant(),
    }
    match arguments.runtime {
        None => {}
        Some(Runtime::Process) => {
            let keeper = std::env::current_exe()
                .into_diagnostic()
                .wrap_err("failed to find this program's own file")?;
            twins.processes = Some(ProcessSettings {
                images: arguments.images.clone(),
                log_dir: arguments.log_dir.clone(),
                keeper,
            });
        }
    }
    let here = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let (ecs, jenkins) = match (arguments.ecs, arguments.jenkins) {
        (None, None) => (Some(here(ECS_PORT)), Some(here(JENKINS_PORT))),
        given => given,
    };
    let settings = ServeSettings::on_free_ports(clock, twins);
    Ok(ServeSettings {
        ecs,
        jenkins,
        publicly: arguments.listen_publicly,
        events: arguments.events.clone(),
        hook: arguments.agent_hook.clone(),
        ..settings
    })
}

/// Reads the name of a region. Whether AWS has it is not looked up: it has new ones every year.
fn region(text: &str) -> Result<Arc<str>, String> {
    if is_region(text) { Ok(text.into()) } else { Err("expected a region such as eu-central-1".to_owned()) }
}

/// Whether there is something to begin with.
fn has_example(arguments: &ServeArguments) -> bool {
    arguments.example || (!arguments.no_example && arguments.config.is_empty())
}

/// What the policy files allow, if there are any.
fn policy(files: &[PathBuf]) -> miette::Result<Option<Policy>> {
    let mut all: Option<Policy> = None;
    for file in files {
        let failed = || format!("failed to read the IAM policy {}", file.display());
        let text = std::fs::read_to_string(file).into_diagnostic().wrap_err_with(failed)?;
        let one = Policy::parse(&text).into_diagnostic().wrap_err_with(failed)?;
        match &mut all {
            Some(policy) => policy.attach(one),
            None => all = Some(one),
        }
    }
    Ok(all)
}

/// Who may do what of Jenkins.
fn security(arguments: &ServeArguments) -> miette::Result<Security> {
    let Some(file) = &arguments.jenkins_users else {
        return Ok(if arguments.jenkins_crumbs { Security::only_crumbs() } else { Security::default() });
    };
    let failed = || format!("failed to read the users {}", file.display());
    let text = std::fs::read_to_string(file).into_diagnostic().wrap_err_with(failed)?;
    Security::parse(&text).into_diagnostic().wrap_err_with(failed)
}

/// The clusters of the configuration, if there is one.
fn described(arguments: &ServeArguments, console: &mut Console) -> miette::Result<SimulationSettings> {
    if arguments.config.is_empty() {
        return Ok(SimulationSettings::default());
    }
    let reading = expressions::read(&arguments.config, &arguments.variables)?;
    let said = reading.show(|diagnostic| diagnostic.severity != Severity::Note);
    match &reading.outcome {
        Ok(loaded) => {
            if !said.is_empty() {
                console.note(said);
            }
            Ok(loaded.simulation.clone())
        }
        Err(_) => Err(miette::miette!("the configuration cannot be used\n{said}")),
    }
}

fn warn_if_public(server: &Server, console: &mut Console) {
    for address in [server.ecs_address(), server.jenkins_address()].into_iter().flatten() {
        if !address.ip().is_loopback() {
            console.note(format!(
                "warning: {address} is not on loopback: there is no login, and whoever reaches it may do everything"
            ));
        }
    }
}

/// Where both are, and what to try first.
fn welcome(server: &Server, arguments: &ServeArguments) -> String {
    let clock = match arguments.clock {
        ClockName::Lockstep => "lockstep: time passes by POST /_sim/advance {\"to\": MS} only".to_owned(),
        ClockName::Wall if arguments.speed > 1 => format!("wall, {} times as fast", arguments.speed),
        ClockName::Wall => "wall".to_owned(),
    };
    let (mut text, mut tries) = (String::new(), String::new());
    if let Some(ecs) = server.ecs_address() {
        text.push_str(&format!("ECS      http://{ecs}\n"));
        tries.push_str(&format!(
            "  export AWS_ENDPOINT_URL_ECS=http://{ecs} AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x \
             AWS_DEFAULT_REGION={}\n",
            arguments.region
        ));
        tries.push_str(if has_example(arguments) { FIRST_TASKS } else { "  aws ecs list-clusters\n" });
    }
    if let Some(jenkins) = server.jenkins_address() {
        text.push_str(&format!("Jenkins  http://{jenkins}/\n"));
        tries.push_str(&format!("  curl 'http://{jenkins}/computer/api/json?pretty=true'\n"));
    }
    format!("{text}Clock    {clock}\n\nTry:\n{tries}\nCtrl-C ends it.")
}

/// Waits for Ctrl-C, or for the signal by which a supervisor ends a process. Where a signal cannot be waited for, the
/// other one still can.
async fn interrupted() {
    let ctrl_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        // Both mean the same; the order does not matter.
        biased;
        () = ctrl_c => {}
        () = terminated => {}
    }
}
