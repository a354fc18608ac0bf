//! Task definitions: one finding a family, and only where its service is known to be dead.

use ecs_express_audit::kinds::TaskFamily;
use ecs_express_audit::model::{Claim, Kind};

use crate::check::{check_change, check_message, check_never, judge};
use crate::world::{Parts, World, arn};

fn dead() -> World {
    World::tidy().kill("web", 60)
}

#[test]
fn a_family_is_one_finding_and_covers_its_older_revisions() {
    let (report, web) = (dead().report(), Parts::of("web"));
    let findings: Vec<_> = report.findings.iter().filter(|finding| finding.subject.kind == Kind::TaskDefinition).collect();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].subject.arn, Some(web.task_definition(3)));
    let Claim::Orphan { also, .. } = &findings[0].claim else { panic!("{findings:?}") };
    assert_eq!(*also, [web.task_definition(1), web.task_definition(2)]);
}

#[test]
fn the_message_counts_the_older_revisions() {
    check_message(&dead(), "orphan info potential task-definition", &["prod-web:3", "2 older revision(s)", "prod/web"]);
}

#[test]
fn a_family_without_active_revisions_is_not_there() {
    let mut world = dead();
    world.live.task_families[0].revisions.clear();
    check_never(&world, "orphan", &["task-definition"]);
}

#[test]
fn a_family_that_a_living_service_runs_is_in_use() {
    let mut world = dead();
    world.live.revisions[0].task_definition = Some(Parts::of("web").task_definition(2));
    check_never(&world, "orphan", &["task-definition"]);
}

#[test]
fn a_declared_revision_keeps_the_whole_family() {
    let world = dead().declaring_id(Parts::of("web").task_definition(1).as_str());
    check_never(&world, "orphan", &["task-definition"]);
}

#[test]
fn a_family_whose_name_may_mean_a_living_service_too_is_not_called_left_over() {
    // `prod-eu-web` may be service `eu-web` of `prod`, or `web` of `prod-eu`.
    let living = World::tidy().with_cluster("prod-eu").with_service("prod-eu/web").with_service("eu-web").kill("eu-web", 60);
    check_never(&living, "orphan", &["task-definition prod-eu-web"]);
}

#[test]
fn a_family_of_no_known_service_is_the_customers() {
    let mut world = dead();
    let other = TaskFamily { name: "nightly".to_owned(), revisions: vec![arn("ecs", "task-definition/nightly:1")] };
    world.live.task_families.push(other);
    check_change(&dead(), &world, &[]);
}

#[test]
fn a_living_services_older_revisions_are_silent() {
    assert_eq!(judge(&World::tidy()), Vec::<String>::new());
}

#[test]
fn the_family_of_a_plain_service_under_the_same_name_is_in_use() {
    check_never(&World::tidy().replace_by_plain("web"), "orphan", &["task-definition"]);
}
