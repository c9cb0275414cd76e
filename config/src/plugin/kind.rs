//! The types of the plugin's fields.

use crate::{
    reader::{Field, Reader},
    simulation::{LaunchType, NetworkMode},
    yaml::Node,
};

impl Field for String {
    const EXPECTED: &'static str = "text";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        reader.text(node, Self::EXPECTED)
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }

    fn show(&self) -> String {
        self.clone()
    }
}

impl Field for u32 {
    const EXPECTED: &'static str = "whole number";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = reader.text(node, "a whole number")?;
        let number = whole_number(&text);
        if number.is_none() {
            let expected = format!("a whole number from 0 to {}", i32::MAX);
            reader.bad_value(&node.place, &expected, &format!("`{}`", shorten(&text)));
        }
        number
    }

    fn is_blank(&self) -> bool {
        *self == 0
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// `text` as a whole number of the plugin's: not negative, and at most what a Java `int` holds.
pub(crate) fn whole_number(text: &str) -> Option<u32> {
    let digits = text.trim();
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = if plain { digits.parse::<u32>().ok()? } else { return None };
    i32::try_from(number).ok().map(|_| number)
}

/// At most the first 60 characters of `text`, for messages.
pub(crate) fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

impl<T: Field> Field for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        T::read(node, reader).map(Some)
    }

    fn is_blank(&self) -> bool {
        self.is_none()
    }

    fn show(&self) -> String {
        self.as_ref().map_or_else(String::new, T::show)
    }
}

impl Field for bool {
    const EXPECTED: &'static str = "true or false";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = reader.text(node, Self::EXPECTED)?;
        // YAML 1.1, which Jenkins reads, has more words than these two.
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            other => {
                reader.bad_value(&node.place, Self::EXPECTED, &format!("`{}`", shorten(other)));
                None
            }
        }
    }

    fn is_blank(&self) -> bool {
        !*self
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// A type with a fixed set of words.
pub(crate) trait Words: Copy + PartialEq + 'static {
    /// The words as the plugin spells them.
    const WORDS: &'static [(&'static str, Self)];
}

/// Implements [`Field`] for a type of [`Words`]; letter case does not matter.
macro_rules! words {
    ($type:ty, $expected:literal, [$($word:literal => $value:expr),* $(,)?]) => {
        impl Words for $type {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, $value)),*];
        }

        impl crate::reader::Field for $type {
            const EXPECTED: &'static str = $expected;

            fn read(
                node: &crate::yaml::Node,
                reader: &mut crate::reader::Reader<'_>,
            ) -> Option<Self> {
                let text = reader.text(node, Self::EXPECTED)?;
                let found = Self::WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim()));
                if found.is_none() {
                    reader.bad_choice(&node.place, &crate::plugin::kind::shorten(&text), &[$($word),*]);
                }
                found.map(|(_, value)| *value)
            }

            fn is_blank(&self) -> bool {
                false
            }

            fn show(&self) -> String {
                self.word().to_owned()
            }
        }

        impl $type {
            /// The word for it, as a file and the ECS API have it; nothing where nothing was chosen.
            pub fn word(self) -> &'static str {
                let found = <Self as Words>::WORDS.iter().find(|(_, value)| *value == self);
                found.map_or("", |(word, _)| *word)
            }
        }
    };
}

pub(crate) use words;

/// `operatingSystemFamily`: the values of `RuntimePlatform` (Amazon ECS API Reference, read 2026-11-23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the variants are the words of the ECS API")]
pub enum OsFamily {
    #[default]
    Linux,
    WindowsServer2019Full,
    WindowsServer2019Core,
    WindowsServer2016Full,
    WindowsServer2004Core,
    WindowsServer2022Core,
    WindowsServer2022Full,
    WindowsServer2025Core,
    WindowsServer2025Full,
    WindowsServer20H2Core,
}

/// `cpuArchitecture`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CpuArchitecture {
    /// x86-64.
    #[default]
    X86_64,
    /// 64-bit ARM.
    Arm64,
}

/// `networkMode` as the plugin has it: none chosen is a choice of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NetworkModeChoice {
    /// Nothing chosen: nothing is sent.
    #[default]
    Unset,
    /// `default`: nothing is sent; needed for Windows on EC2.
    Default,
    /// One of ECS's.
    Mode(NetworkMode),
}

words! { LaunchType, "EC2, FARGATE or EXTERNAL", [
    "EC2" => LaunchType::Ec2,
    "FARGATE" => LaunchType::Fargate,
    "EXTERNAL" => LaunchType::External,
] }

words! { OsFamily, "an operating system family", [
    "LINUX" => OsFamily::Linux,
    "WINDOWS_SERVER_2019_FULL" => OsFamily::WindowsServer2019Full,
    "WINDOWS_SERVER_2019_CORE" => OsFamily::WindowsServer2019Core,
    "WINDOWS_SERVER_2016_FULL" => OsFamily::WindowsServer2016Full,
    "WINDOWS_SERVER_2004_CORE" => OsFamily::WindowsServer2004Core,
    "WINDOWS_SERVER_2022_CORE" => OsFamily::WindowsServer2022Core,
    "WINDOWS_SERVER_2022_FULL" => OsFamily::WindowsServer2022Full,
    "WINDOWS_SERVER_2025_CORE" => OsFamily::WindowsServer2025Core,
    "WINDOWS_SERVER_2025_FULL" => OsFamily::WindowsServer2025Full,
    "WINDOWS_SERVER_20H2_CORE" => OsFamily::WindowsServer20H2Core,
] }

words! { CpuArchitecture, "X86_64 or ARM64", [
    "X86_64" => CpuArchitecture::X86_64,
    "ARM64" => CpuArchitecture::Arm64,
] }

words! { NetworkModeChoice, "default, bridge, host, awsvpc or none", [
    "default" => NetworkModeChoice::Default,
    "bridge" => NetworkModeChoice::Mode(NetworkMode::Bridge),
    "host" => NetworkModeChoice::Mode(NetworkMode::Host),
    "awsvpc" => NetworkModeChoice::Mode(NetworkMode::Awsvpc),
    "none" => NetworkModeChoice::Mode(NetworkMode::None),
] }

/// A list of things that each have keys of their own.
pub(crate) trait Item: Sized {
    /// What one is called.
    const NAME: &'static str;

    /// Reads one.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self>;

    /// One as a table shows it.
    fn show(&self) -> String;
}

impl<T: Item> Field for Vec<T> {
    const EXPECTED: &'static str = "list";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let items = reader.items(node, T::NAME);
        Some(items.iter().filter_map(|item| T::read(item, reader)).collect())
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }

    fn show(&self) -> String {
        self.iter().map(T::show).collect::<Vec<_>>().join(", ")
    }
}
