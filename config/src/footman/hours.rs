//! `activeHours` in `footman.yaml`.

use crate::{
    code::Code,
    diagnostic::Diagnostic,
    near,
    plugin::kind::shorten,
    reader::{Field, Reader},
    yaml::{Node, Value},
};
use footman_core::hours::{ActiveHours, DAY_NAMES, WeekSpan, WeekSpanError, Zone};

/// The keys of `activeHours`.
const KEYS: [&str; 2] = ["timeZone", "hours"];
const WHOSE: &str = "`activeHours`";

impl Field for ActiveHours {
    const EXPECTED: &'static str = "`timeZone`, and `hours` such as `Mon-Fri 07:00-19:00`";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Value::Map(_) = node.value else {
            reader.bad_value(&node.place, Self::EXPECTED, node.kind());
            return None;
        };
        reader.check_keys(node, &KEYS, WHOSE);
        let mut given = |key: &str| {
            let value = node.get(key).filter(|value| value.value != Value::Null);
            if value.is_none() {
                let message = format!("{WHOSE} needs `{key}`");
                reader.say(Diagnostic::new(Code::MissingKey, Some(&node.place), message));
            }
            value
        };
        let (zone, hours) = (given("timeZone"), given("hours"));
        let zone = zone.and_then(|node| read_zone(node, reader));
        let spans = hours.and_then(|node| read_spans(node, reader));
        Self::new(zone?, spans?)
    }

    fn is_blank(&self) -> bool {
        false
    }

    fn show(&self) -> String {
        let spans: Vec<String> = self.spans().iter().map(WeekSpan::to_string).collect();
        format!("{} {}", spans.join(", "), self.zone().name())
    }
}

fn read_zone(node: &Node, reader: &mut Reader<'_>) -> Option<Zone> {
    const EXPECTED: &str = "a time zone such as `Europe/Berlin`";
    let text = reader.text(node, EXPECTED)?;
    let zone = Zone::named(text.trim());
    if zone.is_none() {
        let message = format!("expected {EXPECTED}, found `{}`", shorten(&text));
        let names = Zone::names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let diagnostic = Diagnostic::new(Code::BadValue, Some(&node.place), message);
        reader.say(match near::nearest(text.trim(), &names) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("zones have the names of the IANA time zone database"),
        });
    }
    zone
}

/// A span, or a list of them.
fn read_spans(node: &Node, reader: &mut Reader<'_>) -> Option<Vec<WeekSpan>> {
    let items = match &node.value {
        Value::List(items) if !items.is_empty() => items.as_slice(),
        Value::Scalar(_) => std::slice::from_ref(node),
        Value::List(_) | Value::Null | Value::Map(_) => {
            reader.bad_value(&node.place, "hours such as `Mon-Fri 07:00-19:00`", node.kind());
            return None;
        }
    };
    let spans: Vec<Option<WeekSpan>> = items.iter().map(|item| span(item, reader)).collect();
    spans.into_iter().collect()
}

fn span(node: &Node, reader: &mut Reader<'_>) -> Option<WeekSpan> {
    let text = reader.text(node, "hours such as `Mon-Fri 07:00-19:00`")?;
    let error = match text.parse() {
        Ok(span) => return Some(span),
        Err(error) => error,
    };
    let near = match &error {
        WeekSpanError::Day { word } => near::nearest(word, &DAY_NAMES).or_else(|| abbreviated(word)),
        WeekSpanError::Form | WeekSpanError::Time { .. } | WeekSpanError::Empty => None,
    };
    let message = format!("`{}` are no hours: {error}", shorten(&text));
    let diagnostic = Diagnostic::new(Code::BadValue, Some(&node.place), message);
    reader.say(match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic,
    });
    None
}

/// The day that a longer word begins with.
fn abbreviated(word: &str) -> Option<&'static str> {
    let begins = |day: &&&str| word.get(..day.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(day));
    DAY_NAMES.iter().find(begins).copied()
}
