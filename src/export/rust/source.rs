//! The text of the file.

use std::fmt::Write;

use crate::words::index::{Animation, Entry};
use crate::words::timing::Playback;

use super::model::{Axis, Model, State, Subject, facings};

/// What is in every file: the types of data, without the directions.
const TYPES: &str = r"
/// An image on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image {
    /// How many pixels a side one pixel of the art has.
    pub scale: u32,
    /// Relative to the game's assets folder.
    pub path: &'static str,
    /// Width and height.
    pub size: [u32; 2],
}

/// Where a frame or tile lies on the image of scale 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
    /// Milliseconds; 0 for what does not move.
    pub duration: u32,
}

/// The order in which frames are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Playback {
    Forward,
    Reverse,
    Pingpong,
}

/// What a tile is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The neighbours that it shows, or the cells that meet in it.
    pub mask: u8,
    /// Tiles of one mask are numbered from 0.
    pub variant: u32,
}

/// What is written of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its name in the lock.
    pub name: &'static str,
    pub tags: &'static [&'static str],
    /// One for each scale.
    pub images: &'static [Image],
    /// Exactly the frames or tiles that there are.
    pub frames: &'static [Frame],
    pub playback: Playback,
    /// Whether it repeats without end.
    pub repeat: bool,
    /// The numbers of the frames in the order of one round.
    pub round: &'static [usize],
    /// What happens on which frames, counted from 0.
    pub events: &'static [(&'static str, &'static [u32])],
    /// One for every frame of a tileset.
    pub tiles: &'static [Tile],
}
";

const DERIVES: &str = "#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\n";

/// The parts of the file: types of data, then each enum with its axes.
pub(super) fn parts(model: &Model<'_>, project: &str) -> Vec<String> {
    let mut parts = vec![format!("// The assets of `{project}`.\n#![allow(dead_code, clippy::all)]\n{TYPES}")];
    let used = |ident: &str| {
        let states = model.subjects.iter().flat_map(|subject| &subject.states);
        states.flat_map(|state| &state.axes).any(|axis| axis == ident)
    };
    for (ident, count) in [("Facing", 4), ("Facing8", 8)].into_iter().filter(|(ident, _)| used(ident)) {
        let values = facings(count).map(str::to_owned).collect();
        parts.push(axis(&Axis { ident: ident.to_owned(), name: "direction".to_owned(), values }));
    }
    for subject in &model.subjects {
        let own = |axis: &&Axis| subject.states.iter().any(|state| state.axes.contains(&axis.ident));
        parts.extend(model.axes.iter().filter(own).map(axis));
        parts.push(self::subject(subject));
    }
    parts
}

/// Writes into a string, which cannot fail.
macro_rules! line {
    ($text:expr, $($argument:tt)*) => {{
        let _ = writeln!($text, $($argument)*);
    }};
}

fn axis(axis: &Axis) -> String {
    let mut text = String::new();
    line!(text, "\n/// The axis `{}`.\n{DERIVES}pub enum {} {{", axis.name, axis.ident);
    axis.values.iter().for_each(|value| line!(text, "    {value},"));
    line!(text, "}}\n\nimpl {} {{", axis.ident);
    let all: Vec<String> = axis.values.iter().map(|value| format!("Self::{value}")).collect();
    line!(text, "    pub const ALL: [Self; {}] = [{}];\n}}", all.len(), all.join(", "));
    text
}

fn subject(subject: &Subject<'_>) -> String {
    let mut text = String::new();
    let tables: Vec<String> = subject.states.iter().map(table).collect();
    line!(text, "\n/// {}.\n{DERIVES}pub enum {} {{", tables.join(", "), subject.ident);
    for state in &subject.states {
        line!(text, "    /// {}.", table(state));
        match state.axes.is_empty() {
            true => line!(text, "    {},", state.ident),
            false => line!(text, "    {}({}),", state.ident, state.axes.join(", ")),
        }
    }
    let members: Vec<(String, &Entry)> = subject.states.iter().flat_map(members).collect();
    line!(text, "}}\n\nimpl {} {{\n    pub const ALL: [Self; {}] = [", subject.ident, members.len());
    members.iter().for_each(|(value, _)| line!(text, "        {value},"));
    line!(text, "    ];\n\n    /// What is written of it.\n    pub const fn asset(self) -> &'static Asset {{");
    line!(text, "        match self {{");
    members.iter().for_each(|(value, entry)| line!(text, "            {value} => &{},", asset(entry)));
    line!(text, "        }}\n    }}\n\n    /// The path of its first image.");
    line!(text, "    pub const fn path(self) -> &'static str {{\n        self.asset().images[0].path\n    }}\n");
    line!(text, "    /// Its frames or tiles.");
    line!(text, "    pub const fn frames(self) -> &'static [Frame] {{\n        self.asset().frames\n    }}\n}}");
    text
}

/// The table of an asset in the manifest.
fn table(state: &State<'_>) -> String {
    state.members.first().map_or_else(String::new, |(_, entry)| format!("`[{}.{}]`", entry.kind, entry.asset))
}

/// The values of an asset's variant, with what is written of each.
fn members<'a>(state: &'a State<'_>) -> impl Iterator<Item = (String, &'a Entry)> {
    state.members.iter().map(|(values, entry)| {
        let fields: Vec<String> =
            state.axes.iter().zip(values).map(|(axis, value)| format!("{axis}::{value}")).collect();
        let fields = if fields.is_empty() { String::new() } else { format!("({})", fields.join(", ")) };
        (format!("Self::{}{fields}", state.ident), *entry)
    })
}

/// An `Asset` as a constant.
fn asset(entry: &Entry) -> String {
    let images =
        list(entry.images.iter().map(|image| {
            format!("Image {{ scale: {}, path: {:?}, size: {:?} }}", image.scale, image.path, image.size)
        }));
    let frames = list(entry.frames.iter().map(|frame| {
        let duration = frame.duration.unwrap_or(0);
        let (x, y, w, h) = (frame.x, frame.y, frame.w, frame.h);
        format!("Frame {{ x: {x}, y: {y}, width: {w}, height: {h}, duration: {duration} }}")
    }));
    let tiles = entry.tileset.iter().flat_map(|tileset| &tileset.tiles);
    let tiles = list(tiles.map(|tile| format!("Tile {{ mask: {}, variant: {} }}", tile.mask, tile.variant)));
    let (playback, repeat, round) = plays(entry.animation.as_ref());
    let events = entry.animation.iter().flat_map(|animation| &animation.events);
    let events = list(events.map(|(name, frames)| format!("({name:?}, &{frames:?})")));
    let tags = list(entry.tags.iter().map(|tag| format!("{tag:?}")));
    let name = &entry.name;
    format!(
        "Asset {{ name: {name:?}, tags: &{tags}, images: &{images}, frames: &{frames}, \
         playback: Playback::{playback}, repeat: {repeat}, round: &{round}, events: &{events}, tiles: &{tiles} }}"
    )
}

/// What does not move is shown for ever.
fn plays(animation: Option<&Animation>) -> (&'static str, bool, String) {
    let Some(animation) = animation else { return ("Forward", true, "[0]".to_owned()) };
    let playback = match animation.playback {
        Playback::Forward => "Forward",
        Playback::Reverse => "Reverse",
        Playback::Pingpong => "Pingpong",
    };
    (playback, animation.repeat, list(animation.round.iter().map(usize::to_string)))
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}
