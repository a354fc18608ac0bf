//! The judgement alone, over one large account and Region: it must stay O(n log n).
//!
//! `cargo bench --no-default-features --bench judge`

#[path = "judge/account.rs"]
mod account;

use std::hint::black_box;

use account::{RESOURCES_OF_ONE, account};
use criterion::{BenchmarkId, Criterion, Throughput};
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::{Policy, Timestamp};
use ecs_express_audit::{Declared, audit};

fn main() {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let mut group = criterion.benchmark_group("audit");
    for resources in [10_000, 100_000] {
        let inventory = Inventory { scopes: vec![account("123456789012", resources / RESOURCES_OF_ONE)] };
        let now = Timestamp::from_unix_seconds(1_800_000_000);
        group.throughput(Throughput::Elements(resources as u64));
        group.bench_with_input(BenchmarkId::from_parameter(resources), &inventory, |bencher, inventory| {
            bencher.iter(|| audit(&Declared::default(), black_box(inventory), &Policy::default(), now));
        });
    }
    group.finish();
    criterion.final_summary();
}
