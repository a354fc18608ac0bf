//! A slip is answered with what was probably meant, and ends with 1: nothing was judged.

use crate::program::{formats, run};

#[track_caller]
fn check(arguments: &[&str], meant: &str) {
    let ran = run(arguments, &[], b"");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{arguments:?}");
    assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains(&format!("'{meant}'")), "{}", ran.stderr);
}

#[test]
fn commands_options_and_values_are_answered_with_the_nearest_one() {
    check(&["audt"], "audit");
    check(&["pre-flight"], "preflight");
    check(&["audit", "--regoin", "eu-west-1"], "--region");
    check(&["checklist", "--services", "prod/web"], "--service");
    check(&["demo", "--colour", "never"], "--color");
    for format in formats() {
        check(&["demo", "--format", &format!("{format}x")], &format);
    }
}

/// Whoever runs it for the first time has no credentials yet, or a build without AWS support.
#[test]
fn a_first_run_without_aws_says_what_to_do_next() {
    let environment = [("HOME", "/nonexistent"), ("AWS_EC2_METADATA_DISABLED", "true")];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let ran = run(&["audit", "--region", "eu-west-1"], &environment, b"");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert!(lines[0].starts_with("error: cannot ") && (3..=6).contains(&lines.len()), "{}", ran.stderr);
    let next: Vec<&&str> = lines.iter().filter(|line| line.starts_with("  next: ")).collect();
    assert!(next.len() >= 2 && ran.stderr.contains("`ecs-express-audit demo`") && ran.stderr.contains("--snapshot FILE"), "{}", ran.stderr);
}

#[test]
fn nothing_at_all_is_answered_with_help_and_no_verdict() {
    let ran = run::<&str>(&[], &[], b"");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("Usage:") && ran.stderr.contains("Examples:"), "{}", ran.stderr);
}

#[test]
fn whoever_waits_says_for_which_services() {
    let ran = run(&["checklist", "--wait", "1m"], &[], b"");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("--service") && ran.stderr.contains("--plan"), "{}", ran.stderr);
}

#[cfg(feature = "aws")]
#[test]
fn a_share_of_the_rates_is_a_part_of_them() {
    for share in ["0", "101", "0.5", "half", "%"] {
        let ran = run(&["audit", "--rate-share", share], &[], b"");
        assert!(ran.code == Some(1) && ran.stderr.contains("a whole number from 1 to 100"), "{share}: {}", ran.stderr);
    }
}
