//! Whatever befalls the servers and the daemon, each build is built once and nothing is left.
//!
//! Calls are throttled and answers lost, listings are stale, tasks fail and are interrupted, Jenkins restarts and loses its
//! nodes, and the daemon is killed, between two turns or in the middle of an action, and begun anew, knowing nothing. The
//! policy of `footmand iam-policy` is enforced, and everything that is left is searched for secrets.

use crate::{
    budget::{Watch, ratio},
    canary::{Kept, Planted, TOKEN, users},
    policy::least,
    stage::{Log, Stage, configuration_of, on_stage, on_stage_of},
    status::answers,
};
use footman::serve::TwinsSettings;
use footman_backend::{
    driver::{Hands, Limits},
    jenkins::observe::LabelSource,
    services::Services,
    status::{Bounds, Collector},
};
use footman_core::{
    Action, Millis, Timestamp,
    event::{JenkinsListing, Outcome, TaskListing},
};
use footman_recording::{Ending, FileRecorder, Recording, decision_line, replay};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    future::pending,
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};
use tokio::sync::Notify;

/// Two clouds: one on EC2, one on Fargate and Fargate Spot.
pub(crate) const JENKINS: &str = "
jenkins:
  clouds:
    - ecs:
        name: ecs
        regionName: us-east-1
        cluster: builds
        jenkinsUrl: https://jenkins.example.com/
        templates:
          - {templateName: java, label: java linux, image: jenkins/inbound-agent, cpu: 1024, memory: 2048}
          - {templateName: small, label: small, image: jenkins/inbound-agent, cpu: 512, memory: 1024}
    - ecs:
        name: fargate
        regionName: us-east-1
        cluster: builds
        jenkinsUrl: https://jenkins.example.com/
        templates:
          - templateName: big
            label: big
            image: jenkins/inbound-agent
            launchType: FARGATE
            networkMode: awsvpc
            subnets: subnet-1
            executionRole: arn:aws:iam::123456789012:role/ecs
            cpu: 1024
            memory: 2048
          - templateName: spot
            label: spot
            image: jenkins/inbound-agent
            capacityProviderStrategies: [{provider: FARGATE_SPOT, weight: 1}]
            networkMode: awsvpc
            subnets: subnet-1
            executionRole: arn:aws:iam::123456789012:role/ecs
            cpu: 512
            memory: 1024
";
/// Footman's half of it.
pub(crate) const FOOTMAN: &str = "
owner: together
limit: {agents: 90, cpu: 64vcpu, memory: 128GiB}
simulation:
  clusters:
    builds:
      instances: [{type: m5.xlarge, count: 20}]
";
/// The label that builds ask for, by template.
const LABELS: [&str; 4] = ["java", "small", "big", "spot"];

const SEED: u64 = 7;
/// How many builds come, in bursts.
const BUILDS: u64 = 1000;
const BURST: u64 = 100;
const BURST_EVERY_S: u64 = 150;
/// How often the daemon is killed.
const KILLS: u64 = 10;

/// A small generator, so that it strikes anywhere and anybody can repeat it (Marsaglia's xorshift, 64 bits).
#[derive(Debug)]
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        for shift in [13, 7, 17] {
            self.0 ^= if shift == 7 { self.0 >> shift } else { self.0 << shift };
        }
        self.0 % end
    }
}

/// Bursts of Pipelines of one to three blocks, with freestyle builds among them.
fn builds() -> String {
    let mut draw = Draw(SEED);
    let mut trace = "submit_s,duration_s,label,job,run,after\n".to_owned();
    for n in 0..BUILDS {
        let submit = 5 + n / BURST * BURST_EVERY_S + n % BURST / 20;
        let (duration, label) = (10 + draw.below(70), LABELS[usize::try_from(draw.below(4)).unwrap()]);
        let job = n / 5 % 14;
        let (job, run) = (if job < 2 { format!("lint-{job}") } else { format!("app-{job}") }, n / 5);
        // Of five builds in a row, the second and third follow the first as blocks of its run.
        let (run, after) = match n % 5 {
            0 => (run.to_string(), String::new()),
            1 | 2 if job.starts_with("app") => (run.to_string(), (n - 1).to_string()),
            _ => (String::new(), String::new()),
        };
        writeln!(trace, "{submit},{duration},{label},{job},{run},{after}").unwrap();
    }
    trace
}

async fn faults(stage: &Stage) {
    let faults = json!({
        "calls": [
            {"fault": "throttled", "perMillion": 20_000},
            {"fault": "serverError", "perMillion": 5_000},
            {"fault": "answerLost", "operation": "RunTask", "perMillion": 50_000},
        ],
        "tasks": {"cannotPull": {"perMillion": 20_000}, "eniTimeout": {"perMillion": 50_000}},
        "spot": {"fargateInterruptionsPerMillionHours": 3_000_000},
        "staleMs": 1_500,
    });
    stage.sim("PUT", "faults", faults.to_string()).await;
    let jenkins = json!({"calls": [
        {"fault": "serverError", "perMillion": 5_000},
        {"fault": "answerLost", "operation": "computer", "perMillion": 5_000},
    ], "staleMs": 1_500});
    stage.sim("PUT", "jenkins-faults", jenkins.to_string()).await;
}

/// What happens to Jenkins in the middle of a daemon's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strike {
    Restart,
    /// The configuration as code is reloaded; every node with the property stays, but for some whose agents lose it.
    Casc,
}

async fn strike(stage: &Stage, strike: Strike) {
    match strike {
        Strike::Restart => drop(stage.sim("POST", "restart", "").await),
        Strike::Casc => {
            let state = stage.sim("GET", "state", "").await;
            let computers = state["jenkins"]["computers"]["computer"].as_array().unwrap();
            let agents = computers.iter().filter(|it| it["_class"] == "hudson.slaves.SlaveComputer");
            let names: Vec<&str> = agents.map(|it| it["displayName"].as_str().unwrap()).collect();
            let keep: Vec<&str> =
                names.iter().enumerate().filter(|(n, _)| n % 5 > 0).map(|(_, it)| *it).collect();
            stage.sim("POST", "casc", json!({"nodes": [], "keep": keep}).to_string()).await;
        }
    }
}

/// Hands that are cut off after so many actions: the daemon is killed in the middle of one, which was carried out or not.
#[derive(Debug)]
struct Mortal {
    services: Services,
    left: AtomicU32,
    carried_out: bool,
    died: Notify,
}

impl Hands for Mortal {
    async fn act(&self, action: Action) -> Outcome {
        if self.left.fetch_sub(1, Ordering::Relaxed) > 1 {
            return self.services.act(action).await;
        }
        if self.carried_out {
            drop(self.services.act(action).await);
        }
        self.died.notify_one();
        pending().await
    }

    async fn poll(&self, now: Timestamp) -> Option<JenkinsListing> {
        self.services.poll(now).await
    }

    async fn look(&self) -> TaskListing {
        self.services.look().await
    }
}

/// What daemons leave.
#[derive(Debug)]
struct Left {
    reports: (Log, Watch),
    /// What they showed of themselves.
    shown: String,
}

/// A daemon's life, recorded in `folder`: until it is killed, or until everything is done.
async fn live(stage: &Stage, folder: &Path, left: Left, death: Option<(Draw, Option<Strike>)>) -> Left {
    let Left { reports, mut shown } = left;
    let (mut machine, services) = stage.daemon_as("footman", TOKEN, LabelSource::Why).await;
    let begun = stage.now().await;
    let policy = machine.core().policy().clone();
    let recorder = FileRecorder::create(folder, footman_recording::Limits::default(), &policy, begun);
    machine.record(Box::new(recorder.unwrap()));
    let bounds = Bounds::of(&policy.pace, &Limits::default());
    let (collector, board) = Collector::new(begun, &machine);
    let mut report = (reports, collector);
    match death {
        None => {
            stage.work(&mut machine, &services, &mut report).await;
            machine.end_record();
        }
        Some((mut draw, struck)) => {
            let (lasts, actions) = (20_000 + draw.below(200_000), 20 + draw.below(200));
            // Whoever is to see something befall Jenkins does not die before.
            let in_an_action = draw.below(2) == 0 && struck.is_none();
            let left = AtomicU32::new(if in_an_action { u32::try_from(actions).unwrap() } else { u32::MAX });
            let hands = Mortal { services, left, carried_out: draw.below(2) == 0, died: Notify::new() };
            let end = begun + Millis::new(lasts);
            let work = async {
                if let Some(struck) = struck {
                    let half = begun + Millis::new(lasts / 2);
                    stage.work_until(&mut machine, &hands, &mut report, |now| now >= half).await;
                    strike(stage, struck).await;
                }
                stage.work_until(&mut machine, &hands, &mut report, |now| now >= end).await;
            };
            tokio::select! {
                // Nobody hears what the action came to.
                biased;
                () = hands.died.notified() => {}
                () = work => {}
            }
        }
    }
    let now = stage.now().await;
    for (_, text) in answers(&board, bounds, now, ["/metrics", "/", "/status.json", "/readyz"]).await {
        shown.push_str(&text);
    }
    Left { reports: report.0, shown }
}

/// Builds, each with what befell it.
type Struck<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// The builds that the fault log names by what befell them, and those that it says were lost, with their results.
fn named(accidents: &Value) -> (Struck<'_>, Vec<(&str, &str)>) {
    let mut named = Struck::new();
    for accident in accidents["accidents"].as_array().unwrap() {
        for build in accident["builds"].as_array().unwrap() {
            named.entry(build.as_str().unwrap()).or_default().insert(accident["what"].as_str().unwrap());
        }
    }
    let lost = accidents["lost"].as_array().unwrap().iter();
    let lost = lost.map(|it| (it["build"].as_str().unwrap(), it["result"].as_str().unwrap())).collect();
    (named, lost)
}

/// The fault log in brief.
fn brief(accidents: &Value) -> String {
    let mut kinds: BTreeMap<String, (u32, usize)> = BTreeMap::new();
    for accident in accidents["accidents"].as_array().unwrap() {
        let reason = accident["stoppedReason"].as_str().unwrap_or_default();
        let reason = reason.split([':', '(']).next().unwrap_or_default();
        let kind = format!("{} {} {reason}", accident["what"], accident["stopCode"]).replace(['"'], "");
        let (count, builds) = kinds.entry(kind).or_default();
        *count += 1;
        *builds += accident["builds"].as_array().unwrap().len();
    }
    let mut text = String::from("fault log (how often, builds that ran there)\n");
    for (kind, (count, builds)) in kinds {
        writeln!(text, "  {count:>4} {builds:>4}  {kind}").unwrap();
    }
    writeln!(text, "  calls of ECS that were struck      {}", accidents["calls"]).unwrap();
    writeln!(text, "  requests to Jenkins that were      {}", accidents["jenkinsCalls"]).unwrap();
    for lost in accidents["lost"].as_array().unwrap() {
        writeln!(text, "  lost: {} on {}, {}", lost["build"], lost["node"], lost["result"]).unwrap();
    }
    text
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// Each build that was queued was started once and ended, and the fault log names those that did not end well.
async fn check_builds(stage: &Stage, workload: &Value, counts: &Value, accidents: &Value) {
    let played = &workload["workload"];
    assert_eq!(number(&played["ended"]), BUILDS, "{played}");
    let built = &counts["jenkins"]["builds"];
    assert_eq!(number(&built["started"]), number(&played["submitted"]), "{built}");
    assert_eq!(number(&built["succeeded"]) + number(&built["lost"]), number(&built["started"]), "{built}");
    let befell: BTreeSet<&str> =
        accidents["accidents"].as_array().unwrap().iter().map(|it| it["what"].as_str().unwrap()).collect();
    assert_eq!(befell, BTreeSet::from(["casc", "restart", "taskStopped"]));
    // Those that did not end well were hit by something; a Pipeline outlives a restart.
    let (named, lost) = named(accidents);
    for (build, result) in &lost {
        let by =
            named.get(build).unwrap_or_else(|| panic!("{build} was lost ({result}) without an accident"));
        let fatal = by.iter().any(|what| *what != "restart" || build.starts_with("lint"));
        assert!(fatal, "{build} was lost ({result}) by {by:?}");
    }
    let failed = stage.failed_builds().await;
    let lost: BTreeSet<&str> = lost.iter().map(|(build, _)| *build).collect();
    for build in &failed {
        assert!(lost.iter().any(|lost| build.starts_with(&format!("\"{lost}\" "))), "{build}");
    }
}

/// What befalls Jenkins while this daemon lives.
fn struck(kill: u64) -> Option<Strike> {
    match kill {
        3 => Some(Strike::Restart),
        6 => Some(Strike::Casc),
        _ => None,
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "shown with --nocapture")]
fn under_every_fault_each_of_a_thousand_builds_is_built_once_and_nothing_is_left() {
    let (kept, _logging) = Kept::log();
    let loaded = configuration_of(JENKINS, FOOTMAN);
    let policy = loaded.policy.clone();
    let twins = TwinsSettings {
        seed: SEED,
        security: users(),
        policy: Some(least(&loaded, None)),
        ..TwinsSettings::default()
    };
    on_stage_of(loaded, twins, async |stage| {
        let begun = stage.now().await;
        let watch = Watch::new(&LABELS, begun);
        let mut left = Left { reports: (Log::default(), watch), shown: String::new() };
        let folder = tempfile::tempdir().unwrap();
        faults(&stage).await;
        stage.sim("POST", "workload?kind=pipeline&freestyle=lint-0&freestyle=lint-1", builds()).await;
        for kill in 0..KILLS {
            left = live(&stage, folder.path(), left, Some((Draw(SEED + 100 + kill), struck(kill)))).await;
        }
        let decided_before = left.reports.0.decisions.len();
        let Left { reports: (log, watch), shown } = live(&stage, folder.path(), left, None).await;

        let workload = stage.sim("GET", "workload", "").await;
        let counts = stage.sim("GET", "counts", "").await;
        let accidents = stage.sim("GET", "accidents", "").await;
        let lasted = stage.now().await.since(begun).as_millis() / 1000;
        println!("{}", brief(&accidents));
        let arrivals = format!("in bursts of {BURST} each {BURST_EVERY_S} s, {KILLS} daemons killed");
        println!("{}", watch.table(&arrivals, &counts, &workload));
        // Nothing befalls the one who looks.
        stage.sim("PUT", "faults", "{}").await;
        let planted = Planted::of(&stage, "builds").await;
        println!("{}", budget(planted.agents(), &counts, &accidents, lasted));

        check_builds(&stage, &workload, &counts, &accidents).await;
        assert_eq!(stage.left().await, [""; 0]);

        // What was decided is decided again.
        let decided: Vec<String> =
            log.decisions[decided_before..].iter().map(|it| decision_line(it, &policy)).collect();
        let mut again = Vec::new();
        let recording = Recording::open(folder.path(), None).unwrap();
        let replayed = replay(&recording, None, |line| again.push(line.to_owned())).unwrap();
        assert_eq!((again, replayed.ending), (decided, Ending::End));
        assert_eq!(replayed.confirmed, replayed.mark.decisions);

        let built = &counts["jenkins"]["builds"];
        // One agent is for one build; a launch that is tried again keeps its node, and so its secret.
        assert!(planted.agents() >= number(&built["started"]), "{} secrets, {built}", planted.agents());
        let mut outputs = vec![
            ("the log", kept.text()),
            ("the decisions", format!("{:?}", log.decisions)),
            ("the fault log", accidents.to_string()),
            ("what it shows of itself", shown),
            ("the state of both servers", stage.sim("GET", "state", "").await.to_string()),
        ];
        for file in fs::read_dir(folder.path()).unwrap() {
            outputs.push(("the recording", fs::read_to_string(file.unwrap().path()).unwrap()));
        }
        assert!(outputs.len() > 10, "each daemon left a recording");
        for (what, text) in outputs {
            assert!(text.len() > 200, "{what} is empty");
            planted.are_not_in(what, &text);
        }
    });
}

/// What the run cost in calls, held against the budget of the design: two calls of ECS for each agent and those that were
/// made again, two polls of ECS a second, and three requests a second of Jenkins for polls.
fn budget(agents: u64, counts: &Value, accidents: &Value, lasted: u64) -> String {
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let calls = |operation: &str| number(&counts["calls"][operation]["calls"]);
    let throttled = |operation: &str| number(&counts["calls"][operation]["throttled"]);
    let struck = |operation: &str| {
        let kinds = accidents["calls"][operation].as_object();
        kinds.map_or(0, |kinds| kinds.values().map(number).sum::<u64>())
    };
    let changes = calls("RunTask") + calls("StopTask");
    let again = ["RunTask", "StopTask"].map(|it| struck(it) + throttled(it)).iter().sum::<u64>();
    let looks = calls("ListTasks") + calls("DescribeTasks");
    // Every poll asks for the queue and for the nodes, now and then for Jenkins itself; everything else is done to one node.
    let jenkins = &counts["jenkins"];
    let polls = number(&jenkins["listings"]["queue"])
        + number(&jenkins["listings"]["computer"])
        + number(&jenkins["requests"]["api"]);
    let all: u64 = jenkins["requests"].as_object().unwrap().values().map(number).sum::<u64>()
        + jenkins["listings"].as_object().unwrap().values().map(number).sum::<u64>();
    assert!(changes <= 2 * agents + again, "{changes} calls for {agents} agents, {again} failed");
    assert!(looks <= 2 * lasted, "{looks} looks at ECS in {lasted} s");
    assert!(polls <= 3 * lasted, "{polls} polls of Jenkins in {lasted} s");
    format!(
        "call budget  {:.2} RunTask and StopTask an agent ({again} of {changes} were struck or throttled)\n             {:.2} \
         ListTasks and DescribeTasks a second\n             {:.2} requests to Jenkins a second for polls, and {:.1} an agent \
         (create, secret, describe, close, delete); {lasted} s in all",
        ratio(changes, agents),
        ratio(looks, lasted),
        ratio(polls, lasted),
        ratio(all - polls, agents),
    )
}

#[test]
fn a_restart_of_jenkins_under_pipelines_loses_none_of_them() {
    const RESTARTED: u64 = 60;
    let builds: Vec<(u64, u64, &str)> = (0..RESTARTED)
        .map(|n| (5 + n / 20 * 90 + n % 20 / 7, 20 + n * 37 % 140, if n % 3 == 0 { "small" } else { "java" }))
        .collect();
    on_stage(3, async |stage| {
        stage.play("pipeline", &builds).await;
        let (mut machine, services) = stage.daemon().await;
        let mut log = Log::default();
        let begun = stage.now().await;
        stage.work_until(&mut machine, &services, &mut log, |now| now >= begun + Millis::from_secs(75)).await;
        stage.sim("POST", "restart", "").await;
        stage.work(&mut machine, &services, &mut log).await;
        let played = stage.sim("GET", "workload", "").await["workload"].clone();
        assert_eq!(played["ended"], RESTARTED, "{played}");
        let failed = stage.failed_builds().await;
        assert_eq!(failed, [""; 0], "every Pipeline went on after the restart");
    });
}
