//! Tags: `TagResource`, `UntagResource`, `ListTagsForResource`, and those that things are made with.

use super::Ecs;
use crate::{
    api::{ApiError, ErrorCode, Tag, Tags},
    id::{ClusterId, DefinitionId, InstanceId, ProviderId, TaskId},
};
use std::sync::Arc;

/// Tags of one resource (Amazon ECS API Reference, Tag).
const TAGS_MAX: usize = 50;
/// Characters of a tag's key.
const KEY_MAX: usize = 128;
/// Characters of a tag's value.
const VALUE_MAX: usize = 256;

/// Something that has tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tagged {
    /// A cluster.
    Cluster(ClusterId),
    /// A revision of a task definition.
    TaskDefinition(DefinitionId),
    /// A container instance.
    ContainerInstance(InstanceId),
    /// A capacity provider.
    CapacityProvider(ProviderId),
    /// A task.
    Task(TaskId),
}

/// Whether a text has more than `most` characters. One of so few bytes has not, and need not be read.
fn is_longer(text: &str, most: usize) -> bool {
    text.len() > most && text.chars().count() > most
}

/// Checks tags that are to be set, whatever the resource has already.
pub(super) fn check_tags(tags: &[Tag]) -> Result<(), ApiError> {
    if tags.len() > TAGS_MAX {
        return Err(ApiError::invalid("A resource has at most 50 tags."));
    }
    for (key, value) in tags {
        // "aws:" is AWS's own (Amazon ECS API Reference, Tag).
        let reserved = key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
        if key.is_empty() || is_longer(key, KEY_MAX) || is_longer(value, VALUE_MAX) || reserved {
            return Err(ApiError::invalid(format!("The tag '{key}' is invalid.")));
        }
    }
    Ok(())
}

impl Ecs {
    /// Checks tags that something is to be made with.
    ///
    /// # Errors
    ///
    /// Fails where a tag is invalid, or there are more than 50.
    pub fn check_tags(tags: &[Tag]) -> Result<(), ApiError> {
        check_tags(tags)
    }

    /// The tags of a resource, in the order in which they were set.
    pub fn tags(&self, of: Tagged) -> &[Tag] {
        match of {
            Tagged::Task(task) => self.tasks.record(task).map_or(&[], |record| record.tags.as_slice()),
            Tagged::Cluster(_)
            | Tagged::TaskDefinition(_)
            | Tagged::ContainerInstance(_)
            | Tagged::CapacityProvider(_) => self.tags.get(&of).map_or(&[], |tags| tags.as_slice()),
        }
    }

    /// Sets tags of a resource; a key that is there already gets the new value.
    ///
    /// # Errors
    ///
    /// Fails where a tag is invalid, or the resource would have more than 50. Nothing is set then.
    pub fn put_tags(&mut self, of: Tagged, tags: &[Tag]) -> Result<(), ApiError> {
        check_tags(tags)?;
        let mut all: Tags = self.tags(of).into();
        for (key, value) in tags {
            match all.iter_mut().find(|(known, _)| known == key) {
                Some(known) => known.1 = Arc::clone(value),
                None => all.push((Arc::clone(key), Arc::clone(value))),
            }
        }
        if all.len() > TAGS_MAX {
            return Err(ApiError::invalid("A resource has at most 50 tags."));
        }
        self.set_tags(of, all);
        Ok(())
    }

    /// Takes tags off a resource; keys that it does not have are ignored.
    pub fn remove_tags<'a>(&mut self, of: Tagged, keys: impl IntoIterator<Item = &'a str>) {
        let mut left: Tags = self.tags(of).into();
        for key in keys {
            left.retain(|(known, _)| **known != *key);
        }
        self.set_tags(of, left);
    }

    fn set_tags(&mut self, of: Tagged, tags: Tags) {
        match of {
            Tagged::Task(task) => {
                if let Some(record) = self.tasks.record_mut(task) {
                    record.tags = tags;
                }
            }
            Tagged::Cluster(_)
            | Tagged::TaskDefinition(_)
            | Tagged::ContainerInstance(_)
            | Tagged::CapacityProvider(_) => {
                if tags.is_empty() {
                    self.tags.remove(&of);
                } else {
                    self.tags.insert(of, tags);
                }
            }
        }
    }

    /// The resource of this ARN.
    ///
    /// # Errors
    ///
    /// Fails where the text is no ARN of ECS, has the short form that is without tags, or names nothing that is there.
    pub fn tagged(&self, arn: &str) -> Result<Tagged, ApiError> {
        let invalid = || ApiError::invalid("The ARN provided is invalid.");
        let missing = || ApiError::new(ErrorCode::ResourceNotFound, "The specified resource was not found.");
        let rest = arn.strip_prefix("arn:aws:ecs:").ok_or_else(invalid)?;
        let resource = rest.splitn(3, ':').nth(2).ok_or_else(invalid)?;
        let (kind, name) = resource.split_once('/').ok_or_else(invalid)?;
        match kind {
            "cluster" => self.find_cluster(arn).map(Tagged::Cluster),
            "task-definition" => {
                let found = name.contains(':').then(|| self.find_task_definition(name));
                found.and_then(Result::ok).map(Tagged::TaskDefinition).ok_or_else(missing)
            }
            "capacity-provider" => {
                self.find_group_provider(name).map(Tagged::CapacityProvider).ok_or_else(missing)
            }
            "task" | "container-instance" | "service" if !name.contains('/') => {
                // boto/boto3 issue 2473.
                Err(ApiError::invalid("Long arn format must be used for tagging operations"))
            }
            "task" => {
                let known = self.task_of_arn(arn).filter(|&task| self.task(self.now, task).is_some());
                known.map(Tagged::Task).ok_or_else(missing)
            }
            "container-instance" => {
                let known = self.container_instance_of_arn(arn).filter(|&id| self.instance(id).is_some());
                known.map(Tagged::ContainerInstance).ok_or_else(missing)
            }
            "service" => Err(missing()),
            _ => Err(invalid()),
        }
    }
}
