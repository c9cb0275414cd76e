//! Quantities with units as values of `footman.yaml`, spelt as everywhere in Footman.

use crate::{
    footman::object::{RetainKeys, SessionKeys},
    plugin::kind::{Item, shorten},
    reader::{Field, Reader},
    yaml::{Node, Value},
};
use footman_core::{
    time::Millis,
    units::{CpuUnits, Mib, MicroUsd, Size},
};
use std::num::NonZeroU32;

macro_rules! quantity {
    ($($type:ty, $expected:literal;)*) => {$(
        impl Field for $type {
            const EXPECTED: &'static str = $expected;

            fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
                let text = reader.text(node, Self::EXPECTED)?;
                match text.parse() {
                    Ok(value) => Some(value),
                    Err(_) => {
                        reader.bad_value(&node.place, Self::EXPECTED, &format!("`{}`", shorten(&text)));
                        None
                    }
                }
            }

            fn is_blank(&self) -> bool {
                false
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

quantity! {
    CpuUnits, "CPU units such as `2048`, or `2vcpu`";
    Mib, "MiB such as `4096`, or `4GiB`";
    Size, "CPU and memory such as `2vcpu/4GiB`";
    Millis, "a length of time such as `250ms`, `90s` or `1h30m`";
    MicroUsd, "US dollars such as `$0.04` or `12`";
}

/// What becomes of an agent after a build: a length of time for which an idle one stays, the same with a number of builds,
/// or `false` for one-shot agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retain {
    /// Not at all.
    No,
    /// Until it was idle that long, or had that many builds.
    Idle(Millis, Option<NonZeroU32>),
}

impl Field for Retain {
    const EXPECTED: &'static str =
        "`false`, a length of time such as `10m`, or a mapping such as `{idle: 10m, builds: 20}`";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(_) = node.value {
            return Self::read_map(node, reader);
        }
        let text = reader.text(node, Self::EXPECTED)?;
        match (text.trim(), text.parse::<Millis>()) {
            ("false", _) => Some(Self::No),
            (_, Ok(idle)) if !idle.is_zero() => Some(Self::Idle(idle, None)),
            (_, Ok(_) | Err(_)) => {
                reader.bad_value(&node.place, Self::EXPECTED, &format!("`{}`", shorten(&text)));
                None
            }
        }
    }

    fn is_blank(&self) -> bool {
        false
    }

    fn show(&self) -> String {
        match self {
            Self::No => "one-shot".to_owned(),
            Self::Idle(idle, None) => format!("retained until idle for {idle}"),
            Self::Idle(idle, Some(builds)) => {
                format!("retained until idle for {idle}, for {builds} builds at most")
            }
        }
    }
}

impl Retain {
    fn read_map(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let keys = RetainKeys::read(node, reader)?;
        let idle = idle(node, keys.idle, reader)?;
        let builds = match keys.builds.map(NonZeroU32::new) {
            None => None,
            Some(Some(builds)) => Some(builds),
            Some(None) => {
                let place = node.get("builds").map_or(&node.place, |builds| &builds.place);
                reader.bad_value(place, "at least one build", "0");
                return None;
            }
        };
        Some(Self::Idle(idle, builds))
    }
}

/// That labels may ask for sessions, and how long an idle agent of one stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sessions(pub(crate) Millis);

impl Field for Sessions {
    const EXPECTED: &'static str = "a mapping such as `{idle: 10m}`";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let keys = SessionKeys::read(node, reader)?;
        idle(node, keys.idle, reader).map(Self)
    }

    fn is_blank(&self) -> bool {
        false
    }

    fn show(&self) -> String {
        format!("until idle for {}", self.0)
    }
}

/// The `idle` of a mapping, which must be there and more than nothing; a text that is no length of time was said when it was
/// read.
fn idle(map: &Node, read: Option<Millis>, reader: &mut Reader<'_>) -> Option<Millis> {
    const EXPECTED: &str = "`idle` with a length of time such as `10m`";
    match (map.get("idle").filter(|node| node.value != Value::Null), read) {
        (Some(_), Some(idle)) if !idle.is_zero() => return Some(idle),
        (Some(node), Some(idle)) => reader.bad_value(&node.place, EXPECTED, &format!("`{idle}`")),
        (Some(_), None) => {}
        (None, _) => reader.bad_value(&map.place, EXPECTED, "none"),
    }
    None
}
