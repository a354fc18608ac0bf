//! Snapshots: what is read is written, and read again, as the same; what was read less completely makes no orphan.
#![no_main]

use ecs_express_audit::inventory::{Inventory, Reads};
use ecs_express_audit::{Declared, snapshot};
use ecs_express_audit_fuzz::{judged, orphans, quotes_no_secret};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let mut text = text;
    match snapshot::read(&mut text) {
        Ok(inventory) => check(inventory),
        Err(error) => quotes_no_secret(&error),
    }
});

fn check(mut inventory: Inventory) {
    let written = written(&inventory);
    let again = snapshot::read(&mut written.as_slice()).expect("what is written is read");
    assert!(again == inventory, "and is the same");
    let complete = judged(&Declared::default(), &inventory);
    for live in &mut inventory.scopes {
        live.reads = Reads::default();
    }
    let incomplete = judged(&Declared::default(), &inventory);
    assert!(orphans(&incomplete).is_subset(&orphans(&complete)), "not reading makes no orphan");
    assert!(!incomplete.is_complete());
}

fn written(inventory: &Inventory) -> Vec<u8> {
    let mut text = Vec::new();
    snapshot::write(inventory, &mut text).expect("a vector takes everything");
    text
}
