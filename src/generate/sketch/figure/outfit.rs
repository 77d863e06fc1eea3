//! What a figure wears and carries, from its role and the words of its prompt.

use crate::generate::sketch::nouns::Role;
use crate::generate::sketch::ramp::{self, Ramp};
use crate::generate::sketch::subject::Subject;

/// On the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Headgear {
    Hair,
    LongHair,
    Helmet,
    Hat,
    Hood,
    Mask,
    Crown,
    Skull,
    Ears,
    Tusks,
    Horns,
    Bandage,
}

/// In the right hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weapon {
    Sword,
    Dagger,
    Staff,
    Axe,
    Spear,
    Bow,
    None,
}

/// The skin of what walks though it is dead.
pub(crate) const ROTTEN: Ramp = Ramp([[24, 38, 44], [62, 92, 84], [104, 142, 112], [150, 180, 138], [200, 216, 176]]);

/// All that a figure is drawn with.
#[derive(Clone, Debug)]
pub(crate) struct Outfit {
    pub headgear: Headgear,
    pub weapon: Weapon,
    pub shield: bool,
    pub robe: bool,
    pub cape: bool,
    pub beard: bool,
    /// The arms are stretched out ahead.
    pub reaches: bool,
    pub skin: Ramp,
    pub hair: Ramp,
    pub gear: Ramp,
    pub top: Ramp,
    pub legs: Ramp,
    pub boots: Ramp,
    pub trim: Ramp,
}

impl Outfit {
    /// Dresses a figure.
    pub(super) fn of(subject: &Subject, role: Role) -> Self {
        let mut outfit = plain(subject);
        role_wear(&mut outfit, subject, role);
        if subject.says(&["beard", "bearded", "dwarf", "old"]) {
            outfit.beard = true;
        }
        if subject.says(&["cape", "cloak"]) {
            outfit.cape = true;
        }
        if subject.says(&["shield"]) {
            outfit.shield = true;
        }
        if let Some(weapon) = named_weapon(subject) {
            outfit.weapon = weapon;
        }
        outfit
    }

    /// Whether the head needs room above it.
    pub(super) fn is_tall(&self) -> bool {
        matches!(self.headgear, Headgear::Hat | Headgear::Crown | Headgear::Helmet | Headgear::Horns)
    }
}

fn plain(subject: &Subject) -> Outfit {
    const SKINS: [Ramp; 3] = [ramp::SKIN, ramp::TAN_SKIN, ramp::DARK_SKIN];
    const HAIRS: [Ramp; 5] = [ramp::LEATHER, ramp::WOOD, ramp::YELLOW, ramp::ORANGE, ramp::BLACK];
    let skin = SKINS[subject.pick(1, 3)];
    let hair = HAIRS[subject.pick(2, 5)];
    // Brown on brown is not seen.
    let hair = if skin == ramp::DARK_SKIN && hair != ramp::ORANGE { ramp::BLACK } else { hair };
    let hair = if subject.says(&["old", "elder", "ancient"]) { ramp::WHITE } else { hair };
    let long = subject.says(&["woman", "girl", "heroine", "princess", "queen", "witch", "sorceress"]);
    Outfit {
        headgear: if long { Headgear::LongHair } else { Headgear::Hair },
        weapon: Weapon::None,
        shield: false,
        robe: false,
        cape: false,
        beard: false,
        reaches: false,
        skin,
        hair,
        gear: ramp::STEEL,
        top: subject.color_or_any(3),
        legs: ramp::LEATHER,
        boots: ramp::WOOD,
        trim: ramp::GOLD,
    }
}

fn role_wear(outfit: &mut Outfit, subject: &Subject, role: Role) {
    match role {
        Role::Knight => {
            outfit.headgear = Headgear::Helmet;
            outfit.weapon = Weapon::Sword;
            outfit.shield = true;
            outfit.gear = if subject.says(&["golden", "gold"]) { ramp::GOLD } else { ramp::STEEL };
            outfit.top = subject.color([ramp::BLUE, ramp::RED, ramp::GREEN][subject.pick(3, 3)]);
            outfit.trim = if outfit.top == ramp::RED { ramp::GOLD } else { ramp::RED };
            outfit.legs = ramp::IRON;
            outfit.boots = ramp::STEEL;
        }
        Role::Mage => {
            outfit.headgear = Headgear::Hat;
            outfit.weapon = Weapon::Staff;
            outfit.robe = true;
            outfit.top = subject.color([ramp::PURPLE, ramp::BLUE, ramp::TEAL][subject.pick(3, 3)]);
            outfit.beard = subject.pick(4, 2) == 0 && !subject.says(&["witch", "sorceress"]);
            outfit.hair = if outfit.beard { ramp::WHITE } else { outfit.hair };
        }
        Role::Archer => {
            outfit.headgear = Headgear::Hood;
            outfit.weapon = Weapon::Bow;
            outfit.top = subject.color(ramp::GREEN);
            outfit.cape = true;
        }
        Role::Goblin => {
            outfit.headgear = Headgear::Ears;
            outfit.weapon = Weapon::Dagger;
            outfit.skin = if subject.says(&["imp"]) { ramp::RED } else { ramp::GOBLIN_SKIN };
            outfit.top = subject.color(ramp::LEATHER);
            outfit.boots = outfit.skin;
        }
        Role::Zombie => {
            outfit.skin = ROTTEN;
            outfit.hair = ramp::BLACK;
            outfit.top = subject.color(ramp::LEATHER);
            outfit.legs = ramp::IRON;
            outfit.boots = outfit.skin;
            outfit.reaches = true;
        }
        Role::Orc => {
            outfit.headgear = Headgear::Tusks;
            outfit.weapon = Weapon::Axe;
            outfit.skin = subject.color(ramp::FOLIAGE);
            outfit.top = ramp::LEATHER;
            outfit.legs = ramp::BLACK;
            outfit.boots = ramp::IRON;
        }
        Role::Demon => {
            outfit.headgear = Headgear::Horns;
            outfit.weapon = Weapon::Spear;
            outfit.skin = subject.color(ramp::RED);
            outfit.top = outfit.skin;
            outfit.legs = ramp::BLACK;
            outfit.boots = ramp::BLACK;
            outfit.cape = true;
            outfit.trim = ramp::BLACK;
        }
        Role::Mummy => {
            outfit.headgear = Headgear::Bandage;
            for ramp in [&mut outfit.skin, &mut outfit.top, &mut outfit.legs, &mut outfit.boots] {
                *ramp = ramp::PARCHMENT;
            }
            outfit.reaches = true;
        }
        Role::Skeleton => {
            outfit.headgear = Headgear::Skull;
            outfit.weapon = Weapon::Sword;
            outfit.gear = ramp::IRON;
            for ramp in [&mut outfit.skin, &mut outfit.top, &mut outfit.legs, &mut outfit.boots] {
                *ramp = ramp::BONE;
            }
        }
        Role::Villager => outfit.legs = [ramp::LEATHER, ramp::BLUE, ramp::IRON][subject.pick(5, 3)],
        Role::Hero => {
            outfit.weapon = Weapon::Sword;
            outfit.cape = true;
            outfit.top = subject.color(ramp::GREEN);
            outfit.trim = ramp::RED;
            outfit.legs = ramp::BONE;
        }
        Role::King => {
            outfit.headgear = Headgear::Crown;
            outfit.robe = true;
            outfit.cape = true;
            outfit.top = subject.color([ramp::RED, ramp::PURPLE, ramp::PINK][subject.pick(3, 3)]);
            outfit.beard = subject.says(&["king", "emperor"]);
        }
        Role::Ninja => {
            outfit.headgear = Headgear::Mask;
            outfit.weapon = Weapon::Dagger;
            outfit.top = subject.color(ramp::BLACK);
            outfit.hair = outfit.top;
            outfit.legs = outfit.top;
            outfit.trim = ramp::RED;
        }
    }
}

fn named_weapon(subject: &Subject) -> Option<Weapon> {
    let named: [(&[&str], Weapon); 6] = [
        (&["sword", "blade", "longsword", "katana"], Weapon::Sword),
        (&["dagger", "knife"], Weapon::Dagger),
        (&["staff", "wand"], Weapon::Staff),
        (&["axe", "hammer", "mace", "club"], Weapon::Axe),
        (&["spear", "lance", "trident", "halberd"], Weapon::Spear),
        (&["bow", "longbow"], Weapon::Bow),
    ];
    if subject.says(&["unarmed"]) {
        return Some(Weapon::None);
    }
    named.iter().find(|(words, _)| subject.says(words)).map(|(_, weapon)| *weapon)
}
