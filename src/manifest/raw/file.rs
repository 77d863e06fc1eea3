//! The whole file, and the tables that are not assets, styles or recipes.

use super::table::{suggest_key, table};
use super::{
    BackendWord, FormatId, Int, Named, OneOrMany, RawAnimation, RawAtlas, RawRecipe, RawSheet, RawSprite, RawStyle,
    RawTexture, RawTileset, RawTrain, RecipeKeys, Scalar, Span, StyleKeys, Table,
};
use crate::manifest::problem::Problem;
use crate::words::project::PngMode;

table! {
    /// The manifest of a DGX-Pixels project.
    pub struct RawFile "a manifest" {
        /// Further files with tables of this manifest, as globs relative to the project.
        include: OneOrMany<String>,
        /// Text for templates: `{name}` in prompts and paths.
        vars: Named<Scalar>,
        /// The project.
        project: RawProject,
        /// Styles by name: how images are generated. All start from `default`.
        style: Named<RawStyle>,
        /// Recipes by name: how images are restored. All start from `default`.
        recipe: Named<RawRecipe>,
        /// Single images.
        sprite: Named<RawSprite>,
        /// Frames in an order.
        animation: Named<RawAnimation>,
        /// Images that tile seamlessly.
        texture: Named<RawTexture>,
        /// Tiles assembled from textures.
        tileset: Named<RawTileset>,
        /// Frames of many assets on common pages.
        atlas: Named<RawAtlas>,
        /// Other settings by name, for `--profile`.
        profile: Named<RawProfile>,
        /// LoRAs that `train` makes of images.
        train: Named<RawTrain>,
        /// Comparisons by name: the same slots and seeds in several styles, for `compare`.
        compare: Named<RawCompare>,
    }
}

table! {
    /// The same slots and seeds in several styles, to be voted on.
    pub struct RawCompare "a comparison" {
        /// What is compared: assets by name, glob or `tag:NAME`.
        slots: OneOrMany<String>,
        /// How many seeds each slot has; 4 if left out.
        seeds: Int<1, 64>,
        /// Two to six arms by name: each a change to the style that a slot has anyway.
        arms: Named<RawArm>,
    }
}

table! {
    /// Keys of a style in the place of those that a slot has anyway.
    pub struct RawArm "an arm" {}
    with {
        /// Its keys.
        keys: StyleKeys,
    }
}

table! {
    /// Settings of the whole project.
    pub struct RawProject "a project" {
        /// The project's name.
        name: String,
        /// The output folder, relative to the project; `assets` if left out.
        out: String,
        /// Whole-number scales of the images; 2 is written as `@2x`.
        scale: OneOrMany<Int<1, 8>>,
        /// What is written beside the PNGs.
        export: OneOrMany<FormatId>,
        /// What generates images; an asset with `source` takes files.
        backend: BackendWord,
        /// How many images are generated at once, to choose from.
        candidates: Int<1, 64>,
        /// How many more are generated at most while none passes the gates.
        reroll: Int<0, 64>,
        /// A build that generates more images needs `--yes`.
        max_images: Int<0, 1_000_000>,
        /// A folder for the picked raws, to commit them.
        raws: String,
        /// How PNGs hold their pixels.
        png: PngMode,
        /// The game's assets folder, relative to the project, if it is not the output folder itself but one around it: what
        /// paths in files for the game are relative to.
        game_assets: String,
    }
    with {
        /// Keys of every sheet; animations and tilesets have them, too.
        sheet: RawSheet,
    }
    else project_has_no
}

table! {
    /// Alternative settings. A profile changes how images are generated, never how they are restored.
    pub struct RawProfile "a profile" {
        /// How many images are generated at once.
        candidates: Int<1, 64>,
        /// How many more are generated at most while none passes the gates.
        reroll: Int<0, 64>,
        /// What generates images.
        backend: BackendWord,
        /// The output folder.
        out: String,
        /// Keys of every style.
        style: StyleKeys,
    }
    else profile_has_no
}

fn project_has_no(key: &str, span: Span) -> Problem {
    let problem = Problem::error("unknown-key", span, format!("a project has no key `{key}`"));
    match key {
        "include" => problem.help("write it at the top of the file, before `[project]`"),
        "vars" => problem.help("it is a table of its own: `[vars]`"),
        _ if RawFile::keys().contains(&key) => problem.help(format!("it is a table of its own: `[{key}.NAME]`")),
        _ => suggest_key::<RawProject>(problem, key),
    }
}

fn profile_has_no(key: &str, span: Span) -> Problem {
    if key != "recipe" && key != "size" && !RecipeKeys::keys().contains(&key) {
        let problem = Problem::error("unknown-key", span, format!("a profile has no key `{key}`"));
        return suggest_key::<RawProfile>(problem, key);
    }
    let message =
        format!("a profile cannot set `{key}`: profiles change how images are generated, never how they are restored");
    Problem::error("profile-recipe", span, message)
        .help("this keeps a picked raw and its sprite the same in every profile")
}
