//! What it does while it runs: builds get agents, operators answers, and a configuration that has changed is gone on with.

use crate::{
    daemon::{Daemon, provisions},
    stage::{ENDLESS_S, LIMIT, Stage, until},
};
use footman_ecs_sim::http::iam::Policy;
use rustix::process::Signal;
use std::net::TcpListener;

#[test]
fn builds_are_built_and_agents_go_and_it_answers_those_who_ask() {
    let stage = Stage::new();
    let daemon = Daemon::start(&stage, &[]);
    stage.play(&[(1, "java"), (1, "java"), (1, "java"), (1, "gpu")]);
    until("three builds", || {
        let built = stage.results("java");
        (built.len() == 3 && built.iter().all(|result| result.as_deref() == Some("SUCCESS"))).then_some(())
    });
    daemon.empty();
    assert_eq!(stage.left(), Vec::<String>::new());

    let metrics = stage.try_get(daemon.status(), "/metrics").unwrap();
    for operation in ["RunTask", "StopTask"] {
        let counted = format!("footman_ecs_calls_total{{operation=\"{operation}\",result=\"answered\"}} 3\n");
        assert!(metrics.contains(&counted), "{counted}{metrics}");
    }
    daemon.refuses("no_template");
    let explained = daemon.ask(&["explain", "gpu"]);
    assert!(explained.starts_with("1 item waits with label `gpu`"), "{explained}");
    assert_eq!(daemon.ask(&["health"]), "the loop turns\n");
    assert_eq!(daemon.ask(&["health", "--ready"]), "decisions are made\n");

    daemon.signal(Signal::TERM);
    let (status, said) = daemon.end();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(said.contains("footmand ends; agents run on agents=0"), "{said}");
}

#[test]
fn a_limit_that_has_changed_counts_from_the_signal_on() {
    let stage = Stage::new();
    stage.configure("{agents: 1}");
    let daemon = Daemon::start(&stage, &[]);
    stage.play(&[(ENDLESS_S, "java"), (ENDLESS_S, "java")]);
    let before = daemon.busy(1);
    daemon.refuses("limit");

    stage.configure(LIMIT);
    daemon.signal(Signal::HUP);
    let said = daemon.hear("the configuration was reloaded");
    assert!(said.contains("at once"), "{said}");
    // The status has stayed where it was.
    let after = daemon.busy(2);
    assert!(after.contains(&before[0]), "{before:?}, {after:?}");
}

#[test]
fn a_configuration_that_cannot_be_used_leaves_the_present_one() {
    let stage = Stage::new();
    let daemon = Daemon::start(&stage, &[]);
    stage.configure("{agents: many}");
    daemon.signal(Signal::HUP);
    let said = daemon.hear("the present one stays");
    assert!(said.contains("many") && said.contains("footman.yaml"), "{said}");

    stage.play(&[(ENDLESS_S, "java"), (ENDLESS_S, "java"), (ENDLESS_S, "java")]);
    daemon.busy(2);
    daemon.refuses("limit");

    stage.configure(LIMIT);
    daemon.signal(Signal::HUP);
    daemon.hear("the configuration is what it was");
}

#[test]
fn a_status_address_that_is_taken_ends_it_before_it_does_anything() {
    let stage = Stage::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = provisions(&stage, &address).output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1), "{said}");
    let told = format!("failed to show the status at {address}: give --status another address, or `off`");
    assert!(said.contains(&told), "{said}");
}

#[test]
fn a_call_that_iam_denies_is_said_once_with_what_to_do() {
    let allowed =
        r#"["ecs:List*", "ecs:Describe*", "ecs:RegisterTaskDefinition", "ecs:TagResource", "ecs:StopTask"]"#;
    let statement = format!(r#"{{"Effect": "Allow", "Action": {allowed}, "Resource": "*"}}"#);
    let policy = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    let stage = Stage::with_policy(Some(Policy::parse(&policy).unwrap()));
    let daemon = Daemon::start(&stage, &[]);
    stage.play(&[(1, "java"), (1, "java")]);
    let mut said = daemon.hear("a template fails");
    daemon.empty();
    daemon.signal(Signal::TERM);
    said += &daemon.end().1;
    let denied = "RunTask starts no task for template `java`: ecs:RunTask is denied on arn:aws:ecs:us-east-1";
    assert_eq!(said.matches(denied).count(), 1, "{said}");
    assert!(said.contains("; give footmand's role what `footmand iam-policy` prints"), "{said}");
}

#[test]
fn what_goes_wrong_at_each_look_is_said_once() {
    let statement = r#"{"Effect": "Allow", "Action": ["ecs:DescribeTasks"], "Resource": "*"}"#;
    let policy = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    let stage = Stage::with_policy(Some(Policy::parse(&policy).unwrap()));
    let (daemon, mut said) = Daemon::listening(&stage, &[]);
    until("five looks", || {
        let metrics = stage.try_get(daemon.status(), "/metrics")?;
        let counts =
            metrics.lines().filter_map(|line| line.strip_prefix("footman_look_duration_seconds_count"));
        let looks: u32 = counts.map(|line| line.rsplit(' ').next().unwrap().parse::<u32>().unwrap()).sum();
        (looks >= 5).then_some(())
    });
    daemon.signal(Signal::TERM);
    said += &daemon.end().1;
    let denied = "not all tasks are listed: ecs:ListTasks is denied";
    assert_eq!(said.matches(denied).count(), 1, "{said}");
    assert!(said.contains("give footmand's role what `footmand iam-policy` prints"), "{said}");
}
