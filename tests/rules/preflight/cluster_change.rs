//! `cluster-change`: a service is said to move where it cannot.

use serde_json::{Value, json};

use super::ahead::{check, check_message, tidy};
use super::rows::{SERVICE, after, attributes, living, row, unknown, update};
use crate::world::cluster;

const FOUND: &str = "cluster-change high confirmed service prod/web";

#[test]
fn a_cluster_does_not_change_in_place() {
    let ahead = tidy([after(update("web"), "cluster", json!("test"))]);
    check(&ahead, &[FOUND]);
    check_message(&ahead, FOUND, &["from cluster prod to test"]);
    check(&tidy([after(update("web"), "cluster", json!(cluster("test").to_string()))]), &[FOUND]);
}

#[test]
fn name_and_arn_are_one_cluster() {
    check(&tidy([after(update("web"), "cluster", json!(cluster("prod").to_string()))]), &[]);
    let mut by_arn = update("web");
    by_arn["change"]["before"]["cluster"] = json!(cluster("prod").to_string());
    check(&tidy([by_arn]), &[]);
}

#[test]
fn an_update_of_something_else_moves_nothing() {
    check(&tidy([after(update("web"), "cpu", json!("512"))]), &[]);
    check(&tidy([after(update("web"), "cluster", Value::Null)]), &[]);
}

#[test]
fn a_cluster_that_is_known_only_after_the_apply_is_another_one() {
    let found = "cluster-change high potential service prod/web";
    let ahead = tidy([unknown(update("web"), "cluster")]);
    check(&ahead, &[found]);
    check_message(&ahead, found, &["from cluster prod to one that is known only after the apply"]);
    let mut unset = ahead;
    let resource = json!({ "address": format!("{SERVICE}.web"), "mode": "managed", "expressions": {} });
    unset.configuration = json!({ "root_module": { "resources": [resource] } });
    check(&unset, &[]);
}

#[test]
fn what_the_state_leaves_out_is_where_its_arn_says() {
    let mut silent = after(update("web"), "cluster", json!("test"));
    silent["change"]["before"]["cluster"] = Value::Null;
    check(&tidy([silent.clone()]), &[FOUND]);
    check(&tidy([after(silent, "cluster", json!("prod"))]), &[]);
}

#[test]
fn a_replacement_moves_it() {
    check(&tidy([row(SERVICE, "web", &["delete", "create"], &living("web"), &attributes("test/web"))]), &[]);
}
