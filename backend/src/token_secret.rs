//! An API token that AWS Secrets Manager keeps.
//!
//! It is named as ECS names secrets in a task definition (`valueFrom`; Amazon ECS Developer Guide, "Pass Secrets Manager
//! secrets through Amazon ECS environment variables", read 2026-11-26): a name or an ARN, then a key of its JSON, a stage and a
//! version, each of which may be left out.

use crate::ecs::failure::chain;
use aws_sdk_secretsmanager::{
    Client,
    config::{Region, retry::RetryConfig, timeout::TimeoutConfig},
    error::SdkError,
    operation::get_secret_value::{GetSecretValueError, GetSecretValueOutput},
};
use secrecy::SecretString;
use serde::Deserialize;
use std::{collections::BTreeMap, fmt, str::FromStr, time::Duration};
use thiserror::Error;

/// How long the one call may take, with what it repeats: footmand waits for it before it begins.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// How many colons stand before the name in the ARN of a secret: `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME`.
const ARN_COLONS: usize = 6;

/// Which secret, and what in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSecret {
    id: String,
    key: Option<String>,
    stage: Option<String>,
    version: Option<String>,
}

/// Why a text names no secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "expected NAME or ARN of a secret, and behind it at most `:KEY:STAGE:VERSION`, such as `footman/jenkins:token`"
)]
pub struct NoTokenSecret;

/// Why there is no token. No text of the secret is part of it.
#[derive(Debug, Error)]
pub enum TokenSecretError {
    /// Secrets Manager does not give it.
    #[error("secret `{secret}` cannot be read: {reason}")]
    Refused {
        /// The secret.
        secret: TokenSecret,
        /// What the SDK says.
        reason: String,
    },
    /// It is binary.
    #[error("secret `{secret}` is binary, and an API token is text")]
    Binary {
        /// The secret.
        secret: TokenSecret,
    },
    /// It is no JSON object of texts, and a key of one is asked for.
    #[error("secret `{secret}` is no JSON object whose values are texts, so it has no key")]
    NoObject {
        /// The secret.
        secret: TokenSecret,
    },
    /// It has no such key.
    #[error("secret `{secret}` has no such key; it has [{}]", .keys.join(", "))]
    NoKey {
        /// The secret.
        secret: TokenSecret,
        /// Its keys.
        keys: Vec<String>,
    },
    /// There is nothing in it.
    #[error("secret `{secret}` is empty")]
    Empty {
        /// The secret.
        secret: TokenSecret,
    },
}

impl FromStr for TokenSecret {
    type Err = NoTokenSecret;

    fn from_str(text: &str) -> Result<Self, NoTokenSecret> {
        let named = if text.starts_with("arn:") {
            let (at, _) = text.match_indices(':').nth(ARN_COLONS - 1).ok_or(NoTokenSecret)?;
            at + 1
        } else {
            0
        };
        let mut parts = text[named..].split(':');
        let name = parts.next().filter(|name| !name.is_empty()).ok_or(NoTokenSecret)?;
        let mut next = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
        let (key, stage, version) = (next(), next(), next());
        match parts.next() {
            Some(_) => Err(NoTokenSecret),
            None => Ok(Self { id: format!("{}{name}", &text[..named]), key, stage, version }),
        }
    }
}

impl fmt::Display for TokenSecret {
    /// The text that it was read from, without colons at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |part: &Option<String>| part.as_deref().unwrap_or_default().to_owned();
        let rest = format!(":{}:{}:{}", part(&self.key), part(&self.stage), part(&self.version));
        write!(f, "{}{}", self.id, rest.trim_end_matches(':'))
    }
}

impl TokenSecret {
    /// The secret's name or ARN.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The ARN as an IAM policy has it: Secrets Manager puts six letters behind the name of a secret (AWS Secrets Manager User
    /// Guide, "What's in a Secrets Manager secret?", read 2026-11-26).
    pub fn arn_pattern(&self) -> String {
        match self.region() {
            Some(_) => self.id.clone(),
            None => format!("arn:aws:secretsmanager:*:*:secret:{}-??????", self.id),
        }
    }

    /// The region that its ARN names.
    fn region(&self) -> Option<&str> {
        self.id.strip_prefix("arn:")?.split(':').nth(2)
    }

    /// A client that finds credentials where the SDK looks for them, and the region in the secret's ARN before anywhere else.
    pub async fn client(&self) -> Client {
        let mut settings = aws_config::defaults(aws_config::BehaviorVersion::latest());
        if let Some(region) = self.region() {
            settings = settings.region(Region::new(region.to_owned()));
        }
        let settings = settings
            .retry_config(RetryConfig::standard())
            .timeout_config(TimeoutConfig::builder().operation_timeout(CALL_TIMEOUT).build());
        Client::new(&settings.load().await)
    }

    /// The token.
    ///
    /// # Errors
    ///
    /// Fails where Secrets Manager does not give the secret, or there is no token in it.
    pub async fn fetch(&self, client: &Client) -> Result<SecretString, TokenSecretError> {
        let call = client
            .get_secret_value()
            .secret_id(&self.id)
            .set_version_stage(self.stage.clone())
            .set_version_id(self.version.clone());
        self.token_in(call.send().await)
    }

    fn token_in(
        &self,
        answer: Result<GetSecretValueOutput, SdkError<GetSecretValueError>>,
    ) -> Result<SecretString, TokenSecretError> {
        let secret = || self.clone();
        let answer = answer.map_err(|error| TokenSecretError::Refused {
            secret: secret(),
            // An answer that cannot be read may hold the secret: `Debug` of the error shows it, its words do not.
            reason: chain(&error),
        })?;
        let text = answer.secret_string().ok_or_else(|| TokenSecretError::Binary { secret: secret() })?;
        let token = match &self.key {
            None => text.to_owned(),
            Some(key) => {
                // What the parser says of a text that it cannot read may show some of it.
                let Object(mut values) = serde_json::from_str(text)
                    .map_err(|_| TokenSecretError::NoObject { secret: secret() })?;
                match values.remove(key) {
                    Some(value) => value,
                    None => {
                        let keys = values.into_keys().collect();
                        return Err(TokenSecretError::NoKey { secret: secret(), keys });
                    }
                }
            }
        };
        match token.trim() {
            "" => Err(TokenSecretError::Empty { secret: secret() }),
            token => Ok(SecretString::from(token)),
        }
    }
}

/// A secret of several texts, as the console of Secrets Manager makes them.
#[derive(Deserialize)]
#[serde(transparent)]
struct Object(BTreeMap<String, String>);

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    const ARN: &str = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:footman/jenkins-AbCdEf";

    fn secret(text: &str) -> TokenSecret {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_secret_is_named_as_ecs_names_it() {
        // (text, id, key, stage, version, region)
        let arn_key = format!("{ARN}:token");
        let arn_all = format!("{ARN}:token:AWSPREVIOUS:v1");
        let arn_stage = format!("{ARN}::AWSPREVIOUS:");
        let region = Some("eu-central-1");
        let table = [
            ("footman", "footman", None, None, None, None),
            ("footman:", "footman", None, None, None, None),
            ("footman/jenkins:token", "footman/jenkins", Some("token"), None, None, None),
            ("footman::AWSPREVIOUS", "footman", None, Some("AWSPREVIOUS"), None, None),
            ("footman:::v1", "footman", None, None, Some("v1"), None),
            (ARN, ARN, None, None, None, region),
            (&arn_key, ARN, Some("token"), None, None, region),
            (&arn_all, ARN, Some("token"), Some("AWSPREVIOUS"), Some("v1"), region),
            (&arn_stage, ARN, None, Some("AWSPREVIOUS"), None, region),
        ];
        for (text, id, key, stage, version, region) in table {
            let read = secret(text);
            let parts = (read.id(), read.key.as_deref(), read.stage.as_deref(), read.version.as_deref());
            assert_eq!(parts, (id, key, stage, version), "{text}");
            assert_eq!(read.region(), region, "{text}");
            assert_eq!(secret(&read.to_string()), read, "{text}");
        }
        for text in
            ["", ":token", "a:b:c:d:e", "arn:aws:secretsmanager", "arn:aws:secretsmanager:r:1:secret:"]
        {
            assert_eq!(text.parse::<TokenSecret>(), Err(NoTokenSecret), "{text}");
        }
    }

    fn answered(named: &str, text: &str) -> Result<String, String> {
        let answer = GetSecretValueOutput::builder().secret_string(text).build();
        let token = secret(named).token_in(Ok(answer));
        token.map(|token| token.expose_secret().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_token_is_the_text_or_what_its_key_has() {
        assert_eq!(answered("s", "11ab\n"), Ok("11ab".to_owned()));
        assert_eq!(answered("s", r#"{"token": "t"}"#), Ok(r#"{"token": "t"}"#.to_owned()));
        assert_eq!(answered("s:token", r#"{"user": "u", "token": " t "}"#), Ok("t".to_owned()));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_secret() {
        // (secret, what is in it, error)
        let table = [
            (
                "s:token",
                "canary",
                "secret `s:token` is no JSON object whose values are texts, so it has no key",
            ),
            (
                "s:token",
                r#"{"token": 7, "x": "canary"}"#,
                "secret `s:token` is no JSON object whose values are texts, so it has no key",
            ),
            ("s:token", r#"{"a": "canary", "b": ""}"#, "secret `s:token` has no such key; it has [a, b]"),
            ("s:b", r#"{"a": "canary", "b": ""}"#, "secret `s:b` is empty"),
            ("s", " \n", "secret `s` is empty"),
        ];
        for (named, text, error) in table {
            assert_eq!(answered(named, text), Err(error.to_owned()));
        }
        let binary = secret("s").token_in(Ok(GetSecretValueOutput::builder().build()));
        assert!(matches!(binary, Err(TokenSecretError::Binary { .. })), "{binary:?}");
    }
}
