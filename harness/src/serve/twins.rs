//! Both simulated services under one time, with their faces and the agents between them.
//!
//! Time comes from outside. What is due at one instant happens in the order ECS, Jenkins, agents, as in
//! [`world`](crate::world), then builds of the workload come; requests come after everything that is due by then.

use super::{
    accidents::Accidents,
    accounts::{Account, AccountId, Accounts, TaskKey},
    agents::{Agent, Agents, Process},
    example,
    player::Player,
    processes::ProcessSettings,
    proxy::Proxy,
};
use crate::world::{AGENT_START, Agenda, CloudError, ProcessChange, Wire};
use axum::{
    body::Bytes,
    http::{Request, Response},
};
use footman_config::SimulationSettings;
use footman_core::{Timestamp, catalogue::InstanceType, event::TaskStatus};
use footman_ecs_sim::{
    Output as EcsOutput,
    call_fault::CallFaults,
    http::{ContainerLaunch, iam::Policy, region_of},
    id::InstanceId,
    latency::Latency,
};
use footman_jenkins_sim::{
    Jenkins, Latencies,
    http::{Face as JenkinsFace, FaceSettings, Security, Version},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// What both services are like.
#[derive(Debug, Clone)]
pub struct TwinsSettings {
    /// The seed of every random draw.
    pub seed: u64,
    /// The simulated AWS account: its region is the one that is served, and accounts in others are like it.
    pub ecs: footman_ecs_sim::Settings,
    /// The simulated controller.
    pub jenkins: footman_jenkins_sim::Settings,
    /// Who may do what of Jenkins.
    pub security: Security,
    /// The version that Jenkins takes itself for.
    pub version: Version,
    /// The TCP port for agents that Jenkins names, where it names one.
    pub agent_port: Option<u16>,
    /// How long agents take.
    pub wire: Wire,
    /// Whether the agents in tasks connect to Jenkins.
    pub agents: bool,
    /// Whether there is something to begin with: a cluster with instances, task definitions, a job.
    pub example: bool,
    /// Whether events are made from the start; they are from the first listener on anyway.
    pub events: bool,
    /// How containers run as processes, where they do.
    pub processes: Option<ProcessSettings>,
    /// Whether somebody is told when tasks start and stop.
    pub hook: bool,
    /// The clusters that are there from the start in the region that is served, and instance types besides those of the table.
    pub described: SimulationSettings,
    /// What clients may call of ECS, where that is limited.
    pub policy: Option<Policy>,
}

impl Default for TwinsSettings {
    /// Both services as they are by default, with the example in them.
    fn default() -> Self {
        Self {
            seed: 0,
            // A task that serves a build is in ACTIVATING and DEACTIVATING for no time at all, and events show it.
            ecs: footman_ecs_sim::Settings { zero_length_states: true, ..Default::default() },
            jenkins: footman_jenkins_sim::Settings { load_statistics: true, ..Default::default() },
            security: Security::default(),
            version: Version::OBSERVED,
            agent_port: None,
            wire: Wire::default(),
            agents: true,
            example: true,
            events: false,
            processes: None,
            hook: false,
            described: SimulationSettings::default(),
            policy: None,
        }
    }
}

impl TwinsSettings {
    /// What Jenkins' face is like, where Jenkins believes to be at `root_url`.
    fn face(&self, root_url: &str) -> FaceSettings {
        FaceSettings {
            version: self.version,
            security: self.security.clone(),
            agent_port: self.agent_port,
            ..FaceSettings::new(root_url, self.seed)
        }
    }

    /// Makes Jenkins one of this version.
    pub fn set_version(&mut self, version: Version) {
        self.version = version;
        version.apply(&mut self.jenkins);
    }

    /// Takes every latency away: what is due at once happens before the answer.
    pub fn make_instant(&mut self) {
        self.ecs.latency = Latency::INSTANT;
        self.jenkins.latencies = Latencies::NONE;
        self.wire = Wire::NONE;
    }
}

/// A simulated ECS and a simulated Jenkins under one time.
#[derive(Debug)]
pub struct Twins {
    pub(super) accounts: Accounts,
    pub(super) jenkins: Jenkins,
    pub(super) jenkins_face: JenkinsFace,
    pub(super) jenkins_faults: CallFaults,
    pub(super) jenkins_proxy: Proxy,
    pub(super) agents: Agents,
    pub(super) agenda: Agenda<Happening>,
    /// The workload that is played, or that was played last.
    pub(super) player: Option<Player>,
    pub(super) accidents: Accidents,
    /// How often Jenkins was asked, by the first word of the path.
    pub(super) jenkins_requests: BTreeMap<Box<str>, u64>,
    /// The same of requests for the API of all that there is of something.
    pub(super) jenkins_listings: BTreeMap<Box<str>, u64>,
    event_outbox: Vec<Value>,
    orders: Vec<Order>,
    settings: TwinsSettings,
    root_url: String,
    now: Timestamp,
}

/// What is to be done outside, with processes and with the hook.
#[derive(Debug)]
pub(super) enum Order {
    /// Start the containers of a task, whose log has this name.
    Start { task: TaskKey, name: String, containers: Vec<ContainerLaunch> },
    /// Send the stop signal to them.
    Stop(TaskKey),
    /// Kill what is left of them.
    Kill(TaskKey),
    /// Kill what is left of every task of an account.
    KillAll(AccountId),
    /// Tell the hook.
    Post(Post),
}

/// What the hook is told, which is secret.
pub(super) struct Post(pub(super) Value);

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Post")
    }
}

/// What will happen to the process of an agent.
#[derive(Debug)]
pub(super) enum Happening {
    /// It is ready to connect.
    Starts(Process),
    /// It dies of the stop signal.
    Dies(Process),
}

impl Twins {
    /// Both services at `now`, with what they begin with; Jenkins believes to be at `root_url`.
    ///
    /// # Errors
    ///
    /// Fails where a cluster that is described cannot be simulated.
    pub fn new(settings: TwinsSettings, root_url: &str, now: Timestamp) -> Result<Self, CloudError> {
        Self::after(None, settings, root_url, now)
    }

    /// The same, with accounts numbered after those that there were before.
    fn after(
        before: Option<&Accounts>,
        settings: TwinsSettings,
        root_url: &str,
        now: Timestamp,
    ) -> Result<Self, CloudError> {
        let mut twins = Self {
            accounts: Accounts::new(&settings, now, before)?,
            jenkins: Jenkins::new(settings.jenkins.clone(), now),
            jenkins_face: JenkinsFace::new(settings.face(root_url)),
            jenkins_faults: CallFaults::new(settings.seed),
            jenkins_proxy: Proxy::default(),
            agents: Agents::default(),
            agenda: Agenda::new(),
            player: None,
            accidents: Accidents::default(),
            jenkins_requests: BTreeMap::new(),
            jenkins_listings: BTreeMap::new(),
            event_outbox: Vec::new(),
            orders: Vec::new(),
            settings,
            root_url: root_url.to_owned(),
            now,
        };
        if twins.settings.example {
            example::furnish_jenkins(&mut twins);
        }
        twins.settle();
        Ok(twins)
    }

    /// Begins anew, as at the start; the time stays what it is, and whoever listens goes on listening.
    pub fn reset(&mut self) {
        let again = Self::after(Some(&self.accounts), self.settings.clone(), &self.root_url, self.now);
        let again = again.expect("the same clusters were built before");
        let before = std::mem::replace(self, again);
        self.event_outbox.splice(0..0, before.event_outbox);
        let ends = before.accounts.iter().map(|account| Order::KillAll(account.id));
        self.orders.splice(0..0, before.orders.into_iter().chain(ends));
    }

    /// Lets one account begin anew. Its tasks are no more, so that their agents lose their connections.
    pub(super) fn reset_account(&mut self, account: AccountId) {
        for task in self.agents.of_account(account) {
            self.end(&Process::Task(task));
        }
        self.orders.push(Order::KillAll(account));
        self.accounts.begin_anew(account, &self.settings, self.now);
        self.settle();
    }

    /// The account in `region`, made where there is none; `None` where there are too many regions already.
    pub(super) fn open(&mut self, region: &str) -> Option<AccountId> {
        self.accounts.open(&self.settings, region, self.now)
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// When the next thing happens by itself.
    pub fn next(&self) -> Option<Timestamp> {
        let ecs =
            self.accounts.iter().filter_map(|account| account.ecs.poll_timeout().map(|(at, _)| at)).min();
        let jenkins = self.jenkins.poll_timeout().map(|(at, _)| at);
        let workload = self.player.as_ref().and_then(Player::due);
        let next = [ecs, jenkins, self.agenda.due(), workload].into_iter().flatten().min();
        next.map(|at| at.max(self.now))
    }

    /// Lets happen what is due until `to`, that instant included. A time that has passed changes nothing.
    pub fn advance(&mut self, to: Timestamp) {
        while let Some(at) = self.next().filter(|&at| at <= to) {
            self.now = at;
            for account in self.accounts.iter_mut() {
                account.ecs.handle_timeout(at);
            }
            self.settle();
            self.jenkins.handle_timeout(at);
            self.settle();
            while let Some(what) = self.agenda.take_due(at) {
                self.happen(what);
                self.settle();
            }
            self.play();
        }
        self.now = self.now.max(to);
    }

    /// What ECS answers now, or `None` where the answer is lost. A request that names no region, or one more than there
    /// may be, is for the one that is served.
    pub fn ecs(&mut self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let named = region_of(request).and_then(|region| self.open(region));
        let account = named.unwrap_or_else(|| self.accounts.home());
        let answer = self.accounts[account].answer(self.now, request);
        self.drain();
        answer
    }

    /// What Jenkins answers now, or `None` where it does not answer.
    pub fn jenkins(&mut self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        // A fault strikes calls by the first word of their path, which says what they are about.
        let mut words = request.uri().path().trim_start_matches('/').split('/');
        let area = words.next().unwrap_or_default();
        let asks_for_all = words.next() == Some("api");
        self.count_request(area, asks_for_all);
        let fault = self.jenkins_faults.strike(self.now, area);
        if fault.is_some_and(|fault| fault.error().is_some()) {
            return Some(self.jenkins_face.failed(&self.jenkins));
        }
        if asks_for_all && let Some(stale) = self.jenkins_proxy.answer(self.now, request) {
            return Some(stale).filter(|_| fault.is_none());
        }
        let answer = self.jenkins_face.answer(&mut self.jenkins, self.now, request);
        self.drain();
        if asks_for_all && let Some(answer) = &answer {
            self.jenkins_proxy.keep(self.now, request, answer);
        }
        answer.filter(|_| fault.is_none())
    }

    /// A client that makes up more areas than there are shares one count.
    fn count_request(&mut self, area: &str, asks_for_all: bool) {
        const AREAS_MAX: usize = 256;
        let counts = if asks_for_all { &mut self.jenkins_listings } else { &mut self.jenkins_requests };
        if let Some(count) = counts.get_mut(area) {
            *count += 1;
            return;
        }
        let area = if counts.len() < AREAS_MAX { area } else { "" };
        *counts.entry(area.into()).or_default() += 1;
    }

    /// The same for one who may do everything.
    pub(super) fn jenkins_trusted(&mut self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let answer = self.jenkins_face.answer_trusted(&mut self.jenkins, self.now, request);
        self.drain();
        answer
    }

    /// Everything that there is, for those who look for a mistake, of ECS that of one account; without secrets.
    pub(super) fn state(&mut self, at: AccountId) -> Value {
        let regions: Vec<String> = self.accounts.iter().map(|account| account.region().to_string()).collect();
        let Account { ecs, face, .. } = &mut self.accounts[at];
        let region = ecs.settings().region.to_string();
        let ecs = face.state(ecs, self.now);
        let mut shown = |path: &'static str| {
            let request = Request::get(path).body(Bytes::new()).ok()?;
            let answer = self.jenkins_face.answer_trusted(&mut self.jenkins, self.now, &request)?;
            serde_json::from_slice::<Value>(answer.body()).ok()
        };
        let jenkins = self.settings.agents.then(|| {
            json!({
                "computers": shown("/computer/api/json?depth=2"),
                "queue": shown("/queue/api/json"),
                "jobs": shown("/api/json?depth=2"),
            })
        });
        json!({
            "now": self.now.as_millis(),
            "next": self.next().map(Timestamp::as_millis),
            "seed": self.settings.seed,
            "region": region,
            "regions": regions,
            "ecs": ecs,
            "jenkins": jenkins,
        })
    }

    /// Makes events from here on, of every account.
    pub(super) fn watch(&mut self) {
        self.settings.events = true;
        for account in self.accounts.iter_mut() {
            account.watch(self.settings.seed);
        }
    }

    /// The events that have not been taken yet.
    pub(super) fn take_events(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.event_outbox)
    }

    /// What is to be done outside, and was not taken yet.
    pub(super) fn take_orders(&mut self) -> Vec<Order> {
        std::mem::take(&mut self.orders)
    }

    /// A container of a task, by its place in the definition, has ended.
    pub(super) fn container_ended(&mut self, task: TaskKey, container: usize, code: i32) {
        if let Some(account) = self.accounts.get_mut(task.account) {
            account.ecs.container_ended(self.now, task.task, container, code);
        }
        self.drain();
    }

    /// Makes the event that a container instance has changed, where the state machine makes none.
    pub(super) fn note_instance(&mut self, at: AccountId, instance: InstanceId) {
        let Account { ecs, face, events, .. } = &mut self.accounts[at];
        if let Some(events) = events {
            self.event_outbox.extend(events.instance(face, ecs, self.now, instance));
        }
    }

    /// What both services are like.
    pub(super) fn settings(&self) -> &TwinsSettings {
        &self.settings
    }

    /// The instance type of this name: as it was described, or of the table.
    pub(super) fn instance_type(&self, name: &str) -> Option<Arc<InstanceType>> {
        self.settings.described.instance_type(name)
    }

    /// Carries every consequence to its end, and lets happen what takes no time.
    fn drain(&mut self) {
        self.settle();
        self.advance(self.now);
    }

    /// Carries every consequence to its end.
    pub(super) fn settle(&mut self) {
        loop {
            let told =
                self.accounts.iter_mut().find_map(|account| Some((account.id, account.ecs.poll_output()?)));
            if let Some((account, output)) = told {
                self.heed_ecs(account, output);
            } else if let Some(output) = self.jenkins.poll_output() {
                self.jenkins_face.heed(&self.jenkins, &output);
                self.log_build(&output);
                if let Some(player) = &mut self.player {
                    player.heed(&output);
                }
                self.heed_agent(&output);
            } else {
                return;
            }
        }
    }

    fn heed_ecs(&mut self, account: AccountId, output: EcsOutput) {
        let Account { ecs, face, events, .. } = &mut self.accounts[account];
        if let Some(events) = events {
            self.event_outbox.extend(events.of(face, ecs, &output));
        }
        let EcsOutput::TaskChanged { at, task, status, stopping } = output else { return };
        let size = ecs.truth(at, task).map(|view| view.size);
        let usage = &mut self.accounts[account].usage;
        let stops = size.is_some_and(|size| usage.heed(task.get(), size, status, stopping));
        let task = TaskKey { account, task };
        if stops {
            self.log_stop(at, task);
        }
        self.order(at, task, status, stopping);
        match ProcessChange::of(status, stopping) {
            Some(ProcessChange::Starts) if self.settings.agents => {
                let Account { seed, ecs, face, .. } = &mut self.accounts[account];
                let view = ecs.truth(self.now, task.task);
                if let Some(agent) = view.and_then(|view| Agent::in_task(face, &view)) {
                    let process = Process::Task(task);
                    self.agents.insert(process.clone(), agent);
                    let takes = self.settings.wire.agent_start.sample(*seed, AGENT_START, task.task.get());
                    self.agenda.put(at + takes, Happening::Starts(process));
                }
            }
            Some(ProcessChange::Dies) => {
                self.agenda.put(at + self.settings.wire.agent_death, Happening::Dies(Process::Task(task)));
            }
            Some(ProcessChange::Gone) => {
                self.end(&Process::Task(task));
            }
            Some(ProcessChange::Starts) | None => {}
        }
    }

    /// Orders what a change of a task leads to outside.
    fn order(&mut self, at: Timestamp, task: TaskKey, status: TaskStatus, stopping: bool) {
        if self.settings.processes.is_none() && !self.settings.hook {
            return;
        }
        match status {
            TaskStatus::Provisioning | TaskStatus::Pending if !stopping => self.check_images(at, task),
            TaskStatus::Running if !stopping => {
                let Account { ecs, face, .. } = &mut self.accounts[task.account];
                let Some(view) = ecs.truth(at, task.task) else { return };
                let containers = face.launches(ecs, &view);
                let name = ecs.task_id_text(task.task);
                self.post(at, task, "started");
                if self.settings.processes.is_some() {
                    self.orders.push(Order::Start { task, name, containers });
                }
            }
            TaskStatus::Stopping => self.orders.push(Order::Stop(task)),
            TaskStatus::Deprovisioning => self.orders.push(Order::Kill(task)),
            TaskStatus::Stopped => {
                self.orders.push(Order::Kill(task));
                self.post(at, task, "stopped");
            }
            TaskStatus::Provisioning
            | TaskStatus::Pending
            | TaskStatus::Activating
            | TaskStatus::Running
            | TaskStatus::Deactivating => {}
        }
    }

    /// An image that no program stands for cannot be pulled.
    fn check_images(&mut self, at: Timestamp, task: TaskKey) {
        let Account { ecs, face, .. } = &mut self.accounts[task.account];
        let (Some(processes), Some(view)) = (&self.settings.processes, ecs.truth(at, task.task)) else {
            return;
        };
        let containers = face.launches(ecs, &view);
        let missing = containers.iter().position(|container| processes.program(&container.image).is_none());
        if let Some(place) = missing {
            ecs.miss_image(task.task, place);
        }
    }

    /// Orders a post to the hook, for a task that runs or ran.
    fn post(&mut self, at: Timestamp, task: TaskKey, event: &str) {
        let Account { ecs, face, .. } = &mut self.accounts[task.account];
        let Some(view) = ecs.truth(at, task.task).filter(|view| view.started_at.is_some()) else { return };
        if !self.settings.hook {
            return;
        }
        let containers = face.launches(ecs, &view);
        let variables = containers.iter().flat_map(|container| &container.environment);
        let environment: BTreeMap<&str, &str> = variables.map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let post = json!({
            "event": event,
            "taskArn": &*ecs.task_arn(ecs.cluster_name(view.cluster), task.task),
            "environment": environment,
            "command": containers.first().map(|container| &container.command),
        });
        self.orders.push(Order::Post(Post(post)));
    }

    fn happen(&mut self, what: Happening) {
        match what {
            Happening::Starts(process) => {
                self.start(&process);
            }
            Happening::Dies(process) => {
                self.end(&process);
            }
        }
    }
}
