//! What container agents and their operators do: `RegisterContainerInstance`, `UpdateContainerInstancesState` to ACTIVE,
//! `PutAttributes`, `DeleteAttributes`.

use super::Ecs;
use crate::{
    api::{ApiError, ErrorCode},
    capacity::InstanceSpec,
    fleet::{Capabilities, InstanceStatus},
    id::{ClusterId, InstanceId},
    output::InstanceChange,
};
use std::sync::Arc;

/// An attribute: its name, and its value where it has one.
pub type Attribute = (Arc<str>, Option<Arc<str>>);

/// A container instance that registers by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRegistration {
    /// What it is. Its first zone is where it is; `trunking` follows from the account's settings.
    pub spec: InstanceSpec,
    /// `i-…`; one is made up where there is none.
    pub ec2_instance_id: Option<Arc<str>>,
    /// Attributes besides those that ECS gives to each instance.
    pub attributes: Vec<Attribute>,
}

/// Custom attributes of one resource (Amazon ECS API Reference, PutAttributes).
const ATTRIBUTES_MAX: usize = 10;
/// Characters of an attribute's name, and of its value (Amazon ECS API Reference, Attribute).
const ATTRIBUTE_LENGTH_MAX: usize = 128;

impl Ecs {
    /// Registers a container instance (`RegisterContainerInstance`), outside of the API's buckets: it is ACTIVE at once, or
    /// REGISTERING while its trunk is attached, and its agent connected. Attributes that the agent brings along are not
    /// counted against the limit of [`Self::put_attributes`].
    ///
    /// # Errors
    ///
    /// Fails where the cluster has as many instances as it may, or an attribute is invalid.
    pub fn register_container_instance(
        &mut self,
        cluster: ClusterId,
        registration: AgentRegistration,
    ) -> Result<InstanceId, ApiError> {
        let AgentRegistration { spec, ec2_instance_id, attributes } = registration;
        attributes.iter().try_for_each(check_attribute)?;
        self.check_room(cluster, &spec, 1)?;
        let id = self.launch(cluster, None, &spec, 0);
        self.register(id);
        self.attach_trunk(id);
        self.there_mut(id).ec2_instance_id = ec2_instance_id;
        self.take_capabilities(id, &attributes);
        for attribute in attributes {
            self.set_attribute(id, attribute);
        }
        Ok(id)
    }

    /// Heeds what an agent says of itself: its platform, and its capabilities where it names any at all, for one that
    /// names none is taken for an agent of an ECS-optimized image.
    fn take_capabilities(&mut self, id: InstanceId, attributes: &[Attribute]) {
        let value =
            |name: &str| attributes.iter().find(|(own, _)| **own == *name).map(|(_, value)| value.as_deref());
        let instance = self.there(id);
        let (cluster, Some(slot)) = (instance.cluster, instance.slot) else { return };
        let Some(view) = self.cluster(cluster).fleet.get(slot) else { return };
        let mut capabilities = view.capabilities();
        let mut choose = |name: &str, all: &[(&str, Capabilities)]| {
            let Some(said) = value(name) else { return };
            for &(known, capability) in all {
                capabilities = capabilities.without(capability);
                if said == Some(known) {
                    capabilities = capabilities.with(capability);
                }
            }
        };
        choose("ecs.cpu-architecture", &[("x86_64", Capabilities::X86_64), ("arm64", Capabilities::ARM64)]);
        choose("ecs.os-type", &[("linux", Capabilities::LINUX), ("windows", Capabilities::WINDOWS)]);
        if attributes.iter().any(|(name, _)| is_capability(name)) {
            let named = attributes.iter().filter_map(|(name, _)| Capabilities::named(name));
            capabilities = named.fold(capabilities.without(Capabilities::OF_AGENT), Capabilities::with);
        }
        self.cluster_mut(cluster).fleet.set_capabilities(slot, capabilities);
    }

    /// Sets a DRAINING instance back to ACTIVE (`UpdateContainerInstancesState`), outside of the API's buckets. One that
    /// managed scaling takes away stays as it is.
    ///
    /// # Errors
    ///
    /// Fails where there is no such instance in the cluster.
    pub fn activate_instance(&mut self, id: InstanceId) -> Result<(), ApiError> {
        let Some(instance) = self.instance(id) else {
            return Err(ApiError::invalid("The referenced container instance was not found."));
        };
        let (cluster, Some(slot)) = (instance.cluster, instance.slot) else {
            return Err(ApiError::invalid("The referenced container instance was not found."));
        };
        let fleet = &mut self.cluster_mut(cluster).fleet;
        let draining = fleet.get(slot).is_some_and(|view| view.status() == InstanceStatus::Draining);
        if draining && !self.there(id).drains {
            self.cluster_mut(cluster).fleet.set_status(slot, InstanceStatus::Active);
            self.emit_instance(id, InstanceChange::Activated);
            self.offer(id);
        }
        Ok(())
    }

    /// Sets custom attributes of an instance (`PutAttributes`), outside of the API's buckets; a name that is there already
    /// gets the new value.
    ///
    /// # Errors
    ///
    /// Fails where an attribute is invalid, or the instance would have more than 10. Nothing is set then.
    pub fn put_attributes(&mut self, id: InstanceId, attributes: &[Attribute]) -> Result<(), ApiError> {
        attributes.iter().try_for_each(check_attribute)?;
        let known = &self.there(id).attributes;
        let fresh =
            attributes.iter().filter(|(name, _)| !known.iter().any(|(other, _)| other == name)).count();
        if known.len() + fresh > ATTRIBUTES_MAX {
            return Err(ApiError::new(
                ErrorCode::AttributeLimitExceeded,
                "A resource has at most 10 custom attributes.",
            ));
        }
        for attribute in attributes {
            self.set_attribute(id, attribute.clone());
        }
        self.offer(id);
        Ok(())
    }

    /// Takes custom attributes off an instance (`DeleteAttributes`), outside of the API's buckets; names that it does not
    /// have are ignored. Where a value is given, only an attribute with that value goes.
    pub fn delete_attributes(&mut self, id: InstanceId, attributes: &[Attribute]) {
        let instance = self.there(id);
        let (cluster, slot) = (instance.cluster, instance.slot);
        for (name, value) in attributes {
            let goes = |known: &Attribute| known.0 == *name && (value.is_none() || known.1 == *value);
            let known = &mut self.there_mut(id).attributes;
            let before = known.len();
            known.retain(|known| !goes(known));
            if known.len() < before
                && let Some(slot) = slot
            {
                self.cluster_mut(cluster).fleet.remove_attribute(slot, name);
            }
        }
    }

    fn set_attribute(&mut self, id: InstanceId, (name, value): Attribute) {
        let instance = self.there_mut(id);
        let (cluster, slot) = (instance.cluster, instance.slot);
        match instance.attributes.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1.clone_from(&value),
            None => instance.attributes.push((Arc::clone(&name), value.clone())),
        }
        if let Some(slot) = slot {
            let fleet = &mut self.cluster_mut(cluster).fleet;
            fleet.set_attribute(slot, &name, value.as_deref().unwrap_or_default());
        }
    }
}

/// Whether an attribute says what an agent can do, whether a definition may require it or not.
pub(crate) fn is_capability(name: &str) -> bool {
    name.contains("ecs.capability.")
}

/// Letters, digits, `-`, `_`, `.`, `/` and `\` in a name; the same, `@`, `:` and spaces within in a value (Amazon ECS API
/// Reference, Attribute, read 2026-11-23).
fn check_attribute((name, value): &Attribute) -> Result<(), ApiError> {
    let allowed = |c: char| c.is_alphanumeric() || "-_./\\".contains(c);
    let length = 1..=ATTRIBUTE_LENGTH_MAX;
    if !length.contains(&name.chars().count()) || !name.chars().all(allowed) {
        return Err(ApiError::invalid(format!("The attribute name '{name}' is invalid.")));
    }
    let Some(value) = value else { return Ok(()) };
    let allowed = |c: char| allowed(c) || "@: ".contains(c);
    if !length.contains(&value.chars().count()) || !value.chars().all(allowed) || value.trim() != &**value {
        return Err(ApiError::invalid(format!("The attribute value '{value}' is invalid.")));
    }
    Ok(())
}
