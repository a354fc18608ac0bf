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

#[test]
fn nothing_at_all_is_answered_with_help_and_no_verdict() {
    let ran = run::<&str>(&[], &[], b"");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("Usage:") && ran.stderr.contains("Examples:"), "{}", ran.stderr);
}
