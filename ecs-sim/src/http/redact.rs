//! Takes secrets out of what is shown to people.
//!
//! The API answers with what it was given, as ECS does. Everything else that shows a task (logs, `/_sim/state`, events)
//! shows it without the values of environment variables whose name contains `SECRET`, and without what follows
//! `-secret` in a command: that is how agents of Jenkins get theirs.

use serde_json::Value;

/// What stands in the place of a secret.
pub const REDACTED: &str = "[redacted]";
/// What the name of a variable with a secret contains, in any case of letters.
const SECRET: &str = "SECRET";
/// The arguments that a secret follows.
const FLAGS: [&str; 2] = ["-secret", "--secret"];

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

/// Takes the secret out of an argument that holds it itself: `-secret=…`, `JENKINS_SECRET=…`, or a whole command in one
/// text.
fn redact_argument(text: &mut String) {
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
            _ if follows && !word.is_empty() => REDACTED.to_owned(),
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
}
