//! Compared with an earlier report: what is new, known, back, gone, and what nobody can tell.

use std::collections::BTreeMap;

use ecs_express_audit::inventory::{Collection, Inventory};
use ecs_express_audit::model::{
    Arn, Baseline, Claim, Confidence, Finding, Kind, Outcome, Report, Scope, Subject, Timestamp, UnjudgedResource, Waived, WaiverRef,
};
use ecs_express_audit::{Declared, audit, compare, input};

use crate::report::json;
use crate::world::{DAY, Parts, World, now, scope};

const EXISTING: &str = "existing draining-service prod/web";
const NEW: &str = "new draining-service prod/web";
const UNRESOLVED: &str = "unresolved draining-service prod/web";

/// One finding: a service that drains.
fn draining() -> World {
    World::tidy().drain("web", 5)
}

pub(crate) fn day(n: i64) -> Timestamp {
    Timestamp::from_unix_seconds(now().unix_seconds() + n * DAY)
}

fn read(before: &Report) -> Baseline {
    input::read_baseline("last.json", json(before).as_bytes()).expect("a report is a baseline")
}

/// The report on the account that many days later, compared with an earlier report as it was written.
pub(crate) fn on(days: i64, world: &World, before: &Report) -> Report {
    let mut world = world.clone();
    world.now = day(days);
    compared(world.report(), before, &world.declared)
}

fn compared(mut report: Report, before: &Report, declared: &Declared) -> Report {
    compare(&mut report, &read(before), declared);
    report
}

/// A line a finding, waived or not, and a line a past one.
fn told(report: &Report) -> Vec<String> {
    let line = |finding: &Finding| format!("{} {} {}", finding.history.status.as_str(), finding.claim.code(), finding.subject.name);
    let findings = report.findings.iter().map(line).chain(report.waived.iter().map(|waived| line(&waived.finding)));
    let past = report.past.iter().map(|past| {
        let fate = if past.resolved_at.is_some() { "resolved" } else { "unresolved" };
        format!("{fate} {} {}", past.code, past.name)
    });
    let mut lines: Vec<String> = findings.chain(past).collect();
    lines.sort();
    lines
}

fn first_seen(report: &Report) -> Vec<Option<Timestamp>> {
    report.findings.iter().map(|finding| finding.history.first_seen).collect()
}

#[test]
fn without_a_baseline_everything_is_new() {
    let report = draining().report();
    assert_eq!((told(&report), first_seen(&report), report.compared_with), (vec![NEW.to_owned()], vec![None], None));
    assert_eq!(report.outcome(), Outcome::Findings);
}

#[test]
fn what_the_baseline_has_is_known_and_does_not_count() {
    let report = on(0, &draining(), &draining().report());
    assert_eq!((told(&report), first_seen(&report)), (vec![EXISTING.to_owned()], vec![Some(day(0))]));
    assert_eq!((report.outcome(), report.compared_with), (Outcome::Clean, Some(day(0))));
}

#[test]
fn with_fail_on_existing_what_is_known_counts_too() {
    let mut world = draining();
    world.policy.fail_on_existing = true;
    let report = on(0, &world, &draining().report());
    assert_eq!((told(&report), report.outcome()), (vec![EXISTING.to_owned()], Outcome::Findings));
}

#[test]
fn what_the_baseline_lacks_is_new_and_counts() {
    let report = on(1, &draining(), &World::tidy().report());
    assert_eq!((told(&report), first_seen(&report)), (vec![NEW.to_owned()], vec![None]));
    assert_eq!(report.outcome(), Outcome::Findings);
}

#[test]
fn when_it_was_first_seen_is_carried_from_report_to_report() {
    let second = on(1, &draining(), &draining().report());
    let third = on(2, &draining(), &second);
    assert_eq!(first_seen(&third), [Some(day(0))]);
}

#[test]
fn an_older_account_judged_after_a_newer_one_was_first_seen_then() {
    let report = on(-3, &World::tidy().drain("web", 5 * 24 * 60), &on(0, &draining(), &World::tidy().report()));
    assert_eq!(first_seen(&report), [Some(day(-3))]);
}

#[test]
fn what_an_older_account_does_not_have_was_first_seen_then_too() {
    let report = on(-3, &World::tidy(), &on(0, &draining(), &World::tidy().report()));
    assert_eq!(report.past.iter().map(|past| past.first_seen).collect::<Vec<_>>(), [day(-3)]);
}

#[test]
fn what_got_worse_counts_although_it_is_known() {
    let mut later = draining();
    later.now = Timestamp::from_unix_seconds(now().unix_seconds() + 3_600);
    let report = compared(later.report(), &draining().report(), &later.declared);
    assert_eq!((told(&report), report.findings[0].history.got_worse), (vec![EXISTING.to_owned()], true));
    assert_eq!(report.outcome(), Outcome::Findings);
    let again = on(1, &draining(), &report);
    assert_eq!((again.findings[0].history.got_worse, again.outcome()), (false, Outcome::Clean));
}

#[test]
fn what_got_worse_while_nobody_could_look_counts_afterwards() {
    let unread = on(0, &World::tidy().unread(Collection::Services, &cluster()), &draining().report());
    assert!(told(&unread).contains(&UNRESOLVED.to_owned()), "{:?}", told(&unread));
    let report = on(1, &draining(), &unread);
    assert!(report.findings[0].history.got_worse && report.outcome() == Outcome::Findings);
}

fn cluster() -> String {
    World::tidy().live.clusters[0].arn.to_string()
}

#[test]
fn what_is_gone_from_a_completely_read_scope_is_resolved() {
    let report = on(1, &World::tidy(), &draining().report());
    assert_eq!(told(&report), ["resolved draining-service prod/web"]);
    let past = report.newly_resolved().next().expect("one");
    assert_eq!((past.first_seen, past.resolved_at), (day(0), Some(day(1))));
    assert_eq!(report.outcome(), Outcome::Clean);
}

#[test]
fn what_comes_back_is_news_and_keeps_when_it_was_first_seen() {
    let gone = on(1, &World::tidy(), &draining().report());
    let still_gone = on(2, &World::tidy(), &gone);
    assert_eq!((still_gone.newly_resolved().count(), still_gone.past[0].resolved_at), (0, Some(day(1))));
    let back = on(3, &draining(), &still_gone);
    assert_eq!((told(&back), first_seen(&back)), (vec!["reappeared draining-service prod/web".to_owned()], vec![Some(day(0))]));
    assert_eq!(back.outcome(), Outcome::Findings);
    assert_eq!(told(&on(4, &draining(), &back)), [EXISTING]);
}

#[test]
fn what_was_resolved_is_remembered_for_ninety_days() {
    let gone = on(0, &World::tidy(), &draining().report());
    assert_eq!(on(90, &World::tidy(), &gone).past.len(), 1);
    let forgotten = on(91, &World::tidy(), &gone);
    assert_eq!(told(&forgotten), [""; 0]);
    assert_eq!(told(&on(92, &draining(), &forgotten)), [NEW]);
}

#[test]
fn an_incomplete_night_neither_resolves_nor_forgets() {
    for (collection, parent) in World::tidy().planned() {
        let night = on(1, &World::tidy().unread(collection, &parent), &draining().report());
        assert!(told(&night).contains(&UNRESOLVED.to_owned()), "{collection:?} {parent}: {:?}", told(&night));
        let next = on(2, &draining(), &night);
        assert_eq!((told(&next), first_seen(&next)), (vec![EXISTING.to_owned()], vec![Some(day(0))]));
        assert_eq!(told(&on(2, &World::tidy(), &night)), ["resolved draining-service prod/web"]);
    }
}

#[test]
fn a_scope_that_is_not_scanned_resolves_nothing() {
    let mut elsewhere = World::empty();
    "eu-west-1".clone_into(&mut elsewhere.live.scope.region);
    let report = on(1, &elsewhere, &draining().report());
    assert_eq!((told(&report), report.is_complete()), (vec![UNRESOLVED.to_owned()], true));
    let World { declared, policy, now, .. } = World::empty();
    let nothing = audit(&declared, &Inventory::default(), &policy, now);
    assert_eq!(told(&compared(nothing, &draining().report(), &declared)), [UNRESOLVED]);
}

#[test]
fn of_two_scopes_only_the_complete_one_resolves() {
    let (mut two, mut beside) = (draining(), draining().scan());
    "eu-west-1".clone_into(&mut beside.scope.region);
    two.others.push(beside);
    let before = two.report();
    let mut after = World::tidy().unread(Collection::Alarms, "");
    let mut beside = World::tidy().scan();
    "eu-west-1".clone_into(&mut beside.scope.region);
    after.others.push(beside);
    let report = on(1, &after, &before);
    let fates: BTreeMap<&str, bool> = report.past.iter().map(|past| (past.scope.region.as_str(), past.resolved_at.is_some())).collect();
    assert_eq!(fates, BTreeMap::from([("eu-west-1", true), ("us-east-1", false)]));
}

#[test]
fn what_could_not_be_judged_is_not_resolved() {
    let web = Parts::of("web").service();
    let mut report = World::tidy().report();
    report.unjudged.push(UnjudgedResource { arn: web, kind: Kind::Service, because: "it was not read".to_owned() });
    assert_eq!(told(&compared(report, &draining().report(), &Declared::default())), [UNRESOLVED]);
}

#[test]
fn a_service_of_which_nobody_knows_the_state_is_not_resolved() {
    let report = on(1, &draining().puzzle("web"), &draining().report());
    assert!(told(&report).contains(&UNRESOLVED.to_owned()), "{:?}", told(&report));
}

#[test]
fn without_declarations_nothing_that_needs_one_is_resolved() {
    let undeclared = || World::tidy().declaring("api");
    let before = undeclared().report();
    assert_eq!(told(&before), ["new undeclared-service prod/web"]);
    assert_eq!(told(&on(1, &World::tidy(), &before)), ["unresolved undeclared-service prod/web"]);
    assert_eq!(told(&on(1, &undeclared().declaring("web"), &before)), ["resolved undeclared-service prod/web"]);
}

/// The report with all of its findings accepted.
fn waiving(mut report: Report) -> Report {
    let accepted = |finding| Waived { finding, waiver: waiver(), expires: day(30) };
    report.waived = std::mem::take(&mut report.findings).into_iter().map(accepted).collect();
    report
}

fn waiver() -> WaiverRef {
    let [place, covers, reason, owner] = ["audit.toml, line 1", "code = \"orphan\"", "kept", "a team"].map(str::to_owned);
    WaiverRef { place, covers, reason, owner }
}

#[test]
fn a_finding_that_is_waived_now_is_not_resolved() {
    let report = compared(waiving(draining().report()), &draining().report(), &Declared::default());
    assert_eq!((told(&report), report.past.len()), (vec![EXISTING.to_owned()], 0));
    assert_eq!(report.waived[0].finding.history.first_seen, Some(day(0)));
}

#[test]
fn a_finding_that_was_waived_is_known() {
    assert_eq!(told(&on(1, &draining(), &waiving(draining().report()))), [EXISTING]);
}

#[test]
fn what_is_said_of_a_waiver_is_resolved_by_a_complete_report_only() {
    let anywhere = Scope { account: "*".to_owned(), region: "*".to_owned(), ..scope() };
    let subject = Subject { scope: anywhere, kind: Kind::Service, arn: None, name: "audit.toml, line 1".to_owned() };
    let mut before = World::tidy().report();
    before.findings.push(Finding::new(Claim::UnusedWaiver { waiver: waiver() }, subject, Confidence::Confirmed));
    assert_eq!(told(&on(1, &World::tidy(), &before)), ["resolved unused-waiver audit.toml, line 1"]);
    let unread = World::tidy().unread(Collection::Alarms, "");
    assert_eq!(told(&on(1, &unread, &before)), ["unresolved unused-waiver audit.toml, line 1"]);
}

#[test]
fn the_baseline_tells_since_when_leftovers_are_known() {
    let dead = World::tidy().kill("web", 60).kill("api", 60).custom_rule();
    let first = dead.report();
    let second = on(1, &dead, &first);
    let leftovers: BTreeMap<Arn, Timestamp> =
        first.findings.iter().filter_map(|finding| Some((finding.subject.arn.clone()?, day(0)))).collect();
    assert!(leftovers.len() > 5);
    assert_eq!(read(&second).first_seen(), leftovers);
    assert_eq!(read(&draining().report()).first_seen(), BTreeMap::new(), "what lives is no leftover");
    let gone = on(2, &World::tidy(), &second);
    assert!(gone.newly_resolved().count() > 5);
    assert_eq!(read(&gone).first_seen(), BTreeMap::new(), "what was gone has to grow old again");
    let unread = on(2, &World::tidy().unread(Collection::Alarms, ""), &second);
    assert_eq!(read(&unread).first_seen(), leftovers);
}

#[test]
fn the_gravest_past_finding_comes_first() {
    let report = on(1, &World::tidy(), &World::tidy().kill("web", 60).kill("api", 60).report());
    let severities: Vec<_> = report.past.iter().map(|past| past.severity).collect();
    assert!(severities.len() > 5 && severities.is_sorted_by(|a, b| a >= b), "{severities:?}");
}

#[test]
fn what_is_somebody_elses_now_is_not_resolved() {
    let mut world = World::tidy().kill("web", 60);
    let before = world.report();
    world.policy.own.services = vec!["prod/api".parse().expect("a pattern")];
    let report = compared(world.report(), &before, &world.declared);
    assert!(!report.past.is_empty() && report.past.iter().all(|past| past.resolved_at.is_none()), "{:#?}", report.past);
}
