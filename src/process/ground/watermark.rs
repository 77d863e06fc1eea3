//! Watermarks: a line of small text near the border, far from the subject. It is drawn finer than any cell. Raws may be
//! turned, so that it runs along either axis.

use image::RgbaImage;

use crate::process::picture::Rect;

use super::Regions;

/// The largest height of the text, as a share of the shorter side, and its least ratio of width and height.
const LOW: usize = 16;
const LONG: usize = 3;
/// The largest distance from the border, and the least from the subject, in heights of the text.
const NEAR: usize = 2;
const FAR: usize = 1;
/// The subject has at least this many times as many blocks.
const SMALL: usize = 8;
/// Strokes are at most this share of the longer side: no cell is that small.
const STROKE: f64 = 1.0 / 128.0;
/// A pixel differs from the ground by at least this share of the text's contrast, which is at least so many levels.
const HALF: u32 = 2;
const CONTRAST: u32 = 40;

/// The picture with its watermark replaced by the ground; `None` without one.
pub(super) fn removed(image: &RgbaImage) -> Option<RgbaImage> {
    let mut regions = Regions::of(image, 128).filter(|regions| regions.boxes.len() > 1)?;
    let size = [image.width(), image.height()].map(|length| length as usize);
    let owners = lines(&regions.boxes);
    regions.join(&owners, size);
    let blocks: Vec<usize> = (1..=regions.boxes.len()).map(|label| regions.blocks(label)).collect();
    let subject = blocks.iter().enumerate().max_by_key(|(i, blocks)| (**blocks, usize::MAX - i))?.0;
    let has_place = |i: &usize| {
        let (i, area) = (*i, regions.boxes[*i]);
        let mut others = (0..blocks.len()).filter(|&other| other != i && SMALL * blocks[i] <= blocks[other]);
        i != subject
            && SMALL * blocks[i] <= blocks[subject]
            && is_line_at_border(area, size)
            && others.all(|other| apart(area, regions.boxes[other]) >= FAR * area.size()[0].min(area.size()[1]))
    };
    let mut marks: Vec<usize> = (0..blocks.len()).filter(has_place).collect();
    if marks.is_empty() {
        return None;
    }
    let bare = regions.bare(image);
    marks.retain(|&i| is_thin(image, &bare, regions.boxes[i]));
    if marks.is_empty() {
        return None;
    }
    let mut image = image.clone();
    for mark in marks {
        let area = regions.boxes[mark];
        for y in area.top..area.bottom {
            for x in (area.left..area.right).filter(|&x| regions.at(x, y) == mark + 1) {
                image.put_pixel(x as u32, y as u32, *bare.get_pixel(x as u32, y as u32));
            }
        }
    }
    Some(image)
}

/// For each object the first of its line: objects beside each other, nearer than one and a half of their height.
fn lines(boxes: &[Rect]) -> Vec<usize> {
    let mut owners: Vec<usize> = (0..boxes.len()).collect();
    for i in 0..boxes.len() {
        for other in 0..i {
            if (0..2).any(|along| is_beside(boxes[i], boxes[other], along)) {
                let (from, to) = (owners[i].max(owners[other]), owners[i].min(owners[other]));
                owners.iter_mut().filter(|owner| **owner == from).for_each(|owner| *owner = to);
            }
        }
    }
    owners
}

/// Whether two boxes of similar height are neighbours on a line along an axis.
fn is_beside(a: Rect, b: Rect, along: usize) -> bool {
    let [[a_from, a_to], [b_from, b_to]] = [a, b].map(|area| ends(area, along));
    let [[a_top, a_bottom], [b_top, b_bottom]] = [a, b].map(|area| ends(area, 1 - along));
    let [low, high] = [(a_bottom - a_top).min(b_bottom - b_top), (a_bottom - a_top).max(b_bottom - b_top)];
    let gap = b_from.saturating_sub(a_to).max(a_from.saturating_sub(b_to));
    2 * low >= high && a_top < b_bottom && b_top < a_bottom && 2 * gap <= 3 * high
}

/// Where a box begins and ends along an axis.
fn ends(area: Rect, axis: usize) -> [usize; 2] {
    [[area.left, area.right], [area.top, area.bottom]][axis]
}

/// Whether a box has the shape and the place of a watermark.
fn is_line_at_border(area: Rect, size: [usize; 2]) -> bool {
    (0..2).any(|along| {
        let [length, height] = [area.size()[along], area.size()[1 - along]];
        let [top, bottom] = ends(area, 1 - along);
        let rest = top.min(size[1 - along].saturating_sub(bottom));
        LOW * height <= size[0].min(size[1]) && length >= LONG * height && rest <= NEAR * height
    })
}

/// The distance of two boxes along the axis on which they are farther apart.
fn apart(a: Rect, b: Rect) -> usize {
    let x = b.left.saturating_sub(a.right).max(a.left.saturating_sub(b.right));
    let y = b.top.saturating_sub(a.bottom).max(a.top.saturating_sub(b.bottom));
    x.max(y)
}

/// Whether most strokes in a box are thinner than any cell: the median length of its runs along the rows and along the
/// columns, whichever is shorter.
fn is_thin(image: &RgbaImage, bare: &RgbaImage, area: Rect) -> bool {
    let contrast = |x: usize, y: usize| -> u32 {
        let [a, b] = [image, bare].map(|image| image.get_pixel(x as u32, y as u32).0);
        (0..3).map(|i| u32::from(a[i].abs_diff(b[i]))).sum()
    };
    let places = || (area.top..area.bottom).flat_map(|y| (area.left..area.right).map(move |x| (x, y)));
    let most = places().map(|(x, y)| contrast(x, y)).max().unwrap_or(0);
    if most < CONTRAST {
        return false;
    }
    let is_ink = |x: usize, y: usize| HALF * contrast(x, y) >= most;
    let rows = (area.top..area.bottom).flat_map(|y| runs((area.left..area.right).map(move |x| is_ink(x, y))));
    let columns = (area.left..area.right).flat_map(|x| runs((area.top..area.bottom).map(move |y| is_ink(x, y))));
    let usual = median(rows.collect()).min(median(columns.collect()));
    usual as f64 <= (STROKE * f64::from(image.width().max(image.height()))).max(2.0)
}

/// The lengths of the runs of `true`.
fn runs(values: impl Iterator<Item = bool>) -> Vec<usize> {
    let mut runs = Vec::new();
    let mut length = 0;
    for value in values.chain([false]) {
        if value {
            length += 1;
        } else if length > 0 {
            runs.push(std::mem::take(&mut length));
        }
    }
    runs
}

fn median(mut values: Vec<usize>) -> usize {
    let middle = values.len() / 2;
    if values.is_empty() { usize::MAX } else { *values.select_nth_unstable(middle).1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    /// A subject on white, with strokes in its lower right corner that are so many pixels wide.
    fn signed(stroke: u32) -> RgbaImage {
        RgbaImage::from_fn(400, 320, |x, y| match (x, y) {
            (120..280, 60..240) => Rgba([180, (x / 20 * 9) as u8, (y / 20 * 11) as u8, 255]),
            (300..380, 300..312) if (x - 300) % (2 * stroke) < stroke || y < 300 + stroke => Rgba([120, 120, 120, 255]),
            _ => Rgba([252, (251 + (x + y) % 3) as u8, 252, 255]),
        })
    }

    #[test]
    fn thin_strokes_in_a_corner_are_removed_in_every_direction() {
        let marked = signed(2);
        let turned = image::imageops::rotate90(&marked);
        for image in [&marked, &turned] {
            let bare = removed(image).unwrap();
            assert_eq!(bare.pixels().filter(|pixel| pixel.0[..3] == [120; 3]).count(), 0);
            assert_eq!(bare.get_pixel(160, 160), image.get_pixel(160, 160));
        }
    }

    #[test]
    fn what_is_drawn_in_cells_stays() {
        assert!(removed(&signed(10)).is_none());
    }
}
