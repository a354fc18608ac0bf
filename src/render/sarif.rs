//! SARIF 2.1.0, for code scanning: a rule per code, a result per finding, and what was not read as notifications of the run.
//!
//! The structs are the subset of the standard that is written. GitHub takes 25,000 results of a run, and shows 5,000 of them.

mod result;
mod rule;

use std::io;

use serde::Serialize;

use super::escape::harmless;
use super::json::{self, Document, Each, PastWire, ScopeWire, ServiceWire};
use super::words;
use crate::model::{Code, Gap, Report, Scope, ServiceEntry, Timestamp, UnjudgedResource};
use result::ResultWire;
use rule::RuleWire;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/csd01/schemas/sarif-schema-2.1.0.json";

/// Writes the report as a SARIF log of one run.
///
/// A result lies in the file that declares it, where one is known, and else stands in for it in line 1 of `ecs-express-audit.toml`: code
/// scanning wants a file for everything. The resource itself is the logical location.
///
/// # Errors
///
/// What the writer fails with.
pub fn sarif(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    json::write(&Log { schema: SCHEMA, version: "2.1.0", runs: [Run::of(report)] }, out)
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    invocations: [Invocation; 1],
    results: Vec<ResultWire<'a>>,
    column_kind: &'static str,
    properties: Rest<'a>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<RuleWire>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time_utc: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time_utc: Option<Timestamp>,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    level: &'static str,
    message: Message,
    properties: About,
}

/// What a notification is about: the gap's cause, operation and scope.
#[derive(Serialize)]
struct About {
    cause: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

/// A text without links, placeholders or anything that is not seen.
#[derive(Serialize)]
struct Message {
    text: String,
}

/// What the report says and SARIF has no place for.
#[derive(Serialize)]
struct Rest<'a> {
    command: &'static str,
    generated_at: Timestamp,
    outcome: &'static str,
    complete: bool,
    exit_code: u8,
    scopes: Vec<ScopeWire<'a>>,
    of_others: usize,
    compared_with: Option<Timestamp>,
    resolved: Vec<PastWire<'a>>,
    unresolved: Vec<PastWire<'a>>,
    services: Each<'a, ServiceEntry, ServiceWire<'a>>,
}

impl<'a> Run<'a> {
    fn of(report: &'a Report) -> Self {
        // Findings, gaps and the tool have a place of their own; the numbers follow from them.
        let Document {
            schema_version: _,
            tool: _,
            command,
            generated_at,
            complete,
            outcome,
            exit_code,
            scopes,
            summary: _,
            findings: _,
            gaps: _,
            waived: _,
            services,
            unjudged: _,
            resolved,
            unresolved,
            of_others,
            compared_with,
        } = Document::of(report);
        let found = report.findings.iter().map(|finding| ResultWire::of(report, finding, None));
        let waived = report.waived.iter().map(|waived| ResultWire::of(report, &waived.finding, Some(waived)));
        Self {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: Code::ALL.into_iter().map(RuleWire::of).collect(),
                },
            },
            invocations: [Invocation::of(report)],
            results: found.chain(waived).collect(),
            column_kind: "utf16CodeUnits",
            properties: Rest {
                command,
                generated_at,
                outcome,
                complete,
                exit_code,
                scopes,
                of_others,
                compared_with,
                resolved,
                unresolved,
                services,
            },
        }
    }
}

impl Invocation {
    fn of(report: &Report) -> Self {
        let gaps = report.scopes.iter().flat_map(|entry| entry.gaps.iter().map(|gap| Notification::of_gap(&entry.scope, gap)));
        let unjudged = report.unjudged.iter().map(Notification::of_unjudged);
        let is_nothing = report.scopes.is_empty() && !report.is_complete();
        let nothing = is_nothing.then(|| Notification::new("nothing was scanned", About::of("not-collected")));
        Self {
            execution_successful: report.is_complete(),
            start_time_utc: report.scopes.iter().map(|entry| entry.started_at).min(),
            end_time_utc: report.scopes.iter().map(|entry| entry.finished_at).max(),
            tool_execution_notifications: gaps.chain(unjudged).chain(nothing).collect(),
        }
    }
}

impl Notification {
    fn new(text: &str, properties: About) -> Self {
        Self { level: "error", message: Message::of(text), properties }
    }

    fn of_gap(scope: &Scope, gap: &Gap) -> Self {
        let Gap { operation, parent: _, kinds, cause, message } = gap;
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        let text = format!("not read in {scope}: {}: {message}; concerns {}", words::read(gap), kinds.join(", "));
        let about = About { operation: Some(operation.clone()), scope: Some(scope.to_string()), ..About::of(cause.as_str()) };
        Self::new(&text, about)
    }

    fn of_unjudged(resource: &UnjudgedResource) -> Self {
        let UnjudgedResource { arn, kind, because } = resource;
        Self::new(&format!("not judged: {} {arn}: {because}", kind.spoken()), About::of("not-judged"))
    }
}

impl About {
    fn of(cause: &str) -> Self {
        Self { cause: cause.to_owned(), operation: None, scope: None }
    }
}

impl Message {
    /// Brackets would be a link and braces a placeholder (SARIF 2.1.0, 3.11.5 and 3.11.6).
    fn of(text: &str) -> Self {
        let mut safe = String::with_capacity(text.len());
        for char in harmless(text).chars() {
            match char {
                '[' | ']' => safe.extend(['\\', char]),
                '{' | '}' => safe.extend([char, char]),
                _ => safe.push(char),
            }
        }
        Self { text: safe }
    }
}

#[cfg(test)]
mod tests;
