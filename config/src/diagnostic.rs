//! What there is to say about a configuration: errors, warnings, notes, each under a stable code.

use crate::{code::Code, source::Place};
use std::fmt;

/// How grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It cannot be used like this.
    Error,
    /// It does something that hardly anybody wants.
    Warning,
    /// Footman differs from the plugin here, or assumes something.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// One thing to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of thing; stable over versions.
    pub code: Code,
    /// How grave: the code's severity, or an error where the case leaves no choice.
    pub severity: Severity,
    /// What is so, in one line.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// Other places that belong to it, each with what it is.
    pub related: Vec<(Place, String)>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic of `code` at its usual severity.
    pub(crate) fn new(code: Code, place: Option<&Place>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            place: place.cloned(),
            related: Vec::new(),
            help: None,
        }
    }

    /// The same with advice.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with another place that belongs to it.
    #[must_use]
    pub(crate) fn related(mut self, place: Option<&Place>, what: impl Into<String>) -> Self {
        if let Some(place) = place {
            self.related.push((place.clone(), what.into()));
        }
        self
    }
}

impl fmt::Display for Diagnostic {
    /// One line for the thing itself, then one for each further place and for the advice.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)?;
        for (place, what) in &self.related {
            write!(f, "\n  {place}: {what}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}
