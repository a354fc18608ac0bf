//! Where reports go: one document on standard output, copies into files, complaints on standard error.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result};
use ecs_express_audit::model::Report;
use ecs_express_audit::render::{self, TableOptions};

use crate::args::{Colour, Format, OutputArgs};

/// The width of a table that no terminal shows.
const PIPED_WIDTH: u16 = 120;

/// Writes the report: the copies first, so that a reader of standard output finds them complete. A copy that cannot be written does
/// not keep the report from standard output.
pub(crate) fn write(report: &Report, args: &OutputArgs) -> Result<()> {
    let copied = copies(report, args);
    let mut out = io::stdout().lock();
    render(report, args.format, terminal(args.talk.color), &mut out)?;
    out.flush()?;
    copied
}

/// Whoever reads standard output may stop reading; the verdict remains what it is.
pub(crate) fn unless_closed_pipe(error: anyhow::Error) -> Result<()> {
    let is_closed = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(is_closed) { Ok(()) } else { Err(error) }
}

fn copies(report: &Report, args: &OutputArgs) -> Result<()> {
    for (format, path) in &args.output {
        let mut text = Vec::new();
        render(report, *format, TableOptions::new(PIPED_WIDTH, args.talk.color == Colour::Always), &mut text)?;
        replace(path, &text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn render(report: &Report, format: Format, options: TableOptions, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => render::table(report, options, out),
        Format::Json => render::json(report, out),
    }
}

fn terminal(colour: Colour) -> TableOptions {
    let stdout = io::stdout();
    let width = if stdout.is_terminal() { comfy_width() } else { PIPED_WIDTH };
    let colour = match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never,
    };
    TableOptions::new(width, colour)
}

/// The terminal's width, as it says or as `COLUMNS` does.
fn comfy_width() -> u16 {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    said.or_else(|| terminal_size::terminal_size().map(|(width, _)| width.0)).unwrap_or(PIPED_WIDTH)
}

/// Writes a file so that there is always the old one or the new one, never half of one. The owner alone may read it. What a link leads to
/// is replaced, not the link; a device or a pipe is written to.
pub(crate) fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return fs::write(path, text);
    }
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
    let mut unfinished = std::ffi::OsString::from(".");
    unfinished.push(name);
    unfinished.push(format!(".{}", std::process::id()));
    let unfinished = folder.join(unfinished);
    let _ = fs::remove_file(&unfinished); // of a run that was killed
    let written = write_new(&unfinished, text).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written
}

fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

/// Prints an error and what led to it, a cause a line.
pub(crate) fn complain(error: &anyhow::Error) {
    let mut text = String::from("error: ");
    for (depth, cause) in error.chain().enumerate() {
        if depth > 0 {
            text.push_str("\n  because: ");
        }
        text.push_str(&render::harmless(&cause.to_string()));
    }
    let _ = writeln!(io::stderr(), "{text}");
}
