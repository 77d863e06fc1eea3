//! What the movements ask of a sprite's pixels.

use std::collections::BTreeMap;

use image::{Rgba, RgbaImage};

/// The four sides of a pixel.
pub(super) const SIDES: [[i32; 2]; 4] = [[0, -1], [1, 0], [0, 1], [-1, 0]];

/// The eight neighbours of a pixel.
pub(super) const AROUND: [[i32; 2]; 8] = [[0, -1], [1, -1], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1]];

/// A rectangle in pixels; the last column and row are inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
}

impl Bounds {
    pub(super) fn width(self) -> i32 {
        self.right - self.left + 1
    }

    pub(super) fn height(self) -> i32 {
        self.bottom - self.top + 1
    }

    /// The smallest one round these pixels.
    pub(super) fn of(pixels: impl IntoIterator<Item = [i32; 2]>) -> Option<Self> {
        pixels.into_iter().fold(None, |all: Option<Self>, [x, y]| {
            let all = all.unwrap_or(Self { left: x, top: y, right: x, bottom: y });
            let [left, top] = [all.left.min(x), all.top.min(y)];
            Some(Self { left, top, right: all.right.max(x), bottom: all.bottom.max(y) })
        })
    }
}

/// A pixel that is not transparent.
pub(super) fn at(image: &RgbaImage, [x, y]: [i32; 2]) -> Option<Rgba<u8>> {
    let [x, y] = [u32::try_from(x).ok()?, u32::try_from(y).ok()?];
    image.get_pixel_checked(x, y).copied().filter(|pixel| pixel.0[3] > 0)
}

/// Whether a place lies in the image and is transparent there.
pub(super) fn is_clear(image: &RgbaImage, [x, y]: [i32; 2]) -> bool {
    let inside = |at: i32, length: u32| u32::try_from(at).is_ok_and(|at| at < length);
    inside(x, image.width()) && inside(y, image.height()) && at(image, [x, y]).is_none()
}

/// Whether a pixel lies on the border of its silhouette.
pub(super) fn is_rim(image: &RgbaImage, [x, y]: [i32; 2]) -> bool {
    SIDES.iter().any(|[dx, dy]| is_clear(image, [x + dx, y + dy]))
}

/// How far two colours are from each other, 0 to 765.
pub(super) fn distance(one: Rgba<u8>, other: Rgba<u8>) -> i32 {
    (0..3).map(|channel| i32::from(one.0[channel].abs_diff(other.0[channel]))).sum()
}

/// The most frequent colour; of equally frequent ones, the first by value.
pub(super) fn most(colors: impl Iterator<Item = Rgba<u8>>) -> Option<Rgba<u8>> {
    let mut counts: BTreeMap<[u8; 4], usize> = BTreeMap::new();
    colors.for_each(|color| *counts.entry(color.0).or_default() += 1);
    counts.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(color, _)| Rgba(color))
}

/// How light a colour is, 0 to 255.
pub(super) fn lightness(Rgba([r, g, b, _]): Rgba<u8>) -> i32 {
    (77 * i32::from(r) + 150 * i32::from(g) + 29 * i32::from(b)) >> 8
}

/// Places that belong together: of each, its pixels in reading order.
pub(super) fn components(
    size: [u32; 2],
    is_one: impl Fn([i32; 2]) -> bool,
    joins: impl Fn([i32; 2], [i32; 2]) -> bool,
) -> Vec<Vec<[i32; 2]>> {
    let [width, height] = size.map(|length| length as i32);
    let mut seen = vec![false; (width * height) as usize];
    let mut all = Vec::new();
    for start in (0..height).flat_map(|y| (0..width).map(move |x| [x, y])) {
        if seen[(start[1] * width + start[0]) as usize] || !is_one(start) {
            continue;
        }
        seen[(start[1] * width + start[0]) as usize] = true;
        let (mut one, mut open) = (Vec::new(), vec![start]);
        while let Some([x, y]) = open.pop() {
            one.push([x, y]);
            for [x2, y2] in AROUND.iter().map(|[dx, dy]| [x + dx, y + dy]) {
                let inside = (0..width).contains(&x2) && (0..height).contains(&y2);
                let new = inside && !seen[(y2 * width + x2) as usize] && is_one([x2, y2]);
                if new && joins([x, y], [x2, y2]) {
                    seen[(y2 * width + x2) as usize] = true;
                    open.push([x2, y2]);
                }
            }
        }
        one.sort_by_key(|[x, y]| (*y, *x));
        all.push(one);
    }
    all
}

/// The largest connected part of a sprite; the first of equal ones.
pub(super) fn subject(image: &RgbaImage) -> Option<Bounds> {
    let parts = components(image.dimensions().into(), |place| at(image, place).is_some(), |_, _| true);
    let largest = parts.into_iter().reduce(|a, b| if b.len() > a.len() { b } else { a })?;
    Bounds::of(largest)
}
