//! Which step and strength a project should use: a rule, and what it says for itself.
//!
//! An arm is a saved step at a strength. It can be chosen if it learnt the style (its samples are nearer to the data than
//! the base's of the same prompts and seeds, by at least a tenth, and by more than chance over all arms together), if none
//! of its samples is a copy, if they show what their prompts say where the base's do, and if it leaves the base as it is
//! without the trigger. Of those the nearest is taken, and of all that are not told from it the weakest, then the one with
//! the fewest steps.

use serde::Serialize;

use super::arm::Arm;
use super::interval::Interval;

/// The chosen arm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The step.
    pub step: u32,
    /// The strength, per mille.
    pub strength: u32,
    /// The LoRA's file name, if it is on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lora: Option<String>,
    /// The evidence in one line.
    pub says: String,
}

/// Chooses an arm; `paired` are the differences of the distances of two arms, sample by sample.
pub(super) fn choose(
    arms: &[Arm],
    lora: impl Fn(u32) -> Option<String>,
    paired: impl Fn(&Arm, &Arm) -> Vec<i64>,
) -> Option<Choice> {
    let passing = || arms.iter().filter(|arm| arm.passes);
    let saved: Vec<&Arm> = passing().filter(|arm| lora(arm.step).is_some()).collect();
    let candidates: Vec<&Arm> = if saved.is_empty() { passing().collect() } else { saved };
    let nearest = *candidates.iter().min_by_key(|arm| (arm.distance.mean, arm.strength, arm.step))?;
    let is_told = |arm: &Arm| Interval::among(&paired(arm, nearest), candidates.len()).low > 0;
    let alike = candidates.iter().filter(|arm| !is_told(arm));
    let chosen = *alike.clone().min_by_key(|arm| (arm.strength, arm.step))?;
    let says = says(chosen, nearest, arms, alike.count());
    Some(Choice { step: chosen.step, strength: chosen.strength, lora: lora(chosen.step), says })
}

fn says(chosen: &Arm, nearest: &Arm, arms: &[Arm], alike: usize) -> String {
    let base = arms.iter().find(|arm| arm.step == 0 && arm.trigger).map(|arm| arm.distance.mean);
    let against = base.map_or_else(String::new, |base| format!(", base {base}"));
    let Interval { mean, low, high } = chosen.distance;
    let rest = match alike {
        0 | 1 => "the nearest to the data".to_owned(),
        alike => format!(
            "the weakest of {alike} that are as near as step {} at {} ({})",
            nearest.step,
            decimal(nearest.strength),
            nearest.distance.mean
        ),
    };
    format!("step {} at {}: distance {mean} ({low} to {high}){against}; {rest}", chosen.step, decimal(chosen.strength))
}

/// A strength as people write it.
pub(super) fn decimal(strength: u32) -> String {
    let text = format!("{}.{:03}", strength / 1000, strength % 1000);
    let short = text.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::arm::tests::arm;
    use super::*;
    use crate::words::compare::Random;

    /// Arms whose samples lie around these distances.
    fn chosen(arms: &[(u32, u32, i64, bool)]) -> Option<(u32, u32)> {
        let mut random = Random::new(5);
        let mut distances: Vec<Vec<i64>> = Vec::new();
        let made: Vec<Arm> = arms
            .iter()
            .map(|(step, strength, mean, passes)| {
                let values: Vec<i64> = (0..24).map(|_| mean + random.below(21) as i64 - 10).collect();
                distances.push(values.clone());
                Arm { passes: *passes, ..arm(*step, *strength, Interval::of(&values)) }
            })
            .collect();
        let at = |arm: &Arm| made.iter().position(|other| (other.step, other.strength) == (arm.step, arm.strength));
        let paired = |a: &Arm, b: &Arm| {
            let (a, b) = (at(a).unwrap(), at(b).unwrap());
            distances[a].iter().zip(&distances[b]).map(|(a, b)| a - b).collect()
        };
        choose(&made, |step| Some(format!("house-{step}.safetensors")), paired)
            .map(|found| (found.step, found.strength))
    }

    #[test]
    fn the_nearest_is_chosen_and_of_equals_the_weakest() {
        assert_eq!(chosen(&[(0, 0, 600, false)]), None);
        assert_eq!(chosen(&[(500, 1000, 400, true), (1000, 1000, 200, true)]), Some((1000, 1000)));
        assert_eq!(
            chosen(&[(500, 1000, 201, true), (1000, 600, 203, true), (1000, 1000, 200, true)]),
            Some((1000, 600))
        );
        assert_eq!(chosen(&[(500, 1000, 100, false), (1000, 800, 300, true)]), Some((1000, 800)));
    }

    #[test]
    fn strengths_are_written_as_people_write_them() {
        assert_eq!([800, 1000, 1250, 75].map(decimal), ["0.8", "1.0", "1.25", "0.075"]);
    }
}
