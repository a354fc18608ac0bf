//! ECS Gateways: a third owner, whose parts bear the same tag, and in the worst case the same names, as Express's.

use super::{Life, Maker};
use crate::aws::{Action, Arn, Gateway, GatewayConnection, GatewayPart, GatewayRoute, HostSharedAlb, ServiceRevision};

impl Life {
    /// A gateway with its own load balancer, and a route to a new ordinary service.
    pub(crate) fn gateway(&mut self, cluster: &str, name: &str, vpc: &str) -> Option<Arn> {
        let service = self.plain_service(cluster, name)?;
        let host = format!("{}.ecs.{}.on.aws", self.hex(12), self.account.region);
        let certificate = self.certificate(&host);
        let text = "ECS Express Gateway security group - allows HTTP/HTTPS inbound with managed outbound rules";
        let stamp = 1_700_000_000_000 + self.names.below(99_999_999);
        let group = self.security_group(&format!("ecs-express-gateway-alb-sg-{stamp}"), text, vpc);
        let form = if self.names.one_in(2) { "ecs-express-gateway-alb-" } else { "ecs-gateway-alb-" };
        let balancer = self.load_balancer(&format!("{form}{}", self.names.clone().hex(8)), vpc, true, &group);
        let listener = self.listener(&balancer, 443, &certificate);
        let target_groups = self.target_group_pair(vpc);
        let action = Action::Forward(vec![(target_groups[0].clone(), 100), (target_groups[1].clone(), 0)]);
        let rule = self.rule_on(&listener, vec![host], action);
        let own_group = self.security_group(&format!("gateway-{name}"), &format!("Security group for ECS service: {service}"), vpc);
        self.allow(&group, &own_group);
        let group_arn = self.account.group_arn(&group);
        let resources = HostSharedAlb {
            certificate: Some(certificate.clone()),
            load_balancer: Some(balancer.clone()),
            load_balancer_security_groups: vec![group_arn.clone()],
            listener: Some(listener.clone()),
            rule: Some(rule.clone()),
            test_rule: None,
            service_security_group: Some(self.account.group_arn(&own_group)),
            target_groups: target_groups.clone().map(Some),
        };
        let own_group_arn = self.account.group_arn(&own_group);
        for arn in target_groups.iter().chain([&certificate, &balancer, &group_arn, &listener, &rule, &own_group_arn]) {
            self.record.made_by.insert(arn.clone(), Maker::Gateway);
        }
        let gateway = self.account.arn("ecs", &format!("gateway/{}", self.names.hex(12)));
        let route = self.account.arn("ecs", &format!("gateway-route/{}", self.names.hex(12)));
        let part = GatewayPart { load_balancer: balancer, listener, security_group: group };
        self.account.gateways.insert(gateway.clone(), Gateway { name: format!("gateway-{name}"), resources: vec![part] });
        let shown =
            GatewayRoute { gateway: gateway.clone(), service: service.clone(), status: "ACTIVE".into(), resources: resources.clone() };
        self.account.gateway_routes.insert(route.clone(), shown);
        let connection = GatewayConnection { gateway, route, status: "ACTIVE".into(), resources };
        self.connect(&service, cluster, name, connection, &own_group);
        Some(service)
    }

    /// The ordinary service's revision names its connection, and its tasks carry the group that the gateway made.
    fn connect(&mut self, service: &Arn, cluster: &str, name: &str, connection: GatewayConnection, group: &str) {
        let id = 1_000_000_000_000_000_000 + self.names.below(1 << 40);
        let revision = self.account.arn("ecs", &format!("service-revision/{cluster}/{name}/{id}"));
        let shown = ServiceRevision {
            service: service.clone(),
            cluster: self.account.arn("ecs", &format!("cluster/{cluster}")),
            created_at: self.account.now,
            security_groups: vec![group.to_owned()],
            gateway_connections: vec![connection],
            ..ServiceRevision::default()
        };
        self.account.revisions.insert(revision.clone(), shown);
        self.account.services.get_mut(service).expect("just made").current_revisions = vec![revision];
        let description = self.account.arn("ecs", &format!("attachment/{}", self.names.hex(12)));
        self.interface(&description, &[group.to_owned()]);
    }
}
