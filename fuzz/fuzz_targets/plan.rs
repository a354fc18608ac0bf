//! Plans: read or refused without quoting them, and judged without an account, whatever they hold.
#![no_main]

use ecs_express_audit::model::{Policy, Timestamp};
use ecs_express_audit::{Declared, input, preflight};
use ecs_express_audit_fuzz::quotes_no_secret;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    match input::read_plan("source", text) {
        Ok(plan) => {
            assert_eq!(input::read_plan("source", text).as_ref(), Ok(&plan), "the same text says the same");
            let report = preflight(&plan, &Declared::default(), &[], &Policy::default(), Timestamp::from_unix_seconds(0));
            assert!(report.findings.is_empty(), "nothing is claimed of what was not looked at");
            assert_eq!(report.is_complete(), plan.touched().next().is_none());
            for one in &plan.services {
                for other in &plan.role_removals {
                    let _ = plan.order.depends(&one.address, &other.address);
                }
            }
        }
        Err(error) => quotes_no_secret(&error),
    }
});
