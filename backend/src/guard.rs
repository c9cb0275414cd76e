//! The guard file: the optional Groovy file for Jenkins' `init.groovy.d`, filled in for a configuration.
//!
//! The file itself is `backend/guard/footman-guard.groovy`, and what it does docs/guard.md. Two of its lines are filled in
//! here: whose nodes it looks at, and which jobs templates are for. Whoever knows the configuration knows so the text that
//! has to be installed, and its SHA-256, which the installed one says of itself.
//!
//! Must stay pure: no I/O, no clock.

use footman_core::{description, jobs::JobPattern, policy::Policy};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write};

/// The version of the file that is printed here.
pub const VERSION: u32 = 1;
/// Where it answers what it is, from Jenkins' root on.
pub const PAGE: &str = "footman-guard";

const FILE: &str = include_str!("../guard/footman-guard.groovy");
/// The text that is filled in for the owner.
const OURS: &str = "OURS = 'footman/1 owner=default template='";
/// The text that is filled in for the jobs.
const JOBS: &str = "JOBS = [:]";

/// The guard file of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// What the descriptions of the owner's nodes begin with.
    start: String,
    /// The jobs that a template is for, as regular expressions of their full names, by the template's word in a description.
    jobs: BTreeMap<String, Vec<String>>,
}

impl Guard {
    /// The guard file for this policy.
    pub fn of(policy: &Policy) -> Self {
        let jobs = policy.templates.iter().filter_map(|template| {
            let patterns = template.allow_jobs.as_ref()?.patterns();
            let word = description::template_word(&template.cloud, &template.name);
            Some((word, patterns.iter().map(expression).collect()))
        });
        Self { start: description::start_of(policy.owner.as_str()), jobs: jobs.collect() }
    }

    /// Its text.
    pub fn text(&self) -> String {
        let jobs = format!("JOBS = {}", self.map());
        let ours = format!("OURS = {}", literal(&self.start));
        FILE.replacen(OURS, &ours, 1).replacen(JOBS, &jobs, 1)
    }

    /// The SHA-256 of its text, in lower-case hexadecimal digits.
    pub fn sha256(&self) -> String {
        let digest = Sha256::digest(self.text());
        digest.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes everything");
            text
        })
    }

    /// The jobs as a Groovy map.
    fn map(&self) -> String {
        let entry = |(template, jobs): (&String, &Vec<String>)| {
            let jobs: Vec<String> = jobs.iter().map(|job| literal(job)).collect();
            format!("{}: [{}]", literal(template), jobs.join(", "))
        };
        let entries: Vec<String> = self.jobs.iter().map(entry).collect();
        if entries.is_empty() { "[:]".to_owned() } else { format!("[{}]", entries.join(", ")) }
    }
}

/// A pattern as a regular expression of Java's that matches the same full names.
fn expression(pattern: &JobPattern) -> String {
    let mut expression = String::new();
    let mut rest = pattern.as_str().chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '*' if rest.next_if_eq(&'*').is_some() => expression.push_str(".*"),
            '*' => expression.push_str("[^/]*"),
            // A backslash before anything that is no letter and no digit makes it stand for itself.
            _ if c.is_ascii_punctuation() => expression.extend(['\\', c]),
            _ => expression.push(c),
        }
    }
    expression
}

/// A text as a Groovy string. Jenkins reads the file in whatever encoding its machine has, so that it must be ASCII.
fn literal(text: &str) -> String {
    let mut literal = String::from("'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => literal.extend(['\\', c]),
            ' '..='~' => literal.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(literal, "\\u{unit:04x}").expect("a string takes everything");
                }
            }
        }
    }
    literal.push('\'');
    literal
}

/// What an installed guard says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Its version.
    pub version: u32,
    /// Whether it is switched on.
    pub is_on: bool,
    /// The SHA-256 of its file when it was read; `unknown` where it was not read from a file.
    pub sha256: String,
}

impl Installed {
    /// Reads its page: `footman-guard version=1 state=on sha256=…`. What follows is another version's.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        if words.next()? != PAGE {
            return None;
        }
        let mut field = |key: &str| words.next()?.strip_prefix(key)?.strip_prefix('=');
        let version = field("version")?.parse().ok()?;
        let is_on = match field("state")? {
            "on" => true,
            "off" => false,
            _ => return None,
        };
        Some(Self { version, is_on, sha256: field("sha256")?.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jenkins::why;
    use footman_core::description::ONE_SHOT;

    fn guard(owner: &str, jobs: &[(&str, &[&str])]) -> Guard {
        let own = |(template, jobs): &(&str, &[&str])| {
            ((*template).to_owned(), jobs.iter().map(|job| (*job).to_owned()).collect())
        };
        Guard { start: description::start_of(owner), jobs: jobs.iter().map(own).collect() }
    }

    #[test]
    fn the_file_is_short_plain_and_of_this_version() {
        assert!(FILE.lines().count() <= 150, "{} lines", FILE.lines().count());
        assert!(FILE.is_ascii() && !FILE.contains('\t') && FILE.ends_with('\n'));
        assert!(FILE.starts_with(&format!("// Footman's guard, version {VERSION}: ")));
        assert!(FILE.contains(&format!("static final String VERSION = '{VERSION}'")));
        for text in [OURS, JOBS] {
            assert_eq!(FILE.matches(text).count(), 1, "{text}");
        }
    }

    /// Whoever changes the file changes this hash, and the version where the change is more than a comment.
    #[test]
    fn the_hash_of_the_file_is_known() {
        let known = "92a3ee39bf49770bf43aa9e306aaf50debf74966c538185155fcdde3b44e4c89";
        assert_eq!(guard("default", &[]).text(), FILE);
        assert_eq!(guard("default", &[]).sha256(), known);
    }

    #[test]
    fn the_file_says_what_footmand_and_the_simulated_jenkins_say() {
        use footman_jenkins_sim::{GUARD_WITH_LABEL, GUARD_WITHOUT_LABEL};
        assert_eq!(format!("{}{}", why::GUARD, why::GUARD_LABEL), GUARD_WITH_LABEL);
        assert_eq!(format!("{}{}", why::GUARD, why::GUARD_ANY), GUARD_WITHOUT_LABEL);
        for text in [
            format!("'{}'", why::GUARD_ANY),
            format!("\"{}\\u2018${{label}}\\u2019\"", why::GUARD_LABEL),
            format!("\"{}${{wanted}}\"", why::GUARD),
            format!("\"{}not a job for ${{template}}, ${{wanted}}\"", why::GUARD),
            format!(".contains('{ONE_SHOT}')"),
            format!("'{PAGE}'"),
            format!(
                "\"{PAGE} version=${{FootmanGuard.VERSION}} state=${{state}} sha256=${{FootmanGuard.sha256}}\""
            ),
        ] {
            assert!(FILE.contains(&text), "{text}");
        }
    }

    #[test]
    fn owner_and_jobs_are_filled_in_as_groovy_reads_them() {
        let text = guard("a'b", &[("ecs/java", &["team/.*", "a\\\\d"]), ("ecs/ü", &["π", "😀"])]).text();
        assert!(text.is_ascii() && text.lines().count() == FILE.lines().count());
        assert!(text.contains("OURS = 'footman/1 owner=a%27b template='\n"), "{text}");
        let jobs = r"JOBS = ['ecs/java': ['team/.*', 'a\\\\d'], 'ecs/\u00fc': ['\u03c0', '\ud83d\ude00']]";
        assert!(text.contains(jobs), "{text}");
        assert_eq!(literal("it's"), r"'it\'s'");
    }

    #[test]
    fn a_pattern_of_jobs_is_an_expression_of_theirs() {
        let table = [
            ("app", "app"),
            ("team/*", r"team\/[^/]*"),
            ("team/**/main", r"team\/.*\/main"),
            ("release-1.0 (a)%2F*", r"release\-1\.0 \(a\)\%2F[^/]*"),
            ("ü**", "ü.*"),
        ];
        for (pattern, want) in table {
            assert_eq!(expression(&JobPattern::parse(pattern).unwrap()), want, "{pattern}");
        }
    }

    #[test]
    fn what_it_says_of_itself_is_read() {
        let installed = |version, is_on| Installed { version, is_on, sha256: "ab".to_owned() };
        let table = [
            ("footman-guard version=1 state=on sha256=ab\n", Some(installed(1, true))),
            ("footman-guard version=2 state=off sha256=ab more=x", Some(installed(2, false))),
            ("footman-guard version=1 state=asleep sha256=ab", None),
            ("footman-guard version=one state=on sha256=ab", None),
            ("footman-guard version=1 state=on", None),
            ("<html>", None),
            ("", None),
        ];
        for (text, want) in table {
            assert_eq!(Installed::parse(text), want, "{text}");
        }
    }
}
