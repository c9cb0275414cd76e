//! Account settings: `PutAccountSetting`, `PutAccountSettingDefault`, `ListAccountSettings`, `DeleteAccountSetting`.
//!
//! The one that decides something here is `awsvpcTrunking`: it holds for container instances that register after it was
//! set (Amazon ECS Developer Guide, "Increasing Amazon ECS Linux container instance network interfaces").

use super::Ecs;
use crate::api::ApiError;
use std::{collections::BTreeMap, sync::Arc};

/// A setting of an account (Amazon ECS API Reference, PutAccountSetting, read 2026-11-23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountSetting {
    /// `serviceLongArnFormat`.
    ServiceLongArnFormat,
    /// `taskLongArnFormat`.
    TaskLongArnFormat,
    /// `containerInstanceLongArnFormat`.
    ContainerInstanceLongArnFormat,
    /// `awsvpcTrunking`.
    AwsvpcTrunking,
    /// `containerInsights`.
    ContainerInsights,
    /// `fargateFIPSMode`.
    FargateFipsMode,
    /// `tagResourceAuthorization`.
    TagResourceAuthorization,
    /// `fargateTaskRetirementWaitPeriod`.
    FargateTaskRetirementWaitPeriod,
    /// `guardDutyActivate`.
    GuardDutyActivate,
    /// `defaultLogDriverMode`.
    DefaultLogDriverMode,
    /// `fargateEventWindows`.
    FargateEventWindows,
}

impl AccountSetting {
    /// Every setting.
    pub const ALL: [Self; 11] = [
        Self::ServiceLongArnFormat,
        Self::TaskLongArnFormat,
        Self::ContainerInstanceLongArnFormat,
        Self::AwsvpcTrunking,
        Self::ContainerInsights,
        Self::FargateFipsMode,
        Self::TagResourceAuthorization,
        Self::FargateTaskRetirementWaitPeriod,
        Self::GuardDutyActivate,
        Self::DefaultLogDriverMode,
        Self::FargateEventWindows,
    ];

    /// The name, as in `name`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ServiceLongArnFormat => "serviceLongArnFormat",
            Self::TaskLongArnFormat => "taskLongArnFormat",
            Self::ContainerInstanceLongArnFormat => "containerInstanceLongArnFormat",
            Self::AwsvpcTrunking => "awsvpcTrunking",
            Self::ContainerInsights => "containerInsights",
            Self::FargateFipsMode => "fargateFIPSMode",
            Self::TagResourceAuthorization => "tagResourceAuthorization",
            Self::FargateTaskRetirementWaitPeriod => "fargateTaskRetirementWaitPeriod",
            Self::GuardDutyActivate => "guardDutyActivate",
            Self::DefaultLogDriverMode => "defaultLogDriverMode",
            Self::FargateEventWindows => "fargateEventWindows",
        }
    }

    /// What it may be, its default first. Which of them is the default of a new account is from the Developer Guide,
    /// "Account settings", and unverified for the last five.
    pub const fn values(self) -> &'static [&'static str] {
        match self {
            Self::ServiceLongArnFormat | Self::TaskLongArnFormat | Self::ContainerInstanceLongArnFormat => {
                &["enabled", "disabled"]
            }
            Self::AwsvpcTrunking | Self::FargateFipsMode | Self::FargateEventWindows => {
                &["disabled", "enabled"]
            }
            Self::ContainerInsights => &["disabled", "enabled", "enhanced"],
            // hashicorp/terraform-provider-aws issue 32114: "enabled" is refused.
            Self::TagResourceAuthorization => &["on", "off"],
            Self::FargateTaskRetirementWaitPeriod => &["7", "0", "14"],
            Self::GuardDutyActivate => &["off", "on"],
            Self::DefaultLogDriverMode => &["non-blocking", "blocking"],
        }
    }

    /// Whether AWS alone may change it.
    pub const fn is_managed(self) -> bool {
        matches!(self, Self::GuardDutyActivate)
    }
}

/// What was set, by whom it holds for.
#[derive(Debug, Default)]
pub(super) struct AccountSettings {
    /// The account's defaults.
    defaults: BTreeMap<AccountSetting, &'static str>,
    /// What holds for one principal.
    own: BTreeMap<(Arc<str>, AccountSetting), &'static str>,
}

impl Ecs {
    /// The ARN of the account's root user, who everybody is here.
    pub fn root_arn(&self) -> Arc<str> {
        format!("arn:aws:iam::{}:root", self.settings.account).into()
    }

    /// What holds for a principal: what was set for it, else the account's default, else that of ECS.
    pub fn account_setting(&self, principal: &str, setting: AccountSetting) -> &'static str {
        let own = self.own_account_setting(principal, setting);
        own.or_else(|| self.account.defaults.get(&setting).copied()).unwrap_or_else(|| setting.values()[0])
    }

    /// What was set for a principal itself; what was set for the root user is the account's default too.
    pub fn own_account_setting(&self, principal: &str, setting: AccountSetting) -> Option<&'static str> {
        let own = self.account.own.get(&(principal.into(), setting));
        let root = || if principal == &*self.root_arn() { self.account.defaults.get(&setting) } else { None };
        own.or_else(root).copied()
    }

    /// Sets a setting, for one principal or, without one, for all who have none of their own.
    ///
    /// # Errors
    ///
    /// Fails where the setting has no such value, or is AWS's own.
    pub fn put_account_setting(
        &mut self,
        principal: Option<&str>,
        setting: AccountSetting,
        value: &str,
    ) -> Result<&'static str, ApiError> {
        if setting.is_managed() {
            return Err(ApiError::invalid("You cannot change the guardDutyActivate setting."));
        }
        // Of fixed texts, so that what is kept is never longer than they are.
        let known = setting.values().iter().find(|known| ***known == *value);
        // aws/aws-cli issue 3785.
        let value = *known.ok_or_else(|| ApiError::invalid("Invalid setting 'value'"))?;
        match principal {
            None => self.account.defaults.insert(setting, value),
            Some(principal) => self.account.own.insert((principal.into(), setting), value),
        };
        Ok(value)
    }

    /// Takes back what was set for a principal.
    pub fn delete_account_setting(&mut self, principal: &str, setting: AccountSetting) {
        self.account.own.remove(&(principal.into(), setting));
        if principal == &*self.root_arn() {
            self.account.defaults.remove(&setting);
        }
    }

    /// Whether container instances that are launched from here on carry the larger number of network interfaces.
    pub(super) fn trunking(&self) -> bool {
        self.account_setting(&self.root_arn(), AccountSetting::AwsvpcTrunking) == "enabled"
    }
}
