//! Finished art: at its own resolution or enlarged without loss, it comes back byte for byte.

use dgx_pixels::process::{gate, process};
use dgx_pixels::words::raw::Raw;
use dgx_pixels::words::recipe::{Matte, PaletteChoice, Recipe, Size};
use dgx_pixels::words::sprite::Sprites;
use image::{Rgba, RgbaImage};

fn restored(image: &RgbaImage, recipe: &Recipe) -> Sprites {
    process(&[Raw::new(image.clone())], recipe, None).unwrap()
}

fn whole() -> Recipe {
    Recipe { matte: Matte::None, ..Recipe::default() }
}

/// What is restored, if the verdict passes.
fn passed(image: &RgbaImage) -> RgbaImage {
    let mut sprites = restored(image, &whole());
    assert!(gate::verdict(&sprites.found.metrics, &whole()).passes(), "{:?}", sprites.found.metrics);
    assert_eq!(sprites.found.metrics["grid"], 1000);
    sprites.frames.remove(0)
}

/// A number that looks random, the same everywhere.
fn hash(x: u32, y: u32) -> u32 {
    let value = (x.wrapping_mul(374_761_393)).wrapping_add(y.wrapping_mul(668_265_263));
    let value = (value ^ (value >> 13)).wrapping_mul(1_274_126_177);
    value ^ (value >> 16)
}

/// A sheet of creatures of 24x24 pixels: outline, three tones, eyes, and a half-transparent shadow.
fn sheet(columns: u32, rows: u32) -> RgbaImage {
    RgbaImage::from_fn(24 * columns, 24 * rows, |x, y| {
        let (tile, dx, dy) = (hash(x / 24, y / 24), (x % 24) as i32 - 12, (y % 24) as i32 - 11);
        let wide = 44 + (tile % 30) as i32 + (hash(dy as u32, tile) % 9) as i32;
        let away = dx * dx + dy * dy;
        match (dx.abs(), dy) {
            (3, -2) => Rgba([250, 250, 240, 255]),
            (2, -2) => Rgba([10, 10, 20, 255]),
            _ if away < wide => {
                let tone = ((dx + dy + (hash(x, y) % 3) as i32).clamp(-8, 8) + 8) as u8;
                let tone = tone / 6 * 40;
                Rgba([60 + tone, 120 + (tile % 90) as u8, 200 - tone, 255])
            }
            _ if away < wide + 18 => Rgba([30, 20, 46, 255]),
            (0..8, 9) => Rgba([0, 0, 0, 96]),
            _ => Rgba([0; 4]),
        }
    })
}

/// The nearest pixels: column x shows `(x + 0.5) / by`, from the column `skip` on.
fn enlarged(image: &RgbaImage, by: f64, skip: u32) -> RgbaImage {
    let [width, height] = [image.width(), image.height()].map(|length| (f64::from(length) * by + 0.5) as u32);
    let source = |at: u32, length: u32| (((f64::from(at) + 0.5) / by) as u32).min(length - 1);
    RgbaImage::from_fn(width - skip, height - skip, |x, y| {
        *image.get_pixel(source(x + skip, image.width()), source(y + skip, image.height()))
    })
}

#[test]
fn sheets_stay_as_they_are() {
    for (columns, rows) in [(2, 2), (12, 9), (30, 20)] {
        let sheet = sheet(columns, rows);
        assert_eq!(passed(&sheet), sheet);
    }
}

#[test]
fn enlargements_by_any_factor_come_back() {
    let sheet = sheet(3, 2);
    for by in [1.25, 1.5, 1.75, 2.0, 2.4, 2.5, 3.0, 3.3, 3.75, 4.25, 8.0] {
        assert_eq!(passed(&enlarged(&sheet, by, 0)), sheet, "{by}");
        // A cell of one pixel is gone without it.
        let gone = u32::from(1.5 / by >= 1.0);
        let rest = image::imageops::crop_imm(&sheet, gone, gone, sheet.width(), sheet.height()).to_image();
        assert_eq!(passed(&enlarged(&sheet, by, 1)), rest, "{by}, cut by a pixel");
    }
}

#[test]
fn a_window_that_was_dragged_has_two_factors() {
    let sheet = sheet(3, 2);
    let dragged = image::imageops::resize(&sheet, 193, 131, image::imageops::FilterType::Nearest);
    assert_eq!(passed(&dragged), sheet);
}

#[test]
fn the_pixels_of_320x200_are_higher_than_wide() {
    let sheet = sheet(3, 2);
    for (width, height) in [(360, 288), (211, 169)] {
        let screen = image::imageops::resize(&sheet, width, height, image::imageops::FilterType::Nearest);
        assert_eq!(passed(&screen), sheet, "{width}x{height}");
    }
}

#[test]
fn all_colours_stay() {
    let painted = |width: u32, height: u32| {
        RgbaImage::from_fn(width, height, |x, y| {
            let [r, g, b, _] = hash(x, y).to_le_bytes();
            Rgba([r, g, b, 255])
        })
    };
    let tile = painted(32, 32);
    assert_eq!(passed(&tile), tile);
    // More than there are indices.
    let many = painted(300, 260);
    let sprites = restored(&enlarged(&many, 2.0, 0), &whole());
    assert_eq!(sprites.frames[0], many);
    assert!(sprites.found.palette.len() > 1 << 16);
    // More pairs of a colour and an alpha than that, of many colours and of few.
    for bits in [0xff, 0xf0] {
        let mut glass = many.clone();
        for (x, y, pixel) in glass.enumerate_pixels_mut() {
            let [r, g, b, _] = pixel.0.map(|value| value & bits);
            pixel.0 = [r, g, b, (hash(y, x + 1000) % 255) as u8 + 1];
        }
        assert!(passed(&enlarged(&glass, 2.0, 0)) == glass, "{bits:x}");
    }
}

/// A sheet of paintings of 32x32 pixels: floors with a fine grain, fruit with soft edges, and empty places.
fn painted_sheet(columns: u32, rows: u32, grain: u32) -> RgbaImage {
    RgbaImage::from_fn(32 * columns, 32 * rows, |x, y| {
        let tile = hash(x / 32, y / 32);
        let [dx, dy] = [f64::from(x % 32) - 15.5, f64::from(y % 32) - 15.5];
        let cover = match tile % 5 {
            0..3 => 1.0,
            3 => 0.0,
            _ => (f64::from(8 + tile % 7) - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0),
        };
        let spots = f64::from(hash(x + tile % 1000, y) % grain) - f64::from(grain / 2);
        let light = 170.0 - dx - dy + spots;
        let skin = |shift: u32| (light * (0.4 + f64::from(tile >> shift & 63) / 100.0)).clamp(0.0, 255.0) as u8;
        Rgba([skin(8), skin(14), skin(20), (255.0 * cover) as u8])
    })
}

#[test]
fn sheets_of_paintings_stay_as_they_are() {
    let sheet = painted_sheet(40, 40, 120);
    let sprites = restored(&sheet, &whole());
    assert_eq!(sprites.found.grid, [1280, 1280], "{:?}", sprites.found.metrics);
    let visible = |image: &RgbaImage| -> Vec<[u8; 4]> {
        image.pixels().map(|pixel| if pixel.0[3] == 0 { [0; 4] } else { pixel.0 }).collect()
    };
    assert!(visible(&sprites.frames[0]) == visible(&sheet));
}

#[test]
fn finished_art_of_its_frames_size_is_not_moved() {
    let mut image = RgbaImage::new(32, 32);
    image::imageops::overlay(&mut image, &sheet(1, 1), 1, 0);
    let recipe = Recipe { size: Size::Frame([32, 32]), ..whole() };
    assert_eq!(restored(&image, &recipe).frames[0], image);
    assert_eq!(restored(&enlarged(&image, 2.5, 0), &recipe).frames[0], image);
}

/// Soft discs of few colours, as of a painting that was reduced.
fn painting(size: u32, levels: i32) -> RgbaImage {
    let disc = |x: i32, y: i32, at: u32| {
        let [cx, cy] = [hash(at, 1), hash(at, 2)].map(|value| (value % size) as i32);
        let radius = 20 + (hash(at, 3) % 70) as i32;
        let away = f64::from((x - cx) * (x - cx) + (y - cy) * (y - cy)).sqrt();
        ((f64::from(radius) - away) / 5.0).clamp(0.0, 1.0)
    };
    RgbaImage::from_fn(size, size, |x, y| {
        let mut tone = 0.3;
        for at in 0..14 {
            let share = disc(x as i32, y as i32, at);
            tone = tone * (1.0 - share) + share * f64::from(hash(at, 4) % 100) / 100.0;
        }
        let level = (tone * f64::from(levels)) as i32 * 255 / levels;
        Rgba([level as u8, (level * 7 / 9) as u8, 255 - level as u8, 255])
    })
}

/// A wall of stones in close tones, 137 pixels wide: painted softly, in few colours.
fn wall() -> RgbaImage {
    RgbaImage::from_fn(137, 89, |x, y| {
        let (left, top) = (x / 9 * 9 + y / 7 * 5 % 4, y / 7 * 7);
        let away = |at: u32, from: u32| (at as i32 - from as i32).pow(2);
        let tone = match away(x, left + 4) + away(y, top + 3) {
            15.. => 0,
            8.. => 1,
            _ => 2,
        };
        Rgba([30 + 5 * tone, 70 + 8 * tone + (y / 30 * 6) as u8, 82 + 4 * tone, 255])
    })
}

#[test]
fn a_small_scene_in_close_tones_stays_as_it_is() {
    assert_eq!(passed(&wall()), wall());
}

#[test]
fn a_painting_of_few_colours_stays_but_is_doubted() {
    for levels in [16, 32, 64] {
        let painting = painting(300, levels);
        let sprites = restored(&painting, &whole());
        assert!(sprites.found.metrics["grid"] < 600, "{levels}: {:?}", sprites.found.metrics);
        assert_eq!(sprites.frames[0], painting, "{levels}");
    }
}

/// What is left as it is has no canonical orientation, but its colours are reduced like those of its mirror image.
#[test]
fn a_mirrored_painting_has_the_mirrored_colors() {
    let recipe = Recipe { palette: PaletteChoice::Colors(6), ..whole() };
    let mirrored = |image: &RgbaImage| image::imageops::flip_horizontal(image);
    for levels in [16, 32, 64] {
        let painting = painting(300, levels);
        let [sprites, other] = [&painting, &mirrored(&painting)].map(|image| restored(image, &recipe));
        assert_eq!(sprites.found.pitch, [1000, 1000], "{levels}");
        assert_eq!(other.found.palette, sprites.found.palette, "{levels}");
        assert_eq!(other.frames[0], mirrored(&sprites.frames[0]), "{levels}");
    }
}

#[test]
fn a_soft_enlargement_is_no_pixel_art() {
    let soft = image::imageops::resize(&sheet(2, 1), 192, 96, image::imageops::FilterType::Triangle);
    let sprites = restored(&soft, &whole());
    assert!(sprites.found.metrics["grid"] < 600 || sprites.found.grid == [48, 24], "{:?}", sprites.found);
}

/// Smooth tones in the strokes of a flat brush, of few levels: no pixel differs from all around it.
fn painted_scene(brush: u32) -> RgbaImage {
    let noise = |[x, y]: [u32; 2], [width, height]: [u32; 2], seed: u32| {
        let value = |i: u32, j: u32| f64::from(hash(x / width + i + 57 * seed, y / height + j) % 1000) / 1000.0;
        let [fx, fy] = [f64::from(x % width) / f64::from(width), f64::from(y % height) / f64::from(height)];
        let row = |j: u32| value(0, j) * (1.0 - fx) + value(1, j) * fx;
        row(0) * (1.0 - fy) + row(1) * fy
    };
    RgbaImage::from_fn(320, 240, |x, y| {
        let top = y / brush * brush;
        let at = [x.saturating_sub(hash(top, 3) % (3 * brush)), top];
        let tone = 0.5 * noise(at, [60, 24], 3) + 0.3 * noise(at, [22, 7], 4) + f64::from(y) / 1200.0;
        let level = (tone * 24.0) as u32;
        Rgba([(60 + level * 150 / 24) as u8, (40 + level * 130 / 24) as u8, (90 + level * 60 / 24) as u8, 255])
    })
}

#[test]
fn a_scene_without_noise_is_not_reduced_in_doubt() {
    for brush in 1..5 {
        let scene = painted_scene(brush);
        let sprites = restored(&scene, &whole());
        assert!(sprites.found.metrics["grid"] < 600, "{brush}: {:?}", sprites.found.metrics);
        assert_eq!(sprites.frames[0], scene, "{brush}");
    }
}

/// Stones of about seven pixels in rows that are offset: a texture of many colours, with a grain that was drawn.
#[test]
fn a_small_texture_is_not_reduced_in_doubt() {
    let texture = RgbaImage::from_fn(100, 100, |x, y| {
        let (column, row) = ((x + hash(y / 7 + 9, 0) % 4) / 7, (y + hash(x / 7 + 5, 3) % 4) / 7);
        let tone = |channel: u32| (50 + hash(column + 31 * channel, row) % 80 + hash(x, y) % 12) as u8;
        Rgba([tone(0), tone(1), tone(2), 255])
    });
    let sprites = restored(&texture, &whole());
    assert!(sprites.found.metrics["grid"] < 600, "{:?}", sprites.found.metrics);
    assert_eq!(sprites.frames[0], texture);
}

/// Tiles of ground for an isometric map, each pixel in one of some tones, on two flat colours that differ from them.
fn isometric_ground(tones: u8, step: [u8; 3]) -> RgbaImage {
    RgbaImage::from_fn(640, 49, |x, y| {
        let (tile, left) = (x / 66, (x % 66).wrapping_sub(1));
        let high = [31, 23, 39][hash(tile + 100, 1) as usize % 3];
        if left >= 64 || y >= high {
            return Rgba([180, 180, 180, 255]);
        }
        if y.abs_diff(high / 2) >= (left.min(63 - left) / 2 + 1).min(high / 2 + 1) {
            return Rgba([0, 0, 180, 255]);
        }
        let tone = (hash(x + 1000, y) % u32::from(tones)) as u8;
        let shade = (hash(tile + 7, 2) % 7) as u8 * 8;
        let [red, green, blue] = step.map(|step| step * tone);
        Rgba([40 + red + shade, 30 + green + shade / 2, 10 + blue, 255])
    })
}

#[test]
fn dithered_tiles_on_a_flat_ground_stay() {
    for (tones, step) in [(8, [14, 10, 5]), (20, [5, 4, 2])] {
        let tiles = isometric_ground(tones, step);
        let sprites = restored(&tiles, &whole());
        assert!(sprites.found.metrics["grid"] < 600, "{tones}: {:?}", sprites.found.metrics);
        assert_eq!(sprites.frames[0], tiles, "{tones}");
    }
}

/// The houses stand nine pixels apart by chance.
#[test]
fn a_skyline_whose_houses_are_evenly_spaced_stays() {
    let houses = [
        ([35, 54], [44, 72], 1),
        ([26, 45], [35, 63], 0),
        ([26, 54], [35, 72], 3),
        ([97, 81], [106, 90], 3),
        ([97, 72], [106, 90], 0),
        ([53, 63], [62, 81], 1),
        ([97, 72], [115, 90], 2),
        ([13, 70], [15, 72], 0),
        ([61, 71], [62, 72], 0),
    ];
    let tones = [[2, 2, 20], [1, 1, 34], [3, 22, 26], [30, 0, 10]];
    let skyline = RgbaImage::from_fn(121, 104, |x, y| {
        let is_inside = |from: &[u32; 2], to: &[u32; 2]| (from[0]..to[0]).contains(&x) && (from[1]..to[1]).contains(&y);
        let house = houses.iter().rev().find(|(from, to, _)| is_inside(from, to));
        let tone = house.map(|(_, _, tone)| *tone).or((y >= 72).then_some(0));
        tone.map_or(Rgba([0; 4]), |tone: usize| Rgba([tones[tone][0], tones[tone][1], tones[tone][2], 255]))
    });
    assert_eq!(passed(&skyline), skyline);
}

#[test]
fn the_wall_behind_a_face_stays() {
    let face = RgbaImage::from_fn(38, 38, |x, y| {
        let shade = 20 * (hash(x, y) % 3) as u8;
        match (x.abs_diff(19), y) {
            (3..5, 14..16) => Rgba([250, 250, 240, 255]),
            (..9, 5..9) => Rgba([90 + shade, 50, 30, 255]),
            (..9, 9..25) => Rgba([220, 170, 130, 255]),
            (..14, 28..) => Rgba([40, 60, 120 + shade, 255]),
            _ => Rgba([2, 2, 2, 255]),
        }
    });
    assert_eq!(restored(&face, &Recipe::default()).frames[0], face);
}
