//! Configuration files as arguments: reads them, loads them, and shows what there is to say about them.
//!
//! Both of Footman's programs take them; the package that knows what they mean opens no file.

use clap::Args;
use footman_config::{Diagnostic, Loaded, Place, Refused, Severity, TEXT_BYTES_MAX, Text};
use miette::{
    GraphicalReportHandler, GraphicalTheme, IntoDiagnostic, LabeledSpan, NamedSource, WrapErr, miette,
};
use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{self, IsTerminal, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

/// How deep folders are searched, and how many files are taken at most.
const FOLDER_DEPTH_MAX: usize = 8;
const FILES_MAX: usize = 1000;

/// The files of a configuration, and values for its placeholders.
#[derive(Debug, Clone, Args)]
pub struct ConfigFiles {
    /// Jenkins Configuration-as-Code files, `footman.yaml`, or folders with both
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    variables: Variables,
}

/// Values for placeholders.
#[derive(Debug, Clone, Default, Args)]
pub struct Variables {
    /// Sets the placeholder ${NAME}, before the environment
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    variables: Vec<(String, String)>,
}

/// `NAME=VALUE`.
fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        Some(_) | None => Err("expected NAME=VALUE".to_owned()),
    }
}

/// Texts with their names, and what loading them gave.
#[derive(Debug)]
pub struct Reading {
    /// The texts by the names of their files.
    texts: BTreeMap<Arc<str>, Arc<str>>,
    /// The outcome.
    pub outcome: Result<Loaded, Refused>,
}

impl ConfigFiles {
    /// Reads and loads the files.
    ///
    /// # Errors
    ///
    /// Fails where a file cannot be read; what is wrong with its content is in the outcome.
    pub fn read(&self) -> miette::Result<Reading> {
        read(&self.files, &self.variables)
    }
}

/// Reads and loads `files`.
///
/// # Errors
///
/// Fails where a file cannot be read; what is wrong with its content is in the outcome.
pub fn read(files: &[PathBuf], variables: &Variables) -> miette::Result<Reading> {
    let paths = paths(files)?;
    if paths.is_empty() {
        return Err(miette!("no .yaml or .yml file in {}", names(files)));
    }
    let mut contents: Vec<(String, String)> = Vec::new();
    for path in &paths {
        contents.push((path.display().to_string(), content(path)?));
    }
    let texts: Vec<Text<'_>> = contents.iter().map(|(name, content)| Text::new(name, content)).collect();
    let lookup = |name: &str| {
        let given =
            variables.variables.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        given.or_else(|| std::env::var(name).ok())
    };
    let outcome = footman_config::load(&texts, &lookup);
    let texts = contents.iter().map(|(name, text)| (name.as_str().into(), text.as_str().into())).collect();
    Ok(Reading { texts, outcome })
}

/// The files that `files` stand for, with folders searched.
///
/// # Errors
///
/// Fails where a folder cannot be listed.
pub fn paths(files: &[PathBuf]) -> miette::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for file in files {
        if file.is_dir() {
            files_in(file, 0, &mut paths)?;
        } else {
            paths.push(file.clone());
        }
    }
    Ok(paths)
}

/// The YAML files in `folder` and the folders in it, by name, hidden ones aside.
fn files_in(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> miette::Result<()> {
    if depth > FOLDER_DEPTH_MAX {
        return Err(miette!("folders nest deeper than {FOLDER_DEPTH_MAX} at {}", folder.display()));
    }
    let cannot = || format!("failed to list {}", folder.display());
    let entries: io::Result<Vec<fs::DirEntry>> = fs::read_dir(folder).and_then(Iterator::collect);
    let mut own: Vec<PathBuf> =
        entries.into_diagnostic().wrap_err_with(cannot)?.iter().map(fs::DirEntry::path).collect();
    own.sort();
    for path in own {
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        let yaml = path
            .extension()
            .is_some_and(|it| it.eq_ignore_ascii_case("yaml") || it.eq_ignore_ascii_case("yml"));
        if hidden {
            continue;
        }
        if path.is_dir() {
            files_in(&path, depth + 1, paths)?;
        } else if yaml {
            paths.push(path);
        }
        if paths.len() > FILES_MAX {
            return Err(miette!("more than {FILES_MAX} files in {}", folder.display()));
        }
    }
    Ok(())
}

/// The text of the file at `path`.
fn content(path: &Path) -> miette::Result<String> {
    let cannot = || format!("failed to read {}", path.display());
    let file = fs::File::open(path).into_diagnostic().wrap_err_with(cannot)?;
    // What the system says of a length is no bound on what there is to read: a device has none.
    let most = u64::try_from(TEXT_BYTES_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).into_diagnostic().wrap_err_with(cannot)?;
    if bytes.len() > TEXT_BYTES_MAX {
        return Err(miette!(
            "{} has more than {TEXT_BYTES_MAX} bytes, the most that are read",
            path.display()
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|&&b| b == b'\n').count() + 1;
        miette!("{}:{line}: the file is no UTF-8 text", path.display())
    })
}

/// The files in words.
fn names(files: &[PathBuf]) -> String {
    files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// How many diagnostics of each kind there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let some = |count: usize, what: &str| match count {
            0 => None,
            1 => Some(format!("1 {what}")),
            count => Some(format!("{count} {what}s")),
        };
        let parts = [some(self.errors, "error"), some(self.warnings, "warning"), some(self.notes, "note")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        f.write_str(&if parts.is_empty() { "nothing to say".to_owned() } else { parts.join(", ") })
    }
}

/// Whether standard output takes colours: it is a terminal, and neither `NO_COLOR` (<https://no-color.org>) nor
/// `CLICOLOR=0` says otherwise.
fn colours() -> bool {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    io::stdout().is_terminal()
        && set("NO_COLOR").is_none()
        && set("CLICOLOR").is_none_or(|value| value != "0")
}

impl Reading {
    /// The same with what `check` finds besides, who is given the texts by the names of their files.
    #[must_use]
    pub fn checked_by(
        self,
        check: impl FnOnce(Loaded, &BTreeMap<Arc<str>, Arc<str>>) -> Result<Loaded, Refused>,
    ) -> Self {
        let outcome = self.outcome.and_then(|loaded| check(loaded, &self.texts));
        Self { outcome, ..self }
    }

    /// Everything there is to say.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match &self.outcome {
            Ok(loaded) => &loaded.diagnostics,
            Err(refused) => &refused.diagnostics,
        }
    }

    /// How much there is to say.
    pub fn counts(&self) -> Counts {
        let count = |severity| self.diagnostics().iter().filter(|it| it.severity == severity).count();
        Counts {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
        }
    }

    /// What there is to say and `keep` keeps, each with an excerpt of its text.
    pub fn show(&self, keep: impl Fn(&Diagnostic) -> bool) -> String {
        let theme = if colours() { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(100);
        let mut text = String::new();
        for diagnostic in self.diagnostics().iter().filter(|it| keep(it)) {
            let shown = Shown { diagnostic, source: self.source(diagnostic) };
            // Writing to a string cannot fail; the line without an excerpt is the same in short.
            if handler.render_report(&mut text, &shown).is_err() {
                text.push_str(&diagnostic.to_string());
            }
            text.push('\n');
        }
        text
    }

    /// The text that `diagnostic` is about.
    fn source(&self, diagnostic: &Diagnostic) -> Option<NamedSource<Arc<str>>> {
        let file = &diagnostic.place.as_ref()?.file;
        let text = self.texts.get(file)?;
        Some(NamedSource::new(file, Arc::clone(text)).with_language("yaml"))
    }
}

/// A diagnostic as miette shows it.
#[derive(Debug)]
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    source: Option<NamedSource<Arc<str>>>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(format!("{}: {}", self.diagnostic.severity, self.diagnostic.code)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        let own = self.diagnostic.place.as_ref().map(|place| &place.file);
        let elsewhere = self.diagnostic.related.iter().filter(|(place, _)| Some(&place.file) != own);
        let mut lines: Vec<String> = elsewhere.map(|(place, what)| format!("{place}: {what}")).collect();
        lines.extend(self.diagnostic.help.clone());
        (!lines.is_empty()).then(|| Box::new(lines.join("\n")) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.source.as_ref().map(|source| source as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.diagnostic.place.as_ref()?;
        let span = |place: &Place, what: Option<String>| LabeledSpan::new(what, place.offset, place.length);
        let related = self.diagnostic.related.iter().filter(move |(other, _)| other.file == place.file);
        let related = related.map(move |(other, what)| span(other, Some(what.clone())));
        Some(Box::new(std::iter::once(span(place, None)).chain(related)))
    }
}
