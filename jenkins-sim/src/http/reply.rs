//! Answers: what a Jenkins 2.263.4 sends for each status, headers included.
//!
//! `X-Jenkins` and `X-Jenkins-Session` stand on API pages and HTML of Jenkins' own; they do not stand on 201, 302, 204,
//! on answers without a body, and on error pages of the servlet container (seen on Jenkins 2.263.4).

use super::{
    config::escape,
    permission::Permission,
    security::{ANONYMOUS, Sessions},
    version::Version,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header, response::Builder};
use std::sync::Arc;

/// Why a request is not done.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The servlet container's own error page.
    Container(StatusCode, &'static str),
    /// Jenkins' page "Error", with the text in `X-Error`.
    Explained(String),
    /// Jenkins' page "Oops!": an exception that nobody caught, or a status without further words.
    Oops(StatusCode),
    /// An exception while an API page was made, whose headers were there already (recording a032).
    OopsOfApi,
    /// Jenkins' page that says that the URL wants POST.
    WantsPost,
    /// The user's name or secret is wrong.
    Unauthorized(String),
    /// The user may not do that.
    Denied {
        /// Who.
        who: Arc<str>,
        /// What would allow it.
        permission: Permission,
    },
    /// A change needs a crumb; looking for it began a session.
    NoCrumb {
        /// Whether it did.
        begins_session: bool,
    },
    /// Jenkins would do it, and the simulator does not.
    NotSimulated(&'static str),
    /// The controller starts.
    Starting,
    /// The controller is down: there is no answer.
    Silent,
}

/// What answers say of the Jenkins that they come from, and of the client's session.
#[derive(Debug)]
pub(super) struct Site<'a> {
    pub(super) version: Version,
    /// `X-Jenkins-Session`: another one after each restart.
    pub(super) session: String,
    /// Whether the client sent the cookie of a session.
    pub(super) has_cookie: bool,
    pub(super) sessions: &'a mut Sessions,
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
    pub(super) fn reply(self, site: &mut Site<'_>) -> Option<Response<Bytes>> {
        const OOPS: &str = "<img src=\"/images/rage.png\" width=\"154\" height=\"179\">\
                            <span style=\"font-size:50px\">\u{a0}Oops!</span>";
        Some(match self {
            Self::Container(status, text) => container(status, text),
            Self::Explained(text) => {
                let mut response = site.html(StatusCode::BAD_REQUEST, "Jenkins [Jenkins]", "Error");
                response.headers_mut().insert("x-error", latin(&text));
                response
            }
            Self::Oops(status) => site.html(status, "Jenkins [Jenkins]", OOPS),
            Self::OopsOfApi => {
                let mut response = site.html(StatusCode::INTERNAL_SERVER_ERROR, "Jenkins [Jenkins]", OOPS);
                let headers = response.headers_mut();
                headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("deny"));
                for _ in 0..2 {
                    headers.append(header::X_FRAME_OPTIONS, HeaderValue::from_static("sameorigin"));
                }
                response
            }
            Self::WantsPost => site.html(
                StatusCode::METHOD_NOT_ALLOWED,
                "Method Not Allowed [Jenkins]",
                "This URL requires POST",
            ),
            Self::Unauthorized(text) => {
                let mut response = container(StatusCode::UNAUTHORIZED, &text);
                let realm = HeaderValue::from_static("Basic realm=\"Jenkins\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
                response
            }
            Self::Denied { who, permission } => denied(site, &who, permission),
            Self::NoCrumb { begins_session } => {
                let mut response =
                    container(StatusCode::FORBIDDEN, "No valid crumb was included in the request");
                if begins_session {
                    site.begin_session(response.headers_mut());
                }
                response
            }
            Self::NotSimulated(what) => {
                let text = format!("{what}\n");
                let builder = Response::builder().status(StatusCode::NOT_IMPLEMENTED);
                finish(builder.header(header::CONTENT_TYPE, "text/plain;charset=utf-8"), text)
            }
            Self::Starting => {
                let title = "Please wait while Jenkins is getting ready to work";
                site.html(StatusCode::SERVICE_UNAVAILABLE, title, title)
            }
            Self::Silent => return None,
        })
    }
}

impl Site<'_> {
    /// A page for people.
    pub(super) fn html(&mut self, status: StatusCode, title: &str, heading: &str) -> Response<Bytes> {
        let builder = self.named(Response::builder().status(status)).header("x-hudson", "1.395");
        let builder = builder.header(header::X_FRAME_OPTIONS, "sameorigin");
        let text = page(title, heading);
        let mut response = finish(builder.header(header::CONTENT_TYPE, "text/html;charset=utf-8"), text);
        self.begin_session(response.headers_mut());
        response
    }

    /// Tells the client its session, where it has none.
    pub(super) fn begin_session(&mut self, headers: &mut HeaderMap) -> Option<String> {
        if self.has_cookie {
            return None;
        }
        let id = self.sessions.begin();
        headers.insert(header::SET_COOKIE, latin(&Sessions::cookie(&id)));
        Some(id)
    }

    fn named(&self, builder: Builder) -> Builder {
        named(builder, self.version, &self.session)
    }
}

/// A page of the API.
pub(super) fn api(version: Version, session: &str, kind: &'static str, text: String) -> Response<Bytes> {
    let builder = named(Response::builder(), version, session).header(header::X_FRAME_OPTIONS, "deny");
    finish(builder.header(header::CONTENT_TYPE, kind), text)
}

fn named(builder: Builder, version: Version, session: &str) -> Builder {
    builder.header("x-jenkins", version.to_string()).header("x-jenkins-session", session)
}

/// 403, for those who are logged in and those who are not alike (recordings e001, and jenkins.md 3).
fn denied(site: &mut Site<'_>, who: &str, permission: Permission) -> Response<Bytes> {
    let missing = format!("{} is missing the {} permission", escape(who), permission.title());
    let body = if who == ANONYMOUS {
        format!(
            "<html><head><meta http-equiv='refresh' content='1;url=/login'/></head><body>Authentication required\n\
             <!--\nYou are authenticated as: {who}\nPermission you need to have: {}\n-->\n</body></html>\n",
            permission.id()
        )
    } else {
        page("Access Denied [Jenkins]", &missing)
    };
    let builder = site.named(Response::builder().status(StatusCode::FORBIDDEN)).header("x-hudson", "1.395");
    let mut response = finish(builder.header(header::CONTENT_TYPE, "text/html;charset=utf-8"), body);
    let headers = response.headers_mut();
    site.begin_session(headers);
    headers.insert("x-you-are-authenticated-as", latin(who));
    headers.insert("x-required-permission", HeaderValue::from_static(permission.id()));
    for implied in permission.implied_by() {
        let name = HeaderName::from_static("x-permission-implied-by");
        headers.append(name, HeaderValue::from_static(implied));
    }
    response
}

/// The servlet container's own error page.
pub(super) fn container(status: StatusCode, text: &str) -> Response<Bytes> {
    let title = format!("Error {} {}", status.as_u16(), escape(text));
    let builder = Response::builder().status(status);
    finish(builder.header(header::CONTENT_TYPE, "text/html;charset=iso-8859-1"), bare_page(&title))
}

/// A document that is no page: XML, plain text, or the file by which an agent is started.
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

fn finish(builder: Builder, body: String) -> Response<Bytes> {
    let response = builder.header("x-content-type-options", "nosniff").body(Bytes::from(body));
    response.expect("every header is a name and a checked value")
}

fn page(title: &str, heading: &str) -> String {
    format!("<html><head><title>{title}</title></head><body><h1>{heading}</h1></body></html>\n")
}

fn bare_page(title: &str) -> String {
    format!("<html><head><title>{title}</title></head><body><h2>{title}</h2></body></html>\n")
}

/// `text` as a header can hold it: Jenkins turns what is not Latin-1 into spaces, quotation marks among it.
pub(super) fn latin(text: &str) -> HeaderValue {
    let plain: String = text.chars().map(|c| if matches!(c, ' '..='~') { c } else { ' ' }).collect();
    HeaderValue::from_str(&plain).expect("printable ASCII is a header value")
}
