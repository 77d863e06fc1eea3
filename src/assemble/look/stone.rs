//! A paved floor that ends on a kerb of whole stones.

use image::Rgba;

use super::view::View;
use super::{Ground, Ramp};

/// A bevelled kerb with joints, the shadow that it casts, and what lies inside.
pub(super) fn pixel(ground: &Ground<'_>, own: &Ramp, view: &View<'_>, x: u32, y: u32) -> Rgba<u8> {
    if !view.is_terrain(x, y) {
        let is_below = view.steps(x, y, [0, -1], 1).is_some();
        let is_beside = view.steps(x, y, [-1, 0], 1).is_some() || view.has(x as i32 - 1, y as i32 - 1);
        return ground.shaded(x, y, if is_below { 2 } else { u32::from(is_beside) });
    }
    let kerb = (ground.size[0].min(ground.size[1]) / 4).clamp(2, 6);
    let gaps = view.gaps(x, y, kerb + 1);
    let nearest = gaps.iter().flatten().min().copied();
    let Some(nearest) = nearest else {
        return if view.is_slope() { ground.fill(x, y) } else { corner_stone(ground, own, view, [x, y], kerb) };
    };
    let [north, east, south, west] = gaps.map(|gap| gap == Some(nearest));
    let (along, length) = if north || south { (x, ground.size[0]) } else { (y, ground.size[1]) };
    let (at, is_last) = in_stone(along, length);
    let body = own.lighter(own.light(), 1);
    let lit = own.lighter(body, 1);
    match nearest {
        1 => own.contour(),
        _ if nearest > kerb => own.darker(ground.fill(x, y), 2),
        _ if is_last => own.contour(),
        2 if north || west => lit,
        _ if nearest == kerb && (south || east) => lit,
        _ if nearest == kerb || nearest == 2 => own.darker(body, 1),
        _ if at == 0 => lit,
        _ => body,
    }
}

/// Where two kerbs meet round an open corner, a single stone lies.
fn corner_stone(ground: &Ground<'_>, own: &Ramp, view: &View<'_>, [x, y]: [u32; 2], kerb: u32) -> Rgba<u8> {
    let (x, y, kerb) = (x as i32, y as i32, kerb as i32);
    let deepest = |[dx, dy]: [i32; 2]| {
        let is_out = |reach: i32| {
            let range = 1..=reach;
            range.clone().any(|a| range.clone().any(|b| !view.has(x + dx * a, y + dy * b)))
        };
        (1..=kerb).find(|reach| is_out(*reach))
    };
    match [[-1, -1], [1, -1], [-1, 1], [1, 1]].into_iter().filter_map(deepest).min() {
        Some(1) => own.contour(),
        Some(reach) if reach == kerb => own.dark(),
        Some(_) => own.lighter(own.light(), 1),
        None => ground.fill(x as u32, y as u32),
    }
}

/// The place of a pixel in its stone, and whether it is the joint that ends it. Stones have about five pixels, and a whole
/// number of them is in a tile.
fn in_stone(along: u32, length: u32) -> (u32, bool) {
    let stones = (length / 5).max(1);
    let start = |stone: u32| stone * length / stones;
    let stone = (0..stones).rev().find(|stone| start(*stone) <= along).unwrap_or(0);
    (along - start(stone), along + 1 == start(stone + 1))
}
