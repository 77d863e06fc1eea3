//! Draws the gallery: sprites side by side, or names with one sprite.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use super::canvas::Canvas;
use super::filter;
use super::gallery::{Gallery, NAMES};
use super::text_field::line;
use super::theme::Theme;
use crate::session::ListedItem;
use crate::words::text::count;

pub(super) fn draw(canvas: &mut Canvas, area: Rect, gallery: &Gallery) {
    head(canvas, Rect { height: 1, ..area }, gallery);
    let area = Rect { y: area.y + 2, height: area.height - 2, ..area };
    if gallery.shown.is_empty() {
        let text = match (gallery.is_known, gallery.listed.items.is_empty()) {
            (false, _) => "reading the project",
            (true, true) => {
                "the manifest has no assets: `dgx-pixels add sprite NAME \"PROMPT\"` adds one, F4 generates from a prompt"
            }
            (true, false) => "no asset passes the filter: Esc removes it",
        };
        canvas.text(area, 0, 3, text, canvas.theme.dim());
    } else if gallery.grid {
        grid(canvas, area, gallery);
    } else {
        names(canvas, area, gallery);
    }
}

fn head(canvas: &mut Canvas, area: Rect, gallery: &Gallery) {
    let theme = canvas.theme;
    let label = "Filter: ";
    canvas.line(area, 0, [Span::styled(label, theme.dim())]);
    let right = match gallery.problems.first() {
        Some(problem) => line(&format!("pixels.toml: {}", problem.message)),
        None => {
            let (shown, all) = (gallery.shown.len(), count(gallery.listed.items.len(), "asset", "assets"));
            format!("{shown} of {all}, by {}", gallery.sort.word())
        }
    };
    let width = u16::try_from(Span::raw(&right).width()).unwrap_or(0).min(area.width / 2);
    let field = Rect { x: area.x + 8, width: area.width.saturating_sub(10 + width), ..area };
    gallery.filter.draw(canvas.buffer, field, gallery.typing);
    if !gallery.typing && gallery.filter.text().is_empty() {
        canvas.line(field, 0, [Span::styled("/ to type", theme.dim())]);
    }
    let style = if gallery.problems.is_empty() { theme.dim() } else { theme.bad() };
    let place = Rect { x: area.right() - width, width, ..area };
    canvas.line(place, 0, [Span::styled(right, style)]);
}

/// A mark and a colour for a state: the mark alone tells it.
pub(super) fn mark(state: &str, theme: Theme) -> (&'static str, Style) {
    match state {
        "pass" => ("✓", theme.good()),
        "picked" => ("★", theme.good()),
        "fails" => ("✗", theme.bad()),
        "error" => ("!", theme.bad()),
        "stale" => ("~", theme.warning()),
        _ => ("·", theme.dim()),
    }
}

fn grid(canvas: &mut Canvas, area: Rect, gallery: &Gallery) {
    let [width, height] = gallery.cell();
    let [columns, rows] = gallery.room();
    let theme = canvas.theme;
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
        let at = (gallery.top + row) * columns + column;
        let (Some(item), Some(key)) = (gallery.item(at), gallery.key_of(at)) else { return };
        let place = Rect {
            x: area.x + column as u16 * width,
            y: area.y + row as u16 * height,
            width: width - 2,
            height: height - 1,
        };
        let image = Rect { height: place.height - 2, ..place };
        sprite(canvas, image, gallery, &key);
        let is_chosen = at == gallery.at;
        let style = if is_chosen { theme.chosen() } else { Style::new() };
        let (sign, color) = mark(filter::state(item), theme);
        let name = format!("{}{}", if is_chosen { "▸" } else { " " }, line(&item.name));
        canvas.line(place, place.height - 2, [Span::styled(format!("{sign} "), color), Span::styled(name, style)]);
        canvas.line(place, place.height - 1, [Span::styled(format!("  {}", about(item)), theme.dim())]);
    }
}

/// State, kind and size in a few words.
fn about(item: &ListedItem) -> String {
    let size = item.size.map_or_else(String::new, |[width, height]| format!(" {width}x{height}"));
    let frames = if item.frames > 1 { format!(" ·{}", item.frames) } else { String::new() };
    format!("{} {}{size}{frames}", filter::state(item), item.kind)
}

fn sprite(canvas: &mut Canvas, area: Rect, gallery: &Gallery, key: &str) -> Option<String> {
    let card = gallery.cards.get(key)?;
    match &card.art {
        Some(art) => canvas.cache.draw(canvas.buffer, area, art, art.at(gallery.now).0),
        None => {
            let text = card.why.as_deref().or(card.error.as_deref()).unwrap_or("no image yet");
            canvas.text(area, area.height / 2, 3, &line(text), canvas.theme.dim());
            None
        }
    }
}

fn names(canvas: &mut Canvas, area: Rect, gallery: &Gallery) {
    let theme = canvas.theme;
    let list = Rect { width: NAMES.min(area.width), ..area };
    for (row, at) in (gallery.top..gallery.shown.len()).take(area.height.into()).enumerate() {
        let Some(item) = gallery.item(at) else { return };
        let is_chosen = at == gallery.at;
        let (sign, color) = mark(filter::state(item), theme);
        let style = if is_chosen { theme.chosen() } else { Style::new() };
        let name = line(&item.name);
        let spans = [
            Span::styled(if is_chosen { "▸" } else { " " }, style),
            Span::styled(format!("{sign} "), color),
            Span::styled(format!("{name:<22} "), style),
            Span::styled(item.kind.word(), theme.dim()),
        ];
        canvas.line(Rect { width: NAMES - 2, ..list }, row as u16, spans);
    }
    let right = Rect { x: area.x + NAMES, width: area.width - NAMES, ..area };
    let (Some(item), Some(key)) = (gallery.item(gallery.at), gallery.key_of(gallery.at)) else { return };
    let words = 5.min(right.height);
    let image = Rect { height: right.height - words, ..right };
    let factor = sprite(canvas, image, gallery, &key).unwrap_or_default();
    let facts = Rect { y: right.y + image.height, height: words, ..right };
    let (sign, color) = mark(filter::state(item), theme);
    let name = line(&item.name);
    canvas.line(
        facts,
        0,
        [
            Span::styled(format!("{sign} "), color),
            Span::styled(name, theme.bold()),
            Span::raw(format!("  {}  {factor}", about(item))),
        ],
    );
    let verdict = item.verdict.as_ref().filter(|verdict| !verdict.passes());
    let why = gallery.cards.get(&key).and_then(|card| card.why.clone());
    let said = verdict.map(ToString::to_string).or(why).unwrap_or_default();
    canvas.line(facts, 1, [Span::styled(line(&said), theme.warning())]);
    let tags: Vec<String> = item.tags.iter().map(|tag| format!("#{}", line(tag))).collect();
    canvas.line(facts, 2, [Span::styled(tags.join(" "), theme.accent())]);
    let prompt = item.prompt.as_deref().map(line).unwrap_or_default();
    canvas.text(facts, 3, 2, &prompt, theme.dim());
}
