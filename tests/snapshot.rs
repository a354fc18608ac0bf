//! The snapshot file: what is written is what is read, and half of it is no snapshot.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read};

use ecs_express_audit::fleet::SpooledMerge;
use ecs_express_audit::inventory::Collection;
use ecs_express_audit::model::{Hidden, Policy};
use ecs_express_audit::snapshot::{self, SnapshotErrorKind};
use ecs_express_audit::{Declared, audit_snapshot};

const DEMO: &str = include_str!("../fixtures/demo/account.snapshot.jsonl");

fn refused(text: &str) -> SnapshotErrorKind {
    let error = snapshot::read(&mut text.as_bytes()).expect_err("no whole snapshot");
    assert!(format!("cannot {error}").starts_with("cannot read the snapshot"), "{error}");
    match error.kind() {
        SnapshotErrorKind::NotASnapshot => SnapshotErrorKind::NotASnapshot,
        SnapshotErrorKind::Version => SnapshotErrorKind::Version,
        SnapshotErrorKind::Malformed { column } => SnapshotErrorKind::Malformed { column: *column },
        SnapshotErrorKind::OutOfPlace => SnapshotErrorKind::OutOfPlace,
        SnapshotErrorKind::AfterTheEnd => SnapshotErrorKind::AfterTheEnd,
        SnapshotErrorKind::Truncated => SnapshotErrorKind::Truncated,
        other => panic!("another reason: {other}"),
    }
}

/// The format of version 1 is what this file holds: whoever changes it must mean to.
#[test]
fn a_snapshot_written_again_is_the_same_bytes() {
    let inventory = snapshot::read(&mut DEMO.as_bytes()).expect("a snapshot");
    let mut written = Vec::new();
    snapshot::write(&inventory, &mut written).expect("written");
    assert_eq!(String::from_utf8(written).expect("UTF-8"), DEMO);
}

#[test]
fn the_tags_that_were_looked_for_and_where_they_are_come_back() {
    let mut inventory = snapshot::read(&mut DEMO.as_bytes()).expect("a snapshot");
    let scope = &mut inventory.scopes[0];
    scope.wanted_tags.insert("team=checkout".to_owned());
    scope.services[0].marks.wanted.insert("team=checkout".to_owned());
    let mut written = Vec::new();
    snapshot::write(&inventory, &mut written).expect("written");
    assert_eq!(snapshot::read(&mut written.as_slice()).expect("a snapshot"), inventory);
}

#[test]
fn a_snapshot_cut_off_anywhere_is_refused() {
    let ends: Vec<usize> = DEMO.match_indices('\n').map(|(at, _)| at + 1).collect();
    for end in &ends[..ends.len() - 1] {
        assert!(matches!(refused(&DEMO[..*end]), SnapshotErrorKind::Truncated), "after byte {end}");
    }
    for end in (1..DEMO.len() - 1).step_by(997) {
        assert!(snapshot::read(&mut &DEMO.as_bytes()[..end]).is_err(), "after byte {end}");
    }
}

#[test]
fn a_snapshot_without_one_of_its_lines_is_refused() {
    let lines: Vec<&str> = DEMO.lines().collect();
    for left_out in 1..lines.len() - 1 {
        let text: Vec<&str> = lines.iter().enumerate().filter(|(n, _)| *n != left_out).map(|(_, line)| *line).collect();
        assert!(snapshot::read(&mut text.join("\n").as_bytes()).is_err(), "without line {}", left_out + 1);
    }
}

/// Whoever judges a file in passing is told the same as who reads all of it, and of two mistakes the first.
#[test]
fn a_file_that_cannot_be_read_cannot_be_judged_in_passing() {
    let broken = DEMO.replacen("\"type\":\"cluster\"", "\"type\":\"clutter\"", 1);
    let cut = broken.trim_end().rsplit_once('\n').expect("lines").0;
    for text in [broken.as_str(), cut, "", &DEMO[..DEMO.len() / 2], &format!("{DEMO}{DEMO}")] {
        let passing = audit_snapshot(&Declared::default(), text.as_bytes(), &Policy::default(), None).expect_err("no whole snapshot");
        let whole = snapshot::read(&mut text.as_bytes()).expect_err("no whole snapshot");
        assert_eq!((passing.line(), passing.to_string()), (whole.line(), whole.to_string()));
    }
    assert!(matches!(refused(cut), SnapshotErrorKind::Malformed { .. }));
}

/// A line of which the type cannot be told belongs nowhere: it may begin a scope.
#[test]
fn a_line_with_two_types_is_refused() {
    for line in [r#"{"type":"x","type":"scope"}"#, r#"{"arn":"a","type":"absent","type":"scope"}"#, "x", "{}", ""] {
        assert!(matches!(refused(&with_line(line)), SnapshotErrorKind::Malformed { .. } | SnapshotErrorKind::Truncated), "{line}");
    }
}

#[test]
fn a_second_beginning_is_refused_where_it_stands() {
    let text = with_line(DEMO.lines().next().expect("a line"));
    let error = snapshot::read(&mut text.as_bytes()).expect_err("it begins twice");
    assert_eq!(error.line(), DEMO.lines().count(), "{error}");
}

#[test]
fn a_scope_that_was_cut_off_is_never_handed_out() {
    let lines: Vec<&str> = DEMO.lines().collect();
    let cut = lines[..lines.len() - 1].join("\n");
    let mut scopes = snapshot::Scopes::of(cut.as_bytes());
    assert!(scopes.next().is_some_and(|scope| scope.is_err()) && scopes.next().is_none());
}

#[test]
fn what_is_ones_own_by_a_tag_that_was_not_looked_for_cannot_be_told() {
    let mut policy = Policy::default();
    policy.own = "tag=team=checkout".parse().expect("a tag");
    let error = audit_snapshot(&Declared::default(), DEMO.as_bytes(), &policy, None).expect_err("it was not looked for");
    assert!(matches!(error.kind(), SnapshotErrorKind::TagNotSought { tag } if tag == "team=checkout"), "{error}");
    let sought = DEMO.replacen("\"throttles\":0", "\"throttles\":0,\"wanted_tags\":[\"team=checkout\"]", 1);
    let report = audit_snapshot(&Declared::default(), sought.as_bytes(), &policy, None).expect("it was looked for");
    assert!(report.findings.is_empty() && !report.of_others.is_empty());
}

#[test]
fn a_scope_that_stands_there_twice_is_refused() {
    let head = DEMO.lines().nth(1).expect("a scope");
    let error = snapshot::read(&mut with_line(head).as_bytes()).expect_err("it would be counted twice");
    assert!(matches!(error.kind(), SnapshotErrorKind::ScopeTwice { .. }), "{error}");
    assert_eq!(error.line(), DEMO.lines().count());
    let passing = audit_snapshot(&Declared::default(), with_line(head).as_bytes(), &Policy::default(), None).expect_err("the same");
    assert_eq!(passing.to_string(), error.to_string());
    // That is what merging is for.
    let merging = SpooledMerge::new(std::io::Cursor::new(Vec::new()), None).with(with_line(head).as_bytes());
    let mut merged = Vec::new();
    merging.and_then(SpooledMerge::finish).and_then(|whole| whole.write(&mut merged)).expect("one reading is kept");
    assert!(merged == DEMO.as_bytes(), "the one that says something");
}

#[test]
fn lines_may_end_as_on_windows_and_the_last_one_without_an_end() {
    let inventory = snapshot::read(&mut DEMO.as_bytes()).expect("a snapshot");
    for text in [DEMO.replace('\n', "\r\n"), DEMO.trim_end().to_owned()] {
        assert!(snapshot::read(&mut text.as_bytes()).is_ok_and(|read| read == inventory));
    }
}

/// Gives a byte at a time, and is interrupted before each.
struct Haltingly<'t> {
    text: &'t [u8],
    is_ready: bool,
}

impl Read for Haltingly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_ready = !self.is_ready;
        if self.is_ready { (&mut self.text).take(1).read(buffer) } else { Err(io::ErrorKind::Interrupted.into()) }
    }
}

#[test]
fn a_snapshot_may_come_in_pieces() {
    let inventory = snapshot::read(&mut DEMO.as_bytes()).expect("a snapshot");
    let mut text = BufReader::with_capacity(3, Haltingly { text: DEMO.as_bytes(), is_ready: true });
    assert!(snapshot::read(&mut text).is_ok_and(|read| read == inventory));
}

#[test]
fn two_snapshots_in_one_file_are_refused() {
    assert!(matches!(refused(&format!("{DEMO}{DEMO}")), SnapshotErrorKind::AfterTheEnd));
}

#[test]
fn what_is_no_snapshot_is_called_so() {
    for text in ["", "{}", "[]", "{\"version\": 4}", "{\"type\":\"end\",\"lines\":1}\n"] {
        assert!(matches!(refused(text), SnapshotErrorKind::NotASnapshot), "{text:?}");
    }
    let other = DEMO.replacen("\"schema_version\":\"1\"", "\"schema_version\":\"2\"", 1);
    assert!(matches!(refused(&other), SnapshotErrorKind::Version));
    let broken = DEMO.replacen("\"type\":\"cluster\"", "\"type\":\"clutter\"", 1);
    assert!(matches!(refused(&broken), SnapshotErrorKind::Malformed { .. }));
    let homeless: Vec<&str> = DEMO.lines().filter(|line| !line.contains("\"type\":\"scope\"")).collect();
    assert!(matches!(refused(&homeless.join("\n")), SnapshotErrorKind::OutOfPlace));
}

/// The demo with this line before its last one, and the count made right.
fn with_line(line: &str) -> String {
    let lines: Vec<&str> = DEMO.lines().collect();
    let (_, body) = lines.split_last().expect("lines");
    format!("{}\n{line}\n{{\"type\":\"end\",\"lines\":{}}}\n", body.join("\n"), lines.len() + 1)
}

/// The demo with this value under a key that no version knows.
fn with_unknown(value: &str) -> String {
    with_line(&format!(r#"{{"type":"absent","arn":"arn:aws:ecs:eu-west-1:123456789012:service/a","x":{value}}}"#))
}

#[track_caller]
fn check_bound(within: &str, beyond: &str) {
    assert!(snapshot::read(&mut within.as_bytes()).is_ok());
    let error = snapshot::read(&mut beyond.as_bytes()).expect_err("beyond the bound");
    assert!(matches!(error.kind(), SnapshotErrorKind::Excessive), "{error}");
}

#[test]
fn a_line_is_bounded_in_its_strings_and_values() {
    let string = |bytes: usize| with_unknown(&format!("\"{}\"", "s".repeat(bytes)));
    check_bound(&string(64 << 10), &string((64 << 10) + 1));
    let values = |many: usize| with_unknown(&format!("[{}0]", "0,".repeat(many - 1)));
    check_bound(&values(999_998), &values(999_999));
}

/// What no version knows is passed over, also on the way to a line's type.
#[test]
fn no_depth_exhausts_the_stack() {
    for levels in [1, 20_000, 4 << 20] {
        let unknown = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let type_last = with_line(&format!(r#"{{"arn":"arn:aws:ecs:eu-west-1:123456789012:service/a","x":{unknown},"type":"absent"}}"#));
        for text in [with_unknown(&unknown), type_last] {
            let read = snapshot::read(&mut text.as_bytes()).expect("a snapshot");
            assert!(read.scopes[0].absent.iter().any(|arn| arn.resource() == "service/a"));
        }
    }
    let service = format!(r#"{{"type":"service","x":{}1{}}}"#, "[".repeat(4 << 20), "]".repeat(4 << 20));
    assert!(matches!(refused(&with_line(&service)), SnapshotErrorKind::Malformed { .. }));
}

#[test]
fn a_line_is_no_longer_than_16_mib() {
    let text = format!("{}\n{}", DEMO.lines().next().expect("a line"), " ".repeat((16 << 20) + 1));
    let error = snapshot::read(&mut text.as_bytes()).expect_err("too long");
    assert!(matches!(error.kind(), SnapshotErrorKind::LineTooLong) && error.line() == 2, "{error}");
}

/// However many parents a collection was read for, what is written is what is read.
#[test]
fn a_read_of_very_many_parents_is_written_in_several_lines() {
    let mut inventory = snapshot::read(&mut DEMO.as_bytes()).expect("a snapshot");
    for n in 0..200_000 {
        let parent = format!("arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/ecs-gateway-tg-{n:017x}/{n:016x}");
        inventory.scopes[0].reads.complete_for(Collection::Targets, &parent);
    }
    let mut written = Vec::new();
    snapshot::write(&inventory, &mut written).expect("written");
    assert!(snapshot::read(&mut written.as_slice()).is_ok_and(|read| read == inventory));
}

/// Of values that may be secret the file holds names; that they are there is enough to tell that one is lacking.
#[test]
fn names_of_variables_are_in_the_file_and_values_are_not() {
    let secret = "hunter2-CANARY";
    let mut inventory = snapshot::read(&mut DEMO.as_bytes()).expect("a snapshot");
    let configuration = &mut inventory.scopes[0].configurations[0].configuration;
    let named = |name: &str| BTreeMap::from([(name.to_owned(), Hidden::known(secret))]);
    configuration.container.environment = named("PASSWORD");
    configuration.container.secrets = named("TOKEN");
    configuration.container.command = Some(Hidden::known(secret));
    configuration.container.credentials = Some(Hidden::known(secret));
    configuration.tags = named("team");
    let mut written = Vec::new();
    snapshot::write(&inventory, &mut written).expect("written");
    let text = String::from_utf8(written.clone()).expect("UTF-8");
    assert!(!text.contains("CANARY"));
    assert!(["\"PASSWORD\"", "\"TOKEN\"", "\"team\""].iter().all(|name| text.contains(name)));
    let read = snapshot::read(&mut written.as_slice()).expect("what was written");
    let read = &read.scopes[0].configurations[0].configuration;
    assert_eq!(read.container.environment.values().collect::<Vec<_>>(), [&Hidden::unknown()]);
    assert_eq!(read.container.command, Some(Hidden::unknown()));
}
