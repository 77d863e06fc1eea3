//! Gates: thresholds on metrics, and the score that ranks candidates.
//!
//! | metric | range | meaning |
//! |---|---|---|
//! | `grid` | 0 to 1000 | confidence in the grid: the measured share of correct grids among those with this evidence; no gate for a grid that the recipe gives |
//! | `colors` | 0 to 256 | number of colours before mapping to a palette |
//! | `coverage` | 0 to 1000 | opaque share of the frames, in per mille |
//! | `border` | 0 to 1000 | share of the raws' border cells that the subject covers, in per mille |
//! | `orphans` | 0 to 1000 | share of opaque pixels that share their colour with none of their eight neighbours, in per mille |
//! | `residue` | 0 to about 1000 | mean colour distance between the mapped picture and the raws' cells, in thousandths of OKLab |
//! | `reduced` | 1 to 8 | reduction factor: cells per sprite pixel along each axis, rounded up |
//! | `features` | 0 to 1000 | share of the features narrower than a block that the reduction kept, in per mille; 1000 if there are none |
//! | `baseline` | 0 to 1024 | largest distance between a frame's lowest pixel and the group's baseline, in pixels |
//! | `baseline_frame` | 1 and more | number of that frame, of several; absent if all stand on the baseline |
//! | `flicker` | 0 to 1000 | worst share of an inner frame's pixels whose like neither frame beside it has near their places, beyond the share that these two lack of each other, in per mille; of a body that jumps to and fro, all pixels that change |
//! | `flicker_frame` | 1 and more | number of that frame; absent without flicker |
//! | `loop` | 0 to 1000 | by how much more of its pixels the last frame loses to the first one than any other frame to the next, or how much the first or the last frame flickers round the loop, in per mille; absent below three frames |
//! | `strays` | 1 and more | reach of the feet or of the body sideways where they neither stand still nor follow a curve, in pixels; absent if they do |
//! | `strays_frame` | 1 and more | number of the frame that is farthest from the middle of their places |
//! | `seam` | 0 to 100000 | mean colour step across the wrapped edge relative to the mean inner step, in per mille; 0 unless the group is a texture |
//! | `key` | 0 to 1000 | largest distance of a raw's ground from the colour that was asked for, in thousandths of OKLab: 1000 without a ground; absent if no colour was asked for, or if the raw is transparent |
//! | `fit` | 0 and more | pixels by which the subject exceeds the room in its frame; more than 0 always fails |
//! | `fit_frame` | 1 and more | number of the frame, of several, that exceeds it most; absent if none does |
//! | `cut_frame` | 1 and more | number of the frame whose subject goes on beyond the image; absent if none does |
//! | `cut_into` | 1 and more | number of the frame beside it on the same sheet in which that subject goes on; absent if it is none |
//! | `cells_w`, `cells_h` | 1 and more | columns and rows of cells |
//! | `spread` | 0 to about 1000 | median colour distance between a cell's samples and its colour, in thousandths of OKLab |
//! | `things`, `things_wanted` | 0 and more | things that an image of several shows, and how many it should show; a difference always fails; absent elsewhere |
//! | `moved` | 1 and more | frames that registration moved; absent if none |
//! | `merged` | 1 and more | frames that equal the ones before and are shown with them; absent if none |
//! | `tinted` | 1 and more | frames whose tint was taken out; absent if none |
//! | `still` | 1 | the frames were made from one sprite that stands still; absent elsewhere |
//! | `snapped` | 1 and more | pixels that took the colour of the frames before and after; absent if none |

use crate::words::recipe::{Gate, GridChoice, Recipe};
use crate::words::sprite::{GateFailure, Metrics, Verdict};

/// Checks metrics against the gates of a recipe. Lists every failure, such as `grid 412 < 600`, in the order of
/// [`Gate::ALL`], then `fit`. A grid that the recipe gives needs no confidence: the gate `grid` is for detected ones.
pub fn verdict(metrics: &Metrics, recipe: &Recipe) -> Verdict {
    Verdict::of(&failures(metrics, recipe))
}

/// The failures of [`verdict`] as data.
pub fn failures(metrics: &Metrics, recipe: &Recipe) -> Vec<GateFailure> {
    let unfit = metrics.get("fit").filter(|pixels| **pixels > 0);
    let unfit = unfit.map(|pixels| GateFailure { metric: "fit", value: *pixels, threshold: 0, minimum: false });
    Gate::ALL.into_iter().filter_map(|gate| failure(gate, metrics, recipe)).chain(unfit).collect()
}

/// Whether a gate of the recipe fails.
pub fn fails(gate: Gate, metrics: &Metrics, recipe: &Recipe) -> bool {
    failure(gate, metrics, recipe).is_some()
}

fn failure(gate: Gate, metrics: &Metrics, recipe: &Recipe) -> Option<GateFailure> {
    if gate == Gate::Grid && recipe.grid != GridChoice::Auto {
        return None;
    }
    let (value, threshold) = (*metrics.get(gate.word())?, *recipe.gates.get(&gate)?);
    let minimum = gate.is_minimum();
    let fails = if minimum { value < threshold } else { value > threshold };
    fails.then_some(GateFailure { metric: gate.word(), value, threshold, minimum })
}

/// The score of a candidate, 0 to 1000. The weights: grid confidence 50 %, subject not cut off 15 %, no orphans 15 %,
/// low residue 15 %, low reduction 5 %. An empty or oversized subject halves it.
pub fn score(metrics: &Metrics) -> i64 {
    let value = |name: &str| metrics.get(name).copied().unwrap_or(0).clamp(0, 1000);
    let whole = 1000 - value("border");
    let clean = 1000 - (4 * value("orphans")).min(1000);
    let true_colors = 1000 - (10 * value("residue")).min(1000);
    let small = 1000 - (value("reduced") - 1).max(0) * 100;
    let empty = if value("coverage") == 0 || value("fit") > 0 { 2 } else { 1 };
    (50 * value("grid") + 15 * whole + 15 * clean + 15 * true_colors + 5 * small) / 100 / empty
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics(values: &[(&str, i64)]) -> Metrics {
        values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
    }

    #[test]
    fn failures_are_listed_in_their_order() {
        let mut recipe = crate::process::tests::recipe();
        recipe.gates.extend([(Gate::Border, 50), (Gate::Grid, 600), (Gate::Colors, 9)]);
        let found = metrics(&[("border", 90), ("grid", 412), ("colors", 9), ("fit", 3)]);
        assert_eq!(verdict(&found, &recipe), Verdict::Fail("grid 412 < 600, border 90 > 50, fit 3 > 0".to_owned()));
        assert_eq!(verdict(&metrics(&[("grid", 600)]), &recipe), Verdict::Pass);
    }

    #[test]
    fn another_ground_than_the_one_that_was_asked_for_fails() {
        let mut recipe = crate::process::tests::recipe();
        recipe.gates.insert(Gate::Key, 150);
        assert_eq!(verdict(&metrics(&[("key", 40)]), &recipe), Verdict::Pass);
        assert_eq!(verdict(&metrics(&[("key", 412)]), &recipe), Verdict::Fail("key 412 > 150".to_owned()));
    }

    #[test]
    fn a_given_grid_needs_no_confidence() {
        let mut recipe = crate::process::tests::recipe();
        recipe.gates.extend([(Gate::Border, 50), (Gate::Grid, 600)]);
        for grid in [GridChoice::Cells([8, 8]), GridChoice::Pitch([8000, 8000])] {
            let recipe = Recipe { grid, ..recipe.clone() };
            assert_eq!(verdict(&metrics(&[("grid", 0)]), &recipe), Verdict::Pass);
            let cut = verdict(&metrics(&[("grid", 0), ("border", 90)]), &recipe);
            assert_eq!(cut, Verdict::Fail("border 90 > 50".to_owned()));
        }
    }

    #[test]
    fn a_better_grid_scores_higher() {
        let with = |grid| score(&metrics(&[("grid", grid), ("reduced", 1), ("coverage", 300)]));
        assert!(with(900) > with(400) && with(1000) <= 1000);
    }
}
