//! What would be sent to ECS for each template, for people to read and to compare.

use super::{
    definition,
    definitions::unbuildable,
    fingerprint::{FIELDS_TAG, Fingerprint, TAG},
    run::{self, Definition, Launch},
    template::TaskTemplate,
    wire,
};
use footman_core::{
    Timestamp,
    event::Failure,
    id::{Attempt, TemplateId},
    name::AgentName,
    spec::AgentSpec,
};
use secrecy::SecretString;
use serde_json::{Value, json};

/// What stands where an agent's secret is sent.
const NO_SECRET: &str = "SECRET-OF-THE-NODE";

/// The requests of one template, as they are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The cloud's name.
    pub cloud: String,
    /// The template's name.
    pub template: String,
    /// `RegisterTaskDefinition`, or `None` where the user has a definition.
    pub register_task_definition: Option<Value>,
    /// `RunTask` of an agent, with words in the place of its secret.
    pub run_task: Value,
}

impl Rendered {
    /// As one JSON object.
    pub fn json(&self) -> Value {
        json!({
            "cloud": self.cloud,
            "template": self.template,
            "registerTaskDefinition": self.register_task_definition,
            "runTask": self.run_task,
        })
    }
}

/// The requests of a template, for an agent that is decided at `now`.
///
/// # Errors
///
/// Fails where the SDK has no such request.
pub async fn render(template: &TaskTemplate, now: Timestamp) -> Result<Rendered, Failure> {
    let refused = |error| unbuildable(template, &error);
    let definition = definition::of(template).map_err(refused)?;
    let plain = wire::of_definition(definition.clone()).await;
    let ours = Fingerprint::of(&plain);
    let tagged =
        definition.tags(definition::tag(TAG, &ours.whole)).tags(definition::tag(FIELDS_TAG, &ours.fields));
    let register = match template.own_definition {
        Some(_) => None,
        None => Some(wire::of_definition(tagged).await),
    };
    let runs_from = match &template.own_definition {
        Some(own) => Definition {
            definition: own.definition.to_string(),
            container: own.container.as_deref().unwrap_or("THE-FIRST-CONTAINER").to_owned(),
            awsvpc: template.network.is_some(),
        },
        None => Definition {
            definition: format!("{}:REVISION", template.family),
            container: template.container.to_string(),
            awsvpc: plain["networkMode"] == "awsvpc",
        },
    };
    let agent = AgentName::new(&template.owner, &template.cloud, &template.name, now, 0);
    let spec = AgentSpec {
        // Which template it is makes no difference to the request.
        template: TemplateId(0),
        labels: footman_core::label::LabelSet::parse(&template.fields.label.value).labels,
        size: template.size,
        session: None,
    };
    let token = agent
        .client_token(Attempt::FIRST, now)
        .map_err(|error| Failure::Refused { reason: error.to_string().into() })?;
    let secret = SecretString::from(NO_SECRET);
    let launch = Launch { agent: &agent, spec: &spec, token: &token, secret: &secret };
    let run = run::of(template, &runs_from, launch).map_err(refused)?;
    Ok(Rendered {
        cloud: template.cloud.to_string(),
        template: template.name.to_string(),
        register_task_definition: register,
        run_task: wire::of_run(run).await,
    })
}
