//! Reads the baseline given with `--baseline`.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use ecs_express_audit::input;
use ecs_express_audit::model::Baseline;

use crate::args::TalkArgs;

/// No baseline is larger; one byte more is read to see it.
const LARGEST: u64 = (64 << 20) + 1;

/// What the earlier report knew. Without a file there is none to begin with, and the error says how to make it.
pub(crate) fn read(path: &Path, talk: &TalkArgs) -> Result<Baseline> {
    let name = path.display();
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(
            "cannot read the baseline {name}: there is no such file; the first one is the report of an audit without --baseline, \
             `ecs-express-audit audit -o json={name}`"
        ),
        opened => opened.with_context(|| format!("cannot open the baseline {name}"))?,
    };
    let mut text = Vec::new();
    file.take(LARGEST).read_to_end(&mut text).with_context(|| format!("cannot read the baseline {name}"))?;
    let baseline = input::read_baseline(&name.to_string(), &text).map_err(|error| anyhow!("cannot {error}"))?;
    if baseline.left_out > 0 && !talk.quiet {
        let findings = if baseline.left_out == 1 {
            "1 finding of the baseline is"
        } else {
            &format!("{} findings of the baseline are", baseline.left_out)
        };
        let _ = writeln!(io::stderr(), "{findings} left out: a newer version made the report");
    }
    Ok(baseline)
}
