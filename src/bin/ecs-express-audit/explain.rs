//! `explain`: what stands behind a code, or behind one finding of a report.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use ecs_express_audit::input;
use ecs_express_audit::model::{Code, ExitCode, FingerprintPrefix, ReportedFinding};
use ecs_express_audit::render;

use crate::args::{ExplainArgs, TableOrJson, Topic};
use crate::output;

/// No report is larger; one byte more is read to see it.
const LARGEST: u64 = (64 << 20) + 1;

pub(crate) fn run(args: &ExplainArgs) -> Result<ExitCode> {
    let mut text = Vec::new();
    match &args.topic {
        None => codes(args, &mut text)?,
        Some(Topic::Code(code)) => explain(*code, args, &mut text)?,
        Some(Topic::Finding(fingerprint)) => show(&finding(fingerprint, args.report.as_deref())?, args, &mut text)?,
    }
    output::print(&text)?;
    Ok(ExitCode::Clean)
}

fn codes(args: &ExplainArgs, text: &mut Vec<u8>) -> io::Result<()> {
    match args.format {
        TableOrJson::Table => render::explanations(output::terminal(args.color), text),
        TableOrJson::Json => render::explanations_json(text),
    }
}

fn explain(code: Code, args: &ExplainArgs, text: &mut Vec<u8>) -> Result<()> {
    if args.report.is_some() {
        bail!("cannot explain {code} by a report: --report is for the fingerprint of a finding");
    }
    match args.format {
        TableOrJson::Table => render::explanation(code.explanation(), output::terminal(args.color), text)?,
        TableOrJson::Json => render::explanation_json(code.explanation(), text)?,
    }
    Ok(())
}

fn show(finding: &ReportedFinding, args: &ExplainArgs, text: &mut Vec<u8>) -> io::Result<()> {
    match args.format {
        TableOrJson::Table => render::reported(finding, output::terminal(args.color), text),
        TableOrJson::Json => render::reported_json(finding, text),
    }
}

/// The finding of that fingerprint, in the report that was named or else on standard input.
fn finding(fingerprint: &FingerprintPrefix, report: Option<&Path>) -> Result<ReportedFinding> {
    let (name, mut text) = (report.map_or_else(|| "-".to_owned(), |path| path.display().to_string()), Vec::new());
    if name == "-" {
        if report.is_none() && io::stdin().is_terminal() {
            bail!(
                "cannot explain {fingerprint} without the report that has it: give --report FILE (`ecs-express-audit audit -o json=FILE` \
                 writes one), or pipe it"
            );
        }
        io::stdin().lock().take(LARGEST).read_to_end(&mut text).context("cannot read standard input")?;
        return read("standard input", &text, fingerprint);
    }
    let file = File::open(&name).with_context(|| format!("cannot open the report {name}"))?;
    file.take(LARGEST).read_to_end(&mut text).with_context(|| format!("cannot read the report {name}"))?;
    read(&name, &text, fingerprint)
}

fn read(name: &str, text: &[u8], fingerprint: &FingerprintPrefix) -> Result<ReportedFinding> {
    input::read_reported_finding(name, text, fingerprint).map_err(|error| anyhow!("cannot {error}"))
}
