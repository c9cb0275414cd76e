//! The shapes that some operations need, sorted out by kind.

use super::{Model, ModelError, read::Shape};
use std::collections::{BTreeMap, BTreeSet};

/// What the generator makes of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Boolean,
    Double,
    Enum,
    Integer,
    List,
    Long,
    Map,
    String,
    Structure,
    Timestamp,
}

impl Kind {
    pub(super) fn of(name: &str, shape: &Shape) -> Result<Self, ModelError> {
        Ok(match shape.kind.as_str() {
            "boolean" => Self::Boolean,
            "double" => Self::Double,
            "integer" => Self::Integer,
            "list" => Self::List,
            "long" => Self::Long,
            "map" => Self::Map,
            "string" if shape.values.is_empty() => Self::String,
            "string" => Self::Enum,
            "structure" => Self::Structure,
            "timestamp" => Self::Timestamp,
            other => return Err(ModelError::Kind { name: name.to_owned(), kind: other.to_owned() }),
        })
    }
}

/// The shapes that are needed.
#[derive(Debug, Default)]
pub(super) struct Needed<'a> {
    /// Those that requests are made of.
    pub(super) asked: BTreeMap<&'a str, Kind>,
    /// Those that requests or answers are made of.
    pub(super) all: BTreeMap<&'a str, Kind>,
}

impl<'a> Needed<'a> {
    /// What these operations need.
    pub(super) fn by(model: &'a Model, operations: &[&str]) -> Result<Self, ModelError> {
        let mut needed = Self::default();
        for operation in operations {
            let operation = model.operation(operation)?;
            walk(model, &operation.input.shape, &mut needed.asked, &mut Vec::new())?;
            walk(model, &operation.output.shape, &mut needed.all, &mut Vec::new())?;
        }
        needed.all.extend(&needed.asked);
        Ok(needed)
    }

    /// The names of one kind among all shapes.
    pub(super) fn of_kind(&self, kind: Kind) -> BTreeSet<&'a str> {
        self.all.iter().filter(|&(_, &is)| is == kind).map(|(&name, _)| name).collect()
    }
}

/// Takes in a shape and all that it is made of; `above` are the structures that it stands in.
fn walk<'a>(
    model: &'a Model,
    name: &'a str,
    into: &mut BTreeMap<&'a str, Kind>,
    above: &mut Vec<&'a str>,
) -> Result<(), ModelError> {
    if above.contains(&name) {
        return Err(ModelError::Recursive(name.to_owned()));
    }
    let shape = model.shape(name)?;
    if into.insert(name, Kind::of(name, shape)?).is_some() {
        return Ok(());
    }
    above.push(name);
    let parts = shape.member.iter().chain(&shape.value).chain(shape.members.0.iter().map(|(_, part)| part));
    for part in parts {
        walk(model, &part.shape, into, above)?;
    }
    above.pop();
    Ok(())
}
