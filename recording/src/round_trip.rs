//! Every line that can be written is read back as it was.

use super::{Line, Mark, Seen, decode, encode};
use footman_core::{
    ActionId, Millis, Policy, Timestamp,
    event::{
        Drain, Executable, Failure, ItemLabel, ItemState, JenkinsListing, Node, Outcome, QueueItem, Run,
        StopCode, Task, TaskListing, TaskStatus, TaskStop,
    },
    hours::{ActiveHours, Zone},
    id::{NodeName, OwnerId, QueueItemId, TaskArn, TemplateId},
    jobs::{JobList, JobPattern},
    label::{LabelSet, OverrideRules},
    policy::{Breaker, Bucket, Deadlines, Limit, Pace, Reuse, SharedLimit, Template},
    units::{CpuUnits, Mib, MicroUsd, Size},
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use std::num::NonZeroU32;

fn time() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_millis)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![".{0,12}", select(vec!["any".to_owned(), "unknown".to_owned(), "same".to_owned()])]
}

fn node() -> impl Strategy<Value = Node> {
    let flags = any::<[bool; 4]>();
    let executable =
        |(job, number, part): (String, u32, bool)| Executable { run: Run { job: job.into(), number }, part };
    let runs = vec((text(), any::<u32>(), any::<bool>()).prop_map(executable), 0..3);
    let executors = any::<[u16; 2]>();
    (text(), option::of(text()), vec(text(), 0..3), flags, executors, vec(any::<u64>(), 0..3), runs).prop_map(
        |(name, description, labels, flags, [executors, busy], running, runs)| {
            let [exclusive, online, temporarily_offline, idle] = flags;
            Node {
                name: NodeName::new(name),
                description: description.map(Into::into),
                labels: LabelSet::new(labels),
                exclusive,
                online,
                temporarily_offline,
                idle,
                executors,
                busy,
                running: running.into_iter().map(QueueItemId).collect(),
                runs: runs.into(),
            }
        },
    )
}

fn item() -> impl Strategy<Value = QueueItem> {
    let label = prop_oneof![
        Just(ItemLabel::Any),
        Just(ItemLabel::Unknown),
        text().prop_map(|text| ItemLabel::Expression(text.into())),
    ];
    let state = prop_oneof![
        time().prop_map(|until| ItemState::Waiting { until }),
        Just(ItemState::Blocked),
        time().prop_map(|since| ItemState::Buildable { since }),
        Just(ItemState::Pending),
    ];
    (any::<u64>(), label, state, time(), option::of(text()), option::of(any::<u32>())).prop_map(
        |(id, label, state, in_queue_since, job, run)| QueueItem {
            id: QueueItemId(id),
            label,
            state,
            in_queue_since,
            job: job.map(Into::into),
            run,
        },
    )
}

fn task() -> impl Strategy<Value = Task> {
    let stop = (select(StopCode::ALL.to_vec()), text())
        .prop_map(|(code, reason)| TaskStop { code, reason: reason.into() });
    let status = select(TaskStatus::ALL.to_vec());
    (text(), text(), option::of(text()), status, any::<bool>(), time(), option::of(stop)).prop_map(
        |(arn, owner, agent, status, stopping, created_at, stop)| Task {
            arn: TaskArn::new(arn),
            owner: OwnerId::new(owner),
            agent: agent.map(NodeName::new),
            status,
            stopping,
            created_at,
            stop,
        },
    )
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Done),
        text().prop_map(|task| Outcome::Launched { task: TaskArn::new(task) }),
        vec(text(), 0..3)
            .prop_map(|tasks| Outcome::Conflict { tasks: tasks.into_iter().map(TaskArn::new).collect() }),
        option::of(any::<u64>())
            .prop_map(|ms| Outcome::Failed(Failure::Throttled { retry_after: ms.map(Millis::new) })),
        text().prop_map(|text| Outcome::Failed(Failure::NoCapacity { reason: text.into() })),
        text().prop_map(|text| Outcome::Failed(Failure::Refused { reason: text.into() })),
        Just(Outcome::Failed(Failure::Unavailable)),
        Just(Outcome::Failed(Failure::Unknown)),
    ]
}

fn seen<T: std::fmt::Debug + Clone + 'static>(
    listing: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Seen<T>> {
    prop_oneof![Just(Seen::Same), listing.prop_map(Seen::New)]
}

fn line() -> impl Strategy<Value = Line> {
    let jenkins = (any::<u64>(), any::<bool>(), any::<bool>(), vec(node(), 0..3), vec(item(), 0..3))
        .prop_map(|(session, quieting_down, complete, nodes, items)| JenkinsListing {
            session,
            quieting_down,
            complete,
            nodes,
            items,
        });
    let tasks =
        (any::<bool>(), vec(task(), 0..3)).prop_map(|(complete, tasks)| TaskListing { complete, tasks });
    let mark = || {
        (any::<u64>(), any::<u64>(), text()).prop_map(|(inputs, decisions, hash)| Mark {
            inputs,
            decisions,
            hash,
        })
    };
    prop_oneof![
        (time(), option::of(seen(jenkins))).prop_map(|(at, listing)| Line::Poll { at, listing }),
        (time(), seen(tasks)).prop_map(|(at, listing)| Line::Look { at, listing }),
        (time(), any::<u64>(), outcome()).prop_map(|(at, action, outcome)| Line::Reply {
            at,
            action: ActionId(action),
            outcome
        }),
        (time(), select(vec![Drain::FinishBuilds, Drain::StopBuilds]))
            .prop_map(|(at, how)| Line::Drain { at, how }),
        time().prop_map(|at| Line::Timeout { at }),
        text().prop_map(Line::Decision),
        mark().prop_map(Line::Checkpoint),
        mark().prop_map(Line::End),
    ]
}

/// A policy in which no two values of one type are the same, so that none can stand in another's place.
fn jobs(patterns: &[&str]) -> Option<JobList> {
    JobList::new(patterns.iter().map(|pattern| JobPattern::parse(pattern).unwrap()))
}

fn deadlines(span: &mut impl FnMut() -> Millis) -> Deadlines {
    Deadlines {
        create_node: span(),
        launch: span(),
        provisioning: span(),
        pulling: span(),
        connecting: span(),
        idle: span(),
        resuming: span(),
        spent: span(),
        build_max: Some(span()),
        not_taken_after: span(),
        replay_window: span(),
        ecs_visibility_bound: span(),
    }
}

fn hours() -> ActiveHours {
    let hours = ActiveHours::new(
        Zone::named("Europe/Berlin").unwrap(),
        ["Mon-Fri 07:00-19:00", "Sun 22:00-06:00"].map(|span| span.parse().unwrap()),
    );
    hours.unwrap()
}

fn policy() -> Policy {
    let mut number = 0_u32;
    let mut next = || {
        number += 1;
        number
    };
    let mut limit = || Limit {
        agents: Some(next()),
        cpu: Some(CpuUnits::new(next())),
        memory: None,
        spend_per_hour: Some(MicroUsd::new(u64::MAX - u64::from(next()))),
    };
    let (all, shared, own) = (limit(), Limit { memory: Some(Mib::new(77)), ..limit() }, limit());
    let template = Template {
        cloud: "a \"cloud\"".into(),
        name: "java".into(),
        labels: LabelSet::new(["java", "linux 64"]),
        serves_unlabelled: true,
        fargate: false,
        rank: next(),
        size: Size::new(CpuUnits::new(next()), Mib::new(next())),
        price_per_hour: MicroUsd::new(u64::from(next())),
        limit: own,
        has_alternatives: true,
        min_idle: next(),
        reuse: Reuse::Retain { idle: Millis::new(0), builds: NonZeroU32::new(next()) },
        overrides: OverrideRules {
            cpu_max: Some(CpuUnits::new(next())),
            memory_max: Some(Mib::new(next())),
            session_idle: Some(Millis::new(u64::from(next()))),
            sizes: [Size::new(CpuUnits::new(next()), Mib::new(next()))].into(),
            cpu_jobs: jobs(&["team/**", "infra/*"]),
            memory_jobs: jobs(&["data/*"]),
        },
        allow_jobs: jobs(&["**"]),
        active_hours: Some(hours()),
    };
    let other = Template {
        allow_jobs: None,
        active_hours: None,
        overrides: OverrideRules::default(),
        ..template.clone()
    };
    let other = Template { name: "small".into(), reuse: Reuse::OneShot, fargate: true, ..other };
    let endless = Reuse::Retain { idle: Millis::new(1), builds: None };
    let third = Template { name: "kept".into(), reuse: endless, ..template.clone() };
    let mut span = || Millis::new(u64::from(next()));
    Policy {
        owner: OwnerId::new("owner"),
        deadlines: deadlines(&mut span),
        breaker: Breaker { open_min: span(), open_max: span(), failures: next() },
        pace: Pace {
            poll: Millis::new(u64::from(next())),
            describe: Millis::new(u64::from(next())),
            cluster_resource_modify: Bucket { burst: next(), per_second: next() },
            fargate_run_task: Bucket { burst: next(), per_second: next() },
            jenkins_in_flight_max: next(),
            ecs_in_flight_max: next(),
        },
        templates: vec![template, other, third],
        limit: all,
        shared_limits: vec![SharedLimit {
            name: "both".into(),
            templates: vec![TemplateId(1), TemplateId(0)],
            limit: shared,
        }],
        attempts_max: 999,
    }
}

fn through_text(line: &Line) -> Line {
    let text = encode(line).to_string();
    assert!(!text.contains('\n'), "a line is one line");
    decode(&serde_json::from_str(&text).expect("JSON")).expect("a line")
}

#[test]
fn a_policy_is_read_back_as_it_was() {
    let line = Line::Start { at: Timestamp::from_millis(1_704_067_200_000), policy: Box::new(policy()) };
    assert_eq!(through_text(&line), line);
}

#[test]
fn a_policy_that_the_core_would_not_take_is_refused() {
    let policy = Policy { attempts_max: 0, ..policy() };
    let line = Line::Start { at: Timestamp::EPOCH, policy: Box::new(policy) };
    let error = decode(&encode(&line)).expect_err("no attempts");
    assert!(error.to_string().starts_with("the policy cannot be used: 0 launch attempts"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_line_is_read_back_as_it_was(line in line()) {
        prop_assert_eq!(through_text(&line), line);
    }
}
