//! The labels of a node.
//!
//! A node's label field is read by `hudson.model.Label.parse`, which is `hudson.util.QuotedStringTokenizer` (Jenkins
//! source, read 2026-11-23). That tokenizer refuses nothing, so neither does [`LabelSet::parse`]; what users stumble over
//! is reported beside the labels.

use std::{fmt, sync::Arc};

/// A set of labels, in byte order and without repetition; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelSet(Arc<[Arc<str>]>);

/// What a node's label field says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelField {
    /// The labels, as Jenkins reads them.
    pub labels: LabelSet,
    /// What is allowed and hardly meant, in the order of the text.
    pub oddities: Vec<LabelOddity>,
}

/// Something in a label field that Jenkins accepts and its writer hardly meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelOddity {
    /// Where, in bytes from the start of the field.
    pub at: usize,
    /// What.
    pub kind: LabelOddityKind,
}

/// The kinds of [`LabelOddity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelOddityKind {
    /// White space that separates nothing in Jenkins, such as a no-break space: it is a part of the label.
    ForeignSpace(char),
    /// A quote that is never closed; the label reaches to the end of the field.
    OpenQuote,
    /// A label without any character.
    Empty,
    /// An operator of label expressions: a node has labels, so this is a part of a label's name.
    Operator(&'static str),
}

impl LabelSet {
    /// The set of these labels.
    pub fn new<T: Into<Arc<str>>>(labels: impl IntoIterator<Item = T>) -> Self {
        let mut labels: Vec<Arc<str>> = labels.into_iter().map(Into::into).collect();
        labels.sort_unstable();
        labels.dedup();
        Self(labels.into())
    }

    /// Reads a node's label field as Jenkins does: labels between white space (blank, tab, line feed, carriage return),
    /// with single or double quotes around what belongs together.
    pub fn parse(field: &str) -> LabelField {
        let mut reader = FieldReader::default();
        for (at, c) in field.char_indices() {
            reader.take(at, c);
        }
        reader.finish()
    }

    /// Whether `label` is one of them; labels are case sensitive.
    pub fn contains(&self, label: &str) -> bool {
        self.0.binary_search_by(|own| (**own).cmp(label)).is_ok()
    }

    /// The labels in byte order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Default for LabelSet {
    fn default() -> Self {
        Self::new::<Arc<str>>([])
    }
}

impl fmt::Display for LabelSet {
    /// The labels with single blanks between them, as Jenkins' label field holds them; quoted where the field needs it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, label) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            if label.is_empty() || label.contains(|c| separates(c) || matches!(c, '"' | '\'' | '\\')) {
                write!(f, "\"{}\"", label.replace('\\', "\\\\").replace('"', "\\\""))?;
            } else {
                f.write_str(label)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for LabelOddityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForeignSpace(c) => {
                write!(f, "U+{:04X} looks like a blank and is a part of the label", u32::from(*c))
            }
            Self::OpenQuote => f.write_str("this quote is never closed, so the label reaches to the end"),
            Self::Empty => f.write_str("a label without any character"),
            Self::Operator(operator) => write!(
                f,
                "`{operator}` is a part of the label here: a node has labels, only jobs have expressions"
            ),
        }
    }
}

/// Whether Jenkins separates labels at `c`.
fn separates(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Whether `c` is white space to a reader, or nothing at all, and a part of a label to Jenkins.
fn is_foreign_space(c: char) -> bool {
    c.is_whitespace() && !separates(c)
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Where the reader is, in the states of `QuotedStringTokenizer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Place {
    #[default]
    Between,
    Bare,
    Quoted {
        by: char,
        since: usize,
    },
}

/// The tokenizer of label fields.
#[derive(Debug, Default)]
struct FieldReader {
    place: Place,
    /// Whether the last character was a backslash that may escape the next one.
    escape: bool,
    label: String,
    label_at: usize,
    labels: Vec<Arc<str>>,
    oddities: Vec<LabelOddity>,
}

impl FieldReader {
    fn take(&mut self, at: usize, c: char) {
        if is_foreign_space(c) {
            self.oddities.push(LabelOddity { at, kind: LabelOddityKind::ForeignSpace(c) });
        }
        if self.place == Place::Between && !separates(c) {
            self.label_at = at;
        }
        match (self.place, c) {
            // Other escapes than these stay as they are, with the backslash.
            _ if self.escape => {
                self.escape = false;
                if !matches!(c, '\\' | '"' | '\'' | ' ') {
                    self.label.push('\\');
                }
                self.label.push(c);
            }
            (Place::Between, c) if separates(c) => {}
            (Place::Bare, c) if separates(c) => self.end_label(),
            (Place::Between | Place::Bare, '"' | '\'') => self.place = Place::Quoted { by: c, since: at },
            (Place::Quoted { by, .. }, c) if c == by => self.place = Place::Bare,
            (Place::Bare | Place::Quoted { .. }, '\\') => self.escape = true,
            // A backslash that starts a label escapes nothing.
            (Place::Between, c) => {
                self.place = Place::Bare;
                self.label.push(c);
            }
            (Place::Bare | Place::Quoted { .. }, c) => self.label.push(c),
        }
    }

    fn end_label(&mut self) {
        self.place = Place::Between;
        if self.label.is_empty() {
            self.oddities.push(LabelOddity { at: self.label_at, kind: LabelOddityKind::Empty });
        }
        let operator = ["&&", "||", "<->", "->"].into_iter().find(|operator| self.label.contains(operator));
        if let Some(operator) = operator {
            self.oddities.push(LabelOddity { at: self.label_at, kind: LabelOddityKind::Operator(operator) });
        }
        self.labels.push(self.label.as_str().into());
        self.label.clear();
    }

    fn finish(mut self) -> LabelField {
        match self.place {
            Place::Between => {}
            Place::Bare => self.end_label(),
            Place::Quoted { since, .. } => {
                self.oddities.push(LabelOddity { at: since, kind: LabelOddityKind::OpenQuote });
                // A lone quote at the end begins no label.
                if !self.label.is_empty() {
                    self.end_label();
                }
            }
        }
        self.oddities.sort_by_key(|oddity| oddity.at);
        LabelField { labels: LabelSet::new(self.labels), oddities: self.oddities }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_label_field_is_read_as_jenkins_reads_it() {
        let table: [(&str, &[&str]); 18] = [
            ("one two three", &["one", "three", "two"]), // LabelExpressionTest.parseLabel
            ("", &[]),
            (" \t\r\n ", &[]),
            ("  linux \t docker\n", &["docker", "linux"]),
            ("linux linux", &["linux"]),
            ("\"with blank\" b", &["b", "with blank"]),
            ("'with blank'", &["with blank"]),
            ("pre\"mid dle\"post", &["premid dlepost"]),
            ("a\\ b", &["a b"]),
            (r#""a\"b""#, &["a\"b"]),
            (r"a\\b", &[r"a\b"]),
            (r"a\tb", &[r"a\tb"]), // no escape: the backslash stays
            (r"\ab", &[r"\ab"]),   // a backslash that starts a label escapes nothing
            (r"\ b", &["\\", "b"]),
            ("a\\", &["a"]), // a backslash at the end is lost
            ("\"open end", &["open end"]),
            ("\"", &[]),
            ("java/cpu=2048 x", &["java/cpu=2048", "x"]),
        ];
        for (field, labels) in table {
            assert_eq!(LabelSet::parse(field).labels, LabelSet::new(labels.iter().copied()), "{field:?}");
        }
    }

    #[test]
    fn what_is_hardly_meant_is_reported() {
        use LabelOddityKind::{Empty, ForeignSpace, OpenQuote, Operator};
        let table: [(&str, &[(usize, LabelOddityKind)]); 9] = [
            ("linux docker", &[]),
            ("  linux\tdocker ", &[]),
            ("linux\u{a0}docker", &[(5, ForeignSpace('\u{a0}'))]),
            ("linux \u{200b}", &[(6, ForeignSpace('\u{200b}'))]),
            ("ä 'b", &[(3, OpenQuote)]),
            ("a \"\" b", &[(2, Empty)]),
            ("linux&&docker x", &[(0, Operator("&&"))]),
            ("linux && docker", &[(6, Operator("&&"))]),
            ("x <-> y", &[(2, Operator("<->"))]),
        ];
        for (field, oddities) in table {
            let found: Vec<_> = LabelSet::parse(field).oddities.iter().map(|o| (o.at, o.kind)).collect();
            assert_eq!(found, oddities, "{field:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn a_set_reads_back_from_its_field(labels in prop::collection::vec(r#"[a-c "'\\\t\n/=é]{0,6}"#, 0..6)) {
            let set = LabelSet::new(labels);
            prop_assert_eq!(LabelSet::parse(&set.to_string()).labels, set);
        }

        #[test]
        fn any_text_is_a_label_field(field in any::<String>()) {
            let read = LabelSet::parse(&field);
            prop_assert!(read.oddities.iter().all(|oddity| field.is_char_boundary(oddity.at)));
            prop_assert_eq!(LabelSet::parse(&read.labels.to_string()).labels, read.labels);
        }
    }
}
