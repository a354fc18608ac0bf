//! A POSIX shell script that removes what a report found left over, for a person to read and to run. This program runs nothing.
//!
//! Every step looks again, as far as the AWS CLI can tell: whose account it is, whether the resource is still there, whether anything uses
//! it by now, whether its service lives again. Then it asks.

use std::fmt::Write as _;
use std::io;

use super::escape::harmless;
use super::words::spoken_cost;
use crate::model::{Arn, Claim, Confidence, Finding, Guard, Need, Remedy, Report, Scope, quoted};

const HELPERS: &str = include_str!("remedy_script/helpers.sh");

/// Writes the script. It touches nothing but what the report says is left over; where there is nothing, it says so.
///
/// Run with `--yes` it asks only about what is less than confirmed. It ends with 0 if all is gone, with 3 if something was left where it
/// is, and with 1 if something failed or could not be told.
///
/// # Errors
///
/// What the writer fails with.
pub fn remedy_script(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut script = head(report);
    let steps = steps(report);
    if steps.is_empty() {
        script.push_str("echo 'nothing to remove'\n");
        return out.write_all(script.as_bytes());
    }
    script.push_str(BEGIN);
    script.push_str(HELPERS);
    for entry in &report.scopes {
        script.push_str(&of_scope(&entry.scope, &steps));
    }
    script.push_str(END);
    out.write_all(script.as_bytes())
}

const BEGIN: &str = "\
yes=no
case ${1:-} in
    '') ;;
    --yes) yes=yes ;;
    *) printf 'usage: sh %s [--yes]\\n' \"$0\" >&2; exit 1 ;;
esac
export AWS_PAGER=''
failed=0
left=0
";

const END: &str = "
[ \"$failed\" -eq 0 ] || exit 1
[ \"$left\" -eq 0 ] || exit 3
";

/// What the script is from, and what it leaves alone.
fn head(report: &Report) -> String {
    let mut head = format!(
        "#!/bin/sh\n\
         # Removes what {} {} found left over ({}, as of {}). Read it before you run it.\n\
         # It looks at each thing again, and asks before it removes it; with --yes, only about what is not confirmed.\n",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        report.command.as_str(),
        report.generated_at
    );
    for entry in &report.scopes {
        let read = if entry.gaps.is_empty() { "read completely" } else { "NOT everything was read: there may be more" };
        // Writing to a string cannot fail.
        let _ = writeln!(head, "# Account and Region {}: {read}", comment(&entry.scope.to_string()));
    }
    for (finding, note) in noted(report) {
        let _ = writeln!(head, "# Left alone: {}: {}", comment(&title(finding)), comment(note));
    }
    head.push_str("set -eu\n");
    head
}

/// What no command is given for, and why.
fn noted(report: &Report) -> impl Iterator<Item = (&Finding, &str)> {
    let noted = report.findings.iter().filter_map(|finding| Some((finding, finding.remedy.as_ref()?)));
    let noted = noted.filter(|(finding, _)| matches!(finding.claim, Claim::Orphan { .. } | Claim::HeldLeftover { .. } | Claim::Superseded));
    noted.filter_map(|(finding, remedy)| Some((finding, remedy.note.as_deref()?)))
}

/// What can be removed, in the order of the removals; a scalable target after its policies.
fn steps(report: &Report) -> Vec<(&Finding, &Remedy)> {
    let found = report.findings.iter().filter(|finding| matches!(finding.claim, Claim::Orphan { .. } | Claim::Superseded));
    let found = found.filter_map(|finding| Some((finding, finding.remedy.as_ref()?)));
    let mut steps: Vec<_> = found.filter(|(_, remedy)| !remedy.commands.is_empty()).collect();
    steps.sort_by_key(|(finding, remedy)| (remedy.step, std::cmp::Reverse(finding.subject.kind), finding.subject.arn.clone()));
    steps
}

fn of_scope(scope: &Scope, steps: &[(&Finding, &Remedy)]) -> String {
    let here: String = steps.iter().filter(|(finding, _)| finding.subject.scope == *scope).map(|(f, remedy)| step(f, remedy)).collect();
    if here.is_empty() {
        return here;
    }
    format!("\nif in_account {} {}; then\n{here}fi\n", quoted(&scope.account), quoted(&scope.region))
}

/// What is looked at, the question, and the commands. A command that fails keeps those after it from being run.
fn step(finding: &Finding, remedy: &Remedy) -> String {
    let said = quoted_line(&format!("step {}: {}", remedy.step, title(finding)));
    let mut conditions: Vec<String> = remedy.guards.iter().map(guard).collect();
    conditions.push(format!("agree {}", standing(finding)));
    let (conditions, commands) = (conditions.join(" &&\n        "), remedy.commands.join(" &&\n            "));
    format!(
        "    say {said}\n    if {conditions}; then\n        if {commands}; then\n            say '  removed'\n        else\n            \
         say '  FAILED' >&2\n            failed=1\n        fi\n    fi\n"
    )
}

fn guard(guard: &Guard) -> String {
    let Guard { command, unknown, needs } = guard;
    match needs {
        Need::Present => format!("is_there {unknown} {command}"),
        Need::None { of, in_time: false } => format!("is_free {} {unknown} {command}", quoted(of)),
        Need::None { of, in_time: true } => format!("is_free_in_time {} {unknown} {command}", quoted(of)),
    }
}

/// What belongs to a service that lives is asked about like what is only potential.
fn standing(finding: &Finding) -> &'static str {
    match (&finding.claim, finding.confidence) {
        (Claim::Superseded, _) => finding.claim.code().as_str(),
        (_, confidence @ (Confidence::Confirmed | Confidence::Potential)) => confidence.as_str(),
    }
}

fn title(finding: &Finding) -> String {
    let arn = finding.subject.arn.as_ref().map_or("no ARN", Arn::as_str);
    let cost = spoken_cost(finding).map(|cost| format!(", {cost}")).unwrap_or_default();
    format!("{} {} ({arn}), {}{cost}", finding.subject.kind.spoken(), finding.subject.name, finding.claim.code())
}

/// On one line, so that it stays a comment.
fn comment(text: &str) -> String {
    harmless(text).into_owned()
}

fn quoted_line(text: &str) -> String {
    quoted(&harmless(text)).into_owned()
}

#[cfg(test)]
mod tests;
