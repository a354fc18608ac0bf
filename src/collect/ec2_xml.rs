//! The parts of EC2's XML answers that are read.

use serde::Deserialize;

/// A list element: `<item>` children, or nothing.
#[derive(Debug, Deserialize)]
pub(super) struct Items<T> {
    #[serde(rename = "item", default = "Vec::new")]
    pub items: Vec<T>,
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

/// `DescribeSecurityGroupsResponse`.
#[derive(Debug, Deserialize)]
pub(super) struct SecurityGroups {
    #[serde(rename = "securityGroupInfo")]
    pub groups: Items<SecurityGroupItem>,
    #[serde(rename = "nextToken")]
    pub next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SecurityGroupItem {
    pub group_id: String,
    pub owner_id: Option<String>,
    pub group_name: String,
    #[serde(default)]
    pub group_description: String,
    pub vpc_id: Option<String>,
    #[serde(default)]
    pub ip_permissions: Items<Permission>,
    #[serde(default)]
    pub ip_permissions_egress: Items<Permission>,
    #[serde(default)]
    pub tag_set: Items<Tag>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Permission {
    #[serde(default)]
    pub groups: Items<Pair>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pair {
    pub group_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Tag {
    #[serde(default)]
    pub key: String,
    #[serde(default)]
    pub value: String,
}

/// `DescribeNetworkInterfacesResponse`.
#[derive(Debug, Deserialize)]
pub(super) struct NetworkInterfaces {
    #[serde(rename = "networkInterfaceSet")]
    pub interfaces: Items<InterfaceItem>,
    #[serde(rename = "nextToken")]
    pub next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InterfaceItem {
    pub network_interface_id: String,
    #[serde(default)]
    pub description: String,
    pub requester_id: Option<String>,
    #[serde(default)]
    pub group_set: Items<Pair>,
    pub private_ip_address: Option<String>,
    #[serde(default)]
    pub private_ip_addresses_set: Items<Address>,
    #[serde(default)]
    pub ipv6_addresses_set: Items<Ipv6Address>,
    pub association: Option<Association>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Address {
    pub private_ip_address: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ipv6Address {
    pub ipv6_address: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Association {
    pub public_ip: Option<String>,
}
