//! Draws the form and what came of it.

use ratatui::layout::Rect;
use ratatui::text::Span;

use super::canvas::Canvas;
use super::prompt::{Field, Made, Prompt};
use super::text_field::line;

pub(super) fn draw(canvas: &mut Canvas, area: Rect, prompt: &Prompt) {
    let theme = canvas.theme;
    let mut row = area.y;
    for field in Field::ALL {
        let high = if field == Field::Prompt { 3 } else { 1 };
        let is_here = field == prompt.focus;
        let sign = if is_here { "▸" } else { " " };
        let place = Rect { y: row, height: high, width: 11.min(area.width), ..area };
        let style = if is_here { theme.bold() } else { theme.dim() };
        canvas.line(place, 0, [Span::styled(format!("{sign}{}", field.word()), style)]);
        let text = Rect { x: area.x + 11, width: area.width.saturating_sub(12), ..place };
        prompt.field(field).draw(canvas.buffer, text, is_here && prompt.typing);
        row += high;
    }
    let rest = Rect { y: row + 1, height: area.bottom().saturating_sub(row + 1), ..area };
    if let Some(problem) = &prompt.problem {
        canvas.line(Rect { y: row, height: 1, ..area }, 0, [Span::styled(format!("error: {problem}"), theme.bad())]);
    }
    results(canvas, rest, &prompt.made);
}

/// The newest first, side by side.
fn results(canvas: &mut Canvas, area: Rect, made: &[Made]) {
    let theme = canvas.theme;
    let width = 34;
    let room = usize::from(area.width / width);
    if made.is_empty() {
        canvas.line(area, 0, [Span::styled("Enter generates; what comes of it stands here", theme.dim())]);
    }
    let mut at = 0;
    for one in made {
        let arts: Vec<Option<&_>> = match &one.art {
            Some(art) => art.iter().map(Some).collect(),
            None => vec![None],
        };
        let arts = if arts.is_empty() { vec![None] } else { arts };
        for art in arts {
            if at >= room {
                return;
            }
            let place = Rect { x: area.x + at as u16 * width, width: width - 2, ..area };
            let image = Rect { height: place.height.saturating_sub(1).min(17), ..place };
            let state = match (art, &one.art) {
                (Some(_), _) => "",
                (None, None) => "in progress",
                (None, Some(_)) => "no image: it was added, or failed (F1 says why)",
            };
            if let Some(art) = art {
                canvas.cache.draw(canvas.buffer, image, art, 0);
            }
            canvas.text(image, 1, 3, state, theme.dim());
            let below = Rect { y: image.bottom(), height: 1, ..place };
            canvas.line(below, 0, [Span::styled(line(one.prompt.get(..200).unwrap_or(&one.prompt)), theme.dim())]);
            at += 1;
        }
    }
}
