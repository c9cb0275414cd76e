//! Histories of Jenkins and CloudTrail become builds, and what they do not know is said.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]

use footman::workload::{
    Imported, Workload, WorkloadError, import_cloudtrail, import_jenkins, open, write_trace,
};
use footman_core::units::{CpuUnits, Mib};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::{io::Write, path::PathBuf};

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn with(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

/// Submission and duration in milliseconds, label, job and run of each build.
type Shown = (i64, u64, String, Option<String>, Option<u64>);

fn shown(imported: &mut Imported) -> Vec<Shown> {
    let builds: Vec<_> = std::iter::from_fn(|| imported.next_build()).map(Result::unwrap).collect();
    builds
        .iter()
        .map(|build| {
            let label = imported.labels()[build.label.index()].to_string();
            let job = build.job.map(|job| imported.jobs()[job.index()].to_string());
            (build.submit.as_millis(), build.duration.as_millis(), label, job, build.run)
        })
        .collect()
}

fn jenkins(content: &str) -> Result<Imported, WorkloadError> {
    import_jenkins(&Files::new().with("builds.json", content), &TimeZone::UTC)
}

const EXPORT: &str = r#"{"_class":"hudson.model.Hudson","jobs":[
  {"_class":"hudson.model.FreeStyleProject","fullName":"lib","labelExpression":"docker && linux","allBuilds":[
    {"_class":"hudson.model.FreeStyleBuild","actions":[{},null,{"_class":"jenkins.metrics.impl.TimeInQueueAction",
      "buildableDurationMillis":2500}],"building":false,"duration":61000,"number":2,"result":"SUCCESS",
      "timestamp":1600000010000,"builtOn":"agent-1"},
    {"actions":[],"building":false,"duration":1500,"number":1,"timestamp":1600000000000,"builtOn":""}]},
  {"_class":"com.cloudbees.hudson.plugins.folder.Folder","fullName":"team","jobs":[
    {"_class":"org.jenkinsci.plugins.workflow.job.WorkflowJob","fullName":"team/app","allBuilds":[
      {"building":true,"duration":0,"number":9,"timestamp":1600000020000},
      {"building":false,"duration":0,"number":8,"timestamp":1600000005000},
      {"building":false,"duration":90000,"number":7,"timestamp":1600000001250}]},
    {"_class":"hudson.model.FreeStyleProject","fullName":"team/never built","labelExpression":null,"builds":[]}]}]}"#;

#[test]
fn a_jenkins_export_becomes_builds() {
    let mut imported = jenkins(EXPORT).unwrap();
    assert_eq!(imported.start().unwrap().instant.as_millis(), 1_600_000_000_000);
    let skipped: Vec<_> = imported.skipped().iter().map(|skipped| skipped.count).collect();
    assert_eq!(skipped, [1, 1], "one running, one lost: {:?}", imported.skipped());
    let notes = imported.notes().join("\n");
    for note in
        ["1 Pipeline runs", "1 builds ran on the controller", "2 builds count as submitted when they started"]
    {
        assert!(notes.contains(note), "{note} in {notes}");
    }
    let want = [
        (0, 1_500, "docker && linux".to_owned(), Some("lib".to_owned()), Some(1)),
        (1_250, 90_000, String::new(), Some("team/app".to_owned()), Some(7)),
        // It left the queue at 10 s, in which it had stood for 2.5 s.
        (7_500, 61_000, "docker && linux".to_owned(), Some("lib".to_owned()), Some(2)),
    ];
    assert_eq!(shown(&mut imported), want);
}

#[test]
fn the_export_of_one_job_is_an_export_too() {
    let mut imported =
        jenkins(r#"{"name":"one","labelExpression":"x","builds":[{"number":1,"timestamp":5,"duration":7}]}"#)
            .unwrap();
    assert_eq!(shown(&mut imported), [(0, 7, "x".to_owned(), Some("one".to_owned()), Some(1))]);
}

#[test]
fn what_is_no_jenkins_export_is_refused() {
    let deep = |depth: usize| "{\"jobs\":[".repeat(depth) + "{\"builds\":[]}" + &"]}".repeat(depth);
    let table = [
        (String::new(), "there is nothing in it; make it with the command in docs/traces.md"),
        ("<html>".to_owned(), "line 1: not the JSON that is expected here"),
        ("{\"jobs\":\n[{]}".to_owned(), "line 2: not the JSON that is expected here"),
        ("{}".to_owned(), "no job in it has a list of builds"),
        (r#"{"jobs":[{"fullName":"a"}]}"#.to_owned(), "no job in it has a list of builds"),
        (
            r#"{"fullName":"a","builds":[{"number":3,"duration":1}]}"#.to_owned(),
            "build 3 of `a` has no `timestamp`",
        ),
        (r#"{"fullName":"a","builds":[{"timestamp":3}]}"#.to_owned(), "build ? of `a` has no `duration`"),
        (r#"{"builds":[{"timestamp":"x"}]}"#.to_owned(), "invalid type: string"),
        (deep(40), "folders stand in each other more than 32 deep"),
        (deep(40_000), "recursion limit"),
    ];
    for (content, want) in table {
        let error = jenkins(&content).expect_err(want).to_string();
        assert!(error.contains("builds.json") && error.contains(want), "«{error}», not «{want}»");
    }
    let missing = import_jenkins("/nowhere/builds.json".as_ref(), &TimeZone::UTC).unwrap_err().to_string();
    assert!(missing.starts_with("cannot read `/nowhere/builds.json`"), "{missing}");
}

/// A call of RunTask at `time` that started the task `name` for `label`.
fn run_task(name: &str, time: &str, label: &str) -> String {
    format!(
        r#"{{"eventSource":"ecs.amazonaws.com","eventName":"RunTask","eventTime":"{time}",
        "requestParameters":{{"cluster":"ci","tags":[{{"key":"jenkins.templatename","value":"t"}},
        {{"key":"jenkins.label","value":"{label}"}}]}},
        "responseElements":{{"failures":[],"tasks":[{{"taskArn":"{name}","cpu":"2048","memory":"4096"}}]}}}}"#
    )
}

fn stop_task(name: &str, time: &str, started: &str) -> String {
    format!(
        r#"{{"eventSource":"ecs.amazonaws.com","eventName":"StopTask","eventTime":"{time}",
        "requestParameters":{{"cluster":"ci","task":"{name}"}},
        "responseElements":{{"task":{{"taskArn":"{name}","startedAt":{started}}}}}}}"#
    )
}

/// Twelve events of a trail: three whole tasks, and one of each kind that is left out.
fn events() -> Vec<String> {
    let refused = r#"{"eventSource":"ecs.amazonaws.com","eventName":"RunTask","eventTime":"2026-11-02T09:00:00Z",
        "errorCode":"ThrottlingException","requestParameters":null,"responseElements":null}"#;
    let unlabelled = run_task("x", "2026-11-02T09:00:00Z", "y").replace("jenkins.label", "team");
    let other = r#"{"eventSource":"s3.amazonaws.com","eventName":"RunTask","eventTime":"2026-11-02T09:00:00Z",
        "requestParameters":{"tags":{"a":1},"task":[]}}"#;
    vec![
        run_task("a", "2026-11-02T09:00:10Z", "docker linux"),
        stop_task("a", "2026-11-02T09:03:10Z", "\"Nov 2, 2026 9:00:40 AM\""),
        // The plugin stops it once more on its way out.
        stop_task("a", "2026-11-02T09:03:12Z", "null"),
        run_task("b", "2026-11-02T09:00:00Z", "gpu"),
        stop_task("b", "2026-11-02T09:01:00Z", "null"),
        stop_task("c", "2026-11-02T13:00:30Z", "\"2026-11-02T13:00:05Z\""),
        run_task("c", "2026-11-02T13:00:00Z", "gpu"),
        run_task("running", "2026-11-02T13:00:00Z", "gpu"),
        stop_task("older", "2026-11-02T13:00:00Z", "null"),
        refused.to_owned(),
        unlabelled,
        other.to_owned(),
    ]
}

fn tasks() -> Vec<Shown> {
    let task = |submit, duration, label: &str| (submit, duration, label.to_owned(), None, None);
    vec![task(0, 60_000, "gpu"), task(10_000, 150_000, "docker&&linux"), task(14_400_000, 25_000, "gpu")]
}

#[test]
fn the_plugins_tasks_become_builds_from_every_shape_of_export() {
    let files = Files::new();
    let events = events();
    let document = format!("{{\"Records\":[{}]}}", events.join(","));
    let text = |event: &String| format!("{{\"CloudTrailEvent\":{}}}", serde_json::to_string(event).unwrap());
    let looked_up: Vec<String> = events.iter().map(text).collect();
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(document.as_bytes()).unwrap();
    let exports = [
        vec![files.with("trail.json", &document)],
        vec![files.with("trail.json.gz", zipped.finish().unwrap())],
        vec![files.with("looked-up.json", format!("{{\"Events\":[{}]}}", looked_up.join(",")))],
        vec![files.with(
            "lines.json",
            events.iter().map(|event| event.replace('\n', " ") + "\n").collect::<String>(),
        )],
        vec![files.with("looked-up-lines.json", looked_up.join("\n"))],
        // A trail's files, the later one first.
        vec![
            files.with("2.json", format!("{{\"Records\":[{}]}}", events[5..].join(","))),
            files.with("1.json", format!("{{\"Records\":[{}]}}", events[..5].join(","))),
        ],
    ];
    for paths in exports {
        let mut imported = import_cloudtrail(&paths, &TimeZone::UTC).unwrap();
        let skipped: Vec<_> = imported.skipped().iter().map(|skipped| skipped.count).collect();
        assert_eq!(skipped, [1, 1, 1, 1], "{paths:?}: {:?}", imported.skipped());
        assert!(imported.notes()[0].starts_with("1 builds include the start-up"), "{:?}", imported.notes());
        assert_eq!(shown(&mut imported), tasks(), "{paths:?}");
    }
}

#[test]
fn the_start_of_a_task_is_read_in_every_style() {
    let duration_of = |started: &str| {
        let files = Files::new();
        let run = run_task("a", "2026-11-02T21:00:00Z", "x");
        let stop = stop_task("a", "2026-11-02T21:05:00Z", started);
        let export = files.with("trail.json", format!("{{\"Records\":[{run},{stop}]}}"));
        let mut imported = import_cloudtrail(&[export], &TimeZone::UTC).unwrap();
        let start_up_is_in_it = !imported.notes().is_empty();
        (shown(&mut imported)[0].1, start_up_is_in_it)
    };
    let known = [
        "\"Nov 2, 2026 9:01:00 PM\"",
        "\"Nov 2, 2026, 9:01:00 PM\"",
        "\"Nov 2, 2026, 9:01:00\\u202fPM\"",
        "\"2026-11-02T21:01:00Z\"",
        "\"2026-11-02T22:01:00.000+01:00\"",
        "1793653260",
        "1793653260000",
    ];
    for started in known {
        assert_eq!(duration_of(started), (240_000, false), "{started}");
    }
    for started in ["null", "\"\"", "\"soon\"", "true"] {
        assert_eq!(duration_of(started), (300_000, true), "{started}");
    }
}

#[test]
fn what_an_import_writes_is_a_trace() {
    let files = Files::new();
    let export = files.with("trail.json", format!("{{\"Records\":[{}]}}", events().join(",")));
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let mut imported = import_cloudtrail(&[export], &zone).unwrap();
    let trace = files.folder.path().join("trace.csv");
    write_trace(&trace, &mut imported, |_| {}).unwrap();
    let mut read = open(&trace).unwrap();
    assert_eq!(read.start(), imported.start());
    assert_eq!(read.start().unwrap().zone, zone);
    let first = read.next_build().unwrap().unwrap();
    assert_eq!((first.cpu, first.memory), (Some(CpuUnits::new(2048)), Some(Mib::new(4096))));
}

#[test]
fn what_is_no_cloudtrail_export_is_refused() {
    let refused = |content: &str| {
        let path = Files::new();
        let path = path.with("trail.json", content);
        import_cloudtrail(&[path], &TimeZone::UTC).unwrap_err().to_string()
    };
    assert!(refused("").contains("nothing in it"));
    assert!(
        refused("{\"Records\":[]}").contains("no RunTask or StopTask"),
        "{}",
        refused("{\"Records\":[]}")
    );
    assert!(
        refused("{}\n{\n").contains("line 2") || refused("{}\n{\n").contains("line 3"),
        "{}",
        refused("{}\n{\n")
    );
    assert!(refused(&run_task("a", "yesterday", "x")).contains("eventTime is `yesterday`"));
    assert!(refused(r#"{"CloudTrailEvent":"{"}"#).contains("the text of a CloudTrailEvent"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_makes_an_import_panic(noise in ".{0,80}", at: prop::sample::Index, cut: prop::sample::Index) {
        let files = Files::new();
        for whole in [EXPORT.to_owned(), events().join("\n")] {
            let mut bytes = whole.into_bytes();
            let place = at.index(bytes.len());
            bytes.splice(place..place, noise.bytes());
            bytes.truncate(cut.index(bytes.len()) + 1);
            let path = files.with("noise.json", &bytes);
            drop(import_jenkins(&path, &TimeZone::UTC));
            drop(import_cloudtrail(&[path], &TimeZone::UTC));
        }
    }
}
