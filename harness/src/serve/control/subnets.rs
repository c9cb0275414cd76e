//! Which availability zone each subnet is in: what decides whether an instance can have a task with these subnets.

use super::{Refusal, read};
use crate::serve::{accounts::AccountId, twins::Twins};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The subnets of which somebody said a zone at present.
pub(super) fn get(twins: &Twins, at: AccountId) -> Value {
    json!(twins.accounts[at].ecs.subnets().collect::<BTreeMap<&str, &str>>())
}

/// Says which zones subnets are in, all of them at once.
pub(super) fn set(twins: &mut Twins, at: AccountId, body: &[u8]) -> Result<Value, Refusal> {
    let subnets: BTreeMap<String, String> =
        read(body, r#"{"subnet-1": "eu-central-1a", "subnet-2": "eu-central-1b"}"#)?;
    let empty = subnets.iter().find(|(subnet, zone)| subnet.is_empty() || zone.is_empty());
    if let Some((subnet, zone)) = empty {
        return Err(Refusal::bad(format!(
            "`{subnet}` is in `{zone}`; expected the name of a subnet and that of its availability zone"
        )));
    }
    let now = twins.now();
    let subnets = subnets.into_iter().map(|(subnet, zone)| (subnet.into(), zone.into()));
    twins.accounts[at].ecs.set_subnets(now, subnets)?;
    Ok(get(twins, at))
}
