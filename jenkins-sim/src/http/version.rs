//! The version that is simulated, and what differs between versions.
//!
//! What the simulator does was seen on Jenkins 2.263.4. Later versions differ in more than stands here; the table has
//! the differences that matter to who provisions agents, each read in Jenkins' source and none of them tried.

use crate::Settings;
use std::{fmt, str::FromStr, sync::Arc};
use thiserror::Error;

/// A version of Jenkins: `2.440`, or `2.440.3` of a long-term line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    major: u16,
    minor: u16,
    patch: Option<u16>,
}

/// A text that is no version.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no version of Jenkins; expected one like 2.263.4 or 2.440")]
pub struct VersionError(Arc<str>);

/// Something that is not the same in every version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// `jenkins-agent.jnlp` exists besides `slave-agent.jnlp`.
    JenkinsAgentFile,
    /// The controller's computer is `(built-in)` and called «Built-In Node»; before it is `(master)` and `master`.
    BuiltInNode,
    /// Saving a node's configuration takes away the mark that it is temporarily offline.
    SavingClearsMark,
}

/// In which versions something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionRow {
    /// What.
    pub difference: Difference,
    /// The first version.
    pub from: Version,
    /// The last one, where there is one.
    pub to: Option<Version>,
    /// Where that is written.
    pub source: &'static str,
}

/// Every difference between versions, all read in the source.
pub const VERSION_TABLE: [VersionRow; 3] = [
    VersionRow {
        difference: Difference::JenkinsAgentFile,
        from: Version::new(2, 264, None),
        to: None,
        source: "jenkins.md 2: `jenkins-agent.jnlp` exists from 2.264, `slave-agent.jnlp` is served still",
    },
    VersionRow {
        difference: Difference::BuiltInNode,
        from: Version::new(2, 307, None),
        to: None,
        source: "jenkins.md 2 and 6: `(built-in)` and «Built-In Node» from 2.307",
    },
    VersionRow {
        difference: Difference::SavingClearsMark,
        from: Version::new(2, 482, None),
        // The fix (#26154, January 2026) is in a version that is not named; this is the last one that it was seen on.
        to: Some(Version::new(2, 528, Some(3))),
        source: "jenkins.md 6: from 2.482 (#9855) until #26154, seen on 2.492.1 and 2.528.3",
    },
];

impl Version {
    /// The version that everything else was seen on.
    pub const OBSERVED: Self = Self::new(2, 263, Some(4));

    /// A version by its numbers.
    pub const fn new(major: u16, minor: u16, patch: Option<u16>) -> Self {
        Self { major, minor, patch }
    }

    /// Whether something is so in this version.
    pub fn has(self, difference: Difference) -> bool {
        VERSION_TABLE
            .iter()
            .filter(|row| row.difference == difference)
            .any(|row| row.from <= self && row.to.is_none_or(|last| self <= last))
    }

    /// Makes a simulated Jenkins one of this version.
    pub fn apply(self, settings: &mut Settings) {
        settings.config_unmarks = self.has(Difference::SavingClearsMark);
        if self.has(Difference::BuiltInNode) {
            settings.controller.name = "built-in".into();
            settings.controller.display_name = "Built-In Node".into();
        }
    }
}

impl Default for Version {
    fn default() -> Self {
        Self::OBSERVED
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        self.patch.map_or(Ok(()), |patch| write!(f, ".{patch}"))
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let wrong = || VersionError(text.into());
        let numbers: Result<Vec<u16>, _> = text.split('.').map(str::parse).collect();
        match *numbers.map_err(|_| wrong())?.as_slice() {
            [major, minor] => Ok(Self::new(major, minor, None)),
            [major, minor, patch] => Ok(Self::new(major, minor, Some(patch))),
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_holds_from_its_first_version_to_its_last() {
        for row in VERSION_TABLE {
            let before = Version::new(row.from.major, row.from.minor - 1, Some(9));
            assert!(!before.has(row.difference), "{:?} in {before}", row.difference);
            assert!(row.from.has(row.difference), "{:?} in {}", row.difference, row.from);
            let last = row.to.unwrap_or(Version::new(u16::MAX, 0, None));
            assert!(last.has(row.difference), "{:?} in {last}", row.difference);
            let after = Version::new(u16::MAX, 1, None);
            assert_eq!(after.has(row.difference), row.to.is_none(), "{:?} in {after}", row.difference);
            assert!(!Version::OBSERVED.has(row.difference), "{row:?} was not seen on 2.263.4");
        }
    }

    #[test]
    fn versions_are_read_as_jenkins_writes_them() {
        for text in ["2.263.4", "2.264", "2.528.3"] {
            assert_eq!(text.parse::<Version>().unwrap().to_string(), text);
        }
        assert!("2.263.4".parse::<Version>().unwrap() < "2.264".parse().unwrap());
        assert!("2.492.1".parse::<Version>().unwrap().has(Difference::SavingClearsMark));
        for text in ["", "2", "two.1", "2.1.1.1", "2.263.4-SNAPSHOT", "99999.1"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }
}
