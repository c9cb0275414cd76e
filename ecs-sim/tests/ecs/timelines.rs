//! Stories of managed scaling, printed as timelines (`--nocapture`) and compared with what is committed beside this file.
//!
//! To write the files anew, set `UPDATE_TIMELINES` to anything.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]

use crate::{
    account::{Account, at},
    scaling::{group, run},
};
use footman_core::time::Timestamp;
use footman_ecs_sim::latency::Distribution;
use std::{fmt::Write, fs, path::Path};

/// Instances boot for 90 seconds, and tasks start within 3.
fn account() -> Account {
    Account::new(|settings| {
        settings.latency.instance_boot = Distribution::constant_secs(90);
        settings.latency.ec2_placement = Distribution::constant_secs(2);
        settings.latency.ec2_start = Distribution::constant_secs(1);
        settings.lowest_instance_first = true;
    })
}

/// Waits until `end`, and writes a line for everything that happens.
fn tell(account: &mut Account, story: &mut String, from: usize, end: Timestamp) -> usize {
    account.until(end);
    let log = account.log();
    for line in log.iter().skip(from).filter(|line| !line.contains("billed")) {
        let (second, what) = line.split_once(' ').expect("a line has a time");
        let second: u64 = second.parse().expect("everything happens at whole seconds");
        writeln!(story, "{:02}:{:02}:{:02} {what}", second / 3600, second / 60 % 60, second % 60).unwrap();
    }
    log.len()
}

fn note(story: &mut String, second: u64, text: &str) {
    writeln!(story, "{:02}:{:02}:{:02} * {text}", second / 3600, second / 60 % 60, second % 60).unwrap();
}

#[expect(clippy::print_stdout, reason = "the timeline is there to be read")]
fn compare(name: &str, story: &str) {
    println!("{name}\n{story}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/ecs/timelines/{name}.txt"));
    if std::env::var_os("UPDATE_TIMELINES").is_some() {
        fs::write(&path, story).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(story, committed, "{} is not what happens", path.display());
}

/// aws/containers-roadmap issue 900: from zero the metric is 200, so that two instances come for one task; a quarter of an
/// hour after the task both are gone, and the next task starts it all again.
#[test]
fn one_task_from_zero_brings_two_instances_and_both_go_again() {
    let mut account = account();
    group(&mut account, 0, 10, true);
    let mut story = String::new();
    let mut seen = 0;
    for start in [10, 3610] {
        note(&mut story, start, "one task is run; it takes two minutes");
        let start = i64::try_from(start).unwrap();
        seen = tell(&mut account, &mut story, seen, at(start));
        let task = run(&mut account, start, 1, 1024)[0];
        seen = tell(&mut account, &mut story, seen, at(start + 290));
        account.ecs.container_exited(at(start + 290), task, 0);
        seen = tell(&mut account, &mut story, seen, at(start + 3590));
    }
    compare("flapping", &story);
}

/// The low alarm needs 15 points of one minute (aws/containers-roadmap issues 900 and 1220); at most half of the group goes
/// a minute, and none with a task on it (AWS blog, "Faster scaling-in for Amazon ECS cluster auto scaling").
#[test]
fn a_group_shrinks_fifteen_minutes_after_its_tasks_by_half_a_minute() {
    let mut account = account();
    group(&mut account, 8, 8, true);
    let mut story = String::new();
    let mut seen = tell(&mut account, &mut story, 0, at(120));
    note(&mut story, 120, "eight tasks of a whole instance are run");
    let tasks = run(&mut account, 120, 8, 2048);
    seen = tell(&mut account, &mut story, seen, at(600));
    note(&mut story, 600, "seven of them end");
    for &task in &tasks[1..] {
        account.ecs.container_exited(at(600), task, 0);
    }
    seen = tell(&mut account, &mut story, seen, at(1200));
    note(
        &mut story,
        1200,
        "seven tasks wake the group for a minute and a half: the fifteen points begin anew",
    );
    let tasks = run(&mut account, 1200, 7, 2048);
    seen = tell(&mut account, &mut story, seen, at(1290));
    for &task in &tasks {
        account.ecs.container_exited(at(1290), task, 0);
    }
    tell(&mut account, &mut story, seen, at(3000));
    compare("scale-in", &story);
}
