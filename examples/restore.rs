//! Restores one picture with the library alone.
//!
//! `cargo run --release --example restore -- RAW SPRITE.png [SIZE [PALETTE]]`
//!
//! SIZE is the side of the output frame (`0` keeps one pixel per cell), PALETTE a built-in palette such as
//! `endesga-32`.

use anyhow::{Context, Result, bail};
use dgx_pixels::process::{gate, process};
use dgx_pixels::words::palette;
use dgx_pixels::words::raw::Raw;
use dgx_pixels::words::recipe::{PaletteChoice, Recipe, Size};

/// The least confidence, 0 to 1000, of a reliable grid.
const RELIABLE: i64 = 400;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [raw, out, options @ ..] = arguments.as_slice() else {
        bail!("usage: restore RAW SPRITE.png [SIZE [PALETTE]]");
    };
    let recipe = recipe(options)?;
    let image = image::open(raw).with_context(|| format!("cannot read `{raw}`"))?;
    let sprites =
        process(&[Raw::new(image.to_rgba8())], &recipe, None).with_context(|| format!("cannot restore `{raw}`"))?;
    let (sprite, found) = (&sprites.frames[0], &sprites.found);
    sprite.save(out).with_context(|| format!("cannot write `{out}`"))?;

    let confidence = found.metrics["grid"];
    let [columns, rows] = found.grid;
    println!("{out}: {columns}x{rows} cells, {} colours, confidence {confidence}", found.palette.len());
    println!("gates: {}, score {}", gate::verdict(&found.metrics, &recipe), gate::score(&found.metrics));
    if confidence < RELIABLE {
        eprintln!("no reliable grid: generate the picture again, or set the grid that you see");
    }
    Ok(())
}

/// The recipe of the arguments after the files.
fn recipe(options: &[String]) -> Result<Recipe> {
    let mut recipe = Recipe::default();
    if let Some(text) = options.first() {
        let side = text.parse().with_context(|| format!("`{text}` is not a size"))?;
        if side > 0 {
            recipe.size = Size::Frame([side, side]);
        }
    }
    if let Some(name) = options.get(1) {
        let palette = palette::builtin(name).with_context(|| format!("no palette is called `{name}`"))?;
        recipe.palette = PaletteChoice::Given(palette.colors);
    }
    Ok(recipe)
}
