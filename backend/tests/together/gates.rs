//! Templates that are for some jobs and some hours alone, over both servers.

use crate::stage::{JENKINS, Log, Stage, configuration_of, on_stage_of};
use footman::serve::TwinsSettings;
use footman_backend::{
    driver::Machine,
    services::Services,
    status::{Board, Collector, explain},
};
use footman_core::{Millis, Timestamp};

/// Footman's half of the configuration, with these keys of the template `java`.
fn footman(java: &str) -> String {
    format!(
        "owner: together\npace: {{poll: 5s, describe: 5s}}\ndeadlines: {{idle: 60s}}\nclouds: {{ecs: {{templates: {{java: \
         {{{java}}}}}}}}}\nsimulation: {{clusters: {{builds: {{instances: [{{type: m5.xlarge, count: 4}}]}}}}}}\n"
    )
}

/// A daemon on the stage, and what is seen of it.
struct Watched {
    stage: Stage,
    machine: Machine,
    services: Services,
    report: (Log, Collector),
    board: Board,
    begun: Timestamp,
}

impl Watched {
    async fn on(stage: Stage) -> Self {
        let (machine, services) = stage.daemon().await;
        let begun = stage.now().await;
        let (collector, board) = Collector::new(begun, &machine);
        Self { stage, machine, services, report: (Log::default(), collector), board, begun }
    }

    /// Lets it work until so many minutes have passed.
    async fn work_until(&mut self, minutes: u64) {
        let end = self.begun + Millis::from_mins(minutes);
        self.stage.work_until(&mut self.machine, &self.services, &mut self.report, |now| now >= end).await;
    }

    /// Why a label waits, as `footmand explain` says it.
    fn explained(&self, label: &str) -> String {
        explain(&self.board.latest(), label).unwrap().sentences.join("\n")
    }

    fn launched(&self) -> usize {
        self.report.0.launched()
    }

    /// How many agents are ready and have nothing to do.
    fn idle(&self) -> usize {
        self.board.latest().agents.iter().filter(|agent| agent.phase == "idle").count()
    }

    async fn succeeded(&self) -> u64 {
        let counts = self.stage.sim("GET", "counts", "").await;
        counts["jenkins"]["builds"]["succeeded"].as_u64().unwrap()
    }
}

fn story(java: &str, story: impl AsyncFnOnce(Watched)) {
    let loaded = configuration_of(JENKINS, &footman(java));
    on_stage_of(loaded, TwinsSettings { seed: 1, ..TwinsSettings::default() }, async |stage| {
        story(Watched::on(stage).await).await;
    });
}

#[test]
fn a_job_that_is_allowed_builds_and_another_one_gets_no_agent_and_is_told_why() {
    story("allowJobs: [team/**]", async |mut watched| {
        let trace = "submit_s,duration_s,label,job\n5,30,java,team/app\n6,30,java,other\n";
        watched.stage.sim("POST", "workload?kind=freestyle", trace).await;
        watched.work_until(10).await;
        assert_eq!((watched.launched(), watched.succeeded().await), (1, 1));
        let left = watched.stage.left().await;
        assert!(left.len() == 1 && left[0].starts_with("item "), "{left:?}");
        let said = watched.explained("java");
        let why = "1 item gets no agent at present: template ecs/java is for jobs of `team/**` alone (`allowJobs`).";
        assert!(said.contains(why), "{said}");
        let items = &watched.board.latest().items;
        assert_eq!(items.iter().map(|item| item.job.as_deref()).collect::<Vec<_>>(), [Some("other")]);
    });
}

/// The servers begin on a Monday at midnight in UTC.
#[test]
fn agents_come_when_the_hours_begin_and_idle_ones_go_when_they_are_over() {
    let hours = "minIdle: 1, activeHours: {timeZone: UTC, hours: Mon 00:10-00:20}";
    story(hours, async |mut watched| {
        watched.stage.play("freestyle", &[(60, 30, "java")]).await;
        watched.work_until(9).await;
        assert_eq!((watched.launched(), watched.idle()), (0, 0), "neither for the build nor to be kept warm");
        let said = watched.explained("java");
        assert!(said.contains("template ecs/java is outside of its active hours and opens at"), "{said}");

        watched.work_until(15).await;
        assert_eq!((watched.succeeded().await, watched.idle()), (1, 1), "{:?}", watched.report.0.decisions);

        watched.work_until(30).await;
        assert_eq!((watched.idle(), watched.stage.left().await), (0, vec![]));
        assert!(watched.launched() <= 3, "nothing is made after the hours: {}", watched.launched());
    });
}
