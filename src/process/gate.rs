//! Gates: thresholds on figures, and the score that ranks candidates.
//!
//! | figure | range | what |
//! |---|---|---|
//! | `grid` | 0 to 1000 | confidence in the grid: the share of grids with such evidence that are right, as measured |
//! | `colors` | 0 to 256 | colours found before a palette was mapped |
//! | `coverage` | 0 to 1000 | opaque share of the frames |
//! | `border` | 0 to 1000 | share of the raws' outermost cells that the subject covers |
//! | `orphans` | 0 to 1000 | share of opaque pixels with no like neighbour among eight |
//! | `residue` | 0 to about 1000 | mean distance of the mapped picture from the raws' cells, in thousandths of OKLab |
//! | `reduced` | 1 to 8 | whole-step reduction |
//! | `features` | 0 to 1000 | share of lines and small features narrower than a block that the reduction kept; 1000 without one |
//! | `baseline` | 0 to 1024 | largest distance of a frame's feet from the group's baseline, in pixels |
//! | `flicker` | 0 to 1000 | share of pixels, of those ever opaque, that change for one inner frame only |
//! | `seam` | 0 to 100000 | mean step across the wrapped edge per mean inner step, in per mille; 0 for what is no texture |
//! | `fit` | 0 and more | pixels by which the subject is larger than its room; any fails, without a threshold |
//! | `cells_w`, `cells_h` | 1 and more | cells found across and down |
//! | `spread` | 0 to about 1000 | median distance within cells from their colour, in thousandths of OKLab |

use crate::words::recipe::{Gate, Recipe};
use crate::words::sprite::{Figures, Verdict};

/// What the gates of a recipe say: every failure such as `grid 412 < 600`, in the order of [`Gate::ALL`], then `fit`.
pub fn verdict(figures: &Figures, recipe: &Recipe) -> Verdict {
    let failure = |gate: &Gate| {
        let (figure, threshold) = (*figures.get(gate.word())?, *recipe.gates.get(gate)?);
        let (fails, sign) = if gate.is_minimum() { (figure < threshold, '<') } else { (figure > threshold, '>') };
        fails.then(|| format!("{} {figure} {sign} {threshold}", gate.word()))
    };
    let unfit = figures.get("fit").filter(|pixels| **pixels > 0).map(|pixels| format!("fit {pixels} > 0"));
    let failures: Vec<String> = Gate::ALL.iter().filter_map(failure).chain(unfit).collect();
    if failures.is_empty() { Verdict::Pass } else { Verdict::Fail(failures.join(", ")) }
}

/// How good a candidate is, 0 to 1000: mostly its grid, then how clean it is and whether it is whole.
pub fn score(figures: &Figures) -> i64 {
    let figure = |name: &str| figures.get(name).copied().unwrap_or(0).clamp(0, 1000);
    let whole = 1000 - figure("border");
    let clean = 1000 - (4 * figure("orphans")).min(1000);
    let true_colors = 1000 - (10 * figure("residue")).min(1000);
    let small = 1000 - (figure("reduced") - 1).max(0) * 100;
    let empty = if figure("coverage") == 0 || figure("fit") > 0 { 2 } else { 1 };
    (50 * figure("grid") + 15 * whole + 15 * clean + 15 * true_colors + 5 * small) / 100 / empty
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(values: &[(&str, i64)]) -> Figures {
        values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
    }

    #[test]
    fn failures_are_listed_in_their_order() {
        let mut recipe = crate::process::tests::recipe();
        recipe.gates.extend([(Gate::Border, 50), (Gate::Grid, 600), (Gate::Colors, 9)]);
        let found = figures(&[("border", 90), ("grid", 412), ("colors", 9), ("fit", 3)]);
        assert_eq!(verdict(&found, &recipe), Verdict::Fail("grid 412 < 600, border 90 > 50, fit 3 > 0".to_owned()));
        assert_eq!(verdict(&figures(&[("grid", 600)]), &recipe), Verdict::Pass);
    }

    #[test]
    fn a_better_grid_scores_higher() {
        let with = |grid| score(&figures(&[("grid", grid), ("reduced", 1), ("coverage", 300)]));
        assert!(with(900) > with(400) && with(1000) <= 1000);
    }
}
