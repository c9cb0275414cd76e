//! Replays the corpus of the fuzz target in `ecs-sim/fuzz`.

use crate::laws::check_total;
use std::{fs, path::Path};

#[test]
fn no_text_of_the_corpus_makes_the_parser_panic() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/query");
    let mut names: Vec<_> = fs::read_dir(&folder)
        .expect("the corpus is there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    names.sort();
    assert!(names.len() > 20, "the corpus has texts of every kind");
    for path in names {
        let bytes = fs::read(&path).expect("a text of the corpus can be read");
        check_total(&String::from_utf8_lossy(&bytes));
    }
}
