//! Flicker: what changes for a single frame and is no motion.

use crate::process::picture::{CLEAR, Picture, Rect};

use super::registration::sideways;

/// A limb moves at most so far from one frame to the next: so many pixels, and a part of the picture.
const LIMB: usize = 2;
const PART: usize = 16;
/// A body that bobs up and down by less does not jump.
const BOB: isize = 2;

/// The share of the pixels that are opaque in any frame that flicker in an inner frame, in per mille.
///
/// A pixel flickers if it differs from the frames before and after, which agree with each other, and if what it shows is
/// nowhere near in them. Of a body that jumps to and fro, all such pixels flicker, whatever is near them.
pub(in crate::process) fn flicker(frames: &[Picture]) -> i64 {
    let boxes: Option<Vec<Rect>> = frames.iter().map(Picture::bounds).collect();
    let Some(boxes) = boxes.filter(|boxes| boxes.len() > 2) else { return 0 };
    let ever_opaque = |i: &usize| frames.iter().any(|frame| frame.pixels[*i] != CLEAR);
    let offsets: Vec<usize> = (0..frames[0].pixels.len()).filter(ever_opaque).collect();
    let aside = sideways(frames, &boxes);
    let feet: Vec<isize> = boxes.iter().map(|area| area.bottom as isize).collect();
    let flickers = (1..frames.len() - 1).map(|now| {
        let back = |places: &[isize], least: isize| {
            let [one, two, three] = [places[now - 1], places[now], places[now + 1]];
            one == three && (two - one).abs() >= least
        };
        let jumps = back(&aside, 1) || back(&feet, BOB);
        offsets.iter().filter(|i| is_flicker(&frames[now - 1..=now + 1], **i, jumps)).count()
    });
    (1000 * flickers.sum::<usize>() / (offsets.len() * (frames.len() - 2)).max(1)) as i64
}

/// Whether a pixel of the middle one of three frames flickers.
fn is_flicker(three: &[Picture], offset: usize, jumps: bool) -> bool {
    let [before, now, after] = [0, 1, 2].map(|t| three[t].pixels[offset]);
    if before != after || before == now {
        return false;
    }
    let width = three[1].width;
    let [x, y] = [offset % width, offset / width].map(|at| at as isize);
    let limb = (LIMB + width.max(three[1].height) / PART) as isize;
    let near = |picture: &Picture| {
        let mut around = (y - limb..=y + limb).flat_map(|y| (x - limb..=x + limb).map(move |x| (x, y)));
        around.any(|(x, y)| picture.at(x, y) == now)
    };
    jumps || !near(&three[0]) || !near(&three[2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::picture::drawn;

    #[test]
    fn a_figure_that_jumps_to_and_fro_is_worse_than_one_that_walks() {
        let body = |left: usize, legs: &str| {
            let at = |row: &str| format!("{}{row}{}", ".".repeat(left), ".".repeat(5 - left));
            let rows = ["..000..", "..010..", "..000..", ".22222.", ".23332.", "..333..", legs, legs].map(at);
            drawn(&rows.each_ref().map(String::as_str))
        };
        let still = [body(0, "..4.4.."), body(0, "..4.4.."), body(0, "..4.4..")];
        let walk = [body(0, "..4.4.."), body(0, ".4...4."), body(0, "..4.4..")];
        let jump = [body(0, "..4.4.."), body(2, "..4.4.."), body(0, "..4.4..")];
        let blot = [body(0, "..4.4.."), body(0, "..7.4.."), body(0, "..4.4..")];
        let [still, walk, jump, blot] = [still, walk, jump, blot].map(|frames| flicker(&frames));
        assert_eq!([still, walk], [0, 0]);
        assert!(jump > 300 && (20..200).contains(&blot), "{jump} {blot}");
    }
}
