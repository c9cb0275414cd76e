//! gzip for clients that take it, as Jenkins does on request (seen on Jenkins 2.263.4).

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Response, header},
};
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

/// Shorter bodies go out as they are: they would not become shorter.
const PACKED_FROM: usize = 256;

/// Whether a client takes gzip: it names it, and not to refuse it.
pub(super) fn is_accepted(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        matches!(name.trim(), "gzip" | "*") && weight.is_none_or(|weight| weight > 0.0)
    })
}

/// The same answer, packed where that is worth it.
pub(super) fn pack(response: Response<Bytes>) -> Response<Bytes> {
    if response.body().len() < PACKED_FROM {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(&body).and_then(|()| encoder.finish());
    let body = match packed {
        Ok(packed) => {
            parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            parts.headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
            Bytes::from(packed)
        }
        Err(_) => body,
    };
    Response::from_parts(parts, body)
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
        let long = pack(Response::new(Bytes::from("a".repeat(10_000))));
        assert_eq!(long.headers()[header::CONTENT_ENCODING], "gzip");
        assert!(long.body().len() < 200);
        assert!(pack(Response::new(Bytes::from("a"))).headers().is_empty());
    }
}
