//! Input that nobody should write: it is refused with a place, in bounded time, without a panic.

use footman_config::{Code, Diagnostic, Kind, Severity, TEXT_BYTES_MAX, Text, load};
use proptest::prelude::*;

fn diagnostics(texts: &[Text<'_>]) -> Vec<Diagnostic> {
    let lookup = |name: &str| name.len().is_multiple_of(2).then(|| "1".to_owned());
    match load(texts, &lookup) {
        Ok(loaded) => {
            assert!(loaded.diagnostics.iter().all(|it| it.severity != Severity::Error));
            loaded.diagnostics
        }
        Err(refused) => {
            assert!(refused.diagnostics.iter().any(|it| it.severity == Severity::Error));
            refused.diagnostics
        }
    }
}

#[test]
fn bombs_and_loops_are_refused() {
    let laughs = (0..20).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        let next = n + 1;
        format!("{text}a{next}: &a{next} [*a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}]\n")
    });
    let deep = "[".repeat(100_000);
    let deep_blocks: String = (0..2000).map(|depth| format!("{:depth$}a:\n", "")).collect();
    let huge = " ".repeat(TEXT_BYTES_MAX + 1);
    let long = format!("jenkins: {}", "x".repeat(1_000_000));
    let many: String = (0..150_000).map(|n| format!("k{n}: 1\n")).collect();
    let keys: String = (0..20_000).map(|n| format!("k{n}: 1, ")).collect();
    let unknown = format!("jenkins: {{clouds: [{{ecs: {{name: a, {keys}}}}}]}}");
    let table: &[(&str, Code)] = &[
        (&laughs, Code::Yaml),
        ("a: &a [*a]", Code::Yaml),
        ("a: &a {b: *a}", Code::Yaml),
        (&deep, Code::Yaml),
        (&deep_blocks, Code::Yaml),
        (&huge, Code::TooLarge),
        (&long, Code::NoCloud),
        (&many, Code::Yaml),
        (&unknown, Code::TooLarge),
        ("a: [", Code::Yaml),
        ("a: 1\n---\nb: 2\n", Code::Yaml),
        ("\0", Code::Yaml),
        ("- a", Code::BadValue),
        ("jenkins: 1", Code::NoCloud),
        ("jenkins: {clouds: {ecs: {}}}", Code::BadValue),
        ("jenkins: {clouds: [{ecs: [1]}]}", Code::BadValue),
        ("jenkins: {clouds: [{ecs: {name: a, templates: [1, [2]]}}]}", Code::BadValue),
        ("jenkins: {clouds: [{ecs: {name: {a: b}}}]}", Code::BadValue),
        ("jenkins: {clouds: [{kubernetes: {}}]}", Code::NoCloud),
        ("jenkins: {clouds: [{ecs: {name: a}}]}", Code::NoTemplate),
        ("jenkins: {}\nowner: a", Code::MixedFile),
        ("", Code::EmptyFile),
    ];
    for (text, code) in table {
        let found = diagnostics(&[Text::new("jenkins.yaml", text)]);
        let head: String = text.chars().take(60).collect();
        assert!(found.iter().any(|it| it.code == *code), "{head}: {found:?}");
    }
}

/// Text that is nearly a configuration: its keys and values, in any order and at any depth.
fn nearly() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("jenkins:".to_owned()),
        Just("clouds:".to_owned()),
        Just("- ecs:".to_owned()),
        Just("name: a".to_owned()),
        Just("templates:".to_owned()),
        Just("- label: a".to_owned()),
        Just("cpu: .nan".to_owned()),
        Just("memory: -1".to_owned()),
        Just("memory: ${X:-${Y}}".to_owned()),
        Just("inheritFrom: a".to_owned()),
        Just(
            "simulation: {clusters: {default: {instances: [{type: m5.large, count: 4294967295}]}}}"
                .to_owned()
        ),
        Just("environments: [{name: A}]".to_owned()),
        Just("<<: *x".to_owned()),
        Just("x: &x {a: b}".to_owned()),
        "[a-zA-Z]{1,8}: [ -~]{0,12}",
    ];
    prop::collection::vec((0_usize..5, word), 0..24)
        .prop_map(|lines| lines.iter().map(|(depth, word)| format!("{:1$}{word}\n", "", depth * 2)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), other in any::<String>()) {
        let _ = diagnostics(&[Text::new("jenkins.yaml", &text), Text::new("footman.yaml", &other)]);
        let _ = diagnostics(&[Text { name: "own.yaml", content: &text, kind: Kind::Footman }]);
    }

    #[test]
    fn nothing_that_is_nearly_a_configuration_makes_it_panic(text in nearly(), other in nearly()) {
        let found = diagnostics(&[Text::new("a.yaml", &text), Text::new("b.yaml", &other)]);
        for place in found.iter().filter_map(|it| it.place.as_ref()) {
            let content = if &*place.file == "a.yaml" { &text } else { &other };
            prop_assert!(place.offset + place.length <= content.len(), "{place} of {content:?}");
            prop_assert!(content.is_char_boundary(place.offset));
        }
    }
}
