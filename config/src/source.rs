//! The texts that come in, and places in them.

use std::{fmt, sync::Arc};

/// One text to read: a file's name, as messages show it, and its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<'a> {
    /// How messages name it; a path as the user gave it.
    pub name: &'a str,
    /// All of it.
    pub content: &'a str,
    /// What it is.
    pub kind: Kind,
}

impl<'a> Text<'a> {
    /// A text whose kind is found out from its content.
    pub const fn new(name: &'a str, content: &'a str) -> Self {
        Self { name, content, kind: Kind::Guess }
    }
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Footman's own where its name ends in `footman.yaml` or `footman.yml` or where it holds a key of Footman's at the
    /// top; Jenkins' otherwise.
    #[default]
    Guess,
    /// A Jenkins Configuration-as-Code file.
    Jenkins,
    /// A file of Footman's.
    Footman,
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The name of the text.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// Where it starts, in bytes from the start of the text.
    pub offset: usize,
    /// How long it is, in bytes; zero where only the start is known.
    pub length: usize,
}

impl Place {
    /// The start of the text `file`.
    pub(crate) fn start_of(file: &Arc<str>) -> Self {
        Self { file: Arc::clone(file), line: 1, column: 1, offset: 0, length: 0 }
    }

    /// The place at `line` and `column` of `content`, which is the text `file`.
    pub(crate) fn at(file: &Arc<str>, content: &str, line: u64, column: u64) -> Self {
        let line = u32::try_from(line).unwrap_or(u32::MAX).max(1);
        let column = u32::try_from(column).unwrap_or(u32::MAX).max(1);
        let before = usize::try_from(line - 1).unwrap_or(usize::MAX);
        let mut offset = 0;
        for text in content.split_inclusive('\n').take(before) {
            offset += text.len();
        }
        let rest = content.get(offset..).unwrap_or_default();
        let within = usize::try_from(column - 1).unwrap_or(usize::MAX);
        offset += rest.chars().take(within).take_while(|&c| c != '\n').map(char::len_utf8).sum::<usize>();
        Self { file: Arc::clone(file), line, column, offset, length: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
