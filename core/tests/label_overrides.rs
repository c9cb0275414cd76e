//! Overrides that labels carry: what is read, what is refused, and that Jenkins then assigns the build.

use footman_core::{
    label::{
        LabelExpression, LabelSet, OverrideError, OverrideKey, OverrideRefusal, OverrideRules, Overrides,
        SessionId,
    },
    time::Millis,
    units::{CpuUnits, Mib, Size},
};
use proptest::prelude::*;
use std::sync::Arc;

fn overrides(cpu: Option<u32>, memory: Option<u32>) -> Overrides {
    Overrides { cpu: cpu.map(CpuUnits::new), memory: memory.map(Mib::new), session: None }
}

fn session(id: &str) -> Overrides {
    Overrides { session: SessionId::new(id), ..Overrides::default() }
}

#[test]
fn a_label_is_split_into_its_base_and_its_overrides() {
    // label => base, cpu, memory, the canonical spelling
    let table = [
        ("java", "java", None, None, "java"),
        ("java/cpu=2048", "java", Some(2048), None, "java/cpu=2048"),
        ("java/memory=4096/cpu=2048", "java", Some(2048), Some(4096), "java/cpu=2048/memory=4096"),
        ("java/cpu=2vcpu/memory=4GiB", "java", Some(2048), Some(4096), "java/cpu=2048/memory=4096"),
        ("java/cpu=0.5vCPU", "java", Some(512), None, "java/cpu=512"),
        ("team/java/cpu=2048", "team/java", Some(2048), None, "team/java/cpu=2048"),
        ("a b/cpu=1", "a b", Some(1), None, "a b/cpu=1"),
        // Plain labels: no segment of the form key=value.
        ("team/java", "team/java", None, None, "team/java"),
        ("cpu=2048", "cpu=2048", None, None, "cpu=2048"),
        ("http://x/?a=b", "http://x/?a=b", None, None, "http://x/?a=b"),
        ("x/=1", "x/=1", None, None, "x/=1"),
        ("", "", None, None, ""),
        ("/", "/", None, None, "/"),
    ];
    for (label, base, cpu, memory, canonical) in table {
        let split = Overrides::split(label);
        assert_eq!(split, Ok((base, overrides(cpu, memory))), "{label}");
        assert_eq!(split.unwrap().1.canonical(base), canonical, "{label}");
    }
}

#[test]
fn a_label_with_wrong_overrides_is_refused_with_the_reason() {
    let cpu_expected = "CPU units such as `2048`, or `2vcpu`";
    let session_expected = "1 to 64 letters, digits, `.`, `_` or `-`";
    let long = "x".repeat(65);
    let memory_expected = "MiB such as `4096`, or `4GiB`";
    let bad =
        |value: &str, key: &str, expected: &str| format!("has `{value}` for {key}, expected {expected}");
    let unknown =
        |key: &str| format!("has the unknown override `{key}`; known are `cpu`, `memory` and `session`");
    let table = [
        // What a job must not choose.
        ("java/privileged=true", unknown("privileged")),
        ("java/taskrole=admin", unknown("taskrole")),
        ("java/network=host", unknown("network")),
        ("java/mount=etc", unknown("mount")),
        ("java/CPU=1", unknown("CPU")),
        ("java/cpu=", bad("", "cpu", cpu_expected)),
        ("java/cpu=0", bad("0", "cpu", cpu_expected)),
        ("java/cpu=two", bad("two", "cpu", cpu_expected)),
        ("java/cpu=-1", bad("-1", "cpu", cpu_expected)),
        ("java/cpu=1=2", bad("1=2", "cpu", cpu_expected)),
        ("java/cpu=4294967296", bad("4294967296", "cpu", cpu_expected)),
        ("java/memory=4GB", bad("4GB", "memory", memory_expected)),
        ("java/cpu=1/cpu=1", "says cpu twice".to_owned()),
        ("java/cpu=1/fast", "has `fast` after an override, expected `key=value`".to_owned()),
        ("java/cpu=1/", "has `` after an override, expected `key=value`".to_owned()),
        ("/cpu=1", "has overrides of no label".to_owned()),
        ("/session=a", "has overrides of no label".to_owned()),
        ("java/session=a/session=a", "says session twice".to_owned()),
        ("java/session=", bad("", "session", session_expected)),
        ("java/session=a b", bad("a b", "session", session_expected)),
        ("java/session=a=b", bad("a=b", "session", session_expected)),
        ("java/session=é", bad("é", "session", session_expected)),
        (&format!("java/session={long}"), bad(&long, "session", session_expected)),
    ];
    for (label, reason) in table {
        let error = Overrides::split(label).expect_err(label);
        assert_eq!(error.to_string(), format!("label `{label}` {reason}"));
    }
}

#[test]
fn an_expression_asks_for_a_template_by_its_base_labels() {
    // expression => base, cpu, memory, labels that the node carries besides the template's
    let table = [
        ("java&&linux", "java&&linux", None, None, ""),
        ("java/cpu=2048&&linux", "java&&linux", Some(2048), None, "java/cpu=2048"),
        ("(java/cpu=2048)&&!win", "(java)&&!win", Some(2048), None, "java/cpu=2048"),
        ("java/cpu=2048&&linux/memory=1", "java&&linux", Some(2048), Some(1), "java/cpu=2048 linux/memory=1"),
        // The same amount twice is no contradiction.
        ("java/cpu=2048&&java/cpu=2vcpu", "java&&java", Some(2048), None, "java/cpu=2048 java/cpu=2vcpu"),
        ("java/cpu=1&&java/cpu=1", "java&&java", Some(1), None, "java/cpu=1"),
        ("java/cpu=1&&(a||b)&&(c->d)&&(e<->f)", "java&&(a||b)&&(c->d)&&(e<->f)", Some(1), None, "java/cpu=1"),
    ];
    for (text, base, cpu, memory, labels) in table {
        let requirement = LabelExpression::parse(text).unwrap().requirement().unwrap();
        assert_eq!(requirement.base.to_string(), base, "{text}");
        assert_eq!(requirement.overrides, overrides(cpu, memory), "{text}");
        assert_eq!(requirement.labels.join(" "), labels, "{text}");
    }
}

#[test]
fn overrides_that_contradict_or_that_an_agent_could_do_without_are_refused() {
    let optional = |operator| OverrideError::Optional { atom: "java/cpu=1".into(), operator };
    let table = [
        ("!java/cpu=1", optional("!")),
        ("a&&!(b&&java/cpu=1)", optional("!")),
        ("java/cpu=1||linux", optional("||")),
        ("a->java/cpu=1", optional("->")),
        ("a<->java/cpu=1", optional("<->")),
        ("java/cpu=1&&a||b", optional("||")),
        ("a/cpu=2&&java/cpu=1", OverrideError::Conflict { atom: "java/cpu=1".into(), key: OverrideKey::Cpu }),
        (
            "a/cpu=1&&b&&java/cpu=3",
            OverrideError::Conflict { atom: "java/cpu=3".into(), key: OverrideKey::Cpu },
        ),
        (
            "a/memory=1&&java/memory=3",
            OverrideError::Conflict { atom: "java/memory=3".into(), key: OverrideKey::Memory },
        ),
        (
            "a/memory=2&&java/memory=1",
            OverrideError::Conflict { atom: "java/memory=1".into(), key: OverrideKey::Memory },
        ),
        ("!java/user=root", OverrideError::UnknownKey { atom: "java/user=root".into(), key: "user".into() }),
    ];
    for (text, error) in table {
        assert_eq!(LabelExpression::parse(text).unwrap().requirement(), Err(error), "{text}");
    }
}

#[test]
fn a_session_is_named_by_its_label_and_may_have_a_size() {
    let longest = "x".repeat(64);
    let sized = |cpu, memory, id: &str| Overrides { session: SessionId::new(id), ..overrides(cpu, memory) };
    let table = [
        ("java/session=a".to_owned(), "java", sized(None, None, "a"), "java/session=a".to_owned()),
        (
            "team/java/session=jenkins-a.b_C-17/memory=4GiB".to_owned(),
            "team/java",
            sized(None, Some(4096), "jenkins-a.b_C-17"),
            "team/java/memory=4096/session=jenkins-a.b_C-17".to_owned(),
        ),
        (
            format!("java/cpu=2vcpu/session={longest}"),
            "java",
            sized(Some(2048), None, &longest),
            format!("java/cpu=2048/session={longest}"),
        ),
    ];
    for (label, base, asked, canonical) in table {
        assert_eq!(Overrides::split(&label), Ok((base, asked.clone())), "{label}");
        assert_eq!(asked.canonical(base), canonical);
        let requirement = LabelExpression::parse(&label).unwrap().requirement().unwrap();
        assert_eq!((requirement.base, requirement.overrides), (LabelExpression::Atom(base.into()), asked));
        assert_eq!(requirement.labels, [Arc::from(label)]);
    }
}

#[test]
fn the_label_of_a_session_stands_alone() {
    let table = [
        "java/session=a&&linux",
        "linux&&java/session=a",
        "(java/session=a)",
        "!java/session=a",
        "java/session=a||linux",
        "java/session=a&&java/session=a",
        "java/session=a&&java/cpu=1/session=b",
    ];
    for text in table {
        let error = LabelExpression::parse(text).unwrap().requirement();
        assert_eq!(error, Err(OverrideError::SessionJoined { atom: "java/session=a".into() }), "{text}");
    }
}

#[test]
fn a_template_grants_what_its_rules_allow() {
    let size = Size::new(CpuUnits::new(1024), Mib::new(2048));
    let rules = |cpu: Option<u32>, memory: Option<u32>| OverrideRules {
        cpu_max: cpu.map(CpuUnits::new),
        memory_max: memory.map(Mib::new),
        ..OverrideRules::default()
    };
    let sessions = || OverrideRules { session_idle: Some(Millis::from_mins(10)), ..OverrideRules::default() };
    let sized = |cpu, memory| Ok(Size::new(CpuUnits::new(cpu), Mib::new(memory)));
    let (both, none) = (|| rules(Some(4096), Some(8192)), OverrideRules::default);
    // Two CPU values of Fargate (Amazon ECS Developer Guide, "Task CPU and memory").
    let offered = [(1024, 2048), (1024, 3072), (2048, 4096), (2048, 5120)]
        .map(|(cpu, memory)| Size::new(CpuUnits::new(cpu), Mib::new(memory)));
    let fargate = || OverrideRules { sizes: Arc::from(offered), ..both() };
    let not_offered = |cpu, memory, holds: Option<usize>| {
        let size = Size::new(CpuUnits::new(cpu), Mib::new(memory));
        Err(OverrideRefusal::NotOffered { size, holds: holds.map(|place| offered[place]) })
    };
    let table = [
        (none(), overrides(None, None), sized(1024, 2048)),
        (both(), overrides(Some(4096), None), sized(4096, 2048)),
        (both(), overrides(None, Some(8192)), sized(1024, 8192)),
        (both(), overrides(Some(256), Some(512)), sized(256, 512)),
        (none(), session("a"), Err(OverrideRefusal::NotAllowed { key: OverrideKey::Session })),
        (both(), session("a"), Err(OverrideRefusal::NotAllowed { key: OverrideKey::Session })),
        (sessions(), session("a"), sized(1024, 2048)),
        // A session of the template's own size has it though Fargate may not offer it.
        (OverrideRules { sizes: Arc::from(offered), ..sessions() }, session("a"), sized(1024, 2048)),
        (none(), overrides(Some(1024), None), Err(OverrideRefusal::NotAllowed { key: OverrideKey::Cpu })),
        (
            rules(Some(4096), None),
            overrides(Some(1), Some(1)),
            Err(OverrideRefusal::NotAllowed { key: OverrideKey::Memory }),
        ),
        (
            both(),
            overrides(Some(4097), None),
            Err(OverrideRefusal::CpuOverMaximum { asked: CpuUnits::new(4097), max: CpuUnits::new(4096) }),
        ),
        (
            both(),
            overrides(None, Some(8193)),
            Err(OverrideRefusal::MemoryOverMaximum { asked: Mib::new(8193), max: Mib::new(8192) }),
        ),
        (fargate(), overrides(Some(2048), Some(4096)), sized(2048, 4096)),
        (fargate(), overrides(None, Some(3072)), sized(1024, 3072)),
        (fargate(), overrides(Some(2048), None), not_offered(2048, 2048, Some(2))),
        (fargate(), overrides(Some(1000), None), not_offered(1000, 2048, Some(0))),
        (fargate(), overrides(None, Some(8192)), not_offered(1024, 8192, None)),
        // A template larger than its own maximum stays as it is.
        (rules(Some(512), None), overrides(None, None), sized(1024, 2048)),
    ];
    for (rules, asked, granted) in table {
        assert_eq!(rules.apply(size, &asked), granted, "{rules:?} {asked:?}");
    }
    let refused = fargate().apply(size, &overrides(Some(2048), None)).unwrap_err();
    let holds = "the least that holds it is 2048 CPU units / 4096 MiB";
    assert_eq!(refused.to_string(), format!("2048 CPU units / 2048 MiB is not offered there; {holds}"));
}

/// Expressions of plain labels and of labels with overrides.
fn expression() -> impl Strategy<Value = LabelExpression> {
    let names = vec!["a", "b", "c", "a/cpu=2", "b/memory=4", "c/cpu=2/memory=4"];
    let leaf = prop::sample::select(names).prop_map(|name| LabelExpression::Atom(Arc::from(name)));
    leaf.prop_recursive(4, 12, 2, |inner| {
        let pair = (inner.clone().prop_map(Box::new), inner.clone().prop_map(Box::new));
        prop_oneof![
            1 => inner.clone().prop_map(|a| LabelExpression::Paren(Box::new(a))),
            1 => inner.prop_map(|a| LabelExpression::Not(Box::new(a))),
            6 => pair.clone().prop_map(|(a, b)| LabelExpression::And(a, b)),
            1 => pair.prop_map(|(a, b)| LabelExpression::Or(a, b)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn jenkins_assigns_to_the_node_that_carries_the_labels_as_written(
        expression in expression(),
        template in prop::sample::subsequence(vec!["a", "b", "c"], 0..=3),
    ) {
        let Ok(requirement) = expression.requirement() else { return Ok(()) };
        let template = LabelSet::new(template);
        let labels: Vec<Arc<str>> = template.iter().chain(&requirement.labels).cloned().collect();
        let node = LabelSet::new(labels);
        if requirement.base.matches(&template, "node") {
            prop_assert!(expression.matches(&node, "node"), "{expression} on {node}");
        }
        // Without the label as written, Jenkins does not assign.
        if !requirement.labels.is_empty() {
            prop_assert!(!expression.matches(&template, "node"));
        }
    }

    #[test]
    fn the_canonical_spelling_means_the_same(base in "[a-z/]{1,8}", cpu in 1_u32.., memory in 1_u32..) {
        prop_assume!(!base.is_empty());
        for asked in [overrides(Some(cpu), None), overrides(None, Some(memory)), overrides(Some(cpu), Some(memory))] {
            let atom = asked.canonical(&base);
            prop_assert_eq!(Overrides::split(&atom), Ok((base.as_str(), asked)));
            // Jenkins reads it as one label, in a node's field and, bare, in an expression.
            prop_assert_eq!(LabelSet::parse(&atom).labels, LabelSet::new([atom.as_str()]));
            prop_assert_eq!(LabelExpression::parse(&atom), Ok(LabelExpression::Atom(atom.as_str().into())));
        }
    }

    #[test]
    fn any_label_is_split_or_refused(atom in prop_oneof![any::<String>(), "[a-c/=]{0,9}", "x(/(cpu|memory)=[0-9a-z.]{0,4}){0,3}"]) {
        if let Ok((base, asked)) = Overrides::split(&atom) {
            prop_assert!(atom.starts_with(base));
            prop_assert_eq!(asked.is_empty(), base == atom);
        }
    }
}
