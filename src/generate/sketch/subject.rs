//! The subject of a prompt: the head noun, its colours, and a hash that decides the rest.

use crate::generate::sketch::ramp::{self, Ramp};
use crate::words::digest::Encoder;

/// What the artist can draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noun {
    Figure(Role),
    Axe,
    Barrel,
    Bat,
    Bomb,
    Book,
    Bow,
    Bush,
    Chest,
    Coin,
    Crate,
    Gem,
    Ghost,
    Heart,
    House,
    Key,
    Mushroom,
    Potion,
    Ring,
    Rock,
    Scroll,
    Shield,
    Skull,
    Slime,
    Staff,
    Sword,
    Torch,
    Tree,
}

/// What a figure wears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Knight,
    Mage,
    Archer,
    Goblin,
    Skeleton,
    Villager,
    Hero,
    King,
    Ninja,
}

/// Words by what they stand for. A plural `s` is taken off before the look-up.
const NOUNS: [(Noun, &[&str]); 36] = [
    (Noun::Figure(Role::Knight), &["knight", "paladin", "soldier", "guard", "warrior", "crusader", "templar"]),
    (
        Noun::Figure(Role::Mage),
        &["mage", "wizard", "witch", "sorcerer", "sorceress", "warlock", "necromancer", "priest"],
    ),
    (Noun::Figure(Role::Archer), &["archer", "ranger", "hunter", "elf", "scout", "druid"]),
    (Noun::Figure(Role::Goblin), &["goblin", "orc", "troll", "imp", "kobold", "zombie", "ogre"]),
    (Noun::Figure(Role::Skeleton), &["skeleton", "lich", "undead"]),
    (
        Noun::Figure(Role::Villager),
        &["villager", "peasant", "merchant", "farmer", "woman", "man", "girl", "boy", "blacksmith"],
    ),
    (Noun::Figure(Role::Villager), &["innkeeper", "shopkeeper", "child", "npc", "person", "character", "dwarf"]),
    (
        Noun::Figure(Role::Hero),
        &["hero", "heroine", "adventurer", "player", "swordsman", "prince", "barbarian", "pirate"],
    ),
    (Noun::Figure(Role::King), &["king", "queen", "princess", "emperor", "lord"]),
    (Noun::Figure(Role::Ninja), &["ninja", "rogue", "thief", "assassin", "bandit", "cultist"]),
    (Noun::Axe, &["axe", "hatchet", "battleaxe", "pickaxe", "hammer", "mace"]),
    (Noun::Barrel, &["barrel", "keg", "cask"]),
    (Noun::Bat, &["bat", "bird", "crow", "raven"]),
    (Noun::Bomb, &["bomb", "grenade", "explosive"]),
    (Noun::Book, &["book", "tome", "spellbook", "grimoire", "journal"]),
    (Noun::Bow, &["bow", "longbow", "crossbow"]),
    (Noun::Bush, &["bush", "shrub", "hedge", "plant", "fern", "herb"]),
    (Noun::Chest, &["chest", "treasure", "lockbox", "coffer"]),
    (Noun::Coin, &["coin", "money", "token", "medal", "doubloon"]),
    (Noun::Crate, &["crate", "box"]),
    (Noun::Gem, &["gem", "crystal", "diamond", "jewel", "ruby", "emerald", "sapphire", "shard", "amethyst"]),
    (Noun::Ghost, &["ghost", "spirit", "wraith", "phantom", "specter"]),
    (Noun::Heart, &["heart", "life"]),
    (Noun::House, &["house", "hut", "cottage", "tower", "castle", "shop", "inn", "home", "temple"]),
    (Noun::Key, &["key", "keys"]),
    (Noun::Mushroom, &["mushroom", "toadstool", "fungus"]),
    (Noun::Potion, &["potion", "bottle", "flask", "vial", "elixir", "phial"]),
    (Noun::Ring, &["ring", "amulet", "necklace"]),
    (Noun::Rock, &["rock", "boulder", "stone", "ore", "pebble"]),
    (Noun::Scroll, &["scroll", "parchment", "map", "letter"]),
    (Noun::Shield, &["shield", "buckler"]),
    (Noun::Skull, &["skull"]),
    (Noun::Slime, &["slime", "blob", "jelly", "ooze", "monster", "creature"]),
    (Noun::Staff, &["staff", "wand", "scepter", "rod", "spear", "trident"]),
    (Noun::Sword, &["sword", "blade", "dagger", "knife", "katana", "sabre", "saber", "rapier", "longsword"]),
    (Noun::Torch, &["torch", "flame", "campfire", "fire", "candle", "lantern", "lamp", "bonfire"]),
];

/// Trees come apart from the table above: many of them are told by their kind alone.
const TREES: [&str; 8] = ["tree", "oak", "pine", "fir", "birch", "spruce", "palm", "willow"];

/// Words that end the phrase whose last noun is the thing itself: "chest with a gold key" is a chest.
const ENDS: [&str; 14] =
    ["with", "in", "on", "of", "and", "holding", "wearing", "under", "near", "beside", "from", "at", "for", "carrying"];

/// A prompt as the artist understands it.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// The thing, if it is known.
    pub noun: Option<Noun>,
    /// All words, lower case.
    pub words: Vec<String>,
    /// The colours that are named, in order.
    pub colors: Vec<Ramp>,
    /// What settles everything that no word does.
    pub hash: u64,
}

impl Subject {
    /// Reads a prompt.
    pub(super) fn of(text: &str) -> Self {
        let text: String = text.chars().flat_map(char::to_lowercase).collect();
        let words: Vec<String> =
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let digest = Encoder::new("dgx-pixels sketch subject v1").text(&words.join(" ")).finish();
        let hash = digest.0[..8].iter().fold(0, |hash, byte| hash << 8 | u64::from(*byte));
        let noun = head_noun(&text);
        let colors = words.iter().filter(|word| noun_of(word) != noun || noun.is_none());
        Self { noun, colors: colors.filter_map(|word| ramp::of_word(word)).collect(), hash, words }
    }

    /// Whether any of these words is in the prompt.
    pub(super) fn says(&self, any: &[&str]) -> bool {
        self.words.iter().any(|word| any.contains(&singular(word)))
    }

    /// The first colour that is named, or `usual`.
    pub(super) fn color(&self, usual: Ramp) -> Ramp {
        self.colors.first().copied().unwrap_or(usual)
    }

    /// A number below `below` for the detail that `salt` names.
    pub(super) fn pick(&self, salt: u64, below: u64) -> usize {
        (mix(self.hash ^ mix(salt)) % below.max(1)) as usize
    }

    /// The first colour that is named, or any.
    pub(super) fn color_or_any(&self, salt: u64) -> Ramp {
        self.color(ramp::ANY[self.pick(salt, ramp::ANY.len() as u64)])
    }
}

fn head_noun(text: &str) -> Option<Noun> {
    let mut found = None;
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let end = word.ends_with([',', ';', '.', '(', ':']);
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if found.is_some() && ENDS.contains(&word) {
            break;
        }
        found = match (found, noun_of(word)) {
            // A skeleton warrior is a skeleton: what one is goes before what one does.
            (Some(Noun::Figure(Role::Skeleton | Role::Goblin)), Some(Noun::Figure(_))) => found,
            (_, noun) => noun.or(found),
        };
        if found.is_some() && end {
            break;
        }
    }
    found
}

fn noun_of(word: &str) -> Option<Noun> {
    let word = singular(word);
    if TREES.contains(&word) {
        return Some(Noun::Tree);
    }
    NOUNS.iter().find(|(_, words)| words.contains(&word)).map(|(noun, _)| *noun)
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').filter(|rest| rest.len() > 2 && !rest.ends_with('s')).unwrap_or(word)
}

/// A finalizer of splitmix64: spreads every bit over all.
pub(crate) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_the_first_phrase_is_drawn() {
        for (text, noun) in [
            ("red potion bottle", Noun::Potion),
            ("medieval knight with sword and shield", Noun::Figure(Role::Knight)),
            ("crystal sword", Noun::Sword),
            ("wooden treasure chest, gold key on top", Noun::Chest),
            ("Three mushrooms", Noun::Mushroom),
            ("skull", Noun::Skull),
            ("skeleton warriors", Noun::Figure(Role::Skeleton)),
            ("in the forest a goblin", Noun::Figure(Role::Goblin)),
        ] {
            assert_eq!(Subject::of(text).noun, Some(noun), "{text}");
        }
        assert_eq!(Subject::of("perpetuum mobile").noun, None);
    }

    #[test]
    fn colours_are_named_by_words_that_are_not_the_thing() {
        assert_eq!(Subject::of("blue potion, golden cap").colors, [ramp::BLUE, ramp::GOLD]);
        assert!(Subject::of("stone").colors.is_empty());
    }
}
