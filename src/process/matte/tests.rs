//! Masks of small drawings.

use super::*;
use crate::process::cells::Builder;
use crate::words::color::Rgb;
use crate::words::recipe::Holes;

const INK: Lab = [0.3, 0.1, 0.1];
const SKY: Lab = [0.8, -0.05, 0.02];
const PAPER: Lab = [0.98, 0.0, 0.0];
const MAGENTA: Rgb = Rgb([255, 0, 255]);

/// Cells of these colours whose samples differ by `spread`.
fn drawn([width, height]: [usize; 2], spread: f32, color: impl Fn(usize, usize) -> Lab) -> Cells {
    let mut cells = Builder::new(width, height);
    (0..width * height).for_each(|i| cells.push(color(i % width, i / width), spread).unwrap());
    cells.build()
}

fn with(matte: Matte) -> Recipe {
    Recipe { matte, ..crate::process::tests::recipe() }
}

/// The number of opaque cells of 20 by 20.
fn opaque(spread: f32, color: impl Fn(usize, usize) -> Lab) -> usize {
    count(&drawn([20, 20], spread, color), &with(Matte::Auto))
}

/// The mask of cells of 16 pixels.
fn masked(cells: &Cells, recipe: &Recipe) -> Mask {
    mask(View::of(cells, 16.0, false), recipe, Turn::default())
}

fn count(cells: &Cells, recipe: &Recipe) -> usize {
    masked(cells, recipe).opaque.into_iter().filter(|opaque| *opaque).count()
}

/// A value from 0 to 1 that looks random.
fn noise(x: usize, y: usize) -> f32 {
    let mut hash = (x * 7919 + y * 104_729 + 1) as u32;
    for _ in 0..3 {
        hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    }
    (hash >> 8) as f32 / 16_777_216.0
}

fn square(at: usize, half: usize, x: usize, y: usize) -> bool {
    x.abs_diff(at) < half && y.abs_diff(at) < half
}

#[test]
fn the_border_is_walked_once() {
    assert_eq!(border(3, 3).collect::<Vec<_>>(), [0, 1, 2, 5, 8, 7, 6, 3]);
    for (width, height) in [(1, 1), (1, 4), (4, 1), (2, 2), (3, 2)] {
        let mut all: Vec<usize> = border(width, height).collect();
        all.sort_unstable();
        assert_eq!(all, (0..width * height).collect::<Vec<_>>());
    }
}

#[test]
fn a_gap_goes_and_a_glint_stays() {
    let cells = drawn([20, 20], 0.002, |x, y| match (x, y) {
        (6..11, 7..12) | (13..15, 13..15) => PAPER,
        _ if square(10, 8, x, y) => INK,
        _ => PAPER,
    });
    let by = |holes| count(&cells, &Recipe { holes, ..with(Matte::Auto) });
    assert_eq!([Holes::Keep, Holes::Auto, Holes::Cut].map(by), [225, 200, 196]);
}

/// The hero and the ground are blue; a gap between his legs is among cells of an outline.
#[test]
fn the_light_on_a_subject_of_the_grounds_hue_stays() {
    const BLUE: Lab = [0.44, -0.01, -0.13];
    const SHADE: Lab = [0.36, -0.01, -0.14];
    let cells = drawn([20, 20], 0.002, |x, y| match (x, y) {
        (8, 6) | (11, 9) | (6, 14) => BLUE,
        (5..8, 13..16) => INK,
        _ if square(10, 8, x, y) => SHADE,
        _ => BLUE,
    });
    assert_eq!(count(&cells, &with(Matte::Auto)), 224);
}

#[test]
fn white_within_an_outline_stays_on_white() {
    let shirt = |x: usize, y: usize| if square(10, 7, x, y) && !square(10, 6, x, y) { INK } else { PAPER };
    assert_eq!(opaque(0.002, shirt), 169);
}

#[test]
fn an_eye_deep_within_a_face_stays_on_white() {
    let face = |x: usize, y: usize| match (x, y) {
        (13..16, 13..15) => PAPER,
        _ if square(14, 9, x, y) => INK,
        _ => PAPER,
    };
    assert_eq!(count(&drawn([28, 28], 0.002, face), &with(Matte::Auto)), 289);
}

/// White paint is white on any paper; a gap has the colour of the paper.
#[test]
fn a_gap_deep_between_limbs_goes_on_paper() {
    let on = |paper: Lab| {
        let figure = |x: usize, y: usize| match (x, y) {
            (12..16, 15..18) => paper,
            _ if square(14, 9, x, y) => INK,
            _ => paper,
        };
        count(&drawn([28, 28], 0.002, figure), &with(Matte::Auto))
    };
    assert_eq!([PAPER, [0.9, 0.005, 0.05]].map(on), [289, 277]);
}

/// A white shirt on grey paper tells that an enclosed patch of grey is no paint, wherever it is.
#[test]
fn grey_beside_white_paint_is_a_gap() {
    const GREY: Lab = [0.95, 0.0, 0.0];
    let on_grey = |shirt: Lab| {
        let figure = |x: usize, y: usize| match (x, y) {
            (12..16, 12..15) => GREY,
            (8..12, 8..11) => shirt,
            _ if square(14, 9, x, y) => INK,
            _ => GREY,
        };
        count(&drawn([28, 28], 0.002, figure), &with(Matte::Auto))
    };
    assert_eq!([INK, PAPER].map(on_grey), [289, 277]);
}

#[test]
fn shaded_cloth_stays_on_white() {
    let cloth = |x: usize, y: usize| match (x, y) {
        (7..12, 7..12) => PAPER,
        (6..13, 6..13) => [0.9, 0.0, 0.0],
        _ if square(10, 8, x, y) => INK,
        _ => PAPER,
    };
    assert_eq!(opaque(0.002, cloth), 225);
}

/// A face before a wall reaches the lower border; an icon lies within a ground.
#[test]
fn an_artist_drew_what_reaches_the_border_at_its_own_size() {
    let face = |x: usize, y: usize| if x.abs_diff(10) < 6 && y > 5 { INK } else { SKY };
    let icon = |x: usize, y: usize| if square(10, 6, x, y) { INK } else { SKY };
    let opaque = |cells: &Cells, own: bool| {
        let opaque = mask(View::of(cells, 1.0, own), &with(Matte::Auto), Turn::default()).opaque;
        opaque.into_iter().filter(|opaque| *opaque).count()
    };
    let [face, icon] = [drawn([20, 20], 0.0, face), drawn([20, 20], 0.0, icon)];
    assert_eq!([false, true].map(|own| opaque(&face, own)), [154, 400]);
    assert_eq!([false, true].map(|own| opaque(&icon, own)), [121, 121]);
}

#[test]
fn a_border_of_many_colours_is_a_scene() {
    assert_eq!(opaque(0.002, |x, y| if (x + y) % 2 == 0 { INK } else { PAPER }), 400);
}

#[test]
fn dark_tiles_of_near_tones_are_a_scene() {
    let tiles = |x: usize, y: usize| {
        let tone = (noise(x / 2, y / 2) * 4.0) as usize;
        [0.22 + 0.025 * tone as f32, 0.0, 0.0]
    };
    assert_eq!(opaque(0.003, tiles), 400);
}

/// Noise of a codec is as wide as some pixels: samples of a short cell do not show all of it.
#[test]
fn a_ground_of_short_cells_varies_more_than_their_samples() {
    let paper = |x: usize, y: usize| {
        if square(20, 8, x, y) { INK } else { [0.7 + 0.04 * noise(x, y), 0.02 * noise(y, x + 99), 0.0] }
    };
    let cells = drawn([40, 40], 0.003, paper);
    let opaque = |pitch: f32| {
        let opaque = mask(View::of(&cells, pitch, false), &with(Matte::Auto), Turn::default()).opaque;
        opaque.into_iter().filter(|opaque| *opaque).count()
    };
    assert_eq!([5.0, 16.0].map(opaque), [225, 1600]);
    let flat = drawn([40, 40], 0.003, |x, y| [0.2 + 0.04 * noise(x, y), 0.02 * noise(y, x + 99), 0.0]);
    let kept = mask(View::of(&flat, 5.0, false), &with(Matte::Auto), Turn::default()).opaque;
    assert!(kept.into_iter().all(|opaque| opaque), "a scene of near tones");
}

#[test]
fn an_outline_along_the_border_is_no_ground() {
    let tile = |x: usize, y: usize| if x.min(y) == 0 || x.max(y) == 19 { INK } else { SKY };
    assert_eq!(opaque(0.002, tile), 400);
    let lit = |x: usize, y: usize| if x.min(y) == 1 { PAPER } else { tile(x, y) };
    assert_eq!(opaque(0.002, lit), 400);
}

#[test]
fn a_horizon_makes_a_scene_and_a_floor_does_not() {
    let sea = |y: usize| if (10..14).contains(&y) { [0.5, -0.05, -0.03] } else { SKY };
    assert_eq!(opaque(0.002, |_, y| sea(y)), 400);
    assert_eq!(opaque(0.002, |x, y| if x < 12 { sea(y) } else { SKY }), 48);
    let floor = |top: usize| move |_: usize, y: usize| if y < top { SKY } else { INK };
    assert_eq!([14, 10].map(|top| opaque(0.002, floor(top))), [120, 400]);
}

#[test]
fn a_fading_sky_makes_a_scene() {
    let sky = |x: usize, y: usize| {
        if square(10, 4, x, y) { INK } else { [0.6 + 0.012 * y as f32, -0.05, -0.05] }
    };
    assert_eq!(opaque(0.003, sky), 400);
}

#[test]
fn a_ground_is_followed_through_a_glow() {
    let glow = |x: usize, y: usize| {
        let far = (x as f32 - 9.5) * (x as f32 - 9.5) + (y as f32 - 9.5) * (y as f32 - 9.5);
        let light = 0.14 / (1.0 + far * far / 900.0);
        if square(10, 3, x, y) { INK } else { [0.3 + light, 0.0, -0.02] }
    };
    assert_eq!(opaque(0.002, glow), 25);
}

/// Both darken from the ground inwards, the outermost row by hardly anything; the samples of a soft shadow differ within each
/// cell.
#[test]
fn a_soft_shadow_is_ground_and_a_drawn_one_is_not() {
    let subject = |x: usize, y: usize| square(10, 5, x, y);
    let shadow = |x: usize, y: usize| (15..18).contains(&y) && (4..17).contains(&x);
    let tone = |x: usize, y: usize| if shadow(x, y) { 0.98 - 0.06 * (17 - y) as f32 } else { 1.0 };
    let shaded = |soft: bool| {
        let mut cells = Builder::new(20, 20);
        for (x, y) in (0..400).map(|i| (i % 20, i / 20)) {
            let spread = if soft && shadow(x, y) { 0.01 } else { 0.002 };
            cells.push(if subject(x, y) { INK } else { SKY.map(|value| value * tone(x, y)) }, spread).unwrap();
        }
        cells.build()
    };
    let [soft, drawn] = [true, false].map(|soft| count(&shaded(soft), &with(Matte::Auto)));
    assert_eq!([soft, drawn], [81, 107]);
}

#[test]
fn grains_of_a_textured_ground_go() {
    let grain = |x: usize, y: usize| {
        let coarse = if (3 * x + 5 * y).is_multiple_of(23) { 0.03 } else { 0.0 };
        [0.7 + 0.03 * (noise(x, y) - 0.5) + coarse, 0.01, 0.01]
    };
    assert_eq!(opaque(0.004, |x, y| if square(10, 5, x, y) { INK } else { grain(x, y) }), 81);
}

#[test]
fn a_highlight_close_to_the_background_colour_is_no_hole() {
    let frame = |x: usize, y: usize, inner: Lab| match (x, y) {
        (8..12, 8..12) => inner,
        (5..15, 5..15) => INK,
        _ => SKY,
    };
    assert_eq!(opaque(0.002, |x, y| frame(x, y, SKY)), 84);
    assert_eq!(opaque(0.002, |x, y| frame(x, y, [0.82, -0.05, 0.02])), 100);
}

#[test]
fn noise_on_black_leaves_no_specks() {
    let level =
        |x: usize, y: usize| oklab(Rgb([(x * 7 + y * 3) % 4, (x * 5 + y) % 3, (x + y * 11) % 4].map(|v| v as u8)));
    assert_eq!(opaque(0.005, |x, y| if square(10, 3, x, y) { [0.6, 0.1, 0.1] } else { level(x, y) }), 25);
}

#[test]
fn black_on_a_dark_key_stays() {
    let [key, black] = [[20, 20, 24], [1, 0, 0]].map(|color| oklab(Rgb(color)));
    assert_eq!(opaque(0.0, |x, y| if square(10, 5, x, y) { black } else { key }), 81);
}

/// A subject that touches all four sides.
fn plus(x: usize, y: usize) -> bool {
    (6..14).contains(&x) || (6..14).contains(&y)
}

#[test]
fn a_subject_that_touches_all_sides_is_cut_out_of_a_vivid_key() {
    let on = |ground: Lab| opaque(0.001, move |x, y| if plus(x, y) { INK } else { ground });
    assert_eq!(on(oklab(MAGENTA)), 256);
    assert_eq!(on(oklab(Rgb([4, 250, 10]))), 256);
    assert_eq!(on(SKY), 400);
    // Pink is a colour that artists draw in.
    assert_eq!(on(oklab(Rgb([255, 105, 180]))), 400);
    // A meadow below a sky is no key, though its green is near one.
    let meadow = oklab(Rgb([20, 240, 40]));
    assert_eq!(opaque(0.001, |_, y| if y >= 11 { meadow } else { SKY }), 400);
}

#[test]
fn a_known_ground_is_cut_out_wherever_it_reaches_the_border() {
    let off = oklab(Rgb([200, 60, 180]));
    let cells = |ground: Lab| drawn([20, 20], 0.001, move |x, y| if plus(x, y) { INK } else { ground });
    let of = |ground: Lab, matte| {
        let Mask { opaque, key, .. } = masked(&cells(ground), &with(matte));
        let key = key.unwrap_or(0);
        (opaque.into_iter().filter(|opaque| *opaque).count(), key)
    };
    assert_eq!(of(off, Matte::Auto), (400, 0));
    let (kept, key) = of(off, Matte::Expected(MAGENTA));
    assert_eq!(kept, 256);
    assert!((100..200).contains(&key), "{key}");
    assert_eq!(of(SKY, Matte::Expected(MAGENTA)), (400, 1000));
    assert_eq!(of(SKY, Matte::Color(MAGENTA)), (400, 1000));
    assert_eq!(of(SKY, Matte::Color(Rgb([170, 200, 190]))).0, 256);
    assert_eq!([Matte::Key, Matte::None].map(|matte| of(off, matte)), [(400, 0); 2]);
    assert_eq!(of(oklab(MAGENTA), Matte::Key), (256, 0));
}

#[test]
fn another_ground_than_the_known_one_is_told() {
    let cells = drawn([20, 20], 0.001, |x, y| if square(10, 5, x, y) { INK } else { PAPER });
    let Mask { opaque, key, .. } = masked(&cells, &with(Matte::Expected(MAGENTA)));
    assert_eq!(opaque.into_iter().filter(|opaque| *opaque).count(), 81);
    assert!(key > Some(300), "{key:?}");
    assert_eq!(count(&cells, &with(Matte::Color(MAGENTA))), 400);
}

#[test]
fn a_mirrored_picture_has_the_mirrored_mask() {
    let color = |x: usize, y: usize| match (x, y) {
        (5..8, 6..9) => PAPER,
        (3..13, 4..15) => INK,
        _ => [0.95 + 0.01 * noise(x, y), 0.002 * x as f32 / 20.0, 0.0],
    };
    let cells = drawn([20, 20], 0.002, color);
    let mirrored = drawn([20, 20], 0.002, |x, y| color(19 - x, y));
    let (one, other) = (masked(&cells, &with(Matte::Auto)).opaque, masked(&mirrored, &with(Matte::Auto)).opaque);
    assert!((0..400).all(|i| one[i] == other[i / 20 * 20 + 19 - i % 20]));
}
