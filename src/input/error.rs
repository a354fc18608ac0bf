//! Why a declaration cannot be read, and what to do about it.
//!
//! No message repeats anything of the text but version numbers: a state holds secrets. For the same reason the parser's own
//! error is not kept; it quotes what it found.

use thiserror::Error;

use super::config::Place;

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
    /// It is not YAML, or a key stands in it twice.
    #[error("it is not valid YAML at line {line}, column {column}, or a key stands there twice; {READ}")]
    InvalidYaml {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It is not TOML, or a key stands in it twice.
    #[error("it is not valid TOML at line {line}, column {column}, or a key stands there twice")]
    InvalidToml {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// Something in it has the wrong type, is missing, or stands there twice.
    #[error(
        "line {line}, column {column} does not hold what such a declaration holds there; write it anew (`terraform state pull`, \
         `pulumi stack export`, `cdk synth`)"
    )]
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
    /// It is a Pulumi stack of a version other than 3 and 4.
    #[error("the version of its Pulumi stack is {}, and only 3 and 4 are read; `pulumi stack export` of a current Pulumi writes them", spoken(*found))]
    PulumiVersion {
        /// The version; `None` if that is no whole number.
        found: Option<u64>,
    },
    /// It is a `CloudFormation` template with resources that are made only when it is processed.
    #[error(
        "a macro makes resources of the template (Fn::ForEach, Fn::Transform); deploy it and run `aws cloudformation get-template \
         --stack-name NAME --template-stage Processed --query TemplateBody`"
    )]
    MacroInTemplate,
    /// It is an input of `aws ecs create-express-gateway-service` that nobody has filled in.
    #[error("it is a skeleton that nobody has filled in, and declares nothing; give at least infrastructureRoleArn, or leave -d out")]
    EmptySkeleton,
    /// It is a definition that ecspresso has yet to render.
    #[error("it is a template or Jsonnet, not the definition itself; run `ecspresso render expressdef | ecs-express-audit audit -d -`")]
    NotRendered,
    /// Something in it is not what belongs there.
    #[error("{place}: expected {expected}")]
    Misplaced {
        /// Where: `express_services[0].cpu`.
        place: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// It is a manifest with a key that means nothing there.
    #[error("{place} has a key that means nothing there; {}", advice(*nearest, known))]
    UnknownKey {
        /// Where: `express_services[0].primary_container`.
        place: String,
        /// The key that was probably meant.
        nearest: Option<&'static str>,
        /// Every key that may stand there.
        known: Vec<&'static str>,
    },
    /// It is JSON of another kind.
    #[error("its format is not supported; {READ}")]
    Unsupported,
}

const READ: &str = "what is read: Terraform or OpenTofu state of version 4 (`terraform state pull`), `terraform show -json` of a state, \
                    CloudFormation templates, `pulumi stack export`, the input of `aws ecs create-express-gateway-service`, and \
                    manifests (`express_services`)";

const PULL: &str = "`terraform state pull` of a current Terraform writes version 4, whatever the state was written by";

impl InputErrorKind {
    /// What the parser of YAML says, without its words: those may quote the text.
    pub(super) fn of_yaml(error: &yaml_serde::Error) -> Self {
        let (line, column) = error.location().map_or((1, 1), |location| (location.line(), location.column()));
        Self::InvalidYaml { line, column }
    }

    /// The same of the parser of TOML.
    pub(super) fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let Place { line, column } = Place::of(text, error.span().map_or(0, |span| span.start));
        Self::InvalidToml { line, column }
    }
}

fn advice(nearest: Option<&str>, known: &[&str]) -> String {
    match nearest {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("expected one of {}", known.join(", ")),
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
        check(InputErrorKind::MacroInTemplate, &["--template-stage Processed"]);
        check(InputErrorKind::NotRendered, &["ecspresso render expressdef"]);
        check(InputErrorKind::EmptySkeleton, &["declares nothing", "infrastructureRoleArn"]);
        check(InputErrorKind::PulumiVersion { found: Some(2) }, &["is 2", "pulumi stack export"]);
    }

    #[test]
    fn an_unknown_key_is_answered_with_the_nearest_one_and_not_repeated() {
        let unknown =
            |nearest| InputErrorKind::UnknownKey { place: "express_services[0]".to_owned(), nearest, known: vec!["cpu", "memory"] };
        check(unknown(Some("cpu")), &["express_services[0]", "did you mean `cpu`?"]);
        check(unknown(None), &["expected one of cpu, memory"]);
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
        for kind in [invalid, InputErrorKind::InvalidYaml { line: 1, column: 1 }, InputErrorKind::Unsupported] {
            check(kind, &["state of version 4", "terraform show -json", "CloudFormation", "pulumi stack export", "express_services"]);
        }
    }

    #[test]
    fn an_error_keeps_its_input_and_its_kind() {
        let error = InputError::new("standard input", InputErrorKind::Empty);
        assert_eq!((error.input(), error.kind()), ("standard input", &InputErrorKind::Empty));
    }
}
