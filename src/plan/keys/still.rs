//! The key of an animation that is made from a sprite that stands still.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Key;
use super::parts::part;
use crate::words::digest::{Digest, Encoder};
use crate::words::motion::{Blink, Bob, Breathe, Eyes, Motion, Region, Side, Sway};
use crate::words::recipe::{Gate, Recipe, Repair};

/// What the frames of a sprite that moves are made from.
#[derive(Clone, Debug, Serialize)]
pub struct StillKey<'a> {
    /// The version of the movements.
    pub version: u32,
    /// The sprite key of the group that moves.
    pub of: Digest,
    /// How it moves.
    #[serde(flatten)]
    pub motion: &'a Motion,
    /// The pixels of its masks, whatever they are called.
    pub masks: &'a [Digest],
    /// The gates of its frames.
    pub gates: BTreeMap<Gate, i64>,
    /// Whether its frames have gates at all, and equal ones become one.
    pub repair: Repair,
}

impl<'a> StillKey<'a> {
    /// The key of a sprite that has this sprite key, moves so, and is judged by this recipe.
    pub fn new(version: u32, of: &Digest, motion: &'a Motion, masks: &'a [Digest], recipe: &Recipe) -> Self {
        let gates = Gate::OF_FRAMES.into_iter().filter_map(|gate| Some((gate, *recipe.gates.get(&gate)?)));
        Self { version, of: *of, motion, masks, gates: gates.collect(), repair: recipe.repair }
    }
}

impl Key for StillKey<'_> {
    const CONTEXT: &'static str = "dgx-pixels still v1";

    fn encode(&self, e: &mut Encoder) {
        e.uint(self.version.into()).digest(&self.of);
        encode_motion(e, self.motion);
        e.list(self.masks.iter(), |e, mask| {
            e.digest(mask);
        });
        e.list(self.gates.iter(), |e, (gate, threshold)| {
            e.text(gate.word()).int(*threshold);
        });
        e.text(self.repair.word());
    }
}

/// The digest of the movements alone, for `parts`.
pub fn motion(motion: &Motion) -> Digest {
    part(|e| encode_motion(e, motion))
}

fn encode_motion(e: &mut Encoder, Motion { frames, breathe, blink, sway, bob }: &Motion) {
    e.uint((*frames).into());
    e.list(breathe.iter(), |e, Breathe { by, times, waist }| {
        e.uint((*by).into()).uint((*times).into()).list(waist.iter(), |e, waist| {
            e.uint((*waist).into());
        });
    });
    e.list(blink.iter(), |e, Blink { at, eyes, on, lasts }| {
        encode_region(e, at);
        e.text(if *eyes == Eyes::Pair { "pair" } else { "side" }).uint((*lasts).into());
        e.list(on.iter(), |e, frame| {
            e.uint((*frame).into());
        });
    });
    e.list(sway.iter(), |e, Sway { mask, by, times, from }| {
        encode_region(e, mask);
        e.uint((*by).into()).uint((*times).into()).text(from.map_or("found", Side::word));
    });
    e.list(bob.iter(), |e, Bob { by, times }| {
        e.int((*by).into()).uint((*times).into());
    });
}

fn encode_region(e: &mut Encoder, region: &Region) {
    match region {
        Region::Found => e.text("found"),
        Region::Mask(_) => e.text("mask"),
        Region::Rectangles(all) => e.text("rectangles").list(all.iter(), |e, sides| {
            for side in sides {
                e.uint((*side).into());
            }
        }),
    };
}
