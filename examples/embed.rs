//! Embeds the audit in a tool of one's own: collects one Region, judges it, and prints what is left behind.
//!
//! `cargo run --no-default-features --features aws --example embed`

#![expect(clippy::print_stdout, reason = "a program that prints")]

use ecs_express_audit::collect::{self, Options};
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::{Code, Policy};
use ecs_express_audit::render::harmless;
use ecs_express_audit::{Declared, audit};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let scope = collect::identify(&config).await?;
    let live = Inventory { scopes: vec![collect::collect(&config, &scope, &Options::default()).await] };

    let now = live.finished_at().ok_or("nothing was scanned")?;
    let report = audit(&Declared::default(), &live, &Policy::default(), now);
    for finding in report.findings.iter().filter(|finding| finding.claim.code() == Code::Orphan) {
        println!("{} {}", finding.severity, harmless(&finding.message()));
    }
    for gap in report.scopes.iter().flat_map(|scope| &scope.gaps) {
        println!("not read: {} ({})", gap.operation, gap.cause);
    }
    Ok(())
}
