//! Whom templates are for, and when: lists of jobs, and active hours.

use crate::reference_model::{Habits, START, World, policy, template};
use footman_core::{
    Millis, Timestamp,
    decision::{Cause, Phase, Reason, What},
    event::ItemLabel,
    hours::{ActiveHours, Zone},
    id::TemplateId,
    jobs::{JobList, JobPattern},
    label::OverrideKey,
    policy::{JobGate, Reuse, Template},
    units::{CpuUnits, Mib},
};

const BUILD: Millis = Millis::from_secs(60);

fn fast() -> Habits {
    Habits { start_max_ms: 3000, ..Habits::default() }
}

fn jobs(patterns: &[&str]) -> Option<JobList> {
    JobList::new(patterns.iter().map(|pattern| JobPattern::parse(pattern).unwrap()))
}

fn of_jobs(name: &str, rank: u32, patterns: &[&str]) -> Template {
    Template { rank, allow_jobs: jobs(patterns), ..template(name, &["java"]) }
}

/// What a build of a job comes to: the template that an agent is made from, or why there is none.
fn comes_to(templates: Vec<Template>, job: Option<&str>, label: &str) -> Result<TemplateId, Reason> {
    let mut world = World::new(policy(templates), fast());
    world.run_for(Millis::from_secs(5));
    world.submit_of(job, label, 1, BUILD);
    world.run_for(Millis::from_secs(3));
    let refused = world.core.explain(&ItemLabel::Expression(label.into())).unwrap().refused;
    let launched = world.log.iter().find_map(|decision| {
        let What::Launch { template, .. } = &decision.what else { return None };
        Some(*template)
    });
    match (launched, refused) {
        (Some(template), None) => Ok(template),
        (None, Some((reason, 1))) => Err(reason),
        other => panic!("{job:?}: {other:?}"),
    }
}

#[test]
fn a_job_gets_agents_of_templates_that_are_for_it() {
    let barred = |template: u32, patterns: &[&str]| {
        let (template, jobs) = (TemplateId(template), jobs(patterns).unwrap());
        Err(Reason::JobNotAllowed { template, gate: JobGate::Template, jobs })
    };
    let two = || vec![of_jobs("a", 0, &["team/**"]), of_jobs("b", 1, &["infra/*", "team/app"])];
    let open = || vec![of_jobs("a", 0, &["team/**"]), Template { rank: 1, ..template("b", &["java"]) }];
    // (templates, job) => what it comes to
    let table = [
        // The preferred one of those that are for it.
        (two(), Some("team/app"), Ok(TemplateId(0))),
        (two(), Some("infra/x"), Ok(TemplateId(1))),
        // None is: the preferred one says whom it is for.
        (two(), Some("infra/x/y"), barred(0, &["team/**"])),
        (two(), Some("Team/app"), barred(0, &["team/**"])),
        // Nobody knows whose it is.
        (two(), None, Err(Reason::JobUnknown { template: TemplateId(0) })),
        // One without a list is for all.
        (open(), Some("web"), Ok(TemplateId(1))),
        (open(), None, Ok(TemplateId(1))),
        (vec![template("a", &["java"])], None, Ok(TemplateId(0))),
    ];
    for (templates, job, want) in table {
        assert_eq!(comes_to(templates, job, "java"), want, "{job:?}");
    }
}

#[test]
fn an_override_may_be_for_fewer_jobs_than_its_template() {
    let sized = || {
        let mut java = template("java", &["java"]);
        java.allow_jobs = jobs(&["team/*", "data/*"]);
        java.overrides.cpu_max = Some(CpuUnits::from_vcpus(4));
        java.overrides.memory_max = Some(Mib::from_gib(8));
        java.overrides.cpu_jobs = jobs(&["team/*"]);
        java.overrides.memory_jobs = jobs(&["data/*"]);
        vec![java]
    };
    let barred = |gate, patterns: &[&str]| {
        Err(Reason::JobNotAllowed { template: TemplateId(0), gate, jobs: jobs(patterns).unwrap() })
    };
    let made = Ok(TemplateId(0));
    let (cpu, memory) = (JobGate::Override(OverrideKey::Cpu), JobGate::Override(OverrideKey::Memory));
    let table = [
        ("team/app", "java", made.clone()),
        ("data/load", "java", made.clone()),
        ("team/app", "java/cpu=2048", made.clone()),
        ("data/load", "java/cpu=2048", barred(cpu, &["team/*"])),
        ("data/load", "java/memory=4096", made),
        ("team/app", "java/memory=4096", barred(memory, &["data/*"])),
        ("team/app", "java/cpu=2048/memory=4096", barred(memory, &["data/*"])),
        ("web", "java/cpu=2048", barred(JobGate::Template, &["team/*", "data/*"])),
    ];
    for (job, label, want) in table {
        assert_eq!(comes_to(sized(), Some(job), label), want, "{job} {label}");
    }
}

#[test]
fn builds_of_one_label_that_are_on_different_lists_are_counted_apart() {
    let mut world = World::new(policy(vec![of_jobs("java", 0, &["team/**"])]), fast());
    world.run_for(Millis::from_secs(5));
    world.submit_of(Some("team/app"), "java", 2, BUILD);
    world.submit_of(Some("team/web"), "java", 1, BUILD);
    world.submit_of(Some("other"), "java", 4, BUILD);
    world.submit_of(None, "java", 1, BUILD);
    world.run_for(Millis::from_secs(3));
    assert_eq!(world.core.launched(), 3, "one for each build of its jobs");
    let mut groups: Vec<(Option<u32>, usize)> = world
        .core
        .groups()
        .map(|group| (group.refused.map(|(_, items)| items), group.barred.len()))
        .collect();
    groups.sort_unstable();
    assert_eq!(groups, [(None, 0), (Some(1), 1), (Some(4), 1)]);
    assert_eq!(world.core.clearance(Some("team/x")), world.core.clearance(Some("team/app")));
    assert_ne!(world.core.clearance(Some("web")), world.core.clearance(None));
    // Jenkins assigns whom it likes; what is launched stays as much as there are builds of its jobs.
    world.run_for(Millis::from_mins(10));
    assert_eq!((world.core.launched(), world.done), (3, 3));
}

/// `START` is 22:13:20 of a Tuesday in UTC.
fn from_quarter_past_ten_for_five_minutes() -> ActiveHours {
    ActiveHours::new(Zone::named("UTC").unwrap(), ["Tue 22:15-22:20".parse().unwrap()]).unwrap()
}

const OPENS: Timestamp = Timestamp::from_millis(START.as_millis() + 100_000);
const SHUTS: Timestamp = Timestamp::from_millis(OPENS.as_millis() + 300_000);

#[test]
fn outside_of_its_hours_a_template_launches_nothing_and_says_when_it_opens() {
    let java = Template {
        active_hours: Some(from_quarter_past_ten_for_five_minutes()),
        ..template("java", &["java"])
    };
    let mut world = World::new(policy(vec![java]), fast());
    world.submit("java", 2, Millis::from_mins(30));
    world.run_for(Millis::from_secs(90));
    let shut = |opens| Reason::OutsideHours { template: TemplateId(0), opens };
    let refused = |world: &World| {
        world.core.explain(&ItemLabel::Expression("java".into())).unwrap().refused.map(|(reason, _)| reason)
    };
    assert_eq!((world.core.launched(), refused(&world)), (0, Some(shut(OPENS))));
    assert_eq!(world.core.templates().next().unwrap().refused, Some(shut(OPENS)));

    world.run_for(Millis::from_secs(30));
    assert_eq!((world.core.launched(), refused(&world)), (2, None));
    let first = world.log.iter().find(|decision| matches!(decision.what, What::Launch { .. })).unwrap();
    assert_eq!(first.at, OPENS, "at the very instant");
    assert_eq!(world.core.templates().next().unwrap().refused, None);

    // What runs goes on past the end, and what comes after it waits for a week.
    world.run_for(SHUTS.since(world.now).saturating_add(Millis::from_secs(1)));
    world.submit("java", 1, BUILD);
    world.run_for(Millis::from_mins(5));
    assert_eq!((world.building(), world.core.launched(), world.killed), (2, 2, 0));
    assert_eq!(refused(&world), Some(shut(OPENS + Millis::from_hours(7 * 24))));
}

#[test]
fn another_template_that_is_open_takes_what_a_shut_one_would() {
    let day = Template {
        active_hours: Some(from_quarter_past_ten_for_five_minutes()),
        ..template("day", &["java"])
    };
    let night = Template { rank: 1, ..template("night", &["java"]) };
    assert_eq!(comes_to(vec![day, night], None, "java"), Ok(TemplateId(1)));
}

#[test]
fn a_place_outside_of_its_hours_is_passed_over_where_the_one_before_it_has_no_room() {
    let place =
        |name, active_hours| Template { has_alternatives: true, active_hours, ..template(name, &["java"]) };
    let second = place("second", Some(from_quarter_past_ten_for_five_minutes()));
    let places = vec![place("first", None), second, place("third", None)];
    let mut world = World::new(policy(places), Habits { full_for: Some("first"), ..fast() });
    let last = |world: &World| {
        world.log.iter().rev().find_map(|decision| {
            let What::Launch { template, .. } = &decision.what else { return None };
            Some(*template)
        })
    };
    world.run_for(Millis::from_secs(5));
    world.submit("java", 1, Millis::from_mins(30));
    world.run_for(Millis::from_secs(30));
    assert_eq!((world.building(), last(&world)), (1, Some(TemplateId(2))));
    world.run_for(OPENS.since(world.now).saturating_add(Millis::from_secs(1)));
    world.submit("java", 1, Millis::from_mins(30));
    world.run_for(Millis::from_secs(30));
    assert_eq!((world.building(), last(&world)), (2, Some(TemplateId(1))));
}

#[test]
fn warm_agents_come_with_the_hours_and_go_by_the_ordinary_rule_after_them() {
    let mut java = template("java", &["java"]);
    java.min_idle = 2;
    java.active_hours = Some(from_quarter_past_ten_for_five_minutes());
    java.reuse = Reuse::Retain { idle: Millis::from_secs(40), builds: None };
    let mut world = World::new(policy(vec![java]), fast());
    world.run_for(Millis::from_secs(90));
    assert_eq!(world.nodes(), 0, "none is kept warm outside of the hours");
    assert_eq!(world.core.templates().next().unwrap().warm_refused, None, "nor is one missing");
    world.run_for(Millis::from_secs(60));
    assert_eq!(world.in_phase(Phase::Idle), 2);
    world.run_for(SHUTS.since(world.now));
    assert_eq!(world.in_phase(Phase::Idle), 2, "they are let go, not stopped");
    world.run_for(Millis::from_secs(90));
    assert_eq!((world.nodes(), world.live_tasks()), (0, 0));
    let causes = world.log.iter().filter_map(|decision| {
        let What::Retire { cause, .. } = &decision.what else { return None };
        Some(cause.clone())
    });
    assert_eq!(causes.collect::<Vec<_>>(), [Cause::IdleTooLong, Cause::IdleTooLong]);
}

#[test]
fn agents_that_wait_for_room_are_given_up_when_the_hours_end() {
    let java = Template {
        active_hours: Some(from_quarter_past_ten_for_five_minutes()),
        ..template("java", &["java"])
    };
    let full = Habits { capacity: 1, ..fast() };
    let mut world = World::new(policy(vec![java]), full);
    world.submit("java", 3, Millis::from_mins(30));
    world.run_for(SHUTS.since(world.now).saturating_add(Millis::from_secs(20)));
    let given_up = world
        .log
        .iter()
        .filter(|decision| matches!(&decision.what, What::Retire { cause: Cause::OutsideHours, .. }));
    assert_eq!(given_up.count(), 2);
    assert_eq!((world.nodes(), world.building()), (1, 1), "the build that had room goes on");
    let calls = world.launches;
    world.run_for(Millis::from_mins(20));
    assert_eq!(world.launches, calls, "and nothing is asked of ECS any more");
}
