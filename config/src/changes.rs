//! What differs between two configurations, for those who reload one.

use crate::{loaded::EffectiveCloud, loaded::Loaded, plugin::Row};
use std::{collections::BTreeSet, fmt};

/// One value that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it belongs to: `cloud/template`, a cloud, or nothing for what belongs to all.
    pub subject: String,
    /// The key, or `template` and `cloud` where a whole one came or went.
    pub key: &'static str,
    /// The value before; nothing where there was none.
    pub old: String,
    /// The value after it.
    pub new: String,
    /// What it means for agents that there are.
    pub effect: Effect,
}

/// What a change means for agents that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Nothing: it counts from now on, for all.
    AtOnce,
    /// They stay as they were made; those that are made from now on are others.
    NewAgents,
    /// They would no longer be found: none may be left before it.
    Drain,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtOnce => "at once",
            Self::NewAgents => "new agents only",
            Self::Drain => "needs drain",
        })
    }
}

/// Keys of a cloud by which its agents are found; with others in their place they would not be.
const FOUND_BY: [&str; 2] = ["regionName", "cluster"];
/// Keys of templates and clouds that decide how many agents there are, when and for whom, and not what they are.
const OF_NUMBERS: [&str; 11] = [
    "limit",
    "rank",
    "minIdle",
    "allowJobs",
    "activeHours",
    "pricePerHour",
    "imageSize",
    "maxAgents",
    "slaveTimeoutInSeconds",
    "taskPollingIntervalInSeconds",
    "allowedOverrides",
];

/// Keys whose values may be secrets: that they differ is said, and not in what.
const NOT_SHOWN: [&str; 2] = ["environments", "logDriverOptions"];
/// What stands in place of such a value.
const HIDDEN: &str = "(not shown)";

/// What differs in `new` from `old`, in the order of the configuration: what belongs to all, then cloud by cloud.
pub fn changes(old: &Loaded, new: &Loaded) -> Vec<Change> {
    let mut found = Vec::new();
    let of_all = |key: &str| if key == "owner" { Effect::Drain } else { Effect::AtOnce };
    compare("", &old.settings, &new.settings, of_all, &mut found);
    let names: BTreeSet<&str> = old.clouds.iter().chain(&new.clouds).map(|cloud| &*cloud.name).collect();
    for name in names {
        let of = |loaded: &'_ Loaded| loaded.clouds.iter().position(|cloud| &*cloud.name == name);
        let clouds = (of(old).map(|at| &old.clouds[at]), of(new).map(|at| &new.clouds[at]));
        match clouds {
            (Some(before), Some(after)) => cloud(before, after, &mut found),
            // Without its cloud an agent's cluster is looked at no more.
            (Some(_), None) => found.push(whole(name.to_owned(), "cloud", "there", "", Effect::Drain)),
            (None, _) => found.push(whole(name.to_owned(), "cloud", "", "there", Effect::NewAgents)),
        }
    }
    found
}

fn cloud(old: &EffectiveCloud, new: &EffectiveCloud, found: &mut Vec<Change>) {
    let effect = |key: &str| if FOUND_BY.contains(&key) { Effect::Drain } else { effect_of(key) };
    let rows = |cloud: &EffectiveCloud| [cloud.fields.rows(), cloud.footman.clone()].concat();
    compare(&old.name, &rows(old), &rows(new), effect, found);
    let templates = old.templates.iter().chain(&new.templates);
    let names: BTreeSet<&str> = templates.map(|template| &*template.name).collect();
    for name in names {
        let of = |cloud: &EffectiveCloud| {
            let template = cloud.templates.iter().find(|template| &*template.name == name)?;
            Some([template.fields.rows(), template.footman.clone()].concat())
        };
        let subject = format!("{}/{name}", old.name);
        match (of(old), of(new)) {
            (Some(before), Some(after)) => compare(&subject, &before, &after, effect_of, found),
            // Its agents are those of an unknown template from then on, which are taken out of service after their builds.
            (Some(_), None) => found.push(whole(subject, "template", "there", "", Effect::NewAgents)),
            (None, _) => found.push(whole(subject, "template", "", "there", Effect::NewAgents)),
        }
    }
}

fn effect_of(key: &str) -> Effect {
    if OF_NUMBERS.contains(&key) { Effect::AtOnce } else { Effect::NewAgents }
}

fn whole(subject: String, key: &'static str, old: &str, new: &str, effect: Effect) -> Change {
    Change { subject, key, old: old.to_owned(), new: new.to_owned(), effect }
}

/// Rows of one table, of which both have the same.
fn compare(
    subject: &str,
    old: &[Row],
    new: &[Row],
    effect: impl Fn(&str) -> Effect,
    found: &mut Vec<Change>,
) {
    for (before, after) in old.iter().zip(new).filter(|(before, after)| before.value != after.value) {
        assert_eq!(before.key, after.key, "a table has the same rows each time");
        let shown =
            |row: &Row| if NOT_SHOWN.contains(&row.key) { HIDDEN.to_owned() } else { row.value.clone() };
        found.push(Change {
            subject: subject.to_owned(),
            key: before.key,
            old: shown(before),
            new: shown(after),
            effect: effect(before.key),
        });
    }
}
