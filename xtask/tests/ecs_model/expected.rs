//! @generated: the types of A small service, API version 2020-01-01, and what is checked of requests.
//!
//! Made by `cargo run -p xtask -- generate-ecs-model --botocore 0.0.0 --model service-2.json` from the
//! model in botocore 0.0.0 (botocore/data/ecs/2020-01-01/service-2.json.gz; Apache-2.0, copyright
//! Amazon.com, Inc.). Only facts are taken: names, types, what is required, bounds. Do not edit: change the
//! generator in xtask/src/ecs_model.
//!
//! Every member is optional, whether ECS requires it or not: what it requires is checked before a request is
//! read, and what an answer does not have is left out of it.

use super::{
    Epoch,
    redact::debug_without_secrets,
    schema::{Bounds, List, Member, Request, Shape, Structure, closed_enum},
};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeMap};

/// A text: most are fixed, or built once.
pub type Text = Cow<'static, str>;

impl Request for MakeTeaRequest {
    type Answer = MakeTeaResponse;
    const OPERATION: &'static str = "MakeTea";
    const SHAPE: &'static Structure = &MAKE_TEA_REQUEST;
}

/// Operations of ECS that are not answered.
pub(super) const UNANSWERED: [&str; 1] = [
    "MakeCoffee",
];

closed_enum! {
    /// `Kind`.
    Kind {
        Green = "GREEN",
        EarlGrey = "earl-grey",
        X86_64 = "X86_64",
    }
}

/// `Cup`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Cup {
    /// `name`, required; 1 to 30 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
}

/// `MakeTeaRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MakeTeaRequest {
    /// `kind`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// `cups`, required; at most 4 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cups: Option<Vec<Cup>>,
    /// `labels`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<Text, Text>>,
    /// `sizeInGiB`; at least 1.
    #[serde(rename = "sizeInGiB", skip_serializing_if = "Option::is_none")]
    pub size_in_gib: Option<i32>,
    /// `type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<Text>,
    /// `guest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest: Option<Text>,
}

/// `MakeTeaResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MakeTeaResponse {
    /// `tea`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tea: Option<Tea>,
    /// `readyAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready_at: Option<Epoch>,
}

/// `Tea`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tea {
    /// `cups`; at most 4 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cups: Option<Vec<Cup>>,
    /// `strength`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<f64>,
    /// `number`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// `hot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hot: Option<bool>,
}

/// Members that the model marks as sensitive, of whichever structure.
pub(super) const SENSITIVE: [&str; 1] = ["guest"];

debug_without_secrets! {
    Cup,
    MakeTeaRequest,
    MakeTeaResponse,
    Tea,
}

static CUP: Structure = Structure {
    name: "Cup",
    members: &[
        Member::required("name", Shape::String(Bounds::new(1, 30))),
    ],
};

static CUPS: List = List { of: Shape::Structure(&CUP), length: Bounds::new(0, 4) };

static MAKE_TEA_REQUEST: Structure = Structure {
    name: "MakeTeaRequest",
    members: &[
        Member::required("kind", Shape::Enum(Kind::NAMES)),
        Member::required("cups", Shape::List(&CUPS)),
        Member::optional("labels", Shape::Map(&Shape::String(Bounds::ANY))),
        Member::optional("sizeInGiB", Shape::Integer(Bounds::at_least(1))),
        Member::optional("type", Shape::String(Bounds::ANY)),
        Member::optional("guest", Shape::String(Bounds::ANY)),
    ],
};
