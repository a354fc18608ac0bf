//! The examples that need no AWS run, and print what they promise. `cargo test` builds them first; so does `cargo build --examples`.

use std::path::PathBuf;
use std::process::Command;

/// The example as cargo built it, beside the tests.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test is a file");
    let built = test.ancestors().nth(2).expect("deps, and the folder of the profile").join("examples").join(name);
    built.with_extension(std::env::consts::EXE_EXTENSION)
}

fn lines(name: &str) -> Vec<String> {
    let output = Command::new(example(name)).output().unwrap_or_else(|error| panic!("{name} is not built: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
}

#[test]
fn a_format_of_ones_own_lists_what_counts_gravest_first() {
    let lines = lines("custom_renderer");
    assert_eq!(lines[0], "findings: 10 to do, as of 2026-11-23T15:58:50Z");
    assert_eq!(lines[1], "[ ] high orphan ecs-express-gateway-alb-51d324db of hoge-cluster/hoge-service");
    assert_eq!(lines[7], "[ ] low orphan ho-2e98e638232a188a7e3fd57af9dca0bb.ecs.ap-northeast-1.on.aws of no known service");
    assert_eq!(lines.len(), 11, "a heading, and a line for each: {lines:?}");
}
