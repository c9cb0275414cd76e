//! Capacity providers: `CreateCapacityProvider`, `DescribeCapacityProviders`, `UpdateCapacityProvider`,
//! `DeleteCapacityProvider`.

use super::{
    Call,
    cluster::{missing, number},
    model::{
        AutoScalingGroupProvider, CapacityProvider, CapacityProviderField, CapacityProviderStatus,
        CapacityProviderType, CapacityProviderUpdateStatus, CreateCapacityProviderRequest,
        CreateCapacityProviderResponse, DeleteCapacityProviderRequest, DeleteCapacityProviderResponse,
        DescribeCapacityProvidersRequest, DescribeCapacityProvidersResponse, ManagedDraining,
        ManagedScaling as Scaling, ManagedScalingStatus, ManagedTerminationProtection,
        UpdateCapacityProviderRequest, UpdateCapacityProviderResponse,
    },
    page::Page,
    tag::tags_of,
    wire::Refusal,
};
use crate::{
    Ecs, ProviderUpdate, Tagged,
    api::{ApiError, Operation, Provider},
    capacity::{ManagedScaling, ProviderSettings},
    id::ProviderId,
};
use footman_core::time::Millis;

/// Managed scaling as a request wants it; what it does not say is as it was.
fn scaling(given: &Scaling, before: ManagedScaling) -> Option<ManagedScaling> {
    if given.status != Some(ManagedScalingStatus::Enabled) {
        return None;
    }
    // Each was checked to be within its bounds.
    let or = |value: Option<i32>, before: u32| value.and_then(|n| u32::try_from(n).ok()).unwrap_or(before);
    let warmup = given.instance_warmup_period.and_then(|seconds| u64::try_from(seconds).ok());
    Some(ManagedScaling {
        target_percent: or(given.target_capacity, before.target_percent),
        step_min: or(given.minimum_scaling_step_size, before.step_min),
        step_max: or(given.maximum_scaling_step_size, before.step_max),
        warmup: warmup.map_or(before.warmup, Millis::from_secs),
    })
}

fn scaling_shown(scaling: Option<ManagedScaling>) -> Scaling {
    let status =
        if scaling.is_some() { ManagedScalingStatus::Enabled } else { ManagedScalingStatus::Disabled };
    let scaling = scaling.unwrap_or_default();
    Scaling {
        status: Some(status),
        target_capacity: Some(number(scaling.target_percent)),
        minimum_scaling_step_size: Some(number(scaling.step_min)),
        maximum_scaling_step_size: Some(number(scaling.step_max)),
        instance_warmup_period: Some(i32::try_from(scaling.warmup.as_millis() / 1000).unwrap_or(i32::MAX)),
    }
}

impl Call<'_> {
    pub(super) fn create_capacity_provider(
        &mut self,
        input: CreateCapacityProviderRequest,
    ) -> Result<CreateCapacityProviderResponse, Refusal> {
        self.admit(Operation::CreateCapacityProvider)?;
        if input.managed_instances_provider.is_some() {
            return Err(Refusal::unsupported("The simulator has no managed instances."));
        }
        let Some(group) = input.auto_scaling_group_provider else {
            return Err(ApiError::invalid("AutoScalingGroupProvider can not be blank.").into());
        };
        let tags = tags_of(input.tags.as_deref().unwrap_or_default());
        Ecs::check_tags(&tags)?;
        let settings = ProviderSettings {
            managed_scaling: group
                .managed_scaling
                .and_then(|given| scaling(&given, ManagedScaling::default())),
            termination_protection: group.managed_termination_protection
                == Some(ManagedTerminationProtection::Enabled),
            managed_draining: group.managed_draining != Some(ManagedDraining::Disabled),
        };
        let name = input.name.as_deref().unwrap_or_default();
        let arn = group.auto_scaling_group_arn.unwrap_or_default();
        let id = self.ecs.create_provider_of_group(name, &arn, settings)?;
        self.ecs.put_tags(Tagged::CapacityProvider(id), &tags)?;
        Ok(CreateCapacityProviderResponse { capacity_provider: Some(self.provider_shape(id, true)) })
    }

    pub(super) fn describe_capacity_providers(
        &mut self,
        input: DescribeCapacityProvidersRequest,
    ) -> Result<DescribeCapacityProvidersResponse, Refusal> {
        self.admit(Operation::DescribeCapacityProviders)?;
        let tags = input.include.iter().flatten().any(|part| *part == CapacityProviderField::Tags);
        let (mut providers, mut failures) = (Vec::new(), Vec::new());
        match input.capacity_providers.filter(|names| !names.is_empty()) {
            Some(names) => {
                for name in names {
                    match self.ecs.find_capacity_provider(&name) {
                        Ok(provider) => providers.push(self.any_provider_shape(provider, tags)),
                        Err(_) if name.starts_with("arn:") => failures.push(missing(name.into_owned())),
                        Err(_) => failures.push(missing(self.arn("capacity-provider", &name))),
                    }
                }
            }
            None => {
                let all = [Provider::Fargate, Provider::FargateSpot].into_iter();
                let all = all.chain(self.ecs.capacity_providers().map(Provider::Group));
                providers.extend(all.map(|provider| self.any_provider_shape(provider, tags)));
            }
        }
        let page = Page::new(input.next_token.as_deref(), input.max_results);
        let (providers, next_token) = page.cut(providers)?;
        Ok(DescribeCapacityProvidersResponse {
            capacity_providers: Some(providers),
            failures: Some(failures),
            next_token,
        })
    }

    pub(super) fn update_capacity_provider(
        &mut self,
        input: UpdateCapacityProviderRequest,
    ) -> Result<UpdateCapacityProviderResponse, Refusal> {
        self.admit(Operation::UpdateCapacityProvider)?;
        let id = self.group_provider(input.name.as_deref().unwrap_or_default())?;
        let Some(change) = input.auto_scaling_group_provider else {
            return Err(ApiError::invalid("AutoScalingGroupProvider can not be blank.").into());
        };
        let before = self.ecs.provider_view(id).spec;
        let settings = ProviderSettings {
            managed_scaling: match change.managed_scaling {
                None => before.managed_scaling,
                Some(given) => scaling(&given, before.managed_scaling.unwrap_or_default()),
            },
            termination_protection: match change.managed_termination_protection {
                None => before.termination_protection,
                Some(given) => given == ManagedTerminationProtection::Enabled,
            },
            managed_draining: match change.managed_draining {
                None => before.managed_draining,
                Some(given) => given == ManagedDraining::Enabled,
            },
        };
        self.ecs.update_provider(id, settings)?;
        Ok(UpdateCapacityProviderResponse { capacity_provider: Some(self.provider_shape(id, false)) })
    }

    pub(super) fn delete_capacity_provider(
        &mut self,
        input: DeleteCapacityProviderRequest,
    ) -> Result<DeleteCapacityProviderResponse, Refusal> {
        self.admit(Operation::DeleteCapacityProvider)?;
        let id = self.group_provider(input.capacity_provider.as_deref().unwrap_or_default())?;
        self.ecs.delete_provider(id);
        Ok(DeleteCapacityProviderResponse { capacity_provider: Some(self.provider_shape(id, false)) })
    }

    /// The capacity provider of this name or ARN, which must have a group behind it.
    fn group_provider(&self, name: &str) -> Result<ProviderId, Refusal> {
        match self.ecs.find_capacity_provider(name)? {
            Provider::Group(id) => Ok(id),
            // Amazon ECS API Reference, DeleteCapacityProvider: they are reserved. The words are made up.
            Provider::Fargate | Provider::FargateSpot => Err(ApiError::client(
                "The FARGATE and FARGATE_SPOT capacity providers are reserved and cannot be changed or deleted.",
            )
            .into()),
        }
    }

    fn any_provider_shape(&self, provider: Provider, tags: bool) -> CapacityProvider {
        let kind = match provider {
            Provider::Group(id) => return self.provider_shape(id, tags),
            Provider::Fargate => CapacityProviderType::Fargate,
            Provider::FargateSpot => CapacityProviderType::FargateSpot,
        };
        let name = self.ecs.provider_name(provider);
        CapacityProvider {
            capacity_provider_arn: Some(self.arn("capacity-provider", name).into()),
            name: Some(name.to_owned().into()),
            status: Some(CapacityProviderStatus::Active),
            tags: Some(Vec::new()),
            r#type: Some(kind),
            ..CapacityProvider::default()
        }
    }

    fn provider_shape(&self, id: ProviderId, tags: bool) -> CapacityProvider {
        let view = self.ecs.provider_view(id);
        let group = self.ecs.auto_scaling_group_arn(&self.ecs.group_name_of(id));
        let (update, reason) = match view.update {
            ProviderUpdate::Created => (CapacityProviderUpdateStatus::CreateComplete, None),
            ProviderUpdate::Updated => (CapacityProviderUpdateStatus::UpdateComplete, None),
            ProviderUpdate::Deleted => (CapacityProviderUpdateStatus::DeleteComplete, None),
            ProviderUpdate::DeleteFailed(why) => (CapacityProviderUpdateStatus::DeleteFailed, Some(why)),
        };
        let deleted = *view.update == ProviderUpdate::Deleted;
        let protection = if view.spec.termination_protection {
            ManagedTerminationProtection::Enabled
        } else {
            ManagedTerminationProtection::Disabled
        };
        let draining =
            if view.spec.managed_draining { ManagedDraining::Enabled } else { ManagedDraining::Disabled };
        CapacityProvider {
            capacity_provider_arn: Some(self.arn("capacity-provider", &view.spec.name).into()),
            name: Some(view.spec.name.to_string().into()),
            status: Some(if deleted {
                CapacityProviderStatus::Inactive
            } else {
                CapacityProviderStatus::Active
            }),
            auto_scaling_group_provider: Some(AutoScalingGroupProvider {
                auto_scaling_group_arn: Some(group.into()),
                managed_scaling: Some(scaling_shown(view.spec.managed_scaling)),
                managed_termination_protection: Some(protection),
                managed_draining: Some(draining),
            }),
            update_status: Some(update),
            update_status_reason: reason.map(|why| why.to_string().into()),
            tags: Some(if tags { self.tags_shown(Tagged::CapacityProvider(id)) } else { Vec::new() }),
            r#type: Some(CapacityProviderType::Ec2Autoscaling),
            ..CapacityProvider::default()
        }
    }
}
