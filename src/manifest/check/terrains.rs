//! Tilesets of several terrains: which there are, and how two of them meet.

use super::Context;
use super::borders::border;
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, RawBorder, RawTileset};
use crate::words::asset::GroupId;
use crate::words::corners::MOST_TERRAINS;
use crate::words::layout::{Border, Layout, Look};
use crate::words::project::{Meeting, Terrain};

/// What a tileset is made of.
pub(super) enum Land {
    /// The texture of the tiles, and the one beyond their border.
    Two((GroupId, Option<GroupId>)),
    /// Two terrains, the higher one first, with the border between them.
    Bordered(GroupId, GroupId, Border),
    /// Three or more, lowest first.
    Several(Vec<Terrain>),
}

/// A transition: its key, its table, and the numbers of the higher and the lower terrain.
struct Transition<'a> {
    key: &'a At<String>,
    table: &'a At<RawBorder>,
    upper: usize,
    lower: usize,
}

/// The layout that the manifest names, or that the number of terrains wants.
pub(super) fn layout(raw: &RawTileset, cx: &mut Context<'_>) -> Layout {
    let named = raw.layout.as_ref();
    let Some(terrains) = &raw.terrains else {
        if let Some(transitions) = &raw.transitions {
            let problem = Problem::error("no-terrains", transitions.span, "there are `transitions` and no `terrains`");
            cx.report(problem.help("write `terrains = [\"..\", \"..\"]`, the textures, lowest first"));
        }
        if let Some(layout) = named.filter(|layout| layout.value.terrains().is_some()) {
            let message = format!("`{}` is a layout of several terrains", layout.value.word());
            let problem = Problem::error("layout-terrains", layout.span, message);
            cx.report(problem.help("name them: `terrains = [\"..\", \"..\", \"..\"]`, lowest first"));
        }
        return named.map_or(Layout::Blob47, |layout| layout.value);
    };
    let count = terrains.value.len();
    let Some(wanted) = Layout::of_terrains(count) else { return Layout::Corner16 };
    if let Some(layout) = named.filter(|layout| layout.value != wanted) {
        let message = format!("{count} terrains have the layout `{}`, not `{}`", wanted.word(), layout.value.word());
        cx.report(
            Problem::error("layout-terrains", layout.span, message).help("remove `layout`: it follows from `terrains`"),
        );
    }
    wanted
}

/// Checks the terrains of a tileset; `texture` finds the one of a name.
pub(super) fn land(
    raw: &RawTileset,
    terrains: &At<Vec<At<String>>>,
    size: Option<[u32; 2]>,
    texture: impl Fn(&At<String>, &mut Context<'_>) -> Option<GroupId>,
    cx: &mut Context<'_>,
) -> Option<Land> {
    let count = terrains.value.len();
    if !(2..=MOST_TERRAINS).contains(&count) {
        let message = format!("a tileset has two to {MOST_TERRAINS} terrains, this one has {count}");
        let problem = Problem::error("terrains-count", terrains.span, message);
        let help = if count < 2 {
            "name the textures, lowest first; `of` is for a tileset of one"
        } else {
            "make a second tileset that has one of them, too"
        };
        cx.report(problem.help(help));
    }
    beside_terrains(raw, cx);
    let textures: Vec<Option<GroupId>> = terrains.value.iter().map(|of| texture(of, cx)).collect();
    for (at, name) in terrains.value.iter().enumerate() {
        if let Some(first) = terrains.value[..at].iter().find(|first| first.value == name.value) {
            let message = format!("the terrain `{}` is named twice", name.value);
            let problem = Problem::error("terrain-twice", name.span, message).related(first.span, "the first time");
            cx.report(problem.help("remove one of them: the first in the list is the lowest"));
        }
    }
    let transitions = transitions(raw, &terrains.value, cx);
    let size = size.filter(|_| (2..=MOST_TERRAINS).contains(&count))?;
    let shapes: Vec<(Border, Vec<Meeting>)> =
        (0..count).map(|upper| shape(upper, &transitions, &terrains.value, size, cx)).collect();
    let textures = textures.into_iter().collect::<Option<Vec<GroupId>>>()?;
    if let ([lower, upper], [_, (border, _)]) = (textures.as_slice(), shapes.as_slice()) {
        return Some(Land::Bordered(upper.clone(), lower.clone(), *border));
    }
    let terrain = |(texture, (border, meets)): (GroupId, (Border, Vec<Meeting>))| Terrain { texture, border, meets };
    Some(Land::Several(textures.into_iter().zip(shapes).map(terrain).collect()))
}

/// Keys of two textures beside those of several.
fn beside_terrains(raw: &RawTileset, cx: &mut Context<'_>) {
    let beside = [
        ("of", raw.of.as_ref().map(|of| of.span)),
        ("over", raw.over.as_ref().map(|over| over.span)),
        ("border", raw.border.as_ref().map(|border| border.span)),
    ];
    for (key, span) in beside.into_iter().filter_map(|(key, span)| Some((key, span?))) {
        let problem = Problem::error("terrains-beside", span, format!("there are both `terrains` and `{key}`"));
        cx.report(problem.help(match key {
            "border" => "remove it: the borders of several terrains stand in `transitions`",
            _ => "remove one of them; `terrains` has all textures, lowest first",
        }));
    }
}

/// The transitions whose terrains are known, in the right order.
fn transitions<'a>(raw: &'a RawTileset, terrains: &[At<String>], cx: &mut Context<'_>) -> Vec<Transition<'a>> {
    let named = raw.transitions.iter().flat_map(|transitions| &transitions.value.0);
    let known: Vec<(&At<String>, &At<RawBorder>)> = named.map(|(key, table)| (key, table)).collect();
    let keys: Vec<&str> = known.iter().map(|(key, _)| key.value.as_str()).collect();
    known.into_iter().filter_map(|(key, table)| transition(key, table, terrains, &keys, cx)).collect()
}

fn transition<'a>(
    key: &'a At<String>,
    table: &'a At<RawBorder>,
    terrains: &[At<String>],
    keys: &[&str],
    cx: &mut Context<'_>,
) -> Option<Transition<'a>> {
    let names = || terrains.iter().map(|name| name.value.as_str());
    let Some((upper, lower)) = key.value.split_once('/') else {
        let problem = Problem::error("unknown-transition", key.span, format!("`{}` names no two terrains", key.value));
        let [low, high] = [0, 1].map(|at| names().nth(at).unwrap_or(".."));
        cx.report(problem.help(format!("write the higher one, a slash and the lower one: `\"{high}/{low}\"`")));
        return None;
    };
    let mut place = |name: &str| {
        let at = names().position(|known| known == name);
        if at.is_none() {
            let message = format!("the transition `{}` is of `{name}`, which is none of the terrains", key.value);
            cx.report(Problem::error("unknown-terrain", key.span, message).suggest(name, names()));
        }
        at
    };
    let (upper_at, lower_at) = (place(upper), place(lower));
    let (upper_at, lower_at) = (upper_at?, lower_at?);
    if upper_at > lower_at {
        return Some(Transition { key, table, upper: upper_at, lower: lower_at });
    }
    let turned = format!("{lower}/{upper}");
    let problem = match () {
        () if upper_at == lower_at => Problem::error(
            "terrain-order",
            key.span,
            format!("the transition `{}` is of one terrain: it meets itself without a border", key.value),
        )
        .help("remove it, or name two terrains"),
        () if keys.contains(&turned.as_str()) => Problem::error(
            "terrain-order",
            key.span,
            format!("each of `{lower}` and `{upper}` is to lie over the other"),
        )
        .help(format!("remove `\"{}\"`: `terrains` has `{upper}` below `{lower}`", key.value)),
        () => {
            Problem::error("terrain-order", key.span, format!("`{upper}` lies below `{lower}`, as `terrains` has them"))
                .help(format!("write `\"{turned}\"`, or name `{lower}` before `{upper}` in `terrains`"))
        }
    };
    cx.report(problem);
    None
}

/// The border of a terrain, and how it meets each lower one. It has the shape of its transition to the highest of them;
/// over those to which it has none, it is drawn as over that one.
fn shape(
    upper: usize,
    transitions: &[Transition<'_>],
    terrains: &[At<String>],
    size: [u32; 2],
    cx: &mut Context<'_>,
) -> (Border, Vec<Meeting>) {
    let mut own: Vec<&Transition<'_>> = transitions.iter().filter(|transition| transition.upper == upper).collect();
    own.sort_by_key(|transition| std::cmp::Reverse(transition.lower));
    let borders: Vec<Border> = own.iter().map(|transition| border(Some(transition.table), size, cx)).collect();
    let first = borders.first().copied().unwrap_or_else(|| border(None, size, cx));
    let name = &terrains[upper].value;
    for (other, drawn) in own.iter().zip(&borders).skip(1) {
        one_shape(name, own[0], other, cx);
        if (drawn.look == Look::Cliff) != (first.look == Look::Cliff) {
            let message =
                format!("`{name}` is a cliff in one of `{}` and `{}` only", own[0].key.value, other.key.value);
            let problem = Problem::error("transition-shape", other.key.span, message);
            cx.report(problem.help("a terrain is as high everywhere: give both the look `cliff`, or none"));
        }
    }
    let meeting = |lower: usize| {
        let at = own.iter().position(|transition| transition.lower == lower);
        let drawn = at.map_or(first, |at| borders[at]);
        Meeting { look: drawn.look, outline: drawn.outline, is_named: at.is_some() }
    };
    (first, (0..upper).map(meeting).collect())
}

/// Keys of the border's shape stand in the first transition of a terrain only.
fn one_shape(name: &str, first: &Transition<'_>, other: &Transition<'_>, cx: &mut Context<'_>) {
    let RawBorder { width, wobble, radius, face, .. } = &other.table.value;
    let keys = [
        ("width", width.as_ref().map(|at| at.span)),
        ("wobble", wobble.as_ref().map(|at| at.span)),
        ("radius", radius.as_ref().map(|at| at.span)),
        ("face", face.as_ref().map(|at| at.span)),
    ];
    for (key, span) in keys.into_iter().filter_map(|(key, span)| Some((key, span?))) {
        let message = format!("`{key}` of `{}`: the border of `{name}` has one shape", other.key.value);
        let problem = Problem::error("transition-shape", span, message);
        cx.report(problem.help(format!("write it in `\"{}\"`, which gives that shape", first.key.value)));
    }
}
