//! The subject of a prompt: the head noun, its colours, and a hash that decides the rest.

use crate::generate::sketch::ramp::{self, Ramp};
use crate::words::digest::Encoder;

/// What the artist can draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noun {
    Figure(Role),
    Creature(Species),
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
    Stranger,
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
    Zombie,
    Orc,
    Demon,
    Mummy,
}

/// The animals and monsters that have a shape of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Species {
    Bear,
    Bee,
    Beetle,
    Bird,
    Boar,
    Butterfly,
    Cat,
    Chicken,
    Cow,
    Crab,
    Deer,
    Dog,
    Dragon,
    Eye,
    Fish,
    Fox,
    Frog,
    Golem,
    Horse,
    Lion,
    Mimic,
    Octopus,
    Owl,
    Plant,
    Rabbit,
    Rat,
    Scorpion,
    Sheep,
    Snail,
    Snake,
    Spider,
    Turtle,
    Wolf,
    Worm,
}

/// Words by what they stand for. A plural `s` is taken off before the look-up.
const NOUNS: [(Noun, &[&str]); 40] = [
    (Noun::Figure(Role::Knight), &["knight", "paladin", "soldier", "guard", "warrior", "crusader", "templar"]),
    (
        Noun::Figure(Role::Mage),
        &["mage", "wizard", "witch", "sorcerer", "sorceress", "warlock", "necromancer", "priest"],
    ),
    (Noun::Figure(Role::Archer), &["archer", "ranger", "hunter", "elf", "scout", "druid"]),
    (Noun::Figure(Role::Goblin), &["goblin", "kobold", "gremlin"]),
    (Noun::Figure(Role::Skeleton), &["skeleton", "lich", "undead"]),
    (Noun::Figure(Role::Zombie), &["zombie", "ghoul"]),
    (Noun::Figure(Role::Orc), &["orc", "troll", "ogre", "cyclops", "minotaur"]),
    (Noun::Figure(Role::Demon), &["demon", "devil", "imp", "fiend"]),
    (Noun::Figure(Role::Mummy), &["mummy"]),
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
    (Noun::Bat, &["bat"]),
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
    (Noun::Slime, &["slime", "blob", "jelly", "ooze"]),
    (Noun::Staff, &["staff", "wand", "scepter", "rod", "spear", "trident"]),
    (Noun::Sword, &["sword", "blade", "dagger", "knife", "katana", "sabre", "saber", "rapier", "longsword"]),
    (Noun::Torch, &["torch", "flame", "campfire", "fire", "candle", "lantern", "lamp", "bonfire"]),
];

/// Animals and monsters, like the nouns.
const CREATURES: [(Species, &[&str]); 34] = [
    (Species::Bear, &["bear", "grizzly"]),
    (Species::Bee, &["bee", "wasp", "hornet", "fly", "mosquito", "bumblebee"]),
    (Species::Beetle, &["beetle", "bug", "ant", "cockroach", "ladybug", "scarab"]),
    (Species::Bird, &["bird", "crow", "raven", "eagle", "hawk", "falcon", "parrot", "pigeon", "vulture", "harpy"]),
    (Species::Boar, &["boar", "pig", "hog", "piglet", "warthog"]),
    (Species::Butterfly, &["butterfly", "moth", "fairy", "pixie"]),
    (Species::Cat, &["cat", "kitten", "tiger", "panther", "lynx", "leopard"]),
    (Species::Chicken, &["chicken", "hen", "rooster", "chick", "duck", "goose", "turkey"]),
    (Species::Cow, &["cow", "bull", "ox", "buffalo", "bison", "yak"]),
    (Species::Crab, &["crab", "lobster", "crayfish"]),
    (Species::Deer, &["deer", "stag", "elk", "moose", "reindeer", "antelope"]),
    (Species::Dog, &["dog", "puppy", "hound", "hellhound"]),
    (Species::Dragon, &["dragon", "wyvern", "drake", "hydra", "wyrm"]),
    (Species::Eye, &["beholder", "eye", "eyeball", "watcher"]),
    (Species::Fish, &["fish", "shark", "piranha", "salmon", "trout", "whale", "dolphin", "goldfish"]),
    (Species::Fox, &["fox", "vixen", "kitsune"]),
    (Species::Frog, &["frog", "toad"]),
    (Species::Golem, &["golem", "elemental", "robot", "automaton", "android", "mech", "gargoyle"]),
    (Species::Horse, &["horse", "pony", "unicorn", "donkey", "mule", "zebra", "pegasus", "centaur"]),
    (Species::Lion, &["lion", "manticore", "griffin", "chimera"]),
    (Species::Mimic, &["mimic"]),
    (Species::Octopus, &["octopus", "squid", "kraken", "jellyfish"]),
    (Species::Owl, &["owl"]),
    (Species::Plant, &["flytrap", "mandrake", "treant", "ent"]),
    (Species::Rabbit, &["rabbit", "bunny", "hare"]),
    (Species::Rat, &["rat", "mouse", "mice", "hamster", "mole", "squirrel"]),
    (Species::Scorpion, &["scorpion"]),
    (Species::Sheep, &["sheep", "lamb", "goat", "ram"]),
    (Species::Snail, &["snail", "slug"]),
    (Species::Snake, &["snake", "serpent", "cobra", "viper", "python", "naga", "basilisk"]),
    (Species::Spider, &["spider", "tarantula"]),
    (Species::Turtle, &["turtle", "tortoise"]),
    (Species::Wolf, &["wolf", "wolves", "werewolf", "warg", "coyote"]),
    (Species::Worm, &["worm", "larva", "maggot", "caterpillar"]),
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
    /// The index of the word that names the thing: the noun, or the last word of the first phrase.
    head: usize,
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
        let head = head_index(&text, &words, noun);
        let colors = words.iter().filter(|word| noun_of(word) != noun || noun.is_none());
        Self { noun, colors: colors.filter_map(|word| ramp::of_word(word)).collect(), hash, head, words }
    }

    /// Whether any of these words is in the prompt.
    pub(super) fn says(&self, any: &[&str]) -> bool {
        self.words.iter().any(|word| any.contains(&singular(word)))
    }

    /// The word that names the thing; empty for a prompt without words.
    pub(super) fn head_word(&self) -> &str {
        self.words.get(self.head).map_or("", String::as_str)
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

/// A word for each noun that has a shape of its own.
#[cfg(test)]
pub(super) fn nouns() -> impl Iterator<Item = &'static str> {
    let mut seen = Vec::new();
    let words =
        NOUNS.iter().map(|(_, words)| words[0]).chain(CREATURES.iter().map(|(_, words)| words[0])).chain(["tree"]);
    words.filter(move |word| {
        let noun = noun_of(word);
        let new = !seen.contains(&noun);
        seen.push(noun);
        new
    })
}

fn head_index(text: &str, words: &[String], noun: Option<Noun>) -> usize {
    if noun.is_some() {
        return words.iter().position(|word| noun_of(word) == noun).unwrap_or(0);
    }
    let phrase = text.split([',', ';', '.', '(', ':']).find(|phrase| phrase.chars().any(char::is_alphanumeric));
    let phrase = phrase.unwrap_or("").split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    phrase.take_while(|word| !ENDS.contains(word)).count().saturating_sub(1)
}

fn noun_of(word: &str) -> Option<Noun> {
    known(word).or_else(|| known(singular(word)))
}

fn known(word: &str) -> Option<Noun> {
    if TREES.contains(&word) {
        return Some(Noun::Tree);
    }
    let creature =
        CREATURES.iter().find(|(_, words)| words.contains(&word)).map(|(species, _)| Noun::Creature(*species));
    creature.or_else(|| NOUNS.iter().find(|(_, words)| words.contains(&word)).map(|(noun, _)| *noun))
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
        let word = |text: &str| Subject::of(text).head_word().to_owned();
        assert_eq!(word("rusty sprocket with teeth, on a table"), "sprocket");
        assert_eq!([word("giant spider"), word("...")], ["spider", ""]);
    }

    #[test]
    fn colours_are_named_by_words_that_are_not_the_thing() {
        assert_eq!(Subject::of("blue potion, golden cap").colors, [ramp::BLUE, ramp::GOLD]);
        assert!(Subject::of("stone").colors.is_empty());
    }
}
