//! `CreateCluster`, `DescribeClusters`, `ListClusters`.

use super::{
    Call,
    model::{
        CapacityProviderStrategyItem, Cluster, ClusterSetting, ClusterSettingName, CreateClusterRequest,
        CreateClusterResponse, DescribeClustersRequest, DescribeClustersResponse, Failure,
        ListClustersRequest, ListClustersResponse, Text,
    },
    page::Page,
    wire::Refusal,
};
use crate::{
    api::{Operation, Provider, StrategyItem},
    id::{ClusterId, ProviderId},
};

/// The cluster that a call is for where it names none.
const DEFAULT: &str = "default";

/// What is not there.
pub(super) fn missing(arn: String) -> Failure {
    Failure { arn: Some(arn.into()), reason: Some("MISSING".into()), ..Failure::default() }
}

/// A number of things as the wire has it.
pub(super) fn count(things: usize) -> i32 {
    i32::try_from(things).unwrap_or(i32::MAX)
}

/// A number as the wire has it.
pub(super) fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
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
    pub(super) fn strategy(
        &self,
        items: &[CapacityProviderStrategyItem],
    ) -> Result<Vec<StrategyItem>, Refusal> {
        let read = |item: &CapacityProviderStrategyItem| {
            let name = item.capacity_provider.as_deref().unwrap_or_default();
            let provider = self.ecs.find_capacity_provider(name)?;
            // Both were checked to be within their bounds.
            let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok()).unwrap_or(0);
            Ok(StrategyItem { provider, weight: number(item.weight), base: number(item.base) })
        };
        items.iter().map(read).collect()
    }

    /// The capacity providers of these names that have a group behind them.
    pub(super) fn group_providers(&self, names: &[Text]) -> Result<Vec<ProviderId>, Refusal> {
        let found = names.iter().map(|name| self.ecs.find_capacity_provider(name));
        let found: Vec<Provider> = found.collect::<Result<_, _>>()?;
        let groups = found.into_iter().filter_map(|provider| match provider {
            Provider::Group(id) => Some(id),
            Provider::Fargate | Provider::FargateSpot => None,
        });
        Ok(groups.collect())
    }

    pub(super) fn create_cluster(
        &mut self,
        input: CreateClusterRequest,
    ) -> Result<CreateClusterResponse, Refusal> {
        self.admit(Operation::CreateCluster)?;
        let strategy = self.strategy(&input.default_capacity_provider_strategy.unwrap_or_default())?;
        let groups = self.group_providers(&input.capacity_providers.unwrap_or_default())?;
        let cluster = self.ecs.create_cluster(input.cluster_name.as_deref().unwrap_or(DEFAULT))?;
        if !groups.is_empty() || !strategy.is_empty() {
            self.ecs.put_cluster_capacity_providers(self.now, cluster, &groups, &strategy)?;
        }
        Ok(CreateClusterResponse { cluster: Some(self.cluster_shape(cluster)) })
    }

    pub(super) fn describe_clusters(
        &mut self,
        input: DescribeClustersRequest,
    ) -> Result<DescribeClustersResponse, Refusal> {
        self.admit(Operation::DescribeClusters)?;
        let asked = input.clusters.filter(|asked| !asked.is_empty()).unwrap_or_else(|| vec![DEFAULT.into()]);
        let (mut clusters, mut failures) = (Vec::new(), Vec::new());
        for name in asked {
            match self.ecs.find_cluster(&name) {
                Ok(id) => clusters.push(self.cluster_shape(id)),
                Err(_) if name.starts_with("arn:") => failures.push(missing(name.into_owned())),
                Err(_) => failures.push(missing(self.arn(&format!("cluster/{name}")))),
            }
        }
        Ok(DescribeClustersResponse { clusters: Some(clusters), failures: Some(failures) })
    }

    pub(super) fn list_clusters(
        &mut self,
        input: ListClustersRequest,
    ) -> Result<ListClustersResponse, Refusal> {
        self.admit(Operation::ListClusters)?;
        let arns: Vec<Text> = self.ecs.clusters().map(|id| self.cluster_arn(id).into()).collect();
        let page = Page::new(input.next_token.as_deref(), input.max_results);
        let (arns, next_token) = page.cut(arns)?;
        Ok(ListClustersResponse { cluster_arns: Some(arns), next_token })
    }

    pub(super) fn strategy_shape(&self, items: &[StrategyItem]) -> Vec<CapacityProviderStrategyItem> {
        let item = |item: &StrategyItem| CapacityProviderStrategyItem {
            capacity_provider: Some(self.ecs.provider_name(item.provider).to_owned().into()),
            weight: Some(number(item.weight)),
            base: Some(number(item.base)),
        };
        items.iter().map(item).collect()
    }

    pub(super) fn cluster_shape(&self, id: ClusterId) -> Cluster {
        let view = self.ecs.cluster_view(id);
        let name = |&id: &ProviderId| Text::from(self.ecs.provider_name(Provider::Group(id)).to_owned());
        Cluster {
            cluster_arn: Some(self.cluster_arn(id).into()),
            cluster_name: Some(view.name.to_owned().into()),
            status: Some(if view.active { "ACTIVE" } else { "INACTIVE" }.into()),
            registered_container_instances_count: Some(count(self.ecs.container_instances(id).count())),
            running_tasks_count: Some(number(view.running_tasks)),
            pending_tasks_count: Some(number(view.pending_tasks)),
            active_services_count: Some(0),
            statistics: Some(Vec::new()),
            tags: Some(Vec::new()),
            settings: Some(vec![ClusterSetting {
                name: Some(ClusterSettingName::ContainerInsights),
                value: Some("disabled".into()),
            }]),
            capacity_providers: Some(view.providers.iter().map(name).collect()),
            default_capacity_provider_strategy: Some(self.strategy_shape(view.default_strategy)),
            ..Cluster::default()
        }
    }
}
