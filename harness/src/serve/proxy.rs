//! A proxy before Jenkins that gives listings again for a while, so that they are stale: Jenkins itself shows what is.

use axum::{
    body::Bytes,
    http::{HeaderName, Method, Request, Response, StatusCode, header},
};
use footman_core::{Millis, Timestamp};
use std::fmt;

/// The most answers that it keeps.
const ANSWERS_MAX: usize = 64;
/// What makes two requests for one address different ones.
const VARIES: [HeaderName; 3] = [header::AUTHORIZATION, header::ACCEPT_ENCODING, header::COOKIE];

/// Listings that were given not long ago.
#[derive(Debug, Default)]
pub(super) struct Proxy {
    /// For how long a listing is given again; not at all where it is zero.
    pub(super) keeps: Millis,
    answers: Vec<Kept>,
}

struct Kept {
    made: Timestamp,
    asked: Request<()>,
    answer: Response<Bytes>,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The request's headers and the answer are another's secrets.
        f.debug_struct("Kept").field("made", &self.made).finish_non_exhaustive()
    }
}

impl Proxy {
    /// What it answers without asking Jenkins.
    pub(super) fn answer(&mut self, now: Timestamp, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let keeps = self.keeps;
        self.answers.retain(|kept| now.since(kept.made) < keeps);
        self.answers.iter().find(|kept| kept.answers(request)).map(|kept| kept.answer.clone())
    }

    /// Takes note of what Jenkins answered when it was asked for a listing.
    pub(super) fn keep(&mut self, now: Timestamp, request: &Request<Bytes>, answer: &Response<Bytes>) {
        let fit = request.method() == Method::GET && answer.status() == StatusCode::OK;
        if self.keeps == Millis::ZERO || !fit || self.answers.len() == ANSWERS_MAX {
            return;
        }
        let mut asked = Request::new(());
        *asked.uri_mut() = request.uri().clone();
        *asked.headers_mut() = request.headers().clone();
        self.answers.push(Kept { made: now, asked, answer: answer.clone() });
    }
}

impl Kept {
    fn answers(&self, request: &Request<Bytes>) -> bool {
        let same = |name: &HeaderName| self.asked.headers().get(name) == request.headers().get(name);
        request.method() == Method::GET && self.asked.uri() == request.uri() && VARIES.iter().all(same)
    }
}
