//! The words every layer uses: ARNs, scopes, kinds, codes, findings, gaps, the report.

mod arn;
mod baseline;
mod claim;
mod code;
mod cost;
mod dependency;
mod explanation;
mod field_value;
mod finding;
mod fingerprint;
mod gap;
mod hidden;
mod history;
mod kind;
mod pattern;
mod planned_action;
mod policy;
mod predicate;
mod prices;
mod prospect;
mod quota;
mod report;
mod scope;
mod severity;
mod time;

pub use arn::Arn;
pub use baseline::Baseline;
pub use claim::{Age, Claim, Holder, StaleTargetGroup, Staleness, WaiverRef};
pub use code::{Code, orphan_severity};
pub use cost::{Cost, Usd};
pub use dependency::{Dependency, DependencyKind};
pub use explanation::Explanation;
pub use field_value::FieldValue;
pub use finding::{Evidence, Finding, ServiceRef, Subject};
pub(crate) use fingerprint::VERSION as FINGERPRINT_VERSION;
pub use gap::{Cause, Gap};
pub use hidden::Hidden;
pub use history::{FindingStatus, History, PastFinding};
pub use kind::Kind;
pub use pattern::Pattern;
pub use planned_action::PlannedAction;
pub use policy::{IgnoredField, Own, Policy, Waiver};
pub use prices::{Price, PriceItem, Prices, Quote};
pub use prospect::Prospect;
pub use quota::Quota;
pub use report::{
    ChecklistItem, Command, ExitCode, KindState, Outcome, Report, ScopeEntry, ServiceEntry, ServiceState, Summary, UnjudgedResource, Waived,
};
pub use scope::Scope;
pub use severity::{Confidence, FailOn, Severity};
pub use time::{Timestamp, parse_duration, spoken};
