//! Effective values: each with where it came from.

use crate::source::Place;
use std::{fmt, sync::Arc};

/// A value, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said it; the plugin's or Footman's default.
    Default,
    /// It stands there.
    Given(Place),
    /// It stands there, with placeholders that were filled in.
    Filled {
        /// Where.
        place: Place,
        /// The names of the placeholders, in order.
        variables: Vec<Arc<str>>,
        /// The text before they were filled in.
        text: Arc<str>,
    },
    /// It stands there, with placeholders that have no value; the text is shown as it is.
    Unresolved {
        /// Where.
        place: Place,
        /// The names of the placeholders that have no value.
        variables: Vec<Arc<str>>,
    },
    /// It came from another template by `inheritFrom`.
    Inherited {
        /// That template's name.
        template: Arc<str>,
        /// Where that template has it from.
        from: Box<Self>,
    },
    /// Parts of it are the template's own and parts another's.
    Merged {
        /// The other template's name.
        template: Arc<str>,
        /// Where this template has its part from.
        own: Box<Self>,
        /// Where the other has its part from.
        from: Box<Self>,
    },
    /// It was given, and lost when the template was merged with another, as the plugin loses it.
    Lost {
        /// That template's name.
        template: Arc<str>,
    },
    /// It follows from other values; the text says how.
    Derived(&'static str),
}

impl<T> Effective<T> {
    /// `value`, which nobody said.
    pub const fn default_of(value: T) -> Self {
        Self { value, origin: Origin::Default }
    }

    /// `value`, which follows from other values.
    pub const fn derived(value: T, how: &'static str) -> Self {
        Self { value, origin: Origin::Derived(how) }
    }

    /// Whether somebody said it.
    pub fn is_given(&self) -> bool {
        !matches!(self.origin, Origin::Default)
    }
}

impl Origin {
    /// The place where the value, or the nearest part of it, stands.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Given(place) | Self::Filled { place, .. } | Self::Unresolved { place, .. } => Some(place),
            Self::Inherited { from, .. } => from.place(),
            Self::Merged { own, from, .. } => own.place().or_else(|| from.place()),
            Self::Default | Self::Lost { .. } | Self::Derived(_) => None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Given(place) => place.fmt(f),
            Self::Filled { place, text, .. } => write!(f, "{place}, from {text}"),
            Self::Unresolved { place, variables } => {
                write!(f, "{place}, no value for {}", variables.join(", "))
            }
            Self::Inherited { template, from } => write!(f, "inherited from {template} ({from})"),
            Self::Merged { template, own, from } => write!(f, "{own}, merged with {template} ({from})"),
            Self::Lost { template } => write!(f, "lost in the merge with {template}"),
            Self::Derived(how) => f.write_str(how),
        }
    }
}
