//! `forget-leaves-running`: Terraform lets go of what runs on.

use super::ahead::{Ahead, check, check_message, tidy};
use super::rows::forget;
use crate::world::World;

const FOUND: &str = "forget-leaves-running high confirmed service prod/web";

#[test]
fn a_forgotten_service_runs_on() {
    check(&tidy([forget("web")]), &[FOUND]);
    check_message(&tidy([forget("web")]), FOUND, &["forgotten, not deleted"]);
}

#[test]
fn what_is_declared_elsewhere_is_well_kept() {
    check(&Ahead::of(World::tidy().declaring("web"), [forget("web")]), &[]);
    check(&Ahead::of(World::tidy().declaring_id("arn:aws:ecs:us-east-1:123456789012:service/prod/web"), [forget("web")]), &[]);
    check(&Ahead::of(World::tidy().declaring("api"), [forget("web")]), &[FOUND]);
}

#[test]
fn what_is_gone_or_going_does_not_run_on() {
    check(&Ahead::of(World::tidy().kill("web", 60), [forget("web")]), &[]);
    check(&Ahead::of(World::tidy().forget("web"), [forget("web")]), &[]);
    check(&Ahead::of(World::tidy().drain("web", 1), [forget("web")]), &[]);
}
