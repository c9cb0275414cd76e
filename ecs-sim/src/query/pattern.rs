//! Patterns: Java's regular expressions, as far as an engine of linear time can have them.
//!
//! ECS takes "the Java regular expression syntax" (Amazon ECS Developer Guide, "Cluster query language", read
//! 2026-11-23), and matches the whole value, as `java.util.regex.Matcher.matches` does: `g2.*` is the guide's own example,
//! and `2.*` selects no `g2.2xlarge`. A pattern is translated into one of the `regex` crate's that means the same;
//! what would not is refused. The language has no parentheses within a single expression, and so a pattern has no groups.

use regex::{Regex, RegexBuilder};
use std::{cmp::Ordering, fmt::Write as _, hash, iter::Peekable, ops::Range, str::CharIndices, sync::Arc};
use thiserror::Error;

/// The memory that a compiled pattern may take, in bytes.
const COMPILED_BYTES_MAX: usize = 1 << 20;
/// The memory that the cache of a pattern's automaton may take, in bytes.
const CACHE_BYTES_MAX: usize = 1 << 20;
/// How deep classes may stand inside each other.
const CLASS_NESTING_MAX: u32 = 16;

/// A pattern, which a value must match as a whole. Patterns of one text are equal.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: Arc<str>,
    regex: Regex,
}

/// A text that is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem} at byte {} of the pattern", span.start)]
pub struct PatternError {
    /// Where, in bytes from the start of the pattern.
    pub span: Range<usize>,
    /// What is wrong there.
    pub problem: PatternProblem,
}

/// What is wrong with a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PatternProblem {
    /// `(?=…)` and the like.
    #[error("look-around is not supported in a pattern")]
    LookAround,
    /// `\1`, `\k<name>`.
    #[error("back-references are not supported in a pattern")]
    BackReference,
    /// `a++`, `a*+`, `a?+`.
    #[error("possessive quantifiers are not supported in a pattern")]
    Possessive,
    /// `(…)`.
    #[error("a single expression has no parentheses, yet its pattern holds one")]
    Parenthesis,
    /// What Java has and the engine has not, or has with another meaning.
    #[error("`{0}` is not supported in a pattern")]
    Unsupported(String),
    /// What Java refuses too.
    #[error("the pattern is malformed: {0}")]
    Malformed(String),
    /// The pattern would take too much memory.
    #[error("the pattern takes more than {COMPILED_BYTES_MAX} bytes of memory")]
    TooLarge,
}

impl PatternProblem {
    /// What to do about it.
    pub(super) fn help(&self) -> &'static str {
        match self {
            Self::LookAround | Self::BackReference | Self::Possessive => {
                "patterns are matched in linear time; say it with `and`, `or`, `not` and several patterns"
            }
            Self::Parenthesis => "write alternatives as `a|b`, or as several expressions joined by `or`",
            Self::Unsupported(_) | Self::Malformed(_) => {
                "a character that is meant as it is takes a `\\` before it"
            }
            Self::TooLarge => "take smaller numbers in `{…}`",
        }
    }
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// Fails where Java would refuse it, and for what no engine of linear time has: look-around, back-references,
    /// possessive quantifiers.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let whole = |problem| PatternError { span: 0..text.len(), problem };
        let translated = Translator::translate(text)?;
        // The group keeps an alternative from taking the anchors for its own.
        let regex = RegexBuilder::new(&format!(r"\A(?:{translated})\z"))
            .size_limit(COMPILED_BYTES_MAX)
            .dfa_size_limit(CACHE_BYTES_MAX)
            .build();
        match regex {
            Ok(regex) => Ok(Self { text: text.into(), regex }),
            Err(regex::Error::CompiledTooBig(_)) => Err(whole(PatternProblem::TooLarge)),
            Err(error) => {
                let text = error.to_string();
                let last = text.lines().last().unwrap_or_default();
                let reason = last.strip_prefix("error: ").unwrap_or(last).to_owned();
                Err(whole(PatternProblem::Malformed(reason)))
            }
        }
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether `value` as a whole matches.
    pub fn matches(&self, value: &str) -> bool {
        self.regex.is_match(value)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl PartialOrd for Pattern {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pattern {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl hash::Hash for Pattern {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

/// Writes Java's pattern in the `regex` crate's words.
struct Translator<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
    out: String,
}

/// POSIX classes, of ASCII as in Java, as the inside of a class.
const POSIX: [(&str, &str); 13] = [
    ("Lower", "a-z"),
    ("Upper", "A-Z"),
    ("ASCII", r"\x00-\x7F"),
    ("Alpha", "a-zA-Z"),
    ("Digit", "0-9"),
    ("Alnum", "a-zA-Z0-9"),
    ("Punct", r"!-/:-@\[-`{-~"),
    ("Graph", "!-~"),
    ("Print", " -~"),
    ("Blank", r" \t"),
    ("Cntrl", r"\x00-\x1F\x7F"),
    ("XDigit", "0-9a-fA-F"),
    ("Space", r" \t\n\x0B\f\r"),
];

type Translated = Result<(), PatternError>;

impl<'a> Translator<'a> {
    fn translate(text: &'a str) -> Result<String, PatternError> {
        let mut this = Self { text, rest: text.char_indices().peekable(), out: String::new() };
        while let Some((at, c)) = this.rest.next() {
            match c {
                '(' => return Err(this.group(at)),
                ')' => return Err(this.wrong(at, PatternProblem::Parenthesis)),
                '[' => this.class(at, 0)?,
                '\\' => this.escape(at, false)?,
                // Java's `.` is anything but its line terminators; the engine's leaves out only the first of them.
                '.' => this.out.push_str(r"[^\n\r\u{85}\u{2028}\u{2029}]"),
                '*' | '+' | '?' | '{' => this.quantifier(at, c)?,
                '|' | '^' | '$' => this.out.push(c),
                other => this.literal(other),
            }
        }
        Ok(this.out)
    }

    fn wrong(&mut self, from: usize, problem: PatternProblem) -> PatternError {
        let end = self.rest.peek().map_or(self.text.len(), |&(at, _)| at);
        PatternError { span: from..end, problem }
    }

    fn group(&mut self, at: usize) -> PatternError {
        let ahead = &self.text[at..];
        let around = ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|start| ahead.starts_with(start));
        let problem = if around { PatternProblem::LookAround } else { PatternProblem::Parenthesis };
        self.wrong(at, problem)
    }

    fn unsupported(&mut self, from: usize) -> PatternError {
        let mut error = self.wrong(from, PatternProblem::LookAround);
        error.problem = PatternProblem::Unsupported(self.text[error.span.clone()].to_owned());
        error
    }

    fn malformed(&mut self, from: usize, reason: &str) -> PatternError {
        self.wrong(from, PatternProblem::Malformed(reason.to_owned()))
    }

    /// A character that stands for itself.
    fn literal(&mut self, c: char) {
        if c.is_ascii_alphanumeric() || !c.is_ascii() {
            self.out.push(c);
        } else {
            // A backslash before punctuation means other things to the engine in places (`\<`).
            let _ = write!(self.out, r"\x{{{:X}}}", u32::from(c));
        }
    }

    /// `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`, each with a `?` behind it that matters to no match of the whole.
    fn quantifier(&mut self, at: usize, c: char) -> Translated {
        if c == '{' {
            let inner = self.text[at + 1..].split_once('}').map(|(inner, _)| inner);
            let numbers = inner.map(|inner| inner.split_once(',').unwrap_or((inner, "0")));
            let number = |text: &str| text.is_empty() || text.bytes().all(|byte| byte.is_ascii_digit());
            let fine = |&(from, to): &(&str, &str)| !from.is_empty() && number(from) && number(to);
            let (Some(inner), Some(_)) = (inner, numbers.as_ref().filter(|numbers| fine(numbers))) else {
                return Err(self.malformed(at, "a `{` starts a number of repetitions, such as {2} or {2,3}"));
            };
            let end = at + 1 + inner.len();
            while self.rest.next_if(|&(place, _)| place <= end).is_some() {}
            let _ = write!(self.out, "{{{inner}}}");
        } else {
            self.out.push(c);
        }
        if self.rest.next_if(|&(_, c)| c == '+').is_some() {
            return Err(self.wrong(at, PatternProblem::Possessive));
        }
        if self.rest.next_if(|&(_, c)| c == '?').is_some() {
            self.out.push('?');
        }
        if let Some(&(_, '*' | '+' | '?' | '{')) = self.rest.peek() {
            self.rest.next();
            return Err(self.malformed(at, "nothing stands before the second quantifier"));
        }
        Ok(())
    }

    /// `[…]`, from behind its `[`.
    fn class(&mut self, at: usize, depth: u32) -> Translated {
        if depth == CLASS_NESTING_MAX {
            return Err(self.malformed(at, "classes stand too deep inside each other"));
        }
        self.out.push('[');
        if self.rest.next_if(|&(_, c)| c == '^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        while let Some((place, c)) = self.rest.next() {
            match c {
                ']' if first => self.literal(']'),
                ']' => {
                    self.out.push(']');
                    return Ok(());
                }
                '[' if self.text[place..].starts_with("[:") => return Err(self.unsupported(place)),
                '[' => self.class(place, depth + 1)?,
                '\\' => self.escape(place, true)?,
                '&' if self.rest.next_if(|&(_, c)| c == '&').is_some() => self.out.push_str("&&"),
                '-' if matches!(self.rest.peek(), Some((_, '-'))) => return Err(self.unsupported(place)),
                // Java takes a minus before a class for itself, and refuses a range up to one.
                '-' if matches!(self.rest.peek(), Some((_, '['))) => self.literal('-'),
                '-' if self.ends_in_class(place) => return Err(self.unsupported(place)),
                // A minus between two characters is a range, and one at an end itself: to the engine too.
                '-' => self.out.push('-'),
                other => self.literal(other),
            }
            first = false;
        }
        Err(self.malformed(at, "the closing `]` is missing"))
    }

    /// Whether the minus at `place` is followed by an escape that is a class.
    fn ends_in_class(&self, place: usize) -> bool {
        let mut ahead = self.text[place + 1..].chars();
        ahead.next() == Some('\\') && ahead.next().is_some_and(|c| "dDwWsSpPQ".contains(c))
    }

    /// What stands behind a `\`.
    fn escape(&mut self, at: usize, in_class: bool) -> Translated {
        let Some((_, c)) = self.rest.next() else {
            return Err(self.malformed(at, "nothing stands behind the last `\\`"));
        };
        let class = |inner: &str, negated: bool| format!("[{}{inner}]", if negated { "^" } else { "" });
        match c {
            // Of ASCII, as in Java.
            'd' | 'D' => self.out.push_str(&class("0-9", c == 'D')),
            'w' | 'W' => self.out.push_str(&class("a-zA-Z_0-9", c == 'W')),
            's' | 'S' => self.out.push_str(&class(r" \t\n\x0B\f\r", c == 'S')),
            't' | 'n' | 'r' | 'f' | 'a' => {
                self.out.push('\\');
                self.out.push(c);
            }
            'e' => self.literal('\u{1b}'),
            'b' if !in_class => self.out.push_str(r"(?-u:\b)"),
            'A' | 'z' if !in_class => {
                self.out.push('\\');
                self.out.push(c);
            }
            'x' => self.code(at, 2)?,
            'u' => self.code(at, 4)?,
            'p' | 'P' => self.property(at, c == 'P')?,
            'Q' => self.quotation(),
            '1'..='9' | 'k' => return Err(self.wrong(at, PatternProblem::BackReference)),
            other if other.is_ascii_alphanumeric() => return Err(self.unsupported(at)),
            other => self.literal(other),
        }
        Ok(())
    }

    /// `\xhh` and `\uhhhh`, from behind the letter.
    fn code(&mut self, at: usize, digits: usize) -> Translated {
        let text = self.text.get(at + 2..at + 2 + digits);
        let number = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let character = number.and_then(|text| u32::from_str_radix(text, 16).ok()).and_then(char::from_u32);
        let Some(character) = character else {
            return Err(
                self.malformed(at, "`\\x` takes two and `\\u` four hexadecimal digits of a character")
            );
        };
        while self.rest.next_if(|&(place, _)| place < at + 2 + digits).is_some() {}
        self.literal(character);
        Ok(())
    }

    /// `\p{Name}`, from behind the letter.
    fn property(&mut self, at: usize, negated: bool) -> Translated {
        let inner = self.text[at + 2..].strip_prefix('{').and_then(|rest| rest.split_once('}'));
        let found = inner.and_then(|(name, _)| POSIX.iter().find(|(known, _)| *known == name));
        let Some((name, class)) = found else {
            return Err(self.unsupported(at));
        };
        let end = at + 4 + name.len();
        while self.rest.next_if(|&(place, _)| place < end).is_some() {}
        let _ = write!(self.out, "[{}{class}]", if negated { "^" } else { "" });
        Ok(())
    }

    /// `\Q…\E`, from behind the `Q`; without an end it goes to the end of the pattern, as in Java.
    fn quotation(&mut self) {
        while let Some((at, c)) = self.rest.next() {
            if self.text[at..].starts_with(r"\E") {
                self.rest.next();
                return;
            }
            self.literal(c);
        }
    }
}
