//! Reduction to a given size by a factor that need not be whole.

use crate::process::picture::{Picture, Rect};
use crate::words::color::{Lab, distance};

use super::raster::{Raster, is_symmetric_in_shape};
use super::squeeze::squeezed;
use super::{FeatureCount, class_of, feature::STANDS_OUT, reduced};

/// Reduces what lies in `area` of all pictures to so many pixels. The columns and rows that lose least become
/// one.
pub(in crate::process) fn filled(
    pictures: &[Picture],
    labs: &[Lab],
    area: Rect,
    size: [usize; 2],
) -> (Vec<Picture>, FeatureCount) {
    let from = [area.left as isize, area.top as isize];
    let crop = |picture: &Picture| picture.crop(from[0], from[1], area.size());
    let mut drawn: Vec<Picture> = pictures.iter().map(crop).collect();
    let class = class_of(&drawn, labs);
    let symmetric = drawn.iter().all(is_symmetric_in_shape);
    let mut columns = size[0];
    // The middle column of a symmetric picture cannot be halved: it goes if it repeats its neighbours, else it stays and
    // the result is a column narrower.
    if symmetric && area.size()[0] % 2 == 1 && columns.is_multiple_of(2) {
        match drawn.iter().all(|picture| repeats(picture, labs, &class)) {
            true => drawn.iter_mut().for_each(without_middle),
            false => columns -= 1,
        }
    }
    let turned: Vec<Picture> = drawn.iter().map(transposed).collect();
    let axes = [squeezed(&drawn, labs, &class, columns, symmetric), squeezed(&turned, labs, &class, size[1], false)];
    let raster = Raster::uneven(axes.map(|axis| [axis.lines, axis.kept]));
    reduced(&drawn, labs, &raster)
}

/// Whether the middle column nowhere stands out from the columns beside it.
fn repeats(picture: &Picture, labs: &[Lab], class: &[u16]) -> bool {
    let middle = picture.width / 2;
    let rows = picture.pixels.chunks(picture.width);
    rows.map(|row| [row[middle - 1], row[middle], row[middle + 1]]).all(|near| {
        let [left, own, right] = near.map(|index| class.get(usize::from(index)));
        let far = |other: Option<&u16>| match (own, other) {
            (Some(a), Some(b)) => distance(labs[usize::from(*a)], labs[usize::from(*b)]),
            (None, None) => 0.0,
            _ => 1.0,
        };
        far(left).min(far(right)) < STANDS_OUT
    })
}

fn without_middle(picture: &mut Picture) {
    let middle = picture.width / 2;
    let width = picture.width;
    let mut columns = (0..picture.pixels.len()).map(|i| i % width != middle);
    picture.pixels.retain(|_| columns.next().unwrap_or(true));
    picture.width -= 1;
}

fn transposed(picture: &Picture) -> Picture {
    let (width, height) = (picture.height, picture.width);
    let pixels = (0..width * height).map(|i| picture.pixels[i % width * height + i / width]).collect();
    Picture { width, height, pixels }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::picture::{CLEAR, drawn, text};
    use crate::words::color::{Rgb, oklab};

    fn labs() -> Vec<Lab> {
        [Rgb([10, 10, 20]), Rgb([200, 60, 60]), Rgb([250, 250, 250]), Rgb([60, 160, 60])].map(oklab).to_vec()
    }

    fn fill(rows: &[&str], size: [usize; 2]) -> Vec<String> {
        let picture = drawn(rows);
        let area = picture.bounds().unwrap();
        text(&filled(&[picture], &labs(), area, size).0[0])
    }

    fn mirrored(rows: &[String]) -> Vec<String> {
        rows.iter().map(|row| row.chars().rev().collect()).collect()
    }

    /// A face of `width` by 20 pixels with an outline, two eyes of one pixel, a nose if the width is odd, and a mouth.
    fn face(width: usize) -> Vec<String> {
        let pixel = |x: usize, y: usize| match (x.min(width - 1 - x), y) {
            (0, _) | (_, 0 | 19) => '0',
            (4, 6) => '0',
            (side, 10) if 2 * side + 1 == width => '2',
            (side, 14) if side >= 7 => '2',
            _ => '1',
        };
        (0..20).map(|y| (0..width).map(|x| pixel(x, y)).collect()).collect()
    }

    fn filled_face(width: usize, size: [usize; 2]) -> Vec<String> {
        fill(&face(width).iter().map(String::as_str).collect::<Vec<_>>(), size)
    }

    #[test]
    fn a_column_that_repeats_another_goes_first() {
        let rows = ["0120312", "0120312", "0120312", "0120312"].map(|row| row.replace("03", "0333"));
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        assert_eq!(fill(&rows, [8, 4]), ["01203312"; 4]);
        let rows = ["0120333333333312"; 4];
        assert_eq!(fill(&rows, [12, 4]), ["012033333312"; 4]);
    }

    #[test]
    fn an_outline_stays_closed_and_one_pixel_wide_and_eyes_stay_open() {
        for size in [[18, 19], [17, 17], [16, 16], [14, 14], [12, 12]] {
            let small = filled_face(20, size);
            assert_eq!((small[0].len(), small.len()), (size[0], size[1]));
            let ends = [0, small.len() - 1].map(|y| small[y].as_str());
            assert_eq!(ends, ["0".repeat(size[0]).as_str(); 2]);
            let inner: Vec<&str> = small[1..size[1] - 1].iter().map(|row| &row[1..size[0] - 1]).collect();
            assert!(small.iter().all(|row| row.starts_with('0') && row.ends_with('0')), "{small:#?}");
            assert_eq!(inner.iter().map(|row| row.matches('0').count()).sum::<usize>(), 2, "{small:#?}");
            assert!(inner.iter().any(|row| row.contains('2')), "{small:#?}");
        }
    }

    #[test]
    fn a_symmetric_subject_stays_symmetric() {
        for (width, size) in [(20, [18, 18]), (20, [17, 17]), (21, [19, 18]), (21, [18, 18]), (21, [13, 13])] {
            let small = filled_face(width, size);
            assert_eq!(small, mirrored(&small), "{width} -> {size:?}");
        }
    }

    #[test]
    fn equal_eyes_stay_equal() {
        let eyes = |from: [usize; 2]| {
            let is_eye =
                |x: usize, y: usize| (7..9).contains(&y) && from.iter().any(|from| (*from..from + 2).contains(&x));
            let row = |y: usize| (0..24).map(|x| if is_eye(x, y) { '2' } else { '0' }).collect::<String>();
            let small =
                fill(&(0..16).map(row).collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>(), [17, 11]);
            let runs: Vec<usize> =
                small.iter().flat_map(|row| row.split('0').map(str::len).filter(|n| *n > 0)).collect();
            assert!(runs.len().is_multiple_of(2) && runs.iter().all(|run| *run == runs[0]), "{small:#?}");
        };
        (2..8).for_each(|left| (12..20).for_each(|right| eyes([left, right])));
    }

    #[test]
    fn a_middle_column_goes_only_if_nothing_is_lost() {
        assert_eq!(filled_face(21, [18, 18])[0].len(), 17);
        let plain: Vec<String> = face(21).iter().map(|row| row.replace('2', "1")).collect();
        assert_eq!(fill(&plain.iter().map(String::as_str).collect::<Vec<_>>(), [18, 18])[0].len(), 18);
    }

    #[test]
    fn frames_share_their_columns_and_rows() {
        let still = drawn(&face(20).iter().map(String::as_str).collect::<Vec<_>>());
        let mut winks = still.clone();
        winks.pixels[6 * 20 + 4] = 1;
        let area = still.bounds().unwrap();
        let (frames, _) = filled(&[still, winks], &labs(), area, [15, 15]);
        let differ = frames[0].pixels.iter().zip(&frames[1].pixels).filter(|(a, b)| a != b).count();
        assert_eq!(differ, 1);
    }

    #[test]
    fn a_thin_part_keeps_its_fill() {
        let arm: Vec<String> =
            (0..20).map(|y| if y < 18 { "....0110....".to_owned() } else { "0".repeat(12) }).collect();
        let small = fill(&arm.iter().map(String::as_str).collect::<Vec<_>>(), [8, 13]);
        let filled = small.iter().filter(|row| row.contains('1')).count();
        assert!(filled >= 9, "{small:#?}");
        assert!(drawn(&small.iter().map(String::as_str).collect::<Vec<_>>()).pixels.contains(&CLEAR));
    }
}
