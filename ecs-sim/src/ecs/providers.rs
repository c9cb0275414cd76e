//! Capacity providers and the auto-scaling groups behind them, as the API sees them: `CreateCapacityProvider`,
//! `UpdateCapacityProvider`, `DeleteCapacityProvider`.
//!
//! A group is made by itself, outside of ECS. Its instances start to boot once its provider is associated with a cluster.

use super::{Ecs, index, tags::Tagged};
use crate::{
    api::ApiError,
    capacity::{GroupProvider, ManagedScaling, ProviderSettings},
    id::ProviderId,
};
use std::sync::Arc;

/// What became of the last change of a capacity provider: `updateStatus`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderUpdate {
    /// `CREATE_COMPLETE`.
    Created,
    /// `UPDATE_COMPLETE`.
    Updated,
    /// `DELETE_COMPLETE`.
    Deleted,
    /// `DELETE_FAILED`, and why.
    DeleteFailed(Arc<str>),
}

/// A capacity provider as `DescribeCapacityProviders` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderView<'a> {
    /// The number behind `capacityProviderArn`.
    pub id: ProviderId,
    /// What it is.
    pub spec: &'a GroupProvider,
    /// `updateStatus` and `updateStatusReason`.
    pub update: &'a ProviderUpdate,
}

impl Ecs {
    /// Makes a capacity provider before a group that was made; the group is named by its ARN or its name
    /// (awsdocs/aws-cloudformation-user-guide pull request 1319).
    ///
    /// # Errors
    ///
    /// Fails where ECS would refuse it.
    pub fn create_provider_of_group(
        &mut self,
        name: &str,
        group: &str,
        settings: ProviderSettings,
    ) -> Result<ProviderId, ApiError> {
        let Some(group) = self.auto_scaling_group(group) else {
            return Err(ApiError::client(
                "The specified Auto Scaling group ARN is not valid. Specify a valid Auto Scaling group ARN and try again.",
            ));
        };
        if self.capacity_providers().any(|id| self.provider(id).made_for.as_ref() == Some(&group.name)) {
            // aws/containers-roadmap issue 632.
            return Err(ApiError::client(
                "The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a \
                 unique Auto Scaling group ARN and try again.",
            ));
        }
        check_protection(settings, group.scale_in_protection)?;
        let made_for = Arc::clone(&group.name);
        let provider = GroupProvider {
            managed_scaling: settings.managed_scaling,
            termination_protection: settings.termination_protection,
            managed_draining: settings.managed_draining,
            ..group.provider(name)
        };
        let id = self.create_capacity_provider(provider)?;
        self.provider_mut(id).made_for = Some(made_for);
        Ok(id)
    }

    /// The name of the auto-scaling group behind a provider; one that came with its provider has the provider's name.
    pub fn group_name_of(&self, provider: ProviderId) -> Arc<str> {
        let provider = self.provider(provider);
        Arc::clone(provider.made_for.as_ref().unwrap_or(&provider.spec.name))
    }

    /// The capacity provider with a group behind it of this name or ARN, unless it was deleted.
    pub fn find_group_provider(&self, name: &str) -> Option<ProviderId> {
        let name = name.rsplit_once("capacity-provider/").map_or(name, |(_, name)| name);
        self.capacity_providers().find(|&id| *self.provider(id).spec.name == *name)
    }

    /// A capacity provider, deleted or not.
    pub fn provider_view(&self, id: ProviderId) -> ProviderView<'_> {
        let group = self.provider(id);
        ProviderView { id, spec: &group.spec, update: &group.update }
    }

    /// Changes how a group is scaled (`UpdateCapacityProvider`), outside of the API's buckets. What is in progress goes on.
    ///
    /// # Errors
    ///
    /// Fails where ECS would refuse it.
    pub fn update_provider(&mut self, id: ProviderId, settings: ProviderSettings) -> Result<(), ApiError> {
        check_scaling(settings.managed_scaling.as_ref())?;
        let made_for = self.provider(id).made_for.as_deref().and_then(|name| self.auto_scaling_group(name));
        check_protection(settings, made_for.is_none_or(|group| group.scale_in_protection))?;
        let group = self.provider_mut(id);
        group.spec.managed_scaling = settings.managed_scaling;
        group.spec.termination_protection = settings.termination_protection;
        group.spec.managed_draining = settings.managed_draining;
        group.update = ProviderUpdate::Updated;
        self.start_scaling(id);
        Ok(())
    }

    /// Deletes a capacity provider (`DeleteCapacityProvider`), outside of the API's buckets. One that is associated with a
    /// cluster stays, and says so in its `updateStatus`, while the call itself succeeds
    /// (hashicorp/terraform-provider-aws pull request 48156).
    pub fn delete_provider(&mut self, id: ProviderId) {
        let cluster = self.clusters.iter().find(|cluster| cluster.active && cluster.providers.contains(&id));
        let update = match cluster {
            Some(cluster) => ProviderUpdate::DeleteFailed(
                format!(
                    "The capacity provider cannot be deleted because it is associated with cluster: {}. Remove the \
                     capacity provider from the cluster and try again.",
                    cluster.name
                )
                .into(),
            ),
            None => ProviderUpdate::Deleted,
        };
        if update == ProviderUpdate::Deleted {
            self.tags.remove(&Tagged::CapacityProvider(id));
        }
        self.providers[index(id.0)].update = update;
    }
}

/// Checks the bounds of managed scaling (Amazon ECS API Reference, ManagedScaling).
pub(super) fn check_scaling(scaling: Option<&ManagedScaling>) -> Result<(), ApiError> {
    let Some(scaling) = scaling else { return Ok(()) };
    let steps = 1..=10_000;
    if !(1..=100).contains(&scaling.target_percent)
        || !steps.contains(&scaling.step_min)
        || !steps.contains(&scaling.step_max)
        || scaling.step_min > scaling.step_max
        || scaling.warmup.as_millis() > 10_000_000
    {
        return Err(ApiError::client("The managed scaling settings are out of range."));
    }
    Ok(())
}

fn check_protection(settings: ProviderSettings, group_protects: bool) -> Result<(), ApiError> {
    if !settings.termination_protection {
        return Ok(());
    }
    if settings.managed_scaling.is_none() {
        return Err(ApiError::client(
            "The managed termination protection setting for the capacity provider is invalid. To enable managed \
             termination protection for a capacity provider, managed scaling must be enabled.",
        ));
    }
    if !group_protects {
        // hashicorp/terraform-provider-aws issue 11338.
        return Err(ApiError::client(
            "The managed termination protection setting for the capacity provider is invalid. To enable managed \
             termination protection for a capacity provider, the Auto Scaling group must have instance protection from \
             scale in enabled.",
        ));
    }
    Ok(())
}
