//! `pick`, `reroll`, `edit_recipe` and `process`: decisions and restorations, which ask no GPU.

use std::path::{Component, Path};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::mcp::Server;
use crate::mcp::answer::Answer;
use crate::mcp::arguments::bad;
use crate::mcp::call::Call;
use crate::mcp::tool::{Effect, Tool};
use crate::session::process::{self, Grouping, Processed, RecipeOptions, Request, Restored};
use crate::session::{self, EditedRecipe, Error, Operation, Picked, RecipeEdit, Rerolled, Result};

/// Where restored images go.
const FOLDER: &str = ".dgx-pixels/processed";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PickArguments {
    /// One slot: an asset, a member or a frame; or several by a glob.
    target: String,
    /// The candidate's number.
    n: u32,
    /// The pick that you saw, 0 for none: refused if there is another one now.
    #[serde(default)]
    seen: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct PickedAll {
    /// What was picked.
    picked: Vec<Picked>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RerollArguments {
    /// An asset, a member, a frame or a glob.
    target: String,
    /// Candidates that stay.
    #[serde(default)]
    keep: Option<Vec<u32>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EditArguments {
    /// Assets by name, glob or `tag:NAME`, or `recipe:default` for all.
    targets: Vec<String>,
    /// Keys of a recipe: `palette=pico-8`, `size=24`, `outline=outer`, `colors=8`, `gates.grid=500`.
    changes: Vec<String>,
    /// Write pixels.toml; else only before and after are shown.
    #[serde(default)]
    apply: bool,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ProcessArguments {
    /// An image of the project, by its path in it.
    file: String,
    /// `32` or `32x48`; as found if left out.
    #[serde(default)]
    size: Option<String>,
    /// A built-in palette; the image's own colours if left out.
    #[serde(default)]
    palette: Option<String>,
    /// At most so many colours.
    #[serde(default)]
    colors: Option<u32>,
}

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<PickArguments, PickedAll>(
            ("pick", "Pick a candidate"),
            Effect::Add,
            "Chooses a candidate (see show with candidates). The next build makes its files. Costs nothing.",
            pick,
        ),
        Tool::new::<RerollArguments, Rerolled>(
            ("reroll", "Ask for other candidates"),
            Effect::Change,
            "Drops the candidates and the pick of a target; the next build, with its plan, generates others. Costs nothing \
             itself.",
            reroll,
        ),
        Tool::new::<EditArguments, EditedRecipe>(
            ("edit_recipe", "Change palette, size, outline"),
            Effect::Change,
            "Shows assets before and after a change of their recipe; apply writes it into pixels.toml with comments kept. \
             Never asks a GPU.",
            edit,
        ),
        Tool::new::<ProcessArguments, Restored>(
            ("process", "Restore an image"),
            Effect::Add,
            "Restores an image of the project folder to true pixel art, into a new file. Never asks a GPU.",
            restore,
        ),
    ]
}

fn pick(server: &Server, call: &Call, arguments: PickArguments) -> Result<Answer> {
    let PickArguments { target, n, seen } = arguments;
    let picked = server.0.project.run(&call.cancel, |operation| session::pick_if(operation, &target, n, seen))?;
    Answer::of(&PickedAll { picked })
}

fn reroll(server: &Server, call: &Call, arguments: RerollArguments) -> Result<Answer> {
    let RerollArguments { target, keep } = arguments;
    let reroll = |operation: &Operation| session::reroll(operation, &target, keep.as_deref());
    Answer::of(&server.0.project.run(&call.cancel, reroll)?)
}

fn edit(server: &Server, call: &Call, arguments: EditArguments) -> Result<Answer> {
    let EditArguments { targets, changes, apply } = arguments;
    if changes.is_empty() {
        return Err(bad("no change is given", "write a change as KEY=VALUE, such as `palette=pico-8`"));
    }
    let edit = RecipeEdit { targets, changes, apply };
    let (edited, picture) = server.0.project.run(&call.cancel, |operation| session::edit_recipe(operation, &edit))?;
    let answer = Answer::of(&edited)?;
    Ok(match picture {
        Some(picture) => answer.picture(picture.png),
        None => answer,
    })
}

fn restore(server: &Server, call: &Call, arguments: ProcessArguments) -> Result<Answer> {
    let ProcessArguments { file, size, palette, colors } = arguments;
    if let Some(palette) = &palette {
        session::palette::require_portable(palette)?;
    }
    let root = server.0.project.root();
    let image = inside(root, &file)?;
    let request = Request {
        images: vec![image],
        out: root.join(FOLDER),
        explain: None,
        grouping: Grouping::Alone,
        recipe: RecipeOptions { size, palette, colors, ..RecipeOptions::default() },
    };
    let processed = server.0.project.run(&call.cancel, |operation| process::process(operation, &request))?;
    match processed.into_iter().next() {
        Some(Processed::Restored(restored)) => {
            let relative = |path: &str| Path::new(path).strip_prefix(root).map_or(path.to_owned(), shown);
            let restored = Restored { image: file, out: relative(&restored.out), ..restored };
            let picture = session::picture_of_files(root, std::slice::from_ref(&restored.out))?;
            Ok(Answer::of(&restored)?.picture(picture.png))
        }
        Some(Processed::Failed(failed)) => Err(Error::Failed(failed.error)),
        None => Err(Error::internal("an image has no result")),
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// A file of the project, links followed.
fn inside(root: &Path, file: &str) -> Result<std::path::PathBuf> {
    let is_plain = |part: Component| matches!(part, Component::Normal(_) | Component::CurDir);
    let path = root.join(file);
    let full = std::fs::canonicalize(&path).ok();
    let real_root = std::fs::canonicalize(root).ok();
    let is_inside = full.zip(real_root).is_some_and(|(full, root)| full.starts_with(root));
    if file.contains('\0') || !Path::new(file).components().all(is_plain) || (path.exists() && !is_inside) {
        let message = format!("`{}` is not in the project", crate::words::text::shortened(file));
        return Err(Error::usage("outside-project", message, "name an image by its path in the project"));
    }
    Ok(path)
}
