//! YAML as a tree in which every node knows its place.
//!
//! Scalars are kept as the text that stands in the file: `007`, `1.10` and `on` mean different things to different
//! keys, and Jenkins reads them all as text first. What a key wants of its text is for the schema to say.

use crate::{code::Code, diagnostic::Diagnostic, source::Place};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{
    Location, Options, Spanned, alias_limits, budget,
    options::{DuplicateKeyPolicy, NonFiniteFloatPolicy},
};
use std::{fmt, sync::Arc};

/// The largest text that is read, in bytes: no person writes a longer one.
pub const TEXT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The most events (scalars, starts and ends of lists and mappings) of one text, aliases written out.
const EVENTS_MAX: usize = 200_000;
/// The most events that aliases add to a text.
const REPLAYED_MAX: usize = 50_000;
/// How deep lists and mappings may nest.
const DEPTH_MAX: usize = 24;

/// A node of the tree, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// Where it stands; for an alias, where the alias stands.
    pub(crate) place: Place,
    /// What it is.
    pub(crate) value: Value,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nothing: `key:`, `~` or `null`.
    Null,
    /// A text, number or truth value.
    Scalar(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping in the order of the file; a key that stands there twice is in it twice.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// The key.
    pub(crate) text: String,
    /// Where it stands.
    pub(crate) place: Place,
}

impl Node {
    /// What it is, as messages say it.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Scalar(_) => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The value of `key`, the first where it is there twice; `None` where this is no mapping.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|(own, _)| own.text == key).map(|(_, node)| node),
            Value::Null | Value::Scalar(_) | Value::List(_) => None,
        }
    }
}

/// Reads the text `file`.
///
/// # Errors
///
/// Fails where `content` is no YAML, has more than one document, refers to itself, or is larger, deeper or (aliases
/// written out) longer than the limits of this module.
pub(crate) fn parse(file: &Arc<str>, content: &str) -> Result<Node, Diagnostic> {
    if content.len() > TEXT_BYTES_MAX {
        let place = Place::start_of(file);
        return Err(Diagnostic::new(
            Code::TooLarge,
            Some(&place),
            format!("the text has {} bytes; at most {TEXT_BYTES_MAX} are read", content.len()),
        ));
    }
    let raw: Spanned<Raw> = serde_saphyr::from_str_with_options(content, options()).map_err(|error| {
        let place = error.location().map_or_else(
            || Place::start_of(file),
            |location| Place::at(file, content, location.line(), location.column()),
        );
        Diagnostic::new(Code::Yaml, Some(&place), explain(&error))
    })?;
    Ok(place_node(file, content, raw))
}

/// How YAML is read: bounded, and with nothing decided that the schema decides.
fn options() -> Options {
    serde_saphyr::options! {
        budget: budget! {
            max_events: EVENTS_MAX,
            max_nodes: EVENTS_MAX,
            max_depth: DEPTH_MAX,
            max_documents: 1,
        },
        alias_limits: alias_limits! {
            max_total_replayed_events: REPLAYED_MAX,
            max_replay_stack_depth: DEPTH_MAX,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

/// The library's message without the position, which the diagnostic carries itself; in plain words where it is about a
/// limit.
fn explain(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().to_string();
    let text = text.lines().next().unwrap_or_default();
    let text = text.split_once(" at line ").map_or(text, |(head, _)| head);
    if text.starts_with("recursive references") {
        return "an alias refers to what it is a part of".to_owned();
    }
    if text.starts_with("budget breached: Depth") {
        return format!("lists and mappings nest deeper than {DEPTH_MAX}");
    }
    if text.starts_with("budget breached") || text.starts_with("alias replay limit") {
        return format!("the file says more than a configuration can: {text}");
    }
    text.to_owned()
}

/// A value as the YAML library hands it over.
enum Raw {
    Null,
    Text(String),
    /// A number or a truth value: its text is cut out of the source.
    Plain(String),
    List(Vec<Spanned<Self>>),
    Map(Vec<(Spanned<String>, Spanned<Self>)>),
}

/// Takes whatever comes.
struct RawVisitor;

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, a list or a mapping")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

/// Gives every node its place; recursion is bounded by [`DEPTH_MAX`].
fn place_node(file: &Arc<str>, content: &str, raw: Spanned<Raw>) -> Node {
    let place = place_of(file, content, &raw.referenced);
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Text(text) => Value::Scalar(text),
        Raw::Plain(text) => Value::Scalar(source_text(content, &raw.defined).unwrap_or(text)),
        Raw::List(items) => {
            Value::List(items.into_iter().map(|item| place_node(file, content, item)).collect())
        }
        Raw::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|(key, node)| {
                    let place = place_of(file, content, &key.referenced);
                    (Key { text: key.value, place }, place_node(file, content, node))
                })
                .collect(),
        ),
    };
    Node { place, value }
}

/// What stands at `location`, as it stands there.
fn source_text(content: &str, location: &Location) -> Option<String> {
    let (start, length) = bytes(location)?;
    let text = content.get(start..start.checked_add(length)?)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The bytes that `location` covers.
fn bytes(location: &Location) -> Option<(usize, usize)> {
    let span = location.span();
    let start = usize::try_from(span.byte_offset()?).ok()?;
    let length = usize::try_from(span.byte_len()?).ok()?;
    Some((start, length))
}

/// `location` as a place of ours.
fn place_of(file: &Arc<str>, content: &str, location: &Location) -> Place {
    match bytes(location) {
        Some((offset, length)) if offset <= content.len() => Place {
            file: Arc::clone(file),
            line: u32::try_from(location.line()).unwrap_or(u32::MAX).max(1),
            column: u32::try_from(location.column()).unwrap_or(u32::MAX).max(1),
            offset,
            length: length.min(content.len() - offset),
        },
        Some(_) | None => Place::at(file, content, location.line(), location.column()),
    }
}
