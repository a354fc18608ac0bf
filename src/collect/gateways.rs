//! ECS Gateways: a third owner. Whatever they made bears Express's tag and is not Express's.

use aws_sdk_ecs::Client;

use super::failure::Failure;
use super::harvest::{Harvest, Page, read_all, whole};
use crate::inventory::{Collection, Gateway};
use crate::kinds::security_group_arn;
use crate::model::{Arn, Cause, Gap, Scope};

/// The gateways of a scope, and the services that their routes lead to.
pub(super) struct Gateways {
    pub gateways: Harvest<Gateway>,
    pub services: Vec<Arn>,
}

/// Lists the gateways with all that they and their routes made. A Region without the feature has none.
pub(super) async fn gateways(ecs: &Client, scope: &Scope) -> Gateways {
    let listed = read_all(Collection::Gateways, "", |token| async move {
        let answer = ecs.list_gateways().max_results(100).set_next_token(token).send().await;
        let page = match answer.map_err(Failure::from) {
            Err(failure) if failure.is_unknown_operation() => return Ok(Page::new(Vec::new(), None)),
            other => other?,
        };
        let named = |g: &aws_sdk_ecs::types::GatewaySummary| Some((Arn::parse(g.gateway_arn()?)?, g.name().unwrap_or_default().to_owned()));
        Ok(Page::new(whole(page.gateways().iter().map(named))?, page.next_token()))
    })
    .await;
    let Harvest { items, reads, mut gaps } = listed;
    let (mut gateways, mut services) = (Vec::new(), Vec::new());
    for (arn, name) in items {
        let mut gateway = Gateway { arn, name, resources: Vec::new() };
        gaps.extend(infrastructure(ecs, scope, &mut gateway).await);
        gaps.extend(routes(ecs, &mut gateway, &mut services).await);
        gateways.push(gateway);
    }
    // One unread gateway, and anything may be its.
    let reads = if gaps.is_empty() { reads } else { Vec::new() };
    Gateways { gateways: Harvest { items: gateways, reads, gaps }, services }
}

/// Load balancers, listeners and security groups of the gateway itself.
async fn infrastructure(ecs: &Client, scope: &Scope, gateway: &mut Gateway) -> Vec<Gap> {
    let arn = gateway.arn.as_str();
    let read = read_all(Collection::Gateways, arn, |token| async move {
        let page = ecs.describe_gateway_resources().gateway(arn).max_results(20).set_next_token(token).send().await?;
        let resources = page.gateway_resources().and_then(|r| r.resources());
        if resources.is_some_and(|r| r.is_unknown()) {
            return Err(Failure::new(Cause::Malformed)); // a kind of gateway that this version does not know
        }
        let arns = resources.and_then(|r| r.as_host_shared_alb().ok()).into_iter().flatten().flat_map(|part| {
            let group = part.security_group().and_then(|id| Arn::parse(id).or_else(|| Some(security_group_arn(scope, id))));
            [part.load_balancer_arn().and_then(Arn::parse), part.listener_arn().and_then(Arn::parse), group]
        });
        Ok(Page::new(arns.flatten().collect::<Vec<Arn>>(), page.next_token()))
    })
    .await;
    let gaps = renamed(read.gaps, "ecs:DescribeGatewayResources");
    gateway.resources.extend(read.items);
    gaps
}

/// Rules, certificates and security groups of its routes.
async fn routes(ecs: &Client, gateway: &mut Gateway, services: &mut Vec<Arn>) -> Vec<Gap> {
    let arn = gateway.arn.to_string();
    let listed = read_all(Collection::Gateways, &arn, |token| {
        let request = ecs.list_gateway_routes().gateway(&arn).max_results(100).set_next_token(token);
        async move {
            let page = request.send().await?;
            let route = |r: &aws_sdk_ecs::types::GatewayRouteSummary| {
                Some((r.gateway_route_arn()?.to_owned(), r.service_arn().and_then(Arn::parse)))
            };
            Ok(Page::new(whole(page.gateway_routes().iter().map(route))?, page.next_token()))
        }
    })
    .await;
    let mut gaps = renamed(listed.gaps, "ecs:ListGatewayRoutes");
    for (route, service) in listed.items {
        services.extend(service);
        match ecs.describe_gateway_route().gateway_route_arn(&route).send().await {
            Ok(answer) => match answer.gateway_route() {
                Some(route) if !route.resources().is_some_and(|resources| resources.is_unknown()) => {
                    gateway.resources.extend(route_resources(route));
                }
                // A kind of route that this version does not know.
                _ => gaps.push(Failure::new(Cause::Malformed).gap_of("ecs:DescribeGatewayRoute", Collection::Gateways, &route)),
            },
            Err(error) => gaps.push(Failure::from(error).gap_of("ecs:DescribeGatewayRoute", Collection::Gateways, &route)),
        }
    }
    gaps
}

fn route_resources(route: &aws_sdk_ecs::types::GatewayRoute) -> Vec<Arn> {
    let parts = route.resources().and_then(|r| r.as_host_shared_alb().ok()).map(Vec::as_slice).unwrap_or_default();
    let arns = parts.iter().flat_map(|part| {
        let single = [
            part.acm_certificate_arn(),
            part.load_balancer_arn(),
            part.listener_arn(),
            part.listener_rule_arn(),
            part.service_security_group_arn(),
        ];
        let tests = part.test_listener_rule_arns().iter().map(String::as_str);
        let groups = part.load_balancer_security_groups().iter().filter_map(|group| group.arn());
        single.into_iter().flatten().chain(tests).chain(groups)
    });
    arns.filter_map(Arn::parse).collect()
}

fn renamed(gaps: Vec<Gap>, operation: &str) -> Vec<Gap> {
    gaps.into_iter().map(|gap| Gap { operation: operation.to_owned(), ..gap }).collect()
}
