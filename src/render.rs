//! Writes a report down: one file per format, one function each, over the report and a writer.
//! A format sorts nothing away, decides nothing and invents nothing; the verdict is the report's own.

mod csv;
mod escape;
mod github;
mod groups;
mod html;
mod json;
mod jsonl;
mod judged;
mod junit;
mod markdown;
mod openmetrics;
mod outline;
mod place;
mod remedy_script;
#[cfg(test)]
mod sample;
mod sarif;
mod slack;
#[cfg(feature = "cli")]
mod table;
mod words;

pub use csv::csv;
pub use escape::harmless;
pub use github::{STEP_SUMMARY_BYTES, github, github_summary};
pub use html::html;
pub use json::{explanation_json, explanations_json, json, reported_json};
pub use jsonl::jsonl;
pub use junit::junit;
pub use markdown::markdown;
pub use openmetrics::openmetrics;
pub use remedy_script::remedy_script;
pub use sarif::sarif;
pub use slack::slack;
#[cfg(feature = "cli")]
pub use table::{TableOptions, explanation, explanations, reported, table};
