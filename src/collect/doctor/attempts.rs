//! One harmless call for each row of the table that a scan may use, in its order.

use std::future::Future;
use std::pin::Pin;

use aws_sdk_applicationautoscaling::types::ServiceNamespace;
use aws_sdk_cloudwatch::types::AlarmType;
use aws_sdk_ecs::types::{ClusterField, ServiceField};
use aws_smithy_runtime_api::client::result::SdkError;

use super::super::clients::Clients;
use super::super::failure::Failure;
use crate::model::{Arn, Scope};

/// A call that was not sent yet.
pub(super) type Call<'c> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'c>>;
type Attempt<'c> = (&'static str, Call<'c>);

/// The name of what does not exist.
const NOBODY: &str = "ecs-express-audit-doctor";

/// ARNs as AWS forms them, of nothing.
pub(super) struct MadeUp {
    cluster: String,
    service: String,
    revision: String,
    deployment: String,
    gateway: String,
    route: String,
    load_balancer: String,
    listener: String,
    target_group: String,
    certificate: String,
    alarm: String,
    log_group: String,
    scalable_target: String,
}

impl MadeUp {
    pub(super) fn of(scope: &Scope) -> Self {
        let arn = |service: &str, resource: &str| Arn::new(scope, service, resource).to_string();
        Self {
            cluster: arn("ecs", &format!("cluster/{NOBODY}")),
            service: arn("ecs", &format!("service/{NOBODY}/{NOBODY}")),
            revision: arn("ecs", &format!("service-revision/{NOBODY}/{NOBODY}/1234567890123456789")),
            deployment: arn("ecs", &format!("service-deployment/{NOBODY}/{NOBODY}/abcdefghijklmnopqrstu")),
            gateway: arn("ecs", &format!("gateway/{NOBODY}")),
            route: arn("ecs", &format!("gateway-route/{NOBODY}/{NOBODY}")),
            load_balancer: arn("elasticloadbalancing", &format!("loadbalancer/app/{NOBODY}/0123456789abcdef")),
            listener: arn("elasticloadbalancing", &format!("listener/app/{NOBODY}/0123456789abcdef/0123456789abcdef")),
            target_group: arn("elasticloadbalancing", &format!("targetgroup/{NOBODY}/0123456789abcdef")),
            certificate: arn("acm", "certificate/00000000-0000-0000-0000-000000000000"),
            alarm: arn("cloudwatch", &format!("alarm:{NOBODY}")),
            log_group: arn("logs", &format!("log-group:{NOBODY}")),
            scalable_target: arn("application-autoscaling", "scalable-target/0ec50000000000000000000000000000000"),
        }
    }
}

/// Every operation that a scan may use with a call of it.
pub(super) fn attempts<'c>(clients: &'c Clients, of: &'c MadeUp) -> Vec<Attempt<'c>> {
    [ecs(clients, of), gateways(clients, of), balancing(clients, of), certificates_and_logs(clients, of), others(clients, of)]
        .into_iter()
        .flatten()
        .collect()
}

fn ecs<'c>(clients: &'c Clients, of: &'c MadeUp) -> Vec<Attempt<'c>> {
    let ecs = &clients.ecs;
    let (clusters, services) = (ecs.describe_clusters().clusters(&of.cluster), ecs.describe_services().cluster(&of.cluster));
    let clusters = clusters.include(ClusterField::Statistics).include(ClusterField::Tags);
    let services = services.services(&of.service).include(ServiceField::Tags);
    vec![
        call("ecs:ListClusters", ecs.list_clusters().max_results(1).send()),
        call("ecs:DescribeClusters", clusters.send()),
        call("ecs:ListServices", ecs.list_services().cluster(&of.cluster).max_results(1).send()),
        call("ecs:DescribeServices", services.send()),
        call("ecs:DescribeServiceRevisions", ecs.describe_service_revisions().service_revision_arns(&of.revision).send()),
        call("ecs:DescribeServiceDeployments", ecs.describe_service_deployments().service_deployment_arns(&of.deployment).send()),
        call("ecs:ListTaskDefinitionFamilies", ecs.list_task_definition_families().max_results(1).send()),
        call("ecs:ListTaskDefinitions", ecs.list_task_definitions().family_prefix(NOBODY).max_results(1).send()),
        call("ecs:DescribeExpressGatewayService", ecs.describe_express_gateway_service().service_arn(&of.service).send()),
    ]
}

fn gateways<'c>(clients: &'c Clients, of: &'c MadeUp) -> Vec<Attempt<'c>> {
    let ecs = &clients.ecs;
    vec![
        call("ecs:ListGateways", ecs.list_gateways().max_results(1).send()),
        call("ecs:DescribeGatewayResources", ecs.describe_gateway_resources().gateway(&of.gateway).send()),
        call("ecs:ListGatewayRoutes", ecs.list_gateway_routes().gateway(&of.gateway).max_results(1).send()),
        call("ecs:DescribeGatewayRoute", ecs.describe_gateway_route().gateway_route_arn(&of.route).send()),
    ]
}

fn balancing<'c>(clients: &'c Clients, of: &'c MadeUp) -> Vec<Attempt<'c>> {
    let elb = &clients.elb;
    vec![
        call("elasticloadbalancing:DescribeLoadBalancers", elb.describe_load_balancers().page_size(1).send()),
        call("elasticloadbalancing:DescribeListeners", elb.describe_listeners().load_balancer_arn(&of.load_balancer).send()),
        call("elasticloadbalancing:DescribeListenerCertificates", elb.describe_listener_certificates().listener_arn(&of.listener).send()),
        call("elasticloadbalancing:DescribeRules", elb.describe_rules().listener_arn(&of.listener).send()),
        call("elasticloadbalancing:DescribeTargetGroups", elb.describe_target_groups().page_size(1).send()),
        call("elasticloadbalancing:DescribeTargetHealth", elb.describe_target_health().target_group_arn(&of.target_group).send()),
        call("elasticloadbalancing:DescribeTags", elb.describe_tags().resource_arns(&of.load_balancer).send()),
    ]
}

fn certificates_and_logs<'c>(clients: &'c Clients, of: &'c MadeUp) -> Vec<Attempt<'c>> {
    let Clients { acm, cloudwatch, logs, .. } = clients;
    let alarms = cloudwatch.describe_alarms().alarm_types(AlarmType::MetricAlarm).alarm_types(AlarmType::CompositeAlarm);
    vec![
        call("acm:ListCertificates", acm.list_certificates().max_items(1).send()),
        call("acm:DescribeCertificate", acm.describe_certificate().certificate_arn(&of.certificate).send()),
        call("acm:ListTagsForCertificate", acm.list_tags_for_certificate().certificate_arn(&of.certificate).send()),
        call("cloudwatch:DescribeAlarms", alarms.max_records(1).send()),
        call("cloudwatch:ListTagsForResource", cloudwatch.list_tags_for_resource().resource_arn(&of.alarm).send()),
        call("logs:DescribeLogGroups", logs.describe_log_groups().limit(1).send()),
        call("logs:ListTagsForResource", logs.list_tags_for_resource().resource_arn(&of.log_group).send()),
    ]
}

fn others<'c>(clients: &'c Clients, of: &'c MadeUp) -> Vec<Attempt<'c>> {
    let Clients { scaling, ec2, iam, tagging, .. } = clients;
    let targets = scaling.describe_scalable_targets().service_namespace(ServiceNamespace::Ecs).max_results(1);
    let policies = scaling.describe_scaling_policies().service_namespace(ServiceNamespace::Ecs).max_results(1);
    let shortest = || vec![("MaxResults".to_owned(), "5".to_owned())]; // EC2 takes no less
    vec![
        call("application-autoscaling:DescribeScalableTargets", targets.send()),
        call("application-autoscaling:DescribeScalingPolicies", policies.send()),
        call("application-autoscaling:ListTagsForResource", scaling.list_tags_for_resource().resource_arn(&of.scalable_target).send()),
        call("ec2:DescribeSecurityGroups", ec2.security_groups(shortest())),
        call("ec2:DescribeNetworkInterfaces", ec2.network_interfaces(shortest())),
        call("ec2:DescribeSubnets", ec2.subnets(shortest())),
        ("iam:GetRole", Box::pin(async { iam.has_role(NOBODY, NOBODY).await.map(drop) })),
        call("tag:GetResources", tagging.get_resources().resources_per_page(1).send()),
    ]
}

fn call<'c, O, E, R>(action: &'static str, sent: impl Future<Output = Result<O, SdkError<E, R>>> + Send + 'c) -> Attempt<'c>
where
    Failure: From<SdkError<E, R>>,
{
    (action, Box::pin(async move { sent.await.map(drop).map_err(Failure::from) }))
}
