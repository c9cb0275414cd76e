//! A client of one Jenkins that does each request once, and in bounded time.
//!
//! It follows no redirect: what changes something answers with one to a large page that nobody reads. It repeats nothing:
//! whether and when something is done again is the core's to say. The one exception is the crumb that Jenkins asks of whoever
//! has no API token: a request that lacked it was refused before anything was done, and is sent again with it.
//!
//! Tokens and secrets are never part of a URL, of an error or of what `Debug` shows.

use super::answer::{Answer, SendError};
use reqwest::{
    Certificate, Method, Url,
    header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE},
    redirect, retry,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use thiserror::Error;

/// Jenkins closes connections that were idle for 5 s (Winstone's default, seen on 2.263.4); what is sent into one that is
/// just being closed is lost.
const IDLE_MAX: Duration = Duration::from_secs(4);
/// The longest answer that is read, unpacked. A queue of 10,000 items is 4 MB.
const BODY_MAX: usize = 64 << 20;

/// Where Jenkins is, and who asks.
#[derive(Debug, Clone)]
pub struct JenkinsSettings {
    /// Jenkins' own URL, with the prefix that it has behind a reverse proxy: `https://ci.example.org/jenkins/`.
    pub url: String,
    /// Who asks; `None` for a Jenkins that asks nobody who he is.
    pub credentials: Option<JenkinsCredentials>,
    /// Certificates in PEM form of authorities to trust besides the system's own, where Jenkins has one of a private one.
    pub certificates: Vec<Vec<u8>>,
    /// Whether the proxy that the environment names (`HTTPS_PROXY` and its kin) is used.
    pub environment_proxy: bool,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long a request may take from its first byte to the last of the answer; then its outcome is unknown.
    pub request_timeout: Duration,
}

/// A user and an API token of theirs, or their password.
#[derive(Debug, Clone)]
pub struct JenkinsCredentials {
    /// The user's id.
    pub user: String,
    /// The token. With a password Jenkins asks for a crumb besides.
    pub token: SecretString,
}

/// Why there is no client.
#[derive(Debug, Error)]
pub enum JenkinsSettingsError {
    /// The URL is none that Jenkins can have; the text says why.
    #[error("`{url}` is no URL of a Jenkins: {reason}")]
    Url {
        /// The URL, without what may be a password in it.
        url: String,
        /// Why.
        reason: &'static str,
    },
    /// A certificate cannot be read, or TLS has no authority to trust.
    #[error("no client with these certificates: {0}")]
    Certificates(#[source] reqwest::Error),
}

/// A client of one Jenkins; cheap to clone.
#[derive(Debug, Clone)]
pub struct Jenkins {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    http: reqwest::Client,
    /// Ends with a slash.
    root: Url,
    credentials: Option<JenkinsCredentials>,
    /// What Jenkins asked to be sent with each change, once it did.
    crumb: Mutex<Option<Arc<Crumb>>>,
    /// Whether it has the older name alone for the file by which an agent starts.
    has_old_file: AtomicBool,
}

/// What proves that a change was not sent by a foreign page; it belongs to a session (Jenkins 2.176.2, SECURITY-626).
#[derive(Debug)]
struct Crumb {
    field: HeaderName,
    /// Sensitive, as the cookie is: `Debug` shows neither.
    value: HeaderValue,
    cookie: Option<HeaderValue>,
}

/// What is sent with a change.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body<'a> {
    /// Names and values of a form.
    Form(&'a [(&'a str, &'a str)]),
    /// A document.
    Xml(&'a str),
}

impl JenkinsSettings {
    /// The Jenkins at `url`, for nobody in particular: 3 s for a connection, 10 s for a request.
    ///
    /// The slowest request that a daemon makes is a queue of thousands of items, well below a second on an idle controller.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            credentials: None,
            certificates: Vec::new(),
            environment_proxy: true,
            connect_timeout: Duration::from_secs(3),
            request_timeout: Duration::from_secs(10),
        }
    }
}

impl Jenkins {
    /// A client of that Jenkins; it makes no request yet.
    ///
    /// # Errors
    ///
    /// Fails where the URL or a certificate is none.
    pub fn new(settings: JenkinsSettings) -> Result<Self, JenkinsSettingsError> {
        let root = root(&settings.url)?;
        let mut headers = HeaderMap::new();
        // Jenkins words `why` in the language that is asked for.
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("footman/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .pool_idle_timeout(IDLE_MAX)
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.request_timeout);
        if !settings.environment_proxy {
            builder = builder.no_proxy();
        }
        for pem in &settings.certificates {
            let bundle = Certificate::from_pem_bundle(pem).map_err(JenkinsSettingsError::Certificates)?;
            builder = builder.tls_certs_merge(bundle);
        }
        let http = builder.build().map_err(JenkinsSettingsError::Certificates)?;
        let credentials = settings.credentials;
        let (crumb, has_old_file) = (Mutex::default(), AtomicBool::new(false));
        let shared = Shared { http, root, credentials, crumb, has_old_file };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Jenkins' own URL, as agents are told it too.
    pub fn url(&self) -> &str {
        self.shared.root.as_str()
    }

    /// The URL of what lies at this path; each piece is escaped.
    pub(super) fn at(&self, path: &[&str]) -> Url {
        let mut url = self.shared.root.clone();
        url.path_segments_mut()
            .expect("checked when the client was made: it is http or https")
            .pop_if_empty()
            .extend(path);
        url
    }

    /// Asks for something.
    pub(super) async fn get(&self, url: Url) -> Result<Answer, SendError> {
        self.send(Method::GET, url, None, None).await
    }

    /// Asks for `tree` of what the API shows at this path.
    pub(super) async fn api(&self, path: &[&str], tree: &str) -> Result<Answer, SendError> {
        let mut url = self.at(path);
        url.path_segments_mut()
            .expect("checked when the client was made: it is http or https")
            .extend(["api", "json"]);
        url.query_pairs_mut().append_pair("tree", tree);
        self.get(url).await
    }

    /// Changes something.
    pub(super) async fn post(&self, url: Url, body: Body<'_>) -> Result<Answer, SendError> {
        let crumb = self.crumb();
        let answer = self.send(Method::POST, url.clone(), Some(body), crumb.as_deref()).await?;
        if !answer.wants_crumb() {
            return Ok(answer);
        }
        match self.fetch_crumb().await? {
            Some(crumb) => self.send(Method::POST, url, Some(body), Some(&crumb)).await,
            None => Ok(answer),
        }
    }

    /// Whether the file by which an agent starts was found under its older name.
    pub(super) fn has_old_file(&self) -> bool {
        self.shared.has_old_file.load(Ordering::Relaxed)
    }

    /// Remembers under which name the file by which an agent starts was found.
    pub(super) fn note_old_file(&self, old: bool) {
        self.shared.has_old_file.store(old, Ordering::Relaxed);
    }

    fn crumb(&self) -> Option<Arc<Crumb>> {
        self.shared.crumb.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A new crumb, kept for later changes; `None` where Jenkins gives none.
    async fn fetch_crumb(&self) -> Result<Option<Arc<Crumb>>, SendError> {
        let answer = self.get(self.at(&["crumbIssuer", "api", "json"])).await?;
        let crumb = Crumb::read(&answer).map(Arc::new);
        self.shared.crumb.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&crumb);
        Ok(crumb)
    }

    /// One request, once.
    async fn send(
        &self,
        method: Method,
        url: Url,
        body: Option<Body<'_>>,
        crumb: Option<&Crumb>,
    ) -> Result<Answer, SendError> {
        let mut request = self.shared.http.request(method, url);
        if let Some(JenkinsCredentials { user, token }) = &self.shared.credentials {
            request = request.basic_auth(user, Some(token.expose_secret()));
        }
        if let Some(crumb) = crumb {
            request = request.header(&crumb.field, &crumb.value);
            if let Some(cookie) = &crumb.cookie {
                request = request.header(COOKIE, cookie);
            }
        }
        request = match body {
            None => request,
            Some(Body::Form(pairs)) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.extend_pairs(pairs);
                request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.finish())
            }
            Some(Body::Xml(text)) => {
                request.header(CONTENT_TYPE, "application/xml;charset=utf-8").body(text.to_owned())
            }
        };
        let mut response = request.send().await.map_err(SendError::of)?;
        let (status, headers) = (response.status().as_u16(), std::mem::take(response.headers_mut()));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(SendError::of)? {
            if body.len() + chunk.len() > BODY_MAX {
                return Err(SendError::TooLong { bytes_max: BODY_MAX });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CrumbShown {
    crumb: String,
    crumb_request_field: String,
}

impl Crumb {
    /// The crumb of an answer of the crumb issuer, with the session that it belongs to and what a load balancer knows it by.
    fn read(answer: &Answer) -> Option<Self> {
        let shown: CrumbShown = serde_json::from_slice(&answer.body).ok().filter(|_| answer.status == 200)?;
        let cookies = answer.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs: Vec<&str> =
            cookies.map(|cookie| cookie.split_once(';').map_or(cookie, |(pair, _)| pair)).collect();
        Some(Self {
            field: HeaderName::from_bytes(shown.crumb_request_field.as_bytes()).ok()?,
            value: sensitive(&shown.crumb)?,
            cookie: (!pairs.is_empty()).then(|| sensitive(&pairs.join("; "))).flatten(),
        })
    }
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Checks Jenkins' URL, and makes it end with a slash.
fn root(text: &str) -> Result<Url, JenkinsSettingsError> {
    let wrong = |url: &str, reason| Err(JenkinsSettingsError::Url { url: url.to_owned(), reason });
    let Ok(mut url) = Url::parse(text.trim()) else {
        return wrong("…", "it cannot be read; it looks like https://ci.example.org/jenkins/");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return wrong(url.host_str().unwrap_or("…"), "the user and the token are settings of their own");
    }
    if !matches!(url.scheme(), "http" | "https") {
        return wrong(url.as_str(), "it begins with neither http:// nor https://");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong(url.as_str(), "it ends with a query or a fragment");
    }
    let path = format!("{}/", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(url: &str) -> Result<Jenkins, JenkinsSettingsError> {
        Jenkins::new(JenkinsSettings { environment_proxy: false, ..JenkinsSettings::at(url) })
    }

    #[test]
    fn a_prefix_stays_in_front_of_every_path_and_names_are_escaped() {
        let table = [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/computer/a%20b/doDelete"),
            ("https://ci.example.org/", "https://ci.example.org/computer/a%20b/doDelete"),
            (" https://ci.example.org/jenkins ", "https://ci.example.org/jenkins/computer/a%20b/doDelete"),
            ("https://ci.example.org/a/b//", "https://ci.example.org/a/b/computer/a%20b/doDelete"),
        ];
        for (url, want) in table {
            let jenkins = client(url).unwrap();
            assert_eq!(jenkins.at(&["computer", "a b", "doDelete"]).as_str(), want, "{url}");
        }
        let escaped = client("http://j").unwrap().at(&["computer", "ü/%?#", "config.xml"]);
        assert_eq!(escaped.as_str(), "http://j/computer/%C3%BC%2F%25%3F%23/config.xml");
    }

    #[test]
    fn a_url_that_is_none_is_refused_without_showing_a_password() {
        let table = [
            ("ci.example.org", "it cannot be read"),
            ("ftp://ci.example.org", "neither http"),
            ("https://ci.example.org/?a", "query"),
            ("https://ci.example.org/#a", "fragment"),
            ("https://admin:hunter2@ci.example.org/", "settings of their own"),
            ("https://admin:hunter2@", "it cannot be read"),
        ];
        for (url, words) in table {
            let message = client(url).unwrap_err().to_string();
            assert!(message.contains(words) && !message.contains("hunter2"), "{url}: {message}");
        }
        let settings = JenkinsSettings {
            certificates: vec![b"-----BEGIN CERTIFICATE-----\nx".to_vec()],
            ..JenkinsSettings::at("https://j")
        };
        assert!(matches!(Jenkins::new(settings), Err(JenkinsSettingsError::Certificates(_))));
    }

    #[test]
    fn what_is_secret_is_not_shown() {
        let credentials = JenkinsCredentials { user: "me".to_owned(), token: "hunter2".into() };
        let settings = JenkinsSettings { credentials: Some(credentials), ..JenkinsSettings::at("http://j") };
        let answer = Answer {
            status: 200,
            headers: [(SET_COOKIE, HeaderValue::from_static("JSESSIONID=hunter2; Path=/; HttpOnly"))]
                .into_iter()
                .collect(),
            body: br#"{"crumb":"hunter2","crumbRequestField":"Jenkins-Crumb"}"#.to_vec(),
        };
        let crumb = Crumb::read(&answer).unwrap();
        assert_eq!(crumb.cookie.as_ref().unwrap(), "JSESSIONID=hunter2");
        let shown =
            format!("{settings:?} {:?} {crumb:?} {answer:?}", Jenkins::new(settings.clone()).unwrap());
        assert!(shown.contains("me") && !shown.contains("hunter2"), "{shown}");
    }
}
