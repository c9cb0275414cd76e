//! Held against exchanges with a real Jenkins 2.263.4, where `shared/data/jenkins-recordings` lies beside the project:
//! statuses, errors, and the names of all members of what is exported.

use crate::client::{Answer, Both, send, with_servers};
use footman::serve::ClockMode;
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::PathBuf};

/// A recorded exchange.
struct Recorded {
    method: String,
    path: String,
    kind: Option<String>,
    body: String,
    status: u16,
    headers: String,
    answer: String,
}

#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/jenkins-recordings"));
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: {} is not there", folder.display());
    None
}

fn recorded(folder: &std::path::Path, name: &str) -> Recorded {
    let read = |end: &str| {
        let file = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let starts = |path: &PathBuf| {
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            file.starts_with(&format!("{name}-")) && file.ends_with(end)
        };
        fs::read_to_string(file.into_iter().find(starts).unwrap()).unwrap().replace('\r', "")
    };
    let (request, response) = (read(".req"), read(".resp"));
    let (head, body) = request.split_once("\n\n").unwrap_or((&request, ""));
    let mut line = head.lines().next().unwrap().split(' ');
    let kind = head.lines().find_map(|line| line.strip_prefix("Content-Type: "));
    let (headers, answer) = response.split_once("\n\n").unwrap_or((&response, ""));
    Recorded {
        method: line.next().unwrap().to_owned(),
        path: line.next().unwrap().to_owned(),
        kind: kind.map(str::to_owned),
        body: body.to_owned(),
        status: headers.split(' ').nth(1).unwrap().parse().unwrap(),
        headers: headers.to_owned(),
        answer: answer.to_owned(),
    }
}

/// The names of members, with those of the objects inside.
fn members(value: &Value, path: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let path = format!("{path}.{name}");
                members(value, &path, into);
                into.insert(path);
            }
        }
        Value::Array(list) => {
            for value in list {
                members(value, &format!("{path}[]"), into);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn names(text: &str) -> BTreeSet<String> {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e} in {text}"));
    let mut names = BTreeSet::new();
    members(&value, "", &mut names);
    // What monitors measure is not simulated.
    names.retain(|name| !name.contains("monitorData"));
    names
}

async fn replay(both: Both, recorded: &Recorded) -> Answer {
    let headers: Vec<(&str, &str)> =
        recorded.kind.iter().map(|kind| ("content-type", kind.as_str())).collect();
    send(both.jenkins, &recorded.method, &recorded.path, &headers, recorded.body.trim_end()).await.unwrap()
}

#[test]
fn the_first_series_is_answered_as_it_was_recorded() {
    let Some(folder) = folder() else { return };
    // In this order, for they build on one another: jobs, items, nodes and their errors.
    let series = [
        "a001", "a005", "a006", "a007", "a010", "a011", "a012", "a013", "a014", "a015", "a016", "a017",
        "a019", "a020", "a021", "a022", "a023", "a024", "a025", "a026", "a027", "a028", "a029", "a032",
        "a033", "a038", "a039", "a042", "a043", "a044", "a045", "a046", "a047", "a048", "a049", "a050",
        "a051", "a052", "a053", "a054", "a055", "a056", "a057", "a058", "a059", "a060", "a061", "a062",
        "a063", "a064", "a065", "a067", "a068", "a071",
    ];
    with_servers(ClockMode::Lockstep, |both| async move {
        // Items are numbered from 1 and the example's job has none yet, so both count alike.
        for name in series {
            let recorded = recorded(&folder, name);
            if name == "a025" {
                let (now, _) = both.clock().await;
                both.advance(now + 9_000).await;
            }
            let answer = replay(both, &recorded).await;
            assert_eq!(answer.status, recorded.status, "{name}: {} {}", recorded.method, recorded.path);
            compare(name, &recorded, &answer);
        }
    });
}

fn compare(name: &str, recorded: &Recorded, answer: &Answer) {
    let header = |name: &str| recorded.headers.lines().find_map(|line| line.strip_prefix(name));
    assert_eq!(answer.header("x-jenkins").is_some(), header("X-Jenkins: ").is_some(), "{name}: X-Jenkins");
    let error = header("X-Error: ").map(str::trim);
    assert_eq!(answer.header("x-error"), error, "{name}: X-Error");
    assert_eq!(answer.header("location").is_some(), header("Location: ").is_some(), "{name}: Location");
    if !recorded.answer.starts_with('{') {
        return;
    }
    let (ours, theirs) = (names(&answer.body), names(&recorded.answer));
    let is_left_out = |name: &&String| LEFT_OUT.iter().any(|left_out| name.contains(left_out));
    let missing: Vec<_> = theirs.difference(&ours).filter(|name| !is_left_out(name)).collect();
    assert!(missing.is_empty(), "{name}: members that Jenkins has: {missing:?}");
    let extra: Vec<_> = ours.difference(&theirs).filter(|name| !is_extra(name)).collect();
    assert!(extra.is_empty(), "{name}: members that Jenkins does not have: {extra:?}");
}

/// Members that are not exported: statistics, what labels know of their nodes, source control, other jobs.
const LEFT_OUT: [&str; 11] = [
    "assignedLabels[].",
    "loadStatistics.",
    "scm",
    "stream",
    ".property",
    "queueItem",
    ".actions",
    "healthReport",
    "overallLoad.",
    "unlabeledLoad.",
    "discoverableItems",
];

/// Members that are there because the example has a job.
fn is_extra(name: &str) -> bool {
    name.starts_with(".jobs[]")
}
