//! A request as Jenkins sees it: its path in pieces, its parameters from the query and the form alike.

use super::{
    kept::Question,
    reply::Refusal,
    security::{CRUMB_FIELD, Who},
};
use crate::Language;
use bytes::Bytes;
use http::{Method, Request, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What may not stand as it is in a piece of a path.
const PATH_PIECE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'(').remove(b')');

/// The same in a piece that is the values of a matrix configuration, which Jenkins writes less carefully
/// (`Util.rawEncode`, read 2026-11-26).
const VALUES_PIECE: &AsciiSet = &PATH_PIECE
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b'=')
    .remove(b'@');

/// A request, read.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// GET for HEAD too: the server leaves the body out.
    pub(super) method: Method,
    /// Path and query, as they were sent.
    place: &'a str,
    /// The pieces of the path, decoded.
    path: Vec<String>,
    /// Where `Location` headers begin: they follow the request's Host, not the configured URL (Jenkins 2.263.4).
    pub(super) base: String,
    /// Whether the body is XML by its media type.
    pub(super) is_xml: bool,
    pub(super) body: &'a Bytes,
    /// What `why` is worded in.
    pub(super) language: Language,
    /// Who asks.
    pub(super) who: Who,
    /// The header that carries a crumb.
    crumb: Option<&'a str>,
    params: Vec<(String, String)>,
}

impl<'a> Call<'a> {
    /// Reads a request; a path that is no UTF-8 leads nowhere.
    pub(super) fn read(request: &'a Request<Bytes>, who: Who) -> Result<Self, Refusal> {
        let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let pieces = request.uri().path().split('/').filter(|piece| !piece.is_empty());
        let decoded = pieces.map(|piece| percent_decode_str(piece).decode_utf8().map(String::from));
        let path = decoded.collect::<Result<_, _>>().map_err(|_| Refusal::NOT_FOUND)?;
        let scheme = text(header::HeaderName::from_static("x-forwarded-proto")).unwrap_or("http");
        let host = text(header::HOST).or_else(|| request.uri().authority().map(|a| a.as_str()));
        let kind = text(header::CONTENT_TYPE).unwrap_or_default();
        let query = request.uri().query().unwrap_or_default();
        let mut params: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        if kind.starts_with("application/x-www-form-urlencoded") {
            params.extend(form_urlencoded::parse(request.body()).into_owned());
        }
        Ok(Self {
            method: if *request.method() == Method::HEAD { Method::GET } else { request.method().clone() },
            place: request.uri().path_and_query().map_or("", |place| place.as_str()),
            path,
            base: format!("{scheme}://{}/", host.unwrap_or("localhost")),
            is_xml: kind.starts_with("application/xml") || kind.starts_with("text/xml"),
            body: request.body(),
            language: text(header::ACCEPT_LANGUAGE).map_or(Language::English, Language::of_header),
            who,
            crumb: request.headers().get(CRUMB_FIELD).and_then(|value| value.to_str().ok()),
            params,
        })
    }

    /// The value of a parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// What is asked, where nothing is done and no parameter stands in a body.
    pub(super) fn question(&self) -> Option<Question> {
        let (who, language) = (self.who.clone(), self.language);
        let asks = self.method == Method::GET && self.body.is_empty();
        asks.then(|| Question { place: self.place.into(), who, language })
    }

    /// The name of what is to be made.
    pub(super) fn name(&self) -> Result<&str, Refusal> {
        self.param("name").ok_or_else(|| Refusal::Explained("Query parameter 'name' is required".to_owned()))
    }

    /// The pieces of the path.
    pub(super) fn pieces(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    /// The crumb, as a header or as a parameter.
    pub(super) fn crumb(&self) -> Option<&str> {
        self.crumb.or_else(|| self.param(CRUMB_FIELD))
    }

    /// Does what wants POST.
    pub(super) fn post<T>(&self, act: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
        if self.method == Method::POST { act() } else { Err(Refusal::WantsPost) }
    }
}

/// `name` as a piece of a path.
pub(super) fn piece(name: &str) -> String {
    utf8_percent_encode(name, PATH_PIECE).to_string()
}

/// The values of a matrix configuration as a piece of a path.
pub(super) fn piece_of_values(combination: &str) -> String {
    utf8_percent_encode(combination, VALUES_PIECE).to_string()
}
