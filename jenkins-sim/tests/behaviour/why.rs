//! The texts of `why`, `stuck` and the classes of items, row by row as Jenkins 2.263.4 gives them.

use crate::bench::{Bench, at, labels, node};
use footman_core::time::Millis;
use footman_jenkins_sim::{
    BuildRequest, Controller, ItemClass, ItemView, JobKind, JobSpec, Language, Latencies, NodeSpec, Settings,
};

/// A Jenkins without latencies whose controller has that many executors.
fn bench(executors: u16) -> Bench {
    let controller = Controller { executors, ..Controller::default() };
    Bench::new(Settings { controller, ..Settings::instant() })
}

/// What a Jenkins with these agents shows of an item that wants `label`.
fn item_on(mut bench: Bench, agents: &[Agent], label: Option<&str>) -> ItemView {
    for &(name, text, state) in agents {
        let exclusive = state != State::IdleNormal;
        bench
            .jenkins
            .create_node(at(0), NodeSpec { exclusive, ..node(name, text) })
            .expect("a fresh Jenkins takes it");
        if state != State::NeverConnected {
            bench.jenkins.agent_connect(at(0), &name.into()).expect("a fresh Jenkins takes it");
        }
        if state == State::Busy {
            let job = bench.job(&format!("on {name}"), name);
            bench
                .jenkins
                .schedule(at(0), job, BuildRequest::new(1, Millis::from_hours(9)))
                .expect("a fresh Jenkins takes it");
        }
        if state == State::Marked {
            bench
                .jenkins
                .change_offline_cause(at(0), &name.into(), "spent".into())
                .expect("a fresh Jenkins takes it");
        }
        if state == State::Ghost {
            bench.jenkins.set_executors(at(0), &name.into(), 0).expect("a fresh Jenkins takes it");
        }
    }
    let job = bench.jenkins.create_job(
        at(0),
        JobSpec { kind: JobKind::Matrix, ..JobSpec::replay("app", label.map(Into::into)) },
    );
    let id = bench
        .jenkins
        .schedule(at(0), job.expect("a fresh Jenkins takes it"), BuildRequest::new(0, Millis::new(1)))
        .expect("a fresh Jenkins takes it");
    bench.jenkins.item(id).expect("a fresh Jenkins takes it")
}

type Agent = (&'static str, &'static str, State);

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    NeverConnected,
    Marked,
    Busy,
    IdleExclusive,
    IdleNormal,
    Ghost,
}

/// Agents and a label => `why` and `stuck`.
type Row = (&'static [Agent], Option<&'static str>, &'static str, bool);

#[test]
fn an_item_without_a_node_online_says_what_jenkins_says() {
    use State::{Ghost, Marked, NeverConnected};
    let typed = "docker && linux";
    let table: &[Row] = &[
        // No agent node at all: the label is not talked about, yet the item is stuck.
        (&[], Some(typed), "Waiting for next available executor", true),
        (&[], None, "Waiting for next available executor", false),
        // None matches.
        (
            &[("n1", "docker", NeverConnected)],
            Some("windows"),
            "There are no nodes with the label ‘windows’",
            true,
        ),
        (
            &[("n1", "docker", NeverConnected)],
            Some("mxlab &&  big"),
            "There are no nodes with the label ‘mxlab&&big’",
            true,
        ),
        // One matches and is offline.
        (&[("n1", "docker linux", NeverConnected)], Some(typed), "‘n1’ is offline", true),
        (&[("n1", "docker linux", Marked)], Some(typed), "‘n1’ is offline", true),
        (&[("n1", "docker linux", Ghost)], Some(typed), "‘n1’ is offline", true),
        (&[("n1", "", NeverConnected)], Some("n1"), "‘n1’ is offline", true),
        // Several match and all are offline.
        (
            &[("n1", "docker", NeverConnected), ("n2", "docker", Marked)],
            Some("docker"),
            "All nodes of label ‘docker’ are offline",
            true,
        ),
    ];
    assert_buildable(table);
}

#[test]
fn an_item_with_a_node_online_says_what_jenkins_says() {
    use State::{Busy, Ghost, IdleExclusive, IdleNormal, NeverConnected};
    let typed = "docker && linux";
    let table: &[Row] = &[
        // One matches and is busy.
        (&[("n1", "docker linux", Busy)], Some(typed), "Waiting for next available executor on ‘n1’", false),
        // More than one matches, not all offline, all that are online busy.
        (
            &[("n1", "docker", Busy), ("n2", "docker", NeverConnected)],
            Some("docker"),
            "Waiting for next available executor on ‘docker’",
            false,
        ),
        (
            &[("n1", "docker", Busy), ("n2", "linux", Ghost)],
            Some("docker || linux"),
            "Waiting for next available executor on ‘docker||linux’",
            false,
        ),
        // The controller without executors is online.
        (
            &[("n1", "docker", NeverConnected)],
            Some("master"),
            "Waiting for next available executor on ‘master’",
            false,
        ),
        // No label, and what is idle is reserved.
        (
            &[("n1", "docker", IdleExclusive)],
            None,
            "‘n1’ is reserved for jobs with matching label expression",
            false,
        ),
        (
            &[("n1", "docker", IdleExclusive), ("n2", "", NeverConnected)],
            None,
            "‘n1’ is reserved for jobs with matching label expression; ‘n2’ is reserved for jobs with matching label \
             expression",
            false,
        ),
        (&[("n1", "docker", Busy)], None, "Waiting for next available executor", false),
        // Names are labels, and names are case sensitive.
        (&[("N1", "", IdleNormal)], Some("n1"), "There are no nodes with the label ‘n1’", true),
        // A malformed expression is one label.
        (&[("n1", "", IdleNormal)], Some("a &&"), "There are no nodes with the label ‘a &&’", true),
    ];
    assert_buildable(table);
}

fn assert_buildable(table: &[Row]) {
    for &(agents, label, why, stuck) in table {
        let item = item_on(bench(0), agents, label);
        assert_eq!((item.why.as_str(), item.stuck), (why, stuck), "{agents:?} {label:?}");
        assert_eq!(item.class, ItemClass::Buildable { since: at(0), pending: false });
        assert_eq!(item.label.as_deref(), label, "the label is shown as typed");
    }
}

#[test]
fn an_idle_controller_says_that_it_lacks_the_label() {
    let item = item_on(bench(2), &[], Some("docker && linux"));
    assert_eq!(item.why, "‘Jenkins’ doesn’t have label ‘docker&&linux’");
}

/// Tried on Jenkins 2.263.4: two lookout nodes make every label readable from zero.
#[test]
fn two_lookouts_make_full_expressions_readable() {
    let lookouts =
        [("look1", "docker linux", State::NeverConnected), ("look2", "docker linux", State::NeverConnected)];
    let table = [
        ("docker && !windows", "All nodes of label ‘docker&&!windows’ are offline"),
        ("docker || windows", "All nodes of label ‘docker||windows’ are offline"),
        ("docker && linux", "All nodes of label ‘docker&&linux’ are offline"),
        ("gpu", "There are no nodes with the label ‘gpu’"),
    ];
    for (label, why) in table {
        assert_eq!(item_on(bench(0), &lookouts, Some(label)).why, why, "{label}");
    }
}

#[test]
fn a_waiting_item_counts_its_quiet_period_down() {
    let mut bench = bench(0);
    let job = JobSpec { quiet_period: Millis::new(4_000), ..JobSpec::replay("app", None) };
    let job = bench.jenkins.create_job(at(0), job).unwrap();
    let id = bench.jenkins.schedule(at(0), job, BuildRequest::new(0, Millis::new(1))).unwrap();
    // The words of hudson.Util.getTimeSpanString.
    let table = [
        (100, "In the quiet period. Expires in 3.9 sec"),
        (1_000, "In the quiet period. Expires in 3 sec"),
        (3_001, "In the quiet period. Expires in 0.99 sec"),
        (3_901, "In the quiet period. Expires in 99 ms"),
        (4_000, "Waiting for next available executor"),
    ];
    for (now, why) in table {
        bench.jenkins.handle_timeout(at(now));
        let item = bench.jenkins.item(id).unwrap();
        assert_eq!(item.why, why, "at {now}");
        assert!(!item.stuck);
        assert_eq!(item.in_queue_since, at(0));
    }
}

#[test]
fn long_quiet_periods_are_worded_in_two_units_below_ten() {
    let table = [
        (10_500, "10 sec"),
        (60_000, "1 min 0 sec"),
        (754_000, "12 min"),
        (3_725_000, "1 hr 2 min"),
        (90_000_000, "1 day 1 hr"),
        (200_000_000, "2 days 7 hr"),
    ];
    for (delay, span) in table {
        let mut bench = bench(0);
        let job = bench.job("app", "docker");
        let request =
            BuildRequest { delay: Some(Millis::new(delay)), ..BuildRequest::new(0, Millis::new(1)) };
        let id = bench.jenkins.schedule(at(0), job, request).unwrap();
        let why = format!("In the quiet period. Expires in {span}");
        assert_eq!(bench.jenkins.item(id).unwrap().why, why);
    }
}

#[test]
fn a_blocked_item_names_the_build_before_it() {
    let mut bench = bench(0);
    let job = JobSpec { concurrent: false, ..JobSpec::replay("app", Some("docker".into())) };
    let job = bench.jenkins.create_job(at(0), job).unwrap();
    let request = |key| BuildRequest::new(key, Millis::from_secs(100));
    let first = bench.jenkins.schedule(at(0), job, request(0)).unwrap();
    let second = bench.jenkins.schedule(at(5), job, request(1)).unwrap();
    let third = bench.jenkins.schedule(at(6), job, request(2)).unwrap();
    let why = |bench: &Bench, id| bench.jenkins.item(id).unwrap().why;
    assert_eq!(why(&bench, second), "A build is already in progress");
    assert_eq!(bench.jenkins.item(second).unwrap().class, ItemClass::Blocked { since: at(5) });
    bench.jenkins.create_node(at(10), node("n1", "docker")).unwrap();
    bench.jenkins.agent_connect(at(10), &"n1".into()).unwrap();
    assert!(bench.jenkins.item(first).is_none(), "it runs");
    assert_eq!(why(&bench, second), "Build #1 is already in progress (ETA: N/A)");
    // The first build was successful, so there is an estimate for the second.
    bench.run_until(at(100_010 + 10_000));
    assert_eq!(why(&bench, third), "Build #2 is already in progress (ETA: 1 min 30 sec)");
    bench.run_until(at(400_000));
    assert_eq!(bench.results().len(), 3);
    assert_eq!(bench.started_at(2), Some(at(200_010)), "one after the other");
}

#[test]
fn quieting_down_is_the_reason_of_all_buildable_items() {
    let mut bench = bench(0);
    let job = bench.job("app", "docker");
    bench.jenkins.create_node(at(0), node("n1", "docker")).unwrap();
    bench.jenkins.agent_connect(at(0), &"n1".into()).unwrap();
    bench.jenkins.quiet_down(at(1)).unwrap();
    let id = bench.jenkins.schedule(at(2), job, BuildRequest::new(0, Millis::new(1))).unwrap();
    let item = bench.jenkins.item(id).unwrap();
    assert_eq!(item.why, "Jenkins is about to shut down");
    assert_eq!(item.class, ItemClass::Buildable { since: at(2), pending: false });
    bench.jenkins.cancel_quiet_down(at(3)).unwrap();
    bench.run_until(at(10));
    assert_eq!(bench.started_at(0), Some(at(3)));
}

#[test]
fn an_item_is_stuck_after_ten_times_its_estimate_or_a_day() {
    let mut bench = bench(0);
    bench.jenkins.create_node(at(0), node("n1", "docker")).unwrap();
    bench.jenkins.agent_connect(at(0), &"n1".into()).unwrap();
    let blocker = bench.job("blocker", "docker");
    let known = bench.job("known", "docker");
    let unknown = bench.job("unknown", "docker");
    bench.jenkins.schedule(at(0), known, BuildRequest::new(0, Millis::from_mins(2))).unwrap();
    bench.run_until(at(120_000));
    bench.jenkins.schedule(at(120_000), blocker, BuildRequest::new(1, Millis::from_hours(1_000))).unwrap();
    let known = bench.jenkins.schedule(at(120_000), known, BuildRequest::new(2, Millis::new(1))).unwrap();
    let unknown = bench.jenkins.schedule(at(120_000), unknown, BuildRequest::new(3, Millis::new(1))).unwrap();
    let (minute, hour) = (60_000, 3_600_000);
    // (time waited) => (stuck with an estimate of 2 min, stuck without)
    let table = [
        (20 * minute, (false, false)),
        (20 * minute + 1, (true, false)),
        (25 * hour - 1, (true, false)),
        (25 * hour, (true, true)),
    ];
    for (waited, stuck) in table {
        bench.jenkins.handle_timeout(at(120_000 + waited));
        let is_stuck = |id| bench.jenkins.item(id).unwrap().stuck;
        assert_eq!((is_stuck(known), is_stuck(unknown)), stuck, "after {waited} ms");
    }
}

#[test]
fn an_assigned_item_is_pending_until_its_build_starts() {
    let latencies = Latencies { assigned_to_started: Millis::new(20), ..Latencies::NONE };
    let mut bench = Bench::new(Settings { latencies, ..Settings::default() });
    bench.jenkins.create_node(at(0), NodeSpec { labels: labels("docker"), ..node("n1", "") }).unwrap();
    bench.jenkins.agent_connect(at(0), &"n1".into()).unwrap();
    let job = bench.job("app", "docker");
    let id = bench.jenkins.schedule(at(5), job, BuildRequest::new(0, Millis::from_secs(1))).unwrap();
    assert_eq!(bench.jenkins.item(id).unwrap().class, ItemClass::Buildable { since: at(5), pending: true });
    // Seen on Jenkins 2.263.4: not idle, and no executable yet.
    let view = bench.jenkins.node(&"n1".into()).unwrap();
    assert!(!view.idle && view.running.is_empty());
    bench.run_until(at(25));
    assert!(bench.jenkins.item(id).is_none());
    assert_eq!(bench.jenkins.left_item(id).unwrap().number, Some(1));
    assert_eq!(bench.jenkins.node(&"n1".into()).unwrap().running[0].item, id);
    // It is kept for five minutes.
    bench.run_until(at(25 + 299_999));
    assert!(bench.jenkins.left_item(id).is_some());
    bench.run_until(at(25 + 300_000));
    assert!(bench.jenkins.left_item(id).is_none());
}

/// The words of `Messages_de.properties` (Jenkins' source of 2020); what it does not translate stays English.
#[test]
fn why_is_worded_in_german_where_the_request_prefers_it() {
    let mut bench = bench(0);
    let german = |bench: &Bench, id| bench.jenkins.item_in(id, Language::German).unwrap().why;
    let app = bench.job("app", "docker && linux");
    let single = JobSpec { concurrent: false, ..JobSpec::replay("single", Some("n1".into())) };
    let single = bench.jenkins.create_job(at(0), single).unwrap();
    let request = |key| BuildRequest::new(key, Millis::from_secs(100));
    let quiet = BuildRequest { delay: Some(Millis::new(3_900)), ..request(0) };
    let waiting = bench.jenkins.schedule(at(0), app, quiet).unwrap();
    let item = bench.jenkins.schedule(at(0), app, request(1)).unwrap();
    assert_eq!(german(&bench, waiting), "In Ruhe-Periode. Endet in 3,9 Sekunden");
    assert_eq!(german(&bench, item), "Warte auf den nächsten freien Build-Prozessor");
    bench.jenkins.create_node(at(0), node("n1", "")).unwrap();
    assert_eq!(german(&bench, item), "Es gibt keine Knoten mit dem Label „docker&&linux“");
    bench.jenkins.create_node(at(0), node("a1", "docker linux")).unwrap();
    assert_eq!(german(&bench, item), "a1 ist offline");
    bench.jenkins.create_node(at(0), node("a2", "docker linux")).unwrap();
    assert_eq!(german(&bench, item), "Alle Knoten des Labels „docker&&linux“ sind offline");
    bench.jenkins.agent_connect(at(0), &"a1".into()).unwrap();
    let item = bench.jenkins.schedule(at(0), app, request(2)).unwrap();
    assert_eq!(german(&bench, item), "Warte auf den nächsten freien Build-Prozessor auf docker&&linux");
    bench.jenkins.schedule(at(0), single, request(3)).unwrap();
    let behind = bench.jenkins.schedule(at(0), single, request(4)).unwrap();
    assert_eq!(german(&bench, behind), "Ein Build ist bereits in Arbeit");
    bench.jenkins.agent_connect(at(0), &"n1".into()).unwrap();
    assert_eq!(german(&bench, behind), "Build #1 ist bereits in Arbeit (ETA: nicht verfügbar)");
    bench.jenkins.set_executors(at(0), &"n1".into(), 2).unwrap();
    let any = bench.jenkins.create_job(at(0), JobSpec::replay("any", None)).unwrap();
    let any = bench.jenkins.schedule(at(0), any, request(5)).unwrap();
    let reserved = |name| format!("„{name}“ ist für Projekte mit passendem Label-Ausdruck reserviert");
    assert_eq!(german(&bench, any), format!("{}; {}", reserved("a2"), reserved("n1")));
    bench.jenkins.quiet_down(at(1)).unwrap();
    assert_eq!(german(&bench, item), "Jenkins wird heruntergefahren");
}

/// Tried on Jenkins 2.263.4: with the guard file the other builds wait with the dispatcher's text as their `why`, beside an
/// agent that is online and idle.
#[test]
fn a_guarded_node_that_is_idle_says_why_it_takes_nothing() {
    let mut bench = Bench::new(Settings { guard: Some("fm-".into()), ..Settings::instant() });
    let job = bench.job("app", "docker");
    bench.jenkins.create_node(at(0), node("fm-1", "docker")).unwrap();
    bench.jenkins.create_node(at(0), node("n1", "")).unwrap();
    for name in ["fm-1", "n1"] {
        bench.jenkins.agent_connect(at(0), &name.into()).unwrap();
    }
    let schedule = |bench: &mut Bench, key| {
        bench.jenkins.schedule(at(0), job, BuildRequest::new(key, Millis::new(50))).unwrap()
    };
    schedule(&mut bench, 0);
    let second = schedule(&mut bench, 1);
    let why = |bench: &Bench| bench.jenkins.item(second).unwrap().why;
    assert_eq!(why(&bench), "Waiting for next available executor on ‘fm-1’");
    bench.run_until(at(50));
    // Every idle executor says its reason, as Jenkins composes them.
    let guard = "Footman: waiting for an agent with label ‘docker’";
    assert_eq!(why(&bench), format!("{guard}; ‘n1’ doesn’t have label ‘docker’"));
    assert!(!bench.jenkins.item(second).unwrap().stuck, "an online node has the label");
    // The guard file notes it in the node's folder, which outlives the controller.
    bench.jenkins.restart(at(1_000));
    for name in ["fm-1", "n1"] {
        bench.jenkins.agent_connect(at(1_000), &name.into()).unwrap();
    }
    bench.run_until(at(2_000));
    assert_eq!(why(&bench), format!("{guard}; ‘n1’ doesn’t have label ‘docker’"));
    assert_eq!(bench.started_at(1), None);
}
