//! EC2: security groups and network interfaces, with the filters that are used.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::tags;
use crate::aws::{Account, Interface, SecurityGroup};

/// EC2's answer to a call.
pub(super) fn answer(account: &Account, call: &Call) -> Answer {
    match call.operation.as_str() {
        "DescribeSecurityGroups" => {
            let ids = filter(call, &["group-id"])?;
            let chosen = account.security_groups.values().filter(|of| ids.as_ref().is_none_or(|(_, ids)| ids.contains(&of.id)));
            Ok(json!({"securityGroupInfo": chosen.map(security_group).collect::<Vec<_>>()}))
        }
        "DescribeNetworkInterfaces" => {
            let filter = filter(call, &["group-id", "addresses.private-ip-address", "ipv6-addresses.ipv6-address"])?;
            let is_chosen = |of: &Interface| filter.as_ref().is_none_or(|(name, values)| fits(of, name, values));
            let chosen = account.interfaces.iter().filter(|(_, of)| is_chosen(of));
            Ok(json!({"networkInterfaceSet": chosen.map(|(id, of)| interface(id, of)).collect::<Vec<_>>()}))
        }
        other => Err(Refusal::new("InvalidAction", format!("The action {other} is not valid for this web service."))),
    }
}

/// The call's one filter, which must be among these.
fn filter(call: &Call, known: &[&'static str]) -> Result<Option<(&'static str, Vec<String>)>, Refusal> {
    let found = known.iter().find_map(|name| Some((*name, call.filter(name)?)));
    if found.is_none() && call.input.get("Filter").is_some() {
        return Err(Refusal::new("InvalidParameterValue", "the filter is not valid"));
    }
    Ok(found)
}

fn fits(of: &Interface, filter: &str, values: &[String]) -> bool {
    let own = match filter {
        "group-id" => &of.security_groups,
        "addresses.private-ip-address" => &of.addresses,
        _ => &of.ipv6_addresses,
    };
    own.iter().any(|value| values.contains(value))
}

fn security_group(of: &SecurityGroup) -> Value {
    let permission = |ids: &BTreeSet<String>| -> Vec<Value> {
        ids.iter().map(|id| json!({"ipProtocol": "tcp", "groups": [{"groupId": id, "userId": of.owner}]})).collect()
    };
    json!({
        "ownerId": of.owner,
        "groupId": of.id,
        "groupName": of.name,
        "groupDescription": of.description,
        "vpcId": of.vpc,
        "ipPermissions": permission(&of.ingress),
        "ipPermissionsEgress": permission(&of.egress),
        "tagSet": tags::pairs(&of.tags, "key", "value"),
    })
}

fn interface(id: &str, of: &Interface) -> Value {
    let groups = of.security_groups.iter().map(|id| json!({"groupId": id}));
    let addresses = of.addresses.iter().map(|address| json!({"privateIpAddress": address}));
    let six = of.ipv6_addresses.iter().map(|address| json!({"ipv6Address": address}));
    json!({
        "networkInterfaceId": id,
        "description": of.description,
        "requesterId": of.requester,
        "groupSet": groups.collect::<Vec<_>>(),
        "privateIpAddress": of.addresses.first(),
        "privateIpAddressesSet": addresses.collect::<Vec<_>>(),
        "ipv6AddressesSet": six.collect::<Vec<_>>(),
        "association": of.public_address.as_ref().map(|address| json!({"publicIp": address})),
    })
}
