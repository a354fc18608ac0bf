//! What is to be explained.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use ecs_express_audit::model::{Code, FingerprintPrefix};

use super::output::{Colour, TableOrJson};

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A code, such as orphan, or the fingerprint of a finding (v1:… of JSON, CSV or SARIF), of which eight digits are enough
    /// [default: all codes]
    #[arg(value_name = "CODE|FINGERPRINT", value_parser = str::parse::<Topic>)]
    pub topic: Option<Topic>,

    /// The JSON report that has the finding; - is standard input [default: standard input, unless it is a terminal]
    #[arg(long, value_name = "FILE", requires = "topic")]
    pub report: Option<PathBuf>,

    /// The format on standard output
    #[arg(short, long, value_enum, default_value_t = TableOrJson::Table, help_heading = "Output")]
    pub format: TableOrJson,

    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, help_heading = "Output")]
    pub color: Colour,
}

/// What there is to explain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    Code(Code),
    Finding(FingerprintPrefix),
}

impl FromStr for Topic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains(':') {
            return text.parse().map(Self::Finding);
        }
        text.parse().map(Self::Code).map_err(|_: String| match Code::meant_by(text) {
            Some(code) => format!("there is no such code; did you mean '{code}'?"),
            None => "there is no such code; `ecs-express-audit explain` lists all of them".to_owned(),
        })
    }
}
