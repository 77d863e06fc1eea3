//! Benchmarks of restoration: one raw of 1024x1024 pixels with cells of 10.6 pixels, soft edges and noise, as diffusion
//! models draw.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use dgx_pixels::process::process;
use dgx_pixels::words::color::{Rgb, oklab};
use dgx_pixels::words::raw::Raw;
use dgx_pixels::words::recipe::{PaletteChoice, Recipe, Size};
use image::{Rgba, RgbaImage};

const PITCH: f64 = 10.6;

fn raw() -> Raw {
    let cell = |at: f64| (at / PITCH) as i64;
    let color = |x: i64, y: i64| {
        let inside = (x - 48) * (x - 48) + (y - 48) * (y - 48) < 34 * 34;
        let shade = (x * 7 + y * 3 + x * y) % 5;
        if inside { [40.0 + 40.0 * shade as f64, 90.0 + 20.0 * shade as f64, 60.0] } else { [255.0, 0.0, 255.0] }
    };
    let mut noise = 1u32;
    let image = RgbaImage::from_fn(1024, 1024, |x, y| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let mut sum = [0.0; 3];
        for (dx, dy) in [(-0.8, -0.8), (0.8, -0.8), (-0.8, 0.8), (0.8, 0.8)] {
            let part = color(cell(f64::from(x) + dx + 3.0), cell(f64::from(y) + dy + 5.0));
            sum = [0, 1, 2].map(|i| sum[i] + part[i] / 4.0);
        }
        let [r, g, b] = sum.map(|value| (value + f64::from(noise >> 29)) as u8);
        Rgba([r, g, b, 255])
    });
    Raw::new(image)
}

fn recipe(size: Size, palette: PaletteChoice) -> Recipe {
    Recipe { size, palette, ..Recipe::default() }
}

fn restore(c: &mut Criterion) {
    let raws = [raw()];
    let mut group = c.benchmark_group("process");
    group.sample_size(20);
    group.bench_function("oklab of every pixel", |b| {
        b.iter(|| raws[0].pixels.pixels().map(|p| oklab(Rgb([p.0[0], p.0[1], p.0[2]]))[0]).sum::<f32>());
    });
    for (name, size, palette) in [
        ("found", Size::Found, PaletteChoice::Auto),
        ("32x32", Size::Frame([32, 32]), PaletteChoice::Auto),
        ("16 colours", Size::Found, PaletteChoice::Colors(16)),
    ] {
        let recipe = recipe(size, palette);
        group.bench_function(name, |b| b.iter(|| process(black_box(&raws), &recipe, None).map(|s| s.found.grid)));
    }
    group.finish();
}

criterion_group!(benches, restore);
criterion_main!(benches);
