//! An error that says what to do next.

use std::error::Error;
use std::fmt;

/// What went wrong, and what to do next, a line each.
#[derive(Debug)]
pub(crate) struct Advised {
    what: String,
    pub next: Vec<String>,
}

impl Advised {
    pub(crate) fn new<const N: usize>(what: String, next: [String; N]) -> Self {
        Self { what, next: next.into() }
    }
}

impl fmt::Display for Advised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for Advised {}

/// What can be done without AWS.
pub(crate) const WITHOUT_AWS: &str =
    "without AWS, `ecs-express-audit demo` shows what an audit finds, and `audit --snapshot FILE` judges what was collected elsewhere";
