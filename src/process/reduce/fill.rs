//! Reduction to a given size by a factor that need not be whole.

use crate::process::picture::{Picture, Rect};
use crate::words::color::Lab;

use super::raster::{Raster, is_symmetric_in_shape};
use super::squeeze::{Squeezed, squeezed};
use super::{FeatureCount, class_of, reduced};

/// Reduces what lies in `area` of all pictures to so many pixels. The columns and rows that lose least become
/// one.
pub(in crate::process) fn filled(
    pictures: &[Picture],
    labs: &[Lab],
    area: Rect,
    size: [usize; 2],
) -> (Vec<Picture>, FeatureCount) {
    let from = [area.left as isize, area.top as isize];
    let drawn: Vec<Picture> = pictures.iter().map(|picture| picture.crop(from[0], from[1], area.size())).collect();
    let mirrored = drawn.iter().all(is_symmetric_in_shape);
    // A middle column cannot be halved.
    let odd = mirrored && area.size()[0] % 2 == 1 && size[0] % 2 == 0 && size[0] > 1;
    let size = [size[0] - usize::from(odd), size[1]];
    let class = class_of(&drawn, labs);
    let (_, lines) = both(&drawn, labs, &class, size, mirrored);
    let raster = Raster::uneven(lines.map(|lines| lines.into_iter().map(|line| line as isize).collect()));
    reduced(&drawn, labs, &raster)
}

/// Squeezes columns, then rows.
fn both(
    pictures: &[Picture],
    labs: &[Lab],
    class: &[u16],
    size: [usize; 2],
    mirrored: bool,
) -> (Vec<Picture>, [Vec<usize>; 2]) {
    let columns = squeezed(pictures, labs, class, size[0], mirrored);
    let turned: Vec<Picture> = columns.pictures.iter().map(transposed).collect();
    let Squeezed { pictures, lines } = squeezed(&turned, labs, class, size[1], false);
    (pictures.iter().map(transposed).collect(), [columns.lines, lines])
}

fn transposed(picture: &Picture) -> Picture {
    let (width, height) = (picture.height, picture.width);
    let pixels = (0..width * height).map(|i| picture.pixels[i % width * height + i / width]).collect();
    Picture { width, height, pixels }
}
