//! Placeholders as Jenkins Configuration-as-Code has them: `${NAME}`, `${NAME:-default}`, and `^${` for a literal `${`.
//!
//! A default may hold placeholders of its own. What the lookup gives is taken as it is, placeholders in it included:
//! a secret that happens to hold `${` must not be read as one.

use std::sync::Arc;

/// How deep a default may nest.
const DEPTH_MAX: usize = 8;

/// A text with its placeholders filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filled {
    /// The text.
    pub(crate) text: String,
    /// The names that were looked up, whether they or their defaults were taken.
    pub(crate) used: Vec<Arc<str>>,
    /// The names that have neither value nor default; they stand in the text as they stood.
    pub(crate) missing: Vec<Arc<str>>,
}

/// Whether `text` has anything to fill in or to unescape.
pub(crate) fn is_in(text: &str) -> bool {
    text.contains("${")
}

/// Fills in the placeholders of `text`.
///
/// # Errors
///
/// Fails with the reason where a placeholder never ends, has no name, or nests deeper than [`DEPTH_MAX`].
pub(crate) fn fill(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Filled, &'static str> {
    let mut filled = Filled { text: String::new(), used: Vec::new(), missing: Vec::new() };
    fill_into(text, lookup, 0, &mut filled)?;
    Ok(filled)
}

/// Appends `text` with its placeholders filled in.
fn fill_into(
    text: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
    depth: usize,
    filled: &mut Filled,
) -> Result<(), &'static str> {
    if depth > DEPTH_MAX {
        return Err("placeholders nest too deep");
    }
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (head, tail) = rest.split_at(at);
        if let Some(head) = head.strip_suffix('^') {
            filled.text.push_str(head);
            filled.text.push_str("${");
            rest = &tail[2..];
            continue;
        }
        filled.text.push_str(head);
        let inside = &tail[2..];
        let end = closing_brace(inside).ok_or("a placeholder never ends: `}` is missing")?;
        one(&inside[..end], lookup, depth, filled)?;
        rest = &inside[end + 1..];
    }
    filled.text.push_str(rest);
    Ok(())
}

/// Appends the value of one placeholder, `inside` being what stands between its braces.
fn one(
    inside: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
    depth: usize,
    filled: &mut Filled,
) -> Result<(), &'static str> {
    let (name, default) = match inside.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inside, None),
    };
    if name.trim().is_empty() {
        return Err("a placeholder has no name");
    }
    match (lookup(name), default) {
        (Some(value), _) => {
            filled.used.push(name.into());
            filled.text.push_str(&value);
        }
        (None, Some(default)) => {
            filled.used.push(name.into());
            fill_into(default, lookup, depth + 1, filled)?;
        }
        (None, None) => {
            filled.missing.push(name.into());
            filled.text.push_str("${");
            filled.text.push_str(inside);
            filled.text.push('}');
        }
    }
    Ok(())
}

/// Where the brace is that ends a placeholder which starts before `text`.
fn closing_brace(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let bytes = text.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        if byte == b'{' && at > 0 && bytes[at - 1] == b'$' {
            open += 1;
        }
        if byte == b'}' {
            if open == 0 {
                return Some(at);
            }
            open -= 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Option<String> {
        match name {
            "A" => Some("alpha".to_owned()),
            "TRAP" => Some("${A}".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        }
    }

    #[test]
    fn placeholders_are_filled_in_as_jenkins_does() {
        // (text, filled in, names without a value)
        let table: &[(&str, &str, &[&str])] = &[
            ("plain", "plain", &[]),
            ("${A}", "alpha", &[]),
            ("x${A}y${A}z", "xalphayalphaz", &[]),
            ("${B:-b}", "b", &[]),
            ("${B:-}", "", &[]),
            ("${A:-b}", "alpha", &[]),
            ("${EMPTY:-b}", "", &[]),
            ("${B:-${A}}", "alpha", &[]),
            ("${B:-x-${C:-${A}}-y}", "x-alpha-y", &[]),
            ("^${A}", "${A}", &[]),
            ("a^${A} ${A}", "a${A} alpha", &[]),
            ("${B}", "${B}", &["B"]),
            ("${B:-${C}}", "${C}", &["C"]),
            ("${TRAP}", "${A}", &[]),
            ("$A {A} $", "$A {A} $", &[]),
            ("é${A}é", "éalphaé", &[]),
        ];
        for (text, want, missing) in table {
            let filled = fill(text, &lookup).unwrap();
            assert_eq!(filled.text, *want, "{text}");
            assert_eq!(filled.missing.iter().map(|name| &**name).collect::<Vec<_>>(), *missing, "{text}");
        }
    }

    #[test]
    fn a_placeholder_that_cannot_be_read_is_refused() {
        let nested = "${B:-".repeat(20) + "x" + &"}".repeat(20);
        for text in ["${A", "x ${A:-${B}", "${}", "${ }", "${:-x}", nested.as_str()] {
            assert!(fill(text, &lookup).is_err(), "{text}");
        }
    }
}
