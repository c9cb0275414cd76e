//! What the daemon shows of itself while builds wait behind a limit: the paths over loopback, and what is explained.

use crate::stage::{Log, Stage, on_stage};
use footman_backend::{
    driver::Limits,
    status::{Board, Bounds, Clock, Collector, Server, Snapshot, explain},
};
use footman_core::{Millis, Timestamp};
use reqwest::StatusCode;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::sync::oneshot;

/// Ten more than the forty agents that the configuration allows, all at once and for long.
const BUILDS: u64 = 50;

/// A daemon worked on these builds for a minute; this is what it pinned up, and what time it is.
async fn worked(stage: &Stage) -> (Board, Bounds, Timestamp) {
    let builds: Vec<(u64, u64, &str)> = (0..BUILDS).map(|_| (5, 600, "java")).collect();
    stage.play("freestyle", &builds).await;
    let (mut machine, services) = stage.daemon().await;
    let begun = stage.now().await;
    let bounds = Bounds::of(&machine.core().policy().pace, &Limits::default());
    let (collector, board) = Collector::new(begun, &machine);
    let mut report = (Log::default(), collector);
    let end = begun + Millis::from_secs(60);
    let now = stage.work_until(&mut machine, &services, &mut report, |now| now >= end).await;
    (board, bounds, now)
}

/// What a daemon of this board answers at `now` for each path.
pub(crate) async fn answers<const N: usize>(
    board: &Board,
    bounds: Bounds,
    now: Timestamp,
    paths: [&str; N],
) -> [(StatusCode, String); N] {
    let server = Server::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
    let address = server.address().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let serving =
        server.run(board.clone(), bounds, Clock::new(move || now), async move { drop(ended.await) });
    let asking = async move {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut answers = Vec::new();
        for path in paths {
            let answer = http.get(format!("http://{address}{path}")).send().await.unwrap();
            answers.push((answer.status(), answer.text().await.unwrap()));
        }
        drop(end);
        answers.try_into().unwrap()
    };
    let ((), answers) = tokio::join!(serving, asking);
    answers
}

#[test]
fn the_paths_answer_what_a_run_did_and_an_item_behind_a_limit_is_explained() {
    on_stage(1, async |stage| {
        let (board, bounds, now) = worked(&stage).await;
        let paths = ["/healthz", "/readyz", "/metrics", "/", "/status.json", "/other"];
        let [health, readiness, metrics, page, data, other] = answers(&board, bounds, now, paths).await;
        assert_eq!(health, (StatusCode::OK, "the loop turns\n".to_owned()));
        assert_eq!(readiness, (StatusCode::OK, "decisions are made\n".to_owned()));
        assert_eq!(other.0, StatusCode::NOT_FOUND);
        let lines = [
            "footman_ready 1\n",
            "footman_actions_total{action=\"launch\",outcome=\"done\"} 40\n",
            "footman_decisions_total{decision=\"launch\"} 40\n",
            "footman_queue_refused_items{reason=\"limit\"} 10\n",
            "footman_queue_items{state=\"buildable\"} 10\n",
            "footman_agents{phase=\"busy\"} 40\n",
        ];
        for line in lines {
            assert!(metrics.1.contains(line), "{line}{}", metrics.1);
        }
        assert!(page.1.contains("10 get no agent: limit `ecs` on agents (40) is reached"), "{}", page.1);

        let snapshot: Snapshot = serde_json::from_str(&data.1).unwrap();
        assert_eq!(snapshot, *board.latest());
        let item = snapshot.items.first().unwrap().id.to_string();
        let explained = explain(&snapshot, &item).unwrap();
        let said = explained.sentences.join("\n");
        let why = "10 items get no agent at present: limit `ecs` on agents (40) is reached.";
        assert!(said.contains(why), "{said}");
        assert_eq!(explained.agents.len(), 40);
    });
}

#[test]
fn a_loop_that_turns_no_more_is_neither_alive_nor_ready() {
    on_stage(1, async |stage| {
        let (board, bounds, now) = worked(&stage).await;
        let late = now + Millis::from_hours(1);
        let [health, readiness] = answers(&board, bounds, late, ["/healthz", "/readyz"]).await;
        assert_eq!(health.0, StatusCode::SERVICE_UNAVAILABLE);
        assert!(health.1.starts_with("the loop last turned"), "{}", health.1);
        assert_eq!(readiness.0, StatusCode::SERVICE_UNAVAILABLE);
        assert!(
            readiness.1.contains("poll of Jenkins") && readiness.1.contains("look at ECS"),
            "{}",
            readiness.1
        );
    });
}
