//! `forget-leaves-running`: Terraform lets go of what runs on.

use ecs_express_audit::DeclaredService;

use super::ahead::{Ahead, check, check_message, tidy};
use super::rows::{SERVICE, at, delete, forget, living, row};
use crate::world::World;

const FOUND: &str = "forget-leaves-running high confirmed service prod/web";

#[test]
fn a_forgotten_service_runs_on() {
    check(&tidy([forget("web")]), &[FOUND]);
    check_message(&tidy([forget("web")]), FOUND, &["forgotten, not deleted"]);
}

#[test]
fn what_is_declared_elsewhere_is_well_kept() {
    let moved = World::tidy().declaring_at("web", "other.tfstate: module.web.aws_ecs_express_gateway_service.web");
    check(&Ahead::of(moved, [forget("web")]), &[]);
    let at_the_same_address = World::tidy().declaring_at("web", "own.tfstate: aws_ecs_express_gateway_service.web");
    check(&Ahead::of(at_the_same_address, [forget("web")]), &[FOUND]);
    let mentioned = World::tidy().declaring_id("arn:aws:ecs:us-east-1:123456789012:service/prod/web");
    check(&Ahead::of(mentioned, [forget("web")]), &[FOUND]);
    check(&Ahead::of(World::tidy().declaring("api"), [forget("web")]), &[FOUND]);
}

#[test]
fn what_may_be_declared_elsewhere_or_is_in_another_region_is_not() {
    let place = "other.tfstate: module.web.aws_ecs_express_gateway_service.web";
    let changed = |change: fn(&mut DeclaredService)| {
        let mut world = World::tidy().declaring_at("web", place);
        let mut declared = world.declared.services.pop_first().expect("just declared");
        change(&mut declared);
        world.declared.services.insert(declared);
        Ahead::of(world, [forget("web")])
    };
    check(&changed(|_| {}), &[]);
    check(&changed(|declared| declared.is_certain = false), &[FOUND]);
    check(&changed(|declared| (declared.arn, declared.region) = (None, Some("eu-west-1".to_owned()))), &[FOUND]);
}

#[test]
fn what_is_gone_or_going_does_not_run_on() {
    check(&Ahead::of(World::tidy().kill("web", 60), [forget("web")]), &[]);
    check(&Ahead::of(World::tidy().forget("web"), [forget("web")]), &[]);
    check(&Ahead::of(World::tidy().drain("web", 1), [forget("web")]), &[]);
}

#[test]
fn what_the_plan_takes_over_at_another_address_is_well_kept() {
    let kept =
        |action: &str| at(row(SERVICE, "web", &[action], &living("web"), &living("web")), "module.new.aws_ecs_express_gateway_service.web");
    check(&tidy([forget("web"), kept("no-op")]), &[]);
    check(&tidy([forget("web"), kept("update")]), &[]);
    let again = at(forget("web"), "module.old.aws_ecs_express_gateway_service.web");
    check(&tidy([forget("web"), again]), &[FOUND, FOUND]);
    let deleted = at(delete("web"), "module.old.aws_ecs_express_gateway_service.web");
    let report = tidy([forget("web"), deleted]).report();
    assert!(report.findings.iter().any(|finding| finding.claim.code().as_str() == "forget-leaves-running"));
}

#[test]
fn what_has_become_an_ordinary_service_is_its_owners() {
    check(&Ahead::of(World::tidy().replace_by_plain("web"), [forget("web")]), &[]);
}
