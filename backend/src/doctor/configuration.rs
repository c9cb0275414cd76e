//! The files: whether they can be used, what they warn of, and what a reload of them does to nodes of ours.

use super::{Area, Row, Verdict, counted};
use crate::jenkins::check::Check;
use footman_config::{Diagnostic, Loaded, Refused, Severity};
use std::collections::BTreeMap;

/// What was found of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigurationFacts {
    /// How many errors it has; without any it can be used.
    pub errors: usize,
    /// How many warnings it has, by their codes.
    pub warnings: BTreeMap<&'static str, usize>,
    /// How many clouds.
    pub clouds: usize,
    /// How many templates.
    pub templates: usize,
    /// The `jenkinsUrl`s of the clouds, each once.
    pub jenkins_urls: Vec<String>,
    /// Where `jenkins.nodes` stands, if it does.
    pub nodes_at: Option<String>,
}

impl ConfigurationFacts {
    /// The facts of what was loaded.
    pub fn of(outcome: &Result<Loaded, Refused>) -> Self {
        match outcome {
            Ok(loaded) => {
                let urls = loaded.clouds.iter().map(|cloud| cloud.fields.jenkins_url.value.trim());
                let mut urls: Vec<String> =
                    urls.filter(|url| !url.is_empty()).map(super::way::shown).collect();
                urls.sort_unstable();
                urls.dedup();
                Self {
                    clouds: loaded.clouds.len(),
                    templates: loaded.policy.templates.len(),
                    jenkins_urls: urls,
                    nodes_at: loaded.nodes.as_ref().map(ToString::to_string),
                    ..Self::said(&loaded.diagnostics)
                }
            }
            Err(refused) => Self::said(&refused.diagnostics),
        }
    }

    fn said(diagnostics: &[Diagnostic]) -> Self {
        let mut facts = Self::default();
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => facts.errors += 1,
                Severity::Warning => *facts.warnings.entry(diagnostic.code.as_str()).or_default() += 1,
                Severity::Note => {}
            }
        }
        facts
    }
}

/// The rows about the files alone.
pub(super) fn rows(facts: &ConfigurationFacts) -> Vec<Row> {
    let row = |what: &str, verdict, found: String| Row::new(Area::Configuration, what, verdict, found);
    if facts.errors > 0 {
        let found = format!("no, for {}", counted(facts.errors, "error"));
        return vec![row("usable", Verdict::Failed, found).advice("mend what is said above")];
    }
    let size = format!("{}, {}", counted(facts.clouds, "cloud"), counted(facts.templates, "template"));
    let mut rows = vec![row("usable", Verdict::Ok, size)];
    let warnings: usize = facts.warnings.values().sum();
    rows.push(if warnings == 0 {
        row("traps", Verdict::Ok, "none".to_owned())
    } else {
        let codes: Vec<String> =
            facts.warnings.iter().map(|(code, number)| format!("{code} ({number})")).collect();
        let found = format!("{}: {}", counted(warnings, "warning"), codes.join(", "));
        row("traps", Verdict::Warning, found).advice("read what is said above")
    });
    if facts.jenkins_urls.len() > 1 {
        let found = format!("the clouds have several `jenkinsUrl`s: {}", facts.jenkins_urls.join(", "));
        let advice = "one footmand works for one Jenkins: where these are several, give each a configuration and a footmand of \
                      its own";
        rows.push(row("one Jenkins", Verdict::Warning, found).advice(advice));
    }
    rows
}

/// What a reload of these files does to nodes that are not in them.
///
/// The configuration-as-code plugin removes nodes that its files do not have, under their builds, where they have
/// `jenkins.nodes` (#2842), and since May 2026 keeps those with the property `CascKeepNode` (#2844), which every node of ours
/// is created with.
pub(super) fn reload(facts: &ConfigurationFacts, check: Option<&Check>) -> Row {
    let row = |verdict, found: String| Row::new(Area::Configuration, "reload", verdict, found);
    let Some(place) = &facts.nodes_at else {
        return row(
            Verdict::Ok,
            "the files have no `jenkins.nodes`, so a reload leaves nodes alone".to_owned(),
        );
    };
    let advice = "take `jenkins.nodes` out of the files, or update the configuration-as-code plugin to one that knows CascKeepNode";
    match check.and_then(|check| check.keeps_nodes) {
        Some(true) => row(Verdict::Ok, format!("`jenkins.nodes` at {place}; nodes of ours are kept by CascKeepNode")),
        Some(false) => row(
            Verdict::Warning,
            format!("a reload of `jenkins.nodes` at {place} removes agents under their builds: Jenkins knows no CascKeepNode"),
        )
        .advice(advice),
        None => row(
            Verdict::Warning,
            format!(
                "a reload of `jenkins.nodes` at {place} removes agents under their builds, unless Jenkins knows CascKeepNode, \
                 which is not seen"
            ),
        )
        .advice(advice),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::jenkins::tests::check, *};

    fn verdicts(facts: &ConfigurationFacts) -> Vec<(String, Verdict)> {
        rows(facts).into_iter().map(|row| (row.what, row.verdict)).collect()
    }

    #[test]
    fn what_the_files_are_like_is_said() {
        let usable = ConfigurationFacts { clouds: 1, templates: 2, ..ConfigurationFacts::default() };
        let trapped =
            ConfigurationFacts { warnings: [("one-shot", 2), ("blank", 1)].into(), ..usable.clone() };
        let several = ConfigurationFacts {
            jenkins_urls: vec!["https://a/".to_owned(), "https://b/".to_owned()],
            ..usable.clone()
        };
        let broken = ConfigurationFacts { errors: 1, ..usable.clone() };
        let (ok, warning) = (Verdict::Ok, Verdict::Warning);
        let table: [(&ConfigurationFacts, &[(&str, Verdict)]); 4] = [
            (&usable, &[("usable", ok), ("traps", ok)]),
            (&trapped, &[("usable", ok), ("traps", warning)]),
            (&several, &[("usable", ok), ("traps", ok), ("one Jenkins", warning)]),
            (&broken, &[("usable", Verdict::Failed)]),
        ];
        for (facts, want) in table {
            let want: Vec<_> = want.iter().map(|&(what, verdict)| (what.to_owned(), verdict)).collect();
            assert_eq!(verdicts(facts), want, "{facts:?}");
        }
        assert_eq!(rows(&trapped)[1].found, "3 warnings: blank (1), one-shot (2)");
    }

    #[test]
    fn a_reload_of_nodes_is_warned_of_unless_ours_are_known_to_be_kept() {
        let with = |nodes_at: Option<&str>| ConfigurationFacts {
            nodes_at: nodes_at.map(str::to_owned),
            ..ConfigurationFacts::default()
        };
        let keeps = |keeps_nodes| Check { keeps_nodes, ..check() };
        let place = Some("jenkins.yaml:3:3");
        // nodes, whether Jenkins is known and keeps => verdict
        let table = [
            (None, None, Verdict::Ok),
            (place, Some(keeps(Some(true))), Verdict::Ok),
            (place, Some(keeps(Some(false))), Verdict::Warning),
            (place, Some(keeps(None)), Verdict::Warning),
            (place, None, Verdict::Warning),
        ];
        for (nodes_at, check, want) in table {
            let row = reload(&with(nodes_at), check.as_ref());
            assert_eq!((row.verdict, row.advice.is_some()), (want, want == Verdict::Warning), "{row:?}");
        }
    }
}
