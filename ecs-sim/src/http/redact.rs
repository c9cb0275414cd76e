//! Takes secrets out of what is shown to people.
//!
//! The API answers with what it was given, as ECS does. Everything else that shows a task (logs, `/_sim/state`, events)
//! shows it without the values of environment variables whose name contains `SECRET`, without what follows `-secret` in a
//! command, and without arguments that look like a secret of Jenkins: that is how its agents get theirs. `Debug` of what
//! comes and goes on the wire leaves out what botocore's model marks as sensitive too.

use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// What stands in the place of a secret.
pub const REDACTED: &str = "[redacted]";
/// What the name of a variable with a secret contains, in any case of letters.
const SECRET: &str = "SECRET";
/// The arguments that a secret follows.
const FLAGS: [&str; 2] = ["-secret", "--secret"];

/// Digits of a secret of Jenkins, an HMAC-SHA256 in hexadecimal, which older agents are given by its place among the
/// arguments (`JnlpSlaveAgentProtocol`, Jenkins 2.263.4).
const SECRET_DIGITS: usize = 64;

/// Whether a variable of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    name.to_ascii_uppercase().contains(SECRET)
}

/// Takes secrets out of a value, wherever in it they stand: in `{"name": …, "value": …}`, in members whose own name
/// contains `SECRET`, and in lists of arguments.
pub fn redact(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let named = members.get("name").and_then(Value::as_str).is_some_and(is_secret);
            for (member, value) in members.iter_mut() {
                let holds = (named && member == "value") || (is_secret(member) && value.is_string());
                if holds {
                    *value = REDACTED.into();
                } else {
                    redact(value);
                }
            }
        }
        Value::Array(list) => {
            let mut follows = false;
            for value in list {
                match value {
                    Value::String(text) if follows => *text = REDACTED.to_owned(),
                    Value::String(text) => redact_argument(text),
                    Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                        redact(value);
                    }
                }
                follows = value.as_str().is_some_and(|text| FLAGS.contains(&text));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Writes a value of the wire as its name and its JSON, without secrets.
pub(super) fn debug(
    name: &str,
    value: &impl Serialize,
    sensitive: &[&str],
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut shown = serde_json::to_value(value).map_err(|_| fmt::Error)?;
    redact(&mut shown);
    take_out(&mut shown, sensitive);
    write!(f, "{name} {shown}")
}

/// Takes members of these names out, wherever they stand.
fn take_out(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(members) => {
            for (member, value) in members.iter_mut() {
                if names.contains(&member.as_str()) {
                    *value = REDACTED.into();
                } else {
                    take_out(value, names);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| take_out(value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// `Debug` of structures of the wire.
macro_rules! debug_without_secrets {
    ($($name:ident,)+) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                super::redact::debug(stringify!($name), self, &SENSITIVE, f)
            }
        })+
    };
}

pub(super) use debug_without_secrets;

/// Whether an argument is a secret of Jenkins by its looks.
fn is_agents_secret(word: &str) -> bool {
    word.len() == SECRET_DIGITS && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Takes the secret out of an argument that holds it itself: `-secret=…`, `JENKINS_SECRET=…`, the secret of an agent, or a
/// whole command in one text.
fn redact_argument(text: &mut String) {
    if is_agents_secret(text) {
        *text = REDACTED.to_owned();
        return;
    }
    if let Some((name, _)) = text.split_once('=')
        && is_secret(name)
        && !name.contains(char::is_whitespace)
    {
        *text = format!("{name}={REDACTED}");
        return;
    }
    let words: Vec<&str> = text.split(' ').collect();
    if words.len() < 2 {
        return;
    }
    let mut redacted = Vec::with_capacity(words.len());
    let mut follows = false;
    for word in words {
        let assigned = word.split_once('=').filter(|(name, _)| is_secret(name));
        redacted.push(match assigned {
            _ if (follows && !word.is_empty()) || is_agents_secret(word) => REDACTED.to_owned(),
            Some((name, _)) => format!("{name}={REDACTED}"),
            None => word.to_owned(),
        });
        follows = FLAGS.contains(&word) || (follows && word.is_empty());
    }
    *text = redacted.join(" ");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::model::{KeyValuePair, RegisterTaskDefinitionRequest, RunTaskRequest, Session};
    use serde_json::json;

    #[test]
    fn secrets_are_taken_out_and_nothing_else_is() {
        // before => after
        let table = [
            (
                json!([{ "name": "JENKINS_SECRET", "value": "a" }, { "name": "A", "value": "b" }]),
                json!([{ "name": "JENKINS_SECRET", "value": REDACTED }, { "name": "A", "value": "b" }]),
            ),
            (
                json!({ "name": "my_secret_x", "value": "a" }),
                json!({ "name": "my_secret_x", "value": REDACTED }),
            ),
            (
                json!({ "JENKINS_SECRET": "a", "other": "b" }),
                json!({ "JENKINS_SECRET": REDACTED, "other": "b" }),
            ),
            (
                json!({ "command": ["-url", "u", "-secret", "a", "name"] }),
                json!({ "command": ["-url", "u", "-secret", REDACTED, "name"] }),
            ),
            (
                json!(["--secret=a", "-secret=b"]),
                json!([format!("--secret={REDACTED}"), format!("-secret={REDACTED}")]),
            ),
            (
                json!(["sh", "-c", "java -jar a.jar -secret  abc -name x"]),
                json!(["sh", "-c", format!("java -jar a.jar -secret  {REDACTED} -name x")]),
            ),
            (
                json!(["sh", "-c", "env JENKINS_SECRET=a agent"]),
                json!(["sh", "-c", format!("env JENKINS_SECRET={REDACTED} agent")]),
            ),
            (
                json!(["-url", "u", "0a".repeat(32), "n1", "0a".repeat(31)]),
                json!(["-url", "u", REDACTED, "n1", "0a".repeat(31)]),
            ),
            (
                json!(["sh", "-c", format!("agent {} n1", "F0".repeat(32))]),
                json!(["sh", "-c", format!("agent {REDACTED} n1")]),
            ),
            (json!(["-secret"]), json!(["-secret"])),
            (
                json!({ "secrets": [{ "name": "A", "valueFrom": "arn" }] }),
                json!({ "secrets": [{ "name": "A", "valueFrom": "arn" }] }),
            ),
        ];
        for (mut value, want) in table {
            redact(&mut value);
            assert_eq!(value, want);
        }
    }

    /// Every place of a request or an answer that may hold a secret.
    #[test]
    fn debug_of_what_comes_and_goes_on_the_wire_shows_no_secret() {
        const CANARY: &str = "canary";
        let definition = json!({ "family": "f", "containerDefinitions": [{
            "name": "c",
            "image": "i",
            "environment": [{ "name": "A", "value": CANARY }],
            "command": ["-secret", CANARY, "n1"],
            "entryPoint": ["sh", "-c", format!("agent -secret {CANARY}")],
            "healthCheck": { "command": ["CMD", "curl", format!("TOKEN_SECRET={CANARY}")] },
            "dockerLabels": { "MY_SECRET": CANARY },
            "repositoryCredentials": { "credentialsParameter": CANARY },
        }] });
        let request: RegisterTaskDefinitionRequest = serde_json::from_value(definition).unwrap();
        let overrides = json!({ "taskDefinition": "f", "overrides": { "containerOverrides": [{
            "name": "c",
            "environment": [{ "name": "JENKINS_SECRET", "value": CANARY }],
            "command": [format!("-secret={CANARY}")],
        }] } });
        let run: RunTaskRequest = serde_json::from_value(overrides).unwrap();
        let pair = KeyValuePair { name: Some("my_secret".into()), value: Some(CANARY.into()) };
        let session = Session { token_value: Some(CANARY.into()), ..Session::default() };
        let of_run = run.overrides.clone().unwrap_or_default().container_overrides.unwrap_or_default();
        let shown = [
            format!("{:?} {:#?}", request, request),
            format!("{:?}", request.container_definitions.iter().flatten().next()),
            format!("{run:?}"),
            format!("{:?}", of_run.first()),
            format!("{pair:?}"),
            format!("{session:?}"),
        ];
        for text in shown {
            assert!(!text.contains(CANARY) && text.contains(REDACTED), "{text}");
        }
        let plain = KeyValuePair { name: Some("A".into()), value: Some("b".into()) };
        assert_eq!(format!("{plain:?}"), r#"KeyValuePair {"name":"A","value":"b"}"#);
    }
}
