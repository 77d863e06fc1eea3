//! Draws a frame: the tabs, a screen, the last line, and what stands over them.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

use super::pictures::PictureCache;
use super::theme::Theme;
use super::{App, Screen, asset_view, build_view, compare_view, gallery_view, help, prompt_view, servers_view};
use crate::words::diagnostic::Severity;

/// The least size of the terminal.
const LEAST: [u16; 2] = [80, 24];

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

/// Draws the state.
pub fn draw(frame: &mut Frame, app: &App, cache: &mut PictureCache) {
    let area = frame.area();
    let theme = Theme { depth: cache.depth() };
    cache.cover(app.help || app.question.is_some());
    let mut canvas = Canvas { buffer: frame.buffer_mut(), cache, theme };
    if area.width < LEAST[0] || area.height < LEAST[1] {
        let text =
            format!("the terminal is {}x{}: {}x{} or more is needed", area.width, area.height, LEAST[0], LEAST[1]);
        canvas.text(area, 0, area.height, &text, Style::new());
        return;
    }
    tabs(&mut canvas, Rect { height: 1, ..area }, app);
    let body = Rect { y: area.y + 1, height: area.height - 2, ..area };
    match app.screen {
        Screen::Build => build_view::draw(&mut canvas, body, &app.build),
        Screen::Gallery => match &app.gallery.open {
            Some(open) => asset_view::draw(&mut canvas, body, open, app.gallery.now),
            None => gallery_view::draw(&mut canvas, body, &app.gallery),
        },
        Screen::Compare => compare_view::draw(&mut canvas, body, &app.compare),
        Screen::Prompt => prompt_view::draw(&mut canvas, body, &app.prompt),
        Screen::Servers => servers_view::draw(&mut canvas, body, &app.servers),
    }
    last_line(&mut canvas, Rect { y: area.bottom() - 1, height: 1, ..area }, app);
    if app.help {
        help::draw(&mut canvas, area, app);
    }
    if let Some(question) = &app.question {
        ask(&mut canvas, area, &question.text(), question.choices());
    }
}

fn tabs(canvas: &mut Canvas, area: Rect, app: &App) {
    let theme = canvas.theme;
    let mut spans = Vec::new();
    for (n, screen) in Screen::ALL.into_iter().enumerate() {
        let is_shown = screen == app.screen;
        // The mark shows without any attribute, too.
        let [left, right] = if is_shown { ["[", "]"] } else { [" ", " "] };
        let style = if is_shown { theme.chosen() } else { Style::new() };
        spans.push(Span::styled(format!("{left}F{} {}{right}", n + 1, screen.word()), style));
        spans.push(Span::raw(" "));
    }
    canvas.line(area, 0, spans);
    let state = build_view::headline(&app.build);
    let width = u16::try_from(Span::raw(&state).width()).unwrap_or(0);
    if let Some(left) = area.width.checked_sub(width + 1).filter(|left| *left > 58) {
        canvas.line(Rect { x: area.x + left, width, ..area }, 0, [Span::styled(state, theme.accent())]);
    }
}

fn last_line(canvas: &mut Canvas, area: Rect, app: &App) {
    let theme = canvas.theme;
    if let Some(notice) = &app.notice {
        let (mark, style) = match notice.severity {
            Severity::Error => ("error: ", theme.bad()),
            Severity::Warning => ("warning: ", theme.warning()),
            Severity::Note => ("", theme.bold()),
        };
        return canvas.line(area, 0, [Span::styled(mark, style), Span::styled(notice.text.as_str(), style)]);
    }
    let keys = help::keys_of(app);
    canvas.line(
        area,
        0,
        keys.iter().flat_map(|(key, what)| {
            [Span::styled(*key, theme.bold()), Span::styled(format!(" {what}  "), theme.dim())]
        }),
    );
}

fn ask(canvas: &mut Canvas, area: Rect, text: &str, choices: &[(&str, &str)]) {
    let width = 64.min(area.width);
    let lines = wrapped(text, usize::from(width) - 4);
    let height = u16::try_from(lines.len() + choices.len()).unwrap_or(10) + 3;
    let inner = popup(canvas, area, [width, height], " ? ");
    let used = canvas.text(inner, 0, inner.height, text, canvas.theme.bold());
    for ((key, what), row) in choices.iter().zip(used + 1..) {
        canvas.line(inner, row, [Span::styled(format!("{key:>5}  "), canvas.theme.accent()), Span::raw(*what)]);
    }
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
