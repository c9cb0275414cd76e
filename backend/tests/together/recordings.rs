//! What is recorded of a run against both servers is decided again when it is replayed.

use crate::stage::{Log, configuration, on_stage};
use footman_recording::{
    Ending, FileRecorder, Limits, OpenError, PlayError, ReadError, Recording, ReplayError, Replayed,
    decision_line, replay,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Records a few builds in `folder`; gives back what was decided.
fn recorded(folder: &Path, limits: Limits) -> Vec<String> {
    let policy = configuration().policy;
    let mut lines = Vec::new();
    on_stage(1, async |stage| {
        stage
            .play("freestyle", &[(5, 60, "java"), (5, 60, "java"), (20, 5, "small"), (40, 90, "java")])
            .await;
        let (mut machine, services) = stage.daemon().await;
        let recorder = FileRecorder::create(folder, limits, &policy, stage.now().await).unwrap();
        machine.record(Box::new(recorder));
        let mut log = Log::default();
        stage.work(&mut machine, &services, &mut log).await;
        machine.end_record();
        lines = log.decisions.iter().map(|decision| decision_line(decision, &policy)).collect();
    });
    lines
}

fn opened(folder: &Path) -> Recording {
    Recording::open(folder, None).unwrap()
}

fn replayed(folder: &Path) -> Result<(Replayed, Vec<String>), ReplayError> {
    let mut lines = Vec::new();
    let replayed = replay(&opened(folder), None, |line| lines.push(line.to_owned()))?;
    Ok((replayed, lines))
}

/// The recording's files, the oldest first.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn footmand(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_footmand")).arg("replay").arg(folder).args(arguments).output();
    let run = run.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (run.status.code(), text(run.stdout), text(run.stderr))
}

#[test]
fn a_recorded_run_is_decided_again() {
    let folder = tempfile::tempdir().unwrap();
    let decided = recorded(folder.path(), Limits::default());
    let (replayed, lines) = replayed(folder.path()).unwrap();
    assert_eq!(lines, decided);
    assert!(lines.iter().filter(|line| line.contains(" launch ")).count() == 4, "{lines:?}");
    assert_eq!(replayed.ending, Ending::End);
    assert_eq!((replayed.mark.decisions, replayed.confirmed), (lines.len() as u64, lines.len() as u64));

    let file = &files(folder.path())[0];
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains("\"listing\":\"same\""), "a listing that is the same is not repeated");

    let (code, out, err) = footmand(folder.path(), &[]);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(out.lines().take(decided.len()).collect::<Vec<_>>(), decided);
    assert!(out.ends_with(&format!("the recording has the same to its end\nhash {}\n", replayed.mark.hash)));
    let (_, out, _) = footmand(folder.path(), &["--json", "--until", "1704067210"]);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["ending"], "until");
    let until = document["decisions"].as_array().unwrap().len();
    assert!((1..decided.len()).contains(&until), "{until} decisions");
}

#[test]
fn a_recording_that_was_cut_is_decided_again_up_to_there() {
    let folder = tempfile::tempdir().unwrap();
    let decided = recorded(folder.path(), Limits::default());
    let file = files(folder.path()).remove(0);
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() * 2 / 3]).unwrap();
    let (replayed, lines) = replayed(folder.path()).unwrap();
    assert_eq!(replayed.ending, Ending::Cut);
    assert!(!lines.is_empty() && lines.len() < decided.len());
    assert_eq!(lines, decided[..lines.len()]);
}

#[test]
fn what_was_decided_otherwise_or_is_damaged_is_named() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path(), Limits::default());
    let file = files(folder.path()).remove(0);
    let text = fs::read_to_string(&file).unwrap();

    let at = 1 + text.lines().position(|line| line.contains(" launch ")).unwrap();
    fs::write(&file, text.replacen(" launch ", " lunch ", 1)).unwrap();
    let (code, _, err) = footmand(folder.path(), &[]);
    assert_eq!(code, Some(1));
    assert!(err.contains(&format!(".jsonl:{at}: decision 1 differs")), "{err}");

    fs::write(&file, text.replacen("\"lastStatus\"", "\"status\"", 1)).unwrap();
    let at = 1 + text.lines().position(|line| line.contains("\"lastStatus\"")).unwrap();
    let error = replayed(folder.path()).unwrap_err();
    let damaged = matches!(
        &error,
        ReplayError::Play(PlayError::Read(ReadError::Line { place, .. })) if place.line == at as u64
    );
    assert!(damaged, "{error}, line {at}");

    fs::write(&file, text.replacen("\"recording\":1", "\"recording\":2", 1)).unwrap();
    let error = replayed(folder.path()).unwrap_err();
    let other = matches!(
        &error,
        ReplayError::Play(PlayError::Read(ReadError::Version { place, found: 2 })) if place.line == 1
    );
    assert!(other, "{error}");
}

#[test]
fn files_are_ended_at_their_size_and_the_oldest_are_dropped() {
    let whole = tempfile::tempdir().unwrap();
    let decided = recorded(whole.path(), Limits { file_bytes: 20_000, files: 1000 });
    assert!(files(whole.path()).len() > 3, "{:?}", files(whole.path()));
    let (replayed, lines) = replayed(whole.path()).unwrap();
    assert_eq!((replayed.ending, lines), (Ending::End, decided));

    let few = tempfile::tempdir().unwrap();
    recorded(few.path(), Limits { file_bytes: 20_000, files: 3 });
    assert_eq!(files(few.path()).len(), 3);
    let error = Recording::open(few.path(), None).unwrap_err();
    assert!(matches!(error, OpenError::Missing { missing: 1, .. }), "{error}");
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_at_the_start() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let now = footman_core::Timestamp::EPOCH;
    let error =
        FileRecorder::create(file.path(), Limits::default(), &configuration().policy, now).unwrap_err();
    assert!(error.to_string().starts_with("failed to record into "), "{error}");
}
