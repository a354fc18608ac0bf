//! The operations that this program reads by: one table behind the gate before every call, the IAM policy, `doctor` and the README.
//!
//! What is not in it is refused before anything is sent (see `collect`, feature `aws`).

mod diagnosis;
mod operation;
mod policy;
mod rate;
mod terraform;
mod ticket;

pub use diagnosis::{Access, Diagnosis, Trial};
pub use operation::{Api, Occasion, Operation, Resources};
pub use policy::{policy, session_policy};
pub use rate::{Basis, RATES, Rate, RateSize, Rates};
pub use terraform::terraform;

use crate::inventory::Collection;
use crate::model::Kind;
use Api::{Acm, AutoScaling, CloudFormation, CloudWatch, Ec2, Ecs, Iam, LoadBalancing, Logs, Organizations, Tagging};
use Occasion::{EveryScan, OnAllRegions, OnDeclaration, OnOrganization, OnSuspicion, PerParent};
use Resources::{Any, These};
use operation::{declaring, listing, planning, row};

/// The one operation that needs no permission, and so is in no policy: whose account the credentials lead to.
pub const IDENTITY: &str = "sts:GetCallerIdentity";

/// The operation that a state in S3 is read by. It is in no policy: whoever gives `-d s3://…` has the permission for that object, with the
/// credentials of the run itself and never with an assumed role's.
pub const OBJECT: &str = "s3:GetObject";

const CLUSTER: Resources = These(&["arn:*:ecs:*:*:cluster/*"]);
const SERVICE: Resources = These(&["arn:*:ecs:*:*:service/*"]);
// Either alone is refused: IAM asks for the service and for the thing of it.
const REVISION: Resources = These(&["arn:*:ecs:*:*:service/*", "arn:*:ecs:*:*:service-revision/*"]);
const DEPLOYMENT: Resources = These(&["arn:*:ecs:*:*:service/*", "arn:*:ecs:*:*:service-deployment/*"]);
const CERTIFICATE: Resources = These(&["arn:*:acm:*:*:certificate/*"]);
const ALARM: Resources = These(&["arn:*:cloudwatch:*:*:alarm:*"]);
const LOG_GROUP: Resources = These(&["arn:*:logs:*:*:log-group:*"]);
const ROLE: Resources = These(&["arn:*:iam::*:role/*"]);
const STACK: Resources = These(&["arn:*:cloudformation:*:*:stack/*"]);
const SCALABLE_TARGET: Resources = These(&["arn:*:application-autoscaling:*:*:scalable-target/*"]);

/// Every operation that is read by, by API. Resource types are those of the Service Authorization Reference; it does not list the
/// actions of ECS Gateways yet. `DescribeAlarms` could be narrowed to alarms, but then leaves out composite ones without a word.
pub static OPERATIONS: &[Operation] = &[
    row(Ecs, "ListClusters", Collection::Clusters, EveryScan, Any, "clusters: every service is in one"),
    row(Ecs, "DescribeClusters", Collection::ClusterDetails, PerParent, CLUSTER, "whether services are leaving, and whether anything runs"),
    row(Ecs, "ListServices", Collection::Services, PerParent, Any, "the living Express services"),
    row(Ecs, "DescribeServices", Collection::ServiceDetails, PerParent, SERVICE, "which services live, leave or are dead"),
    row(Ecs, "DescribeServiceRevisions", Collection::Revisions, PerParent, REVISION, "what each service has made and uses"),
    row(Ecs, "DescribeServiceDeployments", Collection::Deployments, PerParent, DEPLOYMENT, "whether a deployment is in flight"),
    row(Ecs, "ListTaskDefinitionFamilies", Collection::TaskFamilies, EveryScan, Any, "task definitions that dead services left"),
    row(Ecs, "ListTaskDefinitions", Collection::TaskDefinitions, OnSuspicion, Any, "what is left in such a family"),
    row(
        Ecs,
        "DescribeExpressGatewayService",
        Collection::ExpressServices,
        PerParent,
        SERVICE,
        "declared fields as they are live; what holds up a deletion",
    ),
    row(Ecs, "ListGateways", Collection::Gateways, EveryScan, Any, "gateways: they make such resources too"),
    row(Ecs, "DescribeGatewayResources", Collection::Gateways, PerParent, Any, "what a gateway made: it is the gateway's"),
    row(Ecs, "ListGatewayRoutes", Collection::Gateways, PerParent, Any, "the services that a gateway leads to"),
    row(Ecs, "DescribeGatewayRoute", Collection::Gateways, PerParent, Any, "what a route made: it is the gateway's"),
    row(LoadBalancing, "DescribeLoadBalancers", Collection::LoadBalancers, EveryScan, Any, "load balancers: the costliest leftovers"),
    row(LoadBalancing, "DescribeListeners", Collection::Listeners, PerParent, Any, "what a load balancer serves"),
    row(LoadBalancing, "DescribeListenerCertificates", Collection::ListenerCertificates, PerParent, Any, "what presents a certificate"),
    row(LoadBalancing, "DescribeRules", Collection::Rules, PerParent, Any, "whose traffic goes where"),
    row(LoadBalancing, "DescribeTargetGroups", Collection::TargetGroups, EveryScan, Any, "target groups: two per service"),
    row(LoadBalancing, "DescribeTargetHealth", Collection::Targets, OnSuspicion, Any, "whether anything is registered"),
    row(LoadBalancing, "DescribeTags", Collection::Tags, OnSuspicion, Any, "whether ECS manages it").of(&[
        Kind::LoadBalancer,
        Kind::Listener,
        Kind::ListenerRule,
        Kind::TargetGroup,
    ]),
    row(Acm, "ListCertificates", Collection::Certificates, EveryScan, Any, "certificates: one per endpoint"),
    row(Acm, "DescribeCertificate", Collection::CertificateUses, OnSuspicion, CERTIFICATE, "what uses it"),
    row(Acm, "ListTagsForCertificate", Collection::Tags, OnSuspicion, CERTIFICATE, "whether ECS manages it").of(&[Kind::Certificate]),
    row(CloudWatch, "DescribeAlarms", Collection::Alarms, EveryScan, Any, "alarms, and composite ones that are made of them"),
    row(CloudWatch, "ListTagsForResource", Collection::Tags, OnSuspicion, ALARM, "whether ECS manages it").of(&[Kind::Alarm]),
    row(Logs, "DescribeLogGroups", Collection::LogGroups, EveryScan, Any, "log groups: names and ages, never an event"),
    row(Logs, "ListTagsForResource", Collection::Tags, OnSuspicion, LOG_GROUP, "whether ECS manages it").of(&[Kind::LogGroup]),
    row(AutoScaling, "DescribeScalableTargets", Collection::ScalableTargets, EveryScan, Any, "scalable targets: one per service"),
    row(AutoScaling, "DescribeScalingPolicies", Collection::ScalingPolicies, OnSuspicion, Any, "what is left on such a target"),
    row(AutoScaling, "ListTagsForResource", Collection::Tags, OnSuspicion, SCALABLE_TARGET, "whether ECS manages it")
        .of(&[Kind::ScalableTarget]),
    row(Ec2, "DescribeSecurityGroups", Collection::SecurityGroups, EveryScan, Any, "security groups, and whose rules name them"),
    row(Ec2, "DescribeNetworkInterfaces", Collection::Interfaces, OnSuspicion, Any, "what carries a group or an address"),
    planning(Ec2, "DescribeSubnets", Some(Collection::Subnets), Any, "whether a plan's subnets are there, and in which VPC"),
    listing(Ec2, "DescribeRegions", OnAllRegions, "which Regions are enabled for an account"),
    planning(Iam, "GetRole", None, ROLE, "whether a plan's roles are there"),
    row(Tagging, "GetResources", Collection::TagIndex, EveryScan, Any, "what bears ECS's tag: an index, never a proof"),
    listing(Organizations, "ListAccounts", OnOrganization, "the accounts of the organization"),
    declaring(CloudFormation, "DescribeStacks", STACK, "the parameters of a stack that declares services"),
    declaring(CloudFormation, "GetTemplate", STACK, "the fields that its template declares"),
    declaring(CloudFormation, "ListStackResources", STACK, "what the stack made: its resources are declared"),
];

/// Whether a scan may send a call: the SDK's id of the service (`Elastic Load Balancing v2`) and the operation.
#[must_use]
pub fn allows(service_id: &str, operation: &str) -> bool {
    let is_identity = (service_id, operation) == ("STS", "GetCallerIdentity");
    is_identity || is_listed(service_id, operation, |occasion| occasion != OnDeclaration)
}

/// Whether a call may be sent to read a declaration. A GET of a state backend is no operation of AWS's: it goes out as `GET` of `HTTP`.
#[must_use]
pub fn allows_for_declarations(service_id: &str, operation: &str) -> bool {
    let is_state = matches!((service_id, operation), ("S3", "GetObject") | ("HTTP", "GET"));
    is_state || is_listed(service_id, operation, |occasion| occasion == OnDeclaration)
}

fn is_listed(service_id: &str, operation: &str, on: impl Fn(Occasion) -> bool) -> bool {
    OPERATIONS.iter().any(|row| row.api.service_id() == service_id && row.name == operation && on(row.occasion))
}

/// The operation of that IAM action (`acm:ListCertificates`), if it is one of these.
#[must_use]
pub fn operation(action: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|row| row.action() == action)
}

#[cfg(test)]
mod tests;
