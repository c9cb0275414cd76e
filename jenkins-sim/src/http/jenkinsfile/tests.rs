//! Scripts and what is read of them; whatever the text is, it is read or refused.

use super::*;
use proptest::prelude::*;

/// Blocks as `label seconds after…`, or how long a run without any lasts, or the error.
fn shown(script: &str) -> Vec<String> {
    match read(script) {
        Err(error) => vec![error.to_string()],
        Ok(plan) if plan.blocks.is_empty() => vec![format!("none {}", plan.duration.as_millis() / 1_000)],
        Ok(plan) => plan
            .blocks
            .iter()
            .map(|block| {
                let label = block.label.as_deref().unwrap_or("any");
                format!("{label} {} {:?}", block.duration.as_millis() / 1_000, block.after)
            })
            .collect(),
    }
}

#[test]
fn a_scripted_pipeline_is_read_for_its_nodes() {
    // (script, blocks)
    let table: [(&str, &[&str]); 12] = [
        ("", &["none 0"]),
        ("echo 'hello'\nsleep 3", &["none 3"]),
        ("node { sleep 10 }", &["any 10 []"]),
        (
            "node('docker && linux') {\n  sleep(10); sleep time: 2, unit: 'MINUTES'\n}",
            &["docker && linux 130 []"],
        ),
        ("node(label: \"a\") { stage('x') { sleep(unit: 'HOURS', time: 1) } }", &["a 3600 []"]),
        (
            "node('a') { sh 'make; sleep 5' }\nnode('b') { sh(script: \"\"\"\nsleep 1m\n\"\"\", returnStatus: true) }",
            &["a 5 []", "b 60 [0]"],
        ),
        (
            "node('a') { sleep 1 }\nparallel x: { node('b') { sleep 2 } }, 'y z': { node('c') { sleep 3 }; node('d') { } }\n\
             node('e') { }",
            &["a 1 []", "b 2 [0]", "c 3 [0]", "d 0 [2]", "e 0 [1, 3]"],
        ),
        (
            "parallel(a: { echo 'x' }, b: { node('l') { } }, failFast: false)\nnode { }",
            &["l 0 []", "any 0 [0]"],
        ),
        ("node('a') { parallel x: { sleep 2 }, y: { sleep 5; sleep 1 } }", &["a 6 []"]),
        ("#!/usr/bin/env groovy\n/* node('x') {} */\nnode('a') { // sleep 9\n checkout scm }", &["a 0 []"]),
        ("node('a') { withEnv(['A=B', \"C=${d}\"]) { timestamps { dir('x') { sleep 1 } } } }", &["a 1 []"]),
        (
            "node('a') {\n  def v = readFile('v').trim()\n  junit testResults: '**',\n    allowEmptyResults: true\n  env.V = \"${v}\"\n}",
            &["a 0 []"],
        ),
    ];
    for (script, want) in table {
        assert_eq!(shown(script), want, "{script}");
    }
}

#[test]
fn a_declarative_pipeline_is_read_for_its_agents() {
    let whole = "pipeline {\n agent { label 'big' }\n options { timestamps() }\n environment { A = 'b' }\n stages {\n\
                 stage('a') { steps { sleep 2 } }\n stage('b') { steps { sh 'sleep 3' } post { always { echo 'x' } } }\n }\n}";
    let each = "pipeline {\n agent none\n stages {\n  stage('a') { agent { label 'x && y' } steps { sleep 2 } }\n\
                stage('b') { parallel {\n stage('c') { agent any; steps { sleep 3 } }\n\
                stage('d') { agent { node { label 'd' } } stages { stage('e') { steps { sleep 4 } } } } } }\n\
                stage('f') { agent { label 'f' } steps { script { sleep 1 } } }\n }\n}";
    assert_eq!(shown(whole), ["big 5 []"]);
    assert_eq!(shown(each), ["x && y 2 []", "any 3 [0]", "d 4 [0]", "f 1 [1, 2]"]);
}

#[test]
fn what_is_not_understood_is_named_with_its_line() {
    let deep = format!("{}{}", "stage('a') {".repeat(70), "}".repeat(70));
    let many = "node { }\n".repeat(BLOCKS_MAX + 1);
    // (script, error)
    let table = [
        ("node('a') {\n  if (x) { sleep 1 }\n}", "line 2: `if` is not understood"),
        ("for (i in 1..2) { node { } }", "line 1: `for` is not understood"),
        ("def l = 'a'\nnode(l) { }", "line 2: a label that is not a plain text is not understood"),
        ("node(\"a-${b}\") { }", "line 1: a label that is not a plain text is not understood"),
        ("node('a') {\n\n node('b') { } }", "line 3: a `node` within a `node` is not understood"),
        ("sleep 1\nnode { }", "line 1: a `sleep` outside of the `node` blocks is not understood"),
        ("node { sleep x }", "line 1: expected a length such as `10` or `time: 10, unit: 'MINUTES'`"),
        ("node { sleep 10 * 2 }", "line 1: expected a length such as `10` or `time: 10, unit: 'MINUTES'`"),
        (
            "node { sleep time: 1, unit: 'WEEKS' }",
            "line 1: expected a length such as `10` or `time: 10, unit: 'MINUTES'`",
        ),
        ("labels.each { node(it) { } }", "line 1: `labels.each` is not understood"),
        ("x = sh 'sleep 5'", "line 1: `sh` is not understood"),
        ("parallel branches", "line 1: expected a branch such as `a: { … }`"),
        ("parallel a: { }, failFast: true", "line 1: `failFast` is not understood"),
        ("node('a') { sleep 1", "line 1: expected `}`"),
        ("node('a\n') { }", "line 1: expected the end of a text"),
        ("error 'no'", "line 1: `error` is not understood"),
        ("pipeline { agent { docker 'maven' } }", "line 1: `docker` is not understood"),
        (
            "pipeline {\n agent any\n stages { stage('a') { when { branch 'x' } } } }",
            "line 3: `when` is not understood",
        ),
        ("pipeline { agent any\n post { always { sleep 1 } } }", "line 2: `post` is not understood"),
        ("pipeline { agent any\n options { timeout(time: 1) } }", "line 2: `timeout` is not understood"),
        (&deep, "line 1: blocks are nested more than 64 deep"),
        (&many, "line 1001: more than 1000 `node` blocks, or 100000 pairs of them that follow each other"),
    ];
    for (script, want) in table {
        assert_eq!(shown(script), [want], "{script}");
    }
}

/// Pieces of scripts, of which more than half of all sequences are no script.
fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        "node",
        "('a')",
        "(\"$b\")",
        "{",
        "}",
        "sleep",
        " 10",
        "time: 1, unit: 'DAYS'",
        "parallel",
        " a: ",
        ",",
        "\n",
        ";",
        "stage('x')",
        "pipeline",
        "agent any",
        "agent {",
        "label 'l'",
        "stages",
        "steps",
        "sh 'sleep 1'",
        "'''",
        "\"",
        "\\",
        "/*",
        "*/",
        "//",
        "[",
        "]",
        "(",
        ")",
        "ü",
        "post",
        "options",
        "18446744073709551615",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let _ = read(&text);
    }

    #[test]
    fn no_script_makes_it_panic_and_blocks_come_after_earlier_ones(script in soup()) {
        if let Ok(plan) = read(&script) {
            for (place, block) in plan.blocks.iter().enumerate() {
                prop_assert!(block.after.iter().all(|&before| before < place), "{script}");
            }
        }
    }
}
