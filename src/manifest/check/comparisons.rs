//! Comparisons: their slots, and arms that are checked as styles are.

use super::styles::Layer;
use super::{Context, names};
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, RawCompare};
use crate::words::compare::Comparison;
use crate::words::source::Place;

/// How many arms a comparison has: one compares nothing, and of many no rater sees enough pairs.
const ARMS: std::ops::RangeInclusive<usize> = 2..=6;

/// Seeds of a slot where the manifest does not say.
const SEEDS: u32 = 4;

/// Checks all comparisons; also returns the style of the wanted arm.
pub(super) fn check(
    all: &[(At<String>, RawCompare)],
    wanted: Option<(&str, &str)>,
    cx: &mut Context<'_>,
) -> (Vec<Comparison>, Option<Layer>) {
    let (mut checked, mut layer) = (Vec::new(), None);
    for (name, raw) in all {
        let slots = raw.slots.iter().flat_map(|slots| &slots.0);
        let slots: Vec<String> = slots.map(|slot| slot.value.clone()).collect();
        if slots.is_empty() {
            let message = format!("the comparison `{}` has no `slots`", name.value);
            let problem = Problem::error("missing-key", name.span, message);
            cx.report_missing(problem.help("write `slots = [\"..\"]`: assets by name, glob or `tag:NAME`"));
        }
        let mut arms: Vec<String> = Vec::new();
        for (arm, raw) in raw.arms.iter().flat_map(|arms| &arms.value.0) {
            if let Err(refused) = names::name(format_args!("the arm"), arm) {
                cx.report(Problem::new(arm.span, refused));
            }
            let style = Layer::read(&raw.keys, cx);
            if wanted == Some((name.as_str(), arm.as_str())) {
                layer = Some(style);
            }
            arms.push(arm.value.clone());
        }
        if !ARMS.contains(&arms.len()) {
            let span = raw.arms.as_ref().map_or(name.span, |arms| arms.span);
            let message = format!("the comparison `{}` has {} arms", name.value, arms.len());
            let problem = Problem::error("arm-count", span, message);
            cx.report(problem.help("two to six: `arms.NAME = { .. }` with keys of a style; `{}` is the present style"));
        }
        let seeds = raw.seeds.as_ref().map_or(SEEDS, |seeds| seeds.value.u32());
        let place = cx.sources.place(name.span).unwrap_or(Place { file: String::new(), line: 1, column: 1 });
        checked.push(Comparison { name: name.value.clone(), slots, seeds, arms, place });
    }
    (checked, layer)
}
