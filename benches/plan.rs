//! The plan of everything, the keys, and the lock as text, for 1,000 and 10,000 slots.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dgx_pixels::manifest::{LoadOptions, load};
use dgx_pixels::plan::{Inputs, Planner, State, keys};
use dgx_pixels::session::versions;
use dgx_pixels::words::lock::Lock;
use dgx_pixels::words::project::Manifest;

const SIZES: [usize; 2] = [1_000, 10_000];

fn manifest_text(count: usize) -> String {
    let mut text = "[project]\nname = \"bench\"\nbackend = \"sketch\"\n".to_owned();
    for i in 0..count {
        let _ = write!(text, "\n[sprite.thing-{i}]\npreset = \"item\"\nprompt = \"thing number {i}\"\nsize = 16\n");
    }
    text
}

/// Sprites in four directions with a mirror, and an animation of each: what makes a manifest expensive to check.
fn rich_manifest_text(assets: usize) -> String {
    let mut text = "[project]\nname = \"bench\"\n[recipe.default]\npalette = \"pico-8\"\n".to_owned();
    for n in 0..assets / 2 {
        let _ = write!(
            text,
            "[sprite.knight-{n}]\npreset = [\"character\", \"16bit\"]\nprompt = \"knight {n}\"\nsize = 32\n\
             directions = 4\nmirror = {{ w = \"e\" }}\ntags = [\"a\"]\n\
             [animation.walk-{n}]\nof = \"knight-{n}\"\nframes = 4\naction = \"walk\"\n"
        );
    }
    text
}

fn loaded(text: String) -> Arc<Manifest> {
    load(Path::new("."), &LoadOptions::text(text)).unwrap_or_else(|problems| panic!("{problems}")).manifest
}

fn inputs() -> Inputs {
    Inputs { versions: versions(), ..Inputs::default() }
}

/// A lock of `count` sprites with one candidate each.
fn lock_text(count: usize) -> String {
    let mut text = "version = 1\n".to_owned();
    for i in 0..count {
        let _ = write!(
            text,
            "\n[sprite.thing-{i:05}]\nask = \"{i:016x}\"\nparts = \"prompt {p:04x}, graph 0001, canvas 0002, inputs -, \
             models -, recipe 0003, export 0004\"\nsprite = \"{i:064x}\"\npixels = \"{i:064x}\"\nprocess = 1\n\
             verdict = \"pass\"\npick = {{ raw = \"{i:064x}\", n = 1, by = \"gates\" }}\n\
             files = {{ \"sprites/thing-{i:05}.png\" = \"{i:016x}\" }}\ncandidates = [\n  {{ ask = \"{i:016x}\", n = 1, \
             seed = {i}, raw = \"{i:064x}\", from = \"00000001\", verdict = \"pass\", score = 900 }},\n]\n",
            p = i & 0xffff
        );
    }
    text
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("slots");
    group.sample_size(20);
    let inputs = inputs();
    for count in SIZES {
        // Each asset is several slots, of which a manifest may have 50,000.
        let assets = count * 2 / 5;
        group.throughput(Throughput::Elements(assets as u64));
        let text = rich_manifest_text(assets);
        group.bench_function(BenchmarkId::new("rich manifest", assets), |b| {
            b.iter(|| loaded(black_box(text.clone())));
        });
        group.throughput(Throughput::Elements(count as u64));
        let text = manifest_text(count);
        group.bench_function(BenchmarkId::new("manifest", count), |b| {
            b.iter(|| loaded(black_box(text.clone())));
        });
        let manifest = loaded(manifest_text(count));
        let planner = Planner::new(&manifest, &inputs);
        let state = State::default();
        group.bench_function(BenchmarkId::new("plan", count), |b| b.iter(|| planner.plan(black_box(&state))));
        let asks: Vec<_> = manifest.groups.iter().flat_map(|group| group.slots()).map(|slot| &slot.ask).collect();
        let none = BTreeMap::new();
        group.bench_function(BenchmarkId::new("keys", count), |b| {
            b.iter(|| asks.iter().filter(|ask| keys::ask_keys(black_box(ask), &none, &inputs).is_ok()).count());
        });
        let text = lock_text(count);
        let lock = Lock::parse(&text).unwrap_or_else(|error| panic!("{error}"));
        group.bench_function(BenchmarkId::new("lock parse", count), |b| {
            b.iter(|| Lock::parse(black_box(&text)).is_ok())
        });
        group.bench_function(BenchmarkId::new("lock text", count), |b| b.iter(|| black_box(&lock).text().len()));
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
