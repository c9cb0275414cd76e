//! Writes the types and what is checked of requests, as Rust.

use super::{
    Model, ModelError,
    names::{camel, field, pascal, screaming},
    read::{Reference, Shape},
    shape::{Kind, Needed},
};
use std::collections::{BTreeMap, BTreeSet};

/// The most members of a structure: which were seen is kept in the bits of a number.
const MEMBERS_MAX: usize = 64;

/// The Rust of the types of `operations`, not yet formatted.
///
/// # Errors
///
/// Fails where the model lacks something, or has something that there is no type for.
///
/// # Panics
///
/// Panics where a structure has more than 64 members.
pub fn emit(model: &Model, botocore: &str, operations: &[&str]) -> Result<String, ModelError> {
    let needed = Needed::by(model, operations)?;
    let mut out = header(model, botocore);
    requests(&mut out, model, operations)?;
    unanswered(&mut out, model, operations);
    enums(&mut out, model, &needed)?;
    for name in needed.of_kind(Kind::Structure) {
        structure(&mut out, model, name, needed.asked.contains_key(name))?;
    }
    without_secrets(&mut out, model, &needed)?;
    for (&name, &kind) in &needed.asked {
        match kind {
            Kind::Structure => structure_check(&mut out, model, name)?,
            Kind::List => list_check(&mut out, model, name)?,
            Kind::Boolean
            | Kind::Double
            | Kind::Enum
            | Kind::Integer
            | Kind::Long
            | Kind::Map
            | Kind::String
            | Kind::Timestamp => {}
        }
    }
    Ok(out)
}

fn header(model: &Model, botocore: &str) -> String {
    let (name, version) = (&model.metadata.service_full_name, &model.metadata.api_version);
    format!(
        "//! @generated: the types of {name}, API version {version}, and what is checked of requests.\n\
         //!\n\
         //! Made by `cargo run -p xtask -- generate-ecs-model --botocore {botocore} --model service-2.json` from the\n\
         //! model in botocore {botocore} (botocore/data/ecs/{version}/service-2.json.gz; Apache-2.0, copyright\n\
         //! Amazon.com, Inc.). Only facts are taken: names, types, what is required, bounds. Do not edit: change the\n\
         //! generator in xtask/src/ecs_model.\n\
         //!\n\
         //! Every member is optional, whether ECS requires it or not: what it requires is checked before a request is\n\
         //! read, and what an answer does not have is left out of it.\n\n\
         use super::{{\n    Epoch,\n    redact::debug_without_secrets,\n    \
         schema::{{Bounds, List, Member, Request, Shape, Structure, closed_enum}},\n}};\n\
         use serde::{{Deserialize, Serialize}};\n\
         use std::{{borrow::Cow, collections::BTreeMap}};\n\n\
         /// A text: most are fixed, or built once.\n\
         pub type Text = Cow<'static, str>;\n"
    )
}

/// What ties a request to its operation, its check and its answer.
fn requests(out: &mut String, model: &Model, operations: &[&str]) -> Result<(), ModelError> {
    for operation in operations {
        let known = model.operation(operation)?;
        let (input, output) = (&known.input.shape, &known.output.shape);
        let text = format!(
            "\nimpl Request for {} {{\n    type Answer = {};\n    const OPERATION: &'static str = \"{operation}\";\n    \
             const SHAPE: &'static Structure = &{};\n}}\n",
            pascal(input),
            pascal(output),
            screaming(input)
        );
        out.push_str(&text);
    }
    Ok(())
}

/// The operations that ECS has and that are not answered.
fn unanswered(out: &mut String, model: &Model, operations: &[&str]) {
    let left: Vec<&String> =
        model.operations.keys().filter(|name| !operations.contains(&name.as_str())).collect();
    let count = left.len();
    out.push_str(&format!(
        "\n/// Operations of ECS that are not answered.\npub(super) const UNANSWERED: [&str; {count}] = [\n"
    ));
    for name in left {
        out.push_str(&format!("    \"{name}\",\n"));
    }
    out.push_str("];\n");
}

fn enums(out: &mut String, model: &Model, needed: &Needed<'_>) -> Result<(), ModelError> {
    for name in needed.of_kind(Kind::Enum) {
        out.push_str(&format!("\nclosed_enum! {{\n    /// `{name}`.\n    {} {{\n", pascal(name)));
        let mut variants = BTreeMap::new();
        for value in &model.shape(name)?.values {
            let variant = pascal(value);
            if let Some(first) = variants.insert(variant.clone(), value) {
                return Err(ModelError::Clash { first: first.clone(), second: value.clone(), rust: variant });
            }
            out.push_str(&format!("        {variant} = \"{value}\",\n"));
        }
        out.push_str("    }\n}\n");
    }
    Ok(())
}

fn structure(out: &mut String, model: &Model, name: &str, asked: bool) -> Result<(), ModelError> {
    let shape = model.shape(name)?;
    let (derive, default) =
        if asked { (", Serialize, Deserialize", ", default") } else { (", Serialize", "") };
    out.push_str(&format!(
        "\n/// `{name}`.\n#[derive(Clone, Default, PartialEq{derive})]\n\
         #[serde(rename_all = \"camelCase\"{default})]\npub struct {} {{\n",
        pascal(name)
    ));
    for (member, reference) in &shape.members.0 {
        let rust = field(member);
        out.push_str(&format!("    /// {}.\n", said(model, shape, member, reference)?));
        let rename = if camel(&rust) == *member { String::new() } else { format!("rename = \"{member}\", ") };
        out.push_str(&format!("    #[serde({rename}skip_serializing_if = \"Option::is_none\")]\n"));
        out.push_str(&format!("    pub {rust}: Option<{}>,\n", rust_type(model, &reference.shape)?));
    }
    out.push_str("}\n");
    Ok(())
}

/// `Debug` of every structure: a request may hold secrets, and whatever is shown may come to stand in a log.
fn without_secrets(out: &mut String, model: &Model, needed: &Needed<'_>) -> Result<(), ModelError> {
    let mut sensitive = BTreeSet::new();
    let mut structures = String::new();
    for name in needed.of_kind(Kind::Structure) {
        structures.push_str(&format!("    {},\n", pascal(name)));
        for (member, reference) in &model.shape(name)?.members.0 {
            if model.shape(&reference.shape)?.sensitive {
                sensitive.insert(member);
            }
        }
    }
    let count = sensitive.len();
    out.push_str(&format!(
        "\n/// Members that the model marks as sensitive, of whichever structure.\n\
         pub(super) const SENSITIVE: [&str; {count}] = {:?};\n\n\
         debug_without_secrets! {{\n{structures}}}\n",
        Vec::from_iter(sensitive)
    ));
    Ok(())
}

/// What the documentation says of a member: its name, whether it is required, its bounds.
fn said(model: &Model, of: &Shape, member: &str, reference: &Reference) -> Result<String, ModelError> {
    let shape = model.shape(&reference.shape)?;
    let mut said = format!("`{member}`");
    if of.required.iter().any(|required| required == member) {
        said.push_str(", required");
    }
    let what = match Kind::of(&reference.shape, shape)? {
        Kind::String => " characters",
        Kind::List => " items",
        Kind::Boolean
        | Kind::Double
        | Kind::Enum
        | Kind::Integer
        | Kind::Long
        | Kind::Map
        | Kind::Structure
        | Kind::Timestamp => "",
    };
    match (&shape.min, &shape.max) {
        (None, None) => {}
        (Some(min), None) => said.push_str(&format!("; at least {min}{what}")),
        (Some(min), Some(max)) if min.as_u64() != Some(0) => {
            said.push_str(&format!("; {min} to {max}{what}"));
        }
        (_, Some(max)) => said.push_str(&format!("; at most {max}{what}")),
    }
    Ok(said)
}

fn rust_type(model: &Model, name: &str) -> Result<String, ModelError> {
    let shape = model.shape(name)?;
    Ok(match Kind::of(name, shape)? {
        Kind::Boolean => "bool".to_owned(),
        Kind::Double => "f64".to_owned(),
        Kind::Integer => "i32".to_owned(),
        Kind::Long => "i64".to_owned(),
        Kind::String => "Text".to_owned(),
        Kind::Timestamp => "Epoch".to_owned(),
        Kind::Enum | Kind::Structure => pascal(name),
        Kind::List => format!("Vec<{}>", rust_type(model, part(name, shape.member.as_ref())?)?),
        Kind::Map => format!("BTreeMap<Text, {}>", rust_type(model, part(name, shape.value.as_ref())?)?),
    })
}

fn structure_check(out: &mut String, model: &Model, name: &str) -> Result<(), ModelError> {
    let shape = model.shape(name)?;
    assert!(shape.members.0.len() <= MEMBERS_MAX, "{name} has more than {MEMBERS_MAX} members");
    let constant = screaming(name);
    out.push_str(&format!(
        "\nstatic {constant}: Structure = Structure {{\n    name: \"{name}\",\n    members: &[\n"
    ));
    for (member, reference) in &shape.members.0 {
        let required = shape.required.iter().any(|required| required == member);
        let word = if required { "required" } else { "optional" };
        let check = check(model, &reference.shape)?;
        out.push_str(&format!("        Member::{word}(\"{member}\", {check}),\n"));
    }
    out.push_str("    ],\n};\n");
    Ok(())
}

fn list_check(out: &mut String, model: &Model, name: &str) -> Result<(), ModelError> {
    let shape = model.shape(name)?;
    let of = check(model, part(name, shape.member.as_ref())?)?;
    let (constant, bounds) = (screaming(name), bounds(shape));
    out.push_str(&format!("\nstatic {constant}: List = List {{ of: {of}, length: {bounds} }};\n"));
    Ok(())
}

/// The check of a shape, as an expression.
fn check(model: &Model, name: &str) -> Result<String, ModelError> {
    let shape = model.shape(name)?;
    Ok(match Kind::of(name, shape)? {
        Kind::Boolean => "Shape::Boolean".to_owned(),
        Kind::Double => "Shape::Double".to_owned(),
        Kind::Timestamp => "Shape::Timestamp".to_owned(),
        Kind::Integer => format!("Shape::Integer({})", bounds(shape)),
        Kind::Long => format!("Shape::Long({})", bounds(shape)),
        Kind::String => format!("Shape::String({})", bounds(shape)),
        Kind::Enum => format!("Shape::Enum({}::NAMES)", pascal(name)),
        Kind::List => format!("Shape::List(&{})", screaming(name)),
        Kind::Map => format!("Shape::Map(&{})", check(model, part(name, shape.value.as_ref())?)?),
        Kind::Structure => format!("Shape::Structure(&{})", screaming(name)),
    })
}

fn bounds(shape: &Shape) -> String {
    match (&shape.min, &shape.max) {
        (None, None) => "Bounds::ANY".to_owned(),
        (Some(min), None) => format!("Bounds::at_least({min})"),
        (None, Some(max)) => format!("Bounds::new(0, {max})"),
        (Some(min), Some(max)) => format!("Bounds::new({min}, {max})"),
    }
}

fn part<'a>(name: &str, part: Option<&'a Reference>) -> Result<&'a str, ModelError> {
    part.map(|part| part.shape.as_str()).ok_or_else(|| ModelError::NoShape(format!("{name}, what it holds")))
}
