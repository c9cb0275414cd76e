//! `footman replay`: the same run again, and what stands in its way.

use crate::{folder, footman, trace};
use serde_json::Value;
use std::{fs, path::Path};

/// Runs a command and keeps its document under `name`.
fn keep(folder: &Path, name: &str, arguments: &[&str]) {
    let outcome = footman(folder, arguments);
    assert_eq!(outcome.code, Some(0), "{arguments:?}: {}", outcome.err);
    fs::write(folder.join(name), outcome.out).unwrap();
}

fn change(file: &Path, change: impl FnOnce(&mut Value)) {
    let mut document: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    change(&mut document);
    fs::write(file, serde_json::to_string_pretty(&document).unwrap()).unwrap();
}

#[test]
fn a_run_is_repeated_to_the_byte() {
    let folder = folder(&[("t.csv", &trace(20))]);
    let runs: [(&str, &[&str]); 4] = [
        ("pool.json", &["simulate", "--trace", "t.csv", "--pool", "fixed:3", "--json"]),
        ("world.json", &["simulate", "--trace", "t.csv", "--cluster", "ec2:m5.large=4", "--json"]),
        ("plan.json", &["plan", "--trace", "t.csv", "--instance-type", "m5.large", "--json"]),
        ("load.json", &["load", "--burst", "20", "--json"]),
    ];
    for (name, arguments) in runs {
        keep(folder.path(), name, arguments);
        let outcome = footman(folder.path(), &["replay", name]);
        assert_eq!(outcome.code, Some(0), "{name}: {}", outcome.err);
        assert!(outcome.out.starts_with("identical"), "{name}: {}", outcome.out);
        // The wall time of a load is never twice the same.
        assert_eq!(outcome.out.contains("byte for byte"), name != "load.json", "{name}: {}", outcome.out);
        assert!(outcome.out.contains(&arguments.join(" ")), "{name}: {}", outcome.out);
    }
    // Relative paths start in the folder of the run.
    let elsewhere = tempfile::tempdir().unwrap();
    let file = folder.path().join("pool.json");
    let (file, place) = (file.to_str().unwrap(), folder.path().to_str().unwrap());
    let outcome = footman(elsewhere.path(), &["replay", file]);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.err.contains("t.csv") && outcome.err.contains("--folder"), "{}", outcome.err);
    assert_eq!(footman(elsewhere.path(), &["replay", file, "--folder", place]).code, Some(0));
}

#[test]
fn what_stands_in_the_way_is_said() {
    let folder = folder(&[("t.csv", &trace(5)), ("text.json", "{\n  \"a\": ,\n}"), ("bare.json", "{}")]);
    let simulate = ["simulate", "--trace", "t.csv", "--pool", "fixed:3", "--json"];
    let refused = |file: &str, wanted: &[&str]| {
        let outcome = footman(folder.path(), &["replay", file]);
        assert_eq!((outcome.code, outcome.out.as_str()), (Some(1), ""), "{file}: {}", outcome.err);
        let message = outcome.err.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in wanted {
            assert!(message.contains(part), "{file}: `{part}` is not in `{message}`");
        }
    };
    refused("text.json", &["text.json, line 2", "not JSON"]);
    refused("bare.json", &["bare.json", "no `record`"]);
    let file = folder.path().join("run.json");
    let fresh = || keep(folder.path(), "run.json", &simulate);

    fresh();
    change(&file, |document| document["record"]["format"] = 2.into());
    refused("run.json", &["format 2, newer"]);

    fresh();
    change(&file, |document| document["builds"] = 4.into());
    refused("run.json", &["`builds` was 4, and is 5"]);

    fresh();
    change(&file, |document| document["record"]["arguments"][0] = "trace".into());
    refused("run.json", &["does not take the recorded command"]);

    fresh();
    change(&file, |document| document["record"]["arguments"] = serde_json::json!(["config", "check"]));
    refused("run.json", &["footman config check"]);

    fresh();
    change(&file, |document| document["record"]["version"] = "0.0.1".into());
    let outcome = footman(folder.path(), &["replay", "run.json"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    assert!(outcome.err.contains("0.0.1"), "{}", outcome.err);
    assert!(outcome.out.contains("every compared value"), "{}", outcome.out);

    fresh();
    fs::write(folder.path().join("t.csv"), trace(6)).unwrap();
    refused("run.json", &["t.csv", "is not what the run read"]);
    fs::remove_file(folder.path().join("t.csv")).unwrap();
    refused("run.json", &["cannot read the input t.csv"]);
}
