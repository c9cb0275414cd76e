//! `RunTask` for one agent of a template.
//!
//! A repeated launch must send the same bytes, or ECS refuses its token: a request is a function of the template, the
//! agent, its spec, the token and the node's secret, which depends on the node's name alone.

use super::{
    definition::{INJECTED_PATH, int, tag, text},
    template::TaskTemplate,
};
use aws_sdk_ecs::{
    error::BuildError,
    operation::run_task::builders::RunTaskInputBuilder,
    types::{
        AssignPublicIp, AwsVpcConfiguration, CapacityProviderStrategyItem, ContainerOverride, KeyValuePair,
        LaunchType, NetworkConfiguration, PlacementConstraint, PlacementConstraintType, PlacementStrategy,
        PlacementStrategyType, PropagateTags, TaskOverride, builders::ContainerOverrideBuilder,
    },
};
use footman_config::{
    ImageDialect,
    simulation::{self, Compute},
};
use footman_core::{
    name::{AgentName, ClientToken},
    spec::AgentSpec,
};
use secrecy::{ExposeSecret, SecretString};

/// The tag by which a task names its node.
pub const AGENT_TAG: &str = "footman:agent";

/// What a task runs from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The definition: family, family and revision, or ARN.
    pub(super) definition: String,
    /// The agent's container in it.
    pub(super) container: String,
    /// Whether its tasks have a network interface each.
    pub(super) awsvpc: bool,
}

/// One launch.
#[derive(Debug, Clone, Copy)]
pub struct Launch<'a> {
    /// The node's name.
    pub agent: &'a AgentName,
    /// What it is.
    pub spec: &'a AgentSpec,
    /// `clientToken`.
    pub token: &'a ClientToken,
    /// The node's secret.
    pub secret: &'a SecretString,
}

/// `RunTask` of a launch. What it holds is secret: it is sent, and never shown.
///
/// # Errors
///
/// Fails where the SDK has no such value.
pub(super) fn of(
    template: &TaskTemplate,
    definition: &Definition,
    launch: Launch<'_>,
) -> Result<RunTaskInputBuilder, BuildError> {
    let name = launch.agent.as_str();
    let mut request = RunTaskInputBuilder::default()
        .set_cluster(template.cluster.clone())
        .task_definition(&definition.definition)
        .count(1)
        .started_by(template.owner.as_str())
        .client_token(launch.token.as_str())
        .propagate_tags(PropagateTags::TaskDefinition)
        .tags(tag(AGENT_TAG, name))
        .set_enable_execute_command(template.fields.enable_execute_command.value.then_some(true))
        .set_network_configuration(network(template, definition)?)
        .overrides(overrides(template, definition, launch));
    match &template.compute {
        Compute::LaunchType(kind) => request = request.launch_type(launch_type(*kind)),
        Compute::Strategy(items) => {
            for item in items {
                let item = CapacityProviderStrategyItem::builder()
                    .capacity_provider(&*item.provider)
                    .base(int(item.base))
                    .weight(int(item.weight));
                request = request.capacity_provider_strategy(item.build()?);
            }
        }
        Compute::ClusterDefault => {}
    }
    if template.fargate {
        return Ok(request.set_platform_version(text(&template.fields.platform_version.value)));
    }
    for strategy in &template.placement {
        request = request.placement_strategy(placement_strategy(strategy));
    }
    for constraint in &template.constraints {
        request = request.placement_constraints(placement_constraint(constraint));
    }
    Ok(request)
}

fn launch_type(kind: simulation::LaunchType) -> LaunchType {
    match kind {
        simulation::LaunchType::Ec2 => LaunchType::Ec2,
        simulation::LaunchType::Fargate => LaunchType::Fargate,
        simulation::LaunchType::External => LaunchType::External,
    }
}

fn placement_strategy(strategy: &simulation::PlacementStrategy) -> PlacementStrategy {
    let of = |kind| PlacementStrategy::builder().r#type(kind);
    match strategy {
        simulation::PlacementStrategy::BinpackCpu => of(PlacementStrategyType::Binpack).field("cpu"),
        simulation::PlacementStrategy::BinpackMemory => of(PlacementStrategyType::Binpack).field("memory"),
        simulation::PlacementStrategy::Spread(field) => of(PlacementStrategyType::Spread).field(&**field),
        simulation::PlacementStrategy::Random => of(PlacementStrategyType::Random),
    }
    .build()
}

fn placement_constraint(constraint: &simulation::PlacementConstraint) -> PlacementConstraint {
    let of = |kind| PlacementConstraint::builder().r#type(kind);
    match constraint {
        simulation::PlacementConstraint::DistinctInstance => of(PlacementConstraintType::DistinctInstance),
        simulation::PlacementConstraint::MemberOf(expression) => {
            of(PlacementConstraintType::MemberOf).expression(&*expression.text)
        }
    }
    .build()
}

/// The subnets of a task with an interface of its own.
fn network(
    template: &TaskTemplate,
    definition: &Definition,
) -> Result<Option<NetworkConfiguration>, BuildError> {
    let Some(network) = template.network.as_ref().filter(|_| definition.awsvpc) else { return Ok(None) };
    let groups = (!network.security_groups.is_empty()).then(|| network.security_groups.clone());
    let address = if network.public_address { AssignPublicIp::Enabled } else { AssignPublicIp::Disabled };
    let vpc = AwsVpcConfiguration::builder()
        .set_subnets(Some(network.subnets.clone()))
        .set_security_groups(groups)
        .assign_public_ip(address)
        .build()?;
    Ok(Some(NetworkConfiguration::builder().awsvpc_configuration(vpc).build()))
}

/// What makes of the template's container this agent: who it is, and how large where its label says so.
fn overrides(template: &TaskTemplate, definition: &Definition, launch: Launch<'_>) -> TaskOverride {
    let mut container = ContainerOverride::builder().name(&definition.container);
    let mut task = TaskOverride::builder();
    if launch.spec.size != template.size {
        let (cpu, memory) = (launch.spec.size.cpu.get(), launch.spec.size.memory.get());
        if template.fargate {
            task = task.cpu(cpu.to_string()).memory(memory.to_string());
        } else {
            container = sized(template, container.cpu(int(cpu)), memory);
        }
    }
    task.container_overrides(instructed(template, container, launch).build()).build()
}

/// Memory as the template has it: what a task is placed by is overridden, and a hard limit below it is lifted to it.
fn sized(
    template: &TaskTemplate,
    container: ContainerOverrideBuilder,
    memory: u32,
) -> ContainerOverrideBuilder {
    let size = template.container_size();
    if size.memory_reservation == 0 {
        return container.memory(int(memory));
    }
    let container = container.memory_reservation(int(memory));
    let too_low = size.memory > 0 && size.memory < memory;
    if too_low { container.memory(int(memory)) } else { container }
}

/// Tells a container which agent it is, in the words that its entry point understands.
fn instructed(
    template: &TaskTemplate,
    container: ContainerOverrideBuilder,
    launch: Launch<'_>,
) -> ContainerOverrideBuilder {
    let told = Told::new(template, launch);
    if template.agent.injection.is_some() {
        let jar = format!("{INJECTED_PATH}/agent.jar");
        let java = template.fields.jvm_args.value.split_whitespace().map(str::to_owned);
        let words = java.chain(["-jar".to_owned(), jar]).chain(told.options());
        return container.set_command(Some(words.collect()));
    }
    match template.agent.dialect {
        ImageDialect::Environment => {
            told.variables().into_iter().fold(container, |container, (name, value)| {
                container.environment(KeyValuePair::builder().name(name).value(value).build())
            })
        }
        ImageDialect::Arguments => container.set_command(Some(told.arguments())),
        ImageDialect::Windows => container.set_command(Some(told.windows())),
    }
}

/// What an agent has to know.
struct Told<'a> {
    url: &'a str,
    tunnel: Option<&'a str>,
    web_socket: bool,
    folder: Option<String>,
    name: &'a str,
    secret: &'a str,
}

impl<'a> Told<'a> {
    fn new(template: &'a TaskTemplate, launch: Launch<'a>) -> Self {
        let name = launch.agent.as_str();
        Self {
            url: &template.connection.url,
            // A tunnel is one of TCP: Remoting refuses both.
            tunnel: template.connection.tunnel.as_deref().filter(|_| !template.agent.web_socket),
            web_socket: template.agent.web_socket,
            folder: template.remote_folder(name),
            name,
            secret: launch.secret.expose_secret(),
        }
    }

    /// The variables of `jenkins/inbound-agent` (its `README`, read 2026-11-26).
    fn variables(&self) -> Vec<(&'static str, &str)> {
        let mut variables = vec![
            ("JENKINS_URL", self.url),
            ("JENKINS_AGENT_NAME", self.name),
            ("JENKINS_SECRET", self.secret),
        ];
        if let Some(tunnel) = self.tunnel {
            variables.push(("JENKINS_TUNNEL", tunnel));
        }
        if self.web_socket {
            variables.push(("JENKINS_WEB_SOCKET", "true"));
        }
        if let Some(folder) = &self.folder {
            variables.push(("JENKINS_AGENT_WORKDIR", folder));
        }
        variables
    }

    /// The arguments that the plugin gives.
    fn arguments(&self) -> Vec<String> {
        self.words(["-url", "-tunnel", "-webSocket"])
            .chain([self.secret, self.name])
            .map(str::to_owned)
            .collect()
    }

    /// The arguments of the images for Windows, which read the secret and the name as options only.
    fn windows(&self) -> Vec<String> {
        let named = ["-Secret", self.secret, "-Name", self.name];
        let folder = self.folder.iter().flat_map(|folder| ["-WorkDir", folder]);
        self.words(["-Url", "-Tunnel", "-WebSocket"]).chain(named).chain(folder).map(str::to_owned).collect()
    }

    /// The options of `agent.jar`.
    fn options(&self) -> impl Iterator<Item = String> {
        let named = ["-secret", self.secret, "-name", self.name];
        let folder = self.folder.iter().flat_map(|folder| ["-workDir", folder]);
        self.words(["-url", "-tunnel", "-webSocket"]).chain(named).chain(folder).map(str::to_owned)
    }

    fn words<'b>(&'b self, [url, tunnel, web_socket]: [&'b str; 3]) -> impl Iterator<Item = &'b str> {
        let tunnel = self.tunnel.into_iter().flat_map(move |it| [tunnel, it]);
        [url, self.url].into_iter().chain(tunnel).chain(self.web_socket.then_some(web_socket))
    }
}
