//! A thread that reads the terminal.

use std::sync::mpsc::Sender;

use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseEventKind};
use ratatui::layout::Size;

use super::Input;
use crate::session::Result;
use crate::threads;

/// Reads until the terminal is gone. It never ends otherwise: the process does.
pub(super) fn start(sender: Sender<Input>) -> Result<()> {
    let read = move || {
        loop {
            let input = match event::read() {
                // Escape and a key that arrive together, as over a slow line, look like one key with Alt, which none has.
                Ok(Event::Key(key)) if key.kind != KeyEventKind::Release && key.modifiers == KeyModifiers::ALT => {
                    let escape = KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE);
                    if sender.send(Input::Key(escape)).is_err() {
                        return;
                    }
                    Input::Key(KeyEvent { modifiers: KeyModifiers::NONE, ..key })
                }
                Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => Input::Key(key),
                // Where the mouse only moves, nothing changes.
                Ok(Event::Mouse(event)) if !matches!(event.kind, MouseEventKind::Moved) => Input::Mouse(event),
                Ok(Event::Paste(text)) => Input::Paste(text),
                Ok(Event::Resize(width, height)) => Input::Resize(Size { width, height }),
                Ok(_) => continue,
                Err(_) => Input::Stop,
            };
            let over = matches!(input, Input::Stop);
            if sender.send(input).is_err() || over {
                return;
            }
        }
    };
    threads::spawn("keyboard", read).map(drop).map_err(|error| super::no_threads(&error))
}
