//! ECS as the driver has it: launches, stops and looks, for the templates of one configuration.

use super::{
    definitions::{Definitions, unbuildable},
    observer::{Look, Place, TaskObserver},
    outcome,
    run::{self, Launch},
    template::TaskTemplate,
};
use aws_sdk_ecs::Client;
use footman_core::{
    event::{Failure, Outcome},
    id::{OwnerId, TaskArn, TemplateId},
};
use std::sync::{Mutex, PoisonError};

/// ECS for the templates of one configuration.
#[derive(Debug)]
pub struct Backend {
    /// The templates in the order of the policy's, each with the client that reaches its cluster.
    templates: Vec<(TaskTemplate, Client)>,
    definitions: Definitions,
    /// The clusters, each once.
    clusters: Vec<Cluster>,
}

#[derive(Debug)]
struct Cluster {
    client: Client,
    /// As the configuration names it.
    named: Option<String>,
    /// Its name alone.
    name: String,
    region: Option<String>,
    /// Tasks that were launched or told to stop since the last look, which describes them.
    touched: Mutex<Vec<TaskArn>>,
}

impl Backend {
    /// ECS for these templates, each with the client of its cloud.
    pub fn new(templates: Vec<(TaskTemplate, Client)>) -> Self {
        let mut clusters: Vec<Cluster> = Vec::new();
        for (template, client) in &templates {
            let region = client.config().region().map(ToString::to_string);
            let name = cluster_name(template.cluster.as_deref()).to_owned();
            if clusters.iter().all(|known| known.name != name || known.region != region) {
                let named = template.cluster.clone();
                let touched = Mutex::default();
                clusters.push(Cluster { client: client.clone(), named, name, region, touched });
            }
        }
        let definitions = Definitions::new(templates.iter().map(|(template, _)| template));
        Self { definitions, templates, clusters }
    }

    /// The template at this place of the policy's.
    pub fn template(&self, id: TemplateId) -> &TaskTemplate {
        &self.templates[id.index()].0
    }

    /// Runs the task of a launch, and registers its definition before where it is not there.
    pub async fn launch(&self, launch: Launch<'_>) -> Outcome {
        let place = launch.spec.template.index();
        let (template, client) = &self.templates[place];
        let definition = match self.definitions.ensure(client, template, place).await {
            Ok(definition) => definition,
            Err(failed) => return Outcome::Failed(before_launch(failed)),
        };
        match run::of(template, &definition, launch) {
            Ok(request) => {
                let outcome = outcome::launched(request.send_with(client).await);
                if let Outcome::Launched { task } = &outcome
                    && let Some(cluster) = self.cluster_of(task)
                {
                    cluster.touch(task);
                }
                outcome
            }
            Err(error) => Outcome::Failed(unbuildable(template, &error)),
        }
    }

    /// Stops a task, in the cluster that its ARN names.
    pub async fn stop(&self, task: &TaskArn, reason: &str) -> Outcome {
        let Some(cluster) = self.cluster_of(task) else {
            let reason = format!("task `{task}` is in no cluster of the configuration");
            return Outcome::Failed(Failure::Refused { reason: reason.into() });
        };
        let call = cluster.client.stop_task().set_cluster(cluster.named.clone());
        let outcome = outcome::stopped(call.task(task.as_str()).reason(reason).send().await);
        // It may be told to stop even where the answer was lost.
        cluster.touch(task);
        outcome
    }

    /// Every task of `observer`'s owner.
    pub async fn look(&self, observer: &mut TaskObserver) -> Look {
        observer.look(self.clusters.iter().map(Cluster::place).collect()).await
    }

    /// An observer of the tasks of these templates' owner, or `None` where there is no template.
    pub fn observer(&self) -> Option<TaskObserver> {
        let owner: &OwnerId = &self.templates.first()?.0.owner;
        Some(TaskObserver::new(owner.clone()))
    }

    /// `arn:PARTITION:ecs:REGION:ACCOUNT:task/CLUSTER/ID`; the old form without a cluster is in any of the region.
    fn cluster_of(&self, task: &TaskArn) -> Option<&Cluster> {
        let mut parts = task.as_str().splitn(6, ':').skip(3);
        let (region, resource) = (parts.next()?, parts.nth(1)?);
        let cluster = match resource.split('/').collect::<Vec<_>>().as_slice() {
            ["task", cluster, _] => Some(*cluster),
            _ => None,
        };
        let mut there = self.clusters.iter().filter(|known| known.region.as_deref() == Some(region));
        there.find(|known| cluster.is_none_or(|name| known.name == name))
    }
}

impl Cluster {
    /// Has the next look describe a task.
    fn touch(&self, task: &TaskArn) {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).push(task.clone());
    }

    fn place(&self) -> Place<'_> {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        let touched = std::mem::take(&mut *touched);
        Place { client: &self.client, cluster: self.named.as_deref(), touched }
    }
}

/// What it means for a launch that its definition could not be had: `RunTask` was not called, so that nothing runs.
fn before_launch(failed: Failure) -> Failure {
    match failed {
        Failure::Unknown => Failure::Unavailable,
        Failure::Throttled { .. }
        | Failure::NoCapacity { .. }
        | Failure::Refused { .. }
        | Failure::Unavailable => failed,
    }
}

/// The name of a cluster that is named by its name or ARN.
pub(super) fn cluster_name(named: Option<&str>) -> &str {
    let named = named.unwrap_or("default");
    named.split_once(":cluster/").map_or(named, |(_, name)| name)
}
