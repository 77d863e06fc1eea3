//! Things of eight by eight cells.

use crate::generate::sketch::nouns::Noun;
use crate::generate::sketch::ramp;
use crate::generate::sketch::tiny::Glyph;

/// The glyph of a thing; `None` for what is a figure or a creature.
pub(super) fn of(noun: Noun) -> Option<Glyph> {
    Some(match noun {
        Noun::Axe => Glyph {
            main: ramp::STEEL,
            second: ramp::WOOD,
            rows: ["..3..4..", ".234443.", "23443342", "1233b.21", ".12.b...", "....b...", "....b...", "....a..."],
        },
        Noun::Barrel => Glyph {
            main: ramp::WOOD,
            second: ramp::IRON,
            rows: ["..2222..", ".123321.", ".bbbbbb.", ".122321.", ".122321.", ".bbbbbb.", ".122321.", "..1111.."],
        },
        Noun::Bat => Glyph {
            main: ramp::PURPLE,
            second: ramp::YELLOW,
            rows: ["........", "1..1.1.1", "12.222.1", "1222d2d1", "12222221", ".1.22.1.", "....1...", "........"],
        },
        Noun::Bomb => Glyph {
            main: ramp::BLACK,
            second: ramp::FIRE,
            rows: [".....d..", "....d.e.", "...w....", "..1221..", ".122221.", "12422221", ".122221.", "..1111.."],
        },
        Noun::Book => Glyph {
            main: ramp::RED,
            second: ramp::PARCHMENT,
            rows: [".111111.", "12222221", "12ccc221", "12222221", "12cc2221", "12222221", "1eeeeee1", ".111111."],
        },
        Noun::Bow => Glyph {
            main: ramp::WOOD,
            second: ramp::BONE,
            rows: ["..33....", "..d23...", "..d.23..", "..d..2..", "..d..2..", "..d.23..", "..d23...", "..33...."],
        },
        Noun::Bush => Glyph {
            main: ramp::FOLIAGE,
            second: ramp::RED,
            rows: ["........", "..2332..", ".233332.", "2332c332", "233c2222", "2c232222", "12222c21", ".111111."],
        },
        Noun::Chest => Glyph {
            main: ramp::WOOD,
            second: ramp::GOLD,
            rows: ["........", ".133331.", "13333331", "aa2cc2aa", "12cddc21", "122cc221", "12222221", "11111111"],
        },
        Noun::Coin => Glyph {
            main: ramp::GOLD,
            second: ramp::YELLOW,
            rows: ["..2222..", ".233332.", "23444332", "234d3332", "234d3312", "23333312", ".233112.", "..2222.."],
        },
        Noun::Crate => Glyph {
            main: ramp::WOOD,
            second: ramp::IRON,
            rows: ["11111111", "12333321", "13122131", "13212131", "13121231", "13122131", "12333321", "11111111"],
        },
        Noun::Gem => Glyph {
            main: ramp::ICE,
            second: ramp::WHITE,
            rows: ["........", ".222222.", "2344e332", "12344321", ".123321.", "..1221..", "...11...", "........"],
        },
        Noun::Ghost => Glyph {
            main: ramp::WHITE,
            second: ramp::BLACK,
            rows: ["..3333..", ".333333.", "33b33b33", "33b33b33", "33333333", "33333332", "33333332", "3.33.3.2"],
        },
        Noun::Heart => Glyph {
            main: ramp::RED,
            second: ramp::WHITE,
            rows: [".22..22.", "2e322332", "23322332", "23322222", ".222222.", "..2221..", "...21...", "........"],
        },
        Noun::House => Glyph {
            main: ramp::RED,
            second: ramp::PARCHMENT,
            rows: ["...22.1.", "..2332..", ".233332.", "23333332", ".cccccc.", ".cddkcc.", ".cddkcc.", ".cccckc."],
        },
        Noun::Key => Glyph {
            main: ramp::GOLD,
            second: ramp::GOLD,
            rows: ["........", ".222....", "2...2...", "2...2333", "2...2.2.", ".222....", "........", "........"],
        },
        Noun::Mushroom => Glyph {
            main: ramp::RED,
            second: ramp::BONE,
            rows: ["..2222..", ".2d2222.", "222222d2", "2d222222", ".abddba.", "...dd...", "...dd...", "..cddc.."],
        },
        Noun::Potion => Glyph {
            main: ramp::BLUE,
            second: ramp::WOOD,
            rows: ["...bb...", "...33...", "..3..3..", "..w..2..", ".322222.", ".242222.", ".222222.", "..1111.."],
        },
        Noun::Ring => Glyph {
            main: ramp::GOLD,
            second: ramp::RED,
            rows: ["...bb...", "..bdcb..", "...bb...", "..2332..", ".2....2.", ".2....2.", ".2....2.", "..2222.."],
        },
        Noun::Rock => Glyph {
            main: ramp::STONE,
            second: ramp::STONE,
            rows: ["........", "..333...", ".344322.", ".3433222", "33322221", "32222211", "22222111", ".111111."],
        },
        Noun::Scroll => Glyph {
            main: ramp::PARCHMENT,
            second: ramp::RED,
            rows: [".333333.", "2333333.", ".2b3b3..", ".233b3..", ".2b333..", ".2333b..", ".333333.", "..333333"],
        },
        Noun::Shield => Glyph {
            main: ramp::STEEL,
            second: ramp::BLUE,
            rows: ["33333333", "3cccccc2", "3cddccc2", "3cdcccb2", "3ccccbb2", ".3cccb2.", "..3cb2..", "...32..."],
        },
        Noun::Skull => Glyph {
            main: ramp::BONE,
            second: ramp::BLACK,
            rows: ["..3333..", ".333332.", "33333332", "3aa33aa2", "3aa33aa2", ".332232.", "..3a3a..", "..2a2a.."],
        },
        Noun::Slime => Glyph {
            main: ramp::SLIME,
            second: ramp::WHITE,
            rows: ["........", "........", "..2332..", ".234332.", "234k3k32", "233k3k32", "22233222", ".111111."],
        },
        Noun::Staff => Glyph {
            main: ramp::WOOD,
            second: ramp::ICE,
            rows: [".....ccc", ".....cec", ".....ccc", "....22..", "...22...", "..22....", ".22.....", "22......"],
        },
        Noun::Sword => Glyph {
            main: ramp::STEEL,
            second: ramp::WOOD,
            rows: ["......34", ".....343", "....343.", "b..343..", "bb343...", ".bb3....", "bbbb....", "db..b..."],
        },
        Noun::Torch => Glyph {
            main: ramp::FIRE,
            second: ramp::WOOD,
            rows: ["...2....", "..23....", "..233...", ".23432..", ".23432..", "..bcb...", "...cb...", "...cb..."],
        },
        Noun::Tree => Glyph {
            main: ramp::FOLIAGE,
            second: ramp::WOOD,
            rows: ["..2332..", ".233332.", "23332332", "23323322", ".2222221", "..1bb1..", "...bc...", "..bbcb.."],
        },
        Noun::Stranger => Glyph {
            main: ramp::TEAL,
            second: ramp::WHITE,
            rows: ["2......2", ".2dk2dk2", ".222222.", "22222222", "22222222", "22222222", "22222222", ".11..11."],
        },
        Noun::Figure(_) | Noun::Creature(_) => return None,
    })
}
