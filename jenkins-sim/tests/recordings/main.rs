//! Every recorded exchange with a real Jenkins 2.263.4, asked again of the simulated one.
//!
//! The recordings lie in `shared/data/jenkins-recordings` beside the project. Their series build on one another, so that
//! they are replayed in order and in their own time against one Jenkins, and the secured series against another. What
//! happened between the recordings (agents came and went, other jobs were made) is in [`meanwhile`].

#![cfg(feature = "http")]
#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]

mod compare;
mod definitions;
mod exchange;
mod fixtures;
mod kept;
mod statistics;
mod trees;
mod versions;
mod world;

use exchange::{Exchange, exchanges};
use world::World;

/// Exchanges that the simulator answers differently, and why.
const NOT_COVERED: [(&str, &str); 5] = [
    ("a070-jnlp-encrypted", "the file by which an agent starts is not encrypted here"),
    ("a075-agentjar-head", "agent.jar is Jenkins' own"),
    (
        "c013-computer-after-doDisconnect-busy",
        "here a build ends with its channel, and not some milliseconds later",
    ),
    ("e008-anon-agentjar", "agent.jar is Jenkins' own"),
    ("e038-jnlp-anon-encrypt", "the file by which an agent starts is not encrypted here"),
];

#[test]
#[expect(clippy::print_stdout, reason = "what is not covered is to be read")]
fn every_recorded_exchange_is_answered_as_it_was() {
    let Some(exchanges) = exchanges() else { return };
    let first = exchanges.first().unwrap().sent_at;
    let mut open = World::new("http://127.0.0.1:18080/", false, 18_081, first);
    let mut secured = World::new("http://127.0.0.1:18090/", true, 18_091, first);
    let mut wrong = Vec::new();
    for exchange in &exchanges {
        let world = if exchange.name.starts_with('e') { &mut secured } else { &mut open };
        meanwhile(world, &exchange.name);
        world.advance(asked_at(exchange));
        let answer = world.replay(exchange);
        learn_crumb(world, exchange, &answer);
        let is_head = exchange.method == "HEAD";
        let difference = compare::difference(&answer, &exchange.answer, is_head);
        let reason = NOT_COVERED.iter().find(|(name, _)| *name == exchange.name).map(|(_, reason)| *reason);
        match (difference, reason) {
            (None, None) => {}
            (Some(_), Some(reason)) => println!("not covered: {}: {reason}", exchange.name),
            (Some(difference), None) => wrong.push(format!("{}: {difference}", exchange.name)),
            (None, Some(_)) => {
                wrong.push(format!("{} is the same: take it out of NOT_COVERED", exchange.name))
            }
        }
    }
    for (name, _) in NOT_COVERED {
        assert!(exchanges.iter().any(|exchange| exchange.name == name), "{name} was not recorded");
    }
    println!("{} exchanges, {} not covered", exchanges.len(), NOT_COVERED.len());
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// When an exchange is made: in its own time, unless the recorded machine was too slow for its own builds.
fn asked_at(exchange: &Exchange) -> i64 {
    match &*exchange.name {
        // A build of 20 s ran for 24.
        "b054-queue-tempoffline" => 1_795_451_447_000,
        // Jenkins took 30 ms from online to the start of a build; here it is 100 ms, as it was elsewhere.
        "b061-computer-back-online-building" => 1_795_451_454_400,
        // A build of 5 s ran for more than 10 s.
        "e044-build-done" => 1_795_452_125_000,
        _ => exchange.sent_at,
    }
}

/// Our crumb for the recorded one, so that a later request sends ours.
fn learn_crumb(world: &mut World, exchange: &Exchange, answer: &exchange::Answer) {
    let crumb = |text: &str| {
        let json: serde_json::Value = serde_json::from_str(text).ok()?;
        Some(json.get("crumb")?.as_str()?.to_owned())
    };
    if let (Some(theirs), Some(ours)) = (crumb(&exchange.answer.body), crumb(&answer.body)) {
        world.crumbs.insert(theirs, ours);
    }
}

/// What happened before an exchange and was not recorded, at the times that the recordings tell.
fn meanwhile(world: &mut World, before: &str) {
    const S: i64 = 1_795_451_000_000;
    let form = "application/x-www-form-urlencoded";
    match before {
        "b008-computer-online-idle" => world.connect(S + 424_000, "n1"),
        // The shells of the recorded builds on this node failed. Here a build fails with its agent, and a mark is lost
        // with the channel.
        "b055-build1-finished" => {
            world.kill(S + 447_050, "n1");
            world.connect(S + 447_060, "n1");
            let mark = "offlineMessage=autoscaler%3A+one+shot";
            world.post(S + 447_060, "/computer/n1/changeOfflineCause", form, mark);
        }
        "b064-computer-after-dup" => {
            for at in [456_000, 457_000, 458_000, 459_000, 460_000] {
                world.kill(S + at, "n1");
                world.connect(S + at + 50, "n1");
            }
        }
        "c001-node-delete-idle-offline" => {
            for id in [13, 12, 11, 7, 6] {
                world.post(S + 600_000, &format!("/queue/cancelItem?id={id}"), form, "");
            }
        }
        "c005-build-c1job" => world.connect(S + 677_500, "c1"),
        "c009-doDisconnect-get" => world.connect(S + 701_400, "c1"),
        "c015-build-c1long" => world.connect(S + 717_900, "c1"),
        "c016-computer-after-agent-kill" => world.kill(S + 722_221, "c1"),
        "c019-computer-back-after-kill" => world.connect(S + 726_000, "c1"),
        "c021-build-c1long" => {
            world.kill(S + 729_680, "c1");
            world.connect(S + 733_000, "c1");
        }
        "c036-build-w1job" => world.connect(S + 770_500, "w1"),
        "c037-computer-ws-after-sigterm" => world.kill(S + 797_930, "w1"),
        "c038-computer-ws-after-kill" => {
            world.connect(S + 801_500, "w1");
            world.kill(S + 802_860, "w1");
        }
        "c039-mk-e2" => {
            world.connect(S + 804_000, "w1");
            world.kill(S + 805_447, "w1");
        }
        "c042-build-e2job" => world.connect(S + 825_500, "e2"),
        "d002-oneshot-toggleOffline" => {
            world.post(S + 916_500, "/queue/cancelItem?id=22", form, "");
            for job in ["da", "db", "dq1", "dq2"] {
                let xml = "<project><assignedNode>dl</assignedNode><builders><hudson.tasks.Shell><command>sleep 15\
                           </command></hudson.tasks.Shell></builders></project>";
                world.post(S + 917_000, &format!("/createItem?name={job}"), "application/xml", xml);
            }
            world.connect(S + 922_000, "d1");
            for job in ["da", "db"] {
                world.post(S + 923_000, &format!("/job/{job}/build?delay=0sec"), form, "");
            }
        }
        "d007-changeOfflineCause-when-online" => {
            world.post(S + 947_100, "/queue/cancelItem?id=24", form, "");
            world.post(S + 947_100, "/computer/d1/toggleOffline", form, "");
        }
        "d2-001-mk-d1" => world.post(S + 1_000_000, "/computer/d1/doDelete", form, ""),
        "e043-computer-running" => world.connect(S + 1_121_000, "s1"),
        _ => {}
    }
}
