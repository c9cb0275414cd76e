//! Times as the wire has them.

use footman_core::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A time as the wire has it: seconds since the epoch, with milliseconds behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(pub Timestamp);

impl Serialize for Epoch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ms = self.0.as_millis();
        let seconds = i32::try_from(ms.div_euclid(1000)).unwrap_or(i32::MAX);
        let rest = u16::try_from(ms.rem_euclid(1000)).unwrap_or_default();
        serializer.serialize_f64(f64::from(seconds) + f64::from(rest) / 1000.0)
    }
}

impl<'de> Deserialize<'de> for Epoch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        // The digits are the way from a float to an integer that neither wraps nor saturates.
        let digits = format!("{seconds:.3}").replace('.', "");
        let ms = digits.parse().map_err(|_| D::Error::custom("no time"))?;
        Ok(Self(Timestamp::from_millis(ms)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_with_its_milliseconds_and_read_again() {
        // ms since the epoch => JSON
        let table = [
            (0, "0.0"),
            (1_704_067_200_123, "1704067200.123"),
            (1_704_067_200_999, "1704067200.999"),
            (1_795_451_295_001, "1795451295.001"),
            (2_147_483_647_010, "2147483647.01"),
        ];
        for (ms, json) in table {
            let epoch = Epoch(Timestamp::from_millis(ms));
            assert_eq!(serde_json::to_string(&epoch).unwrap(), json);
            assert_eq!(serde_json::from_str::<Epoch>(json).unwrap(), epoch);
        }
        assert_eq!(serde_json::from_str::<Epoch>("7").unwrap(), Epoch(Timestamp::from_millis(7000)));
        assert!(serde_json::from_str::<Epoch>("1e300").is_err());
    }
}
