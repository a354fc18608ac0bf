use std::fs::{self, File};

use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::{ListAccessor, RowAccessor};

use super::column::Column;
use super::file::write_in_groups;
use super::*;
use crate::model::{Hidden, Kind, Policy, UnjudgedResource, Usd};
use crate::{Declared, audit, render, snapshot};

fn demo() -> (Report, Inventory) {
    let live = snapshot::read(&mut include_bytes!("../../fixtures/demo/account.snapshot.jsonl").as_slice()).expect("a snapshot");
    let now = live.finished_at().expect("a scope");
    (audit(&Declared::default(), &live, &Policy::default(), now), live)
}

/// What the crate's own reader makes of it.
fn read(name: &str, bytes: &[u8]) -> SerializedFileReader<File> {
    let path = std::env::temp_dir().join(format!("ecs-express-audit-{}-{name}.parquet", std::process::id()));
    fs::write(&path, bytes).expect("written");
    let file = File::open(&path).expect("there");
    fs::remove_file(&path).expect("removed");
    SerializedFileReader::new(file).expect("Parquet")
}

fn columns(file: &SerializedFileReader<File>) -> Vec<String> {
    file.metadata().file_metadata().schema().get_fields().iter().map(|field| field.name().to_owned()).collect()
}

/// Every row, as text.
fn shown(name: &str, bytes: &[u8]) -> Vec<String> {
    let file = read(name, bytes);
    file.get_row_iter(None).expect("rows").map(|row| row.expect("a row").to_string()).collect()
}

#[test]
fn values_come_back_whatever_group_they_are_in() {
    let columns: [Column<u64>; 5] = [
        Column::count("number", |row| Some(*row)),
        Column::text("odd", |row| (row % 2 == 1).then(|| format!("row {row}"))),
        Column::texts("below", |row| (0..*row % 3).map(|below| below.to_string()).collect()),
        Column::amount("cost", |row| (*row > 0).then(|| Usd::from_micros(*row))),
        Column::time("at", |row| Some(Timestamp::from_unix_seconds(row.cast_signed()))),
    ];
    let mut bytes = Vec::new();
    write_in_groups(10, "test", &columns, 0..25, &mut bytes).expect("a vector takes everything");
    let file = read("groups", &bytes);
    let groups: Vec<i64> = file.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
    assert_eq!(groups, [10, 10, 5]);
    for (number, row) in file.get_row_iter(None).expect("rows").enumerate() {
        let row = row.expect("a row");
        assert_eq!(row.get_long(0).ok(), i64::try_from(number).ok());
        assert_eq!(row.get_string(1).ok().cloned(), (number % 2 == 1).then(|| format!("row {number}")), "{number}");
        let below = row.get_list(2).expect("a list");
        let below: Vec<&String> = (0..below.len()).map(|at| below.get_string(at).expect("text")).collect();
        assert_eq!(below, (0..number % 3).map(|below| below.to_string()).collect::<Vec<_>>().iter().collect::<Vec<_>>());
        assert_eq!(row.get_decimal(3).is_ok(), number > 0);
        assert_eq!(row.get_timestamp_millis(4).ok(), i64::try_from(number * 1_000).ok());
    }
}

#[test]
fn the_same_report_gives_the_same_bytes_and_each_table_has_its_rows() {
    let (report, live) = demo();
    for table in Table::ALL {
        let written = || {
            let mut bytes = Vec::new();
            table.write(&report, &live, &mut bytes).expect("a vector takes everything");
            bytes
        };
        let rows = match table {
            Table::Findings => report.findings.len(),
            Table::Resources => record::all(&live.scopes[0]).count(),
            Table::Gaps => 0,
            Table::Scopes => 1,
        };
        assert_eq!(written(), written(), "{table:?}");
        let file = read(table.as_str(), &written());
        assert_eq!(usize::try_from(file.metadata().file_metadata().num_rows()).ok(), Some(rows), "{table:?}");
    }
}

#[test]
fn whatever_csv_says_of_a_finding_or_a_gap_has_a_column() {
    let (report, live) = demo();
    let mut csv = Vec::new();
    render::csv(&report, &mut csv).expect("a vector takes everything");
    let csv = String::from_utf8(csv).expect("UTF-8");
    let of = |table: Table| {
        let mut bytes = Vec::new();
        table.write(&report, &live, &mut bytes).expect("a vector takes everything");
        columns(&read(&format!("columns-{}", table.as_str()), &bytes))
    };
    let there = [of(Table::Findings), of(Table::Gaps)].concat();
    for column in csv.lines().next().into_iter().flat_map(|header| header.split(',')) {
        assert!(there.iter().any(|name| name == column), "{column}");
    }
}

#[test]
fn a_scope_with_something_that_could_not_be_judged_is_not_complete() {
    let (mut report, live) = demo();
    let arn = live.scopes[0].load_balancers[0].arn.clone();
    report.unjudged.push(UnjudgedResource { arn, kind: Kind::LoadBalancer, because: "its users".to_owned() });
    assert!(!report.is_complete() && report.scopes[0].gaps.is_empty());
    assert!(!scopes::rows(&report).any(|row| row.is_complete()));
    let mut bytes = Vec::new();
    Table::Resources.write(&report, &live, &mut bytes).expect("a vector takes everything");
    assert!(shown("unjudged", &bytes).iter().all(|row| row.contains("is_complete: false")));
}

/// What a live account holds in memory to be compared is not written: of a variable there is the name, as in a snapshot.
#[test]
fn of_what_may_be_secret_there_is_the_name_only() {
    let (report, mut live) = demo();
    let [secret, name] = ["hunter2", "DB_PASSWORD"];
    let configuration = &mut live.scopes[0].configurations[0].configuration;
    configuration.container.environment.insert(name.to_owned(), Hidden::known(secret));
    configuration.container.secrets.insert("TOKEN".to_owned(), Hidden::known(secret));
    configuration.container.command = Some(Hidden::known(secret));
    configuration.tags.insert("owner".to_owned(), Hidden::known(secret));
    let mut bytes = Vec::new();
    Table::Resources.write(&report, &live, &mut bytes).expect("a vector takes everything");
    let rows = shown("secrets", &bytes);
    assert!(rows.iter().any(|row| row.contains(name)) && !rows.iter().any(|row| row.contains(secret)));
}

#[test]
fn a_night_is_a_date_in_the_path() {
    let at = Timestamp::parse("2026-11-24T00:30:00+09:00").expect("a time");
    assert_eq!(Table::Gaps.path(at), "gaps/night=2026-11-23/audit.parquet");
}
