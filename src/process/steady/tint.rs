//! Tint: by how much all colours of a frame are off those of the other frames.

use crate::process::cells::Cells;
use crate::process::quantize::frame_colors;
use crate::words::color::{Lab, Rgb, from_oklab, nearest_lab, oklab};

/// Less is the noise of an estimate, in levels of a channel.
const LEAST: f32 = 2.5;
/// The tint of a frame is at most so far from that of the one before.
const STEP: i32 = 24;
/// The distances of the first search.
const COARSE: i32 = 6;
/// A colour that is farther from all others is a colour of its own frame.
const ALIKE: f32 = 14.0;
/// Two colours of different frames that are the same one are at most so far apart once the tint is out.
const SAME: f32 = 7.0;
/// What is left after the tint is taken out, at most, as a share of what was there.
const GAIN: f32 = 0.5;
/// And at most so much, as the mean of squared levels.
const REST: f32 = 40.0;
/// How far the ground may be from its expected tint.
const GROUND: f32 = 2.0;
/// Levels that are cut off at the ends of their range say little.
const ENDS: std::ops::RangeInclusive<f32> = 1.5..=253.5;

/// Levels of red, green and blue.
type Levels = [f32; 3];

/// The colours of a frame with the shares of its cells.
type Palette = Vec<(Levels, f32)>;

/// Takes the tint out of the frames and counts those that had one. `target` is the palette that they are drawn in.
///
/// The colours of frames are compared, not their pixels, so that motion does not matter. Finished art keeps its colours
/// unless its ground has the same tint.
pub(in crate::process) fn levelled(
    cells: &mut [Cells],
    opaque: &[Vec<bool>],
    target: Option<&[Rgb]>,
    finished: bool,
) -> usize {
    if cells.len() < 2 || !has_ground(cells, opaque) {
        return 0;
    }
    let palettes: Vec<Palette> = cells.iter().zip(opaque).map(|(cells, opaque)| palette(cells, opaque)).collect();
    if palettes.iter().any(Vec::is_empty) {
        return 0;
    }
    let mut tints: Vec<Levels> = vec![[0.0; 3]];
    for pair in palettes.windows(2) {
        let step = tint(&pair[1], &pair[0]);
        let last = tints[tints.len() - 1];
        tints.push([0, 1, 2].map(|i| last[i] + step[i]));
    }
    let zero = reference(&tints, &palettes, target);
    let tints: Vec<Levels> = tints.iter().map(|tint| [0, 1, 2].map(|i| tint[i] - tints[zero][i])).collect();
    if tints.iter().flatten().all(|level| level.abs() < LEAST) {
        return 0;
    }
    let grounds: Vec<Option<Levels>> = cells.iter().zip(opaque).map(|(cells, opaque)| ground(cells, opaque)).collect();
    let confirmed = |frame: usize| match (grounds[frame], grounds[zero]) {
        (Some(one), Some(other)) => (0..3).all(|i| {
            !ENDS.contains(&one[i]) || !ENDS.contains(&other[i]) || (one[i] - other[i] - tints[frame][i]).abs() < GROUND
        }),
        _ => false,
    };
    if finished && !(0..cells.len()).all(confirmed) {
        return 0;
    }
    let all = target.map_or([0.0; 3], |target| tint(&palettes[zero], &of_target(target)));
    let tints: Vec<Levels> = tints.iter().map(|tint| [0, 1, 2].map(|i| tint[i] + all[i])).collect();
    let untinted = |(color, share): &(Levels, f32)| ([0, 1, 2].map(|i| color[i] - all[i]), *share);
    let truth: Palette = palettes[zero].iter().map(untinted).collect();
    let tinted = |frame: &usize| tints[*frame].iter().any(|level| level.abs() >= LEAST);
    let frames: Vec<usize> = (0..cells.len()).filter(tinted).collect();
    for &frame in &frames {
        let own: Vec<Lab> = palettes[frame].iter().map(|(color, _)| lab(*color)).collect();
        let by: Vec<Lab> = true_colors(&palettes[frame], &truth, tints[frame]).into_iter().map(lab).collect();
        let by: Vec<Lab> = by.iter().zip(&own).map(|(new, own)| [0, 1, 2].map(|i| new[i] - own[i])).collect();
        cells[frame].recolor(|color| {
            let by = by.get(nearest_lab(own.iter().copied(), color)).copied().unwrap_or_default();
            [0, 1, 2].map(|i| color[i] + by[i])
        });
    }
    frames.len()
}

/// The colours of a frame without its tint: those of the other frame that they stand for, since what a tint cut off at
/// the ends of the range is lost; without the tint where there is no such colour.
fn true_colors(of: &Palette, to: &Palette, tint: Levels) -> Vec<Levels> {
    let untinted = |color: Levels| [0, 1, 2].map(|i| (color[i] - tint[i]).clamp(0.0, 255.0));
    let one = |(color, _): &(Levels, f32)| {
        let (far, other) = nearest(*color, to, tint);
        let back = of.iter().map(|(own, _)| (miss(*own, other, tint), *own));
        let mutual = back.reduce(|a, b| if b.0 < a.0 { b } else { a }).is_some_and(|(_, own)| own == *color);
        if mutual && far < SAME * SAME { other } else { untinted(*color) }
    };
    of.iter().map(one).collect()
}

/// Whether a part of every frame is not the subject.
fn has_ground(cells: &[Cells], opaque: &[Vec<bool>]) -> bool {
    cells.iter().zip(opaque).all(|(_, opaque)| opaque.contains(&false))
}

fn levels(lab: Lab) -> Levels {
    from_oklab(lab).0.map(f32::from)
}

fn lab(levels: Levels) -> Lab {
    oklab(Rgb(levels.map(|level| (level + 0.5).clamp(0.0, 255.0) as u8)))
}

fn palette(cells: &Cells, opaque: &[bool]) -> Palette {
    frame_colors(cells, opaque).into_iter().map(|(lab, share)| (levels(lab), share)).collect()
}

/// The colour of what was cut out, if it is not transparent.
fn ground(cells: &Cells, opaque: &[bool]) -> Option<Levels> {
    let ground: Vec<Levels> =
        (0..cells.len()).filter(|i| !opaque[*i] && !cells.clear[*i]).map(|i| levels(cells.lab(i))).collect();
    let middle = |channel: usize| {
        let mut values: Vec<f32> = ground.iter().map(|levels| levels[channel]).collect();
        values.sort_unstable_by(f32::total_cmp);
        values.get(values.len() / 2).copied()
    };
    Some([middle(0)?, middle(1)?, middle(2)?])
}

/// By how much a frame's colours are off those of another one; 0 where that explains little.
fn tint(of: &Palette, to: &Palette) -> Levels {
    let coarse = || (-STEP..=STEP).step_by(COARSE as usize).map(|level| level as f32);
    let starts = coarse().flat_map(|r| coarse().flat_map(move |g| coarse().map(move |b| [r, g, b])));
    let start = starts.map(|start| (rest(of, to, start), start)).reduce(|a, b| if b.0 < a.0 { b } else { a });
    let mut found = start.map_or([0.0; 3], |(_, start)| start);
    for _ in 0..8 {
        found = refined(of, to, found);
    }
    if rest(of, to, found) <= REST.min(GAIN * rest(of, to, [0.0; 3])) { found } else { [0.0; 3] }
}

/// The nearest colour of a palette once the tint is out, and its squared distance.
fn nearest(color: Levels, to: &Palette, tint: Levels) -> (f32, Levels) {
    let all = to.iter().map(|(other, _)| (miss(color, *other, tint), *other));
    all.reduce(|a, b| if b.0 < a.0 { b } else { a }).unwrap_or((f32::INFINITY, color))
}

/// The squared distance of a colour from another one once the tint is out. Levels beyond the ends of the range are as
/// good as those at its ends.
fn miss(color: Levels, other: Levels, tint: Levels) -> f32 {
    let parts = (0..3).map(|i| {
        let by = (other[i] + tint[i]).clamp(0.0, 255.0) - color[i];
        by * by
    });
    parts.sum()
}

/// What a tint leaves unexplained.
fn rest(of: &Palette, to: &Palette, tint: Levels) -> f32 {
    of.iter().map(|(color, share)| share * nearest(*color, to, tint).0.min(ALIKE * ALIKE)).sum()
}

/// A better estimate of a tint: the mean of what it leaves, of the colours that are alike.
fn refined(of: &Palette, to: &Palette, tint: Levels) -> Levels {
    let (mut sum, mut weight) = ([0.0f32; 3], [0.0f32; 3]);
    for (color, share) in of {
        let (far, other) = nearest(*color, to, tint);
        if far >= ALIKE * ALIKE {
            continue;
        }
        for i in (0..3).filter(|i| ENDS.contains(&color[*i]) && ENDS.contains(&other[*i])) {
            sum[i] += share * (color[i] - other[i]);
            weight[i] += share;
        }
    }
    [0, 1, 2].map(|i| if weight[i] > 0.0 { sum[i] / weight[i] } else { tint[i] })
}

fn of_target(target: &[Rgb]) -> Palette {
    target.iter().map(|color| (color.0.map(f32::from), 1.0)).collect()
}

/// The frame whose colours count: the one nearest to the target palette; else the first of frames that drift away from
/// it, and the middle one of others.
fn reference(tints: &[Levels], palettes: &[Palette], target: Option<&[Rgb]>) -> usize {
    if let Some(target) = target.filter(|target| !target.is_empty()) {
        let target = of_target(target);
        let miss = |frame: usize| -> f32 {
            palettes[frame].iter().map(|(color, share)| share * nearest(*color, &target, [0.0; 3]).0).sum()
        };
        return (0..palettes.len()).reduce(|a, b| if miss(b) < miss(a) { b } else { a }).unwrap_or(0);
    }
    let grows = |i: usize| {
        let up = tints.windows(2).all(|two| two[1][i] >= two[0][i] - LEAST);
        up || tints.windows(2).all(|two| two[1][i] <= two[0][i] + LEAST)
    };
    if (0..3).all(grows) {
        return 0;
    }
    let away = |frame: usize| -> f32 {
        tints.iter().flat_map(|other| (0..3).map(|i| (other[i] - tints[frame][i]).abs())).sum()
    };
    (0..tints.len()).reduce(|a, b| if away(b) < away(a) { b } else { a }).unwrap_or(0)
}
