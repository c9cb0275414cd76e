//! What is said of actions that fail, so that an operator knows what to do: once for each cause, and after that how often.
//!
//! A call that is denied is denied to each agent, twenty times a second where many are launched. It is said in full when it is
//! first seen, and from then on once a minute how often it came again. Must stay pure: no I/O, no clock, no logging.

use crate::ecs::denied::{Denied, refusal};
use footman_core::{Action, Millis, Timestamp, event::Failure};
use std::{collections::BTreeMap, fmt};

/// How far two lines about one cause are apart.
const AGAIN_AFTER: Millis = Millis::from_mins(1);
/// How many causes are told apart; the reasons of AWS and Jenkins may hold what is different each time.
const CAUSES_MAX: usize = 200;

/// Why actions of one kind fail, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Complaint(String);

impl Complaint {
    /// What is said of an action that failed so, for a template where it is for one.
    pub(super) fn of(action: &Action, failure: &Failure, template: Option<&str>) -> Self {
        let what = match action {
            Action::CreateNode { .. } => "a node is not created",
            Action::Launch { .. } => "RunTask starts no task",
            Action::CloseNode { .. } => "a node is not closed",
            Action::DeleteNode { .. } => "a node is not deleted",
            Action::StopTask { .. } => "StopTask stops no task",
        };
        let template = template.map_or_else(String::new, |name| format!(" for template `{name}`"));
        Self(format!("{what}{template}: {}", why(action, failure)))
    }
}

fn why(action: &Action, failure: &Failure) -> String {
    match failure {
        Failure::Throttled { .. } => "there are too many requests; it is tried again, slower".to_owned(),
        Failure::NoCapacity { reason } => format!("there is no room now: {reason}"),
        Failure::Unavailable => "the other side is not there; it is tried again".to_owned(),
        Failure::Unknown => "nobody knows whether it was done; it is tried again".to_owned(),
        Failure::Refused { reason } => match (Denied::read(reason), action) {
            (None, Action::CreateNode { .. } | Action::CloseNode { .. } | Action::DeleteNode { .. })
                if reason.starts_with("403") =>
            {
                format!("{reason}; `footmand doctor` says which permissions footmand needs in Jenkins")
            }
            _ => refusal(reason),
        },
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was said, and how often it came again.
#[derive(Debug, Default)]
pub(super) struct Complaints {
    now: Timestamp,
    said: BTreeMap<Complaint, Said>,
}

#[derive(Debug)]
struct Said {
    at: Timestamp,
    again: u32,
}

impl Complaints {
    /// Whether it is to be said now; else it is counted.
    pub(super) fn is_new(&mut self, complaint: &Complaint) -> bool {
        if let Some(said) = self.said.get_mut(complaint) {
            said.again = said.again.saturating_add(1);
            return false;
        }
        if self.said.len() < CAUSES_MAX {
            self.said.insert(complaint.clone(), Said { at: self.now, again: 0 });
        }
        true
    }

    /// Says how often each came again that was last said long enough ago, and forgets those that did not.
    pub(super) fn turned(&mut self, now: Timestamp, mut say: impl FnMut(&Complaint, u32)) {
        self.now = now;
        self.said.retain(|complaint, said| {
            if now.since(said.at) < AGAIN_AFTER {
                return true;
            }
            if said.again > 0 {
                say(complaint, said.again);
            }
            let goes_on = said.again > 0;
            *said = Said { at: now, again: 0 };
            goes_on
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use footman_core::id::{NodeName, TaskArn};

    fn stop() -> Action {
        Action::StopTask { task: TaskArn::new("arn:aws:ecs:r:1:task/builds/0a1b"), reason: "done".into() }
    }

    fn delete() -> Action {
        Action::DeleteNode { node: NodeName::new("ecs-java-1") }
    }

    fn refused(reason: &str) -> Failure {
        Failure::Refused { reason: reason.into() }
    }

    #[test]
    fn a_complaint_says_what_failed_why_and_what_to_do() {
        let denied = "AccessDeniedException: User: u is not authorized to perform: ecs:StopTask on resource: \
                      arn:aws:ecs:r:1:task/builds/0a1b because no identity-based policy allows the ecs:StopTask action";
        let lacks = "403: footman lacks the permission hudson.model.Computer.Delete";
        // (action, how it failed, template) => what is said
        let table = [
            (
                stop(),
                refused(denied),
                Some("java"),
                "StopTask stops no task for template `java`: ecs:StopTask is denied; give footmand's role what `footmand \
                 iam-policy` prints",
            ),
            (
                delete(),
                refused(lacks),
                None,
                "a node is not deleted: 403: footman lacks the permission hudson.model.Computer.Delete; `footmand doctor` says \
                 which permissions footmand needs in Jenkins",
            ),
            (
                stop(),
                refused("ClientException: no such cluster"),
                None,
                "StopTask stops no task: it is refused: ClientException: no such cluster",
            ),
            (
                delete(),
                Failure::Unavailable,
                None,
                "a node is not deleted: the other side is not there; it is tried again",
            ),
        ];
        for (action, failure, template, want) in table {
            assert_eq!(Complaint::of(&action, &failure, template).to_string(), want);
        }
    }

    #[test]
    fn what_comes_again_is_counted_and_said_once_a_minute_until_it_stays_away() {
        let at = |seconds: u64| Timestamp::EPOCH + Millis::from_secs(seconds);
        let complaint = Complaint::of(&stop(), &refused("no"), None);
        let other = Complaint::of(&stop(), &refused("not so"), None);
        let mut complaints = Complaints::default();
        let said = |complaints: &mut Complaints, seconds| {
            let mut said = Vec::new();
            complaints.turned(at(seconds), |complaint, times| said.push((complaint.clone(), times)));
            said
        };
        assert_eq!(said(&mut complaints, 1000), []);
        assert_eq!([(); 20].map(|()| complaints.is_new(&complaint)), std::array::from_fn(|at| at == 0));
        assert!(complaints.is_new(&other));
        assert_eq!(said(&mut complaints, 1059), []);
        assert_eq!(
            said(&mut complaints, 1060),
            [(complaint.clone(), 19)],
            "the other one did not come again"
        );
        assert!(!complaints.is_new(&complaint));
        assert!(complaints.is_new(&other), "it stayed away for a minute");
        assert_eq!(said(&mut complaints, 1200), [(complaint.clone(), 1)]);
        assert_eq!(said(&mut complaints, 1300), []);
        assert!(complaints.is_new(&complaint));
    }

    #[test]
    fn causes_that_are_different_each_time_are_not_kept_for_ever() {
        let mut complaints = Complaints::default();
        for number in 0..2 * CAUSES_MAX {
            assert!(complaints.is_new(&Complaint::of(&stop(), &refused(&number.to_string()), None)));
        }
        assert_eq!(complaints.said.len(), CAUSES_MAX);
    }
}
