//! Groups: one for each combination of an asset's values.

use std::borrow::Cow;
use std::collections::HashMap;

use super::gather::Asset;
use super::prompt::{self, Known, Values};
use super::resolve::{self, Resolved};
use super::slots::{All, Maker};
use super::{Context, adopted, names, per_image, project, recolor, rows, still};
use crate::manifest::problem::Problem;
use crate::manifest::raw::{At, OneOrMany};
use crate::words::ask::Source;
use crate::words::asset::{GroupId, Kind};
use crate::words::diagnostic::Diagnostic;
use crate::words::frames_file::is_pixel_exact;
use crate::words::image_file::{PNG_HEAD, png_size};
use crate::words::project::{Group, Origin, SheetOptions};
use crate::words::recipe::{Framing, GridChoice, Recipe, Size};
use crate::words::source::{Place, Span};
use crate::words::style::Style;
use crate::words::timing::Timing;

/// Makes every group of every asset.
pub(super) fn expand(all: &All<'_>, cx: &mut Context<'_>) -> Vec<Group> {
    let mut groups = Vec::new();
    for number in 0..all.assets.len() {
        let first = groups.len();
        of_asset(number, all, &mut groups, cx);
        time(&mut groups[first..], original(number, all), &all.assets[number], cx);
        let whole = rows::whole(number, all, &mut groups[first..], cx);
        groups.extend(whole);
    }
    groups
}

/// The asset that decides how another one plays: itself, or the one that it is in other colours.
fn original<'a>(mut number: usize, all: &All<'a>) -> &'a Asset {
    while let (Some(base), true) = (all.assets[number].base, all.gathered.assets[number].recolor.is_some()) {
        number = base;
    }
    &all.gathered.assets[number]
}

/// The sprites of another group in other colours; without that group, nothing.
fn recolored(raw: &Asset, of: Option<GroupId>) -> Origin {
    let pairs = recolor::pairs(raw).unwrap_or_default();
    of.map_or_else(|| Origin::Slots(Vec::new()), |of| Origin::Recolor(of, pairs))
}

/// Makes the groups of one asset.
fn of_asset(number: usize, all: &All<'_>, groups: &mut Vec<Group>, cx: &mut Context<'_>) {
    let (raw, asset) = (&all.gathered.assets[number], &all.assets[number]);
    let background = prompt::background(&asset.blend, asset.opaque);
    let style = Style { workflow_version: all.workflows[number], ..asset.blend.style.clone() };
    let place = place(raw.name.span, cx);
    let tags = tags(raw.raw.tags.as_ref(), cx);
    let with = with(asset, &style);
    let nine_slice = nine_slice(raw, &asset.recipe, cx);
    per_image::check(raw, asset, cx);
    let still = still::read(raw, asset, &Known { shape: &asset.shape, vars: &all.gathered.vars }, cx);
    let (per_image, first) = (per_image::of(raw), groups.len());
    for (nth, at) in asset.shape.combinations().enumerate() {
        let id = GroupId::new(asset.kind, asset.shape.name(&raw.name, &at));
        let (key, vars) = (&asset.blend.key.word, &all.gathered.vars);
        let values = Values { shape: &asset.shape, at: &at, vars, background: &background, key };
        let path = path(raw, asset, &values, cx);
        let member = if asset.shape.axes.is_empty() { String::new() } else { asset.shape.ids(&at) };
        let adopted = adopted::of_group(raw, &member);
        let maker = Maker { raw, asset, style: &style, inputs: &all.inputs[number], all, values };
        let origin = match (adopted, mirrored(asset, &at)) {
            (Some(file), _) => Origin::Slots(maker.adopted(&id, file, cx)),
            (None, _) if raw.recolor.is_some() => recolored(raw, base(asset, &at, all)),
            (None, None) if raw.motion.still.is_some() => {
                let moved = still.as_ref().map(|still| still.of(&maker.values, &all.settings.out, cx));
                let still = base(asset, &at, all).zip(moved);
                still.map_or_else(|| Origin::Slots(Vec::new()), |(of, motion)| Origin::Still(of, motion))
            }
            (None, Some(from)) => Origin::Mirror(GroupId::new(asset.kind, asset.shape.name(&raw.name, &from))),
            (None, None) => match per_image {
                Some(count) => Origin::Part(per_image::sheet(raw, asset, nth / count), (nth % count) as u32),
                None => Origin::Slots(maker.slots(&id, cx)),
            },
        };
        let recipe = match adopted {
            Some(_) => Recipe::for_adopted(),
            None => placed(&asset.asked_recipe(), &origin, cx),
        };
        groups.push(Group {
            base: base(asset, &at, all).filter(|_| !raw.is_derived()),
            sheet_colors: None,
            timing: None,
            nine_slice,
            sheet: project::sheet(&raw.sheet, all.sheet),
            recipe,
            axes: asset.shape.values(&at),
            tags: tags.clone(),
            with: with.clone(),
            place: place.clone(),
            things: 0,
            id,
            origin,
            path,
        });
    }
    if let (Some(count), Some(member)) = (per_image, groups.get(first).cloned()) {
        let sheets = Sheets { number, all, style: &style, background: &background, member };
        groups.extend(sheets.of(count, cx));
    }
}

/// The images of which each shows several members of an asset.
struct Sheets<'a> {
    number: usize,
    all: &'a All<'a>,
    style: &'a Style,
    background: &'a str,
    /// A group of the asset.
    member: Group,
}

impl Sheets<'_> {
    /// One for each so many members; it writes no file.
    fn of(&self, count: usize, cx: &mut Context<'_>) -> Vec<Group> {
        let (raw, asset) = (&self.all.gathered.assets[self.number], &self.all.assets[self.number]);
        let combinations: Vec<Vec<usize>> = asset.shape.combinations().collect();
        let sheets = combinations.len().div_ceil(count);
        let sheet = |(number, members): (usize, &[Vec<usize>])| {
            let id = per_image::sheet(raw, asset, number);
            let makers: Vec<Maker<'_>> = members.iter().map(|at| self.maker(at)).collect();
            let slots = makers.first().map(|maker| maker.together(&id, &makers, (number, sheets), cx));
            Group {
                id,
                axes: Vec::new(),
                tags: Vec::new(),
                origin: Origin::Slots(slots.into_iter().collect()),
                recipe: asset.asked_recipe(),
                nine_slice: None,
                sheet: SheetOptions::ALONE,
                path: None,
                things: members.len() as u32,
                ..self.member.clone()
            }
        };
        combinations.chunks(count).enumerate().map(sheet).collect()
    }

    fn maker<'b>(&'b self, at: &'b [usize]) -> Maker<'b> {
        let (raw, asset) = (&self.all.gathered.assets[self.number], &self.all.assets[self.number]);
        let (key, vars) = (&asset.blend.key.word, &self.all.gathered.vars);
        let values = Values { shape: &asset.shape, at, vars, background: self.background, key };
        Maker { raw, asset, style: self.style, inputs: &self.all.inputs[self.number], all: self.all, values }
    }
}

/// How far the corners of a sprite reach in; something has to be left between them.
fn nine_slice(raw: &Asset, recipe: &Recipe, cx: &mut Context<'_>) -> Option<[u32; 4]> {
    let given = raw.nine_slice.as_ref()?;
    let sides: Vec<u32> = given.value.0.iter().map(|side| side.value.u32()).collect();
    let sides = match sides[..] {
        [all] => [all; 4],
        [left, top, right, bottom] => [left, top, right, bottom],
        _ => {
            let message = format!("`nine_slice` has {} numbers", sides.len());
            let problem = Problem::error("nine-slice", given.span, message);
            cx.report(problem.help("write one for all sides, or four: left, top, right and bottom"));
            return None;
        }
    };
    if let Size::Frame([width, height]) = recipe.size
        && (sides[0] + sides[2] >= width || sides[1] + sides[3] >= height)
    {
        let message = format!("`nine_slice` leaves nothing to stretch in a frame of {width} x {height}");
        cx.report(Problem::error("nine-slice", given.span, message).help("write smaller numbers, or a larger `size`"));
    }
    Some(sides)
}

/// The recipe of a group whose files may have the frame's size.
fn placed(recipe: &Recipe, origin: &Origin, cx: &mut Context<'_>) -> Recipe {
    let Origin::Slots(slots) = origin else { return recipe.clone() };
    let sources: Vec<&Source> = slots.iter().flat_map(|slot| slot.ask.sources().unwrap_or_default()).collect();
    let mut recipe = recipe.clone();
    let is_exact = !sources.is_empty() && sources.iter().all(|source| is_pixel_exact(&source.path));
    if is_exact && recipe.grid == GridChoice::Auto {
        recipe.grid = GridChoice::Pitch([1000; 2]);
    }
    if sources.is_empty() || recipe.size == Size::Found || recipe.framing != Framing::Subject {
        return recipe;
    }
    let mut known: HashMap<&str, Option<[u32; 2]>> = HashMap::new();
    let sizes: Vec<Option<[u32; 2]>> = sources
        .into_iter()
        .map(|Source { path, part, .. }| {
            if let Some(outline) = cx.known_outline(path) {
                return Some(outline.size);
            }
            let head = |cx: &mut Context<'_>| png_size(&cx.files.head(path, PNG_HEAD));
            let [width, height] = (*known.entry(path).or_insert_with(|| head(cx)))?;
            let [columns, rows] = part.map_or([1, 1], |part| [part.columns.max(1), part.rows.max(1)]);
            (width % columns == 0 && height % rows == 0).then_some([width / columns, height / rows])
        })
        .collect();
    recipe.placed(sizes)
}

/// Gives every frame its duration; a mirrored group has as many frames as the one that it mirrors.
fn time(groups: &mut [Group], raw: &Asset, asset: &Resolved, cx: &mut Context<'_>) {
    let Some(timing) = &asset.timing else { return };
    let drawn = groups.iter().map(|group| (group.id.name.clone(), group.slots().len()));
    let frames: HashMap<String, usize> = drawn.collect();
    for group in groups {
        let name = match &group.origin {
            Origin::Mirror(from) => &from.name,
            Origin::Slots(_) | Origin::Recolor(..) | Origin::Part(..) | Origin::Still(..) => &group.id.name,
        };
        let frames = match group.origin {
            Origin::Recolor(..) => asset.frames as usize,
            _ if raw.motion.still.is_some() => asset.frames as usize,
            _ => frames.get(name).copied().unwrap_or_default(),
        };
        let events = resolve::events(raw, frames, cx);
        let played = cx.played.get(&GroupId::new(group.id.kind, name.clone()));
        let timing = Timing { events, ..resolve::played(raw, frames, timing, played) };
        if asset.frames == 0 && frames != 0 && timing.durations.len() != frames {
            let span = raw.motion.durations.as_ref().map_or_else(Span::default, |list| list.span);
            let message = format!("there are {} durations for {frames} frames", timing.durations.len());
            let problem = Problem::error("duration-count", span, message);
            cx.report(problem.help("write one for every frame, or one for all"));
        }
        group.timing = Some(timing);
    }
}

/// Where an asset is declared.
pub(super) fn place(span: Span, cx: &Context<'_>) -> Place {
    cx.sources.place(span).unwrap_or_else(|| Place { file: String::new(), line: 1, column: 1 })
}

/// Tags, sorted, each once.
pub(super) fn tags(raw: Option<&At<OneOrMany<String>>>, cx: &mut Context<'_>) -> Vec<String> {
    let mut tags = Vec::new();
    for tag in raw.iter().flat_map(|tags| &tags.0) {
        if let Err(refused) = names::name(format_args!("the tag"), tag) {
            cx.report(Problem::new(tag.span, Diagnostic { code: "bad-tag".into(), ..refused }));
        }
        tags.push(tag.value.clone());
    }
    tags.sort();
    tags.dedup();
    tags
}

/// The built-ins that an asset is resolved with.
fn with(asset: &Resolved, style: &Style) -> Vec<String> {
    let workflow = style.workflow_version.map(|_| style.workflow_id().into_owned());
    let mut with: Vec<String> = Vec::new();
    for id in workflow.into_iter().chain(asset.presets.iter().map(|preset| preset.id())) {
        if !with.contains(&id) {
            with.push(id);
        }
    }
    with
}

/// The values that a mirrored group is the image of.
fn mirrored(asset: &Resolved, at: &[usize]) -> Option<Vec<usize>> {
    let from = *asset.shape.mirrors.get(at.last()?)?;
    let mut values = at.to_vec();
    *values.last_mut()? = from;
    Some(values)
}

fn base(asset: &Resolved, at: &[usize], all: &All<'_>) -> Option<GroupId> {
    let number = asset.base?;
    let base = &all.assets[number];
    let values = base.shape.matching(&asset.shape, at)?;
    Some(GroupId::new(base.kind, base.shape.name(&all.gathered.assets[number].name, &values)))
}

fn path(raw: &Asset, asset: &Resolved, values: &Values<'_>, cx: &mut Context<'_>) -> Option<String> {
    let Some(template) = &asset.texts.path else {
        return (asset.kind != Kind::Texture).then(|| format!("{}s/{}", asset.kind, stem(&raw.name, values)));
    };
    let mut path = values.path(template);
    let named = values.shape.axes.iter().filter(|axis| template.uses(&axis.name)).count();
    if named < values.shape.axes.len() {
        // Axes that the path does not name are appended, so that no two groups share a file.
        let rest = values.shape.axes.iter().zip(values.at).filter(|(axis, _)| !template.uses(&axis.name));
        let ids: Vec<&str> = rest.map(|(axis, at)| axis.values[*at].id.as_str()).collect();
        path = format!("{path}-{}", ids.join("-"));
    }
    output(&path, template.span, cx)
}

fn stem<'a>(name: &'a str, values: &Values<'_>) -> Cow<'a, str> {
    if values.shape.axes.is_empty() {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(format!("{name}-{}", values.shape.ids(values.at)))
    }
}

/// A path of an output without its extension.
pub(super) fn output(path: &str, span: Span, cx: &mut Context<'_>) -> Option<String> {
    let path = cx.relative(path, span)?;
    if let Some((stem, _)) = path.rsplit_once('.').filter(|(_, extension)| extension.eq_ignore_ascii_case("png")) {
        let problem = Problem::error("bad-path", span, "`path` has no `.png`");
        cx.report(problem.help(format!("write `{stem}`; all files of the asset are named after it")));
        return None;
    }
    Some(path)
}
