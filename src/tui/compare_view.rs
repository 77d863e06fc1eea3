//! Draws the images that are judged, and the table of what the votes say.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Span;

use super::canvas::{Canvas, bar};
use super::compare::Compare;
use super::effect::Looks;
use super::half_block::Factor;
use super::text_field::line;
use crate::session::ComparisonReport;
use crate::words::text::count;

pub(super) fn draw(canvas: &mut Canvas, area: Rect, compare: &Compare) {
    match &compare.open {
        None => names(canvas, area, compare),
        Some(name) => {
            canvas.line(area, 0, [Span::styled(line(name), canvas.theme.bold())]);
            let body = below_the_name(area);
            if compare.table {
                table(canvas, body, compare.report.as_deref());
            } else {
                vote(canvas, body, compare);
            }
        }
    }
}

fn below_the_name(area: Rect) -> Rect {
    Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area }
}

/// The image at a place of the screen, where one votes.
pub(super) fn image_at(area: Rect, compare: &Compare, at: Position) -> Option<usize> {
    let looks = compare.looks.as_ref().filter(|_| compare.open.is_some() && !compare.table)?;
    places(images(below_the_name(area)), looks).into_iter().position(|place| place.contains(at))
}

/// The room of the images.
fn images(area: Rect) -> Rect {
    Rect { height: area.height.saturating_sub(4), ..area }
}

fn names(canvas: &mut Canvas, area: Rect, compare: &Compare) {
    let theme = canvas.theme;
    let Some(names) = &compare.names else { return };
    if names.is_empty() {
        let text = "the manifest has no comparison: `[compare.NAME]` with slots, seeds and arms makes one";
        canvas.text(area, 1, 3, text, theme.dim());
        return;
    }
    canvas.line(area, 0, [Span::styled("Comparisons", theme.bold())]);
    for (at, name) in names.iter().enumerate() {
        let is_chosen = at == compare.at;
        let style = if is_chosen { theme.chosen() } else { Style::new() };
        let sign = if is_chosen { "▸" } else { " " };
        canvas.line(area, at as u16 + 1, [Span::styled(format!("{sign}{}", line(name)), style)]);
    }
}

fn vote(canvas: &mut Canvas, area: Rect, compare: &Compare) {
    let theme = canvas.theme;
    let Some(looks) = &compare.looks else {
        let (text, hint) = match &compare.problem {
            Some(problem) => (line(&problem.message), line(problem.hint.as_deref().unwrap_or_default())),
            None => ("preparing the images".to_owned(), String::new()),
        };
        canvas.text(area, 0, 2, &text, theme.warning());
        canvas.text(area, 2, 2, &hint, theme.dim());
        return;
    };
    let images = images(area);
    side_by_side(canvas, images, looks);
    let words = Rect { y: images.bottom(), height: 4, ..area };
    let slot = line(&looks.next.set.slot);
    let which = if looks.art.len() > 2 { "which is best?" } else { "which is better?" };
    let text = format!("{slot}: {which}  vote {}, {} in all", looks.next.own + 1, looks.next.votes);
    canvas.line(words, 0, [Span::raw(text)]);
    if let Some(report) = &compare.report {
        canvas.line(words, 1, [Span::styled(progress(report), theme.accent())]);
    }
}

/// How far the votes are from a decision; no arm is named while one votes.
fn progress(report: &ComparisonReport) -> String {
    let apart = report.pairs.iter().filter(|pair| pair.told).count();
    let more: u64 = report.pairs.iter().filter(|pair| !pair.told).filter_map(|pair| pair.more).sum();
    let rest = if apart == report.pairs.len() {
        "enough votes to decide".to_owned()
    } else if more > 0 {
        format!("not enough votes to decide, about {more} more would")
    } else {
        "not enough votes to decide".to_owned()
    };
    let pairs = report.pairs.len();
    format!(
        "{} {apart} of {} of arms apart; {rest}",
        bar(apart as u64, pairs as u64, 12),
        count(pairs, "pair", "pairs")
    )
}

/// All at the same whole factor, whatever their sizes.
fn side_by_side(canvas: &mut Canvas, area: Rect, looks: &Looks) {
    let theme = canvas.theme;
    let count = looks.art.len();
    for (at, (art, place)) in looks.art.iter().zip(places(area, looks)).enumerate() {
        match art {
            Some(art) => _ = canvas.cache.draw(canvas.buffer, place, art, 0),
            None => _ = canvas.text(place, 1, 2, "not on this machine: s skips it", theme.dim()),
        }
        let word = match (count, at) {
            (2, 0) => "◂ left (l)".to_owned(),
            (2, _) => "right (r) ▸".to_owned(),
            _ => format!("({})", at + 1),
        };
        let width = word.chars().count() as u16;
        let left = place.x + place.width.saturating_sub(width) / 2;
        canvas.line(Rect { x: left, y: place.bottom(), width, height: 1 }, 0, [Span::styled(word, theme.bold())]);
    }
}

/// Where the images stand: in one row or, where they are larger then, in two.
fn places(area: Rect, looks: &Looks) -> Vec<Rect> {
    let columns = columns(area, looks);
    let rows = looks.art.len().div_ceil(columns).max(1);
    let (width, height) = (area.width / columns as u16, area.height / rows as u16);
    let place = |at: usize| Rect {
        x: area.x + (at % columns) as u16 * width,
        y: area.y + (at / columns) as u16 * height,
        width: width.saturating_sub(1),
        height: height.saturating_sub(1),
    };
    (0..looks.art.len()).map(place).collect()
}

/// The number of columns with which the images are largest, by their size in half blocks.
fn columns(area: Rect, looks: &Looks) -> usize {
    let count = looks.art.len().max(1);
    let Some(art) = looks.art.iter().flatten().next().filter(|_| count > 2) else { return count };
    let width = |columns: usize| {
        let rows = count.div_ceil(columns) as u16;
        let [width, height] = [area.width / columns as u16, area.height / rows].map(|side| side.saturating_sub(1));
        Factor::fitting(art.size(), [width.into(), u32::from(height) * 2]).apply(art.size())[0]
    };
    if width(2) > width(count) { 2 } else { count }
}

fn table(canvas: &mut Canvas, area: Rect, report: Option<&ComparisonReport>) {
    let theme = canvas.theme;
    let Some(report) = report else {
        canvas.line(area, 0, [Span::styled("computing", theme.dim())]);
        return;
    };
    let style = if report.enough { theme.good() } else { theme.warning() };
    let used = canvas.text(area, 0, 3, &line(&report.says), style);
    let decimal = |value: i64| format!("{:.2}", value as f64 / 1000.0);
    let head = format!(
        "{:<20} {:>8} {:>16}  {:>4} {:>5} {:>5} {:>9}",
        "arm", "strength", "95 %", "won", "lost", "ties", "both bad"
    );
    canvas.line(area, used + 1, [Span::styled(head, theme.bold())]);
    let mut row = used + 2;
    for arm in &report.arms {
        let interval = format!("{} to {}", decimal(arm.low), decimal(arm.high));
        let text = format!(
            "{:<20} {:>8} {interval:>16}  {:>4} {:>5} {:>5} {:>9}",
            line(&arm.name),
            decimal(arm.strength),
            arm.wins,
            arm.losses,
            arm.ties,
            arm.both_bad
        );
        canvas.line(area, row, [Span::raw(text)]);
        row += 1;
    }
    row += 1;
    for pair in &report.pairs {
        let says = match (pair.told, pair.more) {
            (true, _) => format!("{} % of decided votes for the first", pair.chance / 10),
            (false, Some(more)) => format!("not enough votes to decide, about {more} more would"),
            (false, None) => "not enough votes to decide".to_owned(),
        };
        let text = format!("{} : {}  {} to {}, {says}", line(&pair.a), line(&pair.b), pair.wins, pair.losses);
        canvas.line(area, row, [Span::raw(text)]);
        row += 1;
    }
    row += 1;
    for rater in report.raters.iter().filter(|rater| rater.one_sided) {
        let text = format!("rater {} prefers a side: {} % of wins stand left", rater.rater, rater.left / 10);
        canvas.line(area, row, [Span::styled(text, theme.warning())]);
        row += 1;
    }
    let raters = count(report.raters.len(), "rater", "raters");
    canvas.line(
        area,
        row,
        [Span::styled(
            format!("{} of {raters}, {} skipped", count(report.votes, "vote", "votes"), report.skipped),
            theme.dim(),
        )],
    );
}
