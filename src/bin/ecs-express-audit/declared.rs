//! Reads the sources given with `-d`: files, globs, folders, standard input.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use ecs_express_audit::{Declared, input};

/// No declaration is larger; one byte more is read to see it.
const LARGEST: u64 = (64 << 20) + 1;

/// Everything that the sources declare, united.
pub(crate) fn read(sources: &[String]) -> Result<Declared> {
    let mut declared = Declared::default();
    for source in sources {
        if source == "-" {
            declared.unite(from(io::stdin().lock(), "standard input")?);
            continue;
        }
        for path in files(source)? {
            let file = fs::File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
            declared.unite(from(file, &path.display().to_string())?);
        }
    }
    Ok(declared)
}

fn from(reader: impl Read, name: &str) -> Result<Declared> {
    let mut text = Vec::new();
    reader.take(LARGEST).read_to_end(&mut text).with_context(|| format!("cannot read {name}"))?;
    input::read_declaration(name, &text).map_err(|error| anyhow::anyhow!("cannot {error}"))
}

/// The files that a source names. A folder means every `*.tfstate` and `*.json` in it; no file at all is an error, never an
/// empty declaration.
fn files(source: &str) -> Result<Vec<PathBuf>> {
    let path = Path::new(source);
    // A pipe such as `<(terraform state pull)` is no regular file.
    if path.exists() && !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let (patterns, wanted) = if path.is_dir() {
        let escaped = glob::Pattern::escape(source.trim_end_matches('/'));
        (vec![format!("{escaped}/*.tfstate"), format!("{escaped}/*.json")], "no *.tfstate and no *.json in this folder")
    } else if source.contains(['*', '?', '[']) {
        (vec![source.to_owned()], "no file matches")
    } else {
        bail!("cannot read {source}: there is no such file (expected a declaration, a glob, a folder, or - for standard input)");
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
