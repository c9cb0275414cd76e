//! Reads values out of nodes: placeholders filled in, problems collected, origins remembered.

use crate::{
    code::Code,
    diagnostic::Diagnostic,
    effective::{Effective, Origin},
    near,
    placeholder::{self, Filled},
    source::Place,
    yaml::{Key, Node, Value},
};
use std::{collections::BTreeMap, sync::Arc};

/// The most diagnostics of one loading; nobody reads more.
const DIAGNOSTICS_MAX: usize = 1000;

/// What is done about the placeholders of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// Footman needs the value: one without is an error.
    Must,
    /// Footman shows the value: one without stays as it is, and a note says so.
    May,
    /// Footman leaves the value alone, for it may be secret.
    Keep,
}

/// Reads nodes, and collects what is wrong with them.
pub(crate) struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    /// What was found so far.
    pub(crate) diagnostics: Vec<Diagnostic>,
    need: Need,
    filled: Vec<Arc<str>>,
    unresolved: Vec<Arc<str>>,
    before: Option<Arc<str>>,
}

impl<'a> Reader<'a> {
    /// A reader that asks `lookup` for the values of placeholders.
    pub(crate) fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            lookup,
            diagnostics: Vec::new(),
            need: Need::Must,
            filled: Vec::new(),
            unresolved: Vec::new(),
            before: None,
        }
    }

    /// Sets what is done about placeholders, and gives back what was done before.
    pub(crate) const fn set_need(&mut self, need: Need) -> Need {
        std::mem::replace(&mut self.need, need)
    }

    /// Adds a diagnostic; beyond [`DIAGNOSTICS_MAX`] only that there are more, as an error.
    pub(crate) fn say(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < DIAGNOSTICS_MAX {
            self.diagnostics.push(diagnostic);
        } else if !self.is_full() {
            let message = format!("there is more to say than these {DIAGNOSTICS_MAX} things");
            self.diagnostics.push(Diagnostic::new(Code::TooLarge, diagnostic.place.as_ref(), message));
        }
    }

    /// Whether nothing more is said.
    fn is_full(&self) -> bool {
        self.diagnostics.len() > DIAGNOSTICS_MAX
    }

    /// Reads the value of `key` in `map`, or takes `default` where it is absent, empty or wrong.
    pub(crate) fn field<T: Field>(&mut self, map: &Node, key: &str, need: Need, default: T) -> Effective<T> {
        let Some(node) = map.get(key) else { return Effective::default_of(default) };
        if node.value == Value::Null {
            return Effective::default_of(default);
        }
        self.need = need;
        self.filled.clear();
        self.unresolved.clear();
        self.before = None;
        let value = T::read(node, self);
        let origin = self.origin(node);
        match value {
            Some(value) => Effective { value, origin },
            None => Effective { value: default, origin },
        }
    }

    /// Where the value just read came from.
    fn origin(&mut self, node: &Node) -> Origin {
        let place = node.place.clone();
        if !self.unresolved.is_empty() {
            return Origin::Unresolved { place, variables: std::mem::take(&mut self.unresolved) };
        }
        match self.before.take() {
            Some(text) if !self.filled.is_empty() => {
                Origin::Filled { place, variables: std::mem::take(&mut self.filled), text }
            }
            Some(_) | None => Origin::Given(place),
        }
    }

    /// The text of `node` with its placeholders filled in; `None` where it is none, which has been said then.
    pub(crate) fn text(&mut self, node: &Node, expected: &str) -> Option<String> {
        let raw = match &node.value {
            Value::Scalar(text) => text,
            Value::Null => return Some(String::new()),
            Value::List(_) | Value::Map(_) => {
                self.bad_value(&node.place, expected, node.kind());
                return None;
            }
        };
        if self.need == Need::Keep || !placeholder::is_in(raw) {
            return Some(raw.clone());
        }
        match placeholder::fill(raw, self.lookup) {
            Ok(Filled { text, used, missing }) => self.filled_text(node, raw, text, used, missing),
            Err(why) => {
                self.say(
                    Diagnostic::new(Code::BadPlaceholder, Some(&node.place), format!("`{raw}`: {why}"))
                        .help("a literal `${` is written `^${`"),
                );
                None
            }
        }
    }

    /// Remembers what was filled in, and says what could not be.
    fn filled_text(
        &mut self,
        node: &Node,
        raw: &str,
        text: String,
        used: Vec<Arc<str>>,
        missing: Vec<Arc<str>>,
    ) -> Option<String> {
        if missing.is_empty() {
            self.filled.extend(used);
            self.before = Some(raw.into());
            return Some(text);
        }
        let names = missing.join("`, `");
        let help = format!(
            "set `{}` in the environment, pass `--var {}=VALUE`, or give a default: `${{{}:-VALUE}}`",
            missing[0], missing[0], missing[0]
        );
        let must = self.need == Need::Must;
        let (code, message) = if must {
            (Code::UnresolvedPlaceholder, format!("`{names}` has no value, and Footman needs this one"))
        } else {
            (Code::UnusedPlaceholder, format!("`{names}` has no value; Footman can do without"))
        };
        self.unresolved.extend(missing);
        self.say(Diagnostic::new(code, Some(&node.place), message).help(help));
        (!must).then(|| raw.to_owned())
    }

    /// Says that something else was expected.
    pub(crate) fn bad_value(&mut self, place: &Place, expected: &str, found: &str) {
        self.say(Diagnostic::new(Code::BadValue, Some(place), format!("expected {expected}, found {found}")));
    }

    /// Says that something else was expected than `text`, and what is near it among `known`.
    pub(crate) fn bad_choice(&mut self, place: &Place, text: &str, known: &[&str]) {
        let expected = known.join(", ");
        let diagnostic = Diagnostic::new(
            Code::BadValue,
            Some(place),
            format!("expected one of {expected}, found `{text}`"),
        );
        self.say(match near::nearest(text, known) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic,
        });
    }

    /// The entries of `node`, each key once and each one of `known`; what is not is said.
    ///
    /// `whose` names the owner of the keys in messages, as in "a template".
    pub(crate) fn check_keys(&mut self, node: &Node, known: &[&str], whose: &str) {
        for (key, _) in self.entries(node, whose) {
            if !known.contains(&key.text.as_str()) {
                self.unknown_key(key, known, whose);
            }
        }
    }

    /// Says that `key` is not known, and what is near it among `known`.
    pub(crate) fn unknown_key(&mut self, key: &Key, known: &[&str], whose: &str) {
        if self.is_full() {
            return;
        }
        let diagnostic = Diagnostic::new(
            Code::UnknownKey,
            Some(&key.place),
            format!("`{}` is no key of {whose}", key.text),
        );
        self.say(match near::nearest(&key.text, known) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("the keys of {whose} are {}", known.join(", "))),
        });
    }

    /// The entries of a mapping, each key once; nothing where `node` is none, which is said then.
    pub(crate) fn entries<'n>(&mut self, node: &'n Node, whose: &str) -> Vec<(&'n Key, &'n Node)> {
        let entries = match &node.value {
            Value::Map(entries) => entries,
            Value::Null => return Vec::new(),
            Value::Scalar(_) | Value::List(_) => {
                self.bad_value(&node.place, &format!("the keys of {whose}"), node.kind());
                return Vec::new();
            }
        };
        let mut seen: BTreeMap<&str, &Key> = BTreeMap::new();
        let mut once = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            match seen.get(key.text.as_str()) {
                Some(first) => {
                    let message = format!("`{}` stands here a second time", key.text);
                    self.say(
                        Diagnostic::new(Code::DuplicateKey, Some(&key.place), message)
                            .related(Some(&first.place), "the first time"),
                    );
                }
                None => {
                    seen.insert(&key.text, key);
                    once.push((key, value));
                }
            }
        }
        once
    }

    /// The items of a list; nothing where `node` is none, which is said then.
    pub(crate) fn items<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        match &node.value {
            Value::List(items) => items,
            Value::Null => &[],
            Value::Scalar(_) | Value::Map(_) => {
                self.bad_value(&node.place, &format!("a list of {what}"), node.kind());
                &[]
            }
        }
    }
}

/// A type that a value of a file can have.
pub(crate) trait Field: Sized {
    /// What to write, as messages and tables say it.
    const EXPECTED: &'static str;

    /// Reads it; `None` where it cannot be read, which has been said then.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self>;

    /// Whether the plugin takes it for unset when it merges templates.
    fn is_blank(&self) -> bool;

    /// The value as a table shows it.
    fn show(&self) -> String;
}
