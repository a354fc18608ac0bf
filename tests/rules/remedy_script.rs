//! The script that removes what is left over, run by a shell against an `aws` that only notes what it is asked for.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use ecs_express_audit::model::Report;
use ecs_express_audit::render;

use crate::world::{Parts, World};

/// Says of everything that it is there and that nothing uses it, unless told otherwise; notes every call.
const AWS: &str = r#"#!/bin/sh
printf '%s\n' "$*" >> "$CALLS"
case "$*" in
    *"$REFUSES"*) echo "An error occurred ($REFUSAL) when calling an operation: no" >&2; exit 254 ;;
    *"$USED"*) echo 2 ;;
    "sts get-caller-identity"*) echo "$ACCOUNT" ;;
    *"describe-security-group-rules"*) printf 'sgr-1\tsgr-2\n' ;;
    *"describe-listeners --load-balancer-arn "* | *"describe-rules --listener-arn "* | *LoadBalancerArns* | *InUseBy*) echo 0 ;;
    *describe-target-health* | *describe-listener-certificates* | *DefaultActions*) echo 0 ;;
    *describe-network-interfaces* | *describe-services* | *--parents-of-alarm-name*) echo 0 ;;
    *"ForwardConfig.TargetGroups"* | *ip-permission.group-id* | *activeServicesCount*) echo 0 ;;
    *describe-load-balancer-attributes*) echo "$PROTECTED" ;;
    *--query*) echo 1 ;;
esac
"#;

/// A run of the script.
struct Run {
    account: &'static str,
    arguments: &'static [&'static str],
    /// What is used, by a part of the question.
    used: &'static str,
    /// Whether load balancers are protected from deletion.
    protected: &'static str,
    /// What AWS refuses, by a part of the command, and with which code.
    refuses: [&'static str; 2],
}

impl Default for Run {
    fn default() -> Self {
        Self { account: "123456789012", arguments: &["--yes"], used: "(nothing)", protected: "true", refuses: ["(nothing)", "(nothing)"] }
    }
}

/// How it ended, what it said, and what it asked to be changed.
struct Ran {
    code: Option<i32>,
    said: String,
    changes: Vec<String>,
}

fn script(report: &Report) -> String {
    let mut text = Vec::new();
    render::remedy_script(report, &mut text).expect("a vector takes everything");
    String::from_utf8(text).expect("UTF-8")
}

impl Run {
    #[track_caller]
    fn of(&self, name: &str, report: &Report) -> Ran {
        let folder: PathBuf = std::env::temp_dir().join(format!("ecs-express-audit-remedy-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let [aws, calls, path] = ["aws", "calls", "remedy.sh"].map(|file| folder.join(file));
        fs::write(&aws, AWS).and_then(|()| fs::set_permissions(&aws, fs::Permissions::from_mode(0o755))).expect("written");
        fs::write(&path, script(report)).and_then(|()| fs::write(&calls, "")).expect("written");
        let search = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("sh");
        shell.arg(&path).args(self.arguments).env("PATH", search).env("CALLS", &calls).env("ACCOUNT", self.account);
        shell
            .env("PROTECTED", self.protected)
            .env("USED", self.used)
            .env("REFUSES", self.refuses[0])
            .env("REFUSAL", self.refuses[1])
            .env("REMEDY_PAUSE_SECONDS", "0");
        let output = shell.stdin(Stdio::null()).output().expect("a shell");
        let calls = fs::read_to_string(&calls).expect("calls");
        fs::remove_dir_all(&folder).expect("removed");
        let is_change = |call: &&str| !["describe-", "list-", " get-", " wait "].iter().any(|read| call.contains(read));
        Ran {
            code: output.status.code(),
            said: String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
            changes: calls.lines().filter(is_change).map(str::to_owned).collect(),
        }
    }
}

fn dead() -> World {
    let mut world = World::tidy().kill("web", 60).kill("api", 60);
    world.policy.include_data = true;
    world
}

/// The operations, each once, in the order of the first.
fn operations(changes: &[String]) -> Vec<&str> {
    let mut operations: Vec<&str> = changes.iter().filter_map(|change| change.split(' ').nth(1)).collect();
    let mut seen = std::collections::BTreeSet::new();
    operations.retain(|operation| seen.insert(*operation));
    operations
}

#[test]
fn everything_goes_in_its_order() {
    let mut report = dead().report();
    // Task definitions, log groups and clusters are never certain: nobody is there to agree.
    report.findings.iter_mut().for_each(|finding| finding.confidence = ecs_express_audit::model::Confidence::Confirmed);
    let ran = Run::default().of("order", &report);
    let expected = [
        "delete-scaling-policy",
        "deregister-scalable-target",
        "delete-rule",
        "delete-listener",
        "modify-load-balancer-attributes",
        "delete-load-balancer",
        "delete-target-group",
        "revoke-security-group-ingress",
        "revoke-security-group-egress",
        "delete-security-group",
        "delete-certificate",
        "delete-alarms",
        "delete-log-group",
        "deregister-task-definition",
        "delete-cluster",
    ];
    assert_eq!((ran.code, operations(&ran.changes)), (Some(0), expected.to_vec()), "{}", ran.said);
}

#[test]
fn without_anybody_to_agree_nothing_goes_and_with_yes_only_what_is_confirmed() {
    let report = dead().report();
    let ran = Run { arguments: &[], ..Run::default() }.of("nobody", &report);
    assert_eq!((ran.code, ran.changes), (Some(3), Vec::<String>::new()), "{}", ran.said);
    let ran = Run::default().of("yes", &report);
    assert_eq!(ran.code, Some(3), "{}", ran.said);
    let last = operations(&ran.changes).pop().map(str::to_owned);
    assert_eq!(last.as_deref(), Some("delete-alarms"), "log groups, task definitions and clusters are potential");
}

#[test]
fn in_another_account_nothing_is_touched() {
    let ran = Run { account: "999999999999", ..Run::default() }.of("account", &dead().report());
    assert_eq!((ran.code, ran.changes), (Some(3), Vec::<String>::new()), "{}", ran.said);
    assert!(ran.said.contains("these are the credentials of account 999999999999"), "{}", ran.said);
}

#[test]
fn what_is_used_by_now_is_left_and_so_is_all_of_a_service_that_lives_again() {
    let ran = Run { used: "LoadBalancerArns", ..Run::default() }.of("used", &dead().report());
    assert!(ran.code == Some(3) && !operations(&ran.changes).contains(&"delete-target-group"), "{}", ran.said);
    assert!(operations(&ran.changes).contains(&"delete-certificate"), "{}", ran.said);
    let ran = Run { used: "describe-services", ..Run::default() }.of("lives", &dead().report());
    let untied = dead().report().findings.iter().filter(|finding| finding.ties.is_empty()).count();
    assert!(ran.code == Some(3) && ran.changes.len() <= untied, "{:?}", ran.changes);
    let ran = Run { used: "InUseBy", ..Run::default() }.of("certificate", &dead().report());
    assert!(ran.said.contains("waiting: 2 use of it") && !operations(&ran.changes).contains(&"delete-certificate"), "{}", ran.said);
}

#[test]
fn what_is_gone_already_is_passed_over_and_what_cannot_be_told_ends_the_run() {
    let gone = Run { refuses: ["describe-load-balancers", "LoadBalancerNotFound"], ..Run::default() }.of("gone", &dead().report());
    assert!(!operations(&gone.changes).contains(&"delete-load-balancer") && gone.said.contains("already gone"), "{}", gone.said);
    assert!(operations(&gone.changes).contains(&"delete-alarms"), "{}", gone.said);
    let denied = Run { refuses: ["describe-load-balancers", "AccessDenied"], ..Run::default() }.of("denied", &dead().report());
    assert_eq!((denied.code, operations(&denied.changes).last().copied()), (Some(1), Some("delete-listener")), "{}", denied.said);
}

#[test]
fn a_removal_that_fails_is_told_and_the_others_go_on() {
    let ran = Run { refuses: ["delete-target-group", "ResourceInUse"], ..Run::default() }.of("fails", &dead().report());
    assert!(ran.code == Some(1) && ran.said.contains("FAILED") && operations(&ran.changes).contains(&"delete-alarms"), "{}", ran.said);
    let ran = Run { refuses: ["modify-load-balancer-attributes", "AccessDenied"], ..Run::default() }.of("first", &dead().report());
    assert!(!operations(&ran.changes).contains(&"delete-load-balancer"), "what comes after a failed command is not run: {}", ran.said);
}

#[test]
fn protection_is_lifted_where_it_is_on_and_put_back_where_the_removal_fails() {
    let set = |ran: &Ran| -> Vec<&'static str> {
        let set = ran.changes.iter().filter(|change| change.contains("deletion_protection"));
        set.map(|change| if change.contains("Value=true") { "on" } else { "off" }).collect()
    };
    let ran = Run::default().of("lifted", &dead().report());
    assert_eq!(set(&ran), ["off"], "{}", ran.said);
    let ran = Run { protected: "false", ..Run::default() }.of("unprotected", &dead().report());
    assert!(set(&ran).is_empty() && operations(&ran.changes).contains(&"delete-load-balancer"), "{}", ran.said);
    let refuses = ["delete-load-balancer", "ResourceInUse"];
    let ran = Run { refuses, ..Run::default() }.of("put-back", &dead().report());
    assert_eq!((ran.code, set(&ran)), (Some(1), vec!["off", "on"]), "{}", ran.said);
    let ran = Run { protected: "false", refuses, ..Run::default() }.of("never-on", &dead().report());
    assert_eq!((ran.code, set(&ran)), (Some(1), vec![]), "{}", ran.said);
    let refuses = ["describe-load-balancer-attributes", "AccessDenied"];
    let ran = Run { refuses, ..Run::default() }.of("unasked", &dead().report());
    assert!(ran.code == Some(1) && set(&ran).is_empty() && !operations(&ran.changes).contains(&"delete-load-balancer"), "{}", ran.said);
}

#[test]
fn rules_that_cannot_be_listed_or_revoked_keep_their_group() {
    for refused in ["describe-security-group-rules", "revoke-security-group-ingress"] {
        let ran = Run { refuses: [refused, "UnauthorizedOperation"], ..Run::default() }.of(refused, &dead().report());
        let deleted = ran.changes.iter().filter(|change| change.contains("delete-security-group")).count();
        assert!(ran.code == Some(1) && deleted == 0 && ran.said.contains("FAILED"), "{}", ran.said);
        assert!(operations(&ran.changes).contains(&"delete-certificate"), "{}", ran.said);
    }
}

#[test]
fn an_argument_that_is_not_known_is_refused() {
    let ran = Run { arguments: &["--force"], ..Run::default() }.of("argument", &dead().report());
    assert!(ran.code == Some(1) && ran.said.contains("usage: ") && ran.changes.is_empty(), "{}", ran.said);
}

#[test]
fn a_hostile_name_reaches_aws_as_one_word() {
    let mut world = dead();
    let policy = Parts::of("web").policy();
    let name = "a$(touch hacked)'`id`\"; echo hacked >&2 #";
    world.live.scaling_policies.iter_mut().filter(|r| r.arn == policy).for_each(|r| r.name = name.to_owned());
    let ran = Run::default().of("hostile", &world.report());
    assert!(ran.changes.iter().any(|change| change.contains(&format!("--policy-name {name} --region"))), "{:?}", ran.changes);
    assert!(!ran.said.lines().any(|line| line == "hacked"), "{}", ran.said);
}
