//! What commands take that talk to Jenkins and to ECS.

use crate::{
    ecs::{Backend, TaskTemplate, calls::Calls, connect::connect},
    jenkins::{
        client::{Jenkins, JenkinsCredentials, JenkinsSettings},
        observe::LabelSource,
    },
    services::Services,
    token_secret::TokenSecret,
};
use clap::{Args, ValueEnum};
use footman_config::Loaded;
use miette::{IntoDiagnostic, WrapErr, miette};
use secrecy::SecretString;
use std::{env, fs, path::PathBuf};

/// The variables that are read where no argument says otherwise; a secret is no argument, which other users could see.
const URL_VARIABLE: &str = "FOOTMAN_JENKINS_URL";
const USER_VARIABLE: &str = "FOOTMAN_JENKINS_USER";
const TOKEN_VARIABLE: &str = "FOOTMAN_JENKINS_TOKEN";
const TOKEN_SECRET_VARIABLE: &str = "FOOTMAN_JENKINS_TOKEN_SECRET";

/// Where Jenkins and ECS are, and who asks.
#[derive(Debug, Args)]
pub(super) struct Connection {
    /// Jenkins' URL, with the prefix that it has behind a reverse proxy; $FOOTMAN_JENKINS_URL or the clouds' `jenkinsUrl`
    /// unless given
    #[arg(long, value_name = "URL")]
    jenkins_url: Option<String>,
    /// The user whose API token it is; $FOOTMAN_JENKINS_USER unless given
    #[arg(long, value_name = "NAME")]
    jenkins_user: Option<String>,
    /// A file with the user's API token, where it is not in $FOOTMAN_JENKINS_TOKEN
    #[arg(long, value_name = "FILE", conflicts_with = "jenkins_token_secret")]
    jenkins_token_file: Option<PathBuf>,
    /// A secret of AWS Secrets Manager with the user's API token, by name or ARN, and behind it `:KEY` where it is JSON;
    /// $FOOTMAN_JENKINS_TOKEN_SECRET unless given
    #[arg(long, value_name = "SECRET")]
    jenkins_token_secret: Option<TokenSecret>,
    /// A PEM file with certificates of authorities to trust besides the system's; may be repeated
    #[arg(long, value_name = "FILE")]
    jenkins_ca: Vec<PathBuf>,
    /// Where labels come from that the queue does not show
    #[arg(long, value_enum, default_value_t)]
    labels: Labels,
    /// A URL to call instead of the region's own endpoint of ECS
    #[arg(long, value_name = "URL")]
    ecs_endpoint: Option<String>,
}

/// Where labels of Pipelines come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Labels {
    /// The sentence that says why an item waits, with two lookout nodes for each label set
    #[default]
    Why,
    /// A script, which needs Overall/Administer
    Script,
}

impl Connection {
    /// Jenkins for this configuration; no request is made to it yet.
    ///
    /// # Errors
    ///
    /// Fails where nobody says where Jenkins is, half of a login is missing, or a file or the secret cannot be read.
    pub(super) async fn jenkins(&self, loaded: &Loaded) -> miette::Result<Jenkins> {
        let mut settings = JenkinsSettings::at(self.url(loaded)?);
        settings.credentials = self.credentials().await?;
        for file in &self.jenkins_ca {
            let failed = || format!("failed to read {}", file.display());
            settings.certificates.push(fs::read(file).into_diagnostic().wrap_err_with(failed)?);
        }
        Jenkins::new(settings).into_diagnostic()
    }

    /// ECS for the templates of this configuration; no request is made yet, and those that are made are counted in `calls`.
    ///
    /// # Errors
    ///
    /// Fails where a region or a source of credentials is missing.
    async fn ecs(&self, loaded: &Loaded, jenkins: &Jenkins, calls: &Calls) -> miette::Result<Backend> {
        let templates = TaskTemplate::of_configuration(loaded, jenkins.url());
        Ok(Backend::new(connect(templates, self.ecs_endpoint(), calls).await.into_diagnostic()?))
    }

    /// Both for the driver.
    ///
    /// # Errors
    ///
    /// As the two above.
    pub(super) async fn services(&self, loaded: &Loaded, calls: &Calls) -> miette::Result<Services> {
        let jenkins = self.jenkins(loaded).await?;
        let ecs = self.ecs(loaded, &jenkins, calls).await?;
        Ok(Services::new(jenkins, self.label_source(), ecs, &loaded.policy))
    }

    /// Where labels come from that the queue does not show.
    pub(super) fn label_source(&self) -> LabelSource {
        match self.labels {
            Labels::Why => LabelSource::Why,
            Labels::Script => LabelSource::Script,
        }
    }

    /// The URL that is called instead of the region's own endpoint of ECS.
    pub(super) fn ecs_endpoint(&self) -> Option<&str> {
        self.ecs_endpoint.as_deref()
    }

    fn url(&self, loaded: &Loaded) -> miette::Result<String> {
        if let Some(url) = self.jenkins_url.clone().or_else(|| variable(URL_VARIABLE)) {
            return Ok(url);
        }
        let mut urls: Vec<&str> =
            loaded.clouds.iter().map(|cloud| cloud.fields.jenkins_url.value.trim()).collect();
        urls.retain(|url| !url.is_empty());
        urls.sort_unstable();
        urls.dedup();
        match urls.as_slice() {
            [url] => Ok((*url).to_owned()),
            [] => Err(miette!(
                help = "give --jenkins-url, or set {URL_VARIABLE}",
                "no cloud has a `jenkinsUrl`, and nothing else says where Jenkins is"
            )),
            several => Err(miette!(
                help = "say with --jenkins-url which one footmand works for",
                "the clouds have several `jenkinsUrl`s: {}",
                several.join(", ")
            )),
        }
    }

    async fn credentials(&self) -> miette::Result<Option<JenkinsCredentials>> {
        let user = self.jenkins_user.clone().or_else(|| variable(USER_VARIABLE));
        let token = self.token().await?;
        match (user, token) {
            (Some(user), Some(token)) => Ok(Some(JenkinsCredentials { user, token })),
            (None, None) => Ok(None),
            (Some(user), None) => Err(miette!(
                help = "set {TOKEN_VARIABLE}, or give --jenkins-token-file or --jenkins-token-secret",
                "there is no API token for user `{user}`"
            )),
            (None, Some(_)) => Err(miette!(
                help = "give --jenkins-user, or set {USER_VARIABLE}",
                "whose API token it is, nobody says"
            )),
        }
    }

    /// The token: an argument goes before the variables, and of these there is one.
    async fn token(&self) -> miette::Result<Option<SecretString>> {
        if let Some(file) = &self.jenkins_token_file {
            let failed = || format!("failed to read {}", file.display());
            let text = fs::read_to_string(file).into_diagnostic().wrap_err_with(failed)?;
            return Ok(Some(SecretString::from(text.trim())));
        }
        if let Some(secret) = &self.jenkins_token_secret {
            return fetched(secret).await.map(Some);
        }
        match (variable(TOKEN_VARIABLE), variable(TOKEN_SECRET_VARIABLE)) {
            (Some(_), Some(_)) => Err(miette!(
                help = "unset one of them",
                "{TOKEN_VARIABLE} has an API token, and {TOKEN_SECRET_VARIABLE} names one too"
            )),
            (token, None) => Ok(token.map(SecretString::from)),
            (None, Some(named)) => {
                let read = named.parse::<TokenSecret>().into_diagnostic();
                let secret = read.wrap_err_with(|| format!("{TOKEN_SECRET_VARIABLE} is `{named}`"))?;
                fetched(&secret).await.map(Some)
            }
        }
    }
}

async fn fetched(secret: &TokenSecret) -> miette::Result<SecretString> {
    secret.fetch(&secret.client().await).await.into_diagnostic()
}

/// The value of a variable that is set and not empty.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
