//! What one template asks of ECS, gathered from its configuration once.

use super::definition::{INJECTOR_MEMORY, commas, text};
use footman_config::{
    AgentSettings, EffectiveCloud, EffectiveTemplate, ImageDialect, Loaded,
    plugin::TemplateFields,
    simulation::{Compute, NetworkMode, PlacementConstraint, PlacementStrategy},
};
use footman_core::{id::OwnerId, units::Size};
use std::sync::Arc;

/// Tags that the plugin puts on definitions and tasks; cost reports go by them.
const LABEL_TAG: &str = "jenkins.label";
/// The same for the template's name.
const TEMPLATE_TAG: &str = "jenkins.templatename";
/// Whose definition it is.
pub(super) const OWNER_TAG: &str = "footman:owner";

/// One template, as far as ECS is concerned.
#[derive(Debug, Clone)]
pub struct TaskTemplate {
    /// The cloud's name.
    pub cloud: Arc<str>,
    /// The template's name.
    pub name: Arc<str>,
    /// The name that its tags say: that of the template whose alternative it is, or its own.
    pub(super) main: Arc<str>,
    /// Whose agents they are.
    pub(super) owner: OwnerId,
    /// The region, where the configuration says it.
    pub(super) region: Option<Arc<str>>,
    /// The role by which the cloud is reached.
    pub(super) assumed_role: Option<Arc<str>>,
    /// What the role's owner wants to be told.
    pub(super) external_id: Option<Arc<str>>,
    /// The cluster, by name or ARN; blank is ECS's own `default`.
    pub(super) cluster: Option<String>,
    /// The definition's family, which is its container's name as well.
    pub(super) family: Arc<str>,
    /// The agent's container.
    pub(super) container: Arc<str>,
    /// A definition of the user's own, and the agent's container in it where that is not the first.
    pub(super) own_definition: Option<OwnDefinition>,
    pub(super) fargate: bool,
    pub(super) compute: Compute,
    pub(super) network: Option<Network>,
    pub(super) placement: Vec<PlacementStrategy>,
    pub(super) constraints: Vec<PlacementConstraint>,
    pub(super) size: Size,
    pub(super) connection: Connection,
    pub(super) agent: AgentSettings,
    pub(super) fields: TemplateFields,
}

/// `taskDefinitionOverride`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnDefinition {
    pub(super) definition: Arc<str>,
    pub(super) container: Option<Arc<str>>,
}

/// `awsvpcConfiguration`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Network {
    pub(super) subnets: Vec<String>,
    pub(super) security_groups: Vec<String>,
    pub(super) public_address: bool,
}

/// Where agents find Jenkins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Connection {
    /// Jenkins' URL, as agents reach it.
    pub(super) url: Arc<str>,
    /// `host:port` instead of what Jenkins announces for TCP.
    pub(super) tunnel: Option<Arc<str>>,
}

/// CPU and memory of the agent's container; 0 is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ContainerSize {
    pub(super) cpu: u32,
    pub(super) memory: u32,
    pub(super) memory_reservation: u32,
}

impl TaskTemplate {
    /// The templates of a configuration, in the order of the policy's. Clouds without a `jenkinsUrl` have `jenkins_url`.
    pub fn of_configuration(loaded: &Loaded, jenkins_url: &str) -> Vec<Self> {
        let clouds = loaded.clouds.iter();
        let templates =
            clouds.flat_map(|cloud| cloud.templates.iter().map(move |template| (cloud, template)));
        let mut templates: Vec<_> = templates
            .map(|(cloud, template)| (template.id, Self::new(loaded, cloud, template, jenkins_url)))
            .collect();
        templates.sort_by_key(|&(id, _)| id);
        templates.into_iter().map(|(_, template)| template).collect()
    }

    fn new(loaded: &Loaded, cloud: &EffectiveCloud, template: &EffectiveTemplate, jenkins_url: &str) -> Self {
        let settings = &loaded.simulation.templates[template.id.index()];
        let fields = template.fields.clone();
        let awsvpc = settings.network == NetworkMode::Awsvpc;
        let own_definition = text(&fields.task_definition_override.value).map(|definition| OwnDefinition {
            definition: definition.into(),
            container: text(&fields.agent_container_name.value).map(Arc::from),
        });
        Self {
            cloud: Arc::clone(&cloud.name),
            name: Arc::clone(&template.name),
            main: Arc::clone(template.alternative_of.as_ref().unwrap_or(&template.name)),
            owner: loaded.policy.owner.clone(),
            region: text(&cloud.fields.region_name.value).map(Arc::from),
            assumed_role: text(&cloud.fields.assumed_role_arn.value).map(Arc::from),
            external_id: cloud.external_id.clone(),
            cluster: text(&cloud.fields.cluster.value),
            family: Arc::clone(&settings.family),
            container: Arc::clone(&settings.family),
            own_definition,
            // The core paces launches by it, so that both go by one answer.
            fargate: loaded.policy.templates[template.id.index()].fargate,
            compute: settings.compute.clone(),
            network: awsvpc.then(|| Network {
                subnets: commas(&fields.subnets.value),
                security_groups: commas(&fields.security_groups.value),
                public_address: fields.assign_public_ip.value,
            }),
            placement: settings.placement.clone(),
            constraints: settings.constraints.clone(),
            size: template.size.value,
            connection: Connection {
                url: text(&cloud.fields.jenkins_url.value).map_or_else(|| jenkins_url.into(), Arc::from),
                tunnel: text(&cloud.fields.tunnel.value).map(Arc::from),
            },
            agent: template.agent.clone(),
            fields,
        }
    }

    /// The user's tags and those that say what it is. The user's come first and lose against ours of the same key.
    pub(super) fn tags(&self) -> Vec<(String, String)> {
        let own = self.fields.tags.value.iter().map(|tag| (tag.name.trim().to_owned(), tag.value.clone()));
        let ours = [
            (LABEL_TAG, self.fields.label.value.clone()),
            (TEMPLATE_TAG, self.main.to_string()),
            (OWNER_TAG, self.owner.to_string()),
        ];
        let is_ours = |key: &str| ours.iter().any(|(own, _)| *own == key) || key.starts_with("footman:");
        let mut tags: Vec<_> = own.filter(|(key, _)| !key.is_empty() && !is_ours(key)).collect();
        tags.extend(ours.into_iter().map(|(key, value)| (key.to_owned(), value)));
        tags
    }

    /// Jenkins' URL, as agents are told it.
    pub fn jenkins_url(&self) -> &str {
        &self.connection.url
    }

    /// `host:port` instead of what Jenkins announces for TCP, where the cloud has that.
    pub fn tunnel(&self) -> Option<&str> {
        self.connection.tunnel.as_deref()
    }

    /// Whether agents connect over WebSocket.
    pub fn web_socket(&self) -> bool {
        self.agent.web_socket
    }

    /// The root folder that Jenkins has for the node called `name`: it wants one in any case, and the images of Jenkins work
    /// there where nothing else is said.
    pub fn node_folder(&self, name: &str) -> String {
        let of_image = match self.agent.dialect {
            ImageDialect::Environment | ImageDialect::Arguments => "/home/jenkins/agent",
            ImageDialect::Windows => "C:/Users/jenkins/Agent",
        };
        self.remote_folder(name).unwrap_or_else(|| of_image.to_owned())
    }

    /// The root folder of the node called `name`, where the template has one.
    pub fn remote_folder(&self, name: &str) -> Option<String> {
        let root = text(&self.fields.remote_fs_root.value)?;
        Some(if self.fields.unique_remote_fs_root.value {
            format!("{}/{name}", root.trim_end_matches('/'))
        } else {
            root
        })
    }

    /// The size of the agent's container: on EC2 what the injecting container reserves is taken from it, so that the task
    /// takes what its template says.
    pub(super) fn container_size(&self) -> ContainerSize {
        let fields = &self.fields;
        let injected = self.agent.injection.is_some() && !self.fargate;
        let taken = if injected { INJECTOR_MEMORY } else { 0 };
        ContainerSize {
            cpu: fields.cpu.value,
            memory: fields.memory.value.saturating_sub(taken),
            memory_reservation: fields.memory_reservation.value.saturating_sub(taken),
        }
    }
}
