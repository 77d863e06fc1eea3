//! A quadruped such as a wolf, in AP-10K's 17 points.

use std::f64::consts::TAU;

use super::keyframes::{self, Mix};
use super::limbs::{hanging, sine_cosine};
use super::{Figure, Point, View, progress};
use crate::words::skeleton::{Action, Skeleton};

/// Lengths in units of the figure's height.
const UPPER: f64 = 0.25;
const LOWER: f64 = 0.23;
const SOLE: f64 = 0.04;
/// Where legs begin: aside, up from the line of the hips, ahead.
const SHOULDERS: Point = [0.09, 0.0, 0.17];
const HIPS: Point = [0.085, 0.0, -0.47];
/// Points of the body.
const NECK: Point = [0.0, 0.14, 0.25];
const TAIL: Point = [0.0, 0.12, -0.57];
/// Points of the head, from the neck.
const NOSE: Point = [0.0, 0.2, 0.36];
const EYE: Point = [0.05, 0.3, 0.2];

/// Lines and colours as annotators for animals draw AP-10K.
const LIMBS: [(usize, usize, [u8; 3]); 17] = [
    (0, 1, [255, 255, 255]),
    (1, 2, [100, 255, 100]),
    (0, 2, [150, 255, 255]),
    (2, 3, [100, 50, 255]),
    (3, 8, [50, 150, 200]),
    (8, 9, [0, 255, 255]),
    (9, 10, [0, 150, 0]),
    (3, 5, [0, 0, 255]),
    (5, 6, [0, 0, 150]),
    (6, 7, [255, 50, 255]),
    (3, 4, [255, 0, 255]),
    (4, 14, [255, 0, 0]),
    (14, 15, [150, 0, 0]),
    (15, 16, [255, 255, 100]),
    (4, 11, [0, 150, 0]),
    (11, 12, [255, 255, 0]),
    (12, 13, [150, 150, 150]),
];

/// Angles in degrees. Legs are left and right ones in front, then left and right ones behind.
#[derive(Clone, Copy)]
struct Posture {
    /// How far the front of the body is raised.
    rear: f64,
    /// How far the head is lowered.
    nod: f64,
    /// How far the legs swing forwards.
    swing: [f64; 4],
    /// How far their lower parts are bent back.
    bend: [f64; 4],
    /// How high it flies, in units of its height.
    lift: f64,
}

/// Elbows lie a little behind, knees ahead.
const REST: Posture =
    Posture { rear: 0.0, nod: 0.0, swing: [-6.0, -6.0, 14.0, 14.0], bend: [-8.0, -8.0, 26.0, 26.0], lift: 0.0 };

const CROUCH: Posture =
    Posture { rear: -6.0, nod: 14.0, swing: [-44.0, -40.0, 52.0, 48.0], bend: [-78.0, -72.0, 92.0, 86.0], ..REST };

const ATTACK: [(f64, Posture); 4] = [
    (0.0, REST),
    (0.35, CROUCH),
    (
        0.65,
        Posture { rear: 14.0, nod: -8.0, swing: [52.0, 40.0, -22.0, -28.0], bend: [10.0, 16.0, 10.0, 8.0], lift: 0.06 },
    ),
    (1.0, Posture { nod: 20.0, ..REST }),
];

const HURT: [(f64, Posture); 3] = [
    (0.0, REST),
    (0.4, Posture { rear: 10.0, nod: -24.0, swing: [22.0, 12.0, 34.0, 28.0], bend: [-10.0, -4.0, 60.0, 54.0], ..REST }),
    (1.0, REST),
];

/// Its legs give way, and it lies on its belly.
const DEATH: [(f64, Posture); 4] = [
    (0.0, REST),
    (0.3, Posture { rear: 4.0, nod: -20.0, ..REST }),
    (0.6, Posture { nod: 30.0, ..CROUCH }),
    (
        1.0,
        Posture {
            rear: -2.0,
            nod: 58.0,
            swing: [-66.0, -70.0, 74.0, 70.0],
            bend: [-154.0, -150.0, 160.0, 154.0],
            ..REST
        },
    ),
];

const JUMP: [(f64, Posture); 6] = [
    (0.0, REST),
    (0.2, CROUCH),
    (0.4, Posture { rear: 18.0, swing: [30.0, 24.0, -30.0, -34.0], bend: [40.0, 34.0, 6.0, 4.0], lift: 0.12, ..REST }),
    (0.55, Posture { swing: [46.0, 40.0, -40.0, -44.0], bend: [20.0, 16.0, 30.0, 26.0], lift: 0.2, ..REST }),
    (0.8, CROUCH),
    (1.0, REST),
];

const CAST: [(f64, Posture); 4] = [
    (0.0, REST),
    (0.35, CROUCH),
    (0.7, Posture { rear: 48.0, nod: -10.0, swing: [60.0, 40.0, 60.0, 56.0], bend: [70.0, 60.0, 20.0, 18.0], ..REST }),
    (1.0, Posture { rear: 30.0, nod: -20.0, swing: [52.0, 36.0, 40.0, 38.0], bend: [56.0, 48.0, 20.0, 18.0], ..REST }),
];

impl Mix for Posture {
    fn mix(self, other: Self, share: f64) -> Self {
        Self {
            rear: self.rear.mix(other.rear, share),
            nod: self.nod.mix(other.nod, share),
            swing: self.swing.mix(other.swing, share),
            bend: self.bend.mix(other.bend, share),
            lift: self.lift.mix(other.lift, share),
        }
    }
}

impl Posture {
    fn of(action: Action, progress: f64) -> Self {
        let keyed = |keys: &[_]| keyframes::at(keys, progress).unwrap_or(REST);
        match action {
            // Left hind, left front, right hind, right front: one after the other.
            Action::Walk => Self::gait(progress, [0.25, 0.75, 0.0, 0.5], [24.0, 44.0]),
            // A gallop: both hind legs, then both front legs.
            Action::Run => {
                let (extended, _) = sine_cosine(360.0 * progress);
                let lift = 0.05 * extended * extended;
                Self { lift, rear: 5.0 * extended, ..Self::gait(progress, [0.5, 0.6, 0.0, 0.1], [46.0, 74.0]) }
            }
            Action::Idle => {
                let breath = 0.5 - 0.5 * libm::cos(TAU * progress);
                Self { nod: 7.0 * breath, ..REST }
            }
            Action::Attack => keyed(&ATTACK),
            Action::Hurt => keyed(&HURT),
            Action::Death => keyed(&DEATH),
            Action::Jump => keyed(&JUMP),
            Action::Cast => keyed(&CAST),
        }
    }

    /// Legs that swing by an angle and bend by another one on their way forwards, each with its own beginning.
    fn gait(progress: f64, starts: [f64; 4], [swing, bend]: [f64; 2]) -> Self {
        let phases = starts.map(|start| TAU * (progress + start));
        let mut posture = REST;
        for (i, phase) in phases.into_iter().enumerate() {
            let forwards = (-libm::sin(phase)).max(0.0);
            posture.swing[i] += swing * libm::cos(phase);
            posture.bend[i] += bend * forwards;
        }
        posture.nod = 4.0 * libm::cos(2.0 * TAU * progress);
        posture
    }
}

/// What is seen of a frame.
pub(super) fn figure(skeleton: &Skeleton) -> Figure {
    let view = View::of(skeleton.facing);
    let posture = Posture::of(skeleton.action, progress(skeleton));
    let points = points(&posture);
    let seen = |point: &Point| Some(view.seen(*point));
    let mut points: Vec<Option<[f64; 2]>> = points.iter().map(seen).collect();
    // From behind a head shows no eyes and no nose.
    if view.cosine < -0.5 {
        points[..3].fill(None);
    }
    Figure { points, limbs: &LIMBS, joints: &[], shade: 10 }
}

/// Left eye, right eye, nose, neck, root of the tail, then legs: left and right in front, left and right behind.
fn points(posture: &Posture) -> Vec<Point> {
    let body = |[x, y, z]: Point| {
        let (sine, cosine) = sine_cosine(posture.rear);
        // It rises on its hind legs.
        let ahead = z - HIPS[2];
        [x, y * cosine + ahead * sine, HIPS[2] + ahead * cosine - y * sine]
    };
    let head = |[x, y, z]: Point| {
        let (sine, cosine) = sine_cosine(posture.nod);
        let neck = body(NECK);
        [neck[0] + x, neck[1] + y * cosine - z * sine, neck[2] + y * sine + z * cosine]
    };
    let mirrored = |[x, y, z]: Point| [-x, y, z];
    let mut points = vec![head(EYE), head(mirrored(EYE)), head(NOSE), body(NECK), body(TAIL)];
    let starts = [SHOULDERS, mirrored(SHOULDERS), HIPS, mirrored(HIPS)];
    for (i, start) in starts.into_iter().enumerate() {
        let top = body(start);
        let middle = hanging(top, UPPER, posture.swing[i], 0.0, 1.0);
        points.extend([top, middle, hanging(middle, LOWER, posture.swing[i] - posture.bend[i], 0.0, 1.0)]);
    }
    let lowest = points.iter().map(|point| point[1]).fold(f64::INFINITY, f64::min);
    points.iter_mut().for_each(|point| point[1] += SOLE + posture.lift - lowest);
    points
}
