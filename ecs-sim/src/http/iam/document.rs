//! The JSON of an identity-based policy.
//!
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language", read 2026-11-26.

use super::{PolicyError, condition::Condition, pattern::Pattern};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// How many statements a policy may have: far beyond the 6,144 characters that a managed policy may have on AWS.
const STATEMENTS_MAX: usize = 1000;

/// One statement of a policy.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) allow: bool,
    pub(super) actions: Selection,
    pub(super) resources: Selection,
    pub(super) conditions: Vec<Condition>,
}

/// What a statement is about: some things, or all but some.
#[derive(Debug, Clone)]
pub(super) enum Selection {
    Only(Vec<Pattern>),
    AllBut(Vec<Pattern>),
}

impl Selection {
    /// Whether something is selected that `matches` compares with a pattern.
    pub(super) fn has(&self, matches: impl Fn(&Pattern) -> bool) -> bool {
        match self {
            Self::Only(patterns) => patterns.iter().any(matches),
            Self::AllBut(patterns) => !patterns.iter().any(matches),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Document {
    version: Option<String>,
    #[serde(rename = "Id")]
    _id: Option<String>,
    statement: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Written {
    #[serde(rename = "Sid")]
    _sid: Option<String>,
    effect: String,
    action: Option<Value>,
    not_action: Option<Value>,
    resource: Option<Value>,
    not_resource: Option<Value>,
    #[serde(default)]
    condition: BTreeMap<String, BTreeMap<String, Value>>,
}

/// Reads the statements of a policy.
pub(super) fn statements(text: &str) -> Result<Vec<Statement>, PolicyError> {
    let document: Document = serde_json::from_str(text)?;
    match document.version.as_deref() {
        Some("2012-10-17" | "2008-10-17") | None => {}
        Some(other) => {
            return Err(unsupported("Version", format!("`{other}` is no version; write 2012-10-17")));
        }
    }
    let written = match document.statement {
        Value::Array(list) => list,
        one @ Value::Object(_) => vec![one],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return Err(unsupported("Statement", "an object or a list of objects is expected"));
        }
    };
    if written.len() > STATEMENTS_MAX {
        return Err(unsupported("Statement", format!("there are more than {STATEMENTS_MAX} statements")));
    }
    let read = |(index, value)| statement(value, &format!("Statement[{index}]"));
    written.into_iter().enumerate().map(read).collect()
}

fn statement(value: Value, place: &str) -> Result<Statement, PolicyError> {
    let written: Written =
        serde_json::from_value(value).map_err(|error| unsupported(place, error.to_string()))?;
    let allow = match written.effect.as_str() {
        "Allow" => true,
        "Deny" => false,
        other => return Err(unsupported(place, format!("`Effect` is Allow or Deny, not `{other}`"))),
    };
    let actions = selection(place, ["Action", "NotAction"], written.action, written.not_action)?;
    let resources = selection(place, ["Resource", "NotResource"], written.resource, written.not_resource)?;
    let mut conditions = Vec::new();
    for (operator, keys) in written.condition {
        for (key, values) in keys {
            let place = format!("{place}.Condition.{operator}.{key}");
            let values = texts(&place, values)?;
            conditions.push(Condition::parse(&operator, &key, values, &place)?);
        }
    }
    Ok(Statement { allow, actions, resources, conditions })
}

fn selection(
    place: &str,
    [only, all_but]: [&str; 2],
    some: Option<Value>,
    others: Option<Value>,
) -> Result<Selection, PolicyError> {
    let patterns = |name: &str, value| -> Result<Vec<Pattern>, PolicyError> {
        Ok(texts(&format!("{place}.{name}"), value)?.into_iter().map(Pattern::new).collect())
    };
    match (some, others) {
        (Some(value), None) => Ok(Selection::Only(patterns(only, value)?)),
        (None, Some(value)) => Ok(Selection::AllBut(patterns(all_but, value)?)),
        (None, None) => Err(unsupported(place, format!("`{only}` or `{all_but}` is missing"))),
        (Some(_), Some(_)) => Err(unsupported(place, format!("both `{only}` and `{all_but}` are given"))),
    }
}

/// One text or a list of them; numbers and booleans count as texts, as in conditions.
fn texts(place: &str, value: Value) -> Result<Vec<String>, PolicyError> {
    let list = match value {
        Value::Array(list) => list,
        one @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
            vec![one]
        }
    };
    let text = |value| match value {
        Value::String(text) if has_variable(&text) => {
            Err(unsupported(place, format!("policy variables are not evaluated here: `{text}`")))
        }
        Value::String(text) => Ok(text),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Number(value) => Ok(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(unsupported(place, "a text or a list of texts is expected"))
        }
    };
    list.into_iter().map(text).collect()
}

fn has_variable(text: &str) -> bool {
    text.contains("${")
}

fn unsupported(place: &str, why: impl Into<String>) -> PolicyError {
    PolicyError::Unsupported { place: place.to_owned(), why: why.into() }
}
