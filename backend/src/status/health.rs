//! Whether the daemon is alive and does its work, for whoever restarts it or sends alarms.

use super::snapshot::{Sight, Snapshot, State};
use super::words::span;
use crate::driver;
use footman_core::{Millis, Timestamp, policy::Pace};

/// A view is fresh for this many intervals beyond the longest look: an idle Jenkins is polled at every second one, and one
/// look may fail.
const INTERVALS: u64 = 5;

/// How old things may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The last snapshot, which is made when the loop turns.
    pub turn: Millis,
    /// The last complete poll of Jenkins.
    pub poll: Millis,
    /// The last complete look at ECS.
    pub look: Millis,
}

impl Bounds {
    /// What follows from how often the world is looked at and how long a look may take.
    pub fn of(pace: &Pace, limits: &driver::Limits) -> Self {
        let longest = Millis::new(u64::try_from(limits.look.as_millis()).unwrap_or(u64::MAX));
        let bound = |every: Millis| longest.saturating_add(every.saturating_mul(INTERVALS));
        let (poll, look) = (bound(pace.poll), bound(pace.describe));
        Self { turn: poll.max(look), poll, look }
    }
}

/// Says that the loop turns.
///
/// # Errors
///
/// Fails with a sentence where it does not.
pub fn alive(snapshot: &Snapshot, bounds: Bounds, now: Timestamp) -> Result<String, String> {
    let age = now.since(Timestamp::from_millis(snapshot.at_ms));
    if age <= bounds.turn {
        Ok("the loop turns".to_owned())
    } else {
        Err(format!("the loop last turned {} ago; {} is the most it takes", span(age), span(bounds.turn)))
    }
}

/// Says that builds get agents: decisions are made, on fresh views of both sides.
///
/// # Errors
///
/// Fails with a sentence about everything that is missing.
pub fn ready(snapshot: &Snapshot, bounds: Bounds, now: Timestamp) -> Result<String, String> {
    let state = match snapshot.state {
        State::Ready => None,
        State::Starting => Some("the first complete listings of Jenkins and ECS are not in yet".to_owned()),
        State::Draining => Some("it drains: nothing new is launched".to_owned()),
        State::GaveWay => Some(format!("an older footmand works as owner {}", snapshot.owner)),
    };
    let missing = [
        state,
        stale("poll of Jenkins", snapshot.jenkins, bounds.poll, now),
        stale("look at ECS", snapshot.ecs, bounds.look, now),
    ];
    let missing: Vec<String> = missing.into_iter().flatten().collect();
    if missing.is_empty() { Ok("decisions are made".to_owned()) } else { Err(missing.join("; ")) }
}

fn stale(what: &str, sight: Sight, bound: Millis, now: Timestamp) -> Option<String> {
    let Some(at) = sight.last_complete_ms else { return Some(format!("no {what} was complete yet")) };
    let age = now.since(Timestamp::from_millis(at));
    (age > bound).then(|| {
        format!("the last complete {what} was {} ago; {} is the most it may be", span(age), span(bound))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::snapshot::tests::{NOW, snapshot};

    const BOUNDS: Bounds =
        Bounds { turn: Millis::from_secs(60), poll: Millis::from_secs(30), look: Millis::from_secs(10) };

    fn seen(ago_s: i64) -> Sight {
        Sight { last_complete_ms: Some(NOW.as_millis() - ago_s * 1_000), ..Sight::default() }
    }

    #[test]
    fn it_lives_while_the_loop_turns() {
        let table = [(0, true), (60_000, true), (60_001, false)];
        for (later, want) in table {
            let now = NOW + Millis::new(later);
            assert_eq!(alive(&snapshot(), BOUNDS, now).is_ok(), want, "{later} ms later");
        }
        let said = alive(&snapshot(), BOUNDS, NOW + Millis::from_mins(2)).unwrap_err();
        assert_eq!(said, "the loop last turned 2 min ago; 1 min is the most it takes");
    }

    #[test]
    fn it_is_ready_once_it_decides_on_fresh_views_and_else_says_what_is_missing() {
        // (state, Jenkins, ECS) => words of what is missing, none where it is ready
        let table = [
            (State::Ready, seen(30), seen(10), None),
            (State::Starting, seen(1), seen(1), Some("first complete listings")),
            (State::Draining, seen(1), seen(1), Some("it drains: nothing new is launched")),
            (State::GaveWay, seen(1), seen(1), Some("an older footmand works as owner o")),
            (State::Ready, Sight::default(), seen(1), Some("no poll of Jenkins was complete yet")),
            (State::Ready, seen(31), seen(1), Some("the last complete poll of Jenkins was 31 s ago")),
            (State::Ready, seen(1), seen(11), Some("the last complete look at ECS was 11 s ago")),
        ];
        for (state, jenkins, ecs, want) in table {
            let said = ready(&Snapshot { state, jenkins, ecs, ..snapshot() }, BOUNDS, NOW);
            match want {
                None => assert_eq!(said, Ok("decisions are made".to_owned())),
                Some(words) => assert!(said.clone().unwrap_err().contains(words), "{said:?}"),
            }
        }
        let both = Snapshot { jenkins: seen(99), ecs: seen(99), ..snapshot() };
        assert_eq!(ready(&both, BOUNDS, NOW).unwrap_err().matches("; the last complete").count(), 1);
    }
}
