//! A figure of 16 colours that is drawn in any pose, and its cycles.

use image::{Rgba, RgbaImage};

/// Width and height of a frame.
pub const SIDE: u32 = 48;

/// The colours of the figure.
pub const COLORS: [[u8; 3]; 16] = [
    [24, 18, 38],
    [60, 48, 84],
    [104, 110, 140],
    [168, 180, 200],
    [232, 240, 248],
    [236, 188, 148],
    [190, 128, 100],
    [128, 72, 64],
    [160, 32, 48],
    [220, 72, 64],
    [72, 40, 30],
    [118, 78, 48],
    [40, 78, 140],
    [84, 140, 210],
    [60, 120, 60],
    [246, 206, 80],
];

/// How the figure stands.
#[derive(Clone, Copy, Default)]
pub struct Pose {
    /// Where, right and down.
    pub at: [i32; 2],
    /// How far its body is lowered.
    pub bob: i32,
    /// How far its body leans to the right.
    pub lean: i32,
    /// For each leg, how far its foot is to the right, and above the ground.
    pub legs: [(i32, i32); 2],
    /// How far the arms swing.
    pub arm: i32,
    /// Whether its eyes are closed.
    pub blink: bool,
}

/// The figure in a pose, on transparency.
pub fn figure(pose: Pose) -> RgbaImage {
    let mut image = RgbaImage::new(SIDE, SIDE);
    let mut fill = |[x, y]: [i32; 2], [w, h]: [i32; 2], color: usize| {
        let [r, g, b] = COLORS[color];
        for (x, y) in (y..y + h).flat_map(|y| (x..x + w).map(move |x| (x, y))) {
            if (0..SIDE as i32).contains(&x) && (0..SIDE as i32).contains(&y) {
                image.put_pixel(x as u32, y as u32, Rgba([r, g, b, 255]));
            }
        }
    };
    let [x, y] = [pose.at[0] + 8, pose.at[1] + 15];
    for (leg, (dx, up)) in (0..).zip(pose.legs) {
        let x = x + 13 + 4 * leg + dx;
        fill([x - 1, y + 22], [4, 8 - up], 0);
        fill([x, y + 22], [2, 6 - up], if leg == 0 { 12 } else { 13 });
        fill([x, y + 27 - up], [2, 1], 11);
        fill([x, y + 28 - up], [3, 1], 10);
    }
    let [x, y] = [x + pose.lean, y + pose.bob];
    let body = [
        (11, 13, 10, 10, 0),
        (12, 14, 8, 8, 2),
        (12, 14, 2, 8, 3),
        (18, 14, 2, 8, 1),
        (12, 19, 8, 1, 7),
        (15, 19, 2, 1, 15),
        (14, 15, 3, 3, 8),
        (14, 15, 1, 1, 9),
        (10, 3, 12, 11, 0),
        (11, 4, 10, 9, 5),
        (11, 4, 10, 3, 3),
        (13, 4, 3, 1, 4),
        (19, 7, 2, 6, 6),
        (12, 8, 2, 2, 4),
        (13, 8, 1, 2, 14),
        (17, 8, 2, 2, 4),
        (18, 8, 1, 2, 14),
        (14, 11, 4, 1, 7),
        (8 + pose.arm, 14, 4, 7, 0),
        (9 + pose.arm, 15, 2, 4, 3),
        (9 + pose.arm, 19, 2, 1, 5),
        (20 - pose.arm, 14, 4, 7, 0),
        (21 - pose.arm, 15, 2, 4, 1),
        (21 - pose.arm, 19, 2, 1, 6),
    ];
    body.into_iter().for_each(|(dx, dy, w, h, color)| fill([x + dx, y + dy], [w, h], color));
    if pose.blink {
        fill([x + 12, y + 8], [7, 2], 6);
    }
    image
}

fn frames<const N: usize>(pose: impl Fn(usize) -> Pose) -> Vec<RgbaImage> {
    (0..N).map(|frame| figure(pose(frame))).collect()
}

/// The frames without the room that a jump needs.
fn close(frames: &[RgbaImage]) -> Vec<RgbaImage> {
    frames.iter().map(|frame| image::imageops::crop_imm(frame, 8, 15, 32, 32).to_image()).collect()
}

/// A walk on the spot.
pub fn walk() -> Vec<RgbaImage> {
    let legs = [
        [(-3, 0), (3, 0)],
        [(-1, 0), (1, 1)],
        [(0, 0), (0, 2)],
        [(3, 0), (-3, 0)],
        [(1, 1), (-1, 0)],
        [(0, 2), (0, 0)],
    ];
    close(&frames::<6>(|i| Pose {
        bob: [1, 0, 0][i % 3],
        legs: legs[i],
        arm: [2, 1, 0, -2, -1, 0][i],
        ..Pose::default()
    }))
}

/// A figure that does not move.
pub fn still() -> Vec<RgbaImage> {
    close(&frames::<6>(|_| Pose::default()))
}

/// A figure that does not move and is drawn in two places in turns.
pub fn jumpy() -> Vec<RgbaImage> {
    close(&frames::<6>(|i| Pose { at: [2 * (i as i32 % 2), 0], ..Pose::default() }))
}

/// Twelve cycles as an artist draws them.
pub fn cycles() -> Vec<(&'static str, Vec<RgbaImage>)> {
    let legs = |spread: i32, up: i32| [(-spread, up), (spread, up)];
    let run = [
        [(-4, 0), (4, 1)],
        [(-2, 2), (2, 2)],
        [(0, 0), (0, 3)],
        [(4, 1), (-4, 0)],
        [(2, 2), (-2, 2)],
        [(0, 3), (0, 0)],
    ];
    let at = |x: i32, y: i32| Pose { at: [x, y], ..Pose::default() };
    vec![
        ("walk", walk()),
        ("run", frames::<6>(|i| Pose { legs: run[i], arm: [3, 1, 0, -3, -1, 0][i], ..at(0, [0, -2, 0][i % 3]) })),
        ("idle", frames::<4>(|i| Pose { bob: [0, 0, 1, 1][i], ..at(0, 0) })),
        ("blink", frames::<6>(|i| Pose { blink: i == 3, ..at(0, 0) })),
        ("sway", frames::<8>(|i| Pose { lean: [0, 1, 1, 1, 0, -1, -1, -1][i], ..at(0, 0) })),
        (
            "jump",
            frames::<8>(|i| Pose { bob: [2, 0, 0, 0, 0, 0, 2, 1][i], ..at(0, [0, -4, -9, -11, -9, -4, 0, 0][i]) }),
        ),
        ("hover", frames::<8>(|i| at(0, [-3, -2, -1, -2, -3, -4, -5, -4][i]))),
        ("bob", frames::<4>(|i| at(0, [-3, -4][i % 2]))),
        ("attack", frames::<6>(|i| Pose { lean: [0, -2, 3, 4, 2, 0][i], arm: [0, 3, -4, -5, -2, 0][i], ..at(0, 0) })),
        ("dash", frames::<6>(|i| Pose { legs: legs([0, 2, 4, 4, 2, 0][i], 0), ..at([-3, -1, 3, 6, 3, -1][i], 0) })),
        ("hurt", frames::<4>(|i| Pose { lean: [0, -3, -2, -1][i], ..at([0, -2, -1, 0][i], 0) })),
        ("death", frames::<5>(|i| Pose { bob: [0, 2, 5, 8, 11][i], lean: [0, -1, -3, -4, -4][i], ..at(0, 0) })),
    ]
}
