//! `draining-service` and `missing-service` of a plan: what it changes in place must be there.

use super::ahead::{Ahead, check, check_message};
use super::rows::{delete, update};
use crate::check::lines;
use crate::world::World;

#[test]
fn what_is_going_or_gone_cannot_be_changed() {
    let draining = Ahead::of(World::tidy().drain("web", 1), [update("web")]);
    check(&draining, &["draining-service high confirmed service prod/web"]);
    let missing = "missing-service high confirmed service prod/web";
    check(&Ahead::of(World::tidy().kill("web", 60), [update("web")]), &[missing]);
    let absent = Ahead::of(World::tidy().forget("web"), [update("web")]);
    check(&absent, &[missing]);
    check_message(&absent, missing, &["aws_ecs_express_gateway_service.web"]);
}

#[test]
fn what_lives_can_and_what_is_going_may_be_deleted() {
    check(&Ahead::of(World::tidy(), [update("web")]), &[]);
    let deleted = Ahead::of(World::tidy().drain("web", 1), [delete("web")]);
    let found = lines(&deleted.world, &deleted.report());
    assert!(found.iter().all(|line| line.starts_with("destroy-leaves")), "{found:?}");
}
