//! Load statistics and the standard strategy of Jenkins' `NodeProvisioner`, by their formulas (its source of 2026).

use crate::bench::{Bench, at, node};
use footman_core::time::Millis;
use footman_jenkins_sim::{
    BuildRequest, Controller, JobKind, JobSpec, NodeSpec, Settings,
    load::{Load, LoadStatistics, Provisioner},
};

#[test]
fn the_load_of_a_label_counts_its_nodes_and_its_items() {
    let mut bench = Bench::new(Settings::instant());
    let spec = |name, text, executors| NodeSpec { executors, ..node(name, text) };
    bench.jenkins.create_node(at(0), spec("n1", "docker linux", 3)).unwrap();
    bench.jenkins.create_node(at(0), spec("n2", "docker", 2)).unwrap();
    bench.jenkins.create_node(at(0), NodeSpec { exclusive: false, ..spec("n3", "", 1) }).unwrap();
    bench.jenkins.agent_connect(at(0), &"n1".into()).unwrap();
    let kinds = [("a", "n1"), ("b", "docker  &&!linux"), ("c", "docker && !linux"), ("d", "gpu")];
    for (name, label) in kinds {
        let spec = JobSpec { kind: JobKind::Pipeline, ..JobSpec::replay(name, Some(label.into())) };
        let job = bench.jenkins.create_job(at(0), spec).unwrap();
        bench.jenkins.schedule(at(0), job, BuildRequest::new(0, Millis::from_hours(1))).unwrap();
    }
    let any = bench.jenkins.create_job(at(0), JobSpec::replay("any", None)).unwrap();
    bench.jenkins.schedule(at(0), any, BuildRequest::new(1, Millis::new(1))).unwrap();
    let load = |defined, online, busy, queue_length| Load {
        defined,
        online,
        connecting: 0,
        busy,
        idle: online - busy,
        available: online - busy,
        queue_length,
    };
    // Two spellings are one label, another expression for the same nodes is another.
    let table = [
        (Some("docker"), load(5, 3, 1, 0)),
        (Some("docker&&!linux"), load(2, 0, 0, 2)),
        (Some("n2"), load(2, 0, 0, 0)),
        (Some("gpu"), load(0, 0, 0, 1)),
        (None, load(1, 0, 0, 1)),
    ];
    for (label, want) in table {
        assert_eq!(bench.jenkins.load(label), want, "{label:?}");
    }
    let wanted = [None, Some("docker&&!linux".into()), Some("gpu".into())];
    assert_eq!(bench.jenkins.labels_wanted(), wanted);
}

/// Idle executors of the controller count for jobs without a label, as it is not reserved.
#[test]
fn the_controller_is_a_node_too() {
    let controller = Controller { executors: 2, ..Controller::default() };
    let bench = Bench::new(Settings { controller, ..Settings::instant() });
    let load = bench.jenkins.load(None);
    assert_eq!((load.defined, load.available), (2, 2));
    assert_eq!(bench.jenkins.load(Some("master")).available, 2);
}

#[test]
fn the_strategy_asks_for_what_the_averages_and_the_moment_agree_on() {
    let load = |online, available, queue_length| Load {
        defined: online,
        online,
        busy: online - available,
        idle: available,
        available,
        queue_length,
        connecting: 0,
    };
    // (load, ticks that it lasted, planned) => asked for
    let table = [
        // From nothing one comes at once, whatever the averages say.
        (load(0, 0, 1), 0, 0, 1),
        (load(0, 0, 10), 0, 0, 1),
        // What waits is smoothed: of ten, 1 after a tick, 5 after six, 10 hardly ever; and one that is planned is taken off.
        (load(0, 0, 10), 1, 0, 1),
        (load(0, 0, 10), 6, 1, 4),
        (load(0, 0, 10), 60, 0, 10),
        // With executors there, it has to last longer: the margin falls from 0.5 to 0.1.
        (load(1, 0, 1), 11, 0, 0),
        (load(1, 0, 1), 12, 0, 1),
        (load(8, 0, 1), 21, 0, 0),
        (load(8, 0, 1), 22, 0, 1),
        // As long as enough is available nothing is asked for, and as long as it was on average.
        (load(4, 2, 2), 60, 0, 0),
        (load(4, 1, 2), 60, 0, 0),
        // What is planned already is not asked for again.
        (load(0, 0, 3), 60, 3, 0),
    ];
    for (load, ticks, planned, asked) in table {
        let (mut statistics, mut provisioner) = (LoadStatistics::default(), Provisioner::default());
        for _ in 0..ticks {
            statistics.update(load);
        }
        assert_eq!(provisioner.update(&statistics, load, planned), asked, "{load:?} for {ticks} ticks");
    }
}
