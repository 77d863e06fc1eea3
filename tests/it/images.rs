//! Golden images: images in `tests/goldens/` that results have to equal, pixel by pixel.
//!
//! A mismatch writes one PNG, expected | difference | actual, into `target/golden-failures/` and names it in the
//! message. `UPDATE_FIXTURES=1 cargo test` rewrites the goldens; review the changed files as images.

use std::fs;
use std::path::{Path, PathBuf};

use dgx_pixels::words::image_file::{decode, encode};
use image::imageops::overlay;
use image::{Rgba, RgbaImage};

/// The least length of a panel's longer side, in pixels, that whole-factor enlargement aims at.
const PANEL: u32 = 256;
/// Pixels between and around the panels.
const GAP: u32 = 8;
/// The side of a square of the checkerboard behind transparent pixels.
const CHECK: u32 = 8;
const BACKGROUND: Rgba<u8> = Rgba([24, 26, 34, 255]);
const LIGHT: Rgba<u8> = Rgba([204, 204, 204, 255]);
const DARK: Rgba<u8> = Rgba([153, 153, 153, 255]);

/// Compares images with their goldens, then panics with the list of those that differ. Names are paths below
/// `tests/goldens/`, without extension.
pub fn assert_goldens<'a>(images: impl IntoIterator<Item = (String, &'a RgbaImage)>) {
    let goldens = Goldens::committed();
    let failures: Vec<String> =
        images.into_iter().filter_map(|(name, image)| goldens.check(&name, image).err()).collect();
    assert!(failures.is_empty(), "{}\nif the change is intended, run with UPDATE_FIXTURES=1", failures.join("\n"));
}

/// A folder of goldens, and where comparisons of failures go.
struct Goldens {
    expected: PathBuf,
    failures: PathBuf,
    update: bool,
}

impl Goldens {
    fn committed() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self {
            expected: root.join("tests/goldens"),
            failures: root.join("target/golden-failures"),
            update: std::env::var_os("UPDATE_FIXTURES").is_some(),
        }
    }

    fn check(&self, name: &str, actual: &RgbaImage) -> Result<(), String> {
        let golden = self.expected.join(format!("{name}.png"));
        let expected = fs::read(&golden).ok().map(|bytes| decode(&bytes, name).unwrap().pixels);
        if expected.as_ref() == Some(actual) {
            return Ok(());
        }
        if self.update {
            write(&golden, actual);
            return Ok(());
        }
        let failure = self.failures.join(format!("{}.png", name.replace('/', "-")));
        write(&failure, &comparison(expected.as_ref(), actual));
        let problem = if expected.is_some() { "differs from its golden" } else { "has no golden" };
        Err(format!("`{name}` {problem}: see {}", failure.display()))
    }
}

fn write(path: &Path, image: &RgbaImage) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, encode(image).unwrap()).unwrap();
}

/// Three panels side by side: expected, difference, actual. The first one is empty without an expected image.
fn comparison(expected: Option<&RgbaImage>, actual: &RgbaImage) -> RgbaImage {
    let nothing = RgbaImage::new(0, 0);
    let expected = expected.unwrap_or(&nothing);
    let (width, height) = (expected.width().max(actual.width()), expected.height().max(actual.height()));
    let zoom = (PANEL / width.max(height).max(1)).max(1);
    let panels = [expected.clone(), difference(expected, actual), actual.clone()];
    let [across, down] = [width * zoom, height * zoom];
    let mut sheet = RgbaImage::from_pixel(3 * across + 4 * GAP, down + 2 * GAP, BACKGROUND);
    for (panel, left) in panels.iter().zip((GAP..).step_by((across + GAP) as usize)) {
        let enlarged = RgbaImage::from_fn(panel.width() * zoom, panel.height() * zoom, |x, y| {
            let check = if (x / CHECK + y / CHECK).is_multiple_of(2) { LIGHT } else { DARK };
            over(*panel.get_pixel(x / zoom, y / zoom), check)
        });
        overlay(&mut sheet, &enlarged, left.into(), GAP.into());
    }
    sheet
}

fn over(Rgba([r, g, b, alpha]): Rgba<u8>, Rgba(below): Rgba<u8>) -> Rgba<u8> {
    let mix = |top: u8, below: u8| {
        ((u32::from(top) * u32::from(alpha) + u32::from(below) * (255 - u32::from(alpha)) + 127) / 255) as u8
    };
    Rgba([mix(r, below[0]), mix(g, below[1]), mix(b, below[2]), 255])
}

/// Equal pixels as dark grey; others in red, the brighter the more they differ. Transparent where both images are.
fn difference(expected: &RgbaImage, actual: &RgbaImage) -> RgbaImage {
    let (width, height) = (expected.width().max(actual.width()), expected.height().max(actual.height()));
    RgbaImage::from_fn(width, height, |x, y| match (expected.get_pixel_checked(x, y), actual.get_pixel_checked(x, y)) {
        (Some(a), Some(b)) if a == b => {
            let [r, g, b, alpha] = a.0.map(u32::from);
            let grey = ((r * 54 + g * 183 + b * 19) / 1024) as u8;
            Rgba([grey, grey, grey, alpha as u8])
        }
        (Some(a), Some(b)) => {
            let most = a.0.iter().zip(b.0).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0);
            Rgba([128 + most / 2, 0, 0, 255])
        }
        _ => Rgba([255, 0, 0, 255]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Rgba<u8> = Rgba([200, 40, 40, 255]);
    const CLEAR: Rgba<u8> = Rgba([0; 4]);

    /// Sixteen red pixels, then 240 transparent ones.
    fn picture() -> RgbaImage {
        RgbaImage::from_fn(16, 16, |_, y| if y == 0 { RED } else { CLEAR })
    }

    fn goldens(folder: &Path, update: bool) -> Goldens {
        Goldens { expected: folder.join("expected"), failures: folder.join("failures"), update }
    }

    #[test]
    fn a_changed_picture_writes_expected_difference_and_actual() {
        let folder = tempfile::tempdir().unwrap();
        goldens(folder.path(), true).check("art/knight", &picture()).unwrap();
        goldens(folder.path(), false).check("art/knight", &picture()).unwrap();
        let mut changed = picture();
        changed.put_pixel(3, 0, Rgba([0, 0, 255, 255]));
        let failure = goldens(folder.path(), false).check("art/knight", &changed).unwrap_err();
        let path = folder.path().join("failures/art-knight.png");
        assert_eq!(failure, format!("`art/knight` differs from its golden: see {}", path.display()));

        let sheet = decode(&fs::read(path).unwrap(), "").unwrap().pixels;
        assert_eq!(sheet.dimensions(), (3 * 256 + 4 * 8, 256 + 2 * 8));
        // The middle of pixel (x, y) of a panel; each pixel is 16 wide.
        let at = |panel: u32, x: u32, y: u32| sheet.get_pixel(8 + panel * 264 + 16 * x + 8, 8 + 16 * y + 8).0;
        assert_eq!([at(0, 3, 0), at(2, 3, 0)], [RED.0, [0, 0, 255, 255]]);
        assert_eq!([at(0, 4, 0), at(2, 4, 0)], [RED.0, RED.0]);
        assert_eq!(at(1, 3, 0), [128 + 215 / 2, 0, 0, 255]);
        assert_eq!(at(1, 4, 0), [18, 18, 18, 255]);
        // The checkerboard shows through transparent pixels of all panels.
        for panel in 0..3 {
            let corner = |x: u32, y: u32| *sheet.get_pixel(8 + panel * 264 + x, 8 + 16 + y);
            assert_eq!([corner(0, 0), corner(8, 0), corner(0, 8)], [LIGHT, DARK, DARK]);
        }
        assert_eq!(*sheet.get_pixel(4, 100), BACKGROUND);
    }

    #[test]
    fn a_picture_of_another_size_is_all_red_outside() {
        let small = RgbaImage::from_pixel(8, 16, RED);
        let difference = difference(&small, &RgbaImage::from_pixel(16, 8, RED));
        assert_eq!(difference.dimensions(), (16, 16));
        assert_eq!([difference.get_pixel(12, 4).0, difference.get_pixel(4, 12).0], [[255, 0, 0, 255]; 2]);
        assert_eq!(difference.get_pixel(4, 4).0, [18, 18, 18, 255]);
    }

    #[test]
    fn a_picture_without_a_golden_fails() {
        let folder = tempfile::tempdir().unwrap();
        let failure = goldens(folder.path(), false).check("new", &picture()).unwrap_err();
        assert!(failure.starts_with("`new` has no golden: see "), "{failure}");
    }
}
