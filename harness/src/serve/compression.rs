//! gzip for clients that take it, as Jenkins does on request (seen on Jenkins 2.263.4).

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Response, header},
};
use flate2::{Compression, write::GzEncoder};
use std::{
    io::Write,
    sync::{Mutex, PoisonError},
};

/// Shorter bodies go out as they are: they would not become shorter.
const PACKED_FROM: usize = 256;
/// Bodies of this length are worth being kept packed: packing takes longer than everything else that is done with them.
const KEPT_FROM: usize = 1 << 16;

/// Packs answers, and keeps the last long one: the face gives an answer again where nothing has changed, as the same
/// bytes in the same place.
#[derive(Debug, Default)]
pub(super) struct Packer {
    last: Mutex<Option<Packed>>,
}

/// A body with what became of it. The body is held, so that its place in memory is taken by no other.
#[derive(Debug, Clone)]
struct Packed {
    body: Bytes,
    packed: Bytes,
}

/// Whether a client takes gzip: it names it, and not to refuse it.
pub(super) fn is_accepted(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        matches!(name.trim(), "gzip" | "*") && weight.is_none_or(|weight| weight > 0.0)
    })
}

impl Packer {
    /// The same answer, packed where that is worth it.
    pub(super) fn pack(&self, response: Response<Bytes>) -> Response<Bytes> {
        if response.body().len() < PACKED_FROM {
            return response;
        }
        let (mut parts, body) = response.into_parts();
        let Some(packed) = self.packed(&body) else { return Response::from_parts(parts, body) };
        parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        parts.headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        Response::from_parts(parts, packed)
    }

    fn packed(&self, body: &Bytes) -> Option<Bytes> {
        if body.len() < KEPT_FROM {
            return gzip(body);
        }
        let is_same = |last: &&Packed| last.body.as_ptr() == body.as_ptr() && last.body.len() == body.len();
        // Whoever panicked while holding it left an answer that is whole, or none.
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = last().as_ref().filter(is_same) {
            return Some(known.packed.clone());
        }
        let packed = gzip(body)?;
        *last() = Some(Packed { body: body.clone(), packed: packed.clone() });
        Some(packed)
    }
}

fn gzip(body: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_accepted_where_it_is_named_and_not_refused() {
        // (Accept-Encoding => accepted)
        let table = [
            ("gzip, deflate, br", true),
            ("gzip;q=0.5", true),
            ("*", true),
            ("gzip;q=0", false),
            ("br", false),
            ("", false),
        ];
        for (value, want) in table {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, value.parse().unwrap())]);
            assert_eq!(is_accepted(&headers), want, "{value}");
        }
        assert!(!is_accepted(&HeaderMap::new()));
    }

    #[test]
    fn a_long_answer_is_packed_and_a_short_one_is_not() {
        let packer = Packer::default();
        let long = packer.pack(Response::new(Bytes::from("a".repeat(10_000))));
        assert_eq!(long.headers()[header::CONTENT_ENCODING], "gzip");
        assert!(long.body().len() < 200);
        assert!(packer.pack(Response::new(Bytes::from("a"))).headers().is_empty());
    }

    #[test]
    fn the_same_bytes_are_packed_once_and_equal_ones_again() {
        let (packer, body) = (Packer::default(), Bytes::from("a".repeat(KEPT_FROM)));
        let first = packer.pack(Response::new(body.clone()));
        let again = packer.pack(Response::new(body));
        assert_eq!(first.body().as_ptr(), again.body().as_ptr());
        let other = packer.pack(Response::new(Bytes::from("b".repeat(KEPT_FROM))));
        assert_ne!(other.body(), first.body());
    }
}
