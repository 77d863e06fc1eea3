//! Figures of eight by eight cells.

use crate::generate::sketch::figure::outfit::ROTTEN;
use crate::generate::sketch::nouns::Role;
use crate::generate::sketch::ramp;
use crate::generate::sketch::tiny::Glyph;

/// The glyph of a role.
pub(super) fn of(role: Role) -> Glyph {
    match role {
        Role::Knight => Glyph {
            main: ramp::STEEL,
            second: ramp::RED,
            rows: ["...c....", "..333...", ".3344...", ".kkk3...", "3cdcc3..", "3cccc3w.", ".3..3...", ".2..2..."],
        },
        Role::Mage => Glyph {
            main: ramp::PURPLE,
            second: ramp::ICE,
            rows: ["...2....", "..222...", ".22222..", "..sks.d.", ".2222.c.", "22222sb.", ".2222.b.", ".2222.b."],
        },
        Role::Archer => Glyph {
            main: ramp::GREEN,
            second: ramp::WOOD,
            rows: ["..222...", ".22222..", ".2sks.c.", ".2sss..c", ".2222..c", "s2222s.c", ".1..1.c.", ".1..1..."],
        },
        Role::Goblin => Glyph {
            main: ramp::GOBLIN_SKIN,
            second: ramp::LEATHER,
            rows: ["........", "3.222.3.", "3322233.", ".2k2k2..", "..222..w", ".bccb2w.", "2bccb...", ".2..2..."],
        },
        Role::Skeleton => Glyph {
            main: ramp::BONE,
            second: ramp::BLACK,
            rows: ["..333...", ".33333..", ".3a3a3..", "..333...", ".3a3a3..", "3.3a3.3.", "..3.3...", "..3.3..."],
        },
        Role::Villager => Glyph {
            main: ramp::TEAL,
            second: ramp::WOOD,
            rows: ["..ccc...", ".csssc..", ".sksk...", "..sss...", ".22222..", "s22222s.", ".1111...", ".b..b..."],
        },
        Role::Hero => Glyph {
            main: ramp::GREEN,
            second: ramp::YELLOW,
            rows: ["..ddd...", ".dsssd..", ".sksk..w", "r.sss.w.", "r22222w.", "rs222sb.", ".1..1...", ".b..b..."],
        },
        Role::King => Glyph {
            main: ramp::RED,
            second: ramp::GOLD,
            rows: [".d.d.d..", ".ddddd..", ".sksks..", "..bbb...", ".22d22..", "s22d22s.", ".22222..", ".22222.."],
        },
        Role::Ninja => Glyph {
            main: ramp::BLACK,
            second: ramp::RED,
            rows: ["..222...", ".22222..", ".ccccccc", ".2s2s2..", "..222...", ".22222w.", "s2222sw.", ".2..2..."],
        },
        Role::Zombie => Glyph {
            main: ROTTEN,
            second: ramp::LEATHER,
            rows: ["..111...", ".13331..", ".3k3k3..", ".33333..", ".ccc3333", ".ccc3333", ".1..1...", ".1..1..."],
        },
        Role::Orc => Glyph {
            main: ramp::FOLIAGE,
            second: ramp::LEATHER,
            rows: [".33333..", "3333333.", "3k333k3.", "3w333w3.", ".33333w.", "3ccccc3w", "3ccccc3b", ".1..1..b"],
        },
        Role::Demon => Glyph {
            main: ramp::RED,
            second: ramp::BLACK,
            rows: ["w.....w.", ".2...2..", ".23332..", ".2y2y2..", ".22222..", "2.222.2.", ".2b2b2.1", ".b..b.11"],
        },
        Role::Mummy => Glyph {
            main: ramp::PARCHMENT,
            second: ramp::BLACK,
            rows: ["..333...", ".22222..", ".a3a3...", ".22222..", ".33333..", "322223..", ".3333...", ".2..2..."],
        },
    }
}
