//! Looks of a border. A look paints one pixel of a quarter from the terrain that can be seen from that quarter, so that
//! every look joins wherever the flat one does.

mod cliff;
mod grass;
mod path;
mod shore;
mod stone;
mod view;

use std::sync::Arc;

use image::{Rgba, RgbaImage};

use crate::words::color::Rgb;
use crate::words::layout::{Border, Look};

use super::ramp::Ramp;

pub(super) use view::View;

const TRANSPARENT: Rgba<u8> = Rgba([0; 4]);

/// A texture and the palette that it is drawn in.
#[derive(Clone, Copy)]
pub(super) struct Drawn<'a> {
    pub texture: &'a RgbaImage,
    pub palette: &'a [Rgb],
}

impl Drawn<'_> {
    fn ramp(self) -> Option<Ramp> {
        Ramp::of(self.texture, self.palette)
    }
}

/// What a look paints with.
#[derive(Clone)]
pub(super) struct Ground<'a> {
    /// The texture of the terrain.
    fill: &'a RgbaImage,
    /// The texture beyond the border.
    beyond: Option<&'a RgbaImage>,
    /// The colours of the terrain.
    own: Option<Arc<Ramp>>,
    /// The colours beyond.
    other: Option<Arc<Ramp>>,
    /// The colours of the other terrains of the set, which neither side may be taken for.
    strangers: Arc<[Ramp]>,
    border: Border,
    size: [u32; 2],
    /// The colours in which the terrain's own border is drawn: nothing beyond it has them.
    lines: Arc<[Rgba<u8>]>,
    /// How far blades hang over the lower edge, for each column. The first and the last are 0, so that blades of
    /// neighbours meet.
    blades: Arc<[u32]>,
}

impl<'a> Ground<'a> {
    /// Both textures, each with the palette that it is drawn in; `room` are the rows below the terrain, and the name of
    /// the tileset seeds what is random.
    pub(super) fn new(fill: Drawn<'a>, beyond: Option<Drawn<'a>>, border: Border, room: u32, name: &str) -> Self {
        let size = fill.texture.dimensions().into();
        let [width, _]: [u32; 2] = size;
        let own = fill.ramp();
        Self {
            fill: fill.texture,
            beyond: beyond.map(|beyond| beyond.texture),
            lines: own.as_ref().map_or_else(Vec::new, |own| own.lines(border.look)).into(),
            own: own.map(Arc::new),
            other: beyond.and_then(Drawn::ramp).map(Arc::new),
            strangers: Arc::new([]),
            border,
            size,
            blades: blades(width, room.saturating_sub(1).min(2), name).into(),
        }
    }

    /// The same among terrains that take no part.
    pub(super) fn among(self, strangers: impl Iterator<Item = Drawn<'a>>) -> Self {
        Self { strangers: strangers.filter_map(Drawn::ramp).collect(), ..self }
    }

    /// The same on an image of what lies below.
    pub(super) fn on<'b>(&self, below: &'b RgbaImage) -> Ground<'b>
    where
        'a: 'b,
    {
        Ground { beyond: Some(below), ..self.clone() }
    }

    /// A pixel of the tile.
    pub(super) fn pixel(&self, view: &View<'_>, x: u32, y: u32) -> Rgba<u8> {
        let Some(own) = &self.own else { return self.flat(view, x, y) };
        let color = match self.border.look {
            Look::Flat => return self.flat(view, x, y),
            Look::Grass => grass::pixel(self, own, view, x, y),
            Look::Shore => shore::pixel(self, own, view, x, y),
            Look::Cliff => cliff::pixel(self, own, view, x, y),
            Look::Path => path::pixel(self, own, view, x, y),
            Look::Stone => stone::pixel(self, own, view, x, y),
        };
        let is_tuft = self.border.look == Look::Path && self.blades[x as usize] > 0;
        let is_tuft = is_tuft && view.steps(x, y, [0, 1], 1).is_some();
        match view.is_terrain(x, y) {
            true if is_tuft && !self.is_strange(color) => color,
            true => self.inside(color, x, y),
            // What hangs over has colours of the terrain, which may not touch a missing neighbour.
            false if view.is_at_missing(self.size, x, y) => self.outside(color, x, y),
            false if self.is_strange(color) => self.beyond(x, y),
            false => color,
        }
    }

    /// Whether a colour could be taken for a terrain that takes no part.
    fn is_strange(&self, color: Rgba<u8>) -> bool {
        self.strange(color) > share(&self.own, color).max(share(&self.other, color))
    }

    /// The largest share that a terrain has of a colour that takes no part.
    fn strange(&self, color: Rgba<u8>) -> usize {
        self.strangers.iter().map(|ramp| ramp.share(color)).max().unwrap_or(0)
    }

    /// A colour for the terrain; where it could be taken for what lies beyond, nothing is drawn.
    fn inside(&self, color: Rgba<u8>, x: u32, y: u32) -> Rgba<u8> {
        let other = share(&self.other, color).max(self.strange(color));
        if other > share(&self.own, color) { self.fill(x, y) } else { color }
    }

    /// One texture cut out of the other.
    fn flat(&self, view: &View<'_>, x: u32, y: u32) -> Rgba<u8> {
        if !view.is_terrain(x, y) {
            return self.beyond(x, y);
        }
        let is_edge = || view.gaps(x, y, 1).iter().any(Option::is_some);
        let line = self.own.as_ref().filter(|_| self.border.outline && is_edge()).and_then(|_| darkest(self.fill));
        line.unwrap_or(*self.fill.get_pixel(x, y))
    }

    /// The texture of the terrain.
    fn fill(&self, x: u32, y: u32) -> Rgba<u8> {
        *self.fill.get_pixel(x, y)
    }

    /// The texture beyond the border.
    fn beyond(&self, x: u32, y: u32) -> Rgba<u8> {
        self.beyond.map_or(TRANSPARENT, |beyond| *beyond.get_pixel(x, y))
    }

    /// A colour for the face of a cliff, which is drawn in the colours of one side: none that could be taken for the other's.
    fn face(&self, color: Rgba<u8>, is_own: bool, usual: Rgba<u8>) -> Rgba<u8> {
        let (own, other) = (share(&self.own, color), share(&self.other, color));
        if (is_own && other > own) || (!is_own && own > other) { usual } else { color }
    }

    /// A colour for what lies beyond the border; where it could be taken for the terrain's, nothing is drawn.
    fn outside(&self, color: Rgba<u8>, x: u32, y: u32) -> Rgba<u8> {
        let own = share(&self.own, color).max(self.strange(color));
        let is_own = own > share(&self.other, color) || self.lines.contains(&color);
        if is_own { self.beyond(x, y) } else { color }
    }

    /// The texture beyond the border, some steps darker; nothing is drawn where it is transparent.
    fn shaded(&self, x: u32, y: u32, steps: u32) -> Rgba<u8> {
        let color = self.beyond(x, y);
        let ramp = self.other.as_ref().filter(|_| color.0[3] == 255);
        ramp.map_or(color, |ramp| self.outside(ramp.darker(color, steps), x, y))
    }

    /// The texture beyond the border, some steps lighter.
    fn lit(&self, x: u32, y: u32, steps: u32) -> Rgba<u8> {
        let color = self.beyond(x, y);
        let ramp = self.other.as_ref().filter(|_| color.0[3] == 255);
        ramp.map_or(color, |ramp| self.outside(ramp.lighter(color, steps), x, y))
    }
}

/// The share that a colour has of a texture, if it is known.
fn share(ramp: &Option<Arc<Ramp>>, color: Rgba<u8>) -> usize {
    ramp.as_ref().map_or(0, |ramp| ramp.share(color))
}

/// By weighted sum of the channels, then by value.
fn darkest(texture: &RgbaImage) -> Option<Rgba<u8>> {
    let luma = |[r, g, b, _]: [u8; 4]| 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b);
    let darkest = texture.pixels().filter(|pixel| pixel.0[3] > 0).min_by_key(|pixel| (luma(pixel.0), pixel.0));
    darkest.map(|Rgba([r, g, b, _])| Rgba([*r, *g, *b, 255]))
}

/// Blades of grass side by side: each rises and falls by a pixel a column.
fn blades(width: u32, longest: u32, name: &str) -> Vec<u32> {
    const SHAPES: [&[u32]; 6] = [&[1, 0], &[1, 2, 1, 0], &[1, 1, 0], &[1, 0, 0], &[1, 2, 1, 1, 0], &[0]];
    let mut random = blake3::Hasher::new_derive_key("dgx-pixels blades v1").update(name.as_bytes()).finalize_xof();
    let mut blades = vec![0];
    while blades.len() + 1 < width as usize {
        let mut byte = [0];
        random.fill(&mut byte);
        let room = width as usize - blades.len();
        let shape = SHAPES[usize::from(byte[0]) % SHAPES.len()];
        let fitting = if shape.len() <= room { shape } else { &[0] };
        blades.extend(fitting.iter().map(|height| height.min(&longest)));
    }
    blades.resize(width as usize, 0);
    blades
}
