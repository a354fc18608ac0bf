//! Finds what Amazon ECS Express Mode left behind, and what differs from what was declared. It only ever reads.
//!
//! Express Mode builds a whole stack from one resource: service, task definition, load balancer, listener, rule, target groups,
//! certificate, security groups, log group, alarm, scalable target, scaling policy. Deleting the service should remove them, and in
//! practice does not always. This crate enumerates all thirteen kinds from both sides (what ECS names, and what is there), ties leftovers
//! to the services that they were made for, and judges them together. Two promises come first: **it never calls something an orphan that
//! is in use, and never says "clean" about what it could not read.**
//!
//! # The map
//!
//! In one sentence: something reads the world into values, [`audit`] turns values into a report, [`render`] writes it down.
//!
//! | module | holds |
//! |---|---|
//! | [`model`] | the words every layer uses: ARNs, scopes, kinds, codes, findings, gaps, the report |
//! | [`kinds`] | one file per kind: its facts, how it is recognised, what it refers to |
//! | [`inventory`] | what is live in a scope, who owns it, and what was read completely |
//! | [`Declared`] | what should be, from any source |
//! | [`plan`] | what a Terraform plan is about to do |
//! | [`input`] | declarations: Terraform, CloudFormation, Pulumi, the AWS CLI, a manifest; the configuration; earlier reports |
//! | [`snapshot`] | an inventory as a file |
//! | [`fleet`] | many accounts and Regions: the list of scopes, shards of it, and what they make together |
//! | [`audit()`], [`checklist()`] | the judgement: cannot fail, reads nothing but its arguments |
//! | [`audit_snapshot()`], [`Auditor`] | the same of many accounts in passing: no more of them is kept than is being judged |
//! | [`preflight()`] | the judgement of a plan, before it is applied |
//! | [`compare()`] | what an earlier report makes of this one |
//! | [`permissions`] | the operations that a scan may use: the gate, the IAM policy, what `doctor` found |
//! | `collect` (feature `aws`) | live AWS into an inventory |
//! | `fetch` (feature `aws`) | declarations that are kept somewhere else: S3, HCP Terraform, HTTP, CloudFormation |
//! | [`render`] | one file per format |
//! | [`schema`] | the JSON Schemas of what is written and read |
//! | `tables` (feature `parquet`) | tables for SQL: findings, resources, and what was not read |
//!
//! Features: `aws` adds live collection (the AWS SDK and tokio), `cli` the binary and the table, `parquet` tables for SQL. Without any, the
//! core builds in seconds.
//!
//! Enums, what is reported and what is planned may grow within a minor version, and are `#[non_exhaustive]`. What is live ([`inventory`],
//! [`kinds`]) is built by whoever has an inventory of their own: a new fact there is a new minor version, and does not pass unnoticed.
//!
//! # An audit from files
//!
//! ```
//! use ecs_express_audit::model::{Policy, Timestamp};
//! use ecs_express_audit::{audit, input, snapshot};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let live = snapshot::read(&mut include_bytes!("../fixtures/demo/account.snapshot.jsonl").as_slice())?;
//! let declared = input::read_declaration("terraform.tfstate", include_bytes!("../fixtures/demo/terraform.tfstate"))?;
//! let now = live.finished_at().unwrap_or(Timestamp::from_unix_seconds(0));
//!
//! let report = audit(&declared, &live, &Policy::default(), now);
//! for finding in &report.findings {
//!     println!("{:8} {:24} {}", finding.severity, finding.claim.code(), finding.message());
//! }
//! assert!(report.is_complete());
//! # Ok(())
//! # }
//! ```

mod asked;
mod audit;
#[cfg(feature = "aws")]
pub mod collect;
mod declared;
mod extent;
#[cfg(feature = "aws")]
pub mod fetch;
pub mod fleet;
mod in_passing;
pub mod input;
pub mod inventory;
pub mod kinds;
pub mod model;
pub mod permissions;
pub mod plan;
pub mod render;
pub mod schema;
pub mod snapshot;
#[cfg(feature = "parquet")]
pub mod tables;

pub use asked::AskedService;
pub use audit::{audit, checklist, compare, preflight};
pub use declared::{Declared, DeclaredService};
pub use in_passing::{Auditor, audit_snapshot};

/// The guide for users of the crate: its examples are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../docs/as-a-crate.md")]
mod guide {}
