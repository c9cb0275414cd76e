//! What the simulated account pays.

use footman_core::catalogue::FargatePrices;

/// What things cost.
///
/// The default is us-east-1 by the list. The on-demand price of an instance comes with its type; what EC2 Spot costs is
/// an assumption, for it moves by the hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prices {
    /// Fargate.
    pub fargate: FargatePrices,
    /// EC2 Spot, in thousandths of the on-demand price.
    pub ec2_spot_per_mille: u32,
}

impl Default for Prices {
    fn default() -> Self {
        Self { fargate: FargatePrices::default(), ec2_spot_per_mille: 350 }
    }
}
