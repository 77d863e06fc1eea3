//! The measures of animals on four legs, in units of 480 to the frame.

use crate::generate::sketch::nouns::Species;
use crate::generate::sketch::ramp::{self, Ramp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ears {
    Pointed,
    Round,
    Floppy,
    Long,
    Small,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    Up,
    Bushy,
    Bare,
    Tuft,
    Stub,
    Curl,
    Hair,
}

/// On the head or the neck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crown {
    None,
    Horns,
    Antlers,
    Mane,
    Crest,
    Tusks,
}

/// On the coat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marks {
    Plain,
    Belly,
    Stripes,
    Patches,
    Wool,
}

/// One animal.
#[derive(Clone, Debug)]
pub(super) struct Animal {
    /// Length and height of the trunk.
    pub trunk: (i32, i32),
    /// Length and width of a leg.
    pub leg: (i32, i32),
    /// How far the middle of the head lies above the back, and ahead of the chest.
    pub neck: (i32, i32),
    /// Radius of the head.
    pub head: i32,
    /// Length and height of the snout.
    pub snout: (i32, i32),
    pub ears: Ears,
    pub tail: Tail,
    pub crown: Crown,
    pub marks: Marks,
    pub coat: Ramp,
    /// Belly, snout or wool.
    pub light: Ramp,
}

const BASE: Animal = Animal {
    trunk: (270, 130),
    leg: (120, 44),
    neck: (40, 20),
    head: 76,
    snout: (60, 54),
    ears: Ears::Pointed,
    tail: Tail::Up,
    crown: Crown::None,
    marks: Marks::Belly,
    coat: ramp::LEATHER,
    light: ramp::BONE,
};

/// Units that a side view fills at most.
const ROOM: i32 = 464;

impl Animal {
    /// Units across a side view: tail, trunk, head and snout.
    fn width(&self) -> i32 {
        let tail = if matches!(self.tail, Tail::Stub | Tail::Curl) { 24 } else { 70 };
        tail + self.trunk.0 + self.neck.1 + self.head + self.snout.0
    }

    /// Units from the ground to the tips of the ears or of what is worn between them.
    fn height(&self) -> i32 {
        let ears = match self.ears {
            Ears::Pointed => 5,
            Ears::Long => 14,
            Ears::Round | Ears::Floppy | Ears::Small => 2,
        };
        let crown = match self.crown {
            Crown::Antlers => 24,
            Crown::Horns | Crown::Mane => 7,
            Crown::None | Crown::Crest | Crown::Tusks => 0,
        };
        let above = self.neck.0 - self.trunk.1 / 4 + self.head + self.head * ears.max(crown) / 10;
        self.leg.0 + self.trunk.1 * 3 / 4 + above.max(0)
    }

    /// The same animal, as large as a side view lets it be.
    fn fitted(self) -> Self {
        let scale = (ROOM * 64 / self.width()).min(ROOM * 64 / self.height());
        self.scaled(scale)
    }

    /// The same animal, as large as a view from the front lets it be.
    pub(super) fn fitted_to_the_front(self) -> Self {
        let wide = (self.trunk.1 * 5 / 4).max(self.head * 3);
        let scale = (ROOM * 64 / wide).min(ROOM * 64 / self.height()).min(88);
        self.scaled(scale)
    }

    /// All measures times `scale` / 64.
    fn scaled(mut self, scale: i32) -> Self {
        let Self { trunk, leg, neck, snout, head, .. } = &mut self;
        for measure in [
            &mut trunk.0,
            &mut trunk.1,
            &mut leg.0,
            &mut leg.1,
            &mut neck.0,
            &mut neck.1,
            &mut snout.0,
            &mut snout.1,
            head,
        ] {
            *measure = *measure * scale / 64;
        }
        self
    }
}

/// What an animal on four legs measures; `None` for all others.
pub(super) fn of(species: Species) -> Option<Animal> {
    animal(species).map(Animal::fitted)
}

fn animal(species: Species) -> Option<Animal> {
    Some(match species {
        Species::Bear => Animal {
            trunk: (300, 215),
            leg: (90, 84),
            neck: (0, 10),
            head: 100,
            snout: (46, 66),
            ears: Ears::Round,
            tail: Tail::Stub,
            coat: ramp::WOOD,
            marks: Marks::Plain,
            ..BASE
        },
        Species::Boar => Animal {
            trunk: (290, 190),
            leg: (76, 56),
            neck: (-40, 10),
            head: 92,
            snout: (74, 74),
            ears: Ears::Small,
            tail: Tail::Curl,
            crown: Crown::Tusks,
            marks: Marks::Plain,
            coat: ramp::PINK,
            light: ramp::PINK,
        },
        Species::Cat => Animal {
            trunk: (220, 120),
            leg: (86, 44),
            neck: (46, 0),
            head: 92,
            snout: (8, 40),
            tail: Tail::Up,
            marks: Marks::Stripes,
            coat: ramp::ORANGE,
            light: ramp::BONE,
            ..BASE
        },
        Species::Cow => Animal {
            trunk: (300, 180),
            leg: (110, 54),
            neck: (24, 12),
            head: 78,
            snout: (56, 76),
            ears: Ears::Floppy,
            tail: Tail::Tuft,
            crown: Crown::Horns,
            marks: Marks::Patches,
            coat: ramp::WHITE,
            light: ramp::PINK,
        },
        Species::Deer => Animal {
            trunk: (230, 124),
            leg: (150, 36),
            neck: (96, 10),
            head: 56,
            snout: (52, 46),
            ears: Ears::Small,
            tail: Tail::Stub,
            crown: Crown::Antlers,
            coat: ramp::LEATHER,
            ..BASE
        },
        Species::Dog => Animal {
            trunk: (230, 130),
            leg: (100, 52),
            neck: (60, 0),
            head: 88,
            snout: (62, 64),
            ears: Ears::Floppy,
            coat: ramp::WOOD,
            light: ramp::PARCHMENT,
            ..BASE
        },
        Species::Fox => Animal {
            trunk: (210, 100),
            leg: (84, 36),
            neck: (34, 0),
            head: 78,
            snout: (64, 40),
            tail: Tail::Bushy,
            coat: ramp::ORANGE,
            light: ramp::WHITE,
            ..BASE
        },
        Species::Horse => Animal {
            trunk: (260, 140),
            leg: (150, 42),
            neck: (100, 0),
            head: 62,
            snout: (76, 60),
            tail: Tail::Hair,
            crown: Crown::Crest,
            marks: Marks::Plain,
            coat: ramp::WOOD,
            light: ramp::BLACK,
            ..BASE
        },
        Species::Lion => Animal {
            trunk: (240, 140),
            leg: (96, 56),
            neck: (50, 0),
            head: 80,
            snout: (34, 56),
            ears: Ears::Round,
            tail: Tail::Tuft,
            crown: Crown::Mane,
            marks: Marks::Plain,
            coat: ramp::YELLOW,
            light: ramp::LEATHER,
        },
        Species::Rabbit => Animal {
            trunk: (190, 150),
            leg: (50, 56),
            neck: (34, -20),
            head: 84,
            snout: (10, 40),
            ears: Ears::Long,
            tail: Tail::Stub,
            coat: ramp::BONE,
            light: ramp::WHITE,
            ..BASE
        },
        Species::Rat => Animal {
            trunk: (230, 130),
            leg: (34, 36),
            neck: (-40, 0),
            head: 74,
            snout: (72, 46),
            ears: Ears::Round,
            tail: Tail::Bare,
            marks: Marks::Plain,
            coat: ramp::STONE,
            light: ramp::PINK,
            ..BASE
        },
        Species::Sheep => Animal {
            trunk: (290, 200),
            leg: (84, 44),
            neck: (-16, 20),
            head: 72,
            snout: (30, 56),
            ears: Ears::Floppy,
            tail: Tail::Stub,
            marks: Marks::Wool,
            coat: ramp::WHITE,
            light: ramp::BLACK,
            ..BASE
        },
        Species::Wolf => Animal {
            trunk: (260, 136),
            leg: (110, 46),
            neck: (34, 10),
            head: 82,
            snout: (80, 52),
            tail: Tail::Bushy,
            coat: ramp::IRON,
            light: ramp::STONE,
            ..BASE
        },
        _ => return None,
    })
}
