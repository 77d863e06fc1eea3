//! Restoration of pictures with a known truth, degraded as diffusion models degrade them.
//!
//! Floors guard the quality; golden images and the snapshot with digests guard every pixel. `UPDATE_FIXTURES=1
//! INSTA_UPDATE=always cargo test --test it restoration::` rewrites both.

pub mod art;
mod judge;
mod orientation;
mod spoil;

use dgx_pixels::manifest::parse_recipe_file;
use dgx_pixels::process::process;
use dgx_pixels::words::raw::{Raw, pixels_digest};
use dgx_pixels::words::sprite::Sprites;
use image::{Rgba, RgbaImage};
use judge::{Judged, judge};
use rayon::prelude::*;
use spoil::{Spoil, spoil};

use crate::images::assert_goldens;

/// A picture, its degradation, and the least quality of the result.
struct Case {
    name: &'static str,
    truth: fn() -> RgbaImage,
    spoil: Spoil,
    /// The largest error of the number of columns or rows.
    off: u32,
    /// The least share of correct pixels and of correct alpha, in per mille.
    right: u32,
    alpha: u32,
    /// The largest excess of colours, in per cent.
    colors: usize,
}

fn cases() -> Vec<Case> {
    let case = |name, truth: fn() -> RgbaImage, spoil, [off, right, alpha, colors]: [u32; 4]| Case {
        name,
        truth,
        spoil,
        off,
        right,
        alpha,
        colors: colors as usize,
    };
    let (easy, medium, hard) = (Spoil::EASY, Spoil::MEDIUM, Spoil::HARD);
    let grey = Spoil { key: [128, 128, 136], ..easy };
    vec![
        case("sprite", || art::creature(30, 1), easy, [0, 990, 998, 20]),
        case("sprite, drifting", || art::creature(32, 5), medium, [1, 950, 980, 60]),
        case("sprite, jpeg", || art::creature(28, 2), Spoil { jpeg: Some(80), ..medium }, [1, 950, 980, 60]),
        case("sprite, bent", || art::creature(32, 6), hard, [2, 850, 900, 150]),
        case("scene, bent", art::scene, hard, [2, 850, 1000, 150]),
        case("sheet", art::sheet, Spoil { cell: [8.3, 8.3], ..easy }, [0, 980, 990, 40]),
        case("scene", art::scene, Spoil { cell: [8.7, 8.7], ..easy }, [0, 990, 1000, 20]),
        // One of 44 rows may be missing: the empty sky has no edges to count rows by.
        case("scene, drifting", art::scene, Spoil { cell: [8.9, 8.4], ..medium }, [1, 950, 970, 60]),
        case(
            "halos",
            || art::creature(18, 4),
            Spoil { cell: [17.3, 16.6], blur: 0.05, halo: 0.5, ..easy },
            [0, 985, 995, 20],
        ),
        case("near tones", art::near_tones, Spoil { jitter: 0.5, ..easy }, [0, 950, 1000, 20]),
        case("thin lines", art::thin_lines, grey, [0, 985, 985, 20]),
        case("key inside", art::glint, Spoil { key: [255; 3], ..easy }, [0, 985, 995, 20]),
        case("hole", art::ring, easy, [0, 985, 995, 20]),
        case(
            "textured background",
            || art::creature(28, 9),
            Spoil { key: [70, 74, 84], texture: 4.0, ..medium },
            [1, 940, 970, 60],
        ),
    ]
}

fn restored(raw: RgbaImage) -> Sprites {
    let recipe = parse_recipe_file("recipe", "", ".".as_ref()).unwrap();
    process(&[Raw::new(raw)], &recipe, None).unwrap()
}

fn judged(case: &Case) -> (Judged, Sprites) {
    let truth = (case.truth)();
    let sprites = restored(spoil(&truth, &case.spoil, 11));
    (judge(&truth, &sprites.frames[0]), sprites)
}

/// The values below their floors.
fn failures(case: &Case, found: Judged) -> Vec<String> {
    let [have, want] = found.colors;
    let checks = [
        (found.off > case.off, format!("{} cells off", found.off)),
        (found.right < case.right, format!("{} of 1000 pixels right, not {}", found.right, case.right)),
        (found.alpha < case.alpha, format!("alpha {} of 1000, not {}", found.alpha, case.alpha)),
        (have * 100 > want * (100 + case.colors), format!("{have} colours for {want}")),
        (have * 10 < want * 7, format!("only {have} colours for {want}")),
    ];
    checks.into_iter().filter(|(fails, _)| *fails).map(|(_, text)| format!("{}: {text}", case.name)).collect()
}

/// One line per case. JPEG decoders may differ between machines by one level, so that such pictures have floors only.
fn line(case: &Case, found: Judged, sprites: &Sprites) -> Option<String> {
    let frame = &sprites.frames[0];
    let digest = pixels_digest(frame).to_string();
    let Judged { off, right, colors: [have, want], alpha } = found;
    case.spoil.jpeg.is_none().then(|| {
        format!(
            "{}: {}x{}, {off} off, {right} right, {alpha} alpha, {have}/{want} colours, confidence {}, {}\n",
            case.name,
            frame.width(),
            frame.height(),
            sprites.found.metrics["grid"],
            &digest[..16]
        )
    })
}

fn golden_name(case: &Case) -> String {
    format!("restoration/{}", case.name.replace(", ", "-").replace(' ', "-"))
}

#[test]
fn spoiled_pictures_are_restored() {
    let cases = cases();
    let found: Vec<(Judged, Sprites)> = cases.par_iter().map(judged).collect();
    let lines = cases.iter().zip(&found).filter_map(|(case, (found, sprites))| line(case, *found, sprites));
    let lines: String = lines.collect();
    let failed: Vec<String> = cases.iter().zip(&found).flat_map(|(case, (found, _))| failures(case, *found)).collect();
    assert!(failed.is_empty(), "{}\n\n{lines}", failed.join("\n"));
    let portable = cases.iter().zip(&found).filter(|(case, _)| case.spoil.jpeg.is_none());
    assert_goldens(portable.map(|(case, (_, sprites))| (golden_name(case), &sprites.frames[0])));
    insta::assert_snapshot!(lines);
}

/// Smooth gradients without cells have low confidence.
#[test]
fn confidence_is_low_without_a_grid() {
    let smooth = RgbaImage::from_fn(400, 400, |x, y| {
        let far = |cx: i32, cy: i32| f64::from((x as i32 - cx).pow(2) + (y as i32 - cy).pow(2)).sqrt();
        let [a, b] = [far(130, 150), far(290, 240)].map(|far| (1.5 - far / 90.0).clamp(0.0, 1.0));
        let fade = f64::from(x + y) / 800.0;
        Rgba([40.0 + 180.0 * a, 60.0 + 90.0 * fade + 60.0 * b, 90.0 + 140.0 * b, 255.0].map(|v| v as u8))
    });
    let confidence = restored(smooth).found.metrics["grid"];
    assert!(confidence < 300, "{confidence}");
    let sure = restored(spoil(&art::creature(30, 1), &Spoil::EASY, 11)).found.metrics["grid"];
    assert!(sure > 700, "{sure}");
}

/// The chroma of a picture, blurred over `by` pixels to either side (Y'CbCr), as a VAE and 4:2:0 subsampling leave it.
fn with_bled_chroma(raw: &RgbaImage, by: i64) -> RgbaImage {
    let ycc = |[r, g, b, _]: [u8; 4]| {
        let [r, g, b] = [r, g, b].map(f64::from);
        [
            0.299 * r + 0.587 * g + 0.114 * b,
            -0.168_736 * r - 0.331_264 * g + 0.5 * b,
            0.5 * r - 0.418_688 * g - 0.081_312 * b,
        ]
    };
    let size = [raw.width(), raw.height()].map(i64::from);
    let around = move |at: u32, axis: usize| {
        (i64::from(at) - by..=i64::from(at) + by).map(move |at| at.clamp(0, size[axis] - 1) as u32)
    };
    RgbaImage::from_fn(raw.width(), raw.height(), |x, y| {
        let places = around(y, 1).flat_map(|y| around(x, 0).map(move |x| (x, y)));
        let near: Vec<[f64; 3]> = places.map(|(x, y)| ycc(raw.get_pixel(x, y).0)).collect();
        let [cb, cr] = [1, 2].map(|i| near.iter().map(|color| color[i]).sum::<f64>() / near.len() as f64);
        let [luma, ..] = ycc(raw.get_pixel(x, y).0);
        let rgb = [luma + 1.402 * cr, luma - 0.344_136 * cb - 0.714_136 * cr, luma + 1.772 * cb];
        let [r, g, b] = rgb.map(|level| (level + 0.5).clamp(0.0, 255.0) as u8);
        Rgba([r, g, b, 255])
    })
}

/// Without it, the outline of each disc has a second colour and more.
#[test]
fn the_key_does_not_stain_what_is_beside_it() {
    let truth = RgbaImage::from_fn(40, 40, |x, y| match (x % 20).abs_diff(10).pow(2) + (y % 20).abs_diff(10).pow(2) {
        ..36 => Rgba([200, 150, 120, 255]),
        36..64 => Rgba([96, 64, 80, 255]),
        _ => Rgba([0; 4]),
    });
    let raw = RgbaImage::from_fn(280, 280, |x, y| {
        let Rgba([r, g, b, alpha]) = *truth.get_pixel(x / 7, y / 7);
        let noise = (x * 7919 + y * 104_729 + x * y * 31) % 5;
        let [r, g, b] = if alpha == 0 { [0, 255, 0] } else { [r, g, b] };
        let level = |level: u8| ((u32::from(level) + noise).clamp(2, 257) - 2) as u8;
        Rgba([level(r), level(g), level(b), 255])
    });
    let Judged { off, right, alpha, colors } = judge(&truth, &restored(with_bled_chroma(&raw, 4)).frames[0]);
    assert_eq!((off, right, alpha, colors), (0, 1000, 1000, [2, 2]));
}
