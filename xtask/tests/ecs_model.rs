//! Holds the generator of ECS's types to its output on a small model.

use std::{fs, path::PathBuf};
use xtask::ecs_model::{ANSWERED, Model, ModelError, emit};

fn fixture(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/ecs_model").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn model() -> Model {
    Model::parse(&fixture("model.json")).expect("the fixture is a model")
}

#[test]
fn a_small_model_becomes_these_types() {
    let code = emit(&model(), "0.0.0", &["MakeTea"]).unwrap();
    // Written anew by `UPDATE=1 cargo test -p xtask`; what changed is for the reviewer to read.
    if std::env::var_os("UPDATE").is_some() {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/ecs_model/expected.rs");
        fs::write(path, &code).unwrap();
    }
    assert_eq!(code, fixture("expected.rs"));
}

#[test]
fn the_documentation_of_the_model_stays_behind() {
    assert!(!emit(&model(), "0.0.0", &["MakeTea"]).unwrap().contains("Not copied"));
}

#[test]
fn what_a_model_lacks_is_named() {
    let lacking = emit(&model(), "0.0.0", &["MakeCocoa"]).unwrap_err();
    assert!(matches!(lacking, ModelError::NoOperation(name) if name == "MakeCocoa"));

    let text = fixture("model.json");
    let broken = [
        (text.replace(r#"{ "type": "long" }"#, r#"{ "type": "blob" }"#), "shape `Long` is a `blob`"),
        (text.replace(r#""tea": { "shape": "Tea" }"#, r#""tea": { "shape": "Tee" }"#), "no shape `Tee`"),
        (
            text.replace(r#""hot": { "shape": "Boolean" }"#, r#""hot": { "shape": "Tea" }"#),
            "`Tea` holds itself",
        ),
        (text.replace(r#""earl-grey""#, r#""green""#), "`GREEN` and `green` both become `Green`"),
    ];
    for (text, says) in broken {
        let error = emit(&Model::parse(&text).unwrap(), "0.0.0", &["MakeTea"]).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn operations_are_listed_once_and_in_order() {
    assert!(ANSWERED.is_sorted_by(|one, other| one < other));
}
