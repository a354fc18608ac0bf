//! The words every layer uses: ARNs, scopes, kinds, codes, findings, gaps, the report.

mod arn;
mod code;
mod finding;
mod fingerprint;
mod gap;
mod kind;
mod policy;
mod report;
mod scope;
mod severity;
mod time;

pub use arn::Arn;
pub use code::{Code, orphan_severity};
pub use finding::{Age, Claim, Evidence, Finding, Holder, ServiceRef, Subject};
pub use gap::{Cause, Gap};
pub use kind::Kind;
pub use policy::Policy;
pub use report::{Command, ExitCode, KindState, Outcome, Report, ScopeEntry, ServiceEntry, ServiceState, Summary, UnjudgedResource};
pub use scope::Scope;
pub use severity::{Confidence, FailOn, Severity};
pub use time::{Timestamp, parse_duration, spoken};
