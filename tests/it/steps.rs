//! One golden image for each step of restoration that a recipe switches, and for the example project.

use std::path::Path;

use dgx_pixels::export;
use dgx_pixels::manifest::{LoadOptions, load};
use dgx_pixels::process::process;
use dgx_pixels::words::color::Rgb;
use dgx_pixels::words::image_file::decode;
use dgx_pixels::words::palette;
use dgx_pixels::words::raw::Raw;
use dgx_pixels::words::recipe::{
    Anchor, Cleanup, Dither, Fit, Framing, Holes, Matte, Outline, PaletteChoice, Recipe, Size,
};
use image::imageops::{FilterType, resize};
use image::{Rgba, RgbaImage};

use crate::images::assert_goldens;
use crate::restoration::art;

/// A recipe that keeps what is found.
fn plain() -> Recipe {
    Recipe { size: Size::Found, outline: Outline::None, cleanup: Cleanup::default(), ..Recipe::default() }
}

fn pico8() -> PaletteChoice {
    PaletteChoice::Given(palette::builtin("pico-8").unwrap().colors)
}

/// The steps by name, each with the only settings that differ from [`plain`].
fn steps() -> Vec<(&'static str, Recipe)> {
    let frame = |side: u32| Size::Frame([side, side]);
    let cleanup = Cleanup { orphans: true, jaggies: true, dust: true };
    vec![
        ("found", plain()),
        ("matte-none", Recipe { matte: Matte::None, ..plain() }),
        ("holes-cut", Recipe { holes: Holes::Cut, ..plain() }),
        ("colors-4", Recipe { palette: PaletteChoice::Colors(4), ..plain() }),
        ("palette", Recipe { palette: pico8(), ..plain() }),
        ("dither", Recipe { palette: pico8(), dither: Dither::Ordered, ..plain() }),
        ("cleanup", Recipe { cleanup, ..plain() }),
        ("outline-outer", Recipe { outline: Outline::Outer, ..plain() }),
        ("outline-inner", Recipe { outline: Outline::Inner, ..plain() }),
        ("outline-selective", Recipe { outline: Outline::Selective, ..plain() }),
        ("frame-bottom", Recipe { size: frame(48), anchor: Anchor::Bottom, ..plain() }),
        ("frame-center", Recipe { size: frame(48), anchor: Anchor::Center, ..plain() }),
        ("reduced", Recipe { size: frame(16), fit: Fit::Step, ..plain() }),
        ("cropped", Recipe { size: frame(20), framing: Framing::Crop, matte: Matte::None, ..plain() }),
        ("tile", Recipe { size: frame(20), framing: Framing::Tile, matte: Matte::None, ..plain() }),
    ]
}

/// A creature on magenta with some dust, enlarged eight times.
fn raw() -> Raw {
    let mut image = art::creature(30, 1);
    image.pixels_mut().filter(|pixel| pixel.0[3] == 0).for_each(|pixel| *pixel = Rgba([255, 0, 255, 255]));
    for (x, y) in [(2, 2), (image.width() - 3, 4)] {
        image.put_pixel(x, y, Rgba([40, 40, 60, 255]));
    }
    Raw::new(resize(&image, image.width() * 8, image.height() * 8, FilterType::Nearest))
}

#[test]
fn steps_equal_their_goldens() {
    let raws = [raw()];
    let frames: Vec<(&str, RgbaImage)> = steps()
        .into_iter()
        .map(|(name, recipe)| (name, process(&raws, &recipe, None).unwrap().frames.remove(0)))
        .collect();
    assert_goldens(frames.iter().map(|(name, frame)| (format!("steps/{name}"), frame)));
}

#[test]
fn a_dithered_frame_uses_its_palette_only() {
    let sprites = process(&[raw()], &Recipe { palette: pico8(), dither: Dither::Ordered, ..plain() }, None).unwrap();
    let PaletteChoice::Given(colors) = pico8() else { unreachable!() };
    let opaque = sprites.frames[0].pixels().filter(|pixel| pixel.0[3] > 0);
    assert!(opaque.map(|Rgba([r, g, b, _])| Rgb([*r, *g, *b])).all(|color| colors.contains(&color)));
}

/// The sprites of `examples/restore` whose raws are PNGs: JPEG decoders may differ between machines by one level.
#[test]
fn the_example_equals_its_goldens() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/restore");
    let options = LoadOptions { formats: export::specs(), ..LoadOptions::default() };
    let manifest = load(&root, &options).unwrap_or_else(|problems| panic!("{problems}")).manifest;
    let restored = ["castle", "chest"].map(|name| {
        let recipe = &manifest.groups.iter().find(|group| group.id.name == name).unwrap().recipe;
        let raw = decode(&std::fs::read(root.join(format!("raw/{name}.png"))).unwrap(), name).unwrap();
        process(&[Raw::new(raw.pixels)], recipe, None).unwrap().frames.remove(0)
    });
    assert_goldens(["castle", "chest"].iter().zip(&restored).map(|(name, frame)| (format!("example/{name}"), frame)));
}
