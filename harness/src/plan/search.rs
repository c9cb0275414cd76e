//! The least number that will do.

use std::collections::BTreeMap;

/// Finds the least `n` above `floor` and up to `most` for which `good` holds, where it holds for all larger ones too;
/// `None` where it does not even hold for `most`. It is known not to hold for `floor`, or `floor` is 0.
///
/// More executors help, but not every one of them at every moment (packing is chaotic), so the number found is checked
/// against its neighbour below: `good(n)` holds and `good(n - 1)` does not.
///
/// # Errors
///
/// Passes on the first error of `good`.
pub(crate) fn least<E>(
    floor: u32,
    most: u32,
    good: &mut impl FnMut(u32) -> Result<bool, E>,
) -> Result<Option<u32>, E> {
    if most <= floor || !good(most)? {
        return Ok(None);
    }
    let (mut low, mut high) = (floor, most);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if good(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(Some(high))
}

/// Remembers what a costly function answered.
pub(crate) struct Memory<T> {
    known: BTreeMap<u32, T>,
}

impl<T: Clone> Memory<T> {
    pub(crate) fn new() -> Self {
        Self { known: BTreeMap::new() }
    }

    /// What `ask` answers to `n`, asked once.
    pub(crate) fn get<E>(&mut self, n: u32, ask: impl FnOnce(u32) -> Result<T, E>) -> Result<T, E> {
        if let Some(known) = self.known.get(&n) {
            return Ok(known.clone());
        }
        let answer = ask(n)?;
        self.known.insert(n, answer.clone());
        Ok(answer)
    }

    /// Everything asked so far, in the order of the numbers.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, &T)> {
        self.known.iter().map(|(&n, answer)| (n, answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    #[test]
    fn the_least_number_is_found_with_few_questions() {
        for (floor, most, from) in [
            (0, 1, 1),
            (0, 100, 1),
            (36, 100, 37),
            (20, 100, 37),
            (0, 100, 100),
            (0, 100, 101),
            (0, 0, 1),
            (5, 5, 6),
        ] {
            let mut asked = 0;
            let found: Result<_, Infallible> = least(floor, most, &mut |n| {
                assert!(n > floor, "what is known is not asked");
                asked += 1;
                Ok(n >= from)
            });
            assert_eq!(found.unwrap(), (from <= most).then_some(from), "{from} of {most}");
            assert!(asked <= 8, "{asked} questions for {from} of {most}");
        }
    }
}
