//! How long an assessment takes in the engine alone, by entries and by days, and what it takes to say what would
//! change a state. How to read it is in docs/performance.md.

mod diary;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use reciprocity::engine::change::{Search, Target};
use reciprocity::engine::{Policy, assess};

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn by_entries(criterion: &mut Criterion) {
    let policy = Policy::default();
    let mut group = criterion.benchmark_group("assess 180 days by entries");
    for entries in [100, 1_000, 10_000, 100_000] {
        let evidence = diary::diary(180, entries);
        group.bench_function(BenchmarkId::from_parameter(entries), |bench| bench.iter(|| assess(black_box(&evidence), &policy)));
    }
    group.finish();
}

fn by_days(criterion: &mut Criterion) {
    let policy = Policy::default();
    let mut group = criterion.benchmark_group("assess eight entries a day by days");
    for days in [30, 180, 730, 3_650] {
        let evidence = diary::daily(days);
        group.bench_function(BenchmarkId::from_parameter(days), |bench| bench.iter(|| assess(black_box(&evidence), &policy)));
    }
    group.finish();
}

fn change(criterion: &mut Criterion) {
    let (policy, evidence) = (Policy::default(), diary::daily(180));
    criterion.bench_function("what would change, 180 days", |bench| {
        bench.iter(|| Search::new(black_box(&evidence), &policy).target(Target::Overall));
    });
}

criterion_group!(engine, by_entries, by_days, change);
criterion_main!(engine);
