//! What `footmand doctor` makes of what it finds: facts in, rows and one sentence out.
//!
//! A row says what was checked, what came of it, what was found and what to do. Where a thing cannot be known without a
//! change it is said to be unknown, and never guessed. Must stay pure: no I/O, no clock; the facts are gathered by the
//! command, with [`ecs::survey`](crate::ecs::survey) and [`jenkins::survey`](crate::jenkins::survey).

mod aws;
mod configuration;
mod guard;
mod jenkins;
mod level;
mod nodes;
mod show;
mod way;

pub use configuration::ConfigurationFacts;
pub use jenkins::{AgentWay, JenkinsFacts, LookedAt};
pub use level::Level;

use crate::ecs::survey::EcsSurvey;
use std::fmt;

/// What was found out.
#[derive(Debug)]
pub struct Facts {
    /// Of the configuration.
    pub configuration: ConfigurationFacts,
    /// Of AWS; `None` where the configuration cannot be used.
    pub aws: Option<EcsSurvey>,
    /// Of Jenkins; `None` where the configuration cannot be used.
    pub jenkins: Option<JenkinsFacts>,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// The files.
    Configuration,
    /// Amazon ECS, and whence its credentials come.
    Aws,
    /// Jenkins.
    Jenkins,
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is as it should be.
    Ok,
    /// It works, or may work, and somebody should know.
    Warning,
    /// Builds get no agents like this, or not all of them.
    Failed,
    /// It could not be found out.
    NotChecked,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is about.
    pub area: Area,
    /// What was checked.
    pub what: String,
    /// What came of it.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// What to do, where something is to be done.
    pub advice: Option<String>,
}

/// Everything that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The checks, by area.
    pub rows: Vec<Row>,
    /// What the user may do in Jenkins; empty where that is not known.
    pub levels: Vec<Level>,
}

/// What no look from outside shows, and what breaks most often all the same.
pub const NOT_VISIBLE: [&str; 5] = [
    "whether agents can reach Jenkins: security groups, routes, name servers and proxies between their subnets and Jenkins",
    "whether images can be pulled and logs be written: the execution role, the registry, the log group",
    "quotas of the account: tasks, Fargate vCPUs, network interfaces, the rate of RunTask",
    "whether the cluster's instances and capacity providers have room for the templates",
    "files of the configuration as code that were not given here",
];

impl Area {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Aws => "AWS",
            Self::Jenkins => "Jenkins",
        }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Verdict {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::NotChecked => "not checked",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Examines facts.
pub fn examine(facts: &Facts) -> Report {
    let mut rows = configuration::rows(&facts.configuration);
    let mut levels = Vec::new();
    match &facts.aws {
        Some(survey) => rows.extend(aws::rows(survey)),
        None => rows.push(without_configuration(Area::Aws)),
    }
    match &facts.jenkins {
        Some(found) => {
            rows.extend(jenkins::rows(found));
            levels = level::levels(found.check(), found.guard());
        }
        None => rows.push(without_configuration(Area::Jenkins)),
    }
    if let Some(found) = &facts.jenkins {
        rows.push(configuration::reload(&facts.configuration, found.check()));
        rows.sort_by_key(|row| row.area);
    }
    Report { rows, levels }
}

fn without_configuration(area: Area) -> Row {
    Row::new(area, "everything", Verdict::NotChecked, "without a configuration nobody knows what to look at")
}

impl Row {
    fn new(area: Area, what: impl Into<String>, verdict: Verdict, found: impl Into<String>) -> Self {
        Self { area, what: what.into(), verdict, found: found.into(), advice: None }
    }

    /// The same with what to do.
    fn advice(self, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..self }
    }
}

impl Report {
    /// How many checks came to that.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.verdict == verdict).count()
    }

    /// Whether a check failed.
    pub fn has_failed(&self) -> bool {
        self.count(Verdict::Failed) > 0
    }

    /// All of it in one sentence.
    pub fn sentence(&self) -> String {
        let (failed, warnings, unknown) =
            (self.count(Verdict::Failed), self.count(Verdict::Warning), self.count(Verdict::NotChecked));
        let warned = counted(warnings, "warning");
        let open = if unknown == 0 { String::new() } else { format!("; {unknown} could not be checked") };
        let checks = counted(self.rows.len(), "check");
        match (failed, warnings) {
            (0, 0) => format!("Of {checks} none failed{open}: footmand can be started."),
            (0, _) => {
                format!("Of {checks} none failed, with {warned} to be read before the first run{open}.")
            }
            (_, 0) => format!(
                "Of {checks} {failed} failed{open}: builds get no agents like this, or not all of them."
            ),
            (_, _) => format!(
                "Of {checks} {failed} failed, with {warned} besides{open}: builds get no agents like this, or not all of \
                 them."
            ),
        }
    }
}

/// A number of things.
fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(verdicts: &[Verdict]) -> Report {
        let row = |&verdict| Row::new(Area::Aws, "x", verdict, "y");
        Report { rows: verdicts.iter().map(row).collect(), levels: Vec::new() }
    }

    #[test]
    fn the_sentence_says_what_counts() {
        use Verdict::{Failed, NotChecked, Ok, Warning};
        let table: [(&[Verdict], &str); 5] = [
            (&[Ok], "Of 1 check none failed: footmand can be started."),
            (&[Ok, NotChecked], "Of 2 checks none failed; 1 could not be checked: footmand can be started."),
            (&[Warning, Ok], "Of 2 checks none failed, with 1 warning to be read before the first run."),
            (&[Failed], "Of 1 check 1 failed: builds get no agents like this, or not all of them."),
            (
                &[Failed, Warning, Warning, NotChecked],
                "Of 4 checks 1 failed, with 2 warnings besides; 1 could not be checked: builds get no agents like this, \
                 or not all of them.",
            ),
        ];
        for (verdicts, want) in table {
            let report = report(verdicts);
            assert_eq!(report.sentence(), want);
            assert_eq!(report.has_failed(), verdicts.contains(&Failed));
        }
    }
}
