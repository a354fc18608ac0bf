//! Writes a report down: one file per format, one function each, over the report and a writer.
//! A format sorts nothing away, decides nothing and invents nothing; the verdict is the report's own.

mod escape;
mod json;
#[cfg(test)]
mod sample;
#[cfg(feature = "cli")]
mod table;

pub use escape::harmless;
pub use json::json;
#[cfg(feature = "cli")]
pub use table::{TableOptions, table};
