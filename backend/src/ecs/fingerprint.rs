//! What is in a task definition, short enough for a tag.
//!
//! Two definitions are equal if their fingerprints are. It is taken of what is sent, so that nothing that ECS adds or spells
//! otherwise in its answers matters; the order of what has none (variables, tags, mounts) does not count. A second tag has a
//! few characters for each field, by which the fields that differ can be named.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The tag with the fingerprint of the whole.
pub(super) const TAG: &str = "footman:fingerprint";
/// The tag with the marks of the fields.
pub(super) const FIELDS_TAG: &str = "footman:fields";
/// What the tags begin with: another number is another way of taking them.
const VERSION: char = '1';
/// Characters of the whole's fingerprint: 128 bits.
const DIGITS: usize = 32;
/// Characters of a field's mark: 16 bits, enough to see that it changed.
const FIELD_DIGITS: usize = 4;

/// The fields of a definition, in the order of their marks.
const FIELDS: [&str; 10] = [
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "volumes",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "ephemeralStorage",
    "runtimePlatform",
    "tags",
];
/// The fields of the agent's container, in the order of their marks, which follow.
const CONTAINER_FIELDS: [&str; 17] = [
    "image",
    "repositoryCredentials",
    "cpu",
    "memory",
    "memoryReservation",
    "portMappings",
    "entryPoint",
    "environment",
    "mountPoints",
    "linuxParameters",
    "dependsOn",
    "user",
    "privileged",
    "dnsSearchDomains",
    "extraHosts",
    "ulimits",
    "logConfiguration",
];
/// What is neither: other containers, and fields that a later version may send.
const REST: &str = "other containers and fields";
/// Lists whose order means nothing.
const UNORDERED: [&str; 9] = [
    "environment",
    "tags",
    "mountPoints",
    "volumes",
    "portMappings",
    "extraHosts",
    "ulimits",
    "add",
    "requiresCompatibilities",
];

/// What is in a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fingerprint {
    pub(super) whole: String,
    pub(super) fields: String,
}

impl Fingerprint {
    /// That of `RegisterTaskDefinition` as it is sent, with the members of its objects in the order of their names.
    pub(super) fn of(definition: &Value) -> Self {
        let mut definition = definition.clone();
        sort(&mut definition);
        let whole = format!("{VERSION}{}", hex(&definition, DIGITS));
        let mut fields = String::from(VERSION);
        let mut mark =
            |value: Option<Value>| fields.push_str(&hex(&value.unwrap_or(Value::Null), FIELD_DIGITS));
        let mut container = agent_container(&mut definition);
        for field in FIELDS {
            mark(take(&mut definition, field));
        }
        for field in CONTAINER_FIELDS {
            mark(take(&mut container, field));
        }
        mark(Some(Value::Array(vec![definition, container])));
        Self { whole, fields }
    }

    /// The fields in which the definition with the tag `theirs` differs from this one; everything, where the tag is none.
    pub(super) fn differs(&self, theirs: &str) -> Vec<&'static str> {
        let names = FIELDS.iter().chain(&CONTAINER_FIELDS).chain([&REST]).copied();
        if theirs.len() != self.fields.len() || !theirs.is_ascii() || !theirs.starts_with(VERSION) {
            return names.collect();
        }
        let marks = |text: &'_ str| -> Vec<Vec<u8>> {
            text.as_bytes()[1..].chunks(FIELD_DIGITS).map(<[u8]>::to_vec).collect()
        };
        let pairs = marks(&self.fields).into_iter().zip(marks(theirs));
        names.zip(pairs).filter(|(_, (ours, theirs))| ours != theirs).map(|(name, _)| name).collect()
    }
}

/// The agent's container, the last of a definition's, taken out of it.
fn agent_container(definition: &mut Value) -> Value {
    let containers = definition.get_mut("containerDefinitions").and_then(Value::as_array_mut);
    containers.and_then(Vec::pop).unwrap_or_default()
}

fn take(object: &mut Value, field: &str) -> Option<Value> {
    object.as_object_mut()?.remove(field)
}

/// Sorts the lists whose order means nothing. Of variables of one name the last one counts, so that those keep theirs.
fn sort(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                sort(member);
                if let (true, Some(list)) = (UNORDERED.contains(&name.as_str()), member.as_array_mut()) {
                    list.sort_by_cached_key(|entry| match entry.get("name") {
                        Some(name) if entry.get("value").is_some() => name.to_string(),
                        _ => entry.to_string(),
                    });
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(sort),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The first digits of a value's hash, whose objects have their members in the order of their names.
fn hex(value: &Value, digits: usize) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(value.to_string()) {
        write!(text, "{byte:02x}").expect("a String takes everything");
    }
    text.truncate(digits);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn definition() -> Value {
        json!({
            "family": "ecs-java",
            "networkMode": "bridge",
            "containerDefinitions": [{
                "name": "ecs-java",
                "image": "jenkins/inbound-agent",
                "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
                "entryPoint": ["sh", "-c"],
            }],
            "tags": [{"key": "team", "value": "x"}, {"key": "cost", "value": "y"}],
        })
    }

    /// The definition with one value in another's place.
    fn with(pointer: &str, value: Value) -> Value {
        let mut definition = definition();
        *definition.pointer_mut(pointer).expect("the place is there") = value;
        definition
    }

    #[test]
    fn the_order_of_what_has_none_does_not_count() {
        let same = [
            with(
                "/containerDefinitions/0/environment",
                json!([{"name": "B", "value": "2"}, {"name": "A", "value": "1"}]),
            ),
            with("/tags", json!([{"key": "cost", "value": "y"}, {"key": "team", "value": "x"}])),
        ];
        for other in same {
            assert_eq!(Fingerprint::of(&other), Fingerprint::of(&definition()), "{other}");
        }
        let again = json!([{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]);
        let turned = json!([{"name": "A", "value": "2"}, {"name": "A", "value": "1"}]);
        let of = |list| Fingerprint::of(&with("/containerDefinitions/0/environment", list));
        assert_ne!(of(again), of(turned), "of two variables of one name the last one counts");
    }

    #[test]
    fn the_fields_that_differ_are_named() {
        let ours = Fingerprint::of(&definition());
        // what differs => the fields
        let table = [
            ("/networkMode", json!("awsvpc"), "networkMode"),
            ("/containerDefinitions/0/image", json!("other"), "image"),
            ("/containerDefinitions/0/entryPoint", json!(["-c", "sh"]), "entryPoint"),
            ("/tags/0/value", json!("z"), "tags"),
            ("/containerDefinitions/0/name", json!("other"), REST),
        ];
        for (pointer, value, field) in table {
            let theirs = Fingerprint::of(&with(pointer, value));
            assert_eq!(ours.differs(&theirs.fields), [field]);
            assert_ne!(ours.whole, theirs.whole);
        }
        assert_eq!(ours.differs(&ours.fields), [""; 0]);
        assert_eq!(ours.differs("").len(), FIELDS.len() + CONTAINER_FIELDS.len() + 1);
    }

    #[test]
    fn the_tags_fit() {
        let ours = Fingerprint::of(&definition());
        assert!(ours.whole.len() <= 256 && ours.fields.len() <= 256, "the longest value of a tag");
        assert_eq!(ours.fields.len(), 1 + FIELD_DIGITS * (FIELDS.len() + CONTAINER_FIELDS.len() + 1));
    }
}
