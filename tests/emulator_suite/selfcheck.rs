//! The emulator itself: that it answers, pages, limits and refuses as AWS documents it.

use super::support::{World, script};

#[test]
fn the_emulator_does_as_aws_documents() {
    let Some(_) = World::open("selfcheck") else { return };
    let output = script("selfcheck.py").output().expect("python runs");
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}
