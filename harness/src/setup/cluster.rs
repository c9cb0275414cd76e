//! A cluster in a word: `fargate`, `ec2:m5.large=20`, `asg:m5.2xlarge=0..40`.

use std::{fmt, str::FromStr, sync::Arc};
use thiserror::Error;

/// What capacity a simulated cluster has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClusterSpec {
    /// Fargate, on demand.
    Fargate,
    /// Fargate Spot.
    FargateSpot,
    /// Container instances that are always there.
    Static {
        /// Their type.
        instance_type: Arc<str>,
        /// How many.
        count: u32,
    },
    /// An auto-scaling group behind a capacity provider with managed scaling.
    Group {
        /// The type of its instances.
        instance_type: Arc<str>,
        /// The least instances.
        min: u32,
        /// The most instances.
        max: u32,
    },
}

/// A text that names no cluster.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{text}` is no cluster: write fargate, fargate-spot, ec2:TYPE=COUNT (instances that are always there, for instance \
     ec2:m5.large=20) or asg:TYPE=MIN..MAX (an auto-scaling group, for instance asg:m5.2xlarge=0..40)"
)]
pub struct ClusterSpecError {
    text: String,
}

impl FromStr for ClusterSpec {
    type Err = ClusterSpecError;

    fn from_str(text: &str) -> Result<Self, ClusterSpecError> {
        parse(text).ok_or_else(|| ClusterSpecError { text: text.to_owned() })
    }
}

fn parse(text: &str) -> Option<ClusterSpec> {
    match text {
        "fargate" => return Some(ClusterSpec::Fargate),
        "fargate-spot" => return Some(ClusterSpec::FargateSpot),
        _ => {}
    }
    let (kind, rest) = text.split_once(':')?;
    let (instance_type, size) = rest.split_once('=')?;
    if instance_type.is_empty() {
        return None;
    }
    let instance_type = instance_type.into();
    match kind {
        "ec2" => {
            let count = size.parse().ok().filter(|&count| count > 0)?;
            Some(ClusterSpec::Static { instance_type, count })
        }
        "asg" => {
            let (min, max) = size.split_once("..")?;
            let (min, max) = (min.parse().ok()?, max.parse().ok()?);
            (max > 0 && min <= max).then_some(ClusterSpec::Group { instance_type, min, max })
        }
        _ => None,
    }
}

impl fmt::Display for ClusterSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fargate => f.write_str("fargate"),
            Self::FargateSpot => f.write_str("fargate-spot"),
            Self::Static { instance_type, count } => write!(f, "ec2:{instance_type}={count}"),
            Self::Group { instance_type, min, max } => write!(f, "asg:{instance_type}={min}..{max}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_reads_back_as_it_is_written() {
        for text in
            ["fargate", "fargate-spot", "ec2:m5.large=20", "asg:m5.2xlarge=0..40", "asg:c5.large=2..2"]
        {
            assert_eq!(text.parse::<ClusterSpec>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_cluster_is_refused() {
        for text in [
            "",
            "ec2",
            "ec2:m5.large",
            "ec2:m5.large=0",
            "ec2:=3",
            "asg:m5.large=3",
            "asg:m5.large=4..2",
            "asg:x=0..0",
            "eks:x=1",
            "ec2:m5.large=-1",
        ] {
            assert!(text.parse::<ClusterSpec>().is_err(), "{text}");
        }
    }
}
