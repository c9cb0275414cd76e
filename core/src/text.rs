//! How people write quantities: `2vcpu`, `4GiB`, `1h30m`, `$0.04`.
//!
//! One spelling for the command line, `footman.yaml` and labels. Every value is read exactly or not at all: nothing is
//! rounded, and a bare number is taken only where its unit is beyond doubt. What `Display` writes is read back as the
//! same value.

use crate::{
    time::Millis,
    units::{CpuUnits, Mib, MicroUsd, Size},
};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// A text that is no such quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("expected {expected}")]
pub struct QuantityError {
    /// What would have been right.
    pub expected: &'static str,
}

const CPU: QuantityError = QuantityError { expected: "CPU units such as `2048`, or `2vcpu`" };
const MEMORY: QuantityError = QuantityError { expected: "MiB such as `4096`, or `4GiB`" };
const SIZE: QuantityError = QuantityError { expected: "CPU and memory such as `2vcpu/4GiB` or `2048/4096`" };
const SPAN: QuantityError = QuantityError { expected: "a length of time such as `250ms`, `90s` or `1h30m`" };
const MONEY: QuantityError = QuantityError { expected: "US dollars such as `$0.04` or `12`" };

/// The units of lengths of time, longest first, in milliseconds.
const SPAN_UNITS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

impl FromStr for CpuUnits {
    type Err = QuantityError;

    /// Reads `2048`, `2048 CPU units`, `2vcpu`, `0.25 vCPU`; the letters' case does not matter.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let scales = [("", 1), ("cpu units", 1), ("vcpu", 1024)];
        scaled(text, &scales).and_then(|units| u32::try_from(units).ok()).map(Self::new).ok_or(CPU)
    }
}

impl FromStr for Mib {
    type Err = QuantityError;

    /// Reads `4096`, `4096MiB`, `4GiB`, `0.5 GiB`; the letters' case does not matter.
    ///
    /// `4GB` is refused: ECS's own console means GiB by it, and others do not.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let scales = [("", 1), ("mib", 1), ("gib", 1024)];
        scaled(text, &scales).and_then(|mebibytes| u32::try_from(mebibytes).ok()).map(Self::new).ok_or(MEMORY)
    }
}

impl FromStr for Size {
    type Err = QuantityError;

    /// Reads CPU and memory with a slash between them.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (cpu, memory) = text.split_once('/').ok_or(SIZE)?;
        Ok(Self::new(cpu.parse().map_err(|_| SIZE)?, memory.parse().map_err(|_| SIZE)?))
    }
}

impl FromStr for MicroUsd {
    type Err = QuantityError;

    /// Reads dollars with at most six decimals, with or without the sign before them.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let amount = text.trim();
        decimal(amount.strip_prefix('$').unwrap_or(amount), 1_000_000).map(Self::new).ok_or(MONEY)
    }
}

impl FromStr for Millis {
    type Err = QuantityError;

    /// Reads numbers with the units `d`, `h`, `m`, `s`, `ms`, the longest first and each at most once: `90s`, `1.5h`,
    /// `1h 30m`. A bare `0` needs no unit, any other number does.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let mut rest = text.trim();
        if rest == "0" {
            return Ok(Self::ZERO);
        }
        let mut units = SPAN_UNITS.iter();
        let mut total: u64 = 0;
        while !rest.is_empty() {
            let (number, after) = split_where(rest, |c| !c.is_ascii_digit() && c != '.');
            let (unit, after) = split_where(after.trim_start(), |c| !c.is_ascii_alphabetic());
            let (_, scale) = units.find(|(name, _)| *name == unit).ok_or(SPAN)?;
            let part = decimal(number, *scale).ok_or(SPAN)?;
            total = total.checked_add(part).ok_or(SPAN)?;
            rest = after.trim_start();
        }
        if text.trim().is_empty() { Err(SPAN) } else { Ok(Self::new(total)) }
    }
}

impl fmt::Display for Millis {
    /// `1h30m`, `90s` as `1m30s`, `2.5s`, `250ms`; the parts that are zero are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.as_millis();
        if ms == 0 {
            return f.pad("0s");
        }
        let mut text = String::new();
        for (name, scale, next) in [("d", 86_400_000, u64::MAX), ("h", 3_600_000, 24), ("m", 60_000, 60)] {
            let count = ms / scale % next;
            if count > 0 {
                text.push_str(&format!("{count}{name}"));
            }
        }
        match (ms % 60_000 / 1000, ms % 1000) {
            (0, 0) => {}
            (seconds, 0) => text.push_str(&format!("{seconds}s")),
            (0, rest) => text.push_str(&format!("{rest}ms")),
            (seconds, rest) => {
                let decimals = format!("{rest:03}");
                text.push_str(&format!("{seconds}.{}s", decimals.trim_end_matches('0')));
            }
        }
        f.pad(&text)
    }
}

impl fmt::Display for MicroUsd {
    /// Dollars with two decimals, and with as many more as the amount has: `$12.50`, `$0.04048`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = format!("{:06}", self.get() % 1_000_000);
        let kept = decimals.trim_end_matches('0').len().max(2);
        f.pad(&format!("${}.{}", self.get() / 1_000_000, &decimals[..kept]))
    }
}

/// A number and one of these units (lower case, with their scales), or `None`.
fn scaled(text: &str, scales: &[(&str, u64)]) -> Option<u64> {
    let (number, unit) = split_where(text.trim(), |c| !c.is_ascii_digit() && c != '.');
    let unit = unit.trim_start();
    let (_, scale) = scales.iter().find(|(name, _)| unit.eq_ignore_ascii_case(name))?;
    decimal(number, *scale)
}

/// The text before and from the first character that `stops`.
fn split_where(text: &str, stops: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(stops).unwrap_or(text.len()))
}

/// `number` times `scale`, or `None` where `number` is no decimal number or the product no whole one.
fn decimal(number: &str, scale: u64) -> Option<u64> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(decimals) {
        return None;
    }
    let decimals = decimals.trim_end_matches('0');
    let mut total = u128::from(whole.parse::<u64>().ok()?) * u128::from(scale);
    if !decimals.is_empty() {
        let parts = 10_u128.checked_pow(u32::try_from(decimals.len()).ok()?)?;
        let product = decimals.parse::<u128>().ok()?.checked_mul(u128::from(scale))?;
        if product % parts != 0 {
            return None;
        }
        total += product / parts;
    }
    u64::try_from(total).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_are_read_in_the_units_of_ecs() {
        // text => CPU units
        let cpu = [
            ("2048", Some(2048)),
            ("2vcpu", Some(2048)),
            ("2 vCPU", Some(2048)),
            ("0.25vcpu", Some(256)),
            (" 256 CPU units ", Some(256)),
            ("0", Some(0)),
            ("0.0001vcpu", None), // no whole number of units
            ("0.5", None),
            ("2 cores", None),
            ("-1", None),
            ("+1", None),
            ("1_000", None),
            ("4294967296", None),
            ("", None),
            (".5vcpu", None),
            ("1.vcpu", None),
        ];
        for (text, units) in cpu {
            assert_eq!(text.parse::<CpuUnits>().ok(), units.map(CpuUnits::new), "{text}");
        }
        let memory = [
            ("4096", Some(4096)),
            ("4GiB", Some(4096)),
            ("0.5 GiB", Some(512)),
            ("512 mib", Some(512)),
            ("4GB", None),
            ("4G", None),
            ("4096k", None),
        ];
        for (text, mebibytes) in memory {
            assert_eq!(text.parse::<Mib>().ok(), mebibytes.map(Mib::new), "{text}");
        }
        let size = Size::new(CpuUnits::new(2048), Mib::new(4096));
        for text in ["2vcpu/4GiB", "2048/4096", "2048 CPU units / 4096 MiB"] {
            assert_eq!(text.parse(), Ok(size), "{text}");
        }
        assert_eq!("2vcpu".parse::<Size>(), Err(SIZE));
    }

    #[test]
    fn lengths_of_time_are_read_and_written_with_their_units() {
        // (text, milliseconds, as it is written)
        let read = [
            ("250ms", 250, "250ms"),
            ("90s", 90_000, "1m30s"),
            ("5m", 300_000, "5m"),
            ("1h30m", 5_400_000, "1h30m"),
            ("1.5h", 5_400_000, "1h30m"),
            ("1h 30m", 5_400_000, "1h30m"),
            (" 2 d ", 172_800_000, "2d"),
            ("1d1ms", 86_400_001, "1d1ms"),
            ("2.5s", 2_500, "2.5s"),
            ("61.05s", 61_050, "1m1.05s"),
            ("0", 0, "0s"),
            ("0s", 0, "0s"),
        ];
        for (text, ms, written) in read {
            assert_eq!(text.parse(), Ok(Millis::new(ms)), "{text}");
            assert_eq!(Millis::new(ms).to_string(), written, "{text}");
        }
        let refused = [
            "",
            " ",
            "90",
            "5 minutes",
            "30m1h",
            "1h1h",
            "0.5ms",
            "0.1ms",
            "-5s",
            "1e3s",
            "s",
            "5m3",
            "1..5s",
        ];
        for text in refused {
            assert_eq!(text.parse::<Millis>(), Err(SPAN), "{text}");
        }
        assert_eq!("18446744073709551615ms".parse(), Ok(Millis::MAX));
        assert!("18446744073709551616ms".parse::<Millis>().is_err());
        assert!("213503982335d".parse::<Millis>().is_err());
        assert!("213503982334d14h".parse::<Millis>().is_ok());
        assert!("213503982334d15h".parse::<Millis>().is_err());
    }

    #[test]
    fn money_is_dollars() {
        let table = [
            ("$0.04048", 40_480, "$0.04048"),
            ("12", 12_000_000, "$12.00"),
            ("$12.5", 12_500_000, "$12.50"),
            ("0.000001", 1, "$0.000001"),
            ("$0", 0, "$0.00"),
        ];
        for (text, micros, written) in table {
            assert_eq!(text.parse(), Ok(MicroUsd::new(micros)), "{text}");
            assert_eq!(MicroUsd::new(micros).to_string(), written, "{text}");
        }
        for text in ["0.0000001", "-1", "$", "", "1,5", "$$1", "18446744073710"] {
            assert_eq!(text.parse::<MicroUsd>(), Err(MONEY), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn what_is_written_reads_back(ms: u64, small in 0..200_000_u64, micros: u64, cpu: u32, memory: u32) {
            for span in [Millis::new(ms), Millis::new(small)] {
                prop_assert_eq!(span.to_string().parse(), Ok(span));
            }
            for money in [MicroUsd::new(micros), MicroUsd::new(small)] {
                prop_assert_eq!(money.to_string().parse(), Ok(money));
            }
            let size = Size::new(CpuUnits::new(cpu), Mib::new(memory));
            prop_assert_eq!(size.to_string().parse(), Ok(size));
            prop_assert_eq!(size.cpu.to_string().parse(), Ok(size.cpu));
            prop_assert_eq!(size.memory.to_string().parse(), Ok(size.memory));
        }

        #[test]
        fn any_text_is_a_quantity_or_an_error(text in prop_oneof![any::<String>(), "[0-9.$ a-z]{0,50}"]) {
            let read = (text.parse::<Size>(), text.parse::<Millis>(), text.parse::<MicroUsd>());
            if let (_, Ok(span), Ok(_)) = read {
                prop_assert_eq!(span, Millis::ZERO, "only a bare zero is both");
            }
        }
    }
}
