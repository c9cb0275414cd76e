//! Patterns with `*` and `?`, as IAM compares them: actions, resources, and values of conditions.
//!
//! Matching is linear in pattern and text for each `*`: a text that fails goes back to the last `*` only, so no pattern
//! takes exponential time.

use std::fmt;

/// The parts of an ARN: `arn:partition:service:region:account:resource`.
const ARN_PARTS: usize = 6;

/// A text in which `*` stands for any characters and `?` for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(String);

impl Pattern {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether the whole of `text` is meant; `*` crosses every character, colons too: in `Resource` a `*` at the end of
    /// a part of an ARN does (IAM User Guide, "IAM JSON policy elements: Resource", read 2026-11-26), and one inside a
    /// part is taken alike.
    pub(super) fn matches(&self, text: &str) -> bool {
        glob(self.0.as_bytes(), text.as_bytes())
    }

    /// The same without regard to the case of ASCII letters: names of actions are compared so.
    pub(super) fn matches_ignoring_case(&self, text: &str) -> bool {
        glob(self.0.to_ascii_lowercase().as_bytes(), text.to_ascii_lowercase().as_bytes())
    }

    /// Whether an ARN is meant: its six parts are compared one by one, so that no `*` reaches beyond a colon but in the
    /// resource, which may hold colons of its own (IAM User Guide, "Amazon Resource Name (ARN) condition operators",
    /// read 2026-11-26). What is no ARN matches nothing but its own text and `*`.
    pub(super) fn matches_arn(&self, text: &str) -> bool {
        let pattern: Vec<&str> = self.0.splitn(ARN_PARTS, ':').collect();
        let arn: Vec<&str> = text.splitn(ARN_PARTS, ':').collect();
        if pattern.len() < ARN_PARTS || arn.len() < ARN_PARTS {
            return self.0 == "*" || self.0 == text;
        }
        pattern.iter().zip(&arn).all(|(pattern, part)| glob(pattern.as_bytes(), part.as_bytes()))
    }

    /// Whether the texts are equal, without wildcards.
    pub(super) fn equals(&self, text: &str) -> bool {
        self.0 == text
    }

    /// The same without regard to case.
    pub(super) fn equals_ignoring_case(&self, text: &str) -> bool {
        self.0.eq_ignore_ascii_case(text)
    }

    /// The pattern as a number, where it is one.
    pub(super) fn number(&self) -> Option<i64> {
        self.0.parse().ok()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to go on if what follows the last `*` does not match: after that `*`, one character later in the text.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                p += 1;
                retry = Some((p, t));
            }
            Some(b'?') => (p, t) = (p + 1, t + char_len(text[t])),
            Some(&byte) if byte == text[t] => (p, t) = (p + 1, t + 1),
            Some(_) | None => match retry {
                Some((after, from)) => {
                    retry = Some((after, from + 1));
                    (p, t) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// How many bytes the character has that begins with `first`.
const fn char_len(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prop_assert_eq, proptest};

    #[test]
    fn wildcards_stand_for_any_characters() {
        // (pattern, text) => whether it matches
        let table = [
            ("*", "", true),
            ("*", "anything", true),
            ("", "", true),
            ("", "a", false),
            ("ecs:*", "ecs:RunTask", true),
            ("ecs:*Task", "ecs:RunTask", true),
            ("ecs:*Task", "ecs:RunTasks", false),
            ("ecs:Run?ask", "ecs:RunTask", true),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("**", "x", true),
        ];
        for (pattern, text, want) in table {
            assert_eq!(Pattern::new(pattern).matches(text), want, "{pattern} {text}");
        }
    }

    #[test]
    fn arns_are_compared_part_by_part() {
        let task = "arn:aws:ecs:us-east-1:123456789012:task/builds/0123";
        // pattern => whether it matches the task
        let table = [
            ("*", true),
            ("arn:aws:ecs:us-east-1:123456789012:task/builds/*", true),
            ("arn:aws:ecs:*:*:task/*", true),
            ("arn:*:ecs:*:*:task/builds/0123", true),
            ("arn:aws:ecs:*:task/builds/0123", false),
            ("arn:aws:ecs:us-east-1:123456789012:task/other/*", false),
            ("arn:aws:ecs:eu-*:*:task/*", false),
        ];
        for (pattern, want) in table {
            assert_eq!(Pattern::new(pattern).matches_arn(task), want, "{pattern}");
        }
        let definition = "arn:aws:ecs:us-east-1:123456789012:task-definition/agent:7";
        assert!(Pattern::new("arn:aws:ecs:*:*:task-definition/agent:*").matches_arn(definition));
        assert!(Pattern::new("*").matches_arn("*"));
        assert!(!Pattern::new("arn:aws:ecs:*:*:cluster/*").matches_arn("*"));
    }

    /// The obvious way, which takes exponential time.
    fn slow(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.first(), text.first()) {
            (None, None) => true,
            (Some(b'*'), None) => slow(&pattern[1..], text),
            (Some(b'*'), Some(_)) => slow(&pattern[1..], text) || slow(pattern, &text[1..]),
            (Some(b'?'), Some(_)) => slow(&pattern[1..], &text[1..]),
            (Some(byte), Some(other)) if byte == other => slow(&pattern[1..], &text[1..]),
            (Some(_), Some(_) | None) | (None, Some(_)) => false,
        }
    }

    proptest! {
        #[test]
        fn matching_agrees_with_the_obvious_way(pattern in "[ab*?]{0,8}", text in "[ab]{0,10}") {
            prop_assert_eq!(Pattern::new(pattern.clone()).matches(&text), slow(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
