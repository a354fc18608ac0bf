//! Waivers: what they accept, when they no longer do, and when they are not used.

use ecs_express_audit::Declared;
use ecs_express_audit::input::read_config;
use ecs_express_audit::inventory::Collection;
use ecs_express_audit::model::{Claim, Code, Outcome, Report, Severity, Timestamp};

use crate::check::{check, check_change, judge, line};
use crate::report::json;
use crate::world::{Parts, World};

/// The waivers with these criteria, good until the end of 2027.
fn waiving(mut world: World, criteria: &[&str]) -> World {
    let waiver = |criteria: &&str| format!("[[waiver]]\n{criteria}\nreason = \"it is known\"\nowner = \"ops\"\nexpires = 2027-12-31\n");
    let text: String = criteria.iter().map(waiver).collect();
    let config = read_config("w.toml", text.as_bytes()).unwrap_or_else(|error| panic!("cannot {error}"));
    world.policy.waivers = config.waivers;
    world
}

/// One leftover: the log group of a service that is gone.
fn leftover() -> World {
    let web = Parts::of("web");
    let mut world = World::tidy().kill("web", 60);
    world.live.task_families.retain(|family| family.name != web.family());
    let all: Vec<_> = world.live.resources().map(|resource| resource.arn().clone()).collect();
    let kept = |arn: &&ecs_express_audit::model::Arn| {
        let of_api = World::empty().with_balancer().with_service("api");
        !of_api.live.resources().any(|resource| resource.arn() == *arn) && **arn != web.log_group()
    };
    let gone: Vec<_> = all.iter().filter(kept).cloned().collect();
    world.purge(&gone)
}

const LEFTOVER: &str = "orphan info potential log-group <web logs>";

fn unused(line: usize) -> String {
    format!("unused-waiver low confirmed service w.toml, line {line}")
}

fn waived(world: &World) -> Vec<String> {
    world.report().waived.iter().map(|waived| line(world, &waived.finding)).collect()
}

#[test]
fn the_leftover_is_one_finding() {
    check(&leftover(), &[LEFTOVER]);
}

#[test]
fn a_waived_finding_is_set_apart_with_its_waiver_and_counts_for_nothing() {
    let mut world = waiving(leftover(), &["code = \"orphan\"\nkind = \"log-group\""]);
    world.policy.fail_on = "info".parse().expect("a severity");
    let report = world.report();
    check(&world, &[]);
    assert_eq!(waived(&world), [LEFTOVER]);
    assert_eq!((report.outcome(), report.summary().findings), (Outcome::Clean, 0));
    assert_eq!(report.waived[0].waiver.covers, "code = \"orphan\", kind = \"log-group\"");
    assert_eq!(report.waived[0].expires, Timestamp::parse("2027-12-31T23:59:59Z").expect("a time"));
}

#[test]
fn each_criterion_alone_covers_the_leftover() {
    let fingerprint = format!("fingerprint = \"{}\"", leftover().report().findings[0].fingerprint());
    let criteria = [
        "code = \"orphan\"",
        "kind = \"log-group\"",
        "account = \"1234*\"",
        "region = \"us-*\"",
        "service = \"prod/w*\"",
        "arn = \"arn:aws:logs:*:*:log-group:/aws/ecs/*\"",
        &fingerprint,
    ];
    for criterion in criteria {
        check(&waiving(leftover(), &[criterion]), &[]);
    }
    check(&waiving(leftover(), &[&criteria.join("\n")]), &[]);
}

#[test]
fn one_criterion_that_does_not_match_is_enough_not_to_cover() {
    for criterion in ["code = \"superseded\"", "code = \"orphan\"\nservice = \"prod/api\"", "arn = \"arn:aws:logs:*:prod/api\""] {
        check(&waiving(leftover(), &[&format!("{criterion}\nregion = \"us-east-1\"")]), &[LEFTOVER, &unused(1)]);
    }
}

#[test]
fn a_waiver_of_a_service_covers_what_is_said_of_it_and_of_what_is_tied_to_it() {
    let world = World::tidy().kill("web", 60).kill("api", 60);
    let left = judge(&waiving(world, &["service = \"prod/web\""]));
    assert!(!left.iter().any(|line| line.contains("<web") || line.contains("prod/web")), "{left:#?}");
    assert!(!left.iter().any(|line| line.contains(" load-balancer ")), "the load balancer was that service's too: {left:#?}");
    assert!(left.iter().any(|line| line.contains("<api host>")), "{left:#?}");
    let undeclared = World::tidy().declaring("web");
    check(&waiving(undeclared, &["service = \"prod/api\""]), &[]);
}

#[test]
fn a_waiver_holds_to_the_end_of_its_last_day() {
    let mut world = waiving(leftover(), &["code = \"orphan\""]);
    world.policy.waivers[0].expires = world.now;
    check(&world, &[]);
}

#[test]
fn an_expired_waiver_waives_nothing_and_is_one_finding() {
    for mut world in [leftover(), World::tidy()] {
        let before = judge(&world);
        world = waiving(world, &["code = \"orphan\"\nkind = \"log-group\""]);
        world.policy.waivers[0].expires = Timestamp::from_unix_seconds(world.now.unix_seconds() - 1);
        let mut expected: Vec<&str> = before.iter().map(String::as_str).collect();
        expected.push("expired-waiver low confirmed log-group w.toml, line 1");
        check(&world, &expected);
    }
}

#[test]
fn an_unused_waiver_is_named_by_its_place() {
    let world = waiving(leftover(), &["code = \"orphan\"", "code = \"detached\""]);
    check(&world, &[&unused(6)]);
    let report = world.report();
    let finding = &report.findings[0];
    assert_eq!(finding.message(), "the waiver at w.toml, line 6 waives what was not found (code = \"detached\"); delete it");
    assert_eq!((finding.subject.arn.as_ref(), finding.subject.scope.account.as_str()), (None, "*"));
}

#[test]
fn of_two_waivers_of_one_finding_both_are_used() {
    check(&waiving(leftover(), &["code = \"orphan\"", "kind = \"log-group\""]), &[]);
}

#[test]
fn the_place_of_a_waiver_is_not_its_identity() {
    let of = |criteria: &[&str]| waiving(World::tidy(), criteria).report().findings.pop().expect("a finding").fingerprint();
    assert_eq!(of(&["kind = \"alarm\""]), of(&["code = \"orphan\"", "kind = \"alarm\""]));
    assert_ne!(of(&["kind = \"alarm\""]), of(&["kind = \"listener\""]));
}

#[test]
fn while_something_is_not_read_no_waiver_is_unused() {
    let world = waiving(World::tidy(), &["code = \"orphan\""]);
    check(&world, &[&unused(1)]);
    check(&world.unread(Collection::Alarms, ""), &[]);
}

#[test]
fn while_something_is_not_judged_no_waiver_is_unused() {
    let world = waiving(World::tidy().kill("web", 60).puzzle("web"), &["code = \"detached\""]);
    assert!(world.report().scopes.iter().all(|scope| scope.gaps.is_empty()) && !world.report().unjudged.is_empty());
    assert!(!judge(&world).iter().any(|line| line.starts_with("unused-waiver")));
}

#[test]
fn a_waiver_for_what_was_not_scanned_says_nothing() {
    for criterion in
        ["account = \"999999999999\"", "region = \"eu-*\"", "arn = \"arn:aws:logs:eu-west-1:*\"", "arn = \"arn:aws:logs:*:999999999999:*\""]
    {
        check(&waiving(World::tidy(), &[&format!("code = \"orphan\"\n{criterion}")]), &[]);
    }
}

#[test]
fn a_waiver_of_one_region_does_not_wait_for_another() {
    let mut elsewhere = World::empty().scan();
    elsewhere.scope.region = "eu-west-1".to_owned();
    elsewhere.reads.revoke(Collection::Alarms, "");
    let mut world = waiving(World::tidy(), &["code = \"orphan\"\nregion = \"us-*\"", "code = \"orphan\"\nregion = \"*\""]);
    world.others.push(elsewhere);
    check(&world, &[&unused(1)]);
}

#[test]
fn without_declarations_a_waiver_of_what_only_they_show_is_not_unused() {
    let of_arns = ["arn = \"arn:aws:ecs:*:*:service/prod/*\"", "arn = \"arn:aws:*:service/prod/*\""];
    let others = ["code = \"drift\"", "code = \"missing-service\"", "kind = \"service\"", "service = \"prod/*\""];
    for criterion in others.into_iter().chain(of_arns) {
        check(&waiving(World::tidy(), &[criterion]), &[]);
    }
    let declared = World::tidy().declaring("web").declaring("api");
    check(&waiving(declared, &["code = \"missing-service\""]), &[&unused(1)]);
    assert_eq!(World::tidy().declared, Declared::default());
}

#[test]
fn where_a_glob_over_arns_has_no_account_its_stars_may_stand_for_one() {
    // The first star stands for all that is before the resource.
    check(&waiving(World::tidy(), &["arn = \"arn:*:log-group:/aws/*\""]), &[&unused(1)]);
    // Where there is an account, what is before it is the Region.
    check(&waiving(World::tidy(), &["code = \"orphan\"\narn = \"arn:aws:logs:*-west-1:123456789012:*\""]), &[]);
}

#[test]
fn an_audit_says_nothing_of_a_waiver_of_what_only_plans_show() {
    check(&waiving(World::tidy(), &["code = \"name-taken\""]), &[]);
}

#[test]
fn what_is_said_of_waivers_has_its_severity_from_the_configuration_and_cannot_be_waived() {
    let mut world =
        waiving(World::tidy(), &["code = \"orphan\"", "account = \"*\"\nkind = \"alarm\"", "region = \"*\"\nkind = \"listener\""]);
    world.policy.severities.insert((Code::UnusedWaiver, None), Severity::Info);
    let report = world.report();
    assert_eq!(report.findings.len(), 3);
    assert!(report.findings.iter().all(|finding| finding.severity == Severity::Info), "{:#?}", judge(&world));
    assert_eq!(report.waived, []);
}

#[test]
fn a_waiver_changes_nothing_but_what_it_covers() {
    let before = World::tidy().kill("web", 60);
    let after = waiving(before.clone(), &["kind = \"log-group\""]);
    check_change(&before, &after, &["- orphan info potential log-group <web logs>"]);
    let rest = |report: &Report| (report.services.clone(), report.unjudged.clone(), report.scopes.clone());
    assert_eq!(rest(&before.report()), rest(&after.report()));
}

#[test]
fn the_json_report_has_the_waived_findings_with_who_answers_for_them() {
    let report = waiving(leftover(), &["code = \"orphan\"", "kind = \"alarm\""]).report();
    let json: serde_json::Value = serde_json::from_str(&json(&report)).expect("JSON");
    assert_eq!((json["waived"][0]["code"].as_str(), json["waived"][0]["waiver"]["owner"].as_str()), (Some("orphan"), Some("ops")));
    assert!(json["findings"][0]["arn"].is_null());
    assert!(matches!(report.findings[0].claim, Claim::UnusedWaiver { .. }));
}
