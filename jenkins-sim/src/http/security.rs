//! Who asks: users with passwords and API tokens, sessions and crumbs.
//!
//! As a Jenkins 2.263.4 with its own user database was seen to do it: an API token needs no crumb, a password needs one
//! that was issued in the same session, and whoever names no user is `anonymous`.

use super::{
    permission::{Permission, Permissions},
    reply::Refusal,
    secret,
};
use http::{HeaderMap, header};
use serde_json::Value;
use std::{collections::BTreeMap, fmt, sync::Arc};
use thiserror::Error;

/// Who names no user.
pub(super) const ANONYMOUS: &str = "anonymous";
/// The header, and the parameter, that carries a crumb.
pub(super) const CRUMB_FIELD: &str = "Jenkins-Crumb";
/// The cookie of a session.
const SESSION_COOKIE: &str = "JSESSIONID";
/// API tokens of one user at most.
const TOKENS_MAX: usize = 100;

/// Who may do what.
#[derive(Debug, Clone, Default)]
pub struct Security {
    /// The users, where there is security at all.
    users: Option<BTreeMap<Arc<str>, User>>,
    crumbs: bool,
}

#[derive(Debug, Clone, Default)]
struct User {
    password: Option<Secret>,
    tokens: Vec<Secret>,
    may: Permissions,
}

/// A password or a token, which is never shown.
#[derive(Clone, PartialEq, Eq)]
struct Secret(Arc<str>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Why a list of users is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UsersError {
    /// It is no JSON.
    #[error(
        "line {line}, column {column}: this is no JSON; expected {{\"NAME\": {{\"token\": …, \"permissions\": [\"Overall/Read\", …]}}}}"
    )]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// It is JSON of another shape.
    #[error("{place}: expected {expected}")]
    Shape {
        /// Which user, which member.
        place: String,
        /// What would have been right there.
        expected: &'static str,
    },
    /// A permission does not exist.
    #[error("user `{user}`: {problem}")]
    Permission {
        /// Whose.
        user: String,
        /// Which, and which there are.
        problem: String,
    },
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Who {
    pub(super) name: Arc<str>,
    /// Whether an API token said so, which needs no crumb.
    by_token: bool,
    may: Permissions,
}

impl Who {
    /// The same as nobody in particular who may do everything.
    pub(super) fn everything() -> Self {
        Self { name: ANONYMOUS.into(), by_token: false, may: Permissions::ALL }
    }

    pub(super) fn is_anonymous(&self) -> bool {
        *self.name == *ANONYMOUS
    }

    pub(super) fn may(&self, permission: Permission) -> bool {
        self.may.allow(permission)
    }

    /// Refuses what they may not do.
    pub(super) fn need(&self, permission: Permission) -> Result<(), Refusal> {
        if self.may(permission) {
            return Ok(());
        }
        Err(Refusal::Denied { who: Arc::clone(&self.name), permission })
    }
}

impl Security {
    /// Everybody may do everything, but what is changed without an API token needs a crumb: Jenkins without security
    /// as it is by default.
    pub fn only_crumbs() -> Self {
        Self { users: None, crumbs: true }
    }

    /// The users of a JSON object:
    /// `{"NAME": {"password": "…", "token": "…", "permissions": ["Overall/Read", …]}}`. What `anonymous` may do, who has
    /// neither, stands there too.
    ///
    /// # Errors
    ///
    /// Fails for another shape and for unknown permissions; no error shows a secret.
    pub fn parse(text: &str) -> Result<Self, UsersError> {
        let json: Value = serde_json::from_str(text)
            .map_err(|error| UsersError::Syntax { line: error.line(), column: error.column() })?;
        let shape = |place: String, expected| UsersError::Shape { place, expected };
        let list = json
            .as_object()
            .ok_or_else(|| shape("users".to_owned(), "an object with a member for each user"))?;
        let mut users = BTreeMap::new();
        for (name, described) in list {
            let place = format!("user `{name}`");
            let members = described.as_object().ok_or_else(|| {
                shape(place.clone(), "an object with `password`, `token` and `permissions`")
            })?;
            let known = ["password", "token", "permissions"];
            if members.keys().any(|member| !known.contains(&member.as_str())) {
                return Err(shape(place, "no other members than `password`, `token` and `permissions`"));
            }
            let secret = |member: &str| match members.get(member) {
                None => Ok(None),
                Some(Value::String(text)) if !text.is_empty() => Ok(Some(Secret(text.as_str().into()))),
                Some(_) => Err(shape(format!("{place}, `{member}`"), "a text that is not empty")),
            };
            let (password, token) = (secret("password")?, secret("token")?);
            if (password.is_some() || token.is_some()) == (name == ANONYMOUS) {
                let expected = if name == ANONYMOUS {
                    "neither `password` nor `token`: this is who names no user"
                } else {
                    "a `password` or a `token`"
                };
                return Err(shape(place, expected));
            }
            let names: Option<Vec<&str>> = match members.get("permissions") {
                None => Some(Vec::new()),
                Some(list) => list.as_array().and_then(|list| list.iter().map(Value::as_str).collect()),
            };
            let names = names
                .ok_or_else(|| shape(format!("{place}, `permissions`"), "a list of names like Job/Read"))?;
            let may = Permissions::parse(names).map_err(|unknown| UsersError::Permission {
                user: name.clone(),
                problem: unknown.to_string(),
            })?;
            users.insert(name.as_str().into(), User { password, tokens: token.into_iter().collect(), may });
        }
        Ok(Self { users: Some(users), crumbs: true })
    }

    /// `useSecurity`.
    pub(super) fn has_users(&self) -> bool {
        self.users.is_some()
    }

    /// `useCrumbs`.
    pub(super) fn has_crumbs(&self) -> bool {
        self.crumbs
    }

    /// Who asks, by the header `Authorization`; schemes other than Basic are ignored (recording e017).
    pub(super) fn who(&self, headers: &HeaderMap) -> Result<Who, Refusal> {
        let Some(users) = &self.users else { return Ok(Who::everything()) };
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some(basic) = given.and_then(|text| text.strip_prefix("Basic ")) else {
            let may = users.get(ANONYMOUS).map_or_else(Permissions::default, |user| user.may);
            return Ok(Who { name: ANONYMOUS.into(), by_token: false, may });
        };
        let malformed = || Refusal::Unauthorized("Malformed HTTP basic Authorization header".to_owned());
        let decoded = base64(basic.trim()).and_then(|bytes| String::from_utf8(bytes).ok());
        let decoded = decoded.ok_or_else(malformed)?;
        let (name, secret) = decoded.split_once(':').ok_or_else(malformed)?;
        let secret = Secret(secret.into());
        let wrong = || Refusal::Unauthorized(format!("Invalid password/token for user: {name}"));
        let user = users.get(name).ok_or_else(wrong)?;
        let by_token = user.tokens.contains(&secret);
        if !by_token && user.password.as_ref() != Some(&secret) {
            return Err(wrong());
        }
        Ok(Who { name: name.into(), by_token, may: user.may })
    }

    /// Refuses a change that needs a crumb and has none that was issued to this user in this session. Whether the client
    /// has a session is only looked at where a crumb was sent (recordings e025 and e027).
    pub(super) fn check_crumb(
        &self,
        sessions: &Sessions,
        who: &Who,
        session: Option<&str>,
        crumb: Option<&str>,
    ) -> Result<(), Refusal> {
        if !self.crumbs || who.by_token {
            return Ok(());
        }
        let issued = session.map(|session| sessions.crumb(who, session));
        if crumb.is_some() && crumb == issued.as_deref() {
            return Ok(());
        }
        Err(Refusal::NoCrumb { begins_session: crumb.is_some() })
    }

    /// Gives a user another API token.
    pub(super) fn add_token(&mut self, name: &str, token: &str) -> bool {
        let user = self.users.as_mut().and_then(|users| users.get_mut(name));
        let Some(user) = user.filter(|user| user.tokens.len() < TOKENS_MAX) else { return false };
        user.tokens.push(Secret(token.into()));
        true
    }
}

/// The sessions of clients: known by their form, so that none has to be kept.
#[derive(Debug)]
pub(super) struct Sessions {
    seed: u64,
    /// How many were begun.
    count: u64,
}

impl Sessions {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, count: 0 }
    }

    /// The id of a new session.
    pub(super) fn begin(&mut self) -> String {
        self.count += 1;
        self.id(self.count)
    }

    fn id(&self, nth: u64) -> String {
        let text = secret::of(self.seed, "client session", &nth.to_be_bytes());
        format!("node0{}{nth}.node0", &text[..24])
    }

    /// The session that a request's cookies name, if it was begun here.
    pub(super) fn find<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|cookies| cookies.split(';'));
        pairs.find_map(|pair| {
            let id = pair.trim().strip_prefix(SESSION_COOKIE)?.strip_prefix('=')?;
            let nth: u64 = id.strip_suffix(".node0")?.get(29..)?.parse().ok()?;
            ((1..=self.count).contains(&nth) && self.id(nth) == id).then_some(id)
        })
    }

    /// `Set-Cookie` of a session.
    pub(super) fn cookie(id: &str) -> String {
        format!("{SESSION_COOKIE}={id}; Path=/; HttpOnly")
    }

    /// The crumb of a user in a session.
    pub(super) fn crumb(&self, who: &Who, session: &str) -> String {
        secret::of(self.seed, "crumb", format!("{}\n{session}", who.name).as_bytes())
    }

    /// A secret that is new.
    pub(super) fn token(&mut self) -> String {
        self.count += 1;
        let mut text = format!("11{}", secret::of(self.seed, "api token", &self.count.to_be_bytes()));
        text.truncate(34);
        text
    }
}

/// The bytes of a text in base 64, with or without padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut have) = (Vec::new(), 0_u32, 0_u32);
    for byte in text.trim_end_matches('=').bytes() {
        let digit = ALPHABET.iter().position(|&letter| letter == byte)?;
        bits = (bits << 6 | u32::try_from(digit).ok()?) & 0xffff;
        have += 6;
        if have >= 8 {
            have -= 8;
            bytes.push(u8::try_from(bits >> have & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = r#"{"admin": {"password": "geheim", "token": "abc", "permissions": ["Overall/Administer"]},
                            "anonymous": {"permissions": ["Overall/Read"]}}"#;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn secrets_are_never_shown() {
        let shown = format!("{:?}", Security::parse(USERS).unwrap());
        assert!(!shown.contains("geheim") && !shown.contains("abc"), "{shown}");
        // (text => what the error says)
        let table = [
            (r#"{"a": {"password": "geheim""#, "no JSON"),
            (r#"{"a": {"password": ["geheim"]}}"#, "`password`: expected a text"),
            (r#"{"a": {"secret": "geheim"}}"#, "no other members"),
            (r#"{"a": {"permissions": []}}"#, "a `password` or a `token`"),
            (r#"{"a": {"token": "geheim", "permissions": ["Fly"]}}"#, "no permission `Fly`"),
            (r#"{"a": {"token": "geheim", "permissions": "Fly"}}"#, "a list of names"),
            (r#"{"anonymous": {"token": "geheim"}}"#, "who names no user"),
            (r#"["geheim"]"#, "an object with a member for each user"),
            (r#"{"a": "geheim"}"#, "user `a`: expected an object"),
        ];
        for (text, want) in table {
            let error = Security::parse(text).unwrap_err().to_string();
            assert!(error.contains(want) && !error.contains("geheim"), "{text}: {error}");
        }
    }

    #[test]
    fn a_user_is_known_by_password_or_token() {
        let security = Security::parse(USERS).unwrap();
        let who = |value: &str| security.who(&headers(header::AUTHORIZATION, value));
        assert!(!who("Basic YWRtaW46Z2VoZWlt").unwrap().by_token);
        assert!(who("Basic YWRtaW46YWJj").unwrap().by_token);
        assert!(who("Bearer abc").unwrap().is_anonymous());
        assert!(who("Basic !!!").is_err() && who("Basic YWRtaW46eA==").is_err());
        assert!(!security.who(&HeaderMap::new()).unwrap().may(Permission::ItemRead));
    }

    #[test]
    fn a_crumb_holds_in_the_session_in_which_it_was_issued() {
        let security = Security::only_crumbs();
        let mut sessions = Sessions::new(1);
        let (mine, other) = (sessions.begin(), sessions.begin());
        let who = Who::everything();
        let crumb = sessions.crumb(&who, &mine);
        let check = |session: Option<&str>, crumb: Option<&str>| {
            security.check_crumb(&sessions, &who, session, crumb).is_ok()
        };
        assert!(check(Some(&mine), Some(&crumb)));
        assert!(
            !check(Some(&other), Some(&crumb)) && !check(None, Some(&crumb)) && !check(Some(&mine), None)
        );
        let cookie = |id: &str| headers(header::COOKIE, &format!("a=b; {SESSION_COOKIE}={id}"));
        assert_eq!(sessions.find(&cookie(&mine)), Some(&*mine));
        for id in ["", "node0", "node0ÿ", &mine[1..], &mine.replace("1.node0", "9.node0")] {
            assert_eq!(HeaderMap::len(&cookie("x")), 1);
            if let Ok(value) = format!("{SESSION_COOKIE}={id}").parse() {
                assert_eq!(sessions.find(&HeaderMap::from_iter([(header::COOKIE, value)])), None, "{id}");
            }
        }
    }

    #[test]
    fn base_64_is_read_with_and_without_padding() {
        assert_eq!(base64("YWI=").as_deref(), Some(&b"ab"[..]));
        assert_eq!(base64("YWI").as_deref(), Some(&b"ab"[..]));
        assert_eq!(base64("!!!"), None);
    }
}
