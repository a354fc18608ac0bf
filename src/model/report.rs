//! The report: what was found, what was not read, and the one verdict that everything else repeats.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{
    Arn, Cause, Code, FailOn, Finding, FindingStatus, Gap, Kind, PastFinding, PlannedAction, Policy, Scope, Severity, Timestamp, Usd,
    WaiverRef,
};

/// The command that made a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Live (or a snapshot) against declared.
    Audit,
    /// Per service, what became of each kind.
    Checklist,
    /// A plan against what is live, before it is applied.
    Preflight,
    /// The built-in example.
    Demo,
}

impl Command {
    /// The name on the command line and in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Checklist => "checklist",
            Self::Preflight => "preflight",
            Self::Demo => "demo",
        }
    }
}

/// How the program ends. Documented in the README; other programs rely on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum ExitCode {
    /// Everything that was to be read was read, and no finding counts.
    Clean = 0,
    /// It could not run: usage, input, credentials, output. Nothing was judged.
    CouldNotRun = 1,
    /// Findings that count.
    Findings = 2,
    /// No finding that counts, but something was not read.
    Incomplete = 3,
    /// SIGINT (Ctrl-C) stopped it, whatever was found until then: 128 + 2, as shells say it.
    Interrupted = 130,
    /// SIGTERM stopped it, whatever was found until then: 128 + 15.
    Terminated = 143,
}

/// The verdict in a word; it mirrors the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing that counts, and everything was read.
    Clean,
    /// Something that counts.
    Findings,
    /// Nothing that counts, but not everything was read.
    Incomplete,
}

impl Outcome {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Findings => "findings",
            Self::Incomplete => "incomplete",
        }
    }

    /// The exit code that says the same.
    #[must_use]
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::Clean => ExitCode::Clean,
            Self::Findings => ExitCode::Findings,
            Self::Incomplete => ExitCode::Incomplete,
        }
    }
}

/// One scanned account and Region.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScopeEntry {
    /// Which.
    pub scope: Scope,
    /// When its scan began.
    pub started_at: Timestamp,
    /// When its scan ended.
    pub finished_at: Timestamp,
    /// Calls sent, each retry counted.
    pub api_calls: u64,
    /// Answers that said "slow down".
    pub throttles: u64,
    /// How many resources of each kind Express Mode has there, living or left behind.
    pub resources: BTreeMap<Kind, usize>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// What is known of a service's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ServiceState {
    /// It runs.
    Active,
    /// Its deletion has begun.
    Draining,
    /// It was deleted; ECS still remembers it.
    Inactive,
    /// ECS does not know it.
    Absent,
    /// Its account or Region was not scanned.
    NotScanned,
    /// It could not be read, or ECS says something this version does not know.
    Unknown,
}

impl ServiceState {
    /// Every state.
    pub const ALL: [Self; 6] = [Self::Active, Self::Draining, Self::Inactive, Self::Absent, Self::NotScanned, Self::Unknown];

    /// The name in reports: ECS's own word where there is one.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
            Self::Inactive => "INACTIVE",
            Self::Absent => "MISSING",
            Self::NotScanned => "not-scanned",
            Self::Unknown => "unknown",
        }
    }

    /// The word in a sentence after "is".
    #[must_use]
    pub fn spoken(self) -> &'static str {
        match self {
            Self::Absent => "no longer known to ECS",
            Self::NotScanned => "not scanned",
            Self::Active | Self::Draining | Self::Inactive | Self::Unknown => self.as_str(),
        }
    }

    /// Whether the service is certainly gone.
    #[must_use]
    pub fn is_dead(self) -> bool {
        matches!(self, Self::Inactive | Self::Absent)
    }
}

impl fmt::Display for ServiceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What became of one kind of a service's resources, as its deletion checklist says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum KindState {
    /// No trace of one was ever found.
    NeverSeen,
    /// All of the kind was read and none is there.
    Gone,
    /// A living service uses it.
    InUse,
    /// A living service uses it together with others.
    Shared,
    /// Its deletion is under way, or too recent to judge.
    Deleting,
    /// It could not be told.
    Unknown,
    /// Left behind, but used from outside.
    Held,
    /// Left behind.
    Left,
}

impl KindState {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NeverSeen => "never-seen",
            Self::Gone => "gone",
            Self::InUse => "in-use",
            Self::Shared => "shared",
            Self::Deleting => "deleting",
            Self::Unknown => "unknown",
            Self::Held => "held",
            Self::Left => "left",
        }
    }
}

/// One service of the report: live, leaving, gone with traces, or declared.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceEntry {
    /// The service's ARN, unless it is declared without a name and not live.
    pub arn: Option<Arn>,
    /// The name of its cluster.
    pub cluster: String,
    /// Its own name.
    pub name: String,
    /// Whether a given declaration names it; `None` where none was given.
    pub declared: Option<bool>,
    /// What became of it.
    pub status: ServiceState,
    /// What became of each kind of its resources.
    pub checklist: BTreeMap<Kind, KindState>,
    /// What is behind that: single resources, what became of each and why.
    pub items: Vec<ChecklistItem>,
    /// Its declared fields whose live values are not known, because a snapshot holds only their names; of a planned service, the fields that
    /// are known only after the apply. That is no gap.
    pub not_comparable: Vec<String>,
    /// What the plan does to it, where a plan was judged.
    pub planned: Option<PlannedAction>,
}

impl ServiceEntry {
    /// The kinds of which something is still to go, after the service was deleted.
    fn still_to_go(&self) -> Vec<Kind> {
        let is_open = |state: KindState| match state {
            KindState::Deleting | KindState::Unknown => true,
            KindState::NeverSeen | KindState::Gone | KindState::InUse | KindState::Shared | KindState::Held | KindState::Left => false,
        };
        let of_kinds =
            self.checklist.iter().filter(|(kind, state)| !kind.has_unreadable_users() && is_open(**state)).map(|(kind, _)| *kind);
        // Waiting changes nothing about what nobody looks at.
        let may_go = !self.status.is_dead() && self.status != ServiceState::NotScanned;
        let own = may_go.then_some(Kind::Service);
        own.into_iter().chain(of_kinds.filter(|kind| *kind != Kind::Service)).collect()
    }
}

/// One resource of a service's checklist.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct ChecklistItem {
    /// Its kind.
    pub kind: Kind,
    /// Its ARN.
    pub arn: Arn,
    /// What a person calls it.
    pub name: String,
    /// What became of it.
    pub state: KindState,
    /// Why it stays or cannot be told, in words: `listener rule … forwards to it`.
    pub why: Option<String>,
}

/// An Express resource about which nothing can be said, because of something that was not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnjudgedResource {
    /// Its ARN.
    pub arn: Arn,
    /// Its kind.
    pub kind: Kind,
    /// What would have to be known.
    pub because: String,
}

/// A finding that the configuration accepts for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// The finding; it counts for nothing.
    pub finding: Finding,
    /// By which waiver.
    pub waiver: WaiverRef,
    /// Until when.
    pub expires: Timestamp,
}

/// Numbers over all findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// How many findings.
    pub findings: usize,
    /// How many of each severity that occurs.
    pub by_severity: BTreeMap<Severity, usize>,
    /// How many of each code that occurs.
    pub by_code: BTreeMap<Code, usize>,
    /// How many stand so to the baseline; without one, all are new.
    pub by_status: BTreeMap<FindingStatus, usize>,
    /// What costs are known of orphans and held leftovers, each resource once.
    pub monthly: Usd,
}

/// What was found and what was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// What made it.
    pub command: Command,
    /// As of when it judges.
    pub generated_at: Timestamp,
    /// From which severity on a finding counts.
    pub fail_on: FailOn,
    /// Whether findings that the baseline has count too.
    pub fail_on_existing: bool,
    /// Whether there was nothing to look at: a plan that touches no Express service.
    pub is_idle: bool,
    /// Whether it was asked for advice only.
    pub is_advisory: bool,
    /// The exit code of the signal that stopped the run, if one did; it takes the place of the verdict's.
    pub stopped: Option<ExitCode>,
    /// The scanned scopes, in order.
    pub scopes: Vec<ScopeEntry>,
    /// The findings: by scope, then severity (gravest first), code and ARN.
    pub findings: Vec<Finding>,
    /// The findings that the configuration accepts.
    pub waived: Vec<Waived>,
    /// The findings that earlier reports knew and that are not among these, in the same order.
    pub past: Vec<PastFinding>,
    /// As of when the baseline judges that this report was compared with; `None` where there was none.
    pub compared_with: Option<Timestamp>,
    /// The fingerprints of the findings that are somebody else's, as the caller sees it, and are not reported.
    pub of_others: BTreeSet<String>,
    /// The services, by ARN.
    pub services: Vec<ServiceEntry>,
    /// What could not be judged, by ARN.
    pub unjudged: Vec<UnjudgedResource>,
}

impl Report {
    /// A report in which nothing was judged yet.
    pub(crate) fn empty(command: Command, policy: &Policy, now: Timestamp) -> Self {
        Self {
            command,
            generated_at: now,
            fail_on: policy.fail_on,
            fail_on_existing: policy.fail_on_existing,
            is_idle: false,
            is_advisory: false,
            stopped: None,
            scopes: Vec::new(),
            findings: Vec::new(),
            waived: Vec::new(),
            past: Vec::new(),
            compared_with: None,
            of_others: BTreeSet::new(),
            services: Vec::new(),
            unjudged: Vec::new(),
        }
    }

    /// The checklist of nothing: a plan deletes no Express service.
    #[must_use]
    pub fn idle_checklist(now: Timestamp) -> Self {
        Self { is_idle: true, ..Self::empty(Command::Checklist, &Policy::default(), now) }
    }

    /// Whether something on the checklists is still to go: a service that is not dead, or a resource that is being deleted or could not be told.
    /// Log groups, task definitions and clusters are not counted on: ECS leaves them.
    #[must_use]
    pub fn awaits_deletion(&self) -> bool {
        self.services.iter().any(|entry| !entry.still_to_go().is_empty())
    }

    /// Notes that whoever waited gave up: what was still to go then is not known to be gone.
    pub fn note_end_of_wait(&mut self) {
        for entry in &self.services {
            let (Some(arn), kinds) = (&entry.arn, entry.still_to_go()) else { continue };
            let scope = self.scopes.iter_mut().find(|scanned| scanned.scope.holds(arn));
            let Some(scope) = scope.filter(|_| !kinds.is_empty()) else { continue };
            let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            scope.gaps.push(Gap {
                operation: "ecs:DescribeServices".to_owned(),
                parent: Some(arn.to_string()),
                message: format!("still to go: {}", names.join(", ")),
                kinds,
                cause: Cause::Deadline,
            });
        }
    }

    /// Whether everything that was to be read was read. No scope at all is not complete, unless there was nothing to look at.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        (self.is_idle || !self.scopes.is_empty()) && self.unjudged.is_empty() && self.scopes.iter().all(|scope| scope.gaps.is_empty())
    }

    /// The verdict. Findings win over gaps.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.findings.iter().any(|finding| self.counts(finding)) {
            Outcome::Findings
        } else if self.is_complete() {
            Outcome::Clean
        } else {
            Outcome::Incomplete
        }
    }

    /// Whether the finding counts for the verdict: grave enough, and new, back again or worse than in the baseline.
    #[must_use]
    pub fn counts(&self, finding: &Finding) -> bool {
        self.fail_on.counts(finding.severity) && (finding.history.is_news() || self.fail_on_existing)
    }

    /// The past findings that this report is the first to lack (again, where the very moment of the baseline is judged again).
    pub fn newly_resolved(&self) -> impl Iterator<Item = &PastFinding> {
        self.past.iter().filter(|past| past.resolved_at == Some(self.generated_at))
    }

    /// The past findings about which this report cannot say whether they are gone.
    pub fn unresolved(&self) -> impl Iterator<Item = &PastFinding> {
        self.past.iter().filter(|past| past.resolved_at.is_none())
    }

    /// The exit code that says the verdict, or which signal stopped the run.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        self.stopped.unwrap_or_else(|| self.outcome().exit_code())
    }

    /// Whether the run ends with 0 whatever the verdict: it gives advice only, or is the demo, and no signal stopped it.
    #[must_use]
    pub fn is_lenient(&self) -> bool {
        self.stopped.is_none() && (self.is_advisory || self.command == Command::Demo)
    }

    /// How the program ends.
    #[must_use]
    pub fn ends_with(&self) -> ExitCode {
        if self.is_lenient() { ExitCode::Clean } else { self.exit_code() }
    }

    /// Numbers over all findings.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary { findings: self.findings.len(), ..Summary::default() };
        for finding in &self.findings {
            *summary.by_severity.entry(finding.severity).or_default() += 1;
            *summary.by_code.entry(finding.claim.code()).or_default() += 1;
            *summary.by_status.entry(finding.history.status).or_default() += 1;
        }
        summary.monthly = self.monthly();
        summary
    }

    /// What is known of the costs of orphans and held leftovers, each resource once.
    fn monthly(&self) -> Usd {
        let is_left_over = |finding: &&Finding| matches!(finding.claim.code(), Code::Orphan | Code::HeldLeftover);
        let left_over = self.findings.iter().filter(is_left_over);
        let costs: BTreeMap<_, _> = left_over.filter_map(|finding| Some((&finding.subject.arn, finding.cost.as_ref()?.monthly))).collect();
        costs.into_values().sum()
    }
}
