//! The laws: what is printed is read again, what is read selects what a naive evaluation selects, and nothing panics.

use crate::{Instance, expression};
use footman_ecs_sim::query::{Expression, Operator};
use proptest::{prelude::*, sample::select};
use std::cmp::Ordering;

/// An expression as the test knows it: words alone.
#[derive(Debug, Clone)]
enum Raw {
    Test(&'static str, Operator, Vec<&'static str>),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

const TEXTS: [&str; 6] = ["a", "b", "7", "7.0", "10", "two words"];
const VERSIONS: [&str; 5] = ["1", "1.0", "1.9", "1.10", "2.0.1"];
const DATES: [&str; 4] =
    ["2018-06-18", "2018-06-18T22:28:28", "2018-06-18T22:28:28Z", "2018-06-19T00:28:28+02:00"];
/// The dates of [`DATES`], in seconds.
const SECONDS: [i64; 4] = [1_529_280_000, 1_529_360_908, 1_529_360_908, 1_529_360_908];
const COUNTS: [&str; 4] = ["0", "1", "2", "10"];
const GROUPS: [&str; 3] = ["a", "service:b", "family:c"];
const SUBJECTS: [&str; 8] = [
    "agentConnected",
    "agentVersion",
    "attribute:x",
    "attribute:y",
    "ec2InstanceId",
    "registeredAt",
    "runningTasksCount",
    "task:group",
];

fn values(subject: &str) -> &'static [&'static str] {
    match subject {
        "agentConnected" => &["true", "false"],
        "agentVersion" => &VERSIONS,
        "registeredAt" => &DATES,
        "runningTasksCount" => &COUNTS,
        "task:group" => &GROUPS,
        _ => &TEXTS,
    }
}

fn test() -> impl Strategy<Value = Raw> {
    let drawn = (
        select(&SUBJECTS[..]),
        select(&Operator::ALL[..]),
        prop::collection::vec(any::<prop::sample::Index>(), 1..4),
    );
    drawn.prop_filter_map("the subject takes the operator", |(subject, operator, places)| {
        let numbers = ["0", "7", "7.0", "10"];
        let by_order =
            operator.comparison().is_some() && !matches!(operator, Operator::Equals | Operator::NotEquals);
        let known = if by_order && subject.starts_with("attribute:") { &numbers } else { values(subject) };
        let mut arguments: Vec<_> = places.iter().map(|place| known[place.index(known.len())]).collect();
        match operator {
            Operator::Exists | Operator::NotExists => arguments.clear(),
            Operator::In | Operator::NotIn => {}
            _ => arguments.truncate(1),
        }
        let raw = Raw::Test(subject, operator, arguments);
        Expression::parse(&raw.text(&mut std::iter::repeat(0))).is_ok().then_some(raw)
    })
}

fn raw() -> impl Strategy<Value = Raw> {
    test().prop_recursive(4, 12, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| Raw::Not(Box::new(a))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Raw::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner).prop_map(|(a, b)| Raw::Or(Box::new(a), Box::new(b))),
        ]
    })
}

impl Raw {
    /// A spelling; `choices` says which.
    fn text(&self, choices: &mut impl Iterator<Item = usize>) -> String {
        let choice = choices.next().unwrap_or(0);
        let blank = ["", " ", "\t "][choice % 3];
        match self {
            Self::Test(subject, operator, arguments) => {
                let spelling = operator.spellings()[choice % 2];
                let quoted: Vec<String> = arguments
                    .iter()
                    .map(|text| match choices.next().unwrap_or(0) % 3 {
                        0 if !text.contains(' ') => (*text).to_owned(),
                        1 => format!("\"{text}\""),
                        _ => format!("'{text}'"),
                    })
                    .collect();
                let arguments = quoted.join(&format!("{blank},{blank}"));
                match operator {
                    Operator::In | Operator::NotIn => {
                        format!("{subject} {spelling}{blank}[{blank}{arguments}{blank}]")
                    }
                    _ => format!("{subject} {spelling} {arguments}"),
                }
            }
            Self::Not(a) => format!("{}{blank}({})", ["not", "!"][choice % 2], a.text(choices)),
            Self::And(a, b) => {
                let (a, b) = (a.text(choices), b.text(choices));
                format!("({a}){blank}{}{blank}({b})", ["and", "&&"][choice % 2])
            }
            Self::Or(a, b) => {
                let (a, b) = (a.text(choices), b.text(choices));
                format!("{blank}({a}) {} ({b}){blank}", ["or", "||"][choice % 2])
            }
        }
    }

    /// Whether it selects the instance, by the words of the guide.
    fn holds(&self, instance: &Instance) -> bool {
        match self {
            Self::Test(subject, operator, arguments) => {
                let values = values_of(instance, subject);
                match operator {
                    Operator::Exists => !values.is_empty(),
                    Operator::NotExists => values.is_empty(),
                    _ => values.iter().any(|value| compare(subject, *operator, value, arguments)),
                }
            }
            Self::Not(a) => !a.holds(instance),
            Self::And(a, b) => a.holds(instance) && b.holds(instance),
            Self::Or(a, b) => a.holds(instance) || b.holds(instance),
        }
    }
}

/// The values of a subject; a moment is its seconds.
fn values_of(instance: &Instance, subject: &str) -> Vec<String> {
    match subject {
        "agentConnected" => vec![instance.connected.to_string()],
        "agentVersion" => instance.version.iter().map(ToString::to_string).collect(),
        "ec2InstanceId" => instance.id.iter().cloned().collect(),
        "registeredAt" => instance.registered_ms.iter().map(|ms| ms.div_euclid(1000).to_string()).collect(),
        "runningTasksCount" => vec![instance.running.to_string()],
        "task:group" => instance.groups.clone(),
        attribute => {
            let name = attribute.strip_prefix("attribute:").unwrap();
            instance
                .attributes
                .iter()
                .filter(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
                .collect()
        }
    }
}

fn compare(subject: &str, operator: Operator, value: &str, arguments: &[&str]) -> bool {
    let first = arguments[0];
    let dotted = |text: &str| -> Option<Vec<u64>> {
        let numbers: Option<Vec<u64>> = text.split('.').map(|part| part.parse().ok()).collect();
        numbers.map(|mut numbers| {
            numbers.resize(9, 0);
            numbers
        })
    };
    let order: Option<Ordering> = match (subject, operator) {
        ("registeredAt", _) => {
            let place = DATES.iter().position(|date| *date == first).unwrap();
            Some(value.parse::<i64>().unwrap().cmp(&SECONDS[place]))
        }
        ("runningTasksCount", _) => Some(value.parse::<u64>().unwrap().cmp(&first.parse().unwrap())),
        ("agentVersion", _) => Some(dotted(value).cmp(&dotted(first))),
        (_, Operator::Equals | Operator::NotEquals) => Some(value.cmp(first)),
        _ => dotted(value).zip(dotted(first)).map(|(value, first)| value.cmp(&first)),
    };
    match operator {
        Operator::Equals => order == Some(Ordering::Equal),
        Operator::NotEquals => order != Some(Ordering::Equal),
        Operator::GreaterThan => order == Some(Ordering::Greater),
        Operator::GreaterThanEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Operator::LessThan => order == Some(Ordering::Less),
        Operator::LessThanEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::In => arguments.contains(&value),
        Operator::NotIn => !arguments.contains(&value),
        // The arguments are plain texts but for the dot; `patterns.rs` is about patterns.
        Operator::Matches => plain_match(value, first),
        Operator::NotMatches => !plain_match(value, first),
        Operator::Exists | Operator::NotExists => unreachable!("these have no argument"),
    }
}

fn plain_match(value: &str, pattern: &str) -> bool {
    value.chars().count() == pattern.chars().count()
        && value.chars().zip(pattern.chars()).all(|(a, b)| b == '.' || a == b)
}

fn instances() -> impl Strategy<Value = Instance> {
    let attribute = |name: &'static str| {
        prop::option::of(select(&TEXTS[..]))
            .prop_map(move |value| value.map(|v| (name.to_owned(), v.to_owned())))
    };
    let seconds = prop::option::of(prop_oneof![select(&SECONDS[..]), Just(1_529_360_909), Just(1)]);
    let drawn = (
        any::<bool>(),
        prop::option::of(select(&VERSIONS[..])),
        (attribute("x"), attribute("y")),
        prop::option::of(select(&TEXTS[..])),
        (seconds, 0i64..1000),
        select(vec![0u32, 1, 2, 10]),
        prop::collection::vec(select(&GROUPS[..]), 0..3),
    );
    drawn.prop_map(|(connected, version, (x, y), id, (seconds, ms), running, groups)| Instance {
        connected,
        version: version.map(|version| version.parse().unwrap()),
        attributes: x.into_iter().chain(y).collect(),
        id: id.map(str::to_owned),
        registered_ms: seconds.map(|seconds| seconds * 1000 + ms),
        running,
        groups: groups.into_iter().map(str::to_owned).collect(),
    })
}

/// Expressions of every shape, to change here and there.
const SEEDS: [&str; 6] = [
    "attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d",
    "not(task:group == database) or (agentVersion < 1.14.5 && runningTasksCount >= 1)",
    "ec2InstanceId in ['i-abcd1234', \"i-wxyx7890\"] || attribute:a !exists",
    "registeredAt < 2018-06-18T22:28:28+00:00 and agentConnected equals true",
    "attribute:a =~ '[a-z&&[^b]]{2,3}\\d\\.\\Qx\\E' and !(attribute:b not_in [1, 2])",
    "attribute:rack > 7 and attribute:rack <= 1.10",
];

proptest! {
    #[test]
    fn an_expression_selects_what_a_naive_evaluation_selects(
        raw in raw(),
        choices in prop::collection::vec(0usize..6, 40),
        instances in prop::collection::vec(instances(), 1..6),
    ) {
        let text = raw.text(&mut choices.into_iter());
        let read = expression(&text);
        for instance in &instances {
            prop_assert_eq!(read.holds(instance), raw.holds(instance), "{} of {:?}", text, instance);
        }
    }

    #[test]
    fn what_is_printed_is_read_as_the_same(raw in raw(), choices in prop::collection::vec(0usize..6, 40)) {
        let read = expression(&raw.text(&mut choices.iter().copied()));
        let printed = read.to_string();
        prop_assert_eq!(&expression(&printed), &read, "{}", printed);
        prop_assert_eq!(expression(&printed).to_string(), printed);
        // The other spelling of the same is the same.
        prop_assert_eq!(&expression(&raw.text(&mut choices.iter().map(|choice| choice + 1))), &read);
        prop_assert!(!read.explain().is_empty());
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,200}") {
        check_total(&text);
    }

    #[test]
    fn no_change_of_an_expression_makes_the_parser_panic(
        seed in select(&SEEDS[..]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..3, select(ALPHABET)), 1..6),
    ) {
        let mut characters: Vec<char> = seed.chars().collect();
        for (place, kind, character) in changes {
            let at = place.index(characters.len().max(1));
            match kind {
                0 => characters.insert(at, character),
                1 if at < characters.len() => { characters.remove(at); }
                _ if at < characters.len() => characters[at] = character,
                _ => {}
            }
        }
        check_total(&characters.into_iter().collect::<String>());
    }
}

const ALPHABET: &[char] = &[
    '(', ')', '[', ']', '\'', '"', '\\', '!', '=', '~', '<', '>', '&', '|', ',', '.', '*', '+', '?', '{',
    '}', ' ', 'a', '1', ':', '-', 'ä', '\n', '\u{2028}', '😀',
];

/// Whatever the text is: an error points into it, and an expression is printed as one that is equal.
pub(crate) fn check_total(text: &str) {
    match Expression::parse(text) {
        Ok(read) => {
            let printed = read.to_string();
            if printed.chars().count() <= Expression::CHARACTERS_MAX {
                assert_eq!(Expression::parse(&printed), Ok(read), "{text} is printed as {printed}");
            }
        }
        Err(error) => {
            assert!(text.get(error.span.clone()).is_some(), "{text}: {error}");
            let _ = (error.to_string(), error.help());
        }
    }
}

#[test]
fn the_seeds_are_expressions() {
    for seed in SEEDS {
        expression(seed);
    }
}
