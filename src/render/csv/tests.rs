use std::collections::BTreeMap;

use super::csv;
use crate::model::{Report, WaiverRef};
use crate::render::{escape, sample};

type Rows = Vec<BTreeMap<String, String>>;

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    csv(report, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

/// Reads RFC 4180 by its own grammar: quotes doubled within quotes, lines that end in CRLF.
fn parsed(text: &str) -> Rows {
    let mut records: Vec<Vec<String>> = vec![vec![String::new()]];
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        let record = records.last_mut().expect("never empty");
        let cell = record.last_mut().expect("never empty");
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\r' if !quoted => {
                assert_eq!(chars.next(), Some('\n'), "a lone CR");
                records.push(vec![String::new()]);
            }
            '\n' if !quoted => panic!("a lone LF"),
            c => cell.push(c),
        }
    }
    assert_eq!(records.pop(), Some(vec![String::new()]), "the last line ends");
    let header = records.remove(0);
    let row = |cells: Vec<String>| {
        assert_eq!(cells.len(), header.len(), "{cells:?}");
        header.iter().cloned().zip(cells).collect()
    };
    records.into_iter().map(row).collect()
}

fn of_type<'r>(rows: &'r Rows, what: &str) -> Vec<&'r BTreeMap<String, String>> {
    rows.iter().filter(|row| row["type"] == what).collect()
}

#[test]
fn there_is_a_row_for_each_thing_and_a_verdict() {
    for (name, report) in sample::each() {
        let rows = parsed(&written(&report));
        let kinds = report.services.iter().map(|entry| entry.checklist.len()).sum();
        let gaps = report.scopes.iter().map(|entry| entry.gaps.len()).sum();
        for (what, count) in [
            ("report", 1),
            ("finding", report.findings.len()),
            ("gap", gaps),
            ("waived", report.waived.len()),
            ("unresolved", report.unresolved().count()),
            ("resolved", report.past.len() - report.unresolved().count()),
            ("unjudged", report.unjudged.len()),
            ("service", report.services.len()),
            ("checklist", kinds),
        ] {
            assert_eq!(of_type(&rows, what).len(), count, "{what} of {name}");
        }
        assert_eq!(rows[0]["status"], report.outcome().as_str(), "{name}");
    }
}

#[test]
fn the_header_is_what_others_rely_on() {
    let header = "type,code,severity,confidence,status,account,region,kind,name,arn,cluster,service,service_status,operation,cause,parent,\
                  message,first_seen,resolved_at,waived_until,fingerprint,monthly_usd\r\n";
    assert!(written(&sample::tidy()).starts_with(header));
}

#[test]
fn what_is_not_known_is_an_empty_cell() {
    let rows = parsed(&written(&sample::eventful()));
    let (finding, gap) = (of_type(&rows, "finding")[0], of_type(&rows, "gap")[7]);
    for (row, column) in [(finding, "status"), (finding, "first_seen"), (finding, "operation"), (gap, "parent"), (gap, "severity")] {
        assert_eq!(row[column], "", "{column}");
    }
    assert_eq!(finding["service"], "hoge-service");
    assert_eq!((gap["cause"].as_str(), gap["kind"].as_str()), ("throttled", "certificate"));
}

#[test]
fn with_a_baseline_findings_say_how_they_stand_to_it() {
    let rows = parsed(&written(&sample::compared()));
    let statuses: Vec<&str> = of_type(&rows, "finding").iter().map(|row| row["status"].as_str()).collect();
    assert_eq!(statuses, ["new", "reappeared", "existing", "worse"]);
    assert_eq!(of_type(&rows, "resolved")[0]["resolved_at"], "2026-11-23T00:00:00Z");
}

#[test]
fn a_checklist_has_its_states_and_reasons() {
    let rows = parsed(&written(&sample::checklist()));
    let held = of_type(&rows, "checklist").into_iter().find(|row| row["status"] == "held").expect("one is held");
    assert_eq!((held["kind"].as_str(), held["service"].as_str()), ("security-group", "web"));
    assert_eq!(held["message"], "sg-0f9e8d7c: network interface eni-0a1b2c3d is in it");
}

#[test]
fn no_cell_is_a_formula_or_acts_on_what_shows_it() {
    for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a,\"b\",=1"] {
        let mut report = sample::named_throughout(formula);
        report.waived[0].waiver = WaiverRef { reason: "=1".to_owned(), ..report.waived[0].waiver.clone() };
        for row in parsed(&written(&report)) {
            assert!(!row.values().any(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{formula:?}: {row:?}");
        }
    }
    let rows = parsed(&written(&sample::named_throughout("=1+1")));
    assert_eq!(of_type(&rows, "finding")[0]["name"], "'=1+1");
    for (name, report) in sample::each() {
        assert!(!written(&report).replace("\r\n", "").contains(escape::is_unseen), "{name}");
    }
}
