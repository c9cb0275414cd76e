//! Looks at ECS: what they see, how soon, and what calls they take.

use crate::{
    configuration::template,
    fixture::{Served, served, served_as},
    launches::{backend, launched_of},
};
use footman::{serve::TwinsSettings, world::Wire};
use footman_backend::ecs::{Backend, observer::TaskObserver};
use footman_core::{
    Millis,
    event::{Outcome, Task, TaskStatus},
    looks::LOOKS_PER_LISTING,
    units::{CpuUnits, Mib, Size},
};
use footman_ecs_sim::latency::Distribution;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Tasks of this template take no instance.
const ON_FARGATE: &str = "arm";
const SIZE: Size = Size::new(CpuUnits::new(1024), Mib::new(2048));

/// A daemon that looks each second.
struct Daemon<'a> {
    server: &'a Served,
    backend: Backend,
    observer: TaskObserver,
}

impl<'a> Daemon<'a> {
    fn start(server: &'a Served) -> Self {
        let backend = backend(server, template(ON_FARGATE, &[]));
        Self { server, observer: backend.observer().unwrap(), backend }
    }

    /// A second passes, and it looks.
    async fn look(&mut self) -> Vec<Task> {
        self.server.advance(1).await;
        let look = self.backend.look(&mut self.observer).await;
        assert!(look.listing.complete, "{:?}", look.failed);
        look.listing.tasks
    }

    /// The same so many times; what the last look saw.
    async fn looks(&mut self, times: u32) -> Vec<Task> {
        for _ in 1..times {
            self.look().await;
        }
        self.look().await
    }

    async fn stop(&self, task: &str) {
        assert_eq!(self.backend.stop(&task.into(), "it is spent").await, Outcome::Done);
    }

    /// What another daemon sees that has just started.
    async fn fresh(&self) -> Vec<Task> {
        let look = self.backend.look(&mut self.backend.observer().unwrap()).await;
        assert!(look.listing.complete, "{:?}", look.failed);
        look.listing.tasks
    }

    /// How often ListTasks and DescribeTasks were called so far.
    async fn calls(&self) -> u64 {
        let counts = self.server.sim("GET", "/_sim/counts", &Value::Null).await;
        let calls = |operation: &str| counts["calls"][operation]["calls"].as_u64().unwrap_or_default();
        calls("ListTasks") + calls("DescribeTasks")
    }
}

fn status(tasks: &[Task], arn: &str) -> Option<TaskStatus> {
    tasks.iter().find(|task| task.arn.as_str() == arn).map(|task| task.status)
}

fn statuses(tasks: &[Task]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for task in tasks {
        *counts.entry(task.status.name()).or_default() += 1;
    }
    counts
}

/// Design section 7: two shared polls a second at 200 agents at once, with those that stopped still listed.
#[test]
#[expect(clippy::print_stdout, reason = "shown with --nocapture")]
fn two_hundred_agents_at_once_take_less_than_two_calls_a_second() {
    // Nobody has their nodes in Jenkins: without this their processes would exit as soon as they start.
    let wire = Wire { agent_start: Distribution::Constant(Millis::from_secs(3_600)), ..Wire::NONE };
    served_as(TwinsSettings { wire, ..TwinsSettings::default() }, async |server| {
        let mut daemon = Daemon::start(&server);
        daemon.look().await;
        let mut tasks = Vec::new();
        for serial in 0..200 {
            if serial % 20 == 0 {
                server.advance(1).await;
            }
            tasks.push(launched_of(&daemon.backend, serial, SIZE).await);
        }
        println!("200 agents   ListTasks and DescribeTasks a second, over 60 s each");
        let each = |what: &str, before: u64, after: u64, tasks: &[Task]| {
            let calls = after - before;
            println!("  {what:9}  {}.{:02}  {:?}", calls / 60, calls % 60 * 100 / 60, statuses(tasks));
            assert!(calls <= 120, "{what}: {calls}");
        };
        for what in ["starting", "running"] {
            let before = daemon.calls().await;
            let seen = daemon.looks(60).await;
            each(what, before, daemon.calls().await, &seen);
        }
        for (n, task) in tasks.iter().enumerate() {
            if n % 20 == 0 {
                server.advance(1).await;
            }
            daemon.stop(task).await;
        }
        for what in ["stopping", "gone"] {
            let before = daemon.calls().await;
            let seen = daemon.looks(60).await;
            each(what, before, daemon.calls().await, &seen);
            assert_eq!(statuses(&seen), [("STOPPED", 200)].into());
        }
    });
}

/// What this daemon did is seen at the next look, at which a task is described.
#[test]
fn what_was_launched_or_told_to_stop_is_described_at_the_next_look() {
    served(async |server| {
        let mut daemon = Daemon::start(&server);
        daemon.look().await;
        for serial in 0..LOOKS_PER_LISTING {
            let task = launched_of(&daemon.backend, serial, SIZE).await;
            assert!(status(&daemon.look().await, &task).is_some(), "launched after {serial} looks");
            daemon.looks(120).await;
            daemon.stop(&task).await;
            let seen = daemon.look().await;
            assert!(seen.iter().any(|seen| seen.arn.as_str() == task && seen.stopping), "{seen:?}");
            daemon.looks(60).await;
            assert_eq!(status(&daemon.look().await, &task), Some(TaskStatus::Stopped));
        }
    });
}

/// A container that ends, an interruption and a task whose launch nobody was told of are found by a listing.
#[test]
fn what_nobody_told_of_is_found_within_the_looks_between_two_listings() {
    served(async |server| {
        let mut daemon = Daemon::start(&server);
        let task = launched_of(&daemon.backend, 0, SIZE).await;
        daemon.looks(120).await;
        let call = server.ecs.submit_container_state_change().task(&task).container_name("jenkins-agent");
        call.status("STOPPED").exit_code(0).send().await.unwrap();
        let seen = daemon.looks(LOOKS_PER_LISTING).await;
        assert!(seen.iter().any(|seen| seen.arn.as_str() == task && seen.stopping), "{seen:?}");
        let other = Daemon::start(&server);
        let unknown = launched_of(&other.backend, 1, SIZE).await;
        let seen = daemon.looks(LOOKS_PER_LISTING).await;
        assert!(status(&seen, &unknown).is_some(), "{seen:?}");
        // One that stopped before anybody saw it is among those that stopped.
        let brief = launched_of(&other.backend, 2, SIZE).await;
        other.stop(&brief).await;
        let seen = daemon.looks(2 * LOOKS_PER_LISTING).await;
        assert!(status(&seen, &brief).is_some(), "{seen:?}");
    });
}

/// However launches, stops and looks follow each other: when it is quiet, a daemon sees what one sees that just started, and
/// what ECS lists no more is forgotten.
#[test]
fn in_the_end_a_daemon_sees_what_a_new_one_sees() {
    served(async |server| {
        let faults = json!({"tasks": {"eniTimeout": {"perMillion": 300_000}}});
        server.sim("PUT", "/_sim/faults", &faults).await;
        let (mut daemon, other) = (Daemon::start(&server), Daemon::start(&server));
        let mut tasks: Vec<String> = Vec::new();
        for (serial, step) in (0..60).zip((0_u32..).map(|n| n.wrapping_mul(2_654_435_761) >> 24)) {
            let hand = if step % 3 == 0 { &other } else { &daemon };
            match tasks.get(usize::try_from(step).unwrap() % (tasks.len() + 1)) {
                Some(task) if step % 2 == 0 => hand.stop(task).await,
                _ => tasks.push(launched_of(&hand.backend, serial, SIZE).await),
            }
            if step % 5 < 2 {
                daemon.looks(step % 7 + 1).await;
            }
        }
        daemon.looks(300).await;
        let seen = daemon.looks(4 * LOOKS_PER_LISTING).await;
        assert_eq!(seen, daemon.fresh().await);
        assert_eq!(seen.len(), tasks.len());
        server.advance(2 * 3600).await;
        let seen = daemon.looks(4 * LOOKS_PER_LISTING).await;
        assert_eq!(seen, daemon.fresh().await);
        assert!(seen.iter().all(|task| task.status != TaskStatus::Stopped), "{:?}", statuses(&seen));
    });
}
