//! Bad input is an error that names the file, the line and what to do; good input is read to the millisecond.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use flate2::{Compression, write::GzEncoder};
use footman::{
    statistics::{Calendar, Percentile},
    workload::{
        self, Build, CsvTrace, JobIndex, LINE_BYTES_MAX, LabelIndex, StandardWorkload, Start, Summary,
        Workload, WorkloadError, write_trace,
    },
};
use footman_core::{
    Millis, Timestamp,
    units::{CpuUnits, Mib},
};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::{
    io::{Cursor, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

fn read_all(workload: &mut dyn Workload) -> Result<Vec<Build>, WorkloadError> {
    std::iter::from_fn(|| workload.next_build()).collect()
}

fn csv(text: impl AsRef<[u8]>) -> Result<Vec<Build>, WorkloadError> {
    read_all(&mut CsvTrace::from_reader("trace.csv", Cursor::new(text.as_ref().to_vec()))?)
}

fn swf(text: &str) -> Result<Vec<Build>, WorkloadError> {
    read_all(&mut StandardWorkload::from_reader("log.swf", Cursor::new(text.as_bytes().to_vec()))?)
}

/// A folder that is gone when the test ends, with a file of the given name and content.
fn file(name: &str, content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

const HEADER: &str = "submit_s,duration_s,label";

#[test]
fn every_column_is_read_in_any_order() {
    let text = "\u{feff}# two builds, made by hand\r\n# start = 2026-11-23T00:00:00Z\n# timezone=Europe/Berlin\n\n\
                label,after,run,job,mem_peak_mib,memory_mib,cpu,duration_s,submit_s\r\n\
                \"linux && \"\"big\"\", x\",,7,team/app,900,2048,1024,12.5,0.001\r\n\n\
                linux,0,,,,,,1,0.001";
    let mut trace = CsvTrace::from_reader("trace.csv", Cursor::new(text)).unwrap();
    let start = trace.start().cloned().unwrap();
    assert_eq!(start.instant.as_millis(), 1_795_392_000_000);
    assert_eq!(start.zone.iana_name(), Some("Europe/Berlin"));
    let first = trace.next_build().unwrap().unwrap();
    let want = Build {
        index: 0,
        submit: Timestamp::from_millis(1),
        duration: Millis::new(12_500),
        label: LabelIndex(0),
        cpu: Some(CpuUnits::new(1024)),
        memory: Some(Mib::new(2048)),
        memory_peak: Some(Mib::new(900)),
        job: Some(JobIndex(0)),
        run: Some(7),
        after: None,
    };
    assert_eq!(first, want);
    let second = trace.next_build().unwrap().unwrap();
    assert_eq!((second.index, second.after, second.label, second.job), (1, Some(0), LabelIndex(1), None));
    assert!(trace.next_build().is_none() && trace.next_build().is_none());
    assert_eq!(*trace.labels()[0], *"linux && \"big\", x");
    assert_eq!(*trace.jobs()[0], *"team/app");
}

#[test]
fn unix_times_are_counted_from_the_first_build() {
    let text = "# submit=unix\nsubmit_s,duration_s\n1600000000.25,5\n1600000001,5\n";
    let mut trace = CsvTrace::from_reader("trace.csv", Cursor::new(text)).unwrap();
    assert_eq!(trace.start().unwrap().instant, Timestamp::from_millis(1_600_000_000_250));
    let submits: Vec<i64> =
        read_all(&mut trace).unwrap().iter().map(|build| build.submit.as_millis()).collect();
    assert_eq!(submits, [0, 750]);
}

#[test]
fn what_is_wrong_with_a_trace_is_said_with_its_line() {
    let rows = |rows: &str| format!("{HEADER}\n{rows}\n");
    let table: Vec<(String, &str)> = vec![
        (String::new(), "the file is empty"),
        ("# only a comment\n".into(), "the file is empty"),
        ("submit_s,label\n1,a\n".into(), "line 1: the header lacks the column `duration_s`"),
        ("0,30,linux\n".into(), "line 1: unknown column `0`; known are submit_s"),
        ("submit_s,duration,label\n".into(), "line 1: unknown column `duration`; did you mean `duration_s`?"),
        ("submit_s,duration_s,cpu,cpu\n".into(), "line 1: the column `cpu` stands in the header twice"),
        ("# strat=2026-01-01T00:00:00Z\n".into(), "line 1: unknown setting `strat`; did you mean `start`?"),
        ("# start=yesterday\n".into(), "line 1: `start=yesterday` is not understood"),
        ("# timezone=Atlantis\n".into(), "line 1: `timezone=Atlantis` is not understood"),
        ("# submit=hours\n".into(), "line 1: `submit=hours` is not understood"),
        (rows("0,30,a\n1,-3,a"), "line 3: duration_s is `-3`: it cannot be negative"),
        (rows("-1,30,a"), "line 2: submit_s is `-1`: it cannot be negative"),
        (rows("NaN,30,a"), "line 2: submit_s is `NaN`: it is not a finite number"),
        (rows("0,inf,a"), "line 2: duration_s is `inf`: it is not a finite number"),
        (rows("0,1e3,a"), "line 2: duration_s is `1e3`: it is not a plain decimal number"),
        (rows("0,,a"), "line 2: duration_s is ``: the field is empty"),
        (
            rows("0,99999999999999999999999,a"),
            "line 2: duration_s is `99999999999999999999999`: it is larger",
        ),
        (
            rows("1600000000,30,a"),
            "line 2: the first build is submitted 1600000000 s after the trace's start",
        ),
        (
            rows("5,30,a\n\n4.999,30,a"),
            "line 4: submitted at 4.999 s, before the row above it; sort the trace",
        ),
        (rows("0,30"), "line 2: the row has 2 fields where 3 are expected"),
        (rows("0,30,a,b"), "line 2: the row has 4 fields where 3 are expected"),
        (rows(&"0,".repeat(100)), "line 2: the row has 101 fields where 3 are expected"),
        (rows("0,30,\"a\n1,30,b\n2,30,c"), "line 2: a quoted field does not end on its line"),
        (
            rows(&format!("0,30,{}", "a".repeat(LINE_BYTES_MAX))),
            "line 2: the line is longer than 65536 bytes",
        ),
        ("submit_s,duration_s,cpu\n0,1,1.5\n".into(), "line 2: cpu is `1.5`"),
        ("submit_s,duration_s,cpu\n0,1,4294967296\n".into(), "line 2: cpu is `4294967296`: it is larger"),
        (
            "submit_s,duration_s,memory_mib\n0,1,0\n".into(),
            "line 2: memory_mib is `0`: no build runs without memory",
        ),
        (
            "submit_s,duration_s,after\n0,1,\n1,1,1\n".into(),
            "line 3: `after` is 1, which is no row above this one",
        ),
    ];
    for (text, want) in table {
        let error = csv(&text).expect_err(want).to_string();
        let shown = &text[..text.len().min(60)];
        assert!(
            error.contains("`trace.csv`") && error.contains(want),
            "{shown:?} gave «{error}», not «{want}»"
        );
    }
    let error = csv(b"submit_s,duration_s,label\n0,1,ok\n0,1,\xff\xfe\n").unwrap_err().to_string();
    assert!(error.contains("line 3: the line is not valid UTF-8"), "{error}");
}

#[test]
fn a_trace_ends_with_its_first_error() {
    let mut trace =
        CsvTrace::from_reader("trace.csv", Cursor::new(format!("{HEADER}\n0,1,a\nx,1,a\n2,1,a\n"))).unwrap();
    assert!(trace.next_build().unwrap().is_ok());
    assert!(trace.next_build().unwrap().is_err());
    assert!(trace.next_build().is_none());
}

/// An endless line, of which only the beginning is ever asked for.
struct Endless {
    read: Arc<std::sync::atomic::AtomicUsize>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        buffer.fill(b'7');
        self.read.fetch_add(buffer.len(), std::sync::atomic::Ordering::Relaxed);
        Ok(buffer.len())
    }
}

#[test]
fn a_line_without_end_is_given_up_early() {
    let read = Arc::default();
    let error = CsvTrace::from_reader("trace.csv", Endless { read: Arc::clone(&read) }).unwrap_err();
    assert!(error.to_string().contains("longer than 65536 bytes"), "{error}");
    let error = StandardWorkload::from_reader("log.swf", Endless { read: Arc::clone(&read) }).unwrap_err();
    assert!(error.to_string().contains("longer than 65536 bytes"), "{error}");
    assert!(read.load(std::sync::atomic::Ordering::Relaxed) < 4 * LINE_BYTES_MAX);
}

#[test]
fn files_that_are_not_what_they_say_are_refused() {
    let open = |path: &Path| workload::open(path).map(|_| ()).unwrap_err().to_string();
    let missing = open(Path::new("/nowhere/trace.csv"));
    assert_eq!(missing, "cannot read `/nowhere/trace.csv`");
    let (_folder, path) = file("trace.csv.gz", b"submit_s,duration_s\n0,1\n");
    assert!(
        open(&path).contains("the name ends in .gz but the content cannot be decompressed"),
        "{}",
        open(&path)
    );
    let (_folder, path) = file("trace.csv", &gzip(b"submit_s,duration_s\n0,1\n"));
    assert!(
        open(&path).contains("the content is gzip-compressed but the name does not end in .gz"),
        "{}",
        open(&path)
    );
    let (folder, path) = file("trace.txt", b"submit_s,duration_s\n0,1\n");
    assert!(open(&path).contains("the name says no format"), "{}", open(&path));
    assert!(open(folder.path()).contains("cannot read"), "a folder is no file");

    let (_folder, path) = file("trace.csv.gz", &gzip(b"submit_s,duration_s\n0,1\n"));
    assert_eq!(read_all(&mut *workload::open(&path).unwrap()).unwrap().len(), 1);
    let cut = gzip(b"submit_s,duration_s\n");
    let (_folder, path) = file("cut.csv.gz", &cut[..cut.len() - 6]);
    assert!(open(&path).contains("is it cut off"), "{}", open(&path));
}

const LOG: &str = "; Version: 2.2\n; UnixStartTime: 1600000000\n; TimeZoneString: Europe/Paris\n;\n\
    1 0 5 100 4 -1 2048 8 -1 -1 1 3 1 9 2 1 -1 -1\n\
    2 7 -1 -1 -1 -1 -1 2 -1 4096 5 3 1 -1 -1 1 -1 -1\n  \
    3 7.5 0 30.25 -1 -1 -1 2 -1 1000 1 3 1 9 -1 1 -1 -1\n\
    4 8 0 1 -1 -1 0 -1 -1 -1 1 -1 -1 -1 -1 -1 -1 -1\n";

#[test]
fn a_standard_workload_log_becomes_builds() {
    let (_folder, path) = file("log.swf.gz", &gzip(LOG.as_bytes()));
    let mut log = workload::open(&path).unwrap();
    assert_eq!(log.start().unwrap().instant, Timestamp::from_millis(1_600_000_000_000));
    assert_eq!(log.start().unwrap().zone.iana_name(), Some("Europe/Paris"));
    let builds = read_all(&mut *log).unwrap();
    let shown: Vec<_> = builds
        .iter()
        .map(|build| {
            let label = &*log.labels()[build.label.index()];
            let job = build.job.map(|job| &*log.jobs()[job.index()]);
            let (cpu, memory) = (build.cpu.map(CpuUnits::get), build.memory.map(Mib::get));
            (build.submit.as_millis(), build.duration.as_millis(), label, cpu, memory, job, build.run)
        })
        .collect();
    let want = [
        (0, 100_000, "queue-2", Some(4096), Some(8), Some("executable-9"), Some(1)),
        (7_500, 30_250, "partition-1", Some(2048), Some(2), Some("executable-9"), Some(3)),
        (8_000, 1_000, "", None, None, None, Some(4)),
    ];
    assert_eq!(shown, want);
    assert_eq!(builds[0].memory_peak, Some(Mib::new(8)));
    let skipped = log.skipped();
    assert_eq!((skipped.len(), skipped[0].count), (1, 1));
}

#[test]
fn what_is_wrong_with_a_log_is_said_with_its_line() {
    let line = |submit: &str, run: &str| format!("1 {submit} 5 {run} 4 -1 -1 8 -1 -1 1 3 1 9 2 1 -1 -1\n");
    let table = [
        (String::new(), "the file is empty"),
        ("1 0 5 100\n".to_owned(), "line 1: the row has 4 fields where 18 are expected"),
        (line("-1", "3"), "line 1: field 2, the submit time is `-1`: it cannot be negative"),
        (line("0", "-5"), "line 1: field 4, the run time is `-5`: it cannot be negative"),
        (line("0", "NaN"), "line 1: field 4, the run time is `NaN`"),
        (line("9", "1") + &line("8", "1"), "line 2: submitted at 8.000 s, before the row above it"),
        (line("9", "1") + "1 x", "line 2: the row has 2 fields"),
    ];
    for (text, want) in table {
        let error = swf(&text).expect_err(want).to_string();
        assert!(error.contains("`log.swf`") && error.contains(want), "{text:?} gave «{error}», not «{want}»");
    }
}

#[test]
fn half_a_trace_is_never_left_behind() {
    let (folder, path) = file("trace.csv", b"what stood there before\n");
    let text = format!("{HEADER}\n0,1,a\n5,1,a\n4,1,a\n");
    let mut bad = CsvTrace::from_reader("bad.csv", Cursor::new(text)).unwrap();
    let error = write_trace(&path, &mut bad, |_| {}).unwrap_err();
    assert!(error.to_string().contains("`bad.csv`, line 4"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"what stood there before\n");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    let mut good = CsvTrace::from_reader("good.csv", Cursor::new(format!("{HEADER}\n0,1,a\n"))).unwrap();
    let nowhere = write_trace(Path::new("/nowhere/trace.csv"), &mut good, |_| {}).unwrap_err();
    assert!(nowhere.to_string().starts_with("cannot write `/nowhere/trace.csv`"), "{nowhere}");
}

#[test]
fn the_recorded_trace_is_as_its_description_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/linkerd2-github-actions-2020.csv");
    if !Path::new(path).exists() {
        eprintln!("skipped: {path} is not here");
        return;
    }
    let mut trace = workload::open(Path::new(path)).unwrap();
    let mut summary = Summary::of(&mut *trace).unwrap();
    assert_eq!(summary.builds(), 9_184);
    assert!((37.0..38.0).contains(&summary.dispersion_by_hour()), "{}", summary.dispersion_by_hour());
    // The replays of the trace on 2, 8 and 16 executors have loads that follow from this one.
    assert!((summary.offered_load() / 2.0 - 0.6011).abs() < 0.0001, "{}", summary.offered_load());
    assert_eq!(Calendar::new(None).day(summary.last_submit()), 31);
    assert_eq!(summary.durations().p50, Millis::from_secs(summary.durations().p50.as_millis() / 1000));
    assert!(summary.labels(trace.labels()).iter().all(|label| label.durations.count > 0));
    assert_eq!(Percentile::P95.rank(summary.builds()), 8_725);
}

/// The gap to the build before, duration, and label.
type Needed = (u32, u32, usize);
/// CPU and memories, job, run and the build to follow.
type Optional = ([Option<u32>; 3], Option<usize>, [Option<u16>; 2]);

fn any_row() -> impl Strategy<Value = (Needed, Optional)> {
    let sizes = prop::array::uniform3(prop::option::of(1_u32..));
    let places = prop::array::uniform2(prop::option::of(any::<u16>()));
    ((0_u32..100_000, any::<u32>(), 0_usize..4), (sizes, prop::option::of(0_usize..3), places))
}

const NAMES: [&str; 4] = ["", "linux", "linux && (\"a, b\" || !c)", "größe # '"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_written_is_read_again(rows in prop::collection::vec(any_row(), 0..40), compressed: bool, zoned: bool) {
        let mut now = 0;
        let mut builds: Vec<Build> = Vec::new();
        for (index, ((gap, duration, label), optional)) in (0..).zip(rows) {
            let ([cpu, memory, peak], job, [run, after]) = optional;
            now += i64::from(gap);
            builds.push(Build {
                index,
                submit: Timestamp::from_millis(now),
                duration: Millis::new(duration.into()),
                label: LabelIndex(u32::try_from(label).unwrap()),
                cpu: cpu.map(CpuUnits::new),
                memory: memory.map(Mib::new),
                memory_peak: peak.map(Mib::new),
                job: job.map(|job| JobIndex(u32::try_from(job).unwrap())),
                run: run.map(u64::from),
                after: after.map(u64::from).filter(|after| *after < index),
            });
        }
        let zone = TimeZone::get(if zoned { "America/New_York" } else { "UTC" }).unwrap();
        let start = Start { instant: Timestamp::from_millis(1_795_392_000_123), zone };
        let listed = workload::Listed::new(&NAMES, builds.clone()).with_jobs(&NAMES[1..]).starting(start.clone());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(if compressed { "trace.csv.gz" } else { "trace.csv" });
        let mut written = 0;
        write_trace(&path, &mut { listed }, |_| written += 1).unwrap();
        let mut trace = workload::open(&path).unwrap();
        prop_assert_eq!(trace.start(), Some(&start));
        let read = read_all(&mut *trace).unwrap();
        prop_assert_eq!((read.len(), written), (builds.len(), builds.len()));
        for (read, build) in read.iter().zip(&builds) {
            // Places follow the order of first appearance; the texts are what must be the same.
            prop_assert_eq!(&*trace.labels()[read.label.index()], NAMES[build.label.index()]);
            let job = read.job.map(|job| &*trace.jobs()[job.index()]);
            prop_assert_eq!(job, build.job.map(|job| NAMES[1 + job.index()]));
            prop_assert_eq!(Build { label: build.label, job: build.job, ..*read }, *build);
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), with_header: bool) {
        let mut text = if with_header { b"submit_s,duration_s,label,after\n0,1,a,\n".to_vec() } else { Vec::new() };
        text.extend(&bytes);
        drop(csv(&text));
        drop(StandardWorkload::from_reader("log.swf", Cursor::new(bytes)).map(|mut log| read_all(&mut log)));
    }

    #[test]
    fn no_text_of_the_right_letters_makes_a_reader_panic(text in "[0-9,.\"\n\r#;a=eN -]{0,200}") {
        drop(csv(format!("submit_s,duration_s,label\n{text}")));
        drop(swf(&text));
    }
}
