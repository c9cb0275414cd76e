//! Load statistics and the standard strategy of Jenkins' `NodeProvisioner`, by their formulas (its source of 2026).

use crate::bench::{Bench, at, node};
use footman_core::{
    id::NodeName,
    label::{LabelExpression, LabelSet},
    time::Millis,
};
use footman_jenkins_sim::{
    BuildRequest, Controller, JobId, JobKind, JobSpec, NodeSpec, Settings, Share,
    load::{Load, LoadStatistics, Provisioner},
};
use std::collections::BTreeMap;

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

/// `Label.getNodes` has the controller, `Jenkins.getNodes`, by which jobs without a label are counted, has not.
#[test]
fn the_controller_counts_for_its_labels_alone() {
    let controller = Controller { executors: 2, ..Controller::default() };
    let bench = Bench::new(Settings { controller, ..Settings::instant() });
    let load = bench.jenkins.load(None);
    assert_eq!((load.defined, load.available), (0, 0));
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

/// Builds that outlast the executors of their node are counted where the node is online.
#[test]
fn executors_that_are_taken_away_count_until_their_builds_end() {
    let mut bench = Bench::new(Settings::instant());
    let job = bench.job("app", "docker");
    bench.jenkins.create_node(at(0), NodeSpec { executors: 3, ..node("n1", "docker") }).unwrap();
    bench.jenkins.agent_connect(at(0), &"n1".into()).unwrap();
    for key in 0..2 {
        bench.jenkins.schedule(at(0), job, BuildRequest::new(key, Millis::from_secs(9))).unwrap();
    }
    bench.jenkins.set_executors(at(1), &"n1".into(), 0).unwrap();
    let load = |bench: &Bench| {
        let load = bench.jenkins.load(Some("docker"));
        (load.defined, load.online, load.busy, load.idle)
    };
    assert_eq!(load(&bench), (2, 2, 2, 0));
    bench.run_until(at(10_000));
    assert_eq!(load(&bench), (0, 0, 0, 0), "it has no computer any more");
}

/// Labels as jobs want them; `master` is the controller's name.
const WANTED: [Option<&str>; 6] = [None, Some("a"), Some("b"), Some("a&&b"), Some("n1"), Some("master")];

/// A Jenkins in which something happens at each step, with the statistics that it should have.
struct Lab {
    bench: Bench,
    jobs: [JobId; 6],
    nodes: BTreeMap<NodeName, LabelSet>,
    want: [LoadStatistics; 6],
    random: u64,
    keys: u64,
}

impl Lab {
    fn new() -> Self {
        let controller = Controller { executors: 2, ..Controller::default() };
        let mut bench = Bench::new(Settings { controller, load_statistics: true, ..Settings::default() });
        let jobs = [0, 1, 2, 3, 4, 5].map(|job: usize| {
            let spec = JobSpec::replay(format!("job-{job}"), WANTED[job].map(Into::into));
            bench.jenkins.create_job(at(0), spec).expect("the job is new")
        });
        let nodes = BTreeMap::from([("master".into(), LabelSet::default())]);
        Self { bench, jobs, nodes, want: Default::default(), random: 1, keys: 0 }
    }

    fn draw(&mut self, below: u16) -> u16 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u16::try_from((self.random >> 33) % u64::from(below)).expect("it is below a number of 16 bits")
    }

    fn has_nodes(&self, label: Option<&str>) -> bool {
        let expression = label.map(LabelExpression::parse_or_atom);
        let has = |expression: LabelExpression| {
            self.nodes.iter().any(|(name, labels)| expression.matches(labels, name.as_str()))
        };
        expression.is_none_or(has)
    }

    /// Something happens; refusals are fine.
    fn happen(&mut self, now: i64) {
        let now = at(now);
        let name = NodeName::from(format!("n{}", self.draw(3)).as_str());
        let labels = LabelSet::new(["", "a", "b", "a b"][usize::from(self.draw(4))].split_whitespace());
        let (executors, exclusive) = (self.draw(4), self.draw(2) == 0);
        let act = self.draw(12);
        let jenkins = &mut self.bench.jenkins;
        match act {
            0..=2 => {
                let node = NodeSpec {
                    name: name.clone(),
                    description: None,
                    labels: labels.clone(),
                    exclusive,
                    executors: executors.max(1),
                };
                if jenkins.create_node(now, node).is_ok() {
                    self.nodes.insert(name.clone(), labels);
                }
                jenkins.agent_connect(now, &name).ok();
            }
            3 => {
                if jenkins.delete_node(now, &name).is_ok() {
                    self.nodes.remove(&name);
                }
            }
            4 => {
                if jenkins.set_labels(now, &name, labels.clone()).is_ok() {
                    self.nodes.insert(name, labels);
                }
            }
            5 => drop(jenkins.set_executors(now, &name, executors.max(1))),
            6 => drop(jenkins.toggle_offline(now, &name, "m".into())),
            7 => jenkins.agent_disconnect(now, &name),
            _ => {
                let length = Millis::from_secs(1 + u64::from(self.draw(60)));
                let job = self.jobs[usize::from(self.draw(6))];
                self.bench
                    .jenkins
                    .schedule(now, job, BuildRequest::new(self.keys, length))
                    .expect("the job is there");
                self.keys += 1;
            }
        }
        for (place, label) in WANTED.into_iter().enumerate() {
            if !self.has_nodes(label) {
                self.want[place] = LoadStatistics::default();
            }
        }
    }

    fn tick(&mut self) {
        for (place, label) in WANTED.into_iter().enumerate() {
            if self.has_nodes(label) {
                self.want[place].update(self.bench.jenkins.load(label));
            }
        }
    }

    fn kept(&self) -> [LoadStatistics; 6] {
        WANTED.map(|label| self.bench.jenkins.load_statistics(label.map_or(Share::Unlabeled, Share::Label)))
    }
}

/// What changed between two ticks is counted alone, and what did not is caught up with later: that is what looking at
/// everything at every tick comes to.
#[test]
fn statistics_are_those_that_looking_at_everything_at_every_tick_makes() {
    let mut lab = Lab::new();
    for tick in 1..=500_i64 {
        let begin = (tick - 1) * 10_000;
        // Hours in which little happens are among them.
        let acts = if tick % 100 < 60 { 3 } else { i64::from(tick % 7 == 0) };
        for act in 0..acts {
            let now = begin + 1_000 + act * 2_500;
            lab.bench.run_until(at(now));
            lab.happen(now);
        }
        lab.bench.run_until(at(begin + 9_999));
        lab.tick();
        lab.bench.run_until(at(begin + 10_000));
        if tick % 25 == 0 {
            for (place, (kept, want)) in lab.kept().iter().zip(&lab.want).enumerate() {
                assert!(kept == want, "{:?} at tick {tick}: {kept:?}, not {want:?}", WANTED[place]);
            }
        }
    }
    let busy = lab.kept().iter().filter(|kept| kept.available() > 0.0 || kept.queue_length() > 0.0).count();
    assert!(busy >= 3, "{busy} labels had something to count");
}

#[test]
fn statistics_begin_anew_with_the_controller() {
    let mut bench = Bench::new(Settings { load_statistics: true, ..Settings::default() });
    bench.jenkins.create_node(at(0), node("n1", "docker")).unwrap();
    bench.jenkins.agent_connect(at(0), &"n1".into()).unwrap();
    let available = |bench: &Bench| {
        [Share::Overall, Share::Label("docker")].map(|share| bench.jenkins.load_statistics(share).available())
    };
    bench.run_until(at(9_999));
    assert_eq!(available(&bench), [0.0; 2]);
    bench.run_until(at(10_000));
    assert_eq!(available(&bench), [0.100_000_024; 2]);
    bench.jenkins.restart(at(15_000));
    // It is up after 12 s.
    bench.run_until(at(27_000));
    bench.jenkins.agent_connect(at(27_000), &"n1".into()).unwrap();
    bench.run_until(at(36_999));
    assert_eq!(available(&bench), [0.0; 2]);
    bench.run_until(at(37_000));
    assert_eq!(available(&bench), [0.100_000_024; 2]);
    assert_eq!(
        Bench::new(Settings::default()).jenkins.load_statistics(Share::Overall),
        LoadStatistics::default()
    );
}
