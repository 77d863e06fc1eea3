//! The checked project: settings, groups, slots and tilesets, with every default filled in.

use super::ask::Ask;
use super::asset::{GroupId, SlotId};
use super::atlas::Atlas;
use super::color::Rgb;
use super::compare::Comparison;
use super::format::FormatSpec;
use super::layout::{Border, Layout, Look};
use super::motion::Motion;
use super::recipe::Recipe;
use super::source::Place;
use super::timing::Timing;
use super::train::Train;

pub use super::direction::{DIRECTION, DIRECTIONS};

/// The checked manifest, profile applied, matrices expanded, styles and recipes resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The table `[project]`.
    pub project: Project,
    /// Sprites, animations and textures, sorted by id.
    pub groups: Vec<Group>,
    /// Tilesets, sorted by id.
    pub tilesets: Vec<Tileset>,
    /// Atlases, sorted by name.
    pub atlases: Vec<Atlas>,
    /// Training runs, sorted by name.
    pub trains: Vec<Train>,
    /// Comparisons, in the order of the manifest.
    pub comparisons: Vec<Comparison>,
}

/// Settings of the whole project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The project's name.
    pub name: String,
    /// The output folder, relative to the project, with `/`.
    pub out: String,
    /// The output folder, relative to the game's assets folder, with a `/` at its end: what a game puts before the path of
    /// an output. Empty where both are the same.
    pub in_game: String,
    /// Whole-number scales of the images; 1 has no suffix, 2 is written as `@2x`.
    pub scales: Vec<u32>,
    /// The formats that are written beside the PNGs, in the order of their registration.
    pub formats: Vec<&'static FormatSpec>,
    /// How PNGs are written.
    pub png: PngMode,
    /// How frames and tiles are packed into a sheet, unless an asset says otherwise.
    pub sheet: SheetOptions,
    /// Above this number of GPU images a build asks for confirmation, or fails without a terminal.
    pub max_images: u32,
    /// The folder of committed raws, relative to the project, if any.
    pub raws: Option<String>,
}

/// How a PNG holds its pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PngMode {
    /// Eight bits a channel with alpha.
    Rgba,
    /// Palette indices, index 0 transparent, the palette in its own order.
    Indexed,
}

/// Geometry of sheets, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SheetOptions {
    /// Transparent pixels between cells and around the sheet.
    pub padding: u32,
    /// How far the border pixels of a cell are repeated outwards.
    pub extrude: u32,
    /// Cells in a row; 0 = all frames of an animation in one row, tiles in the layout's own columns.
    pub columns: u32,
}

impl SheetOptions {
    /// The geometry of an image that is one cell alone.
    pub const ALONE: Self = Self { padding: 0, extrude: 0, columns: 1 };
}

/// Slots that are restored together with one grid and one palette, or the mirror image of such a group, the same in
/// other colours, or a sprite that moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name in the lock.
    pub id: GroupId,
    /// Its place on every axis of its asset's matrix, in the order of the manifest.
    pub axes: Vec<AxisValue>,
    /// Tags of its asset.
    pub tags: Vec<String>,
    /// Where its images come from.
    pub origin: Origin,
    /// How they are restored.
    pub recipe: Recipe,
    /// The group whose palette, scale and baseline it shares (`of`).
    pub base: Option<GroupId>,
    /// The group whose palette it shares and nothing else: the whole sheet of which it is a row.
    pub sheet_colors: Option<GroupId>,
    /// Milliseconds per frame and the way they play; animations only.
    pub timing: Option<Timing>,
    /// How many things its one image shows, to be cut apart; 0 where it shows one.
    pub things: u32,
    /// How far its corners reach in: left, top, right and bottom; sprites only.
    pub nine_slice: Option<[u32; 4]>,
    /// How its frames are packed into a sheet.
    pub sheet: SheetOptions,
    /// Path of its image without `.png`, relative to the output folder; `None` writes no file.
    pub path: Option<String>,
    /// Built-ins that it was resolved with (`character@1`), in order of first use.
    pub with: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// A value of one axis of a matrix.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct AxisValue {
    /// The axis, such as `color`.
    pub axis: String,
    /// The value as it stands in names and paths.
    pub value: String,
}

impl Group {
    /// Its slots in frame order; a group that is made from another one has none.
    pub fn slots(&self) -> &[Slot] {
        match &self.origin {
            Origin::Slots(slots) => slots,
            Origin::Mirror(_) | Origin::Recolor(..) | Origin::Part(..) | Origin::Still(..) => &[],
        }
    }
}

/// Where the images of a group come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Raws, one a slot, in frame order.
    Slots(Vec<Slot>),
    /// The sprites of another group, flipped left to right.
    Mirror(GroupId),
    /// The sprites of another group in other colours.
    Recolor(GroupId, Vec<(Rgb, Rgb)>),
    /// One of the things that another group's image shows, by its number from 0.
    Part(GroupId, u32),
    /// The one sprite of another group, moved.
    Still(GroupId, Motion),
}

/// One raw that a group needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name.
    pub id: SlotId,
    /// The prompt and style, or the file.
    pub ask: Ask,
    /// The seed of candidate 1, if the manifest sets one.
    pub seed: Option<u64>,
    /// Candidates that are requested at once; for files the number of sources.
    pub candidates: u32,
    /// How many more may be requested while none passes; 0 for files.
    pub reroll: u32,
}

/// Tiles assembled from one texture, from two with their border, or from several that lie over each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tileset {
    /// Its name in the lock.
    pub id: GroupId,
    /// Tags of the asset.
    pub tags: Vec<String>,
    /// The texture that fills the tiles; of several terrains the highest.
    pub of: GroupId,
    /// The texture beyond the border; `None` leaves it transparent. Of several terrains the lowest.
    pub over: Option<GroupId>,
    /// Three terrains or more, lowest first; empty if there are at most two.
    pub terrains: Vec<Terrain>,
    /// Width and height of a tile.
    pub size: [u32; 2],
    /// Which tiles, in which order.
    pub layout: Layout,
    /// How the border is drawn; of several terrains that of the highest.
    pub border: Border,
    /// How many pictures there are of each tile that is one terrain only, the first one among them.
    pub variants: u32,
    /// How its tiles are packed into a sheet.
    pub sheet: SheetOptions,
    /// Path of its image without `.png`, relative to the output folder.
    pub path: String,
    /// Built-ins that it was resolved with.
    pub with: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// A terrain of a tileset of several.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Terrain {
    /// Its texture.
    pub texture: GroupId,
    /// The shape of its border, the same over every lower terrain.
    pub border: Border,
    /// How it meets each lower terrain, lowest first.
    pub meets: Vec<Meeting>,
}

/// How a terrain meets a lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Meeting {
    /// How the border is drawn.
    pub look: Look,
    /// Whether the border's own row is drawn in the darkest colour; the flat look only.
    pub outline: bool,
    /// Whether the pair has a transition of its own; without one, what lies between them is drawn below as well.
    pub is_named: bool,
}

impl Tileset {
    /// How many tiles it has: those of its layout, then further pictures of each full one.
    pub fn count(&self) -> u32 {
        self.layout.count() + self.layout.fulls().len() as u32 * self.variants.saturating_sub(1)
    }

    /// The textures that it is made from: that of the tiles and the one beyond, or those of its terrains, lowest first.
    pub fn textures(&self) -> Vec<&GroupId> {
        match self.terrains.as_slice() {
            [] => std::iter::once(&self.of).chain(&self.over).collect(),
            several => several.iter().map(|terrain| &terrain.texture).collect(),
        }
    }
}
