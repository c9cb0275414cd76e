//! Lists of jobs by patterns of their full names: which jobs a template, or an override of it, is for.
//!
//! A full name is a job's name below the folders that it is in, `team/app/main`. In a pattern `*` stands for any characters
//! but `/`, none among them, and `**` for any characters at all; everything else stands for itself, and case counts. There is
//! no other wildcard: what other programs take for one cannot stand in the name of a job (`Jenkins.checkGoodName`), so that a
//! pattern with it would silently match nothing, and is refused.

use std::{fmt, sync::Arc};
use thiserror::Error;

/// A pattern of full names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobPattern(Arc<str>);

/// Why a text is no pattern of full names.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JobPatternError {
    /// It matches no name.
    #[error("it is blank")]
    Blank,
    /// It has an empty name between slashes, at its start or at its end.
    #[error("a full name has no empty part: no `/` at its start or end, and no `//`")]
    EmptyPart,
    /// It has a character that no name has.
    #[error("no job has `{character}` in its name; the wildcards are `*` and `**`")]
    Character {
        /// The character.
        character: char,
    },
    /// It has more stars in a row than mean anything.
    #[error("`***` means nothing that `**` does not")]
    Stars,
}

/// What no job has in its name (`Jenkins.checkGoodName`, read 2026-11-26), but for `%`, which branches of multibranch
/// projects have, and `/` and `*`, which mean something here.
const NEVER: &str = "?\\!@#$^&|<>[]:;";

impl JobPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// Fails where no name matches it, or something is taken for a wildcard that is none.
    pub fn parse(text: &str) -> Result<Self, JobPatternError> {
        if text.trim().is_empty() {
            return Err(JobPatternError::Blank);
        }
        if text.split('/').any(|part| part.trim().is_empty()) {
            return Err(JobPatternError::EmptyPart);
        }
        if let Some(character) = text.chars().find(|&character| NEVER.contains(character)) {
            return Err(JobPatternError::Character { character });
        }
        if text.contains("***") {
            return Err(JobPatternError::Stars);
        }
        Ok(Self(text.into()))
    }

    /// Whether the job of this full name matches.
    pub fn matches(&self, full_name: &str) -> bool {
        matches(self.0.as_bytes(), full_name.as_bytes())
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Matches byte by byte: those of a `/` and a `*` are no part of any other character.
///
/// Where it does not go on, the last `*` takes one byte more, and where that would be a `/`, the last `**` does. No star before
/// the last of its kind need be looked at again: whatever it could take more, that one can take as well.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    // What follows the star in the pattern, and where in the text that was looked for last.
    let mut star: Option<(usize, usize)> = None;
    let mut stars: Option<(usize, usize)> = None;
    loop {
        if pattern[at..].starts_with(b"**") {
            at += 2;
            (stars, star) = (Some((at, from)), None);
        } else if pattern.get(at) == Some(&b'*') {
            at += 1;
            star = Some((at, from));
        } else if pattern.get(at) == text.get(from) {
            if at == pattern.len() {
                return true;
            }
            (at, from) = (at + 1, from + 1);
        } else if let Some((behind, tried)) = star
            && text.get(tried).is_some_and(|byte| *byte != b'/')
        {
            star = Some((behind, tried + 1));
            (at, from) = (behind, tried + 1);
        } else if let Some((behind, tried)) = stars
            && tried < text.len()
        {
            (stars, star) = (Some((behind, tried + 1)), None);
            (at, from) = (behind, tried + 1);
        } else {
            return false;
        }
    }
}

/// Patterns, of which a job must match one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobList(Arc<[JobPattern]>);

impl JobList {
    /// A list; `None` where it would be empty, for nobody means a list that lets no job in.
    pub fn new(patterns: impl IntoIterator<Item = JobPattern>) -> Option<Self> {
        let patterns: Arc<[JobPattern]> = patterns.into_iter().collect();
        (!patterns.is_empty()).then_some(Self(patterns))
    }

    /// Whether the job of this full name is on it.
    pub fn has(&self, full_name: &str) -> bool {
        self.0.iter().any(|pattern| pattern.matches(full_name))
    }

    /// The patterns, in their order.
    pub fn patterns(&self) -> &[JobPattern] {
        &self.0
    }
}

/// Which of a policy's lists jobs are on: a number that those on the same lists share, as long as one core runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clearance(pub(crate) u32);

impl Clearance {
    /// That of every job where no template has a list.
    pub const EVERY: Self = Self(0);

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for JobList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, pattern) in self.0.iter().enumerate() {
            let before = if at == 0 { "" } else { ", " };
            write!(f, "{before}`{pattern}`")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_pattern_matches_within_a_part_or_across_parts() {
        // (pattern, names that match, names that do not)
        let table: [(&str, &[&str], &[&str]); 12] = [
            ("app", &["app"], &["App", "app/main", "team/app", "application", ""]),
            ("team/*", &["team/app", "team/a b"], &["team", "team/app/main", "team2/app", "Team/app"]),
            ("team/**", &["team/app", "team/app/main"], &["team", "team2/app"]),
            ("**", &["app", "team/app/main"], &[]),
            ("*", &["app"], &["team/app"]),
            ("*/main", &["app/main"], &["main", "team/app/main"]),
            ("**/main", &["app/main", "team/app/main"], &["main", "app/main2"]),
            ("team/**/main", &["team/a/main", "team/a/b/main"], &["team/main", "team/a/b"]),
            ("*-deploy", &["web-deploy", "-deploy"], &["team/web-deploy", "web-deploy-2"]),
            ("release-*-*", &["release-1-2", "release--"], &["release-1", "release-1/x-2"]),
            ("**a*b/c", &["ab/c", "x/aa-b/c", "a/ab/c"], &["a/b/c", "ab/c/d"]),
            ("team/feature%2F*", &["team/feature%2Flogin"], &["team/feature/login"]),
        ];
        for (pattern, yes, no) in table {
            let pattern = JobPattern::parse(pattern).unwrap();
            for name in yes {
                assert!(pattern.matches(name), "{pattern} {name}");
            }
            for name in no {
                assert!(!pattern.matches(name), "{pattern} {name}");
            }
        }
    }

    #[test]
    fn a_pattern_that_could_match_nothing_is_refused() {
        let table = [
            ("", JobPatternError::Blank),
            ("  ", JobPatternError::Blank),
            ("/team/*", JobPatternError::EmptyPart),
            ("team/", JobPatternError::EmptyPart),
            ("team//app", JobPatternError::EmptyPart),
            ("team/?", JobPatternError::Character { character: '?' }),
            ("team/[ab]", JobPatternError::Character { character: '[' }),
            ("!team", JobPatternError::Character { character: '!' }),
            ("team/***", JobPatternError::Stars),
        ];
        for (text, error) in table {
            assert_eq!(JobPattern::parse(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn a_job_need_match_one_pattern_of_a_list() {
        let list = |texts: &[&str]| JobList::new(texts.iter().map(|text| JobPattern::parse(text).unwrap()));
        let both = list(&["infra/*", "team/**"]).unwrap();
        assert!(both.has("team/a/b") && both.has("infra/x") && !both.has("infra/x/y"));
        assert_eq!(both.to_string(), "`infra/*`, `team/**`");
        assert_eq!(list(&[]), None);
    }

    /// The definition, letter by letter.
    fn defined(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern, text) {
            ([b'*', b'*', rest @ ..], _) => (0..=text.len()).any(|taken| defined(rest, &text[taken..])),
            ([b'*', rest @ ..], _) => {
                let part = text.iter().take_while(|byte| **byte != b'/').count();
                (0..=part).any(|taken| defined(rest, &text[taken..]))
            }
            ([one, rest @ ..], [other, text @ ..]) => one == other && defined(rest, text),
            ([], []) => true,
            ([], _) | (_, []) => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_pattern_matches_what_it_is_defined_to(pattern in "[ab/*]{0,9}", text in "[ab/]{0,9}") {
            prop_assume!(!pattern.contains("***"));
            let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
            prop_assert_eq!(matches(pattern, text), defined(pattern, text));
        }
    }
}
