//! A line of text that takes every printable key.

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::words::text::printable;

/// A line with a cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TextField {
    text: String,
    /// A place between characters, in bytes.
    cursor: usize,
}

impl TextField {
    pub(super) fn of(text: &str) -> Self {
        let mut field = Self::default();
        field.paste(text);
        field
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Takes a key; says whether it was one of text.
    pub(super) fn key(&mut self, key: KeyEvent) -> bool {
        let held = key.modifiers.intersection(KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SUPER);
        // Right Alt is sent as both on some keyboards.
        let types = held.is_empty() || held == KeyModifiers::CONTROL | KeyModifiers::ALT;
        match key.code {
            KeyCode::Char(c) if types => self.insert(c),
            KeyCode::Char('a') if held == KeyModifiers::CONTROL => self.cursor = 0,
            KeyCode::Char('e') if held == KeyModifiers::CONTROL => self.cursor = self.text.len(),
            KeyCode::Char('u') if held == KeyModifiers::CONTROL => self.clear(),
            KeyCode::Char('w') if held == KeyModifiers::CONTROL => self.erase_word(),
            KeyCode::Backspace => self.erase(),
            KeyCode::Delete => {
                if self.cursor < self.text.len() {
                    self.text.remove(self.cursor);
                }
            }
            KeyCode::Left => self.cursor = self.before(),
            KeyCode::Right => self.cursor = self.after(),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.text.len(),
            _ => return false,
        }
        true
    }

    fn insert(&mut self, c: char) {
        if !c.is_control() {
            self.text.insert(self.cursor, c);
            self.cursor += c.len_utf8();
        }
    }

    /// Text from elsewhere, without what may command a terminal; its line ends are spaces.
    pub(super) fn paste(&mut self, text: &str) {
        let text = line(text);
        self.text.insert_str(self.cursor, &text);
        self.cursor += text.len();
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.cursor = 0;
    }

    fn erase(&mut self) {
        if self.cursor > 0 {
            self.cursor = self.before();
            self.text.remove(self.cursor);
        }
    }

    fn erase_word(&mut self) {
        let kept = self.text[..self.cursor].trim_end();
        let from = kept.rfind(' ').map_or(0, |at| at + 1);
        self.text.replace_range(from..self.cursor, "");
        self.cursor = from;
    }

    fn before(&self) -> usize {
        self.text[..self.cursor].char_indices().next_back().map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        self.text[self.cursor..].chars().next().map_or(self.cursor, |c| self.cursor + c.len_utf8())
    }

    /// Draws the part around the cursor, in as many rows as the area has.
    pub(super) fn draw(&self, buffer: &mut Buffer, area: Rect, focus: bool) {
        let room = usize::from(area.width) * usize::from(area.height);
        if room == 0 {
            return;
        }
        let back = self.text[..self.cursor].char_indices().rev().nth(room.saturating_sub(2));
        let shown = &self.text[back.map_or(0, |(at, _)| at)..];
        let mut place = (area.x, area.y);
        let mut at = back.map_or(0, |(at, _)| at);
        // A space after the text is where the cursor stands at its end.
        for c in shown.chars().chain([' ']) {
            let width = if c.is_ascii() { 1 } else { ratatui::text::Span::raw(c.to_string()).width() as u16 };
            if place.0 + width > area.right() {
                place = (area.x, place.1 + 1);
            }
            if place.1 >= area.bottom() {
                return;
            }
            let style =
                if focus && at == self.cursor { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
            buffer.set_string(place.0, place.1, c.to_string(), style);
            place.0 += width;
            at += c.len_utf8();
        }
    }
}

/// Foreign text as one line that commands no terminal.
pub(super) fn line(text: &str) -> String {
    printable(&text.replace("\r\n", "\n").replace('\r', "\n")).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(field: &mut TextField, text: &str) {
        text.chars().for_each(|c| assert!(field.key(KeyEvent::from(KeyCode::Char(c)))));
    }

    #[test]
    fn every_printable_key_arrives() {
        let all: String = (' '..='~').collect();
        let mut field = TextField::default();
        typed(&mut field, &all);
        assert_eq!(field.text(), all);
    }

    #[test]
    fn a_large_paste_is_one_line() {
        let mut field = TextField::of("ab");
        field.key(KeyEvent::from(KeyCode::Left));
        field.paste(&"x\r\n\u{1b}[31m\u{202e}".repeat(100_000));
        assert_eq!((field.text().len(), &field.text()[..5]), (200_002, "ax x "));
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 2));
        field.draw(&mut buffer, Rect::new(0, 0, 20, 2), true);
        assert!(buffer.content.iter().any(|cell| cell.symbol() == "b"));
    }

    #[test]
    fn characters_are_erased_whole() {
        let mut field = TextField::of("aé騎 two");
        field.key(KeyEvent::new(KeyCode::Char('w'), KeyModifiers::CONTROL));
        field.key(KeyEvent::from(KeyCode::Backspace));
        field.key(KeyEvent::from(KeyCode::Backspace));
        assert_eq!(field.text(), "aé");
    }
}
