//! What holds of the ends of sessions, in whatever order runs begin, ask for agents and end, and Jenkins restarts.

use crate::{
    reference_model::{Habits, View, World, policy, template},
    session_ends::is_empty,
};
use footman_core::{
    Millis, Policy,
    decision::{Cause, Demand, What},
    event::ItemLabel,
    id::NodeName,
};
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

const LABELS: [&str; 3] = ["java/session=a", "java/session=b", "java/session=c"];
const JOB: &str = "pipe";

#[derive(Debug, Clone)]
enum Deed {
    Begin {
        label: usize,
    },
    Block {
        place: usize,
        seconds: u64,
    },
    End {
        place: usize,
    },
    Pass {
        ms: u64,
    },
    /// The controller restarts and shows no run until it does so again.
    Restart,
    Reappear,
    LosePages {
        seconds: u64,
    },
    Crash,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        3 => (0..LABELS.len()).prop_map(|label| Deed::Begin { label }),
        // Longer than a poll takes: a shorter one is not seen at all.
        5 => (0..8_usize, 3..40_u64).prop_map(|(place, seconds)| Deed::Block { place, seconds }),
        4 => (0..8_usize).prop_map(|place| Deed::End { place }),
        6 => (1..40_000_u64).prop_map(|ms| Deed::Pass { ms }),
        1 => Just(Deed::Restart),
        2 => Just(Deed::Reappear),
        1 => (1..30_u64).prop_map(|seconds| Deed::LosePages { seconds }),
        1 => Just(Deed::Crash),
    ];
    prop::collection::vec(deed, 1..60)
}

fn sessions() -> Policy {
    let mut java = template("java", &["java"]);
    java.overrides.session_idle = Some(Millis::from_mins(3));
    policy(vec![java])
}

/// A run that has not ended.
#[derive(Debug)]
struct Run {
    number: u32,
    label: usize,
    asked: bool,
}

/// The world and what is true of its runs.
struct Truth {
    world: World,
    runs: Vec<Run>,
    begun: u32,
    hidden: BTreeSet<u32>,
    agents: BTreeMap<NodeName, Arc<str>>,
    read: usize,
}

impl Truth {
    fn new(seed: u64, view: View) -> Self {
        let mut world =
            World::new(sessions(), Habits { seed, view, start_max_ms: 3000, ..Habits::default() });
        world.begin_run((JOB, 0));
        Self { world, runs: Vec::new(), begun: 0, hidden: BTreeSet::new(), agents: BTreeMap::new(), read: 0 }
    }

    /// `shares` says whether several runs may have one session at a time.
    fn apply(&mut self, deed: &Deed, shares: bool) {
        match *deed {
            Deed::Begin { label } => {
                if shares || self.runs.iter().all(|run| run.label != label) {
                    self.begun += 1;
                    self.runs.push(Run { number: self.begun, label, asked: false });
                    self.world.begin_run((JOB, self.begun));
                }
            }
            Deed::Block { place, seconds } => {
                if let Some(run) = self.runs.get_mut(place) {
                    run.asked = true;
                    self.world.submit_block((JOB, run.number), LABELS[run.label], Millis::from_secs(seconds));
                }
            }
            Deed::End { place } => {
                if let Some(run) = self.runs.get(place)
                    && !self.world.has_blocks((JOB, run.number))
                {
                    let number = self.runs.remove(place).number;
                    self.hidden.remove(&number);
                    self.world.end_run((JOB, number));
                }
            }
            Deed::Pass { ms } => self.pass(Millis::new(ms)),
            Deed::Restart => {
                self.world.session += 1;
                for run in &self.runs {
                    self.world.end_run((JOB, run.number));
                    self.hidden.insert(run.number);
                }
            }
            Deed::Reappear => {
                for number in std::mem::take(&mut self.hidden) {
                    self.world.begin_run((JOB, number));
                }
            }
            Deed::LosePages { seconds } => {
                self.world.complete = false;
                self.pass(Millis::from_secs(seconds));
                self.world.complete = true;
            }
            // Of several runs that share a session the next core knows those alone that it sees something of.
            Deed::Crash if shares => {}
            Deed::Crash => self.world.crash(),
        }
    }

    fn pass(&mut self, span: Millis) {
        let end = self.world.now + span;
        while self.world.step(end) {
            self.check();
        }
        self.world.run_for(end.since(self.world.now));
    }

    /// No session ends whose run goes on.
    fn check(&mut self) {
        for decision in &self.world.log[self.read..] {
            if let What::Launch { agent, demand: Demand::Items(ItemLabel::Expression(label)), .. } =
                &decision.what
            {
                self.agents.insert(agent.node().clone(), Arc::clone(label));
            }
            if let What::Retire { agent, cause: Cause::RunOver } = &decision.what {
                let label = &self.agents[agent.node()];
                let goes_on = self.runs.iter().find(|run| run.asked && LABELS[run.label] == &**label);
                assert!(goes_on.is_none(), "{}: `{label}` ended, and {goes_on:?} goes on", decision.at);
            }
        }
        self.read = self.world.log.len();
    }

    /// Everything ends.
    fn finish(mut self) -> World {
        self.apply(&Deed::Reappear, true);
        self.pass(Millis::from_mins(10));
        while !self.runs.is_empty() {
            let left = self.runs.len();
            self.apply(&Deed::End { place: 0 }, true);
            assert!(self.runs.len() < left, "the blocks of {:?} do not end", self.runs[0]);
        }
        self.pass(Millis::from_mins(10));
        assert!(is_empty(&self.world), "{:?}", self.world.node_names());
        assert!(self.world.session_agents_max <= 1, "a session has one agent at a time");
        self.world
    }
}

fn played(seed: u64, view: View, deeds: &[Deed], shares: bool) -> World {
    let mut truth = Truth::new(seed, view);
    for deed in deeds {
        truth.apply(deed, shares);
    }
    truth.finish()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_session_ends_while_its_run_goes_on_and_all_of_them_end(seed: u64, deeds in deeds()) {
        for view in [View::Changes, View::Listings] {
            played(seed, view, &deeds, false);
        }
    }

    #[test]
    fn nor_while_one_of_several_runs_that_share_it_does(seed: u64, deeds in deeds()) {
        for view in [View::Changes, View::Listings] {
            played(seed, view, &deeds, true);
        }
    }

    /// In full listings a view may be partial, which changes are not.
    #[test]
    fn changes_and_listings_lead_to_the_same_decisions(seed: u64, deeds in deeds(), shares: bool) {
        let whole: Vec<Deed> = deeds.into_iter().filter(|deed| !matches!(deed, Deed::LosePages { .. })).collect();
        let (one, other) = (played(seed, View::Changes, &whole, shares), played(seed, View::Listings, &whole, shares));
        prop_assert_eq!(one.log, other.log);
    }
}
