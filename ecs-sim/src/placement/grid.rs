//! Instances in cells that hold all those of one count of tasks and one amount of a resource, in no order within.
//!
//! Where one strategy decides, those of a cell are equal but for the other resource, so nothing is kept sorted: an
//! instance moves by a swap and a push, and what a search needs is the most of the other resource in each cell. The
//! amounts that occur are multiples of some power of two of CPU units or MiB; a cell stands for each multiple, so the
//! grid is exact. Where that makes too many cells, the ordered index serves instead.

use super::{RANDOM_DRAWS_MAX, maxima::Maxima, view::draw};
use rand_pcg::Pcg64;

/// The binary logarithm of the most cells that a grid has.
const CELLS_BITS_MAX: u32 = 17;
/// Columns that are counted together.
const CHUNK: usize = 16;
const ABSENT: u32 = u32::MAX;

/// What a grid knows of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// Tasks of the group, where these lead; zero elsewhere.
    pub(super) tasks: u32,
    /// The resource left that the cells go by.
    pub(super) primary: u32,
    /// What is left of the other resource.
    pub(super) other: u32,
}

/// More cells would be needed than a grid has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooFine;

/// The bits of an occupant that hold the slot; above them is its room.
const SLOT_MASK: u64 = (1 << u32::BITS) - 1;

#[derive(Debug, Clone, Copy)]
struct Place {
    cell: u32,
    position: u32,
}

/// The cells: a row for each count of tasks, a column for each amount of the primary resource.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    /// Every primary amount is a multiple of two to this power.
    shift: u32,
    /// A row has two to this power columns.
    columns_bits: u32,
    /// The largest primary amount so far.
    primary_max: u32,
    /// The occupants of each cell.
    cells: Vec<Maxima<u64>>,
    /// By cell: the most room of its occupants.
    rooms_max: Maxima<u32>,
    /// By cell: how many instances it has.
    counts: Vec<u32>,
    /// By row: how many instances it has.
    row_counts: Vec<u32>,
    /// The first row that has an instance; as many as there are rows, or more, where none has.
    first_row: usize,
    /// By slot.
    places: Vec<Place>,
}

impl Grid {
    /// A grid without instances.
    pub(super) fn new() -> Self {
        Self {
            shift: 31,
            columns_bits: 0,
            primary_max: 0,
            cells: Vec::new(),
            rooms_max: Maxima::default(),
            counts: Vec::new(),
            row_counts: Vec::new(),
            first_row: usize::MAX,
            places: Vec::new(),
        }
    }

    /// Notes what is left of an instance, or that it takes nothing.
    pub(super) fn set(&mut self, slot: u32, entry: Option<Entry>) -> Result<(), TooFine> {
        let to = match entry {
            Some(entry) => self.cell_of(entry)?,
            None => ABSENT,
        };
        let index = wide(slot);
        if index >= self.places.len() {
            self.places.resize(index + 1, Place { cell: ABSENT, position: 0 });
        }
        let was = self.places[index];
        let occupant = entry.map_or(0, |entry| occupant(room(entry.other), slot));
        if was.cell == to {
            if to != ABSENT {
                self.cells[wide(to)].set(wide(was.position), occupant);
                self.summarise(wide(to));
            }
            return Ok(());
        }
        if was.cell != ABSENT {
            self.take_out(was);
        }
        self.places[index].cell = to;
        if to != ABSENT {
            self.put_in(wide(to), occupant);
        }
        Ok(())
    }

    fn take_out(&mut self, place: Place) {
        let (at, position) = (wide(place.cell), wide(place.position));
        let cell = &mut self.cells[at];
        cell.swap_remove(position);
        self.counts[at] -= 1;
        self.row_counts[at >> self.columns_bits] -= 1;
        while self.row_counts.get(self.first_row) == Some(&0) {
            self.first_row += 1;
        }
        if position < cell.len() {
            self.places[slot_of(cell.get(position))].position = place.position;
        }
        self.summarise(at);
    }

    fn put_in(&mut self, at: usize, occupant: u64) {
        let cell = &mut self.cells[at];
        self.places[slot_of(occupant)].position = narrow(cell.len());
        cell.push(occupant);
        let row = at >> self.columns_bits;
        self.counts[at] += 1;
        self.row_counts[row] += 1;
        self.first_row = self.first_row.min(row);
        self.summarise(at);
    }

    fn summarise(&mut self, at: usize) {
        self.rooms_max.set(at, room_of(self.cells[at].max()));
    }

    /// The cell of an instance, made where it is not there yet.
    fn cell_of(&mut self, entry: Entry) -> Result<u32, TooFine> {
        let column = entry.primary >> self.shift;
        if column << self.shift != entry.primary || column >> self.columns_bits != 0 {
            self.refine(entry.primary)?;
            return self.cell_of(entry);
        }
        if entry.tasks >> (CELLS_BITS_MAX - self.columns_bits) != 0 {
            return Err(TooFine);
        }
        let cell = (entry.tasks << self.columns_bits) | column;
        if wide(cell) >= self.cells.len() {
            self.reach(entry.tasks);
        }
        Ok(cell)
    }

    /// Makes rows up to this count of tasks.
    fn reach(&mut self, tasks: u32) {
        let cells = (wide(tasks) + 1) << self.columns_bits;
        self.cells.resize_with(cells, Maxima::default);
        self.counts.resize(cells, 0);
        self.row_counts.resize(wide(tasks) + 1, 0);
        while self.rooms_max.len() < cells {
            self.rooms_max.push(0);
        }
    }

    /// Lays the cells out anew, so that there is one for this amount.
    fn refine(&mut self, primary: u32) -> Result<(), TooFine> {
        let primary_max = self.primary_max.max(primary);
        let shift = self.shift.min(primary.trailing_zeros());
        let columns_bits = u32::BITS - (primary_max >> shift).leading_zeros();
        let rows = self.cells.len() >> self.columns_bits;
        if columns_bits > CELLS_BITS_MAX || rows << columns_bits > 1 << CELLS_BITS_MAX {
            return Err(TooFine);
        }
        let old = std::mem::replace(self, Self { shift, columns_bits, primary_max, ..Self::new() });
        self.places = old.places;
        if let Some(last) = rows.checked_sub(1) {
            self.reach(narrow(last));
        }
        for (at, cell) in (0_u32..).zip(old.cells) {
            let row = at >> old.columns_bits;
            let primary = (at - (row << old.columns_bits)) << old.shift;
            let at = (row << columns_bits) | (primary >> shift);
            for occupant in (0..cell.len()).map(|position| cell.get(position)) {
                self.places[slot_of(occupant)].cell = at;
                self.put_in(wide(at), occupant);
            }
        }
        Ok(())
    }

    /// The slot of an instance with room, in the first row and, unless `padded`, the first column that has one.
    ///
    /// Equals are all instances with room of that row where the order is `padded`, of that cell otherwise.
    pub(super) fn find(&self, primary: u32, other: u32, padded: bool, sequence: &mut Pcg64) -> Option<u32> {
        let first_column = wide(primary.div_ceil(1 << self.shift));
        let columns = 1_usize << self.columns_bits;
        let room = room(other);
        if first_column >= columns || self.first_row >= self.row_counts.len() {
            return None;
        }
        let mut from = (self.first_row << self.columns_bits) + first_column;
        loop {
            let found = self.rooms_max.first_from(from, room)?;
            let column = found & (columns - 1);
            if column < first_column {
                from = found - column + first_column;
            } else if padded {
                return Some(self.draw_among(found, found - column, room, sequence));
            } else {
                return Some(self.draw_in(found, room, sequence));
            }
        }
    }

    /// Draws a position of a cell that has an instance with room, and takes the next with room from there on.
    fn draw_in(&self, at: usize, room: u32, sequence: &mut Pcg64) -> u32 {
        let (cell, least) = (&self.cells[at], occupant(room, 0));
        let drawn = match cell.len() {
            1 => 0,
            len => wide(draw(sequence, narrow(len))),
        };
        let next = cell.first_from(drawn, least).or_else(|| cell.first_from(0, least));
        low(cell.get(next.expect("the cell has one with room")))
    }

    /// Draws one of the cells from `first`, which has one with room, to the end of its row until it has room; after some
    /// tries, the next with room.
    fn draw_among(&self, first: usize, row_start: usize, room: u32, sequence: &mut Pcg64) -> u32 {
        let total = self.row_counts[row_start >> self.columns_bits] - sum(&self.counts[row_start..first]);
        let end = row_start + (1 << self.columns_bits);
        let (mut at, mut position) = (first, 0);
        for _ in 0..RANDOM_DRAWS_MAX {
            let mut rank = if total == 1 { 0 } else { draw(sequence, total) };
            at = first;
            while let Some(chunk) = self.counts[at..end].get(..CHUNK)
                && rank >= sum(chunk)
            {
                rank -= sum(chunk);
                at += CHUNK;
            }
            while rank >= self.counts[at] {
                rank -= self.counts[at];
                at += 1;
            }
            position = wide(rank);
            let drawn = self.cells[at].get(position);
            if room_of(drawn) >= room {
                return low(drawn);
            }
        }
        let least = occupant(room, 0);
        let later = self.cells[at].first_from(position, least).map(|position| (at, position));
        let (at, position) = later.unwrap_or_else(|| {
            let next = self.rooms_max.first_from(at + 1, room).filter(|&next| next < end).unwrap_or(first);
            let position = self.cells[next].first_from(0, least);
            (next, position.expect("the largest room of a cell is in it"))
        });
        low(self.cells[at].get(position))
    }
}

/// The sum of some counts of instances, of which there are fewer than 2^32; wrapping lets the compiler add many at once.
fn sum(counts: &[u32]) -> u32 {
    counts.iter().copied().fold(0, u32::wrapping_add)
}

/// What is left plus one, so that zero is left to those who take nothing.
fn room(left: u32) -> u32 {
    left.saturating_add(1)
}

/// An instance of a cell: its room above the bits of its slot.
fn occupant(room: u32, slot: u32) -> u64 {
    u64::from(room) << u32::BITS | u64::from(slot)
}

fn room_of(occupant: u64) -> u32 {
    u32::try_from(occupant >> u32::BITS).expect("half of 64 bits are 32")
}

fn low(occupant: u64) -> u32 {
    u32::try_from(occupant & SLOT_MASK).expect("the mask has 32 bits")
}

fn slot_of(occupant: u64) -> usize {
    wide(low(occupant))
}

fn wide(number: u32) -> usize {
    usize::try_from(number).expect("a usize has at least 32 bits on every supported target")
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).expect("there are no more instances than slots")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand_pcg::rand_core::SeedableRng;

    fn entry() -> impl Strategy<Value = Option<Entry>> {
        let amount = prop_oneof![6 => (0u32..9).prop_map(|n| n * 64), 1 => 0u32..600];
        let entry = (0u32..4, amount, 0u32..9);
        prop::option::weighted(0.8, entry.prop_map(|(tasks, primary, other)| Entry { tasks, primary, other }))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn what_is_found_is_among_the_best(
            changes in prop::collection::vec((0u32..200, entry()), 1..500),
            needs in prop::collection::vec((0u32..600, 0u32..10, any::<bool>()), 40),
        ) {
            let mut grid = Grid::new();
            let mut model = vec![None; 200];
            for (slot, entry) in changes {
                grid.set(slot, entry).unwrap();
                model[wide(slot)] = entry;
            }
            let mut sequence = Pcg64::seed_from_u64(3);
            for (primary, other, padded) in needs {
                let score = |entry: Entry| (entry.tasks, if padded { 0 } else { entry.primary });
                let fits = |entry: &Entry| entry.primary >= primary && entry.other >= other;
                let best = model.iter().flatten().copied().filter(|entry| fits(entry)).map(score).min();
                let found = grid.find(primary, other, padded, &mut sequence);
                let found = found.map(|slot| model[wide(slot)].expect("it is there"));
                prop_assert!(found.is_none_or(|entry| fits(&entry)));
                prop_assert_eq!(found.map(score), best);
            }
        }
    }

    #[test]
    fn too_many_cells_are_refused() {
        let mut grid = Grid::new();
        let entry = |tasks, primary| Some(Entry { tasks, primary, other: 1 });
        assert_eq!(grid.set(0, entry(0, 1 << 20)), Ok(()));
        assert_eq!(grid.set(1, entry(0, 1 << 10)), Ok(()));
        assert_eq!(grid.set(2, entry(0, 1)), Err(TooFine));
        assert_eq!(grid.set(2, entry(1 << 10, 1 << 10)), Err(TooFine));
        let mut sequence = Pcg64::seed_from_u64(3);
        assert_eq!(grid.find(1, 1, false, &mut sequence), Some(1));
    }
}
