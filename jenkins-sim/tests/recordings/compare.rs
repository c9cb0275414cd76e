//! What differs between two answers, apart from what differs between any two runs of Jenkins: times to within a moment,
//! lengths of builds, random texts, and what the monitors measured on the recorded machine.

use crate::exchange::Answer;
use serde_json::Value;

/// By how many milliseconds times may differ: the recorded machine was busy.
const MOMENT: u64 = 2_500;

/// By how much an average may differ, and by one value a history: Jenkins' clock of 10 s began at another moment of them, and
/// the recorded nodes had three executors in all.
const TICK: f64 = 0.3;

/// Headers whose values must be the same.
const SAME: [&str; 13] = [
    "content-type",
    "x-error",
    "location",
    "x-jenkins",
    "x-frame-options",
    "www-authenticate",
    "x-you-are-authenticated-as",
    "x-required-permission",
    "x-permission-implied-by",
    "x-jenkins-jnlp-port",
    "x-jenkins-agent-protocols",
    "x-remoting-minimum-version",
    "x-content-type-options",
];
/// Headers that must be there, or not.
const PRESENT: [&str; 3] = ["set-cookie", "x-jenkins-session", "x-hudson"];

/// What is different, if anything.
pub(crate) fn difference(ours: &Answer, theirs: &Answer, is_head: bool) -> Option<String> {
    if ours.status != theirs.status {
        return Some(format!("status {} instead of {}", ours.status, theirs.status));
    }
    for name in SAME {
        let (ours, theirs) = (ours.all(name), theirs.all(name));
        if ours != theirs {
            return Some(format!("{name}: {ours:?} instead of {theirs:?}"));
        }
    }
    for name in PRESENT {
        let (ours, theirs) = (!ours.all(name).is_empty(), !theirs.all(name).is_empty());
        if ours != theirs {
            return Some(format!("{name} is {}there", if ours { "" } else { "not " }));
        }
    }
    if is_head {
        return None;
    }
    match serde_json::from_str::<Value>(&theirs.body) {
        Ok(theirs) => match serde_json::from_str::<Value>(&ours.body) {
            Ok(ours) => value("", &ours, &theirs),
            Err(error) => Some(format!("no JSON: {error}")),
        },
        Err(_) => text(&ours.body, &theirs.body),
    }
}

fn value(at: &str, ours: &Value, theirs: &Value) -> Option<String> {
    let member = at.rsplit('.').next().unwrap_or_default();
    let differ = || Some(format!("{at}: {ours} instead of {theirs}"));
    match (member, ours, theirs) {
        ("monitorData", Value::Object(ours), Value::Object(theirs)) => {
            (ours.keys().collect::<Vec<_>>() != theirs.keys().collect::<Vec<_>>()).then(|| at.to_owned())
        }
        ("history", Value::Array(ours), Value::Array(theirs)) => {
            if ours.len().abs_diff(theirs.len()) <= 1 {
                None
            } else {
                differ()
            }
        }
        ("latest", Value::Number(ours), Value::Number(theirs)) => {
            let apart = ours.as_f64().zip(theirs.as_f64()).map(|(ours, theirs)| (ours - theirs).abs());
            if apart.is_some_and(|apart| apart <= TICK) { None } else { differ() }
        }
        ("crumb" | "tokenValue" | "tokenUuid", Value::String(ours), Value::String(theirs)) => {
            if ours.len() == theirs.len() { None } else { differ() }
        }
        ("offlineCauseReason", Value::String(ours), Value::String(theirs)) => {
            if ours.lines().next() == theirs.lines().next() { None } else { differ() }
        }
        ("duration" | "estimatedDuration", Value::Number(ours), Value::Number(theirs)) => {
            let sign = |number: &serde_json::Number| number.as_i64().map(i64::signum);
            if sign(ours) == sign(theirs) { None } else { differ() }
        }
        (_, Value::Object(ours), Value::Object(theirs)) => {
            if ours.keys().ne(theirs.keys()) {
                let missing: Vec<_> = theirs.keys().filter(|key| !ours.contains_key(*key)).collect();
                let extra: Vec<_> = ours.keys().filter(|key| !theirs.contains_key(*key)).collect();
                return Some(format!("{at}: without {missing:?}, with {extra:?}"));
            }
            ours.iter().find_map(|(key, ours)| value(&format!("{at}.{key}"), ours, &theirs[key]))
        }
        (_, Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let mut pairs = ours.iter().zip(theirs).enumerate();
            pairs.find_map(|(place, (ours, theirs))| value(&format!("{at}[{place}]"), ours, theirs))
        }
        (_, Value::Number(a), Value::Number(b)) => match (a.as_u64(), b.as_u64()) {
            (Some(a), Some(b)) if a > 1_700_000_000_000 && a.abs_diff(b) <= MOMENT => None,
            _ if a == b => None,
            _ => differ(),
        },
        (_, ours, theirs) if ours == theirs => None,
        _ => differ(),
    }
}

/// Pages are compared by title and heading, other texts letter by letter.
fn text(ours: &str, theirs: &str) -> Option<String> {
    if let Some(page) = theirs.strip_prefix("[HTML, ").and_then(|rest| rest.strip_suffix(']')) {
        let (title, heading) = page.split_once("; ").map_or(("", None), |(_, page)| {
            page.split_once(" | ").map_or((page, None), |(title, heading)| (title, Some(heading)))
        });
        let between = |open: &str, close: &str| {
            let rest = ours.split_once(open)?.1;
            Some(rest.split_once(close)?.0.to_owned())
        };
        let our_title = between("<title>", "</title>").unwrap_or_default();
        let our_heading = between("<h1>", "</h1>").unwrap_or_default();
        if our_title != title {
            return Some(format!("title {our_title:?} instead of {title:?}"));
        }
        let heading = heading.map(|heading| without_random(heading).replace("/static/*", ""));
        return heading
            .filter(|heading| *heading != our_heading)
            .map(|heading| format!("heading {our_heading:?} instead of {heading:?}"));
    }
    let (ours, theirs) = (without_random(ours), without_random(theirs));
    (ours.trim() != theirs.trim()).then(|| format!("{ours:?} instead of {theirs:?}"))
}

/// `text` with every longer hexadecimal or decimal number as a star.
fn without_random(text: &str) -> String {
    let mut shown = String::new();
    let mut run = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_hexdigit() && !c.is_ascii_uppercase() {
            run.push(c);
            continue;
        }
        let is_random = run.len() >= 8 && run.chars().any(|c| c.is_ascii_digit());
        shown.push_str(if is_random { "*" } else { &run });
        run.clear();
        shown.push(c);
    }
    shown.pop();
    shown
}
