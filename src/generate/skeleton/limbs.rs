//! Directions of limbs from their angles, in degrees.

use super::Point;

/// Sine and cosine of an angle in degrees.
pub(super) fn sine_cosine(degrees: f64) -> (f64, f64) {
    let angle = degrees.to_radians();
    (libm::sin(angle), libm::cos(angle))
}

/// The end of a limb that hangs from a point, swung forwards and away to a side; `side` is 1 for the left one and -1 for
/// the right one.
pub(super) fn hanging(from: Point, length: f64, forwards: f64, away: f64, side: f64) -> Point {
    let ((swing, down), (out, near)) = (sine_cosine(forwards), sine_cosine(away));
    [from[0] + side * length * out, from[1] - length * down * near, from[2] + length * swing * near]
}

/// The end of a part that stands on a point, leaning forwards.
pub(super) fn standing(from: Point, length: f64, forwards: f64) -> Point {
    let (swing, up) = sine_cosine(forwards);
    [from[0], from[1] + length * up, from[2] + length * swing]
}

/// A point in the frame of a part that leans forwards: so far aside, up along it, and ahead of it.
pub(super) fn beside(from: Point, [aside, up, ahead]: Point, forwards: f64) -> Point {
    let (sine, cosine) = sine_cosine(forwards);
    [from[0] + aside, from[1] + up * cosine - ahead * sine, from[2] + up * sine + ahead * cosine]
}

/// A direction that leans with its part.
pub(super) fn leaning(arrow: Point, forwards: f64) -> Point {
    beside([0.0; 3], arrow, forwards)
}
