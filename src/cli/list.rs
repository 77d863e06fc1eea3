//! `dgx-pixels list`: the assets of the project, one line each.

use super::args::{Global, List, MessageFormat};
use super::style::{self, DIM, ERROR, GOOD, NAME, WARNING, paint};
use super::{Exit, project, report};
use crate::session::{self, Listed, ListedItem, PlannedStep};
use crate::words::lock::By;
use crate::words::sprite::Verdict;
use crate::words::text::{count, printable};

/// Prints what the targets name.
pub(super) fn run(global: &Global, args: &List) -> session::Result<Exit> {
    let listed = project::operate(global, &args.profile, |operation| session::list(operation, &args.targets))?;
    if args.json && global.message_format != MessageFormat::Json {
        report::pretty(&listed);
    } else {
        report::result(global, "listed", &listed, print);
    }
    Ok(Exit::Success)
}

fn print(listed: &Listed) {
    let rows: Vec<[String; 6]> = listed.items.iter().map(row).collect();
    let wide = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..5).map(wide).collect();
    for (row, item) in rows.iter().zip(&listed.items) {
        let styles = [DIM, NAME, DIM, style_of(item), DIM];
        let cells = row.iter().zip(&widths).zip(styles);
        let cells = cells.map(|((text, wide), style)| paint(style, &format!("{text:<wide$}")));
        let line = format!("{}  {}", cells.collect::<Vec<_>>().join("  "), printable(&row[5]));
        style::out(line.trim_end());
    }
}

/// Kind, name, size, state, pick, files and tags.
fn row(item: &ListedItem) -> [String; 6] {
    let size = item.size.map_or_else(String::new, |[width, height]| format!("{width}x{height}"));
    let frames = if item.frames > 1 { format!(" x{}", item.frames) } else { String::new() };
    let image = item.files.iter().find(|file| file.ends_with(".png")).or(item.files.first());
    let files = match (image, item.files.len()) {
        (None, _) => String::new(),
        (Some(image), 0 | 1) => image.clone(),
        (Some(image), files) => format!("{image} +{}", files - 1),
    };
    let tags: String = item.tags.iter().map(|tag| format!("  #{tag}")).collect();
    let name = printable(&item.name);
    [item.kind.to_string(), name, size + &frames, state(item), pick(item), files + &tags]
}

/// What a person should do something about first.
fn state(item: &ListedItem) -> String {
    match (item.step, &item.verdict) {
        (PlannedStep::Fail, _) => "cannot be built".to_owned(),
        (PlannedStep::Fresh, Some(Verdict::Pass)) if !item.stale => "pass".to_owned(),
        (PlannedStep::Fresh, Some(Verdict::Fail(why))) if !item.stale => printable(why),
        (PlannedStep::Wait, _) if !item.stale => "waits".to_owned(),
        (_, None) => "to be built".to_owned(),
        (..) => "not up to date".to_owned(),
    }
}

fn style_of(item: &ListedItem) -> anstyle::Style {
    match (item.step, &item.verdict) {
        (PlannedStep::Fail, _) => ERROR,
        (PlannedStep::Fresh, Some(Verdict::Pass)) if !item.stale => GOOD,
        _ => WARNING,
    }
}

/// The pick among the candidates: `2 of 4`, with `!` for a user's.
fn pick(item: &ListedItem) -> String {
    let [slot] = item.slots.as_slice() else {
        let users = item.slots.iter().filter(|slot| slot.pick.is_some_and(|pick| pick.by == By::User)).count();
        return match (item.slots.len(), users) {
            (0, _) => String::new(),
            (slots, 0) => count(slots, "frame", "frames"),
            (slots, users) => format!("{}, {users} picked", count(slots, "frame", "frames")),
        };
    };
    match slot.pick {
        None => count(slot.candidates, "candidate", "candidates"),
        Some(pick) => {
            let by = if pick.by == By::User { ", picked" } else { "" };
            let held = if slot.held { ", held" } else { "" };
            format!("{} of {}{by}{held}", pick.n, slot.candidates)
        }
    }
}
