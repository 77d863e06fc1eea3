//! Draws a contact sheet of placeholders: `cargo run --example sketch-sheet -- OUT.png ZOOM < lines`.
//!
//! Each line is a row of pictures separated by `;`, each `subject | size or WxH | facing | action | frames`. With
//! `frames`, all frames are drawn. `texture`, `scene` or `portrait` may replace `facing`; textures are drawn as 2x2
//! tiles.

use std::collections::BTreeMap;
use std::io::Read;

use anyhow::{Context, Result, bail};
use dgx_pixels::generate::sketch::draw;
use dgx_pixels::words::ask::{Pose, SketchAsk};
use dgx_pixels::words::asset::Kind;
use dgx_pixels::words::color::Rgb;
use image::RgbaImage;
use image::imageops::{FilterType, replace, resize};

/// The background of the sheet; replaces the key colour of the pictures.
const GREY: [u8; 4] = [92, 96, 104, 255];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, out, zoom] = arguments.as_slice() else { bail!("usage: sketch-sheet OUT.png ZOOM < lines") };
    let zoom: u32 = zoom.parse().with_context(|| format!("`{zoom}` is not a zoom"))?;
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("cannot read the lines")?;
    let rows: Vec<Vec<RgbaImage>> = text.lines().map(|line| line.split(';').flat_map(pictures).collect()).collect();
    let width = rows.iter().map(|row| row.iter().map(|image| image.width() + 2).sum::<u32>()).max().unwrap_or(1);
    let height = rows.iter().map(|row| row.iter().map(RgbaImage::height).max().unwrap_or(0) + 2).sum::<u32>();
    let mut sheet = RgbaImage::from_pixel(width, height, image::Rgba(GREY));
    let mut y = 1;
    for row in &rows {
        let mut x = 1;
        for image in row {
            replace(&mut sheet, image, x, y);
            x += i64::from(image.width()) + 2;
        }
        y += i64::from(row.iter().map(RgbaImage::height).max().unwrap_or(0)) + 2;
    }
    let sheet = resize(&sheet, width * zoom, height * zoom, FilterType::Nearest);
    sheet.save(out).with_context(|| format!("cannot write `{out}`"))
}

fn pictures(line: &str) -> Vec<RgbaImage> {
    let mut fields = line.split('|').map(str::trim);
    let mut next = || fields.next().unwrap_or("");
    let (subject, size, place, action, frames) = (next(), next(), next(), next(), next());
    let (w, h) = size.split_once('x').unwrap_or((size, size));
    let size = [w.parse().unwrap_or(32), h.parse().unwrap_or(32)];
    let count: u32 = frames.parse().unwrap_or(1);
    let opaque = matches!(place, "texture" | "scene" | "portrait");
    let ask = |frame| SketchAsk {
        kind: if place == "texture" { Kind::Texture } else { Kind::Sprite },
        subject: subject.to_owned(),
        things: Vec::new(),
        presets: vec![place.to_owned()],
        size,
        key: (!opaque).then_some(Rgb([255, 0, 255])),
        pose: Pose {
            facing: (!opaque && !place.is_empty()).then(|| place.to_owned()),
            action: (!action.is_empty()).then(|| action.to_owned()),
            frame,
            frames: count,
        },
        inputs: BTreeMap::new(),
    };
    (0..count)
        .map(|frame| {
            let image = draw(&ask(frame), 1);
            let mut small = resize(&image, image.width() / 8, image.height() / 8, FilterType::Nearest);
            for pixel in small.pixels_mut().filter(|pixel| pixel.0 == [255, 0, 255, 255]) {
                pixel.0 = GREY;
            }
            if place != "texture" {
                return small;
            }
            RgbaImage::from_fn(small.width() * 2, small.height() * 2, |x, y| {
                *small.get_pixel(x % small.width(), y % small.height())
            })
        })
        .collect()
}
