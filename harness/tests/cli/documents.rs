//! The pages on the JSON documents name every field that the documents have, and no other.

use crate::{folder, footman};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

/// The names of all fields in `value`, as the pages write them.
fn fields(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                // The keys of this one are names of instance types.
                let key = if path == "instance_hours" { "TYPE" } else { key };
                let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                fields(value, &path, found);
                found.insert(path);
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| fields(entry, &format!("{path}[]"), found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The names of the fields that a page documents: the first column of its table.
fn documented(page: &str) -> BTreeSet<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(page);
    let text = fs::read_to_string(file).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let rows: Vec<(&str, &str)> = rows.collect();
    for (name, rest) in &rows {
        let (unit, what) = rest.split_once(" | ").unwrap_or_default();
        assert!(!unit.is_empty() && what.len() > 6, "{page}: `{name}` has a unit or type and an explanation");
    }
    let names: BTreeSet<String> = rows.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names.len(), rows.len(), "{page}: no field is there twice");
    names
}

/// Four builds at once where one instance has room for one or two, and a week apart from the last.
const TRACE: &str = "submit_s,duration_s,label\n0,600,a\n0,600,a\n0,600,a\n0,600,b\n700000,60,a\n";

#[test]
fn each_page_names_the_fields_of_its_document() {
    let folder = folder(&[("t.csv", TRACE)]);
    let pages: [(&str, &[&str]); 4] = [
        ("simulate-json.md", &["simulate", "--trace", "t.csv", "--cluster", "ec2:m5.large=1", "--json"]),
        ("simulate-json.md", &["simulate", "--trace", "t.csv", "--pool", "fixed:1", "--json"]),
        ("plan-json.md", &["plan", "--trace", "t.csv", "--instance-type", "m5.large", "--json"]),
        ("load-json.md", &["load", "--rate", "60/s", "--for", "20s", "--json"]),
    ];
    for page in ["simulate-json.md", "plan-json.md", "load-json.md"] {
        let mut found = BTreeSet::new();
        for (_, arguments) in pages.iter().filter(|(of, _)| *of == page) {
            let outcome = footman(folder.path(), arguments);
            assert_eq!(outcome.code, Some(0), "{arguments:?}: {}", outcome.err);
            fields(&serde_json::from_str(&outcome.out).unwrap(), "", &mut found);
        }
        // The load reads no file, and its record has the same shape as the others'.
        if page == "load-json.md" {
            found.extend(["record.inputs[].path", "record.inputs[].sha256"].map(str::to_owned));
        }
        let documented = documented(page);
        let missing: Vec<_> = found.difference(&documented).collect();
        let extra: Vec<_> = documented.difference(&found).collect();
        assert!(missing.is_empty(), "not in docs/{page}: {missing:?}");
        assert!(extra.is_empty(), "in docs/{page}, and no document of the test has it: {extra:?}");
    }
}
