//! Bad input is refused with its place, by exit code 1, and never by a panic or a result.

use crate::{JENKINS, Outcome, folder, footman, trace};
use std::{fs, io::Write, path::Path, process::Command};

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
fn a_policy_that_cannot_be_enforced_keeps_the_servers_from_starting() {
    let condition = r#"{"Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*",
        "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}"#;
    // (content, what the message holds)
    let table = [("{", "line 1 column"), (condition, "Statement[0].Condition.IpAddress.aws:SourceIp")];
    for (content, wanted) in table {
        let folder = folder(&[("policy.json", content)]);
        let outcome = footman(folder.path(), &["serve", "--ecs", "0", "--iam-policy", "policy.json"]);
        let message = message(&outcome);
        assert_eq!(outcome.code, Some(1), "{message}");
        for part in ["policy.json", wanted] {
            assert!(message.contains(part), "`{part}` is not in `{message}`");
        }
    }
    let folder = folder(&[]);
    let outcome = footman(folder.path(), &["serve", "--ecs", "0", "--iam-policy", "none.json"]);
    assert_eq!(outcome.code, Some(1));
    assert!(message(&outcome).contains("none.json"));
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

/// Runs `footman` in `folder` with at most 512 MiB of address space.
#[cfg(unix)]
fn within_512_mib(folder: &Path, arguments: &[&str]) -> Outcome {
    let footman = env!("CARGO_BIN_EXE_footman");
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -v 524288 && exec \"$@\"", "sh", footman]).args(arguments).current_dir(folder);
    Outcome::of(&mut shell)
}

#[cfg(unix)]
#[test]
fn a_gigabyte_on_one_line_is_refused_in_little_memory() {
    let folder = folder(&[("t.csv", HEADER), ("t.swf", "; a log\n"), ("c.yaml", "jenkins: ")]);
    for name in ["t.csv", "t.swf", "c.yaml"] {
        let file = fs::File::options().write(true).open(folder.path().join(name)).unwrap();
        // The file has a hole, which takes no room and reads as zeros.
        file.set_len(1 << 30).unwrap();
    }
    let table: [(&[&str], &str); 6] = [
        (&["simulate", "--trace", "t.csv"], "`t.csv`, line 2: the line is longer than 65536 bytes"),
        (&["plan", "--trace", "t.csv"], "`t.csv`, line 2: the line is longer than 65536 bytes"),
        (&["trace", "info", "t.csv"], "`t.csv`, line 2: the line is longer than 65536 bytes"),
        (&["simulate", "--trace", "t.swf"], "`t.swf`, line 2: the line is longer than 65536 bytes"),
        (&["config", "check", "c.yaml"], "c.yaml has more than"),
        (&["simulate", "--config", "c.yaml"], "c.yaml has more than"),
    ];
    for (arguments, wanted) in table {
        let outcome = within_512_mib(folder.path(), arguments);
        let message = message(&outcome);
        assert_eq!((outcome.code, outcome.out.as_str()), (Some(1), ""), "{arguments:?}: {message}");
        assert!(message.contains(wanted), "{arguments:?}: `{wanted}` is not in `{message}`");
    }
}

#[cfg(unix)]
#[test]
fn a_line_that_never_ends_is_refused() {
    let folder = folder(&[]);
    let pipe = folder.path().join("endless.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // A run would need it twice, and says so without waiting for anyone to write.
    for command in ["simulate", "plan"] {
        let outcome = footman(folder.path(), &[command, "--trace", "endless.csv"]);
        assert_eq!((outcome.code, outcome.out.as_str()), (Some(1), ""), "{}", outcome.err);
        assert!(message(&outcome).contains("`endless.csv` is no regular file"), "{}", outcome.err);
    }
    let writer = std::thread::spawn(move || {
        let mut pipe = fs::File::options().write(true).open(pipe).unwrap();
        pipe.write_all(HEADER.as_bytes()).unwrap();
        // It fails once nobody reads any more.
        while pipe.write_all(&[b'x'; 1 << 16]).is_ok() {}
    });
    let outcome = within_512_mib(folder.path(), &["trace", "info", "endless.csv"]);
    writer.join().unwrap();
    let message = message(&outcome);
    assert_eq!((outcome.code, outcome.out.as_str()), (Some(1), ""), "{message}");
    assert!(message.contains("`endless.csv`, line 2: the line is longer than 65536 bytes"), "{message}");
}

#[test]
fn a_run_without_a_result_is_a_failure() {
    let wide = "submit_s,duration_s,label,cpu,memory_mib\n0,60,a,8192,4096\n";
    let folder = folder(&[("none.csv", HEADER), ("wide.csv", wide), ("t.csv", &trace(3))]);
    let refused: [(&[&str], &str); 8] = [
        (&["simulate", "--trace", "none.csv"], "`none.csv` has no builds"),
        (&["simulate", "--trace", "none.csv", "--pool", "fixed:2"], "`none.csv` has no builds"),
        (&["plan", "--trace", "none.csv"], "`none.csv` has no builds"),
        (&["simulate", "--trace", "t.csv", "--cluster", "ec2:m9.large=1"], "size and price of `m9.large`"),
        (
            &["simulate", "--trace", "t.csv", "--cluster", "ec2:m5.large=1", "--cpu", "4vcpu"],
            "no m5.large holds an agent of 4096 CPU units / 4096 MiB: it registers 2048 CPU units",
        ),
        (&["simulate", "--trace", "t.csv", "--cpu", "64vcpu"], "no size of Fargate holds 65536 CPU units"),
        (&["simulate", "--trace", "."], "`.` is a folder, not a trace"),
        (&["load", "--burst", "1", "--cluster", "asg:m9.large=0..1"], "size and price of `m9.large`"),
    ];
    for (arguments, wanted) in refused {
        let outcome = footman(folder.path(), arguments);
        let message = message(&outcome);
        assert_eq!((outcome.code, outcome.out.as_str()), (Some(1), ""), "{arguments:?}: {message}");
        assert!(message.contains(wanted), "{arguments:?}: `{wanted}` is not in `{message}`");
    }
    // What was asked for beyond the cluster's instances is only known once a build does it.
    let outcome = footman(folder.path(), &["simulate", "--trace", "wide.csv", "--cluster", "ec2:m5.large=1"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.err.contains("1 build never started"), "{}", outcome.err);
    assert!(outcome.out.contains("stuck"), "{}", outcome.out);
}

#[test]
fn a_size_that_fargate_lacks_is_rounded_up_and_said() {
    let folder = folder(&[("t.csv", &trace(3))]);
    let outcome =
        footman(folder.path(), &["simulate", "--trace", "t.csv", "--cpu", "3vcpu", "--memory", "1GiB"]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(outcome.err.contains("agents take the next one, 4096 CPU units / 8192 MiB"), "{}", outcome.err);
}
