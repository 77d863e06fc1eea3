//! Draws a raw under its found grid.

use ratatui::layout::Rect;
use ratatui::text::Span;

use super::asset::Opened;
use super::canvas::Canvas;
use super::text_field::line;
use crate::words::digest::Digest;

pub(super) fn draw(canvas: &mut Canvas, area: Rect, open: &Opened) {
    let Some(view) = &open.grid else { return };
    let theme = canvas.theme;
    let name = open.slot().map(|slot| line(&slot.id)).unwrap_or_default();
    canvas.line(area, 0, [Span::styled(format!("{name} {}", view.n), theme.bold()), Span::raw("  raw, found grid")]);
    let gridded = match &view.found {
        None => return canvas.line(area, 1, [Span::styled("finding the grid", theme.dim())]),
        Some(Err(why)) => {
            _ = canvas.text(area, 1, 3, &line(why), theme.warning());
            return;
        }
        Some(Ok(gridded)) => gridded,
    };
    let image = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    let key = format!("{:?} {} {:?} {image:?}", open.key, view.n, view.part);
    let room = canvas.cache.room(image);
    canvas.cache.draw_made(canvas.buffer, image, Digest::of(key.as_bytes()), |room| gridded.drawn(room, view.part));
    let [width, height] = [gridded.raw.width(), gridded.raw.height()];
    let says = match &gridded.grid {
        Err(why) => format!("{width}x{height}: {}", line(why)),
        Ok(grid) => {
            let [columns, rows] = grid.cells;
            let pitch = f64::from(width) / columns.max(1) as f64;
            let lines = match gridded.every(room, view.part) {
                1 => "every line".to_owned(),
                every => format!("one line of {every}"),
            };
            format!("{width}x{height}, {columns}x{rows} cells of about {pitch:.2} px, {lines}")
        }
    };
    canvas.line(area, 1, [Span::styled(says, theme.dim())]);
}
