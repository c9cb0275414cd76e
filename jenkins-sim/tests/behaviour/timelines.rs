//! Stories, printed as timelines (`--nocapture`) and compared with what is committed beside this file.
//!
//! To write the files anew, set `UPDATE_TIMELINES` to anything.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]

use crate::bench::{Bench, at, node};
use footman_core::{
    id::{NodeName, QueueItemId},
    label::LabelSet,
    time::{Millis, Timestamp},
};
use footman_jenkins_sim::load::{CLOCK, INITIAL_DELAY, LoadStatistics, Provisioner};
use footman_jenkins_sim::{
    AgentSpec, Block, BuildRequest, BuildResult, JobKind, JobSpec, NodeSpec, Output, Settings, Transport,
};
use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

/// A Jenkins and what has been told of it.
struct Story {
    bench: Bench,
    told: usize,
    text: String,
}

impl Story {
    fn new(settings: Settings) -> Self {
        Self { bench: Bench::new(settings), told: 0, text: String::new() }
    }

    /// Lets time pass until `end`, and writes a line for everything that happened.
    fn tell(&mut self, end: Timestamp) {
        self.bench.run_until(end);
        let outputs = std::mem::take(&mut self.bench.outputs);
        for output in &outputs[self.told..] {
            let (when, what) = line(output);
            self.write(when, &what);
        }
        self.told = outputs.len();
        self.bench.outputs = outputs;
    }

    /// The same for crowds: of what happened to many at one instant one line is written.
    fn tell_in_sum(&mut self, end: Timestamp) {
        self.bench.run_until(end);
        let mut sums: Vec<(Timestamp, &'static str, u32)> = Vec::new();
        for output in &self.bench.outputs[self.told..] {
            let (when, what) = kind(output);
            match sums.iter_mut().rev().take(4).find(|(at, known, _)| (*at, *known) == (when, what)) {
                Some((_, _, count)) => *count += 1,
                None => sums.push((when, what, 1)),
            }
        }
        self.told = self.bench.outputs.len();
        for (when, what, count) in sums {
            self.write(when, &format!("{count} {what}"));
        }
    }

    /// What somebody does or sees.
    fn note(&mut self, when: Timestamp, text: &str) {
        self.write(when, &format!("* {text}"));
    }

    /// What an item that waits says, each text once with the number of those that say it.
    fn whys(&mut self, when: Timestamp) {
        let mut texts: BTreeMap<String, u32> = BTreeMap::new();
        for id in self.bench.jenkins.items() {
            let item = self.bench.jenkins.item(id).unwrap();
            *texts.entry(item.why).or_default() += 1;
        }
        for (why, count) in texts {
            self.write(when, &format!("  {count} say: {why}"));
        }
    }

    /// The same for texts that name an agent of their own each.
    fn whys_in_sum(&mut self, when: Timestamp) {
        let mut texts: BTreeMap<String, u32> = BTreeMap::new();
        for id in self.bench.jenkins.items() {
            let why = self.bench.jenkins.item(id).unwrap().why;
            let digits = |c: char| if c.is_ascii_digit() { '#' } else { c };
            *texts.entry(why.chars().map(digits).collect()).or_default() += 1;
        }
        for (why, count) in texts {
            self.write(when, &format!("  {count} say: {why}"));
        }
    }

    fn write(&mut self, when: Timestamp, text: &str) {
        let millis = when.as_millis();
        let (minutes, seconds) = (millis / 60_000, millis / 1_000 % 60);
        writeln!(self.text, "{minutes:02}:{seconds:02}.{:03} {text}", millis % 1_000).unwrap();
    }

    #[expect(clippy::print_stdout, reason = "the timeline is there to be read")]
    fn compare(&self, name: &str) {
        println!("{name}\n{}", self.text);
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/behaviour/timelines/{name}.txt"));
        if std::env::var_os("UPDATE_TIMELINES").is_some() {
            fs::write(&path, &self.text).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(self.text, committed, "{} is not what happens", path.display());
    }
}

fn line(output: &Output) -> (Timestamp, String) {
    match output {
        Output::ItemEntered { key, item, at } => (*at, format!("build {key} is queued as item {item}")),
        Output::ItemMerged { key, item, at } => (*at, format!("request {key} is merged into item {item}")),
        Output::ItemCancelled { key, at, .. } => (*at, format!("build {key} is cancelled")),
        Output::BuildStarted { key, node, at, .. } => (*at, format!("build {key} starts on {node}")),
        Output::ContinuationEntered { key, item, node, at } => {
            (*at, format!("build {key} asks for {node} again as item {item}"))
        }
        Output::BuildResumed { key, node, at } => (*at, format!("build {key} goes on on {node}")),
        Output::BuildFinished { key, result, node, at, .. } => {
            (*at, format!("build {key} ends on {node}: {result:?}"))
        }
        Output::AgentDropped { node, at } => (*at, format!("the channel to {node} is closed")),
        Output::AgentConnected { node, at, .. } => (*at, format!("the agent of {node} connects")),
        Output::AgentExited { node, code, at, .. } => (*at, format!("the agent of {node} exits with {code}")),
    }
}

fn kind(output: &Output) -> (Timestamp, &'static str) {
    use footman_jenkins_sim::BuildResult::{Aborted, Failure, Success, Vanished};
    match output {
        Output::ItemEntered { at, .. } => (*at, "builds are queued"),
        Output::ItemMerged { at, .. } => (*at, "requests are merged"),
        Output::ItemCancelled { at, .. } => (*at, "items are cancelled"),
        Output::BuildStarted { at, .. } => (*at, "builds start"),
        Output::ContinuationEntered { at, .. } => (*at, "Pipelines ask for their nodes again"),
        Output::BuildResumed { at, .. } => (*at, "Pipelines go on"),
        Output::BuildFinished { at, result, .. } => {
            let what = match result {
                Success => "builds end: SUCCESS",
                Failure => "builds end: FAILURE",
                Aborted => "builds end: ABORTED",
                Vanished => "builds vanish",
            };
            (*at, what)
        }
        Output::AgentDropped { at, .. } => (*at, "channels are closed"),
        Output::AgentConnected { at, .. } => (*at, "agents connect"),
        Output::AgentExited { at, .. } => (*at, "agents exit"),
    }
}

/// What of each job's one item can be read, per class of task: the label is exported for freestyle jobs alone.
fn read_labels(story: &mut Story, when: Timestamp, items: &[(&str, QueueItemId)]) {
    for (label, item) in items {
        let why = story.bench.jenkins.item(*item).unwrap().why;
        story.write(when, &format!("  {label:<18} {why}"));
    }
}

/// jenkins.md 5, tried on Jenkins 2.263.4: the label of a Pipeline's item stands in `why` alone. From zero nodes it is not
/// there at all, one lookout hides it behind its own name, and two lookouts make it readable, also beside a busy agent.
#[test]
fn the_label_of_a_pipeline_is_readable_with_two_lookouts() {
    let mut story = Story::new(Settings::instant());
    let labels = ["docker", "docker && linux", "docker || windows", "docker && !windows", "gpu"];
    let mut items = Vec::new();
    for (key, label) in (0..).zip(labels) {
        let spec =
            JobSpec { kind: JobKind::Pipeline, ..JobSpec::replay(format!("pipe{key}"), Some(label.into())) };
        let job = story.bench.jenkins.create_job(at(0), spec).unwrap();
        let request = BuildRequest::new(key, Millis::from_mins(10));
        items.push((label, story.bench.jenkins.schedule(at(0), job, request).unwrap()));
    }
    story.note(at(0), "five Pipelines wait; there is no node");
    read_labels(&mut story, at(0), &items);
    for (seconds, name, text) in [(1_000, "look1", "one lookout"), (2_000, "look2", "two lookouts")] {
        story.bench.jenkins.create_node(at(seconds), node(name, "docker linux")).unwrap();
        story.note(at(seconds), &format!("{text}, never connected, with the labels docker and linux"));
        read_labels(&mut story, at(seconds), &items);
    }
    story.note(at(3_000), "an agent of these labels connects and takes the first");
    story.bench.jenkins.create_node(at(3_000), node("agent", "docker linux")).unwrap();
    story.bench.jenkins.agent_connect(at(3_000), &"agent".into()).unwrap();
    story.bench.run_until(at(3_000));
    read_labels(&mut story, at(3_000), &items[1..]);
    story.note(at(4_000), "the agent is deleted under its build: the labels are readable as before");
    story.bench.jenkins.delete_node(at(4_000), &"agent".into()).unwrap();
    read_labels(&mut story, at(4_000), &items[1..]);
    story.compare("lookouts");
}

/// jenkins.md 5, tried on Jenkins 2.263.4: twenty builds of `true`, one agent. With the guard file exactly one runs; the
/// provisioner that polls every second is late without it.
#[test]
fn twenty_tiny_builds_on_one_agent_with_and_without_the_guard() {
    let mut story = Story::new(Settings::default());
    for guard in [None, Some("fm-".into())] {
        let has = if guard.is_some() { "with" } else { "without" };
        story.bench = Bench::new(Settings { guard, ..Settings::default() });
        story.told = 0;
        let job = story.bench.job("true", "docker");
        let name = NodeName::from("fm-1");
        story.note(at(0), &format!("twenty builds of 30 ms wait for one agent, {has} the guard file"));
        for key in 0..20 {
            story.bench.jenkins.schedule(at(0), job, BuildRequest::new(key, Millis::new(30))).unwrap();
        }
        story.tell_in_sum(at(0));
        story.bench.jenkins.create_node(at(0), node("fm-1", "docker")).unwrap();
        story.bench.jenkins.agent_connect(at(500), &name).unwrap();
        story.tell(at(1_000));
        story.note(at(1_000), "the provisioner polls, and marks the agent offline");
        story.whys(at(1_000));
        story.bench.jenkins.change_offline_cause(at(1_020), &name, "spent".into()).unwrap();
        story.tell(at(60_000));
        story.note(at(60_000), &format!("{} builds ran", story.bench.results().len()));
        story.whys(at(60_000));
    }
    story.compare("guard");
}

/// jenkins.md 5 and 6: a hundred Pipelines are in the middle of their `node` blocks when the controller restarts. An agent
/// that was closed by its labels takes its continuation, which asks for it by name; one that was marked offline takes
/// nothing, and its Pipeline is aborted five minutes after it has asked.
#[test]
fn a_restart_in_the_middle_of_a_hundred_pipelines() {
    for marked in [false, true] {
        let mut story = Story::new(Settings::default());
        let how = if marked { "marked offline" } else { "closed by emptying their labels" };
        let jenkins = &mut story.bench.jenkins;
        let spec = JobSpec { kind: JobKind::Flyweight, ..JobSpec::replay("pipe", None) };
        let job = jenkins.create_job(at(0), spec).unwrap();
        for key in 0..100 {
            let (label, after) = (Some("docker".into()), Vec::new());
            let block = Block { key: 1_000 + key, label, duration: Millis::from_mins(20), after, retries: 0 };
            let request = BuildRequest::new(key, Millis::ZERO);
            jenkins.schedule_pipeline(at(0), job, request, vec![block]).unwrap();
        }
        let names: Vec<NodeName> = (0..100).map(|n| format!("agent-{n:02}").as_str().into()).collect();
        for name in &names {
            jenkins.create_node(at(1_000), node(name.as_str(), "docker")).unwrap();
        }
        for name in &names {
            story.bench.jenkins.start_agent(at(30_000), AgentSpec::new(name.clone()));
        }
        story.tell_in_sum(at(40_000));
        story.note(at(40_000), &format!("all hundred agents are {how}"));
        for name in &names {
            let jenkins = &mut story.bench.jenkins;
            if marked {
                jenkins.change_offline_cause(at(40_000), name, "spent".into()).unwrap();
            } else {
                jenkins.set_labels(at(40_000), name, LabelSet::default()).unwrap();
            }
        }
        story.tell_in_sum(at(60_000));
        story.note(at(60_000), "the controller is restarted");
        story.bench.jenkins.restart(at(60_000));
        story.tell_in_sum(at(80_000));
        story.whys_in_sum(at(80_000));
        story.tell_in_sum(at(90_000));
        story.whys_in_sum(at(90_000));
        story.tell_in_sum(at(3_600_000));
        let results = story.bench.results();
        assert_eq!(results.len(), 200, "a hundred runs of one block each");
        let success = results.iter().filter(|(_, result)| *result == BuildResult::Success).count();
        assert_eq!(success, if marked { 0 } else { 200 });
        story.compare(if marked { "restart-marked" } else { "restart-closed" });
    }
}

/// #2842, #2844: the configuration-as-code plugin removes nodes that its YAML does not name, under their builds, but for
/// those with the property `CascKeepNode`.
#[test]
fn a_reload_of_the_configuration_as_code_with_and_without_casc_keep_node() {
    let mut story = Story::new(Settings::default());
    let jenkins = &mut story.bench.jenkins;
    let freestyle = jenkins.create_job(at(0), JobSpec::replay("app", Some("docker".into()))).unwrap();
    let spec = JobSpec { kind: JobKind::Pipeline, ..JobSpec::replay("pipe", Some("docker".into())) };
    let pipeline = jenkins.create_job(at(0), spec).unwrap();
    let fixed = NodeSpec { executors: 2, ..node("static", "big") };
    jenkins.create_node(at(0), fixed.clone()).unwrap();
    let agents = ["plain-1", "plain-2", "kept-1", "kept-2"];
    for (name, key) in agents.into_iter().zip(0..) {
        let (now, jenkins) = (at(1_000 + 1_000 * i64::try_from(key).unwrap()), &mut story.bench.jenkins);
        jenkins.create_node(now, node(name, "docker")).unwrap();
        jenkins.keep_through_casc(now, &name.into(), name.starts_with("kept")).unwrap();
        jenkins.start_agent(now, AgentSpec::new(name.into()));
        let job = if name.ends_with('1') { freestyle } else { pipeline };
        jenkins.schedule(now, job, BuildRequest::new(key, Millis::from_mins(10))).unwrap();
        story.tell(now);
    }
    story.tell(at(30_000));
    story.note(at(30_000), "the YAML is reloaded; it names the node static alone, with other labels");
    let changed = NodeSpec { labels: LabelSet::new(["big", "huge"]), ..fixed };
    story.bench.jenkins.reload_casc(at(30_000), &[changed]).unwrap();
    story.tell(at(30_000));
    for name in story.bench.jenkins.nodes() {
        let view = story.bench.jenkins.node(&name).unwrap();
        let labels: Vec<&str> = view.labels.iter().map(|label| &**label).collect();
        let state = if view.idle { "idle" } else { "busy" };
        story.write(at(30_000), &format!("  {name}: {state}, labels {labels:?}"));
    }
    story.tell(at(3_600_000));
    story.compare("casc");
}

/// Seen on Jenkins 2.263.4: over a restart of the controller agents by TCP come back about 9 s after it, those by WebSocket
/// die with code 0, and so do those with `-noreconnect`; a frozen agent is taken for alive for 530 s.
#[test]
fn what_becomes_of_agents() {
    let mut story = Story::new(Settings::default());
    let job = story.bench.job("app", "docker");
    let mut ids = Vec::new();
    for name in ["tcp", "websocket", "once", "frozen"] {
        let jenkins = &mut story.bench.jenkins;
        jenkins.create_node(at(0), node(name, "docker")).unwrap();
        let transport = if name == "websocket" { Transport::WebSocket } else { Transport::Tcp };
        let spec = AgentSpec { transport, reconnects: name != "once", ..AgentSpec::new(name.into()) };
        ids.push(jenkins.start_agent(at(0), spec));
    }
    story.tell(at(1_000));
    story.note(at(1_000), "doDisconnect of tcp: it comes back by itself");
    story.bench.jenkins.disconnect(at(1_000), &"tcp".into()).unwrap();
    story.tell(at(60_000));
    story.note(at(60_000), "the controller is restarted");
    story.bench.jenkins.restart(at(60_000));
    story.tell(at(120_000));
    story.note(at(120_000), "two builds of ten minutes; the process of frozen is stopped under its one");
    for key in 0..2 {
        let request = BuildRequest::new(key, Millis::from_mins(10));
        story.bench.jenkins.schedule(at(120_000), job, request).unwrap();
    }
    story.tell(at(130_000));
    story.bench.jenkins.freeze_agent(at(130_000), ids[3]);
    story.tell(at(659_999));
    let view = story.bench.jenkins.node(&"frozen".into()).unwrap();
    let seen = if view.offline() || view.idle { "gone" } else { "online and busy" };
    story.note(at(659_999), &format!("frozen still is {seen}"));
    story.tell(at(700_000));
    story.note(at(700_000), "the process of frozen goes on");
    story.bench.jenkins.thaw_agent(at(700_000), ids[3]);
    story.tell(at(740_000));
    story.note(at(740_000), "both nodes are deleted");
    for name in ["tcp", "frozen"] {
        story.bench.jenkins.delete_node(at(740_000), &name.into()).unwrap();
    }
    story.tell(at(3_600_000));
    story.compare("agents");
}

/// A cloud that brings a node of one executor in 54 s, asked by Jenkins' own provisioner: how twenty builds come by their
/// agents from zero. Footman, which counts items in place of averaging them, asks for all of them at its first poll.
#[test]
fn twenty_builds_and_the_node_provisioner() {
    let mut story = Story::new(Settings::default());
    let job = story.bench.job("app", "docker");
    story.note(at(110_000), "twenty builds of ten minutes are queued");
    let (mut statistics, mut provisioner) = (LoadStatistics::default(), Provisioner::default());
    let mut planned: Vec<(i64, NodeName)> = Vec::new();
    let mut made = 0;
    let tick = i64::try_from(CLOCK.as_millis()).unwrap();
    for now in (0..=600_000_i64).step_by(usize::try_from(tick).unwrap()) {
        let (ready, coming) = planned.into_iter().partition(|(due, _)| *due <= now);
        planned = coming;
        for (due, name) in ready {
            story.bench.run_until(at(due));
            story.bench.jenkins.create_node(at(due), node(name.as_str(), "docker")).unwrap();
            story.bench.jenkins.agent_connect(at(due), &name).unwrap();
        }
        story.bench.run_until(at(now));
        if now == 110_000 {
            for key in 0..20 {
                let request = BuildRequest::new(key, Millis::from_mins(10));
                story.bench.jenkins.schedule(at(now), job, request).unwrap();
            }
        }
        let load = story.bench.jenkins.load(Some("docker"));
        statistics.update(load);
        if at(now) < at(0) + INITIAL_DELAY {
            continue;
        }
        let asked = provisioner.update(&statistics, load, u32::try_from(planned.len()).unwrap());
        for _ in 0..asked {
            made += 1;
            planned.push((now + 53_700, format!("node-{made}").as_str().into()));
        }
        if load.queue_length > 0 || asked > 0 {
            let (waiting, average) = (load.queue_length, statistics.queue_length());
            let online = load.online;
            story.write(
                at(now),
                &format!("{waiting:2} wait ({average:5.2} on average), {online:2} online: {asked} asked for"),
            );
        }
    }
    story.compare("node-provisioner");
}
