//! Tiles from one texture, or from two with a border: the geometry is computed, the pixels are the textures'.

use image::{Rgba, RgbaImage};

use crate::words::color::Rgb;
use crate::words::layout::{Layout, MaskKind};
use crate::words::project::Tileset;
use crate::words::sprite::Sprites;

use super::AssembleError;
use super::border::Depths;
use super::quadrant::{Cells, Corner};

/// Changes when the same textures would be assembled into other pixels.
pub const VERSION: u32 = 1;

const TRANSPARENT: Rgba<u8> = Rgba([0; 4]);

/// The tiles of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiles {
    /// The tiles, in the order of the layout.
    pub frames: Vec<RgbaImage>,
    /// The colours of both textures.
    pub palette: Vec<Rgb>,
}

/// Assembles the tiles of `spec` from the texture that fills them and the one beyond the border.
///
/// In a dual grid a tile shows the four quarters that meet at a corner of four cells.
pub fn tileset(of: &Sprites, over: Option<&Sprites>, spec: &Tileset) -> Result<Tiles, AssembleError> {
    let fill = texture(of, spec)?;
    let beyond = over.map(|over| texture(over, spec)).transpose()?;
    let palette = palette(of, over.filter(|_| spec.layout != Layout::Single));
    if spec.layout == Layout::Single {
        return Ok(Tiles { frames: vec![fill.clone()], palette });
    }
    let depths = Depths::new(&spec.border, spec.size, &spec.id.name)?;
    let line = spec.border.outline.then(|| darkest(fill)).flatten();
    let painter = Painter { fill, beyond, depths, line, size: spec.size };
    let tile = |&mask: &u8| match spec.layout.mask_kind() {
        MaskKind::Neighbours => painter.tile(&Cells::around(mask), [0, 0]),
        MaskKind::Corners => painter.tile(&Cells::at_corner(mask), spec.size.map(|side| side / 2)),
    };
    Ok(Tiles { frames: spec.layout.masks().iter().map(tile).collect(), palette })
}

fn texture<'a>(sprites: &'a Sprites, spec: &Tileset) -> Result<&'a RgbaImage, AssembleError> {
    let texture = sprites.frames.first().ok_or(AssembleError::Empty)?;
    let size = spec.size.into();
    if texture.dimensions() == size {
        Ok(texture)
    } else {
        Err(AssembleError::Texture { found: texture.dimensions(), size })
    }
}

fn palette(of: &Sprites, over: Option<&Sprites>) -> Vec<Rgb> {
    let mut palette: Vec<Rgb> = Vec::new();
    for color in of.found.palette.iter().chain(over.iter().flat_map(|over| &over.found.palette)) {
        if !palette.contains(color) {
            palette.push(*color);
        }
    }
    palette
}

/// By weighted sum of the channels, then by value.
fn darkest(texture: &RgbaImage) -> Option<Rgba<u8>> {
    let luma = |[r, g, b, _]: [u8; 4]| 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b);
    let darkest = texture.pixels().filter(|pixel| pixel.0[3] > 0).min_by_key(|pixel| (luma(pixel.0), pixel.0));
    darkest.map(|Rgba([r, g, b, _])| Rgba([*r, *g, *b, 255]))
}

/// Draws tiles pixel by pixel: a pixel depends only on its position in a cell and on that cell's neighbours.
struct Painter<'a> {
    fill: &'a RgbaImage,
    beyond: Option<&'a RgbaImage>,
    depths: Depths,
    /// The colour of the terrain's own edge, if it is drawn.
    line: Option<Rgba<u8>>,
    size: [u32; 2],
}

impl Painter<'_> {
    /// The tile that starts `start` pixels right of and below the upper left corner of the middle cell.
    fn tile(&self, cells: &Cells, start: [u32; 2]) -> RgbaImage {
        let [left, top] = start.map(|pixels| pixels as i32);
        RgbaImage::from_fn(self.size[0], self.size[1], |x, y| self.pixel(cells, left + x as i32, top + y as i32))
    }

    fn pixel(&self, cells: &Cells, x: i32, y: i32) -> Rgba<u8> {
        let (_, _, inner_x, inner_y) = self.cell(x, y);
        if !self.inside(cells, x, y) {
            return self.beyond.map_or(TRANSPARENT, |beyond| *beyond.get_pixel(inner_x, inner_y));
        }
        let at_edge = || [(0, -1), (1, 0), (0, 1), (-1, 0)].iter().any(|(dx, dy)| !self.inside(cells, x + dx, y + dy));
        match self.line {
            Some(line) if at_edge() => line,
            _ => *self.fill.get_pixel(inner_x, inner_y),
        }
    }

    /// Whether the pixel, counted from the upper left corner of the middle cell, is terrain.
    fn inside(&self, cells: &Cells, x: i32, y: i32) -> bool {
        let (dx, dy, x, y) = self.cell(x, y);
        let corner = Corner { right: x >= self.size[0] / 2, low: y >= self.size[1] / 2 };
        cells.quadrant(dx, dy, corner).is_some_and(|quadrant| self.depths.inside(corner, quadrant, x, y))
    }

    /// The cell that a pixel is in, and its position there.
    fn cell(&self, x: i32, y: i32) -> (i32, i32, u32, u32) {
        let [width, height] = self.size.map(|side| side as i32);
        (x.div_euclid(width), y.div_euclid(height), x.rem_euclid(width) as u32, y.rem_euclid(height) as u32)
    }
}
