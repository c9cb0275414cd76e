//! The clients that reach the clouds of a configuration.
//!
//! Credentials come from where the SDK looks for them: the environment, a profile, the role of the container or of the
//! instance. A cloud with `assumedRoleArn` assumes that role with them, and again before it ends.

use super::{calls::Calls, client::ConnectSettings, template::TaskTemplate};
use aws_config::{BehaviorVersion, SdkConfig, sts::AssumeRoleProvider};
use aws_sdk_ecs::{
    Client,
    config::{Region, SharedCredentialsProvider},
};
use std::sync::Arc;
use thiserror::Error;

/// What CloudTrail calls the sessions of an assumed role.
const SESSION_NAME: &str = "footmand";

/// Why a cloud cannot be reached at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConnectError {
    /// Nobody says which region it is in.
    #[error(
        "cloud `{cloud}` has no `regionName`, and neither the environment nor the profile names a region"
    )]
    NoRegion {
        /// The cloud.
        cloud: Arc<str>,
    },
    /// There is nowhere to look for credentials.
    #[error("no place to look for AWS credentials")]
    NoCredentials,
}

/// What tells one client from another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reach {
    region: String,
    role: Option<Arc<str>>,
    external_id: Option<Arc<str>>,
}

/// Each template with the client of its cloud; clouds that are reached in the same way share one. Nothing is called yet; what
/// is called then is counted in `calls`.
///
/// # Errors
///
/// Fails where a region or a source of credentials is missing.
pub async fn connect(
    templates: Vec<TaskTemplate>,
    endpoint: Option<&str>,
    calls: &Calls,
) -> Result<Vec<(TaskTemplate, Client)>, ConnectError> {
    let mut defaults = aws_config::defaults(BehaviorVersion::latest());
    // Where every cloud says its region, nobody else is asked for one: an instance's metadata may not answer.
    if let Some(region) = templates.first().and_then(|template| template.region.as_deref())
        && templates.iter().all(|template| template.region.is_some())
    {
        defaults = defaults.region(Region::new(region.to_owned()));
    }
    let environment = defaults.load().await;
    let mut clients: Vec<(Reach, Client)> = Vec::new();
    let mut connected = Vec::with_capacity(templates.len());
    for template in templates {
        let region = template.region.as_deref().or_else(|| environment.region().map(Region::as_ref));
        let region = region.ok_or_else(|| ConnectError::NoRegion { cloud: Arc::clone(&template.cloud) })?;
        let reach = Reach {
            region: region.to_owned(),
            role: template.assumed_role.clone(),
            external_id: template.external_id.clone(),
        };
        let known = clients.iter().find(|(known, _)| *known == reach).map(|(_, client)| client.clone());
        let client = match known {
            Some(client) => client,
            None => {
                let client = client(&environment, &reach, endpoint, calls).await?;
                clients.push((reach, client.clone()));
                client
            }
        };
        connected.push((template, client));
    }
    Ok(connected)
}

async fn client(
    environment: &SdkConfig,
    reach: &Reach,
    endpoint: Option<&str>,
    calls: &Calls,
) -> Result<Client, ConnectError> {
    let own = environment.credentials_provider().ok_or(ConnectError::NoCredentials)?;
    let credentials = match &reach.role {
        None => own,
        Some(role) => {
            let mut assumed = AssumeRoleProvider::builder(&**role)
                .session_name(SESSION_NAME)
                .region(Region::new(reach.region.clone()))
                .configure(environment);
            if let Some(external_id) = &reach.external_id {
                assumed = assumed.external_id(&**external_id);
            }
            SharedCredentialsProvider::new(assumed.build_from_provider(own).await)
        }
    };
    let settings = ConnectSettings {
        endpoint: endpoint.map(str::to_owned),
        ..ConnectSettings::in_region(&reach.region)
    };
    Ok(Client::from_conf(settings.config(credentials).interceptor(calls.clone()).build()))
}
