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

/// Which kinds Cloud Custodian does not have, though the others read them.
pub(crate) fn lacking(out: &mut impl Write) -> Result<()> {
    let custodian = Tool::Custodian;
    let unread: Vec<&str> = Tool::Plain.kinds().iter().filter(|kind| !custodian.kinds().contains(kind)).copied().collect();
    writeln!(out, "{} reads none of these, which the others do: {}", custodian.name(), unread.join(", "))
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
