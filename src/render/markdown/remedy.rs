//! What to do about a finding, to be copied. Code is shown as it is, between fences that are longer than any run of backticks in it.

use super::prose::prose;
use crate::model::Remedy;
use crate::render::escape::harmless;

/// The rest of a list's item: who has to do what, commands, a block.
pub(super) fn what_to_do(remedy: &Remedy) -> String {
    let Remedy { step, commands, guards: _, terraform, note } = remedy;
    let note = note.as_deref().map(|note| format!("  - to do, as step {step} of the whole: {}\n", prose(note)));
    let commands = (!commands.is_empty()).then(|| format!("  - to run, as step {step} of the whole:\n{}", fenced("sh", commands)));
    let block = terraform.as_ref().map(|block| format!("  - to declare:\n{}", fenced("hcl", block.lines())));
    [note, commands, block].into_iter().flatten().collect()
}

fn fenced(language: &str, lines: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let lines: Vec<String> = lines.into_iter().map(|line| format!("    {}\n", harmless(line.as_ref()))).collect();
    let code = lines.concat();
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("    {fence}{language}\n{code}    {fence}\n")
}
