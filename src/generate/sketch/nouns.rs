//! The words that the artist knows, and what they stand for.

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

pub(super) fn noun_of(word: &str) -> Option<Noun> {
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

pub(super) fn singular(word: &str) -> &str {
    word.strip_suffix('s').filter(|rest| rest.len() > 2 && !rest.ends_with('s')).unwrap_or(word)
}

/// A word for each noun that has a shape of its own.
#[cfg(test)]
pub(super) fn examples() -> impl Iterator<Item = &'static str> {
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
