//! Draws an open asset: what it is, its candidates side by side, and what is known of the chosen one.

use std::time::Duration;

use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Style};
use ratatui::text::Span;

use super::asset::Opened;
use super::canvas::Canvas;
use super::detail::{Choice, Detail};
use super::gallery_view::mark;
use super::text_field::line;
use super::theme::Depth;
use super::{filter, grid_view, half_block};
use crate::words::color::Rgb;
use crate::words::lock::By;

/// Columns of a candidate, the gap included.
const CANDIDATE: [u16; 3] = [18, 34, 66];

pub(super) fn draw(canvas: &mut Canvas, area: Rect, open: &Opened, now: Duration) {
    if open.grid.is_some() {
        return grid_view::draw(canvas, area, open);
    }
    let theme = canvas.theme;
    let Some(detail) = &open.detail else {
        let text = open.errors.first().map_or_else(|| "reading the asset".to_owned(), |error| line(&error.message));
        canvas.text(area, 1, 3, &text, theme.dim());
        return;
    };
    head(canvas, Rect { height: 2, ..area }, detail);
    // The asset itself, the facts below it; the candidates right of both.
    let [left, right] = halves(area);
    let facts = facts(detail, open.choice());
    let room = left.height.saturating_sub(facts.len() as u16 + 2).clamp(5, 33);
    let image = Rect { height: room, width: left.width - 2, ..left };
    let art = detail.map.as_ref().or(detail.art.as_ref());
    let factor = art.and_then(|art| canvas.cache.draw(canvas.buffer, image, art, art.at(now).0));
    let words = Rect { y: left.y + room, height: left.height - room, width: left.width - 2, ..left };
    if art.is_none() {
        canvas.text(
            image,
            1,
            4,
            &line(detail.why.as_deref().or(detail.error.as_deref()).unwrap_or("no image yet")),
            theme.dim(),
        );
    }
    canvas.line(words, 0, [Span::styled(factor.unwrap_or_default(), theme.dim())]);
    for (fact, row) in facts.iter().zip(1..) {
        canvas.line(words, row, [Span::raw(line(fact))]);
    }
    let palette = detail.found.as_ref().map(|found| found.palette.as_slice()).unwrap_or_default();
    swatches(canvas, words, facts.len() as u16 + 1, palette);
    candidates(canvas, right, open);
}

fn head(canvas: &mut Canvas, area: Rect, detail: &Detail) {
    let theme = canvas.theme;
    let item = &detail.item;
    let state = filter::state(item);
    let (sign, color) = mark(state, theme);
    let tags: Vec<String> = item.tags.iter().map(|tag| format!("#{}", line(tag))).collect();
    canvas.line(
        area,
        0,
        [
            Span::styled(format!("{sign} {state} "), color),
            Span::styled(line(&item.name), theme.bold()),
            Span::raw(format!("  {} ", item.kind)),
            Span::styled(tags.join(" "), theme.accent()),
            Span::raw(" "),
            Span::styled(line(detail.why.as_deref().unwrap_or_default()), theme.warning()),
        ],
    );
    canvas.line(area, 1, [Span::styled(line(item.prompt.as_deref().unwrap_or_default()), theme.dim())]);
}

/// Grid, metrics against their gates, and the provenance of a candidate.
fn facts(detail: &Detail, choice: Option<&Choice>) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(found) = &detail.found {
        let [columns, rows] = found.grid;
        let pitch = f64::from(found.pitch[0]) / 1000.0;
        facts.push(format!("grid {columns}x{rows}, {pitch:.2} px a cell, {} colours", found.palette.len()));
    }
    let metrics = choice.and_then(|choice| choice.shown.metrics.as_ref());
    let metrics = metrics.or(detail.found.as_ref().map(|found| &found.metrics));
    for gate in &detail.thresholds {
        let value = metrics.and_then(|metrics| metrics.get(gate.metric));
        let sign = if gate.minimum { "≥" } else { "≤" };
        let value = value.map_or_else(|| "-".to_owned(), i64::to_string);
        facts.push(format!("{} {value} ({sign} {})", gate.metric, gate.threshold));
    }
    if let Some(Choice { shown, .. }) = choice {
        facts.push(format!("seed {}", shown.seed));
        let seconds = shown.millis.map_or_else(String::new, |ms| format!(", {:.1} s", ms as f64 / 1000.0));
        facts.push(format!("{} {}{seconds}", shown.backend, shown.device.as_deref().unwrap_or_default()));
    }
    for made in &detail.provenance {
        let models = made.checkpoint.iter().chain(&made.loras).map(|model| model.file.as_str());
        facts.extend(models.map(str::to_owned));
    }
    facts
}

fn swatches(canvas: &mut Canvas, area: Rect, row: u16, palette: &[Rgb]) {
    if canvas.theme.depth == Depth::None || row >= area.height {
        return;
    }
    for (at, Rgb([r, g, b])) in palette.iter().take(usize::from(area.width)).enumerate() {
        let style = Style::new().fg(half_block::color(*r, *g, *b, canvas.theme.depth)).bg(Color::Reset);
        canvas.buffer.set_string(area.x + at as u16, area.y + row, "█", style);
    }
}

fn candidates(canvas: &mut Canvas, area: Rect, open: &Opened) {
    let theme = canvas.theme;
    let Some(slot) = open.slot() else {
        canvas.text(area, 0, 2, "it has no candidates: it is made from others", theme.dim());
        return;
    };
    let slots = open.detail.as_ref().map_or(0, |detail| detail.slots.len());
    let which = if slots > 1 { format!(" (frame {} of {slots}, ↑ ↓)", open.slot + 1) } else { String::new() };
    let what = if open.raws { "raws" } else { "restored" };
    canvas.line(
        area,
        0,
        [Span::styled(line(&slot.id), theme.bold()), Span::styled(format!("{which}  {what}"), theme.dim())],
    );
    for (at, cell) in places(area, slot.choices.len(), open.at) {
        candidate(canvas, cell, &slot.choices[at], open, at == open.at);
    }
    if slot.choices.is_empty() {
        canvas.text(area, 2, 2, "none yet: `b` builds", theme.dim());
    }
}

/// Where the candidates that have room stand.
fn places(area: Rect, count: usize, chosen: usize) -> Vec<(usize, Rect)> {
    // The widest in which all have room, or the narrowest.
    let fits = |width: &&u16| usize::from(area.width / **width) >= count.max(1);
    let width = CANDIDATE.iter().rev().find(fits).copied().unwrap_or(CANDIDATE[0]);
    let columns = usize::from(area.width / width).max(1);
    let height = (width - 2) / 2 + 3;
    let rows = usize::from(area.height.saturating_sub(1) / height).max(1);
    let first = (chosen / columns).saturating_sub(rows - 1) * columns;
    let cell = |(place, at): (usize, usize)| {
        let cell = Rect {
            x: area.x + (place % columns) as u16 * width,
            y: area.y + 1 + (place / columns) as u16 * height,
            width: width - 2,
            height: height - 1,
        };
        (at, cell.intersection(area))
    };
    (first..count).take(columns * rows).enumerate().map(cell).collect()
}

/// The columns of the asset itself, and those of its candidates.
fn halves(area: Rect) -> [Rect; 2] {
    let left = Rect { y: area.y + 2, width: 34.min(area.width / 2), height: area.height.saturating_sub(2), ..area };
    [left, Rect { x: area.x + left.width, width: area.width - left.width, ..left }]
}

/// The candidate at a place of the screen.
pub(super) fn choice_at(area: Rect, open: &Opened, at: Position) -> Option<usize> {
    let [_, right] = halves(area);
    let count = open.slot()?.choices.len();
    places(right, count, open.at).into_iter().find(|(_, cell)| cell.contains(at)).map(|(place, _)| place)
}

fn candidate(canvas: &mut Canvas, area: Rect, choice: &Choice, open: &Opened, is_chosen: bool) {
    let theme = canvas.theme;
    let shown = &choice.shown;
    let image = Rect { height: area.height.saturating_sub(2), ..area };
    let art = if open.raws { &choice.photo } else { &choice.art };
    match art {
        Some(art) => _ = canvas.cache.draw(canvas.buffer, image, art, 0),
        None => {
            let why = shown.error.as_ref().map_or("not on this machine", |error| &error.message);
            canvas.text(image, 1, 4, &line(why), theme.dim());
        }
    }
    let picked = match shown.picked {
        Some(By::User) => "★ your pick",
        Some(By::Gates) => "● chosen",
        None => "",
    };
    let kept = if shown.kept { " kept" } else { "" };
    let old = if shown.current { "" } else { " earlier prompt" };
    let style = if is_chosen { theme.chosen() } else { theme.bold() };
    let sign = if is_chosen { "▸" } else { " " };
    let row = area.height.saturating_sub(2);
    canvas.line(
        area,
        row,
        [
            Span::styled(format!("{sign}{} ", shown.n), style),
            Span::styled(picked, theme.good()),
            Span::styled(format!("{kept}{old}"), theme.dim()),
        ],
    );
    let (sign, color) = if shown.verdict.passes() { ("✓", theme.good()) } else { ("✗", theme.bad()) };
    let verdict = if shown.verdict.passes() { format!("score {}", shown.score) } else { shown.verdict.to_string() };
    canvas.line(area, row + 1, [Span::styled(format!(" {sign} {}", line(&verdict)), color)]);
}
