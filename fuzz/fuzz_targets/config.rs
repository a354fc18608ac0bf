//! The configuration and a table of prices: read or refused; what it waives it says where, and judging by it loses no finding.
#![no_main]

use ecs_express_audit::model::{Policy, Timestamp};
use ecs_express_audit::{Declared, audit, input};
use ecs_express_audit_fuzz::ACCOUNT;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    match input::read_config("ecs-express-audit.toml", text) {
        Ok(config) => check(config.into_policy(), text),
        Err(error) => assert!(error.to_string().contains("ecs-express-audit.toml"), "{error}"),
    }
    if let Err(error) = input::read_prices("prices.toml", text) {
        assert!(error.to_string().contains("prices.toml"), "{error}");
    }
});

fn check(policy: Policy, text: &[u8]) {
    assert_eq!(
        input::read_config("ecs-express-audit.toml", text).map(input::Config::into_policy).as_ref(),
        Ok(&policy),
        "it says the same again"
    );
    for waiver in &policy.waivers {
        assert!(waiver.named.place.starts_with("ecs-express-audit.toml, line ") && !waiver.named.covers.is_empty());
        assert!(!waiver.named.reason.trim().is_empty() && !waiver.named.owner.trim().is_empty());
    }
    let now = ACCOUNT.finished_at().unwrap_or(Timestamp::from_unix_seconds(0));
    // With the same grace, what one policy finds the other finds, waives, or leaves to others.
    let plain = same_grace(&policy);
    let (before, after) = (audit(&Declared::default(), &ACCOUNT, &plain, now), audit(&Declared::default(), &ACCOUNT, &policy, now));
    let told: Vec<String> =
        after.findings.iter().chain(after.waived.iter().map(|waived| &waived.finding)).map(|f| f.fingerprint()).collect();
    for finding in &before.findings {
        let fingerprint = finding.fingerprint();
        let is_told = told.contains(&fingerprint) || after.of_others.contains(&fingerprint) || !policy.own.is_everybody();
        assert!(is_told, "{} was lost", finding.message());
    }
}

fn same_grace(policy: &Policy) -> Policy {
    let mut plain = Policy::default();
    plain.grace = policy.grace;
    plain.grace_of.clone_from(&policy.grace_of);
    plain
}
