//! EC2: security groups with what their rules name, and the interfaces that carry a suspect's group or address.

use std::collections::BTreeSet;

use super::ec2_query::Ec2;
use super::ec2_xml::{InterfaceItem, SecurityGroupItem};
use super::failure::Failure;
use super::harvest::{Harvest, Page, read_all, side_by_side};
use crate::inventory::{Collection, Interface};
use crate::kinds::{Marks, SecurityGroup, security_group_arn};
use crate::model::{Arn, Scope};

/// The most values that one filter takes.
const FILTER_VALUES: usize = 200;

/// Lists the security groups of the scope.
pub(super) async fn security_groups(ec2: &Ec2, scope: &Scope, wanted: &BTreeSet<String>) -> Harvest<SecurityGroup> {
    read_all(Collection::SecurityGroups, "", |token| describe_groups(ec2, scope, wanted, Vec::new(), token)).await
}

/// Describes security groups by id; those that are gone are left out.
pub(super) async fn security_groups_again(ec2: &Ec2, scope: &Scope, ids: &[String], wanted: &BTreeSet<String>) -> Harvest<SecurityGroup> {
    side_by_side(ids.chunks(FILTER_VALUES), |chunk| async move {
        let mut harvest = read_all(Collection::SecurityGroups, &chunk.join(", "), |token| {
            describe_groups(ec2, scope, wanted, filter("group-id", chunk), token)
        })
        .await;
        harvest.reads.clear();
        harvest
    })
    .await
}

/// Describes the security groups of these names; `*` and `?` stand for others.
pub(super) async fn security_groups_named(ec2: &Ec2, scope: &Scope, names: &[String]) -> Harvest<SecurityGroup> {
    let wanted = BTreeSet::new();
    side_by_side(names.chunks(FILTER_VALUES), |chunk| async {
        let read = |token| describe_groups(ec2, scope, &wanted, filter("group-name", chunk), token);
        let mut harvest = read_all(Collection::SecurityGroups, &chunk.join(", "), read).await;
        harvest.reads.clear();
        harvest
    })
    .await
}

/// Describes subnets by id, each with its VPC; those that do not exist are left out.
pub(super) async fn subnets(ec2: &Ec2, ids: &[String]) -> Harvest<(String, String)> {
    side_by_side(ids.chunks(FILTER_VALUES), |chunk| async move {
        let mut harvest = read_all(Collection::Subnets, &chunk.join(", "), |token| async move {
            let page = ec2.subnets(paged(filter("subnet-id", chunk), token)).await?;
            let subnets = page.subnets.items.into_iter().map(|subnet| (subnet.subnet_id, subnet.vpc_id));
            Ok(Page::new(subnets.collect(), page.next_token.as_deref()))
        })
        .await;
        harvest.reads.clear();
        harvest
    })
    .await
}

async fn describe_groups(
    ec2: &Ec2,
    scope: &Scope,
    wanted: &BTreeSet<String>,
    filters: Vec<(String, String)>,
    token: Option<String>,
) -> Result<Page<SecurityGroup>, Failure> {
    let page = ec2.security_groups(paged(filters, token)).await?;
    Ok(Page::new(page.groups.items.iter().map(|group| security_group(scope, group, wanted)).collect(), page.next_token.as_deref()))
}

/// The interfaces that carry any of these groups.
pub(super) async fn interfaces_of_groups(ec2: &Ec2, scope: &Scope, ids: &[String]) -> Harvest<Interface> {
    side_by_side(ids.chunks(FILTER_VALUES), |chunk| async move {
        let mut harvest =
            read_all(Collection::Interfaces, &chunk.join(", "), |token| describe_interfaces(ec2, scope, filter("group-id", chunk), token))
                .await;
        if !harvest.reads.is_empty() {
            harvest.reads = chunk.iter().map(|id| (Collection::Interfaces, id.clone())).collect();
        }
        harvest
    })
    .await
}

/// The interfaces at the registered addresses of some target groups. An address without an interface is nobody's any more.
pub(super) async fn interfaces_of_targets(ec2: &Ec2, scope: &Scope, groups: &[(Arn, Vec<String>)]) -> Harvest<Interface> {
    side_by_side(groups, |(group, addresses)| async move {
        let mut all = Harvest::default();
        for chunk in addresses.chunks(FILTER_VALUES) {
            let (six, four): (Vec<String>, Vec<String>) = chunk.iter().cloned().partition(|address| address.contains(':'));
            for (name, values) in [("addresses.private-ip-address", four), ("ipv6-addresses.ipv6-address", six)] {
                if !values.is_empty() {
                    let parameters = filter(name, &values);
                    let read = read_all(Collection::TargetInterfaces, group.as_str(), |token| {
                        describe_interfaces(ec2, scope, parameters.clone(), token)
                    });
                    all.extend(read.await);
                }
            }
        }
        if !all.gaps.is_empty() {
            all.reads.clear();
        }
        all
    })
    .await
}

async fn describe_interfaces(
    ec2: &Ec2,
    scope: &Scope,
    filters: Vec<(String, String)>,
    token: Option<String>,
) -> Result<Page<Interface>, Failure> {
    let page = ec2.network_interfaces(paged(filters, token)).await?;
    Ok(Page::new(page.interfaces.items.iter().map(|item| interface(scope, item)).collect(), page.next_token.as_deref()))
}

fn filter(name: &str, values: &[String]) -> Vec<(String, String)> {
    let values = values.iter().enumerate().map(|(i, value)| (format!("Filter.1.Value.{}", i + 1), value.clone()));
    std::iter::once(("Filter.1.Name".to_owned(), name.to_owned())).chain(values).collect()
}

/// With a page size, EC2 takes the call from its larger token bucket.
fn paged(mut parameters: Vec<(String, String)>, token: Option<String>) -> Vec<(String, String)> {
    parameters.push(("MaxResults".to_owned(), "1000".to_owned()));
    parameters.extend(token.map(|token| ("NextToken".to_owned(), token)));
    parameters
}

fn security_group(scope: &Scope, of: &SecurityGroupItem, wanted: &BTreeSet<String>) -> SecurityGroup {
    // A shared VPC shows groups of other accounts too: they may use ours, and are nobody's leftovers here.
    let is_own = of.owner_id.as_ref().is_none_or(|owner| *owner == scope.account);
    let (described, is_for_balancer) = SecurityGroup::read_description(&of.group_name, &of.group_description);
    let described_service = described.filter(|service| is_own && scope.holds(service));
    let is_for_express_balancer = is_own && is_for_balancer;
    let tags = of.tag_set.items.iter().filter(|_| is_own);
    let permissions = of.ip_permissions.items.iter().chain(&of.ip_permissions_egress.items);
    let ids = permissions.flat_map(|permission| &permission.groups.items).filter_map(|pair| pair.group_id.as_deref());
    let mut names: Vec<Arn> = ids.filter(|id| *id != of.group_id).map(|id| security_group_arn(scope, id)).collect();
    names.sort();
    names.dedup();
    SecurityGroup {
        arn: security_group_arn(scope, &of.group_id),
        id: of.group_id.clone(),
        name: of.group_name.clone(),
        vpc: of.vpc_id.clone(),
        described_service,
        is_for_express_balancer,
        names,
        marks: Marks::from_tags(tags.map(|tag| (tag.key.as_str(), tag.value.as_str())), wanted),
    }
}

fn interface(scope: &Scope, of: &InterfaceItem) -> Interface {
    let secondary = of.private_ip_addresses_set.items.iter().filter_map(|address| address.private_ip_address.clone());
    let six = of.ipv6_addresses_set.items.iter().filter_map(|address| address.ipv6_address.clone());
    let mut addresses: Vec<String> = of.private_ip_address.iter().cloned().chain(secondary).chain(six).collect();
    addresses.sort();
    addresses.dedup();
    Interface {
        id: of.network_interface_id.clone(),
        load_balancer: of.description.strip_prefix("ELB ").map(str::to_owned),
        requester: of.requester_id.clone(),
        security_groups: of.group_set.items.iter().filter_map(|p| p.group_id.as_deref()).map(|id| security_group_arn(scope, id)).collect(),
        addresses,
        public_address: of.association.as_ref().and_then(|association| association.public_ip.clone()),
    }
}
