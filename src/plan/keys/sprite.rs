//! The keys of what is made from raws: restored, mirrored and assembled sprites.

use serde::Serialize;

use super::parts::part;
use super::{Key, word};
use crate::words::color::Rgb;
use crate::words::digest::{Digest, Encoder};
use crate::words::layout::{Border, Layout, Look};
use crate::words::project::{Terrain, Tileset};
use crate::words::recipe::{Fit, GridChoice, Matte, PaletteChoice, Recipe, Size};

/// The first version of the restoration that looks for the colour that was asked for.
const EXPECTS: u32 = 4;

/// What a group's sprites are made from.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SpriteKey<'a> {
    /// The version of the restoration.
    pub process: u32,
    /// How the raws are restored.
    #[serde(flatten)]
    pub recipe: &'a Recipe,
    /// The picked raws, in frame order.
    pub raws: &'a [Digest],
    /// The sprite key of the group whose palette and scale it shares.
    pub base: Option<Digest>,
}

impl Key for SpriteKey<'_> {
    const CONTEXT: &'static str = "dgx-pixels sprite v1";

    fn encode(&self, encoder: &mut Encoder) {
        encoder.uint(self.process.into());
        encode_recipe(encoder, self.recipe, self.process);
        encode_expected(encoder, self.process, self.recipe);
        encoder.list(self.raws.iter(), |e, raw| {
            e.digest(raw);
        });
        encoder.list(self.base.iter(), |e, base| {
            e.digest(base);
        });
    }
}

/// What a mirrored group's sprites are made from.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MirrorKey {
    /// The sprite key of the group that is mirrored.
    pub of: Digest,
}

impl Key for MirrorKey {
    const CONTEXT: &'static str = "dgx-pixels mirror v1";

    fn encode(&self, encoder: &mut Encoder) {
        encoder.digest(&self.of);
    }
}

/// What a group in other colours is made from.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RecolorKey<'a> {
    /// The sprite key of the group whose colours change.
    pub of: Digest,
    /// Each colour and the one that takes its place.
    pub colors: &'a [(Rgb, Rgb)],
}

impl Key for RecolorKey<'_> {
    const CONTEXT: &'static str = "dgx-pixels recolor v1";

    fn encode(&self, encoder: &mut Encoder) {
        encoder.digest(&self.of).list(self.colors.iter(), |e, (from, to)| {
            e.bytes(&from.0).bytes(&to.0);
        });
    }
}

/// What the things of one image are made from.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ThingsKey {
    /// The sprite key of the image as a whole.
    pub of: Digest,
    /// How many things it shows.
    pub things: u32,
}

impl Key for ThingsKey {
    const CONTEXT: &'static str = "dgx-pixels things v1";

    fn encode(&self, encoder: &mut Encoder) {
        encoder.digest(&self.of).uint(self.things.into());
    }
}

/// What one of these things is made from.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PartKey {
    /// The sprite key of the image of all.
    pub of: Digest,
    /// Its number from 0.
    pub number: u32,
}

impl Key for PartKey {
    const CONTEXT: &'static str = "dgx-pixels part v1";

    fn encode(&self, encoder: &mut Encoder) {
        encoder.digest(&self.of).uint(self.number.into());
    }
}

/// What a tileset's tiles are made from.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct TilesetKey<'a> {
    /// The version of the assembly.
    pub assembly: u32,
    /// The tileset's name, which decides how its border wobbles.
    pub name: &'a str,
    /// Which tiles, in which order.
    pub layout: Layout,
    /// Width and height of a tile.
    pub size: [u32; 2],
    /// How the border is drawn.
    pub border: Border,
    /// How many pictures there are of the tile that is terrain only.
    pub variants: u32,
    /// The sprite key of the texture that fills the tiles; of several terrains of the lowest.
    pub of: Digest,
    /// The sprite key of the texture beyond the border; of several terrains of the second.
    pub over: Option<Digest>,
    /// The sprite keys of the third terrain and those above it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub higher: &'a [Digest],
    /// How several terrains meet.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub terrains: &'a [Terrain],
}

impl<'a> TilesetKey<'a> {
    /// The key of a tileset whose textures have these sprite keys, in the order of [`Tileset::textures`].
    pub fn new(assembly: u32, tileset: &'a Tileset, of: &Digest, others: &'a [Digest]) -> Self {
        let Tileset { id, layout, size, border, variants, terrains, .. } = tileset;
        let (layout, size, border, variants) = (*layout, *size, *border, *variants);
        let (over, higher) = (others.first().copied(), others.get(1..).unwrap_or_default());
        Self { assembly, name: &id.name, layout, size, border, variants, of: *of, over, higher, terrains }
    }
}

impl Key for TilesetKey<'_> {
    const CONTEXT: &'static str = "dgx-pixels tileset v1";

    fn encode(&self, encoder: &mut Encoder) {
        let Self { border, size: [width, height], .. } = self;
        encoder.uint(self.assembly.into()).text(self.name).text(self.layout.word());
        encoder.uint((*width).into()).uint((*height).into());
        encoder.uint(border.width.into()).uint(border.wobble.into()).uint(border.radius.into());
        encoder.int(border.outline.into()).digest(&self.of).list(self.over.iter(), |e, over| {
            e.digest(over);
        });
        // Younger than the others: the default adds nothing, so that the keys of flat tilesets stay.
        if border.look != Look::Flat {
            encoder.text("look").text(border.look.word()).uint(border.face.into());
        }
        if self.variants > 1 {
            encoder.text("variants").uint(self.variants.into());
        }
        if !self.terrains.is_empty() {
            encoder.text("terrains").list(self.higher.iter(), |e, of| {
                e.digest(of);
            });
            encoder.list(self.terrains.iter(), encode_terrain);
        }
    }
}

/// How a terrain meets those below it; its texture has a key of its own.
fn encode_terrain(e: &mut Encoder, terrain: &Terrain) {
    let Border { width, wobble, radius, face, .. } = terrain.border;
    for number in [width, wobble, radius, face] {
        e.uint(number.into());
    }
    e.list(terrain.meets.iter(), |e, meeting| {
        e.text(meeting.look.word()).int(meeting.outline.into()).int(meeting.is_named.into());
    });
}

/// The colour that was asked for. It is no part of a recipe as it is written, and older versions did not look at it.
fn encode_expected(e: &mut Encoder, process: u32, recipe: &Recipe) {
    if let Matte::Expected(key) = recipe.matte
        && process >= EXPECTS
    {
        e.text("expected").bytes(&key.0);
    }
}

/// The digest of a recipe alone, for `parts`.
pub fn recipe(recipe: &Recipe) -> Digest {
    part(|e| encode_recipe(e, recipe, FILLS))
}

/// The first version of the restoration that reduces by other factors than whole ones.
const FILLS: u32 = 4;

/// The first version of the restoration that steadies frames.
const STEADIES: u32 = 4;

/// How a subject is fitted, for a version of the restoration. The default is `reduce`, which meant whole steps before
/// [`FILLS`], so that what an older version made keeps its key, whether the manifest named whole steps or not.
fn fit(fit: Fit, process: u32) -> &'static str {
    match fit {
        Fit::Step if process >= FILLS => "step",
        Fit::Fill | Fit::Step => "reduce",
        Fit::Exact => "exact",
    }
}

fn encode_recipe(e: &mut Encoder, recipe: &Recipe, process: u32) {
    let pair = |e: &mut Encoder, word: &str, [a, b]: [u32; 2]| {
        e.text(word).uint(a.into()).uint(b.into());
    };
    match recipe.size {
        Size::Found => pair(e, "found", [0, 0]),
        Size::Frame(size) => pair(e, "frame", size),
    }
    e.text(word(&recipe.framing).as_str()).text(fit(recipe.fit, process)).uint(recipe.scale.unwrap_or(0).into());
    e.text(word(&recipe.anchor).as_str()).uint(recipe.margin.into());
    match &recipe.palette {
        PaletteChoice::Auto => pair(e, "auto", [0, 0]),
        PaletteChoice::Colors(n) => pair(e, "colors", [*n, 0]),
        PaletteChoice::Given(colors) => {
            e.text("given").list(colors.iter(), |e, color| {
                e.bytes(&color.0);
            });
        }
        PaletteChoice::Best { palette, count } => {
            e.text("best").uint((*count).into()).list(palette.iter(), |e, color| {
                e.bytes(&color.0);
            });
        }
    }
    let matte = match recipe.matte {
        Matte::Auto | Matte::Expected(_) => "auto",
        Matte::None => "none",
        Matte::Key => "key",
        Matte::Color(_) => "color",
    };
    match recipe.grid {
        GridChoice::Auto => pair(e, "auto", [0, 0]),
        GridChoice::Cells(cells) => pair(e, "given-cells", cells),
        GridChoice::Pitch(pitch) => pair(e, "given-pitch", pitch),
    }
    e.text(matte).text(word(&recipe.holes).as_str()).text(word(&recipe.outline).as_str());
    let cleanup = recipe.cleanup;
    e.int(cleanup.orphans.into()).int(cleanup.jaggies.into()).int(cleanup.dust.into());
    e.text(word(&recipe.dither).as_str());
    e.list(recipe.gates.iter(), |e, (gate, threshold)| {
        e.text(gate.word()).int(*threshold);
    });
    // Younger than the others: the default adds nothing, so that the keys of recipes without it stay.
    if !recipe.alpha.is_auto() {
        e.text("alpha").text(recipe.alpha.word());
    }
    if !recipe.drawn_frame.is_auto() {
        e.text("drawn-frame").text(recipe.drawn_frame.word());
    }
    if !recipe.shadow.is_kept() {
        e.text("shadow").text(recipe.shadow.word());
    }
    if let Matte::Color(color) = recipe.matte {
        e.text("color").bytes(&color.0);
    }
    if process >= STEADIES && !recipe.repair.is_auto() {
        e.text("repair").text(recipe.repair.word());
    }
    if recipe.adopted {
        e.text("adopted");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_version_made_keeps_its_key() {
        let sprite = |fit: Fit, process: u32| {
            let recipe = Recipe { fit, ..Recipe::default() };
            SpriteKey { process, recipe: &recipe, raws: &[], base: None }.digest()
        };
        assert_eq!(sprite(Fit::Step, FILLS - 1), sprite(Fit::Fill, FILLS - 1));
        assert_ne!(sprite(Fit::Step, FILLS), sprite(Fit::Fill, FILLS));
        assert_ne!(sprite(Fit::Exact, FILLS - 1), sprite(Fit::Fill, FILLS - 1));
    }
}
