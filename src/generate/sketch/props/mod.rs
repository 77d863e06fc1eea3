//! Things: one function each, on a paper of 480 by 480 units.

mod arms;
mod beasts;
mod boxes;
mod nature;
mod paper;
mod treasure;
mod vessels;

use crate::generate::sketch::canvas::Canvas;
use crate::generate::sketch::figure::stance::sine;
use crate::generate::sketch::nouns::Noun;
use crate::generate::sketch::subject::Subject;
use crate::words::ask::Pose;

/// What every thing is drawn from.
pub(super) struct Draft<'a> {
    pub canvas: &'a mut Canvas,
    pub subject: &'a Subject,
    /// Place in the cycle, 0 to 255; 0 for a still image.
    pub phase: i32,
    /// Facing, if any: `s`, `e` ..
    pub facing: &'a str,
    /// What the action is called.
    pub action: &'a str,
    /// Small details of single images.
    pub detail: u64,
}

/// Draws a thing, or a labelled crate for what nobody knows.
pub(crate) fn draw(canvas: &mut Canvas, subject: &Subject, noun: Option<Noun>, pose: &Pose, detail: u64) {
    let frames = pose.frames.clamp(1, 4096);
    let mut draft = Draft {
        canvas,
        subject,
        phase: ((pose.frame.min(4095) % frames) * 256 / frames) as i32,
        facing: pose.facing.as_deref().unwrap_or("s"),
        action: pose.action.as_deref().unwrap_or(""),
        detail,
    };
    if frames > 1 && noun.is_some_and(hovers) {
        // What lies about in a game hovers, and its paper keeps a row for it.
        draft.canvas.lift(i32::from(sine(draft.phase) > 90));
    }
    painter(noun)(&mut draft);
}

fn hovers(noun: Noun) -> bool {
    use Noun::{Axe, Bomb, Book, Bow, Gem, Key, Potion, Ring, Scroll, Shield, Skull, Staff, Sword};
    matches!(noun, Axe | Bomb | Book | Bow | Gem | Key | Potion | Ring | Scroll | Shield | Skull | Staff | Sword)
}

fn painter(noun: Option<Noun>) -> fn(&mut Draft) {
    match noun {
        Some(Noun::Axe) => arms::axe,
        Some(Noun::Barrel) => boxes::barrel,
        Some(Noun::Bat) => beasts::bat,
        Some(Noun::Bomb) => vessels::bomb,
        Some(Noun::Book) => paper::book,
        Some(Noun::Bow) => arms::bow,
        Some(Noun::Bush) => nature::bush,
        Some(Noun::Chest) => boxes::chest,
        Some(Noun::Coin) => treasure::coin,
        Some(Noun::Crate) => boxes::crate_box,
        Some(Noun::Gem) => treasure::gem,
        Some(Noun::Ghost) => beasts::ghost,
        Some(Noun::Heart) => treasure::heart,
        Some(Noun::House) => boxes::house,
        Some(Noun::Key) => treasure::key,
        Some(Noun::Mushroom) => nature::mushroom,
        Some(Noun::Potion) => vessels::potion,
        Some(Noun::Ring) => treasure::ring,
        Some(Noun::Rock) => nature::rock,
        Some(Noun::Scroll) => paper::scroll,
        Some(Noun::Shield) => arms::shield,
        Some(Noun::Skull) => beasts::skull,
        Some(Noun::Slime) => beasts::slime,
        Some(Noun::Stranger) => beasts::stranger,
        Some(Noun::Staff) => arms::staff,
        Some(Noun::Sword) => arms::sword,
        Some(Noun::Torch) => nature::torch,
        Some(Noun::Tree) => nature::tree,
        Some(Noun::Figure(_) | Noun::Creature(_)) | None => boxes::unknown,
    }
}
