//! What the configuration changes: severities, grace periods of single kinds, first sightings, declarations that are not all.

use std::time::Duration;

use ecs_express_audit::model::{Code, Kind, Outcome, Severity};

use crate::check::{check, check_change, check_message, judge};
use crate::world::{DAY, MINUTE, Parts, World, seconds_ago};

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn a_severity_of_a_code_holds_for_all_kinds_and_one_of_a_kind_wins() {
    let before = World::tidy().kill("web", 60).purge(&[Parts::of("web").certificate()]);
    let mut after = before.clone();
    after.policy.severities.insert((Code::Orphan, None), Severity::Info);
    after.policy.severities.insert((Code::Orphan, Some(Kind::LogGroup)), Severity::Critical);
    let said = judge(&after);
    assert_eq!(said.len(), judge(&before).len());
    for line in said.iter().filter(|line| line.starts_with("orphan ")) {
        let severity = if line.contains(" log-group ") { "critical" } else { "info" };
        assert!(line.starts_with(&format!("orphan {severity} ")), "{line}");
    }
}

#[test]
fn a_severity_of_another_code_changes_nothing() {
    let mut world = World::tidy().kill("web", 60);
    world.policy.severities.insert((Code::DanglingReference, None), Severity::Critical);
    check_change(&World::tidy().kill("web", 60), &world, &[]);
}

#[test]
fn a_severity_decides_what_counts() {
    let mut world = World::tidy().declaring("web");
    assert_eq!(world.report().outcome(), Outcome::Findings);
    world.policy.severities.insert((Code::UndeclaredService, None), Severity::Info);
    assert_eq!(world.report().outcome(), Outcome::Clean);
}

#[test]
fn an_undeclared_service_is_worth_knowing_where_others_declare_elsewhere() {
    let mut world = World::tidy().declaring("web");
    world.policy.declared_partial = true;
    check(&world, &["undeclared-service info confirmed service prod/api"]);
}

#[test]
fn a_severity_that_was_given_wins_over_declarations_that_are_not_all() {
    let mut world = World::tidy().declaring("web");
    world.policy.declared_partial = true;
    world.policy.severities.insert((Code::UndeclaredService, Some(Kind::Service)), Severity::High);
    check(&world, &["undeclared-service high confirmed service prod/api"]);
}

#[test]
fn a_kind_with_a_grace_period_of_its_own_waits_alone() {
    let mut patient = World::tidy().kill("web", 59);
    patient.policy.grace_of.insert(Kind::LogGroup, HOUR);
    check_change(&World::tidy().kill("web", 59), &patient, &["- orphan info potential log-group <web logs>"]);
    let mut later = World::tidy().kill("web", 60);
    later.policy.grace_of.insert(Kind::LogGroup, HOUR);
    check_change(&World::tidy().kill("web", 60), &later, &[]);
}

#[test]
fn a_kind_with_a_shorter_grace_period_does_not_wait() {
    let mut world = World::tidy().kill("web", 5);
    world.policy.grace_of.insert(Kind::Alarm, Duration::ZERO);
    check_change(&World::tidy().kill("web", 5), &world, &["+ orphan low confirmed alarm prod/web/RollbackAlarm"]);
}

#[test]
fn a_family_and_a_cluster_wait_as_their_kinds_do() {
    let mut world = World::tidy().kill("web", 59).kill("api", 59);
    world.policy.grace_of.extend([(Kind::TaskDefinition, HOUR), (Kind::Cluster, HOUR)]);
    let before = World::tidy().kill("web", 59).kill("api", 59);
    check_change(
        &before,
        &world,
        &[
            "- orphan info potential cluster prod",
            "- orphan info potential task-definition prod-api:3",
            "- orphan info potential task-definition prod-web:3",
        ],
    );
}

#[test]
fn a_service_waits_for_its_way_in_as_services_do() {
    let mut world = World::tidy().wedge("web").born("web", 59);
    world.policy.grace_of.insert(Kind::Service, HOUR);
    assert!(!judge(&world).iter().any(|line| line.starts_with("service-without-ingress ")));
    assert!(judge(&World::tidy().wedge("web").born("web", 59)).iter().any(|line| line.starts_with("service-without-ingress ")));
}

#[test]
fn what_nothing_ties_to_a_service_waits_for_deaths_as_its_own_kind_does() {
    let mut world = World::tidy().lone_balancer().kill("web", 59);
    let web = Parts::of("web");
    world = world.purge(&[web.rule(), web.group(), web.rollback_alarm(), web.target_group(1), web.target_group(2)]);
    let of_balancer = |world: &World| judge(world).iter().any(|line| line.starts_with("orphan ") && line.contains(" load-balancer "));
    assert!(of_balancer(&world));
    world.policy.grace_of.insert(Kind::LoadBalancer, HOUR);
    assert!(!of_balancer(&world));
}

/// Its service is so long gone that ECS forgot it, and nothing of the group has a time.
fn timeless() -> World {
    World::tidy().forget("web").forget("api")
}

const TIMELESS: &str = "security-group <web sg>";

#[test]
fn what_has_no_time_of_its_own_is_as_old_as_its_first_sighting() {
    let mut world = timeless();
    world.policy.first_seen.insert(Parts::of("web").group(), seconds_ago(2 * DAY));
    let (doubtful, sure) = (format!("- orphan medium potential {TIMELESS}"), format!("+ orphan medium confirmed {TIMELESS}"));
    check_change(&timeless(), &world, &[&doubtful, &sure]);
    check_message(&world, &format!("orphan medium confirmed {TIMELESS}"), &["its first appearance in a report was 2 days ago"]);
}

#[test]
fn a_first_sighting_counts_from_the_grace_period_on_and_changes_nothing_before() {
    let seen = |seconds: i64| {
        let mut world = timeless();
        world.policy.first_seen.insert(Parts::of("web").group(), seconds_ago(seconds));
        judge(&world)
    };
    assert_eq!(seen(15 * MINUTE - 1), judge(&timeless()), "it does not go because it was found");
    assert_ne!(seen(15 * MINUTE), judge(&timeless()));
}

#[test]
fn a_first_sighting_says_nothing_beside_a_known_time() {
    let mut world = World::tidy().kill("web", 60);
    world.policy.first_seen.insert(Parts::of("web").log_group(), seconds_ago(30 * DAY));
    check_message(&world, "orphan info potential log-group", &["its service's last event was 60 min ago"]);
}
