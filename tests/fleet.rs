//! Many accounts and Regions as values: lists of scopes, shards of them, and what they make together.

use ecs_express_audit::fleet::{Access, Fleet, FleetErrorKind, Planned, Shard, SpooledMerge, merge, unread_gap};
use ecs_express_audit::inventory::{Collection, Inventory, ScopeInventory};
use ecs_express_audit::model::{Arn, Cause, ExitCode, Policy, Scope, Timestamp};
use ecs_express_audit::{Declared, audit, audit_snapshot, snapshot};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

const DEMO: &str = include_str!("../fixtures/demo/account.snapshot.jsonl");

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(1_700_000_000 + seconds)
}

fn scope(number: u8) -> Scope {
    Scope::in_region(&format!("{:012}", number / 2), ["eu-west-1", "us-east-1"][usize::from(number % 2)])
}

/// A list of these scopes, each read with a role.
fn fleet(numbers: impl IntoIterator<Item = u8>) -> Fleet {
    let mut fleet = Fleet::planned_at(at(0));
    for scope in numbers.into_iter().map(scope) {
        let role = Arn::parse(&format!("arn:aws:iam::{}:role/audit", scope.account));
        fleet.scopes.insert(scope, Planned::Read(Access { role, external_id_env: Some("AUDIT_ID".to_owned()) }));
    }
    fleet
}

fn written(fleet: &Fleet) -> String {
    let mut text = Vec::new();
    fleet.write(&mut text).expect("a vector takes everything");
    String::from_utf8(text).expect("UTF-8")
}

/// A scope in which everything was read and nothing is.
fn empty(scope: Scope, finished_at: Timestamp) -> ScopeInventory {
    let mut live = ScopeInventory::unread(scope, finished_at);
    for collection in Collection::OF_SCOPE {
        live.reads.complete(collection);
    }
    live.api_calls = 11;
    live
}

#[test]
fn the_documented_hash_is_that_of_the_shards() {
    let docs = include_str!("../docs/many-accounts.md");
    let rows: Vec<Vec<&str>> = docs.lines().filter(|line| line.starts_with("| `aws")).map(|line| line.split(" | ").collect()).collect();
    assert!(rows.len() >= 5, "{rows:?}");
    for row in rows {
        let [scope, bytes, of_8, of_100] = row[..] else { panic!("{row:?}") };
        let text = scope.trim_matches(['|', ' ', '`']);
        let hash = Sha256::new().chain_update(b"expressaudit/shard/v1\0").chain_update(text).finalize();
        let first = hash[..8].iter().fold(0_u64, |first, byte| first << 8 | u64::from(*byte));
        assert_eq!(format!("{first:016x}"), bytes.trim_matches('`'));
        let [_, account, region] = text.split('/').collect::<Vec<_>>()[..] else { panic!("{text}") };
        for (index, count) in [(of_8, 8), (of_100.trim_matches(['|', ' ']), 100)] {
            let shard: Shard = format!("{index}/{count}").parse().expect("a shard");
            assert!(shard.holds(&Scope::in_region(account, region)), "{text} is in {shard}");
        }
    }
}

#[test]
fn a_list_that_is_written_is_the_list_that_is_read() {
    let mut list = fleet(0..7);
    let unlisted = Scope { partition: "aws".into(), account: "000000000009".into(), region: "unknown".into() };
    let mut gap = unread_gap(Cause::Denied, "its Regions could not be listed");
    gap.operation = "ec2:DescribeRegions".to_owned();
    list.scopes.insert(unlisted, Planned::Unreadable(Box::new(gap)));
    list.scopes.insert(scope(20), Planned::Read(Access::default()));
    assert_eq!((fleet(0..7).unreadable(), list.unreadable()), (0, 1));
    let text = written(&list);
    assert_eq!(Fleet::read(&mut text.as_bytes()).expect("a list"), list);
    assert_eq!(written(&Fleet::read(&mut text.as_bytes()).expect("a list")), text);
}

#[track_caller]
fn refused(text: &str) -> FleetErrorKind {
    let error = Fleet::read(&mut text.as_bytes()).expect_err("no whole list");
    assert!(format!("cannot {error}").starts_with("cannot read the list of scopes"), "{error}");
    match error.kind() {
        FleetErrorKind::NotAList => FleetErrorKind::NotAList,
        FleetErrorKind::Version => FleetErrorKind::Version,
        FleetErrorKind::Malformed { column } => FleetErrorKind::Malformed { column: *column },
        FleetErrorKind::NotAScope => FleetErrorKind::NotAScope,
        FleetErrorKind::ForeignRole => FleetErrorKind::ForeignRole,
        FleetErrorKind::Twice => FleetErrorKind::Twice,
        FleetErrorKind::TooLarge => FleetErrorKind::TooLarge,
        FleetErrorKind::Truncated => FleetErrorKind::Truncated,
        other => panic!("another reason: {other}"),
    }
}

/// A shorter list would be a smaller denominator.
#[test]
fn a_list_that_was_cut_off_is_refused() {
    let text = written(&fleet(0..4));
    for end in 1..text.len() - 1 {
        let error = Fleet::read(&mut &text.as_bytes()[..end]).expect_err("no whole list");
        let is_begun = end > text.find('\n').expect("a line");
        assert!(!is_begun || matches!(error.kind(), FleetErrorKind::Truncated), "after byte {end}: {error}");
        assert_eq!(error.line(), 0, "it is the list as a whole");
    }
    let lines: Vec<&str> = text.lines().collect();
    for left_out in 1..lines.len() {
        let rest: Vec<&str> = lines.iter().enumerate().filter(|(n, _)| *n != left_out).map(|(_, line)| *line).collect();
        assert!(matches!(refused(&rest.join("\n")), FleetErrorKind::Truncated), "without line {}", left_out + 1);
    }
    assert!(matches!(refused(&format!("{text}{text}")), FleetErrorKind::Truncated));
}

#[test]
fn a_list_says_nothing_that_is_not_understood() {
    let text = written(&fleet([0]));
    for (from, to) in [("role_arn", "role"), ("\"account\":\"000000000000\",", ""), ("\"scope\"", "\"scopf\"")] {
        assert!(matches!(refused(&text.replace(from, to)), FleetErrorKind::Malformed { .. }), "{to}");
    }
    assert!(matches!(refused(""), FleetErrorKind::NotAList));
    assert!(matches!(refused(DEMO), FleetErrorKind::NotAList));
    assert!(matches!(refused(&text.replace("\"schema_version\":\"1\"", "\"schema_version\":\"2\"")), FleetErrorKind::Version));
    assert!(matches!(refused(&text.replace("iam::000000000000", "iam::000000000001")), FleetErrorKind::ForeignRole));
    assert!(matches!(refused(&text.replace("role/audit", "user/audit")), FleetErrorKind::Malformed { .. } | FleetErrorKind::ForeignRole));
    assert!(matches!(refused(&text.replace("eu-west-1", "EU")), FleetErrorKind::NotAScope));
    assert!(matches!(refused(&text.replace("AUDIT_ID", &"A".repeat(20_000))), FleetErrorKind::TooLarge));
    let line = text.lines().nth(1).expect("a scope");
    let twice = text.replace(line, &format!("{line}\n{line}")).replace("\"lines\":3", "\"lines\":4");
    assert!(matches!(refused(&twice), FleetErrorKind::Twice));
}

#[test]
fn what_is_wrong_with_one_line_is_told_with_its_place() {
    let text = written(&fleet(0..3)).replacen("\"region\":\"us-east-1\"", "\"region\":\"US\"", 1);
    let error = Fleet::read(&mut text.as_bytes()).expect_err("no Region");
    assert!(matches!(error.kind(), FleetErrorKind::NotAScope) && error.line() == 3, "{error}");
    assert!(error.to_string().starts_with("read the list of scopes, line 3: "), "{error}");
    let whole = Fleet::read(&mut "".as_bytes()).expect_err("no list");
    assert!(whole.to_string().starts_with("read the list of scopes: "), "{whole}");
}

#[track_caller]
fn check_verdict(inventory: &Inventory, expected: ExitCode) {
    let now = inventory.finished_at().expect("a scope");
    let report = audit(&Declared::default(), inventory, &Policy::default(), now);
    assert_eq!(report.exit_code(), expected, "{:?}", report.scopes.iter().map(|entry| &entry.gaps).collect::<Vec<_>>());
}

#[test]
fn a_lost_shard_is_a_gap_and_all_shards_are_none() {
    let list = fleet(0..12);
    let shards: Vec<Fleet> = (0..3).map(|index| list.share(Shard::new(index, 3).expect("a shard"))).collect();
    let read = |shard: &Fleet| Inventory { scopes: shard.scopes.keys().map(|scope| empty(scope.clone(), at(60))).collect() };
    let mut whole = merge(shards.iter().map(read));
    list.note_missing(&mut whole);
    check_verdict(&whole, ExitCode::Clean);
    let mut partial = merge(shards[1..].iter().map(read));
    check_verdict(&partial, ExitCode::Clean);
    list.note_missing(&mut partial);
    check_verdict(&partial, ExitCode::Incomplete);
    let lost: Vec<&Scope> = partial.scopes.iter().filter(|live| !live.gaps.is_empty()).map(|live| &live.scope).collect();
    assert_eq!(lost, shards[0].scopes.keys().collect::<Vec<_>>());
    let mut nothing = merge([]);
    list.note_missing(&mut nothing);
    check_verdict(&nothing, ExitCode::Incomplete);
}

/// A shard of an earlier time is none of this list, and what the list does not have is nobody's to leave out.
#[test]
fn a_reading_that_began_before_the_list_was_made_is_none_of_it() {
    let list = fleet(0..2);
    let left = |number: u8, seconds: i64| {
        let reading = Inventory { scopes: vec![empty(scope(number), at(seconds))] };
        list.without_older(reading).scopes.len()
    };
    assert_eq!([-1, 0, 1].map(|seconds| left(0, seconds)), [0, 1, 1]);
    assert_eq!([-1, 0, 1].map(|seconds| left(2, seconds)), [1, 1, 1]);
    let shards = [-1, 1].map(|seconds| Inventory { scopes: vec![empty(scope(u8::from(seconds > 0)), at(seconds))] });
    let whole = list.whole_of(shards);
    assert_eq!(whole.scopes.iter().map(|live| live.gaps.len()).collect::<Vec<_>>(), [1, 0]);
}

/// The shard that was lost is run again: what was noted as missing gives way, whenever it is read.
#[test]
fn what_was_noted_as_missing_gives_way_to_any_reading() {
    let list = fleet(0..2);
    let mut partial = merge([Inventory { scopes: vec![empty(scope(0), at(60))] }]);
    list.note_missing(&mut partial);
    let early = Inventory { scopes: vec![empty(scope(1), at(-3600))] };
    check_verdict(&merge([partial, early]), ExitCode::Clean);
}

/// A later reading that failed is the truth of its time.
#[test]
fn a_denied_reading_replaces_an_earlier_whole_one() {
    let mut denied = ScopeInventory::unread(scope(0), at(60));
    denied.gaps.push(unread_gap(Cause::Denied, "the role could not be assumed"));
    let readings = [empty(scope(0), at(0)), denied].map(|live| Inventory { scopes: vec![live] });
    check_verdict(&merge(readings), ExitCode::Incomplete);
}

#[test]
fn of_two_readings_always_the_same_one_is_kept_in_whatever_order_they_come() {
    let unread = |cause| {
        let mut live = ScopeInventory::unread(scope(0), at(60));
        live.gaps.push(unread_gap(cause, "nobody read it"));
        live
    };
    let kept = |readings: [&ScopeInventory; 2]| merge(readings.map(|live| Inventory { scopes: vec![live.clone()] })).scopes.remove(0);
    let mut fuller = empty(scope(0), at(0));
    fuller.absent.extend(Arn::parse("arn:aws:ecs:eu-west-1:000000000000:cluster/a"));
    let least_first = [unread(Cause::NotCollected), unread(Cause::Deadline), empty(scope(0), at(0)), empty(scope(0), at(30))];
    for (place, one) in least_first.iter().enumerate() {
        for other in &least_first[place..] {
            assert_eq!([kept([one, other]), kept([other, one])], [other.clone(), other.clone()]);
        }
        assert_eq!(kept([one, &fuller]), kept([&fuller, one]), "even if both ended in the same second");
    }
}

/// In a scope that was read an hour before the others, what was a minute old is not an hour older.
#[test]
fn a_scope_is_judged_as_of_its_own_end() {
    let demo = snapshot::read(&mut DEMO.as_bytes()).expect("a snapshot");
    let end = demo.finished_at().expect("a scope");
    let alone = audit(&Declared::default(), &demo, &Policy::default(), end);
    let later = Timestamp::from_unix_seconds(end.unix_seconds() + 10_000_000);
    let mut both = demo.clone();
    both.scopes.push(empty(scope(0), later));
    let beside = audit(&Declared::default(), &both, &Policy::default(), later);
    let said = |report: &ecs_express_audit::model::Report| report.findings.iter().map(|finding| finding.message()).collect::<Vec<_>>();
    assert_eq!(said(&alone), said(&beside));
}

/// A reading of one of few scopes, at one of few times: whole, partial, never begun.
fn reading() -> impl Strategy<Value = ScopeInventory> {
    (0..4_u8, 0..3_i64, 0..4_u8).prop_map(|(number, time, how)| {
        let mut live = empty(scope(number), at(time));
        match how {
            0 => {}
            1 => live.gaps.push(unread_gap(Cause::Denied, "denied")),
            2 => live.absent.extend(Arn::parse("arn:aws:ecs:eu-west-1:000000000000:cluster/a")),
            _ => {
                live = ScopeInventory::unread(scope(number), at(time));
                live.gaps.push(unread_gap(Cause::Deadline, "not begun"));
            }
        }
        live
    })
}

/// An inventory as a run makes it: each scope once.
fn inventory() -> impl Strategy<Value = Inventory> {
    proptest::collection::vec(reading(), 0..4).prop_map(|scopes| merge([Inventory { scopes }]))
}

proptest! {
    #[test]
    fn merging_is_commutative_associative_and_idempotent(a in inventory(), b in inventory(), c in inventory()) {
        let of = |parts: [&Inventory; 2]| merge(parts.map(Clone::clone));
        prop_assert_eq!(of([&a, &b]), of([&b, &a]));
        prop_assert_eq!(of([&of([&a, &b]), &c]), of([&a, &of([&b, &c])]));
        prop_assert_eq!(of([&a, &a]), a.clone());
        prop_assert_eq!(merge([a.clone(), b.clone(), c.clone()]), of([&of([&c, &a]), &b]));
    }

    /// By way of a spool the same comes out, whatever the order.
    #[test]
    fn a_merge_that_is_not_held_in_memory_is_the_same(parts in proptest::collection::vec(inventory(), 0..4), planned in proptest::collection::btree_set(0..6_u8, 0..6)) {
        let list = fleet(planned);
        let text = |inventory: &Inventory| {
            let mut text = Vec::new();
            snapshot::write(inventory, &mut text).expect("a vector takes everything");
            text
        };
        for list in [None, Some(&list)] {
            let whole = list.map_or_else(|| merge(parts.clone()), |list| list.whole_of(parts.clone()));
            let merging = SpooledMerge::new(std::io::Cursor::new(Vec::new()), list);
            let merging = parts.iter().rev().try_fold(merging, |merging, part| merging.with(text(part).as_slice())).expect("snapshots");
            let merged = merging.finish().expect("a vector takes everything");
            prop_assert_eq!(merged.scopes(), whole.scopes.len());
            prop_assert_eq!(merged.incomplete(), whole.scopes.iter().filter(|live| !live.gaps.is_empty()).count());
            let mut written = Vec::new();
            merged.write(&mut written).expect("a vector takes everything");
            prop_assert!(written == text(&whole));
        }
    }

    /// Judged in passing, the snapshot and its list say what they say when all of it is there.
    #[test]
    fn what_a_list_lacks_is_told_in_passing(live in inventory(), planned in proptest::collection::btree_set(0..6_u8, 0..6)) {
        let list = fleet(planned);
        let whole = list.whole_of([live.clone()]);
        let mut text = Vec::new();
        snapshot::write(&live, &mut text).expect("a vector takes everything");
        let (declared, mut policy) = (Declared::default(), Policy::default());
        let passing = audit_snapshot(&declared, text.as_slice(), &policy, Some(&list)).expect("a snapshot");
        // What does not count need not have been read with the tag either.
        policy.own = "tag=team=checkout".parse().expect("a tag");
        let is_sought = |inventory: &Inventory| inventory.scopes.iter().all(|live| live.unsought_tag(&policy.own).is_none());
        prop_assert_eq!(audit_snapshot(&declared, text.as_slice(), &policy, Some(&list)).is_ok(), is_sought(&list.without_older(live)));
        let policy = Policy::default();
        prop_assert_eq!(passing, audit(&declared, &whole, &policy, whole.finished_at().unwrap_or(at(-1_700_000_000))));
    }

    /// However shards and earlier merges are put together, what nobody read is lacking, and nothing else.
    #[test]
    fn noting_what_is_missing_can_be_done_at_any_time(a in inventory(), b in inventory(), planned in proptest::collection::btree_set(0..6_u8, 0..6)) {
        let list = fleet(planned);
        let noted = |mut inventory: Inventory| { list.note_missing(&mut inventory); inventory };
        let whole = noted(merge([a.clone(), b.clone()]));
        prop_assert_eq!(&noted(merge([noted(a.clone()), noted(b.clone())])), &whole);
        prop_assert_eq!(&noted(whole.clone()), &whole);
        for scope in list.scopes.keys() {
            prop_assert!(whole.scopes.iter().any(|live| live.scope == *scope));
        }
    }

    #[test]
    fn the_shards_of_a_list_are_the_list(numbers in proptest::collection::btree_set(0..40_u8, 0..40), count in 1..9_u32) {
        let list = fleet(numbers);
        let mut scopes = std::collections::BTreeMap::new();
        for index in 0..count {
            for (scope, planned) in list.share(Shard::new(index, count).expect("a shard")).scopes {
                prop_assert!(scopes.insert(scope, planned).is_none());
            }
        }
        prop_assert_eq!(scopes, list.scopes);
    }
}
