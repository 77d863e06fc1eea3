//! What is drawn for an ask.

use image::RgbaImage;

use super::canvas::Canvas;
use super::motion::{self, Motion};
use super::nouns::{Noun, Role};
use super::subject::{self, Subject};
use super::{creatures, figure, props, scene, textures, tiny};
use crate::words::ask::SketchAsk;
use crate::words::asset::Kind;
use crate::words::color::Rgb;

/// Subjects are drawn at most this large and then enlarged by a whole number.
const LARGEST: u32 = 128;
/// Logical sizes beyond this are cut down to it: nobody can ask for them in a manifest.
const LIMIT: u32 = 1024;

/// Pixels between things that are drawn side by side.
const APART: u32 = 32;

/// An image of the ask with eight pixels a cell: a pure function.
pub fn draw(ask: &SketchAsk, seed: u64) -> RgbaImage {
    if ask.things.is_empty() { alone(ask, seed) } else { side_by_side(ask, seed) }
}

/// All things on one canvas, row by row from left to right.
fn side_by_side(ask: &SketchAsk, seed: u64) -> RgbaImage {
    let of = |thing: &String| SketchAsk { subject: thing.clone(), things: Vec::new(), ..ask.clone() };
    let drawn: Vec<RgbaImage> = ask.things.iter().map(|thing| alone(&of(thing), seed)).collect();
    let columns = (1..).find(|columns| (columns * columns) as usize >= drawn.len()).unwrap_or(1);
    let rows = (drawn.len() as u32).div_ceil(columns);
    let [width, height] = drawn.first().map_or([1, 1], |image| [image.width() + APART, image.height() + APART]);
    let ground = ask.key.map_or([0; 4], |Rgb([r, g, b])| [r, g, b, 255]);
    let mut canvas = RgbaImage::from_pixel(APART + columns * width, APART + rows * height, image::Rgba(ground));
    for (number, image) in (0..).zip(&drawn) {
        let [x, y] = [APART + number % columns * width, APART + number / columns * height];
        image::imageops::replace(&mut canvas, image, x.into(), y.into());
    }
    canvas
}

/// An image of the one subject.
fn alone(ask: &SketchAsk, seed: u64) -> RgbaImage {
    let size = ask.size.map(|side| side.clamp(1, LIMIT));
    let [w, h] = size.map(|side| side as i32);
    let subject = Subject::of(&ask.subject);
    let preset = |name: &str| ask.presets.iter().any(|preset| preset == name);
    if ask.kind == Kind::Texture {
        return textures::draw(w, h, &subject).picture(1, size, None);
    }
    if preset("scene") {
        return scene::landscape(w, h, &subject).picture(1, size, None);
    }
    if preset("portrait") {
        return scene::portrait(w, h, &subject).picture(1, size, None);
    }
    if size[0].max(size[1]) < tiny::LIMIT {
        return small(&subject, ask, size);
    }
    let zoom = size[0].max(size[1]).div_ceil(LARGEST);
    let [w, h] = size.map(|side| (side / zoom).max(1) as i32);
    let mut canvas = thing(&subject, ask, [w, h], detail(ask, seed));
    canvas.outline();
    if ask.key.is_none() {
        scene::backdrop(&mut canvas, &subject);
    }
    canvas.picture(zoom, size, ask.key)
}

/// Whether it has a drawing of the ask's action. Things move in their own way, whatever it is called.
pub fn draws_action(ask: &SketchAsk) -> bool {
    let action = ask.pose.action.as_deref().unwrap_or("").to_lowercase();
    let noun = noun(&Subject::of(&ask.subject), ask);
    match noun {
        Some(Noun::Figure(_)) => motion::is_action(&action, &[]),
        Some(Noun::Creature(_) | Noun::Bat | Noun::Stranger) => {
            motion::is_action(&action, &["bite", "fly", "swim", "crawl"])
        }
        _ => true,
    }
}

/// What the seed may vary: nothing in images that belong to a series.
fn detail(ask: &SketchAsk, seed: u64) -> u64 {
    let single = ask.kind == Kind::Sprite && ask.pose.frames <= 1 && ask.pose.facing.is_none();
    if single { subject::mix(seed) } else { 0 }
}

/// An image of few cells. It fills its frame, so that a cut-out gets a ring of background round it.
fn small(subject: &Subject, ask: &SketchAsk, size: [u32; 2]) -> RgbaImage {
    let ring = i32::from(ask.key.is_some());
    let [w, h] = size.map(|side| side as i32);
    let mut canvas = Canvas::framed(w + 2 * ring, h + 2 * ring, [ring, ring, w, h]);
    let noun = noun(subject, ask);
    tiny::draw(&mut canvas, subject, noun, &ask.pose);
    let mut canvas = Motion::of(&ask.pose, noun).apply_to_tiny(canvas, &ask.pose);
    if ask.key.is_none() {
        scene::backdrop(&mut canvas, subject);
    }
    let size = size.map(|side| side + 2 * ring as u32);
    canvas.picture(1, size, ask.key)
}

/// What is drawn: a preset decides what the prompt does not.
fn noun(subject: &Subject, ask: &SketchAsk) -> Option<Noun> {
    let preset = |name: &str| ask.presets.iter().any(|preset| preset == name);
    match subject.noun {
        None if preset("character") => Some(Noun::Figure(Role::Villager)),
        None if preset("creature") => Some(Noun::Stranger),
        noun => noun,
    }
}

fn thing(subject: &Subject, ask: &SketchAsk, [w, h]: [i32; 2], detail: u64) -> Canvas {
    let noun = noun(subject, ask);
    let motion = Motion::of(&ask.pose, noun);
    let (mut canvas, pose) = (motion.paper(w, h), motion.posture(&ask.pose));
    match noun {
        Some(Noun::Figure(role)) => figure::draw(&mut canvas, subject, role, &pose),
        Some(Noun::Creature(species)) => creatures::draw(&mut canvas, subject, species, &pose),
        noun => props::draw(&mut canvas, subject, noun, &pose, detail),
    }
    motion.apply(canvas)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::generate::sketch::nouns;
    use crate::words::ask::Pose;

    fn ask(subject: &str, side: u32, pose: Pose) -> SketchAsk {
        SketchAsk {
            kind: Kind::Sprite,
            subject: subject.to_owned(),
            things: Vec::new(),
            presets: Vec::new(),
            size: [side; 2],
            key: Some(Rgb([255, 0, 255])),
            pose,
            inputs: BTreeMap::new(),
        }
    }

    fn facing(facing: &str) -> Pose {
        Pose { facing: Some(facing.to_owned()), frames: 1, ..Pose::default() }
    }

    fn frame(action: &str, frame: u32) -> Pose {
        Pose { action: Some(action.to_owned()), facing: Some("e".to_owned()), frame, frames: 4 }
    }

    /// Fails if two of the images are equal.
    fn assert_different(images: impl IntoIterator<Item = (String, Vec<u8>)>) {
        let mut seen: BTreeMap<Vec<u8>, String> = BTreeMap::new();
        for (name, image) in images {
            if let Some(other) = seen.insert(image, name.clone()) {
                panic!("{name} looks like {other}");
            }
        }
        assert!(seen.len() > 1);
    }

    #[test]
    fn no_two_nouns_look_alike() {
        for side in [6, 8, 11, 12, 16, 32, 48] {
            let nouns = nouns::examples()
                .map(|word| (format!("{word} at {side}"), draw(&ask(word, side, Pose::default()), 1).into_raw()));
            assert_different(nouns);
        }
    }

    #[test]
    fn what_nobody_knows_differs_by_its_name() {
        for side in [8, 16, 32] {
            let names = ["sprocket", "telescope", "anvil", "hat", "umbrella", "perpetuum mobile"];
            assert_different(
                names.map(|word| (format!("{word} at {side}"), draw(&ask(word, side, Pose::default()), 1).into_raw())),
            );
            let strangers = ["gloop", "wug", "blorg", "tentacled zorb"].map(|word| {
                let ask = SketchAsk { presets: vec!["creature".to_owned()], ..ask(word, side, Pose::default()) };
                (format!("{word} at {side}"), draw(&ask, 1).into_raw())
            });
            assert_different(strangers);
        }
    }

    #[test]
    fn whoever_walks_has_eight_sides() {
        for word in nouns::examples().filter(|word| {
            matches!(Subject::of(word).noun, Some(Noun::Figure(_) | Noun::Creature(_) | Noun::Slime | Noun::Stranger))
        }) {
            for side in [24, 32] {
                let sides = ["s", "se", "e", "ne", "n", "nw", "w", "sw"];
                assert_different(sides.map(|side_name| {
                    (format!("{word}@{side_name} at {side}"), draw(&ask(word, side, facing(side_name)), 1).into_raw())
                }));
            }
        }
    }

    #[test]
    fn a_jump_and_a_death_are_no_walk() {
        for word in ["knight", "wizard", "cat", "spider", "slime", "dragon", "chicken"] {
            for side in [8, 24] {
                let actions = ["idle", "walk", "jump", "death"];
                assert_different(actions.map(|action| {
                    let frames = (0..4).flat_map(|n| draw(&ask(word, side, frame(action, n)), 1).into_raw());
                    (format!("{word}: {action} at {side}"), frames.collect())
                }));
            }
        }
    }

    #[test]
    fn a_figure_that_died_lies_on_the_ground() {
        let height = |n: u32| {
            let picture = draw(&ask("knight", 32, frame("death", n)), 1);
            let rows = (0..picture.height())
                .filter(|y| (0..picture.width()).any(|x| picture.get_pixel(x, *y).0 != [255, 0, 255, 255]));
            rows.count()
        };
        assert!(height(3) * 4 < height(0) * 3, "{} {}", height(3), height(0));
    }
}
