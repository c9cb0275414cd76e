//! The fields of a JSON object, read by their names and forms.

use footman_core::{Millis, Timestamp, policy::PolicyError};
use serde_json::{Map, Value};
use std::sync::Arc;
use thiserror::Error;

/// Why a line is none of a recording's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Something that must be there is not.
    #[error("`{field}` is missing")]
    Missing {
        /// Its name.
        field: &'static str,
    },
    /// Something has another form.
    #[error("`{field}` is not {expected}")]
    Unexpected {
        /// Its name.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// The policy breaks a rule that the core relies on.
    #[error("the policy cannot be used: {0}")]
    Policy(PolicyError),
}

/// An object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// The fields of `value`, which is called `field`.
    pub(super) fn of(value: &'a Value, field: &'static str) -> Result<Self, DecodeError> {
        value.as_object().map(Self).ok_or(DecodeError::Unexpected { field, expected: "an object" })
    }

    /// The field, whatever it is.
    pub(super) fn value(self, field: &'static str) -> Result<&'a Value, DecodeError> {
        self.0.get(field).ok_or(DecodeError::Missing { field })
    }

    /// The field, as `read` reads it.
    pub(super) fn read<T>(
        self,
        field: &'static str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<T, DecodeError> {
        read(self.value(field)?).ok_or(DecodeError::Unexpected { field, expected })
    }

    /// The field, or `None` where it is null.
    pub(super) fn present(self, field: &'static str) -> Result<Option<&'a Value>, DecodeError> {
        self.value(field).map(|value| Some(value).filter(|value| !value.is_null()))
    }

    /// The field, as `read` reads it, or `None` where it is null.
    pub(super) fn optional<T>(
        self,
        field: &'static str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, DecodeError> {
        self.present(field)?
            .map(|value| read(value).ok_or(DecodeError::Unexpected { field, expected }))
            .transpose()
    }

    /// An object.
    pub(super) fn object(self, field: &'static str) -> Result<Self, DecodeError> {
        Self::of(self.value(field)?, field)
    }

    /// A text.
    pub(super) fn text(self, field: &'static str) -> Result<&'a str, DecodeError> {
        self.read(field, "a text", Value::as_str)
    }

    /// A text, shared.
    pub(super) fn shared(self, field: &'static str) -> Result<Arc<str>, DecodeError> {
        self.text(field).map(Arc::from)
    }

    /// True or false.
    pub(super) fn flag(self, field: &'static str) -> Result<bool, DecodeError> {
        self.read(field, "true or false", Value::as_bool)
    }

    /// A whole number of the type's.
    pub(super) fn number<T: TryFrom<u64>>(self, field: &'static str) -> Result<T, DecodeError> {
        self.read(field, "a whole number in its range", number)
    }

    /// A whole number of the type's, or `None` where it is null.
    pub(super) fn number_or_null<T: TryFrom<u64>>(
        self,
        field: &'static str,
    ) -> Result<Option<T>, DecodeError> {
        self.optional(field, "a whole number in its range, or null", number)
    }

    /// A span, in milliseconds.
    pub(super) fn span(self, field: &'static str) -> Result<Millis, DecodeError> {
        self.number(field).map(Millis::new)
    }

    /// A span, or `None` where it is null.
    pub(super) fn span_or_null(self, field: &'static str) -> Result<Option<Millis>, DecodeError> {
        Ok(self.number_or_null(field)?.map(Millis::new))
    }

    /// A point in time, in milliseconds since the epoch.
    pub(super) fn time(self, field: &'static str) -> Result<Timestamp, DecodeError> {
        self.read(field, "a time in milliseconds", Value::as_i64).map(Timestamp::from_millis)
    }

    /// Each element of a list, as `read` reads it.
    pub(super) fn list<T, L: FromIterator<T>>(
        self,
        field: &'static str,
        read: impl FnMut(&'a Value) -> Result<T, DecodeError>,
    ) -> Result<L, DecodeError> {
        self.read(field, "a list", Value::as_array)?.iter().map(read).collect()
    }

    /// Each text of a list.
    pub(super) fn texts<T: From<&'a str>, L: FromIterator<T>>(
        self,
        field: &'static str,
    ) -> Result<L, DecodeError> {
        let not = DecodeError::Unexpected { field, expected: "a list of texts" };
        self.list(field, |value| value.as_str().map(T::from).ok_or_else(|| not.clone()))
    }

    /// Each whole number of a list.
    pub(super) fn numbers<T, N: TryFrom<u64>, L: FromIterator<T>>(
        self,
        field: &'static str,
        make: impl Fn(N) -> T,
    ) -> Result<L, DecodeError> {
        let not = DecodeError::Unexpected { field, expected: "a list of whole numbers in their range" };
        self.list(field, |value| number(value).map(&make).ok_or_else(|| not.clone()))
    }
}

/// A whole number of the type's.
pub(super) fn number<T: TryFrom<u64>>(value: &Value) -> Option<T> {
    value.as_u64().and_then(|number| T::try_from(number).ok())
}
