//! Axes: a matrix, the directions as the last one, what is inherited, and what is mirrored.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::gather::Asset;
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, Directions, Named, Scalar};
use crate::manifest::template::{DIRECTION, RESERVED};
use crate::words::project::AxisValue;
use crate::words::source::Span;

/// The most axes of a matrix.
const MOST_AXES: usize = 8;

/// Directions round the compass as seen from above, `s` looking at the viewer, with the words for a prompt.
const VIEWS: [(&str, &str); 8] = [
    ("s", "front view"),
    ("se", "three-quarter front view facing right"),
    ("e", "side view facing right"),
    ("ne", "three-quarter back view facing right"),
    ("n", "back view"),
    ("nw", "three-quarter back view facing left"),
    ("w", "side view facing left"),
    ("sw", "three-quarter front view facing left"),
];

/// A value of an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    /// In prompts.
    pub(super) text: String,
    /// In names and paths.
    pub(super) id: String,
}

/// An axis and its values in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Axis {
    pub(super) name: String,
    pub(super) values: Vec<Value>,
}

/// The axes of an asset, and which directions mirror others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) axes: Vec<Axis>,
    /// Numbers of values of the last axis: mirrored, and what it mirrors.
    pub(super) mirrors: BTreeMap<usize, usize>,
}

impl Shape {
    /// The number of groups, including mirrored ones.
    pub(super) fn groups(&self) -> u128 {
        self.axes.iter().fold(1, |product, axis| product.saturating_mul(axis.values.len() as u128))
    }

    /// The number of groups that are not mirrored.
    pub(super) fn drawn(&self) -> u128 {
        let Some(last) = self.axes.last() else { return 1 };
        let other = self.groups() / (last.values.len().max(1) as u128);
        other.saturating_mul((last.values.len() - self.mirrors.len()) as u128)
    }

    /// Indices of values for every group; the last axis varies fastest.
    pub(super) fn combinations(&self) -> impl Iterator<Item = Vec<usize>> {
        let total = usize::try_from(self.groups()).unwrap_or(0);
        (0..total).map(|number| {
            let mut rest = number;
            let mut at = vec![0; self.axes.len()];
            for (place, axis) in at.iter_mut().zip(&self.axes).rev() {
                *place = rest % axis.values.len();
                rest /= axis.values.len();
            }
            at
        })
    }

    /// The axis of that name and its number.
    pub(super) fn axis(&self, name: &str) -> Option<(usize, &Axis)> {
        self.axes.iter().enumerate().find(|(_, axis)| axis.name == name)
    }

    /// A group's name.
    pub(super) fn name(&self, asset: &str, at: &[usize]) -> String {
        if self.axes.is_empty() {
            return asset.to_owned();
        }
        format!("{asset}@{}", self.ids(at))
    }

    /// The values of this shape that a group of another shape refers to: equal values on equal axes, else the only value.
    pub(super) fn matching(&self, other: &Self, at: &[usize]) -> Option<Vec<usize>> {
        let of = |axis: &Axis| {
            let same = other.axis(&axis.name).map(|(number, own)| &own.values[at[number]]);
            match same {
                Some(value) => axis.values.iter().position(|known| known == value),
                None => (axis.values.len() == 1).then_some(0),
            }
        };
        self.axes.iter().map(of).collect()
    }

    /// A group's value on every axis.
    pub(super) fn values(&self, at: &[usize]) -> Vec<AxisValue> {
        let value =
            |(axis, at): (&Axis, &usize)| AxisValue { axis: axis.name.clone(), value: axis.values[*at].id.clone() };
        self.axes.iter().zip(at).map(value).collect()
    }

    /// A group's values, joined.
    pub(super) fn ids(&self, at: &[usize]) -> String {
        let ids = self.axes.iter().zip(at).map(|(axis, at)| axis.values[*at].id.as_str());
        ids.collect::<Vec<_>>().join("-")
    }
}

/// The shape of an asset: its base's axes, its own, directions last.
pub(super) fn shape(
    asset: &Asset,
    base: Option<&Shape>,
    vars: &BTreeMap<String, String>,
    cx: &mut Context<'_>,
) -> Shape {
    let own = asset.raw.matrix.as_ref().map(|matrix| self::matrix(matrix, vars, cx)).unwrap_or_default();
    let mut shape = Shape { axes: base.map(|base| base.axes.clone()).unwrap_or_default(), mirrors: BTreeMap::new() };
    let inherited_turn = shape.axes.pop_if(|axis| axis.name == DIRECTION);
    for (axis, span) in own {
        add(&mut shape.axes, axis, span, cx);
    }
    let turn = asset.directions.as_ref().and_then(|n| directions(n, inherited_turn.as_ref(), cx));
    shape.axes.extend(turn.or(inherited_turn));
    match &asset.mirror {
        Some(mirror) => shape.mirrors = mirrors(mirror, &shape, cx),
        None => inherit_mirrors(&mut shape, base),
    }
    shape
}

/// Adds an axis; an axis of the base may be restricted to some of its values.
fn add(axes: &mut Vec<Axis>, axis: Axis, span: Span, cx: &mut Context<'_>) {
    let Some(inherited) = axes.iter_mut().find(|known| known.name == axis.name) else {
        axes.push(axis);
        return;
    };
    match axis.values.iter().find(|value| !inherited.values.contains(value)) {
        Some(unknown) => {
            let message = format!("the base has no value `{}` on its axis `{}`", unknown.text, axis.name);
            let problem = Problem::error("unknown-value", span, message);
            cx.report(problem.suggest(&unknown.text, inherited.values.iter().map(|value| value.text.as_str())));
        }
        None => inherited.values = axis.values,
    }
}

fn matrix(
    matrix: &At<Named<Vec<At<Scalar>>>>,
    vars: &BTreeMap<String, String>,
    cx: &mut Context<'_>,
) -> Vec<(Axis, Span)> {
    if matrix.0.len() > MOST_AXES {
        let message = format!("a matrix has {} axes", matrix.0.len());
        let help = format!("at most {MOST_AXES} are allowed");
        cx.report(Problem::error("too-many-axes", matrix.span, message).help(help));
        return Vec::new();
    }
    let axes = matrix.0.iter().filter_map(|(name, list)| {
        let named = axis_name(name, vars, cx);
        let values = values(name, list, cx)?;
        named.then(|| (Axis { name: name.value.clone(), values }, name.span))
    });
    axes.collect()
}

fn axis_name(name: &At<String>, vars: &BTreeMap<String, String>, cx: &mut Context<'_>) -> bool {
    let problem = |code, message: String| Problem::error(code, name.span, message);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        let message = format!("`{}` cannot be the name of an axis", name.value);
        cx.report(problem("bad-name", message).help("use letters, digits, `-` and `_`"));
    } else if name.as_str() == DIRECTION {
        let message = "the name `direction` is reserved for the axis of `directions`".to_owned();
        cx.report(problem("reserved-axis", message).help("write `directions = 4` or `directions = 8`"));
    } else if RESERVED.contains(&name.as_str()) {
        let message = format!("`{}` cannot be an axis: templates already use it", name.value);
        cx.report(problem("reserved-axis", message).help("choose another name"));
    } else if vars.contains_key(name.as_str()) {
        let message = format!("`{}` is an axis here and a variable in `[vars]`", name.value);
        cx.report(problem("axis-and-variable", message).help("rename one of them"));
    } else {
        return true;
    }
    false
}

fn values(axis: &At<String>, list: &At<Vec<At<Scalar>>>, cx: &mut Context<'_>) -> Option<Vec<Value>> {
    if list.is_empty() {
        let problem = Problem::error("empty-axis", list.span, format!("the axis `{}` has no values", axis.value));
        cx.report_missing(problem.help("add at least one, or remove the axis"));
        return None;
    }
    let mut seen = BTreeSet::new();
    let mut values = Vec::with_capacity(list.len());
    let before = cx.problems.len();
    for At { value: Scalar(text), span } in &list.value {
        let id = text.replace(' ', "_");
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        if id.is_empty() || id.len() > 64 || !id.chars().all(plain) {
            let problem = Problem::error("bad-value", *span, format!("`{text}` cannot be a value of an axis"));
            cx.report(
                problem.help("values become parts of file names: use at most 64 letters, digits, `_`, `.` and spaces"),
            );
        } else if !seen.insert(id.to_ascii_lowercase()) {
            let message = format!("the axis `{}` has the value `{text}` twice", axis.value);
            cx.report(
                Problem::error("duplicate-value", *span, message).help("case does not matter, and spaces equal `_`"),
            );
        }
        values.push(Value { text: text.clone(), id });
    }
    (cx.problems.len() == before).then_some(values)
}

fn directions(number: &At<Directions>, base: Option<&Axis>, cx: &mut Context<'_>) -> Option<Axis> {
    let step = match number.0 {
        4 => 2,
        8 => 1,
        other => {
            let problem = Problem::error("out-of-range", number.span, format!("`directions` cannot be {other}"));
            cx.report(problem.help("write 4 (s e n w) or 8 (s se e ne n nw w sw)"));
            return None;
        }
    };
    let values: Vec<Value> = VIEWS.iter().step_by(step).map(|(id, _)| value(id)).collect();
    if base.is_some_and(|base| values.iter().any(|value| !base.values.contains(value))) {
        let problem = Problem::error("unknown-direction", number.span, "the base does not have 8 directions");
        cx.report(problem.help("give the base `directions = 8`, or remove this key"));
        return None;
    }
    Some(Axis { name: DIRECTION.to_owned(), values })
}

fn value(id: &str) -> Value {
    Value { text: id.to_owned(), id: id.to_owned() }
}

/// The words of a direction for a prompt.
pub(super) fn view(direction: &str) -> &'static str {
    VIEWS.iter().find(|(id, _)| *id == direction).map_or("", |(_, words)| words)
}

fn mirrors(mirror: &At<Named<String>>, shape: &Shape, cx: &mut Context<'_>) -> BTreeMap<usize, usize> {
    let Some(turn) = shape.axes.last().filter(|axis| axis.name == DIRECTION) else {
        let problem = Problem::error("mirror-without-directions", mirror.span, "`mirror` needs `directions`");
        cx.report(problem.help("write `directions = 4` or `directions = 8`"));
        return BTreeMap::new();
    };
    let mut mirrors = BTreeMap::new();
    for (to, from) in &mirror.0 {
        let (Some(to_at), Some(from_at)) = (direction(to, turn, cx), direction(from, turn, cx)) else { continue };
        if mirror.0.iter().any(|(other, _)| other.value == from.value) {
            let problem = Problem::error("mirror-of-mirror", from.span, format!("`{}` is itself mirrored", from.value));
            cx.report(problem.help("name a direction that is not mirrored"));
            continue;
        }
        mirrors.insert(to_at, from_at);
    }
    mirrors
}

fn direction(name: &At<String>, turn: &Axis, cx: &mut Context<'_>) -> Option<usize> {
    let at = turn.values.iter().position(|value| value.id == name.value);
    if at.is_none() {
        let message = format!("`{}` is not a direction of this asset", name.value);
        let problem = Problem::error("unknown-direction", name.span, message);
        cx.report(problem.suggest(name, turn.values.iter().map(|value| value.id.as_str())));
    }
    at
}

/// Takes over the base's mirrors whose directions both exist.
fn inherit_mirrors(shape: &mut Shape, base: Option<&Shape>) {
    let Some(base) = base else { return };
    let (Some(from), Some(to)) = (base.axes.last(), shape.axes.last()) else { return };
    let same = |at: usize| to.values.iter().position(|value| *value == from.values[at]);
    if to.name == DIRECTION && from.name == DIRECTION {
        shape.mirrors = base.mirrors.iter().filter_map(|(a, b)| same(*a).zip(same(*b))).collect();
    }
}
