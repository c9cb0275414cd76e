//! The grammar.
//!
//! One function per level of precedence: `or`, `and`, `not`, a comparison. The guide does not say that `and` binds tighter
//! than `or`; it is the usual thing. Every failure is final, so that an error names the place where the text goes wrong
//! and not one to which the parser could go back.

use super::{
    error::{Problem, QueryError, nearest},
    expression::Expression,
    operator::{Comparison, Operator},
    pattern::Pattern,
    subject::Subject,
    test::{AttributeTest, GroupTest, Test, TextTest, bare_pattern_len, in_word},
    value::digits,
};
use std::{ops::Range, sync::Arc};
use winnow::{
    LocatingSlice, ModalResult, Parser, Stateful,
    combinator::{alt, not, opt},
    error::{ErrMode, ParserError},
    stream::{Location, Stream},
    token::{take, take_while},
};

/// The rest of the text, and how deep the parser is in parentheses and negations.
type Input<'a> = Stateful<LocatingSlice<&'a str>, usize>;

/// What a function of the grammar gives.
type Parsed<T> = ModalResult<T, QueryError>;

/// A part of the text, and where it stands.
#[derive(Debug, Clone)]
struct Word<'a> {
    text: &'a str,
    span: Range<usize>,
}

const TERM: &str = "a subject such as `attribute:ecs.instance-type`, `not` or `(`";
const CONNECTIVE_OR_END: &str = "`and`, `or` or the end";
const CONNECTIVE_OR_CLOSING: &str = "`and`, `or` or `)`";
const CONNECTIVES: [&str; 4] = ["and", "or", "&&", "||"];
const OPERATOR: &str = "an operator such as `==`, `in` or `=~`";
const ARGUMENT: &str = "an argument: a word, or a text in quotes";

impl<'a> ParserError<Input<'a>> for QueryError {
    type Inner = Self;

    fn from_input(input: &Input<'a>) -> Self {
        let at = input.current_token_start();
        Self::new(at..at, Problem::Expected { expected: TERM, nearest: None })
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

pub(super) fn parse(text: &str) -> Result<Expression, QueryError> {
    if let Some((end, _)) = text.char_indices().nth(Expression::CHARACTERS_MAX) {
        let characters = text.chars().count();
        return Err(QueryError::new(end..text.len(), Problem::TooLong { characters }));
    }
    let input = Stateful { input: LocatingSlice::new(text), state: 0 };
    whole.parse(input).map_err(winnow::error::ParseError::into_inner)
}

fn whole(input: &mut Input<'_>) -> Parsed<Expression> {
    let expression = any(input)?;
    blanks(input)?;
    if rest(input).is_empty() {
        Ok(expression)
    } else {
        fail_expected(input, CONNECTIVE_OR_END, &CONNECTIVES)
    }
}

fn any(input: &mut Input<'_>) -> Parsed<Expression> {
    let mut parts = vec![all(input)?];
    while connective(input, "or", "||")? {
        parts.push(all(input)?);
    }
    Ok(Expression::any(parts).expect("there is one part at least"))
}

fn all(input: &mut Input<'_>) -> Parsed<Expression> {
    let mut parts = vec![term(input)?];
    while connective(input, "and", "&&")? {
        parts.push(term(input)?);
    }
    Ok(Expression::all(parts).expect("there is one part at least"))
}

fn connective(input: &mut Input<'_>, word: &'static str, symbol: &'static str) -> Parsed<bool> {
    blanks(input)?;
    let keyword = (word, not(take_while(1, in_subject))).void();
    opt(alt((symbol.void(), keyword))).parse_next(input).map(|found| found.is_some())
}

fn term(input: &mut Input<'_>) -> Parsed<Expression> {
    blanks(input)?;
    let start = input.current_token_start();
    let keyword = ("not", not(take_while(1, in_subject))).void();
    if opt(alt(("!".void(), keyword))).parse_next(input)?.is_some() {
        enter(input, start)?;
        blanks(input)?;
        // `not(…)` is one level, not two.
        let inner = if rest(input).starts_with('(') { parenthesis(input)? } else { term(input)? };
        input.state -= 1;
        return Ok(Expression::not(inner));
    }
    if rest(input).starts_with('(') {
        enter(input, start)?;
        let inner = parenthesis(input)?;
        input.state -= 1;
        return Ok(inner);
    }
    test(input).map(Expression::test)
}

fn enter(input: &mut Input<'_>, start: usize) -> Parsed<()> {
    if input.state == Expression::NESTING_MAX {
        return fail(start..input.current_token_start().max(start + 1), Problem::TooDeep);
    }
    input.state += 1;
    Ok(())
}

fn parenthesis(input: &mut Input<'_>) -> Parsed<Expression> {
    "(".parse_next(input)?;
    let inner = any(input)?;
    blanks(input)?;
    if opt(")").parse_next(input)?.is_none() {
        return fail_expected(input, CONNECTIVE_OR_CLOSING, &CONNECTIVES);
    }
    Ok(inner)
}

fn test(input: &mut Input<'_>) -> Parsed<Test> {
    let word = word(input, in_subject)?;
    if word.text.is_empty() {
        return fail_expected(input, TERM, &[]);
    }
    let subject = Subject::read(word.text, word.span).map_err(ErrMode::Cut)?;
    blanks(input)?;
    let operator = operator(input, subject)?;
    blanks(input)?;
    match subject {
        Subject::AgentConnected => {
            let expected = "`true` or `false`";
            let check = |word: &Word<'_>| {
                let fine = matches!(word.text, "true" | "false");
                if fine { Ok(()) } else { fail(word.span.clone(), wrong(subject, expected)) }
            };
            text_test(input, operator, check).map(Test::AgentConnected)
        }
        Subject::AgentVersion => {
            let version = value(input, subject, "a version such as 1.14.5", |text| text.parse().ok())?;
            Ok(Test::AgentVersion(comparison(operator), version))
        }
        Subject::Attribute(name) => {
            attribute_test(input, subject, operator).map(|test| Test::Attribute(Arc::from(name), test))
        }
        Subject::Ec2InstanceId => text_test(input, operator, |_| Ok(())).map(Test::Ec2InstanceId),
        Subject::RegisteredAt => {
            let expected = "a date such as 2018-06-18 or 2018-06-18T22:28:28Z";
            let second = value(input, subject, expected, |text| text.parse().ok())?;
            Ok(Test::RegisteredAt(comparison(operator), second))
        }
        Subject::RunningTasksCount => {
            let count = value(input, subject, "a whole number", digits)?;
            Ok(Test::RunningTasksCount(comparison(operator), count))
        }
        Subject::TaskGroup if matches!(operator, Operator::Exists | Operator::NotExists) => {
            Ok(Test::TaskGroup(GroupTest::Exists(operator == Operator::Exists)))
        }
        Subject::TaskGroup => {
            text_test(input, operator, |_| Ok(())).map(|test| Test::TaskGroup(GroupTest::Text(test)))
        }
    }
}

/// The operator, which the subject must take.
fn operator(input: &mut Input<'_>, subject: Subject<'_>) -> Parsed<Operator> {
    let ahead = rest(input);
    let letters =
        |text: &str| text.find(|c: char| !c.is_ascii_alphabetic() && c != '_').unwrap_or(text.len());
    let mut length = ahead.find(|c| !"=!~<>".contains(c)).unwrap_or(ahead.len());
    // `!in` and `!exists`, and the words.
    if length == 0 || &ahead[..length] == "!" {
        length += letters(&ahead[length..]);
    }
    let Some(operator) = Operator::of(&ahead[..length]) else {
        let spellings = Operator::ALL.map(Operator::spellings);
        return fail_expected(input, OPERATOR, spellings.as_flattened());
    };
    let at = input.current_token_start();
    if !subject.takes(operator) {
        return fail(at..at + length, Problem::WrongOperator { subject: subject.name(), operator });
    }
    take(length).void().parse_next(input)?;
    Ok(operator)
}

/// The comparison that an operator is which was found to be one of those of order.
fn comparison(operator: Operator) -> Comparison {
    operator.comparison().expect("the subject takes no other operator")
}

fn attribute_test(input: &mut Input<'_>, subject: Subject<'_>, operator: Operator) -> Parsed<AttributeTest> {
    match operator {
        Operator::Exists | Operator::NotExists => Ok(AttributeTest::Exists(operator == Operator::Exists)),
        Operator::GreaterThan | Operator::GreaterThanEqual | Operator::LessThan | Operator::LessThanEqual => {
            let number = value(input, subject, "a number such as 4 or 1.14.5", |text| text.parse().ok())?;
            match comparison(operator) {
                Comparison::Ordered(order) => Ok(AttributeTest::Ordered(order, number)),
                Comparison::Equal | Comparison::NotEqual => unreachable!("these operators are of order"),
            }
        }
        Operator::Equals
        | Operator::NotEquals
        | Operator::In
        | Operator::NotIn
        | Operator::Matches
        | Operator::NotMatches => text_test(input, operator, |_| Ok(())).map(AttributeTest::Text),
    }
}

/// A comparison of texts; `check` says whether an argument that is no pattern is one of the subject's.
fn text_test<'a>(
    input: &mut Input<'a>,
    operator: Operator,
    check: impl Fn(&Word<'a>) -> Parsed<()>,
) -> Parsed<TextTest> {
    let one = |input: &mut Input<'a>| {
        let word = argument(input)?;
        check(&word).map(|()| Arc::<str>::from(word.text))
    };
    match operator {
        Operator::Equals => one(input).map(TextTest::Is),
        Operator::NotEquals => one(input).map(TextTest::IsNot),
        Operator::In | Operator::NotIn => {
            let texts = list(input, one)?;
            Ok(TextTest::list(operator == Operator::In, texts))
        }
        Operator::Matches => pattern(input).map(TextTest::Matches),
        Operator::NotMatches => pattern(input).map(TextTest::MatchesNot),
        Operator::GreaterThan
        | Operator::GreaterThanEqual
        | Operator::LessThan
        | Operator::LessThanEqual
        | Operator::Exists
        | Operator::NotExists => unreachable!("the subject's other operators are read elsewhere"),
    }
}

/// `[a, b]`.
fn list<'a, T>(input: &mut Input<'a>, one: impl Fn(&mut Input<'a>) -> Parsed<T>) -> Parsed<Vec<T>> {
    if opt("[").parse_next(input)?.is_none() {
        return fail_expected(input, "a list such as [a, b]", &[]);
    }
    let mut items = Vec::new();
    loop {
        blanks(input)?;
        items.push(one(input)?);
        blanks(input)?;
        if opt("]").parse_next(input)?.is_some() {
            return Ok(items);
        }
        if opt(",").parse_next(input)?.is_none() {
            return fail_expected(input, "`,` or `]`", &[]);
        }
    }
}

/// An argument of a type of its own.
fn value<T>(
    input: &mut Input<'_>,
    subject: Subject<'_>,
    expected: &'static str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Parsed<T> {
    let word = argument(input)?;
    match read(word.text) {
        Some(value) => Ok(value),
        None => fail(word.span, wrong(subject, expected)),
    }
}

/// A word, or a text in quotes, without parentheses.
fn argument<'a>(input: &mut Input<'a>) -> Parsed<Word<'a>> {
    if let Some(quoted) = quoted(input)? {
        return match quoted.text.find(['(', ')']) {
            Some(at) => fail_parenthesis(&quoted.text[at..], quoted.span.start + at),
            None => Ok(quoted),
        };
    }
    let bare = word(input, in_word)?;
    let next = rest(input).chars().next();
    let joined = ["&&", "||"].iter().any(|symbol| rest(input).starts_with(symbol));
    let at = input.current_token_start();
    match next {
        Some('(') => fail_parenthesis(rest(input), at),
        Some(c) if !(c.is_whitespace() || matches!(c, ')' | ',' | ']') || joined) => {
            fail(at..at + c.len_utf8(), Problem::NeedsQuotes(c))
        }
        Some(_) | None if bare.text.is_empty() => fail_expected(input, ARGUMENT, &[]),
        Some(_) | None => Ok(bare),
    }
}

fn pattern(input: &mut Input<'_>) -> Parsed<Pattern> {
    let word = match quoted(input)? {
        Some(quoted) => quoted,
        None => {
            let start = input.current_token_start();
            let text = take(bare_pattern_len(rest(input))).parse_next(input)?;
            if rest(input).starts_with('(') {
                return fail_parenthesis(rest(input), input.current_token_start());
            }
            if text.is_empty() || rest(input).starts_with(['\'', '"']) {
                return fail_expected(input, ARGUMENT, &[]);
            }
            Word { text, span: start..start + text.len() }
        }
    };
    Pattern::new(word.text).map_err(|error| ErrMode::Cut(QueryError::of_pattern(error, word.span.start)))
}

/// What stands between quotes of one kind; the language has no escapes.
fn quoted<'a>(input: &mut Input<'a>) -> Parsed<Option<Word<'a>>> {
    let Some(quote) = rest(input).chars().next().filter(|c| matches!(c, '\'' | '"')) else {
        return Ok(None);
    };
    let opening = input.current_token_start();
    take(1usize).void().parse_next(input)?;
    let inner = word(input, |c| c != quote)?;
    if opt(quote).parse_next(input)?.is_none() {
        let expected = if quote == '"' { "the closing `\"`" } else { "the closing `'`" };
        return fail(opening..inner.span.end, Problem::Expected { expected, nearest: None });
    }
    Ok(Some(inner))
}

/// As many characters as `fine` takes.
fn word<'a>(input: &mut Input<'a>, fine: impl Fn(char) -> bool) -> Parsed<Word<'a>> {
    let start = input.current_token_start();
    let text = take_while(0.., fine).parse_next(input)?;
    Ok(Word { text, span: start..start + text.len() })
}

/// The characters of a subject, those of a wrong one included.
fn in_subject(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '\\' | '.' | ':')
}

fn blanks(input: &mut Input<'_>) -> Parsed<()> {
    take_while(0.., char::is_whitespace).void().parse_next(input)
}

fn rest<'a>(input: &Input<'a>) -> &'a str {
    input.peek_finish()
}

fn wrong(subject: Subject<'_>, expected: &'static str) -> Problem {
    Problem::WrongValue { subject: subject.name(), expected }
}

/// Fails for good.
fn fail<T>(span: Range<usize>, problem: Problem) -> Parsed<T> {
    Err(ErrMode::Cut(QueryError::new(span, problem)))
}

fn fail_parenthesis<T>(from: &str, at: usize) -> Parsed<T> {
    let parenthesis = from.chars().next().unwrap_or('(');
    fail(at..at + parenthesis.len_utf8(), Problem::Parenthesis(parenthesis))
}

/// Fails at what comes next, with the nearest of the right spellings.
fn fail_expected<T>(input: &Input<'_>, expected: &'static str, known: &[&'static str]) -> Parsed<T> {
    let (ahead, at) = (rest(input), input.current_token_start());
    let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | '\'' | '"');
    let length = ahead.find(ends).unwrap_or(ahead.len());
    let found = &ahead[..length];
    let first = ahead.chars().next().map_or(0, char::len_utf8);
    let span = at..at + length.max(first);
    fail(span, Problem::Expected { expected, nearest: nearest(found, known) })
}
