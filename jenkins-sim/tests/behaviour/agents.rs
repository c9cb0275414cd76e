//! Processes of agents, row by row as Jenkins 2.263.4 with Remoting 4.5 was seen to treat them.

use crate::bench::{Bench, at, node};
use footman_core::time::Millis;
use footman_jenkins_sim::{
    AgentId, AgentSpec, BuildRequest, BuildResult, Launch, NodeSpec, Output, Settings, Transport,
};

fn bench() -> Bench {
    let mut bench = Bench::new(Settings::default());
    bench.jenkins.create_node(at(0), NodeSpec { executors: 2, ..node("n1", "docker") }).expect("it is new");
    bench
}

/// The code with which a process exited, and when.
fn exit(bench: &Bench, id: AgentId) -> Option<(u8, i64)> {
    bench.outputs.iter().find_map(|output| {
        let Output::AgentExited { agent, code, at, .. } = output else { return None };
        (*agent == id).then_some((*code, at.as_millis()))
    })
}

/// When a process connected.
fn connected(bench: &Bench, id: AgentId) -> Vec<i64> {
    let times = bench.outputs.iter().filter_map(|output| {
        let Output::AgentConnected { agent, at, .. } = output else { return None };
        (*agent == id).then_some(at.as_millis())
    });
    times.collect()
}

#[test]
fn agents_that_are_refused_exit_with_the_codes_of_remoting() {
    use Launch::{JnlpUrl, Main};
    // (command line, node, whose secret) => exit code; None tries forever
    let table = [
        (JnlpUrl, "n1", "n2", Some(1)),
        (Main, "n1", "n2", Some(255)),
        (Main, "c1", "c1", Some(255)),
        (JnlpUrl, "c1", "c1", None),
    ];
    for (launch, name, secret_of, code) in table {
        let mut bench = bench();
        let spec = AgentSpec { launch, secret_of: secret_of.into(), ..AgentSpec::new(name.into()) };
        let id = bench.jenkins.start_agent(at(0), spec);
        bench.run_until(at(95_000));
        assert_eq!(exit(&bench, id), code.map(|code| (code, 0)), "{launch:?} {name} {secret_of}");
        assert_eq!(bench.jenkins.agents_running(), usize::from(code.is_none()));
        if code.is_none() {
            bench.jenkins.create_node(at(95_000), node(name, "")).unwrap();
            bench.run_until(at(200_000));
            assert_eq!(connected(&bench, id), [100_000], "it asks every ten seconds");
        }
    }
}

/// Delete and create again: the secret depends on the name alone.
#[test]
fn the_second_agent_of_a_name_is_refused_and_the_first_stays() {
    let mut bench = bench();
    let first = bench.jenkins.start_agent(at(0), AgentSpec::new("n1".into()));
    let second = bench.jenkins.start_agent(at(0), AgentSpec::new("n1".into()));
    bench.run_until(at(1_000));
    assert_eq!((exit(&bench, second), exit(&bench, first)), (Some((255, 0)), None));
    bench.jenkins.delete_node(at(1_000), &"n1".into()).unwrap();
    bench.jenkins.create_node(at(1_000), node("n1", "docker")).unwrap();
    bench.run_until(at(20_000));
    assert_eq!(connected(&bench, first), [0, 11_000]);
}

#[test]
fn a_closed_channel_is_tried_again_after_ten_seconds_or_ends_the_process_well() {
    // (reconnects, what closes it) => exit, connections
    type Row = (bool, bool, Option<(u8, i64)>, &'static [i64]);
    let table: [Row; 4] = [
        (true, false, None, &[0, 11_000]),
        (true, true, Some((255, 11_000)), &[0]),
        (false, false, Some((0, 1_250)), &[0]),
        (false, true, Some((0, 1_250)), &[0]),
    ];
    for transport in [Transport::Tcp, Transport::WebSocket] {
        for (reconnects, deleted, exits, connections) in table {
            let mut bench = bench();
            let spec = AgentSpec { reconnects, transport, ..AgentSpec::new("n1".into()) };
            let id = bench.jenkins.start_agent(at(0), spec);
            if deleted {
                bench.jenkins.delete_node(at(1_000), &"n1".into()).unwrap();
            } else {
                bench.jenkins.disconnect(at(1_000), &"n1".into()).unwrap();
            }
            bench.run_until(at(60_000));
            assert_eq!(exit(&bench, id), exits, "reconnects {reconnects}, deleted {deleted}");
            assert_eq!(connected(&bench, id), connections);
        }
    }
}

#[test]
fn an_agent_started_while_the_controller_starts_waits_for_it() {
    let mut bench = bench();
    bench.jenkins.restart(at(0));
    let id = bench.jenkins.start_agent(at(5_000), AgentSpec::new("n1".into()));
    bench.run_until(at(60_000));
    assert_eq!(connected(&bench, id), [15_000], "the controller is up from 12 s on");
}

/// What ran on a frozen agent neither ends nor fails; thawed in time it goes on as if nothing had been.
#[test]
fn a_frozen_agent_says_nothing() {
    // (when it goes on) => result, when
    let table = [
        (None, BuildResult::Failure, 540_000),
        (Some(400_000), BuildResult::Success, 400_000),
        (Some(20_000), BuildResult::Success, 60_080),
    ];
    for (thawed, result, when) in table {
        let mut bench = bench();
        let job = bench.job("app", "docker");
        let id = bench.jenkins.start_agent(at(0), AgentSpec::new("n1".into()));
        bench.jenkins.schedule(at(0), job, BuildRequest::new(0, Millis::from_secs(60))).unwrap();
        bench.run_until(at(10_000));
        bench.jenkins.freeze_agent(at(10_000), id);
        // A build that is given to it meanwhile starts, as far as Jenkins knows.
        bench.jenkins.schedule(at(15_000), job, BuildRequest::new(1, Millis::from_secs(1))).unwrap();
        bench.run_until(at(19_000));
        let view = bench.jenkins.node(&"n1".into()).unwrap();
        assert!(!view.offline() && view.running.len() == 2);
        if let Some(thawed) = thawed {
            bench.jenkins.handle_timeout(at(thawed));
            bench.jenkins.thaw_agent(at(thawed), id);
        }
        bench.run_until(at(1_000_000));
        let results: Vec<_> = bench.results().into_iter().filter(|(key, _)| *key == 0).collect();
        assert_eq!(results, [(0, result)], "{thawed:?}");
        let ended = bench.finished_at(0).unwrap().as_millis();
        assert!((when..when + 100).contains(&ended), "{thawed:?}: {ended}");
        assert_eq!(bench.results().len(), 2);
    }
}

#[test]
fn a_killed_agent_takes_its_build_with_it() {
    let mut bench = bench();
    let job = bench.job("app", "docker");
    let id = bench.jenkins.start_agent(at(0), AgentSpec::new("n1".into()));
    bench.jenkins.schedule(at(0), job, BuildRequest::new(0, Millis::from_secs(60))).unwrap();
    bench.run_until(at(10_000));
    bench.jenkins.kill_agent(at(10_000), id);
    bench.run_until(at(100_000));
    assert_eq!(bench.results(), [(0, BuildResult::Failure)]);
    assert_eq!((exit(&bench, id), bench.jenkins.agents_running()), (None, 0));
    assert!(bench.jenkins.node(&"n1".into()).unwrap().offline());
}
