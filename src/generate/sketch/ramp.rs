//! The artist's colours: ramps of five steps that turn in hue from shadow to light.

use crate::words::color::Rgb;

/// Outline, shadow, body, light, shine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ramp(pub [[u8; 3]; 5]);

const fn ramp(steps: [u32; 5]) -> Ramp {
    let mut colors = [[0; 3]; 5];
    let mut i = 0;
    while i < 5 {
        colors[i] = [(steps[i] >> 16) as u8, (steps[i] >> 8) as u8, steps[i] as u8];
        i += 1;
    }
    Ramp(colors)
}

pub(crate) const STEEL: Ramp = ramp([0x1b1f33, 0x4a5470, 0x7f8ba3, 0xb4c0cf, 0xeef4f7]);
pub(crate) const IRON: Ramp = ramp([0x14151f, 0x33394c, 0x555e74, 0x7f8a9c, 0xb3bdc8]);
pub(crate) const LEATHER: Ramp = ramp([0x2a1622, 0x5b3138, 0x8a5240, 0xb9805a, 0xe0b486]);
pub(crate) const WOOD: Ramp = ramp([0x2b1a20, 0x5c3630, 0x8f5a3c, 0xbf8a52, 0xe6c07e]);
pub(crate) const GOLD: Ramp = ramp([0x3b1c1c, 0x9a4f21, 0xdd9a2e, 0xf7cf52, 0xfff3b0]);
pub(crate) const STONE: Ramp = ramp([0x22222f, 0x4b4c5e, 0x74788a, 0xa0a6b0, 0xcfd4d6]);
pub(crate) const BONE: Ramp = ramp([0x2f2430, 0x83726b, 0xbfae94, 0xe6dcbd, 0xfffbe8]);
pub(crate) const SKIN: Ramp = ramp([0x4a1f26, 0xb0624c, 0xe09a74, 0xf7c79d, 0xffe6c8]);
pub(crate) const TAN_SKIN: Ramp = ramp([0x3b1a20, 0x8d4d38, 0xb9754f, 0xdda274, 0xf5cba0]);
pub(crate) const DARK_SKIN: Ramp = ramp([0x241219, 0x4f2a26, 0x7b4836, 0xa56b4c, 0xcf9970]);
pub(crate) const GOBLIN_SKIN: Ramp = ramp([0x16261f, 0x2f6138, 0x559a45, 0x8dc957, 0xcdee8a]);
pub(crate) const RED: Ramp = ramp([0x2f0f22, 0x7f1d36, 0xc22f3f, 0xec5f50, 0xffab86]);
pub(crate) const ORANGE: Ramp = ramp([0x3a1420, 0xa03c22, 0xe06a26, 0xf9a03f, 0xffdc86]);
pub(crate) const YELLOW: Ramp = ramp([0x3f2418, 0xa8691f, 0xe3ad2b, 0xf9dc52, 0xfff7b8]);
pub(crate) const GREEN: Ramp = ramp([0x10241f, 0x1f5a3a, 0x35914a, 0x6bc85a, 0xc1ee8c]);
pub(crate) const TEAL: Ramp = ramp([0x0f2430, 0x17555f, 0x248a85, 0x4fc3a3, 0xb0f0cf]);
pub(crate) const BLUE: Ramp = ramp([0x141a3d, 0x27418c, 0x3a72cf, 0x5fabf0, 0xbfe6ff]);
pub(crate) const PURPLE: Ramp = ramp([0x201236, 0x51288a, 0x8447c0, 0xb67be6, 0xe8c6ff]);
pub(crate) const PINK: Ramp = ramp([0x3a1030, 0x96305f, 0xdc5c8c, 0xf79ab0, 0xffdadb]);
pub(crate) const WHITE: Ramp = ramp([0x2b2d44, 0x8e9ab5, 0xc3cede, 0xe9eff5, 0xffffff]);
pub(crate) const BLACK: Ramp = ramp([0x0d0c16, 0x1e1d2c, 0x34344a, 0x555770, 0x868aa0]);
pub(crate) const ICE: Ramp = ramp([0x16305a, 0x3b82bf, 0x79c3e6, 0xb8ecf7, 0xf4ffff]);
pub(crate) const FIRE: Ramp = ramp([0x4a0f1a, 0xb52a1d, 0xf06a1d, 0xfcb83a, 0xfff4b0]);
pub(crate) const SLIME: Ramp = ramp([0x0f2c2a, 0x1c7048, 0x3db54a, 0x8be25a, 0xe0ffa8]);
pub(crate) const WATER: Ramp = ramp([0x12244f, 0x1f4f94, 0x2f80c2, 0x5cb4e0, 0xb8ecf5]);
pub(crate) const FOLIAGE: Ramp = ramp([0x12251f, 0x24502f, 0x3f8038, 0x76b043, 0xbede6a]);
pub(crate) const GRASS: Ramp = ramp([0x26583a, 0x35753c, 0x4c9542, 0x6cb24a, 0x9acb5a]);
pub(crate) const DIRT: Ramp = ramp([0x553637, 0x73493d, 0x8f6246, 0xa97a54, 0xc89c6c]);
pub(crate) const SAND: Ramp = ramp([0xa67a4c, 0xc99c62, 0xdfba7c, 0xedd29a, 0xf9e8c0]);
pub(crate) const SNOW: Ramp = ramp([0x8aa2c4, 0xb4c8e0, 0xd8e4f0, 0xecf3f9, 0xffffff]);
pub(crate) const PARCHMENT: Ramp = ramp([0x3a2420, 0xa07748, 0xd9b67e, 0xf2deb0, 0xfff7dc]);
pub(crate) const GLASS: Ramp = ramp([0x1f2c4a, 0x5b7fa3, 0x93b8cf, 0xc8e4ec, 0xffffff]);

/// What the colour words of a prompt stand for.
const WORDS: [(&str, Ramp); 49] = [
    ("red", RED),
    ("crimson", RED),
    ("scarlet", RED),
    ("ruby", RED),
    ("blood", RED),
    ("orange", ORANGE),
    ("copper", ORANGE),
    ("yellow", YELLOW),
    ("amber", YELLOW),
    ("gold", GOLD),
    ("golden", GOLD),
    ("brass", GOLD),
    ("green", GREEN),
    ("emerald", GREEN),
    ("poison", SLIME),
    ("lime", SLIME),
    ("toxic", SLIME),
    ("acid", SLIME),
    ("teal", TEAL),
    ("turquoise", TEAL),
    ("cyan", ICE),
    ("blue", BLUE),
    ("sapphire", BLUE),
    ("mana", BLUE),
    ("azure", BLUE),
    ("navy", BLUE),
    ("purple", PURPLE),
    ("violet", PURPLE),
    ("amethyst", PURPLE),
    ("magic", PURPLE),
    ("arcane", PURPLE),
    ("pink", PINK),
    ("rose", PINK),
    ("white", WHITE),
    ("silver", STEEL),
    ("steel", STEEL),
    ("iron", IRON),
    ("stone", STONE),
    ("grey", STONE),
    ("gray", STONE),
    ("black", BLACK),
    ("dark", BLACK),
    ("shadow", BLACK),
    ("ice", ICE),
    ("frost", ICE),
    ("frozen", ICE),
    ("fire", FIRE),
    ("flaming", FIRE),
    ("brown", LEATHER),
];

/// Ramps that suit anything that nobody named a colour for.
pub(crate) const ANY: [Ramp; 8] = [RED, ORANGE, GREEN, TEAL, BLUE, PURPLE, PINK, YELLOW];

/// The ramp that a colour word stands for.
pub(crate) fn of_word(word: &str) -> Option<Ramp> {
    WORDS.iter().find(|(name, _)| *name == word).map(|(_, ramp)| *ramp)
}

/// How far a colour must stay from the key, as squared distance of the channels.
const APART: i32 = 110 * 110;

/// The colour, or the nearest step towards black or white that no keyer takes for the background.
pub(crate) fn away_from(color: [u8; 3], key: Option<Rgb>) -> [u8; 3] {
    let Some(Rgb(key)) = key else { return color };
    let apart = |c: [u8; 3]| {
        c.iter().zip(key).map(|(&a, b)| (i32::from(a) - i32::from(b)) * (i32::from(a) - i32::from(b))).sum::<i32>()
    };
    let towards =
        |goal: u8, step: i32| color.map(|c| (i32::from(c) + (i32::from(goal) - i32::from(c)) * step / 16) as u8);
    (0..=16).flat_map(|step| [towards(0, step), towards(255, step)]).find(|&c| apart(c) >= APART).unwrap_or(color)
}
