//! `show`: the images of assets, for those who cannot open a file.

use image::RgbaImage;

use super::candidates::of_slot;
use super::select::{named, slots};
use super::studio::{Fallback, Studio};
use super::{Error, Look, Opened, Operation, Options, Result};
use crate::plan::Planner;

/// The frames or tiles of an asset, or a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its name, with the candidate's number if it is one.
    pub name: String,
    /// Its images.
    pub frames: Vec<RgbaImage>,
}

/// The images of what a target names; with `n`, those of candidate `n` of each of its slots.
///
/// # Errors
/// `unknown-target`, `unknown-candidate`, or `no-image`: nothing of it is on this machine.
pub fn show(operation: &Operation, target: &str, n: Option<u32>) -> Result<Vec<Shown>> {
    let opened = operation.read(Options::default(), Look::Lock)?;
    let Opened { workspace, state, .. } = &*opened;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = opened.plan(&planner);
    let studio = Studio { planner: &planner, plan, workspace, state, fallback: Fallback::MadeLast };
    let Some(n) = n else {
        let ids = named(&planner, &[target.to_owned()])?;
        let drawn = studio.draw(&ids, operation.cancel)?;
        let shown = drawn.into_iter().map(|(id, drawn)| {
            let frames = drawn.map_err(Error::Failed)?.frames.clone();
            Ok(Shown { name: id.name, frames })
        });
        return shown.collect();
    };
    let found = slots(&planner, plan, target)?.into_iter().map(|slot| {
        let candidate = of_slot(&studio, slot).into_iter().find(|(shown, _)| shown.n == n);
        let (shown, sprites) = candidate.ok_or_else(|| {
            let message = format!("`{}` has no candidate {n}", slot.id);
            Error::usage("unknown-candidate", message, format!("`dgx-pixels candidates {}` shows them", slot.id))
        })?;
        match (sprites, shown.error) {
            (Some(sprites), _) => Ok(Shown { name: format!("{} {n}", slot.id), frames: sprites.frames.clone() }),
            (None, Some(why)) => Err(Error::Failed(why)),
            (None, None) => Err(Error::internal("a candidate has neither an image nor an error")),
        }
    });
    found.collect()
}
