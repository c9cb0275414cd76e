//! A daemon that comes after ten minutes without one, while hundreds of agents work and thousands of builds wait.

use crate::stage::{Log, configuration_of, on_stage_of};
use footman::serve::TwinsSettings;
use footman_backend::driver::{Machine, Report};
use footman_core::{
    Action, Millis, Timestamp,
    decision::Decision,
    event::{JenkinsListing, Outcome},
    id::NodeName,
};
use std::{collections::BTreeSet, time::Duration};

const JENKINS: &str = "
jenkins:
  clouds:
    - ecs:
        name: ecs
        regionName: us-east-1
        cluster: builds
        jenkinsUrl: https://jenkins.example.com/
        templates:
          - {templateName: java, label: java linux, image: jenkins/inbound-agent, cpu: 1024, memory: 2048}
";
const FOOTMAN: &str = "
owner: together
clouds:
  ecs:
    limit: {agents: 400}
simulation:
  clusters:
    builds:
      instances: [{type: m5.xlarge, count: 110}]
";
/// Builds that have agents when the first daemon is killed; some end while there is none.
const BUSY: u64 = 300;
/// Builds that come in that time.
const QUEUED: u64 = 2000;
const AWAY: Millis = Millis::from_mins(10);

/// When the first task was launched, and which agents were busy whose tasks were stopped.
#[derive(Debug, Default)]
struct Watch {
    now: Option<Timestamp>,
    launched: Option<Timestamp>,
    busy: BTreeSet<NodeName>,
    stopped: u32,
    closed_or_deleted_busy: Vec<NodeName>,
}

impl Report for Watch {
    fn decided(&mut self, _: &Decision) {}

    fn acted(&mut self, action: &Action, outcome: &Outcome, _: Duration) {
        match action {
            Action::Launch { .. } if matches!(outcome, Outcome::Launched { .. }) => {
                self.launched = self.launched.or(self.now);
            }
            Action::DeleteNode { node } if self.busy.contains(node) => {
                self.closed_or_deleted_busy.push(node.clone());
            }
            Action::StopTask { .. } => self.stopped += 1,
            Action::Launch { .. }
            | Action::CreateNode { .. }
            | Action::CloseNode { .. }
            | Action::DeleteNode { .. } => {}
        }
    }

    fn polled(&mut self, now: Timestamp, listing: Option<&JenkinsListing>, _: Duration) {
        self.now = Some(now);
        if let Some(listing) = listing {
            let busy = listing.nodes.iter().filter(|node| !node.running.is_empty());
            self.busy = busy.map(|node| node.name.clone()).collect();
        }
    }

    fn turned(&mut self, now: Timestamp, _: &Machine) {
        self.now = Some(now);
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "shown with --nocapture")]
fn after_ten_minutes_without_a_daemon_the_next_one_launches_within_seconds_and_stops_nothing_that_works() {
    let loaded = configuration_of(JENKINS, FOOTMAN);
    on_stage_of(loaded, TwinsSettings { seed: 11, ..TwinsSettings::default() }, async |stage| {
        // One in ten ends while nobody is there; the others last longer than all of this.
        let busy = (0..BUSY).map(|n| (5, if n % 10 == 0 { 400 } else { 3_600 }, "java"));
        let queued = (0..QUEUED).map(|n| (200 + n / 4, 30, "java"));
        stage.play("pipeline", &busy.chain(queued).collect::<Vec<_>>()).await;
        let begun = stage.now().await;
        let (mut machine, services) = stage.daemon().await;
        let killed = begun + Millis::from_secs(150);
        stage.work_until(&mut machine, &services, &mut Log::default(), |now| now >= killed).await;
        drop((machine, services));
        let built = &stage.sim("GET", "counts", "").await["jenkins"]["builds"];
        assert_eq!(built["started"], BUSY, "each has its agent");

        footman_backend::driver::Servers::advance(&stage, killed + AWAY).await;
        let (mut machine, services) = stage.daemon().await;
        let started = stage.now().await;
        let mut watch = Watch::default();
        let end = started + Millis::from_mins(1);
        stage.work_until(&mut machine, &services, &mut watch, |now| now >= end).await;
        let took = watch.launched.unwrap().since(started);
        assert!(took <= Millis::from_secs(5), "the first RunTask came after {took}");
        assert_eq!(watch.closed_or_deleted_busy, []);
        // The agents whose builds had ended, and those of what was built since.
        let counts = stage.sim("GET", "counts", "").await;
        let built = &counts["jenkins"]["builds"];
        assert_eq!(built["lost"], 0, "{built}");
        assert!(u64::from(watch.stopped) >= BUSY / 10, "{} were stopped", watch.stopped);
        assert!(
            u64::from(watch.stopped) <= built["succeeded"].as_u64().unwrap(),
            "{} of {built}",
            watch.stopped
        );
        println!(
            "first RunTask {took} after the start; {} tasks stopped in a minute, {built}",
            watch.stopped
        );
    });
}
