//! `footman plan` and `footman simulate`: what they take, and what they say of it.

use crate::{JENKINS, folder, footman, trace};
use serde_json::Value;

/// One template of 1 vCPU and 2 GiB on instances, in a cluster without a name.
fn on_instances() -> String {
    JENKINS.replace(", launchType: FARGATE", "")
}

const TYPES: &str = "simulation:\n  clusters:\n    ci: {instances: [{type: m5.large, count: 1}]}\n  instanceTypes:\n    \
                     lab.big: {cpu: 32vcpu, memory: 100GiB, pricePerHour: $1}\n    lab.tiny: {cpu: 0.5vcpu, memory: \
                     1GiB, pricePerHour: $0.01}\n";

#[test]
fn an_instance_type_of_footman_yaml_can_be_planned_with() {
    let folder = folder(&[("t.csv", &trace(4)), ("jenkins.yaml", &on_instances()), ("footman.yaml", TYPES)]);
    let with = ["plan", "--trace", "t.csv", "--config", "jenkins.yaml", "--config", "footman.yaml"];
    let types = ["--instance-type", "lab.big", "--instance-type", "lab.tiny"];
    let outcome = footman(folder.path(), &[&with[..], &types, &["--json"]].concat());
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    let plan: Value = serde_json::from_str(&outcome.out).unwrap();
    let rows = plan["rows"].as_array().unwrap();
    let named = |name: &str| rows.iter().find(|row| row["capacity"].as_str().unwrap().contains(name));
    assert!(named("as configured").is_some(), "{}", outcome.out);
    let big = named("1 × lab.big, always on").expect("it was tried");
    // A dollar an hour, for 730 hours; the run is short, and its first and last seconds count.
    assert!((big["cost_per_month_usd"].as_f64().unwrap() - 730.0).abs() < 7.3, "{big}");
    let tiny = named("lab.tiny").expect("why it was not tried");
    let note = tiny["note"].as_str().unwrap();
    assert!(note.contains("ecs/java takes 1024 CPU units / 2048 MiB"), "{note}");

    let unknown = footman(folder.path(), &[&with[..], &["--instance-type", "lab.bug"]].concat());
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(1), ""), "{}", unknown.err);
    let message = unknown.err.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["`lab.bug` are not known", "lab.big", "m5.large", "simulation.instanceTypes"] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn a_cluster_of_the_command_line_is_planned_with_too() {
    let folder = folder(&[("t.csv", &trace(4))]);
    let arguments =
        ["plan", "--trace", "t.csv", "--instance-type", "m5.large", "--cluster", "asg:m5.large=1..3"];
    let outcome = footman(folder.path(), &arguments);
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    assert!(outcome.out.contains(" asg:m5.large=1..3 "), "{}", outcome.out);
}

#[test]
fn what_held_builds_back_is_explained_for_each_meaning_of_labels() {
    let rows = "0,600,ubuntu\n0,600,ubuntu\n0,600,ubuntu\n";
    let folder = folder(&[
        ("t.csv", &format!("submit_s,duration_s,label\n{rows}")),
        ("jenkins.yaml", &on_instances()),
        ("footman.yaml", &format!("labelMap: {{ubuntu: 'java||java'}}\n{TYPES}")),
    ]);
    let explain = |more: &[&str], label: &str| {
        footman(folder.path(), &[&["simulate", "--trace", "t.csv", "--explain", label], more].concat())
    };
    let configured = ["--config", "jenkins.yaml", "--config", "footman.yaml"];
    let any = ["--cluster", "ec2:m5.large=1"];
    for (more, wanted) in [
        (&configured[..], "3 builds, which ask for `java||java`,"),
        (&any, "3 builds, 100.0 % of which waited"),
    ] {
        let outcome = explain(more, "ubuntu");
        assert_eq!(outcome.code, Some(0), "{}", outcome.err);
        assert!(outcome.out.contains(wanted), "`{wanted}`: {}", outcome.out);
        assert!(outcome.out.contains("ECS has no room for another agent: "), "{}", outcome.out);
    }
    let unknown = explain(&any, "debian");
    assert_eq!(unknown.code, Some(1));
    assert!(
        unknown.err.contains("no build has the label `debian`; the labels are `ubuntu`"),
        "{}",
        unknown.err
    );
    // Standard output is one document, whatever else is asked for.
    let document = explain(&[&any[..], &["--json"]].concat(), "ubuntu");
    assert!(serde_json::from_str::<Value>(&document.out).is_ok(), "{}", document.out);
    assert!(document.err.contains("why builds of `ubuntu` waited"), "{}", document.err);
}

#[test]
fn a_size_that_fargate_lacks_is_planned_as_it_is_elsewhere() {
    let folder = folder(&[("t.csv", &trace(2))]);
    let plan = |more: &[&str]| {
        let arguments = ["plan", "--trace", "t.csv", "--instance-type", "c5.xlarge", "--json"];
        let outcome = footman(folder.path(), &[&arguments[..], more].concat());
        assert_eq!(outcome.code, Some(0), "{}", outcome.err);
        serde_json::from_str::<Value>(&outcome.out).unwrap()
    };
    // Two agents of 3 GiB fit on a c5.xlarge, and two of the 4 GiB that Fargate has instead do not.
    let small = plan(&["--cpu", "1.5vcpu", "--memory", "3GiB"]);
    let named = |plan: &Value, name: &str| {
        let rows = plan["rows"].as_array().unwrap();
        rows.iter().find(|row| row["capacity"].as_str().unwrap().contains(name)).cloned()
    };
    assert!(named(&small, "1 × c5.xlarge, always on").is_some(), "{small}");
    let assumed = small["not_known"].to_string();
    assert!(assumed.contains("1536 CPU units / 3072 MiB"), "{assumed}");
    let large = plan(&["--cpu", "4vcpu", "--memory", "200GiB"]);
    let note = |name: &str| named(&large, name).unwrap()["note"].as_str().unwrap().to_owned();
    assert!(note("Fargate").contains("its largest size has"), "{}", note("Fargate"));
    assert!(note("c5.xlarge").contains("too small"), "{}", note("c5.xlarge"));
}
