//! A size or price of one's own is what is simulated, and the report says of which instances it paid for.

use footman::{
    cli::Interrupt,
    setup::{ClusterSpec, DEFAULT_IMAGE, DEFAULT_SIZE, Setup},
    simulation::{Simulated, simulate},
    workload::{Build, LabelIndex, Listed},
    world::WorldSettings,
};
use footman_core::{
    Millis, Timestamp,
    catalogue::{FargatePrice, InstanceType},
    units::{CpuUnits, Mib, NanoUsd, Size},
};
use std::sync::Arc;

/// One build of half an hour on `setup`.
fn half_an_hour(setup: Setup) -> Simulated {
    let build = Build {
        index: 0,
        submit: Timestamp::EPOCH,
        duration: Millis::from_mins(30),
        label: LabelIndex(0),
        cpu: None,
        memory: None,
        memory_peak: None,
        job: None,
        run: None,
        after: None,
    };
    let mut workload = Listed::new(&[""], vec![build]);
    simulate(WorldSettings::of(setup, 1), &mut workload, &Interrupt::new(), &mut |_| {}, &mut ())
        .expect("the world is simulated")
}

fn dollars(simulated: &Simulated) -> f64 {
    let cost = simulated.cost.expect("agents cost something");
    cost.busy_usd + cost.boot_usd + cost.idle_usd
}

#[test]
fn an_instance_type_of_ones_own_is_simulated_and_its_hours_are_said() {
    let cluster = ClusterSpec::Static { instance_type: "builder.huge".into(), count: 2 };
    let mut setup = Setup::any(&cluster, DEFAULT_SIZE, DEFAULT_IMAGE);
    setup.described.instance_types.push(Arc::new(InstanceType {
        name: "builder.huge".into(),
        registered: Size::new(CpuUnits::from_vcpus(64), Mib::from_gib(250)),
        price_per_hour: NanoUsd::new(3_000_000_000),
        awsvpc_tasks: 9,
        awsvpc_tasks_trunked: 9,
    }));
    let simulated = half_an_hour(setup);
    let hours: Vec<_> = simulated.instance_hours.iter().collect();
    let [(name, &hours)] = hours[..] else { panic!("{hours:?}") };
    assert_eq!(name, "builder.huge");
    assert!(hours >= 1.0, "two instances for half an hour at least: {hours}");
    // A second that has begun is billed in full.
    let want = hours * 3.0;
    assert!((dollars(&simulated) - want).abs() < 0.01, "{} for {want}", dollars(&simulated));
}

#[test]
fn a_fargate_price_of_ones_own_is_what_is_billed() {
    let mut setup = Setup::any(&ClusterSpec::Fargate, DEFAULT_SIZE, DEFAULT_IMAGE);
    let list = dollars(&half_an_hour(setup.clone()));
    let price = &mut setup.described.fargate_prices.linux_x86;
    let doubled = |price: NanoUsd| price.saturating_mul(2);
    *price = FargatePrice { vcpu_hour: doubled(price.vcpu_hour), gib_hour: doubled(price.gib_hour) };
    let own = dollars(&half_an_hour(setup));
    assert!(list > 0.0 && (own - 2.0 * list).abs() < 1e-5, "{own} for twice {list}");
}

#[test]
fn instances_of_a_type_that_nobody_knows_are_not_simulated() {
    let cluster = ClusterSpec::Static { instance_type: "m5.tiny".into(), count: 1 };
    let setup = Setup::any(&cluster, DEFAULT_SIZE, DEFAULT_IMAGE);
    let mut workload = Listed::new(&[""], Vec::new());
    let refused =
        simulate(WorldSettings::of(setup, 1), &mut workload, &Interrupt::new(), &mut |_| {}, &mut ());
    let error = refused.expect_err("nobody knows its size").to_string();
    assert!(error.contains("m5.tiny"), "{error}");
}
