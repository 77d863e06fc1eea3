//! The mouse: a click goes where it points, the wheel moves. Everything that it does has a key.

use ratatui::crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::effect::Effect;
use super::{App, Screen, asset_view, compare_view, draw};

impl App {
    pub(super) fn mouse(&mut self, event: MouseEvent, effects: &mut Vec<Effect>) {
        if self.question.is_some() {
            return;
        }
        let at = Position::new(event.column, event.row);
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) if self.help => self.help = false,
            MouseEventKind::Down(MouseButton::Left) => self.click(at, effects),
            MouseEventKind::ScrollUp => self.wheel(false, effects),
            MouseEventKind::ScrollDown => self.wheel(true, effects),
            _ => {}
        }
    }

    fn click(&mut self, at: Position, effects: &mut Vec<Effect>) {
        if let Some(screen) = draw::tab_at(at) {
            return self.show(screen, effects);
        }
        let body = draw::body(Rect { x: 0, y: 0, width: self.size.width, height: self.size.height });
        let pressed = match self.screen {
            Screen::Gallery => match &mut self.gallery.open {
                None => self.gallery.click(at),
                Some(open) if open.grid.is_none() => {
                    let place = asset_view::choice_at(body, open, at);
                    // The one that is chosen already is picked.
                    place.and_then(|place| (std::mem::replace(&mut open.at, place) == place).then_some(KeyCode::Enter))
                }
                Some(_) => None,
            },
            Screen::Compare => compare_view::image_at(body, &self.compare, at)
                .and_then(|place| char::from_digit(u32::try_from(place + 1).ok()?, 10))
                .map(KeyCode::Char),
            _ => None,
        };
        if let Some(code) = pressed {
            self.press(code, effects);
        }
    }

    fn wheel(&mut self, down: bool, effects: &mut Vec<Effect>) {
        let zooms = self.gallery.open.as_ref().is_some_and(|open| open.grid.is_some());
        let code = match (self.screen, down) {
            (Screen::Prompt, _) => return,
            (Screen::Gallery, true) if zooms => KeyCode::Char('-'),
            (Screen::Gallery, false) if zooms => KeyCode::Char('+'),
            (_, true) => KeyCode::Down,
            (_, false) => KeyCode::Up,
        };
        if !self.types() {
            self.press(code, effects);
        }
    }

    fn press(&mut self, code: KeyCode, effects: &mut Vec<Effect>) {
        self.screen_key(KeyEvent::from(code), effects);
    }
}
