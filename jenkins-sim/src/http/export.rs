//! Objects as Jenkins exports them, and what of them an answer shows.
//!
//! Every property has a visibility. At `depth=0` the object that was asked for shows all of its properties, and an
//! object inside it those with a visibility of 2 or more, one deeper 3 or more; each step of `depth` shows one level
//! more. `tree` overrules that and shows what it names (`org.kohsuke.stapler.export`, `TreePruner.ByDepth` and
//! `NamedPathPruner`, read 2026-11-23). An object that has a class names it always.
//!
//! Objects point at one another in circles (a label has nodes, which have labels), so that nothing is made before it is
//! known to be shown, and an answer has a greatest depth and a greatest size.

use super::tree::Tree;
use std::{borrow::Cow, cell::RefCell, collections::BTreeMap, fmt::Write};

/// The visibility of what an object shows at any depth, such as its name.
pub(super) const ALWAYS: i64 = 999;
/// The longest answer, in bytes: a queue of 10,000 items at `depth=1` has some 25 MB.
const ANSWER_MAX: usize = 64 << 20;
/// How deep objects are nested at most, so that a request cannot exhaust the stack.
const NESTED_MAX: usize = 48;

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    /// JSON as `pretty=true` lays it out.
    Pretty,
    Xml,
}

/// A plain value of a property.
#[derive(Debug, Clone)]
pub(super) enum Plain<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    /// A mean.
    Float(f32),
    Text(Cow<'a, str>),
    /// Means in a list.
    Floats(Vec<f32>),
    /// Texts in a list.
    Texts(Vec<String>),
    /// A map whose values are all null.
    Nulls(&'static [&'static str]),
}

/// What of an object is shown.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pruner<'a> {
    /// Properties with this visibility at least: 1 less `depth`, and 1 more for each step inwards.
    Depth(i64),
    /// Properties that are named.
    Named(&'a Tree),
}

impl Pruner<'_> {
    /// That of `depth=`.
    pub(super) fn at_depth(depth: u32) -> Self {
        Self::Depth(1 - i64::from(depth))
    }

    /// What tells it from the others of one answer.
    fn place(self) -> Shown {
        match self {
            Self::Depth(least) => Shown::Depth(least),
            Self::Named(tree) => Shown::Named(std::ptr::from_ref(tree).addr()),
        }
    }

    /// What is shown of the property's value, if the property is shown.
    fn child(self, name: &str, visibility: i64, inline: bool) -> Option<Self> {
        match self {
            Self::Depth(least) => {
                let deeper = if inline { least } else { least.saturating_add(1) };
                (visibility >= least).then_some(Self::Depth(deeper))
            }
            Self::Named(tree) => tree.child(name).map(Self::Named),
        }
    }
}

/// Objects of one kind that were written in one answer, by their keys and by what is shown of them.
#[derive(Debug, Default)]
pub(super) struct Written(RefCell<BTreeMap<(u32, Shown), Box<str>>>);

/// What is shown of an object: properties of this visibility, or those that the tree at this address names, which lives as
/// long as the answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    Depth(i64),
    Named(usize),
}

/// An answer that is being written.
#[derive(Debug)]
struct Page {
    text: String,
    form: Form,
    nested: usize,
}

impl Page {
    fn is_full(&self) -> bool {
        self.text.len() > ANSWER_MAX || self.nested > NESTED_MAX
    }

    fn line(&mut self) {
        if self.form == Form::Pretty {
            self.text.push('\n');
            for _ in 0..self.nested {
                self.text.push_str("  ");
            }
        }
    }

    fn value(&mut self, name: &str, value: &Plain<'_>) {
        match self.form {
            Form::Json | Form::Pretty => self.json_value(value),
            Form::Xml => self.xml_value(name, value),
        }
    }

    fn json_value(&mut self, value: &Plain<'_>) {
        match value {
            Plain::Null => self.text.push_str("null"),
            Plain::Bool(is) => self.text.push_str(if *is { "true" } else { "false" }),
            Plain::Integer(number) => write_to(&mut self.text, number),
            Plain::Float(number) => float(&mut self.text, *number),
            Plain::Floats(numbers) => {
                self.text.push('[');
                for (place, number) in numbers.iter().enumerate() {
                    if place > 0 {
                        self.text.push(',');
                    }
                    float(&mut self.text, *number);
                }
                self.text.push(']');
            }
            Plain::Text(text) => quote(&mut self.text, text),
            Plain::Texts(texts) => {
                self.text.push('[');
                for (place, text) in texts.iter().enumerate() {
                    if place > 0 {
                        self.text.push(',');
                    }
                    quote(&mut self.text, text);
                }
                self.text.push(']');
            }
            Plain::Nulls(names) => {
                self.text.push('{');
                for (place, name) in names.iter().enumerate() {
                    if place > 0 {
                        self.text.push(',');
                    }
                    quote(&mut self.text, name);
                    self.text.push_str(":null");
                }
                self.text.push('}');
            }
        }
    }

    /// What is null has no element.
    fn xml_value(&mut self, name: &str, value: &Plain<'_>) {
        let text = match value {
            Plain::Null => return,
            Plain::Bool(is) => Cow::Borrowed(if *is { "true" } else { "false" }),
            Plain::Integer(number) => Cow::Owned(number.to_string()),
            Plain::Float(number) => {
                let mut text = String::new();
                float(&mut text, *number);
                Cow::Owned(text)
            }
            Plain::Floats(numbers) => {
                for number in numbers {
                    self.xml_value(name, &Plain::Float(*number));
                }
                return;
            }
            Plain::Text(text) => Cow::Borrowed(&**text),
            Plain::Texts(texts) => {
                for text in texts {
                    self.xml_value(singular(name), &Plain::Text(Cow::Borrowed(text)));
                }
                return;
            }
            Plain::Nulls(_) => Cow::Borrowed(""),
        };
        write_to(&mut self.text, &format_args!("<{name}>{}</{name}>", super::config::escape(&text)));
    }
}

/// One object of an answer, to which its properties are added in the order in which Jenkins writes them.
#[derive(Debug)]
pub(super) struct Object<'p, 't> {
    page: &'p mut Page,
    pruner: Pruner<'t>,
    /// Whether nothing stands in it yet.
    empty: bool,
}

impl Object<'_, '_> {
    /// Names the class, before every property.
    pub(super) fn class(&mut self, class: &str) {
        if self.page.form == Form::Xml {
            // The element's tag is still open.
            self.page.text.truncate(self.page.text.len() - 1);
            write_to(&mut self.page.text, &format_args!(" _class='{class}'>"));
        } else {
            self.name("_class");
            quote(&mut self.page.text, class);
        }
    }

    fn name(&mut self, name: &str) {
        if self.page.form == Form::Xml {
            return;
        }
        if !self.empty {
            self.page.text.push(',');
        }
        self.empty = false;
        self.page.line();
        // Names of properties are words of the simulator's own, with nothing to escape.
        self.page.text.push('"');
        self.page.text.push_str(name);
        self.page.text.push_str(if self.page.form == Form::Pretty { "\" : " } else { "\":" });
    }

    /// Adds a plain property of visibility 1.
    pub(super) fn set<'a>(&mut self, name: &str, value: impl Into<Plain<'a>>) {
        self.put(1, name, || value);
    }

    /// Adds a plain property that is made only where it is shown.
    pub(super) fn put<'a, V: Into<Plain<'a>>>(
        &mut self,
        visibility: i64,
        name: &str,
        value: impl FnOnce() -> V,
    ) {
        if self.page.is_full() || self.pruner.child(name, visibility, false).is_none() {
            return;
        }
        self.name(name);
        self.page.value(name, &value().into());
    }

    /// Adds a property that holds an object, which `write` writes.
    pub(super) fn object(&mut self, visibility: i64, name: &str, write: impl FnOnce(&mut Object<'_, '_>)) {
        let Some(pruner) = self.pruner.child(name, visibility, false) else { return };
        if self.page.is_full() {
            return;
        }
        self.name(name);
        object(self.page, name, pruner, write);
    }

    /// The same for an object that one answer may show thousands of times, such as the job of each item: what was
    /// written for `key` before is written again.
    pub(super) fn object_again(
        &mut self,
        visibility: i64,
        name: &str,
        (written, key): (&Written, u32),
        write: impl FnOnce(&mut Object<'_, '_>),
    ) {
        let pruner = self.pruner.child(name, visibility, false);
        let Some(pruner) = pruner.filter(|_| self.page.form == Form::Json && !self.page.is_full()) else {
            return self.object(visibility, name, write);
        };
        self.name(name);
        let key = (key, pruner.place());
        if let Some(text) = written.0.borrow().get(&key) {
            self.page.text.push_str(text);
            return;
        }
        let from = self.page.text.len();
        object(self.page, name, pruner, write);
        // An object that did not fit is not whole.
        if !self.page.is_full() {
            written.0.borrow_mut().insert(key, self.page.text[from..].into());
        }
    }

    /// Adds a property that holds an object, or null.
    pub(super) fn option<T>(
        &mut self,
        visibility: i64,
        name: &str,
        find: impl FnOnce() -> Option<T>,
        write: impl FnOnce(&mut Object<'_, '_>, T),
    ) {
        if self.page.is_full() || self.pruner.child(name, visibility, false).is_none() {
            return;
        }
        match find() {
            Some(found) => self.object(visibility, name, |object| write(object, found)),
            None => self.put(visibility, name, || Plain::Null),
        }
    }

    /// Adds a property of visibility 1 that holds objects.
    pub(super) fn list<T, L: IntoIterator<Item = T>>(
        &mut self,
        name: &str,
        list: impl FnOnce() -> L,
        write: impl FnMut(&mut Object<'_, '_>, T),
    ) {
        self.objects((1, false), name, list, write);
    }

    /// The same for one of this visibility.
    pub(super) fn list_at<T, L: IntoIterator<Item = T>>(
        &mut self,
        visibility: i64,
        name: &str,
        list: impl FnOnce() -> L,
        write: impl FnMut(&mut Object<'_, '_>, T),
    ) {
        self.objects((visibility, false), name, list, write);
    }

    /// Adds a property of visibility 1 whose objects count as one level with this one.
    pub(super) fn inline<T, L: IntoIterator<Item = T>>(
        &mut self,
        name: &str,
        list: impl FnOnce() -> L,
        write: impl FnMut(&mut Object<'_, '_>, T),
    ) {
        self.objects((1, true), name, list, write);
    }

    fn objects<T, L: IntoIterator<Item = T>>(
        &mut self,
        (visibility, inline): (i64, bool),
        name: &str,
        list: impl FnOnce() -> L,
        mut write: impl FnMut(&mut Object<'_, '_>, T),
    ) {
        let Some(pruner) = self.pruner.child(name, visibility, inline) else { return };
        if self.page.is_full() {
            return;
        }
        let (from, count) = match pruner {
            Pruner::Depth(_) => (0, usize::MAX),
            Pruner::Named(tree) => tree.range(),
        };
        let list = list().into_iter().skip(from).take(count);
        if self.page.form == Form::Xml {
            for item in list {
                object(self.page, singular(name), pruner, |object| write(object, item));
            }
            return;
        }
        self.name(name);
        self.page.text.push('[');
        self.page.nested += 1;
        self.page.line();
        for (place, item) in list.enumerate() {
            if self.page.is_full() {
                break;
            }
            if place > 0 {
                self.page.text.push(',');
                self.page.line();
            }
            object(self.page, name, pruner, |object| write(object, item));
        }
        self.page.nested -= 1;
        self.page.line();
        self.page.text.push(']');
    }
}

/// Writes one object in whole.
fn object(page: &mut Page, name: &str, pruner: Pruner<'_>, write: impl FnOnce(&mut Object<'_, '_>)) {
    let is_xml = page.form == Form::Xml;
    if is_xml {
        write_to(&mut page.text, &format_args!("<{name}>"));
    } else {
        page.text.push('{');
    }
    page.nested += 1;
    let mut inner = Object { page, pruner, empty: true };
    write(&mut inner);
    let page = inner.page;
    page.nested -= 1;
    if is_xml {
        write_to(&mut page.text, &format_args!("</{name}>"));
    } else {
        page.line();
        page.text.push('}');
    }
}

/// The object that `write` writes, as text, or `None` where it is longer than an answer may be. In XML the element is
/// called `root`.
pub(super) fn show(
    form: Form,
    root: &str,
    pruner: Pruner<'_>,
    write: impl FnOnce(&mut Object<'_, '_>),
) -> Option<String> {
    let mut page = Page { text: String::new(), form, nested: 0 };
    object(&mut page, root, pruner, write);
    (page.text.len() <= ANSWER_MAX).then_some(page.text)
}

/// What one element of a list is called in XML.
fn singular(name: &str) -> &str {
    name.strip_suffix('s').unwrap_or(name)
}

fn write_to(text: &mut String, value: &impl std::fmt::Display) {
    write!(text, "{value}").expect("a String takes everything");
}

/// A number as Java writes it (`Float.toString`): below a thousandth and from ten million on with an exponent, and with one
/// digit behind the point at least.
fn float(text: &mut String, number: f32) {
    if number == 0.0 || (1e-3..1e7).contains(&number.abs()) {
        return write_to(text, &format_args!("{number:?}"));
    }
    let scientific = format!("{number:E}");
    match scientific.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => {
            write_to(text, &format_args!("{digits}.0E{exponent}"));
        }
        Some(_) | None => text.push_str(&scientific),
    }
}

/// A text in quotation marks, control characters as Stapler escapes them.
fn quote(into: &mut String, text: &str) {
    into.push('"');
    let mut rest = text;
    // Most texts have nothing to escape and are taken whole.
    while let Some(at) = rest.bytes().position(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        into.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => into.push_str("\\\""),
            b'\\' => into.push_str("\\\\"),
            control => write_to(into, &format_args!("\\u{control:04x}")),
        }
        rest = &rest[at + 1..];
    }
    into.push_str(rest);
    into.push('"');
}

impl From<bool> for Plain<'_> {
    fn from(is: bool) -> Self {
        Self::Bool(is)
    }
}

impl From<i64> for Plain<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u64> for Plain<'_> {
    fn from(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Plain<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(i64::from(number))
    }
}

impl From<u16> for Plain<'_> {
    fn from(number: u16) -> Self {
        Self::Integer(i64::from(number))
    }
}

impl<'a> From<&'a str> for Plain<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Plain<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<T: Into<Self>> From<Option<T>> for Plain<'_> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, T::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn item(object: &mut Object<'_, '_>) {
        object.class("Item");
        object.put(ALWAYS, "id", || 1_u32);
        object.object(ALWAYS, "task", |task| {
            task.class("Job");
            task.put(ALWAYS, "name", || "a");
            task.put(2, "color", || "blue");
            task.list(
                "labels",
                || [1],
                |label, _| {
                    label.put(2, "name", || "docker");
                    label.set("offline", true);
                },
            );
        });
        object.option(1, "executable", || None::<()>, |_, ()| {});
    }

    fn shown(pruner: Pruner<'_>) -> Value {
        serde_json::from_str(&show(Form::Json, "item", pruner, item).unwrap()).unwrap()
    }

    #[test]
    fn each_step_of_depth_shows_one_level_more() {
        let at = |depth| shown(Pruner::at_depth(depth));
        let mut task = json!({"_class": "Job", "name": "a", "color": "blue"});
        assert_eq!(at(0), json!({"_class": "Item", "id": 1, "task": task, "executable": null}));
        task["labels"] = json!([{"name": "docker"}]);
        assert_eq!(at(1)["task"], task);
        task["labels"] = json!([{"name": "docker", "offline": true}]);
        assert_eq!(at(2)["task"], task);
    }

    #[test]
    fn what_is_inline_is_shown_as_if_it_was_asked_for() {
        let queue = |object: &mut Object<'_, '_>| object.inline("items", || [()], |object, ()| item(object));
        let queue = show(Form::Json, "queue", Pruner::at_depth(0), queue).unwrap();
        let queue: Value = serde_json::from_str(&queue).unwrap();
        assert_eq!(queue["items"][0], shown(Pruner::at_depth(0)));
    }

    #[test]
    fn a_tree_shows_what_it_names_at_any_depth() {
        let tree = Tree::parse("task[labels[offline]],nothing").unwrap();
        assert_eq!(
            shown(Pruner::Named(&tree)),
            json!({"_class": "Item", "task": {"_class": "Job", "labels": [{"offline": true}]}})
        );
    }

    #[test]
    fn pretty_is_laid_out_as_jenkins_does() {
        let write = |object: &mut Object<'_, '_>| {
            object.class("Q");
            object.list("none", || [(); 0], |_, ()| {});
            object.inline("items", || [()], |object, ()| object.set("id", 1_u32));
        };
        let want = "{\n  \"_class\" : \"Q\",\n  \"none\" : [\n    \n  ],\n  \"items\" : [\n    {\n      \"id\" : 1\n    }\n  ]\n}";
        assert_eq!(show(Form::Pretty, "q", Pruner::at_depth(0), write).unwrap(), want, "recording a033");
    }

    #[test]
    fn xml_has_attributes_for_classes_and_one_element_for_each_of_a_list() {
        let xml = show(Form::Xml, "item", Pruner::at_depth(1), item).unwrap();
        let want = "<item _class='Item'><id>1</id><task _class='Job'><name>a</name><color>blue</color>\
                    <label><name>docker</name></label></task></item>";
        assert_eq!(xml, want, "recording a031");
    }

    #[test]
    fn circles_end_at_the_greatest_size() {
        fn circle(object: &mut Object<'_, '_>) {
            object.list("a", || 0..9, |object, _| circle(object));
        }
        assert_eq!(show(Form::Json, "a", Pruner::at_depth(u32::MAX), circle), None);
    }

    #[test]
    fn texts_and_numbers_are_written_as_json_has_them() {
        let write = |object: &mut Object<'_, '_>| {
            object.set("text", "a\"b\\c\n‘d’");
            object.set("floats", Plain::Floats(vec![1.5, -2.0, 0.100_000_024, 9.0e-4, 1.25e7]));
            object.set("texts", Plain::Texts(vec!["x".to_owned()]));
        };
        let text = show(Form::Json, "a", Pruner::at_depth(0), write).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["text"], "a\"b\\c\n‘d’");
        assert_eq!(value["texts"], json!(["x"]));
        assert!(text.contains("\"floats\":[1.5,-2.0,0.100000024,9.0E-4,1.25E7]"), "{text}");
    }
}
