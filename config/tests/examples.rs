//! The files in `examples/` at the project's root.

use footman_config::{Severity, Text, load};

const JENKINS: &str = include_str!("../../examples/jenkins.yaml");
const FOOTMAN: &str = include_str!("../../examples/footman.yaml");

#[test]
fn the_bundled_example_loads_without_a_warning() {
    let texts = [Text::new("jenkins.yaml", JENKINS), Text::new("footman.yaml", FOOTMAN)];
    let loaded = load(&texts, &|_| None).unwrap_or_else(|refused| {
        panic!("{}", refused.diagnostics.iter().map(|it| format!("{it}\n")).collect::<String>())
    });
    let grave: Vec<String> = loaded
        .diagnostics
        .iter()
        .filter(|it| it.severity != Severity::Note)
        .map(ToString::to_string)
        .collect();
    assert!(grave.is_empty(), "{grave:#?}");
    let names: Vec<String> =
        loaded.policy.templates.iter().map(|it| format!("{}/{} {}", it.cloud, it.name, it.labels)).collect();
    assert_eq!(
        names,
        ["ecs/java java linux", "ecs/node linux node", "ecs/docker docker linux", "fargate/small small"]
    );
}
