//! Samples of one step and strength, measured together.

use serde::Serialize;

use super::interval::Interval;

/// Samples of one step and strength, all with the trigger or all without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arm {
    /// The step; 0 is the base.
    pub step: u32,
    /// The strength of the LoRA, per mille; 0 is the base.
    pub strength: u32,
    /// Whether the prompts have the trigger.
    pub trigger: bool,
    /// How many samples there are.
    pub samples: usize,
    /// The confidence in the grid, 0 to 1000.
    pub grid: Interval,
    /// The share that passes the default gates, per mille.
    pub gates: i64,
    /// The number of colours.
    pub colors: Interval,
    /// The distance from the data's colours.
    pub palette: Interval,
    /// The share of runs of one cell, per mille.
    pub runs: Interval,
    /// The darkness of the outline, 0 to 1000.
    pub outline: Interval,
    /// The share of orphans, per mille.
    pub orphans: Interval,
    /// The distance from the data, 0 to 1000.
    pub distance: Interval,
    /// The difference from the base's distances for the same prompts and seeds, over all arms together; with the trigger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain: Option<Interval>,
    /// How often a sample shows its own held-out image rather than another one, per mille: 500 is chance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<Interval>,
    /// Whether samples show what their prompts say no more than chance does, though the base's do.
    pub unheard: bool,
    /// How much the samples without the trigger changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leak: Option<Leak>,
    /// Samples that are copies.
    pub copies: usize,
    /// Whether it can be chosen.
    pub passes: bool,
}

/// How much samples without the trigger changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Leak {
    /// The mean difference from the base's sample of the same prompt and seed, per mille.
    pub changed: i64,
    /// The mean difference among the base's samples, per mille.
    pub among_seeds: i64,
}

impl Leak {
    /// More than another seed does.
    pub(super) fn is_one(self) -> bool {
        self.changed > self.among_seeds
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An arm with the trigger.
    pub(in super::super) fn arm(step: u32, strength: u32, distance: Interval) -> Arm {
        let none = Interval::of(&[]);
        Arm {
            step,
            strength,
            trigger: true,
            samples: 24,
            grid: none,
            gates: 0,
            colors: none,
            palette: none,
            runs: none,
            outline: none,
            orphans: none,
            distance,
            gain: None,
            follows: None,
            unheard: false,
            leak: None,
            copies: 0,
            passes: false,
        }
    }
}
