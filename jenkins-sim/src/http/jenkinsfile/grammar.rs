//! The grammar: steps of a scripted Pipeline, and the sections of a declarative one.
//!
//! Every failure is final, so that an error names the place where the reading ends and not one to which the parser could
//! go back. The words of steps are those of the plugins `workflow-basic-steps`, `workflow-durable-task-step` and
//! `pipeline-model-definition`.

use super::{Fault, NESTING_MAX, Problem, Step};
use crate::http::config;
use footman_core::time::Millis;
use std::sync::Arc;
use winnow::{
    LocatingSlice, ModalResult, Parser, Stateful,
    combinator::{alt, opt, repeat},
    error::{ErrMode, ParseError, ParserError},
    stream::{Location, Stream},
    token::{any, take_till, take_until, take_while},
};

/// The whole script, and how deep in blocks and parentheses its reading is.
#[derive(Debug, Clone, Copy)]
struct State<'a> {
    script: &'a str,
    depth: usize,
}

/// The rest of the script.
type Input<'a> = Stateful<LocatingSlice<&'a str>, State<'a>>;

/// What a function of the grammar gives.
type Parsed<T> = ModalResult<T, Fault>;

/// A text in quotation marks; one that Groovy puts values into is not plain.
#[derive(Debug, Clone)]
struct Quoted {
    text: String,
    is_plain: bool,
}

/// Steps around others that change neither where these run nor for how long.
const WRAPPERS: [&str; 9] =
    ["ansiColor", "dir", "script", "stage", "timestamps", "withCredentials", "withEnv", "wrap", "ws"];
/// Steps whose argument is a script of a shell.
const SHELLS: [&str; 4] = ["bat", "powershell", "pwsh", "sh"];
/// Words of Groovy, and steps, by which what follows depends on more than the script.
const FATEFUL: [&str; 29] = [
    "assert",
    "break",
    "build",
    "case",
    "catch",
    "catchError",
    "class",
    "continue",
    "do",
    "else",
    "error",
    "evaluate",
    "finally",
    "for",
    "if",
    "input",
    "library",
    "load",
    "lock",
    "new",
    "properties",
    "retry",
    "return",
    "switch",
    "throw",
    "timeout",
    "try",
    "waitUntil",
    "while",
];
/// Options of a declarative Pipeline that change neither where it runs nor for how long.
const OPTIONS: [&str; 6] =
    ["ansiColor", "buildDiscarder", "disableResume", "preserveStashes", "skipDefaultCheckout", "timestamps"];

impl<'a> ParserError<Input<'a>> for Fault {
    type Inner = Self;

    fn from_input(input: &Input<'a>) -> Self {
        Self { at: place(input), problem: Problem::Expected("something else") }
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

/// Reads a script to its end.
pub(super) fn parse(script: &str) -> Result<Vec<Step>, Fault> {
    let input = Stateful { input: LocatingSlice::new(script), state: State { script, depth: 0 } };
    whole.parse(input).map_err(ParseError::into_inner)
}

fn whole(input: &mut Input<'_>) -> Parsed<Vec<Step>> {
    opt(("#!", take_till(0.., '\n'))).parse_next(input)?;
    let steps = statements(input)?;
    if rest(input).is_empty() { Ok(steps) } else { fail(input, Problem::Expected("a step")) }
}

/// The steps until the end of the block or of the script.
fn statements(input: &mut Input<'_>) -> Parsed<Vec<Step>> {
    let mut steps = Vec::new();
    loop {
        blanks(input)?;
        if rest(input).is_empty() || rest(input).starts_with('}') {
            return Ok(steps);
        }
        let at = place(input);
        let Some(word) = word(input)? else { return fail(input, Problem::Expected("a step")) };
        match word {
            "node" => {
                let label = label_argument(input)?;
                steps.push(Step::Node { at, label, body: block(input)? });
            }
            "parallel" => steps.push(Step::Parallel(branches(input)?)),
            "pipeline" => steps.extend(braced(input, declarative)?),
            "sleep" => steps.extend(pause(at, sleep(input)?)),
            shell if SHELLS.contains(&shell) => steps.extend(pause(at, shell_step(input, shell)?)),
            wrapper if WRAPPERS.contains(&wrapper) => {
                arguments(input, wrapper)?;
                steps.extend(block(input)?);
            }
            fateful if FATEFUL.contains(&fateful) => return fail_at(at, unknown(fateful)),
            other => no_time(input, other)?,
        }
    }
}

/// A step of this length; one of no length is none.
fn pause(at: usize, length: Millis) -> Option<Step> {
    (!length.is_zero()).then_some(Step::Sleep { at, length })
}

/// The steps between braces.
fn block(input: &mut Input<'_>) -> Parsed<Vec<Step>> {
    braced(input, statements)
}

/// What stands between braces.
fn braced<'a, T>(input: &mut Input<'a>, inner: fn(&mut Input<'a>) -> Parsed<T>) -> Parsed<T> {
    open(input, "{", "`{`")?;
    if input.state.depth == NESTING_MAX {
        return fail(input, Problem::TooDeep);
    }
    input.state.depth += 1;
    let found = inner(input)?;
    input.state.depth -= 1;
    open(input, "}", "`}`")?;
    Ok(found)
}

/// The label of `node('label')` or `node(label: 'label')`; none for `node`.
fn label_argument(input: &mut Input<'_>) -> Parsed<Option<Arc<str>>> {
    blanks(input)?;
    if opt('(').parse_next(input)?.is_none() {
        return Ok(None);
    }
    blanks(input)?;
    if opt(')').parse_next(input)?.is_some() {
        return Ok(None);
    }
    opt(("label", spaces, ':')).parse_next(input)?;
    blanks(input)?;
    let label = label(input)?;
    open(input, ")", "`)`")?;
    Ok(label)
}

/// A label as a plain text; a blank one is none.
fn label(input: &mut Input<'_>) -> Parsed<Option<Arc<str>>> {
    blanks(input)?;
    let at = place(input);
    match quoted(input)? {
        Some(Quoted { text, is_plain: true }) => Ok((!text.trim().is_empty()).then(|| text.into())),
        Some(_) | None => fail_at(at, Problem::Label),
    }
}

/// `parallel a: { … }, 'b': { … }`, in parentheses or without.
fn branches(input: &mut Input<'_>) -> Parsed<Vec<Vec<Step>>> {
    blanks(input)?;
    let is_enclosed = opt('(').parse_next(input)?.is_some();
    let mut branches = Vec::new();
    loop {
        blanks(input)?;
        let at = place(input);
        let name = match quoted(input)? {
            Some(quoted) => quoted.text,
            None => word(input)?.unwrap_or_default().to_owned(),
        };
        blanks(input)?;
        if name.is_empty() || opt(':').parse_next(input)?.is_none() {
            return fail_at(at, Problem::Expected("a branch such as `a: { … }`"));
        }
        if name == "failFast" {
            blanks(input)?;
            if opt("false").parse_next(input)?.is_none() {
                return fail_at(at, unknown("failFast"));
            }
        } else {
            branches.push(block(input)?);
        }
        let behind = input.checkpoint();
        blanks(input)?;
        if opt(',').parse_next(input)?.is_none() {
            input.reset(&behind);
            break;
        }
    }
    if is_enclosed {
        open(input, ")", "`)`")?;
    }
    Ok(branches)
}

/// `sleep 10`, `sleep(10)`, `sleep time: 10, unit: 'MINUTES'`.
fn sleep(input: &mut Input<'_>) -> Parsed<Millis> {
    const EXPECTED: &str = "a length such as `10` or `time: 10, unit: 'MINUTES'`";
    spaces(input)?;
    let at = place(input);
    let is_enclosed = opt('(').parse_next(input)?.is_some();
    let (mut time, mut unit) = (None, "SECONDS".to_owned());
    loop {
        blanks(input)?;
        let name = word(input)?;
        if name.is_some() {
            spaces(input)?;
            opt(':').parse_next(input)?;
            blanks(input)?;
        }
        match name {
            None | Some("time") => {
                let digits: &str = take_while(0.., |c: char| c.is_ascii_digit()).parse_next(input)?;
                time = digits.parse::<u64>().ok();
                opt(alt(('L', 'l'))).parse_next(input)?;
            }
            Some("unit") => unit = quoted(input)?.map(|quoted| quoted.text).unwrap_or_default(),
            Some(_) => return fail_at(at, Problem::Expected(EXPECTED)),
        }
        spaces(input)?;
        if opt(',').parse_next(input)?.is_none() {
            break;
        }
    }
    if is_enclosed {
        open(input, ")", "`)`")?;
    }
    let length = time.and_then(|time| length(time, &unit));
    let is_whole = ends_statement(input);
    length.filter(|_| is_whole).map_or_else(|| fail_at(at, Problem::Expected(EXPECTED)), Ok)
}

/// A length in a unit of `java.util.concurrent.TimeUnit`.
fn length(time: u64, unit: &str) -> Option<Millis> {
    Some(match unit {
        "NANOSECONDS" => Millis::new(time / 1_000_000),
        "MICROSECONDS" => Millis::new(time / 1_000),
        "MILLISECONDS" => Millis::new(time),
        "SECONDS" => Millis::from_secs(time),
        "MINUTES" => Millis::from_secs(time.checked_mul(60)?),
        "HOURS" => Millis::from_secs(time.checked_mul(3_600)?),
        "DAYS" => Millis::from_secs(time.checked_mul(86_400)?),
        _ => return None,
    })
}

/// `sh '…'`, `sh(script: '…', returnStatus: true)`: as long as the `sleep`s in all of its texts.
fn shell_step(input: &mut Input<'_>, step: &str) -> Parsed<Millis> {
    let mut total = Millis::ZERO;
    skip(input, step, &mut |text| total = total.saturating_add(config::sleeps(text)))?;
    Ok(total)
}

/// The arguments of a step that has a block.
fn arguments(input: &mut Input<'_>, step: &str) -> Parsed<()> {
    spaces(input)?;
    if rest(input).starts_with('(') { parenthesis(input, step, &mut |_| {}) } else { Ok(()) }
}

/// A step that takes no time, to the end of its line.
fn no_time(input: &mut Input<'_>, step: &str) -> Parsed<()> {
    skip(input, step, &mut |_| {})
}

/// What belongs to a statement, whose texts `heed` is shown; a closure in it is none that is understood.
fn skip(input: &mut Input<'_>, step: &str, heed: &mut dyn FnMut(&str)) -> Parsed<()> {
    let mut continues = false;
    loop {
        spaces(input)?;
        let Some(next) = rest(input).chars().next() else { return Ok(()) };
        match next {
            '\n' if continues => blanks(input)?,
            '\n' | ';' | '}' => return Ok(()),
            _ => {
                continues = next == ',';
                piece(input, step, heed)?;
            }
        }
    }
}

/// One text, word, sign or parenthesis of a statement.
fn piece(input: &mut Input<'_>, step: &str, heed: &mut dyn FnMut(&str)) -> Parsed<()> {
    if let Some(quoted) = quoted(input)? {
        heed(&quoted.text);
        return Ok(());
    }
    match rest(input).chars().next() {
        Some('(' | '[') => parenthesis(input, step, heed),
        Some('{' | ')' | ']') => fail(input, unknown(step)),
        Some(_) => {
            let at = place(input);
            match word(input)? {
                Some(word) if has_meaning(word) => fail_at(at, unknown(word)),
                Some(_) => Ok(()),
                None => any.void().parse_next(input),
            }
        }
        None => Ok(()),
    }
}

fn parenthesis(input: &mut Input<'_>, step: &str, heed: &mut dyn FnMut(&str)) -> Parsed<()> {
    let closing = if any.parse_next(input)? == '(' { ')' } else { ']' };
    if input.state.depth == NESTING_MAX {
        return fail(input, Problem::TooDeep);
    }
    input.state.depth += 1;
    loop {
        blanks(input)?;
        if opt(closing).parse_next(input)?.is_some() {
            break;
        }
        if rest(input).is_empty() {
            return fail(input, Problem::Expected("`)` or `]`"));
        }
        piece(input, step, heed)?;
    }
    input.state.depth -= 1;
    Ok(())
}

/// Whether a word in the middle of a statement would have to be understood.
fn has_meaning(word: &str) -> bool {
    matches!(word, "node" | "parallel" | "sleep" | "stage" | "pipeline")
        || SHELLS.contains(&word)
        || FATEFUL.contains(&word)
}

/// The sections of `pipeline { … }`, and of a stage.
fn declarative(input: &mut Input<'_>) -> Parsed<Vec<Step>> {
    let (mut node, mut steps) = (None, Vec::new());
    loop {
        blanks(input)?;
        let at = place(input);
        match word(input)? {
            None if rest(input).starts_with('}') => break,
            None => return fail(input, Problem::Expected("a section such as `agent` or `stages`")),
            Some("agent") => node = agent(input)?.map(|label| (at, label)),
            Some("stages") => steps.extend(braced(input, stages)?.into_iter().flatten()),
            Some("parallel") => steps.push(Step::Parallel(braced(input, stages)?)),
            Some("steps") => steps.extend(block(input)?),
            Some("options") => braced(input, options)?,
            Some("environment" | "tools") => {
                let inner = block(input)?;
                no_steps(at, &inner, "environment")?;
            }
            Some("post") => {
                let inner = braced(input, conditions)?;
                no_steps(at, &inner, "post")?;
            }
            Some(other) => return fail_at(at, unknown(other)),
        }
    }
    Ok(match node {
        Some((at, label)) => vec![Step::Node { at, label, body: steps }],
        None => steps,
    })
}

/// `stage('a') { … }`, one after another.
fn stages(input: &mut Input<'_>) -> Parsed<Vec<Vec<Step>>> {
    let mut stages = Vec::new();
    loop {
        blanks(input)?;
        let at = place(input);
        match word(input)? {
            None if rest(input).starts_with('}') => return Ok(stages),
            Some("stage") => {
                arguments(input, "stage")?;
                stages.push(braced(input, declarative)?);
            }
            Some(other) => return fail_at(at, unknown(other)),
            None => return fail(input, Problem::Expected("`stage`")),
        }
    }
}

/// `any`, `none`, `{ label 'l' }` or `{ node { label 'l' } }`; the answer is the label of a node, or none for no node.
fn agent(input: &mut Input<'_>) -> Parsed<Option<Option<Arc<str>>>> {
    blanks(input)?;
    let start = place(input);
    match word(input)? {
        Some("any") => Ok(Some(None)),
        Some("none") => Ok(None),
        Some(other) => fail_at(start, unknown(other)),
        None => braced(input, |input| {
            blanks(input)?;
            let start = place(input);
            match word(input)? {
                Some("label") => named_label(input),
                Some("node") => braced(input, |input| {
                    blanks(input)?;
                    let start = place(input);
                    match word(input)? {
                        Some("label") => named_label(input),
                        other => fail_at(start, unknown(other.unwrap_or("node"))),
                    }
                }),
                other => fail_at(start, unknown(other.unwrap_or("agent"))),
            }
        })
        .map(Some),
    }
}

/// The text behind `label`, to the end of its block.
fn named_label(input: &mut Input<'_>) -> Parsed<Option<Arc<str>>> {
    let label = label(input)?;
    blanks(input)?;
    Ok(label)
}

/// The options of a Pipeline or a stage.
fn options(input: &mut Input<'_>) -> Parsed<()> {
    loop {
        blanks(input)?;
        let at = place(input);
        match word(input)? {
            None if rest(input).starts_with('}') => return Ok(()),
            Some(option) if OPTIONS.contains(&option) => no_time(input, option)?,
            Some(other) => return fail_at(at, unknown(other)),
            None => return fail(input, Problem::Expected("an option")),
        }
    }
}

/// The conditions of `post` with their steps.
fn conditions(input: &mut Input<'_>) -> Parsed<Vec<Step>> {
    let mut steps = Vec::new();
    loop {
        blanks(input)?;
        if word(input)?.is_none() {
            return Ok(steps);
        }
        steps.extend(block(input)?);
    }
}

/// Whether nothing of a section takes time or an executor.
fn no_steps(at: usize, steps: &[Step], section: &str) -> Parsed<()> {
    if steps.is_empty() { Ok(()) } else { fail_at(at, unknown(section)) }
}

/// A text in quotation marks, if one stands here.
fn quoted(input: &mut Input<'_>) -> Parsed<Option<Quoted>> {
    let at = place(input);
    let marks = ["'''", "\"\"\"", "'", "\""];
    let Some(mark) = marks.into_iter().find(|mark| rest(input).starts_with(mark)) else { return Ok(None) };
    mark.void().parse_next(input)?;
    let mut quoted = Quoted { text: String::new(), is_plain: true };
    loop {
        if opt(mark).parse_next(input)?.is_some() {
            return Ok(Some(quoted));
        }
        let next = opt(any).parse_next(input)?;
        match next {
            None => return fail_at(at, Problem::Expected("the end of a text")),
            Some('\n') if mark.len() == 1 => return fail_at(at, Problem::Expected("the end of a text")),
            Some('\\') => {
                let escaped = opt(any).parse_next(input)?;
                quoted.text.push(match escaped {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some(other) => other,
                    None => return fail_at(at, Problem::Expected("the end of a text")),
                });
            }
            Some(c) => {
                quoted.is_plain &= !(c == '$' && mark.starts_with('"'));
                quoted.text.push(c);
            }
        }
    }
}

/// A word with the dots in it, such as `sh` or `currentBuild.result`, if one stands here.
fn word<'a>(input: &mut Input<'a>) -> Parsed<Option<&'a str>> {
    let starts = |c: char| c.is_alphabetic() || c == '_';
    if !rest(input).starts_with(starts) {
        return Ok(None);
    }
    take_while(1.., |c: char| c.is_alphanumeric() || matches!(c, '_' | '.')).map(Some).parse_next(input)
}

/// A sign that must stand here.
fn open(input: &mut Input<'_>, sign: &'static str, expected: &'static str) -> Parsed<()> {
    blanks(input)?;
    if opt(sign).parse_next(input)?.is_some() { Ok(()) } else { fail(input, Problem::Expected(expected)) }
}

/// Blanks, ends of lines, semicolons and comments.
fn blanks(input: &mut Input<'_>) -> Parsed<()> {
    let space = take_while(1.., |c: char| c.is_whitespace() || c == ';').void();
    repeat(0.., alt((space, comment))).parse_next(input)
}

/// Blanks and comments within a line.
fn spaces(input: &mut Input<'_>) -> Parsed<()> {
    let space = take_while(1.., |c: char| c.is_whitespace() && c != '\n').void();
    repeat(0.., alt((space, comment))).parse_next(input)
}

fn comment(input: &mut Input<'_>) -> Parsed<()> {
    let to_end = ("//", take_till(0.., '\n')).void();
    alt((to_end, ("/*", take_until(0.., "*/"), "*/").void())).parse_next(input)
}

/// Whether nothing more of this statement follows.
fn ends_statement(input: &Input<'_>) -> bool {
    let rest = rest(input).trim_start_matches([' ', '\t', '\r']);
    rest.is_empty() || rest.starts_with(['\n', ';', '}']) || rest.starts_with("//") || rest.starts_with("/*")
}

fn rest<'a>(input: &Input<'a>) -> &'a str {
    input.state.script.get(input.current_token_start()..).unwrap_or_default()
}

/// Where what comes next begins.
fn place(input: &Input<'_>) -> usize {
    input.current_token_start()
}

fn unknown(word: &str) -> Problem {
    Problem::Unknown(word.to_owned())
}

fn fail<T>(input: &Input<'_>, problem: Problem) -> Parsed<T> {
    fail_at(place(input), problem)
}

fn fail_at<T>(at: usize, problem: Problem) -> Parsed<T> {
    Err(ErrMode::Cut(Fault { at, problem }))
}
