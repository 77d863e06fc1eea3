//! What is drawn for an ask.

use image::RgbaImage;

use super::canvas::Canvas;
use super::motion::Motion;
use super::subject::{self, Noun, Role, Subject};
use super::{creatures, figure, props, scene, textures, tiny};
use crate::words::ask::SketchAsk;
use crate::words::asset::Kind;

/// Subjects are drawn at most this large and then enlarged by a whole number.
const LARGEST: u32 = 128;
/// Logical sizes beyond this are cut down to it: nobody can ask for them in a manifest.
const LIMIT: u32 = 1024;

/// A picture of the ask, eight times its logical size: a pure function.
pub fn draw(ask: &SketchAsk, seed: u64) -> RgbaImage {
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

/// What the seed may vary: nothing in pictures that belong to a series.
fn detail(ask: &SketchAsk, seed: u64) -> u64 {
    let single = ask.kind == Kind::Sprite && ask.pose.frames <= 1 && ask.pose.facing.is_none();
    if single { subject::mix(seed) } else { 0 }
}

/// A picture of few cells. It fills its frame, so that a cut-out gets a ring of background round it.
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
