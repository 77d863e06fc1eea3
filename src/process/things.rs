//! The things that one picture shows side by side.

use image::RgbaImage;
use image::imageops::crop_imm;

use super::picture::{CLEAR, Picture, Rect, Region};

/// Parts of one thing are at most so many pixels apart.
const GAP: usize = 2;
/// A thing has at least one in so many of the pixels that the middle one has; less is a speck.
const SPECK: usize = 12;

/// Cuts the things out, row by row from left to right. Parts that nearly touch are one thing.
pub fn things(image: &RgbaImage) -> Vec<RgbaImage> {
    let things = ordered(without_specks(joined(parts(image))));
    let cut = |thing: &Thing| {
        let [width, height] = thing.area.size().map(|length| length as u32);
        crop_imm(image, thing.area.left as u32, thing.area.top as u32, width, height).to_image()
    };
    things.iter().map(cut).collect()
}

#[derive(Clone, Copy, Debug)]
struct Thing {
    area: Rect,
    pixels: usize,
}

/// The connected parts of what is opaque.
fn parts(image: &RgbaImage) -> Vec<Thing> {
    let [width, height] = [image.width(), image.height()].map(|length| length as usize);
    let pixels = image.pixels().map(|pixel| if pixel.0[3] == 0 { CLEAR } else { 0 }).collect();
    let components = Picture { width, height, pixels }.components(Region::Opaque);
    let part = |offsets: &Vec<usize>| {
        let at = |offset: &usize| {
            let (x, y) = (offset % width, offset / width);
            Rect { left: x, top: y, right: x + 1, bottom: y + 1 }
        };
        Some(Thing { area: offsets.iter().map(at).reduce(Rect::union)?, pixels: offsets.len() })
    };
    components.iter().filter_map(part).collect()
}

/// Joins parts that overlap or are hardly apart.
fn joined(mut things: Vec<Thing>) -> Vec<Thing> {
    let near = |one: Rect, other: Rect| {
        let apart = |from: usize, to: usize| from.saturating_sub(to);
        let across = apart(other.left, one.right).max(apart(one.left, other.right));
        let down = apart(other.top, one.bottom).max(apart(one.top, other.bottom));
        across.max(down) < GAP
    };
    let pair = |things: &[Thing]| {
        let pairs = (0..things.len()).flat_map(|one| (one + 1..things.len()).map(move |other| (one, other)));
        pairs.into_iter().find(|(one, other)| near(things[*one].area, things[*other].area))
    };
    while let Some((one, other)) = pair(&things) {
        let removed = things.remove(other);
        things[one] = Thing { area: things[one].area.union(removed.area), pixels: things[one].pixels + removed.pixels };
    }
    things
}

fn without_specks(mut things: Vec<Thing>) -> Vec<Thing> {
    let mut sizes: Vec<usize> = things.iter().map(|thing| thing.pixels).collect();
    sizes.sort_unstable();
    let middle = sizes.get(sizes.len() / 2).copied().unwrap_or(0);
    things.retain(|thing| SPECK * thing.pixels >= middle);
    things
}

/// Row by row: a thing begins a row if its middle lies below all of the row before.
fn ordered(mut things: Vec<Thing>) -> Vec<Thing> {
    let middle = |thing: &Thing| thing.area.top + thing.area.bottom;
    things.sort_by_key(|thing| (middle(thing), thing.area.left));
    let mut rows: Vec<Vec<Thing>> = Vec::new();
    for thing in things {
        let bottom = |row: &[Thing]| row.iter().map(|thing| thing.area.bottom).max().unwrap_or(0);
        match rows.last_mut().filter(|row| middle(&thing) < 2 * bottom(row)) {
            Some(row) => row.push(thing),
            None => rows.push(vec![thing]),
        }
    }
    rows.iter_mut().for_each(|row| row.sort_by_key(|thing| thing.area.left));
    rows.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    fn drawn(rows: &[&str]) -> RgbaImage {
        RgbaImage::from_fn(rows[0].len() as u32, rows.len() as u32, |x, y| {
            match rows[y as usize].as_bytes()[x as usize] {
                b'.' => Rgba([0; 4]),
                color => Rgba([color, 0, 0, 255]),
            }
        })
    }

    #[test]
    fn things_are_cut_row_by_row_with_all_their_parts() {
        let image = drawn(&[
            "...........ccc...",
            ".aa..bbb...ccc...",
            ".aa..b.....ccc...",
            ".................",
            ".................",
            "..............d..",
            "..............d..",
            ".................",
            ".................",
            "ee....fff........",
            "ee....f.f...g....",
            "ee....fff........",
            "......fff........",
        ]);
        let found = things(&image);
        let first: Vec<u8> =
            found.iter().map(|thing| thing.pixels().find(|pixel| pixel.0[3] > 0).unwrap().0[0]).collect();
        assert_eq!(String::from_utf8(first).unwrap(), "abcdefg");
        assert_eq!(found[5].dimensions(), (3, 4));
        assert!(things(&RgbaImage::new(4, 4)).is_empty());
        assert_eq!(things(&drawn(&["a.a", "a.a", "..a"])).len(), 1);
    }
}
