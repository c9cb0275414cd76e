//! Executors on which every build takes the same time (M/D/c), after Crommelin (1932).
//!
//! What is in the system one service time later is what waited, and what arrived since: a chain whose generating
//! function has one zero inside the unit circle for each executor but one. The wait follows from those zeros.

use super::{QueueingError, carried_load};
use std::{
    f64::consts::TAU,
    ops::{Mul, Sub},
};

/// Executors with Poisson arrivals and constant service, first come first served, in steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeterministicService {
    wait_probability: f64,
    mean_wait: f64,
}

impl DeterministicService {
    /// `servers` executors at which `arrival_rate` builds arrive, each of which takes exactly 1/`service_rate`.
    ///
    /// # Errors
    ///
    /// Fails where the executors cannot carry the load, or a rate is none.
    pub fn new(servers: u32, arrival_rate: f64, service_rate: f64) -> Result<Self, QueueingError> {
        let load = carried_load(servers, arrival_rate, service_rate)?;
        let count = f64::from(servers);
        let slack = count - load;
        // The zeros come in conjugate pairs, and for an even number of executors one lies on the real axis: the sums
        // over one half of the circle count twice.
        let (mut log_product, mut inverse_sum) = (0.0, 0.0);
        for k in 1..=servers / 2 {
            let weight = if 2 * k == servers { 1.0 } else { 2.0 };
            let distance = Complex::ONE - zero(f64::from(k) / count, load / count);
            log_product += weight * distance.square().ln() / 2.0;
            inverse_sum += weight * distance.re / distance.square();
        }
        let idle = (slack.ln() - log_product).exp();
        let in_system = inverse_sum + count / (2.0 * slack) - slack / 2.0;
        Ok(Self {
            // Where hardly any build waits, rounding can leave less than nothing.
            wait_probability: (1.0 - idle).clamp(0.0, 1.0),
            mean_wait: ((in_system - load) / arrival_rate).max(0.0),
        })
    }

    /// The share of builds that wait.
    pub const fn wait_probability(&self) -> f64 {
        self.wait_probability
    }

    /// The mean wait over all builds.
    pub const fn mean_wait(&self) -> f64 {
        self.mean_wait
    }
}

/// The root of z = w exp(-utilisation (1 - z)), where w is the point `turn` of the way around the unit circle.
fn zero(turn: f64, utilisation: f64) -> Complex {
    /// Newton's method doubles the digits in each step; the bound is far above what was ever seen (below 20).
    const STEPS_MAX: u32 = 100;
    let mut at = Complex { re: 0.0, im: 0.0 };
    for _ in 0..STEPS_MAX {
        let curve = Complex::polar((utilisation * (at.re - 1.0)).exp(), TAU * turn + utilisation * at.im);
        let slope = Complex::ONE - curve * Complex { re: utilisation, im: 0.0 };
        let step = (curve - at).over(slope);
        at = at - Complex { re: -step.re, im: -step.im };
        if step.square() < 1e-30 {
            break;
        }
    }
    at
}

#[derive(Debug, Clone, Copy)]
struct Complex {
    re: f64,
    im: f64,
}

impl Complex {
    const ONE: Self = Self { re: 1.0, im: 0.0 };

    fn polar(radius: f64, angle: f64) -> Self {
        Self { re: radius * angle.cos(), im: radius * angle.sin() }
    }

    fn square(self) -> f64 {
        self.re * self.re + self.im * self.im
    }

    fn over(self, other: Self) -> Self {
        let square = other.square();
        let product = self * Self { re: other.re, im: -other.im };
        Self { re: product.re / square, im: product.im / square }
    }
}

impl Sub for Complex {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

impl Mul for Complex {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }
}
