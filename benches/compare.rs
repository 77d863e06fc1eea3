//! The fit of 100,000 votes on six arms, and its intervals.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dgx_pixels::words::compare::{Ballot, Outcome, Random, Tally, fit, intervals, pairs_of};

const VOTES: usize = 100_000;
const ARMS: usize = 6;
const CELLS: usize = 200;
/// As many as a report draws.
const RESAMPLES: usize = 2000;

/// Votes of raters who prefer later arms, with a tie in ten.
fn tally() -> Tally {
    let mut random = Random::new(7);
    let pairs: Vec<(usize, usize)> = pairs_of(ARMS).collect();
    let ballots = (0..VOTES).map(|at| {
        let pair = random.below(pairs.len());
        let (a, b) = pairs[pair];
        let chance = 1.0 / (1.0 + ((b as f64 - a as f64) * 0.3).exp());
        let outcome = match random.unit() {
            value if value < 0.1 => Outcome::Tie,
            value if (value - 0.1) / 0.9 < chance => Outcome::First,
            _ => Outcome::Second,
        };
        Ballot { cell: at % CELLS, pair, outcome }
    });
    Tally { arms: ARMS, cells: CELLS, ballots: ballots.collect(), repeated: 0, skipped: 0, elsewhere: 0 }
}

fn compare(criterion: &mut Criterion) {
    let tally = tally();
    let mut group = criterion.benchmark_group("compare");
    group.throughput(Throughput::Elements(VOTES as u64));
    group.bench_function("fit", |bench| bench.iter(|| fit(ARMS, &black_box(&tally).counts(), None)));
    group.sample_size(10);
    group.bench_function("intervals", |bench| bench.iter(|| intervals(black_box(&tally), RESAMPLES, 14)));
    group.finish();
}

criterion_group!(benches, compare);
criterion_main!(benches);
