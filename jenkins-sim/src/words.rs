//! Why an item waits, in the words of the languages that are simulated.
//!
//! Jenkins words everything that it shows in the language that the request prefers (`Accept-Language`), and a text that
//! was not translated in English. The English texts are those of 2.263.4, seen there and in
//! `core/src/main/resources/hudson/model/Messages.properties`; the German ones stand in `Messages_de.properties` there,
//! in `jenkins/model/` and, for lengths of time, in `hudson/`, as of 2020.

use footman_core::time::Millis;
use std::{collections::BTreeSet, sync::Arc};

/// What the guard file answers for a node that has had its build (`QueueTaskDispatcher.canTake`), before the label in
/// quotes; it is Footman's own file, and not translated.
pub const GUARD_WITH_LABEL: &str = "Footman: waiting for an agent with label ";
/// The same of an item without a label.
pub const GUARD_WITHOUT_LABEL: &str = "Footman: waiting for any agent";

/// A language that `why` is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    /// English, which Jenkins answers in too where it does not know the language.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// The language of an `Accept-Language` header: the tag with the highest weight, the first of those that have it.
    /// Further tags are not looked at (`ServletRequest.getLocale`).
    pub fn of_header(header: &str) -> Self {
        let mut best: Option<(u32, &str)> = None;
        for part in header.split(',') {
            let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
            let weight = weight.trim().strip_prefix("q=").map_or(Some(1_000), thousandths);
            let (Some(weight), tag) = (weight, tag.trim()) else { continue };
            if weight > 0 && best.is_none_or(|(known, _)| known < weight) {
                best = Some((weight, tag));
            }
        }
        let tag = best.map_or("", |(_, tag)| tag);
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("de") { Self::German } else { Self::English }
    }
}

/// `0.8` as 800; `None` where it is no weight.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or_else(|| (text.trim(), ""));
    let digits = format!("{fraction:0<3}");
    let whole: u32 = whole.parse().ok().filter(|&whole| whole <= 1)?;
    let fraction: u32 = digits.get(..3)?.parse().ok()?;
    Some((whole * 1_000 + fraction).min(1_000))
}

/// Why an item that is in the queue has not become a build (`CauseOfBlockage`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// Its quiet period ends after this time.
    Quiet(Millis),
    /// Its quiet period is over and it has not left it yet.
    FinishedWaiting,
    /// The build of this number of its job runs, for about so long.
    BuildInProgress { number: u32, left: Option<Millis> },
    /// Another item of its job is ahead.
    InProgress,
    /// Nothing is assigned any more.
    ShuttingDown,
    /// No node has the label.
    NoNodes(Arc<str>),
    /// The only node that has the label is offline.
    NodeOffline(Arc<str>),
    /// Several nodes have the label, and all are offline.
    LabelOffline(Arc<str>),
    /// Something that has the label is online and busy: the name of a node, or the label.
    WaitingOn(Arc<str>),
    /// Any executor would do.
    WaitingForExecutor,
    /// A node lacks the label.
    LabelMissing { node: Arc<str>, label: Arc<str> },
    /// A node is kept for jobs that ask for it.
    Reserved(Arc<str>),
    /// The guard file keeps a node closed; the label that the item waits for.
    Guarded(Option<Arc<str>>),
    /// What each idle executor says, joined in alphabetical order and each text once (`CompositeCauseOfBlockage`).
    Several(Vec<Self>),
}

impl Why {
    /// Whether the text changes while nothing happens.
    pub(crate) fn follows_time(&self) -> bool {
        match self {
            Self::Quiet(_) | Self::BuildInProgress { left: Some(_), .. } => true,
            Self::Several(causes) => causes.iter().any(Self::follows_time),
            Self::FinishedWaiting
            | Self::BuildInProgress { left: None, .. }
            | Self::InProgress
            | Self::ShuttingDown
            | Self::NoNodes(_)
            | Self::NodeOffline(_)
            | Self::LabelOffline(_)
            | Self::WaitingOn(_)
            | Self::WaitingForExecutor
            | Self::LabelMissing { .. }
            | Self::Reserved(_)
            | Self::Guarded(_) => false,
        }
    }

    /// The text that Jenkins shows.
    pub(crate) fn words(&self, language: Language) -> String {
        if let Self::Several(causes) = self {
            let texts: BTreeSet<String> = causes.iter().map(|cause| cause.words(language)).collect();
            return texts.into_iter().collect::<Vec<_>>().join("; ");
        }
        match language {
            Language::English => self.english(),
            Language::German => self.german(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Quiet(left) => format!("In the quiet period. Expires in {}", time_span(*left)),
            Self::FinishedWaiting => "Finished waiting".to_owned(),
            Self::BuildInProgress { number, left } => {
                let left = left.map_or_else(|| "N/A".to_owned(), time_span);
                format!("Build #{number} is already in progress (ETA: {left})")
            }
            Self::InProgress => "A build is already in progress".to_owned(),
            Self::ShuttingDown => "Jenkins is about to shut down".to_owned(),
            Self::NoNodes(label) => format!("There are no nodes with the label ‘{label}’"),
            Self::NodeOffline(node) => format!("‘{node}’ is offline"),
            Self::LabelOffline(label) => format!("All nodes of label ‘{label}’ are offline"),
            Self::WaitingOn(what) => format!("Waiting for next available executor on ‘{what}’"),
            Self::WaitingForExecutor => "Waiting for next available executor".to_owned(),
            Self::LabelMissing { node, label } => format!("‘{node}’ doesn’t have label ‘{label}’"),
            Self::Reserved(node) => {
                format!("‘{node}’ is reserved for jobs with matching label expression")
            }
            Self::Guarded(Some(label)) => format!("{GUARD_WITH_LABEL}‘{label}’"),
            Self::Guarded(None) => GUARD_WITHOUT_LABEL.to_owned(),
            Self::Several(_) => self.words(Language::English),
        }
    }

    fn german(&self) -> String {
        match self {
            Self::Quiet(left) => format!("In Ruhe-Periode. Endet in {}", german_time_span(*left)),
            Self::BuildInProgress { number, left } => {
                let left = left.map_or_else(|| "nicht verfügbar".to_owned(), german_time_span);
                format!("Build #{number} ist bereits in Arbeit (ETA: {left})")
            }
            Self::InProgress => "Ein Build ist bereits in Arbeit".to_owned(),
            Self::ShuttingDown => "Jenkins wird heruntergefahren".to_owned(),
            Self::NoNodes(label) => format!("Es gibt keine Knoten mit dem Label „{label}“"),
            Self::NodeOffline(node) => format!("{node} ist offline"),
            Self::LabelOffline(label) => format!("Alle Knoten des Labels „{label}“ sind offline"),
            Self::WaitingOn(what) => format!("Warte auf den nächsten freien Build-Prozessor auf {what}"),
            Self::WaitingForExecutor => "Warte auf den nächsten freien Build-Prozessor".to_owned(),
            Self::LabelMissing { node, label } => format!("„{node}“ hat nicht das Label „{label}“"),
            Self::Reserved(node) => {
                format!("„{node}“ ist für Projekte mit passendem Label-Ausdruck reserviert")
            }
            Self::FinishedWaiting | Self::Guarded(_) | Self::Several(_) => self.english(),
        }
    }
}

/// The units of a length of time, the longest first, with their lengths in seconds.
const UNITS: [u64; 6] = [365 * 86_400, 30 * 86_400, 86_400, 3_600, 60, 1];

/// A length of time as Jenkins words it (`hudson.Util.getTimeSpanString`).
pub(crate) fn time_span(span: Millis) -> String {
    const NAMES: [&str; 6] = ["yr", "mo", "days", "hr", "min", "sec"];
    let word = |place: usize, count: u64| match (NAMES[place], count) {
        ("days", 1) => "1 day".to_owned(),
        (name, _) => format!("{count} {name}"),
    };
    worded(span, &word, &|seconds| format!("{seconds} sec"))
}

fn german_time_span(span: Millis) -> String {
    const NAMES: [(&str, &str); 6] = [
        ("Jahr", "Jahre"),
        ("Monat", "Monate"),
        ("Tag", "Tage"),
        ("Stunde", "Stunden"),
        ("Minute", "Minuten"),
        ("Sekunde", "Sekunden"),
    ];
    let word = |place: usize, count: u64| {
        let (one, many) = NAMES[place];
        format!("{count} {}", if count == 1 { one } else { many })
    };
    worded(span, &word, &|seconds| {
        let unit = if seconds == "1" { "Sekunde" } else { "Sekunden" };
        format!("{} {unit}", seconds.replace('.', ","))
    })
}

/// Two units, or one from ten of it on; below a minute seconds with a fraction.
fn worded(
    span: Millis,
    word: &dyn Fn(usize, u64) -> String,
    seconds_word: &dyn Fn(&str) -> String,
) -> String {
    let (seconds, millis) = (span.as_millis() / 1000, span.as_millis() % 1000);
    for (place, &length) in UNITS[..5].iter().enumerate() {
        let count = seconds / length;
        if count >= 10 {
            return word(place, count);
        }
        if count > 0 {
            let small = seconds % length / UNITS[place + 1];
            return format!("{} {}", word(place, count), word(place + 1, small));
        }
    }
    match (seconds, millis) {
        (10.., _) => seconds_word(&seconds.to_string()),
        (1.., _) => seconds_word(&decimal(seconds, millis / 100, 1)),
        (0, 100..) => seconds_word(&decimal(0, millis / 10, 2)),
        (0, _) => format!("{millis} ms"),
    }
}

/// `whole` and a fraction of that many digits, without trailing zeros.
fn decimal(whole: u64, fraction: u64, digits: usize) -> String {
    let text = format!("{whole}.{fraction:0digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_that_of_the_tag_with_the_highest_weight() {
        let table = [
            ("", Language::English),
            ("de", Language::German),
            ("de-AT,en;q=0.5", Language::German),
            ("en,de;q=0.9", Language::English),
            ("en;q=0.3, DE_de;q=0.8", Language::German),
            // The first of equal weight; what weighs nothing or is no weight does not count.
            ("en, de", Language::English),
            ("de;q=0, en;q=0.1", Language::English),
            ("de;q=x", Language::English),
            // A language that is not simulated is answered in English, whatever comes second.
            ("ja, de;q=0.9", Language::English),
            ("den", Language::English),
        ];
        for (header, language) in table {
            assert_eq!(Language::of_header(header), language, "{header}");
        }
    }

    #[test]
    fn lengths_of_time_are_worded_in_both_languages() {
        let table = [
            (99, "99 ms", "99 ms"),
            (990, "0.99 sec", "0,99 Sekunden"),
            (1_000, "1 sec", "1 Sekunde"),
            (3_900, "3.9 sec", "3,9 Sekunden"),
            (10_500, "10 sec", "10 Sekunden"),
            (61_000, "1 min 1 sec", "1 Minute 1 Sekunde"),
            (754_000, "12 min", "12 Minuten"),
            (90_000_000, "1 day 1 hr", "1 Tag 1 Stunde"),
            (200_000_000, "2 days 7 hr", "2 Tage 7 Stunden"),
        ];
        for (millis, english, german) in table {
            let span = Millis::new(millis);
            assert_eq!((time_span(span).as_str(), german_time_span(span).as_str()), (english, german));
        }
    }
}
