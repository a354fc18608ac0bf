//! What the program writes into files is there as a whole or not at all, whatever happens meanwhile.
#![cfg(feature = "cli")]

mod program;

use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use program::{Folder, formats, run};
use serde_json::Value;

fn is_whole(report: &[u8]) -> bool {
    serde_json::from_slice(report).is_ok_and(|report: Value| report["command"] == "demo")
}

#[test]
fn while_many_runs_write_one_file_every_reader_finds_a_whole_one() {
    let folder = Folder::of("files-many");
    let path = folder.file("report.json", &run(&["demo", "--format", "json"], &[], b"").stdout);
    let (copy, ends) = (format!("json={path}"), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            while !ends.load(Ordering::Relaxed) {
                assert!(is_whole(&fs::read(&path).expect("it is always there")));
            }
        });
        let writers =
            [(); 4].map(|()| scope.spawn(|| (0..6).for_each(|_| assert_eq!(run(&["demo", "--output", &copy], &[], b"").code, Some(0)))));
        let written = writers.map(std::thread::ScopedJoinHandle::join);
        ends.store(true, Ordering::Relaxed);
        reader.join().expect("a reader that is content");
        assert!(written.iter().all(Result::is_ok));
    });
    assert_eq!(fs::read_dir(folder.path("")).expect("the folder").count(), 1, "nothing unfinished is left");
}

#[test]
fn whenever_a_run_is_killed_the_old_file_or_the_new_one_is_there() {
    let folder = Folder::of("files-killed");
    for delay in (0..60).map(|n| Duration::from_micros(n * 250)) {
        let path = folder.file("report.json", "old");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ecs-express-audit"));
        command.args(["demo", "--output", &format!("json={path}")]).stdout(Stdio::null());
        let mut child = command.spawn().expect("the binary runs");
        std::thread::sleep(delay);
        child.kill().and_then(|()| child.wait()).expect("it is killed");
        let found = fs::read(&path).expect("it is always there");
        assert!(found == b"old" || is_whole(&found), "after {delay:?}: {}", String::from_utf8_lossy(&found));
    }
}

#[test]
fn a_copy_that_cannot_be_written_is_an_error_and_the_report_is_still_told() {
    let folder = Folder::of("files-refused");
    let in_the_way = folder.file("file", "text");
    for format in formats() {
        for place in [format!("{in_the_way}/below"), folder.path("").display().to_string(), "/dev/full".to_owned()] {
            let ran = run(&["demo", "--format", "json", "--output", &format!("{format}={place}")], &[], b"");
            assert_eq!(ran.code, Some(1), "{place}: {}", ran.stderr);
            assert!(is_whole(ran.stdout.as_bytes()) && ran.stderr.contains("cannot write"), "{}", ran.stderr);
        }
    }
    assert_eq!(fs::read_to_string(&in_the_way).expect("there"), "text");
    assert_eq!(fs::read_dir(folder.path("")).expect("the folder").count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_an_error() {
    let full = fs::File::options().write(true).open("/dev/full").expect("a device");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecs-express-audit"));
    let output = command.args(["demo", "--format", "json"]).stdout(full).stderr(Stdio::piped()).output().expect("the binary runs");
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(output.status.code() == Some(1) && told.starts_with("error: cannot write to standard output"), "{told}");
}

#[test]
fn standard_input_is_read_once() {
    for arguments in [["audit", "-d", "-", "--snapshot", "-"], ["audit", "-d", "-", "-d", "-"]] {
        let ran = run(&arguments, &[], b"{}");
        assert!(ran.code == Some(1) && ran.stderr.contains("standard input twice"), "{}", ran.stderr);
    }
    let account = include_bytes!("../fixtures/demo/account.snapshot.jsonl");
    assert_eq!(run(&["audit", "--snapshot", "-"], &[], account).code, Some(2));
}
