//! What holds of any plan, whatever it meets.

use std::collections::BTreeSet;

use ecs_express_audit::model::{DependencyKind as Kind, ExitCode};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::ahead::Ahead;
use super::rows::{GROUP, ROLE, SUBNET, after, at, create, delete, forget, replace, row, update};
use crate::check::lines;
use crate::report::json;
use crate::world::World;

/// 64 cases at most: each judges a plan several times.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { failure_persistence: None, cases: default.cases.min(64), ..default }
}

fn any_world() -> impl Strategy<Value = World> {
    let changes: [fn(World) -> World; 8] = [
        |world| world,
        |world| world.kill("web", 60),
        |world| world.kill("api", 5),
        |world| world.drain("web", 40),
        |world| world.forget("api"),
        |world| world.replace_by_plain("web"),
        World::custom_rule,
        |world| world.declaring("web"),
    ];
    prop::sample::select(changes.to_vec()).prop_map(|change| change(World::tidy()))
}

fn any_row() -> impl Strategy<Value = Value> {
    let logging = json!([{ "aws_logs_configuration": [{ "log_group": "/logs" }] }]);
    let rows = vec![
        create("web"),
        after(create("shop"), "primary_container", logging),
        at(create("api"), "aws_ecs_express_gateway_service.second"),
        update("web"),
        after(update("api"), "cluster", json!("test")),
        delete("web"),
        delete("api"),
        replace("web", &["delete", "create"]),
        replace("api", &["create", "delete"]),
        forget("web"),
        row("aws_cloudwatch_log_group", "l", &["create"], &Value::Null, &json!({ "name": "/logs" })),
        row("aws_iam_role_policy", "p", &["delete"], &json!({ "role": "infra" }), &Value::Null),
        row("aws_iam_role", "r", &["delete"], &json!({ "name": "infra" }), &Value::Null),
        row("aws_security_group", "g", &["delete"], &json!({ "id": GROUP }), &Value::Null),
    ];
    prop::sample::select(rows)
}

fn any_ahead() -> impl Strategy<Value = Ahead> {
    let missing = prop::sample::subsequence(vec![(Kind::Role, ROLE), (Kind::Subnet, SUBNET), (Kind::Cluster, "prod")], 0..=2);
    (any_world(), prop::collection::vec(any_row(), 1..6), missing).prop_map(|(world, mut rows, missing)| {
        // An address stands in a plan once.
        let mut seen = BTreeSet::new();
        rows.retain(|row| seen.insert(row["address"].to_string()));
        missing.into_iter().fold(Ahead::of(world, rows), |ahead, (kind, id)| ahead.without(kind, id))
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_dependency_less_says_no_more_and_is_never_clean(ahead in any_ahead(), pick in any::<Index>()) {
        let met = ahead.met();
        let full: BTreeSet<String> = lines(&ahead.world, &ahead.report()).into_iter().collect();
        if met.dependencies.is_empty() {
            return Ok(());
        }
        let mut poorer = met.clone();
        let unread = pick.get(&met.dependencies.into_keys().collect::<Vec<_>>()).clone();
        poorer.dependencies.remove(&unread);
        poorer.vpcs.remove(&unread.id);
        let report = ahead.report_on(&[poorer]);
        prop_assert!(lines(&ahead.world, &report).iter().all(|line| full.contains(line)));
        prop_assert!(!report.is_complete() && report.exit_code() != ExitCode::Clean, "{unread}");
    }

    #[test]
    fn a_service_less_says_no_more_and_is_never_clean(ahead in any_ahead(), pick in any::<Index>()) {
        let (met, questions) = (ahead.met(), ahead.plan().questions(&crate::world::scope()));
        let full: BTreeSet<String> = lines(&ahead.world, &ahead.report()).into_iter().collect();
        if questions.services.is_empty() {
            return Ok(());
        }
        let unread = pick.get(&questions.services.into_iter().collect::<Vec<_>>()).clone();
        let mut poorer = met.clone();
        poorer.live.services.retain(|service| service.name != unread);
        let report = ahead.report_on(&[poorer]);
        // That a plan deletes and makes a service under one name it says itself, whatever became of the service.
        let of_plan = |line: &String| line.starts_with("replace-same-name");
        let more: Vec<String> = lines(&ahead.world, &report).into_iter().filter(|line| !full.contains(line) && !of_plan(line)).collect();
        prop_assert!(more.is_empty(), "{more:#?}");
        prop_assert!(!report.is_complete() && report.exit_code() != ExitCode::Clean);
    }

    #[test]
    fn the_order_of_the_rows_changes_no_byte(ahead in any_ahead(), seed in any::<u64>()) {
        let mut other = ahead.clone();
        other.rows.reverse();
        let turn = usize::try_from(seed % 7).expect("small") % other.rows.len();
        other.rows.rotate_left(turn);
        prop_assert_eq!(json(&ahead.report()), json(&other.report()));
    }

    #[test]
    fn no_two_findings_bear_one_fingerprint(ahead in any_ahead()) {
        let mut seen = BTreeSet::new();
        for finding in ahead.report().findings {
            prop_assert!(seen.insert(finding.fingerprint()), "{}", finding.message());
        }
    }
}
