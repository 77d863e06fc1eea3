//! A humanoid of four and a half heads, in OpenPose's 18 points.

use std::f64::consts::TAU;

use super::keyframes::{self, Mix};
use super::limbs::{beside, hanging, leaning, sine_cosine, standing};
use super::{Figure, Point, View, fallen, progress};
use crate::words::skeleton::{Action, Skeleton};

/// Lengths in units of the figure's height.
const ANKLE: f64 = 0.04;
const SHIN: f64 = 0.2;
const THIGH: f64 = 0.21;
const TORSO: f64 = 0.29;
const HIP: f64 = 0.065;
const SHOULDER: f64 = 0.115;
const UPPER_ARM: f64 = 0.145;
const FOREARM: f64 = 0.135;

/// Points of the head from the neck: aside, up, ahead; and the direction that each looks in.
const NOSE: (Point, Point) = ([0.0, 0.11, 0.075], [0.0, 0.0, 1.0]);
const EYE: (Point, Point) = ([0.035, 0.145, 0.06], [0.4, 0.0, 0.9]);
const EAR: (Point, Point) = ([0.085, 0.125, 0.0], [1.0, 0.0, 0.0]);

/// What looks away by more than this is hidden.
const HIDDEN: f64 = -0.1;

/// Lines and colours of OpenPose as ControlNet draws them.
const LIMBS: [(usize, usize, [u8; 3]); 17] = [
    (1, 2, [255, 0, 0]),
    (1, 5, [255, 85, 0]),
    (2, 3, [255, 170, 0]),
    (3, 4, [255, 255, 0]),
    (5, 6, [170, 255, 0]),
    (6, 7, [85, 255, 0]),
    (1, 8, [0, 255, 0]),
    (8, 9, [0, 255, 85]),
    (9, 10, [0, 255, 170]),
    (1, 11, [0, 255, 255]),
    (11, 12, [0, 170, 255]),
    (12, 13, [0, 85, 255]),
    (1, 0, [0, 0, 255]),
    (0, 14, [85, 0, 255]),
    (14, 16, [170, 0, 255]),
    (0, 15, [255, 0, 255]),
    (15, 17, [255, 0, 170]),
];

/// Nose, neck, right arm, left arm, right leg, left leg, eyes, ears; the right one first.
const JOINTS: [[u8; 3]; 18] = [
    [255, 0, 0],
    [255, 85, 0],
    [255, 170, 0],
    [255, 255, 0],
    [170, 255, 0],
    [85, 255, 0],
    [0, 255, 0],
    [0, 255, 85],
    [0, 255, 170],
    [0, 255, 255],
    [0, 170, 255],
    [0, 85, 255],
    [0, 0, 255],
    [85, 0, 255],
    [170, 0, 255],
    [255, 0, 255],
    [255, 0, 170],
    [255, 0, 85],
];

/// Angles in degrees, pairs left and right.
#[derive(Clone, Copy)]
struct Posture {
    /// How far the body leans forwards.
    lean: f64,
    /// How far the head nods.
    nod: f64,
    /// How far the left shoulder is turned ahead.
    twist: f64,
    /// How far the thighs swing forwards.
    hips: [f64; 2],
    /// How far the knees are bent.
    knees: [f64; 2],
    /// How far the upper arms swing forwards.
    shoulders: [f64; 2],
    /// How far the arms are held away from the body.
    spread: [f64; 2],
    /// How far the elbows are bent.
    elbows: [f64; 2],
    /// How high it flies, in units of its height.
    lift: f64,
    /// How far it has fallen over.
    fall: f64,
}

const REST: Posture = Posture {
    lean: 0.0,
    nod: 0.0,
    twist: 0.0,
    hips: [2.0, -2.0],
    knees: [4.0; 2],
    shoulders: [4.0; 2],
    spread: [14.0; 2],
    elbows: [14.0; 2],
    lift: 0.0,
    fall: 0.0,
};

const GUARD: Posture = Posture {
    lean: 4.0,
    hips: [24.0, -18.0],
    knees: [26.0, 16.0],
    shoulders: [30.0, 25.0],
    elbows: [70.0, 60.0],
    ..REST
};

const CROUCH: Posture = Posture { lean: 22.0, hips: [58.0, 48.0], knees: [88.0, 78.0], shoulders: [-35.0; 2], ..REST };

const ATTACK: [(f64, Posture); 4] = [
    (0.0, GUARD),
    (
        0.35,
        Posture {
            lean: -8.0,
            twist: 28.0,
            shoulders: [40.0, 168.0],
            elbows: [50.0, 70.0],
            spread: [14.0, 22.0],
            ..GUARD
        },
    ),
    (
        0.65,
        Posture {
            lean: 18.0,
            twist: -30.0,
            hips: [42.0, -28.0],
            knees: [40.0, 12.0],
            shoulders: [-20.0, 66.0],
            elbows: [30.0, 8.0],
            ..GUARD
        },
    ),
    (1.0, Posture { lean: 10.0, twist: -16.0, shoulders: [0.0, 30.0], elbows: [30.0, 20.0], ..GUARD }),
];

const HURT: [(f64, Posture); 3] = [
    (0.0, GUARD),
    (
        0.4,
        Posture {
            lean: -22.0,
            nod: -18.0,
            hips: [18.0, -26.0],
            knees: [34.0, 30.0],
            shoulders: [48.0, 30.0],
            spread: [42.0, 48.0],
            elbows: [40.0, 30.0],
            ..REST
        },
    ),
    (1.0, REST),
];

const DEATH: [(f64, Posture); 4] = [
    (0.0, REST),
    (0.3, Posture { lean: -14.0, nod: -20.0, knees: [30.0, 40.0], spread: [40.0; 2], elbows: [40.0; 2], ..REST }),
    (0.7, Posture { hips: [30.0, 18.0], knees: [60.0, 46.0], spread: [55.0; 2], fall: 50.0, ..REST }),
    (1.0, Posture { hips: [10.0, 24.0], knees: [14.0, 40.0], spread: [30.0, 50.0], fall: 88.0, ..REST }),
];

const JUMP: [(f64, Posture); 6] = [
    (0.0, REST),
    (0.2, CROUCH),
    (
        0.4,
        Posture { lean: 6.0, shoulders: [140.0, 130.0], hips: [10.0, -8.0], knees: [16.0, 20.0], lift: 0.12, ..REST },
    ),
    (0.55, Posture { lean: 8.0, shoulders: [100.0, 90.0], hips: [52.0, 34.0], knees: [70.0, 62.0], lift: 0.2, ..REST }),
    (0.8, Posture { shoulders: [-20.0; 2], ..CROUCH }),
    (1.0, REST),
];

const CAST: [(f64, Posture); 4] = [
    (0.0, REST),
    (
        0.35,
        Posture { lean: -6.0, shoulders: [30.0; 2], elbows: [105.0; 2], spread: [34.0; 2], knees: [18.0; 2], ..REST },
    ),
    (0.7, Posture { lean: 6.0, nod: -8.0, shoulders: [128.0; 2], elbows: [8.0; 2], spread: [24.0; 2], ..REST }),
    (1.0, Posture { shoulders: [88.0; 2], elbows: [12.0; 2], spread: [18.0; 2], ..REST }),
];

impl Mix for Posture {
    fn mix(self, other: Self, share: f64) -> Self {
        Self {
            lean: self.lean.mix(other.lean, share),
            nod: self.nod.mix(other.nod, share),
            twist: self.twist.mix(other.twist, share),
            hips: self.hips.mix(other.hips, share),
            knees: self.knees.mix(other.knees, share),
            shoulders: self.shoulders.mix(other.shoulders, share),
            spread: self.spread.mix(other.spread, share),
            elbows: self.elbows.mix(other.elbows, share),
            lift: self.lift.mix(other.lift, share),
            fall: self.fall.mix(other.fall, share),
        }
    }
}

impl Posture {
    fn of(action: Action, progress: f64) -> Self {
        let keyed = |keys: &[_]| keyframes::at(keys, progress).unwrap_or(REST);
        match action {
            Action::Walk => Self::walk(TAU * progress),
            Action::Run => Self::run(TAU * progress),
            Action::Idle => Self::idle(TAU * progress),
            Action::Attack => keyed(&ATTACK),
            Action::Hurt => keyed(&HURT),
            Action::Death => keyed(&DEATH),
            Action::Jump => keyed(&JUMP),
            Action::Cast => keyed(&CAST),
        }
    }

    /// Contact with the left foot ahead, passing, contact with the right one, passing.
    fn walk(phase: f64) -> Self {
        let (swing, bend) = (libm::cos(phase), libm::sin(phase));
        Self {
            lean: 3.0,
            twist: -8.0 * swing,
            hips: [27.0 * swing, -27.0 * swing],
            knees: [8.0 + 40.0 * (-bend).max(0.0), 8.0 + 40.0 * bend.max(0.0)],
            shoulders: [-26.0 * swing, 26.0 * swing],
            spread: [10.0; 2],
            elbows: [20.0; 2],
            ..REST
        }
    }

    /// As the walk, with a flight while the legs are furthest apart.
    fn run(phase: f64) -> Self {
        let (swing, bend) = (libm::cos(phase), libm::sin(phase));
        Self {
            lean: 14.0,
            nod: -8.0,
            twist: -14.0 * swing,
            hips: [12.0 + 44.0 * swing, 12.0 - 44.0 * swing],
            knees: [24.0 + 78.0 * (-bend).max(0.0), 24.0 + 78.0 * bend.max(0.0)],
            shoulders: [-44.0 * swing, 44.0 * swing],
            spread: [12.0; 2],
            elbows: [82.0; 2],
            lift: 0.035 * swing * swing,
            ..REST
        }
    }

    fn idle(phase: f64) -> Self {
        let breath = 0.5 - 0.5 * libm::cos(phase);
        Self {
            knees: [4.0 + 24.0 * breath; 2],
            hips: [2.0 + 12.0 * breath, -2.0 + 12.0 * breath],
            spread: [14.0 + 3.0 * breath; 2],
            ..REST
        }
    }
}

/// What is seen of a frame.
pub(super) fn figure(skeleton: &Skeleton) -> Figure {
    let view = View::of(skeleton.facing);
    let posture = Posture::of(skeleton.action, progress(skeleton));
    let mut points = seen(&posture, &view);
    if posture.fall > 0.0 {
        fallen(&mut points, posture.fall, view.falls_to());
    }
    Figure { points, limbs: &LIMBS, joints: &JOINTS, shade: 6 }
}

fn seen(posture: &Posture, view: &View) -> Vec<Option<[f64; 2]>> {
    let legs = [0, 1].map(|i| leg(posture, i));
    // The lower foot stands on the ground, and the body sinks with it.
    let lowest = legs.iter().map(|[.., ankle]| ankle[1]).fold(f64::INFINITY, f64::min);
    let raise = |[x, y, z]: Point| [x, y - lowest + ANKLE + posture.lift, z];
    let neck = standing([0.0; 3], TORSO, posture.lean);
    let arms = [0, 1].map(|i| arm(posture, neck, i));
    let at = |point| Some(view.seen(raise(point)));
    let mut points = vec![face(posture, view, neck, NOSE, 1.0).and_then(at), at(neck)];
    for limb in [arms[1], arms[0], legs[1], legs[0]] {
        points.extend(limb.map(at));
    }
    for part in [EYE, EAR] {
        points.extend([-1.0, 1.0].map(|side| face(posture, view, neck, part, side).and_then(at)));
    }
    points
}

/// The sign of x on that side, 0 being left.
fn side(i: usize) -> f64 {
    if i == 0 { 1.0 } else { -1.0 }
}

/// Hip, knee and ankle, from the middle of the hips.
fn leg(posture: &Posture, i: usize) -> [Point; 3] {
    let hip = [side(i) * HIP, 0.0, 0.0];
    let knee = hanging(hip, THIGH, posture.hips[i], 2.0, side(i));
    let ankle = hanging(knee, SHIN, posture.hips[i] - posture.knees[i], 0.0, side(i));
    [hip, knee, ankle]
}

/// Shoulder, elbow and wrist.
fn arm(posture: &Posture, neck: Point, i: usize) -> [Point; 3] {
    let (turned, straight) = sine_cosine(posture.twist);
    let aside = side(i) * SHOULDER;
    let shoulder = [neck[0] + aside * straight, neck[1] - 0.01, neck[2] + aside * turned];
    let elbow = hanging(shoulder, UPPER_ARM, posture.shoulders[i], posture.spread[i], side(i));
    let wrist = hanging(elbow, FOREARM, posture.shoulders[i] + posture.elbows[i], 0.4 * posture.spread[i], side(i));
    [shoulder, elbow, wrist]
}

/// A point of the face, if it looks at the viewer.
fn face(posture: &Posture, view: &View, neck: Point, (at, looks): (Point, Point), side: f64) -> Option<Point> {
    let mirrored = |[x, y, z]: Point| [side * x, y, z];
    let forwards = posture.lean + posture.nod;
    let is_seen = view.depth(leaning(mirrored(looks), forwards)) > HIDDEN;
    is_seen.then(|| beside(neck, mirrored(at), forwards))
}
