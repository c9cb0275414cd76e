//! The builds that a recording of footmand's shows.
//!
//! What is recorded are polls of Jenkins, so that times are those of polls: a build begins at the first poll that sees it on an
//! agent of footmand's and has ended at the first that does not. Nodes are listed before the queue, so a build that begins
//! between the two stands in neither once.
//!
//! What runs a block of a Pipeline has no `queueId` on a real Jenkins (`PlaceholderExecutable`, source of 2025). Where a node of
//! footmand's works without saying on what, it is taken to run the oldest block that has just left the queue and whose label it
//! has: blocks of one label may so be taken for one another, and nothing else.

use super::{
    Imported, WorkloadError,
    error::Problem,
    import::{History, Recorded},
};
use crate::statistics::{Distribution, Samples};
use footman_core::{
    Event, Timestamp,
    description::{Description, Reading},
    event::{ItemLabel, ItemState, JenkinsListing, Node, QueueItem},
    id::{NodeName, QueueItemId},
    label::LabelExpression,
};
use footman_recording::{PlayError, Played, Player, Recording};
use jiff::tz::TimeZone;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};
use thiserror::Error;

/// In so many listings in a row an item is seen nowhere before it is taken for gone.
const MISSED_MAX: u8 = 2;

/// The builds of a recording, and how long they waited then.
#[derive(Debug)]
pub struct Observed {
    /// The builds.
    pub builds: Imported,
    /// From the moment that each could be built to the poll that saw it on an agent.
    pub waits: Distribution,
    /// How long each ran.
    pub runs: Distribution,
}

/// Why there are no builds.
#[derive(Debug, Error)]
pub enum RecordingError {
    /// The recording cannot be played.
    #[error(transparent)]
    Play(#[from] PlayError),
    /// It has more labels or jobs than a workload holds.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
}

/// Reads the builds that `recording` shows up to `until`, whose days are those of `zone`.
///
/// # Errors
///
/// Fails where the recording cannot be read.
pub fn import_recording(
    recording: &Recording,
    until: Option<Timestamp>,
    zone: &TimeZone,
) -> Result<Observed, RecordingError> {
    let (mut player, _, _) = Player::begin(recording, until)?;
    let mut watch = Watch::default();
    while let Some((place, played)) = player.next_played()? {
        match played {
            Played::Event(now, Event::JenkinsListing(listing)) => {
                watch.polled(now, &listing).map_err(|problem| unusable(&place.path, problem))?
            }
            Played::Event(..)
            | Played::FailedPoll
            | Played::Timeout(_)
            | Played::Decision(_)
            | Played::Mark(_)
            | Played::End(_) => {}
        }
    }
    Ok(watch.observed(zone))
}

fn unusable(path: &Path, problem: Problem) -> WorkloadError {
    WorkloadError::Unusable { path: path.to_string_lossy().into(), problem }
}

/// An item that has not ended.
#[derive(Debug, Default)]
struct Item {
    label: Option<ItemLabel>,
    job: Option<Arc<str>>,
    run: Option<u32>,
    /// When it could be built.
    since: Option<Timestamp>,
    began: Option<Timestamp>,
    /// Whether it runs on a node of footmand's.
    ours: bool,
    /// Whether it ran when the recording began.
    ran_before: bool,
    /// In how many listings in a row it was seen nowhere.
    missed: u8,
}

/// What is known while polls go by.
#[derive(Debug, Default)]
struct Watch {
    items: BTreeMap<QueueItemId, Item>,
    nodes: BTreeSet<NodeName>,
    /// Nodes of footmand's that work without saying on what, and the block that each is taken to run.
    silent: BTreeMap<NodeName, Option<QueueItemId>>,
    polled_once: bool,
    history: History,
    waits: Samples,
    runs: Samples,
    left: u64,
    elsewhere: u64,
    before: u64,
    continued: u64,
    unlabelled: u64,
}

impl Watch {
    fn polled(&mut self, now: Timestamp, listing: &JenkinsListing) -> Result<(), Problem> {
        let mut seen = BTreeSet::new();
        let mut silent = Vec::new();
        for node in &listing.nodes {
            let described = node.description.as_deref().map(Description::parse);
            let ours = matches!(described, Some(Reading::Ours(_)));
            if ours {
                self.nodes.insert(node.name.clone());
            }
            if ours && !node.idle && node.running.is_empty() {
                silent.push(node);
            }
            for id in &node.running {
                seen.insert(*id);
                let ran_before = !self.polled_once && !self.items.contains_key(id);
                let item = self.items.entry(*id).or_default();
                if item.began.is_none() {
                    (item.began, item.ours, item.ran_before) = (Some(now), ours, ran_before);
                }
            }
        }
        for item in &listing.items {
            seen.insert(item.id);
            self.items.entry(item.id).or_default().queued(now, item);
        }
        // From a partial listing nothing is concluded to be gone.
        if listing.complete {
            self.take_blocks(now, &silent, &mut seen);
            self.ended(now, &seen)?;
        }
        self.polled_once = true;
        Ok(())
    }

    /// Finds out which blocks run on the nodes that work without saying on what, and adds them to what was seen.
    fn take_blocks(&mut self, now: Timestamp, silent: &[&Node], seen: &mut BTreeSet<QueueItemId>) {
        let work: BTreeSet<&NodeName> = silent.iter().map(|node| &node.name).collect();
        self.silent.retain(|name, _| work.contains(name));
        for node in silent {
            let block = match self.silent.get(&node.name) {
                Some(block) => *block,
                None => {
                    self.before += u64::from(!self.polled_once);
                    let block = self.block_for(node, seen);
                    self.silent.insert(node.name.clone(), block);
                    block
                }
            };
            if let Some(id) = block {
                seen.insert(id);
                let item = self.items.entry(id).or_default();
                (item.began, item.ours) = (item.began.or(Some(now)), true);
            }
        }
    }

    /// The oldest block that left the queue and may run on this node.
    fn block_for(&self, node: &Node, seen: &BTreeSet<QueueItemId>) -> Option<QueueItemId> {
        let left = self.items.iter().filter(|(id, item)| {
            item.run.is_some() && item.began.is_none() && !seen.contains(*id) && item.may_run_on(node)
        });
        left.min_by_key(|(id, item)| (item.since, **id)).map(|(id, _)| *id)
    }

    fn ended(&mut self, now: Timestamp, seen: &BTreeSet<QueueItemId>) -> Result<(), Problem> {
        let mut gone = Vec::new();
        for (id, item) in &mut self.items {
            item.missed = if seen.contains(id) { 0 } else { item.missed + 1 };
            if item.missed > 0 && (item.began.is_some() || item.missed >= MISSED_MAX) {
                gone.push(*id);
            }
        }
        for id in gone {
            if let Some(item) = self.items.remove(&id) {
                self.over(now, item)?;
            }
        }
        Ok(())
    }

    /// Takes in an item that is over.
    fn over(&mut self, now: Timestamp, item: Item) -> Result<(), Problem> {
        let Some(began) = item.began else {
            self.left += 1;
            return Ok(());
        };
        if item.ran_before {
            self.before += 1;
            return Ok(());
        }
        // What was never seen to wait found an agent at once.
        let since = item.since.unwrap_or(began);
        if !item.ours {
            self.elsewhere += 1;
            return Ok(());
        }
        let label = match &item.label {
            Some(ItemLabel::Any) => "",
            Some(ItemLabel::Expression(text)) if self.nodes.contains(&NodeName::new(&**text)) => {
                self.continued += 1;
                return Ok(());
            }
            Some(ItemLabel::Expression(text)) => text,
            Some(ItemLabel::Unknown) | None => {
                self.unlabelled += 1;
                return Ok(());
            }
        };
        let duration = now.since(began);
        self.waits.record(began.since(since));
        self.runs.record(duration);
        let build = Recorded {
            submit_ms: since.as_millis(),
            duration_ms: duration.as_millis(),
            label: self.history.label(label)?,
            job: item.job.map(|job| self.history.job(&job)).transpose()?,
            run: item.run.map(u64::from),
            cpu: None,
            memory: None,
        };
        self.history.add(build);
        Ok(())
    }

    fn observed(mut self, zone: &TimeZone) -> Observed {
        let running = self.items.values().filter(|item| item.began.is_some()).count();
        let waiting = self.items.len() - running;
        let counts = [
            (
                self.left,
                "items that left the queue and were seen on no node: cancelled, or shorter than a poll",
            ),
            (self.before, "builds that ran when the recording began"),
            (self.elsewhere, "builds on nodes that are not footmand's"),
            (self.continued, "builds that went on after a restart of Jenkins"),
            (self.unlabelled, "builds whose label could not be read"),
            (count(running), "builds that ran when it ended"),
            (count(waiting), "items that waited when it ended"),
        ];
        for (count, reason) in counts {
            self.history.skip(count, reason);
        }
        Observed {
            builds: self.history.imported(zone),
            waits: self.waits.distribution(),
            runs: self.runs.distribution(),
        }
    }
}

impl Item {
    fn may_run_on(&self, node: &Node) -> bool {
        match &self.label {
            Some(ItemLabel::Expression(text)) => {
                LabelExpression::parse_or_atom(text).matches(&node.labels, node.name.as_str())
            }
            Some(ItemLabel::Any) => !node.exclusive,
            Some(ItemLabel::Unknown) | None => false,
        }
    }

    fn queued(&mut self, now: Timestamp, seen: &QueueItem) {
        if seen.label != ItemLabel::Unknown || self.label.is_none() {
            self.label = Some(seen.label.clone());
        }
        self.job = seen.job.clone().or_else(|| self.job.take());
        self.run = seen.run.or(self.run);
        if let ItemState::Buildable { since } = seen.state {
            self.since.get_or_insert_with(|| since.min(now));
        }
    }
}

fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use footman_core::{Millis, label::LabelSet};
    use smallvec::SmallVec;

    const SECOND: u64 = 1_000;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH + Millis::new(seconds * SECOND)
    }

    /// A node of footmand's with this label, which works or not and does not say on what.
    fn node(name: &str, label: &str, works: bool) -> Node {
        Node {
            name: name.into(),
            description: Some("footman/1 owner=o template=ecs/java cpu=1024 memory=2048 decided_ms=0".into()),
            labels: LabelSet::new([label]),
            exclusive: true,
            online: true,
            temporarily_offline: false,
            idle: !works,
            executors: 1,
            busy: 0,
            running: SmallVec::new(),
            runs: SmallVec::new(),
        }
    }

    fn block(id: u64, label: &str) -> QueueItem {
        QueueItem {
            id: QueueItemId(id),
            label: ItemLabel::Expression(label.into()),
            state: ItemState::Buildable { since: at(0) },
            in_queue_since: at(0),
            job: Some("pipe".into()),
            run: Some(7),
        }
    }

    fn listing(nodes: Vec<Node>, items: Vec<QueueItem>) -> JenkinsListing {
        JenkinsListing { complete: true, nodes, items, ..JenkinsListing::default() }
    }

    #[test]
    fn blocks_are_built_by_the_nodes_that_begin_to_work_as_they_leave_the_queue() {
        let mut watch = Watch::default();
        let nodes = |java, small| vec![node("a", "java", java), node("b", "small", small)];
        let polls = [
            listing(nodes(false, false), vec![block(1, "java"), block(2, "small"), block(3, "java")]),
            listing(nodes(true, true), vec![block(3, "java")]),
            // One that is cancelled runs nowhere.
            listing(nodes(true, true), vec![]),
            listing(nodes(true, false), vec![]),
            listing(nodes(false, false), vec![]),
        ];
        for (second, listing) in (0..).zip(&polls) {
            watch.polled(at(second), listing).unwrap();
        }
        assert_eq!((watch.left, watch.before, watch.items.len()), (1, 0, 0));
        let observed = watch.observed(&TimeZone::UTC);
        assert_eq!((observed.waits.count, observed.runs.count), (2, 2));
        let seconds = |distribution: &Distribution| (distribution.p50, distribution.max);
        assert_eq!(seconds(&observed.waits), (Millis::new(SECOND), Millis::new(SECOND)));
        assert_eq!(seconds(&observed.runs), (Millis::new(2 * SECOND), Millis::new(3 * SECOND)));
    }

    #[test]
    fn what_works_when_the_recording_begins_is_no_block_of_it() {
        let mut watch = Watch::default();
        for (second, works) in [(0, true), (1, true), (2, false)] {
            watch.polled(at(second), &listing(vec![node("a", "java", works)], vec![])).unwrap();
        }
        assert_eq!((watch.before, watch.left), (1, 0));
        assert_eq!(watch.observed(&TimeZone::UTC).runs.count, 0);
    }
}
