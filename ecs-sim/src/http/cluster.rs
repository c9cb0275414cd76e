//! Clusters: `CreateCluster`, `DescribeClusters`, `ListClusters`, `UpdateCluster`, `UpdateClusterSettings`,
//! `PutClusterCapacityProviders`, `DeleteCluster`.

use super::{
    Call,
    model::{
        CapacityProviderStrategyItem, Cluster, ClusterConfiguration, ClusterField,
        ClusterServiceConnectDefaults, ClusterServiceConnectDefaultsRequest, ClusterSetting,
        ClusterSettingName, CreateClusterRequest, CreateClusterResponse, DeleteClusterRequest,
        DeleteClusterResponse, DescribeClustersRequest, DescribeClustersResponse, Failure, KeyValuePair,
        ListClustersRequest, ListClustersResponse, PutClusterCapacityProvidersRequest,
        PutClusterCapacityProvidersResponse, Text, UpdateClusterRequest, UpdateClusterResponse,
        UpdateClusterSettingsRequest, UpdateClusterSettingsResponse,
    },
    page::Page,
    tag::tags_of,
    wire::Refusal,
};
use crate::{
    AccountSetting, Tagged,
    api::{ApiError, LaunchType, Operation, Provider, StrategyItem},
    id::{ClusterId, ProviderId},
};
use footman_core::event::TaskStatus;

/// Names or ARNs of one call (Amazon ECS API Reference, DescribeClusters).
const DESCRIBE_MAX: usize = 100;
/// The cluster that a call is for where it names none.
const DEFAULT: &str = "default";

/// What a cluster shows and what decides nothing here.
#[derive(Debug, Default)]
pub(super) struct ClusterExtras {
    configuration: Option<ClusterConfiguration>,
    service_connect_defaults: Option<ClusterServiceConnectDefaults>,
    container_insights: Option<Text>,
    /// Whether FARGATE and FARGATE_SPOT are among its capacity providers: they may be used all the same.
    fargate: [bool; 2],
}

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
        self.arn("cluster", self.ecs.cluster_name(id))
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
        let insights = insights(input.settings.as_deref().unwrap_or_default())?;
        let strategy = self.strategy(&input.default_capacity_provider_strategy.unwrap_or_default())?;
        let names = input.capacity_providers.unwrap_or_default();
        let groups = self.group_providers(&names)?;
        let name = input.cluster_name.as_deref().unwrap_or(DEFAULT);
        // A cluster of that name that is there already is the answer, whatever else was asked for.
        if let Ok(known) = self.ecs.find_cluster(name) {
            return Ok(CreateClusterResponse { cluster: Some(self.cluster_shape(known, None)) });
        }
        let cluster = self.ecs.create_cluster(name)?;
        self.ecs.put_tags(Tagged::Cluster(cluster), &tags_of(input.tags.as_deref().unwrap_or_default()))?;
        if !groups.is_empty() || !strategy.is_empty() {
            self.ecs.put_cluster_capacity_providers(self.now, cluster, &groups, &strategy)?;
        }
        let root = self.ecs.root_arn();
        let default = self.ecs.account_setting(&root, AccountSetting::ContainerInsights);
        let extras = ClusterExtras {
            configuration: input.configuration,
            service_connect_defaults: input.service_connect_defaults.map(service_connect),
            container_insights: Some(insights.unwrap_or(Text::Borrowed(default))),
            fargate: fargate(&names),
        };
        self.kept.clusters.insert(cluster, extras);
        Ok(CreateClusterResponse { cluster: Some(self.cluster_shape(cluster, None)) })
    }

    pub(super) fn describe_clusters(
        &mut self,
        input: DescribeClustersRequest,
    ) -> Result<DescribeClustersResponse, Refusal> {
        self.admit(Operation::DescribeClusters)?;
        let asked = input.clusters.filter(|asked| !asked.is_empty()).unwrap_or_else(|| vec![DEFAULT.into()]);
        if asked.len() > DESCRIBE_MAX {
            return Err(Refusal::invalid("Clusters can have at most 100 items."));
        }
        let include = input.include.unwrap_or_default();
        let (mut clusters, mut failures) = (Vec::new(), Vec::new());
        for name in asked {
            match self.ecs.find_cluster(&name) {
                Ok(id) => clusters.push(self.cluster_shape(id, Some(&include))),
                Err(_) if name.starts_with("arn:") => failures.push(missing(name.into_owned())),
                Err(_) => failures.push(missing(self.arn("cluster", &name))),
            }
        }
        Ok(DescribeClustersResponse { clusters: Some(clusters), failures: Some(failures) })
    }

    pub(super) fn update_cluster(
        &mut self,
        input: UpdateClusterRequest,
    ) -> Result<UpdateClusterResponse, Refusal> {
        self.admit(Operation::UpdateCluster)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let insights = insights(input.settings.as_deref().unwrap_or_default())?;
        let extras = self.kept.clusters.entry(cluster).or_default();
        if insights.is_some() {
            extras.container_insights = insights;
        }
        if input.configuration.is_some() {
            extras.configuration = input.configuration;
        }
        if let Some(defaults) = input.service_connect_defaults {
            extras.service_connect_defaults = Some(service_connect(defaults));
        }
        Ok(UpdateClusterResponse { cluster: Some(self.cluster_shape(cluster, None)) })
    }

    pub(super) fn update_cluster_settings(
        &mut self,
        input: UpdateClusterSettingsRequest,
    ) -> Result<UpdateClusterSettingsResponse, Refusal> {
        self.admit(Operation::UpdateClusterSettings)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let insights = insights(input.settings.as_deref().unwrap_or_default())?;
        if insights.is_some() {
            self.kept.clusters.entry(cluster).or_default().container_insights = insights;
        }
        Ok(UpdateClusterSettingsResponse { cluster: Some(self.cluster_shape(cluster, None)) })
    }

    pub(super) fn put_cluster_capacity_providers(
        &mut self,
        input: PutClusterCapacityProvidersRequest,
    ) -> Result<PutClusterCapacityProvidersResponse, Refusal> {
        self.admit(Operation::PutClusterCapacityProviders)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let names = input.capacity_providers.unwrap_or_default();
        let strategy = self.strategy(&input.default_capacity_provider_strategy.unwrap_or_default())?;
        let groups = self.group_providers(&names)?;
        self.ecs.put_cluster_capacity_providers(self.now, cluster, &groups, &strategy)?;
        self.kept.clusters.entry(cluster).or_default().fargate = fargate(&names);
        Ok(PutClusterCapacityProvidersResponse { cluster: Some(self.cluster_shape(cluster, None)) })
    }

    pub(super) fn delete_cluster(
        &mut self,
        input: DeleteClusterRequest,
    ) -> Result<DeleteClusterResponse, Refusal> {
        self.admit(Operation::DeleteCluster)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        self.ecs.delete_cluster(cluster)?;
        let shape = self.cluster_shape(cluster, None);
        self.kept.clusters.remove(&cluster);
        Ok(DeleteClusterResponse { cluster: Some(shape) })
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

    /// A cluster; what is only shown when it is asked for is left out unless `include` names it, and shown in full where
    /// there is no `include`: so answer the calls that change a cluster.
    pub(super) fn cluster_shape(&self, id: ClusterId, include: Option<&[ClusterField]>) -> Cluster {
        let view = self.ecs.cluster_view(id);
        let nothing = ClusterExtras::default();
        let extras = self.kept.clusters.get(&id).unwrap_or(&nothing);
        let shows = |field| include.is_none_or(|include| include.contains(&field));
        let setting = || ClusterSetting {
            name: Some(ClusterSettingName::ContainerInsights),
            value: Some(extras.container_insights.clone().unwrap_or(Text::Borrowed("disabled"))),
        };
        let name = |&id: &ProviderId| Text::from(self.ecs.provider_name(Provider::Group(id)).to_owned());
        let on_fargate = [("FARGATE", extras.fargate[0]), ("FARGATE_SPOT", extras.fargate[1])];
        let on_fargate = on_fargate.into_iter().filter(|(_, there)| *there).map(|(name, _)| Text::from(name));
        let asked = |field| include.is_some_and(|include| include.contains(&field));
        Cluster {
            cluster_arn: Some(self.cluster_arn(id).into()),
            cluster_name: Some(view.name.to_owned().into()),
            status: Some(if view.active { "ACTIVE" } else { "INACTIVE" }.into()),
            registered_container_instances_count: Some(count(self.ecs.container_instances(id).count())),
            running_tasks_count: Some(number(view.running_tasks)),
            pending_tasks_count: Some(number(view.pending_tasks)),
            active_services_count: Some(0),
            statistics: Some(if asked(ClusterField::Statistics) { self.statistics(id) } else { Vec::new() }),
            tags: Some(if shows(ClusterField::Tags) {
                self.tags_shown(Tagged::Cluster(id))
            } else {
                Vec::new()
            }),
            settings: Some(if shows(ClusterField::Settings) { vec![setting()] } else { Vec::new() }),
            configuration: extras.configuration.clone().filter(|_| shows(ClusterField::Configurations)),
            service_connect_defaults: extras.service_connect_defaults.clone(),
            capacity_providers: Some(on_fargate.chain(view.providers.iter().map(name)).collect()),
            default_capacity_provider_strategy: Some(self.strategy_shape(view.default_strategy)),
            ..Cluster::default()
        }
    }

    /// The tasks of a cluster by launch type, and its services, of which there are none (Amazon ECS API Reference,
    /// Cluster `statistics`).
    fn statistics(&self, id: ClusterId) -> Vec<KeyValuePair> {
        let mut counts = [[0_usize; 2]; 2];
        for task in self.ecs.live_tasks(id) {
            let place = usize::from(task.launch_type == LaunchType::Fargate);
            match task.status {
                TaskStatus::Running => counts[0][place] += 1,
                TaskStatus::Provisioning | TaskStatus::Pending | TaskStatus::Activating => {
                    counts[1][place] += usize::from(!task.stopping);
                }
                TaskStatus::Deactivating
                | TaskStatus::Stopping
                | TaskStatus::Deprovisioning
                | TaskStatus::Stopped => {}
            }
        }
        let named = [
            ("runningEC2TasksCount", counts[0][0]),
            ("runningFargateTasksCount", counts[0][1]),
            ("pendingEC2TasksCount", counts[1][0]),
            ("pendingFargateTasksCount", counts[1][1]),
            ("activeEC2ServiceCount", 0),
            ("activeFargateServiceCount", 0),
            ("drainingEC2ServiceCount", 0),
            ("drainingFargateServiceCount", 0),
        ];
        let pair = |(name, count): (&'static str, usize)| KeyValuePair {
            name: Some(name.into()),
            value: Some(count.to_string().into()),
        };
        named.into_iter().map(pair).collect()
    }
}

/// The value of `containerInsights`, where it is set.
fn insights(settings: &[ClusterSetting]) -> Result<Option<Text>, Refusal> {
    let Some(setting) = settings.last() else { return Ok(None) };
    let value = setting.value.clone().unwrap_or_default();
    if AccountSetting::ContainerInsights.values().contains(&&*value) {
        return Ok(Some(value));
    }
    Err(ApiError::invalid("Invalid setting 'value'").into())
}

fn fargate(names: &[Text]) -> [bool; 2] {
    ["FARGATE", "FARGATE_SPOT"].map(|fargate| names.iter().any(|name| name == fargate))
}

fn service_connect(given: ClusterServiceConnectDefaultsRequest) -> ClusterServiceConnectDefaults {
    ClusterServiceConnectDefaults { namespace: given.namespace }
}
