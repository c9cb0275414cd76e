//! Custom attributes of container instances: `PutAttributes`, `DeleteAttributes`, `ListAttributes`.

use super::{
    Call,
    model::{
        self, DeleteAttributesRequest, DeleteAttributesResponse, ListAttributesRequest,
        ListAttributesResponse, PutAttributesRequest, PutAttributesResponse, TargetType, Text,
    },
    page::Page,
    wire::Refusal,
};
use crate::{
    Attribute,
    api::{ApiError, ErrorCode, Operation},
    id::{ClusterId, InstanceId},
};
use std::collections::BTreeMap;

/// Attributes of one call (Amazon ECS API Reference, PutAttributes and DeleteAttributes).
const CALL_MAX: usize = 10;

/// An attribute in the terms of the state machine.
pub(super) fn attribute_of(given: &model::Attribute) -> Attribute {
    (given.name.as_deref().unwrap_or_default().into(), given.value.as_deref().map(Into::into))
}

impl Call<'_> {
    /// Attributes by the instance that they are for.
    fn by_target(
        &self,
        cluster: ClusterId,
        attributes: &[model::Attribute],
    ) -> Result<BTreeMap<InstanceId, Vec<Attribute>>, Refusal> {
        if attributes.is_empty() {
            return Err(Refusal::invalid("attributes can not be empty"));
        }
        if attributes.len() > CALL_MAX {
            return Err(Refusal::invalid("attributes can have at most 10 items."));
        }
        let mut by_target: BTreeMap<InstanceId, Vec<Attribute>> = BTreeMap::new();
        for given in attributes {
            let target = given.target_id.as_deref().unwrap_or_default();
            // A bare id needs its type, an ARN does not (Amazon ECS API Reference, Attribute).
            let named = target.starts_with("arn:") || given.target_type.is_some();
            let known = self.known_instance(cluster, target).ok().filter(|_| named);
            // moto's copy of ECS's words.
            let missing = || ApiError::new(ErrorCode::TargetNotFound, format!("Could not find {target}"));
            by_target.entry(known.ok_or_else(missing)?).or_default().push(attribute_of(given));
        }
        Ok(by_target)
    }

    pub(super) fn put_attributes(
        &mut self,
        input: PutAttributesRequest,
    ) -> Result<PutAttributesResponse, Refusal> {
        self.admit(Operation::PutAttributes)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let attributes = input.attributes.unwrap_or_default();
        for (instance, attributes) in self.by_target(cluster, &attributes)? {
            self.ecs.put_attributes(instance, &attributes)?;
        }
        Ok(PutAttributesResponse { attributes: Some(attributes) })
    }

    pub(super) fn delete_attributes(
        &mut self,
        input: DeleteAttributesRequest,
    ) -> Result<DeleteAttributesResponse, Refusal> {
        self.admit(Operation::DeleteAttributes)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let attributes = input.attributes.unwrap_or_default();
        for (instance, attributes) in self.by_target(cluster, &attributes)? {
            self.ecs.delete_attributes(instance, &attributes);
        }
        Ok(DeleteAttributesResponse { attributes: Some(attributes) })
    }

    pub(super) fn list_attributes(
        &mut self,
        input: ListAttributesRequest,
    ) -> Result<ListAttributesResponse, Refusal> {
        self.admit(Operation::ListAttributes)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        if input.attribute_value.is_some() && input.attribute_name.is_none() {
            // Amazon ECS API Reference, ListAttributes: a value needs a name. The words are made up.
            return Err(Refusal::invalid("Specify an attribute name with the attribute value."));
        }
        let wanted = |attribute: &model::Attribute| {
            input.attribute_name.is_none() || input.attribute_name == attribute.name
        };
        let valued = |attribute: &model::Attribute| {
            input.attribute_value.is_none() || input.attribute_value == attribute.value
        };
        let name = self.ecs.cluster_name(cluster);
        let mut found = Vec::new();
        for view in self.ecs.container_instances(cluster).filter_map(|id| self.ecs.container_instance(id)) {
            let arn = Text::from(self.ecs.container_instance_arn(name, view.id).to_string());
            let attributes = super::instance::attributes(&view).into_iter();
            found.extend(attributes.filter(wanted).filter(valued).map(|attribute| model::Attribute {
                target_type: Some(TargetType::ContainerInstance),
                target_id: Some(arn.clone()),
                ..attribute
            }));
        }
        let (attributes, next_token) =
            Page::new(input.next_token.as_deref(), input.max_results).cut(found)?;
        Ok(ListAttributesResponse { attributes: Some(attributes), next_token })
    }
}
