//! Items by id: those in the queue, those that run, and those that left not long ago.

use crate::{build::Slot, view::LeftItemView};
use footman_core::{
    id::QueueItemId,
    time::{Millis, Timestamp},
};
use std::collections::VecDeque;

/// Where an item is to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the table of builds.
    Build(Slot),
    /// Among the left items, under that number.
    Left(u64),
}

/// How many ids stand on one page.
const PAGE: u64 = 256;

/// The places of neighbouring ids.
#[derive(Debug, Clone)]
struct Page {
    places: [Option<Place>; 256],
    /// How many of them are known.
    known: u32,
}

/// The index of items by id.
///
/// Ids ascend, so that those of interest are mostly neighbours: they stand on pages, and a page without any is given
/// up. An item that waits forever keeps its page, and eight bytes for each later one.
#[derive(Debug, Clone)]
pub(crate) struct Items {
    kept: Millis,
    next_id: u64,
    pages: VecDeque<Option<Box<Page>>>,
    /// The number of the first page.
    first_page: u64,
    /// A page to use again.
    spare: Option<Box<Page>>,
    left: VecDeque<LeftItemView>,
    /// The number of the first left item; they are numbered from 1.
    first: u64,
}

impl Items {
    /// No items; left ones will be kept for `kept`.
    pub(crate) fn new(kept: Millis) -> Self {
        Self {
            kept,
            next_id: 1,
            pages: VecDeque::new(),
            first_page: 0,
            spare: None,
            left: VecDeque::new(),
            first: 1,
        }
    }

    /// The id of the next item; Jenkins counts from 1.
    pub(crate) fn next_id(&mut self) -> QueueItemId {
        let id = QueueItemId(self.next_id);
        self.next_id += 1;
        id
    }

    /// The page of an id and the place on it.
    fn at(&self, id: u64) -> Option<(usize, usize)> {
        let page = usize::try_from((id / PAGE).checked_sub(self.first_page)?).ok()?;
        Some((page, usize::try_from(id % PAGE).ok()?))
    }

    /// Says where an item is.
    pub(crate) fn insert(&mut self, id: QueueItemId, slot: Slot) {
        self.set(id.0, Place::Build(slot));
    }

    fn set(&mut self, id: u64, place: Place) {
        if self.pages.is_empty() {
            self.first_page = id / PAGE;
        }
        let (page, at) = self.at(id).expect("ids ascend, and the page of a known one is kept");
        while self.pages.len() <= page {
            self.pages.push_back(None);
        }
        let spare = &mut self.spare;
        let page = self.pages[page].get_or_insert_with(|| {
            spare.take().unwrap_or_else(|| Box::new(Page { places: [None; 256], known: 0 }))
        });
        page.known += u32::from(page.places[at].is_none());
        page.places[at] = Some(place);
    }

    fn forget(&mut self, id: u64) {
        let Some((number, at)) = self.at(id) else { return };
        let Some(Some(page)) = self.pages.get_mut(number) else { return };
        page.known -= u32::from(page.places[at].take().is_some());
        if page.known == 0 {
            self.spare = self.pages[number].take();
            while let Some(None) = self.pages.front() {
                self.pages.pop_front();
                self.first_page += 1;
            }
        }
    }

    /// Where an item is.
    pub(crate) fn place(&self, id: QueueItemId) -> Option<Place> {
        let (page, at) = self.at(id.0)?;
        self.pages.get(page)?.as_ref()?.places[at]
    }

    /// Records that an item left the queue, and under which number.
    pub(crate) fn leave(&mut self, left: LeftItemView) -> u64 {
        if self.kept.is_zero() {
            return 0;
        }
        self.left.push_back(left);
        self.first + u64::try_from(self.left.len()).expect("a length fits into 64 bits") - 1
    }

    /// The item is no build any more; what is left of it is its record.
    pub(crate) fn forget_build(&mut self, id: QueueItemId, left: u64) {
        if left >= self.first {
            self.set(id.0, Place::Left(left));
        } else {
            self.forget(id.0);
        }
    }

    /// The record of an item that left.
    pub(crate) fn record(&self, left: u64) -> Option<&LeftItemView> {
        let at = usize::try_from(left.checked_sub(self.first)?).ok()?;
        self.left.get(at)
    }

    /// How many pages and records there are.
    #[cfg(test)]
    pub(crate) fn size(&self) -> usize {
        self.pages.len() + self.left.len()
    }

    /// Forgets what left long enough ago.
    pub(crate) fn expire(&mut self, now: Timestamp) {
        while self.left.front().is_some_and(|front| front.at + self.kept <= now) {
            self.forget_first();
        }
    }

    /// Forgets all that left: Jenkins keeps it in memory only (`Queue.leftItems`).
    pub(crate) fn forget_left(&mut self) {
        while !self.left.is_empty() {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        let Some(front) = self.left.pop_front() else { return };
        if self.place(front.id) == Some(Place::Left(self.first)) {
            self.forget(front.id.0);
        }
        self.first += 1;
    }
}
