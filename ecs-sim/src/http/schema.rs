//! What the model says of requests, as data: the generated part of it is in [`model`](super::model).

use serde::{Serialize, de::DeserializeOwned};

/// A request, read from a body, with what is known of its operation.
pub(super) trait Request: DeserializeOwned {
    /// What is answered.
    type Answer: Serialize;
    /// The name of the operation, as in `X-Amz-Target`.
    const OPERATION: &'static str;
    /// What the body has to be.
    const SHAPE: &'static Structure;
}

/// An object with known members; others are ignored.
#[derive(Debug)]
pub(super) struct Structure {
    /// The name of the shape.
    pub(super) name: &'static str,
    /// At most 64.
    pub(super) members: &'static [Member],
}

/// A member of a structure.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
}

/// A list.
#[derive(Debug)]
pub(super) struct List {
    /// What it is a list of.
    pub(super) of: Shape,
    /// How many there may be.
    pub(super) length: Bounds,
}

/// What a value has to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Boolean,
    Double,
    /// One of these texts.
    Enum(&'static [&'static str]),
    /// 32 bits.
    Integer(Bounds),
    /// 64 bits.
    Long(Bounds),
    List(&'static List),
    /// An object of any members, each of this shape.
    Map(&'static Self),
    /// So many characters.
    String(Bounds),
    Structure(&'static Structure),
    Timestamp,
}

/// The least and the most, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) min: Option<u32>,
    pub(super) max: Option<u32>,
}

impl Bounds {
    /// No bounds.
    pub(super) const ANY: Self = Self { min: None, max: None };

    /// From `min` to `max`.
    pub(super) const fn new(min: u32, max: u32) -> Self {
        Self { min: Some(min), max: Some(max) }
    }

    /// From `min`.
    pub(super) const fn at_least(min: u32) -> Self {
        Self { min: Some(min), max: None }
    }
}

impl Member {
    /// One that a request has to have.
    pub(super) const fn required(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, required: true }
    }

    /// One that a request may have.
    pub(super) const fn optional(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, required: false }
    }
}

/// An enum whose values are texts. A request with any other text is refused before it is read.
macro_rules! closed_enum {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`.")] #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every value.
            pub const NAMES: &'static [&'static str] = &[$($text),+];

            /// The text.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

pub(super) use closed_enum;
