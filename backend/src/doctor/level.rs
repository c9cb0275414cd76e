//! The levels at which Footman works with a Jenkins, and which of them there are.

use crate::jenkins::check::{Check, Permission, Verdict as Right};

/// What Footman has in a Jenkins; all but the guard file are rights, each more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Its name.
    pub name: &'static str,
    /// The rights that it has besides those of the level before.
    pub rights: &'static str,
    /// What it is worth.
    pub worth: &'static str,
    /// Whether the user has it; `None` where that cannot be told without a change.
    pub held: Option<bool>,
}

/// The levels, with what is known of this user; empty where nothing is known of him.
pub(super) fn levels(check: Option<&Check>, guard: Option<bool>) -> Vec<Level> {
    let Some(check) = check else { return Vec::new() };
    let right = |permission| match check.verdict(permission) {
        Some(Right::Held) => Some(true),
        Some(Right::Missing(_)) => Some(false),
        Some(Right::Unproven(_)) | None => None,
    };
    let administers = right(Permission::OverallAdminister) == Some(true);
    // Agent/Disconnect and Agent/Delete cannot be tried: a user with all that can has this level as far as it is seen.
    let seen =
        [Permission::OverallRead, Permission::JobRead, Permission::AgentCreate, Permission::AgentConnect]
            .map(right);
    let rest = if administers || seen.iter().all(|it| *it == Some(true)) {
        Some(true)
    } else if seen.contains(&Some(false)) {
        Some(false)
    } else {
        None
    };
    // Agent/Configure implies Agent/ExtendedRead, and not the other way about.
    let configures = match (administers, rest, right(Permission::AgentExtendedRead)) {
        (true, _, _) => Some(true),
        (false, Some(false), _) | (false, _, Some(false)) => Some(false),
        (false, Some(true) | None, Some(true) | None) => None,
    };
    vec![
        Level {
            name: "REST alone",
            rights: "Overall/Read, Job/Read, Agent/Create, Agent/Connect, Agent/Disconnect, Agent/Delete",
            worth: "a busy agent is closed by marking it offline: a Pipeline waits one poll longer after a restart of Jenkins, \
                    and its node is open to others meanwhile",
            held: rest,
        },
        Level {
            name: "with Agent/Configure",
            rights: "and Agent/Configure",
            worth: "a busy agent is closed by emptying its labels: a Pipeline goes on there after a restart; nodes name \
                    their tasks",
            held: configures,
        },
        Level {
            name: "with the guard file",
            rights: "no right more: a file on the controller's disk",
            worth: "exactly one build for an agent that is for one, however short; `retry(conditions: [agent()])` at once; \
                    the administrator trusts the file",
            held: guard,
        },
        Level {
            name: "with the script",
            rights: "and Overall/Administer",
            worth: "labels of Pipelines are exact without lookouts; whoever has the token may do everything",
            held: right(Permission::OverallAdminister),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::{
        super::jenkins::tests::{check, with},
        *,
    };

    #[test]
    fn a_level_is_held_missing_or_unknown() {
        let (yes, no, unknown) = (Some(true), Some(false), None);
        let missing = || Right::Missing("403: no".into());
        let table = [
            (check(), [yes, no, no, no]),
            (with(Permission::AgentExtendedRead, Right::Held), [yes, unknown, yes, no]),
            (with(Permission::AgentExtendedRead, Right::Unproven("no node")), [yes, unknown, unknown, no]),
            (with(Permission::AgentConnect, Right::Unproven("no node")), [unknown, no, no, no]),
            (with(Permission::JobRead, missing()), [no, no, no, no]),
            (with(Permission::OverallAdminister, Right::Held), [yes, yes, no, yes]),
        ];
        for (check, want) in table {
            let levels = levels(Some(&check), want[2]);
            let held: Vec<_> = levels.iter().map(|level| level.held).collect();
            assert_eq!(held, want, "{:?}", check.permissions);
        }
        assert!(levels(None, yes).is_empty());
    }
}
