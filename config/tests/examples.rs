//! The files in `examples/` and `deploy/examples/` at the project's root.

use footman_config::{Loaded, Severity, Text, load};

const JENKINS: &str = include_str!("../../examples/jenkins.yaml");
const FOOTMAN: &str = include_str!("../../examples/footman.yaml");

/// A Jenkins' file and Footman's of `deploy/examples/`, with their folder.
macro_rules! deployed {
    ($($folder:literal)*) => {
        [$((
            $folder,
            include_str!(concat!("../../deploy/examples/", $folder, "/jenkins.yaml")),
            include_str!(concat!("../../deploy/examples/", $folder, "/footman.yaml")),
        )),*]
    };
}

/// Loads two files about which nothing is to be warned.
fn loaded(jenkins: &str, footman: &str) -> Loaded {
    let texts = [Text::new("jenkins.yaml", jenkins), Text::new("footman.yaml", footman)];
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
    loaded
}

fn templates(loaded: &Loaded) -> Vec<String> {
    let name = |it: &footman_core::policy::Template| format!("{}/{} {}", it.cloud, it.name, it.labels);
    loaded.policy.templates.iter().map(name).collect()
}

#[test]
fn the_bundled_example_loads_without_a_warning() {
    assert_eq!(
        templates(&loaded(JENKINS, FOOTMAN)),
        ["ecs/java java linux", "ecs/node linux node", "ecs/docker docker linux", "fargate/small small"]
    );
}

#[test]
fn so_do_those_for_ec2_fargate_and_spot() {
    let all = deployed!("ec2" "fargate" "spot").map(|(folder, jenkins, footman)| {
        let loaded = loaded(jenkins, footman);
        (folder, templates(&loaded).join(", "))
    });
    let want = [
        ("ec2", "ec2/java java linux"),
        ("fargate", "fargate/small linux small"),
        (
            "spot",
            "spot/small linux small, spot/small+2 linux small, spot/large large linux, spot/large+2 large linux",
        ),
    ];
    assert_eq!(all, want.map(|(folder, templates)| (folder, templates.to_owned())));
}
