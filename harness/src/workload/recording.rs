//! The builds that a recording of footmand's shows.
//!
//! What is recorded are polls of Jenkins, so that times are those of polls: a build begins at the first poll that sees it on an
//! agent of footmand's and has ended at the first that does not. Nodes are listed before the queue, so a build that begins
//! between the two stands in neither once.

use super::{
    Imported, WorkloadError,
    error::Problem,
    import::{History, Recorded},
};
use crate::statistics::{Distribution, Samples};
use footman_core::{
    Event, Timestamp,
    description::{Description, Reading},
    event::{ItemLabel, ItemState, JenkinsListing, QueueItem},
    id::{NodeName, QueueItemId},
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
        for node in &listing.nodes {
            let described = node.description.as_deref().map(Description::parse);
            let ours = matches!(described, Some(Reading::Ours(_)));
            if ours {
                self.nodes.insert(node.name.clone());
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
        self.polled_once = true;
        // From a partial listing nothing is concluded to be gone.
        if listing.complete { self.ended(now, &seen) } else { Ok(()) }
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
