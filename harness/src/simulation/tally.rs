//! Counts what happens in one simulation, for its report.

use crate::{
    simulation::{
        costs::{Costs, Split},
        report::{AgentReport, RefusalReport, seconds},
    },
    statistics::{Samples, WaitLog},
    workload::{Build, Start},
    world::{AgentLife, AgentSeen, Witness},
};
use footman_core::{
    Millis, Policy, Timestamp,
    catalogue::InstanceType,
    decision::{Decision, LimitScope, Reason, What},
    event::ItemLabel,
    id::TemplateId,
    jobs::Clearance,
    policy::{Reuse, Template},
};
use footman_ecs_sim::{Output as EcsOutput, id::TaskId};
use footman_jenkins_sim::BuildResult;
use std::{collections::BTreeMap, sync::Arc};

/// The counts of one simulation.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) waits: WaitLog,
    pub(crate) runs: Samples,
    /// From an accepted `RunTask` to an agent online.
    pub(crate) starts: Samples,
    pub(crate) failed: u64,
    pub(crate) agents: AgentReport,
    /// How long instances of each type were paid for.
    instance_time: BTreeMap<Arc<str>, Millis>,
    pub(crate) last_end: Timestamp,
    costs: Costs,
    live: u64,
    one_shot: Vec<bool>,
    names: Names,
    /// By the label, the lists that its jobs are on, and the reason.
    refusals: BTreeMap<(ItemLabel, Clearance, String), Refusal>,
    origin: Timestamp,
}

/// What one reason did to one label.
#[derive(Debug, Default)]
struct Refusal {
    times: u64,
    items_max: u32,
    lasted: Millis,
    since: Option<Timestamp>,
}

impl Tally {
    /// Empty counts for a run of `policy` on a workload whose zero is at `origin` and, where known, `start`.
    pub(crate) fn new(policy: &Policy, start: Option<Start>, origin: Timestamp) -> Self {
        let one_shot = policy.templates.iter().map(|template| template.reuse == Reuse::OneShot).collect();
        Self {
            waits: WaitLog::new(start),
            runs: Samples::new(),
            starts: Samples::new(),
            failed: 0,
            agents: AgentReport::default(),
            instance_time: BTreeMap::new(),
            last_end: origin,
            costs: Costs::default(),
            live: 0,
            one_shot,
            names: Names::of(policy),
            refusals: BTreeMap::new(),
            origin,
        }
    }

    /// The costs, and the share of the capacity paid for that builds used.
    pub(crate) fn costs(&mut self) -> (Split, f64) {
        std::mem::take(&mut self.costs).finish()
    }

    /// The hours for which instances of each type were paid.
    pub(crate) fn instance_hours(&self) -> BTreeMap<String, f64> {
        let hours = |(name, &span): (&Arc<str>, &Millis)| (name.to_string(), seconds(span) / 3600.0);
        self.instance_time.iter().map(hours).collect()
    }

    /// What held builds back, the longest first.
    pub(crate) fn refusals(&mut self, now: Timestamp) -> Vec<RefusalReport> {
        let mut reports: Vec<RefusalReport> = std::mem::take(&mut self.refusals)
            .into_iter()
            .map(|((label, _, reason), mut refusal)| {
                refusal.end(now);
                RefusalReport {
                    label: label_text(&label),
                    reason,
                    times: refusal.times,
                    builds_max: refusal.items_max,
                    lasted_s: seconds(refusal.lasted),
                }
            })
            .collect();
        reports.sort_by(|a, b| b.lasted_s.total_cmp(&a.lasted_s));
        reports
    }

    fn provided(&mut self, label: &ItemLabel, jobs: Clearance, now: Timestamp) {
        let of_label = (label.clone(), jobs, String::new())..;
        for ((other, on, _), refusal) in self.refusals.range_mut(of_label) {
            if (other, *on) != (label, jobs) {
                break;
            }
            refusal.end(now);
        }
    }
}

impl Refusal {
    fn end(&mut self, now: Timestamp) {
        if let Some(since) = self.since.take() {
            self.lasted = self.lasted.saturating_add(now.since(since));
        }
    }
}

/// The names of the policy's templates, as messages have them.
#[derive(Debug)]
struct Names(Vec<String>);

impl Names {
    fn of(policy: &Policy) -> Self {
        let name = |template: &Template| format!("template `{}/{}`", template.cloud, template.name);
        Self(policy.templates.iter().map(name).collect())
    }

    /// The name of a template; where there is one only, that one.
    fn get(&self, id: TemplateId) -> &str {
        match self.0.as_slice() {
            [_] => "the template",
            all => &all[id.index()],
        }
    }
}

/// The reason without what differs from one time to the next.
fn kind(reason: &Reason, names: &Names) -> String {
    match reason {
        Reason::BreakerOpen { template, .. } => {
            format!("{} keeps failing and is left alone", names.get(*template))
        }
        Reason::NoCapacity { .. } if names.0.len() == 1 => "ECS has no room for another agent".to_owned(),
        Reason::NoCapacity { template, .. } => {
            format!("ECS has no room for another agent of {}", names.get(*template))
        }
        Reason::OverrideRefused { template, refusal } => format!("{}: {refusal}", names.get(*template)),
        Reason::JobNotAllowed { template, gate, jobs } => {
            format!("{}{gate} is for jobs of {jobs} alone", names.get(*template))
        }
        Reason::JobUnknown { template } => {
            format!("the job is not known, and {} is for some jobs alone", names.get(*template))
        }
        Reason::OutsideHours { template, .. } => {
            format!("{} is outside of its active hours", names.get(*template))
        }
        Reason::Limit { scope: LimitScope::Template(template), dimension } => {
            format!("the limit on {dimension} of {} is reached", names.get(*template))
        }
        Reason::NotAssigned { .. } => "Jenkins does not assign the idle agents that match".to_owned(),
        Reason::NodesVanished { .. } => "agents' nodes vanished from Jenkins at once".to_owned(),
        Reason::ContinuationLost { .. } => "a continuation waits for an agent that is gone".to_owned(),
        Reason::Continuation { .. } => "a continuation waits for its own agent".to_owned(),
        Reason::NotYetListed
        | Reason::QuietingDown
        | Reason::LabelUnknown
        | Reason::OverrideError(_)
        | Reason::NoTemplate
        | Reason::Limit { .. }
        | Reason::ItemsFirst { .. }
        | Reason::SessionBusy
        | Reason::Draining
        | Reason::GaveWay => reason.to_string(),
    }
}

fn label_text(label: &ItemLabel) -> String {
    match label {
        ItemLabel::Any => "(no label)".to_owned(),
        ItemLabel::Expression(text) => text.as_ref().to_owned(),
        ItemLabel::Unknown => "(unknown)".to_owned(),
    }
}

impl Witness for Tally {
    fn build_started(&mut self, at: Timestamp, build: &Build, wait: Millis, agent: Option<AgentSeen>) {
        let submitted = Timestamp::EPOCH + at.saturating_sub(wait).since(self.origin);
        self.waits.record(build.index, build.label, submitted, wait);
        if let Some(agent) = agent {
            if at.saturating_sub(wait) < agent.online_at {
                self.agents.cold_starts += 1;
            }
            if agent.builds_before > 0 && !agent.in_session && self.one_shot[agent.template.index()] {
                self.agents.one_shot_overruns += 1;
            }
        }
    }

    fn build_finished(&mut self, at: Timestamp, _build: &Build, ran: Millis, result: BuildResult) {
        self.last_end = at;
        self.runs.record(ran);
        match result {
            BuildResult::Success => {}
            BuildResult::Failure | BuildResult::Aborted | BuildResult::Vanished => self.failed += 1,
        }
    }

    fn task_accepted(&mut self, _at: Timestamp, _task: TaskId, _template: TemplateId) {
        self.agents.launched += 1;
        self.live += 1;
        self.agents.peak = self.agents.peak.max(self.live);
    }

    fn agent_online(&mut self, _at: Timestamp, _task: TaskId, _template: TemplateId) {
        self.agents.online += 1;
    }

    fn agent_gone(&mut self, at: Timestamp, life: &AgentLife) {
        self.live -= 1;
        if let Some(online) = life.online_at {
            self.starts.record(online.since(life.accepted_at));
        }
        if life.builds == 0 {
            self.agents.unused += 1;
        }
        self.costs.live(life, at);
    }

    fn follows_agents(&self) -> bool {
        false
    }

    fn decided(&mut self, decision: &Decision) {
        let at = decision.at;
        match &decision.what {
            What::Refused { label, items, reason, jobs } => {
                // The latest word on a label replaces the ones before it.
                self.provided(label, *jobs, at);
                let key = (label.clone(), *jobs, kind(reason, &self.names));
                let refusal = self.refusals.entry(key).or_default();
                refusal.times += 1;
                refusal.items_max = refusal.items_max.max(*items);
                refusal.since = Some(at);
            }
            What::Provided { label, jobs } => self.provided(label, *jobs, at),
            What::Launch { .. }
            | What::WarmRefused { .. }
            | What::WarmProvided { .. }
            | What::Phase { .. }
            | What::Retire { .. }
            | What::Stop { .. }
            | What::Delete { .. }
            | What::Breaker { .. }
            | What::Alarm(_) => {}
        }
    }

    fn instance_billed(&mut self, kind: &InstanceType, from: Timestamp, to: Timestamp) {
        let span = self.instance_time.entry(Arc::clone(&kind.name)).or_default();
        *span = span.saturating_add(to.since(from));
    }

    fn ecs(&mut self, output: &EcsOutput) {
        match *output {
            EcsOutput::TaskBilled { task, from, to, cost, .. } => self.costs.bill_task(task, from, to, cost),
            EcsOutput::InstanceBilled { instance, from, registered, to, cost, .. } => {
                self.costs.bill_instance(instance, from, registered, to, cost);
            }
            EcsOutput::InstanceChanged { .. }
            | EcsOutput::TaskChanged { .. }
            | EcsOutput::SpotWarning { .. }
            | EcsOutput::GroupScaled { .. } => {}
        }
    }
}
