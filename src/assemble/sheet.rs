//! Frames or tiles packed into a grid.

use image::RgbaImage;

use crate::words::asset::Kind;
use crate::words::layout::Layout;
use crate::words::project::SheetOptions;
use crate::words::sheet::{Grid, Rect, Sheet, TooLarge};

use super::AssembleError;

/// Changes when the same frames would be packed into other pixels.
pub const SHEET_VERSION: u32 = 1;

/// The image of an asset: animations and tilesets are packed, of anything else it is the first frame alone.
pub fn sheet_of(
    kind: Kind,
    frames: &[RgbaImage],
    options: &SheetOptions,
    layout: Option<Layout>,
) -> Result<Sheet, AssembleError> {
    if kind.is_sheet() {
        return sheet(frames, options, layout);
    }
    sheet(&frames[..frames.len().min(1)], &SheetOptions::ALONE, None)
}

/// Packs frames of equal size row by row.
///
/// Around every cell its border pixels are repeated `extrude` times, outside the cell; `padding` transparent pixels
/// lie between these and around the whole.
pub fn sheet(frames: &[RgbaImage], options: &SheetOptions, layout: Option<Layout>) -> Result<Sheet, AssembleError> {
    let count = frames.len() as u32;
    let grid = Grid::new(options, layout, count, size_of_all(frames)?);
    let [width, height] = grid.size();
    TooLarge::check([width, height], 1).map_err(AssembleError::Large)?;
    let cells: Vec<Rect> = (0..count).map(|i| grid.rect(i)).collect();
    let mut image = RgbaImage::new(width as u32, height as u32);
    for (frame, cell) in frames.iter().zip(&cells) {
        place(&mut image, frame, cell, options.extrude);
    }
    Ok(Sheet { image, cells, columns: grid.columns, rows: grid.rows })
}

fn size_of_all(frames: &[RgbaImage]) -> Result<[u32; 2], AssembleError> {
    let first = frames.first().ok_or(AssembleError::Empty)?.dimensions();
    match frames.iter().position(|frame| frame.dimensions() != first) {
        Some(odd) => Err(AssembleError::Sizes { frame: odd + 1, first, found: frames[odd].dimensions() }),
        None if first.0 == 0 || first.1 == 0 => Err(AssembleError::Empty),
        None => Ok(first.into()),
    }
}

/// Draws a frame into its cell, and its border pixels `extrude` times around it.
pub(super) fn place(image: &mut RgbaImage, frame: &RgbaImage, cell: &Rect, extrude: u32) {
    for y in 0..cell.height + 2 * extrude {
        for x in 0..cell.width + 2 * extrude {
            let from_x = x.saturating_sub(extrude).min(cell.width - 1);
            let from_y = y.saturating_sub(extrude).min(cell.height - 1);
            image.put_pixel(cell.x + x - extrude, cell.y + y - extrude, *frame.get_pixel(from_x, from_y));
        }
    }
}
