//! What is left out of a document that goes to others.

use serde_json::Value;

/// What stands in the place of a value that is left out.
const HIDDEN: &str = "(hidden)";
/// Options of log drivers with one of these in their names are credentials (`splunk-token`, `gelf-…-password`, …).
const CREDENTIALS: [&str; 4] = ["token", "secret", "password", "key"];

/// Requests to ECS without the values of environment variables, and without credentials among the options of log drivers: people
/// put secrets there, though `secrets` and `secretOptions` are for them.
pub fn hide(mut requests: Value) -> Value {
    hide_within(&mut requests);
    requests
}

fn hide_within(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(hide_within),
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "environment" => hide_variables(value),
                    "options" => hide_credentials(value),
                    _ => hide_within(value),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// `[{"name": …, "value": …}, …]`.
fn hide_variables(variables: &mut Value) {
    for variable in variables.as_array_mut().into_iter().flatten() {
        if let Some(value) = variable.get_mut("value") {
            *value = HIDDEN.into();
        }
    }
}

/// `{"splunk-token": …, …}`.
fn hide_credentials(options: &mut Value) {
    for (name, value) in options.as_object_mut().into_iter().flatten() {
        let name = name.to_ascii_lowercase();
        if CREDENTIALS.iter().any(|credential| name.contains(credential)) {
            *value = HIDDEN.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_of_variables_and_credentials_of_log_drivers_are_hidden_and_nothing_else() {
        let requests = json!([{
            "containerDefinitions": [{
                "image": "simple:1",
                "environment": [{"name": "MAVEN_OPTS", "value": "-Xmx1g"}, {"name": "TOKEN", "value": "s3cret"}],
                "secrets": [{"name": "KEY", "valueFrom": "arn:aws:secretsmanager:1"}],
                "logConfiguration": {
                    "logDriver": "splunk",
                    "options": {"splunk-token": "s3cret", "splunk-url": "https://splunk.example.com"},
                },
            }],
            "overrides": {"containerOverrides": [{"environment": [{"name": "JENKINS_SECRET", "value": "s3cret"}]}]},
        }]);
        let hidden = hide(requests);
        let definition = &hidden[0]["containerDefinitions"][0];
        assert_eq!(definition["environment"][0], json!({"name": "MAVEN_OPTS", "value": HIDDEN}));
        assert_eq!(definition["secrets"][0]["valueFrom"], "arn:aws:secretsmanager:1");
        let options = json!({"splunk-token": HIDDEN, "splunk-url": "https://splunk.example.com"});
        assert_eq!(definition["logConfiguration"]["options"], options);
        assert_eq!(definition["image"], "simple:1");
        assert!(!hidden.to_string().contains("s3cret"), "{hidden}");
    }
}
