//! Reports made by hand for the tests of the formats.

mod planned;
mod reports;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::{
    Age, Arn, Cause, Claim, Code, Command, Confidence, Cost, Evidence, FailOn, FieldValue, Finding, Gap, Holder, Kind, KindState,
    PastFinding, Quota, Report, Scope, ScopeEntry, ServiceEntry, ServiceRef, ServiceState, Severity, StaleTargetGroup, Staleness, Subject,
    Timestamp, UnjudgedResource, Usd, Waived, WaiverRef,
};
pub(super) use planned::{planned, prospects};
pub(super) use reports::{checklist, compared, each, gaps_only, nothing_scanned};

/// Names that try to act on what shows them.
pub(super) const HOSTILE: [&str; 8] = [
    "\x1b[2J\x1b[31mred\x1b]0;title\x07",
    "a\r\nexit 0: clean\n\tb",
    "\u{9b}31m\u{9d}52;c;AAAA\u{9c}\u{85}",
    "prod\u{202e}bew\u{2066}\u{200f}\u{61c}",
    "pro\u{200b}d\u{200d}\u{2060}\u{feff}\u{ad}",
    "\u{e0041}\u{e007f}\u{2028}\u{2029}\u{fe0f}",
    "=cmd|'/c calc'!A1 </script> ]]> ::error:: <!channel> %0A \u{7f}\0",
    "\u{1f}seam\u{1f}\u{1f}",
];

pub(super) fn scope(region: &str) -> Scope {
    Scope { partition: "aws".to_owned(), account: "123456789012".to_owned(), region: region.to_owned() }
}

fn home() -> Scope {
    scope("ap-northeast-1")
}

pub(super) fn now() -> Timestamp {
    Timestamp::parse("2026-11-23T00:00:00Z").expect("a time")
}

/// A report of one scope that was fully read, with two healthy services.
pub(super) fn tidy() -> Report {
    Report {
        command: Command::Audit,
        generated_at: now(),
        fail_on: FailOn::AtLeast(Severity::Low),
        is_idle: false,
        is_advisory: false,
        stopped: None,
        scopes: vec![scanned(home())],
        fail_on_existing: false,
        findings: Vec::new(),
        waived: Vec::new(),
        past: Vec::new(),
        compared_with: None,
        of_others: BTreeSet::new(),
        services: vec![service("prod", "api", ServiceState::Active), service("prod", "web", ServiceState::Active)],
        unjudged: Vec::new(),
    }
}

pub(super) fn days_ago(days: i64) -> Timestamp {
    Timestamp::from_unix_seconds(now().unix_seconds() - days * 86_400)
}

/// A finding of an earlier report, resolved that many days ago.
pub(super) fn past(n: usize, resolved: Option<i64>) -> PastFinding {
    let Subject { scope, kind, arn, name } = subject(Kind::SecurityGroup, "ec2", &format!("security-group/sg-{n}"), &format!("sg-{n}"));
    PastFinding {
        fingerprint: format!("v1:{n:032x}"),
        code: Code::Orphan,
        severity: Severity::Medium,
        scope,
        kind,
        arn,
        name,
        first_seen: days_ago(9),
        resolved_at: resolved.map(days_ago),
    }
}

pub(super) fn scanned(scope: Scope) -> ScopeEntry {
    ScopeEntry {
        scope,
        started_at: now(),
        finished_at: now(),
        api_calls: 28,
        throttles: 0,
        resources: BTreeMap::from([(Kind::Service, 2), (Kind::LoadBalancer, 2), (Kind::TargetGroup, 6)]),
        gaps: Vec::new(),
    }
}

pub(super) fn service(cluster: &str, name: &str, status: ServiceState) -> ServiceEntry {
    ServiceEntry {
        arn: Some(Arn::new(&home(), "ecs", &format!("service/{cluster}/{name}"))),
        cluster: cluster.to_owned(),
        name: name.to_owned(),
        declared: Some(true),
        status,
        checklist: BTreeMap::from([(Kind::LoadBalancer, KindState::Shared), (Kind::TargetGroup, KindState::InUse)]),
        items: Vec::new(),
        not_comparable: Vec::new(),
        planned: None,
    }
}

pub(super) fn of_service(cluster: &str, name: &str, status: ServiceState) -> ServiceRef {
    let arn = Arn::new(&home(), "ecs", &format!("service/{cluster}/{name}"));
    ServiceRef { arn, cluster: cluster.to_owned(), name: name.to_owned(), status }
}

/// A subject of that kind; its ARN is made of `id`.
pub(super) fn subject(kind: Kind, service: &str, id: &str, name: &str) -> Subject {
    Subject { scope: home(), kind, arn: Some(Arn::new(&home(), service, id)), name: name.to_owned() }
}

pub(super) fn nine_days() -> Age {
    let elapsed = Duration::from_hours(9 * 24);
    Age { at: Timestamp::from_unix_seconds(now().unix_seconds() - 9 * 86_400), clock: "the service's last event".to_owned(), elapsed }
}

pub(super) fn orphan() -> Claim {
    Claim::Orphan { age: Some(nine_days()), also: Vec::new() }
}

pub(super) fn denied(operation: &str, parent: Option<&str>, kinds: &[Kind]) -> Gap {
    Gap {
        operation: operation.to_owned(),
        parent: parent.map(ToOwned::to_owned),
        kinds: kinds.to_vec(),
        cause: Cause::Denied,
        message: "access denied (AccessDenied)".to_owned(),
    }
}

/// One finding of each claim; of each severity below critical; confirmed and potential; tied to services and to none.
pub(super) fn findings() -> Vec<Finding> {
    let hoge = || Some(of_service("hoge-cluster", "hoge-service", ServiceState::Inactive));
    let draining = || Some(of_service("hoge-cluster", "old-api", ServiceState::Draining));
    let web = || Some(of_service("prod", "checkout-web", ServiceState::Active));
    let alb = "loadbalancer/app/ecs-express-gateway-alb-1a2b3c4d/50dc6c495c0c9188";
    let confirmed = |claim, subject, service| Finding::new(claim, subject, Confidence::Confirmed).of_service(service);
    let potential = |claim, subject, service| Finding::new(claim, subject, Confidence::Potential).of_service(service);
    let evidence = Evidence {
        source: "elasticloadbalancing:DescribeListeners",
        fact: "no listener outside the dead set".to_owned(),
        observed_at: now(),
    };
    let lb = || subject(Kind::LoadBalancer, "elasticloadbalancing", alb, "ecs-express-gateway-alb-1a2b3c4d");
    let of_web = |arn: &str| subject(Kind::Service, "ecs", arn, "prod/checkout-web");
    vec![
        Finding { cost: Some(cost()), ..confirmed(orphan(), lb(), hoge()).resting_on(vec![evidence]) },
        confirmed(
            Claim::MissingService { declared_at: "terraform.tfstate: aws_ecs_express_gateway_service.app".to_owned() },
            subject(Kind::Service, "ecs", "service/hoge-cluster/hoge-service", "hoge-cluster/hoge-service"),
            hoge(),
        ),
        confirmed(
            Claim::DrainingService {
                age: Some(nine_days()),
                is_long: true,
                held_by: vec!["infrastructure role ecsInfrastructureRole".to_owned()],
            },
            subject(Kind::Service, "ecs", "service/hoge-cluster/old-api", "hoge-cluster/old-api"),
            draining(),
        ),
        confirmed(
            Claim::ServiceWithoutIngress { lacking: vec!["a listener rule that does not exist".to_owned()], deploying: None },
            of_web("service/prod/checkout-web"),
            web(),
        ),
        confirmed(
            Claim::FailedResource { kind: Kind::Certificate, reason: Some("CAA_ERROR".to_owned()) },
            of_web("service/prod/checkout-web"),
            web(),
        ),
        confirmed(
            Claim::DanglingReference { kind: Kind::SecurityGroup, missing: "sg-0a1b2c3d4e5f60718".to_owned() },
            of_web("service/prod/checkout-web"),
            web(),
        ),
        confirmed(
            Claim::HeldLeftover {
                holders: vec![Holder { id: "eni-0a1b2c3d".to_owned(), use_: "network interface eni-0a1b2c3d is in it".to_owned() }],
            },
            subject(Kind::SecurityGroup, "ec2", "security-group/sg-0f9e8d7c6b5a43210", "ecs-express-hoge-service-sg"),
            hoge(),
        ),
        confirmed(
            Claim::UndeclaredService,
            subject(Kind::Service, "ecs", "service/prod/admin", "prod/admin"),
            Some(of_service("prod", "admin", ServiceState::Active)),
        ),
        potential(Claim::NamelessDraining { count: 2 }, subject(Kind::Cluster, "ecs", "cluster/default", "default"), None),
        confirmed(
            orphan(),
            subject(
                Kind::TargetGroup,
                "elasticloadbalancing",
                "targetgroup/ecs-gateway-tg-5e6f7a8b/73e2d6bc24d8a067",
                "ecs-gateway-tg-5e6f7a8b",
            ),
            hoge(),
        ),
        potential(
            Claim::Orphan { age: Some(nine_days()), also: vec![Arn::new(&home(), "ecs", "task-definition/hoge-cluster-hoge-service:1")] },
            subject(Kind::TaskDefinition, "ecs", "task-definition/hoge-cluster-hoge-service:2", "hoge-cluster-hoge-service:2"),
            hoge(),
        ),
        confirmed(
            Claim::Superseded,
            subject(Kind::SecurityGroup, "ec2", "security-group/sg-0123456789abcdef0", "ecs-express-checkout-web-sg"),
            web(),
        ),
        confirmed(
            Claim::Detached,
            subject(Kind::SecurityGroup, "ec2", "security-group/sg-0a9b8c7d6e5f40312", "prod-checkout-web-vpc-1"),
            web(),
        ),
        confirmed(
            stale_rule(),
            subject(Kind::ListenerRule, "elasticloadbalancing", "listener-rule/app/alb/50dc/f2f7/9683", "shop.example.com"),
            None,
        ),
        confirmed(drift(), of_web("service/prod/checkout-web"), web()),
        confirmed(Claim::QuotaPressure { quota: Quota::RulesPerLoadBalancer, used: 93, limit: 100 }, lb(), None),
        confirmed(Claim::UnusedWaiver { waiver: waiver() }, waived_from("ecs-express-audit.toml, line 12"), None),
        confirmed(Claim::ExpiredWaiver { waiver: waiver(), expired: now() }, waived_from("ecs-express-audit.toml, line 20"), None),
    ]
}

/// Of an idle load balancer with three addresses.
fn cost() -> Cost {
    Cost { monthly: Usd::from_micros(27_375_000), basis: "730 h at $0.0225".to_owned() }
}

fn stale_rule() -> Claim {
    let arn = Arn::new(&home(), "elasticloadbalancing", "targetgroup/ecs-gateway-tg-5e6f7a8b/73e2d6bc24d8a067");
    Claim::StaleRule { target_groups: vec![StaleTargetGroup { arn, staleness: Staleness::NoWeight }] }
}

fn drift() -> Claim {
    let path = "primary_container.environment.MODE".to_owned();
    Claim::Drift { path, declared: FieldValue::Hidden, live: FieldValue::Unset }
}

fn waiver() -> WaiverRef {
    WaiverRef {
        place: "ecs-express-audit.toml, line 12".to_owned(),
        covers: "code = \"orphan\", kind = \"log-group\"".to_owned(),
        reason: "kept for the yearly review".to_owned(),
        owner: "platform team".to_owned(),
    }
}

/// The log group of that name is waived.
pub(super) fn waived(name: &str) -> Waived {
    let subject = subject(Kind::LogGroup, "logs", &format!("log-group:/aws/ecs/prod/{name}"), name);
    let expires = Timestamp::parse("2027-01-31T23:59:59Z").expect("a time");
    Waived { finding: Finding::new(orphan(), subject, Confidence::Potential), waiver: waiver(), expires }
}

fn waived_from(place: &str) -> Subject {
    let anywhere = Scope { partition: "aws".to_owned(), account: "*".to_owned(), region: "*".to_owned() };
    Subject { scope: anywhere, kind: Kind::Service, arn: None, name: place.to_owned() }
}

/// A report with everything in it: findings, gaps, unjudged resources, services of every state.
pub(super) fn eventful() -> Report {
    let mut report = tidy();
    report.findings = findings();
    let mut leaving = service("prod", "batch", ServiceState::Inactive);
    leaving.checklist = BTreeMap::from([(Kind::LoadBalancer, KindState::Deleting), (Kind::Certificate, KindState::Unknown)]);
    report.services.extend([leaving, service("stage", "web", ServiceState::NotScanned)]);
    report.scopes[0].gaps = gaps();
    report.unjudged = (0..18).map(unjudged).collect();
    report.waived = ["a", "b"].map(waived).to_vec();
    report.of_others = ["v1:1", "v1:2", "v1:3"].map(str::to_owned).into();
    report
}

fn gaps() -> Vec<Gap> {
    let listeners = (0..7).map(|n| {
        let parent = format!("arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/alb-{n}/50dc6c495c0c918{n}");
        denied("elasticloadbalancing:DescribeRules", Some(&parent), &[Kind::ListenerRule, Kind::TargetGroup])
    });
    let certificates = Gap {
        cause: Cause::Throttled,
        message: "still throttled after all retries (ThrottlingException)".to_owned(),
        ..denied("acm:ListCertificates", None, &[Kind::Certificate])
    };
    listeners.chain([certificates]).collect()
}

pub(super) fn unjudged(n: usize) -> UnjudgedResource {
    let id = format!("targetgroup/ecs-gateway-tg-{n:08x}/73e2d6bc24d8a0{n:02}");
    UnjudgedResource {
        arn: Arn::new(&home(), "elasticloadbalancing", &id),
        kind: Kind::TargetGroup,
        because: "the rules that may forward to it were not read".to_owned(),
    }
}

/// The eventful report with this text wherever text comes from outside.
pub(super) fn named_throughout(text: &str) -> Report {
    let mut report = eventful();
    for finding in &mut report.findings {
        finding.subject.name = text.to_owned();
        if let Some(service) = &mut finding.service {
            service.cluster = text.to_owned();
            service.name = text.to_owned();
        }
        finding.cost.iter_mut().for_each(|cost| cost.basis = text.to_owned());
        finding.evidence.iter_mut().for_each(|evidence| evidence.fact = text.to_owned());
    }
    report.findings.push(Finding::new(
        Claim::FailedResource { kind: Kind::Certificate, reason: Some(text.to_owned()) },
        subject(Kind::Service, "ecs", &format!("service/{}", text.replace(char::is_whitespace, "")), text),
        Confidence::Potential,
    ));
    for service in &mut report.services {
        service.cluster = text.to_owned();
        service.name = text.to_owned();
    }
    for scope in &mut report.scopes {
        scope.scope.region = text.to_owned();
        for gap in &mut scope.gaps {
            gap.operation = text.to_owned();
            gap.message = text.to_owned();
            gap.parent = Some(text.to_owned());
        }
    }
    report.unjudged.iter_mut().for_each(|resource| resource.because = text.to_owned());
    report.past = [past(1, Some(0)), past(2, None)].map(|past| PastFinding { name: text.to_owned(), ..past }).to_vec();
    for waived in &mut report.waived {
        let WaiverRef { place, covers, reason, owner } = &mut waived.waiver;
        for said in [place, covers, reason, owner] {
            text.clone_into(said);
        }
    }
    report
}
