//! README shows what the program really prints.

use std::{fs, path::Path, process::Command};

#[test]
fn the_example_in_readme_is_what_the_program_prints() {
    let output = Command::new(env!("CARGO_BIN_EXE_footman")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    let (_, shown) = readme.split_once("```text\n").expect("README has the example");
    let (shown, _) = shown.split_once("```").expect("the example ends");
    // Tables are padded to their columns; no editor keeps blanks at the ends of lines.
    let lines = |text: &str| text.trim().lines().map(str::trim_end).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(shown), lines(&printed), "put this into README:\n{}", lines(&printed).join("\n"));
}
