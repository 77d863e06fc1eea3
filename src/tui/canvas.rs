//! What every screen draws with: lines, wrapped text, bars, boxes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

use super::pictures::PictureCache;
use super::theme::Theme;

/// What a screen is drawn with.
pub(super) struct Canvas<'a> {
    pub(super) buffer: &'a mut Buffer,
    pub(super) cache: &'a mut PictureCache,
    pub(super) theme: Theme,
}

impl Canvas<'_> {
    /// Writes a line that ends at the area's edge.
    pub(super) fn line<'s>(&mut self, area: Rect, row: u16, spans: impl IntoIterator<Item = Span<'s>>) {
        if row < area.height {
            let line: Line = spans.into_iter().collect();
            self.buffer.set_line(area.x, area.y + row, &line, area.width);
        }
    }

    /// Writes text of one style; returns the rows that it took, at most `rows`.
    pub(super) fn text(&mut self, area: Rect, row: u16, rows: u16, text: &str, style: Style) -> u16 {
        let lines = wrapped(text, usize::from(area.width));
        let shown = lines.iter().take(rows.into());
        let count = shown.clone().count();
        shown.zip(row..).for_each(|(line, row)| self.line(area, row, [Span::styled(line.as_str(), style)]));
        u16::try_from(count).unwrap_or(0)
    }
}

/// Text in lines of at most so many columns.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let width = Span::raw(word).width();
        let last = lines.last().map_or(0, String::len);
        if last > 0 && used + 1 + width > columns {
            lines.push(String::new());
            used = 0;
        } else if last > 0 {
            lines.iter_mut().last().into_iter().for_each(|line| line.push(' '));
            used += 1;
        }
        lines.iter_mut().last().into_iter().for_each(|line| line.push_str(word));
        used += width;
    }
    lines
}

/// A box in the middle; returns what is in it.
pub(super) fn popup(canvas: &mut Canvas, area: Rect, [width, height]: [u16; 2], title: &str) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    let place = Rect::new(area.x + (area.width - width) / 2, area.y + (area.height - height) / 2, width, height);
    Clear.render(place, canvas.buffer);
    let block = Block::bordered().title(title.to_owned());
    let inner = block.inner(place);
    block.render(place, canvas.buffer);
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

/// A bar of so many columns.
pub(super) fn bar(done: u64, all: u64, columns: usize) -> String {
    let filled = if all == 0 { 0 } else { (done.min(all) as usize * columns) / all as usize };
    format!("{}{}", "━".repeat(filled), "─".repeat(columns - filled))
}

/// `45 s`, `3 min`, `2 h 5 min`.
pub(super) fn time(seconds: u64) -> String {
    match seconds {
        0..90 => format!("{seconds} s"),
        90..5400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}
