//! The binary against a stand-in for AWS: moto's server with a plugin of this project (`tests/emulator`).
//!
//! The load-balancing, EC2, ACM, CloudWatch, Logs, Auto Scaling and tagging sides are moto's own, made to page and limit as AWS documents
//! it. What it answers for Express services, revisions, deployments and gateways was written by this project from AWS's documentation.
#![cfg(all(feature = "aws", feature = "cli"))]

#[path = "emulator_suite/base_calls.rs"]
mod base_calls;
#[path = "emulator_suite/checklist.rs"]
mod checklist;
#[path = "emulator_suite/command_line.rs"]
mod command_line;
#[path = "emulator_suite/drift.rs"]
mod drift;
#[path = "emulator_suite/example.rs"]
mod example;
#[path = "emulator_suite/faults.rs"]
mod faults;
#[path = "emulator_suite/fleet.rs"]
mod fleet;
#[path = "emulator_suite/formula.rs"]
mod formula;
#[path = "emulator_suite/in_service.rs"]
mod in_service;
#[path = "emulator_suite/in_use.rs"]
mod in_use;
#[path = "emulator_suite/late_remedies.rs"]
mod late_remedies;
#[path = "emulator_suite/preflight.rs"]
mod preflight;
#[path = "emulator_suite/read_only.rs"]
mod read_only;
#[path = "emulator_suite/remedies.rs"]
mod remedies;
#[path = "emulator_suite/selfcheck.rs"]
mod selfcheck;
#[path = "emulator_suite/sources.rs"]
mod sources;
#[path = "emulator_suite/stories.rs"]
mod stories;
#[path = "emulator_suite/support.rs"]
#[allow(dead_code, reason = "the benchmark of a scan shares it, and needs what the tests do not")]
mod support;
