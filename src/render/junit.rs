//! JUnit XML for CI servers: a suite per code that was judged, and one for what was read.
//!
//! A finding that counts for the verdict is a failure, one that does not (too slight, known to the baseline, waived) is skipped, a gap is
//! an error. What is clean passes: a scope that was read completely, once for each code that was not found in it.

mod suite;

use std::collections::BTreeMap;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesStart, Event};

use super::groups::{scope, standing};
use super::judged::is_judged;
use super::words::{self, Headline, ending};
use crate::model::{Code, Finding, Gap, PastFinding, Report, ScopeEntry, ServiceEntry, UnjudgedResource, Waived};
use suite::{Case, Fate, Suite};

/// Writes the report as JUnit XML. Nothing took a time that is known, so no case says how long it took.
///
/// # Errors
///
/// What the writer fails with.
pub fn junit(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let suites = suites(report);
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut whole = BytesStart::new("testsuites");
    whole.push_attribute(("name", env!("CARGO_PKG_NAME")));
    for (name, count) in suite::counts(suites.iter().flat_map(|suite| &suite.cases)) {
        whole.push_attribute((name, count.to_string().as_str()));
    }
    xml.write_event(Event::Start(whole.borrow()))?;
    suites.iter().try_for_each(|suite| suite.write(report.generated_at, &mut xml))?;
    xml.write_event(Event::End(whole.to_end()))?;
    xml.get_mut().write_all(b"\n")
}

fn suites(report: &Report) -> Vec<Suite> {
    let mut suites = vec![coverage(report)];
    suites.extend(Code::ALL.into_iter().filter_map(|code| of_code(report, code)));
    if !report.services.is_empty() {
        suites.push(services(report));
    }
    suites
}

/// What was read, and in the output of the suite the verdict.
fn coverage(report: &Report) -> Suite {
    let mut cases: Vec<Case> = report.scopes.iter().flat_map(of_scope).collect();
    cases.extend(report.unjudged.iter().map(|resource| {
        let UnjudgedResource { arn, kind, because } = resource;
        Case::new("coverage", format!("{} {arn}", kind.spoken()), Fate::Error { kind: "not-judged".to_owned(), message: because.clone() })
    }));
    if report.scopes.is_empty() && !report.is_complete() {
        let message = "nothing was scanned".to_owned();
        cases.push(Case::new("coverage", "no scope".to_owned(), Fate::Error { kind: "not-collected".to_owned(), message }));
    }
    let headline = Headline::of(report);
    let lines: Vec<String> = headline.all().map(str::to_owned).chain([ending(report)]).collect();
    Suite { name: "coverage".to_owned(), properties: Vec::new(), cases, output: lines }
}

fn of_scope(entry: &ScopeEntry) -> Vec<Case> {
    let place = entry.scope.to_string();
    if entry.gaps.is_empty() {
        return vec![Case::new("coverage", place, Fate::Pass)];
    }
    let case = |gap: &Gap| {
        let Gap { operation: _, parent: _, kinds: _, cause, message } = gap;
        Case::new("coverage", format!("{place} {}", words::read(gap)), Fate::Error { kind: cause.to_string(), message: message.clone() })
    };
    entry.gaps.iter().map(case).collect()
}

/// The suite of a code; `None` where it was not judged.
fn of_code(report: &Report, code: Code) -> Option<Suite> {
    let findings = report.findings.iter().filter(|finding| finding.claim.code() == code);
    let mut cases: Vec<Case> = findings.map(|finding| of_finding(report, finding)).collect();
    cases.extend(report.waived.iter().filter(|waived| waived.finding.claim.code() == code).map(of_waived));
    cases.extend(report.past.iter().filter(|past| past.code == code).map(of_past));
    if !is_judged(report, code) && cases.is_empty() {
        return None;
    }
    if is_judged(report, code) {
        cases.extend(clean(report, code));
    }
    Some(Suite { name: code.to_string(), properties: Vec::new(), cases, output: Vec::new() })
}

/// A passing case for each completely read scope in which the code was not found.
fn clean(report: &Report, code: Code) -> impl Iterator<Item = Case> {
    let findings = report.findings.iter().chain(report.waived.iter().map(|waived| &waived.finding));
    let found: Vec<&Finding> = findings.filter(|finding| finding.claim.code() == code).collect();
    let read = report.scopes.iter().filter(|entry| entry.gaps.is_empty() && report.unjudged.is_empty());
    let clean = read.filter(move |entry| found.iter().all(|finding| scope(finding).is_some_and(|scope| *scope != entry.scope)));
    clean.map(move |entry| Case::new(code.as_str(), entry.scope.to_string(), Fate::Pass))
}

fn of_finding(report: &Report, finding: &Finding) -> Case {
    let message = format!("{}: {}", standing(report, finding), finding.message());
    let kind = finding.severity.to_string();
    let evidence = finding.evidence.iter().map(ToString::to_string);
    let detail = finding.subject.arn.iter().map(ToString::to_string).chain([finding.fingerprint()]).chain(evidence).collect();
    let fate = if report.counts(finding) { Fate::Failure { kind, message, detail } } else { Fate::Skipped { message } };
    named(finding, fate)
}

fn of_waived(waived: &Waived) -> Case {
    let Waived { finding, waiver, expires } = waived;
    let message = format!("waived until {expires}: {} ({}; {}): {}", waiver.reason, waiver.owner, waiver.place, finding.message());
    named(finding, Fate::Skipped { message })
}

/// The end of the fingerprint tells apart what is said of one thing twice.
fn named(finding: &Finding, fate: Fate) -> Case {
    let place = scope(finding).map(|scope| format!("{scope} ")).unwrap_or_default();
    let name = format!("{place}{} {} {}", finding.subject.kind.spoken(), finding.subject.name, short(&finding.fingerprint()));
    Case::new(finding.claim.code().as_str(), name, fate)
}

fn of_past(past: &PastFinding) -> Case {
    let name = format!("{} {} {} {}", past.scope, past.kind.spoken(), past.name, short(&past.fingerprint));
    let unresolved = || Fate::Skipped { message: "known from the baseline, and not known to be gone".to_owned() };
    Case::new(past.code.as_str(), name, past.resolved_at.map_or_else(unresolved, |_| Fate::Pass))
}

fn short(fingerprint: &str) -> String {
    let digits: Vec<char> = fingerprint.chars().collect();
    digits[digits.len().saturating_sub(8)..].iter().collect()
}

/// The services with their checklists as properties: they are judged in the suites of the codes.
fn services(report: &Report) -> Suite {
    let mut properties = Vec::new();
    for ServiceEntry { arn: _, cluster, name, declared, status, checklist, items, not_comparable, planned } in &report.services {
        let service = format!("{cluster}/{name}");
        properties.push((format!("{service} status"), status.to_string()));
        properties.extend(declared.map(|is| (format!("{service} declared"), is.to_string())));
        properties.extend(planned.map(|action| (format!("{service} planned"), action.to_string())));
        let unknown = words::not_comparable(*planned);
        properties.extend((!not_comparable.is_empty()).then(|| (format!("{service} {unknown}"), not_comparable.join(", "))));
        let mut reasons: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for item in items {
            let why = item.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            reasons.entry(item.kind).or_default().push(format!("{} {}{why}", item.name, item.state.as_str()));
        }
        properties.extend(checklist.iter().map(|(kind, state)| {
            let reasons = reasons.get(kind).map(|reasons| format!(" ({})", reasons.join("; "))).unwrap_or_default();
            (format!("{service} {kind}"), format!("{}{reasons}", state.as_str()))
        }));
    }
    Suite { name: "services".to_owned(), properties, cases: Vec::new(), output: Vec::new() }
}

#[cfg(test)]
mod tests;
