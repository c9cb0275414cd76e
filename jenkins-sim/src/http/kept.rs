//! Answers that are given again while nothing that they show has changed.
//!
//! Those who wait for builds ask for the queue and for the nodes several times a second, mostly to hear what they heard
//! before. What decides whether an answer still holds is [`Jenkins::revision`](crate::Jenkins::revision), which counts what
//! happens, and for the few values that follow the time alone (how long a quiet period still lasts) a [`Moment`].

use super::security::Who;
use crate::Language;
use bytes::Bytes;
use footman_core::time::{Millis, Timestamp};
use http::Response;
use std::{cell::Cell, collections::VecDeque};

/// Answers kept at most: a provisioner asks two questions, and a few of them may ask at once.
const KEPT_MAX: usize = 8;
/// How long they are together at most, in bytes: a queue of 10,000 items with a narrow tree has some 4 MB.
const LENGTH_MAX: usize = 16 << 20;

/// What was asked, as far as the answer depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    /// Path and query, as they were sent.
    pub(super) place: Box<str>,
    pub(super) who: Who,
    pub(super) language: Language,
}

/// How long what is read at one moment stays as it is if nothing happens.
#[derive(Debug)]
pub(super) struct Moment {
    now: Timestamp,
    until: Cell<Timestamp>,
}

impl Moment {
    /// The present.
    pub(super) fn new(now: Timestamp) -> Self {
        Self { now, until: Cell::new(Timestamp::MAX) }
    }

    /// Something that is shown is another thing at `at`; what changed already changes no more.
    pub(super) fn changes_at(&self, at: Timestamp) {
        if at > self.now {
            self.until.set(self.until.get().min(at));
        }
    }

    /// Something that is shown changes all the time.
    pub(super) fn changes(&self) {
        self.changes_at(self.now + Millis::new(1));
    }

    /// From when on an answer is another one.
    pub(super) fn until(&self) -> Timestamp {
        self.until.get()
    }
}

/// The answers that were given last.
#[derive(Debug, Default)]
pub(super) struct Answers {
    kept: VecDeque<Answer>,
}

#[derive(Debug)]
struct Answer {
    question: Question,
    revision: u64,
    until: Timestamp,
    response: Response<Bytes>,
}

impl Answers {
    /// The answer to `question` at `now`, if it was given before and still holds.
    pub(super) fn find(&self, question: &Question, revision: u64, now: Timestamp) -> Option<Response<Bytes>> {
        let holds = |answer: &&Answer| answer.revision == revision && now < answer.until;
        let found = self.kept.iter().find(|answer| answer.question == *question).filter(holds)?;
        Some(found.response.clone())
    }

    /// Keeps an answer that holds until `until` while the revision is the same.
    pub(super) fn keep(
        &mut self,
        question: Question,
        (revision, until): (u64, Timestamp),
        response: &Response<Bytes>,
    ) {
        self.kept.retain(|answer| answer.question != question);
        if !response.status().is_success() || response.body().len() > LENGTH_MAX {
            return;
        }
        self.kept.push_back(Answer { question, revision, until, response: response.clone() });
        while self.kept.len() > KEPT_MAX || self.length() > LENGTH_MAX {
            self.kept.pop_front();
        }
    }

    fn length(&self) -> usize {
        self.kept.iter().map(|answer| answer.response.body().len()).sum()
    }

    /// Forgets every answer: something changed of which the revision says nothing.
    pub(super) fn forget(&mut self) {
        self.kept.clear();
    }
}
