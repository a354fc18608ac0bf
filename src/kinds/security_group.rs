//! Security groups: one for the load balancer, one for each service, naming each other in their rules.
//! While any other group's rule names one, or any interface carries it, it cannot be deleted.

use serde::{Deserialize, Serialize};

use super::{Marks, Reference, Relation};
use crate::model::{Arn, AwsCommand, Removal, Scope, count_besides};

/// What Express writes into the description of a service's group, before the service's ARN.
const SERVICE_DESCRIPTION: &str = "Security group for ECS service: ";
/// How Express describes a load balancer's group.
const BALANCER_DESCRIPTION: &str = "ECS Express Gateway security group - ";

/// A security group, Express's or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SecurityGroup {
    /// Its ARN, made from its id.
    pub arn: Arn,
    /// Its id, `sg-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its VPC.
    pub vpc: Option<String>,
    /// The service that its description names in Express's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub described_service: Option<Arn>,
    /// Whether its name and description are those of an Express load balancer's group.
    #[serde(default)]
    pub is_for_express_balancer: bool,
    /// The groups that its rules name, itself excepted.
    pub names: Vec<Arn>,
    /// What its tags say.
    #[serde(default)]
    pub marks: Marks,
}

impl SecurityGroup {
    /// Reads what Express writes into a description: the service's ARN, or that it is a load balancer's.
    #[must_use]
    pub fn read_description(name: &str, description: &str) -> (Option<Arn>, bool) {
        let service = description.strip_prefix(SERVICE_DESCRIPTION).and_then(Arn::parse);
        let stamped = name.strip_prefix("ecs-express-gateway-alb-sg-").is_some_and(is_epoch_millis);
        (service, stamped && description.starts_with(BALANCER_DESCRIPTION))
    }

    /// Whether its description is one that Express Mode gives.
    #[must_use]
    pub fn has_express_description(&self) -> bool {
        self.described_service.is_some() || self.is_for_express_balancer
    }

    /// Its deletion, which AWS refuses while an interface carries it or a rule of another group names it. `named_by` are those groups: these
    /// rules of theirs are revoked first.
    #[must_use]
    pub fn removal(&self, named_by: &[&Self]) -> Removal {
        let there =
            AwsCommand::new("ec2", "describe-security-groups").filtered("group-id", &self.id).asking("[SecurityGroups][] | length(@)");
        let interfaces = AwsCommand::new("ec2", "describe-network-interfaces").filtered("group-id", &self.id);
        let removal = Removal::of(self.arn.region(), there, "InvalidGroup.NotFound")
            .once_without("network interface in it", interfaces.asking("[NetworkInterfaces][] | length(@)"))
            .unless("other group that admits it", self.namers("ip-permission.group-id", named_by))
            .unless("other group that sends to it", self.namers("egress.ip-permission.group-id", named_by));
        let delete = AwsCommand::new("ec2", "delete-security-group").with("--group-id", &self.id);
        let revoked = named_by.iter().flat_map(|group| [(*group, false), (*group, true)]);
        revoked.fold(removal, |removal, (group, is_egress)| self.without_rules_of(removal, group, is_egress)).then(delete)
    }

    /// How many groups name it in such a rule, besides itself and those that are known to.
    fn namers(&self, filter: &str, known: &[&Self]) -> AwsCommand {
        let besides = count_besides(known.iter().map(|group| group.id.as_str()).chain([self.id.as_str()]));
        let groups = AwsCommand::new("ec2", "describe-security-groups").filtered(filter, &self.id);
        groups.asking(&format!("[SecurityGroups][].GroupId | {besides}"))
    }

    /// Its removal with the rules revoked by which that other group names it, on one of their sides.
    fn without_rules_of(&self, removal: Removal, group: &Self, is_egress: bool) -> Removal {
        let query = format!(
            "SecurityGroupRules[?to_string(IsEgress)=='{is_egress}' && ReferencedGroupInfo.GroupId=='{}'].SecurityGroupRuleId",
            self.id
        );
        let rules = AwsCommand::new("ec2", "describe-security-group-rules").filtered("group-id", &group.id).listing(&query);
        let operation = if is_egress { "revoke-security-group-egress" } else { "revoke-security-group-ingress" };
        let revoke = AwsCommand::new("ec2", operation).with("--group-id", &group.id);
        removal.then_for_each(rules, revoke, "--security-group-rule-ids")
    }

    pub(super) fn references(&self) -> Vec<Reference> {
        self.names.iter().map(|group| Reference::new(Relation::NamesInRule, group)).collect()
    }
}

/// The ARN of a security group: ECS names it so, EC2 gives the id alone.
#[must_use]
pub fn security_group_arn(scope: &Scope, id: &str) -> Arn {
    Arn::new(scope, "ec2", &format!("security-group/{id}"))
}

fn is_epoch_millis(text: &str) -> bool {
    text.len() == 13 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_names_the_service_or_the_balancer() {
        let arn = "arn:aws:ecs:us-east-1:123456789012:service/prod/web";
        let (service, _) = SecurityGroup::read_description("prod-web-vpc-1", &format!("{SERVICE_DESCRIPTION}{arn}"));
        assert_eq!(service.map(|s| s.to_string()), Some(arn.to_owned()));
        let text = "ECS Express Gateway security group - allows HTTP/HTTPS inbound with managed outbound rules";
        assert_eq!(SecurityGroup::read_description("ecs-express-gateway-alb-sg-1764000000000", text), (None, true));
        assert_eq!(SecurityGroup::read_description("mine", text), (None, false));
        assert_eq!(SecurityGroup::read_description("ecs-express-gateway-alb-sg-1", text), (None, false));
        assert_eq!(SecurityGroup::read_description("x", "Security group for ECS service: web"), (None, false));
    }
}
