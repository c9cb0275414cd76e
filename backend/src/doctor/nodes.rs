//! Nodes that stand in Jenkins: lookouts, what another owner left, and what looks like the ECS plugin's.

use super::{Area, JenkinsFacts, Row, Verdict, counted};
use crate::jenkins::{listing::NodeKind, lookouts::changes, observe::LabelSource, survey::SurveyedNode};
use footman_core::{id::OwnerId, name::AgentName};
use std::{collections::BTreeMap, sync::Arc};

/// The package of the plugin's classes (its source at commit 4d48ab3, 2025-04-17).
const PLUGIN_PACKAGE: &str = "com.cloudbees.jenkins.plugins.amazonecs.";
/// What the plugin's names end with: so many of these after a hyphen (`ECSProvisioner`, at the same commit).
const PLUGIN_DIGITS: &str = "bcdfghjklmnpqrstvwxz0123456789";
const PLUGIN_DIGITS_LEN: usize = 5;
/// How many names a row shows.
const NAMES_MAX: usize = 10;

/// The rows about nodes.
pub(super) fn rows(facts: &JenkinsFacts, nodes: &[SurveyedNode]) -> Vec<Row> {
    let mut rows = vec![lookouts(facts, nodes)];
    rows.extend(left(&facts.owner, nodes));
    rows.push(of_plugin(&facts.clouds, nodes));
    rows
}

fn row(what: &str, verdict: Verdict, found: impl Into<String>) -> Row {
    Row::new(Area::Jenkins, what, verdict, found)
}

fn lookouts(facts: &JenkinsFacts, nodes: &[SurveyedNode]) -> Row {
    match facts.labels {
        LabelSource::Script => return row("lookouts", Verdict::Ok, "not needed with `--labels script`"),
        LabelSource::Why => {}
    }
    let listed: Vec<_> = nodes.iter().map(|node| node.listed.clone()).collect();
    let changes = changes(&facts.owner, &facts.lookouts, &listed);
    if !changes.taken.is_empty() {
        let names = names(changes.taken.iter().map(|name| name.as_str()));
        return row(
            "lookouts",
            Verdict::Warning,
            format!("nodes of somebody else's have their names: {names}"),
        )
        .advice("delete or rename those nodes: the labels of Pipelines stay hidden without the lookouts");
    }
    let stand =
        nodes.iter().filter(|it| it.listed.kind == NodeKind::Lookout && it.is_of(&facts.owner)).count();
    let wanted = facts.lookouts.len();
    let found = match (stand, wanted) {
        (0, _) => format!("none stands; {wanted} are made once a Pipeline waits"),
        (_, _) => format!("{stand} stand, of {wanted} that there may be"),
    };
    row("lookouts", Verdict::Ok, found)
}

/// Agents and lookouts that another owner made: no daemon but his own takes them away.
fn left(owner: &OwnerId, nodes: &[SurveyedNode]) -> Vec<Row> {
    let mut others: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut unreadable = Vec::new();
    for node in nodes.iter().filter(|node| node.listed.kind != NodeKind::Foreign) {
        let name = node.listed.node.name.as_str();
        match node.owner() {
            Some(other) if other != owner.as_str() => {
                others.entry(other.into_owned()).or_default().push(name)
            }
            Some(_) => {}
            None => unreadable.push(name),
        }
    }
    let mut rows = Vec::new();
    if others.is_empty() {
        rows.push(row("nodes of other owners", Verdict::Ok, "none"));
    }
    for (other, names_of) in others {
        let found = format!("{} of owner `{other}`: {}", counted(names_of.len(), "node"), names(names_of));
        rows.push(row("nodes of other owners", Verdict::Warning, found).advice(format!(
            "if no footmand works as `{other}` any more, nobody takes them away: delete them, or start one with that `owner`"
        )));
    }
    if !unreadable.is_empty() {
        let found = format!(
            "{} with a description that is not understood: {}",
            counted(unreadable.len(), "node"),
            names(unreadable)
        );
        rows.push(
            row("nodes of nobody", Verdict::Warning, found)
                .advice("somebody edited them, or another version made them: delete them when they are idle"),
        );
    }
    rows
}

/// The plugin beside us on the same labels makes an agent for a build that we make one for.
fn of_plugin(clouds: &[Arc<str>], nodes: &[SurveyedNode]) -> Row {
    let found: Vec<&str> = nodes
        .iter()
        .filter(|node| is_plugins(clouds, node))
        .map(|node| node.listed.node.name.as_str())
        .collect();
    if found.is_empty() {
        return row("the ECS plugin's nodes", Verdict::Ok, "none stands");
    }
    let found = format!("{} looks like its own: {}", counted(found.len(), "node"), names(found));
    row("the ECS plugin's nodes", Verdict::Warning, found).advice(
        "take the cloud out of Jenkins before footmand serves the same labels, or builds get two agents each; the nodes go once \
         their builds have ended",
    )
}

/// A cloud of Jenkins' own on the same labels makes an agent for a build that we make one for.
pub(super) fn clouds(found: &Result<Vec<(String, Vec<String>)>, String>) -> Row {
    let what = "other clouds on the same labels";
    let found = match found {
        Ok(found) => found,
        Err(why) => return row(what, Verdict::NotChecked, why),
    };
    let active: Vec<String> = found
        .iter()
        .filter(|(_, classes)| !classes.is_empty())
        .map(|(label, classes)| {
            let named = |class: &String| match class.strip_prefix(PLUGIN_PACKAGE) {
                Some(_) => "the ECS plugin's".to_owned(),
                None if class.is_empty() => "of an unknown class".to_owned(),
                None => class.clone(),
            };
            format!("{label} ({})", classes.iter().map(named).collect::<Vec<_>>().join(", "))
        })
        .collect();
    if active.is_empty() {
        return row(what, Verdict::Ok, format!("none, for {}", counted(found.len(), "label")));
    }
    let found = format!("still active for {}", names(active.iter().map(String::as_str)));
    row(what, Verdict::Warning, found).advice(
        "take these labels out of that cloud, or the cloud out of Jenkins, or builds get two agents each",
    )
}

fn is_plugins(clouds: &[Arc<str>], node: &SurveyedNode) -> bool {
    let name = node.listed.node.name.as_str();
    if node.class.starts_with(PLUGIN_PACKAGE) {
        return true;
    }
    let is_foreign = node.listed.kind == NodeKind::Foreign && AgentName::parse(name).is_none();
    is_foreign && clouds.iter().any(|cloud| has_plugins_name(cloud, name))
}

/// `CLOUD-LABEL-DIGITS`, where the label may be any text.
fn has_plugins_name(cloud: &str, name: &str) -> bool {
    let rest = name.strip_prefix(cloud).and_then(|rest| rest.strip_prefix('-'));
    let Some((label, digits)) = rest.and_then(|rest| rest.rsplit_once('-')) else { return false };
    !label.is_empty()
        && digits.len() == PLUGIN_DIGITS_LEN
        && digits.chars().all(|it| PLUGIN_DIGITS.contains(it))
}

/// The first of these names.
fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let all: Vec<&str> = names.into_iter().collect();
    let shown = all.iter().copied().take(NAMES_MAX).collect::<Vec<_>>().join(", ");
    match all.len().checked_sub(NAMES_MAX) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::jenkins::tests, *};
    use crate::jenkins::{lookouts::wanted, survey};
    use footman_core::{Timestamp, description::Description, label::LabelSet, units::Size};
    use serde_json::json;

    /// Nodes of these names and descriptions, each of a class.
    fn nodes(of: &[(&str, &str, &str)]) -> Vec<SurveyedNode> {
        let computers: Vec<_> = of
            .iter()
            .map(|(name, description, class)| {
                json!({
                    "_class": class, "displayName": name, "description": description, "idle": true, "offline": true,
                    "temporarilyOffline": false, "numExecutors": 1, "assignedLabels": [{"name": name}], "executors": [{}],
                })
            })
            .collect();
        survey::nodes(json!({ "computer": computers }).to_string().as_bytes()).unwrap()
    }

    /// The description of an agent of this owner's.
    fn agent(owner: &str) -> String {
        let described = Description {
            owner: owner.into(),
            cloud: "ecs".into(),
            template: "java".into(),
            size: Size::default(),
            decided: Timestamp::EPOCH,
            session: None,
        };
        described.to_string()
    }

    #[test]
    fn what_another_owner_left_is_named() {
        let (mine, others) = (agent("prod"), agent("old"));
        let damaged = mine.replace("cpu", "cups");
        let class = "hudson.slaves.SlaveComputer";
        let nodes = nodes(&[
            ("built-in", "", "hudson.model.Hudson$MasterComputer"),
            ("a", &mine, class),
            ("b", &others, class),
            ("c", &others, class),
            ("d", &damaged, class),
        ]);
        let rows = left(&OwnerId::from("prod"), &nodes);
        let found: Vec<_> = rows.iter().map(|row| (row.verdict, &*row.found)).collect();
        let want = [
            (Verdict::Warning, "2 nodes of owner `old`: b, c"),
            (Verdict::Warning, "1 node with a description that is not understood: d"),
        ];
        assert_eq!(found, want);
        let none = left(&OwnerId::from("prod"), &nodes[..1]);
        assert_eq!(none.iter().map(|row| row.verdict).collect::<Vec<_>>(), [Verdict::Ok]);
    }

    #[test]
    fn a_cloud_on_the_same_labels_is_named() {
        let of = |label: &str, classes: &[&str]| {
            (label.to_owned(), classes.iter().map(|class| (*class).to_owned()).collect::<Vec<_>>())
        };
        let plugin = format!("{PLUGIN_PACKAGE}ECSCloud");
        let table = [
            (Ok(vec![of("a", &[]), of("b&&c", &[])]), Verdict::Ok, "none, for 2 labels"),
            (
                Ok(vec![of("a", &[]), of("b&&c", &[&plugin])]),
                Verdict::Warning,
                "still active for b&&c (the ECS plugin's)",
            ),
            (
                Ok(vec![of("a", &["x.Cloud", ""])]),
                Verdict::Warning,
                "still active for a (x.Cloud, of an unknown class)",
            ),
            (Err("403".to_owned()), Verdict::NotChecked, "403"),
        ];
        for (found, verdict, words) in table {
            let row = clouds(&found);
            assert_eq!((row.verdict, &*row.found), (verdict, words));
        }
    }

    #[test]
    fn the_plugins_nodes_are_known_by_their_class_or_by_their_name() {
        let (jnlp, plugin) = ("hudson.slaves.SlaveComputer", format!("{PLUGIN_PACKAGE}ECSComputer"));
        let mine = agent("prod");
        // name, description, class => whether it looks like the plugin's
        let table = [
            ("whatever", "", plugin.as_str(), true),
            ("ecs-docker linux-0bcd9", "", jnlp, true),
            ("ecs-docker-0bcd9", "", "", true),
            ("ecs-docker-0bcda", "", jnlp, false),
            ("ecs-docker-0bcd", "", jnlp, false),
            ("ecs-0bcd9", "", jnlp, false),
            ("other-docker-0bcd9", "", jnlp, false),
            ("ecs-docker-0bcd9", &mine, jnlp, false),
        ];
        for (name, description, class, want) in table {
            let row = of_plugin(&["ecs".into()], &nodes(&[(name, description, class)]));
            let verdict = if want { Verdict::Warning } else { Verdict::Ok };
            assert!(row.verdict == verdict && row.found.contains(name) == want, "{name} {class}: {row:?}");
        }
    }

    #[test]
    fn lookouts_stand_are_to_come_are_taken_or_are_not_needed() {
        let both = wanted(&OwnerId::from("prod"), [&LabelSet::new(["docker"])]);
        let facts =
            |labels| JenkinsFacts { lookouts: both.clone(), labels, ..tests::facts(Ok(tests::check())) };
        let class = "hudson.slaves.SlaveComputer";
        let (name, description) = (both[0].name.as_str(), &*both[0].description);
        let table = [
            (LabelSource::Why, "", Verdict::Ok, "2 are made once a Pipeline waits"),
            (LabelSource::Why, description, Verdict::Ok, "1 stand, of 2"),
            (LabelSource::Why, "mine", Verdict::Warning, name),
            (LabelSource::Script, "", Verdict::Ok, "not needed"),
        ];
        for (labels, description, verdict, said) in table {
            let nodes =
                if description.is_empty() { Vec::new() } else { nodes(&[(name, description, class)]) };
            let row = lookouts(&facts(labels), &nodes);
            assert!(row.verdict == verdict && row.found.contains(said), "{row:?}");
        }
    }

    #[test]
    fn many_names_are_cut() {
        assert_eq!(names(["a", "b"]), "a, b");
        assert_eq!(names(vec!["a"; NAMES_MAX + 2]), format!("{} and 2 more", ["a"; NAMES_MAX].join(", ")));
    }
}
