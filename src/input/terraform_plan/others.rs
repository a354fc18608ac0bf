//! What services depend on, as a plan makes it or takes it away; and the policies of roles that it takes away.

use super::{Change, Row};
use crate::input::identifiers::Attributes;
use crate::model::{Dependency, DependencyKind, PlannedAction};
use crate::plan::{Plan, PlannedDependency, RoleRemoval};

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

/// Takes in what is done to a resource that is no service, and whose provider has that Region.
pub(super) fn take(row: &Row, action: PlannedAction, region: Option<&str>, plan: &mut Plan) {
    let Change { before, after, .. } = &row.change;
    if let Some((_, kind, attribute)) = DEPENDED_ON.iter().find(|(of, ..)| *of == row.kind) {
        let planned = |attributes: &Option<Attributes>, is_made| {
            let attributes = attributes.as_ref()?;
            Some(PlannedDependency {
                address: row.address.clone(),
                dependency: Dependency::new(*kind, attributes.kept(attribute)?),
                is_made,
                action,
                path: attributes.kept("path").map(str::to_owned),
                account: attributes.arn().map(|arn| arn.account().to_owned()),
                region: (*kind != DependencyKind::Role).then(|| attributes.region().or_else(|| region.map(str::to_owned))).flatten(),
            })
        };
        plan.dependencies.extend(planned(after, true).filter(|_| action.creates()));
        // Terraform only forgets a default subnet (unless force_destroy says otherwise).
        let is_removed = action.deletes() && row.kind != "aws_default_subnet";
        plan.dependencies.extend(planned(before, false).filter(|_| is_removed));
    }
    if action.deletes() {
        plan.role_removals.extend(role_removal(row, action));
    }
}

/// The role, or the policy of one, that is taken away.
fn role_removal(row: &Row, action: PlannedAction) -> Option<RoleRemoval> {
    let of_role = DEPENDED_ON.iter().find(|(of, kind, _)| *of == row.kind && *kind == DependencyKind::Role);
    let of_policy = POLICIES.iter().find(|(of, _)| *of == row.kind);
    let attribute = of_role.map(|(_, _, attribute)| *attribute).or(of_policy.map(|(_, attribute)| *attribute))?;
    let before = row.change.before.as_ref()?;
    let role = before.kept(attribute)?.to_owned();
    // The role has its new policy before it loses the old one.
    let is_given_before = action == PlannedAction::CreateThenDelete
        && of_policy.is_some()
        && row.change.after.as_ref().and_then(|after| after.kept(attribute)) == Some(&role);
    let account = before.arn().map(|arn| arn.account().to_owned());
    (!is_given_before).then(|| RoleRemoval { address: row.address.clone(), role, account, is_role: of_role.is_some() })
}
