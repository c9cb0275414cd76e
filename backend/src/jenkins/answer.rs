//! What came of one request: an answer, or that there is none; and what an answer that refuses says.
//!
//! The words of a refusal are Jenkins' own, from its headers and from the title of its page, and never what was sent.

use super::listing;
use footman_core::{Millis, event::Failure};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::{error::Error, fmt, io, iter, sync::Arc};
use thiserror::Error;

/// The longest text of a page that is passed on.
const WORDS_MAX: usize = 300;

/// An answer, read to its end.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl fmt::Debug for Answer {
    /// The status alone: the rest may hold an agent's secret or a session.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Why there is no answer, split by whether the request may have been heeded.
#[derive(Debug, Error)]
pub enum SendError {
    /// No connection was made, so nothing was done: nobody listens, the name leads nowhere, the certificate is not trusted.
    #[error("no connection to Jenkins: {0}")]
    NotConnected(String),
    /// The answer did not come, or not to its end: the request may have been heeded.
    #[error("no answer from Jenkins: {0}")]
    Lost(String),
    /// The answer is longer than any that is expected.
    #[error("the answer of Jenkins is longer than {bytes_max} bytes")]
    TooLong {
        /// The most that is read.
        bytes_max: usize,
    },
}

impl SendError {
    pub(super) fn of(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let words = causes(&error).map(ToString::to_string).collect::<Vec<_>>().join(": ");
        // A connection that broke off while a request was on its way is no failed connect, but its cause may be refused.
        if error.is_connect() || refused_connection(&error) {
            Self::NotConnected(words)
        } else {
            Self::Lost(words)
        }
    }

    /// What this means to the core.
    pub fn failure(&self) -> Failure {
        match self {
            Self::NotConnected(_) => Failure::Unavailable,
            Self::Lost(_) | Self::TooLong { .. } => Failure::Unknown,
        }
    }
}

fn refused_connection(error: &reqwest::Error) -> bool {
    let mut io = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
    io.any(|io| io.kind() == io::ErrorKind::ConnectionRefused)
}

/// An error and all that caused it.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&cause| cause.source())
}

/// Why a request did not do what it was meant to do, split by what is done next.
#[derive(Debug, Error)]
pub enum CallError {
    /// There is no answer.
    #[error(transparent)]
    NoAnswer(#[from] SendError),
    /// There are too many requests; a proxy says so, Jenkins never does. Slow down.
    #[error("too many requests")]
    Throttled {
        /// How long the answer asked to wait (`Retry-After` in seconds).
        retry_after: Option<Millis>,
    },
    /// Jenkins starts, or a proxy does not reach it (503): nothing was done, repeat later.
    #[error("Jenkins is not ready (503)")]
    Unavailable,
    /// It failed inside Jenkins or on the way (another 5xx): it may have come half-way.
    #[error("Jenkins failed: {reason}")]
    Failed {
        /// The words of the answer.
        reason: Arc<str>,
    },
    /// It was refused, and will be as long as nobody changes something: a permission, mostly.
    #[error("Jenkins refused: {reason}")]
    Refused {
        /// The words of the answer.
        reason: Arc<str>,
    },
}

impl CallError {
    /// What this means to the core.
    pub fn failure(&self) -> Failure {
        match self {
            Self::NoAnswer(error) => error.failure(),
            Self::Throttled { retry_after } => Failure::Throttled { retry_after: *retry_after },
            Self::Unavailable => Failure::Unavailable,
            Self::Failed { .. } => Failure::Unknown,
            Self::Refused { reason } => Failure::Refused { reason: Arc::clone(reason) },
        }
    }
}

impl Answer {
    /// A header's value, where it is a text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether a change is made: Jenkins answers with 2xx, or leads to the page of what was changed.
    ///
    /// A redirect to anywhere else is that of a login, in Jenkins or before it.
    pub(super) fn is_done(&self) -> bool {
        let leads_to_nodes = || {
            let location = self.header("location").unwrap_or_default();
            location.starts_with('.') || location.contains("/computer/")
        };
        matches!(self.status, 200..=299) || (matches!(self.status, 300..=399) && leads_to_nodes())
    }

    /// `X-Jenkins-Session`, which is on pages and answers of the API, and on no redirect.
    pub(super) fn session(&self) -> Option<u64> {
        self.header("x-jenkins-session").map(listing::session)
    }

    /// Whether it was refused for want of a crumb, before anything was done.
    pub(super) fn wants_crumb(&self) -> bool {
        self.status == 403
            && self.header("x-required-permission").is_none()
            && String::from_utf8_lossy(&self.body).contains("No valid crumb")
    }

    /// The permission that was lacking, as Jenkins names it: `hudson.model.Computer.Create`.
    pub(super) fn permission(&self) -> Option<&str> {
        self.header("x-required-permission").filter(|_| self.status == 403)
    }

    /// What an answer means that is not the one that was hoped for.
    pub(super) fn error(&self) -> CallError {
        match self.status {
            429 => CallError::Throttled { retry_after: self.retry_after() },
            503 => CallError::Unavailable,
            500..=599 => CallError::Failed { reason: self.words() },
            _ => CallError::Refused { reason: self.words() },
        }
    }

    /// The answer, where it is a 200.
    pub(super) fn ok(self) -> Result<Self, CallError> {
        if self.status == 200 { Ok(self) } else { Err(self.error()) }
    }

    /// `Retry-After` in seconds (RFC 9110, 10.2.3), where the answer has one. A date is not read.
    fn retry_after(&self) -> Option<Millis> {
        let seconds: u32 = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
        Some(Millis::from_secs(u64::from(seconds)))
    }

    /// What it says: of `X-Error` and `X-Required-Permission` first, then of the page's title.
    pub(super) fn words(&self) -> Arc<str> {
        let status = self.status;
        let words = match (self.header("x-error"), self.permission(), self.status) {
            (Some(error), _, _) => cut(error).to_owned(),
            (None, Some(permission), _) => {
                let user = self.header("x-you-are-authenticated-as").unwrap_or("the user");
                format!("{user} lacks the permission {permission}")
            }
            (None, None, 401) => "the user or the API token is not known".to_owned(),
            (None, None, 300..=399) => {
                format!("redirected to {}", self.header("location").map_or("nowhere", cut))
            }
            (None, None, _) => {
                let page = String::from_utf8_lossy(&self.body);
                let title = page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
                title.map_or("no reason given", |(title, _)| cut(title)).to_owned()
            }
        };
        format!("{status}: {words}").into()
    }
}

/// The beginning of a text, on one line.
fn cut(text: &str) -> &str {
    let line = text.trim().lines().next().unwrap_or_default();
    let end = (0..=WORDS_MAX.min(line.len())).rev().find(|&at| line.is_char_boundary(at));
    &line[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        let pair = |&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
        Answer { status, headers: headers.iter().map(pair).collect(), body: body.as_bytes().to_vec() }
    }

    fn refused(reason: &str) -> Failure {
        Failure::Refused { reason: reason.into() }
    }

    #[test]
    fn an_answer_that_refuses_means_what_its_status_and_its_words_say() {
        let permission = [
            ("x-you-are-authenticated-as", "reader"),
            ("x-required-permission", "hudson.model.Computer.Create"),
        ];
        let throttled = |secs: Option<u64>| Failure::Throttled { retry_after: secs.map(Millis::from_secs) };
        let table = [
            (answer(429, &[("retry-after", "7")], ""), throttled(Some(7))),
            (answer(429, &[("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT")], ""), throttled(None)),
            (answer(429, &[], ""), throttled(None)),
            (answer(503, &[], "<title>Starting Jenkins</title>"), Failure::Unavailable),
            (answer(500, &[], "<title>Oops!</title>"), Failure::Unknown),
            (answer(502, &[], ""), Failure::Unknown),
            (answer(504, &[], ""), Failure::Unknown),
            (
                answer(403, &permission, "<html>"),
                refused("403: reader lacks the permission hudson.model.Computer.Create"),
            ),
            (
                answer(403, &[], "<title>Error 403 No valid crumb</title>"),
                refused("403: Error 403 No valid crumb"),
            ),
            (answer(401, &[], "<html>"), refused("401: the user or the API token is not known")),
            (
                answer(400, &[("x-error", "Agent called  n1  already exists")], ""),
                refused("400: Agent called  n1  already exists"),
            ),
            (
                answer(302, &[("location", "http://j/login?from=%2F")], ""),
                refused("302: redirected to http://j/login?from=%2F"),
            ),
            (answer(404, &[], "plain"), refused("404: no reason given")),
        ];
        for (answer, failure) in table {
            assert_eq!(answer.error().failure(), failure);
        }
        let long = answer(400, &[], &format!("<title>{}</title>", "ü".repeat(400)));
        assert_eq!(long.words().len(), "400: ".len() + WORDS_MAX);
    }

    #[test]
    fn a_change_is_made_where_jenkins_leads_to_what_was_changed() {
        // (status, location) => done
        let table = [
            (200, "", true),
            (204, "", true),
            (302, "http://j/ci/computer/", true),
            (302, "http://other/computer/n1/", true), // the host is the request's, which a proxy may have changed
            (303, ".", true),
            (302, "http://j/login?from=%2Fcomputer", false),
            (302, "https://sso.example.org/", false),
            (302, "", false),
            (404, "", false),
        ];
        for (status, location, done) in table {
            assert_eq!(answer(status, &[("location", location)], "").is_done(), done, "{status} {location}");
        }
    }

    #[test]
    fn a_crumb_is_wanted_where_its_lack_is_the_reason() {
        let page = "<title>Error 403 No valid crumb was included in the request</title>";
        assert!(answer(403, &[], page).wants_crumb());
        assert!(!answer(403, &[("x-required-permission", "x")], page).wants_crumb());
        assert!(!answer(403, &[], "<title>Forbidden</title>").wants_crumb());
        assert!(!answer(200, &[], page).wants_crumb());
    }
}
