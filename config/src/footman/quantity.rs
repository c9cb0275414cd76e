//! Quantities with units as values of `footman.yaml`, spelt as everywhere in Footman.

use crate::{
    plugin::kind::shorten,
    reader::{Field, Reader},
    yaml::Node,
};
use footman_core::{
    time::Millis,
    units::{CpuUnits, Mib, MicroUsd, Size},
};

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

/// How long an agent stays after a build: a length of time, or `false` for one-shot agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retain {
    /// Not at all.
    No,
    /// Until it was idle that long.
    Idle(Millis),
}

impl Field for Retain {
    const EXPECTED: &'static str = "`false`, or a length of time such as `10m`";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = reader.text(node, Self::EXPECTED)?;
        match (text.trim(), text.parse::<Millis>()) {
            ("false", _) => Some(Self::No),
            (_, Ok(idle)) if !idle.is_zero() => Some(Self::Idle(idle)),
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
            Self::Idle(idle) => format!("retained until idle for {idle}"),
        }
    }
}
