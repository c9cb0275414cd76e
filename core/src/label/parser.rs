//! The grammar of label expressions.
//!
//! One function per level of precedence, as in Jenkins' `LabelExpressionParser.g4` and `LabelExpressionLexer.g4` (read
//! 2026-11-23). Every failure behind an operator is final, so that an error names the place where the text goes wrong
//! and not the place to which the parser could go back.

use crate::label::{LabelExpression, LabelSyntaxError};
use winnow::{
    LocatingSlice, ModalResult, Parser, Stateful,
    combinator::{alt, not, opt, peek, preceded, repeat, separated_foldl1},
    error::{ErrMode, ParserError},
    stream::Stream,
    token::{none_of, one_of, take_while},
};

/// The rest of the text, and how much of it was seen.
type Input<'a> = Stateful<LocatingSlice<&'a str>, Seen>;

/// What the bounds are held against.
#[derive(Debug, Default)]
struct Seen {
    nesting: usize,
    atoms: usize,
}

/// What would have been right where the parser failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Expected(&'static str);

const OPERATOR_OR_END: Expected = Expected("`&&`, `||`, `->`, `<->` or the end");
const OPERATOR_OR_CLOSING: Expected = Expected("`&&`, `||`, `->`, `<->` or `)`");
const TERM: Expected = Expected("a label, `!` or `(`");
const NEGATED: Expected = Expected("a label or `(`");
const CHAINED: Expected = Expected("parentheses around one of the two `->`, which do not chain,");
const CLOSING_QUOTE: Expected = Expected("the closing `\"`");
const ESCAPE: Expected = Expected("one of `b t n f r \" ' \\` after the backslash");
const NESTING: Expected = Expected("at most 64 parentheses inside each other");
const ATOMS: Expected = Expected("at most 1000 labels");

impl<'a> ParserError<Input<'a>> for Expected {
    type Inner = Self;

    fn from_input(_: &Input<'a>) -> Self {
        OPERATOR_OR_END
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

pub(super) fn parse(text: &str) -> Result<LabelExpression, LabelSyntaxError> {
    let input = Stateful { input: LocatingSlice::new(text), state: Seen::default() };
    expression
        .parse(input)
        .map_err(|error| LabelSyntaxError { at: error.offset(), expected: error.inner().0 })
}

fn expression(input: &mut Input<'_>) -> ModalResult<LabelExpression, Expected> {
    let whole = iff(input)?;
    blanks(input)?;
    if input.eof_offset() == 0 { Ok(whole) } else { fail(OPERATOR_OR_END) }
}

fn iff(input: &mut Input<'_>) -> ModalResult<LabelExpression, Expected> {
    separated_foldl1(implies, operator("<->"), |a, _, b| LabelExpression::Iff(Box::new(a), Box::new(b)))
        .parse_next(input)
}

/// `->` is not associative, so Jenkins' grammar takes it once.
fn implies(input: &mut Input<'_>) -> ModalResult<LabelExpression, Expected> {
    let premise = or(input)?;
    let Some(conclusion) = opt(preceded(operator("->"), or)).parse_next(input)? else {
        return Ok(premise);
    };
    if opt(peek(operator("->"))).parse_next(input)?.is_some() {
        blanks(input)?;
        return fail(CHAINED);
    }
    Ok(LabelExpression::Implies(Box::new(premise), Box::new(conclusion)))
}

fn or(input: &mut Input<'_>) -> ModalResult<LabelExpression, Expected> {
    separated_foldl1(and, operator("||"), |a, _, b| LabelExpression::Or(Box::new(a), Box::new(b)))
        .parse_next(input)
}

fn and(input: &mut Input<'_>) -> ModalResult<LabelExpression, Expected> {
    separated_foldl1(negation, operator("&&"), |a, _, b| LabelExpression::And(Box::new(a), Box::new(b)))
        .parse_next(input)
}

fn negation(input: &mut Input<'_>) -> ModalResult<LabelExpression, Expected> {
    if opt(operator("!")).parse_next(input)?.is_some() {
        return Ok(LabelExpression::Not(Box::new(term(input, NEGATED)?)));
    }
    term(input, TERM)
}

/// A label or an expression in parentheses; `expected` is the error where neither stands.
fn term(input: &mut Input<'_>, expected: Expected) -> ModalResult<LabelExpression, Expected> {
    blanks(input)?;
    match input.peek_token() {
        Some('(') => parenthesis(input),
        Some('"') => {
            count_atom(input)?;
            let name = literal(input)?;
            Ok(LabelExpression::Atom(name.into()))
        }
        Some(_) | None => {
            count_atom(input)?;
            match opt(bare_label).parse_next(input)? {
                Some(name) => Ok(LabelExpression::Atom(name.into())),
                None => fail(expected),
            }
        }
    }
}

fn parenthesis(input: &mut Input<'_>) -> ModalResult<LabelExpression, Expected> {
    if input.state.nesting == LabelExpression::NESTING_MAX {
        return fail(NESTING);
    }
    input.state.nesting += 1;
    '('.parse_next(input)?;
    let inner = iff(input)?;
    blanks(input)?;
    if opt(')').parse_next(input)?.is_none() {
        return fail(OPERATOR_OR_CLOSING);
    }
    input.state.nesting -= 1;
    Ok(LabelExpression::Paren(Box::new(inner)))
}

fn count_atom(input: &mut Input<'_>) -> ModalResult<(), Expected> {
    input.state.atoms += 1;
    if input.state.atoms > LabelExpression::ATOMS_MAX { fail(ATOMS) } else { Ok(()) }
}

/// A label without quotes. Its last `-` is not its own where `>` follows: that is an arrow.
fn bare_label<'a>(input: &mut Input<'a>) -> ModalResult<&'a str, Expected> {
    let part = none_of(['&', '|', '!', '<', '>', '(', ')', ' ', '\t', '"', '\'', '-']).void();
    let dash = ('-', not('>')).void();
    repeat::<_, _, (), _, _>(1.., alt((part, dash))).take().parse_next(input)
}

/// A string literal, unquoted.
fn literal(input: &mut Input<'_>) -> ModalResult<String, Expected> {
    '"'.parse_next(input)?;
    let mut name = String::new();
    loop {
        let plain = take_while(0.., |c| !matches!(c, '"' | '\\' | '\r' | '\n')).parse_next(input)?;
        name.push_str(plain);
        match input.peek_token() {
            Some('"') => {
                '"'.parse_next(input)?;
                return Ok(name);
            }
            Some('\\') => match opt(escape).parse_next(input)? {
                Some(c) => name.push(c),
                None => return fail(ESCAPE),
            },
            Some(_) | None => return fail(CLOSING_QUOTE),
        }
    }
}

fn escape(input: &mut Input<'_>) -> ModalResult<char, Expected> {
    let escaped = one_of(['b', 't', 'n', 'f', 'r', '"', '\'', '\\']);
    preceded('\\', escaped)
        .map(|c| match c {
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            other => other,
        })
        .parse_next(input)
}

/// An operator and the blanks before it.
fn operator<'a>(text: &'static str) -> impl Parser<Input<'a>, (), ErrMode<Expected>> {
    preceded(blanks, text).void()
}

/// The only white space that Jenkins' lexer skips.
fn blanks(input: &mut Input<'_>) -> ModalResult<(), Expected> {
    take_while(0.., [' ', '\t']).void().parse_next(input)
}

/// Fails for good at the place that was reached.
fn fail<T>(expected: Expected) -> ModalResult<T, Expected> {
    Err(ErrMode::Cut(expected))
}
