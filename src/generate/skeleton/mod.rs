//! Skeletons for ControlNets of poses: own figures in eight directions, drawn in the colours that the models were trained on.
//!
//! A figure is posed in space, in units of its height: x to its own left, y up from the ground, z ahead. It is turned, seen
//! a little from above without perspective, and drawn. Feet stay on one line unless the action lifts them. Angles are
//! turned into points by `libm`, so that every machine draws the same pixels.

mod anchor;
mod drawing;
mod humanoid;
mod keyframes;
mod limbs;
mod quadruped;

use image::RgbaImage;

use crate::words::project::DIRECTIONS;
use crate::words::raw::Raw;
use crate::words::skeleton::{Body, Skeleton};

/// The part of an image that a figure stands in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The middle between left and right, in pixels.
    middle: f64,
    /// Where its soles are, in pixels from the top.
    ground: f64,
    /// Its height when it stands, in pixels.
    height: f64,
}

impl Place {
    /// Where a figure stands that nothing else places: room is left above for jumps and raised arms, and a quadruped is
    /// longer than it is high.
    fn on_canvas(body: Body, [width, height]: [u32; 2]) -> Self {
        let [width, height] = [width, height].map(f64::from);
        let share = match body {
            Body::Humanoid => 0.7,
            Body::Quadruped => 0.55,
        };
        Self { middle: width / 2.0, ground: 0.9 * height, height: share * height.min(width) }
    }

    /// Where the figure of a base image stands, on a canvas of that size.
    pub fn of_figure(base: &RgbaImage, canvas: [u32; 2]) -> Option<Self> {
        anchor::place(base, canvas)
    }
}

/// Draws a frame of a skeleton where the figure of its base stands, or in the middle of its canvas.
pub fn draw(skeleton: &Skeleton, place: Option<Place>) -> Raw {
    let place = place.unwrap_or_else(|| Place::on_canvas(skeleton.body, skeleton.canvas));
    let figure = match skeleton.body {
        Body::Humanoid => humanoid::figure(skeleton),
        Body::Quadruped => quadruped::figure(skeleton),
    };
    Raw::new(drawing::image(&figure, place, skeleton.canvas))
}

/// A point of a figure in space.
type Point = [f64; 3];

/// What is seen of a posed figure.
struct Figure {
    /// Its points in its own order, sideways and up from the middle of its ground; `None` for what cannot be seen.
    points: Vec<Option<[f64; 2]>>,
    /// Pairs of points and the colour of the line between them, in the order in which they are drawn.
    limbs: &'static [(usize, usize, [u8; 3])],
    /// The colours of the points themselves, for models that were trained on them.
    joints: &'static [[u8; 3]],
    /// How bright lines are beside points, in tenths.
    shade: u16,
}

/// From where a figure is seen.
struct View {
    sine: f64,
    cosine: f64,
}

/// How far the eye looks down, as the sine of the angle: what is nearer is drawn lower.
const DOWN: f64 = 0.17;

impl View {
    fn of(facing: &str) -> Self {
        let eighths = DIRECTIONS.iter().position(|direction| *direction == facing).unwrap_or(0);
        let angle = std::f64::consts::FRAC_PI_4 * eighths as f64;
        Self { sine: libm::sin(angle), cosine: libm::cos(angle) }
    }

    /// How far a point, or the tip of an arrow, lies towards the viewer.
    fn depth(&self, [x, _, z]: Point) -> f64 {
        z * self.cosine - x * self.sine
    }

    /// Where a point is seen, sideways and up.
    fn seen(&self, point: Point) -> [f64; 2] {
        let [x, y, z] = point;
        [x * self.cosine + z * self.sine, y - DOWN * self.depth(point)]
    }

    /// To which side a body falls: backwards where it is seen from the side.
    fn falls_to(&self) -> f64 {
        if self.sine > 0.5 { -1.0 } else { 1.0 }
    }
}

/// How far a frame is in its action: 0 to below 1 in a cycle, 0 to 1 in what has an end.
fn progress(skeleton: &Skeleton) -> f64 {
    let frames = skeleton.frames.max(1);
    let steps = if skeleton.action.is_cycle() { frames } else { frames.saturating_sub(1).max(1) };
    f64::from(skeleton.frame.min(frames - 1)) / f64::from(steps)
}

/// Points that fell over to a side by an angle, and lie on the ground with their middle where they stood.
fn fallen(points: &mut [Option<[f64; 2]>], degrees: f64, side: f64) {
    let (sine, cosine) = limbs::sine_cosine(-side * degrees);
    for [x, y] in points.iter_mut().flatten() {
        (*x, *y) = (*x * cosine - *y * sine, *x * sine + *y * cosine);
    }
    let extent = |axis: usize| {
        let along = points.iter().flatten().map(|point| point[axis]);
        along.fold([f64::INFINITY, f64::NEG_INFINITY], |[least, most], at| [least.min(at), most.max(at)])
    };
    let ([left, right], [bottom, _]) = (extent(0), extent(1));
    // The thickness of a body that lies.
    let raise = 0.06 * sine.abs() - bottom.min(0.0);
    let aside = (left + right) / 2.0 * sine.abs();
    for [x, y] in points.iter_mut().flatten() {
        (*x, *y) = (*x - aside, *y + raise);
    }
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;
    use crate::words::digest::Encoder;
    use crate::words::skeleton::{Action, poses};

    fn skeleton(body: Body, action: Action, facing: &'static str, frame: u32) -> Skeleton {
        Skeleton { body, action, facing, frame, frames: 6, canvas: [256, 256] }
    }

    /// Left, top, right and bottom of what is not black; right and bottom are exclusive.
    fn bounds(raw: &Raw) -> [u32; 4] {
        let drawn = raw.pixels.enumerate_pixels().filter(|(.., pixel)| pixel.0[..3] != [0; 3]);
        drawn.fold([u32::MAX, u32::MAX, 0, 0], |[left, top, right, bottom], (x, y, _)| {
            [left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1)]
        })
    }

    /// A change of these pixels needs another version of the skeleton's key in `plan`.
    #[test]
    fn every_frame_of_every_pose_is_as_it_was_on_every_machine() {
        let mut all = Encoder::new("all");
        for (body, action) in poses() {
            for (facing, frame) in DIRECTIONS.into_iter().flat_map(|facing| (0..6).map(move |frame| (facing, frame))) {
                all.digest(&draw(&skeleton(body, action, facing, frame), None).digest);
            }
        }
        assert_eq!(all.finish().to_string()[..16], *"80ee72e89857bf9f");
    }

    #[test]
    fn feet_stay_on_their_line_and_what_flies_leaves_it() {
        for facing in DIRECTIONS {
            let lowest = |action, frame| bounds(&draw(&skeleton(Body::Humanoid, action, facing, frame), None))[3];
            let walk: Vec<u32> = (0..6).map(|frame| lowest(Action::Walk, frame)).collect();
            let spread = walk.iter().max().unwrap() - walk.iter().min().unwrap();
            assert!(spread <= 8, "{facing}: {walk:?}");
            assert!(lowest(Action::Jump, 3) + 15 < walk[0], "{facing}");
        }
    }

    #[test]
    fn frames_differ_and_poses_stay_on_the_canvas() {
        for (body, action) in poses() {
            let frames: Vec<Raw> = (0..6).map(|frame| draw(&skeleton(body, action, "e", frame), None)).collect();
            assert_ne!(frames[0].digest, frames[2].digest, "{body:?} {action:?}");
            for frame in &frames {
                let [left, top, right, bottom] = bounds(frame);
                assert!(left > 0 && top > 0 && right < 256 && bottom < 256, "{body:?} {action:?}");
            }
        }
    }

    #[test]
    fn a_figure_that_looks_left_is_one_that_looks_right_seen_in_a_mirror() {
        let standing = |facing| bounds(&draw(&skeleton(Body::Humanoid, Action::Cast, facing, 0), None));
        let ([left, top, right, bottom], west) = (standing("e"), standing("w"));
        let mirrored = [257 - right, top, 257 - left, bottom];
        assert!(mirrored.iter().zip(west).all(|(one, other)| one.abs_diff(other) <= 1), "{mirrored:?} {west:?}");
    }

    #[test]
    fn from_behind_a_face_is_not_seen() {
        let seen = |facing| {
            let figure = humanoid::figure(&skeleton(Body::Humanoid, Action::Idle, facing, 0));
            // Nose, right eye, left eye, right ear, left ear.
            [0, 14, 15, 16, 17].map(|point: usize| figure.points[point].is_some())
        };
        assert_eq!(seen("s"), [true; 5]);
        assert_eq!(seen("e"), [true, true, false, true, false]);
        assert_eq!(seen("w"), [true, false, true, false, true]);
        assert_eq!(seen("n"), [false, false, false, true, true]);
    }

    #[test]
    fn a_skeleton_stands_where_its_base_does() {
        let mut base = RgbaImage::from_pixel(128, 128, Rgba([255, 0, 255, 255]));
        for (x, y) in (20..90).flat_map(|y| (70..100).map(move |x| (x, y))) {
            base.put_pixel(x, y, Rgba([40, 90, 60, 255]));
        }
        // A raised sword is not the figure's height.
        (5..20).for_each(|y| base.put_pixel(98, y, Rgba([250, 250, 250, 255])));
        let place = Place::of_figure(&base, [256, 256]).unwrap();
        assert_eq!(place, Place { middle: 170.0, ground: 180.0, height: 140.0 });
        let [left, top, right, bottom] = bounds(&draw(&skeleton(Body::Humanoid, Action::Idle, "s", 0), Some(place)));
        assert!((40..60).contains(&top) && (170..=184).contains(&bottom), "{top} {bottom}");
        assert!((left + right).abs_diff(340) <= 8, "{left} {right}");
        let empty = RgbaImage::from_pixel(64, 64, Rgba([255, 0, 255, 255]));
        assert_eq!(Place::of_figure(&empty, [256, 256]), None);
    }
}
