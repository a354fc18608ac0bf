//! What is printed.

use std::collections::BTreeSet;
use std::io::{Result, Write};

use super::sample::Measured;
use super::tool::Tool;

/// A line for each tool; the ratios are to the first of them.
pub(crate) fn tools(out: &mut impl Write, all: &[Measured]) -> Result<()> {
    let (tool, runs, walls) = ("tool", "runs", "all of them");
    writeln!(
        out,
        "{tool:<15} {runs:>4} {:>8} {:>6} {:>9} {:>8} {:>8} {:>8} {:>8}  {walls}",
        "wall s", "calls", "throttled", "peak MiB", "wall x", "calls x", "memory x"
    )?;
    let ours = all.first().map(figures);
    for measured in all {
        let [wall, calls, throttles, memory] = figures(measured);
        let [of_wall, of_calls, _, of_memory] = ours.unwrap_or_default();
        let (tool, runs) = (measured.tool.name(), measured.samples.len());
        write!(out, "{tool:<15} {runs:>4} {wall:>8.2} {calls:>6.0} {throttles:>9.0} {memory:>8.1}")?;
        write!(out, " {:>8.2} {:>8.2} {:>8.2}  ", wall / of_wall, calls / of_calls, memory / of_memory)?;
        let walls: Vec<String> = measured.samples.iter().map(|sample| format!("{:.2}", sample.wall.as_secs_f64())).collect();
        writeln!(out, "{}", walls.join(" "))?;
    }
    Ok(())
}

/// Medians: seconds, calls, throttled ones, MiB.
fn figures(measured: &Measured) -> [f64; 4] {
    [
        measured.median(|sample| sample.wall.as_secs_f64()),
        measured.median(|sample| count(sample.calls.values().sum())),
        measured.median(|sample| count(sample.throttles)),
        measured.median(|sample| f64::from(sample.peak_kib) / 1024.0),
    ]
}

fn count(calls: usize) -> f64 {
    f64::from(u32::try_from(calls).expect("few calls"))
}

/// What Cloud Custodian does not read though the others do, and what it asks for that the audit does not.
pub(crate) fn custodian(out: &mut impl Write, all: &[Measured]) -> Result<()> {
    let name = Tool::Custodian.name();
    let unread: Vec<&str> = Tool::Plain.kinds().iter().filter(|kind| !Tool::Custodian.kinds().contains(kind)).copied().collect();
    writeln!(out, "{name} has none of these, which the script reads, and the audit where it needs them: {}", unread.join(", "))?;
    let made =
        |tool| all.iter().find(|measured| measured.tool == tool).and_then(|measured| measured.samples.last()).map(|last| &last.calls);
    if let (Some(ours), Some(theirs)) = (made(Tool::Audit), made(Tool::Custodian)) {
        let besides: Vec<&str> = theirs.keys().filter(|operation| !ours.contains_key(*operation)).map(String::as_str).collect();
        writeln!(out, "{name} calls, where the audit does not: {}", besides.join(", "))?;
    }
    Ok(())
}

/// How often each tool called each operation in its last run, throttled calls included.
pub(crate) fn operations(out: &mut impl Write, all: &[Measured]) -> Result<()> {
    write!(out, "{:<52}", "calls of the last run, throttled ones included")?;
    for measured in all {
        write!(out, " {:>15}", measured.tool.name())?;
    }
    writeln!(out)?;
    let names: BTreeSet<&String> =
        all.iter().filter_map(|measured| measured.samples.last()).flat_map(|sample| sample.calls.keys()).collect();
    for name in names {
        write!(out, "{name:<52}")?;
        for measured in all {
            let made = measured.samples.last().and_then(|sample| sample.calls.get(name));
            write!(out, " {:>15}", made.map_or("-".to_owned(), usize::to_string))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
