//! The names of agents and the tokens of their launches.
//!
//! A name is `<cloud>-<template>-<tag>-<time>-<serial>`, for instance `ecs-java-linux-b4b553-1k8627grr-000000a`: node and
//! task go by it, people read it, and a restarted daemon learns from it when the agent was decided. It is a function of
//! who decided, what, when and as which of that moment, so it is never used twice: an agent's secret depends on its name
//! alone (`jenkins.slaves.JnlpSlaveAgentProtocol`, seen on Jenkins 2.263.4), and a second agent of a name would share it.
//!
//! The cloud's and the template's names are cut and cleaned for reading; the tag, a hash of both as they are and of the
//! owner id, is what keeps two templates or two owners apart.

use crate::{
    id::{Attempt, NodeName, OwnerId},
    time::{Millis, Timestamp},
};
use std::{fmt, sync::Arc};
use thiserror::Error;

/// The digits of the tag, the time and the serial, in ASCII order, so that names sort as their numbers do.
const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
/// Thirty bits of hash.
const TAG_LEN: usize = 6;
/// Milliseconds since the epoch, enough until the year 3084.
const TIME_LEN: usize = 9;
/// Any `u32`.
const SERIAL_LEN: usize = 7;
/// Tag, time and serial with a hyphen before each.
const SUFFIX_LEN: usize = TAG_LEN + TIME_LEN + SERIAL_LEN + 3;
/// What is left for the cloud's and the template's name.
const READABLE_LEN_MAX: usize = AgentName::LEN_MAX - SUFFIX_LEN;
/// How much of a cloud's name is kept where both names together are too long.
const CLOUD_LEN_KEPT: usize = 12;

/// The name of an agent of ours: node and task go by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentName(NodeName);

/// What the names of all agents of one template start with.
///
/// Made once per template, so that a name costs one small allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentNamePrefix {
    /// The readable part and the tag, each with its hyphen behind it.
    text: Box<str>,
}

/// `clientToken` of one `RunTask`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientToken(Arc<str>);

/// Why there is no token for a launch attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum TokenError {
    /// ECS may have forgotten the agent's earlier tokens: the attempt could start a second task.
    #[error("the agent was decided {age} ago, and ECS forgets tokens after {}", ClientToken::VALID_FOR)]
    Expired {
        /// How long ago the agent was decided.
        age: Millis,
    },
}

impl AgentNamePrefix {
    /// The prefix of the agents that `owner` makes from `template` of `cloud`.
    pub fn new(owner: &OwnerId, cloud: &str, template: &str) -> Self {
        let tag = tag(&[owner.as_str(), cloud, template]);
        let (cloud, template) = (readable(cloud, "cloud"), readable(template, "agent"));
        let cloud_len =
            cloud.len().min((READABLE_LEN_MAX - 1).saturating_sub(template.len()).max(CLOUD_LEN_KEPT));
        let cloud = cut(&cloud, cloud_len);
        let template = cut(&template, READABLE_LEN_MAX - 1 - cloud.len());
        let mut text = format!("{cloud}-{template}-").into_bytes();
        push_digits(&mut text, tag, TAG_LEN);
        text.push(b'-');
        let text = String::from_utf8(text).expect("cleaned names and digits are ASCII");
        Self { text: text.into() }
    }

    /// The name of the agent decided at `decided`, the `serial`-th of that moment.
    ///
    /// Two names differ if their prefixes, times or serials do. Times before 1970 and after 3084 count as the first and
    /// the last millisecond that a name can say.
    pub fn name(&self, decided: Timestamp, serial: u32) -> AgentName {
        let time = u64::try_from(decided.as_millis()).unwrap_or(0).min(TIME_MAX);
        let mut buffer = [b'-'; AgentName::LEN_MAX];
        let (time_at, len) = (self.text.len(), self.text.len() + TIME_LEN + 1 + SERIAL_LEN);
        buffer[..time_at].copy_from_slice(self.text.as_bytes());
        write_digits(&mut buffer[time_at..time_at + TIME_LEN], time);
        write_digits(&mut buffer[len - SERIAL_LEN..len], u64::from(serial));
        let name = str::from_utf8(&buffer[..len]).expect("cleaned names and digits are ASCII");
        AgentName(NodeName::new(name))
    }

    /// The text that those names start with, up to the hyphen before the time.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The last millisecond that a name can say.
const TIME_MAX: u64 = (1 << (5 * TIME_LEN)) - 1;

impl AgentName {
    /// The most characters a name has: with `.` and three digits of an attempt it is a `clientToken`.
    pub const LEN_MAX: usize = 60;

    /// The name of the agent that `owner` decided at `decided` from `template` of `cloud`, the `serial`-th of that moment.
    ///
    /// Where many names of one template are made, [`AgentNamePrefix`] is quicker.
    pub fn new(owner: &OwnerId, cloud: &str, template: &str, decided: Timestamp, serial: u32) -> Self {
        AgentNamePrefix::new(owner, cloud, template).name(decided, serial)
    }

    /// The name `text`, or `None` where it has not the form of ours.
    ///
    /// The form alone does not make a node ours: its description says whose it is.
    pub fn parse(text: &str) -> Option<Self> {
        Self::has_form(text).then(|| Self(NodeName::new(text)))
    }

    /// The name of the listed node `node`, or `None` where it has not the form of ours; without copying the text.
    pub fn from_node(node: &NodeName) -> Option<Self> {
        Self::has_form(node.as_str()).then(|| Self(node.clone()))
    }

    fn has_form(text: &str) -> bool {
        let bytes = text.as_bytes();
        let Some((readable, suffix)) = bytes.len().checked_sub(SUFFIX_LEN).map(|at| bytes.split_at(at))
        else {
            return false;
        };
        let (tag, time) = (&suffix[1..=TAG_LEN], &suffix[TAG_LEN + 2..TAG_LEN + 2 + TIME_LEN]);
        let serial = &suffix[SUFFIX_LEN - SERIAL_LEN..];
        let hyphens = [0, TAG_LEN + 1, SUFFIX_LEN - SERIAL_LEN - 1];
        (3..=READABLE_LEN_MAX).contains(&readable.len())
            && readable.contains(&b'-')
            && readable.first() != Some(&b'-')
            && readable.last() != Some(&b'-')
            && readable.iter().all(|&b| b == b'-' || is_readable(b))
            && hyphens.iter().all(|&at| suffix[at] == b'-')
            && read_digits(tag).is_some()
            && read_digits(time).is_some()
            && read_digits(serial).is_some_and(|serial| u32::try_from(serial).is_ok())
    }

    /// When the agent was decided.
    pub fn decided_at(&self) -> Timestamp {
        let end = self.as_str().len() - SERIAL_LEN - 1;
        let time = read_digits(&self.as_str().as_bytes()[end - TIME_LEN..end]).unwrap_or(0);
        Timestamp::from_millis(i64::try_from(time).expect("45 bits fit"))
    }

    /// Which of the agents decided at that moment it is.
    pub fn serial(&self) -> u32 {
        let digits = &self.as_str().as_bytes()[self.as_str().len() - SERIAL_LEN..];
        read_digits(digits)
            .and_then(|serial| u32::try_from(serial).ok())
            .expect("checked when the name was made")
    }

    /// The name as that of a Jenkins node.
    pub fn node(&self) -> &NodeName {
        &self.0
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns `clientToken` of launch attempt `attempt`, to be used at `now`: `name.k`.
    ///
    /// ECS remembers a token for at most 24 hours per cluster and accepts at most 64 ASCII characters (Amazon ECS API
    /// Reference, "Ensuring idempotency", read 2026-11-23). A repeated token replays the old answer, its failures
    /// included, so each attempt has a token of its own. A name has at most [`Self::LEN_MAX`] characters and an attempt at
    /// most three digits.
    ///
    /// # Errors
    ///
    /// Fails with [`TokenError::Expired`] if the agent was decided 24 hours before `now` or earlier: a second `RunTask`
    /// could then start a second task.
    pub fn client_token(&self, attempt: Attempt, now: Timestamp) -> Result<ClientToken, TokenError> {
        let age = now.since(self.decided_at());
        if age >= ClientToken::VALID_FOR {
            return Err(TokenError::Expired { age });
        }
        Ok(ClientToken::of(self, attempt))
    }
}

impl fmt::Display for AgentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ClientToken {
    /// `name.k`, put together on the stack: a token is made for every launch.
    fn of(name: &AgentName, attempt: Attempt) -> Self {
        let mut buffer = [b'.'; Self::LEN_MAX];
        let name = name.as_str().as_bytes();
        buffer[..name.len()].copy_from_slice(name);
        let mut len = name.len() + 1;
        let number = attempt.get();
        for power in [100, 10, 1] {
            if number >= power {
                let digit = u8::try_from(number / power % 10).expect("a digit is below 10");
                buffer[len] = b'0' + digit;
                len += 1;
            }
        }
        let text = str::from_utf8(&buffer[..len]).expect("names and digits are ASCII");
        Self(text.into())
    }

    /// The most characters that ECS accepts (Amazon ECS API Reference, "Ensuring idempotency", read 2026-11-23).
    pub const LEN_MAX: usize = 64;
    /// How long ECS remembers a token at most (ibidem).
    pub const VALID_FOR: Millis = Millis::from_hours(24);

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, shared.
    pub fn text(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl fmt::Display for ClientToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `byte` stays in the readable part as it is.
const fn is_readable(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// `name` in lower case with single hyphens in place of all that is not a letter or a digit, or `otherwise` where that
/// leaves nothing.
fn readable(name: &str, otherwise: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        let c = c.to_ascii_lowercase();
        if u8::try_from(c).is_ok_and(is_readable) {
            text.push(c);
        } else if !text.is_empty() && !text.ends_with('-') {
            text.push('-');
        }
    }
    let trimmed = text.trim_end_matches('-').len();
    text.truncate(trimmed);
    if text.is_empty() { otherwise.to_owned() } else { text }
}

/// The first `len` bytes of an ASCII text, without a hyphen at the end.
fn cut(text: &str, len: usize) -> &str {
    text[..len.min(text.len())].trim_end_matches('-')
}

/// Thirty bits that depend on all of `parts` and on where one ends and the next begins.
///
/// FNV-1a with the finishing steps of SplitMix64: names outlive the daemon that made them, so the hash may not change
/// with a library.
fn tag(parts: &[&str]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        // 0xff is in no UTF-8 text, so it ends a part without doubt.
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (hash ^ (hash >> 31)) >> (64 - 5 * TAG_LEN)
}

fn push_digits(text: &mut Vec<u8>, number: u64, len: usize) {
    let at = text.len();
    text.resize(at + len, b'0');
    write_digits(&mut text[at..], number);
}

/// Fills `digits` with `number`, the lowest digit last.
fn write_digits(digits: &mut [u8], mut number: u64) {
    for digit in digits.iter_mut().rev() {
        let low = usize::try_from(number & 31).expect("five bits fit");
        *digit = DIGITS[low];
        number >>= 5;
    }
}

fn read_digits(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0_u64, |number, &digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'v' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 5 | u64::from(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn owner(text: &str) -> OwnerId {
        OwnerId::from(text)
    }

    #[test]
    fn a_name_can_be_read_by_people_and_by_the_daemon() {
        let decided = Timestamp::from_millis(1_795_500_000_123);
        // (cloud, template) => the readable part
        let long = "x".repeat(300);
        let table = [
            ("ecs", "java-linux", "ecs-java-linux".to_owned()),
            ("My Cloud", "Java (17)", "my-cloud-java-17".to_owned()),
            ("ecs", "linux&&docker", "ecs-linux-docker".to_owned()), // the plugin's #228: Jenkins refuses such a node
            ("", "", "cloud-agent".to_owned()),
            ("雲", "ü", "cloud-agent".to_owned()),
            ("ecs", &long, format!("ecs-{}", "x".repeat(31))),
            (&long, "java", format!("{}-java", "x".repeat(30))),
            (&long, &long, format!("{}-{}", "x".repeat(12), "x".repeat(22))),
        ];
        for (cloud, template, readable) in table {
            let name = AgentName::new(&owner("o"), cloud, template, decided, 10);
            let (start, suffix) = name.as_str().split_at(name.as_str().len() - SUFFIX_LEN);
            assert_eq!(start, readable, "{cloud}/{template}");
            assert!(suffix.ends_with("-000000a"), "{name}");
            assert_eq!((name.decided_at(), name.serial()), (decided, 10), "{name}");
        }
        // Committed, for names outlive the program that made them.
        let name = AgentName::new(&owner("prod"), "ecs", "java", decided, 0);
        assert_eq!(name.as_str(), "ecs-java-b4b553-1k8627grr-0000000");
    }

    #[test]
    fn what_has_not_the_form_is_not_ours() {
        let good = "ecs-java-8k2p0v-1blvd6k9g-000000a";
        assert!(AgentName::parse(good).is_some());
        assert_eq!(AgentName::from_node(&NodeName::from(good)), AgentName::parse(good));
        let bad = [
            "",
            "n1",
            "master",
            "(built-in)",
            "8k2p0v-1blvd6k9g-000000a",
            "-8k2p0v-1blvd6k9g-000000a",
            "java-8k2p0v-1blvd6k9g-000000a",     // cloud or template is missing
            "ecs-java-8k2p0v-1blvd6k9g-000000",  // a digit short
            "ecs-java-8k2p0v-1blvd6k9g-000000w", // no such digit
            "ecs-java-8k2p0v-1blvd6k9g-vvvvvvv", // more than a serial can be
            "ecs-java-8k2p0v-1blvd6k9g_000000a",
            "Ecs-java-8k2p0v-1blvd6k9g-000000a",
            "-ecs-java-8k2p0v-1blvd6k9g-000000a",
            "ecs-java--8k2p0v-1blvd6k9g-000000a",
            "ecs-jäva-8k2p0v-1blvd6k9g-000000a",
            "ecs-java-8k2p0v-1blvd6k9g-000000é",
            "ecs-java 8k2p0v-1blvd6k9g-000000a",
        ];
        for text in bad {
            assert_eq!(AgentName::parse(text), None, "{text}");
        }
        let too_long = format!("{}-java-8k2p0v-1blvd6k9g-000000a", "e".repeat(31));
        assert_eq!(too_long.len(), AgentName::LEN_MAX + 1);
        assert_eq!(AgentName::parse(&too_long), None);
        assert!(AgentName::parse(&too_long[1..]).is_some());
    }

    #[test]
    fn a_million_names_are_a_million() {
        // Requirement 31: as many templates, moments and serials as a large installation has in a day.
        let mut names = BTreeSet::new();
        for template in 0..100 {
            let prefix = AgentNamePrefix::new(&owner("prod"), "ecs", &format!("template.{template}"));
            for ms in 0..100 {
                let decided = Timestamp::from_millis(1_795_500_000_000 + ms * 997);
                names.extend((0..100).map(|serial| prefix.name(decided, serial)));
            }
        }
        assert_eq!(names.len(), 1_000_000);
    }

    #[test]
    fn times_outside_what_a_name_can_say_are_its_ends() {
        let prefix = AgentNamePrefix::new(&owner("o"), "c", "t");
        assert_eq!(prefix.name(Timestamp::from_millis(-1), 0).decided_at(), Timestamp::EPOCH);
        let last = prefix.name(Timestamp::MAX, u32::MAX);
        assert_eq!(last.decided_at(), Timestamp::from_millis((1 << 45) - 1));
        assert_eq!(last.serial(), u32::MAX);
    }

    #[test]
    fn a_token_is_made_only_while_ecs_remembers_the_earlier_ones() {
        let decided = Timestamp::from_millis(1_795_500_000_000);
        let name = AgentName::new(&owner("o"), "ecs", "java", decided, 0);
        let second = Attempt::FIRST.next().unwrap();
        let table = [
            (Millis::ZERO, Ok("1")),
            (Millis::from_mins(24 * 60 - 1), Ok("1")),
            (ClientToken::VALID_FOR, Err(TokenError::Expired { age: ClientToken::VALID_FOR })),
        ];
        for (age, want) in table {
            let token = name.client_token(Attempt::FIRST, decided + age);
            let want = want.map(|attempt| format!("{name}.{attempt}"));
            assert_eq!(token.map(|token| token.to_string()), want, "{age}");
        }
        assert_ne!(name.client_token(second, decided), name.client_token(Attempt::FIRST, decided));
        // A clock that went back makes a name of the future; that is younger than 24 hours.
        assert!(name.client_token(second, Timestamp::EPOCH).is_ok());
        let error = TokenError::Expired { age: Millis::from_hours(25) };
        assert_eq!(error.to_string(), "the agent was decided 1d1h ago, and ECS forgets tokens after 1d");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn a_name_is_short_safe_and_readable(
            owner_id in "[a-z]{0,8}", cloud: String, template: String, ms in 0_i64..1 << 45, serial: u32,
        ) {
            let decided = Timestamp::from_millis(ms);
            let name = AgentName::new(&owner(&owner_id), &cloud, &template, decided, serial);
            prop_assert!(name.as_str().len() <= AgentName::LEN_MAX, "{}", name);
            prop_assert!(name.as_str().bytes().all(|b| b == b'-' || is_readable(b)), "{}", name);
            prop_assert_eq!((name.decided_at(), name.serial()), (decided, serial));
            prop_assert_eq!(AgentName::parse(name.as_str()), Some(name.clone()));
            let token = name.client_token(Attempt::LAST, decided).unwrap();
            prop_assert!(token.as_str().len() <= ClientToken::LEN_MAX && token.as_str().is_ascii());
        }

        #[test]
        fn names_of_different_origin_differ(
            a in ("[ab]{0,2}", "[ab.-]{0,3}", "[ab.-]{0,3}", 0_i64..3, 0_u32..3),
            b in ("[ab]{0,2}", "[ab.-]{0,3}", "[ab.-]{0,3}", 0_i64..3, 0_u32..3),
        ) {
            let name = |(o, c, t, ms, serial): &(String, String, String, i64, u32)| {
                AgentName::new(&owner(o), c, t, Timestamp::from_millis(*ms), *serial)
            };
            prop_assert_eq!(name(&a) == name(&b), a == b);
        }

        #[test]
        fn names_of_a_template_sort_as_they_were_decided(
            a in (0_i64..1 << 45, any::<u32>()), b in (0_i64..1 << 45, any::<u32>()),
        ) {
            let prefix = AgentNamePrefix::new(&owner("o"), "ecs", "java");
            let name = |(ms, serial)| prefix.name(Timestamp::from_millis(ms), serial);
            prop_assert_eq!(name(a).cmp(&name(b)), a.cmp(&b));
        }

        #[test]
        fn any_text_is_a_name_or_none(text in prop_oneof![any::<String>(), "[a-z-]{0,9}-[0-9a-w-]{24}"]) {
            if let Some(name) = AgentName::parse(&text) {
                prop_assert_eq!(name.as_str(), text);
                name.decided_at();
                name.serial();
            }
        }
    }
}
