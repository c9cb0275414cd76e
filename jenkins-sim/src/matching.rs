//! Who waits for what, and who is idle: labels on one side, classes of nodes on the other.
//!
//! Nodes with the same labels and mode are one class; a node whose name some expression mentions is a class of its own,
//! because a node's own name is one of its labels. An expression is matched against a class once. Items wait in
//! one queue per expression; each class knows the heads of the queues that it matches, and its idle nodes. So an
//! assignment looks at classes, never at nodes or items.

use crate::build::{Slot, index};
use footman_core::{
    id::NodeName,
    label::{LabelExpression, LabelSet},
};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    sync::Arc,
};

/// The place of a label in its table.
pub(crate) type LabelKey = u32;
/// The place of a class in its table.
pub(crate) type ClassKey = u32;

/// An item in the queue of its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Waiting {
    pub(crate) order: u64,
    pub(crate) slot: Slot,
    pub(crate) stamp: u64,
}

/// What is asked of a node.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum LabelText {
    /// Nothing: any node in mode NORMAL.
    Any,
    /// What this expression says; a malformed one is one label.
    Expression(Arc<str>),
    /// To be the node of this name, or to have a label of it.
    Name(Arc<str>),
}

impl LabelText {
    /// What a job asks for: a blank text asks for nothing.
    pub(crate) fn of_job(label: Option<Arc<str>>) -> Self {
        match label {
            Some(text) if !text.trim().is_empty() => Self::Expression(text),
            Some(_) | None => Self::Any,
        }
    }
}

/// A label expression that jobs or items want.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    /// Unique over all labels.
    stamp: u64,
    /// As typed.
    text: LabelText,
    /// As `why` shows it.
    pub(crate) shown: Arc<str>,
    expression: Option<LabelExpression>,
    /// Jobs and items that want it.
    uses: u32,
    /// Its items in ascending order, void ones among them.
    fifo: VecDeque<Waiting>,
    /// Items that came after one with a higher order.
    late: BinaryHeap<Reverse<Waiting>>,
    /// Classes that match, by key.
    links: Vec<Link>,
    /// The stamp of the youngest class that was looked at.
    classes_seen: u64,
}

/// A class that matches a label.
#[derive(Debug, Clone, Copy)]
struct Link {
    class: ClassKey,
    class_stamp: u64,
    /// The order under which the label stands among the class's heads: at most that of its first item.
    entry: Option<u64>,
}

/// Nodes that match the same expressions.
#[derive(Debug, Clone)]
pub(crate) struct Class {
    /// Unique over all classes; 0 where the place is free.
    stamp: u64,
    labels: LabelSet,
    exclusive: bool,
    own_name: Option<NodeName>,
    /// How many nodes it has.
    pub(crate) members: u32,
    /// How many of them are online.
    pub(crate) online: u32,
    /// How many of those the guard file keeps closed.
    pub(crate) guarded: u32,
    /// The exclusive or of their keys: the key itself where there is one.
    pub(crate) sole: u32,
    /// Whether it is in the list of those without members.
    listed_empty: bool,
    /// Nodes with assignable executors, the longest ready first, void ones among them.
    idle: VecDeque<(u64, u32)>,
    /// How many of them are not void.
    idle_nodes: usize,
    /// The labels with items that match, by the order of their first item or below it.
    heads: BinaryHeap<Reverse<Head>>,
}

/// A label among the heads of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Head {
    order: u64,
    label: LabelKey,
    label_stamp: u64,
}

/// What nodes of one class have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ClassId {
    labels: LabelSet,
    exclusive: bool,
    own_name: Option<NodeName>,
}

/// Labels and classes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Matching {
    labels: Vec<Label>,
    labels_free: Vec<LabelKey>,
    label_keys: IndexMap<LabelText, LabelKey, FxBuildHasher>,
    /// How many labels mention an atom.
    mentions: IndexMap<Arc<str>, u32, FxBuildHasher>,
    /// A bit for each length that an atom had that was ever mentioned; the last one for all longer ones.
    mentioned_lengths: u64,
    classes: Vec<Class>,
    classes_free: Vec<ClassKey>,
    class_keys: IndexMap<ClassId, ClassKey, FxBuildHasher>,
    /// Classes that were joined last: most nodes are like one that came shortly before.
    joined: [ClassKey; 4],
    /// Live classes by ascending stamp, freed ones among them.
    class_log: Vec<(u64, ClassKey)>,
    /// Classes that have become empty, kept in case a like node comes.
    empty: VecDeque<ClassKey>,
    stamps: u64,
}

/// The bit of a text's length.
fn length_bit(text: &str) -> u64 {
    1 << text.len().min(63)
}

/// How many classes without nodes are kept: one-shot agents come and go, their labels stay.
const EMPTY_CLASSES_KEPT: usize = 256;
/// Below this many entries a list is not cleaned of void ones.
const CLEANED_FROM: usize = 64;

impl Label {
    /// Its text as typed; `None` where any node will do.
    pub(crate) fn text(&self) -> Option<&Arc<str>> {
        match &self.text {
            LabelText::Any => None,
            LabelText::Expression(text) | LabelText::Name(text) => Some(text),
        }
    }

    /// Its name as `why` shows it and the expression; `None` where any node will do.
    pub(crate) fn as_expression(&self) -> Option<(&Arc<str>, &LabelExpression)> {
        Some((&self.shown, self.expression.as_ref()?))
    }

    /// Its name as `why` shows it; `None` where any node will do.
    pub(crate) fn name(&self) -> Option<&str> {
        self.text().map(|_| &*self.shown)
    }

    fn matches(&self, class: &Class) -> bool {
        let Some(expression) = &self.expression else { return !class.exclusive };
        expression.matches_with(&mut |atom| {
            class.own_name.as_ref().is_some_and(|name| name.as_str() == atom) || class.labels.contains(atom)
        })
    }

    /// Its first item that is not void.
    fn head(&mut self, is_current: &impl Fn(&Waiting) -> bool) -> Option<Waiting> {
        while self.fifo.front().is_some_and(|waiting| !is_current(waiting)) {
            self.fifo.pop_front();
        }
        while self.late.peek().is_some_and(|Reverse(waiting)| !is_current(waiting)) {
            self.late.pop();
        }
        let late = self.late.peek().map(|Reverse(waiting)| *waiting);
        match (self.fifo.front().copied(), late) {
            (Some(first), Some(late)) => Some(first.min(late)),
            (first, late) => first.or(late),
        }
    }

    /// Takes its first item, which [`Self::head`] has just shown.
    fn take(&mut self, head: Waiting) {
        if self.fifo.front() == Some(&head) {
            self.fifo.pop_front();
        } else {
            self.late.pop();
        }
    }

    fn push(&mut self, waiting: Waiting) {
        if self.fifo.back().is_none_or(|last| last.order < waiting.order) {
            self.fifo.push_back(waiting);
        } else {
            self.late.push(Reverse(waiting));
        }
    }

    fn link(&mut self, class: ClassKey) -> Option<&mut Link> {
        let at = self.links.binary_search_by_key(&class, |link| link.class).ok()?;
        Some(&mut self.links[at])
    }
}

impl Matching {
    /// The label with this text, made where it does not exist, with one use more. The second answer says which atoms
    /// are mentioned for the first time: nodes with such a name need a class of their own.
    pub(crate) fn acquire(&mut self, text: LabelText) -> (LabelKey, Vec<Arc<str>>) {
        if let Some(&key) = self.label_keys.get(&text) {
            self.labels[index(key)].uses += 1;
            return (key, Vec::new());
        }
        let expression = match &text {
            LabelText::Any => None,
            LabelText::Expression(text) => Some(LabelExpression::parse_or_atom(text)),
            LabelText::Name(name) => Some(LabelExpression::Atom(Arc::clone(name))),
        };
        let mut news = Vec::new();
        if let Some(expression) = &expression {
            for atom in expression.atoms() {
                let mentions = self.mentions.entry(Arc::clone(atom)).or_insert(0);
                *mentions += 1;
                if *mentions == 1 {
                    self.mentioned_lengths |= length_bit(atom);
                    news.push(Arc::clone(atom));
                }
            }
        }
        self.stamps += 1;
        let label = Label {
            stamp: self.stamps,
            shown: shown(expression.as_ref()),
            text: text.clone(),
            expression,
            uses: 1,
            fifo: VecDeque::new(),
            late: BinaryHeap::new(),
            links: Vec::new(),
            classes_seen: 0,
        };
        let key = place(&mut self.labels, &mut self.labels_free, label);
        self.label_keys.insert(text, key);
        (key, news)
    }

    /// One use less of a label; without any it is forgotten.
    pub(crate) fn release(&mut self, key: LabelKey) {
        let label = &mut self.labels[index(key)];
        label.uses -= 1;
        if label.uses > 0 {
            return;
        }
        label.stamp = 0;
        label.links.clear();
        label.fifo.clear();
        label.late.clear();
        self.label_keys.swap_remove(&label.text);
        if let Some(expression) = label.expression.take() {
            for atom in expression.atoms() {
                if let Some(mentions) = self.mentions.get_mut(atom) {
                    *mentions -= 1;
                    if *mentions == 0 {
                        self.mentions.swap_remove(atom);
                    }
                }
            }
        }
        self.labels_free.push(key);
    }

    /// The labels that are wanted, by name.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = (&Arc<str>, &LabelExpression)> {
        self.label_keys.values().filter_map(|&key| self.label(key).as_expression())
    }

    /// The label at this place.
    pub(crate) fn label(&self, key: LabelKey) -> &Label {
        &self.labels[index(key)]
    }

    /// The class of a node, made where it does not exist, with one member more.
    pub(crate) fn join(
        &mut self,
        node: u32,
        name: &NodeName,
        labels: &LabelSet,
        exclusive: bool,
        is_current: &impl Fn(&Waiting) -> bool,
    ) -> ClassKey {
        let is_mentioned = self.mentioned_lengths & length_bit(name.as_str()) != 0
            && self.mentions.contains_key(name.as_str());
        let key = self.joined_last(labels, exclusive).filter(|_| !is_mentioned).unwrap_or_else(|| {
            let own_name = is_mentioned.then(|| name.clone());
            let id = ClassId { labels: labels.clone(), exclusive, own_name };
            let key = match self.class_keys.get(&id) {
                Some(&key) => key,
                None => self.make_class(id, is_current),
            };
            self.joined.rotate_right(1);
            self.joined[0] = key;
            key
        });
        let class = &mut self.classes[index(key)];
        class.members += 1;
        class.sole ^= node;
        key
    }

    /// The class of nodes with these labels and this mode and without a name of their own, if it is among those that
    /// were joined last.
    fn joined_last(&self, labels: &LabelSet, exclusive: bool) -> Option<ClassKey> {
        self.joined.iter().copied().find(|&key| {
            self.classes.get(index(key)).is_some_and(|class| {
                let is_anonymous = class.stamp > 0 && class.own_name.is_none();
                is_anonymous && class.exclusive == exclusive && class.labels == *labels
            })
        })
    }

    fn make_class(&mut self, id: ClassId, is_current: &impl Fn(&Waiting) -> bool) -> ClassKey {
        self.stamps += 1;
        let stamp = self.stamps;
        let class = Class {
            stamp,
            labels: id.labels.clone(),
            exclusive: id.exclusive,
            own_name: id.own_name.clone(),
            members: 0,
            online: 0,
            guarded: 0,
            sole: 0,
            listed_empty: false,
            idle: VecDeque::new(),
            idle_nodes: 0,
            heads: BinaryHeap::new(),
        };
        let key = place(&mut self.classes, &mut self.classes_free, class);
        self.class_keys.insert(id, key);
        if self.class_log.len() >= CLEANED_FROM && self.class_log.len() > 2 * self.class_keys.len() {
            let classes = &self.classes;
            self.class_log.retain(|&(stamp, key)| classes[index(key)].stamp == stamp);
        }
        self.class_log.push((stamp, key));
        for place in 0..self.labels.len() {
            let label = &mut self.labels[place];
            if label.stamp > 0 && label.head(is_current).is_some() {
                let key = u32::try_from(place).expect("tables have fewer than 2^32 places");
                self.enter_heads(key, is_current);
            }
        }
        key
    }

    /// One member less of a class. A class without members is kept for a while, unless it is that of one name.
    pub(crate) fn part(&mut self, key: ClassKey, node: u32) {
        let class = &mut self.classes[index(key)];
        class.members -= 1;
        class.sole ^= node;
        if class.members > 0 {
            return;
        }
        assert_eq!((class.online, class.guarded), (0, 0), "a class without nodes has none online");
        if class.own_name.is_some() {
            self.forget_class(key);
            return;
        }
        if !class.listed_empty {
            class.listed_empty = true;
            self.empty.push_back(key);
        }
        while self.empty.len() > EMPTY_CLASSES_KEPT {
            let Some(key) = self.empty.pop_front() else { break };
            let class = &mut self.classes[index(key)];
            class.listed_empty = false;
            if class.members == 0 {
                self.forget_class(key);
            }
        }
    }

    fn forget_class(&mut self, key: ClassKey) {
        let class = &mut self.classes[index(key)];
        class.stamp = 0;
        class.idle.clear();
        class.heads.clear();
        let labels = std::mem::take(&mut class.labels);
        let id = ClassId { labels, exclusive: class.exclusive, own_name: class.own_name.take() };
        self.class_keys.swap_remove(&id);
        self.classes_free.push(key);
    }

    /// The class at this place.
    pub(crate) fn class_mut(&mut self, key: ClassKey) -> &mut Class {
        &mut self.classes[index(key)]
    }

    /// Brings the links of a label up to date with the classes that there are.
    fn sync(&mut self, key: LabelKey) {
        let newest = self.class_log.last().map_or(0, |&(stamp, _)| stamp);
        let label = &mut self.labels[index(key)];
        if label.classes_seen >= newest {
            return;
        }
        let classes = &self.classes;
        label.links.retain(|link| classes[index(link.class)].stamp == link.class_stamp);
        let from = self.class_log.partition_point(|&(stamp, _)| stamp <= label.classes_seen);
        for &(stamp, class_key) in &self.class_log[from..] {
            let class = &classes[index(class_key)];
            if class.stamp == stamp && label.matches(class) {
                let at = label.links.partition_point(|link| link.class < class_key);
                label.links.insert(at, Link { class: class_key, class_stamp: stamp, entry: None });
            }
        }
        label.classes_seen = newest;
    }

    /// Puts a label that has items among the heads of every class that matches.
    fn enter_heads(&mut self, key: LabelKey, is_current: &impl Fn(&Waiting) -> bool) {
        self.sync(key);
        let labels = self.labels.len();
        let label = &mut self.labels[index(key)];
        let Some(first) = label.head(is_current) else { return };
        for link in &mut label.links {
            let class = &mut self.classes[index(link.class)];
            if class.stamp != link.class_stamp || link.entry.is_some_and(|order| order <= first.order) {
                continue;
            }
            link.entry = Some(first.order);
            let head = Head { order: first.order, label: key, label_stamp: label.stamp };
            if class.heads.len() > 2 * labels + CLEANED_FROM {
                // Only entries that late items undercut are void; the label's own is void from here on too.
                class.heads.retain(|Reverse(other)| other.label != key);
            }
            class.heads.push(Reverse(head));
        }
    }

    /// Enters an item into the queue of its label.
    pub(crate) fn enqueue(
        &mut self,
        key: LabelKey,
        waiting: Waiting,
        is_current: &impl Fn(&Waiting) -> bool,
    ) {
        let label = &mut self.labels[index(key)];
        let before = label.head(is_current);
        label.push(waiting);
        if before.is_none_or(|first| waiting.order < first.order) {
            self.enter_heads(key, is_current);
        }
    }

    /// Says that an item that waits became void, and drops void ones where they may be many.
    pub(crate) fn note_void(&mut self, key: LabelKey, is_current: &impl Fn(&Waiting) -> bool) {
        let label = &mut self.labels[index(key)];
        // Looking at the middle is a fair guess without a count: half of what is there is void only after as many
        // cancellations.
        let probe = label.fifo.len() / 2;
        if label.fifo.len() >= CLEANED_FROM
            && label.fifo.get(probe).is_some_and(|waiting| !is_current(waiting))
        {
            label.fifo.retain(is_current);
        }
    }

    /// Takes the first item that nodes of this class may run.
    pub(crate) fn dequeue(
        &mut self,
        key: ClassKey,
        is_current: &impl Fn(&Waiting) -> bool,
    ) -> Option<Waiting> {
        let class = &mut self.classes[index(key)];
        loop {
            let mut top = class.heads.peek_mut()?;
            let Reverse(head) = *top;
            let label = &mut self.labels[index(head.label)];
            let known = label.stamp == head.label_stamp;
            let first = if known { label.head(is_current) } else { None };
            let link = if known { label.link(key) } else { None };
            let Some(link) = link.filter(|link| link.entry == Some(head.order)) else {
                std::collections::binary_heap::PeekMut::pop(top);
                continue;
            };
            let Some(first) = first else {
                link.entry = None;
                std::collections::binary_heap::PeekMut::pop(top);
                continue;
            };
            if first.order != head.order {
                link.entry = Some(first.order);
                top.0.order = first.order;
                continue;
            }
            label.take(first);
            let next = label.head(is_current).map(|waiting| waiting.order);
            if let Some(link) = label.link(key) {
                link.entry = next;
            }
            match next {
                Some(order) => top.0.order = order,
                None => {
                    std::collections::binary_heap::PeekMut::pop(top);
                }
            }
            return Some(first);
        }
    }

    /// Enters a node with assignable executors among the idle ones of its class.
    pub(crate) fn enter_idle(&mut self, key: ClassKey, stamp: u64, node: u32) {
        let class = &mut self.classes[index(key)];
        class.idle.push_back((stamp, node));
        class.idle_nodes += 1;
    }

    /// Says that a node is no longer among the idle ones of its class.
    pub(crate) fn leave_idle(&mut self, key: ClassKey, is_idle: &impl Fn(u64, u32) -> bool) {
        let class = &mut self.classes[index(key)];
        class.idle_nodes -= 1;
        while class.idle.front().is_some_and(|&(stamp, node)| !is_idle(stamp, node)) {
            class.idle.pop_front();
        }
        if class.idle.len() >= CLEANED_FROM && class.idle.len() > 2 * class.idle_nodes {
            class.idle.retain(|&(stamp, node)| is_idle(stamp, node));
        }
    }

    /// The node that has been assignable for the longest among those that match the label.
    pub(crate) fn idle_node(&mut self, key: LabelKey) -> Option<u32> {
        self.sync(key);
        let label = &self.labels[index(key)];
        let fronts = label.links.iter().filter_map(|link| {
            let class = &self.classes[index(link.class)];
            if class.stamp == link.class_stamp { class.idle.front().copied() } else { None }
        });
        fronts.min().map(|(_, node)| node)
    }

    /// All nodes among those that match the label that were entered as idle, void entries among them.
    pub(crate) fn idle_nodes(&mut self, key: LabelKey) -> Vec<(u64, u32)> {
        self.sync(key);
        let links = self.labels[index(key)].links.iter();
        let classes = links.map(|link| (link, &self.classes[index(link.class)]));
        let live = classes.filter(|(link, class)| class.stamp == link.class_stamp);
        live.flat_map(|(_, class)| class.idle.iter().copied()).collect()
    }

    /// The classes that match the label.
    pub(crate) fn classes_of(&self, key: LabelKey) -> impl Iterator<Item = &Class> {
        let label = &self.labels[index(key)];
        let linked = label.links.iter().map(|link| (link.class_stamp, link.class, true));
        let from = self.class_log.partition_point(|&(stamp, _)| stamp <= label.classes_seen);
        let unseen = self.class_log[from..].iter().map(|&(stamp, class)| (stamp, class, false));
        linked.chain(unseen).filter_map(move |(stamp, class, is_match)| {
            let class = &self.classes[index(class)];
            (class.stamp == stamp && (is_match || label.matches(class))).then_some(class)
        })
    }

    /// Whether nodes of the class match the label.
    pub(crate) fn is_match(&self, key: LabelKey, class: ClassKey) -> bool {
        self.labels[index(key)].matches(&self.classes[index(class)])
    }

    /// The idle node of this class that has been assignable for the longest.
    pub(crate) fn idle_node_of(&self, key: ClassKey) -> Option<u32> {
        self.classes[index(key)].idle.front().map(|&(_, node)| node)
    }

    /// How many entries all tables and queues have together.
    #[cfg(test)]
    pub(crate) fn size(&self) -> usize {
        let labels = self.labels.iter().map(|label| label.fifo.len() + label.late.len() + label.links.len());
        let classes = self.classes.iter().map(|class| class.idle.len() + class.heads.len());
        let tables = self.labels.len() + self.classes.len() + self.class_log.len() + self.mentions.len();
        labels.sum::<usize>() + classes.sum::<usize>() + tables + self.empty.len()
    }

    /// The classes that have idle nodes.
    pub(crate) fn classes_with_idle(&self) -> Vec<ClassKey> {
        let live = self.class_log.iter().filter(|&&(stamp, key)| {
            let class = &self.classes[index(key)];
            class.stamp == stamp && class.idle_nodes > 0
        });
        live.map(|&(_, key)| key).collect()
    }
}

/// A label's text as `why` shows it: an expression normalised, a single label bare (`Label.getName`).
pub(crate) fn shown(expression: Option<&LabelExpression>) -> Arc<str> {
    match expression {
        None => "".into(),
        Some(LabelExpression::Atom(atom)) => Arc::clone(atom),
        Some(expression) => expression.to_string().into(),
    }
}

/// Puts `value` into a free place of `table`.
fn place<T>(table: &mut Vec<T>, free: &mut Vec<u32>, value: T) -> u32 {
    match free.pop() {
        Some(key) => {
            table[index(key)] = value;
            key
        }
        None => {
            table.push(value);
            u32::try_from(table.len() - 1).expect("tables have fewer than 2^32 places")
        }
    }
}
