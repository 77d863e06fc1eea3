//! What the scheduler itself costs a job: a simulated world of four servers, five models and 700 LoRA stacks. The time of a
//! job must not grow with their number.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dgx_pixels::generate::comfyui::scheduler::Options;

use self::sim::{World, job, ms, s};

#[allow(dead_code, reason = "tests of the scheduler take the rest")]
#[path = "../tests/it/scheduler/sim.rs"]
mod sim;

const SIZES: [u64; 2] = [1_000, 10_000];

fn world() -> World {
    let mut world = World::new(4, Options::default());
    world.took = ms(50);
    world
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scheduler");
    group.sample_size(10);
    for count in SIZES {
        group.throughput(Throughput::Elements(count));
        let jobs: Vec<_> = (0..count).map(|n| job(n, &format!("m{}", n % 5), &format!("l{}", n % 700))).collect();
        group.bench_function(BenchmarkId::new("jobs", count), |b| {
            b.iter_batched(
                || (world(), jobs.clone()),
                |(mut world, jobs)| {
                    world.submit(jobs);
                    world.run(s(100_000));
                    assert_eq!(black_box(world.done()), count as usize);
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
