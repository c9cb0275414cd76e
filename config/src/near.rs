//! The nearest right spelling of a wrong word.

/// Words longer than this are not compared: nobody misspelt them.
const WORD_CHARS_MAX: usize = 64;

/// The one of `known` that is nearest to `word`, or `None` where none is near.
///
/// Near is what differs by at most a third of its letters, rounded up, upper and lower case being the same; a swap of
/// neighbours counts once. Of equals the first wins.
pub(crate) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word: Vec<char> = word.trim().chars().map(|c| c.to_ascii_lowercase()).collect();
    if word.is_empty() || word.len() > WORD_CHARS_MAX {
        return None;
    }
    known
        .iter()
        .filter_map(|&candidate| {
            let letters: Vec<char> = candidate.chars().map(|c| c.to_ascii_lowercase()).collect();
            let distance = distance(&word, &letters);
            (distance <= word.len().min(letters.len()).div_ceil(3)).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The number of letters to insert, remove, replace or swap with a neighbour (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_spelling_is_found_and_a_far_one_is_not() {
        let known = ["memory", "memoryReservation", "cpu", "label", "launchType"];
        let table = [
            ("memroy", Some("memory")),
            ("memory_reservation", Some("memoryReservation")),
            ("launchtype", Some("launchType")),
            ("lable", Some("label")),
            ("CPU", Some("cpu")),
            ("zzz", None),
            ("", None),
        ];
        for (word, want) in table {
            assert_eq!(nearest(word, &known), want, "{word}");
        }
        assert_eq!(nearest(&"m".repeat(10_000), &known), None);
    }
}
