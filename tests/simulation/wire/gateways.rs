//! ECS Gateways.

use serde_json::{Value, json};

use super::answer::{Answer, Refusal};
use super::call::Call;
use crate::aws::{Account, Gateway, GatewayConnection, HostSharedAlb};

/// The answer to one of the gateways' operations.
pub(super) fn answer(account: &Account, call: &Call) -> Answer {
    match call.operation.as_str() {
        "ListGateways" => {
            let gateway = |(arn, gateway): (&String, &Gateway)| json!({"gatewayArn": arn, "name": gateway.name, "status": "ACTIVE"});
            Ok(json!({"gateways": account.gateways.iter().map(gateway).collect::<Vec<_>>()}))
        }
        "DescribeGatewayResources" => describe_resources(account, call),
        "ListGatewayRoutes" => list_routes(account, call),
        "DescribeGatewayRoute" => describe_route(account, call),
        other => Err(Refusal::new("UnknownOperationException", format!("ECS has no operation {other}"))),
    }
}

fn find<'a>(account: &'a Account, call: &'a Call) -> Result<(&'a str, &'a Gateway), Refusal> {
    let arn = call.text("gateway").unwrap_or_default();
    let gateway = account.gateways.get(arn).ok_or_else(|| Refusal::new("GatewayNotFoundException", "Gateway not found"))?;
    Ok((arn, gateway))
}

fn describe_resources(account: &Account, call: &Call) -> Answer {
    let (arn, gateway) = find(account, call)?;
    let parts = gateway
        .resources
        .iter()
        .map(|part| json!({"loadBalancerArn": part.load_balancer, "listenerArn": part.listener, "securityGroup": part.security_group}));
    let resources = json!({"hostSharedAlb": parts.collect::<Vec<_>>()});
    Ok(json!({"gatewayResources": {"gatewayArn": arn, "resources": resources}}))
}

fn list_routes(account: &Account, call: &Call) -> Answer {
    let (gateway, _) = find(account, call)?;
    let routes =
        account.gateway_routes.iter().filter(|(_, route)| route.gateway == gateway).map(
            |(arn, route)| json!({"gatewayRouteArn": arn, "gatewayArn": gateway, "serviceArn": route.service, "status": route.status}),
        );
    Ok(json!({"gatewayRoutes": routes.collect::<Vec<_>>()}))
}

fn describe_route(account: &Account, call: &Call) -> Answer {
    let arn = call.text("gatewayRouteArn").unwrap_or_default();
    let route = account.gateway_routes.get(arn).ok_or_else(|| Refusal::new("ResourceNotFoundException", "Gateway route not found"))?;
    let of = &route.resources;
    let groups = of.load_balancer_security_groups.iter().map(|arn| json!({"arn": arn, "ruleArns": []}));
    let part = json!({
        "acmCertificateArn": of.certificate,
        "loadBalancerArn": of.load_balancer,
        "loadBalancerSecurityGroups": groups.collect::<Vec<_>>(),
        "listenerArn": of.listener,
        "listenerRuleArn": of.rule,
        "testListenerRuleArns": of.test_rule.iter().collect::<Vec<_>>(),
        "serviceSecurityGroupArn": of.service_security_group,
    });
    Ok(json!({"gatewayRoute": {
        "gatewayRouteArn": arn,
        "gatewayArn": route.gateway,
        "serviceArn": route.service,
        "status": route.status,
        "resources": {"hostSharedAlb": [part]},
    }}))
}

/// What a service revision says of its connection to a gateway; only here the target groups are named.
pub(super) fn connection(of: &GatewayConnection) -> Value {
    json!({
        "gatewayArn": of.gateway,
        "gatewayRouteArn": of.route,
        "status": of.status,
        "resources": {"hostSharedAlb": [connected(&of.resources)]},
    })
}

fn connected(of: &HostSharedAlb) -> Value {
    json!({
        "acmCertificateArn": of.certificate,
        "loadBalancerArn": of.load_balancer,
        "loadBalancerSecurityGroupArns": of.load_balancer_security_groups,
        "listenerArn": of.listener,
        "listenerRuleArn": of.rule,
        "testListenerRuleArn": of.test_rule,
        "targetGroupArn": of.target_groups[0],
        "alternateTargetGroupArn": of.target_groups[1],
    })
}
