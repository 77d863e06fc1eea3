//! Benchmarks of what is made of sprites: atlases, tilesets with their proof, steady animations.

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use dgx_pixels::assemble::verify::verify;
use dgx_pixels::assemble::{Texture, atlas, land, tileset};
use dgx_pixels::generate::sketch;
use dgx_pixels::process::process;
use dgx_pixels::words::ask::{Pose, SketchAsk};
use dgx_pixels::words::asset::{GroupId, Kind};
use dgx_pixels::words::atlas::Packing;
use dgx_pixels::words::color::Rgb;
use dgx_pixels::words::layout::{Border, Layout, Look};
use dgx_pixels::words::palette::builtin;
use dgx_pixels::words::project::{Meeting, SheetOptions, Terrain, Tileset};
use dgx_pixels::words::raw::Raw;
use dgx_pixels::words::recipe::{PaletteChoice, Recipe, Repair, Size};
use dgx_pixels::words::source::Place;
use dgx_pixels::words::sprite::{Restoration, Sprites};
use image::{Rgba, RgbaImage, imageops};

use art::{COLORS, walk};
use spoil::{Spoil, spoiled};

#[path = "../tests/it/cycles/art.rs"]
#[allow(dead_code, reason = "the tests draw more")]
mod art;
#[path = "../tests/it/cycles/spoil.rs"]
mod spoil;

/// Sprites of a game: mostly small, some large.
fn sprites(count: u32) -> Vec<RgbaImage> {
    let mut state = 7u32;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let sides = [8, 12, 16, 16, 24, 32, 48, 64];
    let sprite = |i: u32| {
        let (width, height) = (sides[next(8) as usize], sides[next(8) as usize]);
        RgbaImage::from_fn(width, height, |x, y| Rgba([(i >> 8) as u8, i as u8, (x * y) as u8, 255]))
    };
    (0..count).map(sprite).collect()
}

fn pack(c: &mut Criterion) {
    let frames = sprites(2000);
    let members: Vec<&[RgbaImage]> = frames.chunks(1).collect();
    let packing = Packing { padding: 0, extrude: 0, side: 4096 };
    let page = &atlas(&members, &packing).unwrap()[0].image;
    let area: u64 = frames.iter().map(|frame| u64::from(frame.width() * frame.height())).sum();
    println!("fill {} per mille", 1000 * area / u64::from(page.width() * page.height()));
    c.bench_function("atlas_of_2000_sprites", |b| b.iter(|| atlas(black_box(&members), &packing).unwrap()));
}

/// Random pixels of four colours of a palette.
fn texture(palette: &[Rgb], number: u8) -> Sprites {
    let pixel = |x: u32, y: u32| {
        let byte = usize::from(blake3::hash(&[x as u8, y as u8, number]).as_bytes()[0]);
        let half = palette.len() / 2;
        let [r, g, b] = palette[byte * byte * half / 65_536 + half * usize::from(number - 1)].0;
        Rgba([r, g, b, 255])
    };
    let found = Restoration { palette: palette.to_vec(), ..Restoration::default() };
    Sprites { frames: vec![RgbaImage::from_fn(16, 16, pixel)], found }
}

fn set(layout: Layout, look: Look) -> Tileset {
    Tileset {
        id: GroupId::new(Kind::Tileset, "meadow"),
        tags: vec![],
        of: GroupId::new(Kind::Texture, "grass"),
        over: None,
        terrains: vec![],
        size: [16, 16],
        layout,
        border: Border { look, outline: false, ..look.border(16) },
        variants: 4,
        sheet: SheetOptions::ALONE,
        path: "meadow".to_owned(),
        with: vec![],
        place: Place { file: "pixels.toml".to_owned(), line: 1, column: 1 },
    }
}

fn tiles(c: &mut Criterion) {
    let colors = builtin("endesga-32").unwrap().colors;
    let [of, over] = [texture(&colors, 1), texture(&colors, 2)];
    for (layout, look) in
        Look::ALL.map(|look| (Layout::Blob47, look)).into_iter().chain([(Layout::Slopes, Look::Grass)])
    {
        let spec = set(layout, look);
        let drawn = |sprites| Texture { sprites, palette: &colors };
        let made = || tileset(drawn(&of), Some(drawn(&over)), &spec).unwrap();
        let (frames, beyond) = (made().frames, over.frames.first());
        let name = format!("{}_{}", layout.word(), look.word());
        c.bench_function(&format!("compose_{name}"), |b| b.iter(|| black_box(made())));
        c.bench_function(&format!("prove_{name}"), |b| b.iter(|| verify(layout, black_box(&frames), beyond).unwrap()));
    }
}

/// Three terrains, and four.
fn terrains(c: &mut Criterion) {
    let colors = builtin("endesga-32").unwrap().colors;
    let parts: Vec<&[Rgb]> = colors.chunks(8).collect();
    for looks in [&[Look::Shore, Look::Grass][..], &[Look::Shore, Look::Grass, Look::Stone]] {
        let layout = Layout::of_terrains(looks.len() + 1).unwrap();
        let sprites: Vec<Sprites> = (0..=looks.len()).map(|at| texture(parts[at], 1)).collect();
        let terrain = |at: usize| {
            let look = looks[at.max(1) - 1];
            let meeting = |lower: usize| Meeting { look, outline: false, is_named: lower + 1 == at };
            let texture = GroupId::new(Kind::Texture, at.to_string());
            Terrain { texture, border: look.border(16), meets: (0..at).map(meeting).collect() }
        };
        let spec = Tileset { terrains: (0..=looks.len()).map(terrain).collect(), ..set(layout, looks[0]) };
        let textures: Vec<_> = sprites.iter().map(|sprites| Texture { sprites, palette: &colors }).collect();
        let made = || land(&textures, &spec).unwrap();
        let frames = made().frames;
        c.bench_function(&format!("compose_{}", layout.word()), |b| b.iter(|| black_box(made())));
        c.bench_function(&format!("prove_{}", layout.word()), |b| {
            b.iter(|| verify(layout, black_box(&frames), None).unwrap());
        });
    }
}

/// A figure that walks and strays, 64 frames of 64 x 64 at 4 pixels a cell.
fn straying() -> Vec<Raw> {
    let frame = |i: u32| {
        let [dx, dy] = [(i * 7) % 5, (i * 3) % 4];
        let color = |x: u32, y: u32| {
            let [x, y] = [x.wrapping_sub(18 + dx), y.wrapping_sub(10 + dy)];
            let legs = (30..44).contains(&y) && (x / 6) % 2 == (i / 4) % 2;
            let body = y < 30 && (x.abs_diff(12) + y / 3) < 14;
            let shade = ((x * 5 + y * 3) % 4) as u8;
            if x < 26 && (legs || body) { [60 + 30 * shade, 90, 140 - 20 * shade] } else { [255, 0, 255] }
        };
        let noise = |x: u32, y: u32| ((x * 31 + y * 17 + i * 13) % 7) as u8;
        Raw::new(RgbaImage::from_fn(256, 256, |x, y| {
            let [r, g, b] = color(x / 4, y / 4).map(|level: u8| level.saturating_sub(noise(x, y)));
            Rgba([r, g, b, 255])
        }))
    };
    (0..64).map(frame).collect()
}

fn steady(c: &mut Criterion) {
    let raws = straying();
    for (name, repair) in [("steady_64_frames", Repair::Auto), ("restore_64_frames", Repair::Off)] {
        let recipe = Recipe { size: Size::Frame([64, 64]), repair, ..Recipe::default() };
        c.bench_function(name, |b| b.iter(|| process(black_box(&raws), &recipe, None).unwrap()));
    }
}

/// Subjects whose loops are spoiled. Nothing was chosen by those of the second half.
const SUBJECTS: [[&str; 6]; 2] =
    [["knight", "slime", "fox", "bee", "turtle", "zombie"], ["orc", "bear", "octopus", "archer", "ninja", "snake"]];

/// The raws of a subject that does something over and over, on magenta, 8 pixels a cell.
fn cycle(subject: &str, action: &str, frames: u32) -> Vec<RgbaImage> {
    let frame = |frame: u32| {
        let pose = Pose { facing: Some("e".to_owned()), action: Some(action.to_owned()), frame, frames };
        let ask = SketchAsk {
            kind: Kind::Animation,
            subject: subject.to_owned(),
            things: vec![],
            presets: vec![],
            size: [32, 32],
            key: Some(Rgb([255, 0, 255])),
            pose,
            inputs: BTreeMap::new(),
        };
        sketch::draw(&ask, 1)
    };
    (0..frames).map(frame).collect()
}

/// Whether a gate that frames have by default finds something, the one for loops and any, and the frames.
fn judged(frames: &[RgbaImage]) -> ([bool; 2], Vec<RgbaImage>) {
    let raws: Vec<Raw> = frames.iter().cloned().map(Raw::new).collect();
    let recipe = Recipe { size: Size::Frame([32, 32]), ..Recipe::default() };
    let Ok(sprites) = process(&raws, &recipe, None) else { return ([true; 2], vec![]) };
    let above = |metric: &str, most: i64| sprites.found.metrics.get(metric).is_some_and(|value| *value > most);
    let open = above("loop", 400);
    ([open, open || above("flicker", 300) || above("strays", 2)], sprites.frames)
}

/// Says how many spoiled loops the default gates find, and how many clean ones they fail.
fn loops(_: &mut Criterion) {
    let actions = [("idle", 4), ("walk", 6), ("run", 6)];
    for (half, subjects) in ["first", "second"].into_iter().zip(SUBJECTS) {
        let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
        for (at, subject) in subjects.into_iter().enumerate() {
            for (action, count) in actions {
                let clean = cycle(subject, action, count);
                let last = clean.len() - 1;
                let with = |frame: RgbaImage| [&clean[..last], &[frame]].concat();
                let moved = |[x, y]: [i64; 2]| {
                    let mut frame =
                        RgbaImage::from_pixel(clean[0].width(), clean[0].height(), Rgba([255, 0, 255, 255]));
                    imageops::overlay(&mut frame, &clean[last], 8 * x, 8 * y);
                    with(frame)
                };
                let other = cycle(subjects[(at + 1) % subjects.len()], action, count);
                let spoils = [
                    ("clean", clean.clone()),
                    ("last frame of another subject", with(other[last].clone())),
                    ("last frame of another action", with(cycle(subject, "death", count)[last].clone())),
                    ("last frame mirrored", with(imageops::flip_horizontal(&clean[last]))),
                    ("last frame five cells up", moved([0, -5])),
                    ("last frame five cells aside", moved([5, 0])),
                    ("last frame missing", clean[..last].to_vec()),
                ];
                let truth = judged(&clean).1;
                for (name, frames) in spoils {
                    let (found, made) = judged(&frames);
                    let repaired = name != "clean" && made == truth;
                    let counts = counts.entry(name).or_default();
                    let seen = [true, found[0], found[1], repaired];
                    counts.iter_mut().zip(seen).for_each(|(count, seen)| *count += usize::from(seen));
                }
            }
        }
        for (name, [all, open, any, repaired]) in counts {
            println!(
                "{half} half, {name}: {all} loops, found by `loop` {open}, by any gate {any}, repaired {repaired}"
            );
        }
    }
}

/// Says how many pixels of a walk are wrong after everything that spoils it, for 120 seeds.
fn holds(_: &mut Criterion) {
    let palette = PaletteChoice::Given(COLORS.map(Rgb).to_vec());
    let recipe = Recipe { size: Size::Frame([32, 32]), palette, ..Recipe::default() };
    let made = |by: Spoil, seed: u64| process(&spoiled(&walk(), by, seed), &recipe, None).unwrap().frames;
    let truth = made(Spoil::default(), 5);
    let all: usize = truth.iter().flat_map(RgbaImage::pixels).filter(|pixel| pixel.0[3] > 0).count();
    let wrong = |seed: u64| {
        let frames = made(Spoil::ALL, seed);
        let pairs = frames.iter().zip(&truth).flat_map(|(one, other)| one.pixels().zip(other.pixels()));
        (seed, pairs.filter(|(one, other)| one != other).count())
    };
    let found: Vec<(u64, usize)> = (1..=120).map(wrong).filter(|(_, count)| *count > 0).collect();
    println!("walks of {all} pixels, seeds 1 to 120: wrong pixels by seed {found:?}");
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = holds, loops, pack, tiles, terrains, steady
}
criterion_main!(benches);
