use super::remedy_script;
use crate::model::{AwsCommand, Claim, Finding, Remedy, Removal, Report};
use crate::render::sample;

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    remedy_script(report, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

fn removal(name: &str, step: u8) -> Remedy {
    let command = |operation| AwsCommand::new("elbv2", operation).with("--arn", name);
    let there = command("describe").asking("length(A)");
    let used = command("describe-uses").asking("length(B)");
    Removal::of("here", there, "NotFound").unless("use of it", used).then(command("unprotect")).then(command("delete")).at(step)
}

/// The eventful report, in which every orphan has a remedy.
fn removable() -> Report {
    let mut report = sample::eventful();
    for (place, finding) in report.findings.iter_mut().filter(|finding| matches!(finding.claim, Claim::Orphan { .. })).enumerate() {
        finding.remedy = Some(removal(&format!("arn-{place}"), 10 - u8::try_from(place).unwrap_or_default()));
    }
    report
}

#[test]
fn where_there_is_nothing_to_remove_it_says_so() {
    let text = written(&sample::tidy());
    assert!(
        text.starts_with("#!/bin/sh\n# Removes what ecs-express-audit ") && text.ends_with("set -eu\necho 'nothing to remove'\n"),
        "{text}"
    );
    assert!(text.contains("(audit, as of 2026-11-23T00:00:00Z)"), "{text}");
    assert!(text.contains("# Account and Region 123456789012 ap-northeast-1: read completely\n"), "{text}");
}

#[test]
fn every_step_looks_again_asks_and_stops_at_the_first_failure() {
    let text = written(&removable());
    let expected = "\
    if is_there NotFound aws elbv2 describe --arn arn-0 --query 'length(A)' --output json --region here &&
        is_free 'use of it' NotFound aws elbv2 describe-uses --arn arn-0 --query 'length(B)' --output json --region here &&
        agree confirmed; then
        if aws elbv2 unprotect --arn arn-0 --region here &&
            aws elbv2 delete --arn arn-0 --region here; then
            say '  removed'
        else
            say '  FAILED' >&2
            failed=1
        fi
    fi
";
    assert!(text.contains(expected), "{text}");
    assert!(text.contains("\nif in_account 123456789012 ap-northeast-1; then\n"), "{text}");
    assert!(text.contains("NOT everything was read"), "{text}");
}

#[test]
fn steps_follow_their_order_and_only_what_is_confirmed_can_be_agreed_to_beforehand() {
    let text = written(&removable());
    let order: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("if aws elbv2 unprotect --arn ")).collect();
    assert_eq!(order, ["arn-2", "arn-1", "arn-0"].map(|arn| format!("{arn} --region here &&")));
    let agreed: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("agree ")).collect();
    assert_eq!(agreed, ["potential; then", "confirmed; then", "confirmed; then"]);
    let mut report = removable();
    report.findings.iter_mut().for_each(|finding| finding.claim = Claim::Superseded);
    assert!(written(&report).contains("agree superseded; then") && !written(&report).contains("agree confirmed; then"));
}

#[test]
fn what_is_held_or_waived_or_no_leftover_is_not_touched() {
    let mut report = removable();
    for finding in &mut report.findings {
        finding.remedy = Some(Remedy { note: Some("first to let go: x".to_owned()), ..removal("untouched", 1) });
        finding
            .remedy
            .as_mut()
            .expect("one")
            .commands
            .retain(|_| !matches!(finding.claim, Claim::Orphan { .. } | Claim::HeldLeftover { .. }));
    }
    for waived in &mut report.waived {
        waived.finding.remedy = Some(removal("untouched", 1));
    }
    let superseded = |finding: &Finding| matches!(finding.claim, Claim::Superseded);
    report.findings.retain(|finding| !superseded(finding));
    let text = written(&report);
    assert!(
        !text.contains("untouched") && text.contains("# Left alone: security group ") && text.contains(": first to let go: x\n"),
        "{text}"
    );
}

#[test]
fn no_name_from_outside_leaves_its_comment_or_its_quotes() {
    for hostile in sample::HOSTILE.into_iter().chain(["'; rm -rf /; '", "$(touch x)", "`id`", "\"\nrm -rf /\n"]) {
        let mut report = sample::named_throughout(hostile);
        for finding in &mut report.findings {
            finding.remedy = Some(removal("arn", 1));
        }
        let plain = removable();
        let text = written(&report);
        for line in text.lines().map(str::trim_start).filter(|line| line.contains("rm -rf") || line.contains("touch x")) {
            assert!(line.starts_with("# ") || line.starts_with("say '") || line.starts_with("say \""), "{line}");
        }
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{hostile:?}");
        assert!(written(&plain).lines().count() < 400);
    }
}
