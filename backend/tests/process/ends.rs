//! What becomes of agents at its end, as `--at-end` says.

use crate::{
    daemon::Daemon,
    stage::{ENDLESS_S, Stage, until},
};
use rustix::process::Signal;

/// Two agents that build at this daemon's, and it.
fn busy<'a>(stage: &'a Stage, arguments: &[&str]) -> (Daemon<'a>, Vec<String>) {
    let daemon = Daemon::start(stage, arguments);
    stage.play(&[(ENDLESS_S, "java"), (ENDLESS_S, "java")]);
    let agents = daemon.busy(2);
    (daemon, agents)
}

#[test]
fn unless_told_otherwise_agents_run_on_and_the_next_one_takes_them_over() {
    let stage = Stage::new();
    let (daemon, agents) = busy(&stage, &[]);
    daemon.signal(Signal::TERM);
    let (status, said) = daemon.end();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(said.contains("footmand ends; agents run on agents=2"), "{said}");
    assert_eq!(stage.left().len(), 4, "two nodes and two tasks");

    let next = Daemon::start(&stage, &[]);
    assert_eq!(next.busy(2), agents);
    assert_eq!(stage.results("java"), [None, None]);
    stage.stop("java", 1);
    stage.stop("java", 2);
    next.empty();
    assert_eq!(stage.left(), Vec::<String>::new());
    next.signal(Signal::INT);
    let (status, said) = next.end();
    assert_eq!(status.code(), Some(0), "{said}");
}

#[test]
fn a_drain_launches_nothing_and_ends_with_the_last_build() {
    let stage = Stage::new();
    let (daemon, _) = busy(&stage, &["--at-end", "drain"]);
    daemon.signal(Signal::TERM);
    daemon.hear("footmand drains; this is left agents=2 busy=2");
    stage.build("java");
    daemon.refuses("draining");
    assert_eq!(
        daemon.asked(&["health", "--ready"]),
        (Some(1), "it drains: nothing new is launched\n".to_owned())
    );
    assert_eq!(daemon.ask(&["health"]), "the loop turns\n", "nobody is to start it anew");
    stage.stop("java", 1);
    daemon.hear("footmand drains; this is left agents=1 busy=1");
    stage.stop("java", 2);
    let (status, said) = daemon.end();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(said.contains("footmand ends; no agent of its is left"), "{said}");
    assert_eq!((stage.left(), stage.waiting()), (vec![], 1));
}

#[test]
fn a_second_signal_ends_a_drain_and_leaves_what_is_left() {
    let stage = Stage::new();
    let (daemon, _) = busy(&stage, &["--at-end", "drain"]);
    daemon.signal(Signal::TERM);
    daemon.hear("footmand drains; this is left");
    daemon.signal(Signal::HUP);
    daemon.hear("the configuration is not read anew");
    daemon.signal(Signal::TERM);
    let (status, said) = daemon.end();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(said.contains("a second signal ends footmand at once; it leaves what is left"), "{said}");
    assert_eq!(stage.left().len(), 4, "two nodes and two tasks");
    assert_eq!(stage.results("java"), [None, None]);
}

#[test]
fn a_drain_ends_when_it_took_as_long_as_it_may() {
    let stage = Stage::new();
    let (daemon, _) = busy(&stage, &["--at-end", "drain", "--drain-max", "1"]);
    daemon.signal(Signal::TERM);
    let (status, said) = daemon.end();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(said.contains("footmand drained for as long as it may, and leaves what is left"), "{said}");
    assert_eq!(stage.left().len(), 4, "two nodes and two tasks");
}

/// The same, and lookouts: they show the label of a Pipeline that waits behind the limit.
fn busy_with_lookouts<'a>(stage: &'a Stage, arguments: &[&str]) -> Daemon<'a> {
    let daemon = Daemon::start(stage, arguments);
    stage.play_before_pipeline(&[(ENDLESS_S, "java"), (ENDLESS_S, "java")], "java");
    daemon.busy(2);
    until("two lookouts", || (stage.lookouts().len() == 2).then_some(()));
    daemon
}

#[test]
fn stopping_all_leaves_nothing_and_no_lookout_either() {
    let stage = Stage::new();
    let daemon = busy_with_lookouts(&stage, &["--at-end", "stop-all"]);
    daemon.signal(Signal::TERM);
    let (status, said) = daemon.end();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(said.contains("footmand ends; no agent of its is left"), "{said}");
    assert_eq!((stage.left(), stage.lookouts()), (vec![], vec![]));
    assert!(stage.results("java").iter().all(Option::is_some), "{:?}", stage.results("java"));
}

#[test]
fn lookouts_that_a_daemon_left_are_the_next_ones() {
    let stage = Stage::new();
    let daemon = busy_with_lookouts(&stage, &[]);
    let lookouts = stage.lookouts();
    daemon.signal(Signal::TERM);
    daemon.end();
    assert_eq!(stage.lookouts(), lookouts);
    let next = Daemon::start(&stage, &["--at-end", "drain"]);
    next.busy(2);
    assert_eq!(stage.lookouts(), lookouts);
    next.signal(Signal::TERM);
    next.hear("footmand drains; this is left agents=2 busy=2");
    stage.stop("java", 1);
    stage.stop("java", 2);
    let (status, said) = next.end();
    assert_eq!(status.code(), Some(0), "{said}");
    assert_eq!((stage.left(), stage.lookouts()), (vec![], vec![]));
}
