//! The formula of the calls that a tidy account costs: what AWS's batch sizes give.

use std::collections::BTreeMap;

/// Pages of that size for that many items: never none.
fn pages(items: usize, size: usize) -> usize {
    items.div_ceil(size).max(1)
}

/// The base calls of a tidy account: one cluster, `services` services, 25 on a load balancer, no deployment in flight; fields are declared of
/// `compared` of them.
pub(crate) fn base_calls(services: usize, compared: usize) -> BTreeMap<&'static str, usize> {
    let (s, balancers) = (services, services.div_ceil(25));
    let clusters = s.min(1);
    let calls = [
        ("sts:GetCallerIdentity", 1),
        ("ecs:ListClusters", 1),
        ("ecs:DescribeClusters", clusters),
        ("ecs:ListServices", clusters * pages(s, 100)),
        ("ecs:DescribeServices", s.div_ceil(10)),
        ("ecs:DescribeExpressGatewayService", compared),
        ("ecs:DescribeServiceRevisions", s.div_ceil(20)),
        ("ecs:ListTaskDefinitionFamilies", pages(s, 100)),
        ("ecs:ListGateways", 1),
        ("elasticloadbalancing:DescribeLoadBalancers", pages(balancers, 400)),
        ("elasticloadbalancing:DescribeTargetGroups", pages(2 * s, 400)),
        ("elasticloadbalancing:DescribeListeners", balancers),
        ("elasticloadbalancing:DescribeListenerCertificates", balancers),
        ("elasticloadbalancing:DescribeRules", balancers),
        ("acm:ListCertificates", pages(s, 1000)),
        ("cloudwatch:DescribeAlarms", pages(3 * s, 100)),
        ("logs:DescribeLogGroups", pages(s, 50)),
        ("application-autoscaling:DescribeScalableTargets", pages(s, 50)),
        ("ec2:DescribeSecurityGroups", pages(s + balancers, 1000)),
        // rules and target groups; load balancers, listeners, certificates, rollback alarms and log groups
        ("tag:GetResources", pages(s + 2 * s, 100) + pages(2 * balancers + 3 * s, 100)),
    ];
    calls.into_iter().filter(|(_, count)| *count > 0).collect()
}
