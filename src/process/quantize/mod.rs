//! Quantizing: the colours that are truly there, and the palette that is asked for.

mod dither;
mod joining;
mod merge;
mod noise;
mod reduce;
mod regions;
mod shading;

pub use reduce::{preview_colors, reduce_colors};

use crate::words::color::{Lab, Rgb, Shelf, from_oklab, nearest_lab, oklab};
use crate::words::recipe::{PaletteChoice, Recipe};

use super::Base;
use super::even::{even, uneven};
use super::picture::{CLEAR, Picture};
use super::snap::Cells;

pub(super) use dither::dithered;

/// Rounds in which the shading is taken out.
const ROUNDS: usize = 2;
/// The regions begin with colours that are so many times the noise apart.
const FINE: f32 = 3.0;

/// The index of the palette's colour nearest to `color` in OKLab; ties go to the lowest index.
pub fn map_to(palette: &[Rgb], color: Rgb) -> usize {
    crate::words::color::nearest(palette, color)
}

/// The pictures of a group in the colours that were found.
#[derive(Clone, Debug)]
pub(super) struct Quantized {
    pub pictures: Vec<Picture>,
    pub palette: Vec<Rgb>,
}

/// Finds the colours of all opaque cells of the group and gives each cell one.
///
/// What was found once tells the shading; without that, the colours are found again. All of it is done in even colours.
pub(super) fn quantize(cells: &[Cells], opaque: &[Vec<bool>]) -> Quantized {
    if let Some(found) = exact(cells, opaque) {
        return found;
    }
    let mut labs: Vec<Vec<Lab>> = cells.iter().map(|cells| cells.lab.iter().map(|lab| even(*lab)).collect()).collect();
    let reach = merge::reach(&mut chosen(opaque, |frame, i| cells[frame].spread[i]));
    let mut found = colored(cells, &labs, opaque, reach);
    for _ in 0..ROUNDS {
        for (labs, picture) in labs.iter_mut().zip(&found.1) {
            let drift = shading::drift(labs, picture, &found.0);
            labs.iter_mut().zip(drift).for_each(|(lab, drift)| *lab = [0, 1, 2].map(|i| lab[i] - drift[i]));
        }
        found = colored(cells, &labs, opaque, reach);
    }
    let (colors, pictures) = regional(cells, &labs, opaque, &found, reach);
    let palette = colors.into_iter().map(|color| from_oklab(uneven(color))).collect();
    Quantized { pictures, palette }
}

/// Where near tones lie decides whether they are two: from finer colours than those that told the noise.
fn regional(
    cells: &[Cells],
    labs: &[Vec<Lab>],
    opaque: &[Vec<bool>],
    (colors, found): &(Vec<Lab>, Vec<Picture>),
    reach: f32,
) -> (Vec<Lab>, Vec<Picture>) {
    let noise = noise::noise(labs, found);
    let leak = noise::leak(labs, found, colors, noise);
    let fine = merge::found(&chosen(opaque, |frame, i| labs[frame][i]), FINE * noise[0]);
    let fine = fine.into_iter().map(|color| [0, 1, 2].map(|i| color[i] / noise[i])).collect();
    let (colors, labels) = regions::Sites::of(labs, found, noise, leak).labeled(fine);
    let mut colors: Vec<Lab> = colors.into_iter().map(|color| [0, 1, 2].map(|i| color[i] * noise[i])).collect();
    merge::blackened(&mut colors, reach);
    (colors, pictures(cells, opaque, labels))
}

/// What a function says of every opaque cell of the group.
fn chosen<T>(opaque: &[Vec<bool>], of: impl Fn(usize, usize) -> T) -> Vec<T> {
    let places = opaque.iter().enumerate().flat_map(|(frame, cells)| (0..cells.len()).map(move |i| (frame, i)));
    places.filter(|(frame, i)| opaque[*frame][*i]).map(|(frame, i)| of(frame, i)).collect()
}

/// Clean cells of few colours are taken as they are.
fn exact(cells: &[Cells], opaque: &[Vec<bool>]) -> Option<Quantized> {
    if chosen(opaque, |frame, i| cells[frame].spread[i]).iter().any(|spread| *spread > merge::CLEAN) {
        return None;
    }
    let colors = chosen(opaque, |frame, i| from_oklab(cells[frame].lab[i]));
    let mut palette = colors.clone();
    palette.sort_unstable();
    palette.dedup();
    let label = |color: &Rgb| palette.binary_search(color).ok().map(|i| i as u16);
    let labels: Vec<u16> = colors.iter().filter_map(label).collect();
    (palette.len() <= merge::MOST).then(|| Quantized { pictures: pictures(cells, opaque, labels), palette })
}

fn colored(cells: &[Cells], labs: &[Vec<Lab>], opaque: &[Vec<bool>], reach: f32) -> (Vec<Lab>, Vec<Picture>) {
    let points = chosen(opaque, |frame, i| labs[frame][i]);
    let colors = merge::found(&points, reach);
    let shelf = Shelf::of(&colors);
    let labels = points.iter().map(|point| shelf.nearest(*point) as u16).collect();
    (colors, pictures(cells, opaque, labels))
}

/// Pictures from the labels of their opaque cells.
fn pictures(cells: &[Cells], opaque: &[Vec<bool>], labels: Vec<u16>) -> Vec<Picture> {
    let mut labels = labels.into_iter();
    let picture = |(cells, opaque): (&Cells, &Vec<bool>)| Picture {
        width: cells.width,
        height: cells.height,
        pixels: opaque.iter().map(|&opaque| labels.next_if(opaque)).collect(),
    };
    cells.iter().zip(opaque).map(picture).collect()
}

/// The next label where a cell is opaque.
trait NextIf: Iterator<Item = u16> {
    fn next_if(&mut self, opaque: bool) -> u16 {
        if opaque { self.next().unwrap_or(CLEAR) } else { CLEAR }
    }
}

impl<I: Iterator<Item = u16>> NextIf for I {}

/// The palette that the group is to have; `None`: the colours that were found.
///
/// A base's palette stands for a found or reduced one; a given palette is the whole set's already.
pub(super) fn wanted(quantized: &Quantized, recipe: &Recipe, base: Option<&Base>) -> Option<Vec<Rgb>> {
    match (&recipe.palette, base) {
        (PaletteChoice::Given(palette), _) => Some(palette.clone()),
        (_, Some(base)) if !base.palette.is_empty() => Some(base.palette.clone()),
        (PaletteChoice::Auto, _) => None,
        (PaletteChoice::Colors(count), _) => {
            let all = quantized.pictures.iter().flat_map(|picture| &picture.pixels);
            let pixels: Vec<Rgb> = all.filter_map(|&i| quantized.palette.get(usize::from(i)).copied()).collect();
            Some(reduce_colors(&pixels, *count as usize))
        }
    }
}

/// Maps pictures to the nearest colours of another palette.
pub(super) fn mapped(quantized: Quantized, palette: Vec<Rgb>) -> Quantized {
    let labs: Vec<Lab> = palette.iter().map(|&rgb| oklab(rgb)).collect();
    let table: Vec<u16> =
        quantized.palette.iter().map(|&rgb| nearest_lab(labs.iter().copied(), oklab(rgb)) as u16).collect();
    let mut pictures = quantized.pictures;
    pictures.iter_mut().for_each(|picture| picture.map(|index| table[usize::from(index)]));
    Quantized { pictures, palette }
}

/// Drops the colours that no picture has; a palette that was found is sorted by lightness, ties by value.
pub(super) fn trimmed(quantized: Quantized, sort: bool) -> Quantized {
    let Quantized { mut pictures, palette } = quantized;
    let mut used = vec![false; palette.len()];
    pictures.iter().flat_map(|p| &p.pixels).filter(|i| **i != CLEAR).for_each(|i| used[usize::from(*i)] = true);
    let mut kept: Vec<usize> = (0..palette.len()).filter(|&i| used[i]).collect();
    if sort {
        let lightness = |i: usize| oklab(palette[i])[0];
        kept.sort_by(|&a, &b| lightness(a).total_cmp(&lightness(b)).then(palette[a].cmp(&palette[b])));
    }
    // Equal colours become one; in a given palette they may stand apart, the first one counts.
    let mut colors: Vec<Rgb> = Vec::new();
    let mut table = vec![0; palette.len()];
    for i in kept {
        let at = colors.iter().position(|color| *color == palette[i]).unwrap_or_else(|| {
            colors.push(palette[i]);
            colors.len() - 1
        });
        table[i] = at as u16;
    }
    pictures.iter_mut().for_each(|picture| picture.map(|index| table[usize::from(index)]));
    Quantized { pictures, palette: colors }
}
