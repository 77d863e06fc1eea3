//! Tables of assets.

use super::table::{elsewhere, table};
use super::{
    AdoptedValue, At, BackendWord, Directions, Int, Named, OneOrMany, Pair, RawMotion, RawStyle, RecipeKeys, Scalar,
    Span, StripValue, StyleChoice, Table, Thousandths,
};
use crate::manifest::problem::Problem;
use crate::words::layout::{Layout, Look};
use crate::words::timing::Playback;

table! {
    /// One image.
    pub struct RawSprite "a sprite" {
        /// Directions that it is drawn in, as a last axis: 4 (s e n w) or 8 (s se e ne n nw w sw).
        directions: Directions,
        /// Directions that are the mirror image of others: `{ w = "e" }`.
        mirror: Named<String>,
        /// Another sprite in other colours: it has the directions and the matrix of that one, and generates nothing.
        recolor: RawRecolor,
        /// How far its corners reach in, so that the rest can be stretched: one number for all sides, or left, top, right and
        /// bottom. Games read it in `pixels.index.json`.
        nine_slice: OneOrMany<Int<0, 512>>,
        /// How many values of its matrix one image shows: they are generated together, on one canvas, and cut apart.
        per_image: Int<2, 64>,
    }
    with {
        /// What all kinds have.
        asset: RawAsset,
        /// Keys of its recipe.
        keys: RecipeKeys,
    }
    else sprite_has_no
}

table! {
    /// Frames in an order, packed into one sheet.
    pub struct RawAnimation "an animation" {
        /// The asset whose palette, scale, baseline and axes it shares.
        of: String,
        /// The action (`walk`): words for the prompt, and the name of the animation in its sheet.
        action: String,
        /// How many frames.
        frames: Int<1, 64>,
        /// Frames a second; 10 if left out.
        fps: Int<1, 60>,
        /// Milliseconds of every frame, in place of `fps`.
        durations: OneOrMany<Int<1, 65_535>>,
        /// The order in which frames are shown.
        playback: Playback,
        /// Whether it repeats without end; it does if left out.
        repeat: bool,
        /// The number of frames side by side in the one image of `source`, or `[columns, rows]`: row by row, at most 64
        /// where `rows` does not name them.
        strip: StripValue,
        /// Names of the rows of a `strip`, from the top, so that an animation takes one of them: that of its direction, of
        /// another value of its matrix, of its action, or of both (`walk-e`). A strip may have any number of named rows.
        rows: OneOrMany<String>,
        /// What happens on which frames, counted from 1: `{ step = [1, 4] }`. Games read it in `pixels.index.json`.
        events: Named<OneOrMany<Int<1, 64>>>,
        /// Directions that it is drawn in, as a last axis; those of `of` if left out.
        directions: Directions,
        /// Directions that are the mirror image of others: `{ w = "e" }`; those of `of` if left out.
        mirror: Named<String>,
        /// Another animation in other colours: it plays as that one does, and generates nothing.
        recolor: RawRecolor,
        /// A sprite that moves as `motion` says: it has the directions and the matrix of that one, and generates nothing.
        still: String,
        /// How the sprite of `still` moves: `{ breathe = 1, blink = "found", sway = { mask = "cape.png", by = 1 }, bob = 1 }`.
        motion: RawMotion,
    }
    with {
        /// What all kinds have.
        asset: RawAsset,
        /// Keys of its recipe.
        keys: RecipeKeys,
        /// Keys of its sheet.
        sheet: RawSheet,
    }
    else animation_has_no
}

table! {
    /// Other colours for another asset.
    pub struct RawRecolor "a recolouring" {
        /// The asset.
        of: String,
        /// Its colours, `#rrggbb`.
        from: Vec<At<String>>,
        /// The colours that take their places, in the same order.
        to: Vec<At<String>>,
    }
}

table! {
    /// An image that tiles seamlessly, for tilesets. It writes no file without `path`.
    pub struct RawTexture "a texture" {}
    with {
        /// What all kinds have.
        asset: RawAsset,
        /// Keys of its recipe.
        keys: RecipeKeys,
    }
    else texture_has_no
}

table! {
    /// What sprites, animations and textures have.
    pub struct RawAsset "an asset" {
        /// What the image shows. Axes and `[vars]` can be named in braces.
        prompt: String,
        /// What the image must not show, in addition to the style's own.
        negative: String,
        /// A style by name, or keys of its own: `{ inherits = "dark", steps = 4 }`.
        style: StyleChoice,
        /// A recipe by name.
        recipe: String,
        /// Built-in presets such as `character` or `16bit`; later ones win.
        preset: OneOrMany<String>,
        /// Width, or `[width, height]`, in logical pixels: the frame that the game sees.
        size: Pair<Int<1, 1024>>,
        /// The seed of candidate 1; candidate 2 has the next one.
        seed: Int<0, { i64::MAX }>,
        /// How many images are generated at once, to choose from.
        candidates: Int<1, 64>,
        /// How many more are generated at most while none passes the gates.
        reroll: Int<0, 64>,
        /// Words to select it by: `build tag:hero`.
        tags: OneOrMany<String>,
        /// Axes and their values: one image for each combination.
        matrix: Named<Vec<At<Scalar>>>,
        /// The output's path without `.png`, relative to the output folder.
        path: String,
        /// What generates it, if not the project's backend.
        backend: BackendWord,
        /// Images of the project in place of generated ones: files or globs. An Aseprite file, a GIF or an APNG is all frames of
        /// an animation, with their durations; a sprite has its first frame.
        source: OneOrMany<String>,
        /// An image that a person drew or edited, in place of those of the backend; it stays as it is. Of an asset with
        /// several members: files by member, `{ e = "raw/knight-e.png" }`. An animation's has all frames side by side.
        /// `dgx-pixels adopt` writes it.
        adopted: AdoptedValue,
        /// The tag of an Aseprite file whose frames are taken. Axes and `[vars]` can be named in braces.
        tag: String,
        /// An image that the new one starts from: a file of the project, or the picked raw of another asset. With the
        /// workflow `sdxl` it means `sdxl-img2img`.
        reference: String,
        /// How much of the reference stays, 0 to 1: 0.2 keeps its colours, 0.6 its pose.
        strength: Thousandths<0, 1000>,
        /// Input images of the workflow, by role: names of assets, files, or poses that are drawn as skeletons (`pose:walk`).
        inputs: Named<String>,
    }
}

table! {
    /// Tiles assembled from one texture, from two with their border, or from several terrains.
    pub struct RawTileset "a tileset" {
        /// The texture that fills the tiles.
        of: String,
        /// The texture beyond the border; transparent if left out.
        over: String,
        /// In place of `of` and `over`: two to four textures, the lowest first. There is a tile for every combination of them
        /// at its four corners, for a dual grid.
        terrains: Vec<At<String>>,
        /// How two terrains meet, by their names, the higher one first: `{ "sand/water" = { look = "shore" } }`. A pair that is
        /// left out meets as the higher one meets the next terrain below it that it has a transition to.
        transitions: Named<RawBorder>,
        /// Width, or `[width, height]`, of a tile.
        size: Pair<Int<1, 1024>>,
        /// Which tiles, in which order: `blob47` for areas, `corner16` for areas on a dual grid, `edge16` for paths and fences
        /// one cell wide, `slopes` for ground seen from the side, `a2` for an autotile of RPG Maker, `single` for one tile.
        /// `terrains` have `corner16`, `corner81` or `corner256`, by their number.
        layout: Layout,
        /// How the border is drawn.
        border: RawBorder,
        /// How many images there are of each tile that is one terrain only, so that no detail stands in every cell; 1 if left
        /// out, and 4 where the border has a look other than `flat`.
        variants: Int<1, 16>,
        /// Words to select it by.
        tags: OneOrMany<String>,
        /// The output's path without `.png`, relative to the output folder.
        path: String,
    }
    with {
        /// Keys of its sheet.
        sheet: RawSheet,
    }
    else tileset_has_no
}

table! {
    /// Frames of many assets packed into common pages, beside the assets' own images. Nothing is rotated or trimmed, and
    /// equal frames lie on a page once.
    pub struct RawAtlas "an atlas" {
        /// Its assets: names, patterns or tags (`tag:item`), as commands take them.
        of: OneOrMany<String>,
        /// The longest side of a page, in pixels of its largest image; 2048 if left out. What one page does not hold lies on
        /// further ones.
        size: Int<16, 8192>,
        /// Transparent pixels between frames and round them; 1 if left out.
        padding: Int<0, 64>,
        /// How far the border pixels of a frame are repeated outwards.
        extrude: Int<0, 64>,
        /// The path of its first page without `.png`, relative to the output folder; `atlases/NAME` if left out.
        path: String,
    }
    else atlas_has_no
}

table! {
    /// How frames or tiles lie on a sheet: of the project, or of one asset.
    pub struct RawSheet "a sheet" {
        /// Transparent pixels between the cells of a sheet and round it.
        padding: Int<0, 64>,
        /// How far the border pixels of a cell are repeated outwards.
        extrude: Int<0, 64>,
        /// Cells in a row of a sheet; 0 puts an animation into one row and tiles into their layout's own columns.
        columns: Int<0, 256>,
    }
}

table! {
    /// The border between a tileset's two textures, in pixels.
    pub struct RawBorder "a border" {
        /// How far it runs inside the tile.
        width: Int<0, 512>,
        /// How far it deviates from a straight line.
        wobble: Int<0, 512>,
        /// Radius of outer corners.
        radius: Int<0, 512>,
        /// Whether its own row is drawn in the darkest colour of the texture.
        outline: bool,
        /// How it is drawn: `flat` (the default), `grass`, `shore`, `cliff`, `path` or `stone`.
        look: Look,
        /// Rows of a cliff's face on its southern side.
        face: Int<1, 512>,
    }
}

fn sprite_has_no(key: &str, span: Span) -> Problem {
    has_no::<RawSprite>(key, span)
}

fn animation_has_no(key: &str, span: Span) -> Problem {
    has_no::<RawAnimation>(key, span)
}

fn texture_has_no(key: &str, span: Span) -> Problem {
    has_no::<RawTexture>(key, span)
}

fn tileset_has_no(key: &str, span: Span) -> Problem {
    has_no::<RawTileset>(key, span)
}

fn atlas_has_no(key: &str, span: Span) -> Problem {
    has_no::<RawAtlas>(key, span)
}

/// Names the kinds that have the key, or the style; else suggests a near key.
fn has_no<T: Table>(key: &str, span: Span) -> Problem {
    let problem = Problem::error("unknown-key", span, format!("{} has no key `{key}`", T::WHAT));
    if RawStyle::keys().contains(&key) && T::keys().contains(&"style") {
        return problem.help(format!("it is a key of styles: `style = {{ {key} = .. }}`"));
    }
    let kinds = [
        ("sprites", RawSprite::keys()),
        ("animations", RawAnimation::keys()),
        ("textures", RawTexture::keys()),
        ("tilesets", RawTileset::keys()),
    ];
    let having: Vec<&str> = kinds.iter().filter(|(_, keys)| keys.contains(&key)).map(|(kind, _)| *kind).collect();
    if having.is_empty() {
        return match elsewhere(key) {
            Some(own) if T::keys().contains(&own) => problem.help(format!("did you mean `{own}`?")),
            Some(own) if RawStyle::keys().contains(&own) && T::keys().contains(&"style") => {
                problem.help(format!("it is a key of styles: `style = {{ {own} = .. }}`"))
            }
            Some(own) => match kinds.iter().find(|(_, keys)| keys.contains(&own)) {
                Some((kind, _)) => problem.help(format!("{kind} have such a key: `{own}`")),
                None => problem.suggest(key, T::keys()),
            },
            None => problem.suggest(key, T::keys()),
        };
    }
    problem.help(format!("{} have this key", having.join(" and ")))
}
