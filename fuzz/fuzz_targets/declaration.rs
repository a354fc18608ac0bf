//! Declarations: read or refused without quoting them; whatever is declared can only make fewer orphans.
#![no_main]

use ecs_express_audit::model::Arn;
use ecs_express_audit::{Declared, input};
use ecs_express_audit_fuzz::{ACCOUNT, judged, orphans, quotes_no_secret};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    match input::read_declaration("source", text) {
        Ok(declared) => check(&declared, text),
        Err(error) => quotes_no_secret(&error),
    }
});

fn check(declared: &Declared, text: &[u8]) {
    assert_eq!(input::read_declaration("source", text).as_ref(), Ok(declared), "the same text says the same");
    for service in &declared.services {
        assert!(service.declared_at.starts_with("source: "));
        let name = service.service_name();
        assert!(name.is_none_or(|name| !name.cluster.is_empty() && !name.name.is_empty() && !name.name.contains('/')));
    }
    for id in &declared.ids {
        assert!(id.starts_with("sg-") || Arn::parse(id).is_some_and(|arn| arn.as_str() == id), "{id:?}");
    }
    let (without, with) = (judged(&Declared::default(), &ACCOUNT), judged(declared, &ACCOUNT));
    assert!(orphans(&with).is_subset(&orphans(&without)), "a declaration makes no orphan");
}
