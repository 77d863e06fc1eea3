//! Lines and points of a skeleton on black, as ControlNets were trained on them.

use image::{Rgba, RgbaImage};

use super::{Figure, Place};

/// The thickness of lines and points of a canvas, half of it in pixels. The models for SDXL want thicker ones the larger it is.
fn thickness([width, height]: [u32; 2]) -> f64 {
    let side = width.max(height);
    let times = if side < 500 { 1 } else { (2 + side / 1000).min(7) };
    f64::from(4 * times)
}

/// The image of a figure that stands in its place.
pub(super) fn image(figure: &Figure, place: Place, canvas: [u32; 2]) -> RgbaImage {
    let mut image = RgbaImage::from_pixel(canvas[0], canvas[1], Rgba([0, 0, 0, 255]));
    let thickness = thickness(canvas);
    // On whole pixels, so that every machine draws the same ones.
    let at = |[x, y]: [f64; 2]| {
        [place.middle + x * place.height, place.ground - y * place.height].map(|at| (at + 0.5).floor())
    };
    let points: Vec<Option<[f64; 2]>> = figure.points.iter().map(|point| point.map(at)).collect();
    for (from, to, color) in figure.limbs {
        if let (Some(from), Some(to)) = (points[*from], points[*to]) {
            let color = color.map(|level| (u16::from(level) * figure.shade / 10) as u8);
            line(&mut image, from, to, thickness, color);
        }
    }
    for (point, color) in points.iter().zip(figure.joints) {
        if let Some([x, y]) = point {
            fill(&mut image, [x - thickness, y - thickness, x + thickness, y + thickness], *color, |[across, down]| {
                (across - x) * (across - x) + (down - y) * (down - y) <= thickness * thickness
            });
        }
    }
    image
}

/// A filled ellipse between two points.
fn line(image: &mut RgbaImage, from: [f64; 2], to: [f64; 2], thickness: f64, color: [u8; 3]) {
    let along = [to[0] - from[0], to[1] - from[1]];
    let length = (along[0] * along[0] + along[1] * along[1]).sqrt();
    if length < 1.0 {
        return;
    }
    let (unit, middle) = (along.map(|part| part / length), [(from[0] + to[0]) / 2.0, (from[1] + to[1]) / 2.0]);
    let bounds = [
        from[0].min(to[0]) - thickness,
        from[1].min(to[1]) - thickness,
        from[0].max(to[0]) + thickness,
        from[1].max(to[1]) + thickness,
    ];
    fill(image, bounds, color, |[x, y]| {
        let (x, y) = (x - middle[0], y - middle[1]);
        let (along, aside) = ((x * unit[0] + y * unit[1]) / (length / 2.0), (y * unit[0] - x * unit[1]) / thickness);
        along * along + aside * aside <= 1.0
    });
}

/// Colours the pixels inside of the bounds (left, top, right, bottom) that belong to a shape.
fn fill(image: &mut RgbaImage, bounds: [f64; 4], [r, g, b]: [u8; 3], is_inside: impl Fn([f64; 2]) -> bool) {
    let clamped = |at: f64, side: u32| at.clamp(0.0, f64::from(side)) as u32;
    let [left, top] = [clamped(bounds[0], image.width()), clamped(bounds[1], image.height())];
    let [right, bottom] = [clamped(bounds[2] + 1.0, image.width()), clamped(bounds[3] + 1.0, image.height())];
    for (x, y) in (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y))) {
        if is_inside([x, y].map(f64::from)) {
            image.put_pixel(x, y, Rgba([r, g, b, 255]));
        }
    }
}
