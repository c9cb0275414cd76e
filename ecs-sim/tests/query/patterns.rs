//! Patterns mean what `java.util.regex.Pattern` says they mean, and what cannot be had is refused with a reason.

use footman_ecs_sim::query::{Pattern, PatternProblem};
use proptest::prelude::*;

#[test]
fn a_pattern_matches_the_whole_value() {
    // pattern, value => matches
    for (pattern, value, want) in [
        ("g2.*", "g2.2xlarge", true),
        ("2.*", "g2.2xlarge", false),
        ("g2", "g2.2xlarge", false),
        ("t2.*|t3.*", "t3.nano", true),
        ("a|ab", "ab", true),
        ("a?", "", true),
        ("^a$", "a", true),
        ("m[45]\\.large", "m5.large", true),
        ("m[45]\\.large", "m5xlarge", false),
        ("m[^45].*", "m6.large", true),
        ("[a-c&&[^b]]", "c", true),
        ("[a-c&&[^b]]", "b", false),
        ("[]a]+", "]a", true),
        ("[+-]", "-", true),
        ("[a-[0-9]]+", "-4a", true),
        ("a{2}", "aa", true),
        ("a{2,}", "aaa", true),
        ("a{1,2}?", "aa", true),
        ("a.c", "a\nc", false),
        ("a.c", "a\rc", false),
        ("\\d+", "42", true),
        // Of ASCII alone, as in Java without a flag.
        ("\\d", "\u{664}", false),
        ("\\w+", "a_9", true),
        ("\\w", "ä", false),
        ("[\\d.]+", "1.2", true),
        ("\\D\\S\\W", "a.-", true),
        ("\\p{Upper}\\P{Upper}", "Aa", true),
        ("\\Qa.b\\E.", "a.bc", true),
        ("\\Qa.b", "a.b", true),
        ("\\Qa.b\\E", "axb", false),
        ("\\<\\>", "<>", true),
        ("\\x41\\u0042", "AB", true),
        ("a\\b-b", "a-b", true),
        ("~~--}]", "~~--}]", true),
        ("[~~]+", "~~", true),
        ("ä+", "ää", true),
    ] {
        let compiled = Pattern::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        assert_eq!(compiled.matches(value), want, "{pattern} on {value:?}");
    }
}

#[test]
fn what_cannot_be_matched_in_linear_time_is_refused() {
    for (pattern, want) in [
        ("a(?=b)", PatternProblem::LookAround),
        ("a(?!b)", PatternProblem::LookAround),
        ("(?<=a)b", PatternProblem::LookAround),
        ("(?<!a)b", PatternProblem::LookAround),
        ("(a)", PatternProblem::Parenthesis),
        ("(?:a)", PatternProblem::Parenthesis),
        ("(?i)a", PatternProblem::Parenthesis),
        ("a)|b(", PatternProblem::Parenthesis),
        ("\\1", PatternProblem::BackReference),
        ("\\k<a>", PatternProblem::BackReference),
        ("a++", PatternProblem::Possessive),
        ("a{2}+", PatternProblem::Possessive),
        ("a*+b", PatternProblem::Possessive),
        ("\\R", PatternProblem::Unsupported("\\R".to_owned())),
        ("\\p{IsLatin}", PatternProblem::Unsupported("\\p".to_owned())),
        ("[[:alpha:]]", PatternProblem::Unsupported("[".to_owned())),
        ("[a--b]", PatternProblem::Unsupported("-".to_owned())),
        ("[a-\\d]", PatternProblem::Unsupported("-".to_owned())),
        (
            "x{1000}{1000}",
            PatternProblem::Malformed("nothing stands before the second quantifier".to_owned()),
        ),
        ("a.{1000}b.{1000}", PatternProblem::TooLarge),
    ] {
        assert_eq!(Pattern::new(pattern).map_err(|error| error.problem), Err(want), "{pattern}");
    }
    for pattern in [
        "*",
        "a**",
        "a{",
        "a{,2}",
        "a{2,1}",
        "[a",
        "[z-a]",
        "a\\",
        "\\x4",
        "\\ud800",
        "|*",
        "[[[[[[[[[[[[[[[[[[",
    ] {
        let error = Pattern::new(pattern).unwrap_err();
        assert!(matches!(error.problem, PatternProblem::Malformed(_)), "{pattern}: {error}");
    }
}

/// A pattern whose meaning the test knows without an engine.
#[derive(Debug, Clone)]
enum Model {
    Letter(char),
    Dot,
    OneOf(bool, Vec<char>),
    Repeated(Box<Self>, usize, Option<usize>),
    Then(Vec<Self>),
    Either(Vec<Self>),
}

impl Model {
    /// As Java spells it. Groups do not exist, so that only single characters are repeated.
    fn text(&self) -> String {
        match self {
            Self::Letter('.') => "\\.".to_owned(),
            Self::Letter(c) => c.to_string(),
            Self::Dot => ".".to_owned(),
            Self::OneOf(wanted, chars) => {
                format!("[{}{}]", if *wanted { "" } else { "^" }, chars.iter().collect::<String>())
            }
            Self::Repeated(one, 0, None) => format!("{}*", one.text()),
            Self::Repeated(one, 1, None) => format!("{}+", one.text()),
            Self::Repeated(one, 0, Some(1)) => format!("{}?", one.text()),
            Self::Repeated(one, least, None) => format!("{}{{{least},}}", one.text()),
            Self::Repeated(one, least, Some(most)) => format!("{}{{{least},{most}}}", one.text()),
            Self::Then(parts) => parts.iter().map(Self::text).collect(),
            Self::Either(parts) => parts.iter().map(Self::text).collect::<Vec<_>>().join("|"),
        }
    }

    /// The ends of what it can match from `from` on.
    fn ends(&self, value: &[char], from: usize) -> Vec<usize> {
        let one = |fine: &dyn Fn(char) -> bool| value.get(from).filter(|&&c| fine(c)).map(|_| from + 1);
        let mut ends: Vec<usize> = match self {
            Self::Letter(letter) => one(&|c| c == *letter).into_iter().collect(),
            Self::Dot => one(&|_| true).into_iter().collect(),
            Self::OneOf(wanted, chars) => one(&|c| chars.contains(&c) == *wanted).into_iter().collect(),
            Self::Repeated(inner, least, most) => {
                let (mut reached, mut all) = (vec![from], Vec::new());
                for times in 0..=most.unwrap_or(value.len() + least) {
                    if times >= *least {
                        all.extend(&reached);
                    }
                    reached = reached.iter().flat_map(|&at| inner.ends(value, at)).collect();
                }
                all
            }
            Self::Then(parts) => parts.iter().fold(vec![from], |reached, part| {
                let mut next: Vec<usize> = reached.iter().flat_map(|&at| part.ends(value, at)).collect();
                next.sort_unstable();
                next.dedup();
                next
            }),
            Self::Either(parts) => parts.iter().flat_map(|part| part.ends(value, from)).collect(),
        };
        ends.sort_unstable();
        ends.dedup();
        ends
    }
}

fn model() -> impl Strategy<Value = Model> {
    let letter = prop::sample::select(vec!['a', 'b', '.', '-', 'ä']);
    let chars = prop::collection::vec(prop::sample::select(vec!['a', 'b', '.']), 1..3);
    let single = prop_oneof![
        4 => letter.prop_map(Model::Letter),
        1 => Just(Model::Dot),
        1 => (any::<bool>(), chars).prop_map(|(wanted, chars)| Model::OneOf(wanted, chars)),
    ];
    let repeated = (single.clone(), 0usize..3, prop::option::of(0usize..3))
        .prop_map(|(one, least, more)| Model::Repeated(Box::new(one), least, more.map(|more| least + more)));
    let part = prop_oneof![3 => single, 1 => repeated];
    let branch = prop::collection::vec(part, 0..4).prop_map(Model::Then);
    prop::collection::vec(branch, 1..3).prop_map(Model::Either)
}

proptest! {
    #[test]
    fn patterns_match_what_a_search_of_all_ways_matches(model in model(), value in "[ab.ä-]{0,6}") {
        let pattern = Pattern::new(&model.text()).unwrap();
        let chars: Vec<char> = value.chars().collect();
        let want = model.ends(&chars, 0).contains(&chars.len());
        prop_assert_eq!(pattern.matches(&value), want, "{} on {:?}", model.text(), value);
    }

    #[test]
    fn no_text_makes_a_pattern_panic(text in "[\\\\\\[\\]{}()?*+|^$.&a-c0-9,:pQEux~<>-]{0,20}|.{0,20}") {
        if let Ok(pattern) = Pattern::new(&text) {
            pattern.matches("abc");
        }
    }
}
