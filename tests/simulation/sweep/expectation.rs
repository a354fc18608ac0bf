//! What a report must be like after a fault.

use std::collections::BTreeSet;

use ecs_express_audit::model::{Cause, Claim, Code, ExitCode, FailOn, Finding, Report, Severity};
use ecs_express_audit::render;
use serde_json::Value;

use super::Judged;
use crate::life::Life;
use crate::truth::truth;
use crate::wire::{Fault, Injection};

/// A fault, and the report when nothing goes wrong.
pub(super) struct Expectation<'a> {
    pub(super) honest: &'a Judged,
    pub(super) injection: Injection,
    pub(super) operation: &'a str,
    pub(super) life: &'a Life,
}

/// What becomes of what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// A retry, or the next page, brings all of it.
    Nothing,
    /// It was not read, for that cause.
    Lost(Cause),
    /// AWS contradicts itself once.
    Contradiction,
    /// AWS says the same throughout, of another world: what is in use here may be left over there.
    AnotherWorld,
}

impl Expectation<'_> {
    /// What the report does not meet, in words.
    pub(super) fn unmet(&self, judged: &Judged) -> Vec<String> {
        let report = &judged.report;
        let mut unmet = incoherent(report);
        if !judged.calls.iter().any(|call| call.is_spoilt) {
            unmet.push("the fault never came".to_owned());
        }
        match self.effect() {
            Effect::Nothing if told(report) != told(&self.honest.report) => {
                unmet.push(format!("nothing was lost, yet the report is another: {}", difference(&self.honest.report, report)));
            }
            Effect::Nothing => {}
            Effect::Lost(cause) => {
                let is_named = gaps(report).any(|gap| gap == (self.operation, cause));
                // What failed once may be asked for again later on, and then nothing is lost.
                let is_made_good = !self.injection.is_sticky && told(report) == told(&self.honest.report);
                if !is_named && !is_made_good {
                    unmet.push(format!("no gap names it as {cause}: {:?}", gaps(report).collect::<BTreeSet<_>>()));
                }
            }
            Effect::Contradiction | Effect::AnotherWorld => {}
        }
        if self.effect() != Effect::AnotherWorld {
            unmet.extend(self.false_orphans(report));
        }
        unmet
    }

    fn effect(&self) -> Effect {
        let Injection { fault, is_sticky, .. } = self.injection;
        let unless_retried = |cause| if is_sticky { Effect::Lost(cause) } else { Effect::Nothing };
        match fault {
            Fault::Denied => Effect::Lost(Cause::Denied),
            Fault::DeniedByScp => Effect::Lost(Cause::DeniedByScp),
            Fault::Truncated => Effect::Lost(Cause::Malformed),
            Fault::Expired => Effect::Lost(Cause::Expired),
            Fault::RegionOff => Effect::Lost(Cause::RegionDisabled),
            Fault::Throttled => unless_retried(Cause::Throttled),
            Fault::ServerError => unless_retried(Cause::ServerError),
            Fault::Hang => unless_retried(Cause::Timeout),
            Fault::Reset => unless_retried(Cause::Malformed),
            Fault::RepeatedToken => unless_retried(Cause::Malformed),
            Fault::EmptyPage | Fault::Skew => Effect::Nothing,
            Fault::Failure | Fault::Vanished if is_sticky => Effect::AnotherWorld,
            Fault::Failure | Fault::Vanished => Effect::Contradiction,
        }
    }

    /// Less known never means more orphans; and never is one of them in use.
    fn false_orphans(&self, report: &Report) -> Option<String> {
        let truths = truth(self.life);
        let before = orphans(&self.honest.report);
        let is_false = |arn: &String| !before.contains(arn) || !truths.get(arn).is_some_and(|truth| truth.may_be_orphan());
        let false_ones: Vec<String> = orphans(report).into_iter().filter(is_false).collect();
        (!false_ones.is_empty()).then(|| format!("false orphans: {false_ones:?}"))
    }
}

/// The report without what counts calls.
fn told(report: &Report) -> Report {
    let mut report = report.clone();
    for scope in &mut report.scopes {
        (scope.api_calls, scope.throttles) = (0, 0);
    }
    report
}

fn gaps(report: &Report) -> impl Iterator<Item = (&str, Cause)> {
    report.scopes.iter().flat_map(|scope| &scope.gaps).map(|gap| (gap.operation.as_str(), gap.cause))
}

fn orphans(report: &Report) -> BTreeSet<String> {
    let also = |finding: &Finding| if let Claim::Orphan { also, .. } = &finding.claim { also.clone() } else { Vec::new() };
    let orphans = report.findings.iter().filter(|finding| finding.claim.code() == Code::Orphan);
    orphans.flat_map(|finding| also(finding).into_iter().chain(finding.subject.arn.clone())).map(|arn| arn.to_string()).collect()
}

fn difference(honest: &Report, report: &Report) -> String {
    let messages = |report: &Report| -> BTreeSet<String> {
        report.findings.iter().map(|finding| format!("{:?} {:?}", finding.subject.arn, finding.claim)).collect()
    };
    let (before, after) = (messages(honest), messages(report));
    let lines =
        before.difference(&after).map(|line| format!("\n  - {line}")).chain(after.difference(&before).map(|line| format!("\n  + {line}")));
    let findings: String = lines.take(2).collect();
    format!("gaps {:?}, unjudged {}, findings{findings}", gaps(report).collect::<BTreeSet<_>>(), report.unjudged.len())
}

/// Where the exit code or the JSON does not say what the report holds.
fn incoherent(report: &Report) -> Vec<String> {
    let mut amiss = Vec::new();
    let counts = |severity: Severity| FailOn::AtLeast(Severity::Low).counts(severity);
    let expected = if report.findings.iter().any(|finding| counts(finding.severity)) {
        ExitCode::Findings
    } else if gaps(report).next().is_some() || !report.unjudged.is_empty() {
        ExitCode::Incomplete
    } else {
        ExitCode::Clean
    };
    let exit_code = report.outcome().exit_code();
    if exit_code != expected {
        amiss.push(format!("it ends with {exit_code:?} and not {expected:?}"));
    }
    let mut text = Vec::new();
    render::json(report, &mut text).expect("a vector takes everything");
    let document: Value = serde_json::from_slice(&text).unwrap_or_default();
    let has = |key: &str, count: usize| document[key].as_array().is_some_and(|items| items.len() == count);
    let is_whole = document["exit_code"] == expected as u8
        && document["complete"] == report.is_complete()
        && has("gaps", gaps(report).count())
        && has("findings", report.findings.len());
    if !is_whole {
        amiss.push("the JSON does not say what the report says".to_owned());
    }
    amiss
}
