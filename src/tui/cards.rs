//! Drawn assets, as many as a person looks at; the rest is drawn when it is seen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::Art;

/// Drawn assets that are kept, and the bytes of their images.
const MOST: usize = 384;
const MOST_BYTES: usize = 12 << 20;

/// An asset that was drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Card {
    /// Its frames, or a map of a tileset.
    pub art: Option<Arc<Art>>,
    /// Why it has no image.
    pub error: Option<String>,
    /// What a build would do with it.
    pub why: Option<String>,
}

/// The cards by asset.
#[derive(Debug, Default)]
pub(super) struct Cards {
    drawn: BTreeMap<String, (Card, u64)>,
    /// Drawn from what is no longer true.
    stale: BTreeSet<String>,
    /// Asked for.
    pending: BTreeSet<String>,
    clock: u64,
    /// The bytes of all images.
    bytes: usize,
}

impl Card {
    fn bytes(&self) -> usize {
        self.art.as_ref().map_or(0, |art| art.bytes())
    }
}

impl Cards {
    pub(super) fn get(&self, key: &str) -> Option<&Card> {
        self.drawn.get(key).map(|(card, _)| card)
    }

    /// Of the assets that are seen, those to be drawn now.
    pub(super) fn wanted(&mut self, seen: &[String]) -> Vec<String> {
        self.clock += 1;
        let mut wanted = Vec::new();
        for key in seen {
            if let Some((_, used)) = self.drawn.get_mut(key) {
                *used = self.clock;
            }
            let is_drawn = self.drawn.contains_key(key) && !self.stale.contains(key);
            if !is_drawn && self.pending.insert(key.clone()) {
                wanted.push(key.clone());
            }
        }
        wanted
    }

    pub(super) fn answer(&mut self, asked: &[String], drawn: Vec<(String, Card)>) {
        for key in asked {
            self.pending.remove(key);
            self.stale.remove(key);
        }
        let clock = self.clock;
        for (key, card) in drawn {
            self.bytes += card.bytes();
            let before = self.drawn.insert(key, (card, clock));
            self.bytes -= before.map_or(0, |(before, _)| before.bytes());
        }
        // One that could not be drawn is not asked for again and again.
        for key in asked {
            self.drawn.entry(key.clone()).or_insert((Card::default(), clock));
        }
        // What is seen is never forgotten: it would be drawn again and again.
        while self.drawn.len() > MOST || self.bytes > MOST_BYTES {
            let old = self.drawn.iter().filter(|(_, (_, used))| *used < clock);
            let Some(oldest) = old.min_by_key(|(_, (_, used))| *used).map(|(key, _)| key.clone()) else { return };
            self.bytes -= self.drawn.remove(&oldest).map_or(0, |(card, _)| card.bytes());
        }
    }

    pub(super) fn changed(&mut self, key: &str) {
        if self.drawn.contains_key(key) || self.pending.contains(key) {
            self.stale.insert(key.to_owned());
        }
    }

    pub(super) fn all_changed(&mut self) {
        self.stale.extend(self.drawn.keys().cloned());
    }

    /// When one of the shown assets has its next frame.
    pub(super) fn next_frame(&self, seen: &[String], now: Duration) -> Option<Duration> {
        seen.iter().filter_map(|key| self.get(key)?.art.as_ref()?.at(now).1).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_forgotten_and_drawn_again() {
        let mut cards = Cards::default();
        let keys: Vec<String> = (0..1000).map(|n| format!("sprite:{n}")).collect();
        for seen in keys.chunks(10) {
            assert_eq!(cards.wanted(seen), seen);
            assert!(cards.wanted(seen).is_empty(), "it is asked for once");
            cards.answer(seen, seen.iter().map(|key| (key.clone(), Card::default())).collect());
        }
        assert!(cards.drawn.len() <= MOST, "{}", cards.drawn.len());
        assert_eq!(cards.wanted(&keys[..1]), keys[..1]);
        cards.changed("sprite:999");
        assert_eq!(cards.wanted(&keys[999..]), keys[999..]);
    }

    #[test]
    fn large_images_are_kept_by_their_bytes() {
        let mut cards = Cards::default();
        let large = Arc::new(Art::still(image::RgbaImage::new(512, 512)));
        let keys: Vec<String> = (0..40).map(|n| format!("sprite:{n}")).collect();
        for seen in keys.chunks(2) {
            let asked = cards.wanted(seen);
            let card = |key: &String| (key.clone(), Card { art: Some(Arc::clone(&large)), ..Card::default() });
            cards.answer(&asked, asked.iter().map(card).collect());
            assert!(cards.bytes <= MOST_BYTES && seen.iter().all(|key| cards.get(key).is_some()));
        }
        assert_eq!(cards.bytes, cards.drawn.values().map(|(card, _)| card.bytes()).sum::<usize>());
        let wide = Arc::new(Art::still(image::RgbaImage::new(4096, 1024)));
        let asked = cards.wanted(&["sprite:wide".to_owned()]);
        cards.answer(&asked, vec![(asked[0].clone(), Card { art: Some(wide), ..Card::default() })]);
        assert!(cards.get("sprite:wide").is_some(), "what is seen stays");
    }
}
