use std::collections::BTreeSet;

use serde_json::Value;

use super::sarif;
use crate::model::{Code, Report};
use crate::render::{escape, sample};

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    sarif(report, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

fn run(report: &Report) -> Value {
    let mut log: Value = serde_json::from_str(&written(report)).expect("JSON");
    assert_eq!((&log["version"], log["runs"].as_array().map(Vec::len)), (&"2.1.0".into(), Some(1)));
    log["runs"][0].take()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn every_code_is_a_rule_with_its_texts() {
    let run = run(&sample::tidy());
    let rules = list(&run["tool"]["driver"], "rules");
    assert_eq!(rules.iter().filter_map(|rule| rule["id"].as_str()).collect::<Vec<_>>(), Code::ALL.map(Code::as_str));
    for rule in rules {
        for key in ["shortDescription", "fullDescription", "help"] {
            let text = rule[key]["text"].as_str().unwrap_or_default();
            assert!(text.len() > 20 && !text.contains(['[', '{']), "{key} of {}: {text}", rule["id"]);
        }
    }
    assert_eq!((list(&run, "results").len(), &run["invocations"][0]["executionSuccessful"]), (0, &true.into()));
}

#[test]
fn every_result_has_what_code_scanning_wants() {
    for (name, report) in sample::each() {
        let run = run(&report);
        let results = list(&run, "results");
        assert_eq!(results.len(), report.findings.len() + report.waived.len(), "{name}");
        for result in results {
            let index = result["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok()).expect("an index");
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"], "{name}");
            let place = &result["locations"][0]["physicalLocation"];
            assert!(place["artifactLocation"]["uri"].as_str().is_some_and(|uri| !uri.is_empty()), "{name}: {result}");
            assert!(place["region"]["startLine"].as_u64() >= Some(1), "{name}: {result}");
            let prints = &result["partialFingerprints"];
            let own = prints["ecsExpressAudit/v1"].as_str().and_then(|print| print.strip_prefix("v1:")).expect("a fingerprint");
            assert_eq!(prints["primaryLocationLineHash"], format!("{own}:1"));
            assert!(["error", "warning", "note"].iter().any(|level| result["level"] == *level));
            assert_eq!(result.get("baselineState").is_some(), report.compared_with.is_some(), "{name}: all or none");
        }
        let prints: BTreeSet<_> = results.iter().map(|result| result["partialFingerprints"]["ecsExpressAudit/v1"].as_str()).collect();
        assert!(name != "eventful" || prints.len() == results.len(), "{name}");
    }
}

#[test]
fn a_result_lies_where_it_is_declared_or_in_the_stand_in() {
    let run = run(&sample::eventful());
    let at = |code: &str| {
        let result = list(&run, "results").iter().find(|result| result["ruleId"] == code).expect("one of each").clone();
        let place = &result["locations"][0]["physicalLocation"];
        (place["artifactLocation"]["uri"].as_str().unwrap_or_default().to_owned(), place["region"]["startLine"].as_u64())
    };
    assert_eq!(at("missing-service"), ("terraform.tfstate".to_owned(), Some(1)));
    assert_eq!(at("orphan"), ("ecs-express-audit.toml".to_owned(), Some(1)));
    assert_eq!(at("unused-waiver"), ("ecs-express-audit.toml".to_owned(), Some(12)));
    let orphan = &list(&run, "results")[0]["locations"][0]["logicalLocations"][0];
    assert!(orphan["fullyQualifiedName"].as_str().is_some_and(|arn| arn.starts_with("arn:aws:elasticloadbalancing:")), "{orphan}");
}

#[test]
fn what_is_planned_is_known_by_its_address() {
    let run = run(&sample::planned());
    let place = &list(&run, "results")[0]["locations"][0]["logicalLocations"][0];
    assert_eq!(place["fullyQualifiedName"], "module.k[\"eu\"].aws_ecs_express_gateway_service.hoge");
    assert_eq!((&run["properties"]["services"][0]["planned"], &place["name"]), (&"create".into(), &"hoge-cluster/hoge-service".into()));
}

#[test]
fn what_was_not_read_makes_the_run_no_success() {
    for (report, notifications) in [(sample::eventful(), 26), (sample::gaps_only(), 1), (sample::nothing_scanned(), 1)] {
        let run = run(&report);
        let invocation = &run["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        assert_eq!(list(invocation, "toolExecutionNotifications").len(), notifications);
        assert_eq!(run["properties"]["outcome"], report.outcome().as_str());
    }
    let run = run(&sample::gaps_only());
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    let text = "not read in 123456789012 ap-northeast-1: acm:ListCertificates: access denied (AccessDenied); concerns certificate";
    assert_eq!((&notification["message"]["text"], &notification["properties"]["cause"]), (&text.into(), &"denied".into()));
}

#[test]
fn what_is_waived_is_suppressed_and_what_is_known_says_so() {
    let run_of = run(&sample::eventful());
    let suppressed: Vec<_> = list(&run_of, "results").iter().filter(|result| !list(result, "suppressions").is_empty()).collect();
    assert_eq!(suppressed.len(), 2);
    let justification = "kept for the yearly review (platform team; ecs-express-audit.toml, line 12; until 2027-01-31T23:59:59Z)";
    assert_eq!(suppressed[0]["suppressions"][0]["justification"], justification);
    let run_of = run(&sample::compared());
    let states: Vec<_> = list(&run_of, "results").iter().filter_map(|result| result["baselineState"].as_str()).collect();
    assert_eq!(states, ["new", "new", "unchanged", "updated"]);
    let past = (list(&run_of["properties"], "resolved").len(), list(&run_of["properties"], "unresolved").len());
    assert_eq!(past, (3, 1));
}

#[test]
fn the_checklist_is_in_the_properties() {
    let run = run(&sample::checklist());
    let web = &run["properties"]["services"][1];
    assert_eq!((&web["checklist"]["load-balancer"], &web["items"][0]["state"]), (&"left".into(), &"held".into()));
}

#[test]
fn no_text_from_outside_is_a_link_or_a_placeholder_or_unseen() {
    let run = run(&sample::named_throughout("[x](https://evil.example) {0} \u{202e}"));
    let message = list(&run, "results")[0]["message"]["text"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains(r"\[x\](https://evil.example) {{0}} \u{{202e}}"), "{message}");
    for (name, report) in sample::each() {
        assert!(!written(&report).replace('\n', "").contains(escape::is_unseen), "{name}");
    }
}
