//! Answers: what a Jenkins 2.263.4 sends for each status, headers included.
//!
//! `X-Jenkins` and `X-Jenkins-Session` stand on API pages and HTML of Jenkins' own; they do not stand on 201, 302, 204,
//! on answers without a body, and on error pages of the servlet container (seen on Jenkins 2.263.4).

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header, response::Builder};

/// The version that the simulator is modelled on.
pub(super) const VERSION: &str = "2.263.4";

/// Why a request is not done.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The servlet container's own error page.
    Container(StatusCode, &'static str),
    /// Jenkins' page "Error", with the text in `X-Error`.
    Explained(String),
    /// Jenkins' page "Oops!": an exception that nobody caught, or a status without further words.
    Oops(StatusCode),
    /// Jenkins' page that says that the URL wants POST.
    WantsPost,
    /// The controller starts.
    Starting,
    /// The controller is down: there is no answer.
    Silent,
}

impl Refusal {
    /// Nothing is there.
    pub(super) const NOT_FOUND: Self = Self::Container(StatusCode::NOT_FOUND, "Not Found");
    /// A form was expected.
    pub(super) const NO_FORM: Self =
        Self::Container(StatusCode::BAD_REQUEST, "This page expects a form submission");
    /// An exception.
    pub(super) const OOPS: Self = Self::Oops(StatusCode::INTERNAL_SERVER_ERROR);

    /// The refusal that stands for a status of the state machine, whose words are `text`.
    pub(super) fn of(status: Option<u16>, text: String) -> Self {
        match status {
            None => Self::Silent,
            Some(400) => Self::Explained(text),
            Some(404) => Self::NOT_FOUND,
            Some(503) => Self::Starting,
            Some(other) => {
                Self::Oops(StatusCode::from_u16(other).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
            }
        }
    }

    /// The answer, or `None` where there is none.
    pub(super) fn reply(self, session: &str) -> Option<Response<Bytes>> {
        let html = |status, title: &str, session| {
            let builder = with_session(Response::builder().status(status), session);
            finish(builder.header(header::CONTENT_TYPE, "text/html;charset=utf-8"), page(title))
        };
        Some(match self {
            Self::Container(status, text) => {
                let title = format!("Error {} {text}", status.as_u16());
                let builder = Response::builder().status(status);
                finish(builder.header(header::CONTENT_TYPE, "text/html;charset=iso-8859-1"), page(&title))
            }
            Self::Explained(text) => {
                let mut response = html(StatusCode::BAD_REQUEST, "Jenkins [Jenkins] | Error", session);
                response.headers_mut().insert("x-error", latin(&text));
                response
            }
            Self::Oops(status) => html(status, "Jenkins [Jenkins] | Oops!", session),
            Self::WantsPost => html(
                StatusCode::METHOD_NOT_ALLOWED,
                "Method Not Allowed [Jenkins] | This URL requires POST",
                session,
            ),
            Self::Starting => {
                let title = "Please wait while Jenkins is getting ready to work";
                html(StatusCode::SERVICE_UNAVAILABLE, title, session)
            }
            Self::Silent => return None,
        })
    }
}

/// JSON of the API.
pub(super) fn json(text: String, session: &str) -> Response<Bytes> {
    let builder = with_session(Response::builder(), session);
    finish(builder.header(header::CONTENT_TYPE, "application/json;charset=utf-8"), text)
}

/// A page for people.
pub(super) fn html(title: &str, session: &str) -> Response<Bytes> {
    let builder = with_session(Response::builder(), session);
    finish(builder.header(header::CONTENT_TYPE, "text/html;charset=utf-8"), page(title))
}

/// A document that is no page: XML, or the file by which an agent is started.
pub(super) fn document(kind: &'static str, text: String) -> Response<Bytes> {
    finish(Response::builder().header(header::CONTENT_TYPE, kind), text)
}

/// An answer without a body: 200 or 204.
pub(super) fn done(status: StatusCode) -> Response<Bytes> {
    finish(Response::builder().status(status), String::new())
}

/// 201 or 302 with its `Location`.
pub(super) fn located(status: StatusCode, location: &str) -> Response<Bytes> {
    finish(Response::builder().status(status).header(header::LOCATION, latin(location)), String::new())
}

fn with_session(builder: Builder, session: &str) -> Builder {
    builder.header("x-jenkins", VERSION).header("x-jenkins-session", session)
}

fn finish(builder: Builder, body: String) -> Response<Bytes> {
    let response = builder.header("x-content-type-options", "nosniff").body(Bytes::from(body));
    response.expect("every header is a name and a checked value")
}

fn page(title: &str) -> String {
    format!("<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n")
}

/// `text` as a header can hold it: Jenkins turns what is not Latin-1 into spaces, quotation marks among it.
fn latin(text: &str) -> HeaderValue {
    let plain: String = text.chars().map(|c| if matches!(c, ' '..='~') { c } else { ' ' }).collect();
    HeaderValue::from_str(&plain).expect("printable ASCII is a header value")
}
