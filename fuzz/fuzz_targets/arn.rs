//! ARNs and what is read out of names: the parts make the whole, and nothing that acts is shown.
#![no_main]

use ecs_express_audit::kinds::{ListenerRule, ServiceName, is_express_host, service_of_resource_id};
use ecs_express_audit::model::{Arn, Timestamp, parse_duration};
use ecs_express_audit::render::harmless;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let shown = harmless(text);
    assert!(!shown.chars().any(char::is_control));
    assert_eq!(harmless(&shown), shown, "what is harmless stays as it is");
    if let Some(arn) = Arn::parse(text) {
        check(&arn);
    }
    if let Some(time) = Timestamp::parse(text) {
        assert_eq!(Timestamp::parse(&time.to_string()), Some(time));
    }
    let _ = (ServiceName::of_path(text), service_of_resource_id(text), is_express_host(text, "eu-west-1"), parse_duration(text));
});

fn check(arn: &Arn) {
    assert_eq!(Arn::parse(arn.as_str()).as_ref(), Some(arn), "an ARN is an ARN");
    let parts = [arn.partition(), arn.service(), arn.region(), arn.account(), arn.resource()];
    assert_eq!(format!("arn:{}", parts.join(":")), arn.as_str());
    assert!(!arn.resource().is_empty() && arn.resource().ends_with(arn.last_segment()));
    let json = serde_json::to_string(arn).expect("a string");
    assert_eq!(serde_json::from_str::<Arn>(&json).expect("an ARN"), *arn);
    let name = ServiceName::of_arn(arn);
    assert!(name.is_none_or(|name| !name.cluster.is_empty() && !name.name.is_empty()));
    let _ = ListenerRule::listener_of(arn);
}
