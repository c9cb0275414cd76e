//! What can be wrong with a workload, said with its place and what to do about it.

use std::{io, sync::Arc};

/// Why a workload could not be read.
///
/// The variants are split by what the user does next: look at the file system, or at a line, or at a setting.
#[derive(Debug, thiserror::Error)]
pub enum WorkloadError {
    /// The file could not be opened or read.
    #[error("cannot read `{path}`")]
    Unreadable {
        /// The file.
        path: Arc<str>,
        /// What the system said.
        source: io::Error,
    },
    /// A line is not what it should be.
    #[error("`{path}`, line {line}: {problem}")]
    Malformed {
        /// The file.
        path: Arc<str>,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        problem: Problem,
    },
    /// The file as a whole is not what it should be.
    #[error("`{path}`: {problem}")]
    Unusable {
        /// The file.
        path: Arc<str>,
        /// What is wrong with it.
        problem: Problem,
    },
    /// A file could not be written; what stood there before stands there still.
    #[error("cannot write `{path}`")]
    Unwritable {
        /// The file.
        path: Arc<str>,
        /// What the system said.
        source: io::Error,
    },
}

/// What is wrong with a line or a file, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// There is nothing in it.
    #[error("the file is empty; a trace starts with the header `submit_s,duration_s,label`")]
    Empty,
    /// There is nothing in a log.
    #[error("the file is empty; a log in the Standard Workload Format has 18 numbers a line")]
    EmptyLog,
    /// The name says no format.
    #[error(
        "the name says no format; name it .csv or .swf (or .csv.gz, .swf.gz), or convert it with `trace import`"
    )]
    UnknownFormat,
    /// A line is longer than any trace needs.
    #[error(
        "the line is longer than {limit} bytes; a trace has one build a line, so is this a trace with line ends?"
    )]
    LineTooLong {
        /// The limit.
        limit: usize,
    },
    /// A line is not text.
    #[error("the line is not valid UTF-8; convert the file to UTF-8")]
    NotUtf8,
    /// A quote has no end on its line.
    #[error("a quoted field does not end on its line; close the quote, and keep line ends out of fields")]
    UnclosedQuote,
    /// The data are compressed, the name says otherwise.
    #[error("the content is gzip-compressed but the name does not end in .gz; rename it")]
    UnexpectedGzip,
    /// The name says that the data are compressed, but they are not, or they are damaged.
    #[error(
        "the name ends in .gz but the content cannot be decompressed ({detail}); is it cut off, or plain text?"
    )]
    NotGzip {
        /// What the decompressor said.
        detail: String,
    },
    /// The header names no such column.
    #[error("the header lacks the column `{column}`; the columns are {known}")]
    MissingColumn {
        /// The column.
        column: &'static str,
        /// All columns.
        known: &'static str,
    },
    /// The header names a column that a trace does not have.
    #[error("unknown column `{column}`; {hint}")]
    UnknownColumn {
        /// The column.
        column: String,
        /// The nearest column, or all of them.
        hint: String,
    },
    /// The header names a column twice.
    #[error("the column `{column}` stands in the header twice; remove one")]
    RepeatedColumn {
        /// The column.
        column: &'static str,
    },
    /// A setting in a comment above the header is not known.
    #[error("unknown setting `{key}`; {hint}")]
    UnknownSetting {
        /// The setting.
        key: String,
        /// The nearest setting, or all of them.
        hint: String,
    },
    /// A setting in a comment above the header has a value that it cannot have.
    #[error("`{key}={value}` is not understood; {expected}")]
    BadSetting {
        /// The setting.
        key: &'static str,
        /// Its value.
        value: String,
        /// What it should look like.
        expected: &'static str,
    },
    /// A row has another number of fields than the header.
    #[error("the row has {found} fields where {expected} are expected; quote fields that hold a comma")]
    FieldCount {
        /// The fields of the row.
        found: usize,
        /// The fields of the format.
        expected: usize,
    },
    /// A field is not the number that it should be.
    #[error("{column} is `{value}`: {reason}")]
    BadNumber {
        /// The column.
        column: &'static str,
        /// The field.
        value: String,
        /// Why that is none, and what to do.
        reason: &'static str,
    },
    /// A row was submitted before the row above it.
    #[error("submitted at {submit_s} s, before the row above it; sort the trace by {column}")]
    Unsorted {
        /// The column to sort by.
        column: &'static str,
        /// When the row was submitted.
        submit_s: String,
    },
    /// A build is to follow one that does not stand above it.
    #[error("`after` is {after}, which is no row above this one (rows count from 0, this is row {index})")]
    AfterNotEarlier {
        /// The row that it names.
        after: u64,
        /// The row itself.
        index: u64,
    },
    /// The numbers of the rows look like calendar times.
    #[error(
        "the first build is submitted {submit_s} s after the trace's start, which looks like Unix time; put the line \
         `# submit=unix` above the header"
    )]
    LooksLikeUnixTime {
        /// When the first build is submitted.
        submit_s: String,
    },
    /// There are more labels or jobs than a table should hold.
    #[error("more than {limit} different {what}; is the column `{column}` an identifier of each build?")]
    TooManyNames {
        /// What they are.
        what: &'static str,
        /// The column that they stand in.
        column: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The text is not the JSON that it should be.
    #[error("not the JSON that is expected here: {detail}; {advice}")]
    BadJson {
        /// What the parser said.
        detail: String,
        /// What to do.
        advice: &'static str,
    },
}
