//! One run of a tool: a process of its own, its time and its most memory.

use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How often its memory is looked at; its end is not known more exactly either.
const EVERY: Duration = Duration::from_millis(2);

/// What came of a run.
pub(crate) struct Finished {
    pub(crate) wall: Duration,
    /// The most resident memory since it began its own program: what was there before the fork does not count. 0 where there is no `/proc`.
    pub(crate) peak_kib: u32,
    pub(crate) status: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs a command to its end, in that folder, which then has its output too.
pub(crate) fn finish(command: &mut Command, folder: &Path) -> Finished {
    let [out, err] = ["stdout", "stderr"].map(|name| folder.join(name));
    let file = |path: &Path| File::create(path).expect("a file for the output");
    let began = Instant::now();
    let child = command.current_dir(folder).stdin(Stdio::null()).stdout(file(&out)).stderr(file(&err)).spawn();
    let mut child = child.unwrap_or_else(|error| panic!("{} does not start: {error}", command.get_program().display()));
    let mut peak_kib = 0;
    let status = loop {
        peak_kib = high_water(child.id()).unwrap_or(0).max(peak_kib);
        match child.try_wait().expect("its status") {
            Some(status) => break status,
            None => std::thread::sleep(EVERY),
        }
    };
    let wall = began.elapsed();
    let text = |path: &Path| String::from_utf8_lossy(&std::fs::read(path).expect("its output")).into_owned();
    Finished { wall, peak_kib, status, out: text(&out), err: text(&err) }
}

fn high_water(process: u32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
