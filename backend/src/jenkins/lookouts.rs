//! Which lookout nodes there should be: nodes that never connect and whose only purpose is that Jenkins shows labels.
//!
//! With a single node that has a label Jenkins shows the node's name in place of the label, and with none at all nothing
//! (`Queue.BuildableItem.getCauseOfBlockage`). Two nodes of each label set that templates have make the label of every item
//! that those templates can serve readable: from zero agents, beside busy ones, and after a crash (tried on Jenkins
//! 2.263.4). They take no build: nothing connects to them.
//!
//! They stand only where they are needed, which is where items with a hidden label come. Must stay pure: no I/O, no clock.

use super::listing::{ListedNode, NodeKind, stable_hash};
use footman_core::{
    Millis,
    id::{NodeName, OwnerId},
    label::LabelSet,
    time::Timestamp,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A node that never connects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookout {
    /// Its name: a function of the owner and the labels, so that a restarted daemon knows it again.
    pub name: NodeName,
    /// Its labels, those of a template.
    pub labels: LabelSet,
    /// What tells people and daemons what it is.
    pub description: Arc<str>,
}

/// What to change so that the right lookouts stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LookoutChanges {
    /// Lookouts to create.
    pub create: Vec<Lookout>,
    /// Nodes to delete, all of them lookouts of ours.
    pub delete: Vec<NodeName>,
    /// Names of lookouts that a node has that is none: it is left alone, and its labels are not watched.
    pub taken: Vec<NodeName>,
}

impl LookoutChanges {
    /// How many lookouts are created and how many deleted at once: more would crowd out the requests for agents.
    pub const AT_ONCE_MAX: usize = 4;

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.create.is_empty() && self.delete.is_empty()
    }
}

/// What begins the description of a lookout; the number is that of the format. It is no beginning of an agent's, so the
/// core takes a lookout for a node that is not ours and not online.
const START: &str = "footman-lookout/1 owner=";

impl Lookout {
    /// How many of each label set: the least that makes Jenkins show a label and not a node's name.
    pub const EACH: u8 = 2;

    /// The `number`-th lookout of `labels`.
    ///
    /// No agent's name has an underscore ([`footman_core::name`]), so no lookout's is one.
    fn new(owner: &OwnerId, labels: &LabelSet, number: u8) -> Self {
        // No owner id holds a blank.
        let hash = stable_hash(&format!("{owner} {labels}")) >> 32;
        Self {
            name: NodeName::new(format!("footman_lookout-{hash:08x}-{number}")),
            labels: labels.clone(),
            description: format!(
                "{START}{owner} never connects: with it Jenkins shows which label waiting Pipelines want"
            )
            .into(),
        }
    }

    /// The owner of the lookout with this description; `None` where it is no lookout's.
    pub fn owner(description: &str) -> Option<&str> {
        let rest = description.strip_prefix(START)?;
        Some(rest.split_once(' ').map_or(rest, |(owner, _)| owner))
    }
}

/// The lookouts that templates of these label sets need: two for each set.
///
/// A template without labels needs one node to be there, whichever: where all are so, that is one lookout.
pub fn wanted<'a>(owner: &OwnerId, templates: impl IntoIterator<Item = &'a LabelSet>) -> Vec<Lookout> {
    let sets: BTreeSet<&LabelSet> = templates.into_iter().collect();
    let labelled: Vec<&LabelSet> = sets.iter().copied().filter(|labels| !labels.is_empty()).collect();
    if labelled.is_empty() {
        return sets.into_iter().map(|none| Lookout::new(owner, none, 1)).collect();
    }
    let both = |labels| (1..=Lookout::EACH).map(move |number| Lookout::new(owner, labels, number));
    labelled.into_iter().flat_map(both).collect()
}

/// The lookouts of this owner among the nodes.
pub fn of(owner: &OwnerId, listed: &[ListedNode]) -> Vec<NodeName> {
    let ours = listed.iter().filter(|listed| is_ours(owner, listed));
    ours.map(|listed| listed.node.name.clone()).collect()
}

fn is_ours(owner: &OwnerId, ListedNode { node, kind, .. }: &ListedNode) -> bool {
    let description = node.description.as_deref().unwrap_or_default();
    *kind == NodeKind::Lookout && Lookout::owner(description) == Some(owner.as_str())
}

/// What to change, given a whole listing of the nodes; `wanted` is empty where no lookouts are needed.
///
/// A lookout whose labels somebody changed is deleted, and created anew with the next listing. One that is not idle is left:
/// somebody connected an agent to it.
pub fn changes(owner: &OwnerId, wanted: &[Lookout], listed: &[ListedNode]) -> LookoutChanges {
    let wanted: BTreeMap<&NodeName, &Lookout> =
        wanted.iter().map(|lookout| (&lookout.name, lookout)).collect();
    let mut changes = LookoutChanges::default();
    let mut standing = BTreeSet::new();
    for listed in listed {
        let (node, is_ours) = (&listed.node, is_ours(owner, listed));
        let lookout = wanted.get(&node.name);
        if lookout.is_some() {
            standing.insert(&node.name);
        }
        let is_right = lookout.is_some_and(|lookout| lookout.labels == node.labels);
        if is_ours && !is_right && node.idle && changes.delete.len() < LookoutChanges::AT_ONCE_MAX {
            changes.delete.push(node.name.clone());
        } else if !is_ours && lookout.is_some() {
            changes.taken.push(node.name.clone());
        }
    }
    let missing = wanted.values().filter(|lookout| !standing.contains(&lookout.name));
    changes.create = missing.take(LookoutChanges::AT_ONCE_MAX).map(|&lookout| lookout.clone()).collect();
    changes
}

/// Whether lookouts are needed: from the first item with a hidden label on, until none came for [`Self::KEPT_FOR`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LookoutNeed {
    last: Option<Timestamp>,
}

impl LookoutNeed {
    /// How long lookouts stay after the last item with a hidden label: a night and a weekend without Pipelines are no
    /// reason to read the first ones of Monday late.
    pub const KEPT_FOR: Millis = Millis::from_hours(7 * 24);

    /// Takes note of one poll. Lookouts that stand when a daemon starts were needed before, so they count as if an item had
    /// just been seen.
    pub fn note(&mut self, now: Timestamp, has_hidden: bool, listed: &[ListedNode]) {
        let stand = || listed.iter().any(|node| node.kind == NodeKind::Lookout);
        if has_hidden || (self.last.is_none() && stand()) {
            self.last = Some(now);
        }
    }

    /// Whether they are needed at `now`.
    pub fn is_there(self, now: Timestamp) -> bool {
        self.last.is_some_and(|last| now.since(last) < Self::KEPT_FOR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use footman_core::{
        description::{Description, Reading},
        event::Node,
        name::AgentName,
    };

    fn owner() -> OwnerId {
        OwnerId::from("prod")
    }

    fn set(labels: &[&str]) -> LabelSet {
        LabelSet::new(labels.iter().copied())
    }

    fn listed(lookout: &Lookout) -> ListedNode {
        let node = Node {
            name: lookout.name.clone(),
            description: Some(Arc::clone(&lookout.description)),
            labels: lookout.labels.clone(),
            exclusive: true,
            online: false,
            temporarily_offline: false,
            idle: true,
            executors: 1,
            busy: 0,
            running: [].into_iter().collect(),
            runs: [].into_iter().collect(),
        };
        ListedNode { node, kind: NodeKind::Lookout, hides_build: false }
    }

    #[test]
    fn each_label_set_has_two_and_equal_ones_have_them_together() {
        let count = |sets: &[LabelSet]| wanted(&owner(), sets).len();
        let (docker, gpu, none) = (set(&["docker", "linux"]), set(&["gpu"]), set(&[]));
        let table = [
            (vec![], 0),
            (vec![docker.clone()], 2),
            (vec![docker.clone(), docker.clone()], 2),
            (vec![docker.clone(), gpu.clone()], 4),
            (vec![docker, none.clone(), gpu], 4),
            (vec![none.clone(), none], 1),
        ];
        for (sets, lookouts) in table {
            assert_eq!(count(&sets), lookouts, "{sets:?}");
        }
    }

    #[test]
    fn a_lookout_is_taken_neither_for_an_agent_nor_for_another_owners() {
        let names = |owner: &str, labels: &[&str]| -> Vec<String> {
            let wanted = wanted(&OwnerId::from(owner), &[set(labels)]);
            wanted.iter().map(|lookout| lookout.name.to_string()).collect()
        };
        // Committed, for lookouts outlive the daemon that made them.
        let mine = names("prod", &["docker", "linux"]);
        assert_eq!(mine, ["footman_lookout-8faf893b-1", "footman_lookout-8faf893b-2"]);
        for other in [names("test", &["docker", "linux"]), names("prod", &["docker"])] {
            assert!(mine.iter().all(|name| !other.contains(name)), "{other:?}");
        }
        for lookout in wanted(&owner(), &[set(&["docker"])]) {
            assert_eq!(AgentName::parse(lookout.name.as_str()), None);
            assert_eq!(Description::parse(&lookout.description), Reading::Foreign);
            assert_eq!(Lookout::owner(&lookout.description), Some("prod"));
        }
        for foreign in ["", "footman-lookout", "footman/1 owner=prod", "my footman-lookout/1 owner=prod"] {
            assert_eq!(Lookout::owner(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn what_is_missing_is_made_and_what_is_not_wanted_goes() {
        let both = wanted(&owner(), &[set(&["docker"])]);
        let all: Vec<ListedNode> = both.iter().map(listed).collect();
        let names = |changes: &LookoutChanges| {
            let created = changes.create.iter().map(|lookout| lookout.name.clone()).collect::<Vec<_>>();
            (created, changes.delete.clone())
        };
        let name = |at: usize| both[at].name.clone();
        let of = |wanted: &[Lookout], listed: &[ListedNode]| names(&changes(&owner(), wanted, listed));
        assert_eq!(of(&both, &[]), (vec![name(0), name(1)], vec![]));
        assert_eq!(of(&both, &all[..1]), (vec![name(1)], vec![]));
        assert_eq!(of(&both, &all), (vec![], vec![]));
        assert_eq!(of(&[], &all), (vec![], vec![name(0), name(1)]));
        // Somebody changed its labels: it goes first, and is made anew when it is gone.
        let mut edited = all.clone();
        edited[0].node.labels = set(&["other"]);
        assert_eq!(of(&both, &edited), (vec![], vec![name(0)]));
        // Somebody works on it.
        edited[0].node.idle = false;
        assert_eq!(of(&both, &edited), (vec![], vec![]));
        // Another daemon's are none of ours.
        let others: Vec<ListedNode> =
            wanted(&OwnerId::from("test"), &[set(&["docker"])]).iter().map(listed).collect();
        assert_eq!(of(&[], &others), (vec![], vec![]));
        assert_eq!(super::of(&owner(), &others), []);
        assert_eq!(super::of(&owner(), &edited), [name(0), name(1)], "whatever was made of it, it is ours");
    }

    #[test]
    fn a_name_that_somebody_took_is_left_and_told() {
        let both = wanted(&owner(), &[set(&["docker"])]);
        let mut taken = listed(&both[0]);
        (taken.kind, taken.node.description) = (NodeKind::Foreign, Some("mine".into()));
        let changes = changes(&owner(), &both, &[taken, listed(&both[1])]);
        assert_eq!(
            changes,
            LookoutChanges { taken: vec![both[0].name.clone()], ..LookoutChanges::default() }
        );
        assert!(changes.is_empty());
    }

    #[test]
    fn many_are_made_a_few_at_a_time() {
        let sets: Vec<LabelSet> = (0..10).map(|at| set(&[&format!("l{at}")])).collect();
        let many = wanted(&owner(), &sets);
        let mut standing: Vec<ListedNode> = Vec::new();
        let mut polls = 0;
        loop {
            let next = changes(&owner(), &many, &standing);
            if next.is_empty() {
                break;
            }
            assert!(next.create.len() <= LookoutChanges::AT_ONCE_MAX && next.delete.is_empty());
            standing.extend(next.create.iter().map(listed));
            polls += 1;
        }
        assert_eq!((standing.len(), polls), (20, 5));
        assert_eq!(changes(&owner(), &[], &standing).delete.len(), LookoutChanges::AT_ONCE_MAX);
    }

    #[test]
    fn lookouts_are_needed_while_items_with_hidden_labels_come() {
        let at = |hours: i64| Timestamp::from_millis(hours * 3_600_000);
        let kept = i64::try_from(LookoutNeed::KEPT_FOR.as_millis() / 3_600_000).unwrap();
        let mut need = LookoutNeed::default();
        need.note(at(0), false, &[]);
        assert!(!need.is_there(at(0)), "no Pipeline, no lookouts");
        need.note(at(1), true, &[]);
        assert!(need.is_there(at(1)) && need.is_there(at(kept)));
        need.note(at(kept), false, &[]);
        assert!(!need.is_there(at(1 + kept)));
        // After a restart of the daemon those that stand are kept for as long.
        let standing = [listed(&wanted(&owner(), &[set(&["docker"])])[0])];
        let mut need = LookoutNeed::default();
        need.note(at(0), false, &standing);
        need.note(at(5), false, &standing);
        assert!(need.is_there(at(kept - 1)) && !need.is_there(at(kept)));
    }
}
