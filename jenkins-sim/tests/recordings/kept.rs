//! An answer that is given again is the one that would be given anew.

use crate::world::World;
use proptest::prelude::*;

/// What is asked again and again.
const POLLED: [&str; 6] = [
    "/queue/api/json",
    "/queue/api/json?tree=items[id,why,stuck,task[name,color]]",
    "/computer/api/json",
    "/computer/api/json?depth=2",
    "/computer/api/json?tree=computer[displayName,loadStatistics[idleExecutors[sec10[latest]]]]",
    "/computer/api/json?tree=computer[displayName,idle,offline,executors[idle,progress,currentExecutable[number]]]",
];
const FORM: &str = "application/x-www-form-urlencoded";

#[derive(Debug, Clone)]
enum Op {
    Post(&'static str),
    Configure(u8),
    Connect,
    Kill,
    Pass(i64),
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let post = prop::sample::select(vec![
        "/job/a/build?delay=0sec",
        "/job/a/build?delay=9sec",
        "/job/b/build?delay=0sec",
        "/queue/cancelItem?id=2",
        "/job/a/1/stop",
        "/job/a/disable",
        "/job/a/enable",
        "/computer/a1/toggleOffline?offlineMessage=m",
        "/computer/a1/changeOfflineCause?offlineMessage=n",
        "/computer/a1/doDisconnect?offlineMessage=o",
        "/computer/a1/doDelete",
        "/computer/doCreateItem?name=a1&type=hudson.slaves.DumbSlave&json=%7B%22labelString%22%3A%22docker%22%7D",
        "/computer/doCreateItem?name=a2&type=hudson.slaves.DumbSlave&json=%7B%22labelString%22%3A%22docker%22%7D",
        "/quietDown",
        "/cancelQuietDown",
    ]);
    let op = prop_oneof![
        8 => post.prop_map(Op::Post),
        1 => (0..2_u8).prop_map(Op::Configure),
        2 => Just(Op::Connect),
        1 => Just(Op::Kill),
        6 => (0..3_000_i64).prop_map(Op::Pass),
        2 => (0..12_000_i64).prop_map(Op::Pass),
        1 => (1_000_000..100_000_000_i64).prop_map(Op::Pass),
    ];
    prop::collection::vec(op, 1..60)
}

fn xml(concurrent: bool) -> String {
    format!(
        "<project><assignedNode>docker</assignedNode><concurrentBuild>{concurrent}</concurrentBuild>\
         <builders><hudson.tasks.Shell><command>sleep 20</command></hudson.tasks.Shell></builders></project>"
    )
}

proptest! {
    #[test]
    fn what_is_given_again_is_what_would_be_given_anew(ops in ops()) {
        let mut world = World::new("http://h/", false, 18_081, 1_000);
        let mut now = 1_000;
        for job in ["a", "b"] {
            world.post(now, &format!("/createItem?name={job}"), "application/xml", &xml(job == "b"));
        }
        for op in ops {
            match &op {
                // Much of it is refused, for what it names is not there.
                Op::Post(path) => drop(world.send(now, "POST", path, FORM, "")),
                Op::Configure(which) => drop(world.send(
                    now,
                    "POST",
                    "/job/a/config.xml",
                    "application/xml",
                    &xml(*which == 0),
                )),
                Op::Connect => world.try_connect(now, "a1"),
                Op::Kill => world.kill(now, "a1"),
                Op::Pass(time) => now += time,
            }
            for path in POLLED {
                let again = world.send(now, "GET", path, FORM, "");
                // What stands in a body may mean anything, so that the answer to it is never kept.
                let anew = world.send(now, "GET", path, FORM, "nothing=1");
                prop_assert_eq!(again.status, 200);
                prop_assert_eq!(again.body, anew.body, "{} after {:?}", path, op);
            }
        }
    }
}
