//! What services depend on, as a plan makes it or takes it away; and the policies of roles that it takes away.

use super::Row;
use crate::input::identifiers::Attributes;
use crate::model::{Dependency, DependencyKind, PlannedAction};
use crate::plan::{Plan, RoleRemoval};

/// The types of resources that services depend on, each with the attribute that names it.
const DEPENDED_ON: [(&str, DependencyKind, &str); 11] = [
    ("aws_ecs_cluster", DependencyKind::Cluster, "name"),
    ("awscc_ecs_cluster", DependencyKind::Cluster, "cluster_name"),
    ("aws_security_group", DependencyKind::SecurityGroup, "id"),
    ("awscc_ec2_security_group", DependencyKind::SecurityGroup, "group_id"),
    ("aws_subnet", DependencyKind::Subnet, "id"),
    ("awscc_ec2_subnet", DependencyKind::Subnet, "subnet_id"),
    ("aws_iam_role", DependencyKind::Role, "name"),
    ("awscc_iam_role", DependencyKind::Role, "role_name"),
    ("aws_cloudwatch_log_group", DependencyKind::LogGroup, "name"),
    ("awscc_logs_log_group", DependencyKind::LogGroup, "log_group_name"),
    ("aws_default_subnet", DependencyKind::Subnet, "id"),
];

/// The types of resources that give a role a policy, each with the attribute that names the role.
const POLICIES: [(&str, &str); 3] =
    [("aws_iam_role_policy_attachment", "role"), ("aws_iam_role_policy", "role"), ("awscc_iam_role_policy", "role_name")];

/// Takes in what is done to a resource that is no service.
pub(super) fn take(row: &Row, action: PlannedAction, plan: &mut Plan) {
    if let Some((_, kind, attribute)) = DEPENDED_ON.iter().find(|(of, ..)| *of == row.kind) {
        let named = |attributes: &Option<Attributes>| Some(Dependency::new(*kind, attributes.as_ref()?.kept(attribute)?));
        if action.creates() {
            plan.made.extend(named(&row.change.after).map(|dependency| (dependency, action)));
        }
        if action.deletes() {
            plan.removed.extend(named(&row.change.before).map(|dependency| (dependency, row.address.clone())));
        }
    }
    if !action.deletes() {
        return;
    }
    let of_policy = POLICIES.iter().find(|(of, _)| *of == row.kind).map(|(_, attribute)| (*attribute, false));
    let of_role = DEPENDED_ON.iter().find(|(of, kind, _)| *of == row.kind && *kind == DependencyKind::Role);
    let of_role = of_role.map(|(_, _, attribute)| (*attribute, true));
    if let Some((attribute, is_role)) = of_policy.or(of_role)
        && let Some(role) = row.change.before.as_ref().and_then(|before| before.kept(attribute))
    {
        plan.role_removals.push(RoleRemoval { address: row.address.clone(), role: role.to_owned(), is_role });
    }
}

/// What is taken away and made again under one name is there in the end, in whatever order the rows stand.
pub(super) fn prefer_what_is_made(plan: &mut Plan) {
    let Plan { made, removed, .. } = plan;
    removed.retain(|dependency, _| !made.contains_key(dependency));
}
