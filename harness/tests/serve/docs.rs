//! The documentation says what the servers do.

use crate::client::{send, with_servers};
use footman::serve::ClockMode;
use footman_ecs_sim::divergence;

const DIVERGENCES: &str = include_str!("../../../docs/divergences.md");
const SERVE: &str = include_str!("../../../docs/serve.md");

#[test]
fn the_page_of_divergences_is_the_list() {
    assert_eq!(
        DIVERGENCES,
        divergence::page(),
        "write it with `footman serve --divergences > docs/divergences.md`"
    );
}

#[test]
fn every_path_of_the_simulation_is_in_the_documentation() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let answer = send(both.ecs, "GET", "/_sim/", &[], "").await.unwrap().json();
        let paths = answer["error"].as_str().unwrap().split("there are ").nth(1).unwrap();
        for path in paths.split(", ") {
            assert!(SERVE.contains(&format!("{path}`")), "docs/serve.md does not name {path}");
        }
    });
}
