//! Half-transparent pixels: kept, rounded or cut, from the raw to every format.

use dgx_pixels::process::{ProcessError, process};
use dgx_pixels::words::color::Rgb;
use dgx_pixels::words::image_file::{decode, encode};
use dgx_pixels::words::raw::Raw;
use dgx_pixels::words::recipe::{Alpha, Dither, Outline, PaletteChoice, Recipe, Size};
use image::{Rgba, RgbaImage};
use insta::assert_snapshot;

use crate::project::Project;

const CLEAR: Rgba<u8> = Rgba([0; 4]);
const GLASS: Rgba<u8> = Rgba([90, 200, 230, 150]);
const SHADOW: Rgba<u8> = Rgba([20, 16, 40, 96]);
const CORK: Rgba<u8> = Rgba([150, 90, 40, 255]);

/// Finished art: a bottle of glass with a cork, over its shadow.
fn bottle() -> RgbaImage {
    RgbaImage::from_fn(16, 16, |x, y| match (x, y) {
        (6..10, 1..4) => CORK,
        (4..12, 4..13) => GLASS,
        (3..13, 13..15) => SHADOW,
        _ => CLEAR,
    })
}

fn restored(image: RgbaImage, recipe: &Recipe) -> RgbaImage {
    process(&[Raw::new(image)], recipe, None).unwrap().frames.remove(0)
}

fn with(alpha: Alpha) -> Recipe {
    Recipe { alpha, ..Recipe::default() }
}

fn mapped(image: &RgbaImage, pixel: impl Fn([u8; 4]) -> [u8; 4]) -> RgbaImage {
    RgbaImage::from_fn(image.width(), image.height(), |x, y| Rgba(pixel(image.get_pixel(x, y).0)))
}

#[test]
fn finished_art_keeps_every_pixel() {
    assert_eq!(restored(bottle(), &with(Alpha::Keep)), bottle());
    let large = RgbaImage::from_fn(64, 64, |x, y| *bottle().get_pixel(x / 4, y / 4));
    assert_eq!(restored(large, &with(Alpha::Keep)), bottle());
}

#[test]
fn alpha_is_rounded_or_cut_where_that_is_asked_for() {
    let cut = |[r, g, b, a]: [u8; 4]| if a < 128 { [0; 4] } else { [r, g, b, 255] };
    let round = |[r, g, b, a]: [u8; 4]| [r, g, b, [0, 64, 128, 192, 255][(usize::from(a) + 31) / 64]];
    assert_eq!(restored(bottle(), &with(Alpha::Binary)), mapped(&bottle(), cut));
    assert_eq!(restored(bottle(), &with(Alpha::Levels)), mapped(&bottle(), round));
    let sprites = process(&[Raw::new(bottle())], &with(Alpha::Binary), None).unwrap();
    assert_eq!(sprites.found.cut_alpha, 72 + 20);
    assert_eq!(process(&[Raw::new(bottle())], &with(Alpha::Keep), None).unwrap().found.cut_alpha, 0);
}

#[test]
fn a_palette_gives_the_colour_and_leaves_the_alpha() {
    let palette = vec![Rgb([0, 0, 0]), Rgb([255, 255, 255]), Rgb([100, 200, 220])];
    for dither in [Dither::None, Dither::Ordered] {
        let recipe = Recipe { palette: PaletteChoice::Given(palette.clone()), dither, ..with(Alpha::Keep) };
        let image = restored(bottle(), &recipe);
        for (pixel, before) in image.pixels().zip(bottle().pixels()) {
            assert_eq!(pixel.0[3], before.0[3]);
            assert!(pixel.0[3] == 0 || palette.iter().any(|color| color.0 == pixel.0[..3]));
        }
    }
}

#[test]
fn an_outline_is_drawn_around_what_is_solid() {
    let outlined =
        |alpha| restored(bottle(), &Recipe { outline: Outline::Outer, size: Size::Frame([18, 18]), ..with(alpha) });
    let (kept, cut) = (outlined(Alpha::Keep), outlined(Alpha::Binary));
    let solid = |image: &RgbaImage| image.pixels().filter(|pixel| pixel.0[3] >= 128).count();
    assert_eq!(solid(&kept), solid(&cut));
    assert!(kept.pixels().any(|pixel| pixel.0[3] == 96) && kept.pixels().any(|pixel| pixel.0[3] == 150));
}

#[test]
fn what_is_only_a_shadow_has_a_way_out() {
    let shadow =
        RgbaImage::from_fn(24, 12, |x, y| if (4..20).contains(&x) && (3..9).contains(&y) { SHADOW } else { CLEAR });
    let error = process(&[Raw::new(shadow.clone())], &with(Alpha::Binary), None).unwrap_err();
    assert_eq!(error, ProcessError::Faint);
    assert!(error.hint().unwrap().contains("alpha = \"keep\""));
    assert_eq!(restored(shadow.clone(), &with(Alpha::Keep)), shadow);
}

const MANIFEST: &str = r#"
[project]
name = "glass"
png = "indexed"
export = ["apng", "gif"]
[recipe.default]
alpha = "keep"
[sprite.bottle]
source = "bottle.png"
[animation.bottle-turn]
source = "turn.png"
strip = 2
fps = 5
"#;

fn project(manifest: &str) -> Project {
    let turn = RgbaImage::from_fn(32, 16, |x, y| match (x < 16, *bottle().get_pixel(x % 16, y)) {
        (false, GLASS) => Rgba([90, 200, 230, 60]),
        (_, pixel) => pixel,
    });
    Project::with(manifest).file("bottle.png", encode(&bottle()).unwrap()).file("turn.png", encode(&turn).unwrap())
}

#[test]
fn every_format_has_what_it_can_hold() {
    let project = project(MANIFEST);
    project.build(&[]).exit(0).reports("gif-alpha");
    let image = |path: &str| decode(&project.read(path), path).unwrap().pixels;
    assert_eq!(image("assets/sprites/bottle.png"), bottle());
    let sheet = image("assets/animations/bottle-turn.png");
    let source = image("turn.png");
    let alphas = |image: &RgbaImage| {
        let mut alphas: Vec<u8> = image.pixels().map(|pixel| pixel.0[3]).collect();
        alphas.sort_unstable();
        alphas
    };
    assert_eq!(alphas(&sheet), alphas(&source));
    let png = project.read("assets/sprites/bottle.png");
    assert!(["PLTE", "tRNS"].iter().all(|chunk| png.windows(4).any(|bytes| bytes == chunk.as_bytes())));
    project.build(&[]).exit(0).processed(0);
    project.check(&["--outputs"]).exit(0);
}

#[test]
fn what_is_cut_is_said_and_keeping_it_is_another_sprite() {
    let project = project(&MANIFEST.replace("alpha = \"keep\"", "alpha = \"binary\""));
    project.build(&[]).exit(0).reports("alpha-cut");
    let shown = project.run(&["why", "bottle"]).exit(0).shown();
    let before = project.lock();
    project.edit("pixels.toml", "alpha = \"binary\"", "alpha = \"keep\"");
    assert_snapshot!(shown + &project.run(&["why", "bottle"]).exit(0).shown());
    project.build(&[]).exit(0).asked(0).processed(2);
    assert_ne!(project.lock(), before);
    project.edit("pixels.toml", "alpha = \"keep\"", "alpha = \"binary\"");
    project.build(&[]).exit(0).asked(0);
    assert_eq!(project.lock(), before);
}

#[test]
fn process_takes_the_same_words() {
    let project = project(MANIFEST);
    assert_snapshot!(
        project.transcript(&["process bottle.png --out cut", "process bottle.png --out kept --alpha keep"])
    );
    assert_eq!(decode(&project.read("kept/bottle.png"), "").unwrap().pixels, bottle());
}
