//! Bad input is refused with its place, by exit code 1, and never by a panic or a result.

use crate::{JENKINS, Outcome, folder, footman, trace};

const HEADER: &str = "submit_s,duration_s,label\n";

/// The message without the line breaks and the marks at its margin that a terminal's width makes.
fn message(outcome: &Outcome) -> String {
    outcome
        .err
        .split_whitespace()
        .filter(|word| !["×", "│", "├─▶", "╰─▶"].contains(word))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn a_bad_trace_is_named_with_its_line() {
    let long = format!("{HEADER}0,1,{}\n", "x".repeat(70_000));
    // (content, what the message holds)
    let table: [(&str, &[&str]); 12] = [
        ("", &["`t.csv`", "the file is empty"]),
        ("submit_s,length,label\n0,1,a\n", &["`t.csv`, line 1", "unknown column `length`"]),
        ("submit_s,label\n0,a\n", &["`t.csv`, line 1", "lacks the column `duration_s`"]),
        (
            "submit_s,duration_s,label\n0,1,a\n5,-3,a\n",
            &["`t.csv`, line 3", "duration_s is `-3`", "negative"],
        ),
        ("submit_s,duration_s,label\n5,1,a\n4,1,a\n", &["`t.csv`, line 3", "before the row above it"]),
        ("submit_s,duration_s,label\n0,NaN,a\n", &["`t.csv`, line 2", "duration_s is `NaN`", "finite"]),
        ("submit_s,duration_s,label\n0,inf,a\n", &["`t.csv`, line 2", "duration_s is `inf`"]),
        ("submit_s,duration_s,label\n0,1\n", &["`t.csv`, line 2", "2 fields where 3 are expected"]),
        ("submit_s,duration_s,label\n0,1,\"a\n", &["`t.csv`, line 2", "does not end on its line"]),
        (
            "submit_s,duration_s,label,memory_mib\n0,1,a,0\n",
            &["`t.csv`, line 2", "no build runs without memory"],
        ),
        ("submit_s,duration_s,label,after\n0,1,a,0\n", &["`t.csv`, line 2", "no row above this one"]),
        (&long, &["`t.csv`, line 2", "longer than 65536 bytes"]),
    ];
    for (content, wanted) in table {
        let folder = folder(&[("t.csv", content)]);
        for command in ["simulate", "plan"] {
            let outcome = footman(folder.path(), &[command, "--trace", "t.csv"]);
            let message = message(&outcome);
            assert_eq!(outcome.code, Some(1), "{command}, {wanted:?}: {message}");
            for part in wanted {
                assert!(message.contains(part), "{command}: `{part}` is not in `{message}`");
            }
            assert_eq!(outcome.out, "", "{command}: nothing is claimed");
        }
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = folder(&[]);
    for arguments in [
        ["simulate", "--trace", "none.csv"],
        ["simulate", "--config", "none.csv"],
        ["plan", "--trace", "none.csv"],
        ["replay", "none.csv", "--folder=."],
    ] {
        let outcome = footman(folder.path(), &arguments);
        assert_eq!(outcome.code, Some(1), "{arguments:?}: {outcome:?}");
        assert!(outcome.err.contains("none.csv"), "{arguments:?}: {}", outcome.err);
    }
}

#[test]
fn a_label_that_no_template_serves_is_named_with_its_line() {
    let rows = "0,60,java\n1,60,java && !java\n";
    let held = "0,60,java,\n1,60,windows,0\n2,60,java,\n";
    let folder = folder(&[
        ("jenkins.yaml", JENKINS),
        ("t.csv", &format!("{HEADER}{rows}")),
        ("held.csv", &format!("submit_s,duration_s,label,after\n{held}")),
        ("first.csv", &format!("{HEADER}0,60,windows\n")),
        ("big.csv", "submit_s,duration_s,label,cpu,memory_mib\n0,60,a,,\n1,60,a,999999,4096\n"),
    ]);
    let cases: [(&[&str], &str); 4] = [
        (
            &["--trace", "t.csv", "--config", "jenkins.yaml"],
            "`t.csv`, line 3: the build asks for `java && !java`",
        ),
        (
            &["--trace", "held.csv", "--config", "jenkins.yaml"],
            "`held.csv`, line 3: the build asks for `windows`",
        ),
        (
            &["--trace", "first.csv", "--config", "jenkins.yaml"],
            "`first.csv`, line 2: the build asks for `windows`",
        ),
        (&["--trace", "big.csv"], "`big.csv`, line 3: the build asks for `any/cpu=999999/memory=4096`"),
    ];
    for (arguments, wanted) in cases {
        let outcome = footman(folder.path(), &[&["simulate"], arguments].concat());
        let message = message(&outcome);
        assert_eq!((outcome.code, outcome.out.as_str()), (Some(1), ""), "{arguments:?}: {message}");
        assert!(message.contains(wanted), "{arguments:?}: `{wanted}` is not in `{message}`");
    }
}

#[test]
fn arguments_that_mean_nothing_are_refused_by_the_parser() {
    let folder = folder(&[("t.csv", &trace(1))]);
    let table: [&[&str]; 12] = [
        &["load"],
        &["load", "--rate", "1/s", "--burst", "5"],
        &["load", "--rate", "fast"],
        &["load", "--ramp", "1/s"],
        &["load", "--burst", "-1"],
        &["load", "--burst", "5", "--for", "1m"],
        &["load", "--rate", "1/s", "--duration", "60"],
        &["load", "--rate", "1/s", "--label", "java"],
        &["simulate", "--pool", "fixed:0"],
        &["simulate", "--cluster", "ec2:m5.large=0"],
        &["simulate", "--cluster", "fargate", "--config", "t.csv"],
        &["plan", "--slo", "p95"],
    ];
    for arguments in table {
        let outcome = footman(folder.path(), arguments);
        assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""), "{arguments:?}: {outcome:?}");
    }
    for arguments in
        [&["load", "--rate", "0/s"][..], &["load", "--burst", "0"], &["load", "--burst", "999999999"]]
    {
        let outcome = footman(folder.path(), arguments);
        assert_eq!(outcome.code, Some(1), "{arguments:?}: {outcome:?}");
        assert!(outcome.err.contains("would arrive"), "{}", outcome.err);
    }
}
