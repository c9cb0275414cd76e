//! Calls that go wrong because somebody wants it so: throttled, answered by a fault of the service, or with an answer
//! that is lost.
//!
//! What happens to a call follows from the rules, the seed, the operation and how often that was called; never from
//! other operations.

use crate::{
    api::{ApiError, ErrorCode},
    draw::{Concern, Draws, Entity},
    settings::PerMillion,
};
use footman_core::time::Timestamp;
use rustc_hash::FxHasher;
use std::{
    collections::BTreeMap,
    hash::{Hash, Hasher},
    sync::Arc,
};

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallFaultKind {
    /// `ThrottlingException`; nothing was done.
    Throttled,
    /// `ServerException` with 500; nothing was done.
    ServerError,
    /// The call is carried out, and the connection ends without an answer.
    AnswerLost,
}

/// How often a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HowOften {
    /// The next so many calls.
    Next(u32),
    /// Each call with this probability.
    Rate(PerMillion),
}

/// A rule by which calls go wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallFault {
    /// What happens.
    pub kind: CallFaultKind,
    /// To calls of this operation; of any where it is `None`.
    pub operation: Option<Arc<str>>,
    /// How often.
    pub how_often: HowOften,
    /// Until when the rule holds; for ever where it is `None`.
    pub until: Option<Timestamp>,
}

/// The rules of an account, and how many calls there were.
#[derive(Debug)]
pub struct CallFaults {
    draws: Draws,
    rules: Vec<CallFault>,
    /// How often each operation was called while there were rules.
    calls: BTreeMap<Arc<str>, u64>,
    /// How many calls of each operation were struck, since the beginning.
    struck: BTreeMap<(Arc<str>, CallFaultKind), u64>,
}

/// Operations that are counted apart; a client that makes up more of them shares one count.
const OPERATIONS_MAX: usize = 256;

impl CallFaults {
    /// No rules.
    pub fn new(seed: u64) -> Self {
        Self { draws: Draws::new(seed), rules: Vec::new(), calls: BTreeMap::new(), struck: BTreeMap::new() }
    }

    /// The rules that hold at `now`.
    pub fn rules(&self, now: Timestamp) -> impl Iterator<Item = &CallFault> {
        self.rules.iter().filter(move |rule| rule.holds(now))
    }

    /// Sets the rules; those from before are forgotten, and so are the counts.
    pub fn set(&mut self, rules: Vec<CallFault>) {
        self.rules = rules;
        self.calls.clear();
    }

    /// What happens to the next call of `operation`: by the first rule that strikes.
    pub fn strike(&mut self, now: Timestamp, operation: &str) -> Option<CallFaultKind> {
        if self.rules.is_empty() {
            return None;
        }
        let nth = self.count(operation);
        let mut hasher = FxHasher::default();
        operation.hash(&mut hasher);
        let draws = self.draws;
        let strikes = |(place, rule): (u64, &mut CallFault)| {
            let concerns = rule.operation.as_deref().is_none_or(|wanted| wanted == operation);
            if !concerns || !rule.holds(now) {
                return None;
            }
            let strikes = match &mut rule.how_often {
                HowOften::Next(left) => {
                    *left -= 1;
                    true
                }
                HowOften::Rate(rate) => {
                    let entity = Entity::numbered(hasher.finish(), nth).at(place);
                    draws.happens(*rate, Concern::Foreign, entity)
                }
            };
            strikes.then_some(rule.kind)
        };
        let kind = (0_u64..).zip(&mut self.rules).find_map(strikes)?;
        let name = if self.calls.contains_key(operation) { operation } else { "" };
        *self.struck.entry((name.into(), kind)).or_default() += 1;
        Some(kind)
    }

    /// How many calls of each operation were struck by which fault, since the beginning; those of operations beyond the
    /// first 256 under no name.
    pub fn struck(&self) -> impl Iterator<Item = (&str, CallFaultKind, u64)> {
        self.struck.iter().map(|((operation, kind), &count)| (&**operation, *kind, count))
    }

    fn count(&mut self, operation: &str) -> u64 {
        if let Some(count) = self.calls.get_mut(operation) {
            *count += 1;
            return *count;
        }
        let name = if self.calls.len() < OPERATIONS_MAX { operation } else { "" };
        let count = self.calls.entry(name.into()).or_default();
        *count += 1;
        *count
    }
}

impl CallFault {
    fn holds(&self, now: Timestamp) -> bool {
        let left = match self.how_often {
            HowOften::Next(left) => left > 0,
            HowOften::Rate(rate) => rate.0 > 0,
        };
        left && self.until.is_none_or(|until| now < until)
    }
}

impl CallFaultKind {
    /// What the caller is told; `None` where it is told nothing.
    pub fn error(self) -> Option<ApiError> {
        match self {
            Self::Throttled => Some(ApiError::new(ErrorCode::Throttling, "Rate exceeded")),
            Self::ServerError => {
                Some(ApiError::new(ErrorCode::Server, "Service Unavailable. Please try again later."))
            }
            Self::AnswerLost => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: CallFaultKind, operation: Option<&str>, how_often: HowOften) -> CallFault {
        CallFault { kind, operation: operation.map(Into::into), how_often, until: None }
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    #[test]
    fn a_count_strikes_the_next_calls_of_its_operation_and_no_others() {
        let mut faults = CallFaults::new(1);
        faults.set(vec![
            rule(CallFaultKind::Throttled, Some("RunTask"), HowOften::Next(2)),
            rule(CallFaultKind::AnswerLost, None, HowOften::Next(1)),
        ]);
        let mut strike = |operation| faults.strike(at(0), operation);
        assert_eq!(strike("RunTask"), Some(CallFaultKind::Throttled));
        assert_eq!(strike("StopTask"), Some(CallFaultKind::AnswerLost));
        assert_eq!(strike("StopTask"), None);
        assert_eq!(strike("RunTask"), Some(CallFaultKind::Throttled));
        assert_eq!(strike("RunTask"), None);
    }

    #[test]
    fn a_rate_strikes_about_as_often_and_the_same_calls_whatever_else_is_called() {
        let struck = |others: bool| {
            let mut faults = CallFaults::new(7);
            let half = HowOften::Rate(PerMillion(500_000));
            faults.set(vec![rule(CallFaultKind::ServerError, Some("RunTask"), half)]);
            let mut call = |_| {
                if others {
                    assert_eq!(faults.strike(at(0), "ListTasks"), None);
                }
                faults.strike(at(0), "RunTask").is_some()
            };
            (0..1_000).map(&mut call).collect::<Vec<_>>()
        };
        let alone = struck(false);
        let count = alone.iter().filter(|&&struck| struck).count();
        assert!((450..550).contains(&count), "{count}");
        assert_eq!(alone, struck(true));
    }

    #[test]
    fn a_rule_ends_when_its_time_is_over() {
        let mut faults = CallFaults::new(1);
        let always = HowOften::Rate(PerMillion(1_000_000));
        let rule = CallFault { until: Some(at(10)), ..rule(CallFaultKind::Throttled, None, always) };
        faults.set(vec![rule]);
        assert!(faults.strike(at(9), "RunTask").is_some());
        assert_eq!(faults.rules(at(9)).count(), 1);
        assert_eq!(faults.strike(at(10), "RunTask"), None);
        assert_eq!(faults.rules(at(10)).count(), 0);
    }
}
