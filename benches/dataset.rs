//! Audit and preparation of 100 and 1,000 images of 32 native pixels, enlarged twice to four times.

use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dgx_pixels::session::Cancel;
use dgx_pixels::session::dataset::{Background, CanvasOptions, Options, audit, prepare};
use dgx_pixels::words::image_file::encode;
use dgx_pixels::words::sheet::scale;
use image::{Rgba, RgbaImage};

fn sprite(seed: u32) -> RgbaImage {
    RgbaImage::from_fn(32, 32, |x, y| {
        let mixed = (x + 1).wrapping_mul(2_654_435_761) ^ (y + 1).wrapping_mul(40_503 + seed * 7_919);
        match (mixed >> 11) % 6 {
            0 | 1 if x > 10 => Rgba([0; 4]),
            other => Rgba([(other * 40) as u8, (seed * 3 % 200) as u8, (255 - other * 30) as u8, 255]),
        }
    })
}

fn fill(folder: &Path, count: u32) {
    for seed in 0..count {
        let bytes = encode(&scale(&sprite(seed), 2 + seed % 3)).unwrap_or_default();
        std::fs::write(folder.join(format!("guard-{seed}.png")), bytes).unwrap_or_default();
    }
}

fn dataset(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("dataset");
    group.sample_size(10);
    for count in [100_u32, 1_000] {
        let Ok(folder) = tempfile::tempdir() else { return };
        fill(folder.path(), count);
        let options = Options {
            folder: folder.path().to_owned(),
            trigger: None,
            template: None,
            background: Background::WHITE,
            restore: false,
            least: 10,
        };
        let canvases = CanvasOptions { resolution: 1024, cell: None, sheets: true, hold_out: 100 };
        let Ok(out) = tempfile::tempdir() else { return };
        group.throughput(Throughput::Elements(count.into()));
        group.bench_with_input(BenchmarkId::new("audit", count), &options, |bench, options| {
            bench.iter(|| audit(options, &Cancel::default()).map(|audit| audit.trainable));
        });
        group.bench_with_input(BenchmarkId::new("prepare", count), &options, |bench, options| {
            bench.iter(|| {
                prepare(options, &canvases, &out.path().join("data"), &Cancel::default()).map(|made| made.cell)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, dataset);
criterion_main!(benches);
