//! The tables that `--parquet` writes, read by DuckDB; and the guide to them, whose every query is run.
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

use ecs_express_audit::tables::Table;
use serde_json::Value;

const ACCOUNT: &str = include_str!("../fixtures/demo/account.snapshot.jsonl");
const STATE: &str = include_str!("../fixtures/demo/terraform.tfstate");
const GUIDE: &str = include_str!("../docs/query-with-sql.md");
const WAIVER: &str = "[[waiver]]\ncode = \"orphan\"\nkind = \"cluster\"\nreason = \"kept\"\nowner = \"o\"\nexpires = \"2027-01-31\"\n";
const NIGHTS: [&str; 2] = ["2026-11-23", "2026-11-24"];

fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tables").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecs-express-audit"));
    command.args(arguments).current_dir(folder).env_clear().output().expect("the binary runs")
}

/// The account under another number, with those lines that are kept, and further ones behind its scope's.
fn account(number: &str, keeps: impl Fn(&Value) -> bool, further: &[&str]) -> String {
    let text = ACCOUNT.replace("123456789012", number);
    let lines = text.lines().filter(|line| keeps(&serde_json::from_str(line).expect("JSON")) && !line.starts_with("{\"type\":\"end\""));
    let mut lines: Vec<&str> = lines.collect();
    lines.splice(2..2, further.iter().copied());
    let end = format!("{{\"type\":\"end\",\"lines\":{}}}\n", lines.len() + 1);
    lines.push(&end);
    lines.join("\n")
}

/// Every account of a night in one snapshot, and its audit with tables.
fn night(folder: &Path, night: &str, accounts: &[String], arguments: &[&str], code: i32) {
    for name in ["reports", "snapshots", "shards"] {
        fs::create_dir_all(folder.join(name)).expect("a folder");
    }
    let snapshot = format!("snapshots/{night}.jsonl");
    let shards: Vec<String> = (0..accounts.len()).map(|number| format!("shards/{night}-{number}.jsonl")).collect();
    for (shard, text) in shards.iter().zip(accounts) {
        let read = text.replace("\"started_at\":\"2026-11-23", &format!("\"started_at\":\"{night}"));
        fs::write(folder.join(shard), read.replace("\"finished_at\":\"2026-11-23", &format!("\"finished_at\":\"{night}")))
            .expect("written");
    }
    let merge: Vec<&str> = ["merge", "-q", "-o", &snapshot].into_iter().chain(shards.iter().map(String::as_str)).collect();
    run(folder, &merge);
    let report = format!("json=reports/{night}.json");
    let audit = ["audit", "--snapshot", &snapshot, "-d", "prod.tfstate", "--parquet", "lake", "-o", &report];
    let ran = run(folder, &[&audit, arguments].concat());
    assert_eq!(ran.status.code(), Some(code), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// What of the load balancer that is left over is no more on the second night.
const REMOVED: [&str; 4] = ["51d324db", "5a7752df5f837ad83", "b6c8872d1968db6c3", "d912059a"];

/// Two nights. On the second one account is not read at all, in one the alarms could not be read, and in one a load balancer was removed.
fn lake(test: &str) -> PathBuf {
    let folder = folder(test);
    fs::write(folder.join("prod.tfstate"), STATE).expect("written");
    fs::write(folder.join("waiver.toml"), WAIVER).expect("written");
    let [first, second, third] = ["123456789012", "210987654321", "000000000003"];
    night(&folder, NIGHTS[0], &[first, second, third].map(|number| account(number, |_| true, &[])), &[], 2);
    let denied = r#"{"type":"gap","operation":"cloudwatch:DescribeAlarms","kinds":["alarm","scaling-policy"],"cause":"denied","message":"no: é, 'and', \u001b[2J"}"#;
    let alarms = |line: &Value| line["type"] == "alarm" || line["type"] == "read" && line["collection"] == "alarms";
    let stays = |line: &Value| line["type"] == "read" || !REMOVED.iter().any(|removed| line.to_string().contains(removed));
    let accounts = [account(first, stays, &[]), account(second, |line| !alarms(line), &[denied])];
    let baseline = format!("reports/{}.json", NIGHTS[0]);
    night(&folder, NIGHTS[1], &accounts, &["--config", "waiver.toml", "--baseline", &baseline], 3);
    folder
}

/// The Python of a virtual environment with exactly the pinned packages, made once under the target folder.
fn python() -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _making = ONE_AT_A_TIME.lock();
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables/requirements.txt");
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tables-venv");
    let (python, stamp) = (home.join("bin/python"), home.join("requirements.installed"));
    let wanted = fs::read(&requirements).expect("tests/tables/requirements.txt");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return python;
    }
    let _ = writeln!(std::io::stderr(), "tables: making DuckDB's Python environment (once)");
    let made = Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home).status();
    assert!(made.is_ok_and(|status| status.success()), "python3 with its module venv is needed");
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    let installed = Command::new(&python).args(pip).arg(&requirements).status();
    assert!(installed.is_ok_and(|status| status.success()), "the packages of tests/tables/requirements.txt are needed");
    fs::write(&stamp, wanted).expect("the stamp can be written");
    python
}

/// What the judge says of a guide and a folder; an error where they are not what they should be.
fn judged(guide: &str, folder: &Path) -> Result<String, String> {
    let path = folder.join("guide.md");
    fs::write(&path, guide).expect("written");
    let judge = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables/judge.py");
    let output = Command::new(python()).arg("-B").arg(judge).arg(path).arg(folder).output().expect("Python runs");
    let said = |text: &[u8]| String::from_utf8_lossy(text).trim().to_owned();
    if output.status.success() { Ok(said(&output.stdout)) } else { Err(said(&output.stderr)) }
}

#[test]
fn duckdb_reads_what_was_written_and_the_guide_says_how_to_ask() {
    let folder = lake("whole");
    let said = judged(GUIDE, &folder).unwrap_or_else(|said| panic!("{said}"));
    assert!(said.starts_with("2 nights, 9 queries, 4 tables"), "{said}");
}

#[test]
fn the_judge_refuses_tables_that_lack_or_change_something() {
    let folder = lake("broken");
    for table in Table::ALL {
        let [first, second] = NIGHTS.map(|night| folder.join(format!("lake/{}/night={night}/audit.parquet", table.as_str())));
        let whole = fs::read(&second).expect("there");
        fs::copy(&first, &second).expect("copied");
        let said = judged(GUIDE, &folder).expect_err(table.as_str());
        assert!(said.starts_with("judge: "), "{said}");
        fs::write(&second, whole).expect("written");
    }
    judged(GUIDE, &folder).unwrap_or_else(|said| panic!("{said}"));
}

#[test]
fn the_judge_refuses_a_guide_that_says_something_else() {
    let folder = lake("guide");
    for (said, instead, why) in [
        ("monthly_usd decimal(18,6)", "monthly_usd double", "the DDL of findings"),
        ("json_extract_scalar(attributes, '$.", "json_extract_scalar(attribute, '$.", "a query for Athena"),
        ("  stack string COMMENT", "  stacks string COMMENT", "the DDL of resources"),
        ("AND f.region = s.region AND f.type = 'finding'", "AND f.region = s.region", "Each account and Region"),
        ("THEN 'gone' ELSE 'not known' END", "THEN 'gone' ELSE 'gone' END", "What was found"),
        ("SELECT DISTINCT night, arn, monthly_usd", "SELECT night, arn, monthly_usd / 2 AS monthly_usd", "What is left over"),
    ] {
        assert_eq!(GUIDE.matches(said).count(), 1, "{said}");
        let refused = judged(&GUIDE.replace(said, instead), &folder).expect_err(said);
        assert!(refused.starts_with(&format!("judge: {why}")), "{refused}");
    }
}

#[test]
fn what_is_no_folder_is_refused_before_anything_is_read() {
    let folder = folder("refused");
    fs::write(folder.join("file"), "x").expect("written");
    for path in ["-", "/dev/stdout", "/dev/tty", "file", "s3://acme-audit/lake"] {
        let ran = run(&folder, &["demo", "--parquet", path]);
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!((ran.status.code(), ran.stdout.as_slice()), (Some(1), [].as_slice()), "{path}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains(&format!("cannot write Parquet to {path}: it is several binary files")), "{said}");
    }
    assert_eq!(fs::read_dir(&folder).expect("there").count(), 1, "nothing was made");
}

#[test]
fn tables_that_cannot_be_written_are_an_error_beside_the_report() {
    let folder = folder("full");
    fs::create_dir_all(folder.join("lake")).expect("a folder");
    fs::write(folder.join("lake/scopes"), "in the way").expect("written");
    let ran = run(&folder, &["demo", "--parquet", "lake"]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stdout).contains("12 findings"), "the report is there all the same");
    assert!(String::from_utf8_lossy(&ran.stderr).contains("cannot write lake/scopes/night=2026-11-23/audit.parquet"));
}

#[test]
fn a_night_that_was_half_written_has_no_scopes_even_where_an_earlier_run_was_whole() {
    let folder = folder("half");
    let scopes = folder.join("lake/scopes/night=2026-11-23/audit.parquet");
    assert_eq!(run(&folder, &["demo", "--parquet", "lake"]).status.code(), Some(0));
    assert!(scopes.exists());
    fs::remove_dir_all(folder.join("lake/resources")).expect("it was written");
    fs::write(folder.join("lake/resources"), "in the way").expect("written");
    assert_eq!(run(&folder, &["demo", "--parquet", "lake"]).status.code(), Some(1));
    assert!(!scopes.exists());
}

#[test]
fn a_second_run_of_a_night_takes_the_place_of_the_first_with_the_same_bytes() {
    let folder = folder("again");
    let written = || {
        assert_eq!(run(&folder, &["demo", "--parquet", "lake"]).status.code(), Some(0));
        Table::ALL.map(|table| {
            let of_table = fs::read_dir(folder.join("lake").join(table.as_str())).expect("a table").flatten();
            let files = of_table.flat_map(|night| fs::read_dir(night.path()).expect("a night").flatten());
            files.map(|file| (file.path(), fs::read(file.path()).expect("there"))).collect::<Vec<_>>()
        })
    };
    let (first, second) = (written(), written());
    assert!(first == second && first.iter().all(|files| files.len() == 1));
}
