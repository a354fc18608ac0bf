//! One comparison for all tests: a line a finding, and what differs.

use std::collections::BTreeMap;

use ecs_express_audit::model::{Finding, Report};

use crate::world::{BALANCER_GROUP, BALANCER_GROUP_NAME, BALANCER_NAME, World};

/// One line per finding, `code severity confidence kind name`, sorted.
pub(crate) fn judge(world: &World) -> Vec<String> {
    lines(world, &world.report())
}

pub(crate) fn lines(world: &World, report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = report.findings.iter().map(|finding| line(world, finding)).collect();
    lines.sort();
    lines
}

pub(crate) fn line(world: &World, finding: &Finding) -> String {
    let Finding { claim, subject, severity, confidence, .. } = finding;
    readable(world, &format!("{} {severity} {confidence} {} {}", claim.code(), subject.kind, subject.name))
}

/// The text with short names for what nobody can read.
pub(crate) fn readable(world: &World, text: &str) -> String {
    let shared =
        [(format!("{BALANCER_GROUP} ({BALANCER_GROUP_NAME})"), "<alb sg>".to_owned()), (BALANCER_NAME.to_owned(), "<alb>".to_owned())];
    let aliases = world.parts.iter().flat_map(|parts| parts.aliases()).chain(shared);
    aliases.fold(text.to_owned(), |text, (name, alias)| text.replace(&name, &alias))
}

/// Expects exactly these lines, in any order.
#[track_caller]
pub(crate) fn check(world: &World, expected: &[&str]) {
    let differing = difference(&judge(world), expected);
    assert!(differing.is_empty(), "findings differ (- expected, + found):\n{}", differing.join("\n"));
}

/// Expects that these lines, and no others, come and go with a change.
#[track_caller]
pub(crate) fn check_change(before: &World, after: &World, expected: &[&str]) {
    let (before, after) = (judge(before), judge(after));
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let changes = difference(&after, &before);
    let differing = difference(&changes, expected);
    assert!(differing.is_empty(), "the change brings something else (- expected, + found):\n{}", differing.join("\n"));
}

fn difference(found: &[String], expected: &[&str]) -> Vec<String> {
    let mut counts: BTreeMap<&str, i32> = BTreeMap::new();
    for line in found {
        *counts.entry(line).or_default() += 1;
    }
    for line in expected {
        *counts.entry(line).or_default() -= 1;
    }
    let signed = |(line, count): (&str, i32)| match count {
        0 => None,
        1.. => Some(format!("+ {line}")),
        _ => Some(format!("- {line}")),
    };
    counts.into_iter().filter_map(signed).collect()
}

/// Expects that the report mentions all of these words in some message.
#[track_caller]
pub(crate) fn check_message(world: &World, line_start: &str, words: &[&str]) {
    let report = world.report();
    let finding = report.findings.iter().find(|finding| line(world, finding).starts_with(line_start));
    let finding = finding.unwrap_or_else(|| panic!("no finding {line_start:?} among:\n{}", lines(world, &report).join("\n")));
    let message = readable(world, &finding.message());
    for word in words {
        assert!(message.contains(word), "expected {word:?} in: {message}");
    }
}

/// Expects no finding of that code whose kind and name begin so.
#[track_caller]
pub(crate) fn check_never(world: &World, code: &str, subjects: &[&str]) {
    let found = judge(world);
    let subject = |line: &str| line.splitn(4, ' ').nth(3).unwrap_or_default().to_owned();
    let of_code = found.iter().filter(|line| line.starts_with(&format!("{code} ")));
    let wrong: Vec<&String> = of_code.filter(|line| subjects.iter().any(|start| subject(line).starts_with(start))).collect();
    assert!(wrong.is_empty(), "never expected:\n{wrong:#?}\namong:\n{found:#?}");
}
