//! Whether a body is what the model of its operation says, before it is read into its type.
//!
//! The text is walked once along the [`Structure`] of the request; nothing is built on the way. A value of the wrong kind
//! ends the walk, for ECS cannot read on either; of everything else that is wrong the first thing is told.

use super::schema::{Bounds, List, Shape, Structure};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::{cell::RefCell, fmt};

/// What is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It is no JSON, and why.
    Json(String),
    /// A value is of another kind.
    Kind {
        /// What it is, as JSON's tokens are called.
        found: Found,
        /// What it should be.
        wanted: &'static str,
    },
    /// Something required is not there.
    Missing {
        /// The structure that lacks it.
        of: &'static str,
        /// Its name.
        member: &'static str,
        /// Whether it is a list.
        list: bool,
    },
    /// A text is none of those that it may be.
    NotOneOf {
        /// What it is.
        value: String,
        /// What it may be.
        names: &'static [&'static str],
    },
    /// A number, a text or a list is out of bounds.
    Bounds {
        /// Where.
        path: String,
        /// What it is.
        value: String,
        /// What is bounded of it.
        what: Measure,
        /// The bounds.
        bounds: Bounds,
    },
}

/// A token of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    String,
    Number,
    True,
    False,
    Null,
    List,
    Object,
}

/// What of a value is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    Value,
    Length,
}

/// Checks a body.
pub(super) fn check(body: &[u8], shape: &'static Structure) -> Result<(), Flaw> {
    let walk = Walk::default();
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = Checked { shape: Shape::Structure(shape), walk: &walk }.deserialize(&mut json);
    let flaw = walk.flaw.into_inner();
    match read.and_then(|there| json.end().map(|()| there)) {
        Err(error) => Err(match flaw {
            Some(flaw @ Flaw::Kind { .. }) => flaw,
            Some(_) | None => Flaw::Json(error.to_string()),
        }),
        Ok(_) => flaw.map_or(Ok(()), Err),
    }
}

/// Where the walk is, and what it found.
#[derive(Debug, Default)]
struct Walk {
    path: RefCell<Vec<Step>>,
    flaw: RefCell<Option<Flaw>>,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Member(&'static str),
    Item(usize),
    Value,
}

impl Walk {
    fn note(&self, flaw: Flaw) {
        self.flaw.borrow_mut().get_or_insert(flaw);
    }

    /// `tags.1.member.key`, as validation messages of AWS write it: items are counted from 1.
    fn path(&self) -> String {
        let mut text = String::new();
        for step in self.path.borrow().iter() {
            let part = match step {
                Step::Member(name) => (*name).to_owned(),
                Step::Item(nth) => format!("{}.member", nth + 1),
                Step::Value => "value".to_owned(),
            };
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(&part);
        }
        text
    }

    fn at<T>(&self, step: Step, then: impl FnOnce() -> T) -> T {
        self.path.borrow_mut().push(step);
        let done = then();
        self.path.borrow_mut().pop();
        done
    }
}

/// Reads a value along its shape; the answer is whether there is one, and not null.
#[derive(Clone, Copy)]
struct Checked<'a> {
    shape: Shape,
    walk: &'a Walk,
}

impl<'de> DeserializeSeed<'de> for Checked<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Checked<'_> {
    fn wrong<E: Error>(self, found: Found) -> Result<bool, E> {
        let wanted = match self.shape {
            Shape::Boolean => "Boolean",
            Shape::Double => "Double",
            Shape::Enum(_) | Shape::String(_) => "String",
            Shape::Integer(_) => "Integer",
            Shape::Long(_) => "Long",
            Shape::List(_) => "list",
            Shape::Map(_) => "map",
            Shape::Structure(shape) => shape.name,
            Shape::Timestamp => "Timestamp",
        };
        *self.walk.flaw.borrow_mut() = Some(Flaw::Kind { found, wanted });
        Err(E::custom("a value of another kind"))
    }

    fn number<E: Error>(self, value: Option<i64>, shown: impl fmt::Display) -> Result<bool, E> {
        let (bounds, range) = match self.shape {
            Shape::Integer(bounds) => (bounds, i64::from(i32::MIN)..=i64::from(i32::MAX)),
            Shape::Long(bounds) => (bounds, i64::MIN..=i64::MAX),
            Shape::Double | Shape::Timestamp => return Ok(true),
            Shape::Boolean
            | Shape::Enum(_)
            | Shape::List(_)
            | Shape::Map(_)
            | Shape::String(_)
            | Shape::Structure(_) => return self.wrong(Found::Number),
        };
        match value.filter(|value| range.contains(value)) {
            Some(value) => self.within(bounds, value, Measure::Value, || shown.to_string()),
            None => return self.wrong(Found::Number),
        }
        Ok(true)
    }

    fn within(self, bounds: Bounds, measured: i64, what: Measure, value: impl FnOnce() -> String) {
        let over = bounds.max.is_some_and(|max| measured > i64::from(max));
        let under = bounds.min.is_some_and(|min| measured < i64::from(min));
        if over || under {
            let path = self.walk.path();
            self.walk.note(Flaw::Bounds { path, value: value(), what, bounds });
        }
    }

    fn list<'de, A: SeqAccess<'de>>(self, list: &'static List, mut items: A) -> Result<bool, A::Error> {
        let of = Checked { shape: list.of, walk: self.walk };
        let mut count = 0;
        while let Some(there) = self.walk.at(Step::Item(count), || items.next_element_seed(of))? {
            if !there {
                return of.wrong(Found::Null);
            }
            count += 1;
        }
        let length = i64::try_from(count).unwrap_or(i64::MAX);
        self.within(list.length, length, Measure::Length, || format!("{count} items"));
        Ok(true)
    }

    fn structure<'de, A: MapAccess<'de>>(
        self,
        shape: &'static Structure,
        mut map: A,
    ) -> Result<bool, A::Error> {
        let mut seen = 0_u64;
        while let Some(place) = map.next_key_seed(Place(shape))? {
            let Some(place) = place else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let member = &shape.members[place];
            let value = Checked { shape: member.shape, walk: self.walk };
            if self.walk.at(Step::Member(member.name), || map.next_value_seed(value))? {
                seen |= 1 << place;
            }
        }
        for (place, member) in shape.members.iter().enumerate() {
            if member.required && seen & (1 << place) == 0 {
                let list = matches!(member.shape, Shape::List(_));
                self.walk.note(Flaw::Missing { of: shape.name, member: member.name, list });
            }
        }
        Ok(true)
    }
}

impl<'de> Visitor<'de> for Checked<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value for {:?}", self.shape)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<bool, E> {
        match self.shape {
            Shape::String(Bounds::ANY) => {}
            Shape::String(bounds) => {
                let length = i64::try_from(value.chars().count()).unwrap_or(i64::MAX);
                self.within(bounds, length, Measure::Length, || value.to_owned());
            }
            Shape::Enum(names) if names.contains(&value) => {}
            Shape::Enum(names) => self.walk.note(Flaw::NotOneOf { value: value.to_owned(), names }),
            Shape::Boolean
            | Shape::Double
            | Shape::Integer(_)
            | Shape::List(_)
            | Shape::Long(_)
            | Shape::Map(_)
            | Shape::Structure(_)
            | Shape::Timestamp => return self.wrong(Found::String),
        }
        Ok(true)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
        match self.shape {
            Shape::Boolean => Ok(true),
            Shape::Double
            | Shape::Enum(_)
            | Shape::Integer(_)
            | Shape::List(_)
            | Shape::Long(_)
            | Shape::Map(_)
            | Shape::String(_)
            | Shape::Structure(_)
            | Shape::Timestamp => self.wrong(if value { Found::True } else { Found::False }),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<bool, E> {
        self.number(Some(value), value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<bool, E> {
        self.number(i64::try_from(value).ok(), value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<bool, E> {
        self.number(None, value)
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<bool, A::Error> {
        match self.shape {
            Shape::List(list) => self.list(list, items),
            Shape::Boolean
            | Shape::Double
            | Shape::Enum(_)
            | Shape::Integer(_)
            | Shape::Long(_)
            | Shape::Map(_)
            | Shape::String(_)
            | Shape::Structure(_)
            | Shape::Timestamp => self.wrong(Found::List),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        match self.shape {
            Shape::Structure(shape) => self.structure(shape, map),
            Shape::Map(of) => {
                let of = Checked { shape: *of, walk: self.walk };
                while map.next_key::<IgnoredAny>()?.is_some() {
                    if !self.walk.at(Step::Value, || map.next_value_seed(of))? {
                        return of.wrong(Found::Null);
                    }
                }
                Ok(true)
            }
            Shape::Boolean
            | Shape::Double
            | Shape::Enum(_)
            | Shape::Integer(_)
            | Shape::List(_)
            | Shape::Long(_)
            | Shape::String(_)
            | Shape::Timestamp => self.wrong(Found::Object),
        }
    }
}

/// Finds the place of a member by its name, without a copy of the name.
struct Place(&'static Structure);

impl<'de> DeserializeSeed<'de> for Place {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Place {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.members.iter().position(|member| member.name == name))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::schema::Member, *};

    static ITEM: Structure = Structure {
        name: "Item",
        members: &[
            Member::required("name", Shape::String(Bounds::new(1, 3))),
            Member::optional("kind", Shape::Enum(&["A", "B"])),
            Member::optional("weight", Shape::Integer(Bounds::new(0, 1000))),
        ],
    };
    static ITEMS: List = List { of: Shape::Structure(&ITEM), length: Bounds::new(0, 2) };
    static REQUEST: Structure = Structure {
        name: "ThingRequest",
        members: &[
            Member::required("items", Shape::List(&ITEMS)),
            Member::optional("labels", Shape::Map(&Shape::String(Bounds::ANY))),
            Member::optional("sure", Shape::Boolean),
            Member::optional("at", Shape::Timestamp),
            Member::optional("number", Shape::Long(Bounds::at_least(1))),
        ],
    };

    fn flaw(body: &str) -> Option<Flaw> {
        check(body.as_bytes(), &REQUEST).err()
    }

    fn message(body: &str) -> String {
        match flaw(body).unwrap().refusal("DoThing") {
            super::super::wire::Refusal::Api(error) => error.to_string(),
            super::super::wire::Refusal::Wire { kind, message } => format!("{kind}: {message}"),
        }
    }

    #[test]
    fn what_the_model_allows_passes() {
        for body in [
            r#"{"items":[]}"#,
            r#"{"items":[{"name":"a","kind":"B","weight":1000},{"name":"\u00e9\u00e9\u00e9"}],"sure":true,"at":1.5}"#,
            r#"{"items":[],"labels":{"a":"b"},"number":1,"at":7}"#,
            r#"{"items":[],"sure":null,"labels":null,"unknown":{"items":[1,{"a":null}]}}"#,
            r#" {"items" : [ { "name" : "a", "kind" : null } ] } "#,
        ] {
            assert_eq!(flaw(body), None, "{body}");
        }
    }

    #[test]
    fn each_flaw_has_its_words_and_its_place() {
        // body => __type: message
        let table = [
            ("{}", "InvalidParameterException: Items cannot be empty."),
            (r#"{"items":null}"#, "InvalidParameterException: Items cannot be empty."),
            (r#"{"items":[{}]}"#, "InvalidParameterException: Name can not be blank."),
            (r#"{"items":[{"name":null}]}"#, "InvalidParameterException: Name can not be blank."),
            (r#"{"items":[{"name":"a","kind":"C"}]}"#, "InvalidParameterException: C should be one of [A,B]"),
            (
                r#"{"items":[{"name":"a"},{"name":"abcd"}]}"#,
                "InvalidParameterException: 1 validation error detected: Value 'abcd' at 'items.2.member.name' failed to \
                 satisfy constraint: Member must have length greater than or equal to 1 and length less than or equal to 3",
            ),
            (
                r#"{"items":[{"name":"a","weight":1001}]}"#,
                "InvalidParameterException: 1 validation error detected: Value '1001' at 'items.1.member.weight' failed \
                 to satisfy constraint: Member must have value greater than or equal to 0 and value less than or equal to 1000",
            ),
            (
                r#"{"items":[],"number":0}"#,
                "InvalidParameterException: 1 validation error detected: Value '0' at 'number' failed to satisfy \
                 constraint: Member must have value greater than or equal to 1",
            ),
            (r#"{"items":"a"}"#, "SerializationException: STRING_VALUE cannot be converted to list"),
            (r#"{"items":[1]}"#, "SerializationException: NUMBER_VALUE cannot be converted to Item"),
            (r#"{"items":[null]}"#, "SerializationException: NULL_VALUE cannot be converted to Item"),
            (
                r#"{"items":[{"name":{}}]}"#,
                "SerializationException: Start of structure or map found where not expected.",
            ),
            (r#"{"items":[{"name":[]}]}"#, "SerializationException: Start of list found where not expected."),
            (
                r#"{"items":[{"weight":"1"}]}"#,
                "SerializationException: STRING_VALUE cannot be converted to Integer",
            ),
            (
                r#"{"items":[{"weight":1.5}]}"#,
                "SerializationException: NUMBER_VALUE cannot be converted to Integer",
            ),
            (
                r#"{"items":[{"weight":4294967296}]}"#,
                "SerializationException: NUMBER_VALUE cannot be converted to Integer",
            ),
            (r#"{"sure":"true"}"#, "SerializationException: STRING_VALUE cannot be converted to Boolean"),
            (r#"{"labels":{"a":true}}"#, "SerializationException: TRUE_VALUE cannot be converted to String"),
            (r#"{"labels":{"a":null}}"#, "SerializationException: NULL_VALUE cannot be converted to String"),
            (r#"[]"#, "SerializationException: Start of list found where not expected."),
        ];
        for (body, says) in table {
            assert_eq!(message(body), says, "{body}");
        }
    }

    #[test]
    fn a_value_of_another_kind_goes_before_everything_else() {
        let kind = r#"{"items":[{"name":"abcd"}],"sure":1}"#;
        assert!(matches!(flaw(kind), Some(Flaw::Kind { .. })));
        for broken in [r#"{"items":[{"name":"abcd"}]"#, r#"{"items":[]} x"#, "", "nul"] {
            assert!(matches!(flaw(broken), Some(Flaw::Json(_))), "{broken}");
        }
    }

    #[test]
    fn of_several_flaws_the_first_is_told() {
        let both = r#"{"items":[{"name":"abcd"},{"name":"a","kind":"C"}],"number":0}"#;
        assert!(message(both).contains("items.1.member.name"));
    }
}
