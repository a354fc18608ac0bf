//! Reads the sources given with `-d`: files, globs, folders, standard input; whatever is not here is asked for.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use ecs_express_audit::Declared;
use ecs_express_audit::input::{self, Parameters};

use crate::args::DeclaredArgs;
use crate::asking::Asking;
use crate::parameters;

/// No declaration is larger; one byte more is read to see it.
const LARGEST: u64 = (64 << 20) + 1;

/// Everything that the sources declare, united: first what is here, so that a mistake in it shows before anybody is asked.
pub(crate) fn read(args: &DeclaredArgs, asking: &Asking) -> Result<Declared> {
    let DeclaredArgs { sources, parameters } = args;
    let (remote, here): (Vec<&String>, Vec<&String>) = sources.iter().partition(|source| is_remote(source));
    let mut declared = read_here(&here, &parameters::read(parameters)?)?;
    for source in remote {
        declared.unite(asking.declaration(source)?);
    }
    Ok(declared)
}

/// Whether a source is not here: it begins with a scheme and a slash, which no path does (one letter is a drive).
fn is_remote(source: &str) -> bool {
    let Some((scheme, rest)) = source.split_once(':') else { return false };
    let is_word = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    scheme.len() > 1 && scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && is_word && rest.starts_with('/')
}

/// The text without what may be secret in an address: user info and query.
pub(crate) fn shown(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{}", format!("{host}{path}").split('?').next().unwrap_or_default())
}

fn read_here(sources: &[&String], parameters: &Parameters) -> Result<Declared> {
    let mut declared = Declared::default();
    for source in sources {
        if *source == "-" {
            declared.unite(from(io::stdin().lock(), "standard input", parameters)?);
            continue;
        }
        for path in files(source)? {
            let file = fs::File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
            declared.unite(from(file, &path.display().to_string(), parameters)?);
        }
    }
    Ok(declared)
}

fn from(reader: impl Read, name: &str, parameters: &Parameters) -> Result<Declared> {
    let mut text = Vec::new();
    reader.take(LARGEST).read_to_end(&mut text).with_context(|| format!("cannot read {name}"))?;
    input::read_declaration_with(name, &text, parameters).map_err(|error| anyhow::anyhow!("cannot {error}"))
}

/// The files that a source names. A folder means every `*.tfstate` and `*.json` in it: of YAML and TOML most is anything but a declaration,
/// and whoever wants it gives a glob. No file at all is an error, never an empty declaration.
fn files(source: &str) -> Result<Vec<PathBuf>> {
    let path = Path::new(source);
    // A pipe such as `<(terraform state pull)` is no regular file.
    if path.exists() && !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let (patterns, wanted) = if path.is_dir() {
        let escaped = glob::Pattern::escape(source.trim_end_matches('/'));
        let wanted = "no *.tfstate and no *.json in this folder; what else declares is given by a glob, such as -d 'FOLDER/*.yaml'";
        (vec![format!("{escaped}/*.tfstate"), format!("{escaped}/*.json")], wanted)
    } else if source.contains(['*', '?', '[']) {
        (vec![source.to_owned()], "no file matches")
    } else {
        bail!(
            "cannot read {source}: there is no such file (expected a declaration, a glob, a folder, - for standard input, or s3://, cfn://, \
             tfc://, https://)"
        );
    };
    let mut files = Vec::new();
    for pattern in patterns {
        let found = glob::glob(&pattern).with_context(|| format!("cannot read {source}: the pattern is not valid"))?;
        for path in found {
            files.extend(Some(path?).filter(|path| path.is_file()));
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("cannot read {source}: {wanted}");
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_here() {
        for path in ["a.tfstate", "./s3:/a", "/a:/b", "C:/states/a.tfstate", "C:\\a", "a b://c", "-", "states/*.tfstate", "key:value"] {
            assert!(!is_remote(path), "{path}");
        }
        for source in ["s3://a/b", "https:/a", "gs://a", "tfstate+s3://a"] {
            assert!(is_remote(source), "{source}");
        }
    }

    #[test]
    fn user_info_and_query_are_not_shown() {
        for (text, expected) in [
            ("https://jo:p@ss@h:1/a?sig=x", "https://h:1/a"),
            ("https://jo@h?x", "https://h"),
            ("--fail-on=never", "--fail-on=never"),
            ("-dhttps://jo:p@h", "-dhttps://h"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }
}
