//! `footman trace` as a user runs it.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]

use std::{path::Path, process::Command};

/// Whether the command succeeded, what it printed, and what it complained about.
fn footman(folder: &Path, arguments: &[&str]) -> (bool, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_footman")).current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_generated_trace_is_the_same_for_the_same_seed_and_can_be_looked_into() {
    let folder = tempfile::tempdir().unwrap();
    let generate = |name| {
        let arguments = ["trace", "generate", "--weeks", "1", "--seed", "7", "--output", name, "--label"];
        footman(folder.path(), &[&arguments[..], &["linux && x64:1:60:0.5:1024:2048"]].concat())
    };
    let (done, printed, _) = generate("a.csv");
    assert!(done && printed.contains("linux && x64") && printed.contains("seed 7"), "{printed}");
    assert!(generate("b.csv").0);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("a.csv"), read("b.csv"));
    assert!(read("a.csv").lines().nth(1).unwrap().contains(",linux && x64,1024,2048,"));

    let (done, printed, _) = footman(folder.path(), &["trace", "info", "a.csv", "--json"]);
    let info: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let rows = u64::try_from(read("a.csv").lines().count() - 1).unwrap();
    assert!(done);
    assert_eq!((&info["version"], &info["builds"]), (&1.into(), &rows.into()));
    assert_eq!(info["labels"][0]["label"], "linux && x64");
}

#[test]
fn a_history_is_imported_with_what_it_does_not_know() {
    let folder = tempfile::tempdir().unwrap();
    let export = r#"{"jobs":[{"fullName":"lib","labelExpression":"linux","allBuilds":[
        {"number":1,"timestamp":1600000000000,"duration":2000},
        {"number":2,"timestamp":1600000001000,"duration":0,"building":true}]}]}"#;
    std::fs::write(folder.path().join("builds.json"), export).unwrap();
    let import =
        ["trace", "import", "--jenkins-json", "builds.json", "--timezone", "Europe/Berlin", "-o", "t.csv"];
    let (done, printed, _) = footman(folder.path(), &import);
    assert!(done && printed.contains("left out: 1 builds that are still running"), "{printed}");
    assert!(printed.contains("starts 2020-09-13T14:26:40+02:00[Europe/Berlin]"), "{printed}");
    let trace = std::fs::read_to_string(folder.path().join("t.csv")).unwrap();
    let want = "# start=2020-09-13T12:26:40Z\n# timezone=Europe/Berlin\n\
                submit_s,duration_s,label,cpu,memory_mib,mem_peak_mib,job,run,after\n0,2,linux,,,,lib,1,\n";
    assert_eq!(trace, want);
}

#[test]
fn what_cannot_be_done_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.csv"), "submit_s,duration_s\n5,1\n4,1\n").unwrap();
    let table: [(&[&str], &str); 5] = [
        (&["trace", "info", "none.csv"], "cannot read `none.csv`"),
        (&["trace", "info", "bad.csv"], "`bad.csv`, line 3: submitted at 4 s"),
        (&["trace", "generate", "-o", "trace.txt"], "must have a name that ends in .csv"),
        (
            &["trace", "generate", "-o", "t.csv", "--builds-per-push", "NaN"],
            "the builds in a push must be 1 or more",
        ),
        (&["trace", "generate", "-o", "t.csv", "--label", "linux"], "write LABEL:SHARE:MEDIAN_S:SIGMA"),
    ];
    for (arguments, want) in table {
        let (done, _, complaint) = footman(folder.path(), arguments);
        // A terminal's width breaks lines; the words stay.
        let words = complaint.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert!(!done && words.contains(want), "{arguments:?}: {words}");
    }
    assert!(!folder.path().join("t.csv").exists());
}
