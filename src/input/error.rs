//! Why a declaration cannot be read, and what to do about it.
//!
//! No message repeats anything of the text but version numbers: a state holds secrets. For the same reason the parser's own
//! error is not kept; it quotes what it found.

use serde_json::error::Category;
use thiserror::Error;

/// A declaration that cannot be read. The message fits after "cannot ".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("read {input}: {kind}")]
pub struct InputError {
    input: String,
    kind: InputErrorKind,
}

impl InputError {
    pub(super) fn new(input: &str, kind: InputErrorKind) -> Self {
        Self { input: input.to_owned(), kind }
    }

    /// The declaration concerned, as the caller named it.
    #[must_use]
    pub fn input(&self) -> &str {
        &self.input
    }

    /// The reason.
    #[must_use]
    pub fn kind(&self) -> &InputErrorKind {
        &self.kind
    }
}

/// Why a declaration cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InputErrorKind {
    /// There is nothing in it. That may mean an empty state or a failed command, so it is not taken for "nothing is declared".
    #[error(
        "the input is empty; `terraform state pull` prints nothing for an empty state and when it fails: pass a state file, \
         or leave -d out"
    )]
    Empty,
    /// It is larger than any state should be, or its addresses are together.
    #[error("it is larger than {limit_mib} MiB, the most that is read of one declaration")]
    TooLarge {
        /// The bound, in MiB.
        limit_mib: usize,
    },
    /// It is not text in UTF-8.
    #[error(
        "it is not UTF-8 from byte {position} on; a saved plan is binary, and a shell may have written UTF-16 (PowerShell: \
         `| Out-File -Encoding utf8`)"
    )]
    NotUtf8 {
        /// How many bytes were good.
        position: usize,
    },
    /// Its objects and lists lie too deep in each other.
    #[error("it is nested deeper than {limit} levels, the most that is read")]
    TooDeep {
        /// The bound.
        limit: usize,
    },
    /// Its lists have too many entries.
    #[error("its lists hold more than {limit} resources, instances and blocks, the most that is read")]
    TooMany {
        /// The bound.
        limit: usize,
    },
    /// It is not JSON.
    #[error("it is not valid JSON at line {line}, column {column}; {READ}")]
    InvalidJson {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1; 0 is the end of the line before.
        column: usize,
    },
    /// It is JSON that ends early.
    #[error("it ends early, at line {line}, column {column}; write the file again, it is not complete")]
    Truncated {
        /// The last line, from 1.
        line: usize,
        /// The last column in bytes.
        column: usize,
    },
    /// It is a Terraform state in which something has the wrong type or is missing.
    #[error("line {line}, column {column} does not hold what a Terraform state holds there; `terraform state pull` writes it anew")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
    },
    /// It is an `OpenTofu` state in encrypted form.
    #[error("it is an encrypted OpenTofu state; run `tofu state pull | ecs-express-audit audit -d -`")]
    EncryptedState,
    /// It is `.terraform/terraform.tfstate`, which names a backend and holds no resources.
    #[error("it only says where the state is (a backend); run `terraform state pull | ecs-express-audit audit -d -`")]
    BackendPointer,
    /// It is a raw state of a version other than 4.
    #[error("its state version is {}, and only version 4 is read; {PULL}", spoken(*found))]
    StateVersion {
        /// The version; `None` if that is no whole number.
        found: Option<u64>,
    },
    /// It is written by `terraform show -json` in a format with another major version than 1.
    #[error("the major of its format_version is {}, and only 1 is read; {PULL}", spoken(*major))]
    FormatVersion {
        /// The major version; `None` if that is no number.
        major: Option<u64>,
    },
    /// It is a Terraform plan that failed, and so cannot be applied.
    #[error("the plan failed (`errored` is true) and cannot be applied; correct the configuration and plan again")]
    FailedPlan,
    /// A plan was wanted, and it is another declaration.
    #[error("it is no Terraform plan; run `terraform plan -out plan.out` and `terraform show -json plan.out`")]
    NoPlan,
    /// It is what `pulumi stack export` writes, or a Pulumi checkpoint.
    #[error("it is a Pulumi stack, which is not supported; {READ}")]
    Pulumi,
    /// It is a `CloudFormation` template.
    #[error("it is a CloudFormation template, which is not supported; {READ}")]
    CloudFormation,
    /// It is JSON of another kind.
    #[error("its format is not supported; {READ}")]
    Unsupported,
}

const READ: &str =
    "what is read: Terraform or OpenTofu state of version 4 (`terraform state pull`), and `terraform show -json` of a state or a plan";

const PULL: &str = "`terraform state pull` of a current Terraform writes version 4, whatever the state was written by";

impl InputErrorKind {
    /// What the parser says, without its words: those may quote the text.
    pub(super) fn of_json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        match error.classify() {
            Category::Data => Self::Malformed { line, column },
            Category::Eof => Self::Truncated { line, column },
            Category::Syntax | Category::Io => Self::InvalidJson { line, column },
        }
    }
}

fn spoken(version: Option<u64>) -> String {
    version.map_or_else(|| "not a number".to_owned(), |version| version.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: InputErrorKind, words: &[&str]) {
        let message = format!("cannot {}", InputError::new("a.tfstate", kind));
        assert!(message.starts_with("cannot read a.tfstate: ") && !message.ends_with('.'), "{message}");
        for word in words {
            assert!(message.contains(word), "{word:?} is not in {message:?}");
        }
    }

    #[test]
    fn each_message_says_what_to_do() {
        check(InputErrorKind::Empty, &["terraform state pull", "leave -d out"]);
        check(InputErrorKind::EncryptedState, &["tofu state pull | ecs-express-audit audit -d -"]);
        check(InputErrorKind::BackendPointer, &["terraform state pull | ecs-express-audit audit -d -"]);
        check(InputErrorKind::FailedPlan, &["the plan failed", "plan again"]);
        check(InputErrorKind::NoPlan, &["no Terraform plan", "terraform show -json plan.out"]);
        check(InputErrorKind::TooLarge { limit_mib: 64 }, &["64 MiB"]);
        check(InputErrorKind::TooDeep { limit: 64 }, &["64 levels"]);
        check(InputErrorKind::TooMany { limit: 1_000_000 }, &["more than 1000000 resources"]);
        check(InputErrorKind::NotUtf8 { position: 7 }, &["byte 7", "Out-File"]);
        check(InputErrorKind::Truncated { line: 9, column: 2 }, &["line 9, column 2"]);
        check(InputErrorKind::Malformed { line: 9, column: 2 }, &["line 9, column 2", "terraform state pull"]);
    }

    #[test]
    fn a_version_that_is_not_read_is_named() {
        check(InputErrorKind::StateVersion { found: Some(3) }, &["version is 3", "version 4", "terraform state pull"]);
        check(InputErrorKind::StateVersion { found: None }, &["version is not a number"]);
        check(InputErrorKind::FormatVersion { major: Some(2) }, &["format_version is 2", "only 1"]);
    }

    #[test]
    fn a_format_that_is_not_read_names_those_that_are() {
        let invalid = InputErrorKind::InvalidJson { line: 1, column: 1 };
        for kind in [invalid, InputErrorKind::Pulumi, InputErrorKind::CloudFormation, InputErrorKind::Unsupported] {
            check(kind, &["state of version 4", "terraform show -json"]);
        }
    }

    #[test]
    fn an_error_keeps_its_input_and_its_kind() {
        let error = InputError::new("standard input", InputErrorKind::Empty);
        assert_eq!((error.input(), error.kind()), ("standard input", &InputErrorKind::Empty));
    }
}
