//! The bundled example: a configuration of four templates, and a month of bursty CI builds for them.

use crate::{
    setup::Setup,
    workload::{BurstyLoad, Generated, LabelLoad},
};
use footman_config::{Refused, Text, load};
use footman_core::Millis;

/// The seed of the bundled month.
pub const SEED: u64 = 1;

const JENKINS: &str = include_str!("../../../examples/jenkins.yaml");
const FOOTMAN: &str = include_str!("../../../examples/footman.yaml");

/// The bundled configuration, `examples/jenkins.yaml` and `examples/footman.yaml`.
///
/// # Errors
///
/// Fails with what is wrong with them; a test holds that nothing is.
pub fn configuration() -> Result<Setup, Refused> {
    let texts = [Text::new("examples/jenkins.yaml", JENKINS), Text::new("examples/footman.yaml", FOOTMAN)];
    load(&texts, &|_| None).map(Setup::from)
}

/// Four weeks of builds for the labels of the bundled configuration: two thousand a week in bursts, as much more bursty
/// than chance as real CI is.
pub fn month(seed: u64) -> Generated {
    let label = |label: &str, share, median_s, sigma| LabelLoad {
        label: label.to_owned(),
        share,
        median: Millis::from_secs(median_s),
        sigma,
        size: None,
    };
    let labels = vec![
        label("java", 4.0, 180, 0.9),
        label("node", 3.0, 90, 0.8),
        label("docker", 2.0, 300, 0.8),
        label("small", 1.0, 45, 0.6),
    ];
    let load = BurstyLoad { seed, labels, ..BurstyLoad::default() };
    load.generate().expect("the parameters are constants within their ranges")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::Workload;

    #[test]
    fn the_bundled_configuration_serves_every_label_of_the_bundled_month() {
        let setup = configuration().unwrap();
        let mut month = month(SEED);
        while let Some(build) = month.next_build() {
            build.unwrap();
        }
        for label in month.labels() {
            let serves = |template: &footman_core::policy::Template| template.labels.contains(label);
            assert!(setup.policy.templates.iter().any(serves), "{label}");
        }
    }
}
