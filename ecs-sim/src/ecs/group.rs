//! Auto-scaling groups that stand by themselves until a capacity provider is made for them.

use super::Ecs;
use crate::{api::ApiError, capacity::AutoScalingGroup, draw::mix, id::Uuid};
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// Keeps the ids of groups apart from those of other things.
const GROUP_SEAL: u64 = 0x6175_746f_7363_616c;
/// The most groups of one account: the default quota ("Amazon EC2 Auto Scaling quotas", from memory).
const GROUPS_MAX: usize = 500;

impl Ecs {
    /// Makes an auto-scaling group, as EC2 Auto Scaling would: no call of ECS. Its instances start to boot once a
    /// capacity provider with it is associated with a cluster.
    ///
    /// # Errors
    ///
    /// Fails where there is one of that name, there are 500 groups, it launches nothing, or its sizes contradict one
    /// another.
    pub fn create_auto_scaling_group(&mut self, group: AutoScalingGroup) -> Result<String, ApiError> {
        let AutoScalingGroup { name, instances, min, max, desired, .. } = &group;
        if name.is_empty() || name.len() > 255 || !name.chars().all(|c| c.is_ascii_graphic() && c != '/') {
            return Err(ApiError::invalid(
                "The name of an auto-scaling group has 1 to 255 visible characters.",
            ));
        }
        if self.auto_scaling_group(name).is_some() {
            return Err(ApiError::invalid(format!("The auto-scaling group {name} exists already.")));
        }
        if self.auto_scaling_groups.len() == GROUPS_MAX {
            return Err(ApiError::invalid(format!(
                "An account has at most {GROUPS_MAX} auto-scaling groups."
            )));
        }
        if instances.is_empty() || min > desired || desired > max {
            return Err(ApiError::invalid(
                "An auto-scaling group has instance types, and min <= desired <= max.",
            ));
        }
        for spec in instances {
            super::instances::check_zones(spec)?;
        }
        let arn = self.auto_scaling_group_arn(name);
        self.auto_scaling_groups.push(group);
        Ok(arn)
    }

    /// The auto-scaling group of this name or ARN.
    pub fn auto_scaling_group(&self, name: &str) -> Option<&AutoScalingGroup> {
        let bare = name.rsplit_once("autoScalingGroupName/").map(|(_, bare)| bare);
        let found = self.auto_scaling_groups.iter().find(|group| *group.name == *bare.unwrap_or(name))?;
        (bare.is_none() || self.auto_scaling_group_arn(&found.name) == name).then_some(found)
    }

    /// Every auto-scaling group that was made by itself, the oldest first.
    pub fn auto_scaling_groups(&self) -> &[AutoScalingGroup] {
        &self.auto_scaling_groups
    }

    /// The ARN of the auto-scaling group of this name: a function of the seed and the name.
    pub fn auto_scaling_group_arn(&self, name: &str) -> String {
        let mut hasher = FxHasher::default();
        name.hash(&mut hasher);
        let high = mix(hasher.finish() ^ mix(self.seed ^ GROUP_SEAL));
        let uuid = Uuid { high, low: mix(high) };
        let (region, account) = (&self.settings.region, &self.settings.account);
        format!("arn:aws:autoscaling:{region}:{account}:autoScalingGroup:{uuid}:autoScalingGroupName/{name}")
    }
}
