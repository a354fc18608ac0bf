//! AWS's own messages may echo anything: an ARN, a principal, a parameter. None of their words is kept.

use ecs_express_audit::collect::Stop;
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::{Policy, Timestamp};
use ecs_express_audit::{Declared, audit, render, snapshot};

use super::fake::{Scan, Time, scan_with};

const PLANT: &str = "Pl4nted-secret";

/// That failure of each API's protocol, with the plant in its message and in whatever else an error may carry.
fn failure(call: &str, code: &str) -> Vec<u8> {
    let message = format!("User: arn:aws:sts::123456789012:assumed-role/{PLANT}/me is not authorized, token {PLANT}");
    match call.split(':').next() {
        Some("elasticloadbalancing") => {
            format!("<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>{PLANT}</RequestId></ErrorResponse>").into()
        }
        Some("ec2") => {
            format!("<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>{PLANT}</RequestID></Response>").into()
        }
        _ => format!(r#"{{"__type":"{code}","message":"{message}","Message":"{message}","requestId":"{PLANT}"}}"#).into(),
    }
}

#[tokio::test]
async fn no_word_of_an_error_message_reaches_inventory_snapshot_or_report() {
    for (status, code) in [(400, "AccessDeniedException"), (400, "ValidationException"), (500, "InternalFailure"), (400, "SomethingNew")] {
        let Scan { live, .. } = scan_with(move |call, _| Some(Some((status, failure(call, code)))), Time::Ample, &Stop::default()).await;
        assert!(!live.gaps.is_empty(), "every call failed");
        let mut said = format!("{live:?}").into_bytes();
        let inventory = Inventory { scopes: vec![live] };
        let report = audit(&Declared::default(), &inventory, &Policy::default(), Timestamp::from_unix_seconds(1_790_000_000));
        snapshot::write(&inventory, &mut said).expect("a vector takes everything");
        render::json(&report, &mut said).expect("a vector takes everything");
        let said = String::from_utf8(said).expect("UTF-8");
        assert!(!said.contains(PLANT), "{status} {code}: {}", said.split(PLANT).next().unwrap_or_default());
        assert!(said.contains(code) || status == 500, "the code itself is told");
    }
}
