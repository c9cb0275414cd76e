//! Account settings.

use crate::Account;
use serde_json::json;

const ROOT: &str = "arn:aws:iam::123456789012:root";

#[test]
fn a_setting_holds_for_one_principal_or_for_all() {
    let mut account = Account::new();
    let user = "arn:aws:iam::123456789012:user/u";
    let own = account.done(
        "PutAccountSetting",
        json!({ "name": "containerInsights", "value": "enhanced", "principalArn": user }),
    );
    assert_eq!(
        own["setting"],
        json!({ "name": "containerInsights", "value": "enhanced", "principalArn": user, "type": "user" })
    );
    let all =
        account.done("PutAccountSettingDefault", json!({ "name": "containerInsights", "value": "enabled" }));
    assert_eq!(all["setting"]["principalArn"], json!(ROOT));
    let value = |account: &mut Account, principal: &str| {
        let input =
            json!({ "name": "containerInsights", "principalArn": principal, "effectiveSettings": true });
        account.done("ListAccountSettings", input)["settings"][0]["value"].clone()
    };
    assert_eq!(value(&mut account, user), json!("enhanced"));
    assert_eq!(value(&mut account, "arn:aws:iam::123456789012:user/v"), json!("enabled"));
    let made = account.done("CreateCluster", json!({ "clusterName": "new" }));
    assert_eq!(made["cluster"]["settings"][0]["value"], json!("enabled"), "new clusters have it");

    account.done("DeleteAccountSetting", json!({ "name": "containerInsights", "principalArn": user }));
    assert_eq!(value(&mut account, user), json!("enabled"));
    account.done("DeleteAccountSetting", json!({ "name": "containerInsights" }));
    assert_eq!(value(&mut account, user), json!("disabled"));
}

#[test]
fn without_effective_settings_only_what_was_set_is_listed() {
    let mut account = Account::new();
    assert_eq!(account.done("ListAccountSettings", json!({}))["settings"], json!([]));
    account.done("PutAccountSetting", json!({ "name": "awsvpcTrunking", "value": "enabled" }));
    let listed = account.done("ListAccountSettings", json!({}))["settings"].clone();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["name"]), (1, &json!("awsvpcTrunking")));
    let all = account.done("ListAccountSettings", json!({ "effectiveSettings": true }));
    assert_eq!(all["settings"].as_array().unwrap().len(), 11);
}

#[test]
fn a_bad_setting_is_refused() {
    let mut account = Account::new();
    // input => __type: message
    let table = [
        (
            json!({ "name": "taskLongArnFormat", "value": "ENABLED" }),
            "InvalidParameterException: Invalid setting 'value'",
        ),
        (
            json!({ "name": "tagResourceAuthorization", "value": "enabled" }),
            "InvalidParameterException: Invalid setting 'value'",
        ),
        (json!({ "name": "taskLongArnFormat" }), "InvalidParameterException: Value can not be blank."),
        (json!({ "value": "enabled" }), "InvalidParameterException: Name can not be blank."),
    ];
    for (input, says) in table {
        assert_eq!(account.refused("PutAccountSetting", input.clone()), says, "{input}");
    }
    let unknown = account.refused("ListAccountSettings", json!({ "name": "unknown" }));
    assert!(
        unknown.starts_with("InvalidParameterException: unknown should be one of [serviceLongArnFormat,")
    );
}
