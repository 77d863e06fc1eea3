//! Animals and monsters of eight by eight cells.

use crate::generate::sketch::nouns::Species;
use crate::generate::sketch::ramp;
use crate::generate::sketch::tiny::Glyph;

/// The glyph of a species.
pub(super) fn of(species: Species) -> Glyph {
    match species {
        Species::Bear => Glyph {
            main: ramp::WOOD,
            second: ramp::BONE,
            rows: ["........", ".22..22.", ".233332.", ".3k33k3.", "223dd322", "22222222", "22222222", ".11..11."],
        },
        Species::Bee => Glyph {
            main: ramp::YELLOW,
            second: ramp::BLACK,
            rows: ["........", "..ww.ww.", "...www..", ".3b3b33.", "a3b3b3k3", "a3b3b333", ".3b3b33.", "........"],
        },
        Species::Beetle => Glyph {
            main: ramp::TEAL,
            second: ramp::BLACK,
            rows: ["........", "......b.", "..3333.b", ".344332b", "34433bb.", "33332bb.", ".b.b.b..", "b.b.b..."],
        },
        Species::Bird => Glyph {
            main: ramp::BLUE,
            second: ramp::ORANGE,
            rows: ["........", "....33..", "...3k3cc", "...333..", "2.2333..", "22223w..", ".2222...", "...c.c.."],
        },
        Species::Boar => Glyph {
            main: ramp::PINK,
            second: ramp::PINK,
            rows: ["........", "........", "..3333..", ".33333k3", "23333333", ".333333w", ".2.22.2.", ".2.22.2."],
        },
        Species::Butterfly => Glyph {
            main: ramp::BLUE,
            second: ramp::YELLOW,
            rows: [".b....b.", "22.kk.22", "2d2kk2d2", "222kk222", ".22kk22.", ".2dkkd2.", ".22..22.", "........"],
        },
        Species::Cat => Glyph {
            main: ramp::ORANGE,
            second: ramp::BONE,
            rows: ["......2.", "1.....22", "2.....k3", "2.222.32", "22222222", ".1222222", ".2.2.2.2", ".2.2.2.2"],
        },
        Species::Chicken => Glyph {
            main: ramp::WHITE,
            second: ramp::RED,
            rows: [".....c..", "....cc..", "....3ky.", "2...33c.", "22.333..", "233333..", ".3333...", "..y.y..."],
        },
        Species::Cow => Glyph {
            main: ramp::WHITE,
            second: ramp::BLACK,
            rows: ["........", ".....d.d", ".....333", "33b333k3", "3bb33b33", "33333b..", ".2.2.2..", ".2.2.2.."],
        },
        Species::Crab => Glyph {
            main: ramp::RED,
            second: ramp::WHITE,
            rows: ["3.3..3.3", "333..333", ".3.dd.3.", ".1.kk.1.", "..3333..", "12333321", "1.1221.1", "1......1"],
        },
        Species::Deer => Glyph {
            main: ramp::LEATHER,
            second: ramp::BONE,
            rows: [".....d.d", "......dd", ".....333", ".....3k3", "c33333..", ".3333...", ".2.2....", ".2.2...."],
        },
        Species::Dog => Glyph {
            main: ramp::WOOD,
            second: ramp::BONE,
            rows: ["........", "2....12.", "2....122", "2222.2k2", ".2222222", ".2222d..", ".2..2...", ".2..2..."],
        },
        Species::Dragon => Glyph {
            main: ramp::RED,
            second: ramp::GOLD,
            rows: [".c...3..", "ccc.3333", "cccc3y33", ".ccc33..", "2.c333..", "2.33dd..", "22333d..", "..2.2..."],
        },
        Species::Eye => Glyph {
            main: ramp::PURPLE,
            second: ramp::WHITE,
            rows: ["1..11..1", ".1.11.1.", "..2222..", ".2dddd2.", "22drrd22", "22drkd22", ".2dddd2.", "..2222.."],
        },
        Species::Fish => Glyph {
            main: ramp::ORANGE,
            second: ramp::WHITE,
            rows: ["........", "........", "2..333..", "22.3d33.", ".23d33k3", "22.3d333", "2..333..", "........"],
        },
        Species::Fox => Glyph {
            main: ramp::ORANGE,
            second: ramp::WHITE,
            rows: [".....2.2", ".....222", "d....k2k", "d2.222d2", "22222222", ".22222..", ".2..2...", ".1..1..."],
        },
        Species::Frog => Glyph {
            main: ramp::GREEN,
            second: ramp::WHITE,
            rows: [".dd..dd.", ".dk..dk.", "33333333", "31111113", ".333333.", "3.dddd.3", "33dddd33", "33.33.33"],
        },
        Species::Golem => Glyph {
            main: ramp::STONE,
            second: ramp::FIRE,
            rows: ["..3333..", "..3c3c..", "33333322", "33222222", "33.dd.22", "33.22.22", "..2..2..", ".22..22."],
        },
        Species::Horse => Glyph {
            main: ramp::WOOD,
            second: ramp::BLACK,
            rows: [".....b..", "....b33.", "....b3k3", "....b333", "b22233..", "b22222..", ".2..2...", ".2..2..."],
        },
        Species::Lion => Glyph {
            main: ramp::YELLOW,
            second: ramp::LEATHER,
            rows: ["..bbbb..", ".bb33bb.", ".bk33kb.", ".b3kk3b.", ".bb33bb.", "..3bb3.b", ".33333b.", ".3.3.3.."],
        },
        Species::Mimic => Glyph {
            main: ramp::WOOD,
            second: ramp::WHITE,
            rows: [".222222.", "22y22y22", "2d2d2d22", "kkkkkkkk", "kdkdkdkk", "22rr2222", "22rr2222", "22222222"],
        },
        Species::Octopus => Glyph {
            main: ramp::PURPLE,
            second: ramp::WHITE,
            rows: ["..2222..", ".233332.", ".232222.", ".2dk2dk.", ".222222.", "22222222", "2.2.2.22", "2.2..2.2"],
        },
        Species::Owl => Glyph {
            main: ramp::WOOD,
            second: ramp::PARCHMENT,
            rows: ["1......1", "11222211", "1yy22yy1", "1yk22ky1", "122yy221", "12cccc21", ".2cccc2.", "..y..y.."],
        },
        Species::Plant => Glyph {
            main: ramp::RED,
            second: ramp::FOLIAGE,
            rows: ["..3333..", ".3w3333.", "3333w333", "3kwkwk33", "3kkkkk3.", ".33c33..", ".c.cc.c.", "..cccc.."],
        },
        Species::Rabbit => Glyph {
            main: ramp::BONE,
            second: ramp::WHITE,
            rows: ["...2.2..", "...2.2..", "...222..", "...2k2..", ".22222..", "22222...", "d2222...", ".2.22..."],
        },
        Species::Rat => Glyph {
            main: ramp::STONE,
            second: ramp::PINK,
            rows: ["........", "........", "....33..", "..22333.", ".22222k3", "2222222c", "c222222.", ".c.2..2."],
        },
        Species::Scorpion => Glyph {
            main: ramp::ORANGE,
            second: ramp::BLACK,
            rows: ["..22....", ".2..b...", ".2....3.", ".2...3.3", ".2.2..33", ".222222.", "..2222k.", ".1.1.1.."],
        },
        Species::Sheep => Glyph {
            main: ramp::WHITE,
            second: ramp::BLACK,
            rows: ["........", ".34333..", "33333bb.", "3333bbwb", "3333bbb.", ".33333..", ".b..b...", ".b..b..."],
        },
        Species::Snail => Glyph {
            main: ramp::ORANGE,
            second: ramp::PARCHMENT,
            rows: ["........", "..222...", ".23332.d", "232232.d", "2323322d", ".2332ddd", "ddddddd.", "........"],
        },
        Species::Snake => Glyph {
            main: ramp::GREEN,
            second: ramp::YELLOW,
            rows: ["....22..", "...22k2r", "...222..", "....2...", "..222...", ".2......", ".222222.", "..22222d"],
        },
        Species::Spider => Glyph {
            main: ramp::BLACK,
            second: ramp::RED,
            rows: ["........", "2.2..2.2", ".2.22.2.", "22c22c22", "2.2222.2", "2.2cc2.2", "..2222..", ".2....2."],
        },
        Species::Turtle => Glyph {
            main: ramp::FOLIAGE,
            second: ramp::GOBLIN_SKIN,
            rows: ["........", "........", "..2332..", ".2212d..", "2123212c", "21221ckc", "cccccccc", ".c...c.."],
        },
        Species::Wolf => Glyph {
            main: ramp::IRON,
            second: ramp::STONE,
            rows: [".....2.2", ".....222", ".....k2k", "2.22222k", "22222d..", ".22222..", ".2..2...", ".2..2..."],
        },
        Species::Worm => Glyph {
            main: ramp::PINK,
            second: ramp::WHITE,
            rows: ["...222..", "..2kk2..", "..2dk2..", "...222..", "..333...", "..222...", ".333....", "1111111."],
        },
    }
}
