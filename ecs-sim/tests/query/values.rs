//! The typed arguments: versions, dates, counts, and the words of `agentConnected`.

use crate::selects;
use footman_core::time::Timestamp;
use footman_ecs_sim::query::{AgentVersion, Second};
use proptest::prelude::*;

#[test]
fn versions_compare_number_by_number() {
    // less, greater
    for (less, greater) in
        [("1.9", "1.10"), ("1.14.4", "1.14.5"), ("1", "1.0.1"), ("0", "0.1"), ("1.99", "2")]
    {
        let of = |text: &str| text.parse::<AgentVersion>().unwrap();
        assert!(of(less) < of(greater), "{less} < {greater}");
    }
    for (one, other) in [("1.14", "1.14.0"), ("0", "0.0"), ("01.2", "1.2")] {
        assert_eq!(one.parse::<AgentVersion>(), other.parse::<AgentVersion>());
    }
    for text in ["", ".", "1.", "v1.2", "1.x", "-1", "1 2", "4294967296", "1.1.1.1.1.1.1.1.1"] {
        assert!(text.parse::<AgentVersion>().is_err(), "{text}");
    }
}

#[test]
fn each_form_of_a_date_is_read() {
    // form => seconds since the epoch
    for (text, seconds) in [
        ("2018-06-18T22:28:28+00:00", 1_529_360_908),
        ("2018-06-18T22:28:28Z", 1_529_360_908),
        ("2018-06-18T22:28:28", 1_529_360_908),
        ("2018-06-18", 1_529_280_000),
        ("2018-06-19T00:28:28+02:00", 1_529_360_908),
        ("2018-06-18T16:58:28-05:30", 1_529_360_908),
        ("1970-01-01", 0),
        ("1969-12-31T23:59:59Z", -1),
        ("2020-02-29", 1_582_934_400),
    ] {
        let want = Second::from(Timestamp::from_millis(seconds * 1000));
        assert_eq!(text.parse(), Ok(want), "{text}");
    }
}

#[test]
fn what_is_no_date_is_refused() {
    for text in [
        "",
        "2018",
        "2018-06",
        "2018-6-18",
        "18-06-2018",
        "2018-13-01",
        "2018-00-10",
        "2018-06-31",
        "2019-02-29",
        "1900-02-29",
        "2018-06-18T",
        "2018-06-18 22:28:28",
        "2018-06-18T24:00:00",
        "2018-06-18T22:60:00",
        "2018-06-18T22:28:60",
        "2018-06-18T22:28",
        "2018-06-18T22:28:28.5Z",
        "2018-06-18T22:28:28z",
        "2018-06-18T22:28:28+0000",
        "2018-06-18T22:28:28+19:00",
        "2018-06-18T22:28:28+00:60",
        "0000-01-01T00:00:00+18:00",
        "9999-12-31T23:59:59-18:00",
        "2018-06-18T22:28:28+00:00Z",
        "２018-06-18",
        "2018-06-1８T22:28:28Z",
    ] {
        assert!(text.parse::<Second>().is_err(), "{text}");
    }
}

#[test]
fn a_registration_is_compared_to_the_second() {
    // The instance was registered half a second after 22:28:28.
    for (text, want) in [
        ("registeredAt == 2018-06-18T22:28:28Z", true),
        ("registeredAt > 2018-06-18T22:28:28Z", false),
        ("registeredAt >= 2018-06-18T22:28:28", true),
        ("registeredAt <= 2018-06-19T00:28:28+02:00", true),
        ("registeredAt != 2018-06-18T22:28:29+00:00", true),
        ("registeredAt == 2018-06-18", false),
        ("registeredAt > 2018-06-18", true),
    ] {
        assert_eq!(selects(text), want, "{text}");
    }
}

#[test]
fn counts_and_connections_compare_by_their_types() {
    for (text, want) in [
        ("runningTasksCount < 10", true),
        ("runningTasksCount >= 01", true),
        ("runningTasksCount != 1", false),
        ("agentConnected == true", true),
        ("agentConnected != true", false),
        ("agentConnected in [true, false]", true),
        ("agentConnected !in ['false']", true),
        ("agentConnected =~ t.*", true),
        ("agentConnected !~ t.*", false),
        ("ec2InstanceId =~ i-[a-d]+1234", true),
        ("ec2InstanceId == i-abcd1234", true),
    ] {
        assert_eq!(selects(text), want, "{text}");
    }
}

proptest! {
    #[test]
    fn dates_are_those_of_the_calendar(seconds in -62_167_219_200_i64..253_402_300_800) {
        let instant = jiff::Timestamp::from_second(seconds).unwrap();
        let civil = jiff::tz::Offset::UTC.to_datetime(instant).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let want = Second::from(Timestamp::from_millis(seconds * 1000));
        prop_assert_eq!(civil.parse(), Ok(want));
        prop_assert_eq!(want.to_string().parse(), Ok(want));
    }
}
