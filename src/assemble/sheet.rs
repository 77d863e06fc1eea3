//! Frames or tiles packed into a grid, so that a cell's place follows from its number.

use image::RgbaImage;

use crate::words::project::SheetOptions;

use super::AssembleError;

/// Changes when the same frames would be packed into other pixels.
pub const SHEET_VERSION: u32 = 1;

/// The longest side of a texture that every graphics card of today holds.
const MAX_SIDE: u32 = 16_384;

/// Where a cell lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// Pixels from the left.
    pub x: u32,
    /// Pixels from the top.
    pub y: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Frames in one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The image.
    pub image: RgbaImage,
    /// Where every frame lies, in order.
    pub cells: Vec<Rect>,
    /// Cells in a row.
    pub columns: u32,
    /// Rows.
    pub rows: u32,
}

/// Packs frames of equal size row by row, `columns` in a row; 0 puts all in one row.
///
/// Round every cell its border pixels are repeated `extrude` times, outside the cell; `padding` transparent pixels
/// lie between these and round the whole.
pub fn sheet(frames: &[RgbaImage], options: &SheetOptions, columns: u32) -> Result<Sheet, AssembleError> {
    let (width, height) = size_of_all(frames)?;
    let count = frames.len() as u32;
    let columns = if columns == 0 { count } else { columns.min(count) };
    let rows = count.div_ceil(columns);
    let (whole_width, whole_height) = (side(width, columns, options), side(height, rows, options));
    if whole_width.max(whole_height) > u64::from(MAX_SIDE) {
        return Err(AssembleError::Large { width: whole_width, height: whole_height, max: MAX_SIDE });
    }
    let start = |cell: u32, size: u32| options.padding + options.extrude + cell * pitch(size, options) as u32;
    let cells: Vec<Rect> = (0..count)
        .map(|i| Rect { x: start(i % columns, width), y: start(i / columns, height), width, height })
        .collect();
    let mut image = RgbaImage::new(whole_width as u32, whole_height as u32);
    for (frame, cell) in frames.iter().zip(&cells) {
        place(&mut image, frame, cell, options.extrude);
    }
    Ok(Sheet { image, cells, columns, rows })
}

fn size_of_all(frames: &[RgbaImage]) -> Result<(u32, u32), AssembleError> {
    let first = frames.first().ok_or(AssembleError::Empty)?.dimensions();
    match frames.iter().position(|frame| frame.dimensions() != first) {
        Some(odd) => Err(AssembleError::Sizes { frame: odd + 1, first, found: frames[odd].dimensions() }),
        None if first.0 == 0 || first.1 == 0 => Err(AssembleError::Empty),
        None => Ok(first),
    }
}

/// From the start of a cell to the start of the next.
fn pitch(size: u32, options: &SheetOptions) -> u64 {
    u64::from(size) + 2 * u64::from(options.extrude) + u64::from(options.padding)
}

fn side(size: u32, cells: u32, options: &SheetOptions) -> u64 {
    pitch(size, options) * u64::from(cells) + u64::from(options.padding)
}

/// Draws a frame into its cell, and its border pixels `extrude` times round it.
fn place(image: &mut RgbaImage, frame: &RgbaImage, cell: &Rect, extrude: u32) {
    for y in 0..cell.height + 2 * extrude {
        for x in 0..cell.width + 2 * extrude {
            let from_x = x.saturating_sub(extrude).min(cell.width - 1);
            let from_y = y.saturating_sub(extrude).min(cell.height - 1);
            image.put_pixel(cell.x + x - extrude, cell.y + y - extrude, *frame.get_pixel(from_x, from_y));
        }
    }
}
