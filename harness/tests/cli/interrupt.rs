//! `Ctrl-C` on a long run: it ends cleanly with what it has.

use crate::{folder, footman, trace};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

/// Runs a command until it says how far it is, sends SIGINT to it, and gives its exit code and its document.
fn interrupted(folder: &Path, arguments: &[&str], says: &str) -> (Option<i32>, Value) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_footman"))
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary under test starts");
    let errors = child.stderr.as_mut().expect("it is piped");
    let mut lines = BufReader::new(errors).lines().map(Result::unwrap);
    let told = lines.find(|line| line.starts_with(says));
    assert!(told.is_some(), "{arguments:?} ended without a word on how far it is");
    let pid = child.id().to_string();
    let sent =
        Command::new("sh").args(["-c", "kill -s INT \"$1\"", "sh", &pid]).status().expect("a shell starts");
    assert!(sent.success());
    let output = child.wait_with_output().expect("the command ends");
    let text = String::from_utf8_lossy(&output.stdout);
    let document = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    (output.status.code(), document)
}

fn number(document: &Value, field: &str) -> u64 {
    document[field].as_u64().unwrap_or_else(|| panic!("`{field}` is no whole number"))
}

#[test]
fn a_simulation_ends_with_what_it_has() {
    let folder = folder(&[("t.csv", &trace(300_000))]);
    let arguments = ["simulate", "--trace", "t.csv", "--json"];
    let (code, document) = interrupted(folder.path(), &arguments, "simulating: ");
    assert_eq!((code, &document["ending"]), (Some(130), &Value::from("interrupted")));
    let (started, waiting) = (number(&document, "builds"), number(&document, "unserved"));
    assert!(started > 5_000 && started < 300_000 && waiting > 0, "{started} started, {waiting} not");
    assert_eq!(document["labels"][0]["builds"], document["builds"]);
    assert!(document["cost_usd"].as_f64() > Some(0.0), "{}", document["cost_usd"]);

    // Where it ended depends on the machine, so that nothing can be held against it.
    fs::write(folder.path().join("run.json"), document.to_string()).unwrap();
    let replayed = footman(folder.path(), &["replay", "run.json"]);
    assert_eq!((replayed.code, replayed.out.as_str()), (Some(1), ""), "{}", replayed.err);
    assert!(replayed.err.contains("was interrupted"), "{}", replayed.err);
}

#[test]
fn a_load_ends_with_what_it_has() {
    let folder = folder(&[]);
    let arguments = ["load", "--rate", "19/s", "--for", "100h", "--duration", "5s", "--json"];
    let (code, document) = interrupted(folder.path(), &arguments, "loading: ");
    assert_eq!((code, &document["ending"]), (Some(130), &Value::from("interrupted")));
    let (all, arrived, started) =
        (number(&document, "builds"), number(&document, "arrived"), number(&document, "started"));
    assert_eq!(all, 19 * 3600 * 100);
    assert!(started > 5_000 && started <= arrived && arrived < all, "{started} of {arrived} of {all}");
}

#[test]
fn a_plan_ends_with_what_it_has() {
    let folder = folder(&[("t.csv", &trace(6_000))]);
    let arguments = ["plan", "--trace", "t.csv", "--slo", "p99=70s", "--json"];
    let (code, document) = interrupted(folder.path(), &arguments, "planning: ");
    assert_eq!((code, &document["ending"]), (Some(130), &Value::from("interrupted")));
    assert_eq!(document["workload"]["builds"], 6_000);
    let verdict = document["verdict"].as_str().unwrap();
    assert!(verdict.starts_with("Interrupted"), "{verdict}");
}
