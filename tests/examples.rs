//! The examples that need no AWS run, and print what they promise. `cargo test` builds them first; so does `cargo build --examples`.

use std::path::PathBuf;
use std::process::Command;

/// The example as cargo built it, beside the tests.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test is a file");
    let built = test.ancestors().nth(2).expect("deps, and the folder of the profile").join("examples").join(name);
    built.with_extension(std::env::consts::EXE_EXTENSION)
}

/// What it prints and how it ends, run where the crate is.
fn run(name: &str, arguments: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(example(name)).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let output = output.unwrap_or_else(|error| panic!("{name} is not built: {error}"));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8(output.stdout).expect("UTF-8"), output.status.code())
}

#[test]
fn a_format_of_ones_own_lists_what_counts_gravest_first() {
    let (list, code) = run("custom_renderer", &[]);
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(code, Some(0));
    assert_eq!(lines[0], "findings: 10 to do, as of 2026-11-23T15:58:50Z");
    assert_eq!(lines[1], "[ ] high orphan ecs-express-gateway-alb-51d324db of hoge-cluster/hoge-service");
    assert_eq!(lines[7], "[ ] low orphan ho-2e98e638232a188a7e3fd57af9dca0bb.ecs.ap-northeast-1.on.aws of no known service");
    assert_eq!(lines.len(), 11, "a heading, and a line for each: {lines:?}");
}

#[test]
fn a_gate_of_ones_own_does_not_open_on_what_it_could_not_read() {
    let (page, code) = run("gate", &["fixtures/terraform/plan.json", "fixtures/demo/account.snapshot.jsonl"]);
    assert!(page.starts_with("<!DOCTYPE html>"), "{page:.80}");
    assert_eq!(code, Some(3), "no snapshot has the subnets and roles that the plan needs");
}
