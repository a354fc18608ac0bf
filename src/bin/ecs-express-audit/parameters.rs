//! Reads the parameters of CloudFormation templates given with `--parameters`. No message repeats a value: it may be secret.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use ecs_express_audit::input::{self, Parameters};

/// No file of parameters is larger; one byte more is read to see it.
const LARGEST: u64 = (64 << 20) + 1;

/// What all of them say together; of two values for one parameter the last one counts.
pub(crate) fn read(given: &[String]) -> Result<Parameters> {
    let mut parameters = Parameters::default();
    for given in given {
        parameters.unite(one(given)?);
    }
    Ok(parameters)
}

/// A path with `=` in it is written as `file://…`.
fn one(given: &str) -> Result<Parameters> {
    match given.strip_prefix("file://") {
        Some(path) => from(Path::new(path)),
        None if given.starts_with("ParameterKey=") => {
            bail!("cannot use --parameters ParameterKey=…: expected KEY=VALUE, such as Stage=prod, or a file with the AWS CLI's list")
        }
        None if given.contains('=') => given.parse().map_err(|expected: String| anyhow!("cannot use --parameters: {expected}")),
        None => from(Path::new(given)),
    }
}

fn from(path: &Path) -> Result<Parameters> {
    let (name, mut text) = (path.display().to_string(), Vec::new());
    let file = File::open(path).with_context(|| format!("cannot open {name} (--parameters takes KEY=VALUE or a file)"))?;
    file.take(LARGEST).read_to_end(&mut text).with_context(|| format!("cannot read {name}"))?;
    input::read_parameters(&name, &text).map_err(|error| anyhow!("cannot {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(given: &str, expected: &str) {
        let told = format!("{:#}", read(&[given.to_owned()]).expect_err(given));
        assert!(told.starts_with("cannot ") && told.contains(expected) && !told.contains("hunter2"), "{told}");
    }

    #[test]
    fn the_last_one_counts() {
        let read = |given: &[&str]| read(&given.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()).expect("parameters");
        assert_eq!(read(&["Stage=dev", "Tag=7", "Stage=prod"]), read(&["Tag=7", "Stage=prod"]));
        assert_ne!(read(&["Stage=prod"]), read(&["Stage=dev"]));
    }

    #[test]
    fn what_is_neither_pair_nor_file_is_refused_without_its_value() {
        refused("=hunter2", "KEY=VALUE");
        refused("ParameterKey=Password,ParameterValue=hunter2", "KEY=VALUE");
        refused("no/such/file.json", "cannot open no/such/file.json");
        refused("file://no/such=file.json", "cannot open no/such=file.json");
    }
}
