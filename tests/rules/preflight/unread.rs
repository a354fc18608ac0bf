//! What nobody looked at: never a finding, never clean.

use ecs_express_audit::inventory::{ScopeInventory, Surroundings};
use ecs_express_audit::model::{Cause, Dependency, DependencyKind as Kind, Gap, Kind as Part, Report, Scope, ServiceState};
use serde_json::json;

use super::ahead::{Ahead, check_gaps, tidy};
use super::rows::{GROUP, ROLE, SERVICE, SUBNET, after, create, delete, forget, living, row};
use crate::world::{World, now, scope};

const WEB: &str = "arn:aws:ecs:us-east-1:123456789012:service/prod/web";

#[test]
fn a_service_that_nobody_asked_for_is_a_gap() {
    for row in [create("web"), delete("web"), forget("web")] {
        check_gaps(&tidy([row]).unasked_service("web"), &[], &[("ecs:DescribeServices", Some(WEB))]);
    }
}

#[test]
fn a_dependency_that_nobody_asked_for_is_a_gap() {
    let unasked = |kind, id| tidy([create("shop")]).unasked(Dependency::new(kind, id));
    check_gaps(&unasked(Kind::SecurityGroup, GROUP), &[], &[("ec2:DescribeSecurityGroups", Some(GROUP))]);
    check_gaps(&unasked(Kind::Cluster, "prod"), &[], &[("ecs:DescribeClusters", Some("prod"))]);
}

#[test]
fn the_gap_of_a_dependency_is_of_its_kind_or_of_the_service_that_needs_it() {
    let kinds = |dependency: Dependency| {
        let report = tidy([create("shop")]).unasked(dependency).report();
        report.scopes[0].gaps.iter().flat_map(|gap| gap.kinds.clone()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(Dependency::new(Kind::Cluster, "prod")), [Part::Cluster]);
    assert_eq!(kinds(Dependency::new(Kind::SecurityGroup, GROUP)), [Part::SecurityGroup]);
    assert_eq!(kinds(Dependency::new(Kind::Subnet, SUBNET)), [Part::Service]);
    assert_eq!(kinds(Dependency::new(Kind::Role, ROLE)), [Part::Service]);
}

#[test]
fn what_failed_is_said_once_with_why() {
    let gap = |parent: Option<&str>| Gap {
        operation: "iam:GetRole".to_owned(),
        parent: parent.map(str::to_owned),
        kinds: Vec::new(),
        cause: Cause::Denied,
        message: "denied".to_owned(),
    };
    for parent in [None, Some(ROLE.to_owned()), Some(format!("x, {ROLE}"))] {
        let mut ahead = tidy([create("shop")]).unasked(Dependency::new(Kind::Role, ROLE));
        ahead.world.live.gaps.push(gap(parent.as_deref()));
        check_gaps(&ahead, &[], &[("iam:GetRole", parent.as_deref())]);
    }
    let mut of_another = tidy([create("shop")]).unasked(Dependency::new(Kind::Role, ROLE));
    of_another.world.live.gaps.push(gap(Some("x")));
    check_gaps(&of_another, &[], &[("iam:GetRole", Some(ROLE)), ("iam:GetRole", Some("x"))]);
}

#[test]
fn what_terraform_put_off_or_does_in_a_new_way_is_a_gap() {
    let odd = row(SERVICE, "web", &["reconcile"], &living("web"), &living("web"));
    check_gaps(&tidy([odd]), &[], &[("terraform:plan", Some("aws_ecs_express_gateway_service.web"))]);
}

/// The scopes with their gaps, and what is known of each service.
fn outline(report: &Report) -> (Vec<(String, usize)>, Vec<ServiceState>) {
    let scopes = report.scopes.iter().map(|entry| (format!("{} {}", entry.scope.account, entry.scope.region), entry.gaps.len()));
    (scopes.collect(), report.services.iter().map(|service| service.status).collect())
}

#[test]
fn a_service_in_another_account_or_region_is_a_gap_of_its_own_scope() {
    let elsewhere = after(create("shop"), "region", json!("eu-west-1"));
    let mut foreign = delete("web");
    foreign["change"]["before"]["service_arn"] = json!("arn:aws:ecs:us-east-1:999999999999:service/prod/web");
    let report = tidy([elsewhere, foreign]).report();
    assert!(report.findings.is_empty() && !report.is_complete());
    let expected = [("123456789012 eu-west-1", 1), ("123456789012 us-east-1", 0), ("999999999999 us-east-1", 1)];
    let (scopes, states) = outline(&report);
    assert_eq!(scopes, expected.map(|(scope, gaps)| (scope.to_owned(), gaps)));
    assert_eq!(states, [ServiceState::NotScanned, ServiceState::NotScanned]);
}

#[test]
fn each_service_is_judged_in_its_own_scope() {
    let ahead = tidy([create("web"), after(create("api"), "region", json!("eu-west-1"))]);
    let there = Scope { region: "eu-west-1".to_owned(), ..scope() };
    let elsewhere = Surroundings::unread(ScopeInventory::unread(there, now()));
    let report = ahead.report_on(&[ahead.met(), elsewhere]);
    let codes: Vec<_> =
        report.findings.iter().map(|finding| (finding.claim.code().as_str(), finding.subject.scope.region.as_str())).collect();
    assert_eq!(codes, [("name-taken", "us-east-1")]);
    let gaps = |region: &str| report.scopes.iter().find(|entry| entry.scope.region == region).map(|entry| entry.gaps.len());
    assert_eq!((gaps("us-east-1"), gaps("eu-west-1")), (Some(0), Some(5)));
}

#[test]
fn a_service_that_gives_no_region_is_judged_where_only_one_was_looked_at() {
    let nowhere = after(create("web"), "region", json!(null));
    let ahead = tidy([nowhere]);
    let codes = |report: &Report| report.findings.iter().map(|finding| finding.claim.code().as_str()).collect::<Vec<_>>();
    let alone = ahead.report();
    assert!(codes(&alone) == ["name-taken"] && alone.is_complete());

    let there = Scope { region: "eu-west-1".to_owned(), ..scope() };
    let both = ahead.report_on(&[ahead.met(), Surroundings::unread(ScopeInventory::unread(there, now()))]);
    assert!(codes(&both).is_empty() && !both.is_complete());
    assert_eq!(outline(&both).1, [ServiceState::NotScanned]);
    let gaps: Vec<_> = both.scopes.iter().flat_map(|entry| &entry.gaps).map(|gap| gap.parent.as_deref()).collect();
    assert!(gaps.contains(&Some("aws_ecs_express_gateway_service.web")), "{gaps:?}");

    let mut settled = ahead.plan();
    settled.settle_in("us-east-1");
    assert_eq!(settled.services[0].region(), Some("us-east-1"));
}

#[test]
fn a_service_whose_infrastructure_role_is_another_accounts_lies_there() {
    let foreign = after(create("shop"), "infrastructure_role_arn", json!("arn:aws:iam::999999999999:role/infra"));
    let report = tidy([foreign]).without(Kind::SecurityGroup, GROUP).report();
    assert!(report.findings.is_empty() && !report.is_complete());
    let expected = [("123456789012 us-east-1", 0), ("999999999999 us-east-1", 1)].map(|(scope, gaps)| (scope.to_owned(), gaps));
    assert_eq!(outline(&report), (expected.to_vec(), vec![ServiceState::NotScanned]));
}

#[test]
fn a_status_that_nobody_has_heard_of_is_a_gap() {
    check_gaps(&Ahead::of(World::tidy().puzzle("web"), [create("web")]), &[], &[("ecs:DescribeServices", Some(WEB))]);
}
