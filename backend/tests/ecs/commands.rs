//! `footmand` as an operator runs it.

use std::{fs, path::Path, process::Command};

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

fn footmand(folder: &Path, arguments: &[&str]) -> Said {
    let run =
        Command::new(env!("CARGO_BIN_EXE_footmand")).args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: run.status.code(), out: text(run.stdout), err: text(run.stderr) }
}

/// A folder with the configuration, and an older one beside it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (jenkins, footman) = (include_str!("fixtures/jenkins.yaml"), include_str!("fixtures/footman.yaml"));
    let older = jenkins
        .replace("agents/simple:1", "agents/simple:0")
        .replace("templateName: old", "templateName: older");
    let older_footman = footman.replace("      old:", "      older:");
    for (name, jenkins, footman) in [("new", jenkins, footman), ("old", &*older, &*older_footman)] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("jenkins.yaml"), jenkins).unwrap();
        fs::write(folder.path().join(name).join("footman.yaml"), footman).unwrap();
    }
    folder
}

#[test]
fn render_prints_what_is_sent_and_nothing_else_on_standard_output() {
    let folder = folder();
    let all = footmand(folder.path(), &["render", "new", "--json"]);
    assert_eq!(all.code, Some(0), "{}", all.err);
    let json: serde_json::Value = serde_json::from_str(&all.out).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 7);
    let one = footmand(folder.path(), &["render", "new", "--template", "on ec2/simple"]);
    assert!(one.out.starts_with("# on ec2/simple: RegisterTaskDefinition\n{"), "{}", one.out);
    assert!(one.err.contains("`jenkinsUrl` is not set"), "warnings are told beside it: {}", one.err);
}

#[test]
fn render_says_what_differs_from_an_older_configuration() {
    let folder = folder();
    let diff = footmand(folder.path(), &["render", "new", "--diff", "old"]);
    let lines: Vec<&str> = diff.out.lines().filter(|line| !line.contains("/tags/")).collect();
    let image = r#"on ec2/simple: RegisterTaskDefinition/containerDefinitions/0/image: "agents/simple:0" -> "agents/simple:1""#;
    assert_eq!(lines, ["on ec2/older: gone", image, "on ec2/old: new"], "{}", diff.err);
    let same = footmand(folder.path(), &["render", "new", "--diff", "new"]);
    assert_eq!((same.code, &*same.out), (Some(0), "no difference\n"));
}

#[test]
fn iam_policy_prints_a_document_and_notes_what_it_cannot_know() {
    let folder = folder();
    let policy = footmand(folder.path(), &["iam-policy", "new"]);
    assert_eq!(policy.code, Some(0), "{}", policy.err);
    let document: serde_json::Value = serde_json::from_str(&policy.out).unwrap();
    let sids: Vec<&str> =
        document["Statement"].as_array().unwrap().iter().map(|it| it["Sid"].as_str().unwrap()).collect();
    let want = [
        "RunAgents",
        "StopAndDescribeAgents",
        "ListAgents",
        "TagAgents",
        "Definitions",
        "TagDefinitions",
        "PassRoles",
    ];
    assert_eq!(sids, want);
    assert!(policy.err.contains("note: task definition `users-own:7` is the user's own"), "{}", policy.err);
}

#[test]
fn what_cannot_be_used_is_said_and_fails() {
    let folder = folder();
    let unknown = footmand(folder.path(), &["render", "new", "--template", "nothing"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("no template `nothing`; there are on ec2/everything, "), "{}", unknown.err);
    let missing = footmand(folder.path(), &["iam-policy", "nowhere.yaml"]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.contains("failed to read nowhere.yaml"), "{}", missing.err);
}

#[test]
fn iam_policy_lets_a_token_be_read_where_it_is_asked_for() {
    let folder = folder();
    let statement = |secret: &str| {
        let policy = footmand(folder.path(), &["iam-policy", "new", "--jenkins-token-secret", secret]);
        assert_eq!(policy.code, Some(0), "{}", policy.err);
        let document: serde_json::Value = serde_json::from_str(&policy.out).unwrap();
        document["Statement"].as_array().unwrap().last().unwrap().clone()
    };
    let arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:footman-AbCdEf";
    // (secret, resource): a name gets six letters behind it, an ARN has them
    let table = [
        ("footman/jenkins:token", "arn:aws:secretsmanager:*:*:secret:footman/jenkins-??????"),
        ("arn:aws:secretsmanager:us-east-1:123456789012:secret:footman-AbCdEf:token", arn),
    ];
    for (secret, resource) in table {
        let read = statement(secret);
        assert_eq!(read["Action"], "secretsmanager:GetSecretValue");
        assert_eq!(read["Resource"], resource, "{secret}");
    }
}
