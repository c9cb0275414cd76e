//! Exchanges with a real Jenkins as they were recorded: `NAME.req` and `NAME.resp`.

use std::{fs, path::PathBuf};

/// A recorded exchange.
pub(crate) struct Exchange {
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    /// As whom the request was sent: `basic as admin (api token)`.
    pub(crate) auth: String,
    /// Whether the client kept its cookies.
    pub(crate) keeps_cookies: bool,
    /// In milliseconds since 1970.
    pub(crate) sent_at: i64,
    pub(crate) body: String,
    pub(crate) answer: Answer,
}

/// An answer, recorded or not.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// The values of a header, whose name is in lower case.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }
}

/// Every exchange in the order in which they were made, or `None` where they are not there.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
pub(crate) fn exchanges() -> Option<Vec<Exchange>> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/jenkins-recordings"));
    let Ok(files) = fs::read_dir(&folder) else {
        println!(
            "skipped: {} is not there; the fixtures of our own are checked all the same",
            folder.display()
        );
        return None;
    };
    let files = files.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names = files.filter_map(|file| file.strip_suffix(".req").map(str::to_owned));
    let read = |name: &str, end: &str| {
        fs::read_to_string(folder.join(format!("{name}{end}"))).unwrap().replace('\r', "")
    };
    let mut all: Vec<Exchange> =
        names.map(|name| parse(&name, &read(&name, ".req"), &read(&name, ".resp"))).collect();
    all.sort_by_key(|exchange| (exchange.sent_at, exchange.name.clone()));
    Some(all)
}

fn parse(name: &str, request: &str, response: &str) -> Exchange {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let mut lines = head.lines();
    let mut line = lines.next().unwrap().split(' ');
    let note = |what: &str| {
        let mut notes = head.lines().filter_map(|line| line.strip_prefix("# "));
        notes.find_map(|note| note.strip_prefix(what)).unwrap_or_default().to_owned()
    };
    let seconds = note("sent_at_unix: ");
    let (whole, part) = seconds.split(' ').next().unwrap().split_once('.').unwrap();
    Exchange {
        name: name.to_owned(),
        method: line.next().unwrap().to_owned(),
        path: line.next().unwrap().to_owned(),
        headers: lines.filter(|line| !line.starts_with('#')).map(header).collect(),
        auth: note("auth: "),
        keeps_cookies: !note("session cookie jar: ").is_empty(),
        sent_at: whole.parse::<i64>().unwrap() * 1000 + part.parse::<i64>().unwrap(),
        body: body.trim_end().to_owned(),
        answer: answer(response),
    }
}

fn answer(text: &str) -> Answer {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    Answer {
        status: lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap(),
        headers: lines.map(header).collect(),
        body: body.to_owned(),
    }
}

fn header(line: &str) -> (String, String) {
    let (name, value) = line.split_once(':').unwrap();
    (name.to_ascii_lowercase(), value.trim().to_owned())
}
