//! Works out which label each queue item wants.
//!
//! A job shows its label. A Pipeline's step and a matrix's cell do not: theirs is read from `why`, which shows it except
//! where no node at all is there, or where a single node has it, whose name then stands in its place. So a label that was
//! read once is remembered as long as its item is queued, and a node's name is led back to the label that it hides where
//! that can be done without guessing. What cannot be read is [`ItemLabel::Unknown`]: an agent for a guessed label would
//! take nothing and cost money.
//!
//! Must stay pure: no I/O, no clock.

use super::{
    listing::{CONTROLLERS, ListedItem, ListedNode, NodeKind, Task},
    why::{self, Clue},
};
use footman_core::{
    event::{ItemLabel, ItemState, QueueItem},
    id::QueueItemId,
    label::{LabelExpression, LabelSet},
    name::AgentName,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The labels of all items by the controller's own account (`/scriptText`), where the user may ask for it: `None` for an
/// item without a label.
pub type ExactLabels = BTreeMap<QueueItemId, Option<Arc<str>>>;

/// The labels that were read of items which are still queued.
#[derive(Debug, Clone, Default)]
pub struct LabelMemory {
    known: BTreeMap<QueueItemId, Arc<str>>,
}

/// The items of one look at the queue, with their labels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelledItems {
    /// What the core is told, in the order of the ids. Items that take no executor of a node are left out.
    pub items: Vec<QueueItem>,
    /// How many of them wait for an executor and have a label that could not be read.
    pub unknown: u32,
    /// The first texts that were not understood, at most [`Self::UNREADABLE_MAX`].
    pub unreadable: Vec<String>,
    /// Whether one of them is of a kind whose label only `why` shows.
    pub has_hidden: bool,
    /// Whether the items that wait for an executor say that Jenkins shuts down; `None` where none waits.
    pub shuts_down: Option<bool>,
}

impl LabelledItems {
    /// How many texts are kept to be shown to people.
    pub const UNREADABLE_MAX: usize = 5;
}

impl LabelMemory {
    /// How many labels are remembered; those of further items are read anew at each look.
    pub const ITEMS_MAX: usize = 20_000;

    /// Reads the labels of all items of a queue, with the nodes that were listed before it.
    pub fn read(
        &mut self,
        items: &[ListedItem],
        nodes: &[ListedNode],
        exact: Option<&ExactLabels>,
    ) -> LabelledItems {
        let nodes = Nodes::of(nodes);
        let mut read = LabelledItems::default();
        for item in items {
            let clue = why::read(&item.why);
            let waits = matches!(item.state, ItemState::Buildable { .. });
            if waits {
                let shuts_down = read.shuts_down.get_or_insert(false);
                *shuts_down |= clue == Clue::ShuttingDown;
            }
            let known = exact.and_then(|exact| exact.get(&item.id));
            let label = match &item.task {
                Task::Flyweight => continue,
                Task::Job { label } => label.as_deref().map_or(ItemLabel::Any, shown),
                Task::Hidden | Task::Strange if known.is_some() => {
                    known.and_then(Option::as_ref).map_or(ItemLabel::Any, expression)
                }
                Task::Hidden => self.hidden(item.id, clue, &nodes),
                // Such an item may be of any kind, also one that takes no executor: that it waits for any tells nothing.
                Task::Strange if clue == Clue::AnyOrHidden => self.remembered(item.id),
                Task::Strange => self.hidden(item.id, clue, &nodes),
            };
            read.has_hidden |= !matches!(item.task, Task::Job { .. });
            if label == ItemLabel::Unknown && waits {
                read.unknown = read.unknown.saturating_add(1);
                let is_strange = clue == Clue::Unreadable && !read.unreadable.contains(&item.why);
                if is_strange && read.unreadable.len() < LabelledItems::UNREADABLE_MAX {
                    read.unreadable.push(item.why.clone());
                }
            }
            let (id, state, in_queue_since) = (item.id, item.state, item.in_queue_since);
            let (job, run) = (item.origin.job.clone(), item.origin.run);
            read.items.push(QueueItem { id, label, state, in_queue_since, job, run });
        }
        read
    }

    /// Forgets the items that are not among `queued`, which must be a whole listing.
    pub fn prune(&mut self, queued: &[ListedItem]) {
        let queued: BTreeSet<QueueItemId> = queued.iter().map(|item| item.id).collect();
        self.known.retain(|id, _| queued.contains(id));
    }

    /// How many labels are remembered.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The label of an item that only `why` shows.
    fn hidden(&mut self, id: QueueItemId, clue: Clue<'_>, nodes: &Nodes<'_>) -> ItemLabel {
        match clue {
            Clue::Label(label) => self.learn(id, label),
            Clue::LabelOrNode(either) => match nodes.find(either) {
                Found::Nowhere => self.learn(id, either),
                Found::Ours | Found::Several => self.remembered(id),
                Found::Sole(node) => self.behind(id, node, nodes),
            },
            Clue::Node(name) => match nodes.by_name.get(name) {
                Some(node) => self.behind(id, node, nodes),
                None => self.remembered(id),
            },
            Clue::NoLabel => ItemLabel::Any,
            // Without a node that stays, the last one may have gone between the two listings, and with it the label.
            Clue::AnyOrHidden if nodes.one_stays && !self.known.contains_key(&id) => ItemLabel::Any,
            Clue::AnyOrHidden | Clue::Early | Clue::ShuttingDown | Clue::Silent | Clue::Unreadable => {
                self.remembered(id)
            }
        }
    }

    /// The label of an item whose `why` names the only node that has it.
    fn behind(&self, id: QueueItemId, node: &ListedNode, nodes: &Nodes<'_>) -> ItemLabel {
        let (name, labels) = (&node.node.name, &node.node.labels);
        // A name that was read before its node was listed was taken for a label, and is none.
        if let Some(label) = self.known.get(&id).filter(|label| ***label != *name.as_str()) {
            return expression(label);
        }
        // Whatever does not name the node cannot tell it from another one of the same labels, so this label does: a
        // continuation of a Pipeline after a restart. Nor can a label that a node without labels satisfies be anything else
        // that an agent could be launched for.
        if labels.is_empty() || nodes.is_twin(labels) {
            return ItemLabel::Expression(name.text());
        }
        match node.kind {
            // It has the labels of its template, so one more node of those satisfies the label too.
            NodeKind::Agent | NodeKind::Lookout => all_of(labels),
            NodeKind::Foreign => ItemLabel::Unknown,
        }
    }

    fn remembered(&self, id: QueueItemId) -> ItemLabel {
        self.known.get(&id).map_or(ItemLabel::Unknown, expression)
    }

    fn learn(&mut self, id: QueueItemId, label: &str) -> ItemLabel {
        match self.known.get(&id) {
            Some(known) if **known == *label => expression(known),
            known => {
                let text: Arc<str> = label.into();
                if known.is_some() || self.known.len() < Self::ITEMS_MAX {
                    self.known.insert(id, Arc::clone(&text));
                }
                ItemLabel::Expression(text)
            }
        }
    }
}

/// The nodes of a listing, as questions are asked of them.
struct Nodes<'a> {
    by_name: BTreeMap<&'a str, &'a ListedNode>,
    /// How many nodes have exactly these labels.
    twins: BTreeMap<&'a LabelSet, usize>,
    /// Whether a node is there that is not the controller and that no daemon deletes when its build is over.
    one_stays: bool,
}

/// What a name that may be a node's or a label is.
enum Found<'a> {
    /// No node has this name.
    Nowhere,
    /// It has the form of our agents' names and is not listed: a node that was made after the listing.
    Ours,
    /// The node of this name, and no other has it for a label.
    Sole(&'a ListedNode),
    /// The node of this name, and others that have it for a label.
    Several,
}

impl<'a> Nodes<'a> {
    fn of(nodes: &'a [ListedNode]) -> Self {
        let mut twins = BTreeMap::new();
        for listed in nodes {
            *twins.entry(&listed.node.labels).or_default() += 1;
        }
        let stays = |listed: &ListedNode| match listed.kind {
            NodeKind::Lookout => true,
            NodeKind::Agent => false,
            NodeKind::Foreign => !CONTROLLERS.contains(&listed.node.name.as_str()),
        };
        Self {
            by_name: nodes.iter().map(|listed| (listed.node.name.as_str(), listed)).collect(),
            twins,
            one_stays: nodes.iter().any(stays),
        }
    }

    fn find(&self, name: &str) -> Found<'a> {
        match self.by_name.get(name) {
            None if AgentName::parse(name).is_some() => Found::Ours,
            None => Found::Nowhere,
            Some(_) if self.by_name.values().any(|other| other.node.labels.contains(name)) => Found::Several,
            Some(node) => Found::Sole(node),
        }
    }

    fn is_twin(&self, labels: &LabelSet) -> bool {
        self.twins.get(labels).is_some_and(|&count| count > 1)
    }
}

fn expression(text: &Arc<str>) -> ItemLabel {
    ItemLabel::Expression(Arc::clone(text))
}

/// A label as it was typed into a job, as Jenkins shows it: so that the items of a job and those of a Pipeline with the same
/// label are of one kind.
fn shown(typed: &str) -> ItemLabel {
    ItemLabel::Expression(match LabelExpression::parse(typed) {
        Ok(parsed) => spelt(&parsed),
        // What Jenkins cannot read is a single label to it.
        Err(_) => typed.trim().into(),
    })
}

/// The expression that asks for all of `labels`.
fn all_of(labels: &LabelSet) -> ItemLabel {
    let atoms = labels.iter().map(|label| LabelExpression::Atom(Arc::clone(label)));
    let all = atoms.reduce(|all, next| LabelExpression::And(Box::new(all), Box::new(next)));
    all.map_or(ItemLabel::Unknown, |all| ItemLabel::Expression(spelt(&all)))
}

/// The text of an expression, as `why` has it: a single label has no quotes, unless it would then be read as something else.
fn spelt(expression: &LabelExpression) -> Arc<str> {
    if let LabelExpression::Atom(label) = expression
        && LabelExpression::parse_or_atom(label) == *expression
    {
        return Arc::clone(label);
    }
    expression.to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jenkins::task_url::Origin;
    use footman_core::{event::Node, time::Timestamp};

    const AGENT: &str = "ecs-java-b4b553-1k8627grr-0000000";

    fn node(name: &str, labels: &[&str], kind: NodeKind) -> ListedNode {
        let labels = LabelSet::new(labels.iter().copied());
        let node = Node {
            name: name.into(),
            description: None,
            labels,
            exclusive: true,
            online: false,
            temporarily_offline: false,
            idle: true,
            executors: 1,
            busy: 0,
            running: [].into_iter().collect(),
            runs: [].into_iter().collect(),
        };
        ListedNode { node, kind, hides_build: false }
    }

    fn item(id: u64, task: Task, why: &str) -> ListedItem {
        ListedItem {
            id: QueueItemId(id),
            state: ItemState::Buildable { since: Timestamp::EPOCH },
            in_queue_since: Timestamp::EPOCH,
            task,
            origin: Origin::default(),
            why: why.to_owned(),
        }
    }

    fn label_of(task: Task, why: &str, nodes: &[ListedNode]) -> ItemLabel {
        let mut read = LabelMemory::default().read(&[item(1, task, why)], nodes, None);
        read.items.remove(0).label
    }

    fn wants(label: &str) -> ItemLabel {
        ItemLabel::Expression(label.into())
    }

    #[test]
    fn a_job_shows_its_label_and_it_is_spelt_as_jenkins_spells_it() {
        let table = [
            (Some("docker && linux"), wants("docker&&linux")),
            (Some("docker"), wants("docker")),
            (Some("\"docker\""), wants("docker")),
            (Some("\"weird label\" || a+b"), wants("\"weird label\"||a+b")),
            // Quotes without which it would be another label stay.
            (Some("\"a&&b\""), wants("\"a&&b\"")),
            // As `why` shows it: Jenkins writes the quotes in an expression only.
            (Some("docker/cpu=2"), wants("docker/cpu=2")),
            (Some("docker &&"), wants("docker &&")),
            (None, ItemLabel::Any),
        ];
        for (typed, label) in table {
            let task = Task::Job { label: typed.map(Arc::from) };
            assert_eq!(label_of(task, "Waiting for next available executor", &[]), label, "{typed:?}");
        }
    }

    #[test]
    fn a_hidden_label_is_read_from_why_as_far_as_that_shows_it() {
        let (agent, lookout, foreign) = (NodeKind::Agent, NodeKind::Lookout, NodeKind::Foreign);
        let master = || node("master", &[], foreign);
        let docker = ["docker", "linux"];
        let waiting = "Waiting for next available executor";
        let on = |what: &str| format!("{waiting} on ‘{what}’");
        let offline = |what: &str| format!("‘{what}’ is offline");
        let table = [
            // The label is shown.
            ("There are no nodes with the label ‘gpu’".to_owned(), vec![master()], wants("gpu")),
            (on("docker||mac"), vec![master()], wants("docker||mac")),
            // No node but the controller: nothing is shown.
            (waiting.to_owned(), vec![master()], ItemLabel::Unknown),
            // Agents go away by themselves, so that the last of them may be gone when the queue is read.
            (waiting.to_owned(), vec![node(AGENT, &docker, agent)], ItemLabel::Unknown),
            // With a node that stays, a label would be shown.
            (waiting.to_owned(), vec![master(), node("look", &docker, lookout)], ItemLabel::Any),
            (waiting.to_owned(), vec![node("static", &[], foreign)], ItemLabel::Any),
            ("‘s’ is reserved for jobs with matching label expression".to_owned(), vec![], ItemLabel::Any),
            // One of ours has it: another one of its labels will do.
            (offline(AGENT), vec![node(AGENT, &docker, agent)], wants("docker&&linux")),
            (on(AGENT), vec![node(AGENT, &["docker/cpu=2"], agent)], wants("docker/cpu=2")),
            (offline("look"), vec![node("look", &docker, lookout)], wants("docker&&linux")),
            // One of somebody else's has it: which of its labels it is nobody can tell.
            (on("static"), vec![node("static", &docker, foreign)], ItemLabel::Unknown),
            // What tells a node from its twins is its name: a continuation.
            (offline(AGENT), vec![node(AGENT, &docker, agent), node("look", &docker, lookout)], wants(AGENT)),
            // So does what a closed agent satisfies, which has no label left.
            (on(AGENT), vec![node(AGENT, &[], agent)], wants(AGENT)),
            // Nodes that were made since the listing.
            (on("ecs-java-b4b553-1k8627grr-0000001"), vec![], ItemLabel::Unknown),
            (offline("new"), vec![], ItemLabel::Unknown),
            // The name of a node that others carry as a label.
            (on("gpu"), vec![node("gpu", &[], foreign), node("b", &["gpu"], foreign)], ItemLabel::Unknown),
            ("利用可能な次の".to_owned(), vec![], ItemLabel::Unknown),
        ];
        for (why, nodes, label) in table {
            assert_eq!(label_of(Task::Hidden, &why, &nodes), label, "{why} {nodes:?}");
        }
    }

    #[test]
    fn a_task_that_is_not_known_is_never_taken_for_one_without_a_label() {
        let nodes = [node("static", &[], NodeKind::Foreign)];
        let label = |why| label_of(Task::Strange, why, &nodes);
        assert_eq!(label("Waiting for next available executor"), ItemLabel::Unknown);
        assert_eq!(label("There are no nodes with the label ‘gpu’"), wants("gpu"));
    }

    #[test]
    fn a_label_is_remembered_until_its_item_leaves() {
        let mut memory = LabelMemory::default();
        let mut read = |why: &str| {
            let items = [item(7, Task::Hidden, why)];
            let label = memory.read(&items, &[], None).items.remove(0).label;
            (label, memory.len())
        };
        assert_eq!(read("In the quiet period. Expires in 3 sec"), (ItemLabel::Unknown, 0));
        assert_eq!(read("There are no nodes with the label ‘a||b’"), (wants("a||b"), 1));
        for hiding in
            ["‘n’ is offline", "Waiting for next available executor", "?", "Jenkins is about to shut down"]
        {
            assert_eq!(read(hiding), (wants("a||b"), 1), "{hiding}");
        }
        memory.prune(&[item(7, Task::Hidden, "")]);
        assert_eq!(memory.len(), 1);
        memory.prune(&[item(8, Task::Hidden, "")]);
        assert!(memory.is_empty());
    }

    #[test]
    fn a_name_that_was_taken_for_a_label_is_found_out_when_its_node_is_listed() {
        let mut memory = LabelMemory::default();
        let mut read = |nodes: &[ListedNode]| {
            let items = [item(7, Task::Hidden, "Waiting for next available executor on ‘new’")];
            memory.read(&items, nodes, None).items.remove(0).label
        };
        assert_eq!(read(&[]), wants("new"));
        assert_eq!(read(&[node("new", &["gpu"], NodeKind::Foreign)]), ItemLabel::Unknown);
    }

    #[test]
    fn the_memory_has_a_bound_and_the_reading_has_none() {
        let mut memory = LabelMemory::default();
        let id = |at: usize| u64::try_from(at).unwrap();
        let items: Vec<ListedItem> = (0..LabelMemory::ITEMS_MAX + 10)
            .map(|at| item(id(at), Task::Hidden, "There are no nodes with the label ‘a’"))
            .collect();
        let read = memory.read(&items, &[], None);
        assert_eq!(memory.len(), LabelMemory::ITEMS_MAX);
        assert!(read.items.iter().all(|item| item.label == wants("a")));
    }

    #[test]
    fn what_the_controller_says_itself_comes_before_what_why_shows() {
        let exact =
            ExactLabels::from([(QueueItemId(1), Some("docker&&linux".into())), (QueueItemId(2), None)]);
        let items = [
            item(1, Task::Hidden, "‘n’ is offline"),
            item(2, Task::Strange, "Waiting for next available executor"),
            item(3, Task::Hidden, "There are no nodes with the label ‘gpu’"), // came after the script ran
        ];
        let read = LabelMemory::default().read(&items, &[], Some(&exact));
        let labels: Vec<ItemLabel> = read.items.into_iter().map(|item| item.label).collect();
        assert_eq!(labels, [wants("docker&&linux"), ItemLabel::Any, wants("gpu")]);
    }

    #[test]
    fn what_could_not_be_read_is_counted_and_shown() {
        let blocked = ListedItem { state: ItemState::Blocked, ..item(9, Task::Hidden, "Blockiert") };
        let mut items =
            vec![blocked, item(10, Task::Flyweight, "Blockiert"), item(11, Task::Hidden, "‘n’ is offline")];
        items.extend((0..7).map(|at| item(20 + at, Task::Hidden, &format!("Text {}", at / 2 * 2 % 14))));
        let read = LabelMemory::default().read(&items, &[], None);
        // An item that is blocked needs no label yet, and one that takes no executor never does.
        assert_eq!((read.items.len(), read.unknown, read.has_hidden), (9, 8, true));
        assert_eq!(read.unreadable, ["Text 0", "Text 2", "Text 4", "Text 6"]);
        let jobs = [item(1, Task::Job { label: None }, "Blockiert")];
        let read = LabelMemory::default().read(&jobs, &[], None);
        assert_eq!((read.unknown, read.unreadable.len(), read.has_hidden), (0, 0, false));
    }

    #[test]
    fn items_that_wait_say_whether_jenkins_shuts_down() {
        let read = |items: &[ListedItem]| LabelMemory::default().read(items, &[], None).shuts_down;
        let job = |why| item(1, Task::Job { label: None }, why);
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[ListedItem { state: ItemState::Blocked, ..job("?") }]), None);
        assert_eq!(read(&[job("Waiting for next available executor")]), Some(false));
        // A continuation is let through while Jenkins shuts down (`Queue.NonBlockingTask`).
        let both = [job("Jenkins is about to shut down"), item(2, Task::Hidden, "‘n’ is offline")];
        assert_eq!(read(&both), Some(true));
    }
}
