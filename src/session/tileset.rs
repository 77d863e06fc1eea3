//! Tilesets of any origin: whether their tiles join.

use std::path::{Path, PathBuf};

use image::RgbaImage;
use serde::Serialize;

use super::process::pair;
use super::{Error, Result};
use crate::assemble::verify::{self, CounterExample, Lattice};
use crate::plain_file;
use crate::store;
use crate::words::file_error::FileResult;
use crate::words::image_file;
use crate::words::layout::Layout;
use crate::words::proof::{Fault, Proof};

/// A sheet of tiles.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The image.
    pub image: PathBuf,
    /// Which tiles it has, in which order.
    pub layout: Layout,
    /// Width and height of a tile.
    pub tile: [u32; 2],
    /// Where the tiles that do not join are drawn, if they are wanted.
    pub draw: Option<PathBuf>,
}

/// What came of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The image.
    pub image: String,
    /// How its tiles lie.
    #[serde(flatten)]
    pub lattice: Lattice,
    /// The proof that they join.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// What is wrong with them.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// Where the tiles that do not join were drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawn: Option<String>,
}

/// Whether the tiles of a sheet join. Its margin and the gaps between its tiles are found.
pub fn verify(sheet: &Sheet) -> Result<Verified> {
    let image = read(&sheet.image)?;
    let count = sheet.layout.masks().len();
    let lattices = Lattice::find(&image, sheet.tile, count);
    let mut counter_example = None;
    for lattice in lattices {
        match verify::verify(sheet.layout, &tiles(&image, &lattice, sheet.layout), None) {
            Ok(proof) => return Ok(verified(sheet, lattice, Some(proof), None, None)),
            Err(found) => drop(counter_example.get_or_insert((lattice, found))),
        }
    }
    let (lattice, found) = counter_example.ok_or_else(|| too_few(sheet, &image))?;
    let drawn = sheet.draw.as_deref().map(|path| draw(path, &found)).transpose()?.flatten();
    Ok(verified(sheet, lattice, None, Some(found.fault), drawn))
}

/// Reads the size of a tile: `16`, or `16x24`.
pub fn size(text: &str) -> Result<[u32; 2]> {
    pair(text, "--tile", 1024)
}

fn verified(
    sheet: &Sheet,
    lattice: Lattice,
    proof: Option<Proof>,
    fault: Option<Fault>,
    drawn: Option<String>,
) -> Verified {
    Verified { image: sheet.image.display().to_string(), lattice, proof, fault, drawn }
}

fn read(path: &Path) -> Result<RgbaImage> {
    let name = path.display().to_string();
    let bytes = plain_file::read(path, image_file::MAX_BYTES).map_err(|error| {
        let hint = plain_file::hint(&error, "name an image that this user may read");
        Error::usage(plain_file::code(&error, "image-unreadable"), format!("`{name}` cannot be read: {error}"), hint)
    })?;
    Ok(image_file::decode(&bytes, &name).map_err(|error| Error::Usage(error.into()))?.pixels)
}

/// The tiles of the layout, and the further ones that are pictures of its full tiles, of each equally many.
fn tiles(image: &RgbaImage, lattice: &Lattice, layout: Layout) -> Vec<RgbaImage> {
    let mut tiles = lattice.tiles(image);
    let count = layout.masks().len();
    let more = tiles.split_off(count);
    let fulls = layout.fulls().len().max(1);
    let fits = |each: &usize| {
        let total = count + each * fulls;
        let is_variant = |at: usize| verify::is_variant(&tiles[layout.role(count + at, total).place], &more[at]);
        (0..each * fulls).all(is_variant)
    };
    let most = if layout.fulls().is_empty() { 0 } else { more.len() / fulls };
    let each = (0..=most).rev().find(fits).unwrap_or(0);
    tiles.extend(more.into_iter().take(each * fulls));
    tiles
}

fn too_few(sheet: &Sheet, image: &RgbaImage) -> Error {
    let ([width, height], (across, down)) = (sheet.tile, image.dimensions());
    let (name, layout) = (sheet.image.display(), sheet.layout.word());
    let (room, wanted) = ((across / width.max(1)) * (down / height.max(1)), sheet.layout.masks().len());
    let message = format!(
        "`{name}` is {across} x {down}: it has room for {room} tiles of {width} x {height}, `{layout}` has {wanted}"
    );
    Error::usage("too-few-tiles", message, "name the layout and the size of a tile that it has")
}

fn draw(path: &Path, found: &CounterExample) -> Result<Option<String>> {
    let Some(picture) = verify::picture(found) else { return Ok(None) };
    let bytes = image_file::encode(&picture).map_err(|error| Error::internal(error.to_string()))?;
    store::write_unflushed(path, &bytes, "tiles").writing(path)?;
    Ok(Some(path.display().to_string()))
}
