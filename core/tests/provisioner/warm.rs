//! Agents that are kept warm give way to items that wait.

use crate::reference_model::{Habits, World, policy, template};
use footman_core::{
    Millis, Policy,
    decision::{Cause, Demand, LimitScope, Phase, Reason, What},
    event::ItemLabel,
    id::TemplateId,
    policy::{Limit, SharedLimit},
    units::{CpuUnits, Mib, Size},
};
use proptest::prelude::*;

const WARM: TemplateId = TemplateId(0);

fn fast() -> Habits {
    Habits { start_max_ms: 3000, ..Habits::default() }
}

fn agents(most: u32) -> Limit {
    Limit { agents: Some(most), ..Limit::default() }
}

/// A template that keeps `min_idle` agents warm, and one that keeps none.
fn warm_and_cold(min_idle: u32, limit: Limit) -> Policy {
    let mut policy = policy(vec![template("warm", &["warm"]), template("cold", &["cold"])]);
    policy.templates[0].min_idle = min_idle;
    policy.limit = limit;
    policy
}

/// How many agents made room for builds of `cold`.
fn made_room(world: &World) -> usize {
    let cause = Cause::MadeRoom(ItemLabel::Expression("cold".into()));
    let made = |what: &What| matches!(what, What::Retire { cause: why, .. } if *why == cause);
    world.log.iter().filter(|decision| made(&decision.what)).count()
}

fn idle_of(world: &World, template: TemplateId) -> usize {
    world.core.agents().filter(|agent| (agent.template, agent.phase) == (template, Phase::Idle)).count()
}

#[test]
fn idle_warm_agents_that_fill_a_limit_are_given_up_for_items_that_wait() {
    let mut world = World::new(warm_and_cold(2, agents(2)), fast());
    world.run_for(Millis::from_secs(30));
    assert_eq!(idle_of(&world, WARM), 2);
    world.submit("cold", 1, Millis::from_secs(20));
    assert!(world.run_until(Millis::from_secs(60), |world| world.building() == 1));
    assert_eq!(made_room(&world), 1, "one build needs the room of one");
    assert_eq!(idle_of(&world, WARM), 1);
    let refused = |reason: &dyn Fn(&Reason) -> bool| {
        world.log.iter().any(|decision| {
            matches!(&decision.what, What::WarmRefused { template: WARM, agents: 1, reason: why } if reason(why))
        })
    };
    assert!(refused(&|why| *why == Reason::ItemsFirst { scope: LimitScope::Global }));
    assert!(refused(&|why| matches!(why, Reason::Limit { scope: LimitScope::Global, .. })));
    let view = world.core.templates().next().unwrap();
    assert!(matches!(view.warm_refused, Some((Reason::Limit { .. }, 1))), "{view:?}");
    world.run_for(Millis::from_mins(1));
    assert_eq!((world.done, idle_of(&world, WARM)), (1, 2), "what was given up is made again");
    assert!(world.log.iter().any(|decision| matches!(decision.what, What::WarmProvided { template: WARM })));
    assert_eq!(world.core.templates().next().unwrap().warm_refused, None);
}

#[test]
fn as_many_are_given_up_as_let_items_be_launched_for_and_no_more() {
    let size = |vcpus, gib| Size::new(CpuUnits::from_vcpus(vcpus), Mib::from_gib(gib));
    let cpu = |vcpus| Limit { cpu: Some(CpuUnits::from_vcpus(vcpus)), ..Limit::default() };
    let both = || vec![WARM, TemplateId(1)];
    let cold = |limit: Limit| move |policy: &mut Policy| policy.templates[1].limit = limit;
    let sized = |sized: Size| move |policy: &mut Policy| policy.templates[1].size = sized;
    let shared = |templates: Vec<TemplateId>, limit| {
        move |policy: &mut Policy| {
            policy.shared_limits =
                vec![SharedLimit { name: "one".into(), templates: templates.clone(), limit }];
        }
    };
    type Changes = Box<dyn Fn(&mut Policy)>;
    // (the limit on all, what else, builds that wait) => agents given up, of four that are kept warm
    let table: [(&str, Limit, Changes, u32, usize); 9] = [
        ("there is room", agents(5), Box::new(|_| {}), 1, 0),
        ("room for some", agents(5), Box::new(|_| {}), 3, 2),
        ("more wait than there are", agents(4), Box::new(|_| {}), 9, 4),
        ("one large build", cpu(4), Box::new(sized(size(3, 2))), 1, 3),
        ("too large at any rate", cpu(4), Box::new(sized(size(5, 2))), 1, 0),
        ("its own limit is in the way", agents(4), Box::new(cold(agents(0))), 3, 0),
        ("its own limit allows one", agents(4), Box::new(cold(agents(1))), 3, 1),
        ("a limit that joins both", Limit::default(), Box::new(shared(both(), cpu(4))), 2, 2),
        (
            "one that joins only the other",
            Limit::default(),
            Box::new(shared(vec![TemplateId(1)], agents(0))),
            2,
            0,
        ),
    ];
    for (name, limit, change, builds, given_up) in table {
        let mut rules = warm_and_cold(4, limit);
        change(&mut rules);
        let mut world = World::new(rules, Habits { assigns: false, ..fast() });
        world.run_for(Millis::from_secs(30));
        assert_eq!(idle_of(&world, WARM), 4, "{name}");
        world.submit("cold", builds, Millis::from_mins(5));
        world.run_for(Millis::from_secs(25));
        assert_eq!(made_room(&world), given_up, "{name}");
        assert_eq!(idle_of(&world, WARM), 4 - given_up, "{name}");
    }
}

#[test]
fn the_least_preferred_template_makes_room_first() {
    let names = ["first", "second", "cold"];
    let mut rules = policy(names.map(|name| template(name, &[name])).to_vec());
    for (template, rank) in rules.templates.iter_mut().zip([1, 0, 0]) {
        template.rank = rank;
    }
    (rules.templates[0].min_idle, rules.templates[1].min_idle) = (2, 2);
    rules.limit = agents(4);
    let mut world = World::new(rules, fast());
    world.run_for(Millis::from_secs(30));
    world.submit("cold", 3, Millis::from_mins(5));
    assert!(world.run_until(Millis::from_mins(1), |world| world.building() == 3));
    assert_eq!((idle_of(&world, TemplateId(0)), idle_of(&world, TemplateId(1))), (0, 1));
}

#[test]
fn what_waits_is_launched_before_what_is_kept_warm() {
    // (limit, builds) => launched for builds, launched to be warm; four are to be kept warm.
    for (most, builds, served, warm) in [(10, 3, 3, 4), (5, 3, 3, 2), (3, 3, 3, 0), (2, 3, 2, 0)] {
        let mut world = World::new(warm_and_cold(4, agents(most)), Habits { assigns: false, ..fast() });
        world.submit("cold", builds, Millis::from_secs(10));
        world.run_for(Millis::from_secs(5));
        let launched = |warm: bool| {
            let of = |what: &What| matches!(what, What::Launch { demand, .. } if (*demand == Demand::Warm) == warm);
            world.log.iter().filter(|decision| of(&decision.what)).count()
        };
        assert_eq!((launched(false), launched(true)), (served, warm), "{builds} builds, {most} agents");
    }
}

#[test]
fn what_a_limit_leaves_is_kept_for_the_large_build_that_waits() {
    let cpu = Limit { cpu: Some(CpuUnits::from_vcpus(4)), ..Limit::default() };
    let mut rules = warm_and_cold(1, cpu);
    rules.templates[1].size = Size::new(CpuUnits::from_vcpus(3), Mib::from_gib(2));
    let mut world = World::new(rules, fast());
    world.submit("cold", 2, Millis::from_mins(2));
    assert!(world.run_until(Millis::from_mins(1), |world| world.building() == 1));
    world.run_for(Millis::from_mins(1));
    let view = world.core.templates().next().unwrap();
    assert_eq!(view.warm_refused, Some((Reason::ItemsFirst { scope: LimitScope::Global }, 1)));
    assert_eq!(idle_of(&world, WARM), 0, "one vCPU is free, and three are waited for");
    world.run_for(Millis::from_mins(2));
    assert_eq!(idle_of(&world, WARM), 1, "the last build leaves room");
}

#[test]
fn an_agent_that_makes_room_and_takes_a_build_all_the_same_keeps_it() {
    let mut world = World::new(warm_and_cold(1, agents(1)), fast());
    world.run_for(Millis::from_secs(30));
    world.submit("cold", 1, Millis::from_secs(10));
    world.submit("warm", 1, Millis::from_secs(40));
    assert!(world.run_until(Millis::from_mins(5), |world| world.done == 2));
    assert_eq!(world.killed, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is kept warm within whatever limits: every build is served, and in the end all that fits is warm.
    #[test]
    fn what_is_kept_warm_starves_nobody(
        seed: u64,
        warm in [0..6_u32, 0..6_u32],
        most in 1..8_u32,
        joined in prop::option::of(1..5_u32),
        crashes: bool,
        bursts in prop::collection::vec((0..3_usize, 1..6_u32, 1..60_u64, 0..90_000_u64), 1..10),
    ) {
        let labels = ["a", "b", "c"];
        let mut rules = policy(labels.map(|name| template(name, &[name])).to_vec());
        (rules.templates[0].min_idle, rules.templates[1].min_idle) = (warm[0], warm[1]);
        rules.limit = agents(most);
        if let Some(most) = joined {
            let templates = vec![TemplateId(1), TemplateId(2)];
            rules.shared_limits = vec![SharedLimit { name: "b and c".into(), templates, limit: agents(most) }];
        }
        let habits = Habits { seed, answer_max_ms: 1 + seed % 3000, start_max_ms: 1 + seed % 20_000, ..Habits::default() };
        let mut world = World::new(rules, habits);
        let mut all = 0;
        for (label, builds, seconds, wait) in bursts {
            world.submit(labels[label], builds, Millis::from_secs(seconds));
            all += u64::from(builds);
            world.run_for(Millis::new(wait));
            if crashes {
                world.crash();
            }
        }
        prop_assert!(world.run_until(Millis::from_mins(120), |world| world.done == all), "{} of {all}", world.done);
        prop_assert_eq!(world.killed, 0);
        world.run_for(Millis::from_mins(10));
        let joined = joined.unwrap_or(u32::MAX);
        let fits = most.min(warm[0] + warm[1].min(joined));
        prop_assert_eq!(world.in_phase(Phase::Idle), fits, "{:?}", world.core.agents().collect::<Vec<_>>());
        let before = world.core.launched();
        world.run_for(Millis::from_mins(10));
        prop_assert_eq!(world.core.launched(), before, "nothing goes round in circles");
    }
}
