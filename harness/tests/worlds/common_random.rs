//! Common random numbers: what one label's agents draw does not depend on what other labels do.
//!
//! An agent's own draws (its launch's latencies, its faults, its start) are keyed by its template, its place among the
//! agents of that template, and the attempt; a container instance's by its number in the order of launches; a call's
//! fate by the key of its agent and the time. So on Fargate another label's load changes nothing, and on instances it
//! changes what it truly shares: which instance has room, and which image is cached there.

use footman::scenario::{Ran, Scenario, Sketch};
use footman_core::{Millis, Timestamp, id::TemplateId};

fn world(seed: u64, others: u64) -> Ran {
    let scenario = Scenario::new("common random numbers")
        .seed(seed)
        .template(Sketch::new("steady"))
        .template(Sketch::new("other"))
        .builds_apart("5s", "17s", 25, "steady", "50s");
    let scenario =
        if others > 0 { scenario.builds_apart("0s", "3s", others, "other", "40s") } else { scenario };
    scenario.run()
}

/// How long each agent of the first template took to its pull and until it was online, in the order of their launches.
fn spans(ran: &Ran) -> Vec<(Millis, Millis)> {
    let mut lives: Vec<_> = ran.agents.iter().filter(|life| life.template == TemplateId(0)).collect();
    lives.sort_by_key(|life| life.task);
    let since = |at: Option<Timestamp>, from: Timestamp| at.expect("every agent came online").since(from);
    lives
        .iter()
        .map(|life| (since(life.pull_started_at, life.accepted_at), since(life.online_at, life.accepted_at)))
        .collect()
}

#[test]
fn the_load_of_one_label_does_not_move_the_draws_of_another() {
    let (alone, few, many) = (world(1, 0), world(1, 7), world(1, 120));
    let spans_alone = spans(&alone);
    assert_eq!(spans_alone.len(), 25);
    assert!(spans_alone.iter().collect::<std::collections::BTreeSet<_>>().len() > 20, "they do differ");
    assert_eq!(spans(&few), spans_alone);
    assert_eq!(spans(&many), spans_alone);
    assert_ne!(spans(&world(2, 0)), spans_alone, "another seed draws otherwise");
}
