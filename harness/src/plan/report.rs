//! What a plan says, as programs read it: the document of `footman plan --json`.

use crate::{
    plan::{Executors, Goal, Plan, trial::Trial},
    record::Record,
    setup::ClusterSpec,
    simulation::{Simulated, seconds},
    workload::{LabelSummary, Summary},
    world::Ending,
};
use serde::Serialize;
use std::{collections::BTreeSet, sync::Arc};

/// The schema of [`PlanReport`].
pub const SCHEMA: &str = "footman.plan/1";

/// The result of one plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The seed.
    pub seed: u64,
    /// The goals, as they are written.
    pub slos: Vec<String>,
    /// `done`, or `interrupted` where somebody asked for the end: what follows is what there was by then.
    pub ending: &'static str,
    /// The recommendation in a sentence.
    pub verdict: String,
    /// The workload in figures.
    pub workload: WorkloadReport,
    /// Executors that are always there and start at once, and Erlang C beside them; absent where the plan was
    /// interrupted before.
    pub executors: Option<Executors>,
    /// What was tried: first what meets the goals, the cheapest first.
    pub rows: Vec<Row>,
    /// What the plan assumes without knowing it.
    pub not_known: Vec<String>,
    /// How to repeat it.
    pub record: Record,
}

/// A workload in figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorkloadReport {
    /// Builds.
    pub builds: u64,
    /// From the first submission to the last, in seconds.
    pub span_s: f64,
    /// The mean number of executors that the builds keep busy.
    pub offered_load: f64,
    /// The index of dispersion of the submissions by hour: 1 where builds come by chance alone.
    pub dispersion_by_hour: f64,
    /// The builds of the busiest hour.
    pub busiest_hour_builds: u64,
    /// The labels, by the time that their builds take together.
    pub labels: Vec<String>,
}

/// One kind and size of capacity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What it is.
    pub capacity: String,
    /// Whether all goals are met over the whole.
    pub met: bool,
    /// Whether they are met in every week too.
    pub met_in_every_week: bool,
    /// Each goal.
    pub goals: Vec<Goal>,
    /// Builds that never start, since no agent for them can come up.
    pub never_started: u64,
    /// What it costs in 730 hours, in US dollars.
    pub cost_per_month_usd: f64,
    /// What a build costs.
    pub cost_per_build_usd: f64,
    /// The share of the capacity paid for that builds used, from 0 to 1.
    pub utilisation: f64,
    /// What stands in the way of shorter waits.
    pub binds: Binds,
    /// How many percent more builds it takes until the goals are missed; absent where they are missed already.
    pub room_to_grow_percent: Option<u32>,
    /// Why there are no figures, where there are none.
    pub note: Option<String>,
}

/// What stands in the way of shorter waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Binds {
    /// The time that an agent takes to start.
    StartTime,
    /// Room on instances.
    Capacity,
    /// A limit of the policy.
    Limit,
    /// The rate of API calls.
    Throttle,
    /// Nothing was run.
    Unknown,
}

impl Binds {
    /// What binds most in `simulated`.
    fn of(simulated: &Simulated) -> Self {
        let lasted = |what: &dyn Fn(&str) -> bool| -> f64 {
            simulated
                .refusals
                .iter()
                .filter(|refusal| what(&refusal.reason))
                .map(|refusal| refusal.lasted_s)
                .sum()
        };
        let limit = lasted(&|reason| reason.contains("limit on"));
        let room = lasted(&|reason| reason.contains("no room"));
        let (calls, throttled) =
            simulated.calls.iter().fold((0, 0), |(all, bad), call| (all + call.calls, bad + call.throttled));
        if throttled * 100 > calls {
            Self::Throttle
        } else if limit > room && limit > 0.0 {
            Self::Limit
        } else if room > 0.0 || simulated.starts.p95 > simulated.starts.p50.saturating_mul(2) {
            Self::Capacity
        } else {
            Self::StartTime
        }
    }

    /// The word for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::StartTime => "start time",
            Self::Capacity => "capacity",
            Self::Limit => "limit",
            Self::Throttle => "throttle",
            Self::Unknown => "-",
        }
    }
}

impl Row {
    /// The row of `trial`.
    pub(crate) fn of(capacity: String, trial: &Trial, room_to_grow_percent: Option<u32>) -> Self {
        let cost = trial.simulated.cost;
        Self {
            capacity,
            met: trial.met,
            met_in_every_week: trial.safe,
            goals: trial.goals.clone(),
            never_started: match trial.simulated.ending {
                Ending::Stuck { builds } => builds,
                Ending::Done | Ending::Interrupted { .. } => 0,
            },
            cost_per_month_usd: cost.map_or(0.0, |cost| cost.per_month_usd),
            cost_per_build_usd: cost.map_or(0.0, |cost| cost.per_build_usd),
            utilisation: trial.simulated.utilisation,
            binds: Binds::of(&trial.simulated),
            room_to_grow_percent,
            note: None,
        }
    }

    /// The row of an instance type on which some agent does not fit; `why` says which.
    pub(crate) fn too_small(of: &str, why: String) -> Self {
        Self {
            capacity: of.to_owned(),
            met: false,
            met_in_every_week: false,
            goals: Vec::new(),
            never_started: 0,
            cost_per_month_usd: 0.0,
            cost_per_build_usd: 0.0,
            utilisation: 0.0,
            binds: Binds::Unknown,
            room_to_grow_percent: None,
            note: Some(why),
        }
    }
}

impl WorkloadReport {
    /// The figures of `summary`, whose labels are `names`.
    pub(crate) fn of(summary: &mut Summary, names: &[Arc<str>]) -> Self {
        let (_, busiest_hour_builds) = summary.busiest_hour();
        let name = |label: &LabelSummary| label.label.as_ref().to_owned();
        Self {
            builds: summary.builds(),
            span_s: seconds(summary.span()),
            offered_load: summary.offered_load(),
            dispersion_by_hour: summary.dispersion_by_hour(),
            busiest_hour_builds,
            labels: summary.labels(names).iter().map(name).collect(),
        }
    }
}

impl PlanReport {
    pub(crate) fn new(
        plan: &Plan<'_>,
        workload: WorkloadReport,
        executors: Option<Executors>,
        rows: Vec<Row>,
        record: Record,
    ) -> Self {
        let verdict = verdict(plan, &rows);
        let interrupted = plan.interrupt.is_set();
        Self {
            schema: SCHEMA,
            seed: plan.seed,
            slos: plan.slos.iter().map(ToString::to_string).collect(),
            ending: if interrupted { "interrupted" } else { "done" },
            verdict: if interrupted {
                format!("Interrupted before everything was tried; by then: {verdict}")
            } else {
                verdict
            },
            workload,
            executors,
            rows,
            not_known: not_known(plan),
            record,
        }
    }
}

fn verdict(plan: &Plan<'_>, rows: &[Row]) -> String {
    let goals: Vec<String> = plan.slos.iter().map(ToString::to_string).collect();
    let goals = goals.join(" and ");
    let Some(cheapest) = rows.iter().find(|row| row.met) else {
        return format!("Nothing that was tried meets {goals}; {}.", nearest(rows));
    };
    let price = |row: &Row| format!("{}, at ${:.0} a month", row.capacity, row.cost_per_month_usd);
    let weeks = |row: &Row| {
        let goal = row.goals.iter().max_by_key(|goal| goal.weeks_missed.len());
        goal.map_or((0, 0), |goal| (goal.weeks_missed.len(), goal.weeks))
    };
    if cheapest.met_in_every_week {
        return format!("{goals} takes {}; it holds in every week.", price(cheapest));
    }
    let (missed, all) = weeks(cheapest);
    let mut text =
        format!("{goals} takes {}, over the whole; it misses in {missed} of {all} weeks.", price(cheapest));
    match rows.iter().find(|row| row.met_in_every_week) {
        Some(safe) => text.push_str(&format!(" {}, holds in every week.", price(safe))),
        None => text.push_str(" Nothing that was tried holds in every week."),
    }
    text
}

/// What came nearest to the first goal.
fn nearest(rows: &[Row]) -> String {
    let wait = |row: &Row| row.goals.first().map_or(f64::INFINITY, |goal| goal.wait_s);
    let best = rows.iter().filter(|row| row.note.is_none()).min_by(|a, b| wait(a).total_cmp(&wait(b)));
    best.map_or_else(
        || "no capacity could be tried".to_owned(),
        |row| {
            format!(
                "nearest is {} at {:.1} s, and what binds there is {}",
                row.capacity,
                wait(row),
                row.binds.text()
            )
        },
    )
}

fn not_known(plan: &Plan<'_>) -> Vec<String> {
    let latency = footman_ecs_sim::latency::Latency::default();
    let images: Vec<u32> =
        plan.setup.described.templates.iter().map(|asked| asked.image_size.get()).collect();
    let image = images.iter().max().copied().unwrap_or_default();
    let mut assumed = vec![
        format!(
            "start times are from published traces, not yours: an image of {image} MiB at {} MiB/s, an agent's JVM 3 to \
             6 s",
            latency.pull_mib_per_s
        ),
        "prices are list prices of us-east-1, Linux, on demand, read 2026-11-23, without discounts"
            .to_owned(),
    ];
    if plan.setup.labels == crate::world::Labels::Any {
        let size = plan.setup.policy.templates.first().map(|template| template.size);
        if let Some(size) = size {
            assumed.push(format!("each build needs {size} unless the trace says otherwise"));
        }
    }
    let moved = plan.setup.on(&ClusterSpec::Fargate);
    let pairs = plan.setup.policy.templates.iter().zip(&moved.policy.templates);
    let rounded = pairs.filter(|(own, taken)| taken.size != own.size && taken.size.holds(own.size));
    let rounded: BTreeSet<String> =
        rounded.map(|(own, taken)| format!("{} becomes {}", own.size, taken.size)).collect();
    if !rounded.is_empty() {
        let rounded: Vec<String> = rounded.into_iter().collect();
        assumed.push(format!("Fargate has not every size: there {}", rounded.join(", ")));
    }
    assumed.push("a month is as this one was: one history, replayed once with one seed".to_owned());
    assumed
}
