//! JSON Lines: the report of `json` with a line for each thing, for what reads a stream. The keys are those of the document.

use std::io::{self, Write};

use serde::Serialize;

use super::json::{Document, ScopeWire, SpeltOut, SummaryWire, Tool};
use crate::model::{Report, Timestamp};

/// Writes the verdict, the scopes and the numbers as the first line, then a line for each finding, gap, waived, resolved and unresolved
/// finding, service and resource that could not be judged. Every line has its `type` first.
///
/// # Errors
///
/// What the writer fails with.
pub fn jsonl(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let Document {
        schema_version,
        tool,
        command,
        generated_at,
        complete,
        outcome,
        exit_code,
        scopes,
        summary,
        findings,
        gaps,
        waived,
        services,
        unjudged,
        resolved,
        unresolved,
        of_others,
        compared_with,
    } = Document::of(report);
    let head =
        Head { schema_version, tool, command, generated_at, complete, outcome, exit_code, scopes, summary, of_others, compared_with };
    let mut out = SpeltOut::to(out);
    lines("report", [head], &mut out)?;
    lines("finding", findings.iter(), &mut out)?;
    lines("gap", gaps, &mut out)?;
    lines("waived", waived, &mut out)?;
    lines("resolved", resolved, &mut out)?;
    lines("unresolved", unresolved, &mut out)?;
    lines("service", services.iter(), &mut out)?;
    lines("unjudged", unjudged, &mut out)?;
    out.flush()
}

/// What the document says once.
#[derive(Serialize)]
struct Head<'a> {
    schema_version: &'static str,
    tool: Tool,
    command: &'static str,
    generated_at: Timestamp,
    complete: bool,
    outcome: &'static str,
    exit_code: u8,
    scopes: Vec<ScopeWire<'a>>,
    summary: SummaryWire,
    of_others: usize,
    compared_with: Option<Timestamp>,
}

#[derive(Serialize)]
struct Line<T> {
    #[serde(rename = "type")]
    of: &'static str,
    #[serde(flatten)]
    what: T,
}

fn lines<T: Serialize>(of: &'static str, all: impl IntoIterator<Item = T>, out: &mut SpeltOut<'_>) -> io::Result<()> {
    for what in all {
        serde_json::to_writer(&mut *out, &Line { of, what })?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::jsonl;
    use crate::model::Report;
    use crate::render::{escape, json, sample};

    fn written(report: &Report) -> Vec<String> {
        let mut out = Vec::new();
        jsonl(report, &mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("UTF-8").lines().map(str::to_owned).collect()
    }

    fn document(report: &Report) -> Value {
        let mut out = Vec::new();
        json(report, &mut out).expect("a vector takes everything");
        serde_json::from_slice(&out).expect("JSON")
    }

    /// Put together again, the lines are the document of `json`.
    #[test]
    fn the_lines_are_the_document_in_pieces() {
        let lists = [
            ("finding", "findings"),
            ("gap", "gaps"),
            ("waived", "waived"),
            ("resolved", "resolved"),
            ("unresolved", "unresolved"),
            ("service", "services"),
            ("unjudged", "unjudged"),
        ];
        for (name, report) in sample::each() {
            let mut parts: BTreeMap<String, Vec<Value>> = BTreeMap::new();
            for line in written(&report) {
                assert!(line.starts_with("{\"type\":\""), "{line}");
                let mut value: Value = serde_json::from_str(&line).expect("JSON");
                let of = value.as_object_mut().and_then(|object| object.remove("type")).expect("a type");
                parts.entry(of.as_str().expect("a word").to_owned()).or_default().push(value);
            }
            let mut whole = parts.remove("report").and_then(|mut heads| heads.pop()).expect("one head");
            for (of, list) in lists {
                whole[list] = Value::Array(parts.remove(of).unwrap_or_default());
            }
            assert_eq!(whole, document(&report), "{name}");
            assert!(parts.is_empty(), "{name}: {parts:?}");
        }
    }

    #[test]
    fn the_first_line_has_the_verdict_and_no_line_has_what_is_not_seen() {
        let first = &written(&sample::gaps_only())[0];
        assert!(first.starts_with(r#"{"type":"report","schema_version":"1","#), "{first}");
        assert!(first.contains(r#""complete":false,"outcome":"incomplete","exit_code":3,"scopes":[{"#), "{first}");
        for (name, report) in sample::each() {
            assert!(written(&report).iter().all(|line| !line.contains(escape::is_unseen)), "{name}");
        }
    }
}
