//! What differs between two JSON values, place by place.

use serde_json::Value;
use std::fmt;

/// One place in which two values differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// A JSON pointer (RFC 6901) without its escapes: the names of AWS's members need none.
    pub place: String,
    /// What stood there.
    pub old: Option<Value>,
    /// What stands there.
    pub new: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => write!(f, "{}: {old} -> {new}", self.place),
            (Some(old), None) => write!(f, "{}: {old} is gone", self.place),
            (None, Some(new)) => write!(f, "{}: {new} is new", self.place),
            (None, None) => write!(f, "{}: nothing", self.place),
        }
    }
}

/// The places in which `new` differs from `old`, in the order of the values.
pub fn differences(old: &Value, new: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(String::new(), Some(old), Some(new), &mut found);
    found
}

fn compare(place: String, old: Option<&Value>, new: Option<&Value>, found: &mut Vec<Difference>) {
    match (old, new) {
        (Some(Value::Object(ours)), Some(Value::Object(theirs))) => {
            for (key, value) in ours {
                compare(format!("{place}/{key}"), Some(value), theirs.get(key), found);
            }
            for (key, value) in theirs.iter().filter(|(key, _)| !ours.contains_key(*key)) {
                compare(format!("{place}/{key}"), None, Some(value), found);
            }
        }
        (Some(Value::Array(ours)), Some(Value::Array(theirs))) => {
            for at in 0..ours.len().max(theirs.len()) {
                compare(format!("{place}/{at}"), ours.get(at), theirs.get(at), found);
            }
        }
        (old, new) if old == new => {}
        (old, new) => found.push(Difference { place, old: old.cloned(), new: new.cloned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_difference_is_said_where_it_is() {
        let old = json!({"a": 1, "b": [1, 2], "c": {"d": null}});
        let new = json!({"a": 1, "b": [1, 3, 4], "c": {"e": true}});
        let said: Vec<String> = differences(&old, &new).iter().map(ToString::to_string).collect();
        assert_eq!(said, ["/b/1: 2 -> 3", "/b/2: 4 is new", "/c/d: null is gone", "/c/e: true is new"]);
        assert_eq!(differences(&old, &old), []);
    }
}
