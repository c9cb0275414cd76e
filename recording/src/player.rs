//! Turns the lines of a recording back into what the core was told.

use super::{
    line::{Line, Mark, Seen},
    reader::{Lines, Place, ReadError, Recording},
};
use footman_core::{
    Event, Policy, Timestamp,
    event::{JenkinsListing, TaskListing},
};
use thiserror::Error;

/// Why a recording cannot be played.
#[derive(Debug, Error)]
pub enum PlayError {
    /// A line cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A line cannot stand where it stands.
    #[error("{place}: {what}")]
    Order {
        /// The line.
        place: Place,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The recording ends before the core begins.
    #[error("the recording holds no start")]
    Empty,
}

/// What the core was told, or what the recording says of it.
#[derive(Debug)]
pub enum Played {
    /// Something happened.
    Event(Timestamp, Event),
    /// A poll failed, of which the core is told nothing.
    FailedPoll,
    /// The core did what was due.
    Timeout(Timestamp),
    /// The core decided this.
    Decision(String),
    /// So far it is.
    Mark(Mark),
    /// There it ends.
    End(Mark),
}

/// A recording that is played.
#[derive(Debug)]
pub struct Player<'a> {
    lines: Lines<'a>,
    until: Option<Timestamp>,
    now: Timestamp,
    polled: Option<JenkinsListing>,
    looked: Option<TaskListing>,
    past: bool,
}

impl<'a> Player<'a> {
    /// Plays `recording` up to the inputs of `until`, that time included; says with which policy the core begins, and when.
    ///
    /// # Errors
    ///
    /// Fails where the recording does not begin with a start.
    pub fn begin(
        recording: &'a Recording,
        until: Option<Timestamp>,
    ) -> Result<(Self, Policy, Timestamp), PlayError> {
        let mut lines = recording.lines();
        match lines.next()? {
            Some((_, Line::Start { at, policy })) => {
                Ok((Self { lines, until, now: at, polled: None, looked: None, past: false }, *policy, at))
            }
            Some((place, _)) => Err(PlayError::Order { place, what: "the first line is no start" }),
            None => Err(PlayError::Empty),
        }
    }

    /// Whether it ends at a line that was never written whole.
    pub fn was_cut(&self) -> bool {
        self.lines.was_cut()
    }

    /// Whether it ends where it was asked to.
    pub fn is_past(&self) -> bool {
        self.past
    }

    /// What comes next, and in which line.
    ///
    /// # Errors
    ///
    /// Fails at the first line that cannot be read or cannot stand where it stands.
    pub fn next_played(&mut self) -> Result<Option<(Place, Played)>, PlayError> {
        let Some((place, line)) = self.lines.next()? else { return Ok(None) };
        if let Some(at) = line.at() {
            if at < self.now {
                return Err(PlayError::Order { place, what: "time goes back" });
            }
            if self.until.is_some_and(|until| at > until) {
                self.past = true;
                return Ok(None);
            }
            self.now = at;
        }
        let played = match line {
            Line::Start { .. } => return Err(PlayError::Order { place, what: "a second start" }),
            Line::Poll { listing: None, .. } => Played::FailedPoll,
            Line::Poll { at, listing: Some(listing) } => {
                let listing = known(&mut self.polled, listing, &place)?;
                Played::Event(at, Event::JenkinsListing(listing))
            }
            Line::Look { at, listing } => {
                Played::Event(at, Event::TaskListing(known(&mut self.looked, listing, &place)?))
            }
            Line::Reply { at, action, outcome } => Played::Event(at, Event::Reply { action, outcome }),
            Line::Drain { at, how } => Played::Event(at, Event::Drain(how)),
            Line::Timeout { at } => Played::Timeout(at),
            Line::Decision(text) => Played::Decision(text),
            Line::Checkpoint(mark) => Played::Mark(mark),
            Line::End(mark) => Played::End(mark),
        };
        Ok(Some((place, played)))
    }
}

/// The listing that was seen.
fn known<T: Clone>(before: &mut Option<T>, seen: Seen<T>, place: &Place) -> Result<T, PlayError> {
    let what = "there is no listing before this one";
    match seen {
        Seen::New(listing) => Ok(before.insert(listing).clone()),
        Seen::Same => before.clone().ok_or_else(|| PlayError::Order { place: place.clone(), what }),
    }
}
