//! Task definitions by their content: what is registered already is used, and nothing is registered twice.
//!
//! Each template has a family, and the newest revision of it carries a fingerprint of what is in it as a tag. A revision is
//! registered only where the fingerprint is another one, by one caller at a time, however many launches wait for it: ECS
//! refuses two at once for one family and takes one a second (Amazon ECS Developer Guide, "Request throttling").

use super::{
    definition,
    failure::failure,
    fingerprint::{FIELDS_TAG, Fingerprint, TAG},
    run::Definition,
    template::{OWNER_TAG, OwnDefinition, TaskTemplate},
    wire,
};
use aws_sdk_ecs::{
    Client,
    error::{BuildError, ProvideErrorMetadata},
    operation::describe_task_definition::DescribeTaskDefinitionOutput,
    types::{NetworkMode, SortOrder, Tag, TaskDefinition, TaskDefinitionField, TaskDefinitionStatus},
};
use footman_core::event::Failure;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::Mutex;

/// Revisions that are left beside the newest: launches that were under way when it came may still name the one before.
const KEPT_BESIDE: usize = 1;
/// The most revisions that one registration retires.
const RETIRED_MAX: i32 = 20;
/// What ECS says to a second registration of one family at a time, which is none the worse for being repeated.
const CONCURRENT: &str = "Too many concurrent attempts";

/// What the templates' tasks run from, as far as it is known.
#[derive(Debug)]
pub(super) struct Definitions {
    slots: Vec<Slot>,
    /// By template, its place in `slots`.
    places: Vec<usize>,
}

/// One template's and its alternatives', where the same is in theirs.
#[derive(Debug, Default)]
struct Slot {
    known: Mutex<Known>,
    /// How often it was tried, so that those who waited for a try that failed do not try again one after the other.
    tries: AtomicU64,
}

#[derive(Debug, Default)]
struct Known {
    definition: Option<Arc<Definition>>,
    /// Why the last try failed.
    failed: Option<Failure>,
}

impl Definitions {
    /// Of these templates nothing is known yet. A template and its alternatives of one family are one: what is in it is the
    /// same, and two callers would register it twice.
    pub(super) fn new<'a>(templates: impl Iterator<Item = &'a TaskTemplate>) -> Self {
        let mut known: Vec<(&str, &str, &str)> = Vec::new();
        let places = templates
            .map(|template| {
                let whose = (&*template.cloud, &*template.main, &*template.family);
                known.iter().position(|other| *other == whose).unwrap_or_else(|| {
                    known.push(whose);
                    known.len() - 1
                })
            })
            .collect();
        Self { slots: std::iter::repeat_with(Slot::default).take(known.len()).collect(), places }
    }

    /// What tasks of `template`, the one at `place`, run from; registered where it is not yet.
    ///
    /// # Errors
    ///
    /// Fails as the call failed that was needed for it; where several wait for one call, they fail together.
    pub(super) async fn ensure(
        &self,
        client: &Client,
        template: &TaskTemplate,
        place: usize,
    ) -> Result<Arc<Definition>, Failure> {
        let slot = &self.slots[self.places[place]];
        let before = slot.tries.load(Ordering::Acquire);
        let mut known = slot.known.lock().await;
        if let Some(definition) = &known.definition {
            return Ok(Arc::clone(definition));
        }
        if let (true, Some(failed)) = (slot.tries.load(Ordering::Acquire) > before, &known.failed) {
            return Err(failed.clone());
        }
        let found = match &template.own_definition {
            Some(own) => of_user(client, own).await,
            None => registered(client, template).await,
        };
        slot.tries.fetch_add(1, Ordering::AcqRel);
        known.failed = found.as_ref().err().cloned();
        known.definition = found.as_ref().ok().map(|definition| Arc::new(definition.clone()));
        found.map(Arc::new)
    }
}

/// A definition of the user's own: which container of it is the agent's, and whether its tasks have an interface each.
///
/// # Errors
///
/// Fails as the call failed, and where it has no such container.
pub(super) async fn of_user(client: &Client, own: &OwnDefinition) -> Result<Definition, Failure> {
    let described = client.describe_task_definition().task_definition(&*own.definition).send().await;
    let described = described.map_err(|error| failure(&error))?;
    let found = described.task_definition().ok_or(Failure::Unknown)?;
    let mut names = found.container_definitions().iter().filter_map(|container| container.name());
    let container = match &own.container {
        Some(wanted) => names.find(|name| *name == &**wanted).ok_or_else(|| {
            refused(format!("task definition `{}` has no container `{wanted}`", own.definition))
        })?,
        None => names
            .next()
            .ok_or_else(|| refused(format!("task definition `{}` has no container", own.definition)))?,
    };
    Ok(Definition {
        definition: own.definition.to_string(),
        container: container.to_owned(),
        awsvpc: found.network_mode() == Some(&NetworkMode::Awsvpc),
    })
}

/// The newest revision of a template's family, which is what the template says.
async fn registered(client: &Client, template: &TaskTemplate) -> Result<Definition, Failure> {
    let wanted = definition::of(template).map_err(|error| unbuildable(template, &error))?;
    let ours = Fingerprint::of(&wire::of_definition(wanted.clone()).await);
    let awsvpc = wanted.get_network_mode() == &Some(NetworkMode::Awsvpc);
    let of = |arn: &str| Definition {
        definition: arn.to_owned(),
        container: template.container.to_string(),
        awsvpc,
    };
    let differs = match compared(client, template, &ours).await? {
        Standing::Same { definition } => return Ok(of(&definition)),
        Standing::Missing => vec!["there was none"],
        Standing::Differs { fields, .. } => fields,
    };
    let tagged =
        wanted.tags(definition::tag(TAG, &ours.whole)).tags(definition::tag(FIELDS_TAG, &ours.fields));
    let answer = tagged.send_with(client).await.map_err(|error| {
        let concurrent = error.message().is_some_and(|message| message.contains(CONCURRENT));
        if concurrent { Failure::Unavailable } else { failure(&error) }
    })?;
    let arn = answer.task_definition().and_then(TaskDefinition::task_definition_arn);
    let arn = arn.ok_or(Failure::Unknown)?;
    tracing::info!(
        family = &*template.family,
        arn,
        differs = differs.join(", "),
        "registered a task definition"
    );
    retire(client, template).await;
    Ok(of(arn))
}

/// How what is registered compares with what a template says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The newest revision of the family is what the template says.
    Same {
        /// Its ARN.
        definition: String,
    },
    /// The newest revision is another one: the next launch registers one more.
    Differs {
        /// The fields that differ.
        fields: Vec<&'static str>,
        /// The owner whose tag it carries, if it does.
        owner: Option<String>,
    },
    /// The family has no revision: the first launch registers one.
    Missing,
}

/// How the newest revision of a template's family compares with it. Nothing is changed.
///
/// # Errors
///
/// Fails where the template cannot be put into a request, and as the call failed.
pub(super) async fn standing(client: &Client, template: &TaskTemplate) -> Result<Standing, Failure> {
    let wanted = definition::of(template).map_err(|error| unbuildable(template, &error))?;
    compared(client, template, &Fingerprint::of(&wire::of_definition(wanted).await)).await
}

async fn compared(client: &Client, template: &TaskTemplate, ours: &Fingerprint) -> Result<Standing, Failure> {
    let Some(newest) = newest(client, &template.family).await? else { return Ok(Standing::Missing) };
    let arn = newest.task_definition().and_then(TaskDefinition::task_definition_arn);
    match arn.filter(|_| value(newest.tags(), TAG) == Some(&*ours.whole)) {
        Some(arn) => Ok(Standing::Same { definition: arn.to_owned() }),
        None => Ok(Standing::Differs {
            fields: ours.differs(value(newest.tags(), FIELDS_TAG).unwrap_or_default()),
            owner: value(newest.tags(), OWNER_TAG).map(str::to_owned),
        }),
    }
}

/// The newest active revision of a family with its tags, if there is one.
async fn newest(client: &Client, family: &str) -> Result<Option<DescribeTaskDefinitionOutput>, Failure> {
    let described = client
        .describe_task_definition()
        .task_definition(family)
        .include(TaskDefinitionField::Tags)
        .send()
        .await;
    match described {
        Ok(described) => Ok(Some(described)),
        // ECS has no other way to say that there is none.
        Err(error) if error.as_service_error().is_some_and(|error| error.is_client_exception()) => Ok(None),
        Err(error) => Err(failure(&error)),
    }
}

/// Deregisters old revisions that this owner registered. Tasks that run go on; what cannot be retired now is retired after
/// the next registration.
async fn retire(client: &Client, template: &TaskTemplate) {
    let listed = client
        .list_task_definitions()
        .family_prefix(&*template.family)
        .status(TaskDefinitionStatus::Active)
        .sort(SortOrder::Desc)
        .max_results(RETIRED_MAX)
        .send()
        .await;
    let Ok(listed) = listed else { return };
    for arn in listed.task_definition_arns().iter().skip(1 + KEPT_BESIDE) {
        let described = client
            .describe_task_definition()
            .task_definition(arn)
            .include(TaskDefinitionField::Tags)
            .send()
            .await;
        let is_ours = described.is_ok_and(|it| value(it.tags(), OWNER_TAG) == Some(template.owner.as_str()));
        if is_ours && client.deregister_task_definition().task_definition(arn).send().await.is_ok() {
            tracing::info!(arn, "retired a task definition");
        }
    }
}

/// The value of a tag.
pub(super) fn value<'a>(tags: &'a [Tag], key: &str) -> Option<&'a str> {
    tags.iter().find(|tag| tag.key() == Some(key)).and_then(Tag::value)
}

fn refused(reason: String) -> Failure {
    Failure::Refused { reason: reason.into() }
}

/// A template that the SDK cannot put into a request.
pub(super) fn unbuildable(template: &TaskTemplate, error: &BuildError) -> Failure {
    refused(format!("template `{}` of cloud `{}` is no task: {error}", template.name, template.cloud))
}
