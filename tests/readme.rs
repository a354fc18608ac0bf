//! What the README shows is what the program prints.
#![cfg(feature = "cli")]

use std::process::Command;

use ecs_express_audit::model::{Explanation, Kind};
use ecs_express_audit::permissions::{OPERATIONS, Operation, Rate, Resources};

const README: &str = include_str!("../README.md");

fn demo(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ecs-express-audit")).arg("demo").args(arguments).output().expect("the binary runs");
    (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
}

/// The lines of the first block of plain text.
fn shown() -> impl Iterator<Item = &'static str> {
    let block = README.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block of text");
    block.lines().map(str::trim_end).filter(|line| !line.is_empty() && line.trim() != "…")
}

#[test]
fn the_picture_of_the_demo_is_true() {
    let (code, printed) = demo(&[]);
    let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let mut from = 0;
    for line in shown() {
        let found = printed[from..].iter().position(|printed| *printed == line);
        from += found.unwrap_or_else(|| panic!("the demo does not print, from line {from} on: {line:?}")) + 1;
    }
    assert_eq!(code, Some(0), "a first run does not look like a failure");
    assert!(printed.last().is_some_and(|line| line.contains("would exit 2")), "{:?}", printed.last());
}

#[test]
fn the_demo_shows_every_stage_of_the_trouble_beside_a_healthy_service() {
    let (_, printed) = demo(&["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&printed).expect("one JSON document");
    let codes: Vec<&str> = report["findings"].as_array().into_iter().flatten().filter_map(|f| f["code"].as_str()).collect();
    for code in ["orphan", "draining-service", "service-without-ingress", "dangling-reference"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
    let healthy = report["services"].as_array().into_iter().flatten().find(|s| s["name"] == "storefront").expect("a healthy service");
    assert_eq!((healthy["status"].as_str(), healthy["declared"].as_bool()), (Some("ACTIVE"), Some(true)));
    assert_eq!((report["command"].as_str(), report["exit_code"].as_i64()), (Some("demo"), Some(2)));
}

#[test]
fn every_code_is_in_the_readme_with_its_severity() {
    for Explanation { code, severity, .. } in Explanation::all() {
        let row = README.lines().find(|line| line.starts_with(&format!("| `{code}` |"))).expect(code);
        assert_eq!(row.split(" | ").nth(1).map(|cell| cell.replace('`', "")).as_deref(), Some(*severity), "{code}");
    }
}

#[test]
fn the_manifest_in_the_readme_is_one() {
    let example = README.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block of YAML");
    let declared =
        ecs_express_audit::input::read_declaration("README.md", example.as_bytes()).unwrap_or_else(|error| panic!("cannot {error}"));
    assert_eq!(declared.services.len(), 1);
}

/// The table of the operations, as the README is to show it.
fn operations() -> String {
    let head = "| operation and IAM action | used | tells | resources | without it, unsure |\n|---|---|---|---|---|\n";
    let row = |row: &Operation| {
        let resources = if row.resources == Resources::Any { "`*`" } else { "by ARN" };
        let (action, used, reason) = (row.action(), row.occasion.as_str(), row.reason);
        format!("| `{action}` | {used} | {reason} | {resources} | {} |\n", kinds(row.kinds))
    };
    head.to_owned() + &OPERATIONS.iter().map(row).collect::<String>()
}

fn kinds(kinds: &[Kind]) -> String {
    if kinds.is_empty() {
        return "nothing is judged".to_owned();
    }
    if kinds.len() == Kind::ALL.len() {
        return "everything".to_owned();
    }
    kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_operations_are_those_of_the_table() {
    let (_, rest) = README.split_once("<!-- operations: tests/readme.rs prints them -->\n").expect("the mark before the table");
    let (shown, _) = rest.split_once("<!-- end of operations -->").expect("the mark after it");
    assert_eq!(shown.trim(), operations().trim(), "put this between the marks:\n{}", operations());
}

#[test]
fn the_example_of_a_configuration_says_all_that_can_be_said() {
    let section = README.split("## Configuration\n").nth(1).expect("a section");
    let example = section.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block of TOML");
    let config = ecs_express_audit::input::read_config("README.md", example.as_bytes()).unwrap_or_else(|error| panic!("cannot {error}"));
    assert!(config.fail_on.is_some() && config.grace.is_some() && config.declared_partial.is_some());
    assert_eq!((config.own.clusters.len(), config.own.services.len(), config.own.tags.len()), (1, 1, 1));
    assert_eq!((config.grace_for.len(), config.severities.len()), (1, 3));
    assert_eq!((config.ignored_fields.len(), config.waivers.len()), (1, 1));
    let certificates = Rate::of_call("ACM", "DescribeCertificate").expect("a rate");
    assert_eq!((config.rates.percent, config.rates.size_of(certificates).burst), (Some(80), 20));
}

#[test]
fn every_format_is_in_the_readme() {
    let refusal = Command::new(env!("CARGO_BIN_EXE_ecs-express-audit")).args(["demo", "--format", "?"]).output().expect("the binary runs");
    let refusal = String::from_utf8(refusal.stderr).expect("UTF-8");
    let listed = refusal.split_once("[possible values: ").and_then(|(_, rest)| rest.split_once(']')).expect("a list of formats").0;
    for format in listed.split(", ") {
        assert!(README.contains(&format!("| `{format}` | ")), "{format}");
    }
}

#[test]
fn the_example_of_prices_is_a_table_of_them() {
    use ecs_express_audit::model::PriceItem;
    let section = README.split("### Costs\n").nth(1).expect("a section");
    let example = section.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block of TOML");
    let prices = ecs_express_audit::input::read_prices("README.md", example.as_bytes()).unwrap_or_else(|error| panic!("cannot {error}"));
    assert_eq!(prices.of(PriceItem::LoadBalancerHour, "eu-west-1").map(|quote| quote.price.usd.exactly()).as_deref(), Some("0.0252"));
    for item in PriceItem::ALL {
        assert!(example.contains(item.as_str()), "{}", item.as_str());
    }
}
