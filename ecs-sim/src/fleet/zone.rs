//! Availability zones, as far as subnets are in them.

/// A set of availability zones, by the numbers that an account gives to those that its subnets are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zones(u64);

impl Zones {
    /// How many zones can be told apart.
    pub const COUNT: usize = 64;
    /// None: where an instance is that is in a zone without a subnet that anybody named.
    pub const NONE: Self = Self(0);
    /// All of them, known or not.
    pub const ANY: Self = Self(u64::MAX);

    /// The zone of this number; none beyond [`Self::COUNT`].
    pub fn one(number: usize) -> Self {
        let shift = u32::try_from(number).ok();
        Self(shift.and_then(|shift| 1_u64.checked_shl(shift)).unwrap_or(0))
    }

    /// These and `others`.
    #[must_use]
    pub const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether an instance in `zone` is in one of these; each is where any will do.
    pub const fn admit(self, zone: Self) -> bool {
        self.0 == Self::ANY.0 || self.0 & zone.0 != 0
    }
}

impl Default for Zones {
    /// Any.
    fn default() -> Self {
        Self::ANY
    }
}
