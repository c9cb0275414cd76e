//! What a reload says of each value that differs.

use footman_config::{Effect, Loaded, Text, changes, load};

const JENKINS: &str = include_str!("fixtures/jenkins.yaml");
const FOOTMAN: &str = include_str!("fixtures/footman.yaml");

fn loaded(old: &str, new: &str) -> Loaded {
    assert!(JENKINS.contains(old) || FOOTMAN.contains(old), "{old}");
    let (jenkins, footman) = (JENKINS.replace(old, new), FOOTMAN.replace(old, new));
    let texts = [Text::new("jenkins.yaml", &jenkins), Text::new("footman.yaml", &footman)];
    let lookup =
        |name: &str| Some(if name == "MAX_AGENTS" { "7".to_owned() } else { format!("some-{name}") });
    load(&texts, &lookup).unwrap_or_else(|refused| panic!("{:?}", refused.diagnostics))
}

/// Old and new text => what is said of it: subject, key, old, new, effect.
type Row =
    (&'static str, &'static str, &'static [(&'static str, &'static str, &'static str, &'static str, Effect)]);

#[test]
fn each_value_that_differs_is_said_with_what_it_means() {
    let table: &[Row] = &[
        ("agents/base:12", "agents/base:12", &[]),
        ("owner: platform/ci", "owner: other", &[("", "owner", "platform/ci", "other", Effect::Drain)]),
        ("poll: 2s", "poll: 3s", &[("", "poll", "2s", "3s", Effect::AtOnce)]),
        (
            "cluster: serverless",
            "cluster: another",
            &[("fargate", "cluster", "serverless", "another", Effect::Drain)],
        ),
        (
            "agents/maven:3",
            "agents/maven:4",
            &[(
                "ecs cloud/maven",
                "image",
                "some-REGISTRY/agents/maven:3",
                "some-REGISTRY/agents/maven:4",
                Effect::NewAgents,
            )],
        ),
        // `inheritFrom` hands variables on, and what is in them may be secret.
        (
            "value: \"true\"",
            "value: \"false\"",
            &[
                ("ecs cloud/base", "environments", "(not shown)", "(not shown)", Effect::NewAgents),
                ("ecs cloud/gradle", "environments", "(not shown)", "(not shown)", Effect::NewAgents),
                ("ecs cloud/maven", "environments", "(not shown)", "(not shown)", Effect::NewAgents),
                ("fargate/spot", "environments", "(not shown)", "(not shown)", Effect::NewAgents),
            ],
        ),
        (
            "[java/**, release-*]",
            "[java/**]",
            &[("ecs cloud/maven", "allowJobs", "java/**, release-*", "java/**", Effect::AtOnce)],
        ),
        (
            "Sat 09:00-13:00",
            "Sat 09:00-14:00",
            &[(
                "ecs cloud/maven",
                "activeHours",
                "Mon-Fri 07:00-19:00, Sat 09:00-13:00 Europe/Berlin",
                "Mon-Fri 07:00-19:00, Sat 09:00-14:00 Europe/Berlin",
                Effect::AtOnce,
            )],
        ),
        ("rank: 1", "rank: 2", &[("ecs cloud/maven", "rank", "1", "2", Effect::AtOnce)]),
    ];
    for (old, new, want) in table {
        let found = changes(&loaded(old, old), &loaded(old, new));
        let found: Vec<_> = found
            .iter()
            .map(|it| (it.subject.as_str(), it.key, it.old.as_str(), it.new.as_str(), it.effect))
            .collect();
        assert_eq!(&found[..], *want, "{old} -> {new}");
    }
}

#[test]
fn templates_and_clouds_that_come_and_go_are_said_whole() {
    let old = loaded("templateName: legacy", "templateName: legacy");
    let new = loaded("templateName: legacy", "templateName: newer");
    let found: Vec<_> =
        changes(&old, &new).into_iter().map(|it| (it.subject, it.key, it.new, it.effect)).collect();
    let want = [
        ("ecs cloud/legacy".to_owned(), "template", String::new(), Effect::NewAgents),
        ("ecs cloud/newer".to_owned(), "template", "there".to_owned(), Effect::NewAgents),
    ];
    assert_eq!(found, want);
}
