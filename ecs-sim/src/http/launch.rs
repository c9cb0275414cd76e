//! What the containers of a task are to run, for those who let them run.

use super::{Face, REDACTED, is_secret, run};
use crate::{Ecs, task::TaskView};
use footman_core::time::Millis;
use std::fmt;

/// A container of a task as it is to be started: the definition with the overrides of the call.
#[derive(Clone, PartialEq, Eq)]
pub struct ContainerLaunch {
    /// `name`.
    pub name: String,
    /// `image`.
    pub image: String,
    /// `command`.
    pub command: Vec<String>,
    /// `environment`; each name once.
    pub environment: Vec<(String, String)>,
    /// Whether the task ends with it.
    pub essential: bool,
    /// `stopTimeout`.
    pub stop_timeout: Millis,
}

impl fmt::Debug for ContainerLaunch {
    /// Without the command, and without the values of what is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |(name, value): &(String, String)| {
            let value = if is_secret(name) { REDACTED } else { value };
            format!("{name}={value}")
        };
        f.debug_struct("ContainerLaunch")
            .field("name", &self.name)
            .field("image", &self.image)
            .field("environment", &self.environment.iter().map(shown).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl Face {
    /// The containers of a task, in the order of its definition.
    pub fn launches(&self, ecs: &Ecs, task: &TaskView<'_>) -> Vec<ContainerLaunch> {
        let overrides = run::said(task).overrides.unwrap_or_default().container_overrides.unwrap_or_default();
        let given = self.kept.definitions.get(&task.definition);
        let given = given.and_then(|given| given.container_definitions.as_deref()).unwrap_or_default();
        let containers = &ecs.task_definition(task.definition).containers;
        let launch = |(place, container): (usize, &crate::definition::Container)| {
            let given = given.get(place);
            let own = overrides.iter().find(|own| own.name.as_deref() == Some(&*container.name));
            let command = own
                .and_then(|own| own.command.as_ref())
                .or_else(|| given.and_then(|given| given.command.as_ref()));
            let mut environment: Vec<(String, String)> = Vec::new();
            let pairs = given.into_iter().flat_map(|given| given.environment.iter().flatten());
            for pair in pairs.chain(own.into_iter().flat_map(|own| own.environment.iter().flatten())) {
                let (Some(name), Some(value)) = (pair.name.as_deref(), pair.value.as_deref()) else {
                    continue;
                };
                environment.retain(|(known, _)| known != name);
                environment.push((name.to_owned(), value.to_owned()));
            }
            ContainerLaunch {
                name: container.name.to_string(),
                image: container.image.name.to_string(),
                command: command.into_iter().flatten().map(|word| word.to_string()).collect(),
                environment,
                essential: container.essential,
                stop_timeout: container.stop_timeout,
            }
        };
        containers.iter().enumerate().map(launch).collect()
    }
}
