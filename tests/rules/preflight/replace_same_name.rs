//! `replace-same-name`: what is deleted drains first, and its name is needed at once.

use ecs_express_audit::model::{Code, PlannedAction, ServiceState};
use serde_json::json;

use super::ahead::{Ahead, check, check_gaps, check_message, tidy};
use super::rows::{SERVICE, after, at, attributes, create, delete, living, replace, row, update};
use crate::world::{Parts, World};

const FOUND: &str = "replace-same-name high confirmed service prod/web";

#[test]
fn a_replacement_needs_the_name_of_what_it_deletes() {
    let ahead = tidy([replace("web", &["delete", "create"])]);
    check(&ahead, &[FOUND]);
    check_message(&ahead, FOUND, &["refuses while it drains", "aws_ecs_express_gateway_service.web"]);
}

#[test]
fn a_replacement_that_is_made_first_needs_it_even_sooner() {
    let ahead = tidy([replace("web", &["create", "delete"])]);
    check(&ahead, &[FOUND]);
    check_message(&ahead, FOUND, &["before aws_ecs_express_gateway_service.web deletes"]);
}

#[test]
fn so_it_is_with_two_addresses() {
    let ahead = tidy([delete("web"), at(create("web"), "module.new[0].aws_ecs_express_gateway_service.web")]);
    let report = ahead.report();
    assert!(report.findings.iter().any(|finding| finding.message().contains("module.new[0]")));
    check_message(&ahead, FOUND, &["deleted by aws_ecs_express_gateway_service.web", "by module.new[0]."]);
}

#[test]
fn what_is_deleted_beside_what_is_kept_is_another_service() {
    let report = tidy([update("api"), delete("web")]).report();
    assert!(report.findings.iter().all(|finding| finding.claim.code() != Code::ReplaceSameName), "{:#?}", report.findings);
}

#[test]
fn what_is_gone_already_frees_its_name_at_once() {
    check(&Ahead::of(World::tidy().kill("web", 1), [replace("web", &["delete", "create"])]), &[]);
}

#[test]
fn nobody_has_to_be_asked_for_that() {
    let arn = Parts::of("web").service().to_string();
    let ahead = tidy([replace("web", &["delete", "create"])]).unasked_service("web");
    check_gaps(&ahead, &[FOUND], &[("ecs:DescribeServices", Some(&arn))]);
}

#[test]
fn another_name_or_cluster_is_another_service() {
    check(&tidy([after(replace("web", &["delete", "create"]), "service_name", json!("shop"))]), &[]);
    let moved = row(SERVICE, "web", &["delete", "create"], &living("web"), &attributes("test/web"));
    check(&tidy([moved]), &[]);
}

#[test]
fn another_region_is_another_service() {
    let elsewhere = "eu-west-1";
    let report = tidy([after(replace("web", &["delete", "create"]), "region", json!(elsewhere))]).report();
    assert!(report.findings.iter().all(|finding| finding.claim.code() == Code::DestroyLeaves), "{:#?}", report.findings);
    let done: Vec<_> = report.services.iter().map(|entry| (entry.planned, entry.status)).collect();
    let (here, there) = ((PlannedAction::Delete, ServiceState::Active), (PlannedAction::Create, ServiceState::NotScanned));
    assert_eq!(done, [here, there].map(|(action, state)| (Some(action), state)));
    assert!(report.scopes.iter().any(|entry| entry.scope.region == elsewhere && entry.gaps.len() == 1));
}

#[test]
fn what_one_resource_keeps_another_one_must_not_delete() {
    let kept = at(row(SERVICE, "web", &["no-op"], &living("web"), &living("web")), "module.new.aws_ecs_express_gateway_service.web");
    let ahead = tidy([delete("web"), kept]);
    let report = ahead.report();
    assert!(report.findings.iter().any(|finding| finding.claim.code() == Code::ReplaceSameName));
    check_message(&ahead, FOUND, &["is kept at module.new.", "aws_ecs_express_gateway_service.web is the same service, and deletes it"]);
    assert!(ahead.plan().gone().is_empty(), "it is not to be waited for");
}
