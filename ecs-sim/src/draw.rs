//! Keyed randomness: what is drawn depends on the seed, on what it is for, and on whom it concerns, never on how many
//! draws came before.
//!
//! So two runs that differ in configuration draw the same for the same build (common random numbers), and a task more
//! or less changes nothing for the others.

use crate::{id::EntityKey, latency::Distribution, settings::PerMillion};
use footman_core::time::Millis;
use rand::RngExt;
use rand_distr::{Distribution as _, Exp1, StandardNormal};
use rand_pcg::Pcg64;

/// What a draw is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Concern {
    Provisioning = 1,
    Connect,
    Pull,
    CannotPull,
    Start,
    ExitOnSignal,
    Deprovisioning,
    ProvisioningTimeout,
    EniTimeout,
    FargateCapacity,
    FargateInterruption,
    InstanceBoot,
    InstanceInterruption,
    ServerError,
    AnswerLost,
    PlacementChoice,
    /// A concern of the caller's own, told apart by the entity.
    Foreign,
    Secrets,
    LogDriver,
    EphemeralStorage,
    TrunkAttach,
}

/// Whom a draw concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entity(u64);

impl Entity {
    /// A thing of the simulator's own, by its number and the kind of thing that it is.
    pub(crate) fn numbered(kind: u64, number: u64) -> Self {
        Self(mix(mix(kind).wrapping_add(number)))
    }

    /// The `nth` thing that stands for the caller's key.
    pub(crate) fn keyed(key: EntityKey, nth: usize) -> Self {
        let nth = u64::try_from(nth).expect("a usize has at most 64 bits on every supported target");
        Self(mix(mix(key.0 ^ 0x6b65_7965_642d_6279).wrapping_add(nth)))
    }

    /// This entity at one moment of its life.
    pub(crate) fn at(self, moment: u64) -> Self {
        Self(mix(self.0 ^ mix(moment)))
    }
}

/// The source of all randomness of one simulation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draws {
    seed: u64,
}

impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed: mix(seed) }
    }

    /// The generator for one draw, or for a few that belong together.
    pub(crate) fn generator(self, concern: Concern, entity: Entity) -> Pcg64 {
        let low = mix(self.seed ^ mix(entity.0.wrapping_add(concern as u64)));
        let high = mix(low ^ entity.0);
        // One stream and a hashed state: generators with different streams may be correlated (rand_pcg's words).
        Pcg64::new(u128::from(low) | (u128::from(high) << 64), 0x0046_4f4f_544d_414e)
    }

    /// A length of time from `distribution`.
    pub(crate) fn length(self, distribution: Distribution, concern: Concern, entity: Entity) -> Millis {
        match distribution {
            Distribution::Constant(length) => length,
            Distribution::Uniform { min, max } => {
                let (min, max) = (min.as_millis(), max.as_millis());
                if min >= max {
                    return Millis::new(min);
                }
                Millis::new(self.generator(concern, entity).random_range(min..=max))
            }
            Distribution::LogNormal { median, sigma_milli } => {
                let z: f64 = StandardNormal.sample(&mut self.generator(concern, entity));
                scaled(median, (z * f64::from(sigma_milli) / 1000.0).exp())
            }
        }
    }

    /// An exponential length of time with this many events in a million hours, or `None` where there are none.
    pub(crate) fn until_interruption(
        self,
        per_million_hours: u32,
        concern: Concern,
        entity: Entity,
    ) -> Option<Millis> {
        if per_million_hours == 0 {
            return None;
        }
        let e: f64 = Exp1.sample(&mut self.generator(concern, entity));
        let mean = Millis::from_hours(1_000_000).as_millis() / u64::from(per_million_hours);
        Some(scaled(Millis::new(mean), e))
    }

    /// Whether something of this probability happens.
    pub(crate) fn happens(self, probability: PerMillion, concern: Concern, entity: Entity) -> bool {
        probability.0 > 0 && self.generator(concern, entity).random_range(0..1_000_000) < probability.0
    }
}

/// `length` times `factor`, in whole milliseconds.
fn scaled(length: Millis, factor: f64) -> Millis {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "2^53 ms are 285,000 years, and the cast back saturates"
    )]
    Millis::new((length.as_millis() as f64 * factor).round() as u64)
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit, and no two inputs
/// share an output.
pub(crate) const fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_seed_concern_and_entity_only() {
        let long = Distribution::LogNormal { median: Millis::from_secs(15), sigma_milli: 500 };
        let one = Entity::numbered(1, 1);
        let draw = |seed, concern, entity| Draws::new(seed).length(long, concern, entity);
        assert_eq!(draw(1, Concern::Pull, one), draw(1, Concern::Pull, one));
        assert_ne!(draw(1, Concern::Pull, one), draw(2, Concern::Pull, one));
        assert_ne!(draw(1, Concern::Pull, one), draw(1, Concern::Start, one));
        assert_ne!(draw(1, Concern::Pull, one), draw(1, Concern::Pull, Entity::numbered(1, 2)));
        assert_ne!(draw(1, Concern::Pull, one), draw(1, Concern::Pull, Entity::keyed(EntityKey(1), 0)));
    }

    #[test]
    fn samples_follow_their_distribution() {
        let draws = Draws::new(7);
        let n = 20_000;
        let sample = |d| {
            let mut all: Vec<u64> =
                (0..n).map(|i| draws.length(d, Concern::Start, Entity::numbered(1, i)).as_millis()).collect();
            all.sort_unstable();
            all
        };
        let uniform = sample(Distribution::uniform_secs(1, 3));
        assert!(uniform[0] >= 1000 && uniform[uniform.len() - 1] <= 3000);
        assert!(uniform[uniform.len() / 2].abs_diff(2000) < 40);
        let log_normal = sample(Distribution::LogNormal { median: Millis::from_secs(10), sigma_milli: 500 });
        assert!(log_normal[log_normal.len() / 2].abs_diff(10_000) < 200);
        // 84.13 % lie below the median times e^sigma.
        assert!(log_normal[log_normal.len() * 8413 / 10_000].abs_diff(16_487) < 500);
        let mean: u64 = (0..n)
            .filter_map(|i| draws.until_interruption(1_000_000, Concern::Pull, Entity::numbered(2, i)))
            .map(|length| length.as_millis() / n)
            .sum();
        assert!(mean.abs_diff(3_600_000) < 100_000, "{mean}");
    }
}
