//! The keys: those of a screen in its last line, all of them in one overlay.

use ratatui::layout::Rect;
use ratatui::text::Span;

use super::canvas::{Canvas, popup};
use super::{App, Screen};

type Keys = &'static [(&'static str, &'static str)];

/// What every screen takes.
const EVERYWHERE: Keys = &[
    ("F1..F5", "Build, Gallery, Compare, Prompt, Servers"),
    ("< >", "the screen before, the next one"),
    ("F6 or ?", "this help"),
    ("b", "build what is not up to date"),
    ("q, Ctrl-C", "quit"),
    ("Esc", "back: leave a field, close what is open"),
];

const GALLERY: Keys = &[
    ("/", "filter: words, tag:hero, a kind, a state"),
    ("arrows, Enter", "go to an asset, open it"),
    ("s, g, + -", "sort, grid or list, size"),
    ("u, r", "release the pick, new candidates"),
    ("p", "play or pause"),
];

const ASSET: Keys = &[
    ("1..9, Enter", "pick a candidate"),
    ("arrows, [ ]", "candidate and frame, other asset"),
    ("u, r, k", "release, new candidates, keep this one"),
    ("t, m, v", "raws, another map, image viewer"),
    ("f, + -", "the raw under its found grid, zoom; arrows move"),
];

const BUILD: Keys = &[("n , .", "draw next, earlier, later"), ("x, t, X", "cancel, try again, cancel the job")];

const COMPARE: Keys = &[
    ("l r, ← →", "left or right is better"),
    ("1..4, + -", "the best; more or fewer images at once"),
    ("t, x, s", "tie, all bad, skip"),
    ("u, i", "undo, what the votes say"),
];

const PROMPT: Keys = &[
    ("Tab, ↑ ↓", "next field; earlier prompt or next name"),
    ("Enter, Ctrl-S", "generate; add to the manifest and build"),
];

const SERVERS: Keys = &[("e, ↑ ↓", "examine again, scroll")];

/// All keys by where they are taken.
pub const ALL: [(&str, Keys); 7] = [
    ("Everywhere, but in a text field", EVERYWHERE),
    ("Gallery", GALLERY),
    ("An open asset", ASSET),
    ("Build", BUILD),
    ("Compare", COMPARE),
    ("Prompt", PROMPT),
    ("Servers", SERVERS),
];

/// The keys that matter now.
pub(super) fn keys_of(app: &App) -> Keys {
    match app.screen {
        Screen::Gallery if app.gallery.typing => &[("Enter", "done"), ("Esc", "no filter")],
        Screen::Gallery if app.gallery.open.as_ref().is_some_and(|open| open.grid.is_some()) => {
            &[("+ -", "zoom"), ("arrows", "move"), ("Home", "all of it"), ("Esc", "back"), ("?", "help")]
        }
        Screen::Gallery if app.gallery.open.is_some() => &[
            ("1..9", "pick"),
            ("u", "release"),
            ("r", "reroll"),
            ("t", "raws"),
            ("f", "grid"),
            ("b", "build"),
            ("Esc", "back"),
            ("?", "help"),
        ],
        Screen::Gallery => &[
            ("/", "filter"),
            ("Enter", "open"),
            ("s", "sort"),
            ("g", "grid"),
            ("+ -", "size"),
            ("b", "build"),
            ("?", "help"),
            ("q", "quit"),
        ],
        Screen::Build => &[
            ("b", "build"),
            ("n", "next"),
            (", .", "move"),
            ("x", "cancel"),
            ("t", "retry"),
            ("X", "cancel job"),
            ("?", "help"),
            ("q", "quit"),
        ],
        Screen::Compare if app.compare.shows_more() => &[
            ("1..4", "best"),
            ("t", "tie"),
            ("x", "all bad"),
            ("s", "skip"),
            ("u", "undo"),
            ("+ -", "at once"),
            ("i", "result"),
            ("?", "help"),
        ],
        Screen::Compare if app.compare.open.is_some() => &[
            ("l r", "better"),
            ("t", "tie"),
            ("x", "both bad"),
            ("s", "skip"),
            ("u", "undo"),
            ("+ -", "at once"),
            ("i", "result"),
            ("?", "help"),
        ],
        Screen::Compare => &[("↑ ↓", "choose"), ("Enter", "vote"), ("?", "help"), ("q", "quit")],
        Screen::Prompt if app.prompt.typing => &[
            ("Enter", "generate"),
            ("Ctrl-S", "add to the manifest"),
            ("Tab", "next field"),
            ("↑ ↓", "earlier"),
            ("Esc", "leave the field"),
        ],
        Screen::Prompt => &[("Enter", "generate"), ("a", "add"), ("e", "edit"), ("?", "help"), ("q", "quit")],
        Screen::Servers => &[("e", "examine again"), ("↑ ↓", "scroll"), ("?", "help"), ("q", "quit")],
    }
}

/// Draws the overlay: all keys, or where there is no room those of the screen.
pub(super) fn draw(canvas: &mut Canvas, area: Rect, app: &App) {
    let rows = |sections: &[(&str, Keys)]| sections.iter().map(|(_, keys)| keys.len() + 1).sum::<usize>();
    let wide = area.width >= 130;
    let is_all = wide || usize::from(area.height) >= rows(&ALL) + 5;
    let sections: Vec<(&str, Keys)> =
        ALL.into_iter().filter(|(title, _)| is_all || concerns(title, app.screen)).collect();
    let (columns, width) = if wide { (2, 134) } else { (1, 78) };
    let height = rows(&sections).div_ceil(columns) + if wide { 6 } else { 3 };
    let inner = popup(canvas, area, [width, u16::try_from(height).unwrap_or(24)], " Keys ");
    let theme = canvas.theme;
    let column = inner.width / columns as u16;
    let mut place = Rect { width: column, height: inner.height.saturating_sub(1), ..inner };
    let mut row = 0;
    for (title, keys) in sections {
        if place.x == inner.x && row + u16::try_from(keys.len()).unwrap_or(0) >= place.height {
            place.x += column;
            row = 0;
        }
        canvas.line(place, row, [Span::styled(title, theme.bold())]);
        row += 1;
        for (key, what) in keys {
            canvas.line(place, row, [Span::styled(format!(" {key:<14} "), theme.accent()), Span::raw(*what)]);
            row += 1;
        }
    }
    let last = Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner };
    canvas.line(last, 0, [Span::styled(format!("Images: {}", app.images), theme.dim())]);
}

fn concerns(title: &str, screen: Screen) -> bool {
    let is_own = title == screen.word() || (screen == Screen::Gallery && title == "An open asset");
    is_own || title == ALL[0].0
}
