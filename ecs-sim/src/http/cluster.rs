//! `CreateCluster`, `DescribeClusters`, `ListClusters`.

use super::{Call, page::Page, wire::Refusal};
use crate::{
    api::{Operation, Provider, StrategyItem},
    id::ClusterId,
};
use serde::{Deserialize, Serialize};

/// The cluster that a call is for where it names none.
const DEFAULT: &str = "default";

/// What `CreateCluster` is given.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct CreateCluster {
    cluster_name: Option<String>,
    capacity_providers: Vec<String>,
    default_capacity_provider_strategy: Vec<StrategyItemShape>,
}

/// What `DescribeClusters` is given.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DescribeClusters {
    clusters: Vec<String>,
}

/// What `ListClusters` is given.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ListClusters {
    next_token: Option<String>,
    max_results: Option<i64>,
}

/// `CapacityProviderStrategyItem`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct StrategyItemShape {
    capacity_provider: String,
    weight: u32,
    base: u32,
}

/// What `CreateCluster` answers.
#[derive(Serialize)]
pub(super) struct ClusterAnswer {
    cluster: ClusterShape,
}

/// What `DescribeClusters` answers.
#[derive(Serialize)]
pub(super) struct ClustersAnswer {
    clusters: Vec<ClusterShape>,
    failures: Vec<FailureShape>,
}

/// What `ListClusters` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClusterArns {
    cluster_arns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `Failure`.
#[derive(Serialize)]
pub(super) struct FailureShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) arn: Option<String>,
    pub(super) reason: String,
}

/// `Cluster`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClusterShape {
    cluster_arn: String,
    cluster_name: String,
    status: &'static str,
    registered_container_instances_count: usize,
    running_tasks_count: u32,
    pending_tasks_count: u32,
    active_services_count: u32,
    statistics: [(); 0],
    tags: [(); 0],
    settings: [Setting; 1],
    capacity_providers: Vec<String>,
    default_capacity_provider_strategy: Vec<StrategyItemShape>,
}

#[derive(Serialize)]
struct Setting {
    name: &'static str,
    value: &'static str,
}

impl FailureShape {
    /// What is not there.
    pub(super) fn missing(arn: String) -> Self {
        Self { arn: Some(arn), reason: "MISSING".to_owned() }
    }
}

impl Call<'_> {
    /// The ACTIVE cluster of this name or ARN; `default` where none is given.
    pub(super) fn cluster(&self, name: Option<&str>) -> Result<ClusterId, Refusal> {
        Ok(self.ecs.find_cluster(name.unwrap_or(DEFAULT))?)
    }

    pub(super) fn cluster_arn(&self, id: ClusterId) -> String {
        self.arn(&format!("cluster/{}", self.ecs.cluster_name(id)))
    }

    /// A strategy in the terms of the state machine.
    pub(super) fn strategy(&self, items: &[StrategyItemShape]) -> Result<Vec<StrategyItem>, Refusal> {
        let read = |item: &StrategyItemShape| {
            let provider = self.ecs.find_capacity_provider(&item.capacity_provider)?;
            Ok(StrategyItem { provider, weight: item.weight, base: item.base })
        };
        items.iter().map(read).collect()
    }

    pub(super) fn create_cluster(&mut self, input: CreateCluster) -> Result<ClusterAnswer, Refusal> {
        self.admit(Operation::CreateCluster)?;
        let strategy = self.strategy(&input.default_capacity_provider_strategy)?;
        let named = input.capacity_providers.iter().map(|name| self.ecs.find_capacity_provider(name));
        let named: Vec<Provider> = named.collect::<Result<_, _>>()?;
        let groups = named.into_iter().filter_map(|provider| match provider {
            Provider::Group(id) => Some(id),
            Provider::Fargate | Provider::FargateSpot => None,
        });
        let groups: Vec<_> = groups.collect();
        let cluster = self.ecs.create_cluster(input.cluster_name.as_deref().unwrap_or(DEFAULT))?;
        if !groups.is_empty() || !strategy.is_empty() {
            self.ecs.put_cluster_capacity_providers(self.now, cluster, &groups, &strategy)?;
        }
        Ok(ClusterAnswer { cluster: self.cluster_shape(cluster) })
    }

    pub(super) fn describe_clusters(&mut self, input: DescribeClusters) -> Result<ClustersAnswer, Refusal> {
        self.admit(Operation::DescribeClusters)?;
        let asked = if input.clusters.is_empty() { vec![DEFAULT.to_owned()] } else { input.clusters };
        let mut answer = ClustersAnswer { clusters: Vec::new(), failures: Vec::new() };
        for name in asked {
            match self.ecs.find_cluster(&name) {
                Ok(id) => answer.clusters.push(self.cluster_shape(id)),
                Err(_) if name.starts_with("arn:") => answer.failures.push(FailureShape::missing(name)),
                Err(_) => {
                    let arn = self.arn(&format!("cluster/{name}"));
                    answer.failures.push(FailureShape::missing(arn));
                }
            }
        }
        Ok(answer)
    }

    pub(super) fn list_clusters(&mut self, input: ListClusters) -> Result<ClusterArns, Refusal> {
        self.admit(Operation::ListClusters)?;
        let arns = self.ecs.clusters().map(|id| self.cluster_arn(id)).collect();
        let page = Page { next_token: input.next_token.as_deref(), max_results: input.max_results };
        let (cluster_arns, next_token) = page.cut(arns)?;
        Ok(ClusterArns { cluster_arns, next_token })
    }

    fn cluster_shape(&self, id: ClusterId) -> ClusterShape {
        let view = self.ecs.cluster_view(id);
        let item = |item: &StrategyItem| StrategyItemShape {
            capacity_provider: self.ecs.provider_name(item.provider).to_owned(),
            weight: item.weight,
            base: item.base,
        };
        let name = |&id| self.ecs.provider_name(Provider::Group(id)).to_owned();
        ClusterShape {
            cluster_arn: self.cluster_arn(id),
            cluster_name: view.name.to_owned(),
            status: if view.active { "ACTIVE" } else { "INACTIVE" },
            registered_container_instances_count: self.ecs.container_instances(id).count(),
            running_tasks_count: view.running_tasks,
            pending_tasks_count: view.pending_tasks,
            active_services_count: 0,
            statistics: [],
            tags: [],
            settings: [Setting { name: "containerInsights", value: "disabled" }],
            capacity_providers: view.providers.iter().map(name).collect(),
            default_capacity_provider_strategy: view.default_strategy.iter().map(item).collect(),
        }
    }
}
