//! `footmand stop-all`: the end of everything where no daemon runs.

use crate::{
    daemon::{Daemon, output, stops, stops_blindly},
    stage::{ENDLESS_S, Stage, until},
};
use rustix::process::Signal;

/// Servers on which a daemon left two agents with a build each, an item that waits for a third, and lookouts.
fn abandoned() -> Stage {
    let stage = Stage::new();
    let daemon = Daemon::start(&stage, &[]);
    stage.play_before_pipeline(&[(ENDLESS_S, "java"), (ENDLESS_S, "java"), (ENDLESS_S, "java")], "java");
    daemon.busy(2);
    until("two lookouts", || (stage.lookouts().len() == 2).then_some(()));
    daemon.signal(Signal::TERM);
    daemon.end();
    assert_eq!((stage.left().len(), stage.waiting()), (4, 2), "two nodes and two tasks, and two items");
    stage
}

#[test]
fn all_that_a_daemon_left_is_stopped_and_nothing_is_launched() {
    let stage = abandoned();
    let (code, out, said) = output(stops(&stage, "off").arg("--yes"));
    assert_eq!((code, &*out), (Some(0), "nothing of owner `process` is left\n"), "{said}");
    for words in ["this is left agents=2", "this is left agents=0 busy=0 orphans=0"] {
        assert!(said.contains(words), "{said}");
    }
    assert_eq!((stage.left(), stage.lookouts(), stage.waiting()), (vec![], vec![], 2));
    assert_eq!(stage.results("java").len(), 2);
    assert!(stage.results("java").iter().all(Option::is_some), "{:?}", stage.results("java"));

    let (code, out, said) = output(stops(&stage, "off").arg("--yes"));
    assert_eq!((code, &*out), (Some(0), "nothing of owner `process` is left\n"), "{said}");
}

#[test]
fn without_a_terminal_it_wants_to_be_told_that_it_is_meant() {
    let stage = abandoned();
    let (code, out, said) = output(&mut stops(&stage, "off"));
    assert_eq!((code, &*out), (Some(1), ""), "{said}");
    assert!(said.contains("there is no terminal") && said.contains("give --yes"), "{said}");
    assert_eq!(stage.left().len(), 4);
}

#[test]
fn beside_a_daemon_it_does_nothing() {
    let stage = Stage::new();
    let daemon = Daemon::start(&stage, &[]);
    stage.play(&[(ENDLESS_S, "java")]);
    daemon.busy(1);
    let (code, out, said) = output(stops(&stage, &daemon.status().to_string()).arg("--yes"));
    assert_eq!((code, &*out), (Some(1), ""), "{said}");
    assert!(
        said.contains("a footmand works as owner `process`") && said.contains("--at-end stop-all"),
        "{said}"
    );
    daemon.busy(1);
    assert_eq!(stage.results("java"), [None]);
}

#[test]
fn what_it_cannot_finish_it_says_and_leaves() {
    let stage = abandoned();
    let (code, out, said) = output(stops_blindly(&stage).args(["--yes", "--max", "1"]));
    assert_eq!((code, &*out), (Some(1), ""), "{said}");
    assert!(said.contains("it took as long as it may before Jenkins and ECS were listed"), "{said}");

    let interrupted = Daemon::spawn(&stage, stops_blindly(&stage).arg("--yes"));
    interrupted.hear("footmand stops everything of its");
    interrupted.hear("failed to poll Jenkins");
    interrupted.signal(Signal::INT);
    let (status, said) = interrupted.end();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(
        said.contains("a signal ended it before Jenkins and ECS were listed; nothing was stopped"),
        "{said}"
    );
    assert_eq!(stage.left().len(), 4);
}
