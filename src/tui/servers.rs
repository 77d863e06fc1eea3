//! What the servers have, what the manifest wants of them, and what the doctor says.

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use super::effect::{Effect, Tried};
use crate::session::doctor::{Inventory, Report};
use crate::words::diagnostic::Diagnostic;

/// What was found.
#[derive(Default)]
pub(super) struct Servers {
    pub(super) report: Option<Report>,
    pub(super) inventory: Vec<Inventory>,
    pub(super) errors: Vec<Diagnostic>,
    pub(super) busy: bool,
    /// The first line that is seen.
    pub(super) top: usize,
}

impl Servers {
    /// The screen is shown: for the first time it examines everything.
    pub(super) fn shown(&mut self, effects: &mut Vec<Effect>) {
        if self.report.is_none() {
            self.examine(effects);
        }
    }

    fn examine(&mut self, effects: &mut Vec<Effect>) {
        if !self.busy {
            self.busy = true;
            effects.push(Effect::Examine);
        }
    }

    pub(super) fn examined(&mut self, found: Tried<(Report, Vec<Inventory>)>) {
        self.busy = false;
        match found {
            Ok((report, inventory)) => {
                (self.report, self.inventory, self.errors) = (Some(report), inventory, Vec::new());
            }
            Err(errors) => self.errors = errors,
        }
    }

    pub(super) fn key(&mut self, key: KeyEvent, effects: &mut Vec<Effect>) {
        match key.code {
            KeyCode::Up => self.top = self.top.saturating_sub(1),
            KeyCode::Down => self.top += 1,
            KeyCode::PageUp => self.top = self.top.saturating_sub(20),
            KeyCode::PageDown => self.top += 20,
            KeyCode::Home => self.top = 0,
            KeyCode::Char('e') => self.examine(effects),
            _ => {}
        }
    }
}
