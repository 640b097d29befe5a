//! How long an assessment takes as a client sees it: one POST over HTTP to a real service on a real Postgres, by the
//! number of entries in the window, after one more entry and without any change. How to read it is in
//! docs/performance.md.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a bench stops at the first surprise")]

#[allow(dead_code, reason = "the tests' service can do more than a bench needs")]
#[path = "../tests/api/support/mod.rs"]
mod support;

use chrono::{Days, NaiveDate};
use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use support::{Client, Service};

/// The days of the usual window.
const DAYS: usize = 180;
/// A batch holds no more.
const BATCH: usize = 1_000;
const DIMENSIONS: [&str; 8] =
    ["emotional_support", "celebration", "initiation", "repair", "appreciation", "practical_help", "promises_kept", "needs_met"];

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn by_entries(criterion: &mut Criterion) {
    let service = Service::start();
    let me = service.someone();
    let mut group = criterion.benchmark_group("POST assessment, 180 days by entries");
    group.sample_size(20);
    for entries in [100, 1_000, 10_000] {
        let id = log(&me, entries);
        let path = format!("/v1/relationships/{id}/assessments");
        let changed = || one_more(&me, &id);
        group.bench_function(BenchmarkId::new("changed", entries), |bench| {
            bench.iter_batched(changed, |()| me.post(&path, &json!({})).expect(201), BatchSize::PerIteration);
        });
        group.bench_function(BenchmarkId::new("unchanged", entries), |bench| bench.iter(|| me.post(&path, &json!({})).expect(200)));
    }
    group.finish();
}

/// A further entry, so that what was assessed before does not stand any more.
fn one_more(me: &Client, id: &str) {
    let entry = json!({"actor": "both", "dimension": "repair", "occurred_at": "2026-02-27T10:00:00Z"});
    me.post(&format!("/v1/relationships/{id}/interactions"), &entry).expect(201);
}

/// A relationship with so many entries in its window, spread evenly.
fn log(me: &Client, entries: usize) -> String {
    let relationship = me.post("/v1/relationships", &json!({"alias": "K.", "kind": "friend"})).expect(201);
    let id = relationship["id"].as_str().unwrap().to_owned();
    let first = NaiveDate::from_ymd_opt(2025, 9, 3).unwrap();
    let items: Vec<Value> = (0..entries)
        .zip(DIMENSIONS.into_iter().cycle())
        .map(|(entry, dimension)| {
            let day = first + Days::new(u64::try_from(entry * DAYS / entries).unwrap());
            // Seven of ten, and no rhythm that a dimension could share.
            let actor = if entry * 7_919 % 10_007 % 10 < 7 { "me" } else { "them" };
            json!({"relationship_id": id, "interaction": {"actor": actor, "dimension": dimension, "occurred_at": format!("{day}T10:00:00Z")}})
        })
        .collect();
    for batch in items.chunks(BATCH) {
        assert_eq!(me.post("/v1/interactions/batch", &json!({"items": batch})).expect(200)["created"], batch.len());
    }
    id
}

criterion_group!(request, by_entries);
criterion_main!(request);
