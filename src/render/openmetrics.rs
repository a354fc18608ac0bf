//! Numbers for Prometheus: OpenMetrics, of which only what its text parser, `promtool check metrics` and node_exporter's textfile
//! collector understand as well.
//!
//! Therefore there are gauges alone: those three know no `info` or `stateset`, and want a counter named in full where OpenMetrics wants
//! its `_total` left off. Nor is a number of one run a counter. There are no timestamps on samples: the textfile collector refuses them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use super::judged::is_judged;
use crate::model::{Cause, Code, Command, FindingStatus, Kind, KindState, Report, ServiceState, Severity, Usd};

/// Writes the report as metrics. No label names a resource: there are as many series as there are words.
///
/// What an alert may wait for is there as 0: each code that was judged with its usual severities, each cause of a gap, each state of a
/// service. The time of the last complete run is there only if this one is complete.
///
/// # Errors
///
/// What the writer fails with.
pub fn openmetrics(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut metrics = Metrics::default();
    verdict(report, &mut metrics);
    findings(report, &mut metrics);
    unread(report, &mut metrics);
    services(report, &mut metrics);
    effort(report, &mut metrics);
    out.write_all(metrics.text.as_bytes())?;
    out.write_all(b"# EOF\n")
}

#[derive(Default)]
struct Metrics {
    text: String,
}

type Labels<'l> = &'l [(&'static str, &'static str)];

impl Metrics {
    /// A gauge and its samples. A name that ends in a unit says so.
    fn gauge<'l>(&mut self, name: &str, help: &str, samples: impl IntoIterator<Item = (Labels<'l>, i64)>) {
        let mut samples = samples.into_iter().peekable();
        if samples.peek().is_none() {
            return;
        }
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "# HELP expressaudit_{name} {help}\n# TYPE expressaudit_{name} gauge");
        if name.ends_with("_seconds") {
            let _ = writeln!(self.text, "# UNIT expressaudit_{name} seconds");
        }
        for (labels, value) in samples {
            // Labels are words of this program: no character of them needs an escape.
            let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            let _ = writeln!(self.text, "expressaudit_{name}{labels} {value}");
        }
    }

    fn number(&mut self, name: &str, help: &str, value: i64) {
        self.gauge(name, help, [(&[] as Labels<'_>, value)]);
    }

    fn amount(&mut self, name: &str, help: &str, amount: Usd) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "# HELP expressaudit_{name} {help}\n# TYPE expressaudit_{name} gauge\nexpressaudit_{name} {amount}");
    }

    fn counts<const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        counts: impl IntoIterator<Item = ([(&'static str, &'static str); N], usize)>,
    ) {
        let counts: Vec<_> = counts.into_iter().collect();
        self.gauge(name, help, counts.iter().map(|(labels, count)| (&labels[..], number(*count))));
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn verdict(report: &Report, metrics: &mut Metrics) {
    let build = [("command", report.command.as_str()), ("version", env!("CARGO_PKG_VERSION"))];
    metrics.counts("build_info", "Which version wrote this, and by which command.", [(build, 1)]);
    metrics.number(
        "exit_code",
        "The verdict: 0 clean, 2 findings, 3 incomplete; 130 or 143 where a signal stopped the run.",
        i64::from(report.exit_code() as u8),
    );
    let is_complete = report.is_complete();
    metrics.number("complete", "Whether everything that was to be read was read.", i64::from(is_complete));
    let at = report.generated_at.unix_seconds();
    metrics.number("last_run_timestamp_seconds", "As of when the last report judges.", at);
    if is_complete {
        metrics.number("last_complete_run_timestamp_seconds", "As of when the last report judges that is complete.", at);
    }
}

fn findings(report: &Report, metrics: &mut Metrics) {
    let judged = Code::ALL.into_iter().filter(|code| is_judged(report, *code));
    let usual = judged.flat_map(|code| usual_severities(code).iter().map(move |severity| ((code, *severity), 0)));
    let mut counts: BTreeMap<(Code, Severity), usize> = usual.collect();
    for finding in &report.findings {
        *counts.entry((finding.claim.code(), finding.severity)).or_default() += 1;
    }
    let counts = counts.into_iter().map(|((code, severity), count)| ([("code", code.as_str()), ("severity", severity.as_str())], count));
    metrics.counts("findings", "Findings, waived ones excepted.", counts);
    if is_judged(report, Code::Orphan) {
        metrics.amount("monthly_usd", "What orphans and held leftovers cost a month, in US dollars.", report.summary().monthly);
    }
    let counting = report.findings.iter().filter(|finding| report.counts(finding)).count();
    metrics.number("findings_counting", "Findings that count for the verdict.", number(counting));
    metrics.number("findings_waived", "Findings that the configuration accepts.", number(report.waived.len()));
    metrics.number("findings_of_others", "Findings that are not the caller's own.", number(report.of_others.len()));
    if report.compared_with.is_some() {
        let summary = report.summary();
        let of = |status: FindingStatus| ([("status", status.as_str())], summary.by_status.get(&status).copied().unwrap_or(0));
        metrics.counts("findings_by_status", "Findings by how they stand to the baseline.", FindingStatus::ALL.map(of));
        let worse = report.findings.iter().filter(|finding| finding.history.got_worse).count();
        metrics.number("findings_worse", "Findings that are graver than in the baseline.", number(worse));
        metrics.number("findings_resolved", "Findings of the baseline that are gone.", number(report.newly_resolved().count()));
        metrics.number("findings_unresolved", "Findings of the baseline not known to be gone.", number(report.unresolved().count()));
    }
}

/// The severities that a code has unless the configuration says otherwise.
fn usual_severities(code: Code) -> &'static [Severity] {
    match code {
        Code::Orphan => &[Severity::Info, Severity::Low, Severity::Medium, Severity::High],
        Code::QuotaPressure => &[Severity::Info, Severity::Low, Severity::High],
        Code::DrainingService => &[Severity::Medium, Severity::High],
        Code::UndeclaredService => &[Severity::Info, Severity::Medium],
        Code::Superseded | Code::DestroyLeaves => &[Severity::Info],
        Code::UnusedWaiver | Code::ExpiredWaiver => &[Severity::Low],
        Code::HeldLeftover | Code::Detached | Code::Drift | Code::LeftoverCollision => &[Severity::Medium],
        Code::MissingService
        | Code::ServiceWithoutIngress
        | Code::FailedResource
        | Code::DanglingReference
        | Code::StaleRule
        | Code::ReplaceSameName
        | Code::ClusterChange
        | Code::RoleRemovedFirst
        | Code::ForgetLeavesRunning => &[Severity::High],
        Code::CreateWhileDraining | Code::NameTaken | Code::MissingDependency => &[Severity::Critical],
    }
}

fn unread(report: &Report, metrics: &mut Metrics) {
    let gaps = || report.scopes.iter().flat_map(|entry| &entry.gaps);
    let of = |cause: Cause| ([("cause", cause.as_str())], gaps().filter(|gap| gap.cause == cause).count());
    metrics.counts("gaps", "What could not be read, by cause.", Cause::ALL.map(of));
    metrics.number("unjudged_resources", "Resources that could not be judged for want of a read.", number(report.unjudged.len()));
    metrics.number("scopes", "Scanned accounts and Regions.", number(report.scopes.len()));
    let complete = report.scopes.iter().filter(|entry| entry.gaps.is_empty()).count();
    metrics.number("scopes_complete", "Accounts and Regions without a gap.", number(complete));
}

fn services(report: &Report, metrics: &mut Metrics) {
    let of = |state: ServiceState| ([("status", state.as_str())], report.services.iter().filter(|entry| entry.status == state).count());
    metrics.counts("services", "Services that live, leave, left something behind or are declared.", ServiceState::ALL.map(of));
    if report.command == Command::Checklist {
        let mut states: BTreeMap<(Kind, KindState), usize> = BTreeMap::new();
        for (kind, state) in report.services.iter().flat_map(|entry| &entry.checklist) {
            *states.entry((*kind, *state)).or_default() += 1;
        }
        let states = states.into_iter().map(|((kind, state), count)| ([("kind", kind.as_str()), ("state", state.as_str())], count));
        metrics.counts("checklist", "Services of which a kind of resources is in a state.", states);
    }
}

/// What it took. Of a run without a scope nothing is known.
fn effort(report: &Report, metrics: &mut Metrics) {
    if report.scopes.is_empty() {
        return;
    }
    let sum = |of: fn(&crate::model::ScopeEntry) -> u64| i64::try_from(report.scopes.iter().map(of).sum::<u64>()).unwrap_or(i64::MAX);
    metrics.number("api_calls", "Calls of AWS that the run sent, each retry counted.", sum(|entry| entry.api_calls));
    metrics.number("api_throttles", "Answers of AWS that said to slow down.", sum(|entry| entry.throttles));
    let counts_resources = match report.command {
        Command::Audit | Command::Checklist | Command::Demo => report.is_complete(),
        Command::Preflight => false,
    };
    if !counts_resources {
        return;
    }
    let mut resources: BTreeMap<Kind, usize> = Kind::ALL.into_iter().map(|kind| (kind, 0)).collect();
    for (kind, count) in report.scopes.iter().flat_map(|entry| &entry.resources) {
        *resources.entry(*kind).or_default() += count;
    }
    let resources = resources.into_iter().map(|(kind, count)| ([("kind", kind.as_str())], count));
    metrics.counts("resources", "Resources that Express Mode has, living or left behind.", resources);
}

#[cfg(test)]
mod tests;
