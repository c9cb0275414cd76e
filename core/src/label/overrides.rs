//! Overrides that a label carries: `java/cpu=2048/memory=4096`.
//!
//! A job asks for another size of its agent by the label it names, without a plugin and without a right to change the
//! configuration; `docs/label-overrides.md` is the text for users. An atom is a *base label*, followed by segments
//! `/key=value`; the keys are `cpu`, `memory` and `session`, and there will never be one for what a job must not choose:
//! roles, privileges, networks, mounts, images, users.
//!
//! Templates are matched by the base label; the agent's node carries the atom as the job wrote it, so that Jenkins
//! assigns the build to it. An override is a demand on whatever agent is chosen, so it may stand only where every
//! solution of the expression must have it: joined by `&&` and parentheses, nothing else.
//!
//! `session` asks for a node that serves that label alone: such a label stands for itself and is joined with nothing.
//!
//! A label that a template itself carries, letter by letter, is a plain label there, whatever it looks like. So the
//! caller first holds an expression against the templates as it stands, and asks [`LabelExpression::requirement`] only
//! when none satisfies it.

use crate::{
    jobs::JobList,
    label::LabelExpression,
    time::Millis,
    units::{CpuUnits, Mib, Size},
};
use std::{fmt, sync::Arc};
use thiserror::Error;

/// Which overrides the labels of a template's builds may carry, and up to what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OverrideRules {
    /// The most CPU that `cpu=` may ask for; `None` allows no such override.
    pub cpu_max: Option<CpuUnits>,
    /// The most memory that `memory=` may ask for; `None` allows no such override.
    pub memory_max: Option<Mib>,
    /// How long the agent of a session may stand idle between two builds of it; `None` allows no sessions.
    pub session_idle: Option<Millis>,
    /// The sizes that may come out of an override: those of Fargate, for a template that runs there; any, where the list
    /// is empty.
    ///
    /// `RunTask` refuses other sizes, and that is the label's fault: were it only found there, one job's label would open
    /// the breaker of the template for all.
    pub sizes: Arc<[Size]>,
    /// The jobs whose labels may ask for CPU; `None` is every job that the template is for.
    pub cpu_jobs: Option<JobList>,
    /// The jobs whose labels may ask for memory; `None` is every job that the template is for.
    pub memory_jobs: Option<JobList>,
}

/// The keys of overrides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OverrideKey {
    /// `cpu`: CPU of the task.
    Cpu,
    /// `memory`: memory of the task.
    Memory,
    /// `session`: a node that serves the label alone.
    Session,
}

/// What tells one session from another: 1 to 64 letters, digits, `.`, `_` and `-`, all of ASCII.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(Arc<str>);

/// The most characters of a [`SessionId`].
const SESSION_LEN_MAX: usize = 64;

impl SessionId {
    /// The id that reads `text`, if it may.
    pub fn new(text: &str) -> Option<Self> {
        let fine = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let fits = (1..=SESSION_LEN_MAX).contains(&text.len()) && text.bytes().all(fine);
        fits.then(|| Self(text.into()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What one label, or a whole expression, overrides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Overrides {
    /// CPU, where it is asked for.
    pub cpu: Option<CpuUnits>,
    /// Memory, where it is asked for.
    pub memory: Option<Mib>,
    /// The session, where the label is one's.
    pub session: Option<SessionId>,
}

/// What an expression asks of the template and of the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The expression with base labels in place of labels with overrides: templates are held against it.
    pub base: LabelExpression,
    /// What is asked for instead of the template's.
    pub overrides: Overrides,
    /// The labels with overrides, as they were written: the node carries them besides the template's, and then satisfies
    /// the expression if the template satisfies `base`.
    pub labels: Vec<Arc<str>>,
}

/// Why the overrides of an expression can be granted by no template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum OverrideError {
    /// The key is none that a label may carry.
    #[error("label `{atom}` has the unknown override `{key}`; known are `cpu`, `memory` and `session`")]
    UnknownKey {
        /// The label.
        atom: Arc<str>,
        /// The key.
        key: Arc<str>,
    },
    /// The value is no amount of what the key is about.
    #[error("label `{atom}` has `{value}` for {key}, expected {}", .key.expected())]
    BadValue {
        /// The label.
        atom: Arc<str>,
        /// The key.
        key: OverrideKey,
        /// The value.
        value: Arc<str>,
    },
    /// The label has the same key twice.
    #[error("label `{atom}` says {key} twice")]
    Repeated {
        /// The label.
        atom: Arc<str>,
        /// The key.
        key: OverrideKey,
    },
    /// Something other than `key=value` follows an override.
    #[error("label `{atom}` has `{segment}` after an override, expected `key=value`")]
    NoOverride {
        /// The label.
        atom: Arc<str>,
        /// What stands there.
        segment: Arc<str>,
    },
    /// Nothing stands before the first override.
    #[error("label `{atom}` has overrides of no label")]
    NoBase {
        /// The label.
        atom: Arc<str>,
    },
    /// An agent without the override would satisfy the expression too.
    #[error("label `{atom}` stands under `{operator}`; overrides may only be joined by `&&`")]
    Optional {
        /// The label.
        atom: Arc<str>,
        /// The operator.
        operator: &'static str,
    },
    /// The label is a session's and is not all that is asked for.
    #[error(
        "label `{atom}` asks for a session; such a label stands alone, without operators, parentheses and quotes"
    )]
    SessionJoined {
        /// The label.
        atom: Arc<str>,
    },
    /// Two labels of the expression ask for different amounts.
    #[error("label `{atom}` asks for another amount of {key} than a label before it")]
    Conflict {
        /// The later of the two labels.
        atom: Arc<str>,
        /// The key.
        key: OverrideKey,
    },
}

/// Why one template does not grant the overrides; another may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum OverrideRefusal {
    /// The template allows no override of this key.
    #[error("the template allows no override of {key}")]
    NotAllowed {
        /// The key.
        key: OverrideKey,
    },
    /// More CPU than the template allows.
    #[error("{asked} are more than the template's maximum of {max}")]
    CpuOverMaximum {
        /// What the label asks for.
        asked: CpuUnits,
        /// What the template allows.
        max: CpuUnits,
    },
    /// More memory than the template allows.
    #[error("{asked} are more than the template's maximum of {max}")]
    MemoryOverMaximum {
        /// What the label asks for.
        asked: Mib,
        /// What the template allows.
        max: Mib,
    },
    /// No task of this size can run where the template's tasks do.
    #[error("{size} is not offered there{}", .holds.map(|holds| format!("; the least that holds it is {holds}")).unwrap_or_default())]
    NotOffered {
        /// The size that came out.
        size: Size,
        /// The least that is offered and holds it: least CPU, then least memory.
        holds: Option<Size>,
    },
}

impl OverrideRules {
    /// The size of an agent from a template of size `size` whose label asks for `overrides`.
    ///
    /// What is not overridden stays the template's, and is held against no maximum. Smaller than the template's is
    /// allowed. Nothing is rounded: a job gets what it asked for or a reason.
    ///
    /// # Errors
    ///
    /// Fails where these rules do not allow an override; the first of session, CPU, memory and both together that fails is
    /// named.
    pub fn apply(&self, size: Size, overrides: &Overrides) -> Result<Size, OverrideRefusal> {
        if overrides.session.is_some() && self.session_idle.is_none() {
            return Err(OverrideRefusal::NotAllowed { key: OverrideKey::Session });
        }
        let cpu = match (overrides.cpu, self.cpu_max) {
            (None, _) => size.cpu,
            (Some(_), None) => return Err(OverrideRefusal::NotAllowed { key: OverrideKey::Cpu }),
            (Some(asked), Some(max)) if asked > max => {
                return Err(OverrideRefusal::CpuOverMaximum { asked, max });
            }
            (Some(asked), Some(_)) => asked,
        };
        let memory = match (overrides.memory, self.memory_max) {
            (None, _) => size.memory,
            (Some(_), None) => return Err(OverrideRefusal::NotAllowed { key: OverrideKey::Memory }),
            (Some(asked), Some(max)) if asked > max => {
                return Err(OverrideRefusal::MemoryOverMaximum { asked, max });
            }
            (Some(asked), Some(_)) => asked,
        };
        let size = Size::new(cpu, memory);
        if !overrides.resizes() || self.sizes.is_empty() || self.sizes.contains(&size) {
            return Ok(size);
        }
        let holds = self.sizes.iter().copied().filter(|offered| offered.holds(size)).min();
        Err(OverrideRefusal::NotOffered { size, holds })
    }
}

impl Overrides {
    /// Splits a label into its base and its overrides; a plain label is its own base and overrides nothing.
    ///
    /// The base ends before the first segment `/key=value`, so it may itself hold slashes: `team/java/cpu=2048` has the
    /// base `team/java`.
    ///
    /// # Errors
    ///
    /// Fails where the label has overrides and they are not well formed.
    pub fn split(atom: &str) -> Result<(&str, Self), OverrideError> {
        let mut overrides = Self::default();
        let Some(base_len) = first_override(atom) else {
            return Ok((atom, overrides));
        };
        let (base, segments) = atom.split_at(base_len);
        if base.is_empty() {
            return Err(OverrideError::NoBase { atom: atom.into() });
        }
        for segment in segments.split('/').skip(1) {
            overrides.take(atom, segment)?;
        }
        Ok((base, overrides))
    }

    /// Whether nothing is overridden.
    pub const fn is_empty(&self) -> bool {
        !self.resizes() && self.session.is_none()
    }

    /// Whether another size than the template's is asked for.
    const fn resizes(&self) -> bool {
        self.cpu.is_some() || self.memory.is_some()
    }

    /// The label `base` with these overrides, in the one spelling that all equal ones share: `cpu` before `memory`, bare
    /// numbers in CPU units and MiB, `session` last.
    pub fn canonical(&self, base: &str) -> String {
        let mut atom = base.to_owned();
        if let Some(cpu) = self.cpu {
            atom.push_str(&format!("/cpu={}", cpu.get()));
        }
        if let Some(memory) = self.memory {
            atom.push_str(&format!("/memory={}", memory.get()));
        }
        if let Some(session) = &self.session {
            atom.push_str(&format!("/session={}", session.as_str()));
        }
        atom
    }

    fn take(&mut self, atom: &str, segment: &str) -> Result<(), OverrideError> {
        let Some((key, value)) = key_value(segment) else {
            return Err(OverrideError::NoOverride { atom: atom.into(), segment: segment.into() });
        };
        let key = match key {
            "cpu" => OverrideKey::Cpu,
            "memory" => OverrideKey::Memory,
            "session" => OverrideKey::Session,
            unknown => return Err(OverrideError::UnknownKey { atom: atom.into(), key: unknown.into() }),
        };
        let bad = || OverrideError::BadValue { atom: atom.into(), key, value: value.into() };
        let repeated = match key {
            OverrideKey::Cpu => {
                let cpu = value.parse().ok().filter(|cpu: &CpuUnits| !cpu.is_zero()).ok_or_else(bad)?;
                self.cpu.replace(cpu).is_some()
            }
            OverrideKey::Memory => {
                let memory = value.parse().ok().filter(|memory: &Mib| !memory.is_zero()).ok_or_else(bad)?;
                self.memory.replace(memory).is_some()
            }
            OverrideKey::Session => {
                let session = SessionId::new(value).ok_or_else(bad)?;
                self.session.replace(session).is_some()
            }
        };
        if repeated { Err(OverrideError::Repeated { atom: atom.into(), key }) } else { Ok(()) }
    }

    /// Adds what `other`, from the label `atom`, asks for.
    fn join(&mut self, other: Self, atom: &Arc<str>) -> Result<(), OverrideError> {
        let conflict = |key| Err(OverrideError::Conflict { atom: atom.clone(), key });
        if let Some(cpu) = other.cpu
            && self.cpu.replace(cpu).is_some_and(|before| before != cpu)
        {
            return conflict(OverrideKey::Cpu);
        }
        if let Some(memory) = other.memory
            && self.memory.replace(memory).is_some_and(|before| before != memory)
        {
            return conflict(OverrideKey::Memory);
        }
        // The label of a session stands alone, so there is no other to differ from.
        self.session = self.session.take().or(other.session);
        Ok(())
    }
}

/// Where the first segment `/key=value` of a label starts.
fn first_override(atom: &str) -> Option<usize> {
    atom.match_indices('/').map(|(at, _)| at).find(|&at| {
        let segment = atom[at + 1..].split('/').next().unwrap_or_default();
        key_value(segment).is_some()
    })
}

/// `key=value` with a key that is a word: letters, digits, `_` and `-`, a letter first.
fn key_value(segment: &str) -> Option<(&str, &str)> {
    let (key, value) = segment.split_once('=')?;
    let word = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    word.then_some((key, value))
}

impl OverrideKey {
    /// What its values look like.
    const fn expected(self) -> &'static str {
        match self {
            Self::Cpu => "CPU units such as `2048`, or `2vcpu`",
            Self::Memory => "MiB such as `4096`, or `4GiB`",
            Self::Session => "1 to 64 letters, digits, `.`, `_` or `-`",
        }
    }
}

impl fmt::Display for OverrideKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Session => "session",
        })
    }
}

impl LabelExpression {
    /// What the expression asks of a template and of the node, with the overrides that its labels carry.
    ///
    /// Only worth asking where no template satisfies the expression as it stands: see the module's header.
    ///
    /// # Errors
    ///
    /// Fails where a label has overrides that are not well formed, that contradict another's, or that an agent could do
    /// without: under `!`, `||`, `->` or `<->`; and where the label of a session is not the whole expression.
    pub fn requirement(&self) -> Result<Requirement, OverrideError> {
        if let Some(atom) = self.joined_session() {
            return Err(OverrideError::SessionJoined { atom });
        }
        let mut overrides = Overrides::default();
        let mut labels = Vec::new();
        let base = self.split_overrides(&mut overrides, &mut labels)?;
        Ok(Requirement { base, overrides, labels })
    }

    /// The first label of a session that is joined with others, or stands in parentheses.
    fn joined_session(&self) -> Option<Arc<str>> {
        if let Self::Atom(_) = self {
            return None;
        }
        let mut found = None;
        self.for_each_atom(&mut |atom| {
            if found.is_none() && Overrides::split(atom).is_ok_and(|(_, asked)| asked.session.is_some()) {
                found = Some(Arc::clone(atom));
            }
        });
        found
    }

    fn split_overrides(
        &self,
        overrides: &mut Overrides,
        labels: &mut Vec<Arc<str>>,
    ) -> Result<Self, OverrideError> {
        match self {
            Self::Atom(atom) => {
                let (base, own) = Overrides::split(atom)?;
                if own.is_empty() {
                    return Ok(self.clone());
                }
                overrides.join(own, atom)?;
                if !labels.contains(atom) {
                    labels.push(atom.clone());
                }
                Ok(Self::Atom(base.into()))
            }
            Self::Paren(a) => Ok(Self::Paren(Box::new(a.split_overrides(overrides, labels)?))),
            Self::And(a, b) => {
                let a = a.split_overrides(overrides, labels)?;
                let b = b.split_overrides(overrides, labels)?;
                Ok(Self::And(Box::new(a), Box::new(b)))
            }
            Self::Not(_) => self.without_overrides("!"),
            Self::Or(..) => self.without_overrides("||"),
            Self::Implies(..) => self.without_overrides("->"),
            Self::Iff(..) => self.without_overrides("<->"),
        }
    }

    /// The expression itself, if none of its labels has overrides.
    fn without_overrides(&self, operator: &'static str) -> Result<Self, OverrideError> {
        let mut found = Ok(());
        self.for_each_atom(&mut |atom| {
            if found.is_ok() {
                found = match Overrides::split(atom) {
                    Ok((_, overrides)) if overrides.is_empty() => Ok(()),
                    Ok(_) => Err(OverrideError::Optional { atom: atom.clone(), operator }),
                    Err(error) => Err(error),
                };
            }
        });
        found.map(|()| self.clone())
    }
}
