//! What the description of a node of ours says, so that a restarted daemon knows it again.
//!
//! One line that people can read and the daemon can parse, in Jenkins' `description` field, which `/computer/api` exports
//! (seen on Jenkins 2.263.4):
//!
//! ```text
//! footman/1 owner=prod template=ecs/java-linux cpu=2048 memory=4096 decided_ms=1795500000123
//! ```
//!
//! The node of a session says its label behind that: ` session=java%2Fsession%3Dabc`.
//!
//! There is no other record of an agent's intent: what stands here is what a crash leaves. The number behind `footman/`
//! is that of the format; a daemon leaves nodes of a format that it does not know alone.

use crate::{
    time::Timestamp,
    units::{CpuUnits, Mib, Size},
};
use std::{borrow::Cow, fmt};

/// The format that is written here.
pub const FORMAT: u32 = 1;
const START: &str = "footman/";
/// The word behind the last field by which the guard file in Jenkins knows an agent that is for one build only; those that
/// are kept after a build have none.
pub const ONE_SHOT: &str = "oneshot";
/// What stands before the label of a session.
const SESSION: &str = "session=";

/// What the description of a node of ours says.
///
/// The texts are borrowed where they hold nothing that is written otherwise, so that a full listing is read without
/// allocating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description<'a> {
    /// The owner id of the daemon that made it.
    pub owner: Cow<'a, str>,
    /// The cloud of its template.
    pub cloud: Cow<'a, str>,
    /// The name of its template within the cloud.
    pub template: Cow<'a, str>,
    /// CPU and memory of its task, overrides applied.
    pub size: Size,
    /// When it was decided.
    pub decided: Timestamp,
    /// The label of the session that it serves; versions that know of none ignore it.
    pub session: Option<Cow<'a, str>>,
}

/// Whose a node's description is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading<'a> {
    /// Footman's, in the format that is known here.
    Ours(Description<'a>),
    /// Footman's, in a format of another version.
    OtherFormat(u32),
    /// It starts as Footman's and does not go on so: somebody edited it.
    Damaged,
    /// Not Footman's.
    Foreign,
}

impl<'a> Description<'a> {
    /// Reads what a node's description says; any text has a reading.
    ///
    /// Text behind the last field is ignored: people add notes.
    pub fn parse(text: &'a str) -> Reading<'a> {
        let Some((format, fields)) = text.strip_prefix(START).and_then(|rest| rest.split_once(' ')) else {
            return Reading::Foreign;
        };
        match number(format).and_then(|format| u32::try_from(format).ok()) {
            None => Reading::Foreign,
            Some(FORMAT) => Self::parse_fields(fields).map_or(Reading::Damaged, Reading::Ours),
            Some(other) => Reading::OtherFormat(other),
        }
    }

    fn parse_fields(fields: &'a str) -> Option<Self> {
        let mut words = fields.split(' ');
        let mut field = |key: &str| words.next()?.strip_prefix(key)?.strip_prefix('=');
        let owner = decode(field("owner")?)?;
        let (cloud, template) = field("template")?.split_once('/')?;
        let cpu = u32::try_from(number(field("cpu")?)?).ok()?;
        let memory = u32::try_from(number(field("memory")?)?).ok()?;
        let decided = field("decided_ms")?;
        let decided = match decided.strip_prefix('-') {
            None => i64::try_from(number(decided)?).ok()?,
            Some(before_epoch) => 0_i64.checked_sub_unsigned(number(before_epoch)?)?,
        };
        let session = match words.next().and_then(|word| word.strip_prefix(SESSION)) {
            Some(label) => Some(decode(label)?),
            None => None,
        };
        Some(Self {
            owner,
            cloud: decode(cloud)?,
            template: decode(template)?,
            size: Size::new(CpuUnits::new(cpu), Mib::new(memory)),
            decided: Timestamp::from_millis(decided),
            session,
        })
    }
}

/// What the description of a node says of the session with this label, behind a blank.
pub(crate) struct SessionWords<'a>(pub(crate) &'a str);

impl fmt::Display for SessionWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " {SESSION}")?;
        encode(self.0, f)
    }
}

/// What the descriptions of all nodes of an owner begin with, up to its template's cloud.
pub fn start_of(owner: &str) -> String {
    format!("{START}{FORMAT} owner={} template=", Encoded(owner))
}

/// A template as it stands behind [`start_of`], and before the next blank.
pub fn template_word(cloud: &str, template: &str) -> String {
    format!("{}/{}", Encoded(cloud), Encoded(template))
}

/// A text as a description spells it.
struct Encoded<'a>(&'a str);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(self.0, f)
    }
}

impl fmt::Display for Description<'_> {
    /// The line that [`Self::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{START}{FORMAT} owner=")?;
        encode(&self.owner, f)?;
        f.write_str(" template=")?;
        encode(&self.cloud, f)?;
        f.write_str("/")?;
        encode(&self.template, f)?;
        let (cpu, memory) = (self.size.cpu.get(), self.size.memory.get());
        write!(f, " cpu={cpu} memory={memory} decided_ms={}", self.decided.as_millis())?;
        match &self.session {
            Some(label) => SessionWords(label).fmt(f),
            None => Ok(()),
        }
    }
}

/// Whether `c` is written as it is; the rest could be taken for the line's own signs, or for markup by Jenkins' page.
fn is_plain(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !matches!(c, '%' | '/' | '=' | '<' | '>' | '&' | '"' | '\'')
}

/// Writes `text` with `%XX` for each byte of what is not plain.
fn encode(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.find(|c| !is_plain(c)) {
        f.write_str(&rest[..at])?;
        let len = rest[at..].chars().next().map_or(0, char::len_utf8);
        for byte in &rest.as_bytes()[at..at + len] {
            write!(f, "%{byte:02X}")?;
        }
        rest = &rest[at + len..];
    }
    f.write_str(rest)
}

/// The text that [`encode`] wrote, or `None` where it wrote no such thing.
fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            bytes.push(byte);
            rest = after;
            continue;
        }
        let (digits, after) = after.split_at_checked(2)?;
        let value = digits.iter().try_fold(0_u8, |value, digit| {
            let digit = char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())?;
            Some(value << 4 | digit)
        })?;
        bytes.push(value);
        rest = after;
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// A number of digits alone: no sign, which `u64`'s own parser would take.
fn number(text: &str) -> Option<u64> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LINE: &str =
        "footman/1 owner=prod template=ecs/java-linux cpu=2048 memory=4096 decided_ms=1795500000123";

    fn described() -> Description<'static> {
        Description {
            owner: "prod".into(),
            cloud: "ecs".into(),
            template: "java-linux".into(),
            size: Size::new(CpuUnits::from_vcpus(2), Mib::from_gib(4)),
            decided: Timestamp::from_millis(1_795_500_000_123),
            session: None,
        }
    }

    #[test]
    fn a_description_is_one_line_that_people_can_read() {
        // Committed, for descriptions outlive the program that wrote them.
        assert_eq!(described().to_string(), LINE);
        assert_eq!(Description::parse(LINE), Reading::Ours(described()));
        let odd = Description { template: "a b/c=<i>\n%".into(), ..described() };
        assert!(odd.to_string().contains(" template=ecs/a%20b%2Fc%3D%3Ci%3E%0A%25 "), "{odd}");
    }

    #[test]
    fn the_parts_that_the_guard_file_goes_by_stand_in_the_line() {
        let odd = Description { owner: "a b".into(), cloud: "x/y".into(), ..described() };
        for description in [described(), odd] {
            let (owner, cloud, template) = (&*description.owner, &*description.cloud, &*description.template);
            let start = format!("{}{} cpu=", start_of(owner), template_word(cloud, template));
            assert!(description.to_string().starts_with(&start), "{description}: {start}");
        }
    }

    #[test]
    fn usual_descriptions_are_read_without_allocating() {
        let Reading::Ours(read) = Description::parse(LINE) else { panic!("{LINE} is ours") };
        for text in [read.owner, read.cloud, read.template] {
            assert!(matches!(text, Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn every_text_has_a_reading() {
        let ours = Reading::Ours(described());
        let session = Reading::Ours(Description { session: Some("java/session=a".into()), ..described() });
        let noted = format!("{LINE} (kept for Ada)");
        let with = |from: &str, to: &str| LINE.replace(from, to);
        let table = [
            ("", Reading::Foreign),
            ("a build agent", Reading::Foreign),
            ("footman", Reading::Foreign),
            ("footman/", Reading::Foreign),
            ("footman/1", Reading::Foreign),
            ("footman/x y", Reading::Foreign),
            ("footman/+1 owner=prod", Reading::Foreign),
            ("Footman/1 owner=prod", Reading::Foreign),
            ("footman/2 owner:prod", Reading::OtherFormat(2)),
            ("footman/0 ", Reading::OtherFormat(0)),
            ("footman/1 ", Reading::Damaged),
            ("footman/1 owner=prod", Reading::Damaged),
            (&noted, ours.clone()),
            (LINE, ours.clone()),
            (&format!("{LINE} session=java%2Fsession%3Da"), session.clone()),
            (&format!("{LINE} session=java%2Fsession%3Da since_ms=7"), session),
            (&format!("{LINE} since_ms=7 session=java"), ours),
            (&format!("{LINE} session=java%2"), Reading::Damaged),
            (&with("cpu=2048", "cpu=many"), Reading::Damaged),
            (&with("cpu=2048", "cpu=-1"), Reading::Damaged),
            (&with("cpu=2048", "cpu=4294967296"), Reading::Damaged),
            (&with("ecs/", "ecs-"), Reading::Damaged),
            (&with("prod", "prod%2"), Reading::Damaged),
            (&with("prod", "prod%zz"), Reading::Damaged),
            (&with("prod", "%FF"), Reading::Damaged), // no UTF-8
            (&with("prod ", "prod  "), Reading::Damaged),
            (&with("decided_ms", "decided"), Reading::Damaged),
            (&with("1795500000123", "9223372036854775808"), Reading::Damaged),
        ];
        for (text, reading) in table {
            assert_eq!(Description::parse(text), reading, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn what_is_written_reads_back(
            owner: String, cloud: String, template: String, cpu: u32, memory: u32, decided: i64,
            session: Option<String>,
        ) {
            let written = Description {
                owner: owner.into(),
                cloud: cloud.into(),
                template: template.into(),
                size: Size::new(CpuUnits::new(cpu), Mib::new(memory)),
                decided: Timestamp::from_millis(decided),
                session: session.map(Into::into),
            };
            let line = written.to_string();
            prop_assert!(!line.contains(|c: char| c.is_control()), "{:?}", line);
            prop_assert_eq!(Description::parse(&line), Reading::Ours(written.clone()));
            prop_assert_eq!(Description::parse(line.trim()), Reading::Ours(written), "Jenkins may trim");
        }

        #[test]
        fn garbage_is_read_without_panic(text: String, cut in 0..LINE.len(), garbage in "[ -~é]{0,9}") {
            Description::parse(&text);
            Description::parse(&format!("{}{garbage}{}", &LINE[..cut], &LINE[cut..]));
            Description::parse(&format!("{}{garbage}", &LINE[..cut]));
        }
    }
}
