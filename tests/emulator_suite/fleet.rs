//! Many accounts and Regions, through roles that are assumed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::support::{Report, World, text};

/// The account of the run's own credentials.
const HUB: &str = "123456789012";
const SECOND: &str = "222222222222";
const THIRD: &str = "333333333333";

/// A service of which everything is left behind.
fn leave_behind(world: &World, account: &str) {
    let service = world.step_in(account, json!({"do": "create", "cluster": "prod", "name": "web"}));
    world.step_in(account, json!({"do": "delete", "service": service["service"], "leave": "all"}));
}

/// A list of these accounts with a role in each.
fn accounts(world: &World, ids: &[&str]) -> String {
    let mut list = "role = \"audit\"\n".to_owned();
    for id in ids {
        let _ = writeln!(list, "[[account]]\nid = \"{id}\"");
    }
    world.file("accounts.toml", &list)
}

/// The scopes of a report as `ACCOUNT REGION`, and whether each is complete.
fn scopes(report: &Report) -> BTreeMap<String, bool> {
    let scopes = report.json["scopes"].as_array().expect("scopes").iter();
    scopes.map(|scope| (format!("{} {}", text(&scope["account"]), text(&scope["region"])), scope["complete"] == json!(true))).collect()
}

/// The gaps as `ACCOUNT REGION OPERATION CAUSE`.
fn gaps(report: &Report) -> BTreeSet<String> {
    let gaps = report.json["gaps"].as_array().expect("gaps").iter();
    let line = |gap: &Value| ["account", "region", "operation", "cause"].map(|key| text(&gap[key]).to_owned()).join(" ");
    gaps.map(line).collect()
}

/// The accounts in which something was found.
fn found_in(report: &Report) -> BTreeSet<&str> {
    report.json["findings"].as_array().into_iter().flatten().map(|finding| text(&finding["account"])).collect()
}

#[test]
fn the_accounts_of_a_list_are_read_through_their_roles_and_no_others() {
    let Some(world) = World::open("fleet-accounts") else { return };
    let Some(other) = World::open("fleet-accounts-other") else { return };
    leave_behind(&other, SECOND);
    leave_behind(&other, THIRD);
    let list = accounts(&world, &[HUB, SECOND]);
    world.calls();
    let run = world.run(&["audit", "--accounts", &list, "--region", &world.region, "--region", &other.region, "-f", "json"]);
    let report = Report::of(run);
    assert_eq!(report.code, 2);
    let expected = [HUB, SECOND].into_iter().flat_map(|id| [&world, &other].map(|world| (format!("{id} {}", world.region), true)));
    assert_eq!(scopes(&report), expected.collect());
    assert_eq!(found_in(&report), BTreeSet::from([SECOND]));
    // The role of each account is assumed once for all that is read in it, at the STS of one Region.
    let assumed = |world: &World| world.calls().iter().filter(|call| *call == "sts:AssumeRole").count();
    assert_eq!((assumed(&world), assumed(&other)), (2, 0));
}

#[test]
fn a_role_that_cannot_be_assumed_is_a_gap_of_its_account() {
    let Some(world) = World::open("fleet-denied") else { return };
    world.faults(json!([{"service": "sts", "operation": "AssumeRole", "fault": "deny", "match": THIRD, "times": null}]));
    let list = accounts(&world, &[SECOND, THIRD]);
    let report = Report::of(world.run(&["audit", "--accounts", &list, "--region", &world.region, "-f", "json"]));
    assert_eq!((report.code, &report.json["outcome"]), (3, &json!("incomplete")));
    assert_eq!(gaps(&report), BTreeSet::from([format!("{THIRD} {} sts:AssumeRole denied", world.region)]));
    assert!(scopes(&report)[&format!("{SECOND} {}", world.region)]);
}

#[test]
fn the_only_role_has_to_lead_somewhere_in_one_region_as_in_two() {
    let (Some(world), Some(other)) = (World::open("fleet-role"), World::open("fleet-role-other")) else { return };
    let role = format!("arn:aws:iam::{THIRD}:role/audit");
    let two = ["audit", "--role-arn", &role, "--region", &world.region, "--region", &other.region, "-f", "json"];
    let report = Report::of(world.run(&two));
    assert_eq!(report.code, 0);
    let read = scopes(&report);
    assert!(read.len() == 2 && [&world, &other].iter().all(|at| read[&format!("{THIRD} {}", at.region)]), "{read:?}");
    world.faults(json!([{"service": "sts", "operation": "AssumeRole", "fault": "deny", "match": THIRD, "times": null}]));
    for arguments in [&two[..], &two[..5]] {
        let run = world.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{arguments:?}");
        assert!(run.err.contains("cannot reach AWS in"), "{}", run.err);
    }
}

#[test]
fn credentials_that_lead_elsewhere_read_nothing() {
    let Some(world) = World::open("fleet-elsewhere") else { return };
    let list = world.file("accounts.toml", &format!("[[account]]\nid = \"{SECOND}\"\n"));
    let report = Report::of(world.run(&["audit", "--accounts", &list, "--region", &world.region, "-f", "json"]));
    assert_eq!(report.code, 3);
    assert_eq!(gaps(&report), BTreeSet::from([format!("{SECOND} {} sts:GetCallerIdentity denied", world.region)]));
    assert!(!world.calls().contains(&"ecs:ListClusters".to_owned()));
}

#[test]
fn every_region_that_is_enabled_is_read_in_each_account() {
    let Some(world) = World::open("fleet-all-regions") else { return };
    let Some(other) = World::open("fleet-all-regions-other") else { return };
    world.enabled_regions(&[&world.region, &other.region]);
    leave_behind(&other, HUB);
    let report = Report::of(world.run(&["audit", "--all-regions", "-f", "json"]));
    assert_eq!((report.code, scopes(&report).len(), found_in(&report)), (2, 2, BTreeSet::from([HUB])));
    let list = accounts(&world, &[SECOND]);
    let report = Report::of(world.run(&["audit", "--accounts", &list, "--all-regions", "-f", "json"]));
    assert_eq!((report.code, scopes(&report).len()), (0, 2));
}

/// A list that was denied is not an empty one.
#[test]
fn regions_that_cannot_be_listed_are_a_gap_and_never_none() {
    let Some(world) = World::open("fleet-regions-denied") else { return };
    world.faults(json!([{"service": "ec2", "operation": "DescribeRegions", "fault": "deny", "times": null}]));
    let expected = BTreeSet::from([format!("{HUB} unknown ec2:DescribeRegions denied")]);
    let report = Report::of(world.run(&["audit", "--all-regions", "-f", "json"]));
    assert_eq!((report.code, gaps(&report)), (3, expected.clone()));
    let listed = world.path("scopes.jsonl");
    assert_eq!(world.run(&["scopes", &listed, "--all-regions"]).code, 3);
    let snapshot = world.path("denied.jsonl");
    assert_eq!(world.run(&["snapshot", &snapshot, "--scopes", &listed]).code, 3);
    let report = Report::of(world.run(&["audit", "--snapshot", &snapshot, "-f", "json"]));
    assert_eq!((report.code, gaps(&report)), (3, expected));
}

#[test]
fn an_organization_is_read_to_its_last_page_and_who_is_suspended_is_named() {
    let Some(world) = World::open("fleet-organization") else { return };
    let account = |id: &str, state: &str| json!({"Id": id, "State": state, "Status": "ACTIVE"});
    world.organization(json!([[account(HUB, "ACTIVE")], [], [account(SECOND, "ACTIVE"), account(THIRD, "SUSPENDED")]]));
    let arguments = ["audit", "--organization", "--role-arn", "audit", "--region", &world.region, "-f", "json"];
    let report = Report::of(world.run(&arguments));
    assert_eq!(report.code, 3);
    assert_eq!(gaps(&report), BTreeSet::from([format!("{THIRD} unknown organizations:ListAccounts not-collected")]));
    assert_eq!(scopes(&report).into_values().filter(|complete| *complete).count(), 2);
    let report = Report::of(world.run(&[&arguments[..], &["--leave-out", THIRD]].concat()));
    assert_eq!((report.code, scopes(&report).len()), (0, 2));
    // The list breaks off in its middle: what was listed is read, and that there may be more is said.
    let mut global = World::open("fleet-organization-denied").expect("the suite runs");
    "us-east-1".clone_into(&mut global.region);
    global.faults(json!([{"service": "organizations", "operation": "ListAccounts", "fault": "deny", "match": "NextToken", "times": null}]));
    let report = Report::of(world.run(&arguments));
    assert_eq!((report.code, scopes(&report).len()), (3, 2));
    assert_eq!(gaps(&report), BTreeSet::from(["unknown unknown organizations:ListAccounts denied".to_owned()]));
    global.faults(json!([]));
}

#[test]
fn the_shards_of_a_list_make_the_whole_and_a_lost_one_is_a_gap() {
    let Some(world) = World::open("fleet-shards") else { return };
    let Some(other) = World::open("fleet-shards-other") else { return };
    let list = accounts(&world, &[HUB, SECOND, THIRD]);
    let scopes = world.path("scopes.jsonl");
    let run = world.run(&["scopes", &scopes, "--accounts", &list, "--region", &world.region, "--region", &other.region]);
    assert_eq!(run.code, 0, "{}", run.err);
    let shards = [0, 1].map(|index| world.path(&format!("shard-{index}.jsonl.gz")));
    for (index, shard) in shards.iter().enumerate() {
        let run = world.run(&["snapshot", shard, "--scopes", &scopes, "--shard", &format!("{index}/2")]);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    let merged = world.path("all.jsonl.gz");
    let merge = |files: &[&str]| world.run(&[&["merge"], files, &["--scopes", &scopes, "-o", &merged]].concat());
    assert_eq!(merge(&[&shards[0], &shards[1]]).code, 0);
    let report = Report::of(world.run(&["audit", "--snapshot", &merged, "-f", "json"]));
    assert_eq!((report.code, self::scopes(&report).len()), (0, 6));
    let run = merge(&[&shards[1]]);
    assert_eq!(run.code, 3, "{}", run.err);
    let report = Report::of(world.run(&["audit", "--snapshot", &merged, "-f", "json"]));
    let lost = gaps(&report);
    assert!(
        report.code == 3 && !lost.is_empty() && lost.iter().all(|gap| gap.ends_with("sts:GetCallerIdentity not-collected")),
        "{lost:?}"
    );
    assert_eq!((self::scopes(&report).len(), self::scopes(&report).into_values().filter(|complete| !complete).count()), (6, lost.len()));
}

#[test]
fn a_shard_that_was_killed_leaves_no_snapshot_and_shows_up_as_a_gap() {
    let Some(mut world) = World::open("fleet-killed") else { return };
    let list = accounts(&world, &[SECOND]);
    let (scopes, killed, merged) = (world.path("scopes.jsonl"), world.path("killed.jsonl"), world.path("merged.jsonl"));
    assert_eq!(world.run(&["scopes", &scopes, "--accounts", &list, "--region", &world.region]).code, 0);
    world.faults(json!([{"service": "acm", "operation": "*", "fault": "hang", "times": null}]));
    world.run_killed(&["snapshot", &killed, "--scopes", &scopes]);
    assert!(!std::path::Path::new(&killed).exists());
    // The shard that found nothing to read is all that there is.
    world.environment.push(("JOB_COMPLETION_INDEX", "1"));
    let empty = world.path("empty.jsonl");
    let none = (1..99).find(|count| {
        let run = world.run(&["snapshot", &empty, "--scopes", &scopes, "--shard", &format!("env/{}", count + 1), "--deadline", "1s"]);
        run.code == 0
    });
    assert!(none.is_some());
    assert_eq!(world.run(&["merge", &empty, "--scopes", &scopes, "-o", &merged]).code, 3);
    let report = Report::of(world.run(&["audit", "--snapshot", &merged, "-f", "json"]));
    assert_eq!(report.code, 3);
    assert_eq!(gaps(&report), BTreeSet::from([format!("{SECOND} {} sts:GetCallerIdentity not-collected", world.region)]));
}

#[test]
fn what_the_deadline_leaves_no_time_for_is_named() {
    let Some(world) = World::open("fleet-deadline") else { return };
    world.faults(json!([{"service": "acm", "operation": "*", "fault": "hang", "times": null}]));
    let list = accounts(&world, &[HUB, SECOND, THIRD]);
    let arguments = ["audit", "--accounts", &list, "--region", &world.region, "-f", "json", "--deadline", "2s", "--at-once", "1"];
    let report = Report::of(world.run(&arguments));
    assert_eq!(report.code, 3);
    let region = &world.region;
    let expected = [
        format!("{HUB} {region} acm:ListCertificates deadline"),
        format!("{SECOND} {region} sts:GetCallerIdentity deadline"),
        format!("{THIRD} {region} sts:GetCallerIdentity deadline"),
    ];
    assert_eq!(gaps(&report), expected.into());
}

#[test]
fn without_credentials_nothing_can_be_read_at_all() {
    let Some(world) = World::open("fleet-no-credentials") else { return };
    world.faults(json!([{"service": "sts", "operation": "GetCallerIdentity", "fault": "deny", "times": null}]));
    let list = accounts(&world, &[SECOND]);
    let run = world.run(&["snapshot", "-", "--accounts", &list, "--region", &world.region]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.err.contains("cannot reach AWS"), "{}", run.err);
}

/// The id is sent with the role, and stands in nothing that is written.
#[test]
fn an_external_id_is_sent_and_shown_nowhere() {
    let Some(mut world) = World::open("fleet-external-id") else { return };
    let id = "ours-CANARY-77";
    world.faults(json!([{"service": "sts", "operation": "AssumeRole", "fault": "deny", "match": id, "times": null}]));
    let list = world.file("accounts.toml", &format!("role = \"audit\"\nexternal_id_env = \"AUDIT_ID\"\n[[account]]\nid = \"{SECOND}\"\n"));
    let scopes = world.path("scopes.jsonl");
    assert_eq!(world.run(&["scopes", &scopes, "--accounts", &list, "--region", &world.region]).code, 0);
    let unset = world.run(&["audit", "--scopes", &scopes]);
    assert!(unset.code == 1 && unset.err.contains("AUDIT_ID holds no external id"), "{}", unset.err);
    world.environment.push(("AUDIT_ID", id));
    let run = world.run(&["audit", "--scopes", &scopes, "-f", "json"]);
    let written = std::fs::read_to_string(&scopes).expect("a list");
    assert!([&run.out, &run.err, &written].iter().all(|text| !text.contains(id)));
    let report = Report::of(run);
    assert_eq!((report.code, gaps(&report)), (3, BTreeSet::from([format!("{SECOND} {} sts:AssumeRole denied", world.region)])));
}

#[test]
fn a_region_that_does_not_answer_is_a_gap_of_its_own() {
    let Some(world) = World::open("fleet-region") else { return };
    let Some(silent) = World::open("fleet-region-silent") else { return };
    silent.faults(json!([{"service": "sts", "operation": "GetCallerIdentity", "fault": "deny", "times": null}]));
    let list = accounts(&world, &[SECOND]);
    let regions = ["--region", &world.region, "--region", &silent.region];
    let report = Report::of(world.run(&[&["audit", "--accounts", &list, "-f", "json"], &regions[..]].concat()));
    assert_eq!((report.code, gaps(&report)), (3, BTreeSet::from([format!("{SECOND} {} sts:GetCallerIdentity denied", silent.region)])));
}
