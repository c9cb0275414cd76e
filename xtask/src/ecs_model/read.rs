//! A model as botocore writes it: `service-2.json`, protocol `json`.

use super::ModelError;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Number;
use std::{collections::BTreeMap, fmt};

/// A model.
#[derive(Debug, Deserialize)]
pub struct Model {
    pub(super) metadata: Metadata,
    pub(super) operations: BTreeMap<String, Operation>,
    pub(super) shapes: BTreeMap<String, Shape>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) api_version: String,
    pub(super) service_full_name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Operation {
    pub(super) input: Reference,
    pub(super) output: Reference,
}

/// A shape that is used somewhere.
#[derive(Debug, Deserialize)]
pub(super) struct Reference {
    pub(super) shape: String,
}

/// A shape, of whatever kind.
#[derive(Debug, Deserialize)]
pub(super) struct Shape {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) members: Members,
    #[serde(default)]
    pub(super) required: Vec<String>,
    #[serde(rename = "enum", default)]
    pub(super) values: Vec<String>,
    pub(super) member: Option<Reference>,
    pub(super) value: Option<Reference>,
    pub(super) min: Option<Number>,
    pub(super) max: Option<Number>,
    /// Whether its values are not to be shown.
    #[serde(default)]
    pub(super) sensitive: bool,
}

/// The members of a structure, in the order of the model.
#[derive(Debug, Default)]
pub(super) struct Members(pub(super) Vec<(String, Reference)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the members of a structure")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

impl Model {
    /// Reads a model.
    ///
    /// # Errors
    ///
    /// Fails where `text` is no model.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    pub(super) fn shape(&self, name: &str) -> Result<&Shape, ModelError> {
        self.shapes.get(name).ok_or_else(|| ModelError::NoShape(name.to_owned()))
    }

    pub(super) fn operation(&self, name: &str) -> Result<&Operation, ModelError> {
        self.operations.get(name).ok_or_else(|| ModelError::NoOperation(name.to_owned()))
    }
}
