//! One finding of each claim about a plan.

use super::{days_ago, home, nine_days, of_service, scanned, service, subject};
use crate::model::{
    Claim, Command, Confidence, Dependency, DependencyKind, Finding, Holder, Kind, Lack, NameHolder, PlannedAction, Prospect, Report,
    SameName, ServiceEntry, ServiceState, Subject,
};

/// A plan that goes wrong in every way.
pub(in crate::render) fn planned() -> Report {
    let entry = |name: &str, status, action| ServiceEntry { planned: Some(action), ..service("hoge-cluster", name, status) };
    let services = vec![
        entry("hoge-service", ServiceState::Draining, PlannedAction::Create),
        ServiceEntry { not_comparable: vec!["service_name".to_owned()], ..entry("web", ServiceState::Active, PlannedAction::Update) },
    ];
    let findings = prospects().into_iter().map(of).collect();
    Report { command: Command::Preflight, scopes: vec![scanned(home())], findings, services, generated_at: days_ago(0), ..super::tidy() }
}

/// Every prospect, in each of its forms.
pub(in crate::render) fn prospects() -> Vec<Prospect> {
    let missing =
        |lack| Prospect::MissingDependency { missing: Dependency::new(DependencyKind::SecurityGroup, "sg-0a1b2c3d4e5f60718"), lack };
    let same_name = |order| Prospect::ReplaceSameName { deleted_by: "aws_ecs_express_gateway_service.hoge".to_owned(), order };
    let removed = "aws_iam_role_policy_attachment.infra".to_owned();
    vec![
        Prospect::CreateWhileDraining { age: Some(nine_days()) },
        Prospect::NameTaken { by: NameHolder::Ordinary },
        Prospect::NameTaken { by: NameHolder::Planned("aws_ecs_express_gateway_service.other".to_owned()) },
        same_name(SameName::DeletesFirst),
        same_name(SameName::CreatesFirst),
        same_name(SameName::Keeps),
        Prospect::ClusterChange { from: "hoge-cluster".to_owned(), to: "hoge-cluster-v2".to_owned() },
        missing(Lack::Absent),
        missing(Lack::RemovedBy("aws_security_group.app".to_owned())),
        missing(Lack::Elsewhere { lies_in: "vpc-0b".to_owned(), needed_in: "vpc-0a".to_owned() }),
        Prospect::RoleRemovedFirst { role: "infra".to_owned(), removed, is_role: false },
        Prospect::ForgetLeavesRunning,
        Prospect::LeftoverCollision {
            why: "the rollback alarm will have that name, and this one watches what is gone",
            stops_apply: false,
        },
        Prospect::DestroyLeaves {
            why: "it serves prod/checkout-web too, and so stays with its listener and security group".to_owned(),
            holders: vec![Holder { id: "rule".to_owned(), use_: "the listener rule for shop.example.com is on it".to_owned() }],
        },
    ]
}

fn of(prospect: Prospect) -> Finding {
    let about = match prospect {
        Prospect::LeftoverCollision { .. } => {
            subject(Kind::Alarm, "cloudwatch", "alarm:hoge-cluster/hoge-service/RollbackAlarm", "hoge-cluster/hoge-service/RollbackAlarm")
        }
        Prospect::DestroyLeaves { .. } => {
            let alb = "loadbalancer/app/ecs-express-gateway-alb-1a2b3c4d/50dc6c495c0c9188";
            subject(Kind::LoadBalancer, "elasticloadbalancing", alb, "ecs-express-gateway-alb-1a2b3c4d")
        }
        // What is planned has no ARN yet.
        _ => Subject { arn: None, ..subject(Kind::Service, "ecs", "service/hoge-cluster/hoge-service", "hoge-cluster/hoge-service") },
    };
    let claim = Claim::Planned { address: "module.k[\"eu\"].aws_ecs_express_gateway_service.hoge".to_owned(), prospect };
    let service = of_service("hoge-cluster", "hoge-service", ServiceState::Draining);
    Finding::new(claim, about, Confidence::Confirmed).of_service(Some(service))
}
