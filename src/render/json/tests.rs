use serde_json::{Value, json};

use super::json;
use crate::model::KindState::{Deleting, Gone, Held, InUse, Left, NeverSeen, Shared, Unknown};
use crate::model::{
    Cause, Claim, Code, Confidence, FindingStatus, Kind, KindState, Outcome, Prospect, Remedy, Report, ServiceState, Severity,
};
use crate::render::sample;

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    json(report, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

fn parsed(report: &Report) -> Value {
    serde_json::from_str(&written(report)).expect("JSON")
}

/// The keys of the first object that is indented this deep after `from`, in the order in which they were written.
fn keys(text: &str, from: &str, indent: usize) -> Vec<String> {
    let start = text.find(from).map_or(0, |at| at + from.len());
    let margin = " ".repeat(indent);
    let own = text[start..].lines().skip(1).take_while(|line| line.starts_with(&margin));
    own.filter_map(|line| line[indent..].strip_prefix('"')?.split_once("\":").map(|(key, _)| key.to_owned())).collect()
}

#[test]
fn the_document_has_the_keys_of_the_contract_in_its_order() {
    let text = written(&sample::eventful());
    let document = [
        "schema_version",
        "tool",
        "command",
        "generated_at",
        "complete",
        "outcome",
        "exit_code",
        "scopes",
        "summary",
        "findings",
        "gaps",
        "waived",
        "services",
        "unjudged",
        "resolved",
        "unresolved",
        "of_others",
        "compared_with",
    ];
    assert_eq!(keys(&text, "", 2), document);
    let scope = ["account", "region", "complete", "started_at", "finished_at", "api_calls", "throttles", "resources"];
    assert_eq!(keys(&text, "\"scopes\": [\n    {", 6), scope);
    let finding = [
        "fingerprint",
        "code",
        "severity",
        "confidence",
        "status",
        "first_seen",
        "account",
        "region",
        "kind",
        "arn",
        "name",
        "service",
        "message",
        "details",
        "evidence",
        "cost",
        "remedy",
    ];
    assert_eq!(keys(&text, "\"findings\": [\n    {", 6), finding);
    assert_eq!(keys(&text, "\"summary\": {", 4), ["findings", "by_severity", "by_code", "monthly_usd"]);
    assert_eq!(keys(&text, "\"cost\": {", 8), ["monthly_usd", "basis"]);
    assert_eq!(keys(&text, "\"service\": {", 8), ["arn", "cluster", "name", "status"]);
    assert_eq!(keys(&text, "\"evidence\": [\n        {", 10), ["source", "fact", "observed_at"]);
    assert_eq!(keys(&text, "\"gaps\": [\n    {", 6), ["account", "region", "operation", "kinds", "cause", "message", "parent"]);
    assert_eq!(keys(&text, "\"services\": [\n    {", 6), ["arn", "cluster", "name", "declared", "status", "checklist"]);
    assert_eq!(keys(&text, "\"unjudged\": [\n    {", 6), ["arn", "kind", "because"]);
}

#[test]
fn the_same_report_gives_the_same_bytes_and_one_newline_at_the_end() {
    let text = written(&sample::eventful());
    assert_eq!(text, written(&sample::eventful()));
    assert!(text.starts_with("{\n  \"schema_version\": \"1\",\n") && text.ends_with("\n}\n"));
}

#[test]
fn the_verdict_is_the_reports_own() {
    for (report, outcome, code, complete) in [
        (sample::tidy(), "clean", 0, true),
        (sample::eventful(), "findings", 2, false),
        (Report { scopes: Vec::new(), ..sample::tidy() }, "incomplete", 3, false),
    ] {
        let document = parsed(&report);
        assert_eq!(
            (&document["outcome"], &document["exit_code"], &document["complete"]),
            (&outcome.into(), &code.into(), &complete.into())
        );
    }
}

fn named(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

#[test]
fn every_claim_about_a_plan_has_the_details_of_its_code() {
    let document = parsed(&sample::planned());
    let findings = document["findings"].as_array().expect("findings");
    assert_eq!(document["services"][0]["planned"], "create");
    for (prospect, written) in sample::prospects().into_iter().zip(findings) {
        let expected: Vec<String> = match prospect {
            Prospect::CreateWhileDraining { .. } => named(&["address", "clock", "since"]),
            Prospect::NameTaken { .. } => named(&["address", "is_express", "made_by"]),
            Prospect::ReplaceSameName { .. } => named(&["address", "creates_first", "deleted_by", "keeps"]),
            Prospect::ClusterChange { .. } => named(&["address", "from", "to"]),
            Prospect::MissingDependency { .. } => named(&["address", "lies_in", "missing", "missing_kind", "needed_in", "removed_by"]),
            Prospect::RoleRemovedFirst { .. } => named(&["address", "is_role", "removed", "role"]),
            Prospect::ForgetLeavesRunning => named(&["address"]),
            Prospect::LeftoverCollision { .. } => named(&["address", "stops_apply", "why"]),
            Prospect::DestroyLeaves { .. } => named(&["address", "holders", "why"]),
        };
        let mut found: Vec<&String> = written["details"].as_object().expect("an object").keys().collect();
        found.sort();
        assert_eq!((found, written["code"].as_str()), (Vec::from_iter(&expected), Some(prospect.code().as_str())));
    }
}

#[test]
fn every_claim_has_the_details_of_its_code() {
    let report = sample::eventful();
    let document = parsed(&report);
    for (finding, written) in report.findings.iter().zip(document["findings"].as_array().expect("findings")) {
        let expected: &[&str] = match finding.claim {
            Claim::Orphan { .. } => &["also", "clock", "since"],
            Claim::HeldLeftover { .. } => &["holders"],
            Claim::Superseded | Claim::UndeclaredService | Claim::Detached => &[],
            Claim::StaleRule { .. } => &["target_groups"],
            Claim::Drift { .. } => &["declared", "live", "path"],
            Claim::QuotaPressure { .. } => &["limit", "quota", "used"],
            Claim::UnusedWaiver { .. } => &["waiver"],
            Claim::ExpiredWaiver { .. } => &["expired", "waiver"],
            Claim::MissingService { .. } => &["declared_at"],
            Claim::DrainingService { .. } => &["clock", "held_by", "since"],
            Claim::NamelessDraining { .. } => &["count"],
            Claim::ServiceWithoutIngress { .. } => &["deploying_since", "lacking"],
            Claim::FailedResource { .. } => &["kind", "reason"],
            Claim::DanglingReference { .. } => &["kind", "missing"],
            Claim::Planned { .. } => unreachable!("an audit makes no claim about a plan"),
        };
        let mut found: Vec<&String> = written["details"].as_object().expect("an object").keys().collect();
        found.sort();
        assert_eq!(found, expected, "{:?}", finding.claim);
    }
    let of = |code: &str| document["findings"].as_array().and_then(|all| all.iter().find(|f| f["code"] == code)).expect("one of each");
    assert_eq!(of("orphan")["details"]["since"], "2026-11-14T00:00:00Z");
    assert_eq!(of("held-leftover")["details"]["holders"][0]["use"], "network interface eni-0a1b2c3d is in it");
}

#[test]
fn what_is_not_known_is_null_and_never_made_up() {
    let mut report = sample::eventful();
    report.services[0].arn = None;
    report.services[0].declared = None;
    let document = parsed(&report);
    assert_eq!((&document["services"][0]["arn"], &document["services"][0]["declared"]), (&Value::Null, &Value::Null));
    assert_eq!((&document["findings"][1]["cost"], &document["findings"][1]["remedy"]), (&Value::Null, &Value::Null));
    assert_eq!(document["gaps"][7].get("parent"), None);
    assert_eq!(parsed(&sample::tidy())["waived"], serde_json::json!([]));
}

#[test]
fn costs_are_numbers_in_cents() {
    let document = parsed(&sample::eventful());
    assert_eq!(document["findings"][0]["cost"], serde_json::json!({"monthly_usd": 27.38, "basis": "730 h at $0.0225"}));
    assert_eq!(document["summary"]["monthly_usd"], serde_json::json!(27.38));
    assert!(written(&sample::eventful()).contains("\"monthly_usd\": 27.38"));
}

#[test]
fn a_remedy_is_its_step_and_commands_and_what_else_there_is() {
    let mut report = sample::eventful();
    report.findings[0].remedy = Some(Remedy { step: 4, commands: vec!["aws elbv2 …".to_owned()], ..Remedy::default() });
    report.findings[1].remedy = Some(Remedy { note: Some("ask".to_owned()), terraform: Some("import {}".to_owned()), ..Remedy::default() });
    let document = parsed(&report);
    assert_eq!(document["findings"][0]["remedy"], serde_json::json!({"step": 4, "commands": ["aws elbv2 …"]}));
    let expected = serde_json::json!({"step": 0, "commands": [], "terraform": "import {}", "note": "ask"});
    assert_eq!(document["findings"][1]["remedy"], expected);
}

#[test]
fn a_waived_finding_is_as_it_would_have_been_reported_with_its_waiver() {
    let document = parsed(&sample::eventful());
    let waived = &document["waived"][0];
    assert_eq!((&waived["code"], &waived["kind"]), (&Value::from("orphan"), &Value::from("log-group")));
    assert_eq!((&waived["waiver"]["owner"], &waived["expires"]), (&Value::from("platform team"), &Value::from("2027-01-31T23:59:59Z")));
    assert_eq!(document["of_others"], 3);
}

#[test]
fn hostile_names_come_back_unchanged_and_no_byte_of_them_acts() {
    for name in sample::HOSTILE {
        let text = written(&sample::named_throughout(name));
        assert!(text.chars().all(|c| c == '\n' || !crate::render::escape::is_unseen(c)), "{text}");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(document["findings"][0]["name"], name);
        assert_eq!(document["gaps"][0]["message"], name);
    }
}

#[test]
fn the_past_has_its_keys_and_is_resolved_or_not() {
    let mut report = sample::eventful();
    report.past = vec![sample::past(1, Some(3)), sample::past(2, None)];
    report.compared_with = Some(sample::days_ago(1));
    let text = written(&report);
    let past = ["fingerprint", "code", "severity", "account", "region", "kind", "arn", "name", "first_seen"];
    assert_eq!(keys(&text, "\"unresolved\": [\n    {", 6), past);
    assert_eq!(keys(&text, "\"resolved\": [\n    {", 6), past.into_iter().chain(["resolved_at"]).collect::<Vec<_>>());
    let document = parsed(&report);
    assert_eq!((&document["resolved"][0]["name"], &document["unresolved"][0]["name"]), (&"sg-1".into(), &"sg-2".into()));
    assert_eq!(document["compared_with"], "2026-11-22T00:00:00Z");
}

#[test]
fn the_schema_is_that_of_what_is_written() {
    let mut schema = crate::schema::tests::of_written::<super::Document<'_>>("Report of ecs-express-audit, version 1");
    word(&mut schema);
    // What the structs are called here is nobody else's affair.
    let public = schema.to_string().replace("Wire\"", "\"");
    crate::schema::tests::check("report", &serde_json::from_str(&public).expect("JSON"));
}

/// Says which words there are. Codes, causes and commands may be added within version 1: of these, examples are given.
fn word(schema: &mut Value) {
    let states = [Gone, InUse, Shared, Deleting, Unknown, Held, Left, NeverSeen].map(KindState::as_str);
    let kinds = json!(Kind::ALL.map(Kind::as_str));
    let [severities, codes] = [json!(Severity::ALL.map(Severity::as_str)), json!(Code::ALL.map(Code::as_str))];
    let root = &mut schema["properties"];
    root["schema_version"]["const"] = json!("1");
    root["outcome"]["enum"] = json!([Outcome::Clean, Outcome::Findings, Outcome::Incomplete].map(Outcome::as_str));
    root["exit_code"]["enum"] = json!([0, 2, 3, 130, 143]);
    root["command"]["examples"] = json!(["audit", "checklist", "preflight", "demo"]);
    let defs = &mut schema["$defs"];
    for finding in ["FindingWire", "WaivedWire", "PastWire"] {
        let finding = &mut defs[finding]["properties"];
        finding["fingerprint"]["pattern"] = json!("^v1:[0-9a-f]{32}$");
        finding["code"]["examples"] = codes.clone();
        finding["severity"]["enum"] = severities.clone();
        finding["kind"]["enum"] = kinds.clone();
    }
    for finding in ["FindingWire", "WaivedWire"] {
        let finding = &mut defs[finding]["properties"];
        finding["confidence"]["enum"] = json!([Confidence::Potential, Confidence::Confirmed].map(Confidence::as_str));
        finding["status"]["enum"] = json!(FindingStatus::ALL.map(FindingStatus::as_str));
    }
    defs["SummaryWire"]["properties"]["by_severity"]["propertyNames"] = json!({"enum": severities});
    defs["SummaryWire"]["properties"]["by_code"]["propertyNames"] = json!({"examples": codes});
    defs["ScopeWire"]["properties"]["resources"]["propertyNames"] = json!({"enum": kinds});
    for service in ["ServiceWire", "ServiceRefWire"] {
        defs[service]["properties"]["status"]["enum"] = json!(ServiceState::ALL.map(ServiceState::as_str));
    }
    let checklist = &mut defs["ServiceWire"]["properties"]["checklist"];
    checklist["propertyNames"] = json!({"enum": kinds});
    checklist["additionalProperties"]["enum"] = json!(states);
    defs["ItemWire"]["properties"]["state"]["enum"] = json!(states);
    defs["ItemWire"]["properties"]["kind"]["enum"] = kinds.clone();
    defs["UnjudgedWire"]["properties"]["kind"]["enum"] = kinds.clone();
    defs["GapWire"]["properties"]["kinds"]["items"]["enum"] = kinds;
    defs["GapWire"]["properties"]["cause"]["examples"] = json!(Cause::ALL.map(Cause::as_str));
}

/// `.ci/judge-formats` lets a validator of others read them.
#[test]
fn each_report_is_written_for_whoever_validates_it() {
    let Some(folder) = std::env::var_os("ECS_EXPRESS_AUDIT_REPORTS") else { return };
    for (n, (_, report)) in sample::each().iter().enumerate() {
        std::fs::write(std::path::Path::new(&folder).join(format!("{n}.json")), written(report)).expect("written");
    }
}
