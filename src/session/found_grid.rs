//! The grid that restoration finds in a raw, as a page draws it over the raw.

use serde::Serialize;

use super::conductor::lattice;
use super::image_png::{candidate, no_raw};
use super::studio::{Fallback, Studio};
use super::{Error, Look, Opened, Operation, Options, Result};
use crate::plan::Planner;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::raw::Raw;
use crate::words::recipe::Recipe;

/// The grid of a raw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FoundGrid {
    /// The raw.
    pub raw: Digest,
    /// Its width and height.
    pub size: [u32; 2],
    /// Columns and rows of cells.
    pub cells: [usize; 2],
    /// Left upper corners of the cells in hundredths of a pixel of the raw, row by row, with one more column and row for
    /// the right and lower border. Lines may be curved.
    pub corners: Vec<[i32; 2]>,
}

/// The grid of a candidate's raw, as the gates judge it: alone, under the present recipe.
///
/// # Errors
/// `unknown-target`, `unknown-candidate`, `ambiguous-slot`, `no-image`; what restoration says of the raw.
pub fn found_grid(operation: &Operation, target: &str, n: u32) -> Result<FoundGrid> {
    let opened = operation.read(Options::default(), Look::Lock)?;
    let Opened { workspace, state, .. } = &*opened;
    let planner = Planner::new(&workspace.manifest, &workspace.inputs);
    let plan = opened.plan(&planner);
    let (slot, digest) = candidate(&planner, plan, state, target, n)?;
    let studio = Studio { planner: &planner, plan, workspace, state, fallback: Fallback::None };
    let group = planner.group(&slot.id.group).ok_or_else(|| Error::internal("a slot without a group"))?;
    let raw = studio.raw(&digest).map_err(Error::Failed)?.ok_or_else(|| no_raw(&slot.id, n))?;
    of_raw(&raw, digest, &group.recipe).map_err(Error::Failed)
}

/// The grid of a raw under a recipe.
pub(super) fn of_raw(raw: &Raw, digest: Digest, recipe: &Recipe) -> std::result::Result<FoundGrid, Diagnostic> {
    let found = lattice(raw, recipe)?;
    let cells = found.cells();
    let corners = (0..=cells[1]).flat_map(|row| (0..=cells[0]).map(move |column| (column, row)));
    let corners = corners.map(|(column, row)| found.corner(column, row).map(|place| (place * 100.0).round() as i32));
    Ok(FoundGrid { raw: digest, size: raw.pixels.dimensions().into(), cells, corners: corners.collect() })
}
