//! Where reports go: one document on standard output, copies into files, complaints on standard error.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::panic::{self, Location};
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context, Result};
use ecs_express_audit::model::{ExitCode, Report};
use ecs_express_audit::render::{self, TableOptions};

use crate::advice::Advised;
use crate::args::{Colour, Format, OutputArgs};
use crate::{file, packed};

/// Names the file to which a step of GitHub Actions appends its summary.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// The width of a table that no terminal shows.
const PIPED_WIDTH: u16 = 120;

/// Writes the report: the copies first, so that a reader of standard output finds them complete. A copy that cannot be written does
/// not keep the report from standard output.
pub(crate) fn write(report: &Report, args: &OutputArgs) -> Result<()> {
    let copied = copies(report, args).and(remedy_script(report, args)).and(summary(report, args));
    let mut out = io::stdout().lock();
    let written = render(report, args.format, terminal(args.talk.color), &mut out).and_then(|()| out.flush());
    written.context("cannot write to standard output")?;
    copied
}

/// Writes what is no report to standard output.
pub(crate) fn print(text: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text).and_then(|()| out.flush());
    written.context("cannot write to standard output").or_else(unless_closed_pipe)
}

/// Writes what is no report into a file, or to standard output where that is `-`; packed if the file's name says so.
pub(crate) fn to_file(name: &str, fill: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    if name == "-" {
        let mut out = BufWriter::new(io::stdout().lock());
        let written = fill(&mut out).and_then(|()| Ok(out.flush()?));
        return written.map_err(|error| of_writing(error, "to standard output")).or_else(unless_closed_pipe);
    }
    file::fill(Path::new(name), |out| packed::write(name, out, fill)).map_err(|error| of_writing(error, name))
}

/// What is written may fail to be made: that error says itself what it is of.
fn of_writing(error: anyhow::Error, place: &str) -> anyhow::Error {
    if error.is::<io::Error>() { error.context(format!("cannot write {place}")) } else { error }
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
        let options = TableOptions::new(PIPED_WIDTH, args.talk.color == Colour::Always);
        let filled = file::fill(path, |out| render(report, *format, options, out));
        filled.with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn remedy_script(report: &Report, args: &OutputArgs) -> Result<()> {
    let Some(path) = &args.remedy_script else { return Ok(()) };
    let mut text = Vec::new();
    render::remedy_script(report, &mut text)?;
    file::replace(path, &text).with_context(|| format!("cannot write {}", path.display()))
}

/// Where GitHub Actions asks for a job summary, `-f github` appends to it.
fn summary(report: &Report, args: &OutputArgs) -> Result<()> {
    let Some(path) = std::env::var_os(SUMMARY).filter(|path| args.format == Format::Github && !path.is_empty()) else { return Ok(()) };
    let mut text = Vec::new();
    render::github_summary(report, &mut text)?;
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let appended = file.and_then(|mut file| file.write_all(&text));
    appended.with_context(|| format!("cannot append to the job summary {}", PathBuf::from(path).display()))
}

fn render(report: &Report, format: Format, options: TableOptions, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => render::table(report, options, out),
        Format::Json => render::json(report, out),
        Format::Jsonl => render::jsonl(report, out),
        Format::Markdown => render::markdown(report, out),
        Format::Html => render::html(report, out),
        Format::Csv => render::csv(report, out),
        Format::Junit => render::junit(report, out),
        Format::Sarif => render::sarif(report, out),
        Format::Openmetrics => render::openmetrics(report, out),
        Format::Slack => render::slack(report, out),
        Format::Github => render::github(report, out),
    }
}

/// How a table may look on standard output.
pub(crate) fn terminal(colour: Colour) -> TableOptions {
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

/// Prints an error, what led to it, a cause a line, and what to do next where somebody knows.
pub(crate) fn complain(error: &anyhow::Error) {
    let mut text = String::from("error: ");
    for (depth, cause) in error.chain().enumerate() {
        if depth > 0 {
            text.push_str("\n  because: ");
        }
        text.push_str(&render::harmless(&cause.to_string()));
    }
    for next in error.downcast_ref::<Advised>().into_iter().flat_map(|advised| &advised.next) {
        text.push_str("\n  next: ");
        text.push_str(&render::harmless(next));
    }
    let _ = writeln!(io::stderr(), "{text}");
}

/// Lets a panic, in whatever thread, say where it happened and end the program. It says nothing more: its words may quote what was read.
#[expect(clippy::exit, reason = "nothing is to be judged any more, whatever the other threads do")]
pub(crate) fn end_with_panics() {
    panic::set_hook(Box::new(|panic| {
        let _ = writeln!(io::stderr(), "{}", bug(panic.location()));
        process::exit(ExitCode::CouldNotRun as i32);
    }));
}

fn bug(at: Option<&Location<'_>>) -> String {
    let place = at.map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    format!("error: this is a bug of {} {}{place}; nothing was judged", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_is_told_by_its_place() {
        let (line, told) = (line!(), bug(Some(Location::caller())));
        assert!(told.contains(&format!("output.rs:{line}; nothing was judged")), "{told}");
    }
}
