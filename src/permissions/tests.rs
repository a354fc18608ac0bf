//! The table, and what is made from it.

use std::collections::BTreeSet;

use super::*;
use crate::inventory::Collection;
use crate::model::{Cause, ExitCode, Scope};

fn actions() -> BTreeSet<String> {
    OPERATIONS.iter().map(Operation::action).collect()
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

fn actions_in(policy: &serde_json::Value) -> Vec<String> {
    let statements = policy["Statement"].as_array().into_iter().flatten();
    let actions = statements.flat_map(|statement| statement["Action"].as_array().into_iter().flatten());
    actions.filter_map(|action| action.as_str().map(str::to_owned)).collect()
}

#[test]
fn an_operation_has_one_row() {
    assert_eq!(actions().len(), OPERATIONS.len());
    let mut apis: Vec<Api> = OPERATIONS.iter().map(|row| row.api).collect();
    apis.dedup();
    let different: BTreeSet<Api> = apis.iter().copied().collect();
    assert_eq!(apis.len(), different.len(), "an API's rows stand together");
}

/// Gaps name operations by their collections: both are the same truth.
#[test]
fn every_collection_is_read_by_an_operation_of_the_table() {
    for collection in Collection::ALL {
        let row = operation(collection.operation()).unwrap_or_else(|| panic!("{collection:?} is read by no row"));
        let is_second_use = matches!(collection, Collection::TargetInterfaces | Collection::SecondLook);
        assert!(row.collection == Some(collection) || is_second_use, "{} reads {:?}", row.action(), row.collection);
    }
    for (row, collection) in OPERATIONS.iter().filter_map(|row| Some((row, row.collection?))) {
        let is_of_several = matches!(collection, Collection::Gateways | Collection::Tags);
        assert!(collection.operation() == row.action() || is_of_several, "{}", row.action());
    }
}

#[test]
fn a_row_tells_of_kinds_that_its_collection_tells_of() {
    for (row, collection) in OPERATIONS.iter().filter_map(|row| Some((row, row.collection?))) {
        assert!(!row.kinds.is_empty() && row.kinds.iter().all(|kind| collection.kinds().contains(kind)), "{}", row.action());
    }
    let of_tags = OPERATIONS.iter().filter(|row| row.collection == Some(Collection::Tags));
    let kinds: BTreeSet<Kind> = of_tags.flat_map(|row| row.kinds).copied().collect();
    assert_eq!(kinds, Collection::Tags.kinds().iter().copied().collect());
}

#[test]
fn every_scan_begins_with_the_lists_of_the_scope() {
    let always: BTreeSet<Collection> =
        OPERATIONS.iter().filter(|row| row.occasion == Occasion::EveryScan).filter_map(|row| row.collection).collect();
    assert_eq!(always, Collection::OF_SCOPE.into_iter().collect());
}

#[test]
fn only_what_lists_describes_or_gets_is_allowed() {
    for row in OPERATIONS {
        assert!(["List", "Describe", "Get"].iter().any(|verb| row.name.starts_with(verb)), "{}", row.action());
        let [scan, declaration] = [allows, allows_for_declarations].map(|allows| allows(row.api.service_id(), row.name));
        assert!(scan != declaration, "{} is for the one or for the other", row.action());
        assert_eq!((declaration, row.collection), (row.occasion == Occasion::OnDeclaration, row.collection.filter(|_| scan)));
    }
    assert!(allows_for_declarations("S3", "GetObject") && allows_for_declarations("HTTP", "GET"));
    assert!(allows("STS", "GetCallerIdentity"));
    for (service, operation) in [
        ("ECS", "DeleteCluster"),
        ("ECS", "DescribeTaskDefinition"), // it carries environment values
        ("CloudWatch Logs", "GetLogEvents"),
        ("EC2", "GetPasswordData"),
        ("STS", "AssumeRole"),
        ("S3", "PutObject"),
        ("S3", "ListObjectsV2"),
        ("HTTP", "POST"),
        ("CloudFormation", "DeleteStack"),
        ("ACM", "ListClusters"), // another API's
        ("", ""),
    ] {
        assert!(!allows(service, operation) && !allows_for_declarations(service, operation), "{service}:{operation}");
    }
}

#[test]
fn the_policy_allows_exactly_the_table() {
    let policy = json(&policy());
    let listed = actions_in(&policy);
    assert_eq!(listed.len(), OPERATIONS.len(), "each once");
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), actions());
    let statements = policy["Statement"].as_array().expect("statements");
    let sids: BTreeSet<&str> = statements.iter().filter_map(|statement| statement["Sid"].as_str()).collect();
    assert_eq!(sids.len(), statements.len(), "{sids:?}");
    assert!(sids.iter().all(|sid| sid.bytes().all(|b| b.is_ascii_alphanumeric())), "IAM takes letters and digits: {sids:?}");
    assert!(statements.iter().all(|statement| statement["Effect"] == "Allow"));
}

#[test]
fn the_policy_is_narrowed_where_iam_can_narrow() {
    let policy = json(&policy());
    let of = |sid: &str| {
        let statements = policy["Statement"].as_array().into_iter().flatten();
        statements.clone().find(|statement| statement["Sid"] == sid).map(|statement| statement["Resource"].clone())
    };
    assert_eq!(of("ReadACM"), Some("*".into()));
    assert_eq!(of("ReadACMByArn"), Some("arn:*:acm:*:*:certificate/*".into()));
    let of_ecs = of("ReadECSByArn").expect("a statement");
    assert!(of_ecs.as_array().is_some_and(|patterns| patterns.len() == 4), "{of_ecs}");
}

#[test]
fn the_session_policy_fits_and_allows_the_same() {
    let session = session_policy();
    assert!(session.chars().count() <= 2_048, "STS takes 2,048 characters; it has {}", session.chars().count());
    assert_eq!(actions_in(&json(&session)).into_iter().collect::<BTreeSet<_>>(), actions());
    assert!(!actions().iter().any(|action| action.contains('*')));
}

#[test]
fn terraform_says_what_the_policy_says() {
    let hcl = terraform();
    let quoted: Vec<&str> = hcl.split('"').skip(1).step_by(2).skip(2).collect();
    let policy = json(&policy());
    let mut expected = Vec::new();
    for statement in policy["Statement"].as_array().into_iter().flatten() {
        expected.extend([statement["Sid"].clone(), "Allow".into()]);
        expected.extend(statement["Action"].as_array().into_iter().flatten().cloned());
        match statement["Resource"].as_array() {
            Some(patterns) => expected.extend(patterns.iter().cloned()),
            None => expected.push(statement["Resource"].clone()),
        }
    }
    assert_eq!(quoted, expected.iter().filter_map(|value| value.as_str()).collect::<Vec<_>>());
}

/// What `doctor` would find if these were answered so, and all else done.
fn diagnosis(principal: &str, answers: &[(&str, Access)]) -> Diagnosis {
    let scope = Scope { partition: "aws".into(), account: "123456789012".into(), region: "eu-west-1".into() };
    let trial = |row: &'static Operation| {
        let access = answers.iter().find(|(action, _)| row.action() == *action).map_or(Access::Granted, |(_, access)| *access);
        Trial::new(row, access, None)
    };
    Diagnosis::new(scope, principal.to_owned(), OPERATIONS.iter().map(trial).collect())
}

const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/auditor/ci";

#[test]
fn who_may_read_everything_needs_no_ticket() {
    let whole = diagnosis(SESSION, &[]);
    assert_eq!((whole.exit_code(), whole.ticket()), (ExitCode::Clean, None));
}

#[test]
fn a_region_without_gateways_lacks_nothing() {
    assert_eq!(diagnosis(SESSION, &[("ecs:ListGateways", Access::NotOffered)]).exit_code(), ExitCode::Clean);
    assert_eq!(diagnosis(SESSION, &[("acm:ListCertificates", Access::NotOffered)]).exit_code(), ExitCode::Incomplete);
    assert_eq!(diagnosis(SESSION, &[("ecs:ListGateways", Access::Denied)]).exit_code(), ExitCode::Incomplete);
}

#[test]
fn a_ticket_says_who_where_what_and_what_to_add() {
    let found = diagnosis(SESSION, &[("acm:ListCertificates", Access::Denied), ("logs:ListTagsForResource", Access::Denied)]);
    let ticket = found.ticket().expect("something is missing");
    for part in [
        SESSION,
        "account 123456789012, Region eu-west-1",
        "Permissions that are missing: acm:ListCertificates, logs:ListTagsForResource.",
        "nothing can be called clean: log-group, certificate.",
        "the policy of the role auditor:\n{",
    ] {
        assert!(ticket.contains(part), "{part:?} is not in\n{ticket}");
    }
    let policy = json(&ticket[ticket.find('{').expect("a policy")..]);
    assert_eq!(actions_in(&policy), ["acm:ListCertificates", "logs:ListTagsForResource"]);
}

#[test]
fn a_ticket_asks_for_no_policy_where_none_would_help() {
    for access in [
        Access::DeniedByScp,
        Access::RegionDisabled,
        Access::NotOffered,
        Access::Unreachable,
        Access::Expired,
        Access::Failed(Cause::Throttled),
    ] {
        let found = diagnosis(SESSION, &[("acm:ListCertificates", access)]);
        let ticket = found.ticket().expect("something is missing");
        assert!(ticket.contains(": acm:ListCertificates.") && !ticket.contains('{'), "{access:?}\n{ticket}");
        assert_eq!(found.exit_code(), ExitCode::Incomplete);
    }
}

#[test]
fn a_ticket_names_a_user_and_says_when_everything_is_lost() {
    let user = "arn:aws:iam::123456789012:user/auditor";
    let ticket = diagnosis(user, &[("ecs:ListClusters", Access::Denied)]).ticket().expect("something is missing");
    assert!(ticket.contains("no finding is certain") && ticket.contains(&format!("the policy of {user}:")), "{ticket}");
}
