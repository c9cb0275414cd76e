//! Jenkins: whether it answers, who asks, and what he may do.

use super::{Area, Row, Verdict, guard, nodes, way};
use crate::jenkins::{
    CallError,
    check::{Check, CheckError, Permission, UNTRIED, Verdict as Right},
    lookouts::Lookout,
    observe::{LabelSource, PollError},
    survey::{JenkinsSurvey, SurveyedNode},
};
use footman_core::id::OwnerId;
use std::sync::Arc;

/// What was found of Jenkins, and what is wanted of it.
#[derive(Debug)]
pub struct JenkinsFacts {
    /// What was found, or why there is no client of it and what to do.
    pub found: Result<LookedAt, (String, Option<String>)>,
    /// Whose agents they are.
    pub owner: OwnerId,
    /// The names of the clouds.
    pub clouds: Vec<Arc<str>>,
    /// The lookouts that there are where they are needed.
    pub lookouts: Vec<Lookout>,
    /// Where labels come from that the queue does not show.
    pub labels: LabelSource,
    /// How agents come to Jenkins, by template.
    pub ways: Vec<AgentWay>,
    /// The SHA-256 of the guard file for this configuration.
    pub guard_sha256: String,
}

/// A Jenkins that was looked at.
#[derive(Debug)]
pub struct LookedAt {
    /// The URL that was used.
    pub url: String,
    /// What was found.
    pub survey: JenkinsSurvey,
}

/// How agents of a template come to Jenkins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentWay {
    /// Cloud and template, with a slash between them.
    pub template: String,
    /// The URL that they are told.
    pub url: String,
    /// `host:port` instead of what Jenkins announces for TCP.
    pub tunnel: Option<String>,
    /// Whether they connect over WebSocket.
    pub web_socket: bool,
}

impl JenkinsFacts {
    /// What the user may do, where that was found out.
    pub(super) fn check(&self) -> Option<&Check> {
        self.found.as_ref().ok()?.survey.check.as_ref().ok()
    }

    /// Whether the guard file does its work, where that was found out.
    pub(super) fn guard(&self) -> Option<bool> {
        guard::works(&self.found.as_ref().ok()?.survey.guard)
    }
}

/// The rows about Jenkins.
pub(super) fn rows(facts: &JenkinsFacts) -> Vec<Row> {
    let LookedAt { url, survey } = match &facts.found {
        Ok(found) => found,
        Err((why, help)) => {
            let row = row("connection", Verdict::Failed, why);
            return vec![Row { advice: help.clone(), ..row }];
        }
    };
    let check = match &survey.check {
        Ok(check) => check,
        Err(error) => {
            let rest = row(
                "rights, agents' way, nodes",
                Verdict::NotChecked,
                "Jenkins did not answer these questions",
            );
            return vec![silent(url, error), rest];
        }
    };
    let mut rows = vec![answers(url, check), user(check), session(check)];
    let nodes = survey.nodes.as_deref().unwrap_or_default();
    let administers = check.verdict(Permission::OverallAdminister) == Some(&Right::Held);
    rows.extend(check.permissions.iter().map(|(permission, right)| match (permission, right) {
        (_, Right::Unproven(_)) if administers => implied(&permission.to_string()),
        (Permission::OverallRead | Permission::AgentCreate | Permission::AgentConnect, right) => {
            needed(*permission, right)
        }
        (Permission::JobRead, right) => job_read(right, nodes),
        (Permission::AgentExtendedRead, right) => extended_read(right),
        (Permission::OverallAdminister, right) => administer(right, facts.labels),
    }));
    let untried = UNTRIED.join(", ");
    rows.push(if administers {
        implied(&untried)
    } else {
        let found = "they cannot be tried without a change: the first agents show them";
        row(&untried, Verdict::NotChecked, found)
    });
    rows.push(crumbs(survey.crumbs));
    rows.extend(way::rows(&facts.ways, url, check));
    match &survey.nodes {
        Ok(found) => rows.extend(nodes::rows(facts, found)),
        Err(error) => rows.push(unlisted(error)),
    }
    rows.push(nodes::clouds(&survey.clouds));
    rows.push(guard::row(&survey.guard, &facts.guard_sha256));
    rows
}

fn row(what: &str, verdict: Verdict, found: impl Into<String>) -> Row {
    Row::new(Area::Jenkins, what, verdict, found)
}

fn silent(url: &str, error: &CheckError) -> Row {
    let advice = match error {
        CheckError::Call(CallError::NoAnswer(_)) => {
            "see the URL, whether it can be reached from here, and --jenkins-ca where its certificate is of an authority of \
             your own"
        }
        CheckError::Call(CallError::Refused { reason }) if reason.starts_with("401") => {
            "see --jenkins-user and the API token: the token belongs to that user, and is made on the user's own page"
        }
        CheckError::Call(CallError::Refused { .. }) | CheckError::Unreadable(_) => {
            "see the URL, with the prefix that Jenkins has behind a proxy, and whether a login page stands before it"
        }
        CheckError::Call(CallError::Throttled { .. } | CallError::Unavailable) => {
            "wait until it has started, and ask again"
        }
        CheckError::Call(CallError::Failed { .. }) => "see Jenkins' log, and that of a proxy before it",
    };
    row("connection", Verdict::Failed, format!("{url}: {error}")).advice(advice)
}

fn answers(url: &str, check: &Check) -> Row {
    match &check.version {
        Some(version) => row("connection", Verdict::Ok, format!("{url} is Jenkins {version}")),
        None => row(
            "connection",
            Verdict::Warning,
            format!("{url} answers, and does not say which version it is"),
        )
        .advice("see whether a proxy before it keeps headers back"),
    }
}

fn user(check: &Check) -> Row {
    if !check.anonymous {
        return row("user", Verdict::Ok, format!("Jenkins takes us for {}", check.user));
    }
    row("user", Verdict::Warning, "Jenkins takes us for nobody in particular")
        .advice("give --jenkins-user and an API token, unless this Jenkins has no users")
}

/// Without it a restart of Jenkins goes unseen, and polls find nothing.
fn session(check: &Check) -> Row {
    match check.session {
        Some(_) => row("session", Verdict::Ok, "answers name Jenkins' session"),
        None => row(
            "session",
            Verdict::Failed,
            "answers have no X-Jenkins-Session, so that a restart would go unseen",
        )
        .advice("let the proxy before Jenkins pass X-Jenkins-Session on"),
    }
}

fn needed(permission: Permission, right: &Right) -> Row {
    let what = permission.to_string();
    match right {
        Right::Held => row(&what, Verdict::Ok, "held"),
        Right::Missing(words) => {
            row(&what, Verdict::Failed, words.to_string()).advice(format!("give the user {what}"))
        }
        Right::Unproven(why) => row(&what, Verdict::NotChecked, *why),
    }
}

/// What need not be tried on whoever may do everything.
fn implied(what: &str) -> Row {
    row(what, Verdict::Ok, "Overall/Administer implies it")
}

/// Without it Jenkins shows an empty queue and says nothing, so that builds wait for ever.
fn job_read(right: &Right, nodes: &[SurveyedNode]) -> Row {
    let what = Permission::JobRead.to_string();
    let hidden = nodes.iter().filter(|node| node.listed.hides_build).count();
    let advice = "give the user Job/Read on every job that agents are for: without it the queue is empty to him, and nothing \
                  says so";
    match right {
        Right::Held => row(&what, Verdict::Ok, "held, for one job at least"),
        Right::Missing(words) => row(&what, Verdict::Failed, words.to_string()).advice(advice),
        Right::Unproven(why) if hidden > 0 => {
            row(&what, Verdict::Warning, format!("{why}; and {hidden} nodes run something that is not shown"))
                .advice(advice)
        }
        Right::Unproven(why) => row(&what, Verdict::Warning, *why).advice(advice),
    }
}

fn extended_read(right: &Right) -> Row {
    let what = Permission::AgentExtendedRead.to_string();
    match right {
        Right::Held => row(&what, Verdict::Ok, "held"),
        Right::Missing(_) => row(
            &what,
            Verdict::Ok,
            "missing, and so is Agent/Configure: a busy agent is closed by marking it offline",
        ),
        Right::Unproven(why) => row(&what, Verdict::NotChecked, *why),
    }
}

fn administer(right: &Right, labels: LabelSource) -> Row {
    let what = Permission::OverallAdminister.to_string();
    match (right, labels) {
        (Right::Held, LabelSource::Script) => row(&what, Verdict::Ok, "held, as `--labels script` needs it"),
        (Right::Held, LabelSource::Why) => row(&what, Verdict::Warning, "held, and not needed")
            .advice("whoever has this token may do everything: a user with fewer rights will do"),
        (Right::Missing(words), LabelSource::Script) => row(&what, Verdict::Failed, words.to_string())
            .advice("leave `--labels script` away, or give the user Overall/Administer"),
        (Right::Missing(_), LabelSource::Why) => row(&what, Verdict::Ok, "missing, and not needed"),
        (Right::Unproven(why), LabelSource::Why | LabelSource::Script) => {
            row(&what, Verdict::NotChecked, *why)
        }
    }
}

fn crumbs(asked: Option<bool>) -> Row {
    match asked {
        Some(true) => row(
            "crumbs",
            Verdict::Ok,
            "asked of whoever has no API token; footmand fetches them where it is asked",
        ),
        Some(false) => row("crumbs", Verdict::Ok, "not asked"),
        None => row("crumbs", Verdict::NotChecked, "Jenkins did not say whether it asks for them"),
    }
}

fn unlisted(error: &PollError) -> Row {
    let advice = match error {
        PollError::Call(_) => "see what is said of the connection and of Overall/Read",
        PollError::Listing(_) | PollError::NoSession => {
            "see whether a proxy before Jenkins changes its answers or keeps headers back"
        }
    };
    row("nodes", Verdict::Failed, error.to_string()).advice(advice)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::jenkins::{SendError, survey::SurveyedGuard};

    /// What a user of the least level has.
    pub(in crate::doctor) fn check() -> Check {
        let missing = || Right::Missing("403: no".into());
        Check {
            version: Some("2.541".to_owned()),
            session: Some(7),
            user: "footman".to_owned(),
            anonymous: false,
            permissions: vec![
                (Permission::OverallRead, Right::Held),
                (Permission::JobRead, Right::Held),
                (Permission::AgentCreate, Right::Held),
                (Permission::AgentConnect, Right::Held),
                (Permission::AgentExtendedRead, missing()),
                (Permission::OverallAdminister, missing()),
            ],
            agent_port: Some(50_000),
            web_socket: true,
            keeps_nodes: None,
        }
    }

    /// The same with another right.
    pub(in crate::doctor) fn with(permission: Permission, right: Right) -> Check {
        let mut check = check();
        for (of, own) in &mut check.permissions {
            if *of == permission {
                *own = right.clone();
            }
        }
        check
    }

    /// Facts about a Jenkins without nodes.
    pub(in crate::doctor) fn facts(check: Result<Check, CheckError>) -> JenkinsFacts {
        let (guard, clouds) = (SurveyedGuard::Absent, Ok(Vec::new()));
        let survey = JenkinsSurvey { check, nodes: Ok(Vec::new()), crumbs: Some(true), guard, clouds };
        JenkinsFacts {
            found: Ok(LookedAt { url: "https://ci/".to_owned(), survey }),
            owner: OwnerId::from("prod"),
            clouds: vec!["ecs".into()],
            lookouts: Vec::new(),
            labels: LabelSource::Why,
            ways: Vec::new(),
            guard_sha256: "ab".to_owned(),
        }
    }

    fn verdict(facts: &JenkinsFacts, what: &str) -> Verdict {
        let rows = rows(facts);
        rows.iter().find(|row| row.what == what).unwrap_or_else(|| panic!("{what}: {rows:?}")).verdict
    }

    #[test]
    fn each_right_has_the_verdict_of_what_it_is_for() {
        use Verdict::{Failed, NotChecked, Ok, Warning};
        let (held, missing, unproven) =
            (Right::Held, Right::Missing("403: no".into()), Right::Unproven("why"));
        let rights = [held, missing, unproven];
        // right => held, missing, unproven
        let table = [
            (Permission::OverallRead, [Ok, Failed, NotChecked]),
            (Permission::JobRead, [Ok, Failed, Warning]),
            (Permission::AgentCreate, [Ok, Failed, NotChecked]),
            (Permission::AgentConnect, [Ok, Failed, NotChecked]),
            (Permission::AgentExtendedRead, [Ok, Ok, NotChecked]),
            (Permission::OverallAdminister, [Warning, Ok, NotChecked]),
        ];
        for (permission, wants) in table {
            for (right, want) in rights.iter().zip(wants) {
                let facts = facts(Result::Ok(with(permission, right.clone())));
                assert_eq!(verdict(&facts, &permission.to_string()), want, "{permission} {right:?}");
            }
        }
        for (right, want) in rights.iter().zip([Ok, Failed, NotChecked]) {
            let facts = JenkinsFacts {
                labels: LabelSource::Script,
                ..facts(Result::Ok(with(Permission::OverallAdminister, right.clone())))
            };
            assert_eq!(verdict(&facts, "Overall/Administer"), want, "for the script, {right:?}");
        }
        assert_eq!(verdict(&facts(Result::Ok(check())), &UNTRIED.join(", ")), NotChecked);
        let mut all = with(Permission::OverallAdminister, Right::Held);
        all.permissions[1].1 = Right::Unproven("there is no job");
        let all = facts(Result::Ok(all));
        assert_eq!(["Job/Read", &UNTRIED.join(", ")].map(|what| verdict(&all, what)), [Ok, Ok]);
    }

    #[test]
    fn what_answers_say_of_themselves_is_looked_at() {
        use Verdict::{Failed, Ok, Warning};
        let table = [
            (check(), [Ok, Ok, Ok]),
            (Check { version: None, ..check() }, [Warning, Ok, Ok]),
            (Check { anonymous: true, ..check() }, [Ok, Warning, Ok]),
            (Check { session: None, ..check() }, [Ok, Ok, Failed]),
        ];
        for (check, want) in table {
            let facts = facts(Result::Ok(check));
            assert_eq!(["connection", "user", "session"].map(|what| verdict(&facts, what)), want);
        }
        for (crumbs, want) in [(Some(true), Ok), (Some(false), Ok), (None, Verdict::NotChecked)] {
            assert_eq!(super::crumbs(crumbs).verdict, want);
        }
        assert_eq!(unlisted(&PollError::NoSession).verdict, Failed);
    }

    #[test]
    fn a_jenkins_that_does_not_answer_fails_with_what_to_look_at() {
        let refused = |reason: &str| CheckError::Call(CallError::Refused { reason: reason.into() });
        let unreadable = serde_json::from_str::<u8>("<html>").unwrap_err();
        let table = [
            (
                CheckError::Call(CallError::NoAnswer(SendError::NotConnected("refused".to_owned()))),
                "--jenkins-ca",
            ),
            (refused("401: the user or the API token is not known"), "API token"),
            (refused("404: Not Found"), "prefix"),
            (unreadable.into(), "prefix"),
            (CheckError::Call(CallError::Unavailable), "wait"),
            (CheckError::Call(CallError::Throttled { retry_after: None }), "wait"),
            (CheckError::Call(CallError::Failed { reason: "500".into() }), "log"),
        ];
        for (error, advised) in table {
            let rows = rows(&facts(Err(error)));
            let said: Vec<_> = rows.iter().map(|row| row.verdict).collect();
            assert_eq!(said, [Verdict::Failed, Verdict::NotChecked]);
            assert!(rows[0].advice.as_ref().unwrap().contains(advised), "{:?}", rows[0]);
        }
        let nowhere = JenkinsFacts {
            found: Err(("nobody says where".to_owned(), Some("give --jenkins-url".to_owned()))),
            ..facts(Ok(check()))
        };
        let rows = rows(&nowhere);
        assert_eq!((rows.len(), rows[0].verdict), (1, Verdict::Failed));
        assert_eq!(rows[0].advice.as_deref(), Some("give --jenkins-url"));
    }
}
