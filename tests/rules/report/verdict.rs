//! The outcome and the exit code that says the same.

use ecs_express_audit::inventory::Collection;
use ecs_express_audit::model::{ExitCode, FailOn, Outcome, Severity};

use crate::check::judge;
use crate::world::{Parts, World};

/// The exit code under that bar.
fn exit(mut world: World, fail_on: FailOn) -> ExitCode {
    world.policy.fail_on = fail_on;
    world.report().outcome().exit_code()
}

fn at(severity: Severity) -> FailOn {
    FailOn::AtLeast(severity)
}

/// One finding of severity medium and no other.
fn medium() -> World {
    World::tidy().drain("web", 5)
}

#[test]
fn a_finding_counts_from_its_own_severity_down() {
    assert_eq!(judge(&medium()).len(), 1);
    let codes = Severity::ALL.map(|severity| exit(medium(), at(severity)));
    assert_eq!(codes, [ExitCode::Findings, ExitCode::Findings, ExitCode::Findings, ExitCode::Clean, ExitCode::Clean]);
}

#[test]
fn with_never_no_finding_counts() {
    assert_eq!(exit(medium(), FailOn::Never), ExitCode::Clean);
}

#[test]
fn an_info_does_not_count_by_default() {
    let world = World::tidy().unclaim("web", &Parts::of("web").log_group());
    assert_eq!(judge(&world), ["superseded info potential log-group <web logs>"]);
    assert_eq!(world.report().outcome(), Outcome::Clean);
    assert_eq!(exit(world, at(Severity::Info)), ExitCode::Findings);
}

#[test]
fn a_finding_that_does_not_count_does_not_hide_a_gap() {
    let unread = medium().unread(Collection::LogGroups, "");
    assert_eq!(exit(unread.clone(), at(Severity::High)), ExitCode::Incomplete);
    assert_eq!(exit(unread, FailOn::Never), ExitCode::Incomplete);
}

#[test]
fn the_exit_codes_are_those_of_the_contract() {
    let codes = [ExitCode::Clean, ExitCode::CouldNotRun, ExitCode::Findings, ExitCode::Incomplete].map(|code| code as u8);
    assert_eq!(codes, [0, 1, 2, 3]);
}

#[test]
fn an_empty_account_that_was_read_is_clean() {
    assert_eq!(World::empty().report().outcome(), Outcome::Clean);
}
