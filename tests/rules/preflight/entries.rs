//! The services of a plan's report: what each of them is now.

use ecs_express_audit::model::{Arn, ServiceState};
use serde_json::json;

use super::ahead::{Ahead, tidy};
use super::rows::{create, unknown, update};
use crate::world::{Parts, World};

/// The state and the ARN of the one service of the plan.
#[track_caller]
fn entry(ahead: &Ahead) -> (ServiceState, Option<Arn>) {
    let mut services = ahead.report().services;
    assert_eq!(services.len(), 1, "{services:?}");
    let entry = services.remove(0);
    (entry.status, entry.arn)
}

#[test]
fn only_what_is_there_has_an_arn() {
    let arn = Parts::of("web").service();
    assert_eq!(entry(&tidy([create("web")])), (ServiceState::Active, Some(arn)));
    assert_eq!(entry(&Ahead::of(World::tidy().kill("web", 60), [create("web")])), (ServiceState::Inactive, None));
}

#[test]
fn a_service_whose_name_is_not_known_is_nobody_if_it_is_made_and_unknown_if_it_is_there() {
    assert_eq!(entry(&tidy([unknown(create("web"), "service_name")])), (ServiceState::Absent, None));
    let mut nameless = update("web");
    for side in ["before", "after"] {
        for attribute in ["service_name", "service_arn"] {
            nameless["change"][side][attribute] = json!(null);
        }
    }
    assert_eq!(entry(&tidy([nameless])), (ServiceState::Unknown, None));
}
