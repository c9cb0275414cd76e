//! What each failure of ECS means: the one table of reasons, by what the core does next.
//!
//! Three sorts of words come from ECS: the exception of a call that failed, the reasons in `failures` of a `RunTask` that
//! answered 200 and started nothing, and the stop code and reason of a task that ended before its agent was there.
//! `docs/failures.md` shows the same table to operators, and a test here compares the two.
//!
//! The texts are those of the Amazon ECS Developer Guide, "API failure reasons" and "Stopped tasks error messages" (read
//! 2026-11-23), and of public code that compares with them: AWS does not promise them, so that each is looked for as a part.

use crate::{
    event::{Failure, StopCode, TaskStop},
    time::Millis,
};
use std::sync::Arc;

/// The codes of answers to too many requests.
///
/// ECS says `ThrottlingException` (ECS Developer Guide, "Request throttling for the Amazon ECS API", read 2026-11-23); the
/// others are what AWS's SDKs take for the same ("Retry behavior", AWS SDKs and Tools Reference Guide).
const THROTTLED: [&str; 8] = [
    "ThrottlingException",
    "Throttling",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "SlowDown",
];
/// The exception of a quota that is used up.
const QUOTA: &str = "LimitExceededException";

/// Reasons of `failures` that no capacity will change: the definition asks for what the instances are not.
const NEVER: [&str; 2] = ["ATTRIBUTE", "LOCATION"];

/// What stands in an exception's message, or in a stopped task's reason, where there was no room.
const NO_ROOM: [&str; 8] = [
    // 500 tasks of a cluster wait in PROVISIONING (Amazon ECS service quotas).
    "capacity limit exceeded",
    // Fargate, and a capacity provider without an instance.
    "Capacity is unavailable",
    "No Container Instances were found",
    "NO ACTIVE INSTANCES",
    "EMPTY CAPACITY PROVIDER",
    // Quotas on tasks and on vCPUs of Fargate.
    "You've reached the limit on the number of",
    // The instances of the capacity provider are full, or their container agents do not answer.
    "RESOURCE:",
    "MemberOf placement constraint unsatisfied",
];

/// What stands in the reason of a stopped task besides, where it ended before its containers began for want of something
/// that its place has run out of.
const NO_ROOM_AFTER_ALL: [&str; 5] = [
    "Timeout waiting for network interface provisioning to complete",
    "InsufficientFreeAddressesInSubnet",
    "NetworkInterfaceLimitExceeded",
    "Timeout waiting for EphemeralStorage provisioning to complete",
    "TaskFailedToStart: AGENT",
];

fn has_one(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| text.contains(part))
}

impl Failure {
    /// What an answer means that is an error: its status, the exception's name and message.
    ///
    /// | answer | means |
    /// | --- | --- |
    /// | `ThrottlingException` and its kin, 429 | [`Self::Throttled`] |
    /// | 503 | [`Self::Unavailable`] |
    /// | `ServerException` and any other 5xx | [`Self::Unknown`]: AWS does not promise that nothing was done |
    /// | a quota, no room | [`Self::NoCapacity`], with the message alone |
    /// | any other | [`Self::Refused`], with name and message |
    pub fn of_answer(status: u16, name: &str, message: &str, retry_after: Option<Millis>) -> Self {
        if THROTTLED.contains(&name) || status == 429 {
            return Self::Throttled { retry_after };
        }
        match status {
            503 => Self::Unavailable,
            500.. => Self::Unknown,
            _ => Self::of_exception(name, message),
        }
    }

    /// What a modelled exception of ECS means by which nothing was done and no call was throttled.
    ///
    /// A refusal names the exception and its message; a lack of capacity is the message alone.
    pub fn of_exception(name: &str, message: &str) -> Self {
        if name == QUOTA || has_one(message, &NO_ROOM) {
            Self::NoCapacity { reason: message.into() }
        } else {
            Self::Refused { reason: format!("{name}: {message}").into() }
        }
    }

    /// What the reasons in `failures` mean where `RunTask` answered 200 and started nothing: a definite answer, with a
    /// reason for each container instance that was tried.
    ///
    /// Where a single one of them may change (`RESOURCE:*`, `AGENT`, Fargate's words for a lack of capacity), there is no
    /// capacity now; where none does, the template is refused.
    pub fn of_reasons<'a>(reasons: impl Iterator<Item = &'a str> + Clone) -> Self {
        let may_change = reasons.clone().find(|reason| !NEVER.contains(reason));
        let reason: Arc<str> = match may_change.or_else(|| reasons.clone().next()) {
            Some(reason) => reason.into(),
            None => "RunTask answered neither a task nor a failure".into(),
        };
        if NEVER.contains(&&*reason) { Self::Refused { reason } } else { Self::NoCapacity { reason } }
    }
}

impl TaskStop {
    /// Whether a task that ended before its agent was there did so because its place had no room for it after all, or took
    /// it back: then the next one is tried elsewhere, and its template is none the worse for it.
    pub fn lacked_room(&self) -> bool {
        match self.code {
            // Spot took it back, or the instance below it is gone.
            StopCode::SpotInterruption | StopCode::TerminationNotice => true,
            StopCode::TaskFailedToStart => {
                has_one(&self.reason, &NO_ROOM) || has_one(&self.reason, &NO_ROOM_AFTER_ALL)
            }
            StopCode::EssentialContainerExited
            | StopCode::UserInitiated
            | StopCode::ServiceSchedulerInitiated => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const PAGE: &str = include_str!("../../docs/failures.md");

    /// What the core does next, as the page for operators words it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    enum Next {
        SameToken,
        SameCall,
        Elsewhere,
        Breaker,
        Counted,
    }

    impl Next {
        const ALL: [Self; 5] =
            [Self::SameToken, Self::SameCall, Self::Elsewhere, Self::Breaker, Self::Counted];

        fn words(self) -> &'static str {
            match self {
                Self::SameToken => "slower",
                Self::SameCall => "again",
                Self::Elsewhere => "elsewhere",
                Self::Breaker => "breaker",
                Self::Counted => "counted",
            }
        }

        fn of(failure: &Failure) -> Self {
            match failure {
                Failure::Throttled { .. } => Self::SameToken,
                Failure::Unavailable | Failure::Unknown => Self::SameCall,
                Failure::NoCapacity { .. } => Self::Elsewhere,
                Failure::Refused { .. } => Self::Breaker,
            }
        }

        fn of_stop(stop: &TaskStop) -> Self {
            if stop.lacked_room() { Self::Elsewhere } else { Self::Counted }
        }
    }

    /// Answers that are errors: status, exception, message => what is done next.
    const ANSWERS: [(u16, &str, &str, Next); 25] = [
        (400, "ThrottlingException", "Rate exceeded", Next::SameToken),
        (400, "RequestLimitExceeded", "", Next::SameToken),
        (429, "TooManyRequestsException", "", Next::SameToken),
        (503, "ServiceUnavailable", "", Next::SameCall),
        (500, "ServerException", "", Next::SameCall),
        (500, "InternalFailure", "", Next::SameCall),
        (502, "BadGateway", "", Next::SameCall),
        (400, "ClientException", "Tasks provisioning capacity limit exceeded.", Next::Elsewhere),
        (
            400,
            "ClientException",
            "The requested capacity limit exceeded for capacity provider on-ec2.",
            Next::Elsewhere,
        ),
        (
            400,
            "ClientException",
            "Capacity is unavailable at this time. Please try again later or in a different availability zone",
            Next::Elsewhere,
        ),
        (
            400,
            "ClientException",
            "You've reached the limit on the number of tasks you can run concurrently",
            Next::Elsewhere,
        ),
        (
            400,
            "InvalidParameterException",
            "No Container Instances were found in your cluster.",
            Next::Elsewhere,
        ),
        (400, "LimitExceededException", "The limit for the resource was exceeded.", Next::Elsewhere),
        (400, "AccessDeniedException", "User is not authorized to perform: ecs:RunTask", Next::Breaker),
        (400, "UnrecognizedClientException", "The security token is invalid.", Next::Breaker),
        (400, "BlockedException", "Your account is currently blocked", Next::Breaker),
        (400, "ClusterNotFoundException", "Cluster not found.", Next::Breaker),
        (400, "ClientException", "TaskDefinition not found.", Next::Breaker),
        (400, "InvalidParameterException", "TaskDefinition is inactive", Next::Breaker),
        (
            400,
            "InvalidParameterException",
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            Next::Breaker,
        ),
        (400, "ClientException", "No Fargate configuration exists for given values.", Next::Breaker),
        (400, "PlatformUnknownException", "", Next::Breaker),
        (400, "PlatformTaskDefinitionIncompatibilityException", "", Next::Breaker),
        (400, "UnsupportedFeatureException", "", Next::Breaker),
        (400, "ValidationException", "", Next::Breaker),
    ];

    /// Reasons in `failures` => what is done next.
    const REASONS: [(&str, Next); 14] = [
        ("RESOURCE:CPU", Next::Elsewhere),
        ("RESOURCE:MEMORY", Next::Elsewhere),
        ("RESOURCE:PORTS", Next::Elsewhere),
        ("RESOURCE:ENI", Next::Elsewhere),
        ("RESOURCE:GPU", Next::Elsewhere),
        ("AGENT", Next::Elsewhere),
        ("MISSING", Next::Elsewhere),
        ("INACTIVE", Next::Elsewhere),
        ("MemberOf placement constraint unsatisfied.", Next::Elsewhere),
        (
            "Capacity is unavailable at this time. Please try again later or in a different availability zone",
            Next::Elsewhere,
        ),
        ("You've reached the limit on the number of vCPUs you can run concurrently", Next::Elsewhere),
        ("A reason of tomorrow", Next::Elsewhere),
        ("ATTRIBUTE", Next::Breaker),
        ("LOCATION", Next::Breaker),
    ];

    /// Stop codes and reasons of tasks whose agents never came => what is done next.
    const STOPS: [(StopCode, &str, Next); 19] = [
        (StopCode::TaskFailedToStart, "TaskFailedToStart: RESOURCE:CPU", Next::Elsewhere),
        (StopCode::TaskFailedToStart, "TaskFailedToStart: AGENT", Next::Elsewhere),
        (StopCode::TaskFailedToStart, "TaskFailedToStart: NO ACTIVE INSTANCES", Next::Elsewhere),
        (StopCode::TaskFailedToStart, "TaskFailedToStart: EMPTY CAPACITY PROVIDER", Next::Elsewhere),
        (
            StopCode::TaskFailedToStart,
            "TaskFailedToStart: MemberOf placement constraint unsatisfied",
            Next::Elsewhere,
        ),
        (
            StopCode::TaskFailedToStart,
            "Capacity is unavailable at this time. Please try again later or in a different availability zone",
            Next::Elsewhere,
        ),
        (
            StopCode::TaskFailedToStart,
            "Timeout waiting for network interface provisioning to complete.",
            Next::Elsewhere,
        ),
        (
            StopCode::TaskFailedToStart,
            "Unexpected EC2 error while attempting to Create Network Interface with public IP assignment disabled in \
             subnet 'subnet-1': InsufficientFreeAddressesInSubnet",
            Next::Elsewhere,
        ),
        (
            StopCode::TaskFailedToStart,
            "Timeout waiting for EphemeralStorage provisioning to complete.",
            Next::Elsewhere,
        ),
        (StopCode::SpotInterruption, "Your Spot Task was interrupted.", Next::Elsewhere),
        (StopCode::TerminationNotice, "Host EC2 (instance i-1) terminated.", Next::Elsewhere),
        (StopCode::TaskFailedToStart, "TaskFailedToStart: ATTRIBUTE", Next::Counted),
        (
            StopCode::TaskFailedToStart,
            "Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-1': \
             UnauthorizedOperation",
            Next::Counted,
        ),
        (StopCode::TaskFailedToStart, "CannotPullContainerError: pull access denied", Next::Counted),
        (
            StopCode::TaskFailedToStart,
            "ResourceInitializationError: unable to pull secrets or registry auth",
            Next::Counted,
        ),
        (StopCode::EssentialContainerExited, "OutOfMemoryError: Container killed", Next::Counted),
        (StopCode::EssentialContainerExited, "Essential container in task exited", Next::Counted),
        (StopCode::UserInitiated, "Task stopped by user", Next::Counted),
        (StopCode::ServiceSchedulerInitiated, "Scaling activity initiated by", Next::Counted),
    ];

    /// Rows of a section of the page: the words of ECS, or a part of them, and what is done next.
    fn rows(heading: &str) -> BTreeSet<(&'static str, &'static str)> {
        let start = PAGE.find(&format!("## {heading}\n")).unwrap_or_else(|| panic!("no section `{heading}`"));
        let text = &PAGE[start + 3..];
        let text = text.find("\n## ").map_or(text, |end| &text[..end]);
        let cells = |line: &'static str| {
            let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
            Some((cells.next()?.trim_matches('`'), cells.next()?))
        };
        text.lines().filter_map(cells).collect()
    }

    /// What the rows say of these words: those that have a part of them, else the one of their kind.
    fn said(
        rows: &BTreeSet<(&'static str, &'static str)>,
        kind: &str,
        words: &str,
    ) -> BTreeSet<&'static str> {
        let of = |keep: &dyn Fn(&str) -> bool| -> BTreeSet<&'static str> {
            rows.iter().filter(|(part, _)| keep(part)).map(|(_, next)| *next).collect()
        };
        let exact = of(&|part| part != kind && words.contains(part.trim_end_matches('*')));
        if exact.is_empty() { of(&|part| part == kind) } else { exact }
    }

    #[test]
    fn each_answer_of_ecs_has_its_consequence() {
        for (status, name, message, next) in ANSWERS {
            let failure = Failure::of_answer(status, name, message, None);
            assert_eq!(Next::of(&failure), next, "{status} {name}: {message}");
        }
    }

    #[test]
    fn each_reason_why_nothing_was_placed_has_its_consequence() {
        for (reason, next) in REASONS {
            assert_eq!(Next::of(&Failure::of_reasons([reason].into_iter())), next, "{reason}");
        }
        let mixed = ["LOCATION", "RESOURCE:MEMORY", "ATTRIBUTE"];
        let room = Failure::NoCapacity { reason: "RESOURCE:MEMORY".into() };
        assert_eq!(Failure::of_reasons(mixed.into_iter()), room, "one instance may have room later");
        assert_eq!(Next::of(&Failure::of_reasons([].into_iter())), Next::Elsewhere);
    }

    #[test]
    fn each_stop_before_the_agent_came_has_its_consequence() {
        for (code, reason, next) in STOPS {
            let stop = TaskStop { code, reason: reason.into() };
            assert_eq!(Next::of_stop(&stop), next, "{code:?} {reason}");
        }
    }

    #[test]
    fn the_page_for_operators_says_the_same() {
        let (answers, reasons, stops) = (rows("Answers"), rows("Reasons"), rows("Stopped tasks"));
        for (_, name, message, next) in ANSWERS {
            assert_eq!(said(&answers, name, message), [next.words()].into(), "{name}: {message}");
        }
        for (reason, next) in REASONS {
            let kind = "anything else";
            assert_eq!(said(&reasons, kind, reason), [next.words()].into(), "{reason}");
        }
        for (code, reason, next) in STOPS {
            assert_eq!(said(&stops, code.name(), reason), [next.words()].into(), "{code:?} {reason}");
        }
        let all = Next::ALL.map(Next::words);
        for (words, next) in answers.iter().chain(&reasons).chain(&stops) {
            assert!(all.contains(next), "`{words}`: {next}");
        }
        for next in all {
            assert!(PAGE.contains(&format!("* **{next}**")), "{next} is explained");
        }
    }
}
