//! Draws a frame: the tabs, a screen, the last line, and what stands over them.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Span;

use super::canvas::{Canvas, popup, wrapped};
use super::pictures::PictureCache;
use super::theme::Theme;
use super::{App, Screen, asset_view, build_view, compare_view, gallery_view, help, prompt_view, servers_view};
use crate::words::diagnostic::Severity;

/// The least size of the terminal.
const LEAST: [u16; 2] = [80, 24];

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
    let body = body(area);
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

/// The room of a screen.
pub(super) fn body(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area }
}

/// The words of a tab, without the signs around it.
fn tab(n: usize, screen: Screen) -> String {
    format!("F{} {}", n + 1, screen.word())
}

/// The tab at a place of the screen.
pub(super) fn tab_at(at: Position) -> Option<Screen> {
    let mut left = 0;
    let mut ends = Screen::ALL.into_iter().enumerate().map(|(n, screen)| {
        left += tab(n, screen).len() + 3;
        (screen, left)
    });
    ends.find(|(_, end)| at.y == 0 && usize::from(at.x) < *end).map(|(screen, _)| screen)
}

fn tabs(canvas: &mut Canvas, area: Rect, app: &App) {
    let theme = canvas.theme;
    let mut spans = Vec::new();
    for (n, screen) in Screen::ALL.into_iter().enumerate() {
        let is_shown = screen == app.screen;
        // The mark shows without any attribute, too.
        let [left, right] = if is_shown { ["[", "]"] } else { [" ", " "] };
        let style = if is_shown { theme.chosen() } else { Style::new() };
        spans.push(Span::styled(format!("{left}{}{right}", tab(n, screen)), style));
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
