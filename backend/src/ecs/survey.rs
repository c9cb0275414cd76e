//! What a look at ECS finds that changes nothing, for people who set one up.
//!
//! Two calls are made: `ListTasks` for each cluster and `DescribeTaskDefinition` for each template. Both are among those that
//! the least policy allows ([`iam`](super::iam)), so that no right is needed for the look that the daemon does not need. What
//! cannot be tried without a change is not tried.

use super::{
    backend::cluster_name,
    calls::Calls,
    connect::{ConnectError, connect},
    definitions::{self, Standing},
    failure::{cause, chain, failure},
    iam::least_policy,
    template::TaskTemplate,
};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ecs::{
    Client,
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
    types::DesiredStatus,
};
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use footman_core::event::Failure;
use serde_json::Value;
use std::{collections::BTreeSet, error::Error, iter, sync::Arc};

/// What ECS says to a caller who may not make a call (Amazon ECS API Reference, "Common Errors", read 2026-11-26).
const DENIED: &str = "AccessDeniedException";
/// What it says to whoever asks for a cluster that is not there.
const NO_CLUSTER: &str = "ClusterNotFoundException";

/// What was found of all clouds.
#[derive(Debug)]
pub struct EcsSurvey {
    /// Why clouds cannot be reached at all.
    pub unreachable: Vec<ConnectError>,
    /// The clusters of the others, each once for each way in which it is reached.
    pub clusters: Vec<ClusterSurvey>,
}

/// What was found of one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterSurvey {
    /// The clouds whose tasks run there.
    pub clouds: Vec<Arc<str>>,
    /// The region that requests are signed for.
    pub region: String,
    /// The cluster's name.
    pub cluster: String,
    /// The role by which it is reached, where one is assumed.
    pub role: Option<Arc<str>>,
    /// What came of `ListTasks`.
    pub answer: ClusterAnswer,
    /// The templates of the clouds.
    pub templates: Vec<TemplateSurvey>,
    /// The actions of the least policy for these templates, such as `ecs:RunTask`.
    pub actions: BTreeSet<String>,
}

/// What came of asking a cluster for its tasks, split by who has to do something about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterAnswer {
    /// The cluster is there, and the caller may list its tasks.
    Answered,
    /// There are no credentials, or none that can be read.
    NoCredentials(String),
    /// Whoever has the credentials, such as the metadata service of a container, does not answer.
    CredentialsSilent(String),
    /// The role of the cloud may not be assumed.
    RoleRefused(String),
    /// ECS does not answer, or fails: the endpoint, the network.
    NoAnswer(String),
    /// The credentials are good, and may not list tasks there.
    Denied(String),
    /// There is no such cluster.
    NoCluster(String),
    /// Too many requests were made.
    Throttled,
    /// It was refused otherwise: wrong credentials, mostly.
    Refused(String),
}

/// What was found of one template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSurvey {
    /// Cloud and template, with a slash between them.
    pub name: String,
    /// The family of its task definitions, or the definition that the user has for it.
    pub definition: Arc<str>,
    /// Whose agents they are.
    pub owner: Arc<str>,
    /// What its tasks would run from.
    pub found: DefinitionFound,
}

/// What a template's tasks would run from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefinitionFound {
    /// A definition that is registered from the template, or would be.
    Registered(Standing),
    /// A definition of the user's own.
    UsersOwn {
        /// The agent's container in it.
        container: String,
    },
    /// It could not be described, or lacks the container.
    Failed(Failure),
    /// It was not asked for: what was asked before it failed in a way that would repeat itself.
    NotAsked,
}

/// Looks at the clusters and definitions of these templates, of which clouds without a region are left out.
///
/// Each call has the client's deadline, and after one that is not answered a cluster is asked no more.
pub async fn survey(mut templates: Vec<TaskTemplate>, endpoint: Option<&str>) -> EcsSurvey {
    let mut unreachable = Vec::new();
    // Each round without success takes at least one cloud away.
    let connected = loop {
        match connect(templates.clone(), endpoint, &Calls::default()).await {
            Ok(connected) => break connected,
            Err(error) => {
                match &error {
                    ConnectError::NoRegion { cloud } => templates.retain(|it| it.cloud != *cloud),
                    ConnectError::NoCredentials => templates.clear(),
                }
                unreachable.push(error);
            }
        }
    };
    let mut clusters = Vec::new();
    for group in groups(&connected) {
        clusters.push(look(&group).await);
    }
    EcsSurvey { unreachable, clusters }
}

/// Templates that are reached in one way and run in one cluster.
fn groups(connected: &[(TaskTemplate, Client)]) -> Vec<Vec<&(TaskTemplate, Client)>> {
    let mut groups: Vec<Vec<&(TaskTemplate, Client)>> = Vec::new();
    for pair in connected {
        let known =
            groups.iter_mut().find(|group| group.first().is_some_and(|first| way(first) == way(pair)));
        match known {
            Some(group) => group.push(pair),
            None => groups.push(vec![pair]),
        }
    }
    groups
}

/// What tells one way to a cluster from another: region, role, what the role's owner is told, the cluster.
fn way((template, client): &(TaskTemplate, Client)) -> (String, Option<&str>, Option<&str>, &str) {
    (
        region(client),
        template.assumed_role.as_deref(),
        template.external_id.as_deref(),
        cluster_name(template.cluster.as_deref()),
    )
}

fn region(client: &Client) -> String {
    client.config().region().map(ToString::to_string).unwrap_or_default()
}

/// Looks at one cluster; the group has one template at least.
async fn look(group: &[&(TaskTemplate, Client)]) -> ClusterSurvey {
    let (first, client) = group[0];
    let mut clouds: Vec<Arc<str>> = group.iter().map(|(template, _)| Arc::clone(&template.cloud)).collect();
    clouds.dedup();
    let listed = client
        .list_tasks()
        .set_cluster(first.cluster.clone())
        .started_by(first.owner.as_str())
        .desired_status(DesiredStatus::Running)
        .max_results(1)
        .send()
        .await;
    let answer = listed.as_ref().err().map_or(ClusterAnswer::Answered, refusal);
    let mut goes_on = match &answer {
        ClusterAnswer::Answered | ClusterAnswer::Denied(_) | ClusterAnswer::NoCluster(_) => true,
        ClusterAnswer::NoCredentials(_)
        | ClusterAnswer::CredentialsSilent(_)
        | ClusterAnswer::RoleRefused(_)
        | ClusterAnswer::NoAnswer(_)
        | ClusterAnswer::Throttled
        | ClusterAnswer::Refused(_) => false,
    };
    let mut templates = Vec::new();
    for (template, client) in group {
        let named = template
            .own_definition
            .as_ref()
            .map_or_else(|| Arc::clone(&template.family), |own| Arc::clone(&own.definition));
        // An alternative of a template often runs from the same.
        if template.main != template.name
            && templates.iter().any(|known: &TemplateSurvey| known.definition == named)
        {
            continue;
        }
        let found = if goes_on { definition(client, template).await } else { DefinitionFound::NotAsked };
        goes_on &= !matches!(
            found,
            DefinitionFound::Failed(Failure::Unavailable | Failure::Unknown | Failure::Throttled { .. })
        );
        templates.push(TemplateSurvey {
            name: format!("{}/{}", template.cloud, template.name),
            definition: named,
            owner: template.owner.text(),
            found,
        });
    }
    let all: Vec<TaskTemplate> = group.iter().map(|(template, _)| template.clone()).collect();
    ClusterSurvey {
        clouds,
        region: region(client),
        cluster: cluster_name(first.cluster.as_deref()).to_owned(),
        role: first.assumed_role.clone(),
        answer,
        templates,
        actions: actions(&least_policy(&all).document),
    }
}

async fn definition(client: &Client, template: &TaskTemplate) -> DefinitionFound {
    let found = match &template.own_definition {
        Some(own) => definitions::of_user(client, own)
            .await
            .map(|definition| DefinitionFound::UsersOwn { container: definition.container }),
        None => definitions::standing(client, template).await.map(DefinitionFound::Registered),
    };
    found.unwrap_or_else(DefinitionFound::Failed)
}

/// The actions that a policy document allows.
fn actions(document: &Value) -> BTreeSet<String> {
    let statements = document["Statement"].as_array().into_iter().flatten();
    let named = statements.flat_map(|statement| match &statement["Action"] {
        Value::Array(list) => list.iter().collect(),
        action @ (Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
            vec![action]
        }
    });
    named.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What it means that a cluster could not be asked.
fn refusal<E>(error: &SdkError<E, HttpResponse>) -> ClusterAnswer
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let Some(answer) = without_credentials(error) {
        return answer;
    }
    if let SdkError::ServiceError(answer) = error {
        let words = || answer.err().message().unwrap_or("no reason given").to_owned();
        match answer.err().code() {
            Some(DENIED) => return ClusterAnswer::Denied(words()),
            Some(NO_CLUSTER) => return ClusterAnswer::NoCluster(words()),
            Some(_) | None => {}
        }
    }
    match failure(error) {
        Failure::Throttled { .. } => ClusterAnswer::Throttled,
        Failure::Refused { reason } | Failure::NoCapacity { reason } => {
            ClusterAnswer::Refused(reason.to_string())
        }
        Failure::Unavailable | Failure::Unknown => ClusterAnswer::NoAnswer(chain(error)),
    }
}

/// Why there are no credentials, where that is why a call was not made.
///
/// A role is assumed with credentials of one's own, so that the lack of those stands below the failure of that call.
fn without_credentials(error: &(dyn Error + 'static)) -> Option<ClusterAnswer> {
    cause::<CredentialsError>(error)?;
    if let Some(SdkError::ServiceError(answer)) = cause::<SdkError<AssumeRoleError, HttpResponse>>(error) {
        let (code, message) = (answer.err().code(), answer.err().message());
        let words = [code, message].into_iter().flatten().collect::<Vec<_>>().join(": ");
        return Some(ClusterAnswer::RoleRefused(words));
    }
    let causes = iter::successors(Some(error), |&cause| cause.source());
    let innermost = causes.filter_map(|cause| cause.downcast_ref::<CredentialsError>()).last()?;
    Some(match innermost {
        // A container's own service that nobody answers for is unhandled to the SDK.
        CredentialsError::ProviderTimedOut(_)
        | CredentialsError::ProviderError(_)
        | CredentialsError::Unhandled(_) => ClusterAnswer::CredentialsSilent(chain(innermost)),
        // The enum may grow.
        CredentialsError::CredentialsNotLoaded(_) | CredentialsError::InvalidConfiguration(_) | _ => {
            ClusterAnswer::NoCredentials(chain(innermost))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ecs::{
        error::{ConnectorError, ErrorMetadata},
        operation::list_tasks::ListTasksError,
    };
    use aws_smithy_types::body::SdkBody;
    use serde_json::json;
    use std::io;

    type Failed = SdkError<ListTasksError, HttpResponse>;

    fn answer(status: u16) -> HttpResponse {
        HttpResponse::new(status.try_into().expect("a status"), SdkBody::empty())
    }

    fn exception(status: u16, code: &str) -> Failed {
        let metadata = ErrorMetadata::builder().code(code).message("words").build();
        Failed::service_error(ListTasksError::generic(metadata), answer(status))
    }

    /// A call that was never signed.
    fn unsigned(error: CredentialsError) -> Failed {
        Failed::dispatch_failure(ConnectorError::other(error.into(), None))
    }

    /// What STS said to a role that was to be assumed.
    fn of_role(error: SdkError<AssumeRoleError, HttpResponse>) -> Failed {
        unsigned(CredentialsError::provider_error(error))
    }

    #[test]
    fn who_has_to_do_something_is_told_apart() {
        let denied =
            AssumeRoleError::generic(ErrorMetadata::builder().code("AccessDenied").message("no").build());
        let own = ConnectorError::other(CredentialsError::not_loaded("nowhere").into(), None);
        let kind = |error: &Failed| match refusal(error) {
            ClusterAnswer::Answered => "answered".to_owned(),
            ClusterAnswer::NoCredentials(_) => "none".to_owned(),
            ClusterAnswer::CredentialsSilent(_) => "silent".to_owned(),
            ClusterAnswer::RoleRefused(words) => format!("role {words}"),
            ClusterAnswer::NoAnswer(_) => "no answer".to_owned(),
            ClusterAnswer::Denied(words) => format!("denied {words}"),
            ClusterAnswer::NoCluster(words) => format!("no cluster {words}"),
            ClusterAnswer::Throttled => "throttled".to_owned(),
            ClusterAnswer::Refused(words) => format!("refused {words}"),
        };
        let table = [
            (exception(400, DENIED), "denied words"),
            (exception(400, NO_CLUSTER), "no cluster words"),
            (exception(400, "UnrecognizedClientException"), "refused UnrecognizedClientException: words"),
            (exception(400, "ThrottlingException"), "throttled"),
            (exception(500, "ServerException"), "no answer"),
            (Failed::timeout_error("slow"), "no answer"),
            (
                Failed::dispatch_failure(ConnectorError::io(
                    io::Error::from(io::ErrorKind::ConnectionRefused).into(),
                )),
                "no answer",
            ),
            (unsigned(CredentialsError::not_loaded("nowhere")), "none"),
            (unsigned(CredentialsError::invalid_configuration("half a profile")), "none"),
            (unsigned(CredentialsError::provider_error("169.254.170.2 refuses")), "silent"),
            (unsigned(CredentialsError::unhandled("nobody listens")), "silent"),
            (of_role(SdkError::service_error(denied, answer(403))), "role AccessDenied: no"),
            (of_role(SdkError::timeout_error("slow")), "silent"),
            (of_role(SdkError::dispatch_failure(own)), "none"),
        ];
        for (error, want) in table {
            assert_eq!(kind(&error), want, "{error:?}");
        }
    }

    #[test]
    fn actions_are_read_from_single_ones_and_lists() {
        let document =
            json!({"Statement": [{"Action": "ecs:RunTask"}, {"Action": ["ecs:StopTask", "ecs:RunTask"]}]});
        assert_eq!(Vec::from_iter(actions(&document)), ["ecs:RunTask", "ecs:StopTask"]);
    }
}
