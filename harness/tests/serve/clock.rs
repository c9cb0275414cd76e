//! The clock of the servers, and what is refused before they start.

use crate::client::{send, with_servers};
use footman::serve::{ClockMode, ServeError, ServeSettings, Server, TwinsSettings, loopback};
use serde_json::json;
use std::num::NonZeroU32;

#[test]
fn time_stands_still_until_it_is_told_to_pass() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let (start, next) = both.clock().await;
        assert_eq!((start, next), (1_704_067_200_000, None), "nothing happens by itself in the example");
        both.ecs_done("RunTask", json!({ "taskDefinition": "jenkins-agent" })).await;
        let (now, next) = both.clock().await;
        assert_eq!(now, start);
        assert!(next.is_some_and(|next| next > now), "the task moves on");
        let answer = both.advance(start + 500).await.json();
        assert_eq!(answer["now"], json!(start + 500));
        assert_eq!(both.clock().await.0, start + 500, "both faces show one clock");
    });
}

#[test]
fn the_clock_refuses_what_makes_no_sense() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let (now, _) = both.clock().await;
        assert_eq!(both.advance(now).await.status, 200, "no step at all is fine");
        assert_eq!(both.advance(now - 1).await.status, 400);
        assert_eq!(both.advance(i64::MAX).await.status, 400);
        for body in ["", "{}", "{\"to\": \"soon\"}", "x"] {
            let answer = send(both.ecs, "POST", "/_sim/advance", &[], body).await.unwrap();
            assert_eq!(answer.status, 400, "{body}");
            assert!(answer.json()["error"].is_string());
        }
        assert_eq!(both.clock().await.0, now);
    });
}

#[test]
fn a_clock_on_the_wall_is_not_told_to_pass() {
    let clock = ClockMode::Wall { speed: NonZeroU32::new(1).unwrap() };
    with_servers(clock, |both| async move {
        let (now, _) = both.clock().await;
        assert!(now > 1_704_067_200_000, "it is later than lockstep begins");
        let answer = both.advance(now + 1_000).await;
        assert_eq!(answer.status, 409);
        assert!(both.clock().await.0 >= now);
    });
}

#[test]
fn only_loopback_and_free_ports_are_listened_on() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let any = loopback("0").unwrap();
        let settings = |ecs, jenkins| ServeSettings {
            ecs: Some(ecs),
            jenkins: Some(jenkins),
            ..ServeSettings::on_free_ports(ClockMode::Lockstep, TwinsSettings::default())
        };
        let outside = Server::bind(settings("0.0.0.0:0".parse().unwrap(), any)).await;
        assert!(matches!(outside, Err(ServeError::Address(_))), "{outside:?}");
        let first = Server::bind(settings(any, any)).await.unwrap();
        let taken = Server::bind(settings(any, first.ecs_address().unwrap())).await.unwrap_err();
        assert!(matches!(taken, ServeError::PortTaken { service: "jenkins", .. }), "{taken:?}");
        assert!(taken.to_string().contains("--jenkins"), "{taken}");
    });
}
