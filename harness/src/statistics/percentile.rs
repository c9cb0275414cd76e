//! A percentile as an exact number, so that a rank never depends on how a float was rounded.

use std::{fmt, str::FromStr};

/// A percentile above 0 and up to 100, in steps of a millionth of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percentile(u32);

/// What the whole is in [`Percentile`]'s steps.
const WHOLE: u32 = 1_000_000;

/// Why a text is no percentile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no percentile; write p50, p95, p99.9 and the like, above 0 and up to 100")]
pub struct PercentileError {
    text: String,
}

impl Percentile {
    /// The median.
    pub const P50: Self = Self(500_000);
    /// The 90th percentile.
    pub const P90: Self = Self(900_000);
    /// The 95th percentile.
    pub const P95: Self = Self(950_000);
    /// The 99th percentile.
    pub const P99: Self = Self(990_000);
    /// The 99.9th percentile.
    pub const P999: Self = Self(999_000);
    /// The largest sample.
    pub const P100: Self = Self(WHOLE);

    /// The nearest rank among `count` samples, counted from 1: ceil(p n), and 0 where there are no samples.
    pub fn rank(self, count: u64) -> u64 {
        let rank = (u128::from(count) * u128::from(self.0)).div_ceil(u128::from(WHOLE));
        u64::try_from(rank).expect("a part of a u64 is a u64")
    }

    /// The percentile as a share of the whole, from 0 to 1.
    pub fn share(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE)
    }
}

impl fmt::Display for Percentile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (percent, rest) = (self.0 / 10_000, self.0 % 10_000);
        if rest == 0 {
            return write!(f, "p{percent}");
        }
        write!(f, "p{percent}.{}", format!("{rest:04}").trim_end_matches('0'))
    }
}

impl FromStr for Percentile {
    type Err = PercentileError;

    /// Reads `p95`, `95`, `p99.9`, with at most four decimals.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || PercentileError { text: text.to_owned() };
        let number = text.trim().strip_prefix(['p', 'P']).unwrap_or_else(|| text.trim());
        let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
        let plain = |digits: &str, most: usize| {
            (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !plain(whole, 3) || !plain(decimals, 4) {
            return Err(error());
        }
        let parts: u32 = format!("{whole}{decimals:0<4}").parse().map_err(|_| error())?;
        if parts == 0 || parts > WHOLE { Err(error()) } else { Ok(Self(parts)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rank_is_the_ceiling_of_the_share() {
        let table = [
            (Percentile::P95, 0, 0),
            (Percentile::P95, 1, 1),
            (Percentile::P95, 20, 19),
            (Percentile::P95, 21, 20),
            // 0.95 x 100 is 95 exactly; in floats 0.95 * 100.0 happens to be, 0.07 * 100.0 is not.
            (Percentile::P95, 100, 95),
            (Percentile(70_000), 100, 7),
            (Percentile::P50, 3, 2),
            (Percentile::P100, 7, 7),
            (Percentile::P99, u64::MAX, 18_262_276_632_972_456_099),
        ];
        for (percentile, count, rank) in table {
            assert_eq!(percentile.rank(count), rank, "{percentile} of {count}");
        }
    }

    #[test]
    fn percentiles_are_read_and_shown_alike() {
        for text in ["p50", "p95", "p99.9", "p99.99", "p0.5", "p100", "p0.0001"] {
            assert_eq!(text.parse::<Percentile>().unwrap().to_string(), text);
        }
        assert_eq!("95".parse(), Ok(Percentile::P95));
        for text in ["", "p", "p0", "p101", "p-5", "p95.12345", "95%", "p1e1", "p.5", "p95.", "NaN"] {
            assert!(text.parse::<Percentile>().is_err(), "{text}");
        }
    }
}
