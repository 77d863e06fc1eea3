//! Tiles from one texture, from two with a border, or from several: the geometry is computed, the colours are the
//! textures'.

use std::collections::HashSet;

use image::{Rgba, RgbaImage};

use crate::words::color::Rgb;
use crate::words::layout::{Layout, MaskKind};
use crate::words::project::Tileset;
use crate::words::sprite::Sprites;

use super::AssembleError;
use super::border::Depths;
use super::look::{Drawn, Ground, View};
use super::quadrant::{Cells, Corner, Quadrant};
use super::{terrains, variant};

/// Changes when the same textures would be assembled into other pixels.
pub const VERSION: u32 = 1;

/// The tiles of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiles {
    /// The tiles, in the order of the layout, then further images of each full tile.
    pub frames: Vec<RgbaImage>,
    /// The colours of the textures.
    pub palette: Vec<Rgb>,
}

/// A texture of a tileset.
#[derive(Clone, Copy, Debug)]
pub struct Texture<'a> {
    /// Its pixels and their colours.
    pub sprites: &'a Sprites,
    /// The palette that it is drawn in, in whose colours light and shadow may be drawn, too; empty if there is none.
    pub palette: &'a [Rgb],
}

impl<'a> From<&'a Sprites> for Texture<'a> {
    fn from(sprites: &'a Sprites) -> Self {
        Self { sprites, palette: &[] }
    }
}

/// Assembles the tiles of `spec` from the texture that fills them and the one beyond the border.
///
/// In a dual grid a tile shows the four quarters that meet at a corner of four cells.
pub fn tileset(of: Texture<'_>, over: Option<Texture<'_>>, spec: &Tileset) -> Result<Tiles, AssembleError> {
    let fill = of.sized(spec)?;
    let beyond = over.map(|over| over.sized(spec)).transpose()?;
    let over = over.filter(|_| spec.layout != Layout::Single);
    let frames = match spec.layout {
        Layout::Single => vec![fill.texture.clone()],
        _ => bordered(fill, beyond, spec)?,
    };
    let textures: Vec<Texture<'_>> = std::iter::once(of).chain(over).collect();
    Ok(finished(&textures, frames, spec))
}

/// Assembles the tiles of several terrains from their textures, lowest first.
///
/// # Errors
/// A texture has another size than the tiles, or a border leaves no terrain.
pub fn land(textures: &[Texture<'_>], spec: &Tileset) -> Result<Tiles, AssembleError> {
    let drawn = textures.iter().map(|texture| texture.sized(spec)).collect::<Result<Vec<_>, _>>()?;
    let frames = terrains::frames(&drawn, spec)?;
    Ok(finished(textures, frames, spec))
}

/// The tiles with their palette and with further images of each full one.
fn finished(textures: &[Texture<'_>], mut frames: Vec<RgbaImage>, spec: &Tileset) -> Tiles {
    let palette = palette(textures, &frames);
    let fulls = spec.layout.fulls();
    let more = (spec.count() as usize - frames.len()) / fulls.len().max(1);
    for full in fulls {
        frames.extend(variant::variants(&frames[full], more, &spec.id.name));
    }
    Tiles { frames, palette }
}

/// How often each image of each full tile is to be seen, the one in the layout first, terrain by terrain; none for a set
/// without a full tile.
pub fn weights(layout: Layout, frames: &[RgbaImage]) -> Vec<u32> {
    let fulls = layout.fulls();
    let (count, total) = (layout.masks().len(), frames.len());
    let more = total.saturating_sub(count) / fulls.len().max(1);
    let images = fulls.iter().enumerate().filter_map(|(at, full)| {
        let start = count + at * more;
        Some(variant::weights(frames.get(*full)?, frames.get(start..start + more)?))
    });
    images.flatten().collect()
}

fn bordered(fill: Drawn<'_>, beyond: Option<Drawn<'_>>, spec: &Tileset) -> Result<Vec<RgbaImage>, AssembleError> {
    let depths = Depths::new(&spec.border, spec.size, &spec.id.name)?;
    let depths = if spec.layout == Layout::Slopes { depths.with_level_ends(&spec.border) } else { depths };
    let ground = Ground::new(fill, beyond, spec.border, depths.least_south(), &spec.id.name);
    let quarters = Quarters::paint(&ground, &depths, beyond.map(|beyond| beyond.texture), spec.size);
    let tile = |(place, &mask): (usize, &u8)| match (spec.layout.slope(place), spec.layout.mask_kind()) {
        (Some(slope), _) => {
            let view = View::slope(slope, spec.size, &spec.border);
            RgbaImage::from_fn(spec.size[0], spec.size[1], |x, y| ground.pixel(&view, x, y))
        }
        (None, MaskKind::Neighbours) => quarters.tile(&Cells::around(mask), [0, 0]),
        (None, _) => quarters.tile(&Cells::at_corner(mask), spec.size.map(|side| side / 2)),
    };
    Ok(spec.layout.masks().iter().enumerate().map(tile).collect())
}

impl<'a> Texture<'a> {
    fn sized(self, spec: &Tileset) -> Result<Drawn<'a>, AssembleError> {
        let texture = self.sprites.frames.first().ok_or(AssembleError::Empty)?;
        let size = spec.size.into();
        if texture.dimensions() == size {
            Ok(Drawn { texture, palette: self.palette })
        } else {
            Err(AssembleError::Texture { found: texture.dimensions(), size })
        }
    }
}

/// The colours of all textures, then those of their palettes that the tiles have.
fn palette(textures: &[Texture<'_>], frames: &[RgbaImage]) -> Vec<Rgb> {
    let mut palette: Vec<Rgb> = Vec::new();
    for color in textures.iter().flat_map(|texture| &texture.sprites.found.palette) {
        if !palette.contains(color) {
            palette.push(*color);
        }
    }
    let drawn: HashSet<[u8; 4]> = frames.iter().flat_map(RgbaImage::pixels).map(|pixel| pixel.0).collect();
    let is_drawn = |Rgb([r, g, b]): &Rgb| drawn.contains(&[*r, *g, *b, 255]);
    for color in textures.iter().flat_map(|texture| texture.palette) {
        if !palette.contains(color) && is_drawn(color) {
            palette.push(*color);
        }
    }
    palette
}

/// The twenty quarters that every tile is made of, each in an image of a whole tile.
struct Quarters<'a> {
    images: Vec<RgbaImage>,
    beyond: Option<&'a RgbaImage>,
    size: [u32; 2],
}

impl<'a> Quarters<'a> {
    fn paint(ground: &Ground<'_>, depths: &Depths, beyond: Option<&'a RgbaImage>, size: [u32; 2]) -> Self {
        let kinds = Quadrant::ALL.into_iter().flat_map(|quadrant| Corner::ALL.map(|corner| (quadrant, corner)));
        let images = kinds.map(|(quadrant, corner)| {
            let view = View::new(depths, Cells::seen_from(corner, quadrant));
            RgbaImage::from_fn(size[0], size[1], |x, y| match Corner::of(size, x, y) == corner {
                true => ground.pixel(&view, x, y),
                false => Rgba([0; 4]),
            })
        });
        Self { images: images.collect(), beyond, size }
    }

    /// The tile that starts `start` pixels right of and below the upper left corner of the middle cell.
    fn tile(&self, cells: &Cells, start: [u32; 2]) -> RgbaImage {
        let [width, height] = self.size;
        RgbaImage::from_fn(width, height, |x, y| {
            let (x, y) = (x + start[0], y + start[1]);
            self.pixel(cells, [x / width, y / height].map(|cell| cell as i32), x % width, y % height)
        })
    }

    /// A pixel of the cell so many columns and rows from the middle.
    fn pixel(&self, cells: &Cells, [dx, dy]: [i32; 2], x: u32, y: u32) -> Rgba<u8> {
        let corner = Corner::of(self.size, x, y);
        match cells.quadrant(dx, dy, corner) {
            Some(quadrant) => *self.images[4 * quadrant.index() + corner.index()].get_pixel(x, y),
            None => self.beyond.map_or(Rgba([0; 4]), |beyond| *beyond.get_pixel(x, y)),
        }
    }
}
