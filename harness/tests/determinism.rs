//! A run is a function of its seed and its inputs: the digest of everything that happens in each scenario is committed.
//!
//! The digests stand in `determinism.hashes`, one line for each scenario of the catalogue, and hold in debug and in
//! release, on every machine. Where a change of behaviour is meant, look at the difference of the timelines, then write
//! them anew with `FOOTMAN_UPDATE_HASHES=1 cargo test -p footman --test determinism` and commit the file with the change.

use footman::{scenario::catalogue, world::Observation};
use std::{env, fmt::Write as _, fs, path::PathBuf};

#[test]
fn every_scenario_leads_to_its_committed_digest() {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/determinism.hashes"));
    let mut found = String::new();
    for scenario in catalogue::all() {
        let ran = scenario.run();
        writeln!(found, "{} {} {}", ran.name, ran.log.lines().len(), ran.log.digest()).unwrap();
    }
    if env::var_os("FOOTMAN_UPDATE_HASHES").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    for (found, committed) in found.lines().zip(committed.lines()) {
        assert_eq!(
            found, committed,
            "the run changed (name, lines, SHA-256); the file's header says what to do"
        );
    }
    assert_eq!(found.lines().count(), committed.lines().count(), "each scenario has its line");
}

#[test]
fn a_scenario_runs_twice_to_the_same_log() {
    for scenario in catalogue::all() {
        let (one, other) = (scenario.run(), scenario.run());
        let differs = one.log.lines().iter().zip(other.log.lines()).find(|(one, other)| one != other);
        assert_eq!(differs, None, "scenario `{}`", one.name);
        assert_eq!(one.log.digest(), other.log.digest(), "scenario `{}`", one.name);
    }
}

#[test]
fn changes_and_full_listings_lead_to_the_same_decisions() {
    for scenario in catalogue::all() {
        let changes = scenario.clone().observed(Observation::Changes).run();
        let listings = scenario.observed(Observation::Listings).run();
        let (one, other) = (changes.log.decisions(), listings.log.decisions());
        let differs = one.iter().zip(&other).find(|(one, other)| one != other);
        assert_eq!(differs, None, "scenario `{}`: changes, then listings", changes.name);
        assert_eq!(one.len(), other.len(), "scenario `{}`", changes.name);
        assert!(!one.is_empty(), "scenario `{}` decides something", changes.name);
    }
}
