//! The judgement of an organisation from a snapshot file: a million resources of 400 accounts, in a process of its own.
//!
//! `cargo bench --no-default-features --bench fleet` prints how long reading and judging take together, and the most memory that they need.

#[path = "judge/account.rs"]
mod account;

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use account::{RESOURCES_OF_ONE, account};
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::Policy;
use ecs_express_audit::{Declared, audit_snapshot, snapshot};

const SCOPES: usize = 400;
const RESOURCES: usize = 1_000_000;
/// How often it is judged.
const ROUNDS: usize = 9;

fn main() {
    match std::env::args().skip_while(|argument| argument != "--judge").nth(1) {
        Some(file) => judge(Path::new(&file)),
        None => measure(),
    }
}

/// Writes the snapshot, and judges it in other processes: what made it needs memory of its own.
fn measure() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fleet.snapshot.jsonl");
    let scopes = (0..SCOPES).map(|n| account(&format!("{n:012}"), RESOURCES / SCOPES / RESOURCES_OF_ONE)).collect();
    let began = Instant::now();
    let mut out = BufWriter::new(File::create(&path).expect("the target folder can be written"));
    snapshot::write(&Inventory { scopes }, &mut out).expect("it is written");
    out.flush().expect("it is written");
    let bytes = std::fs::metadata(&path).expect("it was just written").len();
    print(&format!("written in {:.2?}: {} MiB", began.elapsed(), bytes >> 20));
    let program = std::env::current_exe().expect("this program");
    let mut took: Vec<Duration> = (0..ROUNDS).map(|_| judged_by(&program, &path)).collect();
    took.sort();
    print(&format!("median of {ROUNDS}: {:.2?}, {:.2?} to {:.2?}", took[ROUNDS / 2], took[0], took[ROUNDS - 1]));
}

/// Has the snapshot judged; passes on what is said of it, and gives how long it took.
fn judged_by(program: &Path, path: &Path) -> Duration {
    let output = Command::new(program).arg("--judge").arg(path).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let (millis, said) = text.trim_end().split_once(" ms: ").expect("a time");
    print(&format!("{millis} ms: {said}"));
    Duration::from_millis(millis.parse().expect("a number"))
}

fn judge(path: &Path) {
    let began = Instant::now();
    let text = BufReader::with_capacity(128 << 10, File::open(path).expect("the snapshot"));
    let report = audit_snapshot(&Declared::default(), text, &Policy::default(), None).expect("it is one");
    let took = began.elapsed().as_millis();
    let resources: usize = report.scopes.iter().flat_map(|scope| scope.resources.values()).sum();
    let (scopes, findings, memory) = (report.scopes.len(), report.findings.len(), peak_mebibytes());
    print(&format!("{took} ms: {resources} resources of Express Mode's in {scopes} scopes, {findings} findings, {memory} MiB"));
}

fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The most memory that the process has had; 0 where the system does not tell.
fn peak_mebibytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) >> 10
}
