//! What waiting is acceptable: `p95=60s`, or `docker:p99=90s` for one label.

use crate::statistics::Percentile;
use footman_core::Millis;
use std::{fmt, str::FromStr, sync::Arc};
use thiserror::Error;

/// A goal for the wait of builds, from submission to start.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slo {
    /// Whose waits count: the builds of this label, or all.
    pub label: Option<Arc<str>>,
    /// Which percentile of the waits.
    pub percentile: Percentile,
    /// The longest that this percentile may be.
    pub wait_max: Millis,
}

/// A text that states no goal.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` states no goal: {reason}; write for instance p95=60s, or docker:p99=90s for one label")]
pub struct SloError {
    text: String,
    reason: String,
}

impl Slo {
    /// The goal that the 95th percentile of all waits be at most `wait_max`.
    pub const fn p95(wait_max: Millis) -> Self {
        Self { label: None, percentile: Percentile::P95, wait_max }
    }
}

impl Default for Slo {
    /// `p95=60s`.
    fn default() -> Self {
        Self::p95(Millis::from_secs(60))
    }
}

impl FromStr for Slo {
    type Err = SloError;

    fn from_str(text: &str) -> Result<Self, SloError> {
        let error =
            |reason: &dyn fmt::Display| SloError { text: text.to_owned(), reason: reason.to_string() };
        // A label may hold colons and equal signs; what follows its last colon may not.
        let (label, goal) = match text.rsplit_once(':') {
            Some((label, goal)) => (Some(label), goal),
            None => (None, text),
        };
        if label.is_some_and(str::is_empty) {
            return Err(error(&"the label before the colon is empty"));
        }
        let (percentile, wait) = goal.split_once('=').ok_or_else(|| error(&"it has no `=`"))?;
        let percentile = percentile.parse().map_err(|source| error(&source))?;
        let wait_max = wait.parse::<Millis>().map_err(|source| error(&source))?;
        Ok(Self { label: label.map(Into::into), percentile, wait_max })
    }
}

impl fmt::Display for Slo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(label) = &self.label {
            write!(f, "{label}:")?;
        }
        let ms = self.wait_max.as_millis();
        write!(f, "{}=", self.percentile)?;
        if ms.is_multiple_of(1000) { write!(f, "{}s", ms / 1000) } else { write!(f, "{ms}ms") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_reads_back_as_it_is_written() {
        let table = [
            ("p95=60s", None, 60_000),
            ("p99.9=1500ms", None, 1_500),
            ("docker:p99=90s", Some("docker"), 90_000),
            ("KinD integration/Docker build:p50=5s", Some("KinD integration/Docker build"), 5_000),
            ("a:b=c:p5=1s", Some("a:b=c"), 1_000),
        ];
        for (text, label, wait_ms) in table {
            let slo: Slo = text.parse().unwrap();
            assert_eq!((slo.label.as_deref(), slo.wait_max), (label, Millis::new(wait_ms)), "{text}");
            assert_eq!(slo.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_goal_is_refused() {
        for text in ["", "p95", "p0=1s", "p101=1s", "p=1s", "p95=", "p95=-1s", ":p95=60s", "p+5=1s"] {
            assert!(text.parse::<Slo>().is_err(), "{text}");
        }
    }
}
