//! Quantization: detects the colours of a group, or maps it to a given palette.
//!
//! Detection works on toe-coded colours: agglomerative clustering gives initial colours, which reveal slow shading and
//! the noise of the cells; both then inform a Potts model that decides which similar tones are different colours.

mod best;
mod cluster;
mod dither;
mod label_merge;
mod noise;
mod potts;
mod reduce;
mod shading;
mod sites;

pub use reduce::{preview_colors, reduce_colors};

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::words::color::{ColorPlanes, Lab, Rgb, distance, from_oklab, nearest_lab, oklab};
use crate::words::recipe::{PaletteChoice, Recipe};

use super::cells::{self, Cells};
use super::picture::{CLEAR, Picture};
use super::toe::{toe_decode, toe_encode};
use super::{Base, ProcessError};

pub(super) use dither::dithered;
use noise::Noise;
use sites::Sites;

/// The largest number of rounds of estimating the shading by the colours, and the colours without the shading. Each
/// finds a part of the shading, since colours that it splits hide it.
const ROUNDS: usize = 4;
/// A round that moves no cell by more than this is the last one.
const STILL: f32 = 0.002;
/// Colours of a group whose tint was taken out are not told apart within this distance (toe-coded OKLab): two levels.
const TINTED: f32 = 0.02;
/// The spacing of the initial colours of the Potts model, in units of the lightness noise.
const SPACING: f32 = 3.0;

/// The index of the palette colour nearest to `color` in OKLab; ties go to the lowest index.
pub fn map_to(palette: &[Rgb], color: Rgb) -> usize {
    crate::words::color::nearest(palette, color)
}

/// The pictures of a group, with a common palette.
#[derive(Clone, Debug)]
pub(super) struct Quantized {
    pub pictures: Vec<Picture>,
    pub palette: Vec<Rgb>,
}

/// Detects the colours of all opaque cells of the group and assigns one to each cell.
///
/// Colours and shading are estimated in turns, each given the other.
/// Finished art keeps all of its colours.
pub(super) fn quantize(cells: &[Cells], opaque: &[Vec<bool>], finished: bool) -> Result<Quantized, ProcessError> {
    let most = if finished { usize::from(CLEAR) } else { cluster::MOST };
    if let Some(found) = exact(cells, opaque, most) {
        return Ok(found);
    }
    let (width, height) = cells.first().map_or((0, 0), |cells| (cells.width, cells.height));
    cells::check(width, height * cells.len(), cells::MOST_MIXED)?;
    let mut labs: Vec<Vec<Lab>> = cells.iter().map(|cells| cells.labs().map(toe_encode).collect()).collect();
    let reach = cluster::reach(&mut opaque_values(opaque, |frame, i| cells[frame].spread(i)));
    let mut found = clustered(cells, &labs, opaque, reach);
    for _ in 0..ROUNDS {
        let mut moved = 0.0f32;
        for (labs, picture) in labs.iter_mut().zip(&found.1) {
            let shading = shading::shading(labs, picture, &found.0);
            for (lab, shading) in labs.iter_mut().zip(shading) {
                *lab = [0, 1, 2].map(|i| lab[i] - shading[i]);
                moved = moved.max(shading[0].abs());
            }
        }
        found = clustered(cells, &labs, opaque, reach);
        if moved < STILL {
            break;
        }
    }
    let (colors, pictures) = segmented(cells, &labs, opaque, &found, reach);
    let palette = colors.into_iter().map(|color| from_oklab(toe_decode(color))).collect();
    Ok(Quantized { pictures, palette })
}

/// Decides by their positions which similar tones are different colours. Starts from finer colours than those that
/// determined the noise.
fn segmented(
    cells: &[Cells],
    labs: &[Vec<Lab>],
    opaque: &[Vec<bool>],
    (colors, found): &(Vec<Lab>, Vec<Picture>),
    reach: f32,
) -> (Vec<Lab>, Vec<Picture>) {
    let levels = Noise::of(labs, found);
    let noise = levels.usual;
    let bleed = noise::bleed(labs, found, colors, noise);
    let fine = cluster::colors(&opaque_values(opaque, |frame, i| labs[frame][i]), SPACING * noise[0]);
    let fine = fine.into_iter().map(|color| [0, 1, 2].map(|i| color[i] / noise[i])).collect();
    let (colors, labels) = potts::labeled(&Sites::of(labs, found, &levels, bleed), fine);
    let mut colors: Vec<Lab> = colors.into_iter().map(|color| [0, 1, 2].map(|i| color[i] * noise[i])).collect();
    cluster::snap_to_black(&mut colors, reach);
    (colors, pictures(cells, opaque, labels))
}

/// The values of a function for all opaque cells of the group, by frame and offset.
fn opaque_values<T>(opaque: &[Vec<bool>], of: impl Fn(usize, usize) -> T) -> Vec<T> {
    let cells = opaque.iter().enumerate().flat_map(|(frame, cells)| (0..cells.len()).map(move |i| (frame, i)));
    cells.filter(|(frame, i)| opaque[*frame][*i]).map(|(frame, i)| of(frame, i)).collect()
}

/// The cells' own colours, if the cells have no noise and at most so many colours.
fn exact(cells: &[Cells], opaque: &[Vec<bool>], most: usize) -> Option<Quantized> {
    let frames = || cells.iter().zip(opaque);
    let noisy = |(cells, opaque): (&Cells, &Vec<bool>)| {
        !cells.is_uniform() && (0..cells.len()).filter(|i| opaque[*i]).any(|i| cells.spread(i) > cluster::CLEAN)
    };
    if frames().any(noisy) {
        return None;
    }
    let mut palette = BTreeSet::new();
    for (cells, opaque) in frames() {
        let mut used = vec![false; cells.table().len()];
        (0..cells.len()).filter(|i| opaque[*i]).for_each(|i| used[cells.slot(i)] = true);
        for (lab, _) in cells.table().iter().zip(used).filter(|(_, used)| *used) {
            palette.insert(from_oklab(*lab));
            if palette.len() > most {
                return None;
            }
        }
    }
    let palette: Vec<Rgb> = palette.into_iter().collect();
    let picture = |(cells, opaque): (&Cells, &Vec<bool>)| {
        let label = |lab: &Lab| palette.binary_search(&from_oklab(*lab)).map_or(CLEAR, |i| i as u16);
        let labels: Vec<u16> = cells.table().iter().map(label).collect();
        let pixels = opaque.iter().enumerate().map(|(i, opaque)| if *opaque { labels[cells.slot(i)] } else { CLEAR });
        Picture { width: cells.width, height: cells.height, pixels: pixels.collect() }
    };
    Some(Quantized { pictures: frames().map(picture).collect(), palette })
}

/// The colours of one frame with the shares of its cells.
pub(super) fn frame_colors(cells: &Cells, opaque: &[bool]) -> Vec<(Lab, f32)> {
    let offsets: Vec<usize> = (0..cells.len()).filter(|i| opaque[*i]).collect();
    if cells.is_uniform() && cells.table().len() <= cluster::MOST {
        let mut counts = vec![0u32; cells.table().len()];
        offsets.iter().for_each(|i| counts[cells.slot(*i)] += 1);
        let counted = cells.table().iter().zip(counts).filter(|(_, count)| *count > 0);
        return counted.map(|(lab, count)| (*lab, count as f32 / offsets.len() as f32)).collect();
    }
    let reach = cluster::reach(&mut offsets.iter().map(|i| cells.spread(*i)).collect::<Vec<_>>());
    let points: Vec<Lab> = offsets.iter().map(|i| toe_encode(cells.lab(*i))).collect();
    let colors = cluster::colors(&points, reach);
    let planes = ColorPlanes::of(&colors);
    let mut counts = vec![0u32; colors.len()];
    points.iter().for_each(|point| counts[planes.nearest(*point)] += 1);
    let counted = colors.into_iter().zip(counts).filter(|(_, count)| *count > 0);
    counted.map(|(color, count)| (toe_decode(color), count as f32 / points.len() as f32)).collect()
}

/// Clusters the opaque cells and assigns each to its nearest colour.
fn clustered(cells: &[Cells], labs: &[Vec<Lab>], opaque: &[Vec<bool>], reach: f32) -> (Vec<Lab>, Vec<Picture>) {
    let points = opaque_values(opaque, |frame, i| labs[frame][i]);
    let colors = cluster::colors(&points, reach);
    let planes = ColorPlanes::of(&colors);
    let labels = points.iter().map(|point| planes.nearest(*point) as u16).collect();
    (colors, pictures(cells, opaque, labels))
}

/// Pictures from the labels of their opaque cells, in order.
fn pictures(cells: &[Cells], opaque: &[Vec<bool>], labels: Vec<u16>) -> Vec<Picture> {
    let mut labels = labels.into_iter();
    let picture = |(cells, opaque): (&Cells, &Vec<bool>)| Picture {
        width: cells.width,
        height: cells.height,
        pixels: opaque.iter().map(|&opaque| if opaque { labels.next().unwrap_or(CLEAR) } else { CLEAR }).collect(),
    };
    cells.iter().zip(opaque).map(picture).collect()
}

/// Merges colours that are closer than what is known of a tint that was taken out, into the more frequent one.
pub(super) fn merged(mut quantized: Quantized) -> Quantized {
    let mut counts = vec![0usize; quantized.palette.len()];
    let pixels = quantized.pictures.iter().flat_map(|picture| &picture.pixels).filter(|index| **index != CLEAR);
    pixels.for_each(|index| counts[usize::from(*index)] += 1);
    let labs: Vec<Lab> = quantized.palette.iter().map(|&rgb| toe_encode(oklab(rgb))).collect();
    let mut order: Vec<usize> = (0..labs.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(counts[i]), i));
    let mut kept: Vec<usize> = Vec::new();
    let mut table: Vec<u16> = (0..).take(labs.len()).collect();
    for i in order {
        let near = kept.iter().map(|&other| (distance(labs[i], labs[other]), other)).filter(|(far, _)| *far < TINTED);
        match near.reduce(|a, b| if b.0 < a.0 { b } else { a }) {
            Some((_, other)) => table[i] = other as u16,
            None => kept.push(i),
        }
    }
    quantized.pictures.iter_mut().for_each(|picture| picture.map(|index| table[usize::from(index)]));
    trimmed(quantized, false)
}

/// The palette to map the group to; `None` keeps the detected colours.
///
/// The palette of a base replaces a detected or reduced one. A palette given by the recipe has precedence, since the
/// whole set shares it.
pub(super) fn target_palette(quantized: &Quantized, recipe: &Recipe, base: Option<&Base>) -> Option<Vec<Rgb>> {
    if let Some(palette) = given_palette(recipe, base) {
        return Some(palette.to_vec());
    }
    match (&recipe.palette, base) {
        (PaletteChoice::Given(_) | PaletteChoice::Auto, _) => None,
        (PaletteChoice::Best { palette, count }, _) => Some(best::best(quantized, palette, *count as usize)),
        (PaletteChoice::Colors(count), _) => {
            let all = quantized.pictures.iter().flat_map(|picture| &picture.pixels);
            let pixels: Vec<Rgb> = all.filter_map(|&i| quantized.palette.get(usize::from(i)).copied()).collect();
            Some(reduce_colors(&pixels, *count as usize))
        }
    }
}

/// The palette that is known before any colour is detected.
pub(super) fn given_palette<'a>(recipe: &'a Recipe, base: Option<&'a Base>) -> Option<&'a [Rgb]> {
    match (&recipe.palette, base) {
        (PaletteChoice::Given(palette), _) => Some(palette),
        (_, Some(base)) if !base.palette.is_empty() => Some(&base.palette),
        _ => None,
    }
}

/// Maps pictures to the nearest colours of a palette.
pub(super) fn mapped(quantized: Quantized, palette: Vec<Rgb>) -> Quantized {
    let labs: Vec<Lab> = palette.iter().map(|&rgb| oklab(rgb)).collect();
    let table: Vec<u16> =
        quantized.palette.iter().map(|&rgb| nearest_lab(labs.iter().copied(), oklab(rgb)) as u16).collect();
    let mut pictures = quantized.pictures;
    pictures.iter_mut().for_each(|picture| picture.map(|index| table[usize::from(index)]));
    Quantized { pictures, palette }
}

/// Gives the cells of the masks one colour: the most frequent among them, ties to the lower index.
pub(super) fn unite(pictures: &mut [Picture], masks: &[Vec<bool>]) {
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    for (picture, mask) in pictures.iter().zip(masks) {
        let marked = picture.pixels.iter().zip(mask).filter(|(index, marked)| **marked && **index != CLEAR);
        marked.for_each(|(index, _)| *counts.entry(*index).or_default() += 1);
    }
    let Some((&most, _)) = counts.iter().max_by_key(|(index, count)| (**count, std::cmp::Reverse(**index))) else {
        return;
    };
    for (picture, mask) in pictures.iter_mut().zip(masks) {
        let marked = picture.pixels.iter_mut().zip(mask).filter(|(index, marked)| **marked && **index != CLEAR);
        marked.for_each(|(index, _)| *index = most);
    }
}

/// Removes unused and duplicate colours. `sort` orders the palette by lightness, then by value.
pub(super) fn trimmed(quantized: Quantized, sort: bool) -> Quantized {
    let Quantized { mut pictures, palette } = quantized;
    let mut used = vec![false; palette.len()];
    pictures.iter().flat_map(|p| &p.pixels).filter(|i| **i != CLEAR).for_each(|i| used[usize::from(*i)] = true);
    let mut kept: Vec<usize> = (0..palette.len()).filter(|&i| used[i]).collect();
    if sort {
        let lightness = |i: usize| oklab(palette[i])[0];
        kept.sort_by(|&a, &b| lightness(a).total_cmp(&lightness(b)).then(palette[a].cmp(&palette[b])));
    }
    // Of equal colours in a given palette the first one counts.
    let mut colors: Vec<Rgb> = Vec::new();
    let mut places: HashMap<Rgb, u16> = HashMap::new();
    let mut table = vec![0; palette.len()];
    for i in kept {
        table[i] = *places.entry(palette[i]).or_insert_with(|| {
            colors.push(palette[i]);
            (colors.len() - 1) as u16
        });
    }
    pictures.iter_mut().for_each(|picture| picture.map(|index| table[usize::from(index)]));
    Quantized { pictures, palette: colors }
}
