//! Account settings: `PutAccountSetting`, `PutAccountSettingDefault`, `ListAccountSettings`, `DeleteAccountSetting`.
//!
//! Signatures are not looked at, so that everybody is the account's root user, for whom a setting is the default of all.

use super::{
    Call,
    model::{
        DeleteAccountSettingRequest, DeleteAccountSettingResponse, ListAccountSettingsRequest,
        ListAccountSettingsResponse, PutAccountSettingDefaultRequest, PutAccountSettingDefaultResponse,
        PutAccountSettingRequest, PutAccountSettingResponse, Setting, SettingName, SettingType, Text,
    },
    page::Page,
    wire::Refusal,
};
use crate::{AccountSetting, api::Operation};

fn setting(name: SettingName) -> AccountSetting {
    match name {
        SettingName::ServiceLongArnFormat => AccountSetting::ServiceLongArnFormat,
        SettingName::TaskLongArnFormat => AccountSetting::TaskLongArnFormat,
        SettingName::ContainerInstanceLongArnFormat => AccountSetting::ContainerInstanceLongArnFormat,
        SettingName::AwsvpcTrunking => AccountSetting::AwsvpcTrunking,
        SettingName::ContainerInsights => AccountSetting::ContainerInsights,
        SettingName::FargateFipsMode => AccountSetting::FargateFipsMode,
        SettingName::TagResourceAuthorization => AccountSetting::TagResourceAuthorization,
        SettingName::FargateTaskRetirementWaitPeriod => AccountSetting::FargateTaskRetirementWaitPeriod,
        SettingName::GuardDutyActivate => AccountSetting::GuardDutyActivate,
        SettingName::DefaultLogDriverMode => AccountSetting::DefaultLogDriverMode,
        SettingName::FargateEventWindows => AccountSetting::FargateEventWindows,
    }
}

fn name(setting: AccountSetting) -> SettingName {
    match setting {
        AccountSetting::ServiceLongArnFormat => SettingName::ServiceLongArnFormat,
        AccountSetting::TaskLongArnFormat => SettingName::TaskLongArnFormat,
        AccountSetting::ContainerInstanceLongArnFormat => SettingName::ContainerInstanceLongArnFormat,
        AccountSetting::AwsvpcTrunking => SettingName::AwsvpcTrunking,
        AccountSetting::ContainerInsights => SettingName::ContainerInsights,
        AccountSetting::FargateFipsMode => SettingName::FargateFipsMode,
        AccountSetting::TagResourceAuthorization => SettingName::TagResourceAuthorization,
        AccountSetting::FargateTaskRetirementWaitPeriod => SettingName::FargateTaskRetirementWaitPeriod,
        AccountSetting::GuardDutyActivate => SettingName::GuardDutyActivate,
        AccountSetting::DefaultLogDriverMode => SettingName::DefaultLogDriverMode,
        AccountSetting::FargateEventWindows => SettingName::FargateEventWindows,
    }
}

fn shown(setting: AccountSetting, value: &'static str, principal: &str) -> Setting {
    Setting {
        name: Some(name(setting)),
        value: Some(value.into()),
        principal_arn: Some(principal.to_owned().into()),
        r#type: Some(if setting.is_managed() { SettingType::AwsManaged } else { SettingType::User }),
    }
}

impl Call<'_> {
    /// The principal that a call is for: the caller where it names none.
    fn principal(&self, given: Option<Text>) -> String {
        given.map_or_else(|| self.ecs.root_arn().to_string(), Text::into_owned)
    }

    pub(super) fn put_account_setting(
        &mut self,
        input: PutAccountSettingRequest,
    ) -> Result<PutAccountSettingResponse, Refusal> {
        self.admit(Operation::PutAccountSetting)?;
        let setting = setting(input.name.ok_or_else(|| Refusal::invalid("Name can not be blank."))?);
        let principal = self.principal(input.principal_arn);
        let root = *principal == *self.ecs.root_arn();
        let own = if root { None } else { Some(&*principal) };
        let value = self.ecs.put_account_setting(own, setting, input.value.as_deref().unwrap_or_default())?;
        Ok(PutAccountSettingResponse { setting: Some(shown(setting, value, &principal)) })
    }

    pub(super) fn put_account_setting_default(
        &mut self,
        input: PutAccountSettingDefaultRequest,
    ) -> Result<PutAccountSettingDefaultResponse, Refusal> {
        self.admit(Operation::PutAccountSettingDefault)?;
        let setting = setting(input.name.ok_or_else(|| Refusal::invalid("Name can not be blank."))?);
        let value =
            self.ecs.put_account_setting(None, setting, input.value.as_deref().unwrap_or_default())?;
        let root = self.ecs.root_arn();
        Ok(PutAccountSettingDefaultResponse { setting: Some(shown(setting, value, &root)) })
    }

    pub(super) fn list_account_settings(
        &mut self,
        input: ListAccountSettingsRequest,
    ) -> Result<ListAccountSettingsResponse, Refusal> {
        self.admit(Operation::ListAccountSettings)?;
        if input.value.is_some() && input.name.is_none() {
            // Amazon ECS API Reference, ListAccountSettings: a value needs a name. The words are made up.
            return Err(Refusal::invalid("Specify a setting name with the value."));
        }
        let principal = self.principal(input.principal_arn);
        let effective = input.effective_settings.unwrap_or(false);
        let mut found = Vec::new();
        for setting in AccountSetting::ALL {
            let value = if effective {
                Some(self.ecs.account_setting(&principal, setting))
            } else {
                self.ecs.own_account_setting(&principal, setting)
            };
            if let Some(value) = value
                && input.name.is_none_or(|wanted| wanted == name(setting))
                && input.value.as_deref().is_none_or(|wanted| wanted == value)
            {
                found.push(shown(setting, value, &principal));
            }
        }
        let (settings, next_token) = Page::new(input.next_token.as_deref(), input.max_results).cut(found)?;
        Ok(ListAccountSettingsResponse { settings: Some(settings), next_token })
    }

    pub(super) fn delete_account_setting(
        &mut self,
        input: DeleteAccountSettingRequest,
    ) -> Result<DeleteAccountSettingResponse, Refusal> {
        self.admit(Operation::DeleteAccountSetting)?;
        let setting = setting(input.name.ok_or_else(|| Refusal::invalid("Name can not be blank."))?);
        let principal = self.principal(input.principal_arn);
        let value = self.ecs.account_setting(&principal, setting);
        self.ecs.delete_account_setting(&principal, setting);
        Ok(DeleteAccountSettingResponse { setting: Some(shown(setting, value, &principal)) })
    }
}
