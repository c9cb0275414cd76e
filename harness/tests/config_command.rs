//! `footman config`, as a user runs it.

use serde_json::Value;
use std::{fs, path::Path, process::Command};

/// What the command said and how it ended.
struct Outcome {
    code: Option<i32>,
    out: String,
    err: String,
}

fn footman(arguments: &[&str], folder: &Path) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_footman"))
        .args(arguments)
        .current_dir(folder)
        .env("FOOTMAN_TEST_AGENTS", "17")
        .output()
        .expect("the binary under test starts");
    Outcome {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn examples() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples"))
}

/// A folder with one Jenkins file.
fn folder_with(content: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    fs::write(folder.path().join("jenkins.yaml"), content).expect("and written to");
    folder
}

const SMALL: &str = "jenkins:\n  clouds:\n  - ecs:\n      name: ecs\n      maxAgents: ${FOOTMAN_TEST_AGENTS}\n      \
                     templates:\n      - {templateName: java, label: java, image: x, cpu: 1024, memory: 2048}\n";

#[test]
fn a_folder_is_checked_and_found_usable() {
    let outcome = footman(&["config", "check", "."], examples());
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    assert!(outcome.out.contains("clouds 2, templates 4"), "{}", outcome.out);
}

#[test]
fn an_error_is_shown_in_its_place_and_fails_the_check() {
    let folder = folder_with(SMALL.replace("label:", "lable:").as_bytes());
    let outcome = footman(&["config", "check", "jenkins.yaml"], folder.path());
    assert_eq!(outcome.code, Some(1), "{}", outcome.out);
    for part in ["error: unknown-key", "jenkins.yaml:7", "did you mean `label`?"] {
        assert!(outcome.out.contains(part), "{part}: {}", outcome.out);
    }
    let outcome = footman(&["config", "check", "--json", "jenkins.yaml"], folder.path());
    let json: Value = serde_json::from_str(&outcome.out).unwrap();
    assert_eq!(outcome.code, Some(1));
    assert_eq!((json["version"].as_u64(), json["usable"].as_bool()), (Some(1), Some(false)));
    let found = json["diagnostics"].as_array().unwrap();
    let unknown = found.iter().find(|it| it["code"] == "unknown-key").unwrap();
    assert_eq!((unknown["place"]["line"].as_u64(), unknown["place"]["column"].as_u64()), (Some(7), Some(30)));
}

#[test]
fn placeholders_come_from_the_command_line_before_the_environment() {
    let folder = folder_with(SMALL.as_bytes());
    let agents = |arguments: &[&str]| {
        let outcome = footman(arguments, folder.path());
        let json: Value = serde_json::from_str(&outcome.out).unwrap_or_else(|_| panic!("{}", outcome.err));
        let values = json["clouds"][0]["values"].as_array().unwrap();
        let row = values.iter().find(|row| row["key"] == "maxAgents").unwrap();
        (row["value"].as_str().unwrap().to_owned(), row["from"].as_str().unwrap().to_owned())
    };
    let from = "jenkins.yaml:5:18, from ${FOOTMAN_TEST_AGENTS}".to_owned();
    assert_eq!(agents(&["config", "show", "--json", "jenkins.yaml"]), ("17".to_owned(), from.clone()));
    let given = ["config", "show", "--json", "jenkins.yaml", "--var", "FOOTMAN_TEST_AGENTS=3"];
    assert_eq!(agents(&given), ("3".to_owned(), from));
}

#[test]
fn one_template_is_shown_with_the_origin_of_each_value() {
    let outcome =
        footman(&["config", "show", "jenkins.yaml", "footman.yaml", "--template", "ecs/java"], examples());
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    let line = |key: &str| outcome.out.lines().find(|line| line.trim().starts_with(key)).unwrap_or_default();
    assert!(line("memory ").contains("jenkins.yaml:"), "{}", outcome.out);
    assert!(line("imageSize").contains("footman.yaml:"), "{}", outcome.out);
    assert!(line("privileged").contains("default"), "{}", outcome.out);
    let outcome = footman(&["config", "show", "jenkins.yaml", "--template", "cobol"], examples());
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.err.contains("ecs/java"), "{}", outcome.err);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = folder_with(b"jenkins:\n  x: \xff\n");
    let outcome = footman(&["config", "check", "jenkins.yaml"], folder.path());
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.err.contains("jenkins.yaml:2"), "{}", outcome.err);
    let outcome = footman(&["config", "check", "absent.yaml"], folder.path());
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.err.contains("absent.yaml"), "{}", outcome.err);
    let empty = tempfile::tempdir().unwrap();
    let outcome = footman(&["config", "check", "."], empty.path());
    assert_eq!(outcome.code, Some(1));
}

/// `footman.yaml` with these constraints of the template `java`.
fn constrained(constraints: &str) -> tempfile::TempDir {
    let folder = folder_with(SMALL.as_bytes());
    let footman =
        format!("clouds:\n  ecs:\n    templates:\n      java:\n        placementConstraints:\n{constraints}");
    fs::write(folder.path().join("footman.yaml"), footman).expect("the folder is there");
    folder
}

#[test]
fn a_placement_constraint_that_is_no_expression_is_shown_in_its_place() {
    // (the list, line, column of what is wrong, what is said)
    let table = [
        ("          - {type: memberOf, expression: attribute:a = b}\n", 6, 54, "expected an operator"),
        ("          - {type: memberOf, expression: \"attribute:a === b\"}\n", 6, 55, "expected an operator"),
        ("          - type: memberOf\n            expression: attribut:a == b\n", 7, 25, "attribute:a"),
        // A text over several lines is a text all the same.
        ("          - type: memberOf\n            expression: >-\n              size == 3\n", 8, 15, "size"),
    ];
    for (constraints, line, column, said) in table {
        let folder = constrained(constraints);
        let check = ["config", "check", "--json", "jenkins.yaml", "footman.yaml"];
        let outcome = footman(&check, folder.path());
        assert_eq!(outcome.code, Some(1), "{constraints}: {}", outcome.out);
        let json: Value = serde_json::from_str(&outcome.out).unwrap();
        let found = json["diagnostics"].as_array().unwrap();
        let wrong = found.iter().find(|it| it["code"] == "bad-placement").expect("it is said");
        let place = &wrong["place"];
        assert_eq!(place["file"], "footman.yaml");
        assert_eq!(
            (place["line"].as_u64(), place["column"].as_u64()),
            (Some(line), Some(column)),
            "{constraints}: {wrong}"
        );
        assert!(wrong.to_string().contains(said), "{constraints}: {wrong}");
        let outcome = footman(&["simulate", "--config", "."], folder.path());
        assert_eq!(outcome.code, Some(1), "no run starts with it");
        assert!(outcome.err.contains("bad-placement") && outcome.out.is_empty(), "{}", outcome.err);
    }
}

#[test]
fn placement_constraints_are_shown_with_their_place() {
    let folder = constrained(
        "          - {type: memberOf, expression: 'attribute:a exists'}\n          - {type: distinctInstance}\n",
    );
    let outcome = footman(&["config", "show", "--json", "jenkins.yaml", "footman.yaml"], folder.path());
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    let json: Value = serde_json::from_str(&outcome.out).unwrap();
    let values = json["clouds"][0]["templates"][0]["values"].as_array().unwrap();
    let row = values.iter().find(|row| row["key"] == "placementConstraints").unwrap();
    assert_eq!(row["value"], "memberOf(attribute:a exists), distinctInstance");
    assert_eq!(row["from"], "footman.yaml:6:11");
}
